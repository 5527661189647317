//! `dechaff check`: a gate that fails if there is junk. Writes nothing.

use std::io;

use dechaff::report::{self, Findings};
use dechaff::{Cleaner, DocumentError};

use super::args::{CheckArgs, FindingFormat};
use super::exit::Exit;
use super::inputs::Inputs;
use super::message::Message;
use super::session::{Session, Stdout};
use super::stream::{self, Done, Found, Output, Stop, Work};

pub(crate) fn run(session: Session, args: &CheckArgs) -> Result<Exit, Message> {
    let session = session.reading(&args.input, false);
    let inputs = Inputs::new(session.search(&args.input))?;
    let format = match args.format {
        FindingFormat::Human => report::FindingFormat::Human,
        FindingFormat::Concise => report::FindingFormat::Concise,
        FindingFormat::Json => report::FindingFormat::Json,
        FindingFormat::Jsonl => report::FindingFormat::Jsonl,
    };
    let work = Check { cleaner: session.cleaner(&args.rules)?, format };
    let result = check(&session, inputs, &work);
    let findings = result.as_ref().map_or(0, |tally| tally.findings);
    let too_many = usize::try_from(findings).is_ok_and(|n| n > args.max_findings);
    Ok(session.exit(&result).max(Exit::Findings.when(too_many && !args.exit_zero)))
}

fn check(session: &Session, inputs: Inputs, work: &Check) -> Result<super::tally::Tally, Stop> {
    let mut sink = Sink { stdout: Stdout::new(), format: work.format, empty: true };
    let page = |write: &mut dyn FnMut(&mut Vec<u8>) -> io::Result<()>| {
        let mut page = Vec::new();
        write(&mut page).map(|()| page)
    };
    sink.stdout.write(&page(&mut |out| Findings::new(work.format).begin(out))?)?;
    let mut tally = stream::run(session, inputs, work, &mut sink)?;
    let mut findings = tally.report.take().unwrap_or_else(|| Findings::new(work.format));
    sink.stdout.write(&page(&mut |out| findings.end(out))?)?;
    Ok(tally)
}

struct Check {
    cleaner: Cleaner,
    format: report::FindingFormat,
}

impl Work for Check {
    fn document(&self, found: &Found<'_>, done: &mut Done) -> Result<(), DocumentError> {
        let cleaned = self.cleaner.clean_document(&found.document);
        let name = found.name();
        let findings = done.tally.report.get_or_insert_with(|| Findings::new(self.format));
        findings.document(&mut done.out, &name, &cleaned).map_err(|e| DocumentError::new(e.to_string()))?;
        done.tally.add(&name, &cleaned);
        Ok(())
    }
}

/// Joins the findings of the units. Each unit wrote its own as if it were the first.
struct Sink {
    stdout: Stdout,
    format: report::FindingFormat,
    empty: bool,
}

impl Output for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.format == report::FindingFormat::Json && !self.empty {
            self.stdout.write(b",")?;
        }
        self.empty = false;
        self.stdout.write(bytes)
    }
}
