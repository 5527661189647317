//! Labels and lists that are the article's own, although rules know their words.

use rustc_hash::FxHashMap;

use super::view::View;
use crate::text::fold::bare;

/// Most words, and most letters, of a label.
const LABEL: usize = 3;
const LABEL_LETTERS: usize = 32;
/// Most words of an item of a list.
const ITEM: usize = 8;

/// Marks labels of the article: "Share" above a line about shares or below a headline about shares, "Share." at the
/// end of a recipe, "Share" in a poem in which other lines begin with it.
pub(super) fn mark_own_labels(view: &mut View<'_>) {
    let labels: Vec<usize> = view.visible.iter().copied().filter(|r| may_be_label(view, *r)).collect();
    if labels.is_empty() {
        return;
    }
    let refrains = refrains(view, &labels);
    let top = view.visible.first().copied().filter(|top| view.shape(*top).is_headline());
    let heads: Vec<usize> = labels.into_iter().filter(|r| is_own_label(view, *r, top, &refrains)).collect();
    for row in heads {
        view.rows[row].is_own_label = true;
    }
}

/// Of each label how many lines that no rule knows go on where it stops.
fn refrains<'v>(view: &View<'v>, labels: &[usize]) -> FxHashMap<&'v str, usize> {
    let mut lines: FxHashMap<&str, usize> = labels.iter().map(|row| (bare(view.folded(*row)), 0)).collect();
    for &row in view.visible.iter().filter(|row| !view.is_known(**row)) {
        let folded = view.folded(row);
        for (end, _) in folded.match_indices([' ', ',']).take(LABEL) {
            lines.entry(&folded[..end]).and_modify(|count| *count += 1);
        }
    }
    lines
}

fn may_be_label(view: &View<'_>, row: usize) -> bool {
    view.is_known(row) && view.raw(row).chars().nth(LABEL_LETTERS).is_none() && view.shape(row).words <= LABEL
}

/// `top` is the first line, if it looks like a headline.
fn is_own_label(view: &View<'_>, row: usize, top: Option<usize>, refrains: &FxHashMap<&str, usize>) -> bool {
    let (raw, label) = (view.raw(row), bare(view.folded(row)));
    let gap_above = || row.checked_sub(1).is_none_or(|above| view.is_blank(above));
    let text_below = row + 1 < view.count()
        && !view.is_blank(row + 1)
        && view.edges(row + 1).ends
        && view.shape(row + 1).words >= 3
        && !view.is_known(row + 1);
    let is_stop = || raw.ends_with('。') || (raw.ends_with('.') && !raw.ends_with(".."));
    (text_below && gap_above())
        || (is_stop() && view.shape(row).words == 1)
        || top.is_some_and(|top| top != row && holds_words(view.folded(top), label))
        || refrains.get(label).is_some_and(|lines| *lines >= 2)
}

/// Marks lists that belong to the article because a line of it says "…:" right above.
pub(super) fn mark_introduced(view: &mut View<'_>) {
    let (mut within, mut close) = (false, false);
    let mut above: Option<usize> = None;
    for at in 0..view.visible.len() {
        let i = view.visible[at];
        let opened = above
            .is_some_and(|a| view.edges(a).announces && i - a <= 2 && view.shape(a).words >= 3 && !view.is_known(a));
        // A known label behind a gap, where the items stood close together, is no item any more.
        let leaves = close && above.is_some_and(|a| i - a > 1) && view.is_known(i);
        let continues = within && above.is_some_and(|a| i - a <= 2) && !leaves;
        close = continues && above.is_some_and(|a| i - a == 1);
        within = (opened || continues) && view.shape(i).words <= ITEM && !view.is_prose(i);
        view.rows[i].introduced = within;
        above = Some(i);
    }
}

/// True if words stand in a line, with spaces around them.
fn holds_words(line: &str, words: &str) -> bool {
    line.contains(words) && format!(" {line} ").contains(&format!(" {words} "))
}
