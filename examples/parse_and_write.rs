//! A program for comparisons of speed, which cleans nothing: it parses records of JSON lines with
//! `serde_json` and writes them.
//!
//! `parse_and_write < records.jsonl > out.jsonl`
//!
//! It parses into `serde_json::Value`, as programs do whose records have other fields beside the text: a
//! typed record would have to read these into values as well.
#![allow(clippy::disallowed_methods)] // a program, not the library

use std::error::Error;
use std::io::{BufRead, BufReader, BufWriter, Write, stdin, stdout};

use serde_json::Value;

const BUFFER: usize = 1 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let mut input = BufReader::with_capacity(BUFFER, stdin().lock());
    let mut out = BufWriter::with_capacity(BUFFER, stdout().lock());
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let record: Value = serde_json::from_str(&line)?;
        serde_json::to_writer(&mut out, &record)?;
        out.write_all(b"\n")?;
        line.clear();
    }
    out.flush()?;
    Ok(())
}
