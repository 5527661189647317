//! Reading a document: the page as detectors see it, and the one list of detectors. Nothing here cuts.

mod blocks;
mod census;
mod endings;
pub(crate) mod features;
mod headlines;
mod labels;
mod lines;
mod lists;
mod memory;
mod page;
mod parts;
mod scored;
mod scorer;
mod subject;
mod tally;
mod teasers;
mod titles;
mod together;
mod units;
mod whole;
mod wording;

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::document::{Document, Shape, Span};
use crate::removal::{Certainty, Protected, Removal, RuleId};
use crate::rules::fold::fold;
use crate::rules::matcher::{Hit, Matcher, Role};
use crate::rules::{JUDGEMENTS, RuleSet, Zone};
use memory::Facts;
use memory::Memories;
pub(crate) use memory::{Memory, Rest};
use page::Page;
use scored::Scores;

pub use scored::JunkScore;
pub use scorer::Scorer;

/// Fewest words of a line that may be a whole article.
const LEAST: usize = 30;

/// Reads a page and points at junk.
trait Detector: Sync {
    /// Adds what it finds. `found` holds what the detectors before it found.
    fn point(&self, page: &Page<'_>, found: &mut Vec<Finding>);
}

/// The detectors, in the order in which they read.
const DETECTORS: &[&dyn Detector] =
    &[&lines::Lines, &blocks::Blocks, &headlines::Headlines, &teasers::Teasers, &endings::Endings, &scored::Scored];

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
    /// How sure it is, where that is not the rule's to say.
    certainty: Option<Certainty>,
    /// Place of another line that the evidence speaks of.
    other: Option<usize>,
}

/// What lets a line stay that was found.
#[derive(Clone, Copy)]
enum Keep {
    /// A rule of the user's, by its place in the set.
    Rule(usize),
    /// What belongs together, by a name and a reason for readers.
    Law(&'static str, &'static str),
}

/// What was found and stays.
type Kept = Vec<(Keep, Finding)>;

/// True if a review accepted that a rule takes a text.
pub(crate) type Accepted<'d> = &'d dyn Fn(&RuleId, &str) -> bool;

/// What somebody wants to know of.
#[derive(Clone, Copy)]
pub(crate) struct Wanted<'d> {
    /// How sure verdicts are at least.
    pub least: Certainty,
    /// How sure verdicts are that remove.
    pub removes: Certainty,
    /// What a review accepted, which goes however sure it is.
    pub is_accepted: Option<Accepted<'d>>,
    /// Whether verdicts say what was seen.
    pub evidence: bool,
}

impl Default for Wanted<'_> {
    fn default() -> Self {
        Self { least: Certainty::Suspect, removes: Certainty::Likely, is_accepted: None, evidence: true }
    }
}

impl Finding {
    fn line(row: usize, rule: usize, evidence: String) -> Self {
        Self { row, piece: None, rule, evidence, certainty: None, other: None }
    }

    fn sure(mut self, certainty: Certainty) -> Self {
        self.certainty = Some(certainty);
        self
    }

    /// True if it removes a whole line.
    fn takes_line(&self, page: &Page<'_>) -> bool {
        self.piece.is_none() && page.goes(self)
    }

    fn pointing_to(mut self, row: usize) -> Self {
        self.other = Some(row);
        self
    }
}

/// A document as a reviewer would call it.
pub(crate) struct Outline {
    pub shape: Shape,
    pub lines: Vec<LineOutline>,
}

/// A line as a reviewer would call it.
pub(crate) struct LineOutline {
    pub span: Span,
    pub shape: &'static str,
    pub zone: &'static str,
    /// How much it looks like junk, if it was judged by that.
    pub score: Option<JunkScore>,
    /// Why the line stays at any score, or why it goes only from a higher score than other lines; else empty.
    pub why: String,
}

/// The rules in force, ready to read documents with.
#[derive(Debug)]
pub(crate) struct Reader {
    rules: RuleSet,
    matcher: Matcher,
    /// Rules about the end of a page, which need no look at any other line.
    endings: Matcher,
    /// Rules of policy that are off, and their matcher: they only know such lines.
    policy: (RuleSet, Matcher),
    scorer: Scorer,
    reasons: Vec<Arc<str>>,
    /// Places of the judgements in the set; none for those that are off.
    judgements: Vec<Option<usize>>,
    /// True if a rule protects lines.
    protects: bool,
    /// True if nothing is found but whole lines that rules meet, and what lies between them.
    finds_lines_alone: bool,
    memories: Memories,
}

impl Reader {
    pub(crate) fn new(rules: RuleSet, policy: RuleSet, scorer: Scorer) -> Self {
        let matcher = Matcher::new(&rules, |rule| rule.zone != Zone::End);
        let endings = Matcher::new(&rules, |rule| rule.zone == Zone::End);
        let off = Matcher::new(&policy, |rule| rule.zone != Zone::End);
        let reasons = rules.iter().map(|r| Arc::from(r.reason.as_str())).collect();
        let judgements: Vec<Option<usize>> =
            JUDGEMENTS.iter().map(|id| rules.iter().position(|r| r.id.as_str() == *id)).collect();
        let protects = rules.iter().any(|r| r.protects);
        let finds_lines_alone = endings.is_empty() && !matcher.knows_glued() && judgements.iter().all(Option::is_none);
        Self {
            rules,
            matcher,
            endings,
            policy: (policy, off),
            scorer,
            reasons,
            judgements,
            protects,
            finds_lines_alone,
            memories: Memories::default(),
        }
    }

    /// What is known of lines from the texts before, for reading another one.
    pub(crate) fn memory(&self) -> Memory {
        self.memories.take()
    }

    /// Takes it back.
    pub(crate) fn keep(&self, memory: Memory) {
        self.memories.give(memory);
    }

    pub(crate) const fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// Place of a judgement's rule, unless it is off.
    fn judgement(&self, id: &str) -> Option<usize> {
        JUDGEMENTS.iter().position(|j| *j == id).and_then(|at| self.judgements[at])
    }

    /// All verdicts on a document, and those that a rule overrules, in no particular order; they may overlap. Of the rest of a text, lines are counted as there,
    /// and what is known of them from reading the text is taken from `memory`. Verdicts that nobody wants to know of are left out.
    pub(crate) fn read(
        &self,
        document: &Document<'_>,
        memory: &mut Memory,
        rest: Option<Rest<'_>>,
        wanted: Wanted<'_>,
    ) -> (Vec<Removal>, Vec<Protected>) {
        if self.finds_lines_alone && rest.is_some_and(|rest| !memory.has_hits(rest.numbers)) {
            return Default::default();
        }
        let mut page = Page::new(document, self, std::mem::take(memory), rest);
        page.wanted = wanted;
        let line_number = |row: usize| rest.map_or(row + 1, |rest| rest.numbers[row]);
        let mut found = Vec::new();
        for detector in DETECTORS {
            detector.point(&page, &mut found);
        }
        let mut kept = self.take_protected(&page, &mut found);
        together::mend(&page, &mut found, &mut kept);
        titles::spare(&page, &mut found, &mut kept);
        found.retain(|f| page.certainty(f) >= wanted.least);
        // Of a line's verdicts the block's says most: it stands first, and settling keeps the first of equals.
        found.sort_by_key(|f| !self.rules.iter().as_slice()[f.rule].is_block());
        let removal = |f: Finding| {
            let rule = &self.rules.iter().as_slice()[f.rule];
            Removal {
                span: f.piece.unwrap_or(page.rows[f.row].span),
                line: line_number(f.row),
                rule: rule.id.clone(),
                family: rule.family,
                certainty: page.certainty(&f),
                reason: self.reasons[f.rule].clone(),
                evidence: match f.other {
                    Some(other) if wanted.evidence => f.evidence.replacen("{}", &line_number(other).to_string(), 1),
                    _ => f.evidence,
                },
            }
        };
        let removals = found.into_iter().map(removal).collect();
        let kept = kept.into_iter().filter(|(_, f)| page.certainty(f) >= wanted.least);
        let protected = kept.map(|(keep, f)| {
            let (by, why) = match keep {
                Keep::Rule(rule) => (page.rule(rule).id.clone(), self.reasons[rule].clone()),
                Keep::Law(id, why) => (RuleId::new(id), why.into()),
            };
            Protected { removal: removal(f), by, why }
        });
        let protected = protected.collect();
        *memory = page.into_memory();
        (removals, protected)
    }

    /// Takes out what rules protect.
    fn take_protected(&self, page: &Page<'_>, found: &mut Vec<Finding>) -> Kept {
        let mut kept = Vec::new();
        if self.protects {
            for f in std::mem::take(found) {
                match self.keeper(page, &f) {
                    Some(rule) => kept.push((Keep::Rule(rule), f)),
                    None => found.push(f),
                }
            }
        }
        kept
    }

    /// Place of the rule that protects what was found, or the line that it is a piece of.
    fn keeper(&self, page: &Page<'_>, found: &Finding) -> Option<usize> {
        let of_piece = |piece: Span| page.keeper(found.row, &self.hits(page.text[piece.range()].trim()));
        page.keeper(found.row, page.hits(found.row)).or_else(|| found.piece.and_then(of_piece))
    }

    /// The rules that meet a text by itself.
    fn hits(&self, raw: &str) -> Vec<Hit> {
        let mut hits = Vec::new();
        if raw.len() <= self.matcher.max_bytes() {
            self.matcher.hits(&self.rules, raw, &fold(raw), &mut hits);
        }
        hits
    }

    /// The rules about the end of a page that meet a text.
    fn ending_hits<'f>(&self, text: &str, folded: impl FnOnce() -> Cow<'f, str>) -> Vec<Hit> {
        let mut hits = Vec::new();
        if self.endings.may_meet(text) {
            self.endings.hits(&self.rules, text, &folded(), &mut hits);
        }
        hits
    }

    /// Features of the units of a document: first and last line, and values.
    pub(crate) fn features(&self, document: &Document<'_>) -> Vec<(usize, usize, Vec<i16>)> {
        let page = Page::new(document, self, self.memory(), None);
        let units = units::read(&page);
        let view = features::View::new(&page, &units);
        let judged = units.iter().enumerate().filter(|(at, _)| view.is_judged(*at));
        judged.map(|(at, unit)| (unit.rows.0, unit.rows.1, view.features(at).values().to_vec())).collect()
    }

    /// The document and each of its lines as a reviewer would call them, where verdicts of at least this certainty take lines.
    pub(crate) fn outline(&self, document: &Document<'_>, least: Certainty) -> Outline {
        let page = Page::new(document, self, self.memory(), None);
        let units = units::read(&page);
        let scores = Scores::of(&page, &units);
        let is_judged = page.has_prose();
        let line = |row: usize| {
            let unit = units.partition_point(|u| u.rows.1 < row);
            let (score, why) = match () {
                () if page.rows[row].blank => (None, String::new()),
                () if is_judged => scores.kept(&page, unit, least),
                () => (None, "without prose around, no line is judged by its looks".to_owned()),
            };
            LineOutline { span: page.rows[row].span, shape: page.shape(row), zone: page.zone(row), score, why }
        };
        Outline { shape: scored::shape(&page, &scores), lines: (0..page.rows.len()).map(line).collect() }
    }

    /// Where the article itself lies in the text of a whole page: its densest stretch of prose. All of any other text.
    pub(crate) fn body(&self, document: &Document<'_>) -> Span {
        let page = Page::new(document, self, self.memory(), None);
        Scores::of(&page, &units::read(&page)).body(&page).unwrap_or(Span::new(0, document.text.len()))
    }

    /// True if the only line of sentences, of `LEAST` words or more, goes, whatever rule knows it: a whole article may stand on one
    /// line, behind the first words of a banner. Removals come in the order of the text.
    pub(crate) fn takes_only_line(&self, memory: &Memory, text: &str, removals: &[&Removal]) -> bool {
        let mut sentences = memory.lines.iter().filter_map(|(line, facts)| {
            let (known, raw) = (memory.known(facts.known), text[line.range()].trim());
            known.is_sentence(raw).then(|| (*line, known.look(raw).words))
        });
        let (Some((line, words)), None) = (sentences.next(), sentences.next()) else { return false };
        let covers = |removal: &&Removal| removal.span.start <= line.start && removal.span.end >= line.end;
        words >= LEAST && removals.iter().any(covers)
    }

    /// Share of the words of sentence-shaped lines within a stretch of a text that the removals take, if it is over a limit. Lines
    /// that are junk by their wording alone count on neither side: they say nothing about how much of the article goes.
    pub(crate) fn share_over(
        &self,
        limit: f64,
        memory: &Memory,
        (text, within): (&str, Span),
        removals: &[&Removal],
    ) -> Option<f64> {
        let is_within = |span: Span| span.start >= within.start && span.end <= within.end;
        let lines = || memory.lines.iter().enumerate().filter(|(_, (span, _))| is_within(*span));
        let words_of = |(span, facts): (Span, Facts)| {
            let (known, raw) = (memory.known(facts.known), text[span.range()].trim());
            if known.is_sentence(raw) { known.look(raw).words } else { 0 }
        };
        let (mut gone, mut named) = (0, FxHashSet::default());
        let mut next = removals.partition_point(|r| r.span.end <= within.start);
        for (at, (line, facts)) in lines() {
            if removals.get(next).is_none_or(|removal| removal.span.end > line.end) {
                continue;
            }
            let is_whole = removals[next].span.len() >= line.len();
            let words = if is_whole && self.is_named(&memory.known(facts.known).hits) {
                named.insert(at);
                0
            } else {
                words_of((*line, *facts))
            };
            while next < removals.len() && removals[next].span.end <= line.end {
                gone += if is_whole { words } else { words * removals[next].span.len() / line.len() };
                next += 1;
            }
        }
        // The more lines are counted, the smaller the share: most texts need no more than a few.
        let share = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
        let (mut all, mut taken) = (0, 0.0);
        for (_, (line, facts)) in lines().filter(|(at, _)| gone > 0 && !named.contains(at)) {
            all += words_of((*line, *facts));
            taken = if all == 0 { 0.0 } else { share(gone) / share(all) };
            if all > 0 && taken <= limit {
                break;
            }
        }
        (taken > limit).then_some(taken)
    }

    /// True if a phrase of a certain rule names a line.
    fn is_named(&self, hits: &[Hit]) -> bool {
        let is_certain = |hit: &Hit| self.rules.iter().as_slice()[hit.rule].certainty == Certainty::Certain;
        hits.iter().any(|hit| hit.role != Role::Keep && is_certain(hit))
    }
}
