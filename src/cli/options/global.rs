//! Options of all commands: messages, colours, threads, configuration.

use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{ArgAction, Args};
use serde::Deserialize;

use super::group::options;
use super::value::{self, Choice};

options! {
    #[derive(Clone, Debug, Default, Args, Deserialize)]
    #[command(next_help_heading = "Global options")]
    #[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
    pub(crate) struct GlobalOptions {
        /// No summary; twice: no warnings either
        #[arg(short, long, global = true, action = ArgAction::Count)]
        #[serde(skip)]
        pub(crate) quiet: u8,
        /// Also name each changed document, each file that is passed over and the configuration in use
        #[arg(short, long, global = true, action = ArgAction::Count)]
        #[serde(skip)]
        pub(crate) verbose: u8,
        /// Colour in the output [default: auto]
        #[arg(long, global = true, value_name = "WHEN", value_parser = value::choice::<ColorChoice>())]
        #[serde(deserialize_with = "value::deserialize_choice")]
        pub(crate) color: Option<ColorChoice>,
        /// Use this configuration file
        #[arg(long, global = true, value_name = "FILE", conflicts_with = "isolated")]
        #[serde(skip)]
        pub(crate) config: Option<PathBuf>,
        /// Look for no configuration file
        #[arg(long, global = true)]
        #[serde(skip)]
        pub(crate) isolated: bool,
        /// Threads; 0 means all cores [default: 0]
        #[arg(short, long, global = true, value_name = "N")]
        pub(crate) jobs: Option<usize>,
        /// No progress bar
        #[arg(long, global = true)]
        #[serde(skip)]
        pub(crate) no_progress: bool,
    }
}

impl Choice for ColorChoice {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("auto", Self::Auto), ("always", Self::Always), ("never", Self::Never)];
}
