//! Files that wait to be replaced in place: their originals are journalled together, then each is replaced. What becomes
//! of a document was decided before.

use std::fs::Metadata;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use dechaff::Span;

use super::files::{self, Replacement};
use super::inputs::Input;
use super::journal::{self, Entry, Journal, Kept};
use super::message::plainly;
use super::tally::Tally;

/// Bytes of originals that are held at most before they are replaced: memory stays bounded however large files are.
const FULL: usize = 4 << 20;

/// Files that one thread is about to replace.
#[derive(Default)]
pub(crate) struct Changes {
    list: Vec<Change>,
    originals: Vec<u8>,
    /// The last folder that was walked through, and its true name.
    folder: Option<(PathBuf, PathBuf)>,
}

/// A file and what it is to become.
pub(crate) struct Change {
    /// What messages call it.
    pub(crate) name: String,
    /// What is counted if it comes to that.
    pub(crate) tally: Tally,
    /// The messages that hold only if it comes to that, among those of its unit.
    pub(crate) messages: Range<usize>,
    path: PathBuf,
    old: Metadata,
    original: Range<usize>,
    /// None: it goes away.
    after: Option<Vec<u8>>,
    cuts: Option<Vec<Span>>,
}

impl Changes {
    /// Adds a file; returns how many names it has. Of a link, what it points to is meant.
    pub(crate) fn add(
        &mut self,
        input: &Input,
        original: &[u8],
        after: Option<Vec<u8>>,
        cuts: Option<Vec<Span>>,
    ) -> io::Result<u64> {
        let path = input.path().ok_or_else(|| io::Error::other("has no name"))?;
        let path = if input.is_explicit() { files::real(path)? } else { self.real(path)? };
        let (path, old) = files::plain(path)?;
        if old.len() != original.len() as u64 {
            return Err(io::Error::other(files::CHANGED));
        }
        let names = files::names(&old);
        let start = self.originals.len();
        self.originals.extend_from_slice(original);
        self.list.push(Change {
            name: input.name.clone(),
            tally: Tally::default(),
            messages: 0..0,
            path,
            old,
            original: start..self.originals.len(),
            after,
            cuts,
        });
        Ok(names)
    }

    /// The true name of a file in a folder that is walked. There, links are not followed: only the folder may be one.
    fn real(&mut self, path: &Path) -> io::Result<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return files::real(path) };
        match &self.folder {
            Some((last, real)) if last == folder => Ok(real.join(name)),
            _ => {
                let real = files::real(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
                let path = real.join(name);
                self.folder = Some((folder.to_owned(), real));
                Ok(path)
            }
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.list.len()
    }

    /// The one that was added last, if there were so many before it.
    pub(crate) fn since(&mut self, count: usize) -> Option<&mut Change> {
        self.list.get_mut(count)
    }

    pub(crate) fn truncate(&mut self, count: usize) {
        self.list.truncate(count);
        self.originals.truncate(self.list.last().map_or(0, |change| change.original.end));
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.originals.len() >= FULL
    }

    /// Journals the originals, then replaces the files; says of each how it went.
    pub(crate) fn make(&mut self, journal: Option<&Journal>) -> Vec<(Change, Result<(), String>)> {
        let changes = std::mem::take(&mut self.list);
        if changes.is_empty() {
            return Vec::new();
        }
        let noted = journal.map_or(Ok(()), |journal| {
            journal.note(changes.iter().map(|change| change.entry(&self.originals)).collect(), &self.originals)
        });
        self.originals.clear();
        let run = journal.map_or("", Journal::id);
        let made = changes.into_iter().map(|change| {
            let result = match &noted {
                Ok(()) => change.make(run).map_err(|e| format!("cannot be replaced: {}", plainly(&e))),
                Err(error) => Err(format!("left as it is: {}", plainly(error))),
            };
            (change, result)
        });
        made.collect()
    }
}

impl Change {
    fn entry(&self, originals: &[u8]) -> Entry {
        Entry {
            path: self.path.clone(),
            before: journal::hash(&originals[self.original.clone()]),
            after: self.after.as_deref().map(journal::hash),
            bytes: self.original.len() as u64,
            cuts: self.cuts.clone(),
            kept: Kept::of(&self.old),
        }
    }

    fn make(&self, run: &str) -> io::Result<()> {
        match &self.after {
            None => files::remove(&self.path),
            Some(bytes) => {
                let mut file = Replacement::over(self.path.clone(), Some(&self.old), run)?;
                file.write(bytes)?;
                file.finish()
            }
        }
    }
}
