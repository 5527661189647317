//! The reports of `diff` and `diff --word`: unified diffs for people, with the rule behind each removed line
//! and with hostile characters written out. `patch` writes diffs for patch(1).

use std::borrow::Cow;
use std::io::{self, Write};

use super::rows::{loses_only_its_break, note, pieces, rows};
use super::screen::{columns, counted, safe, safe_name};
use super::{ADDED, DIM, PLACE, REMOVED, TITLE, WARNING, styled, styled_line};
use crate::cleaner::Cleaned;
use crate::diff::{DiffLine, Hunk, LineKind, hunks};

/// The notes of a hunk stand in one column, behind its longest line with a note; lines of more columns than
/// this do not count.
const NOTES_AT_MOST: usize = 64;

/// Columns between a line and its note.
const GAP: usize = 4;

/// Writes the changes of one document, with `context` kept lines around each. Writes nothing if the document
/// has neither removals nor suspects.
///
/// Lines with suspects, and lines with removals in a [held](Cleaned::held) document, are shown as kept lines
/// with a note.
///
/// # Errors
/// If writing to `out` fails.
pub fn unified(out: &mut dyn Write, name: &str, cleaned: &Cleaned<'_>, context: usize) -> io::Result<()> {
    let lines = |hunk: &Hunk<'_>, out: &mut dyn Write| {
        let lines =
            hunk.lines.iter().map(|line| StyledLine { text: text(line), marks: 0, note: note(line), line, last: line });
        write_lines(out, &lines.collect::<Vec<_>>())
    };
    write(out, name, cleaned, context, lines)
}

/// Like [`unified`], but a line that is cut in part stands only once, behind `~`, with the pieces that go
/// between `[-` and `-]`, as in `git diff --word-diff`.
///
/// # Errors
/// If writing to `out` fails.
pub fn words(out: &mut dyn Write, name: &str, cleaned: &Cleaned<'_>, context: usize) -> io::Result<()> {
    let lines = |hunk: &Hunk<'_>, out: &mut dyn Write| {
        let rows = rows(hunk);
        let lines = rows.iter().map(|row| {
            let line = row.line;
            let (text, marks) = if row.rest.is_some() { (marked(line), 4 * line.cut.len()) } else { (text(line), 0) };
            StyledLine { text, marks, note: row.note(), line, last: row.rest.unwrap_or(line) }
        });
        write_lines(out, &lines.collect::<Vec<_>>())
    };
    write(out, name, cleaned, context, lines)
}

fn write(
    out: &mut dyn Write,
    name: &str,
    cleaned: &Cleaned<'_>,
    context: usize,
    write_lines: impl Fn(&Hunk<'_>, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let hunks = hunks(cleaned, context);
    if hunks.is_empty() && cleaned.removals().is_empty() {
        return Ok(());
    }
    let name = safe_name(name.trim_start_matches('/'));
    for (side, path) in [("---", "a"), ("+++", "b")] {
        styled_line(out, TITLE, &format!("{side} {path}/{name}"))?;
    }
    if let Some(note) = held_note(cleaned) {
        styled_line(out, WARNING, &note)?;
    }
    for hunk in &hunks {
        styled_line(out, PLACE, &hunk.header)?;
        write_lines(hunk, out)?;
    }
    Ok(())
}

/// The line above a held document: why it is held, and how many removals were found; `None` if it is not
/// held.
pub(super) fn held_note(cleaned: &Cleaned<'_>) -> Option<String> {
    let removals = counted(cleaned.removals().len() as u64, "removal");
    cleaned.held().map(|held| format!("# held, left as it is: {held}; {removals} found"))
}

/// A line ready to be written.
struct StyledLine<'h> {
    /// The line with its sign and ANSI styles.
    text: String,
    /// Columns of the `[-` and `-]` in `text`.
    marks: usize,
    note: Option<String>,
    line: &'h DiffLine<'h>,
    /// The line of the hunk whose line break ends this line.
    last: &'h DiffLine<'h>,
}

impl StyledLine<'_> {
    /// The width of the line in columns. Slow to compute, so only computed for lines with a note.
    fn width(&self) -> usize {
        1 + columns(&safe(&self.line.text)) + self.marks
    }
}

fn write_lines(out: &mut dyn Write, lines: &[StyledLine<'_>]) -> io::Result<()> {
    let widths = lines.iter().filter(|drawn| drawn.note.is_some()).map(StyledLine::width);
    let column = widths.filter(|width| *width <= NOTES_AT_MOST).max().unwrap_or(0);
    for drawn in lines {
        out.write_all(drawn.text.as_bytes())?;
        if let Some(note) = &drawn.note {
            write!(out, "{:gap$}", "", gap = column.saturating_sub(drawn.width()) + GAP)?;
            styled(out, DIM, note)?;
        }
        writeln!(out)?;
        if drawn.last.line_break.is_empty() {
            writeln!(out, "\\ No newline at end of file")?;
        }
    }
    Ok(())
}

/// A styled line behind its sign; in a line that is cut in part, the pieces that go are bold and underlined.
fn text(line: &DiffLine<'_>) -> String {
    let safe_text = safe(&line.text);
    let sign = line.kind.sign();
    match line.kind {
        LineKind::Kept => format!(" {safe_text}"),
        LineKind::Removed if loses_only_its_break(line) => format!("{REMOVED}-{REMOVED:#}{safe_text}"),
        LineKind::Removed if !line.cut.is_empty() => {
            let style = |goes| if goes { REMOVED.bold().underline() } else { REMOVED };
            let piece = |(goes, text): (bool, Cow<'_, str>)| format!("{0}{text}{0:#}", style(goes));
            format!("{REMOVED}-{REMOVED:#}{}", pieces(line).into_iter().map(piece).collect::<String>())
        }
        LineKind::Removed => format!("{REMOVED}{sign}{safe_text}{REMOVED:#}"),
        LineKind::Added => format!("{ADDED}{sign}{safe_text}{ADDED:#}"),
    }
}

/// A line that is cut in part, with the pieces that go between `[-` and `-]`.
fn marked(line: &DiffLine<'_>) -> String {
    let mut out = String::from(if line.cut.is_empty() { ' ' } else { '~' });
    for (goes, text) in pieces(line) {
        out += &if goes { format!("{REMOVED}[-{text}-]{REMOVED:#}") } else { text.into_owned() };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_cut_line_stands_once_with_its_words_marked() {
        let shown = fixture::plain(|out| words(out, "a.txt", &fixture::cleaned(), 0));
        assert_eq!(
            shown,
            "--- a/a.txt
+++ b/a.txt
@@ -3,5 +3,2 @@
-Share this: Facebook    share/label · certain
-
 Perhaps a label:        ? site/maybe (suspect, kept)
~It rained for most of the day, said the miller.[- Share this: Facebook-]    share/label · certain
-Join our letter         newsletter/join · likely
"
        );
    }

    #[test]
    fn a_line_that_loses_its_break_looks_kept() {
        let cleaner = fixture::cleaner();
        let shown = fixture::plain(|out| words(out, "a", &cleaner.clean("a\n\nShare this: Facebook"), 3));
        assert!(shown.contains("\n a "), "{shown}");
        assert!(shown.contains("only its line break goes") && !shown.contains("\n+a\n"), "{shown}");
        assert_eq!(shown.matches("No newline at end").count(), 2, "{shown}");
    }

    #[test]
    fn nothing_raw_of_the_text_is_written() {
        let text = "It rained for most of the day, said the \u{1b}[31mmiller\u{202e}. Share this: Facebook\n";
        let cleaned = fixture::cleaner().clean(text);
        for view in [unified, words] {
            let mut out = Vec::new();
            view(&mut out, "a\u{1b}[2J\n", &cleaned, 3).expect("a vector takes all");
            let shown = String::from_utf8(out).expect("text");
            assert!(!shown.contains("\u{1b}[31mm") && !shown.contains("\u{1b}[2J") && !shown.contains('\u{202e}'));
            assert!(shown.contains("^[[31mmiller\\u{202e}") && shown.contains("a^[[2J^J"), "{shown}");
        }
    }
}
