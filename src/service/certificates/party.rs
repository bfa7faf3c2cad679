//! An enterprise as certificates name it: by its own tax code, and by those of the enterprises that became part of it. Such a one may
//! have come to the exchange after the certificates of its contracts were issued, so that nothing links them to anybody.

use crate::domain::access::Actor;
use crate::domain::certificate::record::{CertificateRecord, RecordParty};
use crate::domain::enterprise::Enterprise;
use crate::domain::tax_code::TaxCode;
use crate::service::Result;
use crate::store::{AnyConn, enterprises};

/// An enterprise with the tax codes by which it is a party.
#[derive(Clone, Debug)]
pub(crate) struct Party {
    /// Itself.
    pub enterprise: Enterprise,
    /// The tax codes of those that were merged into it once an officer had verified them.
    merged: Vec<String>,
}

impl Party {
    /// Of an enterprise that stands for itself.
    pub(crate) fn of(conn: &mut AnyConn, enterprise: Enterprise) -> Result<Self> {
        let merged = enterprises::merged_codes(conn, enterprise.id)?;
        Ok(Self { enterprise, merged })
    }

    /// The one that somebody acts for; officers act for none.
    pub(crate) fn of_actor(conn: &mut AnyConn, actor: &Actor) -> Result<Option<Self>> {
        let Some((id, _)) = actor.enterprise() else {
            return Ok(None);
        };
        let enterprise = enterprises::find(conn, id)?;
        Self::of(conn, enterprise).map(Some)
    }

    /// Its own tax code.
    pub(crate) fn code(&self) -> Option<&str> {
        self.enterprise.profile.identity.tax_code().map(TaxCode::as_str)
    }

    /// Whether a party of a contract is one that became part of it.
    pub(crate) fn has_merged(&self, party: &RecordParty) -> bool {
        let code = party.tax_code.as_ref();
        code.is_some_and(|code| self.merged.contains(code))
    }

    /// Whether a party of a contract is itself, or became part of it.
    pub(crate) fn is(&self, party: &RecordParty) -> bool {
        let code = party.tax_code.as_deref();
        code.is_some() && code == self.code() || self.has_merged(party)
    }

    /// Whether a certificate names it.
    pub(crate) fn is_named_by(&self, record: &CertificateRecord) -> bool {
        self.is(&record.transferor) || self.is(&record.transferee)
    }
}
