//! Reading a document: the one list of detectors, and what becomes of their findings. Nothing here cuts.

mod amid;
mod blocks;
mod census;
mod context;
pub(crate) mod detail;
mod endings;
pub(crate) mod features;
mod finding;
mod headlines;
mod judged;
mod kinds;
mod limits;
mod lines;
mod lists;
pub(crate) mod loss;
pub(crate) mod matchers;
mod memo;
mod menus;
pub(crate) mod models;
pub(crate) mod page;
mod repeated;
mod scored;
mod scorer;
mod seen;
mod stretch;
mod subject;
mod teasers;
mod titles;
mod together;
mod units;

mod wording;

use std::sync::Arc;

use crate::document::{Document, PageKind, Shape, Span};
use crate::error::ModelError;
use crate::removal::{Certainty, Protected, Removal};
use crate::rules::RuleSet;
use detail::Detail;
use finding::{Detector, Finding, Keep, Kept};
use matchers::Matchers;
use models::Models;
use page::{Page, View};
use scored::Scores;

pub use kinds::KindModel;
pub use scored::JunkScore;
pub use scorer::Scorer;

/// The detectors, in the order in which they read, with what they remember of one document.
pub(crate) struct Detectors<'s>([Box<dyn Detector + 's>; 8]);

/// How many of the detectors, the first, go by rules and not by models.
const BY_RULES: usize = 7;

/// A document as a reviewer would call it.
pub(crate) struct Outline {
    pub shape: Shape,
    /// What the page is; `None` where no line is judged by its looks.
    pub kind: Option<PageKind>,
    pub lines: Vec<LineOutline>,
}

/// A line as a reviewer would call it.
pub(crate) struct LineOutline {
    /// Number of the line, counted from 1.
    pub number: usize,
    pub span: Span,
    pub shape: &'static str,
    pub zone: &'static str,
    /// How much it looks like junk, if it was judged by that.
    pub score: Option<JunkScore>,
    /// Why the line stays at any score, or why it goes only from a higher score than other lines; else empty.
    pub why: String,
}

/// The rules in force and the model, ready to read documents with.
#[derive(Debug)]
pub(crate) struct Reader {
    pub matchers: Matchers,
    models: Arc<Models>,
}

impl Reader {
    pub(crate) fn new(rules: RuleSet, policy: RuleSet, models: Arc<Models>) -> Self {
        Self { matchers: Matchers::new(rules, policy), models }
    }

    /// The models that judge lines.
    pub(crate) fn models(&self) -> Arc<Models> {
        self.models.clone()
    }

    /// Detectors for one document.
    pub(crate) fn detectors(&self) -> Detectors<'_> {
        Detectors([
            Box::new(lines::Lines::default()),
            Box::new(amid::Amid::default()),
            Box::new(blocks::Blocks),
            Box::new(menus::Menus),
            Box::new(headlines::Headlines),
            Box::new(teasers::Teasers),
            Box::new(endings::Endings),
            Box::new(judged::Judged::new(&self.models)),
        ])
    }

    /// All verdicts on the lines of a page at some places, and those that are overruled, in no particular order; they may overlap.
    /// Verdicts that the caller does not want to know are left out.
    pub(crate) fn read(
        &self,
        page: &Page<'_>,
        places: &[usize],
        detectors: &mut Detectors<'_>,
        detail: Detail<'_>,
    ) -> (Vec<Removal>, Vec<Protected>) {
        let view = &page::view(page, places, detail);
        let mut found = Vec::new();
        for detector in &mut detectors.0 {
            detector.find(view, &mut found);
        }
        let mut kept = self.take_protected(view, &mut found);
        subject::spare(view, &mut found, &mut kept);
        together::mend(view, &mut found, &mut kept);
        titles::spare(view, &mut found, &mut kept);
        found.retain(|f| f.certainty(view) >= detail.least);
        // Of a line's verdicts the block's says most: it stands first, and settling keeps the first of equals.
        found.sort_by_key(|f| !view.rule(f.rule).is_block());
        let removal = |f: Finding| {
            let rule = view.rule(f.rule);
            Removal {
                span: f.span(view),
                line: view.line(f.row).number,
                rule: rule.id.clone(),
                family: rule.family,
                certainty: f.certainty(view),
                reason: self.matchers.reason(f.rule),
                evidence: if detail.evidence { f.seen.written(f.row, view) } else { String::new() },
            }
        };
        let removals = found.into_iter().map(removal).collect();
        let kept = kept.into_iter().filter(|(_, f)| f.certainty(view) >= detail.least);
        let protected = kept.map(|(keep, f)| {
            let (by, why) = keep.said(view);
            Protected { removal: removal(f), by, why }
        });
        (removals, protected.collect())
    }

    /// Takes out what rules, or the learned file of the source, protect.
    fn take_protected(&self, view: &View<'_>, found: &mut Vec<Finding>) -> Kept {
        let mut kept = Vec::new();
        if self.matchers.protects() || view.source().is_some() {
            for f in std::mem::take(found) {
                match self.keeper(view, &f) {
                    Some(keep) => kept.push((keep, f)),
                    None => found.push(f),
                }
            }
        }
        kept
    }

    /// What protects what was found, or the line that it is a piece of.
    fn keeper(&self, view: &View<'_>, found: &Finding) -> Option<Keep> {
        let of_piece =
            |piece: Span| view.keeper(found.row, &self.matchers.piece_hits(view.text()[piece.range()].trim()));
        let rule = view.keeper(found.row, view.hits(found.row)).or_else(|| found.piece.and_then(of_piece));
        rule.map(Keep::Rule).or_else(|| repeated::is_kept(view, found.row).then_some(repeated::KEPT))
    }

    /// Features of a document's text, and of those of its units that are judged: first and last line, and values.
    pub(crate) fn features(&self, document: &Document<'_>) -> (Vec<i16>, Vec<features::UnitFeatures>) {
        let page = Page::read(document, &self.matchers);
        let view = page::view(&page, &page.all(), Detail::default());
        let units = units::read(&view, &mut units::Memo::default());
        Scores::of(&view, &units, &vec![false; view.count()], self.models.looks()).features()
    }

    /// Features of the units of a document of a known source: first and last line, and values.
    pub(crate) fn repeated_features(&self, document: &Document<'_>) -> Vec<features::UnitFeatures> {
        let page = Page::read(document, &self.matchers);
        let view = page::view(&page, &page.all(), Detail::default());
        let units = units::read(&view, &mut units::Memo::default());
        let taken = self.taken(&view);
        let scores = Scores::of(&view, &units, &taken, self.models.looks());
        repeated::features(&view, &scores, &taken)
    }

    /// The rows that rules remove.
    fn taken(&self, view: &View<'_>) -> Vec<bool> {
        let mut found = Vec::new();
        for detector in self.detectors().0.iter_mut().take(BY_RULES) {
            detector.find(view, &mut found);
        }
        judged::taken(view, &found)
    }

    /// The lines of a page at some places as a reviewer would call them, where verdicts of at least this certainty take lines.
    pub(crate) fn outline(&self, page: &Page<'_>, places: &[usize], least: Certainty) -> Outline {
        let view = &page::view(page, places, Detail::default());
        let units = units::read(view, &mut units::Memo::default());
        let scores = Scores::of(view, &units, &self.taken(view), self.models.looks());
        let is_judged = view.has_prose();
        let line = |row: usize| {
            let unit = units.partition_point(|u| u.rows.1 < row);
            let (score, why) = match () {
                () if view.is_blank(row) => (None, String::new()),
                () if is_judged => scores.kept(view, unit, least),
                () => (None, "without prose around, no line is judged by its looks".to_owned()),
            };
            let facts = view.line(row);
            LineOutline {
                number: facts.number,
                span: facts.span(),
                shape: view.shape_name(row),
                zone: view.zone(row),
                score,
                why,
            }
        };
        Outline {
            shape: scored::shape(view, &scores),
            kind: is_judged.then(|| scores.kind()),
            lines: (0..view.count()).map(line).collect(),
        }
    }

    /// Where the article itself lies in the text of a whole page: its densest stretch of prose. All of any other text.
    pub(crate) fn body(&self, page: &Page<'_>) -> Span {
        let view = &page::view(page, &page.all(), Detail::default());
        let units = units::read(view, &mut units::Memo::default());
        let scores = Scores::of(view, &units, &self.taken(view), self.models.looks());
        scores.body(view).unwrap_or(Span::new(0, page.text.len()))
    }
}

impl Scorer {
    /// Reads a model that judges lines by their looks, trained on the features of this version.
    ///
    /// # Errors
    /// If the bytes are no model, or one for other features.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::read_for(bytes, &features::names())
    }

    /// Like [`read`](Self::read), for a model that judges lines on pages of a source that is known.
    ///
    /// # Errors
    /// As of `read`.
    pub fn read_repeated(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::read_for(bytes, &repeated::names())
    }

    #[doc(hidden)]
    #[must_use]
    pub fn repeated_names() -> Vec<String> {
        repeated::names()
    }
}
