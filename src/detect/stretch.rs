//! The stretch of lines that is the article: where the evidence for content, summed over neighbours, is largest. How the evidence of a
//! line is scored is in `scorer`.

use std::ops::Range;

/// Most evidence of a line for or against content, and what a line must show to count for content, in thousandths of log-odds.
const MOST: i64 = 3000;
const LEAST: i64 = 500;

/// The stretch with the largest sum of evidence, from the log-odds in thousandths that each line is junk and from its words. A line's
/// evidence counts by the root of its words: a long paragraph says more than a label, but not as much more as it is longer.
pub(super) fn find(lines: impl Iterator<Item = (i32, usize)>) -> Range<usize> {
    let (mut best, mut stretch) = (0, 0..0);
    let (mut sum, mut from) = (0, 0);
    for (at, (junk, words)) in lines.enumerate() {
        let evidence = (-i64::from(junk) - LEAST).clamp(-MOST, MOST);
        sum += evidence * i64::try_from((words * 100).isqrt()).unwrap_or(i64::MAX / MOST);
        if sum <= 0 {
            (sum, from) = (0, at + 1);
        } else if sum > best {
            (best, stretch) = (sum, from..at + 1);
        }
    }
    stretch
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_bridges_short_junk_and_ends_before_long_junk() {
        const CONTENT: i32 = -4000;
        const JUNK: i32 = 4000;
        assert_eq!(find([(JUNK, 3), (CONTENT, 40), (JUNK, 4), (CONTENT, 30), (JUNK, 2)].into_iter()), 1..4);
        let menu = std::iter::repeat_n((JUNK, 9), 12);
        let lines = std::iter::once((CONTENT, 20)).chain(menu).chain([(CONTENT, 50), (CONTENT, 30)]);
        assert_eq!(find(lines), 13..15);
        assert_eq!(find([(JUNK, 3), (JUNK, 0)].into_iter()), 0..0);
        assert_eq!(find(std::iter::empty()), 0..0);
    }
}
