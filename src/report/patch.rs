//! Changes as a patch for git-apply(1) and patch(1). All bytes are as in the documents, so the patch is not
//! safe for a terminal; `unified` is the diff for people.

use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::cleaner::Cleaned;
use crate::document::Span;

/// Writes the changes of one document as a patch of the file `name`, or nothing if the document has not
/// changed.
///
/// # Errors
/// If writing to `out` fails.
pub fn patch(out: &mut dyn Write, name: &[u8], cleaned: &Cleaned<'_>, context: usize) -> io::Result<()> {
    if !cleaned.is_changed() {
        return Ok(());
    }
    let mut patch = Patch::new(name, context, io::Cursor::new(Vec::new()));
    let (text, mut cuts) = (cleaned.original().as_bytes(), cleaned.cuts());
    // The rest of the lines since the last whole one. It becomes an added line once it ends with a line
    // break: the line break of a cut line may be gone, and before the first line there may be a byte order
    // mark.
    let mut left = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive(|b| *b == b'\n') {
        let span = Span::new(at, at + line.len());
        at = span.end;
        let before = left.len();
        let whole = rest(text, span, &mut cuts, &mut left);
        if whole && before == 0 {
            left.clear();
            patch.kept(out, line)?;
            continue;
        }
        patch.removed(line)?;
        if left.ends_with(b"\n") {
            patch.added(&left)?;
            left.clear();
        }
    }
    if !left.is_empty() {
        patch.added(&left)?;
    }
    patch.end(out)
}

/// Appends to `left` what the cuts leave of a line; true if no cut touches the line.
fn rest(text: &[u8], line: Span, cuts: &mut &[Span], left: &mut Vec<u8>) -> bool {
    let (mut at, mut whole) = (line.start, true);
    while let Some(cut) = cuts.first().filter(|cut| cut.start < line.end) {
        whole = false;
        left.extend_from_slice(&text[at..cut.start.max(at)]);
        at = cut.end.min(line.end);
        if cut.end > line.end {
            break;
        }
        *cuts = &cuts[1..];
    }
    left.extend_from_slice(&text[at..line.end]);
    whole
}

/// Writer of the patch of one file, from its lines in order. A hunk is collected in `store` first, because
/// its header states its length: `store` is a buffer in memory, or a file where a hunk may be as long as a
/// large file.
#[derive(Debug)]
pub struct Patch<S> {
    /// The header of the patch; `None` once it has been written.
    header: Option<Vec<u8>>,
    context: usize,
    store: S,
    /// Lines of the old and of the new file in the open hunk; (0, 0) if no hunk is open.
    lengths: (usize, usize),
    /// Lines of the old and of the new file so far.
    places: (usize, usize),
    /// The kept lines since the last change.
    trail: Vec<Vec<u8>>,
}

impl<S: Read + Write + Seek> Patch<S> {
    /// A patch of the file `name`: its path as bytes, with slashes, relative to the folder in which the
    /// patch will be applied.
    pub fn new(name: &[u8], context: usize, store: S) -> Self {
        let (old, new) = (quoted(b"a/", name), quoted(b"b/", name));
        // A tab marks the end of a name with spaces, except in the first line of the header.
        let tab: &[u8] = if name.contains(&b' ') { b"\t" } else { b"" };
        let header = [b"diff --git ", &*old, b" ", &new, b"\n--- ", &old, tab, b"\n+++ ", &new, tab, b"\n"].concat();
        let lengths = (0, 0);
        Self { header: Some(header), context, store, lengths, places: (0, 0), trail: Vec::new() }
    }

    fn is_open(&self) -> bool {
        self.lengths != (0, 0)
    }

    /// Adds a line that is in both files, with its line break if it has one.
    ///
    /// # Errors
    /// If writing to `out` or to the store fails.
    pub fn kept(&mut self, out: &mut dyn Write, line: &[u8]) -> io::Result<()> {
        self.places.0 += 1;
        self.places.1 += 1;
        self.trail.push(line.to_owned());
        // Two changes with at most twice the context between them share a hunk.
        if self.is_open() && self.trail.len() > 2 * self.context {
            self.close(out)?;
        }
        if !self.is_open() && self.trail.len() > self.context {
            self.trail.remove(0);
        }
        Ok(())
    }

    /// Adds a line that is only in the old file, with its line break if it has one.
    ///
    /// # Errors
    /// If writing to the store fails.
    pub fn removed(&mut self, line: &[u8]) -> io::Result<()> {
        self.open()?;
        self.places.0 += 1;
        self.lengths.0 += 1;
        write_line(&mut self.store, b'-', line)
    }

    /// Adds a line that is only in the new file, with its line break if it has one.
    ///
    /// # Errors
    /// If writing to the store fails.
    pub fn added(&mut self, line: &[u8]) -> io::Result<()> {
        self.open()?;
        self.places.1 += 1;
        self.lengths.1 += 1;
        write_line(&mut self.store, b'+', line)
    }

    /// Moves the kept lines before a change into its hunk.
    fn open(&mut self) -> io::Result<()> {
        self.write_trail(self.trail.len())
    }

    fn write_trail(&mut self, count: usize) -> io::Result<()> {
        for line in self.trail.drain(..count) {
            self.lengths.0 += 1;
            self.lengths.1 += 1;
            write_line(&mut self.store, b' ', &line)?;
        }
        Ok(())
    }

    /// Ends the file: writes the hunk that is open, if there is one.
    ///
    /// # Errors
    /// If writing to `out` or to the store fails.
    pub fn end(mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.is_open() { self.close(out) } else { Ok(()) }
    }

    /// Writes the hunk that is open.
    fn close(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.write_trail(self.context.min(self.trail.len()))?;
        let behind = self.trail.len();
        if let Some(header) = self.header.take() {
            out.write_all(&header)?;
        }
        let (old, new) = self.lengths;
        // The header names the first line of the hunk; if the hunk has no lines of the file, the line before
        // the hunk.
        let start = |place: usize, length: usize| place - behind - length + usize::from(length > 0);
        let (old_start, new_start) = (start(self.places.0, old), start(self.places.1, new));
        writeln!(out, "@@ -{old_start}{} +{new_start}{} @@", length(old), length(new))?;
        let end = self.store.stream_position()?;
        self.store.seek(SeekFrom::Start(0))?;
        io::copy(&mut Read::by_ref(&mut self.store).take(end), out)?;
        self.store.seek(SeekFrom::Start(0))?;
        self.lengths = (0, 0);
        Ok(())
    }
}

fn length(lines: usize) -> String {
    if lines == 1 { String::new() } else { format!(",{lines}") }
}

fn write_line(out: &mut impl Write, sign: u8, line: &[u8]) -> io::Result<()> {
    out.write_all(&[sign])?;
    out.write_all(line)?;
    if line.ends_with(b"\n") { Ok(()) } else { out.write_all(b"\n\\ No newline at end of file\n") }
}

/// A name as git writes it: in quotes if it holds a control character, a quote, a backslash, or anything
/// beyond ASCII.
fn quoted(side: &[u8], name: &[u8]) -> Vec<u8> {
    let mut out = side.to_owned();
    for byte in name {
        match byte {
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b' '..=b'~' => out.push(*byte),
            _ => out.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
        }
    }
    if out.len() == side.len() + name.len() { out } else { [b"\"", &*out, b"\""].concat() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn shown(text: &str, context: usize) -> String {
        let cleaner = fixture::cleaner();
        let mut out = Vec::new();
        patch(&mut out, b"a.txt", &cleaner.clean(text), context).expect("a vector takes all");
        let shown = String::from_utf8(out).expect("text");
        shown.strip_prefix("diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n").unwrap_or(&shown).to_owned()
    }

    #[test]
    fn bytes_stay_as_they_are() {
        assert_eq!(
            shown("a\u{1b}\r\nShare this: Facebook\r\nb\r\n", 3),
            "@@ -1,3 +1,2 @@\n a\u{1b}\r\n-Share this: Facebook\r\n b\r\n"
        );
        assert_eq!(
            shown("a\n\nShare this: Facebook", 3),
            "@@ -1,3 +1 @@\n-a\n-\n-Share this: Facebook\n\\ No newline at end of file\n+a\n\\ No newline at end of file\n"
        );
        assert_eq!(
            shown("\u{feff}Share this: Facebook\na\nb\n", 3),
            "@@ -1,3 +1,2 @@\n-\u{feff}Share this: Facebook\n-a\n+\u{feff}a\n b\n"
        );
        assert_eq!(shown("Share this: Facebook\n", 3), "@@ -1 +0,0 @@\n-Share this: Facebook\n");
        assert_eq!(shown("Nothing.\n", 3), "");
    }

    #[test]
    fn near_changes_share_a_hunk() {
        let text = |between: usize| {
            let kept: String = (0..between).map(|n| format!("{n}\n")).collect();
            format!("x\nShare this: Facebook\n{kept}Share this: Facebook\ny\n")
        };
        assert_eq!(shown(&text(2), 1).matches("@@ -").count(), 1);
        assert_eq!(
            shown(&text(3), 1),
            "@@ -1,3 +1,2 @@\n x\n-Share this: Facebook\n 0\n@@ -5,3 +4,2 @@\n 2\n-Share this: Facebook\n y\n"
        );
        assert_eq!(shown(&text(1), 0), "@@ -2 +1,0 @@\n-Share this: Facebook\n@@ -4 +2,0 @@\n-Share this: Facebook\n");
    }

    #[test]
    fn names_are_quoted_as_git_does() {
        let name = |name: &[u8]| String::from_utf8(quoted(b"a/", name)).expect("ASCII");
        assert_eq!(name(b"d/plain name.txt"), "a/d/plain name.txt");
        assert_eq!(name("d/分.txt".as_bytes()), r#""a/d/\345\210\206.txt""#);
        assert_eq!(name(b"a\"b\\c\td\ne\x1b\xff"), r#""a/a\"b\\c\td\ne\033\377""#);
    }
}
