//! Counts which sources have lines in common, by a few of the first and last lines of each document that stay, so that the summary of
//! a plain run can say where `--learn` would help. No document's result depends on it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use dechaff::{Cleaned, Document};

use super::unit_result::Merge;

/// First and last lines of a document that are looked at, and the most of each that are taken: those that stay.
const LOOKED_AT: usize = 10;
const TAKEN: usize = 4;
/// Longest line that is taken, in bytes.
const LONGEST: usize = 500;
/// Most sources, and most lines of a source, that are counted, to bound memory.
const SOURCES: usize = 2000;
const LINES: usize = 64;
/// Documents of a source from which on it is named, documents that share a line, and bytes of such lines on a document on average.
const MANY: u32 = 5;
const SHARING: u32 = 3;
const SHARED: u64 = 40;

/// The lines that the documents of each source share.
#[derive(Default)]
pub(crate) struct SharedLines(HashMap<String, SourceLines>);

#[derive(Default)]
struct SourceLines {
    documents: u32,
    lines: Vec<SharedLine>,
}

struct SharedLine {
    print: u64,
    bytes: u64,
    /// On how many documents it stands.
    documents: u32,
}

impl SharedLines {
    /// Counts a document that has an address.
    pub(crate) fn add(&mut self, document: &Document<'_>, cleaned: &Cleaned<'_>) {
        let Some(host) = document.host() else { return };
        let lines = edge_lines(document.text, cleaned);
        self.0.entry(host).or_default().merge(SourceLines { documents: 1, lines });
    }

    /// The source with most documents among those whose documents share many lines.
    pub(crate) fn most(&self) -> Option<&str> {
        let shares = self.0.iter().filter(|(_, source)| source.shares_many());
        shares.max_by(|(a, x), (b, y)| x.documents.cmp(&y.documents).then(b.cmp(a))).map(|(name, _)| name.as_str())
    }
}

impl Merge for SharedLines {
    fn merge(&mut self, behind: Self) {
        for (name, source) in behind.0 {
            if self.0.len() < SOURCES || self.0.contains_key(&name) {
                self.0.entry(name).or_default().merge(source);
            }
        }
    }
}

impl SourceLines {
    fn merge(&mut self, behind: Self) {
        self.documents += behind.documents;
        for line in behind.lines {
            if let Some(own) = self.lines.iter_mut().find(|own| own.print == line.print) {
                own.documents += line.documents;
            } else if self.lines.len() < LINES {
                self.lines.push(line);
            }
        }
    }

    fn shares_many(&self) -> bool {
        let shared = self.lines.iter().filter(|line| line.documents >= SHARING);
        let bytes: u64 = shared.map(|line| line.bytes * u64::from(line.documents)).sum();
        self.documents >= MANY && bytes >= SHARED * u64::from(self.documents)
    }
}

/// The first and the last lines of a text that stay, each once.
fn edge_lines(text: &str, cleaned: &Cleaned<'_>) -> Vec<SharedLine> {
    let mut lines: Vec<SharedLine> = Vec::with_capacity(2 * TAKEN);
    let mut take = |line: &str, start: usize| {
        let before = cleaned.cuts().partition_point(|cut| cut.start <= start);
        let goes = before.checked_sub(1).is_some_and(|at| cleaned.cuts()[at].end > start);
        let line = line.trim();
        if goes || line.is_empty() || line.len() > LONGEST {
            return false;
        }
        let mut hasher = DefaultHasher::new();
        line.hash(&mut hasher);
        let print = hasher.finish();
        let is_new = lines.iter().all(|known| known.print != print);
        if is_new {
            lines.push(SharedLine { print, bytes: line.len() as u64, documents: 1 });
        }
        is_new
    };
    let (mut rest, mut taken) = (text.trim_start(), 0);
    for _ in 0..LOOKED_AT {
        let end = rest.find('\n').unwrap_or(rest.len());
        taken += usize::from(take(&rest[..end], text.len() - rest.len()));
        rest = rest[end..].trim_start();
        if rest.is_empty() || taken == TAKEN {
            break;
        }
    }
    let (mut rest, mut taken) = (text.trim_end(), 0);
    for _ in 0..LOOKED_AT {
        let start = rest.rfind('\n').map_or(0, |at| at + 1);
        taken += usize::from(take(&rest[start..], start));
        rest = rest[..start].trim_end();
        if rest.is_empty() || taken == TAKEN {
            break;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn most(texts: &[String], url: Option<&str>) -> Option<String> {
        let cleaner = dechaff::Cleaner::builder().builtin(false).build().expect("no rules");
        let mut shared = SharedLines::default();
        for text in texts {
            let mut one = SharedLines::default();
            one.add(&Document { url, ..Document::new(text) }, &cleaner.clean(text));
            shared.merge(one);
        }
        shared.most().map(str::to_owned)
    }

    #[test]
    fn sources_that_share_many_lines_are_named() {
        let url = Some("https://www.example.org/a");
        let page = |n: usize| {
            format!(
                "The miller said {n} things.\n\nMost visited of this week\nBy train and by boat\n\nWith {n} guests\n"
            )
        };
        let pages: Vec<String> = (0..6).map(page).collect();
        assert_eq!(most(&pages, url).as_deref(), Some("example.org"));
        assert_eq!(most(&pages[..4], url), None, "too few");
        assert_eq!(most(&pages, None), None, "without addresses");
        let alone: Vec<String> = (0..6).map(|n| format!("The miller said {n} things.\n\nMost visited\n")).collect();
        assert_eq!(most(&alone, url), None, "one short line in common is not many");
    }
}
