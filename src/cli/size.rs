//! Sizes in bytes, read and written as text: `4 GiB`. The one door of `bytesize`.

use bytesize::ByteSize;

/// Number of bytes that a text like `4096` or `4 GiB` means; `None` if it is no size.
pub(crate) fn parse(text: &str) -> Option<u64> {
    text.parse::<ByteSize>().ok().map(|size| size.as_u64())
}

/// Writes a number of bytes in binary units, as in `4.0 GiB`.
pub(crate) fn shown(bytes: u64) -> String {
    ByteSize::b(bytes).display().iec().to_string()
}
