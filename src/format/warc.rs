//! Web archives (WARC 1.0 and 1.1, and the WET files of texts): finds the records that hold plain text. They are written as JSON
//! lines, since a cleaned text is no longer what the archive's checksums say.

use std::io::{self, Read};
use std::ops::Range;

use super::Record;
use crate::document::Span;

/// Longest header of a record, in bytes.
const HEADER: usize = 64 << 10;
/// Most bytes between records that are kept while the next record is sought.
const STRANGE: usize = 1 << 20;
/// The beginning of a record, on a line of its own.
const LINE: &[u8] = b"\nWARC/1.";
/// The end of a header.
const BLANK: &[u8] = b"\r\n\r\n";

/// An archive cut into chunks of whole records.
#[derive(Debug)]
pub struct Chunks<R> {
    reader: R,
    size: usize,
    /// Most bytes of a record's body.
    limit: usize,
    /// Bytes of a longer body that are still to be passed over.
    skipped: usize,
    /// Bytes that were read and belong to the next chunk.
    rest: Vec<u8>,
    /// The number of the next record, from 1.
    record: usize,
    has_ended: bool,
    broken: Option<io::Error>,
}

impl<R: Read> Chunks<R> {
    /// Chunks of about `size` bytes; a longer record makes a longer chunk. Of one whose body has more than `limit` bytes only the
    /// header is in the chunk.
    pub const fn new(reader: R, size: usize, limit: usize) -> Self {
        Self { reader, size, limit, skipped: 0, rest: Vec::new(), record: 1, has_ended: false, broken: None }
    }

    /// Puts the next whole records into `chunk` and returns the number of the first one, counted from 1; returns `None` at
    /// the end of the stream. Bytes that are no record, and a record that is cut short, are a piece of a chunk like a
    /// record: [`Captures`] tells them apart.
    ///
    /// # Errors
    /// If the reader fails. Earlier calls return the whole records before the failure.
    pub fn next(&mut self, chunk: &mut Vec<u8>) -> io::Result<Option<usize>> {
        chunk.clear();
        chunk.append(&mut self.rest);
        let (mut end, mut records) = (0, 0);
        loop {
            self.pass_over(chunk, end);
            while let Some(piece) = Piece::first(&chunk[end..], self.limit, self.has_ended) {
                records += usize::from(!is_blank(&chunk[end..end + piece.len()]));
                end += piece.len();
                if let Piece::Long { body, .. } = piece {
                    self.skipped = body;
                    self.pass_over(chunk, end);
                }
            }
            if end >= self.size || self.has_ended || self.broken.is_some() {
                break;
            }
            let wanted = self.size.max(chunk.len() - end);
            let before = chunk.len();
            chunk.reserve(wanted);
            match self.reader.by_ref().take(wanted as u64).read_to_end(chunk) {
                Ok(_) => self.has_ended = chunk.len() - before < wanted,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && end > 0 => break,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                // Records that were read before it are whole.
                Err(error) => self.broken = Some(error),
            }
        }
        if self.broken.is_none() {
            self.rest.extend_from_slice(&chunk[end..]);
        }
        chunk.truncate(end);
        let first = self.record;
        self.record += records;
        if !chunk.is_empty() {
            return Ok(Some(first));
        }
        self.has_ended = true;
        if std::mem::take(&mut self.skipped) > 0 && self.broken.is_none() {
            let what = "the archive ends within a record that is longer than the limit";
            self.broken = Some(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        self.broken.take().map_or(Ok(None), Err)
    }

    /// Takes bytes that are to be passed over out of a chunk, from a place on.
    fn pass_over(&mut self, chunk: &mut Vec<u8>, from: usize) {
        let passed = self.skipped.min(chunk.len() - from);
        chunk.drain(from..from + passed);
        self.skipped -= passed;
    }
}

/// A piece of an archive: a record with the line breaks behind it, or bytes that are none.
#[derive(Debug)]
enum Piece {
    Record {
        header: Range<usize>,
        body: Range<usize>,
        end: usize,
    },
    /// A record that ends before its length.
    Short {
        header: Range<usize>,
        has: usize,
        wants: usize,
    },
    /// The header of a record whose body is longer than the limit; the body is not in the chunk.
    Long {
        header: Range<usize>,
        body: usize,
    },
    /// Bytes up to the next record.
    Strange {
        end: usize,
    },
}

impl Piece {
    /// The first piece; `None` if it takes more bytes to tell. `limit` is the most bytes of a body; `all` says that no more follow.
    fn first(bytes: &[u8], limit: usize, all: bool) -> Option<Self> {
        if bytes.is_empty() {
            return None;
        }
        let strange = || {
            let next = memchr::memmem::find(&bytes[1..], LINE).map(|at| at + 2);
            next.or((all || bytes.len() > STRANGE).then_some(bytes.len())).map(|end| Self::Strange { end })
        };
        let begin = b"WARC/1.";
        if !bytes.starts_with(&begin[..begin.len().min(bytes.len())]) {
            return strange();
        }
        // With other line breaks a header would reach into the next record.
        let start = &bytes[..bytes.len().min(HEADER)];
        let next = memchr::memmem::find(start, LINE);
        let Some(end) = memchr::memmem::find(&start[..next.map_or(start.len(), |at| at + 1)], BLANK) else {
            return if all || next.is_some() || start.len() == HEADER { strange() } else { None };
        };
        let header = 0..end;
        let Some(length) = value(&bytes[header.clone()], "Content-Length").and_then(|length| length.parse().ok())
        else {
            return strange();
        };
        if length > limit {
            return Some(Self::Long { header, body: length });
        }
        let body = end + BLANK.len()..usize::saturating_add(end + BLANK.len(), length);
        if bytes.len() < body.end {
            let has = bytes.len() - body.start;
            return all.then_some(Self::Short { header, has, wants: length });
        }
        let breaks = bytes[body.end..].iter().take(BLANK.len()).take_while(|b| matches!(b, b'\r' | b'\n')).count();
        (all || breaks == BLANK.len() || bytes.len() > body.end + breaks).then_some(Self::Record {
            header,
            end: body.end + breaks,
            body,
        })
    }

    const fn len(&self) -> usize {
        match self {
            Self::Record { end, .. } | Self::Strange { end } => *end,
            Self::Short { header, has, .. } => header.end + BLANK.len() + *has,
            Self::Long { header, .. } => header.end + BLANK.len(),
        }
    }
}

/// True for the line breaks behind a body that is not in the chunk.
fn is_blank(piece: &[u8]) -> bool {
    piece.iter().all(|b| matches!(b, b'\r' | b'\n'))
}

/// The value of a field of a record's header.
fn value<'a>(header: &'a [u8], name: &str) -> Option<&'a str> {
    header.split(|b| *b == b'\n').find_map(|line| {
        let (field, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
        field.eq_ignore_ascii_case(name).then_some(value.trim())
    })
}

/// What a piece of an archive is.
#[derive(Debug)]
pub enum Item<'a> {
    /// A record with a plain text.
    Text(Capture<'a>),
    /// A page as the server sent it, or another record of HTML, from which an extractor would have to take the text.
    Html,
    /// A record about the archive or a request, or one of another type.
    Other,
    /// A record with a plain text that is too long.
    Long,
    /// No record, for this reason.
    Malformed(String),
}

/// The records of a chunk.
#[derive(Debug)]
pub struct Captures<'c> {
    chunk: &'c [u8],
    limit: usize,
}

impl<'c> Captures<'c> {
    /// The records of a chunk of [`Chunks`] with this limit.
    #[must_use]
    pub const fn new(chunk: &'c [u8], limit: usize) -> Self {
        Self { chunk, limit }
    }
}

impl<'c> Iterator for Captures<'c> {
    type Item = Item<'c>;

    fn next(&mut self) -> Option<Item<'c>> {
        let mut piece = Piece::first(self.chunk, self.limit, true)?;
        let (mut bytes, mut rest) = self.chunk.split_at(piece.len());
        if is_blank(bytes) {
            piece = Piece::first(rest, self.limit, true)?;
            (bytes, rest) = rest.split_at(piece.len());
        }
        self.chunk = rest;
        Some(match piece {
            Piece::Record { header, body, .. } => Capture::of(&bytes[header], &bytes[body]),
            Piece::Short { has, wants, .. } => {
                Item::Malformed(format!("the archive ends within a record, after {has} of its {wants} bytes"))
            }
            Piece::Long { header, .. } => match Capture::of(&bytes[header], b"") {
                Item::Text(_) => Item::Long,
                // What the server says of a page stands in the body.
                Item::Html => Item::Other,
                other => other,
            },
            Piece::Strange { end } => Item::Malformed(format!("{end} bytes are no record")),
        })
    }
}

/// A record with a plain text.
#[derive(Debug)]
pub struct Capture<'a> {
    text: &'a str,
    id: Option<&'a str>,
    url: Option<&'a str>,
    date: Option<&'a str>,
    language: Option<&'a str>,
}

impl<'a> Capture<'a> {
    /// The names of the fields in which a text is written, in their order.
    pub const COLUMNS: [&'static str; 5] = ["id", "url", "date", "language", "text"];

    fn of(header: &'a [u8], body: &'a [u8]) -> Item<'a> {
        let value = |name| value(header, name);
        let kind = value("WARC-Type").unwrap_or_default();
        // The body of a response begins with the server's own header.
        let sent = (kind == "response").then(|| &body[..memchr::memmem::find(body, BLANK).unwrap_or(0)]);
        let media = self::value(sent.unwrap_or(header), "Content-Type");
        let is =
            |wanted: &str| media.and_then(|m| m.get(..wanted.len())).is_some_and(|m| m.eq_ignore_ascii_case(wanted));
        let is_html = is("text/html") || is("application/xhtml");
        // The first segment of a record is a page that breaks off, and the others continue it.
        if kind == "continuation" || value("WARC-Segment-Number").is_some() {
            return Item::Malformed("is a segment of a longer record; join the segments first".to_owned());
        }
        match kind {
            "conversion" | "resource" if is("text/plain") => {}
            "response" if is_html || media.is_none() => return Item::Html,
            "resource" | "conversion" if is_html => return Item::Html,
            _ => return Item::Other,
        }
        let text = match std::str::from_utf8(body) {
            Ok(text) => text,
            Err(error) => return Item::Malformed(format!("invalid UTF-8 at byte {} of the text", error.valid_up_to())),
        };
        Item::Text(Self {
            text,
            id: value("WARC-Record-ID"),
            url: value("WARC-Target-URI"),
            date: value("WARC-Date"),
            language: value("WARC-Identified-Content-Language"),
        })
    }
}

impl Record for Capture<'_> {
    fn text(&self) -> &str {
        self.text
    }

    fn id(&self) -> Option<&str> {
        self.id
    }

    fn title(&self) -> Option<&str> {
        None
    }

    fn url(&self) -> Option<&str> {
        self.url
    }

    /// Writes a line of JSON.
    fn write_without(&self, cuts: &[Span], out: &mut Vec<u8>) {
        let Self { id, url, date, language, .. } = *self;
        let text = crate::cut::without(self.text, cuts);
        // Strings are written into memory, which cannot fail.
        let _ = serde_json::to_writer(&mut *out, &Written { id, url, date, language, text: &text });
        out.push(b'\n');
    }
}

/// A text as it is written.
#[derive(serde::Serialize)]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    text: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, media: &str, body: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://a.example/\r\nWARC-Record-ID: <urn:uuid:7>\r\n\
             Content-Type: {media}\r\nContent-Length: {}\r\n\r\n{body}\r\n\r\n",
            body.len()
        )
    }

    const LIMIT: usize = 1000;

    /// What stands in an archive: texts, `html`, `other` and faults; read in chunks of `size` bytes.
    fn items(archive: &str, size: usize) -> Vec<String> {
        let (mut chunks, mut chunk, mut seen) = (Chunks::new(archive.as_bytes(), size, LIMIT), Vec::new(), Vec::new());
        while let Some(first) = chunks.next(&mut chunk).expect("no error") {
            assert_eq!(first, seen.len() + 1);
            seen.extend(Captures::new(&chunk, LIMIT).map(|item| match item {
                Item::Text(capture) => capture.text().to_owned(),
                Item::Html => "html".to_owned(),
                Item::Other => "other".to_owned(),
                Item::Long => "long".to_owned(),
                Item::Malformed(why) => why,
            }));
        }
        seen
    }

    #[test]
    fn records_of_text_are_found() {
        let archive = [
            record("warcinfo", "application/warc-fields", "software: x\r\n"),
            record("conversion", "text/plain", "It rained.\n\r\n\r\nWARC/1.0 is a format."),
            record("response", "application/http; msgtype=response", "HTTP/1.1 200 OK"),
            record("response", "application/http", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nIt rained."),
            record("conversion", "text/plain", ""),
        ]
        .concat();
        for size in [1, 50, 1 << 20] {
            let texts = ["other", "It rained.\n\r\n\r\nWARC/1.0 is a format.", "html", "other", ""];
            assert_eq!(items(&archive, size), texts, "{size}");
        }
    }

    #[test]
    fn faults_leave_the_other_records() {
        let text = record("conversion", "text/plain", "It rained.");
        for size in [1, 1 << 20] {
            let torn = format!("{text}{}", &text[..text.len() - 8]);
            assert_eq!(items(&torn, size), ["It rained.", "the archive ends within a record, after 6 of its 10 bytes"]);
            let strange = format!("{text}rubbish\r\n{text}");
            assert_eq!(items(&strange, size), ["It rained.", "9 bytes are no record", "It rained."]);
            let swallowing = format!("{}{text}", text.replace("\r\n", "\n"));
            assert_eq!(items(&swallowing, size).last().map(String::as_str), Some("It rained."));
            assert!(items(&swallowing, size)[0].ends_with("bytes are no record"));
            assert_eq!(items("WARC/1.0\r\nno length\r\n\r\n", size), ["23 bytes are no record"]);
        }
        assert!(items("", 1).is_empty());
    }

    #[test]
    fn long_records_are_passed_over() {
        let text = record("conversion", "text/plain", "It rained.");
        // A record inside of a body is none.
        let long = text.repeat(20);
        for size in [1, 50, 1 << 20] {
            let archive = [&*text, &record("conversion", "text/plain", &long), &text].concat();
            assert_eq!(items(&archive, size), ["It rained.", "long", "It rained."], "{size}");
            let archive = [&*text, &record("response", "application/http", &long), &text].concat();
            assert_eq!(items(&archive, size), ["It rained.", "other", "It rained."], "{size}");
        }
        let torn = record("response", "application/http", &long);
        let mut chunks = Chunks::new(&torn.as_bytes()[..torn.len() - 10], 50, LIMIT);
        let results =
            [chunks.next(&mut Vec::new()), chunks.next(&mut Vec::new())].map(|next| next.map_err(|e| e.to_string()));
        let why = "the archive ends within a record that is longer than the limit".to_owned();
        assert_eq!(results, [Ok(Some(1)), Err(why)]);
    }

    #[test]
    fn a_reader_that_fails_gives_what_is_whole() {
        struct Torn<'b>(&'b [u8]);
        impl Read for Torn<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let read = self.0.read(buffer)?;
                if read == 0 { Err(io::Error::other("torn")) } else { Ok(read) }
            }
        }
        let text = record("conversion", "text/plain", "It rained.");
        let torn = format!("{text}{text}{}", &text[..50]);
        for size in [1, 1 << 20] {
            let (mut chunks, mut chunk, mut texts) = (Chunks::new(Torn(torn.as_bytes()), size, LIMIT), Vec::new(), 0);
            let error = loop {
                match chunks.next(&mut chunk) {
                    Ok(Some(_)) => texts += Captures::new(&chunk, LIMIT).count(),
                    Ok(None) => panic!("the failure is lost"),
                    Err(error) => break error,
                }
            };
            assert_eq!((texts, error.to_string().as_str()), (2, "torn"), "{size}");
            assert!(matches!(chunks.next(&mut chunk), Ok(None)));
        }
    }

    #[test]
    fn segments_are_named() {
        let first =
            record("conversion", "text/plain", "It").replace("WARC-Type", "WARC-Segment-Number: 1\r\nWARC-Type");
        let archive = [&*first, &record("continuation", "text/plain", " rained.")].concat();
        assert_eq!(items(&archive, 1), ["is a segment of a longer record; join the segments first"; 2]);
    }

    #[test]
    fn a_text_is_written_as_json() {
        let archive = record("conversion", "text/plain", "It \"rained\".");
        let Some(Item::Text(capture)) = Captures::new(archive.as_bytes(), LIMIT).next() else { panic!("a text") };
        let mut out = Vec::new();
        capture.write_without(&[Span::new(0, 3)], &mut out);
        let line = r#"{"id":"<urn:uuid:7>","url":"https://a.example/","text":"\"rained\"."}"#;
        assert_eq!(String::from_utf8(out).expect("UTF-8"), format!("{line}\n"));
    }
}
