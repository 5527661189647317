//! As much of the program's rules as it takes to read the packs: what matches a line is not needed.

#[path = "../../src/rules/builtin.rs"]
mod builtin;
#[path = "../../src/rules/check.rs"]
mod check;
#[path = "../../src/rules/packed.rs"]
mod packed;
mod pattern;
#[path = "../../src/rules/rule.rs"]
mod rule;
#[path = "../../src/rules/schema.rs"]
mod schema;
#[path = "../../src/rules/select.rs"]
mod select;
#[path = "../../src/rules/set.rs"]
mod set;
#[path = "../../src/rules/suggest.rs"]
mod suggest;
#[path = "../../src/rules/vocabulary.rs"]
mod vocabulary;

pub(crate) use rule::{BlockRule, Form, Glued, JUDGEMENTS, Kind, LineRule, Phrase, Rest, Shape};
pub use rule::{Evidence, Origin, Rule, Zone};
pub use set::RuleSet;
pub(crate) use vocabulary::Vocabulary;

use crate::error::RuleFault;

/// All packs, as the program reads them.
pub(crate) fn packed(faults: &mut Vec<RuleFault>) -> String {
    packed::write(&builtin::read(faults))
}
