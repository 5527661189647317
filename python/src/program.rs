//! The program `dechaff`, in this process.

use std::ffi::OsString;

use pyo3::prelude::*;

use crate::cli;

/// Runs the program with these arguments, of which the first is its name, and returns its exit code.
#[pyfunction]
pub(crate) fn run(py: Python<'_>, arguments: Vec<OsString>) -> i32 {
    py.detach(|| cli::main(arguments).code().into())
}
