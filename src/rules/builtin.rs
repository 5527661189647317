//! The list of shipped packs. What they say lies in `builtin/`.

macro_rules! packs {
    ($($path:literal)*) => {
        /// Name and text of each pack.
        pub(super) const PACKS: &[(&str, &str)] = &[$((concat!("builtin/", $path), include_str!(concat!("builtin/", $path))),)*];
    };
}

packs! {
    "judgements.toml"
    "en/comments.toml"
    "en/share.toml"
    "en/vocabulary.toml"
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
}
