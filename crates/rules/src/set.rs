//! A set of rules, with the words of their languages.

use std::ops::Index;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::family::RuleId;
use super::fault::RuleFault;
use super::learned::LearnedSource;
use super::learned_file;
use super::rule::{Kind, Origin, Rule, Zone};
use super::vocabulary::Vocabulary;
use super::{check, schema};

/// The judgement that reads what rules know.
const MENU: &str = "navigation/menu";

/// Rules in force, with the words of the languages they were written for.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    pub(super) rules: Vec<Rule>,
    vocabulary: Arc<Vocabulary>,
}

impl RuleSet {
    pub(super) fn new(rules: Vec<Rule>, vocabulary: Vocabulary) -> Self {
        Self { rules, vocabulary: Arc::new(vocabulary) }
    }

    /// Reads one more rule file. A rule with the name of an earlier one from another file replaces it.
    #[doc(hidden)]
    pub fn add(&mut self, file: &str, toml: &str, faults: &mut Vec<RuleFault>) {
        self.take(check::pack(&mut schema::Source::new(file, toml, faults)));
    }

    /// Reads a learned file: like a rule file, but only sources may stand there, so that what a file from others takes is what its sources
    /// repeat.
    #[doc(hidden)]
    pub fn add_learned_file(&mut self, file: &str, toml: &str, faults: &mut Vec<RuleFault>) {
        let pack = check::pack(&mut schema::Source::new(file, toml, faults));
        for rule in pack.rules.iter().filter(|rule| !matches!(rule.kind, Kind::Learned(_))) {
            let fault = RuleFault::new(file, "a learned file holds no rules", "name the file with --rules to use them");
            faults.push(RuleFault { rule: Some(rule.id.as_str().to_owned()), ..fault.at((rule.origin.line, 1)) });
        }
        self.add_rules(pack.rules);
    }

    /// Adds sources that were learned in this run.
    #[doc(hidden)]
    pub fn add_learned(&mut self, sources: Vec<LearnedSource>) {
        let origin = Origin { file: "this input".to_owned(), line: 0 };
        self.add_rules(sources.into_iter().map(|source| learned_file::rule(source, origin.clone())).collect());
    }

    /// Adds a rule file that was read.
    pub(super) fn take(&mut self, pack: check::Pack) {
        self.add_rules(pack.rules);
        Arc::make_mut(&mut self.vocabulary).extend(pack.vocabulary);
    }

    fn add_rules(&mut self, rules: Vec<Rule>) {
        let mut places: FxHashMap<RuleId, usize> = self.rules.iter().map(|r| r.id.clone()).zip(0..).collect();
        for rule in rules {
            match places.get(&rule.id) {
                Some(old) => self.rules[*old] = rule.joined(&self.rules[*old]),
                None => {
                    places.insert(rule.id.clone(), self.rules.len());
                    self.rules.push(rule);
                }
            }
        }
    }

    /// Counts for each word how many rules have it in a phrase; rules for the end of a page do not count.
    pub(super) fn count_labels(&mut self) {
        let vocabulary = Arc::make_mut(&mut self.vocabulary);
        // What ends a page reads like prose, and so do its words.
        for rule in self.rules.iter().filter(|rule| rule.zone != Zone::End) {
            vocabulary.count_labels(rule.labels());
        }
    }

    /// Leaves only the rules that `keep` wants.
    #[doc(hidden)]
    pub fn retain(&mut self, keep: impl FnMut(&Rule) -> bool) {
        self.rules.retain(keep);
    }

    /// Takes out the rules of policy that `keep` does not want: they judge nothing, but still know such lines.
    #[doc(hidden)]
    #[must_use]
    pub fn take_policy(&mut self, keep: impl Fn(&Rule) -> bool) -> Self {
        let off = self.rules.extract_if(.., |r| r.family.is_policy() && !keep(r)).collect();
        Self { rules: off, vocabulary: self.vocabulary.clone() }
    }

    /// A set of one rule, with the words of all languages. Of one that protects, what it points at goes, so that it can be
    /// seen; the judgement of menus reads what the line rules of its family know, so these stay with it.
    #[doc(hidden)]
    #[must_use]
    pub fn only(&self, rule: &Rule) -> Self {
        let mut rules = vec![Rule { protects: false, ..rule.clone() }];
        if rule.id.as_str() == MENU {
            let is_line = |other: &&Rule| other.family == rule.family && matches!(other.kind, Kind::Line(_));
            rules.extend(self.rules.iter().filter(is_line).cloned());
        }
        Self { rules, vocabulary: self.vocabulary.clone() }
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

    /// The words of all languages that rules were written for.
    #[doc(hidden)]
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

impl Index<usize> for RuleSet {
    type Output = Rule;

    /// The rule at a place of the set.
    fn index(&self, place: usize) -> &Rule {
        &self.rules[place]
    }
}
