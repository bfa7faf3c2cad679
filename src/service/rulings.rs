//! Which decision the owner of an enterprise has to read: the last one with a reason that nothing has overtaken.

use super::Result;
use crate::domain::audit::Deed;
use crate::domain::enterprise::{Amendment, AmendmentStatus};
use crate::domain::ids::EnterpriseId;
use crate::store::audit::Decision;
use crate::store::{AnyConn, audit};

/// Decisions about the same thing, and what ends them: after that there is nothing left to mend.
struct Matter {
    decided: &'static [Deed],
    ended: &'static [Deed],
}

/// The registration and its verification.
const REGISTRATION: Matter = Matter {
    decided: &[
        Deed::EnterpriseRejected,
        Deed::EnterpriseChangesRequested,
        Deed::RenewalRejected,
        Deed::RenewalReturned,
    ],
    ended: &[Deed::EnterpriseApproved, Deed::RenewalApproved],
};
/// A change of verified data.
const AMENDMENT: Matter = Matter {
    decided: &[Deed::AmendmentRejected, Deed::AmendmentReturned],
    ended: &[Deed::AmendmentApproved, Deed::AmendmentTakenBack],
};
/// Whether it takes part.
const STANDING: Matter = Matter {
    decided: &[Deed::EnterpriseSuspended, Deed::EnterpriseClosed],
    ended: &[Deed::EnterpriseReinstated, Deed::EnterpriseReopened],
};
/// What an officer did to its page.
const LOGO: Matter = Matter {
    decided: &[Deed::LogoRemoved],
    ended: &[Deed::LogoPut],
};

/// The last decision about an enterprise that carried a reason and stands.
pub(super) fn of_enterprise(conn: &mut AnyConn, id: EnterpriseId) -> Result<Option<Decision>> {
    let mut standing = Vec::new();
    for matter in [REGISTRATION, AMENDMENT, STANDING, LOGO] {
        standing.extend(last(conn, id, &matter)?);
    }
    Ok(standing.into_iter().max_by_key(|decision| decision.at))
}

/// The last decision about the request that is open: a request after a refusal is another one.
pub(super) fn of_amendment(conn: &mut AnyConn, id: EnterpriseId, amendment: &Amendment) -> Result<Option<Decision>> {
    let was_refused = |decision: &Decision| decision.deed == Deed::AmendmentRejected.as_str();
    let is_refused = amendment.status == AmendmentStatus::Rejected;
    Ok(last(conn, id, &AMENDMENT)?.filter(|decision| is_refused || !was_refused(decision)))
}

fn last(conn: &mut AnyConn, id: EnterpriseId, matter: &Matter) -> Result<Option<Decision>> {
    let deeds: Vec<Deed> = matter.decided.iter().chain(matter.ended).copied().collect();
    let newest = audit::newest_of(conn, id.0, &deeds)?;
    let has_reason = |decision: &Decision| !decision.reason_code.is_empty();
    let is_decided = |decision: &Decision| matter.decided.iter().any(|deed| deed.as_str() == decision.deed);
    Ok(newest.filter(has_reason).filter(is_decided))
}
