//! The long words of a text, which say what it is about.

use std::hash::Hasher as _;

use rustc_hash::{FxHashSet, FxHasher};

use crate::rules::words::is_alphanumeric;

/// A word of this many letters or more says what a text is about.
const CONTENT_WORD: usize = 5;

/// Words of five letters or more, cut to five and folded, as hashes.
pub(super) fn content_words(text: &str) -> FxHashSet<u64> {
    let mut words = FxHashSet::default();
    each_long_word(text, |word| _ = words.insert(word));
    words
}

/// Shows what the same words are.
pub(super) fn each_long_word(text: &str, mut see: impl FnMut(u64)) {
    let bytes = text.as_bytes();
    let (mut at, mut letters, mut hasher) = (0, 0, FxHasher::default());
    let mut end = |letters: &mut usize, hasher: &mut FxHasher| {
        if *letters >= CONTENT_WORD {
            see(hasher.finish());
        }
        if *letters > 0 {
            (*letters, *hasher) = (0, FxHasher::default());
        }
    };
    while let Some(byte) = bytes.get(at) {
        let c = if byte.is_ascii() { char::from(*byte) } else { text[at..].chars().next().unwrap_or_default() };
        at += c.len_utf8();
        if !is_alphanumeric(c) {
            end(&mut letters, &mut hasher);
            continue;
        }
        letters += 1;
        match c.is_ascii() {
            _ if letters > CONTENT_WORD => {}
            true => hasher.write_u32(u32::from(c.to_ascii_lowercase())),
            false => c.to_lowercase().for_each(|c| hasher.write_u32(u32::from(c))),
        }
    }
    end(&mut letters, &mut hasher);
}
