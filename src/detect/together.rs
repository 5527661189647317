//! Lines that go together or stay together: the entries of a list, the lines of a sentence, a heading and what it heads. Detectors judge
//! line by line; here findings are added or taken back where only some of such lines would go.

use super::finding::{Finding, Keep, Kept};
use super::lists::{self, List, Mark};
use super::page::View;
use super::repeated;
use super::seen::Seen;
use crate::matching::{Hit, Role};
use crate::removal::{Certainty, Family};
use crate::rules::{Form, Kind, LineRule};

/// Share of the entries of a list, in per cent, that must be found before the others go too.
const MOST: usize = 75;
/// Share of the entries of a bulleted list above or below the article, in per cent: such a list is often a menu.
const MOST_OF_A_MENU: usize = 50;
/// Fewest words of a line that is read as a piece of a sentence, not as a label.
const PIECE: usize = 4;
/// Most words of a heading.
const HEADING: usize = 8;
/// Most rows from a heading to what it heads.
const NEAR: usize = 3;
/// Families whose labels head something: authors, other articles, sources.
const HEADED: &[Family] = &[Family::Author, Family::Related, Family::Source];

const LIST: Keep = Keep::Law("keep/list", "goes only with the other entries of its list");
const SENTENCE: Keep = Keep::Law("keep/sentence", "its sentence goes on in the next line, which stays");
const HEADS: Keep = Keep::Law("keep/heading", "goes only with what it heads");

/// Adds findings or takes them back, so that lines that belong together all go or all stay.
pub(super) fn mend(view: &View<'_>, found: &mut Vec<Finding>, kept: &mut Kept) {
    let mut fates = Fates::of(view, found);
    if !fates.rows.iter().any(Fate::goes) {
        return;
    }
    for list in lists::read(view) {
        fates.settle_list(&list, found);
    }
    // From the end, since a sentence may go on for more than one line.
    for &row in view.visible.iter().rev() {
        fates.settle_sentence(row);
    }
    let headings: Vec<usize> = view.visible.iter().copied().filter(|row| fates.heads_what_stays(*row)).collect();
    headings.into_iter().for_each(|row| fates.keep(row, HEADS));
    for f in found.extract_if(.., |f| f.piece.is_none() && fates.rows[f.row].stays.is_some()) {
        if let Some(keep) = fates.rows[f.row].stays.filter(|_| f.removes(view)) {
            kept.push((keep, f));
        }
    }
}

/// Whether a row goes, and why.
#[derive(Clone, Default)]
struct Fate {
    /// The place of the rule that takes the whole row, and the certainty.
    taken: Option<(usize, Certainty)>,
    /// Why it stays although it was found.
    stays: Option<Keep>,
    /// True if a review said that it goes.
    accepted: bool,
}

impl Fate {
    const fn goes(&self) -> bool {
        self.taken.is_some()
    }
}

struct Fates<'p, 'a> {
    view: &'p View<'a>,
    rows: Vec<Fate>,
}

impl<'p, 'a> Fates<'p, 'a> {
    fn of(view: &'p View<'a>, found: &[Finding]) -> Self {
        let mut rows = vec![Fate::default(); view.count()];
        // Block rules first: the first verdict on a row stands.
        let (blocks, others): (Vec<_>, Vec<_>) =
            found.iter().filter(|f| f.removes_line(view)).partition(|f| view.rule(f.rule).is_block());
        for finding in blocks.into_iter().chain(others) {
            rows[finding.row].taken.get_or_insert((finding.rule, finding.certainty(view)));
        }
        for finding in found.iter().filter(|f| f.is_accepted(view)) {
            rows[finding.row].accepted = true;
        }
        Self { view, rows }
    }

    fn goes(&self, row: usize) -> bool {
        self.rows[row].goes()
    }

    /// Lets a row stay, unless a review wants it to go.
    fn keep(&mut self, row: usize, why: Keep) {
        let fate = &mut self.rows[row];
        if !fate.accepted && fate.taken.take().is_some() {
            fate.stays = Some(why);
        }
    }

    /// True if a row goes whatever becomes of its list: it belongs to a block, or a certain rule knows more of it than a label, or most pages
    /// of the source have it at the same place.
    fn is_settled(&self, row: usize) -> bool {
        let Some((rule, certainty)) = self.rows[row].taken else { return false };
        let kind = &self.view.rule(rule).kind;
        let is_label = matches!(kind, Kind::Line(LineRule { form: Form::Line, .. }));
        let is_line_rule = matches!(kind, Kind::Line(_));
        self.view.rule(rule).is_block()
            || is_line_rule && !is_label && certainty == Certainty::Certain
            || repeated::belongs_to_page(self.view, row)
    }

    /// Lets all entries of a list go if most were found and none of the others is the article's; else lets all stay.
    fn settle_list(&mut self, list: &List, found: &mut Vec<Finding>) {
        let rows: Vec<usize> = list.rows.iter().copied().filter(|row| !self.is_settled(*row)).collect();
        let gone = rows.iter().filter(|row| self.goes(**row)).count();
        if gone == 0 || gone == rows.len() {
            return;
        }
        let has_own = rows.iter().any(|row| !self.goes(*row) && self.is_own(*row));
        let is_bulleted = matches!(list.mark, Mark::Bullet(_));
        let most = if is_bulleted && self.is_outside(&rows) { MOST_OF_A_MENU } else { MOST };
        let are_most = gone * 100 >= rows.len() * most;
        match list.mark {
            // Lines without marks are surely a list only between two paragraphs, and only if few of them were found.
            Mark::None if gone * 2 >= rows.len() || !self.is_between_paragraphs(&rows) => {}
            // Most of a menu goes, but one of its lines reads like the article's: leave the findings as they are.
            Mark::Bullet(_) if are_most && has_own => {}
            Mark::Number | Mark::Bullet(_) | Mark::Table if are_most && !has_own => self.take(&rows, gone, found),
            _ => rows.iter().for_each(|row| self.keep(*row, LIST)),
        }
    }

    /// True if scores place some of the rows above or below the article, and none amid it.
    fn is_outside(&self, rows: &[usize]) -> bool {
        let by = |id: &str| {
            let rule = self.view.matchers.judgement(id);
            rule.is_some() && rows.iter().any(|row| self.rows[*row].taken.map(|(taken_by, _)| taken_by) == rule)
        };
        self.view.has_prose() && (by("page/above") || by("page/below")) && !by("page/amid")
    }

    /// True for an entry that is the article's own, so that it does not go with the others.
    fn is_own(&self, row: usize) -> bool {
        let (view, r) = (self.view, self.view.row(row));
        view.is_prose(row) || r.introduced || r.is_own_label || self.is_protected(row) || view.policy(row).is_some()
    }

    /// True if a rule protects a row.
    fn is_protected(&self, row: usize) -> bool {
        self.view.keeper(row, self.view.hits(row)).is_some()
    }

    /// True if prose stands right above and right below the rows, and only their scores take any of them.
    fn is_between_paragraphs(&self, rows: &[usize]) -> bool {
        let view = self.view;
        let by_looks =
            |row: &usize| self.rows[*row].taken.is_none_or(|(rule, _)| view.rule(rule).family == Family::Page);
        let beside = [view.above(rows[0]), view.below(rows[rows.len() - 1])];
        beside.iter().all(|row| row.is_some_and(|row| view.is_prose(row))) && rows.iter().all(by_looks)
    }

    /// Takes the entries of a list that were not found along with the others, as sure as the least sure of them.
    fn take(&mut self, rows: &[usize], gone: usize, found: &mut Vec<Finding>) {
        let view = self.view;
        let taken = rows.iter().filter_map(|row| self.rows[*row].taken);
        let Some((rule, certainty)) = taken.min_by_key(|(_, certainty)| *certainty) else { return };
        let certainty = certainty.max(view.detail.removes);
        for &row in rows {
            if !self.goes(row) {
                let seen = Seen::ListEntry { gone, entries: rows.len() };
                found.push(Finding::line(row, rule, seen).sure(certainty));
                self.rows[row].taken = Some((rule, certainty));
            }
        }
    }

    /// Lets a row stay if the sentence that it begins continues in a row that stays.
    fn settle_sentence(&mut self, row: usize) {
        let view = self.view;
        let edges = view.edges(row);
        let breaks_off = self.goes(row) && !edges.ends && !edges.announces && view.shape(row).words >= PIECE;
        let goes_on = |next: usize| {
            next < view.count() && !view.is_blank(next) && view.edges(next).lower && !view.edges(next).listed
        };
        if breaks_off && goes_on(row + 1) && !self.goes(row + 1) {
            self.keep(row, SENTENCE);
        }
    }

    /// True for a heading that goes while what it heads stays.
    fn heads_what_stays(&self, row: usize) -> bool {
        let view = self.view;
        let Some((rule, _)) = self.rows[row].taken else { return false };
        if view.edges(row).ends || view.row(row).part || view.shape(row).words > HEADING {
            return false;
        }
        let next = |row: usize| view.below(row).filter(|below| below - row <= NEAR && !self.goes(*below));
        let Some(first) = next(row) else { return false };
        if self.rows[first].stays.is_some() || self.is_protected(first) {
            let heads = |rule: usize| HEADED.contains(&view.rule(rule).family);
            let is_label = |hit: &Hit| hit.role != Role::Keep && heads(hit.rule);
            let by_looks = view.rule(rule).family == Family::Page;
            return view.raw(row).starts_with('#') || heads(rule) || by_looks && view.hits(row).iter().any(is_label);
        }
        match headed_family(view, row, rule) {
            // A label of authors heads prose only below the article, where no prose follows.
            Some(Family::Author) if view.is_prose(first) => !view.in_head(row) && !view.has_prose_below(first),
            // It heads entries of a list, or two lines that are no prose. One line, or a paragraph, is the article that continues below a
            // label whose list was lost.
            Some(family) => {
                let is_line = |row: usize| !view.is_prose(row);
                // A source has one value, right below.
                let is_value = family == Family::Source && first == row + 1;
                let is_second = |row: Option<usize>| is_value || row.map_or(family == Family::Author, is_line);
                view.edges(first).listed || is_line(first) && is_second(next(first))
            }
            None => false,
        }
    }
}

/// The family of the label that a heading is, as the rule for whole lines says that took it. If its score took it, any such rule that
/// meets the row counts, unless the row may open a block, which is for `blocks` to say; labels of authors count in any case.
fn headed_family(view: &View<'_>, row: usize, taken_by: usize) -> Option<Family> {
    let is_label = |hit: &&Hit| matches!(&view.rule(hit.rule).kind, Kind::Line(LineRule { form: Form::Line, .. }));
    let family = |hit: &Hit| view.rule(hit.rule).family;
    let by_looks = view.rule(taken_by).family == Family::Page;
    let labels = view.hits(row).iter().filter(is_label).filter(|hit| by_looks || hit.rule == taken_by);
    let found = labels.map(family).find(|family| HEADED.contains(family))?;
    let opens_other = |hit: &Hit| hit.role == Role::Anchor && family(hit) != Family::Author;
    (!by_looks || !view.hits(row).iter().any(opens_other)).then_some(found)
}
