//! Segments stand for lines where a text has none of its own: from one sentence end or separator to the next.

use super::shape::{is_closing, is_end};

/// Signs that separate what a page put side by side, where blanks stand around them.
const SEPARATORS: [char; 8] = ['|', '»', '«', '-', '–', '—', '•', '·'];

/// A text of at most so many lines has none of its own, and so many words make a line that holds many.
pub const FEW_LINES: usize = 3;
pub const MANY_WORDS: usize = 40;

/// Splits a line behind each sentence end and around each separator; blanks belong to no segment.
pub fn segments(line: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    let mut start = 0;
    let mut push = |from: usize, to: usize| {
        let segment = line[from..to].trim();
        if !segment.is_empty() {
            segments.push(segment);
        }
    };
    let (mut ended, mut blank) = (false, true);
    for (at, c) in line.char_indices() {
        let behind = at + c.len_utf8();
        let is_separator = blank && SEPARATORS.contains(&c) && line[behind..].starts_with(char::is_whitespace);
        let is_new_sentence = ended && !is_end(c) && !is_closing(c) && (blank || !c.is_ascii());
        if is_separator || is_new_sentence && !c.is_whitespace() {
            push(start, at);
            start = if is_separator { behind } else { at };
            ended = false;
        }
        blank = c.is_whitespace();
        ended = is_end(c) || ended && (blank || is_closing(c));
    }
    push(start, line.len());
    segments
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_and_separators_bound_segments() {
        let cases = [
            ("It rained. Nobody came!", vec!["It rained.", "Nobody came!"]),
            ("Bridge opens | The Valley Post", vec!["Bridge opens", "The Valley Post"]),
            ("He said \"No.\" Then he left", vec!["He said \"No.\"", "Then he left"]),
            ("Version 3.5 of well-known 1-2 things", vec!["Version 3.5 of well-known 1-2 things"]),
            ("雨が降った。誰も来なかった。", vec!["雨が降った。", "誰も来なかった。"]),
            (" ", vec![]),
        ];
        for (line, wanted) in cases {
            assert_eq!(segments(line), wanted);
        }
    }
}
