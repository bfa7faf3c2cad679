//! The queue of officers, and who has taken up what.

use std::str::FromStr;

use actix_web::{HttpResponse, web};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::catalogue::covered;
use super::documents::DocumentView;
use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::{chosen, list, wrong_parameter};
use super::extract::{Body, JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::reports::ReportView;
use super::revisions::RevisionSummary;
use super::server::HttpSettings;
use super::views::{EnterpriseView, ListingSummary};
use crate::domain::TextEnum;
use crate::domain::enterprise::OrganisationKind;
use crate::domain::fields::{Violation, one_of};
use crate::domain::ids::AccountId;
use crate::domain::listing::ListingKind;
use crate::domain::review::{Claim, EntryKind, RiskFlag, SecondLook, SecondLookState};
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::whole;
use crate::service::review::claims;
use crate::service::review::filters::{ClaimedBy, QueueFilter};
use crate::service::review::flags::Entry;
use crate::service::review::queue::{self, Waiting};
use crate::service::{App, ErrorCode, Result};

/// Which entries of the queue.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QueueQuery {
    /// Only these; commas between them (`enterprise`, `amendment`, `listing`, `revision`, `document`, `report`). All when absent.
    #[param(max_length = 100, example = "enterprise,document")]
    pub r#type: Option<String>,
    /// Only listings of these kinds, their revisions, and reports about them; commas between them.
    #[param(max_length = 200, example = "technology_offer,equipment_offer")]
    pub kind: Option<String>,
    /// Only registrations, changes and documents of organisations of these sorts; commas between them. With `kind` or `trl` beside it,
    /// those and the listings that are asked for.
    #[param(max_length = 200, example = "manufacturer,st_enterprise")]
    pub organisation_kind: Option<String>,
    /// Only what is in this field or below it, under whatever older code: of a revision, the live listing's.
    #[param(max_length = 100, example = "food")]
    pub field: Option<String>,
    /// Only what is of enterprises in this province.
    #[param(max_length = 10, example = "25")]
    pub province: Option<String>,
    /// Only listings of these readiness levels, their revisions, and reports about them; commas between them.
    #[param(max_length = 50, example = "7,8,9")]
    pub trl: Option<String>,
    /// Only what waits for so many hours or longer.
    #[serde(default, deserialize_with = "whole::parameter::<_, _, 0, 87600>")]
    #[param(minimum = 0, maximum = 87600)]
    pub waiting_hours: Option<u32>,
    /// Only what is taken up by the one who asks (`me`), by nobody (`nobody`), or by the officer of this identifier.
    #[param(max_length = 36, example = "nobody")]
    pub claimed_by: Option<String>,
    /// Only what has all of these flags; commas between them.
    #[param(max_length = 400, example = "first_publication,contact_in_text")]
    pub flag: Option<String>,
    /// Only what needs the approval of two officers: `needed` where none has approved yet, `endorsed` where one has.
    #[param(inline, value_type = Option<SecondLookState>)]
    pub second_look: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl QueueQuery {
    /// What a cursor goes with: the filters as they were sent, so that it goes on when a list changes in between.
    fn tag(&self) -> String {
        let filters = Self {
            limit: None,
            after: None,
            ..self.clone()
        };
        format!("queue:{filters:?}")
    }

    /// What is asked of every entry.
    pub(super) fn filter(&self, lists: &InForce) -> Result<QueueFilter> {
        let wrong = |name: &str, what| wrong_parameter(name, Violation::Malformed { what });
        for (name, text, max) in [
            ("type", &self.r#type, 100),
            ("kind", &self.kind, 200),
            ("organisation_kind", &self.organisation_kind, 200),
            ("flag", &self.flag, 400),
            ("trl", &self.trl, 50),
            ("field", &self.field, 100),
            ("province", &self.province, 10),
        ] {
            if text.as_ref().is_some_and(|text| text.chars().count() > max) {
                return Err(wrong_parameter(name, Violation::TooLong { max }));
            }
        }
        let trl: Vec<u8> = all(self.trl.as_deref()).map_err(|()| wrong("trl", "whole_number"))?;
        if trl.iter().any(|level| !(1..=9).contains(level)) {
            return Err(wrong_parameter("trl", Violation::OutOfRange { min: 1, max: 9 }));
        }
        let claimed = match self.claimed_by.as_deref() {
            None => None,
            Some("me") => Some(ClaimedBy::Me),
            Some("nobody") => Some(ClaimedBy::Nobody),
            Some(officer) => {
                let id = officer.parse().map_err(|_no_id| wrong("claimed_by", "claimed_by"))?;
                Some(ClaimedBy::Officer(AccountId(id)))
            }
        };
        Ok(QueueFilter {
            kinds: all_of::<ListingKind>("kind", self.kind.as_deref())?,
            organisations: all_of::<OrganisationKind>("organisation_kind", self.organisation_kind.as_deref())?,
            fields: covered(lists, "field", TaxonomyName::Fields, self.field.as_deref())?,
            provinces: covered(lists, "province", TaxonomyName::Provinces, self.province.as_deref())?,
            trl,
            waiting_for: self.waiting_hours.map(|hours| SignedDuration::from_hours(hours.into())),
            claimed,
            second_look: chosen("second_look", self.second_look.as_deref())?,
            flags: all_of::<RiskFlag>("flag", self.flag.as_deref())?,
            ..QueueFilter::of(all_of::<EntryKind>("type", self.r#type.as_deref())?)
        })
    }
}

/// All entries of a list that can be read; an error when one cannot.
pub(super) fn all<T: FromStr>(parameter: Option<&str>) -> std::result::Result<Vec<T>, ()> {
    let entries = list(parameter).into_iter();
    entries.map(|entry| entry.parse().map_err(drop)).collect()
}

/// The same of few values, which the refusal names.
pub(super) fn all_of<T: TextEnum>(name: &str, parameter: Option<&str>) -> Result<Vec<T>> {
    let entries = list(parameter);
    let entries: std::result::Result<Vec<T>, Violation> = entries.iter().map(|entry| one_of(entry)).collect();
    entries.map_err(|violation| wrong_parameter(name, violation))
}

/// A reason to look closer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FlagView {
    /// Which; stable.
    #[schema(value_type = RiskFlag)]
    pub code: &'static str,
    /// Its name in Vietnamese.
    pub name_vi: &'static str,
    /// Its name in English.
    pub name_en: &'static str,
}

impl From<&RiskFlag> for FlagView {
    fn from(flag: &RiskFlag) -> Self {
        Self {
            code: flag.as_str(),
            name_vi: flag.name_vi(),
            name_en: flag.name_en(),
        }
    }
}

/// Who has taken something up, and until when nobody else decides on it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClaimView {
    /// The officer.
    pub officer: Uuid,
    /// The officer's name.
    #[schema(example = "Trần Văn Duyệt")]
    pub officer_name: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, unless it is taken up again.
    pub until: Timestamp,
}

impl From<&Claim> for ClaimView {
    fn from(claim: &Claim) -> Self {
        Self {
            officer: claim.officer.0,
            officer_name: claim.officer_name.clone(),
            since: claim.since,
            until: claim.until,
        }
    }
}

/// That two officers must approve something, one after the other, and how far that has come.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SecondLookView {
    /// How far.
    #[schema(value_type = SecondLookState, example = "endorsed")]
    pub state: &'static str,
    /// Why two.
    #[schema(max_items = 20)]
    pub reasons: Vec<FlagView>,
    /// The officer who has approved; another one must.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer: Option<Uuid>,
    /// The officer's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Trần Văn Duyệt")]
    pub officer_name: Option<String>,
    /// When the officer did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl SecondLookView {
    fn of(look: &SecondLook) -> Option<Self> {
        let first = look.endorsed.as_ref();
        look.state().map(|state| Self {
            state: state.as_str(),
            reasons: look.reasons.iter().map(FlagView::from).collect(),
            officer: first.map(|first| first.officer.0),
            officer_name: first.map(|first| first.officer_name.clone()),
            at: first.map(|first| first.at),
        })
    }
}

/// One entry of the queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueEntry {
    /// What it is; a revision comes with the listing as it is live.
    #[schema(value_type = EntryKind)]
    pub r#type: &'static str,
    /// Since when it waits.
    pub waiting_since: Timestamp,
    /// Who has taken it up; absent when nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<ClaimView>,
    /// Why it deserves a closer look.
    #[schema(max_items = 20)]
    pub flags: Vec<FlagView>,
    /// That two officers must approve it; absent where one is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_look: Option<SecondLookView>,
    /// The enterprise; of a change, read it and its differences before deciding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enterprise: Option<EnterpriseView>,
    /// The listing; read it whole before deciding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingSummary>,
    /// The revision; read it and its differences before deciding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<RevisionSummary>,
    /// The document of the profile of `enterprise`; look at its content before deciding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<DocumentView>,
    /// The report about `listing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportView>,
}

impl QueueEntry {
    /// As the officer sees it.
    pub(super) fn of(entry: &Entry, now: Timestamp) -> Self {
        let (mut enterprise, mut listing, mut revision, mut document, mut report) = (None, None, None, None, None);
        match &entry.waiting {
            Waiting::Enterprise(registered) | Waiting::Amendment(registered) => {
                enterprise = Some(EnterpriseView::full(registered, now));
            }
            Waiting::Listing(handed_in, owner) => listing = Some(ListingSummary::full(handed_in, owner)),
            Waiting::Revision(open, live, owner) => {
                listing = Some(ListingSummary::full(live, owner));
                revision = Some((&**open).into());
            }
            Waiting::Document(paper, owner) => {
                enterprise = Some(EnterpriseView::full(owner, now));
                document = Some(DocumentView::of(paper, now));
            }
            Waiting::Report(told, about, owner) => {
                listing = Some(ListingSummary::full(about, owner));
                report = Some(ReportView::about(told, about, owner, now));
            }
        }
        Self {
            r#type: entry.waiting.subject().0.as_str(),
            waiting_since: entry.waiting.place().0,
            claim: entry.claim.as_ref().map(ClaimView::from),
            flags: entry.flags.iter().map(FlagView::from).collect(),
            second_look: SecondLookView::of(&entry.second_look),
            enterprise,
            listing,
            revision,
            document,
            report,
        }
    }
}

/// What waits for an officer, longest first (hàng đợi duyệt).
///
/// Filters that few entries meet may give a short page, or an empty one, with a cursor to go on with.
#[utoipa::path(
    get, path = "/moderation/queue", operation_id = "list_moderation_queue", tag = "moderation", security(("bearer" = [])), params(QueueQuery),
    responses(
        (status = 200, description = "A page of what the officer may decide", body = Page<QueueEntry>),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 403, description = "Not an officer who reviews", body = ProblemBody),
    )
)]
pub async fn list_moderation_queue(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<QueueQuery>,
) -> Answer {
    let lists = app.in_force_at_hand();
    let (query, (limit, filter)) = query.by(|query| Ok((limit(query.limit, &settings)?, query.filter(&lists)?)))?;
    let tag = query.tag();
    let place = after_in_time(query.after.as_deref(), &tag)?;
    let (vault, needs_second) = (app.vault.clone(), app.review_rules.needs_second.clone());
    let (entries, next) = app
        .read(move |conn, now| queue::queue(conn, &vault, &caller, &filter, &needs_second, (place, limit), now))
        .await?;
    let next = next.map(|place| cursor_in_time(&tag, place));
    let now = app.clock.now();
    let entries = entries.iter().map(|entry| QueueEntry::of(entry, now)).collect();
    Ok(HttpResponse::Ok().json(Page::new(entries, limit, next)))
}

/// What a path names: no such kind is no such thing.
pub(super) fn subject(path: web::Path<(String, Uuid)>) -> Result<(EntryKind, Uuid)> {
    let (kind, id) = path.into_inner();
    let kind = kind.parse().map_err(|_unknown| ErrorCode::NotFound)?;
    Ok((kind, id))
}

/// Take up what waits (nhận xử lý).
///
/// Until it runs out nobody else decides on it. Whoever has it already has it for longer: a client repeats this while the
/// officer reads. `type` is that of the entry, `id` the identifier of its enterprise, listing, document or report.
#[utoipa::path(
    post, path = "/moderation/claims/{type}/{id}", operation_id = "claim_entry", tag = "moderation", security(("bearer" = [])),
    params(("type" = EntryKind, Path, description = "What waits"), ("id" = Uuid, Path, description = "The enterprise, listing, document or report")),
    responses(
        (status = 200, description = "Taken up", body = ClaimView),
        (status = 403, description = "Not an officer who reviews these", body = ProblemBody),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
        (status = 409, description = "`claimed_by_another`: `claim` says who has it and until when; or it waits no more; `limit_reached`: the officer has 100", body = ProblemBody),
    )
)]
pub async fn claim_entry(app: web::Data<App>, SignedIn(caller): SignedIn, path: web::Path<(String, Uuid)>) -> Answer {
    let (subject, time) = (subject(path)?, app.review_rules.claim_time);
    let claim = app
        .write(caller.origin, move |work| claims::take(work, &caller, subject, time))
        .await?;
    Ok(HttpResponse::Ok().json(ClaimView::from(&claim)))
}

/// Give back what was taken up (trả lại).
///
/// What nobody has is given back already. Officers who manage officers give back what others have.
#[utoipa::path(
    delete, path = "/moderation/claims/{type}/{id}", operation_id = "release_entry", tag = "moderation", security(("bearer" = [])),
    params(("type" = EntryKind, Path, description = "What waits"), ("id" = Uuid, Path, description = "The enterprise, listing, document or report")),
    responses(
        (status = 204, description = "Nobody has it"),
        (status = 403, description = "Not an officer who reviews these", body = ProblemBody),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
        (status = 409, description = "`claimed_by_another`, or it waits no more", body = ProblemBody),
    )
)]
pub async fn release_entry(app: web::Data<App>, SignedIn(caller): SignedIn, path: web::Path<(String, Uuid)>) -> Answer {
    let subject = subject(path)?;
    app.write(caller.origin, move |work| claims::release(work, &caller, subject))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// To whom it is handed.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverBody {
    /// An officer who may decide on it.
    #[schema(example = "019a2b7e-5d4c-7a10-8f3e-2b6c9d0e1f23")]
    pub officer: Uuid,
}

/// Hand what waits to another officer (chuyển cho cán bộ khác).
///
/// By whoever has it; by anybody who may decide on it where nobody has; and by officers who manage officers. Whoever has it
/// already, or hands over what nobody has, is no other officer.
#[utoipa::path(
    post, path = "/moderation/claims/{type}/{id}/handover", operation_id = "hand_over_entry", tag = "moderation", security(("bearer" = [])),
    request_body = HandoverBody,
    params(("type" = EntryKind, Path, description = "What waits"), ("id" = Uuid, Path, description = "The enterprise, listing, document or report")),
    responses(
        (status = 200, description = "The other officer has it", body = ClaimView),
        (status = 403, description = "Not an officer who reviews these", body = ProblemBody),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
        (status = 409, description = "`claimed_by_another`; `limit_reached`: the other one has 100 already; or it waits no more", body = ProblemBody),
        (status = 422, description = "No other one, or one who may not decide on it", body = ProblemBody),
    )
)]
pub async fn hand_over_entry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    path: web::Path<(String, Uuid)>,
    body: Body<HandoverBody>,
) -> Answer {
    let (subject, time) = (subject(path)?, app.review_rules.claim_time);
    let to = AccountId(body.value.officer);
    let claim = app
        .write(caller.origin, move |work| {
            claims::hand_over(work, &caller, subject, to, time)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ClaimView::from(&claim)))
}
