//! Joins the results of units in input order: output, messages, counts. Where the output goes is decided by
//! the command's `Output`.

use super::folder_counts::FolderCounts;
use super::input::Input;
use super::message::{Level, Message};
use super::progress::Progress;
use super::records::Flaws;
use super::repeats::Repeats;
use super::run_counts::RunCounts;
use super::session::Session;
use super::slot::Slot;
use super::unit_result::Merge;
use super::work::{EarlyEnd, Output, Total};
use super::work_units::WorkUnit;

/// Receives the results of all units of a run.
pub(super) struct Collector<'s, O, P> {
    session: &'s Session,
    output: &'s mut O,
    total: Total<P>,
    progress: Progress,
    current: Option<CurrentFile>,
    /// `None` if every message is shown.
    repeats: Option<Repeats>,
}

/// State of the file of records that is being written.
#[derive(Default)]
struct CurrentFile {
    flaws: Flaws,
    changed: bool,
}

impl<'s, O: Output<P>, P: Default + Merge> Collector<'s, O, P> {
    pub(super) fn new(session: &'s Session, output: &'s mut O, uses_stdout: bool) -> Self {
        Self {
            session,
            output,
            total: Total::default(),
            progress: session.progress(uses_stdout),
            current: None,
            repeats: (!session.loudness().shows(Level::Detail)).then(Repeats::default),
        }
    }

    /// True if the output wants no more documents.
    pub(super) fn has_enough(&self) -> bool {
        self.output.has_enough()
    }

    pub(super) fn end_progress(&self) {
        self.progress.end();
    }

    /// The counts so far.
    pub(super) fn into_counts(self) -> RunCounts {
        self.total.tally
    }

    /// Shows the last messages of a run and returns its totals. With `sums_up`, the summary names what was
    /// passed over instead of a warning.
    pub(super) fn finish(mut self, folders: &FolderCounts, sums_up: bool) -> Total<P> {
        let mut last: Vec<Message> = self.repeats.take().into_iter().flat_map(Repeats::rest).collect();
        if self.has_enough() {
            // The output ended the run early. How far the walk got then depends on the threads.
            self.say(&last);
            return self.total;
        }
        last.extend(folders.links());
        if let Some(nothing) = folders.nothing().filter(|_| !self.session.is_interrupted()) {
            self.total.tally.found_nothing = true;
            last.push(nothing);
        } else if let Some(passed) = folders.passed_over() {
            if sums_up {
                self.total.tally.summary.passed_over(passed);
            } else {
                last.push(Message::warning("", passed));
            }
        }
        self.say(&last);
        self.total
    }

    /// Adds the result of a unit: writes its output and shows its messages.
    pub(super) fn take(&mut self, slot: &mut Slot<P>) -> Result<(), EarlyEnd> {
        let done = &mut slot.done;
        let mut messages = std::mem::take(&mut done.messages);
        let changed = done.tally.changed > 0;
        self.total.tally.merge(std::mem::take(&mut done.tally));
        match &slot.unit {
            WorkUnit::Nothing | WorkUnit::Files(_) | WorkUnit::Whole { .. } => {
                if !done.out.is_empty() {
                    self.output.write(done)?;
                }
            }
            WorkUnit::Records { input, .. } => {
                let current = self.current(input, &mut messages);
                current.changed |= changed;
                current.flaws.add(std::mem::take(&mut slot.flaws));
                if !done.out.is_empty() {
                    self.output.write(done)?;
                }
            }
            WorkUnit::End { input, error } => self.end(input, error.as_deref(), &mut messages)?,
        }
        let next = done.part.fresh();
        self.output.gather(std::mem::replace(&mut done.part, next), &mut self.total.part);
        self.progress.add(slot.documents, slot.bytes);
        if let Some(repeats) = &mut self.repeats {
            messages = messages.into_iter().filter_map(|message| repeats.take(message)).collect();
        }
        self.say(&messages);
        Ok(())
    }

    /// Shows the messages whose level is shown.
    fn say(&mut self, messages: &[Message]) {
        let (output, loudness) = (&mut *self.output, self.session.loudness());
        let mut shown = messages.iter().filter(|m| loudness.shows(m.level)).peekable();
        if shown.peek().is_some() {
            self.progress.suspended(|| shown.for_each(|m| output.say(m)));
        }
    }

    /// State of the file of records at hand. Begins its output on the first call for that file.
    fn current(&mut self, input: &Input, messages: &mut Vec<Message>) -> &mut CurrentFile {
        self.current.get_or_insert_with(|| {
            self.output.begin(input);
            if input.recognised {
                messages.insert(0, Message::detail(&*input.name, format!("read as {}", input.format.as_str())));
            }
            CurrentFile::default()
        })
    }

    fn end(&mut self, input: &Input, error: Option<&str>, messages: &mut Vec<Message>) -> Result<(), EarlyEnd> {
        let current = std::mem::take(self.current(input, messages));
        self.current = None;
        self.total.tally.found_nothing |= current.flaws.sum_up(self.session, input, messages);
        if let Some(error) = error {
            self.total.tally.failed();
            messages.push(Message::error(&*input.name, error));
        }
        let whole = error.is_none() && !current.flaws.torn;
        if let Err(message) = self.output.end(input, whole, current.changed)? {
            self.total.tally.failed();
            messages.push(message);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;
    use std::sync::Arc;

    use dechaff::format::Format;
    use dechaff::format::encoding::Encoding;

    use super::*;
    use crate::cli::input::Origin;
    use crate::cli::packing::Packing;
    use crate::cli::record_stream::Cutting;
    use crate::cli::unit_result::UnitResult;

    /// Says whether the file of records came to a good end.
    #[derive(Default)]
    struct Ends(Vec<bool>);

    impl Output<()> for Ends {
        fn write(&mut self, _done: &UnitResult<()>) -> io::Result<()> {
            Ok(())
        }

        fn end(&mut self, _input: &Input, whole: bool, _changed: bool) -> io::Result<Result<(), Message>> {
            self.0.push(whole);
            Ok(Ok(()))
        }
    }

    fn records() -> Arc<Input> {
        let (name, path) = ("a.jsonl.gz", PathBuf::from("a.jsonl.gz"));
        let input = Input::new(name.to_owned(), Origin::Path(path), PathBuf::new(), Format::Jsonl);
        Arc::new(Input { packing: Packing::Gzip, ..input })
    }

    #[test]
    fn a_file_that_misses_a_piece_is_not_whole() {
        let session = Session::for_tests();
        let mut ends = Ends::default();
        for torn in [true, false] {
            let mut sink = Collector::new(&session, &mut ends, true);
            let mut slot = Slot::default();
            for torn in [false, torn, false] {
                slot.unit =
                    WorkUnit::Records { input: records(), first: 1, cutting: Cutting::Lines, encoding: Encoding::UTF8 };
                slot.flaws.torn = torn;
                assert!(sink.take(&mut slot).is_ok());
            }
            slot.unit = WorkUnit::End { input: records(), error: None };
            assert!(sink.take(&mut slot).is_ok());
        }
        assert_eq!(ends.0, [false, true]);
    }
}
