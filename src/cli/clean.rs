//! `dechaff clean`: writes documents without their junk. Where they are written lies in `target`.

use std::borrow::Cow;
use std::mem::ManuallyDrop;
use std::ops::Range;

use dechaff::format::encoding::Encoding;
use dechaff::format::{BOM, Format};
use dechaff::report::{Figures, counted};
use dechaff::{Cleaned, Cleaner, DocumentError};

use super::cleaner;
use super::exit::Exit;
use super::files;
use super::first_pass;
use super::input::Input;
use super::inputs::Inputs;
use super::message::{Level, Message, plainly};
use super::options::CleanArgs;
use super::packing::Packing;
use super::pipeline;
use super::run_counts::RunCounts;
use super::session::Session;
use super::shared_lines::SharedLines;
use super::spans;
use super::stats::{self, StatsFile};
use super::target::{Allowed, Target, Writer};
use super::undo::changes::Changes;
use super::undo::journal::Journal;
use super::unit_result::{Merge, UnitResult};
use super::work::{FoundDocument, Storage, Work};

pub(crate) fn run(session: Session, args: &CleanArgs) -> Result<Exit, Message> {
    let session = session.reading(&args.input, args.strict);
    let mut search = session.search(&args.input);
    search.output = args.folder_or_file().map(files::absolute);
    search.reads_twice = args.learning.is_on();
    search.replaces = args.in_place;
    let mut inputs = Inputs::new(search.clone())?;
    let mut target = Target::choose(args, &inputs)?;
    let builder = cleaner::builder(&args.rules)?.suspects(args.stats.is_some()).evidence(false);
    let taught = match first_pass::learn(&session, &search, &args.learning, builder) {
        Ok(taught) => taught,
        Err(stopped) => return stopped.exit(),
    };
    // Never dropped: freeing its tables would take a tenth of the start-up time, and the process ends
    // anyway.
    let cleaner = ManuallyDrop::new(cleaner::build_for(&session, taught.builder)?);
    let begin = |path| StatsFile::beside(path, args.folder_or_file(), &inputs);
    let stats = args.stats.as_deref().map(begin).transpose()?;
    if !args.no_backup {
        target.begin_journal(|| Journal::begin(session.journal_limit(), cleaner.rules()))?;
    }
    // A single text on stdout is a filter in a pipe: no summary.
    let summary = !target.is_stdout() || inputs.is_one_of_records();
    let work = Clean {
        session: &session,
        cleaner: &cleaner,
        target: &target,
        drop_empty: args.drop_empty,
        attributes: args.attributes.is_some(),
        counts: stats.is_some(),
        names_held: args.strict || !summary,
        names_changed: session.loudness().shows(Level::Detail),
        sums_up: summary,
        looks_for_shared: summary && args.rules.learned.is_empty() && !args.learning.is_on(),
    };
    let mut result = pipeline::run(&session, inputs, &work, &mut Writer::new(&target, session.fields()));
    if let (true, Ok(total)) = (summary, &mut result) {
        taught.said.into_iter().for_each(|said| total.tally.summary.note(said));
        if let Some(source) = total.part.shared.most() {
            let many = format!("5 articles or more of {source} share many lines");
            total.tally.summary.note(format!("{many}: 'dechaff clean --learn' would learn them"));
        }
        session.summarise(&total.tally.summary);
    }
    // The journal ends before anything else can fail: a run without an end counts as killed.
    if let Some(journal) = target.into_journal() {
        journal.end(session.is_interrupted(), session.loudness())?;
    }
    let exit = session.exit(&result);
    if let (Some(stats), Ok(total)) = (stats, result) {
        let figures = total.part.figures.unwrap_or_default();
        stats.finish(&stats::with_unread(*figures, &total.tally), stats::TOP)?;
    }
    Ok(exit)
}

struct Clean<'s> {
    session: &'s Session,
    cleaner: &'s Cleaner,
    target: &'s Target,
    drop_empty: bool,
    /// True if spans are written in place of the texts.
    attributes: bool,
    counts: bool,
    names_held: bool,
    names_changed: bool,
    sums_up: bool,
    /// Whether lines are counted that the documents of a source share.
    looks_for_shared: bool,
}

/// What `clean` gathers besides output, messages and counts.
#[derive(Default)]
struct Part {
    /// Files that wait to be replaced.
    changes: Changes<IfReplaced>,
    /// The folder that was last checked for writing.
    allowed: Allowed,
    figures: Option<Box<Figures>>,
    shared: SharedLines,
}

/// Counts to add once a file has been replaced, and the range of its messages in the unit.
#[derive(Default)]
struct IfReplaced {
    tally: RunCounts,
    figures: Option<Box<Figures>>,
    messages: Range<usize>,
}

impl Merge for Part {
    fn merge(&mut self, behind: Self) {
        self.changes.merge(behind.changes);
        self.allowed.merge(behind.allowed);
        self.figures.merge(behind.figures);
        self.shared.merge(behind.shared);
    }

    fn fresh(&mut self) -> Self {
        Self { changes: self.changes.fresh(), allowed: self.allowed.fresh(), ..Self::default() }
    }
}

impl Work for Clean<'_> {
    type Part = Part;

    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Part>) -> Result<(), DocumentError> {
        let first = done.messages.len();
        let cleaned = self.cleaner.clean_document(&found.document);
        let became_empty = self.drop_empty && cleaned.is_changed() && is_empty(&cleaned.text());
        match &found.storage {
            Storage::Record { .. } if self.attributes => self.write_spans(found, &cleaned, &mut done.out),
            Storage::Record { .. } if became_empty && found.input.format == Format::Parquet => {
                return Err(DocumentError::new(
                    "--drop-empty: a row of Parquet cannot be left out; its text would be empty",
                ));
            }
            Storage::Record { .. } if became_empty => {}
            Storage::Record { record, .. } => record.write_without(cleaned.cuts(), &mut done.out),
            Storage::File { .. } if self.attributes => {
                let (mut line, mut packed) = (Vec::new(), Vec::new());
                self.write_spans(found, &cleaned, &mut line);
                pack(self.target.packing(found.input), &line, &mut packed)?;
                self.target.put(found.input, &packed, &mut done.part.allowed, &mut done.out)?;
            }
            Storage::File { bytes, encoding } if self.target.is_in_place() => {
                if cleaned.is_changed() {
                    self.change(found.input, bytes, *encoding, &cleaned, became_empty, done)?;
                }
            }
            Storage::File { .. } if became_empty => {}
            Storage::File { bytes, encoding } => {
                let bytes = self.bytes(found.input, bytes, *encoding, &cleaned)?;
                self.target.put(found.input, &bytes, &mut done.part.allowed, &mut done.out)?;
            }
        }
        if self.counts {
            stats::note(done.part.figures.get_or_insert_default(), found, &cleaned);
        }
        if self.looks_for_shared {
            done.part.shared.add(&found.document, &cleaned);
        }
        self.note(found, &cleaned, done);
        if let Some(change) = done.part.changes.last() {
            let (tally, figures) = (std::mem::take(&mut done.tally), done.part.figures.take());
            change.then = IfReplaced { tally, figures, messages: first..done.messages.len() };
        }
        Ok(())
    }

    fn other(&self, bytes: &[u8], is_record: bool, out: &mut Vec<u8>) {
        match (self.attributes, is_record) {
            (false, _) => out.extend_from_slice(bytes),
            (true, true) => spans::write_empty(out),
            (true, false) => {}
        }
    }

    fn writes_documents(&self) -> bool {
        !self.attributes
    }

    fn packing(&self, input: &Input) -> Packing {
        self.target.packing(input)
    }

    /// Replaces the waiting files. A file that cannot be replaced gets an error in place of its messages
    /// and counts.
    fn settle(&self, done: &mut UnitResult<Part>, ends: bool) {
        if !ends && !done.part.changes.is_full() {
            return;
        }
        // From the end, so that earlier message ranges stay valid.
        for (change, result) in done.part.changes.make(self.target.journal()).into_iter().rev() {
            match result {
                Ok(()) => {
                    done.tally.merge(change.then.tally);
                    done.part.figures.merge(change.then.figures);
                }
                Err(why) => {
                    done.tally.failed();
                    done.messages.splice(change.then.messages, [Message::error(change.name, why)]);
                }
            }
        }
    }

    fn uses_stdout(&self) -> bool {
        self.target.is_stdout()
    }

    fn sums_up(&self) -> bool {
        self.sums_up
    }
}

impl Clean<'_> {
    /// The bytes of the output file of a document.
    fn bytes<'t>(
        &self,
        input: &Input,
        stored: &'t [u8],
        encoding: Encoding,
        cleaned: &Cleaned<'t>,
    ) -> Result<Cow<'t, [u8]>, DocumentError> {
        let packing = self.target.packing(input);
        if !cleaned.is_changed() && packing == input.packing {
            return Ok(Cow::Borrowed(stored));
        }
        let text = match cleaned.text() {
            text if !encoding.is_utf8() => {
                let mut bytes = Vec::new();
                let missing = |character| DocumentError::new(format!("{} has no '{character}'", encoding.name()));
                encoding.encode(&text, &mut bytes).map_err(missing)?;
                Cow::Owned(bytes)
            }
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        if packing == Packing::None {
            return Ok(text);
        }
        let mut packed = Vec::new();
        pack(packing, &text, &mut packed)?;
        Ok(Cow::Owned(packed))
    }

    /// Appends the line of `--attributes` for a document.
    fn write_spans(&self, found: &FoundDocument<'_>, cleaned: &Cleaned<'_>, out: &mut Vec<u8>) {
        let document = &found.document;
        let host = document.host();
        let source = host.as_deref().or(document.folder).unwrap_or_default();
        let id = match &found.storage {
            Storage::Record { record, .. } => record.id().map(Cow::Borrowed),
            Storage::File { .. } => None,
        };
        spans::write(out, &id.unwrap_or_else(|| Cow::Owned(found.name())), source, cleaned);
    }

    /// Queues a file to be replaced, or removed if it `became_empty`.
    fn change(
        &self,
        input: &Input,
        stored: &[u8],
        encoding: Encoding,
        cleaned: &Cleaned<'_>,
        became_empty: bool,
        done: &mut UnitResult<Part>,
    ) -> Result<(), DocumentError> {
        let after = if became_empty { None } else { Some(self.bytes(input, stored, encoding, cleaned)?.into_owned()) };
        let cuts = (input.packing == Packing::None && encoding.is_utf8()).then(|| cleaned.cuts().to_vec());
        let names = done
            .part
            .changes
            .add(input, stored, after, cuts)
            .map_err(|e| DocumentError::new(format!("cannot be replaced: {}", plainly(&e))))?;
        if names > 1 {
            let text = "has other names (hard links); they keep the original";
            done.messages.push(Message::warning(&*input.name, text));
        }
        Ok(())
    }

    fn note(&self, found: &FoundDocument<'_>, cleaned: &Cleaned<'_>, done: &mut UnitResult<Part>) {
        let held = cleaned.held();
        // Names cost time: made only for documents that are named.
        let speaks = held.is_some() || (self.names_changed && cleaned.is_changed());
        let name = if speaks { found.name() } else { String::new() };
        done.tally.add(&name, cleaned);
        if let Some(held) = held {
            if self.names_held {
                done.messages.push(self.session.grave_if_strict(&name, format!("held, left as it is: {held}")));
            }
        } else if speaks {
            done.messages.push(Message::detail(name, counted(cleaned.removals().len() as u64, "removal")));
        }
    }
}

fn pack(packing: Packing, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), DocumentError> {
    packing.pack(bytes, out).map_err(|error| DocumentError::new(packing.describe(&error)))
}

/// True if a text is only white space, with or without a byte order mark.
fn is_empty(text: &str) -> bool {
    text.strip_prefix(BOM).unwrap_or(text).trim().is_empty()
}
