//! The article's own headline, said again. Headlines of other articles are not looked for here.

use super::page::Page;
use super::{Detector, Finding};
use crate::rules::fold::{fold, simple};
use crate::rules::shape::Look;
use crate::rules::words::is_alphanumeric;

/// Most rows at the top of a page among which its headline is looked for.
const TOP: usize = 12;
/// Fewest words, and fewest letters, of a headline that is told from a label or a refrain.
const WORDS: usize = 4;
const LETTERS: usize = 12;
/// Longest headline, in bytes.
pub(super) const BYTES: usize = 300;
/// Most words of a part like " | Site" that may be missing from a copy.
const PART: usize = 5;
const SEPARATORS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " · ", " » ", " « ", "｜", " ／ "];

pub(super) struct Headlines;

impl Detector for Headlines {
    fn point(&self, page: &Page<'_>, found: &mut Vec<Finding>) {
        let Some(rule) = page.reader.judgement("headline/repeated") else { return };
        if !page.has_prose() {
            return; // nothing tells a refrain from a headline
        }
        let mut taken: Vec<usize> = Vec::new();
        for (place, first) in candidates(page).enumerate() {
            if taken.contains(&first) {
                continue;
            }
            let forms = page.forms(first);
            let copies: Vec<usize> = page
                .visible
                .iter()
                .copied()
                .filter(|&row| row > first && page.rows[row].span.len() <= BYTES && forms.meet(page, row))
                .collect();
            let kept = kept(page, first, forms, &copies);
            // Lines of the head that come again further down are a table of contents, unless one is plainly the headline.
            let is_headline = place == 0 || copies.iter().any(|&c| page.in_head(c));
            for row in std::iter::once(first).chain(copies.iter().copied()).filter(|&r| r != kept) {
                if is_repetition(page, kept, &copies, row) && (is_headline || !page.has_prose_below(row)) {
                    found.push(Finding::line(row, rule, "same as line {}".to_owned()).pointing_to(kept));
                    taken.push(row);
                }
            }
            taken.push(kept);
        }
    }
}

/// Of rows down to where the text begins the place of the article's own headline: the nearest copy of the page's title.
pub(super) fn own(page: &Page<'_>, rows: &[usize]) -> Option<usize> {
    let fits = |row: usize| page.rows[row].span.len() <= BYTES && !page.rows[row].part;
    let places: Vec<usize> = (0..rows.len()).filter(|at| fits(rows[*at])).collect();
    let tops = places.iter().take(TOP).map(|at| rows[*at]);
    let tops = tops.filter(|row| page.look(*row).words >= WORDS && !page.is_known(*row));
    let given = page.title.filter(|title| title.len() <= BYTES);
    let given_forms = given.map(Forms::of);
    let mut titles = given_forms.iter().chain(tops.map(|row| page.forms(row)));
    titles.find_map(|title| {
        let mut copies = places.iter().copied().filter(|at| title.meet(page, rows[*at]));
        let (first, last) = (copies.next()?, copies.next_back());
        last.or_else(|| given.map(|_| first))
    })
}

/// The copy that stays: of those above the prose the plainest ("Headline" rather than "Headline | Site"), and of
/// equals the nearest to the prose, unless they follow each other.
pub(super) fn kept(page: &Page<'_>, first: usize, forms: &Forms, copies: &[usize]) -> usize {
    let (mut kept, mut length, mut last) = (first, forms.full.len(), first);
    for &copy in copies.iter().filter(|&&c| page.in_head(c)) {
        let plain = page.forms(copy).full.len();
        if plain < length || plain == length && page.above(copy) != Some(last) {
            (kept, length) = (copy, plain);
        }
        last = copy;
    }
    kept
}

/// Rows above the prose that may be the headline.
pub(super) fn candidates<'a>(page: &'a Page<'_>) -> impl Iterator<Item = usize> + 'a {
    let given = page.title.filter(|t| t.len() <= BYTES).map(Forms::of);
    page.visible.iter().copied().take(TOP).filter(move |&row| {
        let r = &page.rows[row];
        if r.span.len() > BYTES {
            return false;
        }
        let known = given.as_ref().is_some_and(|g| g.meet(page, row));
        let plain = |c: char| !matches!(c, '\t' | '|');
        page.in_head(row)
            && !page.is_known(row)
            && !r.part
            && !r.announces
            && page.look(row).words >= if known { 2 } else { WORDS }
            && page.raw(row).chars().filter(|c| is_alphanumeric(*c)).nth(if known { 0 } else { LETTERS - 1 }).is_some()
            && (known || page.raw(row).chars().filter(|c| !plain(*c)).count() <= 2)
    })
}

/// True if a copy stands where no author would put it.
fn is_repetition(page: &Page<'_>, kept: usize, copies: &[usize], row: usize) -> bool {
    if page.rows[row].part || page.rows[row].introduced {
        return false;
    }
    if page.in_head(row) {
        return true;
    }
    let apart = |other: Option<usize>| {
        other.is_none_or(|o| page.is_prose(o) || page.is_known(o) || o == kept || copies.binary_search(&o).is_ok())
    };
    if !page.has_prose_below(row) {
        // The last line of a poem or a song leans on the verse above it.
        return apart(page.above(row)) || row.checked_sub(1).is_none_or(|a| page.rows[a].blank);
    }
    // A question that is asked again is one of an interview.
    apart(page.above(row)) && apart(page.below(row)) && !page.rows[row].asks
}

/// A headline's words, as a whole and without what looks like the site's name at either end.
#[derive(Debug)]
pub(super) struct Forms {
    full: String,
    cut: Vec<String>,
}

impl Forms {
    pub fn of(raw: &str) -> Self {
        Self::with_words(raw, WORDS)
    }

    /// The forms of a headline that has so many words at least without the site's name.
    pub fn with_words(raw: &str, least: usize) -> Self {
        let mut cut = Vec::new();
        let mut left = raw;
        while let Some(at) = last_separator(left) {
            let part = Look::at(&left[at..]);
            left = &left[..at];
            if part.words > PART || Look::at(left).words < least {
                break;
            }
            cut.push(key(left));
        }
        Self { full: key(raw), cut }
    }

    /// True if a part that looks like the site's name stands behind the headline.
    pub fn has_site(&self) -> bool {
        !self.cut.is_empty()
    }

    /// True if a row says the headline, one of them perhaps with the site's name.
    pub fn meet(&self, page: &Page<'_>, row: usize) -> bool {
        is_alike(&self.full, page.raw(row)) && self.says_same(page.forms(row))
    }

    /// The same for a headline that is known, so that a word of it is enough before the site's name.
    pub fn meet_known(&self, page: &Page<'_>, row: usize) -> bool {
        is_alike(&self.full, page.raw(row)) && self.says_same(&Self::with_words(page.raw(row), 1))
    }

    fn says_same(&self, other: &Self) -> bool {
        other.full == self.full || other.cut.contains(&self.full) || self.cut.contains(&other.full)
    }
}

/// Where the last separator of a headline begins.
fn last_separator(headline: &str) -> Option<usize> {
    let separates = |at: &usize| SEPARATORS.iter().any(|s| headline.as_bytes()[*at..].starts_with(s.as_bytes()));
    let is_mark = |c: char| matches!(c, '|' | '-' | '–' | '—' | ':' | '·' | '»' | '«' | '｜' | '／');
    let marks = headline.rmatch_indices(is_mark);
    // A blank belongs to most of them.
    marks.flat_map(|(at, _)| [Some(at), at.checked_sub(1)]).flatten().find(separates)
}

/// The letters and digits of a headline, in lower case.
fn key(raw: &str) -> String {
    let mut key = fold(raw);
    key.retain(is_alphanumeric);
    key
}

/// Letters that are compared before a line is folded in full.
const FIRST: usize = 12;

/// A cheap no: the first letters differ, as far as plain ones tell.
fn is_alike(key: &str, raw: &str) -> bool {
    let letters = raw.chars().filter(|c| is_alphanumeric(*c));
    let alike = |(a, b): (char, char)| match (a.is_ascii(), b.is_ascii()) {
        (true, true) => a.eq_ignore_ascii_case(&b),
        (false, false) => simple(a).is_none_or(|a| a == b),
        _ => true,
    };
    letters.zip(key.chars()).take(FIRST).all(alike) || memchr::memchr(b'&', raw.as_bytes()).is_some()
}
