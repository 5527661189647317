//! Takes findings back if they would remove every line that says the article's headline. Finds no repetitions; `headlines` does.

use super::headlines::{self, Forms};
use super::page::Page;
use super::{Finding, Keep, Kept};

const HEADLINE: Keep = Keep::Law("keep/headline", "no other line that stays says the article's headline");

/// What is taken for the article's headline, and the rows that say it.
struct Title {
    copies: Vec<usize>,
    /// The copies to spare if all would go. Two where the headline is known only because it stands there twice: it has to be found
    /// again in what is left.
    anchors: Vec<usize>,
}

/// Takes findings back by which no row would say the headline any more.
pub(super) fn spare(page: &Page<'_>, found: &mut Vec<Finding>, kept: &mut Kept) {
    // A line that loses a piece no longer says the headline.
    let mut gone = vec![false; page.rows.len()];
    found.iter().filter(|f| page.goes(f)).for_each(|f| gone[f.row] = true);
    if !gone.contains(&true) {
        return;
    }
    for title in find(page) {
        if title.copies.iter().all(|row| gone[*row]) {
            let spared = found.extract_if(.., |f| title.anchors.contains(&f.row));
            kept.extend(spared.filter(|f| page.goes(f)).map(|f| (HEADLINE, f)));
        }
    }
}

/// What may be the headline of a document: the title that the collection keeps beside the text, if the text says it. Else up to three
/// guesses: the only first-level heading of a Markdown text, a first line like "Headline | Site" whose headline another line
/// says, a line that stands above the prose twice.
fn find(page: &Page<'_>) -> Vec<Title> {
    if let Some(title) = page.title.filter(|title| title.len() <= headlines::BYTES) {
        let known = Forms::with_words(title, 1);
        let mut copies = copies(page, &Forms::of(title));
        if copies.is_empty() {
            copies = rows_that(page, |row| known.meet_known(page, row));
        }
        if let Some(&first) = copies.first() {
            let kept = headlines::kept(page, first, page.forms(first), &copies[1..]);
            return vec![Title { copies, anchors: vec![kept] }];
        }
    }
    if !page.has_prose() {
        return Vec::new(); // a list or a menu has no headline
    }
    [top_heading(page), site_title(page), said_twice(page)].into_iter().flatten().collect()
}

/// The only heading that is marked with one `#`.
fn top_heading(page: &Page<'_>) -> Option<Title> {
    let mut headings = page.visible.iter().copied().filter(|row| page.raw(*row).starts_with("# "));
    let first = headings.next().filter(|row| page.rows[*row].span.len() <= headlines::BYTES)?;
    let is_title = headings.next().is_none() && !page.rows[first].part;
    is_title.then(|| Title { copies: copies(page, page.forms(first)), anchors: vec![first] })
}

/// The first line, if it is like "Headline | Site" and another line says the headline.
fn site_title(page: &Page<'_>) -> Option<Title> {
    let first = page.visible.first().copied().filter(|row| page.rows[*row].span.len() <= headlines::BYTES)?;
    let copies = copies(page, page.forms(first));
    let is_title = page.forms(first).has_site() && copies.len() > 1 && !page.is_known(first);
    is_title.then(|| Title { anchors: copies[..2].to_vec(), copies })
}

/// The first line above the prose that stands there again.
fn said_twice(page: &Page<'_>) -> Option<Title> {
    headlines::candidates(page).find_map(|row| {
        let copies = copies(page, page.forms(row));
        let above = copies.iter().copied().filter(|copy| page.in_head(*copy));
        let (first, last) = (above.clone().next()?, above.last()?);
        (first < last).then(|| Title { copies, anchors: vec![first, last] })
    })
}

/// The rows that say a headline.
fn copies(page: &Page<'_>, headline: &Forms) -> Vec<usize> {
    rows_that(page, |row| headline.meet(page, row))
}

fn rows_that(page: &Page<'_>, say: impl Fn(usize) -> bool) -> Vec<usize> {
    let is_copy = |row: &usize| page.rows[*row].span.len() <= headlines::BYTES && say(*row);
    page.visible.iter().copied().filter(is_copy).collect()
}
