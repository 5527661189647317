//! A rule's regular expression: checked when it is loaded, compiled when it is first needed. The one door of `regex`.

use std::sync::OnceLock;

use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::nfa::thompson::{NFA, WhichCaptures};
use regex_automata::util::pool::Pool;
use regex_automata::{Input, hybrid, nfa};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Most states that a pattern may need. Patterns run on single folded lines, where more is a mistake.
const MOST_STATES: usize = 60_000;
/// States that a class of Unicode ranges is counted as, each range once.
const STATES_OF_A_RANGE: usize = 2;
/// States from which on a pattern is dear.
const DEAR_STATES: usize = 10_000;
/// Most memory, in bytes, of what an automaton has found out so far, a thread.
const CACHE: usize = 256 << 10;
/// Most memory, in bytes, of a compiled pattern; far above what `MOST_STATES` come to.
const SIZE: usize = 16 << 20;

/// A pattern as a rule says it.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    text: String,
    automaton: OnceLock<Option<Box<Automaton>>>,
    /// For lines that the automaton gives up on.
    regex: OnceLock<Option<regex::Regex>>,
}

/// A lazy automaton that says whether a pattern is found, and nothing of where: a third of what a `Regex` takes to build, and
/// most patterns run on few lines.
#[derive(Debug)]
struct Automaton {
    dfa: DFA,
    caches: Pool<Cache, Box<dyn Fn() -> Cache + Send + Sync + std::panic::UnwindSafe + std::panic::RefUnwindSafe>>,
}

impl Clone for Automaton {
    fn clone(&self) -> Self {
        Self::of(self.dfa.clone())
    }
}

impl Automaton {
    fn new(pattern: &str) -> Option<Self> {
        let nfa = nfa::thompson::Config::new().nfa_size_limit(Some(SIZE)).which_captures(WhichCaptures::None);
        let nfa = NFA::compiler().configure(nfa).build(pattern).ok()?;
        let dfa = DFA::config().unicode_word_boundary(true).cache_capacity(CACHE).skip_cache_capacity_check(true);
        hybrid::dfa::Builder::new().configure(dfa).build_from_nfa(nfa).ok().map(Self::of)
    }

    fn of(dfa: DFA) -> Self {
        let own = dfa.clone();
        Self { dfa, caches: Pool::new(Box::new(move || own.create_cache())) }
    }

    /// `None` if it gives up, as on word boundaries of Unicode beside letters beyond ASCII.
    fn is_match(&self, text: &str) -> Option<bool> {
        let found = self.dfa.try_search_fwd(&mut self.caches.get(), &Input::new(text).earliest(true));
        found.ok().map(|found| found.is_some())
    }
}

impl Pattern {
    /// Checks a pattern; the error says what is wrong with it.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let hir = regex_syntax::parse(text).map_err(|error| {
            let shown = error.to_string();
            shown.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        })?;
        let states = states(&hir);
        if states > MOST_STATES {
            return Err(format!("it comes to {states} states, more than {MOST_STATES}"));
        }
        Ok(Self { text: text.to_owned(), automaton: OnceLock::new(), regex: OnceLock::new() })
    }

    /// A pattern of a shipped pack, which the tests have checked: most are never needed, and checking all takes time.
    pub(super) fn shipped(text: &str) -> Self {
        Self { text: text.to_owned(), automaton: OnceLock::new(), regex: OnceLock::new() }
    }

    /// The pattern as it was written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// What makes it dear to run, if it is.
    pub(super) fn dear(&self) -> Option<&'static str> {
        let hir = regex_syntax::parse(&self.text).ok()?;
        if hir.properties().look_set().contains_word_unicode() {
            return Some(r"its pattern asks for word boundaries of Unicode; (?-u:\b) is cheap");
        }
        if begins_with_anything(&hir) {
            return Some("its pattern begins with a wildcard; leave it out, a pattern is found wherever it begins");
        }
        (states(&hir) > DEAR_STATES).then_some("its pattern is huge; write its words as phrases")
    }

    /// True if the pattern is found in a folded line.
    pub(crate) fn is_match(&self, folded: &str) -> bool {
        let automaton = self.automaton.get_or_init(|| Automaton::new(&self.text).map(Box::new));
        automaton.as_ref().and_then(|automaton| automaton.is_match(folded)).unwrap_or_else(|| {
            let regex = self.regex.get_or_init(|| regex::RegexBuilder::new(&self.text).size_limit(SIZE).build().ok());
            regex.as_ref().is_some_and(|regex| regex.is_match(folded))
        })
    }
}

/// True for an expression that may begin with as much of anything as there is.
fn begins_with_anything(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Repetition(repetition) => {
            repetition.max.is_none() && is_wide(&repetition.sub) || begins_with_anything(&repetition.sub)
        }
        HirKind::Capture(capture) => begins_with_anything(&capture.sub),
        HirKind::Concat(parts) => parts.first().is_some_and(begins_with_anything),
        HirKind::Alternation(parts) => parts.iter().any(begins_with_anything),
        _ => false,
    }
}

/// True for a class of more characters than not.
fn is_wide(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            class.ranges().iter().map(|r| u32::from(r.end()) - u32::from(r.start())).sum::<u32>()
                > u32::from(char::MAX) / 2
        }
        HirKind::Capture(capture) => is_wide(&capture.sub),
        _ => false,
    }
}

/// How many states an automaton of the expression has, about.
fn states(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len() * STATES_OF_A_RANGE,
        HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min + 1).max(1);
            states(&repetition.sub).saturating_mul(usize::try_from(times).unwrap_or(usize::MAX))
        }
        HirKind::Capture(capture) => states(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(1, |sum: usize, part| sum.saturating_add(states(part)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_used_is_said() {
        assert!(Pattern::new(r"^\d+ (shares|likes)$").is_ok_and(|p| p.is_match("12 shares") && !p.is_match("shares")));
        assert!(Pattern::new("(").is_err_and(|e| e.contains("unclosed group")));
        assert!(Pattern::new(r"(\w{500}){500}").is_err_and(|e| e.contains("states")));
        assert!(Pattern::new("(?=a)").is_err_and(|e| e.contains("look-around")));
    }
}
