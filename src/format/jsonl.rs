//! JSON lines by splicing: finds the text inside a record's bytes and writes the record without the bytes that were
//! cut. All other bytes stay: key order, spacing, number and escape spellings. Grammar lies in `scan`.

mod scan;

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::ops::Range;

use crate::document::{Document, Span};
use scan::Scanner;

/// Where in a record its parts lie. A dot goes into an object; a field that is not at the top level is also looked for
/// under `metadata`. Of duplicate keys the last one counts.
#[derive(Clone, Debug)]
pub struct Fields {
    text: Vec<String>,
    id: Vec<String>,
    title: Vec<String>,
    url: Vec<String>,
}

impl Default for Fields {
    fn default() -> Self {
        Self::new("text", "id", "title")
    }
}

impl Fields {
    /// Fields by name; the address is looked for in `url`.
    #[must_use]
    pub fn new(text: &str, id: &str, title: &str) -> Self {
        Self { text: path(text), id: path(id), title: path(title), url: path("url") }
    }

    /// Another field for the address of the article on the web.
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

/// What one line of a file is.
#[derive(Debug)]
pub enum Line<'a> {
    /// White space only.
    Blank,
    /// A record with a text.
    Record(Record<'a>),
    /// JSON without a usable text; to be passed through.
    NoText(NoText),
    /// Not JSON; to be passed through and named. The message has no place in it.
    Malformed(String),
}

/// Why a record has no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoText {
    /// The line is JSON, but no object.
    NoObject,
    /// There is no such field.
    Missing,
    /// The field is null.
    Null,
    /// The field is neither null nor a string.
    NoString,
    /// The string holds half a surrogate pair: no text can.
    LoneSurrogate,
}

impl fmt::Display for NoText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoObject => "not an object",
            Self::Missing => "missing",
            Self::Null => "null",
            Self::NoString => "not a string",
            Self::LoneSurrogate => "holds a lone surrogate",
        })
    }
}

/// Buffers that are kept from one record to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    text: String,
    marks: Vec<EscapeEnd>,
    escapes: Vec<usize>,
}

/// Behind each escape: the same place in the text and in its raw spelling.
#[derive(Clone, Copy, Debug)]
struct EscapeEnd {
    text: usize,
    raw: usize,
}

/// A record with a text.
#[derive(Debug)]
pub struct Record<'a> {
    line: &'a str,
    /// The raw spelling of the text inside the line, without its quotes.
    raw: Range<usize>,
    text: &'a str,
    marks: &'a [EscapeEnd],
    id: Option<Cow<'a, str>>,
    title: Option<Cow<'a, str>>,
    url: Option<Cow<'a, str>>,
}

impl<'a> Record<'a> {
    /// The text, unescaped.
    #[must_use]
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// The id, if there is one that is a string or a number.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The headline, if there is one that is a string.
    #[must_use]
    pub fn title(&self) -> Option<&str> {
        self.title.as_deref()
    }

    /// The address on the web, if there is one that is a string.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    /// The record as the engine takes it.
    #[must_use]
    pub fn document(&self) -> Document<'_> {
        let id = self.id().unwrap_or_default();
        Document { id, title: self.title(), url: self.url(), ..Document::new(self.text) }
    }

    /// Writes the line without the cut pieces of its text: ordered and disjoint spans, on character boundaries.
    pub fn write_without(&self, cuts: &[Span], out: &mut Vec<u8>) {
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

    /// The place in the line of an offset of the text. Offsets must come in order: `marks` moves on with them.
    fn place(&self, offset: usize, marks: &mut &[EscapeEnd]) -> usize {
        let passed = marks.partition_point(|m| m.text <= offset);
        let at = passed.checked_sub(1).map_or(EscapeEnd { text: 0, raw: 0 }, |last| marks[last]);
        *marks = &marks[passed.saturating_sub(1)..];
        self.raw.start + at.raw + (offset - at.text)
    }
}

/// Reads one line, with or without its line break.
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
    let Some(at) = top.find(line, &fields.text, top.text.clone()) else { return Line::NoText(NoText::Missing) };
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
    let id = top.find(line, &fields.id, top.id.clone()).and_then(|at| word(&line[at], true));
    let title = top.find(line, &fields.title, top.title.clone()).and_then(|at| word(&line[at], false));
    let url = top.find(line, &fields.url, top.url.clone()).and_then(|at| word(&line[at], false));
    Line::Record(Record { line, raw, text, marks, id, title, url })
}

/// The names of a record's fields in their order, those of an object `metadata` with it and a dot before them; none if the line
/// is no object.
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

/// Shows the members of an object; of anything else, none.
fn members<'a>(value: &'a str, see: impl FnMut(&'a str, Range<usize>)) {
    let mut scanner = Scanner::new(value);
    scanner.blanks();
    if scanner.is_at(b'{') {
        scanner.members(see);
    }
}

/// Asks `serde_json` what is wrong: it says so better than the scanner, which only knows that something is.
fn malformed<'a>(line: &str) -> Line<'a> {
    let message = match serde_json::from_str::<&serde_json::value::RawValue>(line) {
        // `at line 1 column 7`: the line is always the first one.
        Err(error) => error.to_string().replace(" at line 1 column ", " at column "),
        Ok(_) => "not an object on one line".to_owned(),
    };
    Line::Malformed(message)
}

/// The last values of the wanted keys at the top level.
#[derive(Default)]
struct FieldValues {
    text: Option<Range<usize>>,
    id: Option<Range<usize>>,
    title: Option<Range<usize>>,
    url: Option<Range<usize>>,
    metadata: Option<Range<usize>>,
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
                *slot = Some(value.clone());
            }
        }
        if is_key(key, "metadata") {
            self.metadata = Some(value);
        }
    }

    /// Goes down a path, from the top level or else from `metadata`.
    fn find(&self, line: &str, path: &[String], first: Option<Range<usize>>) -> Option<Range<usize>> {
        first
            .and_then(|at| descend(line, at, &path[1..]))
            .or_else(|| self.metadata.clone().and_then(|at| descend(line, at, path)))
    }
}

/// Goes from a value into the objects inside it.
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

/// The value of a short raw string; nothing if it holds a lone surrogate.
fn string(raw: &str) -> Option<Cow<'_, str>> {
    let mut at = 0;
    let escapes = std::iter::from_fn(|| {
        let escape = at + memchr::memchr(b'\\', &raw.as_bytes()[at..])?;
        // What it escapes may be a backslash too.
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

/// Unescapes a string that the scanner has accepted, whose escapes begin at these places. False if it holds none, and `text`
/// nothing.
fn unescape(
    raw: &str,
    escapes: impl Iterator<Item = usize>,
    text: &mut String,
    mut mark: impl FnMut(EscapeEnd),
) -> Result<bool, LoneSurrogate> {
    text.clear();
    let mut at = 0;
    for escape in escapes {
        // The other half of a pair.
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

/// The character that `\uXXXX`, or a pair of them, spells at a place, and the length of its spelling.
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

/// Cuts a stream into chunks of whole lines. A reader that says `WouldBlock` ends the chunk at the last whole line, so that
/// no record waits in here while its writer waits for an answer; asked again, it may wait.
#[derive(Debug)]
pub struct Chunks<R> {
    reader: R,
    size: usize,
    rest: Vec<u8>,
    line: usize,
    ended: bool,
    broken: Option<io::Error>,
}

impl<R: Read> Chunks<R> {
    /// Chunks of about `size` bytes; of more where one line is longer.
    pub fn new(reader: R, size: usize) -> Self {
        Self { reader, size, rest: Vec::new(), line: 1, ended: false, broken: None }
    }

    /// Puts the next whole lines into `chunk` and returns the number, from 1, of the first; nothing at the end. Only
    /// the last chunk may lack its final line break.
    ///
    /// # Errors
    /// What the reader says. The whole lines that could be read before come first; the piece of a line behind them
    /// is dropped.
    pub fn next(&mut self, chunk: &mut Vec<u8>) -> io::Result<Option<usize>> {
        chunk.clear();
        if let Some(error) = self.broken.take() {
            self.ended = true;
            return Err(error);
        }
        chunk.append(&mut self.rest);
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
                // The chunk is full, or the writer of the stream pauses, perhaps until it has an answer to its last line.
                _ if self.end_at_line(chunk, before) => break,
                _ => {}
            }
        }
        if chunk.is_empty() {
            return Ok(None);
        }
        let first = self.line;
        self.line += memchr::memchr_iter(b'\n', chunk).count();
        Ok(Some(first))
    }

    /// Keeps what stands behind the last whole line for the next chunk; false if there is no whole line. What stood there
    /// before `start` holds no line break: it was the rest of the last chunk, or of this one.
    fn end_at_line(&mut self, chunk: &mut Vec<u8>, start: usize) -> bool {
        let Some(last) = memchr::memrchr(b'\n', &chunk[start..]) else { return false };
        self.rest.extend_from_slice(&chunk[start + last + 1..]);
        chunk.truncate(start + last + 1);
        true
    }
}

#[cfg(test)]
mod tests;
