//! The laws of cleaning as assertions on one document: it only deletes, it gives a reason for everything visible that it deletes, it
//! keeps the gaps between lines, and cleaning a cleaned text changes nothing.

use dechaff::{Cleaned, Cleaner, Document, Line, lines};

/// Asserts all laws that concern the cleaning of a single document.
pub fn check(cleaner: &Cleaner, document: &Document<'_>) {
    let cleaned = cleaner.clean_document(document);
    let left = cleaned.text();
    deletion_only(&cleaned);
    every_removal_says_why(&cleaned);
    blank_lines(&cleaned);
    let again = cleaner.clean_document(&Document { text: &left, ..document.clone() });
    assert_eq!(again.text(), left, "twice is not once");
    assert!(
        again.removals().is_empty() || cleaned.held().is_some(),
        "a cleaned text has removals: {:?}",
        again.removals()
    );
    assert!(cleaned.held().is_none() || cleaned.cuts().is_empty(), "a document that is held stays as it is");
    if cleaned.cuts().is_empty() {
        assert_eq!(left, document.text);
    }
}

/// Asserts that the cuts are in order, disjoint and on character boundaries, and that they and what is left give back the original.
pub fn deletion_only(cleaned: &Cleaned<'_>) {
    let (text, left) = (cleaned.original(), cleaned.text());
    let (mut at, mut back, mut rest) = (0, String::new(), &*left);
    for cut in cleaned.cuts() {
        assert!(cut.start >= at && cut.end > cut.start && cut.end <= text.len(), "cuts are ordered and disjoint");
        assert!(text.is_char_boundary(cut.start) && text.is_char_boundary(cut.end));
        let (kept, later) = rest.split_at(cut.start - at);
        back.push_str(kept);
        back.push_str(&text[cut.range()]);
        rest = later;
        at = cut.end;
    }
    back.push_str(rest);
    assert_eq!(back, text, "what is left and what was cut give back the original");
}

/// Asserts that every removal has its reason and its line, and that nothing visible goes without a removal.
fn every_removal_says_why(cleaned: &Cleaned<'_>) {
    let all: Vec<_> = lines(cleaned.original()).collect();
    let mut end = 0;
    for removal in cleaned.removals() {
        assert!(removal.span.start >= end, "removals are ordered and disjoint");
        end = removal.span.end;
        assert!(!removal.reason.is_empty() && !removal.evidence.is_empty(), "{removal:?}");
        assert!(removal.rule.as_str().starts_with(removal.family.as_str()));
        let line = all[removal.line - 1].span;
        assert!(line.start <= removal.span.start && removal.span.end <= line.end, "a removal lies within its line");
    }
    if cleaned.held().is_none() {
        let visible = |s: &str| s.chars().filter(|c| !is_blank(*c)).count();
        let said: usize = cleaned.removals().iter().map(|r| visible(&cleaned.original()[r.span.range()])).sum();
        let gone = visible(cleaned.original()) - visible(&cleaned.text());
        assert_eq!(said, gone, "nothing visible goes without a verdict");
    }
}

/// Asserts the law of blank lines, computed in the simplest way. Between two neighbouring kept lines stand
/// as many blank lines as before; if lines between them were removed, as many as the larger of the gaps
/// beside the removed lines had.
fn blank_lines(cleaned: &Cleaned<'_>) {
    let (text, left) = (cleaned.original(), cleaned.text());
    if !left.trim_start_matches('\u{feff}').is_empty() {
        assert_eq!(text.ends_with('\n'), left.ends_with('\n'), "the final line break stays as it was");
    }
    let gone = |l: &Line| {
        let mut kept =
            text[l.span.range()].char_indices().map(|(at, c)| (l.span.start + at, c)).filter(|(_, c)| !is_blank(*c));
        !kept.any(|(at, _)| !cleaned.cuts().iter().any(|cut| cut.range().contains(&at)))
    };
    let (mut expected, mut gaps, mut removed, mut first) = (Vec::new(), vec![0], false, true);
    for line in lines(text) {
        if text[line.span.range()].chars().all(is_blank) {
            *gaps.last_mut().expect("one gap") += 1;
        } else if gone(&line) {
            removed = true;
            gaps.push(0);
        } else {
            let edges = gaps[0].max(gaps[gaps.len() - 1]);
            expected.push(if removed && first { 0 } else { edges });
            (gaps, removed, first) = (vec![0], false, false);
        }
    }
    if !first {
        expected.push(if removed { 0 } else { gaps[0] });
    }
    let mut found = vec![0];
    for line in lines(&left) {
        match left[line.span.range()].chars().all(is_blank) {
            true => *found.last_mut().expect("one gap") += 1,
            false => found.push(0),
        }
    }
    if !first {
        assert_eq!(found, expected, "gaps between the kept lines");
    }
}

/// True for invisible characters.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || "\u{200b}\u{2060}\u{feff}\u{200e}\u{200f}".contains(c)
}
