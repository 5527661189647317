//! Tests with another program that writes a record, waits for its answer and only then writes the next
//! record.

use std::io::{Read, Write};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::{CLEAN, DIRTY, Place, gzip, record, zstd};

/// Far more time than any answer takes; only a dechaff that waits for more input takes longer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running dechaff, as the other program sees it.
struct Peer {
    child: std::process::Child,
    stdin: Option<ChildStdin>,
    answers: Receiver<Vec<u8>>,
}

impl Peer {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the program");
        let mut stdout = child.stdout.take().expect("a pipe");
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            let mut room = [0; 1 << 16];
            while let Ok(read @ 1..) = stdout.read(&mut room) {
                if sender.send(room[..read].to_vec()).is_err() {
                    break;
                }
            }
        });
        let stdin = child.stdin.take();
        Self { child, stdin, answers }
    }

    fn write(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().expect("open").write_all(bytes).expect("written");
    }

    /// Waits for at least `length` bytes of output.
    #[track_caller]
    fn read(&self, length: usize) -> Vec<u8> {
        let mut answer = Vec::new();
        while answer.len() < length {
            answer.extend(self.answers.recv_timeout(PATIENCE).expect("an answer"));
        }
        answer
    }

    #[track_caller]
    fn end(mut self) {
        drop(self.stdin.take());
        assert!(self.child.wait().expect("the end").success());
    }
}

#[test]
fn each_record_gets_its_answer_before_the_next_one_is_written() {
    for args in [&["-j1", "--from", "jsonl"][..], &["-j4", "--from", "jsonl"], &["-j1"], &["-j4"]] {
        let mut peer = Peer::start(Place::new().command(&["clean", "-q"]).args(args));
        for n in 0..12 {
            let (dirty, clean) = (record(n, DIRTY), record(n, CLEAN));
            // Some records are written in two pieces, some three at a time.
            let (first, last) = dirty.split_at(if n % 3 == 0 { 10 } else { 0 });
            peer.write(first.as_bytes());
            if n % 3 == 0 {
                std::thread::sleep(Duration::from_millis(10));
            }
            peer.write(last.repeat(if n % 3 == 1 { 3 } else { 1 }).as_bytes());
            let expected = clean.repeat(if n % 3 == 1 { 3 } else { 1 });
            assert_eq!(String::from_utf8(peer.read(expected.len())).expect("UTF-8"), expected, "{args:?}");
        }
        peer.end();
    }
}

#[test]
fn packed_records_are_answered_too() {
    type Pack = fn(&[u8]) -> Vec<u8>;
    type Unpack = fn(&[u8]) -> Option<Vec<u8>>;
    let gunzip: Unpack = |bytes| {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain).ok().map(|_| plain)
    };
    for (pack, unpack) in [(gzip as Pack, gunzip), (zstd as Pack, |bytes: &[u8]| ::zstd::decode_all(bytes).ok())] {
        let mut peer = Peer::start(&mut Place::new().command(&["clean", "-q", "-j2"]));
        for n in 0..4 {
            peer.write(&pack(record(n, DIRTY).as_bytes()));
            // The answer may arrive in pieces.
            let mut answer = peer.read(1);
            while unpack(&answer).is_none() {
                answer.extend(peer.read(1));
            }
            assert_eq!(unpack(&answer).expect("whole"), record(n, CLEAN).as_bytes());
        }
        peer.end();
    }
}

#[test]
fn check_answers_as_clean_does() {
    let mut peer = Peer::start(&mut Place::new().command(&["check", "--format", "concise", "--exit-zero"]));
    for n in 1..4 {
        peer.write(record(n, DIRTY).as_bytes());
        let answer = String::from_utf8(peer.read(1)).expect("UTF-8");
        assert!(answer.starts_with(&format!("<stdin>:{n} ({n}):3:1: share/")), "{answer}");
    }
    peer.end();
}

#[cfg(unix)]
#[test]
fn a_pipe_that_is_named_is_answered_too() {
    let place = Place::new();
    assert!(Command::new("mkfifo").arg(place.path().join("pipe")).status().expect("mkfifo").success());
    let peer = Peer::start(&mut place.command(&["clean", "-q", "pipe"]));
    let mut pipe = std::fs::File::options().write(true).open(place.path().join("pipe")).expect("a pipe");
    for n in 0..3 {
        pipe.write_all(record(n, DIRTY).as_bytes()).expect("written");
        assert_eq!(peer.read(1), record(n, CLEAN).as_bytes());
    }
    drop(pipe);
    peer.end();
}

/// A dechaff that waits for a record ends on a signal.
#[cfg(unix)]
#[test]
fn a_signal_ends_a_program_that_waits() {
    for signal in ["-TERM", "-INT"] {
        let mut peer = Peer::start(&mut Place::new().command(&["clean", "-q", "--from", "jsonl"]));
        let (dirty, clean) = (record(1, DIRTY), record(1, CLEAN));
        peer.write(dirty.as_bytes());
        peer.read(clean.len());
        let id = peer.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().expect("kill").success());
        let (sender, ended) = channel();
        let mut child = peer.child;
        std::thread::spawn(move || sender.send(child.wait()));
        let status = ended.recv_timeout(PATIENCE).expect("it ends").expect("a status");
        assert_eq!(status.code(), Some(130), "{signal}");
    }
}

#[test]
fn counts_that_come_in_pieces_are_read_to_their_end() {
    let place = Place::new();
    for name in ["news", "recipes"] {
        place.put(&format!("{name}.jsonl"), std::fs::read(format!("corpus/sources/{name}.jsonl")).expect("a file"));
    }
    let all = ["news.jsonl", "recipes.jsonl"];
    let counts = place.run(&[&["learn", "--counts", "-"], &all[..]].concat()).code(0).out;
    let learned = place.run(&[&["learn"], &all[..]].concat()).code(0).out;
    let mut peer = Peer::start(&mut place.command(&["learn", "-q"]));
    let (first, rest) = counts.as_bytes().split_at(counts.len() / 2);
    peer.write(first);
    std::thread::sleep(Duration::from_millis(500));
    peer.write(rest);
    drop(peer.stdin.take());
    assert_eq!(peer.read(learned.len()), learned.as_bytes());
    peer.end();
}
