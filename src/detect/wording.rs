//! What raised or lowered a line's junk score, in the words of people who have never seen a feature. Which features there
//! are lies in `features`, how much each of them counts in `scorer`.

use std::cmp::Reverse;
use std::sync::OnceLock;

use super::features::{self, Features};

/// Most phrases that say why a score rose, and as many for why it fell.
const MOST: usize = 3;

/// A feature's name, the phrase for its low values, and a phrase for the values above each limit.
type Wording = (&'static str, &'static str, &'static [(i16, &'static str)]);

const SHORT: &str = "a short line";
const LONG: &str = "a long line";
const UNKNOWN: &str = "no rule knows such a line";
const KNOWN: &str = "a rule knows such lines";
const NO_DATE: &str = "no date";
const DATE: &str = "a date";
const ONCE: &str = "stands there only once";
const TWICE: &str = "stands there more than once";
const NO_BIO: &str = "no words of author boxes";
const BIO: &str = "words of author boxes";
const NO_APPEAL: &str = "no call to subscribe or follow";
const APPEAL: &str = "a call to subscribe or follow";
const NO_LABEL: &str = "few words of menus and labels";
const LABEL: &str = "words of menus and labels";
const FEW_LONG: &str = "hardly any long words";
const MANY_LONG: &str = "long words";
const ABOVE: &str = "above the article";
const AMID: &str = "amid the article";
const BELOW: &str = "below the article";
const NO_PROSE_ABOVE: &str = "no prose close above";
const PROSE_ABOVE: &str = "prose close above";
const NO_PROSE_BELOW: &str = "no prose close below";
const PROSE_BELOW: &str = "prose close below";
const LITTLE_PROSE: &str = "little prose around";
const PROSE_AROUND: &str = "prose all around";
const FEW_KNOWN: &str = "few lines that rules know";
const MANY_KNOWN: &str = "many lines that rules know";
const NONE_KNOWN_NEAR: &str = "no lines nearby that rules know";
const KNOWN_NEAR: &str = "lines nearby that rules know";
const FEW_REMARKS: &str = "no remarks of readers in the text";
const REMARKS: &str = "remarks of readers in the text";
const NO_RUN: &str = "not in a run of short lines";
const RUN: &str = "in a run of short lines";
const DEEP: &str = "deep in the article";
const EDGE: &str = "at the edge of the article";
const CLOSE: &str = "close to the article";
const FAR: &str = "far from the article";
const STRANGE_ABOVE: &str = "other words than the article's right above";
const SUBJECT_ABOVE: &str = "words of the article right above";
const STRANGE_BELOW: &str = "other words than the article's right below";
const SUBJECT_BELOW: &str = "words of the article right below";
const SCATTERED: &str = "prose scattered over the text";
const GATHERED: &str = "prose in one stretch of the text";

/// Phrases about the line itself and its place.
const OWN: &[Wording] = &[
    ("words", SHORT, &[(12, LONG)]),
    ("ends", "no full stop at its end", &[(0, "ends like a sentence")]),
    ("announces", "no colon at its end", &[(0, "a colon at its end")]),
    ("several sentences", "not several sentences", &[(0, "several sentences")]),
    ("lower", "no small letter at its start", &[(0, "a small letter at its start")]),
    ("listed", "not marked as a list item", &[(0, "marked as a list item")]),
    ("digits", "few digits", &[(10, "many digits")]),
    ("capitalised", "few words with a capital", &[(60, "most words with a capital")]),
    ("stop words", "few little words like \"the\" and \"of\"", &[(20, "little words like \"the\" and \"of\"")]),
    ("commas", "no commas", &[(0, "commas")]),
    ("quotes", "no quotation marks", &[(0, "quotation marks")]),
    ("brackets", "no brackets", &[(0, "brackets")]),
    ("colons", "no colon", &[(0, "a colon")]),
    ("currency", "no prices or shares", &[(0, "prices or shares")]),
    ("rule", UNKNOWN, &[(0, KNOWN)]),
    ("remark", "no head of a reader's remark", &[(0, "the head of a reader's remark")]),
    ("date", NO_DATE, &[(0, DATE)]),
    ("dated", NO_DATE, &[(0, DATE)]),
    ("names", "not just names", &[(0, "just names")]),
    ("headline shape", "not shaped like a headline", &[(0, "shaped like a headline")]),
    ("prose", "does not read like prose", &[(0, "reads like prose")]),
    ("introduced", "no item of a list in the article", &[(0, "an item of a list in the article")]),
    ("speech", "nobody says anything", &[(0, "somebody says something")]),
    ("people", NO_BIO, &[(0, BIO)]),
    ("appeal share", NO_APPEAL, &[(0, APPEAL)]),
    ("reader", "no \"you\" or \"we\"", &[(0, "\"you\" or \"we\"")]),
    ("own", "no \"I\" or \"my\"", &[(0, "\"I\" or \"my\"")]),
    ("labels", NO_LABEL, &[(30, LABEL)]),
    ("strong labels", NO_LABEL, &[(15, LABEL)]),
    ("long words", FEW_LONG, &[(2, MANY_LONG)]),
    ("subject", "other words than the article's", &[(33, "words of the article")]),
    ("said elsewhere", ONCE, &[(0, TWICE)]),
    ("copies", ONCE, &[(1, TWICE)]),
    ("indent", "not indented", &[(0, "indented")]),
    ("ends in dots", "no dots at its end", &[(0, "dots at its end")]),
    ("spaceless", "spaces between words", &[(50, "a script without spaces")]),
    ("word length", FEW_LONG, &[(45, MANY_LONG)]),
    ("zone", ABOVE, &[(0, AMID), (1, BELOW), (2, "no prose in the text")]),
    ("rows behind prose", PROSE_ABOVE, &[(3, NO_PROSE_ABOVE)]),
    ("rows before prose", PROSE_BELOW, &[(3, NO_PROSE_BELOW)]),
    ("prose behind share", "hardly any prose to come", &[(10, "prose still to come")]),
    ("remarks above", "no remarks of readers above", &[(0, "remarks of readers above")]),
    ("short run", "prose close by", &[(3, "many lines without prose around")]),
    ("known near", NONE_KNOWN_NEAR, &[(0, KNOWN_NEAR)]),
    ("known above", "no lines above that rules know", &[(0, "lines above that rules know")]),
    ("prose near", LITTLE_PROSE, &[(35, PROSE_AROUND)]),
    ("prose wide", LITTLE_PROSE, &[(35, PROSE_AROUND)]),
    ("words near", "short lines around", &[(1000, "long lines around")]),
    ("capitalised near", "few capitals around", &[(50, "many capitals around")]),
    ("dates near", "no dates nearby", &[(0, "dates nearby")]),
    ("labels near", "few words of menus around", &[(20, "words of menus around")]),
    ("alike above", "unlike the line above", &[(0, "like the line above")]),
    (
        "known behind prose",
        "no junk known before it below the article",
        &[(0, "junk known before it below the article")],
    ),
    ("body zone", ABOVE, &[(0, AMID), (1, BELOW)]),
    ("body distance", DEEP, &[(-4, EDGE), (-1, CLOSE), (3, FAR)]),
    ("strict zone", ABOVE, &[(0, AMID), (1, BELOW)]),
    ("strict distance", DEEP, &[(-4, EDGE), (-1, CLOSE), (3, FAR)]),
    ("label run", NO_RUN, &[(2, RUN)]),
    ("labels in run", "few words of menus around", &[(20, "words of menus around")]),
    ("known in run", NONE_KNOWN_NEAR, &[(0, KNOWN_NEAR)]),
    (
        "rows from headline",
        "no headline found",
        &[(-100, "above the headline"), (0, "close to the headline"), (5, "far below the headline")],
    ),
    ("headline words", "other words than the headline's", &[(20, "words of the headline")]),
    ("subject above", "other words than the prose above", &[(20, "words of the prose above")]),
    ("subject 1 above", STRANGE_ABOVE, &[(33, SUBJECT_ABOVE)]),
    ("subject 2 above", STRANGE_ABOVE, &[(33, SUBJECT_ABOVE)]),
    ("subject 1 below", STRANGE_BELOW, &[(33, SUBJECT_BELOW)]),
    ("subject 2 below", STRANGE_BELOW, &[(33, SUBJECT_BELOW)]),
    ("capitalised below", "few capitals below", &[(60, "many capitals below")]),
    ("subject below", "other words than the prose below", &[(20, "words of the prose below")]),
];

/// Phrases about the text as a whole, alike for all its lines.
const TEXT: &[Wording] = &[
    ("document rows", "a text of few lines", &[(60, "a text of many lines")]),
    ("document prose share", "a text with little prose", &[(50, "a text that is mostly prose")]),
    ("document known share", FEW_KNOWN, &[(5, MANY_KNOWN)]),
    ("document known", FEW_KNOWN, &[(2, MANY_KNOWN)]),
    ("document remarks", FEW_REMARKS, &[(0, REMARKS)]),
    ("document short share", "a text with few short lines", &[(30, "a text with many short lines")]),
    ("document words", "a short text", &[(400, "a long text")]),
    ("document links", "a text with few links", &[(5, "a text with many links")]),
    ("document dates", "a text with few dates", &[(2, "a text with many dates")]),
    ("document capitalised", "a text with few capitals", &[(50, "a text with many capitals")]),
    ("body share", SCATTERED, &[(80, GATHERED)]),
    ("strict share", SCATTERED, &[(80, GATHERED)]),
    ("is article", "a text that reads like no article", &[(0, "a text that reads like an article")]),
    ("is forum", "a text that reads like no forum thread", &[(0, "a text that reads like a forum thread")]),
];

/// How a feature is worded, and whether it is one of the text as a whole.
type Worded = (&'static Wording, bool);

/// The wordings of all features, in their order.
fn wordings() -> &'static [Option<Worded>] {
    static WORDINGS: OnceLock<Vec<Option<Worded>>> = OnceLock::new();
    WORDINGS.get_or_init(|| {
        let called = |name: &str, table: &'static [Wording]| table.iter().find(|wording| wording.0 == name);
        let of_text = |name: &str| Some((called(name, TEXT)?, true));
        let worded = |name: &String| of_text(name).or_else(|| Some((called(name, OWN)?, false)));
        features::names().iter().map(worded).collect()
    })
}

/// The phrase for a value.
fn phrase(wording: &'static Wording, value: i16) -> &'static str {
    let above = wording.2.iter().rev().find(|(limit, _)| value > *limit);
    above.map_or(wording.1, |(_, phrase)| phrase)
}

/// What raised a score most, and what lowered it most, each the strongest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Reasons {
    pub raised: Vec<String>,
    pub lowered: Vec<String>,
}

impl Reasons {
    /// From the features of a line and what each added to its score. Features of one phrase are summed, so that no phrase stands on both
    /// sides. Only the strongest phrase about the text as a whole is named: such phrases are alike for all lines.
    pub fn new(features: &Features, added: &[(usize, i32)]) -> Self {
        let values = features.first(features::COUNT);
        let worded = |&(feature, added): &(usize, i32)| {
            let (wording, is_of_text) = wordings()[feature]?;
            Some((phrase(wording, values[feature]), is_of_text, added))
        };
        let mut phrases: Vec<_> = added.iter().filter_map(worded).collect();
        phrases.sort_unstable();
        let same = phrases.chunk_by(|a, b| a.0 == b.0);
        let mut sums: Vec<_> = same.map(|same| (same.iter().map(|p| p.2).sum::<i32>(), same[0])).collect();
        sums.sort_by_key(|(sum, _)| Reverse(sum.abs()));
        let side = |sign: i32| {
            let mut has_text = false;
            let mut is_new = |is_of_text: bool| !is_of_text || !std::mem::replace(&mut has_text, true);
            let own = sums.iter().filter(|(sum, _)| sum.signum() == sign).map(|(_, phrase)| phrase);
            own.filter(|phrase| is_new(phrase.1)).take(MOST).map(|phrase| phrase.0.to_owned()).collect()
        };
        Self { raised: side(1), lowered: side(-1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_words_and_every_word_a_feature() {
        for (name, worded) in features::names().iter().zip(wordings()) {
            assert!(worded.is_some(), "no words for '{name}'");
        }
        let used = |wording: &Wording| wordings().iter().flatten().any(|worded| worded.0 == wording);
        for wording in OWN.iter().chain(TEXT) {
            assert!(used(wording), "no feature is called '{}'", wording.0);
            assert!(wording.2.is_sorted_by_key(|(limit, _)| limit), "{}", wording.0);
        }
    }

    #[test]
    fn no_name_of_a_feature_comes_through() {
        let names = features::names();
        let technical: Vec<&str> = names.iter().map(String::as_str).filter(|name| name.contains(' ')).collect();
        // Names that say in plain words what they are.
        let plain = ["several sentences", "long words"];
        for wording in OWN.iter().chain(TEXT) {
            for phrase in std::iter::once(wording.1).chain(wording.2.iter().map(|(_, phrase)| *phrase)) {
                let is_in =
                    |name: &&&str| format!(" {phrase} ").contains(&format!(" {name} ")) && !plain.contains(*name);
                assert_eq!(technical.iter().find(is_in), None, "{phrase}");
                // Phrases are joined with commas and stand behind colons.
                assert!(!phrase.contains([',', ':', ';']), "{phrase}");
            }
        }
    }

    #[test]
    fn phrases_follow_values_and_count_together() {
        let at = |name: &str| features::names().iter().position(|n| n == name).expect("a feature");
        let mut values = vec![0; features::COUNT];
        (values[at("long words")], values[at("word length")]) = (30, 200);
        values[at("strict distance")] = 9;
        let features = Features::of(&[&values]);
        let added = [(at("long words"), -40), (at("word length"), 10), (at("strict distance"), 25), (at("commas"), 5)];
        let reasons = Reasons::new(&features, &added);
        assert_eq!(reasons.raised, [FAR, "no commas"]);
        assert_eq!(reasons.lowered, [MANY_LONG]);
    }
}
