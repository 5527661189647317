//! Cuts the stream of inputs into units of work: some files, or some lines of a file of records.

use std::io::{self, BufRead as _, BufReader, Read};
use std::sync::Arc;

use dechaff::format::{Format, jsonl};

use super::files;
use super::first_bytes::Patient;
use super::input::Input;
use super::inputs::Inputs;
use super::message::{Message, plainly};
use super::packing::Packing;
use super::session::Session;
use super::work::Work;

/// Most files in one unit. The first units are smaller, so that a few files keep all threads busy.
const FILES: usize = 64;

/// A file of records in chunks of whole lines.
type Records = jsonl::Chunks<Box<dyn Read + Send>>;

/// What one thread processes at a time.
#[derive(Default)]
pub(super) enum WorkUnit {
    #[default]
    Nothing,
    /// Files with one document each, and errors of inputs that could not be found.
    Files(Vec<Result<Input, Message>>),
    /// A file of records that the command takes whole.
    Whole { input: Input, reader: Box<dyn Read + Send> },
    /// Whole lines of a file of records, in the slot's buffer `plain`. `first` is the number of the first
    /// line.
    Lines { input: Arc<Input>, first: usize },
    /// The end of a file of records, with the error that ended it early.
    End { input: Arc<Input>, error: Option<String> },
}

/// The units of work of a run, in input order.
pub(super) struct WorkUnits<'s> {
    session: &'s Session,
    inputs: Inputs,
    /// The next input, if it was read but does not fit into the last unit.
    pending: Option<Result<Input, Message>>,
    /// The file of records at hand.
    open: Option<(Arc<Input>, Records)>,
    /// The other version of the file of records at hand, read in step with it.
    beside: Option<BufReader<Box<dyn Read + Send>>>,
    files: usize,
}

impl<'s> WorkUnits<'s> {
    pub(super) const fn new(session: &'s Session, inputs: Inputs) -> Self {
        Self { session, inputs, pending: None, open: None, beside: None, files: 1 }
    }

    /// Returns the next unit. For a file of records, puts its lines into `lines` and as many lines of the
    /// other version into `beside`.
    pub(super) fn next(&mut self, lines: &mut Vec<u8>, beside: &mut Option<Vec<u8>>, work: &impl Work) -> WorkUnit {
        if self.session.is_interrupted() {
            return WorkUnit::Nothing;
        }
        if let Some((input, mut chunks)) = self.open.take() {
            return match chunks.next(lines) {
                Ok(Some(first)) => match self.lines_beside(lines) {
                    Ok(found) => {
                        *beside = found;
                        self.open = Some((Arc::clone(&input), chunks));
                        WorkUnit::Lines { input, first }
                    }
                    Err(error) => {
                        WorkUnit::End { input, error: Some(format!("the other version: {}", plainly(&error))) }
                    }
                },
                Ok(None) => WorkUnit::End { input, error: None },
                Err(error) => WorkUnit::End { error: Some(input.packing.describe(&error)), input },
            };
        }
        let mut files = Vec::new();
        while files.len() < self.files {
            match self.pending.take().or_else(|| self.inputs.next()) {
                None => break,
                Some(Ok(input)) if input.format == Format::Jsonl => {
                    if !files.is_empty() {
                        self.pending = Some(Ok(input));
                        break;
                    }
                    let other = input.beside.as_ref().map(|other| files::open(other, Packing::None)).transpose();
                    let opened = other.map_err(|error| format!("the other version: {error}"));
                    let packing = work.packing(&input);
                    match opened.and_then(|other| Ok((files::open(&input, packing)?, other))) {
                        Ok((mut reader, other)) => {
                            if let Some(mark) = work.whole_mark() {
                                let start = match start(&mut reader, mark.len() as u64) {
                                    Ok(start) => start,
                                    Err(error) => {
                                        files.push(Err(Message::error(&*input.name, input.packing.describe(&error))));
                                        continue;
                                    }
                                };
                                let is_whole = start == mark;
                                reader = Box::new(io::Cursor::new(start).chain(reader));
                                if is_whole {
                                    return WorkUnit::Whole { input, reader: Box::new(Patient(reader)) };
                                }
                            }
                            let chunks = jsonl::Chunks::new(reader, packing.chunk_size());
                            self.open = Some((Arc::new(input), chunks));
                            self.beside = other.map(BufReader::new);
                            return self.next(lines, beside, work);
                        }
                        Err(error) => files.push(Err(Message::error(input.name, error))),
                    }
                }
                Some(other) => files.push(other),
            }
        }
        self.files = (self.files + 1).min(FILES);
        if files.is_empty() { WorkUnit::Nothing } else { WorkUnit::Files(files) }
    }

    /// Reads as many lines of the other version as `lines` has; `None` if there is no other version.
    fn lines_beside(&mut self, lines: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let Some(reader) = &mut self.beside else { return Ok(None) };
        let mut found = Vec::with_capacity(lines.len());
        let last = usize::from(lines.last() != Some(&b'\n'));
        for _ in 0..memchr::memchr_iter(b'\n', lines).count() + last {
            reader.read_until(b'\n', &mut found)?;
        }
        Ok(Some(found))
    }
}

/// The first bytes of a stream, `len` of them if it has so many.
fn start(reader: &mut dyn Read, len: u64) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    Patient(reader).take(len).read_to_end(&mut start)?;
    Ok(start)
}
