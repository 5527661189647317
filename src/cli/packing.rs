//! gzip, zstd, bzip2 and xz, read and written. The one door of the crates that do it.

use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::Path;

use flate2::bufread::GzDecoder;

/// Compression of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Packing {
    #[default]
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

/// Default levels of the tools of these names.
const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;
const XZ_LEVEL: u32 = 6;

/// Level for journals: hardly slower than no compression.
const FAST_LEVEL: i32 = 1;

/// First byte of a member of gzip.
const GZIP: u8 = 0x1f;

/// Most memory for unpacking xz, in KiB: as much as the crate of zstd allows a window. The highest level takes 65 MiB.
const XZ_MEMORY: u32 = 128 << 10;

const BUFFER: usize = 128 * 1024;

impl Packing {
    /// All packings, with the extension of a name and the word for messages.
    const NAMES: [(Self, &'static str, &'static str); 4] = [
        (Self::Gzip, "gz", "gzip"),
        (Self::Zstd, "zst", "zstd"),
        (Self::Bzip2, "bz2", "bzip2"),
        (Self::Xz, "xz", "xz"),
    ];

    /// Most bytes that [`of_start`](Self::of_start) looks at.
    pub(crate) const START: usize = 10;

    /// The packing that an extension says, given without the dot.
    pub(crate) fn of_extension(extension: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, end, _)| extension.eq_ignore_ascii_case(end)).map(|(packing, ..)| *packing)
    }

    /// The packing that a name's extension says, and the name without that extension.
    pub(crate) fn of_name(name: &Path) -> (Self, &Path) {
        let packing = name.extension().and_then(|end| end.to_str()).and_then(Self::of_extension);
        packing.map_or((Self::None, name), |packing| (packing, Path::new(name.file_stem().unwrap_or_default())))
    }

    /// The extension of names, without the dot; `None` without a packing.
    pub(crate) fn extension(self) -> Option<&'static str> {
        Self::NAMES.iter().find(|(packing, ..)| *packing == self).map(|(_, end, _)| *end)
    }

    /// The packing that the first bytes of a stream show.
    pub(crate) fn of_start(bytes: &[u8]) -> Self {
        match bytes {
            [GZIP, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            // Behind the level stands a block or, in an empty stream, its end.
            [b'B', b'Z', b'h', b'1'..=b'9', b'1', b'A', b'Y', b'&', b'S', b'Y', ..]
            | [b'B', b'Z', b'h', b'1'..=b'9', 0x17, 0x72, 0x45, 0x38, 0x50, 0x90, ..] => Self::Bzip2,
            _ => Self::None,
        }
    }

    /// A reader of the unpacked bytes. Reads all members or frames of the stream.
    pub(crate) fn reader<'r>(self, packed: impl Read + Send + 'r) -> io::Result<Box<dyn Read + Send + 'r>> {
        Ok(match self {
            Self::None => Box::new(packed),
            Self::Gzip => {
                Box::new(GzipMembers::Member(Box::new(GzDecoder::new(BufReader::with_capacity(BUFFER, packed)))))
            }
            Self::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(BufReader::with_capacity(BUFFER, packed))?),
            Self::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(BufReader::with_capacity(BUFFER, packed))),
            Self::Xz => {
                let packed = BufReader::with_capacity(BUFFER, packed);
                Box::new(lzma_rust2::XzReader::new_mem_limit(packed, true, XZ_MEMORY))
            }
        })
    }

    /// Appends the packed bytes as a gzip member, a zstd frame or a stream of their own: several in a row are one valid
    /// stream, which is how each thread can pack its own chunk.
    pub(crate) fn pack(self, bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::None => out.extend_from_slice(bytes),
            Self::Gzip => {
                let mut packer = flate2::write::GzEncoder::new(out, flate2::Compression::new(GZIP_LEVEL));
                packer.write_all(bytes)?;
                packer.finish()?;
            }
            Self::Zstd => {
                let mut packer = zstd::bulk::Compressor::new(ZSTD_LEVEL)?;
                packer.include_checksum(true)?;
                append(packer, bytes, out)?;
            }
            Self::Bzip2 => {
                let mut packer = bzip2::write::BzEncoder::new(out, bzip2::Compression::best());
                packer.write_all(bytes)?;
                packer.finish()?;
            }
            Self::Xz => {
                let options = lzma_rust2::XzOptions::with_preset(XZ_LEVEL);
                let mut packer = lzma_rust2::XzWriter::new(out, options)?;
                packer.write_all(bytes)?;
                packer.finish()?;
            }
        }
        Ok(())
    }

    /// Bytes of records that a thread takes at once. Small zstd frames cost ratio: 8 % at 1 MiB, 0.5 % at 4 MiB,
    /// 0.3 % at 6 MiB; so do small xz streams. Large ones cost memory: twice their size per thread.
    pub(crate) const fn chunk_size(self) -> usize {
        match self {
            Self::None | Self::Gzip | Self::Bzip2 => 1 << 20,
            Self::Zstd | Self::Xz => 6 << 20,
        }
    }

    /// Describes an error of a packed stream.
    pub(crate) fn describe(self, error: &io::Error) -> String {
        let Some((_, _, name)) = Self::NAMES.iter().find(|(packing, ..)| *packing == self) else {
            return super::message::plainly(error);
        };
        let what = error.to_string();
        if what.contains("Frame requires too much memory") || what.contains("memory too big") {
            return format!(
                "this {name} data takes more than 128 MiB of memory to unpack; unpack it first with its own tool"
            );
        }
        if what.contains("Dictionary mismatch") {
            return format!("this {name} data was packed with a dictionary; unpack it first with its own tool");
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("the {name} data ends early; the file is truncated"),
            _ if error.raw_os_error().is_some() => super::message::plainly(error),
            _ => format!("damaged {name} data: {}", super::message::plainly(error)),
        }
    }
}

/// The members of a gzip stream. As in the `gzip` tool, zeros behind a member are padding.
enum GzipMembers<R> {
    Member(Box<GzDecoder<R>>),
    /// What follows a member.
    Between(R),
    End,
}

impl<R: BufRead> Read for GzipMembers<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self {
                Self::Member(member) => match member.read(buffer)? {
                    0 if !buffer.is_empty() => self.leave_member(),
                    read => return Ok(read),
                },
                // An error leaves the place as it is: the writer of a pipe may only pause.
                Self::Between(packed) => match packed.fill_buf()?.iter().take_while(|byte| **byte == 0).count() {
                    0 => self.enter_member()?,
                    padding => packed.consume(padding),
                },
                Self::End => return Ok(0),
            }
        }
    }
}

impl<R: BufRead> GzipMembers<R> {
    fn leave_member(&mut self) {
        if let Self::Member(member) = std::mem::replace(self, Self::End) {
            *self = Self::Between(member.into_inner());
        }
    }

    fn enter_member(&mut self) -> io::Result<()> {
        if let Self::Between(mut packed) = std::mem::replace(self, Self::End)
            && let Some(first) = packed.fill_buf()?.first()
        {
            // One byte only: a pipe may not have delivered the second.
            if *first != GZIP {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "other bytes stand behind it"));
            }
            *self = Self::Member(Box::new(GzDecoder::new(packed)));
        }
        Ok(())
    }
}

/// Appends `bytes` as a fast zstd frame, for the program's own files.
pub(crate) fn pack_fast(bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    append(zstd::bulk::Compressor::new(FAST_LEVEL)?, bytes, out)
}

/// Appends `bytes` as one zstd frame, in one call: a streaming encoder would first copy them into a window
/// of several megabytes.
fn append(mut packer: zstd::bulk::Compressor<'_>, bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
    out.reserve(zstd::zstd_safe::compress_bound(bytes.len()));
    let end = out.len() as u64;
    let mut out = io::Cursor::new(out);
    out.set_position(end);
    packer.compress_to_buffer(bytes, &mut out).map(drop)
}

/// A fast zstd encoder for a stream. Call `finish` at the end.
pub(crate) fn fast_packer<W: io::Write>(out: W) -> io::Result<zstd::stream::write::Encoder<'static, W>> {
    zstd::stream::write::Encoder::new(out, FAST_LEVEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_members_are_one_stream() {
        for packing in [Packing::None, Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz] {
            let (mut packed, mut text) = (Vec::new(), String::new());
            packing.pack(b"one\n", &mut packed).expect("packed");
            packing.pack(b"", &mut packed).expect("packed");
            packing.pack(b"two\n", &mut packed).expect("packed");
            assert_eq!(Packing::of_start(&packed), packing);
            packing.reader(&*packed).expect("a reader").read_to_string(&mut text).expect("unpacked");
            assert_eq!(text, "one\ntwo\n");
        }
    }

    #[test]
    fn zeros_behind_a_gzip_are_padding() {
        let (mut packed, mut text) = (Vec::new(), String::new());
        Packing::Gzip.pack(b"one\n", &mut packed).expect("packed");
        packed.extend([0; 300]);
        Packing::Gzip.pack(b"two\n", &mut packed).expect("packed");
        packed.extend([0; 512]);
        Packing::Gzip.reader(&*packed).expect("a reader").read_to_string(&mut text).expect("unpacked");
        assert_eq!(text, "one\ntwo\n");
        packed.push(b'x');
        let error = Packing::Gzip.reader(&*packed).expect("a reader").read_to_string(&mut text).expect_err("an error");
        assert_eq!(Packing::Gzip.describe(&error), "damaged gzip data: other bytes stand behind it");
    }

    #[test]
    fn large_windows_are_refused() {
        let mut packer = zstd::stream::write::Encoder::new(Vec::new(), 1).expect("an encoder");
        packer.window_log(28).and_then(|()| packer.write_all(b"one\n")).expect("packed");
        let zstd = packer.finish().expect("packed");
        let mut options = lzma_rust2::XzOptions::with_preset(XZ_LEVEL);
        options.lzma_options.dict_size = 256 << 20;
        let mut packer = lzma_rust2::XzWriter::new(Vec::new(), options).expect("an encoder");
        packer.write_all(b"one\n").expect("packed");
        let xz = packer.finish().expect("packed");
        let mut highest = Vec::new();
        lzma_rust2::XzWriter::new(&mut highest, lzma_rust2::XzOptions::with_preset(9))
            .and_then(|mut packer| packer.write_all(b"one\n").and_then(|()| packer.finish().map(drop)))
            .expect("packed");
        for (packing, packed) in [(Packing::Zstd, zstd), (Packing::Xz, xz)] {
            let unpacked = packing.reader(&*packed).and_then(|mut reader| reader.read_to_end(&mut Vec::new()));
            let why = packing.describe(&unpacked.expect_err("refused"));
            assert!(why.contains("takes more than 128 MiB of memory"), "{why}");
        }
        let mut text = String::new();
        Packing::Xz.reader(&*highest).and_then(|mut reader| reader.read_to_string(&mut text)).expect("unpacked");
        assert_eq!(text, "one\n");
    }

    #[test]
    fn damage_is_an_error_everywhere() {
        for packing in [Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz] {
            let mut packed = Vec::new();
            let text: Vec<u8> = (0..5000_u32).flat_map(|n| (n * n).to_le_bytes()).collect();
            packing.pack(&text, &mut packed).expect("packed");
            for cut in (1..packed.len()).step_by(97) {
                let mut out = Vec::new();
                let torn = packing.reader(&packed[..cut]).and_then(|mut r| r.read_to_end(&mut out));
                assert!(packing.describe(&torn.expect_err("an error")).contains("truncated"), "{packing:?} at {cut}");
                let mut hurt = packed.clone();
                hurt[cut] ^= 0x55;
                out.clear();
                // A flipped bit may hit a header field that nobody reads; it must never pass as another text.
                if packing.reader(&*hurt).and_then(|mut r| r.read_to_end(&mut out)).is_ok() {
                    assert_eq!(out, text);
                }
            }
        }
    }

    #[test]
    fn the_name_says_it() {
        assert_eq!(Packing::of_name(Path::new("d/a.jsonl.gz")), (Packing::Gzip, Path::new("a.jsonl")));
        assert_eq!(Packing::of_name(Path::new("a.ZST")), (Packing::Zstd, Path::new("a")));
        assert_eq!(Packing::of_name(Path::new("a.csv.bz2")), (Packing::Bzip2, Path::new("a.csv")));
        assert_eq!(Packing::of_name(Path::new("d/a.txt")), (Packing::None, Path::new("d/a.txt")));
    }
}
