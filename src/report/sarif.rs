//! Findings as a SARIF 2.1.0 log with one run. Results come first and are written as they are found; the
//! rules that they name, and what could not be read, stand behind them.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;

use super::finding::{DocumentPlace, ReportedFinding};
use super::json;
use super::screen::shortened;
use crate::cleaner::Cleaned;
use crate::removal::{Certainty, Family, Removal, RuleId};
use crate::text::key::fingerprint;

/// Columns to which the text of a finding is shortened in a message. The whole text is a property.
const TEXT: usize = 100;

/// Stands for the number of a result's rule until the rules of all results before it are known. JSON has
/// no bare NUL.
const INDEX: u8 = 0;

/// Writes the beginning of the log.
pub(super) fn begin(out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "{{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\n\
         \"runs\":[{{\"columnKind\":\"unicodeCodePoints\",\"results\":["
    )
}

/// What the log says behind its results.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    /// In a part of a log: the rule of each result. Else the rules that results name, each once.
    rules: Vec<FoundRule>,
    /// The number of each rule in `rules`; empty in a part of a log.
    numbers: HashMap<RuleId, usize>,
    messages: Vec<Notification>,
}

/// What the log says of a rule.
#[derive(Clone, Debug)]
struct FoundRule {
    id: RuleId,
    family: Family,
    certainty: Certainty,
    reason: Arc<str>,
}

impl FoundRule {
    fn of(removal: &Removal) -> Self {
        let Removal { rule, family, certainty, reason, .. } = removal;
        Self { id: rule.clone(), family: *family, certainty: *certainty, reason: Arc::clone(reason) }
    }
}

impl Log {
    /// Writes the results of a document in a part of a log. Their rules get numbers in
    /// [`append`](Self::append).
    pub(super) fn document(
        &mut self,
        out: &mut dyn Write,
        place: DocumentPlace<'_>,
        cleaned: &Cleaned<'_>,
    ) -> io::Result<()> {
        let mut prints = Fingerprints::new(place, cleaned);
        for finding in ReportedFinding::all(place, cleaned) {
            self.rules.push(FoundRule::of(finding.removal));
            let mut result = Vec::new();
            json::write(&mut result, &Finding::new(&finding, prints.next(&finding)))?;
            out.write_all(b",\n{\"ruleIndex\":")?;
            out.write_all(&[INDEX, b','])?;
            out.write_all(&result[1..])?;
        }
        Ok(())
    }

    /// Writes the results of a part, with the numbers of their rules.
    pub(super) fn append(&mut self, out: &mut dyn Write, part: &Self, mut bytes: &[u8]) -> io::Result<()> {
        for rule in &part.rules {
            let at = memchr::memchr(INDEX, bytes).expect("a place for each rule");
            out.write_all(&bytes[..at])?;
            write!(out, "{}", self.number(rule))?;
            bytes = &bytes[at + 1..];
        }
        out.write_all(bytes)
    }

    /// Adds a part whose results follow in the same output.
    pub(super) fn add(&mut self, part: Self) {
        self.rules.extend(part.rules);
    }

    fn number(&mut self, rule: &FoundRule) -> usize {
        *self.numbers.entry(rule.id.clone()).or_insert_with(|| {
            self.rules.push(rule.clone());
            self.rules.len() - 1
        })
    }

    pub(super) fn message(&mut self, text: &str, is_error: bool) {
        let level = if is_error { "error" } else { "warning" };
        self.messages.push(Notification { level, message: Text::literal(text) });
    }

    /// Writes the end of the log.
    pub(super) fn end(&self, out: &mut dyn Write, succeeded: bool) -> io::Result<()> {
        out.write_all(b"\n],\n\"tool\":{\"driver\":")?;
        let version = env!("CARGO_PKG_VERSION");
        let rules = self.rules.iter().map(Rule::new).collect();
        json::write_by_line(out, &Driver { name: "dechaff", version, semantic_version: version, rules })?;
        out.write_all(b"},\n\"invocations\":[")?;
        let messages = &self.messages;
        json::write(out, &Invocation { execution_successful: succeeded, tool_execution_notifications: messages })?;
        out.write_all(b"]}]}\n")
    }
}

/// Tells the findings of one document apart, whatever lines they stand on.
struct Fingerprints<'d> {
    /// What tells this record from others of its file; empty if the document is the whole file.
    record: String,
    /// How often each rule found each text so far.
    seen: HashMap<(&'d str, &'d str), usize>,
}

impl<'d> Fingerprints<'d> {
    fn new(place: DocumentPlace<'_>, cleaned: &'d Cleaned<'_>) -> Self {
        let record = match (place.record, place.id) {
            (None, _) => String::new(),
            (_, Some(id)) => id.to_owned(),
            // What stays of a record's text: its number moves with the lines above.
            (Some(_), None) => format!("{:016x}", fingerprint(&cleaned.text())),
        };
        Self { record, seen: HashMap::new() }
    }

    fn next(&mut self, finding: &ReportedFinding<'d, '_>) -> String {
        let (rule, text) = (finding.removal.rule.as_str(), finding.text());
        let seen = self.seen.entry((rule, text)).or_default();
        *seen += 1;
        format!("{:016x}", fingerprint(&format!("{rule}\0{}\0{text}\0{seen}", self.record)))
    }
}

/// A message without placeholders and links.
#[derive(Clone, Debug, Serialize)]
struct Text {
    text: String,
}

impl Text {
    fn literal(text: &str) -> Self {
        let mut literal = String::with_capacity(text.len());
        for c in text.chars() {
            // Braces are doubled, brackets and backslashes have a backslash before them.
            match c {
                '{' | '}' => literal.push(c),
                '[' | ']' | '\\' => literal.push('\\'),
                _ => {}
            }
            literal.push(c);
        }
        Self { text: literal }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Notification {
    level: &'static str,
    message: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'l> {
    execution_successful: bool,
    tool_execution_notifications: &'l [Notification],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: String,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    tags: [&'static str; 1],
}

impl Rule {
    fn new(rule: &FoundRule) -> Self {
        let help = format!("What it looks for, and its examples: dechaff explain --rule {}", rule.id);
        Self {
            id: rule.id.to_string(),
            short_description: Text::literal(&rule.reason),
            full_description: Text::literal(&rule.reason),
            help: Text::literal(&help),
            default_configuration: Configuration { level: level(rule.certainty) },
            properties: RuleProperties { tags: [rule.family.as_str()] },
        }
    }
}

const fn level(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::Certain => "error",
        Certainty::Likely => "warning",
        Certainty::Suspect => "note",
    }
}

/// A result, without the number of its rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Finding<'f> {
    rule_id: &'f str,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    partial_fingerprints: PartialFingerprints,
    properties: Properties<'f>,
}

#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "junkHash/v1")]
    junk: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

/// A place in a file. Without columns it is the whole line.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_offset: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte_length: Option<usize>,
}

/// What the other formats say of a finding; line and column are those of the text.
#[derive(Serialize)]
struct Properties<'f> {
    family: &'static str,
    certainty: &'static str,
    evidence: &'f str,
    text: &'f str,
    held: bool,
    record: Option<usize>,
    id: Option<&'f str>,
    line: usize,
    column: usize,
}

impl<'f> Finding<'f> {
    fn new(finding: &ReportedFinding<'f, '_>, print: String) -> Self {
        let (r, place, text) = (finding.removal, finding.place, finding.text());
        let held = if finding.is_held() { " (held)" } else { "" };
        let region = match place.record {
            Some(number) => place.has_lines.then(|| Region { start_line: number, ..Region::default() }),
            None => Some(Region {
                start_line: r.line,
                start_column: Some(finding.column),
                end_column: Some(finding.end_column()),
                byte_offset: (!place.is_recoded).then_some(r.span.start),
                byte_length: (!place.is_recoded).then_some(r.span.end - r.span.start),
            }),
        };
        let artifact_location = Artifact { uri: uri(place.file) };
        Self {
            rule_id: r.rule.as_str(),
            level: level(r.certainty),
            message: Text::literal(&format!("{}: {}{held}", r.reason, shortened(text.trim(), TEXT))),
            locations: [Location { physical_location: PhysicalLocation { artifact_location, region } }],
            partial_fingerprints: PartialFingerprints { junk: print },
            properties: Properties {
                family: r.family.as_str(),
                certainty: r.certainty.as_str(),
                evidence: &r.evidence,
                text,
                held: finding.is_held(),
                record: place.record,
                id: place.id,
                line: r.line,
                column: finding.column,
            },
        }
    }
}

/// The address of a file: relative as it was given, or with `file://` if its path is absolute.
fn uri(name: &str) -> String {
    let slashed = if cfg!(windows) { name.replace('\\', "/") } else { name.to_owned() };
    let mut uri = match (Path::new(name).is_absolute(), slashed.starts_with('/')) {
        (false, _) => String::new(),
        (true, true) => "file://".to_owned(),
        // A path that begins with the letter of a drive.
        (true, false) => "file:///".to_owned(),
    };
    for byte in slashed.strip_prefix("./").unwrap_or(&slashed).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::fixture;
    use crate::report::{FindingFormat, Findings};

    fn log(documents: &[(DocumentPlace<'_>, &str)]) -> Value {
        let written = fixture::plain(|out| {
            let mut findings = Findings::new(FindingFormat::Sarif);
            findings.begin(out)?;
            for (place, text) in documents {
                findings.document(out, *place, &fixture::cleaner().clean(text))?;
            }
            findings.end(out, true)
        });
        serde_json::from_str(&written).unwrap_or_else(|e| panic!("{e}: {written}"))
    }

    fn prints(documents: &[(DocumentPlace<'_>, &str)]) -> Vec<String> {
        let log = log(documents);
        let results = log["runs"][0]["results"].as_array().expect("results").iter();
        results.map(|r| r["partialFingerprints"]["junkHash/v1"].as_str().expect("a print").to_owned()).collect()
    }

    #[test]
    fn results_name_rules_and_places() {
        let file = DocumentPlace::file("./a b/ä:1.txt");
        let record = DocumentPlace { record: Some(7), id: Some("x"), ..DocumentPlace::file("r.jsonl") };
        let log = log(&[(record, fixture::TEXT), (file, &format!("\u{feff}{}", fixture::TEXT))]);
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        assert_eq!(rules.iter().map(|r| &r["id"]).collect::<Vec<_>>(), ["share/label", "newsletter/join"]);
        assert_eq!(rules[1]["defaultConfiguration"]["level"], "warning");
        let results = run["results"].as_array().expect("results");
        assert_eq!(results.len(), 6);
        for result in results {
            let index = result["ruleIndex"].as_u64().and_then(|i| usize::try_from(i).ok()).expect("an index");
            assert_eq!(result["ruleId"], rules[index]["id"]);
        }
        let place = |at: usize| results[at]["locations"][0]["physicalLocation"].to_string();
        assert_eq!(place(1), r#"{"artifactLocation":{"uri":"r.jsonl"},"region":{"startLine":7}}"#);
        // Behind the byte order mark; the blank before the words goes too.
        let start = fixture::TEXT.rfind(" Share").expect("junk") + 3;
        assert_eq!(
            place(4),
            format!(
                r#"{{"artifactLocation":{{"uri":"a%20b/%C3%A4%3A1.txt"}},"region":{{"byteLength":21,"byteOffset":{start},"endColumn":69,"startColumn":48,"startLine":6}}}}"#
            )
        );
        let packed = DocumentPlace { is_recoded: true, ..DocumentPlace::file("a.txt.gz") };
        let log = super::tests::log(&[(packed, fixture::TEXT)]);
        let region = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region.to_string(), r#"{"endColumn":21,"startColumn":1,"startLine":3}"#);
        let table = DocumentPlace { record: Some(3), has_lines: false, ..DocumentPlace::file("a.parquet") };
        let place = &super::tests::log(&[(table, fixture::TEXT)])["runs"][0]["results"][0]["locations"][0];
        assert_eq!(place.to_string(), r#"{"physicalLocation":{"artifactLocation":{"uri":"a.parquet"}}}"#);
    }

    #[test]
    fn fingerprints_stay_where_lines_move() {
        let file = DocumentPlace::file("a.txt");
        let moved = format!("A line more, said the miller, and one more after it.\n\n{}", fixture::TEXT);
        let before = prints(&[(file, fixture::TEXT)]);
        assert_eq!(before, prints(&[(file, &moved)]));
        assert!(before[0] != before[1], "the same text twice is two findings");
        let record = |number| DocumentPlace { record: Some(number), ..DocumentPlace::file("a.jsonl") };
        let other = fixture::TEXT.replace("ferry", "train");
        let two = prints(&[(record(1), fixture::TEXT), (record(2), &other)]);
        let swapped = prints(&[(record(1), &other), (record(2), fixture::TEXT)]);
        assert!(two[..3] == swapped[3..] && two[3..] == swapped[..3] && two[0] != two[3]);
    }

    #[test]
    fn messages_are_neither_links_nor_patterns() {
        assert_eq!(Text::literal(r"a [b](c) {0} \").text, r"a \[b\](c) {{0}} \\");
    }

    #[test]
    fn a_log_without_findings_says_what_failed() {
        let written = fixture::plain(|out| {
            let mut findings = Findings::new(FindingFormat::Sarif);
            findings.begin(out)?;
            findings.message(out, "a.txt: no such file", true)?;
            findings.end(out, false)
        });
        let log: Value = serde_json::from_str(&written).expect("JSON");
        let run = &log["runs"][0];
        assert_eq!(
            (run["results"].to_string(), run["tool"]["driver"]["rules"].to_string()),
            ("[]".into(), "[]".into())
        );
        assert_eq!(
            run["invocations"][0].to_string(),
            r#"{"executionSuccessful":false,"toolExecutionNotifications":[{"level":"error","message":{"text":"a.txt: no such file"}}]}"#
        );
    }

    #[cfg(unix)]
    #[test]
    fn absolute_paths_are_addresses() {
        assert_eq!(uri("/a/b c.txt"), "file:///a/b%20c.txt");
    }
}
