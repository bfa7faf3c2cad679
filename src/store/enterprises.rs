//! Rows of enterprises.

mod alike;
mod codes;
mod lists;
pub mod register;

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{accounts, consents, enterprises, listings};
use super::types::{DbId, DbJson, DbTs};
use super::{AnyConn, Error, MAX_IDS, Result, Uow, demand, outbox};
use crate::domain::access::{Action, Permit};
use crate::domain::account::Email;
use crate::domain::enterprise::{
    Amendment, Enterprise, EnterpriseProfile, EnterpriseStatus, Identity, PersonalId, Phone, Verification, bare_name,
};
use crate::domain::ids::EnterpriseId;
use crate::domain::listing::ListingStatus;
use crate::domain::listing::audience::Visibility;
use crate::domain::listing::hold::Hold;
use crate::domain::privacy::Purpose;
use crate::domain::tax_code::TaxCode;
use crate::domain::text::{Line, WebAddress, fold};

pub use alike::{BareNames, alike, bare_names, set_bare_names};
pub use codes::{codes_with_merged, merged_codes};
pub use lists::{NameKey, Named, amended, count_named, directory, submitted};

#[derive(Queryable)]
struct Row {
    id: DbId,
    tax_code: String,
    legal_form: String,
    legal_name: String,
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
    details: DbJson,
    personal_id_sealed: Option<Vec<u8>>,
    personal_id_hint: Option<String>,
    amendment_sealed: Option<Vec<u8>>,
    amendment_status: Option<String>,
    amendment_submitted_at: Option<DbTs>,
    merged_into: Option<DbId>,
    verified_at: Option<DbTs>,
    verified_until: Option<DbTs>,
    renewal_status: Option<String>,
    closed_at: Option<DbTs>,
    foreign_number: Option<String>,
}

impl Row {
    fn into_domain(self) -> Result<Enterprise> {
        let identity = Identity::stored(
            &self.tax_code,
            self.foreign_number,
            self.personal_id_hint,
            self.personal_id_sealed,
        );
        let amendment = match (
            self.amendment_status,
            self.amendment_sealed,
            self.amendment_submitted_at,
        ) {
            (Some(status), Some(sealed), Some(submitted_at)) => Some(Amendment {
                status: status.parse()?,
                sealed,
                submitted_at: submitted_at.0,
            }),
            _ => None,
        };
        Ok(Enterprise {
            id: EnterpriseId(self.id.0),
            profile: EnterpriseProfile {
                identity: identity.map_err(Error::Row)?,
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
                details: self.details.read_known()?,
            },
            status: read_status(&self.status, self.closed_at)?,
            closed_at: self.closed_at.map(|at| at.0),
            amendment,
            merged_into: self.merged_into.map(|id| EnterpriseId(id.0)),
            verification: Verification {
                at: self.verified_at.map(|at| at.0),
                until: self.verified_until.map(|at| at.0),
                renewal: self.renewal_status.map(|status| status.parse()).transpose()?,
            },
            is_demo: self.is_demo,
            version: self.version,
            submitted_at: self.submitted_at.0,
            created_at: self.created_at.0,
            updated_at: self.updated_at.0,
        })
    }
}

/// Finds an enterprise; [`Error::NotFound`] when there is none, [`Error::Merged`] when it became part of another one.
/// Whether the caller may see it is not decided here.
pub fn find(conn: &mut AnyConn, id: EnterpriseId) -> Result<Enterprise> {
    match find_even_merged(conn, id)? {
        Enterprise {
            merged_into: Some(into),
            ..
        } => Err(Error::Merged(id, into)),
        enterprise => Ok(enterprise),
    }
}

/// The same, but one that became part of another one is found as it was left: for whoever keeps or erases what stands in it.
pub fn find_even_merged(conn: &mut AnyConn, id: EnterpriseId) -> Result<Enterprise> {
    let row: Row = each!(conn, |c| enterprises::table.find(DbId(id.0)).first(c))?;
    row.into_domain()
}

/// Some of them; what is absent is left out.
pub fn find_many(conn: &mut AnyConn, ids: &[EnterpriseId]) -> Result<Vec<Enterprise>> {
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let rows: Vec<Row> = enterprises::table.filter(enterprises::id.eq_any(keys)).load(conn)?;
        for row in rows {
            found.push(row.into_domain()?);
        }
    }
    Ok(found)
}

/// Enterprises that were not merged into another one, in the order of their identifiers.
pub fn unmerged(conn: &mut AnyConn, after: Option<EnterpriseId>, limit: i64) -> Result<Vec<Enterprise>> {
    let mut query = enterprises::table
        .filter(enterprises::merged_into.is_null())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(enterprises::id.gt(DbId(after.0)));
    }
    let rows: Vec<Row> = query.order(enterprises::id.asc()).limit(limit).load(conn)?;
    rows.into_iter().map(Row::into_domain).collect()
}

/// Those in the directory behind one, in the order of their identifiers.
pub fn active_after(conn: &mut AnyConn, after: Option<EnterpriseId>, limit: i64) -> Result<Vec<EnterpriseId>> {
    let mut query = enterprises::table
        .filter(enterprises::status.eq(EnterpriseStatus::Active.as_str()))
        .filter(enterprises::closed_at.is_null())
        .filter(enterprises::merged_into.is_null())
        .select(enterprises::id)
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(enterprises::id.gt(DbId(after.0)));
    }
    let ids: Vec<DbId> = query.order(enterprises::id.asc()).limit(limit).load(conn)?;
    Ok(ids.into_iter().map(|id| EnterpriseId(id.0)).collect())
}

/// Finds an enterprise by its tax code: the registration that holds the code, or else the newest that was rejected. The
/// code of one that was merged leads to the one that it became part of.
pub fn find_by_tax_code(conn: &mut AnyConn, tax_code: &TaxCode) -> Result<Option<Enterprise>> {
    match find_by_key(conn, tax_code.as_str())? {
        Some(Enterprise {
            merged_into: Some(into),
            ..
        }) => Ok(Some(find(conn, into)?)),
        found => Ok(found),
    }
}

/// The same by the number of any kind, in the form in which it is kept ([`Identity::key`]).
pub fn find_by_key(conn: &mut AnyConn, key: &str) -> Result<Option<Enterprise>> {
    let rows: Vec<Row> = enterprises::table
        .filter(enterprises::tax_code.eq(key))
        .order(enterprises::created_at.desc())
        .load(conn)?;
    let all = rows.into_iter().map(Row::into_domain).collect::<Result<Vec<_>>>()?;
    Ok(all
        .into_iter()
        .min_by_key(|enterprise| enterprise.status == EnterpriseStatus::Rejected))
}

/// How many listings of an enterprise everybody may see now; one that is held or whose term ended counts no more, marked
/// or not.
pub fn count_live_listings(conn: &mut AnyConn, id: EnterpriseId, now: Timestamp) -> Result<i64> {
    Ok(listings::table
        .filter(listings::enterprise_id.eq(DbId(id.0)))
        .filter(listings::status.eq(ListingStatus::Published.as_str()))
        .filter(listings::hold.eq(Hold::NONE.to_string()))
        .filter(listings::visibility.ne(Visibility::Members.as_str()))
        .filter(
            listings::expires_at
                .is_null()
                .or(listings::expires_at.gt(Some(DbTs(now)))),
        )
        .count()
        .get_result(conn)?)
}

/// Whether whoever has an address agreed to be shown as contact person.
pub fn agrees_to_be_shown(conn: &mut AnyConn, email: &Email) -> Result<bool> {
    let count: i64 = consents::table
        .inner_join(accounts::table)
        .filter(accounts::email_key.eq(email.key()))
        .filter(accounts::restricted_at.is_null())
        .filter(consents::purpose.eq(Purpose::PublishContact.as_str()))
        .filter(consents::withdrawn_at.is_null())
        .count()
        .get_result(conn)?;
    Ok(count > 0)
}

/// The sealed number and its last digits.
fn personal(identity: &Identity) -> (Option<&[u8]>, Option<&str>) {
    match identity {
        Identity::PersonalId(PersonalId::Kept { hint, sealed, .. }) if !sealed.is_empty() => (Some(sealed), Some(hint)),
        _ => (None, None),
    }
}

/// A personal number is sealed before it comes here.
fn key_of(identity: &Identity) -> Result<String> {
    identity
        .key()
        .ok_or_else(|| Error::Row("a personal number that is not sealed".into()))
}

/// The columns that an edit may change, as one expression for insert and update alike.
macro_rules! profile_values {
    ($enterprise:expr, $profile:expr) => {
        (
            (
                enterprises::tax_code.eq(key_of(&$profile.identity)?),
                enterprises::foreign_number.eq($profile.identity.written()),
                enterprises::legal_form.eq(&$profile.legal_form),
                enterprises::legal_name.eq($profile.legal_name.as_str()),
                enterprises::name_key.eq(fold($profile.legal_name.as_str())),
                enterprises::bare_name.eq(bare_name($profile.legal_name.as_str())),
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
                enterprises::details.eq(DbJson::of(&$profile.details)?),
                enterprises::kind.eq($profile.details.kind.as_deref()),
                enterprises::personal_id_sealed.eq(personal(&$profile.identity).0),
                enterprises::personal_id_hint.eq(personal(&$profile.identity).1),
            ),
            (
                enterprises::amendment_sealed.eq($enterprise.amendment.as_ref().map(|wish| wish.sealed.as_slice())),
                enterprises::amendment_status.eq($enterprise.amendment.as_ref().map(|wish| wish.status.as_str())),
                enterprises::amendment_submitted_at
                    .eq($enterprise.amendment.as_ref().map(|wish| DbTs(wish.submitted_at))),
            ),
            (
                enterprises::verified_at.eq($enterprise.verification.at.map(DbTs)),
                enterprises::verified_until.eq($enterprise.verification.until.map(DbTs)),
                enterprises::renewal_status.eq($enterprise.verification.renewal.map(|status| status.as_str())),
            ),
        )
    };
}

/// Writes a new enterprise.
pub fn insert(uow: &mut Uow<'_>, permit: &Permit, enterprise: &Enterprise) -> Result<()> {
    demand(
        permit,
        &[Action::Register, Action::ImportListings, Action::ImportEnterprises],
    )?;
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
            profile_values!(enterprise, enterprise.profile),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// A status by its columns: a closed one stands among the suspended.
pub(super) fn read_status(word: &str, closed_at: Option<DbTs>) -> Result<EnterpriseStatus> {
    match closed_at {
        Some(_) => Ok(EnterpriseStatus::Closed),
        None => Ok(word.parse()?),
    }
}

/// The word for a status in its column, where a closed one stands among the suspended.
fn stored(status: EnterpriseStatus) -> &'static str {
    match status {
        EnterpriseStatus::Closed => EnterpriseStatus::Suspended.as_str(),
        other => other.as_str(),
    }
}

/// Writes what changed; `enterprise.version` is the version that was read and becomes the next one. Who follows the directory
/// is told of one that is in it; that one goes from it is for the deed to tell by which it goes, once: what becomes of it
/// afterwards is nobody else's.
pub fn update(uow: &mut Uow<'_>, permit: &Permit, enterprise: &mut Enterprise) -> Result<()> {
    demand(
        permit,
        &[
            Action::EditEnterprise,
            Action::AnswerReview,
            Action::ReviewEnterprise,
            Action::SuspendEnterprise,
            Action::HandleDataRequests,
            Action::MergeEnterprises,
            Action::CloseEnterprise,
            Action::RemoveLogo,
            Action::ImportEnterprises,
        ],
    )?;
    let row = enterprises::table
        .filter(enterprises::id.eq(DbId(enterprise.id.0)))
        .filter(enterprises::version.eq(enterprise.version));
    let count = diesel::update(row)
        .set((
            (
                enterprises::status.eq(stored(enterprise.status)),
                enterprises::closed_at.eq(enterprise.closed_at.map(DbTs)),
                enterprises::version.eq(enterprise.version + 1),
                enterprises::submitted_at.eq(DbTs(enterprise.submitted_at)),
                enterprises::updated_at.eq(DbTs(enterprise.updated_at)),
                enterprises::merged_into.eq(enterprise.merged_into.map(|into| DbId(into.0))),
            ),
            profile_values!(enterprise, enterprise.profile),
        ))
        .execute(uow.conn())?;
    if count == 0 {
        return Err(Error::Stale);
    }
    enterprise.version += 1;
    if enterprise.status == EnterpriseStatus::Active {
        outbox::push_enterprise(uow, enterprise.id, enterprise.updated_at)?;
    }
    Ok(())
}
