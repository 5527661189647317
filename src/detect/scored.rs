//! Lines that look like the page and not like the article, as the scorer tells; and the shape of the whole document.
//! How a line is scored lies in `scorer`.

use std::cell::OnceCell;

use super::features::{self, View};
use super::page::Page;
use super::scorer::{SCALE, Scorer};
use super::units::{self, Unit};
use super::{Detector, Finding};
use crate::document::{Shape, Span};
use crate::removal::{Certainty, Family};

/// Log-odds, in thousandths, from which a line is certain, and from which it is worth a look.
const CERTAIN: i32 = 4600;
const SUSPECT: i32 = 0;
/// Log-odds, in thousandths, from which a line is likely, where the rules know at least so many lines of the document,
/// and such a share of them in per cent, and where it has so many lines: the more of a page is there for sure, the more
/// of the rest is the page's too.
const LIKELY: &[(usize, usize, usize, i32)] = &[(20, 4, 40, 800), (8, 4, 40, 1200), (3, 2, 20, 2400), (0, 0, 0, 3200)];
/// What is asked for besides where the rules know no line, and few lines look like junk: in an article that came clean.
const CLEAN: usize = 15;
const CLEAN_EXTRA: i32 = 1400;
/// What is asked for besides where the language is not the one that most of the training texts are in.
const LANGUAGE: &str = "en";
const OTHER_LANGUAGE: i32 = 1400;
/// Share of lines, in per cent, that look like junk in a page as a whole, how many of them the rules know, and how many
/// lines there are.
const PAGE: usize = 35;
const PAGE_KNOWN: usize = 8;
const PAGE_LINES: usize = 40;
/// More than any score.
const NEVER: i32 = 20_000;
/// Outside of whole pages a sentence must be certain: a line with an end mark and so many words. A line that may be a
/// heading, because prose follows, only shows, and so does any line of a text of few lines: there is too little around
/// it to tell.
const SENTENCE: usize = 3;
const HEADING: usize = 12;
const FEW: usize = 15;
/// The score of a line that is not judged.
const ARTICLE: i32 = -8 * SCALE;
/// How many features are named as reasons.
const REASONS: usize = 3;

pub(super) struct Scored;

impl Detector for Scored {
    fn point(&self, page: &Page<'_>, found: &mut Vec<Finding>) {
        let places = ["page/above", "page/amid", "page/below"].map(|id| page.reader.judgement(id));
        if places.iter().all(Option::is_none) || !page.has_prose() {
            return;
        }
        let mut taken = vec![false; page.rows.len()];
        for finding in found.iter().filter(|f| f.piece.is_none() && page.rule(f.rule).certainty > Certainty::Suspect) {
            taken[finding.row] = true;
        }
        // Of a text of few lines nothing is more than suspect.
        let few = page.visible.iter().filter(|row| !page.rows[**row].goes_on).count() < FEW;
        if few && page.wanted.least > Certainty::Suspect {
            return;
        }
        let units = units::read(page);
        let scores = Scores::of(page, &units);
        for (at, unit) in units.iter().enumerate() {
            let rows = || page.rows_of(unit.rows).filter(|row| !taken[*row]);
            let Some(rule) = places[scores.zone(at)].filter(|_| rows().next().is_some()) else { continue };
            let Some(certainty) = scores.certainty(page, at) else { continue };
            let evidence = page.seen(|| scores.reasons(at));
            found.extend(rows().map(|row| Finding::line(row, rule, evidence.clone()).sure(certainty)));
        }
    }
}

/// The lines of a page with their scores, each told when somebody asks.
pub(super) struct Scores<'u> {
    units: &'u [Unit<'u>],
    view: View<'u>,
    scorer: &'u Scorer,
    scores: Vec<OnceCell<i32>>,
    /// Units that are more likely junk than not, in per cent.
    junk: OnceCell<usize>,
    /// Units that the rules know for junk.
    known: usize,
    /// Log-odds, in thousandths, that are asked for besides because of the language.
    foreign: i32,
}

impl<'u> Scores<'u> {
    pub fn of(page: &Page<'u>, units: &'u [Unit<'u>]) -> Self {
        let is_foreign = page.language().map(|l| page.rules().vocabulary().code(l)) != Some(LANGUAGE);
        Self {
            units,
            view: View::new(page, units),
            scorer: &page.reader.scorer,
            scores: units.iter().map(|_| OnceCell::new()).collect(),
            junk: OnceCell::new(),
            known: units.iter().filter(|u| u.is_known()).count(),
            foreign: if is_foreign { OTHER_LANGUAGE } else { 0 },
        }
    }

    fn score(&self, at: usize) -> i32 {
        let judge = || self.scorer.score(&self.view.features(at));
        *self.scores[at].get_or_init(|| if self.view.is_judged(at) { judge() } else { ARTICLE })
    }

    fn junk(&self) -> usize {
        *self.junk.get_or_init(|| {
            let junk = (0..self.units.len()).filter(|at| self.score(*at) > 0).count();
            junk * 100 / self.units.len().max(1)
        })
    }

    /// Log-odds, in thousandths, that are asked for besides.
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
    pub fn body(&self, page: &Page<'_>) -> Option<Span> {
        if !self.is_page() {
            return None;
        }
        let inside = || (0..self.units.len()).filter(|at| self.zone(*at) == 1);
        let (first, last) = (inside().next()?, inside().next_back()?);
        let rows = (self.units[first].rows.0, self.units[last].rows.1);
        Some(Span::new(page.rows[rows.0].span.start, page.rows[rows.1].span.end))
    }

    /// 0 above the article's text, 1 within, 2 below.
    fn zone(&self, at: usize) -> usize {
        if self.view.is_judged(at) { self.view.zone(at) } else { 1 }
    }

    /// Log-odds, in thousandths, from which a unit is likely junk, if nothing is asked for besides.
    fn likely(&self, at: usize) -> i32 {
        let (look, lines) = (&self.units[at].look, self.units.len());
        let is_sentence = look.ends && !look.asks && look.words >= SENTENCE;
        let is_above_prose = self.units.get(at + 1).is_some_and(|below| below.prose);
        let is_heading = !look.ends && look.words <= HEADING && is_above_prose || self.units[at].is_heading;
        if lines < FEW || is_heading && !self.is_page() {
            return NEVER;
        }
        if is_sentence && !self.is_page() {
            return CERTAIN;
        }
        let share = self.known * 100 / lines;
        let fits = |(known, least, most, _): &&(usize, usize, usize, i32)| {
            self.known >= *known && share >= *least && lines >= *most
        };
        LIKELY.iter().find(fits).map_or(CERTAIN, |(_, _, _, likely)| *likely)
    }

    /// The family of policy that a unit is left to: outside of the article's stretch of a whole page all goes together.
    fn policy(&self, page: &Page<'_>, at: usize) -> Option<Family> {
        let apart = self.is_page() && self.zone(at) != 1;
        let family = page.policy(self.units[at].rows.0).or_else(|| self.units[at].date.then_some(Family::Byline));
        family.filter(|_| !apart)
    }

    /// How sure it is that a unit is junk; `None` if it stays, or if nobody wants to know.
    fn certainty(&self, page: &Page<'_>, at: usize) -> Option<Certainty> {
        if self.view.is_headline(at) || self.units[at].kept {
            return None;
        }
        let is_wanted = |certainty: &Certainty| *certainty >= page.wanted.least;
        // Most lines are not even suspect, which is told first of what takes time.
        let least = if is_wanted(&Certainty::Suspect) { SUSPECT } else { self.likely(at) };
        if least == NEVER || self.score(at) / (SCALE / 1000) < least {
            return None;
        }
        let (score, likely) = (self.score(at) / (SCALE / 1000), self.likely(at) + self.extra());
        let certainty = match score {
            _ if self.policy(page, at).is_some() => Certainty::Suspect,
            s if s >= likely.max(CERTAIN + self.extra()) => Certainty::Certain,
            s if s >= likely => Certainty::Likely,
            _ => Certainty::Suspect,
        };
        Some(certainty).filter(is_wanted)
    }

    /// What decided for junk, in words.
    fn reasons(&self, at: usize) -> String {
        format!("score {} of 100: {}", percent(self.score(at)), self.named(at, true))
    }

    /// Score of a unit, of 100, unless it is the article's without being judged; and what speaks for keeping it.
    pub fn kept(&self, page: &Page<'_>, at: usize) -> (Option<u8>, String) {
        if !self.view.is_judged(at) {
            return (None, "a long sentence amid the article".to_owned());
        }
        let score = percent(self.score(at));
        let why = if self.view.is_headline(at) {
            "the article's headline".to_owned()
        } else if self.units[at].kept {
            "an item of a list that the article announces, its own heading, a quotation or code".to_owned()
        } else if let Some(family) = self.policy(page, at) {
            format!("a line of the family {family}, which only goes when it is selected")
        } else {
            let needed = percent((self.likely(at) + self.extra()) * (SCALE / 1000));
            format!("score {score} of 100, {needed} would be needed: {}", self.named(at, false))
        };
        (u8::try_from(score).ok(), why)
    }

    /// The features that moved the score most towards junk or away from it, with their values.
    fn named(&self, at: usize, junk: bool) -> String {
        let features = self.view.features(at);
        let mut reasons = self.scorer.reasons(&features);
        if !junk {
            reasons.reverse();
        }
        let named = reasons.into_iter().filter(|(_, added)| (*added > 0) == junk).take(REASONS);
        let named = named.map(|(f, _)| features::shown(f, features.values()[f]));
        named.collect::<Vec<_>>().join(", ")
    }
}

/// Log-odds as a share of a hundred, by the slopes of the logistic curve between its whole log-odds.
fn percent(score: i32) -> i32 {
    const CURVE: [i32; 7] = [500, 731, 881, 953, 982, 993, 998];
    let size = score.abs();
    let (whole, part) = (size / SCALE, size % SCALE);
    let at = |i: i32| CURVE.get(usize::try_from(i).unwrap_or(6)).copied().unwrap_or(999);
    let upper = at(whole) + (at(whole + 1) - at(whole)) * part / SCALE;
    (if score < 0 { 1000 - upper } else { upper } + 5) / 10
}

/// What kind of text a document is.
pub(super) fn shape(page: &Page<'_>, scores: &Scores<'_>) -> Shape {
    let long = page.visible.iter().filter(|r| page.look(**r).words >= 60).count();
    let prose = page.visible.iter().filter(|r| page.is_prose(**r)).count();
    match page.visible.len() {
        0 => Shape::Empty,
        n if n <= 2 && long > 0 => Shape::OneLine,
        _ if scores.looks_like_page() => Shape::WholePage,
        _ if page.rows.iter().any(|r| r.goes_on) => Shape::Wrapped,
        n if prose * 5 < n => Shape::List,
        _ if page.markdown => Shape::Markdown,
        _ => Shape::Article,
    }
}
