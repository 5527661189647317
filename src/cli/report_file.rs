//! The file that a report is written to, created before the work so that a bad path fails at once. What the
//! report says is up to the command.

use std::io::{self, Write};
use std::path::Path;

use dechaff::format::Format;

use super::files::{self, Replacement};
use super::inputs::Inputs;
use super::message::{Message, plainly};

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
        let is_document = path.extension().and_then(|e| e.to_str()).and_then(Format::of_extension).is_some();
        if is_document || inputs.named().any(|input| files::absolute(input) == files::absolute(path)) {
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
