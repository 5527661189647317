//! Processes the lines of a file of records, and collects their faults. How a line is parsed lies in
//! `dechaff::format::jsonl`; how a file is cut into chunks of lines, in `work_units`.

use dechaff::format::{BOM, jsonl};
use dechaff::report::thousands;
use dechaff::{Document, DocumentError};

use super::input::Input;
use super::message::{Level, Message};
use super::session::Session;
use super::unit_result::UnitResult;
use super::work::{FoundDocument, Storage, Work};

/// Most line numbers that a message about a fault names.
const NAMED: usize = 3;
/// Records without a text whose field names are read, and most field names in a message.
const SAMPLED: usize = 8;
const FIELDS: usize = 12;

/// Faults of a file of records, or of some of its lines.
#[derive(Default)]
pub(super) struct Flaws {
    /// True if some output could not be compressed, so that a piece of the output file is missing.
    pub(super) torn: bool,
    /// Unreadable lines by cause, in the order of the first line of each cause.
    faults: Vec<UnreadableLines>,
    /// Number of records with a text.
    texts: usize,
    /// Number of records without a text; line and reason of the first; field names of the first few.
    textless: usize,
    first_textless: Option<(usize, jsonl::NoText)>,
    fields: Vec<Vec<String>>,
}

/// Lines that cannot be read for one reason.
struct UnreadableLines {
    /// The reason, without a position in the line.
    cause: String,
    /// The reason with its position, for a message about a single line.
    first: String,
    lines: Vec<usize>,
    count: usize,
}

impl Flaws {
    fn fault(&mut self, fault: UnreadableLines) {
        match self.faults.iter_mut().find(|known| known.cause == fault.cause) {
            Some(known) => {
                known.count += fault.count;
                known.lines.extend(fault.lines);
                known.lines.truncate(NAMED);
            }
            None => self.faults.push(fault),
        }
    }

    fn textless(&mut self, number: usize, why: jsonl::NoText, line: &str) {
        self.textless += 1;
        self.first_textless.get_or_insert((number, why));
        if self.fields.len() < SAMPLED {
            self.fields.push(jsonl::field_names(line));
        }
    }

    /// Adds the faults of later lines.
    pub(super) fn add(&mut self, behind: Self) {
        self.torn |= behind.torn;
        behind.faults.into_iter().for_each(|fault| self.fault(fault));
        self.texts += behind.texts;
        self.textless += behind.textless;
        self.first_textless = self.first_textless.or(behind.first_textless);
        self.fields.extend(behind.fields);
        self.fields.truncate(SAMPLED);
    }

    /// Adds the messages about a file at its end. Returns true if it has records and none has a text.
    pub(super) fn sum_up(&self, session: &Session, input: &Input, messages: &mut Vec<Message>) -> bool {
        let name = &*input.name;
        messages.extend(self.faults.iter().map(|fault| fault.message(name)));
        let (count @ 1.., Some((line, why))) = (self.textless, self.first_textless) else { return false };
        if self.texts == 0 {
            messages.push(Message::error(name, self.no_text_at_all(&session.fields().text(), line, why)));
            return true;
        }
        let (have, they_are) = if count == 1 { (" has", "it is") } else { ("s have", "they are") };
        let text =
            format!("{count} record{have} no text in the field asked for (line {line}: {why}); left as {they_are}");
        messages.push(session.grave_if_strict(name, text));
        false
    }

    fn no_text_at_all(&self, field: &str, line: usize, why: jsonl::NoText) -> String {
        let all = match self.textless {
            1 => "the only record has no text".to_owned(),
            count => format!("none of {} records has a text", thousands(count as u64)),
        };
        let why = if why == jsonl::NoText::Missing { String::new() } else { format!(" (line {line}: {why})") };
        let mut fields: Vec<&str> = Vec::new();
        for name in self.fields.iter().flatten() {
            if !fields.contains(&name.as_str()) {
                fields.push(name);
            }
        }
        let more = if fields.len() > FIELDS { ", …" } else { "" };
        fields.truncate(FIELDS);
        match fields.join(", ") {
            none if none.is_empty() => format!("{all} in the field '{field}'{why}"),
            named => format!("{all} in the field '{field}'{why}; there are: {named}{more} (use --text-field)"),
        }
    }
}

impl UnreadableLines {
    fn message(&self, name: &str) -> Message {
        let numbers: Vec<String> = self.lines.iter().map(usize::to_string).collect();
        let (last, others) = numbers.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
        let lines = match self.count - numbers.len() {
            _ if self.count == 1 => return Message::error(format!("{name}:{last}"), left(&self.first)),
            0 => format!("lines {} and {last}", others.join(", ")),
            more => format!("lines {} and {} more; -v names all", numbers.join(", "), thousands(more as u64)),
        };
        let count = thousands(self.count as u64);
        Message::error(name, format!("{count} lines cannot be read, left as they are: {} ({lines})", self.cause))
    }
}

fn left(what: &str) -> String {
    format!("{what}; left as it is")
}

/// Runs the command's work on lines of a file of records.
pub(super) struct RecordLines<'s, W: Work> {
    pub(super) session: &'s Session,
    pub(super) work: &'s W,
    pub(super) input: &'s Input,
    pub(super) done: &'s mut UnitResult<W::Part>,
    pub(super) flaws: &'s mut Flaws,
    pub(super) scratch: &'s mut jsonl::Scratch,
    /// Documents processed so far.
    pub(super) documents: u64,
}

impl<W: Work> RecordLines<'_, W> {
    /// Processes whole lines; `first` is the number of the first one. `beside` holds the same lines of the
    /// other version.
    pub(super) fn read(&mut self, first: usize, bytes: &[u8], beside: Option<&[u8]>) {
        let mut beside_lines = beside.map(|bytes| bytes.split_inclusive(|b| *b == b'\n'));
        // UTF-8 is checked for all lines at once; if that fails, for each line.
        let whole = simdutf8::basic::from_utf8(bytes).ok();
        let ends = memchr::memchr_iter(b'\n', bytes).map(|at| at + 1);
        let last = (bytes.last() != Some(&b'\n')).then_some(bytes.len());
        let mut start = 0;
        for (number, end) in (first..).zip(ends.chain(last)) {
            let line = whole.map_or_else(|| std::str::from_utf8(&bytes[start..end]), |text| Ok(&text[start..end]));
            // If the other version ends early, its line is empty; the command reports that.
            let beside = beside_lines.as_mut().map(|lines| lines.next().unwrap_or_default());
            match line {
                Ok(line) => self.line(number, line, beside),
                Err(error) => {
                    self.work.other(&bytes[start..end], &mut self.done.out);
                    self.fault(number, "invalid UTF-8", &format!(" at byte {} of the line", error.valid_up_to()));
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
            Ok(None) => {
                self.documents += 1;
                self.flaws.texts += 1;
            }
            Ok(Some(passed)) => {
                self.work.other(line.as_bytes(), &mut self.done.out);
                match passed {
                    Err(message) => {
                        // Parsed again without its line break, so that the error position is not "on line
                        // 2".
                        let bare = line.trim_end_matches(['\r', '\n']);
                        let message = match jsonl::read(bare, self.session.fields(), self.scratch) {
                            jsonl::Line::Malformed(message) => message,
                            _ => message,
                        };
                        let place = message.rfind(" at column ").unwrap_or(message.len());
                        self.fault(number, &format!("not JSON: {}", &message[..place]), &message[place..]);
                    }
                    Ok(None) => {}
                    Ok(Some(why)) => {
                        self.flaws.textless(number, why, line);
                        self.done.tally.textless();
                    }
                }
            }
            Err(error) => {
                self.flaws.texts += 1;
                self.work.other(line.as_bytes(), &mut self.done.out);
                self.done.fail(Message::error(format!("{}:{number}", self.input.name), error.to_string()));
            }
        }
    }

    /// Processes one line if it is a record with a text, and returns `None`. Otherwise returns what the
    /// line is.
    fn record(
        &mut self,
        number: usize,
        line: &str,
        beside: Option<&[u8]>,
    ) -> Result<Option<NotADocument>, DocumentError> {
        let Self { session, work, input, scratch, .. } = self;
        self.done.attempt(|done| match jsonl::read(line, session.fields(), scratch) {
            jsonl::Line::Record(record) => {
                let storage = Storage::Record { number, line, record: &record, beside };
                let document = Document { id: &input.name, folder: input.folder(), ..record.document() };
                work.document(&FoundDocument { input, document, storage }, done).map(|()| None)
            }
            other => Ok(Some(match other {
                jsonl::Line::NoText(why) => Ok(Some(why)),
                jsonl::Line::Malformed(message) => Err(message),
                _ => Ok(None),
            })),
        })
    }

    /// Counts an unreadable line: its cause, and the position in the line.
    fn fault(&mut self, number: usize, cause: &str, place: &str) {
        self.done.tally.failed();
        let what = format!("{cause}{place}");
        if self.session.loudness().shows(Level::Detail) {
            self.done.messages.push(Message::error(format!("{}:{number}", self.input.name), left(&what)));
        } else {
            let cause = cause.to_owned();
            self.flaws.fault(UnreadableLines { cause, first: what, lines: vec![number], count: 1 });
        }
    }
}

/// A line that is no document: `Ok(None)` if blank, `Ok(Some(why))` if without a text, `Err` if not JSON.
type NotADocument = Result<Option<jsonl::NoText>, String>;
