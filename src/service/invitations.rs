//! Invitations to an enterprise. Who was invited has no right before accepting; the letter's token proves that the
//! address is the person's own.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::audit::state;
use super::context::{App, Caller, Work};
use super::enterprises::permitted;
use super::letters::Recipient;
use super::members::managing;
use super::paging::{cut, rows_for};
use super::passwords::LETTERS_AN_HOUR;
use super::proofs::{self, Purpose, Wanted};
use super::registration::{self, AccountDraft, Entry, First, Opening};
use super::standing::not_active;
use super::{Error, ErrorCode, Result};
use crate::domain::access::{Action, Actor, Permit, Resource, decide};
use crate::domain::account::{Email, Language, Role, Standing};
use crate::domain::audit::{Deed, Doer};
use crate::domain::enterprise::EnterpriseStatus;
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::ids::{AccountId, EnterpriseId, InvitationId};
use crate::domain::letter::Letter;
use crate::domain::password::NewPassword;
use crate::domain::text::Line;
use crate::store::invitations;
pub use crate::store::invitations::{Invitation, InvitationState};
use crate::store::join_requests::{self, Decided, JoinState};
use crate::store::{AnyConn, accounts, enterprises, members, proofs as rows};

/// Most invitations of an enterprise in a day: nobody sends letters to the whole country in our name.
const INVITATIONS_A_DAY: i64 = 50;

/// What the token of a letter opens.
#[derive(Serialize, Deserialize)]
struct Offer {
    invitation: InvitationId,
}

/// Invites whoever reads mail at an address.
pub fn invite(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    enterprise: EnterpriseId,
    email: &Email,
    role: Role,
) -> Result<Invitation> {
    let now = work.now;
    let (permit, enterprise) = managing(work, caller, enterprise)?;
    let invited_by = permit.actor().account().ok_or(ErrorCode::Forbidden)?;
    refuse_member(work, enterprise.id, email)?;
    if let Some(before) = invitations::pending(work.conn(), enterprise.id, email)? {
        if before.expires_at > now {
            return Err(ErrorCode::AlreadyThere.into());
        }
        invitations::decide(work.uow, before.id, InvitationState::Revoked, now)?;
    }
    refuse_flood(work, enterprise.id, email)?;
    let invitation = Invitation {
        id: InvitationId(work.next_id()),
        enterprise: enterprise.id,
        email: email.clone(),
        role,
        state: InvitationState::Pending,
        invited_by,
        created_at: now,
        expires_at: now.checked_add(Purpose::Invitation.lasts()).map_err(Error::internal)?,
        decided_at: None,
    };
    invitations::insert(work.uow, &permit, &invitation)?;
    let offer = Offer {
        invitation: invitation.id,
    };
    let wanted = Wanted {
        purpose: Purpose::Invitation,
        email,
        account: None,
        password_version: None,
        payload: &offer,
    };
    let token = proofs::issue(work, &wanted)?;
    work.remember(&permit, Deed::MemberInvited, "invitation", invitation.id.0, None)?;
    let letter = Letter::Invitation {
        token,
        enterprise: enterprise.profile.legal_name.to_string(),
        role: role.to_string(),
    };
    // Which language the person speaks is not known, and whether there is an account is not told by it.
    let language = accounts::find(work.conn(), invited_by)?.language;
    let to = Recipient {
        email,
        name: None,
        language,
        account: None,
    };
    work.send(&to, &letter)?;
    Ok(invitation)
}

/// The list of members shows it anyway. Whether the address belongs to somebody elsewhere is not told.
fn refuse_member(work: &mut Work<'_, '_>, enterprise: EnterpriseId, email: &Email) -> Result<()> {
    if members::has_address(work.conn(), enterprise, &email.key())? {
        return Err(ErrorCode::AlreadyMember.into());
    }
    Ok(())
}

fn refuse_flood(work: &mut Work<'_, '_>, enterprise: EnterpriseId, email: &Email) -> Result<()> {
    let now = work.now;
    let since = |hours| {
        now.checked_sub(SignedDuration::from_hours(hours))
            .map_err(Error::internal)
    };
    let sent = invitations::count_since(work.conn(), enterprise, since(24)?)?;
    let got = rows::count_since(work.conn(), &email.key(), Purpose::Invitation.as_str(), since(1)?)?;
    if sent >= INVITATIONS_A_DAY || got >= LETTERS_AN_HOUR {
        return Err(Error {
            retry_after: Some(3_600),
            ..ErrorCode::TooManyRequests.into()
        });
    }
    Ok(())
}

/// A page of an enterprise's invitations, newest first.
pub fn list(
    conn: &mut AnyConn,
    caller: &Caller,
    enterprise: EnterpriseId,
    before: Option<InvitationId>,
    limit: u32,
    now: Timestamp,
) -> Result<(Vec<Invitation>, Option<InvitationId>)> {
    permitted(conn, caller, enterprise, Action::ReadAdmissions, now)?;
    let rows = invitations::of_enterprise(conn, enterprise, before, rows_for(limit))?;
    Ok(cut(rows, limit, |invitation| invitation.id))
}

/// Takes an invitation back. Another enterprise's does not exist here.
pub fn revoke(work: &mut Work<'_, '_>, caller: &Caller, enterprise: EnterpriseId, id: InvitationId) -> Result<()> {
    let now = work.now;
    let (permit, enterprise) = permitted(work.conn(), caller, enterprise, Action::ManageMembers, now)?;
    let invitation = invitations::find(work.conn(), id)?;
    if invitation.enterprise != enterprise.id {
        return Err(ErrorCode::NotFound.into());
    }
    if invitation.state != InvitationState::Pending {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    invitations::decide(work.uow, id, InvitationState::Revoked, now)?;
    work.remember(&permit, Deed::InvitationEnded, "invitation", id.0, None)
}

/// Who opens an account with an invitation; its address is the invitation's.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Password, and what is accepted.
    pub first: First,
    /// Name.
    pub display_name: String,
    /// Language of letters.
    pub language: Language,
}

/// Accepts an invitation: signed in with the account of the invited address or, when it has none, opening one. Gives the
/// enterprise, the new member and its role.
pub async fn accept(
    app: &App,
    caller: Caller,
    token: String,
    account: Option<NewMember>,
) -> Result<(EnterpriseId, AccountId, Role)> {
    let opening = match (caller.session(), account) {
        (Some(_), None) => None,
        // Two accounts are meant, and one of them would be ignored.
        (Some(_), Some(_)) => {
            return Err(Error::field("/account", Violation::Conflicts { with: "token" }));
        }
        (None, account) => Some(prepare(app, &token, account).await?),
    };
    app.write(caller.origin, move |work| {
        let now = work.now;
        let actor = caller.actor(work.conn(), now)?;
        let (invitation, email_key) = redeem(work, &token)?;
        let permit = may_accept(work, &actor, &email_key)?;
        let enterprise = enterprises::find(work.conn(), invitation.enterprise)?;
        if matches!(
            enterprise.status,
            EnterpriseStatus::Suspended | EnterpriseStatus::Closed
        ) {
            return Err(not_active(enterprise.status));
        }
        // Erasure, say, ends a membership without a permit of its owner's: what counts is who may invite today.
        if !members::owners(work.conn(), enterprise.id)?.contains(&invitation.invited_by) {
            return Err(ErrorCode::AlreadyDecided.into());
        }
        let (enterprise, role) = (enterprise.id, invitation.role);
        let before = match actor.account() {
            Some(account) => Some(state::of_account(work, account)?),
            None => None,
        };
        let account = match (actor.account(), &opening) {
            (Some(account), _) => {
                members::insert(work.uow, &permit, enterprise, account, role, now)?;
                account
            }
            (None, Some((opening, entry))) => {
                registration::open(work, opening, entry, &Standing::Member { enterprise, role })?
            }
            (None, None) => return Err(ErrorCode::Unauthenticated.into()),
        };
        invitations::decide(work.uow, invitation.id, InvitationState::Accepted, now)?;
        withdraw_request(work, &permit, account)?;
        let doer = Doer::person(account, false);
        work.remember_account(doer, Deed::MemberJoined, account, None, before)?;
        Ok((enterprise, account, role))
    })
    .await
}

/// What is wrong with an account that an invitation opens, whoever's it is.
pub fn judge(app: &App, account: &NewMember) -> Result<()> {
    let mut errors = FieldErrors::default();
    let name = errors.keep("/account/display_name", Line::<100>::parse(&account.display_name));
    let password = NewPassword::parse(app.rules.password_policy, false, &account.first.password, &[]);
    let password = errors.keep("/account/password", password);
    errors.finish(name.zip(password)).map(drop).map_err(Error::fields)
}

/// Looks at the token first, so that a wrong one costs no hash.
async fn prepare(app: &App, token: &str, account: Option<NewMember>) -> Result<(Opening, Entry)> {
    let (vault, token) = (app.vault.clone(), token.to_owned());
    let (email, enterprise, is_known) = app
        .read(move |conn, now| {
            let (proof, offer): (_, Offer) = proofs::look(conn, &vault, Purpose::Invitation, &token, now)?;
            let invitation = invitations::find(conn, offer.invitation)?;
            let enterprise = enterprises::find(conn, invitation.enterprise)?;
            let known = accounts::credentials(conn, &proof.email_key)?;
            Ok((invitation.email, enterprise.profile.legal_name, known.is_some()))
        })
        .await?;
    // Whoever has the letter may know that its address has an account: sign in with it.
    if is_known {
        return Err(ErrorCode::Unauthenticated.into());
    }
    let account = account.ok_or_else(|| Error::field("/account", Violation::Required))?;
    let draft = AccountDraft {
        email: email.as_str().to_owned(),
        display_name: account.display_name,
        language: account.language,
    };
    let own = [enterprise.as_str(), &draft.email, &draft.display_name];
    let opening = registration::prepare_opening(&draft);
    registration::enter(app, opening, account.first, &own, "/account").await
}

/// Uses a token up; gives its invitation, which still waits, and the address that it was sent to.
fn redeem(work: &mut Work<'_, '_>, token: &str) -> Result<(Invitation, String)> {
    let (proof, offer): (_, Offer) = proofs::redeem(work, Purpose::Invitation, token)?;
    let invitation = invitations::find(work.conn(), offer.invitation)?;
    if invitation.email.key() != proof.email_key {
        return Err(ErrorCode::InvalidProof.into());
    }
    if invitation.state != InvitationState::Pending || invitation.expires_at <= work.now {
        return Err(ErrorCode::AlreadyDecided.into());
    }
    Ok((invitation, proof.email_key))
}

/// The account is that of the invited address, and belongs nowhere yet.
fn may_accept(work: &mut Work<'_, '_>, actor: &Actor, email_key: &str) -> Result<Permit> {
    match actor.account() {
        Some(account) => {
            if accounts::find(work.conn(), account)?.email.key() != email_key {
                return Err(ErrorCode::Forbidden.into());
            }
        }
        None => {
            // Opened since the token was looked at.
            if accounts::credentials(work.conn(), email_key)?.is_some() {
                return Err(ErrorCode::Unauthenticated.into());
            }
        }
    }
    if matches!(actor, Actor::Member { .. }) {
        return Err(ErrorCode::AlreadyMember.into());
    }
    Ok(decide(actor, Action::AcceptInvitation, &Resource::None)?)
}

/// Who has joined one enterprise asks for no other.
fn withdraw_request(work: &mut Work<'_, '_>, permit: &Permit, account: AccountId) -> Result<()> {
    let now = work.now;
    if let Some(request) = join_requests::pending_of(work.conn(), account)? {
        let decided = Decided {
            state: JoinState::Withdrawn,
            role: None,
            by: None,
        };
        join_requests::decide(work.uow, permit, request.id, decided, now)?;
    }
    Ok(())
}

/// Declines an invitation. The token is all that it takes: who does not want to be a member needs no account for it.
pub fn decline(work: &mut Work<'_, '_>, token: &str) -> Result<()> {
    let now = work.now;
    let (invitation, _) = redeem(work, token)?;
    invitations::decide(work.uow, invitation.id, InvitationState::Declined, now)?;
    work.remember_by(&Actor::Visitor, Deed::InvitationEnded, "invitation", invitation.id.0)
}
