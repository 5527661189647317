//! Tests of the bytes of the page of `diff --html`: its data, its escaping, its size. `tests/browser/run`
//! tests its behaviour in a browser.

use base64::Engine as _;
use dechaff::report::Html;
use dechaff::{Answer, Cleaner, Decisions};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::common;

const PROSE: &str = "The bridge over the mill stream opens on Friday, the mayor said in the town hall.\n\n";
const SHARE: &str = "Share this: Facebook Twitter\n\n";

fn cleaner() -> Cleaner {
    Cleaner::builder().build().expect("good rules")
}

fn written(page: &Html) -> String {
    let mut out = Vec::new();
    page.write(&mut out).expect("a vector takes all");
    String::from_utf8(out).expect("UTF-8")
}

fn page(documents: &[(&str, &str)]) -> String {
    let cleaner = cleaner();
    let mut page = Html::default();
    for (name, text) in documents {
        page.add(name, &cleaner.clean(text));
    }
    written(&page)
}

/// The part of the page between the first `start` and the next `end`.
fn between<'p>(page: &'p str, start: &str, end: &str) -> &'p str {
    let (_, rest) = page.split_once(start).expect("the start");
    rest.split_once(end).expect("the end").0
}

fn raw_data(page: &str) -> &str {
    between(page, "id=\"data\">", "</script>")
}

fn data(page: &str) -> Value {
    serde_json::from_str(raw_data(page)).expect("JSON")
}

/// The text of one row of a document, joined from its parts.
fn text_of(row: &Value) -> String {
    let parts = row["parts"].as_array().expect("a line");
    parts.iter().map(|part| part.as_str().or(part["t"].as_str()).expect("a text")).collect()
}

#[test]
fn the_policy_knows_the_pages_own_style_and_script() {
    let page = page(&[]);
    let (_, script) = page.rsplit_once("<script>").expect("a script");
    let (script, _) = script.split_once("</script>").expect("its end");
    let policy = between(&page, "http-equiv=\"Content-Security-Policy\" content=\"", "\">");
    for (kind, code) in [("style", between(&page, "<style>", "</style>")), ("script", script)] {
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(code));
        assert!(policy.contains(&format!("{kind}-src 'sha256-{hash}'")), "in src/report/html.rs, {kind} is now {hash}");
    }
    assert!(policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"), "{policy}");
}

#[test]
fn nothing_is_loaded_from_anywhere() {
    let page = page(&[("a.txt", SHARE)]);
    for word in ["http:", "https:", "//cdn", "@import", "url(", " src=", "href=\"/", "innerHTML", "insertAdjacent"] {
        assert!(!page.contains(word), "the page holds {word}");
    }
}

#[test]
fn no_text_leaves_its_place() {
    let hostile = [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "<img src=x onerror='alert(1)'>",
        "&lt;b&gt; &amp; \"quoted\" \\ ]]>",
        "{data} {script} {policy}",
        "a\u{2028}b\u{202e}c\u{1b}[31m\u{7f}\u{85}d",
    ];
    for text in hostile {
        let document = format!("{PROSE}{text}\n\n{SHARE}{PROSE}");
        let page = page(&[(text, &document)]);
        let raw = raw_data(&page);
        assert!(!raw.contains(['<', '>', '&', '\u{2028}', '\u{202e}', '\u{1b}', '\u{7f}', '\u{85}']), "{raw}");
        let data = data(&page);
        let rows = data["shown"][0]["rows"].as_array().expect("rows");
        assert!(rows.iter().any(|row| text_of(row) == text), "shown as it is: {text}");
        assert_eq!(page.matches("</script>").count(), 2);
    }
}

#[test]
fn removals_suspects_and_held_documents_stand_in_place() {
    let (prose, held) = (format!("{PROSE}It rained. Share on Facebook\n\n{SHARE}{PROSE}"), PROSE.repeat(2));
    let rule = "[[rule]]\nid = \"site/bridge\"\ncertainty = \"likely\"\nmatch = \"prefix\"\n\
        phrases = [\"the bridge over the mill\"]\nreason = \"a test\"\nremoves = [\"The bridge over the mill.\"]\nkeeps = [\"A bridge.\"]\n";
    let cleaner = Cleaner::builder().rules("t.toml", rule).select(["site", "share"]).build().expect("good rules");
    let mut page = Html::default();
    page.add("held.txt", &cleaner.clean(&held));
    let cleaner = Cleaner::builder().select(["share"]).build().expect("good rules");
    page.add("a.txt", &cleaner.clean(&prose));
    page.add("clean.txt", &cleaner.clean(PROSE));
    page.failed(2);
    let data = data(&written(&page));
    let (held, one) = (&data["shown"][0], &data["shown"][1]);
    assert!(held["held"].as_str().is_some_and(|why| why.contains("would go")), "{held}");
    assert_eq!((&held["rows"][0]["parts"][0]["rule"], &held["rows"][0]["gone"]), (&"site/bridge".into(), &Value::Null));
    let cut = &one["rows"][2]["parts"];
    assert_eq!((&cut[0], &cut[1]["t"]), (&"It rained.".into(), &" Share on Facebook".into()));
    assert_eq!(cut[1]["key"], "Share on Facebook", "what a decisions file calls it");
    assert_eq!((&one["rows"][4]["gone"], &one["rows"][5]["gone"]), (&true.into(), &true.into()), "the blank line too");
    let counts = ["documents", "changed", "held", "failed", "found"].map(|key| data[key].as_u64().expect("a number"));
    assert_eq!(counts, [3, 1, 1, 2, 2]);
    assert_eq!((&data["all"]["removed"], &data["all"]["held"]), (&2.into(), &2.into()));
    assert_eq!(page.summary(), "3 documents: 4 removals in 2");
}

#[test]
fn suspects_are_counted_apart() {
    let rule = "[[rule]]\nid = \"site/perhaps\"\ncertainty = \"suspect\"\nmatch = \"line\"\n\
        phrases = [\"perhaps a label:\"]\nreason = \"a test\"\nremoves = [\"Perhaps a label:\"]\nkeeps = [\"A label.\"]\n";
    let builder = Cleaner::builder().rules("t.toml", rule).select(["site", "share"]);
    let (both, alone) = (format!("{PROSE}Perhaps a label:\n\n{PROSE}{SHARE}"), format!("{PROSE}Perhaps a label:\n"));
    let page = |cleaner: &Cleaner| {
        let mut page = Html::default();
        page.add("both.txt", &cleaner.clean(&both));
        page.add("alone.txt", &cleaner.clean(&alone));
        page
    };
    let shown = page(&builder.clone().build().expect("good rules"));
    assert_eq!(shown.summary(), "2 documents: 1 removal in 1; 2 suspects");
    let shown = data(&written(&shown));
    let of = |value: &Value| ["documents", "removed", "suspects"].map(|key| value[key].as_u64().expect("a number"));
    assert_eq!(of(&shown["all"]), [1, 1, 2]);
    let site = shown["rules"].as_array().and_then(|rules| rules.iter().find(|rule| rule["id"] == "site/perhaps"));
    assert_eq!(of(site.expect("the rule")), [0, 0, 2]);
    assert_eq!((shown["found"].as_u64(), shown["changed"].as_u64()), (Some(2), Some(1)));
    // A cleaner with decisions looks for suspects even if it does not report them.
    let mut decisions = Decisions::default();
    decisions.decide("site/other", None, Answer::Accept);
    for builder in [builder.clone(), builder.decisions(decisions)] {
        let page = page(&builder.suspects(false).build().expect("good rules"));
        assert_eq!(page.summary(), "2 documents: 1 removal in 1");
        let hidden = data(&written(&page));
        assert_eq!((of(&hidden["all"]), hidden["shown"].as_array().map(Vec::len)), ([1, 1, 0], Some(1)));
    }
}

#[test]
fn a_hundred_thousand_documents_give_a_page_of_bounded_size() {
    let cleaner = cleaner();
    let long = PROSE.repeat(300);
    let one_line = format!("{}\n\n{SHARE}", PROSE.replace('\n', " ").repeat(300));
    let texts = [
        format!("{PROSE}{SHARE}{PROSE}"),
        format!("{SHARE}{long}Leave a Reply\nName *\nEmail *\n"),
        format!("{PROSE}{}", format!("{PROSE}{SHARE}").repeat(400)),
        one_line,
        PROSE.to_owned(),
    ];
    let cleaned = texts.each_ref().map(|text| cleaner.clean(text));
    let mut page = Html::default();
    let mut parts = Html::default();
    for i in 0..100_000 {
        // Most documents are ordinary; the others have rare rules, which must still have an example in the
        // page.
        let kind = if i % 7 == 0 { i % texts.len() } else { 0 };
        page.add(&format!("{i}.txt"), &cleaned[kind]);
        let mut one = Html::default();
        one.add(&format!("{i}.txt"), &cleaned[kind]);
        parts.merge(one);
    }
    let whole = written(&page);
    assert!(whole.len() < 9 << 20, "{} bytes", whole.len());
    assert_eq!(written(&parts), whole, "whoever collected the documents");
    let data = data(&whole);
    assert_eq!((&data["documents"], &data["found"]), (&100_000.into(), &97_143.into()));
    let shown = data["shown"].as_array().expect("documents");
    assert!((1_000..2_100).contains(&shown.len()), "{} documents", shown.len());
    assert!(page.summary().ends_with(&format!(
        "; {},{:03} of 97,143 documents are in the page",
        shown.len() / 1000,
        shown.len() % 1000
    )));
    for document in shown {
        assert!(document.to_string().len() < 24 << 10, "{} bytes", document.to_string().len());
    }
    let unshown: u64 = shown.iter().filter_map(|d| d["unshown"].as_u64()).sum();
    assert!(unshown > 0, "a document of 400 removals is not shown whole, and says so");
}

#[test]
fn what_the_page_saves_is_a_decisions_file() {
    // `tests/browser/page.test.mjs` checks that the page saves exactly the bytes of this file.
    let file = common::root().join("tests/browser/decisions.toml");
    let saved = std::fs::read_to_string(file).expect("there");
    let mut expected = Decisions::default();
    let odd = "Share this: Facebook \"X\" \\ '\u{1b}\u{7f} \u{202e}' 分享 😀";
    expected.decide("comments/reply-form", None, Answer::Accept);
    expected.decide("share/jetpack-share-like", Some("Share this: Facebook Twitter"), Answer::Reject);
    expected.decide("site/odd-share", Some(odd), Answer::Accept);
    assert_eq!(Decisions::read("decisions.toml", &saved).expect("readable"), expected);
}
