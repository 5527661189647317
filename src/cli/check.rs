//! `dechaff check`: fails if there is junk. Writes no file.

use std::io;

use dechaff::format::Format;
use dechaff::format::encoding::Encoding;
use dechaff::report::{DocumentPlace, FindingFormat, Findings};
use dechaff::{Cleaner, DocumentError};

use super::cleaner;
use super::exit::Exit;
use super::first_pass;
use super::inputs::{Inputs, Search};
use super::message::{Level, Message, eprintln_quietly};
use super::options::CheckArgs;
use super::packing::Packing;
use super::pipeline;
use super::session::Session;
use super::stdout::Stdout;
use super::unit_result::{Merge, UnitResult};
use super::work::{FoundDocument, Output, Stop, Storage, Total, Work, counts};

pub(crate) fn run(session: Session, args: &CheckArgs) -> Result<Exit, Message> {
    let session = session.reading(&args.input, false);
    let search = Search { reads_twice: args.learning.is_on(), ..session.search(&args.input) };
    let inputs = Inputs::new(search.clone())?;
    let builder = cleaner::builder(&args.rules)?.suspects(false);
    let builder = match first_pass::learn(&session, &search, &args.learning, builder) {
        Ok(taught) => taught.told(&session),
        Err(stopped) => return stopped.exit(),
    };
    let format = args.format;
    let work = Check { cleaner: cleaner::build_for(&session, builder)?, format };
    let mut stdout = Stdout::new();
    let result = check(&session, inputs, &work, Findings::new(format), |page| stdout.write(page));
    let findings = counts(&result).findings;
    let too_many = usize::try_from(findings).is_ok_and(|n| n > args.max_findings);
    Ok(session.exit(&result).max(Exit::Findings.when(too_many && !args.exit_zero)))
}

/// Checks all inputs and writes the findings page by page.
fn check(
    session: &Session,
    inputs: Inputs,
    work: &impl Work<Part = Option<Findings>>,
    findings: Findings,
    write: impl FnMut(&[u8]) -> io::Result<()> + Send,
) -> Result<Total<Option<Findings>>, Stop> {
    let mut output = FindingsOutput { write, findings, page: Vec::new() };
    output.findings.begin(&mut output.page)?;
    (output.write)(&output.page)?;
    output.page.clear();
    let total = Ok(pipeline::run(session, inputs, work, &mut output)?);
    let ended = output.findings.end(&mut output.page, session.exit(&total) == Exit::Done);
    match ended.and_then(|()| (output.write)(&output.page)) {
        Ok(()) => total,
        Err(error) => Err(Stop { tally: Box::new(total?.tally), ..Stop::from(error) }),
    }
}

struct Check {
    cleaner: Cleaner,
    format: FindingFormat,
}

impl Merge for Findings {
    fn merge(&mut self, behind: Self) {
        self.add(behind);
    }
}

impl Work for Check {
    type Part = Option<Findings>;

    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Self::Part>) -> Result<(), DocumentError> {
        let cleaned = self.cleaner.clean_document(&found.document);
        let name = found.name();
        let input = found.input;
        let is_recoded = |encoding: Encoding| input.packing != Packing::None || !encoding.is_utf8();
        let place = DocumentPlace { name: &name, ..DocumentPlace::file(&input.name) };
        let place = match &found.storage {
            Storage::File { encoding, .. } => DocumentPlace { is_recoded: is_recoded(*encoding), ..place },
            Storage::Record { number, record, .. } => {
                let has_lines = !matches!(input.format, Format::Parquet | Format::Warc);
                DocumentPlace { record: Some(*number), id: record.id().filter(|id| !id.is_empty()), has_lines, ..place }
            }
        };
        let findings = done.part.get_or_insert_with(|| Findings::new(self.format));
        findings.document(&mut done.out, place, &cleaned).map_err(|e| DocumentError::new(e.to_string()))?;
        done.tally.add(&name, &cleaned);
        Ok(())
    }
}

/// An output that joins the findings of all units into one page.
struct FindingsOutput<W> {
    write: W,
    findings: Findings,
    /// What is to be written next.
    page: Vec<u8>,
}

impl<W: FnMut(&[u8]) -> io::Result<()> + Send> Output<Option<Findings>> for FindingsOutput<W> {
    fn write(&mut self, done: &UnitResult<Option<Findings>>) -> io::Result<()> {
        let Some(part) = &done.part else { return Ok(()) };
        self.findings.append(&mut self.page, part, &done.out)?;
        (self.write)(&self.page)?;
        self.page.clear();
        Ok(())
    }

    /// Drops the part: `write` added what it counted.
    fn gather(&mut self, _part: Option<Findings>, _total: &mut Option<Findings>) {}

    fn say(&mut self, message: &Message) {
        eprintln_quietly(&message.line());
        if message.level != Level::Detail {
            // Writing to a vector does not fail.
            let _ = self.findings.message(&mut self.page, &message.of_report(), message.level == Level::Error);
        }
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // tests write files for the code to read
mod tests {
    use super::*;

    /// Checks a document, then panics over some of them.
    struct Torn(Check);

    impl Work for Torn {
        type Part = Option<Findings>;

        fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Self::Part>) -> Result<(), DocumentError> {
            self.0.document(found, done)?;
            assert!(!found.document.text.contains("panic"), "as asked");
            Ok(())
        }
    }

    #[test]
    fn a_panic_takes_its_findings_along() {
        let folder = tempfile::tempdir().expect("a folder");
        let records = |text: &str| format!("{{\"text\":\"{text}.\\n\\nShare this: Facebook Twitter\\n\"}}\n");
        let (good, bad) = (records("The bridge opens on Friday"), records("They did panic"));
        for (name, content) in [
            ("a.jsonl", format!("{bad}{good}{bad}{bad}{good}{bad}")),
            ("b.jsonl", bad.clone()),
            ("c.jsonl", format!("{good}{bad}{good}")),
        ] {
            std::fs::write(folder.path().join(name), content).expect("written");
        }
        let search = Search { paths: vec![folder.path().to_owned()], ..Search::default() };
        let inputs = Inputs::new(search).unwrap_or_else(|message| panic!("{}", message.line()));
        let format = FindingFormat::Json;
        let work = Torn(Check { cleaner: Cleaner::builder().build().expect("good rules"), format });
        let mut shown = Vec::new();
        let result = check(&Session::for_tests(), inputs, &work, Findings::new(format), |page| {
            shown.extend_from_slice(page);
            Ok(())
        });
        let tally = result.ok().expect("a run to the end").tally;
        let shown = String::from_utf8(shown).expect("text");
        let found: Vec<serde_json::Value> = serde_json::from_str(&shown).unwrap_or_else(|e| panic!("{e}: {shown}"));
        assert_eq!((found.len(), tally.findings, tally.changed, tally.failed), (4, 4, 4, 6));
    }
}
