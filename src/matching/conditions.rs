//! The conditions of a rule beside its phrase: length of the line, rest of the line, pattern, language.

use std::cell::Cell;

use super::forms::MARKS;
use super::hit::{Hit, Role};
use super::pattern::Patterns;
use crate::rules::check::{MAX_BYTES_CONTAINS, MAX_BYTES_MEMBER};
use crate::rules::vocabulary::StopWords;
use crate::rules::{BlockRule, Form, Kind, LineRule, Phrase, Remainder, RuleSet};
use crate::text::fold::{bare, is_decoration};
use crate::text::shape;

/// A line on which phrases were found. Answers that several rules need are kept.
pub(super) struct FoldedLine<'l> {
    raw: &'l str,
    folded: &'l str,
    /// The folded line without what may stand beside a label.
    label: &'l str,
    patterns: &'l Patterns,
    stop_words: StopWords,
    /// The rest of the line that was checked last, and whether it is a title.
    title: Cell<Option<(*const str, bool)>>,
}

impl<'l> FoldedLine<'l> {
    pub fn new(raw: &'l str, folded: &'l str, label: &'l str, patterns: &'l Patterns) -> Self {
        Self { raw, folded, label, patterns, stop_words: StopWords::default(), title: Cell::default() }
    }

    /// True if the conditions beside the phrase hold too.
    pub fn meets(&self, rules: &RuleSet, hit: Hit) -> bool {
        let rule = &rules[hit.rule];
        // A line that is nothing but a rule's phrases is in the rule's language, whatever its letters.
        let whole = |phrase: Option<&Phrase>| phrase.is_some_and(|p| bare(p) == self.label);
        let (meets, all) = match &rule.kind {
            Kind::Line(line) => {
                (self.meets_line(line, hit), line.form == Form::Words || whole(line.phrases.get(hit.phrase)))
            }
            Kind::Block(block) => {
                let phrases = match hit.role {
                    Role::Member => &block.members,
                    Role::EntryEnd => &block.entry_ends,
                    Role::Anchor | Role::Rule | Role::Keep => &block.anchors,
                };
                (self.meets_block(block, hit), whole(phrases.get(hit.phrase)))
            }
            Kind::Judgement | Kind::Learned(_) => (false, false),
        };
        meets && (all || !rules.vocabulary().is_foreign(self.folded, &rule.languages, &self.stop_words))
    }

    /// True if the line is short enough: anchors are labels, members may be sentences.
    fn meets_block(&self, block: &BlockRule, hit: Hit) -> bool {
        self.raw.len() <= MAX_BYTES_MEMBER
            && match hit.role {
                Role::Anchor => self.folded.len() <= MAX_BYTES_CONTAINS,
                Role::Rule => self.is_label_with_headline(&block.anchors[hit.phrase]),
                Role::Member | Role::EntryEnd | Role::Keep => true,
            }
    }

    /// True if a headline stands behind the mark behind a label.
    fn is_label_with_headline(&self, label: &str) -> bool {
        let rest = self.folded.strip_prefix(bare(label)).unwrap_or_default();
        self.is_title(rest.trim_start().trim_start_matches(MARKS))
    }

    fn meets_line(&self, line: &LineRule, hit: Hit) -> bool {
        let rest = match line.form {
            _ if line.rest == Remainder::Any => "",
            Form::Prefix => &self.folded[line.phrases[hit.phrase].len()..],
            Form::Suffix => &self.folded[..self.folded.len() - line.phrases[hit.phrase].len()],
            _ => "",
        };
        (line.min_bytes..=line.max_bytes).contains(&self.raw.len())
            && (!line.marked || self.raw.starts_with(is_mark))
            && match line.rest {
                Remainder::Any => true,
                Remainder::Headline => self.is_title(rest),
                Remainder::Short => !rest.is_empty() && rest.split(' ').filter(|w| !w.is_empty()).count() <= 4,
                Remainder::Names => shape::is_names(last_words(self.raw, rest)),
            }
            && line.pattern.as_ref().is_none_or(|p| self.patterns.is_match(hit.rule, p, self.folded))
    }

    /// True if the rest of the line reads as a title.
    fn is_title(&self, rest: &str) -> bool {
        if let Some((_, is_title)) = self.title.get().filter(|(piece, _)| std::ptr::eq(*piece, rest)) {
            return is_title;
        }
        let is_title = !shape::stops(words(self.raw)) && shape::is_title(last_words(self.raw, rest));
        self.title.set(Some((rest, is_title)));
        is_title
    }
}

/// True for arrows and brackets, which pages put before a link and authors hardly ever before a sentence.
fn is_mark(c: char) -> bool {
    matches!(c, '>' | '[' | '»' | '›' | '→' | '►' | '▶' | '➤' | '➡' | '⇒' | '☞' | '👉' | '⏩' | '|' | '【')
}

/// A raw line without decoration at its end.
fn words(raw: &str) -> &str {
    raw.trim_end_matches(is_decoration)
}

/// The rest of a raw line: as many words from its end as the folded rest has.
fn last_words<'a>(raw: &'a str, rest: &str) -> &'a str {
    let raw = words(raw);
    let begins = rest.bytes().zip(std::iter::once(b' ').chain(rest.bytes()));
    let count = begins.filter(|(byte, before)| *byte != b' ' && *before == b' ').count();
    if count == 0 {
        return "";
    }
    let rest_raw = &raw[begin_of_last(raw, count)..];
    // Where no space follows the phrase ("関連記事:…"), its colon is still in the first word of the rest.
    if count == 1 || rest.starts_with(' ') {
        rest_raw
    } else {
        rest_raw.split_once([':', '：']).map_or(rest_raw, |(_, r)| r)
    }
}

/// The offset at which the last `count` words of a line begin; 0 if it has fewer.
fn begin_of_last(line: &str, count: usize) -> usize {
    // The offset of the word being read, from its end to its front, and how many words are left, this one included.
    let (mut begin, mut left) = (None, count);
    for (at, c) in line.char_indices().rev() {
        if !c.is_whitespace() {
            begin = Some(at);
        } else if let Some(begin) = begin.take() {
            left -= 1;
            if left == 0 {
                return begin;
            }
        }
    }
    begin.filter(|_| left == 1).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_begin_where_splitting_says() {
        proptest::proptest!(|(line in "[aZ0 \t\u{b}\u{1c}.é]{0,60}", count in 1..5_usize)| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let first = words.len().checked_sub(count).map_or(line.as_str(), |at| words[at]);
            proptest::prop_assert_eq!(line[begin_of_last(&line, count)..].as_ptr(), first.as_ptr(), "{:?}", line);
        });
    }
}
