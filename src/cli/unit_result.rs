//! The result of one unit of work: output bytes, messages, counts and the command's part. A document that
//! fails leaves nothing in it.

use dechaff::{DocumentError, batch};

use super::message::Message;
use super::run_counts::RunCounts;

/// A partial result that is made per thread and joined in input order.
pub(crate) trait Merge {
    /// Appends the result of later documents.
    fn merge(&mut self, behind: Self);

    /// Returns an empty result for further documents. May move caches out of `self`; `merge` hands them
    /// back.
    fn fresh(&mut self) -> Self
    where
        Self: Default,
    {
        Self::default()
    }
}

impl Merge for () {
    fn merge(&mut self, (): Self) {}
}

impl<T> Merge for Vec<T> {
    fn merge(&mut self, behind: Self) {
        self.extend(behind);
    }
}

impl<T: Merge> Merge for Option<T> {
    fn merge(&mut self, behind: Self) {
        match (self, behind) {
            (Some(mine), Some(theirs)) => mine.merge(theirs),
            (mine, theirs) => *mine = mine.take().or(theirs),
        }
    }
}

/// Result of one unit of work. `P` is the part of the command.
#[derive(Default)]
pub(crate) struct UnitResult<P> {
    /// Bytes for the command's output.
    pub(crate) out: Vec<u8>,
    /// Offset in `out` behind each document that wrote output.
    pub(crate) ends: Vec<usize>,
    pub(crate) messages: Vec<Message>,
    pub(crate) tally: RunCounts,
    pub(crate) part: P,
}

impl<P: Default + Merge> UnitResult<P> {
    /// Runs `document`, which adds the result of one document to `self`. If it fails or panics, output,
    /// messages, counts and part are as they were before.
    pub(super) fn attempt<T>(
        &mut self,
        document: impl FnOnce(&mut Self) -> Result<T, DocumentError>,
    ) -> Result<T, DocumentError> {
        let (out, messages) = (self.out.len(), self.messages.len());
        let tally = std::mem::take(&mut self.tally);
        let fresh = self.part.fresh();
        let part = std::mem::replace(&mut self.part, fresh);
        let result = batch::guarded(|| document(self)).and_then(|result| result);
        let own_tally = std::mem::replace(&mut self.tally, tally);
        let own_part = std::mem::replace(&mut self.part, part);
        if result.is_ok() {
            self.tally.merge(own_tally);
            self.part.merge(own_part);
            if self.out.len() > out {
                self.ends.push(self.out.len());
            }
        } else {
            self.out.truncate(out);
            self.messages.truncate(messages);
        }
        result
    }

    /// Counts an input, a document or a line that failed, and keeps the message.
    pub(super) fn fail(&mut self, message: Message) {
        self.tally.failed();
        self.messages.push(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_stays_of_a_document_that_fails() {
        let mut done = UnitResult::<()>::default();
        let add = |done: &mut UnitResult<()>| {
            done.out.extend(b"text");
            done.messages.push(Message::detail("a", "b"));
            done.tally.changed += 1;
            Ok(())
        };
        assert!(done.attempt(add).is_ok());
        let torn: Result<(), _> = done.attempt(|done| {
            add(done)?;
            panic!("in the middle")
        });
        assert_eq!(torn.expect_err("a failure").to_string(), "internal error: in the middle");
        assert_eq!((&*done.out, done.messages.len(), done.tally.changed), (&b"text"[..], 1, 1));
    }
}
