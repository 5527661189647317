//! The values of one column in one row group, one after the other.

use std::fmt::Write as _;

use parquet::basic::LogicalType;
use parquet::column::reader::{ColumnReader, get_column_reader};
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::ChunkReader;

use super::source::Source;

/// A column in one row group that is read value by value.
pub(super) struct Cells {
    reader: ColumnReader,
    /// The definition level of a value that is there.
    full: i16,
    is_unsigned: bool,
    levels: Vec<i16>,
    bytes: Vec<ByteArray>,
    narrow: Vec<i32>,
    wide: Vec<i64>,
    number: String,
}

/// A value, or the definition level that says which of the groups around it is null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell<'c> {
    Value(&'c [u8]),
    Null(i16),
}

impl Cells {
    pub(super) fn open<R: ChunkReader + 'static>(source: &Source<R>, group: usize, column: usize) -> Result<Self> {
        let descriptor = source.metadata.file_metadata().schema_descr().column(column);
        Ok(Self {
            full: descriptor.max_def_level(),
            is_unsigned: matches!(descriptor.logical_type_ref(), Some(LogicalType::Integer(integer)) if !integer.is_signed),
            reader: get_column_reader(descriptor, source.pages(group, column)?),
            levels: Vec::new(),
            bytes: Vec::new(),
            narrow: Vec::new(),
            wide: Vec::new(),
            number: String::new(),
        })
    }

    /// The next value, integers in decimal digits.
    pub(super) fn next(&mut self) -> Result<Cell<'_>> {
        let Self { reader, levels, bytes, narrow, wide, number, .. } = self;
        levels.clear();
        bytes.clear();
        narrow.clear();
        wide.clear();
        number.clear();
        let (records, values, _) = match reader {
            ColumnReader::ByteArrayColumnReader(reader) => reader.read_records(1, Some(levels), None, bytes),
            ColumnReader::Int32ColumnReader(reader) => reader.read_records(1, Some(levels), None, narrow),
            ColumnReader::Int64ColumnReader(reader) => reader.read_records(1, Some(levels), None, wide),
            _ => Err(ParquetError::NYI("values of this type".to_owned())),
        }?;
        if records == 0 {
            return Err(ParquetError::EOF("it ends before the last row".to_owned()));
        }
        if values == 0 {
            return Ok(Cell::Null(levels.first().copied().unwrap_or(0)));
        }
        match (bytes.first(), narrow.first(), wide.first()) {
            (Some(value), ..) => return Ok(Cell::Value(value.data())),
            (_, Some(value), _) if self.is_unsigned => write!(number, "{}", value.cast_unsigned()),
            (_, Some(value), _) => write!(number, "{value}"),
            (.., Some(value)) if self.is_unsigned => write!(number, "{}", value.cast_unsigned()),
            (.., Some(value)) => write!(number, "{value}"),
            (None, None, None) => Ok(()),
        }
        .map_err(|_| ParquetError::General("a number cannot be written".to_owned()))?;
        Ok(Cell::Value(number.as_bytes()))
    }

    /// The definition level of a value that is there.
    pub(super) const fn full(&self) -> i16 {
        self.full
    }
}
