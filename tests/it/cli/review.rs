//! Tests of `review` on a pseudo-terminal: keys in, screens out, the decisions file, and its effect on
//! `clean`.

use super::*;
use rexpect::session::{PtySession, spawn_command};

const FORM: &str = "It rained all day, said the miller.\n\nLeave a Reply\nName *\nEmail *\n";
const SHARED: &str =
    "It snowed on the hills.\n\nShare this: Facebook\n\nIt snowed again on Sunday.\n\nAlso Read: The Bridge Is Open\n";

/// A simulated reviewer, who waits for a text on the screen and presses keys.
struct Reviewer(PtySession);

impl Reviewer {
    fn at(place: &Place, args: &[&str]) -> Self {
        let mut command = place.command(&[&["review", "--isolated", "--no-progress"], args].concat());
        // rexpect replaces the child's stdin by the terminal.
        command.env("TERM", "xterm");
        Self(spawn_command(command, Some(20_000)).expect("a terminal"))
    }

    #[track_caller]
    fn sees(&mut self, what: &str) -> &mut Self {
        self.0.exp_string(what).unwrap_or_else(|e| panic!("'{what}' is not shown: {e}"));
        self
    }

    /// Waits for the prompt and presses a key.
    #[track_caller]
    fn presses(&mut self, key: &str) -> &mut Self {
        self.sees("K,u,q,?]").types(key)
    }

    fn types(&mut self, key: &str) -> &mut Self {
        self.0.send(key).expect("sent");
        self.0.flush().expect("sent");
        self
    }

    #[track_caller]
    fn ends(&mut self, code: i32) {
        self.0.exp_eof().expect("an end");
        let status = self.0.process().wait().expect("a status");
        assert!(format!("{status:?}").contains(&format!(", {code})")), "{status:?}");
    }
}

fn place() -> Place {
    let place = Place::new();
    place.put("a.txt", FORM).put("b.txt", SHARED).put("c.txt", FORM);
    place
}

#[test]
fn answers_are_kept_and_applied_also_in_a_pipe() {
    let place = place();
    let mut reviewer = Reviewer::at(&place, &["a.txt", "b.txt", "c.txt"]);
    reviewer.sees("a.txt").sees("Leave a Reply").sees("these texts: 2 places in 2 documents").presses("y");
    reviewer.sees("Share this: Facebook").presses("n").sees("stays");
    reviewer.sees("Also Read: The Bridge Is Open").presses("y").sees("goes");
    reviewer.sees("3 answers given, 0 questions open").ends(0);
    let decisions = place.get("dechaff-decisions.toml");
    assert!(decisions.contains("text = \"Share this: Facebook\"\nanswer = \"reject\""), "{decisions}");
    let kept = "It snowed on the hills.\n\nShare this: Facebook\n\nIt snowed again on Sunday.\n";
    let clean = ["clean", "--decisions", "dechaff-decisions.toml"];
    assert_eq!(place.pipe(&clean, SHARED).code(0).out, kept);
    let rows = record(1, SHARED);
    let cleaned = place.pipe(&[&clean[..], &["--from", "jsonl", "-q"]].concat(), rows).code(0).out;
    assert_eq!(cleaned, record(1, kept));
    // Answered questions are not asked again; a new document brings only new questions.
    Reviewer::at(&place, &["a.txt", "b.txt", "c.txt"]).sees("nothing to decide").ends(0);
    place.put("d.txt", format!("{SHARED}\nShare this: Twitter\n"));
    Reviewer::at(&place, &["a.txt", "d.txt"]).sees("d.txt").sees("Share this: Twitter").presses("q").ends(1);
}

#[test]
fn an_answer_can_be_taken_back_and_a_sitting_resumed() {
    let place = place();
    let mut reviewer = Reviewer::at(&place, &["--decisions", "mine.toml", "a.txt", "b.txt"]);
    reviewer.presses("n").sees("stays").sees("Share this: Facebook").presses("u").sees("taken back");
    reviewer.sees("Leave a Reply").presses("j").sees("Share this: Facebook").presses("y").sees("goes");
    reviewer.presses("k").sees("Leave a Reply").presses("q").sees("1 answer given, 2 questions open").ends(1);
    assert_eq!(place.get("mine.toml").matches("[[decision]]").count(), 1);
    let mut reviewer = Reviewer::at(&place, &["--decisions", "mine.toml", "a.txt", "b.txt"]);
    reviewer.sees("1 of 2").presses("a").sees("Also Read").presses("d").sees("0 questions open").ends(0);
}

#[test]
fn answers_of_another_program_are_not_overwritten() {
    let place = place();
    let mut reviewer = Reviewer::at(&place, &["--decisions", "mine.toml", "a.txt", "b.txt"]);
    reviewer.presses("n").sees("stays").sees("Share this: Facebook");
    let theirs = place.get("mine.toml") + "# theirs\n";
    place.put("mine.toml", &theirs);
    reviewer.presses("y").sees("mine.toml: was changed by another program").ends(2);
    assert_eq!(place.get("mine.toml"), theirs);
}

#[test]
fn a_rule_is_decided_once_for_all() {
    let place = place();
    let mut reviewer = Reviewer::at(&place, &["--by-rule", "a.txt", "b.txt", "c.txt"]);
    reviewer.sees("A/N this rule: 6 places in 2 documents").presses("N").sees("stays").presses("A").sees("goes");
    reviewer.presses("q").ends(1);
    let decisions = place.get("dechaff-decisions.toml");
    assert!(decisions.contains("rule = \"comments/reply-form\"\nanswer = \"reject\""), "{decisions}");
    assert_eq!(place.run(&["clean", "--decisions", "dechaff-decisions.toml", "a.txt"]).code(0).out, FORM);
}

#[test]
fn a_rejection_and_a_mark_become_rules() {
    let place = place();
    place.put("mine.toml", "# ours\n");
    place.put("edit.sh", "#!/bin/sh\nsed -i 's/^-Share/ Share/; s/^ It snowed again/-It snowed again/' \"$1\"\n");
    let mut command =
        place.command(&["review", "--isolated", "--no-progress", "--rules", "mine.toml", "a.txt", "b.txt"]);
    command.env("TERM", "xterm").env("EDITOR", "sh edit.sh").env_remove("VISUAL");
    let mut reviewer = Reviewer(spawn_command(command, Some(20_000)).expect("a terminal"));
    reviewer.presses("s").presses("j").sees("Name *").presses("K").sees("rule site/keep-name added to mine.toml");
    reviewer.sees("Email *").presses("j").sees("Share this").presses("e").sees("rule site/it-snowed-again-on-sunday");
    reviewer.presses("q").ends(1);
    assert!(place.get("mine.toml").starts_with("# ours\n"));
    place.run(&["rules", "test", "mine.toml", "--rules", "mine.toml"]).code(0);
    let cleaned = place.run(&["clean", "--rules", "mine.toml", "a.txt"]).code(0).out;
    assert_eq!(cleaned, "It rained all day, said the miller.\n\nName *\n");
}

#[test]
fn held_documents_come_first_and_go_once_accepted() {
    let place = place();
    let junk = "The harbour master ordered three men to clear the lower steps of the pier before noon.";
    place.put("mine.toml", format!(
        "[[rule]]\nid = \"site/box\"\ncertainty = \"likely\"\nmatch = \"line\"\nphrases = [\"{junk}\"]\nreason = \"a box\"\nremoves = [\"{junk}\"]\nkeeps = [\"It rained.\"]\n"
    ));
    let text = format!("{junk}\n\nIt rained all day in the valley, said the miller.\n");
    place.put("z.txt", &text);
    let clean = ["clean", "--isolated", "--rules", "mine.toml", "--decisions", "dechaff-decisions.toml", "z.txt"];
    let mut reviewer = Reviewer::at(&place, &["--rules", "mine.toml", "b.txt", "z.txt"]);
    reviewer.sees("z.txt").sees("held: ").presses("q").ends(1);
    let mut reviewer = Reviewer::at(&place, &["--rules", "mine.toml", "b.txt", "z.txt"]);
    reviewer.sees("z.txt").presses("y").sees("goes").presses("q").ends(1);
    assert_eq!(place.run(&clean).code(0).out, "It rained all day in the valley, said the miller.\n");
}

/// A rule whose hits are suspects.
const DOUBTFUL: &str = "Perhaps a label:\nIt snowed on the hills.\n\nShare this: Facebook\n";

fn doubtful() -> Place {
    let place = Place::new();
    place.put("p.toml", PERHAPS).put("a.txt", DOUBTFUL).put("b.txt", "Perhaps a label:\nIt snowed.\n");
    place
}

#[test]
fn suspects_are_offered_once_no_removal_is_left() {
    let (place, args) = (doubtful(), ["--rules", "p.toml", "--select", "site,share", "a.txt", "b.txt"]);
    let mut reviewer = Reviewer::at(&place, &args);
    reviewer.sees("1 of 1, 1 open").sees("Share this: Facebook").presses("y");
    reviewer.sees("no removal is left; 1 suspect: look at them? [y/n] ").types("n");
    reviewer.sees("1 answer given, 0 questions open").ends(0);
    // If a document has nothing but suspects, their question comes first.
    let mut reviewer = Reviewer::at(&place, &args);
    reviewer.sees("look at them? [y/n] ").types("x").types("y").sees("suspect 1 of 1, 1 open").sees("Perhaps a label:");
    reviewer.sees("2 places in 2 documents").sees("Suspect, stays unless accepted. Remove?").presses("q");
    reviewer.sees("0 answers given, 1 question open (0 of removals, 1 of suspects)").ends(1);
    let mut reviewer = Reviewer::at(&place, &args);
    reviewer.sees("look at them? [y/n] ").types("y").presses("y").sees("1 answer given, 0 questions open").ends(0);
    let clean = ["clean", "--rules", "p.toml", "--decisions", "dechaff-decisions.toml", "-q", "b.txt"];
    assert_eq!(place.run(&clean).code(0).out, "It snowed.\n");
    Reviewer::at(&place, &args).sees("nothing to decide").ends(0);
}

#[test]
fn suspects_are_not_offered_while_a_removal_is_open() {
    let place = doubtful();
    let mut reviewer = Reviewer::at(&place, &["--rules", "p.toml", "--select", "site,share", "a.txt"]);
    reviewer.presses("j").sees("0 answers given, 1 question open\r\n").ends(1);
}

#[test]
fn suspects_are_asked_about_behind_the_removals_on_request() {
    let (place, args) = (doubtful(), ["--rules", "p.toml", "--select", "site,share", "a.txt", "b.txt"]);
    let mut reviewer = Reviewer::at(&place, &[&["--suspects"], &args[..]].concat());
    // The number of open questions in a document counts removals only.
    reviewer.sees("Share this: Facebook").sees("a/d 1 open in this document").presses("a");
    reviewer.sees("suspect 1 of 1").presses("n").sees("2 answers given, 0 questions open").ends(0);
    place.put("dechaff.toml", "suspects = true\n").put("c.txt", "Perhaps a label: \nIt snowed.\n");
    let mut command = place.command(&[&["review", "--no-progress", "--decisions", "other.toml"], &args[..]].concat());
    command.env("TERM", "xterm");
    let mut reviewer = Reviewer(spawn_command(command, Some(20_000)).expect("a terminal"));
    reviewer.presses("y").sees("suspect 1 of 1").presses("q").ends(1);
}

#[test]
fn hostile_text_cannot_paint_the_screen() {
    let place = Place::new();
    place.put("a.txt", "It rained\u{1b}[2J all day.\n\nShare this: Facebook\n");
    Reviewer::at(&place, &["a.txt"]).sees("^[[2J").presses("?").sees("u  undo the last answer").presses("q").ends(1);
}

/// What sources repeat is asked about source by source, and a name of a source is only a name.
#[cfg(target_os = "linux")]
#[test]
fn what_was_learned_is_asked_about_by_source() {
    let place = Place::new();
    for (folder, line) in
        [("b\u{202e}\u{1b}[2J, <x>", "A reading room by the river"), ("c", "A quay that nobody sweeps")]
    {
        for (number, word) in ["storm", "flood", "fire", "frost", "drought"].into_iter().enumerate() {
            let text = format!(
                "The {word} of {number} came over the hills and took the roof of the old mill with it in a night."
            );
            place.put(
                &format!("in/{folder}/{number}.txt"),
                format!("{text}\n\nIt was the {word}, the miller said when the roof lay in the stream, and not the wind.\n\n{line}\nValley weather\nBus fares\n"),
            );
        }
    }
    let mut reviewer = Reviewer::at(&place, &["--learn", "--by-rule", "in"]);
    reviewer.sees("learned 2 sources from 10 documents");
    let screen = reviewer.0.exp_string("K,u,q,?]").expect("a question");
    assert!(screen.contains("learned/in/b%E2%80%AE%251B[2J%2C%20%3Cx%3E"), "{screen:?}");
    assert!(
        screen.contains("repeated by articles of in/b\\u{202e}%1B[2J, <x>") && !screen.contains('\u{202e}'),
        "{screen:?}"
    );
    reviewer.types("A").sees("learned/in/c").presses("N").sees("2 answers given, 0 questions open").ends(0);
    place.run(&["clean", "--learn", "--decisions", "dechaff-decisions.toml", "in", "-o", "out"]).code(0);
    assert!(place.get("out/c/1.txt").contains("A quay"));
    assert!(!place.get("out/b\u{202e}\u{1b}[2J, <x>/1.txt").contains("A reading room"));
}

#[test]
fn a_line_of_megabytes_does_not_flood_the_screen() {
    let place = Place::new();
    place.put("a.txt", format!("{} Share this: Facebook\n\nShare this: Twitter\n", "It was dry. ".repeat(100_000)));
    let mut reviewer = Reviewer::at(&place, &["a.txt"]);
    let screen = reviewer.0.exp_string("K,u,q,?]").expect("a question");
    assert!(screen.len() < 5_000 && screen.contains("Share this: Facebook"), "{} bytes", screen.len());
    reviewer.0.send("q").expect("sent");
    reviewer.0.flush().expect("sent");
    reviewer.ends(1);
}

#[test]
fn a_decisions_file_that_cannot_be_written_is_named_before_the_scan() {
    let place = place();
    let mut reviewer = Reviewer::at(&place, &["--decisions", "a.txt/d.toml", "b.txt"]);
    reviewer.sees("a.txt/d.toml: cannot be written: ").ends(2);
}

#[test]
fn a_new_rule_file_is_named_where_the_answers_are_applied() {
    let place = place();
    let mut reviewer = Reviewer::at(&place, &["b.txt"]);
    reviewer.presses("K").sees("added to dechaff-rules.toml").presses("y");
    reviewer.sees("clean --decisions dechaff-decisions.toml --rules dechaff-rules.toml").ends(0);
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let place = place();
    place.run(&["review", "a.txt"]).code(2).says("review asks on a terminal");
    place.run(&["clean", "--decisions", "none.toml", "a.txt"]).code(2).says("none.toml: no such file");
    place.put("bad.toml", "version = 1\n[[decision]]\nrul = \"x\"\n");
    place.run(&["clean", "--decisions", "bad.toml", "a.txt"]).code(2).says("bad.toml:3:1: 'rul' is not known here");
}

/// The session shown in docs/review.md is what the program shows. `UPDATE_README=1` writes it anew.
#[test]
fn the_recorded_walk_is_what_the_program_shows() {
    let place = place();
    let mut command = place.command(&["review", "--isolated", "--no-progress", "a.txt", "b.txt", "c.txt"]);
    command.env("TERM", "xterm");
    let mut reviewer = Reviewer(spawn_command(command, Some(20_000)).expect("a terminal"));
    let (mut screens, mut text) = (Vec::new(), String::new());
    for key in ["y", "n", "u", "N", "q"] {
        let shown = reviewer.0.exp_string("K,u,q,?]").expect("a prompt");
        screens.push(format!("{shown}K,u,q,?]"));
        reviewer.0.send(key).expect("sent");
        reviewer.0.flush().expect("sent");
    }
    screens.push(reviewer.0.exp_eof().expect("an end"));
    let mut cast = String::from("{\"version\": 2, \"width\": 100, \"height\": 30, \"title\": \"dechaff review\"}\n");
    for (at, screen) in screens.iter().enumerate() {
        // rexpect returns each byte of the screen as a character.
        let bytes: Vec<u8> = screen.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
        let screen = String::from_utf8(bytes).expect("UTF-8");
        cast.push_str(&format!("{}\n", serde_json::json!([at * 3, "o", screen])));
        text.push_str(&anstream::adapter::strip_str(&screen).to_string().replace('\r', ""));
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let page = std::fs::read_to_string(root.join("review.md")).expect("the page");
    let (before, rest) = page.split_once("<!-- walk -->\n").expect("a place for the walk");
    let (_, after) = rest.split_once("<!-- end -->").expect("its end");
    let wanted = format!("{before}<!-- walk -->\n```text\n{}\n```\n<!-- end -->{after}", text.trim());
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(root.join("review.md"), &wanted).expect("written");
        std::fs::write(root.join("review.cast"), &cast).expect("written");
    }
    assert_eq!(std::fs::read_to_string(root.join("review.md")).expect("the page"), wanted);
    assert_eq!(std::fs::read_to_string(root.join("review.cast")).expect("the recording"), cast);
}
