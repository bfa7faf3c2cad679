//! Periodic statistical reports: seen before they are published, published, read, and taken as workbooks.

pub mod views;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{self, Path};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use self::views::{PeriodicReportPreview, PeriodicReportSummary, PeriodicReportView};
use super::creates::{self, Made};
use super::extract::page::{after, cursor, limit};
use super::extract::query::{chosen, wrong_parameters};
use super::extract::{IdempotencyKey, Judged, JudgedQuery, Page, Query, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::calendar::day_of;
use crate::domain::dossier::EconomicType;
use crate::domain::fields::{FieldErrors, Violation, one_of};
use crate::domain::ids::PeriodicReportId;
use crate::domain::periodic_report::content::{Content, Source};
use crate::domain::periodic_report::entered::EnteredFigure;
use crate::domain::periodic_report::supplied::{SuppliedDraft, SuppliedValues};
use crate::domain::periodic_report::window::Window;
use crate::domain::periodic_report::{ReportForm, Wanted};
use crate::domain::text::Line;
use crate::domain::text_enum;
use crate::domain::whole;
use crate::service::periodic_reports::workbook::{Edition, workbook};
use crate::service::periodic_reports::{self as service, Place, Publication, Published};
use crate::service::{App, Error, Result};

text_enum! {
    /// What a report is sent as.
    pub enum ReportFormat {
        /// JSON.
        Json => "json",
        /// A workbook, set like the official form.
        Xlsx => "xlsx",
    }
}

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is wanted, as it is written in a query or a body.
struct Told<'a> {
    form: &'a str,
    period: Option<&'a str>,
    from: Option<&'a str>,
    to: Option<&'a str>,
    economic_type: Option<&'a str>,
}

impl Told<'_> {
    /// Errors have the names of the members as pointers.
    fn parse(&self, today: Date, errors: &mut FieldErrors) -> Option<Wanted> {
        let form = errors.keep("/form", one_of::<ReportForm>(self.form));
        let kind = errors.keep_opt("/economic_type", self.economic_type, one_of::<EconomicType>);
        if kind.is_some() && form.is_some_and(|form| !form.has_filter()) {
            errors.add("/economic_type", Violation::Conflicts { with: "form" });
        }
        // Years begin otherwise by form: while it is not known only what none takes is wrong.
        let forms = form.as_ref().map_or(ReportForm::ALL, std::slice::from_ref);
        let windows = forms
            .iter()
            .map(|form| Window::parse(*form, self.period, (self.from, self.to), today));
        let window = windows
            .reduce(std::result::Result::or)
            .and_then(|window| errors.keep_all(window));
        Some(Wanted {
            form: form?,
            window: window?,
            economic_type: kind,
        })
    }
}

/// Which report.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PreviewQuery {
    /// Which form.
    #[param(inline, value_type = ReportForm, example = "briefing")]
    pub form: String,
    /// A year as the form counts it (`2026`; of `registrations` 15 December to 14 December), a quarter (`2026-Q1`) or a month
    /// (`2026-03`); in place of `from` and `to`.
    #[param(max_length = 10, example = "2026-Q1")]
    pub period: Option<String>,
    /// The first day.
    #[param(max_length = 10, example = "2026-01-01")]
    pub from: Option<String>,
    /// The last day; it may be ahead of today, but for a year at the most. Five years in all.
    #[param(max_length = 10, example = "2026-03-31")]
    pub to: Option<String>,
    /// Only certificates of enterprises of this economic type; of `a_iv_11` and `registrations`.
    #[param(inline, value_type = Option<EconomicType>, example = "fdi")]
    pub economic_type: Option<String>,
    /// Whether what is counted is told by name: for officers who handle dossiers and whom no scope limits. It is in the audit
    /// trail.
    pub sources: Option<bool>,
    /// What the answer is; `json` when absent.
    #[param(inline, value_type = Option<ReportFormat>, example = "json")]
    pub format: Option<String>,
}

impl PreviewQuery {
    fn wanted(&self, today: Date) -> Result<(Wanted, ReportFormat)> {
        let told = Told {
            form: &self.form,
            period: self.period.as_deref(),
            from: self.from.as_deref(),
            to: self.to.as_deref(),
            economic_type: self.economic_type.as_deref(),
        };
        let mut errors = FieldErrors::default();
        let wanted = told.parse(today, &mut errors);
        let format = self.format.as_deref().map(one_of::<ReportFormat>).transpose();
        let format = errors.keep("/format", format);
        let read = wanted.zip(format.map(|format| format.unwrap_or(ReportFormat::Json)));
        errors.finish(read).map_err(wrong_parameters)
    }
}

/// The name of a file of a report.
fn file_name(content: &Content, version: Option<i64>, ending: &str) -> String {
    let edition = version.map_or("xem-truoc".to_owned(), |version| format!("v{version}"));
    let form = content.form.replace('_', "-");
    format!(
        "attachment; filename=\"{form}-{}-{}-{edition}.{ending}\"",
        content.from, content.to
    )
}

fn sent(media: &str, name: String, bytes: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media))
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(bytes)
}

/// See a report before it is published (xem trước báo cáo): the figures as they are now, as JSON or as a workbook.
///
/// For officers who read reports. Figures are of the whole register. Certificates without a value in đồng are a finding
/// (`without_value`), which whoever publishes settles.
#[utoipa::path(
    get, path = "/periodic-reports/preview", operation_id = "preview_periodic_report", tag = "reports", security(("bearer" = [])),
    params(PreviewQuery),
    responses(
        (status = 200, description = "The report", content((PeriodicReportPreview = "application/json"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
        (status = 403, description = "`forbidden`: for officers who read reports; with `sources` for those who also handle all dossiers", body = ProblemBody),
        (status = 409, description = "`limit_reached`: more than 20,000 certificates or 100,000 events; choose a shorter period", body = ProblemBody),
    )
)]
pub async fn preview_periodic_report(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<PreviewQuery>,
) -> Answer {
    let now = app.clock.now();
    let (query, (wanted, format)) = query.by(|query| query.wanted(day_of(now)))?;
    let (content, sources) = if query.sources == Some(true) {
        let report = app
            .write(caller.origin, move |work| {
                service::preview_with_sources(work, &caller, &wanted)
            })
            .await?;
        (report.content, Some(report.sources))
    } else {
        let lists = app.in_force().await?;
        let read = app.read(move |conn, now| service::preview(conn, &caller, &wanted, &lists, now));
        (read.await?, None)
    };
    match format {
        ReportFormat::Json => Ok(HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(PeriodicReportPreview { content, sources })),
        ReportFormat::Xlsx => {
            let name = file_name(&content, None, "xlsx");
            let book = app.run_blocking(move || workbook(&content, sources.as_deref(), Edition::Preview(now)));
            Ok(sent(WORKBOOK, name, book.await?))
        }
    }
}

/// What is published.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "form": "briefing", "period": "2026-Q1",
    "entered_figures": [
        {"row": "S1", "column": "period", "value": "51"}, {"row": "S2", "column": "period", "value": "17.4"},
        {"row": "S4", "column": "period", "value": "19"}, {"row": "S7", "column": "cumulative", "value": "11000"}
    ]
}))]
pub struct PeriodicReportBody {
    /// Which form.
    #[schema(value_type = ReportForm)]
    pub form: String,
    /// A year as the form counts it, a quarter or a month; in place of `from` and `to`.
    #[schema(max_length = 10)]
    pub period: Option<String>,
    /// The first day.
    #[schema(max_length = 10)]
    pub from: Option<String>,
    /// The last day, which is past.
    #[schema(max_length = 10)]
    pub to: Option<String>,
    /// Only certificates of enterprises of this economic type; of `a_iv_11` and `registrations`.
    #[schema(value_type = Option<EconomicType>)]
    pub economic_type: Option<String>,
    /// Figures that the exchange does not hold, each for a cell whose row or column `is_entered`.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub entered_figures: Vec<EnteredFigure>,
    /// Values of certificates that tell none; needed where their values count.
    #[serde(default)]
    #[schema(max_items = 1000)]
    pub supplied_values: Vec<SuppliedDraft>,
    /// Why what was published is corrected; needed from the second version on.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

impl PeriodicReportBody {
    fn parse(self, today: Date) -> Result<Publication> {
        let mut errors = FieldErrors::default();
        let told = Told {
            form: &self.form,
            period: self.period.as_deref(),
            from: self.from.as_deref(),
            to: self.to.as_deref(),
            economic_type: self.economic_type.as_deref(),
        };
        let wanted = told.parse(today, &mut errors);
        let supplied = errors.keep_all(SuppliedValues::parse(&self.supplied_values));
        let reason = errors.keep_opt("/reason", self.reason.as_deref(), Line::parse);
        let parsed = wanted.zip(supplied).map(|(wanted, supplied)| Publication {
            wanted,
            last_day_at: if self.period.is_some() { "/period" } else { "/to" },
            entered: self.entered_figures,
            supplied,
            reason,
        });
        errors.finish(parsed).map_err(Error::fields)
    }
}

/// Publish a report (công bố báo cáo): what is counted now is kept as it is, for ever.
///
/// Takes a fresh sign-in. The last day is past. The same form, days and filter once more is another version: with a reason, and only
/// where something changed. No certificate or dossier alters what was published.
#[utoipa::path(
    post, path = "/periodic-reports", operation_id = "publish_periodic_report", tag = "reports", security(("bearer" = [])),
    request_body = PeriodicReportBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Published", body = PeriodicReportView),
        (status = 403, description = "`forbidden`: for officers who publish reports", body = ProblemBody),
        (status = 409, description = "`already_there`: published, and nothing has changed; `limit_reached`: the period has too much", body = ProblemBody),
    )
)]
pub async fn publish_periodic_report(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<PeriodicReportBody>,
) -> Answer {
    let key = key.of("publish_periodic_report", &body.raw);
    let publication = body.by(|said| said.parse(day_of(app.clock.now())))?;
    creates::create(&app, caller, key, move |work| {
        let published = service::publish(work, &caller, &publication)?;
        let location = format!("/periodic-reports/{}", published.id);
        Ok(Made::at(location, PeriodicReportView::of(&published, None)?))
    })
    .await
}

/// Which reports.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeriodicReportsQuery {
    /// Of this form.
    #[param(inline, value_type = Option<ReportForm>, example = "a_iv_11")]
    pub form: Option<String>,
    /// Whose last day is in this year.
    #[serde(default, deserialize_with = "whole::parameter::<_, _, 1988, 9999>")]
    #[param(minimum = 1988, maximum = 9999, example = 2026)]
    pub year: Option<i16>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// List the reports that were published (danh sách báo cáo đã công bố), the newest first; every version is one of them.
#[utoipa::path(
    get, path = "/periodic-reports", operation_id = "list_periodic_reports", tag = "reports", security(("bearer" = [])),
    params(PeriodicReportsQuery),
    responses((status = 200, description = "A page", body = Page<PeriodicReportSummary>))
)]
pub async fn list_periodic_reports(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<PeriodicReportsQuery>,
) -> Answer {
    let (query, (limit, form)) = query.by(|query| {
        let form = chosen::<ReportForm>("form", query.form.as_deref())?;
        Ok((limit(query.limit, &settings)?, form))
    })?;
    let tag = format!("periodic_reports:{form:?}:{:?}", query.year);
    let after: Option<Place> = after(query.after.as_deref(), &tag)?;
    let (page, next) = app
        .read(move |conn, now| service::list(conn, &caller, (form, query.year), (after, limit), now))
        .await?;
    let items = page.iter().map(PeriodicReportSummary::of).collect();
    let next = next.map(|next| cursor(&tag, &next));
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// How a published report is read.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeriodicReportQuery {
    /// Whether what was counted is told by name: for officers who handle dossiers and whom no scope limits. It is in the audit
    /// trail.
    pub sources: Option<bool>,
}

async fn found(
    app: &App,
    SignedIn(caller): SignedIn,
    id: Uuid,
    with_sources: bool,
) -> Result<(Published, Option<Vec<Source>>)> {
    let id = PeriodicReportId(id);
    if with_sources {
        let found = app.write(caller.origin, move |work| service::read_with_sources(work, &caller, id));
        let found = found.await?;
        let sources = found.sources.clone();
        return Ok((found, Some(sources)));
    }
    let found = app.read(move |conn, now| service::read(conn, &caller, id, now)).await?;
    Ok((found, None))
}

/// Read a published report (xem báo cáo đã công bố), as it was published.
#[utoipa::path(
    get, path = "/periodic-reports/{id}", operation_id = "get_periodic_report", tag = "reports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), PeriodicReportQuery),
    responses((status = 200, description = "The report", body = PeriodicReportView))
)]
pub async fn get_periodic_report(
    app: web::Data<App>,
    caller: SignedIn,
    id: Path<Uuid>,
    Query(query): Query<PeriodicReportQuery>,
) -> Answer {
    let (found, sources) = found(&app, caller, id.into_inner(), query.sources == Some(true)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(PeriodicReportView::of(&found, sources)?))
}

/// How a published report is taken as a file.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PeriodicReportFileQuery {
    /// What the file is; `xlsx` when absent.
    #[param(inline, value_type = Option<ReportFormat>, example = "xlsx")]
    pub format: Option<String>,
    /// Whether what was counted is told by name, on a sheet of its own; as in `GET /periodic-reports/{id}`.
    pub sources: Option<bool>,
}

/// Take a published report as a file (tải báo cáo): a workbook set like the official form, the same bytes each time, or JSON.
#[utoipa::path(
    get, path = "/periodic-reports/{id}/file", operation_id = "get_periodic_report_file", tag = "reports", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier"), PeriodicReportFileQuery),
    responses((status = 200, description = "The file", content((Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (PeriodicReportView = "application/json"))))
)]
pub async fn get_periodic_report_file(
    app: web::Data<App>,
    caller: SignedIn,
    id: Path<Uuid>,
    query: JudgedQuery<PeriodicReportFileQuery>,
) -> Answer {
    let (query, format) = query.by(|query| chosen("format", query.format.as_deref()))?;
    let format = format.unwrap_or(ReportFormat::Xlsx);
    let (found, sources) = found(&app, caller, id.into_inner(), query.sources == Some(true)).await?;
    let name = file_name(&found.content, Some(found.version), format.as_str());
    if format == ReportFormat::Json {
        let view = PeriodicReportView::of(&found, sources)?;
        let bytes = serde_json::to_vec_pretty(&view).map_err(Error::internal)?;
        return Ok(sent("application/json", name, bytes));
    }
    let book = app.run_blocking(move || workbook(&found.content, sources.as_deref(), Edition::Published(&found)));
    Ok(sent(WORKBOOK, name, book.await?))
}
