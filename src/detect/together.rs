//! What goes together or stays together: the entries of a list, the lines of a sentence, a heading and what it heads. Detectors judge
//! line by line; this mends their findings where a line would go without the others that belong to it. Finds nothing of its own.

use super::Finding;
use super::page::Page;
use crate::removal::{Certainty, Family};
use crate::rules::matcher::{Hit, Role};
use crate::rules::{Form, Kind, LineRule};

/// Fewest entries of a list.
const ENTRIES: usize = 3;
/// Share of the entries of a list, in per cent, that must be found before the others go too; and of a bulleted list above or below
/// the article, which is often a menu.
const MOST: usize = 75;
const MOST_OF_A_MENU: usize = 50;
/// Most words of an entry without a mark, and by how many two neighbours of one list may differ.
const UNMARKED_WORDS: usize = 8;
const UNLIKE: usize = 2;
/// Fewest words of a line that is read as a piece of a sentence, not as a label.
const PIECE: usize = 4;
/// Most words of a heading.
const HEADING: usize = 8;
/// Most rows from a heading to what it heads.
const NEAR: usize = 3;

/// Takes findings back, or adds them, until what belongs together has one fate.
pub(super) fn mend(page: &Page<'_>, found: &mut Vec<Finding>) {
    let mut fates = Fates::of(page, found);
    if fates.taken.iter().all(Option::is_none) {
        return;
    }
    for list in lists(page) {
        fates.settle_list(&list, found);
    }
    for &row in &page.visible {
        fates.settle_sentence(row);
    }
    let headings: Vec<usize> = page.visible.iter().copied().filter(|row| fates.heads_what_stays(*row)).collect();
    headings.into_iter().for_each(|row| fates.keep(row));
    let stays = fates.stays;
    found.retain(|f| f.piece.is_some() || !stays[f.row]);
}

/// What becomes of each row, as far as it is known.
struct Fates<'p, 'a> {
    page: &'p Page<'a>,
    /// Of each row that goes whole the rule that takes it, and how sure that is.
    taken: Vec<Option<(usize, Certainty)>>,
    /// True for a row that was found and stays all the same.
    stays: Vec<bool>,
    /// True for a row that a review let stay.
    rejected: Vec<bool>,
}

impl<'p, 'a> Fates<'p, 'a> {
    fn of(page: &'p Page<'a>, found: &[Finding]) -> Self {
        let mut taken = vec![None; page.rows.len()];
        // The verdict of a block says most of a line.
        let (blocks, others): (Vec<_>, Vec<_>) =
            found.iter().filter(|f| f.takes_line(page)).partition(|f| page.rule(f.rule).is_block());
        for finding in blocks.into_iter().chain(others) {
            taken[finding.row].get_or_insert((finding.rule, page.certainty(finding)));
        }
        let mut rejected = vec![false; page.rows.len()];
        for finding in found.iter().filter(|f| page.answer(f) == Some(false)) {
            rejected[finding.row] = true;
        }
        Self { page, stays: vec![false; page.rows.len()], rejected, taken }
    }

    fn goes(&self, row: usize) -> bool {
        self.taken[row].is_some()
    }

    fn keep(&mut self, row: usize) {
        self.stays[row] |= self.taken[row].take().is_some();
    }

    /// The entries of a list go if most of them were found and none of the others is the article's; else they stay.
    fn settle_list(&mut self, list: &List, found: &mut Vec<Finding>) {
        let page = self.page;
        let rows = self.without_bars(list);
        let gone = rows.iter().filter(|row| self.goes(**row)).count();
        if gone == 0 || gone == rows.len() || rows.len() < ENTRIES {
            return;
        }
        let amid = page.reader.judgement("page/amid");
        let is_amid = |row: &usize| self.taken[*row].is_some_and(|(rule, _)| Some(rule) == amid);
        let is_own = |row: &usize| {
            let r = &page.rows[*row];
            let is_kept = || self.rejected[*row] || page.keeper(*row, page.hits(*row)).is_some();
            !self.goes(*row) && (page.is_prose(*row) || r.introduced || r.heads || is_kept())
        };
        let most = match list.mark {
            Mark::Bullet if !rows.iter().any(is_amid) => MOST_OF_A_MENU,
            _ => MOST,
        };
        let are_most = gone * 100 >= rows.len() * most;
        match list.mark {
            // Lines that are only alike are surely a list where few of them look like junk, between two paragraphs.
            Mark::None if gone * 2 >= rows.len() || !self.is_between_paragraphs(rows) => {}
            // A menu may hold a line that reads like a sentence: that line stays, and the menu goes.
            Mark::Bullet if are_most && rows.iter().any(is_own) => {}
            Mark::Number | Mark::Bullet | Mark::Table if are_most && !rows.iter().any(is_own) => {
                self.take(rows, gone, found);
            }
            _ => rows.iter().for_each(|row| self.keep(*row)),
        }
    }

    /// True if prose stands right above and right below some rows, of which nothing but their looks takes any.
    fn is_between_paragraphs(&self, rows: &[usize]) -> bool {
        let page = self.page;
        let by_looks = |row: &usize| self.taken[*row].is_none_or(|(rule, _)| page.rule(rule).family == Family::Page);
        let beside = [page.above(rows[0]), page.below(rows[rows.len() - 1])];
        beside.iter().all(|row| row.is_some_and(|row| page.is_prose(row))) && rows.iter().all(by_looks)
    }

    /// The entries of a list without a share bar right above or below it, which has the same marks and is no part of it.
    fn without_bars<'l>(&self, list: &'l List) -> &'l [usize] {
        let is_share = |row: usize| names(self.page, row, &[Family::Share, Family::App, Family::Comments]);
        let is_apart = |row: &usize| list.mark == Mark::Bullet && self.goes(*row) && is_share(*row);
        let mut rows = list.rows.as_slice();
        while let [rest @ .., row] = rows
            && is_apart(row)
        {
            rows = rest;
        }
        while let [row, rest @ ..] = rows
            && is_apart(row)
        {
            rows = rest;
        }
        rows
    }

    /// Takes the entries of a list that were not found along with the others, as sure as the least sure of them.
    fn take(&mut self, rows: &[usize], gone: usize, found: &mut Vec<Finding>) {
        let page = self.page;
        let taken = rows.iter().filter_map(|row| self.taken[*row]);
        let Some((rule, certainty)) = taken.min_by_key(|(_, certainty)| *certainty) else { return };
        let certainty = certainty.max(page.wanted.removes);
        for &row in rows {
            if !self.goes(row) {
                let evidence = page.seen(|| format!("an entry of a list of which {gone} of {} entries go", rows.len()));
                found.push(Finding::line(row, rule, evidence).sure(certainty));
                self.taken[row] = Some((rule, certainty));
            }
        }
    }

    /// A line does not go if the sentence that it begins goes on in a line that stays.
    fn settle_sentence(&mut self, row: usize) {
        let page = self.page;
        let r = &page.rows[row];
        let Some(next) = page.rows.get(row + 1).filter(|next| !next.blank && next.lower && !next.listed) else {
            return;
        };
        let breaks_off = !next.part && !r.ends && !r.announces && page.look(row).words >= PIECE;
        if self.goes(row) && breaks_off && !self.goes(row + 1) {
            self.keep(row);
        }
    }

    /// True for a heading that goes while what it heads stays.
    fn heads_what_stays(&self, row: usize) -> bool {
        let page = self.page;
        let next = |row: usize| page.below(row).filter(|below| below - row <= NEAR && !self.goes(*below));
        let (r, Some(first)) = (&page.rows[row], next(row)) else { return false };
        if !self.goes(row) || r.ends || r.part || page.look(row).words > HEADING {
            return false;
        }
        if self.stays[first] || self.rejected[first] {
            return true;
        }
        match self.taken[row].and_then(|(rule, _)| headed_family(page, row, rule)) {
            // Who wrote the article is told behind it.
            Some(Family::Author) if page.is_prose(first) => !page.in_head(row) && !page.has_prose_below(first),
            // A label whose list got lost stands right above the article's next paragraph or heading.
            Some(_) => {
                let is_line = |row: usize| !page.is_prose(row);
                page.rows[first].listed || is_line(first) && next(first).is_some_and(is_line)
            }
            None => false,
        }
    }
}

/// True if a rule of one of some families knows a row.
fn names(page: &Page<'_>, row: usize, families: &[Family]) -> bool {
    page.hits(row).iter().any(|hit| hit.role != Role::Keep && families.contains(&page.rule(hit.rule).family))
}

/// The family of what a heading announces: an author, other articles, sources. Where a heading was found by its looks, blocks that it
/// may open are for `blocks` to judge.
fn headed_family(page: &Page<'_>, row: usize, taken_by: usize) -> Option<Family> {
    let is_label = |hit: &&Hit| matches!(&page.rule(hit.rule).kind, Kind::Line(LineRule { form: Form::Line, .. }));
    let family = |hit: &Hit| page.rule(hit.rule).family;
    let heads = |family: &Family| matches!(family, Family::Author | Family::Related | Family::Source);
    let by_looks = page.rule(taken_by).family == Family::Page;
    let labels = page.hits(row).iter().filter(is_label).filter(|hit| by_looks || hit.rule == taken_by);
    let found = labels.map(family).find(heads)?;
    let opens_other = |hit: &Hit| hit.role == Role::Anchor && family(hit) != Family::Author;
    (!by_looks || !page.hits(row).iter().any(opens_other)).then_some(found)
}

/// Entries that stand one below the other.
#[derive(Debug)]
struct List {
    mark: Mark,
    rows: Vec<usize>,
}

/// What the entries of a list begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    /// `3.`, `3)`, `[3]`.
    Number,
    /// A bullet or a dash.
    Bullet,
    /// A row of a table.
    Table,
    /// Nothing: short lines of one shape without a gap between them.
    None,
}

/// The lists of a page, as far as a row of three entries or more tells.
fn lists(page: &Page<'_>) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    for &row in page.visible.iter().filter(|row| !page.rows[**row].goes_on) {
        let Some(mark) = mark(page, row) else { continue };
        let near = if mark == Mark::None { 1 } else { 2 };
        match lists.last_mut() {
            Some(list) if list.mark == mark && goes_on(page, list.rows[list.rows.len() - 1], row, near) => {
                list.rows.push(row);
            }
            _ => lists.push(List { mark, rows: vec![row] }),
        }
    }
    lists.retain(|list| list.rows.len() >= ENTRIES);
    lists
}

/// True if the list of the entry at `last` goes on at `row`: with no other line between, and at most so many rows further down.
fn goes_on(page: &Page<'_>, last: usize, row: usize, near: usize) -> bool {
    let between = (last + 1..row).filter(|between| !page.rows[*between].goes_on);
    let alike = || {
        let (last, this) = (page.look(last), page.look(row));
        last.words.abs_diff(this.words) <= UNLIKE && last.ends == this.ends && last.announces == this.announces
    };
    between.clone().count() < near && between.clone().all(|row| page.rows[row].blank) && (near > 1 || alike())
}

/// What an entry of a list begins with; `None` for a line that is none.
fn mark(page: &Page<'_>, row: usize) -> Option<Mark> {
    let raw = page.raw(row);
    if page.is_table_row(row) {
        return Some(Mark::Table);
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (plain, bracketed) = (digits(raw), raw.strip_prefix('[').map_or(0, digits));
    let is_number = (1..=3).contains(&plain) && raw[plain..].starts_with(['.', ')'])
        || (1..=3).contains(&bracketed) && raw[1 + bracketed..].starts_with(']') && !raw.contains("]: ");
    if is_number {
        return Some(Mark::Number);
    }
    let mut chars = raw.chars();
    match chars.next() {
        Some('•' | '‣' | '◦' | '▪') => return Some(Mark::Bullet),
        Some('-' | '*' | '+' | '·' | '–' | '—') if chars.next().is_some_and(char::is_whitespace) => {
            return Some(Mark::Bullet);
        }
        _ => {}
    }
    let r = &page.rows[row];
    let is_short = !r.part && !page.is_prose(row) && page.look(row).words <= UNMARKED_WORDS;
    is_short.then_some(Mark::None)
}
