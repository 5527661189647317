//! Lines on stderr: `dechaff: <name>: <what>`. What comes from strangers (names, errors) is made harmless here.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io;

/// How grave a message is; `-q` and `-v` go by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Something was not done. Always shown.
    Error,
    /// Worth knowing; silenced by `-qq`.
    Warning,
    /// Shown with `-v`.
    Detail,
}

/// One line for stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) level: Level,
    /// File, folder or record; empty where the program itself is meant.
    pub(crate) name: String,
    /// What about it, in lower case, with the remedy where there is one.
    pub(crate) text: String,
}

impl Message {
    pub(crate) fn error(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { level: Level::Error, name: name.into(), text: text.into() }
    }

    pub(crate) fn warning(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { level: Level::Warning, name: name.into(), text: text.into() }
    }

    pub(crate) fn detail(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { level: Level::Detail, name: name.into(), text: text.into() }
    }

    /// The line, without its line break.
    pub(crate) fn line(&self) -> String {
        let text = self.text.lines().map(printable).collect::<Vec<_>>().join("\n  ");
        if self.name.is_empty() {
            format!("dechaff: {text}")
        } else {
            format!("dechaff: {}: {text}", printable(&self.name))
        }
    }
}

/// What is shown: everything up to this level.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Loudness(Level);

impl Loudness {
    pub(crate) fn new(quiet: u8, verbose: u8) -> Self {
        Self(match (quiet, verbose) {
            (2.., _) => Level::Error,
            (_, 0) => Level::Warning,
            _ => Level::Detail,
        })
    }

    pub(crate) fn shows(self, level: Level) -> bool {
        level <= self.0
    }

    /// Writes a message to stderr, if it is to be shown.
    pub(crate) fn say(self, message: &Message) {
        if self.shows(message.level) {
            eprintln_quietly(&message.line());
        }
    }
}

/// Like `eprintln!`, but a closed stderr is no reason to panic.
pub(crate) fn eprintln_quietly(line: &str) {
    use io::Write as _;
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Escapes what could move the cursor or turn the line around.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let wild = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(wild) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if wild(c) {
            let _ = write!(out, "{}", c.escape_default());
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// An operating system's error in the tone of the other messages.
pub(crate) fn plainly(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_paint_the_terminal() {
        let message = Message::error("a\u{1b}[31m\n.txt", "no such file");
        assert_eq!(message.line(), "dechaff: a\\u{1b}[31m\\n.txt: no such file");
    }

    #[test]
    fn errors_are_in_lower_case_without_numbers() {
        assert_eq!(plainly(&io::Error::from_raw_os_error(2)), "no such file or directory");
    }

    #[test]
    fn quiet_twice_leaves_only_failures() {
        assert!(Loudness::new(1, 0).shows(Level::Warning));
        assert!(!Loudness::new(2, 0).shows(Level::Warning));
        assert!(Loudness::new(2, 1).shows(Level::Error));
        assert!(Loudness::new(0, 1).shows(Level::Detail));
    }
}
