//! How many letters, digits and marks of each kind stand on a line, counted sixty-four bytes at a time. What they say of a line
//! lies in `features`.

use crate::rules::masks::{below, blocks, from, is, mask, others, steps};
use crate::rules::vocabulary::Script;

/// Counts of characters, and of what stands between spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
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

/// Of the bytes of a block which ones begin a character that counts as such a one.
struct Marks {
    lower: u64,
    upper: u64,
    digits: u64,
    spaces: u64,
    commas: u64,
    separators: u64,
    quotes: u64,
    colons: u64,
    currency: u64,
    links: u64,
    brackets: u64,
    spaceless: u64,
    /// Bytes that go on with a character.
    inner: u64,
}

impl Tally {
    /// Adds what stands on a line.
    pub fn add(&mut self, line: &str) {
        self.bytes += line.len();
        // True until the stretch that a block begins in has shown a letter or digit.
        let mut open = true;
        for (_, block) in blocks(line) {
            let marks = Marks::of(block);
            self.chars += block.len() - count(marks.inner);
            self.count(&marks);
            open = self.count_tokens(&marks, block.len(), open);
        }
    }

    fn count(&mut self, marks: &Marks) {
        let upper = count(marks.upper);
        self.letters += count(marks.lower) + upper;
        self.upper += upper;
        self.digits += count(marks.digits);
        self.commas += count(marks.commas);
        self.separators += count(marks.separators);
        self.quotes += count(marks.quotes);
        self.colons += count(marks.colons);
        self.currency += count(marks.currency);
        self.links += count(marks.links);
        self.brackets += count(marks.brackets);
        self.spaceless += count(marks.spaceless);
    }

    /// Counts the stretches of a block; says whether its last one has shown nothing yet.
    fn count_tokens(&mut self, marks: &Marks, length: usize, open: bool) -> bool {
        let all = below(length);
        let signs = marks.lower | marks.upper | marks.digits;
        // Taking away the bit where a stretch begins clears the next bit that is set: its first letter, or the space behind it.
        let stops = signs | marks.spaces | !all;
        let (left, over) = stops.overflowing_sub((marks.spaces << 1 | u64::from(open)) & all);
        let firsts = stops & !left;
        self.tokens += count(firsts & signs);
        self.capitalised += count(firsts & (marks.upper | marks.digits));
        over || firsts & !all != 0 || marks.spaces >> (length - 1) & 1 != 0
    }
}

/// Most marks stand on few lines.
fn count(marks: u64) -> usize {
    if marks == 0 { 0 } else { marks.count_ones() as usize }
}

impl Marks {
    /// Of a text of one to sixty-four bytes.
    fn of(text: &str) -> Self {
        let steps = steps(text);
        let mut marks = Self {
            lower: mask(&steps, |bytes| from(bytes, b'a', 26)),
            upper: mask(&steps, |bytes| from(bytes, b'A', 26)),
            digits: mask(&steps, |bytes| from(bytes, b'0', 10)),
            spaces: mask(&steps, |bytes| is(bytes, b' ') | from(bytes, b'\t', 5)),
            commas: mask(&steps, |bytes| is(bytes, b',')),
            separators: mask(&steps, |bytes| is(bytes, b'|') | is(bytes, b'>') | is(bytes, b'/') | is(bytes, b'-')),
            quotes: mask(&steps, |bytes| is(bytes, b'"')),
            colons: mask(&steps, |bytes| is(bytes, b':')),
            currency: mask(&steps, |bytes| from(bytes, b'$', 2)),
            links: mask(&steps, |bytes| is(bytes, b'@')),
            brackets: mask(&steps, |bytes| is(bytes, b'[') | is(bytes, b']')),
            spaceless: 0,
            inner: 0,
        };
        for (c, first, bits) in others(text, &steps) {
            marks.inner |= bits & !first;
            marks.add_other(c, first);
        }
        marks
    }

    /// Adds a character beyond ASCII.
    fn add_other(&mut self, c: char, bit: u64) {
        let kind = match c {
            '،' | '、' | '，' => &mut self.commas,
            '·' | '•' | '»' | '›' | '–' | '—' | '→' => &mut self.separators,
            '“' | '”' | '„' | '«' | '「' | '」' => &mut self.quotes,
            '€' | '£' => &mut self.currency,
            '©' => &mut self.links,
            // Those of most texts, which need no long search.
            'À'..='Ö' | 'Ø'..='Þ' | 'А'..='Я' => &mut self.upper,
            'ß'..='ö' | 'ø'..='ÿ' | 'а'..='я' | '가'..='힣' => &mut self.lower,
            '\u{2010}'..='\u{2027}' => return,
            _ if c.is_uppercase() => &mut self.upper,
            _ if c.is_alphabetic() => &mut self.lower,
            _ if c.is_whitespace() => &mut self.spaces,
            _ => return self.add_spaceless(c, bit),
        };
        *kind |= bit;
        self.add_spaceless(c, bit);
    }

    fn add_spaceless(&mut self, c: char, bit: u64) {
        self.spaceless |= if Script::of(c).is_spaceless() { bit } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::signs::any_line;

    /// The letters, stretches and capitals of a line, told character by character.
    fn by_characters(line: &str) -> Tally {
        let mut tally = Tally { bytes: line.len(), ..Tally::default() };
        let mut open = true;
        for c in line.chars() {
            tally.chars += 1;
            tally.spaceless += usize::from(Script::of(c).is_spaceless());
            match c {
                ',' | '،' | '、' | '，' => tally.commas += 1,
                '|' | '>' | '/' | '-' | '·' | '•' | '»' | '›' | '–' | '—' | '→' => tally.separators += 1,
                '"' | '“' | '”' | '„' | '«' | '「' | '」' => tally.quotes += 1,
                ':' => tally.colons += 1,
                '$' | '%' | '€' | '£' => tally.currency += 1,
                '@' | '©' => tally.links += 1,
                '[' | ']' => tally.brackets += 1,
                _ if c.is_ascii_digit() || c.is_alphabetic() || c.is_uppercase() => {
                    tally.digits += usize::from(c.is_ascii_digit());
                    tally.letters += usize::from(!c.is_ascii_digit());
                    tally.upper += usize::from(c.is_uppercase());
                    tally.tokens += usize::from(open);
                    tally.capitalised += usize::from(open && (c.is_uppercase() || c.is_ascii_digit()));
                    open = false;
                }
                _ => open |= c.is_whitespace(),
            }
        }
        tally
    }

    #[test]
    fn masks_count_what_characters_count() {
        let lines =
            any_line("aZz0 \t.,|>/-\"':$%@[]*_\u{a0}…“„”’»«—éÉßжЖÀÖ×ØÞàö÷øÿАЯая가힣²字の한ไ。，•€©ǅ़ा\u{2028}😀");
        proptest::proptest!(|(line in lines)| {
            let mut tally = Tally::default();
            tally.add(&line);
            proptest::prop_assert_eq!(tally, by_characters(&line), "{:?}", line);
        });
    }
}
