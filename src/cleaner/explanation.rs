//! A document explained, line by line.

use super::Cleaner;
use crate::detect::LineOutline;
use crate::document::{Document, Shape, Span};
use crate::removal::Removal;

/// A document explained; see [`Cleaner::explain`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation<'t> {
    /// What kind of text it is.
    pub shape: Shape,
    /// Its lines, in order.
    pub lines: Vec<LineVerdict<'t>>,
}

/// Explains kept and removed lines alike; see [`Cleaner::explain`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LineVerdict<'t> {
    /// Number of the line, counted from 1.
    pub line: usize,
    /// The line, without its line break, in the text.
    pub span: Span,
    /// What stands there.
    pub text: &'t str,
    /// What was cut from it.
    pub removals: Vec<Removal>,
    /// What only looks like junk.
    pub suspects: Vec<Removal>,
    /// What stays because a review rejected it.
    pub rejected: Vec<Removal>,
    /// How the line was read: `prose`, `headline`, `short`, `blank` …
    pub shape: &'static str,
    /// Where it lies: `head`, `body`, `tail`.
    pub zone: &'static str,
    /// How much it looks like the page around the article, of 100; `None` for lines that are not judged by that.
    pub score: Option<u8>,
    /// What speaks for keeping it.
    pub why: String,
    /// True if the document is held: then nothing is cut, whatever was found.
    pub held: bool,
}

impl Cleaner {
    /// Says what kind of text a document is, and of every line whether it stays, and why.
    #[must_use]
    pub fn explain<'t>(&self, document: &Document<'t>) -> Explanation<'t> {
        let cleaned = self.clean_document(document);
        let on = |list: &[Removal], line: usize| {
            let from = list.partition_point(|r| r.line < line);
            list[from..].iter().take_while(|r| r.line == line).cloned().collect()
        };
        let outline = self.reader.outline(document);
        let verdict = |(i, line): (usize, LineOutline)| LineVerdict {
            line: i + 1,
            span: line.span,
            held: cleaned.held().is_some(),
            text: &document.text[line.span.range()],
            removals: on(cleaned.removals(), i + 1),
            suspects: on(cleaned.suspects(), i + 1),
            rejected: on(cleaned.rejected(), i + 1),
            shape: line.shape,
            zone: line.zone,
            score: line.score,
            why: line.why,
        };
        Explanation { shape: outline.shape, lines: outline.lines.into_iter().enumerate().map(verdict).collect() }
    }
}
