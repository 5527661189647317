//! What is known of one line by itself, whatever stands around it. Most of it is computed at the first use and kept for the length of a
//! document; what neighbours decide is in `mod`.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use super::title::{Opening, Title};
use crate::detect::matchers::Matchers;
use crate::document::{Line, Span, is_blank};
use crate::matching::Hit;
use crate::removal::Family;
use crate::text::counts::CharCounts;
use crate::text::fold::fold;
use crate::text::key::{fingerprint, key};
use crate::text::shape::{Edges, LineShape};

/// Longest line, in bytes, that is folded as a whole.
const FOLDED: usize = 1024;
/// How much of a longer line is read to tell its language, in bytes.
const SAMPLE: usize = 2048;

/// A line of the document, or what is left of one, and what is known of it.
#[derive(Debug)]
pub(crate) struct LineFacts<'a> {
    /// Number of the line in the document, counted from 1.
    pub number: usize,
    /// The line in the document.
    pub line: Line,
    /// Pieces in it that went, in the document.
    pub gaps: Vec<Span>,
    /// The line without blanks at its ends, and without its gaps.
    raw: Cow<'a, str>,
    /// Bytes of the blanks that it begins with.
    pub indent: usize,
    pub blank: bool,
    /// What it begins and ends with.
    pub edges: Edges,
    /// The rules that meet it, wherever they apply.
    pub hits: Vec<Hit>,
    shape: OnceCell<(LineShape, CharCounts)>,
    folded: OnceCell<String>,
    ending_hits: OnceCell<Vec<Hit>>,
    policy: OnceCell<Option<Family>>,
    sample: OnceCell<Box<Sample>>,
    title: OnceCell<Box<Title>>,
    opening: OnceCell<Box<Opening>>,
    print: OnceCell<u64>,
}

/// What a line tells of the language of its text.
#[derive(Debug)]
pub(super) struct Sample {
    /// How many stop words of each language stand there.
    pub stop_words: Vec<u32>,
    /// Bytes of the folded text that was read.
    pub bytes: usize,
    /// False if a sign that stands by itself ended the reading.
    pub is_whole: bool,
}

impl<'a> LineFacts<'a> {
    /// Reads a line of a text.
    pub fn read(text: &'a str, line: Line, number: usize, matchers: &Matchers) -> Self {
        let whole = &text[line.span.range()];
        // Most lines begin and end with a visible character of ASCII.
        let is_bare =
            matches!(whole.as_bytes(), [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic());
        let raw = if is_bare { whole } else { whole.trim() };
        let indent = raw.as_ptr() as usize - whole.as_ptr() as usize;
        let blank = !is_bare && is_blank(whole);
        Self { indent, blank, ..Self::of(raw.into(), line, number) }.matched(matchers)
    }

    /// Reads what is left of a line of a text that lost pieces between its ends.
    pub fn read_around(text: &str, line: Line, gaps: Vec<Span>, number: usize, matchers: &Matchers) -> Self {
        let whole = around(text, line.span, &gaps);
        let raw = whole.trim().to_owned();
        let indent = whole.len() - whole.trim_start().len();
        let blank = is_blank(&whole);
        Self { indent, blank, gaps, ..Self::of(raw.into(), line, number) }.matched(matchers)
    }

    fn of(raw: Cow<'a, str>, line: Line, number: usize) -> Self {
        Self {
            number,
            line,
            gaps: Vec::new(),
            raw,
            indent: 0,
            blank: false,
            edges: Edges::default(),
            hits: Vec::new(),
            shape: OnceCell::new(),
            folded: OnceCell::new(),
            ending_hits: OnceCell::new(),
            policy: OnceCell::new(),
            sample: OnceCell::new(),
            title: OnceCell::new(),
            opening: OnceCell::new(),
            print: OnceCell::new(),
        }
    }

    /// Adds what rules know of the line.
    fn matched(mut self, matchers: &Matchers) -> Self {
        if !self.blank {
            self.edges = Edges::of(&self.raw);
            if let Some((folded, hits)) = matchers.line_hits(&self.raw) {
                self.hits = hits;
                self.folded = folded.into();
            }
        }
        self
    }

    /// The line without blanks at its ends, and without its gaps.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The line with the blanks at its ends, without its gaps.
    pub fn whole<'t>(&self, text: &'t str) -> Cow<'t, str> {
        around(text, self.span(), &self.gaps)
    }

    /// Where a piece of [`raw`](Self::raw) stands in the document.
    pub fn place_of(&self, piece: &Range<usize>) -> Span {
        let from = self.span().start + self.indent;
        let (mut start, mut end) = (from + piece.start, from + piece.end);
        for gap in &self.gaps {
            start += if start >= gap.start { gap.len() } else { 0 };
            end += if end > gap.start { gap.len() } else { 0 };
        }
        Span::new(start, end)
    }

    pub const fn span(&self) -> Span {
        self.line.span
    }

    /// What the line looks like.
    pub fn shape(&self) -> LineShape {
        self.shape_and_counts().0
    }

    /// What the line looks like, and its characters, which are counted in the same walk.
    pub fn shape_and_counts(&self) -> &(LineShape, CharCounts) {
        self.shape.get_or_init(|| {
            let mut counts = CharCounts::default();
            (LineShape::counting(&self.raw, &mut counts), counts)
        })
    }

    /// True for a line that reads as running text.
    pub fn is_prose(&self) -> bool {
        let tells = || match self.shape.get() {
            Some((shape, _)) => shape.is_prose(),
            None => LineShape::tells_prose(&self.raw, self.edges),
        };
        self.edges.may_be_prose(self.raw.len()) && tells()
    }

    /// True for a line that reads as a sentence.
    pub fn is_sentence(&self) -> bool {
        self.edges.may_be_sentence(self.raw.len()) && self.shape().is_sentence()
    }

    /// The folded line; empty if it is longer than `FOLDED`.
    pub fn folded(&self) -> &str {
        if self.blank || self.raw.len() > FOLDED {
            return "";
        }
        self.folded.get_or_init(|| fold(&self.raw))
    }

    /// The rules about the end of a page that meet the line.
    pub fn ending_hits(&self, matchers: &Matchers) -> &[Hit] {
        let folded = || match self.folded() {
            "" => Cow::Owned(fold(&self.raw)),
            folded => Cow::Borrowed(folded),
        };
        self.ending_hits.get_or_init(|| matchers.ending_hits(&self.raw, folded))
    }

    /// The family of policy that knows the line, whether it is on or off.
    pub fn policy(&self, matchers: &Matchers) -> Option<Family> {
        *self.policy.get_or_init(|| matchers.policy(&self.raw, self.folded(), &self.hits))
    }

    /// The line as a headline.
    pub fn title(&self) -> &Title {
        self.title.get_or_init(|| Title::of(&self.raw).into())
    }

    /// How the line begins.
    pub fn opening(&self) -> &Opening {
        self.opening.get_or_init(|| Opening::of(&self.raw).into())
    }

    /// The fingerprint of its key: equal for lines of a source that say the same.
    pub fn print(&self) -> u64 {
        *self.print.get_or_init(|| match self.folded() {
            "" => fingerprint(&key(&fold(&self.raw))),
            folded => fingerprint(&key(folded)),
        })
    }

    pub(super) fn sample(&self, matchers: &Matchers) -> &Sample {
        self.sample.get_or_init(|| {
            let text = match self.folded() {
                "" => Cow::Owned(fold(&self.raw[..self.raw.floor_char_boundary(SAMPLE)])),
                folded => Cow::Borrowed(folded),
            };
            let (stop_words, is_whole) = matchers.rules().vocabulary().stop_words_in(&text);
            Box::new(Sample { stop_words, bytes: text.len() + 1, is_whole })
        })
    }
}

/// A piece of a text without the gaps in it.
fn around<'t>(text: &'t str, span: Span, gaps: &[Span]) -> Cow<'t, str> {
    if gaps.is_empty() {
        return text[span.range()].into();
    }
    let ends = gaps.iter().map(|gap| gap.start).chain([span.end]);
    let starts = std::iter::once(span.start).chain(gaps.iter().map(|gap| gap.end));
    starts.zip(ends).map(|(start, end)| &text[start..end]).collect()
}
