//! The progress bar: only on a terminal, and only once the work takes long. The one door of `indicatif` and
//! `terminal_size`.
#![allow(clippy::disallowed_methods)] // a progress bar needs the clock

use std::io::{IsTerminal as _, stderr};
use std::time::{Duration, Instant};

use dechaff::report::counted;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Time before the bar appears.
const PATIENCE: Duration = Duration::from_millis(500);

/// A progress bar with documents and bytes so far. No total: folders are still being walked.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    start: Instant,
    documents: u64,
}

impl Progress {
    /// A progress that shows nothing.
    pub(crate) fn none() -> Self {
        Self { bar: None, start: Instant::now(), documents: 0 }
    }

    /// A bar, if stderr is a terminal.
    pub(crate) fn on_terminal() -> Self {
        let bar = stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            let style = ProgressStyle::with_template("{spinner} {msg} · {bytes} · {bytes_per_sec} · {elapsed}");
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        });
        Self { bar, ..Self::none() }
    }

    /// Counts finished documents and bytes.
    pub(crate) fn add(&mut self, documents: u64, bytes: u64) {
        let Some(bar) = &self.bar else { return };
        self.documents += documents;
        if bar.is_hidden() && self.start.elapsed() > PATIENCE {
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
        }
        bar.set_message(counted(self.documents, "document"));
        bar.inc(bytes);
    }

    /// Hides the bar while `write` runs.
    pub(crate) fn suspended<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }

    /// Removes the bar.
    pub(crate) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Width of the terminal in columns; `None` if stdout is no terminal.
pub(crate) fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0))
}
