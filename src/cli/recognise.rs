//! Decides what an input is from `--from`, its name and its first bytes, or why it is refused. What names
//! and bytes mean is decided in `dechaff::format::kind`.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use dechaff::format::Format;
use dechaff::format::kind::{self, Foreign, Kind, Start, Trust};

use super::first_bytes::FirstBytes;
use super::input::{Input, Origin, shown};
use super::message::{Message, plainly};
use super::options::InputFormat;
use super::packing::Packing;
use super::streams;

/// An input that was named on the command line, in a list, or by `--include`. `path` is `None` for stdin.
/// `is_file` is true for a plain file; `root` is the folder in which it was found.
pub(crate) fn named(
    path: Option<PathBuf>,
    place: PathBuf,
    is_file: bool,
    from: InputFormat,
    root: Option<Arc<Path>>,
) -> Result<Input, Message> {
    let name = path.as_deref().map_or_else(|| "<stdin>".to_owned(), shown);
    let fail = |why: String| Message::error(&*name, why);
    let (packing, ending) = path.as_deref().map_or((Packing::None, None), kind_by_name);
    let (format, reads_line) = match (from.format(), ending) {
        (Some(format), _) => (format, false),
        (None, Some(Kind::Foreign(Foreign::Json))) => (Format::Jsonl, true),
        (None, Some(Kind::Foreign(foreign))) => return Err(fail(refusal(Kind::Foreign(foreign)))),
        (None, Some(Kind::Readable(format))) => (format, !format.has_records()),
        (None, _) => (Format::Text, true),
    };
    let origin = Origin::Path(path.clone().unwrap_or_default());
    let mut input = Input { packing, root, ..Input::new(name.clone(), origin, place, format) };
    if is_file && !reads_line {
        return Ok(input);
    }
    let file = match path.as_deref() {
        None => streams::stdin(),
        Some(path) => streams::open_input(path, input.is_explicit()),
    };
    let file = file.map_err(|e| fail(plainly(&e)))?;
    // A name without a known extension does not say the packing either.
    let is_known = packing != Packing::None || is_file && ending.is_some();
    let first = FirstBytes::at(file, is_known.then_some(packing), reads_line).map_err(fail)?;
    input.packing = first.packing;
    if reads_line {
        let start = Start::new(&first.bytes, first.whole);
        let trust = if matches!(ending, Some(Kind::Readable(_))) { Trust::Name } else { Trust::Nothing };
        let is_json = ending == Some(Kind::Foreign(Foreign::Json));
        match if is_json { Some(kind::of_json(start)) } else { kind::recognise(start, trust) } {
            Some(Kind::Readable(format)) => (input.format, input.recognised) = (format, true),
            Some(foreign) => return Err(fail(refusal(foreign))),
            None => input.trust = Some(trust),
        }
    }
    if !is_file {
        input.origin = Origin::Stream { path, stream: Mutex::new(Some(first.stream)), copy: Mutex::default() };
    }
    Ok(input)
}

/// True if a file in a folder is read: its extension says so, or `--include` matches (`is_included`).
pub(crate) fn is_taken(path: &Path, from: InputFormat, is_included: bool) -> bool {
    let Some(Kind::Readable(by_name)) = kind_by_name(path).1 else { return is_included };
    let is_same = |format: Format| format == by_name || !(format.has_records() || by_name.has_records());
    is_included || !is_card(path) && from.format().is_none_or(is_same)
}

/// True for the file that describes a folder, such as the card of a data set. It is no article.
fn is_card(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.eq_ignore_ascii_case("README.md"))
}

/// An input from a folder. Its first bytes are checked when it is read, so that each file is opened only
/// once.
pub(crate) fn in_folder(path: PathBuf, place: PathBuf, root: Arc<Path>, from: InputFormat) -> Result<Input, Message> {
    let (packing, ending) = kind_by_name(&path);
    let (format, trust) = match (from.format(), ending) {
        (Some(format), _) => (format, None),
        (None, Some(Kind::Readable(format))) => (format, (!format.has_records()).then_some(Trust::Name)),
        (None, None) => (Format::Text, Some(Trust::Nothing)),
        (None, Some(_)) => {
            return named(Some(path), place, true, from, Some(root));
        }
    };
    let (name, origin) = (shown(&path), Origin::Path(path));
    Ok(Input { root: Some(root), packing, trust, ..Input::new(name, origin, place, format) })
}

/// The packing and kind that the extensions of a name say.
fn kind_by_name(path: &Path) -> (Packing, Option<Kind>) {
    let (packing, stem) = Packing::of_name(path);
    (packing, stem.extension().and_then(OsStr::to_str).and_then(Kind::of_ending))
}

/// The message that refuses a kind of content, with the way out.
pub(crate) fn refusal(kind: Kind) -> String {
    match kind {
        Kind::Foreign(foreign) if foreign.is_text() => format!("{foreign}, or insist with --from text"),
        Kind::Foreign(foreign) => foreign.to_string(),
        Kind::Readable(format) => {
            let format = format.as_str();
            format!("holds {format} under the name of a text; rename it, or name it alone, or insist with --from text")
        }
        _ => "is of an unknown kind".to_owned(),
    }
}
