//! Which articles of a source are copies of each other: the same address, the same text, or the same story scraped twice, updated or
//! syndicated. Copies are one witness for the lines that they hold.

use std::collections::HashMap;

use super::table::{Entry, KEPT, Repeated, Table};

/// A long line is rare if so many documents have it at most, or such a share of them, in hundredths.
const RARE: usize = 6;
const RARE_SHARE: usize = 20;
/// Two articles are copies if they share so many rare lines and half of the rare prose of one; or nearly all rare prose of one, which may
/// be a single line of so many bytes; or nearly all prose of both, in so many lines.
const SHARED_RARE: u32 = 2;
const SHARED_BYTES: u32 = 80;
const SHARED: u32 = 3;

/// For each article the first of its copies.
pub(super) struct Witnesses {
    first: Vec<u32>,
    /// Articles that are no copies.
    pub count: u32,
}

/// Long lines that an article has, or that two share: all, and the rare ones; their number and their bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Prose {
    lines: u32,
    bytes: u32,
    rare_lines: u32,
    rare_bytes: u32,
}

impl Witnesses {
    pub fn of(table: &Table) -> Self {
        let number = table.articles.len();
        let mut sets = Sets((0..u32::try_from(number).unwrap_or(u32::MAX)).collect());
        let (mut addresses, mut texts) = (HashMap::new(), HashMap::new());
        for (at, article) in (0..).zip(&table.articles) {
            let text = if article.is_article { article.text } else { 0 };
            for (known, print) in [(&mut addresses, article.address), (&mut texts, text)] {
                if print != 0 {
                    sets.join(*known.entry(print).or_insert(at), at);
                }
            }
        }
        let most = (number * RARE_SHARE / 100).max(RARE);
        let mut own = vec![Prose::default(); number];
        let mut shared: HashMap<(u32, u32), Prose> = HashMap::new();
        for entry in table.lines.values() {
            let (kept, total) = match entry {
                Entry::Once(sighting) => (std::slice::from_ref(sighting), 1),
                Entry::More(repeated) => (&repeated.kept[..], repeated.total as usize),
            };
            let long = u32::from(kept[0].sight.long);
            if long == 0 {
                continue;
            }
            let is_rare = u32::from(total <= most);
            let piece = Prose { lines: 1, bytes: long, rare_lines: is_rare, rare_bytes: is_rare * long };
            for (n, sighting) in kept.iter().enumerate() {
                own[sighting.article as usize].add(piece);
                for other in &kept[..n] {
                    let pair = (sighting.article.min(other.article), sighting.article.max(other.article));
                    shared.entry(pair).or_default().add(piece);
                }
            }
        }
        for ((a, b), shared) in shared {
            let (x, y) = (own[a as usize], own[b as usize]);
            let half =
                shared.rare_lines >= SHARED_RARE && shared.rare_bytes >= x.rare_bytes.min(y.rare_bytes).div_ceil(2);
            let nearly_all = shared.lines >= SHARED && shared.bytes >= x.bytes.max(y.bytes) / 10 * 9;
            let rare =
                shared.rare_bytes >= SHARED_BYTES && shared.rare_bytes >= x.rare_bytes.min(y.rare_bytes) / 10 * 9;
            if half || rare || nearly_all {
                sets.join(a, b);
            }
        }
        let first: Vec<u32> = (0..number).map(|at| sets.first(u32::try_from(at).unwrap_or(u32::MAX))).collect();
        let count = first.iter().zip(0..).filter(|(first, at)| *first == at).count();
        Self { first, count: u32::try_from(count).unwrap_or(u32::MAX) }
    }

    /// How many witnesses a line has; estimated from the sightings that are kept where there are more.
    pub fn number(&self, line: &Repeated) -> u32 {
        let mut first: Vec<u32> = line.kept.iter().map(|s| self.first[s.article as usize]).collect();
        first.sort_unstable();
        first.dedup();
        let seen = u32::try_from(first.len()).unwrap_or(u32::MAX);
        if line.kept.len() < KEPT || line.total as usize <= KEPT || seen <= 1 {
            return seen;
        }
        let share = u64::from(line.total) * u64::from(seen) / KEPT as u64;
        u32::try_from(share).unwrap_or(u32::MAX).clamp(seen, self.count)
    }
}

impl Prose {
    fn add(&mut self, piece: Self) {
        self.lines += piece.lines;
        self.bytes = self.bytes.saturating_add(piece.bytes);
        self.rare_lines += piece.rare_lines;
        self.rare_bytes = self.rare_bytes.saturating_add(piece.rare_bytes);
    }
}

/// Disjoint sets of numbers, each known by its least member.
struct Sets(Vec<u32>);

impl Sets {
    fn first(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            let next = self.0[self.0[at as usize] as usize];
            self.0[at as usize] = next;
            at = next;
        }
        at
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.first(a), self.first(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}
