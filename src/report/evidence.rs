//! The report of `rules test`: failed examples with the reason, and totals. `crate::evidence` runs the
//! tests.

use std::io::{self, Write};

use super::screen::{counted, safe, safe_name};
use super::{ADDED, REMOVED, TITLE, WARNING, styled, styled_line};
use crate::evidence::{Example, Outcome, Report};
use crate::removal::RuleId;
use crate::rules::Origin;

/// Writes the failures, the rules that are dear to run, and two lines of totals.
///
/// # Errors
/// If writing to `out` fails.
pub fn evidence(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    for example in report.failures() {
        failure(out, example)?;
    }
    for (rule, origin, why) in &report.dear {
        heading(out, origin, rule, "dear")?;
        writeln!(out, ": {why}")?;
    }
    let examples = report.examples.iter().filter(|e| e.outcome != Outcome::Unproven).count();
    let count = |outcome| report.count(outcome) as u64;
    let style = if report.is_good() { ADDED } else { REMOVED };
    let mut total = format!(
        "{}, {}: {} as expected, {} missing, {} noisy",
        counted(report.rules as u64, "rule"),
        counted(examples as u64, "example"),
        count(Outcome::AsExpected),
        count(Outcome::Missing),
        count(Outcome::Noisy),
    );
    for (outcome, words) in [(Outcome::Skipped, "skipped"), (Outcome::Unproven, "without evidence")] {
        if count(outcome) > 0 {
            total.push_str(&format!(", {} {words}", count(outcome)));
        }
    }
    styled_line(out, style, &total)?;
    let costs: Vec<String> = report.costs.iter().map(|(cost, rules)| format!("{rules} {}", cost.as_str())).collect();
    writeln!(out, "cost: {}{}", costs.join(", "), if report.dear.is_empty() { "" } else { "; dear ones above" })
}

/// Writes `file:line: rule: word`.
fn heading(out: &mut dyn Write, origin: &Origin, rule: &RuleId, word: &str) -> io::Result<()> {
    write!(out, "{}:{}: ", safe_name(&origin.file), origin.line)?;
    styled(out, TITLE, rule.as_str())?;
    write!(out, ": ")?;
    styled(out, WARNING, word)
}

fn failure(out: &mut dyn Write, example: &Example) -> io::Result<()> {
    heading(out, &example.origin, &example.rule, example.outcome.as_str())?;
    if example.text.is_empty() {
        return writeln!(out, ": {}", safe(&example.detail));
    }
    writeln!(out, " in {}", example.claim.as_str())?;
    for line in example.text.lines() {
        writeln!(out, "    | {}", safe(line))?;
    }
    for line in example.detail.lines() {
        writeln!(out, "    {}", safe(line))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::Cleaner;
    use crate::evidence::test;
    use crate::report::fixture;

    #[test]
    fn good_rules_need_one_line() {
        let report = test(&fixture::cleaner(), None);
        let shown = fixture::plain(|out| evidence(out, &report));
        assert_eq!(
            shown,
            "4 rules, 9 examples: 9 as expected, 0 missing, 0 noisy\ncost: 2 one look-up, 1 ends of lines, 1 pattern\n"
        );
    }

    #[test]
    fn failures_say_where_and_what() {
        let rules = r#"
[[rule]]
id        = "share/label"
certainty = "certain"
match     = "line"
phrases   = ["share this:"]
reason    = "share bar"
removes   = ["Share that:"]
keeps     = ["""
Share this:
"""]
"#;
        let cleaner = Cleaner::builder().builtin(false).rules("mine.toml", rules).build().expect("good rules");
        let line = cleaner.rules().iter().next().map_or(0, |r| r.origin.line);
        assert_eq!(
            fixture::plain(|out| evidence(out, &test(&cleaner, None))),
            format!(
                "\
mine.toml:{line}: share/label: missing in removes
    | Share that:
    between the prose: stays: Share that:
mine.toml:{line}: share/label: noisy in keeps
    | Share this:
    between the prose: goes: Share this:
1 rule, 2 examples: 0 as expected, 1 missing, 1 noisy
cost: 1 one look-up
"
            )
        );
    }
}
