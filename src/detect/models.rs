//! The models that judge lines: by their looks, and on pages of a source that is known.

use super::kinds::KindModel;
use super::scorer::Scorer;
use super::{features, repeated};

/// The shipped models of lines and of kinds of pages.
const LINES: &[u8] = include_bytes!("scorer.model");
const KINDS: &[u8] = include_bytes!("kinds.model");

#[derive(Clone, Debug)]
pub(crate) struct Models {
    /// Tells what a page is.
    pub kinds: KindModel,
    /// Judges lines by their looks.
    pub lines: Scorer,
    /// Judges lines on pages of a known source.
    pub repeated: Scorer,
}

impl Models {
    /// What judges lines by their looks.
    pub(super) const fn looks(&self) -> (&KindModel, &Scorer) {
        (&self.kinds, &self.lines)
    }
}

impl Default for Models {
    fn default() -> Self {
        Self {
            kinds: KindModel::shipped(KINDS),
            lines: Scorer::shipped(LINES, &features::names()),
            repeated: Scorer::shipped(repeated::MODEL, &repeated::names()),
        }
    }
}
