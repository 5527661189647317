//! Tests of `learn`, `--learned` and `--learn`: what a user does with a batch, what is refused, and names that are hostile.

use super::*;

/// A page: a menu, an article of its own, and what stands below every article of the site.
fn page(number: usize) -> String {
    let pick = |from: &[&str], step: usize| from[(number * step + number / from.len()) % from.len()].to_owned();
    let who = pick(&["miller", "ferryman", "baker", "teacher", "postman", "shepherd", "glazier"], 3);
    let what = pick(&["bridge", "weir", "orchard", "school", "tower", "quarry", "market", "chapel", "stable"], 5);
    let when = pick(&["spring", "summer", "autumn", "winter"], 1);
    let after = pick(&["storm", "flood", "fire", "frost", "drought"], 2);
    format!(
        "Home\nFarming\nObituaries\n\n\
         In {when} the {who} of the {what}\n\n\
         The {what} that the {who} looked after for {number} years was opened again in {when}, although hardly a person in \
         the valley had asked for it.\n\n\
         It had stood empty since the {after} of year {number}, said the {who}, who still keeps the key of the {what} on a \
         nail beside the door of the kitchen.\n\n\
         {number} comments\nVisited most often this week\nOpening hours of the pool\nA bus that nobody drives\n"
    )
}

fn article(number: usize) -> String {
    let text = page(number);
    let (_, text) = text.split_once("Obituaries\n\n").expect("a menu");
    let (text, _) = text.split_once(&format!("\n\n{number} comments")).expect("a tail");
    format!("{text}\n")
}

fn row(url: &str, text: &str) -> String {
    format!("{}\n", serde_json::json!({ "url": url, "text": text }))
}

fn batch(host: &str, numbers: impl Iterator<Item = usize>) -> String {
    numbers.map(|number| row(&format!("https://{host}/{number}"), &page(number))).collect()
}

fn cleaned(host: &str, numbers: impl Iterator<Item = usize>) -> String {
    numbers.map(|number| row(&format!("https://{host}/{number}"), &article(number))).collect()
}

/// Records with two fields, in any order of their keys.
fn texts(rows: &str) -> Vec<String> {
    let text = |row: &str| serde_json::from_str::<serde_json::Value>(row).expect("JSON")["text"].to_string();
    rows.lines().map(text).collect()
}

#[test]
fn what_is_learned_is_taken_away() {
    let place = Place::new();
    place.put("a.jsonl", batch("www.one.example", 0..12)).put("b.jsonl", batch("two.example", 0..2));
    let run = place.run(&["learn", "a.jsonl", "b.jsonl", "-o", "sites.toml"]).code(0);
    assert!(run.says("learned 2 sources from 14 documents: ").out.is_empty());
    let toml = place.get("sites.toml");
    for line in ["name = \"one.example\"\narticles = 12\n", "text = \"# comments\"", "text = \"obituaries\""] {
        assert!(toml.contains(line), "{line}: {toml}");
    }
    let wanted = texts(&cleaned("www.one.example", 0..12));
    let by_file = place.run(&["clean", "--learned", "sites.toml", "a.jsonl"]).code(0).out;
    assert_eq!(texts(&by_file), wanted);
    assert_eq!(texts(&place.run(&["clean", "--rules", "sites.toml", "a.jsonl"]).code(0).out), wanted);
    let at_once = place.run(&["clean", "--learn", "a.jsonl"]).code(0).says("  learned 1 source from 12 documents\n");
    assert_eq!(at_once.out, by_file);
    // A source that the file does not know is cleaned as before.
    let other = batch("three.example", 0..1);
    let plain = place.pipe(&["clean", "-q"], &other).code(0).out;
    assert_eq!(place.pipe(&["clean", "-q", "--learned", "sites.toml"], &other).code(0).out, plain);
    // A page of a pipe profits from the file.
    let piped = place.pipe(&["clean", "-q", "--learned", "sites.toml"], batch("one.example", 20..21)).code(0).out;
    assert_eq!(texts(&piped), texts(&cleaned("one.example", 20..21)));
    // A line that the user wants to keep.
    let kept = toml.lines().map(|line| match line.contains("opening hours") {
        true => line.replace("\"certain\"", "\"keep\"") + "\n",
        false => format!("{line}\n"),
    });
    place.put("kept.toml", kept.collect::<String>());
    let kept = place.run(&["clean", "-q", "--learned", "kept.toml", "a.jsonl"]).code(0).out;
    assert!(
        kept.lines().all(|row| row.contains("Opening hours of the pool")) && !kept.contains("Obituaries"),
        "{kept}"
    );
    let ignored = place.run(&["clean", "-q", "--learn", "--ignore", "learned/one.example", "a.jsonl"]).code(0).out;
    assert_eq!(ignored, place.run(&["clean", "-q", "a.jsonl"]).code(0).out);
}

#[test]
fn stdin_is_learned_from_and_stdout_is_written_to() {
    let place = Place::new();
    let rows = batch("one.example", 0..6);
    for args in [&["learn"][..], &["learn", "-"], &["learn", "-o", "-", "-"]] {
        let run = place.pipe(args, &rows).code(0).says("learned 1 source from 6 documents");
        assert!(run.out.starts_with("# What sources repeat.") && run.out.contains("obituaries"), "{}", run.out);
        assert_eq!(place.pipe(&[args, &["-q"]].concat(), &rows).code(0).err, "");
    }
    place.put("a.jsonl.gz", gzip(rows.as_bytes()));
    let packed = place.run(&["learn", "a.jsonl.gz"]).code(0).out;
    assert_eq!(packed, place.pipe(&["learn"], &rows).out);
    let hashed = place.run(&["learn", "--hashes", "a.jsonl.gz", "-o", "h.toml"]).code(0);
    assert!(hashed.out.is_empty() && !place.get("h.toml").contains("obituaries"));
    let wanted = texts(&cleaned("one.example", 0..6));
    assert_eq!(texts(&gunzip(&place.pipe_bytes(&["clean", "--learned", "h.toml", "a.jsonl.gz"], b"").stdout)), wanted);
}

#[test]
fn parts_that_are_counted_apart_give_the_file_of_one_run() {
    let place = Place::new();
    for name in ["news", "recipes", "docs"] {
        place.put(&format!("{name}.jsonl"), std::fs::read(format!("corpus/sources/{name}.jsonl")).expect("a file"));
    }
    // More articles of a host than are kept of a line; one of them in two parts.
    place.put("a.jsonl", batch("one.example", 0..15)).put("b.jsonl", batch("one.example", 14..40));
    let all = ["news.jsonl", "recipes.jsonl", "docs.jsonl", "a.jsonl", "b.jsonl"];
    let whole = place.run(&[&["learn"], &all[..]].concat()).code(0).out;
    let counts = place.run(&[&["learn", "--counts", "-"], &all[..]].concat()).code(0).out;
    let parts: [&[&str]; 3] = [&["news.jsonl", "b.jsonl"], &["docs.jsonl"], &["a.jsonl", "recipes.jsonl"]];
    for (part, name) in parts.iter().zip(["1.counts", "2", "3.json"]) {
        let run = place.run(&[&["learn", "--counts", name], *part].concat()).code(0);
        assert!(run.out.is_empty() && place.get(name).starts_with("{\"dechaff_counts\":1,"));
    }
    for order in [["1.counts", "2", "3.json"], ["3.json", "1.counts", "2"], ["2", "3.json", "1.counts"]] {
        assert_eq!(place.run(&[&["learn"], &order[..]].concat()).code(0).out, whole, "{order:?}");
        assert_eq!(place.run(&[&["learn", "--counts", "-"], &order[..]].concat()).code(0).out, counts, "{order:?}");
    }
    // Counts and documents together, and counts out of a pipe.
    assert_eq!(place.run(&["learn", "a.jsonl", "recipes.jsonl", "2", "1.counts"]).code(0).out, whole);
    assert_eq!(place.pipe(&["learn"], &counts).code(0).out, whole);
    let reversed: Vec<&str> = all.iter().rev().copied().collect();
    assert_eq!(place.run(&[&["learn", "-j1"], &reversed[..]].concat()).code(0).out, whole, "the order of documents");
}

#[test]
fn counts_that_do_not_fit_are_refused_by_name() {
    let place = Place::new();
    place.put("a.jsonl", batch("one.example", 0..5));
    place.run(&["learn", "a.jsonl", "--counts", "a.counts"]).code(0);
    let good = place.get("a.counts");
    place
        .run(&["learn", "a.counts", "--by", "host"])
        .code(2)
        .says("a.counts: cannot be added up: was counted --by auto");
    place
        .run(&["learn", "a.counts", "--merge-subdomains"])
        .code(2)
        .says("without --merge-subdomains; count all parts alike");
    for (broken, fault) in [
        (good[..good.len() / 2].to_owned(), "line "),
        (
            good.replace("\"dechaff_counts\":1", "\"dechaff_counts\":7"),
            "line 1: version 7; this program reads version 1",
        ),
        (good.replace("\"on\":[[0,", "\"on\":[[99999,"), "the line stands on an article that the source does not have"),
        (good.replace("\"articles\":5", "\"articles\":99999999999999999999"), "line 2: this is not a source"),
        (good.clone() + &good, "the file goes on behind its last source"),
    ] {
        place.put("b.counts", broken).put("out.toml", "mine");
        place.run(&["learn", "b.counts", "-o", "out.toml"]).code(2).says("b.counts: cannot be added up: ").says(fault);
        assert_eq!(place.get("out.toml"), "mine", "nothing was counted, so nothing is written");
    }
    // The other inputs are still done.
    let run = place.run(&["learn", "b.counts", "a.jsonl"]).code(2);
    assert!(run.out.contains("one.example"), "{}", run.out);
    place.run(&["clean", "a.counts"]).code(2).says("has a text in the field 'text'");
}

#[test]
fn folders_are_sources_of_texts_without_addresses() {
    let place = Place::new();
    for number in 0..6 {
        place.put(&format!("in/one/{number}.txt"), page(number)).put(&format!("{number}.txt"), page(number));
    }
    let toml = place.run(&["learn", "in"]).code(0).out;
    assert!(toml.contains("name = \"in/one\"\narticles = 6\n"), "{toml}");
    place.run(&["clean", "--learn", "in", "-o", "out"]).code(0).says("learned 1 source from 6 documents");
    assert_eq!(place.get("out/one/3.txt"), article(3));
    // Files that are named lie in the working folder, whatever the path says in front.
    let named = ["0.txt", "1.txt", "2.txt", "./3.txt", "4.txt"];
    let toml = place.run(&[&["learn"], &named[..]].concat()).code(0).out;
    assert!(toml.contains("name = \".\"\narticles = 5\n"), "{toml}");
    place.put("list", named.join("\n")).put(".toml", toml);
    place.run(&["clean", "--learn", "--files-from", "list", "-o", "out2"]).code(0).says("learned 1 source from 5");
    assert_eq!(place.get("out2/2.txt"), article(2));
    assert_eq!(place.run(&["clean", "--learned", ".toml", "5.txt"]).code(0).out, article(5));
    place.put("r.jsonl", (0..4).map(|number| record(number, &page(number))).collect::<String>());
    for (by, name) in [("folder", "."), ("auto", "."), ("file", "r.jsonl"), ("none", "")] {
        let toml = place.run(&["learn", "--by", by, "r.jsonl"]).code(0).out;
        assert!(toml.contains(&format!("name = \"{name}\"\narticles = 4\n")), "{toml}");
        place.put("l.toml", toml);
        let rows = place.run(&["clean", "-q", "--learned", "l.toml", "r.jsonl"]).code(0).out;
        assert_eq!(rows, (0..4).map(|number| record(number, &article(number))).collect::<String>(), "--by {by}");
    }
    place
        .run(&["learn", "--by", "host", "r.jsonl"])
        .code(0)
        .says("4 documents of no source")
        .says("nothing is written");
}

#[test]
fn subdomains_are_merged_on_request() {
    let place = Place::new();
    let rows: String = (0..6).map(|n| batch(&format!("part{n}.one.example"), n..n + 1)).collect();
    place.put("a.jsonl", &rows);
    place.run(&["learn", "a.jsonl"]).code(0).says("learned nothing from 6 documents").says("--merge-subdomains");
    let run = place.run(&["learn", "--merge-subdomains", "a.jsonl", "-o", "l.toml"]).code(0);
    assert!(run.says("1 source").out.is_empty() && place.get("l.toml").contains("subdomains = true"));
    let clean = place.run(&["clean", "-q", "--learned", "l.toml", "a.jsonl"]).code(0).out;
    assert_eq!(texts(&clean), (0..6).flat_map(|n| texts(&cleaned("x", n..n + 1))).collect::<Vec<_>>());
}

#[test]
fn how_much_it_takes_is_said_by_flags() {
    let place = Place::new();
    place.put("a.jsonl", batch("one.example", 0..6));
    let certain = |args: &[&str]| {
        let toml = place.run(&[&["learn", "a.jsonl"], args].concat()).code(0).out;
        toml.lines().any(|line| line.contains("\"certain\"") && line.contains("obituaries"))
    };
    assert!(certain(&[]) && certain(&["--min-docs", "6"]) && certain(&["--min-share", "1"]));
    assert!(!certain(&["--min-docs", "7"]));
    for args in [["--min-docs", "0"], ["--min-share", "1.5"], ["--by", "moon"], ["--min-doc", "3"]] {
        place.run(&["learn", "a.jsonl", args[0], args[1]]).code(2).says(args[0]);
    }
    place.run(&["clean", "--lern", "a.jsonl"]).code(2).says("'--learn'");
    place.run(&["lern", "a.jsonl"]).code(2).says("'learn'");
}

#[test]
fn there_is_too_little_to_learn_from() {
    let place = Place::new();
    place.put("a.jsonl", batch("one.example", 0..1) + &batch("two.example", 1..2));
    let run = place.run(&["learn", "a.jsonl", "-o", "l.toml"]).code(0);
    run.says("learned nothing from 2 documents: no source has 3 articles (one.example has 1)");
    // What is written is a learned file all the same.
    place.run(&["clean", "-q", "--learned", "l.toml", "a.jsonl"]).code(0);
    place.run(&["clean", "--learn", "a.jsonl"]).code(0).says("learned nothing from 2 documents");
    let alone: String =
        (0..4).map(|n| row(&format!("https://one.example/{n}"), &format!("Only line {}.\n", "x".repeat(n)))).collect();
    place.put("b.jsonl", alone);
    place.run(&["learn", "b.jsonl"]).code(0).says("no two articles of a source have a line in common");
    place.run(&["learn", "gone.jsonl"]).code(2).says("gone.jsonl: no such file").says("nothing is written");
}

#[test]
fn files_are_written_whole_and_never_over_inputs() {
    let place = Place::new();
    place.put("a.jsonl", batch("one.example", 0..5)).put("a.txt", page(7));
    place.run(&["learn", "a.jsonl", "-o", "a.jsonl"]).code(2).says("is not written over what may be an input");
    place.run(&["learn", "a.txt", "-o", "b.txt"]).code(2).says("use a name that ends in .toml");
    place.run(&["learn", "a.jsonl", "--counts", "b.jsonl"]).code(2).says("use a name that ends in .counts");
    place.run(&["learn", "a.jsonl", "-o", "l", "--counts", "l"]).code(2).says("is both the learned file");
    place.run(&["learn", "a.jsonl", "-o", "-", "--counts", "-"]).code(2).says("both go to stdout");
    place.run(&["learn", "a.jsonl", "-o", "no/way/l.toml", "--counts", "c"]).code(0);
    assert!(place.has("no/way/l.toml") && place.has("c"));
    place.put("l.toml", "old");
    place.run(&["learn", "a.jsonl", "-o", "l.toml"]).code(0);
    assert_eq!(place.get("l.toml"), place.get("no/way/l.toml"));
    assert_eq!(place.tree(), ["a.jsonl", "a.txt", "c", "l.toml", "no/way/l.toml"]);
}

#[test]
fn the_same_bytes_at_any_number_of_threads() {
    let place = Place::new();
    let rows: String = (0..8).map(|n| batch(&format!("h{n}.example"), n..n + 40)).collect();
    place.put("a.jsonl", rows);
    let run = |jobs: &str, args: &[&str]| place.run(&[args, &["a.jsonl", jobs]].concat()).code(0).out;
    for args in
        [&["learn"][..], &["learn", "--counts", "-"], &["clean", "--learn"], &["check", "--learn", "--exit-zero"]]
    {
        assert_eq!(run("-j1", args), run("-j4", args), "{args:?}");
    }
}

#[test]
fn stdin_and_pipes_cannot_be_read_twice() {
    let place = Place::new();
    let rows = batch("one.example", 0..5);
    for command in ["clean", "diff", "check", "stats"] {
        for args in [&["--learn"][..], &["--learn", "-"], &["--learn", "--files-from", "-"]] {
            let run = place.pipe(&[&[command], args].concat(), &rows).code(2).says("stdin cannot be read twice");
            assert!(run.says("'dechaff learn - -o FILE' and clean with --learned FILE").out.is_empty());
        }
    }
    place.put("dechaff.toml", "learn = true\n").put("a.jsonl", &rows);
    place.pipe(&["clean"], &rows).code(2).says("the key 'learn'");
    place.run(&["clean", "a.jsonl"]).code(0).says("learned 1 source from 5 documents");
    place.pipe(&["explain"], page(1)).code(0);
    #[cfg(unix)]
    {
        assert!(Command::new("mkfifo").arg(place.path().join("pipe")).status().expect("mkfifo").success());
        place.run(&["clean", "pipe", "a.jsonl", "-o", "out"]).code(2).says("pipe: is no plain file");
        assert_eq!(texts(&place.get("out/a.jsonl")), texts(&cleaned("one.example", 0..5)));
    }
}

#[test]
fn in_place_the_first_pass_sees_the_originals_and_all_comes_back() {
    let place = Place::new();
    for number in 0..7 {
        place.put(&format!("in/{number}.txt"), page(number));
    }
    place.put("in/r.jsonl", batch("one.example", 0..9));
    place.run(&["clean", "-i", "--learn", "in"]).code(0).says("learned 2 sources from 16 documents");
    assert_eq!(texts(&place.get("in/r.jsonl")), texts(&cleaned("one.example", 0..9)));
    for number in 0..7 {
        assert_eq!(place.get(&format!("in/{number}.txt")), article(number));
    }
    place.run(&["restore"]).code(0);
    assert_eq!((place.get("in/3.txt"), place.get("in/r.jsonl")), (page(3), batch("one.example", 0..9)));
    // A broken rule file ends the run before anything is read.
    place.put("bad.toml", "[[rule]]\n");
    place.run(&["clean", "-i", "--learn", "--rules", "bad.toml", "in"]).code(2).says("bad.toml:1");
    assert_eq!(place.get("in/3.txt"), page(3));
}

#[test]
fn inputs_that_fail_are_named_once() {
    let place = Place::new();
    place.put("a.jsonl", batch("one.example", 0..5) + "no JSON\n").put("in/x.jpg", "x").put("in/a.txt", page(1));
    let run = place.run(&["clean", "--learn", "gone", "a.jsonl", "in", "-o", "out"]).code(2);
    for what in ["gone: no such file", "a.jsonl:6: not JSON", "passed over: 1 .jpg"] {
        assert_eq!(run.err.matches(what).count(), 1, "{what}: {}", run.err);
    }
}

#[test]
fn broken_learned_files_are_named_with_place_and_remedy() {
    let place = Place::new();
    place.put("a.jsonl", batch("one.example", 0..2));
    for (toml, fault) in [
        ("learned = 2\n[[source]]\nname = \"a\"\n", "l.toml:1:"),
        (
            "learned = 1\n[[source]]\nname = \"a\"\nlines = [\n  { articles = 3, text = \"x\" },\n]\n",
            "l.toml:5:3: rule learned/a: the line has no certainty",
        ),
        ("learned = 1\n[[source]]\nname = \"a\"\nlinse = []\n", "did you mean 'lines'?"),
        ("learned = 1\n[[source]\n", "l.toml:2:"),
    ] {
        place.put("l.toml", toml);
        for command in ["clean", "diff", "check", "stats", "explain"] {
            let args = ["--learned", "l.toml", "a.jsonl"];
            place.run(&[&[command], &args[..]].concat()).code(2).says(fault);
        }
        place.run(&["rules", "list", "--learned", "l.toml"]).code(2).says(fault);
        place.run(&["rules", "test", "l.toml"]).code(2).says(fault);
    }
    place.run(&["clean", "--learned", "gone.toml", "a.jsonl"]).code(2).says("gone.toml: no such file");
    place.put("dechaff.toml", "learned = [\"gone.toml\"]\n");
    place.run(&["clean", "a.jsonl"]).code(2).says("gone.toml: no such file");
}

#[test]
fn learned_sources_are_rules() {
    let place = Place::new();
    place.put("a.jsonl", batch("one.example", 0..9) + &batch("two.example", 3..9));
    place.run(&["learn", "a.jsonl", "-o", "l.toml"]).code(0);
    let list = place.run(&["rules", "list", "--learned", "l.toml", "--select", "learned"]).code(0).out;
    assert_eq!(list.lines().count(), 2, "{list}");
    assert!(list.starts_with("learned/one.example") && list.contains("l.toml:5"), "{list}");
    let test = place.run(&["rules", "test", "l.toml"]).code(0).out;
    assert!(test.starts_with("2 rules, ") && test.contains(" 0 missing, 0 noisy"), "{test}");
    let show = place.run(&["rules", "show", "learned/one.example", "--learned", "l.toml"]).code(0).out;
    assert!(show.contains("\"obituaries\" on 9 articles, certain"), "{show}");
    place.run(&["rules", "show", "learned/one.exmple", "--learned", "l.toml"]).code(2).says("'learned/one.example'");
    let explained = place.run(&["explain", "--learned", "l.toml", "a.jsonl:2"]).code(0).out;
    assert!(explained.contains("stands on 9 of 9 articles of one.example, at the tail"), "{explained}");
    // A line that its file says to keep and one that is no line of the page: as expected, and missing.
    let mut toml = place.get("l.toml").replace("certainty = \"certain\"", "certainty = \"keep\"");
    place.put("k.toml", &toml);
    place.run(&["rules", "test", "k.toml"]).code(0);
    toml = toml.replace("name = \"one.example\"", "name = \"one\\u0001\"");
    place.put("k.toml", &toml);
    place.run(&["rules", "test", "k.toml"]).code(2).says("control character");
}

#[test]
fn reports_show_and_group_what_was_learned_by_source() {
    let place = Place::new();
    place.put("a.jsonl", batch("one.example", 0..9) + &batch("two.example", 3..9));
    let by_rule =
        place.run(&["diff", "--learn", "--by-rule", "a.jsonl"]).code(0).says("learned 2 sources from 15 documents");
    for source in ["learned/one.example  ", "learned/two.example  "] {
        assert!(by_rule.out.contains(source), "{}", by_rule.out);
    }
    let stats = place.run(&["stats", "--learn", "--format", "json", "a.jsonl"]).code(0).out;
    let stats: serde_json::Value = serde_json::from_str(&stats).expect("JSON");
    assert!(stats["rules"].to_string().contains("learned/one.example"), "{stats}");
    assert!(stats["families"].to_string().contains("\"learned\""), "{stats}");
    let html = place.run(&["diff", "--learn", "--html", "-", "a.jsonl"]).code(0).out;
    assert!(html.contains("learned/one.example") && html.contains("repeated by articles of two.example"));
    let check = place.run(&["check", "--learn", "--format", "json", "a.jsonl"]).code(1).out;
    let check: serde_json::Value = serde_json::from_str(&check).expect("JSON");
    let found = check.as_array().expect("findings");
    assert!(found.iter().any(|f| f["rule"] == "learned/two.example" && f["family"] == "learned"), "{check}");
    // Against a learned file: what this input's own lines take besides.
    place.run(&["learn", "a.jsonl", "-o", "l.toml"]).code(0);
    place.run(&["diff", "--learn", "--against", "l.toml", "--exit-code", "a.jsonl"]).code(0);
}

#[test]
fn a_plain_run_says_where_learning_would_help() {
    let place = Place::new();
    let hint = "  5 articles or more of one.example share many lines: 'dechaff clean --learn' would learn them\n";
    // A page whose own lines no rule knows.
    let odd = |n: usize| {
        let text = article(n);
        format!(
            "{text}\nThe reading room keeps its lamps lit until the last of the readers has gone home, every day but one.\n"
        )
    };
    let rows = |host: &str, n: std::ops::Range<usize>| {
        n.map(|n| row(&format!("https://{host}/{n}"), &odd(n))).collect::<String>()
    };
    place
        .put("a.jsonl", rows("one.example", 0..5))
        .put("b.jsonl", rows("one.example", 0..4))
        .put("l.toml", "learned = 1\n");
    let run = place.run(&["clean", "a.jsonl"]).code(0).says(hint);
    assert!(!place.run(&["clean", "b.jsonl"]).code(0).err.contains("share many"));
    for args in [&["--learn"][..], &["--learned", "l.toml"], &["-q"]] {
        assert!(!place.run(&[&["clean", "a.jsonl"], args].concat()).code(0).err.contains("share many"), "{args:?}");
    }
    assert_eq!(run.out, place.run(&["clean", "-q", "a.jsonl"]).code(0).out, "and no document differs");
    // Folders of texts have no addresses.
    for n in 0..6 {
        place.put(&format!("in/{n}.txt"), odd(n));
    }
    assert!(!place.run(&["clean", "in", "-o", "out"]).code(0).err.contains("share many"));
    place.put("c.jsonl", rows("a\u{202e}b.example", 0..5));
    let hostile = place.run(&["clean", "c.jsonl"]).code(0).says("of a\\u{202e}b.example share");
    assert!(!hostile.err.contains('\u{202e}'));
}

/// Names of folders and hosts that a page, a terminal, a list or a file might take for its own signs.
const HOSTILE: [&str; 5] =
    ["<script>alert(1)<", "a, b & \"c\" 'd'", "x\u{1b}[2Jy", "left\u{202e}thgir", "]]> %2C \\ = # é"];

#[test]
fn hostile_names_of_sources_are_only_names() {
    for name in HOSTILE {
        let place = Place::new();
        for number in 0..5 {
            place.put(&format!("in/{name}/{number}.txt"), page(number));
        }
        place.put(
            "hosts.jsonl",
            batch(&format!("{name}.example").replace([' ', '/', '#', '?', '\\', '\u{1b}'], ""), 0..5),
        );
        place.run(&["learn", "in", "hosts.jsonl", "-o", "l.toml"]).code(0).says("learned 2 sources from 10 documents");
        let is_raw = |text: &str| ["\u{1b}[2J", "\u{202e}"].iter().any(|raw| text.contains(raw));
        assert!(!is_raw(&place.get("l.toml")), "{name:?}");
        let clean = place.run(&["clean", "--learned", "l.toml", "in", "-o", "out"]).code(0);
        assert_eq!((place.get(&format!("out/{name}/2.txt")), is_raw(&clean.err)), (article(2), false), "{name:?}");
        let list = place.run(&["rules", "list", "--learned", "l.toml", "--select", "learned"]).code(0).out;
        let ids: Vec<&str> = list.lines().filter_map(|line| line.split("  ").next()).collect();
        assert_eq!(ids.len(), 2, "{list:?}");
        let id = ids.iter().find(|id| id.starts_with("learned/in/")).expect("the folder's");
        // The id works wherever ids are written, and says nothing to what surrounds it.
        assert!(!id.contains(|c: char| c.is_control() || " ,\"'<>&#\\=".contains(c)), "{id}");
        let ignored = place.run(&["clean", "in", "-o", "left", "-q", "--learned", "l.toml", "--ignore", id]).code(0);
        let plain = place.run(&["clean", "in", "-o", "plain", "-q"]).code(0);
        assert_eq!(
            (ignored.err, place.get(&format!("left/{name}/2.txt"))),
            (plain.err, place.get(&format!("plain/{name}/2.txt")))
        );
        place.put("d.toml", format!("version = 1\n[[decision]]\nrule = \"{id}\"\nanswer = \"reject\"\n"));
        let args = ["clean", "in", "-o", "kept", "-q", "--learned", "l.toml", "--decisions", "d.toml"];
        place.run(&args).code(0);
        assert_eq!(place.get(&format!("kept/{name}/2.txt")), place.get(&format!("plain/{name}/2.txt")), "{name:?}");
        for args in [
            &["diff", "--by-rule"][..],
            &["diff"],
            &["diff", "-y"],
            &["diff", "--stat"],
            &["diff", "--word"],
            &["check", "--exit-zero"],
            &["check", "--exit-zero", "--format", "concise"],
            &["check", "--exit-zero", "--format", "json"],
            &["check", "--exit-zero", "--format", "jsonl"],
            &["stats"],
            &["stats", "--format", "json"],
            &["stats", "--format", "csv"],
            &["stats", "--html", "-"],
            &["diff", "--html", "-"],
            &["rules", "show", id],
            &["rules", "show", id, "--format", "json"],
            &["rules", "list", "--format", "json"],
            &["rules", "test"],
        ] {
            let is_rules = args[0] == "rules";
            let inputs: &[&str] = if is_rules { &[] } else { &["in", "hosts.jsonl"] };
            let run = place.run(&[args, &["--learned", "l.toml"], inputs].concat()).code(0);
            assert!(!is_raw(&run.out) && !is_raw(&run.err), "{name:?} {args:?}: {}", run.out);
            assert!(!run.out.contains("<script>alert") || !args.contains(&"--html"), "{name:?} {args:?}");
            if args.contains(&"json") && !is_rules {
                serde_json::from_str::<serde_json::Value>(&run.out).expect("JSON");
            }
        }
        let explained = place.run(&["explain", "--learned", "l.toml", &format!("in/{name}/2.txt")]).code(0).out;
        assert!(!is_raw(&explained) && explained.contains("stands on 5 of 5 articles of in/"), "{explained}");
    }
}
