//! What the views of `diff` gather per thread, and how their output is put together. How a view looks lies
//! in the library's `report`.

use std::io;

use dechaff::report::{Against, ByRule, Html, Patch, Sample, Stat, counted};

use super::files;
use super::input::Input;
use super::message::Message;
use super::stdout::Stdout;
use super::unit_result::{Merge, UnitResult};
use super::work::Output;

/// What a view gathered. All threads of a run have the same variant.
pub(crate) enum Gathered {
    Stat(Stat),
    ByRule(ByRule),
    Against(Against),
    Sample(Sample),
    Page(Box<Html>),
}

impl Merge for Gathered {
    fn merge(&mut self, behind: Self) {
        match (self, behind) {
            (Self::Stat(mine), Self::Stat(theirs)) => mine.merge(theirs),
            (Self::ByRule(mine), Self::ByRule(theirs)) => mine.merge(theirs),
            (Self::Against(mine), Self::Against(theirs)) => mine.merge(theirs),
            (Self::Sample(mine), Self::Sample(theirs)) => mine.merge(theirs),
            (Self::Page(mine), Self::Page(theirs)) => mine.merge(*theirs),
            _ => {}
        }
    }
}

impl Gathered {
    /// Writes the view, in lines of at most `width` columns where the view has a width.
    pub(crate) fn write(self, out: &mut dyn io::Write, width: usize) -> io::Result<()> {
        match self {
            Self::Stat(stat) => stat.write(out),
            Self::ByRule(by_rule) => by_rule.write(out, width),
            Self::Against(against) => against.write(out, width),
            Self::Page(page) => page.write(out),
            Self::Sample(sample) => {
                let seen = sample.seen();
                let shown = sample.into_shown();
                shown.iter().try_for_each(|shown| out.write_all(shown))?;
                writeln!(out, "{} of {seen} documents with something to show", shown.len())
            }
        }
    }
}

/// An output that shows only the first documents that have something to show.
pub(crate) struct LimitedOutput<'s> {
    stdout: &'s mut Stdout,
    limit: usize,
    /// True if documents beyond the limit are read all the same, for the exit code.
    reads_all: bool,
    shown: usize,
    more: u64,
}

impl<'s> LimitedOutput<'s> {
    pub(crate) const fn new(stdout: &'s mut Stdout, limit: usize, reads_all: bool) -> Self {
        Self { stdout, limit, reads_all, shown: 0, more: 0 }
    }

    /// The line about documents that are not shown; `None` if all are.
    pub(crate) fn rest(&self) -> Option<String> {
        match self.more {
            0 => None,
            more if self.reads_all => Some(format!("… and {}\n", counted(more, "more document"))),
            _ => Some("… and more; not read to the end\n".to_owned()),
        }
    }
}

impl<P> Output<P> for LimitedOutput<'_> {
    fn write(&mut self, done: &UnitResult<P>) -> io::Result<()> {
        let shown = done.ends.len().min(self.limit - self.shown);
        self.shown += shown;
        self.more += (done.ends.len() - shown) as u64;
        match shown.checked_sub(1) {
            Some(last) => self.stdout.write(&done.out[..done.ends[last]]),
            None => Ok(()),
        }
    }

    fn has_enough(&self) -> bool {
        self.more > 0 && !self.reads_all
    }

    fn say(&mut self, message: &Message) {
        self.stdout.say(message);
    }
}

/// An output of patches: text files as they come, files of records assembled from their signed lines.
pub(crate) struct PatchOutput<'s> {
    stdout: &'s mut Stdout,
    context: usize,
    open: Option<Patch<files::Spool>>,
}

impl<'s> PatchOutput<'s> {
    pub(crate) const fn new(stdout: &'s mut Stdout, context: usize) -> Self {
        Self { stdout, context, open: None }
    }
}

impl<P> Output<P> for PatchOutput<'_> {
    fn say(&mut self, message: &Message) {
        self.stdout.say(message);
    }

    fn begin(&mut self, input: &Input) {
        self.open = Some(Patch::new(&patch_name(input), self.context, files::spool()));
    }

    fn write(&mut self, done: &UnitResult<P>) -> io::Result<()> {
        let Some(patch) = &mut self.open else { return self.stdout.write_bytes(&done.out) };
        let mut out = Vec::new();
        let mut lines = done.out.split_inclusive(|b| *b == b'\n').peekable();
        while let Some(line) = lines.next() {
            let is_open = lines.peek().is_some_and(|next| next.starts_with(NO_BREAK));
            let end = line.len() - usize::from(is_open);
            match line[0] {
                b'-' => patch.removed(&line[1..end])?,
                b'+' => patch.added(&line[1..end])?,
                b' ' => patch.kept(&mut out, &line[1..end])?,
                _ => {}
            }
        }
        if out.is_empty() { Ok(()) } else { self.stdout.write_bytes(&out) }
    }

    fn end(&mut self, _input: &Input, _whole: bool, _changed: bool) -> io::Result<Result<(), Message>> {
        let mut out = Vec::new();
        if let Some(patch) = self.open.take() {
            patch.end(&mut out)?;
        }
        self.stdout.write_bytes(&out)?;
        Ok(Ok(()))
    }
}

/// Marks, on the next line, that a signed line has no line break.
const NO_BREAK: &[u8] = b"\\";

/// Writes the lines of a record for [`PatchOutput`]: ` old` if they stay, else `-old` and `+new`. A byte order mark that was
/// written before them, bare, becomes part of the first line.
pub(crate) fn write_signed_lines(out: &mut Vec<u8>, mark: &[u8], old: &[u8], new: Option<&[u8]>) {
    let bare = out.as_slice() == mark;
    if bare {
        out.clear();
    }
    let signed = [(if new.is_some() { b'-' } else { b' ' }, Some(old)), (b'+', new)];
    for (sign, record) in signed {
        let Some(record) = record.filter(|record| !record.is_empty() || bare) else { continue };
        let mut before = if bare { mark } else { &[] };
        let empty = record.is_empty().then_some(record);
        for line in record.split_inclusive(|b| *b == b'\n').chain(empty) {
            out.push(sign);
            out.extend_from_slice(before);
            before = &[];
            out.extend_from_slice(line);
            if !line.ends_with(b"\n") {
                out.extend_from_slice(b"\n");
                out.extend_from_slice(NO_BREAK);
                out.push(b'\n');
            }
        }
    }
}

/// Name of a file in a patch: relative to the working folder, with slashes. An absolute path loses its
/// first slash, as in git.
pub(crate) fn patch_name(input: &Input) -> Vec<u8> {
    use std::path::Component;
    let Some(path) = input.path() else { return input.name.clone().into_bytes() };
    let parts = path.components().filter(|c| matches!(c, Component::Normal(_) | Component::ParentDir));
    let parts: Vec<&[u8]> = parts.map(|c| c.as_os_str().as_encoded_bytes()).collect();
    parts.join(&b'/')
}
