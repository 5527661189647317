//! The patch of a document, applied to the original, gives the cleaned text.

use std::sync::LazyLock;

use dechaff::{Cleaner, Family, Profile, diff, report};

/// Removes all that it can.
static CLEANER: LazyLock<Cleaner> = LazyLock::new(|| {
    let all = Family::ALL.iter().map(|family| family.as_str());
    Cleaner::builder().profile(Profile::Aggressive).select(all).max_removed(1.0).build().expect("good rules")
});

/// Takes a byte for the lines of context, the name of a file up to a line break, and a text.
pub fn patch(data: &[u8]) {
    let Some((context, rest)) = data.split_first() else { return };
    let context = usize::from(context % 5);
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let (name, text) = rest.split_at(end);
    let Ok(text) = std::str::from_utf8(text) else { return };
    let text = text.strip_prefix('\n').unwrap_or(text);
    let cleaned = CLEANER.clean(text);

    let mut patch = Vec::new();
    report::patch(&mut patch, name, &cleaned, context).expect("memory takes all");
    let applied = applied(text.as_bytes(), &patch);
    assert!(
        applied == cleaned.text().as_bytes(),
        "{:?}\nis not\n{:?}",
        String::from_utf8_lossy(&applied),
        cleaned.text()
    );

    for hunk in diff::hunks(&cleaned, context) {
        for line in hunk.lines.iter().filter(|line| line.old.is_some()) {
            assert!(text.contains(&*line.text), "a line of the original");
        }
    }
    // The views for people: a text cannot write to the terminal.
    let shown = String::from_utf8_lossy(name);
    let mut out = Vec::new();
    report::unified(&mut out, &shown, &cleaned, context).expect("memory takes all");
    report::words(&mut out, &shown, &cleaned, context).expect("memory takes all");
    report::side_by_side(&mut out, &shown, &cleaned, context, 80).expect("memory takes all");
    let out = String::from_utf8(out).expect("UTF-8");
    let raw = out.split("\u{1b}[").skip(1).find(|part| {
        let style = part.find(|c: char| !c.is_ascii_digit() && c != ';');
        style.is_none_or(|end| !part[end..].starts_with('m'))
    });
    assert!(raw.is_none(), "an escape sequence that is no style: {raw:?}");
    let control = out.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t' | '\u{1b}'));
    assert!(control.is_none(), "a control character goes to the terminal: {control:?}");
}

/// The original with the hunks of a patch, by the rules of the format alone.
fn applied(original: &[u8], patch: &[u8]) -> Vec<u8> {
    let old: Vec<&[u8]> = original.split_inclusive(|byte| *byte == b'\n').collect();
    let (mut new, mut at) = (Vec::new(), 0);
    let mut lines = patch.split_inclusive(|byte| *byte == b'\n').peekable();
    if lines.peek().is_some() {
        for mark in ["diff --git ", "--- ", "+++ "] {
            assert!(lines.next().is_some_and(|line| line.starts_with(mark.as_bytes())), "the header has {mark}");
        }
    }
    while let Some(head) = lines.next() {
        let head = std::str::from_utf8(head).expect("a head of a hunk");
        let ranges = head.strip_prefix("@@ -").and_then(|head| head.strip_suffix(" @@\n")).expect("a head of a hunk");
        let (before, after) = ranges.split_once(" +").expect("two ranges");
        let ((start, mut olds), (_, mut news)) = (range(before), range(after));
        // A range without lines names the line before it.
        let start = if olds == 0 { start } else { start - 1 };
        new.extend(old[at..start].concat());
        at = start;
        while olds + news > 0 {
            let line = lines.next().expect("the lines that the head counts");
            let (sign, mut body) = line.split_first().expect("a sign");
            if lines.peek().is_some_and(|next| next.starts_with(b"\\ ")) {
                lines.next();
                body = body.strip_suffix(b"\n").expect("the line break of the patch");
            }
            if matches!(sign, b' ' | b'-') {
                assert!(old[at] == body, "line {} is another one", at + 1);
                (at, olds) = (at + 1, olds - 1);
            }
            if matches!(sign, b' ' | b'+') {
                new.extend_from_slice(body);
                news -= 1;
            }
        }
    }
    new.extend(old[at..].concat());
    new
}

/// The first line and the count of lines of a range.
fn range(range: &str) -> (usize, usize) {
    let (start, count) = range.split_once(',').unwrap_or((range, "1"));
    (start.parse().expect("a number"), count.parse().expect("a number"))
}
