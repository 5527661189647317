//! Tests that every article of the corpus is cleaned to the expected text, byte for byte, and so are the
//! articles in folders beside the repository, if they exist.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use dechaff::format::kind::{Start, Trust, recognise};
use dechaff::{Cleaner, Document};

use super::common;

fn check(cases: &[common::Case]) {
    let cleaner = Cleaner::builder().build().expect("built-in rules");
    let mut wrong = Vec::new();
    for case in cases {
        let document = Document { markdown: case.is_markdown(), ..Document::new(&case.scraped) };
        let cleaned = cleaner.clean_document(&document);
        if cleaned.text() != case.expected {
            let diff = similar::TextDiff::from_lines(case.expected.as_str(), cleaned.text())
                .unified_diff()
                .context_radius(0)
                .to_string();
            wrong.push(format!("{} (- expected, + got):\n{diff}", case.name));
        }
    }
    assert!(wrong.is_empty(), "{} of {} come out wrong\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn the_corpus_comes_out_as_expected() {
    check(&common::cases());
}

/// The program writes the expected text of each article, and no other file.
#[test]
fn the_program_writes_the_corpus_as_expected() {
    let place = tempfile::tempdir().expect("a folder");
    let status = Command::new(env!("CARGO_BIN_EXE_dechaff"))
        .args(["clean", "-q", "--isolated", "corpus/scraped", "-o"])
        .arg(place.path())
        .current_dir(common::root())
        .status();
    assert!(status.expect("the program").success());
    let written = common::pairs(place.path(), &common::root().join("corpus/expected"));
    let wrong: Vec<&str> = written.iter().filter(|c| c.scraped != c.expected).map(|c| c.name.as_str()).collect();
    assert!(wrong.is_empty(), "these come out wrong: {wrong:?}");
    assert_eq!(written.len(), common::cases().len());
}

/// The program writes the expected text of each article on stdin, where no name says that it is text.
#[test]
fn no_article_of_the_corpus_is_taken_for_something_else() {
    for case in common::cases() {
        for text in [&case.scraped, &case.expected] {
            let said = recognise(Start::new(text.as_bytes(), true), Trust::Nothing);
            assert_eq!(said, None, "{}", case.name);
        }
    }
}

#[test]
fn the_corpus_is_what_it_says() {
    let cases = common::cases();
    let traps = cases.iter().filter(|c| c.scraped == c.expected).count();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    assert!(traps * 100 >= cases.len() * 35, "{traps} of {} are traps", cases.len());
    let readme = fs::read_to_string(common::root().join("corpus/README.md")).expect("corpus/README.md");
    let unnamed: Vec<_> = cases.iter().filter(|c| !readme.contains(&c.name)).map(|c| &c.name).collect();
    assert!(unnamed.is_empty(), "corpus/README.md does not say what these are for: {unnamed:?}");
    let languages: BTreeSet<&str> = cases.iter().filter_map(|c| c.name.split('-').next()).collect();
    for language in ["en", "es", "de", "fr", "pt", "it", "nl", "ru", "pl", "tr", "id", "hi", "ar", "zh", "ja", "ko"] {
        assert!(languages.contains(language), "no case in {language}");
    }
}

#[test]
fn real_articles_come_out_as_expected() {
    let seeds = common::root().join("../shared/seeds");
    if !seeds.is_dir() {
        println!("skipped: {} is not there", seeds.display());
        return;
    }
    check(&common::pairs(&seeds.join("input"), &seeds.join("expected")));
}
