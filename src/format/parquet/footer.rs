//! Writes the footer of a file whose column chunks are written.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::ColumnOrder;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataWriter};
use parquet::file::writer::TrackedWrite;

use super::fault::Fault;

/// Bytes behind the metadata: their length, and the format's mark.
const TAIL: usize = 4 + 4;
/// Bytes of the order of one column: its kind as a field of a union, an empty structure, the end of the union.
const ORDER: usize = 3;
/// The type of a field that is a structure, in the lower half of a byte.
const STRUCTURE: u8 = 0xc;
/// The kind of an order that no reader knows: none then makes use of the column's least and largest value.
const UNKNOWN: u8 = 15;

/// The output of a file. The crate's writer of footers takes its output and does not give it back, and knows only
/// its own orders of values: from [`write_footer`] on, bytes are collected here.
pub(super) struct Output<W>(Arc<Mutex<Inner<W>>>);

struct Inner<W> {
    out: W,
    footer: Option<Vec<u8>>,
}

impl<W> Clone for Output<W> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<W: Write> Output<W> {
    pub(super) fn new(out: W) -> Self {
        Self(Arc::new(Mutex::new(Inner { out, footer: None })))
    }

    fn with<T>(&self, act: impl FnOnce(&mut Inner<W>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.with(|inner| match &mut inner.footer {
            Some(footer) => footer.write(bytes),
            None => inner.out.write(bytes),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.with(|inner| if inner.footer.is_some() { Ok(()) } else { inner.out.flush() })
    }
}

/// Writes page indexes, metadata and the end of a file. Orders of values are those of the metadata: statistics that
/// were copied hold in no other. Returns the output, flushed.
pub(super) fn write_footer<W: Write>(
    mut file: TrackedWrite<Output<W>>,
    metadata: &ParquetMetaData,
) -> Result<W, Fault> {
    file.flush()?;
    let output = file.inner().clone();
    output.with(|inner| inner.footer = Some(Vec::new()));
    ParquetMetaDataWriter::new_with_tracked(file, metadata).with_preserve_page_index_locations(false).finish()?;
    let inner = Arc::into_inner(output.0).ok_or_else(|| io::Error::other("the output is still in use"))?;
    let Inner { mut out, footer } = inner.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut footer = footer.unwrap_or_default();
    set_orders(&mut footer, metadata).ok_or_else(|| Fault::Other("the footer has an unexpected form".to_owned()))?;
    out.write_all(&footer)?;
    out.flush()?;
    Ok(out)
}

/// Puts the orders of `metadata` in the place of those that the crate writes: IEEE 754 for all floating-point
/// numbers, which most files do not have and not all readers know. The orders are the last field of the metadata.
/// `None` if something else is.
fn set_orders(footer: &mut [u8], metadata: &ParquetMetaData) -> Option<()> {
    let file = metadata.file_metadata();
    let columns = file.schema_descr().num_columns();
    let end = footer.len().checked_sub(TAIL + 1)?;
    let (orders, []) = footer.get_mut(end.checked_sub(columns * ORDER)?..end)?.as_chunks_mut::<ORDER>() else {
        return None;
    };
    for (column, order) in orders.iter_mut().enumerate() {
        if order[0] & 0xf != STRUCTURE || order[1..] != [0, 0] {
            return None;
        }
        let kind = match file.column_order(column) {
            ColumnOrder::TYPE_DEFINED_ORDER(_) | ColumnOrder::UNDEFINED => 1,
            ColumnOrder::IEEE_754_TOTAL_ORDER => 2,
            ColumnOrder::INT96_TIMESTAMP_ORDER => 3,
            ColumnOrder::UNKNOWN => UNKNOWN,
        };
        order[0] = kind << 4 | STRUCTURE;
    }
    (footer[end] == 0).then_some(())
}
