//! The figures against counts by hand, and each format against hostile names.

use super::*;
use crate::report::fixture;

/// Three documents of source `a`, one of them held, and one document of another source.
fn figures() -> Figures {
    let mut figures = Figures::default();
    figures.add("a/one.txt", "a", &fixture::cleaned());
    figures.add("a/two.txt", "a", &fixture::cleaner().clean("Nothing.\n"));
    let mut behind = Figures::default();
    behind.add("a/held.txt", "a", &fixture::held());
    behind.add("b.example", "b.example", &fixture::cleaner().clean("Share this: Facebook\n\nNothing.\n"));
    behind.add_unread(1, 2);
    figures.merge(behind);
    figures
}

fn json(figures: &Figures) -> serde_json::Value {
    serde_json::from_str(&fixture::plain(|out| figures.write_json(out, 10))).expect("JSON")
}

#[test]
fn what_people_see() {
    assert_eq!(
        fixture::plain(|out| figures().write_human(out, 10, 80)),
        "\
7 documents: 2 changed, 1 held, 1 failed, 2 skipped

Text
         read  removed   share
  lines    12        6  50.0 %  ██████████
  words    58       12  20.7 %  █████
  bytes   338       81  24.0 %  █████

Documents by the share they lose
  Half of them lose nothing, nine of ten at most 71 %, 99 of 100 at most 71 %.
               documents   share
  nothing              2  50.0 %  ██████████
  up to 1 %            0   0.0 %
  1 to 5 %             0   0.0 %
  5 to 10 %            0   0.0 %
  10 to 20 %           0   0.0 %
  20 to 40 %           1  25.0 %  █████
  40 to 60 %           0   0.0 %
  60 to 100 %          1  25.0 %  █████

By family
  Share is that of all bytes removed; suspects are only shown, and what is held
  stays.
  family       removals  documents  bytes   share  lines  words  suspects  held
  share               3          2     61  75.3 %      3      9         0     0
  newsletter          1          1     15  18.5 %      1      3         0     0
  site                0          0      0   0.0 %      0      0         1     1
  blank lines                           5   6.2 %      2

By certainty
  certainty  removals  documents  bytes   share  lines  words  suspects  held
  certain           3          2     61  75.3 %      3      9         0     0
  likely            1          1     15  18.5 %      1      3         0     1
  suspect           0          0      0   0.0 %      0      0         1     0

By rule
  rule             removals  documents  bytes   share  lines  words  suspects
  share/label             3          2     61  75.3 %      3      9         0
  newsletter/join         1          1     15  18.5 %      1      3         0
  site/maybe              0          0      0   0.0 %      0      0         1
  site/harbour            0          0      0   0.0 %      0      0         0

By source
  Bytes are those removed, share that of the source's text; the rule that fires
  most often, and in how many documents.
  source     documents  changed  bytes   share  most often       in  held
  a                  3        1     59  19.2 %  newsletter/join   1     1
  b.example          1        1     22  71.0 %  share/label       1     0

Documents that lose the largest share
  document    share  bytes  source
  b.example  71.0 %     22  b.example
  a/one.txt  26.5 %     59  a

Held documents, left as they are
  document    why
  a/held.txt  100.0 % of its sentences would go, 40.0 % are allowed
"
    );
}

#[test]
fn what_programs_see() {
    let value = json(&figures());
    let documents = serde_json::json!({"read": 4, "changed": 2, "held": 1, "failed": 1, "skipped": 2});
    assert_eq!(value["documents"], documents);
    assert_eq!(value["removed"], serde_json::json!({"lines": 6, "words": 12, "bytes": 81}));
    let share = &value["rules"][0];
    assert_eq!(
        (&share["rule"], &share["removals"], &share["documents"]),
        (&"share/label".into(), &3.into(), &2.into())
    );
    let held = value["rules"].as_array().expect("rules").iter().find(|r| r["rule"] == "site/harbour");
    assert_eq!(held.map(|r| (&r["held"], &r["removals"], &r["bytes"])), Some((&1.into(), &0.into(), &0.into())));
    let site = value["families"].as_array().expect("families").iter().find(|f| f["family"] == "site");
    assert_eq!(site.map(|f| (&f["suspects_shown"], &f["held"])), Some((&1.into(), &1.into())));
    assert_eq!(value["sources"][0]["most_often"], serde_json::json!({"rule": "newsletter/join", "documents": 1}));
    assert_eq!(value["outliers"]["documents"][0]["document"], "b.example");
    assert_eq!(value["held"][0]["document"], "a/held.txt");
}

#[test]
fn the_sums_agree() {
    let figures = figures();
    let sum = |of: &dyn Fn(&GroupFigures) -> u64| -> [u64; 3] {
        [
            figures.families.values().map(of).sum(),
            figures.certainties.values().map(of).sum(),
            figures.rules.values().map(of).sum(),
        ]
    };
    assert_eq!(sum(&|h| h.volume.words), [figures.removed.words; 3]);
    assert_eq!(sum(&|h| h.volume.bytes), [figures.removed.bytes - figures.blank.bytes; 3]);
    assert_eq!(sum(&|h| h.certainties.iter().sum()), sum(&|h| h.removals));
    assert_eq!(figures.percents.iter().sum::<u64>(), figures.documents);
    assert_eq!(figures.sources.values().map(|s| s.read.bytes).sum::<u64>(), figures.read.bytes);
    assert_eq!(figures.sources.values().map(|s| s.removed.bytes).sum::<u64>(), figures.removed.bytes);
}

#[test]
fn it_does_not_matter_how_documents_are_bundled() {
    let (dirty, clean, held) = (fixture::cleaned(), fixture::cleaner().clean("Nothing.\n"), fixture::held());
    let mut one_by_one = Figures::default();
    let mut bundled = Figures::default();
    for bundle in 0..40 {
        let mut own = Figures::default();
        for n in 0..bundle {
            let (name, source) = (format!("{bundle}/{n}"), format!("s{}", (bundle + n) % 7));
            let cleaned = [&dirty, &clean, &held][n % 3];
            one_by_one.add(&name, &source, cleaned);
            own.add(&name, &source, cleaned);
        }
        bundled.merge(own);
    }
    assert_eq!(json(&one_by_one), json(&bundled));
}

#[test]
fn memory_is_bounded() {
    let cleaned = fixture::cleaned();
    let mut figures = Figures::default();
    let long = "x".repeat(100_000);
    for n in 0..SOURCES + 50 {
        figures.add(&format!("{n} {long}"), &n.to_string(), &cleaned);
    }
    figures.add("known", "7", &cleaned);
    assert_eq!((figures.sources.len(), figures.sources["7"].documents, figures.others.documents), (SOURCES, 2, 50));
    assert_eq!(figures.losers.len(), NAMED);
    assert!(figures.losers.iter().all(|l| l.document.len() < 2 * NAME));
    let shown = fixture::plain(|out| figures.write_human(out, 3, 100));
    assert!(
        shown.contains("The first 10,000 sources are told apart") && shown.contains("all other sources"),
        "{shown}"
    );
    assert!(shown.contains("… and 9,997 more"), "{shown}");
}

#[test]
fn the_largest_losers_come_first_and_equals_in_input_order() {
    let cleaner = fixture::cleaner();
    let mut figures = Figures::default();
    for (name, text) in [
        ("little", "It rained for most of the day, said the miller. Share this: Facebook\n"),
        ("none", "Nothing.\n"),
        ("all", "Share this: Facebook\n"),
        ("much", "Share this: Facebook\n\nNothing.\n"),
        ("much too", "Share this: Facebook\n\nNothing.\n"),
    ] {
        figures.add(name, "s", &cleaner.clean(text));
    }
    let names: Vec<&str> = figures.losers.iter().map(|l| l.document.as_str()).collect();
    assert_eq!(names, ["all", "much", "much too", "little"]);
    assert_eq!((figures.percents[0], figures.percents[100]), (1, 1));
    assert_eq!((figures.quantile(20), figures.quantile(100)), (0, 100));
}

#[test]
fn percents_round_up() {
    let shares = [percent(0, 7), percent(1, 1000), percent(1, 100), percent(51, 100), percent(7, 7), percent(0, 0)];
    assert_eq!(shares, [0, 1, 1, 51, 100, 0]);
    assert_eq!(
        [tables::percents(0.0), tables::percents(0.0001), tables::percents(0.5)],
        ["0.0 %", "< 0.1 %", "50.0 %"]
    );
}

#[test]
fn sources_that_stand_out() {
    let cleaner = fixture::cleaner();
    let usual = cleaner.clean("It rained for most of the day, said the miller. It will go on, she said.\n");
    let shared = cleaner.clean("It rained for most of the day, said the miller. Share this: Facebook\n");
    let mut figures = Figures::default();
    for source in ["a", "b", "c", "d", "odd"] {
        for n in 0..20 {
            let cleaned = if source == "odd" && n > 0 { &shared } else { &usual };
            figures.add(&format!("{source}{n}"), source, cleaned);
        }
    }
    let templates: Vec<_> =
        figures.templates().iter().map(|t| (t.source, t.rule.to_owned(), t.documents, t.of)).collect();
    assert_eq!(templates, [("odd", "share/label".to_owned(), 19, 20)]);
    let strange = figures.strange_sources();
    assert_eq!(strange.sources.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["odd"]);
    figures.sources.remove("a");
    assert!(figures.strange_sources().sources.is_empty(), "four sources are too few to tell");
}

#[test]
fn names_do_no_harm_in_any_form() {
    let name = "=<script>\"a\",\u{202e}b\u{1b}[31m</script>&'.txt";
    let mut figures = Figures::default();
    figures.add(name, name, &fixture::cleaned());
    figures.add(name, name, &fixture::held());
    let page = fixture::plain(|out| figures.write_html(out, 10));
    assert!(!page.contains("<script") && !page.contains('\u{202e}') && !page.contains('\u{1b}'), "{page}");
    assert!(page.contains("=&lt;script&gt;&quot;a&quot;,\\u{202e}b^[[31m"), "{page}");
    let table = fixture::plain(|out| figures.write_csv(out, 10));
    assert!(table.contains(",\"'=<script>\"\"a\"\",\\u{202e}b^[[31m</script>&'.txt\","), "{table}");
    let (width, shown) = (60, fixture::plain(|out| figures.write_human(out, 10, 60)));
    assert!(!shown.contains('\u{202e}') && !shown.contains('\u{1b}'), "{shown}");
    assert!(shown.lines().all(|line| crate::report::screen::columns(line) <= width), "{shown}");
    assert_eq!(json(&figures)["sources"][0]["source"], name);
}

#[test]
fn every_row_of_the_table_has_all_columns() {
    let table = fixture::plain(|out| figures().write_csv(out, 10));
    let columns = table.lines().next().map_or(0, |line| line.matches(',').count());
    assert!(table.lines().all(|line| line.matches(',').count() == columns), "{table}");
    assert!(table.lines().any(|line| line.starts_with("rule,share/label,")), "{table}");
    assert!(table.lines().any(|line| line.starts_with("held document,a/held.txt,a,")), "{table}");
}

#[test]
fn tables_fit_every_terminal() {
    for width in [20, 40, 60, 80, 200] {
        let shown = fixture::plain(|out| figures().write_human(out, 10, width));
        for line in shown.lines().skip(1).filter(|line| line.starts_with("  ")) {
            assert!(crate::report::screen::columns(line) <= width.max(30), "{width}: {line}");
        }
    }
}

#[test]
fn nothing_read() {
    let shown = fixture::plain(|out| Figures::default().write_human(out, 10, 80));
    assert!(shown.starts_with("0 documents: 0 changed, 0 held, 0 failed, 0 skipped\n"), "{shown}");
    assert_eq!(json(&Figures::default())["share"]["bytes"], 0.0);
}
