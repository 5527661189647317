//! Phrases that a text may begin with, found by their first bytes. What a phrase means is `matcher`'s affair.

use rustc_hash::FxHashMap;

use super::Phrase;
use super::chains::{Chain, Chains};
use super::fold::plain;
use super::matcher::Hit;
use super::opening::{Opening, plain_front};

/// Most bytes of a key, and how many a key of a shorter phrase has.
const KEY: usize = Opening::LONGEST;
const SHORT_KEY: usize = 4;
/// Places by which the first four bytes of phrases are told apart.
const GATES: usize = 1 << 13;
/// Bytes of a line that its length is counted by at a gate.
const UNIT: usize = 8;
const KEYS: usize = 1 << 16;

/// How many bytes the key of a phrase has, which is so long at least.
const fn key_length(phrase: usize) -> usize {
    match phrase {
        KEY.. => KEY,
        SHORT_KEY.. => SHORT_KEY,
        shorter => shorter,
    }
}

/// The place of four bytes, in whatever case.
#[inline(always)]
const fn gate(four: [u8; 4]) -> usize {
    let either = u32::from_le_bytes(four) | 0x2020_2020;
    (either.wrapping_mul(0x9e37_79b1) >> 19) as usize
}

/// Two bytes, of letters both cases at once.
const fn pair(a: u8, b: u8) -> u64 {
    u16::from_le_bytes([a | 0x20, b | 0x20]) as u64
}

/// Phrases that a text may begin with. Cheap to build, and for most lines one look says no.
#[derive(Debug, Default)]
pub(super) struct Starts {
    /// The first bytes of phrases → the phrases, and the longest line, in bytes, on which one of them may be found.
    by_key: FxHashMap<u64, (u16, Chain)>,
    phrases: Chains<(Phrase, Hit)>,
    /// Which lengths of keys occur.
    key_lengths: Vec<usize>,
    pub longest: usize,
    /// By the first four bytes of phrases, as far as so many places can tell them apart: the longest line, in units, on which a
    /// phrase may be found.
    gates: Vec<u8>,
    /// How phrases begin.
    firsts: Firsts,
    /// How those begin that have one or two bytes.
    short: Bits,
    /// The first bytes of phrases again.
    keys: Bits,
    /// Those of ASCII that are no letters.
    marks: Vec<u8>,
}

/// Bytes, of letters both cases at once.
#[derive(Debug)]
struct Firsts([bool; 256]);

impl Default for Firsts {
    fn default() -> Self {
        Self([false; 256])
    }
}

impl Firsts {
    const fn add(&mut self, byte: u8) {
        self.0[(byte | 0x20) as usize] = true;
    }

    const fn holds(&self, byte: u8) -> bool {
        self.0[(byte | 0x20) as usize]
    }
}

/// Numbers, as far as sixteen bits tell them apart.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn add(&mut self, key: u64) {
        let place = place(key);
        self.0.resize(KEYS / 64, 0);
        self.0[place / 64] |= 1 << (place % 64);
    }

    fn may_hold(&self, key: u64) -> bool {
        let place = place(key);
        self.0.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 != 0)
    }
}

impl Starts {
    /// Makes room for so many phrases more.
    pub fn reserve(&mut self, count: usize) {
        self.by_key.reserve(count);
        self.phrases.reserve(count);
    }

    /// Adds a phrase; `reach` is the longest line, in bytes, on which it may be found.
    pub fn add(&mut self, phrase: Phrase, hit: Hit, reach: usize) {
        let opening = Opening::of(&phrase);
        let reach = u16::try_from(reach).unwrap_or(u16::MAX);
        let length = key_length(opening.length);
        if !self.key_lengths.contains(&length) {
            self.key_lengths.push(length);
        }
        self.keys.add(opening.key(length));
        self.longest = self.longest.max(phrase.len());
        let [a, b, c, d, ..] = opening.bytes;
        match opening.length {
            SHORT_KEY.. => self.open([a, b, c, d], reach),
            // Whatever follows, in either case.
            3 => {
                (0..=u8::MAX).filter(|behind| behind & 0x20 != 0).for_each(|behind| self.open([a, b, c, behind], reach))
            }
            2 => self.short.add(pair(a, b)),
            // Whatever follows.
            _ => (0..=u8::MAX).for_each(|behind| self.short.add(pair(a, behind))),
        }
        self.firsts.add(opening.bytes[0]);
        if a.is_ascii() && !a.is_ascii_alphabetic() && !self.marks.contains(&a) {
            self.marks.push(a);
        }
        let (farthest, chain) = self.by_key.entry(opening.key(length)).or_default();
        *farthest = reach.max(*farthest);
        self.phrases.push(chain, (phrase, hit));
    }

    fn open(&mut self, four: [u8; 4], reach: u16) {
        self.gates.resize(GATES, 0);
        let units = u8::try_from(usize::from(reach).div_ceil(UNIT)).unwrap_or(u8::MAX);
        let gate = &mut self.gates[gate(four)];
        *gate = units.max(*gate);
    }

    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// False if no phrase that may be found on a line of so many bytes begins like this. Cheap, and never wrong about a no.
    pub fn may_begin(&self, opening: &Opening, bytes: usize) -> bool {
        let reaches = |key: u64| self.by_key.get(&key).is_some_and(|(reach, _)| usize::from(*reach) >= bytes);
        self.opens(opening, bytes) && self.keys(opening).any(|(_, key)| reaches(key))
    }

    /// The same of a piece of a line of so many bytes that is not folded yet.
    pub fn may_begin_raw(&self, piece: &str, bytes: usize) -> bool {
        let may = match plain_front(piece) {
            Some(four) => self.may_begin_plain(four, bytes),
            None => self.may_begin_with(piece),
        };
        may && Opening::at(piece).is_none_or(|opening| self.may_begin(&opening, bytes))
    }

    /// The same by the first character alone.
    fn may_begin_with(&self, piece: &str) -> bool {
        let mut chars = piece.chars();
        let Some(first) = chars.next().map(|c| plain(c).unwrap_or(c)) else { return false };
        let stays =
            first.is_ascii_graphic() && first != '*' && chars.next().is_none_or(|c| c.is_ascii() || plain(c).is_some());
        !stays || u8::try_from(first).is_ok_and(|first| self.firsts.holds(first))
    }

    /// The same by the first four bytes of a piece, if folding does no more to them than change their case.
    #[inline(always)]
    pub fn may_begin_plain(&self, four: [u8; 4], bytes: usize) -> bool {
        let reaches = self.gates.get(gate(four)).is_some_and(|units| usize::from(*units) * UNIT >= bytes);
        reaches || self.short.may_hold(pair(four[0], four[1]))
    }

    /// What phrases begin with, of ASCII, beside letters.
    pub fn marks(&self) -> &[u8] {
        &self.marks
    }

    fn opens(&self, opening: &Opening, bytes: usize) -> bool {
        let [a, b, c, d, ..] = opening.bytes;
        opening.length > 0 && (opening.length < SHORT_KEY || self.may_begin_plain([a, b, c, d], bytes))
    }

    /// The keys that phrases may have, each with its length.
    fn keys<'o>(&'o self, opening: &'o Opening) -> impl Iterator<Item = (usize, u64)> + 'o {
        let lengths = self.key_lengths.iter().copied().filter(|length| *length <= opening.length);
        lengths.map(|length| (length, opening.key(length))).filter(|(_, key)| self.keys.may_hold(*key))
    }

    /// Calls `found` with each phrase that `text` begins with, and its length; `bytes` is how long the line is that it is of.
    pub fn each(&self, text: &str, bytes: usize, found: impl FnMut(Hit, usize)) {
        self.each_of(|_| true, text, bytes, found);
    }

    /// The same with those phrases alone that are wanted.
    pub fn each_of(&self, wants: impl Fn(&Hit) -> bool, text: &str, bytes: usize, mut found: impl FnMut(Hit, usize)) {
        if let Some(four) = text.as_bytes().first_chunk()
            && !self.may_begin_plain(*four, bytes)
        {
            return;
        }
        let opening = Opening::of(text);
        for (length, key) in self.keys(&opening) {
            for (phrase, hit) in self.by_key.get(&key).into_iter().flat_map(|(_, chain)| self.phrases.of(*chain)) {
                if wants(hit) && key_length(phrase.len()) == length && text.starts_with(&**phrase) {
                    found(*hit, phrase.len());
                }
            }
        }
    }
}

/// How whole lines begin that phrases know.
#[derive(Debug, Default)]
pub(super) struct Wholes {
    keys: Bits,
    longest: usize,
}

impl Wholes {
    pub fn new<'p>(phrases: impl Iterator<Item = &'p Phrase>) -> Self {
        let mut wholes = Self { keys: Bits::default(), longest: 0 };
        for phrase in phrases {
            let opening = Opening::of(phrase);
            wholes.keys.add(opening.key(key_length(opening.length)));
            wholes.longest = wholes.longest.max(phrase.len());
        }
        wholes
    }

    /// False if no phrase is all of a line that begins like this. Never wrong about a no.
    pub fn may_be(&self, opening: &Opening, raw: &str) -> bool {
        let letters = || raw.bytes().filter(u8::is_ascii_alphanumeric);
        let knows = |length: usize| self.keys.may_hold(opening.key(length));
        // End marks may follow a phrase that is shorter than a key.
        let begins_short = || knows(SHORT_KEY) || !opening.bytes[SHORT_KEY - 1].is_ascii_alphanumeric();
        knows(KEY) && (raw.len() <= self.longest || letters().count() <= self.longest)
            || begins_short() && letters().nth(KEY - 1).is_none()
    }
}

/// By Fibonacci hashing (Knuth, volume 3, 6.4).
const fn place(key: u64) -> usize {
    (key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
}
