//! Rows of invitations to an enterprise.

use diesel::prelude::*;
use jiff::Timestamp;

use super::schema::invitations;
use super::types::{DbId, DbTs};
use super::{AnyConn, Error, Result, Uow};
use crate::domain::access::Permit;
use crate::domain::account::{Email, Role};
use crate::domain::ids::{AccountId, EnterpriseId, InvitationId};
use crate::domain::text_enum;

text_enum! {
    /// What became of an invitation (trạng thái lời mời).
    pub enum InvitationState {
        /// Waits for the person, until it ends.
        Pending => "pending",
        /// The person is a member.
        Accepted => "accepted",
        /// The person does not want to be.
        Declined => "declined",
        /// The owner took it back, or it ended and another one was sent.
        Revoked => "revoked",
    }
}

/// An invitation.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Identifier.
    pub id: InvitationId,
    /// Where to.
    pub enterprise: EnterpriseId,
    /// Whom: whoever reads mail at this address.
    pub email: Email,
    /// What the person will be.
    pub role: Role,
    /// What became of it.
    pub state: InvitationState,
    /// Who invited.
    pub invited_by: AccountId,
    /// When.
    pub created_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// When it was accepted, declined or taken back.
    pub decided_at: Option<Timestamp>,
}

type Row = (DbId, DbId, String, String, String, DbId, DbTs, DbTs, Option<DbTs>);

macro_rules! columns {
    () => {
        (
            invitations::id,
            invitations::enterprise_id,
            invitations::email,
            invitations::role,
            invitations::state,
            invitations::invited_by,
            invitations::created_at,
            invitations::expires_at,
            invitations::decided_at,
        )
    };
}

fn into_invitation(row: Row) -> Result<Invitation> {
    let (id, enterprise, email, role, state, invited_by, created_at, expires_at, decided_at) = row;
    Ok(Invitation {
        id: InvitationId(id.0),
        enterprise: EnterpriseId(enterprise.0),
        email: Email::stored(email),
        role: role.parse()?,
        state: state.parse()?,
        invited_by: AccountId(invited_by.0),
        created_at: created_at.0,
        expires_at: expires_at.0,
        decided_at: decided_at.map(|at| at.0),
    })
}

/// Writes a new one.
pub fn insert(uow: &mut Uow<'_>, _permit: &Permit, invitation: &Invitation) -> Result<()> {
    diesel::insert_into(invitations::table)
        .values((
            invitations::id.eq(DbId(invitation.id.0)),
            invitations::enterprise_id.eq(DbId(invitation.enterprise.0)),
            invitations::email.eq(invitation.email.as_str()),
            invitations::email_key.eq(invitation.email.key()),
            invitations::role.eq(invitation.role.as_str()),
            invitations::state.eq(invitation.state.as_str()),
            invitations::invited_by.eq(DbId(invitation.invited_by.0)),
            invitations::created_at.eq(DbTs(invitation.created_at)),
            invitations::expires_at.eq(DbTs(invitation.expires_at)),
            invitations::decided_at.eq(invitation.decided_at.map(DbTs)),
            invitations::version.eq(1),
        ))
        .execute(uow.conn())?;
    Ok(())
}

/// Finds one; [`Error::NotFound`] when there is none.
pub fn find(conn: &mut AnyConn, id: InvitationId) -> Result<Invitation> {
    let row: Row = invitations::table
        .filter(invitations::id.eq(DbId(id.0)))
        .select(columns!())
        .first(conn)?;
    into_invitation(row)
}

/// Finds the one that waits for an address.
pub fn pending(conn: &mut AnyConn, enterprise: EnterpriseId, email: &Email) -> Result<Option<Invitation>> {
    let row: Option<Row> = invitations::table
        .filter(invitations::enterprise_id.eq(DbId(enterprise.0)))
        .filter(invitations::email_key.eq(email.key()))
        .filter(invitations::state.eq(InvitationState::Pending.as_str()))
        .select(columns!())
        .first(conn)
        .optional()?;
    row.map(into_invitation).transpose()
}

/// Invitations of an enterprise, newest first, before one of them.
pub fn of_enterprise(
    conn: &mut AnyConn,
    enterprise: EnterpriseId,
    before: Option<InvitationId>,
    limit: i64,
) -> Result<Vec<Invitation>> {
    let before = DbId(before.map_or(uuid::Uuid::max(), |before| before.0));
    let rows: Vec<Row> = invitations::table
        .filter(invitations::enterprise_id.eq(DbId(enterprise.0)))
        .filter(invitations::id.lt(before))
        .order(invitations::id.desc())
        .select(columns!())
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(into_invitation).collect()
}

/// All that wait at an enterprise.
pub fn pending_at(conn: &mut AnyConn, enterprise: EnterpriseId) -> Result<Vec<Invitation>> {
    let rows: Vec<Row> = invitations::table
        .filter(invitations::enterprise_id.eq(DbId(enterprise.0)))
        .filter(invitations::state.eq(InvitationState::Pending.as_str()))
        .order(invitations::id.asc())
        .select(columns!())
        .load(conn)?;
    rows.into_iter().map(into_invitation).collect()
}

/// How many an enterprise sent since an instant.
pub fn count_since(conn: &mut AnyConn, enterprise: EnterpriseId, since: Timestamp) -> Result<i64> {
    Ok(invitations::table
        .filter(invitations::enterprise_id.eq(DbId(enterprise.0)))
        .filter(invitations::created_at.ge(DbTs(since)))
        .count()
        .get_result(conn)?)
}

/// Those that somebody sent for an enterprise and that still wait.
pub fn pending_by(conn: &mut AnyConn, enterprise: EnterpriseId, sender: AccountId) -> Result<Vec<InvitationId>> {
    let ids: Vec<DbId> = invitations::table
        .filter(invitations::enterprise_id.eq(DbId(enterprise.0)))
        .filter(invitations::invited_by.eq(DbId(sender.0)))
        .filter(invitations::state.eq(InvitationState::Pending.as_str()))
        .order(invitations::id.asc())
        .select(invitations::id)
        .load(conn)?;
    Ok(ids.into_iter().map(|id| InvitationId(id.0)).collect())
}

/// Ends one that waits; [`Error::Stale`] when somebody else was faster.
///
/// Needs no permit: whoever was invited and declines has no right here but the letter's token.
pub fn decide(uow: &mut Uow<'_>, id: InvitationId, state: InvitationState, now: Timestamp) -> Result<()> {
    let row = invitations::table
        .filter(invitations::id.eq(DbId(id.0)))
        .filter(invitations::state.eq(InvitationState::Pending.as_str()));
    let count = diesel::update(row)
        .set((
            invitations::state.eq(state.as_str()),
            invitations::decided_at.eq(DbTs(now)),
            invitations::version.eq(invitations::version + 1),
        ))
        .execute(uow.conn())?;
    if count == 0 { Err(Error::Stale) } else { Ok(()) }
}
