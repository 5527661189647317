//! Hits of rules with the text around them: how often, in how many documents, and a few to look at. What a hit is, and how
//! the page looks on which they stand, is the affair of the views that collect them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;

use super::screen::{columns, counted, safe, safe_name, shortened, shortened_front, wrapped};
use super::tally::line_around;
use super::{DIM, PLACE, TITLE, styled, styled_line};
use crate::decisions::Decisions;
use crate::document::{Span, is_blank};
use crate::removal::Removal;

/// Samples of each rule.
const SAMPLES: usize = 3;

/// Hits in a row, as of a box with many lines, make one sample; so many of them are shown.
const ROW: usize = 4;

/// Columns that are kept of a line, whatever the width will be; memory must not grow with the lines.
const KEPT: usize = 400;

/// Columns of a line that are shown in front of a piece that goes.
const BEFORE: usize = 40;

/// The hits of each rule.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleHits {
    rules: BTreeMap<String, RuleEntry>,
}

#[derive(Clone, Debug)]
struct RuleEntry {
    /// What the rule says of itself.
    about: String,
    hits: u64,
    documents: u64,
    samples: Vec<Excerpt>,
}

/// Hits in a row, in their place. All texts are made safe.
#[derive(Clone, Debug)]
struct Excerpt {
    /// What the text is known by: samples shall differ.
    key: String,
    place: String,
    above: Vec<String>,
    hits: Vec<ExcerptHit>,
    /// Hits of the row that are not shown.
    more: usize,
    below: Vec<String>,
}

/// One hit with the rest of its line.
#[derive(Clone, Debug)]
struct ExcerptHit {
    front: String,
    text: String,
    behind: String,
}

/// Where hits are: a document and how much of it is shown around them.
#[derive(Clone, Copy)]
pub(super) struct HitDocument<'d> {
    pub name: &'d str,
    pub text: &'d str,
    pub context: usize,
}

impl RuleHits {
    /// Adds the hits of one document, in order: the verdict, and which bytes of it count.
    pub(super) fn add<'d>(&mut self, document: HitDocument<'_>, hits: impl IntoIterator<Item = (&'d Removal, Span)>) {
        let mut rules: BTreeMap<&str, Vec<(&Removal, Span)>> = BTreeMap::new();
        for (removal, span) in hits {
            rules.entry(removal.rule.as_str()).or_default().push((removal, span));
        }
        for (rule, hits) in rules {
            let about = format!("{} · {}", hits[0].0.certainty, safe(&hits[0].0.reason));
            let hits: Vec<(usize, Span)> = hits.iter().map(|(removal, span)| (removal.line, *span)).collect();
            self.add_of(document, rule, about, &hits);
        }
    }

    /// Adds a document's hits of which no rule is known, by their lines.
    pub(super) fn add_unknown(&mut self, document: HitDocument<'_>, about: &str, hits: &[(usize, Span)]) {
        if !hits.is_empty() {
            self.add_of(document, "", about.to_owned(), hits);
        }
    }

    fn add_of(&mut self, document: HitDocument<'_>, rule: &str, about: String, hits: &[(usize, Span)]) {
        let new = || RuleEntry { about, hits: 0, documents: 0, samples: Vec::new() };
        let entry = self.rules.entry(rule.to_owned()).or_insert_with(new);
        entry.hits += hits.len() as u64;
        entry.documents += 1;
        for row in hits.chunk_by(|(_, a), (_, b)| is_blank(&document.text[a.end..b.start])) {
            if entry.samples.len() == SAMPLES {
                break;
            }
            entry.take(Excerpt::of(document, row));
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
        format!("{}, {}", counted(self.rules.len() as u64, "rule"), counted(self.hits(), "hit"))
    }

    pub(super) fn hits(&self) -> u64 {
        self.rules.values().map(|entry| entry.hits).sum()
    }

    /// Writes `# title` and below it the entries, as [`write`](Self::write) does; writes nothing if there are no hits.
    pub(super) fn write_titled(
        &self,
        out: &mut dyn Write,
        title: &str,
        width: usize,
        sign: char,
        style: Style,
    ) -> io::Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        styled_line(out, TITLE, &format!("# {title}"))?;
        writeln!(out)?;
        self.write(out, width, sign, style)
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

impl RuleEntry {
    /// Keeps the first samples of different texts, whoever found them.
    fn take(&mut self, sample: Excerpt) {
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
        for line in wrapped(&self.about, width.saturating_sub(2)) {
            styled_line(out, DIM, &format!("  {line}"))?;
        }
        for sample in &self.samples {
            sample.write(out, width, sign, style)?;
        }
        writeln!(out)
    }
}

impl Excerpt {
    fn of(document: HitDocument<'_>, row: &[(usize, Span)]) -> Self {
        let HitDocument { name, text, context } = document;
        let shown = &row[..row.len().min(ROW)];
        let (first, last) = (row[0], row[row.len() - 1].1);
        let (above, below) = (line_around(text, first.1.start).start, line_around(text, last.start).end.max(last.end));
        let key: Vec<_> = shown.iter().map(|(_, span)| Decisions::key(&text[span.range()])).collect();
        Self {
            key: key.join("\n").chars().take(KEPT).collect(),
            place: format!("{}:{}", safe_name(name), first.0),
            above: neighbours(text[..above].rsplit('\n').skip(1), context),
            hits: shown.iter().map(|(_, span)| ExcerptHit::of(text, *span)).collect(),
            more: row.len() - shown.len(),
            below: neighbours(text[below..].split('\n').skip(1), context),
        }
    }

    fn write(&self, out: &mut dyn Write, width: usize, sign: char, style: Style) -> io::Result<()> {
        write!(out, "  ")?;
        styled_line(out, PLACE, &shortened_front(&self.place, width.saturating_sub(2)))?;
        let room = width.saturating_sub(6);
        for line in self.above.iter().rev() {
            writeln!(out, "      {}", shortened(line, room))?;
        }
        for hit in &self.hits {
            write!(out, "    ")?;
            styled(out, style, &sign.to_string())?;
            write!(out, " ")?;
            hit.write(out, room, style)?;
        }
        if self.more > 0 {
            write!(out, "      ")?;
            styled_line(out, DIM, &format!("… and {} more", self.more))?;
        }
        for line in &self.below {
            writeln!(out, "      {}", shortened(line, room))?;
        }
        Ok(())
    }
}

impl ExcerptHit {
    fn of(text: &str, span: Span) -> Self {
        let around = line_around(text, span.start);
        let (front, behind) = (&text[around.start..span.start], &text[span.end..around.end.max(span.end)]);
        let (front, behind) = if is_blank(front) && is_blank(behind) { ("", "") } else { (front, behind) };
        Self {
            front: shortened_front(front, BEFORE),
            text: shortened(&text[span.range()], KEPT),
            behind: shortened(behind, KEPT),
        }
    }

    /// A piece stands between marks, as in `--word`; the text around it gives way.
    fn write(&self, out: &mut dyn Write, room: usize, style: Style) -> io::Result<()> {
        let is_piece = !self.front.is_empty() || !self.behind.is_empty();
        let (open, close) = if is_piece { ("[-", "-]") } else { ("", "") };
        let mut left = room.saturating_sub(open.len() + close.len());
        let front = shortened_front(&self.front, left / 2);
        left -= columns(&front);
        let text = shortened(&self.text, left);
        let behind = shortened(&self.behind, left - columns(&text));
        write!(out, "{front}")?;
        styled(out, style, &format!("{open}{text}{close}"))?;
        writeln!(out, "{behind}")
    }
}

/// The nearest lines that show something.
fn neighbours<'t>(lines: impl Iterator<Item = &'t str>, count: usize) -> Vec<String> {
    lines.filter(|line| !is_blank(line)).take(count).map(|line| shortened(line.trim(), KEPT)).collect()
}
