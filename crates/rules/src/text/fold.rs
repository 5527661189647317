//! The folded line: what phrases and patterns are matched against. Folding is for matching only; it never reaches a
//! text.

use std::borrow::Cow;

use caseless::Caseless;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use super::blank::is_blank_char;
use super::classes::pieces;

/// Folds a line or a phrase; see `builtin/README.md` for what that means.
pub fn fold(line: &str) -> String {
    if is_folded(line) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    fold_into(line, &mut out);
    out
}

/// True for plain lines that fold to themselves, as most phrases do. Never wrong about a yes.
fn is_folded(line: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b" ',.:;!?".contains(&b);
    line.bytes().all(is_plain) && line.trim() == line && !line.contains("  ")
}

/// Appends the folded form of `line` to `out`.
pub fn fold_into(line: &str, out: &mut String) {
    let mut line = Cow::Borrowed(line);
    if memchr::memchr(b'&', line.as_bytes()).is_some() {
        line = Cow::Owned(html_escape::decode_html_entities(&line).into_owned());
    }
    if has_link(&line) {
        line = Cow::Owned(without_links(&line));
    }
    let start = out.len();
    if !push_simple(&line, out, start) {
        out.truncate(start);
        push_folded(normalised(&line), out, start);
    }
    undecorate(out, start);
}

/// The characters of a line in compatibility form and folded case. Quotes are made plain before, because the compatibility form of
/// `″` is two marks.
fn normalised(line: &str) -> impl Iterator<Item = char> {
    let plain_quotes = line.chars().map(|c| plain(c).filter(|plain| *plain == '"').unwrap_or(c));
    plain_quotes.nfkc().default_case_fold()
}

/// Like [`push_folded`], but copies runs that at most change their case in one piece. Returns false at a character that may join the
/// one before it.
fn push_simple(line: &str, out: &mut String, start: usize) -> bool {
    out.reserve(line.len());
    let mut space = false;
    for (run, behind) in pieces(line) {
        push_run(run, out, start, &mut space);
        match behind {
            None => {}
            Some(c @ ('…' | '\0'..='\x7f')) => push_char(c, out, start, &mut space),
            Some(c) => match plain(c).or_else(|| simple(c)) {
                None if joins(c) => return false,
                None => {
                    let folded = std::iter::once(c).nfkc().default_case_fold();
                    folded.for_each(|c| push_char(c.to_ascii_lowercase(), out, start, &mut space));
                }
                Some(' ') => space = true,
                Some(c) => push_behind(&mut space, c, out, start),
            },
        }
    }
    out[start..].make_ascii_lowercase();
    true
}

/// True for a character that may become one with the character before it: an accent, a vowel of a Hangul syllable.
fn joins(c: char) -> bool {
    let first = std::iter::once(c).nfkd().next();
    first.is_some_and(|c| canonical_combining_class(c) != 0 || is_nfkc_quick(std::iter::once(c)) == IsNormalized::Maybe)
}

/// Appends a run of ASCII without double spaces, in the case that it has.
fn push_run(run: &str, out: &mut String, start: usize, space: &mut bool) {
    let is_space = |byte: Option<&u8>| byte == Some(&b' ');
    let begin = usize::from(is_space(run.as_bytes().first()));
    *space |= begin > 0;
    let words = &run[begin..];
    if words.is_empty() {
        return;
    }
    if *space && out.len() > start {
        out.push(' ');
    }
    *space = is_space(words.as_bytes().last());
    out.push_str(&words[..words.len() - usize::from(*space)]);
}

/// Appends characters in lower case, with plain marks and single spaces.
fn push_folded(chars: impl Iterator<Item = char>, out: &mut String, start: usize) {
    let mut space = false;
    chars.for_each(|c| push_char(c.to_ascii_lowercase(), out, start, &mut space));
}

fn push_char(c: char, out: &mut String, start: usize, space: &mut bool) {
    // Emphasis, soft hyphens, joiners and variation selectors show nothing, nor does the dot that `İ` leaves above its `i`.
    if matches!(c, '*' | '\u{ad}' | '\u{307}' | '\u{200c}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}') {
        return;
    }
    if is_blank_char(c) {
        *space = true;
        return;
    }
    push_behind(space, plain(c).or_else(|| simple(c)).unwrap_or(c), out, start);
    if c == '…' {
        out.push_str("..");
    }
}

/// Appends a character as it is, behind a space if one is due.
fn push_behind(space: &mut bool, c: char, out: &mut String, start: usize) {
    if *space && out.len() > start {
        out.push(' ');
    }
    *space = false;
    out.push(c);
}

/// The plain form of a curly quote, dash or blank, and of the Turkish letter that has the capital of `i`.
pub fn plain(c: char) -> Option<char> {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{02bc}' => Some('\''),
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{2033}' => Some('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => Some('-'),
        '\u{a0}' | '\u{200b}' => Some(' '),
        '…' => Some('.'),
        'ı' => Some('i'),
        _ => None,
    }
}

/// The folded form of letters and marks that fold by themselves, whatever stands beside them.
pub const fn simple(c: char) -> Option<char> {
    let up = match c {
        'à'..='ö' | 'ø'..='ÿ' | 'а'..='џ' | '¡' | '¿' | '«' | '»' | '§' | '©' | '®' | '°' | '£' | '€' | '•' => {
            0
        }
        'ء'..='غ'
        | 'ف'..='ي'
        | '、'..='〃'
        | '〈'..='】'
        | 'ぁ'..='ゖ'
        | 'ァ'..='ヺ'
        | 'ー'
        | '一'..='鿿'
        | '가'..='힣' => 0,
        'À'..='Ö' | 'Ø'..='Þ' | 'А'..='Я' => 0x20,
        'Ѐ'..='Џ' => 0x50,
        'Ā'..='į' | 'Ĵ'..='ķ' | 'Ŋ'..='ŷ' => 1 - c as u32 % 2,
        'Ĺ'..='ľ' | 'Ł'..='ň' => c as u32 % 2,
        _ => return None,
    };
    char::from_u32(c as u32 + up)
}

/// True for a line of which folding changes no more than single characters and what stands between words.
pub fn is_letterwise(line: &str) -> bool {
    let bytes = line.as_bytes();
    memchr::memchr2(b'&', b'*', bytes).is_none()
        && !has_link(line)
        && (line.is_ascii() || line.chars().all(|c| c.is_ascii() || plain(c).is_some() || simple(c).is_some()))
}

/// True if the middle of a Markdown link stands in a line; most lines have no bracket at all.
pub fn has_link(line: &str) -> bool {
    memchr::memchr(b']', line.as_bytes()).is_some_and(|at| line[at..].contains("]("))
}

/// Markdown links and images reduced to their text.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(middle) = rest.find("](") {
        let target = &rest[middle + 2..];
        let Some(end) = target.find(')') else { break };
        match rest[..middle].rfind('[') {
            Some(open) => {
                out.push_str(rest[..open].trim_end_matches('!'));
                out.push_str(&rest[open + 1..middle]);
            }
            None => out.push_str(&rest[..middle]),
        }
        rest = &target[end + 1..];
    }
    out.push_str(rest);
    out
}

/// Cuts bullets, brackets, arrows, icons and the like off both ends of what `out` holds behind `start`.
fn undecorate(out: &mut String, start: usize) {
    // Guillemets are arrows where they stand alone and quotes where they come in pairs; what is quoted is talked about.
    let quotes = !out[start..].is_ascii() && out[start..].contains('«') && out[start..].contains('»');
    let decorates = |c: char| is_decoration(c) && !(quotes && matches!(c, '«' | '»'));
    let end = start + out[start..].trim_end_matches(decorates).len();
    out.truncate(end);
    let front = out.len() - out[start..].trim_start_matches(decorates).len();
    out.drain(start..front);
}

/// Signs that stand around a label without being part of it. Quotes are not: what is quoted is talked about.
pub fn is_decoration(c: char) -> bool {
    if c.is_ascii() {
        return matches!(
            c,
            ' ' | '#'
                | '>'
                | '<'
                | '*'
                | '|'
                | '['
                | ']'
                | '('
                | ')'
                | '{'
                | '}'
                | '~'
                | '='
                | '+'
                | '\\'
                | '/'
                | '^'
                | '_'
                | '-'
        );
    }
    let speaks = c.is_alphanumeric()
        || is_combining_mark(c)
        || matches!(
            c,
            '。' | '！'
                | '？'
                | '،'
                | '؟'
                | '।'
                | '、'
                | '，'
                | '：'
                | '؛'
                | '¿'
                | '¡'
                | '「'
                | '」'
                | '『'
                | '』'
                | '€'
                | '£'
                | '¥'
                | '₹'
                | '§'
                | '©'
                | '®'
                | '™'
                | '%'
                | '‰'
        );
    !speaks
}

/// A folded line without the end marks that a label may or may not carry.
pub fn bare(folded: &str) -> &str {
    folded.trim_end_matches([':', '.', '!', ' ', '。', '-'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_fold_like_all_others() {
        let ascii: String = (0..128_u8).map(char::from).collect();
        for line in [
            &ascii,
            "  A *b*\t C ",
            "A b C",
            " A  b",
            "É “A b”  C… d ",
            "a \u{a0} b",
            "\u{200b}a",
            "“ A ”",
            "",
            " ",
            "é",
        ] {
            let (mut quick, mut slow) = (String::from("x"), String::from("x"));
            let is_simple = push_simple(line, &mut quick, 1);
            push_folded(line.chars(), &mut slow, 1);
            assert_eq!(quick, slow, "{line:?}");
            assert!(is_simple, "{line:?}");
        }
    }

    #[test]
    fn characters_fold_one_by_one_as_in_their_line() {
        let odd = super::super::classes::any_line(
            "aÉ ß…″™ﬁ²Ⅷ①ﾞｶㄱㅏ가가्ि़किا\u{301}\u{3099}\u{1e69}Åℌ𝒜ſﷺ，：～\u{ad}\u{200b}«*",
        );
        proptest::proptest!(|(line in odd)| {
            let (mut quick, mut slow) = (String::from("x"), String::from("x"));
            if push_simple(&line, &mut quick, 1) {
                push_folded(normalised(&line), &mut slow, 1);
                proptest::prop_assert_eq!(quick, slow, "{:?}", line);
            }
        });
    }

    #[test]
    fn simple_letters_fold_like_all_others() {
        for line in ["also read: it's 5, or 6!", "a  b", " a", "A", "a & b", ""] {
            let mut folded = String::new();
            fold_into(line, &mut folded);
            assert_eq!(fold(line), folded);
            assert!(!is_folded(line) || folded == line, "{line}");
        }
        let mut count = 0;
        for c in ('\u{80}'..='\u{ffff}').filter(|c| simple(*c).is_some()) {
            let full: String = std::iter::once(c).nfkc().default_case_fold().collect();
            assert_eq!(full, simple(c).expect("simple").to_string(), "{c} {:x}", u32::from(c));
            let behind = ['a', c];
            let joins = unicode_normalization::is_nfkc_quick(behind.into_iter());
            assert!(joins != unicode_normalization::IsNormalized::Maybe, "{c} joins what stands before it");
            count += 1;
        }
        assert!(count > 30_000, "{count}");
    }

    #[test]
    fn folding() {
        let cases = [
            ("  **Also\u{a0}Read:**  “X” ", "also read: \"x\""),
            ("&raquo; Share &amp; Save", "share & save"),
            ("[Leave a Reply](https://x.example/a_(b))", "leave a reply"),
            ("## Leave a Reply", "leave a reply"),
            (">>> [Related: A – B]", "related: a - b"),
            ("ＳＨＡＲＥ：", "share:"),
            ("Straße", "strasse"),
            ("Loading…", "loading..."),
            ("„a″ ™", "\"a\" tm"),
            ("„a″ e\u{301}", "\"a\" \u{e9}"),
            ("Name *", "name"),
            ("【関連記事】", "関連記事"),
            ("«Leave a Reply» ist", "«leave a reply» ist"),
            ("» Share", "share"),
            ("「広告」という", "「広告」という"),
            ("\"Leave a Reply\"", "\"leave a reply\""),
            ("★ ✉ 🔗", ""),
            ("हिन्दी", "हिन्दी"),
        ];
        for (raw, folded) in cases {
            assert_eq!(fold(raw), folded, "{raw}");
        }
    }
}
