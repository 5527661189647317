//! The report of `explain`: every line of a document with its fate and the reasons for it. Rules themselves
//! are described by `rules`.

use std::io::{self, Write};
use std::ops::RangeInclusive;

use serde::Serialize;

use super::json::{self, object};
use super::screen::{columns, room, safe, safe_name, shortened, wrapped};
use super::{DIM, PLACE, REMOVED, TITLE, WARNING, styled, styled_line};
use crate::cleaner::{Explanation, LineVerdict};
use crate::document::{PageKind, is_blank};
use crate::removal::{Protected, Removal};

/// Columns by which the second and later lines of a note are indented more than the first.
const HANGING: usize = 2;

/// Writes the fate of each line, and why. With `numbers` (counted from 1), writes only these lines, and for
/// lines that stay also the junk score and the phrases that decided it. Shortens texts and wraps notes to
/// `width` columns.
///
/// # Errors
/// If writing to `out` fails.
pub fn explain(
    out: &mut dyn Write,
    name: &str,
    explanation: &Explanation<'_>,
    numbers: Option<&RangeInclusive<usize>>,
    width: usize,
) -> io::Result<()> {
    let lines = &explanation.lines;
    styled(out, TITLE, &safe_name(name))?;
    let kind = explanation.kind.map_or(String::new(), |kind| format!(", looks like: {}", kind.as_str()));
    writeln!(out, ": {}{kind}", explanation.shape.as_str())?;
    let digits = lines.last().map_or(1, |line| line.line.to_string().len());
    let layout = LineLayout { digits, width };
    for line in lines.iter().filter(|line| numbers.is_none_or(|n| n.contains(&line.line))) {
        write_line(out, line, layout, numbers.is_some())?;
    }
    Ok(())
}

/// Writes the content of [`explain`] as one JSON object, with texts in full.
///
/// # Errors
/// If writing to `out` fails.
pub fn explain_json(
    out: &mut dyn Write,
    name: &str,
    explanation: &Explanation<'_>,
    numbers: Option<&RangeInclusive<usize>>,
) -> io::Result<()> {
    let lines = explanation.lines.iter().filter(|line| numbers.is_none_or(|n| n.contains(&line.line)));
    let document = object! {
        file: name,
        shape: explanation.shape.as_str(),
        kind: explanation.kind.map(PageKind::as_str),
        lines: lines.map(json_line).collect::<Vec<_>>(),
    };
    json::write_by_line(out, &document)?;
    writeln!(out)
}

/// One line of a document as a JSON object.
fn json_line(line: &LineVerdict<'_>) -> impl Serialize {
    let score = line.score.as_ref().map(|score| {
        object! {
            junk_score: score.score,
            #[serde(flatten)]
            goes_from: score.goes_from.map(|from| object! { goes_from: from }),
            raised_by: &score.raised_by,
            lowered_by: &score.lowered_by,
        }
    });
    object! {
        line: line.line,
        fate: LineFate::of(line).as_str(),
        held: line.held,
        shape: line.shape,
        zone: line.zone,
        #[serde(flatten)]
        score: score,
        why_kept: &line.why,
        text: line.text,
        removals: json_verdicts(&line.removals),
        suspects: json_verdicts(&line.suspects),
        rejected: json_verdicts(&line.rejected),
        protected: line.protected.iter().map(json_overruled).collect::<Vec<_>>(),
    }
}

fn json_verdicts(removals: &[Removal]) -> Vec<impl Serialize> {
    removals.iter().map(json_verdict).collect()
}

/// A verdict that another rule overruled, as a JSON object.
fn json_overruled(p: &Protected) -> impl Serialize {
    object! {
        #[serde(flatten)]
        verdict: json_verdict(&p.removal),
        kept_by: p.by.as_str(),
        kept_reason: &*p.why,
    }
}

fn json_verdict(r: &Removal) -> impl Serialize {
    object! {
        rule: r.rule.as_str(),
        family: r.family.as_str(),
        certainty: r.certainty.as_str(),
        reason: &*r.reason,
        evidence: &*r.evidence,
        span: [r.span.start, r.span.end],
    }
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineFate {
    Kept,
    Suspect,
    Cut,
    Removed,
}

impl LineFate {
    fn of(line: &LineVerdict<'_>) -> Self {
        if line.removals.is_empty() || line.held {
            return if line.suspects.is_empty() { Self::Kept } else { Self::Suspect };
        }
        if is_gone(line) { Self::Removed } else { Self::Cut }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Suspect => "suspect",
            Self::Cut => "cut",
            Self::Removed => "removed",
        }
    }

    const fn mark(self) -> char {
        match self {
            Self::Kept => ' ',
            Self::Suspect => '?',
            Self::Cut => '~',
            Self::Removed => '-',
        }
    }
}

/// True if the removals leave nothing but white space of the line.
fn is_gone(line: &LineVerdict<'_>) -> bool {
    let is_blank_between = |from: usize, to: usize| {
        let range = from.saturating_sub(line.span.start)..to.saturating_sub(line.span.start);
        line.text.get(range).is_none_or(is_blank)
    };
    let mut at = line.span.start;
    for removal in &line.removals {
        if !is_blank_between(at, removal.span.start) {
            return false;
        }
        at = at.max(removal.span.end);
    }
    is_blank_between(at, line.span.end)
}

/// The widths of a report, in columns.
#[derive(Clone, Copy)]
struct LineLayout {
    /// Columns of the longest line number.
    digits: usize,
    /// Columns of the terminal.
    width: usize,
}

impl LineLayout {
    /// Columns before the notes below a line.
    const fn indent(self) -> usize {
        self.digits + 3
    }

    /// Writes a note below a line, `further` columns to the right of the usual indent, wrapped to the width.
    fn note(self, out: &mut dyn Write, note: &str, further: usize) -> io::Result<()> {
        let indent = self.indent() + further;
        for (i, text) in wrapped(&safe(note), room(self.width, indent + HANGING)).iter().enumerate() {
            let hanging = if i == 0 { 0 } else { HANGING };
            writeln!(out, "{:indent$}{text}", "", indent = indent + hanging)?;
        }
        Ok(())
    }
}

fn write_line(out: &mut dyn Write, line: &LineVerdict<'_>, layout: LineLayout, fully: bool) -> io::Result<()> {
    let LineLayout { digits, width } = layout;
    let fate = LineFate::of(line);
    let style = match fate {
        LineFate::Kept if !line.removals.is_empty() => WARNING,
        LineFate::Kept => DIM,
        LineFate::Suspect => WARNING,
        LineFate::Cut | LineFate::Removed => REMOVED,
    };
    styled(out, PLACE, &format!("{:>digits$}", line.line))?;
    if is_blank(line.text) {
        return writeln!(out);
    }
    let score = line.score.as_ref().map_or_else(String::new, |score| format!(" · junk score {}", score.score));
    let reading = format!("{} · {}{score}", line.shape, line.zone);
    let room = room(width, digits + 5 + columns(&reading));
    let text = shortened(line.text, room);
    write!(out, " ")?;
    styled(out, style, &format!("{} {text}", fate.mark()))?;
    write!(out, "{:gap$}", "", gap = room.saturating_sub(columns(&text)) + 2)?;
    styled_line(out, DIM, &reading)?;
    for removal in &line.removals {
        write_verdict(out, removal, "", if line.held { " (held: would go)" } else { "" }, layout)?;
    }
    for suspect in &line.suspects {
        write_verdict(out, suspect, "? ", "", layout)?;
    }
    for rejected in &line.rejected {
        write_verdict(out, rejected, "", " (kept: rejected in a review)", layout)?;
    }
    for protected in &line.protected {
        let by_rule = !protected.by.as_str().starts_with("keep/");
        write_verdict(out, &protected.removal, "", if by_rule { " (kept by a rule)" } else { " (kept)" }, layout)?;
        write!(out, "{:indent$}kept by ", "", indent = layout.indent())?;
        styled(out, TITLE, protected.by.as_str())?;
        writeln!(out, ": {}", safe(&protected.why))?;
    }
    if fate != LineFate::Removed && (fully || fate == LineFate::Suspect) {
        write_judgement(out, line, layout, fully)?;
    }
    Ok(())
}

/// Writes the junk score of a line, the score from which the line would go, and why it stays; `with_reasons`
/// adds the phrases that decided the score.
fn write_judgement(
    out: &mut dyn Write,
    line: &LineVerdict<'_>,
    layout: LineLayout,
    with_reasons: bool,
) -> io::Result<()> {
    let Some(score) = &line.score else {
        return layout.note(out, &format!("stays: {}", line.why), 0);
    };
    let limit = match score.goes_from {
        None => format!("stays in any case: {}", line.why),
        Some(from) if line.why.is_empty() => format!("goes from {from} on"),
        Some(from) => format!("goes only from {from} on: {}", line.why),
    };
    layout.note(out, &format!("junk score {} of 100, {limit}", score.score), 0)?;
    for (side, phrases) in [("raised by", &score.raised_by), ("lowered by", &score.lowered_by)] {
        if with_reasons && !phrases.is_empty() {
            layout.note(out, &format!("{side}: {}", phrases.join(", ")), 0)?;
        }
    }
    Ok(())
}

fn write_verdict(out: &mut dyn Write, r: &Removal, mark: &str, note: &str, layout: LineLayout) -> io::Result<()> {
    write!(out, "{:indent$}{mark}", "", indent = layout.indent())?;
    styled(out, TITLE, r.rule.as_str())?;
    writeln!(out, " · {} · {}: {}{note}", r.family, r.certainty, safe(&r.reason))?;
    if !r.evidence.is_empty() {
        layout.note(out, &format!("seen: {}", r.evidence), mark.len())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::Cleaner;
    use crate::decisions::{Answer, Decisions};
    use crate::document::{Document, Span};
    use crate::report::fixture;

    #[test]
    fn each_line_with_its_fate() {
        let lines = fixture::cleaner().explain(&Document::new(fixture::TEXT));
        let fates: Vec<_> = lines.lines.iter().map(|line| LineFate::of(line).mark()).collect();
        assert_eq!(fates, [' ', ' ', '-', ' ', '?', '~', '-']);
        let shown = fixture::plain(|out| explain(out, "a.txt", &lines, None, 60));
        assert!(shown.starts_with("a.txt: article text, looks like: article\n1   The ferry left the north"), "{shown}");
        assert!(shown.contains("\n3 - Share this: Facebook "), "{shown}");
        assert!(shown.contains("\n    share/label · share · certain: share bar\n    seen: "), "{shown}");
        assert!(shown.contains("\n    ? site/maybe · site · suspect: perhaps a label\n"), "{shown}");
        assert!(shown.lines().all(|line| columns(line) <= 60), "{shown}");
    }

    #[test]
    fn what_was_rejected_is_named_as_the_reason() {
        let mut decisions = Decisions::default();
        decisions.decide("share/label", None, Answer::Reject);
        decisions.decide("site/maybe", Some("Perhaps a label:"), Answer::Reject);
        let mut cleaner = fixture::cleaner();
        cleaner.follow(decisions);
        let lines = cleaner.explain(&Document::new(fixture::TEXT));
        let fates: Vec<_> = lines.lines.iter().map(|line| LineFate::of(line).mark()).collect();
        assert_eq!(fates, [' ', ' ', ' ', ' ', ' ', ' ', '-']);
        let shown = fixture::plain(|out| explain(out, "a.txt", &lines, None, 90));
        for rule in ["share/label · share · certain: share bar", "site/maybe · site · suspect: perhaps a label"] {
            assert!(shown.contains(&format!("\n    {rule} (kept: rejected in a review)\n")), "{shown}");
        }
        assert_eq!(shown.matches("rejected").count(), 3, "{shown}");
        let json = fixture::plain(|out| explain_json(out, "a.txt", &lines, Some(&(5..=5))));
        let json: serde_json::Value = serde_json::from_str(&json).expect("an object");
        assert_eq!(json["lines"][0]["rejected"][0]["rule"], "site/maybe");
    }

    #[test]
    fn a_rule_that_protects_is_named_with_the_one_that_it_overrules() {
        let rules = r#"
[[keep]]
id      = "site/keep-share-column"
match   = "line"
phrases = ["share this: facebook"]
reason  = "a column of ours"
keeps   = ["Share this: Facebook"]
"#;
        let cleaner = Cleaner::builder().rules("mine.toml", rules).build().expect("rules");
        // The label stands once as a whole line and once as a piece of a line.
        let text = "The ferry left the northern pier at noon, the harbour master said.\nShare this: Facebook\nNobody was late \
                    on that day, and nobody was early either. Share this: Facebook\n";
        assert_eq!(cleaner.clean(text).text(), text);
        let lines = cleaner.explain(&Document::new(text));
        assert_eq!(lines.lines.iter().map(|line| line.protected.len()).collect::<Vec<_>>(), [0, 1, 1]);
        let shown = fixture::plain(|out| explain(out, "a.txt", &lines, None, 120));
        assert!(shown.contains("(kept by a rule)\n"), "{shown}");
        assert_eq!(shown.matches("    kept by site/keep-share-column: a column of ours\n").count(), 2, "{shown}");
        let json = fixture::plain(|out| explain_json(out, "a.txt", &lines, Some(&(2..=2))));
        let json: serde_json::Value = serde_json::from_str(&json).expect("an object");
        let kept = &json["lines"][0]["protected"][0];
        assert_eq!((&kept["kept_by"], &kept["family"]), (&"site/keep-share-column".into(), &"share".into()));
        assert_eq!((&json["lines"][0]["fate"], &kept["kept_reason"]), (&"kept".into(), &"a column of ours".into()));
    }

    #[test]
    fn scores_are_told_in_words() {
        let lines = fixture::cleaner().explain(&Document::new(fixture::TEXT));
        let shown = fixture::plain(|out| explain(out, "a.txt", &lines, Some(&(1..=7)), 80));
        assert!(shown.contains(" · junk score "), "{shown}");
        for words in [" of 100, stays in any case: ", "    raised by: ", "    lowered by: "] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert!(shown.lines().all(|line| columns(line) <= 80), "{shown}");
        let names = Cleaner::feature_names();
        let technical =
            names.iter().filter(|name| name.contains(' ') && *name != "several sentences" && *name != "long words");
        assert!(technical.clone().count() > 40);
        assert_eq!(technical.clone().find(|name| shown.contains(&format!(" {name},"))), None, "{shown}");
        let json = fixture::plain(|out| explain_json(out, "a.txt", &lines, Some(&(5..=5))));
        let json: serde_json::Value = serde_json::from_str(&json).expect("an object");
        let line = &json["lines"][0];
        assert!(
            line["junk_score"].is_u64() && line["lowered_by"][0].is_string() && line["why_kept"].is_string(),
            "{line}"
        );
    }

    #[test]
    fn lines_of_a_held_document_stay() {
        let held = fixture::held();
        let lines = fixture::cleaner().explain(&Document::new(held.original()));
        let shown = fixture::plain(|out| explain(out, "a.txt", &lines, None, 120));
        assert!(shown.starts_with("a.txt: list\n1   The harbour master"), "{shown}");
        assert!(shown.contains("likely: a sentence of the article (held: would go)\n"), "{shown}");
        let json = fixture::plain(|out| explain_json(out, "a.txt", &lines, None));
        assert!(json.contains("\"fate\":\"kept\",\"held\":true"), "{json}");
    }

    #[test]
    fn what_is_left_of_a_line_counts_and_not_how_much_goes() {
        let text = " Share this: Facebook";
        let mut lines = fixture::cleaner().explain(&Document::new(text));
        assert_eq!(LineFate::of(&lines.lines[0]), LineFate::Removed);
        // The first span is as long as the trimmed line, but leaves its last letter.
        for (start, end, fate) in [(0, 20, LineFate::Cut), (1, 21, LineFate::Removed), (2, 21, LineFate::Cut)] {
            lines.lines[0].removals[0].span = Span::new(start, end);
            assert_eq!(LineFate::of(&lines.lines[0]), fate);
        }
    }

    #[test]
    fn one_line_alone_and_as_json() {
        let lines = fixture::cleaner().explain(&Document::new(fixture::TEXT));
        let shown = fixture::plain(|out| explain(out, "a.txt", &lines, Some(&(7..=7)), 80));
        assert!(shown.starts_with("a.txt: article text, looks like: article\n7 - Join our letter"), "{shown}");
        let json = fixture::plain(|out| explain_json(out, "a.txt", &lines, Some(&(6..=6))));
        let json: serde_json::Value = serde_json::from_str(&json).expect("an object");
        assert_eq!(json["lines"].as_array().map(Vec::len), Some(1));
        assert_eq!((&json["lines"][0]["fate"], &json["lines"][0]["line"]), (&"cut".into(), &6.into()));
        assert_eq!(json["lines"][0]["removals"][0]["rule"], "share/label");
    }
}
