//! What is known of lines by themselves, kept while a text is read again and again, and from one text to the next: pages of a site
//! say the same. What lines are to each other lies in `page`.

use std::cell::OnceCell;
use std::hash::BuildHasher as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

use rustc_hash::FxBuildHasher;

use super::Reader;
use super::headlines::Forms;
use super::lines::Glued;
use super::page::Row;
use super::units::Counts;
use crate::document::{Line, Span};
use crate::removal::Family;
use crate::rules::fold::fold;
use crate::rules::matcher::Hit;
use crate::rules::shape::{Edges, Look};

/// How many lines are known from one text to the next, at most; a power of two.
const KEPT: usize = 2048;
/// Where those of one text begin.
const OWN: usize = 1 + KEPT;

/// The memories of a reader that nobody uses now, as many as threads have read at once, each with the thread that used it last.
#[derive(Debug, Default)]
pub(super) struct Memories(Mutex<Vec<(ThreadId, Memory)>>);

impl Memories {
    /// One for another text: rather this thread's own, since threads wait for each other where they free what others allocated.
    pub fn take(&self) -> Memory {
        let mut memory = self.kept().unwrap_or_default();
        memory.turn();
        memory
    }

    pub fn give(&self, memory: Memory) {
        self.lock().push((thread::current().id(), memory));
    }

    fn kept(&self) -> Option<Memory> {
        let (mut memories, own) = (self.lock(), thread::current().id());
        let at = memories.iter().position(|(thread, _)| *thread == own).or(memories.len().checked_sub(1))?;
        Some(memories.swap_remove(at).1)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(ThreadId, Memory)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is known of lines by themselves. It is of one reader.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// The blank line; then lines that rules may meet, of whatever text, each at the place that its hash says; then the other
    /// lines of this text.
    known: Vec<Known>,
    /// How many texts were read.
    texts: u64,
    /// Of each line of the original: where it stands, and what was found.
    pub(super) lines: Vec<(Span, Facts)>,
    /// Room for what meets a line, and for the rows of a page.
    hits: Vec<Hit>,
    pub(super) rows: Vec<Row>,
    pub(super) visible: Vec<usize>,
}

/// What is known of a line, much of it only once it was asked for.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The line; left out where nothing is known from one text to the next.
    line: Box<str>,
    /// The text in which it stood last.
    text: u64,
    edges: Edges,
    /// The rules that meet it.
    pub hits: Box<[Hit]>,
    look: OnceCell<Look>,
    pub folded: OnceCell<Box<str>>,
    pub glued: OnceCell<Option<Box<Glued>>>,
    more: OnceCell<Box<More>>,
}

/// What is asked of few lines, or only where lines are judged by their looks.
#[derive(Debug, Default)]
pub(super) struct More {
    pub endings: OnceCell<Vec<Hit>>,
    pub sample: OnceCell<Sample>,
    pub forms: OnceCell<Forms>,
    /// What is counted, and for which language.
    pub counts: OnceCell<(u64, Box<Counts>)>,
    pub policy: OnceCell<Option<Family>>,
}

impl Known {
    pub fn more(&self) -> &More {
        self.more.get_or_init(Box::default)
    }

    /// What the line looks like; it has no blanks at its ends.
    pub fn look(&self, line: &str) -> Look {
        *self.look.get_or_init(|| Look::at(line))
    }

    /// True for a line that reads as running text.
    pub fn is_prose(&self, line: &str) -> bool {
        let tells = || self.look.get().map_or_else(|| Look::tells_prose(line, self.edges), Look::is_prose);
        self.edges.may_be_prose(line.len()) && tells()
    }

    /// True for a line that reads as a sentence.
    pub fn is_sentence(&self, line: &str) -> bool {
        self.edges.may_be_sentence(line.len()) && self.look(line).is_sentence()
    }
}

/// What a line tells of the language of its text.
#[derive(Debug)]
pub(super) struct Sample {
    /// How many stop words of each language stand there.
    pub stop_words: Vec<u32>,
    /// Length of what was read.
    pub bytes: usize,
    /// False if a sign that stands by itself ended it.
    pub is_read: bool,
}

/// What is known of one line of a text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    pub edges: Edges,
    /// Place of what else is known.
    pub known: usize,
}

impl Memory {
    /// Turns to another text: forgets what was of the last one alone.
    fn turn(&mut self) {
        self.known.resize_with(OWN, Known::default);
        self.texts += 1;
        self.lines.clear();
    }

    /// The lines of the text that was read.
    pub fn lines_of(&self, text: &str) -> impl Iterator<Item = Line> {
        let ends = self.lines.iter().skip(1).map(|(span, _)| span.start).chain([text.len()]);
        self.lines.iter().zip(ends).map(|((span, _), end)| Line { span: *span, end })
    }

    /// True if rules meet any of some lines of the text that was read, counted from 1.
    pub(super) fn has_hits(&self, numbers: &[usize]) -> bool {
        numbers.iter().any(|number| !self.known(self.lines[number - 1].1.known).hits.is_empty())
    }

    pub(super) fn known(&self, at: usize) -> &Known {
        &self.known[at]
    }

    /// Looks at a line that is not blank.
    pub(super) fn look(&mut self, reader: &Reader, line: &str) -> Facts {
        let is_short = line.len() <= reader.matcher.max_bytes();
        let place = is_short.then(|| 1 + usize::try_from(FxBuildHasher.hash_one(line) >> 32).unwrap_or(0) % KEPT);
        if let Some(at) = place.filter(|at| *self.known[*at].line == *line) {
            self.known[at].text = self.texts;
            return Facts { edges: self.known[at].edges, known: at };
        }
        let edges = Edges::of(line);
        let Some(at) = place.filter(|_| reader.matcher.may_meet(line)) else {
            return self.push(Known { edges, ..Known::default() });
        };
        let folded = fold(line);
        reader.matcher.hits(&reader.rules, line, &folded, &mut self.hits);
        let hits = self.hits.as_slice().into();
        let known = Known { edges, hits, folded: folded.into_boxed_str().into(), ..Known::default() };
        // Another line of this text may stand there.
        if self.known[at].text == self.texts {
            return self.push(known);
        }
        self.known[at] = Known { line: line.into(), text: self.texts, ..known };
        Facts { edges, known: at }
    }

    fn push(&mut self, known: Known) -> Facts {
        let facts = Facts { edges: known.edges, known: self.known.len() };
        self.known.push(known);
        facts
    }
}

/// A text that is left of another one: which of its lines are which there, counted from 1.
#[derive(Clone, Copy)]
pub(crate) struct Rest<'a> {
    pub original: &'a str,
    pub numbers: &'a [usize],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_takes_its_own_memory_if_it_has_one() {
        let memories = Memories::default();
        let (mut own, other) = (memories.take(), memories.take());
        own.texts = 41;
        memories.give(own);
        thread::scope(|scope| _ = scope.spawn(|| memories.give(other)));
        let (first, second, third) = (memories.take(), memories.take(), memories.take());
        assert_eq!([first.texts, second.texts, third.texts], [42, 2, 1]);
    }
}
