//! The words of a line, each with its hashes. What is known of words lies with the rules.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;
use unicode_normalization::char::is_combining_mark;

use super::classes::{each_run, is_alphanumeric};
use super::fold::{plain, simple};

/// Letters of a word that say what it is about; inflected forms meet.
const STEM: usize = 5;

/// A word as numbers: FNV-1a (Fowler, Noll and Vo) of its folded letters. The same on all machines, since the hash decides what is
/// sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashes {
    pub word: u32,
    /// Hash of the first five letters, if there are as many.
    pub stem: Option<u32>,
}

impl Hashes {
    const NONE: u32 = 0x811c_9dc5;

    /// Of letters, digits and apostrophes of ASCII.
    #[inline]
    fn of_ascii(word: &[u8]) -> Self {
        // Sets the bit that small letters have; digits and apostrophes have it too.
        let add = |hash: u32, bytes: &[u8]| bytes.iter().fold(hash, |hash, byte| hashed(hash, byte | 0x20));
        match word.split_at_checked(STEM) {
            None => Self { word: add(Self::NONE, word), stem: None },
            Some((first, rest)) => {
                let stem = add(Self::NONE, first);
                Self { word: add(stem, rest), stem: Some(stem) }
            }
        }
    }

    /// Of characters that fold one by one, or are folded.
    fn of(word: &str) -> Self {
        if word.is_ascii() {
            return Self::of_ascii(word.as_bytes());
        }
        let mut hashes = Self { word: Self::NONE, stem: None };
        for (place, letter) in word.chars().enumerate() {
            let letter = folded(letter);
            hashes.word = letter.encode_utf8(&mut [0; 4]).bytes().fold(hashes.word, hashed);
            if place + 1 == STEM {
                hashes.stem = Some(hashes.word);
            }
        }
        hashes
    }
}

fn hashed(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// The folded form of a character that folds by itself.
fn folded(c: char) -> char {
    plain(c).or_else(|| simple(c)).unwrap_or_else(|| c.to_ascii_lowercase())
}

/// Calls `see` for each word of a folded line: letters, digits, marks and apostrophes. Reading ends before a sign beyond ASCII
/// that stands by itself, because the shipped model was trained on that; the result is false if there is one.
pub fn each_word<'t>(folded: &'t str, mut see: impl FnMut(&'t str)) -> bool {
    let joins = |c: char, at: usize, in_word| {
        let is_word = is_alphanumeric(c) || is_combining_mark(c);
        let behind = || folded.as_bytes().get(at + c.len_utf8());
        let is_lone = || behind().is_none_or(|b| b.is_ascii() && !b.is_ascii_alphanumeric() && *b != b'\'');
        (is_word || in_word || !is_lone()).then_some(is_word)
    };
    each_run(folded, true, joins, |begin, end| see(&folded[begin..end]))
}

/// Like [`each_word`], with the hashes of the words.
pub fn each_hashed_word<'t>(folded: &'t str, mut see: impl FnMut(&'t str, Hashes)) {
    let is_ascii = folded.is_ascii();
    each_word(folded, |word| see(word, if is_ascii { Hashes::of_ascii(word.as_bytes()) } else { Hashes::of(word) }));
}

/// Calls `see` for each word of a line that is folded or [letterwise](super::fold::is_letterwise): letters and digits alone, to its end.
pub fn each_plain_word(line: &str, mut see: impl FnMut(Hashes)) {
    let joins = |c, _, _| Some(is_alphanumeric(folded(c)));
    each_run(line, false, joins, |begin, end| see(Hashes::of(&line[begin..end])));
}

/// Calls `see` for each word of five letters or more, cut to five and folded, as a number: words that say what a text is about.
pub fn each_long_word(text: &str, mut see: impl FnMut(u64)) {
    let joins = |c, _, _| Some(is_alphanumeric(c));
    each_run(text, false, joins, |begin, end| stem_number(&text[begin..end]).into_iter().for_each(&mut see));
}

/// A number for a word's first letters, folded; `None` for a shorter word.
fn stem_number(word: &str) -> Option<u64> {
    let first = word.as_bytes().first_chunk::<STEM>()?;
    if first.is_ascii() {
        let [a, b, c, d, e] = *first;
        return Some(u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]) | 0x20_2020_2020);
    }
    let mut hasher = FxHasher::default();
    let mut letters = word.chars();
    for _ in 0..STEM {
        letters.next()?.to_lowercase().for_each(|c| hasher.write_u32(u32::from(c)));
    }
    Some(hasher.finish() | 1 << 63)
}

#[cfg(test)]
mod tests {
    use super::super::fold::{fold, is_letterwise};
    use super::*;

    fn hashed_words(line: &str) -> Vec<(&str, Hashes)> {
        let mut words = Vec::new();
        each_hashed_word(line, |word, hashes| words.push((word, hashes)));
        words
    }

    #[test]
    fn words_with_their_hashes() {
        let words = hashed_words("it's “l'été” किताब, a1 — never read");
        assert_eq!(words.iter().map(|(w, _)| *w).collect::<Vec<_>>(), ["it's", "l'été", "किताब", "a1"]);
        assert!(words.iter().all(|(word, hashes)| hashes.word == word.bytes().fold(Hashes::NONE, hashed)));
        assert_eq!(hashed_words("foobar").pop(), Some(("foobar", Hashes::of("FooBar"))));
        assert_eq!(Hashes::of("foobar").word, 0xbf9c_f968);
        assert_eq!(Hashes::of("share").word, Hashes::of("shares").stem.expect("five letters"));
        assert_eq!((Hashes::of("a").word, Hashes::of("ago").stem), (0xe40c_292c, None));
        assert_eq!(Hashes::of("ÎLE"), Hashes::of("île"));
    }

    #[test]
    fn reading_ends_before_a_lone_sign() {
        for (line, words, is_read) in [
            ("the end of the road", 5, true),
            ("the “end” of… the road", 5, true),
            ("the end • of the road", 2, false),
            ("the end •", 2, false),
            ("", 0, true),
        ] {
            let mut count = 0;
            assert_eq!((each_word(line, |_| count += 1), count), (is_read, words), "{line}");
        }
    }

    #[test]
    fn plain_lines_have_the_words_of_folded_ones() {
        for line in [
            "Été — “L'ÎLE”, it's 5,000… no",
            "А Ёлка; Ğ Ł ЏЂ",
            "会議は火曜日に。 ー",
            "서울 — 부산",
            "a\u{a0}b\u{200b}c ¿Qué?",
        ] {
            assert!(is_letterwise(line), "{line}");
            let folded = fold(line);
            let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
            let mut seen = Vec::new();
            each_plain_word(line, |hashes| seen.push(hashes));
            assert_eq!(seen, words.map(Hashes::of).collect::<Vec<_>>(), "{line}");
        }
    }

    #[test]
    fn long_words_are_cut_and_folded() {
        let words = |text| {
            let mut words = Vec::new();
            each_long_word(text, |word| words.push(word));
            words
        };
        assert_eq!(words("Bridges, the BRIDGE"), [words("bridging"), words("bridge")].concat());
        assert_eq!(words("Über ÜBERALL"), words("überall"));
        assert_eq!((words("four a'four").len(), words("five5 fünfe").len()), (0, 2));
    }
}
