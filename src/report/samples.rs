//! Hits of rules with the text around them: how often, in how many documents, and a few to look at. What a hit is, and how
//! the page looks on which they stand, is the affair of the views that collect them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;

use super::screen::{columns, counted, indented, safe, safe_name, shortened, shortened_front};
use super::tally::line_around;
use super::{DIM, PLACE, TITLE, styled};
use crate::decisions::Decisions;
use crate::document::{Span, is_blank};
use crate::removal::Removal;

/// Samples of each rule.
const SAMPLES: usize = 3;

/// Columns that are kept of a line, whatever the width will be; memory must not grow with the lines.
const KEPT: usize = 400;

/// Columns of a line that are shown in front of a piece that goes.
const BEFORE: usize = 40;

/// The hits of each rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Hits {
    rules: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// What the rule says of itself.
    about: String,
    hits: u64,
    documents: u64,
    samples: Vec<Sample>,
}

/// One hit in its place. All texts are made safe.
#[derive(Clone, Debug)]
struct Sample {
    /// What the text is known by: samples shall differ.
    key: String,
    place: String,
    above: Vec<String>,
    front: String,
    hit: String,
    behind: String,
    below: Vec<String>,
}

/// Where hits are: a document and how much of it is shown around them.
#[derive(Clone, Copy)]
pub(super) struct Page<'d> {
    pub name: &'d str,
    pub text: &'d str,
    pub context: usize,
}

impl Hits {
    /// Adds the hits of one document: the verdict, and which bytes of it count.
    pub(super) fn add<'d>(&mut self, page: Page<'_>, hits: impl IntoIterator<Item = (&'d Removal, Span)>) {
        let mut document: BTreeMap<&str, u64> = BTreeMap::new();
        for (removal, span) in hits {
            let rule = removal.rule.as_str();
            *document.entry(rule).or_default() += 1;
            self.entry(rule, || format!("{} · {}", removal.certainty, safe(&removal.reason))).sample(
                page,
                removal.line,
                span,
            );
        }
        for (rule, hits) in document {
            self.count(rule, hits);
        }
    }

    /// Adds a document's hits of which no rule is known.
    pub(super) fn add_unknown(&mut self, page: Page<'_>, about: &str, hits: &[(usize, Span)]) {
        let Some(_) = hits.first() else { return };
        for (line, span) in hits {
            self.entry("", || about.to_owned()).sample(page, *line, *span);
        }
        self.count("", hits.len() as u64);
    }

    fn entry(&mut self, rule: &str, about: impl FnOnce() -> String) -> &mut Entry {
        let new = || Entry { about: about(), hits: 0, documents: 0, samples: Vec::new() };
        self.rules.entry(rule.to_owned()).or_insert_with(new)
    }

    fn count(&mut self, rule: &str, hits: u64) {
        if let Some(entry) = self.rules.get_mut(rule) {
            entry.hits += hits;
            entry.documents += 1;
        }
    }

    /// Adds what was collected from documents behind the ones of this.
    pub(super) fn merge(&mut self, other: Self) {
        for (rule, theirs) in other.rules {
            match self.rules.get_mut(&rule) {
                None => drop(self.rules.insert(rule, theirs)),
                Some(mine) => {
                    mine.hits += theirs.hits;
                    mine.documents += theirs.documents;
                    theirs.samples.into_iter().for_each(|sample| mine.take(sample));
                }
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// `2 rules, 5 hits`.
    pub(super) fn total(&self) -> String {
        let hits = self.rules.values().map(|entry| entry.hits).sum();
        format!("{}, {}", counted(self.rules.len() as u64, "rule"), counted(hits, "hit"))
    }

    pub(super) fn hits(&self) -> u64 {
        self.rules.values().map(|entry| entry.hits).sum()
    }

    /// Writes an entry for each rule, the one with most hits first; a hit stands behind `sign`.
    pub(super) fn write(&self, out: &mut dyn Write, width: usize, sign: char, style: Style) -> io::Result<()> {
        let mut entries: Vec<_> = self.rules.iter().collect();
        entries.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.hits));
        for (rule, entry) in entries {
            entry.write(out, rule, width, sign, style)?;
        }
        Ok(())
    }
}

impl Entry {
    fn sample(&mut self, page: Page<'_>, line: usize, span: Span) {
        if self.samples.len() < SAMPLES {
            self.take(Sample::of(page, line, span));
        }
    }

    /// Keeps the first samples of different texts, whoever found them.
    fn take(&mut self, sample: Sample) {
        if self.samples.len() < SAMPLES && self.samples.iter().all(|known| known.key != sample.key) {
            self.samples.push(sample);
        }
    }

    fn write(&self, out: &mut dyn Write, rule: &str, width: usize, sign: char, style: Style) -> io::Result<()> {
        let title = if rule.is_empty() { "no rule in force" } else { rule };
        styled(out, TITLE, title)?;
        let (hits, documents) = (counted(self.hits, "hit"), counted(self.documents, "document"));
        let amount = format!("{hits} in {documents}");
        if columns(title) + 2 + columns(&amount) <= width {
            write!(out, "  ")?
        } else {
            write!(out, "\n  ")?
        }
        writeln!(out, "{amount}")?;
        for line in indented(&self.about, width, 2) {
            styled(out, DIM, &line)?;
            writeln!(out)?;
        }
        for sample in &self.samples {
            sample.write(out, width, sign, style)?;
        }
        writeln!(out)
    }
}

impl Sample {
    fn of(page: Page<'_>, line: usize, span: Span) -> Self {
        let Page { name, text, context } = page;
        let around = line_around(text, span.start);
        let hit = &text[span.range()];
        let front = &text[around.start..span.start];
        let behind = &text[span.end..around.end.max(span.end)];
        let (front, behind) = if is_blank(front) && is_blank(behind) { ("", "") } else { (front, behind) };
        Self {
            key: Decisions::key(hit).chars().take(KEPT).collect(),
            place: format!("{}:{}", safe_name(name), line),
            above: neighbours(text[..around.start].rsplit('\n').skip(1), context),
            front: shortened_front(front, BEFORE),
            hit: shortened(hit, KEPT),
            behind: shortened(behind, KEPT),
            below: neighbours(text[around.end..].split('\n').skip(1), context),
        }
    }

    fn write(&self, out: &mut dyn Write, width: usize, sign: char, style: Style) -> io::Result<()> {
        write!(out, "  ")?;
        styled(out, PLACE, &shortened_front(&self.place, width.saturating_sub(2)))?;
        writeln!(out)?;
        let room = width.saturating_sub(6);
        for line in self.above.iter().rev() {
            writeln!(out, "      {}", shortened(line, room))?;
        }
        write!(out, "    ")?;
        styled(out, style, &sign.to_string())?;
        write!(out, " ")?;
        // A piece stands between marks, as in `--word`; the text in front of it gives way first.
        let is_piece = !self.front.is_empty() || !self.behind.is_empty();
        let (open, close) = if is_piece { ("[-", "-]") } else { ("", "") };
        let mut left = room.saturating_sub(open.len() + close.len());
        let front = shortened_front(&self.front, left / 2);
        left -= columns(&front);
        let hit = shortened(&self.hit, left);
        let behind = shortened(&self.behind, left - columns(&hit));
        write!(out, "{front}")?;
        styled(out, style, &format!("{open}{hit}{close}"))?;
        writeln!(out, "{behind}")?;
        for line in &self.below {
            writeln!(out, "      {}", shortened(line, room))?;
        }
        Ok(())
    }
}

/// The nearest lines that show something.
fn neighbours<'t>(lines: impl Iterator<Item = &'t str>, count: usize) -> Vec<String> {
    lines.filter(|line| !is_blank(line)).take(count).map(|line| shortened(line.trim(), KEPT)).collect()
}
