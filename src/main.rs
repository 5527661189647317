//! The program: parse, run, exit code. Everything it does lies in `cli`.

// Not `forbid`: `#[ctor]` in cli/stdout expands to unsafe code.
#![deny(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main(std::env::args_os()).into()
}
