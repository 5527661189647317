//! Ignore files that cannot be read as such. The crate that walks folders opens them by itself, and would wait for the writer of a pipe.

use std::fs::Metadata;
use std::path::Path;

use super::input::shown;

/// Longest ignore file that is read, in bytes.
const LIMIT: u64 = 1 << 20;

/// What is wrong with an ignore file of a folder: it is a pipe or a device, or longer than the limit.
pub(crate) fn fault(folder: &Path) -> Option<String> {
    let paths = [".gitignore", ".ignore", ".dechaffignore", ".git/info/exclude"].map(|name| folder.join(name));
    let is_odd = |metadata: Metadata| !metadata.is_dir() && (!metadata.is_file() || metadata.len() > LIMIT);
    let odd = paths.into_iter().find(|path| std::fs::metadata(path).is_ok_and(is_odd))?;
    Some(format!("{} is no ignore file, or has more than 1 MiB; --no-ignore passes over it", shown(&odd)))
}
