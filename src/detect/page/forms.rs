//! Forms in which an article sets its own short lines: headings with marks, entries with their texts, verses. A label that rules know and
//! that stands in such a form among lines that no rule knows is the article's own.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::view::View;

/// Most words of a heading and of the head of an entry.
pub(super) const HEADING: usize = 6;
/// Most hashes before a heading.
const HASHES: usize = 6;
/// Fewest words of the text of an entry.
const TEXT: usize = 3;
/// Fewest entries, one below the other.
const ENTRIES: usize = 3;
/// Fewest values below a heading.
const VALUES: usize = 3;
/// Fewest lines of a stanza that no rule knows, and most words of a verse.
const STANZA: usize = 3;
const VERSE: usize = 10;
/// Times the letters of the shortest verse of a stanza that its longest may have.
const UNLIKE: usize = 2;

/// What a heading is marked with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `##`: how many, at most `HASHES`.
    Hashes(usize),
    /// `**…**`.
    Bold,
    /// `3.`, `3)`.
    Number,
}

/// The rows that stand in a form of the article's own. Most of them are no labels.
pub(super) fn rows(view: &View<'_>) -> FxHashSet<usize> {
    let mut rows = FxHashSet::default();
    add_headings(view, &mut rows);
    add_entries(view, &mut rows);
    add_stanzas(view, &mut rows);
    rows
}

/// What headings above prose that no rule knows are marked with: an article with sections has some.
pub(super) fn marks(view: &View<'_>) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for &row in &view.visible {
        let mark = mark(view.raw(row)).filter(|mark| !marks.contains(mark));
        marks.extend(mark.filter(|_| heads_prose(view, row) && !view.is_known(row)));
    }
    marks
}

/// True for a heading behind the first prose, above a list of values, that is marked as headings of sections are.
pub(super) fn is_heading_of_values(view: &View<'_>, row: usize, marks: &OnceCell<Vec<Mark>>) -> bool {
    let Some(mark) = mark(view.raw(row)).filter(|mark| *mark != Mark::Number) else { return false };
    let is_value = |row: usize| {
        row < view.count() && !view.is_blank(row) && view.shape(row).words <= HEADING && !view.edges(row).ends
    };
    view.below(row).is_some_and(|first| (first..first + VALUES).all(is_value))
        && !view.in_head(row)
        && !view.is_known(row)
        && view.policy(row).is_none()
        && marks.get_or_init(|| self::marks(view)).contains(&mark)
}

/// Adds marked headings above prose, if no rule knows one of those with the same mark.
fn add_headings(view: &View<'_>, rows: &mut FxHashSet<usize>) {
    let marks = marks(view);
    let is_marked = |row: usize| mark(view.raw(row)).is_some_and(|mark| marks.contains(&mark));
    if !marks.is_empty() {
        rows.extend(view.visible.iter().filter(|row| is_marked(**row) && heads_prose(view, **row)));
    }
}

fn heads_prose(view: &View<'_>, row: usize) -> bool {
    let is_short = view.shape(row).words <= HEADING && !view.edges(row).ends;
    is_short && view.below(row).is_some_and(|below| view.is_prose(below))
}

fn mark(raw: &str) -> Option<Mark> {
    let rest = raw.trim_start_matches('#');
    let hashes = raw.len() - rest.len();
    let behind = raw.trim_start_matches(|c: char| c.is_ascii_digit());
    match () {
        () if (1..=HASHES).contains(&hashes) => rest.starts_with(' ').then_some(Mark::Hashes(hashes)),
        () if raw.len() > 4 && raw.starts_with("**") && raw.ends_with("**") => Some(Mark::Bold),
        () if behind.len() < raw.len() && behind.starts_with(['.', ')']) => Some(Mark::Number),
        () => None,
    }
}

/// Adds the heads of entries: short lines with one sentence or paragraph below each, at equal distances. Between paragraphs stand labels of
/// the page too: only right above their texts may rules know most of the heads.
fn add_entries(view: &View<'_>, rows: &mut FxHashSet<usize>) {
    let units: Vec<usize> = view.visible.iter().copied().filter(|row| !view.row(*row).continues_paragraph).collect();
    // Places of heads in `units`.
    let (mut heads, mut at) = (Vec::new(), 0);
    while at + 1 < units.len() {
        let is_entry = is_head(view, units[at]) && is_text(view, units[at + 1]);
        heads.extend(is_entry.then_some(at));
        at += if is_entry { 2 } else { 1 };
    }
    let distance = |at: usize| units[at + 1] - units[at];
    for run in heads.chunk_by(|a, b| a + 2 == *b && distance(*a) == distance(*b)) {
        let words: FxHashSet<&str> = run.iter().map(|at| view.folded(units[*at])).collect();
        let unknown = run.iter().filter(|at| !view.is_known(units[**at])).count();
        if words.len() == run.len() && run.len() >= ENTRIES && (distance(run[0]) == 1 || unknown * 2 >= run.len()) {
            rows.extend(run.iter().map(|at| units[*at]));
        }
    }
}

fn is_head(view: &View<'_>, row: usize) -> bool {
    view.shape(row).words <= HEADING && !view.edges(row).ends && !view.row(row).part
}

fn is_text(view: &View<'_>, row: usize) -> bool {
    let edges = view.edges(row);
    edges.ends && !edges.asks && view.shape(row).words >= TEXT && !view.is_known(row)
}

/// Adds the one verse of a stanza that rules know, if the stanza beside has as many lines, or in a list of words.
/// Below several stanzas, a label is the button of each entry of a list.
fn add_stanzas(view: &View<'_>, rows: &mut FxHashSet<usize>) {
    let groups: Vec<&[usize]> = view.visible.chunk_by(|a, b| a + 1 == *b).collect();
    let are_stanzas: Vec<bool> = groups.iter().map(|group| is_stanza(view, group)).collect();
    let mut labels: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (at, group) in groups.iter().enumerate().filter(|(at, _)| are_stanzas[*at]) {
        let is_twin = |other: usize| other < groups.len() && are_stanzas[other] && groups[other].len() == group.len();
        let has_twin = at > 0 && is_twin(at - 1) || is_twin(at + 1);
        // Buttons and menus begin with a capital.
        let is_word_list = || group.iter().all(|row| view.edges(*row).lower);
        let label = group.iter().find(|row| view.is_known(**row));
        if let Some(&label) = label.filter(|_| has_twin || is_word_list()) {
            labels.entry(view.folded(label)).or_default().push(label);
        }
    }
    rows.extend(labels.values().filter(|rows| rows.len() == 1).map(|rows| rows[0]));
}

/// True for short lines of like length without a gap, of which rules know one at most.
fn is_stanza(view: &View<'_>, rows: &[usize]) -> bool {
    let is_verse = |row: &usize| {
        let (shape, row) = (view.shape(*row), view.row(*row));
        shape.words <= VERSE && !shape.announces && !shape.listed && !row.introduced && !row.part
    };
    let unknown = || rows.iter().filter(|row| !view.is_known(**row)).map(|row| view.raw(*row).chars().count());
    let count = unknown().count();
    count >= STANZA
        && rows.len() - count <= 1
        && rows.iter().all(is_verse)
        && unknown().max() <= unknown().min().map(|shortest| shortest * UNLIKE)
}
