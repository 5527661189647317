//! Inputs from which fuzzing begins: what lies in the repository, in the form that each target takes.

use std::fs;
use std::path::Path;

use dechaff::format::encoding::Encoding;
use dechaff::format::parquet::Writer;
use dechaff::learn::{Learner, Options};
use dechaff::{Answer, Decisions, Document};

/// The seeds of a target; `root` is the repository.
pub fn of(target: &str, root: &Path) -> Vec<Vec<u8>> {
    let scraped = files(&root.join("corpus/scraped"));
    let numbered = || scraped.iter().zip(0_u8..);
    match target {
        "clean" => numbered().map(|(text, n)| document(n, text)).collect(),
        "patch" | "html" => numbered().map(|(text, n)| joined(&[&[n], "d/ä <b>.txt\n".as_bytes(), text])).collect(),
        "rules" => rule_files(root, &scraped),
        "jsonl" => [LINES.as_bytes().to_vec()]
            .into_iter()
            .chain(files(&root.join("corpus/sources")).into_iter().filter(|file| file.starts_with(b"{")))
            .zip(0_u8..)
            .map(|(file, n)| joined(&[&[n.wrapping_mul(40), n + 1], &file[..file.len().min(6_000)]]))
            .collect(),
        "csv" => [TABLE.as_bytes().to_vec(), TABLE.replace(',', "\t").into_bytes()]
            .into_iter()
            .chain(files(&root.join("corpus/formats")))
            .zip(0_u8..)
            .map(|(file, n)| joined(&[&[n.wrapping_mul(40), n.wrapping_mul(16)], &file]))
            .collect(),
        "warc" => vec![joined(&[&[90], &archive(&scraped)])],
        "encoding" => (0_u8..16).map(|n| encoded(n, &scraped)).collect(),
        "parquet" => [0_u8, 3].map(|n| joined(&[&[n], &columns(&scraped)])).to_vec(),
        "unpack" => STARTS.iter().zip(0_u8..).map(|(start, n)| joined(&[&[n.wrapping_mul(31)], start])).collect(),
        "program" => {
            let keys = fs::read(root.join("src/cli/options/template.toml")).expect("the template");
            let keys = String::from_utf8(keys).expect("UTF-8").replace("\n# ", "\n");
            let changes = [[0, 0, 9, 1], [0, 1, 200, 9], [1, 1, 0, 0], [2, 0, 30, 48], [3, 1, 0, 4], [4, 0, 0, 90]];
            let journals = changes.iter().map(|change| joined(&[&[1], change]));
            journals
                .chain([joined(&[&[0], keys.as_bytes()]), b"\0profile = \"safe\"\nignore = [\"share\"]\n".to_vec()])
                .collect()
        }
        _ => Vec::new(),
    }
}

/// JSON lines with what is rare in texts: escapes, surrogates, duplicates, a text below `metadata`, lines that are none.
const LINES: &str = r#"{"id": 7, "text": "It rained.\n\nLeave a Reply\nName *", "n": 1.50, "e": []}
{"text": "a\u00e4\ud83d\ude00\"\\\/\b\f\n\r\t", "title": "\u0041", "url": "https://a.example"}
{ "metadata" : {"text":"x\ny","id":-1e5} , "text" : null }
{"text": "first", "text": "last", "\u0074ext": "very last"}

[1, {"a": true}]
{"text": "open
{"text": "\ud83d"}
"#;

/// A table with quotes, line breaks in fields, blank lines and short rows.
const TABLE: &str = "id,text,title,url\r\n1,\"It rained.\n\nLeave a \"\"Reply\"\"\",A,https://a.example\r\n\r\n2,plain,,\r\n3\r\n\"4\",\"\",\"B\"";

/// First bytes of files.
const STARTS: &[&[u8]] = &[
    b"It rained on Monday.\n",
    b"{\"text\": \"a\"}\n{\"text\": \"b\"}\n",
    b"{\n  \"text\": \"a\"\n}\n",
    b"[{\"text\": \"a\"}]",
    b"<!-- saved -->\n<!DOCTYPE html>\n<p>",
    b"<?xml version=\"1.0\"?>\n<rss xmlns=\"x\">",
    b"\xef\xbb\xbfid,text\n1,\"It rained.\"\n",
    b"id\tlang\ttitle\n1\ten\tIt rained\n",
    b"%PDF-1.7\n",
    b"PAR1\x15\x04",
    b"PK\x03\x04\0",
    b"WARC/1.0\r\n",
    b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xf3\x2c\x51\x28\x4a\xcc\xcc\x4b\x4d\xe1\x02\0\x5b\xc3\x25\x0c\x0b\0\0\0",
    b"\x28\xb5\x2f\xfd\x04\x58\x01\0\0ab\n",
    b"BZh91AY&SY",
    b"\xfd7zXZ\0\0\x04",
];

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// The files of a folder, in the order of their names.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut paths: Vec<_> =
        entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("readable")).collect()
}

/// A text with the byte of choices of the target `clean`, and the lines that these promise.
fn document(choices: u8, text: &[u8]) -> Vec<u8> {
    let choices = choices % 32;
    let title = text.split_inclusive(|byte| *byte == b'\n').next().filter(|_| choices & 8 != 0);
    let url = Some(&b"https://news.example/1\n"[..]).filter(|_| choices & 16 != 0);
    joined(&[&[choices], title.unwrap_or_default(), url.unwrap_or_default(), text])
}

/// Packs of rules, decisions, and what is learned of a few texts.
fn rule_files(root: &Path, scraped: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut seeds = files(&root.join("crates/rules/builtin/en"));
    seeds.iter_mut().for_each(|pack| pack.truncate(pack.len().min(4_000)));
    let mut decisions = Decisions::default();
    decisions.decide("share/label", Some("Share \"this\"\n"), Answer::Accept);
    decisions.decide("teaser/also-read", None, Answer::Reject);
    seeds.push(decisions.to_string().into_bytes());
    let mut learner = Learner::new(Options { mergeable: true, ..Options::default() });
    for text in &scraped[..4] {
        let text = [text, &b"\nHome News Sport Weather\nAll rights are the paper's own\n"[..]].concat();
        let text = String::from_utf8(text).expect("UTF-8");
        let end = &text[text.floor_char_boundary(text.len().saturating_sub(600))..];
        learner.see(&Document { folder: Some("news"), ..Document::new(end) });
    }
    let mut counts = Vec::new();
    learner.write_counts(&mut counts).expect("memory takes all");
    seeds.extend([learner.finish().to_toml(false).into_bytes(), learner.finish().to_toml(true).into_bytes(), counts]);
    seeds
}

/// A web archive with texts, a page and bytes between records.
fn archive(scraped: &[Vec<u8>]) -> Vec<u8> {
    let record = |kind: &str, media: &str, body: &[u8]| {
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://a.example/\r\nWARC-Record-ID: <urn:uuid:1>\r\n\
             Content-Type: {media}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        joined(&[head.as_bytes(), body, b"\r\n\r\n"])
    };
    joined(&[
        &record("warcinfo", "application/warc-fields", b"software: x\r\n"),
        &record("conversion", "text/plain", &scraped[0]),
        b"between",
        &record("response", "application/http", b"<p>"),
        &record("conversion", "text/plain", &scraped[1]),
    ])
}

/// The beginning of a text in the encoding of this number of the target `encoding`.
fn encoded(number: u8, scraped: &[Vec<u8>]) -> Vec<u8> {
    let names = super::ENCODINGS;
    let mut bytes = vec![number, number * 5];
    let encoding = Encoding::named(names[usize::from(number) % names.len()]).expect("a name");
    for text in scraped.iter().rev().step_by(9) {
        let text = String::from_utf8_lossy(text);
        let before = bytes.len();
        let beginning: String = text.chars().take(300).collect();
        if encoding.encode(&beginning, &mut bytes).is_err() {
            bytes.truncate(before);
        }
    }
    bytes
}

/// A Parquet file of a few short texts.
fn columns(scraped: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), &["id", "url", "title", "text"]).expect("a writer");
    for (text, n) in scraped[..6].iter().zip(0..) {
        let text = String::from_utf8_lossy(text);
        let text: String = text.chars().take(80).collect();
        let id = n.to_string();
        writer.row(&[Some(&id), None, Some("A"), Some(&*text).filter(|_| n != 2)]).expect("written");
    }
    writer.finish().expect("written")
}
