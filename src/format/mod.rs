//! Documents in and out: the formats, and what names and first bytes say. Nothing here opens a path or knows compression.

pub mod jsonl;
pub mod kind;
pub mod plain;

/// A byte order mark at the start of a stream of bytes: it stays, but belongs to no line and says nothing.
pub const BOM: &str = "\u{feff}";

/// How documents lie in a stream of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// One document of plain text.
    Text,
    /// One document of Markdown; its quotations and code are text of the article.
    Markdown,
    /// One JSON object a line, the text in one of its fields.
    Jsonl,
}

impl Format {
    /// The format that files with this ending have, without the dot; in any case of letters.
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
