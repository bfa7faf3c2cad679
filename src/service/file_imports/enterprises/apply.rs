//! What a row does: enters an enterprise, or brings one up to date that nobody but imports has touched.

use serde_json::{Map, Value, json};

use super::columns::PARENT;
use super::parents::{parent_of, with_number, with_parent};
use super::row::{Head, Item, Read};
use super::seen::Before;
use super::{Row, alike, flagged, themselves};
use crate::domain::access::{Action, Permit, decide};
use crate::domain::audit::Deed;
use crate::domain::drafts::{EnterpriseDraft, is_dependent, lists_for_enterprise, merge_patch};
use crate::domain::enterprise::{
    Enterprise, EnterpriseProfile, EnterpriseStatus, Identity, LIKELY, Verification, says_another_form,
};
use crate::domain::fields::{FieldError, Violation};
use crate::domain::ids::EnterpriseId;
use crate::domain::import::{Problem, RowResult};
use crate::domain::review::RiskFlag;
use crate::service::audit::state;
use crate::service::context::Work;
use crate::service::enterprises::resource;
use crate::service::file_imports::listings::apply::tried;
use crate::service::{Error, ErrorCode, Result, amendments, identities, json_mistakes, screening};
use crate::store::audit::Change;
use crate::store::file_imports::enterprises as origins;
use crate::store::{enterprises, members, outbox};

/// What every enterprise is sent with: what a row does not say of these is missing.
const NEEDED: [&str; 6] = [
    "legal_form",
    "legal_name",
    "address_line",
    "contact_name",
    "contact_email",
    "contact_phone",
];

/// What a row did, and of which enterprise.
struct Applied {
    result: RowResult,
    enterprise: Option<Enterprise>,
    notices: Vec<Problem>,
}

/// Does a row, or only tries it. Gives what became of it, and the enterprise where it is new.
pub(super) fn load_row(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    is_dry_run: bool,
    head: &Head,
    before: Before<'_>,
    read: &Read,
) -> Result<(Row, Option<Enterprise>)> {
    let key = read.item.key();
    let done = match key.as_deref().and_then(|key| before.row_of(key)) {
        Some(first) => Err(vec![head.twice(first)]),
        None => load_item(work, permit, is_dry_run, head, before, &read.item)?
            .map_err(|problems| with_number(head, before, &read.item, problems)),
    };
    let row = Row {
        number: read.number,
        result: RowResult::Refused,
        name: key,
        about: None,
        problems: Vec::new(),
        raw: None,
    };
    Ok(match done {
        Ok(applied) => {
            let is_new = applied.result == RowResult::Created;
            let row = Row {
                result: applied.result,
                // What was only tried has entered none.
                about: applied
                    .enterprise
                    .as_ref()
                    .map(|enterprise| enterprise.id)
                    .filter(|_| !(is_dry_run && is_new)),
                problems: read.item.notices.iter().cloned().chain(applied.notices).collect(),
                ..row
            };
            (row, applied.enterprise.filter(|_| is_new))
        }
        Err(problems) => {
            let raw = Some(read.raw.clone());
            (Row { problems, raw, ..row }, None)
        }
    })
}

fn load_item(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    is_dry_run: bool,
    head: &Head,
    before: Before<'_>,
    item: &Item,
) -> Result<std::result::Result<Applied, Vec<Problem>>> {
    // The others are looked at all the same, so that everything that is wrong is told at once.
    let is_only_tried = is_dry_run || !item.unread.is_empty();
    let done = tried(work, is_only_tried, |work| {
        apply(work, permit, is_dry_run, head, before, item)
    })?;
    if item.unread.is_empty() {
        return Ok(done.map_err(|refusal| head.problems(&refusal)));
    }
    let mut problems: Vec<Problem> = item.unread.iter().map(|error| head.problem(error)).collect();
    if let Err(mut refusal) = done {
        refusal.fields.retain(|other| !comes_of(other, &item.unread));
        if !refusal.fields.is_empty() {
            problems.extend(head.problems(&refusal));
        }
    }
    Ok(Err(problems))
}

/// Whether something is only wrong because something else could not be read. Of a row that is no row at all, everything is.
fn comes_of(other: &FieldError, unread: &[FieldError]) -> bool {
    let is_unread = |pointer: &str| unread.iter().any(|error| error.pointer == pointer);
    // Words are wrong by themselves.
    if matches!(other.violation, Violation::Screened { .. }) {
        return is_unread(&other.pointer);
    }
    let is_of_place = ["/commune_code", "/commune_name", "/district_name"].contains(&other.pointer.as_str());
    let is_of_parent = other.pointer == "/parent_id";
    let is_no_row = unread.iter().any(|error| {
        let is_whole = error.pointer.is_empty() && error.violation != Violation::Malformed { what: "row_of_cells" };
        is_whole || error.pointer == "/enterprise"
    });
    let placed = unread.iter().filter(|error| !error.pointer.is_empty()).cloned();
    is_no_row
        || json_mistakes::rests_on(other, &placed.collect::<Vec<_>>())
        || is_of_place && is_unread("/province_code")
        || is_of_parent && is_unread(PARENT)
}

fn apply(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    is_dry_run: bool,
    head: &Head,
    before: Before<'_>,
    item: &Item,
) -> Result<Applied> {
    let known = match item.key() {
        Some(key) => enterprises::find_by_key(work.conn(), &key)?,
        None => None,
    };
    match known.filter(|known| known.status != EnterpriseStatus::Rejected) {
        None => enter(work, permit, is_dry_run, head, before, item),
        Some(known) => meet(work, permit, is_dry_run, head, before, known, item),
    }
}

/// Enters an enterprise that the Department knows. It is active, and nobody's until an officer admits its owner; that its papers were
/// looked at is not said of it.
fn enter(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    is_dry_run: bool,
    head: &Head,
    before: Before<'_>,
    item: &Item,
) -> Result<Applied> {
    let mut draft = json!({});
    merge_patch(&mut draft, &Value::Object(item.patch.clone()));
    complete(&mut draft);
    let (is_in_file, no_parent) = parent_of(work, is_dry_run, before, item, &mut draft)?;
    let lists = work.in_force()?;
    let profile = json_mistakes::made(&draft, |sent: EnterpriseDraft| {
        let parsed = sent.parse(&lists, "");
        with_parent(parsed.map_err(|errors| absent_is_required(&draft, errors)), &no_parent)
    })
    .map_err(|refusal| with_words(work, with_missing(&draft, refusal), item, &Map::new()))?;
    let parent = if is_in_file {
        Ok(())
    } else {
        identities::require_parent(work.conn(), None, &profile, "")
    };
    let enterprise = Enterprise {
        id: EnterpriseId(work.next_id()),
        profile,
        status: EnterpriseStatus::Active,
        amendment: None,
        merged_into: None,
        closed_at: None,
        verification: Verification::default(),
        is_demo: false,
        version: 1,
        submitted_at: work.now,
        created_at: work.now,
        updated_at: work.now,
    };
    let permit = permitted(permit, &enterprise)?;
    let wanted = amendments::members(&enterprise.profile)?;
    let clean = screening::require_clean_enterprise(work.conn(), &wanted, &Map::new());
    screening::both(parent, clean)?;
    let (mut notices, likeness) = alike::told(head, permit.actor(), before.indexes(), &enterprise.profile);
    if likeness >= LIKELY && work.needs_second.contains(&RiskFlag::LikelyDuplicate) {
        return Err(needs_second(&notices));
    }
    let profile = &enterprise.profile;
    if says_another_form(profile.legal_name.as_str(), &profile.legal_form) {
        notices.push(head.other_form());
    }
    let is_alone = !is_in_file && is_of_unit(profile);
    notices.extend(is_alone.then(|| head.code_of_unit()));
    let flags = flagged::told(head, &screening::new_texts(&wanted, &Map::new()));
    flagged::require_for_one(&flags, &work.needs_second)?;
    enterprises::insert(work.uow, &permit, &enterprise)
        .map_err(|error| identities::where_taken(error.into(), &enterprise.profile.identity, ""))?;
    outbox::push_enterprise(work.uow, enterprise.id, work.now)?;
    origins::note_origin(work.uow, &permit, enterprise.id, enterprise.version, work.now)?;
    failpoint!("enterprise_imports.row.written", Error::busy);
    let change = Change::made(state::of_enterprise(&enterprise)?);
    let subject = ("enterprise", enterprise.id.0);
    work.remember_change(&permit, Deed::EnterpriseImported, subject, None, change)?;
    Ok(Applied {
        result: RowResult::Created,
        enterprise: Some(enterprise),
        notices: notices.into_iter().chain(problems_of(flags)).collect(),
    })
}

/// Whether the tax code is that of a branch or another dependent unit, and neither legal form nor parent says so.
fn is_of_unit(profile: &EnterpriseProfile) -> bool {
    let is_units = matches!(&profile.identity, Identity::TaxCode(code) if code.is_branch());
    is_units && profile.details.parent_id.is_none() && !is_dependent(&profile.legal_form)
}

/// The right to do so with this very enterprise: an officer's scope says where, and in which fields.
fn permitted(permit: &Permit, enterprise: &Enterprise) -> Result<Permit> {
    decide(permit.actor(), Action::ImportEnterprises, &resource(enterprise)).map_err(|_refused| {
        Error::new(
            ErrorCode::Forbidden,
            "Đơn vị ở ngoài địa bàn, lĩnh vực mà cán bộ phụ trách.",
            "The enterprise is outside of the places and fields that the officer looks after.",
        )
    })
}

/// What two officers would have to approve is not entered by one.
fn needs_second(alike: &[Problem]) -> Error {
    let vi: Vec<&str> = alike.iter().map(|problem| problem.vi.as_str()).collect();
    let en: Vec<&str> = alike.iter().map(|problem| problem.en.as_str()).collect();
    Error::new(
        ErrorCode::SecondPersonRequired,
        format!(
            "Nghi trùng với đơn vị khác nên cần hai cán bộ duyệt; hãy để đơn vị tự đăng ký. {}",
            vi.join(" ")
        ),
        format!(
            "It looks like another enterprise, and two officers would have to approve it; let it register itself. {}",
            en.join(" ")
        ),
    )
}

/// What an enterprise must say before it can be read at all, so that everything wrong is told at once.
fn complete(draft: &mut Value) {
    if let Value::Object(draft) = draft {
        for name in NEEDED {
            draft.entry(name).or_insert_with(|| "".into());
        }
    }
}

/// What was not said is missing, and not malformed.
fn absent_is_required(draft: &Value, mut errors: Vec<FieldError>) -> Vec<FieldError> {
    for error in &mut errors {
        let name = error.pointer.trim_start_matches('/');
        if NEEDED.contains(&name) && draft.get(name).is_some_and(|value| value == "") {
            error.violation = Violation::Required;
        }
    }
    themselves::told(draft, errors)
}

/// What was not said is missing, also where what could not be read leaves open what else is wrong.
fn with_missing(draft: &Value, mut refusal: Error) -> Error {
    if refusal.code == ErrorCode::ValidationFailed {
        for name in NEEDED {
            let pointer = format!("/{name}");
            let is_missing = draft.get(name).is_some_and(|value| value == "");
            if is_missing && refusal.fields.iter().all(|field| field.pointer != pointer) {
                refusal.fields.push(FieldError {
                    pointer,
                    violation: Violation::Required,
                });
            }
        }
    }
    refusal
}

/// Meets an enterprise that is on the exchange: what an import entered, and nobody has touched since, is brought up to date.
/// Anything else stays as it is, and the row tells in what it differs.
fn meet(
    work: &mut Work<'_, '_>,
    permit: &Permit,
    is_dry_run: bool,
    head: &Head,
    before: Before<'_>,
    known: Enterprise,
    item: &Item,
) -> Result<Applied> {
    let stays = |why: (&str, &str), differs: &[String]| Applied {
        result: RowResult::Unchanged,
        enterprise: Some(known.clone()),
        notices: vec![head.already_here(why, differs)],
    };
    // Which one it is, and what became of it, is told to those whose business it is.
    let Ok(permit) = permitted(permit, &known) else {
        return Ok(Applied {
            enterprise: None,
            ..stays(ELSEWHERE, &[])
        });
    };
    if known.merged_into.is_some() {
        return Ok(stays(MERGED, &[]));
    }
    let profile = onto(work, is_dry_run, before, &known, item)?;
    let differs = differences(&known.profile, &profile)?;
    if differs.is_empty() {
        return Ok(Applied {
            result: RowResult::Unchanged,
            enterprise: Some(known.clone()),
            notices: Vec::new(),
        });
    }
    let has_owner = members::has_owner(work.conn(), known.id)?;
    let is_untouched = origins::origin(work.conn(), known.id)? == Some(known.version)
        && known.status == EnterpriseStatus::Active
        && !has_owner;
    if !is_untouched {
        return Ok(stays(standing(known.status, has_owner), &differs));
    }
    let mut enterprise = known.clone();
    enterprise.profile = profile;
    // Where it is then must be the officer's business, too.
    let permit = permitted(&permit, &enterprise)?;
    let (wanted, live) = (
        amendments::members(&enterprise.profile)?,
        amendments::members(&known.profile)?,
    );
    let clean = screening::require_clean_enterprise(work.conn(), &wanted, &live);
    let parent = identities::require_parent(work.conn(), Some(&known), &enterprise.profile, "");
    screening::both(parent, clean)?;
    let flags = flagged::told(head, &screening::new_texts(&wanted, &live));
    flagged::require_for_one(&flags, &work.needs_second)?;
    enterprise.updated_at = work.now;
    enterprises::update(work.uow, &permit, &mut enterprise)?;
    origins::note_origin(work.uow, &permit, enterprise.id, enterprise.version, work.now)?;
    let change = Change::between(state::of_enterprise(&known)?, state::of_enterprise(&enterprise)?);
    let subject = ("enterprise", enterprise.id.0);
    work.remember_change(&permit, Deed::EnterpriseReimported, subject, None, change)?;
    Ok(Applied {
        result: RowResult::Updated,
        enterprise: Some(enterprise),
        notices: problems_of(flags).collect(),
    })
}

fn problems_of(flags: Vec<(RiskFlag, Problem)>) -> impl Iterator<Item = Problem> {
    flags.into_iter().map(|(_, problem)| problem)
}

const MERGED: (&str, &str) = (
    "Đơn vị này đã được gộp vào một đơn vị khác trên Sàn; không sửa gì.",
    "The enterprise became part of another one on the exchange; nothing was changed.",
);
const ELSEWHERE: (&str, &str) = (
    "Đơn vị đã có trên Sàn, ngoài phạm vi cán bộ phụ trách; không sửa gì.",
    "The enterprise is on the exchange, outside of what the officer looks after; nothing was changed.",
);

fn standing(status: EnterpriseStatus, has_owner: bool) -> (&'static str, &'static str) {
    match status {
        EnterpriseStatus::Active if has_owner => (
            "Đơn vị đã có trên Sàn và có chủ hồ sơ, tự sửa thông tin của mình; không sửa gì.",
            "The enterprise is on the exchange and has an owner, who keeps its data; nothing was changed.",
        ),
        EnterpriseStatus::Submitted | EnterpriseStatus::ChangesRequested => (
            "Đơn vị đã tự đăng ký và đang chờ xử lý hồ sơ; không sửa gì.",
            "The enterprise registered itself, and the registration is not decided yet; nothing was changed.",
        ),
        EnterpriseStatus::Suspended | EnterpriseStatus::Closed => (
            "Đơn vị đã có trên Sàn và đang tạm ngừng hoặc đã chấm dứt; không sửa gì.",
            "The enterprise is on the exchange, suspended or closed; nothing was changed.",
        ),
        EnterpriseStatus::Active | EnterpriseStatus::Rejected => (
            "Đơn vị đã có trên Sàn, do chính đơn vị đăng ký hoặc đã có người sửa sau khi nhập; không sửa gì.",
            "The enterprise is on the exchange by its own registration, or was changed since it was imported; nothing was changed.",
        ),
    }
}

/// The profile that a row makes of one that is there: a column that the file does not have leaves its member alone.
fn onto(
    work: &mut Work<'_, '_>,
    is_dry_run: bool,
    before: Before<'_>,
    known: &Enterprise,
    item: &Item,
) -> Result<EnterpriseProfile> {
    let mut draft = serde_json::to_value(EnterpriseDraft::of(&known.profile)).map_err(Error::internal)?;
    merge_patch(&mut draft, &Value::Object(item.patch.clone()));
    complete(&mut draft);
    // A commune that is named takes the place of the one by code; where a row says both, they are held against each other.
    let says = |name: &str| item.patch.get(name).is_some_and(|value| !value.is_null());
    if let Value::Object(draft) = &mut draft
        && says("commune_name")
        && !says("commune_code")
    {
        draft.remove("commune_code");
    }
    let (_, no_parent) = parent_of(work, is_dry_run, before, item, &mut draft)?;
    let lists = lists_for_enterprise(work.in_force()?, &known.profile);
    let live = amendments::members(&known.profile)?;
    json_mistakes::made(&draft, |sent: EnterpriseDraft| {
        let parsed = sent.parse_onto(&lists, "", Some(&known.profile));
        with_parent(parsed.map_err(|errors| absent_is_required(&draft, errors)), &no_parent)
    })
    .map_err(|refusal| with_words(work, refusal, item, &live))
}

/// A refusal with the words that block in what a row says anew.
fn with_words(work: &mut Work<'_, '_>, refusal: Error, item: &Item, live: &Map<String, Value>) -> Error {
    let texts = screening::new_texts(&item.patch, live);
    screening::with_words(work.conn(), refusal, &texts)
}

/// The members in which two profiles differ.
fn differences(one: &EnterpriseProfile, other: &EnterpriseProfile) -> Result<Vec<String>> {
    let (one, other) = (amendments::members(one)?, amendments::members(other)?);
    let mut names: Vec<String> = one.keys().chain(other.keys()).cloned().collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| one.get(name) != other.get(name));
    Ok(names)
}
