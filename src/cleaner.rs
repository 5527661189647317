//! The engine's front: a `Cleaner` is built once and cleans any number of documents, from any thread.

mod cleaned;
mod explanation;

use std::cmp::Reverse;
use std::sync::Arc;

use crate::cut;
use crate::decisions::{Answer, Decisions};
use crate::detect::detail::Detail;
use crate::detect::features::UnitFeatures;
use crate::detect::models::Models;
use crate::detect::page::Page;
use crate::detect::{KindModel, Reader, Scorer, loss};
use crate::document::{Document, Span};
use crate::error::{RuleError, RuleFault};
use crate::learn::Learned;
use crate::removal::{Certainty, Protected, Removal, RuleId};
use crate::rules::{self, Profile, Rule, RuleSet, Selection};
use crate::settle::settle;
pub use cleaned::{Cleaned, Held};
use cleaned::{PASSES, Shown};
pub use explanation::{Explanation, LineVerdict};

/// Share of the words of sentence-shaped lines over which a document is held.
pub const MAX_REMOVED: f64 = 0.4;

/// Collects rules and options for a [`Cleaner`].
#[derive(Clone, Debug)]
pub struct CleanerBuilder {
    builtin: bool,
    files: Vec<(String, String)>,
    selection: Selection,
    max_removed: f64,
    models: Models,
    learned_files: Vec<(String, String)>,
    learned: Vec<Learned>,
    decisions: Decisions,
    suspects: bool,
    evidence: bool,
}

impl Default for CleanerBuilder {
    fn default() -> Self {
        Self {
            builtin: true,
            files: Vec::new(),
            selection: Selection::default(),
            max_removed: MAX_REMOVED,
            models: Models::default(),
            learned_files: Vec::new(),
            learned: Vec::new(),
            decisions: Decisions::default(),
            suspects: true,
            evidence: true,
        }
    }
}

impl CleanerBuilder {
    /// Whether the built-in packs are used; the default is yes.
    #[must_use]
    pub fn builtin(mut self, yes: bool) -> Self {
        self.builtin = yes;
        self
    }

    /// Adds the text of a rule file; `name` is what messages call it. A rule replaces an earlier one of the same id.
    #[must_use]
    pub fn rules(mut self, name: &str, toml: &str) -> Self {
        self.files.push((name.to_owned(), toml.to_owned()));
        self
    }

    /// Which certainties are removed.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.selection.profile = profile;
        self
    }

    /// Uses only these rules: ids or families. Without it, all but the families of policy.
    #[must_use]
    pub fn select<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.selection.select = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Uses these rules (ids or families) besides those that are on.
    #[must_use]
    pub fn extend_select<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.selection.extend_select.extend(names.into_iter().map(Into::into));
        self
    }

    /// Leaves these rules (ids or families) out.
    #[must_use]
    pub fn ignore<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.selection.ignore.extend(names.into_iter().map(Into::into));
        self
    }

    /// The share, 0 to 1, of the words of sentence-shaped lines over which a document is held. The default, also for NaN, is
    /// [`MAX_REMOVED`].
    #[must_use]
    pub fn max_removed(mut self, share: f64) -> Self {
        self.max_removed = if share.is_nan() { MAX_REMOVED } else { share };
        self
    }

    /// Judges lines with another model than the shipped one; see `training/` for how to make one.
    #[must_use]
    pub fn scorer(mut self, scorer: Scorer) -> Self {
        self.models.lines = scorer;
        self
    }

    /// Tells what a page is with another model than the shipped one.
    #[must_use]
    pub fn kinds(mut self, model: KindModel) -> Self {
        self.models.kinds = model;
        self
    }

    /// Judges lines on pages of sources that are known with another model than the shipped one.
    #[must_use]
    pub fn repeated_scorer(mut self, scorer: Scorer) -> Self {
        self.models.repeated = scorer;
        self
    }

    /// Adds the text of a learned file; `name` is what messages call it. What several files say of a source is joined.
    #[must_use]
    pub fn learned_file(mut self, name: &str, toml: &str) -> Self {
        self.learned_files.push((name.to_owned(), toml.to_owned()));
        self
    }

    /// Takes away what sources repeat, as it was learned in this run.
    #[must_use]
    pub fn learned(mut self, learned: Learned) -> Self {
        self.learned.push(learned);
        self
    }

    /// Follows the answers of a review: what was accepted goes, whatever the profile, and does not count towards
    /// [`max_removed`](Self::max_removed); what was rejected stays.
    #[must_use]
    pub fn decisions(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }

    /// Whether [`Cleaned::suspects`] is filled; the default is yes. Cleaning is faster without.
    #[must_use]
    pub const fn suspects(mut self, yes: bool) -> Self {
        self.suspects = yes;
        self
    }

    /// Whether [`Removal::evidence`] is filled; the default is yes. Cleaning is faster without.
    #[must_use]
    pub const fn evidence(mut self, yes: bool) -> Self {
        self.evidence = yes;
        self
    }

    /// Reads the rules and builds the matcher.
    ///
    /// # Errors
    /// All faults of all rule files and of the selection, at once.
    pub fn build(self) -> Result<Cleaner, RuleError> {
        let mut faults: Vec<RuleFault> = Vec::new();
        let mut rules = if self.builtin { rules::shipped(&mut faults) } else { RuleSet::default() };
        for (name, toml) in &self.files {
            rules.add(name, toml, &mut faults);
        }
        for (name, toml) in &self.learned_files {
            rules.add_learned_file(name, toml, &mut faults);
        }
        for learned in self.learned {
            rules.add_learned(learned.into_sources());
        }
        self.selection.check(&rules, &mut faults);
        if !faults.is_empty() {
            return Err(RuleError::new(faults));
        }
        let mut strange = Vec::new();
        let answered =
            Selection { select: Some(self.decisions.rules().map(str::to_owned).collect()), ..Selection::default() };
        answered.check(&rules, &mut strange);
        let policy = rules.take_policy(|rule| self.selection.wants(rule));
        rules.retain(|rule| self.selection.wants(rule));
        Ok(Cleaner {
            reader: Reader::new(rules, policy, Arc::new(self.models)),
            profile: self.selection.profile,
            max_removed: self.max_removed,
            decisions: self.decisions,
            strange,
            suspects: self.suspects,
            evidence: self.evidence,
        })
    }
}

/// Finds and deletes junk. Building takes milliseconds: build it once and share it between threads.
///
/// ```
/// use dechaff::Cleaner;
///
/// let cleaner = Cleaner::builder().build()?;
/// let cleaned = cleaner.clean("The bridge opens on Friday, the mayor said.\n\nShare this: Facebook Twitter\n");
/// assert_eq!(cleaned.text(), "The bridge opens on Friday, the mayor said.\n");
/// assert_eq!(cleaned.removals()[0].family.as_str(), "share");
/// # Ok::<(), dechaff::RuleError>(())
/// ```
#[derive(Debug)]
pub struct Cleaner {
    reader: Reader,
    profile: Profile,
    max_removed: f64,
    decisions: Decisions,
    /// Faults of the decisions: rules that there are not.
    strange: Vec<RuleFault>,
    suspects: bool,
    evidence: bool,
}

impl Cleaner {
    /// Starts with the built-in rules and the default profile.
    #[must_use]
    pub fn builder() -> CleanerBuilder {
        CleanerBuilder::default()
    }

    /// The rules in force.
    #[must_use]
    pub fn rules(&self) -> &RuleSet {
        self.reader.matchers.rules()
    }

    /// Rules that the decisions name and that there are not, each with the name that was meant, if one is alike.
    pub fn strange_decisions(&self) -> impl Iterator<Item = String> + '_ {
        self.strange.iter().map(|fault| format!("{}; {}", fault.message, fault.remedy))
    }

    /// Follows other answers of a review from now on, without building anew; see [`CleanerBuilder::decisions`].
    pub fn follow(&mut self, decisions: Decisions) {
        self.decisions = decisions;
    }

    /// Cleans a text.
    #[must_use]
    pub fn clean<'t>(&self, text: &'t str) -> Cleaned<'t> {
        self.clean_document(&Document::new(text))
    }

    /// Cleans a document; its other fields, such as the title, help to judge the text.
    #[must_use]
    pub fn clean_document<'t>(&self, document: &Document<'t>) -> Cleaned<'t> {
        let original = document.text;
        if is_tiny(original) {
            let (removals, cuts) = (Vec::new(), Vec::new());
            return Cleaned { original, removals, shown: Shown::default(), cuts, held: None };
        }
        let mut page = Page::read(document, &self.reader.matchers);
        self.clean_page(document, &mut page)
    }

    fn clean_page<'t>(&self, document: &Document<'t>, page: &mut Page<'_>) -> Cleaned<'t> {
        let original = document.text;
        let mut removals: Vec<Removal> = Vec::new();
        let mut protected: Vec<Protected> = Vec::new();
        let mut cuts: Vec<Span> = Vec::new();
        let is_accepted =
            |rule: &RuleId, text: &str| self.decisions.answer(rule.as_str(), text) == Some(Answer::Accept);
        let mut detail =
            Detail { least: self.least(), removes: self.removes(), is_accepted: None, evidence: self.evidence };
        let mut detectors = self.reader.detectors();
        let mut left = page.all();
        for _ in 0..PASSES {
            let (found, kept) = self.reader.read(page, &left, &mut detectors, detail);
            protected.extend(kept);
            let (found, mut shown) = self.decide(original, found, detail.is_accepted.is_some());
            if found.is_empty() && detail.is_accepted.is_none() && !self.decisions.is_empty() {
                // What goes anyway went first, so that accepting it changes nothing; now what only goes by an answer.
                detail.is_accepted = Some(&is_accepted);
                continue;
            }
            if found.is_empty() {
                shown.protected = foremost(protected, &removals);
                return self.judge(document, page, removals, shown, cuts);
            }
            removals.extend(found);
            removals = settle(removals);
            let removed: Vec<Span> = removals.iter().map(|r| r.span).collect();
            cuts = cut::cuts(original, page.lines().iter().map(|facts| facts.line), &removed);
            left = page.left(&cuts);
        }
        Cleaned { original, removals, shown: Shown::default(), cuts: Vec::new(), held: Some(Held::Restless) }
    }

    /// The least certainty that removes.
    fn removes(&self) -> Certainty {
        Certainty::ALL.iter().copied().filter(|c| self.profile.removes(*c)).min().unwrap_or(Certainty::Certain)
    }

    /// The least certainty that removes or is shown.
    fn least(&self) -> Certainty {
        let shows = self.suspects || !self.decisions.is_empty();
        if shows { Certainty::Suspect } else { self.removes() }
    }

    /// Splits verdicts into those that go and those that are shown; suspects that a review accepted go only if `accepts`. Verdicts are
    /// settled before the answers of a review are applied, so that a text that was rejected does not go by the next best rule.
    fn decide(&self, text: &str, found: Vec<Removal>, accepts: bool) -> (Vec<Removal>, Shown) {
        let (found, suspects): (Vec<_>, Vec<_>) = found.into_iter().partition(|r| self.profile.removes(r.certainty));
        if self.decisions.is_empty() {
            let suspects = if self.suspects { settle(suspects) } else { Vec::new() };
            return (found, Shown { suspects, ..Shown::default() });
        }
        let answer = |r: &Removal| self.decisions.answer(r.rule.as_str(), &text[r.span.range()]);
        let (mut found, mut suspects) = (settle(found), settle(suspects));
        let is_rejected = |r: &mut Removal| answer(r) == Some(Answer::Reject);
        let mut rejected: Vec<Removal> = found.extract_if(.., is_rejected).collect();
        rejected.extend(suspects.extract_if(.., is_rejected));
        rejected.sort_by_key(|r| r.span.start);
        found.extend(suspects.extract_if(.., |r| accepts && answer(r) == Some(Answer::Accept)));
        if !self.suspects {
            suspects.clear();
        }
        (found, Shown { suspects, rejected, ..Shown::default() })
    }

    fn judge<'t>(
        &self,
        document: &Document<'t>,
        page: &Page<'_>,
        removals: Vec<Removal>,
        shown: Shown,
        cuts: Vec<Span>,
    ) -> Cleaned<'t> {
        let original = document.text;
        let undecided =
            removals.iter().filter(|r| self.decisions.answer(r.rule.as_str(), &original[r.span.range()]).is_none());
        let undecided: Vec<&Removal> = undecided.collect();
        let much = |within| loss::share_over(self.max_removed, page, &self.reader.matchers, within, &undecided);
        // Most sentences of a whole page may well be the page's; then those of the article count.
        let everything = Span::new(0, original.len());
        let held = !removals.is_empty() && much(everything).is_some();
        let share = held.then(|| much(self.reader.body(page))).flatten();
        let is_emptied = || self.max_removed < 1.0 && loss::takes_only_line(page, &undecided);
        if let Some(share) = share.or_else(|| is_emptied().then_some(1.0)) {
            let held = Some(Held::TooMuch { share, limit: self.max_removed });
            return Cleaned { original, removals, shown, cuts: Vec::new(), held };
        }
        Cleaned { original, removals, shown, cuts, held: None }
    }
}

/// True for a text of a few letters. It is no button of a page, but all that there is.
fn is_tiny(text: &str) -> bool {
    const LETTERS: usize = 4;
    text.len() < 256 && text.chars().filter(|c| c.is_alphanumeric()).take(LETTERS).count() < LETTERS
}

/// The overruled verdicts that would have removed something, without those that lie within another one.
fn foremost(mut protected: Vec<Protected>, removals: &[Removal]) -> Vec<Protected> {
    // A line that stayed with others in one pass may have gone with them in a later one.
    protected.retain(|p| {
        let next = removals.partition_point(|r| r.span.end <= p.removal.span.start);
        removals.get(next).is_none_or(|r| r.span.start > p.removal.span.start || r.span.end < p.removal.span.end)
    });
    protected.sort_by_key(|p| (p.removal.span.start, Reverse((p.removal.span.end, p.removal.certainty))));
    let mut covered = 0;
    protected.retain(|p| {
        let is_new = p.removal.span.end > covered;
        covered = covered.max(p.removal.span.end);
        is_new
    });
    protected
}

impl Cleaner {
    #[doc(hidden)]
    #[must_use]
    pub fn features(&self, document: &Document<'_>) -> (Vec<i16>, Vec<UnitFeatures>) {
        self.reader.features(document)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn text_feature_names() -> Vec<String> {
        crate::detect::features::text_names()
    }

    #[doc(hidden)]
    #[must_use]
    pub fn repeated_features(&self, document: &Document<'_>) -> Vec<UnitFeatures> {
        self.reader.repeated_features(document)
    }

    #[doc(hidden)]
    #[must_use]
    pub fn feature_names() -> Vec<String> {
        crate::detect::features::names()
    }

    /// A cleaner with one rule of this one and nothing else, for testing the rule against its own evidence.
    pub(crate) fn only(&self, rule: &Rule) -> Self {
        Self {
            reader: Reader::new(self.rules().only(rule), RuleSet::default(), self.reader.models()),
            profile: Profile::Aggressive,
            max_removed: 1.0,
            decisions: Decisions::default(),
            strange: Vec::new(),
            suspects: true,
            evidence: true,
        }
    }
}
