//! The built program, on a configuration and on a journal that something damaged: it ends with a code of its own, and no file is
//! anything but cleaned or as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{LazyLock, Mutex, PoisonError};

/// The texts that a run cleans in place.
const TEXTS: [(&str, &str); 3] = [
    ("a.txt", "It rained on Monday, said the miller.\n\nShare this: Facebook\n"),
    ("b.txt", "The bridge opens on Friday, the mayor said.\n\nLeave a Reply\nName *\nEmail *\n"),
    ("c.txt", "The ferry sails until May, as it does each year. Share this: Facebook Twitter\n"),
];

/// Takes a byte of choice: even, and a configuration follows; odd, and changes of a journal, four bytes each.
pub fn program(data: &[u8]) {
    static PLACE: LazyLock<Mutex<Place>> = LazyLock::new(|| Mutex::new(Place::new()));
    let Some((choice, data)) = data.split_first() else { return };
    let place = PLACE.lock().unwrap_or_else(PoisonError::into_inner);
    if choice % 2 == 0 { place.configured(data) } else { place.restored(data) }
}

/// A folder with texts that were cleaned in place, and the journal of it.
struct Place {
    folder: tempfile::TempDir,
    journal: PathBuf,
    /// The bytes of the journal.
    whole: Vec<u8>,
    /// The bytes of the cleaned texts.
    cleaned: Vec<Vec<u8>>,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let texts = folder.path().join("texts");
        fs::create_dir(&texts).expect("a folder");
        for (name, text) in TEXTS {
            fs::write(texts.join(name), text).expect("written");
        }
        let mut place = Self { folder, journal: PathBuf::new(), whole: Vec::new(), cleaned: Vec::new() };
        let run = place.run(&["clean", "-i", "-q", "texts"]);
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
        place.journal = largest(&place.folder.path().join("state"));
        place.whole = fs::read(&place.journal).expect("readable");
        place.cleaned = place.texts();
        place
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let built = option_env!("CARGO_BIN_EXE_dechaff").map(str::to_owned);
        let program = built.or_else(|| std::env::var("DECHAFF").ok()).expect("DECHAFF names the program");
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).env("HOME", self.folder.path());
        let state = self.folder.path().join("state");
        command.env("XDG_STATE_HOME", &state).env("XDG_CONFIG_HOME", state).output().expect("the program runs")
    }

    fn texts(&self) -> Vec<Vec<u8>> {
        let texts = self.folder.path().join("texts");
        TEXTS.iter().map(|(name, _)| fs::read(texts.join(name)).expect("readable")).collect()
    }

    fn configured(&self, configuration: &[u8]) {
        let file = self.folder.path().join("dechaff.toml");
        fs::write(&file, configuration).expect("written");
        let run = self.run(&["check", "--config", "dechaff.toml", "texts"]);
        fs::remove_file(&file).expect("removed");
        let said = ended(&run);
        if run.status.code() == Some(2) {
            assert!(!said.trim().is_empty(), "a failure that says nothing");
        }
    }

    fn restored(&self, changes: &[u8]) {
        let mut journal = self.whole.clone();
        for change in changes.as_chunks::<4>().0 {
            damage(&mut journal, *change);
        }
        fs::write(&self.journal, &journal).expect("written");
        for ((name, _), text) in TEXTS.iter().zip(&self.cleaned) {
            fs::write(self.folder.path().join("texts").join(name), text).expect("written");
        }
        let run = self.run(&["restore"]);
        let said = ended(&run);
        // A journal that was cut short names only some of the files.
        let all = run.status.success() && (!self.whole.starts_with(&journal) || journal == self.whole);
        for (((name, text), cleaned), found) in TEXTS.iter().zip(&self.cleaned).zip(self.texts()) {
            let original = found == text.as_bytes();
            assert!(original || found == *cleaned, "{name} is another text: {found:?} {said}");
            assert!(original || !all, "{name} stays cleaned, and nothing is said of it: {said}");
        }
        let count = fs::read_dir(self.folder.path().join("texts")).expect("a folder").count();
        assert_eq!(count, TEXTS.len(), "other files: {said}");
    }
}

/// Asserts that the program ended by itself, with a code that it has. Returns what it said.
fn ended(run: &Output) -> String {
    let said = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(matches!(run.status.code(), Some(0..=2)), "{}: {said}", run.status);
    assert!(!said.contains("panicked"), "{said}");
    said
}

/// Changes some bytes: the first byte of a change says how, the next two where, the last with what.
fn damage(journal: &mut Vec<u8>, [how, high, low, with]: [u8; 4]) {
    if journal.is_empty() {
        return;
    }
    let at = usize::from(u16::from_be_bytes([high, low])) % journal.len();
    let end = (at + usize::from(with)).min(journal.len());
    match how % 5 {
        0 => journal[at] ^= with.max(1),
        1 => journal.truncate(at),
        2 => journal.insert(at, with),
        3 => drop(journal.drain(at..end)),
        _ => {
            let again = journal[at..end].to_vec();
            journal.splice(at..at, again);
        }
    }
}

/// The largest file below a folder: the journal among its locks.
fn largest(folder: &Path) -> PathBuf {
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
            let metadata = entry.metadata().expect("there");
            if metadata.is_dir() { open.push(entry.path()) } else { files.push((metadata.len(), entry.path())) }
        }
    }
    files.into_iter().max().expect("a journal").1
}
