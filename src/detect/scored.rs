//! Lines that look like the page and not like the article, by their scores; and the shape of the whole document. How a
//! score is computed is in `scorer`.

use std::ops::Range;

use super::context::Context;
use super::features::{self, Own};
use super::finding::Finding;
use super::kinds::{KindModel, Told};
use super::limits::{Limits, NEVER, Text};
use super::page::View;
use super::scorer::{SCALE, Scorer};
use super::seen::Seen;
use super::units::Unit;
use super::wording::Reasons;
use super::{headlines, stretch};
use crate::document::{PageKind, Shape, Span};
use crate::removal::{Certainty, Family};

/// Log-odds, in thousandths, from which a line is certain, and from which it is worth a look.
const CERTAIN: i32 = 4600;
const SUSPECT: i32 = 0;
/// The languages of the training texts; lines of texts in others need so many more log-odds, in thousandths.
const LANGUAGES: [&str; 6] = ["de", "el", "en", "pl", "ru", "zh"];
const OTHER_LANGUAGE: i32 = 1000;
/// Log-odds, in thousandths, that a sentence needs outside of whole pages.
const OF_SENTENCE: i32 = 3500;
/// Fewest words of a sentence, most words of a heading, and the lines below which a text has too few to judge any. Outside of whole pages
/// what may be a heading, or stands in a text of few lines, is at most suspect.
const SENTENCE: usize = 3;
const HEADING: usize = 12;
/// Fewest words of the article's own headline, and how many lines above its stretch it stands at most.
const HEADLINE: usize = 4;
const NEAR: usize = 8;
const FEW: usize = 15;
/// Words of a sentence within the article's prose that no rule knows: it is the article's without being judged, and has this score.
const PLAIN: usize = 12;
const ARTICLE: i32 = -8 * SCALE;
/// The rules that take what is above the article, amid it and below it.
const PLACES: [&str; 3] = ["page/above", "page/amid", "page/below"];

/// How much a line looks like the page around the article, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JunkScore {
    /// From 0, the article, to 100, the page around it; rounded down.
    pub score: u8,
    /// The score from which such a line goes, rounded up; `None` if it goes at none.
    pub goes_from: Option<u8>,
    /// What raised the score most, the strongest first.
    pub raised_by: Vec<String>,
    /// What lowered the score most, the strongest first.
    pub lowered_by: Vec<String>,
}

/// True if lines are judged by their looks: not without prose, not if the rules for it are off, and in a text of few lines, where nothing
/// is more than suspect, only for who wants suspects.
pub(super) fn judges(view: &View<'_>) -> bool {
    let lines = view.visible.iter().filter(|row| !view.row(**row).continues_paragraph).count();
    let is_on = || PLACES.iter().any(|id| view.matchers.judgement(id).is_some());
    view.has_prose() && is_on() && (lines >= FEW || view.detail.least == Certainty::Suspect)
}

/// Adds what looks like the page. `taken` says which rows are decided already.
pub(super) fn find(view: &View<'_>, scores: &Scores<'_>, taken: &[bool], found: &mut Vec<Finding>) {
    let places = PLACES.map(|id| view.matchers.judgement(id));
    for (at, unit) in scores.units.iter().enumerate() {
        let rows = || view.rows_of(unit.rows).filter(|row| !taken[*row]);
        let Some(rule) = places[scores.zone(at)].filter(|_| rows().next().is_some()) else { continue };
        let Some(certainty) = scores.certainty(view, at) else { continue };
        let seen = scores.seen(view, at);
        found.extend(rows().map(|row| Finding::line(row, rule, seen.clone()).sure(certainty)));
    }
}

/// The units of a page with their scores, and what follows from them for the whole page.
pub(super) struct Scores<'u> {
    units: &'u [Unit],
    scorer: &'u Scorer,
    context: Context<'u>,
    /// The features of each unit by itself.
    own: Vec<Own>,
    told: Told,
    scores: Vec<i32>,
    /// The stretch of units that is the article.
    stretch: Range<usize>,
    text: Text,
    limits: Limits,
    /// Log-odds, in thousandths, that lines need on top because of the language.
    foreign: i32,
}

impl<'u> Scores<'u> {
    /// `taken` says which rows rules remove.
    pub fn of(view: &View<'_>, units: &'u [Unit], taken: &[bool], (kinds, scorer): (&KindModel, &'u Scorer)) -> Self {
        let context = context(view, units);
        let own: Vec<Own> = units.iter().map(|unit| features::own(unit, &context, context.shared(unit))).collect();
        let told = kinds.tell(&features::of_text(&context, &own));
        let of_text = features::text(&context);
        let score = |at: usize| {
            let features = || features::of_line(&context, &own, &of_text, told.margins, at);
            if is_plainly_article(&context, at) { ARTICLE } else { scorer.score(&features()) }
        };
        let scores: Vec<i32> = (0..units.len()).map(score).collect();
        let words = units.iter().map(|unit| unit.shape.words);
        let mut stretch = stretch::find(scores.iter().map(|score| thousandths(*score)).zip(words));
        if !stretch.is_empty() {
            // A list right below belongs to it.
            stretch.end += units[stretch.end..].iter().take_while(|unit| unit.shape.listed).count();
        }
        let is_known = |unit: &&Unit| taken[unit.rows.0];
        let junk = scores.iter().zip(units).filter(|(score, unit)| **score > 0 || is_known(unit)).count();
        let text = Text {
            kind: told.kind,
            junk: junk * 100 / units.len().max(1),
            known: units.iter().filter(is_known).count(),
            lines: units.len(),
            article: units[stretch.clone()].iter().map(|unit| unit.shape.words).sum(),
        };
        let language = view.language().map(|language| view.rules().vocabulary().code(language));
        let is_known_language = language.is_some_and(|code| LANGUAGES.contains(&code));
        let foreign = if is_known_language { 0 } else { OTHER_LANGUAGE };
        Self { units, scorer, context, own, told, scores, stretch, limits: text.limits(), text, foreign }
    }

    /// The features of the text, and of each unit that is judged: first and last row, and values.
    pub fn features(&self) -> (Vec<i16>, Vec<features::UnitFeatures>) {
        let of_text = features::text(&self.context);
        let values = |at: usize| {
            let features = features::of_line(&self.context, &self.own, &of_text, self.told.margins, at);
            let (first, last) = self.units[at].rows;
            (first, last, features.first(features::COUNT).to_vec())
        };
        let judged = (0..self.units.len()).filter(|at| !is_plainly_article(&self.context, *at));
        let of_page = features::of_text(&self.context, &self.own).first(features::text_names().len()).to_vec();
        (of_page, judged.map(values).collect())
    }

    pub const fn units(&self) -> &'u [Unit] {
        self.units
    }

    pub const fn context(&self) -> &Context<'u> {
        &self.context
    }

    /// What the page is.
    pub const fn kind(&self) -> PageKind {
        self.told.kind
    }

    /// True for the article's own headline.
    pub fn is_headline(&self, at: usize) -> bool {
        self.context.headline == Some(at)
    }

    /// Log-odds, in thousandths, that a unit is junk by itself.
    pub fn log_odds(&self, at: usize) -> i32 {
        thousandths(self.scores[at])
    }

    /// 0 above the article's stretch, 1 within, 2 below.
    pub fn zone(&self, at: usize) -> usize {
        usize::from(at >= self.stretch.start) + usize::from(at >= self.stretch.end.max(1))
    }

    /// Where the article lies in the text of a whole page.
    pub fn body(&self, view: &View<'_>) -> Option<Span> {
        let stretch = self.units.get(self.stretch.clone()).filter(|_| self.text.is_page())?;
        let (first, last) = (stretch.first()?, stretch.last()?);
        Some(Span::new(view.span(first.rows.0).start, view.span(last.rows.1).end))
    }

    /// Log-odds, in thousandths, from which a unit is likely junk.
    fn likely(&self, at: usize) -> i32 {
        let is_article = self.zone(at) == 1 || self.may_be_headline(at) || self.is_below_heading(at);
        let limit = if is_article { self.limits.inside } else { self.limits.outside };
        match limit {
            _ if self.text.lines < FEW || self.is_heading(at) && !self.text.is_page() => NEVER,
            NEVER => NEVER,
            limit if self.is_sentence(at) && !self.text.is_page() => limit.max(OF_SENTENCE) + self.foreign,
            limit => limit + self.foreign,
        }
    }

    fn is_sentence(&self, at: usize) -> bool {
        let shape = &self.units[at].shape;
        shape.ends && !shape.asks && shape.words >= SENTENCE
    }

    /// True if the unit may be a heading of the article.
    fn is_heading(&self, at: usize) -> bool {
        let shape = &self.units[at].shape;
        let is_above_prose = self.units.get(at + 1).is_some_and(|below| below.prose);
        !shape.ends && shape.words <= HEADING && is_above_prose || self.units[at].is_heading
    }

    /// True for the last line above the article's stretch, not far from it, that is shaped like a headline.
    fn may_be_headline(&self, at: usize) -> bool {
        let is_headline = |at: &usize| self.units[*at].shape.is_headline() && self.units[*at].shape.words >= HEADLINE;
        at < self.stretch.start && (0..self.stretch.start).rev().take(NEAR).find(is_headline) == Some(at)
    }

    /// True for an entry of a list that stands right below what may be a heading of the article.
    fn is_below_heading(&self, at: usize) -> bool {
        let above = self.units[..at].iter().rfind(|unit| unit.is_heading || !unit.shape.listed);
        self.units[at].shape.listed && above.is_some_and(|above| above.is_heading)
    }

    /// The family of policy that a unit belongs to, so that it only goes when that family is selected. On a whole page this holds within
    /// the article's stretch alone.
    pub fn policy(&self, view: &View<'_>, at: usize) -> Option<Family> {
        if self.text.is_page() && self.zone(at) != 1 {
            return None;
        }
        view.policy(self.units[at].rows.0).or_else(|| self.units[at].date.then_some(Family::Byline))
    }

    /// The certainty that a unit is junk; `None` if it stays, or if the caller does not want to know so little.
    fn certainty(&self, view: &View<'_>, at: usize) -> Option<Certainty> {
        let (score, likely) = (self.log_odds(at), self.likely(at));
        let certainty = match likely {
            _ if self.is_headline(at) || self.units[at].kept => return None,
            _ if score < likely.min(SUSPECT) => return None,
            NEVER => Certainty::Suspect,
            _ if score < likely || self.policy(view, at).is_some() => Certainty::Suspect,
            _ if score < likely.max(CERTAIN + self.foreign) => Certainty::Likely,
            _ => Certainty::Certain,
        };
        Some(certainty).filter(|certainty| *certainty >= view.detail.least)
    }

    /// The score, and what decided for junk if the caller wants to know.
    fn seen(&self, view: &View<'_>, at: usize) -> Seen {
        let raised_by = if view.detail.evidence { self.decisive(at).raised } else { Vec::new() };
        Seen::Score { score: permille(self.scores[at]) / 10, raised_by }
    }

    fn decisive(&self, at: usize) -> Reasons {
        let features =
            features::of_line(&self.context, &self.own, &features::text(&self.context), self.told.margins, at);
        Reasons::new(&features, &self.scorer.reasons(&features))
    }

    /// Explains a unit that stays, where verdicts of at least the certainty `least` remove lines. Returns its score (`None` if it is plainly
    /// the article's) and the reason why no score, or only a higher one than usual, would remove it (empty if there is none).
    pub fn kept(&self, view: &View<'_>, at: usize, least: Certainty) -> (Option<JunkScore>, String) {
        if self.scores[at] == ARTICLE {
            return (None, "a long sentence amid the article".to_owned());
        }
        let (limit, why) = match self.exempt(view, at, least) {
            Some(why) => (None, why),
            None if least == Certainty::Suspect => (Some(self.likely(at).min(SUSPECT)), String::new()),
            None if least == Certainty::Likely => (Some(self.likely(at)), self.demands(at)),
            None => (Some(self.likely(at).max(CERTAIN + self.foreign)), self.demands(at)),
        };
        let percent = |permille: i32| u8::try_from(permille / 10).unwrap_or(100);
        let Reasons { raised, lowered } = self.decisive(at);
        let score = JunkScore {
            score: percent(permille(self.scores[at])),
            goes_from: limit.map(|limit| percent(permille(limit * (SCALE / 1000)) + 9)),
            raised_by: raised,
            lowered_by: lowered,
        };
        (Some(score), why)
    }

    /// Why no score, however high, removes a unit; `None` if a score can.
    fn exempt(&self, view: &View<'_>, at: usize, least: Certainty) -> Option<String> {
        let rule = PLACES[self.zone(at)];
        let is_strict = least > Certainty::Suspect;
        let why = match self.policy(view, at).filter(|_| is_strict) {
            _ if self.is_headline(at) => "the article's headline",
            _ if self.units[at].kept => {
                "an item of a list that the article announces, its own heading, a quotation or code"
            }
            _ if view.matchers.judgement(rule).is_none() => return Some(format!("the rule {rule} is off")),
            Some(family) => return Some(format!("a line of the family {family}, which only goes when it is selected")),
            None if is_strict && self.text.lines < FEW => "there are too few lines around it to tell",
            None if is_strict && self.limits.inside == NEVER => {
                return Some(format!("such lines are content on a {}", self.told.kind.as_str()));
            }
            None if is_strict && self.likely(at) == NEVER => "it may be a heading of the article",
            None => return None,
        };
        Some(why.to_owned())
    }

    /// Why a unit needs a higher score than elsewhere to go; empty if it does not.
    fn demands(&self, at: usize) -> String {
        let demands = [
            (self.is_sentence(at) && !self.text.is_page(), "it is a sentence"),
            (self.text.is_page() && self.zone(at) == 1, "it stands in the article"),
            (!self.text.is_page(), "little around it looks like a page"),
            (self.told.kind != PageKind::Article, "the text is no article"),
            (self.foreign > 0, "few texts in its language were learned from"),
        ];
        demands.into_iter().filter_map(|(holds, why)| holds.then_some(why)).collect::<Vec<_>>().join(", ")
    }
}

/// Reads what stands around units.
fn context<'u>(view: &View<'_>, units: &'u [Unit]) -> Context<'u> {
    let mut context = Context::new(units);
    let text = context.body[1].0 + 1;
    let rows: Vec<usize> = units.iter().take(text).map(|u| u.rows.0).collect();
    context.headline = headlines::own_headline(view, &rows).or_else(|| context.likely_headline(text));
    context
}

/// True for a sentence within the article's prose that no rule knows.
fn is_plainly_article(context: &Context<'_>, at: usize) -> bool {
    let u = &context.units[at];
    u.prose && u.shape.ends && u.shape.words >= PLAIN && u.rule == 0 && context.body_distance(1, at) < 0
}

/// Log-odds in thousandths, from a score.
const fn thousandths(score: i32) -> i32 {
    score / (SCALE / 1000)
}

/// The probability in thousandths for log-odds times `SCALE`, interpolated between whole log-odds of the logistic curve.
pub(super) fn permille(score: i32) -> i32 {
    const CURVE: [i32; 7] = [500, 731, 881, 953, 982, 993, 998];
    let size = score.abs();
    let (whole, part) = (size / SCALE, size % SCALE);
    let at = |i: i32| CURVE.get(usize::try_from(i).unwrap_or(6)).copied().unwrap_or(999);
    let upper = at(whole) + (at(whole + 1) - at(whole)) * part / SCALE;
    if score < 0 { 1000 - upper } else { upper }
}

/// What kind of text a document is.
pub(super) fn shape(view: &View<'_>, scores: &Scores<'_>) -> Shape {
    let long = view.visible.iter().filter(|r| view.shape(**r).words >= 60).count();
    let prose = view.visible.iter().filter(|r| view.is_prose(**r)).count();
    match view.visible.len() {
        0 => Shape::Empty,
        n if n <= 2 && long > 0 => Shape::OneLine,
        _ if scores.text.is_page() => Shape::WholePage,
        _ if (0..view.count()).any(|row| view.row(row).continues_paragraph) => Shape::Wrapped,
        n if prose * 5 < n => Shape::List,
        _ if view.is_markdown() => Shape::Markdown,
        _ => Shape::Article,
    }
}
