//! The detector that judges lines by models: where the source of a page is known, by what its pages repeat, and then by their looks.

use super::finding::{Detector, Finding};
use super::models::Models;
use super::page::View;
use super::scored::{self, Scores};
use super::{repeated, units};

/// Judges lines; remembers what it counted on them.
pub(super) struct Judged<'s> {
    models: &'s Models,
    counts: units::Memo,
}

impl<'s> Judged<'s> {
    pub fn new(models: &'s Models) -> Self {
        Self { models, counts: units::Memo::default() }
    }
}

impl Detector for Judged<'_> {
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>) {
        let (by_source, by_looks) = (view.source().is_some(), scored::judges(view));
        if !by_source && !by_looks {
            return;
        }
        let mut taken = taken(view, found);
        let units = units::read(view, &mut self.counts);
        let scores = Scores::of(view, &units, &self.models.lines);
        if by_source {
            repeated::find(view, &scores, &self.models.repeated, &mut taken, found);
        }
        if by_looks {
            scored::find(view, &scores, &taken, found);
        }
    }
}

/// The rows that rules remove, by what was found.
pub(super) fn taken(view: &View<'_>, found: &[Finding]) -> Vec<bool> {
    let mut taken = vec![false; view.count()];
    for finding in found.iter().filter(|f| f.has_sure_rule_for_line(view)) {
        taken[finding.row] = true;
    }
    taken
}
