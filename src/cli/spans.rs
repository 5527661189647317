//! `clean --attributes`: the spans of what goes, one line of JSON a document, as datasets in the Dolma layout keep them beside
//! untouched documents. Offsets are code points, half-open.

use std::collections::BTreeMap;

use dechaff::{Certainty, Cleaned, Span};
use serde::Serialize;

/// The share of removals of a certainty that are junk, as measured; it is the score of a span.
const fn score(certainty: Certainty) -> f64 {
    match certainty {
        Certainty::Certain => 1.0,
        Certainty::Likely => 0.95,
        Certainty::Suspect => 0.5,
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a str,
    source: &'a str,
    attributes: BTreeMap<String, Vec<(usize, usize, f64)>>,
}

/// Appends the line of a document of this id and source. Its spans, all families together, are the cuts of the text: sorted
/// and disjoint.
pub(crate) fn write(out: &mut Vec<u8>, id: &str, source: &str, cleaned: &Cleaned<'_>) {
    let mut attributes = BTreeMap::<String, Vec<_>>::new();
    let mut points = CodePoints { text: cleaned.original(), at: 0, count: 0 };
    for cut in cleaned.cuts() {
        for (piece, family, certainty) in pieces(*cut, cleaned) {
            let (start, end) = (points.at(piece.start), points.at(piece.end));
            attributes.entry(format!("dechaff__{family}")).or_default().push((start, end, score(certainty)));
        }
    }
    append(out, &Line { id, source, attributes });
}

/// Appends the line of a record that is no document, so that the lines of both files stay side by side.
pub(crate) fn write_empty(out: &mut Vec<u8>) {
    append(out, &Line { id: "", source: "", attributes: BTreeMap::new() });
}

fn append(out: &mut Vec<u8>, line: &Line<'_>) {
    // Numbers and strings are written into memory, which cannot fail.
    let _ = serde_json::to_writer(&mut *out, line);
    out.push(b'\n');
}

/// The pieces of a cut, one for each removal in it, with the line breaks and blank lines up to the next one.
fn pieces<'c>(cut: Span, cleaned: &'c Cleaned<'_>) -> impl Iterator<Item = (Span, &'c str, Certainty)> {
    let removals = cleaned.removals();
    let first = removals.partition_point(|removal| removal.span.end <= cut.start);
    let inside = removals[first..].iter().take_while(move |removal| removal.span.start < cut.end);
    let mut inside = inside.peekable();
    let mut start = cut.start;
    std::iter::from_fn(move || {
        let removal = inside.next()?;
        let end = inside.peek().map_or(cut.end, |next| next.span.start);
        let piece = Span::new(start, end);
        start = end;
        Some((piece, removal.family.as_str(), removal.certainty))
    })
}

/// Turns rising byte offsets of a text into offsets in code points.
struct CodePoints<'t> {
    text: &'t str,
    at: usize,
    count: usize,
}

impl CodePoints<'_> {
    fn at(&mut self, offset: usize) -> usize {
        self.count += self.text[self.at..offset].chars().count();
        self.at = offset;
        self.count
    }
}
