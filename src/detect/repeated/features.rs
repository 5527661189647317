//! Features of a line on a page of a known source: how often it and its neighbours are repeated, where it stands by the prose that is
//! not, and what the page says of it by itself.

use crate::detect::context::{Sums, int, nearest, share, share64};
use crate::detect::features::{Features, OWN, features, own, small};
use crate::detect::page::View;
use crate::detect::scored::Scores;
use crate::detect::units::Unit;
use crate::removal::Certainty;
use crate::rules::{LearnedLine, LearnedSource, short};

/// Where a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// Above the fresh prose.
    Above,
    /// In the article: the densest stretch of fresh prose.
    Article,
    /// Elsewhere amid fresh prose.
    Amid,
    /// Behind the fresh prose.
    Behind,
}

/// Offsets, in units, of the neighbours that a line is judged with.
const NEIGHBOURS: &[isize] = &[-3, -2, -1, 1, 2, 3];
/// How far from a repeated line a line may stand that is judged by the model, in units.
const NEAR: usize = 30;
/// On how many articles in a hundred a line stands above the same other, to have a place.
const SAME: u8 = 60;
const HALF: u8 = 50;
/// Words of fresh prose that are too few to tell what of the rest is the page's.
const LITTLE: i64 = 30;
/// Lines are shuffled if less than one in so many has its place.
const SHUFFLED: usize = 3;
/// How far below a headline its prose begins at most, in units.
const BELOW: usize = 10;

features! {
    PLACE, fn place(r: &Repetition<'_>, at: usize) {
        "articles" => r.of(at, |line| i64::from(line.articles)).min(300),
        "share" => r.of(at, |line| share64(i64::from(line.articles) * 10, i64::from(r.source.articles))),
        "head" => r.of(at, |line| share64(i64::from(line.places[0]), i64::from(line.articles))),
        "middle" => r.of(at, |line| share64(i64::from(line.places[1]), i64::from(line.articles))),
        "tail" => r.of(at, |line| share64(i64::from(line.places[2]), i64::from(line.articles))),
        "prose below everywhere" => r.of(at, |line| i64::from(line.prose_below)),
        "same below everywhere" => r.of(at, |line| i64::from(line.same_below)),
        "articles of the source" => i64::from(r.source.articles).min(300),
        "run" => r.runs[at].min(99),
        "sure run" => r.sure_runs[at].min(99),
        "repeated near 1" => r.repeated.near(at, 1),
        "repeated near 3" => r.repeated.near(at, 3),
        "repeated near 8" => r.repeated.near(at, 8),
        "repeated near 20" => r.repeated.near(at, 20),
        "sure near 3" => r.sure.near(at, 3),
        "sure near 8" => r.sure.near(at, 8),
        "repeated above 8" => r.repeated.share(at.saturating_sub(8), at),
        "repeated below 8" => r.repeated.share(at + 1, at + 9),
        "repeated on the page" => share64(r.repeated.all(), 100 * int(r.units.len())),
        "zone by fresh prose" => r.place(at),
        "to fresh prose above" => r.distance(at, r.fresh_above[at]),
        "to fresh prose below" => r.distance(at, r.fresh_below[at]),
        "fresh prose above" => share64(r.fresh_words.within(0, at), r.fresh_words.all()),
        "fresh prose near 3" => r.fresh_words.within(at.saturating_sub(3), at + 4).min(400),
        "fresh" => i64::from(r.fresh[at]),
        "score" => r.score(at, 0),
        "score at -2" => r.score(at, -2),
        "score at -1" => r.score(at, -1),
        "score at +1" => r.score(at, 1),
        "score at +2" => r.score(at, 2),
        "scores near 3" => r.score_sums.near(at, 3) / 100,
        "scores near 8" => r.score_sums.near(at, 8) / 100,
        "removed" => r.removed.within(at, at + 1) / 100,
        "removed near 3" => r.removed.near(at, 3),
        "removed near 8" => r.removed.near(at, 8),
        "zone of the page" => int(r.scores.zone(at)),
        "units of the page" => int(r.units.len()).min(2000),
        "position" => share(at, r.units.len()),
        "zone by body" => r.body_zone(at),
        "to body" => r.to_body(at),
        "words of the body" => share64(r.fresh_words.within(r.body.0, r.body.1), r.fresh_words.all()),
        "sure since the body" => r.sure_between(at),
        "sure above" => i64::from(at > 0 && r.sure.within(at - 1, at) > 0),
        "sure below" => i64::from(r.sure.within(at + 1, at + 2) > 0),
        "words of the stretch" => r.stretches[at].words.min(2000),
        "stretch of the longest" => share64(r.stretches[at].words, r.longest),
        "stretches above" => r.stretches[at].number.min(99),
        "prose near 3" => r.prose_units.near(at, 3),
        "units behind" => int(r.units.len() - at).min(200),
    }
}

/// What of a page its source repeats.
pub(super) struct Repetition<'r> {
    source: &'r LearnedSource,
    scores: &'r Scores<'r>,
    units: &'r [Unit],
    /// The learned line of each unit.
    lines: Vec<Option<&'r LearnedLine>>,
    /// The first bits of the fingerprint of the line below each unit.
    below: Vec<Option<u32>>,
    /// Whether a number stands in each unit, which may differ from article to article.
    numbered: Vec<bool>,
    /// Per unit 100 if it is repeated, or known for junk by that.
    repeated: Sums,
    sure: Sums,
    /// How many repeated units stand in a row here.
    runs: Vec<i64>,
    sure_runs: Vec<i64>,
    /// Prose that the source does not repeat.
    fresh: Vec<bool>,
    fresh_words: Sums,
    removed: Sums,
    score_sums: Sums,
    prose_units: Sums,
    /// The stretch between lines known for junk that each unit stands in, and the words of the longest.
    stretches: Vec<Stretch>,
    longest: i64,
    /// The stretch of units in which fresh prose is densest, where lines of the page cost much, and little.
    body: (usize, usize),
    article: (usize, usize),
    /// The nearest fresh prose above and below each unit.
    fresh_above: Vec<Option<usize>>,
    fresh_below: Vec<Option<usize>>,
    is_shuffled_below: bool,
    /// First and last unit of fresh prose.
    prose: Option<(usize, usize)>,
}

impl<'r> Repetition<'r> {
    /// `taken` says which rows rules remove.
    pub fn new(view: &View<'_>, scores: &'r Scores<'r>, source: &'r LearnedSource, taken: &[bool]) -> Self {
        let units = scores.units();
        let line = |unit: &Unit| {
            let mut lines = view.rows_of(unit.rows).map(|row| source.lines.get(&view.line(row).print()));
            let first = lines.next().flatten()?;
            // A paragraph of several lines is repeated if all of them are.
            lines.try_fold(first, |least, line| line.map(|l| if l.articles < least.articles { l } else { least }))
        };
        let lines: Vec<Option<&LearnedLine>> = units.iter().map(line).collect();
        let below = |at: usize| units.get(at + 1).map(|unit| short(view.line(unit.rows.0).print()));
        let is_sure = |line: &Option<&LearnedLine>| line.is_some_and(|l| l.certainty > Some(Certainty::Suspect));
        let taken_at = |unit: &Unit| view.rows_of(unit.rows).all(|row| taken[row]);
        let fresh: Vec<bool> =
            units.iter().zip(&lines).map(|(unit, line)| unit.prose && line.is_none() && !taken_at(unit)).collect();
        let borders = units.iter().zip(&lines).map(|(unit, line)| is_sure(line) || taken_at(unit));
        let stretches = stretches(borders, units, &fresh);
        let hundreds = |values: &mut dyn Iterator<Item = bool>| Sums::new(values.map(|v| 100 * i64::from(v)));
        let prose = fresh.iter().position(|f| *f).zip(fresh.iter().rposition(|f| *f));
        let words = units.iter().zip(&fresh).map(|(unit, fresh)| if *fresh { int(unit.shape.words) } else { 0 });
        Self {
            source,
            scores,
            repeated: hundreds(&mut lines.iter().map(Option::is_some)),
            sure: hundreds(&mut lines.iter().map(is_sure)),
            runs: runs(lines.iter().map(Option::is_some)),
            sure_runs: runs(lines.iter().map(is_sure)),
            fresh_words: Sums::new(words),
            removed: hundreds(&mut units.iter().map(taken_at)),
            score_sums: Sums::new((0..units.len()).map(|at| i64::from(scores.log_odds(at)))),
            prose_units: hundreds(&mut units.iter().map(|unit| unit.prose)),
            longest: stretches.iter().map(|stretch| stretch.words).max().unwrap_or(0),
            stretches,
            body: densest(units, &lines, &fresh, STRICT),
            article: densest(units, &lines, &fresh, MILD),
            below: (0..units.len()).map(below).collect(),
            numbered: units.iter().map(|unit| view.folded(unit.rows.0).contains(char::is_numeric)).collect(),
            fresh_above: nearest(&fresh, false),
            fresh_below: nearest(&fresh, true),
            is_shuffled_below: prose.is_some_and(|(_, last)| are_shuffled(&lines[last + 1..])),
            units,
            lines,
            fresh,
            prose,
        }
    }

    pub const fn units(&self) -> &'r [Unit] {
        self.units
    }

    pub const fn articles(&self) -> u32 {
        self.source.articles
    }

    pub fn line(&self, at: usize) -> Option<&'r LearnedLine> {
        self.lines[at]
    }

    /// True if a repeated line is near, so that the model can tell.
    pub fn is_near(&self, at: usize) -> bool {
        self.repeated.within(at.saturating_sub(NEAR), at + NEAR + 1) > 0
    }

    pub const fn has_fresh_prose(&self) -> bool {
        self.prose.is_some()
    }

    /// True for a line whose neighbours are not repeated.
    pub fn is_alone(&self, at: usize) -> bool {
        self.repeated.within(at.saturating_sub(1), at + 2) == self.repeated.within(at, at + 1)
    }

    /// True for a line that may be the article's own headline, which other pages list: above the fresh prose, while on most articles it
    /// stands elsewhere.
    pub fn may_be_headline(&self, at: usize) -> bool {
        let is_listed = |line: &LearnedLine| self.units[at].shape.is_headline() && line.places[0] * 2 < line.articles;
        self.is_close_above(at) && self.lines[at].is_some_and(is_listed)
    }

    /// True above the fresh prose for what may be the headline of a series: "Letters from the ridge, part 3", "Your stars on 1 May".
    pub fn is_numbered(&self, at: usize) -> bool {
        at == 0
            && self.is_close_above(at)
            && self.numbered[at]
            && self.units[at].shape.words >= 2
            && !self.units[at].date
    }

    /// True for a line right above the fresh prose that on other articles has no prose below, or mostly the same other line, as the headline
    /// has that a menu or a list has too.
    pub fn is_out_of_place(&self, at: usize) -> bool {
        let is_elsewhere = |line: &LearnedLine| {
            line.prose_below <= HALF || line.same_below >= SAME && Some(line.below) != self.below[at]
        };
        self.is_close_above(at) && self.fresh.get(at + 1) == Some(&true) && self.lines[at].is_some_and(is_elsewhere)
    }

    fn is_close_above(&self, at: usize) -> bool {
        self.prose.is_some_and(|(first, _)| at < first && first - at <= BELOW)
    }

    pub fn is_fresh_prose(&self, at: usize) -> bool {
        self.fresh[at]
    }

    /// True if rules remove the unit.
    pub fn is_removed(&self, at: usize) -> bool {
        self.removed.within(at, at + 1) > 0
    }

    /// True for a page with hardly any fresh prose: what stands below may be a list, a table or verses of the article.
    pub fn has_little_prose(&self) -> bool {
        self.fresh_words.all() < LITTLE
    }

    /// True for a line below which on most articles another line stands than on others.
    pub fn heads_others(&self, at: usize) -> bool {
        self.lines[at].is_some_and(|line| line.same_below < SAME)
    }

    /// True if most of the repeated lines below the fresh prose stand in another order on each article, as ingredients do and menus do not.
    pub const fn is_shuffled_below(&self) -> bool {
        self.is_shuffled_below
    }

    /// True right below the last fresh prose.
    pub fn is_right_below(&self, at: usize) -> bool {
        self.prose.is_some_and(|(_, last)| at == last + 1)
    }

    /// Where a unit stands; behind the fresh prose if there is none.
    pub fn zone(&self, at: usize) -> Zone {
        match self.prose {
            Some((first, _)) if at < first => Zone::Above,
            Some((_, last)) if at <= last && (self.article.0..self.article.1).contains(&at) => Zone::Article,
            Some((_, last)) if at <= last => Zone::Amid,
            _ => Zone::Behind,
        }
    }

    /// The zone as a number; the article and the rest of the fresh prose are one.
    fn place(&self, at: usize) -> i64 {
        match self.zone(at) {
            _ if self.prose.is_none() => -1,
            Zone::Above => 0,
            Zone::Article | Zone::Amid => 1,
            Zone::Behind => 2,
        }
    }

    /// 0 above the densest stretch of fresh prose, 1 in it, 2 below.
    fn body_zone(&self, at: usize) -> i64 {
        i64::from(at >= self.body.0) + i64::from(at >= self.body.1)
    }

    /// Units between a unit and the densest stretch; 0 within.
    fn to_body(&self, at: usize) -> i64 {
        int(self.body.0.saturating_sub(at).max((at + 1).saturating_sub(self.body.1))).min(200)
    }

    /// Units known for junk between a unit and the densest stretch.
    fn sure_between(&self, at: usize) -> i64 {
        let between = match self.body_zone(at) {
            0 => self.sure.within(at + 1, self.body.0),
            1 => 0,
            _ => self.sure.within(self.body.1, at),
        };
        (between / 100).min(99)
    }

    fn distance(&self, at: usize, other: Option<usize>) -> i64 {
        other.map_or(100, |other| int(at.abs_diff(other)).min(99))
    }

    /// Log-odds of a neighbour by itself, in hundredths.
    fn score(&self, at: usize, offset: isize) -> i64 {
        let other = at.checked_add_signed(offset).filter(|other| *other < self.units.len());
        other.map_or(-1000, |other| i64::from(self.scores.log_odds(other)) / 10)
    }

    /// A figure of the learned line, or -1.
    fn of(&self, at: usize, figure: impl Fn(&LearnedLine) -> i64) -> i64 {
        self.lines[at].map_or(-1, figure)
    }

    /// Per mille of the source's articles on which a neighbour stands; -1 if it is not repeated, -2 if there is none.
    fn neighbour(&self, at: usize, offset: isize) -> i16 {
        let other = at.checked_add_signed(offset).filter(|other| *other < self.units.len());
        small(other.map_or(-2, |other| {
            self.of(other, |line| share64(i64::from(line.articles) * 10, i64::from(self.source.articles)))
        }))
    }

    pub fn features(&self, at: usize) -> Features {
        let neighbours: [i16; NEIGHBOURS.len()] = std::array::from_fn(|n| self.neighbour(at, NEIGHBOURS[n]));
        Features::of(&[&own(&self.units[at], self.scores.context(), 0), &place(self, at), &neighbours])
    }

    pub fn values(&self, at: usize) -> Vec<i16> {
        self.features(at).first(COUNT).to_vec()
    }
}

/// How many features there are.
const COUNT: usize = OWN.len() + PLACE.len() + NEIGHBOURS.len();

/// Names of the features, in order.
pub fn names() -> Vec<String> {
    let near = NEIGHBOURS.iter().map(|at| format!("share at {at:+}"));
    OWN.iter().chain(PLACE).map(|n| (*n).to_owned()).chain(near).collect()
}

/// For each place how many like it stand in a row there; 0 where it does not hold.
fn runs(holds: impl Iterator<Item = bool>) -> Vec<i64> {
    let holds: Vec<bool> = holds.collect();
    let mut runs = Vec::with_capacity(holds.len());
    for run in holds.chunk_by(|a, b| a == b) {
        let length = if run[0] { int(run.len()) } else { 0 };
        runs.resize(runs.len() + run.len(), length);
    }
    runs
}

/// True if less than one in so many of the lines has its place.
fn are_shuffled(lines: &[Option<&LearnedLine>]) -> bool {
    let lines = || lines.iter().flatten();
    let settled = lines().filter(|line| line.same_below >= SAME).count();
    settled * SHUFFLED < lines().count()
}

/// Units between two lines known for junk.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    /// Words of fresh prose.
    words: i64,
    /// Stretches of fresh prose above it.
    number: i64,
}

/// The stretch of each unit; a border belongs to the one below it.
fn stretches(borders: impl Iterator<Item = bool>, units: &[Unit], fresh: &[bool]) -> Vec<Stretch> {
    let borders: Vec<bool> = borders.collect();
    let mut stretches: Vec<Stretch> = Vec::with_capacity(units.len());
    let mut number = 0;
    while stretches.len() < units.len() {
        let from = stretches.len();
        let end = (from + 1..units.len()).find(|at| borders[*at]).unwrap_or(units.len());
        let words = (from..end).filter(|at| fresh[*at]).map(|at| int(units[at].shape.words)).sum();
        stretches.resize(end, Stretch { words, number });
        number += i64::from(words > 0);
    }
    stretches
}

/// Words that a unit costs the stretch it stands in: one that the source repeats, and another that is no fresh prose.
const STRICT: [i64; 2] = [30, 5];
const MILD: [i64; 2] = [4, 2];

/// The stretch of units with most words of fresh prose, less what its other units cost.
fn densest(units: &[Unit], lines: &[Option<&LearnedLine>], fresh: &[bool], costs: [i64; 2]) -> (usize, usize) {
    let (mut best, mut most) = ((0, 0), 0);
    let (mut from, mut sum) = (0, 0);
    for (at, unit) in units.iter().enumerate() {
        sum += match lines[at] {
            _ if fresh[at] => int(unit.shape.words),
            Some(_) => -costs[0],
            None => -costs[1],
        };
        if sum <= 0 {
            (from, sum) = (at + 1, 0);
        } else if sum > most {
            (best, most) = ((from, at + 1), sum);
        }
    }
    best
}
