//! Encodings other than UTF-8: which one some bytes have, and texts from bytes and back, only if not one byte changes on the
//! way. The one door of `encoding_rs` and `chardetng`.

use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{CoderResult, Decoder, EncoderResult, UTF_8, UTF_16BE, UTF_16LE};

/// The encoding of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Default for Encoding {
    fn default() -> Self {
        Self::UTF8
    }
}

impl Encoding {
    /// UTF-8, in which texts are cleaned.
    pub const UTF8: Self = Self(UTF_8);

    /// The encoding of this name (`windows-1252`, `latin1`, `shift_jis`, `utf-16le` …), in upper or lower case. Names are
    /// the labels of the WHATWG Encoding Standard.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label_no_replacement(name.as_bytes()).map(Self)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// True if texts need no conversion.
    #[must_use]
    pub fn is_utf8(self) -> bool {
        self == Self::UTF8
    }

    /// The encoding of which bytes begin with the byte order mark: UTF-8 or UTF-16.
    #[must_use]
    pub fn of_mark(bytes: &[u8]) -> Option<Self> {
        encoding_rs::Encoding::for_bom(bytes).map(|(encoding, _)| Self(encoding))
    }

    /// The encoding that bytes have most likely, which are not UTF-8 and hold no NUL byte. `whole` is true if no other bytes
    /// follow.
    #[must_use]
    pub fn guess(bytes: &[u8], whole: bool) -> Self {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, whole);
        Self(detector.guess(None, Utf8Detection::Deny))
    }

    /// Bytes as a text.
    ///
    /// # Errors
    /// The offset of a byte that would not come back: where the bytes are not of this encoding, or not spelled as it
    /// spells them.
    pub fn decode(self, bytes: &[u8]) -> Result<String, usize> {
        let mut text = String::new();
        let mut converter = Converter::new(self);
        converter.push(bytes, true, &mut text)?;
        Ok(text)
    }

    /// Appends a text that was decoded to bytes, and back to what it was.
    ///
    /// # Errors
    /// A character that the encoding does not have. None of a decoded text is one.
    pub fn encode(self, text: &str, out: &mut Vec<u8>) -> Result<(), char> {
        // `encoding_rs` writes no UTF-16.
        if self.0 == UTF_16LE || self.0 == UTF_16BE {
            let unit = |unit: u16| if self.0 == UTF_16BE { unit.to_be_bytes() } else { unit.to_le_bytes() };
            out.extend(text.encode_utf16().flat_map(unit));
            return Ok(());
        }
        let (mut encoder, mut read) = (self.0.new_encoder(), 0);
        loop {
            let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len() - read);
            out.reserve(room.unwrap_or_default().max(16));
            let (result, taken) = encoder.encode_from_utf8_to_vec_without_replacement(&text[read..], out, true);
            read += taken;
            match result {
                EncoderResult::InputEmpty => return Ok(()),
                EncoderResult::OutputFull => {}
                EncoderResult::Unmappable(character) => return Err(character),
            }
        }
    }
}

/// A reader of UTF-8 from bytes of another encoding.
///
/// A byte that would not come back when the text is written is an error of the kind `InvalidData`.
pub struct Decoding<R> {
    reader: R,
    converter: Converter,
    text: String,
    /// Bytes of `text` that were handed out.
    given: usize,
    has_ended: bool,
}

impl<R: Read> Decoding<R> {
    /// Reads bytes of this encoding. A byte order mark stays.
    pub fn new(reader: R, encoding: Encoding) -> Self {
        Self { reader, converter: Converter::new(encoding), text: String::new(), given: 0, has_ended: false }
    }
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if self.has_ended {
                return Ok(0);
            }
            self.text.clear();
            self.given = 0;
            let mut bytes = [0; 32 << 10];
            let read = self.reader.read(&mut bytes)?;
            self.has_ended = read == 0;
            self.converter.push(&bytes[..read], read == 0, &mut self.text).map_err(|offset| {
                let name = self.converter.encoding.name();
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("byte {offset} is no {name}, or would not come back"),
                )
            })?;
        }
        let read = (&self.text.as_bytes()[self.given..]).read(buffer)?;
        self.given += read;
        Ok(read)
    }
}

/// Turns bytes into text, piece by piece, and the text back into bytes to compare them.
struct Converter {
    encoding: Encoding,
    decoder: Decoder,
    /// Bytes that were read and did not come back yet: the beginning of a character.
    pending: Vec<u8>,
    /// Bytes that came back.
    done: usize,
}

impl Converter {
    fn new(encoding: Encoding) -> Self {
        let decoder = encoding.0.new_decoder_without_bom_handling();
        Self { encoding, decoder, pending: Vec::new(), done: 0 }
    }

    /// Appends the text of further bytes; `last` says that no more follow.
    fn push(&mut self, bytes: &[u8], last: bool, text: &mut String) -> Result<(), usize> {
        self.pending.extend_from_slice(bytes);
        let (start, mut read) = (text.len(), 0);
        loop {
            text.reserve(self.decoder.max_utf8_buffer_length(bytes.len() - read).unwrap_or(bytes.len()).max(16));
            let (result, taken, _) = self.decoder.decode_to_string(&bytes[read..], text, last);
            read += taken;
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        let mut again = Vec::with_capacity(self.pending.len());
        let is_whole = self.encoding.encode(&text[start..], &mut again).is_ok();
        let same = again.iter().zip(&self.pending).take_while(|(a, b)| a == b).count();
        if !is_whole || same < again.len() || last && same < self.pending.len() {
            return Err(self.done + same);
        }
        self.done += same;
        self.pending.drain(..same);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        for (name, text) in [
            ("windows-1252", "Caf\u{e9} \u{201c}quoted\u{201d} \u{20ac} 5\r\n"),
            ("windows-1251", "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}\n"),
            ("shift_jis", "\u{65e5}\u{672c}\u{8a9e}\u{306e}\u{6587}\n"),
            ("gb18030", "\u{4e2d}\u{6587}\n"),
            ("euc-kr", "\u{d55c}\u{ad6d}\u{c5b4}\n"),
            ("utf-16le", "\u{feff}a \u{1f600}\r\n"),
            ("utf-16be", "\u{feff}a \u{1f600}\r\n"),
        ] {
            let encoding = Encoding::named(name).expect("a name");
            let mut bytes = Vec::new();
            encoding.encode(text, &mut bytes).expect("has these characters");
            assert_eq!(encoding.decode(&bytes).as_deref(), Ok(text), "{name}");
            // A reader that gives one byte at a time.
            let mut read = String::new();
            let pieces = bytes.iter().fold(Box::new(io::empty()) as Box<dyn Read>, |all, byte| {
                Box::new(all.chain(io::Cursor::new([*byte])))
            });
            Decoding::new(pieces, encoding).read_to_string(&mut read).expect("decoded");
            assert_eq!(read, text, "{name}");
        }
    }

    #[test]
    fn what_would_not_come_back_is_refused() {
        let decode = |name, bytes: &[u8]| Encoding::named(name).expect("a name").decode(bytes);
        assert_eq!(decode("shift_jis", b"ab\x81"), Err(2));
        assert_eq!(decode("utf-16le", b"a\0b"), Err(2));
        assert_eq!(decode("utf-16le", b"a\0\x00\xd8b\0"), Err(2));
        assert_eq!(decode("utf-8", b"a\xff"), Err(1));
        let mut reader = Decoding::new(&b"ab\xff\xff"[..], Encoding::named("euc-kr").expect("a name"));
        assert_eq!(reader.read_to_end(&mut Vec::new()).expect_err("an error").kind(), io::ErrorKind::InvalidData);
    }

    #[test]
    fn guesses() {
        let text = "Der M\u{fc}ller sagte, die Br\u{fc}cke sei f\u{fc}r die G\u{e4}ste da.";
        let mut bytes = Vec::new();
        Encoding::named("latin1").expect("a name").encode(text, &mut bytes).expect("has these characters");
        assert_eq!(Encoding::guess(&bytes, true).name(), "windows-1252");
        assert_eq!(Encoding::of_mark(b"\xff\xfea\0").map(Encoding::name), Some("UTF-16LE"));
        assert_eq!(Encoding::of_mark(b"a"), None);
    }
}
