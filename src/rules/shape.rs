//! What a line looks like, whatever it says: prose, a headline, a name, a short label. No phrases here.

use super::vocabulary::Script;

/// What can be seen of one line without reading it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Look {
    /// Words; in scripts without spaces two letters count as a word.
    pub words: usize,
    /// Ends like a sentence: `.`, `!`, `?`, `…` and their kin, closing quotes aside.
    pub ends: bool,
    /// Ends with `?`.
    pub asks: bool,
    /// Ends with a colon.
    pub announces: bool,
    /// Holds the end of one sentence and the start of another.
    pub several: bool,
    /// Begins with a lower-case letter.
    pub lower: bool,
    /// Begins with a bullet, a number, a quote mark or another sign of a list.
    pub listed: bool,
}

/// Fewest words of a line that is taken for a sentence.
const SENTENCE: usize = 8;
/// A line of so many words is prose even without an end mark.
const LONG: usize = 30;
/// Most words of a name.
const NAME: usize = 4;
/// Most words of a headline.
const HEADLINE: usize = 24;

/// What a character is to the look of a line.
#[derive(Clone, Copy)]
enum Sign {
    Word,
    Space,
    End,
    Closing,
    Other,
}

impl Sign {
    /// Of each ASCII character.
    const ASCII: [Self; 128] = {
        let mut table = [Self::Other; 128];
        let mut byte = 0;
        while byte < 128 {
            let c = byte as u8 as char;
            table[byte] = match c {
                '0'..='9' | 'A'..='Z' | 'a'..='z' => Self::Word,
                ' ' | '\t'..='\r' => Self::Space,
                _ if is_end(c) => Self::End,
                _ if is_closing(c) => Self::Closing,
                _ => Self::Other,
            };
            byte += 1;
        }
        table
    };

    fn of(c: char) -> Self {
        match c {
            _ if is_end(c) => Self::End,
            _ if is_closing(c) => Self::Closing,
            _ if c.is_alphanumeric() => Self::Word,
            _ if c.is_whitespace() => Self::Space,
            _ => Self::Other,
        }
    }
}

impl Look {
    /// Looks at a line.
    pub(crate) fn at(line: &str) -> Self {
        let line = line.trim();
        let mut look = Self::default();
        let mut spaceless = 0;
        let mut in_word = false;
        let mut ended = false; // a sentence mark was passed, perhaps with closing quotes and a blank
        let mut first = true;
        let (bytes, mut at) = (line.as_bytes(), 0);
        while at < bytes.len() {
            let (c, sign) = match bytes[at] {
                byte if byte.is_ascii() => (char::from(byte), Sign::ASCII[usize::from(byte)]),
                _ => line[at..].chars().next().map_or(('\0', Sign::Other), |c| (c, Sign::of(c))),
            };
            at += c.len_utf8();
            match sign {
                Sign::End => (ended, in_word) = (true, false),
                Sign::Space => in_word = false,
                Sign::Closing => {}
                Sign::Other => ended = false,
                Sign::Word => {
                    if first {
                        look.lower = c.is_lowercase();
                        first = false;
                    }
                    if ended && !in_word && (c.is_uppercase() || !c.is_lowercase() && !c.is_ascii_digit()) {
                        look.several |= look.words + spaceless / 2 >= 3;
                    }
                    ended = false;
                    if !c.is_ascii() && Script::of(c).is_spaceless() {
                        spaceless += 1;
                        in_word = false;
                        continue;
                    }
                    look.words += usize::from(!in_word);
                    in_word = true;
                    // Within a word plain letters and digits change nothing.
                    at += bytes[at..].iter().take_while(|b| b.is_ascii_alphanumeric()).count();
                }
            }
        }
        look.words += spaceless / 2;
        let last = line.trim_end_matches(is_closing).chars().next_back();
        look.ends = last.is_some_and(is_end);
        look.asks = last.is_some_and(|c| matches!(c, '?' | '？' | '؟'));
        look.announces = line.chars().next_back().is_some_and(|c| matches!(c, ':' | '：'));
        look.listed = line.chars().next().is_some_and(|c| {
            !c.is_alphanumeric() && !matches!(c, '"' | '“' | '‘' | '\'' | '«' | '„' | '¿' | '¡' | '(' | '「' | '『')
        }) || line.split(['.', ')']).next().is_some_and(|n| {
            !n.is_empty() && n.len() <= 3 && n.len() < line.len() && n.bytes().all(|b| b.is_ascii_digit())
        });
        look
    }

    /// True for a line that reads as running text: one or more sentences.
    pub(crate) const fn is_prose(&self) -> bool {
        let sentence = self.ends && self.words >= SENTENCE && (!self.asks || self.several || self.words >= 18);
        sentence || self.words >= LONG
    }

    /// True for anything that reads as a sentence, however short.
    pub(crate) const fn is_sentence(&self) -> bool {
        self.is_prose() || (self.ends && !self.asks && self.words >= 3)
    }

    /// True for a line that may be the headline of an article.
    pub(crate) const fn is_headline(&self) -> bool {
        self.words >= 3
            && self.words <= HEADLINE
            && !self.lower
            && !self.announces
            && !self.several
            && (!self.ends || self.asks)
    }
}

/// True for what may stand behind "Also Read:": 2 to 24 words, no sentence.
pub(crate) fn is_title(text: &str) -> bool {
    let look = Look::at(text);
    let stops = text.trim_end_matches(is_closing).ends_with(['.', '。', '।']) && !text.ends_with("...");
    look.words >= 2 && look.words <= HEADLINE && !stops && !look.lower && !look.several && !look.announces
}

/// True for one to six capitalised words, or a handle: the name of a person or a site.
pub(crate) fn is_names(text: &str) -> bool {
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
pub(crate) fn opening_name(text: &str) -> Option<&str> {
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

/// Marks that end a sentence.
pub(crate) const fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '．' | '｡')
}

/// Marks that may follow the end of a sentence and still belong to it.
pub(crate) const fn is_closing(c: char) -> bool {
    matches!(c, '"' | '”' | '“' | '\'' | '’' | ')' | ']' | '»' | '«' | '」' | '』' | '）' | '*' | '_' | '›')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_and_headlines() {
        for prose in [
            "The minister said on Monday that the bridge would open in spring.",
            "He said: “The bridge will open in spring, whatever it may cost us.”",
            "会議は火曜日に東京で開かれ、参加者は新しい計画について議論した。",
            "पुल सोमवार को खुल गया और लोग बड़ी संख्या में उसे देखने आए।",
        ] {
            assert!(Look::at(prose).is_prose(), "{prose}");
            assert!(!Look::at(prose).is_headline(), "{prose}");
        }
        for headline in
            ["Bridge Opens in Spring", "Will the bridge ever open?", "“We will open it”, says mayor", "2 Dead in Crash"]
        {
            assert!(Look::at(headline).is_headline(), "{headline}");
            assert!(!Look::at(headline).is_prose(), "{headline}");
        }
        for other in ["share", "and then he went away", "The list follows:", "Bridge"] {
            assert!(!Look::at(other).is_headline(), "{other}");
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
        assert!(Look::at("• Salt").listed && Look::at("12. Salt").listed && Look::at("- Salt").listed);
        assert!(!Look::at("“Salt”").listed && !Look::at("1999 was dry").listed);
    }
}
