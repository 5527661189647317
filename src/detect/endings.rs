//! Paragraphs that end a page and not its article: who wrote it, who publishes it, what to sign up for. They read like
//! prose, so rules name what they say, and this says where it counts: with nothing of the article below.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::lines::{evidence, is_elsewhere};
use super::page::Page;
use super::{Detector, Finding};
use crate::document::Span;
use crate::removal::{Certainty, Family};
use crate::rules::fold::fold;
use crate::rules::matcher::Hit;
use crate::rules::shape::{Look, opening_name};
use crate::rules::{Kind, LineRule};

/// Most paragraphs that are taken for endings, and most that introduce a person: more are a list of people.
const ENDINGS: usize = 8;
const PEOPLE: usize = 2;
/// Most lines that are looked at.
const REACH: usize = 400;

pub(super) struct Endings;

impl Detector for Endings {
    fn point(&self, page: &Page<'_>, found: &mut Vec<Finding>) {
        if page.reader.endings.is_empty() || !page.has_prose() {
            return;
        }
        let goes = |f: &&Finding| f.piece.is_none() && page.rule(f.rule).certainty > Certainty::Suspect;
        let gone: FxHashSet<usize> = found.iter().filter(goes).map(|f| f.row).collect();
        let is_named = |row: usize| page.is_known(row) || page.policy(row).is_some() || gone.contains(&row);
        let mut endings = Vec::new();
        let mut has_article = false;
        let last = &page.visible[page.visible.len().saturating_sub(REACH)..];
        for rows in last.chunk_by(|_, row| page.rows[*row].goes_on).rev() {
            let (first, text) = (rows[0], text_of(page, rows));
            if page.rows[first].part && rows.len() == 1 {
                break;
            }
            let hits = match rows {
                [row] => Cow::Borrowed(page.ending_hits(*row)),
                _ => Cow::Owned(page.reader.ending_hits(text, || fold(text).into())),
            };
            let holds = |hit: &&Hit| {
                page.speaks_itself(hit.rule) && is_elsewhere(page, hit.rule, text) && names(page, **hit, text, first)
            };
            if let Some(hit) = hits.iter().find(holds) {
                endings.push((rows, *hit));
            } else if is_sentence(page, rows, text) && !is_named(first) {
                has_article = true;
                break;
            }
        }
        let is_person = |hit: Hit| page.rule(hit.rule).family == Family::Author;
        let people = endings.iter().filter(|(_, hit)| is_person(*hit)).count();
        if !has_article || endings.len() > ENDINGS {
            return;
        }
        endings.retain(|(_, hit)| people <= PEOPLE || !is_person(*hit));
        for (rows, hit) in endings {
            // In a text that came clean somebody may have let it in on purpose.
            let doubtful = gone.is_empty() && asks_name(page, hit.rule);
            let certainty = if doubtful { Certainty::Suspect } else { page.rule(hit.rule).certainty };
            let finding =
                |row: &usize| Finding::line(*row, hit.rule, page.seen(|| evidence(page, hit))).sure(certainty);
            found.extend(rows.iter().map(finding));
        }
    }
}

/// The text of a line, or of the lines that a paragraph was broken into.
fn text_of<'a>(page: &Page<'a>, rows: &[usize]) -> &'a str {
    page.text[Span::new(page.rows[rows[0]].span.start, page.rows[rows[rows.len() - 1]].span.end).range()].trim()
}

fn is_sentence(page: &Page<'_>, rows: &[usize], text: &str) -> bool {
    if let [row] = rows { page.is_sentence(*row) } else { Look::at(text).is_sentence() }
}

/// True for rules about somebody whom the article does not speak of.
fn asks_name(page: &Page<'_>, rule: usize) -> bool {
    matches!(&page.rule(rule).kind, Kind::Line(LineRule { new_name: true, .. }))
}

/// True if the text opens with such a name, where the rule asks for one.
fn names(page: &Page<'_>, hit: Hit, text: &str, first: usize) -> bool {
    let is_new = |name: &str| {
        // Other words may stand before it: "Meanwhile Jane Holt".
        let last_two = name.rmatch_indices(' ').nth(1).map_or(name, |(at, _)| &name[at + 1..]);
        !(0..first).any(|row| page.is_prose(row) && page.raw(row).contains(last_two))
    };
    !asks_name(page, hit.rule) || opening_name(text).is_some_and(is_new)
}
