//! Units of work: some files, or some lines of a file of records, cut from the stream of inputs.

use std::io::{self, BufRead as _, BufReader, Read};
use std::sync::Arc;

use dechaff::format::{Format, jsonl};

use super::files;
use super::input::Input;
use super::inputs::Inputs;
use super::message::{Message, plainly};
use super::packing::Packing;
use super::session::Session;
use super::work::Work;

/// How many files a thread takes at once, at most. It begins with few, so that a few files keep all threads busy.
const FILES: usize = 64;

/// A file of records as whole lines.
type Records = jsonl::Chunks<Box<dyn Read + Send>>;

/// What a thread takes at once.
#[derive(Default)]
pub(super) enum WorkUnit {
    #[default]
    Nothing,
    /// Files that are a document each, and inputs that could not be found.
    Files(Vec<Result<Input, Message>>),
    /// Whole lines, in the slot's `plain`, of a file of records.
    Lines { input: Arc<Input>, first: usize },
    /// The end of a file of records, and what went wrong.
    End { input: Arc<Input>, error: Option<String> },
}

/// Gives out units, in input order.
pub(super) struct WorkUnits<'s> {
    session: &'s Session,
    inputs: Inputs,
    /// An input that did not fit into the last unit.
    pending: Option<Result<Input, Message>>,
    /// The file of records that is being read.
    open: Option<(Arc<Input>, Records)>,
    /// The file that is read in step with it.
    beside: Option<BufReader<Box<dyn Read + Send>>>,
    files: usize,
}

impl<'s> WorkUnits<'s> {
    pub(super) const fn new(session: &'s Session, inputs: Inputs) -> Self {
        Self { session, inputs, pending: None, open: None, beside: None, files: 1 }
    }

    /// The next unit; of a file of records, its lines are put into `lines`, and as many of the file beside it into `beside`.
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
                        Ok((reader, other)) => {
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

    /// As many lines of the file that is read in step, if there is one.
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
