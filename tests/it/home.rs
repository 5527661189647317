//! Tests of what surrounds the program in public: names of archives, targets, the account, links between pages. Linters
//! of workflows and the book itself are in `tests/home/run`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::common;

fn text(path: &str) -> String {
    fs::read_to_string(common::root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn manifest() -> toml::Table {
    text("Cargo.toml").parse().expect("TOML")
}

/// The targets that a file names between quotes, spaces, brackets or dots.
fn targets(path: &str) -> BTreeSet<String> {
    let text = text(path);
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    let is_target = |word: &&str| {
        word.split('-').count() >= 3 && ["x86_64-", "aarch64-"].iter().any(|machine| word.starts_with(machine))
    };
    words.filter(is_target).map(str::to_owned).collect()
}

#[test]
fn releases_wheels_and_the_action_have_the_same_targets() {
    let released = targets(".github/workflows/release.yml");
    assert!(released.len() >= 5, "{released:?}");
    for path in [".github/workflows/wheels.yml", ".github/check", "docs/platforms.md"] {
        assert_eq!(targets(path), released, "{path}");
    }
}

/// The address of an archive and the program in it, as cargo-binstall makes them of Cargo.toml.
fn binstalled(target: &str) -> (String, String) {
    let manifest = manifest();
    let metadata = &manifest["package"]["metadata"]["binstall"];
    let of_target = metadata.get("overrides").and_then(|all| all.get(target));
    let value = |key: &str| {
        let own = of_target.and_then(|overrides| overrides.get(key));
        own.unwrap_or(&metadata[key]).as_str().expect("a string").to_owned()
    };
    let (suffix, ending) = match value("pkg-fmt").as_str() {
        "tgz" => (".tar.gz", ""),
        "zip" => (".zip", ".exe"),
        other => panic!("{other}"),
    };
    let filled = |template: String| {
        let values = [
            ("repo", "REPO"),
            ("version", "1.2.3"),
            ("target", target),
            ("archive-suffix", suffix),
            ("bin", "dechaff"),
        ];
        let filled = values.iter().fold(template, |text, (name, value)| text.replace(&format!("{{ {name} }}"), value));
        filled.replace("{ binary-ext }", ending)
    };
    (filled(value("pkg-url")), filled(value("bin-dir")))
}

#[test]
fn archives_are_called_what_installers_ask_for() {
    // `name` is what .ci/pack and the action call the folder in the archive.
    let name = "name=dechaff-$version-$target\n";
    let (pack, check) = (text(".ci/pack"), text(".github/check"));
    assert!(pack.contains(name) && check.contains(name));
    assert!(
        pack.contains("*windows*) 7z a -bso0 \"$name.zip\" \"$name\"") && pack.contains("\"$name.tar.gz\" \"$name\"")
    );
    assert!(check.contains("\"$REPOSITORY/releases/download/v$version/$file\""));
    for target in targets(".github/workflows/release.yml") {
        let name = format!("dechaff-1.2.3-{target}");
        let (suffix, ending) = if target.contains("windows") { (".zip", ".exe") } else { (".tar.gz", "") };
        let archive = format!("REPO/releases/download/v1.2.3/{name}{suffix}");
        assert_eq!(binstalled(&target), (archive, format!("{name}/dechaff{ending}")));
    }
}

/// All files that git knows, by their path from the root.
fn files() -> Vec<String> {
    let output = std::process::Command::new("git").args(["ls-files"]).current_dir(common::root()).output();
    let listed = String::from_utf8(output.expect("git runs").stdout).expect("UTF-8");
    listed.lines().map(str::to_owned).collect()
}

/// Cargo.toml alone says whose repository this is; a page that shows it says the same.
#[test]
fn the_account_is_named_in_one_place() {
    let manifest = manifest();
    let repository = manifest["workspace"]["package"]["repository"].as_str().expect("a string").to_owned();
    let account = repository.strip_prefix("https://github.com/").and_then(|rest| rest.strip_suffix("/dechaff"));
    let account = account.expect("https://github.com/ACCOUNT/dechaff");
    let mut wrong = Vec::new();
    for path in
        files().into_iter().filter(|path| path.ends_with(".md") || path.ends_with(".yml") || path.ends_with(".yaml"))
    {
        for (at, line) in text(&path).lines().enumerate() {
            let mut rest = line;
            // `uses: ACCOUNT/dechaff@v1`, `repo: https://github.com/ACCOUNT/dechaff`
            while let Some((before, after)) = rest.split_once("/dechaff") {
                let named =
                    before.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next().unwrap_or_default();
                let is_repository = before.ends_with(&format!("github.com/{named}"))
                    || (after.starts_with('@') && before.contains("uses:"));
                if is_repository && named != account {
                    wrong.push(format!("{path}:{}: {named} in place of {account}", at + 1));
                }
                rest = after;
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// An action whose tag moves runs other code tomorrow; a job without `permissions` may do what the repository allows.
#[test]
fn workflows_pin_their_actions_and_bound_their_permissions() {
    for path in files().into_iter().filter(|path| path.starts_with(".github/workflows/")) {
        let workflow = text(&path);
        assert!(workflow.contains("\npermissions: {}\n") && workflow.contains("\nconcurrency:\n"), "{path}");
        for used in workflow.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("uses: ")) {
            let pinned = used.split_once('@').is_some_and(|(_, version)| {
                let (commit, tag) = version.split_once(" # v").unwrap_or((version, ""));
                commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()) && !tag.is_empty()
            });
            assert!(pinned || used.starts_with("./"), "{path}: {used}");
        }
    }
}

/// The targets of the links of a page, without those to other sites.
fn links(page: &str) -> Vec<String> {
    let mut links = Vec::new();
    let mut in_code = false;
    for line in page.lines() {
        in_code ^= line.starts_with("```");
        let linked = line.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0));
        let shown = line.split("src=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0));
        links.extend(linked.chain(shown).filter(|link| !in_code && !link.contains("://")).map(str::to_owned));
    }
    links
}

/// The anchor that GitHub and mdBook give a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    let pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(str::to_owned).into_iter();
    for path in pages.chain(files().into_iter().filter(|path| path.starts_with("docs/") && path.ends_with(".md"))) {
        for link in links(&text(&path)) {
            seen += 1;
            let (file, part) = link.split_once('#').unwrap_or((&link, ""));
            let folder = Path::new(&path).parent().expect("a folder");
            let target: PathBuf = if file.is_empty() { path.clone().into() } else { folder.join(file) };
            let there = common::root().join(&target);
            // The book holds docs/ alone.
            let is_inside = !path.starts_with("docs/") || !file.contains("..");
            let has_part = part.is_empty()
                || fs::read_to_string(&there)
                    .unwrap_or_default()
                    .lines()
                    .any(|line| line.starts_with('#') && anchor(line.trim_start_matches('#')) == part);
            if !there.exists() || !is_inside || !has_part {
                wrong.push(format!("{path}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty() && seen > 20, "{seen} links, of them {wrong:#?}");
}

#[test]
fn the_book_has_every_page_once() {
    let mut listed = links(&text("docs/SUMMARY.md"));
    listed.push("SUMMARY.md".to_owned());
    listed.sort();
    let pages = files().into_iter().filter_map(|path| path.strip_prefix("docs/").map(str::to_owned));
    let mut pages: Vec<_> = pages.filter(|path| path.ends_with(".md")).collect();
    pages.sort();
    assert_eq!(listed, pages);
}

#[test]
fn the_table_of_hostile_input_names_every_case() {
    let read =
        |path: &str| std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect("readable");
    let (page, script) = (read("docs/reliability.md"), read("tests/hostile/hostile.py"));
    let rows = page.lines().take_while(|line| !line.starts_with("| generated")).filter(|line| line.starts_with("| "));
    let named: Vec<&str> = rows.filter_map(|line| line.trim_end_matches(" |").rsplit("| ").next()).collect();
    let cases = script.lines().filter_map(|line| line.strip_prefix("def ")?.strip_suffix("(place):"));
    let cases: Vec<&str> = cases.collect();
    assert!(cases.len() > 20, "{cases:?}");
    let missing: Vec<&&str> = cases.iter().filter(|case| !named.contains(*case)).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    let is_case = |name: &&&str| name.contains('_') && !name.contains('`');
    let strange: Vec<&&str> = named.iter().filter(is_case).filter(|name| !cases.contains(*name)).collect();
    assert!(strange.is_empty(), "no such cases: {strange:?}");
}
