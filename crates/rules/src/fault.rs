//! Faults of rule files and selections: where, what, and what to do about it. All are collected; nothing here stops at the first.

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

impl RuleFault {
    /// A fault of a file or a selection. It has no place in a file.
    #[doc(hidden)]
    #[must_use]
    pub fn new(file: impl Into<String>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        let (file, message, remedy) = (file.into(), message.into(), remedy.into());
        Self { file, line: 0, column: 0, rule: None, message, remedy }
    }

    /// This fault with its place: line and column, both counted from 1.
    #[doc(hidden)]
    #[must_use]
    pub fn at(self, (line, column): (usize, usize)) -> Self {
        Self { line, column, ..self }
    }
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

/// All faults of all rule files and selections that a cleaner was to be built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleError {
    faults: Vec<RuleFault>,
}

impl RuleError {
    /// All faults at once.
    #[doc(hidden)]
    #[must_use]
    pub fn new(faults: Vec<RuleFault>) -> Self {
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
