//! What the counts of a source say: which lines its pages repeat, and how sure it is that they are junk.

use std::collections::HashMap;

use super::Options;
use super::table::{Entry, Repeated, Table};
use super::witnesses::Witnesses;
use crate::removal::Certainty;
use crate::rules::{LearnedLine, LearnedSource};

/// Articles from which on the number alone is certain.
const CERTAIN: u32 = 4;
/// A line that heads different prose on each page may be a heading of the articles: prose stands below on at least so many articles in a
/// hundred, and the same line on at most so many.
const HEADS: u8 = 60;
const SAME: u8 = 40;

impl Table {
    /// The lines that stand on two articles or more.
    pub fn finish(&self, options: &Options) -> LearnedSource {
        let witnesses = Witnesses::of(self);
        let mut source = LearnedSource { articles: witnesses.count, ..LearnedSource::default() };
        for (print, entry) in &self.lines {
            let Entry::More(line) = entry else { continue };
            let articles = witnesses.number(line);
            if articles > 1 {
                source.lines.insert(*print, line.learned(articles, witnesses.count, options));
            }
        }
        source
    }
}

impl Repeated {
    /// `articles` of the `all` articles of the source have it.
    fn learned(&self, articles: u32, all: u32, options: &Options) -> LearnedLine {
        let (below, same_below) = self.below();
        let scaled = |n: u32| scale(n, articles, self.total);
        let mut line = LearnedLine {
            key: self.key.to_string(),
            articles,
            places: self.places.map(scaled),
            prose_below: u8::try_from(scale(self.above_prose, 100, self.total)).unwrap_or(100),
            below,
            same_below,
            certainty: Some(Certainty::Suspect),
        };
        let share = f64::from(articles) / f64::from(all.max(1));
        if articles >= options.min_docs && share >= options.min_share && !Self::may_be_heading(&line) {
            line.certainty = Some(if articles >= CERTAIN { Certainty::Certain } else { Certainty::Likely });
        }
        line
    }

    /// True for what may be a heading of the articles.
    const fn may_be_heading(line: &LearnedLine) -> bool {
        line.prose_below >= HEADS && line.same_below <= SAME
    }

    /// The line that stands below on most sightings, and on how many of a hundred.
    fn below(&self) -> (u32, u8) {
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        for sighting in &self.kept {
            *numbers.entry(sighting.sight.below).or_default() += 1;
        }
        let (below, number) = numbers.into_iter().max_by_key(|(below, number)| (*number, *below)).unwrap_or_default();
        let share = scale(number, 100, u32::try_from(self.kept.len()).unwrap_or(1));
        (below, u8::try_from(share).unwrap_or(100))
    }
}

/// `n` of `from`, as a number of `to`, rounded.
fn scale(n: u32, to: u32, from: u32) -> u32 {
    let from = u64::from(from.max(1));
    u32::try_from((u64::from(n) * u64::from(to) + from / 2) / from).unwrap_or(u32::MAX)
}
