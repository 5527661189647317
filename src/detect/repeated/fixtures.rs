//! Lines that belong to the pages of a source, as its number of articles and what stands below it tell.

use crate::rules::LearnedLine;

/// Fewest articles, in a hundred, and of those the fewest with the same line below.
const SHARE: u32 = 10;
const SAME_BELOW: u32 = 80;

/// True for a line that many articles of `all` have.
pub(super) fn is_frequent(line: &LearnedLine, all: u32) -> bool {
    line.articles * 100 >= all * SHARE
}

/// True for a line that many articles of `all` have, and most of them above the same line: it belongs to no list of an article.
pub(super) fn is_fixture(line: &LearnedLine, all: u32) -> bool {
    is_frequent(line, all) && u32::from(line.same_below) >= SAME_BELOW
}
