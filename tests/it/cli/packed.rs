//! Tests of gzip and zstd, as input and as output.

use super::{CLEAN, DIRTY, Place, gunzip, gzip, record, unzstd, zstd};

#[test]
fn packed_texts_stay_packed() {
    let place = Place::new();
    place.put("in/a.txt.gz", gzip(DIRTY.as_bytes())).put("in/b.md.zst", zstd(DIRTY.as_bytes()));
    place.put("in/same.txt.gz", gzip(CLEAN.as_bytes()));
    place.run(&["clean", "in", "-o", "out"]).code(0).says("3 documents: 2 changed");
    assert_eq!(gunzip(&place.bytes("out/a.txt.gz")), CLEAN);
    assert_eq!(unzstd(&place.bytes("out/b.md.zst")), CLEAN);
    assert_eq!(place.bytes("out/same.txt.gz"), place.bytes("in/same.txt.gz"));
    place.run(&["clean", "-i", "in"]).code(0);
    assert_eq!(gunzip(&place.bytes("in/a.txt.gz")), CLEAN);
}

#[test]
fn packed_records_of_many_members_stay_packed() {
    let mut members = gzip(record(1, DIRTY).as_bytes());
    members.extend(gzip(record(2, DIRTY).as_bytes()));
    let expected = record(1, CLEAN) + &record(2, CLEAN);
    let mut frames = zstd(record(1, DIRTY).as_bytes());
    frames.extend(zstd(record(2, DIRTY).as_bytes()));
    let place = Place::new();
    place.put("a.jsonl.gz", &members).put("a.jsonl.zst", &frames).put("none.jsonl.gz", gzip(b""));
    place.run(&["clean", ".", "-o", "out"]).code(0);
    assert_eq!(gunzip(&place.bytes("out/a.jsonl.gz")), expected);
    assert_eq!(unzstd(&place.bytes("out/a.jsonl.zst")), expected);
    assert_eq!(gunzip(&place.bytes("out/none.jsonl.gz")), "");
    // Compression is recognised in a pipe, which has no name.
    assert_eq!(gunzip(&place.pipe_bytes(&["clean", "--from", "jsonl"], &members).stdout), expected);
    assert_eq!(unzstd(&place.pipe_bytes(&["clean"], &zstd(DIRTY.as_bytes())).stdout), CLEAN);
}

#[test]
fn large_packed_records_are_the_same_at_any_thread_count() {
    let input: String = (0..13_000).map(|n| record(n, &format!("Number {n}. {DIRTY}"))).collect();
    let expected: String = (0..13_000).map(|n| record(n, &format!("Number {n}. {CLEAN}"))).collect();
    let place = Place::new();
    place.put("a.jsonl.gz", gzip(input.as_bytes())).put("a.jsonl.zst", zstd(input.as_bytes()));
    let mut seen: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for jobs in ["1", "2", "8"] {
        let out = format!("out{jobs}");
        place.run(&["clean", "a.jsonl.gz", "a.jsonl.zst", "-o", &out, "-j", jobs, "--select", "share"]).code(0);
        let (gz, zst) = (place.bytes(&format!("{out}/a.jsonl.gz")), place.bytes(&format!("{out}/a.jsonl.zst")));
        assert!(gunzip(&gz) == expected && unzstd(&zst) == expected);
        seen.push((gz, zst));
    }
    assert!(seen.iter().all(|s| *s == seen[0]));
}

#[test]
fn the_name_of_an_output_file_says_its_packing() {
    let place = Place::new();
    place.put("a.txt.gz", gzip(DIRTY.as_bytes())).put("r.jsonl", record(1, DIRTY));
    place.run(&["clean", "a.txt.gz", "-o", "a.txt"]).code(0);
    assert_eq!(place.get("a.txt"), CLEAN);
    place.run(&["clean", "r.jsonl", "-o", "r.jsonl.zst"]).code(0);
    assert_eq!(unzstd(&place.bytes("r.jsonl.zst")), record(1, CLEAN));
}
