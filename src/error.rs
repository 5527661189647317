//! What can go wrong: faults of rule files, all at once, and documents that cannot be cleaned.

use std::fmt;

/// One fault of one rule file or of a selection.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleFault {
    /// The file as the user named it, or the name of a built-in pack.
    pub file: String,
    /// Line, counted from 1; 0 where a fault has no place in a file.
    pub line: usize,
    /// Column in characters, counted from 1; 0 where a fault has no place in a file.
    pub column: usize,
    /// The rule, once its id is known.
    pub rule: Option<String>,
    /// What is wrong, in lower case.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        if let Some(rule) = &self.rule {
            write!(f, ": rule {rule}")?;
        }
        write!(f, ": {}", self.message)?;
        if !self.remedy.is_empty() {
            write!(f, "; {}", self.remedy)?;
        }
        Ok(())
    }
}

/// All faults of all rule files and selections that a [`CleanerBuilder`](crate::CleanerBuilder) was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    faults: Vec<RuleFault>,
}

impl RuleError {
    pub(crate) fn new(faults: Vec<RuleFault>) -> Self {
        Self { faults }
    }

    /// The faults, file by file, in the order of their lines.
    #[must_use]
    pub fn faults(&self) -> &[RuleFault] {
        &self.faults
    }
}

impl fmt::Display for RuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, fault) in self.faults.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for RuleError {}

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
