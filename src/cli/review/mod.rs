//! `dechaff review`: asks about removals on a terminal and writes the answers to a decisions file. What is
//! asked lies in `question`, what an answer does in `sitting`, how it looks in `screen`.

mod question;
mod rulebook;
mod screen;
mod sitting;

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anstream::AutoStream;
use console::{Key, Term};
use dechaff::report::{counted, safe_name};
use dechaff::{Answer, Cleaner, Decisions, DocumentError};

use super::cleaner;
use super::exit::Exit;
use super::files::{self, Replacement};
use super::first_pass;
use super::inputs::{Inputs, Search};
use super::message::{Message, plainly};
use super::options::ReviewArgs;
use super::pipeline;
use super::session::Session;
use super::unit_result::{Merge, UnitResult};
use super::work::{FoundDocument, NoOutput, Work};
use question::Questions;
use rulebook::{NewRule, Rulebook};
use sitting::{Move, Sitting};

/// Default decisions file.
const FILE: &str = "dechaff-decisions.toml";
/// Longest line, in bytes, that becomes the `keeps` evidence of a new rule.
const EVIDENCE: usize = 1_000;

pub(crate) fn run(session: Session, args: &ReviewArgs) -> Result<Exit, Message> {
    if !io::stdout().is_terminal() {
        return Err(Message::error(
            "",
            "review asks on a terminal; use diff to look, or clean --decisions to apply answers",
        ));
    }
    let session = session.reading(&args.input, false);
    let search = Search { reads_twice: args.learning.is_on(), ..session.search(&args.input) };
    let inputs = Inputs::new(search.clone())?;
    let path = args.rules.decisions.as_deref().map_or_else(|| PathBuf::from(FILE), Path::to_owned);
    let saved = on_disk(&path).map_err(|e| Message::error(path.to_string_lossy(), plainly(&e)))?;
    let decisions = if path.exists() { cleaner::read_decisions(&path)? } else { Decisions::default() };
    // Checks now that the file can be written: the scan may take long.
    Replacement::begin(&path).map_err(|e| unwritable(&path, &e))?;
    let builder = cleaner::builder_without_decisions(&args.rules)?.decisions(decisions.clone());
    let builder = match first_pass::learn(&session, &search, &args.learning, builder) {
        Ok(taught) => taught.told(&session),
        Err(stopped) => return stopped.exit(),
    };
    let work = Scan { cleaner: cleaner::build_for(&session, builder)?, decisions: &decisions };
    let result = pipeline::run(&session, inputs, &work, &mut NoOutput);
    let mut exit = session.exit(&result);
    let Ok(total) = result else { return Ok(exit) };
    if exit == Exit::Interrupted {
        return Ok(exit);
    }
    let mut dialog = Dialog {
        sitting: Sitting::new(total.part, decisions, args.by_rule),
        rulebook: Rulebook::new(&args.rules.rules),
        path,
        saved,
        by_rule: args.by_rule,
        terminal: Term::stdout(),
    };
    if session.shows_suspects(args.suspects) {
        dialog.sitting.add_suspects();
    }
    if dialog.sitting.questions.is_empty() && dialog.sitting.other_suspects() == 0 {
        dialog.say("nothing to decide").map_err(terminal_error)?;
        return Ok(exit);
    }
    let came_to_the_end = dialog.ask_all()?;
    if came_to_the_end
        && dialog.sitting.open(true) == 0
        && dialog.sitting.left_out() == 0
        && dialog.offers_suspects()?
    {
        dialog.sitting.add_suspects();
        dialog.ask_all()?;
    }
    dialog.close().map_err(terminal_error)?;
    let open = dialog.sitting.open(true) + dialog.sitting.open(false);
    exit = exit.max(Exit::Findings.when(open > 0 || dialog.sitting.left_out() > 0));
    Ok(exit.max(Exit::Interrupted.when(session.is_interrupted())))
}

/// The text of a decisions file; `None` if there is none, or no plain file.
fn on_disk(path: &Path) -> io::Result<Option<String>> {
    path.is_file().then(|| files::read_text(path)).transpose()
}

fn unwritable(path: &Path, error: &io::Error) -> Message {
    Message::error(path.to_string_lossy(), format!("cannot be written: {}", plainly(error)))
}

/// A path that is safe to print on a terminal.
fn shown(path: &Path) -> String {
    safe_name(&path.to_string_lossy()).into_owned()
}

/// The message for a terminal that fails.
fn terminal_error(error: io::Error) -> Message {
    Message::error("<terminal>", plainly(&error))
}

/// The work that gathers undecided removals.
struct Scan<'d> {
    cleaner: Cleaner,
    decisions: &'d Decisions,
}

impl Merge for Questions {
    fn merge(&mut self, behind: Self) {
        self.merge(behind);
    }
}

impl Work for Scan<'_> {
    type Part = Questions;

    fn document(&self, found: &FoundDocument<'_>, done: &mut UnitResult<Questions>) -> Result<(), DocumentError> {
        let cleaned = self.cleaner.clean_document(&found.document);
        let name = found.name();
        done.part = Questions::of(&name, &cleaned, self.decisions);
        done.tally.add(&name, &cleaned);
        Ok(())
    }

    fn uses_stdout(&self) -> bool {
        false
    }
}

/// The dialog with the reviewer on a terminal.
struct Dialog {
    sitting: Sitting,
    rulebook: Rulebook,
    path: PathBuf,
    /// The text of the decisions file, as it was read or written last.
    saved: Option<String>,
    by_rule: bool,
    terminal: Term,
}

impl Dialog {
    /// Asks the open questions. Returns false if the reviewer quits. Each answer is saved before the next
    /// question.
    fn ask_all(&mut self) -> Result<bool, Message> {
        while self.sitting.question().is_some() {
            let mut page = Vec::new();
            let columns = usize::from(self.terminal.size().1);
            screen::show(&mut page, &self.sitting, self.by_rule, columns).map_err(terminal_error)?;
            self.write(&page).map_err(terminal_error)?;
            let key = self.terminal.read_key_raw().map_err(terminal_error)?;
            if !self.take(&key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Offers to go on with the suspects, if there are any. Returns the reviewer's answer.
    fn offers_suspects(&self) -> Result<bool, Message> {
        let suspects = self.sitting.other_suspects();
        if suspects == 0 {
            return Ok(false);
        }
        let text = format!("\nno removal is left; {}: look at them? [y/n] ", counted(suspects, "suspect"));
        self.write(text.as_bytes()).map_err(terminal_error)?;
        loop {
            let (answer, word) = match self.terminal.read_key_raw().map_err(terminal_error)? {
                Key::Char('y') => (true, "y"),
                Key::Char('n' | 'q') | Key::CtrlC | Key::Escape => (false, "n"),
                _ => continue,
            };
            return self.tell(word).map(|()| answer);
        }
    }

    /// Handles a key. Returns false to quit.
    fn take(&mut self, key: &Key) -> Result<bool, Message> {
        let step = match key {
            Key::Char('y') => Move::Text(Answer::Accept),
            Key::Char('n') => Move::Text(Answer::Reject),
            Key::Char('a') => Move::Rest(Answer::Accept),
            Key::Char('d') => Move::Rest(Answer::Reject),
            Key::Char('A') => Move::Rule(Answer::Accept),
            Key::Char('N') => Move::Rule(Answer::Reject),
            Key::Char('j') | Key::ArrowDown => Move::Next,
            Key::Char('k') | Key::ArrowUp => Move::Back,
            Key::Char('s') => Move::Split,
            Key::Char('u') => Move::Undo,
            Key::Char('e') => return self.edit().map(|()| true),
            Key::Char('K') => return self.keep().map(|()| true),
            Key::Char('q') | Key::CtrlC | Key::Escape => return Ok(false),
            _ => return self.tell(&format!("\n{}", screen::HELP)).map(|()| true),
        };
        let at = self.sitting.at();
        let shown = match key {
            Key::Char(c) => c.to_string(),
            _ => String::new(),
        };
        if !self.sitting.go(step) {
            let why = match step {
                Move::Undo => "nothing to take back",
                Move::Back => "nothing open before this one",
                _ => "one line cannot be split",
            };
            return self.tell(why).map(|()| true);
        }
        match step {
            Move::Next | Move::Back | Move::Split => self.tell(&shown)?,
            Move::Undo => {
                self.save()?;
                self.tell("u, taken back")?;
            }
            _ => {
                self.save()?;
                let said = self.sitting.questions.get(at).map_or("", |q| screen::said(q, &self.sitting.decisions));
                self.tell(&format!("{shown}, {said}"))?;
            }
        }
        Ok(true)
    }

    /// Opens the question in an editor, where the reviewer marks lines.
    fn edit(&mut self) -> Result<(), Message> {
        let Some(question) = self.sitting.question() else { return Ok(()) };
        let help = format!(
            "# {} · {}\n# A line with '-' goes, a line with ' ' stays: change only the signs. A line around it that you mark '-'\n\
             # becomes a rule in {}. Lines that begin with '#' are left out.\n",
            question.rule,
            question.reason,
            self.rulebook.path.display()
        );
        let sheet = sitting::sheet(question, &self.sitting.decisions);
        let text = match files::edit(&format!("{help}{sheet}")) {
            Ok(text) => text,
            Err(e) => return self.tell(&format!("no editor: {}; set $EDITOR", plainly(&e))),
        };
        let edited = match sitting::read_sheet(question, &sheet, &text) {
            Ok(edited) => edited,
            Err(why) => return self.tell(&format!("not taken: {why}")),
        };
        // The longest kept line nearby becomes the evidence of what the new rule must keep.
        let near = question.before.iter().chain(&question.after);
        let kept = near
            .filter(|n| !n.goes(&self.sitting.decisions) && !edited.junk.iter().any(|junk| **junk == *n.text))
            .filter(|n| n.text.len() <= EVIDENCE)
            .max_by_key(|n| n.text.len());
        let kept = kept.map_or_else(|| "It rained for most of the day.".into(), |n| Arc::clone(&n.text));
        self.sitting.go_by_line(&edited.answers);
        self.save()?;
        for text in &edited.junk {
            self.write_rule(&NewRule::Junk { text, kept: &kept })?;
        }
        self.tell("e, answered line by line")
    }

    /// Rejects the question and writes a rule that keeps its texts.
    fn keep(&mut self) -> Result<(), Message> {
        let Some(question) = self.sitting.question() else { return Ok(()) };
        let rule = question.rule.clone();
        let texts: Vec<String> = question.items.iter().map(|i| i.removed().to_owned()).collect();
        self.sitting.go(Move::Text(Answer::Reject));
        self.save()?;
        for text in &texts {
            self.write_rule(&NewRule::Keep { text, rule: rule.as_str() })?;
        }
        self.tell("K, stays")
    }

    fn write_rule(&self, entry: &NewRule<'_>) -> Result<(), Message> {
        match self.rulebook.add(entry) {
            Ok(id) => self.tell(&format!("rule {id} added to {}", shown(&self.rulebook.path))),
            Err(message) => self.tell(&message.line()),
        }
    }

    /// Writes the answers, unless this would overwrite those of another program.
    fn save(&mut self) -> Result<(), Message> {
        let now = on_disk(&self.path).map_err(|e| unwritable(&self.path, &e))?;
        if now.is_some() && now != self.saved {
            let what =
                "was changed by another program, so the last answer is not saved; begin again to go on from there";
            return Err(Message::error(self.path.to_string_lossy(), what));
        }
        let text = self.sitting.decisions.to_string();
        files::replace(&self.path, text.as_bytes()).map_err(|e| unwritable(&self.path, &e))?;
        self.saved = Some(text);
        Ok(())
    }

    /// Prints the number of answers and open questions, and how to apply the answers.
    fn close(&self) -> io::Result<()> {
        let (answers, left_out) = (self.sitting.answered(), self.sitting.left_out());
        let (removals, suspects) = (self.sitting.open(true), self.sitting.open(false));
        let path = shown(&self.path);
        let (answers, open) = (counted(answers as u64, "answer"), counted((removals + suspects) as u64, "question"));
        let mut text = format!("\n{answers} given, {open} open");
        if suspects > 0 {
            text.push_str(&format!(" ({removals} of removals, {suspects} of suspects)"));
        }
        if left_out > 0 {
            text.push_str(&format!(", {left_out} more left for the next sitting"));
        }
        if self.path.exists() {
            text.push_str(&format!("; apply them with: dechaff clean --decisions {path}"));
            if let Some(rules) = self.rulebook.not_in_use() {
                text.push_str(&format!(" --rules {}", shown(rules)));
            }
        }
        self.say(&text)
    }

    fn tell(&self, text: &str) -> Result<(), Message> {
        self.say(text.trim_end()).map_err(terminal_error)
    }

    fn say(&self, text: &str) -> io::Result<()> {
        self.write(format!("{text}\n").as_bytes())
    }

    fn write(&self, page: &[u8]) -> io::Result<()> {
        let mut out = AutoStream::auto(io::stdout().lock());
        out.write_all(page)?;
        out.flush()
    }
}
