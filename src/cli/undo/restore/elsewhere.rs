//! Where `restore --to` writes originals: below another folder, by the paths that they have below their own.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::cli::files;
use crate::cli::undo::journal::{Entry, Frame, Run};

/// Another place for the originals of a run.
pub(super) struct Elsewhere {
    folder: PathBuf,
    /// The folder below which paths are kept.
    base: PathBuf,
}

impl Elsewhere {
    /// Paths are kept below the working folder if all files of the run lie in it, else below the deepest folder that holds them
    /// all. All files of the run count, also where only some are restored: so a file always goes to the same place.
    pub(super) fn new(folder: &Path, run: &Run) -> io::Result<Self> {
        let (common, here) = (common_folder(run)?, files::absolute(Path::new(".")));
        let base = if common.starts_with(&here) { here } else { common };
        Ok(Self { folder: files::absolute(folder), base })
    }

    pub(super) fn place_of(&self, path: &Path) -> PathBuf {
        // Files on several drives of Windows have no folder in common.
        let below = path.strip_prefix(&self.base).unwrap_or(path);
        let names = below.components().filter(|part| matches!(part, Component::Normal(_)));
        self.folder.join(names.collect::<PathBuf>())
    }
}

/// The deepest folder that holds all files of a run; empty if there is none.
fn common_folder(run: &Run) -> io::Result<PathBuf> {
    let mut common: Option<PathBuf> = None;
    let mut add = |entry: &Entry| {
        let folder = entry.path.parent().unwrap_or(&entry.path);
        let shared = match &common {
            Some(common) => common.ancestors().find(|ancestor| folder.starts_with(ancestor)).unwrap_or(Path::new("")),
            None => folder,
        };
        common = Some(shared.to_owned());
    };
    let mut reader = run.reader()?;
    while let Some(frame) = reader.next()? {
        match frame {
            Frame::Files(entries) => entries.iter().for_each(&mut add),
            Frame::Stored(entry, _) => add(&entry),
            Frame::Begin(_) | Frame::End { .. } => {}
        }
    }
    Ok(common.unwrap_or_default())
}
