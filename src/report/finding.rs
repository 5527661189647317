//! One finding of `check` with its place, as the formats of the report need it. How it is written lies in
//! `findings`, `github` and `sarif`.

use std::ops::Range;

use crate::cleaner::Cleaned;
use crate::format::BOM;
use crate::removal::Removal;

/// The place of a document: a file, or a record of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentPlace<'p> {
    /// The document's name in reports for people.
    pub name: &'p str,
    /// The file that holds the document.
    pub file: &'p str,
    /// The record's number in the file, counted from 1; `None` if the document is the whole file.
    pub record: Option<usize>,
    /// The record's id, if it has one.
    pub id: Option<&'p str>,
    /// True if the number of a record is that of the line on which it begins.
    pub has_lines: bool,
    /// True if the file is packed or not in UTF-8, so that a place in its text is no place in its bytes.
    pub is_recoded: bool,
}

impl<'p> DocumentPlace<'p> {
    /// The place of a document that is a whole file.
    #[must_use]
    pub const fn file(file: &'p str) -> Self {
        Self { name: file, file, record: None, id: None, has_lines: true, is_recoded: false }
    }
}

/// One removal of one document.
pub(super) struct ReportedFinding<'f, 't> {
    pub(super) place: DocumentPlace<'f>,
    pub(super) cleaned: &'f Cleaned<'t>,
    pub(super) removal: &'f Removal,
    /// Its first character on its line, counted from 1.
    pub(super) column: usize,
    /// Its characters in the text, counted from 0.
    pub(super) chars: Range<usize>,
}

impl<'f, 't> ReportedFinding<'f, 't> {
    /// All findings of a document, in the order of the text.
    pub(super) fn all(place: DocumentPlace<'f>, cleaned: &'f Cleaned<'t>) -> impl Iterator<Item = Self> {
        let mut cursor = Cursor::new(cleaned.original());
        cleaned.removals().iter().map(move |removal| {
            cursor.go_to(removal.span.start);
            let (column, start) = (cursor.column(), cursor.chars);
            cursor.go_to(removal.span.end);
            Self { place, cleaned, removal, column, chars: start..cursor.chars }
        })
    }

    /// What would go.
    pub(super) fn text(&self) -> &'f str {
        &self.cleaned.original()[self.removal.span.range()]
    }

    pub(super) const fn is_held(&self) -> bool {
        self.cleaned.held().is_some()
    }

    /// The column behind its last character.
    pub(super) fn end_column(&self) -> usize {
        self.column + self.chars.len()
    }
}

/// A place in a text, in bytes and in characters. It moves forward only, so that the characters of a text
/// are counted once however many findings it has.
struct Cursor<'t> {
    text: &'t str,
    bytes: usize,
    chars: usize,
    /// Characters of the text before the cursor's line.
    line: usize,
}

impl<'t> Cursor<'t> {
    fn new(text: &'t str) -> Self {
        // A byte order mark is part of no line.
        let mark = if text.starts_with(BOM) { (BOM.len(), 1) } else { (0, 0) };
        Self { text, bytes: mark.0, chars: mark.1, line: mark.1 }
    }

    /// Moves to an offset in bytes, which must not lie before the cursor.
    fn go_to(&mut self, offset: usize) {
        let passed = &self.text[self.bytes..offset];
        let count = |text: &str| text.chars().count();
        if let Some(last_break) = passed.rfind('\n') {
            self.line = self.chars + count(&passed[..=last_break]);
        }
        self.chars += count(passed);
        self.bytes = offset;
    }

    /// The column of the cursor in its line, in characters, counted from 1.
    const fn column(&self) -> usize {
        1 + self.chars - self.line
    }
}
