//! How much a line must look like the page to go: by the kind of the page, how much of it looks like junk, and whether the line stands
//! outside the article's stretch or within it.

use crate::document::PageKind;

/// Log-odds, in thousandths, from which a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limits {
    pub outside: i32,
    pub inside: i32,
}

/// Log-odds that no score reaches.
pub(super) const NEVER: i32 = 20_000;

/// What a text is, as far as limits depend on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    pub kind: PageKind,
    /// Per cent of the lines that are junk rather than not.
    pub junk: usize,
    /// Lines that rules remove.
    pub known: usize,
    pub lines: usize,
    /// Words of the stretch that is the article.
    pub article: usize,
}

/// Fewest words of an article beside which lines are judged: where nothing reads like one, the lines may be the content.
const LEAST: usize = 30;

/// Limits for texts with at least so much junk, in per cent, so many lines that rules remove, and so many lines. The more of a page is
/// there for sure, the less the rest must prove.
struct Row {
    junk: usize,
    known: usize,
    lines: usize,
    limits: Limits,
}

const fn row(junk: usize, known: usize, lines: usize, outside: i32, inside: i32) -> Row {
    Row { junk, known, lines, limits: Limits { outside, inside } }
}

/// The first row that a text reaches holds; where none does, no line goes.
const ARTICLE: &[Row] = &[
    row(60, 3, 40, -1000, 1000),
    row(60, 1, 25, -300, 1500),
    // An article with a long list looks like half a page too; rules know little of it.
    row(45, 5, 25, -300, 1500),
    row(30, 1, 25, 1800, 2500),
    row(0, 0, 0, 2500, 3500),
];
/// Posts are short, of all shapes, and between lines of the page.
const FORUM: &[Row] = &[row(50, 4, 40, 1500, 3500), row(30, 4, 40, 2500, 4000)];
/// Labels, lists and short lines are the content of other pages.
const OTHERS: &[Row] = &[row(60, 8, 40, 700, 3000), row(40, 8, 40, 1500, 3500)];
/// The text of a whole page.
const PAGE: Row = row(45, 8, 40, 0, 0);

impl Text {
    pub fn limits(&self) -> Limits {
        let rows = match self.kind {
            PageKind::Article => ARTICLE,
            PageKind::Forum => FORUM,
            _ => OTHERS,
        };
        let never = Limits { outside: NEVER, inside: NEVER };
        let fits = |row: &&Row| self.article >= LEAST && self.reaches(row);
        rows.iter().find(fits).map_or(never, |row| row.limits)
    }

    /// True for the text of a whole page, long enough to be sure.
    pub const fn is_page(&self) -> bool {
        self.reaches(&PAGE)
    }

    const fn reaches(&self, row: &Row) -> bool {
        self.junk >= row.junk && self.known >= row.known && self.lines >= row.lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_of_a_page_is_there_the_less_is_asked() {
        for rows in [ARTICLE, FORUM, OTHERS] {
            assert!(
                rows.is_sorted_by(|a, b| a.limits.outside <= b.limits.outside && a.limits.inside <= b.limits.inside)
            );
            assert!(rows.iter().all(|row| row.limits.outside <= row.limits.inside));
        }
    }

    #[test]
    fn no_line_goes_where_nothing_reads_like_an_article() {
        let text = Text { kind: PageKind::Article, junk: 90, known: 30, lines: 80, article: LEAST };
        assert_ne!(text.limits().outside, NEVER);
        assert_eq!(Text { article: LEAST - 1, ..text }.limits().outside, NEVER);
    }

    #[test]
    fn other_pages_than_articles_must_be_whole() {
        let text = |kind| Text { kind, junk: 20, known: 3, lines: 60, article: 500 };
        assert!(
            PageKind::ALL.iter().all(|kind| (text(*kind).limits().inside == NEVER) == (*kind != PageKind::Article))
        );
    }
}
