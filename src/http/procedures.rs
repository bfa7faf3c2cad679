//! Procedures of the law as data: everybody reads them, officers publish versions.

use actix_web::web::{self, Path};
use actix_web::{HttpResponse, HttpResponseBuilder};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::page::{after, cursor, limit};
use super::extract::query::wrong_parameter;
use super::extract::{IfMatch, Judged, JudgedQuery, MaybeSignedIn, Page, PageQuery, Paged, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::calendar::day_of;
use crate::domain::procedure::{self, ProcedureDraft};
use crate::service::procedures::{self, RuleSet};
use crate::service::{App, Error, ErrorCode, Result};

/// A procedure, in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProcedureSummary {
    /// Code.
    #[schema(max_length = 20, example = "REG")]
    pub code: String,
    /// Version: from 1 of what officers published; 0 for what came with the program, and one less for each text that a later program
    /// came with.
    pub version: i64,
    /// When it was published; null for what comes with the program.
    #[schema(required)]
    pub changed_at: Option<Timestamp>,
    /// What people call it.
    #[schema(example = "Đăng ký chuyển giao công nghệ")]
    pub name_vi: String,
    /// The same in English.
    #[schema(example = "Registration of technology transfer")]
    pub name_en: String,
    /// Its code among the national administrative procedures.
    #[schema(required, example = "2.002249")]
    pub national_code: Option<String>,
    /// What it rests on.
    pub legal_basis: String,
    /// The first day on which dossiers are handed in under it.
    pub valid_from: Date,
    /// The last one.
    #[schema(required)]
    pub valid_to: Option<Date>,
    /// Whether it is in force on the day: the one that was asked for, else today.
    pub is_in_force: bool,
    /// Where the rules leave out or add what the law leaves to no version, as JSON pointers into them; absent where nowhere. Such a version
    /// was published before that was asked for: it goes on, and nobody could publish it any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 100, example = json!(["/events/8/needs_screening"]))]
    pub refused_by_law: Vec<String>,
}

impl ProcedureSummary {
    fn of(set: RuleSet, today: Date) -> Self {
        let refused_by_law = set.refused_by_law();
        let is_in_force = set.rules.is_in_force(today);
        let text = set.rules.text;
        Self {
            code: set.code,
            version: set.version,
            changed_at: set.changed_at,
            name_vi: text.name_vi,
            name_en: text.name_en,
            national_code: text.national_code,
            legal_basis: text.legal_basis,
            valid_from: set.rules.valid_from,
            valid_to: set.rules.valid_to,
            is_in_force,
            refused_by_law,
        }
    }
}

/// A version that was published later, and is not in force on the day.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewerVersion {
    /// Version.
    pub version: i64,
    /// The first day on which dossiers are handed in under it.
    pub valid_from: Date,
    /// The last one.
    #[schema(required)]
    pub valid_to: Option<Date>,
}

/// A version of a procedure.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProcedureView {
    /// Code.
    #[schema(max_length = 20, example = "REG")]
    pub code: String,
    /// Version, also in `ETag`: from 1 of what officers published; 0 for what came with the program, and one less for each text that
    /// a later program came with.
    pub version: i64,
    /// When it was published; null for what comes with the program.
    #[schema(required)]
    pub changed_at: Option<Timestamp>,
    /// Whether its period has the day: the one that was asked for, else today.
    pub is_in_force: bool,
    /// Versions that were published after it and whose periods do not have that day, the newest first. Whoever publishes
    /// another one takes the place of the newest, with `If-Match` of that (`GET /procedures/{code}/versions/{version}`).
    #[schema(max_items = 100)]
    pub newer: Vec<NewerVersion>,
    /// What it says; may be sent back to publish another version.
    pub rules: ProcedureDraft,
}

fn newer(sets: Vec<RuleSet>) -> Vec<NewerVersion> {
    let newer = sets.into_iter().map(|set| NewerVersion {
        version: set.version,
        valid_from: set.rules.valid_from,
        valid_to: set.rules.valid_to,
    });
    newer.collect()
}

fn shown((set, later): (RuleSet, Vec<RuleSet>), day: Date) -> HttpResponse {
    tagged(HttpResponse::Ok(), set.version).json(ProcedureView {
        is_in_force: set.rules.is_in_force(day),
        newer: newer(later),
        code: set.code,
        version: set.version,
        changed_at: set.changed_at,
        rules: set.rules.text,
    })
}

fn tagged(mut answer: HttpResponseBuilder, version: i64) -> HttpResponseBuilder {
    answer.insert_header(("ETag", etag(version)));
    answer
}

/// A code that no procedure can have leads nowhere.
fn known(code: &str) -> Result<String> {
    procedure::code(code).map_err(|_malformed| ErrorCode::NotFound.into())
}

/// The day that a parameter asks for.
fn asked_day(on: Option<&str>) -> Result<Option<Date>> {
    let on = on.map(procedure::day).transpose();
    on.map_err(|violation| wrong_parameter("on", violation))
}

/// A procedure as it is in force on a day, in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProcedureOnDay {
    /// The version in force on the day; the newest one where none is.
    #[serde(flatten)]
    pub procedure: ProcedureSummary,
    /// Versions that were published after it and whose periods do not have that day, the newest first.
    #[schema(max_items = 100)]
    pub newer: Vec<NewerVersion>,
}

/// Which page, of which day.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProceduresQuery {
    /// The day on which dossiers are handed in; today when absent.
    #[param(max_length = 10, example = "2026-03-02")]
    pub on: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// List the procedures, each as it is in force on the day `on`, or today (danh mục thủ tục); the newest version where none is.
///
/// Those of which there were no rules yet on the day that is asked for are left out.
#[utoipa::path(
    get, path = "/procedures", operation_id = "list_procedures", tag = "dossiers", security((), ("bearer" = [])),
    params(ProceduresQuery),
    responses((status = 200, description = "A page, in the order of the codes", body = Page<ProcedureOnDay>))
)]
pub async fn list_procedures(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    _caller: MaybeSignedIn,
    query: JudgedQuery<ProceduresQuery>,
) -> Answer {
    let (query, (limit, on)) =
        query.by(|query| Ok((limit(query.limit, &settings)?, asked_day(query.on.as_deref())?)))?;
    let tag = on.map_or_else(|| "procedures".to_owned(), |on| format!("procedures:{on}"));
    let place = after::<String>(query.after.as_deref(), &tag)?;
    let (told, day) = app
        .read(move |conn, now| {
            let today = day_of(now);
            Ok((procedures::list_on(conn, (on, today))?, on.unwrap_or(today)))
        })
        .await?;
    let most = usize::try_from(limit).map_err(Error::internal)?;
    let mut rest = told
        .into_iter()
        .filter(|told| place.as_ref().is_none_or(|place| told.set.code > *place));
    let items: Vec<_> = rest
        .by_ref()
        .take(most)
        .map(|told| ProcedureOnDay {
            procedure: ProcedureSummary::of(told.set, day),
            newer: newer(told.newer),
        })
        .collect();
    let last = items.last().filter(|_| rest.next().is_some());
    let next = last.map(|last| cursor(&tag, &last.procedure.code));
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// On which day.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ProcedureQuery {
    /// The day on which a dossier is handed in; today when absent.
    #[param(max_length = 10, example = "2026-03-02")]
    pub on: Option<String>,
}

/// Read a procedure as it is in force (quy trình thủ tục): states, events, terms, papers, authorities, fee.
///
/// The version under which a dossier is handed in on the day `on`, or today; the newest one where none is in force then, and 404 of a
/// day before the first one. Later ones that are not in force on that day are named in `newer`.
#[utoipa::path(
    get, path = "/procedures/{code}", operation_id = "get_procedure", tag = "dossiers", security((), ("bearer" = [])),
    params(("code" = String, Path, description = "Code", max_length = 20, example = "REG"), ProcedureQuery),
    responses((status = 200, description = "The procedure", body = ProcedureView))
)]
pub async fn get_procedure(
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    code: Path<String>,
    query: JudgedQuery<ProcedureQuery>,
) -> Answer {
    let code = known(&code)?;
    let (_, on) = query.by(|query| asked_day(query.on.as_deref()))?;
    let (told, day) = app
        .read(move |conn, now| {
            let today = day_of(now);
            Ok((procedures::on_day(conn, &code, (on, today))?, on.unwrap_or(today)))
        })
        .await?;
    Ok(shown((told.set, told.newer), day))
}

/// Publish a version of a procedure (ban hành quy trình), or a new procedure with `If-Match: "0"`.
///
/// The rule set is checked as a whole, and every mistake is told at its place. Dossiers that are handed in from now on
/// within its period are kept under it; those that were handed in before stay under the version that they have. What
/// changes nothing makes no version.
#[utoipa::path(
    put, path = "/procedures/{code}", operation_id = "publish_procedure", tag = "dossiers", security(("bearer" = [])),
    request_body = ProcedureDraft,
    params(
        ("code" = String, Path, description = "Code", max_length = 20, example = "REG"),
        ("If-Match" = String, Header, description = "`ETag` of the version that was read; `\"0\"` of a new procedure"),
    ),
    responses(
        (status = 200, description = "Published", body = ProcedureView),
        (status = 409, description = "`limit_reached`: as many procedures as are kept exist", body = ProblemBody),
        (status = 422, description = "`validation_failed` at every place that is wrong", body = ProblemBody),
    )
)]
pub async fn publish_procedure(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    code: Path<String>,
    if_match: IfMatch,
    body: Judged<ProcedureDraft>,
) -> Answer {
    let (code, seen) = (known(&code)?, if_match.required()?);
    let draft = body.value(|draft| procedures::parsed(&code, draft))?;
    let (published, today) = app
        .write(caller.origin, move |work| {
            let published = procedures::publish(work, &caller, (&code, seen), &draft)?;
            Ok((published, day_of(work.now)))
        })
        .await?;
    Ok(shown((published, Vec::new()), today))
}

/// List the versions of a procedure, newest first (lịch sử quy trình).
#[utoipa::path(
    get, path = "/procedures/{code}/versions", operation_id = "list_procedure_versions", tag = "dossiers",
    security((), ("bearer" = [])),
    params(("code" = String, Path, description = "Code", max_length = 20, example = "REG"), PageQuery),
    responses((status = 200, description = "A page; last of all what came with programs", body = Page<ProcedureSummary>))
)]
pub async fn list_procedure_versions(
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    code: Path<String>,
    page: Paged,
) -> Answer {
    let (code, limit) = (known(&code)?, page.limit);
    let tag = format!("procedure_versions:{code}");
    let before = page.after::<i64>(&tag)?;
    let (sets, today) = app
        .read(move |conn, now| Ok((procedures::versions(conn, &code, before, limit + 1)?, day_of(now))))
        .await?;
    let most = usize::try_from(limit).map_err(Error::internal)?;
    let has_more = sets.len() > most;
    let items: Vec<_> = sets
        .into_iter()
        .take(most)
        .map(|set| ProcedureSummary::of(set, today))
        .collect();
    let next = items
        .last()
        .filter(|_| has_more)
        .map(|last| cursor(&tag, &last.version));
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Read one version of a procedure, such as the one that a dossier was handed in under.
#[utoipa::path(
    get, path = "/procedures/{code}/versions/{version}", operation_id = "get_procedure_version", tag = "dossiers",
    security((), ("bearer" = [])),
    params(
        ("code" = String, Path, description = "Code", max_length = 20, example = "REG"),
        ("version" = i64, Path, description = "Version", minimum = -1_000_000_000, maximum = 1_000_000_000, example = 0),
    ),
    responses((status = 200, description = "The version", body = ProcedureView))
)]
pub async fn get_procedure_version(app: web::Data<App>, _caller: MaybeSignedIn, path: Path<(String, i64)>) -> Answer {
    let (code, version) = path.into_inner();
    let code = known(&code)?;
    let (told, today) = app
        .read(move |conn, now| {
            let set = procedures::version(conn, &code, version)?;
            let versions = procedures::versions(conn, &code, None, 100)?;
            let later = versions.into_iter().take_while(|other| other.version != version);
            let newer: Vec<RuleSet> = later.collect();
            Ok(((set, newer), day_of(now)))
        })
        .await?;
    Ok(shown(told, today))
}
