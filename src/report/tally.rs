//! Counts of removed lines and bytes by family. Reports write them out.

use serde::Serialize;

use crate::cleaner::Cleaned;
use crate::document::Span;
use crate::format::BOM;
use crate::removal::Family;

/// An amount of text, in lines and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Amount {
    pub lines: u64,
    pub bytes: u64,
}

impl Amount {
    pub(super) fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.bytes += other.bytes;
    }
}

/// Removed lines and bytes of one document or of many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FamilyTally {
    /// For each family, in the order of [`Family::ALL`], the lines that it removed or cut and the bytes of
    /// its removals.
    families: Vec<Amount>,
    /// Blank lines that went along with junk, and the bytes of these and of all other removed line breaks.
    pub blank: Amount,
    /// All lines that were removed or cut, and all bytes that were removed.
    pub total: Amount,
}

impl FamilyTally {
    /// The counts of one document; all 0 if it is held.
    pub(super) fn of(cleaned: &Cleaned<'_>) -> Self {
        let mut tally = Self::default();
        if !cleaned.is_changed() {
            return tally;
        }
        tally.families.resize(Family::ALL.len(), Amount::default());
        let text = cleaned.original();
        let mut touched = 0;
        let mut gone = 0;
        let mut last_line = 0;
        let mut last_of = vec![0; Family::ALL.len()];
        for removal in cleaned.removals() {
            let family = place(removal.family);
            tally.families[family].bytes += removal.span.len() as u64;
            if std::mem::replace(&mut last_of[family], removal.line) != removal.line {
                tally.families[family].lines += 1;
            }
            if std::mem::replace(&mut last_line, removal.line) != removal.line {
                touched += 1;
                gone += u64::from(is_gone(cleaned.cuts(), line_around(text, removal.span.start)));
            }
        }
        tally.total.bytes = cleaned.cuts().iter().map(|c| c.len() as u64).sum();
        let blank = lines_gone(cleaned).saturating_sub(gone);
        let spans: u64 = tally.families.iter().map(|f| f.bytes).sum();
        tally.blank = Amount { lines: blank, bytes: tally.total.bytes.saturating_sub(spans) };
        tally.total.lines = touched + blank;
        tally
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.families.resize(Family::ALL.len(), Amount::default());
        for (mine, theirs) in self.families.iter_mut().zip(&other.families) {
            mine.add(*theirs);
        }
        self.blank.add(other.blank);
        self.total.add(other.total);
    }

    /// The families that removed something, the family with most bytes first.
    pub(super) fn families(&self) -> Vec<(Family, Amount)> {
        let named = Family::ALL.iter().copied().zip(self.families.iter().copied());
        let mut found: Vec<_> = named.filter(|(_, amount)| *amount != Amount::default()).collect();
        found.sort_by_key(|(_, amount)| std::cmp::Reverse((amount.bytes, amount.lines)));
        found
    }
}

/// The line around a byte, without its line break.
pub(super) fn line_around(text: &str, at: usize) -> Span {
    let start = text[..at].rfind('\n').map_or_else(|| mark(text), |n| n + 1);
    let end = text[at..].find('\n').map_or(text.len(), |n| at + n);
    let end = if text[start.min(end)..end].ends_with('\r') && end < text.len() { end - 1 } else { end };
    Span::new(start.min(at), end)
}

/// True if one cut takes the whole line.
fn is_gone(cuts: &[Span], line: Span) -> bool {
    let first = cuts.partition_point(|c| c.end < line.end);
    cuts.get(first).is_some_and(|c| c.start <= line.start && c.end >= line.end)
}

/// The number of lines that the original has more than the cleaned text.
fn lines_gone(cleaned: &Cleaned<'_>) -> u64 {
    let bytes = cleaned.original().as_bytes();
    let breaks: usize = cleaned.cuts().iter().map(|c| memchr::memchr_iter(b'\n', &bytes[c.range()]).count()).sum();
    // If the whole text is cut, its last line counts even without a line break.
    let last = bytes.last() != Some(&b'\n')
        && cleaned.cuts().first() == Some(&Span::new(mark(cleaned.original()), bytes.len()));
    breaks as u64 + u64::from(last)
}

/// Bytes of the byte order mark at the start of a text, which is part of no line; 0 if there is none.
fn mark(text: &str) -> usize {
    if text.starts_with(BOM) { BOM.len() } else { 0 }
}

fn place(family: Family) -> usize {
    Family::ALL.iter().position(|f| *f == family).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn every_byte_and_line_is_counted_once() {
        let cleaned = fixture::cleaned();
        let tally = FamilyTally::of(&cleaned);
        let (old, new) = (cleaned.original(), cleaned.text());
        assert_eq!(tally.total.bytes, (old.len() - new.len()) as u64);
        // A share bar, a newsletter line and a blank line are removed, and one line is cut.
        assert_eq!(tally.total.lines, (old.lines().count() - new.lines().count() + 1) as u64);
        assert_eq!(tally.blank.lines, 1);
        let parts: u64 = tally.families().iter().map(|(_, a)| a.bytes).sum();
        assert_eq!(parts + tally.blank.bytes, tally.total.bytes);
        let families: Vec<_> = tally.families().iter().map(|(f, a)| (f.as_str(), a.lines)).collect();
        assert_eq!(families, [("share", 2), ("newsletter", 1)]);
    }

    #[test]
    fn held_documents_lose_nothing() {
        assert_eq!(FamilyTally::of(&fixture::held()), FamilyTally::default());
    }

    #[test]
    fn a_text_that_goes_as_a_whole() {
        for text in ["Share this: Facebook", "\u{feff}Share this: Facebook\n", "\n\nShare this: Facebook\n\n"] {
            let cleaner = fixture::cleaner();
            let cleaned = cleaner.clean(text);
            let total = FamilyTally::of(&cleaned).total;
            assert_eq!(total.lines, crate::document::lines(text).count() as u64, "{text:?}");
            assert_eq!(total.bytes, (text.len() - cleaned.text().len()) as u64, "{text:?}");
        }
    }

    #[test]
    fn lines_around_a_byte() {
        let text = "\u{feff}ab\r\ncd\n";
        assert_eq!(&text[line_around(text, 3).range()], "ab");
        assert_eq!(&text[line_around(text, 4).range()], "ab");
        assert_eq!(&text[line_around(text, 8).range()], "cd");
        assert_eq!(line_around("x", 0), Span::new(0, 1));
    }
}
