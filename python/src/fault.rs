//! Exceptions with the text that the program prints, and the reading of the files that a user names.

use std::fs;
use std::path::PathBuf;

use dechaff::report::{safe, safe_name};
use pyo3::create_exception;
use pyo3::exceptions::{PyUserWarning, PyValueError};
use pyo3::prelude::*;

create_exception!(dechaff, DechaffError, PyValueError, "What dechaff cannot do, in the words of its command line.");
create_exception!(
    dechaff,
    RuleError,
    DechaffError,
    "Rules, learned files or decisions with faults: all of them, one a line."
);
create_exception!(dechaff, TableError, DechaffError, "A table without the column, or with one that holds no text.");
create_exception!(dechaff, DechaffWarning, PyUserWarning, "A text of many that was left as it is, and why.");

/// A fault as the program prints it: control characters made visible, more lines indented.
fn said(text: &str) -> String {
    text.lines().map(safe).collect::<Vec<_>>().join("\n  ")
}

pub(crate) fn fault(text: &str) -> PyErr {
    DechaffError::new_err(said(text))
}

pub(crate) fn rule_fault(error: &dechaff::RuleError) -> PyErr {
    RuleError::new_err(said(&error.to_string()))
}

/// The name and the text of a file.
#[pyfunction]
#[expect(clippy::disallowed_methods, reason = "a file that the user names; the library still opens none")]
pub(crate) fn read_file(py: Python<'_>, path: PathBuf) -> PyResult<(String, String)> {
    let name = path.to_string_lossy().into_owned();
    match py.detach(|| fs::read_to_string(&path)) {
        Ok(text) => Ok((name, text)),
        Err(error) => {
            let error = error.to_string();
            let error = error.split(" (os error").next().unwrap_or_default();
            let mut chars = error.chars();
            let plain: String = chars.next().iter().flat_map(|first| first.to_lowercase()).chain(chars).collect();
            Err(DechaffError::new_err(format!("{}: {}", safe_name(&name), safe(&plain))))
        }
    }
}
