//! What fuzzing asserts, on its seeds and on every input that once failed; and no fuzzer is needed. With `SEEDS=1` the seeds are
//! written to where the fuzzer reads them.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;

use super::fuzz::{TARGETS, seeds};

/// The inputs of a target that once failed, with their names.
fn finds(root: &Path, target: &str) -> Vec<(String, Vec<u8>)> {
    let Ok(entries) = fs::read_dir(root.join("fuzz/regressions").join(target)) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| (path.display().to_string(), fs::read(path).expect("readable"))).collect()
}

#[test]
fn every_input_of_fuzzing_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let failed: Vec<String> = thread::scope(|scope| {
        let replays: Vec<_> =
            TARGETS.iter().map(|(name, target)| scope.spawn(move || replay(root, name, *target))).collect();
        replays.into_iter().flat_map(|replay| replay.join().expect("a list")).collect()
    });
    assert!(failed.is_empty(), "{failed:#?}");
}

/// The names of the inputs on which a target fails.
fn replay(root: &Path, name: &str, target: fn(&[u8])) -> Vec<String> {
    let seeds = seeds::of(name, root);
    assert!(!seeds.is_empty(), "{name} has no seeds");
    if std::env::var_os("SEEDS").is_some() {
        let folder = root.join("fuzz/corpus").join(name);
        fs::create_dir_all(&folder).expect("a folder");
        seeds
            .iter()
            .enumerate()
            .for_each(|(n, seed)| fs::write(folder.join(format!("seed-{n}")), seed).expect("written"));
    }
    let seeds = seeds.into_iter().enumerate().map(|(n, seed)| (format!("{name}, seed {n}"), seed));
    let inputs = seeds.chain(finds(root, name));
    inputs
        .filter(|(_, input)| catch_unwind(AssertUnwindSafe(|| target(input))).is_err())
        .map(|(input, _)| input)
        .collect()
}

/// A target that fails is named: what is replayed is asserted.
#[test]
fn a_failing_target_is_named() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let failed = replay(root, "warc", |input| assert!(input.is_empty(), "as it should"));
    assert_eq!(failed.first().map(String::as_str), Some("warc, seed 0"));
}
