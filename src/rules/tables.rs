//! Rules → the tables in which their phrases are looked up. How a line is looked up lies in `matcher`.

use super::fold::bare;
use super::matcher::{Hit, Matcher, Role};
use super::starts::Wholes;
use super::{BlockRule, Form, Kind, LineRule, Phrase, Rule, RuleSet};

impl Matcher {
    /// Of the rules of a set that are wanted.
    pub(crate) fn new(rules: &RuleSet, wants: impl Fn(&Rule) -> bool) -> Self {
        let mut matcher =
            Self { max_bytes: super::check::MAX_BYTES_MEMBER, glued: vec![false; rules.len()], ..Self::default() };
        let wanted: Vec<(usize, &Rule)> = rules.iter().enumerate().filter(|(_, r)| wants(r)).collect();
        // Tables that grow are copied, and hash every phrase again.
        let lines = wanted.iter().map(|(_, r)| whole_lines(r)).sum();
        matcher.whole.reserve(lines);
        matcher.whole_hits.reserve(lines);
        matcher.prefixes.reserve(wanted.iter().map(|(_, r)| prefixes(r)).sum());
        for (rule, r) in wanted {
            match &r.kind {
                Kind::Line(line) => matcher.add_line(rule, line, if r.protects { Role::Keep } else { Role::Rule }),
                Kind::Block(block) => matcher.add_block(rule, block),
                Kind::Judgement => {}
            }
        }
        matcher.wholes = Wholes::new(matcher.whole.keys());
        matcher
    }

    fn add_line(&mut self, rule: usize, line: &LineRule, role: Role) {
        let reach = line.max_bytes;
        self.max_bytes = self.max_bytes.max(reach);
        self.glued[rule] = line.glued.start || line.glued.end;
        if line.form == Form::Contains {
            self.max_bytes_contained = self.max_bytes_contained.max(reach);
        }
        for (phrase, text) in line.phrases.iter().enumerate() {
            let hit = Hit { rule, phrase, role };
            if self.glued[rule] {
                self.glued_starts.add(text.clone(), Hit { role: Role::Rule, ..hit }, reach);
            }
            match line.form {
                Form::Line => self.add_whole(text, hit),
                Form::Prefix => self.prefixes.add(text.clone(), hit, reach),
                Form::Suffix => self.suffixes.add(text.chars().rev().collect(), hit, reach),
                Form::Contains => self.contained.add(text.clone(), hit, reach),
                Form::Words => self.word_starts.add(text.clone(), hit, reach),
            }
        }
    }

    fn add_block(&mut self, rule: usize, block: &BlockRule) {
        for (role, phrases) in
            [(Role::Anchor, &block.anchors), (Role::Member, &block.members), (Role::EntryEnd, &block.entry_ends)]
        {
            for (phrase, text) in phrases.iter().enumerate() {
                self.add_whole(text, Hit { rule, phrase, role });
            }
        }
        for (role, phrases) in [(Role::Anchor, &block.anchor_prefixes), (Role::Member, &block.member_prefixes)] {
            for (phrase, text) in phrases.iter().enumerate() {
                self.prefixes.add(text.clone(), Hit { rule, phrase, role }, super::check::MAX_BYTES_MEMBER);
            }
        }
    }

    /// Adds a phrase that is all of a line, end marks aside.
    fn add_whole(&mut self, phrase: &Phrase, hit: Hit) {
        let phrase = match phrase {
            Phrase::Borrowed(phrase) => Phrase::Borrowed(bare(phrase)),
            Phrase::Owned(phrase) => Phrase::Owned(bare(phrase).to_owned()),
        };
        self.whole_hits.push(self.whole.entry(phrase).or_default(), hit);
    }
}

/// How many phrases a rule has that are all of a line.
fn whole_lines(rule: &Rule) -> usize {
    match &rule.kind {
        Kind::Line(line) if line.form == Form::Line => line.phrases.len(),
        Kind::Block(block) => block.anchors.len() + block.members.len() + block.entry_ends.len(),
        Kind::Line(_) | Kind::Judgement => 0,
    }
}

/// How many phrases a rule has that a line may begin with.
fn prefixes(rule: &Rule) -> usize {
    match &rule.kind {
        Kind::Line(line) if line.form == Form::Prefix => line.phrases.len(),
        Kind::Block(block) => block.anchor_prefixes.len() + block.member_prefixes.len(),
        Kind::Line(_) | Kind::Judgement => 0,
    }
}
