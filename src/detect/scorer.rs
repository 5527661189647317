//! A small ensemble of decision trees over the features of a line, in whole numbers. How lines become features lies in
//! `features`, what follows from a score in `scored`; how the trees were grown is told in `training/`.

use std::sync::OnceLock;

use super::features::{self, Features};
use crate::error::ModelError;
use crate::text::classes::below;

/// The shipped model.
const BUILTIN: &[u8] = include_bytes!("scorer.model");
/// First bytes of a model: its kind and its version.
const MAGIC: &[u8; 4] = b"DCS1";
/// After so many trees a line whose log-odds are below this, in thousandths, is the article's; the rest is not asked.
const FIRST: usize = 40;
const CLEARLY_NOT: i32 = -1500;
/// Most leaves of a tree.
const LEAVES: usize = u64::BITS as usize;
/// In place of a feature: the node is a leaf.
const LEAF: u8 = u8::MAX;
/// One unit of a score is so many units of log-odds.
pub(super) const SCALE: i32 = 4096;

/// A question of a tree, or a leaf.
#[derive(Clone, Copy, Debug)]
struct Node {
    feature: u8,
    threshold: i16,
    /// Where to go on above the threshold; up to it, at the next node.
    right: u16,
    /// The verdict of a leaf, the mean verdict of the leaves below any other.
    mean: i16,
}

/// A model that tells how likely a line is junk by its looks and its neighbourhood.
#[derive(Clone, Debug)]
pub struct Scorer {
    base: i32,
    /// Of each tree its nodes, each before those below it.
    trees: Vec<Vec<Node>>,
    /// The first trees, and the others, to be asked together.
    forests: OnceLock<[Forest; 2]>,
}

impl Scorer {
    /// The model that is shipped with the crate.
    pub(crate) fn builtin() -> Self {
        Self::read(BUILTIN).unwrap_or_else(|_| Self::new(i32::MIN / 2))
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
        let mut scorer = Self::new(i32::from_le_bytes(reader.array()?));
        for _ in 0..reader.u16()? {
            scorer.trees.push(read_tree(&mut reader)?);
        }
        if reader.0.is_empty() { Ok(scorer) } else { Err(ModelError("something stands behind its last tree")) }
    }

    const fn new(base: i32) -> Self {
        Self { base, trees: Vec::new(), forests: OnceLock::new() }
    }

    /// The log-odds that a line is junk, times [`SCALE`].
    pub(super) fn score(&self, features: &Features) -> i32 {
        let [first, rest] = self.forests.get_or_init(|| {
            let (first, rest) = self.trees.split_at(FIRST.min(self.trees.len()));
            [first, rest].map(|trees| trees.iter().map(Vec::as_slice).collect())
        });
        let score = self.base + first.verdict(features);
        if score < CLEARLY_NOT * (SCALE / 1000) { score } else { score + rest.verdict(features) }
    }

    /// What each feature added to a line's score, the most first: how far the mean verdict moved where a tree asked for
    /// it (A. Saabas, Interpreting random forests, 2014).
    pub(super) fn reasons(&self, features: &Features) -> Vec<(usize, i32)> {
        let mut added = vec![0; features::COUNT];
        for tree in &self.trees {
            let mut at = 0;
            while let node = tree[at]
                && node.feature != LEAF
            {
                let is_above = features.at(node.feature) > node.threshold;
                at = if is_above { usize::from(node.right) } else { at + 1 };
                added[usize::from(node.feature)] += i32::from(tree[at].mean) - i32::from(node.mean);
            }
        }
        let mut reasons: Vec<(usize, i32)> = added.into_iter().enumerate().filter(|(_, a)| *a != 0).collect();
        reasons.sort_by_key(|(feature, added)| (std::cmp::Reverse(*added), *feature));
        reasons
    }
}

/// Reads one more tree.
fn read_tree(reader: &mut Bytes<'_>) -> Result<Vec<Node>, ModelError> {
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
    // Of each node where what is below it ends: what is up to its threshold must end where the rest begins.
    let mut ends = vec![0; tree.len()];
    for (at, node) in tree.iter().enumerate().rev() {
        let right = usize::from(node.right);
        ends[at] = match ends.get(at + 1) {
            _ if node.feature == LEAF => at + 1,
            Some(end) if *end == right && right < tree.len() && usize::from(node.feature) < features::COUNT => {
                ends[right]
            }
            _ => return Err(BROKEN),
        };
    }
    let leaves = tree.iter().filter(|node| node.feature == LEAF).count();
    match ends.first() {
        Some(end) if *end == tree.len() && leaves <= LEAVES => Ok(tree),
        Some(end) if *end == tree.len() => Err(ModelError("one of its trees has more than 64 leaves")),
        _ => Err(BROKEN),
    }
}

/// A question of some tree: if a line's feature is above the threshold, it does not come to the leaves that are left out.
#[derive(Clone, Copy, Debug)]
struct Question {
    threshold: i16,
    tree: u16,
    leaves: u64,
}

/// Trees that are asked together, feature by feature, as those of QuickScorer (C. Lucchese et al., A fast algorithm to rank
/// documents with additive ensembles of regression trees, 2015): what is left of a tree's leaves in the end begins with the one
/// that the line comes to. No question waits for the answer to another.
#[derive(Clone, Debug, Default)]
struct Forest {
    /// The questions of each feature that is asked for, by their thresholds.
    questions: Vec<(u8, Vec<Question>)>,
    /// The verdicts of all leaves, tree by tree, and where each tree's begin.
    verdicts: Vec<i16>,
    begins: Vec<usize>,
}

impl<'t> FromIterator<&'t [Node]> for Forest {
    fn from_iter<I: IntoIterator<Item = &'t [Node]>>(trees: I) -> Self {
        let mut forest = Self::default();
        let mut by_feature = vec![Vec::new(); features::COUNT];
        for (tree, nodes) in (0..).zip(trees) {
            forest.begins.push(forest.verdicts.len());
            // How many leaves stand before each node.
            let mut leaves = Vec::with_capacity(nodes.len());
            for node in nodes {
                leaves.push(forest.verdicts.len() - forest.begins[usize::from(tree)]);
                forest.verdicts.extend((node.feature == LEAF).then_some(node.mean));
            }
            for (before, node) in leaves.iter().zip(nodes).filter(|(_, node)| node.feature != LEAF) {
                let out = below(leaves[usize::from(node.right)]) & !below(*before);
                let question = Question { threshold: node.threshold, tree, leaves: !out };
                by_feature[usize::from(node.feature)].push(question);
            }
        }
        for (feature, mut questions) in (0..).zip(by_feature).filter(|(_, questions)| !questions.is_empty()) {
            questions.sort_unstable_by_key(|question| question.threshold);
            forest.questions.push((feature, questions));
        }
        forest
    }
}

impl Forest {
    /// What all trees say together.
    fn verdict(&self, features: &Features) -> i32 {
        let mut left = vec![u64::MAX; self.begins.len()];
        for (feature, questions) in &self.questions {
            let value = features.at(*feature);
            for question in questions.iter().take_while(|question| value > question.threshold) {
                left[usize::from(question.tree)] &= question.leaves;
            }
        }
        let leaf = |(begin, left): (&usize, &u64)| i32::from(self.verdicts[begin + left.trailing_zeros() as usize]);
        self.begins.iter().zip(&left).map(leaf).sum()
    }
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
        let features = Features::of(&[&[3]]);
        assert_eq!((scorer.score(&features), scorer.reasons(&features)), (150, vec![(0, 50)]));
        let features = Features::of(&[&[4]]);
        assert_eq!((scorer.score(&features), scorer.reasons(&features)), (50, vec![(0, -50)]));
    }

    #[test]
    fn trees_say_together_what_they_say_one_by_one() {
        let scorer = Scorer::builtin();
        let verdict = |tree: &Vec<Node>, features: &Features| {
            let mut at = 0;
            while tree[at].feature != LEAF {
                let is_above = features.at(tree[at].feature) > tree[at].threshold;
                at = if is_above { usize::from(tree[at].right) } else { at + 1 };
            }
            i32::from(tree[at].mean)
        };
        proptest::proptest!(|(values in proptest::collection::vec(-2_i16..120, features::COUNT))| {
            let features = Features::of(&[&values]);
            let forest: Forest = scorer.trees.iter().map(Vec::as_slice).collect();
            let told: i32 = scorer.trees.iter().map(|tree| verdict(tree, &features)).sum();
            proptest::prop_assert_eq!(forest.verdict(&features), told);
        });
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
