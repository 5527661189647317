//! Replaces files in place, in groups: their originals are journalled together, then each file is replaced.
//! What becomes of a document is decided in `clean`.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};

use dechaff::Span;

use super::journal::{self, Entry, Journal};
use crate::cli::attributes::Attributes;
use crate::cli::files::{self, Replacement};
use crate::cli::input::Input;
use crate::cli::message::plainly;
use crate::cli::unit_result::Merge;

/// Bytes of originals in memory above which waiting files are replaced.
const FULL: usize = 4 << 20;

/// Files of one thread that wait to be replaced. `T` is what the caller adds once a file has been replaced.
pub(crate) struct Changes<T> {
    list: Vec<Change<T>>,
    /// Total bytes of the originals.
    bytes: usize,
    /// The folder of the last file, as walked and with links resolved.
    folder: Option<(PathBuf, PathBuf)>,
}

/// A file and its new content.
pub(crate) struct Change<T> {
    /// Name in messages.
    pub(crate) name: String,
    pub(crate) then: T,
    path: PathBuf,
    old: Metadata,
    original: Vec<u8>,
    /// The new content; `None` if the file is removed.
    after: Option<Vec<u8>>,
    cuts: Option<Vec<Span>>,
}

impl<T> Default for Changes<T> {
    fn default() -> Self {
        Self { list: Vec::new(), bytes: 0, folder: None }
    }
}

impl<T> Merge for Changes<T> {
    fn merge(&mut self, behind: Self) {
        self.list.extend(behind.list);
        self.bytes += behind.bytes;
        self.folder = behind.folder.or_else(|| self.folder.take());
    }

    fn fresh(&mut self) -> Self {
        Self { folder: self.folder.take(), ..Self::default() }
    }
}

impl<T: Default> Changes<T> {
    /// Adds a file and returns its number of hard links. Of a link that the user named, the file that it
    /// points to is replaced.
    pub(crate) fn add(
        &mut self,
        input: &Input,
        original: &[u8],
        after: Option<Vec<u8>>,
        cuts: Option<Vec<Span>>,
    ) -> io::Result<u64> {
        let path = input.path().ok_or_else(|| io::Error::other("has no name"))?;
        let path = if input.is_explicit() { files::follow_links(path)? } else { self.real(path)? };
        let (path, old) = files::plain_file(path)?;
        if old.len() != original.len() as u64 {
            return Err(io::Error::other(files::CHANGED));
        }
        let (names, name, original) = (files::name_count(&old), input.name.clone(), original.to_vec());
        self.bytes += original.len();
        self.list.push(Change { name, then: T::default(), path, old, original, after, cuts });
        Ok(names)
    }

    /// The file that was added last.
    pub(crate) fn last(&mut self) -> Option<&mut Change<T>> {
        self.list.last_mut()
    }

    /// The path of a walked file with links resolved. A walk follows no links, so only its folder is
    /// resolved.
    fn real(&mut self, path: &Path) -> io::Result<PathBuf> {
        let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return files::follow_links(path) };
        match &self.folder {
            Some((last, real)) if last == folder => Ok(real.join(name)),
            _ => {
                let real = files::follow_links(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?;
                let path = real.join(name);
                self.folder = Some((folder.to_owned(), real));
                Ok(path)
            }
        }
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.bytes >= FULL
    }

    /// Journals the originals, then replaces the files. Returns each with its result.
    pub(crate) fn make(&mut self, journal: Option<&Journal>) -> Vec<(Change<T>, Result<(), String>)> {
        self.bytes = 0;
        let changes = std::mem::take(&mut self.list);
        if changes.is_empty() {
            return Vec::new();
        }
        let noted = journal.map_or(Ok(()), |journal| {
            let originals: Vec<&[u8]> = changes.iter().map(|change| &*change.original).collect();
            journal.note(changes.iter().map(Change::entry).collect(), &originals.concat())
        });
        let made = changes.into_iter().map(|change| {
            let result = match &noted {
                Ok(()) => change.make().map_err(|e| format!("cannot be replaced: {}", plainly(&e))),
                Err(error) => Err(format!("left as it is: {}", plainly(error))),
            };
            (change, result)
        });
        made.collect()
    }
}

impl<T> Change<T> {
    fn entry(&self) -> Entry {
        Entry {
            path: self.path.clone(),
            before: journal::hash(&self.original),
            after: self.after.as_deref().map(journal::hash),
            bytes: self.original.len() as u64,
            cuts: self.cuts.clone(),
            attributes: Attributes::of(&self.old),
        }
    }

    fn make(&self) -> io::Result<()> {
        match &self.after {
            None => files::remove(&self.path),
            Some(bytes) => {
                let mut file = Replacement::over(self.path.clone(), Some(&self.old))?;
                file.write(bytes)?;
                file.finish()
            }
        }
    }
}
