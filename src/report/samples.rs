//! Hits of rules: counts of hits and of documents, and samples with the lines around them. The reports that
//! collect hits decide what counts as a hit.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;

use super::screen::{columns, counted, safe, safe_name, shortened, shortened_front, wrapped};
use super::tally::line_around;
use super::{DIM, PLACE, TITLE, styled, styled_line};
use crate::decisions::Decisions;
use crate::document::{Span, is_blank};
use crate::removal::Removal;

/// The largest number of samples for each rule.
const SAMPLES: usize = 3;

/// The largest number of hits that a sample shows. Adjacent hits, such as the lines of a box, make one sample.
const ROW: usize = 4;

/// Columns to which lines are shortened in memory, so that it does not grow with their length.
const KEPT: usize = 400;

/// Columns of a line that are shown before a piece that is cut.
const BEFORE: usize = 40;

/// The hits of each rule.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleHits {
    rules: BTreeMap<String, RuleEntry>,
}

/// The hits of one rule: their number, the number of documents with hits, and samples.
#[derive(Clone, Debug)]
struct RuleEntry {
    /// The rule's certainty and reason.
    about: String,
    hits: u64,
    documents: u64,
    samples: Vec<Excerpt>,
}

/// A sample: adjacent hits and the lines around them. All texts are safe for a terminal.
#[derive(Clone, Debug)]
struct Excerpt {
    /// The hits' texts without differences of white space; the samples of a rule have different keys.
    key: String,
    /// `name:line` of the first hit.
    place: String,
    /// Lines above the hits, the nearest first.
    above: Vec<String>,
    hits: Vec<ExcerptHit>,
    /// The number of further adjacent hits, which are not shown.
    more: usize,
    below: Vec<String>,
}

/// One hit with the text before and behind it on its line, which is empty if the hit is the whole line.
#[derive(Clone, Debug)]
struct ExcerptHit {
    front: String,
    text: String,
    behind: String,
}

/// A document with hits, and the number of lines to show above and below them.
#[derive(Clone, Copy)]
pub(super) struct HitDocument<'d> {
    pub name: &'d str,
    pub text: &'d str,
    pub context: usize,
}

impl RuleHits {
    /// Adds the hits of one document, in order: each a verdict with the bytes of the document that it is a
    /// hit on.
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

    /// Adds the hits of one document whose rule is not known, in order, each with its line number.
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

    /// Adds the hits of other documents, which follow the documents of these in input order.
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

    /// The counts of rules and hits, such as `2 rules, 5 hits`.
    pub(super) fn total(&self) -> String {
        format!("{}, {}", counted(self.rules.len() as u64, "rule"), counted(self.hits(), "hit"))
    }

    pub(super) fn hits(&self) -> u64 {
        self.rules.values().map(|entry| entry.hits).sum()
    }

    /// Writes `# title` and below it the entries, as [`write`](Self::write) does; writes nothing if there
    /// are no hits.
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

    /// Writes an entry for each rule, the rule with most hits first; each hit stands behind `sign`.
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
    /// Keeps a sample if there is room for one more and its key is new.
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

    /// Writes the hit in at most `room` columns. A piece of a line stands between `[-` and `-]`, with some
    /// text around it.
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

/// The first `count` lines that are not blank.
fn neighbours<'t>(lines: impl Iterator<Item = &'t str>, count: usize) -> Vec<String> {
    lines.filter(|line| !is_blank(line)).take(count).map(|line| shortened(line.trim(), KEPT)).collect()
}
