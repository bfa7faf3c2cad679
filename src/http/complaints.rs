//! Complaints about enterprises and their listings: anybody makes one, officers acknowledge and answer it.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::language::{Lang, spoken};
use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::chosen;
use super::extract::{IfMatch, Judged, JudgedQuery, MaybeSignedIn, Page, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::reports::{ReportDecisionBody, ReportReceipt};
use super::server::HttpSettings;
use crate::domain::account::{Email, Language};
use crate::domain::audit::{Reason, ReasonCode};
use crate::domain::complaint::{ComplaintGround, ComplaintState, FormerAnswer};
use crate::domain::fields::{FieldErrors, one_of};
use crate::domain::ids::{ComplaintId, EnterpriseId, ListingId};
use crate::domain::text::Prose;
use crate::service::complaints::{self, About, Entry, NewComplaint, Step, Wanted};
use crate::service::context::Caller;
use crate::service::{App, Error};

/// What somebody complains about.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComplaintBody {
    /// What it is.
    #[schema(value_type = ComplaintGround, example = "conduct")]
    pub ground: String,
    /// In your words; the enterprise is told.
    #[schema(
        max_length = 4000,
        example = "Doanh nghiệp đã nhận hồ sơ đề nghị báo giá từ tháng 2 nhưng không trả lời."
    )]
    pub details: String,
    /// An address for letters; forgotten once the complaint was answered. The enterprise is not told.
    #[schema(max_length = 254, example = "nguoi-dan@example.com")]
    pub contact: String,
}

impl ComplaintBody {
    fn parse(&self, language: Language) -> Result<NewComplaint, Error> {
        let mut errors = FieldErrors::default();
        let ground = errors.keep("/ground", one_of(&self.ground));
        let details = errors.keep("/details", Prose::parse(&self.details));
        let contact = errors.keep("/contact", Email::parse(&self.contact));
        let new = ground.zip(details).zip(contact);
        let new = new.map(|((ground, details), contact)| NewComplaint {
            ground,
            details,
            contact,
            language,
        });
        errors.finish(new).map_err(Error::fields)
    }
}

async fn take(request: &HttpRequest, app: &App, caller: Caller, about: About, body: Judged<ComplaintBody>) -> Answer {
    let new = body.by(|said| said.parse(spoken(Lang::of(request.headers()))))?;
    let complaint = app
        .write(caller.origin, move |work| complaints::take(work, &caller, about, &new))
        .await?;
    Ok(HttpResponse::Accepted().json(ReportReceipt {
        id: complaint.id.0,
        received_at: complaint.received_at,
        due_at: complaint.due_at,
    }))
}

/// Complain about an enterprise (khiếu nại doanh nghiệp).
///
/// Anybody may, signed in or not. It is acknowledged within seven working days and answered within thirty.
#[utoipa::path(
    post, path = "/enterprises/{id}/complaints", operation_id = "complain_about_enterprise", tag = "enterprises",
    security((), ("bearer" = [])), request_body = ComplaintBody, params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 202, description = "Received; `due_at` is when it will be acknowledged", body = ReportReceipt),
        (status = 409, description = "`enterprise_wrong_status`: not active; `limit_reached`: as many complaints about it as are taken wait already", body = ProblemBody),
        (status = 410, description = "`enterprise_closed`: it takes part no more", body = ProblemBody),
    )
)]
pub async fn complain_about_enterprise(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
    body: Judged<ComplaintBody>,
) -> Answer {
    let about = About::Enterprise(EnterpriseId(id.into_inner()));
    take(&request, &app, caller, about, body).await
}

/// Complain about a listing and its enterprise (khiếu nại về tin).
///
/// Anybody may, signed in or not. It is acknowledged within seven working days and answered within thirty.
#[utoipa::path(
    post, path = "/listings/{id}/complaints", operation_id = "complain_about_listing", tag = "listings",
    security((), ("bearer" = [])), request_body = ComplaintBody, params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 202, description = "Received; `due_at` is when it will be acknowledged", body = ReportReceipt),
        (status = 409, description = "`limit_reached`: as many complaints about its enterprise as are taken wait already", body = ProblemBody),
        (status = 410, description = "`listing_expired`: its term ended; complain about the enterprise", body = ProblemBody),
        (status = 451, description = "`listing_taken_down`: at an authority's request", body = ProblemBody),
    )
)]
pub async fn complain_about_listing(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
    body: Judged<ComplaintBody>,
) -> Answer {
    let about = About::Listing(ListingId(id.into_inner()));
    take(&request, &app, caller, about, body).await
}

/// An answer that was not the last.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FormerAnswerView {
    /// How it was decided.
    #[schema(value_type = ComplaintState, example = "rejected")]
    pub outcome: String,
    /// What both sides were told.
    pub answer: String,
    /// When.
    pub decided_at: Timestamp,
}

impl FormerAnswerView {
    fn of(former: FormerAnswer) -> Self {
        Self {
            outcome: former.outcome,
            answer: former.answer,
            decided_at: former.decided_at,
        }
    }
}

/// A complaint, for officers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComplaintView {
    /// Identifier.
    pub id: Uuid,
    /// About whom.
    pub enterprise_id: Uuid,
    /// Its name.
    pub enterprise: String,
    /// About which of its listings.
    #[schema(required)]
    pub listing_id: Option<Uuid>,
    /// What it is.
    #[schema(value_type = ComplaintGround)]
    pub ground: &'static str,
    /// In the words of whoever complains.
    pub details: String,
    /// Where letters go; null once it was answered.
    #[schema(required)]
    pub contact: Option<String>,
    /// Where it stands.
    #[schema(value_type = ComplaintState)]
    pub state: &'static str,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when the next step is due, or was: acknowledging, then answering.
    pub due_at: Timestamp,
    /// Whether that term was not kept.
    pub overdue: bool,
    /// When it was acknowledged.
    #[schema(required)]
    pub acknowledged_at: Option<Timestamp>,
    /// When it was decided.
    #[schema(required)]
    pub decided_at: Option<Timestamp>,
    /// What was answered.
    #[schema(required)]
    pub answer: Option<String>,
    /// What was answered before it was reopened, oldest first.
    pub former_answers: Vec<FormerAnswerView>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl ComplaintView {
    /// As officers see it.
    pub(super) fn of(entry: Entry, now: Timestamp) -> Self {
        let complaint = entry.complaint;
        Self {
            id: complaint.id.0,
            overdue: complaint.is_overdue(now),
            enterprise_id: complaint.enterprise.0,
            enterprise: entry.enterprise.profile.legal_name.to_string(),
            listing_id: complaint.listing.map(|id| id.0),
            ground: complaint.ground.as_str(),
            details: complaint.details.into_string(),
            contact: complaint.contact.map(|email| email.as_str().to_owned()),
            state: complaint.state.as_str(),
            received_at: complaint.received_at,
            due_at: complaint.due_at,
            acknowledged_at: complaint.acknowledged_at,
            decided_at: complaint.decided_at,
            answer: complaint.answer.map(Prose::into_string),
            former_answers: complaint.former.into_iter().map(FormerAnswerView::of).collect(),
            version: complaint.version,
        }
    }
}

/// Which complaints.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ComplaintsQuery {
    /// Only those in this state.
    #[param(inline, value_type = Option<ComplaintState>, example = "received")]
    pub state: Option<String>,
    /// Only those whose term was not kept (true), or only the others (false).
    pub overdue: Option<bool>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// Complaints, the most urgent first (sổ khiếu nại).
///
/// About enterprises within the caller's scope: a page may be short and have a next one.
#[utoipa::path(
    get, path = "/complaints", operation_id = "list_complaints", tag = "moderation", security(("bearer" = [])), params(ComplaintsQuery),
    responses((status = 200, description = "A page", body = Page<ComplaintView>))
)]
pub async fn list_complaints(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<ComplaintsQuery>,
) -> Answer {
    let (query, (limit, wanted)) = query.by(|query| {
        let wanted = Wanted {
            state: chosen::<ComplaintState>("state", query.state.as_deref())?,
            overdue: query.overdue,
        };
        Ok((limit(query.limit, &settings)?, wanted))
    })?;
    let tag = format!("complaints:{wanted:?}");
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, ComplaintId(id)));
    let (page, now) = app
        .read(move |conn, now| Ok((complaints::list(conn, &caller, wanted, place, limit, now)?, now)))
        .await?;
    let next = page.next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let items = page
        .entries
        .into_iter()
        .map(|entry| ComplaintView::of(entry, now))
        .collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

fn told((entry, now): (Entry, Timestamp)) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", etag(entry.complaint.version)))
        .json(ComplaintView::of(entry, now))
}

/// One complaint.
#[utoipa::path(
    get, path = "/complaints/{id}", operation_id = "get_complaint", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The complaint", body = ComplaintView))
)]
pub async fn get_complaint(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ComplaintId(id.into_inner());
    let found = app
        .read_by_key(move |conn, now| Ok((complaints::read(conn, &caller, id, now)?, now)))
        .await?;
    Ok(told(found))
}

async fn handle(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, step: Step) -> Answer {
    let (id, seen) = (ComplaintId(id), if_match.optional()?);
    let handled = app
        .write(caller.origin, move |work| {
            Ok((complaints::handle(work, &caller, id, seen, &step)?, work.now))
        })
        .await?;
    Ok(told(handled))
}

/// Take a complaint up (thụ lý khiếu nại). Whoever complained and the enterprise are told, the enterprise not by whom.
#[utoipa::path(
    post, path = "/complaints/{id}/acknowledgement", operation_id = "acknowledge_complaint", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Acknowledged", body = ComplaintView),
        (status = 409, description = "`already_decided`: taken up before", body = ProblemBody),
    )
)]
pub async fn acknowledge_complaint(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    handle(&app, caller, id.into_inner(), if_match, Step::Acknowledge).await
}

/// Answer a complaint (giải quyết khiếu nại).
///
/// Once it was taken up. Both sides are told; the address of whoever complained is forgotten.
#[utoipa::path(
    post, path = "/complaints/{id}/decision", operation_id = "decide_complaint", tag = "moderation", security(("bearer" = [])),
    request_body = ReportDecisionBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Decided: `upheld` makes it `resolved`, `dismissed` makes it `rejected`", body = ComplaintView),
        (status = 409, description = "`too_early`: not taken up yet; `already_decided`", body = ProblemBody),
    )
)]
pub async fn decide_complaint(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReportDecisionBody>,
) -> Answer {
    let (is_right, answer) = body.by(|said| said.parse())?;
    let step = Step::Decide { is_right, answer };
    handle(&app, caller, id.into_inner(), if_match, step).await
}

/// Why a complaint is looked into once more.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopeningBody {
    /// Why, for the figures.
    #[schema(value_type = ReasonCode, example = "other")]
    pub reason_code: String,
    /// Why, 10 to 2,000 characters; both sides are told.
    #[schema(
        min_length = 10,
        max_length = 2000,
        example = "Người khiếu nại gửi thêm biên bản làm việc ngày 12/3."
    )]
    pub reason_text: String,
    /// An address for letters, as the former one was forgotten.
    #[schema(max_length = 254, example = "nguoi-dan@example.com")]
    pub contact: String,
}

/// Look into a complaint once more (mở lại khiếu nại), because whoever complained is not content. Both sides are told.
#[utoipa::path(
    post, path = "/complaints/{id}/reopening", operation_id = "reopen_complaint", tag = "moderation", security(("bearer" = [])),
    request_body = ReopeningBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Opened again", body = ComplaintView),
        (status = 409, description = "`too_early`: it was not decided", body = ProblemBody),
    )
)]
pub async fn reopen_complaint(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReopeningBody>,
) -> Answer {
    let (reason, contact) = body.by(|said| {
        let mut errors = FieldErrors::default();
        let reason = Reason::keep(&mut errors, "", &said.reason_code, &said.reason_text);
        let contact = errors.keep("/contact", Email::parse(&said.contact));
        errors.finish(reason.zip(contact)).map_err(Error::fields)
    })?;
    handle(
        &app,
        caller,
        id.into_inner(),
        if_match,
        Step::Reopen { reason, contact },
    )
    .await
}
