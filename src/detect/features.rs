//! What a line and its neighbourhood look like, in small whole numbers: the input of the line scorer. No verdicts here.

use std::collections::HashMap;

use super::page::{Page, content_words};
use crate::removal::Certainty;
use crate::rules::matcher::Role;
use crate::rules::shape::is_closing;

/// Features of one line alone.
const OWN: &[&str] = &[
    "words",
    "bytes",
    "ends",
    "asks",
    "announces",
    "several sentences",
    "lower",
    "listed",
    "digits",
    "capitals",
    "capitalised",
    "stop words",
    "commas",
    "separators",
    "quotes",
    "link or handle",
    "colon",
    "currency",
    "rule",
    "certain rule",
    "member",
    "date",
    "headline shape",
    "prose",
    "part",
    "introduced",
    "subject",
    "long words",
    "copies",
    "gap above",
    "gap below",
    "indent",
];
/// Features of where it lies and of the document.
const PLACE: &[&str] = &[
    "place",
    "rows before",
    "rows behind",
    "zone",
    "rows behind prose",
    "rows before prose",
    "prose above words",
    "prose below words",
    "prose behind share",
    "document rows",
    "document prose share",
    "document known share",
    "document short share",
    "document words",
    "body place",
    "short run",
    "place in run",
    "known near",
    "prose near",
    "prose wide",
    "words near",
    "capitalised near",
    "alike above",
    "alike below",
    "known run above",
    "known below tail",
];
/// Neighbours that a line is seen with, and what is seen of each.
const NEIGHBOURS: &[isize] = &[-3, -2, -1, 1, 2, 3];
const SEEN: &[usize] = &[0, 2, 10, 11, 18, 23, 26]; // words, ends, capitalised, stop words, rule, prose, subject

/// A line's features.
pub(crate) type Row = Vec<i16>;

/// Names of the features, in order.
pub(crate) fn names() -> Vec<String> {
    let own = OWN.iter().map(|n| (*n).to_owned());
    let place = PLACE.iter().map(|n| (*n).to_owned());
    let near = NEIGHBOURS.iter().flat_map(|at| SEEN.iter().map(move |s| format!("{} at {at:+}", OWN[*s])));
    own.chain(place).chain(near).collect()
}

/// The features of every visible row of a page.
pub(super) fn of(page: &Page<'_>) -> Vec<Row> {
    let own = own_features(page);
    let count = own.len();
    let visible = &page.visible;
    let is_prose: Vec<bool> = visible.iter().map(|r| page.rows[*r].prose).collect();
    let is_known: Vec<bool> = own.iter().map(|o| o[18] > 0 || o[20] > 0).collect();
    let words: Vec<i64> = visible.iter().map(|r| as_i64(page.rows[*r].look.words)).collect();
    let all_words: i64 = words.iter().sum();
    let prose_words: i64 = words.iter().zip(&is_prose).filter(|(_, p)| **p).map(|(w, _)| w).sum();
    let sums = |flags: &[bool]| -> Vec<i64> {
        std::iter::once(0)
            .chain(flags.iter().scan(0, |sum, f| {
                *sum += i64::from(*f);
                Some(*sum)
            }))
            .collect()
    };
    let (prose_sums, known_sums) = (sums(&is_prose), sums(&is_known));
    let short_sums = sums(&words.iter().map(|w| *w <= 3).collect::<Vec<_>>());
    let capital_sums = running(&own.iter().map(|o| i64::from(o[10])).collect::<Vec<_>>());
    let word_sums = running(&words.iter().map(|w| (*w).min(60)).collect::<Vec<_>>());
    let prose_word_sums =
        running(&words.iter().zip(&is_prose).map(|(w, p)| if *p { *w } else { 0 }).collect::<Vec<_>>());
    let within = |sums: &[i64], at: usize, reach: usize| -> (i64, i64) {
        let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(count));
        (sums[to] - sums[from], as_i64(to - from))
    };
    let first = is_prose.iter().position(|p| *p);
    let last = is_prose.iter().rposition(|p| *p);
    let above = nearest(&is_prose, false);
    let below = nearest(&is_prose, true);
    let runs = runs(&is_prose);
    let mut known_run = 0;
    (0..count)
        .map(|at| {
            let mut row = own[at].clone();
            let zone = match (first, last) {
                (Some(f), _) if at < f => 0,
                (_, Some(l)) if at > l => 2,
                (None, _) => 3,
                _ => 1,
            };
            let prose_at = |near: Option<usize>| near.map_or(0, |n| words[n].min(200));
            let distance = |near: Option<usize>| near.map_or(400, |n| as_i64(n.abs_diff(at)).min(400));
            let share = |part: i64, all: i64| if all == 0 { 0 } else { part * 100 / all };
            let (near_known, near) = within(&known_sums, at, 4);
            let (near_prose, _) = within(&prose_sums, at, 4);
            let (wide_prose, wide) = within(&prose_sums, at, 12);
            let (near_words, _) = within(&word_sums, at, 4);
            let (near_capitals, _) = within(&capital_sums, at, 4);
            let alike = |other: Option<usize>| {
                other.map_or(0, |o| i64::from((words[o] - words[at]).abs() <= 2 && own[o][2] == own[at][2]))
            };
            let place = [
                share(as_i64(at), as_i64(count)),
                as_i64(at).min(500),
                as_i64(count - 1 - at).min(500),
                zone,
                distance(above[at]),
                distance(below[at]),
                prose_at(above[at]),
                prose_at(below[at]),
                share(prose_word_sums[count] - prose_word_sums[at], prose_words),
                as_i64(count).min(2000),
                share(prose_words, all_words),
                share(known_sums[count], as_i64(count)),
                share(short_sums[count], as_i64(count)),
                all_words.min(5000),
                match (first, last) {
                    (Some(f), Some(l)) if l > f && at >= f && at <= l => share(as_i64(at - f), as_i64(l - f)),
                    _ => -1,
                },
                runs[at].1.min(200),
                runs[at].0.min(200),
                share(near_known, near),
                share(near_prose, near),
                share(wide_prose, wide),
                near_words / near,
                near_capitals / near,
                alike(at.checked_sub(1)),
                alike((at + 1 < count).then_some(at + 1)),
                known_run,
                i64::from(zone == 2 && known_sums[at + 1] > known_sums[last.map_or(0, |l| l + 1)]),
            ];
            known_run = if is_known[at] { (known_run + 1).min(50) } else { 0 };
            row.extend(place.into_iter().map(clamp));
            for offset in NEIGHBOURS {
                let other = at.checked_add_signed(*offset).and_then(|o| own.get(o));
                row.extend(SEEN.iter().map(|s| other.map_or(-1, |o| o[*s])));
            }
            row
        })
        .collect()
}

fn own_features(page: &Page<'_>) -> Vec<Row> {
    let mut copies: HashMap<&str, i64> = HashMap::new();
    for &row in &page.visible {
        *copies.entry(page.folded(row)).or_default() += 1;
    }
    let mut gap = 0;
    let mut before = None;
    let mut rows: Vec<Row> = page
        .visible
        .iter()
        .map(|&row| {
            let r = &page.rows[row];
            let raw = page.raw(row);
            gap = before.map_or(0, |b: usize| as_i64(row - b - 1));
            before = Some(row);
            let letters = raw.chars().filter(|c| c.is_alphabetic()).count();
            let count = |f: fn(char) -> bool| as_i64(raw.chars().filter(|c| f(*c)).count());
            let share = |part: usize, all: usize| if all == 0 { 0 } else { as_i64(part * 100 / all) };
            let tokens: Vec<&str> = raw.split_whitespace().filter(|t| t.chars().any(char::is_alphanumeric)).collect();
            let capitalised = tokens
                .iter()
                .filter(|t| {
                    t.chars().find(|c| c.is_alphanumeric()).is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
                })
                .count();
            let best = page
                .hits(row)
                .iter()
                .filter(|h| h.role == Role::Rule && page.speaks(h.rule))
                .map(|h| page.rule(h.rule).certainty)
                .max();
            let member = page.hits(row).iter().any(|h| h.role != Role::Rule && page.speaks(h.rule));
            let long = content_words(raw);
            let shared = long.iter().filter(|w| page.subject_count(w) > usize::from(r.prose)).count();
            let copies = copies.get(page.folded(row)).copied().unwrap_or(1);
            [
                as_i64(r.look.words).min(400),
                as_i64(raw.len()).min(4000),
                i64::from(r.look.ends),
                i64::from(r.look.asks),
                i64::from(r.look.announces),
                i64::from(r.look.several),
                i64::from(r.look.lower),
                i64::from(r.look.listed),
                share(raw.chars().filter(char::is_ascii_digit).count(), raw.chars().count().max(1)),
                share(raw.chars().filter(|c| c.is_uppercase()).count(), letters),
                share(capitalised, tokens.len()),
                page.rules().vocabulary().stop_word_share(page.folded(row), page.language()),
                count(|c| matches!(c, ',' | '،' | '、' | '，')).min(50),
                count(|c| matches!(c, '|' | '·' | '•' | '»' | '›' | '>' | '/' | '–' | '—' | '-')).min(50),
                count(|c| matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」')).min(50),
                i64::from(raw.contains('@') || raw.contains("http") || raw.contains("www.") || raw.contains('©')),
                count(|c| c == ':').min(20),
                count(|c| matches!(c, '$' | '€' | '£' | '%')).min(20),
                best.map_or(0, |c| if c > Certainty::Suspect { 2 } else { 1 }),
                i64::from(best == Some(Certainty::Certain)),
                i64::from(member),
                i64::from(page.rules().vocabulary().is_date(page.folded(row))),
                i64::from(r.look.is_headline()),
                i64::from(r.prose),
                i64::from(r.part),
                i64::from(r.introduced),
                if long.is_empty() { -1 } else { share(shared, long.len()) },
                as_i64(long.len()).min(50),
                if page.folded(row).is_empty() { 1 } else { copies.min(20) },
                gap.min(5),
                0,
                as_i64(
                    page.text[r.span.range()].len()
                        - page.text[r.span.range()]
                            .trim_start_matches(|c: char| c.is_whitespace() && !is_closing(c))
                            .len(),
                )
                .min(20),
            ]
            .into_iter()
            .map(clamp)
            .collect()
        })
        .collect();
    for at in 1..rows.len() {
        rows[at - 1][30] = rows[at][29];
    }
    rows
}

/// For each place the nearest marked one above (or below) it.
fn nearest(marks: &[bool], below: bool) -> Vec<Option<usize>> {
    let mut out = vec![None; marks.len()];
    let mut last = None;
    let mut visit = |at: usize| {
        out[at] = last;
        if marks[at] {
            last = Some(at);
        }
    };
    if below {
        (0..marks.len()).rev().for_each(&mut visit);
    } else {
        (0..marks.len()).for_each(&mut visit);
    }
    out
}

/// For each place: how far into its run of rows without prose it lies, and how long that run is.
fn runs(is_prose: &[bool]) -> Vec<(i64, i64)> {
    let mut out = vec![(0, 0); is_prose.len()];
    let mut start = 0;
    for at in 0..=is_prose.len() {
        if at == is_prose.len() || is_prose[at] {
            for (place, o) in out[start..at].iter_mut().enumerate() {
                *o = (as_i64(place), as_i64(at - start));
            }
            start = at + 1;
        }
    }
    out
}

fn running(values: &[i64]) -> Vec<i64> {
    std::iter::once(0)
        .chain(values.iter().scan(0, |sum, v| {
            *sum += v;
            Some(*sum)
        }))
        .collect()
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn clamp(n: i64) -> i16 {
    i16::try_from(n.clamp(i64::from(i16::MIN), i64::from(i16::MAX))).unwrap_or_default()
}
