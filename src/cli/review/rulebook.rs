//! Writes rules from a review into the user's rule file, each with its text as evidence. A rule is
//! appended, so comments and order of the file stay.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use dechaff::{Cleaner, evidence};

use crate::cli::files;
use crate::cli::message::{Message, plainly};

/// The file for new rules if the user names no rule file.
const NEW: &str = "dechaff-rules.toml";
/// Most words of a text in the name of its rule.
const NAME: usize = 5;

/// The rule file that new rules are written to.
pub(super) struct Rulebook {
    pub(super) path: PathBuf,
    is_new: bool,
}

/// A rule to add.
pub(super) enum NewRule<'a> {
    /// A line that the named rule must not remove.
    Keep { text: &'a str, rule: &'a str },
    /// A line to remove; `kept` is a line of the article that must stay.
    Junk { text: &'a str, kept: &'a str },
}

impl Rulebook {
    /// The first of the user's rule files, or a new one in the working folder.
    pub(super) fn new(files: &[PathBuf]) -> Self {
        Self { path: files.first().cloned().unwrap_or_else(|| PathBuf::from(NEW)), is_new: files.is_empty() }
    }

    /// The path, if the file is new and no command uses it yet.
    pub(super) fn not_in_use(&self) -> Option<&Path> {
        (self.is_new && self.path.exists()).then_some(&self.path)
    }

    /// Writes a rule and returns its id. Fails, without writing, if the rule does not do what its evidence
    /// says.
    pub(super) fn add(&self, entry: &NewRule<'_>) -> Result<String, Message> {
        let name = self.path.to_string_lossy();
        let fault = |what: String| Message::error(&*name, what);
        let old = match files::read_text(&self.path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(fault(plainly(&e))),
        };
        let id = free_id(&old, entry.text(), if matches!(entry, NewRule::Keep { .. }) { "keep-" } else { "" });
        let gap = match () {
            () if old.is_empty() => "",
            () if old.ends_with('\n') => "\n",
            () => "\n\n",
        };
        let mut rule = format!("{gap}{}", entry.rule(&id));
        if old.contains("\r\n") {
            rule = rule.replace('\n', "\r\n");
        }
        let new = old + &rule;
        let cleaner = Cleaner::builder().builtin(false).rules(&name, &new).build().map_err(|e| fault(e.to_string()))?;
        let report = evidence::test(&cleaner, None);
        if let Some(example) = report.failures().find(|e| e.rule.as_str() == id) {
            return Err(fault(format!("no rule comes of this text: {}", example.detail)));
        }
        files::replace(&self.path, new.as_bytes()).map_err(|e| fault(plainly(&e)))?;
        Ok(id)
    }
}

impl NewRule<'_> {
    const fn text(&self) -> &str {
        match self {
            Self::Keep { text, .. } | Self::Junk { text, .. } => text,
        }
    }

    /// The rule as TOML.
    fn rule(&self, id: &str) -> String {
        let text = self.text().trim();
        let quoted = |t: &str| toml::Value::from(t.trim()).to_string();
        let (table, reason) = match self {
            Self::Keep { rule, .. } => ("keep", format!("rejected in a review of {rule}")),
            Self::Junk { .. } => ("rule", "marked as junk in a review".to_owned()),
        };
        let mut out = format!("[[{table}]]\nid = \"{id}\"\n");
        if let Self::Junk { .. } = self {
            out.push_str("certainty = \"certain\"\n");
        }
        let _ = writeln!(out, "match = \"line\"\nphrases = [{}]", quoted(text));
        if text.len() > 256 {
            let _ = writeln!(out, "max_bytes = {}", text.len());
        }
        let _ = writeln!(out, "reason = {}", quoted(&reason));
        let _ = match self {
            Self::Keep { .. } => writeln!(out, "keeps = [{}]", quoted(text)),
            Self::Junk { kept, .. } => {
                writeln!(out, "removes = [{}]\nkeeps = [{}]", quoted(text), quoted(kept))
            }
        };
        out
    }
}

/// An id made from the text that the file does not have yet.
fn free_id(file: &str, text: &str, kind: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).take(NAME);
    let name = words.collect::<Vec<_>>().join("-");
    let name = format!("site/{kind}{}", if name.is_empty() { "line" } else { &name });
    let is_taken = |id: &str| file.contains(&format!("\"{id}\""));
    if !is_taken(&name) {
        return name;
    }
    (2..).map(|n| format!("{name}-{n}")).find(|id| !is_taken(id)).unwrap_or(name)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // tests read what was written
mod tests {
    use super::*;

    #[test]
    fn line_breaks_are_those_of_the_file_also_where_the_last_one_lacks() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.toml");
        for (old, gap, end) in
            [("# ours\r\n", "\r\n", "\r\n"), ("# a\r\n# b", "\r\n\r\n", "\r\n"), ("# ours", "\n\n", "\n")]
        {
            std::fs::write(&path, old).expect("written");
            let keep = NewRule::Keep { text: "Name *", rule: "comments/reply-form" };
            Rulebook::new(std::slice::from_ref(&path)).add(&keep).map_err(|m| m.line()).expect("a rule");
            let text = std::fs::read_to_string(&path).expect("there");
            assert!(text.starts_with(&format!("{old}{gap}[[keep]]{end}id")), "{text:?}");
            assert_eq!(text.matches('\n').count(), text.matches(end).count(), "{text:?}");
        }
    }

    #[test]
    fn rules_are_added_behind_what_stands_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("mine.toml");
        std::fs::write(&path, "# our rules\n").expect("written");
        let book = Rulebook::new(std::slice::from_ref(&path));
        let add = |entry: &NewRule<'_>| book.add(entry).map_err(|m| m.line());
        let keep = NewRule::Keep { text: " Name * ", rule: "comments/reply-form" };
        assert_eq!(add(&keep), Ok("site/keep-name".into()));
        assert_eq!(add(&keep), Ok("site/keep-name-2".into()));
        let junk = NewRule::Junk { text: "Ask the \"harbour\" master", kept: "The harbour master slept." };
        assert_eq!(add(&junk), Ok("site/ask-the-harbour-master".into()));
        let text = std::fs::read_to_string(&path).expect("there");
        assert!(text.starts_with("# our rules\n\n[[keep]]\nid = \"site/keep-name\"\n"), "{text}");
        let cleaner = Cleaner::builder().rules("mine.toml", &text).build().expect("good rules");
        let cleaned =
            cleaner.clean("It rained all day.\n\nAsk the \"harbour\" master\n\nLeave a Reply\nName *\nEmail *\n");
        assert_eq!(cleaned.text(), "It rained all day.\n\nName *\n");
        // A rule that cannot work is not written.
        assert!(add(&NewRule::Junk { text: "* * *", kept: "It rained." }).is_err());
        assert_eq!(std::fs::read_to_string(&path).expect("there"), text);
    }
}
