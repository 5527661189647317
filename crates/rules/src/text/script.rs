//! Writing systems. Which languages there are lies in the rules.

/// Writing systems that the rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
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
    pub fn of(c: char) -> Self {
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
    pub const fn is_spaceless(self) -> bool {
        matches!(self, Self::Han | Self::Kana | Self::Thai)
    }

    /// True if a language is written in it.
    pub fn writes(self, language: &str) -> bool {
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
