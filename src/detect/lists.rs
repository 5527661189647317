//! The lists and tables of a page: which rows are entries of one list. Whether a list stays or goes is decided in `together`.

use super::page::View;

/// Fewest entries of a list.
const ENTRIES: usize = 3;
/// Most blank rows between two entries.
const GAP: usize = 2;
/// Most words of an unmarked entry.
const WORDS: usize = 8;
/// Most words by which neighbouring unmarked entries may differ.
const UNLIKE: usize = 2;

/// Rows with one kind of mark, one below the other.
#[derive(Debug)]
pub(super) struct List {
    pub mark: Mark,
    pub rows: Vec<usize>,
    /// Most blank rows between two of its entries.
    gap: usize,
}

/// What the entries of a list begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `3.`, `3)`, `(3)`, `[3]`, `3、`.
    Number,
    /// A bullet or a dash.
    Bullet(char),
    /// A row of a table.
    Table,
    /// Nothing: short lines of one shape without a gap between them.
    None,
}

/// The lists of at least `ENTRIES` rows, from the top down.
pub(super) fn read(view: &View<'_>) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    for &row in view.visible.iter().filter(|row| !view.row(**row).continues_paragraph) {
        let Some(mark) = mark(view, row) else { continue };
        let gap = lists.last().and_then(|list| list.gap_to(view, mark, row));
        match (lists.last_mut(), gap) {
            (Some(list), Some(gap)) => {
                list.gap = list.gap.max(gap);
                list.rows.push(row);
            }
            _ => lists.push(List { mark, rows: vec![row], gap: 0 }),
        }
    }
    lists.retain(|list| list.rows.len() >= ENTRIES);
    lists
}

impl List {
    /// How many blank rows lie between the last entry and a row that continues the list; `None` if it does not.
    fn gap_to(&self, view: &View<'_>, mark: Mark, row: usize) -> Option<usize> {
        let last = self.rows[self.rows.len() - 1];
        let between = (last + 1..row).filter(|between| !view.row(*between).continues_paragraph);
        let gap = between.clone().count();
        // Behind a wider gap than those before another list begins.
        let widest = match (mark, self.rows.len()) {
            (Mark::None, _) => 0,
            (_, 1) => GAP,
            _ => self.gap,
        };
        let is_next = gap <= widest && between.clone().all(|between| view.is_blank(between));
        let continues = match mark {
            Mark::Number => number(view.raw(row)) != Some(1),
            Mark::None => is_alike(view, last, row),
            Mark::Bullet(_) | Mark::Table => true,
        };
        (self.mark == mark && is_next && continues).then_some(gap)
    }
}

/// True for two lines of one shape.
fn is_alike(view: &View<'_>, one: usize, other: usize) -> bool {
    let (one, other) = (view.shape(one), view.shape(other));
    one.words.abs_diff(other.words) <= UNLIKE && one.ends == other.ends && one.announces == other.announces
}

/// What a row begins with, if it may be an entry of a list.
fn mark(view: &View<'_>, row: usize) -> Option<Mark> {
    let raw = view.raw(row);
    if view.is_table_row(row) {
        return Some(Mark::Table);
    }
    if number(raw).is_some() {
        return Some(Mark::Number);
    }
    let mut chars = raw.chars();
    match chars.next() {
        Some(bullet @ ('•' | '‣' | '◦' | '▪' | '●' | '・')) => return Some(Mark::Bullet(bullet)),
        Some(bullet @ ('-' | '*' | '+' | '·' | '–' | '—')) if chars.next().is_some_and(char::is_whitespace) => {
            return Some(Mark::Bullet(bullet));
        }
        _ => {}
    }
    let is_short = !view.row(row).part && !view.is_prose(row) && view.shape(row).words <= WORDS;
    is_short.then_some(Mark::None)
}

/// The number that an entry begins with, of up to three digits.
fn number(raw: &str) -> Option<u16> {
    let bare = raw.strip_prefix(['[', '(']);
    let text = bare.unwrap_or(raw);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, behind) = ((1..=3).contains(&digits).then(|| &text[..digits])?, &text[digits..]);
    let is_mark = match raw.as_bytes()[0] {
        // `[3]: https://…` is the target of a link.
        b'[' => behind.starts_with(']') && !behind.starts_with("]: "),
        b'(' => behind.starts_with(')'),
        _ => behind.starts_with(['.', ')', '、']),
    };
    number.parse().ok().filter(|_| is_mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_entries() {
        for (raw, expected) in [
            ("3. Rossi", Some(3)),
            ("12) Rossi", Some(12)),
            ("[7] Rossi", Some(7)),
            ("(4) Rossi", Some(4)),
            ("5、罗西", Some(5)),
            ("[1]: https://example.org", None),
            ("1990. A year", None),
            ("3 Comments", None),
            ("[x] done", None),
            ("(a) first", None),
        ] {
            assert_eq!(number(raw), expected, "{raw}");
        }
    }
}
