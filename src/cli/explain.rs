//! `dechaff explain`: says why each line of a document went or stayed; or shows the page of a rule.

use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use dechaff::{Cleaner, DocumentError, report};

use super::cleaner;
use super::exit::Exit;
use super::inputs::{Extent, Inputs};
use super::message::Message;
use super::options::{ExplainArgs, PageFormat};
use super::pipeline;
use super::session::Session;
use super::unit_result::UnitResult;
use super::work::{FoundDocument, Output, Storage, Work};

/// Width of the page in columns where stdout is no terminal.
const WIDTH: usize = 120;

pub(crate) fn run(session: Session, args: &ExplainArgs) -> Result<Exit, Message> {
    if let Some(id) = &args.rule {
        return super::rules::show(id, &args.rules, args.format);
    }
    let mut session = session.reading(&args.input, false);
    let mut search = session.search(&args.input);
    let record = args.record.clone().or_else(|| take_record(&mut search.paths));
    let name = match search.paths.first() {
        Some(path) if path != Path::new("-") => path.display().to_string(),
        _ => "<stdin>".to_owned(),
    };
    let inputs = Inputs::new(search)?;
    if inputs.extent() == Extent::Many {
        return Err(Message::error("", "explain takes one document: name one file or pipe a text in"));
    }
    let explain = Explain {
        cleaner: cleaner::build_for(&session, cleaner::builder(&args.rules)?)?,
        lines: args.line.clone(),
        format: args.format,
        width: super::progress::columns().unwrap_or(WIDTH),
    };
    let no_pager = args.no_pager || args.format == PageFormat::Json;
    let Some(record) = record else {
        let mut stdout = session.paged(no_pager);
        let result = pipeline::run(&session, inputs, &explain, &mut stdout);
        stdout.end();
        return Ok(session.exit(&result));
    };
    let number = record.parse().ok().filter(|number| *number > 0);
    let seek = Seek { explain, name, number, id: record, sought: Mutex::default() };
    let mut reached = UntilFound::default();
    let result = pipeline::run(&session, inputs, &seek, &mut reached);
    let has_failed = result.as_ref().is_ok_and(|total| total.tally.failed > 0);
    match seek.found() {
        Ok(shown) => {
            let mut stdout = session.paged(no_pager);
            let exit = stdout.print(|out| out.write_all(&shown));
            stdout.end();
            Ok(exit)
        }
        Err(missed) => {
            reached.messages.iter().for_each(|message| session.loudness().say(message));
            let is_unread = has_failed && missed.records == 0; // which has been said
            if !is_unread && !session.is_interrupted() {
                session.loudness().say(&missed.why);
            }
            Ok(session.exit(&result).max(Exit::Trouble))
        }
    }
}

/// Takes the line number off the only path, as in `articles.jsonl:3`, if only the path without it exists.
fn take_record(paths: &mut [PathBuf]) -> Option<String> {
    let [path] = paths else { return None };
    let (file, number) = path.to_str()?.rsplit_once(':')?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    if !is_number || path.exists() || !Path::new(file).is_file() {
        return None;
    }
    let (file, number) = (PathBuf::from(file), number.to_owned());
    *path = file;
    Some(number)
}

struct Explain {
    cleaner: Cleaner,
    /// Line numbers to explain, from 1; all lines if `None`.
    lines: Option<RangeInclusive<usize>>,
    format: PageFormat,
    width: usize,
}

impl Explain {
    fn write(&self, found: &FoundDocument<'_>, out: &mut Vec<u8>) -> Result<(), DocumentError> {
        let explanation = self.cleaner.explain(&found.document);
        let (lines, last) = (self.lines.as_ref(), explanation.lines.len());
        if let Some(missing) = lines.and_then(|lines| missing(lines, last)) {
            return Err(DocumentError::new(format!("has no line {missing}: it ends with line {last}")));
        }
        let name = found.name();
        match self.format {
            PageFormat::Human => report::explain(out, &name, &explanation, lines, self.width),
            PageFormat::Json => report::explain_json(out, &name, &explanation, lines),
        }
        .map_err(|e| DocumentError::new(e.to_string()))
    }
}

/// The first end of the range that lies beyond the last line. An open range only has to begin within.
fn missing(lines: &RangeInclusive<usize>, last: usize) -> Option<usize> {
    let ends = [*lines.start(), *lines.end()];
    ends.into_iter().find(|line| *line > last && *line < usize::MAX)
}

impl Work for Explain {
    type Part = ();

    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<()>) -> Result<(), DocumentError> {
        self.write(found, &mut done.out)
    }
}

/// Finds and explains one record of a file: the one on line `number`, or, where the file has fewer lines,
/// the first with `id`.
struct Seek {
    explain: Explain,
    /// Name of the file in messages.
    name: String,
    number: Option<usize>,
    id: String,
    sought: Mutex<Sought>,
}

/// What was found so far.
#[derive(Default)]
struct Sought {
    /// The explanation of the record on line `number`, or why there is none.
    at_number: Option<Result<Vec<u8>, Message>>,
    /// The first record with `id`: its line number, and its explanation or error.
    with_id: Option<(usize, Result<Vec<u8>, Message>)>,
    records: usize,
    /// Line number of the last record.
    last: usize,
}

/// Why no record was explained, and how many the file has.
struct Missed {
    why: Message,
    records: usize,
}

impl Work for Seek {
    type Part = ();

    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<()>) -> Result<(), DocumentError> {
        let Storage::Record { number, record, .. } = &found.storage else {
            return Err(DocumentError::new("holds one text and no records; --line explains a line of it"));
        };
        let (is_numbered, has_id) = (self.number == Some(*number), record.id() == Some(&*self.id));
        let explained = (is_numbered || has_id).then(|| {
            let mut out = Vec::new();
            let result = self.explain.write(found, &mut out).map(|()| out);
            result.map_err(|error| Message::error(found.name(), error.to_string()))
        });
        let mut sought = self.sought.lock().unwrap_or_else(PoisonError::into_inner);
        sought.records += 1;
        sought.last = sought.last.max(*number);
        match explained {
            Some(explained) if is_numbered => sought.at_number = Some(explained),
            Some(explained) if sought.with_id.as_ref().is_none_or(|(first, _)| number < first) => {
                sought.with_id = Some((*number, explained));
            }
            _ => {}
        }
        // Any output ends the run: nothing beyond this record is needed. Threads work ahead, but output
        // comes in order.
        let is_enough = self.number.map_or(has_id, |wanted| *number >= wanted);
        if is_enough {
            done.out.push(b'\n');
        }
        Ok(())
    }
}

impl Seek {
    /// The explanation that was sought.
    fn found(self) -> Result<Vec<u8>, Missed> {
        let Self { name, number, id, sought, .. } = self;
        let sought = sought.into_inner().unwrap_or_else(PoisonError::into_inner);
        let records = sought.records;
        let has_line = number.is_some_and(|number| number <= sought.last);
        let with_id = sought.with_id.filter(|_| !has_line).map(|(_, explained)| explained);
        let text = match sought.at_number.or(with_id) {
            Some(Ok(shown)) => return Ok(shown),
            Some(Err(why)) => return Err(Missed { why, records }),
            None if has_line => format!("line {id} holds no record with a text"),
            None => {
                let on_line = if number.is_some() { format!("no record is on line {id}, and ") } else { String::new() };
                format!("{on_line}no record has the id '{id}'; it holds {}", report::counted(records as u64, "record"))
            }
        };
        Err(Missed { why: Message::error(name, text), records })
    }
}

/// An output that ends the run once the record was met, and keeps messages until it is known whether they
/// matter.
#[derive(Default)]
struct UntilFound {
    is_there: bool,
    messages: Vec<Message>,
}

impl Output<()> for UntilFound {
    fn write(&mut self, _done: &UnitResult<()>) -> io::Result<()> {
        self.is_there = true;
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.is_there
    }

    fn say(&mut self, message: &Message) {
        self.messages.push(message.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_names_only_lines_that_are_there() {
        assert_eq!(missing(&(1..=5), 5), None);
        assert_eq!(missing(&(5..=usize::MAX), 5), None);
        assert_eq!(missing(&(6..=usize::MAX), 5), Some(6));
        assert_eq!(missing(&(4..=9), 5), Some(9));
        assert_eq!(missing(&(1..=1), 0), Some(1));
    }
}
