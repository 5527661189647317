//! Labels and lists that are the article's own, although rules know their words.

use rustc_hash::FxHashMap;

use super::page::Page;
use crate::rules::fold::{bare, plain_quote};

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
        let top = self.visible.first().copied().filter(|top| self.look(*top).is_headline());
        let heads: Vec<usize> = labels.into_iter().filter(|r| self.is_own_label(*r, top, &refrains)).collect();
        for row in heads {
            self.rows[row].heads = true;
        }
    }

    /// Of each label how many lines that no rule knows go on where it stops.
    fn refrains(&self, labels: &[usize]) -> FxHashMap<&str, usize> {
        let mut lines: FxHashMap<&str, usize> = labels.iter().map(|row| (bare(self.folded(*row)), 0)).collect();
        let openings = Openings::of(lines.keys());
        // A cheap no before a line is folded: no label begins with its first letters.
        let may_go_on = |raw: &str| openings.may_begin(raw);
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

    /// `top` is the first line, if it looks like a headline.
    fn is_own_label(&self, row: usize, top: Option<usize>, refrains: &FxHashMap<&str, usize>) -> bool {
        let (raw, label) = (self.raw(row), bare(self.folded(row)));
        let gap_above = || row.checked_sub(1).is_none_or(|above| self.rows[above].blank);
        let text_below = self.rows.get(row + 1).is_some_and(|below| !below.blank && below.ends)
            && self.look(row + 1).words >= 3
            && !self.is_known(row + 1);
        let is_stop = || raw.ends_with('。') || (raw.ends_with('.') && !raw.ends_with(".."));
        (text_below && gap_above())
            || (is_stop() && self.look(row).words == 1)
            || top.is_some_and(|top| top != row && holds_words(self.folded(top), label))
            || refrains.get(label).is_some_and(|lines| *lines >= 2)
    }

    /// Marks lists that belong to the article because a line of it says "…:" right above.
    pub(super) fn find_lists(&mut self) {
        let (mut within, mut close) = (false, false);
        let mut above: Option<usize> = None;
        for at in 0..self.visible.len() {
            let i = self.visible[at];
            let opened = above
                .is_some_and(|a| self.rows[a].announces && i - a <= 2 && self.look(a).words >= 3 && !self.is_known(a));
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

/// True if words stand in a line, with spaces around them.
fn holds_words(line: &str, words: &str) -> bool {
    line.contains(words) && format!(" {line} ").contains(&format!(" {words} "))
}

/// The first two bytes of labels.
struct Openings {
    /// Of each first byte which second ones there are.
    seconds: [u128; 128],
    /// True if a label begins with what is not ASCII.
    others: bool,
}

impl Openings {
    fn of<'l>(labels: impl Iterator<Item = &'l &'l str>) -> Self {
        let mut openings = Self { seconds: [0; 128], others: false };
        for label in labels.map(|label| label.as_bytes()) {
            let Some(first) = label.first() else { continue };
            let second = label.get(1).filter(|second| second.is_ascii()).map_or(u128::MAX, |second| 1 << second);
            match openings.seconds.get_mut(usize::from(*first)) {
                Some(seconds) => *seconds |= second,
                None => openings.others = true,
            }
        }
        openings
    }

    /// False if no label begins a line, as far as can be told before it is folded. Never wrong about a no.
    fn may_begin(&self, raw: &str) -> bool {
        let seconds = |first: u8| self.seconds.get(usize::from(first)).copied().unwrap_or(u128::MAX);
        let first = raw.chars().next().and_then(plain_quote).and_then(|quote| u8::try_from(quote).ok());
        self.others
            || match (first, raw.as_bytes()) {
                (Some(quote), _) => seconds(quote) != 0,
                // A mark behind the second letter may join it.
                (None, [first, second, third, ..])
                    if first.is_ascii_alphanumeric() && second.is_ascii_alphanumeric() && third.is_ascii() =>
                {
                    seconds(first.to_ascii_lowercase()) >> second.to_ascii_lowercase() & 1 != 0
                }
                (None, [first, ..]) if first.is_ascii_alphanumeric() => seconds(first.to_ascii_lowercase()) != 0,
                _ => true,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::fold::fold;
    use crate::rules::signs::any_line;

    #[test]
    fn what_goes_on_with_a_label_may_begin_so() {
        proptest::proptest!(|(line in any_line("abSé *\"“’[-.,\u{301}字"))| {
            let folded = fold(line.trim());
            for (end, _) in folded.match_indices([' ', ',']) {
                let label = &folded[..end];
                let openings = Openings::of([label].iter());
                proptest::prop_assert!(openings.may_begin(line.trim()), "{:?} in {:?}", label, line);
            }
        });
    }
}
