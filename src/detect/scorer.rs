//! A small ensemble of decision trees over the features of a line, in whole numbers. How lines become features lies in
//! `features`, what follows from a score in `scored`; how the trees were grown is told in `training/`.

use super::features::{self, Features};
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

/// So many trees are walked side by side: what one waits for, another uses.
const LANES: usize = 8;

/// A question of a tree, or a leaf, which leads to itself.
#[derive(Clone, Copy, Debug)]
struct Node {
    feature: u8,
    threshold: i16,
    /// Where to go on: up to the threshold, and above.
    next: [u32; 2],
    /// The verdict of a leaf, the mean verdict of the leaves below any other.
    mean: i16,
}

/// A model that tells how likely a line is junk by its looks and its neighbourhood.
#[derive(Clone, Debug)]
pub struct Scorer {
    base: i32,
    /// The questions, and behind them the leaves.
    nodes: Vec<Node>,
    /// Where each tree begins.
    trees: Vec<u32>,
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
        let base = i32::from_le_bytes(reader.array()?);
        let count = reader.u16()?;
        let mut scorer = Self::new(base);
        let (mut leaves, mut places) = (Vec::new(), Vec::new());
        for _ in 0..count {
            scorer.read_tree(&mut reader, &mut leaves, &mut places)?;
        }
        scorer.add_leaves(&leaves);
        if reader.0.is_empty() { Ok(scorer) } else { Err(ModelError("something stands behind its last tree")) }
    }

    const fn new(base: i32) -> Self {
        Self { base, nodes: Vec::new(), trees: Vec::new() }
    }

    /// Reads one more tree; `places` is room for where its nodes come to stand. A leaf stands at the complement of its number for now.
    fn read_tree(
        &mut self,
        reader: &mut Bytes<'_>,
        leaves: &mut Vec<i16>,
        places: &mut Vec<u32>,
    ) -> Result<(), ModelError> {
        const BROKEN: ModelError = ModelError("one of its trees is broken");
        let (size, first) = (reader.u16()?, self.nodes.len());
        places.clear();
        places.reserve(usize::from(size));
        for at in 0..size {
            let [feature, low, high] = reader.array()?;
            let value = i16::from_le_bytes([low, high]);
            if feature == LEAF {
                places.push(!count(leaves.len()));
                leaves.push(value);
                continue;
            }
            let [low, high, right, far] = reader.array()?;
            let (threshold, right) = (i16::from_le_bytes([low, high]), u16::from_le_bytes([right, far]));
            let forward = right > at && right < size && at + 1 < size;
            if usize::from(feature) >= features::COUNT || !forward {
                return Err(BROKEN);
            }
            places.push(count(self.nodes.len()));
            let next = [u32::from(at) + 1, u32::from(right)];
            self.nodes.push(Node { feature, threshold, next, mean: value });
        }
        // One that does not end with a leaf goes on behind its end.
        if places.last().is_none_or(|last| self.nodes.get(*last as usize).is_some()) {
            return Err(BROKEN);
        }
        for node in &mut self.nodes[first..] {
            let [low, high] = node.next;
            node.next = [places[low as usize], places[high as usize]];
        }
        self.trees.push(places[0]);
        Ok(())
    }

    /// Puts the leaves behind all other nodes.
    fn add_leaves(&mut self, leaves: &[i16]) {
        let first = count(self.nodes.len());
        let place = |at: u32| if at < first { at } else { first + !at };
        for node in &mut self.nodes {
            node.next = node.next.map(place);
        }
        self.trees.iter_mut().for_each(|tree| *tree = place(*tree));
        let leaf = |(at, mean): (u32, &i16)| Node { feature: 0, threshold: 0, next: [at; 2], mean: *mean };
        self.nodes.extend((first..).zip(leaves).map(leaf));
    }

    /// The log-odds that a line is junk, times [`SCALE`].
    pub(super) fn score(&self, features: &Features) -> i32 {
        let (first, rest) = self.trees.split_at(FIRST.min(self.trees.len()));
        let score = self.base + self.sum(first, features);
        if score < CLEARLY_NOT * (SCALE / 1000) { score } else { score + self.sum(rest, features) }
    }

    fn sum(&self, trees: &[u32], features: &Features) -> i32 {
        let (lanes, rest) = trees.as_chunks::<LANES>();
        let lanes = lanes.iter().map(|trees| self.verdicts(*trees, features));
        lanes.chain(rest.iter().map(|tree| self.verdicts([*tree], features))).sum()
    }

    /// What the trees that begin at some places say together.
    #[inline]
    fn verdicts<const N: usize>(&self, mut places: [u32; N], features: &Features) -> i32 {
        loop {
            let before = places;
            for at in &mut places {
                *at = self.nodes[*at as usize].step(features);
            }
            if places == before {
                return places.iter().map(|at| i32::from(self.nodes[*at as usize].mean)).sum();
            }
        }
    }

    /// What each feature added to a line's score, the most first: how far the mean verdict moved where a tree asked for
    /// it (A. Saabas, Interpreting random forests, 2014).
    pub(super) fn reasons(&self, features: &Features) -> Vec<(usize, i32)> {
        let mut added = vec![0; features::COUNT];
        for &tree in &self.trees {
            let (mut at, mut node) = (tree, self.nodes[tree as usize]);
            while node.step(features) != at {
                at = node.step(features);
                let next = self.nodes[at as usize];
                added[usize::from(node.feature)] += i32::from(next.mean) - i32::from(node.mean);
                node = next;
            }
        }
        let mut reasons: Vec<(usize, i32)> = added.into_iter().enumerate().filter(|(_, a)| *a != 0).collect();
        reasons.sort_by_key(|(feature, added)| (std::cmp::Reverse(*added), *feature));
        reasons
    }
}

impl Node {
    /// Where to go on.
    fn step(&self, features: &Features) -> u32 {
        self.next[usize::from(features.at(self.feature) > self.threshold)]
    }
}

fn count(places: usize) -> u32 {
    u32::try_from(places).unwrap_or(u32::MAX / 2)
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
