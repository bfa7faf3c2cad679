//! Inquiries about listings: sent to the owners of listings, talked about, agreed on, and ended.

pub mod views;

use actix_web::web::{self, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use self::views::{InquiryMessageView, InquiryView};
use super::conversation::MessageBody;
use super::creates::{self, Made};
use super::extract::page::{after_in_time, cursor, cursor_in_time, limit};
use super::extract::query::chosen;
use super::extract::{IdempotencyKey, IfMatch, Judged, JudgedQuery, Page, PageQuery, Paged, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::calendar::day_of;
use crate::domain::fields::{FieldError, FieldErrors, one_of};
use crate::domain::ids::{EnterpriseId, InquiryId, ListingId};
use crate::domain::inquiry::{DeclineReason, InquiryDraft, InquirySide, InquiryState, InquiryStep, OutcomeDraft};
use crate::domain::text::Prose;
use crate::domain::text_enum;
use crate::service::inquiries::{self, Seen, Wanted, steps};
use crate::service::screening::{words_of_declining, words_of_inquiry, words_of_message, words_of_outcome};
use crate::service::{App, Error, Result};

/// Ask the owner of a listing (gửi phiếu bày tỏ quan tâm).
///
/// For owners and editors of an active enterprise, about a listing of another one that they see and whose owner takes inquiries; one
/// at a time about each. The owner is told by letter, without what was written.
#[utoipa::path(
    post, path = "/listings/{id}/inquiries", operation_id = "create_inquiry", tag = "inquiries", security(("bearer" = [])),
    request_body = InquiryDraft,
    params(
        ("id" = Uuid, Path, description = "The listing"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Sent", body = InquiryView),
        (status = 403, description = "`own_listing`; `forbidden`: not of an enterprise, or no right to write for it; `enterprise_not_active`: its detail tells how the enterprise stands", body = ProblemBody),
        (status = 409, description = "`inquiries_closed`: its owner takes none; `already_there`: the enterprise has one that goes on", body = ProblemBody),
        (status = 410, description = "`listing_expired`: its term ended; it may come back", body = ProblemBody),
        (status = 429, description = "`too_many_requests`: 50 in a day of an enterprise, 20 of one person; the rates of calls are in `RateLimit-Policy`", body = ProblemBody),
        (status = 451, description = "`listing_taken_down`: at an authority's request", body = ProblemBody),
    )
)]
pub async fn create_inquiry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<InquiryDraft>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let key = key.of(&format!("create_inquiry {id}"), &body.raw);
    let judge = |said: InquiryDraft| said.parse().map_err(Error::fields);
    let content = body.by_and_words(&app, judge, words_of_inquiry).await?;
    creates::create(&app, caller, key, move |work| {
        let seen = inquiries::send(work, &caller, id, &content)?;
        let location = format!("/inquiries/{}", seen.inquiry.id);
        Ok(Made::versioned(location, seen.inquiry.version, InquiryView::from(seen)))
    })
    .await
}

fn told(seen: Seen) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", etag(seen.inquiry.version)))
        .insert_header(("Cache-Control", "no-store"))
        .json(InquiryView::from(seen))
}

/// Read an inquiry (xem phiếu bày tỏ quan tâm): both sides all of it, officers who review listings who asked whom, when, and where it
/// stands; that they did is in the audit trail.
#[utoipa::path(
    get, path = "/inquiries/{id}", operation_id = "get_inquiry", tag = "inquiries", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The inquiry", body = InquiryView))
)]
pub async fn get_inquiry(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let id = InquiryId(id.into_inner());
    let seen = app
        .write(caller.origin, move |work| inquiries::read(work, &caller, id))
        .await?;
    Ok(told(seen))
}

text_enum! {
    /// Which inquiries of an enterprise.
    pub enum InquiryBox {
        /// Those that it got.
        Received => "received",
        /// Those that it sent.
        Sent => "sent",
    }
}

/// Which inquiries.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InquiriesQuery {
    /// Those that the enterprise got, as the owner of listings (`received`, where nothing is said), or that it sent (`sent`).
    #[param(max_length = 10, example = "received")]
    pub side: Option<String>,
    /// In this state.
    #[param(max_length = 20, example = "submitted")]
    pub state: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl InquiriesQuery {
    fn wanted(&self, enterprise: EnterpriseId) -> Result<Wanted> {
        let side = chosen::<InquiryBox>("side", self.side.as_deref())?;
        Ok(Wanted {
            enterprise,
            side: match side {
                Some(InquiryBox::Sent) => InquirySide::Asker,
                Some(InquiryBox::Received) | None => InquirySide::Owner,
            },
            state: chosen::<InquiryState>("state", self.state.as_deref())?,
        })
    }
}

/// List the inquiries of an enterprise, the newest first (danh sách phiếu bày tỏ quan tâm).
///
/// For its members, and as far as `GET /inquiries/{id}` shows them for officers who review listings; that a page was shown to an
/// officer is in the audit trail.
#[utoipa::path(
    get, path = "/enterprises/{id}/inquiries", operation_id = "list_inquiries", tag = "inquiries", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The enterprise"), InquiriesQuery),
    responses((status = 200, description = "A page", body = Page<InquiryView>))
)]
pub async fn list_inquiries(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    query: JudgedQuery<InquiriesQuery>,
    request: HttpRequest,
) -> Answer {
    let enterprise = EnterpriseId(id.into_inner());
    let (query, (limit, wanted)) = query.by(|query| Ok((limit(query.limit, &settings)?, query.wanted(enterprise)?)))?;
    let tag = format!("inquiries:{wanted:?}");
    let after = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, InquiryId(id)));
    let filter = request.query_string().to_owned();
    let (page, next) = app
        .write(caller.origin, move |work| {
            inquiries::list(work, &caller, (wanted, &filter), after, limit)
        })
        .await?;
    let next = next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let items = page.into_iter().map(InquiryView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// What both sides wrote after the first words, oldest first (trao đổi); for members of both.
#[utoipa::path(
    get, path = "/inquiries/{id}/messages", operation_id = "list_inquiry_messages", tag = "inquiries", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The inquiry"), PageQuery),
    responses((status = 200, description = "A page", body = Page<InquiryMessageView>))
)]
pub async fn list_inquiry_messages(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    page: Paged,
) -> Answer {
    let (id, limit) = (InquiryId(id.into_inner()), page.limit);
    let tag = format!("inquiry_messages:{id}");
    let after = page.after::<i64>(&tag)?.unwrap_or_default();
    let (messages, next) = app
        .read(move |conn, now| inquiries::messages(conn, &caller, id, (after, limit), now))
        .await?;
    let items = messages.into_iter().map(InquiryMessageView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next.map(|next| cursor(&tag, &next)))))
}

/// Write to the other side (gửi trao đổi): it is told by letter, without what was written. Nothing of it is ever changed.
#[utoipa::path(
    post, path = "/inquiries/{id}/messages", operation_id = "write_inquiry_message", tag = "inquiries", security(("bearer" = [])),
    request_body = MessageBody,
    params(
        ("id" = Uuid, Path, description = "The inquiry"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255),
    ),
    responses(
        (status = 201, description = "Written", body = InquiryMessageView),
        (status = 409, description = "`inquiry_wrong_state`: it is over; `other_side_inactive`; `limit_reached`: 100 messages and proposals of one person in a day, 500 messages in all", body = ProblemBody),
    )
)]
pub async fn write_inquiry_message(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    key: IdempotencyKey,
    body: Judged<MessageBody>,
) -> Answer {
    let id = InquiryId(id.into_inner());
    let key = key.of(&format!("write_inquiry_message {id}"), &body.raw);
    let judge = |said: MessageBody| Prose::parse(&said.text).map_err(|violation| Error::field("/text", violation));
    let text = body.by_and_words(&app, judge, words_of_message).await?;
    creates::create(&app, caller, key, move |work| {
        let message = steps::write(work, &caller, id, &text)?;
        Ok(Made::at(
            format!("/inquiries/{id}/messages"),
            InquiryMessageView::from(message),
        ))
    })
    .await
}

/// What came of it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"outcome": {"contract_no": "12/2026/HĐCGCN", "signed_on": "2026-03-02"}}))]
pub struct OutcomeBody {
    /// As one's own side tells it; where nothing is told, as the other side proposes it, or as it stands.
    pub outcome: Option<OutcomeDraft>,
}

impl OutcomeBody {
    fn parse(self, app: &App) -> Result<Option<OutcomeDraft>> {
        let Some(outcome) = self.outcome else { return Ok(None) };
        let below = |mut fields: Vec<FieldError>| {
            for field in &mut fields {
                field.pointer.insert_str(0, "/outcome");
            }
            Error::fields(fields)
        };
        outcome.parse(day_of(app.clock.now())).map(Some).map_err(below)
    }
}

async fn settle(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    (id, seen): (InquiryId, i64),
    step: InquiryStep,
    body: Judged<OutcomeBody>,
) -> Answer {
    let wanted = body
        .by_and_words(&app, |said| said.parse(&app), words_of_outcome)
        .await?;
    let seen = app
        .write(caller.origin, move |work| {
            steps::settle(work, &caller, (id, seen), step, wanted.as_ref())
        })
        .await?;
    Ok(told(seen))
}

/// Say that both sides agree (xác nhận thống nhất).
///
/// The first one who does proposes, which `proposal` tells; it is so once the other one says the same: with the same outcome, or with
/// none. Another outcome is proposed in its place. Who says again what the own side proposes changes nothing.
#[utoipa::path(
    post, path = "/inquiries/{id}/agreement", operation_id = "agree_inquiry", tag = "inquiries", security(("bearer" = [])),
    request_body = OutcomeBody,
    params(("id" = Uuid, Path, description = "The inquiry"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Proposed, or agreed on", body = InquiryView),
        (status = 409, description = "`inquiry_wrong_state`: not answered yet, agreed on already, or over; `other_side_inactive`; `limit_reached`: 100 messages and proposals of one person in a day", body = ProblemBody),
    )
)]
pub async fn agree_inquiry(
    app: web::Data<App>,
    caller: SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Judged<OutcomeBody>,
) -> Answer {
    let seen = (InquiryId(id.into_inner()), if_match.required()?);
    settle(app, caller, seen, InquiryStep::Agree, body).await
}

/// Say that what both sides agreed on is done (xác nhận hoàn thành), with what came of it in the end; likewise.
#[utoipa::path(
    post, path = "/inquiries/{id}/completion", operation_id = "complete_inquiry", tag = "inquiries", security(("bearer" = [])),
    request_body = OutcomeBody,
    params(("id" = Uuid, Path, description = "The inquiry"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Proposed, or done", body = InquiryView),
        (status = 409, description = "`inquiry_wrong_state`: not agreed on, or over; `other_side_inactive`; `limit_reached`: 100 messages and proposals of one person in a day", body = ProblemBody),
    )
)]
pub async fn complete_inquiry(
    app: web::Data<App>,
    caller: SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Judged<OutcomeBody>,
) -> Answer {
    let seen = (InquiryId(id.into_inner()), if_match.required()?);
    settle(app, caller, seen, InquiryStep::Complete, body).await
}

/// Why the owner does not want.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineBody {
    /// As a code.
    #[schema(value_type = DeclineReason, example = "capacity")]
    pub reason: String,
    /// In words; the other side reads them.
    #[schema(max_length = 1000, example = "Hết công suất đến hết năm.")]
    pub note: Option<String>,
}

impl DeclineBody {
    fn parse(&self) -> Result<(DeclineReason, Option<Prose<1_000>>)> {
        let mut errors = FieldErrors::default();
        let reason = errors.keep("/reason", one_of::<DeclineReason>(&self.reason));
        let note = errors.keep_opt("/note", self.note.as_deref(), Prose::parse);
        errors
            .finish(reason.map(|reason| (reason, note)))
            .map_err(Error::fields)
    }
}

/// Decline an inquiry (từ chối), as the owner of the listing.
#[utoipa::path(
    post, path = "/inquiries/{id}/rejection", operation_id = "decline_inquiry", tag = "inquiries", security(("bearer" = [])),
    request_body = DeclineBody,
    params(("id" = Uuid, Path, description = "The inquiry"), ("If-Match" = Option<String>, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Declined", body = InquiryView),
        (status = 409, description = "`inquiry_wrong_state`: it is over; `other_side_inactive`", body = ProblemBody),
    )
)]
pub async fn decline_inquiry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Judged<DeclineBody>,
) -> Answer {
    let seen = (InquiryId(id.into_inner()), if_match.optional()?);
    let judge = |said: DeclineBody| said.parse();
    let (reason, note) = body.by_and_words(&app, judge, words_of_declining).await?;
    let seen = app
        .write(caller.origin, move |work| {
            steps::decline(work, &caller, seen, reason, note.as_ref())
        })
        .await?;
    Ok(told(seen))
}

/// Withdraw an inquiry (rút phiếu), as the side that sent it.
#[utoipa::path(
    post, path = "/inquiries/{id}/withdrawal", operation_id = "withdraw_inquiry", tag = "inquiries", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "The inquiry"), ("If-Match" = Option<String>, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Withdrawn", body = InquiryView),
        (status = 409, description = "`inquiry_wrong_state`: it is over; `other_side_inactive`", body = ProblemBody),
    )
)]
pub async fn withdraw_inquiry(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
) -> Answer {
    let seen = (InquiryId(id.into_inner()), if_match.optional()?);
    let seen = app
        .write(caller.origin, move |work| steps::withdraw(work, &caller, seen))
        .await?;
    Ok(told(seen))
}
