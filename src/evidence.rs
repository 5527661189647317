//! Tests of rules: every rule alone against its own examples. `report::evidence` writes the results.

mod forms;

use std::collections::BTreeMap;

use crate::cleaner::{Cleaned, Cleaner, Held};
use crate::document::{Document, Span, is_blank, lines};
use crate::removal::{Certainty, RuleId};
use crate::rules::{Cost, Kind, LearnedLine, LearnedSource, Origin, Rule, Zone};
use crate::text::fold::fold;
use crate::text::key::key;
use forms::trimmed;

/// The result of one example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// The rule did what the example says.
    AsExpected,
    /// The rule should have removed more.
    Missing,
    /// The rule removed text that it should have kept.
    Noisy,
    /// The example cannot be tried: the rule applies only inside a block of other rules.
    Skipped,
    /// The rule lacks an example. It needs texts that it removes and texts that it keeps.
    Unproven,
}

impl Outcome {
    /// True if the rule or its examples have to be corrected.
    #[must_use]
    pub const fn is_failure(self) -> bool {
        matches!(self, Self::Missing | Self::Noisy | Self::Unproven)
    }

    /// The word for this outcome in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AsExpected => "as expected",
            Self::Missing => "missing",
            Self::Noisy => "noisy",
            Self::Skipped => "skipped",
            Self::Unproven => "unproven",
        }
    }
}

/// The claim that an example proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Claim {
    /// The rule removes every line of the example.
    Removes,
    /// The rule keeps every line of the example.
    Keeps,
    /// The rule leaves exactly the second text of a pair when it cleans the first.
    Cuts,
}

impl Claim {
    /// The name of the claim's field in rule files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Removes => "removes",
            Self::Keeps => "keeps",
            Self::Cuts => "cuts",
        }
    }
}

/// One example of one rule, tried.
#[derive(Clone, Debug)]
pub struct Example {
    /// The rule.
    pub rule: RuleId,
    /// The file and line of the rule.
    pub origin: Origin,
    /// The claim that the example proves.
    pub claim: Claim,
    /// The example; empty if it is missing.
    pub text: String,
    /// The result.
    pub outcome: Outcome,
    /// The place and the text that went wrong; empty unless the example failed.
    pub detail: String,
}

/// The results of all examples.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The number of rules that were tried.
    pub rules: usize,
    /// The number of these rules in each class of cost.
    pub costs: BTreeMap<Cost, usize>,
    /// The rules that are slow to run, each with the reason.
    pub dear: Vec<(RuleId, Origin, &'static str)>,
    /// The results, rule by rule.
    pub examples: Vec<Example>,
}

impl Report {
    /// The examples that failed or are missing.
    pub fn failures(&self) -> impl Iterator<Item = &Example> {
        self.examples.iter().filter(|e| e.outcome.is_failure())
    }

    /// The number of examples with this outcome.
    #[must_use]
    pub fn count(&self, outcome: Outcome) -> usize {
        self.examples.iter().filter(|e| e.outcome == outcome).count()
    }

    /// True if no example failed and no rule lacks one.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.failures().next().is_none()
    }
}

/// Tests the cleaner's rules, or only those of `file`, each against its own examples and without the other
/// rules.
///
/// An example is put into a small article of invented prose, at the places where its rule applies. A
/// `removes` example has to lose every line and a `keeps` example none, and the prose around it has to stay.
/// Of a pair in `cuts` exactly the second text has to remain of the first. Of a learned source, whose lines are its examples, the certain
/// and the likely ones have to go behind the prose, and those that are kept have to stay there.
#[must_use]
pub fn test(cleaner: &Cleaner, file: Option<&str>) -> Report {
    let mut report = Report::default();
    for rule in cleaner.rules().iter().filter(|r| file.is_none_or(|f| f == r.origin.file)) {
        report.rules += 1;
        *report.costs.entry(rule.cost()).or_default() += 1;
        report.dear.extend(rule.dear().map(|why| (rule.id.clone(), rule.origin.clone(), why)));
        Trial { rule, alone: cleaner.only(rule), report: &mut report }.run();
    }
    report
}

/// Paragraphs of invented words, which belong to no language, so that rules of every language apply; two
/// stand before an example and two behind it.
const PROSE: [&str; 4] = [
    "Vorlan teskit mirado pelun sortan kelvi brandu nosta fereli gumbra. Halten wirko bisnat dorvel sumika prodan \
     levit karso.",
    "Tolmer gresid ankova pluren dastik wermol hibsan corvit. Neldra vistok umbrel sanfor tiglan morwed.",
    "Kasdon felmir tuvasko brenlit gorsap wilden murtak sebrol. Dalvon pistrek ulmar fenwik torsel bandrik holvat.",
    "Sirkon weltam drofil nasbek lorvit tegman puldra hesvik. Ormat kelbru finsad wortil glemna vastor.",
];

/// The place of an example in its small article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Head,
    Middle,
    Tail,
    Alone,
}

impl Place {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Head => "before the prose",
            Self::Middle => "between the prose",
            Self::Tail => "behind the prose",
            Self::Alone => "alone",
        }
    }

    /// The paragraphs before and behind the example.
    const fn prose(self) -> (&'static [&'static str], &'static [&'static str]) {
        let (first, second) = PROSE.split_at(2);
        match self {
            Self::Head => (&[], second),
            Self::Middle => (first, second),
            Self::Tail => (first, &[]),
            Self::Alone => (&[], &[]),
        }
    }

    /// The article around a text, and the span of the text in it.
    fn article(self, text: &str) -> (String, Span) {
        let (before, after) = self.prose();
        let mut article = String::new();
        for paragraph in before {
            article.push_str(paragraph);
            article.push_str("\n\n");
        }
        let start = article.len();
        article.push_str(text);
        let end = article.len();
        for paragraph in after {
            article.push_str("\n\n");
            article.push_str(paragraph);
        }
        article.push('\n');
        (article, Span::new(start, end))
    }
}

/// The test of one rule.
struct Trial<'a> {
    rule: &'a Rule,
    /// A cleaner with this rule only.
    alone: Cleaner,
    report: &'a mut Report,
}

/// For a failure, its outcome and its detail.
type TrialResult = Result<(), (Outcome, String)>;

impl Trial<'_> {
    fn run(&mut self) {
        if let Kind::Learned(source) = &self.rule.kind {
            return self.learned(source);
        }
        let (rule, proof) = (self.rule, self.rule.evidence());
        if !rule.protects && proof.removes.is_empty() && proof.cuts.is_empty() {
            self.unproven(Claim::Removes, "it shows no text that it removes");
        }
        if proof.keeps.is_empty() {
            self.unproven(Claim::Keeps, "it shows no text that it keeps");
        }
        // Without other rules, a protecting rule removes the lines that it should keep, so the two claims
        // change places.
        let (taken, spared) = match rule.protects {
            false => ((Claim::Removes, &proof.removes), (Claim::Keeps, &proof.keeps)),
            true => ((Claim::Keeps, &proof.keeps), (Claim::Removes, &proof.removes)),
        };
        for text in taken.1 {
            self.each(taken.0, trimmed(text), self.places_to_remove(), Self::removes);
        }
        for text in spared.1 {
            self.each(spared.0, trimmed(text), self.places_to_keep(), Self::keeps);
        }
        for text in forms::in_all_forms(rule) {
            self.each(Claim::Removes, &text, self.places_to_remove(), Self::removes);
        }
        for (before, after) in &proof.cuts {
            let (before, after) = (trimmed(before), trimmed(after));
            self.each(Claim::Cuts, before, self.places_to_cut(), |trial, text, place| trial.cuts(text, after, place));
        }
    }

    /// Tries the lines of a learned source, those on most articles first.
    fn learned(&mut self, source: &LearnedSource) {
        for (_, line) in source.sorted() {
            if line.certainty == Some(Certainty::Suspect) {
                continue; // goes or stays by its neighbours
            }
            // Nothing tells the line of a fingerprint.
            let text = line_of(line);
            let places: &[Place] = if text.is_some() { &[Place::Tail] } else { &[] };
            let text = text.unwrap_or_default();
            match line.certainty {
                Some(_) => self.each(Claim::Removes, &text, places, Self::removes),
                None => self.each(Claim::Keeps, &text, places, Self::keeps),
            }
        }
    }

    /// The places where a rule has to remove an example. For blocks and detectors this is the end: a block
    /// needs more members where prose follows it, and a detector judges the whole document.
    fn places_to_remove(&self) -> &'static [Place] {
        match (&self.rule.kind, self.rule.zone) {
            (_, Zone::InBlock) => &[],
            (_, Zone::Head) => &[Place::Head],
            (_, Zone::Tail | Zone::End) | (Kind::Block(_) | Kind::Judgement | Kind::Learned(_), _) => &[Place::Tail],
            (Kind::Line(_), Zone::Edge) => &[Place::Head, Place::Tail],
            (Kind::Line(_), Zone::Anywhere) => &[Place::Middle, Place::Tail],
        }
    }

    fn places_to_keep(&self) -> &'static [Place] {
        match (&self.rule.kind, self.rule.zone) {
            (_, Zone::InBlock) => &[],
            (_, Zone::Head) => &[Place::Head],
            (_, Zone::Edge) => &[Place::Head, Place::Tail],
            (Kind::Line(_), Zone::Tail | Zone::End) => &[Place::Tail],
            (Kind::Judgement | Kind::Learned(_), _) => &[Place::Alone, Place::Middle, Place::Tail],
            (_, Zone::Anywhere | Zone::Tail | Zone::End) => &[Place::Middle, Place::Tail],
        }
    }

    fn places_to_cut(&self) -> &'static [Place] {
        match (&self.rule.kind, self.rule.zone) {
            (Kind::Block(_) | Kind::Judgement | Kind::Learned(_), _) => &[Place::Alone],
            (_, Zone::InBlock) => &[],
            (_, Zone::Head) => &[Place::Head],
            (_, Zone::Tail | Zone::End) => &[Place::Tail],
            (_, Zone::Edge) => &[Place::Head, Place::Tail],
            (_, Zone::Anywhere) => &[Place::Middle],
        }
    }

    /// Tries an example at every place, up to the first failure.
    fn each(&mut self, claim: Claim, text: &str, places: &[Place], judge: impl Fn(&Self, &str, Place) -> TrialResult) {
        let mut outcome = if places.is_empty() { Outcome::Skipped } else { Outcome::AsExpected };
        let mut detail = String::new();
        for place in places {
            if let Err((failure, what)) = judge(self, text, *place) {
                outcome = failure;
                detail = format!("{}: {what}", place.as_str());
                break;
            }
        }
        self.note(claim, text, outcome, detail);
    }

    fn removes(&self, text: &str, place: Place) -> TrialResult {
        let (article, example) = place.article(text);
        let cleaned = self.clean(&article)?;
        for line in lines(&article) {
            let shown = &article[line.span.range()];
            let taken = taken(&cleaned, line.span);
            if line.span.start < example.start || line.span.start > example.end {
                if taken > 0 {
                    return Err((Outcome::Noisy, format!("the prose around it goes: {shown}")));
                }
            } else if taken < line.span.len() && !is_blank(shown) {
                return Err((Outcome::Missing, format!("stays: {shown}")));
            }
        }
        Ok(())
    }

    fn keeps(&self, text: &str, place: Place) -> TrialResult {
        let (article, _) = place.article(text);
        let cleaned = self.clean(&article)?;
        match cleaned.removals().first() {
            None => Ok(()),
            Some(removal) => Err((Outcome::Noisy, format!("goes: {}", &article[removal.span.range()]))),
        }
    }

    fn cuts(&self, before: &str, after: &str, place: Place) -> TrialResult {
        let (article, _) = place.article(before);
        let (wanted, _) = place.article(after);
        let cleaned = self.clean(&article)?;
        let left = cleaned.text();
        if left == wanted {
            return Ok(());
        }
        let outcome = if left.len() > wanted.len() { Outcome::Missing } else { Outcome::Noisy };
        // Only the example can differ, so the message leaves out the prose around it.
        let (around, back) = place.article("");
        let shown = if left.len() >= around.len() {
            left.get(back.start..left.len() - (around.len() - back.end))
        } else {
            None
        };
        Err((outcome, format!("leaves: {}", shown.unwrap_or(&left))))
    }

    fn clean<'t>(&'t self, article: &'t str) -> Result<Cleaned<'t>, (Outcome, String)> {
        let folder = match &self.rule.kind {
            Kind::Learned(source) => Some(source.name.as_str()),
            _ => None,
        };
        let cleaned = self.alone.clean_document(&Document { folder, ..Document::new(article) });
        match cleaned.held() {
            Some(held @ Held::Restless) => Err((Outcome::Noisy, held.to_string())),
            _ => Ok(cleaned),
        }
    }

    fn unproven(&mut self, claim: Claim, detail: &str) {
        self.note(claim, "", Outcome::Unproven, detail.to_owned());
    }

    fn note(&mut self, claim: Claim, text: &str, outcome: Outcome, detail: String) {
        let (rule, origin) = (self.rule.id.clone(), self.rule.origin.clone());
        self.report.examples.push(Example { rule, origin, claim, text: text.to_owned(), outcome, detail });
    }
}

/// A line with the key of a learned one: the key itself, with a number in place of the sign for numbers.
fn line_of(line: &LearnedLine) -> Option<String> {
    let texts = [line.key.replace('#', "7"), line.key.clone()];
    texts.into_iter().find(|text| !text.is_empty() && key(&fold(text)) == line.key)
}

/// The number of bytes of a line that were cut.
fn taken(cleaned: &Cleaned<'_>, line: Span) -> usize {
    cleaned.cuts().iter().map(|c| c.end.min(line.end).saturating_sub(c.start.max(line.start))).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(toml: &str) -> Vec<(Claim, Outcome)> {
        let cleaner = Cleaner::builder().builtin(false).rules("mine.toml", toml).build().expect("good rules");
        test(&cleaner, None).examples.iter().map(|e| (e.claim, e.outcome)).collect()
    }

    const LABEL: &str = r#"
        [[rule]]
        id = "share/label"
        certainty = "certain"
        match = "line"
        phrases = ["share this:"]
        reason = "label of the share bar"
    "#;

    #[test]
    fn four_words_for_an_example() {
        let toml = format!(
            "{LABEL}
            removes = ['Share this:', 'Share that:']
            keeps = ['Share this with a friend.', \"A line.\\nShare this:\"]"
        );
        assert_eq!(
            outcomes(&toml),
            [
                (Claim::Removes, Outcome::AsExpected),
                (Claim::Removes, Outcome::Missing),
                (Claim::Keeps, Outcome::AsExpected),
                (Claim::Keeps, Outcome::Noisy),
            ]
        );
    }

    #[test]
    fn the_lines_of_a_source_are_its_examples() {
        let outcomes = |lines: &str| {
            let toml = format!("learned = 1\n[[source]]\nname = \"a, b\"\narticles = 9\nlines = [\n{lines}]\n");
            let cleaner = Cleaner::builder().builtin(false).rules("mine.toml", &toml).build().expect("good rules");
            let report = test(&cleaner, None);
            report.examples.iter().map(|e| (e.text.clone(), e.claim, e.outcome)).collect::<Vec<_>>()
        };
        let line = |certainty: &str, text: &str| {
            format!("{{ articles = 7, certainty = \"{certainty}\", tail = 7, same_below = 90, {text} }},\n")
        };
        let lines = [
            line("certain", "text = \"# comments\""),
            line("likely", "text = \"most read\""),
            line("suspect", "text = \"perhaps\""),
            line("keep", "text = \"notes\""),
            line("certain", "hash = \"00000000000000ff\""),
        ];
        let expected = [
            ("", Claim::Removes, Outcome::Skipped),
            ("7 comments", Claim::Removes, Outcome::AsExpected),
            ("most read", Claim::Removes, Outcome::AsExpected),
            ("notes", Claim::Keeps, Outcome::AsExpected),
        ];
        let expected = expected.map(|(text, claim, outcome)| (text.to_owned(), claim, outcome));
        assert_eq!(outcomes(&lines.concat()), expected);
    }

    #[test]
    fn only_the_file_that_was_asked_for() {
        let toml = format!("{LABEL}\nremoves = ['Share this:']\nkeeps = ['Share that:']");
        let cleaner = Cleaner::builder().builtin(false).rules("mine.toml", &toml).build().expect("good rules");
        assert_eq!(test(&cleaner, Some("other.toml")).rules, 0);
        let report = test(&cleaner, Some("mine.toml"));
        assert_eq!((report.rules, report.count(Outcome::AsExpected), report.is_good()), (1, 2, true));
    }

    #[test]
    fn examples_stand_where_the_rule_holds() {
        for place in [Place::Head, Place::Middle, Place::Tail, Place::Alone] {
            let (article, span) = place.article("an example");
            assert_eq!(&article[span.range()], "an example");
        }
        assert!(Place::Head.article("x").0.starts_with("x\n\n"));
        assert!(Place::Tail.article("x").0.ends_with("\n\nx\n"));
    }
}
