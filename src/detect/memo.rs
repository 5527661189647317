//! What a detector remembers of lines for the length of a document: lines are read again while others of the document go.

/// A value for each line, computed once.
#[derive(Debug)]
pub(super) struct Memo<T>(Vec<Option<T>>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Memo<T> {
    /// The value of the line at a place of the page.
    pub fn of(&mut self, place: usize, compute: impl FnOnce() -> T) -> &T {
        if place >= self.0.len() {
            self.0.resize_with(place + 1, || None);
        }
        self.0[place].get_or_insert_with(compute)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}
