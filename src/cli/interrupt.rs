//! Ctrl-C: the first one asks the run to end at the next document, a second one ends it at once. A run that waits for the writer of
//! its input ends with the first one: see [`is_asked`].
//!
//! The second one ends the program inside the signal handler, where no file may be touched. So what was being written
//! just then may stay: the hidden `.dechaff-*.tmp` beside a file (the file itself is whole, the old one or the new), or a
//! new file torn in an output folder.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{SigId, flag, low_level};

use super::exit::Exit;

/// True once the user wants the run to end.
#[derive(Debug, Default)]
pub(crate) struct Interrupt {
    flag: Arc<AtomicBool>,
    shutdowns: Vec<SigId>,
}

/// Set by the first signal.
static ASKED: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);

/// True once the user wants a run that listens to end.
pub(crate) fn is_asked() -> bool {
    ASKED.load(Ordering::Relaxed)
}

/// Does what Ctrl-C does.
#[cfg(debug_assertions)]
pub(super) fn raise() {
    let _ = low_level::raise(SIGINT);
}

impl Interrupt {
    /// Starts to listen.
    pub(crate) fn listen() -> Self {
        let mut interrupt = Self { flag: ASKED.clone(), shutdowns: Vec::new() };
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first signal only sets the flag, the second finds it set. A system that knows no
            // such signals just ends the program, so a failure here is no reason not to work.
            let code = Exit::Interrupted.code().into();
            interrupt.shutdowns.extend(flag::register_conditional_shutdown(signal, code, interrupt.flag.clone()));
            let _ = flag::register(signal, interrupt.flag.clone());
        }
        interrupt
    }

    /// From now on a second Ctrl-C does not end the program: in a pager it is a key like others, and the terminal must not be
    /// taken from it.
    pub(crate) fn leave_to_pager(&mut self) {
        for id in self.shutdowns.drain(..) {
            low_level::unregister(id);
        }
    }

    pub(crate) fn is_set(&self) -> bool {
        self.flag.load(Ordering::Relaxed)
    }
}
