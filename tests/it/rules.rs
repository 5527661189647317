//! Tests of the built-in rules and of the loader: every rule passes its own examples, and the rule files are
//! in order.

use std::collections::HashSet;

use dechaff::{Cleaner, Family, SCHEMA};

fn all_rules() -> Cleaner {
    Cleaner::builder().select(Family::ALL.iter().map(|f| f.as_str())).build().expect("built-in rules")
}

#[test]
fn every_rule_is_proven_by_its_examples() {
    let report = dechaff::evidence::test(&all_rules(), None);
    let mut page = Vec::new();
    dechaff::report::evidence(&mut page, &report).expect("a vector takes everything");
    assert!(report.is_good(), "{}", String::from_utf8_lossy(&page));
}

#[test]
fn every_family_that_is_not_a_users_has_rules() {
    let cleaner = all_rules();
    let families: HashSet<Family> = cleaner.rules().iter().map(|r| r.family).collect();
    for &family in Family::ALL {
        assert_eq!(families.contains(&family), !matches!(family, Family::Site | Family::Learned), "{family}");
    }
}

#[test]
fn every_language_covers_the_families_that_pages_have() {
    let cleaner = all_rules();
    for language in ["en", "es", "de", "fr", "pt", "it", "nl", "ru", "pl", "tr", "id", "hi", "ar", "zh", "ja", "ko"] {
        let has = |family: Family| {
            cleaner.rules().iter().any(|r| r.family == family && r.languages.iter().any(|l| l == language))
        };
        use Family::{Advert, Comments, Cookies, Copyright, Newsletter, Related, Share, Teaser};
        for family in [Share, Comments, Related, Teaser, Newsletter, Cookies, Advert, Copyright] {
            assert!(has(family), "{language} has no rule of {family}");
        }
    }
}

#[test]
fn ids_of_other_languages_begin_with_the_language() {
    for rule in all_rules().rules().iter() {
        let name = rule.id.as_str().split_once('/').expect("family/name").1;
        if let [language] = rule.languages.as_slice() {
            assert!(language == "en" || name.starts_with(&format!("{language}-")), "{}", rule.id);
        }
    }
}

#[test]
fn three_faults_are_three_messages() {
    let toml = "\
[[rule]]
id = \"share/mine\"
certainty = \"sure\"
match = \"line\"
phrases = [\"my share bar\"]
reason = \"mine\"
removes = [\"My share bar\"]
keeps = [\"Not mine\"]

[[rule]]
id = \"sharing/mine\"
certainty = \"likely\"
match = \"line\"
phrase = [\"my share bar\"]
reason = \"mine\"
removes = [\"My share bar\"]
keeps = [\"Not mine\"]

[[rule]]
id = \"share/other\"
certainty = \"likely\"
match = \"line\"
phrases = [\"other\"]
pattern = \"(\"
reason = \"other\"
removes = [\"Other\"]
keeps = [\"Not other\"]
";
    let error = Cleaner::builder().rules("mine.toml", toml).build().expect_err("three faults");
    let shown = error.to_string();
    for part in [
        "mine.toml:3:13: rule share/mine: 'certainty' cannot be 'sure'; use certain, likely, suspect",
        "mine.toml:11:6: rule sharing/mine: no family is called 'sharing'",
        "mine.toml:14:1: rule sharing/mine: unknown field 'phrase'; did you mean 'phrases'?",
        "mine.toml:24:11: rule share/other: the pattern cannot be used",
    ] {
        assert!(shown.contains(part), "{part}\nis not in\n{shown}");
    }
}

#[test]
fn a_users_rule_takes_the_same_road() {
    let toml = r#"
[[rule]]
id = "site/valley-post"
certainty = "certain"
match = "prefix"
phrases = ["the valley post is"]
max_bytes = 80
reason = "the paper's own line"
removes = ["The Valley Post is read in every village."]
keeps = ["The Valley Post was founded in 1902."]
"#;
    let cleaner = Cleaner::builder().rules("mine.toml", toml).build().expect("a valid rule");
    let cleaned = cleaner.clean("It rained all day in the valley.\n\nThe Valley Post is read in every village.\n");
    assert_eq!(cleaned.text(), "It rained all day in the valley.\n");
    assert_eq!(cleaned.removals()[0].rule.as_str(), "site/valley-post");
    assert!(dechaff::evidence::test(&cleaner, Some("mine.toml")).is_good());
}

#[test]
fn names_that_are_no_rules_are_refused() {
    let error = Cleaner::builder().select(["shares"]).ignore(["headline/repeted"]).build().expect_err("two faults");
    assert_eq!(error.faults().len(), 2);
    assert!(error.to_string().contains("did you mean 'share'?"), "{error}");
    assert!(error.to_string().contains("did you mean 'headline/repeated'?"), "{error}");
}

#[test]
fn policy_is_off_until_selected() {
    let text = "It rained all day in the valley, and nobody went out. The ferry stayed where it was, and so did the mail.\n\nCopyright 2021 The Valley Post. All rights reserved.\n";
    assert_eq!(Cleaner::builder().build().expect("built-in").clean(text).text(), text);
    let cleaner = Cleaner::builder().extend_select(["copyright"]).build().expect("built-in");
    assert_eq!(
        cleaner.clean(text).text(),
        "It rained all day in the valley, and nobody went out. The ferry stayed where it was, and so did the mail.\n"
    );
}

/// The published JSON schema and the loader have the same fields.
#[test]
fn the_schema_knows_the_fields_that_the_loader_knows() {
    let schema: serde_json::Value = serde_json::from_str(SCHEMA).expect("JSON");
    let same = |table: &str, schema: &serde_json::Value, toml: &str| {
        let fields = schema["items"]["properties"].as_object().expect("an object");
        let error = Cleaner::builder().rules("x", toml).build().expect_err("an unknown field").to_string();
        let listed =
            error.split("the fields are ").nth(1).expect("the loader lists its fields").lines().next().expect("a line");
        let loader: HashSet<&str> = listed.split(", ").collect();
        let schema: HashSet<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(loader, schema, "{table}");
    };
    for (table, needed) in [("rule", "phrases"), ("block", "anchors"), ("judgement", "cuts"), ("keep", "phrases")] {
        let list = &schema["properties"][table];
        assert!(list["items"]["properties"][needed].is_object(), "{table}.{needed}");
        same(table, list, &format!("[[{table}]]\nno_such_field = 1\n"));
    }
    let source = &schema["properties"]["source"];
    let learned = "learned = 1\n[[source]]\nname = \"a\"\n";
    same("source", source, &format!("{learned}no_such_field = 1\n"));
    let lines = &source["items"]["properties"]["lines"];
    let line = "{ text = \"b\", certainty = \"keep\", no_such_field = 1 }";
    same("lines", lines, &format!("{learned}lines = [{line}]\n"));
}

/// A `[[keep]]` rule protects a line from all other rules and from judgements by looks.
#[test]
fn what_a_rule_protects_stays() {
    let keep = |phrase: &str| {
        format!(
            "[[keep]]\nid = \"site/ours\"\nmatch = \"line\"\nphrases = [\"{phrase}\"]\nreason = \"ours\"\nkeeps = [\"{phrase}\"]\nremoves = [\"Something else\"]\n"
        )
    };
    let text = "It rained all day, said the miller. Share this: Facebook\n\nLeave a Reply\nName *\nEmail *\n";
    let cleaned = |phrase: &str| {
        let cleaner = Cleaner::builder().rules("mine.toml", &keep(phrase)).build().expect("good rules");
        let report = dechaff::evidence::test(&cleaner, Some("mine.toml"));
        assert!(report.is_good() && report.examples.len() == 2, "{:?}", report.examples);
        cleaner.clean(text).text().into_owned()
    };
    assert_eq!(cleaned("no such line"), "It rained all day, said the miller.\n");
    assert_eq!(cleaned("Name *"), "It rained all day, said the miller.\n\nName *\n");
    assert_eq!(cleaned("Share this: Facebook"), "It rained all day, said the miller. Share this: Facebook\n");
    let noisy = keep("Name *").replace("Something else", "name *");
    let cleaner = Cleaner::builder().rules("mine.toml", &noisy).build().expect("good rules");
    assert!(!dechaff::evidence::test(&cleaner, Some("mine.toml")).is_good());
}

#[test]
fn the_end_of_a_page_is_for_plain_rules() {
    let rule = |table: &str, fields: &str| {
        let certainty = if table == "keep" { "" } else { "certainty = \"likely\"\n" };
        let toml = format!(
            "[[{table}]]\nid = \"site/x\"\n{certainty}reason = \"x\"\nmatch = \"prefix\"\nphrases = [\"abc\"]\n{fields}\n"
        );
        Cleaner::builder().builtin(false).rules("mine.toml", &toml).build().map(drop).map_err(|e| e.to_string())
    };
    assert_eq!(rule("rule", "where = \"end\"\nnew_name = true"), Ok(()));
    for (table, fields, message) in [
        ("rule", "where = \"end\"\nfragment = \"end\"", "without fragments"),
        ("keep", "where = \"end\"", "only a [[rule]]"),
        ("rule", "where = \"tail\"\nnew_name = true", "'new_name' is for the end"),
    ] {
        let error = rule(table, fields).expect_err(fields);
        assert!(error.contains(message), "{error}");
    }
}

/// Evidence quotes a label with `{}` unchanged, although its templates use `{}` themselves.
#[test]
fn evidence_quotes_a_label_with_braces() {
    let text = "The bridge over the mill stream opened on Friday, the mayor of the town said.\n\nMore from {} Daily\n\n\
        Storm Tears Roof off Railway Station\n\nCouncil Votes to Close Two Village Schools\n";
    let cleaner = Cleaner::builder().build().expect("built-in rules");
    let cleaned = cleaner.clean(text);
    let said: Vec<&str> = cleaned.removals().iter().map(|removal| removal.evidence.as_str()).collect();
    assert_eq!(said[0], "the line opens a block: \"more from {} daily\"");
    assert_eq!(said[1], "in the block under \"more from {} daily\" of line 3");
}
