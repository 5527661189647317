//! Pieces to cut out of a text where cleaning would find none: what is spliced must be right whatever goes.

use dechaff::Span;

/// Spans on character boundaries, in order and disjoint. `choice` says which characters go: 0 none, 1 all, else one of `choice`.
pub fn of(text: &str, choice: usize) -> Vec<Span> {
    let goes = |n: usize| choice > 0 && n % choice == choice - 1;
    let mut spans: Vec<Span> = Vec::new();
    for (n, (at, c)) in text.char_indices().enumerate().filter(|(n, _)| goes(*n)) {
        let end = at + c.len_utf8();
        match spans.last_mut().filter(|span| span.end == at && n % 2 == 0) {
            Some(last) => last.end = end,
            None => spans.push(Span::new(at, end)),
        }
    }
    spans
}

/// The text without these spans.
pub fn without(text: &str, spans: &[Span]) -> String {
    let (mut left, mut at) = (String::new(), 0);
    for span in spans {
        left.push_str(&text[at..span.start]);
        at = span.end;
    }
    left + &text[at..]
}
