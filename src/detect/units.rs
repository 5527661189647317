//! Units, which are judged as one: a line, or the lines that a paragraph was broken into, with what is counted on them. What follows from
//! the counts is in `features`.

use std::ops::Deref;
use std::rc::Rc;

use super::census::Bits;
use super::memo;
use super::page::View;
use crate::matching::{Hit, Role};
use crate::removal::{Certainty, Family};
use crate::rules::vocabulary::{Kind, Language, WordCounts};
use crate::text::counts::CharCounts;
use crate::text::fold::{fold, is_letterwise};
use crate::text::shape::{self, LineShape};
use crate::text::words::{Hashes, each_hashed_word, each_plain_word};

/// Most words of a line that says who remarks.
const REMARK: usize = 12;
/// Words in a run by which two places of a text are known to say the same.
const GRAM: usize = 4;
/// One run in so many is remembered, by its hash.
const SAMPLE: u32 = 4;
/// Words of a unit for which room is made at first.
const ROOM: usize = 256;
/// Most words of a line that may be a date or a name.
const BRIEF: usize = 24;

/// A line, or the lines that a paragraph was broken into.
#[derive(Debug)]
pub(super) struct Unit {
    /// First and last row.
    pub rows: (usize, usize),
    counts: Rc<Counts>,
    pub prose: bool,
    /// 2 if a rule that removes meets it, 1 if only one that suspects, else 0.
    pub rule: i64,
    pub member: bool,
    /// Introduces a reader's remark, or stands in a comment thread.
    pub remark: bool,
    pub introduced: bool,
    /// True for an item of a list that the article announces, a heading of the article, a quotation or code: no score removes it.
    pub kept: bool,
    pub indent: usize,
}

/// What is counted on the text of a unit, whatever stands around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Counts {
    pub shape: LineShape,
    chars: CharCounts,
    pub word_counts: WordCounts,
    /// Hashes of the first letters of its long words, sorted.
    pub stems: Box<[u32]>,
    pub stem_bits: Bits,
    /// Hashes of some of its runs of words.
    pub grams: Box<[u32]>,
    /// Hash of all its words.
    pub whole: u32,
    pub date: bool,
    pub dated: bool,
    pub names: bool,
    pub dots: bool,
    /// Marked as a heading in Markdown.
    pub is_heading: bool,
}

impl Deref for Counts {
    type Target = CharCounts;

    fn deref(&self) -> &CharCounts {
        &self.chars
    }
}

impl Deref for Unit {
    type Target = Counts;

    fn deref(&self) -> &Counts {
        &self.counts
    }
}

impl Unit {
    /// True if a rule, sure or not, or a block meets it.
    pub const fn is_met(&self) -> bool {
        self.rule > 0 || self.member
    }

    /// True if a rule that removes or a block meets it.
    pub const fn is_known(&self) -> bool {
        self.rule > 1 || self.member
    }
}

/// What was counted on the lines of a document, for one language.
#[derive(Default)]
pub(super) struct Memo {
    counts: memo::Memo<Rc<Counts>>,
    language: Option<Language>,
}

impl Memo {
    /// Forgets what was counted for another language: the page may be of another one without the lines that went.
    fn turn_to(&mut self, language: Option<Language>) {
        if self.language != language {
            self.counts.clear();
            self.language = language;
        }
    }
}

/// Reads the units of a page.
pub(super) fn read(view: &View<'_>, memo: &mut Memo) -> Vec<Unit> {
    memo.turn_to(view.language());
    let mut units: Vec<Unit> = Vec::with_capacity(view.visible.len());
    let mut words = Words::new();
    for rows in view.visible.chunk_by(|_, row| view.row(*row).continues_paragraph) {
        let (first, last) = (rows[0], rows[rows.len() - 1]);
        let counts = match rows {
            [row] => memo.counts.of(view.place(*row), || Rc::new(counts(view, rows, &mut words))).clone(),
            _ => Rc::new(counts(view, rows, &mut words)),
        };
        let r = view.row(first);
        let mut unit = Unit {
            rows: (first, last),
            counts,
            prose: false,
            rule: 0,
            member: false,
            remark: false,
            introduced: r.introduced,
            kept: false,
            indent: view.line(first).indent,
        };
        for &row in rows {
            add_row(&mut unit, view, row);
        }
        let says = unit.word_counts.kinds[Kind::Speech as usize] > 0 || unit.dated || unit.date;
        unit.remark |= unit.shape.announces && unit.shape.words <= REMARK && says;
        units.push(unit);
    }
    units
}

/// Hashes of the words of a unit; the vectors are used again for the next unit.
struct Words {
    words: Vec<u32>,
    stems: Vec<u32>,
    grams: Vec<u32>,
}

impl Words {
    fn new() -> Self {
        let room = || Vec::with_capacity(ROOM);
        Self { words: room(), stems: room(), grams: room() }
    }

    fn add(&mut self, hashes: Hashes) {
        self.words.push(hashes.word);
        if let Some(stem) = hashes.stem {
            self.stems.push(stem);
        }
    }
}

/// Counts what stands in some rows.
fn counts(view: &View<'_>, rows: &[usize], words: &mut Words) -> Counts {
    let mut counts = Counts::default();
    words.words.clear();
    words.stems.clear();
    words.grams.clear();
    for &row in rows {
        let raw = view.raw(row);
        match rows {
            [row] => (counts.shape, counts.chars) = view.line(*row).shape_and_counts().clone(),
            _ => counts.chars.add(raw),
        }
        if counts.separators > 1 && ["](", "://", "www."].iter().any(|link| raw.contains(link)) {
            counts.chars.links += 1;
        }
        count_words(&mut counts.word_counts, view, row, words);
    }
    words.stems.sort_unstable();
    words.stems.dedup();
    counts.stem_bits = words.stems.iter().copied().collect();
    counts.stems = words.stems.as_slice().into();
    counts.whole = hash(&words.words);
    for run in words.words.windows(GRAM) {
        let gram = hash(run);
        if gram.is_multiple_of(SAMPLE) {
            words.grams.push(gram);
        }
    }
    counts.grams = words.grams.as_slice().into();
    add_ends(&mut counts, view, rows);
    counts
}

fn count_words(counts: &mut WordCounts, view: &View<'_>, row: usize, words: &mut Words) {
    let (raw, folded) = (view.raw(row), view.folded(row));
    if !folded.is_empty() {
        let (vocabulary, language) = (view.rules().vocabulary(), view.language());
        each_hashed_word(folded, |word, hashes| {
            words.add(hashes);
            vocabulary.count_word(word, language, counts);
        });
    } else if is_letterwise(raw) {
        each_plain_word(raw, |hashes| words.add(hashes));
    } else {
        each_plain_word(&fold(raw), |hashes| words.add(hashes));
    }
}

/// Adds what rules and neighbours say of a row to its unit.
fn add_row(u: &mut Unit, view: &View<'_>, row: usize) {
    let r = view.row(row);
    u.prose |= view.is_prose(row);
    u.kept |= r.introduced || r.is_own_label || r.part && !r.continues_paragraph && u.rows.0 == u.rows.1;
    let spoken = |hit: &&Hit| {
        view.matches_language(hit.rule) && !view.rule(hit.rule).family.is_policy() && !r.introduced && !r.is_own_label
    };
    for hit in view.hits(row).iter().filter(spoken) {
        if hit.role == Role::Rule {
            let certainty = view.rule(hit.rule).certainty;
            u.rule = u.rule.max(if certainty > Certainty::Suspect { 2 } else { 1 });
        } else if hit.role != Role::Keep {
            u.member = true;
        }
        u.remark |= view.rule(hit.rule).family == Family::Comments;
    }
}

/// Adds what the text of a unit begins and ends with, and whether it is a date or a name. Its characters must be counted before.
fn add_ends(counts: &mut Counts, view: &View<'_>, rows: &[usize]) {
    let text;
    let raw = match rows {
        [row] => view.raw(*row),
        _ => {
            text = view.text_of(rows);
            counts.shape = LineShape::at(&text);
            &*text
        }
    };
    let words = counts.shape.words;
    if let [row] = rows
        && words <= BRIEF
    {
        counts.date = view.rules().vocabulary().is_date(view.folded(*row));
        counts.names = shape::is_names(raw);
    }
    counts.dated = counts.digits >= 4 && words <= BRIEF && has_year(raw);
    counts.dots = raw.ends_with("...") || raw.ends_with('…') || raw.ends_with("…]") || raw.ends_with("...]");
    counts.is_heading = raw.starts_with('#') && raw.trim_start_matches('#').starts_with(' ');
}

/// The hash of a run of words, from the hashes of the words.
fn hash(words: &[u32]) -> u32 {
    words.iter().fold(0, |hash: u32, w| hash.wrapping_mul(0x9e37_79b1).wrapping_add(*w))
}

/// True if a number that looks like a year stands in a line.
fn has_year(raw: &str) -> bool {
    raw.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")))
}
