//! Counts what folders hold besides inputs: files passed over, links not followed. Makes the messages about
//! them at the end of a run.

use std::collections::BTreeMap;

use dechaff::report::{counted, thousands};

use super::message::Message;

/// Most extensions that a message names.
const NAMED: usize = 5;
/// Most extensions that are counted one by one, to bound memory: in some folders each file has its own.
const ENDINGS: usize = 1000;

/// Counts of files, links and folders that a run met.
#[derive(Debug, Default)]
pub(crate) struct FolderCounts {
    /// Symbolic links that were not followed.
    pub(crate) links: u64,
    /// Inputs, and paths that failed before they became one.
    pub(crate) inputs: u64,
    /// Name of the first folder walked, and number of folders.
    folder: String,
    folders: u64,
    /// Files passed over, by extension with its dot in lower case; then those of extensions beyond the
    /// limit.
    passed: BTreeMap<String, u64>,
    others: u64,
}

impl FolderCounts {
    /// Counts a folder that is walked.
    pub(crate) fn enter(&mut self, name: String) {
        self.folders += 1;
        if self.folders == 1 {
            self.folder = name;
        }
    }

    /// Counts a file that is passed over, by its extension.
    pub(crate) fn pass(&mut self, ending: String) {
        if self.passed.len() < ENDINGS || self.passed.contains_key(&ending) {
            *self.passed.entry(ending).or_default() += 1;
        } else {
            self.others += 1;
        }
    }

    /// A message about the links that were not followed.
    pub(crate) fn links(&self) -> Option<Message> {
        let (were, them) = if self.links == 1 { (" was", "it") } else { ("s were", "them") };
        let links = self.links;
        (links > 0).then(|| {
            Message::warning(
                "",
                format!("{links} symbolic link{were} not followed in folders; name {them} to read {them}"),
            )
        })
    }

    /// The text `passed over: …`; `None` if nothing was.
    pub(crate) fn passed_over(&self) -> Option<String> {
        let passed = self.by_ending();
        (!passed.is_empty()).then(|| format!("passed over: {passed} (-v names them)"))
    }

    /// An error if folders were walked and held no input.
    pub(crate) fn nothing(&self) -> Option<Message> {
        if self.folders == 0 || self.inputs > 0 {
            return None;
        }
        let name = if self.folders == 1 { &*self.folder } else { "" };
        Some(match self.passed_over() {
            None => Message::error(name, "no file to read"),
            Some(passed) => Message::error(
                name,
                format!(
                    "no file to read: no text, .jsonl, .csv or .parquet; {passed}; \
                     text under another ending is read with --include '*.ext'"
                ),
            ),
        })
    }

    fn by_ending(&self) -> String {
        let mut endings: Vec<_> = self.passed.iter().collect();
        endings.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let others = self.others + endings.iter().skip(NAMED).map(|(_, count)| **count).sum::<u64>();
        endings.truncate(NAMED);
        let named = endings.into_iter().map(|(ending, count)| match ending.as_str() {
            "" => format!("{} without an ending", counted(*count, "file")),
            _ => format!("{} {ending}", thousands(*count)),
        });
        named.chain((others > 0).then(|| format!("{} other", thousands(others)))).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handful_of_endings_is_named() {
        let mut counts = FolderCounts::default();
        assert_eq!(counts.passed_over(), None);
        for (ending, count) in [(".jpg", 1200), (".csv", 3), (".json", 3), ("", 1), (".a", 2), (".b", 1), (".c", 1)] {
            (0..count).for_each(|_| counts.pass(ending.to_owned()));
        }
        assert_eq!(
            counts.passed_over().as_deref(),
            Some("passed over: 1,200 .jpg, 3 .csv, 3 .json, 2 .a, 1 file without an ending, 2 other (-v names them)")
        );
    }
}
