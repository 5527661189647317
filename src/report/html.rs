//! The page of `diff --html`: counts over all documents, a bounded number of documents with their removals
//! in place, and marks that a reviewer can save. `document` writes one document, `sample` chooses the
//! documents, `page.css` and `page.js` are the page's style and script. The page loads nothing and runs no
//! other script.

mod document;
mod sample;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use super::json::{self, object};
use super::sample::mixed;
use super::screen::{counted, thousands};
use super::tally::{Amount, FamilyTally};
use crate::cleaner::Cleaned;
use crate::removal::{Certainty, Family, Removal, RuleId};
use sample::ShownDocuments;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// SHA-256 hashes, in Base64, of the page's style and script: browsers accept no others, even if an article
/// smuggles some in. When a file has changed, the test in `tests/it/html.rs` prints its new hash.
const STYLE_HASH: &str = "Xv/7alq8y0DyoaebAsSxOd7AhBKIY5xhNSFcl52CXG8=";
const SCRIPT_HASH: &str = "3oFw8LcJbbya90S3fq3nPxULdJvq6k3r2In/C4ei6CY=";

/// Collects documents and writes the page. Its memory, and so the page, has a bound that does not depend on
/// the number of documents.
///
/// ```
/// use dechaff::{Cleaner, report::Html};
///
/// let cleaner = Cleaner::builder().build()?;
/// let mut page = Html::default();
/// page.add("a.txt", &cleaner.clean("It rained.\n\nLeave a Reply\nName *\n"));
/// let mut bytes = Vec::new();
/// page.write(&mut bytes).expect("a vector takes all");
/// assert!(bytes.starts_with(b"<!doctype html>"));
/// # Ok::<(), dechaff::RuleError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Html {
    documents: u64,
    changed: u64,
    held: u64,
    failed: u64,
    /// Documents with at least one removal or suspect.
    found: u64,
    /// The lines and bytes that were removed.
    total: Amount,
    counts: BTreeMap<Group, GroupCount>,
    rules: BTreeMap<RuleId, (Family, Arc<str>)>,
    sample: ShownDocuments,
}

/// A group of verdicts that are counted together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    All,
    Certainty(Certainty),
    Family(Family),
    Rule(RuleId),
}

impl Group {
    fn all_of(verdict: &Removal) -> [Self; 4] {
        let (certainty, family) = (Self::Certainty(verdict.certainty), Self::Family(verdict.family));
        [Self::All, certainty, family, Self::Rule(verdict.rule.clone())]
    }
}

/// The counts of a [`Group`] of verdicts.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct GroupCount {
    /// Documents with at least one removal, held documents included.
    documents: u64,
    /// Removals in documents that are not held.
    removed: u64,
    /// Removals in held documents, which stay.
    held: u64,
    /// Suspects, which stay.
    suspects: u64,
}

impl GroupCount {
    fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.removed += other.removed;
        self.held += other.held;
        self.suspects += other.suspects;
    }
}

impl Html {
    /// Adds a document.
    pub fn add(&mut self, name: &str, cleaned: &Cleaned<'_>) {
        let at = self.documents;
        self.documents += 1;
        if cleaned.removals().is_empty() && cleaned.suspects().is_empty() {
            return;
        }
        let held = cleaned.held().is_some();
        self.found += 1;
        self.changed += u64::from(cleaned.is_changed());
        self.held += u64::from(held);
        self.total.add(FamilyTally::of(cleaned).total);
        let mut counts: BTreeMap<Group, GroupCount> = BTreeMap::new();
        let going = if held {
            GroupCount { held: 1, ..GroupCount::default() }
        } else {
            GroupCount { removed: 1, ..GroupCount::default() }
        };
        let suspect = GroupCount { suspects: 1, ..GroupCount::default() };
        let going = cleaned.removals().iter().map(|r| (r, going));
        for (verdict, count) in going.chain(cleaned.suspects().iter().map(|r| (r, suspect))) {
            for group in Group::all_of(verdict) {
                counts.entry(group).or_default().add(count);
            }
            let rule = || (verdict.family, Arc::clone(&verdict.reason));
            self.rules.entry(verdict.rule.clone()).or_insert_with(rule);
        }
        let rules = counts.keys().filter_map(|g| if let Group::Rule(rule) = g { Some(rule.clone()) } else { None });
        self.sample.add(at, name, held, &document::json(name, cleaned).into(), rules);
        for (group, count) in counts {
            let documents = u64::from(count.removed + count.held > 0);
            self.counts.entry(group).or_default().add(GroupCount { documents, ..count });
        }
    }

    /// Counts documents that could not be read or cleaned.
    pub fn failed(&mut self, documents: u64) {
        self.failed += documents;
    }

    /// Adds the documents of another page, which follow the documents of this one in input order.
    pub fn merge(&mut self, other: Self) {
        self.sample.merge(self.documents, other.sample);
        self.documents += other.documents;
        self.changed += other.changed;
        self.held += other.held;
        self.failed += other.failed;
        self.found += other.found;
        self.total.add(other.total);
        for (group, count) in other.counts {
            self.counts.entry(group).or_default().add(count);
        }
        for (rule, what) in other.rules {
            self.rules.entry(rule).or_insert(what);
        }
    }

    /// The totals of the page in one line of text.
    #[must_use]
    pub fn summary(&self) -> String {
        let all = self.count(&Group::All);
        let (documents, removals) = (counted(self.documents, "document"), counted(all.removed + all.held, "removal"));
        let mut summary = format!("{documents}: {removals} in {}", thousands(all.documents));
        if all.suspects > 0 {
            summary.push_str(&format!("; {}", counted(all.suspects, "suspect")));
        }
        let (shown, found) = (self.sample.documents().len() as u64, self.found);
        if shown < found {
            summary.push_str(&format!("; {} of {} documents are in the page", thousands(shown), thousands(found)));
        }
        summary
    }

    /// Writes the page.
    ///
    /// # Errors
    /// If writing to `out` fails.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut data = Vec::new();
        self.data(&mut data)?;
        let policy = format!("style-src 'sha256-{STYLE_HASH}'; script-src 'sha256-{SCRIPT_HASH}'");
        let mut rest = PAGE;
        for (mark, part) in [
            ("{policy}", policy.as_bytes()),
            ("{version}", env!("CARGO_PKG_VERSION").as_bytes()),
            ("{style}", STYLE.as_bytes()),
            ("{data}", &*harmless(&data)),
            ("{script}", SCRIPT.as_bytes()),
        ] {
            let (before, after) = rest.split_once(mark).unwrap_or((rest, ""));
            out.write_all(before.as_bytes())?;
            out.write_all(part)?;
            rest = after;
        }
        out.write_all(rest.as_bytes())
    }

    fn count(&self, group: &Group) -> GroupCount {
        self.counts.get(group).copied().unwrap_or_default()
    }

    /// Writes the data of the page's script as one JSON object.
    fn data(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let shown = self.sample.documents();
        // The browser stores the reviewer's marks under this number, so that pages of other documents have
        // their own.
        let name = shown.values().fold(self.documents, |hash, json| mixed(hash, json.as_bytes()));
        let row = |name, group| object! { name: name, #[serde(flatten)] count: self.count(&group) };
        let families = Family::ALL.iter().filter(|f| self.counts.contains_key(&Group::Family(**f)));
        let rule = |(rule, (family, reason)): (&RuleId, &(Family, Arc<str>))| {
            object! {
                id: rule.to_string(),
                #[serde(flatten)]
                count: self.count(&Group::Rule(rule.clone())),
                family: family.as_str(),
                reason: reason.to_string(),
            }
        };
        let data = object! {
            id: format!("{name:016x}"),
            documents: self.documents,
            changed: self.changed,
            held: self.held,
            failed: self.failed,
            found: self.found,
            lines: self.total.lines,
            bytes: self.total.bytes,
            all: self.count(&Group::All),
            certainties: Certainty::ALL.iter().map(|c| row(c.as_str(), Group::Certainty(*c))).collect::<Vec<_>>(),
            families: families.map(|f| row(f.as_str(), Group::Family(*f))).collect::<Vec<_>>(),
            rules: self.rules.iter().map(rule).collect::<Vec<_>>(),
            shown: shown.values().map(|json| serde_json::from_str(json)).collect::<Result<Vec<&RawValue>, _>>()?,
        };
        json::write_by_line(out, &data)
    }
}

/// JSON with `<`, `>` and `&` escaped, so that no HTML tag, comment or entity can begin in it. In JSON these
/// characters occur only inside strings, where escapes are allowed.
fn harmless(json: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(json.len());
    for &byte in json {
        match byte {
            b'<' | b'>' | b'&' => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => out.push(byte),
        }
    }
    out
}
