//! Raw fields → valid rules. Collects every fault instead of stopping at the first.

use rustc_hash::{FxHashMap, FxHashSet};

use super::family::{Certainty, Family, RuleId};
use super::learned_file;
use super::pattern;
use super::rule::{
    BlockRule, Evidence, Form, FragmentEnds, JUDGEMENTS, Kind, LineRule, MemberShape, Origin, Phrase, Remainder, Rule,
    Zone,
};
use super::schema::{Source, Table};
use super::text::fold::fold;
use super::vocabulary::{Kind as WordKind, Vocabulary};

/// Longest line that a rule may fire on unless it says otherwise, in bytes.
const MAX_BYTES: usize = 256;
/// The same for `contains`, which is dearer and vaguer.
pub const MAX_BYTES_CONTAINS: usize = 128;
/// Longest member of a block, in bytes.
pub const MAX_BYTES_MEMBER: usize = 300;
/// Longest line, in bytes, that any rule may fire on: longer ones are hardly ever junk, and half of the bytes of articles.
pub const MOST_BYTES: usize = 300;
/// The same for rules about the end of a page, which meet paragraphs.
const MOST_BYTES_AT_END: usize = 1024;
/// Longest block unless it says otherwise, in lines that are not blank.
const MAX_LINES: usize = 40;

const FRAGMENT_ENDS: &[(&str, FragmentEnds)] = &[
    ("none", FragmentEnds { start: false, end: false }),
    ("start", FragmentEnds { start: true, end: false }),
    ("end", FragmentEnds { start: false, end: true }),
    ("both", FragmentEnds { start: true, end: true }),
];

/// One valid rule file.
pub(super) struct Pack {
    pub rules: Vec<Rule>,
    pub vocabulary: Vocabulary,
}

/// Reads a rule file; what is faulty is reported and left out.
pub(super) fn pack(source: &mut Source<'_>) -> Pack {
    let mut top = source.parse();
    let language = top.text(source, "language").map(|(code, _)| code);
    let vocabulary = top.table(source, "vocabulary").map(|mut words| {
        if language.is_none() {
            source.fault(
                words.start,
                None,
                "[vocabulary] is of no language",
                "add language = \"…\" at the top of the file",
            );
        }
        let mut vocabulary = Vocabulary::new(
            language.as_deref().unwrap_or_default(),
            &texts(words.texts(source, "stop_words")),
            &texts(words.texts(source, "dates")),
            &texts(words.texts(source, "networks")),
        );
        for (name, kind) in WordKind::NAMES {
            vocabulary.add_kind(*kind, &texts(words.texts(source, name)));
        }
        words.finish(source);
        vocabulary
    });
    let mut rules: Vec<(usize, Rule)> = Vec::new();
    for (table, read) in
        [("rule", line_rule as Reader), ("block", block_rule), ("judgement", judgement), ("keep", line_rule)]
    {
        for mut fields in top.tables(source, table) {
            let start = fields.start;
            if let Some(rule) = rule(source, &mut fields, read, table == "keep") {
                rules.push((start, rule));
            }
            fields.finish(source);
        }
    }
    rules.extend(learned_file::read(source, &mut top));
    top.finish(source);
    rules.sort_by_key(|(start, _)| *start);
    let mut seen: FxHashMap<RuleId, usize> = FxHashMap::default();
    for (start, rule) in &rules {
        if let Some(line) = seen.insert(rule.id.clone(), rule.origin.line) {
            let message = format!("the id is taken by the rule of line {line}");
            source.fault(*start, Some(rule.id.as_str()), message, "give each rule a name of its own");
        }
    }
    Pack { rules: rules.into_iter().map(|(_, r)| r).collect(), vocabulary: vocabulary.unwrap_or_default() }
}

type Reader = fn(&mut Source<'_>, &mut Table<'_>) -> Option<Kind>;

fn texts(list: Vec<(String, usize)>) -> Vec<String> {
    list.into_iter().map(|(text, _)| text).collect()
}

/// What all kinds of rules have in common.
fn rule(source: &mut Source<'_>, fields: &mut Table<'_>, read: Reader, protects: bool) -> Option<Rule> {
    let id = fields.text(source, "id");
    fields.rule = id.as_ref().map(|(id, _)| id.clone());
    let (family, line) = match &id {
        Some((id, at)) => (family(source, id, *at), source.place(*at).0),
        None => {
            source.fault(fields.start, None, "the rule has no id", "add id = \"family/what-the-junk-is\"");
            (None, 0)
        }
    };
    let certainty = if protects {
        Some(Certainty::Certain)
    } else {
        required(source, fields, "certainty", |source, fields| {
            let names: Vec<_> = Certainty::ALL.iter().map(|c| (c.as_str(), *c)).collect();
            fields.word(source, "certainty", &names)
        })
    };
    let reason = required(source, fields, "reason", |source, fields| fields.text(source, "reason").map(|(r, _)| r));
    let languages = texts(fields.texts(source, "languages"));
    let at = fields.place("where");
    let zone = fields.word(source, "where", Zone::NAMES).unwrap_or(Zone::Anywhere);
    let evidence = Evidence {
        removes: texts(fields.texts(source, "removes")),
        keeps: texts(fields.texts(source, "keeps")),
        cuts: fields.pairs(source, "cuts"),
    };
    let max_bytes = fields.place("max_bytes");
    let kind = read(source, fields);
    let most = if zone == Zone::End { MOST_BYTES_AT_END } else { MOST_BYTES };
    if let Some(Kind::Line(line)) = &kind
        && line.max_bytes > most
    {
        let message = format!("'max_bytes' is {}, longer than {most}", line.max_bytes);
        let remedy = "a line that long is text of the article; only rules with where = \"end\" reach up to 1024";
        source.fault(max_bytes, fields.rule.as_deref(), message, remedy);
    }
    let is_plain = !protects && matches!(&kind, Some(Kind::Line(line)) if line.fragment == FragmentEnds::default());
    if zone == Zone::End && kind.is_some() && !is_plain {
        let message = "only a [[rule]] without fragments knows 'end'";
        source.fault(at, fields.rule.as_deref(), message, "use tail");
    }
    if zone != Zone::End && matches!(&kind, Some(Kind::Line(LineRule { new_name: true, .. }))) {
        source.fault(at, fields.rule.as_deref(), "'new_name' is for the end of a page", "add where = \"end\"");
    }
    Some(Rule {
        id: RuleId::new(&id?.0),
        family: family?,
        certainty: certainty?,
        languages,
        zone,
        reason: reason?,
        origin: Origin { file: source.name.to_owned(), line },
        protects,
        kind: kind?,
        evidence: Some(evidence),
    })
}

/// Reports a field that must be there; one that is there but wrong has been reported already.
fn required<'a, T>(
    source: &mut Source<'_>,
    fields: &mut Table<'a>,
    name: &str,
    read: impl FnOnce(&mut Source<'_>, &mut Table<'a>) -> Option<T>,
) -> Option<T> {
    let there = fields.has(name);
    let value = read(source, fields);
    if !there {
        source.fault(fields.start, fields.rule.as_deref(), format!("'{name}' is missing"), format!("add {name} = …"));
    }
    value
}

fn family(source: &mut Source<'_>, id: &str, at: usize) -> Option<Family> {
    let Some((family, name)) = id.split_once('/') else {
        source.fault(at, Some(id), "the id names no family", "write it as family/what-the-junk-is");
        return None;
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || !name.chars().all(plain) {
        source.fault(
            at,
            Some(id),
            "the id is not plain",
            "use lower-case letters, digits and hyphens behind the family",
        );
    }
    let found = family.parse().ok();
    if found.is_none() {
        let all: Vec<&str> = Family::ALL.iter().map(|f| f.as_str()).collect();
        source.fault(at, Some(id), format!("no family is called '{family}'"), format!("use one of {}", all.join(", ")));
    }
    found
}

fn line_rule(source: &mut Source<'_>, fields: &mut Table<'_>) -> Option<Kind> {
    let form = required(source, fields, "match", |s, f| f.word(s, "match", Form::NAMES));
    let phrases = phrases(source, fields, "phrases", true);
    let pattern = checked_pattern(source, fields);
    let rest = fields.word(source, "rest", Remainder::NAMES).unwrap_or(Remainder::Any);
    let marked = fields.flag(source, "marked").unwrap_or(false);
    let other_subject = fields.flag(source, "other_subject").unwrap_or(false);
    let among = fields.flag(source, "among").unwrap_or(false);
    let new_name = fields.flag(source, "new_name").unwrap_or(false);
    let needs = fields.number(source, "needs").unwrap_or(2);
    let min_bytes = fields.number(source, "min_bytes").unwrap_or(0);
    let usual = if form == Some(Form::Contains) { MAX_BYTES_CONTAINS } else { MAX_BYTES };
    let max_bytes = fields.number(source, "max_bytes").unwrap_or(usual);
    let at = fields.place("fragment");
    let fragment = fields.word(source, "fragment", FRAGMENT_ENDS).unwrap_or_default();
    if (fragment.start || fragment.end) && matches!(form, Some(Form::Suffix | Form::Contains)) {
        let message = "a fragment has to begin with its phrase";
        source.fault(at, fields.rule.as_deref(), message, "use match line, prefix or words");
    }
    Some(Kind::Line(LineRule {
        form: form?,
        phrases,
        pattern: pattern.ok()?,
        rest,
        marked,
        other_subject,
        among,
        new_name,
        needs,
        min_bytes,
        max_bytes,
        fragment,
    }))
}

fn block_rule(source: &mut Source<'_>, fields: &mut Table<'_>) -> Option<Kind> {
    let anchors = phrases(source, fields, "anchors", false);
    let anchor_prefixes = phrases(source, fields, "anchor_prefixes", false);
    if anchors.is_empty() && anchor_prefixes.is_empty() {
        source.fault(fields.start, fields.rule.as_deref(), "the block has no anchor", "add anchors = [\"…\"]");
    }
    let needs = fields.number(source, "needs").unwrap_or(1);
    Some(Kind::Block(BlockRule {
        anchors,
        anchor_prefixes,
        members: phrases(source, fields, "members", false),
        member_prefixes: phrases(source, fields, "member_prefixes", false),
        shapes: fields.words(source, "shapes", MemberShape::NAMES),
        needs,
        needs_mid: fields.number(source, "needs_mid").unwrap_or(needs.saturating_add(1)),
        strangers: fields.number(source, "strangers").unwrap_or(0),
        to_end: fields.flag(source, "to_end").unwrap_or(false),
        entry_ends: phrases(source, fields, "entry_ends", false),
        max_lines: fields.number(source, "max_lines").unwrap_or(MAX_LINES),
    }))
}

fn judgement(source: &mut Source<'_>, fields: &mut Table<'_>) -> Option<Kind> {
    let id = fields.rule.clone().unwrap_or_default();
    if !JUDGEMENTS.contains(&id.as_str()) {
        let message = "no detector gives this judgement";
        source.fault(fields.start, Some(&id), message, format!("the judgements are {}", JUDGEMENTS.join(", ")));
    }
    Some(Kind::Judgement)
}

/// Phrases in the form in which lines are matched.
fn phrases(source: &mut Source<'_>, fields: &mut Table<'_>, key: &'static str, needed: bool) -> Vec<Phrase> {
    let there = fields.has(key);
    let raw = fields.texts(source, key);
    let patterned = fields.has("pattern");
    if needed && !there {
        source.fault(
            fields.start,
            fields.rule.as_deref(),
            format!("'{key}' is missing"),
            format!("add {key} = [\"…\"]"),
        );
    }
    let mut out = Vec::with_capacity(raw.len());
    let mut known = FxHashSet::default();
    for (text, at) in raw {
        let folded = fold(&text);
        let speaks = folded.chars().any(char::is_alphabetic) || (patterned && !folded.is_empty());
        if !speaks {
            let message = format!("'{text}' in '{key}' has no letter once it is folded");
            source.fault(at, fields.rule.as_deref(), message, "write words, or add a pattern that says more");
        } else if known.insert(folded.clone()) {
            out.push(Phrase::Owned(folded));
        }
    }
    out
}

/// A pattern as it is written; an error if it cannot be used.
fn checked_pattern(source: &mut Source<'_>, fields: &mut Table<'_>) -> Result<Option<String>, ()> {
    let Some((text, at)) = fields.text(source, "pattern") else { return Ok(None) };
    // The tests check those of the shipped packs.
    if source.shipped {
        return Ok(Some(text));
    }
    match pattern::check(&text) {
        Ok(()) => Ok(Some(text)),
        Err(message) => {
            let remedy = "see the syntax of the regex crate: no look-around, no back-references";
            source.fault(at, fields.rule.as_deref(), format!("the pattern cannot be used: {message}"), remedy);
            Err(())
        }
    }
}
