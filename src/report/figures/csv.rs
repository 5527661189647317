//! The figures as comma-separated values, for spreadsheets. docs/stats.md explains the columns.

use std::io::{self, Write};

use super::{Figures, GroupFigures, SourceFigures, Volume, share};
use crate::report::screen::safe_name;

const COLUMNS: [&str; 21] = [
    "kind",
    "name",
    "source",
    "rule",
    "documents",
    "changed",
    "held",
    "failed",
    "skipped",
    "lines_read",
    "words_read",
    "bytes_read",
    "removals",
    "certain",
    "likely",
    "suspect",
    "suspects_shown",
    "lines_removed",
    "words_removed",
    "bytes_removed",
    "share",
];

/// One row of the table, in the order of [`COLUMNS`]. A column that means nothing for this kind of row stays
/// empty.
struct CsvRow([String; COLUMNS.len()]);

impl Figures {
    /// Writes all rules and sources, and at most `top` outliers of each kind.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write_csv(&self, out: &mut dyn Write, top: usize) -> io::Result<()> {
        writeln!(out, "{}", COLUMNS.join(","))?;
        CsvRow::new("total", "")
            .count("documents", self.documents)
            .count("changed", self.changed)
            .count("held", self.held)
            .count("failed", self.failed)
            .count("skipped", self.skipped)
            .read(self.read)
            .removed(self.removed)
            .share(share(self.removed.bytes, self.read.bytes))
            .write(out)?;
        for (family, hits) in Self::ranked(&self.families) {
            self.hits_row("family", family.as_str(), hits).write(out)?;
        }
        CsvRow::new("family", "blank lines")
            .count("lines_removed", self.blank.lines)
            .count("bytes_removed", self.blank.bytes)
            .share(share(self.blank.bytes, self.removed.bytes))
            .write(out)?;
        for (certainty, hits) in self.certainties.iter().rev() {
            self.hits_row("certainty", certainty.as_str(), hits).write(out)?;
        }
        for (rule, hits) in Self::ranked(&self.rules) {
            self.hits_row("rule", rule.as_str(), hits).write(out)?;
        }
        for (name, source) in self.ranked_sources() {
            CsvRow::of_source("source", name, source).write(out)?;
        }
        if self.others.documents > 0 {
            CsvRow::of_source("other sources", "", &self.others).write(out)?;
        }
        for (percent, documents) in self.percents.iter().enumerate() {
            CsvRow::new("percent", &percent.to_string()).count("documents", *documents).write(out)?;
        }
        for loser in self.losers.iter().take(top) {
            CsvRow::new("outlying document", &loser.document)
                .text("source", &loser.source)
                .count("bytes_read", loser.read)
                .count("bytes_removed", loser.removed)
                .share(loser.share())
                .write(out)?;
        }
        for template in self.templates().into_iter().take(top) {
            CsvRow::new("outlying rule", template.rule)
                .text("source", template.source)
                .count("documents", template.documents)
                .share(share(template.documents, template.of))
                .write(out)?;
        }
        for (name, source) in self.strange_sources().sources.into_iter().take(top) {
            CsvRow::of_source("outlying source", name, source).write(out)?;
        }
        for held in self.held_back.iter().take(top) {
            CsvRow::new("held document", &held.document).text("source", &held.source).write(out)?;
        }
        Ok(())
    }

    fn hits_row(&self, kind: &str, name: &str, hits: &GroupFigures) -> CsvRow {
        let [certain, likely, suspect] = hits.certainties;
        CsvRow::new(kind, name)
            .count("documents", hits.documents)
            .count("held", hits.held)
            .count("removals", hits.removals)
            .count("certain", certain)
            .count("likely", likely)
            .count("suspect", suspect)
            .count("suspects_shown", hits.suspects)
            .removed(hits.volume)
            .share(share(hits.volume.bytes, self.removed.bytes))
    }
}

impl CsvRow {
    fn new(kind: &str, name: &str) -> Self {
        Self(Default::default()).text("kind", kind).text("name", name)
    }

    fn of_source(kind: &str, name: &str, source: &SourceFigures) -> Self {
        let rule = source.main_rule().map_or("", |(rule, _)| rule.as_str());
        Self::new(kind, name)
            .text("rule", rule)
            .count("documents", source.documents)
            .count("changed", source.changed)
            .count("held", source.held)
            .read(source.read)
            .removed(source.removed)
            .share(source.share())
    }

    fn text(mut self, column: &str, value: &str) -> Self {
        if let Some(place) = COLUMNS.iter().position(|c| *c == column) {
            self.0[place] = quoted(value);
        }
        self
    }

    fn count(self, column: &str, value: u64) -> Self {
        self.text(column, &value.to_string())
    }

    fn share(self, value: f64) -> Self {
        self.text("share", &format!("{value:.6}"))
    }

    fn read(self, volume: Volume) -> Self {
        self.count("lines_read", volume.lines).count("words_read", volume.words).count("bytes_read", volume.bytes)
    }

    fn removed(self, volume: Volume) -> Self {
        self.count("lines_removed", volume.lines)
            .count("words_removed", volume.words)
            .count("bytes_removed", volume.bytes)
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{}", self.0.join(","))
    }
}

/// A cell, quoted if CSV demands it, with control characters written out. Spreadsheets evaluate a cell that
/// begins like a formula, even in quotes, and names are not to be trusted: such a cell gets an apostrophe in
/// front.
fn quoted(value: &str) -> String {
    let value = safe_name(value);
    let apostrophe = if value.starts_with(['=', '+', '-', '@']) { "'" } else { "" };
    if value.contains([',', '"']) || value.starts_with(' ') || value.ends_with(' ') {
        format!("\"{apostrophe}{}\"", value.replace('"', "\"\""))
    } else {
        format!("{apostrophe}{value}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells() {
        for (value, cell) in [
            ("a b", "a b"),
            ("a,b", "\"a,b\""),
            ("say \"a\"", "\"say \"\"a\"\"\""),
            (" a", "\" a\""),
            ("=1+1", "'=1+1"),
            ("-a,b", "\"'-a,b\""),
            ("@a", "'@a"),
            ("\ta\r\n\u{1b}", "^Ia^M^J^["),
            ("分享", "分享"),
        ] {
            assert_eq!(quoted(value), cell);
        }
    }
}
