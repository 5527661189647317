//! `dechaff stats`: figures about what `clean` would remove; and the figures file of `clean --stats`. How
//! figures look lies in the library's `report`.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::Path;

use dechaff::report::Figures;
use dechaff::{Cleaned, Cleaner, DocumentError};

use super::cleaner;
use super::exit::Exit;
use super::files;
use super::first_pass;
use super::inputs::{Inputs, Search};
use super::message::Message;
use super::options::{StatsArgs, StatsFormat};
use super::pipeline;
use super::report_file::ReportFile;
use super::run_counts::RunCounts;
use super::session::Session;
use super::unit_result::{Merge, UnitResult};
use super::work::{FoundDocument, NoOutput, Storage, Work};

/// Width of the page in columns where stdout is no terminal.
const WIDTH: usize = 100;

/// Longest list in the file of `clean --stats`.
pub(crate) const TOP: usize = 100;

pub(crate) fn run(session: Session, args: &StatsArgs) -> Result<Exit, Message> {
    let session = session.reading(&args.input, false);
    let search = Search { reads_twice: args.learning.is_on(), ..session.search(&args.input) };
    let inputs = Inputs::new(search.clone())?;
    let (page_to_stdout, file) = match &args.html {
        Some(path) if path.as_os_str() == "-" => (true, None),
        Some(path) => (false, Some(StatsFile::begin(path, StatsFormat::Html, &inputs)?)),
        None => (false, None),
    };
    let layout = match args.format {
        Some(_) if page_to_stdout => {
            return Err(Message::error("", "--format and --html - both write to stdout; leave one of them out"));
        }
        Some(layout) => Some(layout),
        None if page_to_stdout => Some(StatsFormat::Html),
        None => file.is_none().then_some(StatsFormat::Human),
    };
    let builder = cleaner::builder(&args.rules)?;
    let builder = match first_pass::learn(&session, &search, &args.learning, builder) {
        Ok(taught) => taught.told(&session),
        Err(stopped) => return stopped.exit(),
    };
    let work = Stats { cleaner: cleaner::build_for(&session, builder)? };
    let result = pipeline::run(&session, inputs, &work, &mut NoOutput);
    let mut exit = session.exit(&result);
    if let Ok(total) = result {
        let top = usize::from(args.top);
        let figures = with_unread(total.part, &total.tally);
        match layout {
            Some(layout) => exit = exit.max(super::session::print(|out| layout.write(out, &figures, top))),
            None => session.summarise(&total.tally.summary),
        }
        if let Some(file) = file {
            file.finish(&figures, top)?;
        }
    }
    Ok(exit)
}

/// Adds the files that failed or were skipped to the figures of a run.
pub(crate) fn with_unread(mut figures: Figures, tally: &RunCounts) -> Figures {
    figures.add_unread(tally.failed, tally.skipped);
    figures
}

/// Adds a document to the figures of a run.
pub(crate) fn note(figures: &mut Figures, found: &FoundDocument<'_>, cleaned: &Cleaned<'_>) {
    figures.add(&found.name(), &source(found), cleaned);
}

impl Merge for Figures {
    fn merge(&mut self, behind: Self) {
        self.merge(behind);
    }
}

impl Merge for Box<Figures> {
    fn merge(&mut self, behind: Self) {
        Figures::merge(self, *behind);
    }
}

/// Source of a document: its host, else the folder of its file; for a record without host, its file.
fn source<'a>(found: &'a FoundDocument<'_>) -> Cow<'a, str> {
    if let Some(host) = found.document.host() {
        return host.into();
    }
    let name = &*found.input.name;
    match (&found.storage, found.document.folder) {
        (Storage::File { .. }, Some(folder)) => folder.into(),
        _ => name.into(),
    }
}

struct Stats {
    cleaner: Cleaner,
}

impl Work for Stats {
    type Part = Figures;

    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Figures>) -> Result<(), DocumentError> {
        let cleaned = self.cleaner.clean_document(&found.document);
        let name = if cleaned.held().is_some() { found.name() } else { String::new() };
        done.tally.add(&name, &cleaned);
        note(&mut done.part, found, &cleaned);
        Ok(())
    }

    fn uses_stdout(&self) -> bool {
        false // not before the end
    }
}

impl StatsFormat {
    /// The format that a file name's extension says.
    fn of_ending(path: &Path) -> Self {
        let is = |ending: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
        match () {
            () if is("html") || is("htm") => Self::Html,
            () if is("csv") => Self::Csv,
            () => Self::Json,
        }
    }

    fn write(self, out: &mut dyn Write, figures: &Figures, top: usize) -> io::Result<()> {
        match self {
            Self::Human => figures.write_human(out, top, super::progress::columns().unwrap_or(WIDTH)),
            Self::Json => figures.write_json(out, top),
            Self::Csv => figures.write_csv(out, top),
            Self::Html => figures.write_html(out, top),
        }
    }
}

/// A file that figures are written to.
pub(crate) struct StatsFile {
    layout: StatsFormat,
    file: ReportFile,
}

impl StatsFile {
    /// Begins the file of `clean --stats`.
    pub(crate) fn beside(path: &Path, output: Option<&Path>, inputs: &Inputs) -> Result<Self, Message> {
        if path.as_os_str() == "-" {
            return Err(Message::error("", "--stats needs the name of a file; 'dechaff stats' writes to stdout"));
        }
        if output.is_some_and(|output| files::absolute(output) == files::absolute(path)) {
            return Err(Message::error(path.to_string_lossy(), "is both the output and the file of --stats"));
        }
        Self::begin(path, StatsFormat::of_ending(path), inputs)
    }

    fn begin(path: &Path, layout: StatsFormat, inputs: &Inputs) -> Result<Self, Message> {
        Ok(Self { layout, file: ReportFile::begin(path, inputs)? })
    }

    /// Writes the figures of a run and puts the file in place.
    pub(crate) fn finish(self, figures: &Figures, top: usize) -> Result<(), Message> {
        self.file.finish(|out| self.layout.write(out, figures, top))
    }
}
