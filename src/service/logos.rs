//! Logos of enterprises: putting up, showing, taking down. Whoever sees the page of an enterprise sees its logo.

use jiff::Timestamp;

use super::context::{Caller, Work};
use super::enterprises::{permitted, refused_or_closed, resource};
use super::files::{FileRules, Prepared, require_bytes_left, require_kept};
use super::{Error, ErrorCode, Result, screening};
use crate::domain::access::{Action, Actor, decide};
use crate::domain::audit::{Deed, Reason};
use crate::domain::enterprise::logo::Logo;
use crate::domain::ids::EnterpriseId;
use crate::domain::listing::Bilingual;
use crate::domain::text::Line;
use crate::store::{AnyConn, enterprises, logos};

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

/// Puts a logo up, at once and without a review: officers take down what should not be there.
pub fn put(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    rules: FileRules,
    id: EnterpriseId,
    alt: &Bilingual<Line<256>>,
    prepared: &Prepared,
) -> Result<Logo> {
    let now = work.now;
    let (permit, mut enterprise) = permitted(work.conn(), caller, id, Action::EditEnterprise, now)?;
    screening::require_clean_alt(work.conn(), alt)?;
    require_bytes_left(work.conn(), rules, id, prepared.content.size)?;
    let logo = Logo {
        enterprise: id,
        alt: alt.clone(),
        content: prepared.content.clone(),
        thumbnails: prepared.thumbnails.clone(),
        created_at: now,
    };
    logos::put(work.uow, &permit, &logo)?;
    let small = logo.thumbnails.iter().map(|(_, content)| content);
    let digests = small.chain([&logo.content]).map(|content| &content.digest);
    require_kept(work.conn(), prepared.put_at, digests)?;
    // It stands on the page, of which there is another version now.
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    work.remember(&permit, Deed::LogoPut, "enterprise", id.0, None)?;
    Ok(logo)
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
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    work.remember(&permit, Deed::LogoRemoved, "enterprise", id.0, reason)
}
