//! The law that an article about a kind of junk stays: sentences about cookies in a privacy policy are no banner.

use super::finding::{Finding, Keep, Kept};
use super::page::View;
use crate::removal::Family;
use crate::text::fold::fold;

/// Families whose rules know sentences that an article about their subject has too.
const SUBJECTS: [Family; 3] = [Family::Cookies, Family::Newsletter, Family::Paywall];
/// Fewest sentences of a family that make a text about its subject, where they have more words than all others.
const SENTENCES: usize = 3;

/// Fewest sentences about cookies amid the prose that are no banner.
const AMID: usize = 2;
/// What most languages call them.
const COOKIE: &str = "cookie";

/// Most words of a heading.
const HEADING: usize = 8;

const SUBJECT: Keep = Keep::Law("keep/subject", "the text is about this subject");

/// Takes findings back where the text is about what they are about.
pub(super) fn spare(view: &View<'_>, found: &mut Vec<Finding>, kept: &mut Kept) {
    for family in SUBJECTS {
        let of_family = |f: &Finding| f.piece.is_none() && view.rule(f.rule).family == family && f.removes(view);
        let mut is_found = vec![false; view.count()];
        found.iter().filter(|f| of_family(f)).for_each(|f| is_found[f.row] = true);
        let is_sentence = |row: usize| is_found[row] && view.line(row).is_sentence();
        let sentences: Vec<usize> = view.visible.iter().copied().filter(|row| is_sentence(*row)).collect();
        if sentences.is_empty() {
            continue;
        }
        let words = |rows: &mut dyn Iterator<Item = usize>| rows.map(|row| view.shape(row).words).sum::<usize>();
        let others = || view.visible.iter().copied().filter(|row| !is_found[*row] && view.line(*row).is_sentence());
        let is_subject = sentences.len() >= SENTENCES && words(&mut sentences.iter().copied()) > words(&mut others());
        let mut stays = vec![false; view.count()];
        let is_amid = |row: &usize| !view.in_head(*row) && !view.in_tail(*row);
        let speaks = || others().any(|row| fold(view.raw(row)).contains(COOKIE));
        let amid: Vec<usize> = sentences.iter().copied().filter(is_amid).collect();
        if is_subject {
            sentences.iter().for_each(|row| stays[*row] = true);
        } else if family == Family::Cookies && (amid.len() >= AMID || !amid.is_empty() && speaks()) {
            amid.iter().for_each(|row| stays[*row] = true);
        }
        // A banner has buttons: rows of its family that are no sentences, in the same run of such rows.
        for run in view.visible.chunk_by(|a, b| is_found[*a] && is_found[*b]) {
            if !is_subject && run.iter().any(|row| is_found[*row] && !is_sentence(*row)) {
                run.iter().for_each(|row| stays[*row] = false);
            }
        }
        let heads = |row: usize| view.below(row).is_some_and(|below| stays[below]) && view.shape(row).words <= HEADING;
        let is_kept = |f: &Finding| of_family(f) && stays[f.row] || by_looks(view, f) && heads(f.row);
        kept.extend(found.extract_if(.., |f| is_kept(f)).map(|f| (SUBJECT, f)));
    }
}

/// True for what was found by its looks and would go.
fn by_looks(view: &View<'_>, found: &Finding) -> bool {
    view.rule(found.rule).family == Family::Page && found.removes(view)
}
