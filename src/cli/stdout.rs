//! Stdout, direct or through a pager, in colour or not. What is written is up to the commands.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::{AutoStream, ColorChoice};

use super::exit::Exit;
use super::message::{Loudness, Message, eprintln_quietly, plainly};
use super::pager::Pager;
use super::unit_result::UnitResult;
use super::work::{EarlyEnd, Output};

/// First byte of a style sequence.
const ESCAPE: u8 = 0x1b;
/// Width in columns where neither the terminal nor the environment says one.
const COLUMNS: usize = 80;

/// True if the program was started without a stdout (`>&-`).
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Runs before `main`: Rust's start opens /dev/null in place of a closed stdout, and output would vanish in silence.
#[cfg(unix)]
#[ctor::ctor(unsafe)]
fn find_closed() {
    let is_closed = rustix::io::fcntl_getfd(rustix::stdio::stdout()).is_err();
    IS_CLOSED.store(is_closed, Ordering::Relaxed);
}

/// Stdout, to write bytes to.
///
/// # Errors
/// If the program was started without one.
pub(crate) fn open() -> io::Result<io::StdoutLock<'static>> {
    if IS_CLOSED.load(Ordering::Relaxed) {
        return Err(io::Error::other("is closed; send it to /dev/null to drop the output"));
    }
    Ok(io::stdout().lock())
}

/// Stdout for styled text. Styles are removed where colour is off.
pub(crate) struct Stdout {
    direct: AutoStream<io::Stdout>,
    pager: Option<Pager>,
}

impl Stdout {
    pub(crate) fn new() -> Self {
        Self::with(None)
    }

    pub(crate) fn with(pager: Option<Pager>) -> Self {
        Self { direct: AutoStream::auto(io::stdout()), pager }
    }

    pub(crate) fn write(&mut self, text: &[u8]) -> io::Result<()> {
        // A run that prints nothing succeeds on a closed stdout.
        if text.is_empty() {
            return Ok(());
        }
        if self.direct.current_choice() == ColorChoice::Never {
            return self.write_bytes(&plain(text));
        }
        match &mut self.pager {
            Some(pager) => pager.write(text),
            None => {
                drop(open()?);
                self.direct.write_all(text)?;
                self.direct.flush()
            }
        }
    }

    /// Writes bytes unchanged, styles included.
    pub(crate) fn write_bytes(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(pager) = &mut self.pager {
            return pager.write(bytes);
        }
        let mut stdout = open()?;
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// Writes a whole page. Returns the exit code, and reports a failed write.
    pub(crate) fn print(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Exit {
        let mut page = Vec::new();
        match write(&mut page).and_then(|()| self.write(&page)).map_err(EarlyEnd::from) {
            Ok(()) | Err(EarlyEnd::ReaderGone) => Exit::Done,
            Err(EarlyEnd::Output(error)) => {
                Loudness::new(0, 0).say(&Message::error("<stdout>", plainly(&error)));
                Exit::Trouble
            }
        }
    }

    /// Shows a message. If a pager holds the terminal, it goes into the pager's text, as in git: on stderr
    /// it would overwrite the screen.
    pub(crate) fn say(&mut self, message: &Message) {
        let line = message.line();
        match &mut self.pager {
            // The write fails if the user left the pager: ignored.
            Some(pager) if Pager::takes_messages() => drop(pager.write(format!("{line}\n").as_bytes())),
            _ => eprintln_quietly(&line),
        }
    }

    /// Closes the pager, if there is one, and waits until the user has left it.
    pub(crate) fn end(self) {
        if let Some(pager) = self.pager {
            pager.end();
        }
    }
}

/// Removes styles from a text. Styles end with their line; lines without any are copied as they are.
fn plain(text: &[u8]) -> Vec<u8> {
    let (mut plain, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some(style) = memchr::memchr(ESCAPE, rest) {
        let begin = memchr::memrchr(b'\n', &rest[..style]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &rest[style..]).map_or(rest.len(), |at| style + at + 1);
        plain.extend_from_slice(&rest[..begin]);
        plain.extend(anstream::adapter::strip_bytes(&rest[begin..end]).flatten());
        rest = &rest[end..];
    }
    plain.extend_from_slice(rest);
    plain
}

/// Width for lines in columns: the terminal's, else `COLUMNS`, else 80.
pub(crate) fn width() -> usize {
    let said = || std::env::var_os("COLUMNS")?.to_str()?.parse().ok().filter(|columns| *columns > 0);
    super::progress::columns().or_else(said).unwrap_or(COLUMNS)
}

impl<P> Output<P> for Stdout {
    fn write(&mut self, done: &UnitResult<P>) -> io::Result<()> {
        Self::write(self, &done.out)
    }

    fn say(&mut self, message: &Message) {
        Self::say(self, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_go_and_all_else_stays() {
        for (styled, bare) in [
            ("a\n\x1b[31mb\x1b[0m c\nd\n\n\x1b[1me\x1b[0m", "a\nb c\nd\n\ne"),
            ("\x1b[2mx\x1b[0m\n", "x\n"),
            ("é\t\u{9b}\n", "é\t\u{9b}\n"),
            ("", ""),
        ] {
            assert_eq!(plain(styled.as_bytes()), bare.as_bytes(), "{styled:?}");
        }
    }
}
