//! The detector of paragraphs that end a page: who wrote the article, who publishes it, what to sign up for. They read like prose; rules
//! know their words, and this detector finds them only where nothing of the article follows.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::finding::{Detector, Finding};
use super::lines::is_elsewhere;
use super::page::View;
use super::seen::Seen;
use crate::matching::Hit;
use crate::removal::{Certainty, Family};
use crate::rules::{Kind, LineRule};
use crate::text::fold::fold;
use crate::text::shape::{LineShape, opening_name};

/// Most paragraphs that are endings, and most of them that introduce a person: more are an article about people.
const ENDINGS: usize = 8;
const PEOPLE: usize = 2;
/// Most lines that are read, from the end upwards.
const REACH: usize = 400;

pub(super) struct Endings;

impl Detector for Endings {
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>) {
        if !view.matchers.knows_endings() || !view.has_prose() {
            return;
        }
        let goes = |f: &&Finding| f.has_sure_rule_for_line(view);
        let gone: FxHashSet<usize> = found.iter().filter(goes).map(|f| f.row).collect();
        let is_named = |row: usize| view.is_known(row) || view.policy(row).is_some() || gone.contains(&row);
        let mut endings = Vec::new();
        let mut has_article = false;
        let last = &view.visible[view.visible.len().saturating_sub(REACH)..];
        for rows in last.chunk_by(|_, row| view.row(*row).continues_paragraph).rev() {
            let (first, text) = (rows[0], view.text_of(rows));
            if view.row(first).part && rows.len() == 1 {
                break;
            }
            let hits = match rows {
                [row] => Cow::Borrowed(view.line(*row).ending_hits(view.matchers)),
                _ => Cow::Owned(view.matchers.ending_hits(&text, || fold(&text).into())),
            };
            let holds = |hit: &&Hit| {
                view.matches_language_strictly(hit.rule)
                    && is_elsewhere(view, **hit, &text)
                    && names(view, **hit, &text, first)
            };
            if let Some(hit) = hits.iter().find(holds) {
                endings.push((rows, *hit));
            } else if is_sentence(view, rows, &text) && !is_named(first) {
                has_article = true;
                break;
            }
        }
        let is_person = |hit: Hit| view.rule(hit.rule).family == Family::Author;
        let people = endings.iter().filter(|(_, hit)| is_person(*hit)).count();
        if !has_article || endings.len() > ENDINGS {
            return;
        }
        endings.retain(|(_, hit)| people <= PEOPLE || !is_person(*hit));
        for (rows, hit) in endings {
            // Whoever cleaned the text before may have left it in on purpose.
            let doubtful = gone.is_empty() && asks_name(view, hit.rule);
            let certainty = if doubtful { Certainty::Suspect } else { view.rule(hit.rule).certainty };
            let finding = |row: &usize| Finding::line(*row, hit.rule, Seen::Phrase(hit)).sure(certainty);
            found.extend(rows.iter().map(finding));
        }
    }
}

fn is_sentence(view: &View<'_>, rows: &[usize], text: &str) -> bool {
    if let [row] = rows { view.line(*row).is_sentence() } else { LineShape::at(text).is_sentence() }
}

/// True for rules about a person whom the article does not name.
fn asks_name(view: &View<'_>, rule: usize) -> bool {
    matches!(&view.rule(rule).kind, Kind::Line(LineRule { new_name: true, .. }))
}

/// True if the text opens with a name that no prose above holds, or if the rule does not ask for one.
fn names(view: &View<'_>, hit: Hit, text: &str, first: usize) -> bool {
    let is_new = |name: &str| {
        // Other words may stand before it: "Meanwhile Jane Holt".
        let last_two = name.rmatch_indices(' ').nth(1).map_or(name, |(at, _)| &name[at + 1..]);
        !(0..first).any(|row| view.is_prose(row) && view.raw(row).contains(last_two))
    };
    !asks_name(view, hit.rule) || opening_name(text).is_some_and(is_new)
}
