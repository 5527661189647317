//! The long words of a text, which say what it is about.

use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::text::words::each_long_word;

/// How many words there is room for at first.
const ROOM: usize = 512;

/// The long words of the article's prose.
#[derive(Debug)]
pub(super) struct Topic(FxHashSet<u64>);

impl Default for Topic {
    fn default() -> Self {
        Self(FxHashSet::with_capacity_and_hasher(ROOM, FxBuildHasher))
    }
}

impl Topic {
    pub fn add(&mut self, text: &str) {
        each_long_word(text, |word| _ = self.0.insert(word));
    }

    pub fn has(&self, word: u64) -> bool {
        self.0.contains(&word)
    }
}

/// Words of five letters or more, cut to five and folded, as numbers.
pub(crate) fn content_words(text: &str) -> FxHashSet<u64> {
    let mut words = FxHashSet::default();
    each_long_word(text, |word| _ = words.insert(word));
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_and_capital_forms_are_one_word() {
        let words = |text| content_words(text);
        assert_eq!(words("Bridges and the BRIDGE"), words("bridging"));
        assert_eq!(words("Über ÜBERALL"), words("überall"));
        assert_eq!((words("four").len(), words("five5 fünfe").len()), (0, 2));
    }
}
