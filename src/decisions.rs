//! The answers of a review: which removals a reviewer accepted or rejected. Their keys are the rule and the
//! removed text, so that they hold in any document. The program `dechaff` asks the questions.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{RuleError, RuleFault};

/// The version of the file format.
const VERSION: i64 = 1;

/// An answer to the question whether a text goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answer {
    /// The text goes, however low the certainty of the rule is.
    Accept,
    /// The text stays.
    Reject,
}

impl Answer {
    /// The word for this answer in decisions files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
        }
    }
}

/// The answers of a review. [`CleanerBuilder::decisions`](crate::CleanerBuilder::decisions) makes a cleaner
/// follow them.
///
/// ```
/// use dechaff::{Answer, Decisions};
///
/// let mut decisions = Decisions::default();
/// decisions.decide("teaser/also-read", Some("Also  read: the tides"), Answer::Reject);
/// decisions.decide("share/on-network", None, Answer::Accept);
/// let same = Decisions::read("decisions.toml", &decisions.to_string())?;
/// assert_eq!(same, decisions);
/// assert_eq!(same.answer("teaser/also-read", "Also read: the tides"), Some(Answer::Reject));
/// assert_eq!(same.answer("share/on-network", "Share on Facebook"), Some(Answer::Accept));
/// assert_eq!(same.answer("share/label", "Share on Facebook"), None);
/// # Ok::<(), dechaff::RuleError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Answers by rule and by [`key`](Self::key) of the text; the empty key stands for all other texts of
    /// the rule.
    answers: BTreeMap<String, BTreeMap<String, Decision>>,
}

/// An answer, and the note beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Decision {
    answer: Answer,
    note: Option<String>,
}

impl Decisions {
    /// The key of a removed text: the text without white space around it, and with one space for each run of
    /// white space inside.
    #[must_use]
    pub fn key(text: &str) -> Cow<'_, str> {
        let text = text.trim();
        let is_plain = !text.contains("  ") && !text.contains(|c: char| c.is_whitespace() && c != ' ');
        if is_plain { text.into() } else { text.split_whitespace().collect::<Vec<_>>().join(" ").into() }
    }

    /// Reads the text of a decisions file; messages call it `name`.
    ///
    /// # Errors
    /// All faults of the file at once: syntax errors, unknown fields, removals that are both accepted and
    /// rejected.
    pub fn read(name: &str, toml: &str) -> Result<Self, RuleError> {
        let starts = std::iter::once(0).chain(toml.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut file = DecisionsFile { name, text: toml, starts, faults: Vec::new(), places: BTreeMap::new() };
        let mut decisions = Self::default();
        match DeTable::parse(toml) {
            Ok(table) => decisions.take(&mut file, table.get_ref()),
            Err(e) => file.fault(e.span().map_or(0, |s| s.start), format!("not TOML: {}", e.message()), "mend it"),
        }
        if file.faults.is_empty() { Ok(decisions) } else { Err(RuleError::new(file.faults)) }
    }

    fn take<'t>(&mut self, file: &mut DecisionsFile<'t>, table: &DeTable<'t>) {
        let mut version = None;
        let mut list: &[Spanned<DeValue<'_>>] = &[];
        for (key, value) in table {
            match (key.get_ref().as_ref(), value.get_ref()) {
                ("version", DeValue::Integer(n)) => version = n.as_str().parse().ok(),
                ("version", _) => {}
                ("decision", DeValue::Array(items)) => list = items,
                ("decision", _) => {
                    file.fault(value.span().start, "'decision' is no list".to_owned(), "write [[decision]]");
                }
                _ => file.unknown(key, "a decisions file holds 'version' and [[decision]] tables"),
            }
        }
        if version != Some(VERSION) {
            file.fault(0, "no decisions of a form that this version knows".to_owned(), "begin with version = 1");
        }
        for item in list {
            match item.get_ref().as_table() {
                Some(table) => self.take_one(file, item.span().start, table),
                None => file.fault(item.span().start, "'decision' is no table".to_owned(), "write [[decision]]"),
            }
        }
    }

    fn take_one<'t>(&mut self, file: &mut DecisionsFile<'t>, at: usize, table: &DeTable<'t>) {
        let (mut rule, mut text, mut answer, mut note) = (None, None, None, None);
        for (key, value) in table {
            let Some(value) = value.get_ref().as_str() else {
                file.fault(value.span().start, format!("'{}' is no text", key.get_ref()), "put it in quotes");
                continue;
            };
            match key.get_ref().as_ref() {
                "rule" => rule = Some(value),
                "text" => text = Some(value),
                "answer" => answer = [Answer::Accept, Answer::Reject].into_iter().find(|a| a.as_str() == value),
                "note" => note = Some(value.to_owned()),
                _ => file.unknown(key, "known are rule, text, answer and note"),
            }
        }
        match (rule, text.map(Self::key), answer) {
            (_, Some(key), _) if key.is_empty() => {
                let remedy = "leave 'text' out to decide on all that the rule points at";
                file.fault(at, "'text' is empty".to_owned(), remedy);
            }
            (Some(rule), key, Some(answer)) => {
                let key = key.unwrap_or_default();
                let key = key.into_owned();
                let first = *file.places.entry((rule.to_owned(), key.clone())).or_insert(at);
                let own = self.answers.entry(rule.to_owned()).or_default();
                let known = own.entry(key).or_insert(Decision { answer, note: None });
                if known.answer != answer {
                    let (line, _) = file.place(first);
                    let what = format!("{rule}: accepted and rejected, the other answer is in line {line}");
                    file.fault(at, what, "delete one of the two");
                }
                known.note = note.or_else(|| known.note.take());
            }
            (None, ..) => file.fault(at, "a decision without 'rule'".to_owned(), "name the rule"),
            (_, _, None) => file.fault(at, "a decision without 'answer'".to_owned(), "write accept or reject"),
        }
    }

    /// Adds an answer on a rule and a text, or, without a text, on all texts of the rule that have no answer
    /// of their own. Replaces an earlier answer.
    pub fn decide(&mut self, rule: &str, text: Option<&str>, answer: Answer) {
        let key = text.map_or_else(String::new, |t| Self::key(t).into_owned());
        let own = self.answers.entry(rule.to_owned()).or_default();
        own.entry(key).and_modify(|d| d.answer = answer).or_insert(Decision { answer, note: None });
    }

    /// Removes the answer on a rule and a text, or, without a text, the answer on the rule's other texts.
    pub fn forget(&mut self, rule: &str, text: Option<&str>) {
        if let Some(answers) = self.answers.get_mut(rule) {
            answers.remove(&*text.map(Self::key).unwrap_or_default());
            if answers.is_empty() {
                self.answers.remove(rule);
            }
        }
    }

    /// The rules that have answers.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &str> {
        self.answers.keys().map(String::as_str)
    }

    /// The answer on a rule and a text, or else the answer on the rule without a text.
    #[must_use]
    pub fn answer(&self, rule: &str, text: &str) -> Option<Answer> {
        let answers = self.answers.get(rule)?;
        answers.get(&*Self::key(text)).or_else(|| answers.get("")).map(|d| d.answer)
    }

    /// The answer on exactly this: on a rule and a text, or, without a text, on the rule.
    #[must_use]
    pub fn own_answer(&self, rule: &str, text: Option<&str>) -> Option<Answer> {
        self.answers.get(rule)?.get(&*text.map(Self::key).unwrap_or_default()).map(|d| d.answer)
    }

    /// The number of answers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.answers.values().map(BTreeMap::len).sum()
    }

    /// True if there are no answers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }
}

/// The text of the decisions file, sorted by rule and text, so that version control can merge the files of
/// two reviewers.
impl fmt::Display for Decisions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Answers of a review of removals; `dechaff clean --decisions FILE` applies them.")?;
        writeln!(f, "# Without 'text', an answer holds for all that the rule points at.")?;
        writeln!(f, "version = {VERSION}")?;
        for (rule, answers) in &self.answers {
            for (key, Decision { answer, note }) in answers {
                writeln!(f, "\n[[decision]]\nrule = {}", quoted(rule))?;
                if !key.is_empty() {
                    writeln!(f, "text = {}", quoted(key))?;
                }
                writeln!(f, "answer = \"{}\"", answer.as_str())?;
                if let Some(note) = note {
                    writeln!(f, "note = {}", quoted(note))?;
                }
            }
        }
        Ok(())
    }
}

/// A text as a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A decisions file that is being read, with its faults so far.
struct DecisionsFile<'t> {
    name: &'t str,
    text: &'t str,
    /// The offset of the start of each line.
    starts: Vec<usize>,
    faults: Vec<RuleFault>,
    /// The offset of the first decision on each rule and key.
    places: BTreeMap<(String, String), usize>,
}

impl DecisionsFile<'_> {
    fn unknown(&mut self, key: &Spanned<impl AsRef<str>>, remedy: &str) {
        self.fault(key.span().start, format!("'{}' is not known here", key.get_ref().as_ref()), remedy);
    }

    fn fault(&mut self, at: usize, message: String, remedy: &str) {
        self.faults.push(RuleFault::new(self.name, message, remedy).at(self.place(at)));
    }

    /// The line and the column of an offset, both counted from 1; columns count characters.
    fn place(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let line = self.starts.partition_point(|start| *start <= at);
        (line, self.text[self.starts[line - 1]..at].chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_known_whatever_its_white_space() {
        assert_eq!(Decisions::key("  a\u{a0}b\t\n c "), "a b c");
        assert!(matches!(Decisions::key(" a b "), Cow::Borrowed("a b")));
    }

    #[test]
    fn a_text_of_its_own_beats_the_rule() {
        let mut decisions = Decisions::default();
        decisions.decide("a/b", None, Answer::Reject);
        decisions.decide("a/b", Some("x"), Answer::Accept);
        assert_eq!(decisions.answer("a/b", " x "), Some(Answer::Accept));
        assert_eq!(decisions.answer("a/b", "y"), Some(Answer::Reject));
        decisions.forget("a/b", None);
        assert_eq!((decisions.answer("a/b", "y"), decisions.len()), (None, 1));
        decisions.forget("a/b", Some("x"));
        assert!(decisions.is_empty());
    }

    #[test]
    fn any_text_is_written_and_read_back() {
        let note = "# x\nversion = 1\n[[decision]]\nrule = \"a/b\"\nanswer = \"accept\"\nnote = \"as agreed\"\n";
        let mut decisions = Decisions::read("d.toml", note).expect("readable");
        assert!(decisions.to_string().contains("note = \"as agreed\""));
        for text in ["\"quoted\"", "back\\slash", "it's ''' and \"\"\"", "\u{1b}[31m", "分享\u{202e}", "[[decision]]"]
        {
            decisions.decide("a/b", Some(text), Answer::Reject);
        }
        assert_eq!(Decisions::read("d.toml", &decisions.to_string()).expect("readable"), decisions);
    }

    #[test]
    fn faults_are_named_with_their_place() {
        let faults = |toml: &str| Decisions::read("d.toml", toml).expect_err("a fault").to_string();
        assert_eq!(
            faults("version = 1\n[[decision]]\nrule = \"a/b\"\nanwser = \"accept\"\n"),
            "d.toml:4:1: 'anwser' is not known here; known are rule, text, answer and note\n\
             d.toml:2:1: a decision without 'answer'; write accept or reject"
        );
        let twice = "\n[[decision]]\nrule = \"a/b\"\ntext = \"x\"\nanswer = ";
        assert_eq!(
            faults(&format!("version = 1{twice}\"accept\"{twice}\"reject\"\n")),
            "d.toml:6:1: a/b: accepted and rejected, the other answer is in line 2; delete one of the two"
        );
        // Two equal answers are no fault, and the note of either is kept.
        let same = format!("version = 1{twice}\"accept\"\nnote = \"as agreed\"\n{twice}\"accept\"\n");
        assert!(Decisions::read("d.toml", &same).expect("readable").to_string().contains("note = \"as agreed\""));
        for version in ["2", "\"1\"", "1.0"] {
            let text = "d.toml:1:1: no decisions of a form that this version knows; begin with version = 1";
            assert_eq!(faults(&format!("version = {version}\n")), text);
        }
        assert_eq!(faults("version = 1\n[decision]\n"), "d.toml:2:1: 'decision' is no list; write [[decision]]");
        assert!(faults("version = 1\ndecision").contains("not TOML"));
    }
}
