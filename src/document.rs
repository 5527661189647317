//! A document, its lines and byte spans. Nothing here knows what junk is.

use std::ops::Range;

pub(crate) use dechaff_rules::text::blank::is_blank;

/// A half-open range of bytes in a text, always on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    #[must_use]
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    #[must_use]
    pub const fn len(self) -> usize {
        self.end - self.start
    }

    /// True if the span holds no byte.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// The span as a range, for slicing.
    #[must_use]
    pub const fn range(self) -> Range<usize> {
        self.start..self.end
    }
}

/// Bytes of the longest host name that there can be.
const LONGEST_HOST: usize = 253;

/// One scraped article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document<'t> {
    /// What the collection calls it: the path of its file, or a record's id. It is its source where learning goes by file.
    pub id: &'t str,
    /// The text, as the extractor gave it.
    pub text: &'t str,
    /// The headline, where the collection keeps it apart from the text. A copy of it inside the text then is a
    /// repetition from the second copy on, as it is without this field.
    pub title: Option<&'t str>,
    /// Where the article was found on the web. Its host is the source whose learned lines go.
    pub url: Option<&'t str>,
    /// The folder that it lies in: its source, where it has no address or nothing was learned of the host.
    pub folder: Option<&'t str>,
    /// True if the text is Markdown: its quotations and code then are text of the article.
    pub markdown: bool,
}

impl<'t> Document<'t> {
    /// A document that is only a text.
    #[must_use]
    pub const fn new(text: &'t str) -> Self {
        Self { id: "", text, title: None, url: None, folder: None, markdown: false }
    }

    /// The site that the article comes from: the host of its URL in small letters, without `www.` and port.
    #[must_use]
    pub fn host(&self) -> Option<String> {
        let url = self.url?.trim();
        let (scheme, rest) = url.split_once("//").unwrap_or(("", url));
        let authority = rest.split(['/', '?', '#', '\\']).next()?;
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let bare = match host.rsplit_once(':') {
            Some((bare, port)) if port.bytes().all(|b| b.is_ascii_digit()) => bare,
            _ => host,
        };
        let bare = bare.trim_end_matches('.').to_lowercase();
        let bare = bare.strip_prefix("www.").filter(|rest| rest.contains('.')).unwrap_or(&bare);
        // Without `//` it may be anything: a path, a word.
        let is_host = (scheme.is_empty() || scheme.ends_with(':'))
            && (rest.len() < url.len() || bare.contains('.'))
            && (1..=LONGEST_HOST).contains(&bare.len())
            && !bare.contains(|c: char| c.is_whitespace() || c.is_control());
        is_host.then(|| bare.to_owned())
    }
}

/// What kind of text a document is, as far as its lines tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// Nothing to read.
    Empty,
    /// An article, one paragraph a line.
    Article,
    /// The text of a whole page: most lines are the page's.
    WholePage,
    /// Paragraphs that are broken over several lines.
    Wrapped,
    /// Everything on one line.
    OneLine,
    /// An article in Markdown.
    Markdown,
    /// A list that is itself the content.
    List,
}

impl Shape {
    /// The words that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Article => "article text",
            Self::WholePage => "whole page",
            Self::Wrapped => "wrapped paragraphs",
            Self::OneLine => "everything on one line",
            Self::Markdown => "Markdown",
            Self::List => "list",
        }
    }
}

/// What a page is, as far as its lines tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageKind {
    /// News, a blog post, an essay.
    Article,
    /// Instructions and reference of software or devices.
    Documentation,
    /// A thread of a forum, or a question with its answers.
    Forum,
    /// One thing that is for sale.
    Product,
    /// What an organisation offers.
    Service,
    /// A list of things, each with a link.
    Listing,
}

impl PageKind {
    /// All kinds, in the order in which models know them.
    pub const ALL: [Self; 6] =
        [Self::Article, Self::Documentation, Self::Forum, Self::Product, Self::Service, Self::Listing];

    /// The words that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Documentation => "documentation",
            Self::Forum => "forum thread",
            Self::Product => "product page",
            Self::Service => "service page",
            Self::Listing => "listing",
        }
    }
}

/// One line of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line without its line break (`\n` or `\r\n`).
    pub span: Span,
    /// Offset behind the line break; equal to `span.end` on a last line without one.
    pub end: usize,
}

impl Line {
    /// The line with its line break.
    #[must_use]
    pub const fn full(self) -> Span {
        Span::new(self.span.start, self.end)
    }
}

/// A byte order mark at the start belongs to the file, not to its first line.
const BOM: &str = "\u{feff}";

/// Splits a text into lines. A byte order mark at the start belongs to no line.
pub fn lines(text: &str) -> impl Iterator<Item = Line> + '_ {
    let mut start = if text.starts_with(BOM) { BOM.len() } else { 0 };
    std::iter::from_fn(move || {
        if start == text.len() {
            return None;
        }
        let rest = &text.as_bytes()[start..];
        let (content, end) = match memchr::memchr(b'\n', rest) {
            Some(0) => (0, 1),
            Some(n) if rest[n - 1] == b'\r' => (n - 1, n + 1),
            Some(n) => (n, n + 1),
            None => (rest.len(), rest.len()),
        };
        let line = Line { span: Span::new(start, start + content), end: start + end };
        start += end;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let host = |url| Document { url: Some(url), ..Document::new("") }.host();
        for (url, expected) in [
            ("https://www.Example.org/a?b//c", Some("example.org")),
            ("http://user:pass@news.example.org:8080", Some("news.example.org")),
            ("//example.org./a", Some("example.org")),
            (" example.org/a.html ", Some("example.org")),
            ("https://m\u{fc}hle.example/#x", Some("m\u{fc}hle.example")),
            ("http://[::1]:80/", Some("[::1]")),
            ("http://localhost/a", Some("localhost")),
            ("https://www.de/", Some("www.de")),
            ("localhost", None),
            ("articles/7", None),
            ("https:///a", None),
            ("two words.example", None),
            ("a/b//c", None),
            ("", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
        assert_eq!(Document::new("").host(), None);
    }

    fn split(text: &str) -> Vec<&str> {
        lines(text).map(|l| &text[l.full().range()]).collect()
    }

    #[test]
    fn line_breaks_belong_to_their_line() {
        assert_eq!(split("a\nb\r\n\nc"), ["a\n", "b\r\n", "\n", "c"]);
        assert_eq!(split("a\n"), ["a\n"]);
        assert!(split("").is_empty());
        assert_eq!(split("a\rb\n"), ["a\rb\n"]);
    }

    #[test]
    fn a_byte_order_mark_is_no_line() {
        assert_eq!(split("\u{feff}a\nb"), ["a\n", "b"]);
        assert!(split("\u{feff}").is_empty());
    }
}
