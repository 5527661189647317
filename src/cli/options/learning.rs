//! The option to learn from the input itself, and its key.

use clap::{ArgAction, Args};
use serde::Deserialize;

use super::group::options;
use super::value::{self, Switch};

options! {
    #[derive(Clone, Debug, Default, Args, Deserialize)]
    #[command(next_help_heading = "Rule options")]
    #[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
    pub(crate) struct LearningOptions {
        /// Read the input twice: first learn what its sources repeat, then take that away too
        #[arg(long, action = ArgAction::SetTrue, value_parser = value::switch)]
        pub(crate) learn: Switch,
    }
}

impl LearningOptions {
    /// True if the run learns from its own input.
    pub(crate) fn is_on(&self) -> bool {
        self.learn.unwrap_or(false)
    }
}
