//! What was found, one finding after another, for people, editors and programs. Suspects are no findings.

use std::io::{self, Write};

use super::json::Object;
use super::screen::{counted, safe, safe_name, shortened};
use super::tally::line_around;
use super::{DIM, PLACE, REMOVED, TITLE, WARNING, styled};
use crate::cleaner::Cleaned;
use crate::removal::Removal;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingFormat {
    /// Grouped by document, with the text and what was seen in it.
    #[default]
    Human,
    /// One line each: `name:line:column: rule [certainty] reason`.
    Concise,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// Columns up to which the text of a finding is shown to people.
const TEXT: usize = 100;

/// Writes the findings of document after document.
#[derive(Clone, Debug)]
pub struct Findings {
    format: FindingFormat,
    limit: Option<usize>,
    found: usize,
    written: usize,
    documents: u64,
}

impl Findings {
    /// A report in this format.
    #[must_use]
    pub const fn new(format: FindingFormat) -> Self {
        Self { format, limit: None, found: 0, written: 0, documents: 0 }
    }

    /// Writes no more than so many findings of all documents together. The others are still counted.
    #[must_use]
    pub const fn limit(mut self, limit: Option<usize>) -> Self {
        self.limit = limit;
        self
    }

    /// Findings up to now, the written and the unwritten ones.
    #[must_use]
    pub const fn found(&self) -> usize {
        self.found
    }

    /// Writes what stands before the first document.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.format == FindingFormat::Json { out.write_all(b"[") } else { Ok(()) }
    }

    /// Writes the findings of a document and says how many there are, the ones over the limit included. Those of a
    /// [held](Cleaned::held) document are marked.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn document(&mut self, out: &mut dyn Write, name: &str, cleaned: &Cleaned<'_>) -> io::Result<usize> {
        let removals = cleaned.removals();
        self.found += removals.len();
        self.documents += u64::from(!removals.is_empty());
        let room = self.limit.map_or(usize::MAX, |limit| limit.saturating_sub(self.written));
        let shown = &removals[..removals.len().min(room)];
        if shown.is_empty() {
            return Ok(removals.len());
        }
        if self.format == FindingFormat::Human {
            human_heading(out, name, cleaned)?;
        }
        for removal in shown {
            let finding = Finding { name, cleaned, removal };
            match self.format {
                FindingFormat::Human => finding.human(out)?,
                FindingFormat::Concise => finding.concise(out)?,
                FindingFormat::Json => {
                    out.write_all(if self.written == 0 { b"\n" } else { b",\n" })?;
                    finding.json(out)?;
                }
                FindingFormat::Jsonl => {
                    finding.json(out)?;
                    writeln!(out)?;
                }
            }
            self.written += 1;
        }
        if self.format == FindingFormat::Human {
            writeln!(out)?;
        }
        Ok(removals.len())
    }

    /// Writes what stands behind the last document.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        match self.format {
            FindingFormat::Json if self.written == 0 => out.write_all(b"]\n"),
            FindingFormat::Json => out.write_all(b"\n]\n"),
            FindingFormat::Human => self.human_total(out),
            FindingFormat::Concise | FindingFormat::Jsonl => Ok(()),
        }
    }

    fn human_total(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.found == 0 {
            return writeln!(out, "no junk found");
        }
        let found = counted(self.found as u64, "finding");
        write!(out, "{found} in {}", counted(self.documents, "document"))?;
        if self.written < self.found {
            write!(out, ", {} shown", self.written)?;
        }
        writeln!(out)
    }
}

/// One removal of one document.
struct Finding<'f, 't> {
    name: &'f str,
    cleaned: &'f Cleaned<'t>,
    removal: &'f Removal,
}

fn human_heading(out: &mut dyn Write, name: &str, cleaned: &Cleaned<'_>) -> io::Result<()> {
    styled(out, TITLE, &safe_name(name))?;
    if let Some(held) = cleaned.held() {
        styled(out, WARNING, &format!("  held: {held}"))?;
    }
    writeln!(out)
}

impl Finding<'_, '_> {
    fn human(&self, out: &mut dyn Write) -> io::Result<()> {
        let r = self.removal;
        let place = format!("{}:{}", r.line, self.column());
        write!(out, "  ")?;
        styled(out, PLACE, &format!("{place:<7}"))?;
        writeln!(out, " {} [{}] {}", r.rule, r.certainty, safe(&r.reason))?;
        write!(out, "          ")?;
        styled(out, REMOVED, &shortened(self.text().trim(), TEXT))?;
        writeln!(out)?;
        if !r.evidence.is_empty() {
            write!(out, "          ")?;
            styled(out, DIM, &format!("seen: {}", shortened(&r.evidence, TEXT)))?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn concise(&self, out: &mut dyn Write) -> io::Result<()> {
        let r = self.removal;
        let (name, column) = (safe_name(self.name), self.column());
        write!(out, "{name}:{}:{column}: {} [{}] {}", r.line, r.rule, r.certainty, safe(&r.reason))?;
        writeln!(out, "{}", if self.cleaned.held().is_some() { " (held)" } else { "" })
    }

    fn json(&self, out: &mut dyn Write) -> io::Result<()> {
        let r = self.removal;
        let mut object = Object::begin(out)?;
        object.text("file", self.name)?;
        object.number("line", r.line)?;
        object.number("column", self.column())?;
        object.list("span", [r.span.start, r.span.end], |out, offset| write!(out, "{offset}"))?;
        object.text("rule", r.rule.as_str())?;
        object.text("family", r.family.as_str())?;
        object.text("certainty", r.certainty.as_str())?;
        object.text("reason", &r.reason)?;
        object.text("evidence", &r.evidence)?;
        object.text("text", self.text())?;
        object.flag("held", self.cleaned.held().is_some())?;
        object.end()
    }

    fn text(&self) -> &str {
        &self.cleaned.original()[self.removal.span.range()]
    }

    /// In characters, counted from 1.
    fn column(&self) -> usize {
        let text = self.cleaned.original();
        let start = self.removal.span.start;
        1 + text[line_around(text, start).start..start].chars().count()
    }
}
