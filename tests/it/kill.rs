//! Killed at any point: every file is the original or the cleaned text, and `restore` brings all back, killed or not.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

const FILES: usize = 2000;
const KILLS: u64 = 26;
const OLD: Duration = Duration::from_secs(1_000_000_000);

struct Tree {
    place: tempfile::TempDir,
    files: Vec<(PathBuf, String, String)>,
}

impl Tree {
    /// Files of three kinds of length, in twenty folders, and what is to become of them.
    fn new() -> Self {
        let place = tempfile::tempdir().expect("a folder");
        let mut files = Vec::new();
        for n in 0..FILES {
            let folder = place.path().join(format!("d/{:02}", n % 20));
            fs::create_dir_all(&folder).expect("a folder");
            let sentence = format!("It had been closed for {n} long years, and nobody expected it to open.\n\n");
            let head = format!("The bridge opens on Friday, said mayor number {n} in the town hall.\n\n");
            let tail = sentence.repeat([1, 10, 60][n % 3]);
            let (dirty, clean) = (format!("{head}Share this: Facebook Twitter\n\n{tail}"), format!("{head}{tail}"));
            files.push((folder.join(format!("{n}.txt")), dirty, clean));
        }
        let tree = Self { place, files };
        for (path, dirty, _) in &tree.files {
            fs::write(path, dirty).expect("written");
            let file = fs::File::options().append(true).open(path).expect("opened");
            file.set_modified(SystemTime::UNIX_EPOCH + OLD).expect("set");
        }
        tree
    }

    fn runs(&self) -> PathBuf {
        self.place.path().join("state/dechaff/runs")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dechaff"));
        command
            .args(args)
            .args(["--isolated", "-qq"])
            .current_dir(self.place.path())
            .env("XDG_STATE_HOME", self.place.path().join("state"))
            .stdin(Stdio::null());
        command
    }

    fn start(&self, args: &[&str]) -> Child {
        self.command(args).stderr(Stdio::null()).spawn().expect("the program")
    }

    fn clean(&self) -> Child {
        self.start(&["clean", "-i", "d", "--select", "share"])
    }

    /// How many files are cleaned; all others must be the originals.
    fn cleaned(&self, when: &str) -> usize {
        let is_clean = |(path, dirty, clean): &(PathBuf, String, String)| {
            let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{when}: {}: {e}", path.display()));
            assert!(text == *dirty || text == *clean, "{when}: {} is neither", path.display());
            text == *clean
        };
        self.files.iter().filter(|file| is_clean(file)).count()
    }

    fn assert_restored(&self, when: &str) {
        assert_eq!(self.cleaned(when), 0, "{when}");
        for (path, ..) in &self.files {
            let modified = fs::metadata(path).and_then(|m| m.modified()).expect("a time");
            assert_eq!(modified, SystemTime::UNIX_EPOCH + OLD, "{when}: {}", path.display());
        }
        let names = |folder: &Path| fs::read_dir(folder).expect("a folder").count();
        let left: usize = (0..20).map(|n| names(&self.place.path().join(format!("d/{n:02}")))).sum();
        assert_eq!(left, FILES, "{when}: something stays beside the files");
    }
}

/// Waits until something is so, or the process has ended.
fn wait_for(child: &mut Child, so: impl Fn() -> bool) {
    while child.try_wait().expect("a child").is_none() && !so() {
        std::thread::sleep(Duration::from_micros(200));
    }
}

/// A number below a bound, by splitmix64.
fn draw(seed: &mut u64, bound: u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z ^ (z >> 31)) % bound.max(1)
}

fn kill_after(mut child: Child, micros: u64) {
    std::thread::sleep(Duration::from_micros(micros));
    child.kill().expect("killed");
    child.wait().expect("ended");
}

/// How long the work is thought to take after a kill: no run takes as long as another.
const fn learned(thought: u64, slept: u64, done: usize, all: usize) -> u64 {
    match done {
        _ if all == 0 => thought,
        0 => thought + slept,
        _ if done == all => slept,
        _ => thought,
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).expect("short")
}

#[test]
fn a_kill_at_any_point_loses_nothing() {
    let tree = Tree::new();
    let mut seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs();
    let begun = |run: usize| fs::read_dir(tree.runs()).is_ok_and(|runs| runs.count() >= run);

    // How long the work takes, behind the start of the program.
    let mut child = tree.clean();
    wait_for(&mut child, || begun(1));
    let start = Instant::now();
    assert!(child.wait().expect("ended").success());
    let mut work = micros(start.elapsed());
    assert_eq!(tree.cleaned("a run to its end"), FILES);
    let start = Instant::now();
    assert!(tree.start(&["restore"]).wait().expect("ended").success());
    let mut way_back = micros(start.elapsed());
    tree.assert_restored("after a run to its end");

    let (mut torn, mut torn_back) = (0, 0);
    for kill in 0..KILLS {
        let when = format!("kill {kill}, seed {seed}");
        let runs = fs::read_dir(tree.runs()).expect("a folder").count();
        let mut child = tree.clean();
        // Some before the work has begun, most within it.
        if kill % 8 != 0 {
            wait_for(&mut child, || begun(runs + 1));
        }
        let slept = draw(&mut seed, work);
        kill_after(child, slept);
        let cleaned = tree.cleaned(&when);
        torn += usize::from((1..FILES).contains(&cleaned));
        work = learned(work, slept, cleaned, FILES);
        if kill % 2 == 0 {
            let slept = draw(&mut seed, way_back);
            kill_after(tree.start(&["restore"]), slept);
            let left = tree.cleaned(&when);
            torn_back += usize::from(left > 0 && left < cleaned);
            way_back = learned(way_back, slept, cleaned - left, cleaned);
        }
        // 2 where no run is left to restore: none was begun, or the killed restoration came to its end.
        let code = tree.start(&["restore"]).wait().expect("ended").code();
        assert!(code == Some(0) || (code == Some(2) && tree.cleaned(&when) == 0), "{when}: {code:?}");
        tree.assert_restored(&when);
    }
    println!(
        "{torn} of {KILLS} kills within the work, {torn_back} within the way back; work {work} µs, back {way_back} µs"
    );
    assert!(
        torn >= 8 && torn_back >= 1,
        "{torn} kills within the work and {torn_back} within the way back prove little"
    );
}

/// Edited texts give way by force: each file is the edited text or the original, and no edited text is ever lost.
#[test]
fn a_kill_within_a_restoration_by_force_loses_no_edit() {
    const EDITED: usize = 100;
    let tree = Tree::new();
    assert!(tree.clean().wait().expect("ended").success());
    let edit = |n: usize| format!("Edited by number {n}.\n");
    for (n, (path, ..)) in tree.files.iter().enumerate().take(EDITED) {
        fs::write(path, edit(n)).expect("written");
    }
    let run = fs::read_dir(tree.runs()).expect("a folder").next().expect("a run").expect("a run").file_name();
    let run = run.to_str().expect("a name");
    let is_edited = |n: usize, when: &str| {
        let (path, dirty, _) = &tree.files[n];
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{when}: {}: {e}", path.display()));
        assert!(text == *dirty || text == edit(n), "{when}: {} is neither", path.display());
        text != *dirty
    };
    let edited = |when: &str| (0..EDITED).filter(|n| is_edited(*n, when)).count();
    let force = |paths: &[&str]| tree.start(&[&["restore", "--run", run, "--force"], paths].concat());
    let give_back = || {
        let runs = fs::read_dir(tree.runs()).expect("a folder").map(|entry| entry.expect("a run").file_name());
        for other in runs.filter(|other| *other != run && !other.to_string_lossy().starts_with("new-")) {
            let code = tree.start(&["restore", "--run", other.to_str().expect("a name")]).wait().expect("ended").code();
            assert_eq!(code, Some(0), "{}", other.display());
        }
    };
    let (mut seed, mut torn, mut work) = (7, 0, 50_000);
    for kill in 0..10 {
        let when = format!("kill {kill}");
        let child = force(&[]);
        let slept = draw(&mut seed, 2 * work);
        kill_after(child, slept);
        let left = edited(&when);
        torn += usize::from((1..EDITED).contains(&left));
        work = learned(work, slept, EDITED - left, EDITED);
        give_back();
        assert_eq!(edited(&when), EDITED, "{when}: an edited text was lost");
    }
    assert!(force(&[]).wait().expect("ended").success());
    tree.assert_restored("after a restoration by force");
    assert!(torn >= 2, "{torn} kills within the work prove little");
    give_back();
    assert_eq!(edited("at the end"), EDITED);
}

#[test]
fn ctrl_c_leaves_a_journal_that_restore_takes() {
    let tree = Tree::new();
    let mut child = tree.clean();
    wait_for(&mut child, || fs::read_dir(tree.runs()).is_ok_and(|runs| runs.count() > 0));
    let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(signal.success());
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    let cleaned = tree.cleaned("after Ctrl-C");
    assert!((1..FILES).contains(&cleaned), "{cleaned}");
    let list = tree.command(&["restore", "--list"]).output().expect("the program").stdout;
    assert!(String::from_utf8_lossy(&list).trim_end().ends_with("interrupted"), "{}", String::from_utf8_lossy(&list));
    assert!(tree.start(&["restore"]).wait().expect("ended").success());
    tree.assert_restored("after Ctrl-C");
}
