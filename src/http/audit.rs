//! The audit trail for officers: search it, take a copy of it.

use actix_web::{HttpResponse, web};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures_util::stream::try_unfold;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::exports::{held, turn};
use super::extract::page::{after, cursor, limit};
use super::extract::query::wrong_parameter;
use super::extract::{JudgedQuery, Page, Query, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::fields::Violation;
use crate::service::audit::trail::{self, Filter, Place, Row};
use crate::service::{App, Error};

/// Which rows of the trail.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Deeds of this account, or of this key of an enterprise's system.
    pub actor: Option<Uuid>,
    /// Deeds done to this thing.
    pub subject: Option<Uuid>,
    /// Deeds done to such things: `enterprise`, `listing`, `account`, `session`, …
    #[param(max_length = 40, example = "listing")]
    pub subject_kind: Option<String>,
    /// Deeds of this name.
    #[param(max_length = 60, example = "listing.approved")]
    pub deed: Option<String>,
    /// From this instant on.
    #[param(example = "2026-07-01T00:00:00Z")]
    pub from: Option<Timestamp>,
    /// Before this instant.
    #[param(example = "2026-08-01T00:00:00Z")]
    pub to: Option<Timestamp>,
    /// Most rows on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

impl AuditQuery {
    fn filter(&self) -> Result<Filter, Error> {
        let deed = self.deed.as_deref().map(str::parse).transpose();
        let too_long = self.subject_kind.as_ref().is_some_and(|kind| kind.len() > 40);
        if too_long {
            return Err(wrong_parameter("subject_kind", Violation::TooLong { max: 40 }));
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            return Err(wrong_parameter("to", Violation::Conflicts { with: "from" }));
        }
        Ok(Filter {
            actor: self.actor,
            subject: self.subject,
            subject_kind: self.subject_kind.clone(),
            deed: deed.map_err(|_unknown| wrong_parameter("deed", Violation::Malformed { what: "value" }))?,
            from: self.from,
            to: self.to,
        })
    }
}

/// Of when a copy is taken.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// From this instant on.
    #[param(example = "2026-07-01T00:00:00Z")]
    pub from: Timestamp,
    /// Before this instant.
    #[param(example = "2026-08-01T00:00:00Z")]
    pub to: Timestamp,
}

/// A deed that was recorded. Hashes are in base64; docs/audit.md tells how they are made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Number of the row.
    #[schema(example = 4711)]
    pub seq: i64,
    /// Identifier.
    pub id: Uuid,
    /// When.
    pub at: Timestamp,
    /// `visitor`, `person`, `member`, `officer`, `key` or `system`.
    #[schema(example = "officer")]
    pub actor_kind: String,
    /// Which account or, if `actor_kind` is `key`, which key of an enterprise's system.
    pub actor_id: Option<Uuid>,
    /// Did what.
    #[schema(example = "listing.rejected")]
    pub deed: String,
    /// To what sort of thing.
    #[schema(example = "listing")]
    pub subject_kind: String,
    /// To which.
    pub subject_id: Uuid,
    /// In which version, where the deed is a judgement of what it says.
    #[schema(example = 3)]
    pub subject_version: Option<i64>,
    /// Why, as a code.
    #[schema(example = "incomplete")]
    pub reason_code: Option<String>,
    /// Why, in words.
    pub reason_text: Option<String>,
    /// In which request.
    pub request_id: Option<Uuid>,
    /// Through which session.
    pub session_id: Option<Uuid>,
    /// From which address.
    #[schema(example = "203.0.113.7")]
    pub ip: Option<String>,
    /// And port.
    #[schema(example = 51234)]
    pub port: Option<i64>,
    /// Hash of what the thing was before.
    pub before_hash: Option<String>,
    /// Hash of what it is after.
    pub after_hash: Option<String>,
    /// Which chain the row is in.
    #[schema(example = 0)]
    pub lane: Option<i64>,
    /// At which place.
    #[schema(example = 4711)]
    pub link: Option<i64>,
    /// Hash of the row before in the chain.
    pub prev_hash: Option<String>,
    /// Hash of this row.
    pub hash: Option<String>,
}

impl AuditEntry {
    fn of(row: Row) -> Self {
        let encoded = |hash: Option<Vec<u8>>| hash.map(|hash| STANDARD.encode(hash));
        Self {
            seq: row.seq,
            id: row.id.0,
            at: row.at.0,
            actor_kind: row.actor_kind,
            actor_id: row.actor_id.map(|id| id.0),
            deed: row.deed,
            subject_kind: row.subject_kind,
            subject_id: row.subject_id.0,
            subject_version: row.subject_version,
            reason_code: row.reason_code,
            reason_text: row.reason_text,
            request_id: row.request_id.map(|id| id.0),
            session_id: row.session_id.map(|id| id.0),
            ip: row.ip,
            port: row.port,
            before_hash: encoded(row.before_hash),
            after_hash: encoded(row.after_hash),
            lane: row.lane,
            link: row.link,
            prev_hash: encoded(row.prev_hash),
            hash: encoded(row.hash),
        }
    }
}

/// What was done, newest first (nhật ký).
#[utoipa::path(
    get, path = "/audit", operation_id = "search_audit", tag = "audit", security(("bearer" = [])), params(AuditQuery),
    responses(
        (status = 200, description = "A page of the audit trail", body = Page<AuditEntry>),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 403, description = "Not an officer who reads the trail", body = ProblemBody),
    )
)]
pub async fn search_audit(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<AuditQuery>,
) -> Answer {
    let (query, (limit, filter)) = query.by(|query| Ok((limit(query.limit, &settings)?, query.filter()?)))?;
    let tag = format!("audit:{filter:?}");
    let before = after::<i64>(query.after.as_deref(), &tag)?;
    let (rows, next) = app
        .read(move |conn, now| trail::read(conn, &caller, &filter, before, limit, now))
        .await?;
    let next = next.map(|seq| cursor(&tag, &seq));
    let entries = rows.into_iter().map(AuditEntry::of).collect();
    Ok(HttpResponse::Ok().json(Page::new(entries, limit, next)))
}

/// A copy of the trail as JSON Lines, oldest first, at most 100,000 rows. That it was taken is recorded (xuất nhật ký).
#[utoipa::path(
    get, path = "/audit/export", operation_id = "export_audit", tag = "audit", security(("bearer" = [])), params(ExportQuery),
    responses(
        (status = 200, description = "One row a line", body = AuditEntry, content_type = "application/jsonl"),
        (status = 400, description = "`invalid_query`: more than 100,000 rows; choose a shorter span", body = ProblemBody),
        (status = 401, description = "Not signed in", body = ProblemBody),
        (status = 403, description = "Not an officer who reads the trail", body = ProblemBody),
    )
)]
pub async fn export_audit(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    Query(ExportQuery { from, to }): Query<ExportQuery>,
) -> Answer {
    let turn = turn(&app, &caller)?;
    let to = trail::begin_copy(&app, caller, from, to).await?;
    // Before the first number of all, so that the instant itself is in it.
    let start: Option<Place> = Some((from, i64::MIN));
    let lines = try_unfold((app.get_ref().clone(), start), move |(app, place)| async move {
        let Some(place) = place else { return Ok(None) };
        let (rows, next) = app
            .read(move |conn, now| trail::copy_page(conn, &caller, place, to, now))
            .await?;
        let text = lines(rows)?;
        Ok::<_, Error>(Some((web::Bytes::from(text), (app, next))))
    });
    Ok(HttpResponse::Ok()
        .content_type("application/jsonl")
        .insert_header(("Content-Disposition", "attachment; filename=\"audit.jsonl\""))
        .streaming(held(Some(turn), lines)))
}

fn lines(rows: Vec<Row>) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, &AuditEntry::of(row)).map_err(Error::internal)?;
        text.push(b'\n');
    }
    Ok(text)
}
