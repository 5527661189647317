//! The models that judge lines: by their looks, and on pages of a source that is known.

use super::scorer::Scorer;
use super::{features, repeated};

/// The shipped model of lines.
const LINES: &[u8] = include_bytes!("scorer.model");

#[derive(Clone, Debug)]
pub(crate) struct Models {
    /// Judges lines by their looks.
    pub lines: Scorer,
    /// Judges lines on pages of a known source.
    pub repeated: Scorer,
}

impl Default for Models {
    fn default() -> Self {
        Self {
            lines: Scorer::shipped(LINES, &features::names()),
            repeated: Scorer::shipped(repeated::MODEL, &repeated::names()),
        }
    }
}
