//! One approval, one licence in force; and where the content of a licence changes, a new one in its place (Luật CGCN Đ.30.6): the
//! new one names it, and it ends on the day on which the new one is issued.

use jiff::civil::Date;

use super::genuine::Genuine;
use super::party::Party;
use super::{issuing, sides, succession};
use crate::domain::access::Permit;
use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::certificate::record::{RecordKind, RecordReplaced};
use crate::domain::certificate::{Certificate, Validity, validity};
use crate::domain::dossier::{ContractParty, Dossier};
use crate::domain::fields::{LawFault, Violation};
use crate::domain::ids::CertificateId;
use crate::domain::procedure::Issues;
use crate::service::audit::state;
use crate::service::context::Work;
use crate::service::dossiers::{heirs, hints, holding, receipt};
use crate::service::procedures::RuleSet;
use crate::service::{Error, Result};
use crate::store::audit::Change;
use crate::store::{AnyConn, certificate_origins, certificates as rows};

/// What says that changed content needs a new licence.
const BASIS: &str = "Luật CGCN Đ.30.6";
/// Where a dossier names the licence that goes.
const REPLACES: &str = "/content/replaces_licence";

fn is_in_force(licence: &Certificate, today: Date) -> bool {
    validity(std::slice::from_ref(licence), licence.position, today) == Validity::Valid
}

/// Checks what is handed in on or asked for since a day: the licence that it names is the filer's and was in force then, and
/// there is no other one.
pub(crate) fn check(work: &mut Work<'_, '_>, dossier: (&Dossier, &RuleSet), asked_on: Date) -> Result<()> {
    found(work, dossier, When::HandedIn(asked_on)).map(|_former| ())
}

/// The licence that a dossier's new one replaces, or comes after where its contract ended while the authority had the dossier:
/// that is not the licensee's fault. Nothing where it replaces none, or issues none: one that was annulled meanwhile has no
/// content that could change, and what is issued is a licence of its own, if anything is. Refuses a second one of an approval of
/// which one is in force.
pub(crate) fn replaced(
    work: &mut Work<'_, '_>,
    (dossier, set): (&Dossier, &RuleSet),
    issues: Issues,
    today: Date,
) -> Result<Option<Genuine<Certificate>>> {
    if issues != Issues::Licence {
        return Ok(None);
    }
    let asked_on = receipt::first_day(work.conn(), dossier)?.unwrap_or(today);
    let former = found(work, (dossier, set), When::Decided(asked_on))?;
    Ok(former.filter(|licence| licence.annulled_on.is_none()))
}

/// When it is asked which licence goes, with the day on which the new one was asked for.
#[derive(Clone, Copy)]
enum When {
    /// When it is handed in.
    HandedIn(Date),
    /// When it is issued: whose the old one is was seen before.
    Decided(Date),
}

fn found(
    work: &mut Work<'_, '_>,
    (dossier, set): (&Dossier, &RuleSet),
    when: When,
) -> Result<Option<Genuine<Certificate>>> {
    let today = day_of(work.now);
    let after = match dossier.follows {
        Some(approval) => rows::licences_after(work.conn(), approval)?,
        None => Vec::new(),
    };
    let named = match &dossier.content.draft().replaces_licence {
        Some(number) => {
            let named = named(work, dossier, number, when)?;
            // The new one says which it was.
            Some(Genuine::one(work, named)?)
        }
        None => None,
    };
    let replaced = named.as_ref().map(|licence| licence.id);
    let mut others = after.iter().filter(|licence| Some(licence.id) != replaced);
    if let Some(second) = others.find(|licence| is_in_force(licence, today)) {
        return Err(Error::field(REPLACES, in_force_already(second)));
    }
    let is_of_approval = after.iter().any(|licence| Some(licence.id) == replaced);
    if let Some(other) = beside(work.conn(), dossier, (named.as_deref(), is_of_approval), when, today)? {
        return Err(Error::field(REPLACES, in_force_already(&other)));
    }
    // Only the authority that licensed ends a licence, or the one that took its place.
    if let Some(licence) = &named {
        succession::require(work, (dossier, set), licence, today)?;
    }
    Ok(named)
}

/// A licence in force of no approval of the dossier's that keeps it from its own: one that took the place of the one that it
/// names already; or, where it names none such, one of the same technology and parties that came of no approval here, or came to
/// the filer with one whose place it took. Of several of these it is enough to name the one that goes: before there was the
/// exchange nobody wrote down that one ended with the next, and a dossier names one only. What comes to a filer once it asked does
/// not keep it.
fn beside(
    conn: &mut AnyConn,
    dossier: &Dossier,
    (named, is_of_approval): (Option<&Certificate>, bool),
    when: When,
    today: Date,
) -> Result<Option<Certificate>> {
    let filer = holding::filer(conn, dossier)?;
    let came_along = |one: &Certificate| came_along(dossier, filer.as_ref(), one);
    let is_told = match named {
        Some(one) => is_of_approval || came_along(one) || was_entered(conn, dossier, one)?,
        None => false,
    };
    let gone = named.map(RecordReplaced::of);
    for one in of_parties(conn, dossier)? {
        if !is_in_force(&one, today) {
            continue;
        }
        let is_in_its_place = gone.is_some() && one.record.replaces == gone;
        let is_new = matches!(when, When::HandedIn(_)) && came_along(&one);
        if is_in_its_place || !is_told && (is_new || was_entered(conn, dossier, &one)?) {
            return Ok(Some(one));
        }
    }
    Ok(None)
}

/// The licences of the parties that a dossier tells, the newest first.
fn of_parties(conn: &mut AnyConn, dossier: &Dossier) -> Result<Vec<Certificate>> {
    let draft = dossier.content.draft();
    let mut codes = [&draft.transferor.tax_code, &draft.transferee.tax_code]
        .into_iter()
        .flatten();
    let licences = |enterprise, tax_code| rows::Wanted {
        enterprise,
        tax_code,
        kind: Some(RecordKind::Licence.as_str().to_owned()),
        ..rows::Wanted::default()
    };
    let wanted = match (dossier.enterprise, codes.next()) {
        (Some(own), code) => licences(Some((own, code.cloned())), None),
        (None, Some(code)) => licences(None, Some(code.clone())),
        (None, None) => return Ok(Vec::new()),
    };
    Ok(rows::page(conn, &wanted, None, hints::MOST)?)
}

/// Whether a licence is of before and of the same parties and technology. When their contracts were signed tells nothing: changed
/// content is agreed on anew, after it was approved. What was issued here is none of before, whatever its row tells of that.
fn was_entered(conn: &mut AnyConn, dossier: &Dossier, one: &Certificate) -> Result<bool> {
    let is_same = hints::is_same(&one.record, dossier.content.draft());
    Ok(is_same && !certificate_origins::was_issued_here(conn, one)?)
}

/// Whether a licence came to the filer with one whose place it took: it was linked to that one, or names it.
fn came_along(dossier: &Dossier, filer: Option<&Party>, one: &Certificate) -> bool {
    let (draft, record) = (dossier.content.draft(), &one.record);
    let is_told = |side| match side {
        ContractParty::Transferor => hints::is_party(&record.transferor, &draft.transferor),
        ContractParty::Transferee => hints::is_party(&record.transferee, &draft.transferee),
    };
    let holder = sides::holder(record);
    let is_linked = dossier.enterprise.is_some() && one.enterprise == dossier.enterprise;
    let names_it = || filer.is_some_and(|filer| filer.has_merged(sides::party(record, holder)));
    (is_linked || names_it())
        && hints::is_technology(record, draft)
        && !is_told(holder)
        && is_told(sides::opposite(holder))
}

fn in_force_already(licence: &Certificate) -> Violation {
    let number = &licence.record.number;
    let words = (
        format!("Đã có Giấy phép số {number} còn hiệu lực; khi thay đổi nội dung, ghi số giấy phép được thay thế"),
        format!("Licence {number} is in force; where its content changes, name it as the one that is replaced"),
    );
    LawFault::coded("licence_in_force", words, BASIS)
}

/// Whether a licence was in force on a day: not over with its contract, nor annulled or replaced by then.
fn was_in_force(conn: &mut AnyConn, licence: &Certificate, day: Date) -> Result<bool> {
    let replaced_on = match licence.replaced_by {
        Some(by) => Some(rows::find(conn, by)?.record.issued_on),
        None => None,
    };
    let ended = [licence.annulled_on, replaced_on];
    let has_ended = ended.into_iter().flatten().any(|end| end <= day);
    Ok(!has_ended && licence.expires_on.is_none_or(|last| day <= last))
}

/// The licence with a number that is the filer's and was in force when the new one was asked for.
fn named(work: &mut Work<'_, '_>, dossier: &Dossier, number: &str, when: When) -> Result<Certificate> {
    let filer = holding::filer(work.conn(), dossier)?;
    let mut found = rows::find_by_number(work.conn(), number)?;
    found.retain(|one| one.record.kind == RecordKind::Licence);
    let heir_of = found.iter().find_map(|one| heirs::unnamed(filer.as_ref(), one));
    let (asked_on, was_seen) = match when {
        When::HandedIn(day) => (day, false),
        When::Decided(day) => (day, true),
    };
    let is_holder = if was_seen {
        holding::is_holder_still
    } else {
        holding::is_holder
    };
    found.retain(|one| is_holder(dossier, filer.as_ref(), one));
    let only = match (found.as_slice(), heir_of) {
        ([only], _) => only,
        ([], Some(unnamed)) => return Err(Error::field("/content/amendment/succeeded_party", unnamed)),
        ([], None) => return Err(wrong("replaced_licence")),
        _ => return Err(wrong("ambiguous_licence")),
    };
    // Another one in its place is the one that would go.
    let is_there = only.replaced_by.is_none() && was_in_force(work.conn(), only, asked_on)?;
    if is_there {
        return Ok(only.clone());
    }
    let held = std::slice::from_ref(only);
    Err(issuing::not_in_force(
        held,
        validity(held, only.position, day_of(work.now)),
    ))
}

fn wrong(what: &'static str) -> Error {
    Error::field(REPLACES, Violation::Malformed { what })
}

/// Ends a licence, as another one took its place: it is over in the register, and in its dossier, where the last year is still
/// reported on. One that is over with its contract is so already.
pub(super) fn end(work: &mut Work<'_, '_>, permit: &Permit, licence: Certificate, by: CertificateId) -> Result<()> {
    if !is_in_force(&licence, day_of(work.now)) {
        return Ok(());
    }
    rows::replace(work.uow, permit, licence.id, by)?;
    let before = state::of_certificate(&licence)?;
    let replaced = Certificate {
        replaced_by: Some(by),
        ..licence
    };
    let change = Change::between(before, state::of_certificate(&replaced)?);
    let subject = ("certificate", replaced.id.0);
    work.remember_change(permit, Deed::CertificateReplaced, subject, None, change)?;
    match replaced.dossier {
        Some(dossier) => issuing::go_on(work, permit, dossier, (Issues::Licence, None), |_stays| ()),
        None => Ok(()),
    }
}
