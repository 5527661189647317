//! Writes a Parquet file anew with other texts. All else is copied.

use std::io::Write;
use std::sync::Arc;

use parquet::errors::Result;
use parquet::file::metadata::page_index::PageIndexBuilder;
use parquet::file::metadata::{
    ColumnChunkMetaData, ColumnChunkMetaDataBuilder, PageIndexPolicy, ParquetMetaDataBuilder, RowGroupMetaData,
    SortingColumn,
};
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::page_index::offset_index::OffsetIndexMetaData;
use parquet::file::reader::ChunkReader;
use parquet::file::writer::TrackedWrite;

use super::cells::{Cell, Cells};
use super::encoder::TextEncoder;
use super::fault::Fault;
use super::footer::{Output, write_footer};
use super::frame::{self, Content};
use super::source::{Source, place};
use crate::format::Fields;

/// The first and last bytes of a file.
const MAGIC: &[u8] = b"PAR1";

/// Writes a Parquet file with the texts that frames bring.
///
/// Schema, metadata, the name of the program that wrote the file, and the sizes of row groups stay. A row group in
/// which no text changed is copied. In others the column of the texts is encoded anew, with the same compression;
/// the other columns are copied.
pub struct Splicer<R: ChunkReader + 'static, W: Write> {
    source: Source<R>,
    out: TrackedWrite<Output<W>>,
    /// The row groups that have been written.
    groups: Vec<RowGroupMetaData>,
    indexes: PageIndexBuilder,
    /// The number of rows of the next row group that have come.
    rows: usize,
    /// The next row group, once one of its texts has changed.
    open: Option<Group>,
}

/// A row group that is being written: columns before that of the texts have been copied.
struct Group {
    chunks: Vec<ColumnChunkMetaData>,
    encoder: TextEncoder,
    /// The offset in the new file at which the column of the texts begins.
    start: u64,
}

impl<R: ChunkReader + 'static, W: Write + Send> Splicer<R, W> {
    /// Begins the new file. `file` is what the rows were read from, opened a second time: a clone of the first handle
    /// shares its position.
    ///
    /// # Errors
    /// If the footer cannot be read, or no column has the texts, or `out` cannot be written.
    pub fn new(file: R, fields: &Fields, out: W) -> std::result::Result<Self, Fault> {
        let source = Source::open(file, fields, PageIndexPolicy::Optional)?;
        let mut out = TrackedWrite::new(Output::new(out));
        out.write_all(MAGIC)?;
        let columns = source.metadata.file_metadata().schema_descr().num_columns();
        let indexes = PageIndexBuilder::new(source.metadata.num_row_groups(), columns);
        Ok(Self { source, out, groups: Vec::new(), indexes, rows: 0, open: None })
    }

    /// Takes the next frames. All frames of a file must come, in their order.
    ///
    /// # Errors
    /// If a text that did not change cannot be read any more, or the output cannot be written, or the frames are not
    /// those of the file.
    pub fn take(&mut self, frames: &[u8]) -> std::result::Result<(), Fault> {
        for (_, content) in frame::frames(frames) {
            self.copy_empty_groups()?;
            let Some(rows) = self.source.rows_of(self.groups.len()) else { return Err(strange_frames()) };
            match content {
                Content::Group { rows: left } if left == rows && self.rows == 0 => self.copy_group()?,
                Content::Group { .. } => return Err(strange_frames()),
                Content::Row { is_changed, level, values: [text, ..] } => {
                    if is_changed && self.open.is_none() {
                        self.open_group()?;
                    }
                    if let Some(group) = &mut self.open {
                        group.encoder.push(text.map_or(Cell::Null(level), Cell::Value), &mut self.out)?;
                    }
                    self.rows += 1;
                    if self.rows == rows {
                        self.rows = 0;
                        match self.open.take() {
                            Some(group) => self.close_group(group)?,
                            None => self.copy_group()?,
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Writes the footer and returns the output, flushed.
    ///
    /// # Errors
    /// If rows are missing, or the output cannot be written.
    pub fn finish(mut self) -> std::result::Result<W, Fault> {
        self.copy_empty_groups()?;
        if self.groups.len() < self.source.metadata.num_row_groups() {
            return Err(strange_frames());
        }
        let metadata = ParquetMetaDataBuilder::new(self.source.metadata.file_metadata().clone())
            .set_row_groups(self.groups)
            .set_page_index(Some(Arc::new(self.indexes.build())))
            .build();
        write_footer(self.out, &metadata)
    }

    /// Copies row groups without rows: no frame stands for them.
    fn copy_empty_groups(&mut self) -> Result<()> {
        while self.rows == 0 && self.source.rows_of(self.groups.len()) == Some(0) {
            self.copy_group()?;
        }
        Ok(())
    }

    /// Copies the next row group.
    fn copy_group(&mut self) -> Result<()> {
        let columns = self.source.metadata.row_group(self.groups.len()).num_columns();
        let chunks = (0..columns).map(|column| self.copy_chunk(column)).collect::<Result<_>>()?;
        self.end_group(chunks, false)
    }

    /// Begins to write the next row group with other texts, and writes the texts that have come.
    fn open_group(&mut self) -> Result<()> {
        let number = self.groups.len();
        let column = self.source.columns.text;
        let chunks = (0..column).map(|before| self.copy_chunk(before)).collect::<Result<_>>()?;
        let start = self.out.bytes_written() as u64;
        let mut encoder = TextEncoder::new(self.source.metadata.row_group(number).column(column))?;
        let mut texts = Cells::open(&self.source, number, column)?;
        for _ in 0..self.rows {
            encoder.push(texts.next()?, &mut self.out)?;
        }
        self.open = Some(Group { chunks, encoder, start });
        Ok(())
    }

    fn close_group(&mut self, group: Group) -> Result<()> {
        let Group { mut chunks, encoder, start } = group;
        let closed = encoder.close(&mut self.out)?;
        chunks.push(moved(&closed.metadata, start.cast_signed()).build()?);
        let column = self.source.columns.text;
        self.note_indexes(column, closed.column_index, closed.offset_index, start.cast_signed());
        let columns = self.source.metadata.row_group(self.groups.len()).num_columns();
        for behind in column + 1..columns {
            chunks.push(self.copy_chunk(behind)?);
        }
        self.end_group(chunks, true)
    }

    /// Notes a row group whose column chunks have been written.
    fn end_group(&mut self, chunks: Vec<ColumnChunkMetaData>, is_changed: bool) -> Result<()> {
        let old = self.source.metadata.row_group(self.groups.len());
        let mut new = old.clone().into_builder();
        if is_changed {
            let text = self.source.columns.text;
            let is_text = |column: &SortingColumn| usize::try_from(column.column_idx) == Ok(text);
            if old.sorting_columns().is_some_and(|columns| columns.iter().any(is_text)) {
                new = new.set_sorting_columns(None);
            }
            new = new.set_total_byte_size(
                chunks.iter().map(ColumnChunkMetaData::uncompressed_size).fold(0, i64::wrapping_add),
            );
        }
        if old.file_offset().is_some()
            && let Some((start, _)) = chunks.first().and_then(place)
        {
            new = new.set_file_offset(start.cast_signed());
        }
        self.groups.push(new.set_column_metadata(chunks).build()?);
        Ok(())
    }

    /// Copies a column chunk of the next row group, with its Bloom filter and page index.
    fn copy_chunk(&mut self, column: usize) -> Result<ColumnChunkMetaData> {
        let group = self.groups.len();
        let Self { source, out, .. } = self;
        let chunk = source.metadata.row_group(group).column(column);
        // Places were checked when the file was opened.
        let (start, length) = place(chunk).unwrap_or_default();
        let by = out.bytes_written() as i64 - start.cast_signed();
        source.copy(start, length, out)?;
        let mut copy = moved(chunk, by);
        if chunk.data_page_offset() == 0 {
            // So some programs say that there is none: in row groups without rows.
            copy = copy.set_data_page_offset(0);
        }
        if let Some((start, length)) = bloom_filter(chunk).filter(|(start, length)| start + length <= source.size()) {
            copy = copy
                .set_bloom_filter_offset(Some(out.bytes_written() as i64))
                .set_bloom_filter_length(chunk.bloom_filter_length());
            source.copy(start, length, out)?;
        }
        let (columns, offsets) = match source.metadata.page_index() {
            Some(index) => (index.column_index(group, column).cloned(), index.offset_index(group, column).cloned()),
            None => (None, None),
        };
        self.note_indexes(column, columns, offsets, by);
        copy.build()
    }

    /// Notes the page index of a column chunk of the next row group, which is moved by a number of bytes.
    fn note_indexes(
        &mut self,
        column: usize,
        values: Option<ColumnIndexMetaData>,
        pages: Option<OffsetIndexMetaData>,
        by: i64,
    ) {
        let group = self.groups.len();
        if let Some(values) = values {
            self.indexes.put_column_index(values, group, column);
        }
        if let Some(mut pages) = pages {
            pages.page_locations.iter_mut().for_each(|page| page.offset = page.offset.wrapping_add(by));
            self.indexes.put_offset_index(pages, group, column);
        }
    }
}

/// The offset of a chunk's Bloom filter in the file, and its length, both in bytes.
fn bloom_filter(chunk: &ColumnChunkMetaData) -> Option<(u64, u64)> {
    Some((u64::try_from(chunk.bloom_filter_offset()?).ok()?, u64::try_from(chunk.bloom_filter_length()?).ok()?))
}

/// A column chunk that is moved by a number of bytes, without Bloom filter and page index.
fn moved(chunk: &ColumnChunkMetaData, by: i64) -> ColumnChunkMetaDataBuilder {
    // In a damaged footer offsets may be anything.
    let moved = |offset: i64| offset.wrapping_add(by);
    let mut new = ColumnChunkMetaData::builder(chunk.column_descr_ptr())
        .set_compression_codec(chunk.compression_codec())
        .set_encodings_mask(*chunk.encodings_mask())
        .set_num_values(chunk.num_values())
        .set_total_compressed_size(chunk.compressed_size())
        .set_total_uncompressed_size(chunk.uncompressed_size())
        .set_data_page_offset(moved(chunk.data_page_offset()))
        .set_dictionary_page_offset(chunk.dictionary_page_offset().map(moved))
        .set_index_page_offset(chunk.index_page_offset().map(moved))
        .set_unencoded_byte_array_data_bytes(chunk.unencoded_byte_array_data_bytes())
        .set_repetition_level_histogram(chunk.repetition_level_histogram().cloned())
        .set_definition_level_histogram(chunk.definition_level_histogram().cloned());
    if let Some(statistics) = chunk.statistics() {
        new = new.set_statistics(statistics.clone());
    }
    if let Some(statistics) = chunk.geo_statistics() {
        new = new.set_geo_statistics(Box::new(statistics.clone()));
    }
    if let Some(encodings) = chunk.page_encoding_stats() {
        new = new.set_page_encoding_stats(encodings.clone());
    }
    new
}

fn strange_frames() -> Fault {
    Fault::Other("the rows do not fit the file".to_owned())
}
