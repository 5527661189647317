//! Tests of `stats`, and of the figures that `clean` writes: formats, sources, threads, and the files they
//! may be written to.

use serde_json::Value;

use super::{CLEAN, DIRTY, Place};

fn place() -> Place {
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("d/b.txt", CLEAN).put("d/deep/c.md", DIRTY);
    place
}

fn record(url: &str, text: &str) -> String {
    format!("{{\"url\":{},\"text\":{}}}\n", Value::from(url), Value::from(text))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn sources(value: &Value) -> Vec<(&str, u64)> {
    let sources = value["sources"].as_array().expect("sources").iter();
    sources.map(|s| (s["source"].as_str().expect("a name"), s["documents"].as_u64().expect("a count"))).collect()
}

#[test]
fn tables_for_people() {
    for command in ["stats", "report"] {
        let run = place().run(&[command, "d"]).code(0);
        assert!(run.out.starts_with("3 documents: 2 changed, 0 held, 0 failed, 0 skipped\n"), "{}", run.out);
        assert!(run.out.contains("By rule") && run.out.contains("share/") && run.out.contains("d/deep"), "{}", run.out);
        assert_eq!(run.err, "");
    }
    assert!(place().pipe(&["stats"], DIRTY).code(0).out.contains("<stdin>"));
    assert!(place().run(&["stats", "d", "--color", "always"]).code(0).out.contains("\u{1b}["));
    place().run(&["stats", "d", "--top", "1001"]).code(2);
}

#[test]
fn failures_are_counted_and_end_with_2() {
    let place = place();
    place.put("d/bad.txt", b"\xff\xfea").put("d/binary.txt", b"a\0b").put("d/r.jsonl", "{\"a\":1}\nx\n");
    let run = place.run(&["stats", "d", "gone", "--format", "json"]).code(2).says("gone: no such file");
    let documents = &json(&run.out)["documents"];
    assert_eq!((&documents["read"], &documents["failed"], &documents["skipped"]), (&3.into(), &3.into(), &2.into()));
}

#[test]
fn folders_files_of_records_and_hosts_are_sources() {
    let place = place();
    let records = record("https://www.one.example/a", DIRTY)
        + &record("https://One.example:443/b", CLEAN)
        + &format!("{{\"metadata\":{{\"url\":\"http://two.example\"}},\"text\":{}}}\n", Value::from(CLEAN))
        + &record("nonsense", CLEAN);
    place.put("d/r.jsonl", records);
    let run = place.run(&["stats", "d", "--format", "json"]).code(0);
    let value = json(&run.out);
    let mut sources = sources(&value);
    sources.sort_unstable();
    assert_eq!(sources, [("d", 2), ("d/deep", 1), ("d/r.jsonl", 1), ("one.example", 2), ("two.example", 1)]);

    let named = format!("{{\"page\":{{\"link\":\"//three.example/\"}},\"text\":{}}}\n", Value::from(CLEAN));
    let run = place.pipe(&["stats", "--from", "jsonl", "--url-field", "page.link", "--format", "json"], &named).code(0);
    assert_eq!(self::sources(&json(&run.out)), [("three.example", 1)]);
    place.put("dechaff.toml", "url-field = \"page.link\"\n");
    let run = place.pipe(&["stats", "--from", "jsonl", "--format", "json"], &named).code(0);
    assert_eq!(self::sources(&json(&run.out)), [("three.example", 1)]);
}

#[test]
fn the_same_figures_at_any_thread_count() {
    let records: String = (0..6_000)
        .map(|n| record(&format!("https://s{}.example/{n}", n % 200), if n % 3 == 0 { CLEAN } else { DIRTY }))
        .collect();
    assert!(records.len() > 1 << 20, "several chunks");
    let place = Place::new();
    place.put("r.jsonl", records);
    for n in 0..150 {
        place.put(&format!("f/{}/{n}.txt", n % 9), DIRTY);
    }
    for form in [&["--format", "json"][..], &["--format", "csv"], &["--format", "human"], &["--html", "-"]] {
        let of =
            |jobs| place.run(&[&["stats", "r.jsonl", "f", "-j", jobs, "--select", "share"], form].concat()).code(0).out;
        let one = of("1");
        assert!(one.contains("s199.example") || form[1] != "json", "{one}");
        assert!(one == of("2") && one == of("7"), "{form:?}");
    }
}

#[test]
fn a_page_is_written_or_goes_to_stdout() {
    let place = place();
    let run = place.run(&["stats", "d", "--html", "out/page.html"]).code(0).says("3 documents: 2 changed");
    assert_eq!(run.out, "");
    let page = place.get("out/page.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Content-Security-Policy"), "{page}");
    assert_eq!(place.run(&["stats", "d", "--html", "-"]).code(0).out, page);
    let run = place.run(&["stats", "d", "--html", "out/page.html", "--format", "csv"]).code(0);
    assert!(run.out.starts_with("kind,name,"), "{}", run.out);
    place.run(&["stats", "d", "--html", "-", "--format", "csv"]).code(2).says("both write to stdout");
    place.run(&["stats", "d", "--html", "d/a.txt"]).code(2).says("may be an input");
    place.run(&["stats", "d", "--html", "d/deep"]).code(2).says("cannot be written: is a directory");
    assert_eq!(place.get("d/a.txt"), DIRTY);
}

#[test]
fn clean_leaves_its_figures_behind() {
    let place = place();
    let run = place.run(&["stats", "d", "--format", "json", "--top", "100"]).code(0);
    for (name, start) in [("s.json", "{\"version\":1,"), ("s.CSV", "kind,name,"), ("s.htm", "<!DOCTYPE html>")] {
        place.run(&["clean", "d", "-o", "out", "--stats", name]).code(0).says("3 documents: 2 changed");
        assert!(place.get(name).starts_with(start), "{name}");
    }
    assert_eq!(place.get("s.json"), run.out);
    let run = place.pipe(&["clean", "--stats", "one.json"], DIRTY).code(0);
    assert_eq!((&*run.out, &json(&place.get("one.json"))["documents"]["changed"]), (CLEAN, &1.into()));
    place.run(&["clean", "d/a.txt", "--stats", "-"]).code(2).says("needs the name of a file");
    place.run(&["clean", "d/a.txt", "-o", "o.json", "--stats", "./o.json"]).code(2).says("both the output");
    place.run(&["clean", "d", "-i", "--stats", "d/b.txt"]).code(2).says("may be an input");
    place
        .put("d/t.csv", "text\nIt rained.\n")
        .run(&["clean", "d", "-o", "out", "--stats", "d/t.csv"])
        .code(2)
        .says("may be an input");
    place.run(&["clean", "d", "-o", "out", "--stats", "s.CSV"]).code(0);
    assert_eq!(place.get("d/a.txt"), DIRTY, "nothing is cleaned where the figures cannot be written");
}

#[test]
fn a_document_that_cannot_be_written_is_not_in_the_figures() {
    let place = place();
    place.put("out/a.txt/in-the-way", "");
    place.run(&["clean", "d/a.txt", "d/b.txt", "-o", "out", "--stats", "s.json"]).code(2);
    let documents = &json(&place.get("s.json"))["documents"];
    assert_eq!((&documents["read"], &documents["failed"]), (&1.into(), &1.into()));
}
