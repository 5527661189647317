//! One input: its name, where it lies and what is known of it before it is read. How inputs are found lies
//! in `inputs`.

use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use dechaff::format::Format;
use dechaff::format::kind::Trust;
use tempfile::TempPath;

use super::packing::Packing;
use super::streams::Stream;

/// One input: a document of text, or a file of records.
pub(crate) struct Input {
    /// Name in messages and reports.
    pub(crate) name: String,
    pub(crate) origin: Origin,
    /// Path below the output folder, if there is one.
    pub(crate) place: PathBuf,
    /// The folder in which it was found; `None` if the user named this very file.
    pub(crate) root: Option<Arc<Path>>,
    pub(crate) format: Format,
    pub(crate) packing: Packing,
    /// How strongly its name says that it is text. `None` if no check is due: the user says so, or it holds
    /// records.
    pub(crate) trust: Option<Trust>,
    /// True if its first bytes, not its name, say that it holds JSON lines.
    pub(crate) recognised: bool,
    /// The real path and the metadata of a file of records, taken before it is read: a difference at the end says that another
    /// program wrote the file.
    pub(crate) opened: Option<Box<(PathBuf, Metadata)>>,
    /// Another version of this input, to compare with. Files of records are read in step.
    pub(crate) beside: Option<Box<Input>>,
}

pub(crate) enum Origin {
    /// Stdin, or a path that is no plain file. The first reader takes the stream.
    Stream {
        path: Option<PathBuf>,
        stream: Mutex<Option<Stream>>,
        /// The stream as a file, once it was needed.
        copy: Mutex<Option<TempPath>>,
    },
    Path(PathBuf),
}

impl Input {
    /// A plain input of which nothing else is known.
    pub(crate) const fn new(name: String, origin: Origin, place: PathBuf, format: Format) -> Self {
        let packing = Packing::None;
        Self {
            name,
            origin,
            place,
            root: None,
            format,
            packing,
            trust: None,
            recognised: false,
            opened: None,
            beside: None,
        }
    }

    pub(crate) fn path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Stream { path, .. } => path.as_deref(),
            Origin::Path(path) => Some(path),
        }
    }

    /// The folder in which it lies, as its name says it; `.` is the working folder. `None` for stdin.
    pub(crate) fn folder(&self) -> Option<&str> {
        self.path()?;
        let folder = Path::new(&self.name).parent()?.to_str()?;
        Some(if folder.is_empty() { "." } else { folder })
    }

    /// True if the user named this very file rather than a folder above it.
    pub(crate) const fn is_explicit(&self) -> bool {
        self.root.is_none()
    }
}

/// Where another version of the inputs lies, to compare with.
#[derive(Debug)]
pub(crate) enum Version {
    File(PathBuf),
    Folder(PathBuf),
}

impl Version {
    /// The other version of `input`.
    pub(crate) fn of(&self, input: &Input) -> Input {
        let path = match self {
            Self::File(path) => path.clone(),
            Self::Folder(folder) => folder.join(&input.place),
        };
        let (name, packing) = (path.to_string_lossy().into_owned(), Packing::of_name(&path).0);
        let (origin, place) = (Origin::Path(path), PathBuf::new());
        Input { packing, ..Input::new(name, origin, place, input.format) }
    }
}

/// A path for messages and reports, without a leading `./`. Bytes that are not UTF-8 are written as `\xff`, so that such names
/// differ.
pub(crate) fn shown(path: &Path) -> String {
    let path = path.strip_prefix(".").unwrap_or(path);
    let mut shown = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        shown.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|byte| shown.push_str(&format!("\\x{byte:02x}")));
    }
    shown
}

#[cfg(test)]
mod tests {
    #[cfg(unix)]
    #[test]
    fn no_two_names_look_alike() {
        use super::*;
        use std::os::unix::ffi::OsStrExt as _;
        let name = |bytes| shown(Path::new(std::ffi::OsStr::from_bytes(bytes)));
        assert_eq!((name(b"./a\xff.txt"), name("./d/é.txt".as_bytes())), ("a\\xff.txt".into(), "d/é.txt".into()));
    }
}
