//! Chooses and starts the pager as git does. What is paged, and when, is decided by the commands.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::{Child, Command, Stdio};

use super::message::{Loudness, Message, plainly};

/// The pager if none is configured.
const USUAL: &str = "less";

/// Default settings of `less` and `lv`: `less` ends at once if all fits on the screen, shows colours, and
/// leaves the text on the screen.
const MANNERS: [(&str, &str); 2] = [("LESS", "FRX"), ("LV", "-c")];

/// A running pager.
pub(crate) struct Pager {
    child: Child,
}

impl Pager {
    /// Starts the user's pager if stdout is a terminal. Returns `None` if the pager is `cat` or empty, or
    /// cannot start.
    pub(crate) fn start(configured: Option<&str>, loudness: Loudness) -> Option<Self> {
        if !io::stdout().is_terminal() {
            return None;
        }
        let set = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        let named = set("DECHAFF_PAGER").or_else(|| configured.map(str::to_owned)).or_else(|| set("PAGER"));
        let typed = named.as_deref().unwrap_or(USUAL).trim();
        let mut command = command(typed)?;
        for (name, value) in MANNERS {
            if std::env::var_os(name).is_none() {
                command.env(name, value);
            }
        }
        match command.stdin(Stdio::piped()).spawn() {
            Ok(child) => Some(Self { child }),
            Err(error) => {
                if named.is_some() {
                    let text = format!("cannot start the pager '{typed}': {}; shown without", plainly(&error));
                    loudness.say(&Message::warning("", text));
                }
                None
            }
        }
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        // `stdin` is set until `end`.
        self.child.stdin.as_mut().map_or(Ok(()), |stdin| stdin.write_all(bytes))
    }

    /// True if stderr is the terminal that the pager draws on, so that messages belong into the pager.
    pub(crate) fn takes_messages() -> bool {
        io::stderr().is_terminal()
    }

    /// Closes the pager's input and waits until the user leaves it.
    pub(crate) fn end(mut self) {
        drop(self.child.stdin.take());
        // The pager's exit status does not matter.
        drop(self.child.wait());
    }
}

/// The command for a pager setting: run directly if it is plain words, else through the shell.
fn command(typed: &str) -> Option<Command> {
    let mut words = typed.split_whitespace();
    let first = words.next().filter(|first| typed != "cat" && !first.is_empty())?;
    if cfg!(unix) && typed.contains(|c| "|&;<>()$`\\\"'*?[#~=%".contains(c)) {
        let mut shell = Command::new("sh");
        shell.args(["-c", typed]);
        return Some(shell);
    }
    let mut command = Command::new(first);
    command.args(words);
    Some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(typed: &str) -> Option<Vec<String>> {
        let command = command(typed)?;
        let all = std::iter::once(command.get_program()).chain(command.get_args());
        Some(all.map(|word| word.to_string_lossy().into_owned()).collect())
    }

    #[test]
    fn a_pager_is_words_or_a_line_of_shell() {
        assert_eq!(words("less -S"), Some(vec!["less".to_owned(), "-S".to_owned()]));
        assert_eq!((words(""), words("cat")), (None, None));
        if cfg!(unix) {
            assert_eq!(words("A=1 less | cat").map(|w| w[..2].to_vec()), Some(vec!["sh".to_owned(), "-c".to_owned()]));
        }
    }
}
