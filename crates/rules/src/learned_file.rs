//! Learned files: what sources repeat, as TOML that a person reads and edits.

use std::fmt::Write as _;
use std::sync::Arc;

use super::family::{Certainty, Family, RuleId};
use super::learned::{LearnedLine, LearnedSource};
use super::rule::{Kind, Origin, Rule, Zone};
use super::schema::{Source, Table};
use super::text::fold::fold;
use super::text::key::{fingerprint, key};

/// The version of the format.
pub const VERSION: usize = 1;

/// How sure a line's entry is; a line that is kept is never junk.
const CERTAINTIES: &[(&str, Option<Certainty>)] = &[
    ("certain", Some(Certainty::Certain)),
    ("likely", Some(Certainty::Likely)),
    ("suspect", Some(Certainty::Suspect)),
    ("keep", None),
];
/// On how many articles in a hundred a line stands above the same other, so that it says which.
const MOSTLY: u8 = 50;
/// Most articles of a source, or of a line; more are read as so many, so that a hundred times as many are still a number.
const MOST: u32 = 10_000_000;
/// Fields for the places of a line, in the order of [`LearnedLine::places`].
const PLACES: [&str; 3] = ["head", "middle", "tail"];

/// Reads the sources of a file; each becomes a rule.
pub(super) fn read(source: &mut Source<'_>, top: &mut Table<'_>) -> Vec<(usize, Rule)> {
    let start = top.place("learned");
    let version = top.number(source, "learned");
    let tables = top.tables(source, "source");
    if tables.is_empty() {
        return Vec::new();
    }
    if version != Some(VERSION) {
        let remedy = format!("this program reads version {VERSION}: write learned = {VERSION}, or learn anew");
        source.fault(start, None, "the version of the learned file is missing or unknown", remedy);
        return Vec::new();
    }
    tables.into_iter().filter_map(|fields| read_source(source, fields)).collect()
}

fn read_source(source: &mut Source<'_>, mut fields: Table<'_>) -> Option<(usize, Rule)> {
    let start = fields.start;
    let name = fields.text(source, "name");
    let Some((name, at)) = name else {
        source.fault(start, None, "the source has no name", "add name = \"…\": a host, a folder or a file");
        return None;
    };
    if name.contains(char::is_control) {
        source.fault(
            at,
            None,
            "the name of the source holds a control character",
            "write the name of a host or a folder",
        );
        return None;
    }
    let id = rule_id(&name);
    fields.rule = Some(id.clone());
    let articles = fields.number(source, "articles").map_or(0, count);
    let subdomains = fields.flag(source, "subdomains").unwrap_or(false);
    let mut learned = LearnedSource { name, articles, subdomains, ..LearnedSource::default() };
    for line in fields.tables(source, "lines") {
        read_line(source, line, &id, &mut learned);
    }
    fields.finish(source);
    let origin = Origin { file: source.name.to_owned(), line: source.place(at).0 };
    Some((start, rule(learned, origin)))
}

/// The id of the rule that a source is. Its name may hold anything: all but letters, digits and the marks of hosts and paths stands in the
/// id as `%20`, so that no list, quote, page or terminal takes it for its own signs.
fn rule_id(name: &str) -> String {
    let mut id = format!("{}/", Family::Learned);
    for c in name.chars() {
        if c.is_alphanumeric() || "-._~/:@[]".contains(c) {
            id.push(c);
        } else {
            c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| _ = write!(id, "%{byte:02X}"));
        }
    }
    id
}

/// The rule that a source is.
pub(super) fn rule(learned: LearnedSource, origin: Origin) -> Rule {
    Rule {
        id: RuleId::new(&rule_id(&learned.name)),
        family: Family::Learned,
        certainty: Certainty::Certain,
        languages: Vec::new(),
        zone: Zone::Anywhere,
        reason: match learned.name.as_str() {
            "" => "repeated by the articles of this collection".to_owned(),
            name => format!("repeated by articles of {name}"),
        },
        origin,
        protects: false,
        kind: Kind::Learned(Arc::new(learned)),
        evidence: None,
    }
}

fn read_line(source: &mut Source<'_>, mut fields: Table<'_>, id: &str, learned: &mut LearnedSource) {
    let start = fields.start;
    fields.rule = Some(id.to_owned());
    let text = fields.text(source, "text");
    let print = fields.text(source, "hash");
    let certainty = fields.word(source, "certainty", CERTAINTIES);
    let line = LearnedLine {
        key: text.as_ref().map_or(String::new(), |(text, _)| key_of(text)),
        articles: fields.number(source, "articles").map_or(0, count),
        places: PLACES.map(|place| fields.number(source, place).map_or(0, count)),
        prose_below: fields.number(source, "prose_below").map_or(0, per_cent),
        below: fields
            .text(source, "below")
            .map_or(0, |(hash, at)| print_of(source, &hash, at, id).map_or(0, |p| u32::try_from(p).unwrap_or(0))),
        same_below: fields.number(source, "same_below").map_or(0, per_cent),
        certainty: certainty.flatten(),
    };
    fields.finish(source);
    let print = match (&text, print) {
        (Some((_, at)), None) if line.key.is_empty() => {
            source.fault(*at, Some(id), "the text is empty once it is folded", "write what the line says");
            None
        }
        (Some(_), None) => Some(fingerprint(&line.key)),
        (None, Some((hash, at))) => print_of(source, &hash, at, id),
        _ => {
            source.fault(start, Some(id), "the line needs a text or a hash, and not both", "add text = \"…\"");
            None
        }
    };
    if certainty.is_none() {
        let message = "the line has no certainty";
        source.fault(start, Some(id), message, "add certainty = \"certain\", \"likely\", \"suspect\" or \"keep\"");
    } else if let Some(print) = print
        && learned.lines.insert(print, line).is_some()
    {
        source.fault(start, Some(id), "the line stands here twice", "delete one of the two");
    }
}

/// A fingerprint, from its digits.
fn print_of(source: &mut Source<'_>, hash: &str, at: usize, id: &str) -> Option<u64> {
    let print = u64::from_str_radix(hash, 16).ok();
    if print.is_none() {
        source.fault(at, Some(id), format!("'{hash}' is no fingerprint"), "write up to 16 digits from 0 to f");
    }
    print
}

/// The key of a line by its text. A key, of which a file is written, is its own: the sign that stands for its numbers is no decoration
/// at its ends, as it is in other texts.
fn key_of(text: &str) -> String {
    let lettered = text.replace('#', "x");
    if fold(&lettered) == lettered { key(text) } else { key(&fold(text)) }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(MOST).min(MOST)
}

fn per_cent(number: usize) -> u8 {
    u8::try_from(number.min(100)).unwrap_or(100)
}

/// Writes sources as a learned file; with fingerprints in place of texts if `hashes` says so. `remark` follows the first comment.
pub fn write(sources: &[LearnedSource], hashes: bool, remark: &str) -> String {
    let mut out = String::from(
        "# What sources repeat. A line that is deleted here is no longer known; certainty = \"keep\" lets it stay.\n",
    );
    if hashes {
        out.push_str("# The texts are left out: a hash is the XXH3 fingerprint of a line's key.\n");
    }
    if !remark.is_empty() {
        _ = writeln!(out, "# {remark}");
    }
    _ = writeln!(out, "learned = {VERSION}");
    for source in sources {
        _ = writeln!(out, "\n[[source]]\nname = {}\narticles = {}", quoted(&source.name), source.articles);
        if source.subdomains {
            out.push_str("subdomains = true\n");
        }
        out.push_str("lines = [\n");
        for (print, line) in source.sorted() {
            let text = if hashes || line.key.is_empty() || key_of(&line.key) != line.key {
                format!("hash = \"{print:016x}\"")
            } else {
                format!("text = {}", quoted(&line.key))
            };
            write_line(&mut out, line, &text);
        }
        out.push_str("]\n");
    }
    out
}

fn write_line(out: &mut String, line: &LearnedLine, text: &str) {
    let certainty = CERTAINTIES.iter().find(|(_, c)| *c == line.certainty).map_or("", |(name, _)| name);
    _ = write!(out, "  {{ articles = {}, certainty = \"{certainty}\", ", line.articles);
    let places = PLACES.iter().zip(line.places);
    let below = [("prose_below", u32::from(line.prose_below)), ("same_below", u32::from(line.same_below))];
    for (name, number) in places.map(|(name, n)| (*name, n)).chain(below).filter(|(_, number)| *number > 0) {
        _ = write!(out, "{name} = {number}, ");
    }
    if line.below > 0 && line.same_below >= MOSTLY {
        _ = write!(out, "below = \"{:08x}\", ", line.below);
    }
    _ = writeln!(out, "{text} }},");
}

/// A text as a basic string of TOML, without what is invisible or turns the reading direction round.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control()
                || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}') =>
            {
                _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::super::set::RuleSet;
    use super::*;

    fn read_back(toml: &str) -> (Vec<LearnedSource>, Vec<String>) {
        let mut faults = Vec::new();
        let mut set = RuleSet::default();
        set.add("learned.toml", toml, &mut faults);
        let sources = set.iter().filter_map(|rule| match &rule.kind {
            Kind::Learned(source) => Some((**source).clone()),
            _ => None,
        });
        (sources.collect(), faults.iter().map(ToString::to_string).collect())
    }

    fn example() -> LearnedSource {
        let mut source =
            LearnedSource { name: "example.org".into(), articles: 40, subdomains: true, ..Default::default() };
        let line = |key: &str, articles, certainty| LearnedLine {
            key: key.into(),
            articles,
            places: [0, 1, articles - 1],
            prose_below: 0,
            below: 0x00ab_cdef,
            same_below: 97,
            certainty,
        };
        source.add(line("most read", 37, Some(Certainty::Certain)));
        source.add(line("a \"quoted\" \\ \u{7} \u{202e} # line", 12, Some(Certainty::Suspect)));
        source.add(line("ingredients", 40, None));
        source
    }

    #[test]
    fn what_is_written_is_read_back() {
        let toml = write(&[example()], false, "");
        assert_eq!(read_back(&toml), (vec![example()], Vec::new()), "{toml}");
        assert!(
            toml.find("ingredients").zip(toml.find("most read")).is_some_and(|(a, b)| a < b),
            "most articles first"
        );
        let hashed = write(&[example()], true, "");
        assert!(!hashed.contains("most read"));
        let (sources, faults) = read_back(&hashed);
        assert!(faults.is_empty());
        assert_eq!(sources[0].lines.keys().max(), example().lines.keys().max());
        assert_eq!(
            write(&sources, false, ""),
            write(&[example()], true, "")
                .replace("# The texts are left out: a hash is the XXH3 fingerprint of a line's key.\n", "")
        );
    }

    #[test]
    fn a_line_is_read_back_under_its_own_key() {
        let mut source = LearnedSource { name: "a".into(), ..Default::default() };
        let keys = ["# comments", "page # of #", "c# and #-#", "-- odd --", "&lt;b>", "two  spaces", "#"];
        for key in keys {
            source.add(LearnedLine {
                key: key.into(),
                articles: 3,
                places: [0, 0, 3],
                prose_below: 0,
                below: 0,
                same_below: 0,
                certainty: Some(Certainty::Likely),
            });
        }
        let toml = write(std::slice::from_ref(&source), false, "");
        let (back, faults) = read_back(&toml);
        assert!(faults.is_empty(), "{faults:?}");
        let prints = |source: &LearnedSource| source.sorted().iter().map(|(print, _)| *print).max();
        assert_eq!((back[0].lines.len(), prints(&back[0])), (keys.len(), prints(&source)), "{toml}");
        assert!(keys.iter().all(|key| back[0].lines.contains_key(&fingerprint(key))), "{toml}");
        assert!(toml.contains("text = \"# comments\"") && toml.contains("text = \"page # of #\""), "{toml}");
        let (edited, _) = read_back(
            "learned = 1\n[[source]]\nname = \"a\"\nlines = [{ certainty = \"keep\", text = \"# Most  Read\" }]\n",
        );
        assert!(edited[0].lines.contains_key(&fingerprint("most read")));
    }

    #[test]
    fn any_name_makes_a_plain_id() {
        for (name, id) in [
            ("example.org:8080", "learned/example.org:8080"),
            ("m\u{fc}hle.example", "learned/m\u{fc}hle.example"),
            ("a, \"b\" <i>%", "learned/a%2C%20%22b%22%20%3Ci%3E%25"),
            ("x\u{202e}y", "learned/x%E2%80%AEy"),
        ] {
            assert_eq!(rule_id(name), id);
        }
    }

    #[test]
    fn numbers_beyond_all_sources_are_cut() {
        let line = "articles = 4294967295, certainty = \"certain\", tail = 99999999999, same_below = 900, text = \"x\"";
        let toml = format!("learned = 1\n[[source]]\nname = \"a\"\narticles = 4294967295\nlines = [{{ {line} }}]\n");
        let (sources, faults) = read_back(&toml);
        assert!(faults.is_empty(), "{faults:?}");
        let line = sources[0].lines.values().next().expect("a line");
        assert_eq!((sources[0].articles, line.articles, line.places, line.same_below), (MOST, MOST, [0, 0, MOST], 100));
    }

    #[test]
    fn faults_have_their_place_and_a_remedy() {
        let cases = [
            ("[[source]]\nname = \"a\"\n", "version"),
            ("learned = 2\n[[source]]\nname = \"a\"\n", "version"),
            ("learned = 1\n[[source]]\n", "no name"),
            ("learned = 1\n[[source]]\nname = \"a\\u0007\"\n", "control"),
            ("learned = 1\n[[source]]\nname = \"a\"\nlines = [{ text = \"x\" }]\n", "no certainty"),
            ("learned = 1\n[[source]]\nname = \"a\"\nlines = [{ certainty = \"likely\" }]\n", "a text or a hash"),
            ("learned = 1\n[[source]]\nname = \"a\"\nlines = [{ certainty = \"likely\", text = \" \" }]\n", "empty"),
            (
                "learned = 1\n[[source]]\nname = \"a\"\nlines = [{ certainty = \"likely\", hash = \"xyz\" }]\n",
                "fingerprint",
            ),
            (
                "learned = 1\n[[source]]\nname = \"a\"\nlines = [{ certainty = \"sure\", text = \"x\" }]\n",
                "cannot be 'sure'",
            ),
            (
                "learned = 1\n[[source]]\nname = \"a\"\nlines = [{ certainty = \"keep\", text = \"X 1\" }, { certainty = \"keep\", text = \"x 2\" }]\n",
                "twice",
            ),
        ];
        for (toml, wanted) in cases {
            let (_, faults) = read_back(toml);
            assert!(faults.iter().any(|f| f.contains(wanted) && f.starts_with("learned.toml:")), "{toml}: {faults:?}");
        }
    }
}
