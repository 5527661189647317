//! Files that others may have written: rules, decisions, learned lines and counts. No panic, faults with their places, and laws that
//! hold for whatever rules were read.

use dechaff::learn::Learner;
use dechaff::{Cleaner, Decisions, Document, RuleError, evidence};

use super::laws;

/// Most rules of a file that are tried on their own phrases.
const MOST: usize = 200;

/// Takes a file.
pub fn rules(data: &[u8]) {
    let _ = Learner::read_counts(data).map(|learner| learner.finish().to_toml(false));
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Decisions::read("file.toml", text) {
        Ok(decisions) => {
            let again = Decisions::read("file.toml", &decisions.to_string()).expect("what was written here");
            assert_eq!(again, decisions, "decisions that are written are read as they were");
        }
        Err(error) => placed(&error, text),
    }
    if let Err(error) = Cleaner::builder().builtin(false).learned_file("file.toml", text).build() {
        placed(&error, text);
    }
    match Cleaner::builder().builtin(false).rules("file.toml", text).build() {
        Ok(cleaner) => tried(&cleaner),
        Err(error) => placed(&error, text),
    }
}

/// Asserts that each fault names its place in the file and a remedy.
fn placed(error: &RuleError, text: &str) {
    assert!(!error.faults().is_empty(), "an error without a fault");
    for fault in error.faults() {
        let line = fault.line.checked_sub(1).and_then(|line| text.split('\n').nth(line));
        let line = line.unwrap_or_else(|| panic!("no line {} in the file: {fault}", fault.line));
        assert!((1..=line.chars().count() + 1).contains(&fault.column), "no column {}: {fault}", fault.column);
        assert!(!fault.message.is_empty() && !fault.remedy.is_empty(), "{fault}");
    }
}

/// Cleans the phrases of the rules with the rules, and tries them on their examples.
fn tried(cleaner: &Cleaner) {
    let mut text = String::new();
    for rule in cleaner.rules().iter().take(MOST) {
        for phrase in rule.phrases() {
            text.push_str(phrase);
            text.push('\n');
        }
    }
    text.push_str("The council met on Tuesday evening and voted for the new bridge.\n");
    laws::check(cleaner, &Document::new(&text));
    let _ = evidence::test(cleaner, None);
}
