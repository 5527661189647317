//! Which files are taken: folders, lists, globs, ignore files, order.

use super::{CLEAN, DIRTY, Place};

/// The documents that a run sees, in its order.
fn seen(place: &Place, args: &[&str]) -> Vec<String> {
    let run = place.run(&[&["check", "--format", "concise", "--exit-zero"], args].concat()).code(0);
    run.out.lines().map(|l| l.split(':').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn folders_give_their_texts_in_a_fixed_order() {
    let place = Place::new();
    for name in ["b.txt", "a/z.md", "a/b.txt", "c.html", "B.TXT", ".h.txt", "a.txt.orig"] {
        place.put(name, DIRTY);
    }
    assert_eq!(seen(&place, &["."]), ["B.TXT", "a/b.txt", "a/z.md", "b.txt"]);
    assert_eq!(seen(&place, &[".", "--hidden"]), [".h.txt", "B.TXT", "a/b.txt", "a/z.md", "b.txt"]);
    assert_eq!(seen(&place, &["b.txt", "a", "c.html"]), ["b.txt", "a/b.txt", "a/z.md", "c.html"]);
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
