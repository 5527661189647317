//! Rules as data: what a rule is, and a set of them. How they are matched lies in `matcher`.

mod builtin;
mod check;
mod cost;
pub(crate) mod fold;
pub(crate) mod matcher;
mod pattern;
mod schema;
mod select;
pub(crate) mod shape;
pub(crate) mod signs;
mod starts;
pub(crate) mod vocabulary;

use std::collections::HashMap;
use std::sync::Arc;

use crate::error::RuleFault;
use crate::removal::{Certainty, Family, RuleId};

pub use cost::Cost;
pub use select::{Profile, Selection};
pub(crate) use vocabulary::Vocabulary;

/// JSON Schema of a rule file, as text.
pub const SCHEMA: &str = include_str!("rules.schema.json");

/// The judgements that detectors give by their own reading of a document.
pub(crate) const JUDGEMENTS: &[&str] = &[
    "headline/repeated",
    "teaser/tail-headlines",
    "teaser/tail-pairs",
    "share/rows",
    "page/above",
    "page/amid",
    "page/below",
];

/// Where a rule came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The file as the user named it, or `builtin/…` for a shipped pack.
    pub file: String,
    /// The line of its id, counted from 1.
    pub line: usize,
}

/// Where in a document a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// On any line.
    Anywhere,
    /// Before the first line of prose.
    Head,
    /// Behind the last line of prose.
    Tail,
    /// In the head or the tail.
    Edge,
    /// With nothing of the article below: whatever follows is short, known to a rule or an end of the page itself.
    End,
    /// Only inside a block of the same family.
    InBlock,
}

impl Zone {
    pub(crate) const NAMES: &[(&str, Self)] = &[
        ("anywhere", Self::Anywhere),
        ("head", Self::Head),
        ("tail", Self::Tail),
        ("edge", Self::Edge),
        ("end", Self::End),
        ("in-block", Self::InBlock),
    ];

    /// The word that rule files use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, z)| *z == self).map_or("", |(name, _)| name)
    }
}

/// One rule, valid and ready to be matched.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its stable name.
    pub id: RuleId,
    /// Its family, the first part of its name.
    pub family: Family,
    /// How sure it is of its hits.
    pub certainty: Certainty,
    /// The languages whose lines it may fire on; empty means all.
    pub languages: Vec<String>,
    /// Where in a document it holds.
    pub zone: Zone,
    /// What this kind of junk is, for a reviewer.
    pub reason: String,
    /// Texts that it must remove.
    pub removes: Vec<String>,
    /// Look-alikes that it must keep.
    pub keeps: Vec<String>,
    /// Texts that it must cut, each with what has to be left of it.
    pub cuts: Vec<(String, String)>,
    /// Where it was read.
    pub origin: Origin,
    /// True for a rule of the other side: what it points at stays, whatever other rules say.
    pub protects: bool,
    pub(crate) kind: Kind,
}

/// What a rule looks for.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Line(LineRule),
    Block(BlockRule),
    /// What a detector finds by its own reading; the rule gives it a name, a certainty and evidence.
    Judgement,
}

impl Rule {
    /// What kind of rule it is: `keep` for one that protects, else `line`, `prefix`, `suffix`, `contains`, `words`, `block` or `judgement`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.kind {
            _ if self.protects => "keep",
            Kind::Line(rule) => rule.form.as_str(),
            Kind::Block(_) => "block",
            Kind::Judgement => "judgement",
        }
    }

    /// True for a rule about a run of lines.
    pub(crate) const fn is_block(&self) -> bool {
        matches!(self.kind, Kind::Block(_))
    }

    /// Everything that it knows of what junk says.
    fn labels(&self) -> impl Iterator<Item = &String> {
        let members = match &self.kind {
            Kind::Block(block) => [&block.anchor_prefixes[..], &block.members, &block.member_prefixes],
            Kind::Line(_) | Kind::Judgement => [&[][..]; 3],
        };
        self.phrases().iter().chain(members.into_iter().flatten())
    }

    /// The phrases that it looks for, folded; of a block, its anchors.
    #[must_use]
    pub fn phrases(&self) -> &[String] {
        match &self.kind {
            Kind::Line(rule) => &rule.phrases,
            Kind::Block(block) => &block.anchors,
            Kind::Judgement => &[],
        }
    }
}

/// How the phrases of a rule meet a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Line,
    Prefix,
    Suffix,
    Contains,
    Words,
}

impl Form {
    pub(crate) const NAMES: &[(&str, Self)] = &[
        ("line", Self::Line),
        ("prefix", Self::Prefix),
        ("suffix", Self::Suffix),
        ("contains", Self::Contains),
        ("words", Self::Words),
    ];

    pub(crate) fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, f)| *f == self).map_or("", |(name, _)| name)
    }
}

/// What must be left of a line beside a rule's phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rest {
    Any,
    Headline,
    Short,
    Names,
}

impl Rest {
    pub(crate) const NAMES: &[(&str, Self)] =
        &[("any", Self::Any), ("headline", Self::Headline), ("short", Self::Short), ("names", Self::Names)];
}

/// At which ends of a content line a rule's junk may be glued.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Glued {
    pub start: bool,
    pub end: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct LineRule {
    pub form: Form,
    pub phrases: Vec<String>,
    pub pattern: Option<pattern::Pattern>,
    pub rest: Rest,
    /// Only behind an arrow or a bracket.
    pub marked: bool,
    /// Only if the rest is about something else than the article.
    pub other_subject: bool,
    /// Only if the line opens with a name that the article's prose does not hold.
    pub new_name: bool,
    pub needs: usize,
    pub min_bytes: usize,
    pub max_bytes: usize,
    pub glued: Glued,
}

/// A built-in shape of line that may be a member of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Headline,
    Date,
    Count,
    Name,
    Network,
    Short,
}

impl Shape {
    pub(crate) const NAMES: &[(&str, Self)] = &[
        ("headline", Self::Headline),
        ("date", Self::Date),
        ("count", Self::Count),
        ("name", Self::Name),
        ("network", Self::Network),
        ("short", Self::Short),
    ];
}

#[derive(Clone, Debug)]
pub(crate) struct BlockRule {
    pub anchors: Vec<String>,
    pub anchor_prefixes: Vec<String>,
    pub members: Vec<String>,
    pub member_prefixes: Vec<String>,
    pub shapes: Vec<Shape>,
    pub needs: usize,
    pub needs_mid: usize,
    pub strangers: usize,
    pub to_end: bool,
    pub entry_ends: Vec<String>,
    pub max_lines: usize,
}

/// Rules in force, with the words of the languages they were written for.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    vocabulary: Arc<Vocabulary>,
}

impl RuleSet {
    /// Reads the built-in packs.
    pub(crate) fn builtin(faults: &mut Vec<RuleFault>) -> Self {
        let mut set = Self::default();
        for (name, toml) in builtin::PACKS {
            set.take(check::pack(&mut schema::Source::shipped(name, toml, faults)));
        }
        let vocabulary = Arc::make_mut(&mut set.vocabulary);
        // What ends a page reads like prose, and so do its words.
        for rule in set.rules.iter().filter(|rule| rule.zone != Zone::End) {
            vocabulary.count_labels(rule.labels());
        }
        set
    }

    /// Reads one more rule file. A rule with the name of an earlier one from another file replaces it.
    pub(crate) fn add(&mut self, file: &str, toml: &str, faults: &mut Vec<RuleFault>) {
        self.take(check::pack(&mut schema::Source::new(file, toml, faults)));
    }

    fn take(&mut self, pack: check::Pack) {
        let mut places: HashMap<RuleId, usize> = self.rules.iter().map(|r| r.id.clone()).zip(0..).collect();
        for rule in pack.rules {
            match places.get(&rule.id) {
                Some(old) => self.rules[*old] = rule,
                None => {
                    places.insert(rule.id.clone(), self.rules.len());
                    self.rules.push(rule);
                }
            }
        }
        Arc::make_mut(&mut self.vocabulary).extend(pack.vocabulary);
    }

    /// Leaves only the rules that `keep` wants.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Rule) -> bool) {
        self.rules.retain(keep);
    }

    /// Takes out the rules of policy that `keep` does not want: they judge nothing, but still know such lines.
    pub(crate) fn take_policy(&mut self, keep: impl Fn(&Rule) -> bool) -> Self {
        let off = self.rules.extract_if(.., |r| r.family.is_policy() && !keep(r)).collect();
        Self { rules: off, vocabulary: self.vocabulary.clone() }
    }

    /// A set of one rule, with the words of all languages. Of one that protects, what it points at goes, so that it can be
    /// seen.
    pub(crate) fn only(&self, rule: &Rule) -> Self {
        Self { rules: vec![Rule { protects: false, ..rule.clone() }], vocabulary: self.vocabulary.clone() }
    }

    /// The rules, in the order in which they were read.
    pub fn iter(&self) -> std::slice::Iter<'_, Rule> {
        self.rules.iter()
    }

    /// The rule of this name.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|r| r.id.as_str() == id)
    }

    /// How many rules there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// True if there is no rule.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    pub(crate) fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not checked whenever the program starts.
    #[test]
    fn shipped_packs_pass_the_checks_of_users_files() {
        let mut faults = Vec::new();
        for (name, toml) in builtin::PACKS {
            RuleSet::default().add(name, toml, &mut faults);
        }
        assert!(faults.is_empty(), "{faults:?}");
        RuleSet::default().add("mine.toml", "[[rule]]\nid = \"site/x\"\npattern = \"(\"\n", &mut faults);
        assert!(faults.iter().any(|f| f.message.contains("unclosed group")), "{faults:?}");
    }
}
