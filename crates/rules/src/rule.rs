//! What a rule is. How it is read lies in `check`, how it is packed in `pack`.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::family::{Certainty, Family, RuleId};
use super::joined;
use super::learned::LearnedSource;

/// The judgements that detectors give by their own reading of a document.
#[doc(hidden)]
pub const JUDGEMENTS: &[&str] = &[
    "headline/repeated",
    "teaser/tail-headlines",
    "teaser/tail-pairs",
    "share/rows",
    "navigation/menu",
    "widget/empty-link",
    "page/above",
    "page/amid",
    "page/below",
];

/// Where a rule came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// The file as the user named it, or `builtin/…` for a shipped pack.
    pub file: String,
    /// The line of its id, counted from 1.
    pub line: usize,
}

/// Where in a document a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// On any line.
    Anywhere,
    /// Before the first line of prose.
    Head,
    /// Behind the last line of prose.
    Tail,
    /// In the head or the tail.
    Edge,
    /// With nothing of the article below: whatever follows is short, known to a rule or an end of the page itself.
    End,
    /// Only inside a block of the same family.
    InBlock,
}

impl Zone {
    pub(super) const NAMES: &[(&str, Self)] = &[
        ("anywhere", Self::Anywhere),
        ("head", Self::Head),
        ("tail", Self::Tail),
        ("edge", Self::Edge),
        ("end", Self::End),
        ("in-block", Self::InBlock),
    ];

    /// The word that rule files use.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, z)| *z == self).map_or("", |(name, _)| name)
    }
}

/// One rule, valid and ready to be matched.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Rule {
    /// Its stable name.
    pub id: RuleId,
    /// Its family, the first part of its name.
    pub family: Family,
    /// How sure it is of its hits.
    pub certainty: Certainty,
    /// The languages whose lines it may fire on; empty means all.
    pub languages: Vec<String>,
    /// Where in a document it holds.
    pub zone: Zone,
    /// What this kind of junk is, for a reviewer.
    pub reason: String,
    /// Where it was read.
    pub origin: Origin,
    /// True for a rule of the other side: what it points at stays, whatever other rules say.
    pub protects: bool,
    #[doc(hidden)]
    pub kind: Kind,
    /// None for a shipped rule: its pack is read when its evidence is read first.
    #[serde(skip)]
    pub(super) evidence: Option<Evidence>,
}

/// Texts that show what a rule does, and what it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Texts that it must remove.
    pub removes: Vec<String>,
    /// Look-alikes that it must keep.
    pub keeps: Vec<String>,
    /// Texts that it must cut, each with what has to be left of it.
    pub cuts: Vec<(String, String)>,
}

/// What a rule looks for, folded: a text of the program's own, or of a file.
#[doc(hidden)]
pub type Phrase = Cow<'static, str>;

/// What a rule looks for.
#[doc(hidden)]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum Kind {
    Line(LineRule),
    Block(BlockRule),
    /// What a detector finds by its own reading; the rule gives it a name, a certainty and evidence.
    Judgement,
    /// The lines that the pages of one source repeat.
    #[serde(skip)]
    Learned(Arc<LearnedSource>),
}

impl Rule {
    /// What kind of rule it is: `keep` for one that protects, else `line`, `prefix`, `suffix`, `contains`, `words`, `block`, `judgement` or `learned`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match &self.kind {
            _ if self.protects => "keep",
            Kind::Line(rule) => rule.form.as_str(),
            Kind::Block(_) => "block",
            Kind::Judgement => "judgement",
            Kind::Learned(_) => "learned",
        }
    }

    /// The rule in place of an earlier one of its name. What two learned files say of a source is joined: of a line the later one, but what
    /// one of them keeps stays.
    pub(super) fn joined(mut self, earlier: &Self) -> Self {
        if let (Kind::Learned(own), Kind::Learned(other)) = (&mut self.kind, &earlier.kind) {
            Arc::make_mut(own).join(other);
        }
        self
    }

    /// True for a rule about a run of lines.
    #[doc(hidden)]
    #[must_use]
    pub const fn is_block(&self) -> bool {
        matches!(self.kind, Kind::Block(_))
    }

    /// True for a block of headlines of other articles under a label.
    #[doc(hidden)]
    #[must_use]
    pub fn heads_headlines(&self) -> bool {
        let lists = |block: &BlockRule| block.shapes.contains(&MemberShape::Headline);
        matches!(self.family, Family::Related | Family::Teaser)
            && matches!(&self.kind, Kind::Block(block) if lists(block))
    }

    /// Everything that it knows of what junk says.
    pub(super) fn labels(&self) -> impl Iterator<Item = &Phrase> {
        let members = match &self.kind {
            Kind::Block(block) => [&block.anchor_prefixes[..], &block.members, &block.member_prefixes],
            Kind::Line(_) | Kind::Judgement | Kind::Learned(_) => [&[][..]; 3],
        };
        self.phrases().iter().chain(members.into_iter().flatten())
    }

    /// The phrases that it looks for, folded; of a block, its anchors.
    #[must_use]
    pub fn phrases(&self) -> &[Cow<'static, str>] {
        match &self.kind {
            Kind::Line(rule) => &rule.phrases,
            Kind::Block(block) => &block.anchors,
            Kind::Judgement | Kind::Learned(_) => &[],
        }
    }
}

/// How the phrases of a rule meet a line.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Form {
    Line,
    Prefix,
    Suffix,
    Contains,
    Words,
}

impl Form {
    pub const NAMES: &[(&str, Self)] = &[
        ("line", Self::Line),
        ("prefix", Self::Prefix),
        ("suffix", Self::Suffix),
        ("contains", Self::Contains),
        ("words", Self::Words),
    ];

    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(_, f)| *f == self).map_or("", |(name, _)| name)
    }
}

/// What must be left of a line beside a rule's phrase.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remainder {
    Any,
    Headline,
    Short,
    Names,
}

impl Remainder {
    pub const NAMES: &[(&str, Self)] =
        &[("any", Self::Any), ("headline", Self::Headline), ("short", Self::Short), ("names", Self::Names)];
}

/// At which ends of a content line a rule's junk may be glued.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FragmentEnds {
    pub start: bool,
    pub end: bool,
}

#[doc(hidden)]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct LineRule {
    pub form: Form,
    #[serde(with = "joined")]
    pub phrases: Vec<Phrase>,
    /// A regular expression that must be found in the folded line.
    pub pattern: Option<String>,
    pub rest: Remainder,
    /// Only behind an arrow or a bracket.
    pub marked: bool,
    /// Only if the rest is about something else than the article.
    pub other_subject: bool,
    /// Only beside another line that a rule knows.
    pub among: bool,
    /// Only if the line opens with a name that the article's prose does not hold.
    pub new_name: bool,
    pub needs: usize,
    pub min_bytes: usize,
    pub max_bytes: usize,
    pub fragment: FragmentEnds,
}

/// A built-in shape of line that may be a member of a block.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberShape {
    Headline,
    Date,
    Count,
    Name,
    Network,
    Short,
}

impl MemberShape {
    pub const NAMES: &[(&str, Self)] = &[
        ("headline", Self::Headline),
        ("date", Self::Date),
        ("count", Self::Count),
        ("name", Self::Name),
        ("network", Self::Network),
        ("short", Self::Short),
    ];
}

#[doc(hidden)]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct BlockRule {
    #[serde(with = "joined")]
    pub anchors: Vec<Phrase>,
    #[serde(with = "joined")]
    pub anchor_prefixes: Vec<Phrase>,
    #[serde(with = "joined")]
    pub members: Vec<Phrase>,
    #[serde(with = "joined")]
    pub member_prefixes: Vec<Phrase>,
    pub shapes: Vec<MemberShape>,
    pub needs: usize,
    pub needs_mid: usize,
    pub strangers: usize,
    pub to_end: bool,
    #[serde(with = "joined")]
    pub entry_ends: Vec<Phrase>,
    pub max_lines: usize,
}
