//! One thread's working place: a unit of work, its buffers and its result. Units are cut in `work_units`
//! and joined in `collector`.

use dechaff::Document;
use dechaff::format::kind::{self, Start};
use dechaff::format::{Format, jsonl, plain};

use super::files;
use super::input::Input;
use super::message::{Level, Message};
use super::packing::Packing;
use super::recognise;
use super::records::{Flaws, RecordLines};
use super::session::Session;
use super::unit_result::{Merge, UnitResult};
use super::work::{FoundDocument, Storage, Work};
use super::work_units::{WorkUnit, WorkUnits};

/// A unit of work, its reusable buffers and its result.
#[derive(Default)]
pub(super) struct Slot<P> {
    pub(super) unit: WorkUnit,
    packed: Vec<u8>,
    plain: Vec<u8>,
    beside: Option<Vec<u8>>,
    scratch: jsonl::Scratch,
    pub(super) done: UnitResult<P>,
    /// Faults in the lines of a file of records.
    pub(super) flaws: Flaws,
    /// Documents and bytes of the unit that were read.
    pub(super) documents: u64,
    pub(super) bytes: u64,
}

impl<P: Default + Merge> Slot<P> {
    /// Loads the next unit; returns false if there is none.
    pub(super) fn fill(&mut self, units: &mut WorkUnits<'_>, work: &impl Work) -> bool {
        self.unit = units.next(&mut self.plain, &mut self.beside, work);
        !matches!(self.unit, WorkUnit::Nothing)
    }

    /// Processes the loaded unit.
    pub(super) fn work(&mut self, session: &Session, work: &impl Work<Part = P>) {
        self.done.out.clear();
        self.done.ends.clear();
        (self.documents, self.bytes) = (0, 0);
        match std::mem::take(&mut self.unit) {
            WorkUnit::Files(files) => {
                for input in files {
                    if session.is_interrupted() {
                        break;
                    }
                    match input {
                        Ok(input) => self.file(&input, work),
                        Err(detail) if detail.level == Level::Detail => self.done.messages.push(detail),
                        Err(message) => self.done.fail(message),
                    }
                    work.settle(&mut self.done, false);
                }
                work.settle(&mut self.done, true);
            }
            WorkUnit::Lines { input, first } => {
                self.lines(session, work, &input, first);
                self.unit = WorkUnit::Lines { input, first };
            }
            WorkUnit::Whole { input, reader } => {
                if let Err(error) = self.done.attempt(|done| work.whole(&input, reader, done)) {
                    self.done.fail(Message::error(&*input.name, error.to_string()));
                }
            }
            other => self.unit = other,
        }
    }

    fn file(&mut self, input: &Input, work: &impl Work<Part = P>) {
        self.documents += 1;
        if let Err(error) = files::read(input, &mut self.packed, &mut self.plain) {
            return self.done.fail(Message::error(&*input.name, error));
        }
        self.bytes += self.plain.len() as u64;
        let start = Start::new(&self.plain, true);
        if let Some(kind) = input.trust.and_then(|trust| kind::recognise(start, trust)) {
            return self.done.fail(Message::error(&*input.name, recognise::refusal(kind)));
        }
        let text = match plain::decode(&self.plain) {
            Ok(text) => text,
            Err(fault @ plain::Fault::Binary { .. }) if !input.is_explicit() => {
                self.done.tally.skipped();
                self.done.messages.push(Message::warning(&*input.name, format!("{fault}; skipped")));
                return;
            }
            Err(fault) => return self.done.fail(Message::error(&*input.name, fault.to_string())),
        };
        let stored = if input.packing == Packing::None { &self.plain } else { &self.packed };
        let markdown = input.format == Format::Markdown;
        let document = Document { id: &input.name, folder: input.folder(), markdown, ..Document::new(text) };
        let found = FoundDocument { input, document, storage: Storage::File(stored) };
        if let Err(error) = self.done.attempt(|done| work.document(&found, done)) {
            self.done.fail(Message::error(&*input.name, error.to_string()));
        }
    }

    fn lines(&mut self, session: &Session, work: &impl Work<Part = P>, input: &Input, first: usize) {
        self.bytes += self.plain.len() as u64;
        let beside = self.beside.take();
        let Self { done, flaws, scratch, .. } = self;
        let mut lines = RecordLines { session, work, input, done, flaws, scratch, documents: 0 };
        lines.read(first, &self.plain, beside.as_deref());
        self.documents += lines.documents;
        self.pack(work.packing(input), input);
    }

    /// Packs the output here, on the worker thread: packing costs more than all other steps.
    fn pack(&mut self, packing: Packing, input: &Input) {
        if packing == Packing::None || self.done.out.is_empty() {
            return;
        }
        // `plain` is free by now and about as large as the output, so it receives the packed bytes.
        self.plain.clear();
        match packing.pack(&self.done.out, &mut self.plain) {
            Ok(()) => std::mem::swap(&mut self.done.out, &mut self.plain),
            Err(error) => {
                self.done.out.clear();
                self.flaws.torn = true;
                self.done.fail(Message::error(&*input.name, packing.describe(&error)));
            }
        }
    }
}
