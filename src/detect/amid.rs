//! The detector of junk amid a line: fragments between two sentences, rows of buttons in a text that stands on one line, links without a
//! text. Fragments at the ends of lines are found in `lines`.

use std::ops::Range;

use super::finding::{Detector, Finding};
use super::lines::LEFT;
use super::matchers::Matchers;
use super::memo::Memo;
use super::page::{LineFacts, View};
use super::seen::Seen;
use crate::matching::{Hit, Role};
use crate::rules::{Form, Kind};
use crate::text::fold::{has_link, is_decoration};
use crate::text::segments::{FEW_LINES, MANY_WORDS};
use crate::text::shape::{LineShape, is_closing, is_end};

/// Most bytes and most words of a fragment.
const BYTES: usize = 160;
const WORDS: usize = 14;
/// Fewest bytes of a line with something amid.
const SHORTEST: usize = 40;
/// Most bytes of the text of a link that shows nothing, with its bracket, and of a target.
const SIGN: usize = 16;
const TARGET: usize = 4096;
/// Bytes before and behind a fragment in which the words of its line stand.
const NEAR: usize = 80;
/// Fewest words of a row of buttons.
const ROW: usize = 4;

#[derive(Default)]
pub(super) struct Amid {
    fragments: Memo<Option<Box<[Piece]>>>,
}

/// A piece of a line that a rule knows, with the blanks behind it.
struct Piece {
    place: Range<usize>,
    hit: Hit,
}

impl Detector for Amid {
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>) {
        let mut taken = vec![false; view.count()];
        found.iter().for_each(|f| taken[f.row] = true);
        for &row in view.visible.iter().filter(|row| !view.row(**row).part && !taken[**row]) {
            find_links(view, row, found);
            let is_flat = view.visible.len() <= FEW_LINES && view.shape(row).words >= MANY_WORDS;
            let read = || pieces(view.line(row), view.matchers, is_flat);
            let Some(pieces) = self.fragments.of(view.place(row), read) else { continue };
            for piece in pieces.iter().filter(|piece| view.applies_at(piece.hit.rule, row)) {
                let span = view.place_of(row, &piece.place);
                found.push(Finding {
                    piece: Some(span),
                    ..Finding::line(row, piece.hit.rule, Seen::PhraseAmid(piece.hit))
                });
            }
        }
    }
}

/// Finds the links of a row that show nothing.
fn find_links(view: &View<'_>, row: usize, found: &mut Vec<Finding>) {
    let Some(rule) = view.matchers.judgement("widget/empty-link") else { return };
    let raw = view.raw(row);
    if !has_link(raw) {
        return;
    }
    let links = empty_links(raw);
    let ends = links.iter().map(|link| link.start).chain([raw.len()]);
    let starts = std::iter::once(0).chain(links.iter().map(|link| link.end));
    if !links.is_empty() && starts.zip(ends).all(|(start, end)| raw[start..end].chars().all(is_decoration)) {
        found.push(Finding::line(row, rule, Seen::EmptyLink));
        return;
    }
    for link in links {
        // At the end of a line with the blanks before it, elsewhere with those behind it.
        let place = match raw[link.end..].trim_start() {
            "" => raw[..link.start].trim_end().len()..raw.len(),
            rest => link.start..raw.len() - rest.len(),
        };
        found.push(Finding { piece: Some(view.place_of(row, &place)), ..Finding::line(row, rule, Seen::EmptyLink) });
    }
}

/// Where links without a text, links to the heading that they stand in and images of nothing stand in a line.
fn empty_links(raw: &str) -> Vec<Range<usize>> {
    let link = |(middle, _): (usize, &str)| {
        let from = raw.floor_char_boundary(middle.saturating_sub(SIGN));
        let open = from + raw[from..middle].rfind('[')?;
        let to = raw.floor_char_boundary(middle + 2 + TARGET);
        let close = middle + 2 + raw[middle + 2..to].find(')')?;
        let (text, target) = (raw[open + 1..middle].trim(), raw[middle + 2..close].trim());
        let is_image = raw[..open].ends_with('!');
        let is_empty = match text {
            "" if is_image => is_spacer(target),
            "" => true,
            "¶" | "#" | "§" | "🔗" => target.starts_with('#'),
            _ => false,
        };
        is_empty.then(|| open - usize::from(is_image)..close + 1)
    };
    raw.match_indices("](").filter_map(link).collect()
}

/// True for the address of an image that takes up room or counts readers.
fn is_spacer(target: &str) -> bool {
    let name = target.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    target.is_empty()
        || target.starts_with("data:")
        || ["spacer", "pixel", "blank", "transparent", "1x1"].iter().any(|word| name.contains(word))
}

/// The fragments amid a line; `None` if there is none. In a flat text, which stands on one line, rows of buttons need no sentence before.
fn pieces(line: &LineFacts<'_>, matchers: &Matchers, is_flat: bool) -> Option<Box<[Piece]>> {
    let raw = line.raw();
    if !matchers.knows_fragments() || raw.len() < SHORTEST {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for start in matchers.amid(raw) {
        let is_behind = pieces.last().is_none_or(|last| start >= last.place.end);
        let before = raw[..start].trim_end();
        let is_sentence_over = before.trim_end_matches(is_closing).ends_with(is_end);
        if is_behind && (is_sentence_over || is_flat && raw[start..].starts_with(char::is_uppercase)) {
            pieces.extend(Piece::longest(raw, start, matchers, is_sentence_over));
        }
    }
    (!pieces.is_empty()).then(|| pieces.into())
}

impl Piece {
    /// The labels from a place on, one behind the other, if the line goes on behind them. Amid a sentence they have to be a row.
    fn longest(line: &str, start: usize, matchers: &Matchers, is_sentence_over: bool) -> Option<Self> {
        let rules = matchers.rules();
        let (mut end, first) = label(line, start, matchers, |rule| matchers.is_fragment(rule))?;
        let is_like = |rule: usize| rules[rule].family == rules[first.rule].family;
        while let Some((next, _)) = label(line, end, matchers, is_like) {
            end = next;
        }
        let words = |text: &str| LineShape::at(text).words;
        let before = &line[line.floor_char_boundary(start.saturating_sub(NEAR))..start];
        let behind = &line[end..line.floor_char_boundary(end + NEAR)];
        let is_between = words(before) >= LEFT && (behind.is_empty() || words(behind) >= LEFT);
        let is_row = is_sentence_over || words(&line[start..end]) >= ROW;
        // At the end of a line with the blanks before it.
        let start = if end == line.len() { line[..start].trim_end().len() } else { start };
        (is_between && is_row).then_some(Self { place: start..end, hit: first })
    }
}

/// The longest label from a place on that a rule knows as a whole, up to where the next word begins with a capital or the line ends: its
/// end, with the blanks behind it.
fn label(line: &str, start: usize, matchers: &Matchers, wants: impl Fn(usize) -> bool) -> Option<(usize, Hit)> {
    let rest = &line[start..line.floor_char_boundary(start + BYTES)];
    // A label holds no sentence.
    let rest = rest.split_inclusive(is_end).next().unwrap_or_default();
    let ends = rest.match_indices(' ').map(|(at, _)| start + at).take(WORDS);
    let begins =
        |end: &usize| line[*end..].trim_start().starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“'));
    let last = (start + rest.len() == line.len() && start < line.len()).then_some(line.len());
    let ends: Vec<usize> = ends.filter(begins).chain(last).collect();
    let knows_whole = |hit: &Hit| match &matchers.rules()[hit.rule].kind {
        Kind::Line(line) => hit.role == Role::Rule && matches!(line.form, Form::Line | Form::Words),
        _ => false,
    };
    ends.into_iter().rev().find_map(|end| {
        let hit = matchers.hits_whole(&line[start..end], &wants).into_iter().find(knows_whole)?;
        Some((line.len() - line[end..].trim_start().len(), hit))
    })
}
