//! The grammar of JSON, checked in one pass without building values. Knows nothing of records.

use std::ops::Range;

/// Walks over one JSON text. All methods return nothing where the text is not JSON.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
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

    /// Walks over an object and shows each raw key (without quotes) with the place of its value.
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

    /// Walks over any value. Open brackets lie on a heap of their own: depth is no danger to the thread's stack.
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

    /// Walks over a key and its colon.
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
            let end = memchr::memchr2(b'"', b'\\', rest)?;
            // No early exit: this way the compiler makes it a wide comparison.
            if rest[..end].iter().fold(0, |bad, &byte| bad | u8::from(byte < 0x20)) != 0 {
                return None;
            }
            self.at += end + 1;
            if rest[end] == b'"' {
                return Some(start..self.at - 1);
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
