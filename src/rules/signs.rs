//! What the characters of a line are, sixty-four bytes at a time, as bit masks: words and sentences are counted by adding and
//! shifting numbers. What they make of a line lies in `shape` and `matcher`, how bytes become masks in `masks`.

use super::masks::{add, below, blocks, from, is, letters, mask, others, steps, u8x16};
use super::shape::{is_closing, is_end};
use super::vocabulary::Script;

/// A piece of a line of up to sixty-four bytes: of each byte whether its character is such a one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signs {
    /// Letters and digits.
    pub words: u64,
    /// Those that make words without spaces between them.
    pub spaceless: u64,
    pub spaces: u64,
    /// Marks that end sentences.
    pub ends: u64,
    /// Marks that may follow them.
    pub closing: u64,
    /// Letters, of ASCII, that are capitals; of others all that may begin a sentence.
    pub capitals: u64,
    /// Bytes that go on with a character.
    pub inner: u64,
    /// How many bytes there are.
    pub length: usize,
}

/// What a character is to the words and sentences of a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Word,
    Spaceless,
    Space,
    End,
    Closing,
    Other,
}

impl Sign {
    /// Of a character beyond ASCII.
    fn of(c: char) -> Self {
        match c {
            '\u{c0}'..='\u{24f}' if !matches!(c, '×' | '÷') => Self::Word,
            'Ѐ'..='ҁ' | '가'..='힣' => Self::Word,
            '一'..='鿿' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' => Self::Spaceless,
            _ if is_end(c) => Self::End,
            _ if is_closing(c) => Self::Closing,
            '\u{2010}'..='\u{2027}' => Self::Other,
            _ if c.is_alphanumeric() && Script::of(c).is_spaceless() => Self::Spaceless,
            _ if c.is_alphanumeric() => Self::Word,
            _ if c.is_whitespace() => Self::Space,
            _ => Self::Other,
        }
    }
}

impl Signs {
    /// The blocks of a line; no character lies in two of them.
    pub fn of(line: &str) -> impl Iterator<Item = Self> {
        blocks(line).map(|(_, block)| {
            let steps = steps(block);
            let mut signs = Self {
                words: mask(&steps, |bytes| letters(bytes) | from(bytes, b'0', 10)),
                spaces: mask(&steps, |bytes| is(bytes, b' ') | from(bytes, b'\t', 5)),
                ends: mask(&steps, is_ascii_end),
                closing: mask(&steps, |bytes| {
                    let brackets = is(bytes, b')') | is(bytes, b']');
                    is(bytes, b'"') | is(bytes, b'\'') | brackets | is(bytes, b'*') | is(bytes, b'_')
                }),
                capitals: mask(&steps, |bytes| from(bytes, b'A', 26)),
                length: block.len(),
                ..Self::default()
            };
            for (c, first, bits) in others(block, &steps) {
                signs.inner |= bits & !first;
                signs.add_other(c, first, bits);
            }
            signs
        })
    }

    /// Where words end, and whether one goes on behind the block; `in_word` says whether one stands before it that nothing has ended
    /// yet. What a word stands in reaches from space to space: adding the word to it carries over to the space behind.
    pub fn ends_of_words(&self, in_word: bool) -> (u64, bool) {
        let spaces = self.spaces | self.ends | self.spaceless;
        let stretches = !spaces & below(self.length);
        let (sum, goes_on) = add(stretches, self.words & !self.spaceless, in_word, self.length);
        (sum & spaces, goes_on)
    }

    fn add_other(&mut self, c: char, first: u64, bits: u64) {
        match c {
            // What most texts have of them.
            '“' | '”' | '’' => self.closing |= bits,
            '‘' | '–' | '—' => {}
            _ => match Sign::of(c) {
                Sign::Word => {
                    self.words |= bits;
                    self.capitals |= if c.is_lowercase() && !c.is_numeric() { 0 } else { first };
                }
                Sign::Spaceless => {
                    self.words |= bits;
                    self.spaceless |= bits;
                    self.capitals |= first;
                }
                Sign::Space => self.spaces |= bits,
                Sign::End => self.ends |= bits,
                Sign::Closing => self.closing |= bits,
                Sign::Other => {}
            },
        }
    }
}

/// Where marks stand that end sentences.
pub(crate) fn ends(line: &str) -> impl Iterator<Item = usize> {
    blocks(line).flat_map(|(start, block)| {
        let steps = steps(block);
        let mut ends = mask(&steps, is_ascii_end);
        for (c, first, _) in others(block, &steps) {
            ends |= if is_end(c) { first } else { 0 };
        }
        std::iter::from_fn(move || {
            let at = (ends != 0).then(|| ends.trailing_zeros())?;
            ends &= ends - 1;
            Some(start + at as usize)
        })
    })
}

#[inline(always)]
fn is_ascii_end(bytes: u8x16) -> u8x16 {
    is(bytes, b'.') | is(bytes, b'!') | is(bytes, b'?')
}

/// Lines of such characters, letters and digits in runs, to compare masks with what characters tell.
#[cfg(test)]
pub(crate) fn any_line(characters: &'static str) -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;

    let characters: Vec<char> = characters.chars().collect();
    proptest::collection::vec((proptest::sample::select(characters), 1..20_usize), 0..60).prop_map(|picks| {
        let run = |(c, times): (char, usize)| std::iter::repeat_n(c, if c.is_alphanumeric() { times } else { 1 });
        picks.into_iter().flat_map(run).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_the_marks_that_characters_tell() {
        proptest::proptest!(|(line in any_line("aZ0 .!?'”…。！é字😀"))| {
            let told: Vec<usize> = line.char_indices().filter(|(_, c)| is_end(*c)).map(|(at, _)| at).collect();
            proptest::prop_assert_eq!(ends(&line).collect::<Vec<_>>(), told, "{:?}", line);
        });
    }
}
