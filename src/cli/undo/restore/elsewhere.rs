//! Where `restore --to` writes originals: below another folder, by their relative paths. How a file is
//! written lies in `file`.

use std::io;
use std::path::{Component, Path, PathBuf};

use crate::cli::files;
use crate::cli::undo::journal::{Entry, Run};

/// The folder of `--to`, and the paths in it.
pub(super) struct Elsewhere {
    folder: PathBuf,
    /// The folder that paths are relative to.
    base: PathBuf,
}

impl Elsewhere {
    /// Paths are relative to the working folder if it holds all files of the run, else to the deepest
    /// folder that does. All files of the run count, even if only some are restored: so a file always gets
    /// the same path.
    pub(super) fn new(folder: &Path, run: &Run) -> io::Result<Self> {
        let (common, here) = (common_folder(run)?, files::absolute(Path::new(".")));
        let base = if common.starts_with(&here) { here } else { common };
        Ok(Self { folder: files::absolute(folder), base })
    }

    pub(super) fn place_of(&self, path: &Path) -> PathBuf {
        // On Windows, files on several drives share no folder.
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
        frame.entries().iter().for_each(&mut add);
    }
    Ok(common.unwrap_or_default())
}
