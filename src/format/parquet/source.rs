//! A Parquet file that is open: its footer, its columns, its pages and raw bytes.

use std::io::{self, Read, Write};
use std::sync::Arc;

use parquet::column::page::PageReader;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{
    ColumnChunkMetaData, PageIndexPolicy, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
};
use parquet::file::reader::ChunkReader;

use super::columns::Columns;
use super::fault::{Fault, cause};
use super::pages::Pages;
use crate::batch::guarded;
use crate::format::Fields;

/// A file with its footer.
pub(super) struct Source<R> {
    file: Arc<R>,
    pub(super) metadata: ParquetMetaData,
    pub(super) columns: Columns,
}

impl<R: ChunkReader + 'static> Source<R> {
    pub(super) fn open(file: R, fields: &Fields, indexes: PageIndexPolicy) -> std::result::Result<Self, Fault> {
        let options = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
        let read = |indexes| {
            let reader = ParquetMetaDataReader::new().with_metadata_options(Some(options.clone()));
            let reader = reader.with_page_index_policy(indexes);
            // The crate may panic on a damaged footer.
            match guarded(|| reader.parse_and_finish(&file)) {
                Ok(read) => read.map_err(|error| cause(&error)),
                Err(panic) => Err(panic.message),
            }
        };
        // A page index only helps to read faster: the file can do without a broken one.
        let metadata = read(indexes).or_else(|_| read(PageIndexPolicy::Skip));
        let metadata = metadata.map_err(Fault::NotParquet)?;
        check(&metadata, file.len()).map_err(Fault::NotParquet)?;
        let columns = Columns::find(metadata.file_metadata().schema_descr(), fields)?;
        Ok(Self { file: Arc::new(file), metadata, columns })
    }

    /// The number of rows of a row group, counted from 0; `None` behind the last group.
    pub(super) fn rows_of(&self, group: usize) -> Option<usize> {
        // `check` has seen that numbers are not negative.
        self.metadata.row_groups().get(group).map(|group| usize::try_from(group.num_rows()).unwrap_or(0))
    }

    /// The pages of a column in a row group.
    pub(super) fn pages(&self, group: usize, column: usize) -> Result<Box<dyn PageReader>> {
        let chunk = self.metadata.row_group(group).column(column);
        let rows = self.rows_of(group).unwrap_or(0);
        Ok(Box::new(Pages::new(Arc::clone(&self.file), chunk, rows)?))
    }

    /// Copies bytes of the file.
    pub(super) fn copy(&self, start: u64, length: u64, out: &mut impl Write) -> Result<()> {
        let copied = io::copy(&mut self.file.get_read(start)?.take(length), out)?;
        if copied == length {
            return Ok(());
        }
        Err(ParquetError::EOF(format!(
            "the file is shorter than its footer says: {copied} of {length} bytes at {start}"
        )))
    }

    pub(super) fn size(&self) -> u64 {
        self.file.len()
    }
}

/// The offset of a column chunk in its file, and its length, both in bytes.
pub(super) fn place(chunk: &ColumnChunkMetaData) -> Option<(u64, u64)> {
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    Some((u64::try_from(start).ok()?, u64::try_from(chunk.compressed_size()).ok()?))
}

/// Says what makes a footer useless: it points to places where the file has nothing.
fn check(metadata: &ParquetMetaData, size: u64) -> std::result::Result<(), String> {
    let mut counts = metadata.row_groups().iter().map(|group| group.num_rows());
    if counts.clone().any(|rows| rows < 0) || counts.try_fold(0, i64::checked_add).is_none() {
        return Err("its numbers of rows are impossible".to_owned());
    }
    for (group, number) in metadata.row_groups().iter().zip(1..) {
        for chunk in group.columns() {
            if let Some(path) = chunk.file_path() {
                return Err(format!("its columns lie in other files, such as '{path}'"));
            }
            let end = place(chunk).and_then(|(start, length)| start.checked_add(length));
            if end.is_none_or(|end| end > size) {
                let column = chunk.column_path().string();
                return Err(format!("column '{column}' of row group {number} lies outside of the file"));
            }
        }
    }
    Ok(())
}
