//! Lines that are no units of their own: pieces of paragraphs that were broken into lines, quotations and code.

use super::view::View;

/// Marks lines that are no units: pieces of wrapped paragraphs and, in Markdown, code and quotations.
pub(super) fn mark(view: &mut View<'_>) {
    let joined: Vec<usize> = (1..view.rows.len()).filter(|&i| is_full(view, i - 1) && is_joined(view, i)).collect();
    for &i in &joined {
        view.rows[i - 1].part = true;
        view.rows[i].part = true;
    }
    // A paragraph broken into lines shows in many places; one such pair may be chance.
    if joined.len() >= 4 {
        mark_paragraphs(view, &joined);
    }
    if view.is_markdown() {
        mark_quotations(view);
    }
}

fn mark_paragraphs(view: &mut View<'_>, joined: &[usize]) {
    let follows = |i: &usize| is_full(view, i - 1) && !view.is_blank(*i) && !view.edges(*i).listed;
    let mut pairs: Vec<usize> = (1..view.rows.len()).filter(follows).collect();
    if joined.len() * 3 < pairs.len() {
        return;
    }
    let margin = margin(view, joined);
    pairs.retain(|i| joined.binary_search(i).is_ok() || fills(view, i - 1, margin));
    for i in pairs {
        view.rows[i - 1].part = true;
        view.rows[i].part = true;
        view.rows[i].continues_paragraph = true;
    }
}

/// The column at which paragraphs were broken, as nine of ten broken lines tell.
fn margin(view: &View<'_>, joined: &[usize]) -> usize {
    let mut reach: Vec<usize> = joined.iter().map(|i| view.raw(i - 1).chars().count()).collect();
    reach.sort_unstable();
    reach[reach.len() / 10]
}

/// True if the first word of the next row would not have fitted on this one.
fn fills(view: &View<'_>, row: usize, margin: usize) -> bool {
    let word = view.raw(row + 1).split_whitespace().next().unwrap_or_default();
    view.raw(row).chars().count() + 1 + word.chars().count() > margin
}

/// Marks quotations, fenced code and the targets of links; a fence that nothing closes opens nothing.
fn mark_quotations(view: &mut View<'_>) {
    let is_fence = |raw: &str| raw.starts_with("```") || raw.starts_with("~~~");
    let fences: Vec<usize> = (0..view.rows.len()).filter(|i| is_fence(view.raw(*i))).collect();
    for fence in fences.chunks_exact(2) {
        view.rows[fence[0]..=fence[1]].iter_mut().for_each(|r| r.part = true);
    }
    for i in 0..view.rows.len() {
        let raw = view.raw(i);
        let defines_link = raw.starts_with('[') && raw.contains("]: ");
        view.rows[i].part |= raw.starts_with('>') && !raw.starts_with(">>") || defines_link;
    }
}

/// True if a row goes on where the one above it, which is full, broke off in mid-sentence.
fn is_joined(view: &View<'_>, row: usize) -> bool {
    let (above, this) = (view.edges(row - 1), view.edges(row));
    !view.is_blank(row - 1) && !view.is_blank(row) && this.lower && !this.listed && !above.ends && !above.announces
}

/// True if a row is long enough to have been broken at its end.
fn is_full(view: &View<'_>, row: usize) -> bool {
    (40..=160).contains(&view.raw(row).len())
}
