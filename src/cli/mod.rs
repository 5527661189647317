//! The program around the library: arguments in, exit code out. Paths, terminals and exit codes are decided
//! here; documents are cleaned by the library.

mod attributes;
mod check;
mod clean;
mod cleaner;
mod collector;
mod conversion;
mod diff;
mod exit;
mod explain;
mod failpoint;
mod files;
mod first_bytes;
mod first_pass;
mod folder_counts;
mod generated;
mod ignore_files;
mod init;
mod input;
mod inputs;
mod interrupt;
mod learn;
mod message;
mod options;
mod packing;
mod pager;
mod pipeline;
mod progress;
mod recognise;
mod record_stream;
mod records;
mod repeats;
mod report_file;
mod review;
mod rules;
mod run_counts;
mod session;
mod shared_lines;
mod size;
mod slot;
mod spans;
mod stats;
mod stdout;
mod streams;
mod target;
mod undo;
mod unit_result;
mod views;
mod work;
mod work_units;

use std::ffi::OsString;
use std::io::{self, Write as _};

use clap::Parser as _;

use exit::Exit;
use message::{Loudness, Message};
use options::{Arguments, Command, Config};
use session::Session;

/// Runs the program with these arguments, of which the first is its name, and returns its exit code. Prints the
/// message itself if the program could not start its work.
pub(crate) fn main(arguments: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(page) => {
            // --help and --version go to stdout, usage errors to stderr.
            if page.use_stderr() {
                // If stderr cannot be written either, the exit code alone reports the error.
                drop(page.print());
                return Exit::Trouble;
            }
            let printed = stdout::open().and_then(|mut stdout| page.print().and_then(|()| stdout.flush()));
            let lost = printed.err().filter(|error| error.kind() != io::ErrorKind::BrokenPipe);
            if let Some(error) = &lost {
                Loudness::new(0, 0).say(&Message::error("<stdout>", message::plainly(error)));
            }
            return Exit::Trouble.when(lost.is_some());
        }
    };
    let loud = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        // A panic while a document is cleaned becomes that document's error message: no backtrace here.
        if !dechaff::batch::is_guarded() {
            loud(panic);
        }
    }));
    run(arguments).unwrap_or_else(|message| {
        Loudness::new(0, 0).say(&message);
        if interrupt::is_asked() { Exit::Interrupted } else { Exit::Trouble }
    })
}

fn run(mut arguments: Arguments) -> Result<Exit, Message> {
    let named = arguments.global.config.as_deref();
    let config = if arguments.command.is_configured() {
        Config::find(named, arguments.global.isolated)?
    } else {
        Config::default()
    };
    // A file that was named is in force only while it is named.
    let found = config.files.first().filter(|_| named.is_none()).cloned();
    arguments.fill(&config);
    let session = Session::new(&arguments.global, config)?;
    match arguments.command {
        Command::Clean(args) => clean::run(session, &args),
        Command::Diff(args) => diff::run(session, &args),
        Command::Review(args) => review::run(session, &args),
        Command::Check(args) => check::run(session, &args),
        Command::Explain(args) => explain::run(session, &args),
        Command::Learn(args) => learn::run(session, &args),
        Command::Stats(args) => stats::run(session, &args),
        Command::Restore(args) => undo::restore::run(session, &args),
        Command::Rules(args) => rules::run(args),
        Command::Init => init::run(session.loudness(), found.as_deref()),
        Command::Completions(args) => Ok(generated::completions(&args)),
        Command::Man(args) => generated::man(&args),
    }
}
