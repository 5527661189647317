//! Frames: rows as bytes, on their way from the thread that reads a file to those that clean the texts, and on to
//! the thread that writes.
//!
//! A frame of a row is a byte for its kind, the definition level of its text (2 bytes), the lengths of text, id,
//! title and address (4 bytes each, `NONE` for a null), and these four. A frame for a whole row group is a byte for
//! its kind and the number of its rows (8 bytes). Numbers are little-endian.

use crate::document::Span;
use crate::format::{NoText, Record};

use super::cells::Cell;

const ROW: u8 = 0;
const CHANGED: u8 = 1;
const GROUP: u8 = 2;

/// Bytes before the four values of a row.
const HEADER: usize = 1 + 2 + 4 * 4;
/// In the place of a length: the value is null. No value of a Parquet file is as long.
const NONE: u32 = u32::MAX;

/// A row, or a row group that is left as it is.
#[derive(Debug)]
pub enum Row<'f> {
    /// A row with a text.
    Text(TextRow<'f>),
    /// A row without a text to clean.
    NoText {
        /// Why there is none.
        why: NoText,
        /// The bytes of the row.
        frame: &'f [u8],
    },
    /// A row group that cannot be decoded.
    Group {
        /// The number of its rows.
        rows: usize,
        /// The bytes that stand for it.
        frame: &'f [u8],
    },
}

impl<'f> Row<'f> {
    /// The bytes of the row or the row group, to be handed on if nothing changes.
    #[must_use]
    pub const fn frame(&self) -> &'f [u8] {
        match self {
            Self::Text(row) => row.frame,
            Self::NoText { frame, .. } | Self::Group { frame, .. } => frame,
        }
    }
}

/// A row with a text.
#[derive(Debug)]
pub struct TextRow<'f> {
    frame: &'f [u8],
    level: i16,
    text: &'f str,
    /// Id, title and address.
    others: [Option<&'f str>; 3],
}

impl Record for TextRow<'_> {
    fn text(&self) -> &str {
        self.text
    }

    fn id(&self) -> Option<&str> {
        self.others[0]
    }

    fn title(&self) -> Option<&str> {
        self.others[1]
    }

    fn url(&self) -> Option<&str> {
        self.others[2]
    }

    fn write_without(&self, cuts: &[Span], out: &mut Vec<u8>) {
        if cuts.is_empty() {
            return out.extend_from_slice(self.frame);
        }
        let gone: usize = cuts.iter().map(|cut| cut.len()).sum();
        header(CHANGED, self.level, [Some(self.text.len() - gone), None, None, None], out);
        let mut at = 0;
        for cut in cuts {
            out.extend_from_slice(&self.text.as_bytes()[at..cut.start]);
            at = cut.end;
        }
        out.extend_from_slice(&self.text.as_bytes()[at..]);
    }
}

/// Takes frames apart that [`Rows::next`](super::Rows::next) made.
pub fn rows(frames: &[u8]) -> impl Iterator<Item = Row<'_>> {
    self::frames(frames).map(|(frame, content)| match content {
        Content::Group { rows } => Row::Group { rows, frame },
        Content::Row { values: [None, ..], .. } => Row::NoText { why: NoText::Null, frame },
        Content::Row { level, values: [Some(text), id, title, url], .. } => match std::str::from_utf8(text) {
            Ok(text) => {
                let others = [id, title, url].map(|value| std::str::from_utf8(value?).ok());
                Row::Text(TextRow { frame, level, text, others })
            }
            Err(_) => Row::NoText { why: NoText::NotUtf8, frame },
        },
    })
}

/// What a frame says.
pub(super) enum Content<'f> {
    Row {
        is_changed: bool,
        /// The definition level of the text.
        level: i16,
        /// Text, id, title and address.
        values: [Option<&'f [u8]>; 4],
    },
    Group {
        rows: usize,
    },
}

/// The frames in `bytes`, with what they say.
pub(super) fn frames(mut bytes: &[u8]) -> impl Iterator<Item = (&[u8], Content<'_>)> {
    std::iter::from_fn(move || {
        let (content, length) = read(bytes)?;
        let (frame, rest) = bytes.split_at(length);
        bytes = rest;
        Some((frame, content))
    })
}

/// The first frame, and its length; `None` at the end.
fn read(bytes: &[u8]) -> Option<(Content<'_>, usize)> {
    let (kind, after) = bytes.split_first()?;
    if *kind == GROUP {
        let rows = u64::from_le_bytes(*after.first_chunk()?);
        return Some((Content::Group { rows: usize::try_from(rows).ok()? }, 1 + 8));
    }
    let level = i16::from_le_bytes(*after.first_chunk()?);
    let (lengths, _) = bytes.get(3..HEADER)?.as_chunks::<4>();
    let mut at = HEADER;
    let mut values = [None; 4];
    for (value, length) in values.iter_mut().zip(lengths) {
        let length = u32::from_le_bytes(*length);
        if length != NONE {
            let end = at + length as usize;
            *value = Some(bytes.get(at..end)?);
            at = end;
        }
    }
    Some((Content::Row { is_changed: *kind == CHANGED, level, values }, at))
}

/// Appends the frame of a row. `full` is the definition level of a text that is there.
pub(super) fn write_row(text: Cell<'_>, others: [Option<&[u8]>; 3], full: i16, out: &mut Vec<u8>) {
    let (text, level) = match text {
        Cell::Value(text) => (Some(text), full),
        Cell::Null(level) => (None, level),
    };
    let [id, title, url] = others;
    let values = [text, id, title, url];
    header(ROW, level, values.map(|value| value.map(<[u8]>::len)), out);
    values.into_iter().flatten().for_each(|value| out.extend_from_slice(value));
}

/// Appends the frame of a row group that is left as it is.
pub(super) fn write_group(rows: usize, out: &mut Vec<u8>) {
    out.push(GROUP);
    out.extend_from_slice(&(rows as u64).to_le_bytes());
}

fn header(kind: u8, level: i16, lengths: [Option<usize>; 4], out: &mut Vec<u8>) {
    out.push(kind);
    out.extend_from_slice(&level.to_le_bytes());
    for length in lengths {
        // The format counts the bytes of a value in 31 bits.
        let length = length.map_or(NONE, |length| u32::try_from(length).unwrap_or(NONE));
        out.extend_from_slice(&length.to_le_bytes());
    }
}
