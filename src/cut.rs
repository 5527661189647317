//! Text minus removals: turns settled removals into the bytes to delete. Owns the blank-line law.

use crate::document::{Line, Span, is_blank};

/// The bytes to delete from a text for removals that are ordered and disjoint; they are ordered and disjoint too. `lines` are the lines
/// of the text.
///
/// Removed lines take blank lines with them: between two kept lines the larger of the gaps on either side of
/// the removed run stays; at the edges of the text none stays. The final line break stays if there was one.
pub(crate) fn cuts(text: &str, lines: impl Iterator<Item = Line>, removed: &[Span]) -> Vec<Span> {
    let mut out = Cuts::default();
    if removed.is_empty() {
        return out.spans;
    }
    let mut next = 0; // first removal that does not end before the current line
    let mut run = Run::default();
    let mut kept: Option<Span> = None; // content end and full end of the last kept line
    for line in lines {
        let first = next;
        while next < removed.len() && removed[next].start < line.end {
            next += 1;
        }
        let pieces = &removed[first..next];
        if is_gone(text, line.span, pieces) {
            if pieces.is_empty() {
                run.blank(line.full());
            } else {
                run.removed(line.full());
            }
            continue;
        }
        run.close(kept.is_some(), &mut out);
        run = Run::default();
        for piece in pieces {
            out.push(*piece);
        }
        kept = Some(Span::new(line.span.end, line.end));
    }
    if let Some(first) = run.first_removed {
        let start = match (kept, text.ends_with('\n')) {
            (Some(last), true) => last.end,
            (Some(last), false) => last.start,
            (None, _) => run.start.unwrap_or(first.start),
        };
        out.push(Span::new(start, text.len()));
    }
    out.spans
}

/// True if nothing visible is left of a line without these pieces.
fn is_gone(text: &str, line: Span, pieces: &[Span]) -> bool {
    let mut at = line.start;
    for piece in pieces {
        if !is_blank(&text[at..piece.start.max(at)]) {
            return false;
        }
        at = piece.end.max(at);
    }
    is_blank(&text[at.min(line.end)..line.end])
}

/// A run of removed and blank lines between two kept ones.
#[derive(Default)]
struct Run {
    start: Option<usize>,
    end: usize,
    first_removed: Option<Span>,
    last_removed: Option<Span>,
    blanks_before: usize,
    blanks_after: usize,
}

impl Run {
    fn blank(&mut self, line: Span) {
        self.start.get_or_insert(line.start);
        self.end = line.end;
        if self.first_removed.is_some() {
            self.blanks_after += 1;
        } else {
            self.blanks_before += 1;
        }
    }

    fn removed(&mut self, line: Span) {
        self.start.get_or_insert(line.start);
        self.end = line.end;
        self.first_removed.get_or_insert(line);
        self.last_removed = Some(line);
        self.blanks_after = 0;
    }

    /// Ends the run at a kept line; `between` if a kept line stands before it too.
    fn close(&self, between: bool, out: &mut Cuts) {
        let (Some(start), Some(first), Some(last)) = (self.start, self.first_removed, self.last_removed) else {
            return;
        };
        if !between {
            out.push(Span::new(start, self.end));
        } else if self.blanks_before >= self.blanks_after {
            out.push(Span::new(first.start, self.end));
        } else {
            out.push(Span::new(start, last.end));
        }
    }
}

#[derive(Default)]
struct Cuts {
    spans: Vec<Span>,
}

impl Cuts {
    fn push(&mut self, span: Span) {
        match self.spans.last_mut() {
            _ if span.is_empty() => {}
            Some(last) if last.end >= span.start => last.end = last.end.max(span.end),
            _ => self.spans.push(span),
        }
    }
}

/// What is left of a text.
pub(crate) fn without(text: &str, cuts: &[Span]) -> String {
    let gone: usize = cuts.iter().map(|c| c.len()).sum();
    let mut left = String::with_capacity(text.len() - gone);
    let mut at = 0;
    for cut in cuts {
        left.push_str(&text[at..cut.start]);
        at = cut.end;
    }
    left.push_str(&text[at..]);
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::lines;

    /// Removes every line that begins with `x` and every piece behind a `#`.
    fn clean(text: &str) -> String {
        let removed: Vec<Span> = lines(text)
            .filter_map(|l| {
                let line = &text[l.span.range()];
                if line.trim_start().starts_with('x') {
                    return Some(l.span);
                }
                line.find('#').map(|at| Span::new(l.span.start + at, l.span.end))
            })
            .collect();
        without(text, &cuts(text, lines(text), &removed))
    }

    #[test]
    fn the_larger_gap_stays() {
        assert_eq!(clean("a\n\nx\n\n\nb\n"), "a\n\n\nb\n");
        assert_eq!(clean("a\n\n\nx\n\nb\n"), "a\n\n\nb\n");
        assert_eq!(clean("a\nx\nb\n"), "a\nb\n");
        assert_eq!(clean("a\n\nx\nb\n"), "a\n\nb\n");
        assert_eq!(clean("a\nx\n\n\n\nx\nb\n"), "a\nb\n");
    }

    #[test]
    fn edges_keep_no_blank_line() {
        assert_eq!(clean("x\n\na\n"), "a\n");
        assert_eq!(clean("\n\nx\n\na\n"), "a\n");
        assert_eq!(clean("a\n\nx\n\n\n"), "a\n");
        assert_eq!(clean("a\n\nx"), "a");
        assert_eq!(clean("a\r\n\r\nx\r\n"), "a\r\n");
        assert_eq!(clean("x\n\nx\n"), "");
        assert_eq!(clean("\u{feff}x\n\na"), "\u{feff}a");
    }

    #[test]
    fn untouched_blank_lines_stay() {
        assert_eq!(clean("\n\na\n\n\n\nb\nx\nc\n\n\n"), "\n\na\n\n\n\nb\nc\n\n\n");
        assert_eq!(clean("a  \n \n"), "a  \n \n");
    }

    #[test]
    fn pieces_leave_their_line() {
        assert_eq!(clean("a#b\nc"), "a\nc");
        assert_eq!(clean("a\n #b\n\nc"), "a\n\nc");
        assert_eq!(clean("a#b"), "a");
    }
}
