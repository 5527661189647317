//! Points at each change on disk where a test can kill (`DECHAFF_ABORT_AT`) or interrupt
//! (`DECHAFF_INTERRUPT_AT`, `DECHAFF_INTERRUPT_BY` a signal) the program. Only with debug assertions; a release
//! has none.

use std::io::{self, Write};

/// Passes one point.
#[inline]
pub(crate) fn reached() {
    #[cfg(debug_assertions)]
    if tested::is_reached() {
        std::process::abort();
    }
}

/// Writes all bytes. Passes one point when half of them are written, and one behind them.
pub(crate) fn write_all(mut to: impl Write, bytes: &[u8]) -> io::Result<()> {
    #[cfg(debug_assertions)]
    if tested::is_reached() {
        let _ = to.write_all(&bytes[..bytes.len() / 2]);
        std::process::abort();
    }
    to.write_all(bytes).inspect(|()| reached())
}

/// Counts points from 1 and compares them with those that environment variables give.
#[cfg(debug_assertions)]
mod tested {
    use std::str::FromStr;
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use crate::cli::interrupt;

    static PASSED: AtomicUsize = AtomicUsize::new(0);
    static ABORT: LazyLock<Option<usize>> = LazyLock::new(|| number("DECHAFF_ABORT_AT"));
    static INTERRUPT: LazyLock<Option<usize>> = LazyLock::new(|| number("DECHAFF_INTERRUPT_AT"));

    #[expect(clippy::disallowed_methods, reason = "the program is told by a test; the library still reads nothing")]
    fn number<T: FromStr>(name: &str) -> Option<T> {
        std::env::var(name).ok()?.parse().ok()
    }

    /// Passes one point; true if the program has to die there.
    pub(super) fn is_reached() -> bool {
        let at = Some(PASSED.fetch_add(1, Ordering::Relaxed) + 1);
        if *INTERRUPT == at {
            interrupt::raise(number("DECHAFF_INTERRUPT_BY"));
        }
        *ABORT == at
    }
}
