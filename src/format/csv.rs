//! CSV and TSV by splicing: finds the texts inside the bytes of a table, and writes rows without the bytes that were cut. All
//! other bytes stay: quotes, separators, line breaks, a byte order mark. `csv-core` says where fields and rows end.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Read};
use std::ops::Range;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder};

use super::{BOM, Fields, NoText, Record};
use crate::document::Span;

/// Separators of a `.csv` file; the first that gives the header the column of the text is taken.
const SEPARATORS: &[u8] = b",;\t|";

/// How the rows of a table are read: its separator, and the columns that matter, counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    separator: u8,
    text: usize,
    id: Option<usize>,
    title: Option<usize>,
    url: Option<usize>,
    /// True if the first row holds the names of the columns, and no document.
    has_header: bool,
}

/// Why a table cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The table has no column of this name or number.
    NoColumn {
        /// The name or number that was sought.
        sought: String,
        /// The names of the columns that there are.
        names: Vec<String>,
    },
    /// The reader failed.
    Io(io::Error),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoColumn { sought, names } if names.is_empty() => {
                write!(f, "is empty: there is no column '{sought}'")
            }
            Self::NoColumn { sought, names } => {
                let more = if names.len() > NAMED { ", …" } else { "" };
                let names = names[..names.len().min(NAMED)].join(", ");
                write!(f, "has no column '{sought}'; there are: {names}{more} (use --text-field)")
            }
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Fault {}

/// Most columns that a message names.
const NAMED: usize = 12;

/// A table cut into chunks of whole rows.
///
/// If the reader returns `WouldBlock`, the chunk ends at the last whole row, so that no row waits here while its writer
/// waits for the answer to it. The next read may block.
#[derive(Debug)]
pub struct Chunks<R> {
    reader: R,
    size: usize,
    /// Most bytes of a row.
    limit: usize,
    ends: RowEnds,
    /// Bytes that were read and belong to the next chunk.
    rest: Vec<u8>,
    /// The number of the next line, from 1.
    line: usize,
    has_ended: bool,
    /// True before the first chunk.
    is_new: bool,
    broken: Option<io::Error>,
}

impl<R: Read> Chunks<R> {
    /// Reads the header. The chunks have about `size` bytes; a longer row makes a longer chunk. A number as the name of the
    /// text's column counts columns from 1, unless a column has this name; the first row then is a header only if the
    /// text's field in it is one word. `separator` is `None` if it is to be found out. A row longer than `limit` bytes is an
    /// error.
    ///
    /// # Errors
    /// If the reader fails or the table has no such column.
    pub fn open(
        reader: R,
        separator: Option<u8>,
        fields: &Fields,
        size: usize,
        limit: usize,
    ) -> Result<(Self, Layout), Fault> {
        let mut chunks = Self {
            reader,
            size,
            limit,
            ends: RowEnds::new(separator.unwrap_or(SEPARATORS[0])),
            rest: Vec::new(),
            line: 1,
            has_ended: false,
            is_new: true,
            broken: None,
        };
        let mut start = Vec::new();
        // A header has no line breaks inside quotes, or they are the same for every separator.
        let is_whole = |start: &[u8]| memchr::memchr2(b'\n', b'\r', start).is_some();
        while !is_whole(&start) && start.len() <= limit && !chunks.has_ended && chunks.broken.is_none() {
            match chunks.fill(&mut start, super::kind::START) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if is_whole(&start) => chunks.broken = Some(error),
                Err(error) => return Err(Fault::Io(error)),
                Ok(()) => {}
            }
        }
        let candidates = separator.as_ref().map_or(SEPARATORS, std::slice::from_ref);
        let layout = Layout::find(&start, candidates, fields)?;
        chunks.ends = RowEnds::new(layout.separator);
        chunks.rest = start;
        Ok((chunks, layout))
    }

    /// Puts the next whole rows into `chunk` and returns the number of their first line, counted from 1; returns `None` at
    /// the end of the stream.
    ///
    /// # Errors
    /// If the reader fails. Earlier calls return the whole rows before the failure; the piece of a row behind them is
    /// dropped.
    pub fn next(&mut self, chunk: &mut Vec<u8>) -> io::Result<Option<usize>> {
        chunk.clear();
        chunk.append(&mut self.rest);
        let (mut seen, mut end, mut failed) = (0, 0, self.broken.take());
        // What was read with the header does not wait for more.
        let mut pauses = std::mem::take(&mut self.is_new);
        loop {
            end = self.ends.advance(&chunk[seen..]).map_or(end, |last| seen + last);
            seen = chunk.len();
            let is_enough = end > 0 && (seen >= self.size || pauses);
            if is_enough || self.has_ended || failed.is_some() {
                break;
            }
            if chunk.len() - end > self.limit {
                let line = self.line + line_breaks(&chunk[..end]);
                let what = format!("the row on line {line} is longer than {} bytes", self.limit);
                failed = Some(io::Error::new(io::ErrorKind::FileTooLarge, what));
                continue;
            }
            match self.fill(chunk, self.size) {
                Ok(()) => pauses = false,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => pauses = true,
                Err(error) => failed = Some(error),
            }
        }
        // At the end of the stream the last row may lack its line break, and only blank lines may follow it.
        if !self.has_ended && failed.is_none() {
            self.rest.extend_from_slice(&chunk[end..]);
        }
        if !self.has_ended {
            chunk.truncate(end);
        }
        match failed {
            Some(error) if chunk.is_empty() => {
                self.has_ended = true;
                return Err(error);
            }
            failed => self.broken = failed,
        }
        self.ends.restart();
        if chunk.is_empty() {
            return Ok(None);
        }
        let first = self.line;
        self.line += line_breaks(chunk);
        Ok(Some(first))
    }

    /// Reads up to `wanted` more bytes.
    fn fill(&mut self, chunk: &mut Vec<u8>, wanted: usize) -> io::Result<()> {
        chunk.reserve(wanted);
        let read = self.reader.by_ref().take(wanted as u64).read_to_end(chunk)?;
        self.has_ended = read < wanted;
        Ok(())
    }
}

/// Finds the ends of rows in bytes that come piece by piece.
#[derive(Debug)]
struct RowEnds {
    reader: Reader,
    /// True if the last byte seen is a carriage return that ends a row: a line feed behind it belongs to that row.
    is_in_break: bool,
    room: Vec<u8>,
}

impl RowEnds {
    fn new(separator: u8) -> Self {
        Self { reader: reader(separator), is_in_break: false, room: vec![0; 16 << 10] }
    }

    /// Begins at the start of a row again.
    fn restart(&mut self) {
        self.reader.reset();
        self.is_in_break = false;
    }

    /// The offset behind the last row that ends in these bytes, which follow those of the last call.
    fn advance(&mut self, bytes: &[u8]) -> Option<usize> {
        let (mut at, mut end) = (0, None);
        if self.is_in_break && !bytes.is_empty() {
            end = Some(usize::from(bytes[0] == b'\n'));
            self.is_in_break = false;
        }
        while at < bytes.len() {
            let (result, read, _) = self.reader.read_field(&bytes[at..], &mut self.room);
            at += read;
            if let ReadFieldResult::Field { record_end: true } = result {
                match bytes.get(at) {
                    Some(b'\n') if bytes[at - 1] == b'\r' => end = Some(at + 1),
                    None if bytes[at - 1] == b'\r' => self.is_in_break = true,
                    _ => end = Some(at),
                }
            }
        }
        end
    }
}

fn reader(separator: u8) -> Reader {
    ReaderBuilder::new().delimiter(separator).build()
}

impl Layout {
    fn find(start: &[u8], separators: &[u8], fields: &Fields) -> Result<Self, Fault> {
        let headers: Vec<(u8, Vec<String>)> = separators.iter().map(|s| (*s, header(start, *s))).collect();
        let sought = fields.text();
        let by_name = headers.iter().find_map(|(separator, names)| Some((*separator, names, place(names, &sought)?)));
        if let Some((separator, names, text)) = by_name {
            return Ok(Self::new(separator, names, text, fields, true));
        }
        let Some((separator, names)) = headers.into_iter().rev().max_by_key(|(_, names)| names.len()) else {
            return Err(Fault::NoColumn { sought, names: Vec::new() });
        };
        let number = sought.parse().ok().and_then(|number: usize| number.checked_sub(1));
        match number.filter(|text| *text < names.len()) {
            Some(text) => {
                let is_header = !names[text].contains(char::is_whitespace);
                Ok(Self::new(separator, if is_header { &names } else { &[] }, text, fields, is_header))
            }
            None => Err(Fault::NoColumn { sought, names }),
        }
    }

    fn new(separator: u8, names: &[String], text: usize, fields: &Fields, has_header: bool) -> Self {
        let column = |path: &[String]| place(names, &path.join("."));
        let (id, title, url) = (column(&fields.id), column(&fields.title), column(&fields.url));
        Self { separator, text, id, title, url, has_header }
    }
}

/// The column of this name; of several the first one.
fn place(names: &[String], name: &str) -> Option<usize> {
    names.iter().position(|n| n == name)
}

/// The fields of the first row, as names.
fn header(start: &[u8], separator: u8) -> Vec<String> {
    let mut cells = Cells::default();
    cells.read(start, separator);
    let names = cells.ends.iter().enumerate().map(|(n, _)| String::from_utf8_lossy(cells.value(n)).trim().to_owned());
    let names: Vec<String> = names.collect();
    if names.iter().all(String::is_empty) { Vec::new() } else { names }
}

/// Buffers for [`Rows`], to be used for one chunk after the other.
#[derive(Debug, Default)]
pub struct Cells {
    /// The fields of the row at hand, without quotes, one behind the other.
    values: Vec<u8>,
    /// Of each field the end in `values`, and its place in the bytes of the row, with its quotes.
    ends: Vec<(usize, Range<usize>)>,
    /// The reader of tables with this separator: to make one takes longer than to read a row.
    reader: Option<(u8, Box<Reader>)>,
}

impl Cells {
    /// Reads the first row of some bytes and returns the offset behind it and its line break.
    fn read(&mut self, bytes: &[u8], separator: u8) -> usize {
        self.ends.clear();
        self.values.clear();
        let kept = self.reader.take().filter(|(known, _)| *known == separator);
        let (_, reader) = self.reader.insert(kept.unwrap_or_else(|| (separator, Box::new(reader(separator)))));
        reader.reset();
        let (mut at, mut start, mut filled) = (0, 0, 0);
        loop {
            if self.values.len() == filled {
                self.values.resize((filled * 2).max(1 << 10), 0);
            }
            let (result, read, written) = reader.read_field(&bytes[at..], &mut self.values[filled..]);
            at += read;
            filled += written;
            match result {
                ReadFieldResult::Field { record_end } => {
                    if self.ends.is_empty() {
                        start += leading(&bytes[start..at]);
                    }
                    let mut end = at;
                    let separates = |b: &u8| if record_end { matches!(b, b'\r' | b'\n') } else { *b == separator };
                    if end > start && separates(&bytes[end - 1]) {
                        end -= 1;
                    }
                    self.ends.push((filled, start..end));
                    start = at;
                    if record_end {
                        break;
                    }
                }
                ReadFieldResult::End => break,
                ReadFieldResult::InputEmpty | ReadFieldResult::OutputFull => {}
            }
        }
        if at > 0 && bytes[at - 1] == b'\r' && bytes.get(at) == Some(&b'\n') {
            at += 1;
        }
        at
    }

    fn value(&self, n: usize) -> &[u8] {
        let start = n.checked_sub(1).map_or(0, |before| self.ends[before].0);
        &self.values[start..self.ends[n].0]
    }

    fn text(&self, n: Option<usize>) -> Option<&str> {
        n.filter(|n| *n < self.ends.len()).and_then(|n| std::str::from_utf8(self.value(n)).ok())
    }
}

/// The number of line breaks: line feeds, and carriage returns without one behind them.
fn line_breaks(bytes: &[u8]) -> usize {
    let is_break = |at: &usize| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
    memchr::memchr2_iter(b'\n', b'\r', bytes).filter(is_break).count()
}

/// Bytes of the byte order mark and the blank lines with which a row begins.
fn leading(bytes: &[u8]) -> usize {
    let mark = if bytes.starts_with(BOM.as_bytes()) { BOM.len() } else { 0 };
    mark + bytes[mark..].iter().take_while(|b| matches!(b, b'\r' | b'\n')).count()
}

/// The rows of a chunk.
#[derive(Debug)]
pub struct Rows<'c> {
    bytes: &'c [u8],
    /// The number of the next line.
    line: usize,
}

/// What stands in some bytes of a table.
#[derive(Debug)]
pub enum Item<'a> {
    /// The header, or blank lines. The caller writes the bytes as they are.
    Blank,
    /// A row with a text.
    Row(Row<'a>),
    /// A row without one. The caller writes the bytes as they are.
    NoText(NoText),
    /// No row. The caller writes the bytes as they are and shows this message, which does not name the line.
    Malformed(&'static str),
}

impl<'c> Rows<'c> {
    /// The rows of a chunk whose first line has this number.
    #[must_use]
    pub const fn new(chunk: &'c [u8], first: usize) -> Self {
        Self { bytes: chunk, line: first }
    }

    /// Returns the number of the line in which the next row begins, its bytes, and what they are.
    pub fn next<'a>(&mut self, layout: &Layout, cells: &'a mut Cells) -> Option<(usize, &'c [u8], Item<'a>)>
    where
        'c: 'a,
    {
        if self.bytes.is_empty() {
            return None;
        }
        let is_first = self.line == 1;
        let (bytes, rest) = self.bytes.split_at(cells.read(self.bytes, layout.separator));
        self.bytes = rest;
        let blank = leading(bytes);
        let line = self.line + line_breaks(&bytes[..blank]);
        self.line += line_breaks(bytes);
        let item = if blank == bytes.len() || is_first && layout.has_header {
            Item::Blank
        } else {
            Row::of(bytes, layout, cells, rest.is_empty())
        };
        Some((line, bytes, item))
    }
}

/// A row with a text.
#[derive(Debug)]
pub struct Row<'a> {
    bytes: &'a [u8],
    /// The place of the text's field in `bytes`, with its quotes.
    place: Range<usize>,
    is_alone: bool,
    text: &'a str,
    id: Option<&'a str>,
    title: Option<&'a str>,
    url: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn of(bytes: &'a [u8], layout: &Layout, cells: &'a Cells, is_last: bool) -> Item<'a> {
        let open = cells.ends.last().map(|(_, place)| &bytes[place.clone()]);
        if is_last && open.is_some_and(is_open) {
            return Item::Malformed("a quotation mark opens a field and none closes it");
        }
        let Some((_, place)) = cells.ends.get(layout.text) else { return Item::NoText(NoText::Missing) };
        let Some(text) = cells.text(Some(layout.text)) else { return Item::NoText(NoText::NotUtf8) };
        let (id, title, url) = (cells.text(layout.id), cells.text(layout.title), cells.text(layout.url));
        Item::Row(Row { bytes, place: place.clone(), is_alone: cells.ends.len() == 1, text, id, title, url })
    }
}

/// True if a field begins with a quotation mark that is never closed. Quotation marks behind the closing one are ordinary characters.
fn is_open(field: &[u8]) -> bool {
    let Some(mut rest) = field.strip_prefix(b"\"") else { return false };
    while let Some(at) = memchr::memchr(b'"', rest) {
        match rest[at + 1..].strip_prefix(b"\"") {
            Some(behind) => rest = behind,
            None => return false,
        }
    }
    true
}

impl Record for Row<'_> {
    fn text(&self) -> &str {
        self.text
    }

    fn id(&self) -> Option<&str> {
        self.id
    }

    fn title(&self) -> Option<&str> {
        self.title
    }

    fn url(&self) -> Option<&str> {
        self.url
    }

    fn write_without(&self, cuts: &[Span], out: &mut Vec<u8>) {
        if cuts.is_empty() {
            return out.extend_from_slice(self.bytes);
        }
        let text = crate::cut::without(self.text, cuts);
        // A field that begins with a quotation mark is a quoted one; an empty line is no row.
        let is_quoted =
            self.bytes[self.place.start] == b'"' || text.starts_with('"') || self.is_alone && text.is_empty();
        out.extend_from_slice(&self.bytes[..self.place.start]);
        if is_quoted {
            let doubled =
                if text.contains('"') { Cow::Owned(text.replace('"', "\"\"")) } else { Cow::Borrowed(&*text) };
            out.push(b'"');
            out.extend_from_slice(doubled.as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(&self.bytes[self.place.end..]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table after `cut` said of each text which pieces go; read in chunks of `size` bytes.
    fn spliced(table: &[u8], field: &str, size: usize, cut: impl Fn(&str) -> Vec<Span>) -> Result<Vec<u8>, Fault> {
        let (mut chunks, layout) = Chunks::open(table, None, &Fields::new(field, "id", "title"), size, usize::MAX)?;
        let (mut chunk, mut cells, mut out) = (Vec::new(), Cells::default(), Vec::new());
        while let Some(first) = chunks.next(&mut chunk).map_err(Fault::Io)? {
            let mut rows = Rows::new(&chunk, first);
            while let Some((_, bytes, item)) = rows.next(&layout, &mut cells) {
                match item {
                    Item::Row(row) => row.write_without(&cut(row.text()), &mut out),
                    _ => out.extend_from_slice(bytes),
                }
            }
        }
        Ok(out)
    }

    #[test]
    fn a_mark_that_nothing_closes_is_found() {
        for (field, open) in
            [("\"a", true), ("\"a\"\"", true), ("\"a\"", false), ("\"a\" \"", false), ("a\"", false), ("\"", true)]
        {
            assert_eq!(is_open(field.as_bytes()), open, "{field}");
        }
    }

    /// Cuts each `X`.
    fn without_x(text: &str) -> Vec<Span> {
        text.match_indices('X').map(|(at, _)| Span::new(at, at + 1)).collect()
    }

    #[test]
    fn only_the_changed_field_is_written_anew() {
        for (table, expected) in [
            ("id,text\r\n1,aXb\r\n2,cd\r\n", "id,text\r\n1,ab\r\n2,cd\r\n"),
            ("id,text\n1,\"a \"\"X\"\" b\"\n", "id,text\n1,\"a \"\"\"\" b\"\n"),
            ("text,n\n\"line X\nline, 2\",\" 07 \"\n\n\"\",x\n", "text,n\n\"line \nline, 2\",\" 07 \"\n\n\"\",x\n"),
            ("\u{feff}text;a\nX;\"X\"", "\u{feff}text;a\n;\"X\""),
            ("id\ttext\n1\tX \"said\" X\n", "id\ttext\n1\t \"said\" \n"),
            ("text\nX\nX\"a\nb\n", "text\n\"\"\n\"\"\"a\"\nb\n"),
            ("a,text\n1\n2,X,3\n", "a,text\n1\n2,,3\n"),
            ("a,text\r1,aX\r2,Xb\r", "a,text\r1,a\r2,b\r"),
            ("text,text\rX,X\n\nX,X\n", "text,text\r,X\n\n,X\n"),
        ] {
            for size in [1, 7, 1 << 20] {
                let out = spliced(table.as_bytes(), "text", size, without_x).expect("a table");
                assert_eq!(String::from_utf8_lossy(&out), expected, "{size}");
                let same = spliced(table.as_bytes(), "text", size, |_| Vec::new()).expect("a table");
                assert_eq!(String::from_utf8_lossy(&same), table, "{size}");
            }
        }
    }

    #[test]
    fn a_column_has_a_name_or_a_number() {
        let cut = |table: &str, field| {
            spliced(table.as_bytes(), field, 64, without_x).map(|out| String::from_utf8_lossy(&out).into_owned())
        };
        assert_eq!(cut("a,b\nX,X\n", "2").expect("a column"), "a,b\nX,\n");
        assert_eq!(cut("1,Two X words\n2,X\n", "2").expect("a column"), "1,Two  words\n2,\n");
        assert_eq!(cut("2,b\nX,X\n", "2").expect("a column"), "2,b\n,X\n");
        let missing = cut("id,body\n1,X\n", "text").expect_err("a fault").to_string();
        assert_eq!(missing, "has no column 'text'; there are: id, body (use --text-field)");
        cut("id,body\n1,X\n", "3").expect_err("a fault");
        cut("", "text").expect_err("a fault");
    }

    #[test]
    fn rows_say_their_lines_and_faults() {
        let table = b"text\n\"a\nb\"\n\nc\n\"never closed\n";
        let (mut chunks, layout) =
            Chunks::open(&table[..], None, &Fields::default(), 1 << 20, 1 << 20).expect("a table");
        let (mut chunk, mut cells) = (Vec::new(), Cells::default());
        let first = chunks.next(&mut chunk).expect("read").expect("a chunk");
        let (mut rows, mut seen) = (Rows::new(&chunk, first), Vec::new());
        while let Some((line, _, item)) = rows.next(&layout, &mut cells) {
            seen.push((line, matches!(item, Item::Row(_)), matches!(item, Item::Malformed(_))));
        }
        assert_eq!(seen, [(1, false, false), (2, true, false), (5, true, false), (6, false, true)]);
    }
}
