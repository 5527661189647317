//! What is known of one line by itself, whatever stands around it. Most of it is computed at the first use and kept for the length of a
//! document; what neighbours decide is in `mod`.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::title::Title;
use crate::detect::matchers::Matchers;
use crate::document::{Line, Span, is_blank};
use crate::matching::Hit;
use crate::removal::Family;
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
    /// The line without blanks at its ends.
    pub raw: &'a str,
    /// Bytes of the blanks that it begins with.
    pub indent: usize,
    pub blank: bool,
    /// What it begins and ends with.
    pub edges: Edges,
    /// The rules that meet it, wherever they apply.
    pub hits: Vec<Hit>,
    shape: OnceCell<LineShape>,
    folded: OnceCell<String>,
    ending_hits: OnceCell<Vec<Hit>>,
    policy: OnceCell<Option<Family>>,
    sample: OnceCell<Sample>,
    title: OnceCell<Title>,
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
        let blank = !is_bare && is_blank(whole);
        let raw = if is_bare { whole } else { whole.trim() };
        let mut facts = Self {
            number,
            line,
            raw,
            indent: raw.as_ptr() as usize - whole.as_ptr() as usize,
            blank,
            edges: Edges::default(),
            hits: Vec::new(),
            shape: OnceCell::new(),
            folded: OnceCell::new(),
            ending_hits: OnceCell::new(),
            policy: OnceCell::new(),
            sample: OnceCell::new(),
            title: OnceCell::new(),
            print: OnceCell::new(),
        };
        if !blank {
            facts.edges = Edges::of(raw);
            if let Some((folded, hits)) = matchers.line_hits(raw) {
                facts.hits = hits;
                facts.folded = folded.into();
            }
        }
        facts
    }

    pub const fn span(&self) -> Span {
        self.line.span
    }

    /// What the line looks like.
    pub fn shape(&self) -> LineShape {
        *self.shape.get_or_init(|| LineShape::at(self.raw))
    }

    /// True for a line that reads as running text.
    pub fn is_prose(&self) -> bool {
        let tells =
            || self.shape.get().map_or_else(|| LineShape::tells_prose(self.raw, self.edges), LineShape::is_prose);
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
        self.folded.get_or_init(|| fold(self.raw))
    }

    /// The rules about the end of a page that meet the line.
    pub fn ending_hits(&self, matchers: &Matchers) -> &[Hit] {
        let folded = || match self.folded() {
            "" => Cow::Owned(fold(self.raw)),
            folded => Cow::Borrowed(folded),
        };
        self.ending_hits.get_or_init(|| matchers.ending_hits(self.raw, folded))
    }

    /// The family of policy that knows the line, whether it is on or off.
    pub fn policy(&self, matchers: &Matchers) -> Option<Family> {
        *self.policy.get_or_init(|| matchers.policy(self.raw, self.folded(), &self.hits))
    }

    /// The line as a headline.
    pub fn title(&self) -> &Title {
        self.title.get_or_init(|| Title::of(self.raw))
    }

    /// The fingerprint of its key: equal for lines of a source that say the same.
    pub fn print(&self) -> u64 {
        *self.print.get_or_init(|| match self.folded() {
            "" => fingerprint(&key(&fold(self.raw))),
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
            Sample { stop_words, bytes: text.len() + 1, is_whole }
        })
    }
}
