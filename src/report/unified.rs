//! The preview as a unified diff, each removed line with the rule that says so. It is for reading, not for patch(1):
//! notes stand behind the lines, and what could disturb a terminal is written out.

use std::io::{self, Write};

use super::screen::{columns, counted, safe, safe_name};
use super::{ADDED, DIM, PLACE, REMOVED, TITLE, WARNING, rules_of, styled};
use crate::cleaner::Cleaned;
use crate::diff::{DiffLine, Hunk, LineKind, hunks};
use crate::document::is_blank;

/// Notes stand in one column, behind the longest line of their hunk that is no longer than this.
const NOTES_AT_MOST: usize = 64;

/// Columns between a line and its note.
const GAP: usize = 4;

/// Writes the changes of one document, with `context` kept lines around each. Writes nothing where neither junk nor a
/// suspect was found.
///
/// Suspects, and what would go from a [held](Cleaned::held) document, stand between kept lines, with a note.
///
/// # Errors
/// Those of `out`.
pub fn unified(out: &mut dyn Write, name: &str, cleaned: &Cleaned<'_>, context: usize) -> io::Result<()> {
    let hunks = hunks(cleaned, context);
    if hunks.is_empty() && cleaned.removals().is_empty() {
        return Ok(());
    }
    let name = safe_name(name.trim_start_matches('/'));
    for (side, path) in [("---", "a"), ("+++", "b")] {
        styled(out, TITLE, &format!("{side} {path}/{name}"))?;
        writeln!(out)?;
    }
    if let Some(held) = cleaned.held() {
        let removals = counted(cleaned.removals().len() as u64, "removal");
        styled(out, WARNING, &format!("# held, left as it is: {held}; {removals} found"))?;
        writeln!(out)?;
    }
    for hunk in &hunks {
        write_hunk(out, hunk)?;
    }
    Ok(())
}

fn write_hunk(out: &mut dyn Write, hunk: &Hunk<'_>) -> io::Result<()> {
    styled(out, PLACE, &hunk.header)?;
    writeln!(out)?;
    let notes: Vec<Option<String>> = hunk.lines.iter().map(note).collect();
    let noted = hunk.lines.iter().zip(&notes).filter(|(_, note)| note.is_some());
    let column = noted.map(|(line, _)| width(line)).filter(|w| *w <= NOTES_AT_MOST).max().unwrap_or(0);
    for (line, note) in hunk.lines.iter().zip(&notes) {
        write_text(out, line)?;
        if let Some(note) = note {
            write!(out, "{:gap$}", "", gap = column.saturating_sub(width(line)) + GAP)?;
            styled(out, DIM, note)?;
        }
        writeln!(out)?;
        if line.line_break.is_empty() {
            writeln!(out, "\\ No newline at end of file")?;
        }
    }
    Ok(())
}

fn write_text(out: &mut dyn Write, line: &DiffLine<'_>) -> io::Result<()> {
    let style = match line.kind {
        LineKind::Kept => {
            out.write_all(b" ")?;
            return out.write_all(safe(&line.text).as_bytes());
        }
        LineKind::Removed => REMOVED,
        LineKind::Added => ADDED,
    };
    if loses_only_its_break(line) {
        return write!(out, "{style}-{style:#}{}", safe(&line.text));
    }
    if line.cut.is_empty() {
        return write!(out, "{style}{}{}{style:#}", line.kind.sign(), safe(&line.text));
    }
    write_cut(out, line)
}

/// A line of which something is left: what goes stands out.
fn write_cut(out: &mut dyn Write, line: &DiffLine<'_>) -> io::Result<()> {
    let mut at = 0;
    write!(out, "{REMOVED}-{REMOVED:#}")?;
    for cut in &line.cut {
        styled(out, REMOVED, &safe(&line.text[at..cut.start]))?;
        styled(out, REMOVED.bold().underline(), &safe(&line.text[cut.range()]))?;
        at = cut.end;
    }
    styled(out, REMOVED, &safe(&line.text[at..]))
}

/// Columns of a line with its sign.
fn width(line: &DiffLine<'_>) -> usize {
    1 + columns(&safe(&line.text))
}

/// True for the last kept line of a text without a final line break. A diff shows it as removed and added, which must
/// not look as if article text went.
fn loses_only_its_break(line: &DiffLine<'_>) -> bool {
    line.kind == LineKind::Removed && line.removals.is_empty() && !is_blank(&line.text)
}

/// What is said behind a line.
fn note(line: &DiffLine<'_>) -> Option<String> {
    let mut notes = Vec::new();
    if !line.removals.is_empty() {
        let held = if line.kind == LineKind::Kept { " (held)" } else { "" };
        notes.push(format!("{}{held}", rules_of(&line.removals)));
    }
    if loses_only_its_break(line) {
        notes.push("only its line break goes, with what followed".to_owned());
    }
    for suspect in &line.suspects {
        notes.push(format!("? {} ({}, kept)", suspect.rule, suspect.certainty));
    }
    if notes.is_empty() { None } else { Some(notes.join(", ")) }
}
