//! The first bytes of an input, read ahead. What they mean is decided in `dechaff::format::kind`.

use std::fs::File;
use std::io::{self, Read};

use dechaff::format::kind::{self, START};

use super::packing::Packing;
use super::streams::{Stream, wait_and_read};

/// Bytes read at a time while the first line is searched for.
const READ_SIZE: usize = 8 << 10;

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
        let (seen, has_ended) = (stored.seen, stored.has_ended);
        Ok(Self { bytes, whole, packing, stream: Stream::behind(seen, (!has_ended).then_some(file)) })
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

/// Reads once, and again if a signal interrupts the call.
fn read_uninterrupted(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
