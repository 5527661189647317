//! Overlapping removals → ordered and disjoint ones. Knows no particular rule.

use crate::document::Span;
use crate::removal::Removal;

/// Orders removals by place and leaves one verdict for every byte.
///
/// Of several verdicts that begin at the same byte the longest stands, then the surest, then the one that was given
/// first. A later one that begins inside is cut back to what is not covered yet, or dropped.
pub(crate) fn settle(mut removals: Vec<Removal>) -> Vec<Removal> {
    removals.sort_by(|a, b| {
        (a.span.start, std::cmp::Reverse((a.span.end, a.certainty)))
            .cmp(&(b.span.start, std::cmp::Reverse((b.span.end, b.certainty))))
    });
    let mut covered = 0;
    removals.retain_mut(|r| {
        r.span = Span::new(r.span.start.max(covered), r.span.end);
        if r.span.is_empty() {
            return false;
        }
        covered = r.span.end;
        true
    });
    removals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::removal::{Certainty, Family, RuleId};

    fn removal(start: usize, end: usize, certainty: Certainty, id: &str) -> Removal {
        Removal {
            span: Span::new(start, end),
            line: 1,
            rule: RuleId::new(id),
            family: Family::Share,
            certainty,
            reason: "".into(),
            evidence: String::new(),
        }
    }

    #[test]
    fn one_verdict_for_every_byte() {
        let settled = settle(vec![
            removal(10, 20, Certainty::Likely, "later"),
            removal(0, 5, Certainty::Likely, "short"),
            removal(0, 8, Certainty::Likely, "likely"),
            removal(0, 8, Certainty::Certain, "certain"),
            removal(15, 25, Certainty::Certain, "overlapping"),
            removal(16, 18, Certainty::Certain, "inside"),
        ]);
        let got: Vec<_> = settled.iter().map(|r| (r.span.start, r.span.end, r.rule.as_str())).collect();
        assert_eq!(got, [(0, 8, "certain"), (10, 20, "later"), (20, 25, "overlapping")]);
    }
}
