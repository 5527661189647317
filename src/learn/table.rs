//! The lines of one source, counted.

use std::collections::HashMap;

use super::read::{Article, Reading, Sight};

/// Sightings that are kept of a line that was seen more than once: those on the articles that come first by their order.
pub(super) const KEPT: usize = 8;
/// Bytes, about, of a line that was seen once, and of one that was seen more often, beside its text.
const SINGLE: usize = 40;
const REPEATED: usize = 220;
/// Bytes of an article.
const ARTICLE: usize = 24;

/// A line on an article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sighting {
    pub article: u32,
    pub sight: Sight,
}

/// A line that was seen more than once.
#[derive(Clone, Debug)]
pub(super) struct Repeated {
    pub key: Box<str>,
    /// On how many documents.
    pub total: u32,
    pub places: [u32; 3],
    pub above_prose: u32,
    /// At most [`KEPT`] sightings, those on the first articles by their [`rank`].
    pub kept: Vec<Sighting>,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    Once(Sighting),
    More(Box<Repeated>),
}

/// The lines of one source.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub articles: Vec<Article>,
    pub lines: HashMap<u64, Entry>,
    /// The keys of lines that were seen once, where they are kept.
    pub keys: HashMap<u64, Box<str>>,
    pub dropped: bool,
    /// Lines that were seen more than once, and bytes of all keys.
    repeated: usize,
    text: usize,
}

impl Table {
    pub fn articles(&self) -> usize {
        self.articles.len()
    }

    pub const fn has_dropped(&self) -> bool {
        self.dropped
    }

    /// Bytes of memory, about.
    pub fn size(&self) -> usize {
        self.lines.len() * SINGLE + self.repeated * REPEATED + self.text + self.articles.len() * ARTICLE
    }

    /// Counts the lines of an article.
    pub fn add(&mut self, reading: Reading, keep_keys: bool) {
        let article = u32::try_from(self.articles.len()).unwrap_or(u32::MAX);
        self.articles.push(reading.article);
        for line in reading.lines {
            let sighting = Sighting { article, sight: line.sight };
            let key = line.key.into_boxed_str();
            match self.lines.get_mut(&line.print) {
                Some(Entry::More(repeated)) => repeated.add(sighting, &self.articles),
                Some(entry @ Entry::Once(_)) => {
                    let Entry::Once(first) = *entry else { continue };
                    if self.keys.remove(&line.print).is_none() {
                        self.text += key.len();
                    }
                    self.repeated += 1;
                    let mut repeated = Repeated::new(key, first);
                    repeated.add(sighting, &self.articles);
                    *entry = Entry::More(Box::new(repeated));
                }
                None => {
                    self.lines.insert(line.print, Entry::Once(sighting));
                    if keep_keys {
                        self.text += key.len();
                        self.keys.insert(line.print, key);
                    }
                }
            }
        }
    }

    /// Adds the counts of another table of the same source.
    pub fn merge(&mut self, other: Self) {
        let before = u32::try_from(self.articles.len()).unwrap_or(u32::MAX);
        self.articles.extend(other.articles);
        self.dropped |= other.dropped;
        let mut keys = other.keys;
        let moved = |sighting: Sighting| Sighting { article: sighting.article.saturating_add(before), ..sighting };
        for (print, entry) in other.lines {
            let theirs = match entry {
                Entry::More(repeated) => *repeated,
                Entry::Once(sighting) => Repeated::new(keys.remove(&print).unwrap_or_default(), sighting),
            };
            let theirs = Repeated { kept: theirs.kept.iter().copied().map(moved).collect(), ..theirs };
            match self.lines.remove(&print) {
                None => self.put(print, theirs),
                Some(entry) => {
                    let mut own = match entry {
                        Entry::More(repeated) => *repeated,
                        Entry::Once(sighting) => {
                            self.repeated += 1;
                            self.keys.remove(&print);
                            Repeated::new(theirs.key.clone(), sighting)
                        }
                    };
                    own.merge(theirs, &self.articles);
                    self.lines.insert(print, Entry::More(Box::new(own)));
                }
            }
        }
    }

    /// Adds a line that the table does not have.
    pub fn put(&mut self, print: u64, line: Repeated) {
        self.text += line.key.len();
        if let (1, Some(first)) = (line.total, line.kept.first()) {
            self.lines.insert(print, Entry::Once(*first));
            self.keys.insert(print, line.key);
        } else {
            self.repeated += 1;
            self.lines.insert(print, Entry::More(Box::new(line)));
        }
    }

    /// Forgets lines that were seen once.
    pub fn drop_singles(&mut self) {
        self.dropped = true;
        self.lines.retain(|_, entry| matches!(entry, Entry::More(_)));
        self.lines.shrink_to_fit();
        self.text -= self.keys.values().map(|key| key.len()).sum::<usize>();
        self.keys = HashMap::new();
    }
}

impl Repeated {
    /// A line that was seen once so far.
    pub fn new(key: Box<str>, first: Sighting) -> Self {
        let mut repeated = Self { key, total: 0, places: [0; 3], above_prose: 0, kept: Vec::with_capacity(2) };
        repeated.count(first.sight);
        repeated.kept.push(first);
        repeated
    }

    fn count(&mut self, sight: Sight) {
        self.total += 1;
        self.places[usize::from(sight.place.min(2))] += 1;
        self.above_prose += u32::from(sight.above_prose);
    }

    fn add(&mut self, sighting: Sighting, articles: &[Article]) {
        self.count(sighting.sight);
        self.keep(sighting, articles);
    }

    fn merge(&mut self, other: Self, articles: &[Article]) {
        self.total += other.total;
        self.above_prose += other.above_prose;
        self.places.iter_mut().zip(other.places).for_each(|(own, more)| *own += more);
        other.kept.into_iter().for_each(|sighting| self.keep(sighting, articles));
    }

    /// Keeps a sighting if it is on one of the first articles.
    fn keep(&mut self, sighting: Sighting, articles: &[Article]) {
        let own = rank(&sighting, articles);
        let at = self.kept.partition_point(|known| rank(known, articles) < own);
        if at < KEPT {
            self.kept.truncate(KEPT - 1);
            self.kept.insert(at, sighting);
        }
    }
}

/// The rank of a sighting among those of a line: the same in whatever order articles are seen. Only articles that are equal rank in the
/// order in which they were seen.
fn rank(sighting: &Sighting, articles: &[Article]) -> (u64, u64, u16, u32) {
    let article = &articles[sighting.article as usize];
    (article.text, article.address, sighting.sight.long, sighting.article)
}
