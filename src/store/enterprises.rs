//! Rows of enterprises.

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::enterprises;
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::account::Email;
use crate::domain::enterprise::{Enterprise, EnterpriseProfile, EnterpriseStatus, Phone};
use crate::domain::ids::EnterpriseId;
use crate::domain::tax_code::TaxCode;
use crate::domain::text::{Line, WebAddress, fold};

#[derive(Queryable)]
struct Row {
    id: DbId,
    tax_code: String,
    legal_form: String,
    legal_name: String,
    _name_key: String,
    short_name: Option<String>,
    name_en: Option<String>,
    address_line: String,
    province_code: String,
    commune_code: String,
    contact_name: String,
    contact_email: String,
    contact_phone: String,
    website: Option<String>,
    field_codes: DbJson,
    status: String,
    is_demo: bool,
    version: i64,
    submitted_at: DbTs,
    created_at: DbTs,
    updated_at: DbTs,
}

impl Row {
    fn into_domain(self) -> Result<Enterprise> {
        Ok(Enterprise {
            id: EnterpriseId(self.id.0),
            profile: EnterpriseProfile {
                tax_code: TaxCode::parse(&self.tax_code).map_err(|error| Error::Row(format!("tax_code: {error}")))?,
                legal_form: self.legal_form,
                legal_name: Line::stored(self.legal_name),
                short_name: self.short_name.map(Line::stored),
                name_en: self.name_en.map(Line::stored),
                address_line: Line::stored(self.address_line),
                province_code: self.province_code,
                commune_code: self.commune_code,
                contact_name: Line::stored(self.contact_name),
                contact_email: Email::stored(self.contact_email),
                contact_phone: Phone::stored(self.contact_phone),
                website: self.website.map(WebAddress::stored),
                field_codes: self.field_codes.read()?,
            },
            status: self.status.parse()?,
            is_demo: self.is_demo,
            version: self.version,
            submitted_at: self.submitted_at.0,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

/// Finds an enterprise; [`Error::NotFound`] when there is none. Whether the caller may see it is not decided here.
pub fn find(conn: &mut AnyConn, id: EnterpriseId) -> Result<Enterprise> {
    let row: Row = each!(conn, |c| enterprises::table.find(DbId(id.0)).first(c))?;
    row.into_domain()
}

/// Finds an enterprise by its tax code: the registration that holds the code, or else the newest that was rejected.
pub fn find_by_tax_code(conn: &mut AnyConn, tax_code: &TaxCode) -> Result<Option<Enterprise>> {
    let rows: Vec<Row> = enterprises::table
        .filter(enterprises::tax_code.eq(tax_code.as_str()))
        .order(enterprises::created_at.desc())
        .load(conn)?;
    let all = rows.into_iter().map(Row::into_domain).collect::<Result<Vec<_>>>()?;
    Ok(all
        .into_iter()
        .min_by_key(|enterprise| enterprise.status == EnterpriseStatus::Rejected))
}

/// Where a page of the directory goes on: after this name and id.
pub type NameKey = (String, EnterpriseId);

/// Active enterprises in the order of their names.
pub fn directory(
    conn: &mut AnyConn,
    province: Option<&str>,
    after: Option<&NameKey>,
    limit: i64,
) -> Result<Vec<(NameKey, Enterprise)>> {
    let mut query = enterprises::table
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .into_boxed();
    if let Some(province) = province {
        query = query.filter(enterprises::province_code.eq(province));
    }
    if let Some((key, id)) = after {
        // The first says nothing new, but is what lets the index be entered at the right place.
        query = query.filter(enterprises::name_key.ge(key)).filter(
            enterprises::name_key
                .gt(key)
                .or(enterprises::name_key.eq(key).and(enterprises::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<Row> = query
        .order((enterprises::name_key.asc(), enterprises::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            let key = row._name_key.clone();
            row.into_domain().map(|enterprise| ((key, enterprise.id), enterprise))
        })
        .collect()
}

/// Registrations that wait for an officer, longest first.
pub fn submitted(conn: &mut AnyConn, after: Option<(Timestamp, EnterpriseId)>, limit: i64) -> Result<Vec<Enterprise>> {
    let mut query = enterprises::table
        .filter(enterprises::status.eq(EnterpriseStatus::Submitted.as_str()))
        .into_boxed();
    if let Some((at, id)) = after {
        let at = DbTs(at);
        query = query.filter(
            enterprises::submitted_at
                .gt(at)
                .or(enterprises::submitted_at.eq(at).and(enterprises::id.gt(DbId(id.0)))),
        );
    }
    let rows: Vec<Row> = query
        .order((enterprises::submitted_at.asc(), enterprises::id.asc()))
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// The columns that an edit may change, as one expression for insert and update alike.
macro_rules! profile_values {
    ($profile:expr) => {
        (
            (
                enterprises::tax_code.eq($profile.tax_code.as_str()),
                enterprises::legal_form.eq(&$profile.legal_form),
                enterprises::legal_name.eq($profile.legal_name.as_str()),
                enterprises::name_key.eq(fold($profile.legal_name.as_str())),
                enterprises::short_name.eq($profile.short_name.as_ref().map(Line::as_str)),
                enterprises::name_en.eq($profile.name_en.as_ref().map(Line::as_str)),
                enterprises::address_line.eq($profile.address_line.as_str()),
                enterprises::province_code.eq(&$profile.province_code),
                enterprises::commune_code.eq(&$profile.commune_code),
            ),
            (
                enterprises::contact_name.eq($profile.contact_name.as_str()),
                enterprises::contact_email.eq($profile.contact_email.as_str()),
                enterprises::contact_phone.eq($profile.contact_phone.as_str()),
                enterprises::website.eq($profile.website.as_ref().map(WebAddress::as_str)),
                enterprises::field_codes.eq(DbJson::of(&$profile.field_codes)?),
            ),
        )
    };
}

/// Writes a new enterprise.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, enterprise: &Enterprise) -> Result<()> {
    demand(permit, &[Action::Register, Action::ImportListings])?;
    diesel::insert_into(enterprises::table)
        .values((
            (
                enterprises::id.eq(DbId(enterprise.id.0)),
                enterprises::status.eq(enterprise.status.as_str()),
                enterprises::is_demo.eq(enterprise.is_demo),
                enterprises::version.eq(enterprise.version),
                enterprises::submitted_at.eq(DbTs(enterprise.submitted_at)),
                enterprises::created_at.eq(DbTs(enterprise.created_at)),
                enterprises::updated_at.eq(DbTs(enterprise.updated_at)),
            ),
            profile_values!(enterprise.profile),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Writes what changed; `enterprise.version` is the version that was read and becomes the next one.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, enterprise: &mut Enterprise) -> Result<()> {
    demand(
        permit,
        &[
            Action::EditEnterprise,
            Action::ReviewEnterprise,
            Action::SuspendEnterprise,
            Action::HandleDataRequests,
        ],
    )?;
    let row = enterprises::table
        .filter(enterprises::id.eq(DbId(enterprise.id.0)))
        .filter(enterprises::version.eq(enterprise.version));
    let count = diesel::update(row)
        .set((
            (
                enterprises::status.eq(enterprise.status.as_str()),
                enterprises::version.eq(enterprise.version + 1),
                enterprises::submitted_at.eq(DbTs(enterprise.submitted_at)),
                enterprises::updated_at.eq(DbTs(enterprise.updated_at)),
            ),
            profile_values!(enterprise.profile),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    enterprise.version += 1;
    Ok(())
}
