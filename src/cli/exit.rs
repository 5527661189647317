//! Exit codes: a small type, and which of two wins.

use std::process::ExitCode;

/// How a run ended. The later ones outweigh the earlier ones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done, nothing wrong; also when the reader of the output went away.
    #[default]
    Done,
    /// Junk, a difference or a failing example was found where that is the question.
    Findings,
    /// Wrong usage, configuration or rules; or something could not be read, parsed or written.
    Trouble,
    /// Stopped by Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Trouble => 2,
            Self::Interrupted => 130,
        }
    }

    /// `self` if true, else done.
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
