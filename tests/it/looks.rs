//! Tests of lines that are judged by their looks: the lines that go from a whole page, and those that stay
//! although they look like junk.

use dechaff::{Certainty, Cleaner, Document, PageKind, Profile, Shape};

/// An article with the whole page around it, as from an extractor that leaves nothing out.
const PAGE: &str = "\
Home
Local
Sports
Weather
Obituaries
Business
Real Estate
Classifieds
Education
Archive
Events
Log in
Subscribe
Share this:
Facebook
Twitter
Old Mill Bridge Reopens After Two Years
By Anna Kowal
The bridge over the mill stream is open again, the town said on Friday after two years of repairs.
Traffic was light in the morning, and the first to cross was a postman on his bicycle, who said that he had waited long enough.
The repairs cost twice what the council had set aside for them, the mayor told reporters, because two of the piers had to be built anew.
She said the town would ask the county for help, but that nobody should expect an answer before the winter.
Markets
Orchards
Weddings
Puzzles
Recipes
Letters
Council Votes to Close Two Village Schools
Storm Tears Roof off Railway Station
About Us
Contact
Advertise
Careers
Help
Newsletters
Site Map
RSS
Privacy Policy
Terms of Use
";

/// The article of [`PAGE`] without the page.
const ARTICLE: &str = "\
Old Mill Bridge Reopens After Two Years

By Anna Kowal

The bridge over the mill stream is open again, the town said on Friday after two years of repairs.

What comes next

Traffic was light in the morning, and the first to cross was a postman on his bicycle, who said that he had waited long enough.

- Piers
- Railings
- Lamps

She said the town would ask the county for help, but that nobody should expect an answer before the winter.
";

fn cleaner() -> Cleaner {
    Cleaner::builder().build().expect("rules")
}

fn shape(text: &str) -> Shape {
    cleaner().explain(&Document::new(text)).shape
}

#[test]
fn what_no_phrase_names_goes_from_a_whole_page() {
    let cleaned = cleaner();
    let cleaned = cleaned.clean(PAGE);
    let text = cleaned.text();
    assert!(text.starts_with("Old Mill Bridge Reopens"), "{text}");
    assert_eq!(text.lines().filter(|line| line.ends_with('.')).count(), 4, "{text}");
    assert!(text.lines().count() <= 10, "at most five lines of the page stay: {text}");
    let looks: Vec<_> = cleaned.removals().iter().filter(|r| r.family.as_str() == "page").collect();
    for line in [1, 2, 3, 4, 5, 6, 7, 27, 28, 29, 30] {
        assert!(looks.iter().any(|r| r.line == line), "line {line} of the page");
    }
    assert!(looks.iter().all(|r| r.evidence.starts_with("junk score ") && r.certainty >= Certainty::Likely));
}

#[test]
fn an_article_that_came_clean_stays() {
    let cleaner = cleaner();
    let cleaned = cleaner.clean(ARTICLE);
    assert_eq!(cleaned.text(), ARTICLE, "{:?}", cleaned.removals());
}

#[test]
fn wrapped_paragraphs_lose_no_line() {
    let wrapped = "Old Mill Bridge Reopens\n\nThe bridge over the mill stream is open again, the town said on\nFriday after two \
                   years of repairs. Traffic was light in the morning,\nand the first to cross was a postman on his \
                   bicycle, who said that he\nhad waited long enough for it.\n\nShe said the town would ask the county for \
                   help, but that nobody\nshould expect an answer before the winter, when the council meets\nagain and the \
                   money for the next year is shared out among all of the\nvillages.\n";
    assert_eq!(cleaner().clean(wrapped).text(), wrapped);
    assert_eq!(shape(wrapped), Shape::Wrapped);
}

#[test]
fn the_shape_of_a_document_is_told() {
    assert_eq!(shape(PAGE), Shape::WholePage);
    assert_eq!(shape(ARTICLE), Shape::Article);
    assert_eq!(shape(&ARTICLE.replace('\n', " ").repeat(3)), Shape::OneLine);
    assert_eq!(shape(&format!("The lakes of the valley\n\n{}", "- Lake Morven\n- Lake Adel\n".repeat(6))), Shape::List);
    assert_eq!(shape("\n\n"), Shape::Empty);
    let markdown = Document { markdown: true, ..Document::new(ARTICLE) };
    assert_eq!(cleaner().explain(&markdown).shape, Shape::Markdown);
}

#[test]
fn the_kind_of_a_page_is_told() {
    let kind = |text: &str| cleaner().explain(&Document::new(text)).kind;
    assert_eq!(kind(PAGE), Some(PageKind::Article));
    let thread: String = (1..12)
        .map(|n| {
            format!(
                "Marten{n}\nPosts: {}\n3 Mar 2024, {n}:07 pm\nI have the same kettle and mine does that too. Did you try to take \
                 the lid off and dry it?\nQuote\nReply\n\n",
                n * 31
            )
        })
        .collect();
    assert_eq!(kind(&format!("Kettle switches off too early\n\n{thread}")), Some(PageKind::Forum));
    assert_eq!(kind("Bread\nMilk\nEggs"), None);
}

#[test]
fn every_kept_line_says_why() {
    let cleaner = cleaner();
    for text in [PAGE, ARTICLE] {
        for line in cleaner.explain(&Document::new(text)).lines {
            let is_told = !line.removals.is_empty() || line.score.is_some() || !line.why.is_empty();
            assert_eq!(is_told, !line.text.is_empty(), "{}", line.text);
            assert!(line.removals.is_empty() || line.score.is_none() && line.why.is_empty(), "{}", line.text);
            let Some(score) = line.score else { continue };
            assert!(score.goes_from.is_some_and(|from| score.score < from) || !line.why.is_empty(), "{}", line.text);
            assert!(!score.raised_by.is_empty() && !score.lowered_by.is_empty(), "{}", line.text);
        }
    }
    let lines = cleaner.explain(&Document::new(PAGE)).lines;
    assert_eq!(lines[16].why, "the article's headline");
    let orchards = lines[23].score.as_ref().expect("a score");
    assert!(orchards.score > 50, "{orchards:?}");
    let few = cleaner.explain(&Document::new(ARTICLE)).lines;
    assert_eq!(few[6].why, "there are too few lines around it to tell");
    let seen = &lines[0].removals[0].evidence;
    assert!(seen.starts_with("junk score ") && seen.contains(" of 100: "), "{seen}");
}

#[test]
fn what_it_takes_to_go_is_that_of_the_profile() {
    let page = PAGE.replace(" on his bicycle, who said that he had waited long enough.", "");
    let from = |profile| {
        let cleaner = Cleaner::builder().profile(profile).build().expect("rules");
        let lines = cleaner.explain(&Document::new(&page)).lines;
        lines[19].score.as_ref().and_then(|score| score.goes_from).expect("a limit")
    };
    assert_eq!(from(Profile::Aggressive), 50);
    assert!(from(Profile::Balanced) < from(Profile::Safe));
    let cleaner = Cleaner::builder().ignore(["page"]).build().expect("rules");
    assert_eq!(cleaner.explain(&Document::new(&page)).lines[19].why, "the rule page/amid is off");
}

#[test]
fn lines_of_policy_stay_within_an_article() {
    let text = ARTICLE.replace("What comes next", "Photo: Anna Kowal");
    assert_eq!(cleaner().clean(&text).text(), text);
    let bolder = Cleaner::builder().extend_select(["byline", "credit"]).build().expect("rules");
    let cleaned = bolder.clean(&text).text().into_owned();
    assert!(!cleaned.contains("By Anna") && !cleaned.contains("Photo:"), "{cleaned}");
}

#[test]
fn scores_are_the_same_everywhere() {
    let lines = cleaner().explain(&Document::new(PAGE)).lines;
    let again = cleaner().explain(&Document::new(PAGE)).lines;
    for (line, again) in lines.iter().zip(&again) {
        assert_eq!((&line.score, &line.removals), (&again.score, &again.removals));
    }
}
