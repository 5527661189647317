//! The long words of a text, which say what it is about.

use std::hash::Hasher as _;

use rustc_hash::{FxHashSet, FxHasher};

use crate::rules::masks::{blocks, from, letters, mask, others, steps};
use crate::rules::words::is_alphanumeric;

/// Bits by which words are told apart.
const BITS: usize = 8192;
/// How many words there is room for at first.
const ROOM: usize = 512;
/// A word of this many letters or more says what a text is about.
const CONTENT_WORD: usize = 5;

/// The long words of a text, to be asked for one by one.
#[derive(Debug)]
pub(super) struct Topic {
    words: Vec<u64>,
    /// A bit of each: a quick no to most.
    bits: Vec<u64>,
}

impl Default for Topic {
    fn default() -> Self {
        Self { words: Vec::with_capacity(ROOM), bits: vec![0; BITS / 64] }
    }
}

impl Topic {
    pub fn add(&mut self, text: &str) {
        each_long_word(text, |word| {
            self.words.push(word);
            let bit = bit(word);
            self.bits[bit / 64] |= 1 << (bit % 64);
        });
    }

    pub fn has(&self, word: u64) -> bool {
        let bit = bit(word);
        self.bits[bit / 64] >> (bit % 64) & 1 != 0 && self.words.contains(&word)
    }
}

/// The bit of a word, by Fibonacci hashing.
const fn bit(word: u64) -> usize {
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as usize % BITS
}

/// Words of five letters or more, cut to five and folded, as numbers.
pub(crate) fn content_words(text: &str) -> FxHashSet<u64> {
    let mut words = FxHashSet::default();
    each_long_word(text, |word| _ = words.insert(word));
    words
}

/// Shows what the same words are.
fn each_long_word(text: &str, mut see: impl FnMut(u64)) {
    let mut goes_on = false;
    for (start, block) in blocks(text) {
        let steps = steps(block);
        let mut words = mask(&steps, |bytes| letters(bytes) | from(bytes, b'0', 10));
        for (c, _, bits) in others(block, &steps) {
            words |= if is_alphanumeric(c) { bits } else { 0 };
        }
        let mut begins = words & !(words << 1 | u64::from(goes_on));
        goes_on = words >> (block.len() - 1) & 1 != 0;
        // Most words are too short, which five bytes in a row tell, if the block holds as many.
        let cut = u64::MAX << block.len().saturating_sub(CONTENT_WORD - 1);
        let two = words & words >> 1;
        begins &= two & two >> 2 & words >> (CONTENT_WORD - 1) | cut;
        while begins != 0 {
            let at = start + begins.trailing_zeros() as usize;
            let is_long = begins.trailing_zeros() < cut.trailing_zeros();
            match text.as_bytes()[at..].first_chunk() {
                Some(first) if is_long && first.is_ascii() => see(plain_word(*first)),
                _ => long_word(&text[at..]).into_iter().for_each(&mut see),
            }
            begins &= begins - 1;
        }
    }
}

/// What the word is that a text begins with, if it is long: of ASCII the letters themselves.
fn long_word(text: &str) -> Option<u64> {
    if let Some(first) = text.as_bytes().first_chunk::<CONTENT_WORD>().filter(|first| first.is_ascii()) {
        return first.iter().all(u8::is_ascii_alphanumeric).then(|| plain_word(*first));
    }
    let mut hasher = FxHasher::default();
    let mut letters = text.chars().take_while(|c| is_alphanumeric(*c));
    for _ in 0..CONTENT_WORD {
        letters.next()?.to_lowercase().for_each(|c| hasher.write_u32(u32::from(c)));
    }
    Some(hasher.finish() | 1 << 63)
}

const fn plain_word([a, b, c, d, e]: [u8; CONTENT_WORD]) -> u64 {
    u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]) | 0x20_2020_2020
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::signs::any_line;

    #[test]
    fn masks_tell_the_words_that_characters_tell() {
        let lines = any_line("aZz0 \t.'-\u{a0}…“—éÉßжЖ²字の한ไǅ़😀");
        proptest::proptest!(|(line in lines)| {
            let mut seen = Vec::new();
            each_long_word(&line, |word| seen.push(word));
            let words = line.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= CONTENT_WORD);
            let told: Vec<u64> = words.filter_map(long_word).collect();
            proptest::prop_assert_eq!(seen, told, "{:?}", line);
        });
    }

    #[test]
    fn inflected_and_capital_forms_are_one_word() {
        let words = |text| content_words(text);
        assert_eq!(words("Bridges and the BRIDGE"), words("bridging"));
        assert_eq!(words("Über ÜBERALL"), words("überall"));
        assert_eq!((words("four").len(), words("five5 fünfe").len()), (0, 2));
    }
}
