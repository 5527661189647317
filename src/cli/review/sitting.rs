//! One sitting of a review: the questions, the current position, and what each answer does. Keys are read
//! in `mod`; `screen` draws.

use dechaff::{Answer, Decisions, Line, RuleId, lines};

use super::question::{Question, Questions, is_open};

/// A step of the reviewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    /// Accept or reject the text wherever the rule removes it.
    Text(Answer),
    /// Accept or reject all open questions of this document, or of this rule in a review by rule.
    Rest(Answer),
    /// Accept or reject everything that the rule removes.
    Rule(Answer),
    /// Go on without an answer. `Back` returns to the open question before.
    Next,
    Back,
    /// Ask about each line of the question by itself.
    Split,
    /// Take the last answer back.
    Undo,
}

/// An answer that can be taken back.
struct Step {
    /// Index of the question that was answered.
    at: usize,
    /// Rule, text and the decision before the answer.
    before: Vec<(RuleId, Option<String>, Option<Answer>)>,
}

/// The questions of a sitting, the position among them, and the decisions so far.
pub(super) struct Sitting {
    pub(super) questions: Vec<Question>,
    pub(super) counts: Questions,
    pub(super) decisions: Decisions,
    by_rule: bool,
    /// True if suspects are asked about, after the removals.
    suspects: bool,
    at: usize,
    steps: Vec<Step>,
}

/// Progress through the removals, or through the suspects.
pub(super) struct Stage {
    /// Number of the current question, from 1.
    pub(super) number: usize,
    pub(super) all: usize,
    pub(super) open: usize,
}

impl Sitting {
    /// A sitting with the questions about removals.
    pub(super) fn new(mut counts: Questions, decisions: Decisions, by_rule: bool) -> Self {
        let questions = counts.take(by_rule);
        Self { questions, counts, decisions, by_rule, suspects: false, at: 0, steps: Vec::new() }
    }

    /// Adds the questions about suspects, after the removals.
    pub(super) fn add_suspects(&mut self) {
        self.suspects = true;
        self.questions.append(&mut self.counts.take_suspects(self.by_rule));
        self.forward(self.at);
    }

    /// Number of open questions about suspects, if suspects are not asked about.
    pub(super) fn other_suspects(&self) -> u64 {
        if self.suspects { 0 } else { self.counts.open_suspects(&self.decisions) }
    }

    /// The current question; `None` at the end.
    pub(super) fn question(&self) -> Option<&Question> {
        self.questions.get(self.at)
    }

    /// Index of the current question.
    pub(super) const fn at(&self) -> usize {
        self.at
    }

    /// Progress through the removals, or through the suspects once they are reached.
    pub(super) fn stage(&self) -> Stage {
        let removals = self.questions.iter().filter(|q| q.goes).count();
        let goes = self.at < removals;
        let (number, all) =
            if goes { (self.at + 1, removals) } else { (self.at + 1 - removals, self.questions.len() - removals) };
        Stage { number, all, open: self.open(goes) }
    }

    /// Number of open questions about removals (`goes`) or about suspects.
    pub(super) fn open(&self, goes: bool) -> usize {
        self.questions.iter().filter(|q| q.goes == goes && is_open(q, &self.decisions)).count()
    }

    /// Number of questions that did not fit into this sitting and are still open.
    pub(super) fn left_out(&self) -> u64 {
        self.counts.left_out(&self.decisions, self.suspects)
    }

    /// Number of answers in this sitting.
    pub(super) fn answered(&self) -> usize {
        self.steps.len()
    }

    /// Open questions that `Move::Rest` would answer. Suspects and removals are answered apart.
    pub(super) fn rest(&self) -> impl Iterator<Item = &Question> {
        let here = self.question();
        self.questions.iter().skip(self.at).filter(move |q| {
            let same = |h: &Question| if self.by_rule { h.rule == q.rule } else { h.document == q.document };
            here.is_some_and(|h| h.goes == q.goes && same(h)) && is_open(q, &self.decisions)
        })
    }

    /// Makes a move. Returns false if it is not possible.
    pub(super) fn go(&mut self, step: Move) -> bool {
        match step {
            Move::Next => self.forward(self.at + 1),
            Move::Back => {
                let open = |q: &Question| is_open(q, &self.decisions);
                let Some(back) = self.questions[..self.at].iter().rposition(open) else { return false };
                self.at = back;
            }
            Move::Undo => {
                let Some(step) = self.steps.pop() else { return false };
                for (rule, text, answer) in step.before {
                    match answer {
                        Some(answer) => self.decisions.decide(rule.as_str(), text.as_deref(), answer),
                        None => self.decisions.forget(rule.as_str(), text.as_deref()),
                    }
                }
                self.at = step.at;
            }
            Move::Split => {
                let Some(question) = self.question().filter(|q| q.items.len() > 1) else { return false };
                let pieces: Vec<Question> =
                    question.items.iter().map(|i| Question { items: vec![i.clone()], ..question.clone() }).collect();
                // Later answers point further on, by the questions that were added.
                self.steps.iter_mut().filter(|s| s.at > self.at).for_each(|s| s.at += pieces.len() - 1);
                self.questions.splice(self.at..=self.at, pieces);
            }
            Move::Text(answer) => {
                let texts = self.question().map(texts).unwrap_or_default();
                self.decide(texts, answer);
            }
            Move::Rest(answer) => {
                let texts = self.rest().flat_map(texts).collect();
                self.decide(texts, answer);
            }
            Move::Rule(answer) => {
                let rule = self.question().map(|q| (q.rule.clone(), None));
                self.decide(rule.into_iter().collect(), answer);
            }
        }
        true
    }

    /// Answers each line of the question by itself.
    pub(super) fn go_by_line(&mut self, answers: &[Answer]) {
        let texts = self.question().map(texts).unwrap_or_default();
        let answers = texts.into_iter().zip(answers.iter().copied());
        self.decide_each(answers.map(|((rule, text), answer)| (rule, text, answer)).collect());
    }

    fn decide(&mut self, texts: Vec<(RuleId, Option<String>)>, answer: Answer) {
        self.decide_each(texts.into_iter().map(|(rule, text)| (rule, text, answer)).collect());
    }

    fn decide_each(&mut self, answers: Vec<(RuleId, Option<String>, Answer)>) {
        let mut before = Vec::new();
        for (rule, text, answer) in answers {
            let earlier = self.decisions.own_answer(rule.as_str(), text.as_deref());
            self.decisions.decide(rule.as_str(), text.as_deref(), answer);
            before.push((rule, text, earlier));
        }
        self.steps.push(Step { at: self.at, before });
        self.forward(self.at);
    }

    /// Moves to the first open question at or after `from`.
    fn forward(&mut self, from: usize) {
        let open = |q: &Question| is_open(q, &self.decisions);
        let found = self.questions.get(from..).and_then(|rest| rest.iter().position(open));
        self.at = found.map_or(self.questions.len(), |at| from + at);
    }
}

fn texts(question: &Question) -> Vec<(RuleId, Option<String>)> {
    question.items.iter().map(|i| (question.rule.clone(), Some(i.removed().to_owned()))).collect()
}

/// The question as a text to edit: `-` before lines that go, a space before lines that stay.
pub(super) fn sheet(question: &Question, decisions: &Decisions) -> String {
    let sign = |goes: bool| if goes { '-' } else { ' ' };
    let near = |n: &super::question::ContextLine| format!("{}{}\n", sign(n.goes(decisions)), n.text);
    let mut out: String = question.before.iter().map(near).collect();
    out.extend(question.items.iter().map(|i| format!("{}{}\n", sign(question.goes), i.text)));
    out.extend(question.after.iter().map(near));
    out
}

/// The answers in an edited sheet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edited {
    /// One answer for each line of the question.
    pub(super) answers: Vec<Answer>,
    /// Context lines that were marked as junk.
    pub(super) junk: Vec<String>,
}

/// Reads an edited sheet. Lines that begin with `#` are ignored.
///
/// # Errors
/// If anything but the signs was changed.
pub(super) fn read_sheet(question: &Question, given: &str, text: &str) -> Result<Edited, String> {
    let own = |t: &str| -> Vec<String> {
        lines(t).map(|l: Line| t[l.span.range()].to_owned()).filter(|l| !l.starts_with('#')).collect()
    };
    let (old, new) = (own(given), own(text));
    if old.len() != new.len() {
        return Err(format!("{} lines were given, {} came back; only the signs may change", old.len(), new.len()));
    }
    let mut edited = Edited { answers: Vec::new(), junk: Vec::new() };
    let items = question.before.len()..question.before.len() + question.items.len();
    for (at, (old, new)) in old.iter().zip(&new).enumerate() {
        // Editors may trim the sign of an empty line.
        let (sign, line) = (new.chars().next().unwrap_or(' '), new.get(1..).unwrap_or_default());
        if line != &old[1..] || !matches!(sign, '-' | ' ') {
            return Err(format!("line {} is another one; only the signs may change", at + 1));
        }
        if items.contains(&at) {
            edited.answers.push(if sign == '-' { Answer::Accept } else { Answer::Reject });
        } else if sign == '-' && !old.starts_with('-') {
            edited.junk.push(line.to_owned());
        } else if sign == ' ' && old.starts_with('-') {
            return Err(format!("line {} belongs to another question; answer it there", at + 1));
        }
    }
    Ok(edited)
}

#[cfg(test)]
mod tests {
    use super::*;
    use dechaff::Cleaner;

    const TEXTS: [&str; 3] = [
        "It rained all day, said the miller.\n\nLeave a Reply\nName *\nEmail *\n",
        "It snowed.\n\nShare this: Facebook\n\nIt snowed again on Sunday.\n\nAlso Read: The Bridge Is Open\n",
        "It was dry.\n\nShare this: Twitter\n",
    ];

    fn sitting(by_rule: bool) -> Sitting {
        let cleaner = Cleaner::builder().build().expect("good rules");
        let mut all = Questions::default();
        for (at, text) in TEXTS.iter().enumerate() {
            all.merge(Questions::of(&format!("{at}.txt"), &cleaner.clean(text), &Decisions::default()));
        }
        Sitting::new(all, Decisions::default(), by_rule)
    }

    fn shown(sitting: &Sitting) -> &str {
        sitting.question().map_or("end", |q| q.items[0].removed())
    }

    #[test]
    fn answers_go_forward_and_undo_comes_back() {
        let mut sitting = sitting(false);
        assert_eq!((shown(&sitting), sitting.open(true)), ("Leave a Reply", 4));
        assert!(!sitting.go(Move::Undo) && !sitting.go(Move::Back));
        sitting.go(Move::Text(Answer::Accept));
        assert_eq!((shown(&sitting), sitting.decisions.len(), sitting.open(true)), ("Share this: Facebook", 3, 3));
        sitting.go(Move::Rest(Answer::Reject));
        assert_eq!((shown(&sitting), sitting.decisions.len()), ("Share this: Twitter", 5));
        sitting.go(Move::Undo);
        assert_eq!((shown(&sitting), sitting.decisions.len()), ("Share this: Facebook", 3));
        sitting.go(Move::Undo);
        assert_eq!((shown(&sitting), sitting.decisions.is_empty()), ("Leave a Reply", true));
    }

    #[test]
    fn a_rule_is_decided_for_all() {
        let mut sitting = sitting(false);
        sitting.go(Move::Next);
        sitting.go(Move::Rule(Answer::Reject));
        assert_eq!(shown(&sitting), "Also Read: The Bridge Is Open");
        sitting.go(Move::Next);
        assert_eq!(shown(&sitting), "end");
        assert!(sitting.go(Move::Back) && sitting.go(Move::Back));
        assert_eq!(shown(&sitting), "Leave a Reply");
    }

    #[test]
    fn by_rule_the_rest_is_the_rules() {
        let mut sitting = sitting(true);
        assert_eq!(shown(&sitting), "Leave a Reply");
        sitting.go(Move::Next);
        assert_eq!(shown(&sitting), "Share this: Facebook");
        sitting.go(Move::Rest(Answer::Accept));
        assert_eq!(shown(&sitting), "Also Read: The Bridge Is Open");
    }

    #[test]
    fn suspects_come_behind_and_are_no_rest_of_removals() {
        let rules = "[[rule]]\nid = \"site/perhaps\"\ncertainty = \"suspect\"\nmatch = \"line\"\nphrases = [\"perhaps a label:\"]\n\
                     reason = \"a test\"\nremoves = [\"Perhaps a label:\"]\nkeeps = [\"A label.\"]\n";
        let cleaner = Cleaner::builder().rules("t.toml", rules).select(["site", "share"]).build().expect("good rules");
        let text = "Perhaps a label:\nIt snowed.\n\nShare this: Facebook\n";
        let mut sitting = Sitting::new(
            Questions::of("a.txt", &cleaner.clean(text), &Decisions::default()),
            Decisions::default(),
            false,
        );
        assert_eq!((shown(&sitting), sitting.other_suspects()), ("Share this: Facebook", 1));
        sitting.add_suspects();
        assert_eq!(
            (sitting.other_suspects(), sitting.rest().count(), sitting.open(true), sitting.open(false)),
            (0, 1, 1, 1)
        );
        sitting.go(Move::Rest(Answer::Accept));
        assert_eq!((shown(&sitting), sitting.decisions.len()), ("Perhaps a label:", 1));
        let Stage { number, all, open } = sitting.stage();
        assert_eq!((number, all, open), (1, 1, 1));
        sitting.go(Move::Text(Answer::Reject));
        assert_eq!((shown(&sitting), sitting.open(false)), ("end", 0));
    }

    #[test]
    fn a_block_is_split_and_answered_line_by_line() {
        let mut sitting = sitting(false);
        sitting.go_by_line(&[Answer::Accept, Answer::Reject, Answer::Accept]);
        assert_eq!(sitting.decisions.answer("comments/reply-form", "Name *"), Some(Answer::Reject));
        sitting.go(Move::Undo);
        assert!(sitting.go(Move::Split) && !sitting.go(Move::Split));
        sitting.go(Move::Text(Answer::Accept));
        assert_eq!((shown(&sitting), sitting.open(true)), ("Name *", 5));
    }

    #[test]
    fn an_answer_is_taken_back_where_it_was_given_though_a_block_before_it_was_split() {
        let mut sitting = sitting(false);
        sitting.go(Move::Next);
        sitting.go(Move::Text(Answer::Accept));
        assert!(sitting.go(Move::Back) && sitting.go(Move::Split) && sitting.go(Move::Undo));
        assert_eq!((shown(&sitting), sitting.open(true)), ("Share this: Facebook", 6));
    }

    #[test]
    fn only_signs_may_be_edited() {
        let mut sitting = sitting(false);
        sitting.go(Move::Next);
        let question = sitting.question().expect("a question");
        let sheet = sheet(question, &sitting.decisions);
        assert_eq!(
            sheet,
            " It snowed.\n-Share this: Facebook\n It snowed again on Sunday.\n-Also Read: The Bridge Is Open\n"
        );
        let read = |text: &str| read_sheet(question, &sheet, text);
        assert_eq!(read(&format!("# help\n{sheet}")), Ok(Edited { answers: vec![Answer::Accept], junk: vec![] }));
        let marked = sheet.replace("-Share", " Share").replace(" It snowed.", "-It snowed.");
        assert_eq!(read(&marked), Ok(Edited { answers: vec![Answer::Reject], junk: vec!["It snowed.".into()] }));
        assert!(read(&sheet.replace("Sunday", "Monday")).is_err());
        assert!(read(&sheet.replace("-Also", " Also")).is_err());
        assert!(read("").is_err());
        // A suspect stays unless it is marked.
        let suspect = Question { goes: false, ..question.clone() };
        let unmarked = super::sheet(&suspect, &sitting.decisions);
        assert!(unmarked.contains("\n Share this: Facebook\n"), "{unmarked}");
        let answers = |text: &str| read_sheet(&suspect, &unmarked, text).map(|edited| edited.answers);
        assert_eq!(answers(&unmarked), Ok(vec![Answer::Reject]));
        assert_eq!(answers(&unmarked.replace("\n Share", "\n-Share")), Ok(vec![Answer::Accept]));
    }
}
