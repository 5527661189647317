//! Pages of HTML, read by a parser of HTML: no element that the program did not write, and the text as it is.

use std::sync::LazyLock;

use dechaff::report::{Figures, Html, safe_name};
use dechaff::{Cleaner, Family, Profile, lines};
use html5ever::tendril::TendrilSink as _;
use markup5ever_rcdom::{Handle, NodeData, RcDom};
use serde_json::Value;

/// Removes all that is certain, and shows the rest.
static CLEANERS: LazyLock<[Cleaner; 2]> = LazyLock::new(|| {
    let all = || Family::ALL.iter().map(|family| family.as_str());
    [
        Cleaner::builder().profile(Profile::Safe).select(all()).max_removed(1.0),
        Cleaner::builder().profile(Profile::Aggressive).select(all()).max_removed(0.01),
    ]
    .map(|builder| builder.build().expect("good rules"))
});

/// What a page without documents holds.
static EMPTY: LazyLock<Vec<Element>> = LazyLock::new(|| review(&Html::default()).0);

/// Longest name in characters that no table shortens.
const SHORT: usize = 80;

/// Takes a byte that chooses the cleaner, a name up to a line break, and a text.
pub fn html(data: &[u8]) {
    let Some((choice, rest)) = data.split_first() else { return };
    let Ok(rest) = std::str::from_utf8(rest) else { return };
    let (name, text) = rest.split_once('\n').unwrap_or(("a.txt", rest));
    let cleaned = CLEANERS[usize::from(choice & 1)].clean(text);

    let mut page = Html::default();
    page.add(name, &cleaned);
    let (elements, data) = review(&page);
    assert_eq!(elements, *EMPTY, "a text makes elements");
    let all: Vec<&str> = lines(text).map(|line| &text[line.span.range()]).collect();
    for document in data["shown"].as_array().expect("a list") {
        for row in document["rows"].as_array().expect("a list").iter().filter(|row| row.is_object()) {
            let parts = row["parts"].as_array().expect("a list");
            if parts.iter().any(|part| part.is_number() || part["cut"].is_number()) {
                continue;
            }
            let shown: String =
                parts.iter().map(|part| part.as_str().or(part["t"].as_str()).expect("a text")).collect();
            let number = usize::try_from(row["n"].as_u64().expect("a number")).expect("small");
            assert_eq!(shown, all[number - 1], "line {number}");
        }
    }

    let mut figures = Figures::default();
    figures.add(name, name, &cleaned);
    let mut bytes = Vec::new();
    figures.write_html(&mut bytes, 10).expect("memory takes all");
    let mut harmless = Figures::default();
    harmless.add("x", "x", &cleaned);
    let mut known = Vec::new();
    harmless.write_html(&mut known, 10).expect("memory takes all");
    let (elements, texts) = parsed(&bytes);
    assert_eq!(elements, parsed(&known).0, "a name makes elements");
    if !name.is_empty() && name.chars().count() <= SHORT && cleaned.is_changed() {
        assert!(texts.iter().any(|text| *text == safe_name(name)), "the name is not shown: {texts:?}");
    }
}

/// The elements of the page for reviewers, and its data.
fn review(page: &Html) -> (Vec<Element>, Value) {
    let mut bytes = Vec::new();
    page.write(&mut bytes).expect("memory takes all");
    let (elements, texts) = parsed(&bytes);
    let data = texts.iter().find(|text| text.trim_start().starts_with('{')).expect("the data of the page's script");
    (elements, serde_json::from_str(data).expect("JSON"))
}

/// The name of an element, and its attributes.
type Element = (String, Vec<(String, String)>);

/// All elements of a page, in order, and all texts.
fn parsed(page: &[u8]) -> (Vec<Element>, Vec<String>) {
    let dom: RcDom = html5ever::parse_document(RcDom::default(), html5ever::ParseOpts::default()).from_utf8().one(page);
    let (mut elements, mut texts, mut open) = (Vec::new(), Vec::new(), vec![dom.document.clone()]);
    while let Some(node) = open.pop() {
        see(&node, &mut elements, &mut texts);
        open.extend(node.children.borrow().iter().rev().cloned());
    }
    (elements, texts)
}

fn see(node: &Handle, elements: &mut Vec<Element>, texts: &mut Vec<String>) {
    match &node.data {
        NodeData::Element { name, attrs, .. } => {
            let pair = |a: &html5ever::Attribute| (a.name.local.to_string(), a.value.to_string());
            elements.push((name.local.to_string(), attrs.borrow().iter().map(pair).collect()));
        }
        NodeData::Text { contents } => texts.push(contents.borrow().to_string()),
        NodeData::Comment { .. } => elements.push(("a comment".to_owned(), Vec::new())),
        _ => {}
    }
}
