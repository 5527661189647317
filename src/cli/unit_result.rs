//! What a thread makes of a unit of work: output, counts, messages, and the command's part. Nothing stays of a document that
//! fails.

use dechaff::{DocumentError, batch};

use super::message::Message;
use super::run_counts::RunCounts;

/// What threads make of documents apart from one another, and what is then put together.
pub(crate) trait Merge {
    /// Adds what was made of the documents behind the ones of this.
    fn merge(&mut self, behind: Self);

    /// An empty one for more documents. It may take over what only saves time, and hand it back when it is merged.
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

impl<T: Merge> Merge for Option<T> {
    fn merge(&mut self, behind: Self) {
        match (self, behind) {
            (Some(mine), Some(theirs)) => mine.merge(theirs),
            (mine, theirs) => *mine = mine.take().or(theirs),
        }
    }
}

/// What a thread made of a unit; `P` is the part of the command.
#[derive(Default)]
pub(crate) struct UnitResult<P> {
    /// For the output.
    pub(crate) out: Vec<u8>,
    /// Where in `out` a document ends of which there is output.
    pub(crate) ends: Vec<usize>,
    pub(crate) messages: Vec<Message>,
    pub(crate) tally: RunCounts,
    pub(crate) part: P,
}

impl<P: Default + Merge> UnitResult<P> {
    /// Lets one document add to this. If it fails, even in the middle by a panic, nothing of it stays: neither half an
    /// output nor counts of what is not there.
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

    /// Nothing of it was done: an input, a document or a line.
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
