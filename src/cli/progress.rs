//! The progress bar: on a terminal only, and only once the work takes long enough to wonder. The one door of indicatif and
//! `terminal_size`.
#![allow(clippy::disallowed_methods)] // a progress bar needs the clock

use std::io::{IsTerminal as _, stderr};
use std::time::{Duration, Instant};

use dechaff::report::counted;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Work that ends before this shows no bar.
const PATIENCE: Duration = Duration::from_millis(500);

/// Documents and bytes so far. How many will come is not known while folders are still being walked.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    start: Instant,
    documents: u64,
}

impl Progress {
    /// No bar.
    pub(crate) fn none() -> Self {
        Self { bar: None, start: Instant::now(), documents: 0 }
    }

    /// A bar if stderr is a terminal.
    pub(crate) fn on_terminal() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{spinner} {msg} · {bytes} · {bytes_per_sec} · {elapsed}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        Self { bar, ..Self::none() }
    }

    /// Some more work is done.
    pub(crate) fn add(&mut self, documents: u64, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        self.documents += documents;
        if bar.is_hidden() && self.start.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
        bar.set_message(counted(self.documents, "document"));
        bar.inc(bytes);
    }

    /// Takes the bar away while something else is written to the terminal.
    pub(crate) fn suspended<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Takes the bar away for good.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// The width of the terminal that is stdout.
pub(crate) fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}
