//! Text and numbers for a terminal: control characters written out, widths in columns, shortening, wrapping.
//! No colours.

use std::borrow::Cow;
use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Columns that an indented text gets even if the terminal has fewer.
const NARROW: usize = 20;

/// Most bytes for a column of a shortened text: a letter can carry any number of accents.
const BYTES_A_COLUMN: usize = 64;

/// True for characters that move the cursor, start a terminal command, change the reading direction, or cannot be seen. Joiners
/// (U+200C, U+200D) and the usual selectors of variants are no such characters: scripts and emoji need them.
pub(super) fn is_hostile(c: char) -> bool {
    c.is_control()
        || !c.is_ascii()
            && matches!(
                c,
                '\u{ad}'
                    | '\u{34f}'
                    | '\u{61c}'
                    | '\u{115f}'
                    | '\u{1160}'
                    | '\u{17b4}'
                    | '\u{17b5}'
                    | '\u{180e}'
                    | '\u{200b}'
                    | '\u{200e}'
                    | '\u{200f}'
                    | '\u{2028}'..='\u{202e}'
                    | '\u{2060}'..='\u{206f}'
                    | '\u{3164}'
                    | '\u{feff}'
                    | '\u{ffa0}'
                    | '\u{fff0}'..='\u{fffb}'
                    | '\u{1bca0}'..='\u{1bca3}'
                    | '\u{1d173}'..='\u{1d17a}'
                    | '\u{e0000}'..='\u{e00ff}'
                    | '\u{e01f0}'..='\u{e0fff}'
            )
}

/// A text with hostile characters written out as `^[` or `\u{202e}`; tabs stay. A character is hostile if it
/// moves the cursor, starts a terminal command or changes the reading direction.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\t' && is_hostile(c))
}

/// A name with hostile characters written out as in [`safe`], tabs included: a tab ends the name in the
/// header of a diff.
#[must_use]
pub fn safe_name(name: &str) -> Cow<'_, str> {
    escaped(name, is_hostile)
}

fn escaped(text: &str, is_bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    // A fast test: no early exit, so that the compiler compares many bytes at once.
    let has_strange = text.bytes().fold(false, |any, b| any | !matches!(b, b' '..=b'~'));
    if !has_strange || !text.contains(&is_bad) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if !is_bad(c) => out.push(c),
            '\u{7f}' => out.push_str("^?"),
            '\0'..'\u{20}' => {
                out.push('^');
                out.push(char::from(b'@' + c as u8));
            }
            c => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    Cow::Owned(out)
}

/// Columns that a text takes on a terminal. A tab goes to the next multiple of eight.
pub(super) fn columns(text: &str) -> usize {
    if text.bytes().all(|b| matches!(b, b' '..=b'~')) {
        return text.len();
    }
    if text.chars().all(is_narrow) {
        return text.chars().count();
    }
    clusters(text).fold(0, |at, cluster| at + cluster_columns(cluster, at))
}

/// True for common letters and punctuation marks that take one column each, whatever stands beside them.
const fn is_narrow(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | 'Ѐ'..='ҁ' | '\u{2010}'..='\u{2027}')
}

/// The grapheme clusters of a text, each of which readers see as one character: a letter with its accents,
/// an emoji of several code points.
pub(super) fn clusters(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.graphemes(true)
}

/// Columns of one cluster that stands at a column, counted from 0.
pub(super) fn cluster_columns(cluster: &str, at: usize) -> usize {
    if cluster == "\t" { 8 - at % 8 } else { cluster.width() }
}

/// True if a text holds characters that are written from right to left.
pub(super) fn is_right_to_left(text: &str) -> bool {
    // The blocks that Unicode reserves for right-to-left scripts.
    let is_one = |c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{200f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}'
            | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    };
    !text.is_ascii() && text.chars().any(is_one)
}

/// The beginning of a text, made [safe], in at most `width` columns; it ends with `…` if text is left out. A
/// tab becomes one space.
#[must_use]
pub fn shortened(text: &str, width: usize) -> String {
    if let Some(out) = shortened_narrow(text, width) {
        return out;
    }
    let mut out = String::new();
    let mut at = 0;
    let mut fits = (0, 0); // bytes and columns of the longest beginning that leaves room for `…`
    for cluster in clusters(text) {
        let piece = if cluster == "\t" { Cow::Borrowed(" ") } else { safe(cluster) };
        let wide = columns(&piece);
        if at + wide > width || out.len() + piece.len() > width * BYTES_A_COLUMN {
            out.truncate(fits.0);
            if width > fits.1 {
                out.push('…');
            }
            return out;
        }
        out.push_str(&piece);
        at += wide;
        if at < width {
            fits = (out.len(), at);
        }
    }
    out
}

/// Fast path of [`shortened`]; `None` if the beginning of the text has characters other than the
/// [narrow](is_narrow) ones.
fn shortened_narrow(text: &str, width: usize) -> Option<String> {
    let last = width.checked_sub(1)?;
    let mut chars = text.char_indices().take(width.saturating_add(1));
    if !chars.clone().all(|(_, c)| is_narrow(c)) {
        return None;
    }
    // The last character that fits gives way to `…` if another one follows.
    let cut = chars.nth(last).filter(|_| chars.next().is_some());
    Some(cut.map_or_else(|| text.to_owned(), |(end, _)| format!("{}…", &text[..end])))
}

/// The end of a text, made [safe], in at most `width` columns; it begins with `…` if text is left out. A tab
/// becomes one space.
#[must_use]
pub fn shortened_front(text: &str, width: usize) -> String {
    let safe = safe(text);
    let (mut at, mut start, mut fits) = (0, safe.len(), safe.len());
    for (i, cluster) in safe.grapheme_indices(true).rev() {
        at += cluster_columns(cluster, 7); // a tab becomes one space
        if at > width {
            let dots = if width > 0 { "…" } else { "" };
            return format!("{dots}{}", &safe[fits..]).replace('\t', " ");
        }
        start = i;
        if at < width {
            fits = start;
        }
    }
    safe[start..].replace('\t', " ")
}

/// The end of a name, made [safe](safe_name), in at most `width` columns: the end of a path tells most.
pub(super) fn shortened_name(name: &str, width: usize) -> String {
    shortened_front(&safe_name(name), width)
}

/// The words of a text in lines of at most `width` columns; a word that is longer has a line of its own.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The columns for text behind `indent` columns on a terminal of `width` columns; never less than
/// [`NARROW`].
pub(super) fn room(width: usize, indent: usize) -> usize {
    width.saturating_sub(indent).max(NARROW)
}

/// A number with a comma after every three digits.
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number with its noun, such as `1 line` or `2,000 lines`.
#[must_use]
pub fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", thousands(n), if n == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hostile_gets_through() {
        assert_eq!(safe("a\x1b[31mb\tc\u{202e}d\u{9b}\x7f"), "a^[[31mb\tc\\u{202e}d\\u{9b}^?");
        assert_eq!(safe_name("a\tb\n"), "a^Ib^J");
        assert!(matches!(safe("ordinary"), Cow::Borrowed(_)));
    }

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        for c in ['\u{ad}', '\u{61c}', '\u{200b}', '\u{2066}', '\u{3164}', '\u{feff}', '\u{e0041}'] {
            assert_eq!(safe(&format!("a{c}b")), format!("a\\u{{{:x}}}b", u32::from(c)));
        }
        for text in ["👨\u{200d}👩", "می\u{200c}خواهم", "❤\u{fe0f}", "葛\u{e0100}", "\u{fffd}"] {
            assert_eq!(safe(text), text);
        }
    }

    #[test]
    fn widths() {
        assert_eq!((columns("abc"), columns("分享"), columns("e\u{301}"), columns("a\tb")), (3, 4, 1, 9));
        let family = "👨\u{200d}👩\u{200d}👧"; // one emoji of five code points
        assert_eq!(
            (columns(family), columns("e\u{301}x"), columns("🇩🇪"), columns("분"), columns("ｱ")),
            (2, 2, 2, 2, 1)
        );
        assert_eq!(shortened(&format!("a{family}b"), 3), "a…");
        assert_eq!(shortened("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        assert_eq!((shortened_front("分享分享", 5), shortened_front("a\tb", 3)), ("…分享".into(), "a b".into()));
        assert_eq!((shortened_front("abc", 0), shortened_front("abc", 1)), (String::new(), "…".into()));
        assert!(is_right_to_left("a ש") && is_right_to_left("سلام") && !is_right_to_left("分享 é 1"));
        assert_eq!((shortened("résumé", 4), shortened("“ab”\u{301}c", 4)), ("rés…".into(), "“ab…".into()));
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abcdefg", 6), "abcde…");
        assert_eq!(shortened("分享分享", 5), "分享…");
        assert_eq!(shortened("分享分享", 6), "分享…");
        assert_eq!(shortened("ab", 0), "");
        assert_eq!(shortened("ab", 1), "…");
        assert_eq!(shortened("a\x1bcd", 4), "a^[…");
        assert!(shortened(&format!("a{}", "\u{301}".repeat(10_000)), 10).len() < 1000);
        assert_eq!(shortened_name("corpus/scraped/a.txt", 10), "…ped/a.txt");
        assert_eq!(wrapped("aa bb cccccc d", 5), ["aa bb", "cccccc", "d"]);
    }

    #[test]
    fn narrow_characters_take_a_column_each() {
        for c in ('\0'..='\u{ffff}').filter(|c| is_narrow(*c)) {
            let text = format!("a{c}{c}“é");
            assert_eq!(clusters(&text).map(|cluster| cluster_columns(cluster, 0)).sum::<usize>(), 5, "{c:?}");
        }
    }

    #[test]
    fn numbers() {
        assert_eq!((thousands(0), thousands(999), thousands(1000)), ("0".into(), "999".into(), "1,000".into()));
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!((counted(1, "line"), counted(2, "line")), ("1 line".into(), "2 lines".into()));
    }
}
