//! Rules as data: what a rule is, and a set of them. How they are matched is in `matching`.

mod builtin;
pub(crate) mod check;
mod cost;
mod packed;
mod pattern;
mod rule;
mod schema;
mod select;
mod set;
mod shipped;
mod suggest;
pub(crate) mod vocabulary;

pub use cost::Cost;
pub(crate) use rule::{BlockRule, Form, Glued, JUDGEMENTS, Kind, LineRule, Phrase, Rest, Shape};
pub use rule::{Evidence, Origin, Rule, Zone};
pub use select::{Profile, Selection};
pub use set::RuleSet;
pub(crate) use vocabulary::Vocabulary;

/// JSON Schema of a rule file, as text.
pub const SCHEMA: &str = include_str!("rules.schema.json");

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
