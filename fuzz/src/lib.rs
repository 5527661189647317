//! What fuzzing asserts, one function of bytes for each target. The tests call the same functions (`tests/it/replay.rs`): on what
//! `seeds` makes of the corpus, and on all inputs that once failed.

mod clean;
mod cuts;
mod html;
pub mod laws;
mod patch;
mod program;
mod records;
mod rules;
pub mod seeds;
mod tables;
mod unpack;

pub use clean::clean;
pub use html::html;
pub use patch::patch;
pub use program::program;
pub use records::{ENCODINGS, encoding, jsonl, warc};
pub use rules::rules;
pub use tables::{csv, parquet};
pub use unpack::unpack;

/// A target: its name, and what it asserts of any bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("clean", clean),
    ("rules", rules),
    ("jsonl", jsonl),
    ("csv", csv),
    ("warc", warc),
    ("encoding", encoding),
    ("parquet", parquet),
    ("unpack", unpack),
    ("patch", patch),
    ("html", html),
    ("program", program),
];

/// Lets the library catch panics of others, as it does in the program: libFuzzer would end the process at each. A panic that nobody
/// catches still is a find.
#[allow(dead_code, reason = "fuzz targets call it, the replay does not")]
pub fn keep_panics() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}
