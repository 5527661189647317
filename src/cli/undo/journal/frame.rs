//! The format of a journal file: frames, each a header, a line of JSON, and the packed originals of the files
//! that it names. Read in `reader`; where journals lie is decided in `state_folder`.

use std::path::{Path, PathBuf};

use dechaff::Span;
use serde_json::{Map, Value, json};

use super::hash::{Hash, Key, hash};
use crate::cli::attributes::Attributes;

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
    pub(crate) fn body(&self, packed: &[u8]) -> Result<Body, serde_json::Error> {
        let list = match self {
            Self::Begin(value) => json!({ "begin": value }),
            Self::Files(entries) => json!({
                "files": entries.iter().map(Entry::to_json).collect::<Vec<_>>(),
                "packed": packed.len(),
                "sum": hash(packed).to_hex().as_str(),
            }),
            Self::Stored(entry, name) => json!({ "files": [entry.to_json()], "stored": name }),
            Self::End { interrupted } => json!({ "end": { "interrupted": interrupted } }),
        };
        let mut bytes = vec![0; HEADER];
        serde_json::to_writer(&mut bytes, &list)?;
        bytes.push(b'\n');
        let list = bytes.len() - HEADER;
        let sum = hash(&bytes[HEADER..]);
        bytes.extend_from_slice(packed);
        Ok(Body { bytes, list, sum, files: self.entries().len() })
    }

    /// Parses the line behind a header: the frame, and what is packed behind it. `None` if it is no such line.
    pub(super) fn of_line(line: &[u8]) -> Option<(Self, Packed)> {
        let list: Value = serde_json::from_slice(line).ok()?;
        let nothing = Packed { length: 0, sum: hash(b"") };
        if let Some(begin) = list.get("begin") {
            return Some((Self::Begin(begin.clone()), nothing));
        }
        if let Some(end) = list.get("end") {
            return Some((Self::End { interrupted: end.get("interrupted")?.as_bool()? }, nothing));
        }
        let mut entries: Vec<Entry> =
            list.get("files")?.as_array()?.iter().map(Entry::of_json).collect::<Option<_>>()?;
        if let Some(name) = list.get("stored") {
            return Some((Self::Stored(entries.pop()?, name.as_str()?.to_owned()), nothing));
        }
        let sum = Hash::from_hex(list.get("sum")?.as_str()?).ok()?;
        Some((Self::Files(entries), Packed { length: list.get("packed")?.as_u64()?, sum }))
    }

    /// The files that the frame names.
    pub(crate) fn entries(&self) -> &[Entry] {
        match self {
            Self::Files(entries) => entries,
            Self::Stored(entry, _) => std::slice::from_ref(entry),
            Self::Begin(_) | Self::End { .. } => &[],
        }
    }
}

/// A frame as bytes, before its number is known.
pub(crate) struct Body {
    /// Room for the header, the line of JSON, and what is packed.
    bytes: Vec<u8>,
    /// Length of the line of JSON in bytes.
    list: usize,
    sum: Hash,
    files: usize,
}

impl Body {
    /// Length of the frame in bytes.
    pub(super) const fn length(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The whole frame.
    pub(super) fn numbered(mut self, number: u64, key: &Key) -> Vec<u8> {
        let Self { list, sum, files, .. } = &self;
        let mut header =
            format!("{MAGIC}{number:08x} files {files:08x} list {list:08x} {} ", sum.to_hex()).into_bytes();
        header.extend_from_slice(key.sum(&header).to_hex().as_bytes());
        header.push(b'\n');
        self.bytes[..HEADER].copy_from_slice(&header);
        self.bytes
    }
}

/// How each header begins.
pub(super) const MAGIC: &str = "dechaff frame ";

/// Length of a header in bytes.
pub(super) const HEADER: usize = MAGIC.len() + "00000000 files 00000000 list 00000000 ".len() + 2 * (HEX + 1);

/// Length of a hash in hexadecimal digits.
const HEX: usize = 64;

/// The line before each frame. Its last word is its own checksum, made with the key of the journal: no
/// document that was packed into a frame can pass for a frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    /// Number of the frame, counted from 0.
    pub(super) number: u64,
    /// How many files the frame names.
    pub(super) files: u64,
    /// Length of the line of JSON in bytes, and its checksum.
    pub(super) list: u64,
    pub(super) sum: Hash,
}

impl Header {
    /// Parses a header. `None` if its checksum is wrong.
    pub(super) fn of_bytes(bytes: &[u8], key: &Key) -> Option<Self> {
        let (said, sum) = bytes.strip_suffix(b"\n")?.split_at_checked(HEADER - HEX - 1)?;
        if key.sum(said).to_hex().as_bytes() != sum {
            return None;
        }
        let words = std::str::from_utf8(said).ok()?.strip_prefix(MAGIC)?;
        let words: Vec<&str> = words.split(' ').collect();
        let number = |at: usize| u64::from_str_radix(words.get(at)?, 16).ok();
        Some(Self { number: number(0)?, files: number(2)?, list: number(4)?, sum: Hash::from_hex(words.get(5)?).ok()? })
    }

    /// True if `bytes` are the beginning of the header of the frame `number`, as a killed run leaves it.
    pub(super) fn begins(bytes: &[u8], number: u64) -> bool {
        let start = format!("{MAGIC}{number:08x} files ");
        let known = bytes.len().min(start.len());
        bytes.len() < HEADER && bytes[..known] == start.as_bytes()[..known]
    }
}

/// What is packed behind a frame's line: its length in bytes, and its checksum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packed {
    pub(super) length: u64,
    pub(super) sum: Hash,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_unicode_survives() {
        let path = path_of_bytes(b"/a/caf\xe9".to_vec()).expect("a path");
        let attributes = Attributes { modified: -5, mode: Some(0o640), owner: Some((7, 8)) };
        let cuts = Some(vec![Span::new(1, 4)]);
        let entry = Entry { path, before: hash(b"before"), after: None, bytes: 6, cuts, attributes };
        assert_eq!(Entry::of_json(&entry.to_json()).expect("an entry"), entry);
    }

    #[test]
    fn a_header_of_another_journal_is_none() {
        let (key, other) = (Key::of(b"one"), Key::of(b"other"));
        let bytes = Frame::End { interrupted: false }.body(b"").expect("a body").numbered(7, &key);
        let header = Header::of_bytes(&bytes[..HEADER], &key).expect("a header");
        assert_eq!((header.number, header.files, header.list), (7, 0, (bytes.len() - HEADER) as u64));
        assert!(Header::of_bytes(&bytes[..HEADER], &other).is_none());
        assert!(Header::begins(&bytes[..30], 7) && !Header::begins(&bytes[..30], 6));
    }
}
