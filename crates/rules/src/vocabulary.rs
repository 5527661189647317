//! Words of the languages that the rules were written for: enough to tell a line's language, a date and a network.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use super::rule::Phrase;
use super::text::fold::fold;
use super::text::script::Script;
use super::text::words::each_word;

/// Words of all languages together: stop words, kinds of words, words of dates, names of networks.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// Codes of the languages; a [`Language`] is a place in this list.
    pub(super) languages: Vec<String>,
    /// What is known of each word: where it is a stop word, its kinds, how many rules have it.
    pub(super) words: FxHashMap<Phrase, Word>,
    pub(super) dates: FxHashSet<Phrase>,
    pub(super) networks: FxHashSet<Phrase>,
}

/// How many stop words of each language a line holds, counted at the first use.
#[derive(Debug, Default)]
pub struct StopWords(OnceCell<Vec<u32>>);

/// A language of the vocabulary, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Language(u8);

/// What is known of a word.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Word {
    /// The languages of which it is a stop word, by place.
    pub stops: Vec<u8>,
    /// The kinds that it is of, one bit each.
    pub kinds: u8,
    /// How many built-in rules have it in a phrase.
    pub labels: u16,
}

/// Kinds of words that tell who speaks to whom, each with its name in a rule file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Verbs by which a text says what somebody said.
    Speech,
    /// Words of boxes about an author.
    People,
    /// Calls to act: subscribe, follow, download.
    Appeal,
    /// You, your, our, us.
    Reader,
    /// I, me, my.
    Own,
}

impl Kind {
    pub const NAMES: &[(&'static str, Self)] = &[
        ("speech", Self::Speech),
        ("people", Self::People),
        ("appeals", Self::Appeal),
        ("reader", Self::Reader),
        ("own", Self::Own),
    ];
}

/// How the words of a folded line are known; sums over its words.
#[derive(Clone, Copy, Debug, Default)]
pub struct WordCounts {
    pub words: usize,
    /// Stop words of the page's language, or of any if it is unknown.
    pub stops: usize,
    /// By [`Kind`].
    pub kinds: [usize; Kind::NAMES.len()],
    /// Words that two built-in rules or more have in their phrases, stop words aside.
    pub labels: usize,
    /// Words that eight such rules or more have.
    pub strong_labels: usize,
}

impl Vocabulary {
    pub fn new(language: &str, stop_words: &[String], dates: &[String], networks: &[String]) -> Self {
        let folded =
            |words: &[String]| words.iter().map(|w| Phrase::Owned(fold(w))).filter(|w| !w.is_empty()).collect();
        let stop_word = |word: &String| (fold(word).into(), Word { stops: vec![0], ..Word::default() });
        Self {
            languages: vec![language.to_owned()],
            words: stop_words.iter().map(stop_word).collect(),
            dates: folded(dates),
            networks: folded(networks),
        }
    }

    /// Adds words of a kind.
    pub fn add_kind(&mut self, kind: Kind, words: &[String]) {
        for word in words {
            self.words.entry(fold(word).into()).or_default().kinds |= 1 << kind as u8;
        }
    }

    /// Notes each word of one rule's phrases once: a word's `labels` is the number of rules that have it.
    pub fn count_labels<'a>(&mut self, phrases: impl Iterator<Item = &'a Phrase>) {
        let mut words = FxHashSet::default();
        for phrase in phrases {
            each_word(phrase, |word| _ = words.insert(word));
        }
        for word in words.into_iter().filter(|w| w.chars().any(char::is_alphabetic)) {
            self.words.entry(word.to_owned().into()).or_default().labels += 1;
        }
    }

    /// Counts one word of a folded line: as a word, as a stop word of `language` (of any language if unknown), by its kinds, as a label.
    #[inline]
    pub fn count_word(&self, word: &str, language: Option<Language>, counts: &mut WordCounts) {
        counts.words += 1;
        let Some(word) = self.words.get(word) else { return };
        let stop = !word.stops.is_empty() && language.is_none_or(|l| word.stops.contains(&l.0));
        counts.stops += usize::from(stop);
        if word.kinds != 0 {
            for (kind, count) in counts.kinds.iter_mut().enumerate() {
                *count += usize::from(word.kinds & 1 << kind != 0);
            }
        }
        counts.labels += usize::from(word.labels > 1 && word.stops.is_empty());
        counts.strong_labels += usize::from(word.labels >= 8 && word.stops.is_empty());
    }

    pub fn extend(&mut self, other: Self) {
        let places: Vec<Option<u8>> = other.languages.into_iter().map(|language| self.place_of(language)).collect();
        for (word, new) in other.words {
            let known = self.words.entry(word).or_default();
            known.kinds |= new.kinds;
            known.labels += new.labels;
            for place in new.stops.into_iter().filter_map(|stop| places[usize::from(stop)]) {
                if !known.stops.contains(&place) {
                    known.stops.push(place);
                }
            }
        }
        self.dates.extend(other.dates);
        self.networks.extend(other.networks);
    }

    /// The place of a language, which is new if need be; none if there are too many.
    fn place_of(&mut self, language: String) -> Option<u8> {
        let place = self.languages.iter().position(|l| *l == language).unwrap_or_else(|| {
            self.languages.push(language);
            self.languages.len() - 1
        });
        u8::try_from(place).ok()
    }

    /// The code of a language.
    pub fn code(&self, language: Language) -> &str {
        &self.languages[usize::from(language.0)]
    }

    /// True if a folded line names one network and nothing else.
    pub fn is_network(&self, folded: &str) -> bool {
        self.networks.contains(folded)
    }

    /// True if a folded line is a date, a time or an age ("3 hours ago"): digits and words of dates, nothing else.
    pub fn is_date(&self, folded: &str) -> bool {
        if folded.len() > 80 || !folded.bytes().any(|b| b.is_ascii_digit()) {
            return false;
        }
        let mut words = 0;
        folded.split(|c: char| !(c.is_alphanumeric() || is_mark(c))).filter(|w| !w.is_empty()).all(|word| {
            words += 1;
            words <= 10
                && (self.dates.contains(word)
                    || word.trim_start_matches(|c: char| c.is_ascii_digit()).is_empty()
                    || self.is_dated_number(word))
        })
    }

    /// True for `3rd`, `10h`, `2019年5月3日`: digits with words of dates between them.
    fn is_dated_number(&self, word: &str) -> bool {
        word.bytes().any(|b| b.is_ascii_digit())
            && word.split(|c: char| c.is_ascii_digit()).filter(|w| !w.is_empty()).all(|w| {
                matches!(w, "st" | "nd" | "rd" | "th" | "h" | "m" | "d" | "s" | "am" | "pm" | "t" | "z")
                    || self.dates.contains(w)
            })
    }

    /// The language that a text is plainly in, by its stop words: five at least, and twice as many as any other's.
    pub fn language(stop_words: &[u32]) -> Option<Language> {
        let mut hits: Vec<(u32, u8)> = stop_words.iter().copied().zip(0..=u8::MAX).collect();
        hits.sort_unstable();
        let (most, language) = hits.pop()?;
        let next = hits.pop().map_or(0, |(n, _)| n);
        (most >= 5 && most >= 2 * next).then_some(Language(language))
    }

    /// How many stop words of each language a folded text holds, and whether it was read to its end: nothing is behind a sign beyond
    /// ASCII that stands by itself.
    pub fn stop_words_in(&self, folded: &str) -> (Vec<u32>, bool) {
        let mut hits = vec![0; self.languages.len()];
        let is_read = each_word(folded, |word| {
            for language in self.words.get(word).into_iter().flat_map(|word| &word.stops) {
                hits[usize::from(*language)] += 1;
            }
        });
        (hits, is_read)
    }

    /// True if a line is plainly in another script or language than the given ones.
    pub fn is_foreign(&self, folded: &str, languages: &[String], words: &StopWords) -> bool {
        if languages.is_empty() {
            return false;
        }
        let (mut own, mut other, mut kana) = (0, 0, 0);
        let is_own = |script: Script| languages.iter().any(|l| script.writes(l));
        // A line of ASCII is not foreign by its script to a language of Latin letters.
        let is_own_ascii = folded.is_ascii() && is_own(Script::Latin);
        for letter in folded.chars().filter(|c| !is_own_ascii && c.is_alphabetic()) {
            let script = Script::of(letter);
            kana += usize::from(script == Script::Kana);
            *if is_own(script) { &mut own } else { &mut other } += 1;
        }
        if other > own + 3 && other > 2 * own || kana > 2 && !languages.iter().any(|l| l == "ja") {
            return true;
        }
        let hits = words.0.get_or_init(|| self.stop_words_in(folded).0);
        let other = hits.iter().copied().max().unwrap_or(0);
        let own = hits.iter().zip(&self.languages).filter(|(count, l)| **count > 0 && languages.contains(l));
        other >= 3 + 3 * own.map(|(count, _)| *count).max().unwrap_or(0)
    }
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|w| (*w).to_owned()).collect()
    }

    #[test]
    fn stop_words_are_read_up_to_a_lone_sign() {
        let stop_words = |text| vocabulary().stop_words_in(text);
        assert_eq!(stop_words("the end of the road"), (vec![3, 0], true));
        assert_eq!(stop_words("the “end” of the road"), (vec![3, 0], true));
        assert_eq!(stop_words("the end • of the road"), (vec![1, 0], false));
        assert_eq!(stop_words(""), (vec![0, 0], true));
    }

    fn vocabulary() -> Vocabulary {
        let mut v = Vocabulary::new(
            "en",
            &words(&["the", "and", "of"]),
            &words(&["may", "hours", "ago"]),
            &words(&["Facebook"]),
        );
        v.extend(Vocabulary::new("de", &words(&["der", "und", "die"]), &words(&["mai", "uhr", "年", "月", "日"]), &[]));
        v
    }

    #[test]
    fn dates() {
        let v = vocabulary();
        for date in ["may 3, 2021", "3 hours ago", "03.05.2021, 10:15 uhr", "2019年5月3日", "3rd may"] {
            assert!(v.is_date(date), "{date}");
        }
        for other in ["may", "3 people died", "may 3 was a sunny day", ""] {
            assert!(!v.is_date(other), "{other}");
        }
    }

    #[test]
    fn foreign_lines() {
        let v = vocabulary();
        let en = words(&["en"]);
        assert!(v.is_foreign("поделиться этой новостью в facebook", &en, &StopWords::default()));
        assert!(v.is_foreign("share die der und", &en, &StopWords::default()));
        assert!(!v.is_foreign("share this", &en, &StopWords::default()));
        assert!(!v.is_foreign("share the end of die", &en, &StopWords::default()));
        assert!(v.is_foreign("この記事をシェア", &words(&["zh"]), &StopWords::default()));
        assert!(!v.is_foreign("whatsapp", &[], &StopWords::default()));
    }
}
