//! The detector of headlines of other articles that stand below the last paragraph without a label.

use rustc_hash::{FxHashMap, FxHashSet};

use super::finding::{Detector, Finding};
use super::page::View;
use super::seen::Seen;

/// Fewest words of a headline: fewer may be a label or a signature.
const WORDS: usize = 4;
/// Fewest rows of a list of headlines: below a line that is known to be the page's, and without one.
const ROWS: usize = 2;
const ROWS_ALONE: usize = 3;

pub(super) struct Teasers;

impl Detector for Teasers {
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>) {
        let [pairs_rule, headlines_rule] =
            ["teaser/tail-pairs", "teaser/tail-headlines"].map(|id| view.matchers.judgement(id));
        if pairs_rule.or(headlines_rule).is_none() || !view.has_prose() {
            return;
        }
        let sure = |f: &&Finding| f.has_sure_rule_for_line(view);
        let furniture = found.iter().filter(sure).filter(|f| view.in_tail(f.row)).map(|f| f.row).min();
        let known: FxHashSet<usize> = found.iter().filter(sure).map(|f| f.row).collect();
        let rows: Vec<usize> = view
            .visible
            .iter()
            .copied()
            .filter(|&r| view.in_tail(r) && !known.contains(&r) && is_candidate(view, r))
            .collect();
        if view.outweighs_prose(rows.iter().copied()) {
            return;
        }
        let pairs = in_pairs(view, &rows);
        if let Some(rule) = pairs_rule
            && (furniture.is_some() || pairs.len() >= 4)
        {
            for (&row, &twin) in &pairs {
                found.push(Finding::line(row, rule, Seen::HeadlineTwice { twin }));
            }
        }
        let Some(rule) = headlines_rule else { return };
        let from = furniture.unwrap_or(0);
        let loose: Vec<usize> = rows
            .into_iter()
            .filter(|r| {
                *r > from
                    && !pairs.contains_key(r)
                    && view.content_words(*r).len() >= 3
                    && view.is_off_topic(view.raw(*r))
            })
            .collect();
        if loose.len() < if furniture.is_some() { ROWS } else { ROWS_ALONE } {
            return;
        }
        let seen = |row| Finding::line(row, rule, Seen::HeadlineBehind { below: furniture });
        found.extend(loose.into_iter().map(seen));
    }
}

/// True for a row that looks like a headline and nothing else.
fn is_candidate(view: &View<'_>, row: usize) -> bool {
    let r = view.row(row);
    let shape = view.shape(row);
    shape.is_headline() && shape.words >= WORDS && !r.part && !r.introduced && !view.raw(row).contains(['\t', '|'])
}

/// Neighbouring rows that say the same, each with its twin.
fn in_pairs(view: &View<'_>, rows: &[usize]) -> FxHashMap<usize, usize> {
    let key = |row: usize| -> String { view.folded(row).chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut pairs = FxHashMap::default();
    for pair in rows.windows(2) {
        if view.below(pair[0]) == Some(pair[1]) && key(pair[0]) == key(pair[1]) {
            pairs.insert(pair[0], pair[1]);
            pairs.insert(pair[1], pair[0]);
        }
    }
    pairs
}
