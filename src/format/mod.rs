//! The formats of documents: reading and writing them, and recognising them by names and first bytes.
//! Nothing here opens a file or unpacks one.

pub mod jsonl;
pub mod kind;
pub mod plain;

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
        ];
        NAMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(extension)).map(|(_, format)| *format)
    }
}
