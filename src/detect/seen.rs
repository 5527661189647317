//! What a detector saw in a document, as data. It is written out where a reader is shown it.

use super::page::View;
use crate::matching::Hit;
use crate::rules::{Form, Kind, Zone};

/// Rows are rows of the view in which it was seen.
#[derive(Clone, Debug)]
pub(super) enum Seen {
    /// A phrase on the line.
    Phrase(Hit),
    /// A phrase behind a sentence of the line.
    PhraseBehind(Hit),
    /// A phrase between two sentences of the line.
    PhraseAmid(Hit),
    /// A link or an image that shows nothing.
    EmptyLink,
    /// A phrase before a sentence of the line.
    PhraseBefore(Hit),
    /// The label of a block.
    Anchor,
    /// A line of the block under an anchor.
    Member { anchor: usize },
    /// A share label or counter beside a share line.
    BesideShare { line: usize },
    /// A line between lines that rules know, in so many rows.
    Menu { rows: usize },
    /// A count beside a line of a forum.
    BesideForum { line: usize },
    /// A run of network names, share labels and counters.
    ShareRun { rows: usize },
    /// The article's headline, said again.
    Repetition { of: usize },
    /// A headline behind the article, which another line says too.
    HeadlineTwice { twin: usize },
    /// A headline behind the article about something else, perhaps below a line of the page.
    HeadlineBehind { below: Option<usize> },
    /// An entry of a list, of which most entries go.
    ListEntry { gone: usize, entries: usize },
    /// A line on several articles of the source, mostly at a place.
    Repeated { articles: u32, place: Option<&'static str> },
    /// A line among those that the source repeats; the score from 0 to 100.
    AmongRepeated { score: i32 },
    /// The junk score, from 0 to 100, and what raised it most.
    Score { score: i32, raised_by: Vec<String> },
}

impl Seen {
    /// What was seen on a row, for a reviewer.
    pub fn written(&self, row: usize, view: &View<'_>) -> String {
        let number = |row: usize| view.line(row).number;
        match self {
            Self::Phrase(hit) => phrase(view, *hit),
            Self::PhraseBehind(hit) => format!("{}, glued behind a sentence", phrase(view, *hit)),
            Self::PhraseAmid(hit) => format!("{}, between two sentences", phrase(view, *hit)),
            Self::EmptyLink => "a link or an image that shows nothing".to_owned(),
            Self::PhraseBefore(hit) => format!("{}, glued before a sentence", phrase(view, *hit)),
            Self::Anchor => format!("the line opens a block: \"{}\"", view.folded(row)),
            Self::Member { anchor } => {
                format!("in the block under \"{}\" of line {}", view.folded(*anchor), number(*anchor))
            }
            Self::BesideShare { line } => {
                format!("a share label or counter right beside the share line {}", number(*line))
            }
            Self::BesideForum { line } => format!("a count right beside the line {} of a forum", number(*line)),
            Self::Menu { rows } => format!("among lines that rules know, in {rows} short lines"),
            Self::ShareRun { rows } => {
                format!("one of {rows} rows in a run that are names of networks, share labels or counters")
            }
            Self::Repetition { of } => format!("same as line {}", number(*of)),
            Self::HeadlineTwice { twin } => {
                format!("a headline behind the article, there twice: see line {}", number(*twin))
            }
            Self::HeadlineBehind { below } => {
                let place = below.map_or(String::new(), |row| format!(", below the page's own line {}", number(row)));
                format!("a headline behind the article{place}; its long words are not the article's")
            }
            Self::ListEntry { gone, entries } => format!("an entry of a list of which {gone} of {entries} entries go"),
            Self::Repeated { articles, place } => repeated(view, *articles, *place),
            Self::AmongRepeated { score } => {
                format!("stands among lines that the source's articles repeat: junk score {score} of 100")
            }
            Self::Score { score, raised_by } => format!("junk score {score} of 100: {}", raised_by.join(", ")),
        }
    }
}

/// The phrase that met a line, and where in the document its rule applies.
fn phrase(view: &View<'_>, hit: Hit) -> String {
    let rule = view.rule(hit.rule);
    if let Kind::Block(block) = &rule.kind {
        return format!("the line is \"{}\" with a headline", block.anchors[hit.phrase]);
    }
    let Kind::Line(line) = &rule.kind else { return String::new() };
    let phrase = line.phrases.get(hit.phrase).map_or("", AsRef::as_ref);
    let place = match rule.zone {
        Zone::Anywhere | Zone::InBlock => "",
        Zone::Head => ", before the first prose",
        Zone::Tail => ", behind the last prose",
        Zone::Edge => ", before or behind the prose",
        Zone::End => ", with nothing of the article below",
    };
    match line.form {
        Form::Line => format!("the line is \"{phrase}\"{place}"),
        Form::Prefix => format!("the line begins with \"{phrase}\"{place}"),
        Form::Suffix => format!("the line ends with \"{phrase}\"{place}"),
        Form::Contains => format!("the line holds \"{phrase}\"{place}"),
        Form::Words => format!("the line is made of nothing but such words{place}"),
    }
}

/// How often a line stands on articles of the page's source, and where.
fn repeated(view: &View<'_>, articles: u32, place: Option<&str>) -> String {
    let Some(Kind::Learned(source)) = view.source().map(|rule| &view.rule(rule).kind) else { return String::new() };
    let of = if source.name.is_empty() { String::new() } else { format!(" of {}", source.name) };
    let place = place.map_or(String::new(), |place| format!(", {place}"));
    format!("stands on {articles} of {} articles{of}{place}", source.articles)
}
