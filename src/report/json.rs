//! JSON objects written field by field, in the order in which people read them. Escaping is `serde_json`'s, and what
//! would disturb a terminal is escaped as well.

use std::io::{self, Write};

use super::screen::is_hostile;

/// An object being written.
pub(super) struct Object<'o> {
    out: &'o mut dyn Write,
    first: bool,
}

impl<'o> Object<'o> {
    pub(super) fn begin(out: &'o mut dyn Write) -> io::Result<Self> {
        out.write_all(b"{")?;
        Ok(Self { out, first: true })
    }

    pub(super) fn text(&mut self, key: &str, value: &str) -> io::Result<()> {
        self.key(key)?;
        string(self.out, value)
    }

    pub(super) fn number(&mut self, key: &str, value: usize) -> io::Result<()> {
        self.key(key)?;
        write!(self.out, "{value}")
    }

    pub(super) fn count(&mut self, key: &str, value: u64) -> io::Result<()> {
        self.key(key)?;
        write!(self.out, "{value}")
    }

    pub(super) fn null(&mut self, key: &str) -> io::Result<()> {
        self.key(key)?;
        self.out.write_all(b"null")
    }

    /// A part of a whole, 0 to 1.
    pub(super) fn share(&mut self, key: &str, value: f64) -> io::Result<()> {
        self.key(key)?;
        write!(self.out, "{value:.6}")
    }

    pub(super) fn flag(&mut self, key: &str, value: bool) -> io::Result<()> {
        self.key(key)?;
        write!(self.out, "{value}")
    }

    pub(super) fn texts<'s>(&mut self, key: &str, values: impl IntoIterator<Item = &'s str>) -> io::Result<()> {
        self.list(key, values, |out, value| string(out, value))
    }

    pub(super) fn list<T>(
        &mut self,
        key: &str,
        values: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut dyn Write, T) -> io::Result<()>,
    ) -> io::Result<()> {
        self.key(key)?;
        self.out.write_all(b"[")?;
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                self.out.write_all(b",")?;
            }
            each(self.out, value)?;
        }
        self.out.write_all(b"]")
    }

    pub(super) fn object(&mut self, key: &str, fill: impl FnOnce(&mut Object<'_>) -> io::Result<()>) -> io::Result<()> {
        self.key(key)?;
        let mut inner = Object::begin(self.out)?;
        fill(&mut inner)?;
        inner.end()
    }

    pub(super) fn end(self) -> io::Result<()> {
        self.out.write_all(b"}")
    }

    fn key(&mut self, key: &str) -> io::Result<()> {
        if !std::mem::replace(&mut self.first, false) {
            self.out.write_all(b",")?;
        }
        string(self.out, key)?;
        self.out.write_all(b":")
    }
}

/// A text as a JSON string.
pub(super) fn string(out: &mut dyn Write, text: &str) -> io::Result<()> {
    let quoted = serde_json::to_string(text)?;
    let mut done = 0;
    for (at, c) in quoted.char_indices().filter(|(_, c)| is_hostile(*c)) {
        out.write_all(&quoted.as_bytes()[done..at])?;
        write!(out, "\\u{:04x}", u32::from(c))?; // all of them lie in the basic plane
        done = at + c.len_utf8();
    }
    out.write_all(&quoted.as_bytes()[done..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_back() {
        let text = "a\"b\\c\n\x1b\u{9b}\u{202e}\u{7f} 分享";
        let mut out = Vec::new();
        string(&mut out, text).expect("a vector takes all");
        let written = String::from_utf8(out).expect("text");
        assert!(!written.contains(is_hostile));
        assert_eq!(serde_json::from_str::<String>(&written).expect("a string"), text);
    }
}
