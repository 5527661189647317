//! Text and numbers made fit for a terminal: nothing raw from strangers, widths, shortening. No colours.

use std::borrow::Cow;
use std::fmt::Write as _;

/// True for characters that move the cursor, start a command, or turn the reading direction round.
pub(super) fn is_hostile(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// A piece of text with what could disturb a terminal written out (`^[`, `\u{202e}`); tabs stay.
#[must_use]
pub fn safe(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\t' && is_hostile(c))
}

/// A name with what could disturb a terminal written out, tabs too: a tab ends the name in the header of a diff.
#[must_use]
pub fn safe_name(name: &str) -> Cow<'_, str> {
    escaped(name, is_hostile)
}

fn escaped(text: &str, is_bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_plain = |b: &u8| matches!(b, b' '..=b'~');
    if text.as_bytes().iter().all(is_plain) || !text.contains(&is_bad) {
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

/// Columns that a text takes, near enough to align notes: marks take none, East Asian signs and emoji two, tabs go to
/// the next multiple of eight.
pub(super) fn columns(text: &str) -> usize {
    text.chars().fold(0, |at, c| if c == '\t' { (at / 8 + 1) * 8 } else { at + width_of(c) })
}

fn width_of(c: char) -> usize {
    match c {
        ' '..='\u{2ff}' => 1,
        '\u{300}'..='\u{36f}'
        | '\u{483}'..='\u{489}'
        | '\u{591}'..='\u{5bd}'
        | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}'
        | '\u{93a}'
        | '\u{93c}'
        | '\u{941}'..='\u{948}'
        | '\u{94d}'
        | '\u{e31}'
        | '\u{e34}'..='\u{e3a}'
        | '\u{e47}'..='\u{e4e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{20d0}'..='\u{20f0}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}'
        | '\u{e0000}'..='\u{e0fff}' => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{ffe0}'..='\u{ffe6}'
        | '\u{1f300}'..='\u{1f64f}'
        | '\u{1f680}'..='\u{1f6ff}'
        | '\u{1f900}'..='\u{1faff}'
        | '\u{20000}'..='\u{3fffd}' => 2,
        _ => 1,
    }
}

/// The beginning of a text, made safe, in at most `width` columns; what is left out shows as `…`. Tabs become spaces.
pub(super) fn shortened(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut at = 0;
    let mut fits = (0, 0); // bytes and columns up to which `…` still has room
    for c in text.chars() {
        let mut one = [0; 4];
        let piece = if c == '\t' { Cow::Borrowed(" ") } else { safe(c.encode_utf8(&mut one)) };
        let wide = columns(&piece);
        if at + wide > width {
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

/// The end of a name, made safe, in at most `width` columns: of a path the end says most.
pub(super) fn shortened_name(name: &str, width: usize) -> String {
    let name = safe_name(name);
    if columns(&name) <= width {
        return name.into_owned();
    }
    let mut at = 1;
    let mut start = name.len();
    for (i, c) in name.char_indices().rev() {
        at += width_of(c);
        if at > width {
            break;
        }
        start = i;
    }
    format!("…{}", &name[start..])
}

/// Words in lines of at most `width` columns; a longer word has a line of its own.
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

/// A number with a comma after every three digits.
pub(super) fn thousands(n: u64) -> String {
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

/// `1 line`, `2,000 lines`.
pub(super) fn counted(n: u64, noun: &str) -> String {
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
    fn widths() {
        assert_eq!((columns("abc"), columns("分享"), columns("e\u{301}"), columns("a\tb")), (3, 4, 1, 9));
        assert_eq!(shortened("abcdef", 6), "abcdef");
        assert_eq!(shortened("abcdefg", 6), "abcde…");
        assert_eq!(shortened("分享分享", 5), "分享…");
        assert_eq!(shortened("分享分享", 6), "分享…");
        assert_eq!(shortened("ab", 0), "");
        assert_eq!(shortened("ab", 1), "…");
        assert_eq!(shortened("a\x1bcd", 4), "a^[…");
        assert_eq!(shortened_name("corpus/scraped/a.txt", 10), "…ped/a.txt");
        assert_eq!(wrapped("aa bb cccccc d", 5), ["aa bb", "cccccc", "d"]);
    }

    #[test]
    fn numbers() {
        assert_eq!((thousands(0), thousands(999), thousands(1000)), ("0".into(), "999".into(), "1,000".into()));
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!((counted(1, "line"), counted(2, "line")), ("1 line".into(), "2 lines".into()));
    }
}
