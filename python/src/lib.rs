//! The extension module of the Python package `dechaff`: the library, as Python calls it. What users see is written in Python, in
//! `python/dechaff`.

#![deny(unsafe_code)]

mod capsule;
mod cells;
// The program, as a part of the package: the command of this name runs it.
#[path = "../../src/cli/mod.rs"]
mod cli;
mod document;
mod engine;
mod fault;
mod learning;
mod pool;
mod spans;
mod table;
mod texts;

use std::ffi::OsString;

use pyo3::prelude::*;

#[pymodule]
mod _dechaff {
    use super::*;

    #[pymodule_export]
    use engine::Engine;
    #[pymodule_export]
    use fault::{DechaffError, DechaffWarning, RuleError, TableError, read_file};
    #[pymodule_export]
    use learning::Learner;
    #[pymodule_export]
    use table::Table;

    /// Runs the program with these arguments, of which the first is its name, and returns its exit code.
    #[pyfunction]
    fn run(py: Python<'_>, arguments: Vec<OsString>) -> i32 {
        py.detach(|| cli::main(arguments).code().into())
    }

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            // A panic while a document is cleaned becomes a warning about that document: no backtrace here.
            if !dechaff::batch::is_guarded() {
                loud(panic);
            }
        }));
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
