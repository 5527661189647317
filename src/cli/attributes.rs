//! Attributes of a file that `restore` gives back with its content. They are applied in `files` and stored
//! by `undo::journal`.

use std::fs::Metadata;
use std::time::{Duration, SystemTime};

/// Time of change, permissions and owner of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attributes {
    /// Time of the last change, in nanoseconds since 1970.
    pub(crate) modified: i64,
    /// Unix permission bits; `None` on other systems.
    pub(crate) mode: Option<u32>,
    /// Unix user id and group id; `None` on other systems.
    pub(crate) owner: Option<(u32, u32)>,
}

impl Attributes {
    /// The attributes of an existing file.
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

    /// The time of the last change as a system time.
    pub(crate) fn time(&self) -> SystemTime {
        let distance = Duration::from_nanos(self.modified.unsigned_abs());
        if self.modified < 0 { SystemTime::UNIX_EPOCH - distance } else { SystemTime::UNIX_EPOCH + distance }
    }
}
