//! Arguments of the command line and keys of the configuration file. A flag wins over the file.

mod commands;
mod config;
mod global;
mod group;
mod inputs;
mod learning;
mod rules;
mod value;

use clap::{CommandFactory as _, Parser, Subcommand};

pub(crate) use commands::{
    CheckArgs, CleanArgs, CompletionsArgs, DiffArgs, ExplainArgs, LearnArgs, ManArgs, PageFormat, RestoreArgs,
    ReviewArgs, RulesCommand, StatsArgs, StatsFormat,
};
pub(crate) use config::{Config, NAMES, OwnKeys, TEMPLATE};
pub(crate) use global::GlobalOptions;
use group::Fill as _;
pub(crate) use inputs::{InputFormat, InputOptions};
pub(crate) use learning::LearningOptions;
pub(crate) use rules::RuleOptions;

/// Deletes what the page left in the text of scraped articles, and shows what and why before anything is written.
#[derive(Debug, Parser)]
#[command(
    name = "dechaff",
    version,
    arg_required_else_help = true,
    subcommand_required = true,
    propagate_version = false
)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Delete the junk: stdin or one file to stdout, many to -o or in place
    Clean(CleanArgs),
    /// Show what clean would delete, with the rule of each line; writes nothing
    Diff(DiffArgs),
    /// Fail if there is junk; writes nothing
    Check(CheckArgs),
    /// Say why each line of a document went or stayed, or what a rule does
    Explain(ExplainArgs),
    /// Say what the pages of each source repeat, in a file that --learned takes
    ///
    /// A source is the host of a record's address, else the folder. The file is for you to read, edit and keep; from three
    /// articles of a source on it pays. Files of --counts among the inputs are added up: the parts of a batch, counted apart, give
    /// the same file as one run over all.
    Learn(LearnArgs),
    /// Step through the removals and decide: once for a text or a rule, on any number of documents
    ///
    /// The keys are those of git add -p; ? shows them. Answers go to the file of --decisions, else to
    /// dechaff-decisions.toml, and any command follows them with --decisions. The exit code is 1 if something is left open.
    Review(ReviewArgs),
    /// How much goes, by rule, family and source, and what stands out; writes nothing else
    #[command(alias = "report")]
    Stats(StatsArgs),
    /// Give back the originals of files that clean --in-place replaced
    ///
    /// Without --run: those of the last run that was not restored yet. A file that was edited since is merged line by
    /// line if it is a plain text and no edit meets a removal; else it is left alone, named, and the exit code is 2. Its
    /// bytes, permissions and time of change come back; where permitted, its owner; not the names (hard links) that it
    /// had besides. Files that are missing are written anew. Doing it again is safe, also after it was killed. What is
    /// left alone has two ways on: --to writes the originals elsewhere, --force takes them and keeps the edited text.
    #[command(visible_alias = "undo")]
    Restore(RestoreArgs),
    /// The rules in force and their evidence
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Write a dechaff.toml with all keys and their defaults, each commented out
    ///
    /// It goes into the working folder. A configuration that lies there stays as it is, and the exit code is 2.
    Init,
    /// Print what makes a shell complete commands and flags
    ///
    /// For bash: dechaff completions bash > ~/.local/share/bash-completion/completions/dechaff
    Completions(CompletionsArgs),
    /// Write the manual, one page a command, into a folder
    Man(ManArgs),
}

impl Command {
    /// False for commands that do the same whatever the configuration says, be it faulty.
    pub(crate) const fn is_configured(&self) -> bool {
        !matches!(self, Self::Rules(RulesCommand::Schema) | Self::Completions(_) | Self::Man(_))
    }
}

/// All commands with their flags, for what is generated from them.
pub(crate) fn command() -> clap::Command {
    Arguments::command()
}

impl Arguments {
    /// Fills options that no flag sets with those of the configuration.
    pub(crate) fn fill(&mut self, config: &Config) {
        self.global.fill(&config.global);
        let (input, rules, learning) = match &mut self.command {
            Command::Clean(args) => (Some(&mut args.input), Some(&mut args.rules), Some(&mut args.learning)),
            Command::Diff(args) => (Some(&mut args.input), Some(&mut args.rules), Some(&mut args.learning)),
            Command::Check(args) => (Some(&mut args.input), Some(&mut args.rules), Some(&mut args.learning)),
            Command::Explain(args) => (Some(&mut args.input), Some(&mut args.rules), None),
            Command::Learn(args) => (Some(&mut args.input), None, None),
            Command::Review(args) => (Some(&mut args.input), Some(&mut args.rules), Some(&mut args.learning)),
            Command::Stats(args) => (Some(&mut args.input), Some(&mut args.rules), Some(&mut args.learning)),
            Command::Rules(command) => (None, command.options(), None),
            Command::Restore(_) | Command::Init | Command::Completions(_) | Command::Man(_) => (None, None, None),
        };
        input.into_iter().for_each(|input| input.fill(&config.input));
        rules.into_iter().for_each(|rules| rules.fill(&config.rules));
        learning.into_iter().for_each(|learning| learning.fill(&config.learning));
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_flags_are_consistent() {
        super::command().debug_assert();
    }
}
