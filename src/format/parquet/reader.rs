//! Reads the rows of a file as frames, in chunks.

use parquet::errors::ParquetError;
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::reader::ChunkReader;

use super::cells::{Cell, Cells};
use super::fault::{Fault, cause};
use super::frame;
use super::source::Source;
use crate::batch::guarded;
use crate::format::Fields;

/// Bytes of frames in a chunk, but for the last row, which may be longer.
const CHUNK: usize = 1 << 20;

/// The rows of a Parquet file as frames, which [`rows`](super::rows) takes apart.
///
/// Each row group is decoded twice: once to see that it can be decoded to its end, once for its rows. So none of its
/// rows is handed out if it cannot, and the group can be left as it is.
pub struct Rows<R: ChunkReader + 'static> {
    source: Source<R>,
    /// The number of row groups before those that have not been looked at.
    groups: usize,
    open: Option<Group>,
    /// The number of rows before the next one.
    row: usize,
    size: usize,
    fault: Option<Fault>,
}

impl<R: ChunkReader + 'static> Rows<R> {
    /// Reads the footer and finds the columns. A file that others read at the same time must be opened for this
    /// alone: a clone of a handle shares its position.
    ///
    /// # Errors
    /// If the footer cannot be read, or no column has the texts.
    pub fn open(file: R, fields: &Fields) -> Result<Self, Fault> {
        let source = Source::open(file, fields, PageIndexPolicy::Skip)?;
        Ok(Self { source, groups: 0, open: None, row: 0, size: CHUNK, fault: None })
    }

    /// Puts about 1 MiB of frames of the next rows into `frames` and returns the number of the first row, counted
    /// from 1; returns `None` at the end of the file. Frames of two row groups never come together.
    ///
    /// A row group that cannot be decoded is a single frame; [`take_fault`](Self::take_fault) says what is wrong.
    ///
    /// # Errors
    /// If a row group that could be decoded no longer can.
    pub fn next(&mut self, frames: &mut Vec<u8>) -> Result<Option<usize>, Fault> {
        frames.clear();
        loop {
            let first = self.row + 1;
            if let Some(group) = &mut self.open {
                while group.left > 0 && frames.len() < self.size {
                    group.next_row(frames).map_err(|broken| broken.fault(&self.source, self.groups))?;
                    self.row += 1;
                }
                if group.left == 0 {
                    self.open = None;
                }
                return Ok(Some(first));
            }
            let Some(rows) = self.source.rows_of(self.groups) else { return Ok(None) };
            let group = self.groups;
            self.groups += 1;
            if rows == 0 {
                continue;
            }
            match decode(&self.source, group, frames).and_then(|()| Group::open(&self.source, group)) {
                Ok(group) => self.open = Some(group),
                Err(broken) => {
                    self.fault = Some(broken.fault(&self.source, self.groups));
                    frames.clear();
                    frame::write_group(rows, frames);
                    self.row += rows;
                    return Ok(Some(first));
                }
            }
        }
    }

    /// Why the row group that [`next`](Self::next) just returned cannot be decoded, if it cannot.
    pub const fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    /// These rows with other chunks, for tests.
    #[cfg(test)]
    pub(super) fn in_chunks_of(self, size: usize) -> Self {
        Self { size, ..self }
    }
}

/// Decodes all rows of a group.
fn decode<R: ChunkReader + 'static>(source: &Source<R>, group: usize, scratch: &mut Vec<u8>) -> Result<(), Broken> {
    let mut group = Group::open(source, group)?;
    while group.left > 0 {
        scratch.clear();
        group.next_row(scratch)?;
    }
    scratch.clear();
    Ok(())
}

/// A row group that is being read.
struct Group {
    text: Cells,
    text_column: usize,
    others: [Option<(usize, Cells)>; 3],
    /// The number of rows that have not been read.
    left: usize,
}

/// A column that cannot be decoded.
struct Broken {
    column: usize,
    error: ParquetError,
}

/// Runs `work` on a column. The crate panics on some damaged pages.
fn sound<T>(column: usize, work: impl FnOnce() -> parquet::errors::Result<T>) -> Result<T, Broken> {
    let done = guarded(work).unwrap_or_else(|panic| Err(ParquetError::General(panic.message)));
    done.map_err(|error| Broken { column, error })
}

impl Broken {
    /// The fault of the row group with this number, counted from 1.
    fn fault<R>(self, source: &Source<R>, number: usize) -> Fault {
        let column = source.metadata.file_metadata().schema_descr().column(self.column).path().string();
        Fault::RowGroup { number, column, cause: cause(&self.error) }
    }
}

impl Group {
    fn open<R: ChunkReader + 'static>(source: &Source<R>, group: usize) -> Result<Self, Broken> {
        let open = |column| sound(column, || Cells::open(source, group, column));
        let columns = source.columns;
        let [id, title, url] =
            columns.others.map(|column| column.map(|column| open(column).map(|cells| (column, cells))).transpose());
        Ok(Self {
            text: open(columns.text)?,
            text_column: columns.text,
            others: [id?, title?, url?],
            left: source.rows_of(group).unwrap_or(0),
        })
    }

    /// Appends the frame of the next row.
    fn next_row(&mut self, frames: &mut Vec<u8>) -> Result<(), Broken> {
        let Self { text, others, .. } = self;
        let full = text.full();
        let text = sound(self.text_column, || text.next())?;
        let mut values = [None; 3];
        for (value, cells) in values.iter_mut().zip(others) {
            if let Some((column, cells)) = cells
                && let Cell::Value(bytes) = sound(*column, || cells.next())?
            {
                *value = Some(bytes);
            }
        }
        frame::write_row(text, values, full, frames);
        self.left -= 1;
        Ok(())
    }
}
