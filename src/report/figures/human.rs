//! The figures for a terminal, as aligned tables that fit its width. The content of the tables comes from
//! `tables`.

use std::io::{self, Write};

use super::Figures;
use super::tables::{Table, TableRow};
use crate::report::screen::{columns, shortened_name, thousands, wrapped};
use crate::report::summary::documents_line;
use crate::report::{DIM, REMOVED, TITLE, styled_line};

/// Columns below which no name is shortened.
const NARROW: usize = 16;

/// Columns of the longest bar.
const BAR: usize = 20;

impl Figures {
    /// Writes all tables, at most `width` columns wide. Those of rules, sources and outliers have at most
    /// `top` rows.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write_human(&self, out: &mut dyn Write, top: usize, width: usize) -> io::Result<()> {
        let documents = self.documents + self.failed + self.skipped;
        documents_line(out, documents, self.changed, [self.held, self.failed, self.skipped])?;
        let mut last_note = String::new();
        for table in self.tables(top) {
            writeln!(out)?;
            styled_line(out, TITLE, table.title)?;
            for line in wrapped(&table.note, width.saturating_sub(2)).iter().filter(|_| table.note != last_note) {
                writeln!(out, "  {line}")?;
            }
            table.write(out, width)?;
            last_note = table.note;
        }
        Ok(())
    }
}

impl Table {
    fn write(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let widths = self.widths(width);
        let heads = self.columns.iter().map(|column| column.title.to_owned()).collect();
        let head = self.line(&TableRow { cells: heads, bar: 0.0 }, &widths);
        if !head.trim().is_empty() && !self.rows.is_empty() {
            styled_line(out, DIM, head.trim_end())?;
        }
        let used: usize = widths.iter().map(|w| w + 2).sum();
        let has_bars = self.columns[0].title.is_empty() && used + 2 + BAR <= width;
        for row in &self.rows {
            let line = self.line(row, &widths);
            let bar = if has_bars { bar(row.bar) } else { String::new() };
            if bar.is_empty() {
                writeln!(out, "{}", line.trim_end())?;
                continue;
            }
            write!(out, "{line}  ")?;
            styled_line(out, REMOVED, &bar)?;
        }
        if self.more > 0 {
            styled_line(out, DIM, &format!("  … and {} more", thousands(self.more as u64)))?;
        }
        Ok(())
    }

    /// The width of each column that is shown. Where `width` is too small, names are shortened, then the
    /// last columns go.
    fn widths(&self, width: usize) -> Vec<usize> {
        let natural = |i: usize| {
            let cells = self.rows.iter().filter_map(|row| row.cells.get(i)).map(|cell| columns(cell));
            cells.chain([columns(self.columns[i].title)]).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..self.columns.len()).map(natural).collect();
        let is_name = |i: &usize| self.columns[*i].is_name;
        let too_wide = |widths: &[usize]| widths.iter().map(|w| w + 2).sum::<usize>().saturating_sub(width);
        let least = |widths: &[usize]| {
            let cut = |(i, w): (usize, &usize)| if is_name(&i) { (*w).min(NARROW) } else { *w };
            widths.iter().enumerate().map(cut).collect::<Vec<_>>()
        };
        while widths.len() > 2 && too_wide(&least(&widths)) > 0 {
            widths.pop();
        }
        // The widest column of names gives way first.
        while too_wide(&widths) > 0 {
            let names = (0..widths.len()).filter(is_name).filter(|i| widths[*i] > NARROW);
            let Some(widest) = names.max_by_key(|i| (widths[*i], *i)) else { break };
            widths[widest] -= 1;
        }
        widths
    }

    fn line(&self, row: &TableRow, widths: &[usize]) -> String {
        let mut line = String::new();
        for (i, width) in widths.iter().enumerate() {
            let cell = row.cells.get(i).map_or("", String::as_str);
            let cell = shortened_name(cell, *width);
            let pad = " ".repeat(width.saturating_sub(columns(&cell)));
            let (before, behind) = if self.columns[i].is_name { ("", &*pad) } else { (&*pad, "") };
            line.push_str("  ");
            line.push_str(before);
            line.push_str(&cell);
            line.push_str(behind);
        }
        line
    }
}

/// A bar for a share from 0 to 1; it is empty only for 0.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share lies between 0 and 1")]
fn bar(share: f64) -> String {
    "█".repeat((share.clamp(0.0, 1.0) * BAR as f64).ceil() as usize)
}
