//! The words of a line, each with what it is as a number. What is known of words lies in `vocabulary`.

use unicode_normalization::char::is_combining_mark;

use super::fold::{plain, simple};
use super::masks::{below, blocks, from, is, letters, mask, others, steps};

/// Letters of a word that say what it is about; inflected forms meet.
const STEM: usize = 5;

/// What a word is as numbers: FNV-1a (Fowler, Noll and Vo), the same on all machines, because what is sampled by it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hashes {
    pub word: u32,
    /// That of its first letters, if it is long.
    pub stem: Option<u32>,
    letters: usize,
}

impl Hashes {
    const NONE: Self = Self { word: 0x811c_9dc5, stem: None, letters: 0 };

    /// The first of them, of a whole word.
    pub(super) fn word(word: &str) -> u32 {
        word.bytes().fold(Self::NONE.word, hashed)
    }

    /// Of a folded word.
    fn of(word: &str) -> Self {
        let mut hashes = Self::NONE;
        word.chars().for_each(|c| hashes.add(c));
        hashes
    }

    /// The same of ASCII: nothing but a number in a register, as it takes most of the time.
    #[inline]
    fn plain(word: &[u8]) -> Self {
        let add = |hash: u32, bytes: &[u8]| bytes.iter().fold(hash, |hash, byte| hashed(hash, *byte));
        let (letters, none) = (word.len(), Self::NONE.word);
        match word.split_at_checked(STEM) {
            None => Self { word: add(none, word), stem: None, letters },
            Some((first, rest)) => {
                let stem = add(none, first);
                Self { word: add(stem, rest), stem: Some(stem), letters }
            }
        }
    }

    fn add_byte(&mut self, byte: u8) {
        self.word = hashed(self.word, byte);
    }

    #[inline]
    fn add_ascii(&mut self, letter: u8) {
        self.add_byte(letter);
        self.end_letter();
    }

    fn add(&mut self, letter: char) {
        letter.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.add_byte(byte));
        self.end_letter();
    }

    fn end_letter(&mut self) {
        self.letters += 1;
        if self.letters == STEM {
            self.stem = Some(self.word);
        }
    }
}

fn hashed(hash: u32, byte: u8) -> u32 {
    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
}

/// Shows the words of a folded line: letters, digits, marks and apostrophes. Nothing is read behind a sign beyond ASCII that stands by
/// itself, because the shipped model was trained on that; false if there is one.
pub(crate) fn each_word<'t>(folded: &'t str, mut see: impl FnMut(&'t str, Hashes)) -> bool {
    let is_plain = folded.is_ascii();
    each_place(folded, |start, end| {
        let word = &folded[start..end];
        see(word, if is_plain || word.is_ascii() { Hashes::plain(word.as_bytes()) } else { Hashes::of(word) });
    })
}

/// Shows where the same words begin and end.
pub(super) fn each_place(folded: &str, mut see: impl FnMut(usize, usize)) -> bool {
    let mut begin = None;
    for (start, block) in blocks(folded) {
        let steps = steps(block);
        let mut words = mask(&steps, |bytes| letters(bytes) | from(bytes, b'0', 10) | is(bytes, b'\''));
        let mut is_read = true;
        for (c, first, bits) in others(block, &steps) {
            if is_alphanumeric(c) || is_combining_mark(c) {
                words |= bits;
                continue;
            }
            let goes_on = (words << 1 | u64::from(begin.is_some())) & first != 0;
            let behind = folded.as_bytes().get(start + first.trailing_zeros() as usize + c.len_utf8());
            if !goes_on && behind.is_none_or(|b| b.is_ascii() && !b.is_ascii_alphanumeric() && *b != b'\'') {
                words &= first - 1;
                is_read = false;
                break;
            }
        }
        let mut edges = (words ^ (words << 1 | u64::from(begin.is_some()))) & below(block.len());
        while edges != 0 {
            let at = start + edges.trailing_zeros() as usize;
            match begin.take() {
                None => begin = Some(at),
                Some(begin) => see(begin, at),
            }
            edges &= edges - 1;
        }
        if !is_read {
            return false;
        }
    }
    if let Some(begin) = begin {
        see(begin, folded.len());
    }
    true
}

/// Shows the words of a line that is folded, or of which folding changes no more than single letters: letters and digits alone.
pub(crate) fn each_plain_word(raw: &str, mut see: impl FnMut(Hashes)) {
    let bytes = raw.as_bytes();
    let (mut at, mut hashes) = (0, Hashes::NONE);
    let mut end = |hashes: &mut Hashes| {
        if hashes.letters > 0 {
            see(std::mem::replace(hashes, Hashes::NONE));
        }
    };
    while let Some(byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            hashes.add_ascii(byte.to_ascii_lowercase());
            at += 1;
        } else if byte.is_ascii() {
            end(&mut hashes);
            at += 1;
        } else {
            let Some(c) = raw[at..].chars().next() else { break };
            at += c.len_utf8();
            match plain(c).or_else(|| simple(c)).unwrap_or(c) {
                c if is_alphanumeric(c) => hashes.add(c),
                _ => end(&mut hashes),
            }
        }
    }
    end(&mut hashes);
}

/// The same as [`char::is_alphanumeric`], which searches long for letters beyond ASCII: most are told by where they stand.
#[inline]
pub(crate) fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        'Ѐ'..='ҁ' | 'ء'..='غ' | 'ف'..='ي' | '一'..='鿿' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '가'..='힣' => true,
        '\u{2010}'..='\u{2027}' => false,
        _ => c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::{fold, is_letterwise};
    use super::super::signs::any_line;
    use super::*;

    #[test]
    fn words_with_their_hashes() {
        let mut told: Vec<(&str, Hashes)> = Vec::new();
        assert!(!each_word("it's “l'été” किताब, a1 — never read", |word, hashes| told
            .push((word, hashes))));
        assert_eq!(told.iter().map(|(w, _)| *w).collect::<Vec<_>>(), ["it's", "l'été", "किताब", "a1"]);
        assert!(told.iter().all(|(word, told)| *told == Hashes::of(word) && told.word == Hashes::word(word)));
        assert_eq!(Hashes::of("share").word, Hashes::of("shares").stem.expect("five letters"));
        assert_eq!((Hashes::of("a").word, Hashes::of("ago").stem), (0xe40c_292c, None));
    }

    /// The words of a line, told character by character.
    fn by_characters(line: &str) -> (Vec<&str>, bool) {
        let is_word = |c: char| c.is_alphanumeric() || c == '\'' || is_combining_mark(c);
        let (mut words, mut begin) = (Vec::new(), None);
        for (at, c) in line.char_indices() {
            if is_word(c) {
                begin = begin.or(Some(at));
                continue;
            }
            let behind = line[at + c.len_utf8()..].chars().next();
            if !c.is_ascii() && begin.is_none() && behind.is_none_or(|b| b.is_ascii() && !is_word(b)) {
                return (words, false);
            }
            words.extend(begin.take().map(|begin| &line[begin..at]));
        }
        words.extend(begin.map(|begin| &line[begin..]));
        (words, true)
    }

    #[test]
    fn masks_tell_the_words_that_characters_tell() {
        proptest::proptest!(|(line in any_line("az0 .,'-“—éжß²字の한ไ\u{301}ि😀"))| {
            let mut words = Vec::new();
            let is_read = each_word(&line, |word, hashes| {
                assert_eq!(hashes, Hashes::of(word));
                words.push(word);
            });
            proptest::prop_assert_eq!((words, is_read), by_characters(&line), "{:?}", line);
        });
    }

    #[test]
    fn letters_are_told_by_where_they_stand() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c} {:x}", u32::from(c));
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
}
