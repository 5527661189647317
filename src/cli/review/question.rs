//! The questions of a review: undecided removals and suspects, each text asked about once. How they look
//! lies in `screen`, what answers do in `sitting`.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;

use dechaff::{Answer, Certainty, Cleaned, Decisions, Removal, RuleId, Span, lines};

/// Context lines on either side of a question.
const CONTEXT: usize = 3;
/// Most lines of one question; a longer block is asked in pieces.
const LONGEST: usize = 40;
/// Most questions of one list, to bound memory; the rest waits for the next sitting.
const MOST: usize = 10_000;
/// Bytes of lines above which a list takes no more questions, to bound memory.
const ROOM: usize = 32 << 20;

/// A removal or suspect on one line.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    /// Line number, from 1.
    pub(crate) line: usize,
    /// The line.
    pub(crate) text: Arc<str>,
    /// The span in `text` that goes.
    pub(crate) cut: Span,
    /// Hash of rule and text: equal texts of one rule are asked about once.
    id: u64,
}

impl Item {
    /// The text that goes.
    pub(crate) fn removed(&self) -> &str {
        &self.text[self.cut.range()]
    }
}

/// A line around a question.
#[derive(Clone, Debug)]
pub(crate) struct ContextLine {
    pub(crate) line: usize,
    pub(crate) text: Arc<str>,
    /// The rule that removes this whole line, if one does.
    rule: Option<RuleId>,
}

impl ContextLine {
    /// True if a rule removes the line and it was not rejected since.
    pub(super) fn goes(&self, decisions: &Decisions) -> bool {
        self.rule.as_ref().is_some_and(|r| decisions.answer(r.as_str(), &self.text) != Some(Answer::Reject))
    }
}

/// Neighbouring removals of one rule, asked about together.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) document: Arc<str>,
    /// Why the document is held, if it is.
    pub(crate) held: Option<Arc<str>>,
    pub(crate) rule: RuleId,
    pub(crate) certainty: Certainty,
    pub(crate) reason: Arc<str>,
    pub(crate) evidence: String,
    /// True for a removal, which goes unless rejected; false for a suspect, which stays unless accepted.
    pub(crate) goes: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) before: Vec<ContextLine>,
    pub(crate) after: Vec<ContextLine>,
}

impl Question {
    fn bytes(&self) -> usize {
        let context_line = self.before.iter().chain(&self.after).map(|context_line| context_line.text.len());
        self.items.iter().map(|item| item.text.len()).chain(context_line).sum()
    }
}

/// In how many places and documents something occurs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Occurrences {
    pub(crate) places: u64,
    pub(crate) documents: u64,
}

impl Occurrences {
    fn add(&mut self, other: Self) {
        self.places += other.places;
        self.documents += other.documents;
    }
}

/// The questions of some documents, in order, and how much each answer decides.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    /// Questions about held documents, asked first.
    held: QuestionList,
    /// Questions about all other removals.
    others: QuestionList,
    /// Questions about suspects, in a list of their own so that they take no room from removals.
    suspects: QuestionList,
    texts: HashMap<u64, KnownText>,
    rules: BTreeMap<RuleId, Occurrences>,
}

/// Questions of one kind, bounded in number and bytes.
#[derive(Debug, Default)]
struct QuestionList {
    questions: Vec<Question>,
    /// Total bytes of the questions' lines.
    bytes: usize,
    /// Number of questions that do not fit into this sitting, by rule.
    left_out: BTreeMap<RuleId, u64>,
}

impl QuestionList {
    fn add(&mut self, question: Question) {
        if self.questions.len() < MOST && self.bytes < ROOM {
            self.bytes += question.bytes();
            self.questions.push(question);
        } else {
            *self.left_out.entry(question.rule).or_default() += 1;
        }
    }

    /// Adds the questions of later documents, except about texts that are asked about already.
    fn merge(&mut self, other: Self, texts: &HashMap<u64, KnownText>) {
        for mut question in other.questions {
            let is_asked = |text: &KnownText| text.goes || !question.goes;
            question.items.retain(|item| !texts.get(&item.id).is_some_and(is_asked));
            if !question.items.is_empty() {
                self.add(question);
            }
        }
        for (rule, count) in other.left_out {
            *self.left_out.entry(rule).or_default() += count;
        }
    }

    /// Number of questions left for the next sitting. Rules that were answered as a whole are left out.
    fn left_out(&self, decisions: &Decisions) -> u64 {
        let open = self.left_out.iter().filter(|(rule, _)| decisions.own_answer(rule.as_str(), None).is_none());
        open.map(|(_, count)| count).sum()
    }
}

/// Occurrences of a text that a rule removes or suspects.
#[derive(Clone, Copy, Debug, Default)]
struct KnownText {
    count: Occurrences,
    /// True if some document loses it. In others the rule may only suspect it.
    goes: bool,
}

impl Questions {
    /// The questions about one document.
    pub(super) fn of(name: &str, cleaned: &Cleaned<'_>, decisions: &Decisions) -> Self {
        let mut questions = Self::default();
        let text = cleaned.original();
        let open = |r: &&Removal| decisions.answer(r.rule.as_str(), &text[r.span.range()]).is_none();
        let removals = cleaned.removals().iter().filter(open).map(|r| (r, true));
        let mut verdicts: Vec<(&Removal, bool)> =
            removals.chain(cleaned.suspects().iter().filter(open).map(|r| (r, false))).collect();
        if verdicts.is_empty() {
            return questions;
        }
        verdicts.sort_by_key(|(r, _)| r.span.start);
        let mut page =
            DocumentLines { text, lines: lines(text).map(|l| l.span).collect(), cleaned, texts: HashMap::new() };
        let document: Arc<str> = Arc::from(name);
        let held: Option<Arc<str>> = cleaned.held().map(|h| Arc::from(h.to_string()));
        let mut rest = &verdicts[..];
        while let Some((first, goes)) = rest.first() {
            let run = rest.windows(2).take(LONGEST - 1);
            let run = 1 + run
                .take_while(|w| w[1].0.rule == first.rule && w[1].1 == *goes && page.are_neighbours(w[0].0, w[1].0))
                .count();
            let (own, behind) = rest.split_at(run);
            rest = behind;
            questions.add(Question {
                document: Arc::clone(&document),
                held: held.clone(),
                rule: first.rule.clone(),
                certainty: first.certainty,
                reason: Arc::clone(&first.reason),
                evidence: first.evidence.clone(),
                goes: *goes,
                items: own.iter().map(|(r, _)| page.item(r)).collect(),
                before: page.context_above(first),
                after: page.context_below(own.last().map_or(first, |(r, _)| r)),
            });
        }
        questions.count();
        questions
    }

    /// Adds a question about the document at hand.
    fn add(&mut self, question: Question) {
        for item in &question.items {
            let text = self.texts.entry(item.id).or_default();
            text.count.places += 1;
            text.goes |= question.goes;
            self.rules.entry(question.rule.clone()).or_default().places += 1;
        }
        let list = match (question.goes, &question.held) {
            (false, _) => &mut self.suspects,
            (true, Some(_)) => &mut self.held,
            (true, None) => &mut self.others,
        };
        list.questions.push(question);
    }

    /// Finishes the questions of one document: sets its counts to one document, and keeps each text once.
    fn count(&mut self) {
        self.texts.values_mut().for_each(|text| text.count.documents = 1);
        self.rules.values_mut().for_each(|c| c.documents = 1);
        let mut seen = HashSet::new();
        for list in [&mut self.held, &mut self.others, &mut self.suspects] {
            list.questions.iter_mut().for_each(|q| q.items.retain(|item| seen.insert(item.id)));
            list.questions.retain(|q| !q.items.is_empty());
        }
    }

    /// Adds the questions of later documents; equal texts are asked about once. A text that some document
    /// loses is asked about as a removal, even if it was a suspect before.
    pub(crate) fn merge(&mut self, other: Self) {
        self.held.merge(other.held, &self.texts);
        self.others.merge(other.others, &self.texts);
        self.suspects.merge(other.suspects, &self.texts);
        for (id, text) in other.texts {
            let mine = self.texts.entry(id).or_default();
            mine.count.add(text.count);
            mine.goes |= text.goes;
        }
        for (rule, count) in other.rules {
            self.rules.entry(rule).or_default().add(count);
        }
    }

    /// Takes the questions about removals, in the order in which they are asked.
    pub(super) fn take(&mut self, by_rule: bool) -> Vec<Question> {
        let mut all = std::mem::take(&mut self.held.questions);
        all.append(&mut self.others.questions);
        self.ordered(all, by_rule)
    }

    /// Takes the questions about suspects, in the order in which they are asked.
    pub(super) fn take_suspects(&mut self, by_rule: bool) -> Vec<Question> {
        let all = std::mem::take(&mut self.suspects.questions);
        self.ordered(all, by_rule)
    }

    fn ordered(&self, mut questions: Vec<Question>, by_rule: bool) -> Vec<Question> {
        if by_rule {
            let busiest = |q: &Question| std::cmp::Reverse(self.for_rule(&q.rule).places);
            questions.sort_by(|a, b| (busiest(a), &a.rule).cmp(&(busiest(b), &b.rule)));
        }
        questions
    }

    /// Number of open questions about suspects that were not taken yet.
    pub(super) fn open_suspects(&self, decisions: &Decisions) -> u64 {
        let open = self.suspects.questions.iter().filter(|q| is_open(q, decisions)).count();
        open as u64 + self.suspects.left_out(decisions)
    }

    /// Occurrences of the rarest and of the commonest text of a question.
    pub(super) fn alike(&self, question: &Question) -> (Occurrences, Occurrences) {
        let counts = || question.items.iter().filter_map(|item| Some(self.texts.get(&item.id)?.count));
        let places = |c: &Occurrences| c.places;
        (counts().min_by_key(places).unwrap_or_default(), counts().max_by_key(places).unwrap_or_default())
    }

    /// Number of questions left for the next sitting, those about suspects only if `suspects`.
    pub(super) fn left_out(&self, decisions: &Decisions, suspects: bool) -> u64 {
        let removals = self.held.left_out(decisions) + self.others.left_out(decisions);
        removals + if suspects { self.suspects.left_out(decisions) } else { 0 }
    }

    pub(super) fn for_rule(&self, rule: &RuleId) -> Occurrences {
        self.rules.get(rule).copied().unwrap_or_default()
    }
}

/// True if a text of the question is undecided.
pub(super) fn is_open(question: &Question, decisions: &Decisions) -> bool {
    question.items.iter().any(|item| decisions.answer(question.rule.as_str(), item.removed()).is_none())
}

/// The answer to a question, if all its texts have the same.
pub(super) fn answer_to(question: &Question, decisions: &Decisions) -> Option<Answer> {
    let mut answers = question.items.iter().map(|i| decisions.answer(question.rule.as_str(), i.removed()));
    let first = answers.next()??;
    answers.all(|a| a == Some(first)).then_some(first)
}

/// The lines of a document while its questions are gathered.
struct DocumentLines<'c> {
    text: &'c str,
    lines: Vec<Span>,
    cleaned: &'c Cleaned<'c>,
    /// Lines that questions share, by index.
    texts: HashMap<usize, Arc<str>>,
}

impl DocumentLines<'_> {
    fn raw(&self, line: usize) -> &str {
        &self.text[self.lines[line].range()]
    }

    fn shared(&mut self, line: usize) -> Arc<str> {
        let raw = &self.text[self.lines[line].range()];
        Arc::clone(self.texts.entry(line).or_insert_with(|| raw.into()))
    }

    fn is_blank(&self, line: usize) -> bool {
        self.raw(line).trim().is_empty()
    }

    /// True if only blank lines lie between two removals.
    fn are_neighbours(&self, a: &Removal, b: &Removal) -> bool {
        (a.line..b.line.saturating_sub(1)).all(|line| self.is_blank(line))
    }

    fn item(&mut self, removal: &Removal) -> Item {
        let line = self.lines[removal.line - 1];
        let text = self.shared(removal.line - 1);
        let cut = Span::new(removal.span.start - line.start, removal.span.end - line.start);
        let hasher = BuildHasherDefault::<DefaultHasher>::default();
        let id = hasher.hash_one((removal.rule.as_str(), Decisions::key(&text[cut.range()])));
        Item { line: removal.line, text, cut, id }
    }

    fn context_line(&mut self, line: usize) -> ContextLine {
        let removals = self.cleaned.removals();
        let at = removals.partition_point(|r| r.line <= line);
        let whole = removals.get(at).filter(|r| r.line == line + 1 && r.span == self.lines[line]);
        ContextLine { line: line + 1, rule: whole.map(|r| r.rule.clone()), text: self.shared(line) }
    }

    fn context_above(&mut self, first: &Removal) -> Vec<ContextLine> {
        let above = (0..first.line - 1).rev().filter(|l| !self.is_blank(*l)).take(CONTEXT);
        let above: Vec<usize> = above.collect();
        above.into_iter().rev().map(|line| self.context_line(line)).collect()
    }

    fn context_below(&mut self, last: &Removal) -> Vec<ContextLine> {
        let below = (last.line..self.lines.len()).filter(|l| !self.is_blank(*l)).take(CONTEXT);
        let below: Vec<usize> = below.collect();
        below.into_iter().map(|line| self.context_line(line)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dechaff::Cleaner;

    fn questions(decisions: &Decisions, texts: &[&str]) -> Questions {
        let cleaner = Cleaner::builder().build().expect("good rules");
        let mut all = Questions::default();
        for (at, text) in texts.iter().enumerate() {
            all.merge(Questions::of(&format!("{at}.txt"), &cleaner.clean(text), decisions));
        }
        all
    }

    const FORM: &str = "It rained all day, said the miller.\n\nLeave a Reply\nName *\n\nEmail *\n";

    #[test]
    fn a_block_is_one_question_and_what_is_alike_is_asked_once() {
        let mut all = questions(&Decisions::default(), &[FORM, FORM, "It snowed.\n\nShare this: Facebook\n"]);
        let list = all.take(false);
        assert_eq!(list.len(), 2);
        let form = &list[0];
        assert_eq!((form.items.len(), &*form.document, form.goes), (3, "0.txt", true));
        assert_eq!((form.before[0].line, form.items[2].line, form.items[2].removed()), (1, 6, "Email *"));
        let twice = Occurrences { places: 2, documents: 2 };
        assert_eq!(all.alike(form), (twice, twice));
        assert_eq!(all.for_rule(&form.rule), Occurrences { places: 6, documents: 2 });
        assert_eq!(&*list[1].document, "2.txt");
    }

    #[test]
    fn what_is_decided_is_not_asked() {
        let mut decisions = Decisions::default();
        for text in ["Leave a Reply", "Name *"] {
            decisions.decide("comments/reply-form", Some(text), Answer::Accept);
        }
        let list = questions(&decisions, &[FORM]).take(false);
        assert_eq!(list.iter().flat_map(|q| &q.items).map(Item::removed).collect::<Vec<_>>(), ["Email *"]);
        decisions.decide("comments/reply-form", None, Answer::Accept);
        assert!(questions(&decisions, &[FORM]).take(false).is_empty());
    }

    #[test]
    fn what_does_not_fit_waits_for_the_next_sitting() {
        let text = |name: &str| format!("It rained all day, said the miller.\n\nShare this: {name}\n");
        let mut decisions = Decisions::default();
        let mut all = questions(&decisions, &[&text("Facebook")]);
        assert_eq!(all.others.bytes, "It rained all day, said the miller.Share this: Facebook".len());
        all.others.bytes = ROOM;
        all.merge(questions(&decisions, &[&text("Twitter")]));
        assert_eq!((all.take(false).len(), all.left_out(&decisions, false)), (1, 1));
        decisions.decide("share/jetpack-share-like", None, Answer::Accept);
        assert_eq!(all.left_out(&decisions, false), 0);
    }

    #[test]
    fn suspects_stand_apart_and_a_text_that_goes_somewhere_is_a_removal() {
        let rules = "[[rule]]\nid = \"site/perhaps\"\ncertainty = \"CERTAINTY\"\nmatch = \"line\"\nphrases = [\"perhaps a label:\"]\n\
                     reason = \"a test\"\nremoves = [\"Perhaps a label:\"]\nkeeps = [\"A label.\"]\n";
        let of = |name: &str, certainty: &str| {
            let rules = rules.replace("CERTAINTY", certainty);
            let cleaner = Cleaner::builder().builtin(false).rules("t.toml", &rules).build().expect("good rules");
            let text = "It rained all day.\n\nPerhaps a label:\n";
            Questions::of(name, &cleaner.clean(text), &Decisions::default())
        };
        let mut decisions = Decisions::default();
        for (first, second, removals) in [("suspect", "likely", 1), ("likely", "suspect", 1), ("suspect", "suspect", 0)]
        {
            let mut all = of("a.txt", first);
            all.merge(of("b.txt", second));
            let asked = all.take(false);
            assert_eq!(asked.len(), removals, "{first}, {second}");
            assert!(asked.iter().all(|q| q.goes && all.alike(q).0 == Occurrences { places: 2, documents: 2 }));
            assert_eq!(all.open_suspects(&decisions), u64::from(first == "suspect"));
            assert!(all.take_suspects(false).iter().all(|q| !q.goes && &*q.document == "a.txt"));
        }
        decisions.decide("site/perhaps", None, Answer::Reject);
        assert_eq!(of("a.txt", "suspect").open_suspects(&decisions), 0);
    }

    #[test]
    fn the_busiest_rule_comes_first() {
        let share = "It snowed.\n\nShare this: Facebook\n";
        let list = questions(&Decisions::default(), &[share, FORM]).take(true);
        assert_eq!(list[0].rule.as_str(), "comments/reply-form");
    }
}
