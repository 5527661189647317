//! Stop words of a text: no text is read while the program is built.

use super::lexicon::Lexicon;

#[derive(Clone, Debug)]
pub(super) struct Stops;

impl Stops {
    pub fn new(_: &Lexicon, _: usize) -> Option<Self> {
        None
    }

    pub fn count(&self, _: &str, _: &Lexicon, _: &mut [u32]) -> bool {
        true
    }
}
