//! `dechaff restore`: takes back what `clean --in-place` did, from its journal. How one file is restored
//! lies in `file`; where `--to` writes, in `elsewhere`.

mod elsewhere;
mod file;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use dechaff::report::{counted, safe_name};

use super::journal::{Damage, Entry, Frame, Journal, Run, RunState, StateFolder};
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::message::{Message, plainly};
use crate::cli::options::RestoreArgs;
use crate::cli::session::{self, Session};
use crate::cli::size;
use elsewhere::Elsewhere;
use file::{Failure, FileOutcome, FileRestorer, Original};

pub(crate) fn run(session: Session, args: &RestoreArgs) -> Result<Exit, Message> {
    let folder = StateFolder::find()?;
    if args.list {
        return list(&folder);
    }
    let mut lock = if args.dry_run { None } else { Some(folder.lock()?) };
    let runs = folder.runs()?;
    if args.forget {
        return forget(&session, &runs, args.run.as_deref());
    }
    let paths: Vec<PathBuf> = args.paths.iter().map(|path| files::absolute(path)).collect();
    let run = match &args.run {
        Some(id) => named(&runs, id)?,
        None => last(&runs, &paths)?,
    };
    if args.close {
        return close(&session, run, args.dry_run);
    }
    let session = session.listening();
    if let Some(file) = args.to.as_deref().filter(|path| path.exists() && !path.is_dir()) {
        return Err(Message::error(file.to_string_lossy(), "is a file; --to takes a folder"));
    }
    let to = args.to.as_deref().map(|folder| Elsewhere::new(folder, run).map_err(|e| damaged(run, &e))).transpose()?;
    let aside = match lock.take_if(|_| args.force) {
        Some(lock) => Some(Journal::aside(folder, lock, session.journal_limit(), run)?),
        None => None,
    };
    let restorer = FileRestorer::new(run, args.dry_run, args.force, aside).map_err(|e| damaged(run, &e))?;
    let mut restoration = Restoration::new(&session, run, restorer, paths, to, args.dry_run);
    let result = restoration.all();
    restoration.end(args, result)
}

/// Prints a table with one line a run.
fn list(folder: &StateFolder) -> Result<Exit, Message> {
    let runs = folder.runs()?;
    let busy = folder.is_locked();
    let mut rows = Vec::new();
    for (i, run) in runs.iter().enumerate() {
        let size = run.size().map_err(|e| damaged(run, &e))?;
        // A journal that cannot be read at all does not hide the others.
        let (state, files, bytes) = run.survey().unwrap_or((RunState::Damaged, 0, 0));
        let state = match state {
            RunState::Killed if busy && i + 1 == runs.len() => "at work",
            RunState::Killed => "killed",
            RunState::Interrupted => "interrupted",
            RunState::Whole => "whole",
            RunState::Restored => "restored",
            RunState::Closed => "closed",
            RunState::Aside => "set aside",
            RunState::Damaged => "damaged",
        };
        rows.push((&run.id, files, size::shown(bytes), size::shown(size), state));
    }
    Ok(session::print(|out| {
        if rows.is_empty() {
            return writeln!(out, "no runs");
        }
        writeln!(out, "{:<20} {:>9} {:>10} {:>10}  state", "run", "files", "bytes", "journal")?;
        for (id, files, bytes, size, state) in &rows {
            writeln!(out, "{:<20} {files:>9} {bytes:>10} {size:>10}  {state}", safe_name(id))?;
        }
        Ok(())
    }))
}

/// Deletes the journal of a run, or of all runs.
fn forget(session: &Session, runs: &[Run], id: Option<&str>) -> Result<Exit, Message> {
    let runs = match id {
        Some(id) => std::slice::from_ref(named(runs, id)?),
        None => runs,
    };
    let mut freed = 0;
    for run in runs {
        let size = run.size().and_then(|size| run.remove().map(|()| size)).map_err(|e| damaged(run, &e))?;
        session.loudness().say(&Message::detail(&*run.id, "forgotten"));
        freed += size;
    }
    let (count, freed) = (counted(runs.len() as u64, "run"), size::shown(freed));
    session.tell(&format!("{count} forgotten, {freed} freed"));
    Ok(Exit::Done)
}

/// Marks a run as done.
fn close(session: &Session, run: &Run, dry: bool) -> Result<Exit, Message> {
    if !dry {
        run.mark_closed().map_err(|e| damaged(run, &e))?;
    }
    let done = if dry { "to close" } else { "closed" };
    session.tell(&format!("run {0} {done}; `dechaff restore --run {0}` can still restore it", run.id));
    Ok(Exit::Done)
}

/// The run whose id begins with `id`. Fails if there are none or several.
fn named<'r>(runs: &'r [Run], id: &str) -> Result<&'r Run, Message> {
    let mut found = runs.iter().filter(|run| run.id.starts_with(id));
    match (found.next(), found.next()) {
        (Some(run), None) => Ok(run),
        (None, _) => Err(Message::error("", format!("there is no run '{id}'; `dechaff restore --list` shows all"))),
        (Some(one), Some(other)) => {
            Err(Message::error("", format!("'{id}' may be {} or {}; say more of it", one.id, other.id)))
        }
    }
}

/// The last run that is neither restored nor closed; with `paths`, the last one that replaced any of them.
/// Runs without files and runs that keep edited texts are left out. Fails at a run of which damage hides
/// whether it is meant.
fn last<'r>(runs: &'r [Run], paths: &[PathBuf]) -> Result<&'r Run, Message> {
    for run in runs.iter().rev().filter(|run| !run.is_done() && !run.is_set_aside()) {
        match touches(run, paths).map_err(|e| damaged(run, &e))? {
            Touches::Yes => return Ok(run),
            Touches::No => {}
            Touches::Perhaps(damage) => {
                let text = format!(
                    "may have replaced these: its journal is damaged at byte {}. Nothing is restored; --run ID names \
                     another run, and `dechaff restore --close --run {}` passes over this one",
                    damage.at, run.id
                );
                return Err(Message::error(&*run.id, text));
            }
        }
    }
    let text = match (runs.is_empty(), paths.is_empty()) {
        (true, _) => "nothing to restore: no run in place is journalled",
        (_, true) => "nothing to restore: all runs are restored or closed; --run ID restores one again",
        (_, false) => {
            "nothing to restore: no run that is not restored yet replaced these; --run ID names an earlier one"
        }
    };
    Err(Message::error("", text))
}

/// Whether a run replaced files.
enum Touches {
    Yes,
    No,
    /// The names of some files cannot be read.
    Perhaps(Damage),
}

/// Whether a run replaced any of the files at `paths`; without paths, any file.
fn touches(run: &Run, paths: &[PathBuf]) -> io::Result<Touches> {
    let mut reader = run.reader()?;
    let is_meant = |entry: &Entry| paths.is_empty() || paths.iter().any(|path| entry.path.starts_with(path));
    while let Some(frame) = reader.next()? {
        if frame.entries().iter().any(is_meant) {
            return Ok(Touches::Yes);
        }
    }
    Ok(match reader.damages() {
        [] => Touches::No,
        [..] if paths.is_empty() => Touches::Yes,
        [damage, ..] => Touches::Perhaps(damage.clone()),
    })
}

fn damaged(run: &Run, error: &io::Error) -> Message {
    let text = format!(
        "the journal of this run cannot be used: {}; `dechaff restore --close --run {}` passes over it",
        plainly(error),
        run.id
    );
    Message::error(&*run.id, text)
}

/// The restoration of one run: its settings, and what was done so far.
struct Restoration<'r> {
    session: &'r Session,
    run: &'r Run,
    restorer: FileRestorer<'r>,
    to: Option<Elsewhere>,
    dry: bool,
    /// Paths that the user named, and whether the run has files there.
    paths: Vec<(PathBuf, bool)>,
    folders: BTreeSet<PathBuf>,
    messages: Vec<Message>,
    /// In a dry run: file names, and what would be done.
    plan: Vec<(String, &'static str)>,
    restored: u64,
    merged: u64,
    forced: u64,
    same: u64,
    failed: u64,
    /// Failed files in whose way later edits stand.
    conflicts: u64,
    /// Places of the journal that cannot be read.
    damages: Vec<Damage>,
}

impl<'r> Restoration<'r> {
    fn new(
        session: &'r Session,
        run: &'r Run,
        restorer: FileRestorer<'r>,
        paths: Vec<PathBuf>,
        to: Option<Elsewhere>,
        dry: bool,
    ) -> Self {
        Self {
            session,
            run,
            restorer,
            to,
            dry,
            paths: paths.into_iter().map(|path| (path, false)).collect(),
            folders: BTreeSet::new(),
            messages: Vec::new(),
            plan: Vec::new(),
            restored: 0,
            merged: 0,
            forced: 0,
            same: 0,
            failed: 0,
            conflicts: 0,
            damages: Vec::new(),
        }
    }

    fn all(&mut self) -> io::Result<()> {
        let mut reader = self.run.reader()?;
        while let Some(frame) = reader.next()? {
            match frame {
                Frame::Begin(_) | Frame::End { .. } => {}
                Frame::Stored(entry, name) => {
                    if self.is_wanted(&entry) {
                        self.file(&entry, &Original::Stored(&name));
                    }
                }
                Frame::Files(entries) => {
                    let wanted: Vec<bool> = entries.iter().map(|entry| self.is_wanted(entry)).collect();
                    if !wanted.contains(&true) {
                        continue;
                    }
                    let originals = reader.originals(entries.iter().map(|entry| entry.bytes).sum())?;
                    let mut start = 0;
                    for (entry, wanted) in entries.iter().zip(wanted) {
                        let end = usize::try_from(entry.bytes).map_or(usize::MAX, |bytes| start + bytes);
                        // Shorter if it is damaged, which its hash shows.
                        let original = originals.get(start..end).unwrap_or_default();
                        start = end;
                        if wanted && !self.session.is_interrupted() {
                            self.file(entry, &Original::Bytes(original));
                        }
                    }
                }
            }
            if self.session.is_interrupted() {
                break;
            }
        }
        self.damages.extend_from_slice(reader.damages());
        Ok(())
    }

    /// True if the user's paths cover an entry, or if no path was given. Notes which paths were found.
    fn is_wanted(&mut self, entry: &Entry) -> bool {
        let mut is_wanted = self.paths.is_empty();
        for (path, found) in &mut self.paths {
            if entry.path.starts_with(&*path) {
                (*found, is_wanted) = (true, true);
            }
        }
        is_wanted
    }

    fn file(&mut self, entry: &Entry, original: &Original<'_>) {
        let target = self.to.as_ref().map_or_else(|| entry.path.clone(), |to| to.place_of(&entry.path));
        let name = name_of(&target);
        let result = match self.to {
            Some(_) => self.restorer.to(&target, entry, original),
            None => self.restorer.back(entry, original),
        };
        match result {
            Ok(outcome) => {
                let (count, plan, word) = match outcome {
                    FileOutcome::Restored if self.to.is_some() => (&mut self.restored, "write", "written"),
                    FileOutcome::Restored => (&mut self.restored, "restore", "restored"),
                    FileOutcome::Merged => (&mut self.merged, "merge", "merged with later edits"),
                    FileOutcome::Forced => {
                        (&mut self.forced, "force", "restored in place of another text, which is kept")
                    }
                    FileOutcome::Same => (&mut self.same, "", "is what it was already"),
                };
                *count += 1;
                if self.dry && outcome != FileOutcome::Same {
                    self.plan.push((name, plan));
                } else {
                    self.note(Message::detail(name, word));
                }
            }
            Err(failure) => {
                self.failed += 1;
                self.conflicts += u64::from(matches!(failure, Failure::Conflict(_)));
                let (Failure::Conflict(why) | Failure::Other(why)) = failure;
                self.note(Message::error(name, why));
            }
        }
        if !self.dry
            && let Some(folder) = target.parent()
            && !self.folders.contains(folder)
        {
            self.folders.insert(folder.to_owned());
        }
    }

    fn note(&mut self, message: Message) {
        if self.session.loudness().shows(message.level) {
            self.messages.push(message);
        }
    }

    /// Shows the messages about single files, sorted by name: their order in the journal varies, as several
    /// threads wrote it.
    fn show(&mut self) -> Exit {
        self.messages.sort_by(|a, b| a.name.cmp(&b.name));
        self.messages.iter().for_each(|message| self.session.loudness().say(message));
        self.plan.sort();
        session::print(|out| self.plan.iter().try_for_each(|(name, word)| writeln!(out, "{word}  {}", safe_name(name))))
    }

    /// Removes temporary files, prints the summary, and marks the run if all of it was restored.
    fn end(mut self, args: &RestoreArgs, result: io::Result<()>) -> Result<Exit, Message> {
        for folder in &self.folders {
            files::sweep(folder);
        }
        let interrupted = self.session.is_interrupted();
        let shown = self.show();
        if let Some(aside) = self.restorer.aside() {
            aside.end(interrupted, self.session.loudness())?;
        }
        result.map_err(|e| damaged(self.run, &e))?;
        let mut failed = self.failed > 0 || !self.damages.is_empty();
        self.name_damages();
        if !interrupted {
            for (path, _) in self.paths.iter().filter(|(_, found)| !found) {
                failed = true;
                let text = format!("run {} did not replace it", self.run.id);
                self.session.loudness().say(&Message::error(name_of(path), text));
            }
        }
        let is_whole = !failed && !interrupted && args.paths.is_empty();
        if is_whole && !args.dry_run && args.to.is_none() {
            self.run.mark_restored().map_err(|e| damaged(self.run, &e))?;
        }
        if self.conflicts > 0 {
            self.session.loudness().say(&Message::warning("", self.ways_on()));
        }
        let mut said = self.summary(args.to.as_deref());
        // `--to` does not close the run: the user may still want to restore it in place.
        if is_whole && !args.dry_run && args.to.is_some() && !self.run.is_done() {
            let close = format!("dechaff restore --close --run {}", self.run.id);
            said.push_str(&format!("\nthe files themselves stay as they are; to be done with the run: {close}"));
        }
        self.session.tell(&said);
        Ok(shown.max(Exit::Trouble.when(failed)).max(Exit::Interrupted.when(interrupted)))
    }

    /// Names the places of the journal that could not be read.
    fn name_damages(&self) {
        if self.damages.is_empty() {
            return;
        }
        let name = self.run.journal().map_or_else(|_| self.run.id.clone(), |path| path.display().to_string());
        for Damage { at, what } in &self.damages {
            self.session.loudness().say(&Message::error(&*name, format!("damaged at byte {at}: {what}")));
        }
        let text = format!(
            "files of this run that are not named here may still be cleaned: what is damaged does not say which. \
             `dechaff restore --close --run {}` is done with the run",
            self.run.id
        );
        self.session.loudness().say(&Message::warning("", text));
    }

    /// The message about conflicts and the ways to solve them.
    fn ways_on(&self) -> String {
        let (files, id) = (counted(self.conflicts, "file"), &self.run.id);
        format!(
            "edits stand in the way of {files}. The ways on:\n\
             dechaff restore --run {id} --to FOLDER  writes the originals there\n\
             dechaff restore --run {id} --force      takes the originals; the edited text becomes a run of its own\n\
             dechaff restore --run {id} --close      leaves all as it is; the run counts as done"
        )
    }

    /// The summary line: number of files by what was done, or would be.
    fn summary(&self, to: Option<&Path>) -> String {
        let Self { restored, merged, forced, same, failed, .. } = self;
        let mut said = format!("run {}: {restored} ", self.run.id);
        said.push_str(&match (to, self.dry) {
            (None, false) => format!("restored, {merged} merged with later edits, {same} as before already"),
            (None, true) => format!("to restore, {merged} merged with later edits, {same} as before already"),
            (Some(to), dry) => {
                let (done, to) = (if dry { "to write" } else { "written" }, to.to_string_lossy());
                format!("{done} to {}, {same} there already", safe_name(&to))
            }
        });
        if *forced > 0 {
            said.push_str(&format!(", {forced} by force"));
        }
        said.push_str(&format!(", {failed} failed"));
        if !self.damages.is_empty() {
            said.push_str(&format!("; its journal is damaged in {}", counted(self.damages.len() as u64, "place")));
        }
        if let (Some(aside), 1..) = (self.restorer.aside(), forced) {
            let id = aside.id();
            said.push_str(&format!("\nwhat was there is kept as run {id}: `dechaff restore --run {id}` gives it back"));
        }
        said
    }
}

/// A path for messages, relative to the working folder if it lies below.
fn name_of(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
