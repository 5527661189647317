//! Replacing files in place, and the way back: `changes` replaces, `journal` keeps originals, `restore`
//! gives them back.

pub(crate) mod changes;
pub(crate) mod journal;
pub(crate) mod restore;
