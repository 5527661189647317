//! The detector of blocks: runs of lines under an anchor, such as comment forms and threads, related lists, share bars with one label a
//! line. A rule says what belongs to its block.

use rustc_hash::{FxHashMap, FxHashSet};

use super::finding::{Detector, Finding};
use super::page::View;
use super::page::content_words;
use super::seen::Seen;
use crate::matching::Role;
use crate::removal::{Certainty, Family};
use crate::rules::{BlockRule, Kind, MemberShape, Zone};

/// Most rows below a block in what an extractor leaves of a page.
const TAIL: usize = 40;
/// Fewest bytes of the prose of an article that has its sentences in it.
const PROSE: usize = 600;
/// Most words of what a newsletter box says below its label.
const APPEAL: usize = 25;
/// Fewest words of a sentence behind a block.
const SENTENCE: usize = 4;
/// Most rows of one reader's remark.
const REMARK: usize = 15;
/// Most rows of a page that could open a list of headlines or a thread of remarks.
const ANCHORS: usize = 5;
/// Most rows that a block takes on its way to the end of the document.
const TO_END: usize = 400;
/// Fewest rows of networks and counters that make a share bar without a label.
const BAR: usize = 3;

pub(super) struct Blocks;

impl Detector for Blocks {
    fn find(&mut self, view: &View<'_>, found: &mut Vec<Finding>) {
        let mut removed: FxHashMap<usize, Certainty> = FxHashMap::default();
        for finding in found.iter().filter(|f| f.piece.is_none()) {
            let certainty = removed.entry(finding.row).or_insert(Certainty::Suspect);
            *certainty = view.rule(finding.rule).certainty.max(*certainty);
        }
        let mut at = 0;
        while at < view.visible.len() {
            let end = longest_block(view, &removed, at, found).unwrap_or(at + 1);
            at = end.max(at + 1);
        }
        bare_bars(view, found);
        votes(view, found);
    }
}

/// Walks every block that the row at `at` may anchor and finds the rows of the longest. Returns the place behind its last row.
fn longest_block(
    view: &View<'_>,
    removed: &FxHashMap<usize, Certainty>,
    at: usize,
    found: &mut Vec<Finding>,
) -> Option<usize> {
    let row = view.visible[at];
    let r = view.row(row);
    if r.part || r.introduced || r.is_own_label || view.is_table_row(row) {
        return None;
    }
    let anchors = view.hits(row).iter().filter(|hit| hit.role == Role::Anchor && view.applies_at(hit.rule, row));
    let block = anchors
        .filter_map(|hit| {
            let Kind::Block(rule) = &view.rule(hit.rule).kind else { return None };
            let lists = !rule.entry_ends.is_empty() || rule.shapes.contains(&MemberShape::Headline);
            if lists && has_many_anchors(view, hit.rule) {
                return None;
            }
            Walk { view, removed, rule, id: hit.rule, anchor: at }.run().map(|members| (hit.rule, members))
        })
        .max_by_key(|(rule, members)| (members.len(), view.rule(*rule).certainty))?;
    let (rule, members) = block;
    found.push(Finding::line(row, rule, Seen::Anchor));
    let member = |at: &usize| Finding::line(view.visible[*at], rule, Seen::Member { anchor: row });
    found.extend(members.iter().map(member));
    Some(members.last().map_or(at, |last| *last) + 1)
}

/// True if so many rows could open the block that each belongs to an entry of a list: "12 comments" below each of its posts.
fn has_many_anchors(view: &View<'_>, rule: usize) -> bool {
    let is_anchor = |row: &&usize| view.hits(**row).iter().any(|hit| hit.rule == rule && hit.role == Role::Anchor);
    view.visible.iter().filter(is_anchor).nth(ANCHORS).is_some()
}

/// One walk down from an anchor. Places are places in `view.visible`.
struct Walk<'a> {
    view: &'a View<'a>,
    removed: &'a FxHashMap<usize, Certainty>,
    rule: &'a BlockRule,
    id: usize,
    anchor: usize,
}

/// How a row belongs to a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bond {
    /// A phrase says so.
    Named,
    /// Its shape alone says so.
    Shaped,
}

impl Walk<'_> {
    /// The places of the block's members; `None` if it has too few to be a block.
    fn run(&self) -> Option<Vec<usize>> {
        let threads = self.thread_end();
        let mut members: Vec<(usize, Bond)> = Vec::new();
        if let Some(end) = threads {
            members.extend((self.anchor + 1..=end).map(|at| (at, Bond::Named)));
        }
        let mut at = threads.unwrap_or(self.anchor) + 1;
        let mut strangers = 0;
        let mut stopped_at_prose = false;
        // A thread may be of any length; the limit counts what follows it.
        let most = self.rule.max_lines.saturating_add(members.len());
        while at < self.view.visible.len() && members.len() < most {
            match self.bond(at) {
                Some(bond) => {
                    if self.opens_another(at) {
                        break;
                    }
                    members.push((at, bond));
                    strangers = 0;
                }
                None if self.is_appeal(at) => {}
                None => {
                    stopped_at_prose = self.is_text(at);
                    strangers += 1;
                    if stopped_at_prose || strangers > self.rule.strangers {
                        break;
                    }
                }
            }
            at += 1;
        }
        // A list that is longer than the rule's is another one: it goes whole or stays.
        let lists = self.rule.shapes.contains(&MemberShape::Headline);
        if lists && members.len() >= most && at < self.view.visible.len() && self.bond(at) == Some(Bond::Shaped) {
            return None;
        }
        if stopped_at_prose && strangers == 1 {
            self.give_back_heading(&mut members, at);
        }
        // Rows between two members belong to the block, whatever they are.
        let mut places: Vec<usize> = members.last().map_or(Vec::new(), |(last, _)| (self.anchor + 1..=*last).collect());
        let below = places.last().map_or(self.anchor, |last| *last) + 1;
        let prose_below = self.view.visible.get(below).is_some_and(|row| !self.view.in_tail(*row));
        let needs = if prose_below { self.rule.needs_mid } else { self.rule.needs };
        if members.len() < needs {
            return None;
        }
        if self.rule.to_end && !prose_below {
            places.extend(self.to_end(below));
        }
        let unknown = places.iter().map(|at| self.view.visible[*at]).filter(|row| !self.view.is_known(*row));
        let is_content = lists && self.view.outweighs_prose(unknown);
        (!is_content).then_some(places)
    }

    /// True if the row at `at` is text of the article: prose, or a short sentence above the first prose.
    fn is_text(&self, at: usize) -> bool {
        let (view, row) = (self.view, self.view.visible[at]);
        let edges = view.edges(row);
        let sentence =
            edges.ends && !edges.asks && view.in_head(row) && view.shape(row).words >= 4 && !view.is_known(row);
        view.is_prose(row) || sentence
    }

    /// The places from one on to the end of the page, without lines of policy. In a short tail, a rule knows one at least of the lines
    /// between two gaps, or the article goes on there; and so it does with a sentence where its prose is little, as in a dialogue.
    fn to_end(&self, from: usize) -> Vec<usize> {
        let view = self.view;
        let rest: Vec<usize> = (from..view.visible.len().min(from + TO_END)).collect();
        let row = |at: usize| view.visible[at];
        let is_known = |at: &usize| view.is_known(row(*at)) || view.policy(row(*at)).is_some();
        let is_short = rest.len() <= TAIL;
        let groups = rest.chunk_by(|a, b| row(*a) + 1 == row(*b));
        let groups = groups.take_while(|group| !is_short || group.iter().any(is_known));
        let is_dialogue = view.prose_bytes() < PROSE;
        let rows = groups.flatten().copied().take_while(|at| !is_dialogue || !self.is_sentence(*at));
        rows.filter(|at| view.policy(row(*at)).is_none()).collect()
    }

    /// True for a sentence of a newsletter box between its label and a line that a phrase names.
    fn is_appeal(&self, at: usize) -> bool {
        let (view, row) = (self.view, self.view.visible[at]);
        let is_named = |at: usize| at < view.visible.len() && self.bond(at) == Some(Bond::Named);
        view.rule(self.id).family == Family::Newsletter
            && at == self.anchor + 1
            && view.shape(row).words <= APPEAL
            && !view.row(row).part
            && is_named(at + 1)
    }

    /// True for a line that ends like a sentence and that no rule knows: the article may go on here.
    fn is_sentence(&self, at: usize) -> bool {
        let (view, row) = (self.view, self.view.visible[at]);
        view.edges(row).ends && view.shape(row).words >= SENTENCE && !view.is_known(row)
    }

    /// True if a block of another family begins here, and the row is not named by this one.
    fn opens_another(&self, at: usize) -> bool {
        let (view, row) = (self.view, self.view.visible[at]);
        let named = view.hits(row).iter().any(|hit| hit.rule == self.id);
        !named
            && view.hits(row).iter().any(|hit| {
                hit.role == Role::Anchor
                    && view.applies_at(hit.rule, row)
                    && view.rule(hit.rule).family != view.rule(self.id).family
            })
    }

    /// How the row at `at` belongs to the block, if it does.
    fn bond(&self, at: usize) -> Option<Bond> {
        let view = self.view;
        let row = view.visible[at];
        if view.row(row).part {
            return None;
        }
        let named = view.hits(row).iter().any(|hit| match hit.role {
            Role::Member | Role::EntryEnd => hit.rule == self.id,
            Role::Anchor => hit.rule == self.id || view.rule(hit.rule).family == view.rule(self.id).family,
            Role::Keep => false,
            Role::Rule => {
                let rule = view.rule(hit.rule);
                rule.zone == Zone::InBlock && rule.family == view.rule(self.id).family
            }
        });
        // A row removed with less certainty than the block's is no member for that.
        let removed = self.removed.get(&row).is_some_and(|c| *c >= view.rule(self.id).certainty.min(Certainty::Likely));
        if named || removed {
            return Some(Bond::Named);
        }
        if view.is_prose(row) {
            return None;
        }
        // In the head stand the article's own headline, byline and date: there a shape alone proves nothing.
        let own = |shape: &MemberShape| {
            view.in_head(row) && view.has_prose() && !matches!(shape, MemberShape::Network | MemberShape::Count)
        };
        self.rule.shapes.iter().any(|shape| !own(shape) && has_shape(view, row, *shape)).then_some(Bond::Shaped)
    }

    /// Takes a last member that is shaped like a headline out again if it may be the heading of the prose below it.
    fn give_back_heading(&self, members: &mut Vec<(usize, Bond)>, prose: usize) {
        let Some(&(last, Bond::Shaped)) = members.last() else { return };
        let view = self.view;
        let row = view.visible[last];
        if last + 1 != prose || !view.shape(row).is_headline() && view.shape(row).words > 8 {
            return;
        }
        let above = view.visible[last - 1]; // the anchor, if there is only this row
        let below = view.visible[prose];
        let closer_to_list = row - above < below - row;
        let words = view.content_words(row);
        let following: FxHashSet<u64> =
            view.visible[prose..].iter().take(2).flat_map(|r| content_words(view.raw(*r))).collect();
        let shared = words.intersection(&following).count();
        let foreign = words.len() >= 3 && shared * 3 <= words.len();
        if !(closer_to_list || foreign) {
            members.pop();
        }
    }

    /// The place of the last line of a comment thread: the last of at least two lines that close a remark. Prose is a remark only below a
    /// line that says who speaks or when; otherwise it is the article's and ends the thread.
    fn thread_end(&self) -> Option<usize> {
        if self.rule.entry_ends.is_empty() {
            return None;
        }
        let view = self.view;
        let (mut ends, mut last, mut since, mut signed) = (0, None, 0, false);
        for at in self.anchor + 1..view.visible.len() {
            let row = view.visible[at];
            since += 1;
            if view.hits(row).iter().any(|hit| hit.role == Role::EntryEnd && hit.rule == self.id) {
                ends += 1;
                last = Some(at);
                (since, signed) = (0, false);
                continue;
            }
            signed |= self.signs(row);
            if since > REMARK || (view.is_prose(row) && !signed) {
                break;
            }
        }
        last.filter(|_| ends >= 2)
    }

    /// True if a row says who speaks or when.
    fn signs(&self, row: usize) -> bool {
        let (view, own) = (self.view, self.view.rule(self.id).family);
        let says = view.hits(row).iter().any(|hit| {
            hit.role == Role::Rule && view.rule(hit.rule).zone == Zone::InBlock && view.rule(hit.rule).family == own
        });
        says || has_shape(view, row, MemberShape::Date) || has_shape(view, row, MemberShape::Name)
    }
}

/// True if a row has one of the shapes that a block may ask for.
fn has_shape(view: &View<'_>, row: usize, member: MemberShape) -> bool {
    let shape = view.shape(row);
    let folded = view.folded(row);
    match member {
        MemberShape::Headline => shape.is_headline(),
        MemberShape::Date => view.rules().vocabulary().is_date(folded),
        MemberShape::Count => is_count(folded),
        MemberShape::Name => shape.words <= 4 && !shape.ends && crate::text::shape::is_names(view.raw(row)),
        MemberShape::Network => view.rules().vocabulary().is_network(folded),
        MemberShape::Short => shape.words <= 3,
    }
}

/// True for "12", "1.2k", "(3)", "4.2 / 5 (12)": a number and at most its unit, but no year.
fn is_count(folded: &str) -> bool {
    if folded.len() == 4 && (folded.starts_with("19") || folded.starts_with("20")) {
        return false;
    }
    let number = folded.trim_end_matches(['k', 'm', '+']);
    !number.is_empty()
        && number.bytes().any(|b| b.is_ascii_digit())
        && number.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b' ' | b'/' | b'('))
        && number.bytes().filter(|b| *b == b'/').count() <= 1
}

/// Finds counts of votes: numbers right above or below a line of a forum or a page of questions that goes.
fn votes(view: &View<'_>, found: &mut Vec<Finding>) {
    let lines = found.iter().filter(|f| view.rule(f.rule).family == Family::Forum && f.removes_line(view));
    let known: FxHashMap<usize, usize> = lines.map(|f| (f.row, f.rule)).collect();
    for &row in view.visible.iter().filter(|row| !known.is_empty() && !known.contains_key(row)) {
        let beside = [view.above(row), view.below(row)].into_iter().flatten().find_map(|b| Some((b, *known.get(&b)?)));
        if let Some((line, rule)) = beside.filter(|_| has_shape(view, row, MemberShape::Count)) {
            found.push(Finding::line(row, rule, Seen::BesideForum { line }));
        }
    }
}

/// Finds share bars without a label: names of networks and counters, one a line, above or below the prose; and counters right beside a
/// share line anywhere.
fn bare_bars(view: &View<'_>, found: &mut Vec<Finding>) {
    let Some(rule) = view.matchers.judgement("share/rows") else { return };
    let is_share = |row: usize| {
        view.hits(row).iter().any(|hit| hit.role == Role::Rule && view.rule(hit.rule).family == Family::Share)
    };
    let known: FxHashSet<usize> =
        found.iter().filter(|f| view.rule(f.rule).family == Family::Share).map(|f| f.row).collect();
    for &row in view.visible.iter().filter(|r| !known.contains(r) && is_share(**r)) {
        let mut beside = [row.checked_sub(1), Some(row + 1)].into_iter().flatten();
        if let Some(line) = beside.find(|b| known.contains(b)) {
            found.push(Finding::line(row, rule, Seen::BesideShare { line }));
        }
    }
    let network = |row: usize| has_shape(view, row, MemberShape::Network);
    let mut run: Vec<usize> = Vec::new();
    for at in 0..=view.visible.len() {
        let row = view.visible.get(at).copied();
        let belongs = row.is_some_and(|r| {
            let in_place = view.has_prose()
                && (view.in_head(r) || view.in_tail(r))
                && !view.row(r).introduced
                && !view.row(r).part;
            in_place && (network(r) || is_share(r) || has_shape(view, r, MemberShape::Count))
        });
        if belongs {
            run.extend(row);
            continue;
        }
        let names: FxHashSet<&str> = run.iter().filter(|r| network(**r)).map(|r| view.folded(*r)).collect();
        if run.len() >= BAR && names.len() >= 2 {
            let rows = run.len();
            found.extend(run.iter().map(|row| Finding::line(*row, rule, Seen::ShareRun { rows })));
        }
        run.clear();
    }
}
