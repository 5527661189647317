//! Labels and lists that are the article's own, although rules know their words.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::forms::{self, HEADING};
use super::view::View;
use crate::removal::Family;
use crate::text::fold::{bare, fold};
use crate::text::script::Script;
use crate::text::words::each_word;

/// Most words, and most letters, of a label that may be a sentence or a refrain.
const LABEL: usize = 3;
const LABEL_LETTERS: usize = 32;
/// Most bytes of a label that may be a heading.
const LABEL_BYTES: usize = 64;
/// Fewest lines that stand as headings, and of those the fewest that no rule knows, among which a label is a heading too.
const HEADINGS: usize = 4;
const UNKNOWN_HEADINGS: usize = 2;
/// Fewest letters of a word of a label by which prose speaks of it.
const LONG_WORD: usize = 4;
/// Fewest lines of a list that quotes what a page says.
const QUOTED_LINES: usize = 3;
/// Fewest labels that an article about labels quotes.
const QUOTED: usize = 2;
/// Most words of an item of a list.
const ITEM: usize = 8;

/// Marks labels of the article: "Share" above a line about shares or below a headline about shares, "Share." at the
/// end of a recipe, "Share" in a poem in which other lines begin with it, "Comments closed" among the article's headings.
pub(super) fn mark_own_labels(view: &mut View<'_>) {
    let labels: Vec<usize> = view.visible.iter().copied().filter(|r| may_be_label(view, *r)).collect();
    if labels.is_empty() {
        return;
    }
    let mut own: Vec<usize> = Vec::new();
    let (quotes, others) = (OnceCell::new(), OnceCell::new());
    let forms = forms::rows(view);
    let is_heading = |row: &usize| {
        let is_others = || *others.get_or_init(|| has_headings(view)) && heads_section(view, *row);
        may_be_heading(view, *row)
            && (view.below(*row).is_some_and(|below| speaks_of(view, below, *row))
                || !stands_amid_prose(view, *row) && is_others()
                || *quotes.get_or_init(|| quotes_labels(view)))
    };
    let is_short = |row: &usize| view.raw(*row).chars().nth(LABEL_LETTERS).is_none() && view.shape(*row).words <= LABEL;
    // A label of other articles heads headlines, perhaps as questions, and no sentence; other labels of many words do head sentences.
    let may_head = |row: &usize| if names_articles(view, *row) { !view.edges(*row + 1).asks } else { is_short(row) };
    let has_text = |row: &usize| has_gap_above(view, *row) && has_text_below(view, *row) && may_head(row);
    own.extend(labels.iter().copied().filter(|row| forms.contains(row) || has_text(row) || is_heading(row)));
    let short: Vec<usize> = labels.into_iter().filter(is_short).collect();
    if !short.is_empty() {
        let refrains = refrains(view, &short);
        let top = view.visible.first().copied().filter(|top| view.shape(*top).is_headline());
        own.extend(short.into_iter().filter(|row| is_own_label(view, *row, top, &refrains)));
    }
    for row in own {
        view.rows[row].is_own_label = true;
    }
}

/// True for a label that stands where a heading would: with a gap above and the article's prose below.
fn may_be_heading(view: &View<'_>, row: usize) -> bool {
    !view.edges(row).ends && has_gap_above(view, row) && view.below(row).is_some_and(|below| view.is_prose(below))
}

fn has_gap_above(view: &View<'_>, row: usize) -> bool {
    row.checked_sub(1).is_none_or(|above| view.is_blank(above))
}

/// True if a sentence that no rule knows stands right below.
fn has_text_below(view: &View<'_>, row: usize) -> bool {
    row + 1 < view.count()
        && !view.is_blank(row + 1)
        && view.edges(row + 1).ends
        && view.shape(row + 1).words >= 3
        && !view.is_known(row + 1)
}

/// True if the article has headings of its own, each between two gaps and above prose.
fn has_headings(view: &View<'_>) -> bool {
    let is_heading = |row: &&usize| {
        may_be_heading(view, **row)
            && view.shape(**row).words <= HEADING
            && !view.is_prose(**row)
            && view.is_blank(**row + 1)
    };
    let headings: Vec<usize> = view.visible.iter().filter(is_heading).copied().collect();
    let unknown = headings.iter().filter(|row| !view.is_known(**row)).count();
    unknown >= UNKNOWN_HEADINGS && headings.len() >= HEADINGS
}

/// True if no known line follows right below the paragraph below: a box goes on with its fields and buttons.
fn heads_section(view: &View<'_>, row: usize) -> bool {
    let next = view.below(row).and_then(|prose| view.below(prose));
    next.is_none_or(|next| !view.is_known(next) || has_gap_above(view, next))
}

/// True for a label of other articles.
fn names_articles(view: &View<'_>, row: usize) -> bool {
    view.hits(row).iter().any(|hit| matches!(view.rule(hit.rule).family, Family::Related | Family::Teaser))
}

/// True for families whose labels stand between paragraphs of an article.
fn stands_amid_prose(view: &View<'_>, row: usize) -> bool {
    let stands = |family: Family| matches!(family, Family::Advert | Family::Widget | Family::Media | Family::App);
    view.hits(row).iter().any(|hit| stands(view.rule(hit.rule).family))
}

/// True if prose says all words of a label, or the label itself in scripts without spaces.
fn speaks_of(view: &View<'_>, prose: usize, label: usize) -> bool {
    let text = fold(view.raw(prose));
    let label = bare(view.folded(label));
    let mut words = FxHashSet::default();
    each_word(&text, |word| _ = words.insert(word));
    let (mut count, mut said) = (0, 0);
    each_word(label, |word| {
        let is_long = word.chars().nth(LONG_WORD - 1).is_some();
        count += usize::from(is_long);
        said += usize::from(is_long && words.contains(word));
    });
    count > 0 && said == count || label.chars().all(|c| Script::of(c).is_spaceless()) && text.contains(label)
}

/// True if the article talks about labels: its prose quotes two of them, of two words or more.
fn quotes_labels(view: &View<'_>) -> bool {
    const QUOTES: [char; 6] = ['"', '“', '”', '„', '«', '»'];
    let mut quoted = FxHashSet::default();
    for row in view.visible.iter().copied().filter(|row| view.raw(*row).contains(QUOTES) && view.is_prose(*row)) {
        // Between two marks, whichever of them opens.
        for piece in view.raw(row).split(QUOTES).skip(1).filter(|piece| piece.len() <= LABEL_BYTES) {
            let piece = fold(piece.trim_matches([',', ' ']));
            if piece.contains(' ') && view.matchers.knows_line(&piece) {
                quoted.insert(piece);
            }
        }
        if quoted.len() >= QUOTED {
            return true;
        }
    }
    false
}

/// Of each label how many lines that no rule knows go on where it stops.
fn refrains<'v>(view: &View<'v>, labels: &[usize]) -> FxHashMap<&'v str, usize> {
    let mut lines: FxHashMap<&str, usize> = labels.iter().map(|row| (bare(view.folded(*row)), 0)).collect();
    let first = |text: &str| text.chars().find(|c| c.is_alphanumeric()).and_then(|c| c.to_lowercase().next());
    let firsts: FxHashSet<Option<char>> = lines.keys().map(|label| first(label)).collect();
    let may_begin = |row: &&usize| firsts.contains(&first(view.raw(**row))) && !view.is_known(**row);
    for &row in view.visible.iter().filter(may_begin) {
        let folded = view.folded(row);
        for (end, _) in folded.match_indices([' ', ',']).take(LABEL) {
            lines.entry(&folded[..end]).and_modify(|count| *count += 1);
        }
    }
    lines
}

fn may_be_label(view: &View<'_>, row: usize) -> bool {
    view.is_known(row) && view.raw(row).len() <= LABEL_BYTES && view.shape(row).words <= HEADING
}

/// `top` is the first line, if it looks like a headline.
fn is_own_label(view: &View<'_>, row: usize, top: Option<usize>, refrains: &FxHashMap<&str, usize>) -> bool {
    let (raw, label) = (view.raw(row), bare(view.folded(row)));
    let is_stop = || raw.ends_with('。') || (raw.ends_with('.') && !raw.ends_with(".."));
    (is_stop() && view.shape(row).words == 1)
        || top.is_some_and(|top| top != row && holds_words(view.folded(top), label))
        || refrains.get(label).is_some_and(|lines| *lines >= 2)
}

/// Marks lists that belong to the article because a line of it says "…:" right above.
pub(super) fn mark_introduced(view: &mut View<'_>) {
    let (mut within, mut close) = (false, false);
    let mut above: Option<usize> = None;
    let marks = OnceCell::new();
    for at in 0..view.visible.len() {
        let i = view.visible[at];
        let announces = |a: usize| view.edges(a).announces && view.shape(a).words >= 3 && !view.is_known(a);
        let opened =
            above.is_some_and(|a| i - a <= 2 && (announces(a) || forms::is_heading_of_values(view, a, &marks)));
        let is_close = above.is_some_and(|a| i - a == 1);
        // Behind a gap, where the items stood close together, only an item with a mark goes on with the list.
        let leaves = close && !is_close && (view.is_known(i) || !view.edges(i).listed);
        let continues = within && above.is_some_and(|a| i - a <= 2) && !leaves;
        close = continues && (close || is_close);
        within = (opened || continues) && (is_item(view, i) || is_close && view.is_known(i));
        view.rows[i].introduced = within;
        view.rows[i].quoted = within && opened;
        above = Some(i);
    }
    mark_quoted(view);
}

/// Marks introduced lists without gaps; a known line of many words is an item of such a list alone.
fn mark_quoted(view: &mut View<'_>) {
    let items: Vec<usize> = view.visible.iter().copied().filter(|row| view.rows[*row].introduced).collect();
    for run in items.chunk_by(|a, b| a + 1 == *b) {
        for &row in run {
            view.rows[row].quoted |= run.len() >= QUOTED_LINES;
            view.rows[row].introduced &= run.len() >= QUOTED_LINES || is_item(view, row);
        }
    }
}

fn is_item(view: &View<'_>, row: usize) -> bool {
    view.shape(row).words <= ITEM && !view.is_prose(row)
}

/// True if words stand in a line, with spaces around them.
fn holds_words(line: &str, words: &str) -> bool {
    line.contains(words) && format!(" {line} ").contains(&format!(" {words} "))
}
