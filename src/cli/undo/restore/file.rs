//! Restores one file of a run: its present content decides whether the original comes back, is merged, or
//! is refused. Which files are restored is decided in `mod`. The one place that merges, with `similar`.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use dechaff::report::counted;
use similar::TextMerge;

use crate::cli::files::{self, Replacement};
use crate::cli::message::plainly;
use crate::cli::packing::Packing;
use crate::cli::undo::journal::{self, Entry, Hash, Journal, Run};

/// What was done with a file, or would be in a dry run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FileOutcome {
    Restored,
    /// It was edited since; now it has the edits and its original lines.
    Merged,
    /// It was edited since; the edited text was moved into a journal.
    Forced,
    /// It already has the original content.
    Same,
}

/// Why a file was left as it is.
pub(super) enum Failure {
    /// Its present content would be lost.
    Conflict(String),
    Other(String),
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self::Other(why)
    }
}

/// Where the original content is.
pub(super) enum Original<'o> {
    Bytes(&'o [u8]),
    /// Packed in a file of this name in the run's folder.
    Stored(&'o str),
}

/// Restores the files of one run, one by one.
pub(super) struct FileRestorer<'r> {
    run: &'r Run,
    merges: HashMap<PathBuf, Hash>,
    dry: bool,
    force: bool,
    /// Journal that keeps texts replaced by force.
    aside: Option<Journal>,
}

/// The present content at a path.
enum OnDisk {
    Missing,
    Empty,
    File(Hash),
}

impl<'r> FileRestorer<'r> {
    /// With `force`, originals also replace edited texts, which `aside` keeps. A dry run needs no `aside`.
    pub(super) fn new(run: &'r Run, dry: bool, force: bool, aside: Option<Journal>) -> io::Result<Self> {
        Ok(Self { run, merges: run.merges()?.into_iter().collect(), dry, force, aside })
    }

    /// The journal that keeps texts replaced by force.
    pub(super) const fn aside(&self) -> Option<&Journal> {
        self.aside.as_ref()
    }

    /// Restores one file if it was not edited, or if its edits can be kept.
    pub(super) fn back(&self, entry: &Entry, original: &Original<'_>) -> Result<FileOutcome, Failure> {
        let now = unlinked(&entry.path)
            .map_err(|why| format!("{why}; left as it is (--to FOLDER writes the original into another folder)"))?;
        match now {
            OnDisk::File(hash) if hash == entry.before => return Ok(FileOutcome::Same),
            OnDisk::File(hash) if self.merges.get(&entry.path) == Some(&hash) => return Ok(FileOutcome::Same),
            OnDisk::Empty if entry.before == journal::hash(b"") => return Ok(FileOutcome::Same),
            // An empty file may be the cleaned one after a power cut; overwriting it loses nothing.
            OnDisk::Missing | OnDisk::Empty => {}
            OnDisk::File(hash) if entry.after == Some(hash) => {}
            OnDisk::File(_) => {
                return match self.merge(entry, original) {
                    Err(Failure::Conflict(_)) if self.force => self.force(&entry.path, entry, original),
                    result => result,
                };
            }
        }
        self.write(&entry.path, entry, original)
    }

    /// Writes an original to `target` instead of its own path.
    pub(super) fn to(&self, target: &Path, entry: &Entry, original: &Original<'_>) -> Result<FileOutcome, Failure> {
        match unlinked(target).map_err(|why| format!("{why}; left as it is"))? {
            OnDisk::Missing => self.write(target, entry, original),
            OnDisk::File(hash) if hash == entry.before => Ok(FileOutcome::Same),
            OnDisk::Empty if entry.before == journal::hash(b"") => Ok(FileOutcome::Same),
            OnDisk::Empty | OnDisk::File(_) if self.force => self.force(target, entry, original),
            OnDisk::Empty | OnDisk::File(_) => {
                Err("another file stands there; left as it is (--force replaces it)".to_owned().into())
            }
        }
    }

    fn write(&self, target: &Path, entry: &Entry, original: &Original<'_>) -> Result<FileOutcome, Failure> {
        if !self.dry {
            let old = files::plain_file(target.to_owned()).ok().map(|(_, metadata)| metadata);
            let file = self.replacement(target, old.as_ref(), entry, original);
            file.and_then(Replacement::finish).map_err(|e| plainly(&e))?;
        }
        Ok(FileOutcome::Restored)
    }

    /// Writes an original over another text. The text is in the journal, and the journal on the disk,
    /// before that.
    fn force(&self, target: &Path, entry: &Entry, original: &Original<'_>) -> Result<FileOutcome, Failure> {
        if let Some(aside) = &self.aside {
            let over = || {
                let (target, old) = files::plain_file(target.to_owned())?;
                let file = self.replacement(&target, Some(&old), entry, original)?;
                aside.store(&target, &old, entry.before)?;
                files::check_unchanged(&target, &old).map_err(|_| io::Error::other("was changed just now"))?;
                file.finish()
            };
            over().map_err(|e| format!("{}; left as it is", plainly(&e)))?;
        }
        Ok(FileOutcome::Forced)
    }

    /// The original, written to a temporary file and checked against its hash, ready to replace `target`.
    fn replacement(
        &self,
        target: &Path,
        old: Option<&Metadata>,
        entry: &Entry,
        original: &Original<'_>,
    ) -> io::Result<Replacement> {
        let mut file = Replacement::over(target.to_owned(), old)?;
        let hash = match original {
            Original::Bytes(bytes) => {
                file.write(bytes)?;
                journal::hash(bytes)
            }
            Original::Stored(name) => {
                journal::hash_each(Packing::Zstd.reader(self.run.open(name)?)?, |bytes| file.write(bytes))?
            }
        };
        if hash != entry.before {
            return Err(io::Error::other("its original in the journal is damaged"));
        }
        file.set_attributes(&entry.attributes)?;
        Ok(file)
    }

    fn merge(&self, entry: &Entry, original: &Original<'_>) -> Result<FileOutcome, Failure> {
        let conflict = |why: String| Err(Failure::Conflict(why));
        let (Some(cuts), Original::Bytes(original), Some(after)) = (&entry.cuts, original, entry.after) else {
            return conflict(match entry.after {
                None => "another file stands in its place; left as it is".to_owned(),
                Some(_) => "was edited since; left as it is, for only plain texts can be merged".to_owned(),
            });
        };
        let damaged = || "its original in the journal is damaged".to_owned();
        let original = std::str::from_utf8(original).map_err(|_| damaged())?;
        let mut cleaned = String::with_capacity(original.len());
        let mut kept = 0;
        for cut in cuts {
            cleaned.push_str(original.get(kept..cut.start).ok_or_else(damaged)?);
            kept = cut.end;
        }
        cleaned.push_str(original.get(kept..).ok_or_else(damaged)?);
        if journal::hash(cleaned.as_bytes()) != after || journal::hash(original.as_bytes()) != entry.before {
            return Err(damaged().into());
        }
        let edited = match files::read_text(&entry.path) {
            Ok(edited) => edited,
            Err(e) => {
                return conflict(format!("was edited since and cannot be merged: {}; left as it is", plainly(&e)));
            }
        };
        let merge = TextMerge::from_lines(&*cleaned, original, &*edited);
        if merge.is_conflicted() {
            let places = counted(merge.conflict_count() as u64, "place");
            return conflict(format!("was edited since, in {places} where lines were removed; left as it is"));
        }
        let merged = merge.to_string();
        if merged == edited {
            return Ok(FileOutcome::Same);
        }
        if !self.dry {
            self.write_merged(&entry.path, merged.as_bytes()).map_err(|e| plainly(&e))?;
        }
        Ok(FileOutcome::Merged)
    }

    fn write_merged(&self, path: &Path, merged: &[u8]) -> io::Result<()> {
        let (path, old) = files::plain_file(path.to_owned())?;
        self.run.note_merge(&path, journal::hash(merged))?;
        let mut file = Replacement::over(path, Some(&old))?;
        file.write(merged)?;
        file.finish()
    }
}

/// The present content at an absolute path. Fails if one of its folders has become a link.
fn unlinked(path: &Path) -> Result<OnDisk, String> {
    let place = files::place_of(path);
    if place != path {
        return Err(format!("a folder of its path is a link, which leads to {}", place.display()));
    }
    on_disk(path)
}

fn on_disk(path: &Path) -> Result<OnDisk, String> {
    match files::plain_file(path.to_owned()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(OnDisk::Missing),
        Err(error) => Err(plainly(&error)),
        Ok((_, metadata)) if metadata.len() == 0 => Ok(OnDisk::Empty),
        Ok((path, _)) => {
            let hash = files::open_path(&path).and_then(journal::hash_of).map_err(|e| plainly(&e))?;
            Ok(OnDisk::File(hash))
        }
    }
}
