//! A document as detectors see it: a `Page` is read once, a `View` of it is the lines that are left. Positions are always those of the
//! document. Knows no detector.

mod forms;
mod labels;
mod line;
mod paragraphs;
mod read;
mod tables;
mod title;
mod topic;
mod view;

use super::detail::Detail;

pub(super) use line::LineFacts;
pub(crate) use read::Page;
pub(super) use title::{Title, WORDS};
pub(super) use topic::content_words;
pub(super) use view::View;

/// The page with the lines at these places alone.
pub(super) fn view<'p>(page: &'p Page<'p>, places: &[usize], detail: Detail<'p>) -> View<'p> {
    let mut view = View::of(page, places, detail);
    // In this order: what is prose depends on paragraphs, and what is a list or a label depends on what is prose.
    paragraphs::mark(&mut view);
    labels::mark_introduced(&mut view);
    labels::mark_own_labels(&mut view);
    view
}
