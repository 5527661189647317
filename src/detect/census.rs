//! How often each number stands in a document: the words and runs of words of its units, by their hashes.

use rustc_hash::{FxBuildHasher, FxHashMap};

/// Most different numbers for which room is made at first.
const ROOM: usize = 4096;

/// Numbers with their counts.
#[derive(Debug, Default)]
pub(super) struct Census(FxHashMap<u32, u32>);

impl Census {
    /// For so many numbers, of which a long document repeats most.
    pub fn of(numbers: usize) -> Self {
        Self(FxHashMap::with_capacity_and_hasher(numbers.min(ROOM), FxBuildHasher))
    }

    #[inline]
    pub fn add(&mut self, number: u32) {
        *self.0.entry(number).or_default() += 1;
    }

    #[inline]
    pub fn count(&self, number: u32) -> u32 {
        self.0.get(&number).copied().unwrap_or(0)
    }
}

/// A filter of 256 bits over a set of numbers: says of most numbers that they are not in the set.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bits([u64; 4]);

impl Bits {
    pub const fn may_hold(&self, number: u32) -> bool {
        self.0[number as usize >> 6 & 3] >> (number & 63) & 1 != 0
    }
}

impl FromIterator<u32> for Bits {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut bits = Self::default();
        numbers.into_iter().for_each(|n| bits.0[n as usize >> 6 & 3] |= 1 << (n & 63));
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_never_wrong_about_a_no() {
        let bits: Bits = (0..20).map(|n| n * n).collect();
        assert!((0..20).all(|n| bits.may_hold(n * n)));
        assert!(!bits.may_hold(2) && !Bits::default().may_hold(0));
    }
}
