//! The only place that opens documents: reads them whole or as a stream, writes new files, replaces old ones.
#![allow(clippy::disallowed_methods)] // this is where files are opened

use std::fs::{self, File};
use std::io::{self, Cursor, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::PoisonError;

use tempfile::NamedTempFile;
pub(crate) use tempfile::SpooledTempFile as Spool;

use super::inputs::{Input, Origin};
use super::packing::Packing;

/// Opens any path for reading.
pub(crate) fn open_path(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Reads a file of the program's own: rules, configuration.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

/// Stdin, and the first bytes that it will give, by which its packing is known.
pub(crate) fn stdin() -> io::Result<(Vec<u8>, Box<dyn Read + Send>)> {
    let mut start = Vec::new();
    io::stdin().take(4).read_to_end(&mut start)?;
    Ok((start.clone(), Box::new(Cursor::new(start).chain(io::stdin()))))
}

/// The bytes of an input as they are stored.
fn stored(input: &Input) -> io::Result<Box<dyn Read + Send>> {
    match &input.origin {
        Origin::Path(path) => Ok(Box::new(File::open(path)?)),
        Origin::Stdin(reader) => reader
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
            .ok_or_else(|| io::Error::other("can be read only once")),
    }
}

/// An input's unpacked bytes as a stream.
pub(crate) fn open(input: &Input) -> Result<Box<dyn Read + Send>, String> {
    stored(input).and_then(|reader| input.packing.reader(reader)).map_err(|e| input.packing.describe(&e))
}

/// Reads an input whole: `packed` gets the bytes as they are stored if they are packed, `plain` those of the document.
pub(crate) fn read(input: &Input, packed: &mut Vec<u8>, plain: &mut Vec<u8>) -> Result<(), String> {
    packed.clear();
    plain.clear();
    let raw = if input.packing == Packing::None { &mut *plain } else { &mut *packed };
    match &input.origin {
        // Not through a box: a file knows its length, and then one read is enough.
        Origin::Path(path) => File::open(path).and_then(|mut file| file.read_to_end(raw)),
        Origin::Stdin(_) => stored(input).and_then(|mut reader| reader.read_to_end(raw)),
    }
    .map_err(|e| Packing::None.describe(&e))?;
    if input.packing != Packing::None {
        let mut reader = input.packing.reader(packed.as_slice()).map_err(|e| input.packing.describe(&e))?;
        reader.read_to_end(plain).map_err(|e| input.packing.describe(&e))?;
    }
    Ok(())
}

/// Writes a whole file, with the folders above it. What could not be written to its end is removed. What stands there
/// is replaced, never written into: under another name, hard or symbolic, it may be an input.
pub(crate) fn create(target: &Path, bytes: &[u8]) -> io::Result<()> {
    // Speed: a new file needs no second name. `create_new` follows no link.
    match with_folders(target, || File::create_new(target)) {
        Ok(mut file) => file.write_all(bytes).inspect_err(|_| {
            let _ = fs::remove_file(target);
        }),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let mut file = Replacement::begin_here(target)?;
            file.write(bytes)?;
            file.finish(false)
        }
        Err(error) => Err(error),
    }
}

/// Does something below a folder; if the folder is missing, creates it and tries again.
fn with_folders<T>(target: &Path, open: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match (open(), target.parent()) {
        (Err(error), Some(folder)) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            open()
        }
        (result, _) => result,
    }
}

/// Writes a file of the program's own, at once or not at all.
pub(crate) fn replace(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = Replacement::begin(target)?;
    file.write(bytes)?;
    file.finish(false)
}

/// What the user's editor makes of a text.
pub(crate) fn edited(text: &str) -> io::Result<String> {
    let mut file = tempfile::Builder::new().prefix("dechaff-").suffix(".diff").tempfile()?;
    file.write_all(text.as_bytes())?;
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| "vi".into());
    // As git does it, so that an editor may have arguments.
    let status = Command::new("sh").arg("-c").arg("eval \"$0\" '\"$1\"'").arg(&editor).arg(file.path()).status()?;
    if !status.success() {
        return Err(io::Error::other("the editor failed"));
    }
    fs::read_to_string(file.path())
}

/// Bytes in memory up to which a buffer has no file.
const SPOOL: usize = 4 << 20;

/// A buffer that becomes a file without a name if much is written to it.
pub(crate) fn spool() -> Spool {
    tempfile::spooled_tempfile(SPOOL)
}

/// A file that comes into being at once or not at all: written beside its target, then renamed.
pub(crate) struct Replacement {
    target: PathBuf,
    file: Way,
}

enum Way {
    Beside(NamedTempFile),
    /// A device or a pipe cannot be renamed over.
    Through(File),
}

impl Replacement {
    /// Begins to write. An existing target lends its permissions; a link stays, and what it points to is replaced.
    pub(crate) fn begin(target: &Path) -> io::Result<Self> {
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let old = fs::metadata(&target).ok();
        Self::over(target, old)
    }

    /// The same, but a link gives way to the new file, and what it points to is left alone.
    pub(crate) fn begin_here(target: &Path) -> io::Result<Self> {
        let old = fs::symlink_metadata(target).ok().filter(|m| !m.is_symlink());
        Self::over(target.to_owned(), old)
    }

    fn over(target: PathBuf, old: Option<fs::Metadata>) -> io::Result<Self> {
        if old.as_ref().is_some_and(|m| !m.is_file()) {
            let file = File::options().write(true).open(&target)?;
            return Ok(Self { target, file: Way::Through(file) });
        }
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".dechaff-").suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // What any new file gets; the user's mask still applies.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let temp = with_folders(&target, || builder.tempfile_in(folder))?;
        if let Some(old) = old {
            temp.as_file().set_permissions(old.permissions())?;
        }
        Ok(Self { target, file: Way::Beside(temp) })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.file {
            Way::Beside(temp) => temp.write_all(bytes),
            Way::Through(file) => file.write_all(bytes),
        }
    }

    /// Puts the new file in the place of the old one; if wanted, the old one stays beside it under a new name.
    pub(crate) fn finish(self, backup: bool) -> io::Result<()> {
        let Way::Beside(temp) = self.file else { return Ok(()) };
        let kept = if backup { Some(keep(&self.target)?) } else { None };
        temp.persist(&self.target).map(drop).map_err(|e| e.error).inspect_err(|_| unkeep(kept.as_deref()))
    }
}

/// Gives a file a second name, `NAME.orig`, or `NAME.orig.2` and so on where that is taken; never over another file.
fn keep(path: &Path) -> io::Result<PathBuf> {
    let mut number = 1;
    loop {
        let mut name = path.as_os_str().to_owned();
        name.push(if number == 1 { ".orig".to_owned() } else { format!(".orig.{number}") });
        match fs::hard_link(path, &name) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Ok(()) => return Ok(name.into()),
            // Not every file system knows hard links.
            Err(_) => match File::create_new(&name) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
                Err(error) => return Err(error),
                Ok(mut copy) => {
                    let copied = File::open(path).and_then(|mut old| io::copy(&mut old, &mut copy));
                    let name = PathBuf::from(name);
                    return copied.inspect_err(|_| unkeep(Some(&name))).map(|_| name);
                }
            },
        }
    }
}

/// Takes the second name away again, where the file stays what it was.
fn unkeep(kept: Option<&Path>) {
    if let Some(kept) = kept {
        let _ = fs::remove_file(kept);
    }
}

/// Deletes a file; if wanted, it stays under a new name. Of a link, as with a replacement, what it points to is meant.
pub(crate) fn remove(path: &Path, backup: bool) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let kept = if backup { Some(keep(&path)?) } else { None };
    fs::remove_file(&path).inspect_err(|_| unkeep(kept.as_deref()))
}

/// Where a path itself stands, whatever it may point to: its folder's one true name, and its own.
pub(crate) fn place_of(path: &Path) -> PathBuf {
    match (path.parent().filter(|p| !p.as_os_str().is_empty()), path.file_name()) {
        (Some(parent), Some(name)) => absolute(parent).join(name),
        (None, Some(name)) => absolute(Path::new(".")).join(name),
        _ => absolute(path),
    }
}

/// The one true name of a path, also of one that does not exist yet.
pub(crate) fn absolute(path: &Path) -> PathBuf {
    if let Ok(real) = fs::canonicalize(path) {
        return real;
    }
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    match (parent, path.file_name()) {
        (Some(parent), Some(name)) => absolute(parent).join(name),
        (None, Some(name)) => fs::canonicalize(".").unwrap_or_default().join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_that_fails_leaves_no_backup() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("a.txt");
        fs::write(&target, "old").expect("written");
        let mut file = Replacement::begin(&target).expect("begun");
        file.write(b"new").expect("written");
        let Way::Beside(temp) = &file.file else { panic!("a plain file is renamed") };
        fs::remove_file(temp.path()).expect("removed");
        file.finish(true).expect_err("nothing to rename");
        assert_eq!(fs::read_to_string(&target).expect("there"), "old");
        assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }

    #[test]
    fn a_backup_takes_a_free_name() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("a.txt");
        for name in ["a.txt", "a.txt.orig"] {
            fs::write(folder.path().join(name), name).expect("written");
        }
        assert!(keep(&target).expect("kept").ends_with("a.txt.orig.2"));
        remove(&target, true).expect("removed");
        assert!(!target.exists() && folder.path().join("a.txt.orig.3").exists());
    }
}
