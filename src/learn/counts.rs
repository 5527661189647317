//! Counts as a file, which other runs merge. JSON Lines, one object a line, all fingerprints XXH3 as 16 digits from 0 to f:
//!
//! 1. the head: `{"dechaff_counts":1,"by":"auto","merge_subdomains":false,"sources":2}`, the version and how the sources were told;
//! 2. for each source, by name: `{"source":"example.org","articles":40,"lines":812}`, with `"dropped":true` if lines seen once were
//!    dropped for want of memory; then
//! 3. its articles, each `{"article":"…","address":"…","prose":true}`: fingerprints of its text and its address (0 for none), and whether it
//!    has prose enough for an equal text to be a copy; then
//! 4. its lines, by their keys, each `{"line":"most read","total":37,"places":[0,1,36],"prose_below":2,"on":[[0,2882400001,0,2,0]]}`: on
//!    how many documents it stands, on how many of these before, amid and behind the prose and with prose right below; and of at most
//!    eight of these documents the number of the article, counted from 0, the first 32 bits of the fingerprint of the line below (0 at
//!    the end), its bytes if it is a long line, else 0, its place (0, 1, 2) and whether prose stands below. A line of one document has
//!    only `line` and `on`.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufRead, Write};

use serde::{Deserialize, Serialize};

use super::read::{Article, Sight};
use super::table::{Entry, KEPT, Repeated, Sighting, Table};
use super::{By, Learner, Options};
use crate::text::key::fingerprint;

/// The version of the format.
const VERSION: u32 = 1;
/// How a file of counts begins.
const MARK: &[u8] = b"{\"dechaff_counts\":";

/// A file of counts that cannot be read: the line at fault, counted from 1, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountsError {
    line: usize,
    cause: String,
}

impl CountsError {
    /// The line at fault, counted from 1.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for CountsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.cause)
    }
}

impl std::error::Error for CountsError {}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    dechaff_counts: u32,
    by: String,
    merge_subdomains: bool,
    sources: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceRow {
    source: String,
    articles: u64,
    lines: u64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    dropped: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArticleRow {
    article: String,
    address: String,
    prose: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRow {
    line: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    total: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    places: Option<[u32; 3]>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    prose_below: Option<u32>,
    on: Vec<(u32, u32, u16, u8, u8)>,
}

impl Learner {
    /// The first bytes of a file of counts, in all versions of the format. Other files of JSON Lines do not begin with them.
    pub const COUNTS_MARK: &[u8] = MARK;

    /// Writes what was counted, for [`read_counts`](Self::read_counts) and [`merge`](Self::merge). The same documents give the same
    /// bytes in whatever order they were seen.
    ///
    /// # Errors
    /// If writing fails, or the learner does not keep the texts of lines that were seen once
    /// ([`Options::mergeable`]).
    pub fn write_counts(&self, out: &mut impl Write) -> io::Result<()> {
        if !self.options.mergeable {
            return Err(io::Error::other("this learner keeps no texts of lines that were seen once"));
        }
        let head = Head {
            dechaff_counts: VERSION,
            by: self.options.by.as_str().to_owned(),
            merge_subdomains: self.options.merge_subdomains,
            sources: self.sources.len() as u64,
        };
        row(out, &head)?;
        let mut names: Vec<&String> = self.sources.keys().collect();
        names.sort();
        names.into_iter().try_for_each(|name| write_source(out, name, &self.sources[name]))
    }

    /// Reads what another learner counted. The result keeps the texts of lines; how sources were told is in its
    /// [`options`](Self::options), and has to be the same in learners that are merged.
    ///
    /// # Errors
    /// If the file cannot be read, is of another version, ends early, or says what cannot be.
    pub fn read_counts(reader: impl BufRead) -> Result<Self, CountsError> {
        let mut rows = Rows { reader, line: 0, bytes: Vec::new() };
        let head = rows.head()?;
        let Some((_, by)) = By::NAMED.iter().find(|(name, _)| *name == head.by) else {
            return rows.fault(format!("sources cannot be told by '{}'", head.by));
        };
        let options = Options { by: *by, merge_subdomains: head.merge_subdomains, ..Options::default() };
        let mut learner = Self::new(options);
        let mut last: Option<String> = None;
        for _ in 0..head.sources {
            let (name, table) = read_source(&mut rows)?;
            if last.as_ref().is_some_and(|last| *last >= name) {
                return rows.fault(format!("the source '{name}' stands out of order"));
            }
            last = Some(name.clone());
            learner.size += table.size();
            learner.sources.insert(name, table);
        }
        rows.end()?;
        Ok(learner)
    }
}

fn row(out: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

fn write_source(out: &mut impl Write, name: &str, table: &Table) -> io::Result<()> {
    let mut order: Vec<usize> = (0..table.articles.len()).collect();
    order.sort_by_key(|at| {
        let article = &table.articles[*at];
        (article.text, article.address, article.is_article)
    });
    let mut places = vec![0; order.len()];
    for (place, at) in (0_u32..).zip(&order) {
        places[*at] = place;
    }
    let mut lines: Vec<(&str, &Entry)> = Vec::with_capacity(table.lines.len());
    for (print, entry) in &table.lines {
        let key = match entry {
            Entry::Once(_) => table.keys.get(print).map_or("", |key| key),
            Entry::More(repeated) => &repeated.key,
        };
        lines.push((key, entry));
    }
    lines.sort_by_key(|(key, _)| *key);
    let (articles, number) = (order.len() as u64, lines.len() as u64);
    row(out, &SourceRow { source: name.to_owned(), articles, lines: number, dropped: table.dropped })?;
    for at in order {
        let Article { text, address, is_article } = table.articles[at];
        row(out, &ArticleRow { article: digits(text), address: digits(address), prose: is_article })?;
    }
    let sighting = |s: &Sighting| {
        let Sight { below, long, place, above_prose } = s.sight;
        (places[s.article as usize], below, long, place, u8::from(above_prose))
    };
    for (key, entry) in lines {
        let line = key.to_owned();
        let written = match entry {
            Entry::Once(only) => {
                LineRow { line, total: None, places: None, prose_below: None, on: vec![sighting(only)] }
            }
            Entry::More(repeated) => {
                let mut on: Vec<_> = repeated.kept.iter().map(sighting).collect();
                on.sort_unstable();
                let (total, places) = (Some(repeated.total), Some(repeated.places));
                LineRow { line, total, places, prose_below: Some(repeated.above_prose), on }
            }
        };
        row(out, &written)?;
    }
    Ok(())
}

fn digits(print: u64) -> String {
    format!("{print:016x}")
}

/// The rows of a file, one after the other.
struct Rows<R> {
    reader: R,
    /// The number of the last row, counted from 1.
    line: usize,
    bytes: Vec<u8>,
}

impl<R: BufRead> Rows<R> {
    fn fault<T>(&self, cause: impl Into<String>) -> Result<T, CountsError> {
        Err(CountsError { line: self.line, cause: cause.into() })
    }

    /// Reads the next row into the buffer; false at the end.
    fn advance(&mut self) -> Result<bool, CountsError> {
        self.line += 1;
        self.bytes.clear();
        match self.reader.read_until(b'\n', &mut self.bytes) {
            Ok(read) => Ok(read > 0),
            Err(error) => self.fault(error.to_string()),
        }
    }

    fn head(&mut self) -> Result<Head, CountsError> {
        /// The version alone, of a file of any version.
        #[derive(Deserialize)]
        struct Version {
            dechaff_counts: serde_json::Value,
        }
        self.advance()?;
        match serde_json::from_slice::<Version>(&self.bytes) {
            Err(_) => self.fault("no counts: the first line names no version"),
            Ok(head) if head.dechaff_counts != VERSION => {
                self.fault(format!("version {}; this program reads version {VERSION}", head.dechaff_counts))
            }
            Ok(_) => self.parse("the first line"),
        }
    }

    /// Reads the next row, which should be `what`.
    fn next<T: for<'de> Deserialize<'de>>(&mut self, what: &str) -> Result<T, CountsError> {
        if self.advance()? { self.parse(what) } else { self.fault(format!("the file ends before {what}")) }
    }

    fn parse<T: for<'de> Deserialize<'de>>(&self, what: &str) -> Result<T, CountsError> {
        serde_json::from_slice(&self.bytes).or_else(|error| {
            let cause = error.to_string().replace(" at line 1 column ", " at column ");
            self.fault(format!("this is not {what}: {cause}"))
        })
    }

    fn end(&mut self) -> Result<(), CountsError> {
        if self.advance()? { self.fault("the file goes on behind its last source") } else { Ok(()) }
    }

    fn print(&self, digits: &str) -> Result<u64, CountsError> {
        let is_print = digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        match u64::from_str_radix(digits, 16) {
            Ok(print) if is_print => Ok(print),
            _ => self.fault(format!("'{digits}' is no fingerprint of 16 digits from 0 to f")),
        }
    }
}

fn read_source<R: BufRead>(rows: &mut Rows<R>) -> Result<(String, Table), CountsError> {
    let SourceRow { source: name, articles, lines, dropped } = rows.next("a source")?;
    if name.contains(char::is_control) {
        return rows.fault("the name of the source holds a control character");
    }
    let mut table = Table::default();
    table.dropped = dropped;
    for _ in 0..articles {
        let row: ArticleRow = rows.next("an article")?;
        let (text, address) = (rows.print(&row.article)?, rows.print(&row.address)?);
        table.articles.push(Article { address, text, is_article: row.prose });
    }
    for _ in 0..lines {
        let row: LineRow = rows.next("a line")?;
        let line = match counted(row, table.articles.len()) {
            Ok(line) => line,
            Err(cause) => return rows.fault(cause),
        };
        let print = fingerprint(&line.key);
        if table.lines.contains_key(&print) {
            return rows.fault("the line stands here twice");
        }
        table.put(print, line);
    }
    Ok((name, table))
}

/// A line of a source with so many articles, or what is wrong with it.
fn counted(row: LineRow, articles: usize) -> Result<Repeated, &'static str> {
    let mut kept: Vec<Sighting> = Vec::with_capacity(row.on.len().min(KEPT));
    let mut seen = HashSet::new();
    for (article, below, long, place, above_prose) in row.on {
        if article as usize >= articles {
            return Err("the line stands on an article that the source does not have");
        }
        if !seen.insert(article) {
            return Err("the line stands on an article twice");
        }
        if place > 2 || above_prose > 1 {
            return Err("the line has no place that can be");
        }
        kept.push(Sighting { article, sight: Sight { below, long, place, above_prose: above_prose == 1 } });
    }
    let Some(first) = kept.first() else { return Err("the line stands on no article") };
    let only = Repeated::new(row.line.into_boxed_str(), *first);
    let line = Repeated {
        total: row.total.unwrap_or(only.total),
        places: row.places.unwrap_or(only.places),
        above_prose: row.prose_below.unwrap_or(only.above_prose),
        kept,
        ..only
    };
    let sum: u64 = line.places.iter().map(|n| u64::from(*n)).sum();
    let fits = line.total as usize <= articles
        && line.kept.len() == KEPT.min(line.total as usize)
        && sum == u64::from(line.total)
        && line.above_prose <= line.total;
    if fits { Ok(line) } else { Err("the numbers of the line do not fit together") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;

    /// A page of a source: a menu, prose of its own, and a tail that some pages share.
    fn page(number: usize) -> String {
        let names = ["miller", "baker", "ferryman", "teacher", "postman"];
        let name = names[number % 5];
        let mut text = format!("Home\nNews\nPage {number} of 40\n\n");
        for n in 0..3 {
            let word = |k: usize| {
                ["river", "bridge", "field", "tower", "garden", "winter", "letter"][(number * 3 + n * 5 + k) % 7]
            };
            text.push_str(&format!(
                "The {name} number {} walked from the {} to the {} and said that the {} of year {} was the best that anyone there had seen.\n\n",
                ["one", "two", "three", "four"][number % 4], word(0), word(1), word(2), number * 7 + n
            ));
        }
        text.push_str(&format!("Unique words {} {}\nMost read\n", "a".repeat(number + 1), "b".repeat(number % 3 + 1)));
        if number.is_multiple_of(3) {
            text.push_str("About us\nContact\n");
        }
        text
    }

    fn learner(numbers: impl Iterator<Item = usize>) -> Learner {
        let mut learner = Learner::new(Options::default());
        for number in numbers {
            let text = page(number);
            // Every seventh page is scraped twice under one address.
            let url = format!("https://site{}.example/{}", number % 2, number - number % 7 / 6);
            learner.see(&Document { url: Some(&url), ..Document::new(&text) });
        }
        learner
    }

    fn bytes(learner: &Learner) -> Vec<u8> {
        let mut out = Vec::new();
        learner.write_counts(&mut out).expect("written");
        out
    }

    fn back(bytes: &[u8]) -> Learner {
        Learner::read_counts(bytes).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn parts_in_any_order_make_the_whole() {
        let whole = learner(0..60);
        let parts = [bytes(&learner(0..7)), bytes(&learner(7..40)), bytes(&learner(40..60))];
        assert_eq!(bytes(&learner((0..60).rev())), bytes(&whole), "the order of documents");
        assert_eq!(bytes(&back(&bytes(&whole))), bytes(&whole), "read back");
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [0, 2, 1]] {
            let mut merged = back(&parts[order[0]]);
            merged.merge(back(&parts[order[1]]));
            merged.merge(back(&parts[order[2]]));
            assert_eq!(bytes(&merged), bytes(&whole), "{order:?}");
            assert_eq!(merged.finish().to_toml(false), whole.finish().to_toml(false), "{order:?}");
        }
        assert!(whole.finish().sources().iter().any(|s| s.lines.values().any(|l| l.articles > KEPT as u32)));
    }

    #[test]
    fn only_what_can_be_merged_is_written() {
        let learner = Learner::new(Options { mergeable: false, ..Options::default() });
        assert!(learner.write_counts(&mut Vec::new()).is_err());
    }

    #[test]
    fn broken_files_are_refused() {
        let good = [
            r#"{"dechaff_counts":1,"by":"auto","merge_subdomains":false,"sources":1}"#,
            r#"{"source":"a.example","articles":2,"lines":2}"#,
            r#"{"article":"0000000000000001","address":"0000000000000000","prose":true}"#,
            r#"{"article":"0000000000000002","address":"0000000000000000","prose":true}"#,
            r#"{"line":"a","total":2,"places":[0,1,1],"prose_below":0,"on":[[0,0,0,1,0],[1,0,0,2,0]]}"#,
            r#"{"line":"b","on":[[1,0,0,2,0]]}"#,
        ];
        let fault = |at: usize, row: &str| {
            let mut rows = good.map(str::to_owned).to_vec();
            row.clone_into(&mut rows[at]);
            Learner::read_counts(rows.join("\n").as_bytes()).map(|_| ()).expect_err("a fault").to_string()
        };
        Learner::read_counts(good.join("\n").as_bytes()).expect("good counts");
        for (at, row, wanted) in [
            (0, "{}", "line 1: no counts"),
            (0, "\u{1}", "line 1: no counts"),
            (0, r#"{"dechaff_counts":2,"by":"x"}"#, "line 1: version 2; this program reads version 1"),
            (0, r#"{"dechaff_counts":1,"by":"moon","merge_subdomains":false,"sources":1}"#, "'moon'"),
            (0, r#"{"dechaff_counts":1,"by":"auto","merge_subdomains":false,"sources":2}"#, "line 7: the file ends"),
            (0, r#"{"dechaff_counts":1,"by":"auto","merge_subdomains":false,"sources":0}"#, "line 2: the file goes on"),
            (1, r#"{"source":"a","articles":18446744073709551615,"lines":2}"#, "line 5: this is not an article"),
            (1, r#"{"source":"a","articles":2,"lines":99999999999}"#, "line 7: the file ends before a line"),
            (1, r#"{"source":"a\u0007","articles":2,"lines":2}"#, "control character"),
            (1, r#"{"source":"a","articles":-1,"lines":2}"#, "line 2: this is not a source"),
            (2, r#"{"article":"xyz","address":"0","prose":true}"#, "line 3: 'xyz' is no fingerprint"),
            (4, r#"{"line":"a","on":[[2,0,0,1,0]]}"#, "line 5: the line stands on an article that"),
            (4, r#"{"line":"a","on":[[4294967296,0,0,1,0]]}"#, "line 5: this is not a line"),
            (4, r#"{"line":"a","on":[[0,0,0,3,0]]}"#, "no place"),
            (4, r#"{"line":"a","on":[]}"#, "on no article"),
            (4, r#"{"line":"a","total":3,"places":[0,1,2],"prose_below":0,"on":[[0,0,0,1,0],[1,0,0,1,0]]}"#, "fit"),
            (4, r#"{"line":"a","total":2,"places":[9,1,1],"prose_below":0,"on":[[0,0,0,1,0],[1,0,0,1,0]]}"#, "fit"),
            (4, r#"{"line":"a","total":2,"places":[0,1,1],"prose_below":3,"on":[[0,0,0,1,0],[1,0,0,1,0]]}"#, "fit"),
            (4, r#"{"line":"a","on":[[0,0,0,1,0],[1,0,0,1,0]]}"#, "fit"),
            (4, r#"{"line":"a","on":[[0,0,0,1,0],[0,0,0,1,0]]}"#, "twice"),
            (5, good[4], "line 6: the line stands here twice"),
        ] {
            let fault = fault(at, row);
            assert!(fault.contains(wanted), "{row}: {fault}");
        }
        let twice = format!("{}\n{}", good.join("\n").replace("\"sources\":1", "\"sources\":2"), good[1..].join("\n"));
        let fault = Learner::read_counts(twice.as_bytes()).expect_err("a fault").to_string();
        assert!(fault.contains("out of order"), "{fault}");
    }
}
