//! Hashes of file contents. The one door of `blake3`.

use std::io;

pub(crate) use blake3::{Hash, Hasher};

/// A key without which nobody can compute a checksum.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key([u8; blake3::KEY_LEN]);

impl Key {
    /// The key that a secret makes.
    pub(super) fn of(secret: &[u8]) -> Self {
        Self(*blake3::hash(secret).as_bytes())
    }

    /// The checksum of bytes in memory.
    pub(super) fn sum(&self, bytes: &[u8]) -> Hash {
        blake3::keyed_hash(&self.0, bytes)
    }
}

/// The hash of bytes in memory.
pub(crate) fn hash(bytes: &[u8]) -> Hash {
    blake3::hash(bytes)
}

/// The hash of everything that a reader returns.
pub(crate) fn hash_of(reader: impl io::Read) -> io::Result<Hash> {
    hash_each(reader, |_| Ok(()))
}

/// The hash of everything that a reader returns. Also calls `take` with each piece of it, in order.
pub(crate) fn hash_each(mut reader: impl io::Read, mut take: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<Hash> {
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 1 << 17];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hasher.finalize()),
            n => {
                hasher.update(&buffer[..n]);
                take(&buffer[..n])?;
            }
        }
    }
}
