//! The report of `diff --side-by-side`: the original on the left, the cleaned text on the right, both
//! wrapped to the width of the terminal. The right side also names the rule beside each line that goes.

use std::io::{self, Write};

use anstyle::Style;

use super::rows::{DiffRow, pieces, rows};
use super::screen::{cluster_columns, clusters, is_right_to_left, safe, shortened_name, wrapped};
use super::unified::held_note;
use super::{ADDED, DIM, PLACE, REMOVED, TITLE, WARNING, styled, styled_line};
use crate::cleaner::Cleaned;
use crate::diff::{Hunk, LineKind, hunks};

/// Columns between the two sides: a mark between two spaces.
const MIDDLE: usize = 3;

/// Columns of text that each side must keep if its lines are to be numbered.
const ROOM: usize = 20;

/// Columns of text that each side has at least: those of one wide character.
const LEAST: usize = 2;

/// Writes the changes of one document in lines of at most `width` columns, with `context` kept lines around
/// each. Writes nothing if the document has neither removals nor suspects.
///
/// # Errors
/// If writing to `out` fails.
pub fn side_by_side(
    out: &mut dyn Write,
    name: &str,
    cleaned: &Cleaned<'_>,
    context: usize,
    width: usize,
) -> io::Result<()> {
    let hunks = hunks(cleaned, context);
    if hunks.is_empty() && cleaned.removals().is_empty() {
        return Ok(());
    }
    styled_line(out, TITLE, &shortened_name(name, width))?;
    for line in held_note(cleaned).iter().flat_map(|note| wrapped(note, width)) {
        styled_line(out, WARNING, &line)?;
    }
    let digits = hunks.last().map_or(1, |hunk| hunk.old.end.to_string().len());
    let sides = Sides::new(width, digits);
    for hunk in &hunks {
        styled_line(out, PLACE, &hunk.header)?;
        sides.hunk(out, hunk)?;
    }
    Ok(())
}

/// The widths of each side, in columns.
struct Sides {
    /// Columns of a line number; 0 if lines are not numbered.
    digits: usize,
    /// Columns of text.
    room: usize,
}

impl Sides {
    fn new(width: usize, digits: usize) -> Self {
        let half = width.saturating_sub(MIDDLE) / 2;
        let numbered = half > ROOM + digits;
        let room = if numbered { half - digits - 1 } else { half };
        Self { digits: if numbered { digits } else { 0 }, room: room.max(LEAST) }
    }

    fn hunk(&self, out: &mut dyn Write, hunk: &Hunk<'_>) -> io::Result<()> {
        for row in rows(hunk) {
            self.row(out, row)?;
        }
        Ok(())
    }

    fn row(&self, out: &mut dyn Write, row: DiffRow<'_>) -> io::Result<()> {
        let DiffRow { line, rest } = row;
        let (mark, style) = match (line.kind, rest) {
            (LineKind::Removed, None) => ('<', REMOVED),
            (LineKind::Removed, Some(_)) if line.cut.is_empty() => (' ', Style::new()),
            (LineKind::Removed, Some(_)) => ('|', REMOVED),
            _ => (' ', Style::new()),
        };
        let gone = style.bold().underline();
        let old = pieces(line).into_iter().map(|(goes, text)| (if goes { gone } else { style }, text.into_owned()));
        let left = wrap(&old.collect::<Vec<_>>(), self.room);
        let new = if line.kind == LineKind::Kept { Some(line) } else { rest };
        let mut right = match new {
            Some(new) if mark == '|' => wrap(&[(ADDED, safe(&new.text).into_owned())], self.room),
            Some(new) => wrap(&[(Style::new(), safe(&new.text).into_owned())], self.room),
            None => Vec::new(),
        };
        let note = row.note().unwrap_or_default();
        for line in wrapped(&note, self.room) {
            right.extend(wrap(&[(DIM, line)], self.room));
        }
        let blank = Cell::default();
        for i in 0..left.len().max(right.len()).max(1) {
            let old = left.get(i).unwrap_or(&blank);
            self.number(out, line.old.filter(|_| i == 0))?;
            write!(out, "{:gap$}", "", gap = self.gap())?;
            old.write(out)?;
            let mark = if i == 0 { mark } else { ' ' };
            let has_right = i < right.len().max(usize::from(new.is_some()));
            if has_right || mark != ' ' {
                write!(out, "{:pad$} ", "", pad = self.room.saturating_sub(old.width))?;
                styled(out, style, &mark.to_string())?;
            }
            if has_right {
                write!(out, " ")?;
                self.number(out, new.and_then(|new| new.new).filter(|_| i == 0))?;
                if let Some(new) = right.get(i) {
                    write!(out, "{:gap$}", "", gap = self.gap())?;
                    new.write(out)?;
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn number(&self, out: &mut dyn Write, number: Option<usize>) -> io::Result<()> {
        if self.digits == 0 {
            return Ok(());
        }
        let number = number.map_or_else(String::new, |n| n.to_string());
        styled(out, PLACE, &format!("{number:>digits$}", digits = self.digits))
    }

    /// Columns between a line number and its text.
    fn gap(&self) -> usize {
        usize::from(self.digits > 0)
    }
}

/// One screen line of one side: styled pieces of text, and their width in columns.
#[derive(Default)]
struct Cell {
    pieces: Vec<(Style, String)>,
    width: usize,
}

impl Cell {
    /// Writes the cell. Bidirectional isolates keep right-to-left text from reordering the mark and the
    /// other side.
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let isolated = self.pieces.iter().any(|(_, text)| is_right_to_left(text));
        if isolated {
            write!(out, "\u{2068}")?;
        }
        for (style, text) in &self.pieces {
            styled(out, *style, text)?;
        }
        if isolated {
            write!(out, "\u{2069}")?;
        }
        Ok(())
    }

    fn push(&mut self, style: Style, cluster: &str, wide: usize) {
        let text = if cluster == "\t" { &" ".repeat(wide) } else { cluster };
        self.width += wide;
        match self.pieces.last_mut() {
            Some((last, piece)) if *last == style => piece.push_str(text),
            _ => self.pieces.push((style, text.to_owned())),
        }
    }
}

/// Breaks a text into lines of at most `room` columns, behind the last space in the second half of a line,
/// or else between any two grapheme clusters.
fn wrap(pieces: &[(Style, String)], room: usize) -> Vec<Cell> {
    let all: Vec<(Style, &str)> =
        pieces.iter().flat_map(|(style, text)| clusters(text).map(|cluster| (*style, cluster))).collect();
    let mut cells = Vec::new();
    let mut start = 0;
    while start < all.len() {
        let (mut width, mut end, mut space) = (0, start, None);
        while let Some((_, cluster)) = all.get(end) {
            let is_space = *cluster == " ";
            let wide = cluster_columns(cluster, width).min(room);
            // The space at which a line breaks takes no column.
            if width + wide > room {
                if is_space {
                    space = Some(end);
                }
                break;
            }
            if is_space && width >= room / 2 {
                space = Some(end);
            }
            width += wide;
            end += 1;
        }
        let (text, next) = match space {
            _ if end == all.len() => (start..end, end),
            Some(space) => (start..space, space + 1),
            None => (start..end.max(start + 1), end.max(start + 1)),
        };
        let mut cell = Cell::default();
        for (style, cluster) in &all[text] {
            let wide = cluster_columns(cluster, cell.width).min(room);
            cell.push(*style, cluster, wide);
        }
        cells.push(cell);
        start = next;
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;
    use crate::report::screen::columns;

    fn shown(text: &str, width: usize) -> String {
        let cleaner = fixture::cleaner();
        fixture::plain(|out| side_by_side(out, "a.txt", &cleaner.clean(text), 1, width))
    }

    fn cells(text: &str, room: usize) -> Vec<String> {
        let text = wrap(&[(Style::new(), text.to_owned())], room);
        text.iter().map(|cell| cell.pieces.iter().map(|(_, piece)| piece.as_str()).collect()).collect()
    }

    #[test]
    fn left_is_the_original_and_right_what_stays() {
        assert_eq!(
            shown(fixture::TEXT, 80),
            "a.txt
@@ -2,6 +2,3 @@
2                                        2
3 Share this: Facebook                 <   share/label · certain
4                                      <
5 Perhaps a label:                       3 Perhaps a label:
                                           ? site/maybe (suspect, kept)
6 It rained for most of the day, said  | 4 It rained for most of the day, said
  the miller. Share this: Facebook         the miller.
                                           share/label · certain
7 Join our letter                      <   newsletter/join · likely
"
        );
    }

    #[test]
    fn every_line_fits() {
        let texts = [
            fixture::TEXT.to_owned(),
            "分享到朋友圈分享到朋友圈分享到朋友圈\nShare this: Facebook\n한국어로 쓴 아주 긴 줄이 여기에 있습니다\n"
                .to_owned(),
            "שלום לכולם, זה קו ארוך מאוד\nShare this: Facebook\nمرحبا بالعالم هذا سطر طويل\n".to_owned(),
            format!("{}\nShare this: Facebook\n", "👨\u{200d}👩\u{200d}👧e\u{301}🇩🇪".repeat(20)),
            format!("a\tb\t\tc\n{}\nShare this: Facebook\n", "x".repeat(300)),
        ];
        for text in texts {
            for width in [7, 20, 30, 31, 47, 80, 200] {
                let shown = shown(&text, width);
                let rows = shown.lines().filter(|l| !l.starts_with("@@"));
                let widest = rows.map(columns).max().expect("lines");
                assert!(widest <= width, "{widest} > {width}:\n{shown}");
            }
        }
    }

    #[test]
    fn nothing_is_lost_by_wrapping() {
        let text = "It rained for most of the day, 分享到朋友圈分享到 said the e\u{301}miller in a_very_long_word_that_fits_nowhere.";
        for room in 2..60 {
            let joined: String = cells(text, room).concat();
            assert_eq!(joined.replace(' ', ""), text.replace(' ', ""), "{room}");
            assert!(cells(text, room).iter().all(|cell| columns(cell) <= room), "{room}");
        }
        assert_eq!(cells("aaa bbb ccc", 7), ["aaa bbb", "ccc"]);
        assert_eq!(cells("a bbbbbbbbb", 6), ["a bbbb", "bbbbb"]);
        assert_eq!(cells("a\tb", 12), ["a       b"]);
        assert!(cells("", 5).is_empty());
    }

    #[test]
    fn text_from_right_to_left_stays_in_its_column() {
        let shown = shown("שלום לכולם\nShare this: Facebook\n", 60);
        let line = shown.lines().nth(2).expect("a line");
        assert_eq!(line.matches('\u{2068}').count(), 2, "{line:?}");
        assert_eq!(line.matches('\u{2069}').count(), 2, "{line:?}");
        // Isolates in the document itself are written out.
        assert!(!super::wrap(&[(Style::new(), safe("\u{2068}").into_owned())], 20)[0].pieces[0].1.contains('\u{2068}'));
    }

    #[test]
    fn held_documents_say_so() {
        let shown = fixture::plain(|out| side_by_side(out, "a.txt", &fixture::held(), 1, 40));
        assert!(shown.contains("# held, left as it is:") && shown.contains("(held)"), "{shown}");
    }
}
