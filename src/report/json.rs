//! JSON as all reports write it: without spaces, fields in a fixed order, floating-point numbers with six
//! decimals, characters that could disturb a terminal escaped. Each report defines its own objects.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::screen::is_hostile;

/// Writes a value without a line break.
pub(super) fn write(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, ReportFormatter { breaks: false, depth: 0 }))?)
}

/// Writes an object, with a line break before each element of the lists that are its fields.
pub(super) fn write_by_line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, ReportFormatter { breaks: true, depth: 0 }))?)
}

/// A serializable object with the given fields, in the given order. The value of a field under
/// `#[serde(flatten)]` is an object, or an `Option` of one, whose fields take its place.
macro_rules! object {
    ($($(#[$how:meta])* $field:ident: $value:expr),* $(,)?) => {{
        #[allow(non_camel_case_types)] // a type parameter for each field, named like the field
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

/// The formatter for all values.
struct ReportFormatter {
    /// True if a line break stands before each element of the lists at depth 2.
    breaks: bool,
    /// The number of lists and objects around the current place.
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
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
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
        let text = "a\"b\\c\n\x1b\u{9b}\u{202e}\u{e0041}\u{7f} 分享";
        let mut out = Vec::new();
        write(&mut out, &text).expect("a vector takes all");
        let written = String::from_utf8(out).expect("text");
        assert!(!written.contains(is_hostile));
        assert_eq!(serde_json::from_str::<String>(&written).expect("a string"), text);
    }
}
