//! The detector that judges lines by models: where the source of a page is known, by what its pages repeat, and then by their looks.

use super::finding::{Detector, Finding};
use super::models::Models;
use super::page::View;
use super::scored::{self, Scores};
use super::{repeated, units};
use crate::removal::{Certainty, Family};

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
        let scores = Scores::of(view, &units, &taken, self.models.looks());
        if by_source {
            repeated::find(view, &scores, &self.models.repeated, &mut taken, found);
        }
        if by_looks {
            let before = found.len();
            scored::find(view, &scores, &taken, found);
            spare_posts(view, found, before);
        }
    }
}

/// Makes suspects of what looks decided, from a place in the list on, where a forum's lines stand: all between these, since posts are
/// short and of all shapes, and sentences elsewhere.
fn spare_posts(view: &View<'_>, found: &mut [Finding], from: usize) {
    let rows = found.iter().filter(|f| view.rule(f.rule).family == Family::Forum && f.removes(view)).map(|f| f.row);
    let (Some(first), Some(last)) = (rows.clone().min(), rows.max()) else { return };
    let may_be_post = |f: &&mut Finding| (first..last).contains(&f.row) || view.line(f.row).is_sentence();
    for finding in found[from..].iter_mut().filter(may_be_post) {
        finding.certainty = Some(Certainty::Suspect);
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
