//! Lines → the rules that meet them; patterns behind a phrase. How the tables are built lies in `tables`; where in a document a
//! rule holds is not asked here.

use rustc_hash::FxHashMap;

use super::chains::{Chain, Chains};
use super::conditions::Line;
use super::fold::{bare, is_decoration, plain};
use super::opening::{Opening, plain_front, plain_line};
use super::signs::any_begin;
use super::starts::{Starts, Wholes};
use super::vocabulary::Script;
use super::{Kind, Phrase, RuleSet};

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
#[derive(Debug, Default)]
pub(crate) struct Matcher {
    /// Folded lines without end marks.
    pub(super) whole: FxHashMap<Phrase, Chain>,
    pub(super) whole_hits: Chains<Hit>,
    pub(super) wholes: Wholes,
    pub(super) prefixes: Starts,
    /// Written backwards.
    pub(super) suffixes: Starts,
    /// Phrases that may stand anywhere in a line, at the start of a word.
    pub(super) contained: Starts,
    /// First phrases of the rules below, so that most lines ask none of them.
    pub(super) word_starts: Starts,
    /// Rules that may be glued to a content line, by rule.
    pub(super) glued: Vec<bool>,
    /// Phrases of anything that may be glued to a sentence.
    pub(super) glued_starts: Starts,
    pub(super) max_bytes: usize,
    /// Longest line that any `contains` rule may fire on.
    pub(super) max_bytes_contained: usize,
}

impl Matcher {
    /// True if it knows no phrase.
    pub(crate) fn is_empty(&self) -> bool {
        let starts = [&self.prefixes, &self.suffixes, &self.contained, &self.word_starts];
        self.whole.is_empty() && starts.iter().all(|s| s.is_empty())
    }

    /// Longest line, in bytes, that any rule may fire on.
    pub(crate) const fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// True if a rule may be cut off a content line.
    pub(crate) fn is_glued(&self, rule: usize) -> bool {
        self.glued[rule]
    }

    /// True if any rule may be cut off a content line.
    pub(crate) fn knows_glued(&self) -> bool {
        !self.glued_starts.is_empty()
    }

    /// True if something that may be glued could begin like this. Cheap, and never wrong about a no.
    pub(crate) fn may_be_glued(&self, piece: &str) -> bool {
        // Most pieces are told by their first letters.
        if let Some(four) = plain_front(piece)
            && !self.glued_starts.may_begin_plain(four, 1)
        {
            return false;
        }
        let piece = piece.trim_start_matches(is_decoration);
        // What folding takes away would leave another beginning.
        if piece.bytes().take(Opening::LONGEST).any(|b| matches!(b, b'&' | b'*' | b'[')) {
            return true;
        }
        self.glued_starts.may_begin_raw(piece, 1)
    }

    /// False if no rule meets a line, as far as can be told before it is folded. Never wrong about a no.
    pub(crate) fn may_meet(&self, raw: &str) -> bool {
        if raw.len() > self.max_bytes {
            return false;
        }
        let Some(line) = plain_line(raw) else { return true };
        let (Some(front), Some(back)) = (Opening::at(line), Opening::back(line)) else {
            return true;
        };
        let bytes = raw.len();
        self.prefixes.may_begin(&front, bytes)
            || self.suffixes.may_begin(&back, bytes)
            || self.wholes.may_be(&front, raw)
            || self.may_be_words(line, bytes)
            || bytes <= self.max_bytes_contained && self.may_hold(raw)
    }

    /// False if no `words` rule begins a plain line that is not folded yet, behind numbers and separators.
    fn may_be_words(&self, line: &str, bytes: usize) -> bool {
        if self.word_starts.is_empty() {
            return false;
        }
        let fills = |c: char| {
            let c = plain(c).unwrap_or(c);
            c.is_ascii_digit() || matches!(c, ':' | '.' | ',') || is_decoration(c)
        };
        let rest = line.trim_start_matches(fills);
        // A letter may be the unit of a number: "1.2k".
        let has_unit = rest.len() < line.len() && rest.starts_with(['k', 'K', 'm', 'M']);
        has_unit || self.word_starts.may_begin_raw(rest, bytes)
    }

    /// False if no phrase begins at any word of a line that is not folded yet.
    fn may_hold(&self, raw: &str) -> bool {
        any_begin(raw, self.contained.marks(), |at, is_plain| {
            let four = raw.as_bytes()[at..].first_chunk().filter(|_| is_plain);
            four.is_none_or(|four| self.contained.may_begin_plain(*four, raw.len()))
                && self.contained.may_begin_raw(&raw[at..], raw.len())
        })
    }

    /// Adds the `words` rules that a line is made of.
    fn words_hits(&self, rules: &RuleSet, folded: &str, bytes: usize, out: &mut Vec<Hit>) {
        let mut tried = Vec::new();
        let mut start = 0;
        // A counter or a separator may stand before the first phrase.
        while let Some(length) = filler(&folded[start..]) {
            start += length;
        }
        self.word_starts.each(&folded[start..], bytes, |hit, _| {
            if !tried.contains(&hit.rule) {
                tried.push(hit.rule);
                if let Kind::Line(line) = &rules.rules[hit.rule].kind
                    && self.is_made_of(folded, hit.rule, line.needs)
                {
                    out.push(hit);
                }
            }
        });
    }

    /// True if a line is nothing but phrases of a `words` rule, numbers and separators.
    fn is_made_of(&self, folded: &str, rule: usize, needs: usize) -> bool {
        let (mut at, mut found) = (0, 0);
        while at < folded.len() {
            let mut longest = 0;
            let is_own = |hit: &Hit| hit.rule == rule;
            self.word_starts.each_of(is_own, &folded[at..], 1, |_, length| longest = longest.max(length));
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

    /// All rules that meet a line: `raw` as it stands in the text, `folded` as it is matched.
    pub(crate) fn hits(&self, rules: &RuleSet, raw: &str, folded: &str, out: &mut Vec<Hit>) {
        out.clear();
        if folded.is_empty() {
            return;
        }
        out.extend(self.whole.get(bare(folded)).into_iter().flat_map(|chain| self.whole_hits.of(*chain)));
        self.prefixes.each(folded, raw.len(), |hit, length| {
            if ends_word(folded, length) {
                out.push(hit);
            }
        });
        // Most lines end like no suffix at all; then there is no need to turn them round.
        if Opening::back(folded).is_none_or(|end| self.suffixes.may_begin(&end, raw.len())) {
            let longest = folded.len().min(self.suffixes.longest);
            let tail = &folded[folded.floor_char_boundary(folded.len() - longest)..];
            let mirrored: String = tail.chars().rev().collect();
            self.suffixes.each(&mirrored, raw.len(), |hit, length| {
                if starts_word(folded, folded.len() - length) {
                    out.push(hit);
                }
            });
        }
        if raw.len() <= self.max_bytes_contained {
            any_begin(folded, self.contained.marks(), |at, _| {
                self.contained.each(&folded[at..], raw.len(), |hit, length| {
                    if starts_word(folded, at) && ends_word(folded, at + length) {
                        out.push(hit);
                    }
                });
                false
            });
        }
        self.words_hits(rules, folded, raw.len(), out);
        let line = Line::new(raw, folded);
        out.retain(|hit| line.meets(rules, *hit));
        out.sort_unstable_by_key(|hit| (hit.rule, hit.role as u8, hit.phrase));
        out.dedup_by_key(|hit| (hit.rule, hit.role as u8));
    }
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
    let separates = matches!(first, ':' | '&' | '.') || is_decoration(first);
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

#[cfg(test)]
mod tests {
    use unicode_normalization::UnicodeNormalization as _;

    use super::super::fold::{fold, plain_quote};
    use super::super::signs::any_line;
    use super::*;

    #[test]
    fn no_begin_of_a_word_is_missed() {
        let lines = any_line("aZz0 .:'\"*-\t…“—éÉßжЖ²™字の한ไ\u{301}😀");
        proptest::proptest!(|(line in lines, marks in proptest::sample::select(vec![&b""[..], b":", b"-", b":'0"]))| {
            let (mut places, mut plain) = (Vec::new(), Vec::new());
            any_begin(&line, marks, |at, is_plain| {
                places.push(at);
                plain.extend(is_plain.then_some(at));
                false
            });
            let is_mark = |c: char| u8::try_from(c).is_ok_and(|c| marks.contains(&c));
            let begins = |c: char| match c {
                '\0'..='\x7f' => c.is_ascii_alphabetic() || is_mark(c),
                _ => plain_quote(c).is_none() && c != '—',
            };
            for (at, _) in line.char_indices().filter(|(at, c)| begins(*c) && starts_word(&line, *at)) {
                proptest::prop_assert!(places.contains(&at), "{} in {:?}", at, line);
            }
            for at in plain {
                let first = &line.as_bytes()[at..line.len().min(at + 5)];
                let is_plain = first.iter().all(|b| matches!(b, b' '..=b'~') && *b != b'*') && !first.windows(2).any(|two| two == b"  ");
                proptest::prop_assert!(is_plain, "{} in {:?}", at, line);
            }
        });
    }

    /// Whatever rules meet, the look at a line that is not folded yet says that they may.
    #[test]
    fn what_meets_may_meet() {
        let mut faults = Vec::new();
        let rules = RuleSet::builtin(&mut faults);
        let matcher = Matcher::new(&rules, |_| true);
        let (mut met, mut spared, mut hits) = (0, 0, Vec::new());
        let examples = rules.iter().flat_map(|r| {
            let proof = r.evidence();
            let shown = proof.removes.iter().chain(&proof.keeps).map(String::as_str);
            shown.chain(r.phrases().iter().map(AsRef::as_ref))
        });
        for line in examples.flat_map(|text| text.lines()) {
            let quoted = line.replace('\'', "\u{2019}");
            for line in
                [line.to_owned(), line.to_uppercase(), line.nfd().collect(), quoted, line.replace(' ', "\u{a0} ")]
            {
                let raw = line.trim();
                matcher.hits(&rules, raw, &fold(raw), &mut hits);
                assert!(hits.is_empty() || raw.len() > matcher.max_bytes() || matcher.may_meet(raw), "{raw}");
                met += usize::from(!hits.is_empty());
                spared += usize::from(!matcher.may_meet(raw));
            }
        }
        assert!(met > 10_000 && spared > 300, "{met} lines met, {spared} spared");
    }
}
