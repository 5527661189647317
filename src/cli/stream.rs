//! The loop that clean, diff, check and explain share: inputs → units of work → what each thread makes of them → output
//! in input order. What is made of a document is the command's.

use std::io;
use std::sync::PoisonError;

use dechaff::format::kind::{self, Start};
use dechaff::format::{Format, jsonl, plain};
use dechaff::{Document, DocumentError, batch};

use super::changes::{Change, Changes};
pub(crate) use super::done::Done;
use super::files;
use super::inputs::{Input, Inputs};
use super::message::{Level, Message, eprintln_quietly};
use super::packing::Packing;
use super::records::{Flaws, Lines};
use super::repeats::Repeats;
use super::session::Session;
use super::tally::Tally;
use super::told;
use super::units::{Source, Unit};

/// What a command does with documents.
pub(crate) trait Work: Sync {
    /// Does it with one document.
    fn document(&self, found: &Found<'_>, done: &mut Done) -> Result<(), DocumentError>;

    /// A line of a file of records that is no document.
    fn other(&self, _line: &[u8], _out: &mut Vec<u8>) {}

    /// How the output of a file of records is packed.
    fn packing(&self, _input: &Input) -> Packing {
        Packing::None
    }

    /// Why an input is not even opened.
    fn refuses(&self, _input: &Input) -> Option<String> {
        None
    }

    /// A file of records that is read in step with this one.
    fn beside(&self, _input: &Input) -> Option<Input> {
        None
    }

    /// Replaces the files that wait for it, and says how that went with each.
    fn replace(&self, _changes: &mut Changes) -> Vec<(Change, Result<(), String>)> {
        Vec::new()
    }

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
pub(crate) struct Found<'a> {
    pub(crate) input: &'a Input,
    pub(crate) document: Document<'a>,
    pub(crate) form: Form<'a>,
}

/// How a document was stored.
pub(crate) enum Form<'a> {
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

impl Found<'_> {
    /// What messages and reports call it.
    pub(crate) fn name(&self) -> String {
        let name = &self.input.name;
        match &self.form {
            Form::File(_) => name.clone(),
            Form::Record { number, record, .. } => match record.id() {
                Some(id) if !id.is_empty() => format!("{name}:{number} ({id})"),
                _ => format!("{name}:{number}"),
            },
        }
    }
}

/// Where a command's output goes. Called in input order.
pub(crate) trait Output: Send {
    /// A file of records begins.
    fn begin(&mut self, _input: &Input) {}

    /// Some output of one or more files, or of the file of records that has begun.
    fn write(&mut self, done: &Done) -> io::Result<()>;

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
pub(crate) struct Nowhere;

impl Output for Nowhere {
    fn write(&mut self, _done: &Done) -> io::Result<()> {
        Ok(())
    }
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

/// A thread's place for a unit of work, with all its buffers.
#[derive(Default)]
struct Slot {
    unit: Unit,
    packed: Vec<u8>,
    plain: Vec<u8>,
    beside: Option<Vec<u8>>,
    scratch: jsonl::Scratch,
    done: Done,
    documents: u64,
    bytes: u64,
}

/// Runs a command over all inputs and returns the totals.
pub(crate) fn run(
    session: &Session,
    inputs: Inputs,
    work: &impl Work,
    output: &mut impl Output,
) -> Result<Tally, Stop> {
    let aside = inputs.aside();
    let mut source = Source::new(session, inputs);
    let mut sink = Sink {
        session,
        output,
        total: Tally::default(),
        progress: session.progress(work.uses_stdout()),
        current: None,
        repeats: (!session.loudness().shows(Level::Detail)).then(Repeats::default),
    };
    let result = batch::in_order(
        session.pool(),
        Slot::default,
        |slot| {
            slot.unit = source.next(&mut slot.plain, &mut slot.beside, work);
            Ok(!matches!(slot.unit, Unit::Nothing))
        },
        |slot| slot.work(session, work),
        // An error without a reason ends the run for the good reason that it is done.
        |slot| {
            sink.take(slot).map_err(Some)?;
            if sink.output.has_enough() { Err(None) } else { Ok(()) }
        },
    );
    sink.progress.end();
    if let Err(Some(stop)) = result {
        return Err(stop);
    }
    let aside = aside.lock().unwrap_or_else(PoisonError::into_inner);
    let mut last: Vec<Message> = sink.repeats.take().into_iter().flat_map(Repeats::rest).collect();
    last.extend(aside.links());
    if let Some(nothing) = aside.nothing().filter(|_| !session.is_interrupted()) {
        sink.total.in_vain = true;
        last.push(nothing);
    } else if let Some(passed) = aside.passed_over() {
        if work.sums_up() {
            sink.total.summary.passed_over(passed);
        } else {
            last.push(Message::warning("", passed));
        }
    }
    sink.say(&last);
    Ok(sink.total)
}

impl Slot {
    fn work(&mut self, session: &Session, work: &impl Work) {
        self.done.out.clear();
        self.done.ends.clear();
        self.done.findings = None;
        (self.documents, self.bytes) = (0, 0);
        match std::mem::take(&mut self.unit) {
            Unit::Files(files) => {
                for input in files {
                    if session.is_interrupted() {
                        break;
                    }
                    match input {
                        Ok(input) => self.file(&input, work),
                        Err(detail) if detail.level == Level::Detail => self.done.messages.push(detail),
                        Err(message) => self.done.fail(message),
                    }
                    if self.done.changes.is_full() {
                        self.replace(work);
                    }
                }
                self.replace(work);
            }
            Unit::Lines { input, first } => {
                self.lines(session, work, &input, first);
                self.unit = Unit::Lines { input, first };
            }
            other => self.unit = other,
        }
    }

    /// Replaces what waits. A file that cannot be replaced failed after all, and nothing else is said or counted of it.
    fn replace(&mut self, work: &impl Work) {
        // From the end, so that the places of the messages stay true.
        for (change, result) in work.replace(&mut self.done.changes).into_iter().rev() {
            match result {
                Ok(()) => self.done.tally.merge(change.tally),
                Err(why) => {
                    self.done.tally.failed();
                    self.done.messages.splice(change.messages, [Message::error(change.name, why)]);
                }
            }
        }
    }

    fn file(&mut self, input: &Input, work: &impl Work) {
        self.documents += 1;
        if let Err(error) = files::read(input, &mut self.packed, &mut self.plain) {
            return self.done.fail(Message::error(&*input.name, error));
        }
        self.bytes += self.plain.len() as u64;
        let start = Start::new(&self.plain, true);
        if let Some(kind) = input.trust.and_then(|trust| kind::recognise(start, trust)) {
            return self.done.fail(Message::error(&*input.name, told::refusal(kind)));
        }
        let text = match plain::decode(&self.plain) {
            Ok(text) => text,
            Err(fault @ plain::Fault::Binary { .. }) if !input.is_explicit() => {
                self.done.tally.skipped();
                self.done.messages.push(Message::warning(&*input.name, format!("{fault}; skipped")));
                return;
            }
            Err(fault) => return self.done.fail(Message::error(&*input.name, fault.to_string())),
        };
        let stored = if input.packing == Packing::None { &self.plain } else { &self.packed };
        let markdown = input.format == Format::Markdown;
        let document = Document { id: &input.name, markdown, ..Document::new(text) };
        let found = Found { input, document, form: Form::File(stored) };
        if let Err(error) = self.done.attempt(|done| work.document(&found, done)) {
            self.done.fail(Message::error(&*input.name, error.to_string()));
        }
    }

    fn lines(&mut self, session: &Session, work: &impl Work, input: &Input, first: usize) {
        self.bytes += self.plain.len() as u64;
        let beside = self.beside.take();
        let Self { done, scratch, .. } = self;
        let mut lines = Lines { session, work, input, done, scratch, documents: 0 };
        lines.read(first, &self.plain, beside.as_deref());
        self.documents += lines.documents;
        self.pack(work.packing(input), input);
    }

    /// Packs the output, on this thread: it is the dearest part of the work.
    fn pack(&mut self, packing: Packing, input: &Input) {
        if packing == Packing::None || self.done.out.is_empty() {
            return;
        }
        // Into the place of the lines, which nobody needs any more: a buffer less, and these two are of one size.
        self.plain.clear();
        match packing.pack(&self.done.out, &mut self.plain) {
            Ok(()) => std::mem::swap(&mut self.done.out, &mut self.plain),
            Err(error) => {
                self.done.out.clear();
                self.done.flaws.torn = true;
                self.done.fail(Message::error(&*input.name, packing.describe(&error)));
            }
        }
    }
}

/// What is known of the file of records that is being written.
#[derive(Default)]
struct Current {
    flaws: Flaws,
    changed: bool,
}

struct Sink<'s, O> {
    session: &'s Session,
    output: &'s mut O,
    total: Tally,
    progress: super::progress::Progress,
    current: Option<Current>,
    /// Nothing if each message is shown.
    repeats: Option<Repeats>,
}

impl<O: Output> Sink<'_, O> {
    fn take(&mut self, slot: &mut Slot) -> Result<(), Stop> {
        let done = &mut slot.done;
        let mut messages = std::mem::take(&mut done.messages);
        let changed = done.tally.changed > 0;
        self.total.merge(std::mem::take(&mut done.tally));
        match &slot.unit {
            Unit::Nothing | Unit::Files(_) => {
                if !done.out.is_empty() {
                    self.output.write(done)?;
                }
            }
            Unit::Lines { input, .. } => {
                let current = self.current(input, &mut messages);
                current.changed |= changed;
                current.flaws.add(std::mem::take(&mut done.flaws));
                if !done.out.is_empty() {
                    self.output.write(done)?;
                }
            }
            Unit::End { input, error } => self.end(input, error.as_deref(), &mut messages)?,
        }
        self.progress.add(slot.documents, slot.bytes);
        if let Some(repeats) = &mut self.repeats {
            messages = messages.into_iter().filter_map(|message| repeats.take(message)).collect();
        }
        self.say(&messages);
        Ok(())
    }

    /// Says what is to be shown.
    fn say(&mut self, messages: &[Message]) {
        let (output, loudness) = (&mut *self.output, self.session.loudness());
        let mut shown = messages.iter().filter(|m| loudness.shows(m.level)).peekable();
        if shown.peek().is_some() {
            self.progress.aside(|| shown.for_each(|m| output.say(m)));
        }
    }

    /// The file of records that is being written; begins with it if it is not.
    fn current(&mut self, input: &Input, messages: &mut Vec<Message>) -> &mut Current {
        self.current.get_or_insert_with(|| {
            self.output.begin(input);
            if input.recognised {
                messages.insert(0, Message::detail(&*input.name, "read as JSONL"));
            }
            Current::default()
        })
    }

    fn end(&mut self, input: &Input, error: Option<&str>, messages: &mut Vec<Message>) -> Result<(), Stop> {
        let current = std::mem::take(self.current(input, messages));
        self.current = None;
        self.total.in_vain |= current.flaws.sum_up(self.session, input, messages);
        if let Some(error) = error {
            self.total.failed();
            messages.push(Message::error(&*input.name, error));
        }
        let whole = error.is_none() && !current.flaws.torn;
        if let Err(message) = self.output.end(input, whole, current.changed)? {
            self.total.failed();
            messages.push(message);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::Arc;

    use super::*;
    use crate::cli::inputs::Origin;
    use crate::cli::progress::Progress;

    /// Says whether the file of records came to a good end.
    #[derive(Default)]
    struct Ends(Vec<bool>);

    impl Output for Ends {
        fn write(&mut self, _done: &Done) -> io::Result<()> {
            Ok(())
        }

        fn end(&mut self, _input: &Input, whole: bool, _changed: bool) -> io::Result<Result<(), Message>> {
            self.0.push(whole);
            Ok(Ok(()))
        }
    }

    fn records() -> Arc<Input> {
        Arc::new(Input {
            name: "a.jsonl.gz".to_owned(),
            origin: Origin::Path(PathBuf::from("a.jsonl.gz")),
            place: PathBuf::new(),
            root: None,
            format: Format::Jsonl,
            packing: Packing::Gzip,
            trust: None,
            recognised: false,
        })
    }

    #[test]
    fn a_file_that_misses_a_piece_is_not_whole() {
        let session = Session::for_tests();
        let mut ends = Ends::default();
        for torn in [true, false] {
            let (total, progress) = (Tally::default(), Progress::none());
            let mut sink = Sink { session: &session, output: &mut ends, total, progress, current: None, repeats: None };
            let mut slot = Slot::default();
            for torn in [false, torn, false] {
                slot.unit = Unit::Lines { input: records(), first: 1 };
                slot.done.flaws.torn = torn;
                assert!(sink.take(&mut slot).is_ok());
            }
            slot.unit = Unit::End { input: records(), error: None };
            assert!(sink.take(&mut slot).is_ok());
        }
        assert_eq!(ends.0, [false, true]);
    }
}
