//! Contact persons of enterprises: put right by an owner, erased when they ask for it. The rest of the registration, what
//! was decided about it and the audit trail stay as they are.

use super::audit::state;
use super::context::{Caller, Work};
use super::enterprises::{Seen, in_full, permitted};
use super::members::tell_owners;
use super::versions::require_version;
use super::{Error, ErrorCode, Result, amendments, documents};
use crate::domain::access::{Action, Permit, Resource, decide};
use crate::domain::account::{Account, AccountStatus, Email};
use crate::domain::audit::Deed;
use crate::domain::enterprise::{ContactPerson, Enterprise, Phone};
use crate::domain::ids::EnterpriseId;
use crate::domain::letter::Letter;
use crate::domain::text::Line;
use crate::store::audit::Change;
use crate::store::{AnyConn, accounts, enterprises, members, personal_data, review_decisions};

/// What takes the place of a contact person's name.
const ERASED_NAME: &str = "Người liên hệ đã xóa";
/// Domain that cannot exist (RFC 2606).
const ERASED_DOMAIN: &str = "erased.invalid";

/// An owner replaces the contact person. No review is needed: it is no part of what an officer verifies.
pub fn replace(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    seen: i64,
    person: &ContactPerson,
) -> Result<Seen> {
    let now = work.now;
    let (permit, enterprise) = permitted(work.conn(), caller, id, Action::EditEnterprise, now)?;
    require_version(seen, enterprise.version)?;
    // Whoever was the contact person before is nobody's business any more.
    review_decisions::erase_seen(work.uow, &permit, id)?;
    let enterprise = keep(work, &permit, enterprise, person.clone())?;
    in_full(work, permit.actor(), enterprise)
}

/// An officer erases the contact person, who asked for it and has no account that could be erased.
pub fn erase(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId) -> Result<()> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let permit = decide(&actor, Action::HandleDataRequests, &Resource::None)?;
    caller.require_fresh(work.conn(), now)?;
    // What stands in one that was merged goes as well.
    let enterprise = enterprises::find_even_merged(work.conn(), id)?;
    if enterprise.profile.contact_email == pseudonym(id)?.email {
        return Err(ErrorCode::NotFound.into());
    }
    let person = contact_of(&enterprise);
    erase_from(work, &permit, enterprise, &person.email, &person.name)
}

/// Erases a person wherever he or she is the contact person: by the address anywhere, by the name only where the person
/// had to do with the enterprise, because others have the same name.
pub(super) fn erase_person(work: &mut Work<'_, '_>, permit: &Permit, account: &Account) -> Result<()> {
    for enterprise in touched_by(work.conn(), account)? {
        let profile = &enterprise.profile;
        if profile.has_contact(&account.email, &account.display_name) {
            erase_from(work, permit, enterprise, &account.email, &account.display_name)?;
        } else if profile.is_represented_by(&account.display_name) || wishes_for(work, &enterprise, account)? {
            erase_representative(work, permit, enterprise, &account.display_name)?;
        }
    }
    Ok(())
}

/// Whether what is to change of an enterprise names somebody as its legal representative.
fn wishes_for(work: &Work<'_, '_>, enterprise: &Enterprise, account: &Account) -> Result<bool> {
    let wish = amendments::wish(work.vault, enterprise)?.unwrap_or_default();
    let name = wish.get("legal_rep_name").and_then(serde_json::Value::as_str);
    Ok(name == Some(account.display_name.as_str()))
}

/// A legal representative need not be the contact person. The owners are told, since others have the same name.
fn erase_representative(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    mut enterprise: Enterprise,
    name: &Line<100>,
) -> Result<()> {
    documents::erase(work, permit, &enterprise)?;
    let before = state::of_enterprise(&enterprise)?;
    if enterprise.profile.is_represented_by(name) {
        enterprise.profile.details.legal_rep_name = None;
    }
    // What was to change may name the person; its owners can ask again.
    let had_amendment = enterprise.amendment.take().is_some();
    // What officers saw of it named the person, too.
    review_decisions::erase_seen(work.uow, permit, enterprise.id)?;
    enterprise.updated_at = work.now;
    enterprises::update(work.uow, permit, &mut enterprise)?;
    let change = Change::between(before, state::of_enterprise(&enterprise)?);
    let subject = ("enterprise", enterprise.id.0);
    work.remember_change(permit, Deed::EnterpriseEdited, subject, None, change)?;
    if had_amendment {
        work.remember(permit, Deed::AmendmentTakenBack, subject.0, subject.1, None)?;
    }
    let letter = Letter::RepresentativeErased {
        enterprise: enterprise.profile.legal_name.to_string(),
    };
    tell_owners(work, enterprise.id, &letter)
}

/// Enterprises whose contact person somebody is.
pub(super) fn of_person(conn: &mut AnyConn, account: &Account) -> Result<Vec<Enterprise>> {
    let mut found = touched_by(conn, account)?;
    found.retain(|enterprise| enterprise.profile.has_contact(&account.email, &account.display_name));
    Ok(found)
}

/// Enterprises with which somebody had to do, and those with the person's address.
fn touched_by(conn: &mut AnyConn, account: &Account) -> Result<Vec<Enterprise>> {
    let mut ids = personal_data::enterprises_of(conn, account.id)?;
    ids.extend(personal_data::enterprises_with_contact(conn, &account.email.key())?);
    ids.sort_unstable();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        let enterprise = match enterprises::find_even_merged(conn, id) {
            Ok(enterprise) => enterprise,
            Err(crate::store::Error::NotFound) => continue,
            Err(error) => return Err(error.into()),
        };
        found.push(enterprise);
    }
    Ok(found)
}

fn erase_from(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    enterprise: Enterprise,
    email: &Email,
    name: &Line<100>,
) -> Result<()> {
    let id = enterprise.id;
    let successor = successor(work, id, email, name)?;
    let letter = Letter::ContactErased {
        enterprise: enterprise.profile.legal_name.to_string(),
        successor: successor.as_ref().map(|owner| owner.display_name.to_string()),
    };
    let person = match successor {
        // Whose the number was is not known, so that it goes as well.
        Some(owner) => ContactPerson {
            name: owner.display_name,
            email: owner.email,
            phone: Phone::none(),
        },
        None => pseudonym(id)?,
    };
    let mut enterprise = enterprise;
    documents::erase(work, permit, &enterprise)?;
    // A household and an individual are known by a number of the person's; it goes with the person.
    enterprise.profile.identity.forget();
    if enterprise.profile.is_represented_by(name) {
        enterprise.profile.details.legal_rep_name = None;
    }
    // What was to change may name the person, or the number; its owners can ask again.
    let had_amendment = enterprise.amendment.take().is_some();
    // What officers saw of it named the person, too.
    review_decisions::erase_seen(work.uow, permit, id)?;
    // Whoever comes next has not chosen to be shown.
    enterprise.profile.details.hide_contact();
    keep(work, permit, enterprise, person)?;
    if had_amendment {
        work.remember(permit, Deed::AmendmentTakenBack, "enterprise", id.0, None)?;
    }
    tell_owners(work, id, &letter)
}

/// An owner who is somebody else, may act, and did not have processing restricted.
fn successor(
    work: &mut Work<'_, '_>,
    enterprise: EnterpriseId,
    email: &Email,
    name: &Line<100>,
) -> Result<Option<Account>> {
    for owner in members::owners(work.conn(), enterprise)? {
        let owner = accounts::find(work.conn(), owner)?;
        let is_other = owner.email.key() != email.key() && owner.display_name != *name;
        if is_other && owner.status == AccountStatus::Active && owner.restricted_at.is_none() {
            return Ok(Some(owner));
        }
    }
    Ok(None)
}

fn pseudonym(id: EnterpriseId) -> Result<ContactPerson> {
    let unreadable = |violation: crate::domain::fields::Violation| Error::internal(violation.en());
    Ok(ContactPerson {
        name: Line::parse(ERASED_NAME).map_err(unreadable)?,
        email: Email::parse(&format!("{id}@{ERASED_DOMAIN}")).map_err(unreadable)?,
        phone: Phone::none(),
    })
}

fn contact_of(enterprise: &Enterprise) -> ContactPerson {
    ContactPerson {
        name: enterprise.profile.contact_name.clone(),
        email: enterprise.profile.contact_email.clone(),
        phone: enterprise.profile.contact_phone.clone(),
    }
}

fn keep(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    mut enterprise: Enterprise,
    person: ContactPerson,
) -> Result<Enterprise> {
    let before = state::of_enterprise(&enterprise)?;
    enterprise.profile.set_contact(person);
    enterprise.updated_at = work.now;
    enterprises::update(work.uow, permit, &mut enterprise)?;
    let after = state::of_enterprise(&enterprise)?;
    let subject = ("enterprise", enterprise.id.0);
    let change = Change {
        before: Some(before),
        after,
    };
    work.remember_change(permit, Deed::EnterpriseContactChanged, subject, None, change)?;
    Ok(enterprise)
}
