//! Options that say which rules are in force and how much they may remove.

use std::path::PathBuf;

use clap::Args;
use dechaff::Profile;
use serde::Deserialize;

use super::group::options;
use super::value::{self, Choice};

options! {
    #[derive(Clone, Debug, Default, Args, Deserialize)]
    #[command(next_help_heading = "Rule options")]
    #[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
    pub(crate) struct RuleOptions {
        /// Add the rules of a file (repeatable)
        #[arg(long, value_name = "FILE")]
        pub(crate) rules: Vec<PathBuf>,
        /// Take away what sources repeat, by a file of `dechaff learn` (repeatable)
        #[arg(long, value_name = "FILE")]
        pub(crate) learned: Vec<PathBuf>,
        /// Use only these rules or families
        #[arg(long, value_name = "ID|FAMILY,..", value_delimiter = ',')]
        pub(crate) select: Option<Vec<String>>,
        /// Use these rules or families too
        #[arg(long, value_name = "ID|FAMILY,..", value_delimiter = ',')]
        pub(crate) extend_select: Option<Vec<String>>,
        /// Do not use these rules or families
        #[arg(long, value_name = "ID|FAMILY,..", value_delimiter = ',')]
        pub(crate) ignore: Option<Vec<String>>,
        /// How sure a rule must be: certain only, also likely, also suspect [default: balanced]
        #[arg(long, value_name = "PROFILE", value_parser = value::choice::<Profile>())]
        #[serde(deserialize_with = "value::deserialize_choice")]
        pub(crate) profile: Option<Profile>,
        /// Follow the answers of a review; review adds to them
        #[arg(long, value_name = "FILE")]
        pub(crate) decisions: Option<PathBuf>,
        /// Hold a document back if more than this share of its sentences would go [default: 0.4]
        #[arg(long, value_name = "SHARE", value_parser = value::share)]
        #[serde(deserialize_with = "value::deserialize_share")]
        pub(crate) max_removed: Option<f64>,
    }
}

impl Choice for Profile {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("safe", Self::Safe), ("balanced", Self::Balanced), ("aggressive", Self::Aggressive)];
}
