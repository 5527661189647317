//! Lines that look like the page and not like the article, by their scores; and the shape of the whole document. How a
//! score is computed is in `scorer`.

use std::cell::OnceCell;

use super::context::Context;
use super::features::Surroundings;
use super::finding::Finding;
use super::page::View;
use super::scorer::{SCALE, Scorer};
use super::seen::Seen;
use super::units::Unit;
use super::wording::Reasons;
use crate::document::{Shape, Span};
use crate::removal::{Certainty, Family};

/// Log-odds, in thousandths, from which a line is certain, and from which it is worth a look.
const CERTAIN: i32 = 4600;
const SUSPECT: i32 = 0;
/// Rows of (lines that rules know, their share in per cent, lines, log-odds in thousandths): the first row whose three minima a document
/// reaches gives the log-odds from which its lines are likely junk. The more of a page is there for sure, the less the rest must prove.
const LIKELY: &[(usize, usize, usize, i32)] = &[(20, 4, 40, 800), (12, 6, 40, 1200), (5, 3, 20, 2400), (0, 0, 0, 3200)];
/// An article that came clean: rules know no line, and fewer lines than this, in per cent, look like junk. Its lines need so many more
/// log-odds, in thousandths, to be likely.
const CLEAN: usize = 15;
const CLEAN_EXTRA: i32 = 1400;
/// The language of most training texts; lines of pages in others need so many more log-odds, in thousandths.
const LANGUAGE: &str = "en";
const OTHER_LANGUAGE: i32 = 1400;
/// The text of a whole page: at least so many lines look like junk, in per cent; rules know at least so many; and, to be sure, there are
/// at least so many lines.
const PAGE: usize = 35;
const PAGE_KNOWN: usize = 8;
const PAGE_LINES: usize = 40;
/// Log-odds, in thousandths, that no score reaches.
const NEVER: i32 = 20_000;
/// Fewest words of a sentence, most words of a heading, and the lines below which a text has too few to judge any. Outside of whole pages
/// a sentence must be certain to go, and what may be a heading, or stands in a text of few lines, is at most suspect.
const SENTENCE: usize = 3;
const HEADING: usize = 12;
const FEW: usize = 15;
/// The score of a line that is not judged.
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

/// The units of a page with their scores, each computed at the first use.
pub(super) struct Scores<'u> {
    units: &'u [Unit],
    surroundings: Surroundings<'u>,
    scorer: &'u Scorer,
    scores: Vec<OnceCell<i32>>,
    /// Per cent of units that are more likely junk than not.
    junk: OnceCell<usize>,
    /// Units that the rules know for junk.
    known: usize,
    /// Log-odds, in thousandths, that lines need on top because of the language.
    foreign: i32,
}

impl<'u> Scores<'u> {
    pub fn of(view: &View<'_>, units: &'u [Unit], scorer: &'u Scorer) -> Self {
        let is_foreign = view.language().map(|l| view.rules().vocabulary().code(l)) != Some(LANGUAGE);
        Self {
            units,
            surroundings: Surroundings::new(view, units),
            scorer,
            scores: units.iter().map(|_| OnceCell::new()).collect(),
            junk: OnceCell::new(),
            known: units.iter().filter(|u| u.is_known()).count(),
            foreign: if is_foreign { OTHER_LANGUAGE } else { 0 },
        }
    }

    pub const fn units(&self) -> &'u [Unit] {
        self.units
    }

    pub const fn context(&self) -> &Context<'u> {
        self.surroundings.context()
    }

    /// True for the article's own headline.
    pub fn is_headline(&self, at: usize) -> bool {
        self.surroundings.is_headline(at)
    }

    /// Log-odds, in thousandths, that a unit is junk by itself.
    pub fn log_odds(&self, at: usize) -> i32 {
        self.score(at) / (SCALE / 1000)
    }

    /// 0 above the article's text, 1 within, 2 below.
    pub fn place(&self, at: usize) -> i64 {
        i64::try_from(self.zone(at)).unwrap_or(1)
    }

    fn score(&self, at: usize) -> i32 {
        let judge = || self.scorer.score(&self.surroundings.features(at));
        *self.scores[at].get_or_init(|| if self.surroundings.is_judged(at) { judge() } else { ARTICLE })
    }

    fn junk(&self) -> usize {
        *self.junk.get_or_init(|| {
            let junk = (0..self.units.len()).filter(|at| self.score(*at) > 0).count();
            junk * 100 / self.units.len().max(1)
        })
    }

    /// Log-odds, in thousandths, that lines need on top, for the language and for a clean article.
    fn extra(&self) -> i32 {
        let is_clean = self.known == 0 && self.junk() < CLEAN;
        self.foreign + if is_clean { CLEAN_EXTRA } else { 0 }
    }

    /// True for what looks like the text of a whole page.
    fn looks_like_page(&self) -> bool {
        self.known >= PAGE_KNOWN && self.junk() >= PAGE
    }

    /// True for the text of a whole page, long enough to be sure.
    fn is_page(&self) -> bool {
        self.units.len() >= PAGE_LINES && self.looks_like_page()
    }

    /// Where the article lies in the text of a whole page.
    pub fn body(&self, view: &View<'_>) -> Option<Span> {
        if !self.is_page() {
            return None;
        }
        let inside = || (0..self.units.len()).filter(|at| self.zone(*at) == 1);
        let (first, last) = (inside().next()?, inside().next_back()?);
        let rows = (self.units[first].rows.0, self.units[last].rows.1);
        Some(Span::new(view.span(rows.0).start, view.span(rows.1).end))
    }

    /// 0 above the article's text, 1 within, 2 below.
    fn zone(&self, at: usize) -> usize {
        if self.surroundings.is_judged(at) { self.surroundings.zone(at) } else { 1 }
    }

    /// Log-odds, in thousandths, from which a unit is likely junk, without what `extra` adds.
    fn likely(&self, at: usize) -> i32 {
        let lines = self.units.len();
        if lines < FEW || self.is_heading(at) && !self.is_page() {
            return NEVER;
        }
        if self.is_sentence(at) && !self.is_page() {
            return CERTAIN;
        }
        let share = self.known * 100 / lines;
        let fits = |(known, least, most, _): &&(usize, usize, usize, i32)| {
            self.known >= *known && share >= *least && lines >= *most
        };
        LIKELY.iter().find(fits).map_or(CERTAIN, |(_, _, _, likely)| *likely)
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

    /// The family of policy that a unit belongs to, so that it only goes when that family is selected. On a whole page this holds within
    /// the article's stretch alone.
    pub fn policy(&self, view: &View<'_>, at: usize) -> Option<Family> {
        let apart = self.is_page() && self.zone(at) != 1;
        let family = view.policy(self.units[at].rows.0).or_else(|| self.units[at].date.then_some(Family::Byline));
        family.filter(|_| !apart)
    }

    /// The certainty that a unit is junk; `None` if it stays, or if the caller does not want to know so little.
    fn certainty(&self, view: &View<'_>, at: usize) -> Option<Certainty> {
        if self.surroundings.is_headline(at) || self.units[at].kept {
            return None;
        }
        let is_wanted = |certainty: &Certainty| *certainty >= view.detail.least;
        // Most lines are not even suspect: a comparison with one limit settles them.
        let least = if is_wanted(&Certainty::Suspect) { SUSPECT } else { self.likely(at) };
        if least == NEVER || self.score(at) / (SCALE / 1000) < least {
            return None;
        }
        let (score, likely) = (self.score(at) / (SCALE / 1000), self.likely(at) + self.extra());
        let certainty = match score {
            _ if self.policy(view, at).is_some() => Certainty::Suspect,
            s if s >= likely.max(CERTAIN + self.extra()) => Certainty::Certain,
            s if s >= likely => Certainty::Likely,
            _ => Certainty::Suspect,
        };
        Some(certainty).filter(is_wanted)
    }

    /// The score, and what decided for junk if the caller wants to know.
    fn seen(&self, view: &View<'_>, at: usize) -> Seen {
        let raised_by = if view.detail.evidence { self.decisive(at).raised } else { Vec::new() };
        Seen::Score { score: permille(self.score(at)) / 10, raised_by }
    }

    fn decisive(&self, at: usize) -> Reasons {
        let features = self.surroundings.features(at);
        Reasons::new(&features, &self.scorer.reasons(&features))
    }

    /// Explains a unit that stays, where verdicts of at least the certainty `least` remove lines. Returns its score (`None` if it is plainly
    /// the article's) and the reason why no score, or only a higher one than usual, would remove it (empty if there is none).
    pub fn kept(&self, view: &View<'_>, at: usize, least: Certainty) -> (Option<JunkScore>, String) {
        if !self.surroundings.is_judged(at) {
            return (None, "a long sentence amid the article".to_owned());
        }
        let (limit, why) = match self.exempt(view, at, least) {
            Some(why) => (None, why),
            None if least == Certainty::Suspect => (Some(SUSPECT), String::new()),
            None => {
                let likely = self.likely(at).max(if least == Certainty::Certain { CERTAIN } else { SUSPECT });
                (Some(likely + self.extra()), self.demands(at))
            }
        };
        let percent = |permille: i32| u8::try_from(permille / 10).unwrap_or(100);
        let Reasons { raised, lowered } = self.decisive(at);
        let score = JunkScore {
            score: percent(permille(self.score(at))),
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
            _ if self.surroundings.is_headline(at) => "the article's headline",
            _ if self.units[at].kept => {
                "an item of a list that the article announces, its own heading, a quotation or code"
            }
            _ if view.matchers.judgement(rule).is_none() => return Some(format!("the rule {rule} is off")),
            Some(family) => return Some(format!("a line of the family {family}, which only goes when it is selected")),
            None if is_strict && self.units.len() < FEW => "there are too few lines around it to tell",
            None if is_strict && self.likely(at) == NEVER => "it may be a heading of the article",
            None => return None,
        };
        Some(why.to_owned())
    }

    /// Why a unit needs a higher score than elsewhere to go; empty if it does not.
    fn demands(&self, at: usize) -> String {
        let demands = [
            (self.is_sentence(at) && !self.is_page(), "it is a sentence"),
            (self.extra() > self.foreign, "the rest of the text is clean"),
            (self.foreign > 0, "the text is not in English"),
        ];
        demands.into_iter().filter_map(|(holds, why)| holds.then_some(why)).collect::<Vec<_>>().join(", ")
    }
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
        _ if scores.looks_like_page() => Shape::WholePage,
        _ if (0..view.count()).any(|row| view.row(row).continues_paragraph) => Shape::Wrapped,
        n if prose * 5 < n => Shape::List,
        _ if view.is_markdown() => Shape::Markdown,
        _ => Shape::Article,
    }
}
