//! The floors of the house: who may use whom, and one door for each dependency.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by floor. A file may use its own floor where siblings are listed together, and the floors below.
const FLOORS: &[&[&str]] = &[
    &["document", "removal", "error"],
    &["text"],
    &["rules"],
    &["matching"],
    &["detect"],
    &["settle", "cut", "decisions"],
    &["cleaner"],
    &["batch", "evidence", "diff", "format", "report"],
];

/// The one place of each dependency.
const DOORS: &[(&str, &[&str])] = &[
    ("aho_corasick", &["src/matching/phrases.rs"]),
    ("regex", &["src/rules/pattern.rs"]),
    ("wide", &["src/text/classes.rs"]),
    ("simdutf8", &["src/cli/records.rs", "src/format/plain.rs"]),
    ("toml", &["src/rules/schema.rs", "src/cli/config.rs", "src/cli/review/rulebook.rs", "src/decisions.rs"]),
    ("similar", &["src/diff.rs", "src/diff/versions.rs", "src/cli/restore/file.rs"]),
    ("blake3", &["src/cli/journal"]),
    ("bytesize", &["src/cli/config.rs", "src/cli/journal", "src/cli/restore"]),
    ("humantime", &["src/cli/journal"]),
    ("rayon", &["src/batch.rs", "src/cli"]),
    ("console", &["src/cli/review"]),
    ("clap", &["src/cli/args.rs", "src/main.rs", "src/cli"]),
    ("ignore", &["src/cli"]),
    ("indicatif", &["src/cli/progress.rs"]),
    ("flate2", &["src/cli/packing.rs"]),
    ("zstd", &["src/cli/packing.rs"]),
    ("tempfile", &["src/cli/files.rs"]),
    ("rustix", &["src/cli/look.rs"]),
    ("anstream", &["src/cli"]),
    ("signal_hook", &["src/cli/interrupt.rs"]),
    ("caseless", &["src/text/fold.rs"]),
    ("html_escape", &["src/text/fold.rs", "src/report/figures/html.rs"]),
    ("unicode_normalization", &["src/rules", "src/text"]),
    ("unicode_segmentation", &["src/report/screen.rs"]),
    ("unicode_width", &["src/report/screen.rs"]),
    ("regex_automata", &["src/rules/pattern.rs"]),
    ("regex_syntax", &["src/rules/pattern.rs"]),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// Each source file: its path from the root, and its code without tests and comments.
fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    sources(&root.join("src"), &mut paths);
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("readable");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            let code: Vec<&str> = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
            (path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned(), code.join("\n"))
        })
        .collect()
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|modules| modules.contains(&module))
}

#[test]
fn no_file_uses_a_floor_above_its_own() {
    let mut wrong = Vec::new();
    for (path, code) in files() {
        let module = path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default();
        let Some(own) = floor(module) else { continue };
        assert!(!code.contains("crate::{"), "{path}: one `use crate::…` a module, so that this test can read it");
        for (at, _) in code.match_indices("crate::") {
            let used: String = code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            if floor(&used).is_some_and(|f| f > own) {
                wrong.push(format!("{path} (floor {own}) uses {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn each_dependency_has_one_door() {
    let mut wrong = Vec::new();
    for (path, code) in files() {
        for (dependency, doors) in DOORS {
            let used = code.contains(&format!("use {dependency}::"))
                || code.contains(&format!(" {dependency}::"))
                || code.contains(&format!("({dependency}::"));
            if used && !doors.iter().any(|door| path.starts_with(door)) {
                wrong.push(format!("{path} uses {dependency}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_file_says_what_lives_in_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in ["src", "build"] {
        sources(&root.join(folder), &mut paths);
    }
    for path in paths {
        let text = fs::read_to_string(&path).expect("readable");
        assert!(text.starts_with("//! "), "{} does not begin with a sentence about itself", path.display());
    }
}

#[test]
fn the_library_stays_away_from_the_world() {
    for (path, code) in files() {
        if path.starts_with("src/cli") || path == "src/main.rs" {
            continue;
        }
        for word in [
            "std::fs",
            "println!",
            "eprintln!",
            "std::env",
            "std::process",
            "Instant::now",
            "SystemTime",
            "ThreadPoolBuilder",
            "std::thread::spawn",
        ] {
            assert!(!code.contains(word), "{path} uses {word}");
        }
    }
}
