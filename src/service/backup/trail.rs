//! How far an audit trail goes, verified from its beginning.

use super::manifest::Audit;
use super::{Observer, Result, Stage};
use crate::service::audit::verify::{self, Covered};
use crate::store::{AnyConn, audit, audit_checkpoints};

/// Verifies the whole trail against itself and the checkpoints that are kept beside it, and tells how far it goes.
pub(super) fn measure(conn: &mut AnyConn, observer: &mut dyn Observer) -> Result<Audit> {
    let keys = audit_checkpoints::keys(conn)?;
    let keys: Vec<Vec<u8>> = keys.into_iter().map(|key| key.public_key).collect();
    let total = u64::try_from(audit::newest(conn)?).unwrap_or(0);
    observer.begins(Stage::Trail, total);
    let mut covered = Covered::default();
    let checkpoints = match verify::cover_kept(conn, &keys, &mut covered)? {
        Ok(count) => count,
        Err(broken) => {
            return Ok(Audit::Broken {
                why: broken.to_string(),
            });
        }
    };
    let verified = verify::run_with_ends(conn, &covered, &mut |rows| observer.reached(rows))?;
    Ok(match verified {
        Ok((_, ends)) => Audit::of(ends, checkpoints),
        Err(broken) => Audit::Broken {
            why: broken.to_string(),
        },
    })
}
