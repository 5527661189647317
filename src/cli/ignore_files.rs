//! Ignore files that cannot be read as such. The crate that walks folders opens them by itself, and would wait for the writer of a pipe.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::files;
use super::input::shown;

/// Longest ignore file that is read, in bytes.
const LIMIT: u64 = 1 << 20;

/// What is wrong with an ignore file of a folder: it is a pipe or a device, or longer than the limit.
pub(crate) fn fault(folder: &Path) -> Option<String> {
    let names = [".gitignore", ".ignore", ".dechaffignore", ".git", ".git/info/exclude"];
    let odd = names.into_iter().map(|name| folder.join(name)).find(|path| is_odd(path));
    let odd = odd.or_else(|| odd_behind_git_file(folder))?;
    Some(format!("{} is no ignore file, or has more than 1 MiB; --no-ignore passes over it", shown(&odd)))
}

fn is_odd(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|file| !file.is_dir() && (!file.is_file() || file.len() > LIMIT))
}

/// In a worktree that `git worktree add` made, `.git` is a file that names the folder of the repository. Returns an ignore file there, or
/// one on the way to it, that cannot be read as such.
fn odd_behind_git_file(folder: &Path) -> Option<PathBuf> {
    let first_line = |path: &Path| {
        let file = if path.is_file() { files::open_path(path).ok()? } else { return None };
        BufReader::new(file.take(LIMIT)).lines().next()?.ok()
    };
    let git = PathBuf::from(first_line(&folder.join(".git"))?.strip_prefix("gitdir: ")?);
    let common = git.join("commondir");
    if is_odd(&common) {
        return Some(common);
    }
    let line = first_line(&common)?;
    let common = if line.starts_with('.') { git.join(line) } else { PathBuf::from(line) };
    Some(common.join("info/exclude")).filter(|path| is_odd(path))
}
