//! The evidence of shipped rules, which the packed form leaves out: read from their pack when it is read first.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::builtin::PACKS;
use super::family::RuleId;
use super::rule::{Evidence, Rule};
use super::{check, schema};

/// The evidence of each pack, once that of one of its rules was read.
static PROOFS: [OnceLock<FxHashMap<RuleId, Evidence>>; PACKS.len()] = [const { OnceLock::new() }; PACKS.len()];

static NONE: Evidence = Evidence { removes: Vec::new(), keeps: Vec::new(), cuts: Vec::new() };

impl Rule {
    /// Texts that show what it does. Those of a shipped rule are read from its pack at the first call.
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
