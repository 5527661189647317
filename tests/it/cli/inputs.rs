//! Tests of the choice of input files: folders, lists, globs, ignore files, order.

use super::{CLEAN, DIRTY, Place};

/// The names of the documents that a run reads, in its order.
fn seen(place: &Place, args: &[&str]) -> Vec<String> {
    let run = place.run(&[&["check", "--format", "concise", "--exit-zero"], args].concat()).code(0);
    run.out.lines().map(|l| l.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn folders_give_their_texts_in_a_fixed_order() {
    let place = Place::new();
    for name in ["b.txt", "a/z.md", "a/b.txt", "c.article", "B.TXT", ".h.txt", "a.txt.orig"] {
        place.put(name, DIRTY);
    }
    assert_eq!(seen(&place, &["."]), ["B.TXT", "a/b.txt", "a/z.md", "b.txt"]);
    assert_eq!(seen(&place, &[".", "--hidden"]), [".h.txt", "B.TXT", "a/b.txt", "a/z.md", "b.txt"]);
    assert_eq!(seen(&place, &["b.txt", "a", "c.article"]), ["b.txt", "a/b.txt", "a/z.md", "c.article"]);
}

#[test]
fn globs_and_ignore_files_choose() {
    let place = Place::new();
    place.put("a.txt", DIRTY).put("b.txt", DIRTY).put("x/c.txt", DIRTY).put("page.article", DIRTY);
    place.put(".dechaffignore", "b.*\n");
    assert_eq!(seen(&place, &["."]), ["a.txt", "x/c.txt"]);
    assert_eq!(seen(&place, &[".", "--no-ignore"]), ["a.txt", "b.txt", "x/c.txt"]);
    assert_eq!(seen(&place, &[".", "--exclude", "x"]), ["a.txt"]);
    assert_eq!(seen(&place, &[".", "--include", "*.article"]), ["page.article"]);
    place.run(&["check", ".", "--exclude", "["]).code(2).says("'[' is not a glob");
}

#[test]
fn lists_name_files_one_a_line_or_with_nul() {
    let place = Place::new();
    place.put("a.txt", DIRTY).put("x/b.txt", DIRTY).put("list", "x/b.txt\r\n\na.txt").put("nul", "x\0a.txt\0");
    assert_eq!(seen(&place, &["--files-from", "list"]), ["x/b.txt", "a.txt"]);
    assert_eq!(seen(&place, &["--files-from", "nul", "-0"]), ["x/b.txt", "a.txt"]);
    let run = place.pipe(&["clean", "--files-from", "-", "-o", "out"], "x/b.txt\na.txt\n").code(0);
    assert!(run.err.contains("2 documents"), "{}", run.err);
    assert_eq!((place.get("out/x/b.txt"), place.get("out/a.txt")), (CLEAN.to_owned(), CLEAN.to_owned()));
    place.run(&["check", "--files-from", "gone"]).code(2).says("gone: no such file");
}

#[test]
fn two_inputs_of_a_list_never_get_one_output_file() {
    let place = Place::new();
    let other = DIRTY.replace("bridge", "tunnel");
    place.put("x/a.txt", DIRTY).put("x/b.txt", DIRTY).put("y/a.txt", &other);
    let above = place.path().join("x/a.txt");
    let above = above.strip_prefix("/").unwrap_or(&above);
    place.put(above.to_str().expect("UTF-8"), &other);
    let absolute = place.path().join("x/a.txt");
    place.put("list", format!("{}\n{}\nx/b.txt\n", absolute.display(), above.display()));
    for jobs in ["1", "2", "8"] {
        let out = format!("out{jobs}");
        let run = place.run(&["clean", "--files-from", "list", "-o", &out, "-j", jobs]).code(2).says("1 failed");
        run.says(&format!("{}: left out: the output of another input", above.display()));
        assert_eq!(place.get(&format!("{out}/{}", above.display())), CLEAN);
        assert_eq!(place.get(&format!("{out}/x/b.txt")), CLEAN);
    }
    // Files of listed folders keep their paths below the output folder. x/b.txt is listed twice, once
    // through its folder, and taken once.
    place.put("folders", "x\ny\nx/b.txt\n");
    place.run(&["clean", "--files-from", "folders", "-o", "two"]).code(0).says("3 documents: 3 changed");
    assert_eq!(
        (place.get("two/x/a.txt"), place.get("two/y/a.txt")),
        (CLEAN.to_owned(), CLEAN.replace("bridge", "tunnel"))
    );
    // `check` writes no files, so a file that lies outside the working folder and is listed twice is no
    // conflict.
    place.put("y/up", "../x/a.txt\n../x/a.txt\n");
    let mut check = place.command(&["check", "--files-from", "up", "--exit-zero"]);
    super::Run::of(&check.current_dir(place.path().join("y")).output().expect("the program")).code(0);
}

#[test]
fn the_format_can_be_forced() {
    let place = Place::new();
    place.put("a.data", super::record(1, DIRTY)).put("d/b.jsonl", super::record(1, DIRTY)).put("d/c.txt", DIRTY);
    assert_eq!(place.run(&["clean", "a.data", "--from", "jsonl"]).code(0).out, super::record(1, CLEAN));
    assert_eq!(seen(&place, &["d", "--from", "jsonl"]), ["d/b.jsonl"]);
    assert_eq!(seen(&place, &["d", "--from", "text"]), ["d/c.txt"]);
}

#[test]
fn nothing_piped_in_is_an_empty_text() {
    assert_eq!(Place::new().run(&["clean"]).code(0).out, "");
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_counted_and_not_followed() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    place.put("d/a.txt", DIRTY).put("other/b.txt", DIRTY).put("other/p.png", "");
    symlink("d", place.path().join("root")).expect("a link");
    let run = place.run(&["check", "root"]).code(1);
    assert!(!run.err.contains("symbolic"), "{}", run.err);
    for (to, name) in [("../other/b.txt", "b.txt"), ("../other", "o"), ("../other/p.png", "p.png"), ("gone", "g.txt")] {
        symlink(to, place.path().join("d").join(name)).expect("a link");
    }
    let run = place.run(&["check", "d"]).code(1).says("dechaff: 2 symbolic links were not followed in folders");
    assert!(!run.out.contains("b.txt"), "{}", run.out);
    assert_eq!(place.run(&["check", "-qq", "d"]).code(1).err, "");
}
