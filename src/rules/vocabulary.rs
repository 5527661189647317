//! Words of the languages that the rules were written for: enough to tell a line's language, a date and a network.

use std::collections::{HashMap, HashSet};

use super::fold::fold;

/// Words by language.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    /// Stop word → the languages that use it.
    stop_words: HashMap<String, Vec<String>>,
    dates: HashSet<String>,
    networks: HashSet<String>,
}

/// Writing systems that the rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Greek,
    Hebrew,
    Arabic,
    Devanagari,
    Han,
    Kana,
    Hangul,
    Thai,
    Other,
}

impl Script {
    /// The script of a letter.
    pub(crate) fn of(c: char) -> Self {
        match c {
            'A'..='Z' | 'a'..='z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Self::Latin,
            '\u{370}'..='\u{3ff}' => Self::Greek,
            '\u{400}'..='\u{52f}' => Self::Cyrillic,
            '\u{590}'..='\u{5ff}' => Self::Hebrew,
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' => {
                Self::Arabic
            }
            '\u{900}'..='\u{97f}' => Self::Devanagari,
            '\u{e00}'..='\u{eff}' => Self::Thai,
            '\u{3040}'..='\u{30ff}' => Self::Kana,
            '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => Self::Han,
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => Self::Hangul,
            _ => Self::Other,
        }
    }

    /// True for scripts that put no spaces between words.
    pub(crate) const fn is_spaceless(self) -> bool {
        matches!(self, Self::Han | Self::Kana | Self::Thai)
    }

    fn writes(self, language: &str) -> bool {
        match language {
            "ru" | "uk" | "bg" | "sr" => self == Self::Cyrillic,
            "el" => self == Self::Greek,
            "he" => self == Self::Hebrew,
            "ar" | "fa" | "ur" => self == Self::Arabic,
            "hi" | "mr" | "ne" => self == Self::Devanagari,
            "th" => self == Self::Thai,
            "zh" => self == Self::Han,
            "ja" => matches!(self, Self::Kana | Self::Han),
            "ko" => matches!(self, Self::Hangul | Self::Han),
            _ => self == Self::Latin,
        }
    }
}

impl Vocabulary {
    pub(crate) fn new(language: &str, stop_words: &[String], dates: &[String], networks: &[String]) -> Self {
        let folded = |words: &[String]| words.iter().map(|w| fold(w)).filter(|w| !w.is_empty()).collect();
        Self {
            stop_words: stop_words.iter().map(|w| (fold(w), vec![language.to_owned()])).collect(),
            dates: folded(dates),
            networks: folded(networks),
        }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        for (word, languages) in other.stop_words {
            let known = self.stop_words.entry(word).or_default();
            known.extend(languages.into_iter().filter(|l| !known.contains(l)).collect::<Vec<_>>());
        }
        self.dates.extend(other.dates);
        self.networks.extend(other.networks);
    }

    /// True if a folded line names one network and nothing else.
    pub(crate) fn is_network(&self, folded: &str) -> bool {
        self.networks.contains(folded)
    }

    /// True if a folded line is a date, a time or an age ("3 hours ago"): digits and words of dates, nothing else.
    pub(crate) fn is_date(&self, folded: &str) -> bool {
        if folded.len() > 80 || !folded.bytes().any(|b| b.is_ascii_digit()) {
            return false;
        }
        let mut words = 0;
        folded.split(|c: char| !(c.is_alphanumeric() || is_mark(c))).filter(|w| !w.is_empty()).all(|word| {
            words += 1;
            words <= 10
                && (self.dates.contains(word)
                    || word.trim_start_matches(|c: char| c.is_ascii_digit()).is_empty()
                    || self.is_dated_number(word))
        })
    }

    /// True for `3rd`, `10h`, `2019年5月3日`: digits with words of dates between them.
    fn is_dated_number(&self, word: &str) -> bool {
        word.bytes().any(|b| b.is_ascii_digit())
            && word.split(|c: char| c.is_ascii_digit()).filter(|w| !w.is_empty()).all(|w| {
                matches!(w, "st" | "nd" | "rd" | "th" | "h" | "m" | "d" | "s" | "am" | "pm" | "t" | "z")
                    || self.dates.contains(w)
            })
    }

    /// The language that a text is plainly in, by its stop words: five at least, and twice as many as any other's.
    pub(crate) fn language(&self, folded: &str) -> Option<&str> {
        let mut hits: Vec<(usize, &str)> = self.stop_words_in(folded).into_iter().map(|(l, n)| (n, l)).collect();
        hits.sort_unstable();
        let (most, language) = hits.pop()?;
        let next = hits.pop().map_or(0, |(n, _)| n);
        (most >= 5 && most >= 2 * next).then_some(language)
    }

    /// How many stop words of each language a folded text holds.
    fn stop_words_in(&self, folded: &str) -> HashMap<&str, usize> {
        let mut hits: HashMap<&str, usize> = HashMap::new();
        for word in folded.split(|c: char| !(c.is_alphanumeric() || is_mark(c) || c == '\'')) {
            for language in self.stop_words.get(word).into_iter().flatten() {
                *hits.entry(language).or_default() += 1;
            }
        }
        hits
    }

    /// True if a line is plainly in another script or language than the given ones.
    pub(crate) fn is_foreign(&self, folded: &str, languages: &[String]) -> bool {
        if languages.is_empty() {
            return false;
        }
        let (mut own, mut other, mut kana) = (0, 0, 0);
        for script in folded.chars().filter(|c| c.is_alphabetic()).map(Script::of) {
            kana += usize::from(script == Script::Kana);
            match languages.iter().any(|l| script.writes(l)) {
                true => own += 1,
                false => other += 1,
            }
        }
        if other > own + 3 && other > 2 * own || kana > 2 && !languages.iter().any(|l| l == "ja") {
            return true;
        }
        let hits = self.stop_words_in(folded);
        let own = languages.iter().filter_map(|l| hits.get(l.as_str())).max().copied().unwrap_or(0);
        let other = hits.values().max().copied().unwrap_or(0);
        other >= 2 + 3 * own
    }
}

fn is_mark(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(list: &[&str]) -> Vec<String> {
        list.iter().map(|w| (*w).to_owned()).collect()
    }

    fn vocabulary() -> Vocabulary {
        let mut v = Vocabulary::new(
            "en",
            &words(&["the", "and", "of"]),
            &words(&["may", "hours", "ago"]),
            &words(&["Facebook"]),
        );
        v.extend(Vocabulary::new("de", &words(&["der", "und", "die"]), &words(&["mai", "uhr", "年", "月", "日"]), &[]));
        v
    }

    #[test]
    fn dates() {
        let v = vocabulary();
        for date in ["may 3, 2021", "3 hours ago", "03.05.2021, 10:15 uhr", "2019年5月3日", "3rd may"] {
            assert!(v.is_date(date), "{date}");
        }
        for other in ["may", "3 people died", "may 3 was a sunny day", ""] {
            assert!(!v.is_date(other), "{other}");
        }
    }

    #[test]
    fn foreign_lines() {
        let v = vocabulary();
        let en = words(&["en"]);
        assert!(v.is_foreign("поделиться этой новостью в facebook", &en));
        assert!(v.is_foreign("share die der und", &en));
        assert!(!v.is_foreign("share this", &en));
        assert!(!v.is_foreign("share the end of die", &en));
        assert!(v.is_foreign("この記事をシェア", &words(&["zh"])));
        assert!(!v.is_foreign("whatsapp", &[]));
    }
}
