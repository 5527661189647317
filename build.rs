//! Packs the shipped rules before the program is built, so that no start reads TOML. Which rules there are, and how they are read
//! and packed, lies in `crates/rules`.

#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods)] // The library opens no file and asks no environment; this runs before there is one.

use std::path::Path;
use std::{env, fs};

use dechaff_rules::{builtin, pack};

fn main() {
    // The packs are part of `dechaff_rules`: whoever changes one has this built and run again.
    println!("cargo::rerun-if-changed=build.rs");
    let mut faults = Vec::new();
    let rules = builtin::read(&mut faults);
    for fault in faults {
        println!("cargo::error=crates/rules/{fault}");
    }
    let folder = env::var_os("OUT_DIR").expect("cargo sets it");
    let packed = pack::write(&rules).expect("rules that postcard can write");
    fs::write(Path::new(&folder).join("rules"), packed).expect("a folder to write to");
}
