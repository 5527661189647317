//! Labels and lists that are the article's own, although rules know their words.

use rustc_hash::FxHashMap;

use super::page::Page;
use crate::rules::fold::bare;

/// Most words, and most letters, of a label.
const LABEL: usize = 3;
const LABEL_LETTERS: usize = 32;
/// Most words of an item of a list.
const ITEM: usize = 8;

impl Page<'_> {
    /// Marks labels of the article: "Share" above a line about shares or below a headline about shares, "Share." at the
    /// end of a recipe, "Share" in a poem in which other lines begin with it.
    pub(super) fn find_labels(&mut self) {
        let labels: Vec<usize> = self.visible.iter().copied().filter(|r| self.may_be_label(*r)).collect();
        if labels.is_empty() {
            return;
        }
        let refrains = self.refrains(&labels);
        let heads: Vec<usize> = labels.into_iter().filter(|r| self.is_own_label(*r, &refrains)).collect();
        for row in heads {
            self.rows[row].heads = true;
        }
    }

    /// Of each label how many lines that no rule knows go on where it stops.
    fn refrains(&self, labels: &[usize]) -> FxHashMap<&str, usize> {
        let mut lines: FxHashMap<&str, usize> = labels.iter().map(|row| (bare(self.folded(*row)), 0)).collect();
        let mut firsts = [false; 128];
        let mut others = false;
        for first in lines.keys().filter_map(|label| label.bytes().next()) {
            firsts.get_mut(usize::from(first)).map_or_else(|| others = true, |there| *there = true);
        }
        // A cheap no before a line is folded: no label begins with its first letter.
        let may_go_on = |raw: &str| {
            let first = raw.bytes().next().filter(|_| !others).filter(u8::is_ascii_alphanumeric);
            first.is_none_or(|first| firsts[usize::from(first.to_ascii_lowercase())])
        };
        for &row in self.visible.iter().filter(|r| may_go_on(self.raw(**r)) && !self.is_known(**r)) {
            let folded = self.folded(row);
            for (end, _) in folded.match_indices([' ', ',']).take(LABEL) {
                lines.entry(&folded[..end]).and_modify(|count| *count += 1);
            }
        }
        lines
    }

    fn may_be_label(&self, row: usize) -> bool {
        self.is_known(row) && self.raw(row).chars().nth(LABEL_LETTERS).is_none() && self.look(row).words <= LABEL
    }

    fn is_own_label(&self, row: usize, refrains: &FxHashMap<&str, usize>) -> bool {
        let (raw, label) = (self.raw(row), bare(self.folded(row)));
        let gap_above = || row.checked_sub(1).is_none_or(|above| self.rows[above].blank);
        let text_below = self.rows.get(row + 1).is_some_and(|below| !below.blank && below.ends)
            && self.look(row + 1).words >= 3
            && !self.is_known(row + 1);
        let is_stop = || raw.ends_with('。') || (raw.ends_with('.') && !raw.ends_with(".."));
        let is_topic = |top: usize| {
            let named = || format!(" {} ", self.folded(top)).contains(&format!(" {label} "));
            top != row && self.look(top).is_headline() && named()
        };
        (text_below && gap_above())
            || (is_stop() && self.look(row).words == 1)
            || self.visible.first().is_some_and(|top| is_topic(*top))
            || refrains.get(label).is_some_and(|lines| *lines >= 2)
    }

    /// Marks lists that belong to the article because a line of it says "…:" right above.
    pub(super) fn find_lists(&mut self) {
        let (mut within, mut close) = (false, false);
        let mut above: Option<usize> = None;
        for at in 0..self.visible.len() {
            let i = self.visible[at];
            let opened = above.is_some_and(|a| {
                self.rows[a].announces && i - a <= 2 && self.look(a).words >= 3 && !self.is_known(a)
            });
            // A known label behind a gap, where the items stood close together, is no item any more.
            let leaves = close && above.is_some_and(|a| i - a > 1) && self.is_known(i);
            let goes_on = within && above.is_some_and(|a| i - a <= 2) && !leaves;
            close = goes_on && above.is_some_and(|a| i - a == 1);
            within = (opened || goes_on) && self.look(i).words <= ITEM && !self.is_prose(i);
            self.rows[i].introduced = within;
            above = Some(i);
        }
    }
}
