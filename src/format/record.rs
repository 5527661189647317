//! Records: documents of which a file holds many. What they share in all formats: the names of their fields, and the reasons
//! why one has no text.

use std::fmt;

use crate::document::{Document, Span};

/// A document that is part of a file of many.
pub trait Record {
    /// The text.
    fn text(&self) -> &str;

    /// The record's id, if it is a string or a number.
    fn id(&self) -> Option<&str>;

    /// The headline, if the record keeps one apart from the text.
    fn title(&self) -> Option<&str>;

    /// The article's address on the web.
    fn url(&self) -> Option<&str>;

    /// Appends the record to `out` without the pieces `cuts` of its text. `cuts` are spans of the text in order, disjoint and
    /// on character boundaries.
    fn write_without(&self, cuts: &[Span], out: &mut Vec<u8>);

    /// The record as a document for [`Cleaner::clean_document`](crate::Cleaner::clean_document).
    fn document(&self) -> Document<'_> {
        let id = self.id().unwrap_or_default();
        Document { id, title: self.title(), url: self.url(), ..Document::new(self.text()) }
    }
}

/// The names of the fields of a record. `a.b` is the field of this name, else the field `b` of the object `a`. A field that is
/// missing is also searched inside the object `metadata`. Of duplicate keys the last one counts.
#[derive(Clone, Debug)]
pub struct Fields {
    pub(super) text: Vec<String>,
    pub(super) id: Vec<String>,
    pub(super) title: Vec<String>,
    pub(super) url: Vec<String>,
}

impl Default for Fields {
    fn default() -> Self {
        Self::new("text", "id", "title")
    }
}

impl Fields {
    /// Fields for the text, the id and the title; the field for the address is `url`.
    #[must_use]
    pub fn new(text: &str, id: &str, title: &str) -> Self {
        Self { text: path(text), id: path(id), title: path(title), url: path("url") }
    }

    /// These fields with another field for the article's address on the web.
    #[must_use]
    pub fn with_url(self, url: &str) -> Self {
        Self { url: path(url), ..self }
    }

    /// The name of the field for the text.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.join(".")
    }
}

fn path(name: &str) -> Vec<String> {
    name.split('.').map(str::to_owned).collect()
}

/// The reason why a record has no text to clean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoText {
    /// The line is JSON, but no object.
    NoObject,
    /// The record has no field for the text.
    Missing,
    /// The field for the text is null.
    Null,
    /// The field for the text is neither null nor a string.
    NoString,
    /// The string contains an escape of half a surrogate pair, which is no character.
    LoneSurrogate,
    /// The bytes of the text are not UTF-8.
    NotUtf8,
}

impl fmt::Display for NoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoObject => "not an object",
            Self::Missing => "missing",
            Self::Null => "null",
            Self::NoString => "not a string",
            Self::LoneSurrogate => "holds a lone surrogate",
            Self::NotUtf8 => "not UTF-8",
        })
    }
}
