//! The units that are judged: a line, or the lines that a paragraph was broken into, with what can be counted on it.
//! What follows from the counts lies in `features`.

use std::borrow::Cow;
use std::ops::Deref;

use super::census::Bits;
use super::page::Page;
use super::tally::Tally;
use crate::document::Span;
use crate::removal::{Certainty, Family};
use crate::rules::fold::{fold, is_letterwise};
use crate::rules::matcher::{Hit, Role};
use crate::rules::shape::{self, Look};
use crate::rules::vocabulary::{Kind, Sense};
use crate::rules::words::{Hashes, each_plain_word};

/// Most words of a line that says who remarks.
const REMARK: usize = 12;
/// Words by which two places of a text are taken to say the same.
const GRAM: usize = 4;
/// Of the places where such runs may begin one in so many is remembered.
const SAMPLE: u32 = 4;
/// Most words of a line that a date or a name is looked for in.
const BRIEF: usize = 24;

/// A line, or the lines that a paragraph was broken into.
#[derive(Debug, Default)]
pub(super) struct Unit<'p> {
    /// First and last row.
    pub rows: (usize, usize),
    counts: Cow<'p, Counts>,
    pub look: Look,
    pub prose: bool,
    /// 2 for a rule that removes, 1 for one that suspects.
    pub rule: i64,
    pub certain: bool,
    pub member: bool,
    /// Says that a remark of somebody follows, or is known from below such remarks.
    pub remark: bool,
    pub date: bool,
    pub dated: bool,
    pub names: bool,
    pub introduced: bool,
    pub heads: bool,
    /// The article's own headline.
    pub is_headline: bool,
    /// Marked as a heading in Markdown.
    pub is_heading: bool,
    /// Item of a list that the article announces, its own heading, a quotation or code: never junk by its looks.
    pub kept: bool,
    pub gap: usize,
    pub indent: usize,
    pub dots: bool,
    pub arrow: bool,
    pub marked: bool,
    pub opens_quote: bool,
}

/// What can be counted on the text of a unit by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    tally: Tally,
    /// Bytes of addresses of the web.
    pub address: usize,
    pub sense: Sense,
    /// What its long words are, in order.
    pub stems: Vec<u32>,
    pub stem_bits: Bits,
    /// What its runs of words are.
    pub grams: Vec<u32>,
    /// What all of it is.
    pub whole: u32,
}

impl Deref for Counts {
    type Target = Tally;

    fn deref(&self) -> &Tally {
        &self.tally
    }
}

impl Deref for Unit<'_> {
    type Target = Counts;

    fn deref(&self) -> &Counts {
        &self.counts
    }
}

impl Unit<'_> {
    /// A rule knows it, or suspects it.
    pub const fn known(&self) -> bool {
        self.rule > 0 || self.member
    }

    /// A rule that removes knows it, or a block.
    pub const fn is_known(&self) -> bool {
        self.rule > 1 || self.member
    }
}

/// Reads the units of a page.
pub(super) fn read<'p>(page: &'p Page<'_>) -> Vec<Unit<'p>> {
    let mut units: Vec<Unit<'p>> = Vec::with_capacity(page.visible.len());
    let mut words = Vec::new();
    let mut before: Option<usize> = None;
    for rows in page.visible.chunk_by(|_, row| page.rows[*row].goes_on) {
        let (first, last) = (rows[0], rows[rows.len() - 1]);
        let r = &page.rows[first];
        let gap = before.map_or(0, |b| first - b - 1);
        let mut unit = Unit { rows: (first, last), gap, introduced: r.introduced, heads: r.heads, ..Unit::default() };
        before = Some(last);
        unit.counts = match rows {
            [row] => page.counts(*row, || counts(page, rows, &mut words)),
            _ => Cow::Owned(counts(page, rows, &mut words)),
        };
        for &row in rows {
            add_row(&mut unit, page, row);
        }
        finish(&mut unit, page);
        units.push(unit);
    }
    units
}

/// Counts what stands in some rows; `words` is room for what their words are.
fn counts(page: &Page<'_>, rows: &[usize], words: &mut Vec<u32>) -> Counts {
    let mut counts = Counts::default();
    words.clear();
    for &row in rows {
        let raw = page.raw(row);
        counts.tally.add(raw);
        if counts.links > 0 || counts.separators > 1 {
            counts.tally.links += raw.matches("](").count();
            for address in addresses(raw) {
                counts.tally.links += 1;
                counts.address += address.len();
            }
        }
        count_words(&mut counts, page, row, words);
    }
    counts.stems.sort_unstable();
    counts.stems.dedup();
    counts.stem_bits = counts.stems.iter().copied().collect();
    counts.whole = hash(words);
    counts.grams.extend(words.windows(GRAM).map(hash).filter(|gram| gram % SAMPLE == 0));
    counts
}

fn count_words(counts: &mut Counts, page: &Page<'_>, row: usize, words: &mut Vec<u32>) {
    let (raw, folded) = (page.raw(row), page.folded(row));
    let mut see = |hashes: Hashes| {
        words.push(hashes.word);
        counts.stems.extend(hashes.stem);
    };
    if folded.is_empty() {
        if is_letterwise(raw) {
            each_plain_word(raw, see);
        } else {
            each_plain_word(&fold(raw), see);
        }
    } else {
        let s = page.rules().vocabulary().sense(folded, page.language(), &mut see);
        let sense = &mut counts.sense;
        sense.words += s.words;
        sense.stops += s.stops;
        sense.labels += s.labels;
        sense.strong_labels += s.strong_labels;
        sense.kinds.iter_mut().zip(s.kinds).for_each(|(all, n)| *all += n);
    }
}

/// Adds what a row is to its unit.
fn add_row(u: &mut Unit<'_>, page: &Page<'_>, row: usize) {
    let r = &page.rows[row];
    u.prose |= r.prose;
    u.kept |= r.introduced || r.heads || r.part && !r.goes_on && u.rows.0 == u.rows.1;
    let spoken =
        |hit: &&Hit| page.speaks(hit.rule) && !page.rule(hit.rule).family.is_policy() && !r.introduced && !r.heads;
    for hit in page.hits(row).iter().filter(spoken) {
        if hit.role == Role::Rule {
            let certainty = page.rule(hit.rule).certainty;
            u.rule = u.rule.max(if certainty > Certainty::Suspect { 2 } else { 1 });
            u.certain |= certainty == Certainty::Certain;
        } else if hit.role != Role::Keep {
            u.member = true;
        }
        u.remark |= page.rule(hit.rule).family == Family::Comments;
    }
}

/// What can be said of a unit once all its rows are there.
fn finish(u: &mut Unit<'_>, page: &Page<'_>) {
    let text = &page.text[Span::new(page.rows[u.rows.0].span.start, page.rows[u.rows.1].span.end).range()];
    let raw = text.trim();
    let single = u.rows.0 == u.rows.1;
    u.look = if single { page.rows[u.rows.0].look } else { Look::at(raw) };
    u.indent = text.len() - text.trim_start().len();
    if single && u.look.words <= BRIEF {
        u.date = page.rules().vocabulary().is_date(page.folded(u.rows.0));
        u.names = shape::is_names(raw);
    }
    u.dated = u.digits >= 4 && u.look.words <= BRIEF && has_year(raw);
    let says = u.sense.kinds[Kind::Speech as usize] > 0 || u.dated || u.date;
    u.remark |= u.look.announces && u.look.words <= REMARK && says;
    u.dots = raw.ends_with("...") || raw.ends_with('…') || raw.ends_with("…]") || raw.ends_with("...]");
    u.arrow = raw.ends_with(['»', '›', '→', '>', '▶', '«']);
    u.marked = raw.starts_with(['#', '*', '-', '•', '>', '|', '+', '»', '›', '→', '▶', '[']);
    u.is_heading = raw.starts_with('#') && raw.trim_start_matches('#').starts_with(' ');
    u.opens_quote = raw.starts_with(['"', '“', '„', '«', '‘', '「']);
}

/// What a run of words is.
fn hash(words: &[u32]) -> u32 {
    words.iter().fold(0, |hash: u32, w| hash.wrapping_mul(0x9e37_79b1).wrapping_add(*w))
}

/// The addresses of the web in a line.
fn addresses(raw: &str) -> impl Iterator<Item = &str> {
    let tokens = raw.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"'));
    tokens.filter(|t| t.contains("://") || t.starts_with("www."))
}

/// True if a number that looks like a year stands in a line.
fn has_year(raw: &str) -> bool {
    raw.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")))
}
