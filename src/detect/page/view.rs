//! The lines of a page that are left, with what depends on their neighbours: what is prose, where the article begins and ends, its
//! language and its topic.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

use rustc_hash::FxHashSet;

use super::line::LineFacts;
use super::read::Page;
use super::tables;
use super::topic::{Topic, content_words};
use crate::detect::detail::Detail;
use crate::detect::matchers::Matchers;
use crate::document::Span;
use crate::matching::{Hit, Role};
use crate::removal::{Certainty, Family};
use crate::rules::vocabulary::{Language, Vocabulary};
use crate::rules::{Rule, RuleSet, Zone};
use crate::text::shape::{Edges, LineShape};

/// Fewest words of a piece of a paragraph that is prose by itself.
const PART: usize = 5;
/// Times the bytes of the prose that what a page lists must have to be its content.
const LISTED: usize = 2;
/// How much prose is read to tell a page's language, in bytes of the folded lines.
const SAMPLE: usize = 2048;

/// A line of a view, with what its neighbours make of it.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// Place of its facts in the page.
    place: usize,
    /// One of the lines that a paragraph was broken into, or code: no unit of its own.
    pub part: bool,
    /// Continues the paragraph of the row above.
    pub continues_paragraph: bool,
    /// Item of a list that a line of the article introduces with a colon.
    pub introduced: bool,
    /// First item of such a list, or any of three items or more without gaps: the article quotes what it says.
    pub quoted: bool,
    /// Looks like a junk label, but is the article's own heading, sentence or refrain.
    pub is_own_label: bool,
    prose: OnceCell<bool>,
}

/// The lines of a page that are left.
pub(crate) struct View<'p> {
    page: &'p Page<'p>,
    pub matchers: &'p Matchers,
    pub(super) rows: Vec<Row>,
    /// The rows that are not blank.
    pub visible: Vec<usize>,
    /// What the caller wants to know.
    pub detail: Detail<'p>,
    language: OnceCell<Option<Language>>,
    topic: OnceCell<Topic>,
    table_rows: OnceCell<Vec<bool>>,
    prose_bytes: OnceCell<usize>,
    /// First and last row of prose.
    first: OnceCell<Option<usize>>,
    last: OnceCell<Option<usize>>,
}

impl<'p> View<'p> {
    /// The lines at these places, before anything is said of how they stand to each other.
    pub(super) fn of(page: &'p Page<'p>, places: &[usize], detail: Detail<'p>) -> Self {
        let rows: Vec<Row> = places.iter().map(|place| Row { place: *place, ..Row::default() }).collect();
        Self {
            page,
            matchers: page.matchers,
            visible: (0..rows.len()).filter(|row| !page.line(rows[*row].place).blank).collect(),
            rows,
            detail,
            language: OnceCell::new(),
            topic: OnceCell::new(),
            table_rows: OnceCell::new(),
            prose_bytes: OnceCell::new(),
            first: OnceCell::new(),
            last: OnceCell::new(),
        }
    }

    /// How many rows there are.
    pub const fn count(&self) -> usize {
        self.rows.len()
    }

    /// What its neighbours make of a row.
    pub fn row(&self, row: usize) -> &Row {
        &self.rows[row]
    }

    /// The headline that the collection stores apart from the text, if it does.
    pub const fn title(&self) -> Option<&'p str> {
        self.page.title
    }

    /// Place of the rule of the page's source, where one was learned.
    pub const fn source(&self) -> Option<usize> {
        self.page.source
    }

    pub const fn is_markdown(&self) -> bool {
        self.page.markdown
    }

    /// What is known of a row by itself.
    pub fn line(&self, row: usize) -> &'p LineFacts<'p> {
        self.page.line(self.rows[row].place)
    }

    /// Where the facts of a row stand in the page: the same place in all views.
    pub fn place(&self, row: usize) -> usize {
        self.rows[row].place
    }

    /// The text of the document.
    pub const fn text(&self) -> &'p str {
        self.page.text
    }

    pub const fn rules(&self) -> &'p RuleSet {
        self.matchers.rules()
    }

    pub fn rule(&self, rule: usize) -> &'p Rule {
        &self.rules()[rule]
    }

    /// The row without blanks at its ends.
    pub fn raw(&self, row: usize) -> &'p str {
        self.line(row).raw()
    }

    pub fn span(&self, row: usize) -> Span {
        self.line(row).span()
    }

    /// Where a piece of [`raw`](Self::raw) stands in the document.
    pub fn place_of(&self, row: usize, piece: &Range<usize>) -> Span {
        self.line(row).place_of(piece)
    }

    pub fn is_blank(&self, row: usize) -> bool {
        self.line(row).blank
    }

    /// The text of neighbouring rows, without blanks at its ends: one piece of the document where no line between them went.
    pub fn text_of(&self, rows: &[usize]) -> Cow<'p, str> {
        if rows.iter().all(|row| self.page.is_whole_line(self.rows[*row].place)) && self.are_neighbours(rows) {
            let (first, last) = (self.span(rows[0]), self.span(rows[rows.len() - 1]));
            return Cow::Borrowed(self.text()[first.start..last.end].trim());
        }
        let mut text = String::new();
        for &row in rows {
            let line = self.line(row);
            let up_to_end = &self.text()[..line.line.end];
            let content =
                up_to_end.strip_suffix('\n').map_or(up_to_end, |rest| rest.strip_suffix('\r').unwrap_or(rest));
            text.push_str(&line.whole(self.text()));
            text.push_str(&up_to_end[content.len()..]);
        }
        text.trim().to_owned().into()
    }

    /// True if no line of the document stood between the rows.
    fn are_neighbours(&self, rows: &[usize]) -> bool {
        self.line(rows[rows.len() - 1]).number - self.line(rows[0]).number == rows.len() - 1
    }

    /// The folded row; empty if it is very long.
    pub fn folded(&self, row: usize) -> &'p str {
        self.line(row).folded()
    }

    pub fn edges(&self, row: usize) -> Edges {
        self.line(row).edges
    }

    /// What a row looks like.
    pub fn shape(&self, row: usize) -> LineShape {
        self.line(row).shape()
    }

    /// True for running text of the article, as far as shape and rules tell.
    pub fn is_prose(&self, row: usize) -> bool {
        let r = &self.rows[row];
        *r.prose.get_or_init(|| {
            let line = self.line(row);
            match r.part {
                _ if line.blank => false,
                true => line.shape().words >= PART || line.shape().is_prose(),
                false => line.edges.may_be_prose(line.raw().len()) && !self.is_known(row) && line.is_prose(),
            }
        })
    }

    /// The rules that meet a row, wherever they apply.
    pub fn hits(&self, row: usize) -> &'p [Hit] {
        &self.line(row).hits
    }

    /// True if a rule applies at this place of the page.
    pub fn applies_at(&self, rule: usize, row: usize) -> bool {
        let reaches = match self.rule(rule).zone {
            Zone::Anywhere => true,
            Zone::Head => self.in_head(row),
            Zone::Tail => self.in_tail(row),
            Zone::Edge => self.in_head(row) || self.in_tail(row),
            // The end of a page is for `endings` to find.
            Zone::End | Zone::InBlock => false,
        };
        reaches && self.matches_language(rule)
    }

    /// False for a rule of another language than the page's. English widgets stand on pages of all languages.
    pub fn matches_language(&self, rule: usize) -> bool {
        self.is_widget(rule) || self.matches_language_strictly(rule)
    }

    fn is_widget(&self, rule: usize) -> bool {
        self.rule(rule).languages.iter().any(|l| l == "en")
    }

    /// Like `matches_language`, but English rules get no free pass: they speak of authors and publishers, not of widgets.
    pub fn matches_language_strictly(&self, rule: usize) -> bool {
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

    /// Bytes of the article's prose.
    pub fn prose_bytes(&self) -> usize {
        let prose = || self.visible.iter().copied().filter(|row| self.is_prose(*row));
        *self.prose_bytes.get_or_init(|| prose().map(|row| self.raw(row).len()).sum())
    }

    /// True if rows are much longer than the article's prose: what the page lists is its content.
    pub fn outweighs_prose(&self, rows: impl Iterator<Item = usize>) -> bool {
        rows.map(|row| self.raw(row).len()).sum::<usize>() > LISTED * self.prose_bytes()
    }

    fn first_prose(&self) -> Option<usize> {
        *self.first.get_or_init(|| self.visible.iter().copied().find(|row| self.is_prose(*row)))
    }

    fn last_prose(&self) -> Option<usize> {
        let is_text = |row: &usize| self.is_prose(*row) && self.policy(*row) != Some(Family::Copyright);
        *self.last.get_or_init(|| self.visible.iter().copied().rfind(is_text))
    }

    /// True if a line rule or a block knows this row, wherever it applies: the row is hardly text of the article.
    pub fn is_known(&self, row: usize) -> bool {
        if self.hits(row).is_empty() {
            return false;
        }
        let names = |hit: &&Hit| {
            matches!(hit.role, Role::Rule | Role::Member | Role::Anchor)
                && self.rule(hit.rule).certainty > Certainty::Suspect
        };
        let named = || self.hits(row).iter().filter(names);
        // First the rules that need no look at the page's language, which takes time to find out.
        named().any(|hit| self.is_widget(hit.rule)) || named().any(|hit| self.matches_language_strictly(hit.rule))
    }

    /// Place of the first of these rules that protects a row, if one does.
    pub fn keeper(&self, row: usize, hits: &[Hit]) -> Option<usize> {
        hits.iter().find(|hit| hit.role == Role::Keep && self.applies_at(hit.rule, row)).map(|hit| hit.rule)
    }

    /// The family of policy that knows a row, whether it is on or off.
    pub fn policy(&self, row: usize) -> Option<Family> {
        self.line(row).policy(self.matchers)
    }

    /// The rows from the first to the last that are not blank.
    pub fn rows_of(&self, (first, last): (usize, usize)) -> impl Iterator<Item = usize> {
        (first..=last).filter(|row| !self.is_blank(*row))
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

    /// Asks each line whether it is prose by itself, and not the view, whose answer depends on the language.
    fn find_language(&self) -> Option<Language> {
        let (mut counts, mut bytes) = (Vec::new(), 0);
        for line in self.visible.iter().map(|row| self.line(*row)).filter(|line| line.is_prose()) {
            let sample = line.sample(self.matchers);
            counts.resize(sample.stop_words.len(), 0);
            counts.iter_mut().zip(&sample.stop_words).for_each(|(all, n)| *all += n);
            bytes += sample.bytes;
            if bytes > SAMPLE || !sample.is_whole {
                break;
            }
        }
        Vocabulary::language(&counts)
    }

    /// How a reviewer would call the row.
    pub fn shape_name(&self, row: usize) -> &'static str {
        let r = &self.rows[row];
        match r {
            _ if self.is_blank(row) => "blank",
            _ if r.part => "part of a paragraph",
            _ if self.is_prose(row) => "prose",
            _ if r.introduced => "list item",
            _ if self.shape(row).is_headline() => "headline",
            _ if self.shape(row).words <= 3 => "short",
            _ => "line",
        }
    }

    /// Where the row lies.
    pub fn zone(&self, row: usize) -> &'static str {
        match (self.in_head(row), self.in_tail(row)) {
            (true, true) => "no prose around",
            (true, false) => "head",
            (false, true) => "tail",
            (false, false) => "body",
        }
    }

    /// Words that say what a row is about, cut to their first letters so that inflected forms meet.
    pub fn content_words(&self, row: usize) -> FxHashSet<u64> {
        content_words(self.raw(row))
    }

    /// True if at most a third of a piece's long words occur in the article's prose.
    pub fn is_off_topic(&self, piece: &str) -> bool {
        let words = content_words(piece);
        let topic = self.topic.get_or_init(|| {
            let mut topic = Topic::default();
            self.visible.iter().filter(|row| self.is_prose(**row)).for_each(|row| topic.add(self.raw(*row)));
            topic
        });
        let shared = words.iter().filter(|word| topic.has(**word)).count();
        !words.is_empty() && shared * 3 <= words.len()
    }

    /// True for a row of a table.
    pub fn is_table_row(&self, row: usize) -> bool {
        let raws = || (0..self.rows.len()).map(|row| self.raw(row)).collect::<Vec<_>>();
        tables::has_pipe(self.raw(row)) && self.table_rows.get_or_init(|| tables::rows(&raws()))[row]
    }
}
