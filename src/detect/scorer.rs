//! A small ensemble of decision trees over the features of a line, in whole numbers. How lines become features lies in
//! `features`, what follows from a score in `scored`; how the trees were grown is told in `training/`.

use super::features;
use crate::error::ModelError;

/// The shipped model.
const BUILTIN: &[u8] = include_bytes!("scorer.model");
/// First bytes of a model: its kind and its version.
const MAGIC: &[u8; 4] = b"DCS1";
/// After so many trees a line whose log-odds are below this, in thousandths, is the article's; the rest is not asked.
const FIRST: usize = 40;
const CLEARLY_NOT: i32 = -1500;
/// In place of a feature: the node is a leaf.
const LEAF: u8 = u8::MAX;
/// One unit of a score is so many units of log-odds.
pub(super) const SCALE: i32 = 4096;

#[derive(Clone, Copy, Debug)]
struct Node {
    feature: u8,
    threshold: i16,
    /// Place of the node for values above the threshold; the other one follows directly.
    right: u16,
    /// What is known here: at a leaf its verdict, at any other node the mean of those below it.
    value: i16,
}

/// A model that tells how likely a line is junk by its looks and its neighbourhood.
#[derive(Clone, Debug)]
pub struct Scorer {
    base: i32,
    nodes: Vec<Node>,
    /// Place of each tree's first node.
    trees: Vec<usize>,
}

impl Scorer {
    /// The model that is shipped with the crate.
    pub(crate) fn builtin() -> Self {
        Self::read(BUILTIN).unwrap_or_else(|_| Self { base: i32::MIN / 2, nodes: Vec::new(), trees: Vec::new() })
    }

    /// Reads a model that was trained on the features of this version.
    ///
    /// # Errors
    /// If the bytes are no model, or one for other features.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        let mut reader = Bytes(bytes);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(ModelError("it does not begin like a model"));
        }
        let length = usize::from(reader.u16()?);
        if reader.take(length)? != features::names().join("\n").as_bytes() {
            return Err(ModelError("it was trained on other features"));
        }
        let base = i32::from_le_bytes([reader.u8()?, reader.u8()?, reader.u8()?, reader.u8()?]);
        let count = reader.u16()?;
        let mut scorer = Self { base, nodes: Vec::new(), trees: Vec::new() };
        for _ in 0..count {
            scorer.trees.push(scorer.nodes.len());
            let size = reader.u16()?;
            for at in 0..size {
                let feature = reader.u8()?;
                let value = reader.i16()?;
                let (threshold, right) = if feature == LEAF { (0, 0) } else { (reader.i16()?, reader.u16()?) };
                let forward = right > at && right < size && at + 1 < size;
                if feature != LEAF && (usize::from(feature) >= features::COUNT || !forward) {
                    return Err(ModelError("one of its trees is broken"));
                }
                scorer.nodes.push(Node { feature, threshold, right, value });
            }
            if scorer.nodes.last().is_none_or(|n| n.feature != LEAF) {
                return Err(ModelError("one of its trees is broken"));
            }
        }
        if reader.0.is_empty() { Ok(scorer) } else { Err(ModelError("something stands behind its last tree")) }
    }

    /// The log-odds that a line is junk, times [`SCALE`].
    pub(super) fn score(&self, features: &[i16]) -> i32 {
        let (first, rest) = self.trees.split_at(FIRST.min(self.trees.len()));
        let score = first.iter().fold(self.base, |sum, tree| sum + self.verdict(*tree, features));
        if score < CLEARLY_NOT * (SCALE / 1000) {
            return score;
        }
        rest.iter().fold(score, |sum, tree| sum + self.verdict(*tree, features))
    }

    /// What the tree that begins at a place says.
    fn verdict(&self, tree: usize, features: &[i16]) -> i32 {
        let mut at = tree;
        let mut node = self.nodes[at];
        while node.feature != LEAF {
            at = step(node, at, tree, features);
            node = self.nodes[at];
        }
        i32::from(node.value)
    }

    /// What each feature added to a line's score, the most first: how far the mean verdict moved where a tree asked for
    /// it (A. Saabas, Interpreting random forests, 2014).
    pub(super) fn reasons(&self, features: &[i16]) -> Vec<(usize, i32)> {
        let mut added = vec![0; features::COUNT];
        for &tree in &self.trees {
            let mut at = tree;
            let mut node = self.nodes[at];
            while node.feature != LEAF {
                at = step(node, at, tree, features);
                added[usize::from(node.feature)] += i32::from(self.nodes[at].value) - i32::from(node.value);
                node = self.nodes[at];
            }
        }
        let mut reasons: Vec<(usize, i32)> = added.into_iter().enumerate().filter(|(_, a)| *a != 0).collect();
        reasons.sort_by_key(|(feature, added)| (std::cmp::Reverse(*added), *feature));
        reasons
    }
}

/// The next node of a tree.
fn step(node: Node, at: usize, tree: usize, features: &[i16]) -> usize {
    if features[usize::from(node.feature)] <= node.threshold { at + 1 } else { tree + usize::from(node.right) }
}

struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], ModelError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(ModelError("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn u8(&mut self) -> Result<u8, ModelError> {
        Ok(self.take(1)?[0])
    }

    fn u16(&mut self) -> Result<u16, ModelError> {
        Ok(u16::from_le_bytes([self.u8()?, self.u8()?]))
    }

    fn i16(&mut self) -> Result<i16, ModelError> {
        Ok(i16::from_le_bytes([self.u8()?, self.u8()?]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A model with one tree: junk if there are at most three words.
    fn small() -> Vec<u8> {
        let names = features::names().join("\n");
        let mut bytes = MAGIC.to_vec();
        bytes.extend(u16::try_from(names.len()).expect("short names").to_le_bytes());
        bytes.extend(names.as_bytes());
        bytes.extend(100_i32.to_le_bytes());
        bytes.extend(1_u16.to_le_bytes());
        bytes.extend(3_u16.to_le_bytes());
        bytes.extend([0, 0, 0, 3, 0, 2, 0]); // feature 0, value 0, threshold 3, right 2
        bytes.extend([LEAF, 50, 0]);
        bytes.extend([LEAF, 206, 255]);
        bytes
    }

    #[test]
    fn trees_are_walked() {
        let scorer = Scorer::read(&small()).expect("a model");
        let mut features = vec![0; features::COUNT];
        features[0] = 3;
        assert_eq!((scorer.score(&features), scorer.reasons(&features)), (150, vec![(0, 50)]));
        features[0] = 4;
        assert_eq!((scorer.score(&features), scorer.reasons(&features)), (50, vec![(0, -50)]));
    }

    #[test]
    fn broken_models_are_refused() {
        let whole = small();
        for length in 0..whole.len() {
            assert!(Scorer::read(&whole[..length]).is_err(), "{length}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(Scorer::read(&longer).is_err());
        let mut looping = whole;
        let right = looping.len() - 8;
        looping[right] = 0;
        assert!(Scorer::read(&looping).is_err());
    }

    #[test]
    fn the_shipped_model_fits_the_features() {
        let scorer = Scorer::read(BUILTIN).expect("a model for these features");
        assert!(!scorer.trees.is_empty());
    }
}
