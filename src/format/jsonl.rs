//! JSON lines by splicing: finds the text inside the bytes of a record, and writes the record without the
//! bytes that were cut. All other bytes stay: order of keys, spacing, spelling of numbers and escapes.
//! `scan` holds the grammar of JSON.

mod scan;

use std::borrow::Cow;
use std::io::{self, Read};
use std::ops::Range;

use super::{Fields, NoText};
use crate::document::Span;
use scan::Scanner;

/// One line of a file.
#[derive(Debug)]
pub enum Line<'a> {
    /// White space only.
    Blank,
    /// A record with a text.
    Record(JsonRecord<'a>),
    /// JSON without a text to clean. The caller writes the line as it is.
    NoText(NoText),
    /// Not JSON. The caller writes the line as it is and shows this message, which does not name the line.
    Malformed(String),
}

/// Buffers for [`read`], to be used for one record after the other.
#[derive(Debug, Default)]
pub struct Scratch {
    text: String,
    marks: Vec<EscapeEnd>,
    escapes: Vec<usize>,
}

/// The end of an escape: its offset in the unescaped text and in the raw string, in bytes.
#[derive(Clone, Copy, Debug)]
struct EscapeEnd {
    text: usize,
    raw: usize,
}

/// A record with a text.
#[derive(Debug)]
pub struct JsonRecord<'a> {
    line: &'a str,
    /// The place of the raw string in the line, without its quotes.
    raw: Range<usize>,
    /// The unescaped string.
    text: &'a str,
    marks: &'a [EscapeEnd],
    id: Option<Cow<'a, str>>,
    title: Option<Cow<'a, str>>,
    url: Option<Cow<'a, str>>,
}

impl super::Record for JsonRecord<'_> {
    fn text(&self) -> &str {
        self.text
    }

    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    fn write_without(&self, cuts: &[Span], out: &mut Vec<u8>) {
        let line = self.line.as_bytes();
        let (mut kept, mut marks) = (0, self.marks);
        for cut in cuts {
            let start = self.place(cut.start, &mut marks);
            let end = self.place(cut.end, &mut marks);
            out.extend_from_slice(&line[kept..start]);
            kept = end;
        }
        out.extend_from_slice(&line[kept..]);
    }
}

impl JsonRecord<'_> {
    /// The offset in the line of an offset in the text. Calls must pass rising offsets: `marks` advances
    /// past the escapes before the offset.
    fn place(&self, offset: usize, marks: &mut &[EscapeEnd]) -> usize {
        let passed = marks.partition_point(|m| m.text <= offset);
        let at = passed.checked_sub(1).map_or(EscapeEnd { text: 0, raw: 0 }, |last| marks[last]);
        *marks = &marks[passed.saturating_sub(1)..];
        self.raw.start + at.raw + (offset - at.text)
    }
}

/// Reads one line of a file, given with or without its line break.
pub fn read<'a>(line: &'a str, fields: &Fields, scratch: &'a mut Scratch) -> Line<'a> {
    let mut room = std::mem::take(&mut scratch.escapes);
    room.clear();
    let mut scanner = Scanner::with(line, room);
    scanner.blanks();
    if scanner.is_at_end() {
        return Line::Blank;
    }
    if !scanner.is_at(b'{') {
        return if scanner.value().is_some() && scanner.ends() {
            Line::NoText(NoText::NoObject)
        } else {
            malformed(line)
        };
    }
    let mut top = FieldValues::default();
    let read = scanner.members(|key, value| top.note(fields, key, value));
    if read.is_none() || !scanner.ends() {
        return malformed(line);
    }
    scratch.escapes = scanner.into_escapes();
    let Some(at) = top.find(line, &fields.text, &top.text) else { return Line::NoText(NoText::Missing) };
    let value = &line[at.clone()];
    if !value.starts_with('"') {
        return Line::NoText(if value == "null" { NoText::Null } else { NoText::NoString });
    }
    let raw = at.start + 1..at.end - 1;
    let Scratch { text: unescaped, marks, escapes } = scratch;
    let inside = escapes.partition_point(|e| *e < raw.start)..escapes.partition_point(|e| *e < raw.end);
    marks.clear();
    let places = escapes[inside].iter().map(|escape| escape - raw.start);
    let text = match unescape(&line[raw.clone()], places, unescaped, |mark| marks.push(mark)) {
        Ok(true) => unescaped.as_str(),
        Ok(false) => &line[raw.clone()],
        Err(LoneSurrogate) => return Line::NoText(NoText::LoneSurrogate),
    };
    let id = top.find(line, &fields.id, &top.id).and_then(|at| word(&line[at], true));
    let title = top.find(line, &fields.title, &top.title).and_then(|at| word(&line[at], false));
    let url = top.find(line, &fields.url, &top.url).and_then(|at| word(&line[at], false));
    Line::Record(JsonRecord { line, raw, text, marks, id, title, url })
}

/// The names of a record's fields, in their order; those inside the object `metadata` have `metadata.`
/// before them. Empty if the line is no JSON object.
#[must_use]
pub fn field_names(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut note = |prefix: &str, raw: &str| names.extend(string(raw).map(|name| format!("{prefix}{name}")));
    members(line, |key, value| {
        note("", key);
        if is_key(key, "metadata") {
            members(&line[value], |key, _| note("metadata.", key));
        }
    });
    names
}

/// Calls `see` with the raw key and the place of the value of each member, if `value` is an object.
fn members<'a>(value: &'a str, see: impl FnMut(&'a str, Range<usize>)) {
    let mut scanner = Scanner::new(value);
    scanner.blanks();
    if scanner.is_at(b'{') {
        scanner.members(see);
    }
}

/// A [`Line::Malformed`] with the message of `serde_json`; the scanner only knows that something is wrong.
fn malformed<'a>(line: &str) -> Line<'a> {
    let message = match serde_json::from_str::<&serde_json::value::RawValue>(line) {
        // `at line 1 column 7`: the line is always the first one.
        Err(error) => error.to_string().replace(" at line 1 column ", " at column "),
        Ok(_) => "not an object on one line".to_owned(),
    };
    Line::Malformed(message)
}

/// The places in the line of the top-level values under the names of the [`Fields`], and under `metadata`.
#[derive(Default)]
struct FieldValues {
    text: FieldValue,
    id: FieldValue,
    title: FieldValue,
    url: FieldValue,
    metadata: Option<Range<usize>>,
}

/// The places of the values under a name with its dots, and under the first part of it.
#[derive(Default)]
struct FieldValue {
    whole: Option<Range<usize>>,
    first: Option<Range<usize>>,
}

impl FieldValues {
    fn note(&mut self, fields: &Fields, key: &str, value: Range<usize>) {
        // Two fields may begin with the same key, as in `article.text` and `article.title`.
        for (path, slot) in [
            (&fields.text, &mut self.text),
            (&fields.id, &mut self.id),
            (&fields.title, &mut self.title),
            (&fields.url, &mut self.url),
        ] {
            if is_key(key, &path[0]) {
                slot.first = Some(value.clone());
            }
            if path.len() > 1 && is_key(key, &path.join(".")) {
                slot.whole = Some(value.clone());
            }
        }
        if is_key(key, "metadata") {
            self.metadata = Some(value);
        }
    }

    /// The place of the value at a path: under its name with the dots, or below the path's first name, or else below
    /// `metadata`.
    fn find(&self, line: &str, path: &[String], value: &FieldValue) -> Option<Range<usize>> {
        value
            .whole
            .clone()
            .or_else(|| value.first.clone().and_then(|at| descend(line, at, &path[1..])))
            .or_else(|| self.metadata.clone().and_then(|at| descend(line, at, path)))
    }
}

/// The place of the value that a path of keys leads to, below the value at `from`.
fn descend(line: &str, from: Range<usize>, path: &[String]) -> Option<Range<usize>> {
    path.iter().try_fold(from, |at, name| {
        let mut found = None;
        members(&line[at.clone()], |key, value| {
            if is_key(key, name) {
                found = Some(at.start + value.start..at.start + value.end);
            }
        });
        found
    })
}

/// True if a raw key spells a name.
fn is_key(raw: &str, name: &str) -> bool {
    raw == name || (raw.contains('\\') && string(raw).is_some_and(|key| key == name))
}

/// A string's value, or a number's spelling if numbers count too.
fn word(value: &str, numbers: bool) -> Option<Cow<'_, str>> {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(raw) => string(raw),
        None => {
            (numbers && value.starts_with(|c: char| c == '-' || c.is_ascii_digit())).then_some(Cow::Borrowed(value))
        }
    }
}

/// A raw string unescaped; `None` if it contains a lone surrogate.
fn string(raw: &str) -> Option<Cow<'_, str>> {
    let mut at = 0;
    let escapes = std::iter::from_fn(|| {
        let escape = at + memchr::memchr(b'\\', &raw.as_bytes()[at..])?;
        // The escaped character may be a backslash itself.
        at = escape + 2;
        Some(escape)
    });
    let mut text = String::new();
    match unescape(raw, escapes, &mut text, |_| {}) {
        Ok(true) => Some(Cow::Owned(text)),
        Ok(false) => Some(Cow::Borrowed(raw)),
        Err(LoneSurrogate) => None,
    }
}

#[derive(Debug)]
struct LoneSurrogate;

/// Unescapes into `text` a raw string that the scanner has accepted. `escapes` are the offsets of its
/// backslashes; `mark` gets the end of each escape. Returns false and leaves `text` empty if there are no
/// escapes.
fn unescape(
    raw: &str,
    escapes: impl Iterator<Item = usize>,
    text: &mut String,
    mut mark: impl FnMut(EscapeEnd),
) -> Result<bool, LoneSurrogate> {
    text.clear();
    let mut at = 0;
    for escape in escapes {
        // This escape is the second half of a surrogate pair, which is done already.
        if escape < at {
            continue;
        }
        text.push_str(&raw[at..escape]);
        let (c, length) = match raw.as_bytes()[escape + 1] {
            b'n' => ('\n', 2),
            b't' => ('\t', 2),
            b'r' => ('\r', 2),
            b'b' => ('\u{8}', 2),
            b'f' => ('\u{c}', 2),
            b'u' => code_point(raw, escape).ok_or(LoneSurrogate)?,
            itself => (char::from(itself), 2),
        };
        text.push(c);
        at = escape + length;
        mark(EscapeEnd { text: text.len(), raw: at });
    }
    if at == 0 {
        return Ok(false);
    }
    text.push_str(&raw[at..]);
    Ok(true)
}

/// The character that `\uXXXX`, or a surrogate pair of these, spells at an offset, and the length of the
/// escape in bytes. `None` if it is a lone surrogate.
fn code_point(raw: &str, at: usize) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = raw.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let high = unit(at)?;
    if !(0xd800..0xdc00).contains(&high) {
        return char::from_u32(high).map(|c| (c, 6));
    }
    let low = unit(at + 6).filter(|low| (0xdc00..0xe000).contains(low))?;
    char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)).map(|c| (c, 12))
}

/// What a chunk is that holds no whole lines, but a piece of one that is longer than the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// The beginning of the line.
    First,
    /// What follows.
    Further,
}

/// A stream cut into chunks of whole lines.
///
/// If the reader returns `WouldBlock`, the chunk ends at the last whole line, so that no record waits here
/// while its writer waits for the answer to it. The next read may block.
#[derive(Debug)]
pub struct Chunks<R> {
    reader: R,
    size: usize,
    /// The beginning of a line whose end has not been read.
    rest: Vec<u8>,
    /// The number of the next line, from 1.
    line: usize,
    ended: bool,
    /// Most bytes of a line.
    limit: usize,
    /// What the last chunk was, if it was a piece of a line.
    piece: Option<Piece>,
    /// True if the next chunk goes on with that line.
    is_inside: bool,
    /// An error of the reader, which is returned after the lines before it.
    broken: Option<io::Error>,
}

impl<R: Read> Chunks<R> {
    /// Chunks of about `size` bytes; a longer line makes a longer chunk.
    pub fn new(reader: R, size: usize) -> Self {
        let limit = usize::MAX;
        Self {
            reader,
            size,
            rest: Vec::new(),
            line: 1,
            ended: false,
            limit,
            piece: None,
            is_inside: false,
            broken: None,
        }
    }

    /// These chunks with a limit of the bytes of a line. A longer line comes in pieces, each a chunk of its own,
    /// unless a chunk or two hold it.
    #[must_use]
    pub fn with_limit(self, limit: usize) -> Self {
        Self { limit, ..self }
    }

    /// What the last chunk is, if it is a piece of a line that is too long; `None` if it holds whole lines.
    pub const fn piece(&self) -> Option<Piece> {
        self.piece
    }

    /// Puts the next whole lines into `chunk` and returns the number of the first one, counted from 1;
    /// returns `None` at the end of the stream. Only the last chunk may lack its final line break.
    ///
    /// # Errors
    /// If the reader fails. Earlier calls return the whole lines before the failure; the piece of a line
    /// behind them is dropped.
    pub fn next(&mut self, chunk: &mut Vec<u8>) -> io::Result<Option<usize>> {
        chunk.clear();
        if let Some(error) = self.broken.take() {
            self.ended = true;
            return Err(error);
        }
        chunk.append(&mut self.rest);
        if self.is_inside {
            return self.further(chunk);
        }
        self.piece = None;
        while !self.ended {
            let before = chunk.len();
            let wanted = if before < self.size { self.size - before } else { self.size };
            chunk.reserve(wanted);
            match self.reader.by_ref().take(wanted as u64).read_to_end(chunk) {
                Ok(read) if read < wanted => self.ended = true,
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => {
                    chunk.truncate(memchr::memrchr(b'\n', chunk).map_or(0, |last| last + 1));
                    if chunk.is_empty() {
                        self.ended = true;
                        return Err(error);
                    }
                    self.broken = Some(error);
                    break;
                }
                // The chunk is full, or the writer of the stream pauses, perhaps until it has an answer to
                // its last line.
                _ if self.end_at_line(chunk, before) => break,
                _ if chunk.len() > self.limit => break,
                _ => {}
            }
        }
        if chunk.is_empty() {
            return Ok(None);
        }
        if chunk.len() > self.limit && memchr::memchr(b'\n', &chunk[..chunk.len() - 1]).is_none() {
            self.piece = Some(Piece::First);
            self.is_inside = !self.ended && !chunk.ends_with(b"\n");
            let number = self.line;
            self.line += usize::from(!self.is_inside);
            return Ok(Some(number));
        }
        let first = self.line;
        self.line += memchr::memchr_iter(b'\n', chunk).count();
        Ok(Some(first))
    }

    /// Puts the next piece of a line into `chunk`, up to its line break.
    fn further(&mut self, chunk: &mut Vec<u8>) -> io::Result<Option<usize>> {
        self.piece = Some(Piece::Further);
        if memchr::memchr(b'\n', chunk).is_none() {
            match self.reader.by_ref().take(self.size as u64).read_to_end(chunk) {
                Ok(read) => self.ended = read < self.size,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
        let number = self.line;
        if let Some(end) = memchr::memchr(b'\n', chunk) {
            self.rest.extend_from_slice(&chunk[end + 1..]);
            chunk.truncate(end + 1);
            self.line += 1;
            self.is_inside = false;
        }
        self.is_inside &= !self.ended;
        Ok((!chunk.is_empty()).then_some(number))
    }

    /// Moves the bytes behind the last line break of `chunk` to the next chunk; returns false if there is no
    /// line break. The search begins at `start`: the caller knows that there is none before.
    fn end_at_line(&mut self, chunk: &mut Vec<u8>, start: usize) -> bool {
        let Some(last) = memchr::memrchr(b'\n', &chunk[start..]) else { return false };
        self.rest.extend_from_slice(&chunk[start + last + 1..]);
        chunk.truncate(start + last + 1);
        true
    }
}

#[cfg(test)]
mod tests;
