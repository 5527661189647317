//! Learning what sources repeat: a [`Learner`] reads a batch once and says which lines the pages of each source have in common.
//!
//! ```
//! use dechaff::learn::{Learner, Options};
//! use dechaff::{Cleaner, Document};
//!
//! let pages = ["The mill stream froze over in the night.", "A fox crossed the bridge at noon.", "Nobody saw the mayor leave."];
//! let texts = pages.map(|page| format!("{page}\n\nMost read\nSunday roast returns\nBus fares go up\n"));
//! let documents = texts.iter().map(|text| Document { url: Some("https://example.org/x"), ..Document::new(text) });
//!
//! let mut learner = Learner::new(Options::default());
//! for (number, document) in documents.enumerate() {
//!     let address = format!("https://example.org/{number}");
//!     learner.see(&Document { url: Some(&address), ..document });
//! }
//! let learned = learner.finish();
//! assert_eq!(learned.sources()[0].name, "example.org");
//! assert_eq!(learned.sources()[0].lines.len(), 3);
//! # Ok::<(), dechaff::RuleError>(())
//! ```
//!
//! How it counts: lines of one source with the same folded text are the same line; numbers and dates are one sign. Copies of one article
//! (the same address, the same text, or at least half of the rarer prose of the shorter one) are one witness. Memory grows with the
//! number of distinct lines, some 40 bytes for each.

mod counts;
mod options;
mod read;
mod table;
mod verdict;
mod witnesses;

use std::collections::HashMap;

use crate::document::Document;
use crate::rules::{LearnedSource, write_learned};
pub use counts::CountsError;
pub use options::{By, Options};
pub use read::Reading;
pub(crate) use read::source_name;
use table::Table;

/// Articles of a source from which on its lines seen once are dropped, the most first.
const MANY: [usize; 3] = [20, 5, 1];

/// Counts the lines of sources.
#[derive(Clone, Debug)]
pub struct Learner {
    options: Options,
    sources: HashMap<String, Table>,
    /// Bytes of all tables, about, and from how many on there is too little room.
    size: usize,
    room: usize,
}

impl Learner {
    /// A learner that has seen nothing.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self { room: options.memory, options, sources: HashMap::new(), size: 0 }
    }

    /// How it counts.
    #[must_use]
    pub const fn options(&self) -> &Options {
        &self.options
    }

    /// Counts the lines of a document.
    pub fn see(&mut self, document: &Document<'_>) {
        if let Some(reading) = Reading::of(document, &self.options) {
            self.add(reading);
        }
    }

    /// Counts the lines of a document that was read, by [`Reading::of`] on another thread, say.
    pub fn add(&mut self, reading: Reading) {
        let mergeable = self.options.mergeable;
        let table = match self.sources.get_mut(&reading.source) {
            Some(table) => table,
            None => self.sources.entry(reading.source.clone()).or_default(),
        };
        let before = table.size();
        table.add(reading, mergeable);
        self.size = (self.size + table.size()).saturating_sub(before);
        if self.size > self.room {
            self.make_room();
        }
    }

    /// Adds what another learner counted. The result is that of one learner that saw all documents of both.
    pub fn merge(&mut self, other: Self) {
        for (name, table) in other.sources {
            let own = self.sources.entry(name).or_default();
            let before = own.size();
            own.merge(table);
            self.size = (self.size + own.size()).saturating_sub(before);
        }
        if self.size > self.room {
            self.make_room();
        }
    }

    /// One learner for each source, by their names: what was counted can then be merged source by source, in different places.
    #[must_use]
    pub fn by_source(self) -> Vec<(String, Self)> {
        let Self { options, sources, .. } = self;
        let alone = |(name, table): (String, Table)| {
            let (room, size) = (options.memory, table.size());
            let sources = HashMap::from([(name.clone(), table)]);
            (name, Self { options: options.clone(), sources, size, room })
        };
        let mut learners: Vec<(String, Self)> = sources.into_iter().map(alone).collect();
        learners.sort_by(|(one, _), (other, _)| one.cmp(other));
        learners
    }

    /// Drops lines seen once, from sources of many articles first.
    fn make_room(&mut self) {
        for least in MANY {
            for table in self.sources.values_mut().filter(|table| table.articles() >= least) {
                table.drop_singles();
            }
            self.size = self.sources.values().map(Table::size).sum();
            if self.size <= self.options.memory / 2 {
                break;
            }
        }
        // What is left is repeated: looking again soon would find no room.
        self.room = self.options.memory.max(self.size + self.size / 4);
    }

    /// How many documents were counted.
    #[must_use]
    pub fn documents(&self) -> usize {
        self.sources.values().map(Table::articles).sum()
    }

    /// The sources that were met, in no particular order, and how many documents of each were counted.
    pub fn sources(&self) -> impl Iterator<Item = (&str, usize)> {
        self.sources.iter().map(|(name, table)| (name.as_str(), table.articles()))
    }

    /// What the sources repeat, by their names.
    #[must_use]
    pub fn finish(&self) -> Learned {
        let subdomains = self.options.merge_subdomains;
        let mut sources: Vec<LearnedSource> = self
            .sources
            .iter()
            .map(|(name, table)| LearnedSource {
                name: name.clone(),
                subdomains: subdomains && read::is_host(name),
                ..table.finish(&self.options)
            })
            .filter(|source| !source.lines.is_empty())
            .collect();
        sources.sort_by(|a, b| a.name.cmp(&b.name));
        Learned { sources, dropped: self.sources.values().any(Table::has_dropped) }
    }
}

/// What sources repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Learned {
    sources: Vec<LearnedSource>,
    dropped: bool,
}

impl Learned {
    /// The sources of which at least one line stands on several articles, by their names.
    #[must_use]
    pub fn sources(&self) -> &[LearnedSource] {
        &self.sources
    }

    pub(crate) fn into_sources(self) -> Vec<LearnedSource> {
        self.sources
    }

    /// True if memory ran out and lines seen once were dropped.
    #[must_use]
    pub const fn dropped(&self) -> bool {
        self.dropped
    }

    /// As a learned file; with fingerprints in place of texts if `hashes` says so.
    #[must_use]
    pub fn to_toml(&self, hashes: bool) -> String {
        let remark = if self.dropped {
            "Memory ran out: of sources with many articles, lines that had been seen once were forgotten now and then."
        } else {
            ""
        };
        write_learned(&self.sources, hashes, remark)
    }
}
