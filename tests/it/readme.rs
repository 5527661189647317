//! Tests of README and docs/: every command in a console block is run in a copy of the corpus and must print
//! what the block shows. `UPDATE_README=1 cargo test readme::` writes the output of the commands into the
//! blocks.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::common;

#[test]
fn console_blocks_show_what_the_program_shows() {
    let blocks = played("README.md");
    assert!(blocks >= 5, "{blocks} console blocks");
}

/// Every page of docs/ that has console blocks, each in a folder of its own.
#[test]
fn the_pages_show_what_the_program_shows() {
    let mut pages = Vec::new();
    for entry in fs::read_dir(common::root().join("docs")).expect("a folder") {
        let name = entry.expect("an entry").file_name().into_string().expect("UTF-8");
        let is_played = name.ends_with(".md") && played(&format!("docs/{name}")) > 0;
        pages.extend(is_played.then_some(name));
    }
    for page in ["explain.md", "introduction.md", "learn.md", "restore.md"] {
        assert!(pages.iter().any(|played| played == page), "{page} has no console block; played: {pages:?}");
    }
}

/// Runs the console blocks of a page and compares their output; returns the number of blocks.
fn played(page: &str) -> usize {
    let path = common::root().join(page);
    let readme = fs::read_to_string(&path).expect("a page");
    if !readme.contains("```console\n") {
        return 0;
    }
    let mut runs = Runs::default();
    let place = tempfile::tempdir().expect("a folder");
    copy(&common::root().join("corpus"), &place.path().join("corpus"));
    let state = tempfile::tempdir().expect("a folder");
    let mut written = String::new();
    let mut rest = readme.as_str();
    let mut blocks = 0;
    while let Some((before, after)) = rest.split_once("```console\n") {
        let (block, after) = after.split_once("```").expect("a block ends");
        written.push_str(before);
        written.push_str("```console\n");
        for command in block.lines().filter_map(|l| l.strip_prefix("$ ")) {
            let shown = run(&runs.real(command), place.path(), state.path());
            written.push_str(&format!("$ {command}\n{}", runs.fixed(&shown, state.path())));
        }
        written.push_str("```");
        rest = after;
        blocks += 1;
    }
    written.push_str(rest);
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, &written).expect("the page can be written");
        return blocks;
    }
    let diff = similar::TextDiff::from_lines(&readme, &written).unified_diff().context_radius(1).to_string();
    assert!(diff.is_empty(), "{page} says (-) other than the program shows (+):\n{diff}");
    blocks
}

/// The ids of journalled runs, which contain the time; pages show fixed ids instead, in the order of the
/// runs.
#[derive(Default)]
struct Runs(Vec<String>);

impl Runs {
    fn name(number: usize) -> String {
        format!("20261122T093000.{number:03}Z")
    }

    /// A command of the page with the real ids in place of the fixed ones.
    fn real(&self, command: &str) -> String {
        let runs = self.0.iter().enumerate();
        runs.fold(command.to_owned(), |command, (at, run)| command.replace(&Self::name(at + 1), run))
    }

    /// The output of a command with the fixed ids in place of the real ones.
    fn fixed(&mut self, shown: &str, state: &Path) -> String {
        let folder = fs::read_dir(state.join("dechaff/runs")).into_iter().flatten();
        let mut new: Vec<String> =
            folder.map(|run| run.expect("a run").file_name().into_string().expect("UTF-8")).collect();
        new.retain(|run| !self.0.contains(run));
        new.sort();
        self.0.append(&mut new);
        let runs = self.0.iter().enumerate();
        runs.fold(shown.to_owned(), |shown, (at, run)| shown.replace(run, &Self::name(at + 1)))
    }
}

/// The output of a command on stdout and stderr, and its exit code if it is not 0.
fn run(command: &str, place: &Path, state: &Path) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_dechaff"));
    // README builds the program with its first commands; the tests have built it already.
    let command = command.replace("cargo run --release --", "dechaff");
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command} ; }} 2>&1")])
        .current_dir(place)
        .env("PATH", format!("{}:{}", program.parent().expect("a folder").display(), env!("PATH")))
        .env("XDG_STATE_HOME", state)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .output()
        .expect("a shell");
    let mut shown: String = String::from_utf8(output.stdout).expect("UTF-8");
    if !shown.is_empty() && !shown.ends_with('\n') {
        shown.push('\n');
    }
    match output.status.code() {
        Some(0) => shown,
        code => format!("{shown}? {}\n", code.map_or("signal".to_owned(), |c| c.to_string())),
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a file");
        }
    }
}
