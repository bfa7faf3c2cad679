//! Logos of enterprises: handing in, putting up what an officer accepted, showing, taking down. Whoever sees the page of an enterprise
//! sees the logo that was accepted; one that waits is a document of the profile.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::documents::taken_away;
use super::enterprises::{permitted, refused_or_closed, resource};
use super::files::{FileRules, Prepared, require_bytes_left, require_kept};
use super::{Error, ErrorCode, Result, screening};
use crate::domain::access::{Action, Actor, Permit, decide};
use crate::domain::audit::{Deed, Reason};
use crate::domain::enterprise::Enterprise;
use crate::domain::enterprise::document::{Document, DocumentKind, DocumentStatus};
use crate::domain::enterprise::logo::Logo;
use crate::domain::file::FileName;
use crate::domain::ids::{DocumentId, EnterpriseId};
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;
use crate::store::{AnyConn, documents, enterprises, logos};

/// Asks before anything is read whether the caller may put one up.
pub fn may_put(
    conn: &mut AnyConn,
    caller: &Caller,
    rules: FileRules,
    id: EnterpriseId,
    alt: &Bilingual<Line<256>>,
    now: Timestamp,
) -> Result<()> {
    permitted(conn, caller, id, Action::EditEnterprise, now)?;
    screening::require_clean_alt(conn, alt)?;
    require_bytes_left(conn, rules, id, 0)
}

/// Hands a logo in, which waits for an officer in the place of one that was not accepted; the one that everybody sees stays till then.
pub fn put(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    rules: FileRules,
    id: EnterpriseId,
    alt: &Bilingual<Line<256>>,
    prepared: &Prepared,
) -> Result<Document> {
    let now = work.now;
    let (permit, mut enterprise) = permitted(work.conn(), caller, id, Action::EditEnterprise, now)?;
    screening::require_clean_alt(work.conn(), alt)?;
    take_away(work, &permit, id, |document| {
        document.decided != DocumentStatus::Accepted
    })?;
    require_bytes_left(work.conn(), rules, id, prepared.content.size)?;
    let document = Document {
        id: DocumentId(work.next_id()),
        enterprise: id,
        kind: DocumentKind::Logo,
        name: FileName::stored("logo".into()),
        alt: Some(alt.clone()),
        content: (&prepared.content).into(),
        decided: DocumentStatus::Submitted,
        valid_to: None,
        reason: None,
        submitted_at: now,
        decided_at: None,
        version: 1,
    };
    let logo = Logo {
        enterprise: id,
        alt: alt.clone(),
        content: prepared.content.clone(),
        thumbnails: prepared.thumbnails.clone(),
        created_at: now,
        waits_as: Some(document.id),
    };
    documents::insert(work.uow, &permit, &document)?;
    logos::keep_candidate(work.uow, &permit, document.id, &logo)?;
    let small = logo.thumbnails.iter().map(|(_, content)| content);
    let digests = small.chain([&logo.content]).map(|content| &content.digest);
    require_kept(work.conn(), prepared.put_at, digests)?;
    // Whoever read the enterprise before has not seen this one, and decides on no version that has it.
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    work.remember(&permit, Deed::LogoPut, "enterprise", id.0, None)?;
    Ok(document)
}

/// Removes the documents that logos of an enterprise are, as far as they are meant.
fn take_away(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    id: EnterpriseId,
    is_meant: impl Fn(&Document) -> bool,
) -> Result<()> {
    for document in documents::of_enterprise(work.conn(), id)? {
        if document.kind == DocumentKind::Logo && is_meant(&document) {
            taken_away(work, permit, &document)?;
        }
    }
    Ok(())
}

/// Refuses to accept a logo whose text has words that are not published: one may have been added since it was handed in.
pub(super) fn require_acceptable(work: &mut Work<'_, '_>, document: &Document) -> Result<()> {
    match &document.alt {
        Some(alt) => screening::require_clean_logo(work.conn(), alt),
        None => Ok(()),
    }
}

/// What a verdict does to the page: what is accepted now takes the place of the former logo, and what is accepted no more goes. `was` is
/// where the document stood before.
pub(super) fn decided(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    mut enterprise: Enterprise,
    (document, was): (&Document, DocumentStatus),
) -> Result<()> {
    let id = enterprise.id;
    match (was, document.decided) {
        (DocumentStatus::Accepted, DocumentStatus::Accepted) => return Ok(()),
        (_, DocumentStatus::Accepted) => {
            let logo = logos::candidate(work.conn(), document)?.ok_or(ErrorCode::NotFound)?;
            take_away(work, permit, id, |other| other.id != document.id)?;
            logos::put_candidate(work.uow, permit, document.id, &logo)?;
        }
        (DocumentStatus::Accepted, _) => {
            if let Some(logo) = logos::find(work.conn(), id)? {
                logos::keep_candidate(work.uow, permit, document.id, &logo)?;
                logos::remove(work.uow, permit, id)?;
                work.remember(permit, Deed::LogoRemoved, "enterprise", id.0, None)?;
            }
        }
        _ => return Ok(()),
    }
    // Its page shows another one.
    enterprise.updated_at = work.now;
    Ok(enterprises::update(work.uow, permit, &mut enterprise)?)
}

/// The logo, to whoever sees the enterprise.
pub fn read(conn: &mut AnyConn, caller: &Caller, id: EnterpriseId, now: Timestamp) -> Result<Logo> {
    let actor = caller.actor(conn, now)?;
    let enterprise = enterprises::find(conn, id)?;
    decide(&actor, Action::ReadEnterprise, &resource(&enterprise))
        .map_err(|refused| refused_or_closed(&enterprise, refused))?;
    logos::find(conn, id)?.ok_or_else(|| ErrorCode::NotFound.into())
}

/// Takes it down: its owner, or an officer, who says why.
pub fn remove(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, reason: Option<&Reason>) -> Result<()> {
    let now = work.now;
    let (permit, mut enterprise) = permitted(work.conn(), caller, id, Action::RemoveLogo, now)?;
    if matches!(permit.actor(), Actor::Officer { .. }) && reason.is_none() {
        return Err(Error::fields(Reason::missing("/reason")));
    }
    if !logos::remove(work.uow, &permit, id)? {
        return Err(ErrorCode::NotFound.into());
    }
    take_away(work, &permit, id, |document| {
        document.decided == DocumentStatus::Accepted
    })?;
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    work.remember(&permit, Deed::LogoRemoved, "enterprise", id.0, reason)
}
