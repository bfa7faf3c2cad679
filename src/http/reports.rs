//! Reports of abuse: anybody makes one, officers decide.

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
use super::server::HttpSettings;
use crate::domain::account::{Email, Language};
use crate::domain::fields::{FieldErrors, one_of};
use crate::domain::ids::{ListingId, ReportId};
use crate::domain::listing::Listing;
use crate::domain::report::{Report, ReportGround, ReportState};
use crate::domain::text::Prose;
use crate::domain::text_enum;
use crate::service::listings::OwnerCard;
use crate::service::reports::{self, Entry, NewReport, Wanted};
use crate::service::{App, Error};

/// What is wrong with a listing.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBody {
    /// What is wrong.
    #[schema(value_type = ReportGround, example = "inaccurate")]
    pub ground: String,
    /// In your words.
    #[schema(
        max_length = 2000,
        example = "Máy trong ảnh là của hãng khác; số máy trên tem không khớp."
    )]
    pub details: String,
    /// An address for the answer, if one is wanted; it is forgotten once the answer was sent.
    #[serde(default)]
    #[schema(max_length = 254, example = "ban-doc@example.com")]
    pub contact: Option<String>,
}

impl ReportBody {
    fn parse(&self, language: Language) -> Result<NewReport, Error> {
        let mut errors = FieldErrors::default();
        let ground = errors.keep("/ground", one_of(&self.ground));
        let details = errors.keep("/details", Prose::parse(&self.details));
        let contact = errors.keep("/contact", self.contact.as_deref().map(Email::parse).transpose());
        let new = ground.zip(details).zip(contact);
        let new = new.map(|((ground, details), contact)| NewReport {
            ground,
            details,
            contact,
            language,
        });
        errors.finish(new).map_err(Error::fields)
    }
}

/// That a report came.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportReceipt {
    /// Its number, for questions to the exchange.
    pub id: Uuid,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when it will be decided.
    pub due_at: Timestamp,
}

/// Report what is wrong with a public listing (phản ánh vi phạm).
///
/// Anybody may, signed in or not. Officers read it; whoever gives an address is told what they decided.
#[utoipa::path(
    post, path = "/listings/{id}/reports", operation_id = "report_listing", tag = "listings", security((), ("bearer" = [])),
    request_body = ReportBody, params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 202, description = "Received", body = ReportReceipt),
        (status = 409, description = "`listing_wrong_status`, `listing_held`: it is not public; `limit_reached`: as many reports about it as are taken wait already", body = ProblemBody),
        (status = 410, description = "`listing_expired`: its term ended; it may come back", body = ProblemBody),
        (status = 451, description = "`listing_taken_down`: at an authority's request", body = ProblemBody),
    )
)]
pub async fn report_listing(
    request: HttpRequest,
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
    body: Judged<ReportBody>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let language = spoken(Lang::of(request.headers()));
    let new = body.by(|said| said.parse(language))?;
    let report = app
        .write(caller.origin, move |work| reports::take(work, &caller, id, &new))
        .await?;
    Ok(HttpResponse::Accepted().json(ReportReceipt {
        id: report.id.0,
        received_at: report.received_at,
        due_at: report.due_at,
    }))
}

/// A report, for officers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportView {
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
    /// What is wrong.
    #[schema(value_type = ReportGround)]
    pub ground: &'static str,
    /// In the reader's words.
    pub details: String,
    /// Where the answer goes; null when none is wanted, or it was sent.
    #[schema(required)]
    pub contact: Option<String>,
    /// Where it stands.
    #[schema(value_type = ReportState)]
    pub state: &'static str,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when it must be decided.
    pub due_at: Timestamp,
    /// Whether the term was not kept.
    pub overdue: bool,
    /// When it was decided.
    #[schema(required)]
    pub decided_at: Option<Timestamp>,
    /// What was answered.
    #[schema(required)]
    pub answer: Option<String>,
    /// Row version, as in `ETag`.
    pub version: i64,
}

impl ReportView {
    /// As officers see it.
    pub(super) fn of(entry: Entry, now: Timestamp) -> Self {
        Self::about(&entry.report, &entry.listing, &entry.owner, now)
    }

    /// A report about a listing of somebody's.
    pub(super) fn about(report: &Report, listing: &Listing, owner: &OwnerCard, now: Timestamp) -> Self {
        Self {
            id: report.id.0,
            overdue: report.is_overdue(now),
            due_at: report.due_at,
            listing_id: listing.id.0,
            code: listing.code.as_ref().map(ToString::to_string),
            title: listing.content.title.vi.to_string(),
            enterprise: owner.legal_name.clone(),
            ground: report.ground.as_str(),
            details: report.details.to_string(),
            contact: report.contact.as_ref().map(|email| email.as_str().to_owned()),
            state: report.state.as_str(),
            received_at: report.received_at,
            decided_at: report.decided_at,
            answer: report.answer.as_ref().map(ToString::to_string),
            version: report.version,
        }
    }
}

/// Which reports.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportsQuery {
    /// Only those in this state.
    #[param(inline, value_type = Option<ReportState>, example = "received")]
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

/// Reports of abuse, the most urgent first (sổ phản ánh vi phạm).
///
/// Of listings within the caller's scope: a page may be short and have a next one.
#[utoipa::path(
    get, path = "/reports", operation_id = "list_reports", tag = "moderation", security(("bearer" = [])), params(ReportsQuery),
    responses((status = 200, description = "A page", body = Page<ReportView>))
)]
pub async fn list_reports(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<ReportsQuery>,
) -> Answer {
    let (query, (limit, wanted)) = query.by(|query| {
        let wanted = Wanted {
            state: chosen::<ReportState>("state", query.state.as_deref())?,
            overdue: query.overdue,
        };
        Ok((limit(query.limit, &settings)?, wanted))
    })?;
    let tag = format!("reports:{wanted:?}");
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, ReportId(id)));
    let (page, now) = app
        .read(move |conn, now| Ok((reports::list(conn, &caller, wanted, place, limit, now)?, now)))
        .await?;
    let next = page.next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let items = page
        .entries
        .into_iter()
        .map(|entry| ReportView::of(entry, now))
        .collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

fn told((entry, now): (Entry, Timestamp)) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", etag(entry.report.version)))
        .json(ReportView::of(entry, now))
}

/// One report of abuse.
#[utoipa::path(
    get, path = "/reports/{id}", operation_id = "get_report", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The report", body = ReportView))
)]
pub async fn get_report(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ReportId(id.into_inner());
    let found = app
        .read_by_key(move |conn, now| Ok((reports::read(conn, &caller, id, now)?, now)))
        .await?;
    Ok(told(found))
}

text_enum! {
    /// What is decided about a report.
    pub enum ReportOutcome {
        /// It is right (có căn cứ).
        Upheld => "upheld",
        /// It is not, or tells too little (không có căn cứ).
        Dismissed => "dismissed",
    }
}

/// A decision about a report.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportDecisionBody {
    /// Whether it is right.
    #[schema(value_type = ReportOutcome, example = "upheld")]
    pub outcome: String,
    /// What was done, or why nothing is; sent to whoever gave an address.
    #[schema(max_length = 2000, example = "Tin đã bị tạm ngừng để xác minh.")]
    pub answer: String,
}

impl ReportDecisionBody {
    /// Whether it is right, and what is answered.
    pub(super) fn parse<const MAX: usize>(&self) -> Result<(bool, Prose<MAX>), Error> {
        let mut errors = FieldErrors::default();
        let outcome = errors.keep("/outcome", one_of::<ReportOutcome>(&self.outcome));
        let answer = errors.keep("/answer", Prose::parse(&self.answer));
        let is_right = outcome.map(|outcome| outcome == ReportOutcome::Upheld);
        errors.finish(is_right.zip(answer)).map_err(Error::fields)
    }
}

/// Decide on a report (xử lý phản ánh).
///
/// Nothing happens to the listing by it: suspend it, or have it taken down. The reporter's address is forgotten.
#[utoipa::path(
    post, path = "/reports/{id}/decision", operation_id = "decide_report", tag = "moderation", security(("bearer" = [])),
    request_body = ReportDecisionBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Decided", body = ReportView),
        (status = 409, description = "`already_decided`", body = ProblemBody),
    )
)]
pub async fn decide_report(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ReportDecisionBody>,
) -> Answer {
    let (id, seen) = (ReportId(id.into_inner()), if_match.optional()?);
    let (is_right, answer) = body.by(|said| said.parse())?;
    let decided = app
        .write(caller.origin, move |work| {
            Ok((
                reports::decide_on(work, &caller, id, seen, is_right, &answer)?,
                work.now,
            ))
        })
        .await?;
    Ok(told(decided))
}
