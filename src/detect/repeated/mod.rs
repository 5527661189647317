//! The judge of lines on pages of a source that is known: what its pages repeat goes by its number, and what stands among such lines by a
//! model. Which lines a source repeats is learned in `crate::learn`.

mod features;
mod fixtures;
mod runs;

use rustc_hash::FxHashSet;

use super::finding::{Finding, Keep};
use super::page::View;
use super::scored::Scores;
use super::scorer::{SCALE, Scorer};
use super::seen::Seen;
use crate::removal::Certainty;
use crate::rules::{Kind, LearnedLine, LearnedSource};
pub(super) use features::names;
use features::{Repetition, Zone};
use fixtures::is_fixture;

/// The shipped model.
pub(super) const MODEL: &[u8] = include_bytes!("repeated.model");
/// Log-odds, in thousandths, from which a line goes, by its place: above the fresh prose, in the article, elsewhere amid the fresh prose,
/// behind it. By its number, with repeated neighbours and alone; on two articles; on no other.
const NEIGHBOURED: Limits = [-1000, 4000, -1000, 3000];
const ALONE: Limits = [-500, 4000, 2000, 9000];
const TWICE: Limits = [1500, 3500, 1500, 1500];
const ONCE: Limits = [3000, 3500, 3500, 2500];
type Limits = [i32; 4];
/// The same for a line in the article that belongs to the page, for what may be the article's own headline, and for a sentence.
const FIXED: i32 = 2500;
const HEADLINE: i32 = 3000;
const SENTENCE: i32 = 1500;
/// Fewest articles, and in a hundred, of a line whose file says suspect because it may be text.
const MANY: u32 = 3;
const SHARE: u32 = 10;
/// Fewest articles, and in a hundred, of a line of a page on which all prose is repeated: an error page, and no article that was
/// scraped a few times.
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

pub(super) const KEPT: Keep = Keep::Law("keep/learned", "the learned file of its source says that it stays");

/// True for a line that a learned file keeps.
pub(super) fn is_kept(view: &View<'_>, row: usize) -> bool {
    let line = source(view).and_then(|(_, source)| source.lines.get(&view.line(row).print()));
    line.is_some_and(|line| line.certainty.is_none())
}

/// True for a line that belongs to the pages of the source and to no list of an article.
pub(super) fn belongs_to_page(view: &View<'_>, row: usize) -> bool {
    let Some((_, source)) = source(view) else { return false };
    let line = source.lines.get(&view.line(row).print());
    line.is_some_and(|line| line.certainty > Some(Certainty::Suspect) && is_fixture(line, source.articles))
}

/// Adds what goes because the source repeats it. `taken` says which rows rules remove; rows on which the number of articles decides are
/// added to it.
pub(super) fn find(
    view: &View<'_>,
    scores: &Scores<'_>,
    scorer: &Scorer,
    taken: &mut [bool],
    found: &mut Vec<Finding>,
) {
    let Some((rule, source)) = source(view) else { return };
    runs::find(view, rule, source, found);
    let repetition = Repetition::new(view, scores, source, taken);
    let is_policy = |at: usize| scores.policy(view, at).is_some();
    let verdict = |at: usize| {
        let is_decided = scores.is_headline(at) || view.rows_of(scores.units()[at].rows).all(|row| taken[row]);
        let judgement = Judgement { repetition: &repetition, scorer, at, policy: is_policy(at) };
        if is_decided { None } else { judgement.verdict() }
    };
    let mut verdicts: Vec<Option<Verdict>> = (0..scores.units().len()).map(verdict).collect();
    spare(&repetition, is_policy, &mut verdicts);
    for (unit, verdict) in scores.units().iter().zip(verdicts) {
        let Some((certainty, seen)) = verdict else { continue };
        let is_decided = certainty > Certainty::Suspect || matches!(seen, Seen::Repeated { .. });
        for row in view.rows_of(unit.rows) {
            if !taken[row] {
                taken[row] = is_decided;
                if certainty >= view.detail.least {
                    found.push(Finding::line(row, rule, seen.clone()).sure(certainty));
                }
            }
        }
    }
}

/// How sure it is that a unit goes, and why.
type Verdict = (Certainty, Seen);

/// Makes suspects of lines that stand above a line of the article, as "Serves 4" does above "Ingredients", and of sentences that stay
/// elsewhere in the article, as a refrain does.
fn spare(repetition: &Repetition<'_>, is_policy: impl Fn(usize) -> bool, verdicts: &mut [Option<Verdict>]) {
    let goes =
        |verdict: &Option<Verdict>| verdict.as_ref().is_some_and(|(certainty, _)| *certainty > Certainty::Suspect);
    for at in 0..verdicts.len().saturating_sub(1) {
        let next_stays = !goes(&verdicts[at + 1]) && !repetition.is_removed(at + 1);
        let is_above_own = match repetition.zone(at) {
            Zone::Amid => false,
            Zone::Behind => repetition.heads_others(at) && repetition.line(at + 1).is_none(),
            Zone::Article => !repetition.is_fresh_prose(at + 1),
            Zone::Above => repetition.line(at + 1).is_some() && is_policy(at + 1),
        };
        if next_stays && is_above_own {
            suspect(&mut verdicts[at]);
        }
    }
    let is_own_sentence =
        |at: &usize| repetition.units()[*at].prose && repetition.zone(*at) == Zone::Article && !goes(&verdicts[*at]);
    let line = |at: usize| repetition.line(at).map(std::ptr::from_ref);
    let own: FxHashSet<*const LearnedLine> = (0..verdicts.len()).filter(is_own_sentence).filter_map(line).collect();
    for (at, verdict) in verdicts.iter_mut().enumerate() {
        if line(at).is_some_and(|line| own.contains(&line)) {
            suspect(verdict);
        }
    }
}

/// Lets a line stay that would go by its number.
fn suspect(verdict: &mut Option<Verdict>) {
    if let Some((certainty, Seen::Repeated { .. })) = verdict {
        *certainty = Certainty::Suspect;
    }
}

/// The features of all units of a page whose source is known.
pub(super) fn features(view: &View<'_>, scores: &Scores<'_>, taken: &[bool]) -> Vec<super::features::UnitFeatures> {
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
    /// Whether a family of policy knows the unit: a byline, a date.
    policy: bool,
}

impl Judgement<'_> {
    fn verdict(&self) -> Option<Verdict> {
        if !self.repetition.is_near(self.at) {
            return None;
        }
        match self.repetition.line(self.at) {
            Some(line) => self.repeated(line),
            None => self.among(ONCE),
        }
    }

    fn repeated(&self, line: &LearnedLine) -> Option<Verdict> {
        let mut certainty = line.certainty?;
        if certainty == Certainty::Suspect {
            if !self.is_on(line, MANY, SHARE) {
                return self.among(TWICE);
            }
            // What may be a heading elsewhere heads nothing behind the article.
            if self.repetition.zone(self.at) == Zone::Behind {
                certainty = Certainty::Likely;
            }
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
        let (zone, score) = (repetition.zone(self.at) as usize, self.score());
        let (is_fixture, is_alone) = (is_fixture(line, repetition.articles()), repetition.is_alone(self.at));
        let limit = match (is_alone, zone == Zone::Article as usize && is_fixture) {
            (true, _) => ALONE[zone],
            (false, true) => FIXED,
            (false, false) => NEIGHBOURED[zone],
        };
        let is_sentence = repetition.units()[self.at].prose;
        let is_in_doubt = match repetition.zone(self.at) {
            Zone::Behind => {
                repetition.has_little_prose()
                    || repetition.is_shuffled_below()
                    || is_sentence && repetition.is_right_below(self.at)
            }
            Zone::Article => is_sentence && (is_alone || !is_fixture),
            Zone::Above | Zone::Amid => is_sentence && is_alone,
        };
        let is_own = self.policy && !matches!(repetition.zone(self.at), Zone::Behind | Zone::Amid);
        let is_headline = || {
            repetition.is_out_of_place(self.at)
                || repetition.is_numbered(self.at)
                || score < HEADLINE && repetition.may_be_headline(self.at)
        };
        score < limit || is_in_doubt || is_own || is_headline()
    }

    /// What the model says of a unit that the source repeats hardly or not at all.
    fn among(&self, limits: Limits) -> Option<Verdict> {
        let unit = &self.repetition.units()[self.at];
        if unit.kept || !self.repetition.has_fresh_prose() || self.repetition.is_out_of_place(self.at) {
            return None;
        }
        let (score, limit) = (self.score(), limits[self.repetition.zone(self.at) as usize]);
        let limit = if unit.prose { limit.max(SENTENCE) } else { limit };
        let certainty = match score {
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
