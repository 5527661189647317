//! Sixty-four bytes of a line at a time: of each byte whether it is such a one, as a bit mask. What the bits make of a line lies in
//! `signs` and where it is counted. The one door of `wide`.

pub(crate) use wide::u8x16;

/// Bytes of a block: as many as a mask has bits.
pub(crate) const BLOCK: usize = 64;
/// Bytes that are looked at together.
const STEP: usize = 16;

/// The bytes of a block, as they are looked at.
pub(crate) type Steps = [u8x16; BLOCK / STEP];

/// The blocks of a line, each with the offset at which it begins; no character lies in two of them.
pub(crate) fn blocks(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        at = line.floor_char_boundary(start + BLOCK);
        (start < at).then(|| (start, &line[start..at]))
    })
}

/// The bytes of a block, with zeros behind a shorter one.
#[inline(always)]
pub(crate) fn steps(block: &str) -> Steps {
    padded(block.as_bytes())
}

/// The first sixty-four bytes, with zeros behind fewer.
#[inline(always)]
pub(crate) fn padded(bytes: &[u8]) -> Steps {
    let mut padded = [0; BLOCK];
    let bytes = bytes.first_chunk().unwrap_or_else(|| {
        padded[..bytes.len()].copy_from_slice(bytes);
        &padded
    });
    let (steps, _) = bytes.as_chunks::<STEP>();
    [u8x16::new(steps[0]), u8x16::new(steps[1]), u8x16::new(steps[2]), u8x16::new(steps[3])]
}

/// Of each byte of a block whether it is such a one.
#[inline(always)]
pub(crate) fn mask(steps: &Steps, is: impl Fn(u8x16) -> u8x16) -> u64 {
    let [a, b, c, d] = steps;
    let low = is(*a).to_bitmask() | is(*b).to_bitmask() << STEP;
    let high = is(*c).to_bitmask() | is(*d).to_bitmask() << STEP;
    u64::from(low) | u64::from(high) << (2 * STEP)
}

/// The characters of a block beyond ASCII, each with the bit of its first byte and those of all its bytes.
#[inline(always)]
pub(crate) fn others(block: &str, steps: &Steps) -> impl Iterator<Item = (char, u64, u64)> {
    let mut beyond = mask(steps, |bytes| bytes);
    std::iter::from_fn(move || {
        let at = (beyond != 0).then(|| beyond.trailing_zeros())?;
        let c = block.get(at as usize..)?.chars().next()?;
        let bits = below(c.len_utf8()) << at;
        beyond &= !bits;
        Some((c, 1 << at, bits))
    })
}

#[inline(always)]
pub(crate) fn is(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

/// One of `count` bytes from `first` on.
#[inline(always)]
pub(crate) fn from(bytes: u8x16, first: u8, count: u8) -> u8x16 {
    (bytes - u8x16::splat(first)).simd_le(u8x16::splat(count - 1))
}

/// A letter of ASCII.
#[inline(always)]
pub(crate) fn letters(bytes: u8x16) -> u8x16 {
    from(bytes | u8x16::splat(0x20), b'a', 26)
}

/// The lowest `count` bits.
pub(crate) const fn below(count: usize) -> u64 {
    if count < BLOCK { (1 << count) - 1 } else { u64::MAX }
}

/// Adds numbers of so many bits and what is carried over; says also what is carried on.
pub(crate) const fn add(a: u64, b: u64, carried: bool, bits: usize) -> (u64, bool) {
    let (sum, over) = a.overflowing_add(b);
    let (sum, again) = sum.overflowing_add(carried as u64);
    (sum, if bits < BLOCK { sum >> bits & 1 != 0 } else { over || again })
}

/// Of each byte of a block whether folding may do more to it than change its case.
pub(crate) fn odd(block: &str) -> u64 {
    odd_in(&steps(block)) & below(block.len())
}

/// Beyond ASCII, emphasis, control signs, the second of two spaces.
#[inline(always)]
pub(crate) fn odd_in(steps: &Steps) -> u64 {
    let blanks = mask(steps, |bytes| is(bytes, b' '));
    mask(steps, |bytes| bytes | is(bytes, b'*') | from(bytes, 0, b' ')) | blanks & blanks << 1
}
