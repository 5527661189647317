//! Removals as stretches of code points. Together they are all that goes: each takes along the line breaks and blank lines that the
//! library cuts with it.

use dechaff::{Cleaned, Removal};

/// What goes because of one removal, counted in code points.
pub(crate) struct Stretch<'c> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) removal: &'c Removal,
}

/// The stretches that go, in order and disjoint; none if the document is held.
pub(crate) fn stretches<'c>(cleaned: &'c Cleaned<'_>) -> Vec<Stretch<'c>> {
    let mut count = CodePoints::new(cleaned.original());
    let mut removals = cleaned.removals().iter().peekable();
    let mut out = Vec::with_capacity(removals.len());
    for cut in cleaned.cuts() {
        let mut start = count.before(cut.start);
        while let Some(removal) = removals.next_if(|removal| removal.span.start < cut.end) {
            // The last removal of a cut reaches to its end, others to the next removal.
            let next = removals.peek().map(|next| next.span.start).filter(|next| *next < cut.end);
            let end = count.before(next.unwrap_or(cut.end));
            out.push(Stretch { start, end, removal });
            start = end;
        }
    }
    out
}

/// Counts the code points of a text from its beginning, forward only.
struct CodePoints<'t> {
    text: &'t str,
    bytes: usize,
    points: usize,
}

impl<'t> CodePoints<'t> {
    const fn new(text: &'t str) -> Self {
        Self { text, bytes: 0, points: 0 }
    }

    /// The code points before an offset in bytes, which must not lie before an earlier one.
    fn before(&mut self, offset: usize) -> usize {
        self.points += self.text[self.bytes..offset].chars().count();
        self.bytes = offset;
        self.points
    }
}
