//! What a file has besides its bytes, and what of it comes back with them.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// What a file has besides its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// Nanoseconds since 1970.
    pub(crate) modified: i64,
    /// Permissions, where the system knows such.
    pub(crate) mode: Option<u32>,
    /// User and group, where the system knows such.
    pub(crate) owner: Option<(u32, u32)>,
}

impl Attributes {
    /// That of a file which is there.
    pub(crate) fn of(metadata: &Metadata) -> Self {
        let nanoseconds = |time: SystemTime| match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |n| -n),
        };
        #[cfg(unix)]
        let (mode, owner) = {
            use std::os::unix::fs::MetadataExt as _;
            (Some(metadata.mode() & 0o7777), Some((metadata.uid(), metadata.gid())))
        };
        #[cfg(not(unix))]
        let (mode, owner) = (None, None);
        Self { modified: metadata.modified().map_or(0, nanoseconds), mode, owner }
    }

    /// The time of the last change.
    pub(crate) fn time(&self) -> SystemTime {
        let distance = Duration::from_nanos(self.modified.unsigned_abs());
        if self.modified < 0 { SystemTime::UNIX_EPOCH - distance } else { SystemTime::UNIX_EPOCH + distance }
    }
}
