//! Rows of claims: which officer has taken up what waits for review.

use diesel::prelude::*;
use jiff::Timestamp;
use uuid::Uuid;

use super::conn::each;
use super::schema::{accounts, listings, review_claims};
use super::types::{DbId, DbTs};
use super::{AnyConn, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, EnterpriseId};
use crate::domain::review::{Claim, EntryKind};

/// What is claimed: its kind, and the enterprise or listing that is named where it is decided on.
pub type Subject = (EntryKind, Uuid);

type Row = (String, DbId, DbId, String, DbTs, DbTs);

macro_rules! claims {
    ($now:expr) => {
        review_claims::table
            .inner_join(accounts::table)
            .filter(review_claims::runs_out_at.gt(DbTs($now)))
            .select((
                review_claims::kind,
                review_claims::subject_id,
                review_claims::officer_id,
                accounts::display_name,
                review_claims::claimed_at,
                review_claims::runs_out_at,
            ))
    };
}

fn claim((kind, subject, officer, officer_name, since, until): Row) -> Result<(Subject, Claim)> {
    let claim = Claim {
        officer: AccountId(officer.0),
        officer_name,
        since: since.0,
        until: until.0,
    };
    Ok(((kind.parse()?, subject.0), claim))
}

/// Who has taken it up, unless that has run out.
pub fn find(conn: &mut AnyConn, (kind, id): Subject, now: Timestamp) -> Result<Option<Claim>> {
    let row: Option<Row> = claims!(now)
        .filter(review_claims::kind.eq(kind.as_str()))
        .filter(review_claims::subject_id.eq(DbId(id)))
        .first(conn)
        .optional()?;
    Ok(row.map(claim).transpose()?.map(|(_, claim)| claim))
}

/// Who has taken up some enterprises or listings, whatever of them waits.
pub fn of_subjects(conn: &mut AnyConn, ids: &[Uuid], now: Timestamp) -> Result<Vec<(Subject, Claim)>> {
    let mut found = Vec::new();
    for some in ids.chunks(MAX_IDS) {
        let keys: Vec<DbId> = some.iter().copied().map(DbId).collect();
        let rows: Vec<Row> = claims!(now).filter(review_claims::subject_id.eq_any(keys)).load(conn)?;
        for row in rows {
            found.push(claim(row)?);
        }
    }
    Ok(found)
}

/// What an officer has taken up.
pub fn of_officer(conn: &mut AnyConn, officer: AccountId, now: Timestamp) -> Result<Vec<Subject>> {
    let rows: Vec<Row> = claims!(now)
        .filter(review_claims::officer_id.eq(DbId(officer.0)))
        .load(conn)?;
    rows.into_iter()
        .map(|row| claim(row).map(|(subject, _)| subject))
        .collect()
}

/// How much an officer has taken up.
pub fn count_of(conn: &mut AnyConn, officer: AccountId, now: Timestamp) -> Result<i64> {
    Ok(review_claims::table
        .filter(review_claims::officer_id.eq(DbId(officer.0)))
        .filter(review_claims::runs_out_at.gt(DbTs(now)))
        .count()
        .get_result(conn)?)
}

/// Gives it to an officer, until `claim.until`, where nobody has it or `holder` does; false when somebody else has it.
pub fn give(
    uow: &mut Uow<'_>,
    permit: &Permit,
    (kind, id): Subject,
    claim: &Claim,
    holder: AccountId,
    now: Timestamp,
) -> Result<bool> {
    demand(
        permit,
        &[Action::ReviewEnterprise, Action::ReviewListing, Action::HandleReports],
    )?;
    let values = (
        review_claims::officer_id.eq(DbId(claim.officer.0)),
        review_claims::claimed_at.eq(DbTs(claim.since)),
        review_claims::runs_out_at.eq(DbTs(claim.until)),
    );
    let row = review_claims::table
        .filter(review_claims::kind.eq(kind.as_str()))
        .filter(review_claims::subject_id.eq(DbId(id)))
        .filter(
            review_claims::officer_id
                .eq(DbId(holder.0))
                .or(review_claims::runs_out_at.le(DbTs(now))),
        );
    if diesel::update(row).set(values).execute(uow.conn())? > 0 {
        return Ok(true);
    }
    let insert = diesel::insert_into(review_claims::table).values((
        review_claims::kind.eq(kind.as_str()),
        review_claims::subject_id.eq(DbId(id)),
        values,
    ));
    Ok(each!(uow.conn(), |c| insert.on_conflict_do_nothing().execute(c))? > 0)
}

/// Takes it from whoever has it.
pub fn remove(uow: &mut Uow<'_>, permit: &Permit, (kind, id): Subject) -> Result<()> {
    demand(
        permit,
        &[
            Action::ReviewEnterprise,
            Action::ReviewListing,
            Action::HandleReports,
            Action::EditEnterprise,
            Action::HandleDataRequests,
            Action::MergeEnterprises,
            Action::CloseEnterprise,
            Action::RemoveLogo,
            Action::ManageOfficers,
        ],
    )?;
    let row = review_claims::table
        .filter(review_claims::kind.eq(kind.as_str()))
        .filter(review_claims::subject_id.eq(DbId(id)));
    diesel::delete(row).execute(uow.conn())?;
    Ok(())
}

/// Takes the listings of an enterprise, and what is to become of them, from whoever has them.
pub fn remove_listings_of(uow: &mut Uow<'_>, permit: &Permit, enterprise: EnterpriseId) -> Result<()> {
    demand(permit, &[Action::CloseEnterprise])?;
    let own = listings::table
        .filter(listings::enterprise_id.eq(DbId(enterprise.0)))
        .select(listings::id);
    let rows = review_claims::table
        .filter(review_claims::kind.eq_any([EntryKind::Listing, EntryKind::Revision].map(EntryKind::as_str)))
        .filter(review_claims::subject_id.eq_any(own));
    diesel::delete(rows).execute(uow.conn())?;
    Ok(())
}
