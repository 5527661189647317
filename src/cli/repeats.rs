//! Limits repeated messages: the first ones of a cause are shown, the rest counted and summed up in one
//! line.

use dechaff::report::thousands;

use super::message::{Level, Message};

/// Messages of one cause that are shown.
const SHOWN: u64 = 3;
/// Causes that are counted, to bound memory. Messages of further causes are all shown.
const CAUSES: usize = 100;

/// Counts of messages by cause, in the order in which the causes first came up.
#[derive(Default)]
pub(crate) struct Repeats(Vec<Cause>);

struct Cause {
    /// The message with `…` in place of its numbers: equal texts are one cause.
    text: String,
    count: u64,
    last: Message,
}

impl Repeats {
    /// Counts a message. Returns it if it should be shown now.
    pub(crate) fn take(&mut self, message: Message) -> Option<Message> {
        if message.name.is_empty() || message.level == Level::Detail {
            return Some(message);
        }
        let text = without_numbers(&message.text);
        let has_room = self.0.len() < CAUSES;
        match self.0.iter_mut().find(|cause| cause.text == text && cause.last.level == message.level) {
            Some(cause) => {
                cause.count += 1;
                if cause.count > SHOWN {
                    cause.last = message;
                    return None;
                }
            }
            None if has_room => self.0.push(Cause { text, count: 1, last: message.clone() }),
            None => {}
        }
        Some(message)
    }

    /// One summary message for each cause that had hidden messages.
    pub(crate) fn rest(self) -> impl Iterator<Item = Message> {
        self.0.into_iter().filter(|cause| cause.count > SHOWN).map(|cause| match cause.count - SHOWN {
            1 => cause.last,
            more => {
                let text = format!("and {} more: {} (-v names all)", thousands(more), cause.text);
                Message { text, name: String::new(), ..cause.last }
            }
        })
    }
}

/// Replaces each number with `…`. Digits inside a word stay, as in `UTF-8`.
fn without_numbers(text: &str) -> String {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/');
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        let is_number = !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
        out.push_str(if is_number { "…" } else { word });
        let next = behind.find(is_part).unwrap_or(behind.len());
        out.push_str(&behind[..next]);
        rest = &behind[next..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_of_a_cause_are_shown_and_the_rest_is_counted() {
        let mut repeats = Repeats::default();
        let shown = (0..1003)
            .flat_map(|n| [Message::error(format!("{n}.txt"), format!("NUL at byte {n}")), Message::warning("a", "b")])
            .filter_map(|message| repeats.take(message))
            .count();
        assert_eq!(shown, 6);
        let rest: Vec<String> = repeats.rest().map(|m| m.line()).collect();
        assert_eq!(
            rest,
            ["dechaff: and 1,000 more: NUL at byte … (-v names all)", "dechaff: and 1,000 more: b (-v names all)"]
        );
    }

    #[test]
    fn one_more_is_shown_itself() {
        let mut repeats = Repeats::default();
        for n in 0..4 {
            repeats.take(Message::error(format!("{n}.txt"), "is CSV"));
        }
        assert_eq!(repeats.rest().map(|m| m.line()).collect::<Vec<_>>(), ["dechaff: 3.txt: is CSV"]);
    }

    #[test]
    fn words_with_digits_are_no_numbers() {
        assert_eq!(
            without_numbers("invalid UTF-8 at byte 61 (line 7); utf8"),
            "invalid UTF-8 at byte … (line …); utf8"
        );
        assert_eq!(without_numbers("12 é, 3"), "… é, …");
    }
}
