//! Tests of configuration files: where they are found, and which setting takes precedence.

use super::clean::HUNGRY;
use super::{CLEAN, DIRTY, Place};

#[test]
fn the_nearest_file_upward_counts_and_a_flag_wins() {
    let place = Place::new();
    place.put("dechaff.toml", "ignore = ['share']").put("deep/er/a.txt", DIRTY);
    let in_folder = |args: &[&str]| {
        super::Run::of(&place.command(args).current_dir(place.path().join("deep/er")).output().expect("the program"))
    };
    assert_eq!(in_folder(&["clean", "a.txt"]).code(0).out, DIRTY);
    assert_eq!(in_folder(&["clean", "a.txt", "--isolated"]).code(0).out, CLEAN);
    assert_eq!(in_folder(&["clean", "a.txt", "--ignore", "cookies"]).code(0).out, CLEAN);
    place.put("deep/pyproject.toml", "[tool.other]\nx = 1\n");
    assert_eq!(in_folder(&["clean", "a.txt"]).code(0).out, DIRTY);
    place.put("deep/pyproject.toml", "[tool.dechaff]\nprofile = 'balanced'\n");
    assert_eq!(in_folder(&["clean", "a.txt"]).code(0).out, CLEAN);
    in_folder(&["clean", "a.txt", "-v"]).code(0).says("pyproject.toml: configuration in use");
}

#[test]
fn the_users_own_file_comes_last() {
    let place = Place::new();
    place.put(".no-config/dechaff/config.toml", "ignore = ['share']").put("a.txt", DIRTY);
    assert_eq!(place.run(&["clean", "a.txt"]).code(0).out, DIRTY);
    place.put(".dechaff.toml", "");
    assert_eq!(place.run(&["clean", "a.txt"]).code(0).out, CLEAN);
}

#[test]
fn rule_files_lie_beside_the_configuration() {
    let place = Place::new();
    place.put("team/base.toml", "rules = ['my.toml']\nmax-removed = 1.0").put("team/my.toml", HUNGRY);
    place.put("dechaff.toml", "extend = 'team/base.toml'");
    let text = "The hungry rule eats sentences of this kind.\nNobody knows how to stop it.\n";
    assert_eq!(place.pipe(&["clean"], text).code(0).out, "Nobody knows how to stop it.\n");
}

#[test]
fn unknown_keys_are_refused_with_their_place() {
    let place = Place::new();
    place.put("dechaff.toml", "jobs = 2\nselekt = ['share']\n").put("a.txt", DIRTY);
    place.run(&["clean", "a.txt"]).code(2).says("dechaff.toml:2:1: unknown key 'selekt'; did you mean 'select'?");
    place.run(&["clean", "a.txt", "--config", "gone.toml"]).code(2).says("gone.toml: no such file");
}
