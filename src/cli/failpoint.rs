//! Points behind each change of the disk. A test has the program end itself at one of them, as if it were killed there, or be
//! asked to end, as if by Ctrl-C. Only where debug assertions are on: a release has none of this.

/// Passes a point.
#[inline]
pub(crate) fn reached() {
    #[cfg(debug_assertions)]
    tested::reached();
}

/// What is done at the point whose number, from 1, a variable of the environment says.
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
