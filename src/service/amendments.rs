//! Edits of enterprises. What was never verified takes effect at once; what was verified of an active one changes only
//! after an officer approved it, and stays as it is until then.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::audit::state;
use super::context::{App, Caller, Work};
use super::enterprises::{Seen, hide, in_full, own, resource, wrong_status};
use super::json_mistakes;
use super::review::decisions::{self, Judged, Step, Verdict};
use super::vault::{self, Vault};
use super::versions::require_version;
use super::{Error, ErrorCode, Result, identities, rulings, screening};
use crate::domain::access::{Action, decide};
use crate::domain::audit::Deed;
use crate::domain::drafts::{EnterpriseDraft, lists_for_enterprise};
use crate::domain::enterprise::{
    Amendment, AmendmentStatus, Enterprise, EnterpriseProfile, EnterpriseStatus, Identity, PersonalId, compared_part,
    concerns_request, hold, overlay, verified_part,
};
use crate::domain::ids::EnterpriseId;
use crate::domain::listing::revision::{Difference, differences};
use crate::domain::review::EntryKind;
use crate::store::audit::{Change, Decision};
use crate::store::sign_in_failures::{self, Failures};
use crate::store::{AnyConn, enterprises, outbox};

type Members = Map<String, Value>;

/// What is to change of what was verified.
#[derive(Clone, Debug)]
pub struct SeenAmendment {
    /// The enterprise as it is live.
    pub enterprise: Enterprise,
    /// The request.
    pub amendment: Amendment,
    /// Where it differs from what is live.
    pub changes: Vec<Difference>,
    /// The last decision about this request.
    pub decision: Option<Decision>,
}

/// Reads the request of an enterprise, for its owners and the officers who review it.
pub fn read(
    conn: &mut AnyConn,
    vault: &Vault,
    caller: &Caller,
    id: EnterpriseId,
    now: Timestamp,
) -> Result<SeenAmendment> {
    let actor = caller.actor(conn, now)?;
    let enterprise = enterprises::find(conn, id).map_err(|error| hide(&actor, error))?;
    decide(&actor, Action::ReadAmendment, &resource(&enterprise))?;
    let amendment = enterprise.amendment.clone().ok_or(ErrorCode::NotFound)?;
    let decision = rulings::of_amendment(conn, id, &amendment)?;
    Ok(SeenAmendment {
        changes: changes(vault, &enterprise)?,
        enterprise,
        amendment,
        decision,
    })
}

/// Where the wish differs from what is live.
fn changes(vault: &Vault, enterprise: &Enterprise) -> Result<Vec<Difference>> {
    let wished = wished(vault, enterprise)?;
    let live = compared_part(&live(vault, enterprise)?, &wished);
    Ok(differences(&Value::Object(live), &Value::Object(wished)))
}

/// An enterprise as it would be sent, with its whole personal number.
pub(super) fn live(vault: &Vault, enterprise: &Enterprise) -> Result<Members> {
    let mut live = members(&enterprise.profile)?;
    if let Some(number) = identities::open(vault, &enterprise.profile.identity)? {
        live.insert("personal_id".into(), number.into());
    }
    Ok(live)
}

/// The verified members as they are to be, with the whole personal number.
pub(super) fn wished(vault: &Vault, enterprise: &Enterprise) -> Result<Members> {
    let mut wished = wish(vault, enterprise)?.unwrap_or_default();
    // The one that is kept.
    let is_same = wished.get("personal_id") == members(&enterprise.profile)?.get("personal_id");
    if let (true, Some(number)) = (is_same, live(vault, enterprise)?.get("personal_id")) {
        wished.insert("personal_id".into(), number.clone());
    }
    Ok(wished)
}

/// An enterprise as it would be sent.
pub(super) fn members(profile: &EnterpriseProfile) -> Result<Members> {
    match serde_json::to_value(EnterpriseDraft::of(profile)).map_err(Error::internal)? {
        Value::Object(members) => Ok(members),
        _ => Err(Error::internal("an enterprise is no object")),
    }
}

/// The verified members as they are to be, and texts that an officer is to see first.
pub(super) fn wish(vault: &Vault, enterprise: &Enterprise) -> Result<Option<Members>> {
    let Some(amendment) = &enterprise.amendment else {
        return Ok(None);
    };
    let plain = vault.open_sealed(vault::Purpose::Amendment, &amendment.sealed)?;
    Ok(Some(serde_json::from_slice(&plain).map_err(Error::internal)?))
}

/// Whom a request names as parent became part of another one: the request names that one from now on. Tells whether it
/// did.
pub(super) fn lead(vault: &Vault, enterprise: &mut Enterprise, from: EnterpriseId, into: EnterpriseId) -> Result<bool> {
    let Some(mut wished) = wish(vault, enterprise)? else {
        return Ok(false);
    };
    let (Some(parent), Some(amendment)) = (wished.get_mut("parent_id"), &mut enterprise.amendment) else {
        return Ok(false);
    };
    if parent.as_str() != Some(&from.to_string()) {
        return Ok(false);
    }
    *parent = into.to_string().into();
    let plain = serde_json::to_vec(&wished).map_err(Error::internal)?;
    amendment.sealed = vault.seal(vault::Purpose::Amendment, &plain)?;
    Ok(true)
}

/// Changes an enterprise. `patch` is a JSON merge patch onto [`EnterpriseDraft`]. Of an active one the verified members, and
/// texts that an officer is to see first, are not changed but become a request, onto which later patches go, too. A
/// registration that waits keeps its place in the queue, and whoever has taken it up; what the officer read before is another
/// version.
pub fn edit(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: i64, patch: &Value) -> Result<Seen> {
    let (permit, mut enterprise) = own(work, caller, id, Some(seen))?;
    enterprise.status.edit().map_err(|wrong| wrong_status(wrong.0))?;
    let before = state::of_enterprise(&enterprise)?;
    let live = enterprise.clone();
    let is_refused = |amendment: &Amendment| amendment.status == AmendmentStatus::Rejected;
    // What was refused is over: it does not come back with the next request.
    let wished = if enterprise.amendment.as_ref().is_some_and(is_refused) {
        None
    } else {
        wish(work.vault, &enterprise)?
    };
    // Whoever names what it has hands the request in again, even if it says the same. And a request that nobody touches stays
    // as it is, even if it could not be asked for any more.
    let mut is_handed_in = concerns_request(patch, wished.as_ref());
    let own = members(&live.profile)?;
    let judged = patched(work, &enterprise, wished.as_ref().filter(|_| is_handed_in), patch);
    let mut wanted = judged.map_err(|refusal| with_words(work, refusal, patch, &own))?;
    if !is_handed_in && !screening::watched(work.conn(), &members(&wanted)?, &own)?.is_empty() {
        is_handed_in = true;
        wanted = patched(work, &enterprise, wished.as_ref(), patch)?;
    }
    screening::require_clean_enterprise(work.conn(), &members(&wanted)?, &own)?;
    if enterprise.status == EnterpriseStatus::Active {
        split(work, &mut enterprise, is_handed_in, wanted)?;
    } else {
        enterprise.profile = wanted;
        identities::seal(work.vault, &mut enterprise.profile)?;
        if enterprise.status == EnterpriseStatus::Submitted {
            require_same_number(work, &live, &enterprise.profile.identity)?;
        }
    }
    keep_same_number(&live.profile.identity, &mut enterprise.profile.identity);
    // What changes nothing leaves no trace: no version, no row in the trail, nothing for an officer to look at again.
    if enterprise.profile == live.profile && is_same_request(work.vault, &live, &enterprise)? {
        return in_full(work, permit.actor(), live);
    }
    enterprise.updated_at = work.now;
    let written = enterprises::update(work.uow, &permit, &mut enterprise);
    written.map_err(|error| identities::where_taken(error.into(), &enterprise.profile.identity, ""))?;
    let change = Change::between(before, state::of_enterprise(&enterprise)?);
    let subject = ("enterprise", id.0);
    let asked = match (&live.amendment, &enterprise.amendment) {
        (old, new) if old == new => None,
        (_, None) => Some(Deed::AmendmentTakenBack),
        (_, Some(_)) => Some(Deed::AmendmentSubmitted),
    };
    match asked {
        Some(deed) if live.profile == enterprise.profile => {
            work.remember_change(&permit, deed, subject, None, change)?;
        }
        asked => {
            work.remember_change(&permit, Deed::EnterpriseEdited, subject, None, change)?;
            if let Some(deed) = asked {
                work.remember(&permit, deed, subject.0, subject.1, None)?;
            }
        }
    }
    in_full(work, permit.actor(), enterprise)
}

/// Another number is not taken while a registration waits. Whether somebody has it would be told by the answer, so that anybody who
/// registers could try number after number; once an officer has sent it back, tries are counted ([`edit_counted`]). What the directory
/// shows anyway is told, as registering tells it.
fn require_same_number(work: &mut Work<'_, '_>, live: &Enterprise, wanted: &Identity) -> Result<()> {
    if wanted.key() == live.profile.identity.key() {
        return Ok(());
    }
    require_not_shown(work, live.id, wanted)?;
    Err(Error::new(
        ErrorCode::EnterpriseWrongStatus,
        "Mã số thuế, số định danh hoặc số đăng ký không sửa được khi hồ sơ đang chờ duyệt; hãy nhắn cán bộ trả lại hồ sơ để bổ sung.",
        "The number is not changed while the registration waits; ask the officer to send it back.",
    ))
}

fn require_not_shown(work: &mut Work<'_, '_>, own: EnterpriseId, wanted: &Identity) -> Result<()> {
    identities::require_not_shown(work.conn(), own, wanted)
        .map_err(|refusal| identities::where_taken(refusal, wanted, ""))
}

/// Members that hold a number.
const NUMBERS: [&str; 3] = ["tax_code", "personal_id", "foreign_register"];

/// Other numbers that the owner of a returned registration may give in a day.
const TRIES: i64 = 3;

/// For how long a try counts.
const COUNTED_FOR: SignedDuration = SignedDuration::from_hours(24);

/// Changes an enterprise as [`edit`] does. Of a registration that was sent back or refused, each other number that is given
/// is counted before it is looked for, whatever comes of it: the answer tells whether somebody has it, so that anybody who
/// registers could try number after number.
pub async fn edit_counted(app: &App, caller: Caller, id: EnterpriseId, seen: i64, patch: Value) -> Result<Seen> {
    let patch = Arc::new(patch);
    if NUMBERS.iter().any(|member| patch.get(member).is_some()) {
        let patch = Arc::clone(&patch);
        app.write(caller.origin, move |work| count_try(work, &caller, id, seen, &patch))
            .await?;
    }
    app.write(caller.origin, move |work| edit(work, &caller, id, seen, &patch))
        .await
}

/// Counts a number that is given, where whether it is taken would be told.
fn count_try(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: i64, patch: &Value) -> Result<()> {
    let (_permit, enterprise) = own(work, caller, id, Some(seen))?;
    let is_told = matches!(
        enterprise.status,
        EnterpriseStatus::ChangesRequested | EnterpriseStatus::Rejected
    );
    if !is_told {
        return Ok(());
    }
    let mut wanted = patched(work, &enterprise, None, patch)?;
    identities::seal(work.vault, &mut wanted)?;
    if wanted.identity.key() == enterprise.profile.identity.key() {
        return Ok(());
    }
    // What the directory shows is told to everybody, and costs nothing.
    require_not_shown(work, id, &wanted.identity)?;
    let (now, subject) = (work.now, work.vault.hash("number-tries", id.0.as_bytes()));
    let before = sign_in_failures::find(work.conn(), &subject)?;
    let before = before.filter(|before| now.duration_since(before.last_at) < COUNTED_FOR);
    let count = before.map_or(0, |before| before.count);
    if count >= TRIES {
        return Err(Error {
            retry_after: before.and_then(|before| u32::try_from(left(before.last_at, now)).ok()),
            ..Error::new(
                ErrorCode::TooManyRequests,
                format!(
                    "Mỗi ngày chỉ khai được {TRIES} số khác; hãy kiểm tra lại số, hoặc nhắn cán bộ đang xử lý hồ sơ."
                ),
                format!("Only {TRIES} other numbers may be given in a day; check the number, or write to the officer."),
            )
        });
    }
    let counted = Failures {
        count: count + 1,
        last_at: now,
        blocked_until: None,
    };
    Ok(sign_in_failures::set(work.uow, &subject, &counted)?)
}

/// Seconds until a try counts no more.
fn left(last_at: Timestamp, now: Timestamp) -> i64 {
    let left = COUNTED_FOR.saturating_sub(now.duration_since(last_at));
    left.as_secs().saturating_add(1)
}

/// A personal number that was given once more is the one that is kept; only its seal is another one.
fn keep_same_number(live: &Identity, wanted: &mut Identity) {
    if matches!(wanted, Identity::PersonalId(_)) && wanted.key() == live.key() {
        wanted.clone_from(live);
    }
}

/// Whether an open request says what it said before, and waits as it did. One that was sent back is handed in again by
/// naming the same.
fn is_same_request(vault: &Vault, before: &Enterprise, after: &Enterprise) -> Result<bool> {
    Ok(match (&before.amendment, &after.amendment) {
        (None, None) => true,
        (Some(old), Some(new)) if old == new => true,
        (Some(old), Some(new)) if old.status == new.status => wish(vault, before)? == wish(vault, after)?,
        _ => false,
    })
}

/// A refusal with the words that block in what the patch says anew.
fn with_words(work: &mut Work<'_, '_>, refusal: Error, patch: &Value, own: &Members) -> Error {
    let texts = patch.as_object().map(|said| screening::new_texts(said, own));
    match texts {
        Some(texts) => screening::with_words(work.conn(), refusal, &texts),
        None => refusal,
    }
}

/// What the patch makes of the enterprise, with its open request.
fn patched(
    work: &mut Work<'_, '_>,
    enterprise: &Enterprise,
    wished: Option<&Members>,
    patch: &Value,
) -> Result<EnterpriseProfile> {
    let mut draft = members(&enterprise.profile)?;
    if let Some(wished) = wished {
        overlay(&mut draft, wished);
    }
    // A name takes the place of the code.
    if patch.get("commune_name").is_some_and(|name| !name.is_null()) && patch.get("commune_code").is_none() {
        draft.remove("commune_code");
    }
    let lists = lists_for_enterprise(work.in_force()?, &enterprise.profile);
    let kept = Some(&enterprise.profile);
    let judge = |wanted: EnterpriseDraft| wanted.parse_onto(&lists, "", kept);
    let wanted = json_mistakes::edited(&Value::Object(draft), patch, judge)?;
    identities::require_parent(work.conn(), Some(enterprise), &wanted, "")?;
    Ok(wanted)
}

/// Keeps of what is wanted what needs no officer, and makes a request of the rest.
fn split(
    work: &mut Work<'_, '_>,
    enterprise: &mut Enterprise,
    is_handed_in: bool,
    mut wanted: EnterpriseProfile,
) -> Result<()> {
    let number = match &wanted.identity {
        Identity::PersonalId(PersonalId::Given(digits)) => Some(digits.clone()),
        _ => None,
    };
    identities::seal(work.vault, &mut wanted)?;
    let own = members(&enterprise.profile)?;
    let live = verified_part(&own);
    let mut all = members(&wanted)?;
    let mut verified = verified_part(&all);
    // Nobody reads the words that officers keep an eye on, nor by which address to pass the exchange by, before one of them did.
    for name in screening::watched(work.conn(), &all, &own)? {
        hold(name, &mut all, &own, &mut verified);
    }
    let is_live = verified == live && wanted.identity.key() == enterprise.profile.identity.key();
    if let Some(number) = number {
        verified.insert("personal_id".into(), number.into());
    }
    if is_handed_in && is_live {
        enterprise.amendment = None;
    } else if is_handed_in {
        // What the directory shows is told at once, as registering tells it. Who else has a number is told to nobody who
        // asks; the officer learns it at the approval.
        require_not_shown(work, enterprise.id, &wanted.identity)?;
        let plain = serde_json::to_vec(&verified).map_err(Error::internal)?;
        enterprise.amendment = Some(Amendment {
            status: AmendmentStatus::Submitted,
            sealed: work.vault.seal(vault::Purpose::Amendment, &plain)?,
            submitted_at: work.now,
        });
    }
    overlay(&mut all, &live);
    enterprise.profile = parsed(work, enterprise, all)?;
    Ok(())
}

fn parsed(work: &mut Work<'_, '_>, enterprise: &Enterprise, draft: Members) -> Result<EnterpriseProfile> {
    let lists = lists_for_enterprise(work.in_force()?, &enterprise.profile);
    let kept = Some(&enterprise.profile);
    let mut profile = json_mistakes::read::<EnterpriseDraft>(&Value::Object(draft))?
        .parse_onto(&lists, "", kept)
        .map_err(Error::fields)?;
    identities::seal(work.vault, &mut profile)?;
    Ok(profile)
}

/// Takes the request back.
pub fn take_back(work: &mut Work<'_, '_>, caller: &Caller, id: EnterpriseId, seen: Option<i64>) -> Result<Seen> {
    let (permit, mut enterprise) = own(work, caller, id, seen)?;
    if enterprise.amendment.is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    let before = state::of_enterprise(&enterprise)?;
    enterprise.amendment = None;
    enterprise.updated_at = work.now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    let change = Change::between(before, state::of_enterprise(&enterprise)?);
    let subject = ("enterprise", id.0);
    work.remember_change(&permit, Deed::AmendmentTakenBack, subject, None, change)?;
    in_full(work, permit.actor(), enterprise)
}

/// Decides on the request in the version of the enterprise that the officer has `seen`. Approval makes it live.
pub fn decide_on(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    id: EnterpriseId,
    seen: i64,
    verdict: &Verdict,
) -> Result<Seen> {
    let now = work.now;
    let actor = caller.actor(work.conn(), now)?;
    let mut enterprise = enterprises::find(work.conn(), id).map_err(|error| hide(&actor, error))?;
    let permit = decide(&actor, Action::ReviewEnterprise, &resource(&enterprise))?;
    let mut amendment = enterprise.amendment.clone().ok_or(ErrorCode::NotFound)?;
    require_version(seen, enterprise.version)?;
    if enterprise.status != EnterpriseStatus::Active {
        return Err(wrong_status(enterprise.status));
    }
    if amendment.status != AmendmentStatus::Submitted {
        return Err(decided_already());
    }
    if matches!(verdict, Verdict::Approve(_)) {
        // A word may have been added since it was handed in.
        let (wanted, live) = (wish(work.vault, &enterprise)?, members(&enterprise.profile)?);
        screening::require_clean_enterprise(work.conn(), &wanted.unwrap_or_default(), &live)?;
    }
    let judged = Judged {
        renewal: None,
        subject: (EntryKind::Amendment, id.0),
        id: id.0,
        enterprise: id,
        listing_kind: None,
        name: enterprise.profile.legal_name.to_string(),
        version: seen,
        since: amendment.submitted_at,
        document: Value::Object(wished(work.vault, &enterprise)?),
        state: state::of_enterprise(&enterprise)?,
    };
    if decisions::settle(work, &permit, &judged, verdict)? == Step::Endorsed {
        return in_full(work, permit.actor(), enterprise);
    }
    let before = state::of_enterprise(&enterprise)?;
    let deed = match verdict {
        Verdict::Approve(_) => {
            let mut draft = members(&enterprise.profile)?;
            overlay(&mut draft, &wish(work.vault, &enterprise)?.unwrap_or_default());
            let profile = parsed(work, &enterprise, draft)?;
            identities::require_parent(work.conn(), Some(&enterprise), &profile, "")?;
            enterprise.profile = profile;
            enterprise.amendment = None;
            Deed::AmendmentApproved
        }
        Verdict::Reject(_) => {
            amendment.status = AmendmentStatus::Rejected;
            enterprise.amendment = Some(amendment);
            Deed::AmendmentRejected
        }
        Verdict::RequestChanges(_) => {
            amendment.status = AmendmentStatus::ChangesRequested;
            enterprise.amendment = Some(amendment);
            Deed::AmendmentReturned
        }
    };
    enterprise.updated_at = now;
    let written = enterprises::update(work.uow, &permit, &mut enterprise);
    written.map_err(|error| identities::where_taken(error.into(), &enterprise.profile.identity, ""))?;
    // Its name stands at its listings.
    if matches!(verdict, Verdict::Approve(_)) {
        outbox::push_all_of(work.uow, id, now)?;
    }
    let change = Change::between(before, state::of_enterprise(&enterprise)?);
    let subject = ("enterprise", id.0);
    work.remember_decision(&permit, deed, subject, verdict.reason(), (seen, change))?;
    decisions::keep(work, &permit, &judged, verdict)?;
    in_full(work, permit.actor(), enterprise)
}

fn decided_already() -> Error {
    Error::new(
        ErrorCode::EnterpriseWrongStatus,
        "Đề nghị thay đổi này đã được xem xét và chưa được gửi lại.",
        "The request was decided on and was not handed in again.",
    )
}
