//! A document as detectors see it: rows with their folded text, their look, the rules that meet them, and the zones.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::hash::BuildHasher as _;
use std::ops::Deref;

use super::headlines::Forms;
use super::lines::Glued;
use super::memory::{Facts, Known, Memory, Rest, Sample};
use super::subject::Subject;
use super::units::Counts;
use super::{Finding, Reader, Wanted};
use rustc_hash::FxBuildHasher;

use crate::document::{Document, Span, is_blank, lines};
use crate::removal::{Certainty, Family};
use crate::rules::fold::fold;
use crate::rules::matcher::{Hit, Role};
use crate::rules::shape::{Edges, Look};
use crate::rules::vocabulary::{Language, Vocabulary};
use crate::rules::{Rule, RuleSet, Zone};

/// Fewest words of a piece of a paragraph that is prose by itself.
const PART: usize = 5;
/// How much prose is read to tell a page's language, in bytes of the folded lines.
const SAMPLE: usize = 2048;

/// One line of the page.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The line without its line break.
    pub span: Span,
    /// The same without blanks at its ends.
    trimmed: Span,
    pub blank: bool,
    /// One of the lines that a paragraph was broken into, or code: no unit of its own.
    pub part: bool,
    /// Goes on with the paragraph of the row above.
    pub goes_on: bool,
    /// Item of a list that a line of the article introduces with a colon.
    pub introduced: bool,
    /// A label of a few words that the article itself uses: above its text, as a sentence, or as a refrain.
    pub heads: bool,
    facts: Facts,
    prose: OnceCell<bool>,
}

impl Deref for Row {
    type Target = Edges;

    fn deref(&self) -> &Edges {
        &self.facts.edges
    }
}

/// A document, read once.
pub(super) struct Page<'a> {
    pub text: &'a str,
    pub title: Option<&'a str>,
    pub markdown: bool,
    pub rows: Vec<Row>,
    /// The rows that are not blank.
    pub visible: Vec<usize>,
    pub reader: &'a Reader,
    pub memory: Memory,
    /// What somebody wants to know of.
    pub wanted: Wanted<'a>,
    /// The language of the page's prose, where it is plain; found when first asked for.
    language: OnceCell<Option<Language>>,
    /// Long words of the article's prose, gathered when first asked for.
    pub(super) subject: OnceCell<Subject>,
    /// True for each row that belongs to a table; computed at the first use.
    pub(super) table_rows: OnceCell<Vec<bool>>,
    /// First and last row of prose, found when first asked for.
    first: OnceCell<Option<usize>>,
    last: OnceCell<Option<usize>>,
}

impl<'a> Page<'a> {
    /// Reads a document; what is in `memory` is known of the text that it is the rest of.
    pub fn new(document: &Document<'a>, reader: &'a Reader, mut memory: Memory, rest: Option<Rest<'_>>) -> Self {
        let mut page = Self {
            text: document.text,
            title: document.title,
            markdown: document.markdown,
            rows: std::mem::take(&mut memory.rows),
            visible: std::mem::take(&mut memory.visible),
            reader,
            memory,
            wanted: Wanted::default(),
            language: OnceCell::new(),
            subject: OnceCell::new(),
            table_rows: OnceCell::new(),
            first: OnceCell::new(),
            last: OnceCell::new(),
        };
        for line in lines(page.text) {
            let raw = &page.text[line.span.range()];
            // Most lines begin and end with what is no blank.
            let is_bare =
                matches!(raw.as_bytes(), [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic());
            let blank = !is_bare && is_blank(raw);
            let trimmed = if is_bare { raw } else { raw.trim() };
            let start = trimmed.as_ptr() as usize - page.text.as_ptr() as usize;
            let known = rest.and_then(|rest| {
                let (span, facts) = page.memory.lines.get(rest.numbers.get(page.rows.len())? - 1)?;
                (rest.original[span.range()] == *raw).then_some(*facts)
            });
            let facts = match known {
                Some(facts) => facts,
                None if blank => Facts::default(),
                None => page.memory.look(reader, trimmed),
            };
            if rest.is_none() {
                page.memory.lines.push((line.span, facts));
            }
            if !blank {
                page.visible.push(page.rows.len());
            }
            let trimmed = Span::new(start, start + trimmed.len());
            page.rows.push(Row { span: line.span, trimmed, blank, facts, ..Row::default() });
        }
        page.find_parts();
        page.find_lists();
        page.find_labels();
        page
    }

    /// Gives back what is known of its lines, and its room.
    pub fn into_memory(self) -> Memory {
        let Self { mut memory, rows, visible, .. } = self;
        (memory.rows, memory.visible) = (rows, visible);
        memory.rows.clear();
        memory.visible.clear();
        memory
    }

    /// What was seen, if somebody wants to know.
    pub fn seen(&self, seen: impl FnOnce() -> String) -> String {
        if self.wanted.evidence { seen() } else { String::new() }
    }

    pub fn rules(&self) -> &'a RuleSet {
        self.reader.rules()
    }

    pub fn rule(&self, rule: usize) -> &'a Rule {
        &self.reader.rules().iter().as_slice()[rule]
    }

    /// How sure a finding is.
    pub fn certainty(&self, found: &Finding) -> Certainty {
        found.certainty.unwrap_or(self.rule(found.rule).certainty)
    }

    /// True if what was found goes, by its certainty or because a review accepted it. What a review rejected is taken out later:
    /// what belongs to it shall not depend on that.
    pub fn goes(&self, found: &Finding) -> bool {
        self.certainty(found) >= self.wanted.removes || self.is_accepted(found)
    }

    /// True if a review said that what was found goes.
    pub fn is_accepted(&self, found: &Finding) -> bool {
        let text = &self.text[found.piece.unwrap_or(self.rows[found.row].span).range()];
        self.wanted.is_accepted.is_some_and(|is_accepted| is_accepted(&self.rule(found.rule).id, text))
    }

    /// The line as it stands, without blanks at its ends.
    pub fn raw(&self, row: usize) -> &'a str {
        &self.text[self.rows[row].trimmed.range()]
    }

    /// Bytes of the blanks that a line begins with.
    pub fn indent(&self, row: usize) -> usize {
        self.rows[row].trimmed.start - self.rows[row].span.start
    }

    /// The folded line; empty for lines that are too long for any rule.
    pub fn folded(&self, row: usize) -> &str {
        let raw = self.raw(row);
        if self.rows[row].blank || raw.len() > self.reader.matcher.max_bytes() {
            return "";
        }
        self.known(row).folded.get_or_init(|| fold(raw).into())
    }

    /// What is known of a line by itself.
    fn known(&self, row: usize) -> &Known {
        self.memory.known(self.rows[row].facts.known)
    }

    /// What a line looks like.
    pub fn look(&self, row: usize) -> Look {
        self.known(row).look(self.raw(row))
    }

    /// True for running text of the article, as far as shape and rules tell.
    pub fn is_prose(&self, row: usize) -> bool {
        let r = &self.rows[row];
        *r.prose.get_or_init(|| match r.part {
            _ if r.blank => false,
            true => self.look(row).words >= PART || self.look(row).is_prose(),
            false => {
                r.may_be_prose(self.raw(row).len()) && !self.is_known(row) && self.known(row).is_prose(self.raw(row))
            }
        })
    }

    /// True for a line that reads as a sentence.
    pub fn is_sentence(&self, row: usize) -> bool {
        self.known(row).is_sentence(self.raw(row))
    }

    /// What is glued to a line, by its own looks.
    pub fn glued(&self, row: usize) -> Option<&Glued> {
        let (known, raw) = (self.known(row), self.raw(row));
        known.glued.get_or_init(|| Glued::to(self.reader, raw, || known.is_prose(raw)).map(Box::new)).as_deref()
    }

    /// The rules that meet a line, wherever they hold.
    pub fn hits(&self, row: usize) -> &[Hit] {
        &self.known(row).hits
    }

    /// True if a rule holds at this place of the page.
    pub fn holds(&self, rule: usize, row: usize) -> bool {
        let reaches = match self.rule(rule).zone {
            Zone::Anywhere => true,
            Zone::Head => self.in_head(row),
            Zone::Tail => self.in_tail(row),
            Zone::Edge => self.in_head(row) || self.in_tail(row),
            // The end of a page is for `endings` to find.
            Zone::End | Zone::InBlock => false,
        };
        reaches && self.speaks(rule)
    }

    /// False for a rule of another language than the page's. English widgets stand on pages of all languages.
    pub fn speaks(&self, rule: usize) -> bool {
        self.is_widget(rule) || self.speaks_itself(rule)
    }

    fn is_widget(&self, rule: usize) -> bool {
        self.rule(rule).languages.iter().any(|l| l == "en")
    }

    /// The same of what authors and publishers say, and not widgets.
    pub fn speaks_itself(&self, rule: usize) -> bool {
        let languages = &self.rule(rule).languages;
        languages.is_empty()
            || self.language().is_none_or(|own| {
                let own = self.rules().vocabulary().code(own);
                languages.iter().any(|l| l == own)
            })
    }

    /// Before the first row of prose; true everywhere if there is none.
    pub fn in_head(&self, row: usize) -> bool {
        self.first_prose().is_none_or(|first| row < first)
    }

    /// Behind the last row of prose; true everywhere if there is none.
    pub fn in_tail(&self, row: usize) -> bool {
        self.last_prose().is_none_or(|last| row > last)
    }

    /// True if a row of prose follows.
    pub fn has_prose_below(&self, row: usize) -> bool {
        self.last_prose().is_some_and(|last| row < last)
    }

    /// True if the page has running text.
    pub fn has_prose(&self) -> bool {
        self.first_prose().is_some()
    }

    fn first_prose(&self) -> Option<usize> {
        *self.first.get_or_init(|| self.visible.iter().copied().find(|row| self.is_prose(*row)))
    }

    fn last_prose(&self) -> Option<usize> {
        *self.last.get_or_init(|| self.visible.iter().copied().rfind(|row| self.is_prose(*row)))
    }

    /// True if a line rule or a block knows this line, wherever it holds: it is hardly text of the article.
    pub fn is_known(&self, row: usize) -> bool {
        if self.hits(row).is_empty() {
            return false;
        }
        let names = |hit: &&Hit| {
            matches!(hit.role, Role::Rule | Role::Member | Role::Anchor)
                && self.rule(hit.rule).certainty > Certainty::Suspect
        };
        let named = || self.hits(row).iter().filter(names);
        // Those that speak whatever the page's language is are asked first: finding that out takes time.
        named().any(|hit| self.is_widget(hit.rule)) || named().any(|hit| self.speaks_itself(hit.rule))
    }

    /// Place of the first of these rules that protects a line, if one does.
    pub fn keeper(&self, row: usize, hits: &[Hit]) -> Option<usize> {
        hits.iter().find(|hit| hit.role == Role::Keep && self.holds(hit.rule, row)).map(|hit| hit.rule)
    }

    /// What is counted on a line that is not blank.
    pub fn counts(&self, row: usize, count: impl FnOnce() -> Counts) -> Cow<'_, Box<Counts>> {
        let cell = &self.known(row).more().counts;
        let language = FxBuildHasher.hash_one(self.language());
        match cell.get() {
            None => Cow::Borrowed(&cell.get_or_init(|| (language, Box::new(count()))).1),
            Some(counts) if counts.0 == language => Cow::Borrowed(&counts.1),
            // Another text, or this one without what goes, may be of another language.
            Some(_) => Cow::Owned(Box::new(count())),
        }
    }

    /// A line as a headline.
    pub fn forms(&self, row: usize) -> &Forms {
        self.known(row).more().forms.get_or_init(|| Forms::of(self.raw(row)))
    }

    /// The rules about the end of a page that meet a line.
    pub fn ending_hits(&self, row: usize) -> &[Hit] {
        let raw = self.raw(row);
        let folded = || match self.folded(row) {
            "" => Cow::Owned(fold(raw)),
            folded => Cow::Borrowed(folded),
        };
        self.known(row).more().endings.get_or_init(|| self.reader.ending_hits(raw, folded))
    }

    /// The family of policy that knows a line, whether it is on or off.
    pub fn policy(&self, row: usize) -> Option<Family> {
        *self.known(row).more().policy.get_or_init(|| self.find_policy(row))
    }

    fn find_policy(&self, row: usize) -> Option<Family> {
        let own = self.hits(row).iter().filter(|h| h.role != Role::Keep);
        let own = own.map(|h| self.rule(h.rule).family).find(|f| f.is_policy());
        let (rules, matcher) = &self.reader.policy;
        let raw = self.raw(row);
        if own.is_some() || !matcher.may_meet(raw) {
            return own;
        }
        let folded = self.folded(row);
        let mut hits = Vec::new();
        matcher.hits(rules, raw, folded, &mut hits);
        hits.first().map(|h| rules.iter().as_slice()[h.rule].family)
    }

    /// The rows from the first to the last that are not blank.
    pub fn rows_of(&self, (first, last): (usize, usize)) -> impl Iterator<Item = usize> {
        (first..=last).filter(|row| !self.rows[*row].blank)
    }

    /// The nearest row above that is not blank.
    pub fn above(&self, row: usize) -> Option<usize> {
        self.visible[..self.visible.partition_point(|v| *v < row)].last().copied()
    }

    /// The nearest row below that is not blank.
    pub fn below(&self, row: usize) -> Option<usize> {
        self.visible.get(self.visible.partition_point(|v| *v <= row)).copied()
    }

    /// The language of the page's prose, where it is plain.
    pub fn language(&self) -> Option<Language> {
        *self.language.get_or_init(|| self.find_language())
    }

    /// How a reviewer would call the line.
    pub fn shape(&self, row: usize) -> &'static str {
        let r = &self.rows[row];
        match r {
            _ if r.blank => "blank",
            _ if r.part => "part of a paragraph",
            _ if self.is_prose(row) => "prose",
            _ if r.introduced => "list item",
            _ if self.look(row).is_headline() => "headline",
            _ if self.look(row).words <= 3 => "short",
            _ => "line",
        }
    }

    /// Where the line lies.
    pub fn zone(&self, row: usize) -> &'static str {
        match (self.in_head(row), self.in_tail(row)) {
            (true, true) => "no prose around",
            (true, false) => "head",
            (false, true) => "tail",
            (false, false) => "body",
        }
    }

    fn find_language(&self) -> Option<Language> {
        let vocabulary = self.rules().vocabulary();
        let (mut counts, mut bytes) = (Vec::new(), 0);
        for &row in &self.visible {
            let (known, raw) = (self.known(row), self.raw(row));
            if !known.is_prose(raw) {
                continue;
            }
            let sample = known.more().sample.get_or_init(|| {
                let text = match self.folded(row) {
                    "" => Cow::Owned(fold(&raw[..raw.floor_char_boundary(SAMPLE)])),
                    folded => Cow::Borrowed(folded),
                };
                let (stop_words, is_read) = vocabulary.stop_words_in(&text);
                Sample { stop_words, bytes: text.len() + 1, is_read }
            });
            counts.resize(sample.stop_words.len(), 0);
            counts.iter_mut().zip(&sample.stop_words).for_each(|(all, n)| *all += n);
            bytes += sample.bytes;
            if bytes > SAMPLE || !sample.is_read {
                break;
            }
        }
        Vocabulary::language(&counts)
    }
}
