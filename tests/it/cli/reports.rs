//! Tests of `diff`, `check`, `explain` and `rules`: exit codes, colour, formats. Unit tests in `src/report`
//! test the layout of reports.

use super::{CLEAN, DIRTY, Place, record};

fn place() -> Place {
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("d/b.txt", CLEAN);
    place
}

#[test]
fn diff_shows_removed_lines_with_their_rule() {
    let run = place().run(&["diff", "d"]).code(0);
    assert!(run.out.contains("-Share this: Facebook Twitter") && run.out.contains("share/"), "{}", run.out);
    assert!(!run.out.contains("b.txt") && !run.out.contains('\u{1b}'), "{}", run.out);
    assert!(place().run(&["diff", "d", "--color", "always"]).code(0).out.contains("\u{1b}["));
    assert_eq!(place().run(&["diff", "d/b.txt"]).code(0).out, "");
}

#[test]
fn diff_has_an_exit_code_on_request_and_a_short_form() {
    place().run(&["diff", "d", "--exit-code"]).code(1);
    place().run(&["diff", "d/b.txt", "--exit-code"]).code(0);
    let run = place().run(&["diff", "d", "--stat"]).code(0);
    assert!(run.out.contains("d/a.txt") && run.out.contains("1 of 2 documents changed"), "{}", run.out);
}

#[test]
fn diff_writes_a_page() {
    let place = place();
    let run = place.run(&["diff", "d", "--html", "out/page.html"]).code(0);
    assert_eq!(run.out, "");
    assert_eq!(run.err, "dechaff: out/page.html: 2 documents: 1 removal in 1\n");
    let page = place.get("out/page.html");
    assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
    assert_eq!(place.run(&["diff", "d", "--html", "-", "--color", "never"]).code(0).out, page);
    assert_eq!(place.run(&["diff", "d", "--html", "-", "--color", "always"]).code(0).out, page);
    assert_eq!(place.run(&["diff", "-q", "d", "--html", "out/page.html", "--exit-code"]).code(1).err, "");
    place.run(&["diff", "d", "gone", "--html", "out/page.html"]).code(2).says("gone: no such file");
    assert!(place.get("out/page.html").contains("\"failed\":1"));
    assert_eq!(place.tree(), ["d/a.txt", "d/b.txt", "out/page.html"]);
}

#[test]
fn a_page_is_written_over_no_article_and_said_to_fail_before_the_work() {
    let place = place();
    place.run(&["diff", "--html", "d/a.txt", "d/b.txt"]).code(2).says("the name of a page ends with .html");
    place.run(&["diff", "d", "--html", "d/a.txt/page.html"]).code(2).says("d/a.txt/page.html: ");
    place.run(&["diff", "d", "--html", "page.html", "--stat"]).code(2);
    assert_eq!((place.get("d/a.txt"), place.tree().len()), (DIRTY.to_owned(), 2));
}

#[test]
fn the_page_is_the_same_at_any_thread_count() {
    let place = Place::new();
    let records: String =
        (0..5_000).map(|n| super::record(n, &DIRTY.replace("nine", &"nine ".repeat(n % 400)))).collect();
    place.put("many.jsonl", records);
    let page = |jobs| place.run(&["diff", "many.jsonl", "--html", "-", "-j", jobs]).code(0).out;
    let one = page("1");
    assert!(one.contains("\"documents\":5000") && one.len() > 1 << 20, "{} bytes", one.len());
    assert!(page("2") == one && page("7") == one);
}

#[test]
fn check_fails_if_there_is_junk() {
    place().run(&["check", "d"]).code(1);
    place().run(&["check", "d/b.txt"]).code(0);
    place().run(&["check", "d", "--exit-zero"]).code(0);
    place().run(&["check", "d", "--max-findings", "1"]).code(0);
    place().run(&["check", "gone", "d"]).code(2).says("gone: no such file");
    assert!(place().run(&["check", "d", "--format", "concise"]).code(1).out.starts_with("d/a.txt:3:1: share/"));
}

#[test]
fn check_writes_json_for_one_document_or_many() {
    let place = place();
    for n in 0..300 {
        place.put(&format!("many/{n}.txt"), DIRTY);
    }
    for (input, count) in [("d", 1), ("d/b.txt", 0), ("many", 300)] {
        let run = place.run(&["check", input, "--format", "json", "--exit-zero"]).code(0);
        let array: serde_json::Value = serde_json::from_str(&run.out).unwrap_or_else(|e| panic!("{e}: {}", run.out));
        assert_eq!(array.as_array().map(Vec::len), Some(count));
        let run = place.run(&["check", input, "--format", "jsonl", "--exit-zero"]).code(0);
        assert_eq!(run.out.lines().count(), count);
        assert!(run.out.lines().all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok()));
    }
}

#[test]
fn check_tells_programs_file_record_id_and_places() {
    let place = Place::new();
    let text = DIRTY.replace("mayor", "Bürgermeister");
    place.put("d/a.txt", &text).put("d/r.jsonl", format!("{}\n{}", super::record(7, CLEAN), super::record(8, &text)));
    let run = place.run(&["check", "d", "--format", "jsonl"]).code(1);
    let found: Vec<serde_json::Value> = run.out.lines().map(|l| serde_json::from_str(l).expect("JSON")).collect();
    let of = |at: usize| ["file", "record", "id"].map(|key| found[at][key].to_string());
    assert_eq!((found.len(), of(0)), (2, ["\"d/a.txt\"", "null", "null"].map(str::to_owned)));
    assert_eq!(of(1), ["\"d/r.jsonl\"", "3", "\"8\""]);
    let start = text.find("Share").expect("junk") as u64;
    for finding in &found {
        assert_eq!((&finding["span"][0], &finding["chars"][0]), (&start.into(), &(start - 1).into()));
    }
    // In the formats for people, file, record and id are one name.
    let run = place.run(&["check", "d/r.jsonl", "--format", "concise"]).code(1);
    assert!(run.out.starts_with("d/r.jsonl:3 (8):3:1: share/"), "{}", run.out);
    // docs/check.md describes exactly the fields that are written.
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/check.md")).expect("the page");
    let documented: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("| `")?.split('`').next()).collect();
    let written: Vec<&str> = found[0].as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(sorted(documented), sorted(written));
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names
}

#[test]
fn explain_says_why() {
    let place = place();
    let run = place.run(&["explain", "d/a.txt"]).code(0);
    assert!(run.out.contains("share/") && run.out.contains("The bridge opens"), "{}", run.out);
    let run = place.run(&["explain", "d/a.txt", "--line", "3", "--format", "json"]).code(0);
    let value: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(value["lines"][0]["line"], 3);
    place.run(&["explain", "d/a.txt", "--line", "99"]).code(2).says("has no line 99");
    place.run(&["explain", "d"]).code(2).says("one document");
    place.put("my.toml", super::clean::HUNGRY);
    place.put("held.txt", "The hungry rule eats sentences of this kind.\nNobody knows how to stop it.\n");
    let run = place.run(&["explain", "held.txt", "--rules", "my.toml"]).code(0);
    assert!(run.out.contains("1   The hungry") && run.out.contains("(held: would go)"), "{}", run.out);
    assert!(place.pipe(&["explain"], DIRTY).code(0).out.contains("<stdin>"));
}

#[test]
fn explain_takes_ranges_of_lines() {
    let place = place();
    let lines = |range: &str| {
        let run = place.run(&["explain", "d/a.txt", "--format", "json", "--line", range]).code(0);
        let value: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
        let lines = value["lines"].as_array().expect("lines").iter();
        lines.map(|line| line["line"].as_u64().expect("a number")).collect::<Vec<_>>()
    };
    assert_eq!((lines("2-3"), lines("4-"), lines("-2"), lines("5")), (vec![2, 3], vec![4, 5], vec![1, 2], vec![5]));
    for (range, missing) in [("3-9", 9), ("8-", 8), ("-6", 6), ("99", 99)] {
        let what = format!("d/a.txt: has no line {missing}: it ends with line 5");
        place.run(&["explain", "d/a.txt", "--line", range]).code(2).says(&what);
    }
    place.run(&["explain", "d/a.txt", "--line", "3-1"]).code(2).says("lines are 5-9, 5- or -9");
}

#[test]
fn explain_takes_a_record() {
    let place = place();
    let records = format!("{}{{\"id\":4}}\n\n{}{}", record(12, CLEAN), record(2, DIRTY), record(2, CLEAN));
    place.put("a.jsonl", &records).put("b.jsonl:1", DIRTY).put("bad.jsonl", format!("{{\n{}{{", record(7, CLEAN)));
    let named = |args: &[&str], name: &str| {
        let run = place.run(&[&["explain"], args].concat()).code(0);
        assert!(run.out.starts_with(name) && run.err.is_empty(), "{} {}", run.out, run.err);
        run.out
    };
    let all = place.run(&["explain", "a.jsonl"]).code(0).out;
    assert_eq!(all.matches("a.jsonl:").count(), 3, "{all}");
    // `--record 4` is the record in line 4; a number beyond the last line is an id, of which the first
    // record counts.
    let fourth = named(&["a.jsonl", "--record", "4"], "a.jsonl:4 (2): ");
    assert!(fourth.contains("share/") && fourth.matches("a.jsonl:").count() == 1, "{fourth}");
    assert_eq!(named(&["a.jsonl:4"], "a.jsonl:4 (2): "), fourth);
    named(&["a.jsonl", "--record", "12"], "a.jsonl:1 (12): ");
    named(&["b.jsonl:1"], "b.jsonl:1: ");
    // Faults in other lines do not matter.
    named(&["bad.jsonl:2"], "bad.jsonl:2 (7): ");
    assert_eq!(named(&["a.jsonl:4", "--line", "3"], "a.jsonl:4 (2): ").matches("share/").count(), 1);
    for (args, what) in [
        (&["a.jsonl:9"][..], "a.jsonl: no record is on line 9, and no record has the id '9'; it holds 3 records"),
        (&["a.jsonl", "--record", "x"], "a.jsonl: no record has the id 'x'; it holds 3 records"),
        (&["a.jsonl:2"], "a.jsonl: line 2 holds no record with a text"),
        (&["a.jsonl:4", "--line", "9"], "a.jsonl:4 (2): has no line 9: it ends with line 5"),
        (&["bad.jsonl:3"], "bad.jsonl: no record is on line 3, and no record has the id '3'; it holds 1 record"),
        (&["bad.jsonl:3"], "EOF while parsing an object (lines 1 and 3)"),
        (&["d/a.txt:3"], "d/a.txt: holds one text and no records; --line explains a line of it"),
        (&["gone.jsonl:3"], "gone.jsonl:3: no such file"),
        (&["gone.jsonl", "--record", "x"], "gone.jsonl: no such file"),
    ] {
        let run = place.run(&[&["explain"], args].concat()).code(2).says(what);
        assert!(run.out.is_empty(), "{}", run.out);
    }
    let piped = place.pipe(&["explain", "--from", "jsonl", "--record", "2", "--format", "json"], &records).code(2);
    piped.says("<stdin>: line 2 holds no record with a text");
    let piped = place.pipe(&["explain", "--from", "jsonl", "--record", "5"], &records).code(0);
    assert!(piped.out.starts_with("<stdin>:5 (2): "), "{}", piped.out);
}

#[test]
fn explain_reads_no_further_than_the_record() {
    let place = Place::new();
    // The file has more records than threads read ahead, and is torn behind the record that is explained.
    let mut records: String = (1..=2_000).map(|n| record(n + 10_000, &DIRTY.repeat(20))).collect();
    records.push_str("{\n");
    place.put("a.jsonl", &records);
    for wanted in ["3", "10003"] {
        let run = place.run(&["explain", "a.jsonl", "--record", wanted]).code(0);
        assert!(run.out.starts_with("a.jsonl:3 (10003): ") && run.err.is_empty(), "{}", run.err);
    }
    place
        .run(&["explain", "a.jsonl", "--record", "x"])
        .code(2)
        .says("it holds 2,000 records")
        .says("a.jsonl:2001: not JSON");
}

#[test]
fn explain_names_the_rule_that_keeps_a_line() {
    let place = place();
    place.put(
        "my.toml",
        r#"
[[keep]]
id      = "site/keep-share-column"
match   = "line"
phrases = ["share this: facebook twitter"]
reason  = "a column of ours"
keeps   = ["Share this: Facebook Twitter"]
"#,
    );
    let run = place.run(&["explain", "d/a.txt", "--line", "3", "--rules", "my.toml"]).code(0);
    let kept = "(kept by a rule)\n";
    assert!(run.out.contains("3   Share this: Facebook Twitter ") && run.out.contains(kept), "{}", run.out);
    assert!(run.out.contains("    kept by site/keep-share-column: a column of ours\n"), "{}", run.out);
    assert_eq!(place.run(&["clean", "-q", "d/a.txt", "--rules", "my.toml"]).code(0).out, DIRTY);
}

#[test]
fn rules_can_be_listed_shown_and_tested() {
    let place = Place::new();
    let list = place.run(&["rules", "list"]).code(0).out;
    let id = list.split_whitespace().next().expect("a rule").to_owned();
    let page = place.run(&["rules", "show", &id]).code(0).out;
    assert!(page.contains(&id));
    assert_eq!(place.run(&["explain", "--rule", &id]).code(0).out, page);
    place.run(&["rules", "show", "share/nonsense"]).code(2).says("no rule or family is called 'share/nonsense'");
    place.run(&["rules", "show", "share"]).code(2).says("is a family");
    let json = place.run(&["rules", "list", "--format", "json"]).code(0).out;
    assert!(serde_json::from_str::<serde_json::Value>(&json).expect("JSON").as_array().is_some_and(|a| !a.is_empty()));
    let schema = place.run(&["rules", "schema"]).code(0).out;
    assert!(serde_json::from_str::<serde_json::Value>(&schema).is_ok());
    let few = place.run(&["rules", "list", "--select", "share", "--lang", "de"]).code(0).out;
    assert!(!few.is_empty() && few.lines().all(|l| l.starts_with("share/")), "{few}");
}

#[test]
fn a_users_rules_are_tested_by_their_own_examples() {
    let place = Place::new();
    place.put("good.toml", super::clean::HUNGRY);
    place.put("bad.toml", super::clean::HUNGRY.replace("removes = [\"The hungry", "removes = [\"The thirsty"));
    place.run(&["rules", "test", "good.toml"]).code(0);
    assert!(place.run(&["rules", "test", "bad.toml"]).code(1).out.contains("site/hungry"));
    place.run(&["rules", "test", "gone.toml"]).code(2).says("gone.toml: no such file");
}
