//! `dechaff diff`: what clean would delete, and why. Writes nothing.

use std::io;

use dechaff::report::{self, Stat};
use dechaff::{Cleaner, DocumentError};

use super::args::DiffArgs;
use super::exit::Exit;
use super::inputs::Inputs;
use super::message::Message;
use super::session::{Session, Stdout};
use super::stream::{self, Done, Found, Output, Work};

pub(crate) fn run(session: Session, args: &DiffArgs) -> Result<Exit, Message> {
    let session = session.reading(&args.input, false);
    let inputs = Inputs::new(session.search(&args.input))?;
    let work = Diff { cleaner: session.cleaner(&args.rules)?, context: args.context, stat: args.stat };
    let result = stream::run(&session, inputs, &work, &mut Stdout::new());
    let mut exit = session.exit(&result);
    if let Ok(tally) = &result {
        if let Some(stat) = &tally.stat {
            exit = exit.max(super::session::print(|out| stat.write(out)));
        }
        exit = exit.max(Exit::Findings.when(args.exit_code && tally.changed > 0));
    }
    Ok(exit)
}

struct Diff {
    cleaner: Cleaner,
    context: usize,
    stat: bool,
}

impl Work for Diff {
    fn document(&self, found: &Found<'_>, done: &mut Done) -> Result<(), DocumentError> {
        let cleaned = self.cleaner.clean_document(&found.document);
        let name = found.name();
        if self.stat {
            done.tally.stat.get_or_insert_with(Stat::default).add(&name, &cleaned);
        } else {
            report::unified(&mut done.out, &name, &cleaned, self.context)
                .map_err(|e| DocumentError::new(e.to_string()))?;
        }
        done.tally.add(&name, &cleaned);
        Ok(())
    }
}

impl Output for Stdout {
    fn write(&mut self, done: &Done) -> io::Result<()> {
        Self::write(self, &done.out)
    }
}
