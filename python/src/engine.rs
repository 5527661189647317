//! A cleaner as Python holds it: built from settings, shared by threads.

use std::sync::{Arc, OnceLock};

use dechaff::batch::guarded;
use dechaff::report::unified;
use dechaff::{Cleaned, Cleaner, CleanerBuilder, Decisions, Document, Profile};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::document::{Beside, Fields, SURROGATE, string, text_of};
use crate::fault::{fault, rule_fault};
use crate::pool::Pool;
use crate::spans::stretches;
use crate::table::{Names, Table};
use crate::texts::{self, Workshop};

#[pyclass(frozen, module = "dechaff._dechaff")]
pub(crate) struct Engine {
    shop: Arc<Workshop>,
    builder: CleanerBuilder,
    /// The same cleaner, which also says what it saw; made when it is needed first.
    explainer: OnceLock<Cleaner>,
}

/// A removal as a tuple: start, end, text, line, rule, family, certainty, reason, evidence.
type Row = (usize, usize, String, usize, String, &'static str, &'static str, String, String);

/// A text that was left as it is: its number, and why.
type Left = (usize, String);

#[pymethods]
impl Engine {
    /// `rules`, `learned` and `decisions` are names and texts of files.
    #[new]
    #[pyo3(signature = (*, rules, learned, decisions, profile, select, extend_select, ignore, max_removed, jobs))]
    #[expect(clippy::too_many_arguments, reason = "named in Python")]
    fn new(
        py: Python<'_>,
        rules: Vec<(String, String)>,
        learned: Vec<(String, String)>,
        decisions: Option<(String, String)>,
        profile: &str,
        select: Option<Vec<String>>,
        extend_select: Vec<String>,
        ignore: Vec<String>,
        max_removed: Option<f64>,
        jobs: usize,
    ) -> PyResult<Self> {
        let mut builder = Cleaner::builder().suspects(false).evidence(false).profile(profile_of(profile)?);
        for (name, toml) in &rules {
            builder = builder.rules(name, toml);
        }
        for (name, toml) in &learned {
            builder = builder.learned_file(name, toml);
        }
        if let Some((name, toml)) = decisions {
            builder = builder.decisions(Decisions::read(&name, &toml).map_err(|e| rule_fault(&e))?);
        }
        if let Some(names) = select {
            builder = builder.select(names);
        }
        builder = builder.extend_select(extend_select).ignore(ignore);
        if let Some(share) = max_removed {
            if !(0.0..=1.0).contains(&share) {
                return Err(fault(&format!("max_removed is {share}, but a share lies between 0 and 1")));
            }
            builder = builder.max_removed(share);
        }
        let cleaner = py.detach(|| builder.clone().build()).map_err(|e| rule_fault(&e))?;
        let shop = Arc::new(Workshop { cleaner, pool: Pool::new(jobs)? });
        Ok(Self { shop, builder, explainer: OnceLock::new() })
    }

    #[pyo3(signature = (text, *, url, title, id, source, markdown))]
    #[expect(clippy::too_many_arguments, reason = "named in Python")]
    fn clean<'py>(
        &self,
        py: Python<'py>,
        text: Bound<'py, PyString>,
        url: Option<&str>,
        title: Option<&str>,
        id: Option<&str>,
        source: Option<&str>,
        markdown: bool,
    ) -> PyResult<Bound<'py, PyString>> {
        let document = Fields { id, title, url, source, markdown }.document(text_of(&text)?);
        let changed = of_one(py, &self.shop.cleaner, &document, texts::changed)?;
        Ok(changed.map_or_else(|| text.clone(), |changed| PyString::new(py, &changed)))
    }

    /// What goes, and why the document is held if it is.
    #[pyo3(signature = (text, *, url, title, id, source, markdown))]
    #[expect(clippy::too_many_arguments, reason = "named in Python")]
    fn explain(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyString>,
        url: Option<&str>,
        title: Option<&str>,
        id: Option<&str>,
        source: Option<&str>,
        markdown: bool,
    ) -> PyResult<(Vec<Row>, Option<String>)> {
        let document = Fields { id, title, url, source, markdown }.document(text_of(text)?);
        let cleaner = self.explainer(py)?;
        of_one(py, cleaner, &document, |cleaned| {
            let row = |stretch: &crate::spans::Stretch<'_>| {
                let r = stretch.removal;
                let text = cleaned.original()[r.span.range()].to_owned();
                let (rule, reason) = (r.rule.as_str().to_owned(), r.reason.to_string());
                let (family, certainty) = (r.family.as_str(), r.certainty.as_str());
                (stretch.start, stretch.end, text, r.line, rule, family, certainty, reason, r.evidence.clone())
            };
            let rows = stretches(cleaned).iter().map(row).collect();
            (rows, cleaned.held().map(|held| held.to_string()))
        })
    }

    #[pyo3(signature = (text, *, url, title, id, source, markdown, context))]
    #[expect(clippy::too_many_arguments, reason = "named in Python")]
    fn diff(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyString>,
        url: Option<&str>,
        title: Option<&str>,
        id: Option<&str>,
        source: Option<&str>,
        markdown: bool,
        context: usize,
    ) -> PyResult<String> {
        let document = Fields { id, title, url, source, markdown }.document(text_of(text)?);
        let name = id.unwrap_or("text");
        let styled = of_one(py, &self.shop.cleaner, &document, |cleaned| {
            let mut page = Vec::new();
            unified(&mut page, name, cleaned, context).map(|()| page)
        })??;
        Ok(anstream::adapter::strip_str(&String::from_utf8_lossy(&styled)).to_string())
    }

    /// The cleaned texts, and the numbers of those that were left as they are with the reasons. `progress` is called with numbers of
    /// texts that are done.
    #[pyo3(signature = (texts, *, urls, titles, sources, markdown, progress))]
    #[expect(clippy::too_many_arguments, reason = "named in Python")]
    fn clean_list<'py>(
        &self,
        py: Python<'py>,
        texts: &Bound<'py, PyList>,
        urls: Option<&Bound<'py, PyList>>,
        titles: Option<&Bound<'py, PyList>>,
        sources: Option<&Bound<'py, PyList>>,
        markdown: bool,
        progress: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Bound<'py, PyList>, Vec<Left>)> {
        let beside = |values, name| Beside::new(values, texts.len(), name);
        let (urls, titles, sources) = (beside(urls, "urls")?, beside(titles, "titles")?, beside(sources, "sources")?);
        let values: Vec<Bound<'py, PyAny>> = texts.iter().collect();
        let column = values.iter().enumerate().map(|(at, value)| string(value.clone(), "texts", at));
        let column: Vec<Option<Bound<'py, PyString>>> = column.collect::<PyResult<_>>()?;
        let threads = self.shop.pool.threads()?;
        let out = PyList::empty(py);
        let mut faults = Vec::new();
        for rows in texts::chunks(column.len(), |row| column[row].as_ref().map_or(0, |text| text.len().unwrap_or(0))) {
            let first = rows.start;
            let document = |row: usize| {
                let (url, title, source) = (urls.at(row), titles.at(row), sources.at(row));
                let text = column[row].as_ref()?.to_str();
                Some(text.ok().map(|text| Fields { id: None, title, url, source, markdown }.document(text)))
            };
            let documents: Vec<Option<Option<Document<'_>>>> = rows.map(document).collect();
            let unreadable = documents.iter().enumerate().filter(|(_, document)| matches!(document, Some(None)));
            faults.extend(unreadable.map(|(at, _)| (first + at, SURROGATE.to_owned())));
            let documents: Vec<Option<Document<'_>>> = documents.into_iter().map(Option::flatten).collect();
            let cleaned = py.detach(|| self.shop.clean(&threads, &documents, texts::changed));
            let done = cleaned.len();
            for (row, cleaned) in (first..).zip(cleaned) {
                match cleaned {
                    Some(Ok(Some(changed))) => out.append(PyString::new(py, &changed))?,
                    Some(Err(error)) => {
                        faults.push((row, error.to_string()));
                        out.append(&values[row])?;
                    }
                    Some(Ok(None)) | None => out.append(&values[row])?,
                }
            }
            py.check_signals()?;
            progress.map(|progress| progress.call1((done,))).transpose()?;
        }
        faults.sort_unstable();
        Ok((out, faults))
    }

    #[pyo3(signature = (table, *, column, spans_column, url_column, title_column, source_column, markdown))]
    #[expect(clippy::too_many_arguments, reason = "named in Python")]
    fn clean_table(
        &self,
        table: &Bound<'_, PyAny>,
        column: &str,
        spans_column: Option<&str>,
        url_column: Option<&str>,
        title_column: Option<&str>,
        source_column: Option<&str>,
        markdown: bool,
    ) -> PyResult<Table> {
        let names = Names {
            text: column,
            url: url_column,
            title: title_column,
            source: source_column,
            spans: spans_column,
            markdown,
        };
        Table::new(self.shop.clone(), table, &names)
    }
}

impl Engine {
    fn explainer(&self, py: Python<'_>) -> PyResult<&Cleaner> {
        if let Some(cleaner) = self.explainer.get() {
            return Ok(cleaner);
        }
        let cleaner = py.detach(|| self.builder.clone().evidence(true).build()).map_err(|e| rule_fault(&e))?;
        Ok(self.explainer.get_or_init(|| cleaner))
    }
}

fn profile_of(name: &str) -> PyResult<Profile> {
    match name {
        "safe" => Ok(Profile::Safe),
        "balanced" => Ok(Profile::Balanced),
        "aggressive" => Ok(Profile::Aggressive),
        _ => Err(fault(&format!("there is no profile '{name}'; there are: safe, balanced, aggressive"))),
    }
}

/// What `take` makes of a document, without the GIL.
fn of_one<T: Send>(
    py: Python<'_>,
    cleaner: &Cleaner,
    document: &Document<'_>,
    take: impl FnOnce(&Cleaned<'_>) -> T + Send,
) -> PyResult<T> {
    py.detach(|| guarded(|| take(&cleaner.clean_document(document)))).map_err(|e| fault(&e.message))
}
