//! Stop words, counted in a text: which languages have a word is told by its letters as one number. What follows from the
//! counts lies in `vocabulary`.

use super::lexicon::Lexicon;
use super::words::{Hashes, each_place};

/// Letters of words that are told by a number.
const LETTERS: usize = 8;

/// The stop words of a vocabulary, with a bit for each language that has them.
#[derive(Clone, Debug, Default)]
pub(super) struct Stops {
    /// A table with open slots, at least half of them empty, by the letters as a number.
    slots: Vec<(u64, u64)>,
    /// Length of the longest stop word.
    longest: usize,
}

impl Stops {
    /// None if there are more languages than bits.
    pub fn new(words: &Lexicon, languages: usize) -> Option<Self> {
        if languages > 64 {
            return None;
        }
        let stops = || words.iter().filter(|(_, word)| !word.stops.is_empty());
        let room = (2 * stops().count()).next_power_of_two().max(2);
        let longest = stops().map(|(text, _)| text.len()).max().unwrap_or(0);
        let mut table = Self { slots: vec![(0, 0); room], longest };
        for (text, word) in stops().filter(|(text, _)| text.len() <= LETTERS) {
            let letters = letters(text.as_bytes(), 0, text.len());
            let slot = table.slot(letters);
            table.slots[slot] = (letters, word.stops.iter().fold(0, |all, language| all | 1 << language));
        }
        Some(table)
    }

    /// Adds how many stop words of each language a folded text holds; false if it was not read to its end.
    pub fn count(&self, text: &str, words: &Lexicon, counts: &mut [u32]) -> bool {
        each_place(text, |start, end| match end - start {
            length @ ..=LETTERS => {
                let mut languages = self.slots[self.slot(letters(text.as_bytes(), start, length))].1;
                while languages != 0 {
                    counts[languages.trailing_zeros() as usize] += 1;
                    languages &= languages - 1;
                }
            }
            length if length <= self.longest => {
                let word = &text[start..end];
                let known = words.get(Hashes::word(word), word);
                known.into_iter().flat_map(|word| &word.stops).for_each(|language| counts[usize::from(*language)] += 1);
            }
            _ => {}
        })
    }

    /// The slot of a word, or the empty one where it would stand.
    fn slot(&self, letters: u64) -> usize {
        let last = self.slots.len() - 1;
        let mut at = (letters.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize & last;
        while self.slots[at].0 != letters && self.slots[at].0 != 0 {
            at = (at + 1) & last;
        }
        at
    }
}

/// A word of one to eight bytes as a number.
fn letters(text: &[u8], start: usize, length: usize) -> u64 {
    let first = text[start..].first_chunk().copied().unwrap_or_else(|| {
        let mut first = [0; LETTERS];
        first[..length].copy_from_slice(&text[start..start + length]);
        first
    });
    u64::from_le_bytes(first) & u64::MAX >> (64 - 8 * length)
}

#[cfg(test)]
mod tests {
    use super::super::words::each_word;
    use super::super::{Phrase, RuleSet};
    use super::*;

    #[test]
    fn plain_text_has_the_stop_words_that_its_words_are() {
        let rules = RuleSet::builtin(&mut Vec::new());
        let (words, languages) = (&rules.vocabulary().words, rules.vocabulary().languages.len());
        let stops = Stops::new(words, languages).expect("a bit for each language");
        let known: Vec<&Phrase> = words.iter().map(|(text, _)| text).collect();
        let picks = proptest::collection::vec(
            (0..known.len(), proptest::sample::select(vec![" ", "", "'", "-", ", ", "x", "é", "• "])),
            0..60,
        );
        proptest::proptest!(|(picks in picks)| {
            let text: String = picks.iter().map(|(word, behind)| format!("{}{behind}", known[*word])).collect();
            let (mut counted, mut told) = (vec![0; languages], vec![0; languages]);
            let is_read = stops.count(&text, words, &mut counted);
            let is_told = each_word(&text, |word, hashes| {
                let known = words.get(hashes.word, word);
                known.into_iter().flat_map(|word| &word.stops).for_each(|l| told[usize::from(*l)] += 1);
            });
            proptest::prop_assert_eq!((counted, is_read), (told, is_told), "{}", text);
        });
    }
}
