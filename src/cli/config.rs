//! The configuration file: found, read, checked, its parents merged in. A flag always wins over what stands here.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeFloat, DeInteger, DeTable, DeValue};

use super::args::{Color, Profile};
use super::files;
use super::message::{Message, plainly};
use super::size;

/// What a configuration file may say.
const KEYS: &[&str] = &[
    "extend",
    "rules",
    "select",
    "extend-select",
    "ignore",
    "profile",
    "max-removed",
    "decisions",
    "suspects",
    "text-field",
    "id-field",
    "title-field",
    "url-field",
    "include",
    "exclude",
    "hidden",
    "no-ignore",
    "jobs",
    "journal-limit",
    "color",
    "pager",
];

/// Names that are looked for in each folder, the first one first.
const NAMES: [&str; 3] = ["dechaff.toml", ".dechaff.toml", "pyproject.toml"];

/// How many files may stand behind the first, each extended by the one before it.
const DEEPEST: usize = 16;

/// What the configuration says.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// The files it was read from, the nearest first.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) rules: Vec<PathBuf>,
    pub(crate) select: Option<Vec<String>>,
    pub(crate) extend_select: Option<Vec<String>>,
    pub(crate) ignore: Option<Vec<String>>,
    pub(crate) profile: Option<Profile>,
    pub(crate) max_removed: Option<f64>,
    pub(crate) decisions: Option<PathBuf>,
    pub(crate) suspects: Option<bool>,
    pub(crate) text_field: Option<String>,
    pub(crate) id_field: Option<String>,
    pub(crate) title_field: Option<String>,
    pub(crate) url_field: Option<String>,
    pub(crate) include: Option<Vec<String>>,
    pub(crate) exclude: Option<Vec<String>>,
    pub(crate) hidden: Option<bool>,
    pub(crate) no_ignore: Option<bool>,
    pub(crate) jobs: Option<usize>,
    pub(crate) journal_limit: Option<u64>,
    pub(crate) color: Option<Color>,
    pub(crate) pager: Option<String>,
}

impl Config {
    /// The file that was named, else the nearest one upward from the working folder, else the user's own.
    pub(crate) fn find(named: Option<&Path>, isolated: bool) -> Result<Self, Message> {
        let mut config = Self::default();
        if let Some(path) = named {
            config.read(path)?;
        } else if !isolated {
            // A working folder that is gone has no configuration either.
            let folder = std::env::current_dir().unwrap_or_default();
            for folder in folder.ancestors() {
                for name in NAMES {
                    if config.read_if_there(&folder.join(name))? {
                        return Ok(config);
                    }
                }
            }
            if let Some(path) = users_own() {
                config.read_if_there(&path)?;
            }
        }
        Ok(config)
    }

    fn read_if_there(&mut self, path: &Path) -> Result<bool, Message> {
        if path.is_file() { self.read(path) } else { Ok(false) }
    }

    /// Reads a file and those it extends; false if it is a `pyproject.toml` without a table for this program.
    fn read(&mut self, path: &Path) -> Result<bool, Message> {
        let shown = path.to_string_lossy().into_owned();
        let text = files::read_text(path).map_err(|e| Message::error(&*shown, plainly(&e)))?;
        let is_pyproject = path.file_name().is_some_and(|n| n == "pyproject.toml");
        // Another tool's syntax error is no concern of ours.
        if is_pyproject && !text.contains("dechaff") {
            return Ok(false);
        }
        let file = ConfigFile { path, text: &text };
        let table = DeTable::parse(&text).map_err(|e| file.fault(e.span().map_or(0, |s| s.start), e.message()))?;
        if !is_pyproject {
            self.merge(&file, table.get_ref())?;
            return Ok(true);
        }
        let tool = table.get_ref().get("tool").and_then(|t| t.get_ref().as_table());
        let Some(own) = tool.and_then(|t| t.get("dechaff")).and_then(|t| t.get_ref().as_table()) else {
            return Ok(false);
        };
        self.merge(&file, own)?;
        Ok(true)
    }

    /// Takes what is not yet said from a table, then from its parent.
    fn merge(&mut self, file: &ConfigFile<'_>, table: &DeTable<'_>) -> Result<(), Message> {
        if self.files.iter().any(|f| files::absolute(f) == files::absolute(file.path)) {
            return Err(Message::error(file.path.to_string_lossy(), "extends itself"));
        }
        self.files.push(file.path.to_owned());
        let mut parent = None;
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "extend" => parent = Some((file.path_of(&file.string("extend", value)?), value.span().start)),
                "rules" => {
                    let paths = file.strings("rules", value)?;
                    if self.rules.is_empty() {
                        self.rules = paths.iter().map(|p| file.path_of(p)).collect();
                    }
                }
                "select" => fill(&mut self.select, file.strings("select", value)?),
                "extend-select" => fill(&mut self.extend_select, file.strings("extend-select", value)?),
                "ignore" => fill(&mut self.ignore, file.strings("ignore", value)?),
                "profile" => fill(&mut self.profile, file.choice("profile", value)?),
                "max-removed" => fill(&mut self.max_removed, file.share("max-removed", value)?),
                "decisions" => fill(&mut self.decisions, file.path_of(&file.string("decisions", value)?)),
                "suspects" => fill(&mut self.suspects, file.boolean("suspects", value)?),
                "text-field" => fill(&mut self.text_field, file.string("text-field", value)?),
                "id-field" => fill(&mut self.id_field, file.string("id-field", value)?),
                "title-field" => fill(&mut self.title_field, file.string("title-field", value)?),
                "url-field" => fill(&mut self.url_field, file.string("url-field", value)?),
                "include" => fill(&mut self.include, file.strings("include", value)?),
                "exclude" => fill(&mut self.exclude, file.strings("exclude", value)?),
                "hidden" => fill(&mut self.hidden, file.boolean("hidden", value)?),
                "no-ignore" => fill(&mut self.no_ignore, file.boolean("no-ignore", value)?),
                "jobs" => fill(&mut self.jobs, file.count("jobs", value)?),
                "journal-limit" => fill(&mut self.journal_limit, file.size("journal-limit", value)?),
                "color" => fill(&mut self.color, file.choice("color", value)?),
                "pager" => fill(&mut self.pager, file.string("pager", value)?),
                unknown => {
                    let remedy = closest(unknown).map_or_else(
                        || format!("known keys are {}", KEYS.join(", ")),
                        |near| format!("did you mean '{near}'?"),
                    );
                    return Err(file.fault(key.span().start, &format!("unknown key '{unknown}'; {remedy}")));
                }
            }
        }
        let Some((path, at)) = parent else { return Ok(()) };
        if !path.is_file() {
            return Err(file.fault(at, &format!("'extend' names {}, which is no file", path.display())));
        }
        if self.files.len() > DEEPEST {
            return Err(file.fault(at, &format!("'extend' goes more than {DEEPEST} files deep")));
        }
        self.read(&path).map(drop)
    }
}

fn fill<T>(slot: &mut Option<T>, value: T) {
    slot.get_or_insert(value);
}

/// `$XDG_CONFIG_HOME/dechaff/config.toml`, or the same under `~/.config`.
fn users_own() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CONFIG_HOME").or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("dechaff").join("config.toml"))
}

/// One file, for messages with a place.
struct ConfigFile<'a> {
    path: &'a Path,
    text: &'a str,
}

type Value<'a> = Spanned<DeValue<'a>>;

impl ConfigFile<'_> {
    fn fault(&self, at: usize, what: &str) -> Message {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        Message::error(format!("{}:{line}:{column}", self.path.display()), what)
    }

    fn wrong(&self, key: &str, value: &Value<'_>, wanted: &str) -> Message {
        let found = value.get_ref().type_str();
        self.fault(value.span().start, &format!("'{key}' is {wanted}; this is of type {found}"))
    }

    /// The same for a value of the right type, if it is a number; of any other type for all others.
    fn outside(&self, key: &str, value: &Value<'_>, wanted: &str, is_number: bool) -> Message {
        if !is_number {
            return self.wrong(key, value, wanted);
        }
        let number = self.text.get(value.span()).unwrap_or("this");
        self.fault(value.span().start, &format!("'{key}' is {wanted}; {number} is out of range"))
    }

    /// A path in a configuration file is relative to it, wherever the program runs.
    fn path_of(&self, path: &str) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    fn string(&self, key: &str, value: &Value<'_>) -> Result<String, Message> {
        value.get_ref().as_str().map(str::to_owned).ok_or_else(|| self.wrong(key, value, "a string"))
    }

    fn strings(&self, key: &str, value: &Value<'_>) -> Result<Vec<String>, Message> {
        let wrong = || self.wrong(key, value, "an array of strings");
        let array = value.get_ref().as_array().ok_or_else(wrong)?;
        array.iter().map(|v| v.get_ref().as_str().map(str::to_owned).ok_or_else(wrong)).collect()
    }

    fn boolean(&self, key: &str, value: &Value<'_>) -> Result<bool, Message> {
        value.get_ref().as_bool().ok_or_else(|| self.wrong(key, value, "true or false"))
    }

    fn count(&self, key: &str, value: &Value<'_>) -> Result<usize, Message> {
        let integer = value.get_ref().as_integer();
        let number = integer.and_then(|n| usize::from_str_radix(n.as_str(), n.radix()).ok());
        number.ok_or_else(|| self.outside(key, value, "a whole number, 0 or more", integer.is_some()))
    }

    /// Bytes, as a whole number or as people write them.
    fn size(&self, key: &str, value: &Value<'_>) -> Result<u64, Message> {
        let value_ref = value.get_ref();
        let text = value_ref.as_str().or_else(|| value_ref.as_integer().map(DeInteger::as_str));
        text.and_then(size::read).ok_or_else(|| {
            self.fault(value.span().start, &format!("'{key}' is a number of bytes, or a text like '4 GiB'"))
        })
    }

    fn share(&self, key: &str, value: &Value<'_>) -> Result<f64, Message> {
        let value_ref = value.get_ref();
        let text = value_ref.as_float().map(DeFloat::as_str).or_else(|| value_ref.as_integer().map(DeInteger::as_str));
        text.and_then(|t| t.parse().ok())
            .filter(|share| (0.0..=1.0).contains(share))
            .ok_or_else(|| self.outside(key, value, "a number between 0 and 1", text.is_some()))
    }

    fn choice<T: clap::ValueEnum>(&self, key: &str, value: &Value<'_>) -> Result<T, Message> {
        let names: Vec<_> = T::value_variants().iter().filter_map(T::to_possible_value).collect();
        let names = names.iter().map(clap::builder::PossibleValue::get_name).collect::<Vec<_>>().join(", ");
        let text = value.get_ref().as_str().and_then(|text| T::from_str(text, false).ok());
        text.ok_or_else(|| self.fault(value.span().start, &format!("'{key}' is one of {names}")))
    }
}

/// The key that was probably meant, as with the names of rules.
fn closest(unknown: &str) -> Option<&'static str> {
    let unknown = unknown.replace('_', "-");
    KEYS.iter()
        .map(|key| (strsim::jaro_winkler(&unknown, key), *key))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, key)| key)
}

#[cfg(test)]
#[allow(clippy::disallowed_methods)] // tests write files for the code to read
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("dechaff.toml");
        std::fs::write(&path, text).expect("written");
        Config::find(Some(&path), false).map_err(|m| m.line().replace(&*path.to_string_lossy(), "FILE"))
    }

    #[test]
    fn keys_are_read() {
        let config = read(
            "rules = ['my.toml']\nselect = [\"share\"]\nprofile = 'safe'\nmax-removed = 1\njobs = 2\nhidden = true",
        )
        .expect("a configuration");
        assert!(config.rules[0].ends_with("my.toml") && config.rules[0].is_absolute());
        assert_eq!(config.select, Some(vec!["share".to_owned()]));
        assert_eq!(config.profile, Some(Profile::Safe));
        assert_eq!((config.max_removed, config.jobs, config.hidden), (Some(1.0), Some(2), Some(true)));
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let limit = |value: &str| read(&format!("journal-limit = {value}")).expect("a configuration").journal_limit;
        assert_eq!((limit("70_000"), limit("'4 GiB'"), limit("'1.5kB'")), (Some(70_000), Some(4 << 30), Some(1500)));
    }

    #[test]
    fn faults_have_a_place_and_a_remedy() {
        let fault = |text| read(text).expect_err("a fault");
        assert_eq!(
            fault("\nmax_remved = 0.2"),
            "dechaff: FILE:2:1: unknown key 'max_remved'; did you mean 'max-removed'?"
        );
        assert!(fault("zzz = 1").contains("known keys are extend, rules"));
        assert_eq!(
            fault("jobs = 'two'"),
            "dechaff: FILE:1:8: 'jobs' is a whole number, 0 or more; this is of type string"
        );
        assert_eq!(fault("jobs = -1"), "dechaff: FILE:1:8: 'jobs' is a whole number, 0 or more; -1 is out of range");
        for share in ["-0.5", "nan", "2", "inf"] {
            let text = read(&format!("max-removed = {share}")).expect_err("a fault");
            assert!(text.ends_with(&format!("a number between 0 and 1; {share} is out of range")), "{text}");
        }
        assert_eq!(fault("profile = 'bold'"), "dechaff: FILE:1:11: 'profile' is one of safe, balanced, aggressive");
        assert!(
            fault("journal-limit = 'much'").ends_with("'journal-limit' is a number of bytes, or a text like '4 GiB'")
        );
        assert!(
            fault("journal-limit = -1").contains("a number of bytes")
                && fault("journal-limit = [1]").contains(":1:17:")
        );
        assert!(fault("jobs = ").starts_with("dechaff: FILE:1:"));
        assert!(fault("extend = 'gone.toml'").contains("which is no file"));
        assert!(fault("extend = 'dechaff.toml'").contains("extends itself"));
    }

    #[test]
    fn a_chain_of_parents_has_an_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |n: usize| folder.path().join(format!("{n}.toml"));
        for n in 0..=DEEPEST {
            std::fs::write(at(n), format!("extend = '{}.toml'", n + 1)).expect("written");
        }
        std::fs::write(at(DEEPEST + 1), "jobs = 3").expect("written");
        let config = Config::find(Some(&at(1)), false).expect("a configuration");
        assert_eq!((config.jobs, config.files.len()), (Some(3), DEEPEST + 1));
        let fault = Config::find(Some(&at(0)), false).expect_err("too deep").line();
        assert!(fault.ends_with("'extend' goes more than 16 files deep"), "{fault}");
    }

    #[test]
    fn a_child_wins_over_its_parent() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        std::fs::write(at("base.toml"), "jobs = 7\ntext-field = 'body'").expect("written");
        std::fs::write(at("pyproject.toml"), "[tool.dechaff]\nextend = 'base.toml'\njobs = 3").expect("written");
        let config = Config::find(Some(&at("pyproject.toml")), false).expect("a configuration");
        assert_eq!((config.jobs, config.text_field.as_deref()), (Some(3), Some("body")));
        assert_eq!(config.files.len(), 2);
    }
}
