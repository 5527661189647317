//! What a text looks like, character by character and line by line: what rules are folded with when they are read, and lines when
//! they are matched. Knows no rule and no page.

pub mod blank;
pub mod classes;
pub mod counts;
mod dates;
pub mod fold;
pub mod key;
pub mod script;
pub mod segments;
pub mod shape;
pub mod words;
pub mod wrapped;
