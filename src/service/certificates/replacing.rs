//! One approval, one licence in force; and where the content of a licence changes, a new one in its place (Luật CGCN Đ.30.6): the
//! new one names it, and it ends on the day on which the new one is issued.

use jiff::civil::Date;

use super::{issuing, succession};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::certificate::record::RecordKind;
use crate::domain::certificate::{Certificate, Validity, validity};
use crate::domain::dossier::Dossier;
use crate::domain::fields::{LawFault, Violation};
use crate::domain::ids::CertificateId;
use crate::domain::procedure::Issues;
use crate::service::audit::state;
use crate::service::context::Work;
use crate::service::dossiers::holding;
use crate::service::procedures::RuleSet;
use crate::service::{Error, Result};
use crate::store::audit::Change;
use crate::store::certificates as rows;

/// What says that changed content needs a new licence.
const BASIS: &str = "Luật CGCN Đ.30.6";
/// Where a dossier names the licence that goes.
const REPLACES: &str = "/content/replaces_licence";

fn is_in_force(licence: &Certificate, today: Date) -> bool {
    validity(std::slice::from_ref(licence), licence.position, today) == Validity::Valid
}

/// The licence that a dossier's new one replaces; nothing where it replaces none, or issues none. Refuses a second one of an
/// approval of which one is in force.
pub(crate) fn replaced(
    work: &mut Work<'_, '_>,
    (dossier, set): (&Dossier, &RuleSet),
    issues: Issues,
    today: Date,
) -> Result<Option<Certificate>> {
    if issues != Issues::Licence {
        return Ok(None);
    }
    let mut there = match dossier.follows {
        Some(approval) => rows::licences_after(work.conn(), approval)?,
        None => Vec::new(),
    };
    there.retain(|licence| is_in_force(licence, today));
    let named = match &dossier.content.draft().replaces_licence {
        Some(number) => Some(named(work, dossier, number, today)?),
        None => None,
    };
    let replaced = named.as_ref().map(|licence| licence.id);
    if let Some(other) = there.iter().find(|licence| Some(licence.id) != replaced) {
        return Err(Error::field(REPLACES, in_force_already(other)));
    }
    // Only the authority that licensed ends a licence, or the one that took its place.
    if let Some(licence) = &named {
        succession::require(work, (dossier, set), licence, today)?;
    }
    Ok(named)
}

fn in_force_already(licence: &Certificate) -> Violation {
    let number = &licence.record.number;
    let words = (
        format!(
            "Văn bản chấp thuận này đã có Giấy phép số {number} còn hiệu lực; khi thay đổi nội dung, ghi số giấy phép được thay thế"
        ),
        format!(
            "Licence {number} of this approval is in force; where its content changes, name it as the one that is replaced"
        ),
    );
    LawFault::coded("licence_in_force", words, BASIS)
}

/// The licence with a number that is the filer's and in force.
fn named(work: &mut Work<'_, '_>, dossier: &Dossier, number: &str, today: Date) -> Result<Certificate> {
    let filer = holding::active_filer(work.conn(), dossier)?;
    let mut found = rows::find_by_number(work.conn(), number)?;
    found.retain(|one| one.record.kind == RecordKind::Licence && holding::is_holder(dossier, filer.as_ref(), one));
    let over = found.iter().position(|one| !is_in_force(one, today));
    match (found.as_slice(), over) {
        ([only], None) => Ok(only.clone()),
        ([only], Some(_)) => {
            let held = std::slice::from_ref(only);
            Err(issuing::not_in_force(held, validity(held, only.position, today)))
        }
        ([], _) => Err(wrong("certificate_number")),
        _ => Err(wrong("ambiguous_certificate")),
    }
}

fn wrong(what: &'static str) -> Error {
    Error::field(REPLACES, Violation::Malformed { what })
}

/// Ends a licence, as another one took its place: it is over in the register, and in its dossier, where the last year is still
/// reported on.
pub(super) fn end(work: &mut Work<'_, '_>, permit: &Permit, licence: Certificate, by: CertificateId) -> Result<()> {
    rows::replace(work.uow, permit, licence.id, by)?;
    let before = state::of_certificate(&licence)?;
    let replaced = Certificate {
        replaced_by: Some(by),
        ..licence
    };
    let change = Change::between(before, state::of_certificate(&replaced)?);
    let subject = ("certificate", replaced.id.0);
    work.remember_change(permit, Deed::CertificateReplaced, subject, None, change)?;
    match replaced.dossier {
        Some(dossier) => issuing::go_on(work, permit, dossier, (Issues::Licence, None), None),
        None => Ok(()),
    }
}
