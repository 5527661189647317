//! The key of a line: lines of one source with the same key say the same.

use twox_hash::XxHash3_64;

/// The sign that stands for any number.
const NUMBER: char = '#';

/// Replaces each number of a folded line, with the marks inside it, by one sign: `page 3 of 12` and `page 4 of 12` have the same key, and
/// so have `12.05.2031, 10:30` and `3.6.2031, 9:05`. A key is its own key.
pub fn key(folded: &str) -> String {
    let mut key = String::with_capacity(folded.len());
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        if !c.is_numeric() {
            key.push(c);
            continue;
        }
        key.push(NUMBER);
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
