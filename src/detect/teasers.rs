//! Headlines of other articles that no label announces, behind the last paragraph.

use std::collections::{HashMap, HashSet};

use super::page::Page;
use super::{Detector, Finding};

/// Fewest words of a row that is told from a label or a signature.
const WORDS: usize = 4;
/// Fewest rows without a label that are taken for a list of headlines.
const ROWS: usize = 2;

pub(super) struct Teasers;

impl Detector for Teasers {
    fn point(&self, page: &Page<'_>, found: &mut Vec<Finding>) {
        if !page.has_prose() {
            return;
        }
        let furniture = found.iter().filter(|f| f.piece.is_none() && page.in_tail(f.row)).map(|f| f.row).min();
        let known: HashSet<usize> = found.iter().map(|f| f.row).collect();
        let rows: Vec<usize> = page
            .visible
            .iter()
            .copied()
            .filter(|&r| page.in_tail(r) && !known.contains(&r) && is_candidate(page, r))
            .collect();
        let pairs = in_pairs(page, &rows);
        if let Some(rule) = page.reader.judgement("teaser/tail-pairs") {
            if furniture.is_some() || pairs.len() >= 4 {
                for (&row, &twin) in &pairs {
                    found.push(Finding::line(row, rule, format!("a headline behind the article, there twice: see line {}", twin + 1)));
                }
            }
        }
        let (Some(rule), Some(furniture)) = (page.reader.judgement("teaser/tail-headlines"), furniture) else { return };
        let loose: Vec<usize> = rows.into_iter().filter(|r| *r > furniture && !pairs.contains_key(r)).collect();
        if loose.len() < ROWS {
            return;
        }
        for row in loose {
            let words = page.content_words(row);
            let shared = words.iter().filter(|w| page.subject().contains(*w)).count();
            if words.len() >= 3 && shared * 3 <= words.len() {
                let evidence = format!("a headline behind the article, below the page's own line {}; {shared} of its {} long words are the article's", furniture + 1, words.len());
                found.push(Finding::line(row, rule, evidence));
            }
        }
    }
}

/// True for a row that looks like a headline and nothing else.
fn is_candidate(page: &Page<'_>, row: usize) -> bool {
    let r = &page.rows[row];
    r.look.is_headline() && r.look.words >= WORDS && !r.part && !r.introduced && !page.raw(row).contains(['\t', '|'])
}

/// Rows that stand there twice with nothing between, each with its twin.
fn in_pairs(page: &Page<'_>, rows: &[usize]) -> HashMap<usize, usize> {
    let key = |row: usize| -> String { page.folded(row).chars().filter(|c| c.is_alphanumeric()).collect() };
    let mut pairs = HashMap::new();
    for pair in rows.windows(2) {
        if page.below(pair[0]) == Some(pair[1]) && key(pair[0]) == key(pair[1]) {
            pairs.insert(pair[0], pair[1]);
            pairs.insert(pair[1], pair[0]);
        }
    }
    pairs
}
