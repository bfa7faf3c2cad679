//! Rows of certificates, of their documents and of the keys that sign them.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use jiff::Timestamp;
use jiff::civil::Date;

use super::schema::certificate_duplicate_proposals as proposals;
use super::schema::certificate_restoration_proposals as restorations;
use super::schema::{certificate_documents, certificate_keys, certificates, dossiers};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand, enterprises};
use crate::domain::access::{Action, Permit};
use crate::domain::certificate::Certificate;
use crate::domain::certificate::code::VerificationCode;
use crate::domain::certificate::number::in_address;
use crate::domain::certificate::record::{CertificateRecord, RecordKind};
use crate::domain::ids::{AccountId, CertificateId, DossierId, EnterpriseId};
use crate::domain::text::fold;

#[derive(Queryable)]
struct Row {
    id: DbId,
    root_id: Option<DbId>,
    position: i64,
    dossier_id: Option<DbId>,
    case_id: Option<DbId>,
    enterprise_id: Option<DbId>,
    counterparty_id: Option<DbId>,
    _kind: String,
    _authority: String,
    number: String,
    _number_key: String,
    code: Option<String>,
    _issued_on: String,
    expires_on: Option<String>,
    annulled_on: Option<String>,
    _direction: Option<String>,
    _transferor_tax_code: Option<String>,
    _transferee_tax_code: Option<String>,
    _search_key: String,
    commune_code: String,
    _vnd_value: Option<i64>,
    record: DbJson,
    jws: Option<String>,
    prepared_by: Option<DbId>,
    signed_by: Option<DbId>,
    created_at: DbTs,
    replaced_by_id: Option<DbId>,
}

impl Row {
    fn into_domain(self) -> Result<Certificate> {
        let day = |day: Option<String>| -> Result<Option<Date>> {
            let day = day.map(|day| day.parse()).transpose();
            day.map_err(|_unreadable| Error::Row(format!("a day of certificate {}", self.number)))
        };
        let enterprise = |id: Option<DbId>| id.map(|id| EnterpriseId(id.0));
        Ok(Certificate {
            expires_on: day(self.expires_on)?,
            annulled_on: day(self.annulled_on)?,
            replaced_by: self.replaced_by_id.map(|id| CertificateId(id.0)),
            id: CertificateId(self.id.0),
            root: self.root_id.map(|id| CertificateId(id.0)),
            position: self.position,
            dossier: self.dossier_id.map(|id| DossierId(id.0)),
            case: self.case_id.map(|id| DossierId(id.0)),
            enterprise: enterprise(self.enterprise_id),
            counterparty: enterprise(self.counterparty_id),
            record: self.record.read()?,
            code: self.code,
            jws: self.jws,
            commune: self.commune_code,
            prepared_by: self.prepared_by.map(|id| AccountId(id.0)),
            signed_by: self.signed_by.map(|id| AccountId(id.0)),
            created_at: self.created_at.0,
        })
    }
}

fn read(rows: Vec<Row>) -> Result<Vec<Certificate>> {
    rows.into_iter().map(Row::into_domain).collect()
}

/// One of them.
pub fn find(conn: &mut AnyConn, id: CertificateId) -> Result<Certificate> {
    let row: Row = certificates::table
        .filter(certificates::id.eq(DbId(id.0)))
        .first(conn)?;
    row.into_domain()
}

/// The one that came of a dossier.
pub fn find_by_dossier(conn: &mut AnyConn, id: DossierId) -> Result<Option<Certificate>> {
    let row: Option<Row> = certificates::table
        .filter(certificates::dossier_id.eq(DbId(id.0)))
        .first(conn)
        .optional()?;
    row.map(Row::into_domain).transpose()
}

/// The first one of the chain whose life a case follows.
pub fn find_by_case(conn: &mut AnyConn, id: DossierId) -> Result<Option<Certificate>> {
    let row: Option<Row> = certificates::table
        .filter(certificates::case_id.eq(DbId(id.0)))
        .first(conn)
        .optional()?;
    row.map(Row::into_domain).transpose()
}

/// The one whose public page a code opens.
pub fn find_by_code(conn: &mut AnyConn, code: &VerificationCode) -> Result<Option<Certificate>> {
    let row: Option<Row> = certificates::table
        .filter(certificates::code.eq(code.as_str()))
        .first(conn)
        .optional()?;
    row.map(Row::into_domain).transpose()
}

/// Those with a number, whatever authority gave it.
pub fn find_by_number(conn: &mut AnyConn, number: &str) -> Result<Vec<Certificate>> {
    let rows: Vec<Row> = certificates::table
        .filter(certificates::number_key.eq(in_address(number)))
        .order(certificates::id)
        .limit(20)
        .load(conn)?;
    read(rows)
}

/// The first ones of chains of a party with a tax code, the newest first.
pub fn first_of_party(conn: &mut AnyConn, tax_code: &str, limit: i64) -> Result<Vec<Certificate>> {
    let is_giver = certificates::transferor_tax_code.eq(tax_code).assume_not_null();
    let is_taker = certificates::transferee_tax_code.eq(tax_code).assume_not_null();
    let rows: Vec<Row> = certificates::table
        .filter(certificates::root_id.is_null())
        .filter(is_giver.or(is_taker))
        .order((certificates::issued_on.desc(), certificates::id.desc()))
        .limit(limit)
        .load(conn)?;
    read(rows)
}

/// The licences that came of dossiers which follow one, and were neither annulled nor replaced, in their order.
pub fn licences_after(conn: &mut AnyConn, followed: DossierId) -> Result<Vec<Certificate>> {
    let following = dossiers::table
        .filter(dossiers::follows_id.assume_not_null().eq(DbId(followed.0)))
        .select(dossiers::id);
    let ids: Vec<DbId> = following.load(conn)?;
    let rows: Vec<Row> = certificates::table
        .filter(certificates::dossier_id.assume_not_null().eq_any(ids))
        .filter(certificates::annulled_on.is_null())
        .filter(certificates::replaced_by_id.is_null())
        .order(certificates::id)
        .load(conn)?;
    let mut licences = read(rows)?;
    licences.retain(|one| one.record.kind == RecordKind::Licence);
    Ok(licences)
}

/// The first day on which an authority issued here.
pub fn first_issued_here(conn: &mut AnyConn, authority: &str) -> Result<Option<Date>> {
    let first: Option<String> = certificates::table
        .filter(certificates::authority.eq(authority))
        .filter(certificates::jws.is_not_null())
        .order(certificates::issued_on)
        .select(certificates::issued_on)
        .first(conn)
        .optional()?;
    let day = first.map(|day| day.parse()).transpose();
    day.map_err(|_unreadable| Error::Row(format!("a day of a certificate of {authority}")))
}

/// A chain, in its order.
pub fn chain(conn: &mut AnyConn, root: CertificateId) -> Result<Vec<Certificate>> {
    let id = DbId(root.0);
    let rows: Vec<Row> = certificates::table
        .filter(
            certificates::id
                .eq(id)
                .or(certificates::root_id.assume_not_null().eq(id)),
        )
        .order(certificates::position)
        .load(conn)?;
    read(rows)
}

/// Where a page goes on: after the certificate that was issued then.
pub type Place = (String, CertificateId);

/// Which certificates are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this enterprise, as filer or as the other party, or of a party with its tax code, or with that of one that became part of
    /// it.
    pub enterprise: Option<(EnterpriseId, Option<String>)>,
    /// With these words, in any order, in number, parties' names or technology.
    pub words: Vec<String>,
    /// Of this kind.
    pub kind: Option<String>,
    /// In this direction.
    pub direction: Option<String>,
    /// Of a party with this tax code, or with that of one that became part of whoever has it.
    pub tax_code: Option<String>,
    /// Issued on this day or later.
    pub from: Option<Date>,
    /// Issued on this day or before.
    pub to: Option<Date>,
    /// Signed by this officer.
    pub signed_by: Option<AccountId>,
    /// Of which a duplicate waits for a signature (true), or none (false).
    pub duplicate_proposed: Option<bool>,
    /// Of which a restoration waits to be confirmed (true), or none (false).
    pub restoration_proposed: Option<bool>,
}

/// A page of the register, the newest first.
pub fn page(conn: &mut AnyConn, wanted: &Wanted, after: Option<Place>, limit: i64) -> Result<Vec<Certificate>> {
    let mut query = certificates::table.into_boxed();
    if let Some((enterprise, own_code)) = &wanted.enterprise {
        let id = DbId(enterprise.0);
        let is_filer = certificates::enterprise_id.eq(id).assume_not_null();
        let is_other = certificates::counterparty_id.eq(id).assume_not_null();
        let mut codes = enterprises::merged_codes(conn, *enterprise)?;
        codes.extend(own_code.clone());
        query = if codes.is_empty() {
            query.filter(is_filer.or(is_other))
        } else {
            let is_giver = certificates::transferor_tax_code
                .assume_not_null()
                .eq_any(codes.clone());
            let is_taker = certificates::transferee_tax_code.assume_not_null().eq_any(codes);
            query.filter(is_filer.or(is_other).or(is_giver).or(is_taker))
        };
    }
    for word in &wanted.words {
        query = query.filter(certificates::search_key.like(format!("%{word}%")));
    }
    if let Some(kind) = &wanted.kind {
        query = query.filter(certificates::kind.eq(kind.clone()));
    }
    if let Some(direction) = &wanted.direction {
        query = query.filter(certificates::direction.eq(direction.clone()));
    }
    if let Some(code) = &wanted.tax_code {
        let codes = enterprises::codes_with_merged(conn, code)?;
        let is_giver = certificates::transferor_tax_code
            .assume_not_null()
            .eq_any(codes.clone());
        let is_taker = certificates::transferee_tax_code.assume_not_null().eq_any(codes);
        query = query.filter(is_giver.or(is_taker));
    }
    if let Some(day) = wanted.from {
        query = query.filter(certificates::issued_on.ge(day.to_string()));
    }
    if let Some(day) = wanted.to {
        query = query.filter(certificates::issued_on.le(day.to_string()));
    }
    if let Some(officer) = wanted.signed_by {
        query = query.filter(certificates::signed_by.eq(DbId(officer.0)));
    }
    let waits = || exists(proposals::table.filter(proposals::certificate_id.eq(certificates::id)));
    query = match wanted.duplicate_proposed {
        None => query,
        Some(true) => query.filter(waits()),
        Some(false) => query.filter(not(waits())),
    };
    let is_to_be_restored = || exists(restorations::table.filter(restorations::certificate_id.eq(certificates::id)));
    query = match wanted.restoration_proposed {
        None => query,
        Some(true) => query.filter(is_to_be_restored()),
        Some(false) => query.filter(not(is_to_be_restored())),
    };
    if let Some((day, id)) = after {
        // The first says nothing new, but is what lets the index be entered at the right place.
        query = query
            .filter(certificates::issued_on.le(day.clone()))
            .filter(certificates::issued_on.lt(day).or(certificates::id.lt(DbId(id.0))));
    }
    let rows: Vec<Row> = query
        .order((certificates::issued_on.desc(), certificates::id.desc()))
        .limit(limit)
        .load(conn)?;
    read(rows)
}

/// A page of what was annulled, the first ones of chains, whose day of annulment they have; the newest first. A place is the day of
/// annulment and the certificate.
pub fn annulled(conn: &mut AnyConn, after: Option<Place>, limit: i64) -> Result<Vec<Certificate>> {
    let mut query = certificates::table
        .filter(certificates::annulled_on.is_not_null())
        .into_boxed();
    if let Some((day, id)) = after {
        let annulled_on = || certificates::annulled_on.assume_not_null();
        let is_older = annulled_on().lt(day.clone());
        query = query.filter(is_older.or(annulled_on().eq(day).and(certificates::id.lt(DbId(id.0)))));
    }
    let rows: Vec<Row> = query
        .order((certificates::annulled_on.desc(), certificates::id.desc()))
        .limit(limit)
        .load(conn)?;
    read(rows)
}

/// What came after the first ones of some chains, each chain in its order.
pub fn later(conn: &mut AnyConn, roots: &[CertificateId]) -> Result<Vec<Certificate>> {
    let roots: Vec<DbId> = roots.iter().map(|root| DbId(root.0)).collect();
    let rows: Vec<Row> = certificates::table
        .filter(certificates::root_id.assume_not_null().eq_any(roots))
        .order((certificates::root_id, certificates::position))
        .load(conn)?;
    read(rows)
}

const WRITERS: [Action; 2] = [Action::SignCertificate, Action::EnterCertificate];

/// The words by which a record is found.
pub(super) fn search_key(record: &CertificateRecord) -> String {
    let words = [
        &record.number,
        &record.transferor.name,
        &record.transferee.name,
        &record.technology.name,
    ];
    let project = [&record.contract.project_code, &record.contract.irc_number];
    let words = words.into_iter().chain(project.into_iter().flatten());
    words.map(|text| fold(text)).collect::<Vec<_>>().join("\n")
}

/// Adds one. There is nothing that alters what it says.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, certificate: &Certificate) -> Result<()> {
    demand(permit, &WRITERS)?;
    let record = &certificate.record;
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    diesel::insert_into(certificates::table)
        .values((
            certificates::id.eq(DbId(certificate.id.0)),
            certificates::root_id.eq(certificate.root.map(|id| DbId(id.0))),
            certificates::position.eq(certificate.position),
            certificates::dossier_id.eq(certificate.dossier.map(|id| DbId(id.0))),
            certificates::case_id.eq(certificate.case.map(|id| DbId(id.0))),
            certificates::enterprise_id.eq(certificate.enterprise.map(|id| DbId(id.0))),
            certificates::counterparty_id.eq(certificate.counterparty.map(|id| DbId(id.0))),
            certificates::kind.eq(record.kind.as_str()),
            certificates::authority.eq(&record.issuer.code),
            certificates::number.eq(&record.number),
            certificates::number_key.eq(in_address(&record.number)),
            certificates::code.eq(&certificate.code),
            certificates::issued_on.eq(record.issued_on.to_string()),
            certificates::expires_on.eq(day(certificate.expires_on)),
            certificates::annulled_on.eq(day(certificate.annulled_on)),
            certificates::direction.eq(record.direction.as_ref().map(|direction| &direction.code)),
            certificates::transferor_tax_code.eq(&record.transferor.tax_code),
            certificates::transferee_tax_code.eq(&record.transferee.tax_code),
            certificates::search_key.eq(search_key(record)),
            certificates::commune_code.eq(&certificate.commune),
            certificates::vnd_value.eq(record.money.vnd_value),
            certificates::record.eq(DbJson::of(record)?),
            certificates::jws.eq(&certificate.jws),
            certificates::prepared_by.eq(certificate.prepared_by.map(|id| DbId(id.0))),
            certificates::signed_by.eq(certificate.signed_by.map(|id| DbId(id.0))),
            certificates::created_at.eq(DbTs(certificate.created_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Marks one as annulled.
pub fn annul(uow: &mut Uow<'_>, permit: &Permit, id: CertificateId, day: Date) -> Result<()> {
    demand(permit, &WRITERS)?;
    let row = certificates::table
        .filter(certificates::id.eq(DbId(id.0)))
        .filter(certificates::annulled_on.is_null());
    let count = diesel::update(row)
        .set(certificates::annulled_on.eq(day.to_string()))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Marks one as replaced by another one.
pub fn replace(uow: &mut Uow<'_>, permit: &Permit, id: CertificateId, by: CertificateId) -> Result<()> {
    demand(permit, &WRITERS)?;
    let row = certificates::table
        .filter(certificates::id.eq(DbId(id.0)))
        .filter(certificates::annulled_on.is_null())
        .filter(certificates::replaced_by_id.is_null());
    let count = diesel::update(row)
        .set(certificates::replaced_by_id.eq(DbId(by.0)))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}

/// Keeps a document as it was issued.
pub fn insert_document(
    uow: &mut Uow<'_>,
    permit: &Permit,
    id: CertificateId,
    sha256: &[u8],
    content: &[u8],
) -> Result<()> {
    demand(permit, &WRITERS)?;
    diesel::insert_into(certificate_documents::table)
        .values((
            certificate_documents::certificate_id.eq(DbId(id.0)),
            certificate_documents::sha256.eq(sha256),
            certificate_documents::content.eq(content),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// The SHA-256 of a document, and its content.
pub type Kept = (Vec<u8>, Vec<u8>);

/// A document, where one is kept.
pub fn document(conn: &mut AnyConn, id: CertificateId) -> Result<Option<Kept>> {
    Ok(certificate_documents::table
        .filter(certificate_documents::certificate_id.eq(DbId(id.0)))
        .select((certificate_documents::sha256, certificate_documents::content))
        .first(conn)
        .optional()?)
}

/// A key that signs certificates, or did.
#[derive(Clone, Debug)]
pub struct CertificateKey {
    /// Its name: a hash of the public half.
    pub kid: String,
    /// The public half.
    pub public_key: Vec<u8>,
    /// PKCS#8, sealed.
    pub sealed_key: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ceased to sign.
    pub retired_at: Option<Timestamp>,
}

/// All keys, the newest first.
pub fn keys(conn: &mut AnyConn) -> Result<Vec<CertificateKey>> {
    type KeyRow = (String, Vec<u8>, Vec<u8>, DbTs, Option<DbTs>);
    let rows: Vec<KeyRow> = certificate_keys::table
        .order((certificate_keys::created_at.desc(), certificate_keys::kid))
        .load(conn)?;
    let keys = rows
        .into_iter()
        .map(|(kid, public_key, sealed_key, created_at, retired_at)| CertificateKey {
            kid,
            public_key,
            sealed_key,
            created_at: created_at.0,
            retired_at: retired_at.map(|at| at.0),
        });
    Ok(keys.collect())
}

/// Adds a key, which signs from now on; what signed before ceases to.
pub fn replace_key(uow: &mut Uow<'_>, key: &CertificateKey) -> Result<()> {
    diesel::update(certificate_keys::table.filter(certificate_keys::retired_at.is_null()))
        .set(certificate_keys::retired_at.eq(DbTs(key.created_at)))
        .execute(uow.conn())?;
    diesel::insert_into(certificate_keys::table)
        .values((
            certificate_keys::kid.eq(&key.kid),
            certificate_keys::public_key.eq(&key.public_key),
            certificate_keys::sealed_key.eq(&key.sealed_key),
            certificate_keys::created_at.eq(DbTs(key.created_at)),
        ))
        .execute(uow.conn())?;
    Ok(())
}
