//! `dechaff completions` and `dechaff man`: files that are generated from the flags of all commands.

use super::exit::Exit;
use super::files;
use super::message::{Message, plainly};
use super::options::{CompletionsArgs, ManArgs, command};
use super::session;

/// Prints the completions of a shell.
pub(crate) fn completions(args: &CompletionsArgs) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "dechaff", &mut script);
    session::print(|out| out.write_all(&script))
}

/// Writes one page of the manual for each command.
pub(crate) fn man(args: &ManArgs) -> Result<Exit, Message> {
    let cannot = |e| Message::error(args.folder.to_string_lossy(), plainly(&e));
    files::create_folder(&args.folder).map_err(cannot)?;
    clap_mangen::generate_to(command(), &args.folder).map_err(cannot)?;
    Ok(Exit::Done)
}
