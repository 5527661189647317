//! `dechaff rules`: lists rules, shows one, tests their examples, prints the schema of rule files. How they
//! look lies in the library's `report`.

use std::path::Path;

use dechaff::{Family, evidence, report};

use super::cleaner;
use super::exit::Exit;
use super::message::Message;
use super::options::{PageFormat, RuleOptions, RulesCommand};
use super::session;

pub(crate) fn run(command: RulesCommand) -> Result<Exit, Message> {
    match command {
        RulesCommand::List { format, lang, rules } => list(&rules, format, lang.as_deref()),
        RulesCommand::Show { id, rules, format } => show(&id, &rules, format),
        RulesCommand::Test { file, rules } => test(file.as_deref(), &rules),
        RulesCommand::Schema => Ok(schema()),
    }
}

/// Prints the JSON Schema of a rule file.
fn schema() -> Exit {
    session::print(|out| writeln!(out, "{}", dechaff::SCHEMA.trim_end()))
}

fn list(rules: &RuleOptions, format: PageFormat, lang: Option<&str>) -> Result<Exit, Message> {
    let cleaner = cleaner::from_options(rules)?;
    // A rule without languages applies to all languages.
    let speaks = |languages: &[String]| lang.is_none_or(|l| languages.is_empty() || languages.iter().any(|c| c == l));
    let mut chosen = cleaner.rules().iter().filter(|rule| speaks(&rule.languages));
    Ok(session::print(|out| report::rule_list(out, &mut chosen, format == PageFormat::Json)))
}

/// Prints the page of a rule, in force or not.
pub(crate) fn show(id: &str, rules: &RuleOptions, format: PageFormat) -> Result<Exit, Message> {
    let all =
        cleaner::build(cleaner::builder_without_selection(rules)?.select(Family::ALL.iter().map(|f| f.as_str())))?;
    let Some(rule) = all.rules().get(id) else {
        // Selecting an unknown id makes the library describe the fault and suggest a name.
        let error = cleaner::builder_without_selection(rules)?.select([id]).build().err().map(|e| e.faults().to_vec());
        let fault = error.unwrap_or_default().into_iter().next();
        let text = fault.map_or_else(
            || format!("'{id}' is a family, not a rule; see 'dechaff rules list --select {id}'"),
            |fault| format!("{}; {}", fault.message, fault.remedy),
        );
        return Err(Message::error("", text));
    };
    // Lines are wrapped only on a terminal.
    let width = super::progress::columns().unwrap_or(usize::MAX);
    Ok(session::print(|out| match format {
        PageFormat::Human => report::rule_page(out, rule, width),
        PageFormat::Json => report::rule_list(out, &mut std::iter::once(rule), true),
    }))
}

fn test(file: Option<&Path>, rules: &RuleOptions) -> Result<Exit, Message> {
    let mut builder = cleaner::builder_without_selection(rules)?;
    if let Some(path) = file.filter(|path| !rules.rules.iter().any(|known| known == path)) {
        builder = cleaner::add_rules(builder, path)?;
    }
    // All families are selected: rules that are off by default have examples too.
    let cleaner = cleaner::build(builder.select(Family::ALL.iter().map(|f| f.as_str())))?;
    let result = evidence::test(&cleaner, file.map(Path::to_string_lossy).as_deref());
    let exit = session::print(|out| report::evidence(out, &result));
    Ok(exit.max(Exit::Findings.when(!result.is_good())))
}
