//! The pieces of a text that another cleaned version of it lacks. The cuts of the other version are not
//! known, so lines are aligned. They are aligned with the present cleaning first: two cleanings of one text
//! differ little, and an alignment with the original could mistake one of two equal lines for the other.
//! `report::Against` shows the result.

use std::borrow::Cow;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::cleaner::Cleaned;
use crate::document::{Span, is_blank, lines};

/// The largest number of differing lines, of both versions together, for which the best alignment is
/// computed: its cost grows with the square of that number.
const ALIGNED: usize = 4_000;

/// The number of lines that are searched ahead for a line of the other version.
const AHEAD: usize = 2_000;

/// A line of the original that is not blank.
struct OriginalLine<'c> {
    number: usize,
    span: Span,
    text: &'c str,
    /// The rest of the line in the present cleaning, without white space around it; empty if the line goes.
    left: Cow<'c, str>,
}

/// The pieces of the original that another version lacks, each with the number of its line, counted from 1.
/// Blank lines are ignored.
///
/// # Errors
/// The first line of the other version that the original does not have, so that it is no version of the
/// original.
pub(crate) fn lacking<'o>(cleaned: &Cleaned<'_>, other: &'o str) -> Result<Vec<(usize, Span)>, &'o str> {
    let rows = rows(cleaned);
    let left: Vec<usize> = (0..rows.len()).filter(|i| !rows[*i].left.is_empty()).collect();
    let other: Vec<&str> = lines(other).map(|l| other[l.span.range()].trim()).filter(|text| !is_blank(text)).collect();
    let mut lacking = Vec::new();
    let (mut row, mut line) = (0, 0);
    for (next_row, next_line) in anchors(&rows, &left, &other).into_iter().chain([(rows.len(), other.len())]) {
        between(&rows[row..next_row], &other[line..next_line], &mut lacking)?;
        if let Some(anchor) = rows.get(next_row) {
            missing_pieces(anchor, &anchor.left, &mut lacking);
        }
        (row, line) = (next_row + 1, next_line + 1);
    }
    Ok(lacking)
}

fn rows<'c>(cleaned: &Cleaned<'c>) -> Vec<OriginalLine<'c>> {
    let original = cleaned.original();
    let mut cuts = cleaned.cuts();
    let mut rows = Vec::new();
    for (i, line) in lines(original).enumerate() {
        let text = &original[line.span.range()];
        if is_blank(text) {
            continue;
        }
        while cuts.first().is_some_and(|cut| cut.end <= line.span.start) {
            cuts = &cuts[1..];
        }
        let (mut left, mut at) = (Cow::Borrowed(text), line.span.start);
        if cuts.first().is_some_and(|cut| cut.start < line.span.end) {
            let mut kept = String::new();
            for cut in cuts.iter().take_while(|cut| cut.start < line.span.end) {
                kept.push_str(&original[at..cut.start.max(at)]);
                at = cut.end.min(line.span.end);
            }
            kept.push_str(&original[at..line.span.end]);
            left = Cow::Owned(kept);
        }
        let left = match left {
            left if is_blank(&left) => Cow::Borrowed(""),
            Cow::Borrowed(left) => Cow::Borrowed(left.trim()),
            Cow::Owned(left) => Cow::Owned(left.trim().to_owned()),
        };
        rows.push(OriginalLine { number: i + 1, span: line.span, text, left });
    }
    rows
}

/// Pairs of a row and a line of the other version with equal texts, in order. `left` are the indices of the
/// rows of which the present cleaning leaves something.
fn anchors(rows: &[OriginalLine<'_>], left: &[usize], other: &[&str]) -> Vec<(usize, usize)> {
    let mine: Vec<&str> = left.iter().map(|i| &*rows[*i].left).collect();
    let same = |(a, b): (&&str, &&str)| a == b;
    let head = mine.iter().zip(other).take_while(|pair| same(*pair)).count();
    let tail = mine[head..].iter().rev().zip(other[head..].iter().rev()).take_while(|pair| same(*pair)).count();
    let (a, b) = (&mine[head..mine.len() - tail], &other[head..other.len() - tail]);
    let mut pairs: Vec<(usize, usize)> = (0..head).map(|i| (i, i)).collect();
    if a.len() + b.len() <= ALIGNED {
        for op in capture_diff_slices(Algorithm::Myers, a, b) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                pairs.extend((0..len).map(|i| (head + old_index + i, head + new_index + i)));
            }
        }
    }
    pairs.extend((0..tail).rev().map(|i| (mine.len() - 1 - i, other.len() - 1 - i)));
    pairs.into_iter().map(|(a, b)| (left[a], b)).collect()
}

/// Aligns the rows and lines between two anchors: each line with the first row that is equal to it or
/// contains it.
fn between<'o>(rows: &[OriginalLine<'_>], other: &[&'o str], lacking: &mut Vec<(usize, Span)>) -> Result<(), &'o str> {
    let mut next = 0;
    for line in other {
        let ahead = || rows[next..].iter().take(AHEAD);
        let found = ahead()
            .position(|row| row.text.trim() == *line)
            .or_else(|| ahead().position(|row| row.left == *line))
            .or_else(|| ahead().position(|row| is_piece(row.text, line)));
        let found = next + found.ok_or(*line)?;
        lacking.extend(rows[next..found].iter().map(|row| (row.number, row.span)));
        missing_pieces(&rows[found], line, lacking);
        next = found + 1;
    }
    lacking.extend(rows[next..].iter().map(|row| (row.number, row.span)));
    Ok(())
}

/// True if `left` can be the rest of `line` after one piece of it was cut, or both its ends.
fn is_piece(line: &str, left: &str) -> bool {
    line.contains(left) || shared_start(line.trim(), left).is_some()
}

/// The number of equal bytes at the start of both texts, if the remaining bytes of `left` are the end of
/// `line`; `None` otherwise.
fn shared_start(line: &str, left: &str) -> Option<usize> {
    let start = line.bytes().zip(left.bytes()).take_while(|(a, b)| a == b).count();
    let start = left.floor_char_boundary(start);
    // Prefers whole words: "one three" lacks "two " of "one two three", not "wo t".
    let word = left[..start].rfind(' ').map_or(0, |at| at + 1);
    let start = if word > 0 && line.ends_with(&left[word..]) { word } else { start };
    (start > 0 && line.len() > left.len() && line.ends_with(&left[start..])).then_some(start)
}

/// Adds to `lacking` the pieces of a row that are missing from `left`, the rest of it.
fn missing_pieces(row: &OriginalLine<'_>, left: &str, lacking: &mut Vec<(usize, Span)>) {
    let trimmed = row.text.trim();
    if trimmed == left {
        return;
    }
    let from = row.span.start;
    let lead = row.text.len() - row.text.trim_start().len();
    let gone = if let Some(at) = row.text.find(left) {
        [(0, at), (at + left.len(), row.text.len())]
    } else if let Some(start) = shared_start(trimmed, left) {
        [(lead + start, lead + trimmed.len() - (left.len() - start)), (0, 0)]
    } else {
        // More than one piece was cut from the middle: finds each word of `left` at its first place behind
        // the word before.
        let mut at = 0;
        for word in left.split_whitespace() {
            let Some(found) = row.text[at..].find(word) else { break };
            lacking.push((row.number, Span::new(from + at, from + at + found)));
            at += found + word.len();
        }
        [(at, row.text.len()), (0, 0)]
    };
    let gone = gone.into_iter().filter(|(start, end)| start < end);
    lacking.extend(gone.map(|(start, end)| (row.number, Span::new(from + start, from + end))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::Cleaner;

    fn cleaner() -> Cleaner {
        let rules = r#"
[[rule]]
id        = "share/x"
certainty = "certain"
match     = "line"
phrases   = ["x!"]
fragment  = "end"
reason    = "x"
removes   = ["x!"]
keeps     = ["x."]
"#;
        Cleaner::builder().builtin(false).rules("x.toml", rules).build().expect("good rules")
    }

    fn pieces_lacking<'t>(text: &'t str, other: &str) -> Result<Vec<(usize, &'t str)>, String> {
        let cleaner = cleaner();
        let cleaned = cleaner.clean(text);
        let lacking = lacking(&cleaned, other).map_err(str::to_owned)?;
        Ok(lacking.into_iter().map(|(line, span)| (line, &text[span.range()])).collect())
    }

    #[test]
    fn lines_and_pieces() {
        assert_eq!(pieces_lacking("a\nx!\nb\n", "a\nb\n"), Ok(vec![(2, "x!")]));
        assert_eq!(pieces_lacking("a\nx!\nb\n", "a\nx!\nb\n"), Ok(vec![]));
        assert_eq!(pieces_lacking("a\nx!\nb\n", "b"), Ok(vec![(1, "a"), (2, "x!")]));
        assert_eq!(pieces_lacking("one two three\n", "one three\n"), Ok(vec![(1, "two ")]));
        assert_eq!(pieces_lacking("one two three\n", "two\n"), Ok(vec![(1, "one "), (1, " three")]));
        assert_eq!(pieces_lacking("a\nb\n", ""), Ok(vec![(1, "a"), (2, "b")]));
        assert_eq!(pieces_lacking("a\nb\n", "a\nc\n"), Err("c".to_owned()));
        assert_eq!(pieces_lacking("\u{feff}a\r\nb\r\n", "\u{feff}b\n"), Ok(vec![(1, "a")]));
    }

    #[test]
    fn of_equal_lines_the_one_that_went_is_found() {
        // Both versions lack the first `t`; they differ elsewhere.
        let text = "x!\nt\nmenu\nx!\nt\np\nq\n";
        assert_eq!(pieces_lacking(text, "t\nmenu\nt\np\n"), Ok(vec![(1, "x!"), (4, "x!"), (7, "q")]));
    }

    #[test]
    fn large_versions_take_no_longer_than_they_must() {
        let text: String = (0..60_000).map(|n| format!("line {}\n", n % 7)).collect();
        let other: String = (0..60_000).filter(|n| n % 3 > 0).map(|n| format!("line {}\n", n % 7)).collect();
        let _ = pieces_lacking(&text, &other);
    }
}
