//! Reads a file of records (JSONL, CSV, Parquet, WARC) in chunks of whole records. `dechaff::format` finds where a record ends;
//! `records` processes the records of a chunk.

use std::fs::File;
use std::io::{self, Read};
use std::sync::Arc;

use dechaff::format::encoding::{Decoding, Encoding};
use dechaff::format::kind::START;
use dechaff::format::{Fields, Format, csv, jsonl, parquet, warc};

use super::files;
use super::input::Input;
use super::packing::Packing;
use super::session::Session;

type Reader = Box<dyn Read + Send>;

/// An open file of records.
pub(super) struct RecordStream {
    chunks: Chunks,
    pub(super) cutting: Cutting,
    pub(super) encoding: Encoding,
}

enum Chunks {
    Lines(jsonl::Chunks<Reader>),
    Rows(Box<csv::Chunks<Reader>>),
    Captures(warc::Chunks<Reader>),
    Frames(Box<parquet::Rows<File>>),
}

/// How the bytes of a chunk are cut into records.
#[derive(Clone, Default)]
pub(super) enum Cutting {
    #[default]
    Lines,
    /// A piece of a line that is too long to be read.
    Piece(jsonl::Piece),
    Rows(Arc<csv::Layout>),
    /// Records of a web archive, whose bodies have so many bytes at most.
    Captures {
        limit: usize,
    },
    /// Frames of rows of Parquet, or of a row group that cannot be decoded for this reason.
    Frames(Option<Arc<str>>),
}

impl RecordStream {
    /// Opens an input of Parquet.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn parquet(input: &Input, fields: &Fields) -> Result<Self, String> {
        let file = files::with_any_place(input)?;
        let rows = parquet::Rows::open(file, fields).map_err(|fault| fault.to_string())?;
        let (chunks, encoding) = (Chunks::Frames(Box::new(rows)), Encoding::UTF8);
        Ok(Self { chunks, cutting: Cutting::Frames(None), encoding })
    }

    /// Reads an input from its unpacked bytes. `output` is the packing of the output.
    ///
    /// # Errors
    /// Why the input cannot be read.
    pub(super) fn new(input: &Input, reader: Reader, output: Packing, session: &Session) -> Result<Self, String> {
        let size = output.chunk_size();
        let limit = usize::try_from(session.max_document()).unwrap_or(usize::MAX);
        if input.format == Format::Warc {
            let chunks = Chunks::Captures(warc::Chunks::new(reader, size, limit));
            return Ok(Self { chunks, cutting: Cutting::Captures { limit }, encoding: Encoding::UTF8 });
        }
        let (reader, encoding) =
            decoded(reader, input, session.encoding()).map_err(|error| input.packing.describe(&error))?;
        let separator = match input.format {
            Format::Csv => None,
            Format::Tsv => Some(b'\t'),
            _ => {
                let chunks = Chunks::Lines(jsonl::Chunks::new(reader, size).with_limit(limit));
                return Ok(Self { chunks, cutting: Cutting::Lines, encoding });
            }
        };
        let (chunks, layout) =
            csv::Chunks::open(reader, separator, session.fields(), size, limit).map_err(|fault| match fault {
                csv::Fault::Io(error) => input.packing.describe(&error),
                other => other.to_string(),
            })?;
        Ok(Self { chunks: Chunks::Rows(Box::new(chunks)), cutting: Cutting::Rows(Arc::new(layout)), encoding })
    }

    /// Puts the next whole records into `chunk` and returns the number of the first line or record, counted from 1; returns
    /// `None` at the end.
    pub(super) fn next(&mut self, chunk: &mut Vec<u8>) -> io::Result<Option<usize>> {
        match &mut self.chunks {
            Chunks::Lines(chunks) => {
                let next = chunks.next(chunk)?;
                self.cutting = chunks.piece().map_or(Cutting::Lines, Cutting::Piece);
                Ok(next)
            }
            Chunks::Rows(chunks) => chunks.next(chunk),
            Chunks::Captures(chunks) => chunks.next(chunk),
            Chunks::Frames(rows) => {
                let next = rows.next(chunk).map_err(|fault| match fault {
                    parquet::Fault::Io(error) => error,
                    other => io::Error::other(other.to_string()),
                })?;
                self.cutting = Cutting::Frames(rows.take_fault().map(|fault| fault.to_string().into()));
                Ok(next)
            }
        }
    }
}

/// A reader of UTF-8, and the encoding from which it is converted. Of CSV without a byte order mark, a guess is made from the
/// first bytes if these are not UTF-8; JSON is UTF-8.
fn decoded(mut reader: Reader, input: &Input, named: Option<Encoding>) -> io::Result<(Reader, Encoding)> {
    let encoding = match named {
        Some(encoding) => encoding,
        None => {
            let wanted = if input.format == Format::Jsonl { 2 } else { START };
            let ahead = Ahead::read(reader, wanted)?;
            let found = encoding_of(ahead.start.get_ref(), ahead.is_whole, input.format);
            reader = Box::new(ahead);
            found
        }
    };
    Ok(if encoding.is_utf8() { (reader, encoding) } else { (Box::new(Decoding::new(reader, encoding)), encoding) })
}

/// A stream of which the first bytes were read ahead.
struct Ahead {
    start: io::Cursor<Vec<u8>>,
    /// True if the stream ends with them.
    is_whole: bool,
    /// True if its writer paused behind them, which the reader of this stream shall know.
    pauses: bool,
    rest: Reader,
}

impl Ahead {
    /// Reads `wanted` bytes, or fewer if the writer of the stream pauses before.
    fn read(mut rest: Reader, wanted: usize) -> io::Result<Self> {
        let mut start = Vec::new();
        let (is_whole, pauses) = match rest.by_ref().take(wanted as u64).read_to_end(&mut start) {
            Ok(read) => (read < wanted, false),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => (false, true),
            Err(error) => return Err(error),
        };
        Ok(Self { start: io::Cursor::new(start), is_whole, pauses, rest })
    }
}

impl Read for Ahead {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.start.read(buffer)? {
            0 if std::mem::take(&mut self.pauses) => Err(io::ErrorKind::WouldBlock.into()),
            0 => self.rest.read(buffer),
            read => Ok(read),
        }
    }
}

fn encoding_of(start: &[u8], whole: bool, format: Format) -> Encoding {
    if let Some(marked) = Encoding::of_mark(start) {
        return marked;
    }
    // The bytes may end within a character.
    let is_utf8 = std::str::from_utf8(start).map_or_else(|error| error.error_len().is_none() && !whole, |_| true);
    if is_utf8 || format == Format::Jsonl || start.contains(&0) {
        Encoding::UTF8
    } else {
        Encoding::guess(start, whole)
    }
}
