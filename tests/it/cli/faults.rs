//! Tests of bad input: each fault is reported with its place, the other documents are cleaned, no file is
//! half-written, and the exit code is 2.

use std::io::Read;
use std::process::Stdio;

use super::{CLEAN, DIRTY, Place, gzip, record, zstd};

#[test]
fn a_missing_path_is_named_and_the_others_are_done() {
    let place = Place::new();
    place.put("a.txt", DIRTY).put("z.txt", DIRTY);
    let run = place.run(&["clean", "a.txt", "gone.txt", "z.txt", "-o", "out"]).code(2);
    let run = run.says("dechaff: gone.txt: no such file or directory").says("3 documents: 2 changed, 0 held, 1 failed");
    assert_eq!(run.err.matches("gone.txt").count(), 1);
    assert_eq!((place.get("out/a.txt"), place.get("out/z.txt")), (CLEAN.to_owned(), CLEAN.to_owned()));
    assert_eq!(place.run(&["clean", "gone.txt"]).code(2).says("gone.txt").out, "");
    place.run(&["clean", "gone.txt", "-o", "out.txt"]).code(2);
    place.run(&["clean", "gone.jsonl", "-o", "out.jsonl"]).code(2);
    assert!(!place.has("out.txt") && !place.has("out.jsonl"));
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named_and_the_others_are_done() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("d/b.txt", DIRTY).put("d/c.jsonl", record(1, DIRTY)).put("d/x/e.txt", DIRTY);
    for name in ["d/a.txt", "d/c.jsonl", "d/x"] {
        let nobody = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(place.path().join(name), nobody).expect("set");
    }
    if std::fs::read(place.path().join("d/a.txt")).is_ok() {
        println!("an_unreadable_file_…: skipped, because this user may read everything");
    } else {
        let run = place.run(&["clean", "d", "-o", "out"]).code(2);
        run.says("d/a.txt: permission denied").says("d/c.jsonl: permission denied").says("d/x: permission denied");
        assert_eq!(place.get("out/b.txt"), CLEAN);
        assert!(!place.has("out/a.txt") && !place.has("out/c.jsonl"));
    }
    let all = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(place.path().join("d/x"), all).expect("set");
}

#[test]
fn bytes_of_another_encoding_are_named_with_their_place_and_stay() {
    let place = Place::new();
    let mut bytes = DIRTY.as_bytes().to_vec();
    bytes.extend(b"caf\xe9\n");
    let line = 1 + DIRTY.matches('\n').count();
    place.put("d/a.txt", &bytes).put("d/b.txt", DIRTY);
    let place_of_fault = format!("invalid UTF-8 at byte {} (line {line})", DIRTY.len() + 3);
    let run = place.run(&["clean", "-i", "d", "--encoding", "utf-8"]).code(2);
    run.says(&format!("d/a.txt: {place_of_fault}; --encoding names another encoding"));
    assert_eq!((place.bytes("d/a.txt"), place.get("d/b.txt")), (bytes.clone(), CLEAN.to_owned()));
    let output = place.pipe_bytes(&["clean", "--encoding", "utf-8"], &bytes);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(String::from_utf8_lossy(&output.stderr).contains(&format!("<stdin>: {place_of_fault}")));
}

#[test]
fn a_binary_file_is_skipped_in_folders_and_refused_by_name() {
    let place = Place::new();
    place.put("d/a.txt", b"\x89PNG\0\0").put("d/b.txt", DIRTY);
    place
        .run(&["clean", "d", "-o", "out"])
        .code(0)
        .says("d/a.txt: is binary: NUL at byte 4; skipped")
        .says("1 skipped");
    assert!(!place.has("out/a.txt") && place.has("out/b.txt"));
    assert_eq!(place.run(&["clean", "d/a.txt"]).code(2).says("d/a.txt: is binary").out, "");
}

#[test]
fn truncated_files_are_named_and_leave_nothing_behind() {
    let records: String = (0..400).map(|n| record(n * n, DIRTY)).collect();
    let place = Place::new();
    let tear = |bytes: Vec<u8>| bytes[..bytes.len() - 9].to_vec();
    place.put("d/a.txt.gz", tear(gzip(DIRTY.as_bytes()))).put("d/b.txt.zst", tear(zstd(DIRTY.as_bytes())));
    place.put("d/c.jsonl.gz", tear(gzip(records.as_bytes()))).put("d/d.jsonl.zst", tear(zstd(records.as_bytes())));
    place.put("d/e.txt", DIRTY).put("d/f.txt.gz", "no gzip at all").put("d/g.jsonl.zst", "no zstd at all");
    let run = place.run(&["clean", "d", "-o", "out"]).code(2);
    let run = run.says("d/a.txt.gz: the gzip data ends early").says("d/b.txt.zst: the zstd data ends early");
    let run = run.says("d/c.jsonl.gz: the gzip data ends early").says("d/d.jsonl.zst: the zstd data ends early");
    run.says("d/f.txt.gz: damaged gzip data").says("d/g.jsonl.zst: damaged zstd data").says("6 failed");
    assert_eq!(place.tree().into_iter().filter(|f| f.starts_with("out/")).collect::<Vec<_>>(), ["out/e.txt"]);
    let before = place.tree();
    place.run(&["clean", "d", "-i", "--no-backup"]).code(2);
    assert_eq!(place.tree(), before);
    assert_eq!(place.bytes("d/c.jsonl.gz"), tear(gzip(records.as_bytes())));
}

#[test]
fn an_unknown_flag_is_refused_with_a_suggestion() {
    Place::new().run(&["clean", "--in-plac", "x"]).code(2).says("--in-place");
    Place::new().run(&["clena"]).code(2).says("clean");
    Place::new().run(&["clean", "--max-removed", "3"]).code(2).says("between 0 and 1");
    Place::new().run(&["clean", "-i", "-o", "x", "y"]).code(2);
}

#[test]
fn a_flag_that_needs_another_is_refused_without_it() {
    let place = Place::new();
    place.put("a.txt", DIRTY);
    for args in [
        &["clean", "-0"][..],
        &["clean", "-0", "a.txt"],
        &["clean", "-0", "a.txt", "-o", "b.txt"],
        &["check", "--null", "a.txt"],
        &["explain", "--rule", "share/label", "-0"],
    ] {
        assert_eq!(place.run(args).code(2).says("--null").out, "");
    }
    for args in [
        &["clean", "--no-backup", "a.txt"][..],
        &["clean", "--no-backup", "a.txt", "-o", "b.txt"],
        &["clean", "--no-backup", "-o", "b.txt"],
    ] {
        assert_eq!(place.run(args).code(2).says("--no-backup").out, "");
    }
    assert_eq!((place.tree(), place.get("a.txt")), (vec!["a.txt".to_owned()], DIRTY.to_owned()));
}

#[test]
fn no_command_shows_the_short_help() {
    Place::new().run(&[]).code(2).says("Usage: dechaff").says("explain");
}

#[test]
fn a_rule_file_with_three_faults_names_all_three_before_anything_is_done() {
    let place = Place::new();
    place.put("a.txt", DIRTY).put("my.toml", THREE_FAULTS);
    let run = place.run(&["clean", "-i", "a.txt", "--rules", "my.toml"]).code(2);
    let places: Vec<&str> = run.err.lines().filter(|l| l.contains("my.toml:")).collect();
    assert!(places.len() >= 3, "{}", run.err);
    assert_eq!(place.get("a.txt"), DIRTY);
    place.run(&["clean", "a.txt", "--rules", "gone.toml"]).code(2).says("gone.toml: no such file");
    place.run(&["clean", "a.txt", "--select", "shares"]).code(2).says("did you mean 'share'");
}

const THREE_FAULTS: &str = r#"[[rule]]
id = "site/one"
certainty = "sure"
match = "line"
phrases = ["one"]
reason = "a fault in the certainty"
removes = ["one"]
keeps = ["two"]

[[rule]]
id = "site/two"
certainty = "likely"
match = "line"
phrases = ["two"]
colour = "red"
reason = "an unknown field"
removes = ["two"]
keeps = ["three"]

[[rule]]
id = "nonsense"
certainty = "likely"
match = "line"
phrases = ["three"]
reason = "an id without a family"
removes = ["three"]
keeps = ["four"]
"#;

#[test]
fn an_output_that_cannot_be_written_is_named() {
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("d/b.txt", DIRTY).put("d/c.jsonl", record(1, DIRTY)).put("file", "");
    place.run(&["clean", "d", "-o", "file"]).code(2).says("file: is a file");
    place.put("out/a.txt/in-the-way", "").put("out/c.jsonl/in-the-way", "");
    place.run(&["clean", "d", "-o", "out"]).code(2).says("d/a.txt: cannot write").says("d/c.jsonl: cannot write");
    assert_eq!(place.get("out/b.txt"), CLEAN);
    assert!(place.tree().iter().all(|f| !f.ends_with(".tmp")));
}

#[test]
fn names_cannot_paint_the_terminal() {
    let run = Place::new().run(&["clean", "a\u{1b}[31mred\n.txt"]).code(2);
    assert!(!run.err.contains('\u{1b}') && run.err.contains("a^[[31mred^J.txt"), "{}", run.err);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    place.put("a.jsonl", (0..20_000).map(|n| record(n, DIRTY)).collect::<String>());
    for args in
        [&["clean", "a.jsonl"][..], &["diff", "a.jsonl", "--select", "share"], &["check", "--exit-zero", "a.jsonl"]]
    {
        let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
        let mut stdout = child.stdout.take().expect("a pipe");
        stdout.read_exact(&mut [0; 10]).expect("some output");
        drop(stdout);
        let output = child.wait_with_output().expect("the end");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stderr, b"");
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_leaves_whole_files_and_no_others() {
    use std::io::Write;
    let place = Place::new();
    let mut command = place.command(&["clean", "--from", "jsonl", "-o", "out.jsonl", "--select", "share"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program");
    let mut stdin = child.stdin.take().expect("a pipe");
    // Enough records to keep several chunks in work; then the signal, and more records to wake the reader.
    let records: String = (0..20_000).map(|n| record(n, DIRTY)).collect();
    stdin.write_all(records.as_bytes()).expect("written");
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(killed.expect("kill").success());
    std::thread::sleep(std::time::Duration::from_millis(100));
    let _ = stdin.write_all(records.as_bytes());
    drop(stdin);
    assert_eq!(child.wait().expect("the end").code(), Some(130));
    assert_eq!(place.tree(), [""; 0]);
}
