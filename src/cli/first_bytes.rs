//! The first bytes of an input, read ahead; and streams that can be read only once. What the bytes mean is
//! decided in `dechaff::format::kind`.

use std::fs::File;
use std::io::{self, Cursor, Read};
#[cfg(unix)]
use std::os::fd::AsFd as _;
#[cfg(unix)]
use std::os::unix::fs::OpenOptionsExt as _;
#[cfg(windows)]
use std::os::windows::io::AsHandle as _;
use std::path::Path;
use std::time::Duration;

use dechaff::format::kind::{self, START};

use super::interrupt;
use super::packing::Packing;

/// How long a pipe may be silent before its writer counts as waiting for output. A pipe that is being
/// filled pauses for less.
const PLAIN_PAUSE: Duration = Duration::from_millis(2);
/// Longer limit for packed output: its bytes depend on where chunks end and should not vary between runs.
const PACKED_PAUSE: Duration = Duration::from_millis(40);
/// Bytes read at a time while the first line is searched for.
const READ_SIZE: usize = 8 << 10;

/// Stdin as a file, without a buffer.
pub(crate) fn stdin() -> io::Result<File> {
    #[cfg(unix)]
    let stdin = io::stdin().as_fd().try_clone_to_owned();
    #[cfg(windows)]
    let stdin = io::stdin().as_handle().try_clone_to_owned();
    stdin.map(File::from)
}

/// Opens a path that is no plain file: a FIFO, a device. Does not wait for the writer of a FIFO; reading does, and ends at a
/// signal.
pub(crate) fn special(path: &Path) -> io::Result<File> {
    open(path, true).and_then(blocking)
}

/// Opens an input that was a plain file when it was found. What took its place in a folder since then is refused: a pipe, for whose
/// writer the run would wait, and a link, as a walk follows none.
pub(crate) fn plain(path: &Path, is_named: bool) -> io::Result<File> {
    let file = open(path, is_named)?;
    match file.metadata()?.is_file() {
        true => Ok(file),
        false if is_named => blocking(file),
        false => Err(io::Error::other("is no plain file any more")),
    }
}

#[cfg(unix)]
#[allow(clippy::disallowed_methods)] // a file that is opened in another way than by `files`
fn open(path: &Path, follows: bool) -> io::Result<File> {
    use rustix::fs::OFlags;
    let flags = OFlags::NONBLOCK | if follows { OFlags::empty() } else { OFlags::NOFOLLOW };
    File::options().read(true).custom_flags(bits(flags)).open(path)
}

#[cfg(not(unix))]
#[allow(clippy::disallowed_methods)]
fn open(path: &Path, _follows: bool) -> io::Result<File> {
    File::open(path)
}

/// Opens a FIFO or a device to write to it. Waiting for the reader of a FIFO ends at a signal.
#[allow(clippy::disallowed_methods)] // as above
pub(crate) fn special_for_writing(path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        let nobody_reads = Some(rustix::io::Errno::NXIO.raw_os_error());
        loop {
            match File::options().write(true).custom_flags(bits(rustix::fs::OFlags::NONBLOCK)).open(path) {
                Err(error) if error.raw_os_error() == nobody_reads => {
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
    File::options().write(true).open(path)
}

#[cfg(unix)]
fn bits(flags: rustix::fs::OFlags) -> i32 {
    i32::try_from(flags.bits()).unwrap_or_default()
}

/// A file that was opened without waiting. Reads and writes wait, unless it is a plain file, for which the way of opening makes no
/// difference.
fn blocking(file: File) -> io::Result<File> {
    #[cfg(unix)]
    {
        use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
        fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    }
    Ok(file)
}

/// The first bytes of an input, and the whole input as a stream.
pub(crate) struct FirstBytes {
    /// The unpacked bytes up to the first line that is not blank, and what was read with it.
    pub(crate) bytes: Vec<u8>,
    /// True if the input ends with `bytes`.
    pub(crate) whole: bool,
    pub(crate) packing: Packing,
    /// All bytes of the input as they are stored, from the first one on.
    pub(crate) stream: Stream,
}

impl FirstBytes {
    /// Reads the packing from the first bytes, which is `packing` if they do not show one, and the first line if `line` is true.
    pub(crate) fn at(file: File, packing: Option<Packing>, line: bool) -> Result<Self, String> {
        let mut stored = Recorded { file: &file, has_ended: false, seen: Vec::new(), at: 0 };
        // The bytes count before the name.
        let packing = match stored.packing().map_err(|e| Packing::None.describe(&e))? {
            Packing::None => packing.unwrap_or_default(),
            found => found,
        };
        let (mut bytes, mut whole) = (Vec::new(), false);
        if line {
            stored.first_line(packing, &mut bytes, &mut whole).map_err(|e| packing.describe(&e))?;
        }
        let (seen, has_ended) = (Cursor::new(stored.seen), stored.has_ended);
        Ok(Self { bytes, whole, packing, stream: Stream { seen, rest: (!has_ended).then_some(file) } })
    }
}

/// A file that keeps the bytes read from it, to read them again.
struct Recorded<'f> {
    file: &'f File,
    /// True once the file ended. It is then not read again: a terminal would ask for another end of input.
    has_ended: bool,
    seen: Vec<u8>,
    at: usize,
}

impl Recorded<'_> {
    fn packing(&mut self) -> io::Result<Packing> {
        let mut room = [0; Packing::START];
        // Stops at a line break: the writer may wait for an answer to a shorter line.
        while self.seen.len() < room.len() && !self.seen.contains(&b'\n') {
            let wanted = room.len() - self.seen.len();
            if read_uninterrupted(self, &mut room[..wanted])? == 0 {
                break;
            }
        }
        self.at = 0;
        Ok(Packing::of_start(&self.seen))
    }

    fn first_line(&mut self, packing: Packing, bytes: &mut Vec<u8>, whole: &mut bool) -> io::Result<()> {
        let mut plain = packing.reader(self)?;
        let mut room = [0; READ_SIZE];
        while !*whole && bytes.len() < START && !kind::has_line(bytes) {
            let read = read_uninterrupted(&mut plain, &mut room)?;
            bytes.extend_from_slice(&room[..read]);
            *whole = read == 0;
        }
        Ok(())
    }
}

impl Read for Recorded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.seen.len() {
            let read = if self.has_ended { 0 } else { wait_and_read(self.file, buffer)? };
            self.has_ended |= read == 0;
            self.seen.extend_from_slice(&buffer[..read]);
            self.at += read;
            return Ok(read);
        }
        let read = (&self.seen[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
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
fn wait_and_read(mut file: &File, buffer: &mut [u8]) -> io::Result<usize> {
    while is_waiting(file, POLL_INTERVAL) {
        if interrupt::is_asked() {
            return Err(io::Error::other("interrupted while waiting for input"));
        }
    }
    file.read(buffer)
}

/// Reads once, and again if a signal interrupts the call.
fn read_uninterrupted(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
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
        Self { seen: Cursor::default(), rest: Some(file) }
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
