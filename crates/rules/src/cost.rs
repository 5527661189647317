//! What a rule costs on the lines that it looks at, and what makes one dear. How lines are matched lies in `dechaff`.

use super::pattern;
use super::rule::{Form, Kind, Phrase, Rule, Zone};

/// What a rule does with a line, the cheapest first. All are linear in the length of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cost {
    /// Whole lines are looked up, whatever number of them is known.
    LookUp,
    /// The first or the last bytes of a line are looked up.
    Ends,
    /// The first bytes of every word are looked up.
    EveryWord,
    /// A pattern runs behind a phrase.
    Pattern,
}

impl Cost {
    /// The classes, in order.
    pub const ALL: &[Self] = &[Self::LookUp, Self::Ends, Self::EveryWord, Self::Pattern];

    /// The words that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LookUp => "one look-up",
            Self::Ends => "ends of lines",
            Self::EveryWord => "every word",
            Self::Pattern => "pattern",
        }
    }
}

/// Letters and digits of a phrase that so many lines hold that what stands behind it runs all the time.
const WEAK: usize = 3;

impl Rule {
    /// What it does with the lines that it looks at.
    #[must_use]
    pub fn cost(&self) -> Cost {
        match &self.kind {
            Kind::Line(line) if line.pattern.is_some() => Cost::Pattern,
            Kind::Line(line) => match line.form {
                Form::Line => Cost::LookUp,
                Form::Prefix | Form::Suffix | Form::Words => Cost::Ends,
                Form::Contains => Cost::EveryWord,
            },
            Kind::Block(_) => Cost::Ends,
            Kind::Judgement | Kind::Learned(_) => Cost::LookUp,
        }
    }

    /// What makes it dear, if it is: a pattern that leaves the fast automaton, behind a phrase that many lines hold.
    #[must_use]
    pub fn dear(&self) -> Option<&'static str> {
        let Kind::Line(line) = &self.kind else { return None };
        let is_weak = |phrase: &Phrase| phrase.chars().filter(|c| c.is_alphanumeric()).count() <= WEAK;
        let often = line.form == Form::Contains || line.phrases.iter().any(is_weak);
        // Few lines of a document are asked by the rules about its end.
        let pattern = line.pattern.as_ref().filter(|_| often && self.zone != Zone::End);
        pattern.and_then(|text| pattern::dear(text))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Rule, RuleSet};

    fn dear(form: &str, phrase: &str, pattern: &str) -> Option<&'static str> {
        let toml = format!(
            "[[rule]]\nid = 'site/x'\ncertainty = 'likely'\nreason = 'x'\nmatch = '{form}'\nphrases = ['{phrase}']\npattern = '{pattern}'\n"
        );
        let (mut rules, mut faults) = (RuleSet::default(), Vec::new());
        rules.add("mine.toml", &toml, &mut faults);
        assert!(faults.is_empty() && rules.len() == 1, "{faults:?}");
        rules.iter().next().and_then(Rule::dear)
    }

    #[test]
    fn dear_patterns_are_told() {
        let huge = (0..3000).map(|n| format!("word{n}x")).collect::<Vec<_>>().join("|");
        for pattern in [r"\bshares\b", ".*shares", "(a|.+b)c", "(.+ )+shares", huge.as_str()] {
            assert!(dear("contains", "the", pattern).is_some(), "{pattern}");
            assert_eq!(dear("prefix", "share this", pattern), None, "{pattern}");
        }
        for pattern in [r"(?-u:\b)shares(?-u:\b)", "^the [a-z ]+$", "shares.*"] {
            assert_eq!(dear("contains", "the", pattern), None, "{pattern}");
        }
    }
}
