//! What all commands need once the arguments and the configuration are read: threads, colours, loudness, the cleaner.

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use dechaff::format::jsonl;
use dechaff::report::Summary;
use dechaff::{Cleaner, CleanerBuilder, Decisions, Profile};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::args::{self, Global, InputArgs, RuleArgs};
use super::config::Config;
use super::exit::Exit;
use super::files;
use super::inputs::Search;
use super::interrupt::Interrupt;
use super::message::{Level, Loudness, Message, eprintln_quietly, plainly};
use super::pager::Pager;
use super::progress::Progress;
use super::stdout::Stdout;
use super::undo::journal::LIMIT;
use super::work::{Stop, Total};

/// Most threads that may be asked for: more only fight for the cores.
const MOST_JOBS: usize = 256;

/// Arguments and configuration, settled.
pub(crate) struct Session {
    config: Config,
    loudness: Loudness,
    show_progress: bool,
    show_summary: bool,
    interrupt: Interrupt,
    pool: ThreadPool,
    fields: jsonl::Fields,
    strict: bool,
}

impl Session {
    pub(crate) fn new(global: &Global) -> Result<Self, Message> {
        let loudness = Loudness::new(global.quiet, global.verbose);
        let config = Config::find(global.config.as_deref(), global.isolated)?;
        if let Some(path) = config.files.first() {
            loudness.say(&Message::detail(path.to_string_lossy(), "configuration in use"));
        }
        match global.color.or(config.color).unwrap_or_default() {
            args::Color::Auto => ColorChoice::Auto,
            args::Color::Always => ColorChoice::Always,
            args::Color::Never => ColorChoice::Never,
        }
        .write_global();
        let jobs = global.jobs.or(config.jobs).unwrap_or(0);
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
            config,
            loudness,
            show_progress: !global.no_progress && global.quiet == 0,
            show_summary: global.quiet == 0,
            interrupt: Interrupt::default(),
            pool,
            fields: jsonl::Fields::default(),
            strict: false,
        })
    }

    /// The same for a command that handles files: Ctrl-C waits for the one at hand.
    pub(crate) fn listening(mut self) -> Self {
        self.interrupt = Interrupt::listen();
        self
    }

    /// The same for a command that reads documents: records are read as asked.
    pub(crate) fn reading(mut self, input: &InputArgs, strict: bool) -> Self {
        let field = |flag: &Option<String>, config: &Option<String>, or: &str| {
            flag.as_ref().or(config.as_ref()).map_or_else(|| or.to_owned(), Clone::clone)
        };
        self.fields = jsonl::Fields::new(
            &field(&input.text_field, &self.config.text_field, "text"),
            &field(&input.id_field, &self.config.id_field, "id"),
            &field(&input.title_field, &self.config.title_field, "title"),
        )
        .with_url(&field(&input.url_field, &self.config.url_field, "url"));
        self.strict = strict;
        self.listening()
    }

    /// Where the documents are looked for.
    pub(crate) fn search(&self, input: &InputArgs) -> Search {
        let or = |flag: &[String], config: &Option<Vec<String>>| {
            if flag.is_empty() { config.clone().unwrap_or_default() } else { flag.to_vec() }
        };
        Search {
            paths: input.paths.clone(),
            files_from: input.files_from.clone(),
            null: input.null,
            from: input.from.unwrap_or_default(),
            include: or(&input.include, &self.config.include),
            exclude: or(&input.exclude, &self.config.exclude),
            hidden: input.hidden || self.config.hidden.unwrap_or(false),
            no_ignore: input.no_ignore || self.config.no_ignore.unwrap_or(false),
            names_passed: self.loudness.shows(Level::Detail),
            ..Search::default()
        }
    }

    /// A builder with the users' rule files, the selection that was made and the answers of a review.
    pub(crate) fn builder(&self, rules: &RuleArgs) -> Result<CleanerBuilder, Message> {
        let builder = self.undecided_builder(rules)?;
        self.decided(builder, rules)
    }

    /// The same without the answers of a review.
    pub(crate) fn undecided_builder(&self, rules: &RuleArgs) -> Result<CleanerBuilder, Message> {
        Ok(self.selected(self.builder_of_all(rules)?, rules))
    }

    fn decided(&self, builder: CleanerBuilder, rules: &RuleArgs) -> Result<CleanerBuilder, Message> {
        Ok(match self.decisions_file(rules) {
            Some(path) => builder.decisions(read_decisions(path)?),
            None => builder,
        })
    }

    fn selected(&self, mut builder: CleanerBuilder, rules: &RuleArgs) -> CleanerBuilder {
        let list = |flag: &[String], config: &Option<Vec<String>>| {
            if flag.is_empty() { config.clone() } else { Some(flag.to_vec()) }
        };
        if let Some(names) = list(&rules.select, &self.config.select) {
            builder = builder.select(names);
        }
        builder = builder
            .extend_select(list(&rules.extend_select, &self.config.extend_select).unwrap_or_default())
            .ignore(list(&rules.ignore, &self.config.ignore).unwrap_or_default());
        if let Some(share) = rules.max_removed.or(self.config.max_removed) {
            builder = builder.max_removed(share);
        }
        match rules.profile.or(self.config.profile) {
            Some(args::Profile::Safe) => builder.profile(Profile::Safe),
            Some(args::Profile::Aggressive) => builder.profile(Profile::Aggressive),
            Some(args::Profile::Balanced) | None => builder,
        }
    }

    /// The decisions file that was asked for.
    pub(crate) fn decisions_file<'s>(&'s self, rules: &'s RuleArgs) -> Option<&'s Path> {
        rules.decisions.as_deref().or(self.config.decisions.as_deref())
    }

    /// The users' rule files.
    pub(crate) fn rule_files<'s>(&'s self, rules: &'s RuleArgs) -> &'s [PathBuf] {
        if rules.rules.is_empty() { &self.config.rules } else { &rules.rules }
    }

    /// A builder with the users' rule files and nothing selected.
    pub(crate) fn builder_of_all(&self, rules: &RuleArgs) -> Result<CleanerBuilder, Message> {
        Self::builder_of(self.rule_files(rules))
    }

    fn builder_of(files: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<CleanerBuilder, Message> {
        let mut builder = Cleaner::builder();
        for path in files {
            let path = path.as_ref();
            let name = path.to_string_lossy();
            let toml = files::read_text(path).map_err(|e| Message::error(&*name, plainly(&e)))?;
            builder = builder.rules(&name, &toml);
        }
        Ok(builder)
    }

    /// The cleaner that the flags and the configuration ask for.
    pub(crate) fn cleaner(&self, rules: &RuleArgs) -> Result<Cleaner, Message> {
        build(self.builder(rules)?)
    }

    /// Stdout through a pager, if it is a terminal and nobody asked for none.
    pub(crate) fn paged(&mut self, no_pager: bool) -> Stdout {
        let pager = if no_pager { None } else { Pager::start(self.config.pager.as_deref(), self.loudness) };
        if pager.is_some() {
            self.interrupt.leave_to_pager();
        }
        Stdout::with(pager)
    }

    /// Like [`Self::builder`], but with the rules of one file in place of all others of the user's.
    pub(crate) fn builder_with(&self, rules: &RuleArgs, file: &Path) -> Result<CleanerBuilder, Message> {
        self.decided(self.selected(Self::builder_of([file])?, rules), rules)
    }

    /// True if suspects are shown: by the flag, or by the configuration.
    pub(crate) fn shows_suspects(&self, flag: bool) -> bool {
        flag || self.config.suspects.unwrap_or(false)
    }

    /// Bytes that all journals together may take.
    pub(crate) fn journal_limit(&self) -> u64 {
        self.config.journal_limit.unwrap_or(LIMIT)
    }

    pub(crate) const fn pool(&self) -> &ThreadPool {
        &self.pool
    }

    pub(crate) const fn fields(&self) -> &jsonl::Fields {
        &self.fields
    }

    pub(crate) const fn loudness(&self) -> Loudness {
        self.loudness
    }

    pub(crate) fn is_interrupted(&self) -> bool {
        self.interrupt.is_set()
    }

    /// A progress bar, unless it would stand in the way of the output.
    pub(crate) fn progress(&self, uses_stdout: bool) -> Progress {
        if self.show_progress && !(uses_stdout && io::stdout().is_terminal()) {
            Progress::on_terminal()
        } else {
            Progress::none()
        }
    }

    /// What only `--strict` makes a failure.
    pub(crate) fn grave_if_strict(&self, name: &str, text: String) -> Message {
        if self.strict { Message::error(name, text) } else { Message::warning(name, text) }
    }

    /// Shows the summary.
    pub(crate) fn summarise(&self, summary: &Summary) {
        if self.show_summary {
            // A closed stderr is no reason to fail.
            let _ = summary.write(&mut AutoStream::auto(io::stderr()));
        }
    }

    /// Shows a line that sums up, like a summary.
    pub(crate) fn tell(&self, line: &str) {
        if self.show_summary {
            eprintln_quietly(line);
        }
    }

    /// The exit code of a run over documents.
    pub(crate) fn exit<P>(&self, result: &Result<Total<P>, Stop>) -> Exit {
        let exit = match result {
            Ok(Total { tally, .. }) => {
                let strictly = self.strict && (tally.held > 0 || tally.textless > 0);
                Exit::Trouble.when(tally.failed > 0 || tally.in_vain || strictly)
            }
            Err(Stop::ReaderGone) => Exit::Done,
            Err(Stop::Output(error)) => {
                self.loudness.say(&Message::error("<stdout>", plainly(error)));
                Exit::Trouble
            }
        };
        exit.max(Exit::Interrupted.when(self.is_interrupted()))
    }
}

/// Reads a decisions file.
pub(crate) fn read_decisions(path: &Path) -> Result<Decisions, Message> {
    let name = path.to_string_lossy();
    let toml = files::read_text(path).map_err(|e| Message::error(&*name, plainly(&e)))?;
    Decisions::read(&name, &toml).map_err(|e| Message::error("", e.to_string()))
}

/// Builds a cleaner; the faults of all rule files become one message of many lines.
pub(crate) fn build(builder: CleanerBuilder) -> Result<Cleaner, Message> {
    builder.build().map_err(|e| Message::error("", e.to_string()))
}

/// Prints a page at once.
pub(crate) fn print(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
    Stdout::new().print(write)
}

#[cfg(test)]
impl Session {
    pub(crate) fn for_tests() -> Self {
        let global = Global {
            quiet: 2,
            verbose: 0,
            color: None,
            config: None,
            isolated: true,
            jobs: Some(2),
            no_progress: true,
        };
        Self::new(&global).unwrap_or_else(|message| panic!("{}", message.line()))
    }
}
