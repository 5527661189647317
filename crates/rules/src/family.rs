//! What a rule is called, what kind of junk it is about, and how sure it is. Rules themselves lie in `rule`.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The stable name of a rule: `family/what-the-junk-is`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RuleId(Arc<str>);

impl RuleId {
    /// Wraps a name. Whether it is well formed is the loader's concern.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self(Arc::from(id))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

macro_rules! families {
    ($($variant:ident $name:literal $policy:literal $doc:literal,)*) => {
        /// A kind of junk.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        #[non_exhaustive]
        pub enum Family { $(#[doc = $doc] $variant,)* }

        impl Family {
            /// All families, in the order in which reports list them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name that rule ids begin with.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// True for families on which honest people differ: they are off until selected.
            #[must_use]
            pub const fn is_policy(self) -> bool {
                match self { $(Self::$variant => $policy,)* }
            }
        }
    };
}

families! {
    Share "share" false "Share bars and their counters.",
    Comments "comments" false "Comment forms, threads and counters.",
    Forum "forum" false "Chrome of forums and of pages with questions and answers.",
    Related "related" false "Lists of other articles under a label.",
    Teaser "teaser" false "Single pointers to other articles.",
    Headline "headline" false "The article's own headline said again.",
    Newsletter "newsletter" false "Newsletter boxes.",
    Paywall "paywall" false "Subscription and registration boxes.",
    Cookies "cookies" false "Cookie and consent banners.",
    Advert "advert" false "Labels of advertisements.",
    Navigation "navigation" false "Menus, breadcrumbs, tags, previous and next links, footers.",
    Author "author" false "Boxes about the author.",
    Legal "legal" false "Disclaimers of the site.",
    Widget "widget" false "Errors and remains of embedded widgets.",
    Source "source" false "Source labels with nothing behind them.",
    App "app" false "Calls to install an app or to follow the site.",
    Media "media" false "Controls and labels of players and galleries.",
    Page "page" false "Lines that shape like the page around the article, whatever they say.",
    Learned "learned" false "Lines that the pages of one source repeat, by a learned file.",
    Site "site" false "Junk of one site, for users' own rules.",
    Byline "byline" true "Bylines and dates (policy).",
    Credit "credit" true "Photo credits (policy).",
    Copyright "copyright" true "Copyright notices (policy).",
    Agency "agency" true "Agency and disclosure lines (policy).",
    Contact "contact" true "Contact lines (policy).",
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Family {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|f| f.as_str() == s).ok_or(())
    }
}

/// How sure a rule is of its hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Certainty {
    /// Shown to the reviewer, removed only on request.
    Suspect,
    /// Removed by default.
    Likely,
    /// Removed always.
    Certain,
}

impl Certainty {
    /// All certainties, the surest first.
    pub const ALL: &[Self] = &[Self::Certain, Self::Likely, Self::Suspect];

    /// The word that rule files and reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspect => "suspect",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Certainty {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|c| c.as_str() == s).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for &f in Family::ALL {
            assert_eq!(f.as_str().parse(), Ok(f));
        }
        for &c in Certainty::ALL {
            assert_eq!(c.as_str().parse(), Ok(c));
        }
        assert_eq!("sharing".parse::<Family>(), Err(()));
        assert!(Certainty::Certain > Certainty::Likely && Certainty::Likely > Certainty::Suspect);
    }
}
