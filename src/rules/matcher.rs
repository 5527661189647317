//! Phrases → automata and look-up tables; patterns behind a phrase. The one door of `aho-corasick`.
//! Where in a document a rule holds is not asked here.

use std::collections::HashMap;

use aho_corasick::automaton::OverlappingState;
use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use super::fold::bare;
use super::vocabulary::Script;
use super::{Form, Kind, LineRule, Rest, Rule, RuleSet};
use crate::detect::shape;

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
    whole: HashMap<String, Vec<Hit>>,
    prefixes: Phrases,
    suffixes: Phrases,
    contained: Phrases,
    words: Vec<(usize, AhoCorasick)>,
    /// Rules that may be glued to a content line, by rule.
    glued: Vec<bool>,
    /// The first two bytes of anything that may be glued behind a sentence.
    glued_starts: Vec<[u8; 2]>,
    max_bytes: usize,
}

impl Matcher {
    pub(crate) fn new(rules: &RuleSet) -> Self {
        let mut whole: HashMap<String, Vec<Hit>> = HashMap::new();
        let (mut prefixes, mut suffixes, mut contained) = (Vec::new(), Vec::new(), Vec::new());
        let mut words = Vec::new();
        let mut glued = vec![false; rules.len()];
        let mut glued_starts = Vec::new();
        let mut max_bytes = 128;
        for (rule, r) in rules.iter().enumerate() {
            let hits = |role: Role, phrases: &[String]| -> Vec<(String, Hit)> {
                phrases.iter().enumerate().map(|(phrase, p)| (p.clone(), Hit { rule, phrase, role })).collect()
            };
            let mut exact: Vec<(String, Hit)> = Vec::new();
            match &r.kind {
                Kind::Line(line) => {
                    max_bytes = max_bytes.max(line.max_bytes);
                    glued[rule] = line.glued.start || line.glued.end;
                    if glued[rule] {
                        glued_starts.extend(line.phrases.iter().filter_map(|p| p.as_bytes().first_chunk().copied()));
                    }
                    let found = hits(Role::Rule, &line.phrases);
                    match line.form {
                        Form::Line => exact = found,
                        Form::Prefix => prefixes.extend(found),
                        Form::Suffix => suffixes.extend(found),
                        Form::Contains => contained.extend(found),
                        Form::Words => words.push((rule, automaton(&line.phrases, MatchKind::LeftmostLongest, StartKind::Anchored))),
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
        glued_starts.sort_unstable();
        glued_starts.dedup();
        for (phrase, _) in &mut suffixes {
            *phrase = phrase.chars().rev().collect();
        }
        Self {
            whole,
            prefixes: Phrases::new(prefixes, StartKind::Anchored),
            suffixes: Phrases::new(suffixes, StartKind::Anchored),
            contained: Phrases::new(contained, StartKind::Unanchored),
            words,
            glued,
            glued_starts,
            max_bytes,
        }
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
        match piece.as_bytes() {
            [a, b, ..] if a.is_ascii() && b.is_ascii() => {
                self.glued_starts.binary_search(&[a.to_ascii_lowercase(), b.to_ascii_lowercase()]).is_ok()
            }
            [] | [_] => false,
            _ => true,
        }
    }

    /// All rules that meet a line: `raw` as it stands in the text, `folded` as it is matched.
    pub(crate) fn hits(&self, rules: &RuleSet, raw: &str, folded: &str, out: &mut Vec<Hit>) {
        out.clear();
        if folded.is_empty() {
            return;
        }
        out.extend(self.whole.get(bare(folded)).into_iter().flatten());
        self.prefixes.find(folded, Anchored::Yes, |hit, _, end| {
            if ends_word(folded, end) {
                out.push(hit);
            }
        });
        if !self.suffixes.is_empty() {
            let longest = folded.len().min(self.suffixes.longest);
            let tail = &folded[folded.floor_char_boundary(folded.len() - longest)..];
            let mirrored: String = tail.chars().rev().collect();
            self.suffixes.find(&mirrored, Anchored::Yes, |hit, _, end| {
                if starts_word(folded, folded.len() - end) {
                    out.push(hit);
                }
            });
        }
        if raw.len() <= 4 * super::check::MAX_BYTES_CONTAINS {
            self.contained.find(folded, Anchored::No, |hit, start, end| {
                if starts_word(folded, start) && ends_word(folded, end) {
                    out.push(hit);
                }
            });
        }
        for (rule, automaton) in &self.words {
            if automaton.is_match(Input::new(folded).anchored(Anchored::Yes)) || folded.starts_with(|c: char| c.is_ascii_digit()) {
                if let Kind::Line(line) = &rules.rules[*rule].kind {
                    if is_made_of(folded, automaton, line.needs) {
                        out.push(Hit { rule: *rule, phrase: 0, role: Role::Rule });
                    }
                }
            }
        }
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
        Kind::Line(line) => (line_holds(line, hit, raw, folded), line.form == Form::Words || whole(line.phrases.get(hit.phrase))),
        Kind::Block(block) => (block_holds(hit, raw, folded), hit.role == Role::Anchor && whole(block.anchors.get(hit.phrase))),
        Kind::Judgement => (false, false),
    };
    meets && (all || !rules.vocabulary().is_foreign(folded, &rule.languages))
}

/// Anchors are short, members may be sentences.
fn block_holds(hit: Hit, raw: &str, folded: &str) -> bool {
    raw.len() <= super::check::MAX_BYTES_MEMBER && (hit.role != Role::Anchor || folded.len() <= super::check::MAX_BYTES_CONTAINS)
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
    let start = raw.split_whitespace().rev().nth(count - 1).map_or(0, |word| word.as_ptr() as usize - raw.as_ptr() as usize);
    let rest_raw = &raw[start..];
    // A phrase that is glued to what follows ("関連記事:…") leaves its colon in the first word.
    if count == 1 || rest.starts_with(' ') { rest_raw } else { rest_raw.split_once([':', '：']).map_or(rest_raw, |(_, r)| r) }
}

/// True if a line is nothing but these phrases, numbers and separators.
fn is_made_of(folded: &str, phrases: &AhoCorasick, needs: usize) -> bool {
    let mut at = 0;
    let mut found = 0;
    while at < folded.len() {
        if let Some(m) = phrases.find(Input::new(folded).range(at..).anchored(Anchored::Yes)) {
            if m.end() > at {
                found += 1;
                at = m.end();
                continue;
            }
        }
        let rest = &folded[at..];
        let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')).len();
        if rest.as_bytes()[0].is_ascii_digit() {
            at += number;
            let unit = &folded[at..];
            at += usize::from(unit.starts_with(['k', 'm']) && !unit[1..].starts_with(char::is_alphanumeric));
            continue;
        }
        let c = rest.chars().next().unwrap_or(' ');
        let separates = matches!(c, ' ' | ':' | '|' | '/' | '-' | '+' | '(' | ')' | '[' | ']' | '&' | '.') || super::fold::is_decoration(c);
        if !separates {
            return false;
        }
        at += c.len_utf8();
    }
    found >= needs
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
    c.is_alphanumeric() && !Script::of(c).is_spaceless() && Script::of(c) != Script::Hangul
}

/// Phrases in an automaton, each with what it stands for.
#[derive(Debug)]
struct Phrases {
    automaton: Option<AhoCorasick>,
    hits: Vec<Hit>,
    longest: usize,
}

impl Phrases {
    fn new(phrases: Vec<(String, Hit)>, start: StartKind) -> Self {
        let (texts, hits): (Vec<String>, Vec<Hit>) = phrases.into_iter().unzip();
        let longest = texts.iter().map(String::len).max().unwrap_or(0);
        let automaton = (!texts.is_empty()).then(|| automaton(&texts, MatchKind::Standard, start));
        Self { automaton, hits, longest }
    }

    fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// Calls `found` with each phrase and its place in `text`.
    fn find(&self, text: &str, anchored: Anchored, mut found: impl FnMut(Hit, usize, usize)) {
        let Some(automaton) = &self.automaton else { return };
        let mut state = OverlappingState::start();
        loop {
            automaton.find_overlapping(Input::new(text).anchored(anchored), &mut state);
            let Some(m) = state.get_match() else { return };
            found(self.hits[m.pattern().as_usize()], m.start(), m.end());
        }
    }
}

/// The kind and the prefilter are set by hand: above 100 phrases the automatic choice is a slow one, and the prefilter
/// costs more than it saves on short lines.
fn automaton(phrases: &[String], kind: MatchKind, start: StartKind) -> AhoCorasick {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::DFA))
        .match_kind(kind)
        .start_kind(start)
        .prefilter(false)
        .build(phrases)
        .expect("phrases are shorter than an automaton's limit")
}
