//! Lines that are no units of their own: pieces of paragraphs that were broken into lines, quotations and code.

use super::page::Page;

impl Page<'_> {
    /// Marks lines that are no units: pieces of wrapped paragraphs and, in Markdown, code and quotations.
    pub(super) fn find_parts(&mut self) {
        let joined: Vec<usize> = (1..self.rows.len()).filter(|&i| self.is_full(i - 1) && self.is_joined(i)).collect();
        for &i in &joined {
            self.rows[i - 1].part = true;
            self.rows[i].part = true;
        }
        // A paragraph broken into lines shows in many places; one such pair may be chance.
        if joined.len() >= 4 {
            self.find_paragraphs(&joined);
        }
        if self.markdown {
            self.find_quotations();
        }
    }

    fn find_paragraphs(&mut self, joined: &[usize]) {
        let follows = |i: &usize| self.is_full(i - 1) && !self.rows[*i].blank && !self.rows[*i].listed;
        let mut pairs: Vec<usize> = (1..self.rows.len()).filter(follows).collect();
        if joined.len() * 3 < pairs.len() {
            return;
        }
        let margin = self.margin(joined);
        pairs.retain(|i| joined.binary_search(i).is_ok() || self.fills(i - 1, margin));
        for i in pairs {
            self.rows[i - 1].part = true;
            self.rows[i].part = true;
            self.rows[i].goes_on = true;
        }
    }

    /// The column at which paragraphs were broken, as nine of ten broken lines tell.
    fn margin(&self, joined: &[usize]) -> usize {
        let mut reach: Vec<usize> = joined.iter().map(|i| self.raw(i - 1).chars().count()).collect();
        reach.sort_unstable();
        reach[reach.len() / 10]
    }

    /// True if the first word of the next row would not have fitted on this one.
    fn fills(&self, row: usize, margin: usize) -> bool {
        let word = self.raw(row + 1).split_whitespace().next().unwrap_or_default();
        self.raw(row).chars().count() + 1 + word.chars().count() > margin
    }

    /// Marks quotations, fenced code and the targets of links; a fence that nothing closes opens nothing.
    fn find_quotations(&mut self) {
        let is_fence = |raw: &str| raw.starts_with("```") || raw.starts_with("~~~");
        let fences: Vec<usize> = (0..self.rows.len()).filter(|i| is_fence(self.raw(*i))).collect();
        for fence in fences.chunks_exact(2) {
            self.rows[fence[0]..=fence[1]].iter_mut().for_each(|r| r.part = true);
        }
        for i in 0..self.rows.len() {
            let raw = self.raw(i);
            let defines_link = raw.starts_with('[') && raw.contains("]: ");
            self.rows[i].part |= raw.starts_with('>') && !raw.starts_with(">>") || defines_link;
        }
    }

    /// True if a row goes on where the one above it, which is full, broke off in mid-sentence.
    fn is_joined(&self, row: usize) -> bool {
        let (above, this) = (&self.rows[row - 1], &self.rows[row]);
        !above.blank && !this.blank && this.lower && !this.listed && !above.ends && !above.announces
    }

    /// True if a row is long enough to have been broken at its end.
    fn is_full(&self, row: usize) -> bool {
        (40..=160).contains(&self.raw(row).len())
    }
}
