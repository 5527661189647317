//! Lines on stderr: `dechaff: <name>: <what>`. What comes from strangers (names, errors) is made harmless here.

use std::io;

use dechaff::report::{safe, safe_name};

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
        let text = self.text.lines().map(safe).collect::<Vec<_>>().join("\n  ");
        if self.name.is_empty() {
            format!("dechaff: {text}")
        } else {
            format!("dechaff: {}: {text}", safe_name(&self.name))
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
        assert_eq!(message.line(), "dechaff: a^[[31m^J.txt: no such file");
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
