//! What papers that were entered tell for the statistics and no certificate says. What came of a dossier has it there.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::certificate_statistics;
use super::types::DbId;
use super::{AnyConn, Error, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::dossier::{EconomicType, PartnerType};
use crate::domain::ids::CertificateId;

/// What is told beside a certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Whose the party of Việt Nam is that carries the transfer out.
    pub economic_type: Option<EconomicType>,
    /// Who transfers to whom.
    pub partner: Option<PartnerType>,
}

/// Keeps it with the certificate.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, id: CertificateId, told: &Statistics) -> Result<()> {
    demand(permit, &[Action::EnterCertificate])?;
    diesel::insert_into(certificate_statistics::table)
        .values((
            certificate_statistics::certificate_id.eq(DbId(id.0)),
            certificate_statistics::economic_type.eq(told.economic_type.map(EconomicType::as_str)),
            certificate_statistics::partner_type.eq(told.partner.map(PartnerType::as_str)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

type Row = (DbId, Option<String>, Option<String>);

fn read<T: std::str::FromStr>(text: Option<String>) -> Result<Option<T>> {
    let parsed = text.map(|text| text.parse::<T>());
    let parsed = parsed.transpose();
    parsed.map_err(|_unknown| Error::Row("statistics of a certificate".to_owned()))
}

/// What is kept with some certificates; nothing of those with which nothing is.
pub fn of(conn: &mut AnyConn, ids: &[CertificateId]) -> Result<HashMap<CertificateId, Statistics>> {
    let mut found = HashMap::new();
    for some in ids.chunks(MAX_IDS) {
        let ids: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<Row> = certificate_statistics::table
            .filter(certificate_statistics::certificate_id.eq_any(ids))
            .load(conn)?;
        for (id, economic_type, partner) in rows {
            let told = Statistics {
                economic_type: read(economic_type)?,
                partner: read(partner)?,
            };
            found.insert(CertificateId(id.0), told);
        }
    }
    Ok(found)
}
