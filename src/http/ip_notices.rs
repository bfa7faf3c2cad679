//! Notices that a listing infringes intellectual property: anybody sends one, officers decide, the owner answers.

use actix_web::{HttpRequest, HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::language::{Lang, spoken};
use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::query::chosen;
use super::extract::{IfMatch, Judged, JudgedQuery, MaybeSignedIn, Page, SignedIn, etag};
use super::moderation::ReasonBody;
use super::problem::{Answer, ProblemBody};
use super::reports::ReportReceipt;
use super::server::HttpSettings;
use crate::domain::account::Email;
use crate::domain::fields::{FieldErrors, Violation, one_of};
use crate::domain::ids::{IpNoticeId, ListingId};
use crate::domain::ip_notice::{Claimed, IpNoticeState};
use crate::domain::listing::details::IpRightType;
use crate::domain::text::{Line, Prose};
use crate::service::context::Caller;
use crate::service::ip_notices::{self, Entry, Step, Wanted};
use crate::service::{App, Error};

/// What a rights holder says.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IpNoticeBody {
    /// What kind of right.
    #[schema(value_type = IpRightType, example = "patent")]
    pub right: String,
    /// Number of the patent, certificate or application, if there is one.
    #[serde(default)]
    #[schema(max_length = 128, example = "1-0034567")]
    pub right_number: Option<String>,
    /// Who holds it; the owner of the listing is told.
    #[schema(max_length = 256, example = "Viện Cơ điện nông nghiệp")]
    pub claimant: String,
    /// An address for letters; forgotten when the notice is refused or does not hold any more. The owner is not told.
    #[schema(max_length = 254, example = "phap-che@example.com")]
    pub contact: String,
    /// What infringes it, and how; the owner is told.
    #[schema(
        max_length = 4000,
        example = "Buồng sấy trong tin trùng với điểm 1 yêu cầu bảo hộ của bằng 1-0034567."
    )]
    pub statement: String,
    /// That what is said is true, and that the sender may say so for the holder; must be true.
    #[schema(example = true)]
    pub is_true: bool,
}

impl IpNoticeBody {
    fn parse(&self, request: &HttpRequest) -> Result<Claimed, Error> {
        let mut errors = FieldErrors::default();
        let right = errors.keep("/right", one_of(&self.right));
        let number = self.right_number.as_deref().map(Line::parse).transpose();
        let right_number = errors.keep("/right_number", number);
        let claimant = errors.keep("/claimant", Line::parse(&self.claimant));
        let contact = errors.keep("/contact", Email::parse(&self.contact));
        let statement = errors.keep("/statement", Prose::parse(&self.statement));
        let is_true = self
            .is_true
            .then_some(())
            .ok_or(Violation::Malformed { what: "is_true" });
        let is_true = errors.keep("/is_true", is_true);
        let all = right
            .zip(right_number)
            .zip(claimant)
            .zip(contact)
            .zip(statement)
            .zip(is_true);
        let claimed = all.map(
            |(((((right, right_number), claimant), contact), statement), ())| Claimed {
                right,
                right_number,
                claimant,
                contact: Some(contact),
                language: spoken(Lang::of(request.headers())),
                statement,
            },
        );
        errors.finish(claimed).map_err(Error::fields)
    }
}

/// Say that a public listing infringes intellectual property (thông báo xâm phạm quyền sở hữu trí tuệ).
///
/// Anybody may, signed in or not. An officer looks at it within two working days; once it is accepted the listing is
/// hidden and its owner may answer.
#[utoipa::path(
    post, path = "/listings/{id}/ip-notices", operation_id = "notify_ip_infringement", tag = "listings",
    security((), ("bearer" = [])), request_body = IpNoticeBody, params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 202, description = "Received", body = ReportReceipt),
        (status = 409, description = "`listing_wrong_status`, `listing_held`: it is not public; `limit_reached`: as many notices about it as are taken wait already", body = ProblemBody),
        (status = 410, description = "`listing_expired`: its term ended; it may come back", body = ProblemBody),
        (status = 451, description = "`listing_taken_down`: at an authority's request", body = ProblemBody),
    )
)]
pub async fn notify_ip_infringement(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
    body: Judged<IpNoticeBody>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let claimed = body.by(|said| said.parse(&request))?;
    let notice = app
        .write(caller.origin, move |work| ip_notices::take(work, &caller, id, &claimed))
        .await?;
    Ok(HttpResponse::Accepted().json(ReportReceipt {
        id: notice.id.0,
        received_at: notice.received_at,
        due_at: notice.due_at,
    }))
}

/// A notice, for officers and the owner of the listing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct IpNoticeView {
    /// Identifier.
    pub id: Uuid,
    /// The listing.
    pub listing_id: Uuid,
    /// Its code.
    #[schema(required, example = "TB-2026-000123")]
    pub code: Option<String>,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub enterprise: String,
    /// What kind of right.
    #[schema(value_type = IpRightType)]
    pub right: &'static str,
    /// Number of the patent, certificate or application.
    #[schema(required)]
    pub right_number: Option<String>,
    /// Who holds it.
    pub claimant: String,
    /// Where letters go; officers only, until it is forgotten.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// What infringes it.
    pub statement: String,
    /// Where it stands.
    #[schema(value_type = IpNoticeState)]
    pub state: &'static str,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when the next step is due, or was: looking at it, the owner's answer, the decision.
    pub due_at: Timestamp,
    /// Whether that term is over and nothing was done.
    pub overdue: bool,
    /// Since when the listing is hidden because of it.
    #[schema(required)]
    pub accepted_at: Option<Timestamp>,
    /// What the owner answered.
    #[schema(required)]
    pub counter: Option<String>,
    /// When the owner did.
    #[schema(required)]
    pub countered_at: Option<Timestamp>,
    /// When it was refused, upheld, or lifted.
    #[schema(required)]
    pub closed_at: Option<Timestamp>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl IpNoticeView {
    /// As officers see it.
    pub(super) fn of(entry: Entry, now: Timestamp) -> Self {
        let notice = entry.notice;
        let overdue = notice.is_overdue(now);
        let claimed = notice.claimed;
        let contact = claimed.contact.filter(|_| entry.shows_contact);
        let (counter, countered_at) = notice.counter.unzip();
        Self {
            id: notice.id.0,
            listing_id: entry.listing.id.0,
            code: entry.listing.code.map(|code| code.to_string()),
            title: entry.listing.content.title.vi.to_string(),
            enterprise: entry.owner.legal_name,
            right: claimed.right.as_str(),
            right_number: claimed.right_number.map(Line::into_string),
            claimant: claimed.claimant.into_string(),
            contact: contact.map(|email| email.as_str().to_owned()),
            statement: claimed.statement.into_string(),
            state: notice.state.as_str(),
            received_at: notice.received_at,
            due_at: notice.due_at,
            overdue,
            accepted_at: notice.accepted_at,
            counter: counter.map(Prose::into_string),
            countered_at,
            closed_at: notice.closed_at,
            version: notice.version,
        }
    }
}

/// Which notices.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct IpNoticesQuery {
    /// Only those in this state.
    #[param(inline, value_type = Option<IpNoticeState>, example = "countered")]
    pub state: Option<String>,
    /// Only those whose term is over and that wait (true), or only the others (false).
    pub overdue: Option<bool>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// Notices about intellectual property, the most urgent first (sổ thông báo quyền sở hữu trí tuệ).
///
/// Of listings within the caller's scope: a page may be short and have a next one.
#[utoipa::path(
    get, path = "/ip-notices", operation_id = "list_ip_notices", tag = "moderation", security(("bearer" = [])), params(IpNoticesQuery),
    responses((status = 200, description = "A page", body = Page<IpNoticeView>))
)]
pub async fn list_ip_notices(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<IpNoticesQuery>,
) -> Answer {
    let (query, (limit, wanted)) = query.by(|query| {
        let wanted = Wanted {
            state: chosen::<IpNoticeState>("state", query.state.as_deref())?,
            overdue: query.overdue,
        };
        Ok((limit(query.limit, &settings)?, wanted))
    })?;
    let tag = format!("ip_notices:{wanted:?}");
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, IpNoticeId(id)));
    let (page, now) = app
        .read(move |conn, now| Ok((ip_notices::list(conn, &caller, wanted, place, limit, now)?, now)))
        .await?;
    let next = page.next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let items = page
        .entries
        .into_iter()
        .map(|entry| IpNoticeView::of(entry, now))
        .collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

fn answer((entry, now): (Entry, Timestamp)) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", etag(entry.notice.version)))
        .json(IpNoticeView::of(entry, now))
}

/// One notice; for the members of the owner once it was accepted.
#[utoipa::path(
    get, path = "/ip-notices/{id}", operation_id = "get_ip_notice", tag = "listings", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The notice", body = IpNoticeView))
)]
pub async fn get_ip_notice(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = IpNoticeId(id.into_inner());
    let found = app
        .read_by_key(move |conn, now| Ok((ip_notices::read(conn, &caller, id, now)?, now)))
        .await?;
    Ok(answer(found))
}

async fn handle(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, step: Step) -> Answer {
    let (id, seen) = (IpNoticeId(id), if_match.optional()?);
    let handled = app
        .write(caller.origin, move |work| {
            Ok((ip_notices::handle(work, &caller, id, seen, &step)?, work.now))
        })
        .await?;
    Ok(answer(handled))
}

/// Accept a notice (chấp nhận, gỡ tạm thời).
///
/// At once nobody finds the listing but its owner and officers. The owner is told, and may answer within ten working days.
#[utoipa::path(
    post, path = "/ip-notices/{id}/acceptance", operation_id = "accept_ip_notice", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Accepted", body = IpNoticeView),
        (status = 409, description = "`already_decided`", body = ProblemBody),
    )
)]
pub async fn accept_ip_notice(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    handle(&app, caller, id.into_inner(), if_match, Step::Accept).await
}

/// Refuse a notice (từ chối thông báo): it tells too little, or is unfounded. Whoever sent it is told why.
#[utoipa::path(
    post, path = "/ip-notices/{id}/rejection", operation_id = "reject_ip_notice", tag = "moderation", security(("bearer" = [])),
    request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Refused", body = IpNoticeView),
        (status = 409, description = "`already_decided`", body = ProblemBody),
    )
)]
pub async fn reject_ip_notice(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReasonBody>,
) -> Answer {
    let step = Step::Reject(body.by(|said| said.parse())?);
    handle(&app, caller, id.into_inner(), if_match, step).await
}

/// What the owner answers.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CounterNoticeBody {
    /// Why the listing infringes nothing; whoever sent the notice is told.
    #[schema(
        max_length = 4000,
        example = "Buồng sấy dùng đối lưu cưỡng bức, không thuộc phạm vi bảo hộ của bằng đã nêu."
    )]
    pub statement: String,
}

/// Answer a notice about one's own listing (phản thông báo).
///
/// Once. It goes to whoever sent the notice; an officer decides ten working days later.
#[utoipa::path(
    post, path = "/ip-notices/{id}/counter-notice", operation_id = "counter_ip_notice", tag = "listings", security(("bearer" = [])),
    request_body = CounterNoticeBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Answered", body = IpNoticeView),
        (status = 409, description = "`already_decided`: answered before, or over", body = ProblemBody),
    )
)]
pub async fn counter_ip_notice(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<CounterNoticeBody>,
) -> Answer {
    let statement = body.by(|said| {
        let statement = Prose::parse(&said.statement);
        statement.map_err(|violation| Error::field("/statement", violation))
    })?;
    handle(&app, caller, id.into_inner(), if_match, Step::Counter(statement)).await
}

/// Let a notice hold for good (giữ nguyên việc gỡ): the owner did not answer, or the answer does not help.
#[utoipa::path(
    post, path = "/ip-notices/{id}/upholding", operation_id = "uphold_ip_notice", tag = "moderation", security(("bearer" = [])),
    request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "It holds for good", body = IpNoticeView),
        (status = 409, description = "`too_early`: nobody looked at it yet, or its owner has not answered and still may; `already_decided`", body = ProblemBody),
    )
)]
pub async fn uphold_ip_notice(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReasonBody>,
) -> Answer {
    let step = Step::Uphold(body.by(|said| said.parse())?);
    handle(&app, caller, id.into_inner(), if_match, step).await
}

/// Let a listing go on that was hidden because of a notice (khôi phục tin).
///
/// It is as it was, unless something else holds it. Both sides are told.
#[utoipa::path(
    post, path = "/ip-notices/{id}/restoration", operation_id = "restore_after_ip_notice", tag = "moderation", security(("bearer" = [])),
    request_body = ReasonBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "It does not hold any more", body = IpNoticeView),
        (status = 409, description = "`too_early`: nobody looked at it yet; `already_decided`", body = ProblemBody),
    )
)]
pub async fn restore_after_ip_notice(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReasonBody>,
) -> Answer {
    let step = Step::Restore(body.by(|said| said.parse())?);
    handle(&app, caller, id.into_inner(), if_match, step).await
}
