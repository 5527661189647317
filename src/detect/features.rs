//! Features: what a line, its neighbourhood and its text look like, in small whole numbers, as the models read them. No verdicts; how a
//! feature is called for people is in `wording`.

use super::context::{Context, int, share, share64};
use super::units::Unit;
use crate::rules::vocabulary::Kind;

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
        "ends" => int(usize::from(u.shape.ends)),
        "announces" => i64::from(u.shape.announces),
        "several sentences" => i64::from(u.shape.several),
        "lower" => i64::from(u.shape.lower),
        "listed" => i64::from(u.shape.listed),
        "digits" => share(u.digits, u.chars),
        "capitalised" => share(u.capitalised, u.tokens),
        "stop words" => stop_words(u),
        "commas" => int(u.commas).min(50),
        "quotes" => int(u.quotes).min(50),
        "brackets" => int(u.brackets).min(20),
        "colons" => int(u.colons).min(20),
        "currency" => int(u.currency).min(20),
        "rule" => u.rule,
        "remark" => i64::from(u.remark),
        "date" => i64::from(u.date),
        "dated" => i64::from(u.dated),
        "names" => i64::from(u.names),
        "headline shape" => i64::from(u.shape.is_headline()),
        "prose" => i64::from(u.prose),
        "introduced" => i64::from(u.introduced),
        "speech" => int(u.word_counts.kinds[Kind::Speech as usize]).min(20),
        "people" => int(u.word_counts.kinds[Kind::People as usize]).min(20),
        "appeal share" => share(u.word_counts.kinds[Kind::Appeal as usize], u.word_counts.words),
        "reader" => share(u.word_counts.kinds[Kind::Reader as usize], u.word_counts.words),
        "own" => share(u.word_counts.kinds[Kind::Own as usize], u.word_counts.words),
        "labels" => share(u.word_counts.labels, u.word_counts.words),
        "strong labels" => share(u.word_counts.strong_labels, u.word_counts.words),
        "long words" => int(u.stems.len()).min(50),
        "subject" => subject,
        "said elsewhere" => d.said_elsewhere(u),
        "copies" => d.copies(u),
        "indent" => int(u.indent).min(20),
        "ends in dots" => i64::from(u.dots),
        "spaceless" => share(u.spaceless, u.letters),
        "word length" => int((u.letters * 10).checked_div(u.shape.words).unwrap_or(0)).min(400),
    }
}

features! {
    TEXT, fn text(d: &Context<'_>) {
        "document rows" => int(d.count()).min(2000),
        "document prose share" => share64(d.prose_words.all(), d.all_words),
        "document known share" => share64(d.known.all(), int(d.count())),
        "document known" => d.known.all().min(100),
        "document remarks" => d.remarks.all().min(100),
        "document short share" => share64(d.short.all(), int(d.count())),
        "document words" => d.all_words.min(5000),
        "document links" => share64(d.links.all(), int(d.count())),
        "document dates" => d.dates.all().min(50),
        "document capitalised" => share64(d.capitalised.all(), int(d.count())),
        "body share" => d.body_share[0],
        "strict share" => d.body_share[1],
    }
}

features! {
    PLACE, fn place(d: &Context<'_>, lines: &[Own], at: usize) {
        "remarks above" => share64(d.remarks.within(0, at), d.remarks.all()),
        "prose behind share" => share64(d.prose_words.within(at, d.count()), d.prose_words.all()),
        "zone" => d.zone(at),
        "rows behind prose" => d.distance(d.above[at], at),
        "rows before prose" => d.distance(d.below[at], at),
        "short run" => d.runs[at].1.min(200),
        "known near" => d.known.near(at, 4),
        "known above" => d.known.share(at.saturating_sub(6), at),
        "known behind prose" => i64::from(d.zone(at) == 2 && d.known.within(d.last.map_or(0, |l| l + 1), at + 1) > 0),
        "prose near" => d.prose.near(at, 4),
        "prose wide" => d.prose.near(at, 12),
        "words near" => d.capped.near(at, 4) / 100,
        "capitalised near" => d.capitalised.near(at, 4) / 100,
        "dates near" => d.dates.near(at, 4),
        "labels near" => d.labels.near(at, 3) / 100,
        "alike above" => d.alike(at, at.checked_sub(1)),
        "body zone" => d.body_zone(0, at),
        "body distance" => d.body_distance(0, at),
        "strict zone" => d.body_zone(1, at),
        "strict distance" => d.body_distance(1, at),
        "label run" => d.label_runs[at].1.min(200),
        "labels in run" => d.in_label_run(&d.labels, at) / 100,
        "known in run" => d.in_label_run(&d.known, at),
        "rows from headline" => d.headline.map_or(-100, |h| (int(at) - int(h)).clamp(-99, 99)),
        "headline words" => d.headline_words(at),
        "subject above" => d.shared_with(at, -1),
        "subject below" => d.shared_with(at, 1),
        "subject 1 above" => beside(lines, at, -1, SUBJECT),
        "subject 2 above" => beside(lines, at, -2, SUBJECT),
        "subject 1 below" => beside(lines, at, 1, SUBJECT),
        "subject 2 below" => beside(lines, at, 2, SUBJECT),
        "capitalised below" => beside(lines, at, 1, CAPITALISED),
    }
}

features! {
    PAGE, fn page(margins: Margins) {
        "is article" => i64::from(margins.article),
        "is forum" => i64::from(margins.forum),
    }
}

/// Log-odds, in hundredths, that a page is of a kind and not of the likeliest other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Margins {
    pub article: i32,
    pub forum: i32,
}

/// The features of a line by itself.
pub(super) type Own = [i16; OWN.len()];

/// Places of two features of a line that lines beside it are judged by.
const SUBJECT: usize = place_of("subject");
const CAPITALISED: usize = place_of("capitalised");

/// The place of a name in [`OWN`].
const fn place_of(name: &str) -> usize {
    let (mut at, name) = (0, name.as_bytes());
    loop {
        let other = OWN[at].as_bytes();
        let mut same = 0;
        while same < name.len() && other.len() == name.len() && other[same] == name[same] {
            same += 1;
        }
        if same == name.len() {
            return at;
        }
        at += 1;
    }
}

/// A feature of the line so many lines below another, or above it; -1 beyond the ends of the text.
fn beside(lines: &[Own], at: usize, offset: isize, feature: usize) -> i64 {
    at.checked_add_signed(offset).and_then(|other| lines.get(other)).map_or(-1, |line| i64::from(line[feature]))
}

/// Share of stop words, in per cent; -1 where words cannot be told.
fn stop_words(u: &Unit) -> i64 {
    if u.word_counts.words == 0 || u.spaceless * 2 > u.letters {
        -1
    } else {
        share(u.word_counts.stops, u.word_counts.words)
    }
}

/// How many features a line has for the model of lines.
pub(super) const COUNT: usize = OWN.len() + TEXT.len() + PLACE.len() + PAGE.len();

/// The features of a line, in an array that any byte can index: a model reads single features thousands of times a line.
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

/// Names of the features of a line, in order.
pub(crate) fn names() -> Vec<String> {
    [OWN, TEXT, PLACE, PAGE].concat().into_iter().map(str::to_owned).collect()
}

/// Names of the features of a text, in order.
pub(crate) fn text_names() -> Vec<String> {
    [OWN, TEXT].concat().into_iter().map(str::to_owned).collect()
}

/// What the lines of a text have in common: the mean of each feature of a line in hundredths, and the features of the text.
pub(super) fn of_text(context: &Context<'_>, lines: &[Own]) -> Features {
    let mut sums = [0_i64; OWN.len()];
    for line in lines {
        sums.iter_mut().zip(line).for_each(|(sum, value)| *sum += i64::from(*value));
    }
    let means = sums.map(|sum| small((sum * 100).checked_div(int(lines.len())).unwrap_or(0)));
    Features::of(&[&means, &text(context)])
}

/// The features of a line for the model of lines; `text` are those of its text.
pub(super) fn of_line(context: &Context<'_>, lines: &[Own], text: &[i16], margins: Margins, at: usize) -> Features {
    Features::of(&[&lines[at], text, &place(context, lines, at), &page(margins)])
}

/// First and last row of a unit of lines, and the values of its features.
pub(crate) type UnitFeatures = (usize, usize, Vec<i16>);

/// A value that fits.
pub(super) fn small(n: i64) -> i16 {
    i16::try_from(n.clamp(i64::from(i16::MIN), i64::from(i16::MAX))).unwrap_or_default()
}
