//! One document as JSON for the page's script: its lines, with the verdicts in place. The page escapes it
//! for HTML.

use std::borrow::Cow;
use std::io;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::cleaner::Cleaned;
use crate::decisions::Decisions;
use crate::diff::{CONTEXT, LineKind, hunks, within};
use crate::document::{Line, Span, lines};
use crate::removal::Removal;
use crate::report::json::{self, object};
use crate::report::screen::{shortened, shortened_name};

/// Bytes of a document up to which the page holds its whole text.
const SMALL: usize = 8 << 10;

/// Bytes of JSON after which no more lines of a document are written.
const MOST: usize = 16 << 10;

/// Bytes above which the middle of a piece of kept text is left out.
const KEPT: usize = 800;
/// Bytes above which a piece of removed text is shortened to its first [`KEPT`] bytes.
const REMOVED: usize = 2_000;

/// Columns to which a document's name is shortened.
const NAME: usize = 160;
/// Columns to which the evidence of a verdict is shortened.
const EVIDENCE: usize = 160;

/// A document with at least one verdict, as JSON: `{"name", "held"?, "rows", "unshown"?}`.
///
/// A row is the number of lines left out there, or `{"n": line number, "gone"?, "parts"}`. A part is kept
/// text, the number of bytes left out there, or a verdict: `{"t": text, "cut"?, "rule", "certainty",
/// "seen"?, "suspect"?, "key"?}`.
pub(super) fn json(name: &str, cleaned: &Cleaned<'_>) -> String {
    // Writing to memory does not fail, and JSON is UTF-8.
    document(name, cleaned).map(|json| json.get().to_owned()).unwrap_or_default()
}

fn document(name: &str, cleaned: &Cleaned<'_>) -> io::Result<Box<RawValue>> {
    let text = cleaned.original();
    let is_small = text.len() <= SMALL;
    let all: Vec<Line> = lines(text).collect();
    let mut rows: Vec<Box<RawValue>> = Vec::new();
    let (mut bytes, mut next, mut shown) = (0, 0, 0);
    'all: for hunk in hunks(cleaned, if is_small { usize::MAX } else { CONTEXT }) {
        for row in &hunk.lines {
            let Some(number) = row.old.filter(|_| row.kind != LineKind::Added) else { continue };
            if bytes > MOST {
                break 'all;
            }
            if number - 1 > next {
                rows.push(written(&(number - 1 - next))?);
            }
            next = number;
            let parts = LineParts::of(cleaned, all[number - 1], is_small);
            shown += parts.verdicts;
            let gone = row.kind == LineKind::Removed && row.cut.is_empty();
            let gone = gone.then(|| object! { gone: true });
            let row = written(&object! { n: number, #[serde(flatten)] gone: gone, parts: parts.list })?;
            bytes += row.get().len();
            rows.push(row);
        }
    }
    if next < all.len() {
        rows.push(written(&(all.len() - next))?);
    }
    let unshown = cleaned.removals().len() + cleaned.suspects().len() - shown;
    written(&object! {
        name: shortened_name(name, NAME),
        #[serde(flatten)]
        held: cleaned.held().map(|held| object! { held: held.to_string() }),
        rows: rows,
        #[serde(flatten)]
        unshown: (unshown > 0).then(|| object! { unshown: unshown }),
    })
}

fn written(value: &impl Serialize) -> io::Result<Box<RawValue>> {
    let mut out = Vec::new();
    json::write(&mut out, value)?;
    Ok(RawValue::from_string(String::from_utf8(out).map_err(io::Error::other)?)?)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

/// A line as a list of parts.
struct LineParts<'c> {
    list: Vec<LinePart<'c>>,
    /// The number of verdicts on the line.
    verdicts: usize,
}

#[derive(Serialize)]
#[serde(untagged)]
enum LinePart<'c> {
    Kept(&'c str),
    /// The number of bytes of kept text that are left out.
    Omitted(usize),
    VerdictPart(VerdictPart<'c>),
}

#[derive(Serialize)]
struct VerdictPart<'c> {
    #[serde(rename = "t")]
    text: &'c str,
    /// The number of bytes of the text that are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<usize>,
    rule: &'c str,
    certainty: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen: Option<String>,
    #[serde(skip_serializing_if = "is_false")]
    suspect: bool,
    /// The text's key in a decisions file, if it is not the text itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<Cow<'c, str>>,
}

impl<'c> VerdictPart<'c> {
    /// The part for a verdict on the text `whole`, of which `text` is not in an earlier part of the line.
    fn of(text: &'c str, whole: &'c str, removal: &'c Removal, suspect: bool) -> Self {
        // A long text has no key of its own, to keep decisions files small; its rule can still be marked.
        let is_long = whole.len() > REMOVED;
        let start = if is_long { text.floor_char_boundary(KEPT) } else { text.len() };
        let key = Decisions::key(whole);
        Self {
            text: &text[..start],
            cut: is_long.then_some(text.len() - start),
            rule: removal.rule.as_str(),
            certainty: removal.certainty.as_str(),
            seen: (!removal.evidence.is_empty()).then(|| shortened(&removal.evidence, EVIDENCE)),
            suspect,
            key: Some(key).filter(|key| !is_long && *key != text),
        }
    }
}

impl<'c> LineParts<'c> {
    fn of(cleaned: &'c Cleaned<'_>, line: Line, is_small: bool) -> Self {
        let text = cleaned.original();
        let mut verdicts: Vec<(&Removal, bool)> = within(cleaned.removals(), line).iter().map(|r| (r, false)).collect();
        verdicts.extend(within(cleaned.suspects(), line).iter().map(|r| (r, true)));
        verdicts.sort_by_key(|(r, suspect)| (r.span.start, *suspect));
        let mut parts = Self { list: Vec::new(), verdicts: verdicts.len() };
        let mut at = line.span.start;
        for (verdict, suspect) in verdicts {
            // Suspects are found after removals have been cut out, so a suspect may reach across a removal.
            let span = Span::new(verdict.span.start.max(at), verdict.span.end.min(line.span.end));
            if span.is_empty() {
                continue;
            }
            parts.keep(&text[at..span.start], is_small);
            let whole = &text[verdict.span.range()];
            parts.list.push(LinePart::VerdictPart(VerdictPart::of(&text[span.range()], whole, verdict, suspect)));
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
            return self.list.push(LinePart::Kept(text));
        }
        let (start, end) = (text.floor_char_boundary(KEPT / 2), text.ceil_char_boundary(text.len() - KEPT / 2));
        self.list.extend([
            LinePart::Kept(&text[..start]),
            LinePart::Omitted(end - start),
            LinePart::Kept(&text[end..]),
        ]);
    }
}
