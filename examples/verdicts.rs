//! Hashes of the verdicts on any documents, to compare two versions of the program. `verdicts <
//! documents.jsonl` prints one hash for each record and each configuration in `tests/it/common/verdicts.rs`.
//! It reads the fields `text`, `title` and `markdown`.
#![allow(clippy::disallowed_methods)] // a program, not the library

use std::error::Error;
use std::io::stdin;

use dechaff::Document;
use rayon::prelude::*;
use serde_json::Value;

#[path = "../tests/it/common/verdicts.rs"]
mod verdicts;

fn main() -> Result<(), Box<dyn Error>> {
    let records: Vec<Value> =
        stdin().lines().map(|line| Ok(serde_json::from_str(&line?)?)).collect::<Result<_, Box<dyn Error>>>()?;
    for (name, cleaner) in verdicts::configurations() {
        let hashed = |(number, record): (usize, &Value)| {
            let document = Document {
                title: record["title"].as_str(),
                markdown: record["markdown"] == true,
                ..Document::new(record["text"].as_str().unwrap_or_default())
            };
            format!("{name} {number} {}\n", verdicts::digest(&cleaner, &document))
        };
        print!("{}", records.par_iter().enumerate().map(hashed).collect::<String>());
    }
    Ok(())
}
