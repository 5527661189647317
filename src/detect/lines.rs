//! Single lines that a rule names, and junk that is glued to either end of a content line.

use super::page::Page;
use super::{Detector, Finding};
use crate::document::Span;
use crate::rules::matcher::{Hit, Role};
use crate::rules::shape::{Look, is_closing, is_end};
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
        let mut hits = Vec::new();
        for &row in &page.visible {
            if page.rows[row].part {
                continue;
            }
            let before = found.len();
            for hit in page.hits(row).iter().filter(|hit| hit.role == Role::Rule) {
                let own = is_label(page, hit.rule) && (page.rows[row].introduced || page.rows[row].heads);
                if page.holds(hit.rule, row) && !own && is_elsewhere(page, hit.rule, page.raw(row)) {
                    found.push(Finding::line(row, hit.rule, evidence(page, *hit)));
                }
            }
            if found.len() == before {
                glued_to_end(page, row, &mut hits, found);
                glued_to_start(page, row, &mut hits, found);
            }
        }
    }
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
    let phrase = line.phrases.get(hit.phrase).map_or("", String::as_str);
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

/// First bytes of the marks that end sentences, and of some that do not.
const MAY_END: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte >= 0xc0 || is_end(byte as u8 as char);
        byte += 1;
    }
    table
};

/// "…said the minister. Share this: Facebook Twitter": the tail behind a sentence end goes, if all of it is junk.
fn glued_to_end(page: &Page<'_>, row: usize, hits: &mut Vec<Hit>, found: &mut Vec<Finding>) {
    let line = page.raw(row);
    let offset = line.as_ptr() as usize - page.text.as_ptr() as usize;
    let from = line.ceil_char_boundary(line.len().saturating_sub(REACH));
    let (mut at, mut tries) = (from, 0);
    while let Some(ahead) = line.as_bytes()[at..].iter().position(|b| MAY_END[usize::from(*b)]) {
        let rest = line[at + ahead..].trim_start_matches(is_end);
        if rest.len() == line.len() - at - ahead {
            at += ahead + rest.chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let piece = rest.trim_start_matches(|c: char| is_end(c) || is_closing(c) || c.is_whitespace());
        if piece.is_empty() {
            return;
        }
        at = line.len() - piece.len();
        if !page.matcher().may_be_glued(piece) {
            continue;
        }
        tries += 1;
        if tries > TRIES {
            return;
        }
        if let Some(hit) = glued_hit(page, row, piece, hits, |line| line.glued.end)
            && Look::at(&line[..at]).words >= LEFT
        {
            let start = line[..at].trim_end().len();
            let piece = Some(Span::new(offset + start, page.rows[row].span.end));
            let evidence = format!("{}, glued behind a sentence", evidence(page, hit));
            found.push(Finding { piece, ..Finding::line(row, hit.rule, evidence) });
            return;
        }
    }
}

/// "Advertisement The minister said …": a label before a sentence goes.
fn glued_to_start(page: &Page<'_>, row: usize, hits: &mut Vec<Hit>, found: &mut Vec<Finding>) {
    let line = page.raw(row);
    if !page.rows[row].look.is_prose() || !page.matcher().may_be_glued(line) {
        return;
    }
    let words = line.split_whitespace().take(LABEL);
    for end in words.map(|word| word.as_ptr() as usize - line.as_ptr() as usize + word.len()) {
        let rest = line[end..].trim_start();
        if !rest.starts_with(|c: char| c.is_uppercase() || matches!(c, '"' | '“')) {
            continue;
        }
        if let Some(hit) = glued_hit(page, row, &line[..end], hits, |line| line.glued.start) {
            let rest_start = rest.as_ptr() as usize - page.text.as_ptr() as usize;
            let piece = Some(Span::new(page.rows[row].span.start, rest_start));
            let evidence = format!("{}, glued before a sentence", evidence(page, hit));
            found.push(Finding { piece, ..Finding::line(row, hit.rule, evidence) });
            return;
        }
    }
}

/// The first rule that meets the piece alone and may be cut off.
fn glued_hit(
    page: &Page<'_>,
    row: usize,
    piece: &str,
    hits: &mut Vec<Hit>,
    may: impl Fn(&LineRule) -> bool,
) -> Option<Hit> {
    let folded = crate::rules::fold::fold(piece);
    page.matcher().hits(page.rules(), piece, &folded, hits);
    hits.iter().copied().find(|hit| {
        hit.role == Role::Rule
            && page.matcher().is_glued(hit.rule)
            && page.holds(hit.rule, row)
            && is_elsewhere(page, hit.rule, piece)
            && matches!(&page.rule(hit.rule).kind, Kind::Line(line) if may(line))
    })
}
