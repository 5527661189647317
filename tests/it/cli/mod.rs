//! Tests of the program through its command line: files in, files and messages out, exit codes. One file for
//! each subject.

mod clean;
mod config;
mod coprocess;
mod diff;
mod faults;
mod formats;
mod generated;
mod inputs;
mod jsonl;
mod kinds;
mod learn;
mod packed;
mod reports;
mod restore;
#[cfg(unix)]
mod review;
mod stats;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A text with junk between two paragraphs, and its cleaned text.
const DIRTY: &str = "The bridge opens on Friday, the mayor said in the town hall.\n\nShare this: Facebook Twitter\n\nIt had been closed for nine long years, and nobody expected it to open.\n";
const CLEAN: &str = "The bridge opens on Friday, the mayor said in the town hall.\n\nIt had been closed for nine long years, and nobody expected it to open.\n";

/// A rule whose hits are suspects.
const PERHAPS: &str = "[[rule]]\nid = \"site/perhaps\"\ncertainty = \"suspect\"\nmatch = \"line\"\nphrases = [\"perhaps a label:\"]\n\
                       reason = \"perhaps a label\"\nremoves = [\"Perhaps a label:\"]\nkeeps = [\"A label.\"]\n";

/// A working folder for the program, and beside it a folder for its journals.
struct Place {
    outer: tempfile::TempDir,
    work: PathBuf,
}

/// The exit code and the output of a run of the program.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Place {
    fn new() -> Self {
        let outer = tempfile::tempdir().expect("a folder");
        let work = outer.path().join("work");
        std::fs::create_dir(&work).expect("a folder");
        Self { outer, work }
    }

    fn path(&self) -> &Path {
        &self.work
    }

    /// The folder in which the program keeps its journals.
    fn state(&self) -> PathBuf {
        self.outer.path().join("state")
    }

    /// Writes a file, and creates the folders above it.
    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, content).expect("written");
        self
    }

    fn get(&self, name: &str) -> String {
        String::from_utf8(self.bytes(name)).expect("UTF-8")
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn has(&self, name: &str) -> bool {
        self.path().join(name).exists()
    }

    /// The paths of all files in the working folder, sorted.
    fn tree(&self) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, out: &mut Vec<String>) {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    walk(&path, root, out);
                } else {
                    out.push(path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/"));
                }
            }
        }
        let mut out = Vec::new();
        walk(self.path(), self.path(), &mut out);
        out.sort();
        out
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dechaff"));
        command
            .args(args)
            .current_dir(self.path())
            .env("XDG_CONFIG_HOME", self.path().join(".no-config"))
            .env("XDG_STATE_HOME", self.state())
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str]) -> Run {
        Run::of(&self.command(args).output().expect("the program"))
    }

    /// Runs the program with `input` on stdin; the output is in bytes.
    fn pipe_bytes(&self, args: &[&str], input: &[u8]) -> Output {
        let mut command = self.command(args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
        let mut stdin = child.stdin.take().expect("a pipe");
        let input = input.to_vec();
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let output = child.wait_with_output().expect("output");
        writer.join().expect("written");
        output
    }

    fn pipe(&self, args: &[&str], input: impl AsRef<[u8]>) -> Run {
        Run::of(&self.pipe_bytes(args, input.as_ref()))
    }
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Asserts the exit code, and shows stderr if it differs.
    #[track_caller]
    fn code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stderr: {}", self.err);
        self
    }

    /// Asserts that stderr contains `what`.
    #[track_caller]
    fn says(self, what: &str) -> Self {
        assert!(self.err.contains(what), "stderr does not say '{what}': {}", self.err);
        self
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    packer.write_all(bytes).expect("packed");
    packer.finish().expect("packed")
}

fn gunzip(bytes: &[u8]) -> String {
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes).read_to_string(&mut text).expect("unpacked");
    text
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 3).expect("packed")
}

fn unzstd(bytes: &[u8]) -> String {
    String::from_utf8(zstd::decode_all(bytes).expect("unpacked")).expect("UTF-8")
}

/// A line of JSON lines with an id, a text and a number.
fn record(id: usize, text: &str) -> String {
    format!("{{\"id\": {id}, \"text\":{}, \"n\":1.50}}\n", serde_json::to_string(text).expect("JSON"))
}
