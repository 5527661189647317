//! The detector of junk amid a line: fragments between two sentences, rows of buttons in a text that stands on one line, links without a
//! text. Fragments at the ends of lines are found in `lines`.

use std::ops::Range;

use super::finding::{Detector, Finding};
use super::lines::{LEFT, behind};
use super::matchers::Matchers;
use super::memo::Memo;
use super::page::{LineFacts, View};
use super::seen::Seen;
use crate::matching::{Hit, Role};
use crate::rules::{Form, Kind};
use crate::text::classes;
use crate::text::fold::{has_link, is_decoration};
use crate::text::segments::{FEW_LINES, MANY_WORDS};
use crate::text::shape::LineShape;

/// Most bytes and most words of a fragment.
const BYTES: usize = 160;
const WORDS: usize = 14;
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
    let around = || links.iter().fold(raw.to_owned(), |text, link| text.replacen(&raw[link.clone()], "", 1));
    if !links.is_empty() && around().chars().all(is_decoration) {
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
        let open = raw[..middle].rfind('[')?;
        let close = middle + 2 + raw[middle + 2..].find(')')?;
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
    let says = |word: &&str| name.contains(*word);
    target.is_empty()
        || target.starts_with("data:")
        || ["spacer", "pixel", "blank", "transparent", "1x1"].iter().any(|word| says(&word))
}

/// The fragments amid a line; `None` if there is none.
fn pieces(line: &LineFacts<'_>, matchers: &Matchers, is_flat: bool) -> Option<Box<[Piece]>> {
    let raw = line.raw();
    if !matchers.knows_fragments() || line.shape().words < 3 * LEFT {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut from = 0;
    let starts: &mut dyn Iterator<Item = usize> =
        if is_flat { &mut begins_of_words(raw) } else { &mut classes::ends(raw).map(|mark| behind(raw, mark)) };
    for start in starts {
        if start < from || start >= raw.len() || !matchers.may_be_fragment(&raw[start..]) {
            continue;
        }
        if let Some(piece) = longest(raw, start, matchers, is_flat) {
            from = piece.place.end;
            pieces.push(piece);
        }
    }
    (!pieces.is_empty()).then(|| pieces.into())
}

/// Where words begin with a capital behind a blank.
fn begins_of_words(line: &str) -> impl Iterator<Item = usize> {
    let blanks = line.match_indices(' ').map(|(at, _)| at + 1);
    blanks.filter(|at| line[*at..].starts_with(char::is_uppercase))
}

/// The longest piece from a place on that a rule knows, if the line goes on behind it.
fn longest(line: &str, start: usize, matchers: &Matchers, is_row: bool) -> Option<Piece> {
    let rest = &line[start..line.floor_char_boundary(start + BYTES)];
    let ends = rest.match_indices(' ').map(|(at, _)| start + at).take(WORDS);
    let begins =
        |end: &usize| line[*end..].trim_start().starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“'));
    let ends: Vec<usize> = ends.filter(begins).collect();
    ends.into_iter().rev().find_map(|end| {
        let is_between = LineShape::at(&line[..start]).words >= LEFT && LineShape::at(&line[end..]).words >= LEFT;
        let words = LineShape::at(&line[start..end]).words;
        if !is_between || is_row && words < ROW {
            return None;
        }
        let hit = matchers.piece_hits(&line[start..end]).into_iter().find(|hit| is_amid(matchers, hit, is_row))?;
        let next = line.len() - line[end..].trim_start().len();
        Some(Piece { place: start..next, hit })
    })
}

/// True for rules that know all of a piece, and of a row all buttons.
fn is_amid(matchers: &Matchers, hit: &Hit, is_row: bool) -> bool {
    let knows = |form: Form| form == Form::Words || form == Form::Line && !is_row;
    hit.role == Role::Rule
        && matchers.is_fragment(hit.rule)
        && matches!(&matchers.rules()[hit.rule].kind, Kind::Line(line) if line.fragment.end && knows(line.form))
}
