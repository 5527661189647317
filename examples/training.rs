//! The features of lines, and cleaning with candidate models, for `training/train.py`.
//!
//! `training features < documents.jsonl` writes for each document the length of its data in bytes (32 bits),
//! the features of the text (16 bits each), then for each unit of lines that is judged the first and the last
//! line (32 bits each) and the features (16 bits each), all in little-endian order.
//!
//! `training names` writes the names of the features as a JSON object with the lists `text` and `line`.
//!
//! `training clean FOLDS FOLDER... < documents.jsonl` writes each document cleaned with the models of its
//! fold, `scorer.model` and `kinds.model` in a folder, with its removals as line, rule and certainty in a field
//! `removals`. FOLDS is a file with a JSON object from ids to folds, counted from 0.
//!
//! `training repeated-names`, `training repeated-features FILE FOLDER` and `training learn FILE FOLDS FOLDER
//! MODEL...` do the same for the model of known sources: they first learn from all documents of FILE, whose
//! addresses are in `url`. Lines are scored with the models in FOLDER.
#![allow(clippy::disallowed_methods)] // a program, not the library

use std::collections::HashMap;
use std::error::Error;
use std::io::{BufRead, BufWriter, Write, stdin, stdout};

use dechaff::learn::{Learned, Learner, Options};
use dechaff::{Cleaned, Cleaner, CleanerBuilder, Document, KindModel, Scorer};
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(stdout().lock());
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["names"] => {
            let names = serde_json::json!({ "text": Cleaner::text_feature_names(), "line": Cleaner::feature_names() });
            writeln!(out, "{names}")?;
        }
        ["repeated-names"] => writeln!(out, "{}", serde_json::to_string(&Scorer::repeated_names())?)?,
        ["repeated-features", file, folder] => write_repeated_features(&mut out, file, folder)?,
        ["learn", file, folds, folder, models @ ..] => clean_learned(&mut out, file, folds, folder, models)?,
        ["features"] => write_features(&mut out)?,
        ["clean", folds, folders @ ..] => clean(&mut out, folds, folders)?,
        _ => return Err("say names, features, clean FOLDS FOLDER..., or the same for known sources".into()),
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
        let (text, units) = cleaner.features(&Document::new(text(&record)?));
        write_units(out, &text, units)?;
    }
    Ok(())
}

fn write_units(out: &mut impl Write, text: &[i16], units: Vec<(usize, usize, Vec<i16>)>) -> Result<(), Box<dyn Error>> {
    let mut bytes: Vec<u8> = text.iter().copied().flat_map(i16::to_le_bytes).collect();
    for (first, last, features) in units {
        bytes.extend(u32::try_from(first)?.to_le_bytes());
        bytes.extend(u32::try_from(last)?.to_le_bytes());
        bytes.extend(features.into_iter().flat_map(i16::to_le_bytes));
    }
    out.write_all(&u32::try_from(bytes.len())?.to_le_bytes())?;
    out.write_all(&bytes)?;
    Ok(())
}

/// The records of a file.
fn stored(file: &str) -> Result<Vec<Value>, Box<dyn Error>> {
    std::fs::read_to_string(file)?.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
}

fn document(record: &Value) -> Result<Document<'_>, Box<dyn Error>> {
    Ok(Document { url: record["url"].as_str(), ..Document::new(text(record)?) })
}

/// What the sources of all records repeat.
fn learned(records: &[Value]) -> Result<Learned, Box<dyn Error>> {
    let mut learner = Learner::new(Options::default());
    for record in records {
        learner.see(&document(record)?);
    }
    Ok(learner.finish())
}

/// A cleaner in the making, with the models of lines and kinds in a folder.
fn builder(folder: &str) -> Result<CleanerBuilder, Box<dyn Error>> {
    let read = |name: &str| std::fs::read(std::path::Path::new(folder).join(name));
    let (scorer, kinds) = (Scorer::read(&read("scorer.model")?)?, KindModel::read(&read("kinds.model")?)?);
    Ok(Cleaner::builder().scorer(scorer).kinds(kinds))
}

fn write_repeated_features(out: &mut impl Write, file: &str, folder: &str) -> Result<(), Box<dyn Error>> {
    let records = stored(file)?;
    let cleaner = builder(folder)?.learned(learned(&records)?).build()?;
    for record in &records {
        write_units(out, &[], cleaner.repeated_features(&document(record)?))?;
    }
    Ok(())
}

fn clean_learned(
    out: &mut impl Write,
    file: &str,
    folds: &str,
    folder: &str,
    models: &[&str],
) -> Result<(), Box<dyn Error>> {
    let records = stored(file)?;
    let learned = learned(&records)?;
    let cleaners = models.iter().map(|model| {
        let scorer = Scorer::read_repeated(&std::fs::read(model)?)?;
        Ok(builder(folder)?.learned(learned.clone()).repeated_scorer(scorer).build()?)
    });
    let cleaners = cleaners.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    let folds: HashMap<String, usize> = serde_json::from_slice(&std::fs::read(folds)?)?;
    for record in records {
        let fold = record["id"].as_str().and_then(|id| folds.get(id)).copied().unwrap_or(0);
        let cleaned = cleaners[fold].clean_document(&document(&record)?);
        write_cleaned(out, record.clone(), &cleaned)?;
    }
    Ok(())
}

fn clean(out: &mut impl Write, folds: &str, folders: &[&str]) -> Result<(), Box<dyn Error>> {
    let folds: HashMap<String, usize> = serde_json::from_slice(&std::fs::read(folds)?)?;
    let cleaners = folders.iter().map(|folder| Ok(builder(folder)?.build()?));
    let cleaners = cleaners.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
    for record in records() {
        let record = record?;
        let fold = record["id"].as_str().and_then(|id| folds.get(id)).copied().unwrap_or(0);
        let cleaned = cleaners[fold].clean(text(&record)?);
        write_cleaned(out, record.clone(), &cleaned)?;
    }
    Ok(())
}

fn write_cleaned(out: &mut impl Write, mut record: Value, cleaned: &Cleaned<'_>) -> Result<(), Box<dyn Error>> {
    if let Some(held) = cleaned.held() {
        eprintln!("held: {} {held}", record["id"]);
    }
    let removals = cleaned.removals().iter().filter(|_| cleaned.held().is_none());
    let removals = removals.map(|r| serde_json::json!([r.line, r.rule.as_str(), r.certainty.as_str()])).collect();
    record["removals"] = Value::Array(removals);
    record["text"] = cleaned.text().into();
    writeln!(out, "{record}")?;
    Ok(())
}
