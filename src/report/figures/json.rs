//! The figures as one JSON object, for programs. docs/stats.md explains the keys, which are stable.

use std::io::{self, Write};

use serde::Serialize;

use super::{Figures, GroupFigures, SourceFigures, share};
use crate::removal::{Certainty, Family, RuleId};
use crate::report::json::{self, object};

/// The version of the object's keys; it rises when a key changes its meaning.
const VERSION: u64 = 1;

impl Figures {
    /// Writes all rules and sources, and at most `top` outliers of each kind.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write_json(&self, out: &mut dyn Write, top: usize) -> io::Result<()> {
        let strange = self.strange_sources();
        let family =
            |(family, hits): (&Family, _)| object! { family: family.as_str(), #[serde(flatten)] counts: counts(hits) };
        let certainty = |(certainty, hits): (&Certainty, _)| {
            object! { certainty: certainty.as_str(), #[serde(flatten)] counts: counts(hits) }
        };
        let rule =
            |(rule, hits): (&RuleId, _)| object! { rule: rule.to_string(), #[serde(flatten)] counts: counts(hits) };
        let document = object! {
            version: VERSION,
            documents: object! {
                read: self.documents,
                changed: self.changed,
                held: self.held,
                failed: self.failed,
                skipped: self.skipped,
            },
            read: self.read,
            removed: self.removed,
            share: object! {
                lines: share(self.removed.lines, self.read.lines),
                words: share(self.removed.words, self.read.words),
                bytes: share(self.removed.bytes, self.read.bytes),
            },
            blank: self.blank,
            families: all(Self::ranked(&self.families), family),
            certainties: all(self.certainties.iter().rev(), certainty),
            rules: all(Self::ranked(&self.rules), rule),
            sources: all(self.ranked_sources(), |(name, figures)| object! { source: name, #[serde(flatten)] figures: source(figures) }),
            other_sources: source(&self.others),
            percents: &self.percents,
            outliers: object! {
                documents: all(self.losers.iter().take(top), |loser| {
                    object! { #[serde(flatten)] loser: loser, share: loser.share() }
                }),
                rules: all(self.templates().into_iter().take(top), |template| template),
                median: strange.median,
                sources: all(strange.sources.into_iter().take(top), |(name, source)| {
                    object! { source: name, documents: source.documents, share: source.share() }
                }),
            },
            held: all(self.held_back.iter().take(top), |held| held),
        };
        json::write(out, &document)?;
        writeln!(out)
    }
}

fn all<T, S: Serialize>(list: impl IntoIterator<Item = T>, each: impl FnMut(T) -> S) -> Vec<S> {
    list.into_iter().map(each).collect()
}

/// The counts of a rule, a family or a certainty.
fn counts(hits: &GroupFigures) -> impl Serialize + use<> {
    let [certain, likely, suspect] = hits.certainties;
    object! {
        removals: hits.removals,
        documents: hits.documents,
        #[serde(flatten)]
        volume: hits.volume,
        certain: certain,
        likely: likely,
        suspect: suspect,
        suspects_shown: hits.suspects,
        held: hits.held,
    }
}

fn source(source: &SourceFigures) -> impl Serialize {
    let most_often = source.main_rule().map(|(rule, documents)| object! { rule: rule.as_str(), documents: documents });
    object! {
        documents: source.documents,
        changed: source.changed,
        held: source.held,
        read: source.read,
        removed: source.removed,
        share: source.share(),
        #[serde(flatten)]
        most_often: most_often.map(|rule| object! { most_often: rule }),
    }
}
