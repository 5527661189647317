//! A document, read once: its lines with what is known of each by itself, and which of them cuts leave.

use super::line::LineFacts;
use crate::detect::matchers::Matchers;
use crate::document::{Document, Line, Span, is_blank, lines};

/// Blank lines of a run that are read one by one. The others belong to the last of these, so that millions cost nothing.
const BLANKS: usize = 100;

/// A document, read once.
#[derive(Debug)]
pub(crate) struct Page<'a> {
    pub text: &'a str,
    pub title: Option<&'a str>,
    pub markdown: bool,
    /// Place of the rule of its source, where one was learned.
    pub source: Option<usize>,
    pub matchers: &'a Matchers,
    /// The lines of the document; behind them what is left of lines that lost pieces.
    lines: Vec<LineFacts<'a>>,
    /// How many lines the document has.
    count: usize,
}

impl<'a> Page<'a> {
    pub fn read(document: &Document<'a>, matchers: &'a Matchers) -> Self {
        let text = document.text;
        let (mut all, mut blanks) = (Vec::<LineFacts<'a>>::new(), 0);
        for (line, number) in lines(text).zip(1..) {
            match all.last_mut().filter(|_| blanks >= BLANKS) {
                Some(last) if is_blank(&text[line.span.range()]) => last.line.end = line.end,
                _ => {
                    let facts = LineFacts::read(text, line, number, matchers);
                    blanks = if facts.blank { blanks + 1 } else { 0 };
                    all.push(facts);
                }
            }
        }
        let source = matchers.source_of(document);
        Self {
            text,
            title: document.title,
            markdown: document.markdown,
            source,
            matchers,
            count: all.len(),
            lines: all,
        }
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

    /// The places of the lines of which the cuts leave something.
    pub fn left(&mut self, cuts: &[Span]) -> Vec<usize> {
        let mut next = 0;
        let mut left = Vec::with_capacity(self.count);
        for place in 0..self.count {
            let Line { span, end } = self.lines[place].line;
            while next < cuts.len() && cuts[next].end <= span.start {
                next += 1;
            }
            let (mut rest, mut gaps) = (span, Vec::new());
            for cut in cuts[next..].iter().take_while(|cut| cut.start < end) {
                if cut.start <= rest.start {
                    rest.start = cut.end;
                } else if cut.end < span.end {
                    gaps.push(*cut);
                } else {
                    rest.end = rest.end.min(cut.start);
                }
            }
            if rest.start >= end {
                continue;
            }
            left.push(if rest == span && gaps.is_empty() { place } else { self.add_rest(rest, gaps, place) });
        }
        self.skip_byte_order_mark(&mut left, cuts);
        left
    }

    /// Reads what is left of a line, unless it was read before.
    fn add_rest(&mut self, rest: Span, gaps: Vec<Span>, place: usize) -> usize {
        let LineFacts { number, line, .. } = self.lines[place];
        let is_known = |at: &usize| self.lines[*at].span() == rest && self.lines[*at].gaps == gaps;
        if let Some(known) = (self.count..self.lines.len()).find(is_known) {
            return known;
        }
        let line = Line { span: rest, end: line.end };
        self.lines.push(match gaps.is_empty() {
            true => LineFacts::read(self.text, line, number, self.matchers),
            false => LineFacts::read_around(self.text, line, gaps, number, self.matchers),
        });
        self.lines.len() - 1
    }

    /// A byte order mark belongs to no line if nothing is left before it.
    fn skip_byte_order_mark(&mut self, left: &mut [usize], cuts: &[Span]) {
        const MARK: char = '\u{feff}';
        let Some(first) = left.first_mut() else { return };
        let span = self.lines[*first].span();
        let is_start = cuts.first().is_some_and(|cut| cut.start == 0 && cut.end == span.start);
        if is_start && self.text[span.range()].starts_with(MARK) {
            let gaps = self.lines[*first].gaps.clone();
            *first = self.add_rest(Span::new(span.start + MARK.len_utf8(), span.end), gaps, *first);
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
        places.iter().map(|place| (page.line(*place).number, page.line(*place).whole(text).into_owned())).collect()
    }

    #[test]
    fn cuts_leave_lines_and_pieces_where_they_stood() {
        let lines =
            |lines: &[(usize, &str)]| -> Vec<_> { lines.iter().map(|(n, line)| (*n, (*line).to_owned())).collect() };
        assert_eq!(left("a\n\nb\r\nc\n", &[]), lines(&[(1, "a"), (2, ""), (3, "b"), (4, "c")]));
        assert_eq!(left("a\n\nb\r\nc\n", &[(2, 6)]), lines(&[(1, "a"), (4, "c")]));
        assert_eq!(left("xx a yy\nb\n", &[(0, 3), (4, 7)]), lines(&[(1, "a"), (2, "b")]));
        assert_eq!(left("a x b y\nc\n", &[(2, 4), (5, 7)]), lines(&[(1, "a b"), (2, "c")]));
        assert_eq!(left("a x b y c\n", &[(0, 2), (4, 6)]), lines(&[(1, "x y c")]));
        assert_eq!(left("a x\ny\nb\n", &[(1, 3), (4, 6)]), lines(&[(1, "a"), (3, "b")]));
        // Without a last line break the break of the last kept line goes.
        assert_eq!(left("a\nb", &[(1, 3)]), lines(&[(1, "a")]));
    }

    #[test]
    fn long_runs_of_blank_lines_cost_nothing() {
        let text = format!("a\n{}b\n", "\n".repeat(100_000));
        let matchers = Matchers::new(RuleSet::default(), RuleSet::default());
        let page = Page::read(&Document::new(&text), &matchers);
        assert_eq!(page.lines().len(), 2 + BLANKS);
        assert_eq!((page.lines()[BLANKS].line.end, page.lines()[BLANKS + 1].number), (100_002, 100_002));
    }

    #[test]
    fn a_byte_order_mark_that_comes_to_the_start_belongs_to_no_line() {
        assert_eq!(left("x\n\u{feff}b\n", &[(0, 2)]), [(2, "b".to_owned())]);
        assert_eq!(left("x\n\u{feff}b\n", &[(0, 1)]), [(1, String::new()), (2, "\u{feff}b".to_owned())]);
    }
}
