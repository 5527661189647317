//! What a text looks like, character by character and line by line. Knows no rule and no page.

pub(crate) mod classes;
pub(crate) mod counts;
pub(crate) mod fold;
pub(crate) mod script;
pub(crate) mod shape;
pub(crate) mod words;
