//! Packs the shipped rules before the program is built, so that no start has to read TOML. How they are read and packed is the
//! program's own code.

#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods)] // The library opens no file and asks no environment; this runs before there is one.

#[allow(dead_code)]
#[path = "../src/document.rs"]
mod document;
#[allow(dead_code)]
#[path = "../src/error.rs"]
mod error;
#[allow(dead_code)]
#[path = "../src/removal.rs"]
mod removal;
#[allow(dead_code)]
mod rules;
#[allow(dead_code)]
#[path = "../src/text/mod.rs"]
mod text;

use std::path::Path;
use std::{env, fs};

fn main() {
    // The packs are part of this program: whoever changes one has it built and run again.
    println!("cargo::rerun-if-changed=build");
    let mut faults = Vec::new();
    let packed = rules::packed(&mut faults);
    for fault in faults {
        println!("cargo::error=src/rules/{fault}");
    }
    let folder = env::var_os("OUT_DIR").expect("cargo says where");
    fs::write(Path::new(&folder).join("rules"), packed).expect("a folder to write to");
}
