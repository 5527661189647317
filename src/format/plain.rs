//! Plain text and Markdown: the bytes of a file as a text, or the reason why they are no text. A byte order mark and all line
//! breaks stay.

use std::borrow::Cow;
use std::fmt;

use super::encoding::Encoding;

/// Why bytes are not a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes contain a NUL byte, or another control character of which texts have none.
    Binary {
        /// The offset of the first such byte, counted from 0.
        offset: usize,
        /// The byte.
        byte: u8,
    },
    /// Every other byte is NUL or nearly so: UTF-16 without a byte order mark, in this encoding.
    Unmarked(&'static str),
    /// The bytes begin with a byte order mark of UTF-32.
    Utf32,
    /// The bytes are not of the encoding that the user named or that was found.
    Wrong {
        /// The offset of the first wrong byte, counted from 0.
        offset: usize,
        /// The line of the first wrong byte, counted from 1.
        line: usize,
        /// The name of the encoding.
        encoding: &'static str,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary { offset, byte: 0 } => write!(f, "is binary: NUL at byte {offset}"),
            Self::Binary { offset, byte } => write!(f, "is binary: control character {byte:#04x} at byte {offset}"),
            Self::Unmarked(name) => {
                write!(f, "looks like UTF-16 without a byte order mark; read it with --encoding {name}")
            }
            Self::Utf32 => f.write_str("is UTF-32; convert it to UTF-8 first"),
            Self::Wrong { offset, line, encoding: "UTF-8" } => {
                write!(f, "invalid UTF-8 at byte {offset} (line {line}); --encoding names another encoding")
            }
            Self::Wrong { offset, line, encoding } => {
                write!(f, "read as {encoding}, byte {offset} (line {line}) would not come back")?;
                // The text has a mark of its encoding, or every other byte is NUL.
                if encoding.starts_with("UTF-16") { Ok(()) } else { f.write_str("; --encoding names another encoding") }
            }
        }
    }
}

impl std::error::Error for Fault {}

/// The bytes as a text, and their encoding: the one that is named, else that of a byte order mark, else UTF-8, else a guess.
///
/// # Errors
/// A [`Fault`] if the bytes are no text, or one that could not be written back to the byte.
pub fn text(bytes: &[u8], named: Option<Encoding>) -> Result<(Cow<'_, str>, Encoding), Fault> {
    if bytes.starts_with(b"\xff\xfe\0\0") || bytes.starts_with(b"\0\0\xfe\xff") {
        return Err(Fault::Utf32);
    }
    let encoding = named.or_else(|| Encoding::of_mark(bytes)).unwrap_or(Encoding::UTF8);
    if !encoding.is_utf8() {
        return decode(bytes, encoding);
    }
    if let Some(offset) = memchr::memchr(0, bytes) {
        return Err(unmarked(bytes).map_or(Fault::Binary { offset, byte: 0 }, Fault::Unmarked));
    }
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => Ok((Cow::Borrowed(text), encoding)),
        Err(error) if named.is_some() => Err(wrong(bytes, error.valid_up_to(), encoding)),
        Err(_) => decode(bytes, Encoding::guess(bytes, true)),
    }
}

/// True if the first bytes of a stream say that [`text`] would refuse it, unless an encoding is named.
#[must_use]
pub fn is_binary(start: &[u8]) -> bool {
    Encoding::of_mark(start).is_none() && memchr::memchr(0, start).is_some()
}

/// Bytes that are not UTF-8 as a text. Of an encoding with one byte a character anything is a text: control characters tell
/// that it is none.
fn decode(bytes: &[u8], encoding: Encoding) -> Result<(Cow<'_, str>, Encoding), Fault> {
    let text = encoding.decode(bytes).map_err(|offset| wrong(bytes, offset, encoding))?;
    let is_strange = |b: &u8| *b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b);
    match text.bytes().position(|b| is_strange(&b)) {
        Some(at) => {
            let mut before = Vec::new();
            // What was decoded can be encoded.
            let _ = encoding.encode(&text[..at], &mut before);
            Err(Fault::Binary { offset: before.len(), byte: text.as_bytes()[at] })
        }
        None => Ok((Cow::Owned(text), encoding)),
    }
}

fn wrong(bytes: &[u8], offset: usize, encoding: Encoding) -> Fault {
    let line = 1 + memchr::memchr_iter(b'\n', &bytes[..offset]).count();
    Fault::Wrong { offset, line, encoding: encoding.name() }
}

/// The encoding of bytes of which every other one is NUL, as in Latin text in UTF-16.
fn unmarked(bytes: &[u8]) -> Option<&'static str> {
    let start = &bytes[..bytes.len().min(4 << 10)];
    if start.len() < 16 {
        return None;
    }
    let nuls = |odd: usize| start.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let many = start.len() / 2 * 2 / 3;
    match (nuls(0), nuls(1)) {
        (0, odd) if odd > many => Some("utf-16le"),
        (even, 0) if even > many => Some("utf-16be"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> Result<(String, &'static str), Fault> {
        text(bytes, None).map(|(text, encoding)| (text.into_owned(), encoding.name()))
    }

    #[test]
    fn a_text_stays_as_it_is() {
        assert_eq!(decoded("\u{feff}\u{e9}\r\n".as_bytes()), Ok(("\u{feff}\u{e9}\r\n".to_owned(), "UTF-8")));
        assert_eq!(decoded(b""), Ok((String::new(), "UTF-8")));
    }

    #[test]
    fn other_encodings_are_found() {
        assert_eq!(decoded(b"\xff\xfea\0\n\0"), Ok(("\u{feff}a\n".to_owned(), "UTF-16LE")));
        assert_eq!(decoded(b"caf\xe9 \xe0 la carte"), Ok(("caf\u{e9} \u{e0} la carte".to_owned(), "windows-1252")));
        let named = text(b"\xcf\xf0", Encoding::named("windows-1251")).map(|(text, _)| text.into_owned());
        assert_eq!(named, Ok("\u{41f}\u{440}".to_owned()));
    }

    #[test]
    fn faults_name_their_place() {
        let utf8 = Encoding::named("utf-8");
        assert_eq!(text(b"a\nb\xff", utf8), Err(Fault::Wrong { offset: 3, line: 2, encoding: "UTF-8" }));
        assert_eq!(decoded(b"\xffb\0"), Err(Fault::Binary { offset: 2, byte: 0 }));
        assert_eq!(decoded(b"\xff\x01\x02 a"), Err(Fault::Binary { offset: 1, byte: 1 }));
        assert_eq!(decoded(b"\xff\xfea"), Err(Fault::Wrong { offset: 2, line: 1, encoding: "UTF-16LE" }));
        assert_eq!(decoded(b"\xff\xfe\0\0a\0\0\0"), Err(Fault::Utf32));
        assert_eq!(decoded(b"h\0e\0l\0l\0o\0,\0 \0y\0o\0u\0"), Err(Fault::Unmarked("utf-16le")));
    }
}
