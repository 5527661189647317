//! Lines → the rules that meet them. Where in a document a rule applies is not decided here.

mod conditions;
mod forms;
mod hit;
mod matcher;
mod pattern;
mod phrases;

pub(crate) use hit::{Hit, Role};
pub(crate) use matcher::Matcher;
