//! A set of rules, with the words of their languages.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::schema::Source;
use super::{Rule, Vocabulary, Zone, check};
use crate::error::RuleFault;
use crate::removal::RuleId;

/// Bytes from which on a rule file is read in halves.
const LARGE: usize = 100_000;

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
    pub(crate) fn add(&mut self, file: &str, toml: &str, faults: &mut Vec<RuleFault>) {
        let pack = in_halves(file, toml).unwrap_or_else(|| check::pack(&mut Source::new(file, toml, faults)));
        self.take(pack);
    }

    /// Adds a rule file that was read.
    pub(super) fn take(&mut self, pack: check::Pack) {
        let mut places: FxHashMap<RuleId, usize> = self.rules.iter().map(|r| r.id.clone()).zip(0..).collect();
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

    /// Counts the words of the rules' phrases as such.
    pub(super) fn count_labels(&mut self) {
        let vocabulary = Arc::make_mut(&mut self.vocabulary);
        // What ends a page reads like prose, and so do its words.
        for rule in self.rules.iter().filter(|rule| rule.zone != Zone::End) {
            vocabulary.count_labels(rule.labels());
        }
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

/// Reads the two halves of a large rule file at once. None where that cannot be done, and where it finds a fault: what is to be
/// said of a file is told from all of it.
fn in_halves(file: &str, toml: &str) -> Option<check::Pack> {
    let half = toml.floor_char_boundary(toml.len() / 2);
    let holds = |marks: &str| memchr::memmem::find(toml.as_bytes(), marks.as_bytes()).is_some();
    if toml.len() < LARGE || holds("\"\"\"") || holds("'''") {
        return None;
    }
    // Without texts of several lines only a table begins like this; wherever else it could stand is a fault.
    let middle = half + memchr::memmem::find(&toml.as_bytes()[half..], b"\n[[")? + 1;
    let read = |part| {
        let mut faults = Vec::new();
        let pack = check::pack(&mut Source::part(file, toml, part, &mut faults));
        faults.is_empty().then_some(pack)
    };
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| read(middle..toml.len()));
        (read(0..middle), second.join().ok().flatten())
    });
    let (mut pack, second) = (first?, second?);
    pack.rules.extend(second.rules);
    pack.vocabulary.extend(second.vocabulary);
    let ids: FxHashSet<&RuleId> = pack.rules.iter().map(|rule| &rule.id).collect();
    (ids.len() == pack.rules.len()).then_some(pack)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(count: usize, last: &str) -> String {
        let rule = |n: usize| {
            format!(
                "[[rule]]\nid = \"site/r-{n}\"\ncertainty = \"likely\"\nmatch = \"line\"\nphrases = [\"é junk {n}\"]\n\
                 reason = \"r\"\nremoves = [\"junk\"]\nkeeps = [\"x\"]\n"
            )
        };
        (0..count).map(rule).collect::<String>() + last
    }

    #[test]
    fn halves_are_the_whole() {
        let text = file(1000, "");
        let halves = in_halves("f", &text).expect("a large file");
        let whole = check::pack(&mut Source::new("f", &text, &mut Vec::new()));
        let shown = |pack: &check::Pack| pack.rules.iter().map(|r| format!("{r:?}")).collect::<Vec<_>>();
        assert_eq!(shown(&halves), shown(&whole));
        assert_eq!(halves.rules[999].origin.line, 999 * 8 + 2);
    }

    #[test]
    fn what_is_wrong_is_told_from_the_whole() {
        for last in ["[[rule]]\nid = 1\n", &file(1, ""), "[vocabulary]\n", "x = '''\n[['''", "[["] {
            assert!(in_halves("f", &file(1000, last)).is_none(), "{last}");
        }
        assert!(in_halves("f", &file(10, "")).is_none());
    }
}
