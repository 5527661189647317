//! The forms of a label: what pages write beside it. Folding sees through capitals, bullets, brackets, arrows and icons; this is about
//! counts, dates and names.

use crate::rules::vocabulary::Vocabulary;
use crate::text::fold::{bare, is_decoration};

/// Marks between a label and a headline.
pub(super) const MARKS: [char; 6] = [':', '-', '|', '>', '»', '：'];
/// Most bytes of a line that may be a label with something beside it.
const LONGEST: usize = 160;
/// Fewest words of a label that a quoted name follows.
const NAMED: usize = 2;

/// False for a line that is no form of a label, as its end and its digits tell.
pub(super) fn may_be_one(folded: &str) -> bool {
    folded.len() <= LONGEST
        && (folded.bytes().any(|byte| byte.is_ascii_digit())
            || folded.trim_end_matches(['.', '!', ':']).ends_with(['"', '»']))
}

/// The label of a folded line without what stands beside it: a count ("comments (3)", "24 comments", "comments: 12", "shared 80 %"), a date
/// ("updated on 12 may 2031"), a name in quotes ("subscribe to our newsletter "the letter""). `None` for a line that is no such form.
pub(super) fn label<'l>(folded: &'l str, vocabulary: &Vocabulary) -> Option<&'l str> {
    let counted = || without_count_behind(folded).or_else(|| without_count_before(folded));
    let label = without_name(folded).or_else(counted).or_else(|| without_date(folded, vocabulary))?;
    Some(bare(label.trim_end_matches(is_decoration))).filter(|label| !label.is_empty())
}

fn without_name(folded: &str) -> Option<&str> {
    let inner = folded.trim_end_matches(['.', '!', ':']);
    let (label, name) = match inner.chars().next_back()? {
        '"' => inner[..inner.len() - 1].rsplit_once('"')?,
        '»' => inner[..inner.len() - '»'.len_utf8()].rsplit_once('«')?,
        _ => return None,
    };
    let is_label = label.split(' ').filter(|word| !word.is_empty()).count() >= NAMED && label.ends_with(' ');
    (is_label && !name.is_empty()).then_some(label)
}

fn without_count_behind(folded: &str) -> Option<&str> {
    let number = folded.trim_end_matches(['%', ' ']);
    let label = number.trim_end_matches(is_of_number);
    let is_apart = label.ends_with([' ', '(', '[', ':', '：', '（', '|']);
    (is_apart && is_count(&number[label.len()..])).then_some(label)
}

fn without_count_before(folded: &str) -> Option<&str> {
    let rest = folded.trim_start_matches(is_of_number);
    let label = rest.trim_start_matches([' ', ')', ']', '|']);
    // "3. comments" is an entry of a list.
    let number = &folded[..folded.len() - rest.len()];
    (label.len() < rest.len() && is_count(number) && !number.ends_with('.')).then_some(label)
}

/// True for the characters of a count and its unit: `1,204`, `1.2k`, `99+`.
fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '.' | ',' | 'k' | '+')
}

/// True for a number that is no year.
fn is_count(number: &str) -> bool {
    let is_year = number.len() == 4 && (number.starts_with("19") || number.starts_with("20"));
    number.starts_with(|c: char| c.is_ascii_digit()) && !is_year
}

fn without_date<'l>(folded: &'l str, vocabulary: &Vocabulary) -> Option<&'l str> {
    if !folded.contains(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let begins = folded.char_indices().filter(|(_, c)| matches!(c, ' ' | ':' | '|')).map(|(at, c)| at + c.len_utf8());
    let is_date = |text: &str| vocabulary.is_date(text) && !text.bytes().all(|byte| byte.is_ascii_digit());
    let begin = begins.clone().find(|begin| is_date(&folded[*begin..]))?;
    Some(folded[..begin].trim_end_matches([' ', ',', ':', '|']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_label_is_seen_through() {
        let dates = ["may".to_owned(), "hours".to_owned(), "ago".to_owned()];
        let vocabulary = Vocabulary::new("en", &[], &dates, &[]);
        for (folded, wanted) in [
            ("comments (3", Some("comments")),
            ("24 comments", Some("comments")),
            ("24) comments", Some("comments")),
            ("comments: 1,204", Some("comments")),
            ("comments - 1.2k", Some("comments")),
            ("shared 80 %", Some("shared")),
            ("评论(12", Some("评论")),
            ("updated: 12 may 2031", Some("updated")),
            ("posted 3 hours ago", Some("posted")),
            ("subscribe to our newsletter \"the letter\"", Some("subscribe to our newsletter")),
            ("recevez notre lettre «matin»", Some("recevez notre lettre")),
            ("print \"hello\"", None),
            ("best of 2024", None),
            ("3. comments", None),
            ("comments", None),
            ("12", None),
            ("top10", None),
        ] {
            assert_eq!(label(folded, &vocabulary), wanted, "{folded}");
        }
    }
}
