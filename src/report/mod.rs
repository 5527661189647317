//! Reports on cleaned documents, for people and for programs: one file for each report. They write to what
//! the caller gives them and open no file; text carries ANSI styles, which the caller keeps or strips.

mod against;
mod by_rule;
mod evidence;
mod explain;
mod figures;
mod finding;
mod findings;
mod github;
mod html;
mod json;
mod patch;
mod rows;
mod rules;
mod sample;
mod samples;
mod sarif;
mod screen;
mod side;
mod stat;
mod summary;
mod tally;
mod unified;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::removal::Removal;

pub use against::Against;
pub use by_rule::ByRule;
pub use evidence::evidence;
pub use explain::{explain, explain_json};
pub use figures::Figures;
pub use finding::DocumentPlace;
pub use findings::{FindingFormat, Findings};
pub use html::Html;
pub use patch::{Patch, patch};
pub use rules::{rule_list, rule_page};
pub use sample::Sample;
pub use screen::{counted, safe, safe_name, shortened, shortened_front, thousands};
pub use side::side_by_side;
pub use stat::Stat;
pub use summary::Summary;
pub use unified::{unified, words};

const TITLE: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const WARNING: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();

/// Writes a text in a style.
fn styled(out: &mut dyn Write, style: Style, text: &str) -> io::Result<()> {
    write!(out, "{style}{text}{style:#}")
}

/// Writes a text in a style, and a line break.
fn styled_line(out: &mut dyn Write, style: Style, text: &str) -> io::Result<()> {
    writeln!(out, "{style}{text}{style:#}")
}

/// `rule · certainty` of each verdict, joined by commas, without repetitions.
fn rules_of(verdicts: &[&Removal]) -> String {
    let mut names: Vec<String> = Vec::new();
    for verdict in verdicts {
        let name = format!("{} · {}", verdict.rule, verdict.certainty);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

#[cfg(test)]
mod fixture {
    //! Rules, a text and cleaned documents for the tests of the reports.

    use super::*;
    use crate::cleaner::{Cleaned, Cleaner};

    pub(super) const TEXT: &str = "\
The ferry left the northern pier at dawn, and nobody on the shore expected it back before Sunday.

Share this: Facebook

Perhaps a label:
It rained for most of the day, said the miller. Share this: Facebook
Join our letter
";

    pub(super) const RULES: &str = r#"
[[rule]]
id        = "share/label"
certainty = "certain"
languages = ["en"]
match     = "line"
phrases   = ["share this: facebook"]
fragment  = "end"
reason    = "share bar"
removes   = ["Share this: Facebook"]
keeps     = ["Share this: the table."]
cuts      = [["It rained all day, said the miller. Share this: Facebook", "It rained all day, said the miller."]]

[[rule]]
id        = "newsletter/join"
certainty = "likely"
match     = "prefix"
phrases   = ["join our letter"]
pattern   = "letter$"
where     = "tail"
reason    = "newsletter box"
removes   = ["Join our letter"]
keeps     = ["Join our letters."]

[[rule]]
id        = "site/maybe"
certainty = "suspect"
match     = "line"
phrases   = ["perhaps a label:"]
reason    = "perhaps a label"
removes   = ["Perhaps a label:"]
keeps     = ["Perhaps a label is needed."]

[[rule]]
id        = "site/harbour"
certainty = "likely"
match     = "prefix"
phrases   = ["the harbour master"]
reason    = "a sentence of the article"
removes   = ["The harbour master ordered three men to clear the lower steps before noon."]
keeps     = ["The harbour masters."]
"#;

    pub(super) fn cleaner() -> Cleaner {
        Cleaner::builder().builtin(false).rules("mine.toml", RULES).build().expect("good rules")
    }

    pub(super) fn cleaned() -> Cleaned<'static> {
        cleaner().clean(TEXT)
    }

    /// A held document: a rule would take its only sentence.
    pub(super) fn held() -> Cleaned<'static> {
        let held = cleaner().clean("The harbour master ordered three men to clear the lower steps before noon.\n");
        assert!(held.held().is_some());
        held
    }

    /// The text that a report writes, without its ANSI styles.
    pub(super) fn plain(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("a vector takes all");
        anstream::adapter::strip_str(&String::from_utf8(out).expect("text")).to_string()
    }
}
