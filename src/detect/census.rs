//! How often each number stands in a document: the words and runs of words of its units, by their hashes.

/// Numbers with their counts in an open table, at least half of it empty. What is counted is hashed well already.
#[derive(Debug, Default)]
pub(super) struct Census {
    /// Numbers and how often they were seen; never, where a slot is empty.
    slots: Vec<(u32, u32)>,
    /// By how much a spread number is shifted to be a place.
    shift: u32,
}

impl Census {
    /// With room for so many different numbers.
    pub fn of(numbers: usize) -> Self {
        let slots = (numbers * 2).next_power_of_two().max(2);
        Self { slots: vec![(0, 0); slots], shift: u64::BITS - slots.trailing_zeros() }
    }

    pub fn add(&mut self, number: u32) {
        let at = self.slot(number);
        let (_, count) = self.slots[at];
        self.slots[at] = (number, count + 1);
    }

    pub fn count(&self, number: u32) -> u32 {
        self.slots[self.slot(number)].1
    }

    /// Where a number stands, or would stand.
    #[inline]
    fn slot(&self, number: u32) -> usize {
        let spread = u64::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift;
        let mut at = usize::try_from(spread).unwrap_or(0);
        loop {
            let (known, count) = self.slots[at];
            if known == number || count == 0 {
                return at;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }
}

/// A few bits of each number of a set: a quick no to whether one is among them.
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
    fn numbers_are_counted() {
        let mut census = Census::of(500);
        (0..1000).for_each(|n| census.add(n % 500 * 4));
        assert!((0..500).all(|n| census.count(n * 4) == 2));
        assert_eq!((census.count(1), Census::of(0).count(0)), (0, 0));
    }

    #[test]
    fn bits_are_never_wrong_about_a_no() {
        let bits: Bits = (0..20).map(|n| n * n).collect();
        assert!((0..20).all(|n| bits.may_hold(n * n)));
        assert!(!bits.may_hold(2) && !Bits::default().may_hold(0));
    }
}
