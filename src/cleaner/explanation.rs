//! A document explained, line by line.

use super::Cleaner;
use crate::detect::page::Page;
use crate::detect::{JunkScore, LineOutline, Outline};
use crate::document::{Document, PageKind, Shape, Span};
use crate::removal::{Protected, Removal};

/// A document explained; see [`Cleaner::explain`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Explanation<'t> {
    /// What kind of text it is.
    pub shape: Shape,
    /// What the page is; `None` for a text without prose.
    pub kind: Option<PageKind>,
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
    /// The text of the line, without its line break.
    pub text: &'t str,
    /// The removals on it.
    pub removals: Vec<Removal>,
    /// Verdicts too uncertain to remove anything.
    pub suspects: Vec<Removal>,
    /// What stays because a review rejected it.
    pub rejected: Vec<Removal>,
    /// What stays because a `[[keep]]` rule protects it.
    pub protected: Vec<Protected>,
    /// The shape of the line: `prose`, `headline`, `short`, `blank` …
    pub shape: &'static str,
    /// The part of the document: `head`, `body`, `tail`.
    pub zone: &'static str,
    /// How much it looks like the page around the article; `None` for lines that went, that are blank, or that are the
    /// article's without being judged.
    pub score: Option<JunkScore>,
    /// Why the line stays at any score, or why it goes only from a higher score than other lines; else empty.
    pub why: String,
    /// True if the document is held: then nothing is cut, whatever was found.
    pub held: bool,
}

impl Cleaner {
    /// Says what kind of text a document is, and of every line whether it stays, and why.
    #[must_use]
    pub fn explain<'t>(&self, document: &Document<'t>) -> Explanation<'t> {
        let mut page = Page::read(document, &self.reader.matchers);
        let cleaned = self.clean_page(document, &mut page);
        let Outline { shape, kind, lines: firsts } = self.reader.outline(&page, &page.all(), self.removes());
        let left = page.left(cleaned.cuts());
        let mut rest = self.reader.outline(&page, &left, self.removes()).lines.into_iter().peekable();
        // A line that stays was judged twice: in the original text and in what is left of it. Shown is the judgement that came closer to
        // removing it; for suspects and for lines that lost a piece always the second, of which their evidence speaks. The score of a line
        // that went is in its evidence.
        let judged = |first: LineOutline| match rest.next_if(|last| last.number == first.number) {
            None => LineOutline { score: None, why: String::new(), ..first },
            Some(last) => {
                let has = |verdicts: &[Removal]| !on_line(verdicts, first.number, |r| r).is_empty();
                let is_last = has(cleaned.suspects()) || has(cleaned.removals()) || distance(&last) < distance(&first);
                LineOutline { span: first.span, ..if is_last { last } else { first } }
            }
        };
        let outlines: Vec<LineOutline> = firsts.into_iter().map(judged).collect();
        let verdict = |line: LineOutline| LineVerdict {
            line: line.number,
            span: line.span,
            held: cleaned.held().is_some(),
            text: &document.text[line.span.range()],
            removals: on_line(cleaned.removals(), line.number, |r| r),
            suspects: on_line(cleaned.suspects(), line.number, |r| r),
            rejected: on_line(cleaned.rejected(), line.number, |r| r),
            protected: on_line(cleaned.protected(), line.number, |p| &p.removal),
            shape: line.shape,
            zone: line.zone,
            score: line.score,
            why: line.why,
        };
        Explanation { shape, kind, lines: outlines.into_iter().map(verdict).collect() }
    }
}

/// Points by which a line's score falls short of going.
fn distance(line: &LineOutline) -> u8 {
    let missing = |score: &JunkScore| Some(score.goes_from?.saturating_sub(score.score));
    line.score.as_ref().and_then(missing).unwrap_or(u8::MAX)
}

/// The verdicts on one line, from verdicts in the order of the text.
fn on_line<T: Clone>(verdicts: &[T], line: usize, removal: impl Fn(&T) -> &Removal) -> Vec<T> {
    let from = verdicts.partition_point(|v| removal(v).line < line);
    verdicts[from..].iter().take_while(|v| removal(v).line == line).cloned().collect()
}
