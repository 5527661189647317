//! What folders hold besides inputs: files that are passed over, links that are not followed. Counted while folders are
//! walked, said at the end of a run.

use std::collections::BTreeMap;

use dechaff::report::{counted, thousands};

use super::message::Message;

/// How many endings are named.
const NAMED: usize = 5;
/// How many endings are counted apart: in some folders each file has one of its own.
const ENDINGS: usize = 1000;

/// Counts of a run.
#[derive(Debug, Default)]
pub(crate) struct FolderCounts {
    /// Symbolic links that were met and not followed.
    pub(crate) links: u64,
    /// Inputs and what failed before it became one.
    pub(crate) inputs: u64,
    /// The first folder that was walked, and how many there were.
    folder: String,
    folders: u64,
    /// Files that were passed over, by their endings with the dot, in small letters; and those of any more endings.
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

    /// Counts a file that is passed over.
    pub(crate) fn pass(&mut self, ending: String) {
        if self.passed.len() < ENDINGS || self.passed.contains_key(&ending) {
            *self.passed.entry(ending).or_default() += 1;
        } else {
            self.others += 1;
        }
    }

    /// Says how many links were not followed.
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

    /// Says what was passed over, in one line.
    pub(crate) fn passed_over(&self) -> Option<String> {
        let passed = self.by_ending();
        (!passed.is_empty()).then(|| format!("passed over: {passed} (-v names them)"))
    }

    /// Says that there was nothing at all in folders, if that is so.
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
                    "no file to read: no .txt, .md or .jsonl; {passed}; \
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
        let mut aside = FolderCounts::default();
        assert_eq!(aside.passed_over(), None);
        for (ending, count) in [(".jpg", 1200), (".csv", 3), (".json", 3), ("", 1), (".a", 2), (".b", 1), (".c", 1)] {
            (0..count).for_each(|_| aside.pass(ending.to_owned()));
        }
        assert_eq!(
            aside.passed_over().as_deref(),
            Some("passed over: 1,200 .jpg, 3 .csv, 3 .json, 2 .a, 1 file without an ending, 2 other (-v names them)")
        );
    }
}
