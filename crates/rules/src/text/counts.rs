//! How many letters, digits and marks of each kind stand on a line. What they say of a line lies in `detect/features`.

use super::classes::{Classes, classes};

/// Counts of characters, and of what stands between spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CharCounts {
    pub bytes: usize,
    pub chars: usize,
    pub letters: usize,
    pub digits: usize,
    /// Stretches between spaces in which a letter or digit stands, and those whose first one is no small letter.
    pub tokens: usize,
    pub capitalised: usize,
    pub commas: usize,
    pub separators: usize,
    pub quotes: usize,
    pub colons: usize,
    pub currency: usize,
    pub links: usize,
    pub brackets: usize,
    /// Letters that make words without spaces between them.
    pub spaceless: usize,
}

impl CharCounts {
    /// Adds what stands on a line.
    pub fn add(&mut self, line: &str) {
        self.bytes += line.len();
        let mut open = true;
        classes(line).for_each(|classes| self.add_block(&classes, &mut open));
    }

    /// Adds a block of a line, except its bytes; see [`Classes::begins_of_tokens`] for `open`.
    #[inline(always)]
    pub(super) fn add_block(&mut self, classes: &Classes, open: &mut bool) {
        let upper = classes.count(classes.upper);
        let tokens = classes.begins_of_tokens(open);
        self.chars += classes.chars();
        self.letters += classes.count(classes.lower) + upper + classes.count(classes.caseless);
        self.digits += classes.count(classes.digits);
        self.tokens += classes.count(tokens);
        self.capitalised += classes.count(tokens & (classes.upper | classes.digits));
        self.commas += classes.count(classes.commas);
        self.separators += classes.count(classes.separators);
        self.quotes += classes.count(classes.quotes);
        self.colons += classes.count(classes.colons);
        self.currency += classes.count(classes.currency);
        self.links += classes.count(classes.signs);
        self.brackets += classes.count(classes.brackets);
        self.spaceless += classes.count(classes.spaceless);
    }
}
