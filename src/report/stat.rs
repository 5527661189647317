//! The report of `diff --stat`: one line for each document, with the lines and bytes that go, the suspects
//! and a bar, as in `git diff --stat`. It shows no text of documents.

use std::io::{self, Write};

use super::screen::{columns, counted, shortened_name, thousands};
use super::tally::{Amount, FamilyTally};
use super::{DIM, REMOVED, WARNING, styled, styled_line};
use crate::cleaner::Cleaned;

/// The number of documents listed by name; further ones are only counted, so that memory does not grow with
/// the input.
const LISTED: usize = 10_000;

/// Columns of the longest bar.
const BAR: u64 = 20;
/// Columns to which names are shortened.
const NAME: usize = 50;

/// Collects documents, and lists those that changed, that are held or that have suspects.
#[derive(Clone, Debug, Default)]
pub struct Stat {
    rows: Vec<ListedDocument>,
    documents: u64,
    changed: u64,
    held: u64,
    /// Documents that belong into the list, including those beyond [`LISTED`].
    listed: u64,
    total: Amount,
    /// Lines with suspects in all documents.
    suspected: u64,
}

/// A line of the list.
#[derive(Clone, Debug)]
struct ListedDocument {
    name: String,
    /// The lines and bytes that go.
    amount: Amount,
    /// Lines with suspects.
    suspected: u64,
    held: bool,
}

impl Stat {
    /// Adds a document.
    pub fn add(&mut self, name: &str, cleaned: &Cleaned<'_>) {
        self.documents += 1;
        let held = cleaned.held().is_some();
        let suspected = cleaned.suspects().chunk_by(|a, b| a.line == b.line).count() as u64;
        if !cleaned.is_changed() && !held && suspected == 0 {
            return;
        }
        let amount = FamilyTally::of(cleaned).total;
        self.changed += u64::from(cleaned.is_changed());
        self.held += u64::from(held);
        self.listed += 1;
        self.total.add(amount);
        self.suspected += suspected;
        if self.rows.len() < LISTED {
            self.rows.push(ListedDocument { name: shortened_name(name, NAME), amount, suspected, held });
        }
    }

    /// Adds the documents of another list, which follow the documents of this one in input order.
    pub fn merge(&mut self, other: Self) {
        let room = LISTED.saturating_sub(self.rows.len());
        self.rows.extend(other.rows.into_iter().take(room));
        self.documents += other.documents;
        self.changed += other.changed;
        self.held += other.held;
        self.listed += other.listed;
        self.total.add(other.total);
        self.suspected += other.suspected;
    }

    /// Writes a line for each listed document, and the totals. If any document has suspects, each line
    /// counts them separately.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let most = |width: &dyn Fn(&ListedDocument) -> usize| self.rows.iter().map(width).max().unwrap_or(0);
        let name = most(&|r| columns(&r.name));
        let lines = most(&|r| thousands(r.amount.lines).len());
        let bytes = most(&|r| thousands(r.amount.bytes).len());
        let suspected = most(&|r| thousands(r.suspected).len());
        let longest = self.rows.iter().map(|r| r.amount.lines + r.suspected).max().unwrap_or(0).max(1);
        let bar = |lines: u64| if longest <= BAR { lines } else { (lines * BAR).div_ceil(longest) };
        let bar = |sign: &str, lines| sign.repeat(usize::try_from(bar(lines)).unwrap_or(0));
        for row in &self.rows {
            let pad = name - columns(&row.name);
            write!(out, " {}{:pad$} | ", row.name, "")?;
            if row.held {
                styled(out, WARNING, "held")?;
                if row.suspected > 0 {
                    write!(out, ", {} suspected", thousands(row.suspected))?;
                }
                writeln!(out)?;
                continue;
            }
            let Amount { lines: l, bytes: b } = row.amount;
            write!(out, "{:>lines$} {} ", thousands(l), if l == 1 { "line, " } else { "lines," })?;
            write!(out, "{:>bytes$} {}", thousands(b), if b == 1 { "byte" } else { "bytes" })?;
            if self.suspected > 0 {
                write!(out, ", {:>suspected$} suspected", thousands(row.suspected))?;
            }
            write!(out, "{}  ", if b == 1 { " " } else { "" })?;
            styled(out, REMOVED, &bar("-", l))?;
            styled_line(out, WARNING, &bar("?", row.suspected))?;
        }
        let more = self.listed - self.rows.len() as u64;
        if more > 0 {
            styled_line(out, DIM, &format!(" … and {}", counted(more, "more document")))?;
        }
        let changed = thousands(self.changed);
        write!(out, " {changed} of {} changed", counted(self.documents, "document"))?;
        if self.held > 0 {
            write!(out, ", {} held", thousands(self.held))?;
        }
        let (lines, bytes) = (counted(self.total.lines, "line"), counted(self.total.bytes, "byte"));
        write!(out, ", {lines} and {bytes} removed")?;
        if self.suspected > 0 {
            write!(out, "; {} suspected", counted(self.suspected, "line"))?;
        }
        writeln!(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::Cleaner;
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
            "\x20a/one.txt | 4 lines, 59 bytes, 1 suspected  ----?
 分享.txt  | held
 c.txt     | 2 lines, 22 bytes, 0 suspected  --
 2 of 4 documents changed, 1 held, 6 lines and 81 bytes removed; 1 line suspected
"
        );
    }

    #[test]
    fn suspects_are_counted_apart_and_only_if_the_cleaner_reports_them() {
        let text = "Perhaps a label:\nNothing.\n";
        let shown = |suspects: bool| {
            let cleaner = Cleaner::builder().builtin(false).rules("mine.toml", fixture::RULES).suspects(suspects);
            let cleaner = cleaner.build().expect("good rules");
            let mut stat = Stat::default();
            stat.add("a.txt", &cleaner.clean(text));
            stat.add("b.txt", &cleaner.clean(fixture::TEXT));
            fixture::plain(|out| stat.write(out))
        };
        assert_eq!(
            shown(true),
            " a.txt | 0 lines,  0 bytes, 1 suspected  ?
 b.txt | 4 lines, 59 bytes, 1 suspected  ----?
 1 of 2 documents changed, 4 lines and 59 bytes removed; 2 lines suspected
"
        );
        assert_eq!(
            shown(false),
            " b.txt | 4 lines, 59 bytes  ----
 1 of 2 documents changed, 4 lines and 59 bytes removed
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
