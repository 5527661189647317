//! The configuration file: found, read, checked, its parents merged in. A flag wins over it.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::DeTable;

use super::global::GlobalOptions;
use super::group::{self, Fill as _, options};
use super::inputs::InputOptions;
use super::learning::LearningOptions;
use super::rules::RuleOptions;
use super::value;
use crate::cli::files;
use crate::cli::message::{Message, plainly};

/// File names tried in each folder, in this order.
pub(crate) const NAMES: [&str; 3] = ["dechaff.toml", ".dechaff.toml", "pyproject.toml"];

/// A file with every key, each commented out.
pub(crate) const TEMPLATE: &str = include_str!("template.toml");

/// Most files that may follow the first one in a chain of `extend`.
const MOST_EXTENDED: usize = 16;

/// Options from the configuration: those that are also flags, and keys of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// The files that were read, the nearest first.
    pub(crate) files: Vec<PathBuf>,
    pub(crate) global: GlobalOptions,
    pub(crate) input: InputOptions,
    pub(crate) rules: RuleOptions,
    pub(crate) learning: LearningOptions,
    pub(crate) own: OwnKeys,
}

options! {
    /// Keys that are no flags, or not flags of every command.
    #[derive(Clone, Debug, Default, Deserialize)]
    #[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
    pub(crate) struct OwnKeys {
        /// A parent file for keys that this file does not set.
        pub(crate) extend: Option<Spanned<PathBuf>>,
        pub(crate) suspects: Option<bool>,
        /// Most bytes that all journals together may take.
        #[serde(deserialize_with = "value::deserialize_size")]
        pub(crate) journal_limit: Option<u64>,
        pub(crate) pager: Option<String>,
    }
}

/// All keys, group by group.
fn keys() -> impl Iterator<Item = &'static str> {
    let groups = [
        group::keys::<RuleOptions>(),
        group::keys::<LearningOptions>(),
        group::keys::<InputOptions>(),
        group::keys::<GlobalOptions>(),
        group::keys::<OwnKeys>(),
    ];
    groups.into_iter().flatten().copied()
}

impl Config {
    /// Reads the configuration: the named file, else the nearest one upward from the working folder, else
    /// the user's own.
    pub(crate) fn find(named: Option<&Path>, isolated: bool) -> Result<Self, Message> {
        let mut config = Self::default();
        if let Some(path) = named {
            config.read(path)?;
        } else if !isolated {
            // If the working folder was deleted, no folder is searched.
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
        // A link that leads nowhere is a fault: its user expects a configuration.
        let is_there = path.is_file() || path.is_dir() || path.is_symlink();
        if is_there { self.read(path) } else { Ok(false) }
    }

    /// Reads a file and those it extends. Returns false for a `pyproject.toml` without a dechaff table.
    fn read(&mut self, path: &Path) -> Result<bool, Message> {
        let shown = path.to_string_lossy().into_owned();
        let text = files::read_text(path).map_err(|e| Message::error(&*shown, plainly(&e)))?;
        let is_pyproject = path.file_name().is_some_and(|n| n == "pyproject.toml");
        // A `pyproject.toml` that does not mention dechaff is not parsed, so its faults are not reported.
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

    /// Fills options that are not set yet from a table, then from its parent file.
    fn merge(&mut self, file: &ConfigFile<'_>, table: &DeTable<'_>) -> Result<(), Message> {
        if self.files.iter().any(|f| files::absolute(f) == files::absolute(file.path)) {
            return Err(Message::error(file.path.to_string_lossy(), "extends itself"));
        }
        self.files.push(file.path.to_owned());
        file.check_keys(table)?;
        let mut rules: RuleOptions = file.group(table)?;
        let files = rules.rules.iter_mut().chain(&mut rules.learned).chain(&mut rules.decisions);
        files.for_each(|path| *path = file.path_of(path));
        let mut own: OwnKeys = file.group(table)?;
        let parent = own.extend.take().map(|path| (file.path_of(path.get_ref()), path.span().start));
        self.rules.fill(&rules);
        self.learning.fill(&file.group(table)?);
        self.own.fill(&own);
        self.input.fill(&file.group(table)?);
        self.global.fill(&file.group(table)?);
        let Some((path, at)) = parent else { return Ok(()) };
        if !path.is_file() {
            return Err(file.fault(at, &format!("'extend' names {}, which is no file", path.display())));
        }
        if self.files.len() > MOST_EXTENDED {
            return Err(file.fault(at, &format!("'extend' goes more than {MOST_EXTENDED} files deep")));
        }
        self.read(&path).map(drop)
    }
}

/// `$XDG_CONFIG_HOME/dechaff/config.toml`, else `dechaff\config.toml` in the application data of Windows, else
/// `~/.config/dechaff/config.toml`.
fn users_own() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let folder = set("XDG_CONFIG_HOME")
        .or_else(|| set("APPDATA").filter(|_| cfg!(windows)))
        .or_else(|| set("HOME").map(|home| home.join(".config")))?;
    Some(folder.join("dechaff").join("config.toml"))
}

/// One configuration file, for messages with line and column.
struct ConfigFile<'a> {
    path: &'a Path,
    text: &'a str,
}

impl ConfigFile<'_> {
    fn fault(&self, at: usize, what: &str) -> Message {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        Message::error(format!("{}:{line}:{column}", self.path.display()), what)
    }

    /// Resolves a path against the folder of the configuration file.
    fn path_of(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// Fails for an unknown key and suggests a known one.
    fn check_keys(&self, table: &DeTable<'_>) -> Result<(), Message> {
        let Some(key) = table.keys().find(|key| !keys().any(|known| known == key.get_ref())) else { return Ok(()) };
        let unknown = key.get_ref();
        let remedy = closest(unknown).map_or_else(
            || format!("known keys are {}", keys().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean '{near}'?"),
        );
        Err(self.fault(key.span().start, &format!("unknown key '{unknown}'; {remedy}")))
    }

    /// Reads the keys of one group.
    fn group<G: DeserializeOwned>(&self, table: &DeTable<'_>) -> Result<G, Message> {
        let keys = group::keys::<G>();
        let own = table.iter().filter(|(key, _)| keys.contains(&&**key.get_ref()));
        let own: DeTable<'_> = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        G::deserialize(toml::Deserializer::from(Spanned::new(0..0, own))).map_err(|e| self.wrong(table, &e))
    }

    /// A message that says what the value at fault should be.
    fn wrong(&self, table: &DeTable<'_>, error: &toml::de::Error) -> Message {
        let (span, what) = (error.span().unwrap_or_default(), error.message());
        let Some((key, value)) = table.iter().find(|(_, value)| value.span().contains(&span.start)) else {
            return self.fault(span.start, what);
        };
        let key = key.get_ref();
        let Some((wrong, expected)) = what.rsplit_once(", expected ") else {
            return self.fault(span.start, &format!("'{key}' is {what}"));
        };
        // The fault is in the value itself, or in an element of its array.
        let value = value.get_ref();
        let inner = value.as_array().and_then(|array| array.iter().find(|inner| inner.span() == span));
        let is_outside = wrong.starts_with("invalid value") || (expected == "usize" && value.is_integer());
        // Plain words for the type that serde expects.
        let expected = match expected {
            "usize" => "a whole number, 0 or more",
            "f64" => "a number between 0 and 1",
            "a boolean" => "true or false",
            _ if expected == "a sequence" || inner.is_some() => "an array of strings",
            _ => "a string",
        };
        let fault = if is_outside {
            format!("{} is out of range", self.text.get(span.clone()).unwrap_or("this"))
        } else {
            format!("this is of type {}", inner.map_or(value, Spanned::get_ref).type_str())
        };
        self.fault(span.start, &format!("'{key}' is {expected}; {fault}"))
    }
}

/// The known key most similar to an unknown one, if similar enough.
fn closest(unknown: &str) -> Option<&'static str> {
    let unknown = unknown.replace('_', "-");
    keys()
        .map(|key| (strsim::jaro_winkler(&unknown, key), key))
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
            "rules = ['my.toml']\nlearned = ['sites.toml']\nlearn = true\nselect = [\"share\"]\nprofile = 'safe'\nmax-removed = 1\njobs = 2\nhidden = true",
        )
        .expect("a configuration");
        assert!(config.rules.rules[0].ends_with("my.toml") && config.rules.rules[0].is_absolute());
        assert!(config.rules.learned[0].is_absolute() && config.learning.is_on());
        assert_eq!(config.rules.select, Some(vec!["share".to_owned()]));
        assert_eq!(config.rules.profile, Some(dechaff::Profile::Safe));
        assert_eq!(
            (config.rules.max_removed, config.global.jobs, config.input.hidden),
            (Some(1.0), Some(2), Some(true))
        );
    }

    /// The template with every key in force.
    fn uncommented() -> String {
        let lines = TEMPLATE.lines().map(|line| match line.strip_prefix('#') {
            Some(key) if !key.starts_with(' ') => key,
            _ => line,
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_template_has_every_key_once_and_sets_none() {
        let table: toml::Table = toml::from_str(&uncommented()).expect("TOML, no key twice");
        let mut known: Vec<&str> = keys().collect();
        known.sort_unstable();
        assert_eq!(table.keys().collect::<Vec<_>>(), known);
        assert!(TEMPLATE.lines().all(|line| line.is_empty() || line.starts_with('#')));
        assert!(toml::from_str::<toml::Table>(TEMPLATE).expect("TOML").is_empty());
    }

    #[test]
    fn the_template_loads_with_every_key_in_force_and_says_the_defaults() {
        let folder = tempfile::tempdir().expect("a folder");
        // Keys that have no default name a file.
        std::fs::write(folder.path().join("base.toml"), "").expect("written");
        let path = folder.path().join("dechaff.toml");
        std::fs::write(&path, uncommented()).expect("written");
        let config = Config::find(Some(&path), false).unwrap_or_else(|message| panic!("{}", message.line()));
        assert_eq!(
            (config.rules.max_removed, config.rules.profile),
            (Some(dechaff::MAX_REMOVED), Some(Default::default()))
        );
        assert_eq!(config.own.journal_limit, Some(crate::cli::undo::journal::LIMIT));
        let on = dechaff::Family::ALL.iter().filter(|family| !family.is_policy()).map(|family| family.as_str());
        assert_eq!(config.rules.select, Some(on.map(str::to_owned).collect()));
    }

    #[test]
    fn sizes_are_read_as_people_write_them() {
        let limit = |value: &str| read(&format!("journal-limit = {value}")).expect("a configuration").own.journal_limit;
        assert_eq!((limit("70_000"), limit("'4 GiB'"), limit("'1.5kB'")), (Some(70_000), Some(4 << 30), Some(1500)));
    }

    #[test]
    fn faults_have_a_place_and_a_remedy() {
        let fault = |text| read(text).expect_err("a fault");
        assert_eq!(
            fault("\nmax_remved = 0.2"),
            "dechaff: FILE:2:1: unknown key 'max_remved'; did you mean 'max-removed'?"
        );
        assert!(fault("zzz = 1").contains("known keys are rules, learned, select, extend-select,"));
        assert_eq!(
            fault("jobs = 'two'"),
            "dechaff: FILE:1:8: 'jobs' is a whole number, 0 or more; this is of type string"
        );
        assert_eq!(
            fault("select = ['share', 7]"),
            "dechaff: FILE:1:20: 'select' is an array of strings; this is of type integer"
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
        for n in 0..=MOST_EXTENDED {
            std::fs::write(at(n), format!("extend = '{}.toml'", n + 1)).expect("written");
        }
        std::fs::write(at(MOST_EXTENDED + 1), "jobs = 3").expect("written");
        let config = Config::find(Some(&at(1)), false).expect("a configuration");
        assert_eq!((config.global.jobs, config.files.len()), (Some(3), MOST_EXTENDED + 1));
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
        assert_eq!((config.global.jobs, config.input.text_field.as_deref()), (Some(3), Some("body")));
        assert_eq!(config.files.len(), 2);
    }
}
