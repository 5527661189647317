//! How a text begins, as folding leaves it, told before it is folded. What begins like that is known in `starts`.

use super::fold::{folds_alone, has_link, is_decoration, plain, simple};

/// The first bytes of a folded text: as many as a key has, or all of a shorter one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Opening {
    pub bytes: [u8; Opening::LONGEST],
    pub length: usize,
}

impl Opening {
    /// Most bytes of one.
    pub const LONGEST: usize = 8;

    /// Of a text that is folded already.
    pub fn of(folded: &str) -> Self {
        if let Some(first) = folded.as_bytes().first_chunk() {
            return Self { bytes: *first, length: Self::LONGEST };
        }
        let mut opening = Self { bytes: [0; Self::LONGEST], length: folded.len() };
        opening.bytes[..folded.len()].copy_from_slice(folded.as_bytes());
        opening
    }

    /// Of a piece of a line as it stands there, without entities and links; none where only folding can tell.
    pub fn at(piece: &str) -> Option<Self> {
        piece.as_bytes().first_chunk().and_then(Self::plain).or_else(|| Self::raw(piece.chars()))
    }

    /// Of a line as it is read from its end, the same way.
    pub fn back(line: &str) -> Option<Self> {
        let turned = line.as_bytes().last_chunk().map(|last: &[u8; Self::LONGEST + 1]| {
            let mut turned = *last;
            turned.reverse();
            turned
        });
        turned.as_ref().and_then(Self::plain).or_else(|| Self::raw(line.chars().rev()))
    }

    /// Most pieces are plain: one look at a byte more than a key has.
    fn plain(first: &[u8; Self::LONGEST + 1]) -> Option<Self> {
        let (bytes, last) = (first.first_chunk()?, first[Self::LONGEST]);
        let is_odd = odd(u64::from_le_bytes(*bytes)) != 0
            || !last.is_ascii()
            || last == b' ' && bytes[Self::LONGEST - 1] == b' '
            || last == b'*';
        (!is_odd).then(|| Self { bytes: lower(u64::from_le_bytes(*bytes)).to_le_bytes(), length: Self::LONGEST })
    }

    /// Of characters as they stand in a line, without entities and links; none where only folding can tell.
    fn raw(chars: impl Iterator<Item = char>) -> Option<Self> {
        let mut opening = Self::default();
        let mut space = false;
        for c in chars {
            let c = match c {
                'a'..='z' | '0'..='9' => c,
                ' ' | '\t'..='\r' => ' ',
                '*' => continue,
                _ if c.is_ascii() => c.to_ascii_lowercase(),
                // Of several characters.
                '…' => return None,
                _ => plain(c).or_else(|| simple(c))?,
            };
            // One more is looked at, since what follows a letter may join it.
            if opening.length == Self::LONGEST {
                break;
            }
            if c == ' ' && space {
                continue;
            }
            space = c == ' ';
            let mut encoded = [0; 4];
            for byte in c.encode_utf8(&mut encoded).bytes().take(Self::LONGEST - opening.length) {
                opening.bytes[opening.length] = byte;
                opening.length += 1;
            }
        }
        Some(opening)
    }

    /// The first `length` bytes as a number. Keys of several lengths may fall together; the phrases are compared anyway.
    pub fn key(&self, length: usize) -> u64 {
        u64::from_le_bytes(self.bytes) & (u64::MAX >> (8 * (Self::LONGEST - length)))
    }
}

/// The first four bytes of a piece that begins with a letter, if folding does no more to them than change their case.
#[inline]
pub(super) fn plain_front(piece: &str) -> Option<[u8; 4]> {
    let first = piece.as_bytes().first_chunk()?;
    let bytes = u64::from_le_bytes(*first);
    // What stands behind the fourth byte may join it.
    let odd = odd(bytes) | noughts(bytes ^ (EACH * b'&' as u64)) | noughts(bytes ^ (EACH * b'[' as u64));
    let is_plain = odd.trailing_zeros() > 4 * u8::BITS + 7 && first[0].is_ascii_alphabetic();
    first.first_chunk().copied().filter(|_| is_plain)
}

/// A line as it is read before it is folded: without what folding cuts off its ends. None where only folding can tell: for lines
/// with entities, links or other decoration than ASCII has.
pub(super) fn plain_line(raw: &str) -> Option<&str> {
    let bytes = raw.as_bytes();
    let is_odd = memchr::memchr2(b'&', b']', bytes)
        .is_some_and(|at| memchr::memchr(b'&', &bytes[at..]).is_some() || has_link(raw));
    if is_odd {
        return None;
    }
    if let [first, .., last] = bytes
        && first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
    {
        return Some(raw);
    }
    let decorates = |c: char| c.is_ascii() && is_decoration(c);
    let line = raw.trim_matches(decorates);
    let stays = |c: Option<char>| {
        c.is_some_and(|c| {
            let folded = plain(c).unwrap_or(c);
            folds_alone(c) && folded != ' ' && !is_decoration(folded)
        })
    };
    (stays(line.chars().next()) && stays(line.chars().next_back())).then_some(line)
}

/// The same byte eight times, if multiplied by it.
const EACH: u64 = 0x0101_0101_0101_0101;

/// Eight bytes of ASCII in lower case.
const fn lower(bytes: u64) -> u64 {
    let from = bytes.wrapping_add(EACH * (0x80 - b'A' as u64));
    let behind = bytes.wrapping_add(EACH * (0x7f - b'Z' as u64));
    bytes | (from & !behind & (EACH << 7)) >> 2
}

/// The highest bit of each of eight bytes that is nought, and perhaps of some behind it (Warren, Hacker's Delight, 6-1).
const fn noughts(bytes: u64) -> u64 {
    bytes.wrapping_sub(EACH) & !bytes & (EACH << 7)
}

/// The highest bit of each of eight bytes to which folding may do more than change its case: beyond ASCII, control signs, emphasis,
/// the second of two spaces. What is beyond the first such one may be wrong.
const fn odd(bytes: u64) -> u64 {
    let spaces = noughts(bytes ^ (EACH * b' ' as u64));
    let controls = bytes.wrapping_sub(EACH * b' ' as u64) & !bytes;
    (bytes | controls | noughts(bytes ^ (EACH * b'*' as u64)) | spaces & spaces << 8) & (EACH << 7)
}
