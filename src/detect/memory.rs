//! What is known of the lines of a text by themselves, kept while it is read again and again: most of its lines stay what they
//! are. What lines are to each other lies in `page`.

use std::cell::{OnceCell, RefCell};

use super::Reader;
use super::units::Counts;
use crate::document::Span;
use crate::removal::Family;
use crate::rules::fold::fold;
use crate::rules::matcher::Hit;
use crate::rules::shape::Look;
use crate::rules::vocabulary::Language;

/// What is known of lines by themselves.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(super) hits: Vec<Hit>,
    /// Of each line of the original: where it stands, and what was found.
    pub(super) lines: Vec<(Span, Facts)>,
    /// What was counted on lines, once it was asked for.
    pub(super) counted: Vec<Counted>,
    pub(super) language: RefCell<Option<Sample>>,
}

/// Which lines told the language of a text, each by the place of what is counted on it; and what they told.
#[derive(Debug)]
pub(super) struct Sample {
    pub rows: Vec<usize>,
    /// False if there was no more prose.
    pub is_full: bool,
    pub language: Option<Language>,
}

/// What is counted on a line, and what it was counted for.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub folded: OnceCell<String>,
    pub endings: OnceCell<Vec<Hit>>,
    pub counts: OnceCell<(u64, Counts)>,
    pub policy: OnceCell<Option<Family>>,
}

/// What is known of one line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub look: Look,
    pub hits: Span,
    /// Place of what is counted.
    pub counted: usize,
}

impl Memory {
    /// What the lines of the text look like that was read first.
    pub(super) fn looks(&self) -> impl Iterator<Item = (Span, &Look)> {
        self.lines.iter().map(|(span, facts)| (*span, &facts.look))
    }

    /// Looks at a line for the first time.
    pub(super) fn look(&mut self, reader: &Reader, raw: &str, hits: &mut Vec<Hit>) -> Facts {
        let mut facts = Facts { look: Look::at(raw), counted: self.counted.len(), ..Facts::default() };
        if reader.matcher.may_meet(raw) {
            let folded = fold(raw);
            reader.matcher.hits(&reader.rules, raw, &folded, hits);
            self.counted.push(Counted { folded: folded.into(), ..Counted::default() });
            facts.hits = Span::new(self.hits.len(), self.hits.len() + hits.len());
            self.hits.extend_from_slice(hits);
        } else {
            self.counted.push(Counted::default());
        }
        facts
    }
}

/// A text that is left of another one: which of its lines are which there, counted from 1.
#[derive(Clone, Copy)]
pub(crate) struct Rest<'a> {
    pub original: &'a str,
    pub numbers: &'a [usize],
}
