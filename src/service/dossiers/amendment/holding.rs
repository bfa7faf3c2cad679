//! Whose a certificate is: who amends it, and whose new licence takes the place of another one.

use super::heirs;
use crate::domain::certificate::Certificate;
use crate::domain::certificate::record::{RecordKind, RecordParty};
use crate::domain::dossier::{Dossier, agreed_filer};
use crate::domain::enterprise::EnterpriseStatus;
use crate::service::Result;
use crate::service::certificates::party::Party;
use crate::service::standing::not_active;
use crate::store::{AnyConn, enterprises};

/// Whether a certificate is the filer's, as it holds now: by the party that registers the transfer, of old ones without a
/// direction by either, of licences by the one on which the parties agreed, too, or by who took the place of that one; on paper by a
/// party whose tax code the dossier tells.
pub(crate) fn is_holder(dossier: &Dossier, filer: Option<&Party>, last: &Certificate) -> bool {
    let agreed = agreed_filer(&dossier.content).filter(|_| last.record.kind == RecordKind::Licence);
    let mut parties: Vec<&RecordParty> = heirs::who_files(&last.record)
        .into_iter()
        .map(|(_, party)| party)
        .collect();
    parties.extend(agreed.map(|side| heirs::party(&last.record, side)));
    let has = |code: &str| parties.iter().any(|party| party.tax_code.as_deref() == Some(code));
    let is_party = match filer {
        Some(filer) => match filer.code() {
            Some(own) => has(own),
            None => [last.enterprise, last.counterparty].contains(&Some(filer.enterprise.id)),
        },
        None => {
            let draft = dossier.content.draft();
            let told = [&draft.transferor.tax_code, &draft.transferee.tax_code];
            told.into_iter().flatten().any(|code| has(code))
        }
    };
    is_party || heirs::is_heir(dossier, filer, last)
}

/// The same of what was handed in before: whom an enterprise became part of meanwhile has its certificates.
pub(crate) fn is_holder_still(dossier: &Dossier, filer: Option<&Party>, last: &Certificate) -> bool {
    let came_along = dossier.enterprise.is_some() && last.enterprise == dossier.enterprise;
    came_along || filer.is_some_and(|filer| heirs::is_merged(filer, last)) || is_holder(dossier, filer, last)
}

/// The enterprise that files; none where it came on paper: who handed it in there need not be at home on the exchange.
pub(crate) fn filer(conn: &mut AnyConn, dossier: &Dossier) -> Result<Option<Party>> {
    match dossier.enterprise.filter(|_| !dossier.is_paper) {
        Some(enterprise) => {
            let enterprise = enterprises::find(conn, enterprise)?;
            Party::of(conn, enterprise).map(Some)
        }
        None => Ok(None),
    }
}

/// The same, which must be active.
pub(crate) fn active_filer(conn: &mut AnyConn, dossier: &Dossier) -> Result<Option<Party>> {
    let filer = filer(conn, dossier)?;
    let status = filer.as_ref().map(|filer| filer.enterprise.status);
    match status.filter(|status| *status != EnterpriseStatus::Active) {
        Some(status) => Err(not_active(status)),
        None => Ok(filer),
    }
}
