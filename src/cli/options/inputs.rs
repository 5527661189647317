//! Options that say which documents are read and how they are stored.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgAction, Args, ValueEnum};
use dechaff::format::Format;
use dechaff::format::encoding::Encoding;
use serde::Deserialize;

use super::group::options;
use super::value::{self, Switch};

/// How documents are stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum InputFormat {
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
    /// One record a row, fields separated by commas (or semicolons, tabs, bars: the header tells)
    Csv,
    /// One record a row, fields separated by tabs
    Tsv,
    /// One record a row
    Parquet,
    /// A web archive; its plain texts are the records
    #[value(alias = "wet")]
    Warc,
}

impl InputFormat {
    /// The format that the user chose; `None` for auto.
    pub(crate) const fn format(self) -> Option<Format> {
        match self {
            Self::Auto => None,
            Self::Text => Some(Format::Text),
            Self::Md => Some(Format::Markdown),
            Self::Jsonl => Some(Format::Jsonl),
            Self::Csv => Some(Format::Csv),
            Self::Tsv => Some(Format::Tsv),
            Self::Parquet => Some(Format::Parquet),
            Self::Warc => Some(Format::Warc),
        }
    }
}

/// The encoding of texts; `None` if the bytes say it.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct InputEncoding(pub(crate) Option<Encoding>);

impl FromStr for InputEncoding {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name == "auto" {
            return Ok(Self(None));
        }
        let unknown =
            || "no known encoding; names are like utf-8, windows-1252, shift_jis, gb18030, utf-16le".to_owned();
        Encoding::named(name).map(|encoding| Self(Some(encoding))).ok_or_else(unknown)
    }
}

impl TryFrom<String> for InputEncoding {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        name.parse()
    }
}

options! {
    #[derive(Clone, Debug, Default, Args, Deserialize)]
    #[command(next_help_heading = "Input options")]
    #[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
    pub(crate) struct InputOptions {
        /// Files and folders; - is stdin
        #[arg(value_name = "PATH")]
        #[serde(skip)]
        pub(crate) paths: Vec<PathBuf>,
        /// Format of the input [default: auto]
        #[arg(long, value_name = "FORMAT", hide_default_value = true)]
        #[serde(skip)]
        pub(crate) from: Option<InputFormat>,
        /// Encoding of texts, CSV and TSV: a name like windows-1252 or shift_jis; auto: by a byte order mark, else UTF-8,
        /// else a guess [default: auto]
        #[arg(long, value_name = "NAME")]
        pub(crate) encoding: Option<InputEncoding>,
        /// Field or column of a record that holds the text; dots go into objects, a number counts the columns of CSV
        /// [default: text]
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
        /// Longest document or record, unpacked, as 256 MB or 1GiB; a longer one is left as it is, and named [default: 256 MB]
        #[arg(long, value_name = "BYTES", value_parser = value::size)]
        #[serde(deserialize_with = "value::deserialize_size")]
        pub(crate) max_document_size: Option<u64>,
        /// Read the names of files and folders from a file, one a line
        #[arg(long, value_name = "FILE|-", conflicts_with = "paths")]
        #[serde(skip)]
        pub(crate) files_from: Option<PathBuf>,
        /// The names in --files-from end with NUL
        // `requires` alone is not enough: clap skips it if a conflicting argument is given.
        #[arg(short = '0', long, requires = "files_from", conflicts_with = "paths")]
        #[serde(skip)]
        pub(crate) null: bool,
        /// In folders, leave out what matches (repeatable)
        #[arg(long, value_name = "GLOB")]
        pub(crate) exclude: Option<Vec<String>>,
        /// In folders, take only what matches, whatever its ending (repeatable)
        #[arg(long, value_name = "GLOB")]
        pub(crate) include: Option<Vec<String>>,
        /// In folders, also take hidden files
        #[arg(long, action = ArgAction::SetTrue, value_parser = value::switch)]
        pub(crate) hidden: Switch,
        /// In folders, do not heed .gitignore, .ignore and .dechaffignore
        #[arg(long, action = ArgAction::SetTrue, value_parser = value::switch)]
        pub(crate) no_ignore: Switch,
    }
}
