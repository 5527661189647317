//! Parquet: reads the texts of a file row by row, and writes the file with other texts in the place of these.
//! Schema, metadata, row groups and all other columns stay: their bytes are copied.
//!
//! [`Rows`] reads the rows of a file as *frames*: bytes that can be handed to another thread, where [`rows`] takes
//! them apart. Each [`Row`] gives back its frame: as it was, or with a shorter text. A [`Splicer`] takes the frames
//! of all rows in their order and writes the file. A [`Writer`] makes a new file of texts.
//!
//! Memory: a page of each column that is read (most programs write pages of 1 MiB) and a chunk of about 1 MiB,
//! whatever the size of the row groups.
//!
//! What a copy loses: the metadata of single column chunks that is a list of keys and values, Bloom filters whose
//! length the file does not say, the Bloom filter of the texts where a text changed, and the fields for the least and
//! the largest value that the format replaced in 2017, if their successors are there too. No known reader needs them.

mod cells;
mod columns;
mod encoder;
mod fault;
mod footer;
mod frame;
mod pages;
mod reader;
mod source;
mod splicer;
mod writer;

pub use fault::Fault;
pub use frame::{Row, TextRow, rows};
pub use reader::Rows;
pub use splicer::Splicer;
pub use writer::Writer;

#[cfg(test)]
mod tests;
