//! Lines that are no units of their own: pieces of paragraphs that were broken into lines, quotations and code.

use super::view::View;
use crate::text::wrapped;

/// More words than this has a quoted sentence, and a line that announces a quotation.
const QUOTED: usize = 2;
/// Most words of the greeting of a letter.
const GREETING: usize = 5;

/// Marks lines that are no units: pieces of wrapped paragraphs and, in Markdown, code and quotations.
pub(super) fn mark(view: &mut View<'_>) {
    let line = |row| if view.is_blank(row) { "" } else { view.raw(row) };
    let joined = wrapped::joined(view.count(), line, |row| view.edges(row));
    let continued = wrapped::continued(view.count(), line, |row| view.edges(row), &joined);
    for &row in joined.iter().chain(&continued) {
        view.rows[row - 1].part = true;
        view.rows[row].part = true;
    }
    for row in continued {
        view.rows[row].continues_paragraph = true;
    }
    if view.is_markdown() {
        mark_quotations(view);
    } else {
        mark_quoted_posts(view);
    }
}

/// Marks lines that begin with "> ", as in letters and posts. Pages put the same sign before links: what is quoted holds a sentence, the
/// line above announces it, or the text begins with a greeting.
fn mark_quoted_posts(view: &mut View<'_>) {
    let quoted: Vec<usize> = view.visible.iter().copied().filter(|row| view.raw(*row).starts_with("> ")).collect();
    let is_sentence = |row: usize| view.edges(row).ends && view.shape(row).words > QUOTED && !view.is_known(row);
    let announces = |row: usize| view.edges(row).announces && view.shape(row).words > QUOTED && !view.is_known(row);
    let is_post = |row: &usize| is_sentence(*row) || view.above(*row).is_some_and(announces);
    let greets = |row: usize| view.raw(row).ends_with([',', '，']) && view.shape(row).words <= GREETING;
    if quoted.iter().any(is_post) || !quoted.is_empty() && greets(view.visible[0]) {
        quoted.into_iter().for_each(|row| view.rows[row].part = true);
    }
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
