//! The lines of a file of records: each goes to the command or past it, and what is wrong with them is said of the file. How
//! a line is read is the library's affair; how a file is cut into lines for the threads, that of `units`.

use dechaff::DocumentError;
use dechaff::format::{BOM, jsonl};

use super::done::Done;
use super::inputs::Input;
use super::message::Message;
use super::session::Session;
use super::stream::{Form, Found, Work};

/// How many lines that cannot be read are named one by one, of each file.
const FAULTS: usize = 20;

/// What is wrong with a file of records, or with some of its lines.
#[derive(Default)]
pub(super) struct Flaws {
    /// The output could not be packed, so a piece of the file is missing.
    pub(super) torn: bool,
    /// Lines that cannot be read, of those that are named: what is yet to be said, and how many there are.
    faults: Vec<Message>,
    named: usize,
    /// Lines that cannot be read and are not named.
    unnamed: usize,
    /// Records without a text, and the first of them.
    textless: usize,
    first_textless: Option<(usize, jsonl::NoText)>,
}

impl Flaws {
    fn fault(&mut self, message: impl FnOnce() -> Message) {
        if self.named < FAULTS {
            self.named += 1;
            self.faults.push(message());
        } else {
            self.unnamed += 1;
        }
    }

    fn textless(&mut self, number: usize, why: jsonl::NoText) {
        self.textless += 1;
        self.first_textless.get_or_insert((number, why));
    }

    /// Adds those of lines behind the ones of this, and says which of them are named.
    pub(super) fn add(&mut self, behind: Self, messages: &mut Vec<Message>) {
        self.torn |= behind.torn;
        self.unnamed += behind.unnamed;
        for fault in behind.faults {
            self.fault(|| fault);
        }
        messages.append(&mut self.faults);
        self.textless += behind.textless;
        self.first_textless = self.first_textless.or(behind.first_textless);
    }

    /// Says at the end of a file what was not said of lines one by one.
    pub(super) fn sum_up(&self, session: &Session, input: &Input, messages: &mut Vec<Message>) {
        if self.unnamed > 0 {
            let text = match self.unnamed {
                1 => "1 more line cannot be read; left as it is".to_owned(),
                count => format!("{count} more lines cannot be read; left as they are"),
            };
            messages.push(Message::error(&*input.name, text));
        }
        if let (count @ 1.., Some((line, why))) = (self.textless, self.first_textless) {
            let (have, they_are) = if count == 1 { (" has", "it is") } else { ("s have", "they are") };
            let text =
                format!("{count} record{have} no text in the field asked for (line {line}: {why}); left as {they_are}");
            messages.push(session.grave_if_strict(&input.name, text));
        }
    }
}

/// What it takes to do the command's work with lines.
pub(super) struct Lines<'s, W> {
    pub(super) session: &'s Session,
    pub(super) work: &'s W,
    pub(super) input: &'s Input,
    pub(super) done: &'s mut Done,
    pub(super) scratch: &'s mut jsonl::Scratch,
    /// Records so far.
    pub(super) documents: u64,
}

impl<W: Work> Lines<'_, W> {
    /// Does it with whole lines, the first of which has this number.
    pub(super) fn read(&mut self, first: usize, bytes: &[u8], beside: Option<&[u8]>) {
        let mut beside_lines = beside.map(|bytes| bytes.split_inclusive(|b| *b == b'\n'));
        // One check for all lines; where it fails, each line is checked for itself.
        let whole = simdutf8::basic::from_utf8(bytes).ok();
        let ends = memchr::memchr_iter(b'\n', bytes).map(|at| at + 1);
        let last = (bytes.last() != Some(&b'\n')).then_some(bytes.len());
        let mut start = 0;
        for (number, end) in (first..).zip(ends.chain(last)) {
            let line = whole.map_or_else(|| std::str::from_utf8(&bytes[start..end]), |text| Ok(&text[start..end]));
            // A file that ends early has no line to offer, which is for the work to find wrong.
            let beside = beside_lines.as_mut().map(|lines| lines.next().unwrap_or_default());
            match line {
                Ok(line) => self.line(number, line, beside),
                Err(error) => {
                    self.work.other(&bytes[start..end], &mut self.done.out);
                    self.fault(number, &format!("invalid UTF-8 at byte {} of the line", error.valid_up_to()));
                }
            }
            start = end;
        }
    }

    fn line(&mut self, number: usize, line: &str, beside: Option<&[u8]>) {
        let line = match line.strip_prefix(BOM) {
            Some(rest) if number == 1 => {
                self.work.other(BOM.as_bytes(), &mut self.done.out);
                rest
            }
            _ => line,
        };
        match self.record(number, line, beside) {
            Ok(None) => self.documents += 1,
            Ok(Some(passed)) => {
                self.work.other(line.as_bytes(), &mut self.done.out);
                match passed {
                    Err(message) => {
                        // Without its break, so that a record that ends early does not end "on line 2".
                        let bare = line.trim_end_matches(['\r', '\n']);
                        let message = match jsonl::read(bare, self.session.fields(), self.scratch) {
                            jsonl::Line::Malformed(message) => message,
                            _ => message,
                        };
                        self.fault(number, &format!("not JSON: {message}"));
                    }
                    Ok(None) => {}
                    Ok(Some(why)) => {
                        self.done.flaws.textless(number, why);
                        self.done.tally.textless();
                    }
                }
            }
            Err(error) => {
                self.work.other(line.as_bytes(), &mut self.done.out);
                self.done.fail(Message::error(format!("{}:{number}", self.input.name), error.to_string()));
            }
        }
    }

    /// Does it with one line if it is a record with a text. Else says what the line is: to be passed through, without a text,
    /// or not JSON.
    fn record(&mut self, number: usize, line: &str, beside: Option<&[u8]>) -> Result<Option<Passed>, DocumentError> {
        let Self { session, work, input, scratch, .. } = self;
        self.done.attempt(|done| match jsonl::read(line, session.fields(), scratch) {
            jsonl::Line::Record(record) => {
                let form = Form::Record { number, line, record: &record, beside };
                work.document(&Found { input, document: record.document(), form }, done).map(|()| None)
            }
            other => Ok(Some(match other {
                jsonl::Line::NoText(why) => Ok(Some(why)),
                jsonl::Line::Malformed(message) => Err(message),
                _ => Ok(None),
            })),
        })
    }

    /// A line that cannot be read.
    fn fault(&mut self, number: usize, what: &str) {
        self.done.tally.failed();
        let name = &self.input.name;
        self.done.flaws.fault(|| Message::error(format!("{name}:{number}"), format!("{what}; left as it is")));
    }
}

/// A line that is no document: blank, without a text, or not JSON.
type Passed = Result<Option<jsonl::NoText>, String>;
