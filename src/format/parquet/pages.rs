//! The pages of a column, read from a file that nobody vouches for: what a page's header announces has to be possible.

use std::io::{self, ErrorKind, Read};
use std::sync::Arc;

use bytes::Bytes;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

/// The pages of a column chunk.
pub(super) struct Pages<R: ChunkReader>(SerializedPageReader<FailsAtEnd<R>>);

impl<R: ChunkReader> Pages<R> {
    pub(super) fn new(file: Arc<R>, chunk: &ColumnChunkMetaData, rows: usize) -> Result<Self> {
        SerializedPageReader::new(Arc::new(FailsAtEnd(file)), chunk, rows, None).map(Self)
    }
}

impl<R: ChunkReader> PageReader for Pages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.0.get_next_page()?;
        // The crate makes room for all values of a dictionary at once, and memory that there is not ends the program.
        if let Some(Page::DictionaryPage { buf, num_values, .. }) = &page
            && *num_values as usize > buf.len()
        {
            return Err(ParquetError::General("a dictionary announces more values than it has bytes".to_owned()));
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }
}

impl<R: ChunkReader> Iterator for Pages<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

/// A file of which reading beyond the end is an error. The crate passes over unknown fields of a page's header without a look at
/// how many bytes there were: damage that announces billions of them would keep it busy for hours.
struct FailsAtEnd<R>(Arc<R>);

impl<R: ChunkReader> Length for FailsAtEnd<R> {
    fn len(&self) -> u64 {
        self.0.len()
    }
}

impl<R: ChunkReader> ChunkReader for FailsAtEnd<R> {
    type T = FailsAtEndRead<R::T>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.0.get_read(start).map(FailsAtEndRead)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.0.get_bytes(start, length)
    }
}

struct FailsAtEndRead<T>(T);

impl<T: Read> Read for FailsAtEndRead<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 if !buffer.is_empty() => Err(ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}
