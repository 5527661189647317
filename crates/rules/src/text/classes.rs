//! Classes of characters: one bit mask per class, for sixty-four bytes of a line at a time. The one door of `wide`. What the classes
//! say of a line lies in `shape`, `counts`, `words` and `fold`.

use wide::u8x16;

use super::script::Script;

/// Bytes of a block: one for each bit of a mask.
const BLOCK: usize = 64;
/// Bytes that are compared at once.
const STEP: usize = 16;

/// Bytes of a block, as they are compared.
type Steps = [u8x16; BLOCK / STEP];

/// The characters of a block by class. Bit i of a class is set if byte i belongs to a character of that class.
#[derive(Clone, Copy, Debug, Default)]
pub struct Classes {
    pub lower: u64,
    pub upper: u64,
    /// Letters that are neither: of scripts without case, title case, numerals that are letters.
    pub caseless: u64,
    /// Digits of ASCII.
    pub digits: u64,
    /// Numbers beyond ASCII that are no letters.
    pub numbers: u64,
    /// Characters of scripts that put no spaces between words.
    pub spaceless: u64,
    pub spaces: u64,
    /// Marks that end sentences.
    pub ends: u64,
    /// Marks that may follow the end of a sentence and still belong to it.
    pub closing: u64,
    pub commas: u64,
    /// Marks between the entries of a menu: bars, dots, arrows, dashes.
    pub separators: u64,
    pub quotes: u64,
    pub colons: u64,
    /// Signs of currencies, and `%`.
    pub currency: u64,
    /// `@` and `©`.
    pub signs: u64,
    pub brackets: u64,
    /// All bytes of a character but its first.
    pub inner: u64,
    /// Bytes of the block.
    pub length: usize,
}

/// The classes of a line, block by block.
#[inline(always)]
pub fn classes(line: &str) -> impl Iterator<Item = Classes> {
    blocks(line).map(|(_, block)| Classes::of(block))
}

impl Classes {
    /// The classes of one to sixty-four bytes. Always inlined, so that a reader pays for no class that it does not read.
    #[inline(always)]
    fn of(block: &str) -> Self {
        let steps = steps(block.as_bytes());
        let mut classes = Self {
            lower: mask(&steps, |bytes| from(bytes, b'a', 26)),
            upper: mask(&steps, |bytes| from(bytes, b'A', 26)),
            digits: mask(&steps, |bytes| from(bytes, b'0', 10)),
            spaces: mask(&steps, |bytes| is(bytes, b' ') | from(bytes, b'\t', 5)),
            ends: mask(&steps, is_ascii_end),
            closing: mask(&steps, |bytes| {
                let brackets = is(bytes, b')') | is(bytes, b']');
                is(bytes, b'"') | is(bytes, b'\'') | brackets | is(bytes, b'*') | is(bytes, b'_')
            }),
            commas: mask(&steps, |bytes| is(bytes, b',')),
            separators: mask(&steps, |bytes| is(bytes, b'|') | is(bytes, b'>') | is(bytes, b'/') | is(bytes, b'-')),
            quotes: mask(&steps, |bytes| is(bytes, b'"')),
            colons: mask(&steps, |bytes| is(bytes, b':')),
            currency: mask(&steps, |bytes| from(bytes, b'$', 2)),
            signs: mask(&steps, |bytes| is(bytes, b'@')),
            brackets: mask(&steps, |bytes| is(bytes, b'[') | is(bytes, b']')),
            length: block.len(),
            ..Self::default()
        };
        for (c, first, bits) in others(block, &steps) {
            classes.inner |= bits & !first;
            classes.add(c, bits);
        }
        classes
    }

    /// Adds a character beyond ASCII: the commonest ones at once, all others by what Unicode says.
    #[inline(always)]
    fn add(&mut self, c: char, bits: u64) {
        match c {
            'ß'..='ö' | 'ø'..='ÿ' | 'а'..='я' => self.lower |= bits,
            'À'..='Ö' | 'Ø'..='Þ' | 'А'..='Я' => self.upper |= bits,
            '가'..='힣' | 'ء'..='غ' | 'ف'..='ي' => self.caseless |= bits,
            '一'..='鿿' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' => {
                self.caseless |= bits;
                self.spaceless |= bits;
            }
            '“' | '”' => {
                self.closing |= bits;
                self.quotes |= bits;
            }
            '’' => self.closing |= bits,
            '–' | '—' => self.separators |= bits,
            '‘' => {}
            _ => {
                let class = Class::of(c);
                let of = |is: bool| if is { bits } else { 0 };
                self.lower |= of(class == Class::Lower);
                self.upper |= of(class == Class::Upper);
                self.caseless |= of(class == Class::Caseless);
                self.numbers |= of(class == Class::Number);
                self.spaces |= of(class == Class::Space);
                self.commas |= of(class == Class::Comma);
                self.separators |= of(class == Class::Separator);
                self.quotes |= of(class == Class::Quote);
                self.currency |= of(class == Class::Currency);
                self.signs |= of(class == Class::Sign);
                self.spaceless |= of(Script::of(c).is_spaceless());
                self.ends |= of(is_end(c));
                self.closing |= of(is_closing(c));
            }
        }
    }

    pub const fn letters(&self) -> u64 {
        self.lower | self.upper | self.caseless
    }

    /// Letters, digits and other numbers.
    pub const fn words(&self) -> u64 {
        self.letters() | self.digits | self.numbers
    }

    /// Letters and digits of words that no spaces separate.
    pub const fn spaceless_words(&self) -> u64 {
        self.words() & self.spaceless
    }

    /// Number of characters.
    pub const fn chars(&self) -> usize {
        self.length - self.inner.count_ones() as usize
    }

    /// Number of the characters of a class.
    pub const fn count(&self, class: u64) -> usize {
        // Most classes have no character in most blocks.
        if class == 0 { 0 } else { (class & !self.inner).count_ones() as usize }
    }

    /// Where words end: at the space, sentence end or spaceless letter behind them. `in_word` says whether a word without an end yet
    /// stands before this block, and is set for the next one.
    #[inline(always)]
    pub fn ends_of_words(&self, in_word: &mut bool) -> u64 {
        // What a word stands in reaches from space to space: adding the word to it carries over to the space behind.
        let spaces = self.spaces | self.ends | self.spaceless_words();
        let (sum, goes_on) =
            add(!spaces & below(self.length), self.words() & !self.spaceless_words(), *in_word, self.length);
        *in_word = goes_on;
        sum & spaces
    }

    /// Where sentences begin behind the ends of others. `ended` says whether a sentence has ended before this block and no
    /// other one has begun, and is set for the next one.
    #[inline(always)]
    pub fn begins_of_sentences(&self, ended: &mut bool) -> u64 {
        let all = below(self.length);
        let passed = self.closing | self.spaces;
        // The end of a sentence reaches over closing marks and spaces to what stands behind them: adding it to them carries over.
        let behind = (self.ends << 1 | u64::from(*ended)) & all;
        let (sum, over) = add(behind, passed & all, false, self.length);
        *ended = over || self.ends >> (self.length - 1) & 1 != 0;
        sum & !passed & (self.upper | self.caseless | self.numbers)
    }

    /// The first letter, or digit of ASCII, of each stretch between spaces. `open` says whether the stretch that the block begins in
    /// has shown none before, and is set for the next one.
    #[inline(always)]
    pub const fn begins_of_tokens(&self, open: &mut bool) -> u64 {
        let all = below(self.length);
        let signs = self.letters() | self.digits;
        // Taking away the bit where a stretch begins clears the next bit that is set: its first letter, or the space behind it.
        let stops = signs | self.spaces | !all;
        let (left, over) = stops.overflowing_sub((self.spaces << 1 | *open as u64) & all);
        let firsts = stops & !left;
        *open = over || firsts & !all != 0 || self.spaces >> (self.length - 1) & 1 != 0;
        firsts & signs
    }
}

/// A class of characters beyond ASCII, of those that exclude each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    Caseless,
    Number,
    Space,
    Comma,
    Separator,
    Quote,
    Currency,
    Sign,
    Other,
}

impl Class {
    fn of(c: char) -> Self {
        match c {
            '،' | '、' | '，' => Self::Comma,
            '·' | '•' | '»' | '›' | '–' | '—' | '→' => Self::Separator,
            '“' | '”' | '„' | '«' | '「' | '」' => Self::Quote,
            '€' | '£' => Self::Currency,
            '©' => Self::Sign,
            '\u{2010}'..='\u{2027}' => Self::Other,
            _ if c.is_uppercase() => Self::Upper,
            _ if c.is_alphabetic() => {
                if c.is_lowercase() && !c.is_numeric() {
                    Self::Lower
                } else {
                    Self::Caseless
                }
            }
            _ if c.is_numeric() => Self::Number,
            _ if c.is_whitespace() => Self::Space,
            _ => Self::Other,
        }
    }
}

/// Offsets of the marks that end sentences.
pub fn ends(line: &str) -> impl Iterator<Item = usize> {
    let mut blocks = blocks(line);
    let (mut begin, mut ends) = (0, 0);
    std::iter::from_fn(move || {
        while ends == 0 {
            let (start, block) = blocks.next()?;
            let classes = Classes::of(block);
            (begin, ends) = (start, classes.ends & !classes.inner);
        }
        let at = begin + ends.trailing_zeros() as usize;
        ends &= ends - 1;
        Some(at)
    })
}

/// Cuts a line at each character to which folding may do more than change its case: those beyond ASCII, emphasis, control signs, the
/// second of two spaces. Yields the text before that character, and the character; no character where a block ends.
pub fn pieces(line: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let mut blocks = blocks(line);
    let (mut rest, mut odd) = ("", 0_u64);
    std::iter::from_fn(move || {
        if rest.is_empty() {
            (_, rest) = blocks.next()?;
            odd = odd_bytes(&steps(rest.as_bytes())) & below(rest.len());
        }
        if odd == 0 {
            return Some((std::mem::take(&mut rest), None));
        }
        let (run, behind) = rest.split_at(odd.trailing_zeros() as usize);
        let c = behind.chars().next()?;
        rest = &behind[c.len_utf8()..];
        odd = odd.unbounded_shr((run.len() + c.len_utf8()) as u32);
        Some((run, Some(c)))
    })
}

/// Calls `see(begin, end)` for each longest run of letters and digits, and of apostrophes if these count. `joins(c, offset, in_run)`
/// says of a character beyond ASCII whether it belongs to runs; if it says nothing, reading ends before that character, and
/// the result is false.
#[inline(always)]
pub fn each_run(
    line: &str,
    with_apostrophes: bool,
    mut joins: impl FnMut(char, usize, bool) -> Option<bool>,
    mut see: impl FnMut(usize, usize),
) -> bool {
    let mut begin = None;
    for (start, block) in blocks(line) {
        let steps = steps(block.as_bytes());
        let mut runs = mask(&steps, |bytes| letters(bytes) | from(bytes, b'0', 10));
        if with_apostrophes {
            runs |= mask(&steps, |bytes| is(bytes, b'\''));
        }
        let in_run = u64::from(begin.is_some());
        let mut is_read = true;
        for (c, first, bits) in others(block, &steps) {
            let at = start + first.trailing_zeros() as usize;
            match joins(c, at, (runs << 1 | in_run) & first != 0) {
                Some(true) => runs |= bits,
                Some(false) => {}
                None => {
                    runs &= first - 1;
                    is_read = false;
                    break;
                }
            }
        }
        for at in places((runs ^ (runs << 1 | in_run)) & below(block.len())) {
            match begin.take() {
                None => begin = Some(start + at),
                Some(begin) => see(begin, start + at),
            }
        }
        if !is_read {
            return false;
        }
    }
    if let Some(begin) = begin {
        see(begin, line.len());
    }
    true
}

/// Marks that end a sentence.
pub const fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…' | '。' | '！' | '？' | '؟' | '।' | '．' | '｡')
}

/// Marks that may follow the end of a sentence and still belong to it.
pub const fn is_closing(c: char) -> bool {
    matches!(c, '"' | '”' | '“' | '\'' | '’' | ')' | ']' | '»' | '«' | '」' | '』' | '）' | '*' | '_' | '›')
}

/// Like [`char::is_alphanumeric`], which takes long for letters beyond ASCII: here a range tells most of them.
#[inline]
pub fn is_alphanumeric(c: char) -> bool {
    match c {
        '\0'..='\x7f' => c.is_ascii_alphanumeric(),
        '\u{c0}'..='\u{24f}' => !matches!(c, '×' | '÷'),
        'Ѐ'..='ҁ' | 'ء'..='غ' | 'ف'..='ي' | '一'..='鿿' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '가'..='힣' => true,
        '\u{2010}'..='\u{2027}' => false,
        _ => c.is_alphanumeric(),
    }
}

/// The blocks of a line, each with its offset; no character lies in two of them.
#[inline(always)]
fn blocks(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        at = line.floor_char_boundary(start + BLOCK);
        (start < at).then(|| (start, &line[start..at]))
    })
}

/// The first sixty-four bytes, with zeros behind fewer.
#[inline(always)]
fn steps(bytes: &[u8]) -> Steps {
    let mut padded = [0; BLOCK];
    let bytes = bytes.first_chunk().unwrap_or_else(|| {
        padded[..bytes.len()].copy_from_slice(bytes);
        &padded
    });
    let (steps, _) = bytes.as_chunks::<STEP>();
    [u8x16::new(steps[0]), u8x16::new(steps[1]), u8x16::new(steps[2]), u8x16::new(steps[3])]
}

/// Bit i is set if byte i satisfies `is`.
#[inline(always)]
fn mask(steps: &Steps, is: impl Fn(u8x16) -> u8x16) -> u64 {
    let [a, b, c, d] = steps;
    let low = is(*a).to_bitmask() | is(*b).to_bitmask() << STEP;
    let high = is(*c).to_bitmask() | is(*d).to_bitmask() << STEP;
    u64::from(low) | u64::from(high) << (2 * STEP)
}

/// The characters of a block beyond ASCII, each with the bit of its first byte and the bits of all its bytes.
#[inline(always)]
fn others(block: &str, steps: &Steps) -> impl Iterator<Item = (char, u64, u64)> {
    let mut beyond = mask(steps, |bytes| bytes);
    std::iter::from_fn(move || {
        let at = (beyond != 0).then(|| beyond.trailing_zeros())?;
        let c = block.get(at as usize..)?.chars().next()?;
        let bits = below(c.len_utf8()) << at;
        beyond &= !bits;
        Some((c, 1 << at, bits))
    })
}

/// The places of the bits that are set, from the lowest on.
#[inline(always)]
fn places(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = (mask != 0).then(|| mask.trailing_zeros() as usize)?;
        mask &= mask - 1;
        Some(at)
    })
}

/// The lowest `count` bits.
pub const fn below(count: usize) -> u64 {
    if count < BLOCK { (1 << count) - 1 } else { u64::MAX }
}

/// The bits below the highest one that is set.
pub const fn below_last(mask: u64) -> u64 {
    if mask == 0 { 0 } else { (1 << mask.ilog2()) - 1 }
}

/// The sum of two numbers of so many bits and a carry, and whether it carries over.
const fn add(a: u64, b: u64, carried: bool, bits: usize) -> (u64, bool) {
    let (sum, over) = a.overflowing_add(b);
    let (sum, again) = sum.overflowing_add(carried as u64);
    (sum, if bits < BLOCK { sum >> bits & 1 != 0 } else { over || again })
}

#[inline(always)]
fn is(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

/// One of `count` bytes from `first` on.
#[inline(always)]
fn from(bytes: u8x16, first: u8, count: u8) -> u8x16 {
    (bytes - u8x16::splat(first)).simd_le(u8x16::splat(count - 1))
}

/// A letter of ASCII.
#[inline(always)]
fn letters(bytes: u8x16) -> u8x16 {
    from(bytes | u8x16::splat(0x20), b'a', 26)
}

#[inline(always)]
fn is_ascii_end(bytes: u8x16) -> u8x16 {
    is(bytes, b'.') | is(bytes, b'!') | is(bytes, b'?')
}

/// Bit i is set if folding may do more to byte i than change its case; also behind the last byte.
#[inline(always)]
fn odd_bytes(steps: &Steps) -> u64 {
    let blanks = mask(steps, |bytes| is(bytes, b' '));
    mask(steps, |bytes| bytes | is(bytes, b'*') | from(bytes, 0, b' ')) | blanks & blanks << 1
}

/// Lines of such characters, letters and digits in runs, to compare masks with what a loop over characters finds.
#[cfg(test)]
pub fn any_line(characters: &'static str) -> impl proptest::strategy::Strategy<Value = String> {
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

    const CHARACTERS: &str =
        "aZz0 \t\u{1c}.,!|>/-\"':$%@[)]*_\u{a0}…“„”’»«—éÉßжЖÀÖ×ØÞàö÷øÿАЯая가힣²字の한ไ。，•€©ǅ़ा\u{301}\u{2028}😀";

    /// The masks of a block, by name.
    fn masks(classes: &Classes) -> Vec<(&'static str, u64)> {
        let &Classes { lower, upper, caseless, digits, numbers, spaceless, spaces, ends, .. } = classes;
        let &Classes { closing, commas, separators, quotes, colons, currency, signs, brackets, inner, .. } = classes;
        vec![
            ("lower", lower),
            ("upper", upper),
            ("caseless", caseless),
            ("digits", digits),
            ("numbers", numbers),
            ("spaceless", spaceless),
            ("spaces", spaces),
            ("ends", ends),
            ("closing", closing),
            ("commas", commas),
            ("separators", separators),
            ("quotes", quotes),
            ("colons", colons),
            ("currency", currency),
            ("signs", signs),
            ("brackets", brackets),
            ("inner", inner),
        ]
    }

    #[test]
    fn each_character_is_in_its_classes() {
        for c in '\u{1}'..=char::MAX {
            let classes = Classes::of(c.encode_utf8(&mut [0; 4]));
            let is_small = c.is_lowercase() && !c.is_numeric();
            for (name, mask) in masks(&classes) {
                let is = match name {
                    "lower" => is_small,
                    "upper" => c.is_uppercase(),
                    "caseless" => c.is_alphabetic() && !c.is_uppercase() && !is_small,
                    "digits" => c.is_ascii_digit(),
                    "numbers" => !c.is_ascii() && c.is_numeric() && !c.is_alphabetic(),
                    "spaceless" => Script::of(c).is_spaceless(),
                    "spaces" => c.is_whitespace(),
                    "ends" => is_end(c),
                    "closing" => is_closing(c),
                    "commas" => matches!(c, ',' | '،' | '、' | '，'),
                    "separators" => matches!(c, '|' | '>' | '/' | '-' | '·' | '•' | '»' | '›' | '–' | '—' | '→'),
                    "quotes" => matches!(c, '"' | '“' | '”' | '„' | '«' | '「' | '」'),
                    "colons" => c == ':',
                    "currency" => matches!(c, '$' | '%' | '€' | '£'),
                    "signs" => matches!(c, '@' | '©'),
                    "brackets" => matches!(c, '[' | ']'),
                    _ => false,
                };
                let bits = if name == "inner" { below(c.len_utf8()) & !1 } else { below(c.len_utf8()) * u64::from(is) };
                assert_eq!(mask, bits, "{name} of {c:?}");
            }
            assert_eq!(is_alphanumeric(c), c.is_alphanumeric(), "{c:?}");
            assert_eq!(classes.words() != 0, c.is_alphanumeric(), "{c:?}");
        }
    }

    #[test]
    fn a_line_has_the_classes_of_its_characters() {
        proptest::proptest!(|(line in any_line(CHARACTERS))| {
            let mut rest = line.as_str();
            for of_block in classes(&line) {
                let (block, behind) = rest.split_at(of_block.length);
                for (at, c) in block.char_indices() {
                    let of_character = masks(&Classes::of(c.encode_utf8(&mut [0; 4])));
                    for ((name, all), (_, own)) in masks(&of_block).into_iter().zip(of_character) {
                        proptest::prop_assert_eq!(all >> at & below(c.len_utf8()), own, "{} of {:?} in {:?}", name, c, line);
                    }
                }
                rest = behind;
            }
            proptest::prop_assert_eq!(rest, "");

            let marks: Vec<usize> = line.char_indices().filter(|(_, c)| is_end(*c)).map(|(at, _)| at).collect();
            proptest::prop_assert_eq!(ends(&line).collect::<Vec<_>>(), marks, "{:?}", line);

            let mut whole = String::new();
            for (run, c) in pieces(&line) {
                let is_plain = run.bytes().all(|b| matches!(b, b' '..=b'~') && b != b'*') && !run.contains("  ");
                proptest::prop_assert!(is_plain, "{:?} in {:?}", run, line);
                whole.push_str(run);
                whole.extend(c);
            }
            proptest::prop_assert_eq!(&whole, &line);

            // Runs up to the first lone euro sign.
            let (mut runs, mut begin, mut is_read) = (Vec::new(), None, true);
            for (at, c) in line.char_indices() {
                if c.is_alphanumeric() || c == '\'' {
                    begin = begin.or(Some(at));
                } else if c == '€' && begin.is_none() {
                    is_read = false;
                    break;
                } else {
                    runs.extend(begin.take().map(|begin| (begin, at)));
                }
            }
            runs.extend(begin.map(|begin| (begin, line.len())));
            let mut seen = Vec::new();
            let joins = |c: char, at, in_run| {
                assert!(line[at..].starts_with(c));
                (c != '€' || in_run).then(|| is_alphanumeric(c))
            };
            let is_all = each_run(&line, true, joins, |begin, end| seen.push((begin, end)));
            proptest::prop_assert_eq!((seen, is_all), (runs, is_read), "{:?}", line);
        });
    }
}
