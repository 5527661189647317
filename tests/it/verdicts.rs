//! Tests that no verdict changes unnoticed: the verdicts on the corpus and on 2,000 generated documents,
//! under four configurations, must have the hashes in `tests/it/verdicts/*.digest`. `UPDATE=1 cargo test
//! verdicts::` writes new hashes.

use std::fmt::Write as _;
use std::fs;

use dechaff::{Cleaner, Document};
use rayon::prelude::*;
use unicode_normalization::UnicodeNormalization as _;

use super::common;
use super::common::verdicts::{configurations, digest};

const DOCUMENTS: u64 = 2000;
/// The bound on the number of lines of a generated document.
const LINES: usize = 40;

/// Lines of one language from `lines.txt`. The lines are not taken from the rule files, so that a new rule
/// does not change the generated documents themselves.
struct Pool {
    prose: Vec<String>,
    others: Vec<String>,
}

fn pools() -> Vec<Pool> {
    let text = fs::read_to_string(common::root().join("tests/it/verdicts/lines.txt")).expect("readable");
    let lines = |section: &str| -> Vec<String> {
        let (_, lines) = section.split_once('\n').expect("lines below a heading");
        lines.lines().map(|line| line.replace("\\n", "\n").replace("\\r", "\r")).collect()
    };
    let sections: Vec<&str> = text.split("\n[").collect();
    sections.chunks(2).map(|pair| Pool { prose: lines(pair[0]), others: lines(pair[1]) }).collect()
}

/// A generator of pseudo-random numbers, equal on all machines: SplitMix64 (Steele, Lea and Flood, 2014).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % bound as u64).expect("below a usize")
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }
}

/// A generated document: its text, its title, and whether it is read as Markdown.
struct GeneratedDocument {
    text: String,
    title: Option<String>,
    markdown: bool,
}

fn generated(number: u64, pools: &[Pool]) -> GeneratedDocument {
    let mut dice = Dice(number);
    // Half of the documents are English; the others are in a random language.
    let english = pools.iter().position(|pool| pool.others.len() > 380).expect("the largest pool");
    let own = if dice.one_in(2) { &pools[english] } else { dice.pick(pools) };
    let prose_share = [0, 20, 50, 80][dice.below(4)];
    let (mut lines, count) = (Vec::new(), dice.below(LINES));
    while lines.len() < count {
        let pool = if dice.one_in(12) { dice.pick(pools) } else { own };
        let is_prose = dice.below(100) < prose_share && !pool.prose.is_empty();
        let line = dice.pick(if is_prose { &pool.prose } else { &pool.others }).clone();
        lines.push(if dice.one_in(6) { varied(line, &mut dice) } else { line });
        if !lines.is_empty() && dice.one_in(30) {
            lines.push(lines[dice.below(lines.len())].clone());
        }
    }
    let title = (dice.one_in(3) && !lines.is_empty()).then(|| dice.pick(&lines[..lines.len().min(5)]).clone());
    if let Some(title) = title.as_ref().filter(|_| dice.one_in(2)) {
        lines.insert(0, format!("{title} | The Valley Post"));
    }
    let gap = *dice.pick(&["\n", "\n\n", "\n", "\n\n\n"]);
    let mut text = lines.join(gap);
    match dice.below(12) {
        0 => text = wrapped(&text),
        1 => text = text.replace('\n', "\r\n"),
        2 => text.insert(0, '\u{feff}'),
        3 => text.push('\n'),
        4 => text = text.replace(gap, " "),
        _ => {}
    }
    GeneratedDocument { text, title, markdown: dice.one_in(5) }
}

/// A line with a random change, such as other extractors or other sites make.
fn varied(line: String, dice: &mut Dice) -> String {
    match dice.below(20) {
        0 => line.to_uppercase(),
        1 => line.nfd().collect(),
        2 => line.replace(' ', "\u{a0}"),
        3 => line.replace('\'', "’").replace('"', "“"),
        4 => line.replace('&', "&amp;").replace('"', "&quot;"),
        5 => format!("**{line}**"),
        6 => format!("- {line}"),
        7 => format!("> {line}"),
        8 => format!("## {line}"),
        9 => format!("| {line} | 12 |"),
        10 => format!("  \t{line}  "),
        11 => format!("{line} {line} {line}"),
        12 => line.repeat(400 / line.len().max(1) + 1),
        13 => format!("{line} ").repeat(1500 / line.len().max(1) + 1),
        14 => format!("🔗 {line} »"),
        15 => format!("[{line}](https://example.org/a)"),
        16 => format!("The ferry sails until May, said the mayor of the town. {line}"),
        17 => format!("{line} The council met on Tuesday evening and voted for the bridge."),
        18 => format!("{}. {line}", dice.below(12) + 1),
        _ => line.chars().filter(|c| c.is_alphanumeric()).collect(),
    }
}

/// A text with its paragraphs broken into lines of about seventy characters.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut width = 0;
        for word in line.split(' ') {
            width += word.chars().count() + 1;
            if width > 72 {
                width = word.chars().count();
                out.push('\n');
            }
            let _ = write!(out, "{word} ");
        }
        out.push('\n');
    }
    out
}

/// The digest file of a cleaner: one row for each document.
fn rows(cleaner: &Cleaner, cases: &[common::Case], documents: &[GeneratedDocument]) -> String {
    let corpus = cases.iter().map(|case| {
        let document = Document { markdown: case.is_markdown(), ..Document::new(&case.scraped) };
        (case.name.clone(), document)
    });
    let generated = documents.iter().zip(0..).map(|(document, number): (&GeneratedDocument, u64)| {
        let title = document.title.as_deref();
        (number.to_string(), Document { title, markdown: document.markdown, ..Document::new(&document.text) })
    });
    let documents: Vec<(String, Document<'_>)> = corpus.chain(generated).collect();
    documents.par_iter().map(|(name, document)| format!("{name} {}\n", digest(cleaner, document))).collect()
}

#[test]
fn verdicts_are_those_of_the_digests() {
    let (cases, pools) = (common::cases(), pools());
    let documents: Vec<GeneratedDocument> = (0..DOCUMENTS).map(|number| generated(number, &pools)).collect();
    for (name, cleaner) in configurations() {
        let path = common::root().join(format!("tests/it/verdicts/{name}.digest"));
        let rows = rows(&cleaner, &cases, &documents);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, rows).expect("written");
            continue;
        }
        let kept = fs::read_to_string(&path).expect("a digest");
        let changed: Vec<&str> = kept.lines().zip(rows.lines()).filter(|(a, b)| a != b).map(|(a, _)| a).collect();
        assert_eq!(kept.lines().count(), rows.lines().count(), "{name}: other documents than in {}", path.display());
        let first = &changed[..changed.len().min(10)];
        assert!(changed.is_empty(), "{name}: other verdicts on {} documents, the first: {first:?}", changed.len());
    }
}
