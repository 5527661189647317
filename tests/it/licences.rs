//! Tests that a program under MIT or Apache-2.0 may use every dependency. They need no network.

use std::process::Command;

/// Licences that demand no more than a copy of their own text.
const ALLOWED: &[&str] = &[
    "MIT",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "Unlicense",
    "Unicode-3.0",
    "0BSD",
    "CC0-1.0",
    "BSL-1.0",
    "MIT-0",
    "bzip2-1.0.6",
];

/// True if a licence expression in the format of SPDX can be satisfied with allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    // "A AND B" needs both licences, "A OR B" one of them; no dependency has deeper expressions.
    plain.split(" AND ").all(|part| part.split(" OR ").any(|licence| ALLOWED.contains(&licence.trim())))
}

/// The packages below a member of the workspace, as `name version: licence`. `cargo tree` looks only at those that a build of the
/// member has downloaded, for this machine.
fn packages(member: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none", "--format", "{p}: {l}", "--package", member])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = String::from_utf8(output.stdout).expect("UTF-8");
    // A package that was shown before ends with (*).
    shown.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
}

#[test]
fn every_dependency_has_an_allowed_licence() {
    check(&[packages("dechaff"), packages("dechaff-rules")].concat());
}

#[test]
#[ignore = "needs the packages that tests/python/run downloads; .ci/run runs it behind that"]
fn every_dependency_of_the_python_package_has_an_allowed_licence() {
    check(&packages("dechaff-python"));
}

fn check(packages: &[String]) {
    let licence = |package: &str| package.rsplit_once(": ").map(|(_, licence)| licence.to_owned());
    let refused: Vec<&String> = packages.iter().filter(|p| !licence(p).is_some_and(|l| is_allowed(&l))).collect();
    assert!(packages.len() > 50, "the whole tree is looked at");
    assert!(refused.is_empty(), "{refused:#?}");
}

#[test]
fn expressions_are_read() {
    assert!(is_allowed("MIT OR Apache-2.0") && is_allowed("MIT/Apache-2.0"));
    assert!(is_allowed("(MIT OR Apache-2.0) AND Unicode-3.0") && is_allowed("GPL-3.0 OR MIT"));
    assert!(!is_allowed("GPL-3.0") && !is_allowed("MIT AND GPL-3.0"));
}
