//! Reads a journal, frame by frame. What is damaged is skipped and noted; what a killed run left unfinished at
//! the end is no damage. The format lies in `frame`.

use std::fs::File;
use std::io::{self, BufReader, Read};

use dechaff::report::counted;
use memchr::memmem;

use super::frame::{Frame, HEADER, Header, MAGIC, Packed};
use super::hash::{Hasher, Key, hash};
use crate::cli::packing::Packing;

/// Reads the frames of a journal.
pub(crate) struct FrameReader {
    file: BufReader<File>,
    key: Key,
    length: u64,
    /// Where `file` stands.
    position: u64,
    /// Where the next frame begins, if nothing is damaged.
    at: u64,
    /// End of the last header that is whole.
    behind_header: u64,
    /// Number of the next frame.
    number: u64,
    /// What is packed behind the last frame.
    packed: Option<Packed>,
    /// How many files the last frame names.
    files: u64,
    damages: Vec<Damage>,
}

/// A place of a journal that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Damage {
    /// Offset in bytes.
    pub(crate) at: u64,
    /// What is lost.
    pub(crate) what: String,
}

/// What stands at a place of a journal.
#[expect(clippy::large_enum_variant, reason = "there is one at a time")]
enum Found {
    Frame(Header, Frame, Packed),
    /// A header, behind which the line of JSON is damaged.
    Header(Header),
    /// The beginning of a frame, and the end of the journal.
    Start,
    Nothing,
}

impl FrameReader {
    /// `key` is that of the journal.
    pub(super) fn new(file: File, key: Key) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self {
            file: BufReader::with_capacity(1 << 17, file),
            key,
            length,
            position: 0,
            at: 0,
            behind_header: 0,
            number: 0,
            packed: None,
            files: 0,
            damages: Vec::new(),
        })
    }

    /// The next whole frame; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Frame>> {
        self.packed = None;
        while self.at < self.length {
            let at = self.at;
            let found = self.look(at)?;
            if let Found::Frame(header, frame, packed) = found {
                if header.number > self.number {
                    self.damage(at, format!("of the groups before it, {} missing", header.number - self.number));
                }
                self.at = at + HEADER as u64 + header.list + packed.length;
                (self.number, self.files, self.packed) = (header.number + 1, header.files, Some(packed));
                return Ok(Some(frame));
            }
            let next = self.find_header(self.behind_header)?;
            let to = next.unwrap_or(self.length);
            match found {
                // The run was killed while it wrote this frame, so its files were not touched.
                Found::Start if next.is_none() => {}
                Found::Header(Header { files: 0, .. }) => {
                    self.damage(at, "what it says of the run as a whole cannot be read".to_owned())
                }
                Found::Header(Header { files, .. }) => {
                    self.damage(at, format!("a group of {} cannot be read", counted(files, "file")));
                }
                _ => self.damage(at.min(to), format!("nothing can be read up to byte {to}")),
            }
            // A frame that was lost is not missed again.
            if let Some(header) = next.map(|to| self.header(to)).transpose()?.flatten() {
                self.number = header.number;
            }
            self.at = to;
        }
        Ok(None)
    }

    /// The unpacked originals of the last frame, which are `bytes` long; less if they are damaged.
    pub(crate) fn originals(&mut self, bytes: u64) -> io::Result<Vec<u8>> {
        let mut plain = Vec::new();
        let Some(packed) = self.packed.take() else { return Ok(plain) };
        let start = self.at - packed.length;
        self.seek(start)?;
        self.position = self.at;
        let mut stored = Summed { reader: self.file.by_ref().take(packed.length), hasher: Hasher::new() };
        let unpacked = Packing::Zstd.reader(&mut stored).and_then(|reader| reader.take(bytes).read_to_end(&mut plain));
        io::copy(&mut stored, &mut io::sink())?;
        if stored.hasher.finalize() != packed.sum || unpacked.is_err() {
            let files = counted(self.files, "file");
            self.damage(start, format!("the packed originals of {files} are not as they were written"));
        }
        Ok(plain)
    }

    /// What could not be read so far.
    pub(crate) fn damages(&self) -> &[Damage] {
        &self.damages
    }

    fn damage(&mut self, at: u64, what: String) {
        self.damages.push(Damage { at, what });
    }

    fn look(&mut self, at: u64) -> io::Result<Found> {
        let bytes = self.read(at, HEADER as u64)?;
        let Some(header) = Header::of_bytes(&bytes, &self.key).filter(|header| header.number >= self.number) else {
            return Ok(if Header::begins(&bytes, self.number) { Found::Start } else { Found::Nothing });
        };
        self.behind_header = at + HEADER as u64;
        let line = self.read(self.behind_header, header.list)?;
        if (line.len() as u64) < header.list {
            return Ok(Found::Start);
        }
        let frame = Some(&line).filter(|line| hash(line) == header.sum).and_then(|line| Frame::of_line(line));
        Ok(match frame {
            Some((_, packed)) if packed.length > self.length - self.position => Found::Start,
            Some((frame, packed)) => Found::Frame(header, frame, packed),
            None => Found::Header(header),
        })
    }

    fn header(&mut self, at: u64) -> io::Result<Option<Header>> {
        let bytes = self.read(at, HEADER as u64)?;
        Ok(Header::of_bytes(&bytes, &self.key))
    }

    /// Where the next whole header of a frame stands that was not read yet, from `from` on.
    fn find_header(&mut self, mut from: u64) -> io::Result<Option<u64>> {
        loop {
            let bytes = self.read(from, PIECE)?;
            for start in memmem::find_iter(&bytes, MAGIC) {
                let header = bytes.get(start..start + HEADER).and_then(|header| Header::of_bytes(header, &self.key));
                if header.is_some_and(|header| header.number >= self.number) {
                    return Ok(Some(from + start as u64));
                }
            }
            if (bytes.len() as u64) < PIECE {
                return Ok(None);
            }
            // A header may lie across two pieces.
            from += PIECE - HEADER as u64;
        }
    }

    /// Up to `length` bytes from `at` on; less at the end.
    fn read(&mut self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        self.seek(at)?;
        let mut bytes = Vec::new();
        self.position += self.file.by_ref().take(length).read_to_end(&mut bytes)? as u64;
        Ok(bytes)
    }

    fn seek(&mut self, to: u64) -> io::Result<()> {
        let far = || io::Error::other("is too long");
        let (from, to) = (i64::try_from(self.position), i64::try_from(to));
        let (from, to) = (from.map_err(|_| far())?, to.map_err(|_| far())?);
        self.file.seek_relative(to - from)?;
        self.position = to.unsigned_abs();
        Ok(())
    }
}

/// Bytes that are searched for a header at once.
const PIECE: u64 = 1 << 20;

/// A reader that computes the hash of what is read.
struct Summed<R> {
    reader: R,
    hasher: Hasher,
}

impl<R: Read> Read for Summed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        Ok(read)
    }
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // tests write files for the code to read
mod tests {
    use std::path::PathBuf;

    use serde_json::json;

    use super::super::frame::Entry;
    use super::*;
    use crate::cli::attributes::Attributes;
    use crate::cli::packing;

    const KEY: &[u8] = b"the key";

    /// The originals of the files in a journal, by frame.
    const ORIGINALS: &[&[&str]] = &[&["one", "two"], &["three"]];

    fn entry(original: &str) -> Entry {
        let attributes = Attributes { modified: -5, mode: Some(0o640), owner: Some((7, 8)) };
        let path = PathBuf::from(format!("/a/ä b/{original}"));
        Entry {
            path,
            before: hash(original.as_bytes()),
            after: None,
            bytes: original.len() as u64,
            cuts: None,
            attributes,
        }
    }

    /// A journal of four frames, and where each ends.
    fn journal() -> (Vec<u8>, Vec<usize>) {
        let (mut bytes, mut ends, key) = (Vec::new(), Vec::new(), Key::of(KEY));
        let mut add = |frame: &Frame, packed: &[u8]| {
            let number = ends.len() as u64;
            bytes.extend(frame.body(packed).expect("a body").numbered(number, &key));
            ends.push(bytes.len());
        };
        add(&Frame::Begin(json!({ "n": 1 })), b"");
        for originals in ORIGINALS {
            let mut packed = Vec::new();
            packing::pack_fast(originals.concat().as_bytes(), &mut packed).expect("packed");
            add(&Frame::Files(originals.iter().map(|original| entry(original)).collect()), &packed);
        }
        add(&Frame::End { interrupted: false }, b"");
        (bytes, ends)
    }

    /// What is read of a journal.
    struct Seen {
        frames: usize,
        /// The originals that are whole.
        originals: Vec<String>,
        damages: Vec<Damage>,
    }

    fn read(bytes: &[u8]) -> Seen {
        use std::io::Write as _;
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(bytes).expect("written");
        let mut reader = FrameReader::new(file, Key::of(KEY)).expect("a reader");
        io::Seek::rewind(&mut reader.file).expect("at the start");
        let (mut frames, mut originals) = (0, Vec::new());
        while let Some(frame) = reader.next().expect("read") {
            frames += 1;
            let plain = reader.originals(frame.entries().iter().map(|entry| entry.bytes).sum()).expect("read");
            let mut start = 0;
            for entry in frame.entries() {
                let end = start + usize::try_from(entry.bytes).expect("short");
                if let Some(original) = plain.get(start..end).filter(|original| hash(original) == entry.before) {
                    originals.push(String::from_utf8(original.to_vec()).expect("UTF-8"));
                }
                start = end;
            }
        }
        Seen { frames, originals, damages: reader.damages }
    }

    #[test]
    fn what_a_killed_run_left_is_no_damage() {
        let (bytes, ends) = journal();
        for length in 0..=bytes.len() {
            let seen = read(&bytes[..length]);
            assert_eq!(seen.damages, [], "cut at {length}");
            assert_eq!(seen.frames, ends.iter().filter(|end| **end <= length).count(), "cut at {length}");
        }
    }

    /// Asserts that a journal counts as damaged, and that all is read but what stood between two offsets of
    /// the undamaged one.
    fn assert_damaged(bytes: &[u8], from: usize, to: usize, when: &str) {
        let ends = journal().1;
        let seen = read(bytes);
        assert!(!seen.damages.is_empty(), "{when}");
        for (frame, originals) in ORIGINALS.iter().enumerate() {
            let is_hit = from < ends[frame + 1] && to > ends[frame];
            for original in *originals {
                assert!(is_hit || seen.originals.iter().any(|seen| seen == original), "{when}: {original} is lost");
            }
        }
    }

    #[test]
    fn every_change_of_a_byte_is_found() {
        let (bytes, _) = journal();
        for at in 0..bytes.len() {
            for change in [0x01, 0x20, 0x80, 0xff, bytes[at], bytes[at] ^ b'\n', bytes[at] ^ b'0'] {
                let mut hurt = bytes.clone();
                hurt[at] ^= change;
                if hurt != bytes {
                    assert_damaged(&hurt, at, at + 1, &format!("byte {at} ^ {change}"));
                }
            }
        }
    }

    #[test]
    fn what_was_written_over_is_found() {
        let (bytes, _) = journal();
        for at in 0..bytes.len() {
            for length in [16, 512, 4096] {
                let to = (at + length).min(bytes.len());
                let mut hurt = bytes.clone();
                hurt[at..to].fill(0);
                assert_damaged(&hurt, at, to, &format!("{at}..{to} is zero"));
            }
        }
    }

    #[test]
    fn bytes_that_are_missing_or_too_many_are_found() {
        let (bytes, ends) = journal();
        for at in 0..ends[2] {
            for length in [1, 40, 700] {
                let to = (at + length).min(ends[2]);
                let rest = [&bytes[..at], &bytes[to..]].concat();
                assert_damaged(&rest, at, to, &format!("{at}..{to} is missing"));
                let more = [&bytes[..at], &vec![b'x'; length], &bytes[at..]].concat();
                assert_damaged(&more, at, at + 1, &format!("{length} more at {at}"));
            }
        }
        // A group that is cut out as a whole, and one that stands there twice.
        let without = [&bytes[..ends[0]], &bytes[ends[1]..]].concat();
        assert_damaged(&without, ends[0], ends[1], "without the first group");
        let twice = [&bytes[..ends[1]], &bytes[ends[0]..]].concat();
        assert_damaged(&twice, 0, 0, "the first group twice");
        assert_damaged(&[&bytes[..], b"x"].concat(), 0, 0, "a byte behind the end");
    }

    #[test]
    fn a_document_cannot_pass_for_a_frame() {
        let (bytes, ends) = journal();
        let forged = Frame::Files(vec![entry("evil")]).body(b"").expect("a body").numbered(1, &Key::of(b"a guess"));
        let mut hurt = [&bytes[..ends[0]], &forged, &bytes[ends[0]..]].concat();
        assert_damaged(&hurt, 0, 0, "a forged frame");
        // Where the search for a header crosses the pieces in which it reads.
        for room in [PIECE as usize - HEADER, PIECE as usize - HEADER / 2, PIECE as usize, 2 * PIECE as usize] {
            hurt = [&bytes[..ends[0]], &vec![b'x'; room], &bytes[ends[0]..]].concat();
            assert_damaged(&hurt, 0, 0, &format!("{room} bytes before a frame"));
            assert_eq!(read(&hurt).frames, 4);
        }
    }
}
