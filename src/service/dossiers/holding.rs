//! Whose a certificate is: who amends it, and whose new licence takes the place of another one.

use super::heirs;
use crate::domain::certificate::Certificate;
use crate::domain::dossier::Dossier;
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::service::{ErrorCode, Result};
use crate::store::{AnyConn, enterprises};

/// Whether a certificate is the filer's, as it holds now: by the party that registers the transfer, of old ones without a
/// direction by either, or by who took the place of that one; on paper by a party whose tax code the dossier tells.
pub(crate) fn is_holder(dossier: &Dossier, filer: Option<&Enterprise>, last: &Certificate) -> bool {
    let parties = heirs::who_files(&last.record);
    let has = |code: &str| parties.iter().any(|(_, party)| party.tax_code.as_deref() == Some(code));
    let is_party = match filer {
        Some(filer) => match filer.profile.identity.tax_code() {
            Some(own) => has(own.as_str()),
            None => [last.enterprise, last.counterparty].contains(&Some(filer.id)),
        },
        None => {
            let draft = dossier.content.draft();
            let told = [&draft.transferor.tax_code, &draft.transferee.tax_code];
            told.into_iter().flatten().any(|code| has(code))
        }
    };
    is_party || heirs::is_heir(dossier, filer, last)
}

/// The enterprise that files; none where it came on paper: who handed it in there need not be at home on the exchange.
pub(crate) fn filer(conn: &mut AnyConn, dossier: &Dossier) -> Result<Option<Enterprise>> {
    match dossier.enterprise.filter(|_| !dossier.is_paper) {
        Some(enterprise) => Ok(Some(enterprises::find(conn, enterprise)?)),
        None => Ok(None),
    }
}

/// The same, which must be active.
pub(crate) fn active_filer(conn: &mut AnyConn, dossier: &Dossier) -> Result<Option<Enterprise>> {
    let filer = filer(conn, dossier)?;
    if filer
        .as_ref()
        .is_some_and(|filer| filer.status != EnterpriseStatus::Active)
    {
        return Err(ErrorCode::EnterpriseNotActive.into());
    }
    Ok(filer)
}
