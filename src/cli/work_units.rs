//! Cuts the stream of inputs into units of work: some files, or some lines of a file of records.

use std::io::{self, BufRead as _, BufReader, Read};
use std::sync::Arc;

use dechaff::format::Format;
use dechaff::format::encoding::Encoding;

use super::files;
use super::input::Input;
use super::inputs::Inputs;
use super::message::{Message, plainly};
use super::packing::Packing;
use super::record_stream::{Cutting, RecordStream};
use super::session::Session;
use super::streams::Patient;
use super::work::Work;

/// Most files in one unit. The first units are smaller, so that a few files keep all threads busy.
const FILES: usize = 64;

/// What one thread processes at a time.
#[derive(Default)]
pub(super) enum WorkUnit {
    #[default]
    Nothing,
    /// Files with one document each, and errors of inputs that could not be found.
    Files(Vec<Result<Input, Message>>),
    /// A file of records that the command takes whole.
    Whole { input: Input, reader: Box<dyn Read + Send> },
    /// Whole records of a file, in the slot's buffer `plain`. `first` is the number of the first line or record. The bytes
    /// were converted from `encoding`.
    Records { input: Arc<Input>, first: usize, cutting: Cutting, encoding: Encoding },
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
    open: Option<(Arc<Input>, RecordStream)>,
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
        if let Some((input, mut stream)) = self.open.take() {
            return match stream.next(lines) {
                Ok(Some(first)) => match self.lines_beside(lines) {
                    Ok(found) => {
                        *beside = found;
                        let (cutting, encoding) = (stream.cutting.clone(), stream.encoding);
                        self.open = Some((Arc::clone(&input), stream));
                        WorkUnit::Records { input, first, cutting, encoding }
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
                Some(Ok(input)) if input.format.has_records() => {
                    if !files.is_empty() {
                        self.pending = Some(Ok(input));
                        break;
                    }
                    let name = input.name.clone();
                    match self.open(input, work) {
                        Ok(None) => return self.next(lines, beside, work),
                        Ok(Some(whole)) => return whole,
                        Err(why) => files.push(Err(Message::error(name, why))),
                    }
                }
                Some(other) => files.push(other),
            }
        }
        self.files = (self.files + 1).min(FILES);
        if files.is_empty() { WorkUnit::Nothing } else { WorkUnit::Files(files) }
    }

    /// Opens a file of records, from which the next units come. Returns it as a unit if the command takes it whole.
    fn open(&mut self, mut input: Input, work: &impl Work) -> Result<Option<WorkUnit>, String> {
        let other = self.open_beside(&input)?;
        // Taken before reading: a later write may be missing from what was read.
        input.opened = input.path().and_then(|path| files::real_file(path).ok()).map(Box::new);
        let stream = if input.format == Format::Parquet {
            RecordStream::parquet(&input, self.session.fields())?
        } else {
            let (mut reader, packing) = files::open(&input, work.packing(&input))?;
            input.packing = packing;
            if let Some(mark) = work.whole_mark().filter(|_| input.format == Format::Jsonl) {
                let start = start(&mut reader, mark.len() as u64).map_err(|error| packing.describe(&error))?;
                let is_whole = start == mark;
                reader = Box::new(io::Cursor::new(start).chain(reader));
                if is_whole {
                    return Ok(Some(WorkUnit::Whole { input, reader: Box::new(Patient(reader)) }));
                }
            }
            RecordStream::new(&input, reader, work.packing(&input), self.session)?
        };
        self.open = Some((Arc::new(input), stream));
        self.beside = other.map(BufReader::new);
        Ok(None)
    }

    /// Opens the other version of a file of records, if there is one.
    fn open_beside(&self, input: &Input) -> Result<Option<Box<dyn Read + Send>>, String> {
        match &input.beside {
            None => Ok(None),
            Some(_) if input.format != Format::Jsonl => {
                let format = input.format.as_str();
                Err(format!("is {format}; only texts and JSONL can be compared with another version"))
            }
            Some(other) => files::open(other, Packing::None)
                .map(|(reader, _)| Some(reader))
                .map_err(|error| format!("the other version: {error}")),
        }
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
