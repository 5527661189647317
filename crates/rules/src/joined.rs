//! How `serde` packs a list of texts: their lengths in bytes, then all of them as one text. So 22,000 phrases are checked for UTF-8
//! list by list when they are read, not one by one.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

/// Packs texts.
pub(super) fn serialize<S: Serializer>(texts: &[impl AsRef<str>], packed: S) -> Result<S::Ok, S::Error> {
    let texts: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    let lengths: Vec<usize> = texts.iter().map(|text| text.len()).collect();
    (lengths, texts.concat()).serialize(packed)
}

/// The texts, which stay where they are packed.
///
/// # Errors
/// Lengths that do not add up to the text, or cut a character.
pub(super) fn deserialize<'de: 'p, 'p, T: From<&'p str>, D: Deserializer<'de>>(packed: D) -> Result<Vec<T>, D::Error> {
    let (lengths, mut rest) = <(Vec<usize>, &'p str)>::deserialize(packed)?;
    let mut texts = Vec::with_capacity(lengths.len());
    for length in lengths {
        let (text, behind) = rest.split_at_checked(length).ok_or_else(|| D::Error::custom("a text is cut"))?;
        texts.push(T::from(text));
        rest = behind;
    }
    if rest.is_empty() { Ok(texts) } else { Err(D::Error::custom("texts are left over")) }
}
