//! The kind of a page, told by models from what its lines have in common: an article, a forum thread, documentation and others. How lines
//! are judged on a page of a kind is in `limits`.

use super::features::{Features, Margins, text_names};
use super::scorer::{SCALE, Scorer};
use crate::document::PageKind;
use crate::error::ModelError;

/// Log-odds, in hundredths, by which a page is rather told to be of these kinds than of others: an article, since most pages are, and a
/// forum thread, whose posts are easily taken for the page's.
const FAVOURED: [(PageKind, i32); 2] = [(PageKind::Article, 100), (PageKind::Forum, 150)];
/// Most log-odds that a margin says, in hundredths.
const MOST: i32 = 3000;

/// One model for each kind of page: the larger its score, the more is a page of that kind.
#[derive(Clone, Debug)]
pub struct KindModel(Vec<Scorer>);

impl KindModel {
    /// Reads a model that was trained on the features of this version.
    ///
    /// # Errors
    /// If the bytes are no such model.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        let (names, mut rest) = (text_names(), bytes);
        let mut next = |_: &PageKind| Scorer::read_first(&mut rest, &names);
        let scorers = PageKind::ALL.iter().map(&mut next).collect::<Result<_, _>>()?;
        if rest.is_empty() { Ok(Self(scorers)) } else { Err(ModelError("something stands behind its last tree")) }
    }

    /// The model that is shipped with the crate; it tells an article of everything if it cannot be read, which a test rules out.
    pub(super) fn shipped(bytes: &[u8]) -> Self {
        Self::read(bytes).unwrap_or_else(|_| Self(Vec::new()))
    }

    /// What a text is, from its features.
    pub(super) fn tell(&self, text: &Features) -> Told {
        let scores = self.0.iter().map(|scorer| scorer.score(text) * 100 / SCALE);
        let scores: Vec<(PageKind, i32)> = PageKind::ALL.iter().copied().zip(scores).collect();
        let favoured = |kind| FAVOURED.iter().find(|(other, _)| *other == kind).map_or(0, |(_, favour)| *favour);
        let kind = scores.iter().max_by_key(|(kind, score)| score + favoured(*kind)).map(|(kind, _)| *kind);
        let margin = |kind| {
            let of = |is_kind: bool| scores.iter().filter(move |(k, _)| (*k == kind) == is_kind).map(|(_, s)| *s).max();
            of(true).zip(of(false)).map_or(0, |(own, other)| (own - other).clamp(-MOST, MOST))
        };
        Told {
            kind: kind.unwrap_or(PageKind::Article),
            margins: Margins { article: margin(PageKind::Article), forum: margin(PageKind::Forum) },
        }
    }
}

/// What was told of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub kind: PageKind,
    pub margins: Margins,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Models;

    #[test]
    fn the_shipped_model_knows_all_kinds() {
        assert_eq!(Models::default().kinds.0.len(), PageKind::ALL.len());
    }
}
