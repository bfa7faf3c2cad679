//! To whom people turn about a listing: the member whom its owner named, as far as that person agreed to be shown, else the
//! contact person of the enterprise, as far as its page shows one, and nobody where the owner hides contact data.
//!
//! It is read from the accounts at every answer and kept nowhere else, so that it ends at once with the consent, the
//! membership or the account, and is in no list, no index, no feed and no file.

use super::audit::state;
use super::context::Work;
use super::{Error, Result, enterprises as registrations, revisions};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::enterprise::PublicGroup;
use crate::domain::fields::Violation;
use crate::domain::ids::AccountId;
use crate::domain::listing::Listing;
use crate::store::audit::Change;
use crate::store::audit_chain::sha256;
use crate::store::{AnyConn, enterprises, listing_contacts, listings, members};

/// To whom people turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// Whether it is a member whom the owner named; else it is what the page of the enterprise shows.
    pub is_member: bool,
    /// Name.
    pub name: Option<String>,
    /// Address for mail.
    pub email: Option<String>,
    /// Telephone, as E.164.
    pub phone: Option<String>,
}

impl Contact {
    /// A short hash, for entity tags: who is shown changes without another version of the listing.
    pub fn mark(&self) -> String {
        let told = format!("{self:?}");
        let hash = sha256(told.as_bytes());
        hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Whom everybody who sees all of a listing is shown.
pub(super) fn shown(conn: &mut AnyConn, listing: &Listing) -> Result<Option<Contact>> {
    if listing.audience.hides_contact {
        return Ok(None);
    }
    let member = match listing.audience.contact {
        Some(account) => listing_contacts::shown(conn, listing.enterprise_id, account)?,
        None => None,
    };
    if let Some((name, email)) = member {
        return Ok(Some(Contact {
            is_member: true,
            name: Some(name.to_string()),
            email: Some(email.as_str().to_owned()),
            phone: None,
        }));
    }
    of_enterprise(conn, listing)
}

fn of_enterprise(conn: &mut AnyConn, listing: &Listing) -> Result<Option<Contact>> {
    let enterprise = enterprises::find(conn, listing.enterprise_id)?;
    let profile = &enterprise.profile;
    let (shows_name, shows_reach) = registrations::shows_contact(conn, profile)?;
    let shows = |group| shows_reach && profile.details.shows(group);
    let contact = Contact {
        is_member: false,
        name: Some(profile.contact_name.to_string()).filter(|_| shows_name),
        email: Some(profile.contact_email.as_str().to_owned()).filter(|_| shows(PublicGroup::Email)),
        phone: Some(profile.contact_phone.as_str().to_owned())
            .filter(|phone| shows(PublicGroup::Phone) && !phone.is_empty()),
    };
    let is_empty = contact.name.is_none() && contact.email.is_none() && contact.phone.is_none();
    Ok(Some(contact).filter(|_| !is_empty))
}

/// Refuses somebody who is no member of the listing's enterprise.
pub(super) fn require_member(conn: &mut AnyConn, listing: &Listing, account: AccountId) -> Result<()> {
    match members::find(conn, listing.enterprise_id, account) {
        Err(crate::store::Error::NotFound) => {
            let unknown = Violation::Malformed { what: "member" };
            Err(Error::field("/contact_account_id", unknown))
        }
        found => Ok(found.map(drop)?),
    }
}

/// Listings that are looked at at once.
const AT_ONCE: i64 = 500;

/// Names somebody for no listing any more who leaves the enterprise, or is erased: whoever comes back has to be named anew.
pub(super) fn forget(work: &mut Work<'_, '_>, permit: &Permit, account: AccountId) -> Result<()> {
    loop {
        let named = listing_contacts::of_account(work.conn(), account, AT_ONCE)?;
        if named.is_empty() {
            return Ok(());
        }
        for id in named {
            // As it is written: that its term is over is written down, and told, by the job of the terms.
            let (mut listing, _) = listings::find(work.conn(), id)?;
            let (before, read) = (state::of_listing(&listing)?, listing.version);
            listing_contacts::forget(work.uow, permit, &mut listing, work.now)?;
            revisions::carry_on(work, permit, id, (read, listing.version))?;
            let change = Change::between(before, state::of_listing(&listing)?);
            let subject = ("listing", id.0);
            work.remember_change(permit, Deed::ListingAudienceChanged, subject, None, change)?;
        }
    }
}
