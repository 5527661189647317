//! Units of work: some files, or some lines of a file of records, cut from the stream of inputs.

use std::io::Read;
use std::sync::Arc;

use dechaff::format::{Format, jsonl};

use super::files;
use super::inputs::{Input, Inputs};
use super::message::Message;
use super::session::Session;

/// How many files a thread takes at once, at most. It begins with few, so that a few files keep all threads busy.
const FILES: usize = 64;

/// A file of records as whole lines.
type Records = jsonl::Chunks<Box<dyn Read + Send>>;

/// What a thread takes at once.
#[derive(Default)]
pub(super) enum Unit {
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
pub(super) struct Source<'s> {
    session: &'s Session,
    inputs: Inputs,
    /// An input that did not fit into the last unit.
    pending: Option<Result<Input, Message>>,
    /// The file of records that is being read.
    open: Option<(Arc<Input>, Records)>,
    files: usize,
}

impl<'s> Source<'s> {
    pub(super) const fn new(session: &'s Session, inputs: Inputs) -> Self {
        Self { session, inputs, pending: None, open: None, files: 1 }
    }

    /// The next unit; of a file of records, its lines are put into `lines`.
    pub(super) fn next(&mut self, lines: &mut Vec<u8>, chunk_size: impl Fn(&Input) -> usize) -> Unit {
        if self.session.is_interrupted() {
            return Unit::Nothing;
        }
        if let Some((input, mut chunks)) = self.open.take() {
            return match chunks.next(lines) {
                Ok(Some(first)) => {
                    self.open = Some((Arc::clone(&input), chunks));
                    Unit::Lines { input, first }
                }
                Ok(None) => Unit::End { input, error: None },
                Err(error) => Unit::End { error: Some(input.packing.describe(&error)), input },
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
                    match files::open(&input) {
                        Ok(reader) => {
                            let chunks = jsonl::Chunks::new(reader, chunk_size(&input));
                            self.open = Some((Arc::new(input), chunks));
                            return self.next(lines, chunk_size);
                        }
                        Err(error) => files.push(Err(Message::error(input.name, error))),
                    }
                }
                Some(other) => files.push(other),
            }
        }
        self.files = (self.files + 1).min(FILES);
        if files.is_empty() { Unit::Nothing } else { Unit::Files(files) }
    }
}
