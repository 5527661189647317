//! Ctrl-C, SIGTERM and SIGHUP: the first signal ends the run after the document at hand, the second at once. A
//! run that waits for input ends at the first signal, see [`is_asked`].
//!
//! The second signal exits inside the signal handler, where no file may be touched. What was being written
//! may remain as a hidden `.dechaff-*.tmp` beside a file; the file itself is complete, old or new.

use std::ffi::c_int;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{SigId, flag, low_level};

use super::exit::Exit;

/// A handle on the signals of this run.
#[derive(Debug, Default)]
pub(crate) struct Interrupt {
    flag: Arc<AtomicBool>,
    shutdowns: Vec<SigId>,
}

/// Set by the first signal.
static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// True once a signal came in a run that listens.
pub(crate) fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Sends a signal to the program itself, for tests: Ctrl-C, unless another is named.
#[cfg(debug_assertions)]
pub(super) fn raise(signal: Option<c_int>) {
    let _ = low_level::raise(signal.unwrap_or(SIGINT));
}

/// The signal of a terminal that closes, unless the program shall outlive it, as `nohup` asks.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "a file of the system, not of a user; the library still reads none")]
fn hangup() -> Option<c_int> {
    use signal_hook::consts::SIGHUP;
    // Systems without this file do not say what is ignored. There the signal ends the program at once, or not
    // at all, as it did when the program began.
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"))?;
    let is_ignored = u64::from_str_radix(ignored.trim(), 16).ok()? & 1 << (SIGHUP - 1) != 0;
    (!is_ignored).then_some(SIGHUP)
}

#[cfg(not(unix))]
fn hangup() -> Option<c_int> {
    None
}

impl Interrupt {
    /// Starts to listen for signals.
    pub(crate) fn listen() -> Self {
        let mut interrupt = Self { flag: ASKED.clone(), shutdowns: Vec::new() };
        for signal in [SIGINT, SIGTERM].into_iter().chain(hangup()) {
            // Order matters: the first signal finds the flag unset and sets it, the second finds it set and
            // exits. On systems without these signals registration fails, and Ctrl-C simply ends the
            // program.
            let code = Exit::Interrupted.code().into();
            interrupt.shutdowns.extend(flag::register_conditional_shutdown(signal, code, interrupt.flag.clone()));
            let _ = flag::register(signal, interrupt.flag.clone());
        }
        // With a handler a write over the limit of `ulimit -f` is an error of that file, and not the end.
        #[cfg(unix)]
        let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
        interrupt
    }

    /// Stops a second Ctrl-C from ending the program: a pager uses the key itself, and must not lose the
    /// terminal.
    pub(crate) fn leave_to_pager(&mut self) {
        for id in self.shutdowns.drain(..) {
            low_level::unregister(id);
        }
    }

    pub(crate) fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}
