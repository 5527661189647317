//! The result of cleaning one document.

use std::borrow::Cow;

use crate::cut;
use crate::document::Span;
use crate::removal::{Protected, Removal};

/// Cleaning goes on until nothing more is found. A document that is not at rest after so many passes is held.
pub(super) const PASSES: usize = 24;

/// A text, its removals, and what is left of it.
#[derive(Clone, Debug)]
pub struct Cleaned<'t> {
    pub(super) original: &'t str,
    pub(super) removals: Vec<Removal>,
    pub(super) shown: Shown,
    pub(super) cuts: Vec<Span>,
    pub(super) held: Option<Held>,
}

/// Verdicts that remove nothing, in the order of the text.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub suspects: Vec<Removal>,
    pub rejected: Vec<Removal>,
    pub protected: Vec<Protected>,
}

impl<'t> Cleaned<'t> {
    /// The original text.
    #[must_use]
    pub const fn original(&self) -> &'t str {
        self.original
    }

    /// What is left: the original without its [`cuts`](Self::cuts). Borrowed where nothing was cut.
    #[must_use]
    pub fn text(&self) -> Cow<'t, str> {
        if self.cuts.is_empty() {
            Cow::Borrowed(self.original)
        } else {
            Cow::Owned(cut::without(self.original, &self.cuts))
        }
    }

    /// True if the text differs from the original.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        !self.cuts.is_empty()
    }

    /// What is removed and why, in the order of the text; each removal lies within one line. If the document is [held](Self::held), what
    /// would be removed.
    #[must_use]
    pub fn removals(&self) -> &[Removal] {
        &self.removals
    }

    /// What the profile only shows: too uncertain to be removed.
    #[must_use]
    pub fn suspects(&self) -> &[Removal] {
        &self.shown.suspects
    }

    /// What stays because a review rejected it; see [`CleanerBuilder::decisions`](crate::CleanerBuilder::decisions).
    #[must_use]
    pub fn rejected(&self) -> &[Removal] {
        &self.shown.rejected
    }

    /// What stays because a `[[keep]]` rule protects it.
    #[must_use]
    pub fn protected(&self) -> &[Protected] {
        &self.shown.protected
    }

    /// The bytes that were deleted, in order and disjoint: the removals with their line breaks and blank lines.
    #[must_use]
    pub fn cuts(&self) -> &[Span] {
        &self.cuts
    }

    /// Why the document was left as it is.
    #[must_use]
    pub const fn held(&self) -> Option<Held> {
        self.held
    }
}

/// Why a document was left as it is although junk was found.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Held {
    /// More of its sentences would go than allowed.
    TooMuch {
        /// Share of the words of sentence-shaped lines that would be removed.
        share: f64,
        /// The share that is allowed.
        limit: f64,
    },
    /// Each pass found something new; no rule should do that.
    Restless,
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooMuch { share, limit } => {
                write!(f, "{:.1} % of its sentences would go, {:.1} % are allowed", share * 100.0, limit * 100.0)
            }
            Self::Restless => write!(f, "it is not at rest after {PASSES} passes"),
        }
    }
}
