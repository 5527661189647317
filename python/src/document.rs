//! A text from Python with what is known of it.

use dechaff::Document;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::fault::fault;

/// What is known of a text besides.
#[derive(Clone, Copy, Default)]
pub(crate) struct Fields<'a> {
    pub(crate) id: Option<&'a str>,
    pub(crate) title: Option<&'a str>,
    pub(crate) url: Option<&'a str>,
    pub(crate) source: Option<&'a str>,
    pub(crate) markdown: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn document(self, text: &'a str) -> Document<'a> {
        let Self { id, title, url, source, markdown } = self;
        Document { id: id.unwrap_or_default(), text, title, url, folder: source, markdown }
    }
}

/// The text of a Python string.
pub(crate) fn text_of<'t>(text: &'t Bound<'_, PyString>) -> PyResult<&'t str> {
    text.to_str().map_err(|_| fault(SURROGATE))
}

/// What is wrong with a Python string that no UTF-8 can hold.
pub(crate) const SURROGATE: &str = "the text holds half of a surrogate pair, so it is no Unicode text";

/// True for what stands where a value is missing: `None`, and what is not equal to itself, such as NaN.
pub(crate) fn is_missing(value: &Bound<'_, PyAny>) -> bool {
    if value.is_none() {
        return true;
    }
    // Some signs for a missing value answer each comparison with themselves.
    value
        .rich_compare(value, pyo3::basic::CompareOp::Ne)
        .is_ok_and(|ne| ne.is(value) || ne.is_truthy().unwrap_or(false))
}

/// A column of strings beside the texts: addresses, titles.
pub(crate) struct Beside<'py>(Option<Vec<Option<Bound<'py, PyString>>>>);

impl<'py> Beside<'py> {
    /// The column, which must be as long as the texts are many; `name` is what messages call it.
    pub(crate) fn new(values: Option<&Bound<'py, PyList>>, texts: usize, name: &str) -> PyResult<Self> {
        let Some(values) = values else { return Ok(Self(None)) };
        if values.len() != texts {
            return Err(fault(&format!(
                "there are {texts} texts and {} {name}; each text needs one or None",
                values.len()
            )));
        }
        let strings = values.iter().enumerate().map(|(at, value)| string(value, name, at));
        strings.collect::<PyResult<_>>().map(|column| Self(Some(column)))
    }

    /// The value beside a text; `None` where it is missing, or no UTF-8 can hold it.
    pub(crate) fn at(&self, at: usize) -> Option<&str> {
        self.0.as_ref()?[at].as_ref()?.to_str().ok()
    }
}

/// A value as a string, `None` if it is missing.
pub(crate) fn string<'py>(value: Bound<'py, PyAny>, name: &str, at: usize) -> PyResult<Option<Bound<'py, PyString>>> {
    match value.cast_into::<PyString>() {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let value = error.into_inner();
            if is_missing(&value) {
                return Ok(None);
            }
            let kind = value.get_type().name()?;
            Err(PyTypeError::new_err(format!("{name}[{at}] is {kind}, not str")))
        }
    }
}
