//! Rules → their phrases, and what else they ask of a line that holds one.

use super::conditions::FoldedLine;
use super::forms;
use super::hit::{Hit, Role};
use super::pattern::Patterns;
use super::phrases::{Anywhere, Heads, Phrases};
use crate::removal::Family;
use crate::rules::check::MAX_BYTES_MEMBER;
use crate::rules::{Form, Kind, Phrase, Rule, RuleSet};
use crate::text::fold::{bare, is_decoration};

/// Fewest bytes of a phrase that is cut out of a line.
const AMID: usize = 8;
/// Most bytes of a row of buttons, and most words of a button.
const ROW: usize = 100;
const WORDS: usize = 6;

/// All phrases of a rule set, ready to be found.
#[derive(Debug)]
pub(crate) struct Matcher {
    phrases: Phrases,
    patterns: Patterns,
    /// For each rule: true if its junk may be cut off the start or the end of a content line.
    fragments: Vec<bool>,
    /// How the phrases of such rules begin.
    fragment_heads: Heads,
    /// How those begin that may be cut out of a line.
    amid: Anywhere,
    max_bytes: usize,
}

impl Matcher {
    /// For the rules of a set that `wants` names.
    pub(crate) fn new(rules: &RuleSet, wants: impl Fn(&Rule) -> bool) -> Self {
        let wanted = || rules.iter().enumerate().filter(|(_, rule)| wants(rule));
        let mut fragments = vec![false; rules.len()];
        let (mut fragment_heads, mut amid, mut max_bytes) = (Heads::default(), Vec::new(), MAX_BYTES_MEMBER);
        for (place, rule) in wanted() {
            let Kind::Line(line) = &rule.kind else { continue };
            max_bytes = max_bytes.max(line.max_bytes);
            fragments[place] = line.fragment.start || line.fragment.end;
            if fragments[place] {
                line.phrases.iter().for_each(|phrase| fragment_heads.add(phrase));
                if line.fragment.end && matches!(line.form, Form::Line | Form::Words) {
                    amid.extend(line.phrases.iter().filter(|phrase| phrase.len() >= AMID));
                }
            }
        }
        let phrases = wanted().flat_map(|(place, rule)| {
            looked_up(rule).into_iter().flat_map(move |(form, role, phrases)| {
                phrases.iter().zip(0..).map(move |(text, phrase)| (text, form, Hit { rule: place, phrase, role }))
            })
        });
        let patterns = Patterns::new(rules, &wants);
        Self {
            phrases: Phrases::new(phrases),
            patterns,
            fragments,
            fragment_heads,
            amid: Anywhere::new(&amid),
            max_bytes,
        }
    }

    /// True if it knows no phrase.
    pub(crate) fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// The rules, of those that `wants` names by their places, that a short text meets as a whole: as one of their phrases, or as a row of
    /// their words.
    pub(crate) fn hits_whole(
        &self,
        rules: &RuleSet,
        raw: &str,
        folded: &str,
        wants: impl Fn(usize) -> bool,
    ) -> Vec<Hit> {
        let mut hits: Vec<Hit> = self.phrases.lines(folded).iter().filter(|hit| wants(hit.rule)).copied().collect();
        self.add_words(rules, folded, wants, &mut hits);
        let line = FoldedLine::new(raw, folded, bare(folded), &self.patterns);
        hits.retain(|hit| line.meets(rules, *hit));
        hits
    }

    /// True if a folded text is all of a line that a rule names.
    pub(crate) fn knows_line(&self, folded: &str) -> bool {
        self.phrases.knows_line(bare(folded))
    }

    /// Longest line, in bytes, that any rule may fire on.
    pub(crate) const fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// True if the junk of a rule may be cut off the start or the end of a content line.
    pub(crate) fn is_fragment(&self, rule: usize) -> bool {
        self.fragments[rule]
    }

    /// True if any rule's junk may be cut off the start or the end of a content line.
    pub(crate) fn knows_fragments(&self) -> bool {
        !self.fragment_heads.is_empty()
    }

    /// False if nothing that may be cut off a content line begins like this.
    pub(crate) fn may_be_fragment(&self, piece: &str) -> bool {
        self.fragment_heads.may_begin(piece)
    }

    /// Where in a line something may begin that may be cut out of it.
    pub(crate) fn amid(&self, raw: &str) -> impl Iterator<Item = usize> {
        self.amid.starts(raw)
    }

    /// All rules that meet a line of at most `max_bytes`: `raw` as it stands in the text, `folded` as it is matched.
    pub(crate) fn hits(&self, rules: &RuleSet, raw: &str, folded: &str) -> Vec<Hit> {
        if folded.is_empty() || raw.len() > self.max_bytes {
            return Vec::new();
        }
        let label = self.label(rules, folded);
        let mut hits: Vec<Hit> = self.phrases.find(folded, label).collect();
        self.add_words(rules, folded, |_| true, &mut hits);
        self.add_label_with_headline(rules, folded, &mut hits);
        if hits.is_empty() && !bare(folded).is_empty() {
            hits.extend(self.row(rules, folded));
        }
        if !hits.is_empty() {
            let line = FoldedLine::new(raw, folded, label, &self.patterns);
            hits.retain(|hit| line.meets(rules, *hit));
            hits.sort_unstable_by_key(|hit| (hit.rule, hit.role as u8, hit.phrase));
            hits.dedup_by_key(|hit| (hit.rule, hit.role as u8));
        }
        hits
    }

    /// The line without end marks; if no rule names it so, without what else may stand beside a label.
    fn label<'l>(&self, rules: &RuleSet, folded: &'l str) -> &'l str {
        let bare = bare(folded);
        if !forms::may_be_one(folded) || self.phrases.knows_line(bare) {
            return bare;
        }
        let label = forms::label(folded, rules.vocabulary()).filter(|label| self.phrases.knows_line(label));
        label.unwrap_or(bare)
    }

    /// Adds the `words` rules that a line is made of.
    fn add_words(&self, rules: &RuleSet, folded: &str, wants: impl Fn(usize) -> bool, hits: &mut Vec<Hit>) {
        let mut start = 0;
        // A counter or a separator may stand before the first phrase.
        while let Some(length) = filler(&folded[start..]) {
            start += length;
        }
        let mut tried = Vec::new();
        for hit in self.phrases.find_words(&folded[start..]).flat_map(|(_, hits)| hits) {
            if tried.contains(&hit.rule) || !wants(hit.rule) {
                continue;
            }
            tried.push(hit.rule);
            if matches!(&rules[hit.rule].kind, Kind::Line(line) if self.is_made_of(folded, hit.rule, line.needs)) {
                hits.push(*hit);
            }
        }
    }

    /// Adds the blocks of headlines whose label, of two words or more, begins the line before a mark, unless a rule for such lines is there.
    fn add_label_with_headline(&self, rules: &RuleSet, folded: &str, hits: &mut Vec<Hit>) {
        let Some((mark, _)) = folded.match_indices(forms::MARKS).find(|(at, mark)| is_apart(&folded[..*at], mark))
        else {
            return;
        };
        let label = &folded[..mark];
        let names =
            |hit: &Hit| hit.role == Role::Rule && matches!(rules[hit.rule].family, Family::Related | Family::Teaser);
        if label.contains(' ') && !hits.iter().any(names) {
            let lists = |hit: &&Hit| hit.role == Role::Anchor && rules[hit.rule].heads_headlines();
            hits.extend(self.phrases.lines(label).iter().filter(lists).map(|hit| Hit { role: Role::Rule, ..*hit }));
        }
    }

    /// The first label of a line that is nothing but two labels or more of one family, side by side: a row of buttons.
    fn row(&self, rules: &RuleSet, folded: &str) -> Option<Hit> {
        if folded.len() > ROW || !folded.contains(' ') || folded.ends_with('.') {
            return None;
        }
        let (mut at, mut count, mut first) = (0, 0, None::<Hit>);
        while at < folded.len() {
            let rest = &folded[at..];
            let begin = rest.trim_start_matches([' ', '|', '/', '·', '•', '-']);
            let start = folded.len() - begin.len();
            let ends = begin.match_indices(' ').map(|(end, _)| start + end).chain([folded.len()]).take(WORDS);
            let family = first.map(|hit| rules[hit.rule].family);
            let label = |end: &usize| {
                let hits = self.phrases.lines(&folded[start..*end]);
                hits.iter().copied().find(|hit| {
                    let rule = &rules[hit.rule];
                    hit.role == Role::Rule
                        && !matches!(&rule.kind, Kind::Line(line) if line.among)
                        && family.is_none_or(|f| f == rule.family)
                })
            };
            let ends: Vec<usize> = ends.collect();
            let (end, hit) = ends.iter().rev().find_map(|end| Some((*end, label(end)?)))?;
            first.get_or_insert(hit);
            count += 1;
            at = end;
        }
        first.filter(|_| count >= 2)
    }

    /// True if a line is nothing but phrases of a `words` rule, numbers and separators, and not all phrases are of one letter: a row
    /// of `x` may be anything.
    fn is_made_of(&self, folded: &str, rule: usize, needs: usize) -> bool {
        let (mut at, mut count, mut longest) = (0, 0, 0);
        while at < folded.len() {
            let is_own = |(_, hits): &(usize, &[Hit])| hits.iter().any(|hit| hit.rule == rule);
            if let Some((length, _)) = self.phrases.find_words(&folded[at..]).filter(is_own).last() {
                count += 1;
                longest = length.max(longest);
                at += length;
            } else if let Some(length) = filler(&folded[at..]) {
                at += length;
            } else {
                return false;
            }
        }
        count >= needs && longest > 1
    }
}

/// False for a dash within a word.
fn is_apart(before: &str, mark: &str) -> bool {
    matches!(mark, ":" | "：") || before.ends_with(' ')
}

/// The phrases of a rule, each list with how it must stand in a line and what it means.
fn looked_up(rule: &Rule) -> Vec<(Form, Role, &[Phrase])> {
    match &rule.kind {
        Kind::Line(line) => vec![(line.form, if rule.protects { Role::Keep } else { Role::Rule }, &line.phrases)],
        Kind::Block(block) => vec![
            (Form::Line, Role::Anchor, &block.anchors),
            (Form::Line, Role::Member, &block.members),
            (Form::Line, Role::EntryEnd, &block.entry_ends),
            (Form::Prefix, Role::Anchor, &block.anchor_prefixes),
            (Form::Prefix, Role::Member, &block.member_prefixes),
        ],
        Kind::Judgement | Kind::Learned(_) => Vec::new(),
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
