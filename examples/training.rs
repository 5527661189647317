//! The features of lines, and cleaning with candidate models, for `training/train.py`.
//!
//! `training features < documents.jsonl` writes for each document the length of its data in bytes (32 bits),
//! then for each unit of lines the first and the last line (32 bits each) and the features (16 bits each),
//! all in little-endian order.
//!
//! `training names` writes the names of the features as a JSON list.
//!
//! `training clean FOLDS MODEL... < documents.jsonl` writes each document cleaned with the model of its
//! fold, with its removals as line, rule and certainty in a field `removals`. FOLDS is a file with a JSON
//! object from ids to folds, counted from 0.
#![allow(clippy::disallowed_methods)] // a program, not the library

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use dechaff::{Cleaner, Document, Scorer};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(stdout().lock());
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["names"] => writeln!(out, "{}", serde_json::to_string(&Cleaner::feature_names())?)?,
        ["features"] => write_features(&mut out)?,
        ["clean", folds, models @ ..] => clean(&mut out, folds, models)?,
        _ => return Err("say names, features, or clean FOLDS MODEL...".into()),
    }
    out.flush()?;
    Ok(())
}

/// The records on stdin.
fn records() -> impl Iterator<Item = Result<Value, Box<dyn Error>>> {
    stdin().lock().lines().map(|line| Ok(serde_json::from_str(&line?)?))
}

fn text(record: &Value) -> Result<&str, Box<dyn Error>> {
    record["text"].as_str().ok_or_else(|| "a record without text".into())
}

fn write_features(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let cleaner = Cleaner::builder().build()?;
    for record in records() {
        let record = record?;
        let mut bytes = Vec::new();
        for (first, last, features) in cleaner.features(&Document::new(text(&record)?)) {
            bytes.extend(u32::try_from(first)?.to_le_bytes());
            bytes.extend(u32::try_from(last)?.to_le_bytes());
            bytes.extend(features.into_iter().flat_map(i16::to_le_bytes));
        }
        out.write_all(&u32::try_from(bytes.len())?.to_le_bytes())?;
        out.write_all(&bytes)?;
    }
    Ok(())
}

fn clean(out: &mut impl Write, folds: &str, models: &[&str]) -> Result<(), Box<dyn Error>> {
    let folds: HashMap<String, usize> = serde_json::from_slice(&std::fs::read(folds)?)?;
    let cleaners = models.iter().map(|model| {
        let scorer = Scorer::read(&std::fs::read(model)?)?;
        Ok(Cleaner::builder().scorer(scorer).build()?)
    });
    let cleaners = cleaners.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    for record in records() {
        let mut record = record?;
        let fold = record["id"].as_str().and_then(|id| folds.get(id)).copied().unwrap_or(0);
        let cleaned = cleaners[fold].clean(text(&record)?);
        if let Some(held) = cleaned.held() {
            eprintln!("held: {} {held}", record["id"]);
        }
        let removals = cleaned.removals().iter().filter(|_| cleaned.held().is_none());
        let removals = removals.map(|r| serde_json::json!([r.line, r.rule.as_str(), r.certainty.as_str()])).collect();
        let cleaned = cleaned.text().into_owned();
        record["removals"] = Value::Array(removals);
        record["text"] = cleaned.into();
        writeln!(out, "{record}")?;
    }
    Ok(())
}
