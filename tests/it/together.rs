//! Tests of lines that go or stay together, and of headlines that stay, on pages where each line alone would
//! be judged differently.

use std::sync::LazyLock;

use dechaff::{Answer, Cleaner, Decisions, Document};

static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| Cleaner::builder().build().expect("built-in rules"));

const ARTICLE: &str = "\
The wall that protects the inner harbour was rebuilt in nine months, the port authority said on Tuesday, three weeks earlier than planned.
Divers had found cracks in the old stone in spring, and engineers feared that one more winter storm would bring the northern end down.
The new wall stands on forty steel piles, each of them eighteen metres long, and is faced with the stone of the old one.
It was paid for by the town, by the ferry line and by a fund that was set up after the great storm of the last century.
";

/// The lines of a page below its article.
const FOOT: &str = "\
Share this:
Facebook
Twitter
WhatsApp
Email
Related Articles
Ferry Line Buys Two Electric Boats
Lighthouse Keeper Retires After Forty Years
Storm Tears Roof off Railway Station
Leave a Reply
Your email address will not be published. Required fields are marked *
Name *
Email *
";

fn clean(text: &str) -> String {
    let cleaned = CLEANER.clean(text);
    assert!(cleaned.held().is_none(), "{:?}", cleaned.held());
    cleaned.text().into_owned()
}

#[track_caller]
fn stays(text: &str, lines: &[&str]) {
    let left = clean(text);
    for line in lines {
        assert!(left.lines().any(|l| l == *line), "'{line}' went:\n{left}");
    }
    assert!(!left.contains("Leave a Reply"), "the page stayed:\n{left}");
}

#[track_caller]
fn goes(text: &str, lines: &[&str]) {
    let left = clean(text);
    for line in lines {
        assert!(!left.lines().any(|l| l == *line), "'{line}' stayed:\n{left}");
    }
    assert!(left.contains("forty steel piles"), "{left}");
}

/// By their looks, seven of these twelve lines are junk and five are not.
#[test]
fn references_stay_all_or_none() {
    let references = [
        "1. Rossi G. Piles under cyclic load. J Coast Res 2001;21:3-9. It was found that walls of stone last longer.",
        "2. Holt J, Marsh K. Follow up of repairs. Accessed 3 May 2019, p. 22",
        "3. Port Authority. Contact pressure below caissons. Available at: https://example.org/23",
        "4. Holt J, Marsh K. Follow up of repairs. doi:10.1234/he.24",
        "5. Sand M. Contact pressure below caissons. Accessed 3 May 2019, p. 25",
        "6. Rossi G. Stone walls in tidal harbours. Accessed 3 May 2019, p. 26",
        "7. Lindqvist P, Oye T. A survey of cracks in granite. Harbour Eng. 2011;14:27",
        "8. Holt J, Marsh K. Comments on scour. doi:10.1234/he.28",
        "9. Holt J, Marsh K. Stone walls in tidal harbours. Harbour Eng. 2011;14:29",
        "10. Holt J, Marsh K. Contact pressure below caissons. Available at: https://example.org/30",
        "11. Port Authority. Stone walls in tidal harbours. Harbour Eng. 2011;14:31",
        "12. Weber A. Follow up of repairs. Accessed 3 May 2019, p. 32",
    ];
    let menu = "Skip to content\nHome\nNews\nHarbour\nWeather\nSport\nOpinion\nSubscribe\nLog in\nSearch\nFacebook\n";
    let headline = "How the Harbour Wall Was Rebuilt in Nine Months\n";
    let page = format!("{menu}{headline}{ARTICLE}References\n{}\n{FOOT}", references.join("\n"));
    stays(&page, &references);
    stays(&page, &["References"]);
    let explained = CLEANER.explain(&Document::new(&page));
    let kept = |l: &&dechaff::LineVerdict<'_>| l.protected.iter().any(|p| p.by.as_str() == "keep/list");
    assert!(explained.lines.iter().filter(kept).all(|l| references.contains(&l.text)));
    assert!(explained.lines.iter().filter(kept).count() >= 5);
    assert!(!clean(&page).contains("Skip to content"));
}

#[test]
fn a_list_without_marks_between_paragraphs_has_no_holes() {
    let entries = [
        "Pros",
        "Quick focus",
        "Bright screen",
        "Fine colours",
        "Free updates",
        "Easy menus",
        "Two year warranty",
        "Cons",
        "High price",
        "Slow app",
        "Poor strap",
        "No headphone jack",
    ];
    let menu = "Skip to content\nHome\nNews\nHarbour\nWeather\nSport\nOpinion\nSubscribe\nLog in\n";
    let page = format!(
        "{menu}Review: The Kestrel 3 Is a Good Little Camera\n\
         The Kestrel 3 is small, light and takes better pictures than its price suggests, and we carried it over two passes in the rain.\n\
         Its screen can be turned to the side, which helps when you hold the camera over a wall or down by the water of a harbour.\n\
         {}\n\
         We used it for two months and would buy it again, although the strap that comes with it is not worth the box that it takes.\n\
         The battery lasted for four hundred pictures on a cold day and for seven hundred on a warm one, more than the maker promises.\n\
         {FOOT}",
        entries.join("\n")
    );
    stays(&page, &entries);
}

/// Two of these lines look like lines of an article.
#[test]
fn a_menu_goes_whole() {
    let menu = [
        "* Opinion",
        "* Harbour",
        "* Weather",
        "* Letters",
        "* Sport",
        "* Log in",
        "* Fish and chips",
        "* Home",
        "* Tide tables",
        "* Search",
        "* News",
        "* Pilot book",
    ];
    let headline = "How the Harbour Wall Was Rebuilt in Nine Months\n";
    goes(&format!("{}\n\n{headline}{ARTICLE}{FOOT}", menu.join("\n")), &menu);
}

#[test]
fn a_share_button_below_a_list_goes_alone() {
    let list = ["- North pier to lighthouse, 4 km", "- Lighthouse to mill, 6 km", "- Old quarry, 5 km"];
    let text = format!("{ARTICLE}{}\n- Share on Facebook\n{FOOT}", list.join("\n"));
    stays(&text, &list);
    goes(&text, &["- Share on Facebook"]);
}

#[test]
fn a_row_of_a_table_is_no_label() {
    for table in [
        "| Watch | Weight | Battery |\n|-------|--------|---------|\n| Vale | 39 g | 5 days |\n",
        "Read | Pages | Stars\n--- | --- | ---\nDune | 412 | 5\nRelated | 320 | 4\n",
        "| Related Articles | Pages |\n| The mill | 12 |\n| See also | 13 |\n| The pier | 14 |\n",
    ] {
        let rows: Vec<&str> = table.lines().collect();
        stays(&format!("{ARTICLE}\n{table}\n{ARTICLE}{FOOT}"), &rows);
    }
    goes(&format!("{ARTICLE}\nREAD | Ten Ways to Dry Your Shoes\n\n{ARTICLE}"), &["READ | Ten Ways to Dry Your Shoes"]);
}

#[test]
fn half_a_sentence_does_not_go() {
    let first = "Follow us on Facebook and";
    let text =
        format!("{ARTICLE}\n{first}\non Twitter, where the divers answer questions of readers.\n\n{ARTICLE}{FOOT}");
    stays(&text, &[first]);
    goes(
        &format!("{ARTICLE}\nFollow us on Facebook and Twitter.\n\n{ARTICLE}"),
        &["Follow us on Facebook and Twitter."],
    );
}

#[test]
fn a_heading_goes_with_what_it_heads() {
    let bio = "Jane Holt sails and lives in a harbour town.";
    let menu = "Skip to content\nHome\nNews\nHarbour\nWeather\nSport\nOpinion\nSubscribe\nLog in\nSearch\nFacebook\nTwitter\nInstagram\n";
    let headline = "How the Harbour Wall Was Rebuilt in Nine Months\n";
    let foot = format!(
        "{FOOT}Website\nPost Comment\nAbout us\nContact\nPrivacy policy\nTerms of use\nCookie settings\nNewsletter\n"
    );
    let page = format!("{menu}{headline}{ARTICLE}About the Author\n{bio}\n{foot}");
    let left = clean(&page);
    assert_eq!(left.contains("About the Author"), left.contains(bio), "{left}");
    let sources = "Port authority, yearly report\nLetter of the divers, 3 May\nTalk with the engineer\n";
    for heading in ["Sources", "Recent Articles", "Related Articles"] {
        let left = clean(&format!("{menu}{headline}{ARTICLE}{heading}\n{sources}{FOOT}"));
        assert!(left.contains(&format!("{heading}\n")) || !left.contains("yearly report"), "{left}");
    }
    // The extractor lost the links below this label, so it is no heading.
    goes(&format!("{ARTICLE}\nRelated Articles\n\n{ARTICLE}"), &["Related Articles"]);
}

/// An entry of a list that a reviewer rejected for removal stays, although the other entries go.
#[test]
fn an_answer_stands_above_the_list() {
    let menu = ["* Opinion", "* Weather", "* Letters", "* Sport", "* Log in", "* Home", "* Search", "* News"];
    let page = format!("{}\n\n{ARTICLE}{FOOT}", menu.join("\n"));
    let rule = |line: &str, cleaner: &Cleaner| {
        let cleaned = cleaner.clean(&page);
        let removal = cleaned.removals().iter().find(|r| &page[r.span.range()] == line);
        removal.map(|r| r.rule.as_str().to_owned())
    };
    let mut cleaner = Cleaner::builder().build().expect("built-in rules");
    let mut decisions = Decisions::default();
    decisions.decide(&rule("* Sport", &cleaner).expect("it goes"), Some("* Sport"), Answer::Reject);
    cleaner.follow(decisions);
    assert_eq!((rule("* Sport", &cleaner), rule("* Log in", &cleaner).is_some()), (None, true));
}

#[test]
fn one_line_says_the_headline_whatever_takes_the_others() {
    let headline = "How the Harbour Wall Was Rebuilt in Nine Months";
    let menu = "Home\nNews\nHarbour\nWeather\nSport\nOpinion\nSubscribe\nLog in\nSearch\nMy account\n";
    // The related box contains a copy of the headline; the copies above the article are repetitions.
    let boxed = format!(
        "{headline} | Valley Post\n{menu}{headline}\n\n{ARTICLE}\nRelated Articles\n{headline}\nFerry Line Buys Two Boats\n{FOOT}"
    );
    for text in [
        boxed.clone(),
        format!("{menu}{headline}\n{menu}\n{ARTICLE}{FOOT}"),
        format!("{ARTICLE}\nRelated Articles\n{headline}\nFerry Line Buys Two Boats\n{FOOT}"),
        format!("{headline}\nShare this:\nFacebook\n{headline}\nTwitter\n\n{ARTICLE}{FOOT}"),
    ] {
        let cleaned = CLEANER.clean_document(&Document { title: Some(headline), ..Document::new(&text) });
        assert!(cleaned.text().contains(headline), "{}", cleaned.text());
        assert!(cleaned.is_changed());
    }
    let left = clean(&boxed);
    assert_eq!(left.matches(headline).count(), 1, "{left}");
    // The headline is the only Markdown heading, and stands between two menus.
    let markdown =
        format!("* Home\n* News\n* Weather\n* Log in\n\n# {headline}\n\n* Share\n* Print\n\n{ARTICLE}{FOOT}");
    assert!(clean(&markdown).contains(headline));
}

/// The line begins with the words of a cookie banner, for which a rule removes the whole line.
#[test]
fn a_whole_article_on_one_line_is_held() {
    let banner = "We use cookies to improve your experience.";
    let line = format!(
        "{banner} The council agreed on Tuesday to rebuild the tannery. Work begins in May and ends in autumn. Prices rose by four percent, said the miller.\n"
    );
    assert!(CLEANER.clean(&line).held().is_some());
    // The banner goes if it stands alone, and if the rest of the document has enough sentences.
    assert_eq!(clean(&format!("{banner}\n")), "");
    assert_eq!(clean(&format!("{line}\n{ARTICLE}")), ARTICLE);
}
