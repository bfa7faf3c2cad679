//! Moving all that belongs to one enterprise to another one.

use std::collections::BTreeSet;

use diesel::prelude::*;
use jiff::Timestamp;

use super::conn::each;
use super::schema::{
    api_keys, certificates, complaints, confidential_grants, dossier_files, dossiers, enterprise_documents,
    enterprises, files, inquiries, invitations, join_requests, listing_external_ids, listing_imports,
    listing_revisions, listings, memberships, notices, review_decisions, review_messages,
};
use super::types::{DbId, DbTs, Id};
use super::{AnyConn, MAX_IDS, Result, Uow, demand};
use crate::domain::access::{Action, Permit};
use crate::domain::ids::{AccountId, ApiKeyId, DossierId, EnterpriseId, InquiryId, ListingId};
use crate::domain::review::EntryKind;

/// How much belongs to an enterprise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Belongings {
    /// Members.
    pub members: i64,
    /// Listings.
    pub listings: i64,
    /// Files of listings.
    pub files: i64,
    /// Documents of the profile.
    pub documents: i64,
    /// Keys for its systems.
    pub api_keys: i64,
    /// Invitations.
    pub invitations: i64,
    /// Requests to be admitted.
    pub join_requests: i64,
    /// Files of listings that were sent to be loaded.
    pub listing_imports: i64,
    /// Complaints about it and its listings.
    pub complaints: i64,
    /// Dossiers that it filed, and cases of its certificates.
    pub dossiers: i64,
    /// Inquiries that it got or sent.
    pub inquiries: i64,
}

macro_rules! count {
    ($conn:expr, $table:ident, $id:expr) => {
        $table::table
            .filter($table::enterprise_id.eq(DbId($id.0)))
            .count()
            .get_result($conn)?
    };
}

/// Counts what belongs to an enterprise.
pub fn belongings(conn: &mut AnyConn, id: EnterpriseId) -> Result<Belongings> {
    Ok(Belongings {
        members: count!(conn, memberships, id),
        listings: count!(conn, listings, id),
        files: count!(conn, files, id),
        documents: count!(conn, enterprise_documents, id),
        api_keys: count!(conn, api_keys, id),
        invitations: count!(conn, invitations, id),
        join_requests: count!(conn, join_requests, id),
        listing_imports: count!(conn, listing_imports, id),
        complaints: count!(conn, complaints, id),
        dossiers: count!(conn, dossiers, id),
        inquiries: inquiries::table
            .filter(
                inquiries::owner_id
                    .eq(DbId(id.0))
                    .or(inquiries::asker_id.eq(DbId(id.0))),
            )
            .count()
            .get_result(conn)?,
    })
}

macro_rules! hand_over {
    ($uow:expr, $table:ident, $from:expr, $into:expr) => {
        diesel::update($table::table.filter($table::enterprise_id.eq(DbId($from.0))))
            .set($table::enterprise_id.eq(DbId($into.0)))
            .execute($uow.conn())?
    };
}

macro_rules! hand_over_talk {
    ($uow:expr, $table:ident, $from:expr, $into:expr) => {
        diesel::update($table::table.filter($table::enterprise_id.eq(DbId($from.0))).filter(
            $table::kind.eq_any([EntryKind::Listing, EntryKind::Revision, EntryKind::Document].map(EntryKind::as_str)),
        ))
        .set($table::enterprise_id.eq(DbId($into.0)))
        .execute($uow.conn())?
    };
}

/// What of an enterprise has a state of its own in the audit trail, but its listings.
#[derive(Clone, Debug, Default)]
pub struct Movers {
    /// Its members.
    pub members: Vec<AccountId>,
    /// Its keys.
    pub keys: Vec<ApiKeyId>,
    /// Dossiers of which it is a party.
    pub dossiers: Vec<DossierId>,
    /// Inquiries that go on and of which it is a side.
    pub inquiries: Vec<InquiryId>,
}

/// Finds what moves at once and has a state of its own.
pub fn movers(conn: &mut AnyConn, id: EnterpriseId) -> Result<Movers> {
    let id = DbId(id.0);
    let members: Vec<DbId> = memberships::table
        .filter(memberships::enterprise_id.eq(id))
        .order(memberships::account_id.asc())
        .select(memberships::account_id)
        .load(conn)?;
    let keys: Vec<DbId> = api_keys::table
        .filter(api_keys::enterprise_id.eq(id))
        .order(api_keys::id.asc())
        .select(api_keys::id)
        .load(conn)?;
    let is_party = dossiers::enterprise_id.eq(id).or(dossiers::counterparty_id.eq(id));
    let filed: Vec<DbId> = dossiers::table
        .filter(is_party.assume_not_null())
        .order(dossiers::id.asc())
        .select(dossiers::id)
        .load(conn)?;
    let is_side = inquiries::asker_id.eq(id).or(inquiries::owner_id.eq(id));
    let asked: Vec<DbId> = inquiries::table
        .filter(inquiries::ended_at.is_null())
        .filter(is_side)
        .order(inquiries::id.asc())
        .select(inquiries::id)
        .load(conn)?;
    Ok(Movers {
        inquiries: asked.into_iter().map(|id| InquiryId(id.0)).collect(),
        dossiers: filed.into_iter().map(|id| DossierId(id.0)).collect(),
        members: members.into_iter().map(|id| AccountId(id.0)).collect(),
        keys: keys.into_iter().map(|id| ApiKeyId(id.0)).collect(),
    })
}

/// Gives everything of one enterprise to another one but its listings, and what was merged into the one before.
pub fn hand_over(uow: &mut Uow<'_>, permit: &Permit, from: EnterpriseId, into: EnterpriseId) -> Result<()> {
    demand(permit, &[Action::MergeEnterprises])?;
    name_listings(uow, from, into)?;
    hand_over!(uow, memberships, from, into);
    hand_over!(uow, files, from, into);
    hand_over!(uow, enterprise_documents, from, into);
    hand_over!(uow, api_keys, from, into);
    hand_over!(uow, invitations, from, into);
    hand_over!(uow, join_requests, from, into);
    hand_over!(uow, listing_imports, from, into);
    hand_over!(uow, confidential_grants, from, into);
    hand_over!(uow, notices, from, into);
    // Who answers for it stands in a complaint, so it has another version.
    diesel::update(complaints::table.filter(complaints::enterprise_id.eq(DbId(from.0))))
        .set((
            complaints::enterprise_id.eq(DbId(into.0)),
            complaints::version.eq(complaints::version + 1),
        ))
        .execute(uow.conn())?;
    hand_over_dossiers(uow, from, into)?;
    hand_over_inquiries(uow, from, into)?;
    // What was said and decided about its listings; what was about itself stays where it was.
    hand_over_talk!(uow, review_decisions, from, into);
    hand_over_talk!(uow, review_messages, from, into);
    // No way is longer than one step.
    diesel::update(enterprises::table.filter(enterprises::merged_into.eq(DbId(from.0))))
        .set(enterprises::merged_into.eq(DbId(into.0)))
        .execute(uow.conn())?;
    Ok(())
}

/// Dossiers and certificates go along, as those of the filer and of the other party.
fn hand_over_dossiers(uow: &mut Uow<'_>, from: EnterpriseId, into: EnterpriseId) -> Result<()> {
    let (gone, stays) = (DbId(from.0), DbId(into.0));
    let moved = dossiers::enterprise_id.eq(gone).or(dossiers::counterparty_id.eq(gone));
    diesel::update(dossiers::table.filter(moved.assume_not_null()))
        .set(dossiers::version.eq(dossiers::version + 1))
        .execute(uow.conn())?;
    hand_over!(uow, dossiers, from, into);
    hand_over!(uow, certificates, from, into);
    macro_rules! other_party {
        ($table:ident) => {
            diesel::update($table::table.filter($table::counterparty_id.eq(gone)))
                .set($table::counterparty_id.eq(stays))
                .execute(uow.conn())?;
            // Who was both is one now.
            let is_one = $table::enterprise_id
                .eq(stays)
                .and($table::counterparty_id.eq(stays));
            diesel::update($table::table.filter(is_one.assume_not_null()))
                .set($table::counterparty_id.eq(None::<DbId>))
                .execute(uow.conn())?;
        };
    }
    diesel::update(dossier_files::table.filter(dossier_files::filed_with_id.eq(gone)))
        .set(dossier_files::filed_with_id.eq(stays))
        .execute(uow.conn())?;
    other_party!(dossiers);
    other_party!(certificates);
    Ok(())
}

/// Inquiries go along, as those of whoever asked and of whoever was asked; each has another version, since that stands in it.
fn hand_over_inquiries(uow: &mut Uow<'_>, from: EnterpriseId, into: EnterpriseId) -> Result<()> {
    let (gone, stays) = (DbId(from.0), DbId(into.0));
    diesel::update(inquiries::table.filter(inquiries::asker_id.eq(gone)))
        .set((
            inquiries::asker_id.eq(stays),
            inquiries::version.eq(inquiries::version + 1),
        ))
        .execute(uow.conn())?;
    diesel::update(inquiries::table.filter(inquiries::owner_id.eq(gone)))
        .set((
            inquiries::owner_id.eq(stays),
            inquiries::version.eq(inquiries::version + 1),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Takes their keys from the systems of the one that goes.
pub fn revoke_keys(uow: &mut Uow<'_>, permit: &Permit, id: EnterpriseId, now: Timestamp) -> Result<()> {
    demand(permit, &[Action::MergeEnterprises])?;
    let keys = api_keys::table
        .filter(api_keys::enterprise_id.eq(DbId(id.0)))
        .filter(api_keys::revoked_at.is_null());
    diesel::update(keys)
        .set((
            api_keys::revoked_at.eq(DbTs(now)),
            api_keys::version.eq(api_keys::version + 1),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// What both call a listing of their own, sorted.
pub fn same_names(conn: &mut AnyConn, from: EnterpriseId, into: EnterpriseId) -> Result<Vec<String>> {
    let mut names = |of: EnterpriseId| -> Result<BTreeSet<String>> {
        let names: Vec<String> = listing_external_ids::table
            .filter(listing_external_ids::enterprise_id.eq(DbId(of.0)))
            .select(listing_external_ids::external_id)
            .load(conn)?;
        Ok(names.into_iter().collect())
    };
    let (own, others) = (names(from)?, names(into)?);
    Ok(own.intersection(&others).cloned().collect())
}

/// What the one that goes called its listings counts at the other one too, except where that one has a listing of the same
/// name: there the name stays behind, and is found no more.
fn name_listings(uow: &mut Uow<'_>, from: EnterpriseId, into: EnterpriseId) -> Result<()> {
    // One statement, however many there are: others wait for this unit of work.
    let update = diesel::sql_query(
        "UPDATE listing_external_ids SET enterprise_id = $1 WHERE enterprise_id = $2 AND external_id NOT IN
         (SELECT taken.external_id FROM listing_external_ids AS taken WHERE taken.enterprise_id = $1)",
    );
    let update = update.bind::<Id, _>(DbId(into.0)).bind::<Id, _>(DbId(from.0));
    each!(uow.conn(), |c| update.execute(c))?;
    Ok(())
}

/// Gives some listings of one enterprise to another one. Whose a listing is stands in it, so it has another version; what is
/// being revised goes along.
pub fn hand_over_listings(
    uow: &mut Uow<'_>,
    permit: &Permit,
    some: &[ListingId],
    (from, into): (EnterpriseId, EnterpriseId),
    now: Timestamp,
) -> Result<()> {
    demand(permit, &[Action::MergeEnterprises, Action::SettleListings])?;
    for some in some.chunks(MAX_IDS) {
        let ids: Vec<DbId> = some.iter().map(|id| DbId(id.0)).collect();
        let open = listing_revisions::table
            .filter(listing_revisions::listing_id.eq_any(ids.clone()))
            .filter(listing_revisions::status.ne_all(["approved", "discarded"]));
        diesel::update(open)
            .set((
                listing_revisions::base_version.eq(listing_revisions::base_version + 1),
                listing_revisions::version.eq(listing_revisions::version + 1),
            ))
            .execute(uow.conn())?;
        let moved = listings::table
            .filter(listings::id.eq_any(ids))
            .filter(listings::enterprise_id.eq(DbId(from.0)));
        diesel::update(moved)
            .set((
                listings::enterprise_id.eq(DbId(into.0)),
                listings::version.eq(listings::version + 1),
                listings::updated_at.eq(DbTs(now)),
            ))
            .execute(uow.conn())?;
    }
    Ok(())
}
