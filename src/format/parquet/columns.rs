//! Finds the columns that make a row a document.

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::schema::types::{ColumnDescriptor, SchemaDescriptor};

use super::fault::Fault;
use crate::format::Fields;

/// Places in the schema, counted in leaves, of the columns for text, id, title and address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    pub(super) text: usize,
    /// `None` where there is no such column, or none of strings (for the id: of strings or integers).
    pub(super) others: [Option<usize>; 3],
}

impl Columns {
    /// Looks for a column with the whole name, then for the path through groups that its dots make, then for both
    /// inside the group `metadata`.
    pub(super) fn find(schema: &SchemaDescriptor, fields: &Fields) -> Result<Self, Fault> {
        let [text, id, title, url] = [&fields.text, &fields.id, &fields.title, &fields.url];
        let Some(first) = first_leaf(schema, text) else {
            return Err(Fault::NoColumn { name: text.join("."), there: names(schema) });
        };
        let column = schema.column(first.leaf);
        if !first.is_exact || !is_text(&column) {
            let column_name = column.path().parts()[..first.depth].join(".");
            return Err(Fault::NoTexts { column: column_name, holds: what(&column, first.is_exact) });
        }
        let other = |path, is_good: fn(&ColumnDescriptor) -> bool| {
            first_leaf(schema, path).filter(|l| l.is_exact && is_good(&schema.column(l.leaf))).map(|l| l.leaf)
        };
        Ok(Self {
            text: first.leaf,
            others: [other(id, |c| is_text(c) || is_integer(c)), other(title, is_text), other(url, is_text)],
        })
    }
}

/// The first leaf below a name.
struct Leaf {
    leaf: usize,
    /// The number of names on the way to what was looked for.
    depth: usize,
    /// False if that is a group, and the leaf something in it.
    is_exact: bool,
}

fn first_leaf(schema: &SchemaDescriptor, path: &[String]) -> Option<Leaf> {
    let whole = [path.join(".")];
    let below = |names: &[String]| [&["metadata".to_owned()], names].concat();
    [whole.to_vec(), path.to_vec(), below(&whole), below(path)].into_iter().find_map(|names| {
        let leaf = schema.columns().iter().position(|column| column.path().parts().starts_with(&names))?;
        let is_exact = schema.column(leaf).path().parts().len() == names.len();
        Some(Leaf { leaf, depth: names.len(), is_exact })
    })
}

/// True if a column holds strings, one a row at most.
fn is_text(column: &ColumnDescriptor) -> bool {
    let is_string = match (column.logical_type_ref(), column.converted_type()) {
        (Some(logical), _) => matches!(logical, LogicalType::String | LogicalType::Json | LogicalType::Enum),
        (None, converted) => {
            matches!(converted, ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::JSON | ConvertedType::ENUM)
        }
    };
    column.physical_type() == Type::BYTE_ARRAY && is_string && column.max_rep_level() == 0
}

fn is_integer(column: &ColumnDescriptor) -> bool {
    let is_plain = matches!(column.logical_type_ref(), None | Some(LogicalType::Integer(_)));
    // Old files know dates, times and decimals by this type alone.
    let is_number = matches!(
        column.converted_type(),
        ConvertedType::NONE
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64
            | ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64
    );
    matches!(column.physical_type(), Type::INT32 | Type::INT64) && is_plain && is_number && column.max_rep_level() == 0
}

/// The type of a column's values, for a message.
fn what(column: &ColumnDescriptor, is_exact: bool) -> String {
    if column.max_rep_level() > 0 {
        return "lists".to_owned();
    }
    if !is_exact {
        return "groups of columns".to_owned();
    }
    match column.logical_type_ref() {
        Some(logical) => format!("{} ({logical:?})", column.physical_type()),
        None if column.converted_type() != ConvertedType::NONE => {
            format!("{} ({})", column.physical_type(), column.converted_type())
        }
        None => column.physical_type().to_string(),
    }
}

/// The names of all columns, those in groups with dots; of lists and maps the outermost name.
fn names(schema: &SchemaDescriptor) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for column in schema.columns() {
        let parts = column.path().parts();
        let shown = if column.max_rep_level() == 0 { parts.len() } else { 1 };
        let name = parts[..shown].join(".");
        if names.last() != Some(&name) {
            names.push(name);
        }
    }
    names
}
