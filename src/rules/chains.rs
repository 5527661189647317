//! Many short lists in one vector: most phrases are alone in theirs, and a vector for each would be an allocation for each.

/// Items of many lists, each with the place of the next one of its list.
#[derive(Debug)]
pub(super) struct Chains<T>(Vec<(T, u32)>);

/// Where a list begins and ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chain {
    first: u32,
    last: u32,
}

/// Behind the last item of a list.
const END: u32 = u32::MAX;

impl Default for Chain {
    fn default() -> Self {
        Self { first: END, last: END }
    }
}

impl<T> Default for Chains<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Chains<T> {
    /// Makes room for so many items more.
    pub fn reserve(&mut self, count: usize) {
        self.0.reserve(count);
    }

    /// Puts an item at the end of a list; more than a vector of 32-bit places takes are not kept.
    pub fn push(&mut self, chain: &mut Chain, item: T) {
        let Some(place) = u32::try_from(self.0.len()).ok().filter(|place| *place != END) else { return };
        match self.0.get_mut(chain.last as usize) {
            Some((_, next)) => *next = place,
            None => chain.first = place,
        }
        chain.last = place;
        self.0.push((item, END));
    }

    /// The items of a list, in the order in which they came.
    pub fn of(&self, chain: Chain) -> impl Iterator<Item = &T> {
        let mut place = chain.first;
        std::iter::from_fn(move || {
            let (item, next) = self.0.get(place as usize)?;
            place = *next;
            Some(item)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_keep_their_order() {
        let (mut chains, mut odd, mut even) = (Chains::default(), Chain::default(), Chain::default());
        for number in 0..7 {
            chains.push(if number % 2 == 0 { &mut even } else { &mut odd }, number);
        }
        assert_eq!(chains.of(even).collect::<Vec<_>>(), [&0, &2, &4, &6]);
        assert_eq!(chains.of(odd).collect::<Vec<_>>(), [&1, &3, &5]);
        assert_eq!(chains.of(Chain::default()).count(), 0);
    }
}
