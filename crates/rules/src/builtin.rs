//! The list of shipped packs, as they are written. What they say lies in `builtin/`, the form that a start reads in `pack`.

use super::fault::RuleFault;
use super::set::RuleSet;
use super::{check, schema};

/// Reads all of them.
pub fn read(faults: &mut Vec<RuleFault>) -> RuleSet {
    let mut set = RuleSet::default();
    for (name, toml) in PACKS {
        set.take(check::pack(&mut schema::Source::shipped(name, toml, faults)));
    }
    set.count_labels();
    set
}

macro_rules! packs {
    ($($path:literal)*) => {
        /// Name and text of each pack.
        pub(super) const PACKS: &[(&str, &str)] =
            &[$((concat!("builtin/", $path), include_str!(concat!("../builtin/", $path))),)*];
    };
}

packs! {
    "judgements.toml"
    "en/advert.toml"
    "en/agency.toml"
    "en/app.toml"
    "en/author.toml"
    "en/byline.toml"
    "en/comments.toml"
    "en/contact.toml"
    "en/cookies.toml"
    "en/copyright.toml"
    "en/credit.toml"
    "en/forum.toml"
    "en/legal.toml"
    "en/media.toml"
    "en/navigation.toml"
    "en/newsletter.toml"
    "en/paywall.toml"
    "en/related.toml"
    "en/share.toml"
    "en/source.toml"
    "en/teaser.toml"
    "en/vocabulary.toml"
    "en/widget.toml"
    "es.toml"
    "de.toml"
    "fr.toml"
    "pt.toml"
    "it.toml"
    "nl.toml"
    "ru.toml"
    "pl.toml"
    "tr.toml"
    "id.toml"
    "hi.toml"
    "ar.toml"
    "zh.toml"
    "ja.toml"
    "ko.toml"
    "vi.toml"
    "uk.toml"
    "ro.toml"
    "cs.toml"
    "sv.toml"
    "el.toml"
    "th.toml"
}
