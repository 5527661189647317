//! The preview as a unified diff, each removed line with the rule that says so. It is for reading, not for patch(1):
//! notes stand behind the lines, and what could disturb a terminal is written out.

use std::io::{self, Write};

use super::screen::{columns, counted, safe, safe_name};
use super::{ADDED, DIM, PLACE, REMOVED, TITLE, WARNING, rules_of, styled};
use crate::cleaner::Cleaned;
use crate::diff::{DiffLine, Hunk, LineKind, hunks};

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
    let name = safe_name(name);
    styled(out, TITLE, &format!("--- a/{name}"))?;
    writeln!(out)?;
    styled(out, TITLE, &format!("+++ b/{name}"))?;
    writeln!(out)?;
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
    let noted = hunk.lines.iter().filter(|line| note(line).is_some());
    let widths = noted.map(|line| columns(&shown(line))).filter(|width| *width <= NOTES_AT_MOST);
    let column = widths.max().unwrap_or(0);
    for line in &hunk.lines {
        write_line(out, line, column)?;
    }
    Ok(())
}

fn write_line(out: &mut dyn Write, line: &DiffLine<'_>, column: usize) -> io::Result<()> {
    match line.kind {
        LineKind::Kept => out.write_all(shown(line).as_bytes())?,
        LineKind::Added => styled(out, ADDED, &shown(line))?,
        LineKind::Removed if line.cut.is_empty() => styled(out, REMOVED, &shown(line))?,
        LineKind::Removed => write_cut(out, line)?,
    }
    if let Some(note) = note(line) {
        let gap = column.saturating_sub(columns(&shown(line))) + GAP;
        write!(out, "{:gap$}", "")?;
        styled(out, DIM, &note)?;
    }
    writeln!(out)?;
    if line.line_break.is_empty() {
        writeln!(out, "\\ No newline at end of file")?;
    }
    Ok(())
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

fn shown(line: &DiffLine<'_>) -> String {
    format!("{}{}", line.kind.sign(), safe(&line.text))
}

/// What is said behind a line.
fn note(line: &DiffLine<'_>) -> Option<String> {
    let mut notes = Vec::new();
    if !line.removals.is_empty() {
        let held = if line.kind == LineKind::Kept { " (held)" } else { "" };
        notes.push(format!("{}{held}", rules_of(&line.removals)));
    }
    for suspect in &line.suspects {
        notes.push(format!("? {} ({}, kept)", suspect.rule, suspect.certainty));
    }
    if notes.is_empty() { None } else { Some(notes.join(", ")) }
}
