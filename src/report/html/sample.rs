//! The choice of documents that a page shows: random draws of the held documents and of the others, and
//! examples for every rule. The choice does not depend on how documents were shared out to threads, and its
//! memory is bounded.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::sample::mixed;
use crate::removal::RuleId;

/// The largest numbers of documents and of bytes of JSON in the two draws. Held documents have a draw of
/// their own: reviewers have to see them, but many of them must not displace all others.
const HELD: Capacity = Capacity { documents: 500, bytes: 3 << 19 };
const REST: Capacity = Capacity { documents: 1_500, bytes: 9 << 19 };

/// The number of example documents for each rule, in addition to the two draws.
const EXAMPLES: Capacity = Capacity { documents: 2, bytes: usize::MAX };
/// Bytes of JSON up to which a document is preferred as an example.
const FEW: usize = 4 << 10;

/// A document's rank in a draw: the lowest are drawn. The hash of the name is random; of equal names the
/// first one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Lot {
    is_long: bool,
    hash: u64,
    /// The number of documents before it in the input.
    at: u64,
}

impl Lot {
    const fn behind(self, documents: u64) -> Self {
        Self { at: self.at + documents, ..self }
    }
}

/// The largest number of documents in a draw, and of bytes of their JSON.
#[derive(Clone, Copy)]
struct Capacity {
    documents: usize,
    bytes: usize,
}

/// The documents drawn so far, as JSON.
#[derive(Clone, Debug, Default)]
struct Draw {
    lots: BTreeMap<Lot, Arc<str>>,
    bytes: usize,
    /// The lowest lot that did not fit. No higher lot is taken from then on, so that the draw does not
    /// depend on the order in which documents are added.
    full: Option<Lot>,
}

impl Draw {
    fn add(&mut self, room: Capacity, lot: Lot, json: Arc<str>) {
        if self.full.is_some_and(|full| lot >= full) {
            return;
        }
        self.bytes += json.len();
        self.lots.insert(lot, json);
        while self.lots.len() > room.documents || self.bytes > room.bytes {
            let Some((last, json)) = self.lots.pop_last() else { return };
            self.bytes -= json.len();
            self.full = Some(last);
        }
    }

    /// Adds the documents of another draw, which follow `documents` others in the input.
    fn merge(&mut self, room: Capacity, documents: u64, other: Self) {
        if let Some(full) = other.full.map(|full| full.behind(documents)) {
            self.full = Some(self.full.map_or(full, |own| own.min(full)));
            for json in self.lots.split_off(&full).into_values() {
                self.bytes -= json.len();
            }
        }
        for (lot, json) in other.lots {
            self.add(room, lot.behind(documents), json);
        }
    }
}

/// The documents that a page shows.
#[derive(Clone, Debug, Default)]
pub(super) struct ShownDocuments {
    held: Draw,
    rest: Draw,
    examples: BTreeMap<RuleId, Draw>,
}

impl ShownDocuments {
    /// Adds the document that follows `at` others in the input.
    pub(super) fn add(
        &mut self,
        at: u64,
        name: &str,
        held: bool,
        json: &Arc<str>,
        rules: impl Iterator<Item = RuleId>,
    ) {
        let lot = Lot { is_long: false, hash: mixed(0, name.as_bytes()), at };
        for rule in rules {
            let lot = Lot { is_long: json.len() > FEW, ..lot };
            self.examples.entry(rule).or_default().add(EXAMPLES, lot, Arc::clone(json));
        }
        let (draw, room) = if held { (&mut self.held, HELD) } else { (&mut self.rest, REST) };
        draw.add(room, lot, Arc::clone(json));
    }

    /// Adds documents that follow `documents` others in the input.
    pub(super) fn merge(&mut self, documents: u64, other: Self) {
        self.held.merge(HELD, documents, other.held);
        self.rest.merge(REST, documents, other.rest);
        for (rule, draw) in other.examples {
            self.examples.entry(rule).or_default().merge(EXAMPLES, documents, draw);
        }
    }

    /// The JSON of the documents to show, by the documents' places in the input, counted from 0.
    pub(super) fn documents(&self) -> BTreeMap<u64, &str> {
        let draws = [&self.held, &self.rest].into_iter().chain(self.examples.values());
        draws.flat_map(|draw| &draw.lots).map(|(lot, json)| (lot.at, &**json)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The choice among `documents` documents of different sizes, collected in `parts` parts; every 50th
    /// document is held and every 100th has a rule.
    fn filled(documents: u64, parts: u64) -> ShownDocuments {
        let mut all = ShownDocuments::default();
        for part in 0..parts {
            let (start, end) = (documents * part / parts, documents * (part + 1) / parts);
            let mut one = ShownDocuments::default();
            for at in start..end {
                let size = usize::try_from(mixed(7, &at.to_le_bytes()) % 9_000).expect("small");
                let rules = (at % 100 == 0).then(|| RuleId::new("a/b")).into_iter();
                let json = format!("{at}{}", " ".repeat(size)).into();
                one.add(at - start, &format!("{at}.txt"), at % 50 == 0, &json, rules);
            }
            all.merge(start, one);
        }
        all
    }

    #[test]
    fn the_same_documents_whoever_collected_them() {
        let whole = filled(20_000, 1);
        assert!(whole.rest.bytes <= REST.bytes && whole.rest.lots.len() > 800, "{} bytes", whole.rest.bytes);
        assert!(whole.held.bytes <= HELD.bytes && whole.held.lots.len() > 250, "{} bytes", whole.held.bytes);
        for parts in [2, 7, 600, 20_000] {
            let again = filled(20_000, parts);
            assert_eq!(again.documents(), whole.documents(), "{parts} parts");
            assert_eq!(again.rest.bytes, again.rest.lots.values().map(|json| json.len()).sum::<usize>());
        }
    }

    #[test]
    fn all_held_documents_if_they_fit_and_the_rest_from_everywhere() {
        let sample = filled(10_000, 20);
        assert_eq!(sample.held.lots.len(), 200);
        let late = sample.rest.lots.keys().filter(|lot| lot.at > 5_000).count();
        let share = late as f64 / sample.rest.lots.len() as f64;
        assert!((0.4..0.6).contains(&share), "{share}");
    }

    #[test]
    fn every_rule_has_an_example() {
        let mut sample = filled(20_000, 5);
        let mut rare = ShownDocuments::default();
        let first = *sample.rest.lots.keys().next().expect("drawn");
        rare.rest.full = Some(first);
        rare.add(0, "rare.txt", false, &"x".repeat(FEW * 2).into(), [RuleId::new("a/rare")].into_iter());
        sample.merge(20_000, rare);
        assert!(sample.documents().contains_key(&20_000));
        assert_eq!(sample.examples.values().map(|draw| draw.lots.len()).sum::<usize>(), 3);
    }
}
