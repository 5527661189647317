//! The interface between a command and the loop over documents: [`Work`] for each document, [`Output`] for
//! what comes out. The loop itself lies in `pipeline`.

use std::io::{self, Read};

use dechaff::format::Record;
use dechaff::format::encoding::Encoding;
use dechaff::{Document, DocumentError};

use super::input::Input;
use super::message::{Message, eprintln_quietly};
use super::packing::Packing;
use super::run_counts::RunCounts;
use super::unit_result::{Merge, UnitResult};

/// What a command does with each document. Called on many threads.
pub(crate) trait Work: Sync {
    /// What the command gathers from documents besides output, messages and counts.
    type Part: Default + Merge + Send;

    /// Processes one document and adds what it makes of it to `done`.
    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Self::Part>) -> Result<(), DocumentError>;

    /// Handles bytes of a file of records that are no document. `is_record` is false for what stands between records: blank
    /// lines, a byte order mark, the header of a table.
    fn other(&self, _bytes: &[u8], _is_record: bool, _out: &mut Vec<u8>) {}

    /// True if the output is the documents themselves, which keep the encoding of their file.
    fn writes_documents(&self) -> bool {
        false
    }

    /// How files of records begin that the command takes whole; `None` if it takes none.
    fn whole_mark(&self) -> Option<&'static [u8]> {
        None
    }

    /// Takes a file that begins with [`whole_mark`](Self::whole_mark).
    fn whole(
        &self,
        _input: &Input,
        _reader: Box<dyn Read + Send>,
        _done: &mut UnitResult<Self::Part>,
    ) -> Result<(), DocumentError> {
        Ok(())
    }

    /// The compression of the output for a file of records.
    fn packing(&self, _input: &Input) -> Packing {
        Packing::None
    }

    /// Performs steps that `document` put off, if enough of them wait or if the unit of work `ends`.
    fn settle(&self, _done: &mut UnitResult<Self::Part>, _ends: bool) {}

    /// True if the output goes to stdout, where a progress bar may be in its way.
    fn uses_stdout(&self) -> bool {
        true
    }

    /// True if the command's summary names what was passed over. Otherwise the loop warns of it.
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

/// How a document is stored.
pub(crate) enum Storage<'a> {
    /// A file with one document: its bytes as they are stored, perhaps packed, and the encoding of its text.
    File { bytes: &'a [u8], encoding: Encoding },
    /// A record of a file. `number` is the line on which it begins, or its place among the records, counted from 1.
    Record {
        number: usize,
        bytes: &'a [u8],
        record: &'a dyn Record,
        /// Line `number` of the other version of the file, if there is one.
        beside: Option<&'a [u8]>,
    },
}

impl FoundDocument<'_> {
    /// Name of the document in messages and reports: the file, with line number and id of a record.
    pub(crate) fn name(&self) -> String {
        let name = &self.input.name;
        match &self.storage {
            Storage::File { .. } => name.clone(),
            Storage::Record { number, record, .. } => match record.id() {
                Some(id) if !id.is_empty() => format!("{name}:{number} ({id})"),
                _ => format!("{name}:{number}"),
            },
        }
    }
}

/// Where a command's output goes. Called in input order.
pub(crate) trait Output<P>: Send {
    /// Called before the first output of a file of records.
    fn begin(&mut self, _input: &Input) {}

    /// Writes the output of one unit: whole files, or lines of the file of records that has begun.
    fn write(&mut self, done: &UnitResult<P>) -> io::Result<()>;

    /// Adds the part of a unit to that of the run.
    fn gather(&mut self, part: P, total: &mut P)
    where
        P: Merge,
    {
        total.merge(part);
    }

    /// True if no more output is wanted. The run then ends as if there were no more inputs.
    fn has_enough(&self) -> bool {
        false
    }

    /// Shows a message to the user.
    fn say(&mut self, message: &Message) {
        eprintln_quietly(&message.line());
    }

    /// Called after the last output of a file of records. `whole` is true if all of it could be read and
    /// packed. The inner error is the file's own; the outer one ends the run.
    fn end(&mut self, _input: &Input, _whole: bool, _changed: bool) -> io::Result<Result<(), Message>> {
        Ok(Ok(()))
    }
}

/// An output for commands that write nothing before the end of the run.
pub(crate) struct NoOutput;

impl<P> Output<P> for NoOutput {
    fn write(&mut self, _done: &UnitResult<P>) -> io::Result<()> {
        Ok(())
    }
}

/// Counts and gathered part of a whole run.
#[derive(Default)]
pub(crate) struct Total<P> {
    pub(crate) tally: RunCounts,
    pub(crate) part: P,
}

/// Why a run ended early, and what it had counted.
pub(crate) struct Stop {
    pub(crate) why: EarlyEnd,
    pub(crate) tally: Box<RunCounts>,
}

/// Why a run ended early.
pub(crate) enum EarlyEnd {
    /// The reader of the output closed the pipe.
    ReaderGone,
    /// The output cannot be written.
    Output(io::Error),
}

impl From<io::Error> for EarlyEnd {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::ReaderGone } else { Self::Output(error) }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self { why: error.into(), tally: Box::default() }
    }
}

/// The counts of a run, whether or not it came to its end.
pub(crate) fn counts<P>(result: &Result<Total<P>, Stop>) -> &RunCounts {
    match result {
        Ok(total) => &total.tally,
        Err(stop) => &stop.tally,
    }
}
