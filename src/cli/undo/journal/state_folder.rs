//! The state folder: its lock, and the runs whose journals it holds. What is in a journal lies in `frame`.
#![allow(clippy::disallowed_methods)] // the journal's own files are opened here, and the folder is the user's state folder

use std::fs::{self, File, TryLockError};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Map, Value};

use super::frame::{Frame, path_of_json, path_to_json};
use super::hash::{Hash, Key};
use super::reader::FrameReader;
use crate::cli::failpoint;
use crate::cli::message::{Message, plainly};

/// The folder in which the program keeps its journals.
#[derive(Clone, Debug)]
pub(crate) struct StateFolder {
    folder: PathBuf,
}

/// Lock on the state folder, held while files are replaced or restored. Released when the process ends.
pub(crate) struct Lock {
    _file: File,
}

impl StateFolder {
    /// `$XDG_STATE_HOME/dechaff`, else `dechaff` in the local application data of Windows or in
    /// `~/.local/state`.
    pub(crate) fn find() -> Result<Self, Message> {
        let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        set("XDG_STATE_HOME")
            .or_else(|| set("LOCALAPPDATA").filter(|_| cfg!(windows)))
            .or_else(|| set("HOME").map(|home| home.join(".local").join("state")))
            .map(|state| Self { folder: state.join("dechaff") })
            .ok_or_else(|| {
                Message::error(
                    "",
                    "no place for the journal: set XDG_STATE_HOME or HOME (clean -i can do without: --no-backup)",
                )
            })
    }

    /// Creates the folder if need be, and locks it.
    pub(crate) fn lock(&self) -> Result<Lock, Message> {
        let failed = |e: io::Error| self.failed(&e);
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            // Private mode: originals may be private files.
            builder.mode(0o700);
        }
        builder.create(self.runs_folder()).map_err(failed)?;
        failpoint::reached();
        let file = File::options().create(true).append(true).open(self.lock_file()).map_err(failed)?;
        match retry_briefly(|| file.try_lock()) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Message::error(
                    "",
                    "another dechaff is replacing or restoring files; wait for its end, then try again",
                ));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        sync(&self.folder).map_err(failed)?;
        // Removes what killed processes left.
        for start in [NEW, GONE] {
            for folder in self.folders(start).map_err(failed)? {
                fs::remove_dir_all(folder).map_err(failed)?;
            }
        }
        Ok(Lock { _file: file })
    }

    /// True if a process holds the lock.
    pub(crate) fn is_locked(&self) -> bool {
        let file = File::open(self.lock_file());
        file.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
    }

    /// All runs, the oldest first.
    pub(crate) fn runs(&self) -> Result<Vec<Run>, Message> {
        let folders = match self.folders("") {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            result => result.map_err(|e| self.failed(&e))?,
        };
        let run = |folder: PathBuf| {
            let id = folder.file_name()?.to_str()?.to_owned();
            id.starts_with(|c: char| c.is_ascii_digit()).then_some(Run { id, folder })
        };
        Ok(folders.into_iter().filter_map(run).collect())
    }

    /// Creates the folder of a new run with an empty journal. A rename makes both visible at once.
    pub(super) fn add(&self, id: &str, aside: bool) -> io::Result<(Run, File)> {
        let new = Run { id: id.to_owned(), folder: self.runs_folder().join(format!("{NEW}{id}")) };
        let run = Run { folder: self.runs_folder().join(id), ..new.clone() };
        fs::create_dir(&new.folder)?;
        failpoint::reached();
        let fill = || -> io::Result<File> {
            if aside {
                new.mark(ASIDE)?;
            }
            // Secret enough: the standard library takes it from the system's random numbers.
            let secret = RandomState::new().hash_one(id);
            let journal = new.folder.join(format!("{JOURNAL}{secret:016x}"));
            let file = File::options().create_new(true).append(true).open(journal)?;
            failpoint::reached();
            sync(&new.folder)?;
            fs::rename(&new.folder, &run.folder)?;
            failpoint::reached();
            Ok(file)
        };
        let file = fill().inspect_err(|_| drop(fs::remove_dir_all(&new.folder)))?;
        sync(&self.runs_folder())?;
        Ok((run, file))
    }

    fn folders(&self, start: &str) -> io::Result<Vec<PathBuf>> {
        let mut paths = Vec::new();
        for entry in fs::read_dir(self.runs_folder())? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(start.as_bytes()) {
                paths.push(entry.path());
            }
        }
        paths.sort();
        Ok(paths)
    }

    fn runs_folder(&self) -> PathBuf {
        self.folder.join("runs")
    }

    fn lock_file(&self) -> PathBuf {
        self.folder.join("lock")
    }

    pub(super) fn failed(&self, error: &io::Error) -> Message {
        let text = format!(
            "the journal's folder cannot be used: {}; set XDG_STATE_HOME (clean -i can do without: --no-backup)",
            plainly(error)
        );
        Message::error(self.folder.to_string_lossy(), text)
    }
}

/// State of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RunState {
    Whole,
    Interrupted,
    Killed,
    Restored,
    /// `restore --close` marked it as done.
    Closed,
    /// It holds edited texts that `restore --force` replaced.
    Aside,
    /// A part of its journal cannot be read.
    Damaged,
}

/// A run with a journal.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) id: String,
    folder: PathBuf,
}

impl Run {
    pub(crate) fn reader(&self) -> io::Result<FrameReader> {
        FrameReader::new(File::open(self.journal()?)?, self.key()?)
    }

    /// The key of the journal's checksums, made from its name.
    pub(super) fn key(&self) -> io::Result<Key> {
        Ok(Key::of(self.journal()?.file_name().unwrap_or_default().as_encoded_bytes()))
    }

    /// Opens a file that stores one original.
    pub(crate) fn open(&self, stored: &str) -> io::Result<File> {
        File::open(self.folder.join(stored))
    }

    pub(super) fn create(&self, stored: &str) -> io::Result<File> {
        File::create_new(self.folder.join(stored)).inspect(|_| failpoint::reached())
    }

    pub(super) fn discard(&self, stored: &str) {
        let _ = fs::remove_file(self.folder.join(stored));
    }

    pub(super) fn sync(&self) -> io::Result<()> {
        sync(&self.folder)
    }

    /// Bytes on the disk.
    pub(crate) fn size(&self) -> io::Result<u64> {
        fs::read_dir(&self.folder)?.map(|entry| Ok(entry?.metadata()?.len())).sum()
    }

    /// State of the run, number of files, and bytes of their originals.
    pub(crate) fn survey(&self) -> io::Result<(RunState, u64, u64)> {
        let mut reader = self.reader()?;
        let (mut state, mut files, mut bytes) = (RunState::Killed, 0, 0);
        while let Some(frame) = reader.next()? {
            files += frame.entries().len() as u64;
            bytes += frame.entries().iter().map(|entry| entry.bytes).sum::<u64>();
            if let Frame::End { interrupted } = frame {
                state = if interrupted { RunState::Interrupted } else { RunState::Whole };
            }
        }
        let marked = match () {
            () if self.has(RESTORED) => RunState::Restored,
            () if self.has(CLOSED) => RunState::Closed,
            () if !reader.damages().is_empty() => RunState::Damaged,
            () if self.is_set_aside() && state == RunState::Whole => RunState::Aside,
            () => state,
        };
        Ok((marked, files, bytes))
    }

    /// True if the run was restored, or closed by its user.
    pub(crate) fn is_done(&self) -> bool {
        self.has(RESTORED) || self.has(CLOSED)
    }

    /// True if the run keeps edited texts that `restore --force` replaced.
    pub(crate) fn is_set_aside(&self) -> bool {
        self.has(ASIDE)
    }

    pub(crate) fn mark_restored(&self) -> io::Result<()> {
        self.mark(RESTORED)
    }

    pub(crate) fn mark_closed(&self) -> io::Result<()> {
        self.mark(CLOSED)
    }

    fn has(&self, mark: &str) -> bool {
        self.folder.join(mark).exists()
    }

    fn mark(&self, mark: &str) -> io::Result<()> {
        File::create(self.folder.join(mark))?;
        failpoint::reached();
        self.sync()
    }

    /// Hash of each edited file after its original was merged in: a second restore finds it done.
    pub(crate) fn merges(&self) -> io::Result<Vec<(PathBuf, Hash)>> {
        let file = match self.open(MERGES) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            result => BufReader::new(result?),
        };
        let read = |line: &[u8]| {
            let value: Value = serde_json::from_slice(line).ok()?;
            Some((path_of_json(&value)?, Hash::from_hex(value.get("merged")?.as_str()?).ok()?))
        };
        file.split(b'\n').filter_map(|line| line.map(|line| read(&line)).transpose()).collect()
    }

    /// Records a merge before the merged file is written.
    pub(crate) fn note_merge(&self, path: &Path, merged: Hash) -> io::Result<()> {
        let mut map = Map::new();
        path_to_json(path, &mut map);
        map.insert("merged".to_owned(), merged.to_hex().as_str().into());
        let mut file = File::options().create(true).append(true).open(self.folder.join(MERGES))?;
        // The first line break ends a line that a killed process may have left incomplete.
        file.write_all(format!("\n{}\n", Value::from(map)).as_bytes())?;
        failpoint::reached();
        file.sync_data()?;
        self.sync()
    }

    /// Deletes the run and its journal. A rename hides it first, in case the process is killed.
    pub(crate) fn remove(&self) -> io::Result<()> {
        let gone = self.folder.with_file_name(format!("{GONE}{}", self.id));
        // On a full disk there may be no room for another name.
        let renamed = fs::rename(&self.folder, &gone);
        failpoint::reached();
        fs::remove_dir_all(if renamed.is_ok() { &gone } else { &self.folder })
    }

    /// The path of the journal.
    pub(crate) fn journal(&self) -> io::Result<PathBuf> {
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            if entry.file_name().as_encoded_bytes().starts_with(JOURNAL.as_bytes()) {
                return Ok(entry.path());
            }
        }
        let is_older = self.has(OLDER_JOURNAL);
        let what = if is_older { "it was written by an older version of dechaff" } else { "it is not there" };
        Err(io::Error::other(what))
    }
}

/// How the name of a journal begins. A secret follows: only who knows it can make frames of this journal.
const JOURNAL: &str = "journal-";

/// Name of the journal in versions whose frames had no checksums.
const OLDER_JOURNAL: &str = "journal";

/// Other files in a run's folder: merges, and the marks of a restored or closed run, or one that keeps edited
/// texts.
const MERGES: &str = "merges";
const RESTORED: &str = "restored";
const CLOSED: &str = "closed";
const ASIDE: &str = "aside";

/// Key in the first frame of a run that keeps edited texts: the id of the restored run.
pub(super) const RESTORES: &str = "restores";

/// Prefixes of folders that are not runs yet, or no more.
const NEW: &str = "new-";
const GONE: &str = "gone-";

/// Tries for 100 ms: `restore --list` holds the lock for an instant to see whether it is free.
fn retry_briefly(lock: impl Fn() -> Result<(), TryLockError>) -> Result<(), TryLockError> {
    for _ in 0..5 {
        match lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(20)),
            result => return result,
        }
    }
    lock()
}

/// Syncs the names in a folder to the disk.
fn sync(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
