//! Reading a document: the page as detectors see it, and the one list of detectors. Nothing here cuts.

mod blocks;
mod headlines;
mod lines;
mod page;
mod teasers;

use std::sync::Arc;

use crate::document::{Document, Span, lines as split};
use crate::removal::{Certainty, Removal};
use crate::rules::fold::fold;
use crate::rules::matcher::Matcher;
use crate::rules::shape::Look;
use crate::rules::{JUDGEMENTS, RuleSet};
use page::Page;

/// Reads a page and points at junk.
trait Detector: Sync {
    /// Adds what it finds. `found` holds what the detectors before it found.
    fn point(&self, page: &Page<'_>, found: &mut Vec<Finding>);
}

/// The detectors, in the order in which they read.
const DETECTORS: &[&dyn Detector] = &[&lines::Lines, &blocks::Blocks, &headlines::Headlines, &teasers::Teasers];

/// A rule's verdict on a line of a page, or on a piece of it.
struct Finding {
    /// Place of the line.
    row: usize,
    /// The piece, in the text; the whole line if there is none.
    piece: Option<Span>,
    /// Place of the rule in the set.
    rule: usize,
    /// What was seen; `{}` stands for the number of the line that it points to.
    evidence: String,
    /// Place of another line that the evidence speaks of.
    other: Option<usize>,
}

impl Finding {
    fn line(row: usize, rule: usize, evidence: String) -> Self {
        Self { row, piece: None, rule, evidence, other: None }
    }

    fn pointing_to(mut self, row: usize) -> Self {
        self.other = Some(row);
        self
    }
}

/// The rules in force, ready to read documents with.
#[derive(Debug)]
pub(crate) struct Reader {
    rules: RuleSet,
    matcher: Matcher,
    reasons: Vec<Arc<str>>,
    /// Places of the judgements in the set; none for those that are off.
    judgements: Vec<Option<usize>>,
}

impl Reader {
    pub(crate) fn new(rules: RuleSet) -> Self {
        let matcher = Matcher::new(&rules);
        let reasons = rules.iter().map(|r| Arc::from(r.reason.as_str())).collect();
        let judgements = JUDGEMENTS.iter().map(|id| rules.iter().position(|r| r.id.as_str() == *id)).collect();
        Self { rules, matcher, reasons, judgements }
    }

    pub(crate) const fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Place of a judgement's rule, unless it is off.
    fn judgement(&self, id: &str) -> Option<usize> {
        JUDGEMENTS.iter().position(|j| *j == id).and_then(|at| self.judgements[at])
    }

    /// All verdicts on a document, in no particular order; they may overlap. `line_number` says how the reviewer counts
    /// the line at a place.
    pub(crate) fn read(&self, document: &Document<'_>, line_number: impl Fn(usize) -> usize) -> Vec<Removal> {
        let page = Page::new(document, self);
        let mut found = Vec::new();
        for detector in DETECTORS {
            detector.point(&page, &mut found);
        }
        // Of a line's verdicts the block's says most: it stands first, and settling keeps the first of equals.
        found.sort_by_key(|f| !self.rules.iter().as_slice()[f.rule].is_block());
        found
            .into_iter()
            .map(|f| {
                let rule = &self.rules.iter().as_slice()[f.rule];
                Removal {
                    span: f.piece.unwrap_or(page.rows[f.row].span),
                    line: line_number(f.row),
                    rule: rule.id.clone(),
                    family: rule.family,
                    certainty: rule.certainty,
                    reason: self.reasons[f.rule].clone(),
                    evidence: match f.other {
                        Some(other) => f.evidence.replacen("{}", &line_number(other).to_string(), 1),
                        None => f.evidence,
                    },
                }
            })
            .collect()
    }

    /// Each line with its shape and its zone, for a reviewer.
    pub(crate) fn outline(&self, document: &Document<'_>) -> Vec<(Span, &'static str, &'static str)> {
        let page = Page::new(document, self);
        (0..page.rows.len()).map(|i| (page.rows[i].span, page.shape(i), page.zone(i))).collect()
    }

    /// Share of the words of sentence-shaped lines that the removals take. Lines that are junk by their wording alone
    /// count on neither side: they say nothing about how much of the article goes.
    pub(crate) fn share_of_sentences(&self, text: &str, removals: &[Removal]) -> f64 {
        let (mut all, mut gone) = (0, 0);
        let mut next = 0;
        for line in split(text) {
            let raw = &text[line.span.range()];
            let look = Look::at(raw);
            let mut words = if look.is_sentence() { look.words } else { 0 };
            while next < removals.len() && removals[next].span.end <= line.span.end {
                let taken = removals[next].span.len();
                if taken < line.span.len() {
                    gone += words * taken / line.span.len();
                } else if words > 0 && self.is_named(raw.trim()) {
                    words = 0;
                } else {
                    gone += words;
                }
                next += 1;
            }
            all += words;
        }
        let share = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        if all == 0 { 0.0 } else { share(gone) / share(all) }
    }

    /// True if a phrase of a certain rule names a line.
    fn is_named(&self, raw: &str) -> bool {
        let mut hits = Vec::new();
        if raw.len() <= self.matcher.max_bytes() {
            self.matcher.hits(&self.rules, raw, &fold(raw), &mut hits);
        }
        hits.iter().any(|hit| self.rules.iter().as_slice()[hit.rule].certainty == Certainty::Certain)
    }
}
