//! What can be typed: commands and flags. The one door of clap; what is not said here may stand in a configuration file.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use dechaff::format::Format;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

/// Deletes what the page left in the text of scraped articles, and shows what and why before anything is written.
#[derive(Debug, Parser)]
#[command(version, arg_required_else_help = true, subcommand_required = true, propagate_version = false)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// No summary; twice: no warnings either
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) quiet: u8,
    /// Also name each changed document, each file that is passed over and the configuration in use
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Colour in the output [default: auto]
    #[arg(long, global = true, value_name = "WHEN")]
    pub(crate) color: Option<Color>,
    /// Use this configuration file
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "isolated")]
    pub(crate) config: Option<PathBuf>,
    /// Look for no configuration file
    #[arg(long, global = true)]
    pub(crate) isolated: bool,
    /// Threads; 0 means all cores [default: 0]
    #[arg(short, long, global = true, value_name = "N")]
    pub(crate) jobs: Option<usize>,
    /// No progress bar
    #[arg(long, global = true)]
    pub(crate) no_progress: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    #[default]
    Auto,
    Always,
    Never,
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
}

/// How documents are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum From {
    /// By the name and the first bytes; what cannot be read is refused
    #[default]
    Auto,
    /// One document a file, whatever it looks like
    Text,
    /// Like text; quotations and code are text of the article
    #[value(alias = "markdown")]
    Md,
    /// One record a line
    #[value(alias = "ndjson")]
    Jsonl,
}

impl From {
    /// The format that the user insists on.
    pub(crate) const fn format(self) -> Option<Format> {
        match self {
            Self::Auto => None,
            Self::Text => Some(Format::Text),
            Self::Md => Some(Format::Markdown),
            Self::Jsonl => Some(Format::Jsonl),
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Input options")]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct InputArgs {
    /// Files and folders; - is stdin
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Format of the input [default: auto]
    #[arg(long, value_name = "FORMAT", hide_default_value = true)]
    pub(crate) from: Option<From>,
    /// Field of a record that holds the text; dots go into objects [default: text]
    #[arg(long, value_name = "NAME", aliases = ["text-column", "text-key"])]
    pub(crate) text_field: Option<String>,
    /// Field of a record that holds its id [default: id]
    #[arg(long, value_name = "NAME")]
    pub(crate) id_field: Option<String>,
    /// Field of a record that holds its headline [default: title]
    #[arg(long, value_name = "NAME")]
    pub(crate) title_field: Option<String>,
    /// Field of a record that holds its address on the web, whose host is its source [default: url]
    #[arg(long, value_name = "NAME")]
    pub(crate) url_field: Option<String>,
    /// Read the names of files and folders from a file, one a line
    #[arg(long, value_name = "FILE|-", conflicts_with = "paths")]
    pub(crate) files_from: Option<PathBuf>,
    /// The names in --files-from end with NUL
    // Not `requires` alone: clap asks for nothing that something else given excludes.
    #[arg(short = '0', long, requires = "files_from", conflicts_with = "paths")]
    pub(crate) null: bool,
    /// In folders, leave out what matches (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) exclude: Vec<String>,
    /// In folders, take only what matches, whatever its ending (repeatable)
    #[arg(long, value_name = "GLOB")]
    pub(crate) include: Vec<String>,
    /// In folders, also take hidden files
    #[arg(long)]
    pub(crate) hidden: bool,
    /// In folders, do not heed .gitignore, .ignore and .dechaffignore
    #[arg(long)]
    pub(crate) no_ignore: bool,
}

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Rule options")]
pub(crate) struct RuleArgs {
    /// Add the rules of a file (repeatable)
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// Use only these rules or families
    #[arg(long, value_name = "ID|FAMILY,..", value_delimiter = ',')]
    pub(crate) select: Vec<String>,
    /// Use these rules or families too
    #[arg(long, value_name = "ID|FAMILY,..", value_delimiter = ',')]
    pub(crate) extend_select: Vec<String>,
    /// Do not use these rules or families
    #[arg(long, value_name = "ID|FAMILY,..", value_delimiter = ',')]
    pub(crate) ignore: Vec<String>,
    /// How sure a rule must be: certain only, also likely, also suspect [default: balanced]
    #[arg(long, value_name = "PROFILE")]
    pub(crate) profile: Option<Profile>,
    /// Follow the answers of a review; review adds to them
    #[arg(long, value_name = "FILE")]
    pub(crate) decisions: Option<PathBuf>,
    /// Hold a document back if more than this share of its sentences would go [default: 0.4]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    pub(crate) max_removed: Option<f64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    Safe,
    Balanced,
    Aggressive,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share lies between 0 and 1".to_owned()),
    }
}

/// The name of a page. Its ending is asked for, so that `--html a.txt b.txt` does not write over an article.
fn page(name: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    let is_page = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("html") || e.eq_ignore_ascii_case("htm"));
    if is_page || name == "-" { Ok(path) } else { Err("the name of a page ends with .html".to_owned()) }
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct CleanArgs {
    /// Write there; of several inputs or a folder, keep the tree
    #[arg(short, long, value_name = "FILE|DIR", conflicts_with = "in_place")]
    pub(crate) output: Option<PathBuf>,
    /// Replace the files that change; `dechaff restore` takes it back
    ///
    /// Each file is replaced at once or not at all, after its original is in the journal below $XDG_STATE_HOME/dechaff or
    /// ~/.local/state/dechaff. Permissions stay, the owner where permitted; the time of change becomes the current one. Of
    /// a symbolic link that is named, what it points to is replaced, and the link stays. Of a file with several names
    /// (hard links), the one that was found gets the new text, the others keep the original.
    #[arg(short, long)]
    pub(crate) in_place: bool,
    /// With --in-place, keep no journal: nothing can be restored
    #[arg(long, requires = "in_place", conflicts_with = "output")]
    pub(crate) no_backup: bool,
    /// Leave out records and files whose text becomes empty
    #[arg(long)]
    pub(crate) drop_empty: bool,
    /// Write nothing; only the summary
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Exit with 2 if a document is held or a record has no text
    #[arg(long)]
    pub(crate) strict: bool,
    /// Also write what `dechaff stats` shows: a web page, CSV or JSON, by the file's ending
    #[arg(long, value_name = "FILE")]
    pub(crate) stats: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("view"), group = clap::ArgGroup::new("whole"))]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct DiffArgs {
    /// Lines of context [default: 3; with --by-rule and --against 1]
    #[arg(short = 'U', long = "unified", value_name = "N")]
    pub(crate) context: Option<usize>,
    /// The original on the left, what stays on the right
    #[arg(short = 'y', long, group = "view")]
    pub(crate) side_by_side: bool,
    /// A line that is cut only once, with what goes between [- and -]
    #[arg(long, group = "view")]
    pub(crate) word: bool,
    /// Only how much goes from each document
    #[arg(long, groups = ["view", "whole"])]
    pub(crate) stat: bool,
    /// One entry a rule: how many hits in how many documents, and a few of them
    #[arg(long, groups = ["view", "whole"])]
    pub(crate) by_rule: bool,
    /// A patch for 'git apply' and 'patch -p1'
    #[arg(long, groups = ["view", "whole"])]
    pub(crate) patch: bool,
    /// By rule: what is newly or no longer removed, compared with the rules of a .toml file in place of --rules, or with
    /// an earlier output of clean
    #[arg(long, value_name = "FILE|DIR", groups = ["view", "whole"])]
    pub(crate) against: Option<PathBuf>,
    /// Only the first N documents with something to show
    #[arg(long, value_name = "N", value_parser = at_least_one, conflicts_with_all = ["sample", "whole"])]
    pub(crate) limit: Option<usize>,
    /// Only N of the documents with something to show, drawn by chance
    #[arg(long, value_name = "N", value_parser = at_least_one, conflicts_with = "whole")]
    pub(crate) sample: Option<usize>,
    /// Another seed draws other documents
    #[arg(long, value_name = "S", default_value_t = 0, requires = "sample")]
    pub(crate) seed: u64,
    /// Also show what is only suspected and stays, counted apart
    #[arg(long, conflicts_with = "patch")]
    pub(crate) suspects: bool,
    /// Write a page for a browser to this file instead; - is stdout
    #[arg(long, value_name = "FILE|-", groups = ["view", "whole"], value_parser = page)]
    pub(crate) html: Option<PathBuf>,
    /// Exit with 1 if there is a difference
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Do not page the output on a terminal
    #[arg(long)]
    pub(crate) no_pager: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err("a whole number, 1 or more".to_owned()),
    }
}

#[derive(Debug, Args)]
pub(crate) struct ReviewArgs {
    /// One rule after the other, the busiest first; else one document after the other
    #[arg(long)]
    pub(crate) by_rule: bool,
    /// Ask about suspects too, after the removals
    #[arg(long)]
    pub(crate) suspects: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Form of the findings
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: FindingFormat,
    /// Exit with 1 only if there are more findings than this; all are shown in any case
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_findings: usize,
    /// Exit with 0 also if there is junk
    #[arg(long)]
    pub(crate) exit_zero: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FindingFormat {
    Human,
    Concise,
    Json,
    Jsonl,
}

/// The numbers of the lines from the first to the last; without a last one, to the end.
fn line_numbers(text: &str) -> Result<RangeInclusive<usize>, String> {
    let number = |text: &str| text.parse().ok().filter(|n| *n > 0);
    let numbers = match text.split_once('-') {
        None => number(text).map(|line| line..=line),
        Some(("", "")) => None,
        Some((first, "")) => number(first).map(|first| first..=usize::MAX),
        Some(("", last)) => number(last).map(|last| 1..=last),
        Some((first, last)) => number(first).zip(number(last)).map(|(first, last)| first..=last),
    };
    numbers
        .filter(|lines| !lines.is_empty())
        .ok_or_else(|| "a line is a number from 1 on; lines are 5-9, 5- or -9".to_owned())
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Explain a rule: what it looks for, its evidence
    #[arg(long, value_name = "ID", conflicts_with_all = ["paths", "line", "record", "files_from", "null"])]
    pub(crate) rule: Option<String>,
    /// Explain only these lines of the text, in full: 5, 5-9, 5- or -9
    #[arg(long, value_name = "N[-M]", value_parser = line_numbers, allow_hyphen_values = true)]
    pub(crate) line: Option<RangeInclusive<usize>>,
    /// Explain only this record of a file: the number of its line, or its id; FILE:N is short for it
    ///
    /// A number is that of a line. Only in a file that has fewer lines, or if it is no number, is it the id of a record, and of
    /// several with this id the first one is meant.
    #[arg(long, value_name = "N|ID")]
    pub(crate) record: Option<String>,
    /// Form of the explanation
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: PageFormat,
    /// Do not page the output on a terminal
    #[arg(long)]
    pub(crate) no_pager: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    Human,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// Form of the figures on stdout [default: human, or none with --html]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<StatsFormat>,
    /// Write the figures as a web page; - is stdout
    #[arg(long, value_name = "FILE|-")]
    pub(crate) html: Option<PathBuf>,
    /// Longest list of rules, sources and outliers; CSV and JSON have all rules and sources
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(..=1000))]
    pub(crate) top: u16,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) rules: RuleArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    Human,
    Json,
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// Only these files, and those in these folders
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The run, by its id or the start of it
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    /// Show the runs, the oldest first: id, files, bytes of their originals, size of the journal, state
    #[arg(long, conflicts_with_all = ["paths", "run", "dry_run", "to", "force", "close", "forget"])]
    pub(crate) list: bool,
    /// Write the originals below this folder and leave the files as they are
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["close", "forget"])]
    pub(crate) to: Option<PathBuf>,
    /// Take the original also where edits stand in its way; the edited text goes into the journal, as a run of its own
    #[arg(long, conflicts_with_all = ["close", "forget"])]
    pub(crate) force: bool,
    /// Mark the run as done, so that only --run meets it again; files and journal stay as they are
    #[arg(long, conflicts_with_all = ["paths", "forget"])]
    pub(crate) close: bool,
    /// Write nothing; show what would be done with each file
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Delete the journal of a run, without --run of all; their files stay as they are
    #[arg(long, conflicts_with_all = ["paths", "dry_run"])]
    pub(crate) forget: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// The rules in force and where each came from
    List {
        /// Form of the list
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: PageFormat,
        /// Only rules that may fire on lines of this language
        #[arg(long, value_name = "CODE")]
        lang: Option<String>,
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// One rule with its examples
    Show {
        #[arg(value_name = "ID")]
        id: String,
        /// Form of the page
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: PageFormat,
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// Run the rules' own examples, of all rules or of those of one file
    Test {
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        #[command(flatten)]
        rules: RuleArgs,
    },
    /// JSON Schema of a rule file
    Schema,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn lines_are_named_by_their_numbers() {
        for (text, lines) in [("5", 5..=5), ("5-9", 5..=9), ("5-", 5..=usize::MAX), ("-9", 1..=9)] {
            assert_eq!(super::line_numbers(text), Ok(lines));
        }
        for text in ["", "-", "0", "0-3", "9-5", "5-x", "1.5", "--9", "--format"] {
            assert!(super::line_numbers(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_flags_are_consistent() {
        super::Arguments::command().debug_assert();
    }
}
