//! The settings and services of a run that all commands share: threads, colours, messages, exit code. Flags
//! and configuration are read in `options`.

use std::io::{self, IsTerminal as _, Write};

use anstream::{AutoStream, ColorChoice};
use dechaff::format::Fields;
use dechaff::format::encoding::Encoding;
use dechaff::report::{Summary, thousands};
use dechaff::{Line, lines};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::exit::Exit;
use super::files;
use super::inputs::Search;
use super::interrupt::Interrupt;
use super::message::{Level, Loudness, Message, eprintln_quietly, plainly};
use super::options::{Config, GlobalOptions, InputOptions, OwnKeys};
use super::pager::Pager;
use super::progress::Progress;
use super::stdout::Stdout;
use super::undo::journal::LIMIT;
use super::work::{EarlyEnd, Stop, Total, counts};

/// Most bytes of a document or record, unpacked, unless the user says otherwise.
pub(crate) const MAX_DOCUMENT: u64 = 256_000_000;

/// Bytes of that limit for which a document may have one line: a million lines by default.
const BYTES_A_LINE: u64 = 256;

/// Upper limit of `--jobs`: more threads only compete for the cores.
const MOST_JOBS: usize = 256;

/// Settings of a run, from arguments and configuration.
pub(crate) struct Session {
    own: OwnKeys,
    loudness: Loudness,
    show_progress: bool,
    show_summary: bool,
    interrupt: Interrupt,
    pool: ThreadPool,
    fields: Fields,
    encoding: Option<Encoding>,
    max_document: u64,
    strict: bool,
}

impl Session {
    pub(crate) fn new(global: &GlobalOptions, config: Config) -> Result<Self, Message> {
        let loudness = Loudness::new(global.quiet, global.verbose);
        if let Some(path) = config.files.first() {
            loudness.say(&Message::detail(path.to_string_lossy(), "configuration in use"));
        }
        global.color.unwrap_or(ColorChoice::Auto).write_global();
        let jobs = global.jobs.unwrap_or(0);
        if jobs > MOST_JOBS {
            return Err(Message::error(
                "",
                format!("{jobs} jobs are too many; use {MOST_JOBS} or fewer, or 0 for all cores"),
            ));
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(jobs)
            .thread_name(|n| format!("clean-{n}"))
            .build()
            .map_err(|e| Message::error("", format!("cannot start {jobs} threads: {e}")))?;
        Ok(Self {
            own: config.own,
            loudness,
            show_progress: !global.no_progress && global.quiet == 0,
            show_summary: global.quiet == 0,
            interrupt: Interrupt::default(),
            pool,
            fields: Fields::default(),
            encoding: None,
            max_document: MAX_DOCUMENT,
            strict: false,
        })
    }

    /// Makes Ctrl-C wait for the file at hand. For commands that read or write files.
    pub(crate) fn listening(mut self) -> Self {
        self.interrupt = Interrupt::listen();
        self
    }

    /// Sets the fields of records, the encoding and `--strict`, and listens for Ctrl-C. For commands that read documents.
    pub(crate) fn reading(mut self, input: &InputOptions, strict: bool) -> Self {
        let InputOptions { text_field: text, id_field: id, title_field: title, url_field: url, .. } = input;
        self.fields = Fields::new(
            text.as_deref().unwrap_or("text"),
            id.as_deref().unwrap_or("id"),
            title.as_deref().unwrap_or("title"),
        )
        .with_url(url.as_deref().unwrap_or("url"));
        self.encoding = input.encoding.and_then(|choice| choice.0);
        self.max_document = input.max_document_size.unwrap_or(MAX_DOCUMENT);
        self.strict = strict;
        self.listening()
    }

    /// The search for inputs that the input options describe.
    pub(crate) fn search(&self, input: &InputOptions) -> Search {
        Search {
            paths: input.paths.clone(),
            files_from: input.files_from.clone(),
            null: input.null,
            from: input.from.unwrap_or_default(),
            include: input.include.clone().unwrap_or_default(),
            exclude: input.exclude.clone().unwrap_or_default(),
            hidden: input.hidden.unwrap_or(false),
            no_ignore: input.no_ignore.unwrap_or(false),
            names_passed: self.loudness.shows(Level::Detail),
            ..Search::default()
        }
    }

    /// Stdout, through a pager if stdout is a terminal and `no_pager` is false.
    pub(crate) fn paged(&mut self, no_pager: bool) -> Stdout {
        let pager = if no_pager { None } else { Pager::start(self.own.pager.as_deref(), self.loudness) };
        if pager.is_some() {
            self.interrupt.leave_to_pager();
        }
        Stdout::with(pager)
    }

    /// True if the flag or the configuration has suspects shown.
    pub(crate) fn shows_suspects(&self, flag: bool) -> bool {
        flag || self.own.suspects.unwrap_or(false)
    }

    /// Most bytes that all journals together may take.
    pub(crate) fn journal_limit(&self) -> u64 {
        self.own.journal_limit.unwrap_or(LIMIT)
    }

    pub(crate) const fn pool(&self) -> &ThreadPool {
        &self.pool
    }

    pub(crate) const fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The encoding of texts that the user named; `None` if the bytes say it.
    pub(crate) const fn encoding(&self) -> Option<Encoding> {
        self.encoding
    }

    /// Most bytes of a document or record, unpacked.
    pub(crate) const fn max_document(&self) -> u64 {
        self.max_document
    }

    /// Why a text is too large to be cleaned, if it is. Each line that is not blank takes some kilobyte of memory.
    pub(crate) fn refusal(&self, text: &str) -> Option<String> {
        if text.len() as u64 > self.max_document {
            return Some(files::too_long(self.max_document));
        }
        let limit = usize::try_from(self.max_document / BYTES_A_LINE).unwrap_or(usize::MAX);
        let is_filled = |line: &Line| !text[line.span.range()].trim().is_empty();
        let is_long = text.len() > limit && lines(text).filter(is_filled).nth(limit).is_some();
        is_long
            .then(|| format!("has more than {} lines; --max-document-size raises the limit", thousands(limit as u64)))
    }

    pub(crate) const fn loudness(&self) -> Loudness {
        self.loudness
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }

    /// A progress bar, or a hidden one if it would mix with output on the same terminal.
    pub(crate) fn progress(&self, uses_stdout: bool) -> Progress {
        if self.show_progress && !(uses_stdout && io::stdout().is_terminal()) {
            Progress::on_terminal()
        } else {
            Progress::none()
        }
    }

    /// An error with `--strict`, else a warning.
    pub(crate) fn grave_if_strict(&self, name: &str, text: String) -> Message {
        if self.strict { Message::error(name, text) } else { Message::warning(name, text) }
    }

    /// Writes the summary to stderr, unless `-q` was given.
    pub(crate) fn summarise(&self, summary: &Summary) {
        if self.show_summary {
            // A closed stderr does not end the run.
            let _ = summary.write(&mut AutoStream::auto(io::stderr()));
        }
    }

    /// Writes a line to stderr, unless `-q` was given.
    pub(crate) fn tell(&self, line: &str) {
        if self.show_summary {
            eprintln_quietly(line);
        }
    }

    /// The exit code of a run over documents. Reports a failed write to stdout.
    pub(crate) fn exit<P>(&self, result: &Result<Total<P>, Stop>) -> Exit {
        let tally = counts(result);
        let strictly = self.strict && (tally.held > 0 || tally.textless > 0);
        let mut exit = Exit::Trouble.when(tally.failed > 0 || tally.found_nothing || strictly);
        if let Err(Stop { why: EarlyEnd::Output(error), .. }) = result {
            self.loudness.say(&Message::error("<stdout>", plainly(error)));
            exit = Exit::Trouble;
        }
        exit.max(Exit::Interrupted.when(self.is_interrupted()))
    }
}

/// Writes a whole page to stdout.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
    Stdout::new().print(write)
}

#[cfg(test)]
impl Session {
    pub(crate) fn for_tests() -> Self {
        let global = GlobalOptions { quiet: 2, jobs: Some(2), no_progress: true, ..GlobalOptions::default() };
        Self::new(&global, Config::default()).unwrap_or_else(|message| panic!("{}", message.line()))
    }
}
