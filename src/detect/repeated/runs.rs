//! Runs of words that a source repeats, in texts without lines of their own: sentences and pieces between separators of a line that holds a
//! whole article, and of paragraphs that were broken into lines.

use std::ops::Range;

use super::fixtures::{is_fixture, is_frequent};
use crate::detect::finding::Finding;
use crate::detect::page::View;
use crate::detect::seen::Seen;
use crate::document::Span;
use crate::removal::Certainty;
use crate::rules::{LearnedLine, LearnedSource};
use crate::text::fold::fold;
use crate::text::key::{fingerprint, key};
use crate::text::segments::{FEW_LINES, MANY_WORDS, segments};
use crate::text::shape::LineShape;

/// Fewest words of a run.
const RUN: usize = 12;

/// Adds the runs of long lines and of paragraphs that were broken into lines.
pub(super) fn find(view: &View<'_>, rule: usize, source: &LearnedSource, found: &mut Vec<Finding>) {
    for rows in stretches(view) {
        let stretch = Stretch::of(view, rows);
        for run in runs(&stretch, source) {
            let certainty = run.certainty(source);
            if certainty >= view.detail.least {
                let seen = Seen::of(run.rarest());
                found.extend(
                    stretch.pieces(&run.bytes).map(|(row, piece)| Finding {
                        piece,
                        ..Finding::line(row, rule, seen.clone()).sure(certainty)
                    }),
                );
            }
        }
    }
}

/// The rows of each long line of a text of few lines, else of each paragraph that was broken into lines.
fn stretches(view: &View<'_>) -> Vec<Vec<usize>> {
    if view.visible.len() <= FEW_LINES {
        let is_long = |row: &&usize| view.shape(**row).words >= MANY_WORDS;
        return view.visible.iter().filter(is_long).map(|row| vec![*row]).collect();
    }
    let rows = (1..view.count()).filter(|row| view.row(*row).continues_paragraph).collect::<Vec<_>>();
    let with_first = |rows: &[usize]| (rows[0] - 1..=rows[rows.len() - 1]).collect();
    rows.chunk_by(|a, b| a + 1 == *b).map(with_first).collect()
}

/// The text of neighbouring rows.
struct Stretch<'v> {
    view: &'v View<'v>,
    text: String,
    /// The rows, each with its place in the text.
    rows: Vec<(usize, Range<usize>)>,
}

impl<'v> Stretch<'v> {
    fn of(view: &'v View<'v>, rows: Vec<usize>) -> Self {
        let mut stretch = Self { view, text: String::new(), rows: Vec::new() };
        for row in rows {
            if !stretch.text.is_empty() {
                stretch.text.push(' ');
            }
            let start = stretch.text.len();
            stretch.text.push_str(view.raw(row));
            stretch.rows.push((row, start..stretch.text.len()));
        }
        stretch
    }

    /// What each row loses with these bytes of the text: a piece of the document, or all.
    fn pieces(&self, bytes: &Range<usize>) -> impl Iterator<Item = (usize, Option<Span>)> {
        let piece = |(row, own): &(usize, Range<usize>)| {
            let piece = bytes.start.max(own.start)..bytes.end.min(own.end);
            if piece.is_empty() {
                return None;
            }
            let (mut span, line) =
                (self.view.place_of(*row, &(piece.start - own.start..piece.end - own.start)), self.view.span(*row));
            if piece.start == own.start {
                span = Span::new(line.start, span.end);
            }
            if piece.end == own.end {
                span = Span::new(span.start, line.end);
            }
            Some((*row, (span != line).then_some(span)))
        };
        self.rows.iter().filter_map(piece)
    }
}

/// Neighbouring segments that are known as junk.
struct Run<'s> {
    lines: Vec<&'s LearnedLine>,
    /// Where it stands, with the blanks or the separator between it and the rest.
    bytes: Range<usize>,
    /// Whether other text stands on both sides.
    is_amid: bool,
}

impl<'s> Run<'s> {
    fn rarest(&self) -> &'s LearnedLine {
        self.lines.iter().min_by_key(|line| line.articles).expect("a run holds a line")
    }

    /// As sure as its least sure line. Amid other text a sentence may be the article's own, unless many pages have it with what follows.
    fn certainty(&self, source: &LearnedSource) -> Certainty {
        let (last, lines) = self.lines.split_last().expect("a run holds a line");
        let is_known = !lines.is_empty()
            && lines.iter().all(|line| is_fixture(line, source.articles))
            && is_frequent(last, source.articles);
        if self.is_amid && !is_known {
            return Certainty::Suspect;
        }
        self.lines.iter().filter_map(|line| line.certainty).min().unwrap_or(Certainty::Suspect)
    }
}

/// The runs of a stretch; none for one of which nothing would be left, which is a matter of whole lines.
fn runs<'s>(stretch: &Stretch<'_>, source: &'s LearnedSource) -> Vec<Run<'s>> {
    let segments = segments(&stretch.text);
    let start = |segment: &str| segment.as_ptr() as usize - stretch.text.as_ptr() as usize;
    let known: Vec<Option<&LearnedLine>> = segments.iter().map(|segment| learned(source, segment)).collect();
    let words = |segments: &[&str]| segments.iter().map(|segment| LineShape::at(segment).words).sum::<usize>();
    let (mut at, mut runs) = (0, Vec::new());
    for lines in known.chunk_by(|a, b| a.is_some() == b.is_some()) {
        let range = at..at + lines.len();
        at = range.end;
        let lines: Vec<&LearnedLine> = lines.iter().copied().flatten().collect();
        if lines.is_empty() || lines.len() == segments.len() || words(&segments[range.clone()]) < RUN {
            continue;
        }
        let bytes = match segments.get(range.end) {
            Some(next) => start(segments[range.start])..start(next),
            None => start(segments[range.start - 1]) + segments[range.start - 1].len()..stretch.text.len(),
        };
        runs.push(Run { lines, bytes, is_amid: range.start > 0 && range.end < segments.len() });
    }
    runs
}

/// What is known of a segment that is junk.
fn learned<'s>(source: &'s LearnedSource, segment: &str) -> Option<&'s LearnedLine> {
    let line = source.lines.get(&fingerprint(&key(&fold(segment))));
    line.filter(|line| line.certainty > Some(Certainty::Suspect))
}
