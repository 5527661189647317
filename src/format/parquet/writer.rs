//! Writes a new Parquet file of texts.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::encoder::zstd;
use super::fault::Fault;

/// Bytes of texts in a row group.
const GROUP: usize = 64 << 20;

/// Writes a new file of columns of strings, compressed with zstd, in row groups of about 64 MiB of texts, which it
/// keeps in memory until then.
pub struct Writer<W: Write + Send> {
    file: SerializedFileWriter<W>,
    columns: Vec<Column>,
    /// The bytes of the texts in `columns`.
    bytes: usize,
}

/// The values of a column in the next row group, and for each row 1 if it has a value, else 0.
#[derive(Default)]
struct Column {
    values: Vec<ByteArray>,
    levels: Vec<i16>,
}

impl<W: Write + Send> Writer<W> {
    /// Begins a file with columns of these names.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn new(out: W, columns: &[&str]) -> std::result::Result<Self, Fault> {
        let column = |name: &&str| {
            let column = Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(Some(LogicalType::String));
            Ok(Arc::new(column.build()?))
        };
        let leaves = columns.iter().map(column).collect::<Result<_>>()?;
        let schema = Type::group_type_builder("schema").with_fields(leaves).build()?;
        let properties = WriterProperties::builder()
            .set_compression(zstd()?)
            .set_created_by(concat!("dechaff version ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        Ok(Self { file, columns: columns.iter().map(|_| Column::default()).collect(), bytes: 0 })
    }

    /// Adds a row: a value or a null for each column. Values that are missing at the end are nulls.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn row(&mut self, cells: &[Option<&str>]) -> std::result::Result<(), Fault> {
        for (column, cell) in self.columns.iter_mut().zip(cells.iter().copied().chain(std::iter::repeat(None))) {
            column.levels.push(cell.is_some().into());
            column.values.extend(cell.map(ByteArray::from));
            self.bytes += cell.map_or(1, str::len);
        }
        if self.bytes >= GROUP { Ok(self.end_group()?) } else { Ok(()) }
    }

    fn end_group(&mut self) -> Result<()> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut writer) = group.next_column()? else { break };
            writer.typed::<ByteArrayType>().write_batch(&column.values, Some(&column.levels), None)?;
            writer.close()?;
            *column = Column::default();
        }
        group.close()?;
        self.bytes = 0;
        Ok(())
    }

    /// Writes the footer and returns the output, flushed.
    ///
    /// # Errors
    /// If the output cannot be written.
    pub fn finish(mut self) -> std::result::Result<W, Fault> {
        if self.columns.first().is_some_and(|column| !column.levels.is_empty()) {
            self.end_group()?;
        }
        let mut out = self.file.into_inner()?;
        out.flush()?;
        Ok(out)
    }
}
