//! `dechaff learn`: writes what the pages of each source repeat as a learned file, and as counts. How inputs are counted lies in
//! `first_pass`.

use std::path::Path;

use dechaff::learn::{Learner, Options};
use dechaff::report::{counted, safe};

use super::exit::Exit;
use super::files;
use super::first_pass::{self, Pass};
use super::inputs::Inputs;
use super::message::Message;
use super::options::LearnArgs;
use super::report_file::ReportFile;
use super::session::Session;

/// Articles from which on learning pays.
const FEW: usize = 3;

pub(crate) fn run(session: Session, args: &LearnArgs) -> Result<Exit, Message> {
    let session = session.reading(&args.input, false);
    let inputs = Inputs::new(session.search(&args.input))?;
    let is_stdout = |path: Option<&Path>| path.is_some_and(|path| path.as_os_str() == "-");
    let (output, counts) = (args.output.as_deref(), args.counts.as_deref());
    let prints = is_stdout(output) || output.is_none() && counts.is_none();
    if prints && is_stdout(counts) {
        return Err(Message::error("", "the learned file and --counts - both go to stdout; give one of them a name"));
    }
    if let (Some(output), Some(counts)) = (output, counts)
        && files::absolute(output) == files::absolute(counts)
    {
        return Err(Message::error(output.to_string_lossy(), "is both the learned file and the file of --counts"));
    }
    let begin = |path: Option<&Path>, what, remedy| {
        let path = path.filter(|path| path.as_os_str() != "-");
        path.map(|path| ReportFile::begin_as(path, &inputs, what, remedy)).transpose()
    };
    let file = begin(output, "a learned file", "a name that ends in .toml")?;
    let counts_file = begin(counts, "a file of counts", "a name that ends in .counts")?;
    let options = Options {
        by: args.by,
        merge_subdomains: args.merge_subdomains,
        min_docs: args.min_docs,
        min_share: args.min_share,
        mergeable: counts.is_some(),
        ..Options::default()
    };
    let Pass { learner, sourceless, result } = first_pass::count(&session, inputs, options);
    let mut exit = session.exit(&result);
    if session.is_interrupted() || result.is_err() {
        return Ok(exit);
    }
    let tell = |text: String| session.tell(&Message::detail("", text).line());
    if sourceless > 0 {
        let them = counted(sourceless, "document");
        tell(format!("{them} of no source or without a text left out: a source is {}", what_a_source_is(args)));
    }
    if learner.documents() == 0 {
        // An earlier file is not replaced by an empty one.
        tell("learned nothing: no article was counted; nothing is written".to_owned());
        return Ok(exit);
    }
    let learned = learner.finish();
    if let Some(file) = counts_file {
        file.finish(|mut out| learner.write_counts(&mut out))?;
    } else if is_stdout(counts) {
        exit = exit.max(super::session::print(|mut out| learner.write_counts(&mut out)));
    }
    let page = || learned.to_toml(args.hashes);
    if let Some(file) = file {
        file.finish(|out| out.write_all(page().as_bytes()))?;
    } else if prints {
        exit = exit.max(super::session::print(|out| out.write_all(page().as_bytes())));
    }
    let said = first_pass::said(&learned, learner.documents());
    if learned.sources().is_empty() {
        tell(format!("{said}: {}", why_nothing(&learner)));
    } else {
        tell(format!("{said}: {}", first_pass::lines_said(&learned)));
    }
    Ok(exit)
}

/// What `--by` takes as a source.
fn what_a_source_is(args: &LearnArgs) -> &'static str {
    use dechaff::learn::By;
    match args.by {
        By::Auto => "the host of the address (--url-field), else the folder",
        By::Host => "the host of the address (--url-field)",
        By::Folder => "the folder of the file",
        By::File => "the file",
        By::None => "all documents together",
    }
}

/// Why no source repeats anything, and what may help.
fn why_nothing(learner: &Learner) -> String {
    let most = learner.sources().max_by(|(a, x), (b, y)| x.cmp(y).then(b.cmp(a)));
    match most {
        Some((name, articles)) if articles < FEW => {
            let named = if name.is_empty() { String::new() } else { format!(" ({} has {articles})", safe(name)) };
            format!(
                "no source has {FEW} articles{named}; more articles help, or another --by, or --merge-subdomains where hosts \
                 differ by their first word"
            )
        }
        _ => "no two articles of a source have a line in common".to_owned(),
    }
}
