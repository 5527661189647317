//! Tests of recognised formats: which files are read as text, which as JSON lines, and which are refused
//! with the name of their format.

use super::{CLEAN, DIRTY, Place, gunzip, gzip, record, unzstd, zstd};

const CSV: &str = "id,text\n1,\"It rained.\n\nShare this: Facebook Twitter\n\nAll day.\"\n";
const HTML: &str = "<!doctype html>\n<p>It rained.</p>\nShare this: Facebook Twitter\n";

#[test]
fn what_a_name_says_is_refused_with_the_way_out() {
    let place = Place::new();
    for (name, what) in [
        ("a.html", "is HTML, not text; run an extractor"),
        ("a.rss", "is XML"),
        ("a.arrow", "is Arrow IPC"),
        ("a.pdf", "is PDF"),
        ("a.docx", "is an office document"),
    ] {
        place.put(name, DIRTY);
        for args in [&["clean", name, "-o", "out"][..], &["clean", "-i", name], &["clean", name], &["diff", name]] {
            let run = place.run(args).code(2).says(&format!("dechaff: {name}: {what}"));
            assert_eq!((run.out.as_str(), place.get(name).as_str(), place.has("out")), ("", DIRTY, false));
        }
    }
    assert_eq!(place.run(&["clean", "--from", "text", "a.html"]).code(0).out, CLEAN);
    place
        .put("b.txt", DIRTY)
        .run(&["clean", "a.html", "b.txt", "-o", "both"])
        .code(2)
        .says("1 changed, 0 held, 1 failed");
    assert_eq!((place.get("both/b.txt"), place.has("both/a.html")), (CLEAN.to_owned(), false));
}

#[test]
fn a_text_that_is_unmistakably_none_is_never_edited() {
    let place = Place::new();
    let quoted = CSV.replace("id,text", "\"id\",\"text\"");
    let names = ["in/a.txt", "in/b.md", "in/c.txt.gz", "in/d.txt", "in/e.txt", "in/f.txt"];
    let contents = [
        HTML.as_bytes().to_vec(),
        quoted.clone().into_bytes(),
        gzip(b"%PDF-1.4\nShare this: Facebook Twitter\n"),
        b"{\n \"text\": \"Share this: Facebook Twitter\"\n}\n".to_vec(),
        record(1, DIRTY).into_bytes(),
        b"PAR1\x15\x04\0".to_vec(),
    ];
    for (name, content) in names.iter().zip(&contents) {
        place.put(name, content);
    }
    place.put("in/g.txt", DIRTY);
    let run = place.run(&["clean", "in", "-i"]).code(2).says("7 documents: 1 changed, 0 held, 6 failed");
    let run =
        run.says("in/a.txt: is HTML").says("in/b.md: holds CSV").says("in/c.txt.gz: is PDF").says("in/d.txt: is JSON,");
    run.says("in/e.txt: holds JSONL under the name of a text; rename it").says("in/f.txt: holds Parquet");
    for (name, content) in names.iter().zip(&contents) {
        assert_eq!(&place.bytes(name), content, "{name}");
    }
    assert_eq!(place.get("in/g.txt"), CLEAN);
    assert_eq!(
        place.run(&["clean", "in/b.md"]).code(0).out,
        quoted.replacen("Share this: Facebook Twitter\n\n", "", 1)
    );
    assert_eq!(
        place.run(&["clean", "--from", "md", "in/b.md", "-q"]).code(0).out,
        quoted.replacen("Share this: Facebook Twitter\n\n", "", 1)
    );
}

#[test]
fn stdin_is_told_by_its_first_bytes() {
    for (text, what) in [
        (HTML, "is HTML"),
        ("<p>It rained.</p>", "is HTML"),
        ("<?xml version=\"1.0\"?><rss/>", "is XML"),
        ("[{\"text\": \"a\"}]\n", "is a JSON array, not one object a line; turn it into JSONL with jq -c '.[]'"),
        ("{\n\"text\": \"a\"\n}\n", "is JSON, but"),
    ] {
        for input in [text.as_bytes().to_vec(), gzip(text.as_bytes()), zstd(text.as_bytes())] {
            let output = place_pipe(&input);
            assert_eq!((output.0, output.1.len()), (2, 0), "{text:?}");
            assert!(output.2.contains(&format!("dechaff: <stdin>: {what}")), "{}", output.2);
        }
    }
    for text in [
        "\"It rained,\" she said.\n",
        "Bread, butter, cheese\n",
        "<3\n",
        "[1]\n",
        "{\n",
        "[The bridge](https://a.example)\n",
    ] {
        assert_eq!(Place::new().pipe(&["clean"], text).code(0).out, text);
    }
    let run = Place::new().pipe(&["clean", "--from", "text"], CSV).code(0);
    assert_eq!(run.out, CSV.replacen("Share this: Facebook Twitter\n\n", "", 1));
}

fn place_pipe(input: &[u8]) -> (i32, Vec<u8>, String) {
    let output = Place::new().pipe_bytes(&["clean"], input);
    (output.status.code().unwrap_or(-1), output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn json_lines_are_known_without_a_name() {
    let (dirty, clean) = (record(1, DIRTY) + &record(2, DIRTY), record(1, CLEAN) + &record(2, CLEAN));
    let run = Place::new().pipe(&["clean"], format!("\u{feff}\n{dirty}")).code(0).says("2 documents: 2 changed");
    assert_eq!(run.out, format!("\u{feff}\n{clean}"));
    assert!(!run.err.contains("read as"), "{}", run.err);
    let run = Place::new().pipe(&["clean", "-v"], dirty.trim_end()).code(0).says("dechaff: <stdin>: read as JSONL\n");
    assert_eq!(run.out, clean.trim_end());
    assert_eq!(gunzip(&Place::new().pipe_bytes(&["clean"], &gzip(dirty.as_bytes())).stdout), clean);
    assert_eq!(unzstd(&Place::new().pipe_bytes(&["clean"], &zstd(dirty.as_bytes())).stdout), clean);
    let long = record(1, &DIRTY.repeat(1000));
    assert_eq!(
        Place::new().pipe(&["clean", "-q"], &long).code(0).out,
        Place::new().pipe(&["clean", "-q", "--from", "jsonl"], &long).out
    );

    let place = Place::new();
    for name in ["a.json", "a.txt", "a.data", "a"] {
        place.put(name, &dirty);
        let run = place.run(&["clean", name, "-v"]).code(0).says(&format!("{name}: read as JSONL"));
        assert_eq!(run.out, clean);
        place.run(&["clean", "-i", name]).code(0);
        assert_eq!(place.get(name), clean);
    }
    place.put("b.json", "[\n{\"text\": \"a\"}\n]\n").run(&["clean", "b.json"]).code(2).says("is a JSON array");
    place
        .put("c.json", "{\n\"text\": \"a\"\n}\n")
        .run(&["clean", "c.json"])
        .code(2)
        .says("is JSON, but not one object a line");
    place.put("d/d.json", &dirty).put("d/e.json", "[1]");
    place.run(&["clean", "d", "--include", "*.json", "-o", "out"]).code(2).says("d/e.json: is JSON").says("2 changed");
    assert_eq!(place.get("out/d.json"), clean);
    // Compression is recognised by the first bytes if the name does not tell it.
    place.put("packed", gzip(dirty.as_bytes())).run(&["clean", "-i", "packed"]).code(0);
    assert_eq!(gunzip(&place.bytes("packed")), clean);
}

#[cfg(unix)]
#[test]
fn a_pipe_may_be_named() {
    for (content, expected) in [(record(1, DIRTY), record(1, CLEAN)), (DIRTY.to_owned(), CLEAN.to_owned())] {
        let place = Place::new();
        let path = place.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
        let writer = std::thread::spawn(move || std::fs::write(path, content).expect("written"));
        assert_eq!(place.run(&["clean", "pipe", "-q"]).code(0).out, expected);
        writer.join().expect("written");
    }
}

#[test]
fn files_that_are_passed_over_are_counted_by_ending() {
    let place = Place::new();
    for name in ["a.xml", "b.XML", "x/c.xml", "d.zip", "e.json", "f.json.gz", ".hidden.xml", "ignored.pdf"] {
        place.put(&format!("d/{name}"), "");
    }
    place.put("d/.ignore", "*.pdf\n").put("d/z.txt", DIRTY);
    let passed = "passed over: 3 .xml, 1 .json, 1 .json.gz, 1 .zip (-v names them)";
    let run = place
        .run(&["clean", "d", "-o", "out"])
        .code(0)
        .says(&format!("1 skipped\n  {passed}\n").replace("1 sk", "0 sk"));
    assert!(!run.err.contains("d/a.xml"), "{}", run.err);
    for command in ["diff", "check", "stats"] {
        let run = place.run(&[command, "d"]).says(&format!("dechaff: {passed}\n"));
        assert!(run.code < 2 && !run.out.contains("passed"), "{}", run.err);
    }
    let run = place.run(&["clean", "d", "-o", "out", "-v"]).code(0).says("dechaff: d/x/c.xml: passed over\n");
    assert_eq!(run.err.matches(": passed over\n").count(), 6);
    assert_eq!(place.run(&["clean", "d", "-o", "out", "-q"]).code(0).err, "");
}

#[test]
fn nothing_to_read_is_a_failure() {
    let place = Place::new();
    place.put("d/a.html", HTML).put("d/b", "").put("list", "");
    std::fs::create_dir(place.path().join("empty")).expect("a folder");
    for command in ["clean", "diff", "check", "stats"] {
        let args = if command == "clean" { &[command, "d", "-o", "out"][..] } else { &[command, "d"] };
        let run = place
            .run(args)
            .code(2)
            .says("dechaff: d: no file to read: no text, .jsonl, .csv or .parquet; passed over: ");
        run.says("1 file without an ending, 1 .html (-v names them); text under another ending is read with --include '*.ext'");
    }
    place.run(&["check", "empty"]).code(2).says("dechaff: empty: no file to read\n");
    place.run(&["check", "empty", "d"]).code(2).says("dechaff: no file to read: ");
    place.run(&["clean", "--files-from", "list", "-o", "out"]).code(0).says("0 documents");
    place.put("d/c.txt", DIRTY).run(&["check", "d", "empty"]).code(1);
}

#[test]
fn what_fails_for_one_reason_is_named_three_times_and_counted() {
    let place = Place::new();
    for n in 0..30 {
        place.put(&format!("d/{n:02}.txt"), HTML).put(&format!("d/b{n:02}.txt"), format!("{}\0", "a".repeat(n)));
        place
            .put(&format!("d/u{n:02}.txt"), [b'a'; 40].iter().take(n).chain(b"\xff\x01").copied().collect::<Vec<u8>>());
    }
    place.put("d/z.txt", DIRTY);
    let mut seen = Vec::new();
    for jobs in ["1", "2", "8"] {
        let out = format!("out{jobs}");
        let run = place.run(&["clean", "d", "-o", &out, "-j", jobs]).code(2).says("30 failed, 60 skipped");
        assert_eq!(place.get(&format!("{out}/z.txt")), CLEAN);
        seen.push(run.err);
    }
    let said: Vec<&str> = seen[0].lines().filter(|line| line.starts_with("dechaff: ")).collect();
    assert_eq!(said.len(), 12, "{}", seen[0]);
    assert!(said[2].starts_with("dechaff: d/02.txt: is HTML"), "{}", seen[0]);
    assert!(
        said[9].starts_with("dechaff: and 27 more: is HTML") && said[9].ends_with(" (-v names all)"),
        "{}",
        seen[0]
    );
    assert_eq!(said[10], "dechaff: and 27 more: is binary: NUL at byte …; skipped (-v names all)");
    assert_eq!(said[11], "dechaff: and 27 more: is binary: control character 0x01 at byte …; skipped (-v names all)");
    assert!(seen.iter().all(|err| *err == seen[0]));
    let run = place.run(&["clean", "d", "-o", "out", "-v"]).code(2);
    assert_eq!(run.err.matches(".txt: is HTML").count(), 30);
}
