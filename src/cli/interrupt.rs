//! Ctrl-C: the first one asks the run to end at the next document, a second one ends it at once.
//!
//! The second one ends the program inside the signal handler, where no file may be touched. So what was being written
//! just then may stay: the hidden `.dechaff-*.tmp` beside a file (the file itself is whole, the old one or the new), a
//! new file torn in an output folder, a `.orig` beside an original that was not yet replaced.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::exit::Exit;

/// True once the user wants the run to end.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Starts to listen.
    pub(crate) fn listen() -> Self {
        let interrupt = Self::default();
        for signal in [SIGINT, SIGTERM] {
            // In this order: the first signal only sets the flag, the second finds it set. A system that knows no
            // such signals just ends the program, so a failure here is no reason not to work.
            let _ = flag::register_conditional_shutdown(signal, Exit::Interrupted.code().into(), interrupt.0.clone());
            let _ = flag::register(signal, interrupt.0.clone());
        }
        interrupt
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
