//! Splicing against `serde_json`: parse, edit and write.

use proptest::prelude::*;
use serde_json::Value;

use super::super::Record as _;
use super::*;

/// The spans of the lines that begin with `junk`.
fn cuts(text: &str) -> Vec<Span> {
    crate::document::lines(text)
        .filter(|l| text[l.span.range()].starts_with("junk"))
        .map(crate::document::Line::full)
        .collect()
}

fn without(text: &str, cuts: &[Span]) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for cut in cuts {
        out.push_str(&text[at..cut.start]);
        at = cut.end;
    }
    out + &text[at..]
}

fn spliced(line: &str, fields: &Fields) -> Option<String> {
    let mut scratch = Scratch::default();
    let Line::Record(record) = read(line, fields, &mut scratch) else { return None };
    let mut out = Vec::new();
    record.write_without(&cuts(record.text()), &mut out);
    Some(String::from_utf8(out).expect("whole characters"))
}

fn no_text(line: &str) -> Option<NoText> {
    match read(line, &Fields::default(), &mut Scratch::default()) {
        Line::NoText(why) => Some(why),
        _ => None,
    }
}

#[test]
fn kept_characters_keep_their_spelling() {
    let line = r#" {"n":1.50,"text" : "caf\u00e9 \ud83d\ude00\/\njunk \u00e9\ud83d\ude00\nend\t\"x\"","z":[ ]}"#;
    let kept = r#" {"n":1.50,"text" : "caf\u00e9 \ud83d\ude00\/\nend\t\"x\"","z":[ ]}"#;
    assert_eq!(spliced(line, &Fields::default()).as_deref(), Some(kept));
    assert_eq!(spliced(r#"{"text":"junk"}"#, &Fields::default()).as_deref(), Some(r#"{"text":""}"#));
    assert_eq!(spliced(r#"{"text":"junk\njunk\u000aa"}"#, &Fields::default()).as_deref(), Some(r#"{"text":"a"}"#));
}

#[test]
fn the_last_of_duplicate_keys_counts_and_nested_ones_do_not() {
    let line = r#"{"text":"junk","a":{"text":"junk"},"te\u0078t":"junk\nb","b":[{"text":"junk"}]}"#;
    let kept = r#"{"text":"junk","a":{"text":"junk"},"te\u0078t":"b","b":[{"text":"junk"}]}"#;
    assert_eq!(spliced(line, &Fields::default()).as_deref(), Some(kept));
}

#[test]
fn dots_go_into_objects_and_metadata_is_the_fallback() {
    let fields = Fields::new("page.body.text", "page.id", "page.title").with_url("page.at.url");
    let line = r#"{"page": {"id": 7, "at": {"url": "https:\/\/a.example"}, "title": "T\u0041", "body": {"text": "junk\na"}}, "text": "junk"}"#;
    let kept = line.replace(r"junk\na", "a");
    assert_eq!(spliced(line, &fields).as_deref(), Some(kept.as_str()));
    let mut scratch = Scratch::default();
    let Line::Record(record) = read(line, &fields, &mut scratch) else { panic!("a record") };
    assert_eq!((record.id(), record.title()), (Some("7"), Some("TA")));
    assert_eq!(record.url(), Some("https://a.example"));

    let line = r#"{"text":"a","metadata":{"url":"https://b.example/1"}}"#;
    let Line::Record(record) = read(line, &Fields::default(), &mut scratch) else { panic!("a record") };
    assert_eq!(record.document().host().as_deref(), Some("b.example"));

    let line = r#"{"metadata":{"text":"junk\na","id":"x"}}"#;
    assert_eq!(spliced(line, &Fields::default()).as_deref(), Some(r#"{"metadata":{"text":"a","id":"x"}}"#));
}

#[test]
fn records_without_a_text_say_why() {
    assert_eq!(no_text(r#"{"a":1}"#), Some(NoText::Missing));
    assert_eq!(no_text("{}"), Some(NoText::Missing));
    assert_eq!(no_text(r#"{"text":null}"#), Some(NoText::Null));
    assert_eq!(no_text(r#"{"text":["a"]}"#), Some(NoText::NoString));
    assert_eq!(no_text(r#"{"text":"a\ud800b"}"#), Some(NoText::LoneSurrogate));
    assert_eq!(no_text(r#"{"text":"a\ude00"}"#), Some(NoText::LoneSurrogate));
    assert_eq!(no_text("[1]"), Some(NoText::NoObject));
    assert!(matches!(read(" \r\n", &Fields::default(), &mut Scratch::default()), Line::Blank));
}

#[test]
fn malformed_lines_say_where() {
    let Line::Malformed(message) = read("{\"text\": \"a\"", &Fields::default(), &mut Scratch::default()) else {
        panic!("not JSON")
    };
    assert_eq!(message, "EOF while parsing an object at column 12");
}

/// Lines that a generator of JSON values would never write.
#[test]
fn the_scanner_agrees_with_serde_json_on_odd_lines() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let odd = [
        "",
        "{",
        "}",
        "{]",
        "[}",
        "[1,]",
        "[,1]",
        "{,}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{a:1}",
        "01",
        "-",
        "-0",
        "-0.0e+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "+1",
        "1e5",
        "0x1",
        "1 2",
        "nul",
        "null",
        "truex",
        "false",
        "\"a",
        "\"\\",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u+123\"",
        "\"\t\"",
        "\"\u{7f}\"",
        "\"é\"",
        "'a'",
        "NaN",
        "{\"a\":{\"b\":[1,{\"c\":[]}]}}",
        "[[],{},[{}]]",
        "{\"a\":1}{\"b\":2}",
        "{\"a\":1} x",
        "\u{feff}{}",
        " { } ",
        "[1 ,2 ]",
        "\"\\ud800\"",
        "{\"text\" \n:\"a\"}",
        &deep,
    ];
    for line in odd {
        assert_eq!(is_json(line), accepts(line), "{}", &line[..line.len().min(40)]);
    }
}

fn is_json(line: &str) -> bool {
    serde_json::from_str::<&serde_json::value::RawValue>(line).is_ok()
}

fn accepts(line: &str) -> bool {
    let mut scanner = Scanner::new(line);
    scanner.value().is_some() && scanner.ends()
}

#[test]
fn chunks_are_whole_lines_and_lose_nothing() {
    let text = "a\nbb\n\nccccccccccccccc\nd\ne";
    for size in 1..30 {
        let mut chunks = Chunks::new(text.as_bytes(), size);
        let (mut chunk, mut all, mut lines) = (Vec::new(), Vec::new(), 1);
        while let Some(first) = chunks.next(&mut chunk).expect("no error") {
            assert_eq!(first, lines);
            assert!(chunk.ends_with(b"\n") || all.len() + chunk.len() == text.len());
            lines += chunk.iter().filter(|b| **b == b'\n').count();
            all.extend_from_slice(&chunk);
        }
        assert_eq!(all, text.as_bytes(), "size {size}");
    }
}

/// A reader that returns `WouldBlock` before each of its pieces.
struct Waiting<'a>(Vec<&'a [u8]>, bool);

impl Read for Waiting<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.1 = !self.1;
        if self.1 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        if self.0.is_empty() { Ok(0) } else { self.0.remove(0).read(buffer) }
    }
}

#[test]
fn whole_lines_do_not_wait_for_their_writer() {
    let mut chunks = Chunks::new(Waiting(vec![b"a\n", b"b", b"b\nc\nd", b"d", b"\n", b"e"], false), 1000);
    let (mut chunk, mut seen) = (Vec::new(), Vec::new());
    while let Some(first) = chunks.next(&mut chunk).expect("no error") {
        seen.push((first, String::from_utf8(chunk.clone()).expect("UTF-8")));
    }
    let expected = [(1, "a\n"), (2, "bb\nc\n"), (4, "dd\n"), (5, "e")];
    assert_eq!(seen, expected.map(|(first, text)| (first, text.to_owned())));
}

#[test]
fn fields_are_named_with_those_of_metadata() {
    let names = field_names(r#" {"i\u0064": 1, "metadata": {"text": "a", "b": {"c": 1}}, "n": {"x": 1}}"#);
    assert_eq!(names, ["id", "metadata", "metadata.text", "metadata.b", "n"]);
    assert!(field_names("[{\"a\": 1}]").is_empty());
}

/// A reader that fails at the end of its bytes.
struct Torn<'a>(&'a [u8]);

impl Read for Torn<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            n => Ok(n),
        }
    }
}

#[test]
fn whole_lines_before_a_tear_come_first() {
    let mut chunks = Chunks::new(Torn(b"a\nb\nhalf"), 1000);
    let mut chunk = Vec::new();
    assert_eq!(chunks.next(&mut chunk).expect("lines"), Some(1));
    assert_eq!(chunk, b"a\nb\n");
    assert!(chunks.next(&mut chunk).is_err());
    assert!(chunks.next(&mut chunk).expect("the end").is_none());
}

/// A text as a JSON string in which `seed` chooses the spelling of each character.
fn spell(text: &str, seed: &[u8]) -> String {
    let mut out = String::from("\"");
    for (i, c) in text.chars().enumerate() {
        let plain = !matches!(c, '"' | '\\') && c >= ' ';
        let mut units = [0; 2];
        match seed.get(i % seed.len().max(1)).copied().unwrap_or(0) % 4 {
            0 => c.encode_utf16(&mut units).iter().for_each(|u| out += &format!("\\u{u:04x}")),
            1 if c == '/' => out.push_str("\\/"),
            2 if !plain => c.encode_utf16(&mut units).iter().for_each(|u| out.push_str(&format!("\\u{u:04X}"))),
            _ if plain => out.push(c),
            _ => {
                let quoted = serde_json::to_string(&c).expect("JSON");
                out.push_str(&quoted[1..quoted.len() - 1]);
            }
        }
    }
    out + "\""
}

fn texts() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            Just("junk é\u{1f600}".to_owned()),
            Just("junk".to_owned()),
            "[a-z/é\u{1f600}\t\u{1}]{0,12}",
            Just(String::new())
        ],
        0..8,
    )
    .prop_map(|lines| lines.join("\n"))
}

proptest! {
    #[test]
    fn splicing_is_parse_clean_and_write(
        text in texts(), other in texts(), seed in prop::collection::vec(any::<u8>(), 1..40), order in 0..6_usize, gap in "[ \t]{0,2}",
    ) {
        let (a, b) = (spell(&text, &seed), spell(&other, &seed[seed.len() / 2..]));
        let members = [
            format!("{gap}\"text\"{gap}:{gap}{a}{gap}"),
            format!("\"more\":{{\"text\":{b},\"n\":[1.0,-2e3,{b}]}}"),
            format!("{gap}\"text\":{b}"),
            "\"n\" : 1.50".to_owned(),
        ];
        let line = format!("{gap}{{{},{}{gap},{}}}\n", members[order % 4], members[(order + 1) % 4], members[(order + 2) % 4]);
        let mut value: Value = serde_json::from_str(&line).expect("JSON");
        if let Some(text) = value.get("text").and_then(Value::as_str).map(str::to_owned) {
            value["text"] = without(&text, &cuts(&text)).into();
            let out = spliced(&line, &Fields::default()).expect("a record");
            prop_assert_eq!(&serde_json::from_str::<Value>(&out).expect("JSON"), &value);
            if cuts(&text).is_empty() {
                prop_assert_eq!(out, line);
            }
        }
    }

    #[test]
    fn the_scanner_agrees_with_serde_json(line in "[\\[\\]{}:, \"\\\\a-f0-3u.eE+-]{0,24}") {
        prop_assert_eq!(is_json(&line), accepts(&line));
    }

    #[test]
    fn damaged_records_never_panic(cut in 0..60_usize, put in "[\"\\\\{}u,:]{0,2}") {
        let line = r#"{"id":"x","text":"a\njunk \ud83d\ude00\nb","metadata":{"k":[1,2]}}"#;
        let damaged = format!("{}{put}{}", &line[..cut], &line[cut + 1..]);
        let seen = !matches!(read(&damaged, &Fields::default(), &mut Scratch::default()), Line::Malformed(_));
        prop_assert_eq!(seen, is_json(&damaged));
    }
}

#[test]
fn a_line_that_is_too_long_comes_in_pieces() {
    let file = format!("{{}}\n{}\n[]\n{}", "x".repeat(500), "y".repeat(400));
    for size in [1, 7, 64, 1 << 20] {
        let mut chunks = Chunks::new(file.as_bytes(), size).with_limit(100);
        let (mut chunk, mut seen, mut all) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(line) = chunks.next(&mut chunk).expect("no error") {
            all.extend_from_slice(&chunk);
            if chunks.piece() != Some(Piece::Further) {
                seen.push((line, chunks.piece()));
            }
        }
        assert_eq!(String::from_utf8_lossy(&all), file, "{size}");
        if size < 64 {
            assert_eq!(seen, [(1, None), (2, Some(Piece::First)), (3, None), (4, Some(Piece::First))], "{size}");
        }
    }
}

#[test]
fn a_name_may_hold_a_dot() {
    let fields = Fields::new("a.b", "id", "title");
    assert_eq!(spliced(r#"{"a.b":"junk\nx","a":{"b":"y"}}"#, &fields).as_deref(), Some(r#"{"a.b":"x","a":{"b":"y"}}"#));
    assert_eq!(spliced(r#"{"a":{"b":"junk\nx"}}"#, &fields).as_deref(), Some(r#"{"a":{"b":"x"}}"#));
}
