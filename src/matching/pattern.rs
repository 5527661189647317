//! The rules' regular expressions, compiled when they are first needed. The one door of `regex`; whether a pattern can be used is
//! checked when its rule is read.

use std::sync::OnceLock;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{NFA, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::{Input, hybrid, nfa};

use crate::rules::{Kind, Rule, RuleSet};

/// Most memory, in bytes, of what an automaton has found out so far, a thread.
const CACHE: usize = 256 << 10;
/// Most memory, in bytes, of a compiled pattern; far above what the check of a rule lets through.
const SIZE: usize = 16 << 20;

/// The patterns of a set of rules, by the place of their rule.
#[derive(Debug)]
pub(super) struct Patterns(Vec<Option<Box<Pattern>>>);

impl Patterns {
    /// For the rules of a set that `wants` names.
    pub fn new(rules: &RuleSet, wants: impl Fn(&Rule) -> bool) -> Self {
        let has_pattern = |rule: &Rule| matches!(&rule.kind, Kind::Line(line) if line.pattern.is_some()) && wants(rule);
        Self(rules.iter().map(|rule| has_pattern(rule).then(Box::default)).collect())
    }

    /// True if the pattern of the rule at a place of the set is found in a folded line.
    pub fn is_match(&self, rule: usize, pattern: &str, folded: &str) -> bool {
        self.0[rule].as_ref().is_some_and(|compiled| compiled.is_match(pattern, folded))
    }
}

/// What a pattern was compiled to so far; `None` where that failed.
#[derive(Debug, Default)]
struct Pattern {
    automaton: OnceLock<Option<Box<Automaton>>>,
    /// For lines that the automaton gives up on.
    regex: OnceLock<Option<regex::Regex>>,
}

impl Pattern {
    fn is_match(&self, pattern: &str, folded: &str) -> bool {
        let automaton = self.automaton.get_or_init(|| Automaton::new(pattern).map(Box::new));
        automaton.as_ref().and_then(|automaton| automaton.is_match(folded)).unwrap_or_else(|| {
            let regex = self.regex.get_or_init(|| regex::RegexBuilder::new(pattern).size_limit(SIZE).build().ok());
            regex.as_ref().is_some_and(|regex| regex.is_match(folded))
        })
    }
}

/// A lazy automaton that says whether a pattern is found, and nothing of where: a third of what a `Regex` takes to build, and
/// most patterns run on few lines.
#[derive(Debug)]
struct Automaton {
    dfa: DFA,
    caches: Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>>,
}

impl Automaton {
    fn new(pattern: &str) -> Option<Self> {
        let nfa = nfa::thompson::Config::new().nfa_size_limit(Some(SIZE)).which_captures(WhichCaptures::None);
        let nfa = NFA::compiler().configure(nfa).build(pattern).ok()?;
        let dfa = DFA::config().unicode_word_boundary(true).cache_capacity(CACHE).skip_cache_capacity_check(true);
        let dfa = hybrid::dfa::Builder::new().configure(dfa).build_from_nfa(nfa).ok()?;
        let own = dfa.clone();
        Some(Self { dfa, caches: Pool::new(Box::new(move || own.create_cache())) })
    }

    /// `None` if it gives up, as on word boundaries of Unicode beside letters beyond ASCII.
    fn is_match(&self, text: &str) -> Option<bool> {
        let found = self.dfa.try_search_fwd(&mut self.caches.get(), &Input::new(text).earliest(true));
        found.ok().map(|found| found.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_found_or_not() {
        let (count, word) = (Pattern::default(), Pattern::default());
        let is_count = |line| count.is_match(r"^\d+ (shares|likes)$", line);
        assert!(is_count("12 shares") && !is_count("shares"));
        // Beside a letter beyond ASCII the automaton gives up.
        let is_word = |line| word.is_match(r"\bété\b", line);
        assert!(is_word("cet été") && !is_word("étés") && word.regex.get().is_some());
    }
}
