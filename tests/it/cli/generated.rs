//! Tests of the files that the program generates: configuration, completions, manual. In `tests/gates` bash
//! and groff read them.

use super::{DIRTY, Place};

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

#[test]
fn a_new_configuration_changes_nothing_until_a_key_is_set() {
    let place = Place::new();
    place.put("a.txt", DIRTY).run(&["init"]).code(0);
    let written = place.get("dechaff.toml");
    let run = place.run(&["check", "a.txt", "-v"]).code(1);
    assert!(run.err.contains("configuration in use"), "{}", run.err);
    place.put("dechaff.toml", written.replace("#ignore = []", "ignore = [\"share\"]")).run(&["check", "a.txt"]).code(0);
    // With every key in force, the same goes as with none.
    let without = place.run(&["check", "a.txt", "--isolated", "--format", "json"]).code(1).out;
    let all: Vec<&str> =
        written.lines().map(|l| l.strip_prefix('#').filter(|l| !l.starts_with(' ')).unwrap_or(l)).collect();
    place.put("dechaff.toml", all.join("\n")).put("base.toml", "").put("dechaff-decisions.toml", "version = 1\n");
    assert_eq!(place.run(&["check", "a.txt", "--format", "json"]).code(1).out, without);
}

#[test]
fn init_leaves_a_configuration_as_it_is() {
    for (name, content) in [
        ("dechaff.toml", "profile = 'safe'\n"),
        (".dechaff.toml", ""),
        ("pyproject.toml", "[tool.dechaff]\nprofile = 'safe'\n"),
    ] {
        let place = Place::new();
        place.put(name, content).run(&["init"]).code(2).says(&format!("{name}: configures this folder already"));
        assert_eq!((place.tree(), place.get(name)), (vec![name.to_owned()], content.to_owned()));
    }
    let place = Place::new();
    place.put("dechaff.toml", "broken").run(&["init", "--isolated"]).code(2).says("dechaff.toml: is there already");
    place.put("other.toml", "jobs = 1").run(&["init", "--config", "other.toml"]).code(2);
    assert_eq!(place.get("dechaff.toml"), "broken");
}

#[test]
fn init_says_which_configuration_it_hides() {
    let place = Place::new();
    place.put("dechaff.toml", "ignore = ['share']").put("d/a.txt", DIRTY);
    let inner = |args: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_dechaff"))
            .args(args)
            .current_dir(place.path().join("d"))
            .output()
            .expect("the program runs");
        (output.status.code(), String::from_utf8(output.stderr).expect("UTF-8"))
    };
    let (code, said) = inner(&["init"]);
    assert!(code == Some(0) && said.contains("takes the place of") && said.contains("extend = "), "{said}");
    assert_eq!(inner(&["check", "a.txt"]).0, Some(1));
    let (_, hint) = said.split_once("extend = ").expect("a hint");
    let (path, _) = hint.split_once(" keeps").expect("its end");
    place.put("d/dechaff.toml", format!("extend = {path}\n"));
    assert_eq!(inner(&["check", "a.txt"]).0, Some(0));
}

#[test]
fn completions_know_every_command() {
    for shell in SHELLS {
        let script = Place::new().run(&["completions", shell]).code(0).out;
        for word in ["review", "restore", "max-findings", "completions"] {
            assert!(script.contains(word), "{shell} knows no {word}");
        }
    }
    Place::new().run(&["completions", "tcsh"]).code(2);
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let place = Place::new();
    place.run(&["man", "share/man"]).code(0);
    let help = place.run(&["--help"]).code(0).out;
    let commands = help.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let commands: Vec<&str> =
        commands.filter_map(|l| l.strip_prefix("  ")?.split(' ').next().filter(|name| !name.is_empty())).collect();
    assert!(commands.len() > 10, "{help}");
    for command in commands.iter().filter(|command| **command != "help") {
        assert!(place.has(&format!("share/man/dechaff-{command}.1")), "{command}");
    }
    let page = place.get("share/man/dechaff-check.1");
    assert!(page.contains(".TH dechaff-check 1"), "{page}");
    place.put("file", "").run(&["man", "file"]).code(2).says("file: ");
}
