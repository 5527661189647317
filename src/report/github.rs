//! Findings as workflow commands, which GitHub shows beside the lines of a change. A command is one line;
//! what would end it early is percent-encoded.

use std::io::{self, Write};

use super::finding::{DocumentPlace, ReportedFinding};
use super::screen::{safe, safe_name, shortened};
use crate::removal::Certainty;

/// Columns to which the text of a finding is shortened.
const TEXT: usize = 100;

/// Writes the command for one finding.
pub(super) fn finding(out: &mut dyn Write, finding: &ReportedFinding<'_, '_>) -> io::Result<()> {
    let (r, DocumentPlace { file, record, id, has_lines, .. }) = (finding.removal, finding.place);
    let command = match r.certainty {
        Certainty::Certain => "error",
        Certainty::Likely => "warning",
        Certainty::Suspect => "notice",
    };
    let file = safe_name(file.strip_prefix("./").unwrap_or(file));
    write!(out, "::{command} file={},", property(&file))?;
    match record {
        // The place in the text of a record is none in its file.
        Some(number) if has_lines => write!(out, "line={number},")?,
        Some(_) => {}
        None => write!(out, "line={},col={},endColumn={},", r.line, finding.column, finding.end_column())?,
    }
    let mut text = format!("{}: {}", safe(&r.reason), shortened(finding.text().trim(), TEXT));
    if let Some(number) = record {
        let record = id.map_or_else(|| number.to_string().into(), safe);
        text.push_str(&format!(" (record {record}, line {}, column {} of its text)", r.line, finding.column));
    }
    if finding.is_held() {
        text.push_str(" (held)");
    }
    writeln!(out, "title={}::{}", property(r.rule.as_str()), data(&text))
}

/// Writes the command for a message about an input.
pub(super) fn message(out: &mut dyn Write, text: &str, is_error: bool) -> io::Result<()> {
    writeln!(out, "::{} title=dechaff::{}", if is_error { "error" } else { "warning" }, data(text))
}

/// The value of a property of a command.
fn property(value: &str) -> String {
    data(value).replace(':', "%3A").replace(',', "%2C")
}

/// The message of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn written(place: DocumentPlace<'_>, text: &str) -> String {
        let cleaned = fixture::cleaner().clean(text);
        fixture::plain(|out| ReportedFinding::all(place, &cleaned).try_for_each(|f| finding(out, &f)))
    }

    #[test]
    fn a_finding_is_a_command() {
        assert_eq!(
            written(DocumentPlace::file("./a.txt"), fixture::TEXT),
            "::error file=a.txt,line=3,col=1,endColumn=21,title=share/label::share bar: Share this: Facebook\n\
             ::error file=a.txt,line=6,col=48,endColumn=69,title=share/label::share bar: Share this: Facebook\n\
             ::warning file=a.txt,line=7,col=1,endColumn=16,title=newsletter/join::newsletter box: Join our letter\n"
        );
    }

    #[test]
    fn names_and_texts_cannot_end_a_command() {
        let text = "The ferry left the northern pier at dawn.\n\nJoin our letter: 5 %::notice::, letter\n";
        let place =
            DocumentPlace { record: Some(3), id: Some("x\n::error::y"), ..DocumentPlace::file("a,b:c%\n::d.jsonl") };
        assert_eq!(
            written(place, text),
            "::warning file=a%2Cb%3Ac%25^J%3A%3Ad.jsonl,line=3,title=newsletter/join::newsletter box: Join our letter: \
             5 %25::notice::, letter (record x^J::error::y, line 3, column 1 of its text)\n"
        );
        assert_eq!(
            fixture::plain(|out| message(out, "a: 100 %\r\ngone", true)),
            "::error title=dechaff::a: 100 %25%0D%0Agone\n"
        );
    }
}
