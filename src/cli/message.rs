//! Messages on stderr, `dechaff: <name>: <what>`, and which of them are shown. Control characters in names
//! and error texts are made visible here, so that no file name can control the terminal.

use std::io;

use dechaff::report::{safe, safe_name};

/// How grave a message is. `-q` and `-v` choose the levels that are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// A failure. Always shown.
    Error,
    /// Hidden by `-qq`.
    Warning,
    /// Shown only with `-v`.
    Detail,
}

/// One message for stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) level: Level,
    /// The file, folder or record that the message is about; empty if it is about the program itself.
    pub(crate) name: String,
    /// The message in lower case, with a remedy where there is one.
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

    /// The message as it is printed, without the last line break. More lines of `text` are indented.
    pub(crate) fn line(&self) -> String {
        format!("dechaff: {}", self.of_report())
    }

    /// The message as reports have it, without the name of the program.
    pub(crate) fn of_report(&self) -> String {
        let text = self.text.lines().map(safe).collect::<Vec<_>>().join("\n  ");
        if self.name.is_empty() { text } else { format!("{}: {text}", safe_name(&self.name)) }
    }
}

/// The least grave level that is shown.
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

    /// Writes a message to stderr if its level is shown.
    pub(crate) fn say(self, message: &Message) {
        if self.shows(message.level) {
            eprintln_quietly(&message.line());
        }
    }
}

/// Like `eprintln!`, but does not panic if stderr is closed.
pub(crate) fn eprintln_quietly(line: &str) {
    use io::Write as _;
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// The text of an I/O error in lower case, without `(os error N)`.
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
