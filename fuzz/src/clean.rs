//! Cleaning: the laws of `laws`, on any bytes that are a text.

use std::sync::LazyLock;

use dechaff::format::plain;
use dechaff::{Cleaner, Document, Family, Profile};

use super::laws;

/// What a source repeats, for documents with an address.
const LEARNED: &str = r#"
learned = 1
[[source]]
name = "news.example"
articles = 40
lines = [
    { text = "Home News Sport", articles = 40, certainty = "certain", head = 40 },
    { text = "The council met on Tuesday evening.", articles = 20, certainty = "likely", tail = 20 },
    { text = "Read more", articles = 30, certainty = "suspect", middle = 30 },
]
"#;

/// The profiles, the boldest one with the families of policy and without a limit; and one cleaner that learned.
static CLEANERS: LazyLock<[Cleaner; 4]> = LazyLock::new(|| {
    let all = Family::ALL.iter().map(|family| family.as_str());
    [
        Cleaner::builder().profile(Profile::Safe),
        Cleaner::builder(),
        Cleaner::builder().profile(Profile::Aggressive).select(all).max_removed(1.0),
        Cleaner::builder().profile(Profile::Aggressive).learned_file("learned.toml", LEARNED).max_removed(0.2),
    ]
    .map(|builder| builder.build().expect("good rules"))
});

/// Takes a byte of choices and a text: bits 0 and 1 choose the cleaner, bit 2 says Markdown; with bit 3 the first line is the title,
/// with bit 4 the next one is the address.
pub fn clean(data: &[u8]) {
    let Some((choices, bytes)) = data.split_first() else { return };
    let Ok((text, encoding)) = plain::text(bytes, None) else { return };
    let mut back = Vec::new();
    encoding.encode(&text, &mut back).expect("what was decoded");
    assert_eq!(back, bytes, "a text is written as it was read");

    let mut rest = &*text;
    let mut line = |bit: u8| {
        let (line, behind) = rest.split_once('\n').filter(|_| choices & bit != 0)?;
        rest = behind;
        Some(line)
    };
    let (title, url) = (line(8), line(16));
    let document = Document { title, url, markdown: choices & 4 != 0, ..Document::new(rest) };
    let cleaner = &CLEANERS[usize::from(choices & 3)];
    laws::check(cleaner, &document);
    let cleaned = cleaner.clean_document(&document);
    let left = cleaned.text();
    back.clear();
    encoding.encode(&left, &mut back).expect("characters of the original");
    // What a reader of the explanation sees goes through the same passes.
    let _ = cleaner.explain(&document);
}
