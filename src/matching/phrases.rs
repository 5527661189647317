//! Phrases, found in folded lines: those that are all of a line or its beginning by hash, all others by one automaton. The one door of
//! `aho_corasick`.

use std::collections::hash_map::Entry;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashMap;

use super::hit::Hit;
use crate::rules::{Form, Phrase};
use crate::text::classes::below;
use crate::text::fold::{bare, fold, is_decoration};
use crate::text::script::Script;

/// The phrases of rules, by how they must stand in a line.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    /// Phrases that are all of a line, without end marks.
    whole: Table,
    prefixes: Beginnings,
    /// Phrases of which, with numbers and separators, all of a line is made.
    words: Beginnings,
    /// The first bytes of phrases that may stand elsewhere.
    automaton: Option<AhoCorasick>,
    /// The phrases that begin so, with what they mean.
    meanings: Vec<Vec<(Phrase, Form, Hit)>>,
}

impl Phrases {
    pub fn new<'p>(phrases: impl Iterator<Item = (&'p Phrase, Form, Hit)>) -> Self {
        let mut new = Self::default();
        let mut places: FxHashMap<&str, usize> = FxHashMap::default();
        for (phrase, form, hit) in phrases {
            match form {
                Form::Line => new.whole.add(bare_phrase(phrase), hit),
                Form::Prefix => new.prefixes.add(phrase.clone(), hit),
                Form::Words => new.words.add(phrase.clone(), hit),
                Form::Suffix | Form::Contains => {
                    let place =
                        *places.entry(&phrase[..phrase.floor_char_boundary(FIRST)]).or_insert(new.meanings.len());
                    new.meanings.resize_with(new.meanings.len().max(place + 1), Vec::new);
                    new.meanings[place].push((phrase.clone(), form, hit));
                }
            }
        }
        let mut ordered = vec![""; places.len()];
        places.into_iter().for_each(|(phrase, place)| ordered[place] = phrase);
        // A DFA costs articles 7 % less, and every start four times as much.
        let kind = Some(AhoCorasickKind::ContiguousNFA);
        new.automaton = AhoCorasick::builder().kind(kind).prefilter(false).build(ordered).ok();
        new
    }

    /// True if there is no phrase.
    pub fn is_empty(&self) -> bool {
        let tables = [&self.whole, &self.prefixes.table, &self.words.table];
        tables.iter().all(|table| table.hits.is_empty()) && self.meanings.is_empty()
    }

    /// The phrases of a folded line that stand as they must, but those of the form `words`. `label` is the line without what may stand
    /// beside a label.
    pub fn find<'f>(&'f self, folded: &'f str, label: &str) -> impl Iterator<Item = Hit> + use<'f> {
        let prefixes = self.prefixes.of(folded, |end| ends_word(folded, end)).flat_map(|(_, hits)| hits);
        self.whole.get(label).iter().chain(prefixes).copied().chain(self.find_others(folded))
    }

    /// The phrases that are all of a line.
    pub fn lines(&self, text: &str) -> &[Hit] {
        self.whole.get(bare(text))
    }

    /// True if a text is all of a line that a rule names.
    pub fn knows_line(&self, text: &str) -> bool {
        !self.whole.get(text).is_empty()
    }

    /// The phrases of the form `words` that a folded text begins with, by their lengths in bytes.
    pub fn find_words(&self, folded: &str) -> impl Iterator<Item = (usize, &[Hit])> {
        self.words.of(folded, |_| true)
    }

    fn find_others(&self, folded: &str) -> impl Iterator<Item = Hit> {
        let found = self.automaton.iter().flat_map(move |automaton| automaton.find_overlapping_iter(folded));
        found.flat_map(move |found| {
            let start = found.start();
            let stands = move |phrase: &str, form: Form| {
                let end = start + phrase.len();
                let ends = if form == Form::Suffix { end == folded.len() } else { ends_word(folded, end) };
                ends && starts_word(folded, start)
            };
            let begins = self.meanings[found.pattern()]
                .iter()
                .filter(move |(phrase, ..)| folded[start..].starts_with(phrase.as_ref()));
            begins.filter(move |(phrase, form, _)| stands(phrase, *form)).map(|(.., hit)| *hit)
        })
    }
}

/// How phrases begin that may stand anywhere in running text, whatever the case of their first letter and of ASCII.
#[derive(Debug, Default)]
pub(super) struct Anywhere(Option<AhoCorasick>);

impl Anywhere {
    pub fn new(phrases: &[&Phrase]) -> Self {
        let head = |phrase: &&Phrase| phrase[..phrase.floor_char_boundary(BEGIN)].to_owned();
        let capital = |head: &String| {
            let mut letters = head.chars();
            letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect::<String>()
        };
        let mut heads: Vec<String> = phrases.iter().map(head).collect();
        heads.extend(heads.iter().map(capital).collect::<Vec<_>>());
        heads.sort_unstable();
        heads.dedup();
        // It reads all running text; the heads are few and short.
        let kind = Some(AhoCorasickKind::DFA);
        let automaton = AhoCorasick::builder().kind(kind).ascii_case_insensitive(true).build(heads);
        Self(automaton.ok().filter(|_| !phrases.is_empty()))
    }

    /// Where in a text, at the start of a word, a phrase may begin.
    pub fn starts(&self, text: &str) -> impl Iterator<Item = usize> {
        let found = self.0.iter().flat_map(move |automaton| automaton.find_iter(text));
        found.map(|found| found.start()).filter(move |start| starts_word(text, *start))
    }
}

/// What phrases mean, by their texts.
#[derive(Debug, Default)]
struct Table {
    hits: FxHashMap<Phrase, Hits>,
    /// Bytes of the longest phrase.
    longest: usize,
}

/// What a phrase means; most phrases mean one thing.
#[derive(Debug)]
enum Hits {
    One(Hit),
    More(Vec<Hit>),
}

impl Hits {
    fn push(&mut self, hit: Hit) {
        match self {
            Self::One(first) => *self = Self::More(vec![*first, hit]),
            Self::More(hits) => hits.push(hit),
        }
    }

    fn as_slice(&self) -> &[Hit] {
        match self {
            Self::One(hit) => std::slice::from_ref(hit),
            Self::More(hits) => hits,
        }
    }
}

impl Table {
    fn add(&mut self, phrase: Phrase, hit: Hit) {
        self.longest = self.longest.max(phrase.len());
        match self.hits.entry(phrase) {
            Entry::Vacant(entry) => _ = entry.insert(Hits::One(hit)),
            Entry::Occupied(mut entry) => entry.get_mut().push(hit),
        }
    }

    fn get(&self, text: &str) -> &[Hit] {
        let hits = (text.len() <= self.longest).then(|| self.hits.get(text)).flatten();
        hits.map_or(&[], Hits::as_slice)
    }
}

/// Phrases that a text may begin with.
#[derive(Debug, Default)]
struct Beginnings {
    table: Table,
    heads: Heads,
}

impl Beginnings {
    fn add(&mut self, phrase: Phrase, hit: Hit) {
        self.heads.add(&phrase);
        self.table.add(phrase, hit);
    }

    /// The phrases that a text begins with, by their lengths in bytes, the shortest first. They end where `may_end` says, and never within a
    /// character.
    fn of(&self, text: &str, may_end: impl Fn(usize) -> bool) -> impl Iterator<Item = (usize, &[Hit])> {
        let fits = move |end: &usize| *end <= text.len() && text.is_char_boundary(*end) && may_end(*end);
        let ends = self.heads.lengths_of(text).filter(fits);
        ends.map(|end| (end, self.table.get(&text[..end]))).filter(|(_, hits)| !hits.is_empty())
    }
}

/// A phrase that is all of a line, without end marks.
fn bare_phrase(phrase: &Phrase) -> Phrase {
    match phrase {
        Phrase::Borrowed(phrase) => Phrase::Borrowed(bare(phrase)),
        Phrase::Owned(phrase) => Phrase::Owned(bare(phrase).to_owned()),
    }
}

/// True if a word may begin at a place of a folded line.
fn starts_word(folded: &str, start: usize) -> bool {
    ends_word(folded, start)
}

/// True if a place of a folded line is not within a word, nor within a character.
fn ends_word(folded: &str, end: usize) -> bool {
    let bytes = folded.as_bytes();
    match (end.checked_sub(1).map(|before| bytes[before]), bytes.get(end)) {
        (None, _) | (_, None) => true,
        (Some(left), Some(right)) if left.is_ascii() && right.is_ascii() => {
            !(left.is_ascii_alphanumeric() && right.is_ascii_alphanumeric())
                || left.is_ascii_digit() != right.is_ascii_digit()
        }
        _ => {
            folded.is_char_boundary(end)
                && !is_one_word(folded[..end].chars().next_back(), folded[end..].chars().next())
        }
    }
}

/// True if two neighbours belong to one word. A counter glued to its label ("348Shares") is a word of its own.
fn is_one_word(left: Option<char>, right: Option<char>) -> bool {
    let (Some(left), Some(right)) = (left, right) else { return false };
    is_spaced_letter(left) && is_spaced_letter(right) && left.is_numeric() == right.is_numeric()
}

/// True for letters and digits of scripts that put spaces between words.
fn is_spaced_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() && !Script::of(c).is_spaceless() && Script::of(c) != Script::Hangul
}

/// How many bytes of a phrase the automaton of a folded line holds.
const FIRST: usize = 12;
/// How many bytes of a phrase are looked for in running text.
const BEGIN: usize = 6;
/// Length of a head, in bytes: how much of each phrase is compared with the start of a text.
const HEAD: usize = 8;

/// The first bytes of phrases: tells without folding a whole text whether a phrase may stand at its start.
#[derive(Debug, Default)]
pub(super) struct Heads {
    /// The lengths of the phrases with each head, in bytes, the shortest first.
    heads: FxHashMap<u64, Vec<usize>>,
    /// The lengths of heads by their first two bytes: bit `n` for `n` bytes. Any byte may follow a head of one byte.
    lengths: FxHashMap<[u8; 2], u16>,
}

impl Heads {
    pub fn add(&mut self, phrase: &str) {
        let length = phrase.len().min(HEAD);
        let mut add = |firsts| *self.lengths.entry(firsts).or_default() |= 1 << length;
        match *phrase.as_bytes() {
            [first, second, ..] => add([first, second]),
            [first] => (0..=u8::MAX).for_each(|second| add([first, second])),
            [] => {}
        }
        insert(self.heads.entry(head(first(phrase), length)).or_default(), phrase.len());
    }

    /// The lengths of the phrases that a folded text may begin with, in bytes, the shortest first.
    fn lengths_of(&self, folded: &str) -> impl Iterator<Item = usize> {
        self.heads_of(folded).filter_map(|head| self.heads.get(&head)).flatten().copied()
    }

    /// The heads that a text may begin with, the shortest first.
    fn heads_of(&self, folded: &str) -> impl Iterator<Item = u64> {
        let first = first(folded);
        let lengths = self.lengths.get(&[first[0], first[1]]).copied();
        let fit = move |lengths: u16| (1..=folded.len().min(HEAD)).filter(move |length| lengths >> length & 1 == 1);
        lengths.into_iter().flat_map(fit).map(move |length| head(first, length))
    }

    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// False if no phrase stands at the start of a text once it is folded.
    pub fn may_begin(&self, text: &str) -> bool {
        let text = text.trim_start_matches(is_decoration);
        // Letters of ASCII fold by themselves.
        if let [a, b, ..] = *text.as_bytes()
            && a.is_ascii_alphabetic()
            && b.is_ascii_alphabetic()
            && !self.lengths.contains_key(&[a.to_ascii_lowercase(), b.to_ascii_lowercase()])
        {
            return false;
        }
        let front = &text[..text.ceil_char_boundary(2 * HEAD)];
        // Entities, emphasis and links fold to other beginnings.
        if front.contains(['&', '*', '[']) {
            return true;
        }
        self.begin(&fold(front))
    }

    /// True if a folded text begins with the head of a phrase.
    fn begin(&self, folded: &str) -> bool {
        self.heads_of(folded).any(|head| self.heads.contains_key(&head))
    }
}

/// Adds a number to a list in order, once.
fn insert(list: &mut Vec<usize>, number: usize) {
    if let Err(place) = list.binary_search(&number) {
        list.insert(place, number);
    }
}

/// The first bytes of a text, with zeros behind its end.
fn first(text: &str) -> [u8; HEAD] {
    let mut first = [0; HEAD];
    let length = text.len().min(HEAD);
    first[..length].copy_from_slice(&text.as_bytes()[..length]);
    first
}

/// The first `length` of some bytes as a number.
const fn head(first: [u8; HEAD], length: usize) -> u64 {
    u64::from_le_bytes(first) & below(length * 8)
}

#[cfg(test)]
mod tests {
    use super::super::hit::Role;
    use super::*;

    /// The places in a list of the phrases that are found in a line.
    fn found(phrases: &[(&str, Form)], folded: &str) -> Vec<usize> {
        let texts: Vec<Phrase> = phrases.iter().map(|(text, _)| Phrase::Owned((*text).to_owned())).collect();
        let hit = |phrase: usize| Hit { rule: 0, phrase, role: Role::Rule };
        let all = texts.iter().zip(phrases).zip(0..).map(|((text, (_, form)), at)| (text, *form, hit(at)));
        let mut found: Vec<usize> = Phrases::new(all).find(folded, bare(folded)).map(|hit| hit.phrase).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn phrases_stand_as_their_form_says() {
        let phrases = [
            ("share this:", Form::Line),
            ("share", Form::Prefix),
            ("share this", Form::Prefix),
            ("on facebook", Form::Suffix),
            ("this", Form::Contains),
            ("共有", Form::Contains),
        ];
        assert_eq!(found(&phrases, "share this"), [0, 1, 2, 4]);
        assert_eq!(found(&phrases, "share this on facebook"), [1, 2, 3, 4]);
        assert_eq!(found(&phrases, "shares of thistle upon facebook"), [0; 0]);
        assert_eq!(found(&phrases, "12share: thiséd"), [0; 0]);
        assert_eq!(found(&phrases, "記事を共有する"), [5]);
    }

    #[test]
    fn a_counter_is_a_word_of_its_own() {
        assert_eq!(found(&[("shares", Form::Suffix)], "348shares"), [0]);
        assert_eq!(found(&[("348", Form::Prefix)], "348shares"), [0]);
    }

    #[test]
    fn heads_tell_whether_a_phrase_may_begin() {
        let mut heads = Heads::default();
        ["share this", "más", "ad"].iter().for_each(|phrase| heads.add(phrase));
        for text in ["Share THIS", "» Share this story", "MÁS", "Ads", "&nbsp;x", "SHARE\u{a0}this"] {
            assert!(heads.may_begin(text), "{text}");
        }
        for text in ["Share it", "Mas", "The ad", ""] {
            assert!(!heads.may_begin(text), "{text}");
        }
    }
}
