//! The report of `check`: one finding for each removal, for people, editors and programs. Suspects are no
//! findings. The formats of GitHub and SARIF lie in files of their own.

use std::io::{self, Write};

use super::finding::{DocumentPlace, ReportedFinding};
use super::json::{self, object};
use super::screen::{counted, safe, safe_name, shortened};
use super::{DIM, PLACE, REMOVED, TITLE, WARNING, github, sarif, styled, styled_line};
use crate::cleaner::Cleaned;

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FindingFormat {
    /// Grouped by document, each with its text and its evidence.
    #[default]
    Human,
    /// One line for each finding: `name:line:column: rule [certainty] reason`.
    Concise,
    /// One JSON array of all findings.
    Json,
    /// One line for each finding, a JSON object.
    Jsonl,
    /// One line for each finding, a workflow command of GitHub, which shows it beside the changed lines.
    Github,
    /// One SARIF 2.1.0 log, for code scanning and its viewers.
    Sarif,
}

/// Columns to which [`FindingFormat::Human`] shortens the text and the evidence of a finding.
const TEXT: usize = 100;

/// Writes the findings of document after document.
#[derive(Clone, Debug)]
pub struct Findings {
    format: FindingFormat,
    /// True after [`begin`](Self::begin); false for a part that another report appends.
    has_begun: bool,
    found: u64,
    documents: u64,
    /// What a SARIF log says behind its findings.
    log: sarif::Log,
}

impl Findings {
    /// A report in this format.
    #[must_use]
    pub fn new(format: FindingFormat) -> Self {
        Self { format, has_begun: false, found: 0, documents: 0, log: sarif::Log::default() }
    }

    /// Writes `bytes`, which `part` wrote for the next documents without beginning and end, and adds the
    /// counts of `part`. So several threads can each write a part in the format of this report.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn append(&mut self, out: &mut dyn Write, part: &Self, bytes: &[u8]) -> io::Result<()> {
        // Each finding of a part of a list begins with a comma, which the first finding of the list must not
        // have.
        let is_list = matches!(self.format, FindingFormat::Json | FindingFormat::Sarif);
        let bytes = &bytes[usize::from(is_list && self.found == 0 && part.found > 0)..];
        self.found += part.found;
        self.documents += part.documents;
        if self.format == FindingFormat::Sarif { self.log.append(out, &part.log, bytes) } else { out.write_all(bytes) }
    }

    /// Adds the counts of `part`, whose findings have been written to the same output.
    pub fn add(&mut self, part: Self) {
        self.found += part.found;
        self.documents += part.documents;
        self.log.add(part.log);
    }

    /// Writes the beginning of the report, before the first document.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.has_begun = true;
        match self.format {
            FindingFormat::Json => out.write_all(b"["),
            FindingFormat::Sarif => sarif::begin(out),
            _ => Ok(()),
        }
    }

    /// Writes the findings of a document; those of a [held](Cleaned::held) document are marked.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn document(&mut self, out: &mut dyn Write, place: DocumentPlace<'_>, cleaned: &Cleaned<'_>) -> io::Result<()> {
        if cleaned.removals().is_empty() {
            return Ok(());
        }
        if self.has_begun && self.format == FindingFormat::Sarif {
            let (mut part, mut bytes) = (Self::new(self.format), Vec::new());
            part.document(&mut bytes, place, cleaned)?;
            return self.append(out, &part, &bytes);
        }
        self.documents += 1;
        if self.format == FindingFormat::Sarif {
            self.log.document(out, place, cleaned)?;
        }
        if self.format == FindingFormat::Human {
            human_heading(out, place.name, cleaned)?;
        }
        for finding in ReportedFinding::all(place, cleaned) {
            match self.format {
                FindingFormat::Human => human(&finding, out)?,
                FindingFormat::Concise => concise(&finding, out)?,
                FindingFormat::Json => {
                    let is_first = self.has_begun && self.found == 0;
                    out.write_all(if is_first { b"\n" } else { b",\n" })?;
                    json(&finding, out)?;
                }
                FindingFormat::Jsonl => {
                    json(&finding, out)?;
                    writeln!(out)?;
                }
                FindingFormat::Github => github::finding(out, &finding)?,
                // Written above.
                FindingFormat::Sarif => {}
            }
            self.found += 1;
        }
        if self.format == FindingFormat::Human {
            writeln!(out)?;
        }
        Ok(())
    }

    /// Adds a message about an input: what could not be read, or with `is_error` false a warning. Only the
    /// formats of GitHub and SARIF have a place for it.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn message(&mut self, out: &mut dyn Write, text: &str, is_error: bool) -> io::Result<()> {
        match self.format {
            FindingFormat::Github => github::message(out, text, is_error),
            FindingFormat::Sarif => {
                self.log.message(text, is_error);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Writes the end of the report, behind the last document. `succeeded` is false if the run was
    /// interrupted or an input could not be read.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn end(&mut self, out: &mut dyn Write, succeeded: bool) -> io::Result<()> {
        match self.format {
            FindingFormat::Json if self.found == 0 => out.write_all(b"]\n"),
            FindingFormat::Json => out.write_all(b"\n]\n"),
            FindingFormat::Human => self.human_total(out, succeeded),
            FindingFormat::Sarif => self.log.end(out, succeeded),
            FindingFormat::Concise | FindingFormat::Jsonl | FindingFormat::Github => Ok(()),
        }
    }

    fn human_total(&self, out: &mut dyn Write, succeeded: bool) -> io::Result<()> {
        if self.found == 0 {
            // What could not be read was not searched.
            return if succeeded { writeln!(out, "no junk found") } else { Ok(()) };
        }
        writeln!(out, "{} in {}", counted(self.found, "finding"), counted(self.documents, "document"))
    }
}

fn human_heading(out: &mut dyn Write, name: &str, cleaned: &Cleaned<'_>) -> io::Result<()> {
    styled(out, TITLE, &safe_name(name))?;
    if let Some(held) = cleaned.held() {
        styled(out, WARNING, &format!("  held: {held}"))?;
    }
    writeln!(out)
}

fn human(finding: &ReportedFinding<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
    let r = finding.removal;
    let place = format!("{}:{}", r.line, finding.column);
    write!(out, "  ")?;
    styled(out, PLACE, &format!("{place:<7}"))?;
    writeln!(out, " {} [{}] {}", r.rule, r.certainty, safe(&r.reason))?;
    write!(out, "          ")?;
    styled_line(out, REMOVED, &shortened(finding.text().trim(), TEXT))?;
    if !r.evidence.is_empty() {
        write!(out, "          ")?;
        styled_line(out, DIM, &format!("seen: {}", shortened(&r.evidence, TEXT)))?;
    }
    Ok(())
}

fn concise(finding: &ReportedFinding<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
    let r = finding.removal;
    let (name, column) = (safe_name(finding.place.name), finding.column);
    write!(out, "{name}:{}:{column}: {} [{}] {}", r.line, r.rule, r.certainty, safe(&r.reason))?;
    writeln!(out, "{}", if finding.is_held() { " (held)" } else { "" })
}

/// Writes the finding as a JSON object.
fn json(finding: &ReportedFinding<'_, '_>, out: &mut dyn Write) -> io::Result<()> {
    let (r, DocumentPlace { file, record, id, .. }) = (finding.removal, finding.place);
    let object = object! {
        file: file,
        record: record,
        id: id,
        line: r.line,
        column: finding.column,
        span: [r.span.start, r.span.end],
        chars: [finding.chars.start, finding.chars.end],
        rule: r.rule.as_str(),
        family: r.family.as_str(),
        certainty: r.certainty.as_str(),
        reason: &*r.reason,
        evidence: &*r.evidence,
        text: finding.text(),
        held: finding.is_held(),
    };
    json::write(out, &object)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn written(mut findings: Findings, cleaned: &Cleaned<'_>) -> String {
        fixture::plain(|out| {
            findings.begin(out)?;
            findings.document(out, DocumentPlace::file("a.txt"), cleaned)?;
            findings.document(out, DocumentPlace::file("b.txt"), &fixture::cleaner().clean("Nothing.\n"))?;
            findings.end(out, true)
        })
    }

    #[test]
    fn concise() {
        let shown = written(Findings::new(FindingFormat::Concise), &fixture::cleaned());
        assert_eq!(
            shown.lines().collect::<Vec<_>>(),
            [
                "a.txt:3:1: share/label [certain] share bar",
                "a.txt:6:48: share/label [certain] share bar",
                "a.txt:7:1: newsletter/join [likely] newsletter box",
            ]
        );
        assert_eq!(
            written(Findings::new(FindingFormat::Concise), &fixture::held()),
            "a.txt:1:1: site/harbour [likely] a sentence of the article (held)\n"
        );
    }

    #[test]
    fn json_is_one_array_and_jsonl_one_object_a_line() {
        let array = written(Findings::new(FindingFormat::Json), &fixture::cleaned());
        let array: Vec<serde_json::Value> = serde_json::from_str(&array).expect("an array");
        let lines = written(Findings::new(FindingFormat::Jsonl), &fixture::cleaned());
        let lines: Vec<serde_json::Value> =
            lines.lines().map(|l| serde_json::from_str(l).expect("an object")).collect();
        assert_eq!(array, lines);
        let second = &array[1];
        let text = second["text"].as_str().expect("a text");
        let start = usize::try_from(second["span"][0].as_u64().expect("an offset")).expect("a small one");
        assert!(fixture::TEXT[start..].starts_with(text));
        assert_eq!((&second["line"], &second["column"], &second["held"]), (&6.into(), &48.into(), &false.into()));
        for field in ["file", "rule", "family", "certainty", "reason", "evidence"] {
            assert!(second[field].as_str().is_some_and(|s| !s.is_empty()), "{field}");
        }
        assert!(written(Findings::new(FindingFormat::Jsonl), &fixture::held()).ends_with(",\"held\":true}\n"));
        let none = fixture::plain(|out| {
            let mut findings = Findings::new(FindingFormat::Json);
            findings.begin(out)?;
            findings.end(out, true)
        });
        assert_eq!(none, "[]\n");
    }

    #[test]
    fn a_record_has_its_number_and_id_and_places_in_bytes_and_characters() {
        let texts = [
            "Share this: Facebook\nIt rained in Köln — said the miller 😀. Share this: Facebook\r\n\r\nShare this: Facebook",
            "\u{feff}Share this: Facebook\nÄ.\n",
            "Nothing.\n",
        ];
        for text in texts {
            let place = DocumentPlace {
                name: "a.jsonl:3 (ä)",
                file: "a.jsonl",
                record: Some(3),
                id: Some("ä"),
                has_lines: true,
                is_recoded: false,
            };
            let (mut findings, mut out) = (Findings::new(FindingFormat::Jsonl), Vec::new());
            findings.document(&mut out, place, &fixture::cleaner().clean(text)).expect("a vector takes all");
            let shown = String::from_utf8(out).expect("text");
            let chars: Vec<char> = text.chars().collect();
            let mut found = 0;
            for line in shown.lines() {
                let value: serde_json::Value = serde_json::from_str(line).expect("an object");
                let number =
                    |value: &serde_json::Value| value.as_u64().and_then(|n| usize::try_from(n).ok()).expect("a number");
                let pair = |key: &str| number(&value[key][0])..number(&value[key][1]);
                let junk = value["text"].as_str().expect("a text");
                assert_eq!(&text[pair("span")], junk);
                assert_eq!(chars[pair("chars")].iter().collect::<String>(), junk);
                let on_line =
                    text.trim_start_matches('\u{feff}').split('\n').nth(number(&value["line"]) - 1).expect("a line");
                let rest: String = on_line.chars().skip(number(&value["column"]) - 1).collect();
                assert!(rest.starts_with(junk), "{line}");
                let (file, record, id) = (&value["file"], &value["record"], &value["id"]);
                assert_eq!((file, record, id), (&"a.jsonl".into(), &3.into(), &"ä".into()));
                found += 1;
            }
            assert_eq!(found, text.matches("Share").count());
        }
        let shown = written(Findings::new(FindingFormat::Jsonl), &fixture::cleaned());
        assert!(shown.starts_with("{\"file\":\"a.txt\",\"record\":null,\"id\":null,\"line\":3,"), "{shown}");
    }

    #[test]
    fn parts_of_threads_make_one_array() {
        let cleaned = fixture::cleaned();
        let shown = fixture::plain(|out| {
            let mut whole = Findings::new(FindingFormat::Json);
            whole.begin(out)?;
            for name in ["a", "b", "c"] {
                let mut part = Findings::new(FindingFormat::Json);
                let mut bytes = Vec::new();
                if name != "b" {
                    part.document(&mut bytes, DocumentPlace::file(name), &cleaned)?;
                    part.document(&mut bytes, DocumentPlace::file(name), &cleaned)?;
                }
                whole.append(out, &part, &bytes)?;
            }
            whole.end(out, true)
        });
        let array: Vec<serde_json::Value> = serde_json::from_str(&shown).expect("an array");
        assert_eq!(array.len(), 12);
    }

    #[test]
    fn people_see_the_text_and_a_total() {
        let shown = written(Findings::new(FindingFormat::Human), &fixture::cleaned());
        assert!(shown.starts_with("a.txt\n  3:1     share/label [certain] share bar\n"), "{shown}");
        assert!(shown.contains("          Share this: Facebook\n"), "{shown}");
        assert!(shown.ends_with("3 findings in 1 document\n"), "{shown}");
    }
}
