//! A rule that met a line.

/// What a phrase means where it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A line rule fires.
    Rule,
    /// A block may open.
    Anchor,
    /// The line counts inside this block.
    Member,
    /// The line closes a remark of this block.
    EntryEnd,
    /// A rule protects the line.
    Keep,
}

/// A phrase of a rule that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Place of the rule in the set.
    pub rule: usize,
    /// Place of the phrase in the rule's list; of no meaning for `words`.
    pub phrase: usize,
    pub role: Role,
}
