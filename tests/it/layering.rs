//! Tests of the architecture: which modules may use which, and which files may use a dependency.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The sources of the program with its library, and of the model of rules.
const PROGRAM: &str = "src/";
const RULES: &str = "crates/rules/src/";
/// The Python package. The program in it is that of `src/cli`.
const PYTHON: &str = "python/src/";

/// Modules by crate and floor. A file may use its own floor and the floors below. Between crates, cargo sees to it.
const FLOORS: &[(&str, &[&[&str]])] = &[
    (
        RULES,
        &[
            &["family", "fault", "joined", "learned", "suggest", "pattern", "text"],
            &["rule"],
            &["vocabulary", "cost", "schema", "learned_file"],
            &["check"],
            &["set"],
            &["builtin", "select", "pack", "proof"],
        ],
    ),
    (
        PROGRAM,
        &[
            &["document", "removal", "error"],
            &["rules"],
            &["matching", "learn"],
            &["detect"],
            &["settle", "cut", "decisions"],
            &["cleaner"],
            &["batch", "evidence", "diff", "format", "report"],
        ],
    ),
    (
        PYTHON,
        &[
            &["fault"],
            &["document", "pool", "spans", "capsule", "cells"],
            &["texts"],
            &["table", "learning", "program"],
            &["engine"],
        ],
    ),
];

/// The files that may use each dependency; most have a single one.
const DOORS: &[(&str, &[&str])] = &[
    ("aho_corasick", &["src/matching/phrases.rs"]),
    ("regex", &["src/matching/pattern.rs"]),
    ("wide", &["crates/rules/src/text/classes.rs"]),
    ("simdutf8", &["src/cli/records.rs", "src/format/plain.rs"]),
    (
        "toml",
        &["crates/rules/src/schema.rs", "src/cli/options/config.rs", "src/cli/review/rulebook.rs", "src/decisions.rs"],
    ),
    ("similar", &["src/diff.rs", "src/diff/versions.rs", "src/cli/undo/restore/file.rs"]),
    ("blake3", &["src/cli/undo/journal/hash.rs"]),
    ("bytesize", &["src/cli/size.rs"]),
    ("humantime", &["src/cli/undo/journal/mod.rs"]),
    ("bytes", &["src/format/parquet/pages.rs", "src/format/parquet/tests.rs"]),
    ("parquet", &["src/format/parquet.rs", "src/format/parquet/"]),
    (
        "rayon",
        &["src/batch.rs", "src/cli/session.rs", "python/src/pool.rs", "python/src/texts.rs", "python/src/learning.rs"],
    ),
    ("console", &["src/cli/review/mod.rs"]),
    ("clap", &["src/cli/mod.rs", "src/cli/options/"]),
    ("clap_complete", &["src/cli/generated.rs", "src/cli/options/commands.rs"]),
    ("clap_mangen", &["src/cli/generated.rs"]),
    ("ignore", &["src/cli/inputs.rs"]),
    ("indicatif", &["src/cli/progress.rs"]),
    ("flate2", &["src/cli/packing.rs"]),
    ("zstd", &["src/cli/packing.rs"]),
    ("bzip2", &["src/cli/packing.rs"]),
    ("lzma_rust2", &["src/cli/packing.rs"]),
    ("csv_core", &["src/format/csv.rs"]),
    ("encoding_rs", &["src/format/encoding.rs"]),
    ("chardetng", &["src/format/encoding.rs"]),
    ("tempfile", &["src/cli/files.rs", "src/cli/input.rs"]),
    ("same_file", &["src/cli/inputs.rs"]),
    ("ctor", &["src/cli/stdout.rs"]),
    ("rustix", &["src/cli/stdout.rs", "src/cli/streams.rs"]),
    (
        "anstream",
        &[
            "src/cli/options/global.rs",
            "src/cli/review/mod.rs",
            "src/cli/session.rs",
            "src/cli/stdout.rs",
            "python/src/engine.rs",
        ],
    ),
    ("signal_hook", &["src/cli/interrupt.rs"]),
    ("caseless", &["crates/rules/src/text/fold.rs"]),
    ("html_escape", &["crates/rules/src/text/fold.rs", "src/report/figures/html.rs"]),
    ("unicode_normalization", &["crates/rules/src/vocabulary.rs", "crates/rules/src/text/"]),
    ("unicode_segmentation", &["src/report/screen.rs"]),
    ("unicode_width", &["src/report/screen.rs"]),
    ("regex_automata", &["src/matching/pattern.rs"]),
    ("regex_syntax", &["crates/rules/src/pattern.rs"]),
    ("postcard", &["crates/rules/src/pack.rs"]),
    ("pyo3", &["python/src/"]),
    ("arrow_array", &["python/src/capsule.rs", "python/src/cells.rs", "python/src/table.rs"]),
    ("arrow_cast", &["python/src/cells.rs"]),
];

fn sources(folder: &Path, out: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// All source files: their paths from the root of the repository, and their texts.
fn texts() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in [PROGRAM, RULES, PYTHON] {
        sources(&root.join(folder), &mut paths);
    }
    paths
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("readable");
            (path.strip_prefix(root).expect("below the root").to_string_lossy().replace('\\', "/"), text)
        })
        .collect()
}

/// All source files: their paths from the root of the repository, and their code without tests and comments.
fn files() -> Vec<(String, String)> {
    let code = |text: String| {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        code.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
    };
    texts().into_iter().map(|(path, text)| (path, code(text))).collect()
}

/// The crate of a file, and the floor on which it lies there.
fn floor(path: &str) -> Option<(&str, usize)> {
    let (folder, floors) = FLOORS.iter().find(|(folder, _)| path.starts_with(folder))?;
    let module = path[folder.len()..].split(['/', '.']).next()?;
    Some((*folder, floors.iter().position(|modules| modules.contains(&module))?))
}

/// Uses of a floor above the file's own.
fn climbs(files: &[(String, String)]) -> Vec<String> {
    let modules = Modules::of(files);
    let climbs = modules.uses().into_iter().filter(|(user, used)| {
        floor(user).zip(floor(used)).is_some_and(|(user, used)| user.0 == used.0 && user.1 < used.1)
    });
    climbs.map(|(user, used)| format!("{user} uses {used}")).collect()
}

#[test]
fn no_file_uses_a_floor_above_its_own() {
    let wrong = climbs(&texts());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_use_of_a_floor_above_is_found() {
    let found = |path: &str, text: &str| {
        let files = [
            (path, text),
            ("src/detect/mod.rs", "pub fn a() {}"),
            ("src/rules.rs", "pub(crate) use dechaff_rules::*;"),
            ("crates/rules/src/set.rs", "pub struct RuleSet;"),
        ];
        climbs(&files.map(|(path, text)| (path.to_owned(), text.to_owned())))
    };
    for text in ["fn b() { crate::detect::a() }", "use crate::detect::{self, a}; fn b() { detect::a() }"] {
        assert_eq!(found("src/matching/b.rs", text), ["src/matching/b.rs uses src/detect/mod.rs"]);
        assert_eq!(found("src/cut.rs", text), Vec::<String>::new());
    }
    let set = "use super::set::RuleSet; fn b(set: RuleSet) {}";
    assert_eq!(found("crates/rules/src/rule.rs", set), ["crates/rules/src/rule.rs uses crates/rules/src/set.rs"]);
    assert_eq!(found("crates/rules/src/pack.rs", set), Vec::<String>::new());
    assert_eq!(found("src/document.rs", "fn b() { dechaff_rules::set::RuleSet }"), Vec::<String>::new());
}

/// Uses of dependencies past their doors.
fn past_doors(files: &[(String, String)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, code) in files {
        for (dependency, doors) in DOORS {
            let used = ["use ", " ", "(", "<"].iter().any(|before| code.contains(&format!("{before}{dependency}::")));
            let is_door = doors.iter().any(|door| path == *door || door.ends_with('/') && path.starts_with(door));
            if used && !is_door && !has_module(code, dependency) {
                wrong.push(format!("{path} uses {dependency}"));
            }
        }
    }
    wrong
}

/// True if a file imports a module of ours by this name, which hides the dependency of the same name.
fn has_module(code: &str, name: &str) -> bool {
    let mut words = Vec::new();
    words_of(code.parse().unwrap_or_else(|e| panic!("{name}: {e}")), &mut words);
    imports(&words).0.iter().any(|import| import.name == name && import.path.len() > 1)
}

#[test]
fn each_dependency_has_one_door() {
    let wrong = past_doors(&files());
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_use_past_a_door_is_found() {
    let found = |path: &str, code: &str| past_doors(&[(path.to_owned(), code.to_owned())]);
    for code in ["use parquet::errors;", "fn a() -> Box<parquet::A> {}", "fn a() { b(parquet::a()) }"] {
        assert_eq!(found("src/cli/a.rs", code), ["src/cli/a.rs uses parquet"], "{code}");
        assert_eq!(found("src/format/parquet/a.rs", code), Vec::<String>::new(), "{code}");
    }
    let ours = "use dechaff::format::{csv, parquet}; fn a() -> Box<parquet::Rows> {}";
    assert_eq!(found("src/cli/a.rs", ours), Vec::<String>::new());
}

#[test]
fn every_file_says_what_lives_in_it() {
    let build = Path::new(env!("CARGO_MANIFEST_DIR")).join("build.rs");
    let build = ("build.rs".to_owned(), fs::read_to_string(build).expect("readable"));
    for (path, text) in texts().into_iter().chain([build]) {
        assert!(text.starts_with("//! "), "{path} does not begin with a sentence about itself");
    }
}

#[test]
fn the_library_stays_away_from_the_world() {
    for (path, code) in files() {
        if path.starts_with("src/cli") || path == "src/main.rs" || path.starts_with(PYTHON) {
            continue;
        }
        for word in [
            "std::fs",
            "println!",
            "eprintln!",
            "std::env",
            "std::process",
            "Instant::now",
            "SystemTime",
            "ThreadPoolBuilder",
            "std::thread::spawn",
        ] {
            assert!(!code.contains(word), "{path} uses {word}");
        }
    }
}

/// All source files as modules.
struct Modules {
    /// By the crate and path of the module: the file, and its code as words.
    files: BTreeMap<Vec<String>, (String, Vec<String>)>,
}

/// One name that a `use` brings into a file.
struct Import {
    name: String,
    path: Vec<String>,
    is_public: bool,
}

impl Modules {
    /// The modules in files, given as paths and texts. Tests, comments and the contents of strings are left
    /// out.
    fn of(files: &[(String, String)]) -> Self {
        let files = files.iter().map(|(path, text)| {
            let stream: TokenStream = text.parse().unwrap_or_else(|e| panic!("{path}: {e}"));
            let mut words = Vec::new();
            words_of(stream, &mut words);
            (module_of(path), (path.clone(), words))
        });
        Self { files: files.collect() }
    }

    /// All pairs of files of which the first uses the second. A parent that re-exports a name of its child
    /// does not use the child; a file that imports the name from the parent uses the child.
    fn uses(&self) -> BTreeSet<(&str, &str)> {
        let mut uses = BTreeSet::new();
        for (module, (file, words)) in &self.files {
            let (imports, rest) = imports(words);
            let mut paths: Vec<Vec<String>> = Vec::new();
            for import in &imports {
                let is_module = self.module(module, &import.path).is_some();
                let is_named = || rest.contains(&import.name);
                // An import of a module is no use; the paths that begin with the module are.
                if !is_module && (!import.is_public || is_named()) {
                    paths.push(import.path.clone());
                }
            }
            for path in inline_paths(&rest) {
                let full = match imports.iter().find(|import| import.name == path[0]) {
                    Some(import) => [&import.path[..], &path[1..]].concat(),
                    None => path,
                };
                paths.push(full);
            }
            let used = paths.iter().filter_map(|path| self.definer(module, path, 0)).filter(|used| used != file);
            uses.extend(used.map(|used| (file.as_str(), used)));
        }
        uses
    }

    /// The longest module that `path` begins with, as seen from the module `from`, and the rest of the path.
    fn start<'p>(&self, from: &[String], path: &'p [String]) -> Option<(Vec<String>, &'p [String])> {
        let mut module = from.to_vec();
        let mut rest = path;
        match path.first()?.as_str() {
            "crate" => module.truncate(1),
            "dechaff_rules" => module = vec!["dechaff_rules".to_owned()],
            "self" => {}
            "super" => drop(module.pop()),
            child => {
                module.push(child.to_owned());
                self.files.get(&module)?;
            }
        }
        rest = &rest[1..];
        while rest.first().is_some_and(|word| word == "super") {
            module.pop();
            rest = &rest[1..];
        }
        while let Some(next) = rest.first() {
            module.push(next.clone());
            if !self.files.contains_key(&module) {
                module.pop();
                break;
            }
            rest = &rest[1..];
        }
        Some((module, rest))
    }

    /// The module that `path` names, as seen from the module `from`; `None` if it names something else.
    fn module(&self, from: &[String], path: &[String]) -> Option<Vec<String>> {
        self.start(from, path).filter(|(_, rest)| rest.is_empty()).map(|(module, _)| module)
    }

    /// The file that defines the name at `path`, as seen from the module `from`, past files that only
    /// re-export it.
    fn definer(&self, from: &[String], path: &[String], depth: usize) -> Option<&str> {
        let (module, rest) = self.start(from, path)?;
        let (file, words) = self.files.get(&module)?;
        let handed_on = rest.first().filter(|_| depth < 8).and_then(|name| {
            let import = imports(words).0.into_iter().find(|import| import.name == *name)?;
            let path = [&import.path[..], &rest[1..]].concat();
            self.definer(&module, &path, depth + 1)
        });
        Some(handed_on.unwrap_or(file))
    }
}

/// The crate and the module path of a file. The program is a crate of its own.
fn module_of(path: &str) -> Vec<String> {
    let (krate, path) = match path.strip_prefix(RULES) {
        Some(path) => ("dechaff_rules", path),
        None if path.starts_with(PYTHON) => ("python", &path[PYTHON.len()..]),
        None if path == "src/main.rs" || path.starts_with("src/cli") => ("program", path.trim_start_matches(PROGRAM)),
        None => ("library", path.trim_start_matches(PROGRAM)),
    };
    let path = path.trim_end_matches(".rs").trim_end_matches("/mod");
    let names = path.split('/').filter(|name| !matches!(*name, "main" | "lib"));
    [krate].into_iter().chain(names).map(str::to_owned).collect()
}

/// Appends the words and signs of a token stream, `::` as one sign, without items that are compiled for
/// tests only.
fn words_of(stream: TokenStream, out: &mut Vec<String>) {
    let mut tokens = stream.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' && is_for_tests(tokens.peek()) => {
                // Skips the item: it ends with its body in braces, or with a semicolon.
                for token in tokens.by_ref() {
                    match token {
                        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
                        TokenTree::Punct(sign) if sign.as_char() == ';' => break,
                        _ => {}
                    }
                }
            }
            TokenTree::Punct(sign) => match out.last_mut() {
                Some(last) if last == ":" && sign.as_char() == ':' => last.push(':'),
                _ => out.push(sign.as_char().to_string()),
            },
            TokenTree::Ident(word) => out.push(word.to_string()),
            TokenTree::Literal(_) => out.push("\"".to_owned()),
            TokenTree::Group(group) => {
                out.push("(".to_owned());
                words_of(group.stream(), out);
                out.push(")".to_owned());
            }
        }
    }
}

fn is_for_tests(attribute: Option<&TokenTree>) -> bool {
    matches!(attribute, Some(TokenTree::Group(group)) if group.stream().to_string().replace(' ', "") == "cfg(test)")
}

/// The imports of a file, and its words without the imports and without the declarations of its child
/// modules.
fn imports(words: &[String]) -> (Vec<Import>, Vec<String>) {
    let (mut imports, mut rest) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word == "use" && words.get(at + 1).is_some_and(|next| next != "<") {
            let before = words[..at].iter().rev().map(String::as_str);
            let is_public = matches!(before.take_while(|word| *word != ";").last(), Some("pub"));
            let end = at + words[at..].iter().position(|word| word == ";").expect("the end of a use");
            read_use(&words[at + 1..end], &[], is_public, &mut imports);
            at = end;
        } else if word == "mod" && words.get(at + 2).is_some_and(|end| end == ";") {
            at += 2;
        } else {
            rest.push(word.clone());
        }
        at += 1;
    }
    (imports, rest)
}

/// Appends the imports of one `use`, given as its words behind the path `before`.
fn read_use(words: &[String], before: &[String], is_public: bool, out: &mut Vec<Import>) {
    let mut path = before.to_vec();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "::" => {}
            "as" => {
                let name = words.next().expect("a name").clone();
                return out.push(Import { name, path, is_public });
            }
            "(" => {
                let inner = words.as_slice();
                let inner = &inner[..inner.len() - 1];
                let (mut depth, mut start) = (0, 0);
                for (at, word) in inner.iter().enumerate() {
                    depth += i32::from(word == "(") - i32::from(word == ")");
                    if depth == 0 && word == "," {
                        read_use(&inner[start..at], &path, is_public, out);
                        start = at + 1;
                    }
                }
                return if start < inner.len() {
                    read_use(&inner[start..], &path, is_public, out)
                };
            }
            "self" if !path.is_empty() => {}
            name => path.push(name.to_owned()),
        }
    }
    if let Some(name) = path.last() {
        out.push(Import { name: name.clone(), path, is_public });
    }
}

/// All paths of two or more names, such as `diff::hunks`.
fn inline_paths(words: &[String]) -> Vec<Vec<String>> {
    let is_name = |word: &str| word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut paths = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let mut path = Vec::new();
        while words.get(at).is_some_and(|word| is_name(word)) {
            path.push(words[at].clone());
            if words.get(at + 1).is_none_or(|next| next != "::") {
                break;
            }
            at += 2;
        }
        at += 1;
        if path.len() > 1 {
            paths.push(path);
        }
    }
    paths
}

/// The largest groups of files that all use one another, directly or through others.
fn circles<'n>(uses: &BTreeSet<(&'n str, &'n str)>) -> Vec<BTreeSet<&'n str>> {
    let reached = |from: &'n str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
        while let Some(file) = open.pop() {
            open.extend(
                uses.iter().filter(|(user, _)| *user == file).map(|(_, used)| *used).filter(|f| seen.insert(*f)),
            );
        }
        seen
    };
    let files: BTreeSet<&str> = uses.iter().flat_map(|(user, used)| [*user, *used]).collect();
    let reach: BTreeMap<&str, BTreeSet<&str>> = files.iter().map(|file| (*file, reached(file))).collect();
    let circles: BTreeSet<BTreeSet<&str>> = files
        .iter()
        .map(|file| reach[file].iter().filter(|other| reach[**other].contains(file)).copied().collect())
        .filter(|circle: &BTreeSet<&str>| !circle.is_empty())
        .collect();
    circles.into_iter().collect()
}

#[test]
fn no_files_use_one_another() {
    let modules = Modules::of(&texts());
    let uses = modules.uses();
    let mut wrong = Vec::new();
    for circle in circles(&uses) {
        let inside = uses.iter().filter(|(user, used)| circle.contains(user) && circle.contains(used));
        wrong.extend(inside.map(|(user, used)| format!("{user} uses {used}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The circles among files, given as paths and texts.
fn circles_in(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let files: Vec<_> = files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let modules = Modules::of(&files);
    circles(&modules.uses()).into_iter().map(|circle| circle.into_iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_circle_is_found_whatever_its_paths_look_like() {
    let ring = ["src/a.rs", "src/b/c.rs", "src/b/mod.rs"];
    let c = ("src/b/c.rs", "pub struct C; fn c() { println!(\"{}\", crate::a::a()) }");
    for (a, b) in [
        ("use crate::b::{self, B}; pub fn a() -> B {}", "mod c; use c::{C as D, C}; pub struct B(C);"),
        ("use super::b; pub fn a() { b::b() }", "mod c; pub fn b() -> self::c::C {}"),
        ("pub fn a() { let _ = vec![super::b::B] }", "mod c; use {self::{c::C}}; pub struct B(C);"),
    ] {
        assert_eq!(circles_in(&[("src/a.rs", a), ("src/b/mod.rs", b), c]), [ring], "{a} {b}");
    }
    // An import through a parent that only re-exports uses the child. A parent that also names the child's
    // type uses the child.
    let a = ("src/a.rs", "use crate::b::C; pub fn a() -> C {}");
    assert_eq!(circles_in(&[a, ("src/b/mod.rs", "mod c; pub(crate) use c::C;"), c]), [["src/a.rs", "src/b/c.rs"]]);
    let parent = "mod c; pub use c::C; pub fn b() -> C {}";
    let child = ("src/b/c.rs", "pub struct C; fn c() { super::b() }");
    assert_eq!(circles_in(&[("src/b/mod.rs", parent), child]), [["src/b/c.rs", "src/b/mod.rs"]]);
}

#[test]
fn what_is_no_circle_is_not_taken_for_one() {
    let b = ("src/b.rs", "pub fn b() {}");
    for a in [
        "use crate::b::b; pub fn a() { b() }",
        "// crate::c::c()\n/// [`crate::c::c`]\npub fn a() { \"crate::c::c()\"; crate::b::b() }",
        "pub fn a() { crate::b::b() } #[cfg(test)] mod tests { use crate::c::c; } #[cfg(test)] use crate::c::c;",
    ] {
        let c = ("src/c.rs", "use crate::a::a; use crate::b; fn c() { a(); b::b() }");
        assert_eq!(circles_in(&[("src/a.rs", a), b, c]), Vec::<Vec<String>>::new(), "{a}");
    }
    // The program and the library are two crates, though both begin with `crate`.
    let (program, library) = (("src/cli/b.rs", "fn b() { crate::a::a() }"), ("src/a.rs", "fn a() { crate::b::b() }"));
    assert_eq!(circles_in(&[program, library, b]), Vec::<Vec<String>>::new());
}
