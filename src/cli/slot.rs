//! One thread's working place: a unit of work, its buffers and its result. Units are cut in `work_units`
//! and joined in `collector`.

use dechaff::Document;
use dechaff::format::encoding::Encoding;
use dechaff::format::kind::{self, Start};
use dechaff::format::{Format, plain};

use super::files;
use super::input::Input;
use super::message::{Level, Message};
use super::packing::Packing;
use super::recognise;
use super::record_stream::Cutting;
use super::records::{Flaws, LONE_RETURNS, Records, Scratch, has_lone_returns};
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
    scratch: Scratch,
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
                        Ok(input) => self.file(input, session, work),
                        Err(detail) if detail.level == Level::Detail => self.done.messages.push(detail),
                        Err(message) => self.done.fail(message),
                    }
                    work.settle(&mut self.done, false);
                }
                work.settle(&mut self.done, true);
            }
            WorkUnit::Records { input, first, cutting, encoding } => {
                self.records(session, work, &input, first, &cutting);
                self.store(work, &input, encoding);
                self.unit = WorkUnit::Records { input, first, cutting, encoding };
            }
            WorkUnit::Whole { input, reader } => {
                if let Err(error) = self.done.attempt(|done| work.whole(&input, reader, done)) {
                    self.done.fail(Message::error(&*input.name, error.to_string()));
                }
            }
            other => self.unit = other,
        }
    }

    fn file(&mut self, mut input: Input, session: &Session, work: &impl Work<Part = P>) {
        self.documents += 1;
        let named = session.encoding();
        let hopeless = |start: &[u8]| named.is_none() && plain::is_binary(start);
        match files::read(&input, session.max_document(), hopeless, &mut self.packed, &mut self.plain) {
            Ok(packing) => input.packing = packing,
            Err(error) => return self.done.fail(Message::error(&*input.name, error)),
        }
        let input = &input;
        self.bytes += self.plain.len() as u64;
        let start = Start::new(&self.plain, true);
        if let Some(kind) = input.trust.and_then(|trust| kind::recognise(start, trust)) {
            return self.done.fail(Message::error(&*input.name, recognise::refusal(kind)));
        }
        let (text, encoding) = match plain::text(&self.plain, named) {
            Ok(text) => text,
            Err(fault @ plain::Fault::Binary { .. }) if !input.is_explicit() => {
                self.done.tally.skipped();
                self.done.messages.push(Message::warning(&*input.name, format!("{fault}; skipped")));
                return;
            }
            Err(fault) => return self.done.fail(Message::error(&*input.name, fault.to_string())),
        };
        if !encoding.is_utf8() {
            self.done.messages.push(Message::detail(&*input.name, format!("read as {}", encoding.name())));
        }
        if let Some(why) = session.refusal(&text) {
            return self.done.fail(Message::error(&*input.name, why));
        }
        if has_lone_returns(&text) {
            self.done.messages.push(Message::warning(&*input.name, LONE_RETURNS));
        }
        let bytes = if input.packing == Packing::None { &self.plain } else { &self.packed };
        let markdown = input.format == Format::Markdown;
        let document = Document { id: &input.name, folder: input.folder(), markdown, ..Document::new(&text) };
        let found = FoundDocument { input, document, storage: Storage::File { bytes, encoding } };
        if let Err(error) = self.done.attempt(|done| work.document(&found, done)) {
            self.done.fail(Message::error(&*input.name, error.to_string()));
        }
    }

    fn records(
        &mut self,
        session: &Session,
        work: &impl Work<Part = P>,
        input: &Input,
        first: usize,
        cutting: &Cutting,
    ) {
        self.bytes += self.plain.len() as u64;
        let beside = self.beside.take();
        let Self { done, flaws, scratch, .. } = self;
        let mut records = Records { session, work, input, done, flaws, documents: 0 };
        records.read(first, &self.plain, cutting, scratch, beside.as_deref());
        self.documents += records.documents;
    }

    /// Converts and packs the output of records, if the documents themselves are the output. Here, on the worker thread:
    /// packing costs more than all other steps.
    fn store(&mut self, work: &impl Work<Part = P>, input: &Input, encoding: Encoding) {
        if !encoding.is_utf8() && work.writes_documents() {
            let mut encoded = Vec::with_capacity(self.done.out.len());
            // All of it was decoded from this encoding, so it can be encoded.
            let text = std::str::from_utf8(&self.done.out).unwrap_or_default();
            if let Err(character) = encoding.encode(text, &mut encoded) {
                self.flaws.torn = true;
                let what = format!("{} has no '{character}'", encoding.name());
                self.done.fail(Message::error(&*input.name, what));
            }
            self.done.out = encoded;
        }
        let packing = work.packing(input);
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
