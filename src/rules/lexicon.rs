//! Words with what is known of each, found by the hashes that they are counted by.

use super::Phrase;
use super::vocabulary::Word;
use super::words::Hashes;

/// A table of words with open slots, at least half of them empty: most words that are looked up are found, or not, at once.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    words: Vec<(Phrase, Word)>,
    /// Hash of a word, and its place counted from 1.
    slots: Vec<(u32, u32)>,
}

impl Lexicon {
    pub fn len(&self) -> usize {
        self.words.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &(Phrase, Word)> {
        self.words.iter()
    }

    pub fn into_words(self) -> Vec<(Phrase, Word)> {
        self.words
    }

    /// What is known of a word with this hash.
    #[inline]
    pub fn get(&self, hash: u32, text: &str) -> Option<&Word> {
        let (_, place) = self.slots.get(self.slot(hash, text)?)?;
        self.words.get((*place as usize).checked_sub(1)?).map(|(_, word)| word)
    }

    /// What is known of a word, which is new if need be.
    pub fn entry(&mut self, text: Phrase) -> &mut Word {
        self.reserve(1);
        let hash = Hashes::word(&text);
        let slot = self.slot(hash, &text).unwrap_or(0);
        if self.slots[slot].1 == 0 {
            return self.put(slot, hash, text, Word::default());
        }
        &mut self.words[self.slots[slot].1 as usize - 1].1
    }

    /// Adds a word, unless it is there.
    pub fn insert(&mut self, text: &'static str, word: Word) {
        self.reserve(1);
        let hash = Hashes::word(text);
        if let Some(slot) = self.slot(hash, text).filter(|slot| self.slots[*slot].1 == 0) {
            self.put(slot, hash, Phrase::Borrowed(text), word);
        }
    }

    fn put(&mut self, slot: usize, hash: u32, text: Phrase, word: Word) -> &mut Word {
        self.slots[slot] = (hash, u32::try_from(self.words.len() + 1).unwrap_or(0));
        self.words.push((text, word));
        let last = self.words.len() - 1;
        &mut self.words[last].1
    }

    /// Makes room for so many words more.
    #[inline]
    pub fn reserve(&mut self, more: usize) {
        let needed = (self.words.len() + more) * 2;
        if needed > self.slots.len() {
            self.words.reserve(more);
            self.grow(needed);
        }
    }

    fn grow(&mut self, needed: usize) {
        let old = std::mem::replace(&mut self.slots, vec![(0, 0); needed.next_power_of_two()]);
        for (hash, place) in old.into_iter().filter(|(_, place)| *place > 0) {
            let mut at = hash as usize & (self.slots.len() - 1);
            while self.slots[at].1 > 0 {
                at = (at + 1) & (self.slots.len() - 1);
            }
            self.slots[at] = (hash, place);
        }
    }

    /// The slot of a word, or the empty one where it would stand; none in a table without slots.
    #[inline]
    fn slot(&self, hash: u32, text: &str) -> Option<usize> {
        let last = self.slots.len().checked_sub(1)?;
        let mut at = hash as usize & last;
        loop {
            let (other, place) = self.slots[at];
            if place == 0 || other == hash && self.words[place as usize - 1].0 == *text {
                return Some(at);
            }
            at = (at + 1) & last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_again() {
        let mut lexicon = Lexicon::default();
        let word = |n: u16| format!("word{n}");
        assert!(lexicon.get(Hashes::word("word1"), "word1").is_none());
        for n in 0..1000 {
            lexicon.entry(word(n % 500).into()).labels += n;
        }
        assert_eq!(lexicon.len(), 500);
        for n in 0..500 {
            let found = lexicon.get(Hashes::word(&word(n)), &word(n));
            assert_eq!(found.map(|w| w.labels), Some(500 + 2 * n));
        }
        assert!(lexicon.get(Hashes::word("word1"), "word2").is_none());
        assert!(lexicon.get(Hashes::word("other"), "other").is_none());
    }
}
