//! The format of a journal file: frames, each a line of JSON followed by the packed originals of the files
//! that it names. Where journals lie is decided in `state_folder`.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

use dechaff::Span;
use serde_json::{Map, Value, json};

use super::hash::Hash;
use crate::cli::attributes::Attributes;
use crate::cli::packing::Packing;

/// A file before and after a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Absolute path, links resolved.
    pub(crate) path: PathBuf,
    pub(crate) before: Hash,
    /// Hash of the new content; `None` if the run removed the file.
    pub(crate) after: Option<Hash>,
    /// Length of the original in bytes.
    pub(crate) bytes: u64,
    /// Spans that the run cut out of the original, if it was plain text: later edits can be merged with
    /// them.
    pub(crate) cuts: Option<Vec<Span>>,
    pub(crate) attributes: Attributes,
}

/// One frame of a journal.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// The first frame: version, time and arguments of the run.
    Begin(Value),
    /// Files whose originals follow this frame, concatenated and packed.
    Files(Vec<Entry>),
    /// A file whose original is packed into a file of that name beside the journal.
    Stored(Entry, String),
    /// The end of the run, complete or stopped by Ctrl-C.
    End { interrupted: bool },
}

impl Frame {
    /// The frame as bytes, followed by `packed`.
    pub(crate) fn bytes(&self, packed: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
        let head = match self {
            Self::Begin(value) => json!({ "begin": value }),
            Self::Files(entries) => {
                json!({ "files": entries.iter().map(Entry::to_json).collect::<Vec<_>>(), "packed": packed.len() })
            }
            Self::Stored(entry, name) => json!({ "files": [entry.to_json()], "stored": name }),
            Self::End { interrupted } => json!({ "end": { "interrupted": interrupted } }),
        };
        let mut bytes = serde_json::to_vec(&head)?;
        bytes.push(b'\n');
        bytes.extend_from_slice(packed);
        Ok(bytes)
    }

    /// Parses a line: the frame, and the number of packed bytes that follow. `None` if it is incomplete.
    fn of_line(line: &[u8]) -> Option<(Self, u64)> {
        let head: Value = serde_json::from_slice(line.strip_suffix(b"\n")?).ok()?;
        if let Some(begin) = head.get("begin") {
            return Some((Self::Begin(begin.clone()), 0));
        }
        if let Some(end) = head.get("end") {
            return Some((Self::End { interrupted: end.get("interrupted")?.as_bool()? }, 0));
        }
        let mut entries: Vec<Entry> =
            head.get("files")?.as_array()?.iter().map(Entry::of_json).collect::<Option<_>>()?;
        match head.get("stored") {
            Some(name) => Some((Self::Stored(entries.pop()?, name.as_str()?.to_owned()), 0)),
            None => Some((Self::Files(entries), head.get("packed")?.as_u64()?)),
        }
    }
}

impl Entry {
    fn to_json(&self) -> Value {
        let mut map = Map::new();
        path_to_json(&self.path, &mut map);
        map.insert("before".to_owned(), self.before.to_hex().as_str().into());
        map.insert("after".to_owned(), self.after.map_or(Value::Null, |hash| hash.to_hex().as_str().into()));
        map.insert("bytes".to_owned(), self.bytes.into());
        if let Some(cuts) = &self.cuts {
            let pairs: Vec<Value> = cuts.iter().map(|cut| json!([cut.start, cut.end])).collect();
            map.insert("cuts".to_owned(), pairs.into());
        }
        map.insert("modified".to_owned(), self.attributes.modified.into());
        if let Some(mode) = self.attributes.mode {
            map.insert("mode".to_owned(), mode.into());
        }
        if let Some((user, group)) = self.attributes.owner {
            map.insert("owner".to_owned(), json!([user, group]));
        }
        map.into()
    }

    fn of_json(value: &Value) -> Option<Self> {
        let number = |value: &Value| u32::try_from(value.as_u64()?).ok();
        let offset = |value: &Value| usize::try_from(value.as_u64()?).ok();
        let hash = |value: &Value| Hash::from_hex(value.as_str()?).ok();
        let cuts = match value.get("cuts") {
            None => None,
            Some(pairs) => Some(
                pairs
                    .as_array()?
                    .iter()
                    .map(|p| Some(Span::new(offset(&p[0])?, offset(&p[1])?)))
                    .collect::<Option<_>>()?,
            ),
        };
        Some(Self {
            path: path_of_json(value)?,
            before: hash(value.get("before")?)?,
            after: match value.get("after")? {
                Value::Null => None,
                after => Some(hash(after)?),
            },
            bytes: value.get("bytes")?.as_u64()?,
            cuts,
            attributes: Attributes {
                modified: value.get("modified")?.as_i64()?,
                mode: value.get("mode").and_then(number),
                owner: value.get("owner").and_then(|pair| Some((number(&pair[0])?, number(&pair[1])?))),
            },
        })
    }
}

/// Writes a path. A path that is not Unicode is written byte by byte.
pub(crate) fn path_to_json(path: &Path, map: &mut Map<String, Value>) {
    if let Some(text) = path.to_str() {
        map.insert("path".to_owned(), text.into());
    } else {
        map.insert("path_bytes".to_owned(), path.as_os_str().as_encoded_bytes().into());
    }
}

pub(crate) fn path_of_json(value: &Value) -> Option<PathBuf> {
    if let Some(path) = value.get("path") {
        return path.as_str().map(PathBuf::from);
    }
    let bytes = value.get("path_bytes")?.as_array()?.iter().map(|b| u8::try_from(b.as_u64()?).ok());
    path_of_bytes(bytes.collect::<Option<_>>()?)
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere such names cannot be read back")]
fn path_of_bytes(bytes: Vec<u8>) -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Some(std::ffi::OsString::from_vec(bytes).into())
}

#[cfg(not(unix))]
fn path_of_bytes(_bytes: Vec<u8>) -> Option<PathBuf> {
    None
}

/// Reads a journal, frame by frame, up to the first incomplete frame: the run was killed while it wrote
/// that frame, so its files were not touched.
pub(crate) struct FrameReader {
    file: BufReader<File>,
    left: u64,
    /// Packed bytes after the last frame that were not read.
    packed: u64,
}

impl FrameReader {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let left = file.metadata()?.len();
        Ok(Self { file: BufReader::with_capacity(1 << 17, file), left, packed: 0 })
    }

    /// The next frame; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Frame>> {
        let skipped = std::mem::take(&mut self.packed);
        self.file.seek_relative(i64::try_from(skipped).unwrap_or(i64::MAX))?;
        let mut line = Vec::new();
        self.left -= self.file.by_ref().take(self.left).read_until(b'\n', &mut line)? as u64;
        match Frame::of_line(&line) {
            Some((frame, packed)) if packed <= self.left => {
                self.left -= packed;
                self.packed = packed;
                Ok(Some(frame))
            }
            _ => {
                self.left = 0;
                Ok(None)
            }
        }
    }

    /// The unpacked originals of the last frame.
    pub(crate) fn originals(&mut self) -> io::Result<Vec<u8>> {
        let packed = self.file.by_ref().take(std::mem::take(&mut self.packed));
        let mut plain = Vec::new();
        Packing::Zstd.reader(packed)?.read_to_end(&mut plain)?;
        Ok(plain)
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // tests write files for the code to read
mod tests {
    use super::*;

    fn entry(path: PathBuf) -> Entry {
        Entry {
            path,
            before: super::super::hash::hash(b"before"),
            after: None,
            bytes: 6,
            cuts: Some(vec![Span::new(1, 4)]),
            attributes: Attributes { modified: -5, mode: Some(0o640), owner: Some((7, 8)) },
        }
    }

    #[test]
    fn a_journal_is_read_up_to_where_it_is_torn() {
        let mut packed = Vec::new();
        Packing::Zstd.pack(b"before", &mut packed).expect("packed");
        let files = Frame::Files(vec![entry(PathBuf::from("/a/ä b"))]).bytes(&packed).expect("bytes");
        let mut bytes = Frame::Begin(json!({ "n": 1 })).bytes(b"").expect("bytes");
        let begin = bytes.len();
        bytes.extend_from_slice(&files);
        bytes.extend_from_slice(&Frame::End { interrupted: false }.bytes(b"").expect("bytes"));
        let file = tempfile::NamedTempFile::new().expect("a file");
        for length in 0..=bytes.len() {
            std::fs::write(file.path(), &bytes[..length]).expect("written");
            let mut reader = FrameReader::new(File::open(file.path()).expect("opened")).expect("a reader");
            let mut seen = 0;
            while let Some(frame) = reader.next().expect("read") {
                seen += 1;
                if let Frame::Files(entries) = frame {
                    assert_eq!(entries, [entry(PathBuf::from("/a/ä b"))]);
                    assert_eq!(reader.originals().expect("unpacked"), b"before");
                }
            }
            let whole = [begin, begin + files.len(), bytes.len()].iter().filter(|end| **end <= length).count();
            assert_eq!(seen, whole, "cut at {length}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_unicode_survives() {
        let name = path_of_bytes(b"/a/caf\xe9".to_vec()).expect("a path");
        let value = entry(name.clone()).to_json();
        assert_eq!(Entry::of_json(&value).expect("an entry").path, name);
    }
}
