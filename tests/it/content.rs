//! What is the article's own, although rules know its words: lists that a page is about, answers, policies, dialogues; and what goes from
//! amid a line.

use dechaff::Cleaner;

fn clean(text: &str) -> String {
    let cleaner = Cleaner::builder().ignore(["page"]).build().expect("built-in rules");
    cleaner.clean(text).text().into_owned()
}

const PROSE: &str = "The bridge over the mill stream is open again, the town said on Friday after two years of repairs that cost more than \
                     the council had planned. The first to cross was a postman on his bicycle, who had missed the short way to the farms.\n\n\
                     Behind him came the school bus, two tractors and a woman with a pram, in which lay the clock of the old tower. The mayor \
                     spoke for four minutes and then gave the bridge back to the people who use it every day of the year.\n";

/// A headline of six words; no two numbers below 64 have the same.
fn headline(number: usize) -> String {
    let words = ["Ferry", "Market", "Orchard", "Harbour", "Library", "Tower", "Meadow", "Railway"];
    let word = |k: usize| words[k % words.len()];
    format!("{} and {} Meet the {}", word(number), word(number / 8 + 1), word(number + 3))
}

#[test]
fn a_list_of_headlines_goes_behind_an_article_and_stays_where_it_is_the_page() {
    let list = |count: usize| (0..count).map(|number| headline(number) + "\n").collect::<String>();
    let article = format!("{PROSE}\nRelated articles\n{}", list(4));
    assert_eq!(clean(&article), PROSE);
    let short = PROSE.split_once("\n\n").expect("two paragraphs").0;
    let page = format!("{short}\n\nRelated articles\n{}", list(30));
    let left = clean(&page);
    assert!((0..30).all(|number| left.contains(&headline(number))), "{left}");
}

#[test]
fn counts_below_each_entry_of_a_list_open_no_thread() {
    let entry = |number: usize| format!("{}\n12 May 2031\n{number} comments\nReply\n\n", headline(number));
    let page = format!("{PROSE}\n{}", (2..12).map(entry).collect::<String>());
    let left = clean(&page);
    assert!((2..12).all(|number| left.contains(&headline(number))), "{left}");
}

#[test]
fn buttons_go_beside_others_and_stay_as_answers() {
    let answers = format!("{PROSE}\nMay I bring my dog to the hall?\nYes\n\nMay it sleep there?\nNo\n");
    assert_eq!(clean(&answers), answers);
    assert_eq!(clean(&format!("{PROSE}\nAccept\nDecline\n")), PROSE);
}

#[test]
fn sentences_about_cookies_stay_in_a_policy_and_go_with_the_buttons_of_a_banner() {
    let banner = "We use cookies to give you the best experience on our website.\nAccept all cookies\n";
    assert_eq!(clean(&format!("{PROSE}\n{banner}")), PROSE);
    let policy = format!(
        "{PROSE}\nWe use cookies to remember which concert you were looking at.\n\n\
         You can change your cookie settings at any time in the footer of each page.\n\n{PROSE}"
    );
    assert_eq!(clean(&policy), policy);
}

#[test]
fn a_dialogue_goes_on_behind_a_box() {
    let story = |box_: &str| {
        format!(
            "The last train of the night stood in the rain with its doors open, and nobody but the two of them was on it.\n\n\
             \"Is this the last one?\"\n\n\"It is.\"\n\nShe laughed. He did not.\n\n{box_}The water was warmer than the rain.\n\n\
             Behind her the doors closed and opened.\n\n\"Miss?\"\n\nThe End\n"
        )
    };
    let box_ = format!("Related Articles\n\n{}\n\n{}\n\n", headline(1), headline(2));
    assert_eq!(clean(&story(&box_)), story(""));
}

#[test]
fn a_label_goes_from_between_two_sentences_and_stays_in_them() {
    let line = |between: &str| {
        format!(
            "The river fell overnight, the town said. {between}The bridge is open again to all who want to cross it.\n\n{PROSE}"
        )
    };
    assert_eq!(clean(&line("Advertisement ")), line(""));
    assert_eq!(clean(&line("Story continues below advertisement ")), line(""));
    let own = line("Advertisement is what the town lives on. ");
    assert_eq!(clean(&own), own);
}

#[test]
fn a_row_of_buttons_goes_from_a_text_on_one_line() {
    let flat = |row: &str| {
        let prose: Vec<&str> = PROSE.split_whitespace().collect();
        format!("Bridge Opens to Traffic {row}{}\n", prose.join(" "))
    };
    assert_eq!(clean(&flat("Share on Facebook Share on X Copy link ")), flat(""));
}

#[test]
fn a_label_is_known_with_what_stands_beside_it() {
    for form in
        ["Leave a comment (3)", "» LEAVE A COMMENT:", "Share this article 80 %", "Read comments: 1,204", "24 comments"]
    {
        assert_eq!(clean(&format!("{PROSE}\n{form}\n")), PROSE, "{form}");
    }
    for own in ["3. Share this article", "Share this article 2031", "“Share this article”"] {
        let text = format!("{PROSE}\n{own}\n");
        assert_eq!(clean(&text), text, "{own}");
    }
}
