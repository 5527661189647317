//! Encodes the texts of one row group as a column chunk, page after page.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::{Compression, CompressionCodec, Encoding, ZstdLevel};
use parquet::column::page::{CompressedPage, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnCloseResult, ColumnWriterImpl};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::Result;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};

use super::cells::Cell;

/// Bytes of texts that are encoded together.
const BATCH: usize = 1 << 20;

/// The default level of the `zstd` tool.
const ZSTD_LEVEL: i32 = 3;

/// The texts of a row group on their way into a column chunk. Offsets in what [`close`](Self::close) returns count
/// from the start of the chunk.
pub(super) struct TextEncoder {
    writer: ColumnWriterImpl<'static, ByteArrayType>,
    pages: Pages,
    full: i16,
    texts: Vec<ByteArray>,
    levels: Vec<i16>,
    /// The sum of the lengths of `texts`.
    bytes: usize,
}

impl TextEncoder {
    /// An encoder that compresses like the chunk `like`, and has a dictionary, statistics and a page index if that
    /// has.
    pub(super) fn new(like: &ColumnChunkMetaData) -> Result<Self> {
        let dictionaries = [Encoding::RLE_DICTIONARY, Encoding::PLAIN_DICTIONARY];
        let has_dictionary = like.encodings().any(|encoding| dictionaries.contains(&encoding));
        let statistics = match (like.statistics(), like.column_index_offset()) {
            (_, Some(_)) => EnabledStatistics::Page,
            (Some(_), None) => EnabledStatistics::Chunk,
            (None, None) => EnabledStatistics::None,
        };
        let properties = WriterProperties::builder()
            .set_compression(compression(like.compression_codec())?)
            .set_dictionary_enabled(has_dictionary)
            .set_statistics_enabled(statistics)
            .set_offset_index_disabled(like.offset_index_offset().is_none())
            .build();
        let pages = Pages::default();
        let column = like.column_descr_ptr();
        Ok(Self {
            full: column.max_def_level(),
            writer: ColumnWriterImpl::new(column, Arc::new(properties), Box::new(pages.clone())),
            pages,
            texts: Vec::new(),
            levels: Vec::new(),
            bytes: 0,
        })
    }

    /// Adds a row's text, and writes the pages that are complete.
    pub(super) fn push(&mut self, cell: Cell<'_>, out: &mut impl Write) -> Result<()> {
        match cell {
            Cell::Value(text) => {
                self.texts.push(ByteArray::from(text));
                self.levels.push(self.full);
                self.bytes += text.len();
            }
            Cell::Null(level) => self.levels.push(level),
        }
        // A null is not without a cost either.
        if self.bytes + self.levels.len() >= BATCH { self.encode(out) } else { Ok(()) }
    }

    fn encode(&mut self, out: &mut impl Write) -> Result<()> {
        let levels = (self.full > 0).then_some(&*self.levels);
        self.writer.write_batch(&self.texts, levels, None)?;
        self.texts.clear();
        self.levels.clear();
        self.bytes = 0;
        Ok(self.pages.drain(out)?)
    }

    /// Writes the rest of the chunk.
    pub(super) fn close(mut self, out: &mut impl Write) -> Result<ColumnCloseResult> {
        self.encode(out)?;
        let closed = self.writer.close()?;
        self.pages.drain(out)?;
        Ok(closed)
    }
}

/// The compression by a codec, at the codec's default level.
fn compression(codec: CompressionCodec) -> Result<Compression> {
    Ok(match codec {
        CompressionCodec::UNCOMPRESSED => Compression::UNCOMPRESSED,
        CompressionCodec::SNAPPY => Compression::SNAPPY,
        CompressionCodec::GZIP => Compression::GZIP(Default::default()),
        CompressionCodec::LZO => Compression::LZO,
        CompressionCodec::BROTLI => Compression::BROTLI(Default::default()),
        CompressionCodec::LZ4 => Compression::LZ4,
        CompressionCodec::LZ4_RAW => Compression::LZ4_RAW,
        CompressionCodec::ZSTD => zstd()?,
    })
}

/// The compression of new files.
pub(super) fn zstd() -> Result<Compression> {
    Ok(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
}

/// Pages that have been encoded and not yet been written to the file. The column writer owns one handle, the
/// encoder another.
#[derive(Clone, Default)]
struct Pages {
    bytes: Arc<Mutex<Vec<u8>>>,
    /// The sum of the lengths of the pages before.
    offset: u64,
}

impl Pages {
    fn drain(&self, out: &mut impl Write) -> io::Result<()> {
        let mut bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        out.write_all(&bytes)?;
        bytes.clear();
        Ok(())
    }
}

impl PageWriter for Pages {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec> {
        let mut bytes = TrackedWrite::new(Vec::new());
        let mut written = SerializedPageWriter::new(&mut bytes).write_page(page)?;
        written.offset = self.offset;
        self.offset += written.bytes_written;
        self.bytes.lock().unwrap_or_else(PoisonError::into_inner).append(&mut bytes.into_inner()?);
        Ok(written)
    }

    fn close(&mut self) -> Result<()> {
        Ok(())
    }
}
