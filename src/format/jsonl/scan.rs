//! The grammar of JSON, checked in one pass without building values. Records and their fields lie in
//! `jsonl`.

use std::ops::Range;

/// A walk over one JSON text. Methods that return an `Option` return `None` if the text is not JSON.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// The offsets of the backslashes that begin escapes.
    escapes: Vec<usize>,
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self::with(text, Vec::new())
    }

    /// A scanner that uses `escapes`, an empty vector, as its buffer for the offsets of escapes.
    pub(super) const fn with(text: &'a str, escapes: Vec<usize>) -> Self {
        Self { text, at: 0, escapes }
    }

    /// The offsets of the backslashes that begin escapes, in all strings so far.
    pub(super) fn into_escapes(self) -> Vec<usize> {
        self.escapes
    }

    fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    fn peek(&self) -> Option<u8> {
        self.bytes().get(self.at).copied()
    }

    pub(super) fn is_at(&self, byte: u8) -> bool {
        self.peek() == Some(byte)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.text.len()
    }

    /// True if nothing but white space follows.
    pub(super) fn ends(&mut self) -> bool {
        self.blanks();
        self.is_at_end()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let hit = self.is_at(byte);
        self.at += usize::from(hit);
        hit
    }

    pub(super) fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Walks over an object and calls `see` with each raw key, without its quotes, and the place of its
    /// value.
    pub(super) fn members(&mut self, mut see: impl FnMut(&'a str, Range<usize>)) -> Option<()> {
        self.at += 1;
        self.blanks();
        if self.eat(b'}') {
            return Some(());
        }
        loop {
            self.blanks();
            let key = self.key()?;
            self.blanks();
            let start = self.at;
            self.value()?;
            see(key, start..self.at);
            self.blanks();
            if !self.eat(b',') {
                return self.eat(b'}').then_some(());
            }
        }
    }

    /// Walks over any value. Open brackets are kept on the heap, so that deep nesting cannot overflow the
    /// thread's stack.
    pub(super) fn value(&mut self) -> Option<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            self.blanks();
            match self.peek()? {
                b'{' => {
                    self.at += 1;
                    self.blanks();
                    if !self.eat(b'}') {
                        self.key()?;
                        open.push(b'}');
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    self.blanks();
                    if !self.eat(b']') {
                        open.push(b']');
                        continue;
                    }
                }
                b'"' => self.string().map(|_| ())?,
                b't' => self.literal("true")?,
                b'f' => self.literal("false")?,
                b'n' => self.literal("null")?,
                _ => self.number()?,
            }
            loop {
                let Some(&bracket) = open.last() else { return Some(()) };
                self.blanks();
                if self.eat(b',') {
                    if bracket == b'}' {
                        self.blanks();
                        self.key()?;
                    }
                    break;
                }
                if !self.eat(bracket) {
                    return None;
                }
                open.pop();
            }
        }
    }

    /// Walks over a key and its colon; returns the raw key without its quotes.
    fn key(&mut self) -> Option<&'a str> {
        if !self.is_at(b'"') {
            return None;
        }
        let key = self.string()?;
        self.blanks();
        self.eat(b':').then(|| &self.text[key])
    }

    /// Walks over a string whose opening quote is next; returns the place between its quotes.
    fn string(&mut self) -> Option<Range<usize>> {
        self.at += 1;
        let start = self.at;
        loop {
            let rest = &self.bytes()[self.at..];
            let end = plain(rest);
            self.at += end + 1;
            match rest.get(end)? {
                b'"' => return Some(start..self.at - 1),
                b'\\' => self.escapes.push(self.at - 1),
                _ => return None,
            }
            self.at += match rest.get(end + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 1,
                b'u' if rest.get(end + 2..end + 6)?.iter().all(u8::is_ascii_hexdigit) => 5,
                _ => return None,
            };
        }
    }

    fn literal(&mut self, word: &str) -> Option<()> {
        let hit = self.bytes()[self.at..].starts_with(word.as_bytes());
        self.at += word.len();
        hit.then_some(())
    }

    fn number(&mut self) -> Option<()> {
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > start).then_some(())
    }
}

/// The number of bytes before the first quote, backslash or control character, which a JSON string must not
/// contain.
fn plain(bytes: &[u8]) -> usize {
    let special = |byte: u8| u8::from(byte == b'"') | u8::from(byte == b'\\') | u8::from(byte < 0x20);
    // In escaped text of other scripts one escape follows the other.
    if bytes.first().is_none_or(|&byte| special(byte) != 0) {
        return 0;
    }
    // Without an early exit inside a block the compiler uses SIMD comparisons.
    let is_plain = |block: &&[u8]| block.iter().fold(0, |any, &byte| any | special(byte)) == 0;
    let mut at = BLOCK * bytes.chunks_exact(BLOCK).take_while(is_plain).count();
    let (words, _) = bytes[at..].as_chunks();
    for word in words {
        match specials(u64::from_le_bytes(*word)) {
            0 => at += word.len(),
            marks => return at + marks.trailing_zeros() as usize / 8,
        }
    }
    bytes[at..].iter().position(|&byte| special(byte) != 0).map_or(bytes.len(), |more| at + more)
}

/// Sets the highest bit of each byte of `word` that is a quote, a backslash or a control character. The
/// lowest set bit is exact; bits above it may be set by mistake.
const fn specials(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const fn zeros(word: u64) -> u64 {
        word.wrapping_sub(ONES) & !word
    }
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (zeros(word ^ (ONES * b'"' as u64)) | zeros(word ^ (ONES * b'\\' as u64)) | control) & (ONES << 7)
}

/// The number of bytes that are compared together.
const BLOCK: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_bytes_end_where_one_by_one_they_do() {
        let special = |b: &u8| matches!(b, b'"' | b'\\' | 0..0x20);
        for filler in [b' ', b'!', b'#', b'a', b'[', b']', 0x7f, 0x80, 0xa2, 0xdc, 0xff] {
            for length in 0..100 {
                let mut bytes = vec![filler; length];
                assert_eq!(plain(&bytes), length);
                for at in 0..length {
                    for hit in [b'"', b'\\', 0, 1, b'\n', 0x1f] {
                        bytes[at] = hit;
                        bytes[length - 1] = hit;
                        assert_eq!(Some(plain(&bytes)), bytes.iter().position(&special), "{bytes:?}");
                        bytes[length - 1] = filler;
                        bytes[at] = filler;
                    }
                }
            }
        }
    }
}
