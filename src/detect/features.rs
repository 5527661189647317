//! What a line and its neighbourhood look like, in small whole numbers: the input of the scorer. No verdicts here.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use std::sync::OnceLock;

use super::headlines;
use super::page::Page;
use crate::document::Span;
use crate::removal::{Certainty, Family};
use crate::rules::fold::fold;
use crate::rules::matcher::{Hit, Role};
use crate::rules::shape::{self, Look};
use crate::rules::vocabulary::{Kind, Script, Sense};

/// Letters of a word that say what it is about; inflected forms meet.
const STEM: usize = 5;
/// Most words of a label, a name or a cell of a table.
const LABEL: usize = 5;
/// Fewest words of a headline.
const HEADLINE: usize = 4;
/// Most words of a line that says who remarks.
const REMARK: usize = 12;
/// Words by which two places of a text are taken to say the same.
const GRAM: usize = 4;
/// Of the places where such runs may begin one in so many is remembered.
const SAMPLE: u32 = 4;
/// Most words of a line that a date or a name is looked for in.
const BRIEF: usize = 24;
/// Fewest words of a sentence that is the article's without being judged, and how far from the end of the article it
/// must stand, in units.
const PLAIN: usize = 20;
const DEEP: i64 = 3;
/// What a row that is no prose takes from the body it stands in, in words of prose: mild and strict.
const TOLL: [i64; 2] = [5, 15];
/// Places, in units, that a unit is seen with.
const NEIGHBOURS: &[isize] = &[-3, -2, -1, 1, 2, 3];

/// A line, or the lines that a paragraph was broken into.
#[derive(Debug, Default)]
pub(super) struct Unit {
    /// First and last row.
    pub rows: (usize, usize),
    pub look: Look,
    pub prose: bool,
    bytes: usize,
    chars: usize,
    letters: usize,
    upper: usize,
    digits: usize,
    tokens: usize,
    capitalised: usize,
    commas: usize,
    separators: usize,
    quotes: usize,
    colons: usize,
    currency: usize,
    links: usize,
    brackets: usize,
    spaceless: usize,
    sense: Sense,
    /// 2 for a rule that removes, 1 for one that suspects.
    rule: i64,
    certain: bool,
    member: bool,
    /// Says that a remark of somebody follows, or is known from below such remarks.
    remark: bool,
    pub date: bool,
    dated: bool,
    names: bool,
    introduced: bool,
    heads: bool,
    /// The article's own headline.
    pub is_headline: bool,
    /// Marked as a heading in Markdown.
    pub is_heading: bool,
    /// Item of a list that the article announces, its own heading, a quotation or code: never junk by its looks.
    pub kept: bool,
    /// Bytes of addresses of the web.
    address: usize,
    /// What its long words are, in order.
    stems: Vec<u32>,
    /// What its runs of words are.
    grams: Vec<u32>,
    /// What all of it is.
    whole: u32,
    gap: usize,
    indent: usize,
    dots: bool,
    arrow: bool,
    marked: bool,
    opens_quote: bool,
}

impl Unit {
    /// A rule knows it, or suspects it.
    const fn known(&self) -> bool {
        self.rule > 0 || self.member
    }

    /// A rule that removes knows it, or a block.
    pub const fn is_known(&self) -> bool {
        self.rule > 1 || self.member
    }
}

/// Declares a list of features: their names, and a function that gives their values.
macro_rules! features {
    ($names:ident, fn $function:ident($($arg:ident: $type:ty),*) { $($name:literal => $value:expr,)* }) => {
        const $names: &[&str] = &[$($name),*];
        fn $function($($arg: $type),*) -> [i16; $names.len()] {
            [$(small($value)),*]
        }
    };
}

features! {
    OWN, fn own(u: &Unit, d: &Whole) {
        "words" => int(u.look.words).min(400),
        "bytes" => int(u.bytes).min(4000),
        "ends" => int(usize::from(u.look.ends)),
        "asks" => i64::from(u.look.asks),
        "announces" => i64::from(u.look.announces),
        "several sentences" => i64::from(u.look.several),
        "lower" => i64::from(u.look.lower),
        "listed" => i64::from(u.look.listed),
        "digits" => share(u.digits, u.chars),
        "capitals" => share(u.upper, u.letters),
        "capitalised" => share(u.capitalised, u.tokens),
        "stop words" => if u.sense.words == 0 || u.spaceless * 2 > u.letters { -1 } else { share(u.sense.stops, u.sense.words) },
        "commas" => int(u.commas).min(50),
        "separators" => int(u.separators).min(50),
        "quotes" => int(u.quotes).min(50),
        "links" => int(u.links).min(20),
        "brackets" => int(u.brackets).min(20),
        "colons" => int(u.colons).min(20),
        "currency" => int(u.currency).min(20),
        "rule" => u.rule,
        "certain rule" => i64::from(u.certain),
        "member" => i64::from(u.member),
        "remark" => i64::from(u.remark),
        "date" => i64::from(u.date),
        "dated" => i64::from(u.dated),
        "names" => i64::from(u.names),
        "headline shape" => i64::from(u.look.is_headline()),
        "prose" => i64::from(u.prose),
        "rows" => int(u.rows.1 - u.rows.0 + 1).min(50),
        "introduced" => i64::from(u.introduced),
        "heads" => i64::from(u.heads),
        "speech" => int(u.sense.kinds[Kind::Speech as usize]).min(20),
        "people" => int(u.sense.kinds[Kind::People as usize]).min(20),
        "people share" => share(u.sense.kinds[Kind::People as usize], u.sense.words),
        "appeals" => int(u.sense.kinds[Kind::Appeal as usize]).min(20),
        "appeal share" => share(u.sense.kinds[Kind::Appeal as usize], u.sense.words),
        "reader" => share(u.sense.kinds[Kind::Reader as usize], u.sense.words),
        "own" => share(u.sense.kinds[Kind::Own as usize], u.sense.words),
        "labels" => share(u.sense.labels, u.sense.words),
        "strong labels" => share(u.sense.strong_labels, u.sense.words),
        "strong label count" => int(u.sense.strong_labels).min(20),
        "long words" => int(u.stems.len()).min(50),
        "subject" => d.shared(u),
        "said elsewhere" => d.said_elsewhere(u),
        "copies" => d.copies(u),
        "gap above" => int(u.gap).min(5),
        "indent" => int(u.indent).min(20),
        "ends in dots" => i64::from(u.dots),
        "arrow" => i64::from(u.arrow),
        "marked" => i64::from(u.marked),
        "opens quote" => i64::from(u.opens_quote),
        "address" => share(u.address, u.bytes),
        "spaceless" => share(u.spaceless, u.letters),
        "word length" => int((u.letters * 10).checked_div(u.look.words).unwrap_or(0)).min(400),
    }
}

features! {
    PLACE, fn place(d: &Whole, at: usize) {
        "place" => share(at, d.count()),
        "rows before" => int(at).min(500),
        "rows behind" => int(d.count() - 1 - at).min(500),
        "zone" => d.zone(at),
        "rows behind prose" => d.distance(d.above[at], at),
        "rows before prose" => d.distance(d.below[at], at),
        "prose above words" => d.above[at].map_or(0, |n| d.words[n].min(200)),
        "prose below words" => d.below[at].map_or(0, |n| d.words[n].min(200)),
        "prose behind share" => share64(d.prose_words.within(at, d.count()), d.prose_words.all()),
        "document rows" => int(d.count()).min(2000),
        "document prose share" => share64(d.prose_words.all(), d.all_words),
        "document known share" => share64(d.known.all(), int(d.count())),
        "document known" => d.known.all().min(100),
        "document labels" => d.labels.all() / int(d.count()) / 100,
        "document remarks" => d.remarks.all().min(100),
        "remarks near" => d.remarks.near(at, 4),
        "remarks above" => share64(d.remarks.within(0, at), d.remarks.all()),
        "document short share" => share64(d.short.all(), int(d.count())),
        "document words" => d.all_words.min(5000),
        "document links" => share64(d.links.all(), int(d.count())),
        "document dates" => d.dates.all().min(50),
        "document capitalised" => share64(d.capitalised.all(), int(d.count())),
        "body place" => d.body_place(at),
        "short run" => d.runs[at].1.min(200),
        "place in run" => d.runs[at].0.min(200),
        "known near" => d.known.near(at, 4),
        "known above" => d.known.share(at.saturating_sub(6), at),
        "known below" => d.known.share(at + 1, at + 7),
        "prose near" => d.prose.near(at, 4),
        "prose wide" => d.prose.near(at, 12),
        "words near" => d.capped.near(at, 4) / 100,
        "words above" => d.capped.share(at.saturating_sub(3), at) / 100,
        "words below" => d.capped.share(at + 1, at + 4) / 100,
        "capitalised near" => d.capitalised.near(at, 4) / 100,
        "dates near" => d.dates.near(at, 4),
        "links near" => d.links.near(at, 4),
        "headlines near" => d.headlines.near(at, 3),
        "labels near" => d.labels.near(at, 3) / 100,
        "headline run" => d.headline_runs[at].min(50),
        "alike above" => d.alike(at, at.checked_sub(1)),
        "alike below" => d.alike(at, Some(at + 1)),
        "known behind prose" => i64::from(d.zone(at) == 2 && d.known.within(d.last.map_or(0, |l| l + 1), at + 1) > 0),
        "body zone" => d.body_zone(0, at),
        "body distance" => d.body_distance(0, at),
        "body share" => d.body_share[0],
        "strict zone" => d.body_zone(1, at),
        "strict distance" => d.body_distance(1, at),
        "strict share" => d.body_share[1],
        "label run" => d.label_runs[at].1.min(200),
        "labels in run" => d.in_label_run(&d.labels, at) / 100,
        "known in run" => d.in_label_run(&d.known, at),
        "rows from headline" => d.headline.map_or(-100, |h| (int(at) - int(h)).clamp(-99, 99)),
        "headline words" => d.headline_words(at),
        "subject above" => d.shared_with(at, -1),
        "subject below" => d.shared_with(at, 1),
        "speech near" => d.speech.near(at, 3).min(500),
        "reader near" => d.reader.near(at, 3).min(500),
        "own near" => d.own.near(at, 3).min(500),
        "gap below" => d.gap_below(at),
    }
}

features! {
    SEEN, fn seen(u: &Unit, row: &[i16]) {
        "words" => int(u.look.words).min(400),
        "ends" => i64::from(u.look.ends),
        "capitalised" => share(u.capitalised, u.tokens),
        "stop words" => i64::from(row[STOP_WORDS]),
        "known" => u.rule + i64::from(u.member),
        "prose" => i64::from(u.prose),
        "date" => i64::from(u.date),
        "labels" => share(u.sense.labels, u.sense.words),
        "names" => i64::from(u.names),
        "remark" => i64::from(u.remark),
        "subject" => i64::from(row[SUBJECT]),
        "gap" => int(u.gap).min(5),
    }
}

/// How many features there are.
pub(super) const COUNT: usize = OWN.len() + PLACE.len() + NEIGHBOURS.len() * SEEN.len();

/// Place of a feature by name.
const fn place_of(list: &[&str], name: &str) -> usize {
    let mut at = 0;
    while !is_same(list[at].as_bytes(), name.as_bytes()) {
        at += 1;
    }
    at
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut at = 0;
    while at < a.len() && at < b.len() && a[at] == b[at] {
        at += 1;
    }
    at == a.len() && at == b.len()
}

const STOP_WORDS: usize = place_of(OWN, "stop words");
const SUBJECT: usize = place_of(OWN, "subject");
const STRICT_ZONE: usize = OWN.len() + place_of(PLACE, "strict zone");

/// Of the features of a unit: 0 above the densest stretch of prose, 1 in it, 2 below.
pub(super) fn strict_zone(features: &[i16]) -> Option<i16> {
    features.get(STRICT_ZONE).copied()
}

/// A feature with its value, for a reader.
pub(super) fn shown(feature: usize, value: i16) -> String {
    static NAMES: OnceLock<Vec<String>> = OnceLock::new();
    let name = NAMES.get_or_init(names)[feature].as_str();
    match name {
        "words near" | "words above" | "words below" => format!("{name} {}.{}", value / 100, value % 100 / 10),
        _ => format!("{name} {value}"),
    }
}

/// Names of the features, in order.
pub(crate) fn names() -> Vec<String> {
    let near = NEIGHBOURS.iter().flat_map(|at| SEEN.iter().map(move |s| format!("{s} at {at:+}")));
    OWN.iter().chain(PLACE).map(|n| (*n).to_owned()).chain(near).collect()
}

/// The units of a page and, for each, its features; none for those that need no judging.
pub(super) fn of(page: &Page<'_>) -> (Vec<Unit>, Vec<Vec<i16>>) {
    let mut units = units(page);
    let text = densest(&units, TOLL[1]).0 + 1;
    let rows: Vec<usize> = units.iter().take(text).map(|u| u.rows.0).collect();
    let named = headlines::own(page, &rows);
    let mut whole = Whole::new(&units);
    whole.headline = named.or_else(|| whole.likely_headline(text));
    let own: Vec<_> = units.iter().map(|u| own(u, &whole)).collect();
    let seen: Vec<_> = units.iter().zip(&own).map(|(u, o)| seen(u, o)).collect();
    let features = (0..units.len())
        .map(|at| {
            if whole.is_plainly_article(at) {
                return Vec::new();
            }
            let mut row = Vec::with_capacity(COUNT);
            row.extend(own[at]);
            row.extend(place(&whole, at));
            for offset in NEIGHBOURS {
                let other = at.checked_add_signed(*offset).and_then(|o| seen.get(o));
                row.extend(other.unwrap_or(&[-1; SEEN.len()]));
            }
            row
        })
        .collect();
    if let Some(headline) = whole.headline {
        units[headline].is_headline = true;
    }
    (units, features)
}

/// Reads the units of a page.
fn units(page: &Page<'_>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(page.visible.len());
    let mut words = Vec::new();
    let mut before: Option<usize> = None;
    for rows in page.visible.chunk_by(|_, row| page.rows[*row].goes_on) {
        let (first, last) = (rows[0], rows[rows.len() - 1]);
        let r = &page.rows[first];
        let gap = before.map_or(0, |b| first - b - 1);
        let mut unit = Unit { rows: (first, last), gap, introduced: r.introduced, heads: r.heads, ..Unit::default() };
        before = Some(last);
        words.clear();
        for &row in rows {
            add_row(&mut unit, page, row, &mut words);
        }
        finish(&mut unit, page, &words);
        units.push(unit);
    }
    units
}

/// Adds the counts of a row to its unit; `words` are what its words are, in order.
fn add_row(u: &mut Unit, page: &Page<'_>, row: usize, words: &mut Vec<u32>) {
    let raw = page.raw(row);
    u.bytes += raw.len();
    u.prose |= page.rows[row].prose;
    count_signs(u, raw);
    if u.links > 0 || u.separators > 1 {
        u.links += raw.matches("](").count();
        for address in addresses(raw) {
            u.links += 1;
            u.address += address.len();
        }
    }
    let folded = page.folded(row);
    let mut see = |word: &str| {
        let mut hasher = FxHasher::default();
        hasher.write(word.as_bytes());
        words.push(fold_hash(hasher.finish()));
        if let Some(stem) = stem(word) {
            let mut hasher = FxHasher::default();
            hasher.write(stem.as_bytes());
            u.stems.push(fold_hash(hasher.finish()));
        }
    };
    if folded.is_empty() {
        fold(raw).split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).for_each(see);
    } else {
        let s = page.rules().vocabulary().sense(folded, page.language(), &mut see);
        u.sense.words += s.words;
        u.sense.stops += s.stops;
        u.sense.labels += s.labels;
        u.sense.strong_labels += s.strong_labels;
        u.sense.kinds.iter_mut().zip(s.kinds).for_each(|(all, n)| *all += n);
    }
    let r = &page.rows[row];
    u.kept |= r.introduced || r.heads || r.part && !r.goes_on && u.rows.0 == u.rows.1;
    let spoken =
        |hit: &&Hit| page.speaks(hit.rule) && !page.rule(hit.rule).family.is_policy() && !r.introduced && !r.heads;
    for hit in page.hits(row).iter().filter(spoken) {
        if hit.role == Role::Rule {
            let certainty = page.rule(hit.rule).certainty;
            u.rule = u.rule.max(if certainty > Certainty::Suspect { 2 } else { 1 });
            u.certain |= certainty == Certainty::Certain;
        } else {
            u.member = true;
        }
        u.remark |= page.rule(hit.rule).family == Family::Comments;
    }
}

/// What a character counts as.
#[derive(Clone, Copy)]
enum Sign {
    Lower,
    Upper,
    Digit,
    Space,
    Comma,
    Separator,
    Quote,
    Colon,
    Currency,
    Link,
    Bracket,
    Other,
}

impl Sign {
    /// Of each ASCII character.
    const ASCII: [Self; 128] = {
        let mut table = [Self::Other; 128];
        let mut byte = 0;
        while byte < 128 {
            table[byte] = match byte as u8 {
                b'a'..=b'z' => Self::Lower,
                b'A'..=b'Z' => Self::Upper,
                b'0'..=b'9' => Self::Digit,
                b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => Self::Space,
                b',' => Self::Comma,
                b'|' | b'>' | b'/' | b'-' => Self::Separator,
                b'"' => Self::Quote,
                b':' => Self::Colon,
                b'$' | b'%' => Self::Currency,
                b'@' => Self::Link,
                b'[' | b']' => Self::Bracket,
                _ => Self::Other,
            };
            byte += 1;
        }
        table
    };

    fn of(c: char) -> Self {
        match c {
            '\0'..='\x7f' => Self::ASCII[c as usize],
            '،' | '、' | '，' => Self::Comma,
            '·' | '•' | '»' | '›' | '–' | '—' | '→' => Self::Separator,
            '“' | '”' | '„' | '«' | '「' | '」' => Self::Quote,
            '€' | '£' => Self::Currency,
            '©' => Self::Link,
            _ if c.is_uppercase() => Self::Upper,
            _ if c.is_alphabetic() => Self::Lower,
            _ if c.is_whitespace() => Self::Space,
            _ => Self::Other,
        }
    }
}

/// Counts the signs of a row.
fn count_signs(u: &mut Unit, raw: &str) {
    let mut counts = [0; Sign::Other as usize + 1];
    let (mut chars, mut start) = (0, true);
    for c in raw.chars() {
        let sign = Sign::of(c);
        counts[sign as usize] += 1;
        chars += 1;
        match sign {
            Sign::Space => start = true,
            Sign::Lower | Sign::Upper | Sign::Digit if start => {
                u.tokens += 1;
                u.capitalised += usize::from(!matches!(sign, Sign::Lower));
                start = false;
            }
            _ => {}
        }
    }
    let count = |sign: Sign| counts[sign as usize];
    u.chars += chars;
    u.letters += count(Sign::Lower) + count(Sign::Upper);
    u.upper += count(Sign::Upper);
    u.digits += count(Sign::Digit);
    u.commas += count(Sign::Comma);
    u.separators += count(Sign::Separator);
    u.quotes += count(Sign::Quote);
    u.colons += count(Sign::Colon);
    u.currency += count(Sign::Currency);
    u.links += count(Sign::Link);
    u.brackets += count(Sign::Bracket);
    if !raw.is_ascii() {
        u.spaceless += raw.chars().filter(|c| Script::of(*c).is_spaceless()).count();
    }
}

/// The first letters of a long word.
fn stem(word: &str) -> Option<&str> {
    let mut ends = word.char_indices().map(|(at, _)| at).skip(STEM - 1);
    ends.next()?;
    Some(&word[..ends.next().unwrap_or(word.len())])
}

/// What can be said of a unit once all its rows are there.
fn finish(u: &mut Unit, page: &Page<'_>, words: &[u32]) {
    let text = &page.text[Span::new(page.rows[u.rows.0].span.start, page.rows[u.rows.1].span.end).range()];
    let raw = text.trim();
    let single = u.rows.0 == u.rows.1;
    u.look = if single { page.rows[u.rows.0].look } else { Look::at(raw) };
    u.indent = text.len() - text.trim_start().len();
    if single && u.look.words <= BRIEF {
        u.date = page.rules().vocabulary().is_date(page.folded(u.rows.0));
        u.names = shape::is_names(raw);
    }
    u.dated = u.digits >= 4 && u.look.words <= BRIEF && has_year(raw);
    let says = u.sense.kinds[Kind::Speech as usize] > 0 || u.dated || u.date;
    u.remark |= u.look.announces && u.look.words <= REMARK && says;
    u.dots = raw.ends_with("...") || raw.ends_with('…') || raw.ends_with("…]") || raw.ends_with("...]");
    u.arrow = raw.ends_with(['»', '›', '→', '>', '▶', '«']);
    u.marked = raw.starts_with(['#', '*', '-', '•', '>', '|', '+', '»', '›', '→', '▶', '[']);
    u.is_heading = raw.starts_with('#') && raw.trim_start_matches('#').starts_with(' ');
    u.opens_quote = raw.starts_with(['"', '“', '„', '«', '‘', '「']);
    u.stems.sort_unstable();
    u.stems.dedup();
    u.whole = hash(words);
    u.grams.extend(words.windows(GRAM).map(hash).filter(|gram| gram % SAMPLE == 0));
}

/// What a run of words is.
fn hash(words: &[u32]) -> u32 {
    words.iter().fold(0, |hash: u32, w| hash.wrapping_mul(0x9e37_79b1).wrapping_add(*w))
}

/// The same on every machine: FxHasher works on words of the machine, so only whole 32-bit values are given to it.
fn fold_hash(hash: u64) -> u32 {
    (hash >> 32) as u32 ^ hash as u32
}

/// The addresses of the web in a line.
fn addresses(raw: &str) -> impl Iterator<Item = &str> {
    let tokens = raw.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '"'));
    tokens.filter(|t| t.contains("://") || t.starts_with("www."))
}

/// True if a number that looks like a year stands in a line.
fn has_year(raw: &str) -> bool {
    raw.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")))
}

/// Sums over the units before each place.
struct Sums(Vec<i64>);

impl Sums {
    fn new(values: impl Iterator<Item = i64>) -> Self {
        let mut sum = 0;
        let mut sums = vec![0];
        sums.extend(values.map(|v| {
            sum += v;
            sum
        }));
        Self(sums)
    }

    fn all(&self) -> i64 {
        self.0.last().copied().unwrap_or(0)
    }

    /// The sum over `from..to`, both cut to the document.
    fn within(&self, from: usize, to: usize) -> i64 {
        let last = self.0.len() - 1;
        self.0[to.min(last).max(from.min(last))] - self.0[from.min(last)]
    }

    /// The mean over `from..to`, in hundredths; -1 where nothing is.
    fn share(&self, from: usize, to: usize) -> i64 {
        let to = to.min(self.0.len() - 1);
        if from >= to { -1 } else { self.within(from, to) * 100 / int(to - from) }
    }

    fn near(&self, at: usize, reach: usize) -> i64 {
        self.share(at.saturating_sub(reach), at + reach + 1)
    }
}

/// What features need to know of the whole document.
struct Whole<'u> {
    units: &'u [Unit],
    words: Vec<i64>,
    all_words: i64,
    prose: Sums,
    prose_words: Sums,
    known: Sums,
    short: Sums,
    capped: Sums,
    capitalised: Sums,
    dates: Sums,
    remarks: Sums,
    links: Sums,
    headlines: Sums,
    labels: Sums,
    speech: Sums,
    reader: Sums,
    own: Sums,
    above: Vec<Option<usize>>,
    below: Vec<Option<usize>>,
    runs: Vec<(i64, i64)>,
    /// Runs of units of a few words.
    label_runs: Vec<(i64, i64)>,
    /// The unit of the article's own headline.
    headline: Option<usize>,
    headline_runs: Vec<i64>,
    first: Option<usize>,
    last: Option<usize>,
    /// The densest stretch of prose, for each toll, and its share of all prose in per cent.
    body: [(usize, usize); TOLL.len()],
    body_share: [i64; TOLL.len()],
    prose_stems: FxHashMap<u32, u32>,
    grams: FxHashMap<u32, u32>,
    wholes: FxHashMap<u32, u32>,
}

impl<'u> Whole<'u> {
    fn new(units: &'u [Unit]) -> Self {
        let words: Vec<i64> = units.iter().map(|u| int(u.look.words)).collect();
        let sums = |f: &dyn Fn(&Unit) -> i64| Sums::new(units.iter().map(f));
        let is_prose: Vec<bool> = units.iter().map(|u| u.prose).collect();
        let is_headline: Vec<bool> = units.iter().map(|u| u.look.is_headline() && !u.prose).collect();
        let prose_words = sums(&|u| if u.prose { int(u.look.words) } else { 0 });
        let body = TOLL.map(|toll| densest(units, toll));
        let mut whole = Self {
            words,
            all_words: units.iter().map(|u| int(u.look.words)).sum(),
            prose: sums(&|u| i64::from(u.prose)),
            known: sums(&|u| i64::from(u.known())),
            short: sums(&|u| 100 * i64::from(u.look.words <= 3)),
            capped: sums(&|u| 100 * int(u.look.words).min(60)),
            capitalised: sums(&|u| share(u.capitalised, u.tokens)),
            remarks: sums(&|u| i64::from(u.remark)),
            dates: sums(&|u| i64::from(u.date)),
            links: sums(&|u| i64::from(u.links > 0)),
            headlines: sums(&|u| i64::from(u.look.is_headline() && !u.prose)),
            labels: sums(&|u| share(u.sense.labels, u.sense.words)),
            speech: sums(&|u| int(u.sense.kinds[Kind::Speech as usize])),
            reader: sums(&|u| int(u.sense.kinds[Kind::Reader as usize])),
            own: sums(&|u| int(u.sense.kinds[Kind::Own as usize])),
            above: nearest(&is_prose, false),
            below: nearest(&is_prose, true),
            runs: runs(&is_prose),
            label_runs: runs(&units.iter().map(|u| u.look.words > LABEL).collect::<Vec<_>>()),
            headline: None,
            headline_runs: run_lengths(&is_headline),
            first: is_prose.iter().position(|p| *p),
            last: is_prose.iter().rposition(|p| *p),
            body,
            body_share: body.map(|(from, to)| share64(prose_words.within(from, to), prose_words.all())),
            prose_words,
            prose_stems: FxHashMap::default(),
            grams: FxHashMap::default(),
            wholes: FxHashMap::default(),
            units,
        };
        for unit in units {
            for stem in unit.stems.iter().filter(|_| unit.prose) {
                *whole.prose_stems.entry(*stem).or_default() += 1;
            }
            unit.grams.iter().for_each(|g| *whole.grams.entry(*g).or_default() += 1);
            *whole.wholes.entry(unit.whole).or_default() += 1;
        }
        whole
    }

    const fn count(&self) -> usize {
        self.units.len()
    }

    /// Of the lines down to where the text begins the one that shares most with the page's first line and with the prose.
    fn likely_headline(&self, text: usize) -> Option<usize> {
        let title = &self.units.first()?.stems;
        let weighed = self.units.iter().enumerate().take(text).filter_map(|(at, u)| {
            if !u.look.is_headline() || u.look.words < HEADLINE || u.is_known() {
                return None;
            }
            let named = if at == 0 { 0 } else { u.stems.iter().filter(|s| title.binary_search(s).is_ok()).count() };
            let shared = u.stems.iter().filter(|s| self.prose_stems.contains_key(s)).count();
            (named >= 2 || shared >= 2 && shared * 2 >= u.stems.len()).then_some((2 * named + shared, at))
        });
        weighed.max().map(|(_, at)| at)
    }

    /// True for a long sentence in the midst of the article that no rule knows.
    fn is_plainly_article(&self, at: usize) -> bool {
        let u = &self.units[at];
        u.prose && u.look.ends && u.look.words >= PLAIN && u.rule == 0 && self.body_distance(1, at) <= -DEEP
    }

    /// Share of a unit's long words that other prose has, in per cent; -1 without long words.
    fn shared(&self, u: &Unit) -> i64 {
        let own = u32::from(u.prose);
        let shared = u.stems.iter().filter(|s| self.prose_stems.get(s).is_some_and(|n| *n > own)).count();
        if u.stems.is_empty() { -1 } else { share(shared, u.stems.len()) }
    }

    /// Share of a unit's runs of words that stand in the document more than once; -1 without any.
    fn said_elsewhere(&self, u: &Unit) -> i64 {
        let twice = u.grams.iter().filter(|g| self.grams.get(g).is_some_and(|n| *n > 1)).count();
        if u.grams.is_empty() { -1 } else { share(twice, u.grams.len()) }
    }

    fn copies(&self, u: &Unit) -> i64 {
        self.wholes.get(&u.whole).map_or(1, |n| i64::from(*n)).min(20)
    }

    /// Share of a unit's long words that the three units of prose above or below it have.
    fn shared_with(&self, at: usize, step: isize) -> i64 {
        let u = &self.units[at];
        if u.stems.is_empty() || u.stems.len() > 40 {
            return -1;
        }
        let (mut left, mut steps, mut found) = (3, 12, vec![false; u.stems.len()]);
        let mut other = at.checked_add_signed(step);
        while let Some(o) = other.filter(|o| *o < self.count() && left > 0 && steps > 0) {
            if self.units[o].prose {
                left -= 1;
                for (stem, found) in u.stems.iter().zip(&mut found) {
                    *found |= self.units[o].stems.binary_search(stem).is_ok();
                }
            }
            steps -= 1;
            other = o.checked_add_signed(step);
        }
        if left == 3 { -1 } else { share(found.iter().filter(|f| **f).count(), found.len()) }
    }

    /// The mean over the run of labels that a unit stands in, in hundredths; -1 outside of runs.
    fn in_label_run(&self, sums: &Sums, at: usize) -> i64 {
        let (place, length) = self.label_runs[at];
        let from = at - usize::try_from(place).unwrap_or(0);
        if length == 0 { -1 } else { sums.share(from, from + usize::try_from(length).unwrap_or(0)) }
    }

    /// Share of the long words of the headline that a unit has, in per cent; -1 without a headline.
    fn headline_words(&self, at: usize) -> i64 {
        let Some(headline) = self.headline.map(|h| &self.units[h].stems).filter(|s| !s.is_empty()) else { return -1 };
        let own = &self.units[at].stems;
        share(headline.iter().filter(|s| own.binary_search(s).is_ok()).count(), headline.len())
    }

    /// 0 before the prose, 1 in it, 2 behind it, 3 if there is none.
    fn zone(&self, at: usize) -> i64 {
        match (self.first, self.last) {
            (Some(first), _) if at < first => 0,
            (_, Some(last)) if at > last => 2,
            (None, _) => 3,
            _ => 1,
        }
    }

    fn distance(&self, to: Option<usize>, at: usize) -> i64 {
        to.map_or(400, |n| int(n.abs_diff(at)).min(400))
    }

    fn body_place(&self, at: usize) -> i64 {
        match (self.first, self.last) {
            (Some(first), Some(last)) if last > first && (first..=last).contains(&at) => {
                share(at - first, last - first)
            }
            _ => -1,
        }
    }

    /// 0 before the densest stretch of prose, 1 in it, 2 behind it.
    fn body_zone(&self, toll: usize, at: usize) -> i64 {
        let (from, to) = self.body[toll];
        if at < from { 0 } else { 1 + i64::from(at >= to) }
    }

    /// Units to the nearer end of the densest stretch; negative inside it.
    fn body_distance(&self, toll: usize, at: usize) -> i64 {
        let (from, to) = self.body[toll];
        match self.body_zone(toll, at) {
            0 => int(from - at).min(300),
            1 => -int((at - from).min(to - 1 - at)).min(300) - 1,
            _ => int(at - to + 1).min(300),
        }
    }

    fn alike(&self, at: usize, other: Option<usize>) -> i64 {
        other.filter(|o| *o < self.count()).map_or(0, |o| {
            i64::from(
                (self.words[o] - self.words[at]).abs() <= 2 && self.units[o].look.ends == self.units[at].look.ends,
            )
        })
    }

    fn gap_below(&self, at: usize) -> i64 {
        self.units.get(at + 1).map_or(-1, |u| int(u.gap).min(5))
    }
}

/// The stretch of units in which prose weighs most against everything else (Finn et al., Fact or Fiction, 2001).
fn densest(units: &[Unit], toll: i64) -> (usize, usize) {
    let (mut best, mut body) = (0, (0, 0));
    let (mut sum, mut from) = (0, 0);
    for (at, unit) in units.iter().enumerate() {
        sum += if unit.prose { int(unit.look.words).min(80) } else { -toll };
        if sum <= 0 {
            (sum, from) = (0, at + 1);
        } else if sum > best {
            (best, body) = (sum, (from, at + 1));
        }
    }
    body
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
                *o = (int(place), int(at - start));
            }
            start = at + 1;
        }
    }
    out
}

/// For each marked place the length of the run of marks it stands in.
fn run_lengths(marks: &[bool]) -> Vec<i64> {
    let unmarked: Vec<bool> = marks.iter().map(|m| !m).collect();
    runs(&unmarked).into_iter().map(|(_, length)| length).collect()
}

fn share(part: usize, all: usize) -> i64 {
    share64(int(part), int(all))
}

const fn share64(part: i64, all: i64) -> i64 {
    if all == 0 { 0 } else { part * 100 / all }
}

fn int(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn small(n: i64) -> i16 {
    i16::try_from(n.clamp(i64::from(i16::MIN), i64::from(i16::MAX))).unwrap_or_default()
}
