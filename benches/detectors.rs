//! Benchmarks of detectors: `cargo bench --bench detectors`. Each family of judgements is measured with the
//! others off, on articles of `corpus/` and on a whole page made from them. `parts` measures everything
//! else.
#![allow(clippy::disallowed_methods)] // reads the corpus

use std::fs;
use std::path::Path;

use dechaff::{Cleaner, Document, Family};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};

fn main() {
    divan::main();
}

/// The texts of a folder of the corpus, `scraped` or `expected`.
fn texts(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(folder);
    let mut paths: Vec<_> = fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

/// A page as from a text extractor that leaves nothing out: an article among menus, teasers and a footer.
fn whole_page() -> String {
    let menu = "Home\nNews\nSports\nWeather\nSubscribe\nLog in\nShare this:\nFacebook\nTwitter\n";
    let teasers = "Council Votes to Close Two Village Schools\nStorm Tears Roof off Railway Station\n3 hours ago\n";
    let article = texts("expected").concat();
    format!("{}{article}{}{menu}Privacy Policy\nTerms of Use\n", menu.repeat(8), teasers.repeat(20))
}

fn clean(bencher: Bencher<'_, '_>, cleaner: &Cleaner, texts: &[String]) {
    let bytes = texts.iter().map(String::len).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).bench(|| {
        for text in texts {
            black_box(cleaner.clean(black_box(text)));
        }
    });
}

/// The cleaner of one of the [`SETS`].
fn cleaner(set: &str) -> Cleaner {
    let families = SETS.iter().find(|(name, _)| *name == set).map_or(&[][..], |(_, families)| families);
    let builder = Cleaner::builder();
    let builder = if families.is_empty() { builder } else { builder.select(families.iter().map(|f| f.as_str())) };
    builder.build().expect("rules")
}

/// Arguments of the benchmarks: a name, and the families of judgements that are on; all families if the list
/// is empty.
const SETS: &[(&str, &[Family])] = &[
    ("all", &[]),
    ("looks", &[Family::Page]),
    ("headlines", &[Family::Headline]),
    ("teasers", &[Family::Teaser]),
    ("shares", &[Family::Share]),
];

#[divan::bench(args = SETS.iter().map(|(name, _)| *name))]
fn articles(bencher: Bencher<'_, '_>, set: &str) {
    clean(bencher, &cleaner(set), &texts("expected"));
}

#[divan::bench(args = SETS.iter().map(|(name, _)| *name))]
fn pages(bencher: Bencher<'_, '_>, set: &str) {
    clean(bencher, &cleaner(set), &[whole_page()]);
}

#[divan::bench]
fn explained(bencher: Bencher<'_, '_>) {
    let (cleaner, page) = (cleaner("all"), whole_page());
    bencher.counter(BytesCount::of_str(&page)).bench(|| cleaner.explain(&Document::new(black_box(&page))).lines.len());
}
