//! The difference between original and cleaned text as hunks of lines, built from the cuts: a diff of the
//! two texts could show the wrong one of two equal lines as removed. Only `diff` uses the crate `similar`.
//! Reports format hunks; `versions` aligns two texts where the cuts are not known.

mod versions;

use std::borrow::Cow;
use std::ops::Range;

use similar::udiff::UnifiedHunkHeader;
use similar::{DiffOp, group_diff_ops};

use crate::cleaner::Cleaned;
use crate::document::{Line, Span, lines};
use crate::removal::Removal;

pub(crate) use versions::lacking;

/// The default number of kept lines around a change.
pub const CONTEXT: usize = 3;

/// A run of changed lines with the kept lines around it.
#[derive(Clone, Debug)]
pub struct Hunk<'c> {
    /// The range of the hunk's lines in the original, counted from 0.
    pub old: Range<usize>,
    /// The range of the hunk's lines in the cleaned text, counted from 0.
    pub new: Range<usize>,
    /// The header `@@ -old +new @@` as in diff(1), where lines count from 1.
    pub header: String,
    /// The hunk's lines, from the top.
    pub lines: Vec<DiffLine<'c>>,
}

/// The fate of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineKind {
    /// The line is in both texts.
    Kept,
    /// The line is only in the original.
    Removed,
    /// The line is only in the cleaned text: the rest of a line that was cut in part.
    Added,
}

impl LineKind {
    /// The character before a line of this kind in a unified diff.
    #[must_use]
    pub const fn sign(self) -> char {
        match self {
            Self::Kept => ' ',
            Self::Removed => '-',
            Self::Added => '+',
        }
    }
}

/// One line of a hunk.
#[derive(Clone, Debug)]
pub struct DiffLine<'c> {
    /// The fate of the line.
    pub kind: LineKind,
    /// The line's number in the original, counted from 1; `None` if it is not in the original.
    pub old: Option<usize>,
    /// The line's number in the cleaned text, counted from 1; `None` if it is not in the cleaned text.
    pub new: Option<usize>,
    /// The line without its line break.
    pub text: Cow<'c, str>,
    /// The line's break: `\n`, `\r\n`, or empty at the end of a text.
    pub line_break: &'c str,
    /// The spans of `text` that are cut, in bytes, if the line is removed and a rest of it is added;
    /// otherwise empty.
    pub cut: Vec<Span>,
    /// The verdicts that remove the line or pieces of it; empty for a blank line that goes along with its
    /// neighbours. On a kept line, verdicts that are not carried out because the document is held.
    pub removals: Vec<&'c Removal>,
    /// The suspects that begin on the line.
    pub suspects: Vec<&'c Removal>,
}

/// The hunks of a document: its changes and its suspects, with `context` kept lines above and below each.
///
/// A line that was cut in part makes one removed line and, right below it, one added line. If it becomes the
/// last line of the cleaned text and loses its line break, the added line stands at the end of the run of
/// removed lines, as in diff(1). A line with a suspect, or with a removal in a [held](Cleaned::held)
/// document, is a kept line that gets a hunk as if it had changed. A byte order mark is part of no line.
#[must_use]
pub fn hunks<'c>(cleaned: &'c Cleaned<'_>, context: usize) -> Vec<Hunk<'c>> {
    DiffInput {
        original: cleaned.original(),
        lines: Vec::new(),
        cuts: cleaned.cuts(),
        removals: cleaned.removals(),
        suspects: cleaned.suspects(),
        held: cleaned.held().is_some(),
    }
    .hunks(context)
}

/// The parts of a [`Cleaned`] that a diff is made from.
#[derive(Default)]
struct DiffInput<'c> {
    original: &'c str,
    /// The lines of the original; empty until they are needed.
    lines: Vec<Line>,
    cuts: &'c [Span],
    removals: &'c [Removal],
    suspects: &'c [Removal],
    held: bool,
}

/// The remains of a line after cutting; `cut` is relative to the line's start.
enum Remains<'c> {
    All,
    Nothing,
    Pieces { text: Cow<'c, str>, line_break: &'c str, cut: Vec<Span> },
}

impl<'c> DiffInput<'c> {
    fn hunks(mut self, context: usize) -> Vec<Hunk<'c>> {
        let shown = !self.cuts.is_empty() || !self.suspects.is_empty() || (self.held && !self.removals.is_empty());
        if !shown {
            return Vec::new();
        }
        self.lines = lines(self.original).collect();
        let context = context.min(self.lines.len()); // similar doubles it
        group_diff_ops(self.ops(), context)
            .into_iter()
            .filter(|group| group.iter().any(|op| !matches!(op, DiffOp::Equal { .. })))
            .map(|group| self.hunk(&group))
            .collect()
    }

    /// All lines as operations. A kept line with a note is a replacement by itself, so that it gets a hunk.
    fn ops(&self) -> Vec<DiffOp> {
        let mut ops = Ops::default();
        let mut cut = 0;
        for line in &self.lines {
            while self.cuts.get(cut).is_some_and(|c| c.end <= line.full().start) {
                cut += 1;
            }
            match self.left(*line, cut) {
                Remains::All if self.is_noted(*line) => ops.replaced(false),
                Remains::All => ops.kept(),
                Remains::Nothing => ops.removed(),
                Remains::Pieces { line_break, .. } => ops.replaced(line_break.is_empty()),
            }
        }
        ops.done
    }

    /// The remains of a line; `cut` is the index of the first cut that does not end before the line.
    fn left(&self, line: Line, cut: usize) -> Remains<'c> {
        let full = line.full();
        let cuts = self.cuts[cut..].iter().take_while(|c| c.start < full.end);
        let mut kept: Vec<Span> = Vec::new();
        let mut gone: Vec<Span> = Vec::new();
        let mut at = full.start;
        for c in cuts {
            if c.start > at {
                kept.push(Span::new(at, c.start));
            }
            let inside = Span::new(c.start.clamp(full.start, line.span.end), c.end.min(line.span.end));
            if !inside.is_empty() {
                gone.push(Span::new(inside.start - full.start, inside.end - full.start));
            }
            at = c.end.min(full.end);
        }
        if at == full.start {
            return Remains::All;
        }
        if at < full.end {
            kept.push(Span::new(at, full.end));
        }
        let text: Cow<'c, str> = match kept.as_slice() {
            [] => return Remains::Nothing,
            [one] => Cow::Borrowed(&self.original[one.range()]),
            _ => Cow::Owned(kept.iter().map(|piece| &self.original[piece.range()]).collect()),
        };
        let line_break = &self.original[line.span.end.max(at.min(line.end))..line.end];
        let text = match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..text.len() - line_break.len()]),
            Cow::Owned(mut text) => {
                text.truncate(text.len() - line_break.len());
                Cow::Owned(text)
            }
        };
        Remains::Pieces { text, line_break, cut: gone }
    }

    fn is_noted(&self, line: Line) -> bool {
        !within(self.suspects, line).is_empty() || (self.held && !within(self.removals, line).is_empty())
    }

    fn hunk(&self, group: &[DiffOp]) -> Hunk<'c> {
        let mut shown = Vec::new();
        for op in group {
            let (_, old, new) = op.as_tag_tuple();
            match op {
                DiffOp::Equal { .. } => shown.extend(old.zip(new).map(|(i, j)| self.kept(i, j))),
                _ => self.changed(old, new.start, &mut shown),
            }
        }
        let (old, new) = ends(group);
        Hunk { old, new, header: UnifiedHunkHeader::new(group).to_string(), lines: shown }
    }

    fn changed(&self, old: Range<usize>, new: usize, shown: &mut Vec<DiffLine<'c>>) {
        let mut added = None;
        for i in old {
            let line = self.lines[i];
            let cut = self.cuts.partition_point(|c| c.end <= line.full().start);
            match self.left(line, cut) {
                Remains::All => shown.push(self.kept(i, new)),
                Remains::Nothing => shown.push(self.removed(i, Vec::new())),
                Remains::Pieces { text, line_break, cut } => {
                    shown.push(self.removed(i, cut));
                    added = Some(DiffLine {
                        kind: LineKind::Added,
                        old: None,
                        new: Some(new + 1),
                        text,
                        line_break,
                        cut: Vec::new(),
                        removals: Vec::new(),
                        suspects: within(self.suspects, line).iter().collect(),
                    });
                }
            }
        }
        shown.extend(added);
    }

    fn kept(&self, old: usize, new: usize) -> DiffLine<'c> {
        let line = self.lines[old];
        let removals = if self.held { within(self.removals, line) } else { &[] };
        DiffLine {
            kind: LineKind::Kept,
            new: Some(new + 1),
            removals: removals.iter().collect(),
            suspects: within(self.suspects, line).iter().collect(),
            ..self.removed(old, Vec::new())
        }
    }

    fn removed(&self, old: usize, cut: Vec<Span>) -> DiffLine<'c> {
        let line = self.lines[old];
        DiffLine {
            kind: LineKind::Removed,
            old: Some(old + 1),
            new: None,
            text: Cow::Borrowed(&self.original[line.span.range()]),
            line_break: &self.original[line.span.end..line.end],
            cut,
            removals: within(self.removals, line).iter().collect(),
            suspects: Vec::new(),
        }
    }
}

/// The verdicts that begin on a line. `verdicts` are in order.
pub(crate) fn within(verdicts: &[Removal], line: Line) -> &[Removal] {
    let full = line.full();
    let first = verdicts.partition_point(|r| r.span.start < full.start);
    let count = verdicts[first..].partition_point(|r| r.span.start < full.end);
    &verdicts[first..first + count]
}

/// The ranges of lines that a group of operations spans in the original and in the cleaned text.
fn ends(group: &[DiffOp]) -> (Range<usize>, Range<usize>) {
    let (Some(first), Some(last)) = (group.first(), group.last()) else {
        return (0..0, 0..0);
    };
    (first.old_range().start..last.old_range().end, first.new_range().start..last.new_range().end)
}

/// A list of diff operations, built line by line; adjacent operations of one kind are joined.
#[derive(Default)]
struct Ops {
    done: Vec<DiffOp>,
    /// Lines of the original so far.
    old: usize,
    /// Lines of the cleaned text so far.
    new: usize,
    /// True if the last operation added a line without a line break: lines removed after it join that
    /// operation.
    open: bool,
}

impl Ops {
    fn kept(&mut self) {
        match self.done.last_mut() {
            Some(DiffOp::Equal { len, .. }) => *len += 1,
            _ => self.done.push(DiffOp::Equal { old_index: self.old, new_index: self.new, len: 1 }),
        }
        self.old += 1;
        self.new += 1;
    }

    fn removed(&mut self) {
        match self.done.last_mut() {
            Some(DiffOp::Replace { old_len, .. }) if self.open => *old_len += 1,
            Some(DiffOp::Delete { old_len, .. }) => *old_len += 1,
            _ => self.done.push(DiffOp::Delete { old_index: self.old, old_len: 1, new_index: self.new }),
        }
        self.old += 1;
    }

    fn replaced(&mut self, open: bool) {
        self.done.push(DiffOp::Replace { old_index: self.old, old_len: 1, new_index: self.new, new_len: 1 });
        self.old += 1;
        self.new += 1;
        self.open = open;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cut;
    use crate::removal::{Certainty, Family, RuleId};

    fn verdict(line: usize, span: Span) -> Removal {
        Removal {
            span,
            line,
            rule: RuleId::new("site/test"),
            family: Family::Site,
            certainty: Certainty::Certain,
            reason: "a test".into(),
            evidence: String::new(),
        }
    }

    /// A verdict on every line that begins with `x`, and on every piece of a line from a `#` on.
    fn verdicts(text: &str) -> Vec<Removal> {
        let junk = |(i, l): (usize, Line)| {
            let line = &text[l.span.range()];
            let start = if line.starts_with('x') { 0 } else { line.find('#')? };
            Some(verdict(i + 1, Span::new(l.span.start + start, l.span.end)))
        };
        lines(text).enumerate().filter_map(junk).collect()
    }

    /// The hunks of a text as plain lines; `!` marks lines with verdicts.
    fn shown(text: &str, suspects: &[Removal], held: bool, context: usize) -> Vec<String> {
        let removals = verdicts(text);
        let spans: Vec<Span> = removals.iter().map(|r| r.span).collect();
        let cuts = if held { Vec::new() } else { cut::cuts(text, lines(text), &spans) };
        let input = DiffInput { original: text, lines: Vec::new(), cuts: &cuts, removals: &removals, suspects, held };
        let mut out = Vec::new();
        for hunk in input.hunks(context) {
            out.push(hunk.header);
            for line in hunk.lines {
                let mark = if line.removals.is_empty() && line.suspects.is_empty() { "" } else { " !" };
                out.push(format!("{}{}{mark}", line.kind.sign(), line.text));
            }
        }
        out
    }

    #[test]
    fn removed_lines_carry_their_verdict_and_blank_lines_none() {
        assert_eq!(shown("a\n\nx\n\nb\nc\n", &[], false, 1), ["@@ -2,4 +2,2 @@", " ", "-x !", "-", " b"]);
    }

    #[test]
    fn a_piece_shows_as_the_old_and_the_new_line() {
        let text = "a\nb#c\nx\nd\n";
        assert_eq!(shown(text, &[], false, 1), ["@@ -1,4 +1,3 @@", " a", "-b#c !", "+b", "-x !", " d"]);
        let removals = verdicts(text);
        let cuts = cut::cuts(text, lines(text), &[removals[0].span]);
        let input = DiffInput { original: text, cuts: &cuts, removals: &removals, ..DiffInput::default() };
        assert_eq!(input.hunks(0)[0].lines[0].cut, [Span::new(1, 3)]);
    }

    #[test]
    fn the_last_line_loses_its_line_break() {
        assert_eq!(shown("a\n\nx", &[], false, 3), ["@@ -1,3 +1 @@", "-a", "-", "-x !", "+a"]);
        assert_eq!(shown("a#b\n\nx", &[], false, 3), ["@@ -1,3 +1 @@", "-a#b !", "-", "-x !", "+a"]);
    }

    #[test]
    fn nothing_left() {
        assert_eq!(shown("x\n\nx\n", &[], false, 3), ["@@ -1,3 +0,0 @@", "-x !", "-", "-x !"]);
        assert_eq!(shown("\u{feff}x", &[], false, 3), ["@@ -1 +0,0 @@", "-x !"]);
        assert!(shown("a\n", &[], false, 3).is_empty());
    }

    #[test]
    fn suspects_and_held_lines_have_hunks_of_their_own() {
        let suspects = [verdict(6, Span::new(10, 11))];
        assert_eq!(
            shown("x\na\nb\nc\nd\ne\nf\n", &suspects, false, 1),
            ["@@ -1,2 +1 @@", "-x !", " a", "@@ -5,3 +4,3 @@", " d", " e !", " f"]
        );
        assert_eq!(shown("a\nb\nx\nc\nd\n", &[], true, 1), ["@@ -2,3 +2,3 @@", " b", " x !", " c"]);
        assert!(shown("a\n", &[], true, 1).is_empty());
    }

    #[test]
    fn of_equal_lines_the_true_copy_goes() {
        let text = "a\na\nb\na\n";
        let removals = [verdict(2, Span::new(2, 3))];
        let cuts = cut::cuts(text, lines(text), &[removals[0].span]);
        let input = DiffInput { original: text, cuts: &cuts, removals: &removals, ..DiffInput::default() };
        let hunks = input.hunks(0);
        assert_eq!((hunks.len(), hunks[0].header.as_str(), hunks[0].lines[0].old), (1, "@@ -2 +1,0 @@", Some(2)));
    }

    #[test]
    fn any_context_is_fine() {
        assert_eq!(shown("a\nx\nb\n", &[], false, 0), ["@@ -2 +1,0 @@", "-x !"]);
        assert_eq!(shown("a\nx\nb\n", &[], false, usize::MAX), ["@@ -1,3 +1,2 @@", " a", "-x !", " b"]);
    }
}
