//! The file that a report is written to, created before the work so that a bad path fails at once. What the
//! report says is up to the command.

use std::io::{self, Read as _, Write};
use std::path::Path;

use dechaff::format::Format;

use super::files::{self, Replacement};
use super::inputs::Inputs;
use super::message::{Message, plainly};

/// The first bytes of a report as CSV.
const REPORT: &[u8] = b"kind,name,";

/// A file that appears when its report is complete.
pub(crate) struct ReportFile {
    pub(crate) name: String,
    file: Replacement,
}

impl ReportFile {
    /// Begins the file. Fails if it may be an input.
    pub(crate) fn begin(path: &Path, inputs: &Inputs) -> Result<Self, Message> {
        Self::begin_as(path, inputs, "a report", "a name that ends in .html, .json or .csv")
    }

    /// Begins the file, which is `what`. Fails if it may be an input; `remedy` is what to use then.
    pub(crate) fn begin_as(path: &Path, inputs: &Inputs, what: &str, remedy: &str) -> Result<Self, Message> {
        let name = path.to_string_lossy().into_owned();
        let may_be_input = match path.extension().and_then(|e| e.to_str()).and_then(Format::of_extension) {
            Some(Format::Csv) => path.exists() && !is_report(path),
            format => format.is_some(),
        };
        if may_be_input || inputs.named().any(|input| files::absolute(input) == files::absolute(path)) {
            let text = format!("{what} is not written over what may be an input; use {remedy}");
            return Err(Message::error(name, text));
        }
        match Replacement::begin(path) {
            Ok(file) => Ok(Self { name, file }),
            Err(error) => Err(Message::error(name, format!("cannot be written: {}", plainly(&error)))),
        }
    }

    /// Writes the report and puts the file in place.
    pub(crate) fn finish(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Message> {
        let Self { name, mut file } = self;
        let mut page = Vec::new();
        write(&mut page)
            .and_then(|()| file.write(&page))
            .and_then(|()| file.finish())
            .map_err(|e| Message::error(name, format!("cannot be written: {}", plainly(&e))))
    }
}

/// True if a table is an earlier report, which may be written over.
fn is_report(path: &Path) -> bool {
    let mut start = Vec::new();
    let read = files::open_path(path).and_then(|file| file.take(REPORT.len() as u64).read_to_end(&mut start));
    read.is_ok() && start == REPORT
}
