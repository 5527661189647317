//! The detector of repetitions of the article's own headline. Headlines of other articles are found in `teasers`.

use super::finding::{Detector, Finding};
use super::page::{Title, View, WORDS};
use super::seen::Seen;
use crate::text::classes::is_alphanumeric;

/// Most rows at the top of a page among which its headline is looked for.
const TOP: usize = 12;
/// Fewest letters of a headline: a line with fewer may be a label or a refrain.
const LETTERS: usize = 12;
/// Longest headline, in bytes.
pub(super) const BYTES: usize = 300;

pub(super) struct Headlines;

impl Detector for Headlines {
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>) {
        let Some(rule) = view.matchers.judgement("headline/repeated") else { return };
        if !view.has_prose() {
            return; // nothing tells a refrain from a headline
        }
        let mut taken: Vec<usize> = Vec::new();
        for (place, first) in candidates(view).enumerate() {
            if taken.contains(&first) {
                continue;
            }
            let forms = view.line(first).title();
            let copies: Vec<usize> = view
                .visible
                .iter()
                .copied()
                .filter(|&row| row > first && view.span(row).len() <= BYTES && says(view, row, forms))
                .collect();
            let kept = kept(view, first, forms, &copies);
            // Lines of the head that are repeated further down are a table of contents, unless one is plainly the headline.
            let is_headline = place == 0 || copies.iter().any(|&c| view.in_head(c));
            for row in std::iter::once(first).chain(copies.iter().copied()).filter(|&r| r != kept) {
                if is_repetition(view, kept, &copies, row) && (is_headline || !view.has_prose_below(row)) {
                    found.push(Finding::line(row, rule, Seen::Repetition { of: kept }));
                    taken.push(row);
                }
            }
            taken.push(kept);
        }
    }
}

/// The place, among rows from the top down to where the text begins, of the article's headline: the last copy of the title.
pub(super) fn own_headline(view: &View<'_>, rows: &[usize]) -> Option<usize> {
    let fits = |row: usize| view.span(row).len() <= BYTES && !view.row(row).part;
    let places: Vec<usize> = (0..rows.len()).filter(|at| fits(rows[*at])).collect();
    let tops = places.iter().take(TOP).map(|at| rows[*at]);
    let tops = tops.filter(|row| view.shape(*row).words >= WORDS && !view.is_known(*row));
    let given = view.title().filter(|title| title.len() <= BYTES);
    let given_forms = given.map(Title::of);
    let mut titles = given_forms.iter().chain(tops.map(|row| view.line(row).title()));
    titles.find_map(|title| {
        let mut copies = places.iter().copied().filter(|at| says(view, rows[*at], title));
        let (first, last) = (copies.next()?, copies.next_back());
        last.or_else(|| given.map(|_| first))
    })
}

/// The copy that stays: among those above the prose the shortest ("Headline" rather than "Headline | Site"), and among equals the nearest
/// to the prose, unless they follow each other.
pub(super) fn kept(view: &View<'_>, first: usize, title: &Title, copies: &[usize]) -> usize {
    let (mut kept, mut length, mut last) = (first, title.len(), first);
    for &copy in copies.iter().filter(|&&c| view.in_head(c)) {
        let plain = view.line(copy).title().len();
        if plain < length || plain == length && view.above(copy) != Some(last) {
            (kept, length) = (copy, plain);
        }
        last = copy;
    }
    kept
}

/// Rows above the prose that may be the headline.
pub(super) fn candidates<'a>(view: &'a View<'_>) -> impl Iterator<Item = usize> + 'a {
    let given = view.title().filter(|t| t.len() <= BYTES).map(Title::of);
    view.visible.iter().copied().take(TOP).filter(move |&row| {
        if view.span(row).len() > BYTES {
            return false;
        }
        let known = given.as_ref().is_some_and(|g| says(view, row, g));
        let plain = |c: char| !matches!(c, '\t' | '|');
        view.in_head(row)
            && !view.is_known(row)
            && !view.row(row).part
            && !view.edges(row).announces
            && view.shape(row).words >= if known { 2 } else { WORDS }
            && view.raw(row).chars().filter(|c| is_alphanumeric(*c)).nth(if known { 0 } else { LETTERS - 1 }).is_some()
            && (known || view.raw(row).chars().filter(|c| !plain(*c)).count() <= 2)
    })
}

/// True if a copy stands where no author repeats a headline.
fn is_repetition(view: &View<'_>, kept: usize, copies: &[usize], row: usize) -> bool {
    if view.row(row).part || view.row(row).introduced {
        return false;
    }
    if view.in_head(row) {
        return true;
    }
    let apart = |other: Option<usize>| {
        other.is_none_or(|o| view.is_prose(o) || view.is_known(o) || o == kept || copies.binary_search(&o).is_ok())
    };
    if !view.has_prose_below(row) {
        // The last line of a poem or a song leans on the verse above it.
        return apart(view.above(row)) || row.checked_sub(1).is_none_or(|a| view.is_blank(a));
    }
    // A question that is asked again is one of an interview.
    apart(view.above(row)) && apart(view.below(row)) && !view.edges(row).asks
}

/// True if a row says a headline, one of them perhaps with the site's name.
pub(super) fn says(view: &View<'_>, row: usize, title: &Title) -> bool {
    title.may_be_said_by(view.line(row).opening()) && title.says_same(view.line(row).title())
}
