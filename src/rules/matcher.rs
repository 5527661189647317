//! Phrases → automata and look-up tables; patterns behind a phrase. The one door of `aho-corasick`.
//! Where in a document a rule holds is not asked here.

use aho_corasick::automaton::OverlappingState;
use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind, StartKind};
use rustc_hash::FxHashMap;

use super::fold::bare;
use super::shape;
use super::vocabulary::Script;
use super::{Form, Kind, LineRule, Rest, Rule, RuleSet};

/// What a phrase means where it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A line rule fires.
    Rule,
    /// A block may open.
    Anchor,
    /// The line counts inside this block.
    Member,
    /// The line closes a remark of this block.
    EntryEnd,
    /// A rule protects the line.
    Keep,
}

/// A rule met a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Place of the rule in the set.
    pub rule: usize,
    /// Place of the phrase in the rule's list; of no meaning for `words`.
    pub phrase: usize,
    pub role: Role,
}

/// All phrases of a rule set, ready to be looked up.
#[derive(Debug)]
pub(crate) struct Matcher {
    /// Folded lines without end marks.
    whole: FxHashMap<String, Vec<Hit>>,
    prefixes: Starts,
    /// Written backwards.
    suffixes: Starts,
    contained: Contained,
    /// First phrases of the rules below, so that most lines ask none of them.
    word_starts: Starts,
    words: FxHashMap<usize, Starts>,
    /// Rules that may be glued to a content line, by rule.
    glued: Vec<bool>,
    /// Phrases of anything that may be glued to a sentence.
    glued_starts: Starts,
    max_bytes: usize,
    /// Longest line that any `contains` rule may fire on.
    max_bytes_contained: usize,
}

impl Matcher {
    /// Of the rules of a set that are wanted.
    pub(crate) fn new(rules: &RuleSet, wants: impl Fn(&Rule) -> bool) -> Self {
        let mut whole: FxHashMap<String, Vec<Hit>> = FxHashMap::default();
        let (mut prefixes, mut suffixes, mut contained) = (Vec::new(), Vec::new(), Vec::new());
        let (mut word_starts, mut words) = (Vec::new(), FxHashMap::default());
        let mut glued = vec![false; rules.len()];
        let mut glued_starts = Vec::new();
        let (mut max_bytes, mut max_bytes_contained) = (super::check::MAX_BYTES_MEMBER, 0);
        for (rule, r) in rules.iter().enumerate().filter(|(_, r)| wants(r)) {
            let hits = |role: Role, phrases: &[String]| -> Vec<(String, Hit)> {
                phrases.iter().enumerate().map(|(phrase, p)| (p.clone(), Hit { rule, phrase, role })).collect()
            };
            let mut exact: Vec<(String, Hit)> = Vec::new();
            match &r.kind {
                Kind::Line(line) => {
                    max_bytes = max_bytes.max(line.max_bytes);
                    glued[rule] = line.glued.start || line.glued.end;
                    if glued[rule] {
                        glued_starts.extend(hits(Role::Rule, &line.phrases));
                    }
                    let role = if r.protects { Role::Keep } else { Role::Rule };
                    let found = hits(role, &line.phrases);
                    match line.form {
                        Form::Line => exact = found,
                        Form::Prefix => prefixes.extend(found),
                        Form::Suffix => suffixes.extend(found),
                        Form::Contains => {
                            max_bytes_contained = max_bytes_contained.max(line.max_bytes);
                            contained.extend(found);
                        }
                        Form::Words => {
                            word_starts.extend(found.clone());
                            words.insert(rule, Starts::new(found));
                        }
                    }
                }
                Kind::Block(block) => {
                    exact = hits(Role::Anchor, &block.anchors);
                    exact.extend(hits(Role::Member, &block.members));
                    exact.extend(hits(Role::EntryEnd, &block.entry_ends));
                    prefixes.extend(hits(Role::Anchor, &block.anchor_prefixes));
                    prefixes.extend(hits(Role::Member, &block.member_prefixes));
                }
                Kind::Judgement => {}
            }
            for (phrase, hit) in exact {
                let list = whole.entry(bare(&phrase).to_owned()).or_default();
                if !list.contains(&hit) {
                    list.push(hit);
                }
            }
        }
        for (phrase, _) in &mut suffixes {
            *phrase = phrase.chars().rev().collect();
        }
        Self {
            whole,
            prefixes: Starts::new(prefixes),
            suffixes: Starts::new(suffixes),
            contained: Contained::new(contained),
            word_starts: Starts::new(word_starts),
            words,
            glued,
            glued_starts: Starts::new(glued_starts),
            max_bytes,
            max_bytes_contained,
        }
    }

    /// True if it knows no phrase.
    pub(crate) fn is_empty(&self) -> bool {
        let starts = [&self.prefixes, &self.suffixes, &self.word_starts];
        self.whole.is_empty() && starts.iter().all(|s| s.longest == 0) && self.max_bytes_contained == 0
    }

    /// Longest line, in bytes, that any rule may fire on.
    pub(crate) const fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// True if a rule may be cut off a content line.
    pub(crate) fn is_glued(&self, rule: usize) -> bool {
        self.glued[rule]
    }

    /// True if something that may be glued could begin like this. Cheap, and never wrong about a no.
    pub(crate) fn may_be_glued(&self, piece: &str) -> bool {
        let piece = piece.trim_start_matches(super::fold::is_decoration);
        let start = &piece.as_bytes()[..piece.len().min(KEY)];
        let mut folded = [0; KEY];
        for (to, byte) in folded.iter_mut().zip(start) {
            // Folding may bring other letters here than stand there.
            if !byte.is_ascii() || matches!(byte, b'&' | b'*' | b'[' | b'\t'..=b'\r') {
                return true;
            }
            *to = byte.to_ascii_lowercase();
        }
        let folded = str::from_utf8(&folded[..start.len()]).unwrap_or_default();
        start.len() > 1 && (folded.contains("  ") || self.glued_starts.may_begin(folded))
    }

    /// Adds the `words` rules that a line is made of.
    fn words_hits(&self, rules: &RuleSet, folded: &str, out: &mut Vec<Hit>) {
        let mut tried = Vec::new();
        let mut start = 0;
        // A counter or a separator may stand before the first phrase.
        while let Some(length) = filler(&folded[start..]) {
            start += length;
        }
        self.word_starts.each(&folded[start..], |hit, _| {
            if !tried.contains(&hit.rule) {
                tried.push(hit.rule);
                if let (Some(phrases), Kind::Line(line)) = (self.words.get(&hit.rule), &rules.rules[hit.rule].kind)
                    && is_made_of(folded, phrases, line.needs)
                {
                    out.push(hit);
                }
            }
        });
    }

    /// All rules that meet a line: `raw` as it stands in the text, `folded` as it is matched.
    pub(crate) fn hits(&self, rules: &RuleSet, raw: &str, folded: &str, out: &mut Vec<Hit>) {
        out.clear();
        if folded.is_empty() {
            return;
        }
        out.extend(self.whole.get(bare(folded)).into_iter().flatten());
        self.prefixes.each(folded, |hit, length| {
            if ends_word(folded, length) {
                out.push(hit);
            }
        });
        // Most lines end like no suffix at all; then there is no need to turn them round.
        let end: String = folded.chars().rev().take(KEY).collect();
        if self.suffixes.may_begin(&end) {
            let longest = folded.len().min(self.suffixes.longest);
            let tail = &folded[folded.floor_char_boundary(folded.len() - longest)..];
            let mirrored: String = tail.chars().rev().collect();
            self.suffixes.each(&mirrored, |hit, length| {
                if starts_word(folded, folded.len() - length) {
                    out.push(hit);
                }
            });
        }
        if raw.len() <= self.max_bytes_contained && self.contained.may_hold(folded) {
            self.contained.each(folded, |hit, start, end| {
                if starts_word(folded, start) && ends_word(folded, end) {
                    out.push(hit);
                }
            });
        }
        self.words_hits(rules, folded, out);
        out.retain(|hit| holds(&rules.rules[hit.rule], *hit, raw, folded, rules));
        out.sort_unstable_by_key(|hit| (hit.rule, hit.role as u8, hit.phrase));
        out.dedup_by_key(|hit| (hit.rule, hit.role as u8));
    }
}

/// True if the conditions beside the phrase hold too.
fn holds(rule: &Rule, hit: Hit, raw: &str, folded: &str, rules: &RuleSet) -> bool {
    // A line that is nothing but a rule's phrases is in the rule's language, whatever its letters.
    let whole = |phrase: Option<&String>| phrase.is_some_and(|p| bare(p) == bare(folded));
    let (meets, all) = match &rule.kind {
        Kind::Line(line) => {
            (line_holds(line, hit, raw, folded), line.form == Form::Words || whole(line.phrases.get(hit.phrase)))
        }
        Kind::Block(block) => {
            (block_holds(hit, raw, folded), hit.role == Role::Anchor && whole(block.anchors.get(hit.phrase)))
        }
        Kind::Judgement => (false, false),
    };
    meets && (all || !rules.vocabulary().is_foreign(folded, &rule.languages))
}

/// Anchors are short, members may be sentences.
fn block_holds(hit: Hit, raw: &str, folded: &str) -> bool {
    raw.len() <= super::check::MAX_BYTES_MEMBER
        && (hit.role != Role::Anchor || folded.len() <= super::check::MAX_BYTES_CONTAINS)
}

fn line_holds(line: &LineRule, hit: Hit, raw: &str, folded: &str) -> bool {
    let rest = match line.form {
        _ if line.rest == Rest::Any => "",
        Form::Prefix => &folded[line.phrases[hit.phrase].len()..],
        Form::Suffix => &folded[..folded.len() - line.phrases[hit.phrase].len()],
        _ => "",
    };
    (line.min_bytes..=line.max_bytes).contains(&raw.len())
        && (!line.marked || raw.starts_with(is_mark))
        && match line.rest {
            Rest::Any => true,
            Rest::Headline => shape::is_title(last_words(raw, rest)),
            Rest::Short => !rest.is_empty() && rest.split(' ').filter(|w| !w.is_empty()).count() <= 4,
            Rest::Names => shape::is_names(last_words(raw, rest)),
        }
        && line.pattern.as_ref().is_none_or(|p| p.is_match(folded))
}

/// Arrows and brackets: what pages put before a pointer, and authors hardly ever before a sentence.
fn is_mark(c: char) -> bool {
    matches!(c, '>' | '[' | '»' | '›' | '→' | '►' | '▶' | '➤' | '➡' | '⇒' | '☞' | '👉' | '⏩' | '|' | '【')
}

/// The rest of a line as it was written: as many words from its end as the folded rest has.
fn last_words<'a>(raw: &'a str, rest: &str) -> &'a str {
    let raw = raw.trim_end_matches(super::fold::is_decoration);
    let count = rest.split(' ').filter(|w| !w.is_empty()).count();
    if count == 0 {
        return "";
    }
    let start =
        raw.split_whitespace().rev().nth(count - 1).map_or(0, |word| word.as_ptr() as usize - raw.as_ptr() as usize);
    let rest_raw = &raw[start..];
    // A phrase that is glued to what follows ("関連記事:…") leaves its colon in the first word.
    if count == 1 || rest.starts_with(' ') {
        rest_raw
    } else {
        rest_raw.split_once([':', '：']).map_or(rest_raw, |(_, r)| r)
    }
}

/// True if a line is nothing but these phrases, numbers and separators.
fn is_made_of(folded: &str, phrases: &Starts, needs: usize) -> bool {
    let (mut at, mut found) = (0, 0);
    while at < folded.len() {
        let mut longest = 0;
        phrases.each(&folded[at..], |_, length| longest = longest.max(length));
        if longest > 0 {
            found += 1;
            at += longest;
        } else if let Some(length) = filler(&folded[at..]) {
            at += length;
        } else {
            return false;
        }
    }
    found >= needs
}

/// Length of the number ("1.2k") or separator that a text begins with.
fn filler(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if first.is_ascii_digit() {
        let number = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')).len();
        let unit = &text[number..];
        let has_unit = unit.starts_with(['k', 'm']) && !unit[1..].starts_with(char::is_alphanumeric);
        return Some(number + usize::from(has_unit));
    }
    let separates = matches!(first, ':' | '&' | '.') || super::fold::is_decoration(first);
    separates.then(|| first.len_utf8())
}

fn starts_word(folded: &str, start: usize) -> bool {
    !is_one_word(folded[..start].chars().next_back(), folded[start..].chars().next())
}

fn ends_word(folded: &str, end: usize) -> bool {
    !is_one_word(folded[..end].chars().next_back(), folded[end..].chars().next())
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

/// Phrases that a text may begin with, found by their first bytes. Cheap to build, and for most lines one look says no.
#[derive(Debug)]
struct Starts {
    /// The first bytes of phrases (four, or all of a shorter one) → the phrases.
    by_key: FxHashMap<u32, Vec<(String, Hit)>>,
    /// Which lengths of keys occur.
    key_lengths: [bool; KEY + 1],
    longest: usize,
    /// Which first two bytes occur, as far as so many bits can tell them apart: one look says no to most texts.
    pairs: [u64; PAIRS / 64],
}

const PAIRS: usize = 4096;

/// Most bytes of a key.
const KEY: usize = 4;

impl Starts {
    fn new(phrases: Vec<(String, Hit)>) -> Self {
        let pairs = [0; PAIRS / 64];
        let mut starts = Self { by_key: FxHashMap::default(), key_lengths: [false; KEY + 1], longest: 0, pairs };
        for (phrase, hit) in phrases {
            let length = phrase.len().min(KEY);
            starts.key_lengths[length] = true;
            starts.longest = starts.longest.max(phrase.len());
            match phrase.as_bytes() {
                [one] => (0..=u8::MAX).for_each(|second| starts.mark(pair(*one, second))),
                [first, second, ..] => starts.mark(pair(*first, *second)),
                [] => {}
            }
            starts.by_key.entry(key(&phrase.as_bytes()[..length])).or_default().push((phrase, hit));
        }
        starts
    }

    fn mark(&mut self, pair: usize) {
        self.pairs[pair / 64] |= 1 << (pair % 64);
    }

    /// False if no phrase begins with the first two bytes of a text. Cheap, and never wrong about a no.
    fn opens(&self, text: &[u8]) -> bool {
        match text {
            [first, second, ..] => {
                let pair = pair(*first, *second);
                self.pairs[pair / 64] >> (pair % 64) & 1 != 0
            }
            other => !other.is_empty(),
        }
    }

    /// False if no phrase begins like a text of which at least as much as a key is given.
    fn may_begin(&self, text: &str) -> bool {
        self.opens(text.as_bytes()) && self.keys(text).any(|(_, key)| self.by_key.contains_key(&key))
    }

    /// The keys of a text that phrases may have, each with its length.
    fn keys<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, u32)> + 't {
        let lengths = (1..=KEY.min(text.len())).filter(|l| self.key_lengths[*l]);
        lengths.map(|length| (length, key(&text.as_bytes()[..length])))
    }

    /// Calls `found` with each phrase that `text` begins with, and its length.
    fn each(&self, text: &str, mut found: impl FnMut(Hit, usize)) {
        if !self.opens(text.as_bytes()) {
            return;
        }
        for (length, key) in self.keys(text) {
            for (phrase, hit) in self.by_key.get(&key).into_iter().flatten() {
                if phrase.len().min(KEY) == length && text.starts_with(phrase.as_str()) {
                    found(*hit, phrase.len());
                }
            }
        }
    }
}

const fn pair(first: u8, second: u8) -> usize {
    (first as usize * 61 + second as usize) % PAIRS
}

/// Up to four bytes as a number. Keys of several lengths may fall together; the phrases are compared anyway.
fn key(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |key, byte| key << 8 | u32::from(*byte))
}

/// Phrases that may stand anywhere in a line.
#[derive(Debug)]
struct Contained {
    /// How the phrases begin: a line in which no word begins so need not be searched.
    starts: Starts,
    automaton: Option<AhoCorasick>,
    hits: Vec<Hit>,
}

impl Contained {
    /// The kind and the prefilter are set by hand: above 100 phrases the automatic choice is a slow one, and the
    /// prefilter costs more than it saves on short lines.
    fn new(phrases: Vec<(String, Hit)>) -> Self {
        let starts = Starts::new(phrases.clone());
        let (texts, hits): (Vec<String>, Vec<Hit>) = phrases.into_iter().unzip();
        let automaton = (!texts.is_empty()).then(|| {
            AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .match_kind(MatchKind::Standard)
                .start_kind(StartKind::Unanchored)
                .prefilter(false)
                .build(&texts)
                .expect("phrases are shorter than an automaton's limit")
        });
        Self { starts, automaton, hits }
    }

    /// False if no word of a text begins like a phrase.
    fn may_hold(&self, text: &str) -> bool {
        let mut before = None;
        text.char_indices().any(|(at, c)| {
            let begins = c != ' ' && !is_one_word(before, Some(c));
            before = Some(c);
            begins && self.starts.may_begin(&text[at..])
        })
    }

    /// Calls `found` with each phrase and its place in `text`.
    fn each(&self, text: &str, mut found: impl FnMut(Hit, usize, usize)) {
        let Some(automaton) = &self.automaton else { return };
        let mut state = OverlappingState::start();
        loop {
            automaton.find_overlapping(Input::new(text), &mut state);
            let Some(m) = state.get_match() else { return };
            found(self.hits[m.pattern().as_usize()], m.start(), m.end());
        }
    }
}
