//! The detector of menus: short lines between lines that rules know, above and below the article. Rules know some entries of a menu, a
//! list of tags or a row of buttons; the others go with them.

use super::finding::{Detector, Finding};
use super::lists::{self, Mark};
use super::page::View;
use super::seen::Seen;

/// Most words of an entry that no rule knows, above the article and below it.
const WORDS: [usize; 2] = [3, 8];
/// Fewest known lines of a menu.
const KNOWN: usize = 3;
/// What a line adds to the weight of a menu: a known one, an unknown one of few words, another one.
const WEIGHTS: [i32; 3] = [10, -2, -4];
/// Fewest bytes of the prose of an article that stands among menus.
const PROSE: usize = 800;
/// Fewest lines, unless they are known, right above the article and right below it that belong to no menu: headline, byline, list, signature.
const ABOVE: usize = 8;
const BELOW: usize = 3;

pub(super) struct Menus;

impl Detector for Menus {
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>) {
        let Some(rule) = view.matchers.judgement("navigation/menu") else { return };
        // Of a known source it is known what its menus say.
        if view.source().is_some() || !view.has_prose() {
            return;
        }
        let mut taken = vec![false; view.count()];
        found.iter().filter(|f| f.has_sure_rule_for_line(view)).for_each(|f| taken[f.row] = true);
        let has_links = view.visible.iter().any(|row| is_link_above(view, *row));
        for list in if has_links { lists::read(view) } else { Vec::new() } {
            let all = |is: &dyn Fn(usize) -> bool| list.rows.iter().all(|row| is(*row));
            let is_menu = matches!(list.mark, Mark::Bullet(_)) && all(&|row| is_link_above(view, row));
            let is_contents = || all(&|row| view.raw(row).contains("](#"));
            if is_menu && (!all(&|row| !taken[row] && !view.is_known(row)) || is_contents()) {
                let (rows, rest) = (list.rows.len(), list.rows.iter().filter(|row| !taken[**row]));
                found.extend(rest.map(|row| Finding::line(*row, rule, Seen::Menu { rows })));
                list.rows.iter().for_each(|row| taken[*row] = true);
            }
        }
        // A page with little text may be about what it lists.
        if view.prose_bytes() < PROSE {
            return;
        }
        let head: Vec<usize> = view.visible.iter().copied().filter(|row| view.in_head(*row)).collect();
        let tail: Vec<usize> = view.visible.iter().copied().filter(|row| view.in_tail(*row)).collect();
        let own = |row: &usize| {
            let (above, below) = (head.iter().rev().take(ABOVE), tail.iter().take(BELOW));
            above.chain(below).any(|own| own == row)
        };
        for (zone, words) in [&head, &tail].into_iter().zip(WORDS) {
            let entry = |row: usize| Entry::of(view, row, taken[row], words);
            for menu in menus(zone, entry) {
                let rows = menu.len();
                let rest = menu.iter().filter(|row| !taken[**row] && !own(row) && view.policy(**row).is_none());
                found.extend(rest.map(|row| Finding::line(*row, rule, Seen::Menu { rows })));
            }
        }
    }
}

/// True for a bulleted row above the article that is a link and nothing else, as crawlers write menus in Markdown.
fn is_link_above(view: &View<'_>, row: usize) -> bool {
    let entry = view.raw(row).trim_start_matches(is_decoration_of_list);
    let is_link = entry.starts_with('[') && entry.ends_with(')') && entry.matches("](").count() == 1;
    is_link && view.in_head(row) && !view.row(row).introduced && !view.row(row).part
}

fn is_decoration_of_list(c: char) -> bool {
    matches!(c, '*' | '-' | '+' | '•' | ' ')
}

/// A line as an entry of a menu.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Entry {
    Known,
    Short,
    Long,
    /// No entry: the menu ends above it.
    None,
}

impl Entry {
    fn of(view: &View<'_>, row: usize, is_taken: bool, most: usize) -> Self {
        let (r, shape) = (view.row(row), view.shape(row));
        let is_own = r.part || r.introduced || r.is_own_label || view.is_table_row(row);
        match () {
            () if is_taken => Self::Known,
            () if is_own => Self::None,
            () if view.is_known(row) => Self::Known,
            () if shape.ends || shape.announces || view.is_prose(row) || shape.words > most => Self::None,
            () if shape.words <= WORDS[0] => Self::Short,
            () => Self::Long,
        }
    }

    const fn weight(self) -> i32 {
        match self {
            Self::Known => WEIGHTS[0],
            Self::Short => WEIGHTS[1],
            Self::Long | Self::None => WEIGHTS[2],
        }
    }
}

/// The stretches of rows from one known line to another that weigh most.
fn menus(rows: &[usize], entry: impl Fn(usize) -> Entry) -> Vec<&[usize]> {
    let entries: Vec<Entry> = rows.iter().map(|row| entry(*row)).collect();
    let (mut menus, mut at) = (Vec::new(), 0);
    while at < rows.len() {
        if entries[at] != Entry::Known {
            at += 1;
            continue;
        }
        // The heaviest stretch from here on, as far as its weight stays above nothing.
        let (mut weight, mut best, mut end) = (0, 0, at);
        for (place, entry) in entries.iter().enumerate().skip(at).take_while(|(_, entry)| **entry != Entry::None) {
            weight += entry.weight();
            if weight <= 0 {
                break;
            }
            if weight >= best {
                (best, end) = (weight, place);
            }
        }
        let known = entries[at..=end].iter().filter(|entry| **entry == Entry::Known).count();
        if known >= KNOWN && known < end + 1 - at {
            menus.push(&rows[at..=end]);
        }
        at = end + 1;
    }
    menus
}
