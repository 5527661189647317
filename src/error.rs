//! What can go wrong: documents that cannot be cleaned, models that cannot be used. Faults of rules lie in `dechaff_rules`.

use std::fmt;

#[doc(inline)]
pub use dechaff_rules::{RuleError, RuleFault};

/// Why one document of many could not be cleaned. The others go on.
#[derive(Debug)]
pub struct DocumentError {
    /// What is wrong, in lower case, without the document's name.
    pub message: String,
}

impl DocumentError {
    /// A failure in plain words.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DocumentError {}

/// Why bytes are no model for the scorer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelError(pub(crate) &'static str);

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the model cannot be used: {}", self.0)
    }
}

impl std::error::Error for ModelError {}
