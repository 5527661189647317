//! The report of `diff --by-rule`: for each rule how many hits in how many documents, and samples with the
//! lines around them. Hits are collected and drawn in `samples`.

use std::io::{self, Write};

use super::samples::{HitDocument, RuleHits};
use super::screen::{counted, thousands, wrapped};
use super::{REMOVED, WARNING};
use crate::cleaner::Cleaned;

/// Collects what each rule removes from documents.
#[derive(Clone, Debug, Default)]
pub struct ByRule {
    context: usize,
    removed: RuleHits,
    held: RuleHits,
    suspects: RuleHits,
    documents: u64,
    changed: u64,
    held_documents: u64,
}

impl ByRule {
    /// A report whose samples show `context` lines above and below each hit.
    #[must_use]
    pub fn new(context: usize) -> Self {
        Self { context, ..Self::default() }
    }

    /// Adds a document.
    pub fn add(&mut self, name: &str, cleaned: &Cleaned<'_>) {
        self.documents += 1;
        self.changed += u64::from(cleaned.is_changed());
        let document = HitDocument { name, text: cleaned.original(), context: self.context };
        let removals = cleaned.removals().iter().map(|r| (r, r.span));
        if cleaned.held().is_some() {
            self.held_documents += 1;
            self.held.add(document, removals);
        } else {
            self.removed.add(document, removals);
        }
        self.suspects.add(document, cleaned.suspects().iter().map(|r| (r, r.span)));
    }

    /// Adds the documents of another report, which follow the documents of this one in input order.
    pub fn merge(&mut self, other: Self) {
        self.removed.merge(other.removed);
        self.held.merge(other.held);
        self.suspects.merge(other.suspects);
        self.documents += other.documents;
        self.changed += other.changed;
        self.held_documents += other.held_documents;
    }

    /// Writes an entry for each rule, the rule with most hits first, then entries for suspects and for the
    /// removals of held documents, and the totals, in lines of at most `width` columns.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, out: &mut dyn Write, width: usize) -> io::Result<()> {
        self.removed.write(out, width, '-', REMOVED)?;
        for (title, sign, hits) in
            [("suspects, kept", '?', &self.suspects), ("in documents that are held, kept", '=', &self.held)]
        {
            hits.write_titled(out, title, width, sign, WARNING)?;
        }
        let mut total = format!("{} in {}", self.removed.total(), thousands(self.changed));
        total.push_str(&format!(" of {}", counted(self.documents, "document")));
        if self.held_documents > 0 {
            total.push_str(&format!(", {} held", thousands(self.held_documents)));
        }
        if !self.suspects.is_empty() {
            total.push_str(&format!("; suspected: {}", self.suspects.total()));
        }
        for line in wrapped(&total, width) {
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::report::screen::columns;

    fn report() -> ByRule {
        let mut report = ByRule::new(1);
        report.add("a.txt", &fixture::cleaned());
        let mut more = ByRule::new(1);
        more.add("b.txt", &fixture::cleaned());
        more.add("c.txt", &fixture::held());
        more.add("d.txt", &fixture::cleaner().clean("Nothing.\n"));
        report.merge(more);
        report
    }

    #[test]
    fn one_entry_a_rule_with_samples_that_differ() {
        assert_eq!(
            fixture::plain(|out| report().write(out, 71)),
            "share/label  4 hits in 2 documents
  certain · share bar
  a.txt:3
      The ferry left the northern pier at dawn, and nobody on the shor…
    - Share this: Facebook
      Perhaps a label:

newsletter/join  2 hits in 2 documents
  likely · newsletter box
  a.txt:7
      It rained for most of the day, said the miller. Share this: Face…
    - Join our letter

# suspects, kept

site/maybe  2 hits in 2 documents
  suspect · perhaps a label
  a.txt:5
      Share this: Facebook
    ? Perhaps a label:
      It rained for most of the day, said the miller. Share this: Face…

# in documents that are held, kept

site/harbour  1 hit in 1 document
  likely · a sentence of the article
  c.txt:1
    = The harbour master ordered three men to clear the lower steps be…

2 rules, 6 hits in 2 of 4 documents, 1 held; suspected: 1 rule, 2 hits
"
        );
    }

    #[test]
    fn pieces_stand_between_marks_and_all_fits() {
        let mut report = ByRule::new(2);
        let text =
            "It rained for most of the day, said the miller. Share this: Facebook\n分享分享分享分享分享分享分享分享\n";
        report.add("a_folder/with_a_long_name/and_a_file.txt", &fixture::cleaner().clean(text));
        let shown = fixture::plain(|out| report.write(out, 30));
        assert!(shown.lines().all(|line| columns(line) <= 30), "{shown}");
        assert!(shown.contains("- …e miller.[- Share th…-]\n"), "{shown}");
        let wide = fixture::plain(|out| report.write(out, 100));
        assert!(wide.contains("- …d for most of the day, said the miller.[- Share this: Facebook-]"), "{wide}");
    }

    #[test]
    fn the_same_at_any_division_of_the_work() {
        let texts: Vec<String> = (0..9).map(|n| format!("Line {n}.\nShare this: Facebook\n{n} ends.\n")).collect();
        let add = |report: &mut ByRule, n: usize| report.add(&n.to_string(), &fixture::cleaner().clean(&texts[n]));
        let mut whole = ByRule::new(1);
        (0..9).for_each(|n| add(&mut whole, n));
        for size in [1, 2, 4] {
            let mut parts = ByRule::new(1);
            for chunk in (0..9).collect::<Vec<_>>().chunks(size) {
                let mut part = ByRule::new(1);
                chunk.iter().for_each(|n| add(&mut part, *n));
                parts.merge(part);
            }
            assert_eq!(fixture::plain(|o| parts.write(o, 80)), fixture::plain(|o| whole.write(o, 80)));
        }
    }
}
