//! Arrow data from and to other libraries by the Arrow PyCapsule interface. All unsafe code of the package is here: what a capsule
//! holds is believed.
#![expect(unsafe_code, reason = "the C data interface passes pointers")]

use std::ffi::CStr;
use std::ptr::NonNull;

use arrow_array::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi};
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader, StructArray};
use arrow_schema::{ArrowError, Schema};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::fault::TableError;

pub(crate) type Reader = Box<dyn RecordBatchReader + Send>;

const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";
const ARRAY: &CStr = c"arrow_array";

/// The batches of any object that speaks the interface.
pub(crate) fn read(table: &Bound<'_, PyAny>) -> PyResult<Reader> {
    let refuse = |error: ArrowError| TableError::new_err(format!("this is no table: {error}"));
    if table.hasattr("__arrow_c_stream__")? {
        let capsule = table.call_method0("__arrow_c_stream__")?;
        let stream: NonNull<FFI_ArrowArrayStream> = pointer(&capsule, STREAM)?;
        // SAFETY: a capsule of this name holds a stream, which is moved out: the capsule keeps one that is released.
        let stream = unsafe { FFI_ArrowArrayStream::from_raw(stream.as_ptr()) };
        return Ok(Box::new(RecordBatchStreamReader::try_new(stream).map_err(refuse)?));
    }
    if table.hasattr("__arrow_c_array__")? {
        let (schema, array): (Bound<'_, PyAny>, Bound<'_, PyAny>) =
            table.call_method0("__arrow_c_array__")?.extract()?;
        let schema: NonNull<FFI_ArrowSchema> = pointer(&schema, SCHEMA)?;
        let array: NonNull<FFI_ArrowArray> = pointer(&array, ARRAY)?;
        // SAFETY: capsules of these names hold a schema, which is borrowed for this call, and an array, which is moved out.
        let (schema, array) = unsafe { (schema.as_ref(), FFI_ArrowArray::from_raw(array.as_ptr())) };
        let fields = Schema::try_from(schema).map_err(refuse)?;
        // SAFETY: the two capsules came from one call, so the schema is that of the array.
        let data = unsafe { from_ffi(array, schema) }.map_err(refuse)?;
        let batch = RecordBatch::from(StructArray::from(data)).with_schema(fields.into()).map_err(refuse)?;
        let schema = batch.schema();
        return Ok(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
    }
    let kind = table.get_type().name()?;
    Err(pyo3::exceptions::PyTypeError::new_err(format!("{kind} is no Arrow table: it has no __arrow_c_stream__")))
}

/// A capsule from which other libraries read the batches.
pub(crate) fn write<'py>(py: Python<'py>, reader: Reader) -> PyResult<Bound<'py, PyCapsule>> {
    // Dropped with the capsule, unless the stream was moved out of it.
    PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), STREAM)
}

fn pointer<T>(capsule: &Bound<'_, PyAny>, name: &CStr) -> PyResult<NonNull<T>> {
    Ok(capsule.cast::<PyCapsule>()?.pointer_checked(Some(name))?.cast())
}
