//! What detectors find, and what a detector is.

use std::sync::Arc;

use super::page::View;
use super::seen::Seen;
use crate::document::Span;
use crate::removal::{Certainty, RuleId};

/// Reads a page and finds junk. What it wants to remember of a line it keeps for the length of a document.
pub(super) trait Detector {
    /// Adds what it finds. `found` holds what the detectors before it found.
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>);
}

/// A rule's verdict on a row of a view, or on a piece of it.
pub(super) struct Finding {
    pub row: usize,
    /// The piece, in the document; the whole row if there is none.
    pub piece: Option<Span>,
    /// Place of the rule in the set.
    pub rule: usize,
    pub seen: Seen,
    /// Its certainty, where that is not the rule's.
    pub certainty: Option<Certainty>,
}

impl Finding {
    pub const fn line(row: usize, rule: usize, seen: Seen) -> Self {
        Self { row, piece: None, rule, seen, certainty: None }
    }

    pub const fn sure(mut self, certainty: Certainty) -> Self {
        self.certainty = Some(certainty);
        self
    }

    /// The bytes in the document.
    pub fn span(&self, view: &View<'_>) -> Span {
        self.piece.unwrap_or_else(|| view.span(self.row))
    }

    pub fn certainty(&self, view: &View<'_>) -> Certainty {
        self.certainty.unwrap_or_else(|| view.rule(self.rule).certainty)
    }

    /// True if it goes, by its certainty or because a review accepted it. What a review rejected is taken out later: what belongs to it
    /// must not depend on that.
    pub fn removes(&self, view: &View<'_>) -> bool {
        self.certainty(view) >= view.detail.removes || self.is_accepted(view)
    }

    /// True if a review said that it goes.
    pub fn is_accepted(&self, view: &View<'_>) -> bool {
        let text = || &view.text()[self.span(view).range()];
        view.detail.is_accepted.is_some_and(|is_accepted| is_accepted(&view.rule(self.rule).id, text()))
    }

    /// True if it removes a whole line.
    pub fn removes_line(&self, view: &View<'_>) -> bool {
        self.piece.is_none() && self.removes(view)
    }

    /// True for a whole line whose rule is likely or certain; the certainty of the finding itself may differ.
    pub fn has_sure_rule_for_line(&self, view: &View<'_>) -> bool {
        self.piece.is_none() && view.rule(self.rule).certainty > Certainty::Suspect
    }
}

/// What lets a line stay that was found.
#[derive(Clone, Copy)]
pub(super) enum Keep {
    /// A rule of the user's, by its place in the set.
    Rule(usize),
    /// What belongs together, by a name and a reason for readers.
    Law(&'static str, &'static str),
}

impl Keep {
    /// Its name and its reason.
    pub fn said(self, view: &View<'_>) -> (RuleId, Arc<str>) {
        match self {
            Self::Rule(rule) => (view.rule(rule).id.clone(), view.matchers.reason(rule)),
            Self::Law(id, why) => (RuleId::new(id), why.into()),
        }
    }
}

/// What was found and stays.
pub(super) type Kept = Vec<(Keep, Finding)>;
