//! Tests of `clean` on texts: to stdout, to one file, to a folder, in place.

use super::{CLEAN, DIRTY, Place};

#[test]
fn stdin_goes_to_stdout_without_a_summary() {
    let run = Place::new().pipe(&["clean"], DIRTY).code(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), (CLEAN, ""));
    assert_eq!(Place::new().pipe(&["clean", "-"], DIRTY).code(0).out, CLEAN);
    assert_eq!(Place::new().pipe(&["clean"], "").code(0).out, "");
}

#[test]
fn one_file_goes_to_stdout_and_stays() {
    let place = Place::new();
    place.put("a.article", DIRTY);
    let run = place.run(&["clean", "a.article"]).code(0);
    assert_eq!((run.out.as_str(), run.err.as_str()), (CLEAN, ""));
    assert_eq!(place.get("a.article"), DIRTY);
}

#[test]
fn a_text_without_junk_is_the_same_to_the_byte() {
    let text =
        "\u{feff}One sentence of the article, with a mark before it.\r\n\r\n  Another one. \r\n\n\nNo last break";
    assert_eq!(Place::new().pipe(&["clean"], text).code(0).out, text);
}

#[test]
fn several_inputs_need_a_place_to_go() {
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("b.txt", DIRTY);
    for inputs in [&["clean", "d"][..], &["clean", "b.txt", "d/a.txt"]] {
        let run = place.run(inputs).code(2).says("--output").says("--in-place");
        assert_eq!(run.out, "");
    }
}

#[test]
fn an_output_file_is_written_whole() {
    let place = Place::new();
    place.put("a.txt", DIRTY).run(&["clean", "a.txt", "-o", "deep/er/b.txt"]).code(0).says("1 document");
    assert_eq!(place.get("deep/er/b.txt"), CLEAN);
    place.pipe(&["clean", "-o", "c.txt"], DIRTY).code(0);
    assert_eq!(place.get("c.txt"), CLEAN);
    assert_eq!(place.tree(), ["a.txt", "c.txt", "deep/er/b.txt"]);
}

#[test]
fn an_output_folder_keeps_the_tree() {
    let place = Place::new();
    place
        .put("in/a.txt", DIRTY)
        .put("in/x/b.md", "# Only an article here, nothing else to see.\r\n")
        .put("in/x/y/c.text", "");
    place.put("in/picture.png", [0, 1]).put("in/.hidden.txt", DIRTY);
    place.run(&["clean", "in", "-o", "out"]).code(0).says("3 documents: 1 changed");
    assert_eq!(place.get("out/a.txt"), CLEAN);
    assert_eq!(place.bytes("out/x/b.md"), place.bytes("in/x/b.md"));
    assert_eq!(place.bytes("out/x/y/c.text"), b"");
    assert_eq!(place.tree().iter().filter(|f| f.starts_with("out/")).count(), 3);
    assert_eq!(place.get("in/a.txt"), DIRTY);
}

#[test]
fn several_folders_keep_their_names_and_files_do_not_meet() {
    let place = Place::new();
    place.put("a/1.txt", DIRTY).put("b/1.txt", CLEAN);
    place.run(&["clean", "a", "b", "-o", "out"]).code(0);
    assert_eq!((place.get("out/a/1.txt"), place.get("out/b/1.txt")), (CLEAN.to_owned(), CLEAN.to_owned()));
    place.run(&["clean", "a/1.txt", "b/1.txt", "-o", "other"]).code(2).says("would meet");
    assert!(!place.has("other"));
}

#[test]
fn dots_are_called_what_they_stand_for() {
    let place = Place::new();
    let other = DIRTY.replace("bridge", "tunnel");
    place.put("in/b.txt", &other).put("in/sub/b.txt", DIRTY);
    let in_sub = |args: &[&str]| {
        let mut command = place.command(args);
        super::Run::of(&command.current_dir(place.path().join("in/sub")).output().expect("the program"))
    };
    place.put("c.txt", DIRTY);
    in_sub(&["clean", "..", "../../c.txt", "b.txt", "-o", "../../out"]).code(0).says("3 documents: 3 changed");
    let files: Vec<_> = place.tree().into_iter().filter(|f| f.starts_with("out/")).collect();
    assert_eq!(files, ["out/c.txt", "out/in/b.txt", "out/in/sub/b.txt"]);
    assert_eq!(
        (place.get("out/c.txt"), place.get("out/in/b.txt")),
        (CLEAN.to_owned(), CLEAN.replace("bridge", "tunnel"))
    );
    in_sub(&["clean", ".", "../sub", "-o", "../../other"]).code(2).says("would meet");
    in_sub(&["clean", "/", "b.txt", "-o", "../../other"]).code(2).says("has no name");
    assert!(!place.has("other"));
}

#[test]
fn the_output_is_never_an_input() {
    let place = Place::new();
    place.put("d/a.txt", DIRTY);
    place.run(&["clean", "d", "-o", "d"]).code(2).says("--in-place");
    place.run(&["clean", "d/a.txt", "-o", "./d/a.txt"]).code(2).says("--in-place");
    place.run(&["clean", "d/a.txt", "-o", "d"]).code(2).says("overwrite an input");
    assert_eq!(place.get("d/a.txt"), DIRTY);
    // An output folder inside the input folder is not read as input, neither in this run nor in the next
    // one.
    place.run(&["clean", "d", "-o", "d/out"]).code(0);
    place.run(&["clean", "d", "-o", "d/out"]).code(0).says("1 document:");
    assert_eq!(place.tree(), ["d/a.txt", "d/out/a.txt"]);
}

#[test]
fn in_place_replaces_what_changes_and_leaves_nothing_beside() {
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("d/b.txt", CLEAN);
    place.run(&["clean", "-i", "d"]).code(0).says("2 documents: 1 changed");
    assert_eq!(
        (place.tree(), place.get("d/a.txt")),
        (vec!["d/a.txt".to_owned(), "d/b.txt".to_owned()], CLEAN.to_owned())
    );
    place.run(&["clean", "-i", "d"]).code(0).says("2 documents: 0 changed");
    assert_eq!(place.get("d/a.txt"), CLEAN);
}

#[test]
fn no_backup_keeps_no_journal() {
    let place = Place::new();
    place.put("a.txt", DIRTY).run(&["clean", "-i", "--no-backup", "a.txt"]).code(0);
    assert_eq!((place.tree(), place.get("a.txt")), (vec!["a.txt".to_owned()], CLEAN.to_owned()));
    assert!(!place.state().exists());
}

#[cfg(unix)]
#[test]
fn in_place_keeps_permissions_and_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let place = Place::new();
    place.put("real/a.txt", DIRTY);
    let path = place.path().join("real/a.txt");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).expect("set");
    symlink(&path, place.path().join("link.txt")).expect("a link");
    place.run(&["clean", "-i", "link.txt"]).code(0);
    assert_eq!(std::fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o640);
    assert!(std::fs::symlink_metadata(place.path().join("link.txt")).expect("there").is_symlink());
    assert_eq!((place.get("real/a.txt"), place.tree().len()), (CLEAN.to_owned(), 2));
}

#[cfg(unix)]
#[test]
fn links_in_the_output_folder_never_reach_an_input() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    let records = super::record(1, DIRTY);
    let inputs = ["in/a.txt", "in/b.txt", "in/r.jsonl", "in/s.jsonl", "in/clean.txt"];
    place.put("in/a.txt", DIRTY).put("in/b.txt", DIRTY).put("in/clean.txt", CLEAN);
    place.put("in/r.jsonl", &records).put("in/s.jsonl", &records).put("out/.keep", "");
    for name in ["a.txt", "r.jsonl"] {
        std::fs::hard_link(place.path().join("in").join(name), place.path().join("out").join(name)).expect("a link");
    }
    for name in ["b.txt", "s.jsonl", "clean.txt"] {
        symlink(format!("../in/{name}"), place.path().join("out").join(name)).expect("a link");
    }
    let before = inputs.map(|name| place.get(name));
    place.run(&["clean", "in", "-o", "out"]).code(0).says("5 documents: 4 changed");
    assert_eq!(inputs.map(|name| place.get(name)), before);
    let expected = [CLEAN, CLEAN, &super::record(1, CLEAN), &super::record(1, CLEAN), CLEAN].map(str::to_owned);
    assert_eq!(inputs.map(|name| place.get(&name.replace("in/", "out/"))), expected);
    for name in ["out/b.txt", "out/s.jsonl", "out/clean.txt"] {
        assert!(!std::fs::symlink_metadata(place.path().join(name)).expect("there").is_symlink(), "{name}");
    }
    assert_eq!(place.tree().len(), 11, "{:?}", place.tree());
}

#[cfg(unix)]
#[test]
fn a_linked_folder_in_the_output_folder_is_refused() {
    let place = Place::new();
    place.put("in/sub/a.txt", DIRTY).put("in/sub/r.jsonl", super::record(1, DIRTY)).put("in/b.txt", DIRTY);
    place.put("out/b.txt", "old");
    std::os::unix::fs::symlink("../in/sub", place.path().join("out/sub")).expect("a link");
    place.run(&["clean", "in", "-o", "out"]).code(2).says("leads out of the output folder");
    assert_eq!((place.get("in/sub/a.txt"), place.get("out/b.txt")), (DIRTY.to_owned(), CLEAN.to_owned()));
    assert_eq!(place.get("in/sub/r.jsonl"), super::record(1, DIRTY));
}

#[cfg(unix)]
#[test]
fn drop_empty_in_place_acts_on_what_a_link_points_to() {
    let junk = "Share this: Facebook Twitter\n";
    let place = Place::new();
    place.put("real/a.txt", junk);
    std::os::unix::fs::symlink("real/a.txt", place.path().join("link.txt")).expect("a link");
    place.run(&["clean", "-i", "--drop-empty", "link.txt"]).code(0);
    assert!(!place.has("real/a.txt"));
    assert!(std::fs::symlink_metadata(place.path().join("link.txt")).expect("there").is_symlink());
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("d/r.jsonl", super::record(1, DIRTY));
    for args in [
        &["clean", "--dry-run", "d"][..],
        &["clean", "--dry-run", "-i", "d"],
        &["clean", "--dry-run", "-o", "out", "d"],
    ] {
        assert_eq!(place.run(args).code(0).says("2 documents: 2 changed").out, "");
    }
    assert_eq!((place.tree().len(), place.get("d/a.txt")), (2, DIRTY.to_owned()));
}

#[test]
fn drop_empty_leaves_out_what_became_empty() {
    let junk = "Share this: Facebook Twitter\n";
    let place = Place::new();
    place.put("d/a.txt", junk).put("d/b.txt", "").put("d/c.txt", DIRTY);
    place.put("d/r.jsonl", super::record(1, junk) + &super::record(2, "") + &super::record(3, CLEAN));
    place.run(&["clean", "d", "-o", "out"]).code(0);
    assert_eq!(place.get("out/a.txt"), "");
    place.run(&["clean", "d", "-o", "less", "--drop-empty"]).code(0);
    assert!(!place.has("less/a.txt") && place.has("less/b.txt") && place.has("less/c.txt"));
    assert_eq!(place.get("less/r.jsonl"), super::record(2, "") + &super::record(3, CLEAN));
    let marked = format!("\u{feff}{junk}");
    place.put("m/a.txt", &marked).put("m/r.jsonl", super::record(1, &marked));
    place.run(&["clean", "m", "-o", "none", "--drop-empty"]).code(0);
    assert!(!place.has("none/a.txt") && place.get("none/r.jsonl").is_empty());
    place.run(&["clean", "d/a.txt", "-i", "--drop-empty"]).code(0);
    assert!(!place.has("d/a.txt"));
}

#[test]
fn a_held_document_stays_and_is_an_error_only_if_strict() {
    let place = Place::new();
    place
        .put("my.toml", HUNGRY)
        .put("a.txt", "The hungry rule eats sentences of this kind.\nNobody knows how to stop it.\n");
    let run = place.run(&["clean", "a.txt", "--rules", "my.toml"]).code(0).says("a.txt: held");
    assert_eq!(run.out, place.get("a.txt"));
    place.run(&["clean", "a.txt", "--rules", "my.toml", "-o", "out.txt", "--strict"]).code(2).says("held");
    assert_eq!(place.get("out.txt"), place.get("a.txt"));
    let run = place.run(&["clean", "a.txt", "--rules", "my.toml", "--max-removed", "1"]).code(0);
    assert_eq!(run.out, "Nobody knows how to stop it.\n");
}

/// A rule that removes a sentence of the article.
pub(crate) const HUNGRY: &str = r#"[[rule]]
id = "site/hungry"
certainty = "likely"
match = "line"
phrases = ["the hungry rule eats sentences of this kind."]
reason = "a rule for a test"
removes = ["The hungry rule eats sentences of this kind."]
keeps = ["A hungry man eats what he is given."]
"#;

#[test]
fn many_files_come_out_the_same_at_any_thread_count() {
    let place = Place::new();
    for n in 0..300 {
        place.put(&format!("in/{:02}/{n}.txt", n % 7), format!("Number {n}. {DIRTY}"));
    }
    let mut seen = Vec::new();
    for jobs in ["1", "2", "8"] {
        let out = format!("out{jobs}");
        place
            .run(&["clean", "in", "-o", &out, "-j", jobs, "--select", "share"])
            .code(0)
            .says("300 documents: 300 changed");
        assert_eq!(place.get(&format!("{out}/03/10.txt")), format!("Number 10. {CLEAN}"));
        seen.push(place.run(&["diff", "in", "-j", jobs, "--select", "share"]).code(0).out);
    }
    assert!(seen.iter().all(|s| *s == seen[0]));
    assert!(
        seen[0].find("00/0.txt") < seen[0].find("00/105.txt") && seen[0].find("00/7.txt") < seen[0].find("01/1.txt")
    );
}
