//! The judge of lines on pages of a source that is known: what its pages repeat goes by its number, and what stands among such lines by a
//! model. Which lines a source repeats is learned in `crate::learn`.

mod features;

use super::finding::Finding;
use super::page::View;
use super::scored::Scores;
use super::scorer::{SCALE, Scorer};
use super::seen::Seen;
use crate::removal::Certainty;
use crate::rules::{Kind, LearnedLine, LearnedSource};
use features::Repetition;
pub(super) use features::names;

/// The shipped model.
pub(super) const MODEL: &[u8] = include_bytes!("repeated.model");
/// Log-odds, in thousandths, from which a line goes that stands on two articles, and on no other; from which it is certain.
const TWICE: i32 = 1500;
const ONCE: i32 = 3000;
const CERTAIN: i32 = 4600;
/// Log-odds from which a line goes by its number, before and amid the prose: with repeated neighbours, and alone before or amid it.
const NEIGHBOURED: i32 = 0;
const ALONE_ABOVE: i32 = 2000;
const ALONE_AMID: i32 = 4000;
/// Fewest articles, and in a hundred, of a line whose file says suspect because it may be text.
const MANY: u32 = 3;
const SHARE: u32 = 10;
/// The same for a line of a page on which all prose is repeated: an error page, and no article that was scraped a few times.
const ALL_MANY: u32 = 5;
const ALL_SHARE: u32 = 20;

/// The place of a source's rule among the rules, and what it learned.
pub(super) fn source<'v>(view: &View<'v>) -> Option<(usize, &'v LearnedSource)> {
    let rule = view.source()?;
    match &view.rule(rule).kind {
        Kind::Learned(source) => Some((rule, source)),
        _ => None,
    }
}

/// Adds what goes because the source repeats it. `taken` says which rows rules remove; rows that go are added to it.
pub(super) fn find(
    view: &View<'_>,
    scores: &Scores<'_>,
    scorer: &Scorer,
    taken: &mut [bool],
    found: &mut Vec<Finding>,
) {
    let Some((rule, source)) = source(view) else { return };
    let repetition = Repetition::new(view, scores, source, taken);
    for (at, unit) in scores.units().iter().enumerate() {
        if scores.is_headline(at) || view.rows_of(unit.rows).all(|row| taken[row]) {
            continue;
        }
        let judgement = Judgement { repetition: &repetition, scorer, at };
        let Some((certainty, seen)) = judgement.verdict() else { continue };
        if certainty < view.detail.least {
            continue;
        }
        for row in view.rows_of(unit.rows) {
            if !taken[row] {
                taken[row] = certainty > Certainty::Suspect;
                found.push(Finding::line(row, rule, seen.clone()).sure(certainty));
            }
        }
    }
}

/// The features of all units of a page whose source is known.
pub(super) fn features(view: &View<'_>, scores: &Scores<'_>, taken: &[bool]) -> Vec<(usize, usize, Vec<i16>)> {
    let Some((_, source)) = source(view) else { return Vec::new() };
    let repetition = Repetition::new(view, scores, source, taken);
    let units = scores.units().iter().enumerate();
    units
        .filter(|(at, _)| repetition.is_near(*at))
        .map(|(at, unit)| (unit.rows.0, unit.rows.1, repetition.values(at)))
        .collect()
}

/// A unit to judge.
struct Judgement<'j> {
    repetition: &'j Repetition<'j>,
    scorer: &'j Scorer,
    at: usize,
}

impl Judgement<'_> {
    /// How sure it is that the unit goes, and why.
    fn verdict(&self) -> Option<(Certainty, Seen)> {
        if !self.repetition.is_near(self.at) {
            return None;
        }
        match self.repetition.line(self.at) {
            Some(line) => self.repeated(line),
            None => self.among(ONCE),
        }
    }

    fn repeated(&self, line: &LearnedLine) -> Option<(Certainty, Seen)> {
        let certainty = line.certainty?;
        if certainty == Certainty::Suspect && !self.is_on(line, MANY, SHARE) {
            return self.among(TWICE);
        }
        Some((if self.may_be_text(line) { Certainty::Suspect } else { certainty }, Seen::of(line)))
    }

    /// True for a line on so many articles, and so many in a hundred.
    fn is_on(&self, line: &LearnedLine, articles: u32, share: u32) -> bool {
        line.articles >= articles && line.articles * 100 >= self.repetition.articles() * share
    }

    /// True for a repeated line that may be a line of this article.
    fn may_be_text(&self, line: &LearnedLine) -> bool {
        let repetition = self.repetition;
        if !repetition.has_fresh_prose() {
            return !self.is_on(line, ALL_MANY, ALL_SHARE);
        }
        let (is_above, is_alone) = (repetition.is_above_prose(self.at), repetition.is_alone(self.at));
        let is_sentence = repetition.units()[self.at].prose;
        match () {
            () if repetition.is_below_prose(self.at) => false,
            () if is_alone && is_sentence => true,
            () if is_alone && is_above => self.score() < ALONE_ABOVE || repetition.may_be_headline(self.at),
            () if is_alone => self.score() < ALONE_AMID,
            () => self.score() < NEIGHBOURED || repetition.may_be_headline(self.at),
        }
    }

    /// What the model says of a unit that the source repeats hardly or not at all.
    fn among(&self, limit: i32) -> Option<(Certainty, Seen)> {
        let unit = &self.repetition.units()[self.at];
        if unit.kept || !self.repetition.has_fresh_prose() {
            return None;
        }
        let score = self.score();
        let certainty = match score {
            s if s >= CERTAIN => Certainty::Certain,
            s if s >= limit => Certainty::Likely,
            s if s >= 0 && !unit.prose => Certainty::Suspect,
            _ => return None,
        };
        Some((certainty, Seen::AmongRepeated { score: super::scored::permille(score * (SCALE / 1000)) / 10 }))
    }

    /// Log-odds, in thousandths, that the unit is junk.
    fn score(&self) -> i32 {
        self.scorer.score(&self.repetition.features(self.at)) / (SCALE / 1000)
    }
}

impl Seen {
    fn of(line: &LearnedLine) -> Self {
        let [head, middle, tail] = line.places;
        let place = match () {
            () if tail * 2 > line.articles => Some("at the tail"),
            () if head * 2 > line.articles => Some("at the head"),
            () if middle * 2 > line.articles => Some("amid the prose"),
            () => None,
        };
        Self::Repeated { articles: line.articles, place }
    }
}
