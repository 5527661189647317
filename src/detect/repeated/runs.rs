//! Runs of words that a source repeats, in texts without lines of their own: at the start and the end of a line that holds a whole article.

use super::Seen;
use crate::detect::finding::Finding;
use crate::detect::page::View;
use crate::document::Span;
use crate::removal::Certainty;
use crate::rules::{LearnedLine, LearnedSource};
use crate::text::fold::fold;
use crate::text::key::{fingerprint, key};
use crate::text::segments::{FEW_LINES, MANY_WORDS, segments};
use crate::text::shape::LineShape;

/// Fewest words of a run.
const RUN: usize = 12;

/// Adds the runs at both ends of long lines.
pub(super) fn find(view: &View<'_>, rule: usize, source: &LearnedSource, found: &mut Vec<Finding>) {
    if view.visible.len() > FEW_LINES {
        return;
    }
    for &row in view.visible.iter().filter(|row| view.shape(**row).words >= MANY_WORDS) {
        let segments = segments(view.raw(row));
        let known: Vec<Option<&LearnedLine>> = segments.iter().map(|segment| learned(source, segment)).collect();
        let first = known.iter().take_while(|line| line.is_some()).count();
        let last = known.iter().rev().take_while(|line| line.is_some()).count();
        if first == segments.len() {
            continue; // a text of which nothing would be left
        }
        let start = |segment: &str| segment.as_ptr() as usize - view.text().as_ptr() as usize;
        let line = view.span(row);
        let ranges = [
            (0..first, Span::new(line.start, start(segments[first]))),
            (segments.len() - last..segments.len(), {
                let before = segments[segments.len() - last - 1];
                Span::new(start(before) + before.len(), line.end)
            }),
        ];
        for (range, span) in ranges {
            let words: usize = segments[range.clone()].iter().map(|segment| LineShape::at(segment).words).sum();
            let Some(rarest) = known[range].iter().flatten().min_by_key(|line| line.articles) else { continue };
            let certainty = rarest.certainty.unwrap_or(Certainty::Suspect);
            if words >= RUN && certainty >= view.detail.least {
                let finding = Finding::line(row, rule, Seen::of(rarest)).sure(certainty);
                found.push(Finding { piece: Some(span), ..finding });
            }
        }
    }
}

/// What is known of a segment that is junk.
fn learned<'s>(source: &'s LearnedSource, segment: &str) -> Option<&'s LearnedLine> {
    let line = source.lines.get(&fingerprint(&key(&fold(segment))));
    line.filter(|line| line.certainty > Some(Certainty::Suspect))
}
