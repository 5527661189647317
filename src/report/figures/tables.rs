//! The figures as tables of words and numbers, which `human` and `html` write out. Neither widths nor
//! markup.

use super::{Figures, GroupFigures, share};
use crate::removal::Certainty;
use crate::report::screen::thousands;

/// A titled table. Names in its cells are raw: the writer has to escape them.
pub(super) struct Table {
    pub title: &'static str,
    /// A sentence that explains the columns; may be empty.
    pub note: String,
    pub columns: Vec<Column>,
    pub rows: Vec<TableRow>,
    /// The number of rows left out.
    pub more: usize,
}

pub(super) struct Column {
    pub title: &'static str,
    /// True if the cells are names, false if they are numbers.
    pub is_name: bool,
}

const fn name(title: &'static str) -> Column {
    Column { title, is_name: true }
}

const fn number(title: &'static str) -> Column {
    Column { title, is_name: false }
}

pub(super) struct TableRow {
    pub cells: Vec<String>,
    /// The length of the row's bar, from 0 to 1.
    pub bar: f64,
}

/// Upper bounds, in percent, of the groups in the table of documents by lost share.
const BOUNDS: [usize; 8] = [0, 1, 5, 10, 20, 40, 60, 100];

impl Table {
    fn new(title: &'static str, note: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { title, note: note.into(), columns, rows: Vec::new(), more: 0 }
    }

    /// Fills in rows for the first `top` elements of `all`, and counts the others.
    fn first<T>(mut self, top: usize, all: Vec<T>, row: impl FnMut(T) -> TableRow) -> Self {
        self.more = all.len().saturating_sub(top);
        self.rows = all.into_iter().take(top).map(row).collect();
        self
    }
}

impl Figures {
    /// All tables that are not empty. Those of rules, sources and outliers have at most `top` rows.
    pub(super) fn tables(&self, top: usize) -> Vec<Table> {
        let mut tables = vec![
            self.volumes(),
            self.distribution(),
            self.families(),
            self.certainties(),
            self.rules(top),
            self.sources(top),
        ];
        tables.extend(self.outliers(top));
        tables.retain(|table| !table.rows.is_empty() || table.more > 0);
        tables
    }

    fn volumes(&self) -> Table {
        let mut table = Table::new("Text", "", vec![name(""), number("read"), number("removed"), number("share")]);
        let (read, removed) = (self.read, self.removed);
        for (name, read, removed) in [
            ("lines", read.lines, removed.lines),
            ("words", read.words, removed.words),
            ("bytes", read.bytes, removed.bytes),
        ] {
            let share = share(removed, read);
            let cells = vec![name.to_owned(), thousands(read), thousands(removed), percents(share)];
            table.rows.push(TableRow { cells, bar: share });
        }
        table
    }

    fn distribution(&self) -> Table {
        let most = |hundredths| match self.quantile(hundredths) {
            0 => "nothing".to_owned(),
            percent => format!("at most {percent} %"),
        };
        let note = format!("Half of them lose {}, nine of ten {}, 99 of 100 {}.", most(50), most(90), most(99));
        let mut table =
            Table::new("Documents by the share they lose", note, vec![name(""), number("documents"), number("share")]);
        let mut low = 0;
        for high in BOUNDS {
            let (from, to) = (low.min(self.percents.len()), (high + 1).min(self.percents.len()));
            let count: u64 = self.percents[from..to].iter().sum();
            let name = match high {
                0 => "nothing".to_owned(),
                1 => "up to 1 %".to_owned(),
                _ => format!("{} to {high} %", low - 1),
            };
            let share = share(count, self.documents);
            table.rows.push(TableRow { cells: vec![name, thousands(count), percents(share)], bar: share });
            low = high + 1;
        }
        table.rows.retain(|_| self.documents > 0);
        table
    }

    fn families(&self) -> Table {
        let mut table = self.groups("By family", "family", Self::ranked(&self.families), usize::MAX);
        if !table.rows.is_empty() {
            let (lines, bytes) = (self.blank.lines, self.blank.bytes);
            let share = share(bytes, self.removed.bytes);
            let blank = ["blank lines", "", "", &thousands(bytes), &percents(share), &thousands(lines)];
            table.rows.push(TableRow { cells: blank.map(str::to_owned).to_vec(), bar: share });
        }
        table
    }

    fn certainties(&self) -> Table {
        let all: Vec<_> = Certainty::ALL.iter().filter_map(|c| self.certainties.get(c).map(|hits| (c, hits))).collect();
        self.groups("By certainty", "certainty", all, usize::MAX)
    }

    fn rules(&self, top: usize) -> Table {
        self.groups("By rule", "rule", Self::ranked(&self.rules), top)
    }

    /// A table of rules, families or certainties, its columns by importance: a narrow terminal shows only
    /// the first.
    fn groups<K: ToString>(
        &self,
        title: &'static str,
        of: &'static str,
        groups: Vec<(K, &GroupFigures)>,
        top: usize,
    ) -> Table {
        let numbers = ["removals", "documents", "bytes", "share", "lines", "words", "suspects", "held"];
        let columns = std::iter::once(name(of)).chain(numbers.map(number)).collect();
        let note = "Share is that of all bytes removed; suspects are only shown, and what is held stays.";
        Table::new(title, note, columns).first(top, groups, |(name, hits)| {
            let share = share(hits.volume.bytes, self.removed.bytes);
            let [removals, documents, bytes, lines, words, suspects, held] = [
                hits.removals,
                hits.documents,
                hits.volume.bytes,
                hits.volume.lines,
                hits.volume.words,
                hits.suspects,
                hits.held,
            ]
            .map(thousands);
            let share_shown = percents(share);
            let cells = vec![name.to_string(), removals, documents, bytes, share_shown, lines, words, suspects, held];
            TableRow { cells, bar: share }
        })
    }

    fn sources(&self, top: usize) -> Table {
        let mut columns = vec![name("source")];
        columns.extend(["documents", "changed", "bytes", "share"].map(number));
        columns.extend([name("most often"), number("in"), number("held")]);
        let note = "Bytes are those removed, share that of the source's text; the rule that fires most often, and in how \
                    many documents.";
        let row = |(name, source): (&str, &super::SourceFigures)| {
            let (rule, fired) =
                source.main_rule().map_or_else(Default::default, |(r, n)| (r.to_string(), thousands(n)));
            let [documents, changed, bytes, held] =
                [source.documents, source.changed, source.removed.bytes, source.held].map(thousands);
            let share = source.share();
            TableRow {
                cells: vec![name.to_owned(), documents, changed, bytes, percents(share), rule, fired, held],
                bar: share,
            }
        };
        let mut table = Table::new("By source", note, columns).first(top, self.ranked_sources(), row);
        if self.others.documents > 0 {
            table.note += &format!(" The first {} sources are told apart.", thousands(self.sources.len() as u64));
            table.rows.push(row(("all other sources", &self.others)));
        }
        table
    }

    fn outliers(&self, top: usize) -> [Table; 4] {
        let mut losers = Table::new(
            "Documents that lose the largest share",
            "",
            vec![name("document"), number("share"), number("bytes"), name("source")],
        )
        .first(top, self.losers.iter().collect(), |loser| {
            let share = loser.share();
            let cells = vec![loser.document.clone(), percents(share), thousands(loser.removed), loser.source.clone()];
            TableRow { cells, bar: share }
        });
        let templates = Table::new(
            "Rules that fire in nearly all documents of a source",
            "Junk of its template: whoever extracts that source again can leave it out there.",
            vec![name("source"), name("rule"), number("documents"), number("share")],
        )
        .first(top, self.templates(), |t| {
            let share = share(t.documents, t.of);
            let cells = vec![t.source.to_owned(), t.rule.to_string(), thousands(t.documents), percents(share)];
            TableRow { cells, bar: share }
        });
        let strange = self.strange_sources();
        let note = format!("Half of the sources lose at most {}.", percents(strange.median));
        let columns = vec![name("source"), number("share"), number("documents"), name("most often")];
        let strange = Table::new("Sources that lose far more or less than the rest", note, columns).first(
            top,
            strange.sources,
            |(name, source)| {
                let share = source.share();
                let rule = source.main_rule().map_or_else(String::new, |(rule, _)| rule.to_string());
                TableRow {
                    cells: vec![name.to_owned(), percents(share), thousands(source.documents), rule],
                    bar: share,
                }
            },
        );
        let mut held = Table::new("Held documents, left as they are", "", vec![name("document"), name("why")]).first(
            top,
            self.held_back.iter().collect(),
            |held| TableRow { cells: vec![held.document.clone(), held.why.clone()], bar: 0.0 },
        );
        // Only the first documents are remembered by name; the counts include the others.
        for (table, count) in [(&mut losers, self.changed), (&mut held, self.held)] {
            table.more = usize::try_from(count).unwrap_or(usize::MAX) - table.rows.len();
        }
        [losers, templates, strange, held]
    }
}

/// A share in percent; a tiny one shows as `< 0.1 %` instead of 0.
pub(super) fn percents(share: f64) -> String {
    if share > 0.0 && share < 0.0005 { "< 0.1 %".to_owned() } else { format!("{:.1} %", share * 100.0) }
}
