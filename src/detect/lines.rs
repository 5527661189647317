//! Single lines that a rule names, and junk that is glued to either end of a content line.

use super::page::Page;
use super::{Detector, Finding, Reader};
use crate::document::Span;
use crate::removal::Family;
use crate::rules::fold::fold;
use crate::rules::matcher::{Hit, Role};
use crate::rules::shape::{Look, is_closing, is_end};
use crate::rules::signs;
use crate::rules::{Form, Kind, LineRule, Zone};

/// How far from the end of a line glued junk may begin, in bytes.
const REACH: usize = 256;
/// Most sentence ends that are tried on one line.
const TRIES: usize = 8;
/// Most words of a label that is glued to the start of a sentence.
const LABEL: usize = 4;
/// Fewest words that must be left of a line that loses a piece.
const LEFT: usize = 2;

pub(super) struct Lines;

impl Detector for Lines {
    fn point(&self, page: &Page<'_>, found: &mut Vec<Finding>) {
        for &row in &page.visible {
            if page.rows[row].part {
                continue;
            }
            let before = found.len();
            for hit in page.hits(row).iter().filter(|hit| hit.role == Role::Rule) {
                if page.holds(hit.rule, row)
                    && !is_own(page, hit.rule, row)
                    && is_elsewhere(page, hit.rule, page.raw(row))
                {
                    found.push(Finding::line(row, hit.rule, page.seen(|| evidence(page, *hit))));
                }
            }
            if found.len() == before {
                let Some(glued) = page.glued(row) else { continue };
                found.extend(glued_to_end(page, row, &glued.end));
                found.extend(glued_to_start(page, row, &glued.start));
            }
        }
    }
}

/// True if a rule knows a line as a label or a teaser that is the article's own: a heading, an item of a list, a row of a table.
fn is_own(page: &Page<'_>, rule: usize, row: usize) -> bool {
    let is_teaser = || matches!(page.rule(rule).family, Family::Related | Family::Teaser);
    let is_item = || page.rows[row].introduced || page.rows[row].heads;
    is_label(page, rule) && is_item() || (is_label(page, rule) || is_teaser()) && page.is_table_row(row)
}

/// True for rules that know whole lines. Such a label may be the article's own: an item of a list ("The networks
/// are: …"), a heading, a refrain.
fn is_label(page: &Page<'_>, rule: usize) -> bool {
    matches!(&page.rule(rule).kind, Kind::Line(LineRule { form: Form::Line | Form::Words, .. }))
}

/// True unless a rule asks for another subject than the article's and the piece has none.
pub(super) fn is_elsewhere(page: &Page<'_>, rule: usize, piece: &str) -> bool {
    !matches!(&page.rule(rule).kind, Kind::Line(line) if line.other_subject) || page.is_off_subject(piece)
}

/// What a rule saw, in words.
pub(super) fn evidence(page: &Page<'_>, hit: Hit) -> String {
    let rule = page.rule(hit.rule);
    let Kind::Line(line) = &rule.kind else { return String::new() };
    let phrase = line.phrases.get(hit.phrase).map_or("", AsRef::as_ref);
    let place = match rule.zone {
        Zone::Anywhere | Zone::InBlock => "",
        Zone::Head => ", before the first prose",
        Zone::Tail => ", behind the last prose",
        Zone::Edge => ", before or behind the prose",
        Zone::End => ", with nothing of the article below",
    };
    match line.form {
        Form::Line => format!("the line is \"{phrase}\"{place}"),
        Form::Prefix => format!("the line begins with \"{phrase}\"{place}"),
        Form::Suffix => format!("the line ends with \"{phrase}\"{place}"),
        Form::Contains => format!("the line holds \"{phrase}\"{place}"),
        Form::Words => format!("the line is made of nothing but such words{place}"),
    }
}

/// A piece of a line that rules meet by itself and may cut off; whether they hold there is the page's to say.
#[derive(Debug)]
pub(super) struct Piece {
    /// Where it stands in the line.
    span: Span,
    hits: Vec<Hit>,
}

/// What may be glued to a line, as far as the line tells by itself.
#[derive(Debug)]
pub(super) struct Glued {
    end: Vec<Piece>,
    start: Vec<Piece>,
}

impl Glued {
    /// None if nothing may be.
    pub fn to(reader: &Reader, line: &str, is_prose: impl FnOnce() -> bool) -> Option<Self> {
        if !reader.matcher.knows_glued() {
            return None;
        }
        let start = if reader.matcher.may_be_glued(line) && is_prose() { starts(reader, line) } else { Vec::new() };
        let end = ends(reader, line);
        (!start.is_empty() || !end.is_empty()).then_some(Self { end, start })
    }
}

/// The ends of a line, each from behind a sentence.
fn ends(reader: &Reader, line: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let from = line.ceil_char_boundary(line.len().saturating_sub(REACH));
    let (mut at, mut tries) = (from, 0);
    for mark in signs::ends(&line[from..]).map(|mark| from + mark) {
        if mark < at {
            continue;
        }
        at = behind(line, mark);
        let piece = &line[at..];
        if piece.is_empty() || !reader.matcher.may_be_glued(piece) {
            continue;
        }
        tries += 1;
        if tries > TRIES {
            break;
        }
        pieces.extend(Piece::of(reader, line, Span::new(at, line.len()), |line| line.glued.end));
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
fn starts(reader: &Reader, line: &str) -> Vec<Piece> {
    let words = line.split_whitespace().take(LABEL);
    let ends = words.map(|word| word.as_ptr() as usize - line.as_ptr() as usize + word.len());
    let begins =
        |end: &usize| line[*end..].trim_start().starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“'));
    ends.filter(begins).filter_map(|end| Piece::of(reader, line, Span::new(0, end), |line| line.glued.start)).collect()
}

impl Piece {
    /// None if no rule meets the piece alone and may be cut off.
    fn of(reader: &Reader, line: &str, span: Span, may: impl Fn(&LineRule) -> bool) -> Option<Self> {
        let (piece, mut hits) = (&line[span.range()], Vec::new());
        reader.matcher.hits(&reader.rules, piece, &fold(piece), &mut hits);
        hits.retain(|hit| {
            hit.role == Role::Rule
                && reader.matcher.is_glued(hit.rule)
                && matches!(&reader.rules.iter().as_slice()[hit.rule].kind, Kind::Line(line) if may(line))
        });
        (!hits.is_empty()).then_some(Self { span, hits })
    }

    /// The first rule that holds there.
    fn hit(&self, page: &Page<'_>, row: usize) -> Option<Hit> {
        let piece = &page.raw(row)[self.span.range()];
        self.hits.iter().copied().find(|hit| page.holds(hit.rule, row) && is_elsewhere(page, hit.rule, piece))
    }
}

/// "…said the minister. Share this: Facebook Twitter": the tail behind a sentence end goes, if all of it is junk.
fn glued_to_end(page: &Page<'_>, row: usize, pieces: &[Piece]) -> Option<Finding> {
    let line = page.raw(row);
    let offset = line.as_ptr() as usize - page.text.as_ptr() as usize;
    pieces.iter().find_map(|piece| {
        let before = &line[..piece.span.start];
        let hit = piece.hit(page, row).filter(|_| Look::at(before).words >= LEFT)?;
        let span = Span::new(offset + before.trim_end().len(), page.rows[row].span.end);
        let evidence = page.seen(|| format!("{}, glued behind a sentence", evidence(page, hit)));
        Some(Finding { piece: Some(span), ..Finding::line(row, hit.rule, evidence) })
    })
}

/// "Advertisement The minister said …": a label before a sentence goes.
fn glued_to_start(page: &Page<'_>, row: usize, pieces: &[Piece]) -> Option<Finding> {
    pieces.iter().find_map(|piece| {
        let hit = piece.hit(page, row)?;
        let rest = page.raw(row)[piece.span.end..].trim_start();
        let span = Span::new(page.rows[row].span.start, rest.as_ptr() as usize - page.text.as_ptr() as usize);
        let evidence = page.seen(|| format!("{}, glued before a sentence", evidence(page, hit)));
        Some(Finding { piece: Some(span), ..Finding::line(row, hit.rule, evidence) })
    })
}
