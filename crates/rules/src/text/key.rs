//! The key of a line: lines of one source with the same key say the same.

use std::borrow::Cow;

use twox_hash::XxHash3_64;

use super::dates::is_month_or_day;

/// The sign that stands for any number, and for the month and the weekday of a date.
const SIGN: char = '#';
/// Words between the parts of a date.
const LINKS: [&str; 4] = ["de", "del", "do", "of"];

/// Replaces each number of a folded line, with the marks inside it, by one sign, and so the names of months and weekdays beside it:
/// `page 3 of 12` and `page 4 of 12` have the same key, and so have `monday, 12 may 2031, 10:30` and `friday, 3 june 2031, 9:05`. A key
/// is its own key.
pub fn key(folded: &str) -> String {
    let key = without_numbers(folded);
    if may_hold_date(&key) { without_names(&key).unwrap_or(key) } else { key }
}

fn without_numbers(folded: &str) -> String {
    let mut key = String::with_capacity(folded.len());
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_numeric() {
            key.push(c);
            continue;
        }
        key.push(SIGN);
        while let Some(&next) = chars.peek() {
            let is_inside = matches!(next, '.' | ',' | ':' | '/' | '-' | '\'');
            if !next.is_numeric() && !is_inside {
                break;
            }
            if is_inside {
                let mut behind = chars.clone();
                behind.next();
                if !behind.peek().is_some_and(|c| c.is_numeric()) {
                    break;
                }
            }
            chars.next();
        }
    }
    key
}

/// True if a sign has a name or a link beside it.
fn may_hold_date(key: &str) -> bool {
    let words = || key.split(' ').map(name);
    let beside = |(a, b): (&str, &str)| match (a.starts_with(SIGN), b.starts_with(SIGN)) {
        (true, false) => Part::of(b) != Part::Other,
        (false, true) => Part::of(a) != Part::Other,
        _ => false,
    };
    key.contains(SIGN) && words().zip(words().skip(1)).any(beside)
}

/// Replaces the names of months and weekdays that stand beside a sign, or beside other such names that do. `None` if none does.
fn without_names(key: &str) -> Option<String> {
    let mut pieces: Vec<Cow<'_, str>> = key.split(' ').map(Cow::Borrowed).collect();
    let parts: Vec<Part> = pieces.iter().map(|piece| Part::of(name(piece))).collect();
    let mut at = 0;
    let mut is_changed = false;
    for run in parts.chunk_by(|a, b| (*a == Part::Other) == (*b == Part::Other)) {
        if run.contains(&Part::Sign) && run.contains(&Part::Name) {
            for place in (at..at + run.len()).filter(|place| parts[*place] == Part::Name) {
                pieces[place] = pieces[place].replace(name(&pieces[place]), "#").into();
            }
            is_changed = true;
        }
        at += run.len();
    }
    is_changed.then(|| pieces.join(" "))
}

/// What stands between blanks, without marks at its ends.
fn name(piece: &str) -> &str {
    piece.trim_matches([',', '.', '(', ')', ':', '|'])
}

/// What a piece of a line is to a date.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Sign,
    Name,
    Link,
    Other,
}

impl Part {
    fn of(word: &str) -> Self {
        match word {
            _ if word.starts_with(SIGN) => Self::Sign,
            _ if is_month_or_day(word) => Self::Name,
            _ if LINKS.contains(&word) => Self::Link,
            _ => Self::Other,
        }
    }
}

/// The fingerprint of a key: the same in all versions and on all machines (XXH3, 64 bits).
pub fn fingerprint(key: &str) -> u64 {
    XxHash3_64::oneshot(key.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_one_sign() {
        let cases = [
            ("page 3 of 12", "page # of #"),
            ("14 comments", "# comments"),
            ("12.05.2031, 10:30", "#, #"),
            ("call 0800-12-34.", "call #."),
            ("1,234.5 reads", "# reads"),
            ("no number", "no number"),
            ("last updated on 3 may", "last updated on # #"),
            ("last updated on 12 june", "last updated on # #"),
            ("monday, may 3rd, 2031 at 9:05", "#, # #rd, # at #"),
            ("publié le 3 août 2031", "publié le # # #"),
            ("3 de mayo de 2031", "# de # de #"),
            ("(3. märz)", "(#. #)"),
            ("in may the 3 of us march", "in may the # of us march"),
            ("may issue # 3", "may issue # #"),
            ("3- 4", "#- #"),
        ];
        for (folded, wanted) in cases {
            assert_eq!(key(folded), wanted);
            assert_eq!(key(wanted), wanted, "a key is its own key");
        }
    }

    #[test]
    fn fingerprints_are_those_of_the_standard() {
        assert_eq!(fingerprint(""), 0x2d06_8005_38d3_94c2);
    }
}
