//! Processes the records of a file, and collects their faults. How a record is parsed lies in `dechaff::format`; how a file is
//! cut into chunks, in `record_stream`.

use dechaff::Document;
use dechaff::format::{BOM, Format, NoText, Record, csv, jsonl, parquet, warc};
use dechaff::report::{counted, thousands};

use super::files;
use super::input::Input;
use super::message::{Level, Message};
use super::record_stream::Cutting;
use super::session::Session;
use super::unit_result::UnitResult;
use super::work::{FoundDocument, Storage, Work};

/// Most line numbers that a message about a fault names.
const NAMED: usize = 3;
/// Records without a text whose field names are read, and most field names in a message.
const SAMPLED: usize = 8;
const FIELDS: usize = 12;

/// The message about a text whose only line breaks are carriage returns.
pub(super) const LONE_RETURNS: &str =
    "lone carriage returns end no line, and the text is read as one; turn them into line feeds first";

/// True if a text has lone carriage returns and no line feed, as files of old Macs do.
pub(super) fn has_lone_returns(text: &str) -> bool {
    memchr::memchr(b'\n', text.as_bytes()).is_none() && text.trim_end().contains('\r')
}

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
    first_textless: Option<(usize, NoText)>,
    fields: Vec<Vec<String>>,
    /// Number of records of HTML.
    html: usize,
    /// Number of texts whose line breaks are lone carriage returns, and the line of the first.
    lone_returns: usize,
    first_lone_returns: Option<usize>,
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

    fn textless(&mut self, number: usize, why: NoText, names: impl FnOnce() -> Vec<String>) {
        self.textless += 1;
        self.first_textless.get_or_insert((number, why));
        if self.fields.len() < SAMPLED {
            self.fields.push(names());
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
        self.html += behind.html;
        self.lone_returns += behind.lone_returns;
        self.first_lone_returns = self.first_lone_returns.or(behind.first_lone_returns);
    }

    /// Adds the messages about a file at its end. Returns true if it has records and none has a text.
    pub(super) fn sum_up(&self, session: &Session, input: &Input, messages: &mut Vec<Message>) -> bool {
        let name = &*input.name;
        let unit = unit(input.format);
        messages.extend(self.faults.iter().map(|fault| fault.message(name, input.format)));
        if let Some(first) = self.first_lone_returns {
            let records = counted(self.lone_returns as u64, "record");
            messages.push(Message::warning(name, format!("{records} ({unit} {first}): {LONE_RETURNS}")));
        }
        if input.format == Format::Warc && (self.html > 0 || self.texts == 0) {
            return self.sum_up_archive(name, messages);
        }
        let (count @ 1.., Some((line, why))) = (self.textless, self.first_textless) else { return false };
        if self.texts == 0 {
            messages.push(Message::error(name, self.no_text_at_all(&session.fields().text(), unit, line, why)));
            return true;
        }
        let (have, they_are) = if count == 1 { (" has", "it is") } else { ("s have", "they are") };
        let text =
            format!("{count} record{have} no text in the field asked for ({unit} {line}: {why}); left as {they_are}");
        messages.push(session.grave_if_strict(name, text));
        false
    }

    /// Adds a message about the records of an archive that hold no plain text. Returns true if none does.
    fn sum_up_archive(&self, name: &str, messages: &mut Vec<Message>) -> bool {
        let html = counted(self.html as u64, "record");
        let extract = "run an extractor on the archive first (trafilatura, for example)";
        messages.push(match (self.texts, self.html) {
            (0, 0) => Message::error(name, "holds no record with a plain text"),
            (0, _) => Message::error(name, format!("holds no plain text, but HTML ({html}): {extract}")),
            _ => Message::warning(name, format!("{html} of HTML left out: {extract}")),
        });
        self.texts == 0
    }

    fn no_text_at_all(&self, field: &str, unit: &str, line: usize, why: NoText) -> String {
        let all = match self.textless {
            1 => "the only record has no text".to_owned(),
            count => format!("none of {} records has a text", thousands(count as u64)),
        };
        let why = if why == NoText::Missing { String::new() } else { format!(" ({unit} {line}: {why})") };
        let mut fields: Vec<&str> = Vec::new();
        for name in self.fields.iter().flatten() {
            if name != field && !fields.contains(&name.as_str()) {
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
    fn message(&self, name: &str, format: Format) -> Message {
        let unit = unit(format);
        let numbers: Vec<String> = self.lines.iter().map(usize::to_string).collect();
        let (last, others) = numbers.split_last().map_or(("", &[][..]), |(last, others)| (last.as_str(), others));
        let lines = match self.count - numbers.len() {
            _ if self.count == 1 => {
                let (what, left) = (&self.first, left(false, format));
                return Message::error(format!("{name}:{last}"), format!("{what}; {left}"));
            }
            0 => format!("{unit}s {} and {last}", others.join(", ")),
            more => format!("{unit}s {} and {} more; -v names all", numbers.join(", "), thousands(more as u64)),
        };
        let count = thousands(self.count as u64);
        let left = left(true, format);
        Message::error(name, format!("{count} {unit}s cannot be read, {left}: {} ({lines})", self.cause))
    }
}

/// What becomes of a record, or of several, that cannot be read: an archive is not written again as it is.
const fn left(several: bool, format: Format) -> &'static str {
    match (format, several) {
        (Format::Warc, _) => "left out",
        (_, true) => "left as they are",
        (_, false) => "left as it is",
    }
}

/// What the numbers of records count.
const fn unit(format: Format) -> &'static str {
    match format {
        Format::Warc => "record",
        Format::Parquet => "row",
        _ => "line",
    }
}

/// Buffers for records, to be used for one chunk after the other.
#[derive(Default)]
pub(super) struct Scratch {
    json: jsonl::Scratch,
    cells: csv::Cells,
}

/// What some bytes of a file of records are.
enum Found<'a> {
    /// No record: they stand between records.
    Between,
    Record(&'a dyn Record),
    NoText(NoText),
    /// Not to be read: the cause, and the place of the fault.
    Malformed(String, String),
}

/// Runs the command's work on records of a file.
pub(super) struct Records<'s, W: Work> {
    pub(super) session: &'s Session,
    pub(super) work: &'s W,
    pub(super) input: &'s Input,
    pub(super) done: &'s mut UnitResult<W::Part>,
    pub(super) flaws: &'s mut Flaws,
    /// Documents processed so far.
    pub(super) documents: u64,
}

impl<W: Work> Records<'_, W> {
    /// Processes whole records; `first` is the number of the first line or record. `beside` holds the same lines of the other
    /// version.
    pub(super) fn read(
        &mut self,
        first: usize,
        bytes: &[u8],
        cutting: &Cutting,
        scratch: &mut Scratch,
        beside: Option<&[u8]>,
    ) {
        match cutting {
            Cutting::Lines => self.lines(first, bytes, &mut scratch.json, beside),
            Cutting::Piece(jsonl::Piece::First) => {
                let why = files::too_long(self.session.max_document());
                self.found(first, bytes, None, &Found::Malformed(why, String::new()));
            }
            Cutting::Piece(jsonl::Piece::Further) => self.found(first, bytes, None, &Found::Between),
            Cutting::Rows(layout) => {
                let mut rows = csv::Rows::new(bytes, first);
                while let Some((line, bytes, item)) = rows.next(layout, &mut scratch.cells) {
                    match item {
                        csv::Item::Blank => self.found(line, bytes, None, &Found::Between),
                        csv::Item::Row(row) => self.found(line, bytes, None, &Found::Record(&row)),
                        csv::Item::NoText(why) => self.found(line, bytes, None, &Found::NoText(why)),
                        csv::Item::Malformed(why) => {
                            self.found(line, bytes, None, &Found::Malformed(why.to_owned(), String::new()));
                        }
                    }
                }
            }
            Cutting::Frames(fault) => {
                for (number, row) in (first..).zip(parquet::rows(bytes)) {
                    let frame = row.frame();
                    match &row {
                        parquet::Row::Text(row) => self.found(number, frame, None, &Found::Record(row)),
                        parquet::Row::NoText { why, .. } => self.found(number, frame, None, &Found::NoText(*why)),
                        parquet::Row::Group { rows, .. } => {
                            let cause = fault.as_deref().unwrap_or("cannot be decoded");
                            let what = format!("{cause} ({})", counted(*rows as u64, "row"));
                            self.found(number, frame, None, &Found::Malformed(what, String::new()));
                        }
                    }
                }
            }
            Cutting::Captures { limit } => {
                for (number, item) in (first..).zip(warc::Captures::new(bytes, *limit)) {
                    match item {
                        warc::Item::Text(capture) => self.found(number, b"", None, &Found::Record(&capture)),
                        warc::Item::Html => self.flaws.html += 1,
                        warc::Item::Other => {}
                        warc::Item::Long => {
                            let why = files::too_long(self.session.max_document());
                            self.found(number, b"", None, &Found::Malformed(why, String::new()));
                        }
                        warc::Item::Malformed(why) => {
                            self.found(number, b"", None, &Found::Malformed(why, String::new()));
                        }
                    }
                }
            }
        }
    }

    /// Processes lines of JSON.
    fn lines(&mut self, first: usize, bytes: &[u8], scratch: &mut jsonl::Scratch, beside: Option<&[u8]>) {
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
                Ok(line) => self.line(number, line, scratch, beside),
                Err(error) => {
                    let place = format!(" at byte {} of the line", error.valid_up_to());
                    self.found(number, &bytes[start..end], None, &Found::Malformed("invalid UTF-8".to_owned(), place));
                }
            }
            start = end;
        }
    }

    fn line(&mut self, number: usize, line: &str, scratch: &mut jsonl::Scratch, beside: Option<&[u8]>) {
        let line = match line.strip_prefix(BOM) {
            Some(rest) if number == 1 => {
                self.work.other(BOM.as_bytes(), false, &mut self.done.out);
                rest
            }
            _ => line,
        };
        let found = match jsonl::read(line, self.session.fields(), scratch) {
            jsonl::Line::Record(record) => return self.found(number, line.as_bytes(), beside, &Found::Record(&record)),
            jsonl::Line::Blank => Found::Between,
            jsonl::Line::NoText(why) => Found::NoText(why),
            jsonl::Line::Malformed(message) => {
                // Parsed again without its line break, so that the error position is not "on line 2".
                let bare = line.trim_end_matches(['\r', '\n']);
                let message = match jsonl::read(bare, self.session.fields(), scratch) {
                    jsonl::Line::Malformed(message) => message,
                    _ => message,
                };
                let place = message.rfind(" at column ").unwrap_or(message.len());
                Found::Malformed(format!("not JSON: {}", &message[..place]), message[place..].to_owned())
            }
        };
        self.found(number, line.as_bytes(), None, &found);
    }

    /// Processes some bytes that are a record, or something else.
    fn found(&mut self, number: usize, bytes: &[u8], beside: Option<&[u8]>, found: &Found<'_>) {
        let refused = match found {
            Found::Record(record) => self.session.refusal(record.text()),
            _ => None,
        };
        let refused = refused.map(|why| Found::Malformed(why, String::new()));
        let record = match refused.as_ref().unwrap_or(found) {
            Found::Record(record) => *record,
            other => {
                self.work.other(bytes, !matches!(other, Found::Between), &mut self.done.out);
                match other {
                    Found::NoText(why) => {
                        let names = || std::str::from_utf8(bytes).map(jsonl::field_names).unwrap_or_default();
                        self.flaws.textless(number, *why, names);
                        self.done.tally.textless();
                    }
                    Found::Malformed(cause, place) => self.fault(number, cause, place),
                    Found::Between | Found::Record(_) => {}
                }
                return;
            }
        };
        let Self { work, input, .. } = self;
        let storage = Storage::Record { number, bytes, record, beside };
        let document = Document { id: &input.name, folder: input.folder(), ..record.document() };
        let found = FoundDocument { input, document, storage };
        self.flaws.texts += 1;
        if has_lone_returns(found.document.text) {
            self.flaws.lone_returns += 1;
            self.flaws.first_lone_returns.get_or_insert(number);
        }
        match self.done.attempt(|done| work.document(&found, done)) {
            Ok(()) => self.documents += 1,
            Err(error) => {
                let mut same = Vec::new();
                record.write_without(&[], &mut same);
                self.work.other(&same, true, &mut self.done.out);
                self.done.fail(Message::error(format!("{}:{number}", self.input.name), error.to_string()));
            }
        }
    }

    /// Counts bytes that cannot be read: the cause, and the position of the fault.
    fn fault(&mut self, number: usize, cause: &str, place: &str) {
        self.done.tally.failed();
        let what = format!("{cause}{place}");
        if self.session.loudness().shows(Level::Detail) {
            self.done.messages.push(Message::error(
                format!("{}:{number}", self.input.name),
                format!("{what}; {}", left(false, self.input.format)),
            ));
        } else {
            let cause = cause.to_owned();
            self.flaws.fault(UnreadableLines { cause, first: what, lines: vec![number], count: 1 });
        }
    }
}
