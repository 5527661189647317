//! The summary of a run of `clean`: counts of documents, and a table of removed lines and bytes by family.
//! The only names in it are those of held documents.

use std::io::{self, Write};

use super::screen::{counted, safe_name, thousands};
use super::tally::{Amount, FamilyTally};
use super::{DIM, TITLE, WARNING, styled, styled_line};
use crate::cleaner::Cleaned;

/// The number of held documents that are named; further ones are only counted.
const NAMED: usize = 10;

/// Counts documents, and the lines and bytes that were removed from them.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    cleaned: u64,
    changed: u64,
    held: u64,
    held_names: Vec<String>,
    failed: u64,
    skipped: u64,
    passed_over: Option<String>,
    notes: Vec<String>,
    tally: FamilyTally,
}

impl Summary {
    /// Counts a document that was read and judged.
    pub fn add(&mut self, name: &str, cleaned: &Cleaned<'_>) {
        self.cleaned += 1;
        if cleaned.is_changed() {
            self.changed += 1;
            self.tally.add(&FamilyTally::of(cleaned));
        }
        if let Some(held) = cleaned.held() {
            self.held += 1;
            if self.held_names.len() < NAMED {
                self.held_names.push(format!("{}: {held}", safe_name(name)));
            }
        }
    }

    /// Counts a document that could not be read, cleaned or written.
    pub fn failed(&mut self) {
        self.failed += 1;
    }

    /// Counts a document that was not cleaned because it has no text: a binary file, a record without a
    /// text.
    pub fn skipped(&mut self) {
        self.skipped += 1;
    }

    /// Sets a line about files that were not opened, which follows the counts.
    pub fn passed_over(&mut self, what: String) {
        self.passed_over = Some(what);
    }

    /// Adds a line about the whole run, which follows the counts.
    pub fn note(&mut self, what: String) {
        self.notes.push(what);
    }

    /// Adds another summary, whose documents follow the documents of this one in input order.
    pub fn merge(&mut self, other: &Self) {
        self.cleaned += other.cleaned;
        self.changed += other.changed;
        self.held += other.held;
        self.notes.extend(other.notes.iter().cloned());
        let room = NAMED.saturating_sub(self.held_names.len());
        self.held_names.extend(other.held_names.iter().take(room).cloned());
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.tally.add(&other.tally);
    }

    /// Writes the counts, the names of held documents, and the table if anything was removed.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let documents = self.cleaned + self.failed + self.skipped;
        documents_line(out, documents, self.changed, [self.held, self.failed, self.skipped])?;
        if let Some(what) = &self.passed_over {
            writeln!(out, "  {what}")?;
        }
        for note in &self.notes {
            writeln!(out, "  {}", safe_name(note))?;
        }
        for name in &self.held_names {
            writeln!(out, "  held, left as it is: {name}")?;
        }
        let more = self.held - self.held_names.len() as u64;
        if more > 0 {
            writeln!(out, "  held, left as they are: {} more", thousands(more))?;
        }
        if self.tally.total == Amount::default() { Ok(()) } else { self.table(out) }
    }

    fn table(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut rows: Vec<(&str, Amount)> = self.tally.families().iter().map(|(f, a)| (f.as_str(), *a)).collect();
        rows.push(("blank lines", self.tally.blank));
        let total = self.tally.total;
        let name = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let lines = thousands(total.lines).len().max("lines".len());
        let bytes = thousands(total.bytes).len().max("bytes".len());
        writeln!(out)?;
        let row = |label: &str, l: &str, b: &str| format!("  {label:name$}  {l:>lines$}  {b:>bytes$}");
        let sums = |label: &str, amount: Amount| row(label, &thousands(amount.lines), &thousands(amount.bytes));
        styled_line(out, DIM, &row("removed", "lines", "bytes"))?;
        for (family, amount) in rows {
            writeln!(out, "{}", sums(family, amount))?;
        }
        styled_line(out, TITLE, &sums("total", total))
    }
}

/// Writes one line with the numbers of documents and of changed ones; `others` are the held, the failed and
/// the skipped ones.
pub(super) fn documents_line(out: &mut dyn Write, documents: u64, changed: u64, others: [u64; 3]) -> io::Result<()> {
    styled(out, TITLE, &counted(documents, "document"))?;
    write!(out, ": {} changed", thousands(changed))?;
    for (count, word) in others.into_iter().zip(["held", "failed", "skipped"]) {
        write!(out, ", ")?;
        let text = format!("{} {word}", thousands(count));
        if count > 0 { styled(out, WARNING, &text)? } else { out.write_all(text.as_bytes())? }
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn one_screen() {
        let mut summary = Summary::default();
        summary.add("one.txt", &fixture::cleaned());
        summary.failed();
        let mut behind = Summary::default();
        let cleaned = fixture::cleaned();
        for i in 0..1000 {
            behind.add(&format!("{i}.txt"), &cleaned);
        }
        behind.skipped();
        summary.merge(&behind);
        assert_eq!(
            fixture::plain(|out| summary.write(out)),
            "\
1,003 documents: 1,001 changed, 0 held, 1 failed, 1 skipped

  removed      lines   bytes
  share        2,002  41,041
  newsletter   1,001  15,015
  blank lines  1,001   3,003
  total        4,004  59,059
"
        );
    }

    #[test]
    fn ten_held_documents_are_named() {
        let mut summary = Summary::default();
        for i in 0..12 {
            summary.add(&format!("held-{i}.txt"), &fixture::held());
        }
        let shown = fixture::plain(|out| summary.write(out));
        assert!(shown.starts_with("12 documents: 0 changed, 12 held, 0 failed, 0 skipped\n"), "{shown}");
        assert!(shown.contains("  held, left as it is: held-9.txt: "), "{shown}");
        assert!(shown.ends_with("  held, left as they are: 2 more\n"), "{shown}");
    }
}
