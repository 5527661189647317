//! Where `clean` writes: stdout, one file, a folder that keeps the tree, or the inputs themselves. How a
//! file is replaced lies in `files`.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::{File, Metadata};
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use dechaff::DocumentError;
use dechaff::format::{Fields, Format, parquet, warc};

use super::conversion::Conversion;
use super::files::{self, Replacement};
use super::input::Input;
use super::inputs::{self, Extent, Inputs};
use super::message::{Message, plainly};
use super::options::CleanArgs;
use super::packing::Packing;
use super::stdout;
use super::undo::journal::{Hasher, Journal};
use super::unit_result::{Merge, UnitResult};
use super::work::Output;

/// Where the output goes, and in what format.
pub(crate) struct Target {
    to: Destination,
    conversion: Conversion,
    /// The output files so far, if their names are not those of the inputs: two inputs may meet under one.
    taken: Option<Mutex<HashSet<PathBuf>>>,
}

#[expect(clippy::large_enum_variant, reason = "there is one")]
enum Destination {
    /// Packed like the input, but never on a terminal.
    Stdout { terminal: bool },
    /// No output, with `--dry-run`.
    Nowhere,
    /// One file, packed as its name says.
    File(PathBuf),
    /// Files below `folder`; `real` is its absolute path.
    Folder { folder: PathBuf, real: PathBuf },
    /// Changed inputs are replaced.
    InPlace { journal: Option<Journal> },
}

impl Target {
    /// The target that the flags mean. Fails if it does not fit the inputs.
    pub(crate) fn choose(args: &CleanArgs, inputs: &Inputs) -> Result<Self, Message> {
        let to = Destination::choose(args, inputs)?;
        let mut conversion = Conversion { attributes: args.attributes.is_some(), ..args.to.unwrap_or_default() };
        if let Destination::File(path) = &to {
            let (packing, stem) = Packing::of_name(path);
            conversion.packing = conversion.packing.or(Some(packing));
            let says_parquet = stem.extension().is_some_and(|end| end.eq_ignore_ascii_case("parquet"));
            conversion.format = conversion.format.or(says_parquet.then_some(Format::Parquet));
        }
        let is_renamed = conversion.packing.is_some() || conversion.format.is_some() || conversion.attributes;
        Ok(Self { to, conversion, taken: is_renamed.then(Mutex::default) })
    }

    /// The packing of the output for an input.
    pub(crate) fn packing(&self, input: &Input) -> Packing {
        match &self.to {
            Destination::Stdout { terminal: true } | Destination::Nowhere => Packing::None,
            // Packed inside.
            _ if self.conversion.format(input) == Ok(Format::Parquet) => Packing::None,
            _ => self.conversion.packing(input),
        }
    }

    /// The output file of an input; `None` on stdout.
    fn path(&self, input: &Input) -> Result<Option<PathBuf>, DocumentError> {
        let format = self.conversion.format(input).map_err(DocumentError::new)?;
        let path = match &self.to {
            Destination::Stdout { .. } | Destination::Nowhere => return Ok(None),
            Destination::File(path) => {
                check_name(path, format)?;
                path.clone()
            }
            Destination::InPlace { .. } if input.format != format => {
                return Err(DocumentError::new(format!(
                    "is {}, and cannot be replaced; say -o",
                    input.format.as_str()
                )));
            }
            Destination::InPlace { .. } => return Ok(input.path().map(Path::to_owned)),
            Destination::Folder { folder, real } => {
                let place = self.conversion.place(input, &input.place);
                allow(real, input, &place)?;
                folder.join(place)
            }
        };
        let is_new =
            |taken: &Mutex<HashSet<_>>| taken.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
        if self.taken.as_ref().is_some_and(|taken| !is_new(taken)) {
            let path = path.display();
            return Err(DocumentError::new(format!(
                "left out: the output of another input is already written to '{path}'"
            )));
        }
        Ok(Some(path))
    }

    /// Writes a whole document into its file, or appends it to `out` for stdout. Not for files in place,
    /// which `Changes` replaces together.
    pub(crate) fn put(
        &self,
        input: &Input,
        bytes: &[u8],
        allowed: &mut Allowed,
        out: &mut Vec<u8>,
    ) -> Result<(), DocumentError> {
        if let (Destination::Folder { folder, real }, None) = (&self.to, &self.taken) {
            if !allowed.covers(input) {
                allow(real, input, &input.place)?;
                *allowed = Allowed::by(input);
            }
            let path = folder.join(&input.place);
            return files::create(&path, bytes).map_err(|e| DocumentError::new(self.describe(Some(&path), &e)));
        }
        let Some(path) = self.path(input)? else {
            if !matches!(self.to, Destination::Nowhere) {
                out.extend_from_slice(bytes);
            }
            return Ok(());
        };
        Replacement::begin(&path)
            .and_then(|mut file| {
                file.write(bytes)?;
                file.finish()
            })
            .map_err(|e| DocumentError::new(self.describe(Some(&path), &e)))
    }

    pub(crate) const fn is_in_place(&self) -> bool {
        matches!(self.to, Destination::InPlace { .. })
    }

    pub(crate) const fn is_stdout(&self) -> bool {
        matches!(self.to, Destination::Stdout { .. })
    }

    /// The journal, to end it.
    pub(crate) fn into_journal(self) -> Option<Journal> {
        if let Destination::InPlace { journal } = self.to { journal } else { None }
    }

    /// Begins the journal of a run in place, once the rules are known.
    pub(crate) fn begin_journal(&mut self, begin: impl FnOnce() -> Result<Journal, Message>) -> Result<(), Message> {
        if let Destination::InPlace { journal } = &mut self.to {
            *journal = Some(begin()?);
        }
        Ok(())
    }

    /// The journal of a run in place; `None` with `--no-backup`.
    pub(crate) const fn journal(&self) -> Option<&Journal> {
        if let Destination::InPlace { journal } = &self.to { journal.as_ref() } else { None }
    }

    /// Begins the output file of a file of records. In an output folder a link is not followed, as it may
    /// point to an input; an output file that was named is followed.
    fn begin(&self, path: &Path, input: &Input) -> io::Result<Sink> {
        Ok(match &self.to {
            Destination::Folder { .. } => Sink::File(Replacement::begin_without_following(path)?),
            Destination::InPlace { .. } => {
                let (path, old) = match input.opened.as_deref() {
                    Some(opened) => opened.clone(),
                    None => files::real_file(path)?,
                };
                let file = Replacement::over(path.clone(), Some(&old))?;
                Sink::InPlace(Box::new(InPlaceFile { file, path, old, hasher: Hasher::new() }))
            }
            _ => Sink::File(Replacement::begin(path)?),
        })
    }

    fn describe(&self, path: Option<&Path>, error: &io::Error) -> String {
        match (&self.to, path) {
            (Destination::InPlace { .. }, _) => format!("cannot be replaced: {}", plainly(error)),
            (_, Some(path)) => format!("cannot write {}: {}", path.display(), plainly(error)),
            (_, None) => format!("cannot write: {}", plainly(error)),
        }
    }
}

/// Fails if a name says another format of records than its file would have.
fn check_name(path: &Path, format: Format) -> Result<(), DocumentError> {
    let ending = Packing::of_name(path).1.extension().and_then(|end| end.to_str());
    let Some(said) = ending.and_then(Format::of_extension).filter(|said| *said != format) else { return Ok(()) };
    if !(said.has_records() || format.has_records()) {
        return Ok(());
    }
    let (said, format) = (said.as_str(), format.as_str());
    Err(DocumentError::new(format!("stays {format}, but -o names a {said} file; give the output a name of its format")))
}

impl Destination {
    /// The target that the flags mean. Fails if it does not fit the inputs.
    fn choose(args: &CleanArgs, inputs: &Inputs) -> Result<Self, Message> {
        let refuse = |text: &str| Err(Message::error("", text));
        let with_stdin = inputs.named().any(|p| p.as_os_str() == "-");
        let target = if args.in_place {
            if with_stdin {
                return refuse("stdin cannot be replaced; leave out -i/--in-place");
            }
            // The journal begins once the rules are known.
            Self::InPlace { journal: None }
        } else if let Some(output) = args.folder_or_file().filter(|path| path.as_os_str() != "-") {
            Self::output(output, inputs, with_stdin, args.attributes.is_some())?
        } else if inputs.extent() == Extent::Many && !args.dry_run && args.output.is_none() {
            return refuse(
                "a folder or several inputs: say -o/--output DIR to write there or -i/--in-place to replace the files",
            );
        } else {
            Self::Stdout { terminal: io::stdout().is_terminal() }
        };
        Ok(if args.dry_run { Self::Nowhere } else { target })
    }

    fn output(output: &Path, inputs: &Inputs, with_stdin: bool, writes_attributes: bool) -> Result<Self, Message> {
        let refuse = |text: String| Err(Message::error(output.to_string_lossy(), text));
        let real = files::absolute(output);
        let same = inputs.named().find(|p| files::absolute(p) == real);
        if let Some(path) = same {
            let path = path.display();
            return refuse(match writes_attributes {
                true => format!("--attributes would write beside the texts of the input {path}; name another folder"),
                false => format!("-o would overwrite the input {path}; use -i/--in-place to replace it"),
            });
        }
        let wants_folder =
            writes_attributes || output.is_dir() || output.to_string_lossy().ends_with(std::path::is_separator);
        if inputs.extent() != Extent::Many && !wants_folder {
            return Ok(Self::File(output.to_owned()));
        }
        if with_stdin {
            return refuse("stdin has no name to be written under in a folder; give -o the name of a file".to_owned());
        }
        if output.exists() && !output.is_dir() {
            return refuse("is a file; a folder or several inputs need -o/--output to be a folder".to_owned());
        }
        let mut names = HashMap::new();
        for path in inputs.named() {
            if let Some(other) = names.insert(inputs::name_of(path)?, path) {
                let (a, b) = (other.display(), path.display());
                return refuse(format!("{a} and {b} would meet under one name; clean them one after the other"));
            }
        }
        Ok(Self::Folder { folder: output.to_owned(), real })
    }
}

/// Fails if the output of an input would leave the output folder or overwrite an input. `real` is the
/// absolute path of the output folder.
fn allow(real: &Path, input: &Input, place: &Path) -> Result<(), DocumentError> {
    // Links inside the output folder may lead anywhere.
    let target = files::place_of(&real.join(place));
    if !target.parent().is_some_and(|folder| folder.starts_with(real)) {
        return Err(DocumentError::new(format!(
            "a symbolic link leads out of the output folder to {}; remove it or choose another folder",
            target.display()
        )));
    }
    let hits_input = match &input.root {
        // If the output folder lies above or beside a walked folder, the output may land in the walked
        // folder.
        Some(root) => {
            let root = files::absolute(root);
            !real.starts_with(&root) && target.starts_with(&root)
        }
        None => input.path().is_some_and(|path| files::absolute(path) == target || files::place_of(path) == target),
    };
    if hits_input {
        return Err(DocumentError::new("the output would overwrite an input; choose another folder for -o"));
    }
    Ok(())
}

/// The folder (walk root and path below it) whose last file passed `allow`. Other files of that folder need
/// no second check: resolving the path again costs more than writing a small file.
#[derive(Default)]
pub(crate) struct Allowed(Option<(Arc<Path>, PathBuf)>);

impl Allowed {
    fn by(input: &Input) -> Self {
        let root = input.root.as_ref().map(Arc::clone);
        Self(root.zip(input.place.parent().map(Path::to_owned)))
    }

    fn covers(&self, input: &Input) -> bool {
        let Some((root, folder)) = &self.0 else { return false };
        // Compared as strings: comparing paths by component is slower, and both come from one walk.
        input.root.as_ref().is_some_and(|other| Arc::ptr_eq(root, other))
            && input.place.parent().is_some_and(|other| other.as_os_str() == folder.as_os_str())
    }
}

impl Merge for Allowed {
    fn merge(&mut self, behind: Self) {
        self.0 = behind.0.or_else(|| self.0.take());
    }

    fn fresh(&mut self) -> Self {
        std::mem::take(self)
    }
}

/// The output of `clean`, in input order: stdout and files of records. Text files were already written by
/// the worker threads.
pub(crate) struct Writer<'t> {
    target: &'t Target,
    fields: &'t Fields,
    /// The output file of the input at hand; `None` on stdout.
    path: Option<PathBuf>,
    output: OpenOutput,
    written: bool,
}

/// The output at hand.
enum OpenOutput {
    /// The bytes as they come.
    Plain(Sink),
    /// Frames of rows of Parquet, which become the input's file with other texts.
    Rows(Box<parquet::Splicer<File, Sink>>),
    /// Lines of JSON of a web archive, which become a new file of Parquet.
    Captures(Box<parquet::Writer<Sink>>),
    Failed(String),
}

/// Where the bytes of a file of records go.
enum Sink {
    Stdout,
    Nowhere,
    File(Replacement),
    InPlace(Box<InPlaceFile>),
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout => stdout::open()?.write_all(bytes)?,
            Self::Nowhere => {}
            Self::File(file) => file.write(bytes)?,
            Self::InPlace(open) => {
                open.hasher.update(bytes);
                open.file.write(bytes)?;
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if matches!(self, Self::Stdout) { io::stdout().flush() } else { Ok(()) }
    }
}

impl Sink {
    /// Puts a whole file in its place.
    fn finish(self, target: &Target, changed: bool) -> io::Result<()> {
        match self {
            Self::File(file) => file.finish(),
            Self::InPlace(open) if changed => open.finish(target.journal()),
            Self::InPlace(_) | Self::Stdout | Self::Nowhere => Ok(()),
        }
    }
}

/// A file of records that is being replaced: the original's metadata, and the hash of the new content.
struct InPlaceFile {
    file: Replacement,
    path: PathBuf,
    old: Metadata,
    hasher: Hasher,
}

impl InPlaceFile {
    fn finish(self, journal: Option<&Journal>) -> io::Result<()> {
        files::check_unchanged(&self.path, &self.old)?;
        if let Some(journal) = journal {
            // Storing a large file takes time, so the file is checked again after it.
            journal.store(&self.path, &self.old, self.hasher.finalize())?;
            files::check_unchanged(&self.path, &self.old)?;
        }
        self.file.finish()
    }
}

impl OpenOutput {
    /// Takes the output of a unit.
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Failed(_) => Ok(()),
            Self::Plain(sink) => sink.write_all(bytes).and_then(|()| sink.flush()),
            Self::Rows(splicer) => splicer.take(bytes).map_err(io_error),
            Self::Captures(writer) => bytes.split_inclusive(|b| *b == b'\n').try_for_each(|line| {
                let fields: HashMap<&str, Cow<'_, str>> = serde_json::from_slice(line)?;
                writer.row(&warc::Capture::COLUMNS.map(|name| fields.get(name).map(|value| &**value))).map_err(io_error)
            }),
        }
    }
}

fn io_error(fault: parquet::Fault) -> io::Error {
    match fault {
        parquet::Fault::Io(error) => error,
        other => io::Error::other(other.to_string()),
    }
}

impl<'t> Writer<'t> {
    /// `fields` are those by which records are read.
    pub(crate) const fn new(target: &'t Target, fields: &'t Fields) -> Self {
        Self { target, fields, path: None, output: OpenOutput::Plain(Sink::Stdout), written: false }
    }

    fn open(&mut self, input: &Input) -> Result<OpenOutput, String> {
        self.path = self.target.path(input).map_err(|error| error.to_string())?;
        let sink = match (&self.path, &self.target.to) {
            (Some(path), _) => self.target.begin(path, input).map_err(|error| self.describe(&error))?,
            (None, Destination::Nowhere) => Sink::Nowhere,
            (None, _) => Sink::Stdout,
        };
        if self.target.conversion.format(input)? != Format::Parquet {
            return Ok(OpenOutput::Plain(sink));
        }
        if matches!(self.target.to, Destination::Stdout { terminal: true }) {
            return Err("is Parquet, which no terminal shows; say -o".to_owned());
        }
        let opened = if input.format == Format::Parquet {
            let original = files::with_any_place(input)?;
            parquet::Splicer::new(original, self.fields, sink).map(|splicer| OpenOutput::Rows(Box::new(splicer)))
        } else {
            let columns = &warc::Capture::COLUMNS;
            parquet::Writer::new(sink, columns).map(|writer| OpenOutput::Captures(Box::new(writer)))
        };
        opened.map_err(|fault| fault.to_string())
    }

    fn describe(&self, error: &io::Error) -> String {
        self.target.describe(self.path.as_deref(), error)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written = true;
        match self.output.put(bytes) {
            // The next inputs could not be written either.
            Err(error) if self.target.is_stdout() => return Err(error),
            Err(error) => self.output = OpenOutput::Failed(self.describe(&error)),
            Ok(()) => {}
        }
        Ok(())
    }
}

impl<P> Output<P> for Writer<'_> {
    fn begin(&mut self, input: &Input) {
        self.written = false;
        self.output = self.open(input).unwrap_or_else(OpenOutput::Failed);
    }

    fn write(&mut self, done: &UnitResult<P>) -> io::Result<()> {
        self.put(&done.out)
    }

    fn end(&mut self, input: &Input, whole: bool, changed: bool) -> io::Result<Result<(), Message>> {
        let packing = self.target.packing(input);
        if whole && !self.written && packing != Packing::None {
            // Without records nothing was written, but an empty packed file would be damaged.
            let mut empty = Vec::new();
            packing.pack(b"", &mut empty)?;
            self.put(&empty)?;
        }
        let sink = match std::mem::replace(&mut self.output, OpenOutput::Plain(Sink::Stdout)) {
            OpenOutput::Failed(why) => return Ok(Err(Message::error(&*input.name, why))),
            _ if !whole => return Ok(Ok(())),
            OpenOutput::Plain(sink) => Ok(sink),
            OpenOutput::Rows(splicer) => splicer.finish(),
            OpenOutput::Captures(writer) => writer.finish(),
        };
        let ended = sink.map_err(io_error).and_then(|sink| sink.finish(self.target, changed));
        Ok(ended.map_err(|error| Message::error(&*input.name, self.describe(&error))))
    }
}
