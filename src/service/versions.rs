//! The version of a thing that whoever changes it has seen.

use super::{ErrorCode, Result};

/// Refuses an edit of another version than the present one: it must name the version that was seen.
pub(super) fn require_version(seen: i64, present: i64) -> Result<()> {
    if seen == present {
        Ok(())
    } else {
        Err(ErrorCode::StaleVersion.into())
    }
}

/// The same of a step, which may name one.
pub(super) fn require_version_if_named(seen: Option<i64>, present: i64) -> Result<()> {
    seen.map_or(Ok(()), |seen| require_version(seen, present))
}
