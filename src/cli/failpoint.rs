//! Points after each change on disk where a test can kill (`DECHAFF_ABORT_AT`) or interrupt
//! (`DECHAFF_INTERRUPT_AT`) the program. Only with debug assertions; a release has none.

/// Passes one point.
#[inline]
pub(crate) fn reached() {
    #[cfg(debug_assertions)]
    tested::reached();
}

/// Counts points from 1 and acts at the one whose number an environment variable gives.
#[cfg(debug_assertions)]
mod tested {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use crate::cli::interrupt;

    static PASSED: AtomicUsize = AtomicUsize::new(0);
    static ABORT: LazyLock<Option<usize>> = LazyLock::new(|| number("DECHAFF_ABORT_AT"));
    static INTERRUPT: LazyLock<Option<usize>> = LazyLock::new(|| number("DECHAFF_INTERRUPT_AT"));

    #[expect(clippy::disallowed_methods, reason = "the program is told by a test; the library still reads nothing")]
    fn number(name: &str) -> Option<usize> {
        std::env::var(name).ok()?.parse().ok()
    }

    pub(super) fn reached() {
        let at = Some(PASSED.fetch_add(1, Ordering::Relaxed) + 1);
        if *ABORT == at {
            std::process::abort();
        }
        if *INTERRUPT == at {
            interrupt::raise();
        }
    }
}
