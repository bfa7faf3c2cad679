//! Rows of certificates put back to what was signed, and what one officer proposed for that and another one is to confirm. What somebody
//! changed may not read as a record any more: here it is not read.

use diesel::prelude::*;

use super::certificates::{insert_document, search_key};
use super::schema::certificate_restoration_proposals as proposals;
use super::schema::{certificate_documents, certificates};
use super::types::{DbId, DbJson, DbTs};
use super::waiting_proposals::one_waiting;
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::certificate::Certificate;
use crate::domain::certificate::number::in_address;
use crate::domain::certificate::record::CertificateRecord;
use crate::domain::certificate::restoration::RestorationProposal;
use crate::domain::ids::{AccountId, CertificateId, DossierId, EnterpriseId};

/// What a row has, whether it reads or not.
#[derive(Clone, Debug)]
pub struct Said {
    /// The record, as text.
    pub record: String,
    /// The signature.
    pub jws: Option<String>,
    /// The code that opens its public page.
    pub code: Option<String>,
    /// The enterprise that filed.
    pub enterprise: Option<EnterpriseId>,
    /// The other party, where it is on the exchange.
    pub counterparty: Option<EnterpriseId>,
    /// Where the filer is.
    pub commune: String,
    /// The dossier that it came of.
    pub dossier: Option<DossierId>,
}

type SaidRow = (
    DbJson,
    Option<String>,
    Option<String>,
    Option<DbId>,
    Option<DbId>,
    String,
    Option<DbId>,
);

/// What the row of a certificate has.
pub fn said(conn: &mut AnyConn, id: CertificateId) -> Result<Said> {
    let row: SaidRow = certificates::table
        .filter(certificates::id.eq(DbId(id.0)))
        .select((
            certificates::record,
            certificates::jws,
            certificates::code,
            certificates::enterprise_id,
            certificates::counterparty_id,
            certificates::commune_code,
            certificates::dossier_id,
        ))
        .first(conn)?;
    let (record, jws, code, enterprise, counterparty, commune, dossier) = row;
    Ok(Said {
        record: record.0,
        jws,
        code,
        enterprise: enterprise.map(|id| EnterpriseId(id.0)),
        counterparty: counterparty.map(|id| EnterpriseId(id.0)),
        commune,
        dossier: dossier.map(|id| DossierId(id.0)),
    })
}

type LifeRow = (
    Option<DbId>,
    i64,
    Option<DbId>,
    Option<DbId>,
    Option<DbId>,
    Option<DbId>,
    String,
    Option<DbId>,
    Option<DbId>,
    DbTs,
);

/// A certificate as it was issued: with a signed record, and the place in its chain, dossier and case that its row has.
pub fn as_issued(conn: &mut AnyConn, id: CertificateId, record: CertificateRecord, jws: String) -> Result<Certificate> {
    let row: LifeRow = certificates::table
        .filter(certificates::id.eq(DbId(id.0)))
        .select((
            certificates::root_id,
            certificates::position,
            certificates::dossier_id,
            certificates::case_id,
            certificates::enterprise_id,
            certificates::counterparty_id,
            certificates::commune_code,
            certificates::prepared_by,
            certificates::signed_by,
            certificates::created_at,
        ))
        .first(conn)?;
    let (root, position, dossier, case, enterprise, counterparty, commune, prepared_by, signed_by, created_at) = row;
    let code = record.verify_at.rsplit('/').next().map(str::to_owned);
    Ok(Certificate {
        id,
        root: root.map(|id| CertificateId(id.0)),
        position,
        dossier: dossier.map(|id| DossierId(id.0)),
        case: case.map(|id| DossierId(id.0)),
        enterprise: enterprise.map(|id| EnterpriseId(id.0)),
        counterparty: counterparty.map(|id| EnterpriseId(id.0)),
        expires_on: record.contract.ends_on,
        record,
        code,
        jws: Some(jws),
        annulled_on: None,
        replaced_by: None,
        commune,
        prepared_by: prepared_by.map(|id| AccountId(id.0)),
        signed_by: signed_by.map(|id| AccountId(id.0)),
        created_at: created_at.0,
    })
}

/// Other rows that have the code or the number of a certificate, or its place in the chain.
pub fn doubles(conn: &mut AnyConn, certificate: &Certificate) -> Result<Vec<CertificateId>> {
    let code = certificate.code.clone().unwrap_or_default();
    let record = &certificate.record;
    let is_numbered = certificates::authority
        .eq(&record.issuer.code)
        .and(certificates::number_key.eq(in_address(&record.number)));
    let is_in_place = certificates::root_id
        .assume_not_null()
        .eq(DbId(certificate.chain().0))
        .and(certificates::position.eq(certificate.position));
    let is_coded = certificates::code.assume_not_null().eq(code);
    let ids: Vec<DbId> = certificates::table
        .filter(certificates::id.ne(DbId(certificate.id.0)))
        .filter(is_coded.or(is_numbered).or(is_in_place))
        .order(certificates::id)
        .select(certificates::id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| CertificateId(id.0)).collect())
}

/// Takes code, number and place in the chain of a certificate from another row, which has none of its own until it is put back in turn.
pub fn set_aside(uow: &mut Uow<'_>, permit: &Permit, double: CertificateId, certificate: &Certificate) -> Result<()> {
    demand(permit, &[Action::SignCertificate])?;
    let id = DbId(double.0);
    let record = &certificate.record;
    let coded = certificates::table
        .filter(certificates::id.eq(id))
        .filter(certificates::code.eq(certificate.code.as_deref()));
    diesel::update(coded)
        .set(certificates::code.eq(None::<String>))
        .execute(uow.conn())?;
    let numbered = certificates::table
        .filter(certificates::id.eq(id))
        .filter(certificates::authority.eq(&record.issuer.code))
        .filter(certificates::number_key.eq(in_address(&record.number)));
    // No number reads so.
    diesel::update(numbered)
        .set(certificates::number_key.eq(double.0.simple().to_string()))
        .execute(uow.conn())?;
    let root = DbId(certificate.chain().0);
    let last: Option<i64> = certificates::table
        .filter(certificates::root_id.eq(root))
        .select(diesel::dsl::max(certificates::position))
        .first(uow.conn())?;
    let placed = certificates::table
        .filter(certificates::id.eq(id))
        .filter(certificates::root_id.eq(root))
        .filter(certificates::position.eq(certificate.position));
    diesel::update(placed)
        .set(certificates::position.eq(last.unwrap_or_default().saturating_add(1)))
        .execute(uow.conn())?;
    Ok(())
}

/// What a row has beside the record, and of it.
#[derive(Debug, PartialEq, Eq, Queryable)]
struct Columns {
    kind: String,
    authority: String,
    number: String,
    number_key: String,
    code: Option<String>,
    issued_on: String,
    expires_on: Option<String>,
    direction: Option<String>,
    transferor_tax_code: Option<String>,
    transferee_tax_code: Option<String>,
    search_key: String,
    vnd_value: Option<i64>,
    jws: Option<String>,
    position: i64,
    enterprise: Option<DbId>,
    counterparty: Option<DbId>,
    commune: String,
    annulled_on: Option<String>,
    replaced_by: Option<DbId>,
    prepared_by: Option<DbId>,
    signed_by: Option<DbId>,
    created_at: DbTs,
}

/// A column: its name, what the row has, what was signed or is told elsewhere.
pub type Other = (&'static str, Option<String>, Option<String>);

impl Columns {
    fn of(certificate: &Certificate) -> Self {
        let record = &certificate.record;
        Self {
            kind: record.kind.as_str().to_owned(),
            authority: record.issuer.code.clone(),
            number: record.number.clone(),
            number_key: in_address(&record.number),
            code: certificate.code.clone(),
            issued_on: record.issued_on.to_string(),
            expires_on: certificate.expires_on.map(|day| day.to_string()),
            direction: record.direction.as_ref().map(|direction| direction.code.clone()),
            transferor_tax_code: record.transferor.tax_code.clone(),
            transferee_tax_code: record.transferee.tax_code.clone(),
            search_key: search_key(record),
            vnd_value: record.money.vnd_value,
            jws: certificate.jws.clone(),
            position: certificate.position,
            enterprise: certificate.enterprise.map(|id| DbId(id.0)),
            counterparty: certificate.counterparty.map(|id| DbId(id.0)),
            commune: certificate.commune.clone(),
            annulled_on: certificate.annulled_on.map(|day| day.to_string()),
            replaced_by: certificate.replaced_by.map(|id| DbId(id.0)),
            prepared_by: certificate.prepared_by.map(|id| DbId(id.0)),
            signed_by: certificate.signed_by.map(|id| DbId(id.0)),
            created_at: DbTs(certificate.created_at),
        }
    }

    /// Its columns by their names, as text.
    fn told(&self) -> Vec<(&'static str, Option<String>)> {
        let text = |text: &String| Some(text.clone());
        let id = |id: Option<DbId>| id.map(|id| id.0.to_string());
        vec![
            ("kind", text(&self.kind)),
            ("authority", text(&self.authority)),
            ("number", text(&self.number)),
            ("number_key", text(&self.number_key)),
            ("code", self.code.clone()),
            ("issued_on", text(&self.issued_on)),
            ("expires_on", self.expires_on.clone()),
            ("direction", self.direction.clone()),
            ("transferor_tax_code", self.transferor_tax_code.clone()),
            ("transferee_tax_code", self.transferee_tax_code.clone()),
            ("search_key", text(&self.search_key)),
            ("vnd_value", self.vnd_value.map(|value| value.to_string())),
            ("jws", self.jws.clone()),
            ("position", Some(self.position.to_string())),
            ("enterprise_id", id(self.enterprise)),
            ("counterparty_id", id(self.counterparty)),
            ("commune_code", text(&self.commune)),
            ("annulled_on", self.annulled_on.clone()),
            ("replaced_by_id", id(self.replaced_by)),
            ("prepared_by", id(self.prepared_by)),
            ("signed_by", id(self.signed_by)),
            ("created_at", Some(self.created_at.0.to_string())),
        ]
    }
}

/// Whether the columns of a row are those of a certificate.
pub fn has_columns_of(conn: &mut AnyConn, certificate: &Certificate) -> Result<bool> {
    Ok(of_row(conn, certificate.id)? == Columns::of(certificate))
}

/// The columns of a row that are not those of a certificate.
pub fn other_columns(conn: &mut AnyConn, certificate: &Certificate) -> Result<Vec<Other>> {
    let kept = of_row(conn, certificate.id)?.told().into_iter();
    let pairs = kept.zip(Columns::of(certificate).told());
    let others = pairs.filter(|((_, kept), (_, right))| kept != right);
    Ok(others.map(|((name, kept), (_, right))| (name, kept, right)).collect())
}

/// The columns that a row has.
fn of_row(conn: &mut AnyConn, id: CertificateId) -> Result<Columns> {
    Ok(certificates::table
        .filter(certificates::id.eq(DbId(id.0)))
        .select((
            certificates::kind,
            certificates::authority,
            certificates::number,
            certificates::number_key,
            certificates::code,
            certificates::issued_on,
            certificates::expires_on,
            certificates::direction,
            certificates::transferor_tax_code,
            certificates::transferee_tax_code,
            certificates::search_key,
            certificates::vnd_value,
            certificates::jws,
            certificates::position,
            certificates::enterprise_id,
            certificates::counterparty_id,
            certificates::commune_code,
            certificates::annulled_on,
            certificates::replaced_by_id,
            certificates::prepared_by,
            certificates::signed_by,
            certificates::created_at,
        ))
        .first(conn)?)
}

/// Writes what was signed in the place of what is there, with the columns by which it is found, those that tell what became of it, and the
/// document.
pub fn restore(
    uow: &mut Uow<'_>,
    permit: &Permit,
    certificate: &Certificate,
    (sha256, document): (&[u8], &[u8]),
) -> Result<()> {
    demand(permit, &[Action::SignCertificate])?;
    let id = DbId(certificate.id.0);
    let columns = Columns::of(certificate);
    let count = diesel::update(certificates::table.filter(certificates::id.eq(id)))
        .set((
            certificates::kind.eq(columns.kind),
            certificates::authority.eq(columns.authority),
            certificates::number.eq(columns.number),
            certificates::number_key.eq(columns.number_key),
            certificates::code.eq(columns.code),
            certificates::issued_on.eq(columns.issued_on),
            certificates::expires_on.eq(columns.expires_on),
            certificates::direction.eq(columns.direction),
            certificates::transferor_tax_code.eq(columns.transferor_tax_code),
            certificates::transferee_tax_code.eq(columns.transferee_tax_code),
            certificates::search_key.eq(columns.search_key),
            certificates::vnd_value.eq(columns.vnd_value),
            certificates::jws.eq(columns.jws),
            certificates::position.eq(columns.position),
            certificates::enterprise_id.eq(columns.enterprise),
            certificates::counterparty_id.eq(columns.counterparty),
            certificates::commune_code.eq(columns.commune),
            certificates::annulled_on.eq(columns.annulled_on),
            certificates::replaced_by_id.eq(columns.replaced_by),
            certificates::prepared_by.eq(columns.prepared_by),
            certificates::signed_by.eq(columns.signed_by),
            certificates::created_at.eq(columns.created_at),
            certificates::record.eq(DbJson::of(&certificate.record)?),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::NotFound);
    }
    let kept = certificate_documents::table.filter(certificate_documents::certificate_id.eq(id));
    diesel::delete(kept).execute(uow.conn())?;
    insert_document(uow, permit, certificate.id, sha256, document)
}

type ProposalRow = (DbId, DbId, String, String, Vec<u8>, DbId, DbTs);

fn proposed(row: ProposalRow) -> Result<RestorationProposal> {
    let (certificate, id, source, reason, file, proposed_by, proposed_at) = row;
    let source = source.parse();
    Ok(RestorationProposal {
        id: id.0,
        certificate: CertificateId(certificate.0),
        source: source.map_err(|_unknown| Error::Row("the source of a restoration".into()))?,
        reason,
        file,
        proposed_by: AccountId(proposed_by.0),
        proposed_at: proposed_at.0,
    })
}

one_waiting!(proposals, ProposalRow => RestorationProposal, proposed);

/// Keeps what was proposed.
pub fn insert_proposal(uow: &mut Uow<'_>, permit: &Permit, proposal: &RestorationProposal) -> Result<()> {
    demand(permit, &[Action::HandleDossier])?;
    diesel::insert_into(proposals::table)
        .values((
            proposals::certificate_id.eq(DbId(proposal.certificate.0)),
            proposals::id.eq(DbId(proposal.id)),
            proposals::source.eq(proposal.source.as_str()),
            proposals::reason.eq(&proposal.reason),
            proposals::file.eq(&proposal.file),
            proposals::proposed_by.eq(DbId(proposal.proposed_by.0)),
            proposals::proposed_at.eq(DbTs(proposal.proposed_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
