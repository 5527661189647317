//! Sizes in bytes as people write and read them: `4 GiB`.

use bytesize::ByteSize;

/// The bytes of a size: a whole number, or one with a unit.
pub(crate) fn parse(text: &str) -> Option<u64> {
    text.parse::<ByteSize>().ok().map(|size| size.as_u64())
}

/// A size in binary units.
pub(crate) fn shown(bytes: u64) -> String {
    ByteSize::b(bytes).display().iec().to_string()
}
