//! `dechaff restore`: takes back what `clean --in-place` did, from its journal. How one file comes back lies in `file`.

mod file;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use dechaff::report::{counted, safe_name};

use super::args::RestoreArgs;
use super::exit::Exit;
use super::files;
use super::journal::{Entry, Frame, Run, Shelf, State};
use super::message::{Message, plainly};
use super::session::{self, Session};
use file::{Original, Outcome, Way};

pub(crate) fn run(session: Session, args: &RestoreArgs) -> Result<Exit, Message> {
    let shelf = Shelf::find()?;
    if args.list {
        return list(&shelf);
    }
    let _lock = if args.dry_run { None } else { Some(shelf.lock()?) };
    let runs = shelf.runs()?;
    if args.forget {
        return forget(&session, &runs, args.run.as_deref());
    }
    let session = session.listening();
    let paths: Vec<PathBuf> = args.paths.iter().map(|path| files::absolute(path)).collect();
    let run = match &args.run {
        Some(id) => named(&runs, id)?,
        None => last(&runs, &paths)?,
    };
    let mut restoration = Restoration::new(&session, run, paths, args.dry_run)?;
    let result = restoration.all();
    restoration.end(args, result)
}

/// A page with a line a run.
fn list(shelf: &Shelf) -> Result<Exit, Message> {
    let runs = shelf.runs()?;
    let busy = shelf.is_locked();
    let mut rows = Vec::new();
    for (i, run) in runs.iter().enumerate() {
        let row = run.survey().and_then(|(state, files, bytes)| Ok((state, files, bytes, run.size()?)));
        let (state, files, bytes, size) = row.map_err(|e| damaged(run, &e))?;
        let state = match state {
            State::Killed if busy && i + 1 == runs.len() => "at work",
            State::Killed => "killed",
            State::Interrupted => "interrupted",
            State::Whole => "whole",
            State::Restored => "restored",
        };
        rows.push((&run.id, files, ByteSize::b(bytes), ByteSize::b(size), state));
    }
    Ok(session::print(|out| {
        if rows.is_empty() {
            return writeln!(out, "no runs");
        }
        writeln!(out, "{:<20} {:>9} {:>10} {:>10}  state", "run", "files", "bytes", "journal")?;
        for (id, files, bytes, size, state) in &rows {
            let (bytes, size) = (bytes.display().iec().to_string(), size.display().iec().to_string());
            writeln!(out, "{:<20} {files:>9} {bytes:>10} {size:>10}  {state}", safe_name(id))?;
        }
        Ok(())
    }))
}

/// Deletes journals and says which.
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
    let (count, freed) = (counted(runs.len() as u64, "run"), ByteSize::b(freed).display().iec().to_string());
    session.tell(&format!("{count} forgotten, {freed} freed"));
    Ok(Exit::Done)
}

/// The run whose id begins so.
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

/// The last run that was not restored yet; with paths, the last one of these that has any of them. One that was killed
/// before its first file is none.
fn last<'r>(runs: &'r [Run], paths: &[PathBuf]) -> Result<&'r Run, Message> {
    for run in runs.iter().rev().filter(|run| !run.is_restored()) {
        if touches(run, paths).map_err(|e| damaged(run, &e))? {
            return Ok(run);
        }
    }
    let text = match (runs.is_empty(), paths.is_empty()) {
        (true, _) => "nothing to restore: no run in place is journalled",
        (_, true) => "nothing to restore: all runs are restored; --run ID restores one again",
        (_, false) => {
            "nothing to restore: no run that is not restored yet replaced these; --run ID names an earlier one"
        }
    };
    Err(Message::error("", text))
}

fn touches(run: &Run, paths: &[PathBuf]) -> io::Result<bool> {
    let mut reader = run.reader()?;
    let meant = |entry: &Entry| paths.is_empty() || paths.iter().any(|path| entry.path.starts_with(path));
    while let Some(frame) = reader.next()? {
        let found = match &frame {
            Frame::Files(entries) => entries.iter().any(meant),
            Frame::Stored(entry, _) => meant(entry),
            Frame::Begin(_) | Frame::End { .. } => false,
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn damaged(run: &Run, error: &io::Error) -> Message {
    Message::error(&*run.id, format!("the journal of this run cannot be used: {}", plainly(error)))
}

/// The files of one run on their way back.
struct Restoration<'r> {
    session: &'r Session,
    run: &'r Run,
    way: Way<'r>,
    dry: bool,
    /// What was asked for, and whether it was found.
    paths: Vec<(PathBuf, bool)>,
    folders: BTreeSet<PathBuf>,
    messages: Vec<Message>,
    /// Of a dry run: names, and what would be done.
    plan: Vec<(String, &'static str)>,
    restored: u64,
    merged: u64,
    same: u64,
    failed: u64,
}

impl<'r> Restoration<'r> {
    fn new(session: &'r Session, run: &'r Run, paths: Vec<PathBuf>, dry: bool) -> Result<Self, Message> {
        Ok(Self {
            session,
            run,
            way: Way::new(run, dry).map_err(|e| damaged(run, &e))?,
            dry,
            paths: paths.into_iter().map(|path| (path, false)).collect(),
            folders: BTreeSet::new(),
            messages: Vec::new(),
            plan: Vec::new(),
            restored: 0,
            merged: 0,
            same: 0,
            failed: 0,
        })
    }

    fn all(&mut self) -> io::Result<()> {
        let mut reader = self.run.reader()?;
        while let Some(frame) = reader.next()? {
            match frame {
                Frame::Begin(_) | Frame::End { .. } => {}
                Frame::Stored(entry, name) => {
                    if self.means(&entry) {
                        self.file(&entry, &Original::Stored(&name));
                    }
                }
                Frame::Files(entries) => {
                    let wanted: Vec<bool> = entries.iter().map(|entry| self.means(entry)).collect();
                    if !wanted.contains(&true) {
                        continue;
                    }
                    let originals = reader.originals()?;
                    let mut start = 0;
                    for (entry, wanted) in entries.iter().zip(wanted) {
                        let end = usize::try_from(entry.bytes).map_or(usize::MAX, |bytes| start + bytes);
                        let original = originals.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?;
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
        Ok(())
    }

    fn means(&mut self, entry: &Entry) -> bool {
        let mut means = self.paths.is_empty();
        for (path, found) in &mut self.paths {
            if entry.path.starts_with(&*path) {
                (*found, means) = (true, true);
            }
        }
        means
    }

    fn file(&mut self, entry: &Entry, original: &Original<'_>) {
        let name = name_of(&entry.path);
        match self.way.back(entry, original) {
            Ok(outcome) => {
                let (count, word) = match outcome {
                    Outcome::Restored => (&mut self.restored, "restored"),
                    Outcome::Merged => (&mut self.merged, "merged with later edits"),
                    Outcome::Same => (&mut self.same, "is what it was already"),
                };
                *count += 1;
                if self.dry && outcome != Outcome::Same {
                    let word = if outcome == Outcome::Merged { "merge" } else { "restore" };
                    self.plan.push((name, word));
                } else {
                    self.note(Message::detail(name, word));
                }
            }
            Err(why) => {
                self.failed += 1;
                self.note(Message::error(name, why));
            }
        }
        if !self.dry
            && let Some(folder) = entry.path.parent()
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

    /// Shows what is known of single files, in the order of their names: that of the journal is one of chance, as threads
    /// wrote it.
    fn show(&mut self) -> Exit {
        self.messages.sort_by(|a, b| a.name.cmp(&b.name));
        self.messages.iter().for_each(|message| self.session.loudness().say(message));
        self.plan.sort();
        session::print(|out| self.plan.iter().try_for_each(|(name, word)| writeln!(out, "{word}  {}", safe_name(name))))
    }

    /// Tidies up, says what was done, and marks the run if nothing is left to do.
    fn end(mut self, args: &RestoreArgs, result: io::Result<()>) -> Result<Exit, Message> {
        for folder in &self.folders {
            files::sweep(folder, &self.run.id);
        }
        let interrupted = self.session.is_interrupted();
        let shown = self.show();
        result.map_err(|e| damaged(self.run, &e))?;
        let mut failed = self.failed > 0;
        if !interrupted {
            for (path, _) in self.paths.iter().filter(|(_, found)| !found) {
                failed = true;
                let text = format!("run {} did not replace it", self.run.id);
                self.session.loudness().say(&Message::error(name_of(path), text));
            }
        }
        if !failed && !interrupted && args.paths.is_empty() && !args.dry_run {
            self.run.mark_restored().map_err(|e| damaged(self.run, &e))?;
        }
        self.session.tell(&format!(
            "run {}: {} {}, {} merged with later edits, {} as before already, {} failed",
            self.run.id,
            self.restored,
            if self.dry { "to restore" } else { "restored" },
            self.merged,
            self.same,
            self.failed
        ));
        Ok(shown.max(Exit::Trouble.when(failed)).max(Exit::Interrupted.when(interrupted)))
    }
}

/// A path as people write it: from the working folder, if it lies below.
fn name_of(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(here).unwrap_or(path).display().to_string()
}
