//! `dechaff init`: writes a configuration file with every key commented out. What stands in it lies in
//! `options/template.toml`.

use std::io;
use std::path::Path;

use super::exit::Exit;
use super::files;
use super::message::{Loudness, Message, plainly};
use super::options::{NAMES, TEMPLATE};

/// Writes the file into the working folder, unless a configuration lies there. `found` is the one that holds
/// in this folder so far.
pub(crate) fn run(loudness: Loudness, found: Option<&Path>) -> Result<Exit, Message> {
    let name = NAMES[0];
    if let Some(found) = found {
        let shown = found.display();
        if found.parent().map(files::absolute) == Some(files::absolute(Path::new("."))) {
            return Err(Message::error(shown.to_string(), "configures this folder already; left as it is"));
        }
        let text = format!("takes the place of {shown} in this folder; extend = \"{shown}\" keeps what that says");
        loudness.say(&Message::warning(name, text));
    }
    files::create_new(Path::new(name), TEMPLATE.as_bytes()).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Message::error(name, "is there already; left as it is"),
        _ => Message::error(name, plainly(&error)),
    })?;
    Ok(Exit::Done)
}
