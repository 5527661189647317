//! Which documents a page shows: those that are held, an even draw of the rest, and some for every rule. The same ones
//! however the documents were shared out to threads; memory has a bound.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::removal::RuleId;

/// Documents of the draw, and their bytes.
const DOCUMENTS: usize = 2_000;
const BYTES: usize = 6 << 20;

/// Documents for each rule, whether they are drawn or not; those of few bytes first.
const EXAMPLES: usize = 2;
const FEW: usize = 4 << 10;

/// A place in the draw. Held documents come first; the name's hash is the lot; of equal names the first wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Lot {
    late: bool,
    hash: u64,
    /// How many documents came before it.
    at: u64,
}

impl Lot {
    const fn behind(self, documents: u64) -> Self {
        Self { at: self.at + documents, ..self }
    }
}

/// The documents drawn so far, as JSON.
#[derive(Clone, Debug, Default)]
pub(super) struct Sample {
    drawn: BTreeMap<Lot, Arc<str>>,
    bytes: usize,
    /// The best lot that did not fit: behind it, none does, so that what is drawn does not depend on who came when.
    full: Option<Lot>,
    examples: BTreeMap<RuleId, BTreeMap<Lot, Arc<str>>>,
}

impl Sample {
    /// Adds the document before which `at` others came.
    pub(super) fn add(&mut self, at: u64, name: &str, held: bool, json: Arc<str>, rules: impl Iterator<Item = RuleId>) {
        let hash = mixed(0, name.as_bytes());
        for rule in rules {
            self.example(rule, Lot { late: json.len() > FEW, hash, at }, Arc::clone(&json));
        }
        self.draw(Lot { late: !held, hash, at }, json);
    }

    /// Adds documents before which `documents` others came.
    pub(super) fn merge(&mut self, documents: u64, other: Self) {
        if let Some(full) = other.full {
            self.close(full.behind(documents));
        }
        for (lot, json) in other.drawn {
            self.draw(lot.behind(documents), json);
        }
        for (rule, examples) in other.examples {
            for (lot, json) in examples {
                self.example(rule.clone(), lot.behind(documents), json);
            }
        }
    }

    /// The documents to show by their place in the input.
    pub(super) fn documents(&self) -> BTreeMap<u64, &str> {
        let examples = self.examples.values().flatten();
        self.drawn.iter().chain(examples).map(|(lot, json)| (lot.at, &**json)).collect()
    }

    fn draw(&mut self, lot: Lot, json: Arc<str>) {
        if self.full.is_some_and(|full| lot >= full) {
            return;
        }
        self.bytes += json.len();
        self.drawn.insert(lot, json);
        while self.drawn.len() > DOCUMENTS || self.bytes > BYTES {
            let Some((last, json)) = self.drawn.pop_last() else { return };
            self.bytes -= json.len();
            self.full = Some(last);
        }
    }

    /// Nothing from this lot on is drawn.
    fn close(&mut self, full: Lot) {
        self.full = Some(self.full.map_or(full, |other| other.min(full)));
        for json in self.drawn.split_off(&full).into_values() {
            self.bytes -= json.len();
        }
    }

    fn example(&mut self, rule: RuleId, lot: Lot, json: Arc<str>) {
        let examples = self.examples.entry(rule).or_default();
        examples.insert(lot, json);
        if examples.len() > EXAMPLES {
            examples.pop_last();
        }
    }
}

/// A hash that is the same everywhere: FNV-1a, and the last step of `SplitMix64`, so that names that differ little lie far apart.
pub(super) fn mixed(seed: u64, bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325 ^ seed;
    let hash = bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(from: u64, to: u64, parts: u64) -> Sample {
        let mut all = Sample::default();
        for part in 0..parts {
            let (start, end) = (from + (to - from) * part / parts, from + (to - from) * (part + 1) / parts);
            let mut one = Sample::default();
            for at in start..end {
                // Sizes differ, some held, a rule on every hundredth document.
                let size = usize::try_from(mixed(7, &at.to_le_bytes()) % 9_000).expect("small");
                let rules = (at % 100 == 0).then(|| RuleId::new("a/b")).into_iter();
                let json = format!("{at}{}", " ".repeat(size)).into();
                one.add(at - start, &format!("{at}.txt"), at % 50 == 0, json, rules);
            }
            all.merge(start - from, one);
        }
        all
    }

    #[test]
    fn the_same_documents_whoever_collected_them() {
        let whole = filled(0, 6_000, 1);
        assert!(whole.bytes <= BYTES && whole.drawn.len() > 1_000, "{} bytes", whole.bytes);
        for parts in [2, 7, 600, 6_000] {
            let again = filled(0, 6_000, parts);
            assert_eq!(again.documents(), whole.documents(), "{parts} parts");
            assert_eq!(again.bytes, again.drawn.values().map(|json| json.len()).sum::<usize>());
        }
    }

    #[test]
    fn held_documents_come_first_and_the_rest_is_drawn_from_everywhere() {
        let sample = filled(0, 20_000, 20);
        let held = (0..20_000).step_by(50).filter(|at| sample.documents().contains_key(at)).count();
        assert_eq!(held, 400);
        let late = sample.documents().keys().filter(|at| **at > 10_000).count();
        let share = late as f64 / sample.documents().len() as f64;
        assert!((0.4..0.6).contains(&share), "{share}");
    }

    #[test]
    fn every_rule_has_an_example() {
        let mut sample = filled(0, 5_000, 5);
        let mut rare = Sample::default();
        rare.add(0, "rare.txt", false, "x".repeat(FEW * 2).into(), [RuleId::new("a/rare")].into_iter());
        sample.close(Lot { late: false, hash: 0, at: 0 });
        sample.merge(5_000, rare);
        assert_eq!(sample.documents().keys().copied().filter(|at| *at == 5_000).count(), 1);
        assert!(sample.drawn.is_empty() && sample.documents().len() == 3);
    }
}
