//! A random sample of documents. The seed alone decides which are drawn, not how the work was divided
//! between threads. What is shown of a document is up to the caller.

/// Draws a fixed number of documents from all those that are added.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    size: usize,
    seed: u64,
    /// The number of documents added so far.
    seen: u64,
    kept: Vec<Drawn>,
}

/// A document in the sample.
#[derive(Clone, Debug)]
struct Drawn {
    /// A random number; the documents with the lowest are drawn.
    lot: u64,
    /// The number of documents added before this one.
    place: u64,
    shown: Vec<u8>,
}

impl Sample {
    /// A sample of `size` documents; another `seed` draws others.
    #[must_use]
    pub fn new(size: usize, seed: u64) -> Self {
        Self { size, seed, ..Self::default() }
    }

    /// Adds a document. Its `name` must differ from all others; `shown` is what
    /// [`into_shown`](Self::into_shown) returns if the document is drawn.
    pub fn add(&mut self, name: &str, shown: Vec<u8>) {
        let drawn = Drawn { lot: mixed(self.seed, name.as_bytes()), place: self.seen, shown };
        self.seen += 1;
        self.kept.push(drawn);
        self.draw();
    }

    /// Adds the documents of another sample, which follow the documents of this one in input order.
    pub fn merge(&mut self, other: Self) {
        if self.size == 0 {
            (self.size, self.seed) = (other.size, other.seed);
        }
        let seen = self.seen;
        self.kept.extend(other.kept.into_iter().map(|drawn| Drawn { place: seen + drawn.place, ..drawn }));
        self.seen += other.seen;
        self.draw();
    }

    fn draw(&mut self) {
        if self.kept.len() > self.size {
            self.kept.sort_by_key(|drawn| (drawn.lot, drawn.place));
            self.kept.truncate(self.size);
        }
    }

    /// The number of documents that were added, drawn or not.
    #[must_use]
    pub const fn seen(&self) -> u64 {
        self.seen
    }

    /// The `shown` bytes of the drawn documents, in input order.
    #[must_use]
    pub fn into_shown(mut self) -> Vec<Vec<u8>> {
        self.kept.sort_by_key(|drawn| drawn.place);
        self.kept.into_iter().map(|drawn| drawn.shown).collect()
    }
}

/// A pseudo-random number for some bytes: FNV-1a, stirred as in `SplitMix64`. It is written out here because
/// a library's hash may change between versions, and would change which documents are drawn.
pub(super) fn mixed(seed: u64, bytes: &[u8]) -> u64 {
    let start = stir(seed ^ 0xcbf2_9ce4_8422_2325);
    stir(bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)))
}

fn stir(mut n: u64) -> u64 {
    n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(size: usize, seed: u64, chunk: usize) -> Vec<u32> {
        let mut sample = Sample::default();
        for numbers in (0..1000_u32).collect::<Vec<_>>().chunks(chunk) {
            let mut part = Sample::new(size, seed);
            numbers.iter().for_each(|n| part.add(&format!("d/{n}.txt"), n.to_le_bytes().to_vec()));
            sample.merge(part);
        }
        assert_eq!(sample.seen(), 1000);
        sample.into_shown().iter().map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
    }

    #[test]
    fn the_same_documents_however_the_work_is_divided() {
        let whole = drawn(20, 7, 1000);
        assert_eq!(whole.len(), 20);
        assert!(whole.is_sorted());
        for chunk in [1, 3, 64] {
            assert_eq!(drawn(20, 7, chunk), whole);
        }
        assert_ne!(drawn(20, 8, 64), whole);
        assert_eq!(drawn(2000, 1, 64).len(), 1000);
    }

    #[test]
    fn every_document_has_its_chance() {
        let mut counts = [0_u32; 1000];
        for seed in 0..500 {
            drawn(20, seed, 250).iter().for_each(|n| counts[*n as usize] += 1);
        }
        // 10 are expected of each; a document that is never or nearly always drawn would be a bias.
        assert!(counts.iter().all(|n| (1..30).contains(n)), "{:?} {:?}", counts.iter().min(), counts.iter().max());
    }
}
