//! A line as a headline: what it says with and without the site's name, to tell copies of one headline. Which line is a headline is in
//! `headlines`.

use crate::text::classes::is_alphanumeric;
use crate::text::fold::{fold, simple};
use crate::text::shape::LineShape;

/// Fewest words that a headline without the site's name must have.
pub(crate) const WORDS: usize = 4;
/// Most words of a part like " | Site" that may be missing from a copy.
const PART: usize = 5;
const SEPARATORS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " · ", " » ", " « ", "｜", " ／ "];

/// The letters and digits of a headline, as a whole and without what looks like the site's name behind it.
#[derive(Debug)]
pub(crate) struct Title {
    full: String,
    without_site: Vec<String>,
}

impl Title {
    pub fn of(raw: &str) -> Self {
        Self::with_words(raw, WORDS)
    }

    /// A headline that has at least so many words without the site's name.
    pub fn with_words(raw: &str, least: usize) -> Self {
        let mut without_site = Vec::new();
        let mut left = raw;
        while let Some(at) = last_separator(left) {
            let part = LineShape::at(&left[at..]);
            left = &left[..at];
            if part.words > PART || LineShape::at(left).words < least {
                break;
            }
            without_site.push(key(left));
        }
        Self { full: key(raw), without_site }
    }

    /// Bytes of its letters and digits.
    pub const fn len(&self) -> usize {
        self.full.len()
    }

    /// True if a part that looks like the site's name stands behind the headline.
    pub const fn has_site(&self) -> bool {
        !self.without_site.is_empty()
    }

    /// True if both say the same headline, one of them perhaps with the site's name.
    pub fn says_same(&self, other: &Self) -> bool {
        other.full == self.full || other.without_site.contains(&self.full) || self.without_site.contains(&other.full)
    }

    /// False if a line begins with other letters than the headline, as far as can be seen without folding the line.
    pub fn may_be_said_by(&self, opening: &Opening) -> bool {
        let alike = |(a, b): (&Option<char>, char)| a.is_none_or(|a| a == b || a.is_ascii() != b.is_ascii());
        opening.letters.iter().zip(self.full.chars()).all(alike) || opening.has_entities
    }
}

/// Letters that are compared before a line is folded in full.
const FIRST: usize = 12;

/// How a line begins.
#[derive(Debug)]
pub(crate) struct Opening {
    /// Its first letters and digits, folded; `None` for those that do not fold by themselves, and behind the end of the line.
    letters: [Option<char>; FIRST],
    /// True if a sign stands anywhere in the line that begins entities: they fold to other letters.
    has_entities: bool,
}

impl Opening {
    pub fn of(raw: &str) -> Self {
        let folded = |c: char| if c.is_ascii() { Some(c.to_ascii_lowercase()) } else { simple(c) };
        let mut letters = [None; FIRST];
        let first = raw.chars().filter(|c| is_alphanumeric(*c)).map(folded);
        letters.iter_mut().zip(first).for_each(|(letter, folded)| *letter = folded);
        Self { letters, has_entities: memchr::memchr(b'&', raw.as_bytes()).is_some() }
    }
}

/// Where the last separator of a headline begins.
fn last_separator(headline: &str) -> Option<usize> {
    let separates = |at: &usize| SEPARATORS.iter().any(|s| headline.as_bytes()[*at..].starts_with(s.as_bytes()));
    let is_mark = |c: char| matches!(c, '|' | '-' | '–' | '—' | ':' | '·' | '»' | '«' | '｜' | '／');
    let marks = headline.rmatch_indices(is_mark);
    // A blank belongs to most of them.
    marks.flat_map(|(at, _)| [Some(at), at.checked_sub(1)]).flatten().find(separates)
}

/// The letters and digits of a headline, in lower case.
fn key(raw: &str) -> String {
    let mut key = fold(raw);
    key.retain(is_alphanumeric);
    key
}
