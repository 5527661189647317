//! Outliers among the sources: rules that fire in nearly all documents of a source, and sources that lose
//! far more or less than the others. Outlying documents are ranked in `mod.rs`, when they are added.

use serde::Serialize;

use super::{Figures, SourceFigures};

/// Documents that a source needs to be judged.
const FEWEST_DOCUMENTS: u64 = 5;

/// Sources that are needed to compare one of them with the others.
const FEWEST_SOURCES: usize = 5;

/// A rule belongs to a source's template if it fires in at least this percentage of the source's documents.
const NEARLY_ALL: u64 = 90;

/// A source is far from the others if its share lies more than so many deviations from the median.
const FAR: f64 = 3.5;

/// The smallest deviation, as a share: where most sources lose equal shares, a slightly larger one is not
/// strange.
const LEAST_DEVIATION: f64 = 0.01;

/// For normally distributed values, the median distance from the median times this factor is the standard
/// deviation.
const TO_DEVIATION: f64 = 1.4826;

/// A rule that fires in nearly all documents of a source, because it finds junk of the source's template.
#[derive(Serialize)]
pub(super) struct TemplateRule<'f> {
    pub source: &'f str,
    pub rule: &'f str,
    /// Documents in which the rule fires.
    pub documents: u64,
    /// All documents of the source.
    pub of: u64,
}

/// Sources that lose far more or less than the others.
pub(super) struct StrangeSources<'f> {
    /// The median share over all judged sources.
    pub median: f64,
    /// The sources by name, those farthest from the median first.
    pub sources: Vec<(&'f str, &'f SourceFigures)>,
}

impl Figures {
    /// Rules that fire in nearly all documents of a source; those of most documents first.
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

    /// The sources whose distance from the median share is large compared with the median of all distances.
    /// Unlike mean and standard deviation, medians hardly move with the outliers themselves (Iglewicz and
    /// Hoaglin 1993).
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

/// The median, or the lower of two middle values; 0 if there are no values.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(0.0)
}
