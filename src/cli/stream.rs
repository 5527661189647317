//! The loop that clean, diff, check and explain share: inputs → units of work → what each thread makes of them → output
//! in input order. What is made of a document is the command's.

use std::io;
use std::sync::atomic::Ordering;

use dechaff::format::{BOM, Format, jsonl, plain};
use dechaff::report::Findings;
use dechaff::{Document, DocumentError, batch};

use super::changes::{Change, Changes};
use super::files;
use super::inputs::{Input, Inputs};
use super::message::{Message, eprintln_quietly};
use super::packing::Packing;
use super::session::Session;
use super::tally::Tally;
use super::units::{Source, Unit};

/// How many lines that cannot be read are named one by one, of each file.
const FAULTS: usize = 20;

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

/// What a thread made of a unit.
#[derive(Default)]
pub(crate) struct Done {
    /// For the output.
    pub(crate) out: Vec<u8>,
    pub(crate) messages: Vec<Message>,
    pub(crate) tally: Tally,
    /// Where in `out` a document ends of which something is shown.
    pub(crate) ends: Vec<usize>,
    /// Files that are to be replaced.
    pub(crate) changes: Changes,
    /// Of `check`: what was counted of the findings in `out`.
    pub(crate) findings: Option<Findings>,
    /// The output could not be packed, so a piece of the file of records is missing.
    torn: bool,
    faults: Vec<Message>,
    more_faults: usize,
    textless: Textless,
}

impl Done {
    /// Lets one document add to this. If it fails, even in the middle by a panic, nothing of it stays: neither half an
    /// output nor counts of what is not there. What is said and counted of a file that waits to be replaced goes with it.
    fn attempt<T>(&mut self, document: impl FnOnce(&mut Self) -> Result<T, DocumentError>) -> Result<T, DocumentError> {
        let (out, messages, findings) = (self.out.len(), self.messages.len(), self.findings.clone());
        let changes = self.changes.len();
        let tally = std::mem::take(&mut self.tally);
        let result = batch::guarded(|| document(self)).and_then(|result| result);
        let own = std::mem::replace(&mut self.tally, tally);
        if result.is_ok() {
            match self.changes.since(changes) {
                Some(change) => (change.tally, change.messages) = (own, messages..self.messages.len()),
                None => self.tally.merge(own),
            }
        } else {
            self.out.truncate(out);
            self.messages.truncate(messages);
            self.changes.truncate(changes);
            self.findings = findings;
            self.ends.retain(|end| *end <= out);
        }
        result
    }
}

/// Records without a text.
#[derive(Default)]
struct Textless {
    count: usize,
    first: Option<(usize, jsonl::NoText)>,
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
    let links = inputs.links();
    let mut source = Source::new(session, inputs);
    let mut sink = Sink {
        session,
        output,
        total: Tally::default(),
        progress: session.progress(work.uses_stdout()),
        current: None,
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
    if let count @ 1.. = links.load(Ordering::Relaxed) {
        let (were, them) = if count == 1 { (" was", "it") } else { ("s were", "them") };
        let text = format!("{count} symbolic link{were} not followed in folders; name {them} to read {them}");
        let warning = Message::warning("", text);
        if session.loudness().shows(warning.level) {
            sink.output.say(&warning);
        }
    }
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
                        Err(message) => self.fail(message),
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

    fn fail(&mut self, message: Message) {
        self.done.tally.failed();
        self.done.messages.push(message);
    }

    fn file(&mut self, input: &Input, work: &impl Work) {
        self.documents += 1;
        if let Err(error) = files::read(input, &mut self.packed, &mut self.plain) {
            return self.fail(Message::error(&*input.name, error));
        }
        self.bytes += self.plain.len() as u64;
        let text = match plain::decode(&self.plain) {
            Ok(text) => text,
            Err(fault @ plain::Fault::Binary { .. }) if !input.is_explicit() => {
                self.done.tally.skipped();
                self.done.messages.push(Message::warning(&*input.name, format!("{fault}; skipped")));
                return;
            }
            Err(fault) => return self.fail(Message::error(&*input.name, fault.to_string())),
        };
        let stored = if input.packing == Packing::None { &self.plain } else { &self.packed };
        let markdown = input.format == Format::Markdown;
        let document = Document { id: &input.name, markdown, ..Document::new(text) };
        let found = Found { input, document, form: Form::File(stored) };
        if let Err(error) = self.done.attempt(|done| work.document(&found, done)) {
            self.fail(Message::error(&*input.name, error.to_string()));
        }
    }

    fn lines(&mut self, session: &Session, work: &impl Work, input: &Input, first: usize) {
        let bytes = std::mem::take(&mut self.plain);
        let beside = self.beside.take();
        let mut beside_lines = beside.as_ref().map(|bytes| bytes.split_inclusive(|b| *b == b'\n'));
        self.bytes += bytes.len() as u64;
        // One check for all lines; where it fails, each line is checked for itself.
        let whole = std::str::from_utf8(&bytes).ok();
        let ends = memchr::memchr_iter(b'\n', &bytes).map(|at| at + 1);
        let last = (bytes.last() != Some(&b'\n')).then_some(bytes.len());
        let mut start = 0;
        for (number, end) in (first..).zip(ends.chain(last)) {
            let line = whole.map_or_else(|| std::str::from_utf8(&bytes[start..end]), |text| Ok(&text[start..end]));
            // A file that ends early has no line to offer, which is for the work to find wrong.
            let beside = beside_lines.as_mut().map(|lines| lines.next().unwrap_or_default());
            match line {
                Ok(line) => self.line(session, work, input, (number, line, beside)),
                Err(error) => {
                    work.other(&bytes[start..end], &mut self.done.out);
                    self.fault(input, number, &format!("invalid UTF-8 at byte {} of the line", error.valid_up_to()));
                }
            }
            start = end;
        }
        self.plain = bytes;
        self.pack(work.packing(input), input);
    }

    fn line(
        &mut self,
        session: &Session,
        work: &impl Work,
        input: &Input,
        (number, line, beside): (usize, &str, Option<&[u8]>),
    ) {
        let line = match line.strip_prefix(BOM) {
            Some(rest) if number == 1 => {
                work.other(BOM.as_bytes(), &mut self.done.out);
                rest
            }
            _ => line,
        };
        let scratch = &mut self.scratch;
        let result = self.done.attempt(|done| match jsonl::read(line, session.fields(), scratch) {
            jsonl::Line::Record(record) => {
                let form = Form::Record { number, line, record: &record, beside };
                work.document(&Found { input, document: record.document(), form }, done).map(|()| None)
            }
            other => Ok(Some(match other {
                jsonl::Line::NoText(why) => Ok(Some(why)),
                jsonl::Line::Malformed(message) => Err(message),
                _ => Ok(None),
            })),
        });
        match result {
            Ok(None) => self.documents += 1,
            Ok(Some(passed)) => {
                work.other(line.as_bytes(), &mut self.done.out);
                match passed {
                    Err(message) => {
                        // Without its break, so that a record that ends early does not end "on line 2".
                        let bare = line.trim_end_matches(['\r', '\n']);
                        let message = match jsonl::read(bare, session.fields(), &mut self.scratch) {
                            jsonl::Line::Malformed(message) => message,
                            _ => message,
                        };
                        self.fault(input, number, &format!("not JSON: {message}"));
                    }
                    Ok(None) => {}
                    Ok(Some(why)) => {
                        self.done.textless.count += 1;
                        self.done.textless.first.get_or_insert((number, why));
                        self.done.tally.textless();
                    }
                }
            }
            Err(error) => {
                work.other(line.as_bytes(), &mut self.done.out);
                self.fail(Message::error(format!("{}:{number}", input.name), error.to_string()));
            }
        }
    }

    /// A line that cannot be read.
    fn fault(&mut self, input: &Input, number: usize, what: &str) {
        self.done.tally.failed();
        if self.done.faults.len() < FAULTS {
            let text = format!("{what}; left as it is");
            self.done.faults.push(Message::error(format!("{}:{number}", input.name), text));
        } else {
            self.done.more_faults += 1;
        }
    }

    /// Packs the output, on this thread: it is the dearest part of the work.
    fn pack(&mut self, packing: Packing, input: &Input) {
        if packing == Packing::None || self.done.out.is_empty() {
            return;
        }
        self.packed.clear();
        match packing.pack(&self.done.out, &mut self.packed) {
            Ok(()) => std::mem::swap(&mut self.done.out, &mut self.packed),
            Err(error) => {
                self.done.out.clear();
                self.done.torn = true;
                self.fail(Message::error(&*input.name, packing.describe(&error)));
            }
        }
    }
}

/// What is known about the file of records that is being written.
#[derive(Default)]
struct Current {
    faults: usize,
    more_faults: usize,
    textless: Textless,
    changed: bool,
    torn: bool,
}

struct Sink<'s, O> {
    session: &'s Session,
    output: &'s mut O,
    total: Tally,
    progress: super::progress::Progress,
    current: Option<Current>,
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
                let output = &mut *self.output;
                let current = self.current.get_or_insert_with(|| {
                    output.begin(input);
                    Current::default()
                });
                current.changed |= changed;
                current.torn |= std::mem::take(&mut done.torn);
                for fault in done.faults.drain(..) {
                    current.faults += 1;
                    if current.faults <= FAULTS { messages.push(fault) } else { current.more_faults += 1 }
                }
                current.more_faults += std::mem::take(&mut done.more_faults);
                let textless = std::mem::take(&mut done.textless);
                current.textless.count += textless.count;
                current.textless.first = current.textless.first.or(textless.first);
                if !done.out.is_empty() {
                    self.output.write(done)?;
                }
            }
            Unit::End { input, error } => self.end(input, error.as_deref(), &mut messages)?,
        }
        self.progress.add(slot.documents, slot.bytes);
        let loudness = self.session.loudness();
        messages.retain(|m| loudness.shows(m.level));
        if !messages.is_empty() {
            let output = &mut *self.output;
            self.progress.aside(|| messages.iter().for_each(|m| output.say(m)));
        }
        Ok(())
    }

    fn end(&mut self, input: &Input, error: Option<&str>, messages: &mut Vec<Message>) -> Result<(), Stop> {
        let current = self.current.take().unwrap_or_else(|| {
            self.output.begin(input);
            Current::default()
        });
        if current.more_faults > 0 {
            let text = match current.more_faults {
                1 => "1 more line cannot be read; left as it is".to_owned(),
                count => format!("{count} more lines cannot be read; left as they are"),
            };
            messages.push(Message::error(&*input.name, text));
        }
        if let (count @ 1.., Some((line, why))) = (current.textless.count, current.textless.first) {
            let (have, they_are) = if count == 1 { (" has", "it is") } else { ("s have", "they are") };
            let text =
                format!("{count} record{have} no text in the field asked for (line {line}: {why}); left as {they_are}");
            messages.push(self.session.grave_if_strict(&input.name, text));
        }
        if let Some(error) = error {
            self.total.failed();
            messages.push(Message::error(&*input.name, error));
        }
        let whole = error.is_none() && !current.torn;
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
        })
    }

    #[test]
    fn a_file_that_misses_a_piece_is_not_whole() {
        let session = Session::for_tests();
        let mut ends = Ends::default();
        for torn in [true, false] {
            let (total, progress) = (Tally::default(), Progress::none());
            let mut sink = Sink { session: &session, output: &mut ends, total, progress, current: None };
            let mut slot = Slot::default();
            for torn in [false, torn, false] {
                slot.unit = Unit::Lines { input: records(), first: 1 };
                slot.done.torn = torn;
                assert!(sink.take(&mut slot).is_ok());
            }
            slot.unit = Unit::End { input: records(), error: None };
            assert!(sink.take(&mut slot).is_ok());
        }
        assert_eq!(ends.0, [false, true]);
    }

    #[test]
    fn nothing_stays_of_a_document_that_fails() {
        let mut done = Done::default();
        let add = |done: &mut Done| {
            done.out.extend(b"text");
            done.messages.push(Message::detail("a", "b"));
            done.tally.changed += 1;
            Ok(())
        };
        assert!(done.attempt(add).is_ok());
        let torn: Result<(), _> = done.attempt(|done| {
            add(done)?;
            panic!("in the middle")
        });
        assert_eq!(torn.expect_err("a failure").to_string(), "internal error: in the middle");
        assert_eq!((&*done.out, done.messages.len(), done.tally.changed), (&b"text"[..], 1, 1));
    }
}
