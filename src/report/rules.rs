//! The reports of `rules show` and `rules list`: the page of one rule, and the list of rules. `explain`
//! shows what a rule did to a document.

use std::io::{self, Write};

use serde::Serialize;

use super::json::{self, object};
use super::screen::{columns, counted, room, safe, safe_name, wrapped};
use super::{ADDED, DIM, PLACE, REMOVED, TITLE, styled, styled_line};
use crate::removal::Certainty;
use crate::rules::{BlockRule, FragmentEnds, Kind, LearnedSource, LineRule, MemberShape, Phrase, Remainder, Rule};

/// The largest width of a page's fields, in columns: longer lines are hard to read.
const PAGE: usize = 96;

/// The largest width of the column of ids, in characters.
const ID: usize = 48;
/// Most lines of a learned source on its page; the rest is in its file.
const LINES: usize = 40;

/// Columns of the names of a page's fields.
const LABEL: usize = 15;

/// Writes all fields and examples of a rule, wrapped to `width` columns.
///
/// # Errors
/// If writing to `out` fails.
pub fn rule_page(out: &mut dyn Write, rule: &Rule, width: usize) -> io::Result<()> {
    styled(out, TITLE, rule.id.as_str())?;
    let reason = safe(&rule.reason);
    if columns(rule.id.as_str()) + 2 + columns(&reason) <= width {
        writeln!(out, "  {reason}")?;
    } else {
        writeln!(out)?;
        for line in wrapped(&reason, room(width, 2)) {
            writeln!(out, "  {line}")?;
        }
    }
    writeln!(out)?;
    for (label, value) in facts(rule) {
        field(out, label, &value, width)?;
    }
    let proof = rule.evidence();
    examples(out, "removes", (REMOVED, '-'), &proof.removes, width)?;
    examples(out, "keeps", (DIM, '='), &proof.keeps, width)?;
    if !proof.cuts.is_empty() {
        heading(out, "cuts")?;
        for (before, after) in &proof.cuts {
            example(out, (REMOVED, '-'), before, width)?;
            example(out, (ADDED, '+'), after, width)?;
        }
    }
    Ok(())
}

/// Writes one line for each rule, or one JSON array of the rules with all their fields and examples.
///
/// # Errors
/// If writing to `out` fails.
pub fn rule_list(out: &mut dyn Write, rules: &mut dyn Iterator<Item = &Rule>, json: bool) -> io::Result<()> {
    if json {
        out.write_all(b"[")?;
        for (i, rule) in rules.enumerate() {
            out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
            json::write(out, &entry(rule))?;
        }
        return out.write_all(b"\n]\n");
    }
    let rows: Vec<(&Rule, String)> = rules.map(|rule| (rule, languages(rule))).collect();
    // A long name of a source does not push all other rows aside.
    let id = rows.iter().map(|(r, _)| r.id.as_str().chars().count()).filter(|len| *len <= ID).max().unwrap_or(0);
    let language = rows.iter().map(|(_, l)| l.len()).max().unwrap_or(0);
    for (rule, languages) in rows {
        write!(out, "{:id$}  {:7}  {:9}  {languages:language$}  ", rule.id, rule.certainty, rule.kind())?;
        styled_line(out, DIM, &origin(rule))?;
    }
    Ok(())
}

/// The fields of a rule's page as names and values; empty fields are left out.
fn facts(rule: &Rule) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("family", rule.family.to_string()),
        ("certainty", rule.certainty.to_string()),
        ("languages", languages(rule)),
        ("match", rule.kind().to_owned()),
        ("where", rule.zone.as_str().to_owned()),
    ];
    match &rule.kind {
        Kind::Line(line) => line_facts(line, &mut facts),
        Kind::Block(block) => block_facts(block, &mut facts),
        Kind::Judgement => facts.push(("finds", "what its detector judges by its own reading".to_owned())),
        Kind::Learned(source) => learned_facts(source, &mut facts),
    }
    facts.push(("from", origin(rule)));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// The lines that a source repeats, those on most articles first.
fn learned_facts(source: &LearnedSource, facts: &mut Vec<(&'static str, String)>) {
    facts.push(("articles", source.articles.to_string()));
    facts.push(("lines", source.lines.len().to_string()));
    for (print, line) in source.sorted().into_iter().take(LINES) {
        let certainty = line.certainty.map_or("keep", Certainty::as_str);
        let text = if line.key.is_empty() { format!("hash {print:016x}") } else { format!("\"{}\"", line.key) };
        facts.push(("line", format!("{text} on {} articles, {certainty}", line.articles)));
    }
    let more = source.lines.len().saturating_sub(LINES);
    if more > 0 {
        facts.push(("", format!("and {}; the file has all", counted(more as u64, "more line"))));
    }
}

fn line_facts(line: &LineRule, facts: &mut Vec<(&'static str, String)>) {
    facts.push(("phrases", quoted(&line.phrases)));
    facts.push(("pattern", line.pattern.as_ref().map_or_else(String::new, |p| p.as_str().to_owned())));
    facts.push(("rest", if line.rest == Remainder::Any { String::new() } else { rest(line.rest).to_owned() }));
    if line.form == crate::rules::Form::Words {
        facts.push(("needs", line.needs.to_string()));
    }
    if line.min_bytes > 0 {
        facts.push(("min_bytes", line.min_bytes.to_string()));
    }
    facts.push(("max_bytes", line.max_bytes.to_string()));
    facts.push(("fragment", fragment(line.fragment).to_owned()));
}

fn block_facts(block: &BlockRule, facts: &mut Vec<(&'static str, String)>) {
    facts.push(("anchors", quoted(&block.anchors)));
    facts.push(("anchor prefixes", quoted(&block.anchor_prefixes)));
    facts.push(("members", quoted(&block.members)));
    facts.push(("member prefixes", quoted(&block.member_prefixes)));
    facts.push(("shapes", shapes(block).join(" · ")));
    facts.push(("needs", format!("{}; {} where prose follows", block.needs, block.needs_mid)));
    facts.push(("strangers", block.strangers.to_string()));
    facts.push(("to_end", if block.to_end { "yes".to_owned() } else { String::new() }));
    facts.push(("entry ends", quoted(&block.entry_ends)));
    facts.push(("max_lines", block.max_lines.to_string()));
}

fn field(out: &mut dyn Write, label: &str, value: &str, width: usize) -> io::Result<()> {
    for (i, line) in wrapped(&safe(value), room(width.min(PAGE), LABEL + 2)).iter().enumerate() {
        let label = if i == 0 { label } else { "" };
        styled(out, PLACE, &format!("{label:LABEL$}"))?;
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

/// The style of an example, and the sign before it.
type ExampleStyle = (anstyle::Style, char);

fn examples(out: &mut dyn Write, label: &str, look: ExampleStyle, texts: &[String], width: usize) -> io::Result<()> {
    if texts.is_empty() {
        return Ok(());
    }
    heading(out, label)?;
    texts.iter().try_for_each(|text| example(out, look, text, width))
}

fn heading(out: &mut dyn Write, label: &str) -> io::Result<()> {
    writeln!(out)?;
    styled_line(out, PLACE, label)
}

/// Writes an example behind its sign. The parts of a line that is too long stand below each other, further
/// to the right.
fn example(out: &mut dyn Write, (style, sign): ExampleStyle, text: &str, width: usize) -> io::Result<()> {
    for (i, line) in text.trim_matches(['\n', '\r']).lines().enumerate() {
        let sign = if i == 0 { sign } else { ' ' };
        let line = safe(line);
        // Wrapping does not keep every space, so a line that fits is not wrapped.
        let fits = columns(&line) <= room(width, 4);
        let pieces = if fits { vec![line.into_owned()] } else { wrapped(&line, room(width, 6)) };
        for (j, piece) in pieces.iter().enumerate() {
            let lead = if j == 0 { format!("{sign} ") } else { " ".repeat(4) };
            write!(out, "  ")?;
            styled_line(out, style, &format!("{lead}{piece}"))?;
        }
    }
    Ok(())
}

/// A rule as a JSON object.
fn entry(rule: &Rule) -> impl Serialize {
    let (line, block) = match &rule.kind {
        Kind::Line(line) => (Some(line_entry(line)), None),
        Kind::Block(block) => (None, Some(block_entry(block))),
        Kind::Judgement | Kind::Learned(_) => (None, None),
    };
    let proof = rule.evidence();
    object! {
        id: rule.id.as_str(),
        family: rule.family.as_str(),
        certainty: rule.certainty.as_str(),
        languages: &rule.languages,
        #[serde(rename = "match")]
        kind: rule.kind(),
        #[serde(rename = "where")]
        zone: rule.zone.as_str(),
        #[serde(flatten)]
        line: line,
        #[serde(flatten)]
        block: block,
        reason: &rule.reason,
        removes: &proof.removes,
        keeps: &proof.keeps,
        cuts: proof.cuts.iter().map(|(before, after)| object! { before: before, after: after }).collect::<Vec<_>>(),
        origin: object! { file: &rule.origin.file, line: rule.origin.line },
    }
}

fn line_entry(line: &LineRule) -> impl Serialize {
    object! {
        phrases: texts(&line.phrases),
        #[serde(flatten)]
        pattern: line.pattern.as_ref().map(|pattern| object! { pattern: pattern.as_str() }),
        rest: rest(line.rest),
        needs: line.needs,
        min_bytes: line.min_bytes,
        max_bytes: line.max_bytes,
        #[serde(flatten)]
        fragment: (line.fragment != FragmentEnds::default()).then(|| object! { fragment: fragment(line.fragment) }),
    }
}

fn block_entry(block: &BlockRule) -> impl Serialize {
    object! {
        anchors: texts(&block.anchors),
        anchor_prefixes: texts(&block.anchor_prefixes),
        members: texts(&block.members),
        member_prefixes: texts(&block.member_prefixes),
        shapes: shapes(block),
        needs: block.needs,
        needs_mid: block.needs_mid,
        strangers: block.strangers,
        to_end: block.to_end,
        entry_ends: texts(&block.entry_ends),
        max_lines: block.max_lines,
    }
}

fn texts(phrases: &[Phrase]) -> Vec<&str> {
    phrases.iter().map(AsRef::as_ref).collect()
}

fn languages(rule: &Rule) -> String {
    if rule.languages.is_empty() { "any".to_owned() } else { rule.languages.join(",") }
}

fn origin(rule: &Rule) -> String {
    format!("{}:{}", safe_name(&rule.origin.file), rule.origin.line)
}

fn quoted(phrases: &[Phrase]) -> String {
    phrases.iter().map(|p| format!("\"{p}\"")).collect::<Vec<_>>().join(", ")
}

fn rest(rest: Remainder) -> &'static str {
    Remainder::NAMES.iter().find(|(_, r)| *r == rest).map_or("", |(name, _)| name)
}

fn fragment(ends: FragmentEnds) -> &'static str {
    match (ends.start, ends.end) {
        (true, true) => "both",
        (true, false) => "start",
        (false, true) => "end",
        (false, false) => "",
    }
}

fn shapes(block: &BlockRule) -> Vec<&'static str> {
    let name = |shape: &MemberShape| MemberShape::NAMES.iter().find(|(_, s)| s == shape).map_or("", |(name, _)| name);
    block.shapes.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_page_says_all() {
        let cleaner = fixture::cleaner();
        let label = cleaner.rules().get("share/label").expect("a rule");
        let line = label.origin.line;
        assert_eq!(
            fixture::plain(|out| rule_page(out, label, usize::MAX)),
            format!(
                "\
share/label  share bar

family           share
certainty        certain
languages        en
match            line
where            anywhere
phrases          \"share this: facebook\"
max_bytes        256
fragment         end
from             mine.toml:{line}

removes
  - Share this: Facebook

keeps
  = Share this: the table.

cuts
  - It rained all day, said the miller. Share this: Facebook
  + It rained all day, said the miller.
"
            )
        );
    }

    #[test]
    fn the_page_fits_a_narrow_terminal() {
        let cleaner = fixture::cleaner();
        let label = cleaner.rules().get("share/label").expect("a rule");
        let shown = fixture::plain(|out| rule_page(out, label, 40));
        assert!(shown.lines().all(|line| columns(line) <= 40), "{shown}");
        assert!(shown.contains("  - It rained all day, said the\n      miller. Share this: Facebook\n"), "{shown}");
    }

    #[test]
    fn the_list_is_aligned() {
        let cleaner = fixture::cleaner();
        let shown = fixture::plain(|out| rule_list(out, &mut cleaner.rules().iter(), false));
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].starts_with("share/label      certain  line       en   mine.toml:"), "{shown}");
        assert!(lines[1].starts_with("newsletter/join  likely   prefix     any  mine.toml:"), "{shown}");
    }

    #[test]
    fn json_holds_all() {
        let cleaner = fixture::cleaner();
        let shown = fixture::plain(|out| rule_list(out, &mut cleaner.rules().iter(), true));
        let array: Vec<serde_json::Value> = serde_json::from_str(&shown).expect("an array");
        assert_eq!(array.len(), 4);
        assert_eq!((&array[1]["id"], &array[1]["pattern"]), (&"newsletter/join".into(), &"letter$".into()));
        assert_eq!(array[0]["cuts"][0]["after"], "It rained all day, said the miller.");
        assert_eq!(array[0]["origin"]["file"], "mine.toml");
    }
}
