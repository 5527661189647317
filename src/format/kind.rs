//! The kind of a stream of bytes, recognised by the ending of its name and by its first bytes: a format that
//! can be read, or a foreign one that must not be taken for text. The program decides what to do with
//! foreign files; nothing is opened here.

use std::fmt;

use serde_json::value::RawValue;

use super::{BOM, Format};

/// The number of bytes at the start of a stream that are examined, at most.
pub const START: usize = 64 << 10;

/// The kind of a stream of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A format that documents are read from.
    Readable(Format),
    /// Something that is not read.
    Foreign(Foreign),
}

/// A format that is recognised, but cannot be read. `Display` says what it is and what to do; the words go
/// behind a file's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Foreign {
    /// HTML and XHTML.
    Html,
    /// XML of any other kind: feeds, SVG.
    Xml,
    /// A JSON array of objects.
    JsonArray,
    /// JSON over several lines, or one value that is no object.
    Json,
    /// PDF.
    Pdf,
    /// A word processor's file or an e-book.
    Office,
    /// A ZIP archive, which docx, epub and odt are too.
    Zip,
    /// Apache Arrow.
    Arrow,
}

impl Foreign {
    /// True if the bytes of this format are text, so that a user may insist on reading them as plain text.
    #[must_use]
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Html | Self::Xml | Self::JsonArray | Self::Json)
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Html => "is HTML, not text; run an extractor on it first (trafilatura, for example)",
            Self::Xml => "is XML, not text; take the texts out of it first",
            Self::JsonArray => "is a JSON array, not one object a line; turn it into JSONL with jq -c '.[]'",
            Self::Json => "is JSON, but not one object a line; turn it into JSONL with jq -c .",
            Self::Pdf => "is PDF, not text; take the text out of it first (pdftotext, for example)",
            Self::Office => "is an office document or e-book, not text; convert it first (pandoc, for example)",
            Self::Zip => "is a ZIP archive (as docx, epub and odt are); unpack or convert it first",
            Self::Arrow => "is Arrow IPC, which dechaff does not read; write it as Parquet",
        })
    }
}

/// The endings of names of foreign formats, without the dot.
const ENDINGS: &[(&[&str], Foreign)] = &[
    (&["html", "htm", "xhtml", "mhtml"], Foreign::Html),
    (&["xml", "rss", "atom", "rdf", "svg"], Foreign::Xml),
    (&["json"], Foreign::Json),
    (&["pdf"], Foreign::Pdf),
    (&["docx", "doc", "odt", "rtf", "epub", "pptx", "xlsx"], Foreign::Office),
    (&["zip"], Foreign::Zip),
    (&["arrow", "feather"], Foreign::Arrow),
];

impl Kind {
    /// The kind of files whose names have this ending, given without the dot and in upper or lower case;
    /// `None` if the ending is not known. A file with the ending `json` may still be JSON lines: see
    /// [`of_json`].
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        let is = |name: &&str| name.eq_ignore_ascii_case(ending);
        let foreign = || ENDINGS.iter().find(|(names, _)| names.iter().any(is)).map(|(_, f)| Self::Foreign(*f));
        Format::of_extension(ending).map(Self::Readable).or_else(foreign)
    }
}

/// The first bytes of a stream, after decompression.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// At most [`START`] bytes.
    bytes: &'a [u8],
    /// True if these are all bytes of the stream.
    whole: bool,
}

impl<'a> Start<'a> {
    /// The first bytes of a stream; `whole` is true if the stream has no others.
    #[must_use]
    pub fn new(bytes: &'a [u8], whole: bool) -> Self {
        Self { bytes: &bytes[..bytes.len().min(START)], whole: whole && bytes.len() <= START }
    }

    /// True if the bytes end because of the limit [`START`], and not because the stream ends or its writer
    /// pauses.
    const fn is_cut(self) -> bool {
        !self.whole && self.bytes.len() >= START
    }

    /// The bytes behind a byte order mark and white space.
    fn trimmed(self) -> &'a [u8] {
        self.bytes.strip_prefix(BOM.as_bytes()).unwrap_or(self.bytes).trim_ascii_start()
    }
}

/// True if the first bytes of a stream hold a whole line that is not blank: enough for [`recognise`], if the
/// writer of the stream pauses.
#[must_use]
pub fn has_line(bytes: &[u8]) -> bool {
    memchr::memchr(b'\n', Start::new(bytes, false).trimmed()).is_some()
}

/// The evidence that a stream is text, before its bytes are examined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The stream's name ends like a text file's. Only bytes that begin no article are stronger evidence.
    Name,
    /// The stream is stdin, or its name has no known ending.
    Nothing,
}

/// The kind that the first bytes of a stream show: another format than text. `None` if the stream may be
/// the plain text of an article. More bytes never change a kind once it is recognised, so it does not matter
/// where the writer of the stream pauses.
#[must_use]
pub fn recognise(start: Start<'_>, trust: Trust) -> Option<Kind> {
    let bytes = start.trimmed();
    match bytes.first()? {
        b'{' => object(start, bytes),
        b'[' => is_array(bytes).then_some(Kind::Foreign(Foreign::JsonArray)),
        b'<' => markup(bytes, trust, start.whole).map(Kind::Foreign),
        _ => magic(bytes).or_else(|| table(bytes, trust).map(Kind::Readable)),
    }
}

/// The kind of a file with the ending `json`: JSON lines if its first line is an object, or if the file is
/// blank.
#[must_use]
pub fn of_json(start: Start<'_>) -> Kind {
    match recognise(start, Trust::Nothing) {
        Some(kind) => kind,
        None if start.whole && start.trimmed().is_empty() => Kind::Readable(Format::Jsonl),
        None => Kind::Foreign(Foreign::Json),
    }
}

fn magic(bytes: &[u8]) -> Option<Kind> {
    let behind = |magic: &[u8]| bytes.strip_prefix(magic)?.first();
    if behind(b"%PDF-").is_some_and(|next| next.is_ascii_digit()) {
        Some(Kind::Foreign(Foreign::Pdf))
    } else if behind(b"PAR1").is_some_and(|next| !matches!(next, b' '..=b'~' | b'\n' | b'\r' | b'\t')) {
        Some(Kind::Readable(Format::Parquet))
    } else if bytes.starts_with(b"PK\x03\x04") {
        Some(Kind::Foreign(Foreign::Zip))
    } else if bytes.starts_with(b"ARROW1\0") {
        Some(Kind::Foreign(Foreign::Arrow))
    } else if bytes.starts_with(b"WARC/1.") {
        Some(Kind::Readable(Format::Warc))
    } else {
        None
    }
}

/// The kind of a stream that begins with a brace: JSON lines if its first line is an object with a member;
/// foreign JSON if an object extends over several lines and only objects follow it.
fn object(start: Start<'_>, bytes: &[u8]) -> Option<Kind> {
    if bytes[1..].trim_ascii_start().first().is_some_and(|next| *next != b'"') {
        return None;
    }
    let line = memchr::memchr(b'\n', bytes).map(|end| &bytes[..end]);
    // A line cut off at `START` counts as an object if all of these 64 KB are the beginning of one.
    match line.map_or_else(|| first_value(bytes), first_value) {
        FirstValue::Whole([]) if line.is_some() || start.whole => return Some(Kind::Readable(Format::Jsonl)),
        FirstValue::Cut if line.is_none() && start.is_cut() => return Some(Kind::Readable(Format::Jsonl)),
        _ => {}
    }
    match first_value(bytes) {
        FirstValue::Whole([] | [b'{', ..]) if start.whole || start.is_cut() => Some(Kind::Foreign(Foreign::Json)),
        FirstValue::Cut if start.is_cut() => Some(Kind::Foreign(Foreign::Json)),
        _ => None,
    }
}

/// The first JSON value of some bytes.
enum FirstValue<'a> {
    /// The value is whole; these bytes follow, from the first that is not white space.
    Whole(&'a [u8]),
    /// The bytes end inside the value.
    Cut,
    /// The bytes do not begin with a JSON value, or it contains no string.
    Wrong,
}

fn first_value(bytes: &[u8]) -> FirstValue<'_> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        // The bytes end inside a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return FirstValue::Wrong,
    };
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
    match values.next() {
        Some(Ok(value)) if value.get().contains('"') => {
            FirstValue::Whole(bytes[values.byte_offset()..].trim_ascii_start())
        }
        Some(Err(error)) if error.is_eof() => FirstValue::Cut,
        _ => FirstValue::Wrong,
    }
}

/// True if bytes begin with a JSON array whose first element is an object with a key.
fn is_array(bytes: &[u8]) -> bool {
    let key = behind(bytes, b'[').and_then(|rest| behind(rest, b'{')).and_then(|rest| behind(rest, b'"'));
    key.and_then(|key| behind(&key[memchr::memchr(b'"', key)? + 1..], b':')).is_some()
}

/// The bytes behind `byte`, if `bytes` begin with it after optional white space.
fn behind(bytes: &[u8], byte: u8) -> Option<&[u8]> {
    bytes.trim_ascii_start().strip_prefix(&[byte])
}

/// HTML elements with which a stream may begin that is HTML and not text.
#[rustfmt::skip]
const ELEMENTS: &[&str] = &[
    "a", "abbr", "address", "article", "aside", "audio", "b", "base", "blockquote", "br", "button", "center", "code", "dd",
    "details", "div", "dl", "dt", "em", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "i", "iframe", "img", "input", "label", "li", "link", "main", "meta", "nav", "noscript",
    "object", "ol", "p", "picture", "pre", "q", "s", "script", "section", "small", "source", "span", "strong", "style", "sub",
    "summary", "sup", "table", "tbody", "td", "template", "textarea", "th", "thead", "time", "title", "tr", "u", "ul",
    "video",
];

fn markup(mut bytes: &[u8], trust: Trust, whole: bool) -> Option<Foreign> {
    while let Some(rest) = bytes.strip_prefix(b"<!--") {
        bytes = rest[memchr::memmem::find(rest, b"-->")? + 3..].trim_ascii_start();
    }
    let name = bytes.strip_prefix(b"<")?;
    let length = name.iter().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'!' | b'?')))?;
    let (name, rest) = name.split_at(length);
    if !matches!(rest.first(), Some(b'>' | b'/') | Some(b' ' | b'\t' | b'\r' | b'\n')) {
        return None;
    }
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    let unsure = trust == Trust::Nothing;
    if is("?xml") {
        let root = memchr::memmem::find(rest, b"?>").map(|end| rest[end + 2..].trim_ascii_start());
        let is_page = root.is_some_and(|root| markup(root, Trust::Name, whole) == Some(Foreign::Html));
        Some(if is_page { Foreign::Html } else { Foreign::Xml })
    } else if is("!doctype") {
        let of_html = rest.trim_ascii_start().get(..4).is_some_and(|name| name.eq_ignore_ascii_case(b"html"));
        Some(if of_html { Foreign::Html } else { Foreign::Xml })
    } else if ["html", "head", "body"].into_iter().any(is)
        || unsure && ELEMENTS.iter().any(|name| is(name)) && goes_on_in_tags(bytes, whole)
    {
        Some(Foreign::Html)
    } else {
        let tag = &rest[..memchr::memchr(b'>', rest).unwrap_or(rest.len())];
        let has_namespace = memchr::memmem::find(tag, b"xmlns").is_some();
        (has_namespace || unsure && ["rss", "feed", "svg"].into_iter().any(is)).then_some(Foreign::Xml)
    }
}

/// True if a tag stands behind the first line, or if the first line is the whole stream. Otherwise the
/// stream may be an article above which an extractor left a tag, such as the `<iframe …>` of a video.
fn goes_on_in_tags(bytes: &[u8], whole: bool) -> bool {
    let rest = memchr::memchr(b'\n', bytes).map_or(&[][..], |end| bytes[end..].trim_ascii_start());
    let is_tag = |at: usize| rest.get(at + 1).is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!'));
    memchr::memchr_iter(b'<', rest).any(is_tag) || rest.is_empty() && whole
}

/// Names of columns that identify a table's header if its fields are not in quotes.
#[rustfmt::skip]
const COLUMNS: &[&str] = &[
    "article", "author", "body", "category", "content", "date", "description", "domain", "headline", "html", "id", "label",
    "lang", "language", "link", "published", "source", "summary", "text", "timestamp", "title", "url", "uuid",
];

/// The format of a table, CSV or TSV, if the bytes begin with a header of names without blanks and a row below
/// it.
fn table(bytes: &[u8], trust: Trust) -> Option<Format> {
    let (header, rows) = bytes.split_at(memchr::memchr(b'\n', bytes)?);
    let row = rows[1..].split(|b| *b == b'\n').next()?;
    [(b',', Format::Csv), (b';', Format::Csv), (b'\t', Format::Tsv)].into_iter().find_map(|(separator, format)| {
        let is_row = row.first() == Some(&b'"') || row.contains(&separator);
        (is_row && is_header(header.trim_ascii_end(), separator, trust)).then_some(format)
    })
}

fn is_header(line: &[u8], separator: u8, trust: Trust) -> bool {
    let (mut fields, mut quoted, mut known, mut small) = (0, 0, 0, true);
    for (n, field) in line.split(|b| *b == separator).enumerate() {
        let bare = field.strip_prefix(b"\"").and_then(|field| field.strip_suffix(b"\""));
        let name = bare.unwrap_or(field);
        let is_name = name.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
            && name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        // The first column may have no name: pandas writes its index that way.
        if !is_name && (n > 0 || !name.is_empty()) {
            return false;
        }
        fields += 1;
        quoted += usize::from(bare.is_some());
        known += usize::from(COLUMNS.iter().any(|column| name.eq_ignore_ascii_case(column.as_bytes())));
        small &= !name.iter().any(u8::is_ascii_uppercase);
    }
    // Extractors also write a table of an article as lines with tabs, but its headings have capital letters.
    let plain = match trust {
        Trust::Nothing => known >= 1 && (small || separator != b'\t'),
        Trust::Name => known >= 2 && small,
    };
    fields >= 2 && (quoted == fields || plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: impl AsRef<[u8]>, trust: Trust) -> Option<Kind> {
        recognise(Start::new(text.as_ref(), true), trust)
    }

    #[test]
    fn names_say_what_they_say() {
        for (ending, kind) in [
            ("TXT", Some(Kind::Readable(Format::Text))),
            ("ndjson", Some(Kind::Readable(Format::Jsonl))),
            ("Csv", Some(Kind::Readable(Format::Csv))),
            ("tab", Some(Kind::Readable(Format::Tsv))),
            ("htm", Some(Kind::Foreign(Foreign::Html))),
            ("rss", Some(Kind::Foreign(Foreign::Xml))),
            ("wet", Some(Kind::Readable(Format::Warc))),
            ("article", None),
            ("", None),
        ] {
            assert_eq!(Kind::of_ending(ending), kind, "{ending}");
        }
    }

    #[test]
    fn what_no_article_begins_with_is_stronger_than_a_name() {
        for (text, kind) in [
            ("\u{feff}\n <!DOCTYPE html>\n<p>", Kind::Foreign(Foreign::Html)),
            ("<HTML lang=\"en\">", Kind::Foreign(Foreign::Html)),
            ("<!-- saved -->\n<head>", Kind::Foreign(Foreign::Html)),
            ("<?xml version=\"1.0\"?>\n<!doctype html>", Kind::Foreign(Foreign::Html)),
            ("<?xml version=\"1.0\"?>\n<rss>", Kind::Foreign(Foreign::Xml)),
            ("%PDF-1.7\n", Kind::Foreign(Foreign::Pdf)),
            ("PAR1\u{15}\u{4}", Kind::Readable(Format::Parquet)),
            ("PK\u{3}\u{4}\0", Kind::Foreign(Foreign::Zip)),
            ("WARC/1.0\r\n", Kind::Readable(Format::Warc)),
            ("\"id\",\"text\"\r\n1,\"It rained.\"\r\n", Kind::Readable(Format::Csv)),
            ("\"\";\"id\";\"text\"\n\"0\";1;x\n", Kind::Readable(Format::Csv)),
            ("\"id\"\t\"text\"\n1\tIt rained.\n", Kind::Readable(Format::Tsv)),
            ("id,text\n1,\"It rained.\"\n", Kind::Readable(Format::Csv)),
            (",title,body\n0,a,b\n", Kind::Readable(Format::Csv)),
            ("id\tlang\ttitle\n1\ten\tIt rained\n", Kind::Readable(Format::Tsv)),
            ("<TEI xmlns=\"http://www.tei-c.org/ns/1.0\">\n<text>", Kind::Foreign(Foreign::Xml)),
            ("[{\"text\": \"a\"}]", Kind::Foreign(Foreign::JsonArray)),
            ("[\n  {\n    \"text\": NaN", Kind::Foreign(Foreign::JsonArray)),
            ("{\n  \"text\": \"a\"\n}\n", Kind::Foreign(Foreign::Json)),
            ("{\"a\": 1,\n\"text\": \"a\"}\n{\"a\": 2}\n", Kind::Foreign(Foreign::Json)),
        ] {
            assert_eq!(of(text, Trust::Name), Some(kind), "{text:?}");
        }
        for text in ["{\"a\": 1}", " {\"text\": \"a\"}\r\nand so on", "{ \"a\":{}}\n"] {
            assert_eq!(of(text, Trust::Name), Some(Kind::Readable(Format::Jsonl)), "{text:?}");
        }
    }

    #[test]
    fn without_a_name_a_tag_or_a_header_will_do() {
        for (text, kind) in [
            ("<p>It rained.</p>", Kind::Foreign(Foreign::Html)),
            ("<Div class=\"a\">\nIt rained.\n</div>", Kind::Foreign(Foreign::Html)),
            ("<br/>", Kind::Foreign(Foreign::Html)),
            ("<rss version=\"2.0\">", Kind::Foreign(Foreign::Xml)),
            ("Title;Date\nIt rained;2020\n", Kind::Readable(Format::Csv)),
            ("doc_id\turl\n1\thttps://a.example\n", Kind::Readable(Format::Tsv)),
        ] {
            assert_eq!(of(text, Trust::Nothing), Some(kind), "{text:?}");
            assert_eq!(of(text, Trust::Name), None, "{text:?}");
        }
    }

    #[test]
    fn an_article_may_begin_with_anything() {
        for text in [
            "",
            " \n",
            "\"It rained,\" she said.\nNobody answered.\n",
            "\"Yes\", \"No\"\n\"Perhaps\", he said.\n",
            "Bread, butter, cheese\nand a glass of milk, that was all.\n",
            "Text,Date\n\nIt rained on Monday.\n",
            "title,text\n",
            "Date\tTitle\n1 May\tThe bridge\n",
            "Home,News,Sport\nIt rained, they say.\n",
            "<iframe src=\"https://a.example\"></iframe>\nIt rained on Monday.\n3 < 4, they say.\n",
            "<3\n",
            "<3 letters>\nof love\n",
            "<Angela Merkel> said so.\n",
            "<html-lovers> meet\n",
            "<b",
            "[1]\n",
            "[1] See below.\n",
            "[{1}] and [{2}]\n",
            "[The bridge](https://a.example) opens.\n",
            "{\n",
            "{}\n",
            "{curly} words\n",
            "{\"a\": 1} is an object, and this is an article.\n",
            "{\n  \"a\": 1\n}\n\nThat is how JSON looks.\n",
            "{\"a\": b}\nis no JSON.\n",
            "PAR1 is a street.\n",
            "PAR1",
            "%PDF- is how PDF files begin.\n",
            "WARC/2 was a ship.\n",
        ] {
            for trust in [Trust::Nothing, Trust::Name] {
                assert_eq!(of(text, trust), None, "{text:?}");
            }
        }
    }

    #[test]
    fn json_by_name_is_lines_or_refused() {
        let of = |text: &str| of_json(Start::new(text.as_bytes(), true));
        for text in ["{\"a\":1}\n{\"a\":2}\n", "{\"a\":1}", "", "\n"] {
            assert_eq!(of(text), Kind::Readable(Format::Jsonl), "{text:?}");
        }
        assert_eq!(of("[\n{\"a\":1}]"), Kind::Foreign(Foreign::JsonArray));
        for text in ["{\n\"a\":1}", "[1]", "{}", "7"] {
            assert_eq!(of(text), Kind::Foreign(Foreign::Json), "{text:?}");
        }
    }

    #[test]
    fn a_long_record_is_known_by_its_start() {
        for letter in ["a", "é"] {
            let line = format!("{{\"text\": \"{}\"}}\n", letter.repeat(START));
            assert_eq!(of(&line, Trust::Name), Some(Kind::Readable(Format::Jsonl)));
            let document = line.replace("{\"", "{\n\"");
            assert_eq!(of(document, Trust::Name), Some(Kind::Foreign(Foreign::Json)));
        }
        assert_eq!(of(format!("{{curly {}", "a".repeat(START)), Trust::Nothing), None);
    }

    #[test]
    fn more_bytes_take_nothing_back() {
        for text in [
            "{\"a\": \"b\"}\n{\"a\": \"b\"}\n",
            "{\n \"a\": 1\n}\nThat is how JSON looks.\n",
            "{\"a\": 1} is an object.\n",
            "id,text\n1,It rained.\n",
            "Text,Date\nIt rained\non Monday,\n",
            "<!-- <p> --><p>\n",
            "<div>\nIt rained.\n</div>\n",
            "<?xml version=\"1.0\"?>\n<html>",
            "[{\"a\": 1}]",
        ] {
            let whole = of(text, Trust::Nothing);
            for end in 0..text.len() {
                let part = recognise(Start::new(&text.as_bytes()[..end], false), Trust::Nothing);
                let is_page = part == Some(Kind::Foreign(Foreign::Xml)) && whole == Some(Kind::Foreign(Foreign::Html));
                assert!(part.is_none() || part == whole || is_page, "{text:?} up to {end}: {part:?}");
            }
        }
    }
}
