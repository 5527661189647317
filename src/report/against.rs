//! The report of `diff --against`: what the present cleaning removes and another one of the same documents
//! does not, and the reverse, by rule. It compares visible bytes of the original; which rule removes them
//! and which blank lines go with them makes no difference.

use std::io::{self, Write};

use super::samples::{HitDocument, RuleHits};
use super::screen::{counted, shortened, thousands, wrapped};
use super::{ADDED, DIM, REMOVED, WARNING};
use crate::cleaner::Cleaned;
use crate::diff::lacking;
use crate::document::{Span, is_blank};
use crate::error::DocumentError;
use crate::removal::Removal;

/// Collects the differences between the present cleaning of documents and another cleaning of them.
#[derive(Clone, Debug, Default)]
pub struct Against {
    context: usize,
    newly: RuleHits,
    no_longer: RuleHits,
    newly_suspected: RuleHits,
    no_longer_suspected: RuleHits,
    documents: u64,
    differing: u64,
    newly_held: u64,
    no_longer_held: u64,
}

impl Against {
    /// A report whose samples show `context` lines above and below each hit.
    #[must_use]
    pub fn new(context: usize) -> Self {
        Self { context, ..Self::default() }
    }

    /// Adds a document that was cleaned by two cleaners. If both of them report suspects, the suspects are
    /// compared as well, separately from the removals.
    pub fn rules(&mut self, name: &str, present: &Cleaned<'_>, other: &Cleaned<'_>) {
        let document = HitDocument { name, text: present.original(), context: self.context };
        let (mine, theirs) = (removed(present), removed(other));
        let newly = beyond(document.text, mine, &spans(theirs));
        let no_longer = beyond(document.text, theirs, &spans(mine));
        self.count(!newly.is_empty() || !no_longer.is_empty());
        self.newly_held += u64::from(present.held().is_some() && other.held().is_none());
        self.no_longer_held += u64::from(other.held().is_some() && present.held().is_none());
        self.newly.add(document, newly);
        self.no_longer.add(document, no_longer);
        let (mine, theirs) = (present.suspects(), other.suspects());
        self.newly_suspected.add(document, beyond(document.text, mine, &spans(theirs)));
        self.no_longer_suspected.add(document, beyond(document.text, theirs, &spans(mine)));
    }

    /// Adds a document with `other`, a cleaned version of it that was made by unknown rules.
    ///
    /// # Errors
    /// If `other` holds a line that the document does not have.
    pub fn version(&mut self, name: &str, present: &Cleaned<'_>, other: &str) -> Result<(), DocumentError> {
        let document = HitDocument { name, text: present.original(), context: self.context };
        let text = document.text;
        let lacking = if present.text() == other {
            None
        } else {
            let foreign = |line: &str| format!("the other version is not made from it: '{}'", shortened(line, 60));
            Some(lacking(present, other).map_err(|line| DocumentError::new(foreign(line)))?)
        };
        let Some(lacking) = lacking else {
            self.count(false);
            return Ok(());
        };
        let mine = removed(present);
        let theirs: Vec<Span> = lacking.iter().map(|(_, span)| *span).collect();
        let newly = beyond(text, mine, &theirs);
        let mine = spans(mine);
        // The verdict on a span that stays: a suspect, or a removal of a held document.
        let known = |span: Span| {
            let all = present.suspects().iter().chain(present.removals());
            all.into_iter().find(|r| r.span.start < span.end && span.start < r.span.end)
        };
        let (mut by_rule, mut unknown) = (Vec::new(), Vec::new());
        for (line, span) in lacking {
            let Some(span) = uncovered(text, span, &mine) else { continue };
            match known(span) {
                Some(removal) => by_rule.push((removal, span)),
                None => unknown.push((line, span)),
            }
        }
        self.count(!newly.is_empty() || !by_rule.is_empty() || !unknown.is_empty());
        self.newly.add(document, newly);
        self.no_longer.add(document, by_rule);
        self.no_longer.add_unknown(
            document,
            "the other version lacks it; which rule removed it is not known",
            &unknown,
        );
        Ok(())
    }

    fn count(&mut self, differs: bool) {
        self.documents += 1;
        self.differing += u64::from(differs);
    }

    /// Adds the documents of another report, which follow the documents of this one in input order.
    pub fn merge(&mut self, other: Self) {
        self.newly.merge(other.newly);
        self.no_longer.merge(other.no_longer);
        self.newly_suspected.merge(other.newly_suspected);
        self.no_longer_suspected.merge(other.no_longer_suspected);
        self.documents += other.documents;
        self.differing += other.differing;
        self.newly_held += other.newly_held;
        self.no_longer_held += other.no_longer_held;
    }

    /// True if the removals of any document differ; suspects do not count.
    #[must_use]
    pub const fn differs(&self) -> bool {
        self.differing > 0
    }

    /// Writes four lists by rule, newly removed, no longer removed, newly suspected and no longer suspected,
    /// and the totals, in lines of at most `width` columns.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        let parts = [
            ("newly removed", '-', REMOVED, &self.newly),
            ("no longer removed", '+', ADDED, &self.no_longer),
            ("newly suspected, kept", '?', WARNING, &self.newly_suspected),
            ("no longer suspected", ' ', DIM, &self.no_longer_suspected),
        ];
        for (title, sign, style, hits) in parts {
            hits.write_titled(out, title, width, sign, style)?;
        }
        let mut total = format!(
            "{} of {} differ: {} newly removed, {} no longer",
            thousands(self.differing),
            counted(self.documents, "document"),
            counted(self.newly.hits(), "hit"),
            thousands(self.no_longer.hits())
        );
        for (count, what) in [(self.newly_held, "newly held"), (self.no_longer_held, "no longer held")] {
            if count > 0 {
                total.push_str(&format!("; {} {what}", counted(count, "document")));
            }
        }
        let (newly, no_longer) = (self.newly_suspected.hits(), self.no_longer_suspected.hits());
        if newly + no_longer > 0 {
            let (newly, no_longer) = (thousands(newly), thousands(no_longer));
            total.push_str(&format!("; {newly} newly suspected, {no_longer} no longer"));
        }
        for line in wrapped(&total, width) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

/// The removals that were carried out: none for a held document.
fn removed<'c>(cleaned: &'c Cleaned<'_>) -> &'c [Removal] {
    if cleaned.held().is_some() { &[] } else { cleaned.removals() }
}

fn spans(removals: &[Removal]) -> Vec<Span> {
    removals.iter().map(|r| r.span).collect()
}

/// The removals that hold visible text outside the spans of `others`, each with the span of that text.
/// `others` are in order.
fn beyond<'c>(text: &str, removals: &'c [Removal], others: &[Span]) -> Vec<(&'c Removal, Span)> {
    removals.iter().filter_map(|r| Some((r, uncovered(text, r.span, others)?))).collect()
}

/// The part of `span` from the first to the last piece of visible text outside `others`; `None` if there is
/// no such piece. `others` are in order.
fn uncovered(text: &str, span: Span, others: &[Span]) -> Option<Span> {
    let mut found: Option<Span> = None;
    let mut take = |start: usize, end: usize| {
        if start < end && !is_blank(&text[start..end]) {
            found = Some(Span::new(found.map_or(start, |found| found.start), end));
        }
    };
    let mut at = span.start;
    let first = others.partition_point(|other| other.end <= span.start);
    for other in others[first..].iter().take_while(|other| other.start < span.end) {
        take(at, other.start);
        at = at.max(other.end);
    }
    take(at, span.end);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cleaner::Cleaner;
    use crate::report::fixture;

    const TEXT: &str = "\
It rained for most of the day, said the miller. Share this: Facebook
The ferry left the northern pier at dawn, and nobody on the shore expected it back before Sunday.
Join our letter
";

    fn without(rule: &str) -> Cleaner {
        let rules = fixture::RULES;
        Cleaner::builder().builtin(false).rules("mine.toml", rules).ignore([rule]).build().expect("good rules")
    }

    #[test]
    fn rules_against_rules() {
        let (present, other) = (without("newsletter/join"), without("share/label"));
        let mut report = Against::new(1);
        report.rules("a.txt", &present.clean(TEXT), &other.clean(TEXT));
        report.rules("b.txt", &present.clean("Nothing.\n"), &other.clean("Nothing.\n"));
        assert!(report.differs());
        assert_eq!(
            fixture::plain(|out| report.write(out, 80)),
            "# newly removed

share/label  1 hit in 1 document
  certain · share bar
  a.txt:1
    - … most of the day, said the miller.[- Share this: Facebook-]
      The ferry left the northern pier at dawn, and nobody on the shore expecte…

# no longer removed

newsletter/join  1 hit in 1 document
  likely · newsletter box
  a.txt:3
      The ferry left the northern pier at dawn, and nobody on the shore expecte…
    + Join our letter

1 of 2 documents differ: 1 hit newly removed, 1 no longer
"
        );
    }

    #[test]
    fn suspects_are_compared_apart_and_make_no_document_differ() {
        let (present, other) = (fixture::cleaner(), without("site/maybe"));
        let mut report = Against::new(0);
        report.rules("a.txt", &present.clean(fixture::TEXT), &other.clean(fixture::TEXT));
        assert!(!report.differs());
        let shown = fixture::plain(|out| report.write(out, 100));
        assert!(shown.starts_with("# newly suspected, kept\n\nsite/maybe  1 hit in 1 document\n"), "{shown}");
        let total = "0 of 1 document differ: 0 hits newly removed, 0 no longer; 1 newly suspected, 0 no longer\n";
        assert!(shown.ends_with(total), "{shown}");
    }

    #[test]
    fn the_same_bytes_are_no_difference() {
        let cleaner = fixture::cleaner();
        let mut report = Against::new(1);
        report.rules("a.txt", &cleaner.clean(TEXT), &cleaner.clean(TEXT));
        report.version("a.txt", &cleaner.clean(TEXT), &cleaner.clean(TEXT).text()).expect("a version");
        assert!(!report.differs());
    }

    #[test]
    fn a_version_says_which_lines_but_not_which_rules() {
        let cleaner = without("newsletter/join");
        let present = cleaner.clean(TEXT);
        let mut report = Against::new(0);
        let lines: Vec<&str> = TEXT.lines().collect();
        report.version("a.txt", &present, &format!("{}\n{}\n", lines[0], lines[1])).expect("a version");
        let shown = fixture::plain(|out| report.write(out, 80));
        assert!(shown.contains("# newly removed\n\nshare/label  1 hit"), "{shown}");
        assert!(shown.contains("# no longer removed\n\nno rule in force  1 hit"), "{shown}");
        assert!(shown.contains("+ Join our letter"), "{shown}");
        let foreign = report.version("a.txt", &present, "Something else.\n").expect_err("no version");
        assert_eq!(foreign.to_string(), "the other version is not made from it: 'Something else.'");
    }

    #[test]
    fn what_other_removals_leave() {
        let text = "abc def ghi";
        let left = |others: &[(usize, usize)]| {
            let others: Vec<Span> = others.iter().map(|(a, b)| Span::new(*a, *b)).collect();
            uncovered(text, Span::new(0, 11), &others).map(|span| &text[span.range()])
        };
        assert_eq!(left(&[]), Some("abc def ghi"));
        assert_eq!(left(&[(0, 11)]), None);
        assert_eq!(left(&[(0, 3), (4, 11)]), None);
        assert_eq!(left(&[(0, 4)]), Some("def ghi"));
        assert_eq!(left(&[(3, 8)]), Some("abcghi").map(|_| "abc def ghi"));
    }

    #[test]
    fn held_documents_lose_nothing() {
        let text = "The harbour master ordered three men to clear the lower steps before noon.\n";
        let bold = Cleaner::builder().builtin(false).rules("mine.toml", fixture::RULES).max_removed(1.0);
        let bold = bold.build().expect("good rules");
        let mut report = Against::new(0);
        report.rules("a.txt", &fixture::cleaner().clean(text), &bold.clean(text));
        let shown = fixture::plain(|out| report.write(out, 80));
        assert!(shown.contains("0 hits newly removed, 1 no longer; 1 document newly held"), "{shown}");
    }
}
