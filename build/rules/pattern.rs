//! A pattern as it is written. Whether it can be used is said by the tests, which have the engine for it.

#[derive(Clone, Debug)]
pub(crate) struct Pattern(String);

impl Pattern {
    #[allow(clippy::unnecessary_wraps)] // As in the program, where it may fail.
    pub(super) fn new(text: &str) -> Result<Self, String> {
        Ok(Self::shipped(text))
    }

    pub(super) fn shipped(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
