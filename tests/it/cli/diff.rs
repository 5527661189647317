//! Tests of all views of `diff`, through the program. git-apply(1) and patch(1) test the patches.

use std::process::{Command, Stdio};

use super::{CLEAN, DIRTY, Place, gzip, record};

/// A text with a line that is cut in part and a line that goes.
const CUT: &str =
    "The ferry will sail until May, the master said. Share this: Facebook Twitter\n\nLeave a Reply\nName *\n";

fn place() -> Place {
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("d/b.txt", CLEAN).put("d/c.txt", CUT);
    place
}

#[test]
fn side_by_side_fits_any_width() {
    let place = place();
    for width in ["30", "100"] {
        let output = place.command(&["diff", "-y", "d"]).env("COLUMNS", width).output().expect("the program");
        let out = String::from_utf8(output.stdout).expect("UTF-8");
        let most = out.lines().map(|l| l.chars().count()).max().expect("lines");
        assert!(most <= width.parse().expect("a number"), "{most} > {width}:\n{out}");
        assert!(out.contains('<') && out.contains('|'), "{out}");
    }
}

#[test]
fn words_show_a_cut_line_once() {
    let run = place().run(&["diff", "--word", "d/c.txt"]).code(0);
    assert!(run.out.contains("\n~The ferry will sail until May, the master said.[- Share this: Facebook Twitter-]"));
    assert_eq!(run.out.matches("The ferry").count(), 1, "{}", run.out);
}

#[test]
fn by_rule_counts_hits_and_documents() {
    let run = place().run(&["diff", "--by-rule", "d"]).code(0);
    assert!(run.out.contains("2 hits in 2 documents") && run.out.contains("d/a.txt:3"), "{}", run.out);
    assert!(run.out.ends_with("in 2 of 3 documents\n"), "{}", run.out);
    let one = place().run(&["diff", "--by-rule", "d", "-j", "1"]).out;
    assert_eq!(one, run.out);
    assert_eq!(place().run(&["diff", "--by-rule", "d/b.txt"]).out, "0 rules, 0 hits in 0 of 1 document\n");
}

#[test]
fn suspects_are_shown_on_request_and_counted_apart() {
    let place = Place::new();
    place.put("p.toml", super::PERHAPS).put("d/a.txt", format!("Perhaps a label:\n{DIRTY}"));
    place.put("d/b.txt", "Perhaps a label:\nIt snowed.\n").put("d/c.txt", CLEAN).put("none.toml", "");
    let show = |flags: &[&str]| {
        let rules = ["diff", "d", "--rules", "p.toml", "--select", "site,share"];
        place.run(&[&rules[..], flags].concat()).code(0).out
    };
    let views: [&[&str]; 8] =
        [&[], &["-y"], &["--word"], &["--stat"], &["--by-rule"], &["--limit=9"], &["--sample=9"], &["--html=-"]];
    for view in views {
        let without = show(view);
        assert!(without.contains("d/a.txt") && !without.contains("d/b.txt"), "{view:?}: {without}");
        assert!(!without.contains("site/perhaps"), "{view:?}: {without}");
        let with = show(&[view, &["--suspects"]].concat());
        assert!(with.contains("d/b.txt") || with.contains("site/perhaps"), "{view:?}: {with}");
    }
    assert!(show(&["--suspects"]).contains("? site/perhaps (suspect, kept)"));
    let ends = |flags: &[&str], end: &str| {
        let shown = show(flags);
        assert!(shown.ends_with(end), "{shown}");
    };
    ends(&["--stat"], " 1 of 3 documents changed, 2 lines and 30 bytes removed\n");
    ends(&["--stat", "--suspects"], " 1 of 3 documents changed, 2 lines and 30 bytes removed; 2 lines suspected\n");
    ends(&["--by-rule"], "1 rule, 1 hit in 1 of 3 documents\n");
    ends(&["--by-rule", "--suspects"], "1 rule, 1 hit in 1 of 3 documents; suspected: 1 rule, 2 hits\n");
    ends(&["--sample=9"], "1 of 1 documents with something to show\n");
    let against = ["--against", "none.toml"];
    let select = ["--select", "share"]; // `none.toml` has no family site
    let show = |flags: &[&str]| place.run(&[&["diff", "d", "--rules", "p.toml"], flags].concat()).code(0).out;
    assert_eq!(show(&[&against[..], &select].concat()), "0 of 3 documents differ: 0 hits newly removed, 0 no longer\n");
    let suspects = show(&[&against[..], &["--suspects", "--ignore", "page"]].concat());
    assert!(suspects.ends_with("0 no longer; 2 newly suspected, 0\nno longer\n"), "{suspects}");
    // A document with nothing but suspects is no difference for --exit-code; a patch contains no suspects.
    place.run(&["diff", "d/b.txt", "--rules", "p.toml", "--suspects", "--exit-code"]).code(0);
    place.run(&["diff", "d/b.txt", "--suspects", "--patch"]).code(2).says("cannot be used with");
    place.put("dechaff.toml", "suspects = true\nrules = ['p.toml']\n");
    assert!(place.run(&["diff", "d/b.txt"]).code(0).out.contains("site/perhaps"));
    assert_eq!(place.run(&["diff", "d/b.txt", "--patch"]).code(0).out, "");
}

#[test]
fn decisions_do_not_bring_suspects_back() {
    let place = Place::new();
    place.put("p.toml", super::PERHAPS).put("b.txt", "Perhaps a label:\nIt snowed.\n\nPerhaps a label:\n");
    place.put("d.toml", "version = 1\n[[decision]]\nrule = \"share/on-network\"\nanswer = \"reject\"\n");
    let diff = ["diff", "b.txt", "--rules", "p.toml", "--decisions", "d.toml"];
    assert_eq!(place.run(&diff).code(0).out, "");
    assert!(place.run(&[&diff[..], &["--suspects"]].concat()).out.contains("site/perhaps"));
    // An accepted suspect goes, even if suspects are not shown.
    place.put("d.toml", "version = 1\n[[decision]]\nrule = \"site/perhaps\"\nanswer = \"accept\"\n");
    assert!(place.run(&diff).out.contains("-Perhaps a label:"));
}

#[test]
fn views_exclude_each_other() {
    let place = place();
    for flags in [["-y", "--word"], ["--stat", "--by-rule"], ["--patch", "-y"], ["--by-rule", "--limit=1"]] {
        place.run(&["diff", "d", flags[0], flags[1]]).code(2).says("cannot be used with");
    }
    for flags in [["--patch", "--sample=1"], ["--limit=2", "--sample=1"], ["--against=x.toml", "--stat"]] {
        place.run(&["diff", "d", flags[0], flags[1]]).code(2).says("cannot be used with");
    }
    place.run(&["diff", "d", "--limit", "0"]).code(2).says("1 or more");
    place.run(&["diff", "d", "--seed", "1"]).code(2).says("--sample");
}

#[test]
fn a_limit_ends_the_reading_and_says_so() {
    let place = Place::new();
    for n in 0..300 {
        place.put(&format!("many/{n:03}.txt"), DIRTY);
    }
    let run = place.run(&["diff", "many", "--limit", "2"]).code(0);
    assert_eq!(run.out.matches("--- a/").count(), 2, "{}", run.out);
    assert!(run.out.ends_with("… and more; not read to the end\n"), "{}", run.out);
    let run = place.run(&["diff", "many", "--limit", "2", "--exit-code"]).code(1);
    assert!(run.out.contains("many/001.txt") && run.out.ends_with("… and 298 more documents\n"), "{}", run.out);
    let run = place.run(&["diff", "many", "--limit", "300"]).code(0);
    assert!(run.out.matches("--- a/").count() == 300 && !run.out.contains("and more"));
    // A file that could not be read before the limit was reached is still an error.
    place.run(&["diff", "gone", "many", "--limit", "2"]).code(2).says("gone: no such file");
    let records: String = (0..5000).map(|n| record(n, DIRTY)).collect();
    let run = place.pipe(&["diff", "--from", "jsonl", "--limit", "3"], records).code(0);
    assert_eq!(run.out.matches("--- a/").count(), 3);
}

#[test]
fn a_sample_is_the_same_at_any_thread_count() {
    let place = Place::new();
    let records: String = (0..3000).map(|n| record(n, if n % 3 == 0 { CLEAN } else { DIRTY })).collect();
    place.put("a.jsonl", records);
    let sample = |seed: &str, jobs: &str| {
        place.run(&["diff", "a.jsonl", "--sample", "5", "--seed", seed, "-j", jobs]).code(0).out
    };
    let one = sample("1", "1");
    assert_eq!(one.matches("--- a/").count(), 5, "{one}");
    assert!(one.ends_with("5 of 2000 documents with something to show\n"), "{one}");
    assert_eq!(sample("1", "4"), one);
    assert_ne!(sample("2", "4"), one);
}

/// A copy of the files `names` to which `program` has applied a patch.
fn applied(place: &Place, names: &[&str], program: &str, args: &[&str], patch: &str) -> Place {
    let copy = Place::new();
    for name in names {
        copy.put(name, place.bytes(name));
    }
    copy.put(".patch", patch);
    let mut command = Command::new(program);
    command.args(args).current_dir(copy.path()).stdin(std::fs::File::open(copy.path().join(".patch")).expect("open"));
    // If the folder lies in a git repository, git would apply the patch to the top of the repository.
    command.env("GIT_CEILING_DIRECTORIES", copy.path().parent().expect("a parent"));
    let output = command.output().unwrap_or_else(|e| panic!("{program}: {e}; the tests need git and GNU patch"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{program}: {}{}\n{patch}", text(&output.stdout), text(&output.stderr));
    copy
}

/// Asserts that git-apply(1) and patch(1) turn the files into what `clean` makes of them; returns the patch.
fn check_patch(place: &Place, names: &[&str], more: &[&str]) -> String {
    let run = place.run(&[&["diff", "--patch", "--color", "always"], names, more].concat()).code(0);
    place.run(&[&["clean", "-o", "cleaned/", "-q", "--files-from", "list", "-0"], more].concat()).code(0);
    for (program, args) in [("git", &["apply", "-"][..]), ("patch", &["-p1", "--no-backup-if-mismatch", "-s"][..])] {
        let copy = applied(place, names, program, args, &run.out);
        for name in names {
            let want = place.bytes(&format!("cleaned/{name}"));
            assert_eq!(copy.bytes(name), want, "{program}: {name}\n{}", run.out);
        }
        assert_eq!(copy.tree().len(), names.len() + 1, "{program} leaves other files: {:?}", copy.tree());
    }
    run.out
}

fn list(place: &Place, names: &[&str]) {
    place.put("list", names.join("\0"));
}

#[test]
fn a_patch_is_taken_by_git_and_by_patch() {
    let place = Place::new();
    let crlf = DIRTY.replace('\n', "\r\n");
    let files = [
        ("plain.txt", DIRTY.to_owned()),
        ("crlf.txt", crlf.clone()),
        ("open.txt", format!("{CLEAN}\nShare this: Facebook Twitter")),
        ("open-crlf.txt", format!("{}\r\nShare this: Facebook Twitter", crlf.trim_end())),
        ("kept-open.txt", DIRTY.trim_end().to_owned()),
        ("mark.txt", format!("\u{feff}Share this: Facebook Twitter\n{CLEAN}")),
        ("mark-crlf.txt", format!("\u{feff}{crlf}")),
        ("cut.txt", CUT.to_owned()),
        ("clean.txt", CLEAN.to_owned()),
        ("raw.txt", format!("\u{1b}[31m{DIRTY}a\u{c}b\rc\n")),
        ("all.txt", "Share this: Facebook Twitter\n".to_owned()),
        ("all-open.txt", "\u{feff}Share this: Facebook Twitter".to_owned()),
        ("a folder/with spaces.txt", DIRTY.to_owned()),
        ("quo\"te\\s.txt", DIRTY.to_owned()),
        ("分享/é.txt", DIRTY.to_owned()),
        ("tab\there.txt", DIRTY.to_owned()),
        ("two\nlines.txt", DIRTY.to_owned()),
    ];
    for (name, text) in &files {
        place.put(name, text);
    }
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    list(&place, &names);
    for context in [&[][..], &["-U1"], &["-U100"]] {
        let run = place.run(&[&["diff", "--patch"], &names[..], context].concat()).code(0);
        assert!(!run.out.contains("share/") && run.out.contains("\n\\ No newline at end of file\n"), "{}", run.out);
    }
    let patch = check_patch(&place, &names, &[]);
    assert!(patch.contains("\n+++ \"b/two\\nlines.txt\"\n") && !patch.contains("clean.txt"), "{patch}");
}

#[test]
fn records_are_patched_line_by_line() {
    let place = Place::new();
    let mut all = String::from("\u{feff}");
    for n in 0..4000 {
        // The records have two megabytes, so that several threads write parts of the patch.
        let text = if n % 11 < 3 || n > 3990 { format!("{n} {DIRTY}") } else { format!("{n} {}", CLEAN.repeat(4)) };
        all.push_str(&record(n, &text));
        if n % 500 == 0 {
            all.push_str("{\"no\": \"text\"}\r\n\n");
        }
    }
    place.put("a.jsonl", all.trim_end()).put("b.jsonl", record(1, DIRTY)).put("c.jsonl", record(1, CLEAN));
    place.put("first.jsonl", format!("\u{feff}{}", record(1, DIRTY)));
    let names = ["a.jsonl", "b.jsonl", "c.jsonl", "first.jsonl"];
    list(&place, &names);
    let patch = check_patch(&place, &names, &[]);
    assert!(patch.contains("a.jsonl") && !patch.contains("c.jsonl"));
    assert_eq!(place.run(&["diff", "--patch", "a.jsonl", "-j1"]).out, place.run(&["diff", "--patch", "a.jsonl"]).out);
    place.put("e.jsonl", format!("{}not JSON\n{}", record(1, DIRTY), record(2, DIRTY)));
    let run = place.run(&["diff", "--patch", "e.jsonl"]).code(2).says("e.jsonl:2: not JSON");
    assert!(run.out.contains("\n not JSON\n"), "{}", run.out);
}

#[test]
fn a_long_run_of_changed_records_is_one_hunk() {
    let place = Place::new();
    place.put("a.jsonl", (0..20_000).map(|n| record(n, &format!("{n} {DIRTY}"))).collect::<String>());
    list(&place, &["a.jsonl"]);
    let patch = check_patch(&place, &["a.jsonl"], &[]);
    assert_eq!(patch.matches("\n@@ ").count(), 1);
}

#[test]
fn packed_files_have_no_patch_and_the_others_go_on() {
    let place = place();
    place.put("d/p.txt.gz", gzip(DIRTY.as_bytes())).put("d/p.jsonl.gz", gzip(record(1, DIRTY).as_bytes()));
    let run =
        place.run(&["diff", "--patch", "d"]).code(2).says("d/p.txt.gz: is packed").says("d/p.jsonl.gz: is packed");
    assert!(run.out.contains("+++ b/d/c.txt\n") && !run.out.contains("gz"), "{}", run.out);
}

const RULES: &str = r#"
[[rule]]
id        = "site/ferry"
certainty = "certain"
match     = "line"
phrases   = ["the ferry line: since 1902"]
reason    = "tagline"
removes   = ["The ferry line: since 1902"]
keeps     = ["The ferry line sails since 1902."]
"#;

#[test]
fn rules_are_compared_with_rules() {
    let place = Place::new();
    let text = format!("{DIRTY}\nThe ferry line: since 1902\n");
    place.put("d/a.txt", &text).put("d/b.txt", CLEAN).put("old.toml", RULES).put("none.toml", "");
    let run = place.run(&["diff", "d", "--rules", "old.toml", "--against", "none.toml", "--exit-code"]).code(1);
    assert!(run.out.starts_with("# newly removed\n\nsite/ferry  1 hit in 1 document\n"), "{}", run.out);
    assert!(run.out.ends_with("1 of 2 documents differ: 1 hit newly removed, 0 no longer\n"), "{}", run.out);
    let run = place.run(&["diff", "d", "--against", "old.toml", "--exit-code"]).code(1);
    assert!(run.out.contains("# no longer removed\n\nsite/ferry  1 hit"), "{}", run.out);
    let run = place.run(&["diff", "d", "--rules", "old.toml", "--against", "old.toml", "--exit-code"]).code(0);
    assert_eq!(run.out, "0 of 2 documents differ: 0 hits newly removed, 0 no longer\n");
    place.run(&["diff", "d", "--against", "gone.toml"]).code(2).says("gone.toml: no such file");
}

#[test]
fn versions_are_compared_with_rules() {
    let place = place();
    place.put("d/sub/r.jsonl", format!("{}{}", record(1, DIRTY), record(2, CUT)));
    place.put("d/z.txt.gz", gzip(DIRTY.as_bytes())).put("d/z.jsonl.gz", gzip(record(3, DIRTY).as_bytes()));
    place.run(&["clean", "d", "-o", "old", "-q"]).code(0);
    let run = place.run(&["diff", "d", "--against", "old", "--exit-code"]).code(0);
    assert_eq!(run.out, "0 of 7 documents differ: 0 hits newly removed, 0 no longer\n");
    let run = place.run(&["diff", "d", "--against", "old", "--exit-code", "--ignore", "share,page"]).code(1);
    assert!(run.out.contains("# no longer removed\n\nno rule in force  6 hits in 6 documents"), "{}", run.out);
    place.run(&["clean", "d", "-o", "less", "-q", "--ignore", "share"]).code(0);
    let run = place.run(&["diff", "d", "--against", "less"]).code(0);
    assert!(
        run.out.starts_with("# newly removed\n\nshare/") && run.out.contains("6 of 7 documents differ"),
        "{}",
        run.out
    );
    // Two files are compared; the second pair are not versions of one text.
    let run = place.run(&["diff", "d/a.txt", "--against", "d/a.txt"]).code(0);
    assert!(run.out.contains("1 hit newly removed"), "{}", run.out);
    place.run(&["diff", "d/a.txt", "--against", "d/c.txt"]).code(2).says("the other version is not made from it");
    place.run(&["diff", "d", "--against", "d/a.txt"]).code(2).says("takes a folder");
    place.run(&["diff", "d", "--against", "gone"]).code(2).says("gone: no such file or folder");
    std::fs::remove_file(place.path().join("old/a.txt")).expect("removed");
    place.run(&["diff", "d", "--against", "old"]).code(2).says("old/a.txt: no such file");
    place.put("old/sub/r.jsonl", record(2, CUT));
    place.run(&["diff", "d", "--against", "old"]).code(2).says("line 1 is not the same record");
}

/// The exit code and the output of a command on a pseudo-terminal.
#[cfg(target_os = "linux")]
fn on_terminal(place: &Place, pager: &str, args: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_dechaff");
    let output = Command::new("script")
        .args(["-qec", &format!("stty cols 60; '{program}' {args}"), "/dev/null"])
        .current_dir(place.path())
        .env("XDG_CONFIG_HOME", place.path().join(".no-config"))
        .env("DECHAFF_PAGER", pager)
        .env_remove("NO_COLOR")
        .env_remove("LESS")
        .env("TERM", "xterm")
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|e| panic!("script: {e}; the tests need util-linux"));
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(target_os = "linux")]
#[test]
fn a_pager_is_used_on_a_terminal_only() {
    let place = place();
    let pager = "printf 'PAGED %s\\n' \"$LESS\"; cat";
    let (code, shown) = on_terminal(&place, pager, "diff d");
    assert!(code == 0 && shown.contains("PAGED FRX") && shown.contains("\u{1b}[31m-Share this"), "{shown}");
    for (pager, args) in [(pager, "diff d --no-pager"), (pager, "diff d --patch"), ("cat", "diff d"), ("", "diff d")] {
        let (code, shown) = on_terminal(&place, pager, args);
        assert!(code == 0 && !shown.contains("PAGED") && shown.contains("Share this"), "{args}: {shown}");
    }
    assert!(on_terminal(&place, pager, "explain d/a.txt").1.contains("PAGED"));
    let (code, shown) = on_terminal(&place, "no-such-pager -x", "diff d");
    assert!(code == 0 && shown.contains("cannot start the pager") && shown.contains("Share this"), "{shown}");
    // Error messages go through the pager too, and the exit code is the usual one.
    let (code, shown) = on_terminal(&place, "sed 's/^/> /'", "diff gone d --exit-code");
    assert!(code == 2 && shown.contains("> dechaff: gone: no such file"), "{shown}");
    let shown =
        String::from_utf8(place.command(&["diff", "d"]).env("DECHAFF_PAGER", pager).output().expect("run").stdout);
    assert!(!shown.expect("UTF-8").contains("PAGED"));
    place.put("dechaff.toml", "pager = \"sed s/^/CONFIGURED/\"");
    assert!(!on_terminal(&place, pager, "diff d").1.contains("CONFIGURED"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_pager_that_quits_early_is_a_normal_end() {
    let place = Place::new();
    for n in 0..2000 {
        place.put(&format!("many/{n}.txt"), DIRTY);
    }
    let (code, shown) = on_terminal(&place, "head -1", "diff many");
    assert!(code == 0 && shown.contains("--- a/many/0.txt") && !shown.contains("dechaff:"), "{shown}");
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_of_a_text_or_name_commands_the_terminal() {
    let place = Place::new();
    let text = DIRTY.replace("bridge", "br\u{1b}[2Jidge\u{7}\u{202e}").replace("Facebook Twitter", "Facebook");
    place.put("a\u{1b}[2J.txt", &text).put("none.toml", "");
    for view in ["", "-y", "--word", "--stat", "--by-rule", "--against=none.toml", "--sample=1", "--limit=1"] {
        let (code, shown) = on_terminal(&place, "cat", &format!("diff {view} --color always ."));
        let hostile = ["\u{1b}[2J", "\u{7}", "\u{202e}"].iter().any(|raw| shown.contains(raw));
        assert!(code == 0 && !hostile, "{view}: {shown:?}");
    }
}
