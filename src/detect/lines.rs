//! The detector of single lines that a rule names, and of fragments: junk glued to either end of a content line.

use super::finding::{Detector, Finding};
use super::matchers::Matchers;
use super::memo::Memo;
use super::page::{LineFacts, View};
use super::seen::Seen;
use crate::document::Span;
use crate::matching::{Hit, Role};
use crate::removal::Family;
use crate::rules::{Form, Kind, LineRule};
use crate::text::classes;
use crate::text::shape::{LineShape, is_closing, is_end};

/// Bytes before the end of a line within which a fragment may begin.
const REACH: usize = 256;
/// Most sentence ends that are tried on one line.
const TRIES: usize = 8;
/// Most words of a fragment before a sentence.
const LABEL: usize = 4;
/// Fewest words that must be left of a line that loses a piece.
pub(super) const LEFT: usize = 2;

#[derive(Default)]
pub(super) struct Lines {
    /// What may be cut off lines on which no rule found anything.
    fragments: Memo<Option<Box<Fragments>>>,
}

impl Detector for Lines {
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>) {
        for &row in &view.visible {
            if view.row(row).part {
                continue;
            }
            let before = found.len();
            for hit in view.hits(row).iter().filter(|hit| hit.role == Role::Rule) {
                if view.applies_at(hit.rule, row)
                    && !is_own(view, hit.rule, row)
                    && is_among(view, hit.rule, row)
                    && is_elsewhere(view, *hit, view.raw(row))
                {
                    found.push(Finding::line(row, hit.rule, Seen::Phrase(*hit)));
                }
            }
            if found.len() == before {
                let line = view.line(row);
                let read = || Fragments::of(line, view.matchers).map(Box::new);
                let Some(fragments) = self.fragments.of(view.place(row), read) else { continue };
                found.extend(cut_from_end(view, row, &fragments.end));
                found.extend(cut_from_start(view, row, &fragments.start));
            }
        }
    }
}

/// True if a rule knows a line that is the article's own: a heading, an item of a list, a row of a table.
fn is_own(view: &View<'_>, rule: usize, row: usize) -> bool {
    let is_teaser = || matches!(view.rule(rule).family, Family::Related | Family::Teaser);
    let r = view.row(row);
    r.is_own_label
        || r.introduced && (is_label(view, rule) || r.quoted)
        || (is_label(view, rule) || is_teaser()) && view.is_table_row(row)
}

/// False if a rule asks for another line of junk right above or below, and there is none.
fn is_among(view: &View<'_>, rule: usize, row: usize) -> bool {
    let asks = matches!(&view.rule(rule).kind, Kind::Line(line) if line.among);
    let is_junk = |beside: Option<usize>| {
        // A question is junk only where a rule knows it as a whole.
        let is_whole = |row: usize| !view.edges(row).asks || view.matchers.knows_line(view.folded(row));
        beside.is_some_and(|beside| view.is_known(beside) && is_whole(beside))
    };
    !asks || is_junk(view.above(row)) || is_junk(view.below(row))
}

/// True for rules that know whole lines: labels, which may also be the article's own, as an item of a list ("The networks are: …"), a
/// heading or a refrain.
fn is_label(view: &View<'_>, rule: usize) -> bool {
    matches!(&view.rule(rule).kind, Kind::Line(LineRule { form: Form::Line | Form::Words, .. }))
}

/// False if a rule asks for another subject than the article's and the text has the article's.
pub(super) fn is_elsewhere(view: &View<'_>, hit: Hit, piece: &str) -> bool {
    let asks = match &view.rule(hit.rule).kind {
        Kind::Line(line) => line.other_subject,
        // A label of other articles with a headline behind it; one of two words may be a heading.
        Kind::Block(block) => block.anchors[hit.phrase].split(' ').count() <= 2,
        Kind::Judgement | Kind::Learned(_) => false,
    };
    !asks || view.is_off_topic(piece)
}

/// A piece at the end or the start of a line that rules which may cut it off meet. Whether they apply at this place of the page is not
/// decided yet.
struct Piece {
    /// Where it stands in the line.
    span: Span,
    hits: Vec<Hit>,
}

/// The pieces that may be cut off a line.
struct Fragments {
    end: Vec<Piece>,
    start: Vec<Piece>,
}

impl Fragments {
    /// `None` if nothing may be.
    fn of(line: &LineFacts<'_>, matchers: &Matchers) -> Option<Self> {
        if !matchers.knows_fragments() {
            return None;
        }
        let may_start = line.is_prose() && matchers.may_be_fragment(line.raw());
        let start = if may_start { starts(matchers, line.raw()) } else { Vec::new() };
        let end = ends(matchers, line.raw());
        (!start.is_empty() || !end.is_empty()).then_some(Self { end, start })
    }
}

/// The ends of a line, each from behind a sentence.
fn ends(matchers: &Matchers, line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let from = line.ceil_char_boundary(line.len().saturating_sub(REACH));
    let (mut at, mut tries) = (from, 0);
    for mark in classes::ends(&line[from..]).map(|mark| from + mark) {
        if mark < at {
            continue;
        }
        at = behind(line, mark);
        let piece = &line[at..];
        if piece.is_empty() || !matchers.may_be_fragment(piece) {
            continue;
        }
        tries += 1;
        if tries > TRIES {
            break;
        }
        pieces.extend(Piece::of(matchers, line, Span::new(at, line.len()), |line| line.fragment.end));
    }
    pieces
}

/// Where a line goes on behind the marks that end a sentence.
fn behind(line: &str, mark: usize) -> usize {
    let is_mark = |c: char| is_end(c) || is_closing(c) || c.is_whitespace();
    let mark = mark + line.as_bytes()[mark..].iter().take_while(|b| b.is_ascii() && is_mark(char::from(**b))).count();
    // Most go on with a letter.
    if line.as_bytes().get(mark).is_some_and(u8::is_ascii) {
        return mark;
    }
    line.len() - line[mark..].trim_start_matches(is_mark).len()
}

/// The first words of a line before what may be a sentence.
fn starts(matchers: &Matchers, line: &str) -> Vec<Piece> {
    let words = line.split_whitespace().take(LABEL);
    let ends = words.map(|word| word.as_ptr() as usize - line.as_ptr() as usize + word.len());
    let begins =
        |end: &usize| line[*end..].trim_start().starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“'));
    ends.filter(begins)
        .filter_map(|end| Piece::of(matchers, line, Span::new(0, end), |line| line.fragment.start))
        .collect()
}

impl Piece {
    /// None if no rule meets the piece alone and may be cut off.
    fn of(matchers: &Matchers, line: &str, span: Span, may: impl Fn(&LineRule) -> bool) -> Option<Self> {
        let mut hits = matchers.piece_hits(&line[span.range()]);
        hits.retain(|hit| {
            hit.role == Role::Rule
                && matchers.is_fragment(hit.rule)
                && matches!(&matchers.rules()[hit.rule].kind, Kind::Line(line) if may(line))
        });
        (!hits.is_empty()).then_some(Self { span, hits })
    }

    /// The first rule that applies at this place of the page.
    fn hit(&self, view: &View<'_>, row: usize) -> Option<Hit> {
        let piece = &view.raw(row)[self.span.range()];
        self.hits.iter().copied().find(|hit| view.applies_at(hit.rule, row) && is_elsewhere(view, *hit, piece))
    }
}

/// "…said the minister. Share this: Facebook Twitter": the tail behind a sentence end goes, if all of it is junk.
fn cut_from_end(view: &View<'_>, row: usize, pieces: &[Piece]) -> Option<Finding> {
    pieces.iter().find_map(|piece| {
        let before = &view.raw(row)[..piece.span.start];
        let hit = piece.hit(view, row).filter(|_| LineShape::at(before).words >= LEFT)?;
        let end = before.trim_end().len();
        let span = Span::new(view.place_of(row, &(0..end)).end, view.span(row).end);
        Some(Finding { piece: Some(span), ..Finding::line(row, hit.rule, Seen::PhraseBehind(hit)) })
    })
}

/// "Advertisement The minister said …": a label before a sentence goes.
fn cut_from_start(view: &View<'_>, row: usize, pieces: &[Piece]) -> Option<Finding> {
    pieces.iter().find_map(|piece| {
        let hit = piece.hit(view, row)?;
        let line = view.raw(row);
        let rest = line.len() - line[piece.span.end..].trim_start().len();
        let span = Span::new(view.span(row).start, view.place_of(row, &(rest..line.len())).start);
        Some(Finding { piece: Some(span), ..Finding::line(row, hit.rule, Seen::PhraseBefore(hit)) })
    })
}
