//! How much goes from each document, one line each with a bar, as `git diff --stat` shows it. No text of documents.

use std::io::{self, Write};

use super::screen::{columns, counted, shortened_name, thousands};
use super::tally::{Amount, Tally};
use super::{DIM, REMOVED, WARNING, styled};
use crate::cleaner::Cleaned;

/// Documents listed by name; what is beyond is counted, so that memory does not grow with the input.
const LISTED: usize = 10_000;

/// Columns of the longest bar, and of the longest name.
const BAR: u64 = 20;
const NAME: usize = 50;

/// Collects documents and lists those from which something goes.
#[derive(Clone, Debug, Default)]
pub struct Stat {
    rows: Vec<Row>,
    documents: u64,
    changed: u64,
    held: u64,
    total: Amount,
}

#[derive(Clone, Debug)]
struct Row {
    name: String,
    amount: Amount,
    held: bool,
}

impl Stat {
    /// Adds a document.
    pub fn add(&mut self, name: &str, cleaned: &Cleaned<'_>) {
        self.documents += 1;
        let held = cleaned.held().is_some();
        if !cleaned.is_changed() && !held {
            return;
        }
        let amount = Tally::of(cleaned).total;
        self.changed += u64::from(cleaned.is_changed());
        self.held += u64::from(held);
        self.total.add(amount);
        if self.rows.len() < LISTED {
            self.rows.push(Row { name: shortened_name(name, NAME), amount, held });
        }
    }

    /// Adds the documents of another list, which come behind the ones collected here.
    pub fn merge(&mut self, other: Self) {
        let room = LISTED.saturating_sub(self.rows.len());
        self.rows.extend(other.rows.into_iter().take(room));
        self.documents += other.documents;
        self.changed += other.changed;
        self.held += other.held;
        self.total.add(other.total);
    }

    /// Writes a line for each document that changes or is held, and the totals.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let most = |width: &dyn Fn(&Row) -> usize| self.rows.iter().map(width).max().unwrap_or(0);
        let name = most(&|r| columns(&r.name));
        let lines = most(&|r| thousands(r.amount.lines).len());
        let bytes = most(&|r| thousands(r.amount.bytes).len());
        let longest = self.rows.iter().map(|r| r.amount.lines).max().unwrap_or(0).max(1);
        for row in &self.rows {
            let pad = name - columns(&row.name);
            write!(out, " {}{:pad$} | ", row.name, "")?;
            if row.held {
                styled(out, WARNING, "held")?;
                writeln!(out)?;
                continue;
            }
            let Amount { lines: l, bytes: b } = row.amount;
            write!(out, "{:>lines$} {} ", thousands(l), if l == 1 { "line, " } else { "lines," })?;
            write!(out, "{:>bytes$} {} ", thousands(b), if b == 1 { "byte " } else { "bytes" })?;
            let bar = if longest <= BAR { l } else { (l * BAR).div_ceil(longest) };
            write!(out, " ")?;
            styled(out, REMOVED, &"-".repeat(usize::try_from(bar).unwrap_or(0)))?;
            writeln!(out)?;
        }
        let more = self.changed + self.held - self.rows.len() as u64;
        if more > 0 {
            styled(out, DIM, &format!(" … and {}", counted(more, "more document")))?;
            writeln!(out)?;
        }
        let changed = thousands(self.changed);
        write!(out, " {changed} of {} changed", counted(self.documents, "document"))?;
        if self.held > 0 {
            write!(out, ", {} held", thousands(self.held))?;
        }
        let (lines, bytes) = (counted(self.total.lines, "line"), counted(self.total.bytes, "byte"));
        writeln!(out, ", {lines} and {bytes} removed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn changed_and_held_documents_are_listed() {
        let mut stat = Stat::default();
        stat.add("a/one.txt", &fixture::cleaned());
        stat.add("b.txt", &fixture::cleaner().clean("Nothing.\n"));
        let mut more = Stat::default();
        more.add("分享.txt", &fixture::held());
        more.add("c.txt", &fixture::cleaner().clean("Share this: Facebook\n\nNothing.\n"));
        stat.merge(more);
        assert_eq!(
            fixture::plain(|out| stat.write(out)),
            "\x20a/one.txt | 4 lines, 59 bytes  ----
 分享.txt  | held
 c.txt     | 2 lines, 22 bytes  --
 2 of 4 documents changed, 1 held, 6 lines and 81 bytes removed
"
        );
    }

    #[test]
    fn nothing_found() {
        assert_eq!(
            fixture::plain(|out| Stat::default().write(out)),
            " 0 of 0 documents changed, 0 lines and 0 bytes removed\n"
        );
    }
}
