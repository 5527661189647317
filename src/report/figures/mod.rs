//! Statistics of a run: what was removed by rule, family, certainty and source, and which documents stand
//! out. This file counts, in bounded memory; `outliers` judges, and `csv`, `html`, `human` and `json` write.

mod csv;
mod html;
mod human;
mod json;
mod outliers;
mod tables;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use super::screen::shortened_name;
use super::tally::{Amount, FamilyTally};
use crate::cleaner::Cleaned;
use crate::document::lines;
use crate::removal::{Certainty, Family, Removal, RuleId};

/// The first so many sources have figures of their own; later ones share one sum, so that memory does not
/// grow with the input.
const SOURCES: usize = 10_000;

/// Documents that are remembered by name: so many of those that lose most, and so many held ones.
const NAMED: usize = 1_000;

/// Longer names of documents and sources are shortened to so many columns.
const NAME: usize = 300;

/// Adds up what was removed from documents, and writes the sums.
///
/// Shares are shares of bytes. The removals of a held document do not count as removed.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    documents: u64,
    changed: u64,
    held: u64,
    failed: u64,
    skipped: u64,
    read: Volume,
    removed: Volume,
    /// Blank lines that went along with junk, and the bytes of these and of all other removed line breaks.
    blank: Amount,
    families: BTreeMap<Family, GroupFigures>,
    certainties: BTreeMap<Certainty, GroupFigures>,
    rules: BTreeMap<RuleId, GroupFigures>,
    sources: BTreeMap<String, SourceFigures>,
    /// The sum over the sources beyond [`SOURCES`].
    others: SourceFigures,
    /// Element `n` counts the documents that lose `n` percent of their bytes, rounded up.
    percents: Vec<u64>,
    /// The [`NAMED`] documents that lose the largest shares, the largest first.
    losers: Vec<LosingDocument>,
    /// The first [`NAMED`] held documents.
    held_back: Vec<HeldDocument>,
}

/// An amount of text, in lines, words and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
struct Volume {
    lines: u64,
    words: u64,
    bytes: u64,
}

/// The sums over the verdicts of one rule, one family or one certainty.
#[derive(Clone, Debug, Default)]
struct GroupFigures {
    removals: u64,
    /// Documents with at least one of the removals.
    documents: u64,
    /// The removed text.
    volume: Volume,
    /// The removals by certainty, in the order of [`Certainty::ALL`].
    certainties: [u64; 3],
    /// Suspects, which stay.
    suspects: u64,
    /// Removals in held documents, which stay.
    held: u64,
    /// The line of the last removal in the document being counted, so that no line counts twice.
    line: usize,
}

/// The sums over the documents of one site, one folder or one file of records.
#[derive(Clone, Debug, Default)]
struct SourceFigures {
    documents: u64,
    changed: u64,
    held: u64,
    read: Volume,
    removed: Volume,
    /// For each rule the number of documents from which it removed something.
    rules: BTreeMap<RuleId, u64>,
}

/// A document from which something was removed, with its bytes before cleaning and its removed bytes.
#[derive(Clone, Debug, Serialize)]
struct LosingDocument {
    document: String,
    source: String,
    read: u64,
    removed: u64,
}

/// A held document, with the reason why it is held.
#[derive(Clone, Debug, Serialize)]
struct HeldDocument {
    document: String,
    source: String,
    why: String,
}

impl Figures {
    /// Adds a document. `source` names its site, its folder or its file of records.
    pub fn add(&mut self, name: &str, source: &str, cleaned: &Cleaned<'_>) {
        self.merge(Self::of(name, source, cleaned));
    }

    /// The figures of one document.
    fn of(name: &str, source: &str, cleaned: &Cleaned<'_>) -> Self {
        let (text, tally) = (cleaned.original(), FamilyTally::of(cleaned));
        let read = Volume { lines: lines(text).count() as u64, words: words(text), bytes: text.len() as u64 };
        let mut figures = Self { documents: 1, read, blank: tally.blank, ..Self::default() };
        for removal in cleaned.removals() {
            if cleaned.is_changed() {
                let words = words(&text[removal.span.range()]);
                figures.removed.words += words;
                figures.hits(removal).into_iter().for_each(|hits| hits.note(removal, words));
            } else {
                figures.hits(removal).into_iter().for_each(|hits| hits.held += 1);
            }
        }
        for suspect in cleaned.suspects() {
            figures.hits(suspect).into_iter().for_each(|hits| hits.suspects += 1);
        }
        figures.changed = u64::from(cleaned.is_changed());
        (figures.removed.lines, figures.removed.bytes) = (tally.total.lines, tally.total.bytes);
        figures.percents = vec![0; percent(figures.removed.bytes, read.bytes)];
        figures.percents.push(1);
        let named = || (short(name), short(source));
        if cleaned.is_changed() {
            let (document, source) = named();
            figures.losers.push(LosingDocument { document, source, read: read.bytes, removed: figures.removed.bytes });
        }
        if let Some(held) = cleaned.held() {
            let (document, source) = named();
            figures.held = 1;
            figures.held_back.push(HeldDocument { document, source, why: held.to_string() });
        }
        let fired = figures.rules.iter().filter(|(_, hits)| hits.documents > 0);
        let rules = fired.map(|(rule, hits)| (rule.clone(), hits.documents)).collect();
        let (changed, held, removed) = (figures.changed, figures.held, figures.removed);
        figures.sources.insert(short(source), SourceFigures { documents: 1, changed, held, read, removed, rules });
        figures
    }

    /// Adds the documents of other figures, which follow the documents of these in input order.
    pub fn merge(&mut self, other: Self) {
        self.documents += other.documents;
        self.changed += other.changed;
        self.held += other.held;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.read.add(other.read);
        self.removed.add(other.removed);
        self.blank.add(other.blank);
        merge(&mut self.families, other.families);
        merge(&mut self.certainties, other.certainties);
        merge(&mut self.rules, other.rules);
        for (name, theirs) in other.sources {
            let is_told_apart = self.sources.len() < SOURCES || self.sources.contains_key(&name);
            let mine = if is_told_apart { self.sources.entry(name).or_default() } else { &mut self.others };
            mine.add(theirs);
        }
        self.others.add(other.others);
        self.percents.resize(self.percents.len().max(other.percents.len()), 0);
        for (mine, theirs) in self.percents.iter_mut().zip(other.percents) {
            *mine += theirs;
        }
        for loser in other.losers {
            let place = self.losers.partition_point(|l| l.rank() <= loser.rank());
            if place < NAMED {
                self.losers.truncate(NAMED - 1);
                self.losers.insert(place, loser);
            }
        }
        let room = NAMED.saturating_sub(self.held_back.len());
        self.held_back.extend(other.held_back.into_iter().take(room));
    }

    /// Counts `failed` documents, which could not be read, cleaned or written, and `skipped` ones, which
    /// hold no text to clean.
    pub fn add_unread(&mut self, failed: u64, skipped: u64) {
        self.failed += failed;
        self.skipped += skipped;
    }

    /// The sums that a verdict counts for: its rule's, its family's and its certainty's.
    fn hits(&mut self, removal: &Removal) -> [&mut GroupFigures; 3] {
        [
            self.rules.entry(removal.rule.clone()).or_default(),
            self.families.entry(removal.family).or_default(),
            self.certainties.entry(removal.certainty).or_default(),
        ]
    }

    /// The groups in order of removed bytes, the largest first.
    fn ranked<K: Ord>(groups: &BTreeMap<K, GroupFigures>) -> Vec<(&K, &GroupFigures)> {
        let mut ranked: Vec<_> = groups.iter().collect();
        ranked.sort_by_key(|(_, hits)| Reverse((hits.volume.bytes, hits.removals, hits.suspects, hits.held)));
        ranked
    }

    /// The sources in order of removed bytes, the largest first.
    fn ranked_sources(&self) -> Vec<(&str, &SourceFigures)> {
        let mut ranked: Vec<_> = self.sources.iter().map(|(name, source)| (name.as_str(), source)).collect();
        ranked.sort_by_key(|(_, source)| Reverse((source.removed.bytes, source.documents)));
        ranked
    }

    /// The smallest whole number of percents such that `hundredths` of 100 documents lose no larger share
    /// than that.
    fn quantile(&self, hundredths: u64) -> usize {
        let mut seen = 0;
        let reached = |count: &u64| {
            seen += count;
            seen * 100 >= self.documents * hundredths
        };
        self.percents.iter().position(reached).unwrap_or(0)
    }
}

impl Volume {
    fn add(&mut self, other: Self) {
        self.lines += other.lines;
        self.words += other.words;
        self.bytes += other.bytes;
    }
}

impl GroupFigures {
    fn note(&mut self, removal: &Removal, words: u64) {
        self.removals += 1;
        self.documents = 1;
        self.volume.lines += u64::from(std::mem::replace(&mut self.line, removal.line) != removal.line);
        self.volume.words += words;
        self.volume.bytes += removal.span.len() as u64;
        let place = Certainty::ALL.iter().position(|c| *c == removal.certainty);
        self.certainties[place.unwrap_or_default()] += 1;
    }

    fn add(&mut self, other: &Self) {
        self.removals += other.removals;
        self.documents += other.documents;
        self.volume.add(other.volume);
        for (mine, theirs) in self.certainties.iter_mut().zip(other.certainties) {
            *mine += theirs;
        }
        self.suspects += other.suspects;
        self.held += other.held;
    }
}

impl SourceFigures {
    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.changed += other.changed;
        self.held += other.held;
        self.read.add(other.read);
        self.removed.add(other.removed);
        for (rule, documents) in other.rules {
            *self.rules.entry(rule).or_default() += documents;
        }
    }

    fn share(&self) -> f64 {
        share(self.removed.bytes, self.read.bytes)
    }

    /// The rule that removed something from most documents, with the number of these documents.
    fn main_rule(&self) -> Option<(&RuleId, u64)> {
        self.rules.iter().max_by_key(|(rule, documents)| (**documents, Reverse(*rule))).map(|(r, n)| (r, *n))
    }
}

impl LosingDocument {
    fn share(&self) -> f64 {
        share(self.removed, self.read)
    }

    /// A key that sorts the largest share first, compared in millionths, then the most removed bytes.
    fn rank(&self) -> Reverse<(u128, u64)> {
        Reverse((u128::from(self.removed) * 1_000_000 / u128::from(self.read.max(1)), self.removed))
    }
}

fn merge<K: Ord>(mine: &mut BTreeMap<K, GroupFigures>, theirs: BTreeMap<K, GroupFigures>) {
    for (key, hits) in theirs {
        mine.entry(key).or_default().add(&hits);
    }
}

/// The number of words, parted by white space.
fn words(text: &str) -> u64 {
    text.split_whitespace().count() as u64
}

/// `part` of `whole` as a number from 0 to 1; 0 if `whole` is 0.
#[expect(clippy::cast_precision_loss, reason = "shown with a few digits")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// `part` of `whole` in percent, rounded up to a whole number, at most 100.
fn percent(part: u64, whole: u64) -> usize {
    let percent = (u128::from(part) * 100).div_ceil(u128::from(whole.max(1)));
    usize::try_from(percent).unwrap_or(100).min(100)
}

/// A name shortened to [`NAME`] columns if it has more characters than that.
fn short(name: &str) -> String {
    if name.chars().nth(NAME).is_some() { shortened_name(name, NAME) } else { name.to_owned() }
}

#[cfg(test)]
mod tests;
