//! A pass over all inputs that counts what the pages of each source repeat. `dechaff learn` writes down what came of it; with
//! `--learn`, a command applies it in its own pass. How lines are counted and judged lies in the library's `learn`.

use std::io::{self, BufReader, Read};

use dechaff::learn::{Learned, Learner, Options, Reading};
use dechaff::report::{counted, thousands};
use dechaff::{CleanerBuilder, DocumentError};

use super::cleaner;
use super::exit::Exit;
use super::input::Input;
use super::inputs::{Inputs, Search};
use super::message::Message;
use super::options::LearningOptions;
use super::pipeline;
use super::session::Session;
use super::unit_result::{Merge, UnitResult};
use super::work::{FoundDocument, Output, Stop, Total, Work};

/// What a pass has counted.
pub(crate) struct Pass {
    pub(crate) learner: Learner,
    /// Documents that are of no source.
    pub(crate) sourceless: u64,
    pub(crate) result: Result<Total<()>, Stop>,
}

/// Counts all inputs of `dechaff learn`, files of counts among them, and shows messages about them.
pub(crate) fn count(session: &Session, inputs: Inputs, options: Options) -> Pass {
    run(session, inputs, Count { options, takes_counts: true }, true)
}

fn run(session: &Session, inputs: Inputs, work: Count, speaks: bool) -> Pass {
    let mut gathered = Gathered { learner: Learner::new(work.options.clone()), sourceless: 0, speaks };
    let result = pipeline::run(session, inputs, &work, &mut gathered);
    let result = result.map(|total| Total { tally: total.tally, part: () });
    Pass { learner: gathered.learner, sourceless: gathered.sourceless, result }
}

/// Adds to a cleaner what the inputs of this run repeat, if the options ask for it, and returns a line for the summary.
///
/// # Errors
/// If the rules are at fault, or Ctrl-C stopped the pass.
pub(crate) fn learn(
    session: &Session,
    search: &Search,
    options: &LearningOptions,
    builder: CleanerBuilder,
) -> Result<Taught, Stopped> {
    if !options.is_on() {
        return Ok(Taught { builder, said: None });
    }
    // Faults of the rules come to light before a long pass.
    cleaner::build(builder.clone())?;
    let inputs = Inputs::new(search.clone())?;
    // What cannot be read is said by the pass that follows.
    let options = Options { mergeable: false, ..Options::default() };
    let pass = run(session, inputs, Count { options, takes_counts: false }, false);
    if session.is_interrupted() {
        return Err(Stopped::Interrupted);
    }
    let learned = pass.learner.finish();
    let said = said(&learned, pass.learner.documents());
    Ok(Taught { builder: builder.learned(learned), said: Some(said) })
}

/// A builder that knows what the input repeats.
pub(crate) struct Taught {
    pub(crate) builder: CleanerBuilder,
    /// What was learned, for the summary; `None` if nothing was to be learned.
    pub(crate) said: Option<String>,
}

impl Taught {
    /// Prints on stderr what was learned, and returns the builder of the cleaner.
    pub(crate) fn told(self, session: &Session) -> CleanerBuilder {
        if let Some(said) = self.said {
            session.tell(&Message::detail("", said).line());
        }
        self.builder
    }
}

/// Why a command with `--learn` ends before its own pass.
pub(crate) enum Stopped {
    Fault(Message),
    Interrupted,
}

impl From<Message> for Stopped {
    fn from(message: Message) -> Self {
        Self::Fault(message)
    }
}

impl Stopped {
    /// The end of the command.
    pub(crate) fn exit(self) -> Result<Exit, Message> {
        match self {
            Self::Fault(message) => Err(message),
            Self::Interrupted => Ok(Exit::Interrupted),
        }
    }
}

/// How many sources were learned from so many articles; where memory ran out.
pub(crate) fn said(learned: &Learned, documents: usize) -> String {
    let sources = match learned.sources().len() {
        0 => "nothing".to_owned(),
        sources => counted(sources as u64, "source"),
    };
    let mut said = format!("learned {sources} from {}", counted(documents as u64, "document"));
    if learned.dropped() {
        said.push_str("; memory ran out: lines seen once of sources with many articles were forgotten now and then");
    }
    said
}

/// The work of counting.
struct Count {
    options: Options,
    /// Whether files of counts are added up.
    takes_counts: bool,
}

/// What was counted in one unit of work, in order.
enum Counted {
    Document(Reading),
    /// A document of no source.
    Sourceless,
    /// A whole file of counts.
    File(Box<Learner>),
}

impl Work for Count {
    type Part = Vec<Counted>;

    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Self::Part>) -> Result<(), DocumentError> {
        let reading = Reading::of(&found.document, &self.options);
        done.part.push(reading.map_or(Counted::Sourceless, Counted::Document));
        Ok(())
    }

    fn whole_mark(&self) -> Option<&'static [u8]> {
        self.takes_counts.then_some(Learner::COUNTS_MARK)
    }

    fn whole(
        &self,
        _input: &Input,
        reader: Box<dyn Read + Send>,
        done: &mut UnitResult<Self::Part>,
    ) -> Result<(), DocumentError> {
        let refuse = |what: String| Err(DocumentError::new(what));
        let learner = match Learner::read_counts(BufReader::new(reader)) {
            Ok(learner) => learner,
            Err(fault) => return refuse(format!("cannot be added up: {fault}")),
        };
        let theirs = learner.options();
        if (theirs.by, theirs.merge_subdomains) != (self.options.by, self.options.merge_subdomains) {
            let subdomains = if theirs.merge_subdomains { "with" } else { "without" };
            let how = format!("--by {} and {subdomains} --merge-subdomains", theirs.by.as_str());
            return refuse(format!("cannot be added up: was counted {how}; count all parts alike"));
        }
        done.part.push(Counted::File(Box::new(learner)));
        Ok(())
    }

    fn uses_stdout(&self) -> bool {
        false // not before the end
    }
}

/// The learner that takes what all units counted.
struct Gathered {
    learner: Learner,
    sourceless: u64,
    speaks: bool,
}

impl Output<Vec<Counted>> for Gathered {
    fn write(&mut self, _done: &UnitResult<Vec<Counted>>) -> io::Result<()> {
        Ok(())
    }

    fn gather(&mut self, part: Vec<Counted>, _total: &mut Vec<Counted>)
    where
        Vec<Counted>: Merge,
    {
        for counted in part {
            match counted {
                Counted::Document(reading) => self.learner.add(reading),
                Counted::Sourceless => self.sourceless += 1,
                Counted::File(learner) => self.learner.merge(*learner),
            }
        }
    }

    fn say(&mut self, message: &Message) {
        if self.speaks {
            super::message::eprintln_quietly(&message.line());
        }
    }
}

/// The lines that all sources repeat, by certainty: `57 repeated lines (30 certain, 12 likely, 15 suspect)`.
pub(crate) fn lines_said(learned: &Learned) -> String {
    let certainties = || learned.sources().iter().flat_map(|source| source.lines.values()).map(|line| line.certainty);
    let all = certainties().count() as u64;
    let named = dechaff::Certainty::ALL.iter().map(|certainty| {
        let number = certainties().filter(|c| c.as_ref() == Some(certainty)).count() as u64;
        format!("{} {certainty}", thousands(number))
    });
    format!("{} ({})", counted(all, "repeated line"), named.collect::<Vec<_>>().join(", "))
}
