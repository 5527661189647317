//! Paragraphs that were broken into lines at a margin. `line` gives the text of the line at a place, without blanks at its ends, `edges`
//! what it begins and ends with.

use super::shape::Edges;

/// Fewest lines that go on in mid-sentence where paragraphs are broken into lines; fewer may be chance.
const JOINED: usize = 4;

/// Places of the lines that go on where the full line above them broke off in mid-sentence.
pub fn joined<'t>(count: usize, line: impl Fn(usize) -> &'t str, edges: impl Fn(usize) -> Edges) -> Vec<usize> {
    let goes_on = |&at: &usize| {
        if !is_full(line(at - 1)) || line(at).is_empty() {
            return false;
        }
        let (above, this) = (edges(at - 1), edges(at));
        this.lower && !this.listed && !above.ends && !above.announces
    };
    (1..count).filter(goes_on).collect()
}

/// Places of the lines that continue the paragraph of the line above, in a text whose paragraphs are broken into lines. `joined` are the
/// places of [`joined`].
pub fn continued<'t>(
    count: usize,
    line: impl Fn(usize) -> &'t str,
    edges: impl Fn(usize) -> Edges,
    joined: &[usize],
) -> Vec<usize> {
    let follows = |at: &usize| is_full(line(at - 1)) && !line(*at).is_empty() && !edges(*at).listed;
    let mut pairs: Vec<usize> = if joined.len() < JOINED { Vec::new() } else { (1..count).filter(follows).collect() };
    if joined.len() * 3 < pairs.len() || pairs.is_empty() {
        return Vec::new();
    }
    // The column at which paragraphs were broken, as nine of ten broken lines tell.
    let mut reach: Vec<usize> = joined.iter().map(|at| line(at - 1).chars().count()).collect();
    reach.sort_unstable();
    let margin = reach[reach.len() / 10];
    pairs.retain(|at| joined.binary_search(at).is_ok() || fills(line(at - 1), line(*at), margin));
    pairs
}

/// True if the first word of the next line would not have fitted on this one.
fn fills(raw: &str, next: &str, margin: usize) -> bool {
    let word = next.split_whitespace().next().unwrap_or_default();
    raw.chars().count() + 1 + word.chars().count() > margin
}

/// True if a line is long enough to have been broken at its end.
fn is_full(raw: &str) -> bool {
    (40..=160).contains(&raw.len())
}
