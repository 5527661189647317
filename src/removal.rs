//! A verdict on a piece of text. Nothing here changes a text.

use std::sync::Arc;

#[doc(inline)]
pub use dechaff_rules::{Certainty, Family, RuleId};

use crate::document::Span;

/// One verdict: these bytes are junk, and this is why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removal {
    /// The bytes, in the original text: a whole line without its line break, or a piece of one.
    pub span: Span,
    /// Number of the line it lies on, counted from 1.
    pub line: usize,
    /// The rule that says so.
    pub rule: RuleId,
    /// The rule's family.
    pub family: Family,
    /// How sure the rule is.
    pub certainty: Certainty,
    /// What this kind of junk is, in the rule's words.
    pub reason: Arc<str>,
    /// What was seen in this document: the phrase, the anchor of the block, the line that is repeated.
    pub evidence: String,
}

/// A verdict that a `[[keep]]` rule overrules: what it points at stays.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Protected {
    /// The verdict.
    pub removal: Removal,
    /// The rule that protects the text; or `keep/headline`, `keep/list`, `keep/sentence`, `keep/heading`: what belongs together
    /// stays together.
    pub by: RuleId,
    /// Why it does, in that rule's words.
    pub why: Arc<str>,
}
