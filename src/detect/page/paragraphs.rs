//! Lines that are no units of their own: pieces of paragraphs that were broken into lines, quotations and code.

use super::view::View;
use crate::text::wrapped;

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
