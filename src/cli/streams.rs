//! Opens inputs and outputs that may be pipes, and reads them without missing a signal.

use std::fs::File;
use std::io::{self, Cursor, Read};
#[cfg(unix)]
use std::os::fd::AsFd as _;
#[cfg(unix)]
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
#[cfg(windows)]
use std::os::windows::io::AsHandle as _;
use std::path::Path;
use std::time::Duration;

use super::interrupt;
use super::packing::Packing;

/// How long a pipe may be silent before its writer counts as waiting for output. A pipe that is being
/// filled pauses for less.
const PLAIN_PAUSE: Duration = Duration::from_millis(2);
/// Longer limit for packed output: its bytes depend on where chunks end and should not vary between runs.
const PACKED_PAUSE: Duration = Duration::from_millis(40);

/// Stdin as a file, without a buffer.
pub(crate) fn stdin() -> io::Result<File> {
    #[cfg(unix)]
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    #[cfg(windows)]
    let stdin = io::stdin().as_handle().try_clone_to_owned();
    stdin.map(File::from)
}

/// Opens an input. Does not wait for the writer of a FIFO; reading does, and [`Stream`] ends that at a signal. Of an input that was
/// found in a folder (`is_named` false) what took its place since then is refused: a pipe, a link, as a walk follows none.
pub(crate) fn open_input(path: &Path, is_named: bool) -> io::Result<File> {
    let file = open(path, is_named)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false if is_named => blocking(file),
        false => Err(io::Error::other("is no plain file any more; left out")),
    }
}

#[cfg(unix)]
fn open(path: &Path, follows: bool) -> io::Result<File> {
    use rustix::fs::OFlags;
    let flags = OFlags::NONBLOCK | if follows { OFlags::empty() } else { OFlags::NOFOLLOW };
    File::options().read(true).custom_flags(bits(flags)).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path, _follows: bool) -> io::Result<File> {
    File::options().read(true).open(path)
}

/// Opens a FIFO or a device to write to it. Waiting for the reader of a FIFO ends at a signal.
#[cfg(unix)]
pub(crate) fn open_output(path: &Path) -> io::Result<File> {
    let is_fifo = std::fs::metadata(path)?.file_type().is_fifo();
    let nobody_reads = Some(rustix::io::Errno::NXIO.raw_os_error());
    loop {
        match File::options().write(true).custom_flags(bits(rustix::fs::OFlags::NONBLOCK)).open(path) {
            Err(error) if is_fifo && error.raw_os_error() == nobody_reads => {
                if interrupt::is_asked() {
                    return Err(io::Error::other("interrupted while waiting for its reader"));
                }
                std::thread::sleep(POLL_INTERVAL);
            }
            opened => return opened.and_then(blocking),
        }
    }
}

#[cfg(not(unix))]
pub(crate) fn open_output(path: &Path) -> io::Result<File> {
    File::options().write(true).open(path)
}

#[cfg(unix)]
const fn bits(flags: rustix::fs::OFlags) -> i32 {
    flags.bits().cast_signed()
}

/// A file that was opened without waiting, for which reads and writes wait.
fn blocking(file: File) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
        fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    }
    Ok(file)
}

/// How often a run that waits for input checks for Ctrl-C.
const POLL_INTERVAL: Duration = Duration::from_millis(200);

/// True if a file has nothing to read for `pause`, or a signal came. Always false where the system cannot
/// tell.
#[cfg(unix)]
fn is_waiting(file: &File, pause: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let pause = pause.try_into().ok();
    matches!(poll(&mut [PollFd::new(file, PollFlags::IN)], pause.as_ref()), Ok(0) | Err(rustix::io::Errno::INTR))
}

#[cfg(not(unix))]
fn is_waiting(_file: &File, _pause: Duration) -> bool {
    false
}

/// Waits until there is something to read, and reads it.
///
/// # Errors
/// Those of the file, and one if Ctrl-C comes before there is anything to read.
pub(crate) fn wait_and_read(mut file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    while is_waiting(file, POLL_INTERVAL) {
        if interrupt::is_asked() {
            return Err(io::Error::other("interrupted while waiting for input"));
        }
    }
    file.read(buffer)
}

/// An input that can be read only once: stdin, a pipe, a socket.
pub(crate) struct Stream {
    /// Bytes that were read ahead.
    seen: Cursor<Vec<u8>>,
    /// The rest of the input; `None` if all of it was read ahead.
    rest: Option<File>,
}

impl Stream {
    pub(crate) fn new(file: File) -> Self {
        Self::behind(Vec::new(), Some(file))
    }

    /// What was read ahead, and the rest of the input; `None` if all of it was read ahead.
    pub(crate) fn behind(seen: Vec<u8>, rest: Option<File>) -> Self {
        Self { seen: Cursor::new(seen), rest }
    }

    /// True if nothing can be read for `pause`.
    fn waits(&self, pause: Duration) -> bool {
        let is_read = self.seen.position() == self.seen.get_ref().len() as u64;
        self.rest.as_ref().is_some_and(|rest| is_read && is_waiting(rest, pause))
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.seen.read(buffer)? {
            0 => self.rest.as_mut().map_or(Ok(0), |rest| wait_and_read(rest, buffer)),
            read => Ok(read),
        }
    }
}

/// A stream that returns `WouldBlock` once before it waits for its writer, so that the results of what was
/// read so far can be written.
pub(crate) struct YieldingStream {
    stream: Stream,
    pause: Duration,
    has_yielded: bool,
}

impl YieldingStream {
    /// `output` is the packing of the output.
    pub(crate) fn new(stream: Stream, output: Packing) -> Self {
        let pause = if output == Packing::None { PLAIN_PAUSE } else { PACKED_PAUSE };
        Self { stream, pause, has_yielded: false }
    }
}

/// A reader that waits where a [`YieldingStream`] says that it would: for who needs all of an input before there are results.
pub(crate) struct Patient<R>(pub R);

impl<R: Read> Read for Patient<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                read => return read,
            }
        }
    }
}

impl Read for YieldingStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if !self.has_yielded && self.stream.waits(self.pause) {
            self.has_yielded = true;
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let read = self.stream.read(buffer)?;
        self.has_yielded = false;
        Ok(read)
    }
}
