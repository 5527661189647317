//! The exit codes of the program, and which of two wins. What counts as a failure is decided by each
//! command.

use std::process::ExitCode;

/// How a run ended. Later variants are worse: of two, the larger one wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing went wrong, or the reader of the output closed the pipe.
    #[default]
    Done,
    /// The answer to the command's question is bad: junk, a difference, a failing example, an open
    /// question.
    Findings,
    /// Wrong usage, configuration or rules; or something could not be read, parsed or written.
    Trouble,
    /// Ctrl-C or SIGTERM stopped the run.
    Interrupted,
}

impl Exit {
    /// The process exit status, 0 to 255.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Trouble => 2,
            Self::Interrupted => 130,
        }
    }

    /// `self` if `yes`, else [`Exit::Done`].
    pub(crate) const fn when(self, yes: bool) -> Self {
        if yes { self } else { Self::Done }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worse_end_wins() {
        assert_eq!(Exit::Findings.max(Exit::Trouble).code(), 2);
        assert_eq!(Exit::Done.max(Exit::Findings).code(), 1);
        assert_eq!(Exit::Trouble.max(Exit::Interrupted).code(), 130);
        assert_eq!(Exit::default().code(), 0);
    }

    #[test]
    fn only_what_happened_counts() {
        assert_eq!(Exit::Trouble.when(false), Exit::Done);
        assert_eq!(Exit::Trouble.when(true), Exit::Trouble);
    }
}
