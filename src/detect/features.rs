//! Features: what a line and its neighbourhood look like, in small whole numbers, as the scorer reads them. No verdicts; how a feature
//! is called for people is in `wording`.

use std::cell::OnceCell;

use super::context::{Context, TOLL, densest, int, share, share64};
use super::headlines;
use super::page;
use super::units::Unit;
use crate::rules::vocabulary::Kind;

/// Offsets, in units, of the neighbours whose features belong to a unit's own.
const NEIGHBOURS: &[isize] = &[-3, -2, -1, 1, 2, 3];
/// The features of a neighbour beyond the ends of the text.
const NOT_THERE: [i16; SEEN.len()] = [-1; SEEN.len()];

/// Declares a list of features: a constant with their names, and a function that returns their values in the same order.
macro_rules! features {
    ($names:ident, fn $function:ident($($arg:ident: $type:ty),*) { $($name:literal => $value:expr,)* }) => {
        pub(super) const $names: &[&str] = &[$($name),*];
        pub(super) fn $function($($arg: $type),*) -> [i16; $names.len()] {
            [$(small($value)),*]
        }
    };
}

pub(super) use features;

features! {
    OWN, fn own(u: &Unit, d: &Context<'_>, subject: i64) {
        "words" => int(u.shape.words).min(400),
        "bytes" => int(u.bytes).min(4000),
        "ends" => int(usize::from(u.shape.ends)),
        "asks" => i64::from(u.shape.asks),
        "announces" => i64::from(u.shape.announces),
        "several sentences" => i64::from(u.shape.several),
        "lower" => i64::from(u.shape.lower),
        "listed" => i64::from(u.shape.listed),
        "digits" => share(u.digits, u.chars),
        "capitals" => share(u.upper, u.letters),
        "capitalised" => share(u.capitalised, u.tokens),
        "stop words" => stop_words(u),
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
        "headline shape" => i64::from(u.shape.is_headline()),
        "prose" => i64::from(u.prose),
        "rows" => int(u.rows.1 - u.rows.0 + 1).min(50),
        "introduced" => i64::from(u.introduced),
        "heads" => i64::from(u.is_own_label),
        "speech" => int(u.word_counts.kinds[Kind::Speech as usize]).min(20),
        "people" => int(u.word_counts.kinds[Kind::People as usize]).min(20),
        "people share" => share(u.word_counts.kinds[Kind::People as usize], u.word_counts.words),
        "appeals" => int(u.word_counts.kinds[Kind::Appeal as usize]).min(20),
        "appeal share" => share(u.word_counts.kinds[Kind::Appeal as usize], u.word_counts.words),
        "reader" => share(u.word_counts.kinds[Kind::Reader as usize], u.word_counts.words),
        "own" => share(u.word_counts.kinds[Kind::Own as usize], u.word_counts.words),
        "labels" => share(u.word_counts.labels, u.word_counts.words),
        "strong labels" => share(u.word_counts.strong_labels, u.word_counts.words),
        "strong label count" => int(u.word_counts.strong_labels).min(20),
        "long words" => int(u.stems.len()).min(50),
        "subject" => subject,
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
        "word length" => int((u.letters * 10).checked_div(u.shape.words).unwrap_or(0)).min(400),
    }
}

features! {
    PLACE, fn place(d: &Context<'_>, at: usize) {
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
    SEEN, fn seen(u: &Unit, subject: i64) {
        "words" => int(u.shape.words).min(400),
        "ends" => i64::from(u.shape.ends),
        "capitalised" => share(u.capitalised, u.tokens),
        "stop words" => stop_words(u),
        "known" => u.rule + i64::from(u.member),
        "prose" => i64::from(u.prose),
        "date" => i64::from(u.date),
        "labels" => share(u.word_counts.labels, u.word_counts.words),
        "names" => i64::from(u.names),
        "remark" => i64::from(u.remark),
        "subject" => subject,
        "gap" => int(u.gap).min(5),
    }
}

/// Share of stop words, in per cent; -1 where words cannot be told.
fn stop_words(u: &Unit) -> i64 {
    if u.word_counts.words == 0 || u.spaceless * 2 > u.letters {
        -1
    } else {
        share(u.word_counts.stops, u.word_counts.words)
    }
}

/// How many features there are.
pub(super) const COUNT: usize = OWN.len() + PLACE.len() + NEIGHBOURS.len() * SEEN.len();

/// The features of a unit, in an array that any byte can index: the scorer reads single features thousands of times a unit.
#[derive(Clone, Debug)]
pub(super) struct Features([i16; 1 << u8::BITS]);

impl Default for Features {
    fn default() -> Self {
        Self([0; 1 << u8::BITS])
    }
}

impl Features {
    /// Joins values that follow each other.
    pub fn of(parts: &[&[i16]]) -> Self {
        let (mut features, mut end) = (Self::default(), 0);
        for part in parts {
            features.0[end..end + part.len()].copy_from_slice(part);
            end += part.len();
        }
        features
    }

    pub fn at(&self, place: u8) -> i16 {
        self.0[usize::from(place)]
    }

    /// The values of the first features.
    pub fn first(&self, count: usize) -> &[i16] {
        &self.0[..count]
    }
}

/// Names of the features, in order.
pub(crate) fn names() -> Vec<String> {
    let near = NEIGHBOURS.iter().flat_map(|at| SEEN.iter().map(move |s| format!("{s} at {at:+}")));
    OWN.iter().chain(PLACE).map(|n| (*n).to_owned()).chain(near).collect()
}

/// The units of a page and their context; computes the features of a unit on demand.
pub(super) struct Surroundings<'u> {
    context: Context<'u>,
    /// For each unit: its share of the article's words, and the features that its neighbours see.
    seen: Vec<OnceCell<(i64, [i16; SEEN.len()])>>,
}

impl<'u> Surroundings<'u> {
    pub fn new(view: &page::View<'_>, units: &'u [Unit]) -> Self {
        let text = densest(units, TOLL[1]).0 + 1;
        let rows: Vec<usize> = units.iter().take(text).map(|u| u.rows.0).collect();
        let mut context = Context::new(units);
        context.headline = headlines::own_headline(view, &rows).or_else(|| context.likely_headline(text));
        Self { context, seen: units.iter().map(|_| OnceCell::new()).collect() }
    }

    /// False for a unit that is plainly the article's, so that no score is needed.
    pub fn is_judged(&self, at: usize) -> bool {
        !self.context.is_plainly_article(at)
    }

    pub const fn context(&self) -> &Context<'u> {
        &self.context
    }

    /// True for the article's own headline.
    pub fn is_headline(&self, at: usize) -> bool {
        self.context.headline == Some(at)
    }

    /// 0 above the densest stretch of prose, 1 in it, 2 below.
    pub fn zone(&self, at: usize) -> usize {
        usize::try_from(self.context.body_zone(1, at)).unwrap_or(1)
    }

    /// The features of a unit.
    pub fn features(&self, at: usize) -> Features {
        let (own, place) = (own(&self.context.units[at], &self.context, self.seen(at).0), place(&self.context, at));
        let mut parts: [&[i16]; 2 + NEIGHBOURS.len()] = [&NOT_THERE; _];
        (parts[0], parts[1]) = (&own, &place);
        for (part, offset) in parts[2..].iter_mut().zip(NEIGHBOURS) {
            let other = at.checked_add_signed(*offset).filter(|other| *other < self.seen.len());
            *part = other.map_or(&NOT_THERE, |other| &self.seen(other).1);
        }
        Features::of(&parts)
    }

    fn seen(&self, at: usize) -> &(i64, [i16; SEEN.len()]) {
        self.seen[at].get_or_init(|| {
            let (unit, subject) = (&self.context.units[at], self.context.shared(&self.context.units[at]));
            (subject, seen(unit, subject))
        })
    }
}

/// A value that fits.
pub(super) fn small(n: i64) -> i16 {
    i16::try_from(n.clamp(i64::from(i16::MIN), i64::from(i16::MAX))).unwrap_or_default()
}
