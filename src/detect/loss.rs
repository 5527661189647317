//! How much of an article would go: the share of the words of its sentences that removals take.

use rustc_hash::FxHashSet;

use super::matchers::Matchers;
use super::page::{LineFacts, Page};
use crate::document::Span;
use crate::removal::{Family, Removal};

/// Fewest words of a line that may be a whole article.
const ARTICLE: usize = 30;
/// How much less a word counts that goes because the source repeats its line.
const LEARNED: f64 = 0.5;

/// True if the only line of sentences, of `ARTICLE` words or more, goes, whatever rule knows it: a whole article may stand on one line,
/// behind the first words of a banner. Removals come in the order of the text.
pub(crate) fn takes_only_line(page: &Page<'_>, removals: &[&Removal]) -> bool {
    let mut sentences = page.lines().iter().filter(|line| line.is_sentence());
    let (Some(line), None) = (sentences.next(), sentences.next()) else { return false };
    let covers = |removal: &&Removal| removal.span.start <= line.span().start && removal.span.end >= line.span().end;
    line.shape().words >= ARTICLE && removals.iter().any(covers)
}

/// Share of the words of sentence-shaped lines within a stretch of a text that the removals take, if it is over a limit; for the limit,
/// words of lines that the source repeats count half. Lines that are
/// junk by their wording alone count on neither side: they say nothing about how much of the article goes.
pub(crate) fn share_over(
    limit: f64,
    page: &Page<'_>,
    matchers: &Matchers,
    within: Span,
    removals: &[&Removal],
) -> Option<f64> {
    let is_within = |line: &LineFacts<'_>| line.span().start >= within.start && line.span().end <= within.end;
    let lines = || page.lines().iter().filter(|line| is_within(line));
    let words_of = |line: &LineFacts<'_>| if line.is_sentence() { line.shape().words } else { 0 };
    let (mut gone, mut learned, mut named) = (0, 0, FxHashSet::default());
    let mut next = removals.partition_point(|r| r.span.end <= within.start);
    for line in lines() {
        let span = line.span();
        if removals.get(next).is_none_or(|removal| removal.span.end > span.end) {
            continue;
        }
        let is_whole = removals[next].span.len() >= span.len();
        let words = if is_whole && matchers.is_certain(&line.hits) {
            named.insert(line.number);
            0
        } else {
            words_of(line)
        };
        while next < removals.len() && removals[next].span.end <= span.end {
            let words = if is_whole { words } else { words * removals[next].span.len() / span.len() };
            gone += words;
            learned += if removals[next].family == Family::Learned { words } else { 0 };
            next += 1;
        }
    }
    // The more lines are counted, the smaller the share: most texts need no more than a few.
    let share = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let weighed = share(gone) - share(learned) * LEARNED;
    let mut all = 0;
    for line in lines().filter(|line| gone > 0 && !named.contains(&line.number)) {
        all += words_of(line);
        if all > 0 && weighed <= limit * share(all) {
            return None;
        }
    }
    (all > 0 && weighed > limit * share(all)).then(|| share(gone) / share(all))
}
