//! CSV and Parquet: the same rows whatever the chunks, all else as it was, and no panic on damage.

use bytes::Bytes;
use dechaff::format::parquet::{self as columns, Row};
use dechaff::format::{Fields, Record, csv as table};

use super::cuts;

/// What is compared of an item: its line, its bytes, what it is, its text.
type Seen = (usize, Vec<u8>, String, String);

/// Takes a byte for the size of chunks, a byte for the separator and the cuts, and a table.
pub fn csv(data: &[u8]) {
    let [size, choice, stream @ ..] = data else { return };
    let separator = [None, Some(b','), Some(b'\t'), Some(b';')][usize::from(choice & 3)];
    let fields = if choice & 4 == 0 { Fields::default() } else { Fields::new("2", "id", "title") };
    let choice = usize::from(choice >> 3);
    let whole = rows(stream, separator, &fields, 1 << 20, choice);
    assert_eq!(
        rows(stream, separator, &fields, 1 + usize::from(*size), choice),
        whole,
        "the same rows in small chunks"
    );
}

/// All rows of a table, read in chunks; `None` if it is no table.
fn rows(stream: &[u8], separator: Option<u8>, fields: &Fields, size: usize, choice: usize) -> Option<Vec<Seen>> {
    let (mut chunks, layout) = table::Chunks::open(stream, separator, fields, size, usize::MAX).ok()?;
    let (mut chunk, mut cells, mut all, mut seen) = (Vec::new(), table::Cells::default(), Vec::new(), Vec::new());
    while let Some(first) = chunks.next(&mut chunk).expect("memory can be read") {
        let mut rows = table::Rows::new(&chunk, first);
        while let Some((line, bytes, item)) = rows.next(&layout, &mut cells) {
            all.extend_from_slice(bytes);
            let (kind, text) = match &item {
                table::Item::Row(row) => ("row".to_owned(), row.text().to_owned()),
                other => (format!("{other:?}"), String::new()),
            };
            seen.push((line, bytes.to_owned(), kind, text));
            if let table::Item::Row(row) = item {
                splice_row(&row, bytes, &layout, choice);
            }
        }
    }
    assert!(all == stream, "rows joined are the stream");
    Some(seen)
}

fn splice_row(row: &table::Row<'_>, bytes: &[u8], layout: &table::Layout, choice: usize) {
    let mut same = Vec::new();
    row.write_without(&[], &mut same);
    assert!(same == bytes, "a row that does not change is copied");
    let spans = cuts::of(row.text(), choice);
    let expected = cuts::without(row.text(), &spans);
    let mut spliced = Vec::new();
    row.write_without(&spans, &mut spliced);
    let mut cells = table::Cells::default();
    let mut again = table::Rows::new(&spliced, 2);
    let Some((_, all, table::Item::Row(read))) = again.next(layout, &mut cells) else {
        panic!("no row any more: {}", String::from_utf8_lossy(&spliced))
    };
    assert!(all == spliced, "one row stays one row: {}", String::from_utf8_lossy(&spliced));
    assert_eq!(read.text(), expected);
    for (before, after) in [(row.id(), read.id()), (row.title(), read.title()), (row.url(), read.url())] {
        // The text's column may be the title's, too.
        assert!(before == after || before == Some(row.text()), "{before:?} became {after:?}");
    }
}

/// Takes a byte for the cuts, and a Parquet file.
pub fn parquet(data: &[u8]) {
    let Some((choice, file)) = data.split_first() else { return };
    let choice = usize::from(*choice);
    // Frames come from the program itself, but nothing in them is trusted either.
    columns::rows(file).for_each(drop);
    let file = Bytes::copy_from_slice(file);
    let Some((copy, read, expected)) = cleaned(&file, choice) else { return };
    let Some((_, again, _)) = cleaned(&copy, 0) else { panic!("the copy cannot be read") };
    assert_eq!(again, if choice == 0 { read } else { expected }, "the copy has other texts");
}

/// The file with shorter texts, the texts that were read, and those that were written; `None` if anything in it cannot be read.
#[expect(clippy::type_complexity, reason = "three lists for one caller")]
fn cleaned(file: &Bytes, choice: usize) -> Option<(Bytes, Vec<Option<String>>, Vec<Option<String>>)> {
    let fields = Fields::default();
    let mut reader = columns::Rows::open(file.clone(), &fields).ok()?;
    let mut splicer = columns::Splicer::new(file.clone(), &fields, Vec::new()).ok()?;
    let (mut frames, mut read, mut written, mut next) = (Vec::new(), Vec::new(), Vec::new(), 1);
    let mut is_whole = true;
    while let Some(first) = reader.next(&mut frames).ok()? {
        assert_eq!(first, next, "the number of the first row");
        let mut out = Vec::new();
        for row in columns::rows(&frames) {
            next += if let Row::Group { rows, .. } = row { rows } else { 1 };
            match &row {
                Row::Text(text) => {
                    let spans = cuts::of(text.text(), choice);
                    read.push(Some(text.text().to_owned()));
                    written.push(Some(cuts::without(text.text(), &spans)));
                    text.write_without(&spans, &mut out);
                }
                other => {
                    read.push(None);
                    written.push(None);
                    out.extend_from_slice(other.frame());
                }
            }
        }
        is_whole &= reader.take_fault().is_none();
        splicer.take(&out).ok()?;
    }
    let copy = splicer.finish().ok()?;
    is_whole.then(|| (copy.into(), read, written))
}
