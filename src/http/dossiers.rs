//! Dossiers: begun and completed by enterprises, entered and handled by officers, and one operation for whatever happens to
//! them.

pub mod beside;
pub mod consultations;
pub mod event_body;
pub mod filters;
pub mod history;
pub mod missing;
pub mod receipt;
pub mod screening;
pub mod views;

use actix_web::web::{self, Path};
use actix_web::{HttpRequest, HttpResponse};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use uuid::Uuid;

pub use self::consultations::{get_dossier_consultations, put_dossier_consultations};
pub use self::event_body::DossierEventBody;
use self::filters::{DossiersQuery, require_known};
use self::history::DossierEventView;
pub use self::receipt::{get_dossier_receipt, get_dossier_receipt_document};
pub use self::screening::screen_dossier;
use self::views::{DossierSummary, DossierView};
use super::creates::{self, Made};
use super::extract::page::{cursor, cursor_in_time, limit};
use super::extract::query::wrong_parameter;
use super::extract::{IdempotencyKey, IfMatch, Judged, JudgedQuery, Page, PageQuery, Paged, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::dossier::DossierDraft;
use crate::domain::fields::{FieldErrors, Violation};
use crate::domain::ids::{DossierId, InquiryId, ListingId};
use crate::domain::procedure::{self, day};
use crate::domain::text::Prose;
use crate::service::certificates::succession;
use crate::service::dossiers::events::{self, Given};
use crate::service::dossiers::hints;
use crate::service::dossiers::screening::{all as screenings, known};
use crate::service::dossiers::{self, NewDossier, Opened, with_content};
use crate::service::procedures;
use crate::service::{App, Error, Result, Work};

/// What begins a dossier.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDossierBody {
    /// Code of the procedure.
    #[schema(max_length = 20, example = "REG")]
    pub procedure: String,
    /// The event that opens it; the procedure's first one when absent.
    #[schema(max_length = 40)]
    pub event: Option<String>,
    /// The day that comes with that event, where it takes one.
    #[schema(max_length = 10, example = "2026-03-02")]
    pub given_on: Option<String>,
    /// The day on which a paper came that an officer enters later; today when absent.
    #[schema(max_length = 10, example = "2026-03-02")]
    pub received_on: Option<String>,
    /// Words that come with it.
    #[schema(max_length = 4000)]
    pub note: Option<String>,
    /// The dossier that it follows: of a licence the approval.
    #[schema(max_length = 36)]
    pub follows: Option<String>,
    /// The listing from which it is begun, which the caller can read: what it tells of technology and parties is taken from
    /// there where `content` says nothing.
    #[schema(max_length = 36)]
    pub listing_id: Option<String>,
    /// The inquiry of which it comes, between the caller's enterprise and another one that agreed: what it tells of technology, parties,
    /// number and price of the contract is taken from there where `content` says nothing. Instead of `listing_id`.
    #[schema(max_length = 36)]
    pub inquiry_id: Option<String>,
    /// What it says, as far as it is known.
    #[serde(default)]
    pub content: DossierDraft,
}

impl NewDossierBody {
    fn parse(self) -> Result<NewDossier> {
        let mut errors = FieldErrors::default();
        let unknown = |_wrong| Violation::Malformed { what: "procedure" };
        let code = errors.keep("/procedure", procedure::code(&self.procedure).map_err(unknown));
        let given_on = errors.keep_opt("/given_on", self.given_on.as_deref(), day);
        let received_on = errors.keep_opt("/received_on", self.received_on.as_deref(), day);
        let note = errors.keep_opt("/note", self.note.as_deref(), Prose::parse);
        let id = |text: &str| {
            text.parse()
                .map_err(|_wrong| Violation::Malformed { what: "identifier" })
        };
        let follows: Option<DossierId> = errors.keep_opt("/follows", self.follows.as_deref(), id);
        let listing_id = |text: &str| {
            let id = text.parse().map(ListingId);
            id.map_err(|_wrong| Violation::Malformed { what: "identifier" })
        };
        let listing = errors.keep_opt("/listing_id", self.listing_id.as_deref(), listing_id);
        let inquiry: Option<InquiryId> = errors.keep_opt("/inquiry_id", self.inquiry_id.as_deref(), |text| {
            text.parse()
                .map_err(|_wrong| Violation::Malformed { what: "identifier" })
        });
        if self.listing_id.is_some() && self.inquiry_id.is_some() {
            errors.add("/listing_id", Violation::Conflicts { with: "inquiry_id" });
        }
        let new = code.map(|procedure| NewDossier {
            procedure,
            event: self.event,
            given: Given {
                given_on,
                received_on,
                note,
                ..Given::default()
            },
            follows,
            listing,
            inquiry,
            content: self.content,
        });
        errors.finish(new).map_err(Error::fields)
    }
}

/// The view is made within the unit of work: its calendar counts the terms.
pub(super) fn view(work: &mut Work<'_, '_>, opened: &Opened) -> Result<DossierView> {
    let calendar = work.calendar()?;
    let now = work.now;
    let earlier = hints::earlier(work.conn(), opened)?;
    let twins = hints::twins(work.conn(), opened)?;
    let authority = succession::before_whom(work, opened)?;
    let differences = dossiers::would_change(work, opened)?;
    let over = dossiers::over(work, opened)?;
    let wrong = dossiers::contradicted(work, opened)?;
    let told = (authority.as_ref(), differences, (over.as_ref(), wrong.as_slice()));
    let mut parties = hints::parties(work.conn(), opened)?;
    parties.extend(hints::appraisal(work.conn(), opened, now)?);
    parties.extend(hints::value(work.conn(), opened)?);
    let known = known(work, &opened.dossier)?;
    let hints = (earlier.as_slice(), twins.as_slice(), parties.as_slice(), &known);
    Ok(DossierView::of(opened, (&calendar.calendar, now), told, hints))
}

pub(super) fn told(view: &DossierView) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(("ETag", etag(view.summary.version)))
        .insert_header(("Cache-Control", "no-store"))
        .json(view)
}

/// Begin a dossier (lập hồ sơ): an enterprise its own, an officer one that came on paper.
///
/// Everything of `content` may be left out until it is handed in; what is there must be right. `obligation`, `authority`,
/// `fee` and `missing` of the answer tell what the law asks for.
#[utoipa::path(
    post, path = "/dossiers", operation_id = "create_dossier", tag = "dossiers", security(("bearer" = [])), request_body = NewDossierBody,
    responses(
        (status = 201, description = "Begun", body = DossierView),
        (status = 409, description = "`not_competent`, of what is handed in with it: another authority takes it, which `detail` names with the article", body = ProblemBody),
    )
)]
pub async fn create_dossier(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<NewDossierBody>,
) -> Answer {
    let key = key.of("create_dossier", &body.raw);
    let (lists, is_read) = (app.in_force().await?, body.is_read());
    let new = body.by(|said| with_content((&lists, is_read), said.content.clone(), said.parse()))?;
    let new = Box::new(new);
    creates::create(&app, caller, key, move |work| {
        let opened = dossiers::create(work, &caller, &new)?;
        let location = format!("/dossiers/{}", opened.dossier.id);
        Ok(Made::versioned(location, opened.dossier.version, view(work, &opened)?))
    })
    .await
}

/// Read a dossier (xem hồ sơ): its parties, and officers who handle dossiers, whose readings are in the audit trail.
#[utoipa::path(
    get, path = "/dossiers/{id}", operation_id = "get_dossier", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The dossier", body = DossierView))
)]
pub async fn get_dossier(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let id = DossierId(id.into_inner());
    let read = app
        .write(caller.origin, move |work| {
            let opened = dossiers::read(work, &caller, id)?;
            view(work, &opened)
        })
        .await?;
    Ok(told(&read))
}

/// Write what a dossier says (sửa hồ sơ), in the place of what it said: before it is handed in, and while it is back.
#[utoipa::path(
    put, path = "/dossiers/{id}", operation_id = "edit_dossier", tag = "dossiers", security(("bearer" = [])), request_body = DossierDraft,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Written", body = DossierView),
        (status = 409, description = "`dossier_wrong_state`: it is with the authority, or decided", body = ProblemBody),
    )
)]
pub async fn edit_dossier(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Judged<DossierDraft>,
) -> Answer {
    let (id, seen) = (DossierId(id.into_inner()), if_match.required()?);
    let draft = body.value(|draft| draft.parse(&app.in_force_at_hand()).map_err(Error::fields))?;
    let written = app
        .write(caller.origin, move |work| {
            let opened = dossiers::edit(work, &caller, id, seen, &draft)?;
            view(work, &opened)
        })
        .await?;
    Ok(told(&written))
}

/// Do something with a dossier (thực hiện bước): hand it in, ask for what is missing, decide, withdraw.
///
/// Which events there are, who does them and until when is in the rules of the procedure (`GET /procedures/{code}`); those
/// that are possible now are in `possible`. The first handing in fixes the version of the rules. What makes or ends a
/// certificate (`needs_two`) is proposed by one officer (`PUT …/proposal`) and done by another one, who may sign and has just
/// signed in; nothing else here asks for that.
#[utoipa::path(
    post, path = "/dossiers/{id}/events", operation_id = "take_dossier_event", tag = "dossiers", security(("bearer" = [])),
    request_body = DossierEventBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Done", body = DossierView),
        (status = 403, description = "`forbidden`: somebody else does this, whom `detail` names; `second_person_required`: who proposed it does not sign it", body = ProblemBody),
        (status = 409, description = "`dossier_wrong_state`, `too_early`, `dossier_term_over`, `limit_reached`, `procedure_not_in_force`, `not_proposed`, `not_competent`, `certificate_not_in_force`, `screening_required`, `already_there` (the letter of another opinion): `detail` says why, with the article", body = ProblemBody),
        (status = 422, description = "`validation_failed`: what the event needs, and what the law asks of a dossier that is handed in, all at once", body = ProblemBody),
    )
)]
pub async fn take_dossier_event(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Judged<DossierEventBody>,
) -> Answer {
    let (id, seen) = (DossierId(id.into_inner()), if_match.required()?);
    let (event, given) = body.by(|said| said.parse(false))?;
    let public_url = app.rules.address.clone();
    let taken = app
        .write(caller.origin, move |work| {
            let opened = events::take(work, &caller, (id, seen), (&event, &given), &public_url)?;
            view(work, &opened)
        })
        .await?;
    Ok(told(&taken))
}

/// List what happened to a dossier (lịch sử hồ sơ), oldest first. Nothing of it is ever changed.
#[utoipa::path(
    get, path = "/dossiers/{id}/events", operation_id = "list_dossier_events", tag = "dossiers", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), PageQuery),
    responses((status = 200, description = "A page", body = Page<DossierEventView>))
)]
pub async fn list_dossier_events(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    page: Paged,
) -> Answer {
    let (id, limit) = (DossierId(id.into_inner()), page.limit);
    let tag = format!("dossier_events:{id}");
    let after = page.after::<i64>(&tag)?.unwrap_or_default();
    let (events, found, next) = app
        .write(caller.origin, move |work| {
            let (events, next) = dossiers::history(work, &caller, id, (after, limit))?;
            Ok((events, screenings(work.conn(), id)?, next))
        })
        .await?;
    let items = events.into_iter().map(|event| DossierEventView::of(event, &found));
    let items = items.collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next.map(|next| cursor(&tag, &next)))))
}

fn listed(opened: &[Opened], now: Timestamp, (limit, next): (u32, Option<String>)) -> HttpResponse {
    let items = opened.iter().map(|opened| DossierSummary::of(opened, now)).collect();
    HttpResponse::Ok().json(Page::new(items, limit, next))
}

/// The states of all procedures, where a query is narrowed by one of the two.
async fn known_states(app: &App, query: &JudgedQuery<DossiersQuery>) -> Result<BTreeMap<String, BTreeSet<String>>> {
    if query.sends("procedure") || query.sends("state") {
        app.read(|conn, _now| procedures::states(conn)).await
    } else {
        Ok(BTreeMap::new())
    }
}

/// List dossiers for officers (sổ hồ sơ), the newest first.
///
/// Those within the caller's scope: a page may be short and have a next one. That it was shown is in the audit trail.
#[utoipa::path(
    get, path = "/dossiers", operation_id = "list_dossiers", tag = "dossiers", security(("bearer" = [])), params(DossiersQuery),
    responses((status = 200, description = "A page", body = Page<DossierSummary>))
)]
pub async fn list_dossiers(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<DossiersQuery>,
    request: HttpRequest,
) -> Answer {
    let known = known_states(&app, &query).await?;
    let lists = app.in_force_at_hand();
    let (query, (limit, wanted)) = query.by(|query| {
        let wanted = query.wanted()?;
        require_known(&wanted, &known, &lists)?;
        Ok((limit(query.limit, &settings)?, wanted))
    })?;
    let tag = format!("dossiers:{wanted:?}");
    let after = query.page(&tag)?;
    let filter = request.query_string().to_owned();
    let (page, now) = app
        .write(caller.origin, move |work| {
            let page = dossiers::show_list(work, &caller, (&wanted, &filter), after, limit)?;
            Ok((page, work.now))
        })
        .await?;
    let next = page.next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    Ok(listed(&page.entries, now, (limit, next)))
}

/// List the dossiers of the caller's enterprise (hồ sơ của tôi), the newest first, with those whose other party it is.
#[utoipa::path(
    get, path = "/me/dossiers", operation_id = "list_my_dossiers", tag = "dossiers", security(("bearer" = [])), params(DossiersQuery),
    responses((status = 200, description = "A page", body = Page<DossierSummary>))
)]
pub async fn list_my_dossiers(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<DossiersQuery>,
) -> Answer {
    let known = known_states(&app, &query).await?;
    let lists = app.in_force_at_hand();
    let (query, (limit, wanted)) = query.by(|query| {
        // Who handles it is not told, nor what officers prepare among themselves.
        let of_officers = [
            ("handler", query.handler.is_some()),
            ("proposed", query.proposed.is_some()),
            ("escalated", query.escalated.is_some()),
        ];
        if let Some((name, _)) = of_officers.into_iter().find(|(_, is_told)| *is_told) {
            return Err(wrong_parameter(name, Violation::Malformed { what: "parameter_name" }));
        }
        let wanted = query.wanted()?;
        require_known(&wanted, &known, &lists)?;
        Ok((limit(query.limit, &settings)?, wanted))
    })?;
    let tag = format!("my_dossiers:{wanted:?}");
    let after = query.page(&tag)?;
    let (page, next, now) = app
        .read(move |conn, now| {
            let (page, next) = dossiers::mine(conn, &caller, &wanted, after, limit, now)?;
            Ok((page, next, now))
        })
        .await?;
    let next = next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    Ok(listed(&page, now, (limit, next)))
}
