//! The law that the title stays: takes findings back if they would remove every line that says the article's headline. Repetitions are
//! found in `headlines`.

use super::finding::{Finding, Keep, Kept};
use super::headlines::{self, says};
use super::page::{self, View};

const HEADLINE: Keep = Keep::Law("keep/headline", "no other line that stays says the article's headline");

/// A text that may be the article's headline, by the rows that say it.
struct Title {
    copies: Vec<usize>,
    /// The copies to spare if all would go: two if the headline is known only by being there twice, since the cleaned text must show it again.
    anchors: Vec<usize>,
}

/// Takes findings back so that a row that says the headline is left.
pub(super) fn spare(view: &View<'_>, found: &mut Vec<Finding>, kept: &mut Kept) {
    // A line that loses a piece no longer says the headline.
    let mut gone = vec![false; view.count()];
    found.iter().filter(|f| f.removes(view)).for_each(|f| gone[f.row] = true);
    if !gone.contains(&true) {
        return;
    }
    for title in find(view) {
        if title.copies.iter().all(|row| gone[*row]) {
            let spared = found.extract_if(.., |f| title.anchors.contains(&f.row));
            kept.extend(spared.filter(|f| f.removes(view)).map(|f| (HEADLINE, f)));
        }
    }
}

/// Texts that may be the headline: the title that the collection keeps beside the text, if the text says it; else up to three guesses: the
/// only first-level heading of a Markdown text, a first line like "Headline | Site" whose headline another line says, a line that stands
/// above the prose twice.
fn find(view: &View<'_>) -> Vec<Title> {
    if let Some(title) = view.title().filter(|title| title.len() <= headlines::BYTES) {
        let known = page::Title::with_words(title, 1);
        let mut copies = copies(view, &page::Title::of(title));
        if copies.is_empty() {
            copies = rows_that(view, |row| says_known(view, row, &known));
        }
        if let Some(&first) = copies.first() {
            let kept = headlines::kept(view, first, view.line(first).title(), &copies[1..]);
            return vec![Title { copies, anchors: vec![kept] }];
        }
    }
    if !view.has_prose() {
        return Vec::new(); // a list or a menu has no headline
    }
    [top_heading(view), site_title(view), said_twice(view)].into_iter().flatten().collect()
}

/// The only heading that is marked with one `#`.
fn top_heading(view: &View<'_>) -> Option<Title> {
    let mut headings = view.visible.iter().copied().filter(|row| view.raw(*row).starts_with("# "));
    let first = headings.next().filter(|row| view.span(*row).len() <= headlines::BYTES)?;
    let is_title = headings.next().is_none() && !view.row(first).part;
    is_title.then(|| Title { copies: copies(view, view.line(first).title()), anchors: vec![first] })
}

/// The first line, if it is like "Headline | Site" and another line says the headline.
fn site_title(view: &View<'_>) -> Option<Title> {
    let first = view.visible.first().copied().filter(|row| view.span(*row).len() <= headlines::BYTES)?;
    let title = view.line(first).title();
    let copies = if title.has_site() && !view.is_known(first) { copies(view, title) } else { Vec::new() };
    (copies.len() > 1).then(|| Title { anchors: copies[..2].to_vec(), copies })
}

/// The first line above the prose that stands there again.
fn said_twice(view: &View<'_>) -> Option<Title> {
    headlines::candidates(view).find_map(|row| {
        let copies = copies(view, view.line(row).title());
        let above = copies.iter().copied().filter(|copy| view.in_head(*copy));
        let (first, last) = (above.clone().next()?, above.last()?);
        (first < last).then(|| Title { copies, anchors: vec![first, last] })
    })
}

/// The rows that say a headline.
fn copies(view: &View<'_>, headline: &page::Title) -> Vec<usize> {
    rows_that(view, |row| says(view, row, headline))
}

fn rows_that(view: &View<'_>, say: impl Fn(usize) -> bool) -> Vec<usize> {
    let is_copy = |row: &usize| view.span(*row).len() <= headlines::BYTES && say(*row);
    view.visible.iter().copied().filter(is_copy).collect()
}

/// True if a row says a headline that is known, so that one word of it is enough before the site's name.
fn says_known(view: &View<'_>, row: usize, title: &page::Title) -> bool {
    title.may_be_said_by(view.line(row).opening()) && title.says_same(&page::Title::with_words(view.raw(row), 1))
}
