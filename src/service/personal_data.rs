//! One person's data as a whole: handed out, restricted, erased.

use jiff::Timestamp;

use super::audit::state;
use super::context::{Caller, Work};
use super::members::end_invitations;
use super::policies::{LISTED, person};
use super::review::claims;
use super::vault::Vault;
use super::{ErrorCode, Result, contacts, identities, letters, listing_contacts, throttle};
use crate::domain::access::Permit;
use crate::domain::account::{Account, Email, Role, Standing};
use crate::domain::audit::Deed;
use crate::domain::enterprise::document::Document;
use crate::domain::enterprise::logo::Logo;
use crate::domain::enterprise::{Enterprise, EnterpriseStatus};
use crate::domain::file::File;
use crate::domain::ids::{AccountId, ListingId};
use crate::domain::inquiry::{Inquiry, InquiryMessage};
use crate::domain::privacy::{Acceptance, Consent, DataRequest};
use crate::store::confidential::{self, Reading};
use crate::store::inquiries as inquiry_rows;
use crate::store::personal_data::{
    self as rows, DeedTrace, InvitationTrace, JoinRequestTrace, ListingTrace, Pseudonym, SessionTrace,
};
use crate::store::review_messages::{self, Message};
use crate::store::sessions::{self, EndReason};
use crate::store::{AnyConn, accounts, enterprises, listing_contacts as listing_contact_rows, privacy, uploads};

/// Most deeds that are handed out; the newest. An officer's years of decisions would not fit into one answer.
const DEEDS: i64 = 5_000;
/// What takes the place of a name.
const ERASED_NAME: &str = "Người dùng đã xóa";

/// Everything that is kept about a person.
#[derive(Clone, Debug)]
pub struct Copy {
    /// The account.
    pub account: Account,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When the password was set.
    pub password_set_at: Option<Timestamp>,
    /// The enterprise that the person belongs to.
    pub enterprise: Option<Enterprise>,
    /// Its personal number, where the person is an owner and it is known by one.
    pub personal_id: Option<String>,
    /// Enterprises whose contact person is the person.
    pub contact_of: Vec<Enterprise>,
    /// Sessions.
    pub sessions: Vec<SessionTrace>,
    /// Accepted policy documents.
    pub acceptances: Vec<Acceptance>,
    /// Consents.
    pub consents: Vec<Consent>,
    /// What the person asked about the data.
    pub requests: Vec<DataRequest>,
    /// Invitations to the address.
    pub invitations: Vec<InvitationTrace>,
    /// Requests to be admitted to enterprises.
    pub join_requests: Vec<JoinRequestTrace>,
    /// Listings that the person wrote, by reference: they are the enterprise's.
    pub listings: Vec<ListingTrace>,
    /// Listings about which people turn to the person.
    pub contact_of_listings: Vec<ListingId>,
    /// Files of listings that the person sent.
    pub files: Vec<File>,
    /// Documents of profiles that the person handed in.
    pub documents: Vec<Document>,
    /// Logos that the person put up.
    pub logos: Vec<Logo>,
    /// What the person wrote about what was handed in for review.
    pub messages: Vec<Message>,
    /// Inquiries that the person sent.
    pub inquiries: Vec<Inquiry>,
    /// What the person wrote in inquiries after the first words.
    pub inquiry_messages: Vec<InquiryMessage>,
    /// Confidential parts of listings that the person read.
    pub readings: Vec<Reading>,
    /// What the person did.
    pub deeds: Vec<DeedTrace>,
    /// Names of the parts that were cut at their bound.
    pub cut: Vec<&'static str>,
}

/// Reads everything that is kept about the caller.
pub fn copy(conn: &mut AnyConn, vault: &Vault, caller: &Caller, now: Timestamp) -> Result<Copy> {
    let (_, id) = person(conn, caller, now)?;
    let account = accounts::find(conn, id)?;
    let (opened_at, password_set_at) = rows::account_times(conn, id)?;
    let enterprise = match account.standing {
        Standing::Member { enterprise, .. } => Some(enterprises::find(conn, enterprise)?),
        Standing::Officer { .. } | Standing::Person => None,
    };
    let personal_id = match (&account.standing, &enterprise) {
        (Standing::Member { role: Role::Owner, .. }, Some(own)) => identities::open(vault, &own.profile.identity)?,
        _ => None,
    };
    let contact_of = contacts::of_person(conn, &account)?;
    let mut cut = Vec::new();
    let sessions = bounded(rows::sessions_of(conn, id, LISTED + 1)?, LISTED, "sessions", &mut cut);
    let acceptances = bounded(
        privacy::acceptances(conn, id, LISTED + 1)?,
        LISTED,
        "policy_acceptances",
        &mut cut,
    );
    let consents = bounded(
        privacy::consents_of(conn, id, LISTED + 1)?,
        LISTED,
        "consents",
        &mut cut,
    );
    let requests = bounded(
        privacy::requests_of(conn, id, LISTED + 1)?,
        LISTED,
        "data_requests",
        &mut cut,
    );
    let key = account.email.key();
    let invitations = bounded(
        rows::invitations_to(conn, &key, LISTED + 1)?,
        LISTED,
        "invitations",
        &mut cut,
    );
    let join_requests = bounded(
        rows::join_requests_of(conn, id, LISTED + 1)?,
        LISTED,
        "join_requests",
        &mut cut,
    );
    let listings = bounded(rows::listings_by(conn, id, LISTED + 1)?, LISTED, "listings", &mut cut);
    let contact_of_listings = bounded(
        listing_contact_rows::of_account(conn, id, LISTED + 1)?,
        LISTED,
        "contact_of_listings",
        &mut cut,
    );
    let files = bounded(uploads::files_by(conn, id, LISTED + 1)?, LISTED, "files", &mut cut);
    let documents = bounded(
        uploads::documents_by(conn, id, LISTED + 1)?,
        LISTED,
        "documents",
        &mut cut,
    );
    let logos = bounded(uploads::logos_by(conn, id, LISTED + 1)?, LISTED, "logos", &mut cut);
    let messages = bounded(
        review_messages::written_by(conn, id, LISTED + 1)?,
        LISTED,
        "review_messages",
        &mut cut,
    );
    let inquiries = bounded(
        inquiry_rows::sent_by(conn, id, LISTED + 1)?,
        LISTED,
        "inquiries",
        &mut cut,
    );
    let inquiry_messages = bounded(
        inquiry_rows::written_by(conn, id, LISTED + 1)?,
        LISTED,
        "inquiry_messages",
        &mut cut,
    );
    let readings = bounded(
        confidential::readings_by(conn, id, LISTED + 1)?,
        LISTED,
        "confidential_readings",
        &mut cut,
    );
    let deeds = bounded(rows::deeds_of(conn, id, DEEDS + 1)?, DEEDS, "audit_trail", &mut cut);
    Ok(Copy {
        account,
        opened_at,
        password_set_at,
        enterprise,
        personal_id,
        contact_of,
        sessions,
        acceptances,
        consents,
        requests,
        invitations,
        join_requests,
        listings,
        contact_of_listings,
        files,
        documents,
        logos,
        messages,
        inquiries,
        inquiry_messages,
        readings,
        deeds,
        cut,
    })
}

fn bounded<T>(mut rows: Vec<T>, most: i64, name: &'static str, cut: &mut Vec<&'static str>) -> Vec<T> {
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    if rows.len() > most {
        rows.truncate(most);
        cut.push(name);
    }
    rows
}

/// Remembers that the caller, who has just shown who it is, takes a copy. Written before the copy is handed out.
pub fn remember_copy(work: &mut Work<'_, '_>, caller: &Caller) -> Result<()> {
    let now = work.now;
    let (actor, id) = person(work.conn(), caller, now)?;
    caller.require_fresh(work.conn(), now)?;
    work.remember_by(&actor, Deed::DataExported, "account", id.0)
}

/// From now on nothing but keeping is done with the person's data.
pub(super) fn restrict(work: &mut Work<'_, '_>, permit: &Permit, account: AccountId) -> Result<()> {
    let now = work.now;
    let before = state::of_account(work, account)?;
    rows::set_restricted(work.uow, account, Some(now), now)?;
    work.remember_account(permit, Deed::AccountEdited, account, None, Some(before))
}

/// The caller ends the restriction that he or she asked for.
pub fn end_restriction(work: &mut Work<'_, '_>, caller: &Caller) -> Result<()> {
    let now = work.now;
    let (actor, id) = person(work.conn(), caller, now)?;
    if accounts::find(work.conn(), id)?.restricted_at.is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    let before = state::of_account(work, id)?;
    rows::set_restricted(work.uow, id, None, now)?;
    work.remember_account(&actor, Deed::AccountEdited, id, None, Some(before))
}

/// Replaces the person's data by pseudonyms. An enterprise must not be left without an owner.
pub(super) fn erase(work: &mut Work<'_, '_>, permit: &Permit, id: AccountId) -> Result<()> {
    let now = work.now;
    let account = accounts::find(work.conn(), id)?;
    if let Standing::Member {
        enterprise,
        role: Role::Owner,
    } = account.standing
        && rows::other_owners(work.conn(), enterprise, id)? == 0
        // One that takes part no more needs nobody, and there is nobody to hand it to.
        && enterprises::find_even_merged(work.conn(), enterprise)?.status != EnterpriseStatus::Closed
    {
        return Err(ErrorCode::LastOwner.into());
    }
    sessions::end_all(work.uow, id, None, EndReason::AccountClosed, now)?;
    claims::give_back_all(work, permit, id)?;
    // While it is known who the person is; the letters to the other owners stay.
    contacts::erase_person(work, permit, &account)?;
    let key = account.email.key();
    throttle::forget(work, &throttle::Guessed::Address(key.clone()))?;
    remove_letters(work, permit, &key)?;
    let pseudonym = Pseudonym {
        email: &format!("{id}@{}", Email::ERASED_DOMAIN),
        display_name: ERASED_NAME,
    };
    if let Standing::Member { enterprise, .. } = account.standing {
        end_invitations(work, permit, enterprise, id)?;
    }
    listing_contacts::forget(work, permit, id)?;
    let before = state::of_account(work, id)?;
    confidential::forget_origin(work.uow, permit, id)?;
    rows::erase(work.uow, permit, id, &key, &pseudonym, now)?;
    work.remember_account(permit, Deed::DataErased, id, None, Some(before))
}

/// Letters that were written before the address had an account know only the address, and only sealed.
fn remove_letters(work: &mut Work<'_, '_>, permit: &Permit, email_key: &str) -> Result<()> {
    let mut after = None;
    loop {
        let page = rows::letters_to_strangers(work.conn(), after, LISTED)?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = Some(*last);
        for (id, sealed) in &page {
            // What cannot be opened cannot be sent either.
            let is_theirs = letters::open(work.vault, sealed).is_ok_and(|letter| letter.to.to_lowercase() == email_key);
            if is_theirs {
                rows::remove_letter(work.uow, permit, *id)?;
            }
        }
    }
}
