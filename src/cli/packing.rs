//! gzip and zstd, read and written. The one door of `flate2` and `zstd`.

use std::io::{self, BufReader, Read, Write as _};
use std::path::Path;

/// Compression of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Packing {
    #[default]
    None,
    Gzip,
    Zstd,
}

/// Default levels of the `gzip` and `zstd` tools.
const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

/// Level for journals: hardly slower than no compression.
const FAST_LEVEL: i32 = 1;

const BUFFER: usize = 128 * 1024;

impl Packing {
    /// The packing that a name's extension says, and the name without that extension.
    pub(crate) fn of_name(name: &Path) -> (Self, &Path) {
        let packing = match name.extension() {
            Some(end) if end.eq_ignore_ascii_case("gz") => Self::Gzip,
            Some(end) if end.eq_ignore_ascii_case("zst") => Self::Zstd,
            _ => return (Self::None, name),
        };
        (packing, Path::new(name.file_stem().unwrap_or_default()))
    }

    /// The packing that the first bytes of a stream show.
    pub(crate) fn of_start(bytes: &[u8]) -> Self {
        match bytes {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::None,
        }
    }

    /// A reader of the unpacked bytes. Reads all members or frames of the stream.
    pub(crate) fn reader<'r>(self, packed: impl Read + Send + 'r) -> io::Result<Box<dyn Read + Send + 'r>> {
        Ok(match self {
            Self::None => Box::new(packed),
            Self::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(BUFFER, packed))),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(BufReader::with_capacity(BUFFER, packed))?),
        })
    }

    /// Appends the packed bytes as a gzip member or zstd frame of their own: several in a row are one valid stream,
    /// which is how each thread can pack its own chunk.
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
        }
        Ok(())
    }

    /// Bytes of JSON lines that a thread takes at once. Small zstd frames cost ratio: 8 % at 1 MiB, 0.5 %
    /// at 4 MiB, 0.3 % at 6 MiB. Large ones cost memory: twice their size per thread.
    pub(crate) const fn chunk_size(self) -> usize {
        match self {
            Self::None | Self::Gzip => 1 << 20,
            Self::Zstd => 6 << 20,
        }
    }

    /// Describes an error of a packed stream.
    pub(crate) fn describe(self, error: &io::Error) -> String {
        let name = match self {
            Self::None => return super::message::plainly(error),
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        };
        match error.kind() {
            io::ErrorKind::UnexpectedEof => format!("the {name} data ends early; the file is truncated"),
            _ if error.raw_os_error().is_some() => super::message::plainly(error),
            _ => format!("damaged {name} data: {}", super::message::plainly(error)),
        }
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
        for packing in [Packing::None, Packing::Gzip, Packing::Zstd] {
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
    fn damage_is_an_error_everywhere() {
        for packing in [Packing::Gzip, Packing::Zstd] {
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
        assert_eq!(Packing::of_name(Path::new("d/a.txt")), (Packing::None, Path::new("d/a.txt")));
    }
}
