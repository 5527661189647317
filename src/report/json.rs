//! How reports write JSON: without spaces, fields in the order in which people read them, shares with six digits, and what would disturb
//! a terminal escaped. What is written lies with each report.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::screen::is_hostile;

/// Writes a value without a line break.
pub(super) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, ReportFormatter { breaks: false, depth: 0 }))?)
}

/// Writes an object in whose own lists each element begins a line.
pub(super) fn write_by_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, ReportFormatter { breaks: true, depth: 0 }))?)
}

/// An object with these fields, in this order. A field under `#[serde(flatten)]` is an object itself, or perhaps one.
macro_rules! object {
    ($($(#[$how:meta])* $field:ident: $value:expr),* $(,)?) => {{
        #[allow(non_camel_case_types)] // each field is of a type of its own, which has the field's name
        mod object {
            #[derive(serde::Serialize)]
            pub(super) struct Object<$($field),*> {
                $($(#[$how])* pub(super) $field: $field),*
            }
        }
        object::Object { $($field: $value),* }
    }};
}
pub(super) use object;

/// How values are written.
struct ReportFormatter {
    breaks: bool,
    /// How many lists and objects are open.
    depth: usize,
}

impl Formatter for ReportFormatter {
    fn write_f64<W: ?Sized + Write>(&mut self, out: &mut W, share: f64) -> io::Result<()> {
        write!(out, "{share:.6}")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, text: &str) -> io::Result<()> {
        let mut done = 0;
        for (at, c) in text.char_indices().filter(|(_, c)| is_hostile(*c)) {
            out.write_all(&text.as_bytes()[done..at])?;
            write!(out, "\\u{:04x}", u32::from(c))?; // all of them lie in the basic plane
            done = at + c.len_utf8();
        }
        out.write_all(&text.as_bytes()[done..])
    }

    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        out.write_all(b"[")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        out.write_all(if first { b"" } else { b"," })?;
        out.write_all(if self.breaks && self.depth == 2 { b"\n" } else { b"" })
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        out.write_all(b"]")
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        out.write_all(b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        out.write_all(b"}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_read_back() {
        let text = "a\"b\\c\n\x1b\u{9b}\u{202e}\u{7f} 分享";
        let mut out = Vec::new();
        write(&mut out, &text).expect("a vector takes all");
        let written = String::from_utf8(out).expect("text");
        assert!(!written.contains(is_hostile));
        assert_eq!(serde_json::from_str::<String>(&written).expect("a string"), text);
    }
}
