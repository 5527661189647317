//! Tests of JSON lines: bytes that stay, order, threads, odd records.

use super::{CLEAN, DIRTY, Place, record};

#[test]
fn only_the_bytes_of_the_junk_go() {
    let dirty = r#"{"z":1.50,"text" : "Caf\u00e9 owners said on Friday that they would close.\n\nShare this: Facebook Twitter\n\nThey did \ud83d\ude00 \/ so, said the mayor of the town.\n","text2":"Share this: Facebook Twitter","a":{"text":"Share this: Facebook Twitter"} }"#;
    let clean = dirty.replacen("Share this: Facebook Twitter\\n\\n", "", 1);
    let input = format!("{dirty}\r\n\n  {{\"text\":\"Nothing to see.\",\"b\":[ ]}}  \n{dirty}");
    let expected = format!("{clean}\r\n\n  {{\"text\":\"Nothing to see.\",\"b\":[ ]}}  \n{clean}");
    let run = Place::new().pipe(&["clean", "--from", "jsonl"], input).code(0).says("3 documents: 2 changed");
    assert_eq!(run.out, expected);
}

#[test]
fn order_and_bytes_are_the_same_at_any_thread_count() {
    let input: String = (0..13_000).map(|n| record(n, &format!("Number {n}. {DIRTY}"))).collect();
    let expected: String = (0..13_000).map(|n| record(n, &format!("Number {n}. {CLEAN}"))).collect();
    assert!(input.len() > 2 << 20, "several chunks");
    for jobs in ["1", "2", "8"] {
        let run =
            Place::new().pipe(&["clean", "--from", "jsonl", "-j", jobs, "-q", "--select", "share"], &input).code(0);
        assert!(run.out == expected, "{jobs} threads");
        assert_eq!(run.err, "");
    }
}

#[test]
fn fields_can_be_named() {
    let line = |text: &str| format!("{{\"page\":{{\"body\":{}}}}}\n", serde_json::to_string(text).expect("JSON"));
    for flag in ["--text-field", "--text-key", "--text-column"] {
        let run = Place::new().pipe(&["clean", "--from", "jsonl", flag, "page.body"], line(DIRTY)).code(0);
        assert_eq!(run.out, line(CLEAN));
    }
}

#[test]
fn records_without_a_text_pass_and_are_counted_once_per_file() {
    let input = "{\"a\":1}\n{\"text\":null}\n{\"text\":7}\n{\"text\":\"\\ud800\"}\n[1]\n{\"text\":\"It rained.\"}\n";
    let run = Place::new().pipe(&["clean", "--from", "jsonl"], input).code(0).says("5 records").says("line 1: missing");
    assert_eq!(run.out, input);
    assert_eq!(run.err.matches("records").count(), 1, "{}", run.err);
    Place::new().pipe(&["clean", "--from", "jsonl", "--strict"], input).code(2);
    assert_eq!(Place::new().pipe(&["clean", "--from", "jsonl", "-qq"], input).code(0).err, "");
}

#[test]
fn a_line_that_is_not_json_passes_and_is_named() {
    let input = format!("{}{{\"text\": \"torn\n{}", record(1, DIRTY), record(3, DIRTY));
    let expected = format!("{}{{\"text\": \"torn\n{}", record(1, CLEAN), record(3, CLEAN));
    let place = Place::new();
    place.put("a.jsonl", &input);
    let run = place.run(&["clean", "a.jsonl"]).code(2).says("dechaff: a.jsonl:2: not JSON");
    assert_eq!(run.out, expected);
    let mut bytes = record(1, DIRTY).into_bytes();
    bytes.extend(b"{\"text\":\"\xff\"}\n");
    let output = Place::new().pipe_bytes(&["clean", "--from", "jsonl"], &bytes);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.ends_with(b"{\"text\":\"\xff\"}\n"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("<stdin>:2: invalid UTF-8 at byte 9"));
}

#[test]
fn a_fault_has_a_column_of_its_own_record() {
    for end in ["\n", "\r\n", ""] {
        let input = format!("{{\"text\": \"a\"}}\n{{\"text\": \"torn\"{end}");
        let run = Place::new().pipe(&["clean", "--from", "jsonl"], &input).code(2);
        assert_eq!(run.out, input);
        let run = run.says("<stdin>:2: not JSON: EOF while parsing an object at column 15; left as it is");
        assert!(!run.err.contains("line 2 column"), "{}", run.err);
    }
}

#[test]
fn lines_of_one_fault_are_one_message() {
    let torn = "{\"text\": \"torn\n";
    let input = format!("{}x\n{torn}{}xyz\n{torn}y\n", record(1, DIRTY), "x\n".repeat(5000));
    let mut seen = Vec::new();
    for jobs in ["1", "4"] {
        let run = Place::new().pipe(&["clean", "--from", "jsonl", "-j", jobs, "-q"], &input).code(2);
        seen.push(run.err);
    }
    assert_eq!(
        seen[0],
        "dechaff: <stdin>: 5,003 lines cannot be read, left as they are: not JSON: expected value \
         (lines 2, 4, 5 and 5,000 more; -v names all)\n\
         dechaff: <stdin>: 2 lines cannot be read, left as they are: not JSON: EOF while parsing a string \
         (lines 3 and 5005)\n"
    );
    assert_eq!(seen[0], seen[1]);
    let run = Place::new().pipe(&["clean", "--from", "jsonl", "-v"], input).code(2).says("5,005 failed");
    let run = run.says("<stdin>:5006: not JSON: expected value at column 1; left as it is");
    assert_eq!(run.err.matches("not JSON").count(), 5005);
}

#[test]
fn no_text_in_any_record_is_a_failure() {
    let place = Place::new();
    let records = |n: usize| (0..n).map(|n| record(n, DIRTY)).collect::<String>();
    place.put("a.jsonl", records(1500)).put("b.jsonl", record(1, DIRTY)).put("empty.jsonl", "\n");
    for command in ["clean", "diff", "check", "stats"] {
        let run = place.run(&[command, "a.jsonl", "--text-field", "body"]).code(2);
        run.says(
            "dechaff: a.jsonl: none of 1,500 records has a text in the field 'body'; \
             there are: id, text, n (use --text-field)\n",
        );
    }
    assert_eq!(place.run(&["clean", "a.jsonl", "--text-field", "body"]).code(2).out, records(1500));
    place.run(&["clean", "b.jsonl", "--text-field", "body"]).code(2).says("b.jsonl: the only record has no text");
    assert_eq!(place.run(&["clean", "-q", "empty.jsonl"]).code(0).err, "");
    let nested = "{\"id\":1,\"metadata\":{\"body\":\"a\"}}\n[1]\n";
    place.put("c.jsonl", nested).run(&["clean", "c.jsonl"]).code(2).says("there are: id, metadata, metadata.body (use");
    place.put("d.jsonl", "{\"text\":null}\n").run(&["clean", "d.jsonl"]).code(2).says("(line 1: null)");
    place.put("e.jsonl", "[1]\n").run(&["clean", "e.jsonl"]).code(2).says("not an object)\n");
}

#[test]
fn files_of_records_are_written_to_folders_and_in_place() {
    let place = Place::new();
    place.put("in/a.jsonl", record(1, DIRTY)).put("in/b.ndjson", record(2, CLEAN)).put("in/empty.jsonl", "");
    place.run(&["clean", "in", "-o", "out"]).code(0);
    assert_eq!(place.get("out/a.jsonl"), record(1, CLEAN));
    assert_eq!(place.get("out/b.ndjson"), record(2, CLEAN));
    assert_eq!(place.get("out/empty.jsonl"), "");
    place.run(&["clean", "in", "-i"]).code(0);
    assert_eq!(place.get("in/a.jsonl"), record(1, CLEAN));
    assert_eq!(place.tree().len(), 6);
}

#[test]
fn a_byte_order_mark_stays_before_the_first_record() {
    let input = format!("\u{feff}{}", record(1, DIRTY));
    let run = Place::new().pipe(&["clean", "--from", "jsonl"], input).code(0);
    assert_eq!(run.out, format!("\u{feff}{}", record(1, CLEAN)));
}

#[test]
fn records_are_documents_of_their_own_in_reports() {
    let place = Place::new();
    place.put("a.jsonl", record(7, CLEAN) + &record(8, DIRTY));
    assert!(place.run(&["diff", "a.jsonl"]).code(0).out.contains("a.jsonl:2 (8)"));
    assert!(
        place.run(&["check", "a.jsonl", "--format", "concise"]).code(1).out.starts_with("a.jsonl:2 (8):3:1: share/")
    );
}
