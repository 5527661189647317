//! The journal of a run in place: each original is on the disk before its file is replaced. Written here;
//! read by `restore`.

mod frame;
mod hash;
mod reader;
mod state_folder;

use std::fs::{File, Metadata};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use dechaff::RuleSet;
use serde_json::{Value, json};

use crate::cli::attributes::Attributes;
use crate::cli::failpoint;
use crate::cli::files;
use crate::cli::message::{Loudness, Message, plainly};
use crate::cli::packing;
use crate::cli::size;
use frame::Body;
pub(crate) use frame::{Entry, Frame};
use hash::Key;
pub(crate) use hash::{Hash, Hasher, hash, hash_each, hash_of};
pub(crate) use reader::Damage;
pub(crate) use state_folder::{Lock, Run, RunState, StateFolder};

/// Most bytes that all journals together may take, unless the configuration says otherwise.
pub(crate) const LIMIT: u64 = 4 << 30;

/// The journal of this run. Its folder is created with the first file.
pub(crate) struct Journal {
    folder: StateFolder,
    id: String,
    begin: Value,
    limit: u64,
    open: Mutex<OpenJournal>,
    _lock: Lock,
}

#[derive(Default)]
struct OpenJournal {
    run: Option<(Run, Arc<File>)>,
    key: Option<Key>,
    /// Length of the journal file in bytes.
    length: u64,
    /// Number of the next frame.
    number: u64,
    /// Bytes on disk of this run.
    own: u64,
    /// Bytes on disk of all other runs.
    others: u64,
    stored: u64,
    removed: Vec<String>,
}

impl Journal {
    /// Locks the state folder and begins a journal for a run of `clean`. `limit` is the most bytes of all journals together.
    pub(crate) fn begin(limit: u64, rules: &RuleSet) -> Result<Self, Message> {
        let folder = StateFolder::find()?;
        let lock = folder.lock()?;
        Self::new(folder, lock, limit, "rules", digest(rules).to_hex().as_str())
    }

    /// Begins a journal for edited texts that `restore --force` replaces with the originals of the run
    /// `restored`. Only `restore --run` finds it.
    pub(crate) fn aside(folder: StateFolder, lock: Lock, limit: u64, restored: &Run) -> Result<Self, Message> {
        Self::new(folder, lock, limit, state_folder::RESTORES, &restored.id)
    }

    /// Id of the run whose restoration fills this journal, if one does.
    fn restores(&self) -> Option<&str> {
        self.begin.get(state_folder::RESTORES)?.as_str()
    }

    /// Begins a journal. `key` and `value` go into its first frame and say what the run is for.
    fn new(folder: StateFolder, lock: Lock, limit: u64, key: &str, value: &str) -> Result<Self, Message> {
        #[expect(clippy::disallowed_methods, reason = "a run is named by its time; the library still knows none")]
        let now = humantime::format_rfc3339_millis(SystemTime::now()).to_string();
        let others = folder.runs()?.iter().map(Run::size).sum::<io::Result<u64>>().map_err(|e| folder.failed(&e))?;
        let begin = json!({
            "dechaff": env!("CARGO_PKG_VERSION"),
            "time": &now,
            "arguments": std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect::<Vec<_>>(),
            "folder": std::env::current_dir().unwrap_or_default().to_string_lossy(),
            key: value,
        });
        let id = now.replace(['-', ':'], "");
        let open = Mutex::new(OpenJournal { others, ..OpenJournal::default() });
        Ok(Self { folder, id, begin, limit, open, _lock: lock })
    }

    /// Id of this run.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Journals some files and waits until they are on the disk. `originals` holds their contents, one
    /// after the other.
    pub(crate) fn note(&self, entries: Vec<Entry>, originals: &[u8]) -> io::Result<()> {
        let mut packed = Vec::new();
        packing::pack_fast(originals, &mut packed)?;
        self.append(&Frame::Files(entries), &packed)
    }

    /// Journals one file of any length, read from `path` and stored in a file beside the journal.
    pub(crate) fn store(&self, path: &Path, old: &Metadata, after: Hash) -> io::Result<()> {
        let (run, name) = {
            let mut open = self.lock();
            let (run, _) = self.run_or_create(&mut open)?;
            open.stored += 1;
            (run, format!("{}.zst", open.stored))
        };
        let mut taken = 0;
        let stored = run.create(&name).and_then(|file| {
            let mut packer = packing::fast_packer(LimitedFile { journal: self, file: &file, taken: &mut taken })?;
            let mut bytes = 0;
            let before = hash_each(files::open_path(path)?, |piece| {
                bytes += piece.len() as u64;
                packer.write_all(piece)
            })?;
            packer.finish()?;
            failpoint::reached();
            file.sync_all()?;
            run.sync()?;
            let path = path.to_owned();
            let entry = Entry { path, before, after: Some(after), bytes, cuts: None, attributes: Attributes::of(old) };
            self.append(&Frame::Stored(entry, name.clone()), b"")
        });
        if stored.is_err() {
            run.discard(&name);
            self.lock().own -= taken;
        }
        stored
    }

    /// Ends the journal, and warns of old journals that were removed to make room.
    pub(crate) fn end(&self, interrupted: bool, loudness: Loudness) -> Result<(), Message> {
        let is_begun = self.lock().run.is_some();
        if is_begun {
            let end = self.append(&Frame::End { interrupted }, b"");
            end.map_err(|e| Message::error("", format!("the journal cannot be ended: {}", plainly(&e))))?;
        }
        for run in &self.lock().removed {
            let text = format!("the journal of run {run} was removed to make room (journal-limit)");
            loudness.say(&Message::warning("", text));
        }
        Ok(())
    }

    fn append(&self, frame: &Frame, packed: &[u8]) -> io::Result<()> {
        let body = frame.body(packed)?;
        let file = {
            let mut open = self.lock();
            self.make_room(&mut open, body.length())?;
            let (_, file) = self.run_or_create(&mut open)?;
            open.write(&file, body).inspect_err(|_| {
                // An incomplete frame is cut off: the next one stands in its place.
                let _ = file.set_len(open.length);
            })?;
            file
        };
        // Frames that other threads wrote are synced too.
        file.sync_data()
    }

    /// The run and its journal file; the first call creates both and writes the frame that begins the run.
    fn run_or_create(&self, open: &mut OpenJournal) -> io::Result<(Run, Arc<File>)> {
        if let Some(run) = &open.run {
            return Ok(run.clone());
        }
        let begin = Frame::Begin(self.begin.clone()).body(b"")?;
        let (run, file) = self.folder.add(&self.id, self.restores().is_some())?;
        let written = run.key().and_then(|key| {
            open.key = Some(key);
            open.write(&file, begin)
        });
        // The next file tries again.
        written.inspect_err(|_| drop(run.remove()))?;
        Ok(open.run.insert((run, Arc::new(file))).clone())
    }

    /// Removes old journals until `bytes` more fit: first those of restored or closed runs, then the oldest
    /// complete ones. Those of killed runs stay, as their user may not know of them yet.
    fn make_room(&self, open: &mut OpenJournal, bytes: u64) -> io::Result<()> {
        let fits = |open: &OpenJournal| open.own + open.others + bytes <= self.limit;
        if fits(open) {
            return Ok(());
        }
        if open.own + bytes <= self.limit {
            let runs = self.folder.runs().map_err(|message| io::Error::other(message.text))?;
            let is_needed = |run: &Run| run.id == self.id || self.restores() == Some(&run.id);
            let mut runs: Vec<Run> = runs.into_iter().filter(|run| !is_needed(run)).collect();
            runs.sort_by_key(|run| !run.is_done());
            for run in runs {
                // A journal that cannot be read whole is kept: its user may not know of it yet.
                let may_go =
                    |(state, files, _)| state != RunState::Damaged && (state != RunState::Killed || files == 0);
                if run.is_done() || run.survey().is_ok_and(may_go) {
                    open.others = open.others.saturating_sub(run.size()?);
                    run.remove()?;
                    open.removed.push(run.id);
                    if fits(open) {
                        return Ok(());
                    }
                }
            }
        }
        let (what, or) = if self.restores().is_some() { ("edited text", "--to") } else { ("original", "--no-backup") };
        Err(io::Error::other(format!(
            "its {what} does not fit into the journal; raise journal-limit (now {}), let old runs go with `dechaff restore \
             --forget`, or use {or}",
            size::shown(self.limit)
        )))
    }

    fn lock(&self) -> MutexGuard<'_, OpenJournal> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenJournal {
    /// Appends a frame.
    fn write(&mut self, file: &File, body: Body) -> io::Result<()> {
        let key = self.key.ok_or(io::ErrorKind::NotFound)?;
        let length = body.length();
        failpoint::write_all(file, &body.numbered(self.number, &key))?;
        self.number += 1;
        self.length += length;
        self.own += length;
        Ok(())
    }
}

/// A writer of a stored file that keeps within the journal limit.
struct LimitedFile<'a> {
    journal: &'a Journal,
    file: &'a File,
    taken: &'a mut u64,
}

impl Write for LimitedFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut open = self.journal.lock();
        self.journal.make_room(&mut open, bytes.len() as u64)?;
        open.own += bytes.len() as u64;
        *self.taken += bytes.len() as u64;
        drop(open);
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A hash that tells one set of rules from another.
fn digest(rules: &RuleSet) -> Hash {
    let mut said = Vec::new();
    for rule in rules.iter() {
        if rule.origin.file.starts_with("builtin/") {
            // Id and phrases identify a built-in rule, as the journal also has the program's version.
            // Formatting whole rules would take longer than loading them.
            said.extend_from_slice(rule.id.as_str().as_bytes());
            rule.phrases().iter().for_each(|phrase| said.extend_from_slice(phrase.as_bytes()));
        } else {
            said.extend_from_slice(format!("{rule:?}").as_bytes());
        }
        said.push(0);
    }
    hash(&said)
}
