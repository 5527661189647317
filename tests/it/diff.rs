//! Tests of hunks and of the unified diff: against `similar`, which compares the two texts, and for notes,
//! held documents and hostile characters. They use their own rules, so that changes of the built-in rules do
//! not break them.

use dechaff::diff::{self, LineKind};
use dechaff::{Cleaned, Cleaner, report};
use proptest::prelude::*;
use similar::TextDiff;

const RULES: &str = r#"
[[rule]]
id        = "site/junk"
certainty = "likely"
match     = "prefix"
phrases   = ["zapfenstreich"]
reason    = "a line of junk"
removes   = ["Zapfenstreich 7"]
keeps     = ["Nothing here."]

[[rule]]
id        = "site/maybe"
certainty = "suspect"
match     = "line"
phrases   = ["perhaps a label:"]
reason    = "perhaps a label"
removes   = ["Perhaps a label:"]
keeps     = ["Perhaps a label is needed."]

[[rule]]
id        = "share/glued"
certainty = "likely"
match     = "line"
fragment  = "end"
phrases   = ["share this: facebook twitter"]
reason    = "share bar"
removes   = ["Share this: Facebook Twitter"]
keeps     = ["Share this: the table."]
cuts      = [["It rained. Share this: Facebook Twitter", "It rained."]]
"#;

fn cleaner() -> Cleaner {
    Cleaner::builder().builtin(false).rules("test.toml", RULES).max_removed(1.0).build().expect("good rules")
}

/// The unified diff without ANSI styles.
fn preview(cleaned: &Cleaned<'_>, context: usize) -> String {
    let mut out = Vec::new();
    report::unified(&mut out, "a.txt", cleaned, context).expect("a vector takes all");
    plain(&String::from_utf8(out).expect("text"))
}

fn plain(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

/// The hunks as a unified diff without notes. In a run of changed lines all removed lines come first, as in
/// diff(1); in hunks the rest of a line follows right below it.
fn bare(cleaned: &Cleaned<'_>, context: usize) -> String {
    let mut out = String::new();
    for hunk in diff::hunks(cleaned, context) {
        out.push_str(&hunk.header);
        out.push('\n');
        let mut added = String::new();
        for line in &hunk.lines {
            let end = if line.line_break.is_empty() { "\n\\ No newline at end of file\n" } else { line.line_break };
            let shown = format!("{}{}{end}", line.kind.sign(), line.text);
            match line.kind {
                LineKind::Added => added.push_str(&shown),
                LineKind::Removed => out.push_str(&shown),
                LineKind::Kept => {
                    out.push_str(&std::mem::take(&mut added));
                    out.push_str(&shown);
                }
            }
        }
        out.push_str(&added);
    }
    out
}

fn oracle(cleaned: &Cleaned<'_>, context: usize) -> String {
    let body = |text: &str| text.strip_prefix('\u{feff}').unwrap_or(text).to_owned();
    let (old, new) = (body(cleaned.original()), body(&cleaned.text()));
    TextDiff::from_lines(&old, &new).unified_diff().context_radius(context).to_string()
}

#[test]
fn hunks_are_those_of_similar() {
    let cleaner = cleaner();
    for text in [
        "One.\nTwo.\nZapfenstreich\nThree.\nFour.\nFive.\nSix.\nSeven.\nEight.\nNine.\nZapfenstreich 2\n",
        "One.\n\nZapfenstreich\nTwo.\n",
        "Zapfenstreich\n\nOne.\n",
        "One.\r\nTwo.\r\nZapfenstreich\r\nThree.\r\n",
        "One.\n\nZapfenstreich",
        "One.\nZapfenstreich\nTwo.",
        "Zapfenstreich",
        "One.\nIt rained all day. Share this: Facebook Twitter\nTwo.\n",
        "One.\nIt rained all day. Share this: Facebook Twitter",
    ] {
        let cleaned = cleaner.clean(text);
        assert!(cleaned.is_changed(), "{text:?}");
        for context in [0, 1, 3, 100] {
            assert_eq!(bare(&cleaned, context), oracle(&cleaned, context), "{text:?}");
        }
    }
}

#[test]
fn each_removed_line_carries_its_rule() {
    let text = "The ferry left at dawn.\n\nZapfenstreich 1\nZapfenstreich and more\n\nIt came back on Friday.\n";
    assert_eq!(
        preview(&cleaner().clean(text), 3),
        "\
--- a/a.txt
+++ b/a.txt
@@ -1,6 +1,3 @@
 The ferry left at dawn.
 
-Zapfenstreich 1           site/junk · likely
-Zapfenstreich and more    site/junk · likely
-
 It came back on Friday.
"
    );
}

#[test]
fn a_fragment_shows_as_the_old_and_the_new_line() {
    let text = "It rained all day. Share this: Facebook Twitter\nZapfenstreich\nThe end.\n";
    assert_eq!(
        preview(&cleaner().clean(text), 3),
        "\
--- a/a.txt
+++ b/a.txt
@@ -1,3 +1,2 @@
-It rained all day. Share this: Facebook Twitter    share/glued · likely
+It rained all day.
-Zapfenstreich                                      site/junk · likely
 The end.
"
    );
}

#[test]
fn suspects_are_shown_and_kept() {
    let text = "One.\nTwo.\nPerhaps a label:\nThree.\nFour.\n";
    assert_eq!(
        preview(&cleaner().clean(text), 1),
        "\
--- a/a.txt
+++ b/a.txt
@@ -2,3 +2,3 @@
 Two.
 Perhaps a label:    ? site/maybe (suspect, kept)
 Three.
"
    );
}

#[test]
fn nothing_found_nothing_written() {
    assert_eq!(preview(&cleaner().clean("One.\nTwo.\n"), 3), "");
    assert_eq!(preview(&cleaner().clean(""), 3), "");
}

#[test]
fn a_line_break_that_is_missing_is_said() {
    assert_eq!(
        preview(&cleaner().clean("One.\nZapfenstreich\nTwo."), 3),
        "\
--- a/a.txt
+++ b/a.txt
@@ -1,3 +1,2 @@
 One.
-Zapfenstreich    site/junk · likely
 Two.
\\ No newline at end of file
"
    );
}

#[test]
fn a_line_that_loses_its_line_break_does_not_look_like_junk() {
    assert_eq!(
        preview(&cleaner().clean("One.\n\nZapfenstreich"), 3),
        "\
--- a/a.txt
+++ b/a.txt
@@ -1,3 +1 @@
-One.             only its line break goes, with what followed
-
-Zapfenstreich    site/junk · likely
\\ No newline at end of file
+One.
\\ No newline at end of file
"
    );
}

#[test]
fn the_true_copy_of_a_repeated_line_is_shown_deleted() {
    let headline = "Ferry returns after a week at sea with all its crates";
    let text = format!(
        "{headline}\n\nThe old ferry came back on Friday with all of its forty crates, and nobody had expected it.\n\n\
         {headline}\n\nThe harbour master said that the engine had failed twice on the way across the wide bay.\n"
    );
    let cleaner = Cleaner::builder().build().expect("the built-in rules are good");
    let cleaned = cleaner.clean(&text);
    let hunks = diff::hunks(&cleaned, 0);
    let removed: Vec<_> = hunks.iter().flat_map(|h| &h.lines).filter(|l| l.kind == LineKind::Removed).collect();
    let lines: Vec<_> = removed.iter().filter(|l| !l.text.is_empty()).map(|l| (l.old, l.text.as_ref())).collect();
    assert_eq!(lines, [(Some(5), headline)]);
}

#[test]
fn nothing_raw_reaches_the_terminal() {
    let text = "One.\x1b[2J\nZapfenstreich \x1b]0;title\x07\u{202e}\r\nTwo\tthree.\n";
    let cleaned = cleaner().clean(text);
    let mut out = Vec::new();
    report::unified(&mut out, "a\x1b[31m\nb\t.txt", &cleaned, 3).expect("a vector takes all");
    let shown = plain(&String::from_utf8(out).expect("text"));
    assert!(!shown.contains(['\x1b', '\x07', '\r', '\u{202e}']), "{shown:?}");
    assert!(shown.contains("--- a/a^[[31m^Jb^I.txt\n"), "{shown}");
    assert!(shown.contains(" One.^[[2J\n"), "{shown}");
    assert!(shown.contains(" Two\tthree.\n"), "{shown}");
}

#[test]
fn held_documents_say_why_and_what_would_go() {
    let cleaner =
        Cleaner::builder().builtin(false).rules("test.toml", RULES).max_removed(0.0).build().expect("good rules");
    let text = "Zapfenstreich is the word that this sentence of an article begins with, and it is long.\n\
                The other sentence of the article does not begin with it, and it is as long as the first.\n";
    let cleaned = cleaner.clean(text);
    assert!(cleaned.held().is_some());
    let shown = preview(&cleaned, 3);
    assert!(shown.contains("\n# held, left as it is: "), "{shown}");
    assert!(shown.contains("@@ -1,2 +1,2 @@\n Zapfenstreich"), "{shown}");
    assert!(shown.contains("site/junk · likely (held)\n"), "{shown}");
}

/// Documents whose lines are all different except for blank ones; some lines are junk, and line breaks are
/// mixed. `blank` is the weight of blank lines.
fn documents(blank: u32) -> impl Strategy<Value = String> {
    let line = prop_oneof![
        8 => Just("Line"),
        4 => Just("Zapfenstreich"),
        2 => Just("Share this: Facebook Twitter"),
        blank => Just(""),
    ];
    (proptest::collection::vec((line, any::<bool>()), 0..40), any::<bool>(), any::<bool>()).prop_map(
        |(lines, open, bom)| {
            let mut text = String::from(if bom { "\u{feff}" } else { "" });
            let count = lines.len();
            for (i, (word, crlf)) in lines.into_iter().enumerate() {
                match word {
                    "" => {}
                    "Line" | "Zapfenstreich" => text.push_str(&format!("{word} {i}")),
                    glued => text.push_str(&format!("It had rained for all of {i} days. {glued}")),
                }
                if i + 1 < count || !open {
                    text.push_str(if crlf { "\r\n" } else { "\n" });
                }
            }
            text
        },
    )
}

/// The original with the hunks applied.
fn applied(cleaned: &Cleaned<'_>, context: usize) -> String {
    let original = cleaned.original();
    let mut out = String::from(if original.starts_with('\u{feff}') { "\u{feff}" } else { "" });
    let lines: Vec<&str> = dechaff::lines(original).map(|l| &original[l.full().range()]).collect();
    let mut at = 0;
    for hunk in diff::hunks(cleaned, context) {
        out.extend(lines[at..hunk.old.start].iter().copied());
        for line in &hunk.lines {
            if line.kind != LineKind::Added {
                let old = line.old.expect("a line of the original");
                assert_eq!(lines[old - 1], format!("{}{}", line.text, line.line_break));
            }
            if line.kind != LineKind::Removed {
                out.push_str(&line.text);
                out.push_str(line.line_break);
            }
        }
        at = hunk.old.end;
    }
    out.extend(lines[at..].iter().copied());
    out
}

proptest! {
    #[test]
    fn where_no_line_repeats_similar_agrees(text in documents(0), context in 0_usize..5) {
        let cleaner = cleaner();
        let cleaned = cleaner.clean(&text);
        prop_assert_eq!(bare(&cleaned, context), oracle(&cleaned, context));
    }

    #[test]
    fn applying_the_hunks_gives_the_cleaned_text(text in documents(2), context in 0_usize..5) {
        let cleaner = cleaner();
        let cleaned = cleaner.clean(&text);
        prop_assert_eq!(applied(&cleaned, context), cleaned.text());
    }

    #[test]
    fn numbers_and_headers_agree(text in documents(2), context in 0_usize..5) {
        let cleaner = cleaner();
        let cleaned = cleaner.clean(&text);
        for hunk in diff::hunks(&cleaned, context) {
            let old: Vec<usize> = hunk.lines.iter().filter_map(|l| l.old).collect();
            let new: Vec<usize> = hunk.lines.iter().filter_map(|l| l.new).collect();
            prop_assert_eq!(old, (hunk.old.start + 1..=hunk.old.end).collect::<Vec<_>>());
            prop_assert_eq!(new, (hunk.new.start + 1..=hunk.new.end).collect::<Vec<_>>());
        }
    }
}
