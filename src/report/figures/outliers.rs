//! What stands out among the sources: rules that fire in nearly all documents of one, sources that lose far more or
//! less than the rest. Judges sums; documents were ranked when they were added.

use serde::Serialize;

use super::{Figures, SourceFigures};

/// Documents from which on a source can be said to have a template, or to be judged at all.
const FEWEST_DOCUMENTS: u64 = 5;

/// Sources from which on one can differ from the rest.
const FEWEST_SOURCES: usize = 5;

/// A rule is of a source's template if it fires in so many hundredths of its documents.
const NEARLY_ALL: u64 = 90;

/// A source is far from the rest if it lies so many deviations from the median.
const FAR: f64 = 3.5;

/// The least deviation, as a share: where most sources lose the same, a little more is nothing strange.
const LEAST_DEVIATION: f64 = 0.01;

/// The median of the distances from the median, times this, is a standard deviation where the values are normal.
const TO_DEVIATION: f64 = 1.4826;

/// A rule that fires in nearly all documents of a source: junk of its template.
#[derive(Serialize)]
pub(super) struct TemplateRule<'f> {
    pub source: &'f str,
    pub rule: &'f str,
    pub documents: u64,
    pub of: u64,
}

/// Sources that lose far more or less than the rest.
pub(super) struct StrangeSources<'f> {
    /// The share that half of the sources lose at most.
    pub median: f64,
    /// The farthest first.
    pub sources: Vec<(&'f str, &'f SourceFigures)>,
}

impl Figures {
    /// Template junk, that of most documents first.
    pub(super) fn templates(&self) -> Vec<TemplateRule<'_>> {
        let mut found: Vec<TemplateRule<'_>> = Vec::new();
        for (name, source) in self.judged_sources() {
            let of = source.documents;
            let often = source.rules.iter().filter(|(_, n)| **n * 100 >= of * NEARLY_ALL);
            found.extend(often.map(|(rule, n)| TemplateRule { source: name, rule: rule.as_str(), documents: *n, of }));
        }
        found.sort_by_key(|template| std::cmp::Reverse(template.documents));
        found
    }

    /// The sources with enough documents to be judged, by name.
    fn judged_sources(&self) -> impl Iterator<Item = (&str, &SourceFigures)> {
        let judged = self.sources.iter().filter(|(_, source)| source.documents >= FEWEST_DOCUMENTS);
        judged.map(|(name, source)| (name.as_str(), source))
    }

    /// The sources whose distance from the median share is large compared with the median of all distances. Unlike mean
    /// and standard deviation, medians hardly move with the outliers themselves (Iglewicz and Hoaglin 1993).
    pub(super) fn strange_sources(&self) -> StrangeSources<'_> {
        let judged: Vec<_> = self.judged_sources().collect();
        let median = median(judged.iter().map(|(_, s)| s.share()).collect());
        if judged.len() < FEWEST_SOURCES {
            return StrangeSources { median, sources: Vec::new() };
        }
        let distance = |source: &SourceFigures| (source.share() - median).abs();
        let usual = self::median(judged.iter().map(|(_, s)| distance(s)).collect());
        let limit = FAR * (usual * TO_DEVIATION).max(LEAST_DEVIATION);
        let mut sources: Vec<_> = judged.into_iter().filter(|(_, s)| distance(s) > limit).collect();
        sources.sort_by(|(_, a), (_, b)| distance(b).total_cmp(&distance(a)));
        StrangeSources { median, sources }
    }
}

/// The value in the middle, the lower one of two; of none, 0.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}
