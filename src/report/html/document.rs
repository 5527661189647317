//! One document as the page's script wants it: its lines with the verdicts in place, as JSON. Escaping for HTML is done
//! where the page is written, once for all.

use std::io::{self, Write};

use super::super::json::{Object, string};
use super::super::screen::{shortened, shortened_name};
use crate::cleaner::Cleaned;
use crate::decisions::Decisions;
use crate::diff::{CONTEXT, LineKind, hunks};
use crate::document::{Line, Span, lines};
use crate::removal::Removal;

/// Bytes of a text up to which the page holds all of it.
const SMALL: usize = 8 << 10;

/// Bytes of JSON after which no more lines of a document are written.
const MOST: usize = 16 << 10;

/// Bytes of a piece of kept text, and of a removed one, from which on its middle or its end is left out.
const KEPT: usize = 800;
const REMOVED: usize = 2_000;

/// Columns of a name and of what was seen.
const NAME: usize = 160;
const EVIDENCE: usize = 160;

/// A document with at least one verdict:
/// `{"name", "held"?, "rows", "unshown"?}`. A row is a number of lines left out, or `{"n": its number, "gone"?, "parts"}`.
/// A part is a kept text, a number of bytes left out, or a verdict:
/// `{"t": text, "rule", "certainty", "seen"?, "suspect"?, "cut"?, "key"?}`.
pub(super) fn json(name: &str, cleaned: &Cleaned<'_>) -> String {
    let mut out = Vec::new();
    // A vector takes all, and all that is written is UTF-8.
    let _ = write(&mut out, name, cleaned);
    String::from_utf8(out).unwrap_or_default()
}

fn write(out: &mut Vec<u8>, name: &str, cleaned: &Cleaned<'_>) -> io::Result<()> {
    let text = cleaned.original();
    let is_small = text.len() <= SMALL;
    let all: Vec<Line> = lines(text).collect();
    let mut object = Object::begin(out)?;
    object.text("name", &shortened_name(name, NAME))?;
    if let Some(held) = cleaned.held() {
        object.text("held", &held.to_string())?;
    }
    let mut rows: Vec<Vec<u8>> = Vec::new();
    let (mut bytes, mut next, mut shown) = (0, 0, 0);
    'all: for hunk in hunks(cleaned, if is_small { usize::MAX } else { CONTEXT }) {
        for row in &hunk.lines {
            let Some(number) = row.old.filter(|_| row.kind != LineKind::Added) else { continue };
            if bytes > MOST {
                break 'all;
            }
            if number - 1 > next {
                rows.push((number - 1 - next).to_string().into_bytes());
            }
            next = number;
            let parts = Parts::of(cleaned, all[number - 1], is_small);
            shown += parts.verdicts;
            let mut json = Vec::new();
            let mut object = Object::begin(&mut json)?;
            object.number("n", number)?;
            if row.kind == LineKind::Removed && row.cut.is_empty() {
                object.flag("gone", true)?;
            }
            object.list("parts", &parts.list, |out, part| part.write(out))?;
            object.end()?;
            bytes += json.len();
            rows.push(json);
        }
    }
    if next < all.len() {
        rows.push((all.len() - next).to_string().into_bytes());
    }
    object.list("rows", &rows, |out, row| out.write_all(row))?;
    let unshown = cleaned.removals().len() + cleaned.suspects().len() - shown;
    if unshown > 0 {
        object.number("unshown", unshown)?;
    }
    object.end()
}

/// A line in pieces.
struct Parts<'c> {
    list: Vec<Part<'c>>,
    verdicts: usize,
}

enum Part<'c> {
    Kept(&'c str),
    Omitted(usize),
    /// `whole` is what the verdict is about, `text` what of it is not shown yet.
    Verdict {
        text: &'c str,
        whole: &'c str,
        verdict: &'c Removal,
        suspect: bool,
    },
}

impl<'c> Parts<'c> {
    fn of(cleaned: &'c Cleaned<'_>, line: Line, is_small: bool) -> Self {
        let text = cleaned.original();
        let on = |list: &'c [Removal]| {
            let first = list.partition_point(|r| r.span.start < line.full().start);
            list[first..].iter().take_while(move |r| r.span.start < line.full().end)
        };
        let mut verdicts: Vec<(&Removal, bool)> = on(cleaned.removals()).map(|r| (r, false)).collect();
        verdicts.extend(on(cleaned.suspects()).map(|r| (r, true)));
        verdicts.sort_by_key(|(r, suspect)| (r.span.start, *suspect));
        let mut parts = Self { list: Vec::new(), verdicts: verdicts.len() };
        let mut at = line.span.start;
        for (verdict, suspect) in verdicts {
            // A suspect was found when the removals were gone already, so it may reach over one.
            let span = Span::new(verdict.span.start.max(at), verdict.span.end.min(line.span.end));
            if span.is_empty() {
                continue;
            }
            parts.keep(&text[at..span.start], is_small);
            let whole = &text[verdict.span.range()];
            parts.list.push(Part::Verdict { text: &text[span.range()], whole, verdict, suspect });
            at = span.end;
        }
        parts.keep(&text[at..line.span.end.max(at)], is_small);
        parts
    }

    fn keep(&mut self, text: &'c str, is_small: bool) {
        if text.is_empty() {
            return;
        }
        if is_small || text.len() <= KEPT {
            return self.list.push(Part::Kept(text));
        }
        let (start, end) = (text.floor_char_boundary(KEPT / 2), text.ceil_char_boundary(text.len() - KEPT / 2));
        self.list.extend([Part::Kept(&text[..start]), Part::Omitted(end - start), Part::Kept(&text[end..])]);
    }
}

impl Part<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let (text, whole, verdict, suspect) = match *self {
            Self::Kept(text) => return string(out, text),
            Self::Omitted(bytes) => return write!(out, "{bytes}"),
            Self::Verdict { text, whole, verdict, suspect } => (text, whole, verdict, suspect),
        };
        let mut object = Object::begin(out)?;
        if whole.len() > REMOVED {
            let start = text.floor_char_boundary(KEPT);
            object.text("t", &text[..start])?;
            // Too long to be known by itself in a decisions file of a sensible size; the rule can still be marked.
            object.number("cut", text.len() - start)?;
        } else {
            object.text("t", text)?;
        }
        object.text("rule", verdict.rule.as_str())?;
        object.text("certainty", verdict.certainty.as_str())?;
        if !verdict.evidence.is_empty() {
            object.text("seen", &shortened(&verdict.evidence, EVIDENCE))?;
        }
        if suspect {
            object.flag("suspect", true)?;
        }
        let key = Decisions::key(whole);
        if whole.len() <= REMOVED && key != text {
            object.text("key", &key)?;
        }
        object.end()
    }
}
