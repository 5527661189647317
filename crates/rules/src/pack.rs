//! The built-in rules as bytes, so that no start reads TOML: what `serde` derives, as `postcard` writes it. They are folded, in
//! order, and without evidence; what they say lies in `builtin/`.

use serde::{Deserialize, Serialize};

use super::joined;
use super::rule::{Phrase, Rule};
use super::set::RuleSet;
use super::vocabulary::{Vocabulary, Word};

/// A vocabulary, sorted, so that the same packs always give the same bytes.
#[derive(Serialize, Deserialize)]
struct Words<'p> {
    #[serde(borrow, with = "joined")]
    languages: Vec<&'p str>,
    #[serde(borrow, with = "joined")]
    dates: Vec<&'p str>,
    #[serde(borrow, with = "joined")]
    networks: Vec<&'p str>,
    #[serde(borrow)]
    known: Vec<Known<'p>>,
}

/// Words of which the same is known.
#[derive(Serialize, Deserialize)]
struct Known<'p> {
    word: Word,
    #[serde(borrow, with = "joined")]
    texts: Vec<&'p str>,
}

/// The bytes of a set.
///
/// # Errors
/// None, as long as all that a rule holds can be written by `postcard`.
pub fn write(set: &RuleSet) -> postcard::Result<Vec<u8>> {
    postcard::to_allocvec(&(&set.rules, Words::of(set.vocabulary())))
}

/// The set whose bytes [`write`] returned; its phrases and words stay where they are.
///
/// # Errors
/// Bytes that are no set, or that go on behind one.
pub fn read(packed: &'static [u8]) -> postcard::Result<RuleSet> {
    let ((rules, words), rest) = postcard::take_from_bytes::<(Vec<Rule>, Words<'static>)>(packed)?;
    if rest.is_empty() { Ok(RuleSet::new(rules, words.into())) } else { Err(postcard::Error::DeserializeBadEncoding) }
}

impl<'p> Words<'p> {
    fn of(vocabulary: &'p Vocabulary) -> Self {
        let mut words: Vec<(&Word, &str)> = vocabulary.words.iter().map(|(text, word)| (word, &**text)).collect();
        words.sort_unstable();
        let alike = words.chunk_by(|a, b| a.0 == b.0);
        Self {
            languages: vocabulary.languages.iter().map(String::as_str).collect(),
            dates: sorted(vocabulary.dates.iter()),
            networks: sorted(vocabulary.networks.iter()),
            known: alike.map(Known::of).collect(),
        }
    }
}

impl<'p> Known<'p> {
    fn of(group: &[(&'p Word, &'p str)]) -> Self {
        Self { word: group[0].0.clone(), texts: group.iter().map(|(_, text)| *text).collect() }
    }
}

fn sorted<'p>(words: impl Iterator<Item = &'p Phrase>) -> Vec<&'p str> {
    let mut words: Vec<&str> = words.map(|word| &**word).collect();
    words.sort_unstable();
    words
}

impl From<Words<'static>> for Vocabulary {
    fn from(packed: Words<'static>) -> Self {
        let mut vocabulary = Self {
            languages: packed.languages.into_iter().map(str::to_owned).collect(),
            dates: packed.dates.into_iter().map(Phrase::Borrowed).collect(),
            networks: packed.networks.into_iter().map(Phrase::Borrowed).collect(),
            ..Self::default()
        };
        vocabulary.words.reserve(packed.known.iter().map(|known| known.texts.len()).sum());
        for Known { word, texts } in packed.known {
            vocabulary.words.extend(texts.into_iter().map(|text| (Phrase::Borrowed(text), word.clone())));
        }
        vocabulary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;
    use crate::rule::{Kind, Zone};

    /// The shipped rules as their packs say them, and their bytes.
    fn packed() -> (RuleSet, &'static [u8]) {
        let mut faults = Vec::new();
        let read = builtin::read(&mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        let bytes = write(&read).expect("bytes");
        (read, Vec::leak(bytes))
    }

    /// All that is known of a rule.
    fn whole(rule: &Rule) -> String {
        format!("{:#?}", Rule { evidence: Some(rule.evidence().clone()), ..rule.clone() })
    }

    fn words(vocabulary: &Vocabulary) -> (Vec<String>, Vec<String>) {
        let mut words: Vec<String> = vocabulary.words.iter().map(|known| format!("{known:?}")).collect();
        words.sort_unstable();
        let mut others: Vec<String> = vocabulary.dates.iter().map(|date| format!("date {date}")).collect();
        others.extend(vocabulary.networks.iter().map(|network| format!("network {network}")));
        others.sort_unstable();
        others.push(vocabulary.languages.join(" "));
        (words, others)
    }

    /// The packed rules are those of the packs: every field, their order, where they stand, the words, and the evidence.
    #[test]
    fn packed_rules_are_those_of_the_packs() {
        let (read, bytes) = packed();
        let shipped = super::read(bytes).expect("a set");
        assert_eq!(shipped.len(), read.len());
        for (packed, toml) in shipped.iter().zip(read.iter()) {
            assert!(packed.evidence.is_none() && toml.evidence.is_some());
            assert_eq!(whole(packed), whole(toml));
        }
        assert_eq!(words(shipped.vocabulary()), words(read.vocabulary()));
        assert_eq!(write(&shipped).expect("bytes"), bytes);
        // The comparison sees something of every kind.
        let has = |wanted: fn(&Rule) -> bool| shipped.iter().any(wanted);
        assert!(has(|r| matches!(&r.kind, Kind::Line(line) if line.pattern.is_some())));
        assert!(has(|r| r.is_block()) && has(|r| matches!(r.kind, Kind::Judgement)) && has(|r| r.zone == Zone::End));
        assert!(shipped.vocabulary().words.len() > 5_000);
    }

    #[test]
    fn what_was_not_written_whole_is_not_read() {
        let (_, bytes) = packed();
        for end in (0..bytes.len()).step_by(bytes.len() / 50) {
            assert!(super::read(&bytes[..end]).is_err(), "{end}");
        }
        assert!(super::read(Vec::leak([bytes, &[0]].concat())).is_err());
    }
}
