//! Characters and lines that show nothing. What folding makes of them lies in `fold`.

/// True for characters that a reader sees as nothing: white space and zero-width signs.
#[inline]
#[must_use]
pub fn is_blank_char(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{200e}' | '\u{200f}')
}

/// True if a line shows nothing.
#[must_use]
pub fn is_blank(line: &str) -> bool {
    line.chars().all(is_blank_char)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_width_lines_are_blank() {
        assert!(is_blank(" \u{a0}\u{200b}\t"));
        assert!(!is_blank(" . "));
    }
}
