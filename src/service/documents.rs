//! Documents of enterprises' profiles: handing in, showing, an officer's verdict on each, removing. Only the owners of the
//! enterprise and the officers who review enterprises see them.

use jiff::Timestamp;
use jiff::civil::Date;

use super::context::{Caller, Work};
use super::enterprises::permitted;
use super::files::{FileRules, Prepared, reached, require_bytes_left, require_kept};
use super::members::tell_owners;
use super::review::claims;
use super::versions::require_version;
use super::{Error, ErrorCode, Result, logos as shown_logos};
use crate::domain::access::{Action, Permit};
use crate::domain::audit::{Deed, Reason};
use crate::domain::calendar::day_of;
use crate::domain::enterprise::document::{Document, DocumentKind, DocumentStatus, DocumentVerdict, MAX_DOCUMENTS};
use crate::domain::enterprise::{Enterprise, Identity};
use crate::domain::fields::Violation;
use crate::domain::file::FileName;
use crate::domain::ids::{DocumentId, EnterpriseId};
use crate::domain::letter::{Letter, PaperRuling};
use crate::domain::review::EntryKind;
use crate::domain::review::decision::Decided;
use crate::store::{AnyConn, documents, enterprises, logos, review_claims, review_decisions};

/// What is handed in, beside its content.
#[derive(Clone, Debug)]
pub struct NewDocument {
    /// What it is.
    pub kind: DocumentKind,
    /// What the sender calls it.
    pub name: FileName,
    /// The last day on which it holds, as its owner says.
    pub valid_to: Option<Date>,
}

/// What an officer finds.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What.
    pub verdict: DocumentVerdict,
    /// Why; wherever it is not accepted.
    pub reason: Option<Reason>,
    /// The last day on which it holds, as the officer reads it, or that it has no end; what its owner said, when nothing is
    /// said.
    pub valid_to: Option<Option<Date>>,
}

fn require_room(conn: &mut AnyConn, rules: FileRules, id: EnterpriseId, more: i64) -> Result<()> {
    let count = documents::of_enterprise(conn, id)?.len();
    if i64::try_from(count).unwrap_or(i64::MAX) >= MAX_DOCUMENTS {
        return Err(reached(
            format!("Mỗi doanh nghiệp có tối đa {MAX_DOCUMENTS} giấy tờ."),
            format!("An enterprise has at most {MAX_DOCUMENTS} documents."),
        ));
    }
    require_bytes_left(conn, rules, id, more)
}

/// Asks before anything is read whether the caller may hand one in.
pub fn may_add(conn: &mut AnyConn, caller: &Caller, rules: FileRules, id: EnterpriseId, now: Timestamp) -> Result<()> {
    permitted(conn, caller, id, Action::AnswerReview, now)?;
    require_room(conn, rules, id, 0)
}

/// Hands in a document, which waits for an officer.
pub fn add(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    rules: FileRules,
    id: EnterpriseId,
    new: &NewDocument,
    prepared: &Prepared,
) -> Result<Document> {
    let now = work.now;
    let (permit, mut enterprise) = permitted(work.conn(), caller, id, Action::AnswerReview, now)?;
    if new.valid_to.is_some_and(|last| last < day_of(now)) {
        return Err(Error::field("valid_to", Violation::Malformed { what: "future_day" }));
    }
    require_room(work.conn(), rules, id, prepared.content.size)?;
    let document = Document {
        id: DocumentId(work.next_id()),
        enterprise: id,
        kind: new.kind,
        name: new.name.clone(),
        alt: None,
        content: (&prepared.content).into(),
        decided: DocumentStatus::Submitted,
        valid_to: new.valid_to,
        reason: None,
        submitted_at: now,
        decided_at: None,
        version: 1,
    };
    documents::insert(work.uow, &permit, &document)?;
    require_kept(work.conn(), prepared.put_at, [&document.content.digest])?;
    // Whoever read the enterprise before has not seen this one, and decides on no version that has it.
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    work.remember(&permit, Deed::DocumentAdded, "document", document.id.0, None)?;
    Ok(document)
}

/// All documents of an enterprise.
pub fn list(conn: &mut AnyConn, caller: &Caller, id: EnterpriseId, now: Timestamp) -> Result<Vec<Document>> {
    permitted(conn, caller, id, Action::ReadDocuments, now)?;
    Ok(documents::of_enterprise(conn, id)?)
}

/// One of them.
pub fn read(
    conn: &mut AnyConn,
    caller: &Caller,
    (enterprise, id): (EnterpriseId, DocumentId),
    now: Timestamp,
) -> Result<Document> {
    Ok(readable(conn, caller, (enterprise, id), now)?.1)
}

/// The same with the proof that the caller may.
pub(super) fn readable(
    conn: &mut AnyConn,
    caller: &Caller,
    place: (EnterpriseId, DocumentId),
    now: Timestamp,
) -> Result<(Permit, Document)> {
    let (permit, _, document) = found(conn, caller, place, Action::ReadDocuments, now)?;
    Ok((permit, document))
}

/// The path names both, and an owner of one enterprise reads nothing of another's.
fn found(
    conn: &mut AnyConn,
    caller: &Caller,
    (enterprise, id): (EnterpriseId, DocumentId),
    action: Action,
    now: Timestamp,
) -> Result<(Permit, Enterprise, Document)> {
    let (permit, enterprise) = permitted(conn, caller, enterprise, action, now)?;
    let document = documents::find(conn, id)?;
    if document.enterprise != enterprise.id {
        return Err(ErrorCode::NotFound.into());
    }
    Ok((permit, enterprise, document))
}

/// Removes one that was not accepted, holds no more, or has one of its kind beside it that holds for longer: a verification
/// rests on the others. But an identity card goes whenever its owner wants that: what it was to show is written down.
pub fn remove(work: &mut Work<'_, '_>, caller: &Caller, place: (EnterpriseId, DocumentId)) -> Result<()> {
    let now = work.now;
    let (permit, mut enterprise, document) = found(work.conn(), caller, place, Action::EditEnterprise, now)?;
    if document.kind != DocumentKind::IdCard && document.status(now) == DocumentStatus::Accepted {
        let all = documents::of_enterprise(work.conn(), enterprise.id)?;
        let mut following = all.iter().filter(|other| other.follows(&document, now));
        if !following.any(|other| other.status(now) == DocumentStatus::Accepted) {
            return Err(ErrorCode::AlreadyDecided.into());
        }
    }
    // Its insiders see how many there are, and hear of another version that it may be none.
    enterprise.updated_at = now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    taken_away(work, &permit, &document)
}

/// Removes one with what is kept of it, and remembers that.
pub(super) fn taken_away(work: &mut Work<'_, '_>, permit: &Permit, document: &Document) -> Result<()> {
    documents::remove(work.uow, permit, document.id)?;
    review_claims::remove(work.uow, permit, (EntryKind::Document, document.id.0))?;
    work.remember(permit, Deed::DocumentRemoved, "document", document.id.0, None)
}

/// Whether a document does not go along into another enterprise: cards of persons, whom the other one's owners need not
/// know, and of a household or an individual all that shows who that is, unless the other one is a person, too.
fn stays_behind(document: &Document, (from, into): (&Enterprise, &Enterprise)) -> bool {
    let is_person = |enterprise: &Enterprise| matches!(enterprise.profile.identity, Identity::PersonalId(_));
    // The one that stays has its own face.
    matches!(document.kind, DocumentKind::IdCard | DocumentKind::Logo) || is_person(from) && !is_person(into)
}

/// How many go along into another enterprise.
pub(super) fn going_along(conn: &mut AnyConn, parties: (&Enterprise, &Enterprise)) -> Result<i64> {
    let all = documents::of_enterprise(conn, parties.0.id)?;
    let going = all.iter().filter(|document| !stays_behind(document, parties));
    i64::try_from(going.count()).map_err(Error::internal)
}

/// Removes what does not go along.
pub(super) fn leave_behind(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    parties: (&Enterprise, &Enterprise),
) -> Result<()> {
    for document in documents::of_enterprise(work.conn(), parties.0.id)? {
        if stays_behind(&document, parties) {
            taken_away(work, permit, &document)?;
        }
    }
    Ok(())
}

/// With the person who represents an enterprise go the cards that show who that is; of a household or an individual, whose
/// papers are all the person's, every document and the logo, which may be a portrait.
pub(super) fn erase(work: &mut Work<'_, '_>, permit: &Permit, enterprise: &Enterprise) -> Result<()> {
    let is_person = matches!(enterprise.profile.identity, Identity::PersonalId(_));
    for document in documents::of_enterprise(work.conn(), enterprise.id)? {
        if is_person || document.kind == DocumentKind::IdCard {
            taken_away(work, permit, &document)?;
        }
    }
    if is_person && logos::remove(work.uow, permit, enterprise.id)? {
        work.remember(permit, Deed::LogoRemoved, "enterprise", enterprise.id.0, None)?;
    }
    Ok(())
}

/// Decides on the version of a document that the officer has `seen`, also on one that was decided on before: it may turn
/// out to be false, or to hold no more.
pub fn decide_on(
    work: &mut Work<'_, '_>,
    caller: &Caller,
    place: (EnterpriseId, DocumentId),
    seen: i64,
    finding: &Finding,
) -> Result<Document> {
    let now = work.now;
    let (permit, enterprise, mut document) = found(work.conn(), caller, place, Action::ReviewEnterprise, now)?;
    require_version(seen, document.version)?;
    claims::settle(work, &permit, (EntryKind::Document, document.id.0))?;
    let valid_to = finding.valid_to.unwrap_or(document.valid_to);
    match (finding.verdict, &finding.reason, valid_to) {
        (DocumentVerdict::Accepted, _, Some(last)) if last < day_of(now) => {
            return Err(Error::field("/valid_to", Violation::Malformed { what: "future_day" }));
        }
        (DocumentVerdict::Refused | DocumentVerdict::Expired, None, _) => {
            return Err(Error::field("/reason", Violation::Required));
        }
        (DocumentVerdict::Accepted, _, _) => shown_logos::require_acceptable(work, &document)?,
        _ => {}
    }
    if document.kind == DocumentKind::Logo && valid_to.is_some() {
        return Err(Error::field("/valid_to", Violation::Conflicts { with: "kind" }));
    }
    let was = document.decided;
    // Whoever looks at one again has not let anybody wait.
    let waiting_since = if document.waits() { document.submitted_at } else { now };
    document.decided = finding.verdict.status();
    document.valid_to = valid_to;
    let reason = finding.reason.as_ref();
    document.reason = reason.map(|reason| (reason.code.to_string(), reason.text.to_string()));
    document.decided_at = Some(now);
    documents::update(work.uow, &permit, &mut document)?;
    let (owner, called) = (enterprise.id, enterprise.profile.legal_name.to_string());
    if document.kind == DocumentKind::Logo {
        shown_logos::decided(work, &permit, enterprise, (&document, was))?;
    }
    work.remember(&permit, finding.verdict.deed(), "document", document.id.0, reason)?;
    let decided = Decided {
        id: work.next_id(),
        kind: EntryKind::Document,
        subject: document.id.0,
        judged: document.id.0,
        enterprise: owner,
        listing_kind: None,
        outcome: finding.verdict.outcome(),
        version: seen,
        reason: document.reason.clone(),
        notes: Vec::new(),
        checklist: None,
        officer: permit.actor().account().ok_or(ErrorCode::Forbidden)?,
        waiting_since,
        at: now,
    };
    review_decisions::insert(work.uow, &permit, &decided, None)?;
    let letter = Letter::DocumentDecided(PaperRuling {
        enterprise: called,
        document: document.kind.as_str().to_owned(),
        name: match &document.alt {
            Some(alt) => alt.vi.to_string(),
            None => document.name.as_str().to_owned(),
        },
        verdict: finding.verdict.as_str().to_owned(),
        valid_to: document.valid_to.map(|day| day.to_string()),
        reason: reason.map(|reason| reason.text.to_string()),
    });
    tell_owners(work, owner, &letter)?;
    Ok(document)
}

/// Nobody vouches for an enterprise whose papers are unread.
pub(super) fn require_decided(conn: &mut AnyConn, id: EnterpriseId) -> Result<()> {
    let waits = documents::of_enterprise(conn, id)?.iter().any(Document::waits);
    if waits {
        return Err(ErrorCode::DocumentsUndecided.into());
    }
    Ok(())
}
