//! All tests from outside, as one program: the library through its public API, the program through its
//! command line.
#![allow(clippy::disallowed_methods)] // tests read files; the library does not

mod cli;
mod common;
mod content;
mod corpus;
mod diff;
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;
mod home;
mod html;
#[cfg(unix)]
mod kill;
mod layering;
mod licences;
mod looks;
mod own_labels;
mod properties;
#[cfg(unix)] // commands of a shell
mod readme;
mod replay;
mod rules;
mod sources;
mod together;
mod verdicts;
