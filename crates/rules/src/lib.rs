//! What a rule of dechaff is: read from TOML, checked, and packed into the bytes that the program starts from.
//!
//! The library `dechaff` hands on all that is an interface; the rest is hidden and may change with any release. Detectors,
//! documents, and how lines are matched are not known here.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[doc(hidden)]
pub mod builtin;
#[doc(hidden)]
pub mod check;
mod cost;
mod family;
mod fault;
mod joined;
mod learned;
mod learned_file;
#[doc(hidden)]
pub mod pack;
mod pattern;
mod proof;
mod rule;
mod schema;
mod select;
mod set;
mod suggest;
#[doc(hidden)]
pub mod text;
#[doc(hidden)]
pub mod vocabulary;

pub use cost::Cost;
pub use family::{Certainty, Family, RuleId};
pub use fault::{RuleError, RuleFault};
#[doc(hidden)]
pub use learned::{LearnedLine, LearnedSource, short};
#[doc(hidden)]
pub use learned_file::{VERSION as LEARNED_VERSION, write as write_learned};
#[doc(hidden)]
pub use rule::{BlockRule, Form, FragmentEnds, JUDGEMENTS, Kind, LineRule, MemberShape, Phrase, Remainder};
pub use rule::{Evidence, Origin, Rule, Zone};
pub use select::{Profile, Selection};
pub use set::RuleSet;

/// JSON Schema of a rule file, as text.
pub const SCHEMA: &str = include_str!("../rules.schema.json");

#[cfg(test)]
mod tests {
    use super::*;

    /// What the build does not check.
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
