//! The flags of each command. Groups of flags that several commands share lie in files of their own.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use clap_complete::Shell;
use dechaff::learn::By;
use dechaff::report::FindingFormat;

use super::inputs::InputOptions;
use super::learning::LearningOptions;
use super::rules::RuleOptions;
use super::value::{self, Choice};
use crate::cli::conversion::Conversion;

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
    /// Pack the output this way, or turn web archives into this format: gz, zst, bz2, xz or plain; jsonl or parquet; or
    /// both, as in jsonl.zst [default: as the input; of web archives jsonl]
    #[arg(long, value_name = "FORMAT", conflicts_with_all = ["in_place", "attributes"])]
    pub(crate) to: Option<Conversion>,
    /// Leave the texts alone; write there, for each file, the spans that would go, as datasets in the Dolma layout keep them
    ///
    /// One JSON object a document, in the documents' order: its id, its source, and of each family of junk the spans
    /// (first code point, code point behind the last, share of such removals that are junk).
    #[arg(long, value_name = "DIR", conflicts_with_all = ["in_place", "output", "drop_empty", "dry_run"])]
    pub(crate) attributes: Option<PathBuf>,
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
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
    #[command(flatten)]
    pub(crate) learning: LearningOptions,
}

impl CleanArgs {
    /// The file or folder to write to.
    pub(crate) fn folder_or_file(&self) -> Option<&Path> {
        self.output.as_deref().or(self.attributes.as_deref())
    }
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
    /// By rule: what is newly or no longer removed, compared with the rules of a .toml file in place of --rules,
    /// --learned and --learn, or with an earlier output of clean
    #[arg(long, value_name = "FILE|DIR", groups = ["view", "whole"])]
    pub(crate) against: Option<PathBuf>,
    /// Only the first N documents with something to show
    #[arg(long, value_name = "N", value_parser = value::at_least_one, conflicts_with_all = ["sample", "whole"])]
    pub(crate) limit: Option<usize>,
    /// Only N of the documents with something to show, drawn by chance
    #[arg(long, value_name = "N", value_parser = value::at_least_one, conflicts_with = "whole")]
    pub(crate) sample: Option<usize>,
    /// Another seed draws other documents
    #[arg(long, value_name = "S", default_value_t = 0, requires = "sample")]
    pub(crate) seed: u64,
    /// Also show what is only suspected and stays, counted apart
    #[arg(long, conflicts_with = "patch")]
    pub(crate) suspects: bool,
    /// Write a page for a browser to this file instead; - is stdout
    #[arg(long, value_name = "FILE|-", groups = ["view", "whole"], value_parser = value::page)]
    pub(crate) html: Option<PathBuf>,
    /// Exit with 1 if there is a difference
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Do not page the output on a terminal
    #[arg(long)]
    pub(crate) no_pager: bool,
    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
    #[command(flatten)]
    pub(crate) learning: LearningOptions,
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
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
    #[command(flatten)]
    pub(crate) learning: LearningOptions,
}

impl Choice for By {
    const CHOICES: &'static [(&'static str, Self)] = Self::NAMED;
}

#[derive(Debug, Args)]
pub(crate) struct LearnArgs {
    /// Write the learned file there; - is stdout [default: stdout, or nothing with --counts]
    #[arg(short, long, value_name = "FILE|-")]
    pub(crate) output: Option<PathBuf>,
    /// What a source is: auto is the host of the address, else the folder; none takes all articles as one source
    #[arg(long, value_name = "WHAT", default_value = "auto", value_parser = value::choice::<By>())]
    pub(crate) by: By,
    /// Take news.example.org and sport.example.org as example.org
    #[arg(long)]
    pub(crate) merge_subdomains: bool,
    /// A line goes by its number alone from so many articles on
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) min_docs: u32,
    /// A line goes by its number alone from this share of the articles of its source on, 0 to 1
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = value::share)]
    pub(crate) min_share: f64,
    /// Write counts that later runs add up, with all lines of all articles; - is stdout
    #[arg(long, value_name = "FILE|-")]
    pub(crate) counts: Option<PathBuf>,
    /// Write fingerprints in place of texts: the file then says nothing of the pages, and cannot be read by people
    #[arg(long)]
    pub(crate) hashes: bool,
    #[command(flatten)]
    pub(crate) input: InputOptions,
}

impl Choice for FindingFormat {
    const CHOICES: &'static [(&'static str, Self)] = &[
        ("human", Self::Human),
        ("concise", Self::Concise),
        ("json", Self::Json),
        ("jsonl", Self::Jsonl),
        ("github", Self::Github),
        ("sarif", Self::Sarif),
    ];
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Form of the findings
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = value::choice::<FindingFormat>())]
    pub(crate) format: FindingFormat,
    /// Exit with 1 only if there are more findings than this; all are shown in any case
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) max_findings: usize,
    /// Exit with 0 also if there is junk
    #[arg(long)]
    pub(crate) exit_zero: bool,
    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
    #[command(flatten)]
    pub(crate) learning: LearningOptions,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Explain a rule: what it looks for, its evidence
    #[arg(long, value_name = "ID", conflicts_with_all = ["paths", "line", "record", "files_from", "null"])]
    pub(crate) rule: Option<String>,
    /// Explain only these lines of the text, in full: 5, 5-9, 5- or -9
    #[arg(long, value_name = "N[-M]", value_parser = value::line_numbers, allow_hyphen_values = true)]
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
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PageFormat {
    Human,
    Json,
}

#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// Form of the figures on stdout [default: human, or none with --html]
    #[arg(long, value_name = "FORMAT", value_parser = value::choice::<StatsFormat>())]
    pub(crate) format: Option<StatsFormat>,
    /// Write the figures as a web page; - is stdout
    #[arg(long, value_name = "FILE|-")]
    pub(crate) html: Option<PathBuf>,
    /// Longest list of rules, sources and outliers; CSV and JSON have all rules and sources
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(..=1000))]
    pub(crate) top: u16,
    #[command(flatten)]
    pub(crate) input: InputOptions,
    #[command(flatten)]
    pub(crate) rules: RuleOptions,
    #[command(flatten)]
    pub(crate) learning: LearningOptions,
}

/// What the figures of a run are written as.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StatsFormat {
    Human,
    Json,
    Csv,
    Html,
}

impl Choice for StatsFormat {
    const CHOICES: &'static [(&'static str, Self)] =
        &[("human", Self::Human), ("json", Self::Json), ("csv", Self::Csv)];
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
        rules: RuleOptions,
    },
    /// One rule with its examples
    Show {
        #[arg(value_name = "ID")]
        id: String,
        /// Form of the page
        #[arg(long, value_name = "FORMAT", default_value = "human")]
        format: PageFormat,
        #[command(flatten)]
        rules: RuleOptions,
    },
    /// Run the rules' own examples, of all rules or of those of one file
    Test {
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        #[command(flatten)]
        rules: RuleOptions,
    },
    /// JSON Schema of a rule file
    Schema,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    pub(crate) shell: Shell,
}

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder, made if it is not there
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

impl RulesCommand {
    /// The rule options of the subcommand, if it has any.
    pub(super) const fn options(&mut self) -> Option<&mut RuleOptions> {
        match self {
            Self::List { rules, .. } | Self::Show { rules, .. } | Self::Test { rules, .. } => Some(rules),
            Self::Schema => None,
        }
    }
}
