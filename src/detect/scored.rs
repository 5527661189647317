//! Lines that look like the page and not like the article, as the scorer tells; and the shape of the whole document.
//! How a line is scored lies in `scorer`.

use super::features::{self, Features};
use super::page::Page;
use super::scorer::SCALE;
use super::units::Unit;
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
        let scores = Scores::of(page);
        for at in 0..scores.units.len() {
            let unit = &scores.units[at];
            let Some(certainty) = scores.certainty(page, at).filter(|c| *c >= page.wanted.least) else { continue };
            let Some(rule) = places[scores.zone(at)] else { continue };
            let rows: Vec<usize> = page.rows_of(unit.rows).filter(|row| !taken[*row]).collect();
            if rows.is_empty() {
                continue;
            }
            let evidence = page.seen(|| scores.reasons(page, at));
            found.extend(rows.into_iter().map(|row| Finding::line(row, rule, evidence.clone()).sure(certainty)));
        }
    }
}

/// The lines of a page with their scores.
pub(super) struct Scores<'p> {
    pub units: Vec<Unit<'p>>,
    /// None for units that are not judged.
    features: Vec<Option<Box<Features>>>,
    scores: Vec<i32>,
    /// Units that are more likely junk than not, in per cent.
    junk: usize,
    /// Units that the rules know for junk.
    known: usize,
    /// Log-odds, in thousandths, that are asked for besides.
    extra: i32,
}

impl<'p> Scores<'p> {
    pub fn of(page: &'p Page<'_>) -> Self {
        let (units, features) = features::of(page);
        let score = |f: &Option<Box<Features>>| f.as_ref().map_or(ARTICLE, |f| page.reader.scorer.score(f));
        let scores: Vec<i32> = features.iter().map(score).collect();
        let junk = scores.iter().filter(|s| **s > 0).count() * 100 / scores.len().max(1);
        let known = units.iter().filter(|u| u.is_known()).count();
        let foreign = page.language().map(|l| page.rules().vocabulary().code(l)) != Some(LANGUAGE);
        let clean = known == 0 && junk < CLEAN;
        let extra = if foreign { OTHER_LANGUAGE } else { 0 } + if clean { CLEAN_EXTRA } else { 0 };
        Self { units, features, scores, junk, known, extra }
    }

    /// True for what looks like the text of a whole page.
    const fn looks_like_page(&self) -> bool {
        self.junk >= PAGE && self.known >= PAGE_KNOWN
    }

    /// True for the text of a whole page, long enough to be sure.
    const fn is_page(&self) -> bool {
        self.looks_like_page() && self.units.len() >= PAGE_LINES
    }

    /// Where the article lies in the text of a whole page.
    pub fn body(&self, page: &Page<'_>) -> Option<Span> {
        let inside = || (0..self.units.len()).filter(|at| self.zone(*at) == 1);
        let (first, last) = (inside().next()?, inside().next_back()?);
        let rows = (self.units[first].rows.0, self.units[last].rows.1);
        self.is_page().then(|| Span::new(page.rows[rows.0].span.start, page.rows[rows.1].span.end))
    }

    /// 0 above the article's text, 1 within, 2 below.
    fn zone(&self, at: usize) -> usize {
        self.features[at].as_ref().and_then(|features| usize::try_from(features.strict_zone()).ok()).unwrap_or(1)
    }

    /// Log-odds, in thousandths, from which a unit is likely junk.
    fn likely(&self, at: usize) -> i32 {
        let (look, lines) = (&self.units[at].look, self.units.len());
        let is_sentence = look.ends && !look.asks && look.words >= SENTENCE;
        let is_above_prose = self.units.get(at + 1).is_some_and(|below| below.prose);
        let is_heading = !look.ends && look.words <= HEADING && is_above_prose || self.units[at].is_heading;
        if lines < FEW || is_heading && !self.is_page() {
            return NEVER;
        }
        if is_sentence && !self.is_page() {
            return CERTAIN + self.extra;
        }
        let share = self.known * 100 / lines;
        let fits = |(known, least, most, _): &&(usize, usize, usize, i32)| {
            self.known >= *known && share >= *least && lines >= *most
        };
        LIKELY.iter().find(fits).map_or(CERTAIN, |(_, _, _, likely)| *likely) + self.extra
    }

    /// The family of policy that a unit is left to: outside of the article's stretch of a whole page all goes together.
    fn policy(&self, page: &Page<'_>, at: usize) -> Option<Family> {
        let apart = self.is_page() && self.zone(at) != 1;
        let family = page.policy(self.units[at].rows.0).or_else(|| self.units[at].date.then_some(Family::Byline));
        family.filter(|_| !apart)
    }

    /// How sure it is that a unit is junk; `None` if it stays.
    fn certainty(&self, page: &Page<'_>, at: usize) -> Option<Certainty> {
        let score = self.scores[at] / (SCALE / 1000);
        if self.units[at].is_headline || self.units[at].kept || score < SUSPECT {
            return None;
        }
        Some(match score {
            _ if self.policy(page, at).is_some() => Certainty::Suspect,
            s if s >= self.likely(at).max(CERTAIN + self.extra) => Certainty::Certain,
            s if s >= self.likely(at) => Certainty::Likely,
            _ => Certainty::Suspect,
        })
    }

    /// What decided for junk, in words.
    fn reasons(&self, page: &Page<'_>, at: usize) -> String {
        format!("score {} of 100: {}", percent(self.scores[at]), self.named(page, at, true))
    }

    /// Score of a unit, of 100, unless it is the article's without being judged; and what speaks for keeping it.
    pub fn kept(&self, page: &Page<'_>, at: usize) -> (Option<u8>, String) {
        if self.features[at].is_none() {
            return (None, "a long sentence amid the article".to_owned());
        }
        let score = percent(self.scores[at]);
        let why = if self.units[at].is_headline {
            "the article's headline".to_owned()
        } else if self.units[at].kept {
            "an item of a list that the article announces, its own heading, a quotation or code".to_owned()
        } else if let Some(family) = self.policy(page, at) {
            format!("a line of the family {family}, which only goes when it is selected")
        } else {
            let needed = percent(self.likely(at) * (SCALE / 1000));
            format!("score {score} of 100, {needed} would be needed: {}", self.named(page, at, false))
        };
        (u8::try_from(score).ok(), why)
    }

    /// The features that moved the score most towards junk or away from it, with their values.
    fn named(&self, page: &Page<'_>, at: usize, junk: bool) -> String {
        let Some(features) = &self.features[at] else { return String::new() };
        let mut reasons = page.reader.scorer.reasons(features);
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
