//! Draws a question on the terminal: its position, what goes, and how much each answer decides. Keys are
//! handled in `mod`.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use dechaff::report::{counted, safe, safe_name, shortened, shortened_front};
use dechaff::{Answer, Decisions};

use super::question::{ContextLine, Item, Occurrences, Question, answer_to};
use super::sitting::{Sitting, Stage};

const TITLE: Style = Style::new().bold();
const GOES: Style = AnsiColor::Red.on_default();
const CUT: Style = AnsiColor::Red.on_default().bold().underline();
const DIM: Style = Style::new().dimmed();
const ASKED: Style = AnsiColor::Cyan.on_default().bold();
const WARNING: Style = AnsiColor::Yellow.on_default();

/// Columns in front of a line, for sign and number.
const MARGIN: usize = 8;

/// Most columns shown before the cut, of the cut, and after it: a line may have megabytes.
const SHOWN: usize = 600;

/// Keys in the prompt.
const KEYS: &str = "y,n,a,d,A,N,j,k,s,e,K,u,q,?";

/// The help that `?` shows.
pub(super) const HELP: &str = "\
y  accept: this text goes, wherever this rule points at it
n  reject: it stays, wherever this rule points at it
a  accept this and all that is still asked of this document (with --by-rule: of this rule)
d  reject this and all that is still asked of this document (with --by-rule: of this rule)
A  always: whatever this rule points at goes
N  never: whatever this rule points at stays
j  leave it undecided, go on to the next     k  go back to the one before
s  split a block into its lines
e  edit: change the signs in an editor; a kept line marked '-' becomes a rule of yours
K  reject, and write a rule into your rule file that keeps the text
u  undo the last answer
q  quit; what was answered is saved          ?  this help
";

/// Draws the current question, down to the prompt.
pub(super) fn show(out: &mut dyn Write, sitting: &Sitting, by_rule: bool, columns: usize) -> io::Result<()> {
    let Some(question) = sitting.question() else { return Ok(()) };
    let Stage { number, all, open } = sitting.stage();
    let (document, kind) = (safe_name(&question.document), if question.goes { "" } else { "suspect " });
    writeln!(out, "\n{TITLE}{document}{TITLE:#} {DIM}{kind}{number} of {all}, {open} open{DIM:#}")?;
    if let Some(held) = &question.held {
        writeln!(out, "{WARNING}held: {held}{WARNING:#}")?;
    }
    write!(out, "{} · {} · {}", question.rule, question.certainty, safe(&question.reason))?;
    if !question.evidence.is_empty() {
        write!(out, " {DIM}({}){DIM:#}", safe(&question.evidence))?;
    }
    writeln!(out)?;
    question.before.iter().try_for_each(|context_line| show_context(out, context_line, &sitting.decisions, columns))?;
    question.items.iter().try_for_each(|item| show_item(out, item, question.goes))?;
    question.after.iter().try_for_each(|context_line| show_context(out, context_line, &sitting.decisions, columns))?;
    show_scope(out, sitting, question, by_rule)?;
    let asked = if question.goes { "Remove" } else { "Suspect, stays unless accepted. Remove" };
    write!(out, "{ASKED}{asked}? [{KEYS}]{ASKED:#} ")?;
    out.flush()
}

/// A context line, shortened to one line of the terminal.
fn show_context(
    out: &mut dyn Write,
    context_line: &ContextLine,
    decisions: &Decisions,
    columns: usize,
) -> io::Result<()> {
    let sign = if context_line.goes(decisions) { '-' } else { ' ' };
    let text = shortened(&context_line.text, columns.saturating_sub(MARGIN));
    writeln!(out, "{DIM}{sign}{:>5}  {text}{DIM:#}", context_line.line)
}

fn show_item(out: &mut dyn Write, item: &Item, goes: bool) -> io::Result<()> {
    let (before, after) = (&item.text[..item.cut.start], &item.text[item.cut.end..]);
    let (sign, style) = if goes { ('-', GOES) } else { ('?', WARNING) };
    let cut = match () {
        () if before.is_empty() && after.is_empty() => style,
        () if goes => CUT,
        () => style.bold().underline(),
    };
    write!(out, "{style}{sign}{:>5}  {style:#}{}", item.line, shortened_front(before, SHOWN))?;
    writeln!(out, "{cut}{}{cut:#}{}", shortened(item.removed(), SHOWN), shortened(after, SHOWN))
}

/// The line that says how much each answer would decide.
fn show_scope(out: &mut dyn Write, sitting: &Sitting, question: &Question, by_rule: bool) -> io::Result<()> {
    let (least, most) = sitting.counts.alike(question);
    let texts = if least.places == most.places { times(most) } else { format!("{} to {}", least.places, times(most)) };
    let what = if question.items.len() == 1 { "this text" } else { "these texts" };
    let rest: usize = sitting.rest().count();
    let here = if by_rule { "of this rule" } else { "in this document" };
    let rule = times(sitting.counts.for_rule(&question.rule));
    writeln!(out, "{DIM}y/n {what}: {texts} · a/d {rest} open {here} · A/N this rule: {rule}{DIM:#}")
}

fn times(count: Occurrences) -> String {
    format!("{} in {}", counted(count.places, "place"), counted(count.documents, "document"))
}

/// The effect of the answer to a question, in a word.
pub(super) fn said(question: &Question, decisions: &Decisions) -> &'static str {
    match answer_to(question, decisions) {
        Some(Answer::Accept) => "goes",
        Some(Answer::Reject) => "stays",
        None => "decided line by line",
    }
}
