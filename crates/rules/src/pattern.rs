//! A rule's regular expression as it is written: whether it can be used, and whether it is dear. It is compiled where lines are
//! matched.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Most states that a pattern may need. Patterns run on single folded lines, where more is a mistake.
const MOST_STATES: usize = 60_000;
/// States that a class of Unicode ranges is counted as, each range once.
const STATES_OF_A_RANGE: usize = 2;
/// States from which on a pattern is dear.
const DEAR_STATES: usize = 10_000;

/// Checks a pattern; the error says what is wrong with it.
pub(super) fn check(pattern: &str) -> Result<(), String> {
    let hir = regex_syntax::parse(pattern).map_err(|error| {
        let shown = error.to_string();
        shown.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
    })?;
    let states = states(&hir);
    if states > MOST_STATES {
        return Err(format!("it comes to {states} states, more than {MOST_STATES}"));
    }
    Ok(())
}

/// What makes a pattern dear to run, if it is.
pub(super) fn dear(pattern: &str) -> Option<&'static str> {
    let hir = regex_syntax::parse(pattern).ok()?;
    if hir.properties().look_set().contains_word_unicode() {
        return Some(r"its pattern asks for word boundaries of Unicode; (?-u:\b) is cheap");
    }
    if begins_with_anything(&hir) {
        return Some("its pattern begins with a wildcard; leave it out, a pattern is found wherever it begins");
    }
    (states(&hir) > DEAR_STATES).then_some("its pattern is huge; write its words as phrases")
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
        assert!(check(r"^\d+ (shares|likes)$").is_ok());
        assert!(check("(").is_err_and(|e| e.contains("unclosed group")));
        assert!(check(r"(\w{500}){500}").is_err_and(|e| e.contains("states")));
        assert!(check("(?=a)").is_err_and(|e| e.contains("look-around")));
    }
}
