//! Opens documents: reads them whole or as a stream, writes new files, replaces old ones. Which files, and
//! what is in them, is decided elsewhere.
#![allow(clippy::disallowed_methods)] // this is where files are opened

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use dechaff::format::kind::START;
use dechaff::report::thousands;
use tempfile::NamedTempFile;
pub(crate) use tempfile::SpooledTempFile as Spool;

use super::attributes::Attributes;
use super::failpoint;
use super::input::{Input, Origin};
use super::message::plainly;
use super::packing::Packing;
use super::streams::{self, Stream, YieldingStream};

/// Opens any path for reading.
pub(crate) fn open_path(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Reads a text file of the user's: rules, decisions, configuration. Waiting for the writer of a pipe ends at a signal.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    stream(path)?.read_to_string(&mut text)?;
    Ok(text)
}

/// A file, or a pipe of which waiting for the writer ends at a signal.
pub(crate) fn stream(path: &Path) -> io::Result<Stream> {
    streams::open_input(path, true).map(Stream::new)
}

/// An input's unpacked bytes as a stream, and its packing, which its bytes say before its name. A pipe returns `WouldBlock` once
/// before it waits for its writer. `output` is the packing of the output.
pub(crate) fn open(input: &Input, output: Packing) -> Result<(Box<dyn Read + Send>, Packing), String> {
    let mut packing = input.packing;
    let stored = match &input.origin {
        Origin::Path(path) => streams::open_input(path, input.is_explicit()).and_then(|mut file| {
            let mut start = Vec::new();
            Read::by_ref(&mut file).take(Packing::START as u64).read_to_end(&mut start)?;
            packing = match Packing::of_start(&start) {
                Packing::None => packing,
                found => found,
            };
            Ok(Box::new(io::Cursor::new(start).chain(file)) as Box<dyn Read + Send>)
        }),
        Origin::Stream { stream, .. } => take(stream).map(|stream| Box::new(YieldingStream::new(stream, output)) as _),
    };
    let opened = stored.and_then(|reader| packing.reader(reader)).map_err(|e| packing.describe(&e))?;
    Ok((opened, packing))
}

/// An input as a file that can be read at any place; a stream is copied into a temporary file first. Each call opens it anew.
pub(crate) fn with_any_place(input: &Input) -> Result<File, String> {
    if input.packing != Packing::None {
        return Err(format!(
            "is {} inside a packed file, which cannot be read at any place: unpack it first",
            input.format.as_str()
        ));
    }
    match &input.origin {
        Origin::Path(path) => streams::open_input(path, input.is_explicit()),
        Origin::Stream { stream, copy, .. } => {
            let mut copy = copy.lock().unwrap_or_else(PoisonError::into_inner);
            if copy.is_none() {
                let mut file = NamedTempFile::new().map_err(|error| plainly(&error))?;
                take(stream)
                    .and_then(|mut stream| io::copy(&mut stream, &mut file))
                    .map_err(|error| plainly(&error))?;
                *copy = Some(file.into_temp_path());
            }
            copy.as_deref().map_or_else(|| Err(io::ErrorKind::NotFound.into()), File::open)
        }
    }
    .map_err(|error| plainly(&error))
}

fn take(stream: &Mutex<Option<Stream>>) -> io::Result<Stream> {
    let stream = stream.lock().unwrap_or_else(PoisonError::into_inner).take();
    stream.ok_or_else(|| io::Error::other("can be read only once"))
}

/// Buffer size in bytes for the first read: most files fit.
const FIRST_READ: usize = 64 << 10;

/// Reads a whole input and returns its packing, which its bytes say before its name: `plain` receives the unpacked bytes,
/// `packed` the stored ones if they are packed. Stops where the first bytes are `hopeless`, which the caller finds again.
///
/// # Errors
/// If the input cannot be read, or is longer than `limit` bytes, unpacked.
pub(crate) fn read(
    input: &Input,
    limit: u64,
    hopeless: impl FnOnce(&[u8]) -> bool,
    packed: &mut Vec<u8>,
    plain: &mut Vec<u8>,
) -> Result<Packing, String> {
    packed.clear();
    plain.clear();
    match &input.origin {
        // Speed: `Take` hides the file, so `read_to_end` does not ask for length and position (two system calls).
        Origin::Path(path) => streams::open_input(path, input.is_explicit()).and_then(|file| {
            plain.reserve(FIRST_READ);
            file.take(limit + 1).read_to_end(plain)
        }),
        Origin::Stream { stream, .. } => take(stream).and_then(|stream| stream.take(limit + 1).read_to_end(plain)),
    }
    .map_err(|e| Packing::None.describe(&e))?;
    let packing = match Packing::of_start(plain) {
        Packing::None => input.packing,
        found => found,
    };
    if packing != Packing::None {
        std::mem::swap(packed, plain);
        let mut unpacked = packing.reader(packed.as_slice()).map_err(|e| packing.describe(&e))?;
        let start = unpacked.by_ref().take(START as u64).read_to_end(plain);
        start
            .and_then(|_| {
                if hopeless(plain) { Ok(0) } else { unpacked.take(limit + 1 - plain.len() as u64).read_to_end(plain) }
            })
            .map_err(|e| packing.describe(&e))?;
    }
    if plain.len() as u64 > limit { Err(too_long(limit)) } else { Ok(packing) }
}

/// The message about a document that is longer than `limit` bytes.
pub(crate) fn too_long(limit: u64) -> String {
    let unpacked = thousands(limit);
    format!("is longer than {unpacked} bytes, unpacked; --max-document-size raises the limit")
}

/// Writes a whole file and creates the folders above it. It appears whole or not at all. An existing file is
/// replaced, never written into: through a link it may be an input.
pub(crate) fn create(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = Replacement::begin_without_following(target)?;
    file.write(bytes)?;
    file.finish()
}

/// Writes a new file; fails if there is one of this name.
pub(crate) fn create_new(target: &Path, bytes: &[u8]) -> io::Result<()> {
    File::create_new(target)?.write_all(bytes)
}

/// Creates a folder and those above it, if they are not there.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Calls `open`. If the folder is missing, creates it and calls `open` again.
fn retry_with_folders<T>(target: &Path, open: impl Fn() -> io::Result<T>) -> io::Result<T> {
    match (open(), target.parent()) {
        (Err(error), Some(folder)) if error.kind() == io::ErrorKind::NotFound => {
            fs::create_dir_all(folder)?;
            open()
        }
        (result, _) => result,
    }
}

/// Writes a file atomically, through a link if there is one.
pub(crate) fn replace(target: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = Replacement::begin(target)?;
    file.write(bytes)?;
    file.finish()
}

/// Opens a text in the user's editor and returns the edited text.
pub(crate) fn edit(text: &str) -> io::Result<String> {
    let mut file = tempfile::Builder::new().prefix("dechaff-").suffix(".diff").tempfile()?;
    file.write_all(text.as_bytes())?;
    // Closed while the editor has it: on Windows an open file cannot be replaced.
    let path = file.into_temp_path();
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
    let editor = set("VISUAL").or_else(|| set("EDITOR")).unwrap_or_else(|| USUAL_EDITOR.into());
    let mut command = if cfg!(unix) {
        // Through the shell, as in git, so that the setting may have arguments.
        let mut shell = Command::new("sh");
        shell.arg("-c").arg("eval \"$0\" '\"$1\"'").arg(&editor);
        shell
    } else {
        // A name and its arguments; a path with spaces stands alone.
        let typed = editor.to_string_lossy();
        let mut words = if Path::new(&editor).is_file() { vec![&*typed] } else { typed.split_whitespace().collect() };
        let mut program = Command::new(words.remove(0));
        program.args(words);
        program
    };
    if !command.arg(&path).status()?.success() {
        return Err(io::Error::other("the editor failed"));
    }
    fs::read_to_string(&path)
}

/// The editor if none is set.
const USUAL_EDITOR: &str = if cfg!(windows) { "notepad" } else { "vi" };

/// Bytes that a spool keeps in memory.
const SPOOL: usize = 4 << 20;

/// A buffer that moves to an unnamed temporary file when it grows.
pub(crate) fn spool() -> Spool {
    tempfile::spooled_tempfile(SPOOL)
}

/// A file that is written beside its target and then renamed: it appears complete or not at all.
pub(crate) struct Replacement {
    target: PathBuf,
    file: WriteTo,
}

enum WriteTo {
    Beside(NamedTempFile),
    /// A device or a pipe, written directly: it cannot be renamed over.
    Through(File),
}

impl Replacement {
    /// Begins to write a file. Permissions of an existing file are kept. A link stays; the file that it
    /// points to is replaced.
    pub(crate) fn begin(target: &Path) -> io::Result<Self> {
        let target = match fs::canonicalize(target) {
            Ok(real) => real,
            Err(_) if target.is_symlink() && fs::metadata(target).is_err() => {
                return Err(io::Error::other("is a link that leads nowhere"));
            }
            // A new file; or a pipe under a name of its own, as in /dev/fd.
            Err(_) => target.to_owned(),
        };
        let old = fs::metadata(&target).ok();
        Self::over(target, old.as_ref())
    }

    /// Begins to write a file in place of a link, rather than of what the link points to.
    pub(crate) fn begin_without_following(target: &Path) -> io::Result<Self> {
        let old = fs::symlink_metadata(target).ok().filter(|m| !m.is_symlink());
        Self::over(target.to_owned(), old.as_ref())
    }

    /// Begins to write over a path without links. `old` is the metadata of the existing file. The first file
    /// in a folder sweeps it.
    pub(crate) fn over(target: PathBuf, old: Option<&fs::Metadata>) -> io::Result<Self> {
        if old.is_some_and(|m| !m.is_file()) {
            let file = streams::open_output(&target)?;
            return Ok(Self { target, file: WriteTo::Through(file) });
        }
        let folder = target.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        sweep_once(folder);
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED_PREFIX).suffix(UNFINISHED_SUFFIX);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            // Default mode of new files; the umask still applies.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let temp = retry_with_folders(&target, || builder.tempfile_in(folder))?;
        failpoint::reached();
        // The lock keeps `sweep` from deleting the file while it is being written. Without locks, `sweep` deletes nothing.
        let _ = temp.as_file().try_lock();
        if let Some(old) = old {
            copy_permissions(temp.as_file(), old)?;
        }
        Ok(Self { target, file: WriteTo::Beside(temp) })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.file {
            WriteTo::Beside(temp) => failpoint::write_all(temp, bytes),
            WriteTo::Through(file) => failpoint::write_all(file, bytes),
        }
    }

    /// Sets permissions, owner and time of the new file to those of an earlier one.
    pub(crate) fn set_attributes(&self, attributes: &Attributes) -> io::Result<()> {
        let WriteTo::Beside(temp) = &self.file else { return Ok(()) };
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
            let new = temp.as_file().metadata()?;
            if let Some(owner) = attributes.owner.filter(|owner| *owner != (new.uid(), new.gid())) {
                chown(temp.as_file(), owner);
            }
            if let Some(mode) = attributes.mode {
                temp.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
            }
        }
        temp.as_file()
            .set_times(fs::FileTimes::new().set_modified(attributes.time()))
            .inspect(|()| failpoint::reached())
    }

    /// Renames the new file over its target.
    pub(crate) fn finish(self) -> io::Result<()> {
        let WriteTo::Beside(temp) = self.file else { return Ok(()) };
        temp.persist(&self.target).map(|_| failpoint::reached()).map_err(|e| e.error)
    }
}

const UNFINISHED_PREFIX: &str = ".dechaff-";
const UNFINISHED_SUFFIX: &str = ".tmp";

/// Folders that this run swept before it wrote there.
static SWEPT: Mutex<BTreeSet<OsString>> = Mutex::new(BTreeSet::new());

/// Sweeps a folder if this run has not done so yet. Other threads wait, so that none of them begins a file in
/// the folder meanwhile.
fn sweep_once(folder: &Path) {
    let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if !swept.contains(folder.as_os_str()) {
        sweep(folder);
        swept.insert(folder.into());
    }
}

/// Deletes the temporary files that killed runs left in a folder. Those of a run at work are locked.
pub(crate) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.as_encoded_bytes();
        let is_unfinished =
            name.starts_with(UNFINISHED_PREFIX.as_bytes()) && name.ends_with(UNFINISHED_SUFFIX.as_bytes());
        if is_unfinished
            && entry.file_type().is_ok_and(|kind| kind.is_file())
            && File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok())
        {
            let _ = fs::remove_file(entry.path());
            failpoint::reached();
        }
    }
}

/// Gives a new file the permissions of an old one and, if permitted, its owner.
fn copy_permissions(new: &File, old: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        let have = new.metadata()?;
        if (have.uid(), have.gid()) != (old.uid(), old.gid()) {
            chown(new, (old.uid(), old.gid()));
        } else if have.mode() == old.mode() {
            return Ok(());
        }
    }
    new.set_permissions(old.permissions())
}

/// Changes owner and group of a file, or the group alone: few users may change the owner.
#[cfg(unix)]
fn chown(file: &File, (user, group): (u32, u32)) {
    use std::os::unix::fs::fchown;
    let _ = fchown(file, Some(user), Some(group)).or_else(|_| fchown(file, None, Some(group)));
}

/// The path and metadata of a plain file. Fails for anything else, which cannot be replaced.
pub(crate) fn plain_file(path: PathBuf) -> io::Result<(PathBuf, fs::Metadata)> {
    let metadata = fs::symlink_metadata(&path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("not a plain file"));
    }
    Ok((path, metadata))
}

/// Fails if length or time of a file differ from `old`: another program wrote it.
pub(crate) fn check_unchanged(path: &Path, old: &fs::Metadata) -> io::Result<()> {
    let now = fs::symlink_metadata(path)?;
    if now.len() == old.len() && now.modified()? == old.modified()? {
        return Ok(());
    }
    Err(io::Error::other(CHANGED))
}

/// Message about a file that changed after it was read.
pub(crate) const CHANGED: &str = "was changed while it was being cleaned; left as it is";

/// The real path and the metadata of the plain file to which a path leads.
pub(crate) fn real_file(path: &Path) -> io::Result<(PathBuf, fs::Metadata)> {
    plain_file(follow_links(path)?)
}

/// The path with all links resolved.
pub(crate) fn follow_links(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// Number of hard links of a file; 1 where the system does not say.
pub(crate) fn name_count(metadata: &fs::Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::nlink(metadata);
    #[cfg(not(unix))]
    {
        let _ = metadata;
        1
    }
}

/// Deletes a file.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    fs::remove_file(path).inspect(|()| failpoint::reached())
}

/// Absolute path of a directory entry: links in its folder are resolved, the entry itself is not followed.
pub(crate) fn place_of(path: &Path) -> PathBuf {
    match (path.parent().filter(|p| !p.as_os_str().is_empty()), path.file_name()) {
        (Some(parent), Some(name)) => absolute(parent).join(name),
        (None, Some(name)) => absolute(Path::new(".")).join(name),
        _ => absolute(path),
    }
}

/// Absolute path with links resolved; also for a path that does not exist yet.
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
    fn a_file_that_somebody_else_writes_is_noticed() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), "old").expect("written");
        let old = fs::metadata(file.path()).expect("there");
        check_unchanged(file.path(), &old).expect("the same");
        file.as_file()
            .set_modified(old.modified().expect("a time") + std::time::Duration::from_nanos(100))
            .expect("set");
        check_unchanged(file.path(), &old).expect_err("another time");
        fs::write(file.path(), "older").expect("written");
        assert_eq!(check_unchanged(file.path(), &old).expect_err("another length").to_string(), CHANGED);
    }

    #[test]
    fn only_what_killed_runs_left_is_swept_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let target = folder.path().join("a.txt");
        let count = || fs::read_dir(folder.path()).expect("a folder").count();
        fs::write(&target, "old").expect("written");
        fs::write(folder.path().join(".dechaff-1.tmp"), "left").expect("written");
        fs::create_dir(folder.path().join(".dechaff-2.tmp")).expect("a folder");
        fs::write(folder.path().join(".dechaff-3.txt"), "another").expect("written");
        let mut file = Replacement::over(target.clone(), fs::metadata(&target).ok().as_ref()).expect("begun");
        file.write(b"new").expect("written");
        assert_eq!(count(), 4);
        sweep(folder.path());
        assert_eq!((count(), fs::read_to_string(&target).expect("there").as_str()), (4, "old"));
        file.finish().expect("renamed");
        assert_eq!((count(), fs::read_to_string(&target).expect("there").as_str()), (3, "new"));
    }
}
