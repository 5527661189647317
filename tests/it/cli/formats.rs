//! Tests of formats besides text and JSON lines: tables, web archives, other encodings and packings, spans beside texts.

use dechaff::format::{Fields, Record as _};

use super::{CLEAN, DIRTY, Place, gunzip, gzip, record};

/// A table of two documents, with a cell that must not change in each row.
fn table(text: &str, separator: char) -> String {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let row = |id: usize, text: &str| format!("{id}{separator}{}{separator}\"1,50 ; \"\"x\"\"\"\r\n", quoted(text));
    format!("id{separator}text{separator}n\r\n{}{}", row(1, text), row(2, CLEAN))
}

#[test]
fn only_the_texts_of_a_table_change() {
    let place = Place::new();
    for (name, separator) in [("a.csv", ','), ("b.csv", ';'), ("c.tsv", '\t'), ("d.tab", '\t')] {
        place.put(name, table(DIRTY, separator));
        let run = place.run(&["clean", name]).code(0).says("2 documents: 1 changed");
        assert_eq!(run.out, table(CLEAN, separator), "{name}");
        assert_eq!(place.pipe(&["clean", "--from", "csv"], table(DIRTY, separator)).out, table(CLEAN, separator));
    }
    place.run(&["clean", "-i", "."]).code(0).says("8 documents: 4 changed");
    assert_eq!(place.get("b.csv"), table(CLEAN, ';'));
    place.run(&["restore"]).code(0);
    assert_eq!(place.get("b.csv"), table(DIRTY, ';'));
    place.run(&["check", "a.csv"]).code(1);
    assert!(place.run(&["explain", "a.csv", "--record", "2"]).code(0).out.contains("share/"));
    assert!(place.run(&["diff", "a.csv"]).code(0).out.contains("-Share this: Facebook Twitter"));
}

#[test]
fn a_table_without_the_column_is_refused_with_the_columns_there_are() {
    let place = Place::new();
    place.put("in/a.csv", "id,body\n1,It rained.\n").put("in/b.csv", table(DIRTY, ','));
    let run = place.run(&["clean", "in", "-o", "out"]).code(2).says("3 documents: 1 changed, 0 held, 1 failed");
    run.says("in/a.csv: has no column 'text'; there are: id, body (use --text-field)");
    assert_eq!((place.has("out/a.csv"), place.get("out/b.csv")), (false, table(CLEAN, ',')));
    let body = |field: &str| place.run(&["clean", "in/a.csv", "--text-column", field]);
    assert_eq!(body("body").code(0).out, "id,body\n1,It rained.\n");
    assert_eq!(body("2").code(0).out, "id,body\n1,It rained.\n");
    body("3").code(2).says("has no column '3'");
    place.put("c.csv", "id,text\n1,a\n2,\"never closed\n3,b\n");
    let run = place.run(&["clean", "c.csv"]).code(2).says("c.csv:3: a quotation mark opens a field and none closes it");
    assert_eq!(run.out, place.get("c.csv"));
}

#[test]
fn a_patch_of_a_table_is_taken_by_git() {
    let place = Place::new();
    place.put("a.csv", table(DIRTY, ','));
    let patch = place.run(&["diff", "--patch", "a.csv"]).code(0).out;
    place.put("a.patch", patch);
    let mut git = std::process::Command::new("git");
    assert!(git.args(["apply", "a.patch"]).current_dir(place.path()).status().expect("git").success());
    assert_eq!(place.get("a.csv"), table(CLEAN, ','));
}

/// A record of a web archive.
fn capture(kind: &str, media: &str, body: &str) -> String {
    format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://a.example/1\r\nWARC-Date: 2020-01-02T03:04:05Z\r\n\
         WARC-Record-ID: <urn:uuid:1>\r\nWARC-Identified-Content-Language: eng\r\nContent-Type: {media}\r\n\
         Content-Length: {}\r\n\r\n{body}\r\n\r\n",
        body.len()
    )
}

fn archive(text: &str) -> String {
    capture("warcinfo", "application/warc-fields", "software: x\r\n") + &capture("conversion", "text/plain", text)
}

/// The line that an archive's record becomes.
fn captured(text: &str) -> String {
    let text = serde_json::to_string(text).expect("JSON");
    format!(
        "{{\"id\":\"<urn:uuid:1>\",\"url\":\"https://a.example/1\",\"date\":\"2020-01-02T03:04:05Z\",\"language\":\"eng\",\"text\":{text}}}\n"
    )
}

#[test]
fn a_web_archive_becomes_json_lines() {
    let place = Place::new();
    place.put("in/a.warc.wet.gz", gzip(archive(DIRTY).as_bytes())).put("in/b.wet", archive(CLEAN));
    place.run(&["clean", "in", "-o", "out"]).code(0).says("2 documents: 1 changed");
    assert_eq!(gunzip(&place.bytes("out/a.jsonl.gz")), captured(CLEAN));
    assert_eq!(place.get("out/b.jsonl"), captured(CLEAN));
    assert_eq!(place.pipe(&["clean"], archive(DIRTY)).code(0).out, captured(CLEAN));
    place.run(&["clean", "in/b.wet", "-i"]).code(2).says("is WARC, and cannot be replaced; say -o");
    place.run(&["clean", "in/b.wet", "-o", "b.csv"]).code(2).says("stays JSONL, but -o names a CSV file");
}

#[test]
fn an_archive_of_pages_is_pointed_to_an_extractor() {
    let place = Place::new();
    let page = capture("response", "application/http; msgtype=response", "HTTP/1.1 200 OK\r\n\r\n<p>It rained.</p>");
    place.put("a.warc", archive(DIRTY) + &page).put("b.warc", page.repeat(2));
    let run = place.run(&["clean", "a.warc"]).code(0).says("a.warc: 1 record of HTML left out: run an extractor");
    assert_eq!(run.out, captured(CLEAN));
    place.run(&["clean", "b.warc"]).code(2).says("b.warc: holds no plain text, but HTML (2 records): run an extractor");
    let torn = archive(DIRTY) + &archive(DIRTY)[..archive(DIRTY).len() - 50];
    let run =
        place.put("c.wet", torn).run(&["clean", "c.wet"]).code(2).says("c.wet:4: the archive ends within a record");
    assert_eq!(run.out, captured(CLEAN));
}

#[test]
fn every_packing_is_read_and_written() {
    let place = Place::new();
    place
        .put("a/r.jsonl", record(1, DIRTY) + &record(2, CLEAN))
        .put("a/t.txt", DIRTY)
        .put("a/s.csv", table(DIRTY, ','));
    let mut from = "a".to_owned();
    for to in ["bz2", "xz", "gz", "zst", "bz2"] {
        place.run(&["clean", &from, "-o", to, "--to", to, "--select", "none-of-these", "-q"]).code(2);
        place.run(&["clean", &from, "-o", to, "--to", to, "--select", "cookies", "-q"]).code(0);
        from = to.to_owned();
    }
    place.run(&["clean", "bz2", "-o", "end", "--to", "plain"]).code(0);
    assert_eq!(place.get("end/r.jsonl"), record(1, CLEAN) + &record(2, CLEAN));
    assert_eq!((place.get("end/t.txt"), place.get("end/s.csv")), (CLEAN.to_owned(), table(CLEAN, ',')));
    assert!(place.tree().iter().any(|name| name == "xz/s.csv.xz"), "{:?}", place.tree());
    // The name of a packed stream is not needed.
    let packed = place.bytes("xz/t.txt.xz");
    assert!(place.pipe_bytes(&["clean", "-"], &packed).stdout.starts_with(b"\xfd7zXZ"));
    place
        .run(&["clean", "a/t.txt", "-o", "b", "--to", "parquet"])
        .code(2)
        .says("only web archives change their format");
    place.run(&["clean", "a", "-o", "b", "--to", "exe"]).code(2).says("gz, zst, bz2, xz or plain");
}

#[test]
fn two_inputs_do_not_meet_under_one_name() {
    let place = Place::new();
    place.put("in/a.txt", DIRTY).put("in/a.txt.gz", gzip(CLEAN.as_bytes()));
    let run = place.run(&["clean", "in", "-o", "out", "--to", "plain", "-j", "1"]).code(2);
    run.says("left out: the output of another input is already written to 'out/a.txt'");
    assert_eq!(place.get("out/a.txt"), CLEAN);
}

/// A text in windows-1252, with accents as single bytes.
fn latin(text: &str) -> Vec<u8> {
    let text = text.replace("the mayor", "the \u{e9}lu of the for\u{ea}t caf\u{e9} \u{e0} Orl\u{e9}ans");
    text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect()
}

#[test]
fn a_text_keeps_its_encoding() {
    let utf16 = |text: &str| format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let place = Place::new();
    place.put("in/a.txt", latin(DIRTY)).put("in/b.txt", utf16(DIRTY));
    place.put("in/c.csv", latin(&table(DIRTY, ';'))).put("in/d.tsv", utf16(&table(DIRTY, '\t')));
    place.run(&["clean", "in", "-o", "out", "-v"]).code(0).says("in/a.txt: read as windows-1252");
    place.run(&["clean", "in", "-i"]).code(0).says("6 documents: 4 changed");
    for folder in ["out", "in"] {
        assert_eq!(place.bytes(&format!("{folder}/a.txt")), latin(CLEAN));
        assert_eq!(place.bytes(&format!("{folder}/b.txt")), utf16(CLEAN));
        assert_eq!(place.bytes(&format!("{folder}/c.csv")), latin(&table(CLEAN, ';')));
        assert_eq!(place.bytes(&format!("{folder}/d.tsv")), utf16(&table(CLEAN, '\t')));
    }
    place.run(&["restore"]).code(0);
    assert_eq!(place.bytes("in/a.txt"), latin(DIRTY));
    place.run(&["diff", "--patch", "in/a.txt"]).code(2).says("is windows-1252, and a patch is UTF-8");
    place.run(&["clean", "in/a.txt", "--encoding", "utf-8"]).code(2).says("invalid UTF-8 at byte");
    place.run(&["clean", "in/a.txt", "--encoding", "latin-9"]).code(2).says("no known encoding");
}

#[test]
fn what_is_no_text_in_any_encoding_is_named() {
    let place = Place::new();
    let unmarked: Vec<u8> = DIRTY.encode_utf16().flat_map(u16::to_le_bytes).collect();
    place
        .put("a.txt", &unmarked)
        .put("b.txt", b"\xff\xfe\0\0a\0\0\0")
        .put("c.txt", b"a\0b")
        .put("d.txt", b"\xff\x01\x02");
    place
        .run(&["check", "a.txt"])
        .code(2)
        .says("looks like UTF-16 without a byte order mark; read it with --encoding utf-16le");
    place.run(&["check", "b.txt"]).code(2).says("is UTF-32; convert it to UTF-8 first");
    place.run(&["check", "c.txt"]).code(2).says("is binary: NUL at byte 1");
    place.run(&["check", "d.txt"]).code(2).says("is binary: control character 0x01 at byte 1");
    let run = place.pipe_bytes(&["clean", "--encoding", "utf-16le"], &unmarked);
    assert_eq!(run.stdout, CLEAN.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
}

/// Applies the spans of `--attributes`, as another program would.
const APPLY: &str = r#"
import gzip, json, sys
def read(name):
    with (gzip.open if name.endswith(".gz") else open)(name, "rt", encoding="utf-8", newline="") as file:
        return [json.loads(line) for line in file]
for document, line in zip(read(sys.argv[1]), read(sys.argv[2]), strict=True):
    text = document.get("text")
    spans = sorted(span for spans in line["attributes"].values() for span in spans)
    for start, end, score in reversed(spans):
        text = text[:start] + text[end:]
    if text is not None:
        assert str(document["id"]) == line["id"], line
        document["text"] = text
    print(json.dumps(document, ensure_ascii=False))
"#;

#[test]
fn spans_beside_a_text_give_the_cleaned_text() {
    let place = Place::new();
    let texts = [
        DIRTY,
        CLEAN,
        "\u{1f600} \u{e9}t\u{e9}.\n\nShare this: Facebook Twitter\n\n\u{1f600} It rained all night, they said.\n\nLeave a Reply\nName *\n",
    ];
    let mut lines: String = texts.iter().enumerate().map(|(n, text)| record(n, text)).collect();
    lines.push_str("{\"id\": 9}\n");
    place.put("in/d.jsonl.gz", gzip(lines.as_bytes())).put("in/t.txt", DIRTY);
    place.run(&["clean", "in", "--attributes", "spans"]).code(0).says("5 documents: 3 changed");
    assert_eq!(place.tree(), ["in/d.jsonl.gz", "in/t.txt", "spans/d.jsonl.gz", "spans/t.txt.jsonl"]);
    let mut python = std::process::Command::new("python3");
    python.args(["-c", APPLY, "in/d.jsonl.gz", "spans/d.jsonl.gz"]).current_dir(place.path());
    let applied = super::Run::of(&python.output().expect("python3")).code(0).out;
    let parse = |line: &str| serde_json::from_str::<serde_json::Value>(line).expect("JSON");
    let cleaned = gunzip(&place.pipe_bytes(&["clean", "in/d.jsonl.gz"], b"").stdout);
    assert_ne!(cleaned, lines);
    assert_eq!(applied.lines().map(parse).collect::<Vec<_>>(), cleaned.lines().map(parse).collect::<Vec<_>>());
    let line = parse(place.get("spans/t.txt.jsonl").trim());
    assert_eq!((&line["id"], &line["source"]), (&"in/t.txt".into(), &"in".into()));
    assert!(line["attributes"]["dechaff__share"].is_array());
    place.run(&["clean", "in/t.txt", "--attributes", "one"]).code(0);
    assert_eq!(place.get("one/t.txt.jsonl"), place.get("spans/t.txt.jsonl"));
}

#[test]
fn the_card_of_a_data_set_is_no_article() {
    let place = Place::new();
    place.put("in/README.md", DIRTY).put("in/data/train-00000-of-00002.jsonl", record(1, DIRTY));
    place.run(&["clean", "in", "-o", "out"]).code(0).says("passed over: 1 .md");
    assert_eq!(place.get("out/data/train-00000-of-00002.jsonl"), record(1, CLEAN));
    assert!(!place.has("out/README.md"));
}

/// A file of Parquet with these texts.
fn parquet(texts: &[Option<&str>]) -> Vec<u8> {
    let mut writer = dechaff::format::parquet::Writer::new(Vec::new(), &["id", "text", "n"]).expect("begun");
    for text in texts {
        writer.row(&[Some("7"), *text, Some("1.50")]).expect("written");
    }
    writer.finish().expect("written")
}

/// The texts of a file of Parquet.
fn texts(place: &Place, name: &str) -> Vec<Option<String>> {
    let file = std::fs::File::open(place.path().join(name)).expect("a file");
    let mut rows = dechaff::format::parquet::Rows::open(file, &Fields::default()).expect("Parquet");
    let (mut frames, mut texts) = (Vec::new(), Vec::new());
    while rows.next(&mut frames).expect("rows").is_some() {
        texts.extend(dechaff::format::parquet::rows(&frames).map(|row| match row {
            dechaff::format::parquet::Row::Text(row) => Some(row.text().to_owned()),
            _ => None,
        }));
    }
    texts
}

#[test]
fn a_file_of_parquet_stays_one() {
    let place = Place::new();
    let (before, after) =
        (parquet(&[Some(DIRTY), None, Some(CLEAN)]), [Some(CLEAN.to_owned()), None, Some(CLEAN.to_owned())]);
    place.put("in/train-00000-of-00001.parquet", &before).put("in/same.parquet", parquet(&[Some(CLEAN)]));
    place.run(&["clean", "in", "-o", "out"]).code(0).says("4 documents: 1 changed, 0 held, 0 failed, 1 skipped");
    assert_eq!(texts(&place, "out/train-00000-of-00001.parquet"), after);
    let run = place.pipe_bytes(&["clean"], &before);
    assert_eq!(run.stdout, place.bytes("out/train-00000-of-00001.parquet"));
    place.run(&["clean", "-i", "in"]).code(0);
    assert_eq!(texts(&place, "in/train-00000-of-00001.parquet"), after);
    place.run(&["restore"]).code(0);
    assert_eq!(place.bytes("in/train-00000-of-00001.parquet"), before);
    let run = place.run(&["explain", "in/train-00000-of-00001.parquet", "--record", "1"]).code(0);
    assert!(run.out.contains("share/"), "{}", run.out);
    let run = place.run(&["clean", "in/same.parquet", "--text-field", "body"]).code(2);
    run.says("has no column 'body'; there are: id, text, n (use --text-field)");
    place.run(&["diff", "--patch", "in/same.parquet"]).code(2).says("is Parquet; a patch changes lines of text only");
    place.run(&["clean", "in/same.parquet", "-o", "a.jsonl"]).code(2).says("stays Parquet, but -o names a JSONL file");
    place.put("p.parquet.gz", gzip(&before)).run(&["clean", "p.parquet.gz"]).code(2).says("unpack it first");
    place.put("t.parquet", &before[..before.len() - 9]).run(&["clean", "t.parquet"]).code(2).says("is cut short");
}

#[test]
fn a_record_over_the_limit_stays_in_every_format() {
    let place = Place::new();
    let long = DIRTY.repeat(20);
    let run = ["clean", "--max-document-size", "1KB", "d", "-o", "out"];
    place.put("d/a.parquet", parquet(&[Some(DIRTY), Some(&long)])).run(&run).code(2).says("longer than 1,000 bytes");
    assert_eq!(texts(&place, "out/a.parquet"), [Some(CLEAN.to_owned()), Some(long.clone())]);
    std::fs::remove_file(place.path().join("d/a.parquet")).expect("removed");
    place.put("d/a.jsonl", record(1, DIRTY) + &record(2, &long)).run(&run).code(2).says("longer than 1,000 bytes");
    assert_eq!(place.get("out/a.jsonl"), record(1, CLEAN) + &record(2, &long));
}

#[test]
fn a_web_archive_becomes_parquet() {
    let place = Place::new();
    place.put("a.wet", archive(DIRTY));
    place.run(&["clean", "a.wet", "-o", "a.parquet"]).code(0);
    place.run(&["clean", "a.wet", "-o", "out/", "--to", "parquet"]).code(0);
    assert_eq!(texts(&place, "a.parquet"), [Some(CLEAN.to_owned())]);
    assert_eq!(place.bytes("out/a.parquet"), place.bytes("a.parquet"));
}
