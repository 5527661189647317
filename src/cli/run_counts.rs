//! Counts of a run over documents, for the summary and the exit code. What one command gathers besides is
//! its [`Part`](super::work::Work::Part).

use dechaff::Cleaned;
use dechaff::report::Summary;

/// Counts of one unit of work, or of a whole run.
#[derive(Default)]
pub(crate) struct RunCounts {
    pub(crate) summary: Summary,
    /// Documents from which something was removed.
    pub(crate) changed: u64,
    /// Documents left unchanged because too much would go.
    pub(crate) held: u64,
    /// Inputs, documents and lines that could not be read, cleaned or written.
    pub(crate) failed: u64,
    /// True if folders held nothing to read, or a file of records no text.
    pub(crate) found_nothing: bool,
    /// Records without a text field.
    pub(crate) textless: u64,
    /// Files and records that were passed over, those without a text included.
    pub(crate) skipped: u64,
    /// Removals, those of held documents included.
    pub(crate) findings: u64,
}

impl RunCounts {
    /// Counts a document that was cleaned or held.
    pub(crate) fn add(&mut self, name: &str, cleaned: &Cleaned<'_>) {
        self.summary.add(name, cleaned);
        self.changed += u64::from(cleaned.is_changed());
        self.held += u64::from(cleaned.held().is_some());
        self.findings += cleaned.removals().len() as u64;
    }

    pub(crate) fn failed(&mut self) {
        self.summary.failed();
        self.failed += 1;
    }

    /// Counts a file that was passed over.
    pub(crate) fn skipped(&mut self) {
        self.summary.skipped();
        self.skipped += 1;
    }

    /// Counts a record that was passed over for want of a text.
    pub(crate) fn textless(&mut self) {
        self.skipped();
        self.textless += 1;
    }

    /// Adds other counts to these.
    pub(crate) fn merge(&mut self, other: Self) {
        self.summary.merge(&other.summary);
        self.changed += other.changed;
        self.held += other.held;
        self.failed += other.failed;
        self.found_nothing |= other.found_nothing;
        self.textless += other.textless;
        self.skipped += other.skipped;
        self.findings += other.findings;
    }
}
