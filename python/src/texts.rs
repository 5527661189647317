//! Cleaning of many texts at once, chunk by chunk: a chunk is cleaned by all threads, then handed back in order.

use std::ops::Range;
use std::sync::Arc;

use dechaff::batch::guarded;
use dechaff::{Cleaned, Cleaner, Document, DocumentError};
use rayon::ThreadPool;
use rayon::prelude::*;

use crate::pool::Pool;

/// A chunk ends behind so many bytes of text, or so many texts.
const BYTES: usize = 16 << 20;
const TEXTS: usize = 8192;

/// The numbers of texts, cut into chunks; `bytes` tells how long a text is.
pub(crate) fn chunks(texts: usize, bytes: impl Fn(usize) -> usize) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next;
        let mut size = 0;
        while next < texts && next - start < TEXTS && size < BYTES {
            size += bytes(next);
            next += 1;
        }
        (next > start).then_some(start..next)
    })
}

/// A cleaner and its threads.
pub(crate) struct Workshop {
    pub(crate) cleaner: Cleaner,
    pub(crate) pool: Pool,
}

impl Workshop {
    /// What `take` makes of each document, in order; `threads` are those of the pool.
    pub(crate) fn clean<T: Send>(
        &self,
        threads: &Arc<ThreadPool>,
        documents: &[Option<Document<'_>>],
        take: impl Fn(&Cleaned<'_>) -> T + Sync,
    ) -> Vec<Option<Result<T, DocumentError>>> {
        let one = |document: &Document<'_>| guarded(|| take(&self.cleaner.clean_document(document)));
        threads.install(|| documents.par_iter().map(|document| document.as_ref().map(one)).collect())
    }
}

/// The text of a document that changed.
pub(crate) fn changed(cleaned: &Cleaned<'_>) -> Option<String> {
    cleaned.is_changed().then(|| cleaned.text().into_owned())
}
