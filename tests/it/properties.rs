//! Tests of the laws of cleaning, on generated documents and on the corpus. Those that any document has to keep stand in
//! `fuzz/src/laws.rs`.

use std::sync::{LazyLock, Mutex, PoisonError};

use dechaff::learn::{Learner, Options};
use dechaff::{Answer, Cleaner, Decisions, Document, Line, Profile, Removal, lines};
use proptest::prelude::*;

use super::common;
use super::fuzz::laws::{check, deletion_only};

static BALANCED: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::builder().build().expect("built-in rules"));
static AGGRESSIVE: LazyLock<Cleaner> = LazyLock::new(|| {
    let all = dechaff::Family::ALL.iter().map(|f| f.as_str());
    Cleaner::builder().profile(Profile::Aggressive).select(all).max_removed(1.0).build().expect("built-in rules")
});

/// The lines of generated documents: prose, junk of all families, look-alikes of junk, and odd characters.
const PIECES: &[&str] = &[
    "The council met on Tuesday evening and voted for the new bridge, which will cost four million.",
    "Nobody spoke against it. The mayor smiled, and the treasurer wrote down the figure with care.",
    "“We have waited for nine years,” said the ferryman, “and one more winter will not drown us.”",
    "Council Votes for New Bridge Over the River",
    "Council votes for new bridge over the river | The Valley Post",
    "Storm Tears Roof off Railway Station in the North",
    "Share this:",
    "Facebook",
    "Twitter",
    "WhatsApp",
    "FacebookTwitterWhatsApp",
    "Share on Facebook 23",
    "12",
    "1.2K Shares",
    "Leave a Reply",
    "Name *",
    "Email *",
    "Website",
    "Post Comment",
    "Your email address will not be published. Required fields are marked *",
    "3 Comments",
    "Anna says:",
    "March 3, 2021 at 4:15 pm",
    "Reply",
    "I do not think so.",
    "Also Read: Storm Tears Roof off Railway Station",
    "Related Articles",
    "# Council Votes for New Bridge Over the River",
    "Recent Articles",
    "About the Author",
    "Sources",
    "1. Weber A. Piles under cyclic load. Harbour Eng. 2011",
    "2. Share of repair costs in small ports, 2004",
    "- Light body",
    "- Share on Facebook",
    "| Watch | Weight |",
    "| Vale | 39 g |",
    "Read | Pages",
    "--- | ---",
    "Follow us on Facebook and",
    "on Twitter, where we show pictures.",
    "You may also like",
    "Read more",
    "Sign up for our newsletter",
    "Enter your email address",
    "Advertisement",
    "Source:",
    "Tags: bridge, river",
    "Like this: Like Loading...",
    "GIPHY App Key not set. Please check settings",
    "The ferry will sail until May. Share this: Facebook Twitter",
    "Advertisement The council met on Tuesday evening and voted.",
    "Compartir en Facebook",
    "Teilen",
    "Anzeige",
    "Lea también: La tormenta destroza la estación",
    "Поделиться",
    "分享到",
    "関連記事",
    "광고",
    "",
    "",
    "",
    "   ",
    "\t",
    "\u{a0}",
    "•",
    "***",
    "a\u{301}\u{200b}",
    "&amp; &lt;b&gt;",
    "[x](y) ![](z)",
    "\u{202e}abc",
    "🔗 📷",
];

fn document() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        9 => proptest::sample::select(PIECES).prop_map(str::to_owned),
        1 => "\\PC{0,40}",
    ];
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n"), 1 => Just("\n\n")];
    (any::<bool>(), any::<bool>(), proptest::collection::vec((piece, end), 0..30)).prop_map(|(bom, open, parts)| {
        let mut text = String::from(if bom { "\u{feff}" } else { "" });
        for (piece, end) in parts {
            text.push_str(&piece);
            text.push_str(end);
        }
        if open {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        text
    })
}

/// Asserts that one of the lines that repeat a record's title stays, and that cleaning the cleaned text
/// changes nothing.
fn title_stays(cleaner: &Cleaner, text: &str, title: &str) {
    let key =
        |line: &str| line.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    // The name of the site may follow the title, behind ` | `, in the record or in the text.
    let bare = |line: &str| key(line.split(" | ").next().unwrap_or(line));
    let says = |text: &str| lines(text).any(|l| l.span.len() <= 300 && bare(&text[l.span.range()]) == bare(title));
    let cleaned = cleaner.clean_document(&Document { title: Some(title), ..Document::new(text) });
    let left = cleaned.text();
    assert!(says(&left) || !says(text), "nothing says '{title}' any more");
    let again = cleaner.clean_document(&Document { title: Some(title), ..Document::new(&left) });
    assert_eq!(again.text(), left, "twice is not once");
}

/// A cleaner for decisions. It holds no document, because accepted removals are carried out in any case.
static REVIEWED: LazyLock<Mutex<Cleaner>> =
    LazyLock::new(|| Mutex::new(Cleaner::builder().max_removed(1.0).build().expect("built-in rules")));

/// Asserts three laws of decisions: accepting every removal gives the cleaned text, rejecting every removal
/// gives the original, and with any `answers` cleaning the cleaned text changes nothing.
fn check_decisions(text: &str, answers: &[Option<bool>]) {
    let mut cleaner = REVIEWED.lock().unwrap_or_else(PoisonError::into_inner);
    cleaner.follow(Decisions::default());
    let cleaned = cleaner.clean(text);
    let key = |r: &Removal| (r.rule.as_str().to_owned(), Decisions::key(&text[r.span.range()]).into_owned());
    let decided = |answer: &dyn Fn(usize) -> Option<Answer>, removals: &[Removal]| {
        let mut decisions = Decisions::default();
        for (at, (rule, key)) in removals.iter().map(key).enumerate() {
            if let (Some(answer), false) = (answer(at), key.is_empty()) {
                decisions.decide(&rule, Some(&key), answer);
            }
        }
        decisions
    };
    let result = |cleaner: &mut Cleaner, decisions: Decisions| {
        cleaner.follow(decisions);
        let cleaned = cleaner.clean(text);
        assert!(cleaned.held().is_none(), "{:?}", cleaned.held());
        let left = cleaned.text().into_owned();
        assert_eq!(cleaner.clean(&left).text(), left, "twice is not once");
        left
    };
    let all = |answer: Answer| decided(&|_| Some(answer), cleaned.removals());
    // A rule may remove a line and only suspect an equal line elsewhere; an answer holds for both.
    let is_whole = |l: &Line| cleaned.removals().iter().any(|r| r.span == l.span);
    let kept = lines(text).filter(|l| !is_whole(l)).map(|l| Decisions::key(&text[l.span.range()]));
    let kept: Vec<_> = kept.collect();
    let is_kept = |r: &Removal| kept.contains(&Decisions::key(&text[r.span.range()]));
    if !cleaned.removals().iter().any(is_kept) {
        assert_eq!(result(&mut cleaner, all(Answer::Accept)), cleaned.text());
    }
    assert_eq!(result(&mut cleaner, all(Answer::Reject)), text);
    let mut everything = cleaned.removals().to_vec();
    everything.extend_from_slice(cleaned.suspects());
    let some = |at: usize| answers[at % answers.len()].map(|yes| if yes { Answer::Accept } else { Answer::Reject });
    let _ = result(&mut cleaner, decided(&some, &everything));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn laws_hold_for_generated_documents(text in document()) {
        check(&BALANCED, &Document::new(&text));
        check(&AGGRESSIVE, &Document::new(&text));
    }

    #[test]
    fn the_title_stays(text in document(), title in proptest::sample::select(PIECES)) {
        // `title_stays` does not fold accents when it compares.
        if title.is_ascii() && title.chars().any(char::is_alphanumeric) {
            title_stays(&BALANCED, &text, title);
            title_stays(&AGGRESSIVE, &text, title);
        }
    }

    #[test]
    fn decisions_are_followed(text in document(), answers in proptest::collection::vec(any::<Option<bool>>(), 40)) {
        check_decisions(&text, &answers);
    }

    #[test]
    fn any_text_at_all_is_cleaned(text in "(?s).{0,400}") {
        check(&BALANCED, &Document::new(&text));
    }
}

/// On the corpus, the balanced profile removes all that the safe profile removes, and the aggressive profile
/// all that the balanced one removes.
#[test]
fn a_bolder_profile_removes_more() {
    let by = |profile| Cleaner::builder().profile(profile).max_removed(1.0).build().expect("built-in rules");
    let profiles = [by(Profile::Safe), by(Profile::Balanced), by(Profile::Aggressive)];
    let mut removed = [0; 3];
    for case in common::cases() {
        let gone: Vec<Vec<dechaff::Span>> =
            profiles.iter().map(|c| c.clean(&case.scraped).removals().iter().map(|r| r.span).collect()).collect();
        for (count, spans) in removed.iter_mut().zip(&gone) {
            *count += spans.len();
        }
        for pair in gone.windows(2) {
            let within = |s: &dechaff::Span| pair[1].iter().any(|g| g.start <= s.start && s.end <= g.end);
            assert!(
                pair[0].iter().all(within),
                "{}: a bolder profile keeps what a more careful one removes",
                case.name
            );
        }
    }
    assert!(removed[0] < removed[1] && removed[1] <= removed[2], "{removed:?}");
}

/// Each of the first 20 lines of an article is tried as its title.
#[test]
fn the_title_stays_in_the_corpus() {
    for case in common::cases() {
        let text = &case.scraped;
        for line in lines(text).take(20).map(|l| text[l.span.range()].trim()) {
            // `title_stays` neither decodes entities nor reads links when it compares.
            if line.len() <= 300
                && line.chars().any(char::is_alphanumeric)
                && !line.contains('&')
                && !line.contains("](")
            {
                title_stays(&BALANCED, text, line);
                title_stays(&AGGRESSIVE, text, line);
            }
        }
    }
}

#[test]
fn laws_hold_for_the_corpus() {
    for case in common::cases() {
        check(&BALANCED, &Document::new(&case.scraped));
        check(&AGGRESSIVE, &Document::new(&case.scraped));
        check(&BALANCED, &Document::new(&case.expected));
        check_decisions(&case.scraped, &[Some(true), None, Some(false)]);
    }
}

/// A cleaner caches lines across documents; verdicts must be those of a new cleaner.
#[test]
fn documents_do_not_know_of_each_other() {
    let texts: Vec<String> = common::cases().into_iter().map(|case| case.scraped).collect();
    let verdicts = |cleaner: &Cleaner, text: &str| {
        let cleaned = cleaner.clean(text);
        (cleaned.text().into_owned(), format!("{:?} {:?}", cleaned.removals(), cleaned.suspects()))
    };
    let alone: Vec<_> =
        texts.iter().map(|text| verdicts(&Cleaner::builder().build().expect("built-in rules"), text)).collect();
    let all = Cleaner::builder().build().expect("built-in rules");
    for (text, expected) in texts.iter().zip(&alone).chain(texts.iter().zip(&alone).rev()) {
        assert_eq!(verdicts(&all, text), *expected);
    }
}

/// Cleaning takes time in proportion to the length of a document. Earlier algorithms whose cost was
/// quadratic took minutes for each of these documents.
#[test]
fn hostile_documents_end() {
    let many = 50_000;
    let prose = "The council met on Tuesday and voted for the bridge, which will cost four million.\n";
    let hostile = [
        "Share this:\n".repeat(many),
        "Leave a Reply\n\n".repeat(many),
        "You may also like\nStorm Tears Roof off Railway Station\n".repeat(many),
        "Storm Tears Roof off Railway Station\n".repeat(many),
        format!("{prose}Share this: Facebook\n{}", "Storm Tears Roof off Railway Station\n\n".repeat(many)),
        "a".repeat(many * 20),
        ". ".repeat(many * 10),
        "&amp;".repeat(many * 5),
        "](".repeat(many * 5),
        "aa bb cc d1 - ".repeat(many),
        "It rained. Share ".repeat(many),
        format!("{prose}{}", "It rained. Advertisement The mayor spoke. ".repeat(many / 5)),
        format!("{prose}{}", "[](x) word ".repeat(many)),
        format!("{}{prose}", "* [Abc](x)\n".repeat(many)),
        format!("{}{}", prose.repeat(20), "Log in\nAbc Def\nGhi\n".repeat(many / 2)),
        format!("{prose}{}", "3 Comments\nReply\n".repeat(many)),
        format!("{prose}{}", "Read | Pages\n".repeat(many / 5)),
        format!("{prose}{}{prose}", "- Share on Facebook\n1. Light body\n".repeat(many / 5)),
        format!("{prose}{}{prose}", "About the Author\nFollow us on Facebook and\non Twitter\n".repeat(many / 5)),
    ];
    for text in hostile {
        let cleaned = BALANCED.clean(&text);
        deletion_only(&cleaned);
    }
    let word = |k: usize| format!("{k:b}").replace('0', "a").replace('1', "b");
    let lines = |n: usize| {
        (0..many / 2).map(|k| format!("Entry {} of {}\nReply {}\n", word(k), word(n), word(k))).collect::<String>()
    };
    let pages: Vec<String> = (0..4).map(|n| format!("{prose}{}", lines(n % 2))).collect();
    let document = |text| Document { folder: Some("pages"), ..Document::new(text) };
    let mut learner = Learner::new(Options::default());
    pages.iter().for_each(|page| learner.see(&document(page)));
    let learned = Cleaner::builder().learned(learner.finish()).build().expect("good rules");
    deletion_only(&learned.clean_document(&document(&pages[0])));
    let title = "aa bb cc d1 - ".repeat(many);
    let _ = BALANCED.clean_document(&Document { title: Some(&title), ..Document::new(&prose.repeat(20)) });
    let _ = BALANCED.explain(&Document::new(&"Share this:\n".repeat(many)));
}

/// The patch of 200 generated documents, applied by git-apply(1) and by patch(1), gives the cleaned texts.
#[test]
fn patches_are_taken_by_git_and_by_patch() {
    use proptest::strategy::ValueTree as _;
    use std::process::{Command, Stdio};

    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut generate = || document().new_tree(&mut runner).expect("a document").current();
    let texts: Vec<String> = (0..200).map(|_| generate()).collect();
    let cleaned: Vec<_> = texts.iter().map(|text| AGGRESSIVE.clean(text)).collect();
    assert!(cleaned.iter().filter(|c| c.is_changed()).count() > 100, "most documents change");
    for (context, more) in [(3, None), (1, None), (0, Some("--unidiff-zero"))] {
        let mut patch = Vec::new();
        for (n, cleaned) in cleaned.iter().enumerate() {
            let name = format!("a folder/{n}.txt");
            dechaff::report::patch(&mut patch, name.as_bytes(), cleaned, context).expect("a vector takes all");
        }
        for (program, args) in [("git", &["apply", "--whitespace=nowarn"][..]), ("patch", &["-p1", "-s"])] {
            let place = tempfile::tempdir().expect("a folder");
            std::fs::create_dir(place.path().join("a folder")).expect("a folder");
            let path = |n: usize| place.path().join(format!("a folder/{n}.txt"));
            for (n, text) in texts.iter().enumerate() {
                std::fs::write(path(n), text).expect("written");
            }
            std::fs::write(place.path().join(".patch"), &patch).expect("written");
            let mut command = Command::new(program);
            command.args(args).args(more.filter(|_| program == "git"));
            command.current_dir(place.path()).env("GIT_CEILING_DIRECTORIES", place.path().parent().expect("a parent"));
            let input = std::fs::File::open(place.path().join(".patch")).expect("readable");
            let output = command.stdin(Stdio::from(input)).output();
            let output = output.unwrap_or_else(|e| panic!("{program}: {e}; the tests need git and GNU patch"));
            let said = [output.stdout, output.stderr].concat();
            assert!(output.status.success(), "{program} -U{context}: {}", String::from_utf8_lossy(&said));
            for (n, cleaned) in cleaned.iter().enumerate() {
                let found = String::from_utf8(std::fs::read(path(n)).expect("there")).expect("UTF-8");
                assert_eq!(found, cleaned.text(), "{program} -U{context}: document {n}: {:?}", texts[n]);
            }
        }
    }
}
