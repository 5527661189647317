//! Tests of `clean --in-place` and `restore`: the journal, what comes back, what is refused.
//! `tests/it/kill.rs` kills them at any point.

#[cfg(unix)]
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use super::{CLEAN, DIRTY, Place, Run, gunzip, gzip, record, zstd};

const OLD: Duration = Duration::from_nanos(1_234_567_890_123_456_789);

impl Place {
    /// Sets a file's modification time to [`OLD`].
    fn age(&self, name: &str) -> &Self {
        let file = std::fs::File::options().append(true).open(self.path().join(name)).expect("opened");
        file.set_modified(SystemTime::UNIX_EPOCH + OLD).expect("set");
        self
    }

    fn modified(&self, name: &str) -> Duration {
        let time = std::fs::metadata(self.path().join(name)).and_then(|m| m.modified()).expect("a time");
        time.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970")
    }

    /// The rows of `restore --list` as words, without the heading.
    fn runs(&self) -> Vec<Vec<String>> {
        let page = self.run(&["restore", "--list"]).code(0).out;
        page.lines().skip(1).map(|line| line.split_whitespace().map(str::to_owned).collect()).collect()
    }
}

/// A run that only failed to write its figures is complete, so its journal may be deleted to make room.
#[cfg(target_os = "linux")]
#[test]
fn figures_that_cannot_be_written_leave_a_whole_run() {
    let place = Place::new();
    place.put("a.txt", DIRTY);
    place.run(&["clean", "-i", "a.txt", "--stats", "/dev/full"]).code(2).says("/dev/full: cannot be written");
    assert_eq!(place.runs()[0].last().map(String::as_str), Some("whole"));
}

/// A text with junk at its start and at its end.
const LONG: &str = "Share this: Facebook Twitter\n\nThe bridge opens on Friday, the mayor said in the town hall.\n\nIt had been closed for nine long years.\n\nNobody expected it to open.\n\nLeave a Reply\nName *\nEmail *\n";

#[test]
fn all_comes_back_byte_for_byte() {
    let place = Place::new();
    let records: String = (0..50).map(|n| record(n, DIRTY)).collect();
    let crlf = DIRTY.replace('\n', "\r\n");
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("d/a.txt", DIRTY.into()),
        ("d/b.md.gz", gzip(DIRTY.as_bytes())),
        ("d/c.txt.zst", zstd(DIRTY.as_bytes())),
        ("d/d.jsonl", records.clone().into()),
        ("d/e.jsonl.gz", gzip(records.as_bytes())),
        ("d/f.jsonl.zst", zstd(records.as_bytes())),
        ("d/g.txt", crlf.clone().into()),
        ("d/h.txt", format!("\u{feff}{crlf}").into()),
        ("d/i.txt", "Share this: Facebook Twitter\n".into()),
        ("d/j.txt", CLEAN.into()),
        ("d/ä ö.txt", DIRTY.trim_end().into()),
    ];
    for (name, bytes) in &files {
        place.put(name, bytes).age(name);
    }
    place.run(&["clean", "-i", "--drop-empty", "d"]).code(0);
    assert!(!place.has("d/i.txt") && place.modified("d/a.txt") > OLD);
    assert_eq!(
        (place.get("d/g.txt"), gunzip(&place.bytes("d/b.md.gz"))),
        (CLEAN.replace('\n', "\r\n"), CLEAN.to_owned())
    );
    place.run(&["restore"]).code(0).says("10 restored, 0 merged");
    for (name, bytes) in &files {
        assert!(place.bytes(name) == *bytes, "{name}");
        assert_eq!(place.modified(name), OLD, "{name}");
    }
    assert_eq!(place.tree().len(), files.len());
    place.run(&["restore"]).code(2).says("all runs are restored");
}

#[cfg(unix)]
#[test]
fn names_that_are_no_unicode_come_back() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new();
    place.put("d/a.txt", DIRTY);
    let odd = place.path().join("d").join(std::ffi::OsStr::from_bytes(b"caf\xe9\x1b[31m.txt"));
    std::fs::write(&odd, DIRTY).expect("written");
    place.run(&["clean", "-i", "d"]).code(0);
    assert_eq!(std::fs::read(&odd).expect("there"), CLEAN.as_bytes());
    let run = place.run(&["undo", "-v"]).code(0).says("2 restored");
    assert!(!run.err.contains('\u{1b}'), "{}", run.err);
    assert_eq!(std::fs::read(&odd).expect("there"), DIRTY.as_bytes());
}

#[cfg(unix)]
#[test]
fn permissions_and_links_come_back_or_stay() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let place = Place::new();
    place.put("real/a.txt", DIRTY).put("one.txt", DIRTY).put("gone.txt", "Share this: Facebook Twitter\n");
    let mode = |name: &str| std::fs::metadata(place.path().join(name)).expect("there").permissions().mode() & 0o777;
    for name in ["real/a.txt", "gone.txt"] {
        std::fs::set_permissions(place.path().join(name), std::fs::Permissions::from_mode(0o604)).expect("set");
    }
    symlink("real/a.txt", place.path().join("link.txt")).expect("a link");
    std::fs::hard_link(place.path().join("one.txt"), place.path().join("other.txt")).expect("a link");
    let run = place.run(&["clean", "-i", "--drop-empty", "link.txt", "one.txt", "gone.txt"]).code(0);
    run.says("one.txt: has other names (hard links); they keep the original");
    assert_eq!((place.get("one.txt").as_str(), place.get("other.txt").as_str()), (CLEAN, DIRTY));
    assert_eq!((place.get("real/a.txt").as_str(), mode("real/a.txt")), (CLEAN, 0o604));
    let link = |name: &str| std::fs::symlink_metadata(place.path().join(name)).expect("there").is_symlink();
    assert!(link("link.txt") && !place.has("gone.txt"));
    // `restore` also accepts the name of the link.
    place.run(&["restore", "link.txt", "gone.txt"]).code(0).says("2 restored");
    assert_eq!((place.get("real/a.txt").as_str(), mode("real/a.txt"), mode("gone.txt")), (DIRTY, 0o604, 0o604));
    assert!(link("link.txt"));
    place.run(&["restore"]).code(0).says("1 restored, 0 merged with later edits, 2 as before already");
    assert_eq!(place.get("one.txt"), DIRTY);
}

#[test]
fn only_what_was_asked_for_comes_back() {
    let place = Place::new();
    place.put("d/x/a.txt", DIRTY).put("d/x/b.txt", DIRTY).put("d/xy/c.txt", DIRTY);
    place.run(&["clean", "-i", "d"]).code(0);
    let dry = place.run(&["restore", "--dry-run", "d/x"]).code(0).says("2 to restore");
    assert_eq!(dry.out, "restore  d/x/a.txt\nrestore  d/x/b.txt\n");
    assert_eq!(place.get("d/x/a.txt"), CLEAN);
    place.run(&["restore", "d/x/b.txt"]).code(0).says("1 restored");
    assert_eq!((place.get("d/x/a.txt").as_str(), place.get("d/x/b.txt").as_str()), (CLEAN, DIRTY));
    place.run(&["restore", "d/x"]).code(0).says("1 restored, 0 merged with later edits, 1 as before");
    assert_eq!((place.get("d/x/a.txt").as_str(), place.get("d/xy/c.txt").as_str()), (DIRTY, CLEAN));
    place.run(&["restore", "d/x/nothing.txt"]).code(2).says("no run that is not restored yet replaced these");
    place.run(&["restore", "d/xy", "e"]).code(2).says("e: run ").says("did not replace it").says("1 restored");
    // Only some files were named before, so the run still counts as not restored, although all its files
    // are.
    place.run(&["restore"]).code(0).says("0 restored, 0 merged with later edits, 3 as before");
    assert_eq!(place.runs()[0].last().map(String::as_str), Some("restored"));
}

#[test]
fn later_edits_are_merged_or_refused() {
    let place = Place::new();
    for name in ["merged.txt", "conflict.txt", "plain.txt", "gone.txt", "emptied.txt"] {
        place.put(&format!("d/{name}"), LONG);
    }
    place.put("d/r.jsonl", record(1, DIRTY)).put("d/z.txt.gz", gzip(DIRTY.as_bytes()));
    place.run(&["clean", "-i", "d"]).code(0);
    let cleaned = place.get("d/merged.txt");
    let edited = cleaned.replace("nine long years", "ten years");
    let conflict = cleaned.replace("Nobody expected it to open.\n", "Somebody expected it to open.\nLeave a note\n");
    place.put("d/merged.txt", &edited).put("d/conflict.txt", &conflict).put("d/emptied.txt", "");
    place.put("d/r.jsonl", "{}\n").put("d/z.txt.gz", gzip(b"new"));
    std::fs::remove_file(place.path().join("d/gone.txt")).expect("removed");
    let dry = place.run(&["restore", "--dry-run"]).code(2);
    assert!(dry.out.contains("merge  d/merged.txt\n") && dry.out.contains("restore  d/plain.txt\n"), "{}", dry.out);
    for counts in
        ["3 restored, 1 merged with later edits, 0 as before", "0 restored, 0 merged with later edits, 4 as before"]
    {
        let run = place.run(&["restore"]).code(2).says(counts).says(", 3 failed");
        let run = run.says("d/conflict.txt: was edited since, in 1 place where lines were removed; left as it is");
        run.says("d/r.jsonl: was edited since")
            .says("d/z.txt.gz: was edited since; left as it is, for only plain texts");
        assert_eq!(place.get("d/merged.txt"), LONG.replace("nine long years", "ten years"));
        assert_eq!((place.get("d/conflict.txt"), place.get("d/r.jsonl")), (conflict.clone(), "{}\n".to_owned()));
        for name in ["d/plain.txt", "d/gone.txt", "d/emptied.txt"] {
            assert_eq!(place.get(name), LONG, "{name}");
        }
    }
}

/// The id of the run in which `restore --force` journalled the texts that it replaced.
fn aside(place: &Place) -> String {
    let runs = place.runs();
    let run = runs.iter().find(|run| run.ends_with(&["set".to_owned(), "aside".to_owned()]));
    run.unwrap_or_else(|| panic!("{runs:?}"))[0].clone()
}

#[test]
fn a_conflict_has_ways_on() {
    let place = Place::new();
    for name in ["conflict.txt", "merged.txt", "plain.txt"] {
        place.put(&format!("d/{name}"), LONG).age(&format!("d/{name}"));
    }
    let records = record(1, DIRTY);
    place.put("d/r.jsonl", &records).put("d/gone.txt", "Share this: Facebook Twitter\n");
    place.run(&["clean", "-i", "--drop-empty", "d"]).code(0);
    let cleaned = place.get("d/merged.txt");
    let edited = cleaned.replace("Nobody expected it to open.\n", "Somebody expected it.\nLeave a note\n");
    place.put("d/conflict.txt", &edited).put("d/merged.txt", cleaned.replace("nine long", "ten"));
    place.put("d/r.jsonl", "{}\n").put("d/gone.txt", b"\xff");
    let run = &place.runs()[0][0];
    let ways = place.run(&["restore", "--dry-run"]).code(2).says("edits stand in the way of 3 files");
    for way in ["--to FOLDER", "--force", "--close"] {
        assert!(ways.err.contains(&format!("dechaff restore --run {run} {way} ")), "{}", ways.err);
    }

    // `--to` writes to another folder: the files themselves and the run stay as they are.
    let before: Vec<_> = place.tree().iter().map(|name| (name.clone(), place.bytes(name))).collect();
    let dry = place
        .run(&["restore", "--to", "out", "--dry-run"])
        .code(0)
        .says("5 to write to out, 0 there already, 0 failed");
    assert!(dry.out.starts_with("write  out/d/conflict.txt\n") && !place.has("out"), "{}", dry.out);
    let to = place.run(&["restore", "--to", "out"]).code(0).says("5 written to out, 0 there already, 0 failed");
    to.says(&format!(
        "the files themselves stay as they are; to be done with the run: dechaff restore --close --run {run}"
    ));
    assert!(before.iter().all(|(name, bytes)| place.bytes(name) == *bytes));
    assert_eq!((place.get("out/d/conflict.txt"), place.get("out/d/r.jsonl")), (LONG.to_owned(), records.clone()));
    assert_eq!(
        (place.get("out/d/gone.txt").as_str(), place.modified("out/d/plain.txt")),
        ("Share this: Facebook Twitter\n", OLD)
    );
    place
        .put("out/d/plain.txt", "mine")
        .run(&["restore", "--to", "out"])
        .code(2)
        .says("0 written to out, 4 there already, 1 failed")
        .says("out/d/plain.txt: another file stands there; left as it is (--force replaces it)");
    assert_eq!(place.get("out/d/plain.txt"), "mine");

    // `--force` still merges edits if it can; it journals other edited texts as a run of their own.
    let dry = place
        .run(&["restore", "--force", "--dry-run"])
        .code(0)
        .says("1 to restore, 1 merged")
        .says(", 3 by force, 0 failed");
    assert!(dry.out.contains("force  d/conflict.txt\n") && dry.out.contains("merge  d/merged.txt\n"), "{}", dry.out);
    assert!(before.iter().all(|(name, bytes)| place.bytes(name) == *bytes) && place.runs().len() == 1);
    let forced = place
        .run(&["restore", "--force"])
        .code(0)
        .says("1 restored, 1 merged with later edits, 0 as before already, 3 by force, 0 failed");
    let kept = aside(&place);
    forced.says(&format!("what was there is kept as run {kept}: `dechaff restore --run {kept}` gives it back"));
    assert_eq!(
        (place.get("d/conflict.txt"), place.get("d/r.jsonl"), place.modified("d/conflict.txt")),
        (LONG.to_owned(), records, OLD)
    );
    assert_eq!(place.get("d/merged.txt"), LONG.replace("nine long", "ten"));
    place.run(&["restore"]).code(2).says("all runs are restored or closed");
    place.run(&["restore", "d/r.jsonl"]).code(2).says("nothing to restore");
    place.run(&["restore", "--run", &kept]).code(0).says("3 restored");
    assert_eq!((place.get("d/conflict.txt"), place.get("d/r.jsonl")), (edited, "{}\n".to_owned()));
    assert_eq!(place.bytes("d/gone.txt"), b"\xff");
}

#[test]
fn force_replaces_a_file_elsewhere_and_keeps_it() {
    let place = Place::new();
    place.put("d/e/a.txt", DIRTY).put("d/f/b.txt", DIRTY).put("elsewhere/there", "");
    place.run(&["clean", "-i", "d"]).code(0);
    place.put("out/e/a.txt", "mine").put("file", "");
    // `--to` keeps the paths below the common folder of all files of the run, even if only some are named
    // and the working folder lies elsewhere.
    let mut command = place.command(&["restore", "--to", "../out", "--force", "../d/e"]);
    let run = Run::of(&command.current_dir(place.path().join("elsewhere")).output().expect("the program")).code(0);
    run.says("0 written to ../out, 0 there already, 1 by force, 0 failed");
    assert_eq!((place.get("out/e/a.txt").as_str(), place.has("out/f")), (DIRTY, false));
    place.run(&["restore", "--run", &aside(&place)]).code(0);
    assert_eq!(place.get("out/e/a.txt"), "mine");
    // `--to` with the folder of the files themselves would replace them, which needs `--force`.
    let run = place.run(&["restore", "--to", "."]).code(2).says("0 written to ., 0 there already, 2 failed");
    assert!(!run.err.contains("to be done with the run"));
    place.run(&["restore", "--to", "file"]).code(2).says("file: is a file; --to takes a folder");
    assert_eq!(place.get("d/e/a.txt"), CLEAN);
    for flags in
        [["--close", "--force"], ["--close", "--to=x"], ["--list", "--force"], ["--forget", "--to=x"], ["--close", "d"]]
    {
        place.run(&["restore", flags[0], flags[1]]).code(2).says("cannot be used with");
    }
}

#[test]
fn a_closed_run_is_met_by_its_id_only() {
    let place = Place::new();
    place.put("a.txt", LONG).run(&["clean", "-i", "a.txt", "--select", "share"]).code(0);
    let between = place.get("a.txt");
    place.run(&["clean", "-i", "a.txt"]).code(0);
    let (first, last) = (place.runs()[0][0].clone(), place.runs()[1][0].clone());
    place.run(&["restore", "--close", "--dry-run"]).code(0).says(&format!("run {last} to close"));
    place.run(&["restore", "--close"]).code(0).says(&format!("run {last} closed; `dechaff restore --run {last}` can"));
    let state = |at: usize| place.runs()[at].last().cloned().unwrap_or_default();
    assert_eq!((state(0).as_str(), state(1).as_str()), ("whole", "closed"));
    place.run(&["restore", "--close", "--run", &first]).code(0);
    place.run(&["restore"]).code(2).says("all runs are restored or closed");
    place.run(&["restore", "--close"]).code(2).says("nothing to restore");
    place.run(&["restore", "--run", &last]).code(0).says("1 restored");
    assert_eq!((place.get("a.txt"), state(1).as_str()), (between, "restored"));
}

#[test]
fn force_leaves_alone_what_its_journal_has_no_room_for() {
    let place = Place::new();
    place.put("dechaff.toml", "journal-limit = '30 KB'\n");
    place.put("a.txt", noise(1, 3000)).run(&["clean", "-i", "a.txt", "--select", "share"]).code(0);
    let edited = noise(2, 3000).replace("Share this: Facebook Twitter", "Share this with nobody");
    // The journal of the run that is being restored is not deleted to make room.
    place
        .put("a.txt", &edited)
        .run(&["restore", "--force"])
        .code(2)
        .says("a.txt: its edited text does not fit into the journal");
    assert!(place.get("a.txt") == edited && place.tree() == ["a.txt", "dechaff.toml"]);
    assert_eq!(place.runs().iter().filter(|run| run[1] == "1").count(), 1);
    place.put("dechaff.toml", "").run(&["restore", "--force"]).code(0).says("1 by force");
    assert!(place.get("a.txt") == noise(1, 3000));
}

#[test]
fn a_new_file_in_the_place_of_a_removed_one_stays() {
    let place = Place::new();
    place.put("a.txt", "Share this: Facebook Twitter\n").run(&["clean", "-i", "--drop-empty", "a.txt"]).code(0);
    place.put("a.txt", "A new one.\n").run(&["restore"]).code(2).says("a.txt: another file stands in its place");
    assert_eq!(place.get("a.txt"), "A new one.\n");
    std::fs::remove_file(place.path().join("a.txt")).expect("removed");
    std::fs::create_dir(place.path().join("a.txt")).expect("a folder");
    place.run(&["restore"]).code(2).says("a.txt: not a plain file; left as it is (--to FOLDER writes");
}

#[cfg(unix)]
#[test]
fn a_folder_that_became_a_link_is_not_followed() {
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("e/a.txt", CLEAN).run(&["clean", "-i", "d"]).code(0);
    std::fs::rename(place.path().join("d"), place.path().join("f")).expect("renamed");
    std::os::unix::fs::symlink("e", place.path().join("d")).expect("a link");
    place.run(&["restore"]).code(2).says("d/a.txt: a folder of its path is a link").says("e/a.txt; left as it is");
    assert_eq!(place.get("e/a.txt"), CLEAN);
    place.put("g/x.txt", "x").put("h/x.txt", "x");
    std::os::unix::fs::symlink("../h", place.path().join("g/d")).expect("a link");
    place.run(&["restore", "--to", "g"]).code(2).says("a folder of its path is a link");
    assert!(!place.path().join("h/a.txt").exists());
    place.run(&["restore", "--to", "i"]).code(0);
}

#[test]
fn runs_go_back_one_after_the_other() {
    let place = Place::new();
    place.put("d/a.txt", LONG).put("d/b.txt", CLEAN);
    place.run(&["clean", "-i", "d", "--select", "share"]).code(0);
    let between = place.get("d/a.txt");
    place.run(&["clean", "-i", "d"]).code(0);
    // A run that changes nothing is not journalled.
    place.run(&["clean", "-i", "d"]).code(0);
    let runs = place.runs();
    assert_eq!(
        runs.iter().map(|r| (r[1].as_str(), r.last().map(String::as_str))).collect::<Vec<_>>(),
        [("1", Some("whole")), ("1", Some("whole"))]
    );
    assert!(runs[0][0] < runs[1][0]);
    place.run(&["restore"]).code(0);
    assert_eq!(place.get("d/a.txt"), between);
    place.run(&["restore"]).code(0);
    assert_eq!(place.get("d/a.txt"), LONG);
    assert!(place.runs().iter().all(|r| r.last().is_some_and(|state| state == "restored")));
    place.run(&["restore", "--run", &runs[1][0]]).code(2).says("was edited since");
    place.run(&["restore", "--run", "2"]).code(2).says("may be");
    place.run(&["restore", "--run", "nothing"]).code(2).says("there is no run 'nothing'");
    place.run(&["restore", "--forget", "--run", &runs[0][0]]).code(0).says("1 run forgotten");
    assert_eq!(place.runs().len(), 1);
    place.run(&["restore", "--forget"]).code(0).says("1 run forgotten");
    assert_eq!(place.run(&["restore", "--list"]).code(0).out, "no runs\n");
    place.run(&["restore"]).code(2).says("no run in place is journalled");
}

/// The program that holds the lock; dropping this kills it.
#[cfg(unix)]
struct Holder(std::process::Child);

#[cfg(unix)]
impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn a_second_run_is_locked_out() {
    let place = Place::new();
    place.put("a.txt", DIRTY);
    // This run waits for the rest of its list of names, and holds the lock meanwhile.
    let mut command: Command = place.command(&["clean", "-i", "--files-from", "-"]);
    let mut holder = Holder(command.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program"));
    let lock = place.state().join("dechaff/lock");
    let is_held = || {
        std::fs::File::open(&lock).is_ok_and(|f| matches!(f.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock)))
    };
    for _ in 0..6000 {
        if is_held() {
            break;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let refused = |run: Run| run.code(2).says("another dechaff is replacing or restoring files");
    refused(place.run(&["clean", "-i", "a.txt"]));
    refused(place.run(&["restore"]));
    refused(place.run(&["restore", "--forget"]));
    assert_eq!(place.get("a.txt"), DIRTY);
    place.run(&["restore", "--list"]).code(0);
    place.run(&["clean", "a.txt"]).code(0);
    // The end of the process releases the lock, even if it was killed.
    holder.0.kill().expect("killed");
    holder.0.wait().expect("ended");
    place.run(&["clean", "-i", "a.txt"]).code(0);
}

/// A text of random words, which hardly compresses.
fn noise(seed: u64, words: u64) -> String {
    let mut text = String::new();
    let mut state = seed;
    for _ in 0..words {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push_str(&format!("{:x} ", state >> 20));
    }
    format!("{text}\n\n{DIRTY}")
}

#[test]
fn the_journal_is_bounded() {
    let place = Place::new();
    place.put("dechaff.toml", "journal-limit = '41 KB'\nselect = ['share']\n");
    for run in 0..4 {
        place.put(&format!("{run}.txt"), noise(run, 3000));
        let ended = place.run(&["clean", "-i", &format!("{run}.txt")]).code(0);
        assert_eq!(ended.err.contains("was removed to make room (journal-limit)"), run >= 2, "{run}: {}", ended.err);
        assert_eq!(place.runs().len() as u64, (run + 1).min(2));
    }
    // Files whose originals exceed the journal's limit are not changed.
    let (text, records) = (noise(9, 9000), record(1, &noise(9, 9000)));
    place.put("big.txt", &text).put("big.jsonl", &records);
    let run = place.run(&["clean", "-i", "big.txt", "big.jsonl"]).code(2).says("2 failed");
    for name in ["big.txt", "big.jsonl"] {
        assert!(run.err.contains(&format!("dechaff: {name}: ")), "{}", run.err);
    }
    run.says("its original does not fit into the journal; raise journal-limit (now 40.0 KiB), let old runs go");
    place.run(&["clean", "-i", "big.txt"]).code(2).says("1 document: 0 changed, 0 held, 1 failed");
    assert!(place.get("big.txt") == text && place.get("big.jsonl") == records);
    assert_eq!(place.tree().iter().filter(|name| name.contains(".tmp")).count(), 0);
    place.run(&["clean", "-i", "--no-backup", "big.txt", "big.jsonl"]).code(0).says("2 changed");
}

#[test]
fn a_place_for_the_journal_is_needed() {
    let place = Place::new();
    place.put("a.txt", DIRTY);
    std::fs::create_dir_all(place.state()).expect("a folder");
    std::fs::write(place.state().join("dechaff"), "").expect("written");
    place.run(&["clean", "-i", "a.txt"]).code(2).says("set XDG_STATE_HOME (clean -i can do without: --no-backup)");
    assert_eq!(place.get("a.txt"), DIRTY);
    place.run(&["clean", "-i", "--no-backup", "a.txt"]).code(0);
    assert_eq!(place.get("a.txt"), CLEAN);
}

#[test]
fn damage_in_the_journal_is_found() {
    let place = Place::new();
    place.put("r.jsonl", record(1, DIRTY)).run(&["clean", "-i", "r.jsonl"]).code(0);
    let id = &place.runs()[0][0];
    let stored = place.state().join("dechaff/runs").join(id).join("1.zst");
    std::fs::write(&stored, zstd(b"something else")).expect("written");
    place.run(&["restore"]).code(2).says("r.jsonl: its original in the journal is damaged");
    assert_eq!(place.get("r.jsonl"), record(1, CLEAN));
    assert_eq!(place.tree(), ["r.jsonl"]);
}

impl Place {
    /// The path of the journal of a run.
    fn journal(&self, run: &str) -> std::path::PathBuf {
        let folder = std::fs::read_dir(self.state().join("dechaff/runs").join(run)).expect("a run");
        let mut paths = folder.map(|entry| entry.expect("an entry").path());
        paths.find(|path| path.to_string_lossy().contains("/journal-")).expect("a journal")
    }
}

/// Of all changes of one byte of a journal none ends with 0 while a file stays cleaned.
#[cfg(unix)]
#[test]
fn no_change_of_a_byte_in_the_journal_is_passed_over() {
    const WORKERS: usize = 4;
    let names = ["a.txt", "b.txt", "r.jsonl"];
    let work = |worker: usize| {
        let place = Place::new();
        let dirty = [DIRTY.to_owned(), LONG.to_owned(), record(1, DIRTY)];
        let put = |texts: &[String]| {
            for (name, text) in names.iter().zip(texts) {
                place.put(name, text);
            }
        };
        put(&dirty);
        place.run(&["clean", "-i", "a.txt", "b.txt", "r.jsonl"]).code(0);
        let clean = names.map(|name| place.get(name));
        let path = place.journal(&place.runs()[0][0]);
        let journal = std::fs::read(&path).expect("a journal");
        let mut restored = 0;
        for at in (worker..journal.len()).step_by(WORKERS) {
            let mut hurt = journal.clone();
            hurt[at] ^= [0x01, 0x20, 0xff][at % 3];
            std::fs::write(&path, hurt).expect("written");
            put(&clean);
            let run = place.run(&["restore"]).code(2).says("damaged");
            let now = names.map(|name| place.get(name));
            for ((now, dirty), clean) in now.iter().zip(&dirty).zip(&clean) {
                assert!(now == dirty || now == clean, "byte {at}: {now:?}");
                restored += usize::from(now == dirty);
            }
            assert!(run.err.contains("journal-") || run.err.contains("is damaged"), "byte {at}: {}", run.err);
        }
        // Files in other frames come back: the journal has one for texts and one for records.
        assert!(restored > journal.len() / WORKERS, "{restored} of {}", journal.len());
        std::fs::write(&path, journal).expect("written");
        put(&clean);
        place.run(&["restore"]).code(0);
        assert_eq!(names.map(|name| place.get(name)), dirty);
    };
    std::thread::scope(|scope| (0..WORKERS).for_each(|worker| drop(scope.spawn(move || work(worker)))));
}

#[test]
fn no_older_run_is_restored_in_place_of_a_damaged_one() {
    let place = Place::new();
    place.put("old.txt", DIRTY).run(&["clean", "-i", "old.txt"]).code(0);
    place.put("new.txt", DIRTY).run(&["clean", "-i", "new.txt"]).code(0);
    let runs = place.runs();
    let (old, new) = (&runs[0][0], &runs[1][0]);
    let path = place.journal(new);
    let mut journal = std::fs::read(&path).expect("a journal");
    let middle = journal.len() / 3;
    journal[middle..].iter_mut().take(900).for_each(|byte| *byte = 0);
    std::fs::write(&path, journal).expect("written");
    assert_eq!(place.runs()[1].last().map(String::as_str), Some("damaged"));
    let run = place.run(&["restore"]).code(2).says(&format!("{}: damaged at byte ", path.display()));
    run.says("may still be cleaned").says("0 restored").says("; its journal is damaged in 1 place");
    // Nobody knows what the damaged run replaced.
    for name in ["old.txt", "new.txt"] {
        place.run(&["restore", name]).code(2).says("may have replaced these: its journal is damaged at byte ");
    }
    assert_eq!((place.get("old.txt").as_str(), place.get("new.txt").as_str()), (CLEAN, CLEAN));
    place.run(&["restore", "--run", old]).code(0).says("1 restored");
    place.put("old.txt", DIRTY).run(&["clean", "-i", "old.txt"]).code(0);
    place.run(&["restore", "--close", "--run", new]).code(0);
    place.run(&["restore", "old.txt"]).code(0).says("1 restored");
}

#[test]
fn a_journal_of_an_older_version_is_named() {
    let place = Place::new();
    place.put("a.txt", DIRTY).run(&["clean", "-i", "a.txt"]).code(0);
    let run = &place.runs()[0][0];
    let path = place.journal(run);
    std::fs::rename(&path, path.with_file_name("journal")).expect("renamed");
    let text = format!("{run}: the journal of this run cannot be used: it was written by an older version of dechaff");
    place.run(&["restore"]).code(2).says(&text).says(&format!("`dechaff restore --close --run {run}` passes over it"));
    assert_eq!((place.get("a.txt").as_str(), place.runs().len()), (CLEAN, 1));
    place.run(&["restore", "--close", "--run", run]).code(0);
    place.run(&["restore"]).code(2).says("all runs are restored or closed");
}
