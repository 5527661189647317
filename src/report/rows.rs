//! The lines of a hunk as rows, in which a cut line stands together with what is left of it, and the notes
//! on them. `unified` and `side` draw the rows.

use std::borrow::Cow;

use super::rules_of;
use super::screen::safe;
use crate::diff::{DiffLine, Hunk, LineKind};
use crate::document::is_blank;

/// One line of the original, together with what is left of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct DiffRow<'h> {
    pub line: &'h DiffLine<'h>,
    /// The rest of `line`, if pieces of it or its line break are cut.
    pub rest: Option<&'h DiffLine<'h>>,
}

/// The rows of a hunk: one for each line of the original, in order.
pub(super) fn rows<'h>(hunk: &'h Hunk<'h>) -> Vec<DiffRow<'h>> {
    let mut added = hunk.lines.iter().filter(|line| line.kind == LineKind::Added);
    let originals = hunk.lines.iter().filter(|line| line.kind != LineKind::Added);
    let leaves = |line: &DiffLine<'_>| !line.cut.is_empty() || loses_only_its_break(line);
    originals.map(|line| DiffRow { line, rest: if leaves(line) { added.next() } else { None } }).collect()
}

impl DiffRow<'_> {
    /// The note on the line and on its rest.
    pub(super) fn note(self) -> Option<String> {
        joined(&[Some(self.line), self.rest].into_iter().flatten().filter_map(note).collect::<Vec<_>>())
    }
}

/// True for a kept line of which only the line break is cut, because it becomes the last line of a text
/// without a final line break. A diff shows it as removed and added, which must not look as if article text
/// went.
pub(super) fn loses_only_its_break(line: &DiffLine<'_>) -> bool {
    line.kind == LineKind::Removed && line.removals.is_empty() && !is_blank(&line.text)
}

/// The note behind a line: the rules that remove from it, or suspect it.
pub(super) fn note(line: &DiffLine<'_>) -> Option<String> {
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
    joined(&notes)
}

fn joined(notes: &[String]) -> Option<String> {
    (!notes.is_empty()).then(|| notes.join(", "))
}

/// The pieces of a line in order, made safe for a terminal: `true` with each piece that is cut out, `false`
/// with the others.
pub(super) fn pieces<'h>(line: &'h DiffLine<'_>) -> Vec<(bool, Cow<'h, str>)> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for cut in &line.cut {
        pieces.push((false, safe(&line.text[at..cut.start])));
        pieces.push((true, safe(&line.text[cut.range()])));
        at = cut.end;
    }
    pieces.push((false, safe(&line.text[at..])));
    pieces.retain(|(_, text)| !text.is_empty());
    pieces
}
