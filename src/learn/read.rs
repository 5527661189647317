//! One document, read for learning: the keys of its lines, where they stand, and what tells copies of an article apart.

use std::borrow::Cow;
use std::ops::Range;

use super::{By, Options};
use crate::document::{Document, is_blank, lines};
use crate::rules::short;
use crate::text::fold::fold;
use crate::text::key::{fingerprint, key};
use crate::text::segments::{FEW_LINES, MANY_WORDS, segments};
use crate::text::shape::{Edges, LineShape};
use crate::text::wrapped;

/// Fewest words of a line by which copies of an article are known.
const LONG: usize = 15;

/// What is counted on a document.
#[derive(Clone, Debug)]
pub struct Reading {
    pub(super) source: String,
    pub(super) article: Article,
    /// Each line once, in order.
    pub(super) lines: Vec<ReadLine>,
}

/// What tells copies of an article apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Article {
    /// Fingerprint of its address; 0 if it has none of its own.
    pub address: u64,
    /// Fingerprint of its text.
    pub text: u64,
    /// False for a text with so little prose that an equal one says nothing.
    pub is_article: bool,
}

/// A line of a document.
#[derive(Clone, Debug)]
pub(super) struct ReadLine {
    pub print: u64,
    pub key: String,
    pub sight: Sight,
}

impl ReadLine {
    fn of(line: &str, words: usize) -> Self {
        let key = key(&fold(line));
        let long = if words >= LONG { u16::try_from(line.len()).unwrap_or(u16::MAX) } else { 0 };
        Self { print: fingerprint(&key), key, sight: Sight { long, ..Sight::default() } }
    }
}

/// How a line stands on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sight {
    /// The first bits of the fingerprint of the line below; 0 at the end.
    pub below: u32,
    /// Bytes, for long lines; 0 for others.
    pub long: u16,
    /// 0 before the first prose, 1 amid it, 2 behind the last.
    pub place: u8,
    /// Whether prose stands right below.
    pub above_prose: bool,
}

impl Reading {
    /// Reads a document. `None` if it is of no source, or has no text.
    #[must_use]
    pub fn of(document: &Document<'_>, options: &Options) -> Option<Self> {
        let source = source(document, options)?;
        let rows: Vec<&str> = lines_of(document.text).collect();
        let mut lines: Vec<ReadLine> = Vec::new();
        let mut prose: Vec<bool> = Vec::new();
        let has_lines = rows.iter().filter(|row| !row.is_empty()).nth(FEW_LINES).is_some();
        for line in rows.iter().filter(|row| !row.is_empty()) {
            let shape = LineShape::at(line);
            if has_lines || shape.words < MANY_WORDS {
                prose.push(shape.is_prose());
                lines.push(ReadLine::of(line, shape.words));
            } else {
                lines.extend(read_segments(line));
                prose.resize(lines.len(), false);
            }
        }
        if lines.is_empty() {
            return None;
        }
        let (first, last) = (prose.iter().position(|p| *p), prose.iter().rposition(|p| *p));
        for (at, line) in lines.iter_mut().enumerate() {
            line.sight.above_prose = prose.get(at + 1).copied().unwrap_or(false);
            line.sight.place = match (first, last) {
                (Some(first), _) if at < first => 0,
                (_, Some(last)) if at > last => 2,
                _ => 1,
            };
        }
        note_below(&mut lines);
        if has_lines {
            for paragraph in wrapped_paragraphs(&rows) {
                let mut segments: Vec<ReadLine> = read_segments(&rows[paragraph].join(" ")).collect();
                segments.iter_mut().for_each(|segment| segment.sight.place = 1);
                note_below(&mut segments);
                lines.append(&mut segments);
            }
        }
        let address = document.url.filter(|url| names_page(url)).map_or(0, |url| fingerprint(url.trim()));
        // Short texts that are equal are hardly articles.
        let is_article = lines.iter().filter(|line| line.sight.long > 0).nth(1).is_some();
        let text = lines.iter().fold(0, |hash: u64, line| hash.rotate_left(5) ^ line.print);
        let mut seen = std::collections::HashSet::new();
        lines.retain(|line| seen.insert(line.print));
        Some(Self { source, article: Article { address, text, is_article }, lines })
    }
}

/// True for the address of a page of its own, and not only of a site.
fn names_page(url: &str) -> bool {
    let rest = url.trim().split_once("//").map_or(url, |(_, rest)| rest);
    rest.split_once('/').is_some_and(|(_, path)| !path.is_empty())
}

/// The lines of a text without blanks at their ends, blank ones as "".
fn lines_of(text: &str) -> impl Iterator<Item = &str> {
    lines(text).map(|line| text[line.span.range()].trim()).map(|line| if is_blank(line) { "" } else { line })
}

fn read_segments(text: &str) -> impl Iterator<Item = ReadLine> {
    segments(text).into_iter().map(|segment| ReadLine::of(segment, LineShape::at(segment).words))
}

/// Notes what stands below each line.
fn note_below(lines: &mut [ReadLine]) {
    for at in 1..lines.len() {
        lines[at - 1].sight.below = short(lines[at].print);
    }
}

/// The places of the lines of each paragraph that was broken into lines.
fn wrapped_paragraphs(rows: &[&str]) -> Vec<Range<usize>> {
    let (line, edges) = (|at: usize| rows[at], |at: usize| Edges::of(rows[at]));
    let continued = wrapped::continued(rows.len(), line, edges, &wrapped::joined(rows.len(), line, edges));
    continued.chunk_by(|a, b| a + 1 == *b).map(|rows| rows[0] - 1..rows[rows.len() - 1] + 1).collect()
}

/// The name of the source of a document; never empty but for the source of all documents.
fn source(document: &Document<'_>, options: &Options) -> Option<String> {
    let named = |name: &str| Some(source_name(name).into_owned()).filter(|name| !name.is_empty());
    let host = || document.host().map(|host| if options.merge_subdomains { parent(&host).into_owned() } else { host });
    match options.by {
        By::Auto => host().or_else(|| document.folder.and_then(named)),
        By::Host => host(),
        By::Folder => document.folder.and_then(named),
        By::File => named(document.id),
        By::None => Some(String::new()),
    }
}

/// The name of a folder or a file as that of a source: control characters, which a learned file cannot hold, as `%0A`.
pub(crate) fn source_name(name: &str) -> Cow<'_, str> {
    if !name.contains(char::is_control) {
        return name.into();
    }
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        match c {
            c if c.is_control() => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| out.push_str(&format!("%{b:02X}"))),
            c => out.push(c),
        }
    }
    out.into()
}

/// Second-level names under which strangers register hosts: `example.co.uk` is no part of `co.uk`.
const SHARED: [&str; 10] = ["ac", "co", "com", "edu", "gob", "gov", "ne", "net", "or", "org"];

/// True for a name that may be that of a host with others below it.
pub(super) fn is_host(name: &str) -> bool {
    Document { url: Some(&format!("//{name}/")), ..Document::new("") }.host().as_deref() == Some(name)
        && name.contains(|c: char| c.is_alphabetic())
        && name.contains('.')
}

/// The host one level up, where three labels or more are there and the parent is no name under which strangers register.
pub(super) fn parent(host: &str) -> Cow<'_, str> {
    let Some((_, parent)) = host.split_once('.') else { return host.into() };
    let is_address = host.chars().all(|c| c.is_ascii_digit() || c == '.') || host.contains(':');
    let is_shared = parent.split_once('.').is_none_or(|(first, rest)| SHARED.contains(&first) && !rest.contains('.'));
    if is_address || is_shared { host.into() } else { parent.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_go_up_to_a_name_that_is_one_owners() {
        let cases = [
            ("news.example.org", "example.org"),
            ("a.b.example.org", "b.example.org"),
            ("example.org", "example.org"),
            ("guardian.co.uk", "guardian.co.uk"),
            ("www2.guardian.co.uk", "guardian.co.uk"),
            ("folha.com.br", "folha.com.br"),
            ("192.168.0.1", "192.168.0.1"),
            ("localhost", "localhost"),
        ];
        for (host, wanted) in cases {
            assert_eq!(parent(host), wanted);
        }
    }
}
