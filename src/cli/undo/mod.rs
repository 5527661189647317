//! Files that are replaced in place, and the way back: originals are journalled before `clean` replaces them, and restored from
//! there.

pub(crate) mod changes;
pub(crate) mod journal;
pub(crate) mod restore;
