//! How a learner counts, and what it takes as a source.

/// What a source is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The host of a document's address; without one its folder.
    #[default]
    Auto,
    /// The host of a document's address; documents without one are not read.
    Host,
    /// The folder of a document, also of one that has an address.
    Folder,
    /// The document's own id: a file.
    File,
    /// All documents are one source.
    None,
}

impl By {
    /// All of them, with the names that options and files of counts use.
    pub const NAMED: &[(&'static str, Self)] = &[
        ("auto", Self::Auto),
        ("host", Self::Host),
        ("folder", Self::Folder),
        ("file", Self::File),
        ("none", Self::None),
    ];

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::NAMED.iter().find(|(_, by)| *by == self).map_or("", |(name, _)| name)
    }
}

/// How a [`Learner`](super::Learner) counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What a source is.
    pub by: By,
    /// Whether hosts are cut by their first label, where three or more are there: `news.example.org` is `example.org`.
    pub merge_subdomains: bool,
    /// From how many articles on a line may go by its number alone.
    pub min_docs: u32,
    /// From what share of the articles of its source on a line may go by its number alone, 0 to 1.
    pub min_share: f64,
    /// Whether the texts of lines that were seen once are kept. Without them learners cannot be merged, and need less memory.
    pub mergeable: bool,
    /// Bytes of memory, about, over which lines seen once are dropped, those of sources of twenty articles or more first.
    pub memory: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { by: By::Auto, merge_subdomains: false, min_docs: 3, min_share: 0.1, mergeable: true, memory: 400 << 20 }
    }
}
