//! A table of which one column is cleaned while it is read, batch by batch.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};

use arrow_array::builder::{GenericStringBuilder, Int64Builder};
use arrow_array::{ArrayRef, ListArray, RecordBatch, RecordBatchReader, StructArray};
use arrow_buffer::{NullBufferBuilder, OffsetBuffer};
use arrow_schema::{ArrowError, DataType, Field, Fields, Schema, SchemaRef};
use dechaff::{Certainty, Cleaned, Family, RuleId};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::capsule::{self, Reader};
use crate::cells::{Builder, Cells, holds_text};
use crate::document::Fields as Known;
use crate::fault::{DechaffWarning, TableError};
use crate::spans::stretches;
use crate::texts::{self, Workshop};

/// A table whose texts are cleaned as it is read. It can be read once, by anything that takes an Arrow stream.
#[pyclass(frozen, module = "dechaff")]
pub(crate) struct Table {
    schema: SchemaRef,
    /// The batches, until a reader asks for the first.
    unread: Unread,
}

type Unread = Arc<Mutex<Option<CleanReader>>>;

/// The columns that a table is cleaned by.
pub(crate) struct Names<'n> {
    pub(crate) text: &'n str,
    pub(crate) url: Option<&'n str>,
    pub(crate) title: Option<&'n str>,
    pub(crate) source: Option<&'n str>,
    /// The name of a new column, of what is removed.
    pub(crate) spans: Option<&'n str>,
    pub(crate) markdown: bool,
}

impl Table {
    pub(crate) fn new(shop: Arc<Workshop>, table: &Bound<'_, PyAny>, names: &Names<'_>) -> PyResult<Self> {
        let source = capsule::read(table)?;
        let schema = source.schema();
        let beside = |name: Option<&str>, option| name.map(|name| position(&schema, name, option)).transpose();
        let columns = Columns {
            text: position(&schema, names.text, "column")?,
            url: beside(names.url, "url_column")?,
            title: beside(names.title, "title_column")?,
            source: beside(names.source, "source_column")?,
            spans: names.spans.is_some(),
            markdown: names.markdown,
        };
        let schema = match names.spans {
            None => schema,
            Some(name) if schema.index_of(name).is_ok() => {
                return Err(TableError::new_err(format!(
                    "there is a column '{name}' already (use another spans_column=)"
                )));
            }
            Some(name) => {
                let spans = Field::new(name, DataType::List(Arc::new(item())), true);
                let fields = schema.fields().iter().cloned().chain([Arc::new(spans)]);
                Arc::new(Schema::new_with_metadata(fields.collect::<Fields>(), schema.metadata().clone()))
            }
        };
        let reader = CleanReader { shop, source, schema: schema.clone(), columns };
        Ok(Self { schema, unread: Arc::new(Mutex::new(Some(reader))) })
    }
}

#[pymethods]
impl Table {
    /// The names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    /// True once a reader took the first batch: then there is nothing left to read.
    #[getter]
    fn is_read(&self) -> bool {
        self.unread.lock().unwrap_or_else(PoisonError::into_inner).is_none()
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A reader that asks for another schema converts by itself: the interface allows to pass over the wish.
        let _ = requested_schema;
        if self.is_read() {
            return Err(TableError::new_err(READ_ALREADY));
        }
        capsule::write(py, Box::new(Part { schema: self.schema.clone(), unread: self.unread.clone(), own: None }))
    }

    fn __repr__(&self) -> String {
        let rest = if self.is_read() { ", read already" } else { "" };
        format!("<dechaff.Table: {}{rest}>", self.column_names().join(", "))
    }
}

const READ_ALREADY: &str =
    "this table was read already, and it streams only once: keep what the first reader made of it";

fn position(schema: &Schema, name: &str, option: &str) -> PyResult<usize> {
    let Ok(at) = schema.index_of(name) else {
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        let there = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(TableError::new_err(format!(
            "the table has no column '{name}'; there are: {there} (use {option}=)"
        )));
    };
    let kind = schema.field(at).data_type();
    if !holds_text(kind) {
        return Err(TableError::new_err(format!("the column '{name}' holds {kind}, not text (use {option}=)")));
    }
    Ok(at)
}

/// A stream of a table's batches. Some libraries take one stream to see the schema and another one to read: all batches go to the
/// stream that is read first.
struct Part {
    schema: SchemaRef,
    unread: Unread,
    own: Option<CleanReader>,
}

impl Iterator for Part {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.own.is_none() {
            self.own = self.unread.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        match &mut self.own {
            Some(reader) => reader.next(),
            None => Some(Err(ArrowError::CDataInterface(READ_ALREADY.to_owned()))),
        }
    }
}

impl RecordBatchReader for Part {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

/// The columns by number.
struct Columns {
    text: usize,
    url: Option<usize>,
    title: Option<usize>,
    source: Option<usize>,
    spans: bool,
    markdown: bool,
}

/// Reads batches and cleans their texts.
struct CleanReader {
    shop: Arc<Workshop>,
    source: Reader,
    schema: SchemaRef,
    columns: Columns,
}

impl Iterator for CleanReader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        // Whoever reads may hold the GIL or not. Nobody should while a source, which may be a query, makes a batch, nor while texts
        // are cleaned.
        Python::attach(|py| {
            let batch = py.detach(|| self.source.next())?;
            Some(batch.and_then(|batch| self.clean(py, &batch)))
        })
    }
}

impl CleanReader {
    fn clean(&self, py: Python<'_>, batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
        let external = |error: PyErr| ArrowError::ExternalError(Box::new(error));
        let Columns { text, url, title, source, spans, markdown } = self.columns;
        let cells = |at: Option<usize>| at.map(|at| Cells::of(batch.column(at))).transpose();
        let (texts, urls, titles, sources) =
            (Cells::of(batch.column(text))?, cells(url)?, cells(title)?, cells(source)?);
        let document = |row: usize| {
            let known = Known {
                id: None,
                url: urls.as_ref().and_then(|cells| cells.at(row)),
                title: titles.as_ref().and_then(|cells| cells.at(row)),
                source: sources.as_ref().and_then(|cells| cells.at(row)),
                markdown,
            };
            texts.at(row).map(|text| known.document(text))
        };
        let threads = self.shop.pool.threads().map_err(external)?;
        let mut cleaned = Builder::like(batch.column(text).data_type(), &texts);
        let mut removed = spans.then(SpansBuilder::default);
        let mut faults = Vec::new();
        for rows in texts::chunks(batch.num_rows(), |row| texts.at(row).map_or(0, str::len)) {
            let (first, shop) = (rows.start, &self.shop);
            let take =
                |cleaned: &Cleaned<'_>| (texts::changed(cleaned), if spans { spans_of(cleaned) } else { Vec::new() });
            py.detach(|| {
                let documents: Vec<_> = rows.map(document).collect();
                let results = shop.clean(&threads, &documents, take);
                for (row, result) in (first..).zip(results) {
                    let (changed, stretches) = match result {
                        Some(Ok((changed, stretches))) => (changed, Some(stretches)),
                        Some(Err(error)) => {
                            faults.push(format!("row {row} of a batch stays as it is: {error}"));
                            (None, None)
                        }
                        None => (None, None),
                    };
                    cleaned.push(changed.map(Cow::Owned).or_else(|| texts.at(row).map(Cow::Borrowed)));
                    if let Some(removed) = &mut removed {
                        removed.push(stretches);
                    }
                }
            });
            py.check_signals().map_err(external)?;
        }
        for fault in faults {
            let fault = std::ffi::CString::new(fault.replace('\0', "")).unwrap_or_default();
            PyErr::warn(py, &py.get_type::<DechaffWarning>(), &fault, 1).map_err(external)?;
        }
        let mut columns = batch.columns().to_vec();
        columns[text] = cleaned.finish()?;
        columns.extend(removed.map(SpansBuilder::finish).transpose()?);
        RecordBatch::try_new_with_options(
            self.schema.clone(),
            columns,
            &arrow_array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows())),
        )
    }
}

/// What goes because of one removal, ready for a table.
struct Span {
    start: i64,
    end: i64,
    rule: RuleId,
    family: Family,
    certainty: Certainty,
}

fn spans_of(cleaned: &Cleaned<'_>) -> Vec<Span> {
    let span = |stretch: &crate::spans::Stretch<'_>| Span {
        start: i64::try_from(stretch.start).unwrap_or(i64::MAX),
        end: i64::try_from(stretch.end).unwrap_or(i64::MAX),
        rule: stretch.removal.rule.clone(),
        family: stretch.removal.family,
        certainty: stretch.removal.certainty,
    };
    stretches(cleaned).iter().map(span).collect()
}

/// The type of one element of the column of spans.
fn item() -> Field {
    Field::new("item", DataType::Struct(span_fields()), false)
}

fn span_fields() -> Fields {
    let text = |name| Field::new(name, DataType::Utf8, false);
    let number = |name| Field::new(name, DataType::Int64, false);
    Fields::from(vec![number("start"), number("end"), text("rule"), text("family"), text("certainty")])
}

/// Builds the column of spans.
struct SpansBuilder {
    lengths: Vec<usize>,
    valid: NullBufferBuilder,
    start: Int64Builder,
    end: Int64Builder,
    rule: GenericStringBuilder<i32>,
    family: GenericStringBuilder<i32>,
    certainty: GenericStringBuilder<i32>,
}

impl Default for SpansBuilder {
    fn default() -> Self {
        Self {
            lengths: Vec::new(),
            valid: NullBufferBuilder::new(0),
            start: Int64Builder::new(),
            end: Int64Builder::new(),
            rule: GenericStringBuilder::new(),
            family: GenericStringBuilder::new(),
            certainty: GenericStringBuilder::new(),
        }
    }
}

impl SpansBuilder {
    /// Adds the spans of a row; `None` for a row without a text.
    fn push(&mut self, spans: Option<Vec<Span>>) {
        self.valid.append(spans.is_some());
        let spans = spans.unwrap_or_default();
        self.lengths.push(spans.len());
        for Span { start, end, rule, family, certainty } in spans {
            self.start.append_value(start);
            self.end.append_value(end);
            self.rule.append_value(rule.as_str());
            self.family.append_value(family.as_str());
            self.certainty.append_value(certainty.as_str());
        }
    }

    fn finish(mut self) -> Result<ArrayRef, ArrowError> {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.start.finish()),
            Arc::new(self.end.finish()),
            Arc::new(self.rule.finish()),
            Arc::new(self.family.finish()),
            Arc::new(self.certainty.finish()),
        ];
        let spans = StructArray::try_new(span_fields(), columns, None)?;
        let offsets = OffsetBuffer::from_lengths(self.lengths);
        Ok(Arc::new(ListArray::try_new(Arc::new(item()), offsets, Arc::new(spans), self.valid.finish())?))
    }
}
