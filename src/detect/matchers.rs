//! The rules in force, ready to be looked up for a line. Where in a document a rule applies is not decided here.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::document::Document;
use crate::learn::source_name;
use crate::matching::{Hit, Matcher, Role};
use crate::removal::{Certainty, Family};
use crate::rules::{JUDGEMENTS, Kind, Rule, RuleSet, Zone};
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
    /// Places of the rules that are learned sources, by the names of these.
    sources: FxHashMap<String, usize>,
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
            sources: sources(&rules),
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

    /// Place of the rule that knows what a document's source repeats: that of its host, else of the host one level up, of its folder, of its
    /// id, or of all documents.
    pub fn source_of(&self, document: &Document<'_>) -> Option<usize> {
        if self.sources.is_empty() {
            return None;
        }
        let place = |name: &str| self.sources.get(name).copied();
        let host = document.host();
        let parent = || {
            let (_, parent) = host.as_deref()?.split_once('.')?;
            place(parent).filter(|rule| matches!(&self.rules[*rule].kind, Kind::Learned(source) if source.subdomains))
        };
        let named = host.as_deref().and_then(place).or_else(parent);
        let of = |name: &str| place(&source_name(name));
        named.or_else(|| document.folder.and_then(of)).or_else(|| of(document.id)).or_else(|| place(""))
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

    /// The rules, of those that `wants` names by their places, that a piece of a line meets as a whole.
    pub fn hits_whole(&self, raw: &str, wants: impl Fn(usize) -> bool) -> Vec<Hit> {
        self.lines.hits_whole(&self.rules, raw, &fold(raw), wants)
    }

    /// True if a folded text is all of a line that a rule names.
    pub fn knows_line(&self, folded: &str) -> bool {
        self.lines.knows_line(folded)
    }

    /// True if any rule may be cut off the end or the start of a content line.
    pub fn knows_fragments(&self) -> bool {
        self.lines.knows_fragments()
    }

    /// Where in a line a fragment may begin that may be cut out of it.
    pub fn amid(&self, raw: &str) -> impl Iterator<Item = usize> {
        self.lines.amid(raw)
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

/// Places of the rules that are learned sources, by the names of these.
fn sources(rules: &RuleSet) -> FxHashMap<String, usize> {
    let name = |(place, rule): (usize, &Rule)| match &rule.kind {
        Kind::Learned(source) => Some((source.name.clone(), place)),
        _ => None,
    };
    rules.iter().enumerate().filter_map(name).collect()
}
