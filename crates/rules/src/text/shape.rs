//! The shape of a line: prose, headline, name or short label, told from its words and marks and not from phrases.

use std::ops::Deref;

use super::classes::{Classes, below_last, classes, is_alphanumeric};
pub use super::classes::{is_closing, is_end};
use super::counts::CharCounts;

/// What a line begins and ends with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Edges {
    /// Ends like a sentence: `.`, `!`, `?`, `…` and their kin, closing quotes aside.
    pub ends: bool,
    /// Ends with `?`.
    pub asks: bool,
    /// Ends with a colon.
    pub announces: bool,
    /// Begins with a lower-case letter.
    pub lower: bool,
    /// Begins with a bullet, a number, a quote mark or another sign of a list.
    pub listed: bool,
}

/// The shape of a line: its ends, its number of words, and whether there are several sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineShape {
    edges: Edges,
    /// Words; in scripts without spaces two letters count as a word.
    pub words: usize,
    /// Holds the end of one sentence and the start of another.
    pub several: bool,
}

impl Deref for LineShape {
    type Target = Edges;

    fn deref(&self) -> &Edges {
        &self.edges
    }
}

/// Fewest words of a line that is taken for a sentence.
const SENTENCE: usize = 8;
/// A line of so many words is prose even without an end mark.
const LONG: usize = 30;
/// Fewest words before the second of several sentences.
const BEFORE: usize = 3;
/// Most words of a name.
const NAME: usize = 4;
/// Most words of a headline.
const HEADLINE: usize = 24;

impl Edges {
    /// Of a line without blanks at its ends.
    pub fn of(line: &str) -> Self {
        let last = line.trim_end_matches(is_closing).chars().next_back();
        let first = line.chars().next();
        let opens = |c| matches!(c, '"' | '“' | '‘' | '\'' | '«' | '„' | '¿' | '¡' | '(' | '「' | '『');
        let (listed, lower) = match first.filter(|c| is_alphanumeric(*c)) {
            Some(digit) if digit.is_ascii_digit() => (is_numbered(line), false),
            Some(letter) => (false, letter.is_lowercase()),
            None => {
                let letter = line.chars().find(|c| is_alphanumeric(*c));
                (first.is_some_and(|c| !opens(c)), letter.is_some_and(char::is_lowercase))
            }
        };
        Self {
            ends: last.is_some_and(is_end),
            asks: last.is_some_and(|c| matches!(c, '?' | '？' | '؟')),
            announces: line.ends_with([':', '：']),
            lower,
            listed,
        }
    }

    /// False only if a line of `bytes` bytes cannot have enough words for prose: a word and the space behind it take two bytes.
    pub const fn may_be_prose(self, bytes: usize) -> bool {
        bytes >= 2 * (if self.ends { SENTENCE } else { LONG }) - 1
    }

    /// False only if a line of `bytes` bytes cannot be a sentence, by its last mark or because it cannot have enough words.
    pub const fn may_be_sentence(self, bytes: usize) -> bool {
        self.ends && !self.asks || self.may_be_prose(bytes)
    }
}

impl LineShape {
    /// The shape of a line.
    pub fn at(line: &str) -> Self {
        Self::seeing(line.trim(), |_| {})
    }

    /// The shape of a line without blanks at its ends; counts its characters, in one walk.
    pub fn counting(line: &str, counts: &mut CharCounts) -> Self {
        counts.bytes += line.len();
        let mut open = true;
        Self::seeing(line, |classes| counts.add_block(classes, &mut open))
    }

    #[inline(always)]
    fn seeing(line: &str, mut see: impl FnMut(&Classes)) -> Self {
        let (mut words, mut in_word) = (Words::default(), false);
        let (mut several, mut ended) = (false, false);
        for classes in classes(line) {
            see(&classes);
            let ends = classes.ends_of_words(&mut in_word);
            if !several {
                let begins = classes.begins_of_sentences(&mut ended);
                several = begins != 0 && words.with(&classes, ends, below_last(begins)).count() >= BEFORE;
            }
            words = words.with(&classes, ends, u64::MAX);
        }
        Self { edges: Edges::of(line), words: words.count() + usize::from(in_word), several }
    }

    /// What [`is_prose`](Self::is_prose) says of a line, read no further than it takes.
    pub fn tells_prose(line: &str, edges: Edges) -> bool {
        match (edges.ends, edges.asks) {
            (true, true) => Self::at(line).is_prose(),
            (true, false) => has_words(line, SENTENCE),
            (false, _) => has_words(line, LONG),
        }
    }

    /// True for a line that reads as running text: one or more sentences.
    pub fn is_prose(&self) -> bool {
        let sentence = self.ends && self.words >= SENTENCE && (!self.asks || self.several || self.words >= 18);
        sentence || self.words >= LONG
    }

    /// True for anything that reads as a sentence, however short.
    pub fn is_sentence(&self) -> bool {
        self.is_prose() || (self.ends && !self.asks && self.words >= 3)
    }

    /// True for a line that may be the headline of an article.
    pub fn is_headline(&self) -> bool {
        self.words >= 3
            && self.words <= HEADLINE
            && !self.lower
            && !self.announces
            && !self.several
            && (!self.ends || self.asks)
    }
}

/// Words that have ended.
#[derive(Clone, Copy, Default)]
struct Words {
    spaced: usize,
    /// Letters of words that no spaces separate.
    spaceless: usize,
}

impl Words {
    /// These words, and those of a block that end on some of its bytes.
    #[inline(always)]
    fn with(self, classes: &Classes, ends: u64, bytes: u64) -> Self {
        Self {
            spaced: self.spaced + (ends & bytes).count_ones() as usize,
            spaceless: self.spaceless + classes.count(classes.spaceless_words() & bytes),
        }
    }

    const fn count(self) -> usize {
        self.spaced + self.spaceless / 2
    }
}

/// True if a line has so many words.
fn has_words(line: &str, least: usize) -> bool {
    let (mut words, mut in_word) = (Words::default(), false);
    let mut blocks = classes(line);
    loop {
        if words.count() + usize::from(in_word) >= least {
            return true;
        }
        let Some(classes) = blocks.next() else { return false };
        words = words.with(&classes, classes.ends_of_words(&mut in_word), u64::MAX);
    }
}

/// True for a line that begins with a number of up to three digits, as items of lists do.
fn is_numbered(line: &str) -> bool {
    let end = line.bytes().take(4).position(|b| !b.is_ascii_digit());
    end.is_some_and(|end| end > 0 && matches!(line.as_bytes()[end], b'.' | b')'))
}

/// True if a text ends as no title does.
pub fn stops(text: &str) -> bool {
    text.trim_end_matches(is_closing).ends_with(['.', '。', '।']) && !text.ends_with("...")
}

/// True for what may stand behind "Also Read:": 2 to 24 words, no sentence.
pub fn is_title(text: &str) -> bool {
    let shape = LineShape::at(text);
    !stops(text) && shape.words >= 2 && shape.words <= HEADLINE && !shape.lower && !shape.several && !shape.announces
}

/// True for one to six capitalised words, or a handle: the name of a person or a site.
pub fn is_names(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() || text.chars().any(|c| matches!(c, '?' | '!' | ':' | ';')) || text.len() > 80 {
        return false;
    }
    let mut words = 0;
    let named = text.split_whitespace().all(|word| {
        words += 1;
        let first = word.trim_start_matches(['@', '(', '"', '“']).chars().next();
        first.is_none_or(|c| c.is_uppercase() || (c.is_alphabetic() && !c.is_lowercase()) || word.starts_with('@'))
            || matches!(
                word,
                "de" | "del"
                    | "la"
                    | "van"
                    | "von"
                    | "der"
                    | "den"
                    | "di"
                    | "da"
                    | "dos"
                    | "al"
                    | "bin"
                    | "ibn"
                    | "and"
                    | "y"
                    | "und"
                    | "et"
                    | "e"
            )
    });
    named && words <= 6
}

/// The name that a text opens with: two to four capitalised words.
pub fn opening_name(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let (mut words, mut end) = (0, 0);
    for word in text.split(' ').take(NAME) {
        let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if !letters.chars().next().is_some_and(char::is_uppercase) {
            break;
        }
        words += 1;
        end = letters.as_ptr() as usize - text.as_ptr() as usize + letters.len();
        if letters.len() < word.len() && !word.ends_with('.') {
            break;
        }
    }
    (words >= 2).then(|| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::super::classes::any_line;
    use super::super::script::Script;
    use super::*;

    #[test]
    fn prose_and_headlines() {
        for prose in [
            "The minister said on Monday that the bridge would open in spring.",
            "He said: “The bridge will open in spring, whatever it may cost us.”",
            "会議は火曜日に東京で開かれ、参加者は新しい計画について議論した。",
            "पुल सोमवार को खुल गया और लोग बड़ी संख्या में उसे देखने आए।",
        ] {
            assert!(LineShape::at(prose).is_prose(), "{prose}");
            assert!(!LineShape::at(prose).is_headline(), "{prose}");
        }
        for headline in
            ["Bridge Opens in Spring", "Will the bridge ever open?", "“We will open it”, says mayor", "2 Dead in Crash"]
        {
            assert!(LineShape::at(headline).is_headline(), "{headline}");
            assert!(!LineShape::at(headline).is_prose(), "{headline}");
        }
        for other in ["share", "and then he went away", "The list follows:", "Bridge"] {
            assert!(!LineShape::at(other).is_headline(), "{other}");
        }
    }

    /// The words of a line, whether it holds several sentences, and whether it begins with a small letter: by a loop over characters.
    fn words(line: &str) -> (usize, bool, bool) {
        let (mut words, mut spaceless, mut several) = (0, 0, false);
        let (mut in_word, mut ended, mut first) = (false, false, None);
        for c in line.trim().chars() {
            match c {
                _ if is_end(c) => (ended, in_word) = (true, false),
                _ if is_closing(c) => {}
                _ if c.is_alphanumeric() => {
                    first = first.or(Some(c));
                    if ended && (c.is_uppercase() || !c.is_lowercase() && !c.is_ascii_digit()) {
                        several |= words + spaceless / 2 >= 3;
                    }
                    let is_spaceless = Script::of(c).is_spaceless();
                    spaceless += usize::from(is_spaceless);
                    words += usize::from(!is_spaceless && !in_word);
                    (in_word, ended) = (!is_spaceless, false);
                }
                _ if c.is_whitespace() => in_word = false,
                _ => ended = false,
            }
        }
        (words + spaceless / 2, several, first.is_some_and(char::is_lowercase))
    }

    /// The characters of a line, its stretches between spaces and their capitals: by a loop over characters.
    fn counts(line: &str) -> CharCounts {
        let mut counts = CharCounts { bytes: line.len(), ..CharCounts::default() };
        let mut open = true;
        for c in line.chars() {
            counts.chars += 1;
            counts.spaceless += usize::from(Script::of(c).is_spaceless());
            match c {
                ',' | '،' | '、' | '，' => counts.commas += 1,
                '|' | '>' | '/' | '-' | '·' | '•' | '»' | '›' | '–' | '—' | '→' => counts.separators += 1,
                '"' | '“' | '”' | '„' | '«' | '「' | '」' => counts.quotes += 1,
                ':' => counts.colons += 1,
                '$' | '%' | '€' | '£' => counts.currency += 1,
                '@' | '©' => counts.links += 1,
                '[' | ']' => counts.brackets += 1,
                _ if c.is_ascii_digit() || c.is_alphabetic() || c.is_uppercase() => {
                    counts.digits += usize::from(c.is_ascii_digit());
                    counts.letters += usize::from(!c.is_ascii_digit());
                    counts.tokens += usize::from(open);
                    counts.capitalised += usize::from(open && (c.is_uppercase() || c.is_ascii_digit()));
                    open = false;
                }
                _ => open |= c.is_whitespace(),
            }
        }
        counts
    }

    #[test]
    fn blocks_say_what_characters_say() {
        let lines =
            any_line("aZz0 \t.!?\"')]*_,-:|>/$%@[\u{a0}…“”„’»«—éÉßжЖÀÖ×ØÞàö÷øÿАЯая가힣²字の한ไ。！，•€©ǅ़ा\u{2028}😀");
        proptest::proptest!(|(line in lines)| {
            let shape = LineShape::at(&line);
            proptest::prop_assert_eq!((shape.words, shape.several, shape.lower), words(&line), "{:?}", line);
            let line = line.trim();
            let (mut counted, mut added) = (CharCounts::default(), CharCounts::default());
            proptest::prop_assert_eq!(LineShape::counting(line, &mut counted), shape, "{:?}", line);
            added.add(line);
            proptest::prop_assert_eq!((&counted, &added), (&counts(line), &counted), "{:?}", line);
            proptest::prop_assert!(has_words(line, shape.words) && !has_words(line, shape.words + 1), "{:?}", line);
            proptest::prop_assert!(!shape.is_prose() || shape.may_be_prose(line.len()), "{:?}", line);
            proptest::prop_assert!(!shape.is_sentence() || shape.may_be_sentence(line.len()), "{:?}", line);
        });
    }

    #[test]
    fn prose_is_read_no_further_than_it_takes() {
        for (words, end) in (0..=LONG + 1).flat_map(|words| ["", ".", "?", ". Why?"].map(|end| (words, end))) {
            let line = vec!["Word"; words].join(" ") + end;
            let shape = LineShape::at(&line);
            assert_eq!(LineShape::tells_prose(&line, *shape), shape.is_prose(), "{line}");
        }
    }

    #[test]
    fn names() {
        for name in ["Bintano", "Maria de la Cruz", "@handle", "Dr. Ann Lee"] {
            assert!(is_names(name), "{name}");
        }
        for other in ["", "the committee", "What is this?", "One Two Three Four Five Six Seven"] {
            assert!(!is_names(other), "{other}");
        }
    }

    #[test]
    fn opening_names() {
        for (text, name) in [
            ("Maria Holt is a writer.", Some("Maria Holt")),
            ("**Dr. Ann Lee, who lives here", Some("Dr. Ann Lee")),
            ("The bridge is a wonder.", None),
            ("Maria is a writer.", None),
            ("", None),
        ] {
            assert_eq!(opening_name(text), name);
        }
    }

    #[test]
    fn lists() {
        assert!(LineShape::at("• Salt").listed && LineShape::at("12. Salt").listed && LineShape::at("- Salt").listed);
        assert!(!LineShape::at("“Salt”").listed && !LineShape::at("1999 was dry").listed);
    }
}
