//! Columns of strings, whatever their Arrow type: reading their cells, and building columns of the same type.

use std::borrow::Cow;
use std::sync::Arc;

use arrow_array::builder::{LargeStringBuilder, StringBuilder, StringViewBuilder};
use arrow_array::cast::AsArray as _;
use arrow_array::{Array, ArrayRef, LargeStringArray, StringArray, StringViewArray};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};

/// True if cells of this type are strings.
pub(crate) fn holds_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => holds_text(values),
        _ => false,
    }
}

/// A column of strings.
pub(crate) enum Cells {
    Small(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
}

impl Cells {
    /// The strings of a column, which must [hold text](holds_text).
    pub(crate) fn of(column: &ArrayRef) -> Result<Self, ArrowError> {
        Ok(match column.data_type() {
            DataType::Utf8 => Self::Small(column.as_string().clone()),
            DataType::LargeUtf8 => Self::Large(column.as_string().clone()),
            DataType::Utf8View => Self::View(column.as_string_view().clone()),
            _ => Self::Large(cast(column, &DataType::LargeUtf8)?.as_string().clone()),
        })
    }

    /// A cell; `None` for null.
    pub(crate) fn at(&self, row: usize) -> Option<&str> {
        match self {
            Self::Small(cells) => cells.is_valid(row).then(|| cells.value(row)),
            Self::Large(cells) => cells.is_valid(row).then(|| cells.value(row)),
            Self::View(cells) => cells.is_valid(row).then(|| cells.value(row)),
        }
    }
}

/// Builds a column of strings of a given type.
pub(crate) struct Builder {
    cells: Open,
    kind: DataType,
}

enum Open {
    Small(StringBuilder),
    Large(LargeStringBuilder),
    View(StringViewBuilder),
}

impl Builder {
    /// A column like another one, with as many cells and not more text.
    pub(crate) fn like(kind: &DataType, cells: &Cells) -> Self {
        let (rows, bytes) = match cells {
            Cells::Small(cells) => (cells.len(), cells.value_data().len()),
            Cells::Large(cells) => (cells.len(), cells.value_data().len()),
            Cells::View(cells) => (cells.len(), 0),
        };
        let cells = match cells {
            Cells::Small(_) => Open::Small(StringBuilder::with_capacity(rows, bytes)),
            Cells::Large(_) => Open::Large(LargeStringBuilder::with_capacity(rows, bytes)),
            Cells::View(_) => Open::View(StringViewBuilder::with_capacity(rows)),
        };
        Self { cells, kind: kind.clone() }
    }

    pub(crate) fn push(&mut self, cell: Option<Cow<'_, str>>) {
        match &mut self.cells {
            Open::Small(cells) => cells.append_option(cell),
            Open::Large(cells) => cells.append_option(cell),
            Open::View(cells) => cells.append_option(cell),
        }
    }

    pub(crate) fn finish(self) -> Result<ArrayRef, ArrowError> {
        let cells: ArrayRef = match self.cells {
            Open::Small(mut cells) => Arc::new(cells.finish()),
            Open::Large(mut cells) => Arc::new(cells.finish()),
            Open::View(mut cells) => Arc::new(cells.finish()),
        };
        if *cells.data_type() == self.kind { Ok(cells) } else { cast(&cells, &self.kind) }
    }
}
