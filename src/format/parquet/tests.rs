//! Files that the crate `parquet` writes go through [`Rows`] and [`Splicer`], and are read with its reader of records.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use parquet::basic::{BrotliLevel, ColumnOrder, Compression, GzipLevel, ZstdLevel};
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::file::metadata::{KeyValue, PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use super::*;
use crate::document::Span;
use crate::format::{Fields, NoText, Record};

/// The values of a column in one row group.
enum Values {
    Texts(Vec<ByteArray>),
    Wide(Vec<i64>),
    Narrow(Vec<i32>),
}

/// A file with these row groups, each of them columns of values with definition levels.
fn file(schema: &str, properties: WriterPropertiesBuilder, groups: Vec<Vec<(Values, Vec<i16>)>>) -> Bytes {
    let schema = Arc::new(parse_message_type(schema).expect("a schema"));
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties.build())).expect("a writer");
    for columns in groups {
        let mut group = writer.next_row_group().expect("a group");
        for (values, levels) in columns {
            let mut column = group.next_column().expect("no error").expect("a column");
            let levels = (!levels.is_empty()).then_some(&*levels);
            match values {
                Values::Texts(values) => column.typed::<ByteArrayType>().write_batch(&values, levels, None),
                Values::Wide(values) => column.typed::<Int64Type>().write_batch(&values, levels, None),
                Values::Narrow(values) => column.typed::<Int32Type>().write_batch(&values, levels, None),
            }
            .expect("written");
            column.close().expect("closed");
        }
        group.close().expect("closed");
    }
    writer.into_inner().expect("written").into()
}

const THREE: &str = "message m { required int64 n; optional binary text (UTF8); optional binary title (UTF8); }";

fn texts(values: &[Option<&str>]) -> (Values, Vec<i16>) {
    let levels = values.iter().map(|value| value.is_some().into()).collect();
    (Values::Texts(values.iter().flatten().map(|text| ByteArray::from(*text)).collect()), levels)
}

/// A file with the columns `n`, `text` and `title`.
fn articles(properties: WriterPropertiesBuilder, groups: &[Vec<Option<&str>>]) -> Bytes {
    let columns = |group: &Vec<Option<&str>>| {
        let titles: Vec<String> = (0..group.len()).map(|i| format!("title {}", i % 7)).collect();
        let titles: Vec<Option<&str>> =
            titles.iter().map(|title| (title.len() > 1).then_some(title.as_str())).collect();
        vec![(Values::Wide((0..group.len() as i64).collect()), vec![]), texts(group), texts(&titles)]
    };
    file(THREE, properties, groups.iter().map(columns).collect())
}

/// The places of the word `junk` in a text.
fn junk(text: &str) -> Vec<Span> {
    text.match_indices("junk").map(|(at, word)| Span::new(at, at + word.len())).collect()
}

fn rows_of(file: &Bytes) -> Rows<Bytes> {
    Rows::open(file.clone(), &Fields::default()).expect("Parquet")
}

/// A file without the word `junk` in its texts, and the faults of its row groups.
fn clean(file: &Bytes, fields: &Fields, chunk: usize) -> Result<(Bytes, Vec<String>), Fault> {
    let mut reader = Rows::open(file.clone(), fields)?.in_chunks_of(chunk);
    let mut splicer = Splicer::new(file.clone(), fields, Vec::new())?;
    let (mut frames, mut faults, mut next) = (Vec::new(), Vec::new(), 1);
    while let Some(first) = reader.next(&mut frames)? {
        assert_eq!(first, next);
        let mut out = Vec::new();
        for row in rows(&frames) {
            next += if let Row::Group { rows, .. } = row { rows } else { 1 };
            match &row {
                Row::Text(text) if !junk(text.text()).is_empty() => text.write_without(&junk(text.text()), &mut out),
                other => out.extend_from_slice(other.frame()),
            }
        }
        splicer.take(&out)?;
        faults.extend(reader.take_fault().map(|fault| fault.to_string()));
    }
    Ok((splicer.finish()?.into(), faults))
}

fn cleaned(file: &Bytes) -> Bytes {
    let (out, faults) = clean(file, &Fields::default(), 100).expect("cleaned");
    assert_eq!(faults, Vec::<String>::new());
    out
}

/// All rows as text, as another reader sees them.
fn seen(file: &Bytes) -> Vec<String> {
    let reader = SerializedFileReader::new(file.clone()).expect("Parquet");
    reader.get_row_iter(None).expect("rows").map(|row| row.expect("a row").to_string()).collect()
}

fn metadata(file: &Bytes) -> ParquetMetaData {
    let reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Optional);
    reader.parse_and_finish(file).expect("a footer")
}

/// The bytes of a column chunk.
fn chunk(file: &Bytes, group: usize, column: usize) -> Bytes {
    let (start, length) = metadata(file).row_group(group).column(column).byte_range();
    file.slice(start as usize..(start + length) as usize)
}

/// The row groups and columns whose bytes differ between two files.
fn differences(a: &Bytes, b: &Bytes) -> BTreeSet<(usize, usize)> {
    let (groups, columns) = (metadata(a).num_row_groups(), metadata(a).row_group(0).num_columns());
    assert_eq!(metadata(b).num_row_groups(), groups);
    let all = (0..groups).flat_map(|group| (0..columns).map(move |column| (group, column)));
    all.filter(|(group, column)| chunk(a, *group, *column) != chunk(b, *group, *column)).collect()
}

fn codecs() -> Vec<Compression> {
    vec![
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::BROTLI(BrotliLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ]
}

#[test]
fn of_a_changed_row_group_only_the_texts_change() {
    let same = vec![Some("a"), None, Some("b"), Some("")];
    let mut long = vec![Some("the same"); 3000];
    long.extend([None, Some("é junk\u{1f600}"), Some("junk"), None, Some("end")]);
    for codec in codecs() {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for dictionary in [true, false] {
                let properties = WriterProperties::builder()
                    .set_compression(codec)
                    .set_writer_version(version)
                    .set_dictionary_enabled(dictionary)
                    .set_data_page_row_count_limit(100);
                let source = articles(properties, &[same.clone(), long.clone(), same.clone()]);
                let out = cleaned(&source);
                assert_eq!(differences(&source, &out), [(1, 1)].into(), "{codec} {version:?} {dictionary}");
                let expected: Vec<String> = seen(&source).iter().map(|row| row.replace("junk", "")).collect();
                assert_eq!(seen(&out), expected, "{codec} {version:?} {dictionary}");
                let (old, new) = (metadata(&source), metadata(&out));
                let (old, new) = (old.row_group(1).column(1), new.row_group(1).column(1));
                assert_eq!(new.compression_codec(), old.compression_codec());
                assert_eq!(new.dictionary_page_offset().is_some(), dictionary);
                assert_eq!(new.statistics().and_then(|s| s.null_count_opt()), Some(2));
                assert_eq!(new.num_values(), old.num_values());
            }
        }
    }
}

#[test]
fn without_a_change_everything_stays() {
    let properties = WriterProperties::builder()
        .set_created_by("some program version 1.2".to_owned())
        .set_key_value_metadata(Some(vec![
            KeyValue::new("ARROW:schema".to_owned(), "/////w==".to_owned()),
            KeyValue::new("empty".to_owned(), None),
        ]))
        .set_sorting_columns(Some(vec![SortingColumn { column_idx: 1, descending: true, nulls_first: false }]))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_bloom_filter_enabled(true);
    let source = articles(properties, &[vec![Some("a"), None], vec![Some("b")], vec![], vec![Some("c")]]);
    let out = cleaned(&source);
    assert_eq!(differences(&source, &out), BTreeSet::new());
    let (old, new) = (metadata(&source), metadata(&out));
    assert_eq!(new.file_metadata(), old.file_metadata());
    for (group, (old_group, new_group)) in old.row_groups().iter().zip(new.row_groups()).enumerate() {
        assert_eq!(new_group.sorting_columns(), old_group.sorting_columns());
        assert_eq!(new_group.total_byte_size(), old_group.total_byte_size());
        assert_eq!(new_group.ordinal(), old_group.ordinal());
        for (column, (old_chunk, new_chunk)) in old_group.columns().iter().zip(new_group.columns()).enumerate() {
            assert_eq!(new_chunk.statistics(), old_chunk.statistics());
            assert_eq!(new_chunk.encodings_mask(), old_chunk.encodings_mask());
            assert_eq!(new_chunk.page_encoding_stats_mask(), old_chunk.page_encoding_stats_mask());
            let filter = |file: &Bytes, chunk: &parquet::file::metadata::ColumnChunkMetaData| {
                let start = chunk.bloom_filter_offset()? as usize;
                Some(file.slice(start..start + chunk.bloom_filter_length()? as usize))
            };
            assert_eq!(filter(&out, new_chunk), filter(&source, old_chunk));
            let (old, new) = (old.page_index().expect("an index"), new.page_index().expect("an index"));
            assert_eq!(new.column_index(group, column), old.column_index(group, column));
            let by = new_chunk.data_page_offset() - old_chunk.data_page_offset();
            let places = |index: Option<&parquet::file::page_index::offset_index::OffsetIndexMetaData>, by| {
                let places = index.expect("an index").page_locations.iter();
                places
                    .map(|page| (page.offset + by, page.compressed_page_size, page.first_row_index))
                    .collect::<Vec<_>>()
            };
            assert_eq!(places(new.offset_index(group, column), 0), places(old.offset_index(group, column), by));
        }
    }
    assert!(old.row_group(0).column(1).bloom_filter_length().is_some());
}

#[test]
fn a_changed_row_group_has_the_index_and_order_of_what_is_in_it() {
    let by = |column_idx| Some(vec![SortingColumn { column_idx, descending: false, nulls_first: false }]);
    for (column, kept) in [(0, by(0)), (1, None)] {
        let properties = WriterProperties::builder()
            .set_sorting_columns(by(column))
            .set_data_page_row_count_limit(2)
            .set_write_batch_size(1)
            .set_statistics_enabled(EnabledStatistics::Page);
        let source = articles(properties, &[vec![Some("x")], vec![Some("b"), Some("junk a"), None, Some("z")]]);
        let out = metadata(&cleaned(&source));
        assert_eq!(out.row_group(1).sorting_columns(), kept.as_ref());
        assert_eq!(out.row_group(0).sorting_columns(), by(column).as_ref());
        let pages = out.page_index().and_then(|index| index.offset_index(1, 1)).expect("an index");
        let chunk = out.row_group(1).column(1);
        let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
        assert_eq!(pages.page_locations[0].offset, chunk.data_page_offset());
        let last = pages.page_locations.last().expect("pages");
        assert_eq!(last.offset + i64::from(last.compressed_page_size), start + chunk.compressed_size());
        let least = chunk.statistics().and_then(|statistics| statistics.min_bytes_opt()).expect("statistics");
        assert_eq!(least, b" a");
    }
}

#[test]
fn texts_in_groups_keep_their_nulls() {
    let schema = "message m { optional group metadata { optional binary url (UTF8); optional binary text (UTF8); } \
                  required int32 id; }";
    let url = Values::Texts(vec!["https://a.example/1".into()]);
    let text = Values::Texts(vec!["a junk".into(), "b".into()]);
    let columns = vec![(url, vec![1, 0, 2, 1]), (text, vec![1, 0, 2, 2]), (Values::Narrow(vec![-7, 8, 9, 10]), vec![])];
    let source = file(schema, WriterProperties::builder(), vec![columns]);
    let mut frames = Vec::new();
    rows_of(&source).next(&mut frames).expect("rows");
    let read: Vec<Row<'_>> = rows(&frames).collect();
    assert!(matches!(read[0], Row::NoText { why: NoText::Null, .. }));
    let Row::Text(row) = &read[2] else { panic!("a text") };
    assert_eq!((row.text(), row.id(), row.title()), ("a junk", Some("9"), None));
    assert_eq!(row.document().host().as_deref(), Some("a.example"));
    let out = cleaned(&source);
    let expected: Vec<String> = seen(&source).iter().map(|row| row.replace("junk", "")).collect();
    assert_eq!(seen(&out), expected);
    assert_ne!(seen(&out)[0], seen(&out)[1].replace("id: 8", "id: -7"), "null in a group is not a null group");
    assert_eq!(differences(&source, &out), [(0, 1)].into());
    // The names with dots find the same columns.
    let fields = Fields::new("metadata.text", "id", "title");
    assert_eq!(clean(&source, &fields, 1).expect("cleaned").0, out);
}

#[test]
fn unsigned_ids_and_other_bytes() {
    let schema =
        "message m { required int64 id (INTEGER(64,false)); optional binary text; required binary title (BSON); }";
    let bytes = Values::Texts(vec![ByteArray::from(vec![0xff, b'a']), "junk".into()]);
    let title = Values::Texts(vec!["t".into(), "t".into()]);
    let columns = vec![(Values::Wide(vec![-1, 1]), vec![]), (bytes, vec![1, 1]), (title, vec![])];
    let source = file(schema, WriterProperties::builder(), vec![columns]);
    let mut frames = Vec::new();
    rows_of(&source).next(&mut frames).expect("rows");
    let read: Vec<Row<'_>> = rows(&frames).collect();
    assert!(matches!(read[0], Row::NoText { why: NoText::NotUtf8, .. }));
    let Row::Text(row) = &read[1] else { panic!("a text") };
    assert_eq!((row.id(), row.title()), (Some("1"), None));
    let out = cleaned(&source);
    assert!(seen(&out)[0] == seen(&source)[0] && seen(&out)[1] != seen(&source)[1]);
}

#[test]
fn chunks_are_of_one_row_group() {
    let source = articles(WriterProperties::builder(), &[vec![Some("aa"); 5], vec![], vec![Some("b"); 3]]);
    for (size, expected) in [(1, vec![1; 8]), (30, vec![2, 2, 1, 2, 1]), (1 << 20, vec![5, 3])] {
        let mut reader = rows_of(&source).in_chunks_of(size);
        let (mut frames, mut counts, mut next) = (Vec::new(), Vec::new(), 1);
        while let Some(first) = reader.next(&mut frames).expect("rows") {
            assert_eq!(first, next);
            counts.push(rows(&frames).count());
            next += rows(&frames).count();
        }
        assert_eq!(counts, expected, "{size}");
    }
}

#[test]
fn a_corrupt_row_group_is_copied_and_the_others_are_cleaned() {
    let group: Vec<String> = (0..300).map(|i| format!("junk {i} {}", i * i)).collect();
    let group: Vec<Option<&str>> = group.iter().map(|text| Some(text.as_str())).collect();
    let properties = WriterProperties::builder().set_compression(Compression::GZIP(GzipLevel::default()));
    let source = articles(properties, &[group.clone(), group.clone(), group]);
    for (column, name) in [(1, "text"), (2, "title")] {
        let (start, length) = metadata(&source).row_group(1).column(column).byte_range();
        for at in [start + length / 2, start] {
            let mut damaged = source.to_vec();
            damaged[at as usize] ^= 0x55;
            let damaged = damaged.into();
            let (out, faults) = clean(&damaged, &Fields::default(), 100).expect("cleaned");
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(faults[0].starts_with(&format!("row group 2, column '{name}': ")), "{faults:?}");
            assert_eq!(differences(&damaged, &out), [(0, 1), (2, 1)].into());
        }
    }
    // A column that is not read may hold anything.
    let (start, length) = metadata(&source).row_group(1).column(0).byte_range();
    let mut damaged = source.to_vec();
    damaged[(start + length / 2) as usize] ^= 0x55;
    let damaged = damaged.into();
    assert_eq!(differences(&damaged, &cleaned(&damaged)), [(0, 1), (1, 1), (2, 1)].into());
}

fn refusal(file: &[u8], text: &str) -> String {
    let fields = Fields::new(text, "id", "title");
    match Rows::open(Bytes::copy_from_slice(file), &fields) {
        Ok(_) => panic!("it is opened"),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn what_has_no_texts_is_refused_by_name() {
    let source = articles(WriterProperties::builder(), &[vec![Some("a")]]);
    for length in [0, 3, 8, source.len() / 2, source.len() - 1] {
        let message = refusal(&source[..length], "text");
        assert!(message.starts_with("is no Parquet, or is cut short: "), "{length}: {message}");
    }
    // The footer is whole, and what it points to is gone.
    let long = articles(WriterProperties::builder(), &[vec![Some(&"long ".repeat(2000))]]);
    let message = refusal(&[&long[..4], &long[6000..]].concat(), "text");
    assert_eq!(message, "is no Parquet, or is cut short: column 'text' of row group 1 lies outside of the file");

    assert_eq!(refusal(&source, "body"), "has no column 'body'; there are: n, text, title (use --text-field)");
    assert_eq!(refusal(&source, "n"), "the column 'n' holds INT64, no text");
    let schema = "message m { required group a { repeated binary text (UTF8); required int32 day (DATE); } }";
    let source = file(schema, WriterProperties::builder(), vec![]);
    assert_eq!(refusal(&source, "text"), "has no column 'text'; there are: a, a.day (use --text-field)");
    assert_eq!(refusal(&source, "a.text"), "the column 'a.text' holds lists, no text");
    assert_eq!(refusal(&source, "a"), "the column 'a' holds lists, no text");
    assert_eq!(refusal(&source, "a.day"), "the column 'a.day' holds INT32 (Date), no text");
}

/// The crate orders floating-point numbers as IEEE 754 says, most other programs do not; what a file says must stay.
#[test]
fn numbers_keep_their_order() {
    let schema = "message m { required double score; optional binary text (UTF8); required float f; }";
    let source = file(schema, WriterProperties::builder(), vec![]);
    let of = |file: &Bytes| metadata(file).file_metadata().column_orders().cloned().expect("orders");
    assert_eq!(of(&source)[0], ColumnOrder::IEEE_754_TOTAL_ORDER);
    assert_eq!(of(&cleaned(&source)), of(&source));
    // The orders are the last bytes of the metadata: a byte for the kind, and two zeros for each column.
    let mut old = source.to_vec();
    let orders = old.len() - 8 - 1 - 3 * 3;
    assert_eq!((old[orders], old[orders + 6]), (0x2c, 0x2c));
    old[orders] = 0x1c;
    old[orders + 6] = 0x7c;
    let old: Bytes = old.into();
    assert!(matches!(of(&old)[..], [ColumnOrder::TYPE_DEFINED_ORDER(_), _, ColumnOrder::UNKNOWN]));
    assert_eq!(of(&cleaned(&old)), of(&old));
}

#[test]
fn frames_of_another_file_are_refused() {
    let source = articles(WriterProperties::builder(), &[vec![Some("a"), Some("b")]]);
    let splicer = || Splicer::new(source.clone(), &Fields::default(), Vec::new()).expect("Parquet");
    let mut frames = Vec::new();
    rows_of(&source).next(&mut frames).expect("rows");
    let first = rows(&frames).next().expect("a row").frame().len();
    let mut few = splicer();
    few.take(&frames[..first]).expect("taken");
    assert!(few.finish().is_err());
    let mut many = splicer();
    many.take(&frames).expect("taken");
    assert!(many.take(&frames).is_err());
}

#[test]
fn errors_of_the_output_are_found_at_any_byte() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let source = articles(WriterProperties::builder(), &[vec![Some("a junk"), Some("b")]]);
    let run = |room| -> Result<(), Fault> {
        let mut splicer = Splicer::new(source.clone(), &Fields::default(), Full(room))?;
        let mut frames = Vec::new();
        rows_of(&source).next(&mut frames)?;
        splicer.take(&frames)?;
        splicer.finish().map(drop)
    };
    let size = (0..).find(|room| run(*room).is_ok()).expect("enough room");
    assert!(size > 500, "{size}");
    for room in 0..size {
        assert!(
            matches!(run(room), Err(Fault::Io(error)) if error.kind() == std::io::ErrorKind::StorageFull),
            "{room}"
        );
    }
    assert!(run(size + 1).is_ok());
}

#[test]
fn a_new_file_holds_the_rows() {
    let mut writer = Writer::new(Vec::new(), &["id", "url", "text"]).expect("a writer");
    writer.row(&[Some("1"), None, Some("a")]).expect("written");
    writer.row(&[None, Some("u")]).expect("written");
    let out: Bytes = writer.finish().expect("written").into();
    assert_eq!(seen(&out), [r#"{id: "1", url: null, text: "a"}"#, r#"{id: null, url: "u", text: null}"#]);
    let empty: Bytes = Writer::new(Vec::new(), &["text"]).expect("a writer").finish().expect("written").into();
    assert_eq!(rows_of(&empty).next(&mut Vec::new()).expect("no rows"), None);

    // A row group ends once it holds enough text.
    let long = "long ".repeat(3 << 20);
    let mut writer = Writer::new(Vec::new(), &["text"]).expect("a writer");
    for _ in 0..6 {
        writer.row(&[Some(&long)]).expect("written");
    }
    let out: Bytes = writer.finish().expect("written").into();
    let groups: Vec<i64> = metadata(&out).row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(groups, [5, 1]);
}

fn some_texts() -> impl Strategy<Value = Vec<Option<String>>> {
    let text = prop_oneof![
        Just(None),
        Just(Some("junk".to_owned())),
        Just(Some("the same".to_owned())),
        "[a-zé\u{1f600}\n]{0,20}".prop_map(Some),
        "[a-zé]{0,5}junk[a-zé]{0,5}".prop_map(Some),
    ];
    prop::collection::vec(text, 0..40)
}

fn some_file() -> impl Strategy<Value = Bytes> {
    let choices = (prop::collection::vec(some_texts(), 1..4), any::<[bool; 3]>(), 0..codecs().len(), 1..20_usize);
    choices.prop_map(|(groups, [new, dictionary, index], codec, page)| {
        let version = if new { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
        let statistics = if index { EnabledStatistics::Page } else { EnabledStatistics::None };
        let properties = WriterProperties::builder()
            .set_compression(codecs()[codec])
            .set_writer_version(version)
            .set_dictionary_enabled(dictionary)
            .set_statistics_enabled(statistics)
            .set_data_page_row_count_limit(page)
            .set_write_batch_size(page);
        let groups: Vec<Vec<Option<&str>>> =
            groups.iter().map(|group| group.iter().map(Option::as_deref).collect()).collect();
        articles(properties, &groups)
    })
}

proptest! {
    #[test]
    fn only_the_cut_words_go(source in some_file(), chunk in 1..2000_usize) {
        let (out, faults) = clean(&source, &Fields::default(), chunk).expect("cleaned");
        prop_assert!(faults.is_empty());
        let expected: Vec<String> = seen(&source).iter().map(|row| row.replace("junk", "")).collect();
        prop_assert_eq!(seen(&out), expected);
        for (group, column) in differences(&source, &out) {
            prop_assert_eq!(column, 1, "group {}", group);
        }
        // Cleaned again it stays as it is.
        let (again, _) = clean(&out, &Fields::default(), chunk).expect("cleaned");
        prop_assert_eq!(differences(&out, &again), BTreeSet::new());
    }

    #[test]
    fn damaged_files_never_panic(source in some_file(), at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
        let mut damaged = source.to_vec();
        let at = at.index(damaged.len());
        damaged[at] ^= flip;
        if let Ok((out, _)) = clean(&damaged.into(), &Fields::default(), 1000) {
            prop_assert!(Rows::open(out, &Fields::default()).is_ok());
        }
    }
}
