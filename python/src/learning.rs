//! Learning what sources repeat, from texts of Python.

use dechaff::Document;
use dechaff::learn::{By, Learner as Counts, Options, Reading};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use rayon::prelude::*;

use crate::document::{Beside, Fields, string, text_of};
use crate::fault::fault;
use crate::pool::Pool;
use crate::texts;

/// Counts the lines of sources.
#[pyclass(module = "dechaff._dechaff")]
pub(crate) struct Learner {
    counts: Counts,
    left_out: usize,
}

#[pymethods]
impl Learner {
    #[new]
    #[pyo3(signature = (*, by="auto", merge_subdomains=false, min_docs=3, min_share=0.1, mergeable=true))]
    fn new(by: &str, merge_subdomains: bool, min_docs: u32, min_share: f64, mergeable: bool) -> PyResult<Self> {
        let Some((_, by)) = By::NAMED.iter().find(|(name, _)| *name == by) else {
            let names: Vec<&str> = By::NAMED.iter().map(|(name, _)| *name).collect();
            return Err(fault(&format!("sources cannot be told by '{by}'; there are: {}", names.join(", "))));
        };
        if min_docs == 0 {
            return Err(fault("min_docs is 0, but a line stands on one article at least"));
        }
        if !(0.0..=1.0).contains(&min_share) {
            return Err(fault(&format!("min_share is {min_share}, but a share lies between 0 and 1")));
        }
        let options = Options { by: *by, merge_subdomains, min_docs, min_share, mergeable, ..Options::default() };
        Ok(Self { counts: Counts::new(options), left_out: 0 })
    }

    /// Counts one text.
    #[pyo3(signature = (text, *, url=None, source=None, id=None))]
    fn add(
        &mut self,
        py: Python<'_>,
        text: &Bound<'_, PyString>,
        url: Option<&str>,
        source: Option<&str>,
        id: Option<&str>,
    ) -> PyResult<()> {
        let document = Fields { id, url, source, ..Fields::default() }.document(text_of(text)?);
        let options = self.counts.options();
        let reading = py.detach(|| Reading::of(&document, options));
        self.take(reading);
        Ok(())
    }

    /// Counts many texts; missing ones are passed over.
    #[pyo3(signature = (texts, *, urls, sources, jobs, progress))]
    fn add_list<'py>(
        &mut self,
        py: Python<'py>,
        texts: &Bound<'py, PyList>,
        urls: Option<&Bound<'py, PyList>>,
        sources: Option<&Bound<'py, PyList>>,
        jobs: usize,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        let (urls, sources) = (Beside::new(urls, texts.len(), "urls")?, Beside::new(sources, texts.len(), "sources")?);
        let column = texts.iter().enumerate().map(|(at, value)| string(value, "texts", at));
        let column: Vec<Option<Bound<'py, PyString>>> = column.collect::<PyResult<_>>()?;
        let pool = Pool::new(jobs)?.threads()?;
        for rows in texts::chunks(column.len(), |row| column[row].as_ref().map_or(0, |text| text.len().unwrap_or(0))) {
            let done = rows.len();
            let document = |row: usize| {
                let text = column[row].as_ref()?.to_str().ok()?;
                Some(Fields { url: urls.at(row), source: sources.at(row), ..Fields::default() }.document(text))
            };
            let documents: Vec<Document<'_>> = rows.filter_map(document).collect();
            let options = self.counts.options();
            let readings: Vec<Option<Reading>> = py.detach(|| {
                pool.install(|| documents.par_iter().map(|document| Reading::of(document, options)).collect())
            });
            py.detach(|| readings.into_iter().for_each(|reading| self.take(reading)));
            py.check_signals()?;
            progress.map(|progress| progress.call1((done,))).transpose()?;
        }
        Ok(())
    }

    /// Adds what another learner counted.
    fn merge(&mut self, py: Python<'_>, other: PyRef<'_, Self>) -> PyResult<()> {
        let (own, others) = (self.counts.options(), other.counts.options());
        if (own.by, own.merge_subdomains) != (others.by, others.merge_subdomains) {
            let how = |options: &Options| {
                let subdomains = if options.merge_subdomains { "True" } else { "False" };
                format!("by='{}' and merge_subdomains={subdomains}", options.by.as_str())
            };
            let (own, others) = (how(own), how(others));
            return Err(fault(&format!(
                "cannot be added up: was counted with {others}, and this with {own}; count all parts alike"
            )));
        }
        if !own.mergeable || !others.mergeable {
            return Err(fault("cannot be added up: this learner keeps no texts of lines that were seen once"));
        }
        let (theirs, left_out) = (other.counts.clone(), other.left_out);
        py.detach(|| self.counts.merge(theirs));
        self.left_out += left_out;
        Ok(())
    }

    /// A learner for each source, by their names.
    fn by_source(&self, py: Python<'_>) -> Vec<(String, Self)> {
        let learners = py.detach(|| self.counts.clone().by_source());
        learners.into_iter().map(|(name, counts)| (name, Self { counts, left_out: 0 })).collect()
    }

    /// What was counted, as the bytes of a file of counts.
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let mut bytes = Vec::new();
        py.detach(|| self.counts.write_counts(&mut bytes)).map_err(|e| fault(&e.to_string()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Adds the counts of a file.
    fn add_counts(&mut self, py: Python<'_>, counts: &[u8]) -> PyResult<()> {
        let read = py.detach(|| Counts::read_counts(counts));
        let counts = read.map_err(|e| fault(&format!("cannot be added up: {e}")))?;
        let other = Py::new(py, Self { counts, left_out: 0 })?;
        self.merge(py, other.borrow(py))
    }

    /// What counts as a source: the way of grouping (`host`, `folder` …), and true if subdomains belong to their host.
    #[staticmethod]
    fn told(py: Python<'_>, counts: &[u8]) -> PyResult<(&'static str, bool)> {
        let read = py.detach(|| Counts::read_counts(counts)).map_err(|e| fault(&format!("cannot be added up: {e}")))?;
        Ok((read.options().by.as_str(), read.options().merge_subdomains))
    }

    /// How many texts were counted.
    #[getter]
    fn documents(&self) -> usize {
        self.counts.documents()
    }

    /// How many texts were of no source, or without anything to read.
    #[getter]
    const fn left_out(&self) -> usize {
        self.left_out
    }

    /// What the sources repeat: their names, a learned file, and one with fingerprints in place of texts.
    fn finish(&self, py: Python<'_>) -> (Vec<String>, String, String) {
        py.detach(|| {
            let learned = self.counts.finish();
            let names = learned.sources().iter().map(|source| source.name.clone()).collect();
            (names, learned.to_toml(false), learned.to_toml(true))
        })
    }
}

impl Learner {
    fn take(&mut self, reading: Option<Reading>) {
        match reading {
            Some(reading) => self.counts.add(reading),
            None => self.left_out += 1,
        }
    }
}
