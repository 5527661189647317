//! Builds the cleaner that the rule options describe, with the rule files and decisions that they name.

use std::path::Path;

use dechaff::{Cleaner, CleanerBuilder, Decisions};

use super::files;
use super::message::{Level, Message, plainly};
use super::options::RuleOptions;
use super::session::Session;

/// The cleaner with the user's rule files, selection and decisions.
pub(crate) fn from_options(rules: &RuleOptions) -> Result<Cleaner, Message> {
    build(builder(rules)?)
}

/// A builder with the user's rule files, selection and decisions.
pub(crate) fn builder(rules: &RuleOptions) -> Result<CleanerBuilder, Message> {
    add_decisions(builder_without_decisions(rules)?, rules)
}

/// A builder with the user's rule files and selection, without decisions.
pub(crate) fn builder_without_decisions(rules: &RuleOptions) -> Result<CleanerBuilder, Message> {
    Ok(select(builder_without_selection(rules)?, rules))
}

/// A builder with the user's rule files and learned files, without selection and decisions.
pub(crate) fn builder_without_selection(rules: &RuleOptions) -> Result<CleanerBuilder, Message> {
    rules.learned.iter().try_fold(read_rules(&rules.rules)?, |builder, path| {
        let (name, toml) = read(path)?;
        Ok(builder.learned_file(&name, &toml))
    })
}

/// A builder with selection and decisions, and the rules of `file` in place of the user's rule files and learned files.
pub(crate) fn builder_with_file(rules: &RuleOptions, file: &Path) -> Result<CleanerBuilder, Message> {
    add_decisions(select(read_rules([file])?, rules), rules)
}

fn read_rules(files: impl IntoIterator<Item = impl AsRef<Path>>) -> Result<CleanerBuilder, Message> {
    files.into_iter().try_fold(Cleaner::builder(), |builder, path| add_rules(builder, path.as_ref()))
}

/// Adds the rules of a file to a builder.
pub(crate) fn add_rules(builder: CleanerBuilder, path: &Path) -> Result<CleanerBuilder, Message> {
    let (name, toml) = read(path)?;
    Ok(builder.rules(&name, &toml))
}

/// The name and the text of a file.
fn read(path: &Path) -> Result<(String, String), Message> {
    let name = path.to_string_lossy().into_owned();
    let toml = files::read_text(path).map_err(|e| Message::error(&*name, plainly(&e)))?;
    Ok((name, toml))
}

fn select(mut builder: CleanerBuilder, rules: &RuleOptions) -> CleanerBuilder {
    if let Some(names) = &rules.select {
        builder = builder.select(names);
    }
    builder = builder.extend_select(rules.extend_select.iter().flatten()).ignore(rules.ignore.iter().flatten());
    if let Some(share) = rules.max_removed {
        builder = builder.max_removed(share);
    }
    builder.profile(rules.profile.unwrap_or_default())
}

fn add_decisions(builder: CleanerBuilder, rules: &RuleOptions) -> Result<CleanerBuilder, Message> {
    Ok(match &rules.decisions {
        Some(path) => builder.decisions(read_decisions(path)?),
        None => builder,
    })
}

/// Reads a decisions file.
pub(crate) fn read_decisions(path: &Path) -> Result<Decisions, Message> {
    let (name, toml) = read(path)?;
    Decisions::read(&name, &toml).map_err(|e| Message::error("", e.to_string()))
}

/// Builds a cleaner. The faults of all rule files become one message of many lines.
pub(crate) fn build(builder: CleanerBuilder) -> Result<Cleaner, Message> {
    builder.build().map_err(|e| Message::error("", e.to_string()))
}

/// Builds a cleaner, and says which rules the decisions name that there are not: an error with `--strict`.
pub(crate) fn build_for(session: &Session, builder: CleanerBuilder) -> Result<Cleaner, Message> {
    let cleaner = build(builder)?;
    for strange in cleaner.strange_decisions() {
        let message = session.grave_if_strict("", format!("decisions: {strange}"));
        if message.level == Level::Error {
            return Err(message);
        }
        session.loudness().say(&message);
    }
    Ok(cleaner)
}
