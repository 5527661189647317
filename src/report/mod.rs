//! Findings written out for people and programs: one file a report, and the list of them. No file is opened here and
//! nothing is printed; colours are styles that the caller keeps or strips.

mod evidence;
mod explain;
mod findings;
mod json;
mod rules;
mod screen;
mod stat;
mod summary;
mod tally;
mod unified;

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::removal::Removal;

pub use evidence::evidence;
pub use explain::{explain, explain_json};
pub use findings::{FindingFormat, Findings};
pub use rules::{rule_list, rule_page};
pub use stat::Stat;
pub use summary::Summary;
pub use unified::unified;

const TITLE: Style = Style::new().bold();
const PLACE: Style = AnsiColor::Cyan.on_default();
const REMOVED: Style = AnsiColor::Red.on_default();
const ADDED: Style = AnsiColor::Green.on_default();
const WARNING: Style = AnsiColor::Yellow.on_default();
const DIM: Style = Style::new().dimmed();

/// Writes one piece in a style.
fn styled(out: &mut dyn Write, style: Style, text: &str) -> io::Result<()> {
    write!(out, "{style}{text}{style:#}")
}

/// `rule · certainty` of some verdicts, each rule once.
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
