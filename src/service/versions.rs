//! The version of a thing that whoever changes it has seen.

use super::{ErrorCode, Result};

/// Refuses what is about another version than the present one. An edit names the version that was seen; a step need not.
pub(super) fn require_version(seen: impl Into<Option<i64>>, present: i64) -> Result<()> {
    match seen.into() {
        Some(seen) if seen != present => Err(ErrorCode::StaleVersion.into()),
        _ => Ok(()),
    }
}
