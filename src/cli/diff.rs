//! `dechaff diff`: shows what `clean` would delete, and why. Writes no file but the page of `--html`. How
//! views look lies in the library's `report`, what they gather over a run in `views`.

use std::io;
use std::path::Path;

use dechaff::format::{BOM, Fields, Record as _, jsonl, plain};
use dechaff::report::{self, Against, ByRule, Html, Sample, Stat};
use dechaff::{Cleaned, Cleaner, DocumentError};

use super::cleaner;
use super::exit::Exit;
use super::files;
use super::first_pass;
use super::input::Version;
use super::inputs::{Extent, Inputs};
use super::message::Message;
use super::options::DiffArgs;
use super::pipeline;
use super::report_file::ReportFile;
use super::session::Session;
use super::stdout;
use super::unit_result::UnitResult;
use super::views::{Gathered, LimitedOutput, PatchOutput, patch_name, write_signed_lines};
use super::work::{FoundDocument, Storage, Total, Work};

/// Lines of context around the samples of a rule.
const AROUND_SAMPLES: usize = 1;

pub(crate) fn run(session: Session, args: &DiffArgs) -> Result<Exit, Message> {
    let mut session = session.reading(&args.input, false);
    let mut search = session.search(&args.input);
    let other = args.against.as_deref();
    let version = other.filter(|path| !is_rules(path));
    // With this output folder, inputs get the paths that an earlier `clean -o` with the same arguments gave
    // them.
    search.output = version.filter(|path| path.is_dir()).map(files::absolute);
    search.patches = args.patch;
    search.reads_twice = args.learning.is_on();
    let mut inputs = Inputs::new(search.clone())?;
    let suspects = session.shows_suspects(args.suspects);
    let view = match other {
        Some(path) if is_rules(path) => {
            let other = cleaner::builder_with_file(&args.rules, path)?.suspects(suspects);
            DiffView::AgainstRules(Box::new(cleaner::build(other)?))
        }
        Some(path) => {
            let version = version_at(path, inputs.extent())?;
            inputs.compare_with(version);
            DiffView::AgainstVersion
        }
        None if args.side_by_side => DiffView::SideBySide,
        None if args.word => DiffView::Words,
        None if args.stat => DiffView::Stat,
        None if args.by_rule => DiffView::ByRule,
        None if args.patch => DiffView::Patch,
        None if args.html.is_some() => DiffView::Page,
        None => DiffView::Unified,
    };
    let file = args.html.as_deref().filter(|path| path.as_os_str() != "-");
    let file = file.map(|path| ReportFile::begin(path, &inputs)).transpose()?;
    let context = if view.shows_samples() { AROUND_SAMPLES } else { dechaff::diff::CONTEXT };
    // A line that the other version lacks may be a suspect: with suspects on, its rule can be named.
    let suspects = suspects || matches!(view, DiffView::AgainstVersion);
    let builder = cleaner::builder(&args.rules)?.suspects(suspects);
    let builder = match first_pass::learn(&session, &search, &args.learning, builder) {
        Ok(taught) => taught.told(&session),
        Err(stopped) => return stopped.exit(),
    };
    let work = Diff {
        cleaner: cleaner::build_for(&session, builder)?,
        context: args.context.unwrap_or(context),
        width: stdout::width(),
        sample: args.sample.map(|size| (size, args.seed)),
        fields: session.fields().clone(),
        uses_stdout: file.is_none(),
        view,
    };
    let mut stdout = session.paged(args.no_pager || args.patch || args.html.is_some());
    let result = match args.limit {
        Some(limit) => {
            let mut limited = LimitedOutput::new(&mut stdout, limit, args.exit_code);
            let result = pipeline::run(&session, inputs, &work, &mut limited);
            let rest = limited.rest().filter(|_| result.is_ok());
            rest.map_or(Ok(()), |rest| stdout.write(rest.as_bytes())).map_err(Into::into).and(result)
        }
        None if args.patch => pipeline::run(&session, inputs, &work, &mut PatchOutput::new(&mut stdout, work.context)),
        None => pipeline::run(&session, inputs, &work, &mut stdout),
    };
    let mut exit = session.exit(&result);
    if let Err(stop) = &result {
        exit = exit.max(Exit::Findings.when(args.exit_code && other.is_none() && stop.tally.changed > 0));
    }
    if let Ok(Total { tally, part }) = result {
        let differs = match &part {
            Some(Gathered::Against(against)) => against.differs(),
            _ => other.is_none() && tally.changed > 0,
        };
        exit = exit.max(Exit::Findings.when(args.exit_code && differs));
        let mut gathered = part.or_else(|| work.nothing());
        if let Some(Gathered::Page(page)) = &mut gathered {
            page.failed(tally.failed);
        }
        match (gathered, file) {
            (Some(Gathered::Page(page)), Some(file)) if !session.is_interrupted() => {
                let name = file.name.clone();
                file.finish(|out| page.write(out))?;
                session.tell(&Message::detail(&name, page.summary()).line());
            }
            (Some(gathered), None) => exit = exit.max(stdout.print(|out| gathered.write(out, work.width))),
            _ => {}
        }
    }
    stdout.end();
    Ok(exit)
}

/// True if a path names a rule file rather than cleaned documents.
fn is_rules(path: &Path) -> bool {
    path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"))
}

/// The other version of the inputs at `path`; fails if its kind does not fit `extent`.
fn version_at(path: &Path, extent: Extent) -> Result<Version, Message> {
    let refuse = |text: &str| Err(Message::error(path.to_string_lossy(), text));
    let owned = path.to_owned();
    match (path.is_dir(), extent) {
        (true, Extent::Stdin) => refuse("is a folder; --against of stdin takes a file"),
        (true, _) => Ok(Version::Folder(owned)),
        (false, _) if !path.exists() => refuse("no such file or folder"),
        (false, Extent::Many) => refuse("is a file; --against of a folder or several inputs takes a folder"),
        (false, _) => Ok(Version::File(owned)),
    }
}

enum DiffView {
    Unified,
    SideBySide,
    Words,
    Patch,
    Stat,
    ByRule,
    Page,
    AgainstRules(Box<Cleaner>),
    /// Each input is compared with its other version.
    AgainstVersion,
}

impl DiffView {
    const fn shows_samples(&self) -> bool {
        matches!(self, Self::ByRule | Self::AgainstRules(_) | Self::AgainstVersion)
    }
}

struct Diff {
    cleaner: Cleaner,
    view: DiffView,
    context: usize,
    width: usize,
    /// Number of documents to draw, and the seed.
    sample: Option<(usize, u64)>,
    fields: Fields,
    uses_stdout: bool,
}

impl Work for Diff {
    type Part = Option<Gathered>;

    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Self::Part>) -> Result<(), DocumentError> {
        let cleaned = self.cleaner.clean_document(&found.document);
        let name = found.name();
        done.part = self.gather(found, &name, &cleaned)?;
        done.tally.add(&name, &cleaned);
        if !self.view_is_gathered() {
            self.show(&mut done.out, found, &name, &cleaned).map_err(|e| DocumentError::new(e.to_string()))?;
        }
        Ok(())
    }

    fn other(&self, bytes: &[u8], _is_record: bool, out: &mut Vec<u8>) {
        if !matches!(self.view, DiffView::Patch) {
        } else if bytes == BOM.as_bytes() {
            out.extend_from_slice(bytes);
        } else {
            write_signed_lines(out, BOM.as_bytes(), bytes, None);
        }
    }

    fn uses_stdout(&self) -> bool {
        self.uses_stdout
    }
}

impl Diff {
    fn view_is_gathered(&self) -> bool {
        self.sample.is_some() || self.view.shows_samples() || matches!(self.view, DiffView::Stat | DiffView::Page)
    }

    /// The empty view of a run without documents.
    fn nothing(&self) -> Option<Gathered> {
        match &self.view {
            DiffView::Stat => Some(Gathered::Stat(Stat::default())),
            DiffView::ByRule => Some(Gathered::ByRule(ByRule::default())),
            DiffView::Page => Some(Gathered::Page(Box::default())),
            DiffView::AgainstRules(_) | DiffView::AgainstVersion => Some(Gathered::Against(Against::default())),
            _ => None,
        }
    }

    /// What the view gathers from one document for the end of the run.
    fn gather(
        &self,
        found: &FoundDocument<'_>,
        name: &str,
        cleaned: &Cleaned<'_>,
    ) -> Result<Option<Gathered>, DocumentError> {
        Ok(match &self.view {
            DiffView::Stat => {
                let mut stat = Stat::default();
                stat.add(name, cleaned);
                Some(Gathered::Stat(stat))
            }
            DiffView::ByRule => {
                let mut by_rule = ByRule::new(self.context);
                by_rule.add(name, cleaned);
                Some(Gathered::ByRule(by_rule))
            }
            DiffView::Page => {
                let mut page = Html::default();
                page.add(name, cleaned);
                Some(Gathered::Page(Box::new(page)))
            }
            DiffView::AgainstRules(other) => {
                let mut against = Against::new(self.context);
                against.rules(name, cleaned, &other.clean_document(&found.document));
                Some(Gathered::Against(against))
            }
            DiffView::AgainstVersion => {
                let mut against = Against::new(self.context);
                self.version(found, |other| against.version(name, cleaned, other))?;
                Some(Gathered::Against(against))
            }
            _ => match self.sample {
                None => None,
                Some((size, seed)) => {
                    let mut shown = Vec::new();
                    self.show(&mut shown, found, name, cleaned).map_err(|e| DocumentError::new(e.to_string()))?;
                    let mut sample = Sample::new(size, seed);
                    if !shown.is_empty() {
                        sample.add(name, shown);
                    }
                    Some(Gathered::Sample(sample))
                }
            },
        })
    }

    /// Calls `look` with the text of the document's other version.
    fn version(
        &self,
        found: &FoundDocument<'_>,
        look: impl FnOnce(&str) -> Result<(), DocumentError>,
    ) -> Result<(), DocumentError> {
        let Some(other) = found.input.beside.as_deref() else { return Ok(()) };
        let wrong = |what: String| DocumentError::new(format!("the other version, {}: {what}", other.name));
        match &found.storage {
            Storage::File { encoding, .. } => {
                let (mut packed, mut bytes) = (Vec::new(), Vec::new());
                files::read(other, u64::MAX - 1, |_| false, &mut packed, &mut bytes).map_err(wrong)?;
                look(&plain::text(&bytes, Some(*encoding)).map_err(|fault| wrong(fault.to_string()))?.0)
            }
            Storage::Record { number, record, beside, .. } => {
                let line = std::str::from_utf8(beside.unwrap_or_default()).map_err(|e| wrong(e.to_string()))?;
                let line = if *number == 1 { line.strip_prefix(BOM).unwrap_or(line) } else { line };
                let mut scratch = jsonl::Scratch::default();
                match jsonl::read(line, &self.fields, &mut scratch) {
                    jsonl::Line::Record(same) if same.id() == record.id() => look(same.text()),
                    _ => Err(wrong(format!("line {number} is not the same record"))),
                }
            }
        }
    }

    fn show(&self, out: &mut Vec<u8>, found: &FoundDocument<'_>, name: &str, cleaned: &Cleaned<'_>) -> io::Result<()> {
        match (&self.view, &found.storage) {
            (DiffView::SideBySide, _) => report::side_by_side(out, name, cleaned, self.context, self.width),
            (DiffView::Words, _) => report::words(out, name, cleaned, self.context),
            (DiffView::Patch, Storage::File { encoding, .. }) if !encoding.is_utf8() => {
                Err(io::Error::other(format!("is {}, and a patch is UTF-8", encoding.name())))
            }
            (DiffView::Patch, Storage::File { .. }) => {
                report::patch(out, &patch_name(found.input), cleaned, self.context)
            }
            (DiffView::Patch, Storage::Record { bytes, record, .. }) => {
                let mut new = Vec::new();
                if cleaned.is_changed() {
                    record.write_without(cleaned.cuts(), &mut new);
                }
                write_signed_lines(out, BOM.as_bytes(), bytes, Some(&*new).filter(|new| !new.is_empty()));
                Ok(())
            }
            _ => report::unified(out, name, cleaned, self.context),
        }
    }
}
