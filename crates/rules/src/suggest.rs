//! The known name that a mistyped one may have meant.

/// The most alike of some names, if one is alike enough to be a typing error.
pub(super) fn suggest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    names
        .map(|n| (strsim::jaro_winkler(name, n), n))
        .filter(|(ratio, _)| *ratio > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, n)| n.to_owned())
}
