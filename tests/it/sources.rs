//! Learning what sources repeat, tried on `corpus/sources`: what must go, what must stay, and that the order of documents is nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use dechaff::learn::{By, Learned, Learner, Options};
use dechaff::{Certainty, Cleaner, Document};
use serde_json::Value;

/// Lines of the page that stay, by source: as suspects, for they might be the articles' own, or because they stand there once.
const STAYS: &[(&str, &str)] = &[
    ("news", "Get the day's stories from the valley in one short letter, sent every morning before six."),
    ("news", "Lantern Night"),
    ("news", "1 comment"),
    (
        "news",
        "The Valley Post has been printed in Hollin since 1911 and belongs to the people who read it. We answer to nobody but our members, who meet in the corn hall each March.",
    ),
    // Right below the article, where a sentence of its own would stand.
    (
        "recipes",
        "Hi, I'm Tamsin Ault, and I cook in a narrow kitchen above a bicycle shop. I write down what works and leave out what does not.",
    ),
    ("docs", "Edit this page"),
    ("docs", "Moving to version 3"),
];

fn records(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/sources").join(name);
    let text = fs::read_to_string(path).expect("a corpus file");
    text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
}

fn document(record: &Value) -> Document<'_> {
    let field = |name: &str| record[name].as_str().expect("a text");
    Document { id: field("id"), url: Some(field("url")), ..Document::new(field("text")) }
}

fn learned<'r>(records: impl IntoIterator<Item = &'r Value>) -> Learned {
    let mut learner = Learner::new(Options::default());
    records.into_iter().for_each(|record| learner.see(&document(record)));
    learner.finish()
}

fn cleaner(learned: Learned) -> Cleaner {
    Cleaner::builder().learned(learned).build().expect("good rules")
}

#[test]
fn what_a_source_repeats_goes_and_what_articles_repeat_stays() {
    for source in ["news", "recipes", "docs"] {
        let scraped = records(&format!("{source}.jsonl"));
        let cleaner = cleaner(learned(&scraped));
        for (record, wanted) in scraped.iter().zip(records(&format!("expected/{source}.jsonl"))) {
            let cleaned = cleaner.clean_document(&document(record));
            assert!(cleaned.held().is_none(), "{source} {}", record["id"]);
            let (text, wanted) = (cleaned.text(), wanted["text"].as_str().expect("a text"));
            let mut left = text.lines().filter(|line| !line.is_empty());
            for line in wanted.lines().filter(|line| !line.is_empty()) {
                let mut extra = left.by_ref().take_while(|other| *other != line);
                let strange = extra.find(|other| !STAYS.contains(&(source, other)));
                assert_eq!(strange, None, "{source} {}: junk before: {line}", record["id"]);
            }
            let strange = left.find(|other| !STAYS.contains(&(source, other)));
            assert_eq!(strange, None, "{source} {}: junk at the end", record["id"]);
            let again = cleaner.clean_document(&Document { text: &text, ..document(record) });
            assert_eq!(again.text(), text, "{source} {}: twice equals once", record["id"]);
        }
    }
}

#[test]
fn what_may_be_text_of_the_article_is_a_suspect_with_its_number() {
    let scraped = records("recipes.jsonl");
    let cleaner = cleaner(learned(&scraped));
    let cleaned = cleaner.clean_document(&document(&scraped[0]));
    let suspect = cleaned.suspects().iter().find(|s| &s_text(&cleaned, s.span) == "Ingredients").expect("a suspect");
    assert_eq!(suspect.rule.as_str(), "learned/pantry.example");
    assert_eq!(suspect.evidence, "stands on 12 of 12 articles of pantry.example, amid the prose");
    let removal = cleaned.removals().iter().find(|r| r.rule == suspect.rule).expect("a removal");
    assert_eq!(removal.reason.as_ref(), "repeated by articles of pantry.example");
    assert_eq!(removal.certainty, Certainty::Certain);
}

fn s_text(cleaned: &dechaff::Cleaned<'_>, span: dechaff::Span) -> String {
    cleaned.original()[span.range()].to_owned()
}

#[test]
fn a_learned_file_does_what_the_learner_found() {
    let scraped = records("news.jsonl");
    let found = learned(&scraped);
    let (by_file, by_hashes) = (found.to_toml(false), found.to_toml(true));
    assert!(by_file.contains("most read") && !by_hashes.contains("most read"));
    let direct = cleaner(found);
    for toml in [by_file, by_hashes] {
        let read = Cleaner::builder().learned_file("learned.toml", &toml).build().expect("a good file");
        for record in &scraped {
            assert_eq!(
                read.clean_document(&document(record)).removals(),
                direct.clean_document(&document(record)).removals()
            );
        }
    }
}

#[test]
fn neither_the_order_of_documents_nor_parts_change_what_is_learned() {
    let all: Vec<Value> = ["news", "recipes", "docs"].iter().flat_map(|s| records(&format!("{s}.jsonl"))).collect();
    let whole = learned(&all).to_toml(false);
    assert_eq!(learned(all.iter().rev()).to_toml(false), whole);
    for cut in [1, 7, 20, 35] {
        let part = |records: &[Value]| {
            let mut learner = Learner::new(Options::default());
            records.iter().for_each(|record| learner.see(&document(record)));
            learner
        };
        let (mut first, second) = (part(&all[..cut]), part(&all[cut..]));
        let mut other = second.clone();
        other.merge(first.clone());
        first.merge(second);
        assert_eq!(first.finish().to_toml(false), whole, "{cut}");
        assert_eq!(other.finish().to_toml(false), whole, "{cut}, the other way round");
    }
}

#[test]
fn sources_are_merged_one_by_one() {
    let all: Vec<Value> = ["news", "recipes", "docs"].iter().flat_map(|s| records(&format!("{s}.jsonl"))).collect();
    let whole = learned(&all);
    let mut merged: BTreeMap<String, Learner> = BTreeMap::new();
    for part in all.chunks(5) {
        let mut learner = Learner::new(Options::default());
        part.iter().for_each(|record| learner.see(&document(record)));
        for (name, learner) in learner.by_source() {
            match merged.get_mut(&name) {
                Some(other) => other.merge(learner),
                None => _ = merged.insert(name, learner),
            }
        }
    }
    let alone: Vec<_> = merged.values().flat_map(|learner| learner.finish().sources().to_vec()).collect();
    assert_eq!(alone, whole.sources());
}

#[test]
fn lines_of_signs_alone_are_written_and_read_as_counts() {
    let pages =
        ["It rained in the night.", "A fox crossed the bridge.", "Nobody saw the mayor leave.", "The mill burned."];
    let texts = pages.map(|page| format!("{page}\n***\nMost read\n#\nSunday roast returns\n\u{2022}\n"));
    let (mut whole, mut parts) = (Learner::new(Options::default()), Learner::new(Options::default()));
    for (number, text) in texts.iter().enumerate() {
        let url = format!("https://example.org/{number}");
        let document = Document { url: Some(&url), ..Document::new(text) };
        whole.see(&document);
        let mut part = Learner::new(Options::default());
        part.see(&document);
        let mut counts = Vec::new();
        part.write_counts(&mut counts).expect("memory");
        parts.merge(Learner::read_counts(&counts[..]).expect("counts"));
    }
    assert_eq!(parts.finish(), whole.finish());
    assert_eq!(whole.finish().sources()[0].lines.len(), 3);
}

#[test]
fn copies_of_an_article_are_one_witness() {
    let story = "The ferry at Hollin stopped on Monday because its chain was worn, the harbour master said to the paper.\n\
                 It will be two weeks before the new chain comes up the river from the forge where it is being made now.\n";
    let other = "A pear tree that will not fruit may only be lonely, wrote our gardener to a reader in the upper valley.\n\
                 Plant a second one within sight of the first, and wait for two springs before you reach for the saw.\n";
    let page = |text: &str, n: usize| format!("Home\nSport\n\n{text}\n{n} comments\n");
    let texts: Vec<String> = (0..5).map(|n| page(story, n)).chain([page(other, 9)]).collect();
    let mut learner = Learner::new(Options::default());
    for (n, text) in texts.iter().enumerate() {
        let url = format!("https://example.org/{n}");
        learner.see(&Document { url: Some(&url), ..Document::new(text) });
    }
    let learned = learner.finish();
    let [source] = learned.sources() else { panic!("one source") };
    assert_eq!(source.articles, 2);
    let mut keys: Vec<(&str, u32)> = source.lines.values().map(|line| (line.key.as_str(), line.articles)).collect();
    keys.sort_unstable();
    assert_eq!(keys, [("# comments", 2), ("home", 2), ("sport", 2)]);
}

#[test]
fn documents_of_unknown_sources_are_cleaned_as_before() {
    let scraped = records("news.jsonl");
    let (with, without) = (cleaner(learned(&scraped)), Cleaner::builder().build().expect("good rules"));
    for record in &scraped {
        let document = Document { url: Some("https://elsewhere.example/1"), ..document(record) };
        assert_eq!(with.clean_document(&document).removals(), without.clean_document(&document).removals());
    }
}

#[test]
fn hosts_below_a_source_belong_to_it_where_it_was_learned_so() {
    let options = Options { merge_subdomains: true, by: By::Host, ..Options::default() };
    let mut learner = Learner::new(options);
    for record in &records("news.jsonl") {
        let url = document(record).url.expect("an address").replace("www.", "m.");
        learner.see(&Document { url: Some(&url), ..document(record) });
    }
    let found = learner.finish();
    assert_eq!(found.sources()[0].name, "valleypost.example");
    let scraped = records("news.jsonl");
    let removals = |url: &str| {
        let cleaner = cleaner(found.clone());
        let cleaned = cleaner.clean_document(&Document { url: Some(url), ..document(&scraped[0]) });
        cleaned.removals().iter().filter(|r| r.family.as_str() == "learned").count()
    };
    assert!(removals("https://valleypost.example/a") > 0 && removals("https://news.valleypost.example/a") > 0);
    assert_eq!(removals("https://example/a"), 0);
}

/// Cleans texts as five pages of one source.
fn cleaned_together(texts: &[String; 5]) -> Vec<String> {
    let urls: Vec<String> = (0..5).map(|n| format!("https://flat.example/{n}")).collect();
    let documents = || texts.iter().zip(&urls).map(|(text, url)| Document { url: Some(url), ..Document::new(text) });
    let mut learner = Learner::new(Options::default());
    documents().for_each(|document| learner.see(&document));
    let cleaner = cleaner(learner.finish());
    documents().map(|document| cleaner.clean_document(&document).text().into_owned()).collect()
}

const MENU: &str =
    "Home | News of the valley | Sport and walks | Weather | Letters to the editor | Subscribe now | Read on";
/// What a site says amid its texts.
const BLURB: &str = "The Valley Post is free for all and always will be. If you read it often, give what you can.";
/// A sentence that articles repeat, of twelve words or more.
const REFRAIN: &str = "And still the old river goes where the old river has always gone, they say.";

#[test]
fn runs_of_words_stand_for_lines_where_a_text_has_none() {
    let text = |n: usize, menu: &str, blurb: &str| {
        let own = sentences(n, 8);
        format!(
            "{menu}{} {blurb}{} {REFRAIN} {} {n} comments\n",
            own[..3].join(" "),
            own[3..5].join(" "),
            own[5..].join(" ")
        )
    };
    let cleaned = cleaned_together(&std::array::from_fn(|n| text(n, &format!("{MENU} | "), &format!("{BLURB} "))));
    for (n, cleaned) in cleaned.iter().enumerate() {
        // The run at the end is too short, and one sentence amid an article's own may be a refrain.
        assert_eq!(*cleaned, text(n, "", ""), "{n}");
    }
}

#[test]
fn runs_of_words_go_from_paragraphs_that_were_broken_into_lines() {
    let wrapped = |text: &str| {
        let mut lines = vec![String::new()];
        for word in text.split(' ') {
            let line = lines.last_mut().expect("a line");
            match line.len() {
                0 => line.push_str(word),
                n if n + 1 + word.len() <= 64 => _ = write!(line, " {word}"),
                _ => lines.push(word.to_owned()),
            }
        }
        lines.join("\n")
    };
    let paragraphs = |n: usize, blurb: &str| {
        let own = sentences(n, 8);
        [
            format!("{}{blurb}", own[..3].join(" ")),
            own[3..5].join(" "),
            format!("{} {REFRAIN} {}", own[5], own[6..].join(" ")),
        ]
    };
    let text = |n: usize| paragraphs(n, &format!(" {BLURB}")).map(|paragraph| wrapped(&paragraph)).join("\n\n") + "\n";
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for (n, cleaned) in cleaned_together(&std::array::from_fn(text)).iter().enumerate() {
        assert_eq!(words(cleaned), words(&paragraphs(n, "").join(" ")), "{n}");
    }
}

#[test]
fn a_line_that_the_file_keeps_stays_whatever_other_rules_say() {
    let text = "The bridge over the mill stream opens on Friday, the mayor said in the town hall.\n\nShare this: Facebook Twitter\n";
    let file = |certainty: &str| {
        format!(
            "learned = 1\n[[source]]\nname = \"example.org\"\narticles = 9\nlines = [\n  \
             {{ articles = 9, certainty = \"{certainty}\", text = \"share this: facebook twitter\" }},\n]\n"
        )
    };
    let document = Document { url: Some("https://example.org/1"), ..Document::new(text) };
    for (certainty, stays) in [("certain", false), ("keep", true)] {
        let cleaner = Cleaner::builder().learned_file("learned.toml", &file(certainty)).build().expect("a good file");
        let cleaned = cleaner.clean_document(&document);
        assert_eq!(cleaned.text() == text, stays, "{certainty}");
        assert_eq!(cleaned.protected().iter().any(|p| p.by.as_str() == "keep/learned"), stays, "{certainty}");
    }
}

#[test]
fn what_two_files_say_of_a_source_is_joined_and_what_one_keeps_stays() {
    let file = |line: &str| {
        format!(
            "learned = 1\n[[source]]\nname = \"example.org\"\narticles = 9\nlines = [\n  {{ articles = 9, {line} }},\n]\n"
        )
    };
    let keep = file("certainty = \"keep\", text = \"share this: facebook twitter\"");
    let takes = file("certainty = \"certain\", text = \"share this: facebook twitter\"");
    let menu = ["valley weather", "valley sport", "bus fares", "letters", "obituaries"];
    let entries = menu.map(|text| format!("certainty = \"certain\", tail = 9, same_below = 100, text = \"{text}\""));
    let other = file(&entries.join(" }, { articles = 9, "));
    let text = "The bridge over the mill stream opens on Friday, the mayor said in the town hall.\n\n\
                It had been closed for nine long years, and nobody in the valley expected it to open again.\n\n\
                Share this: Facebook Twitter\n";
    for files in [[&keep, &takes, &other], [&other, &takes, &keep], [&takes, &keep, &other]] {
        let builder = files.iter().fold(Cleaner::builder(), |builder, toml| builder.learned_file("learned.toml", toml));
        let cleaner = builder.build().expect("good files");
        let page = format!("{text}{}\n", menu.join("\n"));
        let document = Document { url: Some("https://example.org/1"), ..Document::new(&page) };
        assert_eq!(cleaner.clean_document(&document).text(), text);
    }
}

#[test]
fn a_learned_file_holds_no_rules() {
    let toml = "[[rule]]\nid = \"site/evil\"\ncertainty = \"certain\"\nmatch = \"contains\"\nphrases = [\"the mayor\"]\nreason = \"x\"\n";
    let error = Cleaner::builder().learned_file("learned.toml", toml).build().expect_err("no rules there");
    assert!(
        error
            .to_string()
            .contains("learned.toml:2:1: rule site/evil: a learned file holds no rules; name the file with --rules")
    );
}

/// Sentences with words of their own for each article.
fn sentences(article: usize, count: usize) -> Vec<String> {
    let words = [
        "river", "mill", "bridge", "council", "market", "harvest", "winter", "garden", "school", "bread", "ferry",
        "hill",
    ];
    let own = words[article % words.len()];
    let sentence = |k: usize| {
        let rest: Vec<&str> = (0..16).map(|w| words[(article * 5 + k * 7 + w * (k + 3)) % words.len()]).collect();
        format!("The {own} {own}{k} of the {} stood by the water.", rest.join(" "))
    };
    (0..count).map(|k| sentence(k).replace(char::is_numeric, "x")).collect()
}

/// The lines that go from articles of one source that were learned together, with no other rules about them.
fn gone(texts: &[String]) -> Vec<String> {
    let urls: Vec<String> = (0..texts.len()).map(|n| format!("https://example.org/{n}")).collect();
    let documents = || texts.iter().zip(&urls).map(|(text, url)| Document { url: Some(url), ..Document::new(text) });
    let mut learner = Learner::new(Options::default());
    documents().for_each(|document| learner.see(&document));
    let cleaner = cleaner(learner.finish());
    let cleaned: Vec<_> = documents().map(|document| cleaner.clean_document(&document)).collect();
    let removed =
        cleaned.iter().filter(|c| c.held().is_none()).flat_map(|c| c.removals().iter().map(|r| s_text(c, r.span)));
    removed.collect()
}

#[test]
fn a_story_that_grew_keeps_its_headline_and_its_paragraphs() {
    let story = sentences(1, 6);
    let versions: Vec<String> = (1..=5).map(|n| format!("Bridge Closed\n\n{}\n", story[..n].join("\n\n"))).collect();
    assert_eq!(gone(&versions), [""; 0]);
}

#[test]
fn the_headline_of_a_series_stays_above_a_line_that_comes_again() {
    for (headline, line) in [("Your stars on 1 May", "Aries"), ("Act 1", "HAMLET"), ("Episode 1", "About the sea")] {
        let article = |n: usize| {
            let headline = headline.replace('1', &(n + 1).to_string());
            format!("{headline}\n\n{line}\n{}\n", sentences(n, 3).join("\n\n"))
        };
        let texts: Vec<String> = (0..6).map(article).collect();
        let gone = gone(&texts);
        assert!(gone.iter().all(|line| !line.starts_with(&headline[..3])), "{gone:?}");
    }
}

#[test]
fn ingredients_behind_the_prose_stay() {
    let pantry = [
        "salt and pepper",
        "50 g butter",
        "100 ml milk",
        "1 tsp sugar",
        "2 cloves garlic",
        "500 ml water",
        "3 carrots",
    ];
    let steps = ["Mix well.", "Chop the onion finely.", "Serve with bread.", "Let it cool on a rack.", "Heat the oil."];
    let article = |n: usize| {
        let some = |list: &[&str], count: usize| {
            (0..count).map(|k| list[(n * 3 + k * (n % 2 + 2)) % list.len()]).collect::<Vec<_>>().join("\n")
        };
        let (own, ingredients, steps) = (sentences(n, 3).join("\n\n"), some(&pantry, 4), some(&steps, 3));
        format!(
            "Pie of the {}\n\n{own}\n\nServes 4\n\nIngredients\n{ingredients}\n\nMethod\n{steps}\n",
            ["hill", "mill"][n % 2]
        )
    };
    let texts: Vec<String> = (0..8).map(article).collect();
    assert_eq!(gone(&texts), [""; 0]);
}

#[test]
fn a_sentence_right_below_the_article_stays() {
    let texts: Vec<String> = (0..6)
        .map(|n| {
            format!(
                "{}\n\nThe mine at Norven collapsed in March and killed eleven men.\n",
                sentences(n, 3).join("\n\n")
            )
        })
        .collect();
    assert_eq!(gone(&texts), [""; 0]);
}
