//! The context of a unit, computed once a document: sums over neighbours, runs of like units, the densest stretch of prose, the words of
//! the article. The features that are made of it are in `features`.

use super::census::Census;
use super::units::Unit;

/// Most words of a label, a name or a cell of a table.
const LABEL: usize = 5;
/// Fewest words of a headline.
const HEADLINE: usize = 4;
/// Words of prose that a unit without prose costs the stretch it stands in, mild and strict: see [`densest`].
pub(super) const TOLL: [i64; 2] = [5, 15];

/// Prefix sums: entry `n` is the sum over the first `n` units.
pub(super) struct Sums(Vec<i64>);

impl Sums {
    pub fn new(values: impl Iterator<Item = i64>) -> Self {
        let mut sum = 0;
        let mut sums = Vec::with_capacity(values.size_hint().0 + 1);
        sums.push(0);
        sums.extend(values.map(|v| {
            sum += v;
            sum
        }));
        Self(sums)
    }

    pub fn all(&self) -> i64 {
        self.0.last().copied().unwrap_or(0)
    }

    /// The sum over `from..to`, both cut to the document.
    pub fn within(&self, from: usize, to: usize) -> i64 {
        let last = self.0.len() - 1;
        self.0[to.min(last).max(from.min(last))] - self.0[from.min(last)]
    }

    /// The mean over `from..to`, in hundredths; -1 for an empty range.
    pub fn share(&self, from: usize, to: usize) -> i64 {
        let to = to.min(self.0.len() - 1);
        if from >= to { -1 } else { self.within(from, to) * 100 / int(to - from) }
    }

    /// The mean over a unit and its neighbours up to `reach` units away, in hundredths.
    pub fn near(&self, at: usize, reach: usize) -> i64 {
        self.share(at.saturating_sub(reach), at + reach + 1)
    }
}

/// The context of all units of a document.
pub(super) struct Context<'u> {
    pub units: &'u [Unit],
    pub words: Vec<i64>,
    pub all_words: i64,
    pub prose: Sums,
    pub prose_words: Sums,
    pub known: Sums,
    pub short: Sums,
    pub capped: Sums,
    pub capitalised: Sums,
    pub dates: Sums,
    pub remarks: Sums,
    pub links: Sums,
    pub labels: Sums,
    pub above: Vec<Option<usize>>,
    pub below: Vec<Option<usize>>,
    pub runs: Vec<(i64, i64)>,
    /// Runs of units of a few words.
    pub label_runs: Vec<(i64, i64)>,
    /// The unit of the article's own headline.
    pub headline: Option<usize>,
    pub first: Option<usize>,
    pub last: Option<usize>,
    /// The densest stretch of prose, for each toll, and its share of all prose in per cent.
    pub body: [(usize, usize); TOLL.len()],
    pub body_share: [i64; TOLL.len()],
    pub prose_stems: Census,
    pub grams: Census,
    pub wholes: Census,
}

impl<'u> Context<'u> {
    pub fn new(units: &'u [Unit]) -> Self {
        let words: Vec<i64> = units.iter().map(|u| int(u.shape.words)).collect();
        let sums = |f: &dyn Fn(&Unit) -> i64| Sums::new(units.iter().map(f));
        let is_prose: Vec<bool> = units.iter().map(|u| u.prose).collect();
        let prose_words = sums(&|u| if u.prose { int(u.shape.words) } else { 0 });
        let body = TOLL.map(|toll| densest(units, toll));
        let mut context = Self {
            words,
            all_words: units.iter().map(|u| int(u.shape.words)).sum(),
            prose: sums(&|u| i64::from(u.prose)),
            known: sums(&|u| i64::from(u.is_met())),
            short: sums(&|u| 100 * i64::from(u.shape.words <= 3)),
            capped: sums(&|u| 100 * int(u.shape.words).min(60)),
            capitalised: sums(&|u| share(u.capitalised, u.tokens)),
            remarks: sums(&|u| i64::from(u.remark)),
            dates: sums(&|u| i64::from(u.date)),
            links: sums(&|u| i64::from(u.links > 0)),
            labels: sums(&|u| share(u.word_counts.labels, u.word_counts.words)),
            above: nearest(&is_prose, false),
            below: nearest(&is_prose, true),
            runs: runs(&is_prose),
            label_runs: runs(&units.iter().map(|u| u.shape.words > LABEL).collect::<Vec<_>>()),
            headline: None,
            first: is_prose.iter().position(|p| *p),
            last: is_prose.iter().rposition(|p| *p),
            body,
            body_share: body.map(|(from, to)| share64(prose_words.within(from, to), prose_words.all())),
            prose_words,
            prose_stems: Census::of(units.iter().filter(|u| u.prose).map(|u| u.stems.len()).sum()),
            grams: Census::of(units.iter().map(|u| u.grams.len()).sum()),
            wholes: Census::of(units.len()),
            units,
        };
        for unit in units {
            if unit.prose {
                unit.stems.iter().for_each(|stem| context.prose_stems.add(*stem));
            }
            unit.grams.iter().for_each(|gram| context.grams.add(*gram));
            context.wholes.add(unit.whole);
        }
        context
    }

    pub const fn count(&self) -> usize {
        self.units.len()
    }

    /// The unit above the article's text, `text` units from the top, that shares most words with the first unit and with the prose.
    pub fn likely_headline(&self, text: usize) -> Option<usize> {
        let title = &self.units.first()?.stems;
        let weighed = self.units.iter().enumerate().take(text).filter_map(|(at, u)| {
            if !u.shape.is_headline() || u.shape.words < HEADLINE || u.is_known() {
                return None;
            }
            let named = if at == 0 { 0 } else { u.stems.iter().filter(|s| title.binary_search(s).is_ok()).count() };
            let shared = u.stems.iter().filter(|s| self.prose_stems.count(**s) > 0).count();
            (named >= 2 || shared >= 2 && shared * 2 >= u.stems.len()).then_some((2 * named + shared, at))
        });
        weighed.max().map(|(_, at)| at)
    }

    /// Per cent of a unit's long words that stand in prose elsewhere; -1 without long words.
    pub fn shared(&self, u: &Unit) -> i64 {
        let own = u32::from(u.prose);
        let shared = u.stems.iter().filter(|s| self.prose_stems.count(**s) > own).count();
        if u.stems.is_empty() { -1 } else { share(shared, u.stems.len()) }
    }

    /// Per cent of a unit's runs of words that stand in the document more than once; -1 without runs.
    pub fn said_elsewhere(&self, u: &Unit) -> i64 {
        let twice = u.grams.iter().filter(|g| self.grams.count(**g) > 1).count();
        if u.grams.is_empty() { -1 } else { share(twice, u.grams.len()) }
    }

    /// Number of units with the same words as unit `u`, which counts itself; at most 20.
    pub fn copies(&self, u: &Unit) -> i64 {
        i64::from(self.wholes.count(u.whole)).min(20)
    }

    /// Per cent of a unit's long words that stand in the three nearest units of prose above (`step` -1) or below it (1); -1 if there are
    /// none.
    pub fn shared_with(&self, at: usize, step: isize) -> i64 {
        let u = &self.units[at];
        if u.stems.is_empty() || u.stems.len() > 40 {
            return -1;
        }
        let (mut left, mut steps, mut found) = (3, 12, 0_u64);
        let mut other = at.checked_add_signed(step);
        while let Some(o) = other.filter(|o| *o < self.count() && left > 0 && steps > 0) {
            if self.units[o].prose {
                left -= 1;
                let other = &self.units[o];
                for (at, stem) in u.stems.iter().enumerate().filter(|(_, s)| other.stem_bits.may_hold(**s)) {
                    found |= u64::from(other.stems.binary_search(stem).is_ok()) << at;
                }
            }
            steps -= 1;
            other = o.checked_add_signed(step);
        }
        if left == 3 { -1 } else { share(found.count_ones() as usize, u.stems.len()) }
    }

    /// The mean over the run of short units that a unit stands in, in hundredths; -1 outside of runs.
    pub fn in_label_run(&self, sums: &Sums, at: usize) -> i64 {
        let (place, length) = self.label_runs[at];
        let from = at - usize::try_from(place).unwrap_or(0);
        if length == 0 { -1 } else { sums.share(from, from + usize::try_from(length).unwrap_or(0)) }
    }

    /// Per cent of the headline's long words that stand in a unit; -1 without a headline.
    pub fn headline_words(&self, at: usize) -> i64 {
        let Some(headline) = self.headline.map(|h| &self.units[h].stems).filter(|s| !s.is_empty()) else { return -1 };
        let own = &self.units[at].stems;
        share(headline.iter().filter(|s| own.binary_search(s).is_ok()).count(), headline.len())
    }

    /// 0 above the first unit of prose, 1 between the first and the last, 2 below the last, 3 without prose.
    pub fn zone(&self, at: usize) -> i64 {
        match (self.first, self.last) {
            (Some(first), _) if at < first => 0,
            (_, Some(last)) if at > last => 2,
            (None, _) => 3,
            _ => 1,
        }
    }

    /// Units to another unit, at most 400; 400 if there is none.
    pub fn distance(&self, to: Option<usize>, at: usize) -> i64 {
        to.map_or(400, |n| int(n.abs_diff(at)).min(400))
    }

    /// 0 above the densest stretch of prose, 1 in it, 2 below.
    pub fn body_zone(&self, toll: usize, at: usize) -> i64 {
        let (from, to) = self.body[toll];
        if at < from { 0 } else { 1 + i64::from(at >= to) }
    }

    /// Units to the nearer end of the densest stretch; negative inside it.
    pub fn body_distance(&self, toll: usize, at: usize) -> i64 {
        let (from, to) = self.body[toll];
        match self.body_zone(toll, at) {
            0 => int(from - at).min(300),
            1 => -int((at - from).min(to - 1 - at)).min(300) - 1,
            _ => int(at - to + 1).min(300),
        }
    }

    /// 1 if two units have about as many words and end alike, else 0.
    pub fn alike(&self, at: usize, other: Option<usize>) -> i64 {
        other.filter(|o| *o < self.count()).map_or(0, |o| {
            i64::from(
                (self.words[o] - self.words[at]).abs() <= 2 && self.units[o].shape.ends == self.units[at].shape.ends,
            )
        })
    }
}

/// The stretch of units with the largest sum, where prose counts its words, up to 80, and any other unit costs `toll` words (Finn et al.,
/// Fact or Fiction, 2001).
pub(super) fn densest(units: &[Unit], toll: i64) -> (usize, usize) {
    let (mut best, mut body) = (0, (0, 0));
    let (mut sum, mut from) = (0, 0);
    for (at, unit) in units.iter().enumerate() {
        sum += if unit.prose { int(unit.shape.words).min(80) } else { -toll };
        if sum <= 0 {
            (sum, from) = (0, at + 1);
        } else if sum > best {
            (best, body) = (sum, (from, at + 1));
        }
    }
    body
}

/// For each place the nearest marked one above (or below) it.
pub(super) fn nearest(marks: &[bool], below: bool) -> Vec<Option<usize>> {
    let mut out = vec![None; marks.len()];
    let mut last = None;
    let mut visit = |at: usize| {
        out[at] = last;
        if marks[at] {
            last = Some(at);
        }
    };
    if below {
        (0..marks.len()).rev().for_each(&mut visit);
    } else {
        (0..marks.len()).for_each(&mut visit);
    }
    out
}

/// For each place: how far into its run of unmarked places it lies, and how long that run is.
fn runs(marks: &[bool]) -> Vec<(i64, i64)> {
    let mut out = vec![(0, 0); marks.len()];
    let mut start = 0;
    for at in 0..=marks.len() {
        if at == marks.len() || marks[at] {
            for (place, o) in out[start..at].iter_mut().enumerate() {
                *o = (int(place), int(at - start));
            }
            start = at + 1;
        }
    }
    out
}

pub(super) fn share(part: usize, all: usize) -> i64 {
    share64(int(part), int(all))
}

pub(super) const fn share64(part: i64, all: i64) -> i64 {
    if all == 0 { 0 } else { part * 100 / all }
}

pub(super) fn int(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
