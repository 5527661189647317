//! Phrases that a text may begin with, found by their first bytes; and what can be told of a line before it is folded. What
//! a phrase means is `matcher`'s affair.

use rustc_hash::FxHashMap;

use super::fold::{folds_alone, is_decoration, plain, simple};
use super::matcher::Hit;

/// Most bytes of a key, and how many a key of a shorter phrase has.
const KEY: usize = 8;
const SHORT_KEY: usize = 4;
/// Bits by which first bytes are told apart.
const PAIRS: usize = 4096;
const KEYS: usize = 1 << 16;

/// The first bytes of a folded text: as many as a key has, or all of a shorter one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Opening {
    bytes: [u8; KEY],
    length: usize,
}

impl Opening {
    /// Most bytes of one.
    pub const LONGEST: usize = KEY;

    /// Of a text that is folded already.
    pub fn of(folded: &str) -> Self {
        let mut opening = Self { bytes: [0; KEY], length: folded.len().min(KEY) };
        opening.bytes[..opening.length].copy_from_slice(&folded.as_bytes()[..opening.length]);
        opening
    }

    /// Of a piece of a line as it stands there, without entities and links; none where only folding can tell.
    pub fn at(piece: &str) -> Option<Self> {
        // Most pieces are plain: one look at a byte more than a key has.
        if let Some(first) = piece.as_bytes().first_chunk::<{ KEY + 1 }>()
            && !first.iter().fold(false, |odd, b| odd | (!b.is_ascii() || matches!(b, b'*' | b'\t'..=b'\r')))
            && !first.windows(2).fold(false, |twice, pair| twice | (pair == b"  "))
        {
            let mut opening = Self { bytes: [0; KEY], length: KEY };
            opening.bytes.copy_from_slice(&first[..KEY]);
            opening.bytes.make_ascii_lowercase();
            return Some(opening);
        }
        Self::raw(piece.chars())
    }

    /// Of characters as they stand in a line, without entities and links; none where only folding can tell.
    pub fn raw(chars: impl Iterator<Item = char>) -> Option<Self> {
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
            if opening.length == KEY {
                break;
            }
            if c == ' ' && space {
                continue;
            }
            space = c == ' ';
            let mut encoded = [0; 4];
            for byte in c.encode_utf8(&mut encoded).bytes().take(KEY - opening.length) {
                opening.bytes[opening.length] = byte;
                opening.length += 1;
            }
        }
        Some(opening)
    }

    /// The first `length` bytes as a number. Keys of several lengths may fall together; the phrases are compared anyway.
    fn key(&self, length: usize) -> u64 {
        let mut bytes = [0; KEY];
        bytes[..length].copy_from_slice(&self.bytes[..length]);
        u64::from_le_bytes(bytes)
    }
}

/// How many bytes the key of a phrase has, which is so long at least.
const fn key_length(phrase: usize) -> usize {
    match phrase {
        KEY.. => KEY,
        SHORT_KEY.. => SHORT_KEY,
        shorter => shorter,
    }
}

const fn pair(first: u8, second: u8) -> usize {
    (first as usize * 61 + second as usize) % PAIRS
}

/// Phrases that a text may begin with. Cheap to build, and for most lines one look says no.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// The first bytes of phrases → the phrases, and the longest line, in bytes, on which one of them may be found.
    by_key: FxHashMap<u64, (u16, Vec<(String, Hit)>)>,
    /// Which lengths of keys occur.
    key_lengths: [bool; KEY + 1],
    pub longest: usize,
    /// Which first bytes occur; of letters, in either case.
    firsts: Firsts,
    /// By the first two bytes of phrases, as far as so many places can tell them apart: the longest line, in bytes, on which a
    /// phrase may be found.
    reach: Vec<u16>,
}

impl Starts {
    /// Each phrase with the longest line, in bytes, on which it may be found.
    pub fn new(phrases: impl IntoIterator<Item = (String, Hit, usize)>) -> Self {
        let mut starts = Self { reach: vec![0; PAIRS], ..Self::default() };
        for (phrase, hit, reach) in phrases {
            let opening = Opening::of(&phrase);
            let reach = u16::try_from(reach).unwrap_or(u16::MAX);
            let length = key_length(opening.length);
            starts.key_lengths[length] = true;
            starts.longest = starts.longest.max(phrase.len());
            starts.firsts.0[usize::from(opening.bytes[0])] = true;
            starts.firsts.0[usize::from(opening.bytes[0].to_ascii_uppercase())] = true;
            let seconds = if opening.length == 1 { 0..=u8::MAX } else { opening.bytes[1]..=opening.bytes[1] };
            for second in seconds {
                let pair = pair(opening.bytes[0], second);
                starts.reach[pair] = starts.reach[pair].max(reach);
            }
            let bucket = starts.by_key.entry(opening.key(length)).or_default();
            bucket.0 = bucket.0.max(reach);
            bucket.1.push((phrase, hit));
        }
        starts
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// False if no phrase that may be found on a line of so many bytes begins like this. Cheap, and never wrong about a no.
    pub fn may_begin(&self, opening: &Opening, bytes: usize) -> bool {
        let reaches = |key: u64| self.by_key.get(&key).is_some_and(|(reach, _)| usize::from(*reach) >= bytes);
        self.opens(opening, bytes) && self.keys(opening).any(|(_, key)| reaches(key))
    }

    /// False if no phrase begins with this byte, as it stands in a line that is not folded yet. Never wrong about a no.
    pub fn opens_with(&self, byte: u8) -> bool {
        !byte.is_ascii() || self.firsts.0[usize::from(byte)]
    }

    /// The same of a piece of a line of so many bytes that is not folded yet.
    pub fn may_begin_raw(&self, piece: &str, bytes: usize) -> bool {
        // A mark behind the second letter may join it.
        if let [first, second, third, ..] = piece.as_bytes()
            && first.is_ascii_alphanumeric()
            && second.is_ascii_alphanumeric()
            && third.is_ascii()
            && !self.reaches(first.to_ascii_lowercase(), second.to_ascii_lowercase(), bytes)
        {
            return false;
        }
        Opening::at(piece).is_none_or(|opening| self.may_begin(&opening, bytes))
    }

    fn reaches(&self, first: u8, second: u8, bytes: usize) -> bool {
        self.reach.get(pair(first, second)).is_some_and(|reach| usize::from(*reach) >= bytes)
    }

    fn opens(&self, opening: &Opening, bytes: usize) -> bool {
        match opening.length {
            0 => false,
            1 => true,
            _ => self.reaches(opening.bytes[0], opening.bytes[1], bytes),
        }
    }

    /// The keys that phrases may have, each with its length.
    fn keys<'o>(&'o self, opening: &'o Opening) -> impl Iterator<Item = (usize, u64)> + 'o {
        let lengths = (1..=opening.length).filter(|l| self.key_lengths[*l]);
        lengths.map(|length| (length, opening.key(length)))
    }

    /// Calls `found` with each phrase that `text` begins with, and its length; `bytes` is how long the line is that it is of.
    pub fn each(&self, text: &str, bytes: usize, mut found: impl FnMut(Hit, usize)) {
        let opening = Opening::of(text);
        if !self.opens(&opening, bytes) {
            return;
        }
        for (length, key) in self.keys(&opening) {
            for (phrase, hit) in self.by_key.get(&key).into_iter().flat_map(|(_, phrases)| phrases) {
                if key_length(phrase.len()) == length && text.starts_with(phrase.as_str()) {
                    found(*hit, phrase.len());
                }
            }
        }
    }
}

#[derive(Debug)]
struct Firsts([bool; 256]);

impl Default for Firsts {
    fn default() -> Self {
        Self([false; 256])
    }
}

/// How whole lines begin that phrases know.
#[derive(Debug, Default)]
pub(super) struct Wholes {
    /// First bytes, as far as so many bits can tell them apart.
    keys: Vec<u64>,
    longest: usize,
}

impl Wholes {
    pub fn new<'p>(phrases: impl Iterator<Item = &'p String>) -> Self {
        let mut wholes = Self { keys: vec![0; KEYS / 64], longest: 0 };
        for phrase in phrases {
            let opening = Opening::of(phrase);
            let place = place(opening.key(key_length(opening.length)));
            wholes.keys[place / 64] |= 1 << (place % 64);
            wholes.longest = wholes.longest.max(phrase.len());
        }
        wholes
    }

    /// False if no phrase is all of a line that begins like this. Never wrong about a no.
    pub fn may_be(&self, opening: &Opening, raw: &str) -> bool {
        let knows = |length: usize| {
            let place = place(opening.key(length));
            self.keys[place / 64] >> (place % 64) & 1 != 0
        };
        // End marks may follow a phrase that is shorter than a key.
        let begins = knows(KEY) || knows(SHORT_KEY) || !opening.bytes[SHORT_KEY - 1].is_ascii_alphanumeric();
        begins && raw.bytes().filter(u8::is_ascii_alphanumeric).count() <= self.longest
    }
}

/// By Fibonacci hashing (Knuth, volume 3, 6.4).
const fn place(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}

/// A line as it is read before it is folded: without what folding cuts off its ends. None where only folding can tell: for lines
/// with entities, links or other decoration than ASCII has.
pub(super) fn plain_line(raw: &str) -> Option<&str> {
    let decorates = |c: char| c.is_ascii() && is_decoration(c);
    let line = raw.trim_matches(decorates);
    let stays = |c: Option<char>| {
        c.is_some_and(|c| {
            let folded = plain(c).unwrap_or(c);
            folds_alone(c) && folded != ' ' && !is_decoration(folded)
        })
    };
    let bytes = raw.as_bytes();
    let is_odd = memchr::memchr2(b'&', b']', bytes).is_some_and(|at| {
        memchr::memchr(b'&', &bytes[at..]).is_some() || memchr::memmem::find(&bytes[at..], b"](").is_some()
    });
    (!is_odd && stays(line.chars().next()) && stays(line.chars().next_back())).then_some(line)
}
