//! The formats of documents: reading and writing them, and recognising them by names and first bytes.
//! Nothing here opens a file or unpacks one.

pub mod csv;
pub mod encoding;
pub mod jsonl;
pub mod kind;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod plain;
mod record;
pub mod warc;

pub use record::{Fields, NoText, Record};

/// The byte order mark that may begin a stream of bytes. It stays in the text, but belongs to no line.
pub const BOM: &str = "\u{feff}";

/// The format of the documents in a stream of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// One document of plain text.
    Text,
    /// One document of Markdown, whose quotations and code belong to the article.
    Markdown,
    /// One document a line: a JSON object with the text in one of its fields.
    Jsonl,
    /// One document a row, its fields separated by commas or semicolons.
    Csv,
    /// One document a row, its fields separated by tabs.
    Tsv,
    /// One document a row of a column.
    Parquet,
    /// A web archive: one document a record that holds plain text.
    Warc,
}

impl Format {
    /// The format of files whose names have this ending, given without the dot and in upper or lower case;
    /// `None` if the ending is no format's.
    #[must_use]
    pub fn of_extension(extension: &str) -> Option<Self> {
        const NAMES: &[(&str, Format)] = &[
            ("txt", Format::Text),
            ("text", Format::Text),
            ("md", Format::Markdown),
            ("markdown", Format::Markdown),
            ("jsonl", Format::Jsonl),
            ("ndjson", Format::Jsonl),
            ("csv", Format::Csv),
            ("tsv", Format::Tsv),
            ("tab", Format::Tsv),
            ("parquet", Format::Parquet),
            ("warc", Format::Warc),
            ("wet", Format::Warc),
        ];
        NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(extension)).map(|(_, format)| *format)
    }

    /// True if a file holds many documents as records.
    #[must_use]
    pub const fn has_records(self) -> bool {
        !matches!(self, Self::Text | Self::Markdown)
    }

    /// The format in which cleaned documents are written: of a web archive, JSON lines.
    #[must_use]
    pub const fn written(self) -> Self {
        if matches!(self, Self::Warc) { Self::Jsonl } else { self }
    }

    /// Its name in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "Markdown",
            Self::Jsonl => "JSONL",
            Self::Csv => "CSV",
            Self::Tsv => "TSV",
            Self::Parquet => "Parquet",
            Self::Warc => "WARC",
        }
    }
}
