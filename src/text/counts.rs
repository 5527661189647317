//! How many letters, digits and marks of each kind stand on a line. What they say of a line lies in `detect/features`.

use super::classes::classes;

/// CharCounts of characters, and of what stands between spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct CharCounts {
    pub bytes: usize,
    pub chars: usize,
    pub letters: usize,
    pub upper: usize,
    pub digits: usize,
    /// Stretches between spaces in which a letter or digit stands, and those whose first one is no small letter.
    pub tokens: usize,
    pub capitalised: usize,
    pub commas: usize,
    pub separators: usize,
    pub quotes: usize,
    pub colons: usize,
    pub currency: usize,
    pub links: usize,
    pub brackets: usize,
    /// Letters that make words without spaces between them.
    pub spaceless: usize,
}

impl CharCounts {
    /// Adds what stands on a line.
    pub fn add(&mut self, line: &str) {
        self.bytes += line.len();
        let mut open = true;
        for classes in classes(line) {
            let upper = classes.count(classes.upper);
            let tokens = classes.begins_of_tokens(&mut open);
            self.chars += classes.chars();
            self.letters += classes.count(classes.lower) + upper + classes.count(classes.caseless);
            self.upper += upper;
            self.digits += classes.count(classes.digits);
            self.tokens += classes.count(tokens);
            self.capitalised += classes.count(tokens & (classes.upper | classes.digits));
            self.commas += classes.count(classes.commas);
            self.separators += classes.count(classes.separators);
            self.quotes += classes.count(classes.quotes);
            self.colons += classes.count(classes.colons);
            self.currency += classes.count(classes.currency);
            self.links += classes.count(classes.signs);
            self.brackets += classes.count(classes.brackets);
            self.spaceless += classes.count(classes.spaceless);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::classes::any_line;
    use super::super::script::Script;
    use super::*;

    /// The letters, stretches and capitals of a line, told character by character.
    fn by_characters(line: &str) -> CharCounts {
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
                    counts.upper += usize::from(c.is_uppercase());
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
    fn masks_count_what_characters_count() {
        let lines =
            any_line("aZz0 \t.,|>/-\"':$%@[]*_\u{a0}…“„”’»«—éÉßжЖÀÖ×ØÞàö÷øÿАЯая가힣²字の한ไ。，•€©ǅ़ा\u{2028}😀");
        proptest::proptest!(|(line in lines)| {
            let mut counts = CharCounts::default();
            counts.add(&line);
            proptest::prop_assert_eq!(counts, by_characters(&line), "{:?}", line);
        });
    }
}
