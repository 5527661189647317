//! What a TOML rule file may say, read field by field so that one pass names every fault. What the fields mean is
//! `check`'s concern.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::RuleFault;
use super::suggest::suggest;

/// One rule file and the list that its faults go to.
pub(super) struct Source<'a> {
    pub name: &'a str,
    text: &'a str,
    /// A pack of the program's own: what the tests have checked need not be checked at every start.
    pub shipped: bool,
    /// Offsets at which lines begin.
    line_starts: Vec<usize>,
    faults: &'a mut Vec<RuleFault>,
}

impl<'a> Source<'a> {
    pub fn new(name: &'a str, text: &'a str, faults: &'a mut Vec<RuleFault>) -> Self {
        let line_starts =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|n| n + 1)).collect();
        Self { name, text, shipped: false, line_starts, faults }
    }

    /// One of the program's own packs.
    pub fn shipped(name: &'a str, text: &'a str, faults: &'a mut Vec<RuleFault>) -> Self {
        Self { shipped: true, ..Self::new(name, text, faults) }
    }

    /// Parses the file. What cannot be read is a fault; what can be read besides is returned.
    pub fn parse(&mut self) -> Table<'a> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let at = error.span().map_or(0, |s| s.start);
            self.fault(at, None, format!("not TOML: {}", error.message()), "mend the syntax");
        }
        let start = table.span().start;
        Table { values: table.into_inner(), start, rule: None, asked: Vec::new() }
    }

    pub fn fault(&mut self, at: usize, rule: Option<&str>, message: impl Into<String>, remedy: impl Into<String>) {
        let (line, column) = self.place(at);
        self.faults.push(RuleFault {
            file: self.name.to_owned(),
            line,
            column,
            rule: rule.map(str::to_owned),
            message: message.into(),
            remedy: remedy.into(),
        });
    }

    /// Line and column in characters, both counted from 1.
    pub fn place(&self, at: usize) -> (usize, usize) {
        let at = self.text.floor_char_boundary(at);
        let line = self.line_starts.partition_point(|start| *start <= at);
        (line, self.text[self.line_starts[line - 1]..at].chars().count() + 1)
    }
}

/// A TOML table that remembers which fields were asked for, so that the others can be refused.
pub(super) struct Table<'a> {
    values: DeTable<'a>,
    pub start: usize,
    /// The rule's id, for messages, once it is known.
    pub rule: Option<String>,
    asked: Vec<&'static str>,
}

impl<'a> Table<'a> {
    fn take(&mut self, key: &'static str) -> Option<Spanned<DeValue<'a>>> {
        self.asked.push(key);
        self.values.remove(key)
    }

    /// True if the field is there, whatever it holds.
    pub fn has(&self, key: &str) -> bool {
        self.values.contains_key(key)
    }

    /// Where a field's value stands; the table's start if it is missing.
    pub fn place(&self, key: &str) -> usize {
        self.values.get(key).map_or(self.start, |v| v.span().start)
    }

    fn wrong(&self, source: &mut Source<'_>, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        let message = format!("'{key}' is not {wanted} but of type {}", value.get_ref().type_str());
        source.fault(value.span().start, self.rule.as_deref(), message, format!("write {wanted}"));
    }

    /// A text, with the offset at which it stands.
    pub fn text(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<(String, usize)> {
        let value = self.take(key)?;
        if let Some(text) = value.get_ref().as_str() {
            return Some((text.to_owned(), value.span().start));
        }
        self.wrong(source, key, &value, "a text in quotes");
        None
    }

    /// A list of texts, each with its offset; empty if the field is missing.
    pub fn texts(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<(String, usize)> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(source, key, &value, "a list of texts");
            return Vec::new();
        };
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref().as_str() {
                Some(text) => out.push((text.to_owned(), item.span().start)),
                None => self.wrong(source, key, item, "a text in quotes"),
            }
        }
        out
    }

    /// A list of pairs of texts.
    pub fn pairs(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<(String, String)> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            self.wrong(source, key, &value, "a list of pairs of texts");
            return Vec::new();
        };
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let texts: Option<Vec<&str>> =
                item.get_ref().as_array().and_then(|pair| pair.iter().map(|t| t.get_ref().as_str()).collect());
            match texts.as_deref() {
                Some([before, after]) => out.push(((*before).to_owned(), (*after).to_owned())),
                _ => self.wrong(source, key, item, "a pair of texts, before and after"),
            }
        }
        out
    }

    /// A whole number.
    pub fn number(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<usize> {
        let value = self.take(key)?;
        let number = value.get_ref().as_integer().and_then(|n| usize::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none() {
            self.wrong(source, key, &value, "a whole number, 0 or more");
        }
        number
    }

    /// `true` or `false`.
    pub fn flag(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<bool> {
        let value = self.take(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(source, key, &value, "true or false");
        }
        flag
    }

    /// One word of a fixed list.
    pub fn word<T: Copy>(&mut self, source: &mut Source<'_>, key: &'static str, names: &[(&str, T)]) -> Option<T> {
        let (word, at) = self.text(source, key)?;
        self.one_of(source, key, &word, at, names)
    }

    /// A list of words of a fixed list.
    pub fn words<T: Copy>(&mut self, source: &mut Source<'_>, key: &'static str, names: &[(&str, T)]) -> Vec<T> {
        let words = self.texts(source, key);
        words.iter().filter_map(|(word, at)| self.one_of(source, key, word, *at, names)).collect()
    }

    fn one_of<T: Copy>(
        &self,
        source: &mut Source<'_>,
        key: &str,
        word: &str,
        at: usize,
        names: &[(&str, T)],
    ) -> Option<T> {
        let found = names.iter().find(|(name, _)| *name == word).map(|(_, value)| *value);
        if found.is_none() {
            let all: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            source.fault(
                at,
                self.rule.as_deref(),
                format!("'{key}' cannot be '{word}'"),
                format!("use {}", all.join(", ")),
            );
        }
        found
    }

    /// A table inside this one.
    pub fn table(&mut self, source: &mut Source<'_>, key: &'static str) -> Option<Self> {
        let value = self.take(key)?;
        self.inner(source, key, value)
    }

    /// A list of tables, such as all `[[rule]]`.
    pub fn tables(&mut self, source: &mut Source<'_>, key: &'static str) -> Vec<Self> {
        let Some(value) = self.take(key) else { return Vec::new() };
        if !value.get_ref().is_array() {
            self.wrong(source, key, &value, &format!("a list: [[{key}]]"));
            return Vec::new();
        }
        let DeValue::Array(items) = value.into_inner() else { return Vec::new() };
        items.into_iter().filter_map(|item| self.inner(source, key, item)).collect()
    }

    fn inner(&self, source: &mut Source<'_>, key: &str, value: Spanned<DeValue<'a>>) -> Option<Self> {
        let start = value.span().start;
        if !value.get_ref().is_table() {
            self.wrong(source, key, &value, "a table");
            return None;
        }
        let DeValue::Table(values) = value.into_inner() else { return None };
        Some(Self { values, start, rule: None, asked: Vec::new() })
    }

    /// Reports every field that nobody asked for.
    pub fn finish(self, source: &mut Source<'_>) {
        for key in self.values.keys() {
            let name: &str = key.get_ref();
            let remedy = suggest(name, self.asked.iter().copied()).map_or_else(
                || format!("the fields are {}", self.asked.join(", ")),
                |near| format!("did you mean '{near}'?"),
            );
            source.fault(key.span().start, self.rule.as_deref(), format!("unknown field '{name}'"), remedy);
        }
    }
}
