//! What the caller of a reading wants to know; whatever else would be found is left out, which saves time.

use crate::removal::{Certainty, RuleId};

/// True if a review accepted that a rule takes a text.
pub(crate) type Accepted<'d> = &'d dyn Fn(&RuleId, &str) -> bool;

#[derive(Clone, Copy)]
pub(crate) struct Detail<'d> {
    /// The least certainty of a finding that is wanted.
    pub least: Certainty,
    /// The least certainty of a finding that removes.
    pub removes: Certainty,
    /// Says whether a review accepted a removal, which then goes at any certainty; `None` if there was no review.
    pub is_accepted: Option<Accepted<'d>>,
    /// Whether findings say what was seen.
    pub evidence: bool,
}

impl Default for Detail<'_> {
    fn default() -> Self {
        Self { least: Certainty::Suspect, removes: Certainty::Likely, is_accepted: None, evidence: true }
    }
}
