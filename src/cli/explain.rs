//! `dechaff explain`: why each line of a document went or stayed; or the page of a rule.

use dechaff::{Cleaner, DocumentError, report};

use super::args::{ExplainArgs, PageFormat};
use super::exit::Exit;
use super::inputs::{Extent, Inputs};
use super::message::Message;
use super::session::Session;
use super::stream::{self, Done, Found, Work};

/// Columns where there is no terminal to ask.
const WIDTH: usize = 120;

pub(crate) fn run(session: Session, args: &ExplainArgs) -> Result<Exit, Message> {
    if let Some(id) = &args.rule {
        return super::rules::show(&session, id, &args.rules, args.format);
    }
    let mut session = session.reading(&args.input, false);
    let inputs = Inputs::new(session.search(&args.input))?;
    if inputs.extent() == Extent::Many {
        return Err(Message::error("", "explain takes one document: name one file or pipe a text in"));
    }
    let work = Explain {
        cleaner: session.cleaner(&args.rules)?,
        line: args.line.and_then(|n| usize::try_from(n).ok()),
        format: args.format,
        width: super::progress::columns().unwrap_or(WIDTH),
    };
    let mut stdout = session.paged(args.no_pager || args.format == PageFormat::Json);
    let result = stream::run(&session, inputs, &work, &mut stdout);
    stdout.end();
    Ok(session.exit(&result))
}

struct Explain {
    cleaner: Cleaner,
    line: Option<usize>,
    format: PageFormat,
    width: usize,
}

impl Work for Explain {
    fn document(&self, found: &Found<'_>, done: &mut Done) -> Result<(), DocumentError> {
        let explanation = self.cleaner.explain(&found.document);
        if let Some(line) = self.line.filter(|line| *line > explanation.lines.len()) {
            return Err(DocumentError::new(format!(
                "has no line {line}: it ends with line {}",
                explanation.lines.len()
            )));
        }
        let name = found.name();
        match self.format {
            PageFormat::Human => report::explain(&mut done.out, &name, &explanation, self.line, self.width),
            PageFormat::Json => report::explain_json(&mut done.out, &name, &explanation, self.line),
        }
        .map_err(|e| DocumentError::new(e.to_string()))
    }
}
