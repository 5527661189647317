//! What a thread makes of a unit of work: output, counts and messages, of which nothing stays of a document that fails.

use dechaff::report::Findings;
use dechaff::{DocumentError, batch};

use super::changes::Changes;
use super::message::Message;
use super::records::Flaws;
use super::tally::Tally;
use super::target::Allowed;

/// What a thread made of a unit.
#[derive(Default)]
pub(crate) struct Done {
    /// For the output.
    pub(crate) out: Vec<u8>,
    pub(crate) messages: Vec<Message>,
    pub(crate) tally: Tally,
    /// Where in `out` a document ends of which something is shown.
    pub(crate) ends: Vec<usize>,
    /// Files that are to be replaced.
    pub(crate) changes: Changes,
    /// Of `clean`: where files may be written.
    pub(crate) allowed: Allowed,
    /// Of `check`: what was counted of the findings in `out`.
    pub(crate) findings: Option<Findings>,
    /// What is wrong with the lines of a file of records.
    pub(super) flaws: Flaws,
}

impl Done {
    /// Lets one document add to this. If it fails, even in the middle by a panic, nothing of it stays: neither half an
    /// output nor counts of what is not there. What is said and counted of a file that waits to be replaced goes with it.
    pub(super) fn attempt<T>(
        &mut self,
        document: impl FnOnce(&mut Self) -> Result<T, DocumentError>,
    ) -> Result<T, DocumentError> {
        let (out, messages, findings) = (self.out.len(), self.messages.len(), self.findings.clone());
        let changes = self.changes.len();
        let tally = std::mem::take(&mut self.tally);
        let result = batch::guarded(|| document(self)).and_then(|result| result);
        let own = std::mem::replace(&mut self.tally, tally);
        if result.is_ok() {
            match self.changes.since(changes) {
                Some(change) => (change.tally, change.messages) = (own, messages..self.messages.len()),
                None => self.tally.merge(own),
            }
        } else {
            self.out.truncate(out);
            self.messages.truncate(messages);
            self.changes.truncate(changes);
            self.findings = findings;
            self.ends.retain(|end| *end <= out);
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
        let mut done = Done::default();
        let add = |done: &mut Done| {
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
