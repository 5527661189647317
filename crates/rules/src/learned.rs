//! What the pages of one source repeat. How it is read and written lies in `learned_file`.

use rustc_hash::FxHashMap;

use super::family::Certainty;
use super::text::key::fingerprint;

/// A source and the lines that its pages repeat.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LearnedSource {
    /// A host, a folder or a file; empty for a source of all documents.
    pub name: String,
    /// Articles that were read; copies of one article count once.
    pub articles: u32,
    /// Whether hosts one level below belong to it.
    pub subdomains: bool,
    /// By the fingerprints of their keys.
    pub lines: FxHashMap<u64, LearnedLine>,
}

/// A line that pages of a source repeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedLine {
    /// Its key; empty in a file of fingerprints.
    pub key: String,
    /// Articles on which it stands.
    pub articles: u32,
    /// How many of these have it before their prose, amid it and behind it.
    pub places: [u32; 3],
    /// On how many articles in a hundred prose stands right below.
    pub prose_below: u8,
    /// The line that stands below most often, by the first bits of its fingerprint, and on how many articles in a hundred it does; 0 for
    /// the end of the text.
    pub below: u32,
    /// See `below`.
    pub same_below: u8,
    /// How sure it is that the line is junk; `None` if it stays.
    pub certainty: Option<Certainty>,
}

/// The first bits of a fingerprint, never 0.
pub fn short(print: u64) -> u32 {
    u32::try_from(print >> 32).unwrap_or(1).max(1)
}

impl LearnedSource {
    /// Adds a line.
    pub fn add(&mut self, line: LearnedLine) {
        self.lines.insert(fingerprint(&line.key), line);
    }

    /// Adds the lines of another file that this one does not know, and keeps what the other keeps.
    pub(super) fn join(&mut self, other: &Self) {
        for (print, line) in &other.lines {
            let own = self.lines.entry(*print).or_insert_with(|| line.clone());
            if line.certainty.is_none() {
                own.certainty = None;
            }
        }
    }

    /// The lines, those on most articles first.
    pub fn sorted(&self) -> Vec<(u64, &LearnedLine)> {
        let mut lines: Vec<_> = self.lines.iter().map(|(print, line)| (*print, line)).collect();
        lines.sort_by(|(a, x), (b, y)| (y.articles, &x.key, a).cmp(&(x.articles, &y.key, b)));
        lines
    }
}
