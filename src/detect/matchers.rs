//! The rules in force, ready to be looked up for a line. Where in a document a rule applies is not decided here.

use std::borrow::Cow;
use std::sync::Arc;

use crate::matching::{Hit, Matcher, Role};
use crate::removal::{Certainty, Family};
use crate::rules::{JUDGEMENTS, RuleSet, Zone};
use crate::text::fold::fold;

/// A set of rules and what finds their phrases.
#[derive(Debug)]
pub(crate) struct Matchers {
    rules: RuleSet,
    lines: Matcher,
    /// Rules about the end of a page: they meet paragraphs.
    endings: Matcher,
    /// Rules of policy that are off: they remove nothing, but know such lines.
    policy: (RuleSet, Matcher),
    reasons: Vec<Arc<str>>,
    /// Places of the judgements in the set, in the order of `JUDGEMENTS`; `None` for those that are off.
    judgements: Vec<Option<usize>>,
    protects: bool,
}

impl Matchers {
    pub fn new(rules: RuleSet, policy: RuleSet) -> Self {
        let off = Matcher::new(&policy, |rule| rule.zone != Zone::End);
        let reasons = rules.iter().map(|rule| Arc::from(rule.reason.as_str())).collect();
        let place = |id: &&str| rules.iter().position(|rule| rule.id.as_str() == *id);
        Self {
            lines: Matcher::new(&rules, |rule| rule.zone != Zone::End),
            endings: Matcher::new(&rules, |rule| rule.zone == Zone::End),
            policy: (policy, off),
            reasons,
            judgements: JUDGEMENTS.iter().map(place).collect(),
            protects: rules.iter().any(|rule| rule.protects),
            rules,
        }
    }

    pub const fn rules(&self) -> &RuleSet {
        &self.rules
    }

    /// What a rule says of its kind of junk; `rule` is its place in the set.
    pub fn reason(&self, rule: usize) -> Arc<str> {
        self.reasons[rule].clone()
    }

    /// Index in the set of the rule for a judgement; `None` if that rule is off.
    pub fn judgement(&self, id: &str) -> Option<usize> {
        JUDGEMENTS.iter().position(|j| *j == id).and_then(|at| self.judgements[at])
    }

    /// True if a rule protects lines.
    pub const fn protects(&self) -> bool {
        self.protects
    }

    /// Longest line, in bytes, that any rule may fire on.
    pub const fn max_bytes(&self) -> usize {
        self.lines.max_bytes()
    }

    /// The folded line and the rules that meet it; `None` for a line that is too long for any rule.
    pub fn line_hits(&self, raw: &str) -> Option<(String, Vec<Hit>)> {
        (raw.len() <= self.max_bytes()).then(|| {
            let folded = fold(raw);
            let hits = self.lines.hits(&self.rules, raw, &folded);
            (folded, hits)
        })
    }

    /// The rules that meet a piece of a line by itself.
    pub fn piece_hits(&self, raw: &str) -> Vec<Hit> {
        self.line_hits(raw).map(|(_, hits)| hits).unwrap_or_default()
    }

    /// True if any rule may be cut off the end or the start of a content line.
    pub fn knows_fragments(&self) -> bool {
        self.lines.knows_fragments()
    }

    /// True if a fragment that a rule knows could begin like this.
    pub fn may_be_fragment(&self, piece: &str) -> bool {
        self.lines.may_be_fragment(piece)
    }

    /// True if a rule may be cut off a content line.
    pub fn is_fragment(&self, rule: usize) -> bool {
        self.lines.is_fragment(rule)
    }

    /// True if rules about the end of a page are in force.
    pub fn knows_endings(&self) -> bool {
        !self.endings.is_empty()
    }

    /// The rules about the end of a page that meet a text.
    pub fn ending_hits<'f>(&self, text: &str, folded: impl FnOnce() -> Cow<'f, str>) -> Vec<Hit> {
        let may_meet = self.knows_endings() && text.len() <= self.endings.max_bytes();
        if may_meet { self.endings.hits(&self.rules, text, &folded()) } else { Vec::new() }
    }

    /// The family of policy that knows a line, whether it is on or off; `hits` are the rules in force that meet the line.
    pub fn policy(&self, raw: &str, folded: &str, hits: &[Hit]) -> Option<Family> {
        let on = hits.iter().filter(|hit| hit.role != Role::Keep).map(|hit| self.rules[hit.rule].family);
        on.into_iter().find(|family| family.is_policy()).or_else(|| {
            let (rules, matcher) = &self.policy;
            let hits = matcher.hits(rules, raw, folded);
            hits.first().map(|hit| rules[hit.rule].family)
        })
    }

    /// True if a phrase of a certain rule is among the hits of a line.
    pub fn is_certain(&self, hits: &[Hit]) -> bool {
        let is_certain = |hit: &Hit| self.rules[hit.rule].certainty == Certainty::Certain;
        hits.iter().any(|hit| hit.role != Role::Keep && is_certain(hit))
    }
}
