//! What can be wrong with a Parquet file.

use std::{fmt, io};

use parquet::errors::ParquetError;

/// Why a Parquet file, or a row group of it, cannot be read or written.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The footer cannot be read, with the cause: this is another format, or the file is cut short.
    NotParquet(String),
    /// No column has the name for the text.
    NoColumn {
        /// The name.
        name: String,
        /// The names of the columns that there are; those inside groups with dots.
        there: Vec<String>,
    },
    /// The column for the text holds something else.
    NoTexts {
        /// The name of the column.
        column: String,
        /// The type of its values.
        holds: String,
    },
    /// A row group cannot be decoded.
    RowGroup {
        /// The number of the row group, from 1.
        number: usize,
        /// The column that cannot be decoded.
        column: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The system could not read or write.
    Io(io::Error),
    /// Something else, in plain words.
    Other(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotParquet(cause) => write!(f, "is no Parquet, or is cut short: {cause}"),
            Self::NoColumn { name, there } if there.is_empty() => write!(f, "has no column '{name}', and no other"),
            Self::NoColumn { name, there } => {
                write!(f, "has no column '{name}'; there are: {} (use --text-field)", there.join(", "))
            }
            Self::NoTexts { column, holds } => write!(f, "the column '{column}' holds {holds}, no text"),
            Self::RowGroup { number, column, cause } => write!(f, "row group {number}, column '{column}': {cause}"),
            Self::Io(error) => error.fmt(f),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(error) => Self::Io(*error),
                Err(other) => Self::Other(other.to_string()),
            },
            error => Self::Other(cause(&error)),
        }
    }
}

/// What an error says, without the names of its kinds.
pub(super) fn cause(error: &ParquetError) -> String {
    match error {
        ParquetError::General(message) | ParquetError::NYI(message) | ParquetError::EOF(message) => message.clone(),
        ParquetError::External(inner) => inner.to_string(),
        other => other.to_string(),
    }
}
