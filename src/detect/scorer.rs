//! A model: an ensemble of decision trees over the features of a line, in whole numbers. How lines become features is in `features` and
//! `repeated::features`, what follows from a score in `scored` and `repeated`, how the trees were grown in `training/`.

use super::features::Features;
use crate::error::ModelError;

/// First bytes of a model: its kind and its version.
const MAGIC: &[u8; 4] = b"DCS1";
/// The feature number of a leaf.
const LEAF: u8 = u8::MAX;
/// A score is log-odds times this.
pub(super) const SCALE: i32 = 4096;

/// A node of a tree: a comparison of a feature with a threshold, or a leaf.
#[derive(Clone, Copy, Debug)]
struct Node {
    feature: u8,
    threshold: i16,
    /// The node for values above the threshold; values up to it continue at the next node.
    right: u16,
    /// The verdict of a leaf; of another node the mean verdict of the leaves below it.
    mean: i16,
}

impl Node {
    /// The place of the node below this one, which stands at `at` and is no leaf, on the way that the features take.
    fn next(self, at: usize, features: &Features) -> usize {
        if features.at(self.feature) > self.threshold { usize::from(self.right) } else { at + 1 }
    }
}

/// A model that says how likely a line is junk, from its features and those of its neighbours.
#[derive(Clone, Debug)]
pub struct Scorer {
    base: i32,
    /// How many features a line has.
    features: usize,
    /// The nodes of each tree, each before those below it.
    trees: Vec<Vec<Node>>,
}

impl Scorer {
    /// Reads a model that was trained on features of these names.
    pub(super) fn read_for(mut bytes: &[u8], names: &[String]) -> Result<Self, ModelError> {
        let scorer = Self::read_first(&mut bytes, names)?;
        if bytes.is_empty() { Ok(scorer) } else { Err(ModelError("something stands behind its last tree")) }
    }

    /// Like [`read_for`](Self::read_for); takes the model off the front of the bytes.
    pub(super) fn read_first(bytes: &mut &[u8], names: &[String]) -> Result<Self, ModelError> {
        let mut reader = Bytes(bytes);
        if reader.take(MAGIC.len())? != MAGIC {
            return Err(ModelError("it does not begin like a model"));
        }
        let length = usize::from(reader.u16()?);
        if reader.take(length)? != names.join("\n").as_bytes() {
            return Err(ModelError("it was trained on other features"));
        }
        let mut scorer = Self::new(i32::from_le_bytes(reader.array()?), names.len());
        for _ in 0..reader.u16()? {
            scorer.trees.push(read_tree(&mut reader, names.len())?);
        }
        *bytes = reader.0;
        Ok(scorer)
    }

    /// A model that is shipped with the crate; without trees if it cannot be read, which a test rules out.
    pub(super) fn shipped(bytes: &[u8], names: &[String]) -> Self {
        Self::read_for(bytes, names).unwrap_or_else(|_| Self::new(i32::MIN / 2, names.len()))
    }

    const fn new(base: i32, features: usize) -> Self {
        Self { base, features, trees: Vec::new() }
    }

    /// The log-odds that a line is junk, times [`SCALE`].
    pub(super) fn score(&self, features: &Features) -> i32 {
        let verdict = |tree: &Vec<Node>| {
            let mut node = &tree[0];
            let mut at = 0;
            while node.feature != LEAF {
                at = node.next(at, features);
                node = &tree[at];
            }
            i32::from(node.mean)
        };
        self.base + self.trees.iter().map(verdict).sum::<i32>()
    }

    /// How much each feature added to a line's score, the largest first: the change of the mean verdict at each node that compares it
    /// (A. Saabas, Interpreting random forests, 2014).
    pub(super) fn reasons(&self, features: &Features) -> Vec<(usize, i32)> {
        let mut added = vec![0; self.features];
        for tree in &self.trees {
            let mut at = 0;
            while let node = tree[at]
                && node.feature != LEAF
            {
                at = node.next(at, features);
                added[usize::from(node.feature)] += i32::from(tree[at].mean) - i32::from(node.mean);
            }
        }
        let mut reasons: Vec<(usize, i32)> = added.into_iter().enumerate().filter(|(_, a)| *a != 0).collect();
        reasons.sort_by_key(|(feature, added)| (std::cmp::Reverse(*added), *feature));
        reasons
    }
}

/// Reads one more tree.
fn read_tree(reader: &mut Bytes<'_>, features: usize) -> Result<Vec<Node>, ModelError> {
    const BROKEN: ModelError = ModelError("one of its trees is broken");
    let size = reader.u16()?;
    let mut tree = Vec::with_capacity(usize::from(size));
    for _ in 0..size {
        let [feature, low, high] = reader.array()?;
        let mut node = Node { feature, threshold: 0, right: 0, mean: i16::from_le_bytes([low, high]) };
        if feature != LEAF {
            let [low, high, right, far] = reader.array()?;
            node.threshold = i16::from_le_bytes([low, high]);
            node.right = u16::from_le_bytes([right, far]);
        }
        tree.push(node);
    }
    // For each node the place behind its last descendant: its first subtree must end where the second begins.
    let mut ends = vec![0; tree.len()];
    for (at, node) in tree.iter().enumerate().rev() {
        let right = usize::from(node.right);
        ends[at] = match ends.get(at + 1) {
            _ if node.feature == LEAF => at + 1,
            Some(end) if *end == right && right < tree.len() && usize::from(node.feature) < features => ends[right],
            _ => return Err(BROKEN),
        };
    }
    if ends.first() == Some(&tree.len()) { Ok(tree) } else { Err(BROKEN) }
}

struct Bytes<'b>(&'b [u8]);

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], ModelError> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(ModelError("it ends too early"))?;
        self.0 = rest;
        Ok(taken)
    }

    #[inline]
    fn array<const COUNT: usize>(&mut self) -> Result<[u8; COUNT], ModelError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(ModelError("it ends too early"))?;
        self.0 = rest;
        Ok(*taken)
    }

    fn u16(&mut self) -> Result<u16, ModelError> {
        Ok(u16::from_le_bytes(self.array()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::{Models, features};

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
        let scorer = Scorer::read_for(&small(), &features::names()).expect("a model");
        let features = Features::of(&[&[3]]);
        assert_eq!((scorer.score(&features), scorer.reasons(&features)), (150, vec![(0, 50)]));
        let features = Features::of(&[&[4]]);
        assert_eq!((scorer.score(&features), scorer.reasons(&features)), (50, vec![(0, -50)]));
    }

    #[test]
    fn broken_models_are_refused() {
        let whole = small();
        for length in 0..whole.len() {
            assert!(Scorer::read_for(&whole[..length], &features::names()).is_err(), "{length}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(Scorer::read_for(&longer, &features::names()).is_err());
        let mut looping = whole;
        let right = looping.len() - 8;
        looping[right] = 0;
        assert!(Scorer::read_for(&looping, &features::names()).is_err());
    }

    #[test]
    fn shipped_models_fit_their_features() {
        let Models { lines, repeated, .. } = Models::default();
        assert!(!lines.trees.is_empty() && !repeated.trees.is_empty());
    }
}
