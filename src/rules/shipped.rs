//! The rules that are shipped: packed for every start, with their evidence for whoever asks.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::builtin::PACKS;
use super::{Evidence, Rule, RuleSet, check, packed, schema};
use crate::error::RuleFault;
use crate::removal::RuleId;

/// What `build/main.rs` wrote.
const PACKED: &str = include_str!(concat!(env!("OUT_DIR"), "/rules"));

/// The evidence of each pack, once somebody asked for that of one of its rules.
static PROOFS: [OnceLock<FxHashMap<RuleId, Evidence>>; PACKS.len()] = [const { OnceLock::new() }; PACKS.len()];

static NONE: Evidence = Evidence { removes: Vec::new(), keeps: Vec::new(), cuts: Vec::new() };

impl RuleSet {
    /// The built-in packs.
    pub(crate) fn builtin(faults: &mut Vec<RuleFault>) -> Self {
        packed::read(PACKED).unwrap_or_else(|| {
            faults.push(RuleFault {
                file: "builtin".to_owned(),
                line: 0,
                column: 0,
                rule: None,
                message: "the shipped rules cannot be read".to_owned(),
                remedy: "build the program anew".to_owned(),
            });
            Self::default()
        })
    }
}

impl Rule {
    /// Texts that show what it does. Those of a shipped rule are read with its pack, when they are first asked for.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        self.evidence.as_ref().or_else(|| proof(self)).unwrap_or(&NONE)
    }
}

fn proof(rule: &Rule) -> Option<&'static Evidence> {
    let pack = PACKS.iter().position(|(name, _)| *name == rule.origin.file)?;
    let proofs = PROOFS[pack].get_or_init(|| {
        let (name, toml) = PACKS[pack];
        let rules = check::pack(&mut schema::Source::shipped(name, toml, &mut Vec::new())).rules;
        rules.into_iter().filter_map(|rule| Some((rule.id, rule.evidence?))).collect()
    });
    proofs.get(&rule.id)
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Vocabulary, Zone, builtin};
    use super::*;

    /// All that is known of a rule.
    fn whole(rule: &Rule) -> String {
        format!("{:#?}", Rule { evidence: Some(rule.evidence().clone()), ..rule.clone() })
    }

    fn words(vocabulary: &Vocabulary) -> (Vec<String>, Vec<String>) {
        let mut words: Vec<String> = vocabulary.words.iter().map(|known| format!("{known:?}")).collect();
        words.sort_unstable();
        let mut others: Vec<String> = vocabulary.dates.iter().map(|date| format!("date {date}")).collect();
        others.extend(vocabulary.networks.iter().map(|network| format!("network {network}")));
        others.sort_unstable();
        others.push(vocabulary.languages.join(" "));
        (words, others)
    }

    /// The packed rules are those of the packs: every field, their order, where they stand, the words, and the evidence.
    #[test]
    fn packed_rules_are_those_of_the_packs() {
        let mut faults = Vec::new();
        let (shipped, read) = (RuleSet::builtin(&mut faults), builtin::read(&mut faults));
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(shipped.len(), read.len());
        for (packed, toml) in shipped.iter().zip(read.iter()) {
            assert!(packed.evidence.is_none() && toml.evidence.is_some());
            assert_eq!(whole(packed), whole(toml));
        }
        assert_eq!(words(shipped.vocabulary()), words(read.vocabulary()));
        assert_eq!(packed::write(&read), PACKED);
        // The comparison sees something of every kind.
        let has = |wanted: fn(&Rule) -> bool| shipped.iter().any(wanted);
        assert!(has(|r| matches!(&r.kind, Kind::Line(line) if line.pattern.is_some())));
        assert!(has(|r| r.is_block()) && has(|r| matches!(r.kind, Kind::Judgement)) && has(|r| r.zone == Zone::End));
        assert!(shipped.vocabulary().words.len() > 5_000);
    }

    #[test]
    fn what_was_not_written_whole_is_not_read() {
        let ends = (0..PACKED.len()).filter(|end| PACKED.is_char_boundary(*end));
        for end in ends.step_by(PACKED.len() / 50) {
            assert!(packed::read(&PACKED[..end]).is_none(), "{end}");
        }
    }
}
