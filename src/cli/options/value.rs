//! Parsers of single values: from the command line as text, from the configuration file as TOML.

use std::convert::Infallible;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::de::{Deserialize, Deserializer, Error as _, Unexpected};

use crate::cli::size;

/// A type whose values are chosen by name.
pub(crate) trait Choice: Clone + Copy + Send + Sync + 'static {
    const CHOICES: &'static [(&'static str, Self)];

    /// The value with this name.
    fn named(name: &str) -> Option<Self> {
        Self::CHOICES.iter().find(|(known, _)| *known == name).map(|(_, choice)| *choice)
    }

    fn names() -> impl Iterator<Item = &'static str> {
        Self::CHOICES.iter().map(|(name, _)| *name)
    }
}

/// Reads a choice from the command line.
pub(crate) fn choice<C: Choice>() -> impl TypedValueParser<Value = C> {
    PossibleValuesParser::new(C::names()).try_map(|name| C::named(&name).ok_or("not among the choices"))
}

/// Reads a choice from the configuration file.
pub(crate) fn deserialize_choice<'de, C: Choice, D: Deserializer<'de>>(value: D) -> Result<Option<C>, D::Error> {
    let name = String::deserialize(value).unwrap_or_default();
    let unknown = || D::Error::custom(format!("one of {}", C::names().collect::<Vec<_>>().join(", ")));
    C::named(&name).map(Some).ok_or_else(unknown)
}

/// On, off or not set. An alias, because clap treats a literal `Option` as an optional flag value.
pub(crate) type Switch = Option<bool>;

/// Reads a switch from the command line, where it can only be turned on.
#[expect(clippy::unnecessary_wraps, reason = "clap wants a result")]
pub(crate) fn switch(text: &str) -> Result<Switch, Infallible> {
    Ok((text == "true").then_some(true))
}

/// Reads a share, 0 to 1, from the command line.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if is_share(share) => Ok(share),
        _ => Err("a share lies between 0 and 1".to_owned()),
    }
}

fn is_share(share: f64) -> bool {
    (0.0..=1.0).contains(&share)
}

/// Reads a share from the configuration file.
pub(crate) fn deserialize_share<'de, D: Deserializer<'de>>(value: D) -> Result<Option<f64>, D::Error> {
    let share = f64::deserialize(value)?;
    let outside = || D::Error::invalid_value(Unexpected::Float(share), &"f64");
    is_share(share).then_some(share).map(Some).ok_or_else(outside)
}

/// Reads a number of bytes from the command line: a whole number, or a text like `4 GiB`.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    size::parse(text).ok_or_else(|| "a number of bytes, or a text like '4 GiB'".to_owned())
}

/// Reads a number of bytes from the configuration file: a whole number, or a text like `4 GiB`.
pub(crate) fn deserialize_size<'de, D: Deserializer<'de>>(value: D) -> Result<Option<u64>, D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(untagged)]
    enum Size {
        Number(u64),
        Text(String),
    }
    let size = match Size::deserialize(value) {
        Ok(Size::Number(bytes)) => Some(bytes),
        Ok(Size::Text(text)) => size::parse(&text),
        Err(_) => None,
    };
    size.map(Some).ok_or_else(|| D::Error::custom("a number of bytes, or a text like '4 GiB'"))
}

/// Path of a page. The extension is required, so that `--html a.txt b.txt` does not overwrite an article.
pub(crate) fn page(name: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(name);
    let is_page = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("html") || e.eq_ignore_ascii_case("htm"));
    if is_page || name == "-" { Ok(path) } else { Err("the name of a page ends with .html".to_owned()) }
}

/// Reads a whole number from 1.
pub(crate) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err("a whole number, 1 or more".to_owned()),
    }
}

/// Reads line numbers: `5`, `5-9`, `5-` or `-9`. An open range ends at `usize::MAX`.
pub(crate) fn line_numbers(text: &str) -> Result<RangeInclusive<usize>, String> {
    let number = |text: &str| text.parse().ok().filter(|n| *n > 0);
    let numbers = match text.split_once('-') {
        None => number(text).map(|line| line..=line),
        Some(("", "")) => None,
        Some((first, "")) => number(first).map(|first| first..=usize::MAX),
        Some(("", last)) => number(last).map(|last| 1..=last),
        Some((first, last)) => number(first).zip(number(last)).map(|(first, last)| first..=last),
    };
    numbers
        .filter(|lines| !lines.is_empty())
        .ok_or_else(|| "a line is a number from 1 on; lines are 5-9, 5- or -9".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn lines_are_named_by_their_numbers() {
        for (text, lines) in [("5", 5..=5), ("5-9", 5..=9), ("5-", 5..=usize::MAX), ("-9", 1..=9)] {
            assert_eq!(super::line_numbers(text), Ok(lines));
        }
        for text in ["", "-", "0", "0-3", "9-5", "5-x", "1.5", "--9", "--format"] {
            assert!(super::line_numbers(text).is_err(), "{text}");
        }
    }
}
