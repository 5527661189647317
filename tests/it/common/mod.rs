//! The articles of `corpus/` and of folders beside the repository, for the tests that read them.

pub mod verdicts;

use std::fs;
use std::path::{Path, PathBuf};

/// One scraped article, with the text that cleaning it has to leave.
pub struct Case {
    pub name: String,
    pub scraped: String,
    pub expected: String,
}

impl Case {
    pub fn is_markdown(&self) -> bool {
        self.name.ends_with(".md")
    }
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The cases of `corpus/`, by name.
pub fn cases() -> Vec<Case> {
    pairs(&root().join("corpus/scraped"), &root().join("corpus/expected"))
}

/// The files of two folders, paired by name.
pub fn pairs(scraped: &Path, expected: &Path) -> Vec<Case> {
    let mut names: Vec<PathBuf> =
        fs::read_dir(scraped).expect("the folder is there").map(|e| e.expect("readable").path()).collect();
    names.sort();
    names
        .into_iter()
        .map(|path| {
            let name = path.file_name().expect("a file").to_string_lossy().into_owned();
            let read = |p: &Path| {
                String::from_utf8(fs::read(p).unwrap_or_else(|e| panic!("{}: {e}", p.display()))).expect("UTF-8")
            };
            Case { scraped: read(&path), expected: read(&expected.join(&name)), name }
        })
        .collect()
}
