//! What people ask about their data, and what officers do with it.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::{after_in_time, cursor_in_time, limit};
use super::extract::precondition::etag;
use super::extract::query::chosen;
use super::extract::{IdempotencyKey, IfMatch, Judged, JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::fields::{FieldErrors, Violation, one_of};
use crate::domain::ids::DataRequestId;
use crate::domain::privacy::{DataRequest, RequestState};
use crate::domain::text::Prose;
use crate::service::context::Caller;
use crate::service::data_requests::{self, Entry, Step};
use crate::service::{App, Error};

/// What is asked.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DataRequestBody {
    /// `access`, `rectify`, `erase`, `restrict`, `object` or `withdraw`.
    #[schema(max_length = 32, example = "rectify")]
    pub kind: String,
    /// What exactly; required to have data put right.
    #[serde(default)]
    #[schema(max_length = 5000, example = "Họ tên đúng là Nguyễn Thị Lan Anh.")]
    pub details: Option<String>,
}

/// A request in the register.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DataRequestView {
    /// Identifier.
    pub id: Uuid,
    /// What is asked.
    pub kind: &'static str,
    /// `received`, `acknowledged`, `fulfilled`, `refused` or `withdrawn`.
    pub state: &'static str,
    /// What the person wrote.
    pub details: Option<String>,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when it must be acknowledged: 24:00 of the second working day.
    pub acknowledge_by: Timestamp,
    /// Until when it must be fulfilled.
    pub fulfil_by: Timestamp,
    /// When it was acknowledged.
    pub acknowledged_at: Option<Timestamp>,
    /// When the term was extended.
    pub extended_at: Option<Timestamp>,
    /// When it was fulfilled, refused or taken back.
    pub closed_at: Option<Timestamp>,
    /// What was answered last.
    pub answer: Option<String>,
    /// Version, as in `ETag`.
    pub version: i64,
}

impl From<DataRequest> for DataRequestView {
    fn from(request: DataRequest) -> Self {
        Self {
            id: request.id.0,
            kind: request.kind.as_str(),
            state: request.state.as_str(),
            details: request.details.map(Prose::into_string),
            received_at: request.received_at,
            acknowledge_by: request.acknowledge_by,
            fulfil_by: request.fulfil_by,
            acknowledged_at: request.acknowledged_at,
            extended_at: request.extended_at,
            closed_at: request.closed_at,
            answer: request.answer.map(Prose::into_string),
            version: request.version,
        }
    }
}

/// The caller's requests.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DataRequestsView {
    /// Newest first.
    #[schema(max_items = 1000)]
    pub items: Vec<DataRequestView>,
}

/// A request as officers see it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegisterEntry {
    /// The request.
    pub request: DataRequestView,
    /// The account of who asks.
    pub account_id: Uuid,
    /// Name of who asks.
    pub name: String,
    /// Address of who asks.
    pub email: String,
    /// Whether a term was not kept.
    pub is_overdue: bool,
}

impl RegisterEntry {
    fn of(entry: Entry, now: Timestamp) -> Self {
        Self {
            account_id: entry.request.account.0,
            is_overdue: entry.request.is_overdue(now),
            request: entry.request.into(),
            name: entry.name,
            email: entry.email,
        }
    }
}

/// What did I ask?
#[utoipa::path(
    get, path = "/me/data-requests", operation_id = "list_my_data_requests", tag = "privacy", security(("bearer" = [])),
    responses(
        (status = 200, description = "Requests", body = DataRequestsView),
        (status = 401, description = "Not signed in", body = ProblemBody),
    )
)]
pub async fn list_my_data_requests(app: web::Data<App>, SignedIn(caller): SignedIn) -> Answer {
    let rows = app
        .read(move |conn, now| data_requests::mine(conn, &caller, now))
        .await?;
    let items = rows.into_iter().map(DataRequestView::from).collect();
    Ok(HttpResponse::Ok().json(DataRequestsView { items }))
}

/// Ask about my data (yêu cầu của chủ thể dữ liệu). The answer tells the legal terms.
///
/// To ask for erasure needs a sign-in or step-up within the last five minutes.
#[utoipa::path(
    post, path = "/me/data-requests", operation_id = "ask_about_my_data", tag = "privacy", security(("bearer" = [])), request_body = DataRequestBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Entered into the register", body = DataRequestView),
        (status = 401, description = "Not signed in, or `step_up_required` for `erase`", body = ProblemBody),
        (status = 409, description = "`already_there` or `limit_reached`", body = ProblemBody),
        (status = 422, description = "Wrong fields", body = ProblemBody),
    )
)]
pub async fn ask_about_my_data(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<DataRequestBody>,
) -> Answer {
    let key = key.of("ask_about_my_data", &body.raw);
    let (kind, details) = body.by(|said| {
        let mut errors = FieldErrors::default();
        let kind = errors.keep("/kind", one_of(&said.kind));
        let details = errors.keep_opt("/details", said.details.as_deref(), Prose::parse);
        errors.finish(kind.map(|kind| (kind, details))).map_err(Error::fields)
    })?;
    let terms = app.rules.data_terms;
    creates::create(&app, caller, key, move |work| {
        let request = data_requests::ask(work, &caller, &terms, kind, details.clone())?;
        Ok(Made::at("/me/data-requests".into(), DataRequestView::from(request)))
    })
    .await
}

/// Take a request back (rút yêu cầu), before it is answered.
#[utoipa::path(
    delete, path = "/me/data-requests/{id}", operation_id = "take_back_data_request", tag = "privacy", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses(
        (status = 204, description = "Taken back"),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 404, description = "None of mine", body = ProblemBody),
        (status = 409, description = "`already_decided`", body = ProblemBody),
    )
)]
pub async fn take_back_data_request(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = DataRequestId(id.into_inner());
    app.write(caller.origin, move |work| data_requests::take_back(work, &caller, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which requests.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RegisterQuery {
    /// `received`, `acknowledged`, `fulfilled`, `refused` or `withdrawn`; all when absent.
    #[param(max_length = 32)]
    pub state: Option<String>,
    /// `true`: only those whose term was not kept.
    pub overdue: Option<bool>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// The register (sổ theo dõi yêu cầu), the most urgent first.
#[utoipa::path(
    get, path = "/data-requests", operation_id = "list_data_requests", tag = "privacy", security(("bearer" = [])), params(RegisterQuery),
    responses(
        (status = 200, description = "A page of the register", body = Page<RegisterEntry>),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 403, description = "Not an officer who handles these", body = ProblemBody),
    )
)]
pub async fn list_data_requests(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<RegisterQuery>,
) -> Answer {
    let (query, (limit, state)) = query.by(|query| {
        let state = chosen::<RequestState>("state", query.state.as_deref())?;
        Ok((limit(query.limit, &settings)?, state))
    })?;
    let overdue = query.overdue.unwrap_or(false);
    let tag = format!("data-requests:{state:?}:{overdue}");
    let place = after_in_time(query.after.as_deref(), &tag)?.map(|(at, id)| (at, DataRequestId(id)));
    let ((entries, next), now) = app
        .read(move |conn, now| {
            let page = data_requests::register(conn, &caller, state, overdue, place, limit, now)?;
            Ok((page, now))
        })
        .await?;
    let next = next.map(|(at, id)| cursor_in_time(&tag, (at, id.0)));
    let items = entries.into_iter().map(|entry| RegisterEntry::of(entry, now)).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// What an officer answers.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerBody {
    /// What was done, or why it is not done; it is sent to the person.
    #[schema(max_length = 5000, example = "Đã sửa họ tên theo yêu cầu.")]
    pub answer: String,
}

/// How much longer it takes.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtensionBody {
    /// How many days: no more than the first term had.
    #[schema(minimum = 1, maximum = 20, example = 5)]
    pub days: u16,
    /// Why; it is sent to the person.
    #[schema(max_length = 5000, example = "Cần xác minh với đơn vị liên quan.")]
    pub answer: String,
}

fn answer(text: &str) -> Result<data_requests::Answer, Error> {
    Prose::parse(text).map_err(|violation: Violation| Error::field("/answer", violation))
}

async fn handle(app: &App, caller: Caller, id: Uuid, if_match: IfMatch, step: Step) -> Answer {
    let (id, seen) = (DataRequestId(id), if_match.optional()?);
    let terms = app.rules.data_terms;
    let (entry, now) = app
        .write(caller.origin, move |work| {
            let entry = data_requests::handle(work, &caller, id, seen, &terms, &step)?;
            Ok((entry, work.now))
        })
        .await?;
    let version = entry.request.version;
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", etag(version)))
        .json(RegisterEntry::of(entry, now)))
}

macro_rules! steps {
    ($($(#[$meta:meta])* $name:ident, $path:literal, $($body:ident, |$value:ident| $step:expr)?;)+) => {$(
        $(#[$meta])*
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($name), tag = "privacy", security(("bearer" = [])),
            $(request_body = $body,)?
            params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than the one that was read")),
            responses(
                (status = 200, description = "Done", body = RegisterEntry),
                (status = 401, description = "Not signed in", body = ProblemBody),
                (status = 403, description = "Not an officer who handles these, or `second_person_required`: it is one's own", body = ProblemBody),
                (status = 404, description = "Absent", body = ProblemBody),
                (status = 409, description = "`already_decided`; `last_owner`: an enterprise would be left without one", body = ProblemBody),
                (status = 412, description = "`stale_version`", body = ProblemBody),
            )
        )]
        pub async fn $name(
            app: web::Data<App>,
            SignedIn(caller): SignedIn,
            id: web::Path<Uuid>,
            if_match: IfMatch,
            $(body: Judged<$body>,)?
        ) -> Answer {
            let step = steps!(@step $(body, |$value| $step)?);
            handle(&app, caller, id.into_inner(), if_match, step).await
        }
    )+};
    (@step) => { Step::Acknowledge };
    (@step $body:ident, |$value:ident| $step:expr) => { $body.by(|$value| Ok($step))? };
}

steps! {
    /// Tell the person that the request is being dealt with (tiếp nhận).
    acknowledge_data_request, "/data-requests/{id}/acknowledgement",;
    /// Take more time, once (gia hạn).
    extend_data_request, "/data-requests/{id}/extension", ExtensionBody,
        |value| Step::Extend { days: value.days, answer: answer(&value.answer)? };
    /// Do what was asked (thực hiện). Erasing, restricting and withdrawing happen at once; the rest is told in the answer.
    fulfil_data_request, "/data-requests/{id}/fulfilment", AnswerBody,
        |value| Step::Fulfil { answer: answer(&value.answer)? };
    /// Refuse, with reasons (từ chối).
    refuse_data_request, "/data-requests/{id}/refusal", AnswerBody,
        |value| Step::Refuse { answer: answer(&value.answer)? };
}
