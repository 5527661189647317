//! Which rules are used and which of their hits are removed.

use super::family::{Certainty, Family};
use super::fault::RuleFault;
use super::rule::Rule;
use super::set::RuleSet;
use super::suggest::suggest;

/// How sure a hit must be to be removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// Only what is certain.
    Safe,
    /// Also what is likely.
    #[default]
    Balanced,
    /// Also what is suspect.
    Aggressive,
}

impl Profile {
    /// True if hits of this certainty are removed.
    #[must_use]
    pub const fn removes(self, certainty: Certainty) -> bool {
        match self {
            Self::Safe => matches!(certainty, Certainty::Certain),
            Self::Balanced => !matches!(certainty, Certainty::Suspect),
            Self::Aggressive => true,
        }
    }
}

/// Rules by id or family: what is on, and how sure it must be.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// How sure a hit must be.
    pub profile: Profile,
    /// Only these; all but the families of policy, if none is named.
    pub select: Option<Vec<String>>,
    /// These too.
    pub extend_select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

impl Selection {
    /// True if a rule is on.
    #[must_use]
    pub fn wants(&self, rule: &Rule) -> bool {
        let named = |names: &[String]| names.iter().any(|n| n == rule.id.as_str() || n == rule.family.as_str());
        let on = self.select.as_ref().map_or(!rule.family.is_policy(), |names| named(names));
        (on || named(&self.extend_select)) && !named(&self.ignore)
    }

    /// Reports names that are neither a rule nor a family.
    #[doc(hidden)]
    pub fn check(&self, rules: &RuleSet, faults: &mut Vec<RuleFault>) {
        let lists = [
            ("select", self.select.as_deref().unwrap_or_default()),
            ("extend-select", &self.extend_select),
            ("ignore", &self.ignore),
        ];
        for (list, names) in lists {
            for name in names {
                // Which sources are known differs from run to run.
                let is_source = name.strip_prefix(Family::Learned.as_str()).is_some_and(|rest| rest.starts_with('/'));
                if is_source && (list == "ignore" || !rules.iter().any(|rule| rule.family == Family::Learned)) {
                    continue;
                }
                if name.parse::<Family>().is_err() && rules.get(name).is_none() {
                    let remedy = closest(name, rules).map_or_else(
                        || "see 'dechaff rules list'".to_owned(),
                        |near| format!("did you mean '{near}'?"),
                    );
                    faults.push(RuleFault::new(list, format!("no rule or family is called '{name}'"), remedy));
                }
            }
        }
    }
}

/// The rule or family whose name is most alike.
fn closest(name: &str, rules: &RuleSet) -> Option<String> {
    let families = Family::ALL.iter().map(|f| f.as_str());
    let ids = rules.iter().map(|r| r.id.as_str());
    suggest(name, families.chain(ids))
}
