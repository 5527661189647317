//! The shipped rules in the form that every start reads: folded, in order, without evidence and comments. `build/main.rs` writes
//! it before the program is built; what the packs say lies in `builtin/`.

use std::collections::BTreeMap;

use super::pattern::Pattern;
use super::vocabulary::Word;
use super::{BlockRule, Form, Glued, Kind, LineRule, Origin, Phrase, Rest, Rule, RuleSet, Shape, Vocabulary, Zone};
use crate::removal::RuleId;

/// Bits of a number that one sign takes, the lowest first. Signs with one bit more are followed by another.
const BITS: u32 = 6;
const MORE: u8 = 1 << BITS;

const LINE: usize = 0;
const BLOCK: usize = 1;
const JUDGEMENT: usize = 2;

/// Writes a set down.
#[allow(dead_code, reason = "for build/main.rs and the tests")]
pub(crate) fn write(set: &RuleSet) -> String {
    let mut sheet = Written(String::new());
    sheet.number(set.len());
    for rule in set.iter() {
        sheet.rule(rule);
    }
    sheet.vocabulary(set.vocabulary());
    sheet.0
}

/// Reads a set; none if it was not written by [`write`].
pub(super) fn read(written: &'static str) -> Option<RuleSet> {
    let mut sheet = Sheet(written);
    let count = sheet.number()?;
    let mut rules = Vec::with_capacity(count);
    for _ in 0..count {
        rules.push(sheet.rule()?);
    }
    let vocabulary = sheet.vocabulary()?;
    sheet.0.is_empty().then(|| RuleSet::new(rules, vocabulary))
}

/// Values one after another, texts behind their lengths.
struct Written(String);

impl Written {
    fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.push_str(text);
    }

    fn number(&mut self, mut number: usize) {
        while number >= usize::from(MORE) {
            self.0.push(char::from((number as u8 % MORE) | MORE));
            number >>= BITS;
        }
        self.0.push(char::from(number as u8));
    }

    fn flag(&mut self, flag: bool) {
        self.number(usize::from(flag));
    }

    fn texts<T: AsRef<str>>(&mut self, texts: impl ExactSizeIterator<Item = T>) {
        self.number(texts.len());
        for text in texts {
            self.text(text.as_ref());
        }
    }

    /// A word of a fixed list, by its place.
    fn word<T: PartialEq>(&mut self, word: &T, names: &[(&str, T)]) {
        self.number(names.iter().position(|(_, known)| known == word).unwrap_or(names.len()));
    }

    fn rule(&mut self, rule: &Rule) {
        self.text(rule.id.as_str());
        self.text(rule.certainty.as_str());
        self.texts(rule.languages.iter());
        self.word(&rule.zone, Zone::NAMES);
        self.text(&rule.reason);
        self.text(&rule.origin.file);
        self.number(rule.origin.line);
        self.flag(rule.protects);
        match &rule.kind {
            Kind::Line(line) => self.line(line),
            Kind::Block(block) => self.block(block),
            Kind::Judgement => self.number(JUDGEMENT),
        }
    }

    fn line(&mut self, line: &LineRule) {
        self.number(LINE);
        self.word(&line.form, Form::NAMES);
        self.texts(line.phrases.iter());
        self.texts(line.pattern.iter().map(Pattern::as_str));
        self.word(&line.rest, Rest::NAMES);
        for flag in [line.marked, line.other_subject, line.new_name, line.glued.start, line.glued.end] {
            self.flag(flag);
        }
        for number in [line.needs, line.min_bytes, line.max_bytes] {
            self.number(number);
        }
    }

    fn block(&mut self, block: &BlockRule) {
        self.number(BLOCK);
        for phrases in
            [&block.anchors, &block.anchor_prefixes, &block.members, &block.member_prefixes, &block.entry_ends]
        {
            self.texts(phrases.iter());
        }
        self.number(block.shapes.len());
        for shape in &block.shapes {
            self.word(shape, Shape::NAMES);
        }
        for number in [block.needs, block.needs_mid, block.strangers, block.max_lines] {
            self.number(number);
        }
        self.flag(block.to_end);
    }

    /// Words of which the same is known stand together. Sorted, so that the same packs always give the same bytes.
    fn vocabulary(&mut self, vocabulary: &Vocabulary) {
        self.texts(vocabulary.languages.iter());
        for words in [&vocabulary.dates, &vocabulary.networks] {
            let mut words: Vec<&Phrase> = words.iter().collect();
            words.sort_unstable();
            self.texts(words.into_iter());
        }
        let mut alike: BTreeMap<&Word, Vec<&Phrase>> = BTreeMap::new();
        for (text, word) in vocabulary.words.iter() {
            alike.entry(word).or_default().push(text);
        }
        self.number(vocabulary.words.len());
        self.number(alike.len());
        for (word, mut texts) in alike {
            self.number(word.stops.len());
            for stop in &word.stops {
                self.number(usize::from(*stop));
            }
            self.number(usize::from(word.kinds));
            self.number(usize::from(word.labels));
            texts.sort_unstable();
            self.texts(texts.into_iter());
        }
    }
}

/// What is still to be read.
struct Sheet(&'static str);

impl Sheet {
    fn text(&mut self) -> Option<&'static str> {
        let length = self.number()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(text)
    }

    fn number(&mut self) -> Option<usize> {
        let (mut number, mut bits) = (0, 0);
        for (at, sign) in self.0.bytes().enumerate() {
            number |= usize::from(sign % MORE).checked_shl(bits)?;
            bits += BITS;
            if sign < MORE {
                self.0 = self.0.get(at + 1..)?;
                return Some(number);
            }
        }
        None
    }

    fn flag(&mut self) -> Option<bool> {
        self.number().map(|n| n != 0)
    }

    fn texts<T>(&mut self, of: impl Fn(&'static str) -> T) -> Option<Vec<T>> {
        let count = self.number()?;
        let mut texts = Vec::with_capacity(count);
        for _ in 0..count {
            texts.push(of(self.text()?));
        }
        Some(texts)
    }

    fn phrases(&mut self) -> Option<Vec<Phrase>> {
        self.texts(Phrase::Borrowed)
    }

    fn word<T: Copy>(&mut self, names: &[(&str, T)]) -> Option<T> {
        names.get(self.number()?).map(|(_, word)| *word)
    }

    fn rule(&mut self) -> Option<Rule> {
        let id = self.text()?;
        Some(Rule {
            id: RuleId::new(id),
            family: id.split_once('/')?.0.parse().ok()?,
            certainty: self.text()?.parse().ok()?,
            languages: self.texts(str::to_owned)?,
            zone: self.word(Zone::NAMES)?,
            reason: self.text()?.to_owned(),
            origin: Origin { file: self.text()?.to_owned(), line: self.number()? },
            protects: self.flag()?,
            kind: match self.number()? {
                LINE => Kind::Line(self.line()?),
                BLOCK => Kind::Block(self.block()?),
                JUDGEMENT => Kind::Judgement,
                _ => return None,
            },
            evidence: None,
        })
    }

    fn line(&mut self) -> Option<LineRule> {
        Some(LineRule {
            form: self.word(Form::NAMES)?,
            phrases: self.phrases()?,
            pattern: self.texts(Pattern::shipped)?.pop(),
            rest: self.word(Rest::NAMES)?,
            marked: self.flag()?,
            other_subject: self.flag()?,
            new_name: self.flag()?,
            glued: Glued { start: self.flag()?, end: self.flag()? },
            needs: self.number()?,
            min_bytes: self.number()?,
            max_bytes: self.number()?,
        })
    }

    fn block(&mut self) -> Option<BlockRule> {
        Some(BlockRule {
            anchors: self.phrases()?,
            anchor_prefixes: self.phrases()?,
            members: self.phrases()?,
            member_prefixes: self.phrases()?,
            entry_ends: self.phrases()?,
            shapes: {
                let count = self.number()?;
                (0..count).map(|_| self.word(Shape::NAMES)).collect::<Option<_>>()?
            },
            needs: self.number()?,
            needs_mid: self.number()?,
            strangers: self.number()?,
            max_lines: self.number()?,
            to_end: self.flag()?,
        })
    }

    fn vocabulary(&mut self) -> Option<Vocabulary> {
        let mut vocabulary = Vocabulary {
            languages: self.texts(str::to_owned)?,
            dates: self.phrases()?.into_iter().collect(),
            networks: self.phrases()?.into_iter().collect(),
            ..Vocabulary::default()
        };
        vocabulary.words.reserve(self.number()?);
        for _ in 0..self.number()? {
            let stops = self.number()?;
            let word = Word {
                stops: (0..stops).map(|_| self.number()?.try_into().ok()).collect::<Option<_>>()?,
                kinds: self.number()?.try_into().ok()?,
                labels: self.number()?.try_into().ok()?,
            };
            for _ in 0..self.number()? {
                vocabulary.words.insert(Phrase::Borrowed(self.text()?), word.clone());
            }
        }
        Some(vocabulary)
    }
}
