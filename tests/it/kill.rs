//! Tests of a program that is killed at any point: every file is the original or the cleaned text, and
//! `restore` brings all originals back, even if it has been killed itself.
//!
//! A debug build counts its changes of the disk and aborts at the change whose number is in
//! `DECHAFF_ABORT_AT`, or in the middle of it, so that the tests can try every one. A release build counts
//! nothing.

use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

const OLD: Duration = Duration::from_secs(1_000_000_000);
const ABORT: i32 = 6;

struct Tree {
    place: tempfile::TempDir,
    /// Paths of files, their original texts and their cleaned texts; `None` for a file that cleaning
    /// deletes.
    files: Vec<(PathBuf, String, Option<String>)>,
}

#[cfg_attr(not(debug_assertions), allow(dead_code))] // a release has no points to die at
impl Tree {
    /// A tree with `texts` text files of three different lengths, a file of records, and a file that
    /// cleaning deletes.
    fn new(texts: usize) -> Self {
        Self::with(texts, 1)
    }

    /// Like `new`, with that many files of records.
    fn with(texts: usize, records: usize) -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("d");
        let mut files = Vec::new();
        for n in 0..texts {
            let sentence = format!("It had been closed for {n} long years, and nobody expected it to open.\n\n");
            let head = format!("The bridge opens on Friday, said mayor number {n} in the town hall.\n\n");
            let tail = sentence.repeat([1, 10, 60][n % 3]);
            let (dirty, clean) = (format!("{head}Share this: Facebook Twitter\n\n{tail}"), format!("{head}{tail}"));
            files.push((folder.join(format!("{n}.txt")), dirty, Some(clean)));
        }
        let record = |text: &str| format!("{{\"text\":\"It rained.\\n{text}\"}}\n");
        for n in 0..records {
            let (dirty, clean) = (record("\\nShare this: Facebook\\n"), record(""));
            files.push((folder.join(format!("r{n}.jsonl")), dirty.repeat(n + 1), Some(clean.repeat(n + 1))));
        }
        files.push((folder.join("z.txt"), "Share this: Facebook\n".to_owned(), None));
        let tree = Self { place, files };
        tree.renew();
        tree
    }

    /// Restores the original files and their times, and deletes all journals.
    fn renew(&self) {
        for name in ["d", "state"] {
            let folder = self.place.path().join(name);
            if folder.exists() {
                fs::remove_dir_all(&folder).expect("removed");
            }
            fs::create_dir(&folder).expect("a folder");
        }
        for (path, dirty, _) in &self.files {
            fs::write(path, dirty).expect("written");
            let file = fs::File::options().append(true).open(path).expect("opened");
            file.set_modified(SystemTime::UNIX_EPOCH + OLD).expect("set");
        }
    }

    fn len(&self) -> usize {
        self.files.len()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dechaff"));
        command
            .args(args)
            .args(["--isolated", "-qq"])
            .current_dir(self.place.path())
            .env("XDG_STATE_HOME", self.place.path().join("state"))
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    #[track_caller]
    fn run(&self, args: &[&str], code: i32) {
        assert_eq!(self.command(args).status().expect("the program").code(), Some(code), "{args:?}");
    }

    /// Runs the program so that it aborts at its change of the disk number `point`; returns false if it
    /// makes fewer changes.
    fn dies(&self, args: &[&str], point: usize) -> bool {
        // With one thread the changes always have the same order.
        let args = if args[0] == "clean" { &[args, &["-j1"]].concat() } else { args };
        let status = self.command(args).env("DECHAFF_ABORT_AT", point.to_string()).status().expect("the program");
        assert!(status.success() || status.signal() == Some(ABORT), "{args:?} at point {point}: {status}");
        !status.success()
    }

    /// The ids of the journalled runs, the oldest first.
    fn runs(&self) -> Vec<String> {
        let folder = fs::read_dir(self.place.path().join("state/dechaff/runs")).into_iter().flatten();
        let names = folder.map(|entry| entry.expect("a run").file_name().into_string().expect("UTF-8"));
        let mut names: Vec<String> = names.filter(|name| name.starts_with(|c: char| c.is_ascii_digit())).collect();
        names.sort();
        names
    }

    /// The number of cleaned files; asserts that all others are the originals.
    fn cleaned(&self, when: &str) -> usize {
        let is_clean = |(path, dirty, clean): &(PathBuf, String, Option<String>)| {
            let text = fs::read_to_string(path).ok();
            let is_dirty = text.as_ref() == Some(dirty);
            assert!(is_dirty || text == *clean, "{when}: {} is neither: {text:?}", path.display());
            !is_dirty
        };
        self.files.iter().filter(|file| is_clean(file)).count()
    }

    /// Asserts that `restore` brings all originals back, with exit code 0, or 2 if no run is left to
    /// restore.
    fn restores(&self, when: &str) {
        let code = self.command(&["restore"]).status().expect("the program").code();
        assert!(code == Some(0) || (code == Some(2) && self.cleaned(when) == 0), "{when}: {code:?}");
        assert_eq!(self.cleaned(when), 0, "{when}");
        // Without a run `restore` visits no folder; the next run that writes there does.
        if code == Some(0) {
            self.assert_tidy(when);
        }
        for (path, ..) in &self.files {
            let modified = fs::metadata(path).and_then(|m| m.modified()).expect("a time");
            assert_eq!(modified, SystemTime::UNIX_EPOCH + OLD, "{when}: {}", path.display());
        }
    }

    fn assert_tidy(&self, when: &str) {
        let left = fs::read_dir(self.place.path().join("d")).expect("a folder").count();
        assert_eq!(left, self.len(), "{when}: something stays beside the files");
    }
}

const CLEAN: &[&str] = &["clean", "-i", "d", "--select", "share", "--drop-empty", "--max-removed", "1"];

/// Kills a run over `tree` at every point, and lets `then` see what is left. Returns the number of points.
#[cfg(debug_assertions)]
fn die_at_each_point(tree: &Tree, then: impl Fn(&str)) -> usize {
    let mut seen = vec![false; tree.len() + 1];
    let mut point = 1;
    while tree.dies(CLEAN, point) {
        let when = format!("clean died at point {point}");
        seen[tree.cleaned(&when)] = true;
        then(&when);
        tree.renew();
        point += 1;
    }
    assert_eq!(tree.cleaned("a run to its end"), tree.len());
    assert!(!seen.contains(&false), "{point} points, dead with so many files cleaned: {seen:?}");
    point
}

#[cfg(debug_assertions)]
#[test]
fn a_run_that_dies_at_any_point_loses_nothing() {
    for tree in [Tree::new(2), Tree::with(0, 3)] {
        let points = die_at_each_point(&tree, |when| tree.restores(when));
        assert!(points > 25, "{points} points");
    }
}

/// The second run also deletes what the first left beside the files.
#[cfg(debug_assertions)]
#[test]
fn a_second_run_ends_what_a_killed_one_began() {
    for tree in [Tree::new(2), Tree::with(0, 3)] {
        die_at_each_point(&tree, |when| {
            tree.run(CLEAN, 0);
            assert_eq!(tree.cleaned(when), tree.len(), "{when}");
            // All but the file that is gone.
            let left = fs::read_dir(tree.place.path().join("d")).expect("a folder").count();
            assert_eq!(left, tree.len() - 1, "{when}: something stays beside the files");
            for _ in 0..2 {
                if tree.cleaned(when) > 0 {
                    tree.run(&["restore"], 0);
                }
            }
            assert_eq!(tree.cleaned(when), 0, "{when}");
            tree.assert_tidy(when);
        });
    }
}

/// In an output folder every file is the earlier one or the new one, or is not there yet.
#[cfg(debug_assertions)]
#[test]
fn an_output_folder_has_no_torn_file_at_any_point() {
    const EARLIER: &str = "What an earlier run wrote.\n";
    let write = ["clean", "d", "-o", "out", "--select", "share", "--drop-empty", "--max-removed", "1"];
    for tree in [Tree::new(3), Tree::with(0, 4)] {
        let out = tree.place.path().join("out");
        // The first file was there before.
        let earlier = out.join(tree.files[0].0.file_name().expect("a name"));
        let written = |when: &str| {
            let is_written = |(path, _, clean): &&(PathBuf, String, Option<String>)| {
                let path = out.join(path.file_name().expect("a name"));
                let text = fs::read_to_string(&path).ok();
                let was = (path == earlier).then(|| EARLIER.to_owned());
                assert!(text == *clean || text == was, "{when}: {} is neither: {text:?}", path.display());
                text.is_some() && text == *clean
            };
            tree.files.iter().filter(is_written).count()
        };
        let all = tree.len() - 1;
        let mut seen = vec![false; all + 1];
        for point in 1.. {
            let _ = fs::remove_dir_all(&out);
            fs::create_dir(&out).expect("a folder");
            fs::write(&earlier, EARLIER).expect("written");
            let when = format!("clean -o died at point {point}");
            let dies = tree.dies(&write, point);
            seen[written(&when)] = true;
            assert_eq!(tree.cleaned(&when), 0, "{when}: an input was changed");
            tree.run(&write, 0);
            assert_eq!(written(&when), all, "{when}");
            let left = fs::read_dir(&out).expect("a folder").count();
            assert_eq!(left, all, "{when}: something stays beside the files");
            if !dies {
                assert!(point > 12 && !seen.contains(&false), "{point} points, dead with so many written: {seen:?}");
                break;
            }
        }
    }
}

/// A terminal that closes (SIGHUP), at the eighth change of the disk.
#[cfg(all(debug_assertions, target_os = "linux"))]
#[test]
fn a_terminal_that_closes_ends_a_run_as_sigterm_does() {
    let tree = Tree::new(20);
    let args = ["clean", "d", "-o", "out", "--select", "share", "-j1", "--isolated", "-qq"];
    let run = |program: &str, before: &[&str]| {
        let mut command = Command::new(program);
        command.args(before).arg(env!("CARGO_BIN_EXE_dechaff")).args(args).current_dir(tree.place.path());
        command.env("DECHAFF_INTERRUPT_AT", "8").env("DECHAFF_INTERRUPT_BY", "1").status().expect("the program").code()
    };
    // Also where the tests themselves were begun with `nohup`.
    assert_eq!(run("env", &["--default-signal=HUP"]), Some(130));
    let names = || {
        let entries = fs::read_dir(tree.place.path().join("out")).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8")).collect::<Vec<_>>()
    };
    assert!((1..20).contains(&names().len()), "{:?}", names());
    for name in names() {
        let clean = tree.files.iter().find(|(path, ..)| path.ends_with(&name)).and_then(|(_, _, clean)| clean.clone());
        assert_eq!(fs::read_to_string(tree.place.path().join("out").join(&name)).ok(), clean, "{name}");
    }
    // A run that `nohup` began goes on.
    assert_eq!(run("sh", &["-c", "trap '' HUP; exec \"$0\" \"$@\""]), Some(0));
    assert_eq!(names().len(), tree.len());
}

#[cfg(debug_assertions)]
#[test]
fn a_restoration_that_dies_at_any_point_is_begun_again() {
    let tree = Tree::new(2);
    let mut seen = vec![false; tree.len() + 1];
    for point in 1.. {
        tree.renew();
        tree.run(CLEAN, 0);
        let when = format!("restore died at point {point}");
        let dies = tree.dies(&["restore"], point);
        seen[tree.cleaned(&when)] = true;
        tree.restores(&when);
        if !dies {
            assert!(point > 15 && !seen.contains(&false), "{point} points, dead with so many files cleaned: {seen:?}");
            return;
        }
    }
}

/// `restore` merges a later edit with the original: at every point each file has the edit.
#[cfg(debug_assertions)]
#[test]
fn a_merge_that_dies_at_any_point_is_begun_again() {
    let tree = Tree::new(2);
    let edit = |text: &str| format!("{text}A line of an editor.\n");
    for point in 1.. {
        tree.renew();
        tree.run(CLEAN, 0);
        let texts =
            || tree.files.iter().filter_map(|(path, dirty, clean)| Some((path, dirty, clean.as_ref()?))).take(2);
        for (path, _, clean) in texts() {
            fs::write(path, edit(clean)).expect("written");
        }
        let when = format!("restore died at point {point}");
        let dies = tree.dies(&["restore"], point);
        for (path, dirty, clean) in texts() {
            let text = fs::read_to_string(path).expect("a text");
            assert!(text == edit(dirty) || text == edit(clean), "{when}: {} is neither", path.display());
        }
        let code = tree.command(&["restore"]).status().expect("the program").code();
        assert!(matches!(code, Some(0 | 2)), "{when}: {code:?}");
        for (path, dirty, _) in texts() {
            assert_eq!(fs::read_to_string(path).expect("a text"), edit(dirty), "{when}");
        }
        tree.assert_tidy(&when);
        if !dies {
            assert!(point > 15, "{point} points");
            return;
        }
    }
}

/// `restore --force` replaces edited texts: at every point each file is the edited text or the original, and
/// every edited text can be brought back.
#[cfg(debug_assertions)]
#[test]
fn a_restoration_by_force_that_dies_at_any_point_loses_no_edit() {
    const EDITED: usize = 3;
    let tree = Tree::new(EDITED);
    let edit = |n: usize| format!("Edited by number {n}.\n");
    let edited = |when: &str| {
        let is_edited = |n: &usize| {
            let (path, dirty, _) = &tree.files[*n];
            let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{when}: {}: {e}", path.display()));
            assert!(text == *dirty || text == edit(*n), "{when}: {} is neither", path.display());
            text != *dirty
        };
        (0..EDITED).filter(is_edited).count()
    };
    let mut seen = [false; EDITED + 1];
    for point in 1.. {
        tree.renew();
        tree.run(CLEAN, 0);
        for n in 0..EDITED {
            fs::write(&tree.files[n].0, edit(n)).expect("written");
        }
        let run = tree.runs().pop().expect("a run");
        let force = ["restore", "--run", &run, "--force"];
        let when = format!("restore --force died at point {point}");
        let dies = tree.dies(&force, point);
        seen[edited(&when)] = true;
        // Replaced edits are journalled as runs of their own.
        let give_back = || {
            tree.runs()
                .iter()
                .filter(|other| **other != run)
                .for_each(|other| tree.run(&["restore", "--run", other], 0))
        };
        give_back();
        assert_eq!(edited(&when), EDITED, "{when}: an edited text was lost");
        tree.run(&force, 0);
        assert_eq!((edited(&when), tree.cleaned(&when)), (0, 0));
        tree.assert_tidy(&when);
        if !dies {
            give_back();
            assert_eq!(edited("at the end"), EDITED);
            assert!(point > 25 && !seen.contains(&false), "{point} points, dead with so many edits left: {seen:?}");
            return;
        }
    }
}

/// Ctrl-C, simulated at the eighth change of the disk.
#[cfg(debug_assertions)]
#[test]
fn ctrl_c_leaves_a_journal_that_restore_takes() {
    let tree = Tree::new(60);
    let status =
        tree.command(&[CLEAN, &["-j1"]].concat()).env("DECHAFF_INTERRUPT_AT", "8").status().expect("the program");
    assert_eq!(status.code(), Some(130));
    let cleaned = tree.cleaned("after Ctrl-C");
    assert!((1..tree.len()).contains(&cleaned), "{cleaned}");
    let list = tree.command(&["restore", "--list"]).output().expect("the program").stdout;
    assert!(String::from_utf8_lossy(&list).trim_end().ends_with("interrupted"), "{}", String::from_utf8_lossy(&list));
    tree.restores("after Ctrl-C");
}

/// A release build does not contain the environment variable that aborts it.
#[cfg(not(debug_assertions))]
#[test]
fn a_release_ends_at_no_point() {
    let tree = Tree::new(2);
    assert!(!tree.dies(CLEAN, 1));
    assert_eq!(tree.cleaned("a run to its end"), tree.len());
    let program = fs::read(env!("CARGO_BIN_EXE_dechaff")).expect("the program");
    let name = b"DECHAFF_ABORT_AT";
    assert!(!program.windows(name.len()).any(|bytes| bytes == name));
}

/// A real SIGKILL at a random moment, with four threads at work.
#[test]
fn a_kill_from_outside_loses_nothing() {
    let tree = Tree::new(300);
    let killed_after = |args: &[&str], milliseconds| {
        let mut child = tree.command(args).spawn().expect("the program");
        std::thread::sleep(Duration::from_millis(milliseconds));
        child.kill().expect("killed");
        child.wait().expect("ended");
    };
    let moment = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").subsec_nanos();
    let moment = 20 + u64::from(moment) % 60;
    let when = format!("killed after {moment} ms");
    killed_after(&[CLEAN, &["-j4"]].concat(), moment);
    let _ = tree.cleaned(&when);
    killed_after(&["restore"], moment / 2);
    tree.restores(&when);
}
