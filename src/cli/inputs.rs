//! Finds the inputs that the user means (paths, folders, stdin, lists), as a stream in a fixed order.
//! Documents are opened in `files`; their kind is decided in `recognise`.

use std::collections::{HashSet, VecDeque};
use std::ffi::{OsStr, OsString};
use std::io::{self, BufRead, BufReader, IsTerminal as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dechaff::format::Format;
use ignore::overrides::{Override, OverrideBuilder};
use ignore::{Walk, WalkBuilder};
use same_file::Handle;

use super::files;
use super::folder_counts::FolderCounts;
use super::ignore_files;
use super::input::{Input, Version, shown};
use super::message::{Level, Message, plainly};
use super::options::InputFormat;
use super::packing::Packing;
use super::recognise;
use super::streams::{self, Stream};

/// What to search for inputs, and which files in folders to take.
#[derive(Clone, Debug, Default)]
pub(crate) struct Search {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) files_from: Option<PathBuf>,
    pub(crate) null: bool,
    pub(crate) from: InputFormat,
    pub(crate) include: Vec<String>,
    pub(crate) exclude: Vec<String>,
    pub(crate) hidden: bool,
    pub(crate) no_ignore: bool,
    /// True if files passed over in folders are named, not only counted.
    pub(crate) names_passed: bool,
    /// The output folder, absolute. It is not searched for inputs, and every input gets a path of its own
    /// in it.
    pub(crate) output: Option<PathBuf>,
    /// True if only files are taken that a patch can change.
    pub(crate) patches: bool,
    /// True if the inputs are read twice, which only plain files can be.
    pub(crate) reads_twice: bool,
    /// True if the inputs are replaced, which only plain files can be.
    pub(crate) replaces: bool,
}

/// How many inputs there are, as far as the arguments say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Extent {
    Stdin,
    OneFile,
    Many,
}

/// The inputs, one after the other. An error of level `Detail` is a file that was passed over; any other
/// error is an input that could not be found or was refused.
pub(crate) struct Inputs {
    search: Search,
    list: PathList,
    /// The first input, if it was looked at before its turn.
    first: Option<Result<Input, Message>>,
    walk: Option<FolderWalk>,
    extent: Extent,
    several: bool,
    /// Paths below the output folder that inputs from a list have taken.
    places: HashSet<PathBuf>,
    /// The file to which stdout goes, if it goes to one.
    stdout: Option<Handle>,
    /// The absolute paths of the inputs so far, if there may be one twice.
    seen: HashSet<PathBuf>,
    counts: Arc<Mutex<FolderCounts>>,
    version: Option<Version>,
}

/// The message for stdin with `--learn`.
const ONCE: &str = "stdin cannot be read twice, as --learn has to (or the key 'learn'): write it to a file first, or learn from it \
                    with 'dechaff learn - -o FILE' and clean with --learned FILE";

enum PathList {
    Given(VecDeque<PathBuf>),
    Read(BufReader<Stream>),
}

struct FolderWalk {
    walk: Walk,
    /// Messages about folders that are not walked, to be said at the end of the walk.
    barred: Arc<Mutex<VecDeque<Message>>>,
    globs: Override,
    root: Arc<Path>,
    place: PathBuf,
}

impl Inputs {
    /// Starts the search.
    ///
    /// # Errors
    /// If no input is named and stdin is a terminal, `-` is named twice, a glob is malformed, or the list
    /// cannot be read.
    pub(crate) fn new(mut search: Search) -> Result<Self, Message> {
        globs(Path::new("."), &search)?;
        if search.paths.is_empty() && search.files_from.is_none() {
            if io::stdin().is_terminal() {
                return Err(Message::error(
                    "",
                    "no input: name files or folders, or pipe a text in ('-' reads the terminal)",
                ));
            }
            search.paths.push(PathBuf::from("-"));
        }
        if search.reads_twice && search.paths.iter().chain(&search.files_from).any(|path| is_stdin(path)) {
            return Err(Message::error("", ONCE));
        }
        if search.paths.iter().filter(|p| is_stdin(p)).count() > 1 {
            return Err(Message::error("", "'-' can be read only once"));
        }
        let extent = match (&search.files_from, &*search.paths) {
            (None, [path]) if is_stdin(path) => Extent::Stdin,
            (None, [path]) if !path.is_dir() => Extent::OneFile,
            _ => Extent::Many,
        };
        let list = match &search.files_from {
            None => PathList::Given(std::mem::take(&mut search.paths).into()),
            Some(path) => {
                let list = if is_stdin(path) { streams::stdin().map(Stream::new) } else { files::stream(path) };
                let list = list.map_err(|e| Message::error(path.to_string_lossy(), plainly(&e)))?;
                PathList::Read(BufReader::new(list))
            }
        };
        let several = matches!(&list, PathList::Given(paths) if paths.len() > 1);
        Ok(Self {
            search,
            list,
            first: None,
            walk: None,
            extent,
            several,
            places: HashSet::new(),
            stdout: Handle::stdout().ok().filter(|out| out.as_file().metadata().is_ok_and(|m| m.is_file())),
            seen: HashSet::new(),
            counts: Arc::default(),
            version: None,
        })
    }

    /// Gives each input its other version, to compare with.
    pub(crate) fn compare_with(&mut self, version: Version) {
        self.version = Some(version);
    }

    pub(crate) const fn extent(&self) -> Extent {
        self.extent
    }

    /// Counts of what folders hold besides inputs. They grow while the inputs are walked.
    pub(crate) fn folder_counts(&self) -> Arc<Mutex<FolderCounts>> {
        Arc::clone(&self.counts)
    }

    fn counts(&self) -> MutexGuard<'_, FolderCounts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// True if the only input, stdin or a file, holds records. Reads its first bytes, so it may wait for
    /// them. After that the input is no longer among the [`named`](Self::named) ones.
    pub(crate) fn is_one_of_records(&mut self) -> bool {
        if self.extent != Extent::Many && self.first.is_none() {
            self.first = self.next();
        }
        matches!(&self.first, Some(Ok(input)) if input.format.has_records())
    }

    /// The paths on the command line that were not taken yet; none if a list names the inputs.
    pub(crate) fn named(&self) -> impl Iterator<Item = &PathBuf> {
        match &self.list {
            PathList::Given(paths) => Some(paths),
            PathList::Read(_) => None,
        }
        .into_iter()
        .flatten()
    }

    fn folder(&self, root: PathBuf) -> Result<FolderWalk, Message> {
        let globs = globs(&root, &self.search)?;
        let heed = !self.search.no_ignore;
        let mut builder = WalkBuilder::new(&root);
        builder
            .sort_by_file_name(std::ffi::OsStr::cmp)
            .hidden(!self.search.hidden)
            .parents(heed)
            .ignore(heed)
            .git_ignore(heed)
            .git_global(heed)
            .git_exclude(heed)
            .skip_stdout(true)
            .overrides(globs.clone());
        if heed {
            builder.add_custom_ignore_filename(".dechaffignore");
        }
        if heed && let Some(fault) = files::absolute(&root).ancestors().find_map(ignore_files::fault) {
            return Err(Message::error(shown(&root), fault));
        }
        let barred = Arc::<Mutex<VecDeque<Message>>>::default();
        let (skip, to_bar) = (self.search.output.clone(), Arc::clone(&barred));
        builder.filter_entry(move |entry| {
            let is_output =
                |skip: &PathBuf| entry.path().file_name() == skip.file_name() && files::absolute(entry.path()) == *skip;
            if skip.as_ref().is_some_and(is_output) {
                return false;
            }
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let fault = if heed && is_folder { ignore_files::fault(entry.path()) } else { None };
            let Some(fault) = fault else { return true };
            let message = Message::error(shown(entry.path()), fault);
            to_bar.lock().unwrap_or_else(PoisonError::into_inner).push_back(message);
            false
        });
        // A single folder maps to the output folder itself. With several inputs, each keeps its name below
        // it: otherwise their files could collide.
        let alone = self.search.files_from.is_none() && !self.several;
        let place = if alone { PathBuf::new() } else { self.place(&root)? };
        Ok(FolderWalk { walk: builder.build(), barred, globs, root: root.into(), place })
    }

    /// The next file of a folder that is taken, or an error.
    fn walked(&self, folder: &mut FolderWalk) -> Option<Result<Input, Message>> {
        loop {
            let entry = match folder.walk.next() {
                None => return folder.barred.lock().unwrap_or_else(PoisonError::into_inner).pop_front().map(Err),
                Some(Ok(entry)) => entry,
                Some(Err(error)) => return Some(Err(walk_error(&error))),
            };
            let Some(kind) = entry.file_type().filter(|t| t.is_file() || t.is_symlink()) else { continue };
            let is_root = entry.depth() == 0;
            let path = entry.into_path();
            let is_included = folder.globs.num_whitelists() > 0 && folder.globs.matched(&path, false).is_whitelist();
            if kind.is_symlink() {
                // Links to files that would not be read are not counted. The root is walked even if it is a
                // link.
                let counts = recognise::is_taken(&path, self.search.from, is_included);
                if !is_root && std::fs::metadata(&path).is_ok_and(|m| m.is_dir() || m.is_file() && counts) {
                    self.counts().links += 1;
                }
                continue;
            }
            if recognise::is_taken(&path, self.search.from, is_included) {
                let place = folder.place.join(path.strip_prefix(&folder.root).unwrap_or(&path));
                return Some(recognise::in_folder(path, place, Arc::clone(&folder.root), self.search.from));
            }
            self.counts().pass(ending_of(&path));
            if self.search.names_passed {
                return Some(Err(Message::detail(shown(&path), "passed over")));
            }
        }
    }

    fn next_path(&mut self) -> Option<io::Result<PathBuf>> {
        match &mut self.list {
            PathList::Given(paths) => paths.pop_front().map(Ok),
            PathList::Read(reader) => loop {
                let end = if self.search.null { 0 } else { b'\n' };
                let mut name = Vec::new();
                match reader.read_until(end, &mut name) {
                    Ok(0) => return None,
                    Ok(_) => {}
                    Err(error) => {
                        self.list = PathList::Given(VecDeque::new());
                        return Some(Err(error));
                    }
                }
                if name.last() == Some(&end) {
                    name.pop();
                }
                if !self.search.null && name.last() == Some(&b'\r') {
                    name.pop();
                }
                if !name.is_empty() {
                    return Some(path_of(name));
                }
            },
        }
    }

    /// Returns the input at a path. Returns `None` for a folder, and starts to walk it.
    fn named_input(&mut self, path: PathBuf) -> Result<Option<Input>, Message> {
        let stdout = self.stdout.as_ref().filter(|_| !self.search.replaces);
        let is_stdout = |input: fn(&Path) -> io::Result<Handle>| {
            stdout.is_some_and(|out| input(&path).is_ok_and(|input| input == *out))
        };
        let twice = "is what stdout is written to; send stdout to another file";
        if is_stdin(&path) && self.search.files_from.is_none() {
            if is_stdout(|_| Handle::stdin()) {
                return Err(Message::error("<stdin>", twice));
            }
            return recognise::named(None, PathBuf::from("stdin"), false, self.search.from, None).map(Some);
        }
        let kind = std::fs::metadata(&path).map_err(|e| Message::error(shown(&path), plainly(&e)))?;
        if kind.is_dir() {
            self.counts().enter(shown(&path));
            self.walk = Some(self.folder(path)?);
            return Ok(None);
        }
        if kind.is_file() && is_stdout(|path| Handle::from_path(path)) {
            return Err(Message::error(shown(&path), twice));
        }
        if self.search.reads_twice && !kind.is_file() {
            return Err(Message::error(shown(&path), "is no plain file, and cannot be read twice, as --learn has to"));
        }
        if self.search.replaces && !kind.is_file() {
            return Err(Message::error(
                shown(&path),
                "is no plain file, and cannot be replaced; leave out -i/--in-place",
            ));
        }
        let place = self.place(&path)?;
        if !self.is_new(&path) {
            return Ok(None);
        }
        recognise::named(Some(path), place, kind.is_file(), self.search.from, None).map(Some)
    }

    /// False if an input with this path was taken before, as by a folder and a folder in it.
    fn is_new(&mut self, path: &Path) -> bool {
        let may_be_twice = self.several || self.search.files_from.is_some();
        !may_be_twice || self.seen.insert(files::absolute(path))
    }

    /// Path of a named input below the output folder; empty if there is no output folder.
    fn place(&self, path: &Path) -> Result<PathBuf, Message> {
        if self.search.output.is_none() {
            return Ok(PathBuf::new());
        }
        // Paths from a list keep their folders; paths from the command line keep only their name, as with
        // cp.
        if self.search.files_from.is_some() { below(path) } else { name_of(path).map(PathBuf::from) }
    }

    /// Adds the other version to an input. Fails if the input is refused.
    fn taken(&mut self, input: Input) -> Result<Input, Message> {
        let input = self.alone_there(input)?;
        match self.search.patches {
            true if input.packing != Packing::None => {
                Err(Message::error(input.name, "is packed; a patch changes plain files only: unpack it first"))
            }
            true if matches!(input.format, Format::Parquet | Format::Warc) => {
                let format = input.format.as_str();
                Err(Message::error(input.name, format!("is {format}; a patch changes lines of text only")))
            }
            _ => {
                let beside = self.version.as_ref().map(|version| Box::new(version.of(&input)));
                Ok(Input { beside, ..input })
            }
        }
    }

    /// Fails if another input from the list has the same output path, as `/a.txt` and `a.txt` do. `Target`
    /// checks the names of inputs from the command line.
    fn alone_there(&mut self, input: Input) -> Result<Input, Message> {
        let shared = self.search.output.is_some()
            && self.search.files_from.is_some()
            && !self.places.insert(input.place.clone());
        if !shared {
            return Ok(input);
        }
        let place = input.place.display();
        Err(Message::error(
            input.name,
            format!("left out: the output of another input is already written to '{place}' in the output folder"),
        ))
    }
}

impl Iterator for Inputs {
    type Item = Result<Input, Message>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        let item = self.following()?;
        if !matches!(&item, Err(message) if message.level == Level::Detail) {
            self.counts().inputs += 1;
        }
        Some(item)
    }
}

impl Inputs {
    fn following(&mut self) -> Option<Result<Input, Message>> {
        loop {
            if let Some(mut folder) = self.walk.take()
                && let Some(found) = self.walked(&mut folder)
            {
                self.walk = Some(folder);
                match &found {
                    Ok(input) if !input.path().is_none_or(|path| self.is_new(path)) => continue,
                    _ => return Some(found.and_then(|input| self.taken(input))),
                }
            }
            let input = match self.next_path()? {
                Ok(path) => self.named_input(path),
                Err(error) => {
                    let list = self.search.files_from.as_deref().unwrap_or(Path::new("-"));
                    Err(Message::error(shown(list), plainly(&error)))
                }
            };
            if let Some(input) = input.transpose() {
                return Some(input.and_then(|input| self.taken(input)));
            }
        }
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The extension with its dot in lower case (`.csv`); for a packed file also the one before it (`.csv.gz`).
/// Empty if there is none.
fn ending_of(path: &Path) -> String {
    let ending = |name: &Path| name.extension().map_or_else(String::new, |e| format!(".{}", e.to_string_lossy()));
    let (packing, stem) = Packing::of_name(path);
    let packed = if packing == Packing::None { String::new() } else { ending(path) };
    (ending(stem) + &packed).to_lowercase()
}

/// Name of an input from the command line below an output folder. `.` and `..` get the name of the folder
/// that they mean.
pub(crate) fn name_of(path: &Path) -> Result<OsString, Message> {
    let name = path.file_name().map(OsStr::to_owned);
    name.or_else(|| files::absolute(path).file_name().map(OsStr::to_owned)).ok_or_else(|| {
        Message::error(shown(path), "has no name to be written under in an output folder; clean it alone")
    })
}

/// Path of a listed input below an output folder.
fn below(path: &Path) -> Result<PathBuf, Message> {
    if path.components().any(|c| c == Component::ParentDir) {
        return Err(Message::error(shown(path), "has '..' in its path, so it has no place below an output folder"));
    }
    Ok(path.components().filter(|c| matches!(c, Component::Normal(_))).collect())
}

fn globs(root: &Path, search: &Search) -> Result<Override, Message> {
    let mut builder = OverrideBuilder::new(root);
    let include = search.include.iter().map(|glob| (glob, glob.clone()));
    let exclude = search.exclude.iter().map(|glob| (glob, format!("!{glob}")));
    for (typed, glob) in include.chain(exclude) {
        builder.add(&glob).map_err(|e| Message::error("", format!("'{typed}' is not a glob: {e}")))?;
    }
    builder.build().map_err(|e| Message::error("", e.to_string()))
}

/// A message from an error of the walk. One layer of the error has the path, the innermost one the cause.
fn walk_error(error: &ignore::Error) -> Message {
    match error {
        ignore::Error::WithPath { path, err } => {
            // The error of the walk says the path again; what it comes from does not.
            let system = |error: &io::Error| {
                let source = error.get_ref().and_then(|walk| walk.source()?.downcast_ref::<io::Error>());
                plainly(source.unwrap_or(error))
            };
            Message::error(shown(path), err.io_error().map_or_else(|| err.to_string(), system))
        }
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => walk_error(err),
        other => Message::error("", other.to_string()),
    }
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere names must be UTF-8")]
fn path_of(name: Vec<u8>) -> io::Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    Ok(PathBuf::from(std::ffi::OsString::from_vec(name)))
}

#[cfg(not(unix))]
fn path_of(name: Vec<u8>) -> io::Result<PathBuf> {
    String::from_utf8(name).map(PathBuf::from).map_err(|e| io::Error::new(io::ErrorKind::InvalidData, e))
}
