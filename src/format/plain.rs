//! Plain text and Markdown: the bytes of a file as a text, or the reason why they are no text. Nothing is
//! converted: a byte order mark and all line breaks stay.

use std::fmt;

/// Why bytes are not a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The bytes contain a NUL byte.
    Binary {
        /// The offset of the first NUL byte, counted from 0.
        offset: usize,
    },
    /// The bytes begin with a byte order mark of UTF-16.
    Utf16,
    /// The bytes are not UTF-8.
    InvalidUtf8 {
        /// The offset of the first wrong byte, counted from 0.
        offset: usize,
        /// The line of the first wrong byte, counted from 1.
        line: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Binary { offset } => write!(f, "is binary: NUL at byte {offset}"),
            Self::Utf16 => f.write_str("is UTF-16; convert it to UTF-8 first"),
            Self::InvalidUtf8 { offset, line } => {
                write!(f, "invalid UTF-8 at byte {offset} (line {line}); convert it to UTF-8 first")
            }
        }
    }
}

impl std::error::Error for Fault {}

/// The bytes as a text.
///
/// # Errors
/// A [`Fault`] if the bytes are UTF-16, hold a NUL byte or are not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, Fault> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Fault::Utf16);
    }
    if let Some(offset) = memchr::memchr(0, bytes) {
        return Err(Fault::Binary { offset });
    }
    simdutf8::compat::from_utf8(bytes).map_err(|error| {
        let offset = error.valid_up_to();
        Fault::InvalidUtf8 { offset, line: 1 + memchr::memchr_iter(b'\n', &bytes[..offset]).count() }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_as_it_is() {
        assert_eq!(decode("\u{feff}é\r\n".as_bytes()), Ok("\u{feff}é\r\n"));
        assert_eq!(decode(b""), Ok(""));
    }

    #[test]
    fn faults_name_their_place() {
        assert_eq!(decode(b"a\nb\xff"), Err(Fault::InvalidUtf8 { offset: 3, line: 2 }));
        assert_eq!(decode(b"\xffb\0"), Err(Fault::Binary { offset: 2 }));
        assert_eq!(decode(b"\xff\xfea\0"), Err(Fault::Utf16));
    }
}
