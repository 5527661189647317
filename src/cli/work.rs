//! What a command is to the loop over its inputs: the work with a document, and the output. The loop lies in `stream`.

use std::io;

use dechaff::format::jsonl;
use dechaff::{Document, DocumentError};

use super::input::Input;
use super::message::{Message, eprintln_quietly};
use super::packing::Packing;
use super::run_counts::RunCounts;
use super::unit_result::{Merge, UnitResult};

/// What a command does with documents.
pub(crate) trait Work: Sync {
    /// What it makes of documents besides output, messages and counts.
    type Part: Default + Merge + Send;

    /// Does it with one document.
    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Self::Part>) -> Result<(), DocumentError>;

    /// A line of a file of records that is no document.
    fn other(&self, _line: &[u8], _out: &mut Vec<u8>) {}

    /// How the output of a file of records is packed.
    fn packing(&self, _input: &Input) -> Packing {
        Packing::None
    }

    /// Does what was put off for documents that were done, if there is much of it or if their unit `ends`.
    fn settle(&self, _done: &mut UnitResult<Self::Part>, _ends: bool) {}

    /// True if the output goes to stdout, where a progress bar might stand in its way.
    fn uses_stdout(&self) -> bool {
        true
    }

    /// True if a summary at the end says what was passed over; else a warning does.
    fn sums_up(&self) -> bool {
        false
    }
}

/// A document and where it was found.
pub(crate) struct FoundDocument<'a> {
    pub(crate) input: &'a Input,
    pub(crate) document: Document<'a>,
    pub(crate) storage: Storage<'a>,
}

/// How a document was stored.
pub(crate) enum Storage<'a> {
    /// As a file of its own, with these bytes.
    File(&'a [u8]),
    /// As a record on a line of a file.
    Record {
        number: usize,
        line: &'a str,
        record: &'a jsonl::Record<'a>,
        /// The line of the same number in the file that is read beside it.
        beside: Option<&'a [u8]>,
    },
}

impl FoundDocument<'_> {
    /// What messages and reports call it.
    pub(crate) fn name(&self) -> String {
        let name = &self.input.name;
        match &self.storage {
            Storage::File(_) => name.clone(),
            Storage::Record { number, record, .. } => match record.id() {
                Some(id) if !id.is_empty() => format!("{name}:{number} ({id})"),
                _ => format!("{name}:{number}"),
            },
        }
    }
}

/// Where a command's output goes. Called in input order.
pub(crate) trait Output<P>: Send {
    /// A file of records begins.
    fn begin(&mut self, _input: &Input) {}

    /// Some output of one or more files, or of the file of records that has begun.
    fn write(&mut self, done: &UnitResult<P>) -> io::Result<()>;

    /// True if no more output is wanted: the run ends as if there were no more inputs.
    fn has_enough(&self) -> bool {
        false
    }

    /// Says something on the side.
    fn say(&mut self, message: &Message) {
        eprintln_quietly(&message.line());
    }

    /// The file of records ends; `whole` if all of it could be read and packed. The inner failure is the file's own, the outer
    /// one ends the run.
    fn end(&mut self, _input: &Input, _whole: bool, _changed: bool) -> io::Result<Result<(), Message>> {
        Ok(Ok(()))
    }
}

/// For commands that show nothing before the end.
pub(crate) struct NoOutput;

impl<P> Output<P> for NoOutput {
    fn write(&mut self, _done: &UnitResult<P>) -> io::Result<()> {
        Ok(())
    }
}

/// What a run comes to.
#[derive(Default)]
pub(crate) struct Total<P> {
    pub(crate) tally: RunCounts,
    pub(crate) part: P,
}

/// Why a run ends early.
pub(crate) enum Stop {
    /// Nobody reads the output any more.
    ReaderGone,
    /// The output cannot be written.
    Output(io::Error),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::ReaderGone } else { Self::Output(error) }
    }
}
