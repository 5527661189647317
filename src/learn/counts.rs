//! Counts as a file, which other runs merge.

/// A file of counts that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountsError;
