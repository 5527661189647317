//! Deletes what the page left in the text of scraped articles, and says of every deletion why.
//!
//! ```
//! use dechaff::Cleaner;
//!
//! let cleaner = Cleaner::builder().build()?;
//! let cleaned = cleaner.clean("It rained all night, said the miller.\n\nLeave a Reply\nName *\nEmail *\n");
//! assert_eq!(cleaned.text(), "It rained all night, said the miller.\n");
//! for removal in cleaned.removals() {
//!     println!("line {}: {} ({}), {}", removal.line, removal.rule, removal.certainty, removal.evidence);
//! }
//! # Ok::<(), dechaff::RuleError>(())
//! ```
//!
//! The flow: a [`Document`] is split into lines; every line is folded and looked up in the rules' phrases;
//! detectors read the page as a whole and point at junk; overlapping verdicts are settled into ordered, disjoint
//! [`Removal`]s; those are cut out of the text together with the blank lines that they leave behind; the cleaned
//! text is read again until nothing more is found.
//!
//! - [`Cleaner`] is built once, from the built-in rules, your own and a [`Profile`], and shared by threads.
//! - [`Cleaned`] is the text, what was removed and why, and what only looks suspect.
//! - [`Decisions`] are the answers of a review, which a [`Cleaner`] follows.
//! - [`RuleSet`] and [`Rule`] are the rules in force; [`evidence`] tests them against their own examples.
//! - [`batch`] cleans many documents in parallel and hands them on in input order.
//! - [`diff`] and [`report`] show results; [`mod@format`] splices cleaned texts into JSONL records.
//!
//! Nothing in this library opens a file, prints, reads the clock or makes threads of its own.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod batch;
mod cleaner;
mod cut;
mod decisions;
mod detect;
pub mod diff;
mod document;
mod error;
pub mod evidence;
pub mod format;
pub mod learn;
mod matching;
mod removal;
pub mod report;
mod rules;
mod settle;

use dechaff_rules::text;

pub use cleaner::{Cleaned, Cleaner, CleanerBuilder, Explanation, Held, LineVerdict, MAX_REMOVED};
#[doc(inline)]
pub use dechaff_rules::{Cost, Evidence, Origin, Profile, Rule, RuleSet, SCHEMA, Selection, Zone};
pub use decisions::{Answer, Decisions};
pub use detect::{JunkScore, KindModel, Scorer};
pub use document::{Document, Line, PageKind, Shape, Span, lines};
pub use error::{DocumentError, RuleError, RuleFault};
pub use removal::{Certainty, Family, Protected, Removal, RuleId};

/// Parts that `benches/parts.rs` measures by themselves; no interface.
#[doc(hidden)]
pub mod parts {
    use crate::document::{Span, lines};
    use crate::removal::Removal;
    use crate::{cut, settle, text};

    #[must_use]
    pub fn settle(removals: Vec<Removal>) -> Vec<Removal> {
        settle::settle(removals)
    }

    #[must_use]
    pub fn fold(line: &str) -> String {
        text::fold::fold(line)
    }

    /// What is left of a text without removals that are settled.
    #[must_use]
    pub fn cut(text: &str, removals: &[Removal]) -> String {
        let removed: Vec<Span> = removals.iter().map(|removal| removal.span).collect();
        cut::without(text, &cut::cuts(text, lines(text), &removed))
    }
}
