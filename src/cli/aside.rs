//! What folders hold besides inputs: files that are passed over, links that are not followed. Counted while folders are
//! walked, said at the end of a run.

use std::collections::BTreeMap;

use dechaff::report::{counted, thousands};

use super::message::Message;

/// How many endings are named.
const ENDINGS: usize = 5;

/// Counts of a run.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    /// Symbolic links that were met and not followed.
    pub(crate) links: u64,
    /// Inputs and what failed before it became one.
    pub(crate) inputs: u64,
    /// Folders that were named.
    pub(crate) folders: Vec<String>,
    /// Files that were passed over, by their endings with the dot, in small letters.
    passed: BTreeMap<String, u64>,
}

impl Aside {
    pub(crate) fn pass(&mut self, ending: String) {
        *self.passed.entry(ending).or_default() += 1;
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
        let folder = self.folders.first().filter(|_| self.inputs == 0)?;
        let name = if self.folders.len() == 1 { folder } else { "" };
        let passed = self.by_ending();
        Some(Message::error(
            name,
            if passed.is_empty() {
                "no file to read".to_owned()
            } else {
                format!(
                    "no file to read: no .txt, .md or .jsonl; passed over: {passed} (-v names them); \
                     text under another ending is read with --include '*.ext'"
                )
            },
        ))
    }

    fn by_ending(&self) -> String {
        let mut endings: Vec<_> = self.passed.iter().collect();
        endings.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let others: u64 = endings.iter().skip(ENDINGS).map(|(_, count)| **count).sum();
        endings.truncate(ENDINGS);
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
        let mut aside = Aside::default();
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
