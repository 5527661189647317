//! JSON lines, web archives and encodings: the same records whatever the chunks, and all bytes back.

use std::io::Read;

use dechaff::format::encoding::{Decoding, Encoding};
use dechaff::format::{Fields, Record, jsonl as lines, warc as archive};
use serde_json::Value;

use super::cuts;

/// Reads a stream in pieces of so many bytes.
struct Pieces<'b>(&'b [u8], usize);

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(self.1);
        self.0.read(&mut buffer[..most])
    }
}

/// Takes a byte for the size of chunks, a byte for the cuts, and JSON lines.
pub fn jsonl(data: &[u8]) {
    let [size, choice, stream @ ..] = data else { return };
    let mut chunks = lines::Chunks::new(Pieces(stream, 3 + usize::from(*size) / 2), 1 + usize::from(*size));
    let (mut chunk, mut all, mut number) = (Vec::new(), Vec::new(), 1);
    while let Some(first) = chunks.next(&mut chunk).expect("memory can be read") {
        assert_eq!(first, number, "the number of the first line");
        assert!(all.is_empty() || all.ends_with(b"\n"), "only the last chunk may lack its line break");
        number += chunk.iter().filter(|byte| **byte == b'\n').count();
        all.extend_from_slice(&chunk);
    }
    assert!(all == stream, "chunks joined are the stream");
    let (size, limit) = (1 + usize::from(*size), 1 + usize::from(*choice));
    let mut chunks = lines::Chunks::new(Pieces(stream, 7), size).with_limit(limit);
    all.clear();
    while chunks.next(&mut chunk).expect("memory can be read").is_some() {
        let is_long = |line: &[u8]| line.len() > limit.max(size) + size;
        assert!(
            chunks.piece().is_some() || !chunk.split_inclusive(|byte| *byte == b'\n').any(is_long),
            "a line over the limit"
        );
        all.extend_from_slice(&chunk);
    }
    assert!(all == stream, "chunks joined are the stream, also of lines that are too long");
    let mut scratch = lines::Scratch::default();
    for line in stream.split_inclusive(|byte| *byte == b'\n') {
        if let Ok(line) = std::str::from_utf8(line) {
            splice_line(line, usize::from(*choice), &mut scratch);
        }
    }
}

fn splice_line(line: &str, choice: usize, scratch: &mut lines::Scratch) {
    let fields = Fields::default();
    let _ = lines::field_names(line);
    // The reference gives up at its own depth of nesting, and at numbers beyond its own.
    let known = serde_json::from_str::<Value>(line);
    let record = match lines::read(line, &fields, scratch) {
        lines::Line::Record(record) => record,
        lines::Line::Malformed(message) => {
            assert!(known.is_err() && !message.is_empty(), "JSON that is called malformed: {message}");
            return;
        }
        lines::Line::Blank => return assert!(line.trim().is_empty()),
        _ => return,
    };
    let mut same = Vec::new();
    record.write_without(&[], &mut same);
    assert!(same == line.as_bytes(), "a record that does not change is copied");

    let spans = cuts::of(record.text(), choice);
    let expected = cuts::without(record.text(), &spans);
    let mut spliced = Vec::new();
    record.write_without(&spans, &mut spliced);
    let spliced = String::from_utf8(spliced).expect("UTF-8");
    if let Ok(mut value) = known {
        let text = if value["text"].is_string() { &mut value["text"] } else { &mut value["metadata"]["text"] };
        assert_eq!(text.as_str(), Some(record.text()), "the text, as another reader sees it");
        *text = expected.clone().into();
        let seen: Value = serde_json::from_str(&spliced).expect("JSON stays JSON");
        assert_eq!(seen, value, "only the text changes");
    }
    let others = [record.id(), record.title(), record.url()].map(|field| field.map(str::to_owned));
    let mut scratch = lines::Scratch::default();
    let lines::Line::Record(again) = lines::read(&spliced, &fields, &mut scratch) else {
        panic!("no record any more: {spliced}")
    };
    assert_eq!(again.text(), expected);
    assert_eq!([again.id(), again.title(), again.url()].map(|field| field.map(str::to_owned)), others);
}

/// Takes a byte for the size of chunks, and a web archive.
pub fn warc(data: &[u8]) {
    let Some((size, stream)) = data.split_first() else { return };
    let read = |size: usize, piece: usize| {
        let mut chunks = archive::Chunks::new(Pieces(stream, piece), size, usize::MAX);
        let (mut chunk, mut all, mut items) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(first) = chunks.next(&mut chunk).expect("memory can be read") {
            assert_eq!(first, items.len() + 1, "the number of the first record");
            items.extend(archive::Captures::new(&chunk, usize::MAX).map(|item| format!("{item:?}")));
            all.extend_from_slice(&chunk);
        }
        assert!(all == stream, "chunks joined are the stream");
        items
    };
    let whole = read(1 << 20, 1 << 20);
    assert_eq!(read(1 + usize::from(*size), 3 + usize::from(*size) / 2), whole, "the same records in small chunks");
    let limit = usize::from(*size) * 4;
    let bounded = |size: usize| {
        let (mut chunks, mut chunk, mut items) =
            (archive::Chunks::new(Pieces(stream, 7), size, limit), Vec::new(), Vec::new());
        loop {
            match chunks.next(&mut chunk) {
                Ok(Some(_)) => items.extend(archive::Captures::new(&chunk, limit).map(|item| format!("{item:?}"))),
                Ok(None) => break,
                // The archive ends within a record that is too long.
                Err(error) => items.push(error.to_string()),
            }
        }
        items
    };
    assert_eq!(bounded(1 + usize::from(*size)), bounded(1 << 20), "the same records without those that are too long");
    for item in archive::Captures::new(stream, usize::MAX) {
        if let archive::Item::Text(capture) = item {
            assert!(
                stream.windows(capture.text().len().max(1)).any(|part| part == capture.text().as_bytes())
                    || capture.text().is_empty()
            );
        }
    }
}

/// Encodings that are chosen by number.
pub const ENCODINGS: &[&str] = &[
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1252",
    "shift_jis",
    "gb18030",
    "gbk",
    "euc-kr",
    "euc-jp",
    "big5",
    "iso-2022-jp",
    "iso-8859-8",
    "koi8-u",
    "macintosh",
    "windows-874",
    "x-user-defined",
];

/// Takes a byte for the encoding, a byte for the size of pieces, and bytes to decode.
pub fn encoding(data: &[u8]) {
    let [number, size, bytes @ ..] = data else { return };
    let encoding = ENCODINGS
        .get(usize::from(*number))
        .map_or_else(|| Encoding::guess(bytes, true), |name| Encoding::named(name).expect("a name of the standard"));
    let decoded = encoding.decode(bytes);
    if let Ok(text) = &decoded {
        let mut back = Vec::new();
        encoding.encode(text, &mut back).expect("what was decoded");
        assert!(back == bytes, "{}: not the bytes that were read", encoding.name());
    }
    let mut read = String::new();
    let streamed = Decoding::new(Pieces(bytes, 1 + usize::from(*size)), encoding).read_to_string(&mut read);
    match decoded {
        Ok(text) => assert!(streamed.is_ok() && read == text, "{}: piece by piece another text", encoding.name()),
        Err(_) => assert!(streamed.is_err(), "{}: piece by piece no fault", encoding.name()),
    }
}
