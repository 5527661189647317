//! A document, read once: its lines with what is known of each by itself, and which of them cuts leave.

use super::line::LineFacts;
use crate::detect::matchers::Matchers;
use crate::document::{Document, Line, Span, lines};

/// A document, read once.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub text: &'a str,
    pub title: Option<&'a str>,
    pub markdown: bool,
    /// Place of the rule of its source, where one was learned.
    pub source: Option<usize>,
    pub matchers: &'a Matchers,
    /// The lines of the document; behind them what is left of lines that lost a piece.
    lines: Vec<LineFacts<'a>>,
    /// How many lines the document has.
    count: usize,
}

impl<'a> Page<'a> {
    pub fn read(document: &Document<'a>, matchers: &'a Matchers) -> Self {
        let text = document.text;
        let read = |(line, number)| LineFacts::read(text, line, number, matchers);
        let lines: Vec<LineFacts<'a>> = lines(text).zip(1..).map(read).collect();
        let source = matchers.source_of(document);
        Self { text, title: document.title, markdown: document.markdown, source, matchers, count: lines.len(), lines }
    }

    /// The facts of a line, or of what is left of one, at a place.
    pub fn line(&self, place: usize) -> &LineFacts<'a> {
        &self.lines[place]
    }

    /// True for the place of a whole line, and not of what is left of one.
    pub const fn is_whole_line(&self, place: usize) -> bool {
        place < self.count
    }

    /// The lines of the document.
    pub fn lines(&self) -> &[LineFacts<'a>] {
        &self.lines[..self.count]
    }

    /// The places of all lines of the document.
    pub fn all(&self) -> Vec<usize> {
        (0..self.count).collect()
    }

    /// The places of the lines of which the cuts leave something. What is left of a line is always one piece of it.
    pub fn left(&mut self, cuts: &[Span]) -> Vec<usize> {
        let mut next = 0;
        let mut left = Vec::with_capacity(self.count);
        for place in 0..self.count {
            let Line { span, end } = self.lines[place].line;
            while next < cuts.len() && cuts[next].end <= span.start {
                next += 1;
            }
            let mut rest = span;
            for cut in cuts[next..].iter().take_while(|cut| cut.start < end) {
                if cut.start <= rest.start {
                    rest.start = cut.end;
                } else {
                    rest.end = rest.end.min(cut.start);
                }
            }
            if rest.start >= end {
                continue;
            }
            left.push(if rest == span { place } else { self.add_piece(rest, place) });
        }
        self.skip_byte_order_mark(&mut left, cuts);
        left
    }

    /// Reads what is left of a line, unless it was read before.
    fn add_piece(&mut self, rest: Span, place: usize) -> usize {
        let LineFacts { number, line, .. } = self.lines[place];
        if let Some(known) = (self.count..self.lines.len()).find(|at| self.lines[*at].span() == rest) {
            return known;
        }
        self.lines.push(LineFacts::read(self.text, Line { span: rest, end: line.end }, number, self.matchers));
        self.lines.len() - 1
    }

    /// A byte order mark belongs to no line if nothing is left before it.
    fn skip_byte_order_mark(&mut self, left: &mut [usize], cuts: &[Span]) {
        const MARK: char = '\u{feff}';
        let Some(first) = left.first_mut() else { return };
        let span = self.lines[*first].span();
        let is_start = cuts.first().is_some_and(|cut| cut.start == 0 && cut.end == span.start);
        if is_start && self.text[span.range()].starts_with(MARK) {
            *first = self.add_piece(Span::new(span.start + MARK.len_utf8(), span.end), *first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RuleSet;

    /// The numbers and texts of the lines that cuts leave.
    fn left(text: &str, cuts: &[(usize, usize)]) -> Vec<(usize, String)> {
        let matchers = Matchers::new(RuleSet::default(), RuleSet::default());
        let mut page = Page::read(&Document::new(text), &matchers);
        let cuts: Vec<Span> = cuts.iter().map(|(start, end)| Span::new(*start, *end)).collect();
        let places = page.left(&cuts);
        assert_eq!(places, page.left(&cuts), "a piece is read once");
        places
            .iter()
            .map(|place| (page.line(*place).number, text[page.line(*place).span().range()].to_owned()))
            .collect()
    }

    #[test]
    fn cuts_leave_lines_and_pieces_where_they_stood() {
        let lines =
            |lines: &[(usize, &str)]| -> Vec<_> { lines.iter().map(|(n, line)| (*n, (*line).to_owned())).collect() };
        assert_eq!(left("a\n\nb\r\nc\n", &[]), lines(&[(1, "a"), (2, ""), (3, "b"), (4, "c")]));
        assert_eq!(left("a\n\nb\r\nc\n", &[(2, 6)]), lines(&[(1, "a"), (4, "c")]));
        assert_eq!(left("xx a yy\nb\n", &[(0, 3), (4, 7)]), lines(&[(1, "a"), (2, "b")]));
        assert_eq!(left("a x\ny\nb\n", &[(1, 3), (4, 6)]), lines(&[(1, "a"), (3, "b")]));
        // Without a last line break the break of the last kept line goes.
        assert_eq!(left("a\nb", &[(1, 3)]), lines(&[(1, "a")]));
    }

    #[test]
    fn a_byte_order_mark_that_comes_to_the_start_belongs_to_no_line() {
        assert_eq!(left("x\n\u{feff}b\n", &[(0, 2)]), [(2, "b".to_owned())]);
        assert_eq!(left("x\n\u{feff}b\n", &[(0, 1)]), [(1, String::new()), (2, "\u{feff}b".to_owned())]);
    }
}
