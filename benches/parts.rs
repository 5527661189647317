//! Benchmarks of the parts around the detectors, `cargo bench --bench parts`: folding, users' rules,
//! settling, cutting, splicing of JSON lines, hunks, and cleaning of documents by length and by language.
//! `detectors` measures the detectors.
#![allow(clippy::disallowed_methods)] // reads the corpus

use std::fs;
use std::path::Path;

use dechaff::format::jsonl::{self, Line, Scratch};
use dechaff::format::{Fields, Record as _};
use dechaff::{Cleaner, Removal, diff, parts};
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// The scraped articles of the corpus whose file names begin with `language`.
fn scraped(language: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/scraped");
    let mut paths: Vec<_> = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    paths.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(language)));
    paths.sort();
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

fn cleaner() -> Cleaner {
    Cleaner::builder().suspects(false).build().expect("rules")
}

fn clean(bencher: Bencher<'_, '_>, cleaner: &Cleaner, texts: &[String]) {
    let bytes = texts.iter().map(String::len).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        for text in texts {
            black_box(cleaner.clean(black_box(text)));
        }
    });
}

/// Cleaning with `count` rules of a user and no built-in rules, which measures the matcher.
#[divan::bench(args = [50, 400, 2000])]
fn own_rules(bencher: Bencher<'_, '_>, count: usize) {
    let rule = |n: usize| {
        let form = ["line", "line", "prefix", "contains", "suffix"][n % 5];
        format!(
            "[[rule]]\nid = \"site/rule-{n}\"\ncertainty = \"likely\"\nmatch = \"{form}\"\nphrases = [\"read word{n} and more\"]\nreason = \"x\"\n"
        )
    };
    let toml: String = (0..count).map(rule).collect();
    let cleaner = Cleaner::builder().builtin(false).suspects(false).rules("own.toml", &toml).build().expect("rules");
    clean(bencher, &cleaner, &scraped("en"));
}

#[divan::bench(args = ["en", "de", "ru", "ar", "hi", "ja", "ko", "zh"])]
fn by_language(bencher: Bencher<'_, '_>, language: &str) {
    clean(bencher, &cleaner(), &scraped(language));
}

#[divan::bench(args = [1, 10, 100, 1000])]
fn by_kilobytes(bencher: Bencher<'_, '_>, kilobytes: usize) {
    let all = scraped("en").concat();
    let mut text = all.repeat(kilobytes * 1000 / all.len() + 1);
    text.truncate(text.floor_char_boundary(kilobytes * 1000));
    clean(bencher, &cleaner(), &[text]);
}

/// Reading records and writing them without the cut pieces; the cleaning itself is not measured.
#[divan::bench]
fn splice(bencher: Bencher<'_, '_>) {
    let record = |text: &String| format!("{}\n", serde_json::json!({"id": "x", "text": text, "views": 7}));
    let lines: Vec<String> = scraped("en").iter().map(record).collect();
    let cleaner = cleaner();
    let cuts: Vec<_> = scraped("en").iter().map(|text| cleaner.clean(text).cuts().to_vec()).collect();
    let (fields, mut out) = (Fields::default(), Vec::new());
    bencher.counter(BytesCount::new(lines.iter().map(String::len).sum::<usize>())).bench_local(|| {
        let mut scratch = Scratch::default();
        out.clear();
        for (line, cuts) in lines.iter().zip(&cuts) {
            if let Line::Record(record) = jsonl::read(black_box(line), &fields, &mut scratch) {
                record.write_without(cuts, &mut out);
            }
        }
        out.len()
    });
}

/// Folding of lines for the comparison with phrases.
#[divan::bench(args = ["en", "de", "ru", "ar", "hi", "ja", "ko", "zh"])]
fn fold(bencher: Bencher<'_, '_>, language: &str) {
    let text = scraped(language).concat();
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        for line in text.lines() {
            black_box(parts::fold(black_box(line)));
        }
    });
}

/// The English texts of the corpus, each with its removals.
fn cleaned() -> Vec<(String, Vec<Removal>)> {
    let cleaner = cleaner();
    scraped("en").into_iter().map(|text| (text.clone(), cleaner.clean(&text).removals().to_vec())).collect()
}

/// Settling of the verdicts on all texts, each verdict twice and in reverse order.
#[divan::bench]
fn settle(bencher: Bencher<'_, '_>) {
    let found: Vec<Removal> = cleaned().into_iter().flat_map(|(_, removals)| removals).collect();
    let twice: Vec<Removal> = found.iter().chain(&found).rev().cloned().collect();
    bencher.counter(ItemsCount::new(twice.len())).with_inputs(|| twice.clone()).bench_values(parts::settle);
}

#[divan::bench]
fn cut(bencher: Bencher<'_, '_>) {
    let cleaned = cleaned();
    let bytes = cleaned.iter().map(|(text, _)| text.len()).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        for (text, removals) in &cleaned {
            black_box(parts::cut(black_box(text), removals));
        }
    });
}

/// Hunks of texts that have been cleaned before the measurement.
#[divan::bench]
fn hunks(bencher: Bencher<'_, '_>) {
    let (cleaner, texts) = (cleaner(), scraped("en"));
    let cleaned: Vec<_> = texts.iter().map(|text| cleaner.clean(text)).collect();
    let bytes = texts.iter().map(String::len).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(|| cleaned.iter().map(|c| diff::hunks(c, 3).len()).sum::<usize>());
}
