//! The pages of a column, read from a file that nobody vouches for: what a page's header announces has to be possible.

use std::io::{self, ErrorKind, Read};
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

/// Most values of a page whose lengths are decoded at once: writers put some ten thousand into one.
const MOST: u64 = 1 << 26;

/// The pages of a column chunk.
pub(super) struct Pages<R: ChunkReader> {
    reader: SerializedPageReader<FailsAtEnd<R>>,
    /// The highest levels of repetition and definition.
    levels: [i16; 2],
}

impl<R: ChunkReader> Pages<R> {
    pub(super) fn new(file: Arc<R>, chunk: &ColumnChunkMetaData, rows: usize) -> Result<Self> {
        let column = chunk.column_descr();
        let levels = [column.max_rep_level(), column.max_def_level()];
        Ok(Self { reader: SerializedPageReader::new(Arc::new(FailsAtEnd(file)), chunk, rows, None)?, levels })
    }

    /// Fails if a page announces more values than it can hold. The crate makes room for all lengths and all values of a dictionary at
    /// once, and memory that there is not ends the program.
    fn check(&self, page: &Page) -> Result<()> {
        let is_sound = match page {
            Page::DictionaryPage { buf, num_values, .. } => *num_values as usize <= buf.len(),
            Page::DataPage { buf, num_values, encoding, rep_level_encoding, def_level_encoding, .. } => {
                let encodings = [*rep_level_encoding, *def_level_encoding];
                let behind = |at: usize, (encoding, level): (Encoding, i16)| {
                    Some(at + level_bytes(buf.get(at..)?, encoding, level, *num_values)?)
                };
                let values = encodings.into_iter().zip(self.levels).try_fold(0, behind);
                values.is_some_and(|at| holds_lengths(&buf[at.min(buf.len())..], *encoding, *num_values))
            }
            Page::DataPageV2 { buf, num_values, encoding, def_levels_byte_len, rep_levels_byte_len, .. } => {
                let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
                buf.get(levels..).is_some_and(|values| holds_lengths(values, *encoding, *num_values))
            }
        };
        if is_sound {
            return Ok(());
        }
        Err(ParquetError::General("a page announces more values than it holds".to_owned()))
    }
}

/// How many bytes the levels take with which the first version of data pages begins.
fn level_bytes(bytes: &[u8], encoding: Encoding, highest: i16, values: u32) -> Option<usize> {
    #[expect(deprecated, reason = "old files have it")]
    let is_packed = encoding == Encoding::BIT_PACKED;
    Some(match highest {
        0 => 0,
        _ if is_packed => (values as usize * (i16::BITS - highest.leading_zeros()) as usize).div_ceil(8),
        _ => 4 + u32::from_le_bytes(*bytes.first_chunk()?) as usize,
    })
}

/// False if the lengths with which values of an encoding begin are more than there are values.
fn holds_lengths(bytes: &[u8], encoding: Encoding, values: u32) -> bool {
    let most = u64::from(values).min(MOST);
    match encoding {
        Encoding::DELTA_LENGTH_BYTE_ARRAY => delta_bytes(bytes, most).is_some(),
        // Lengths of what a value shares with the one before, then those of the rest.
        Encoding::DELTA_BYTE_ARRAY => {
            delta_bytes(bytes, most).and_then(|shared| delta_bytes(bytes.get(shared..)?, most)).is_some()
        }
        _ => true,
    }
}

/// How many bytes numbers in `DELTA_BINARY_PACKED` take, if there are so many at most.
fn delta_bytes(bytes: &[u8], most: u64) -> Option<usize> {
    let mut at = 0;
    let number = |at: &mut usize| -> Option<u64> {
        let length = bytes.get(*at..)?.iter().take(10).position(|byte| byte & 0x80 == 0)? + 1;
        let number = bytes[*at..*at + length].iter().rev().fold(0, |n: u64, byte| n << 7 | u64::from(byte & 0x7f));
        *at += length;
        Some(number)
    };
    let (block, parts, count) = (number(&mut at)?, number(&mut at)?, number(&mut at)?);
    number(&mut at)?; // the first one
    if count > most || parts == 0 || parts > block {
        return None;
    }
    let (part, mut left) = (block / parts, count.saturating_sub(1));
    while left > 0 {
        number(&mut at)?; // the least difference in the block
        let widths = bytes.get(at..at.checked_add(usize::try_from(parts).ok()?)?)?;
        at += widths.len();
        for width in widths {
            if left > 0 {
                at = at.checked_add(usize::try_from(part.checked_mul(u64::from(*width))? / 8).ok()?)?;
                left = left.saturating_sub(part);
            }
        }
    }
    Some(at)
}

impl<R: ChunkReader> PageReader for Pages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.reader.get_next_page()?;
        page.iter().try_for_each(|page| self.check(page))?;
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.reader.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.reader.skip_next_page()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_counted_before_there_is_room_for_them() {
        // Blocks of 128 in 4 parts; 3 numbers: 5, and two differences of 2 bits each.
        let three = [&[0x80, 1, 4, 3, 10, 0, 2, 0, 0, 0][..], &[0b0110; 8]].concat();
        assert_eq!(delta_bytes(&three, 3), Some(18));
        assert_eq!(delta_bytes(&three, 2), None);
        assert_eq!(delta_bytes(&[0x80, 1, 4, 0, 0], 3), Some(5));
        assert_eq!(delta_bytes(&[0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0], u64::MAX), None);
        assert_eq!(delta_bytes(&[0x80, 1, 0, 3, 10], 3), None);
        assert!(!holds_lengths(&three, Encoding::DELTA_LENGTH_BYTE_ARRAY, 2));
        assert!(holds_lengths(&[three.clone(), three].concat(), Encoding::DELTA_BYTE_ARRAY, 3));
    }
}
