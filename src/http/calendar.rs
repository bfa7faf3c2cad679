//! The working calendar: the years as they stand, and as officers write them.

use actix_web::http::header;
use actix_web::web::{self, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::cursor;
use super::extract::precondition::if_none_match;
use super::extract::query::wrong_parameter;
use super::extract::{IfMatch, Judged, MaybeSignedIn, Page, PageQuery, Paged, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use crate::domain::calendar::{
    CalendarDay, DayKind, DayStatus, Difference, FIRST_YEAR, LAST_YEAR, YearDraft, last_day, weekday,
};
use crate::domain::fields::Violation;
use crate::service::calendar::recount::{Forecast, Move};
use crate::service::calendar::{self, Version, Year};
use crate::service::{App, Error, Result};

/// Officers change the years; who asks again with the tag is told cheaply whether they did.
pub(super) const CACHING: &str = "public, no-cache";

/// A day about which there is something to say.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarDayView {
    /// The day.
    pub date: Date,
    /// Which day of the week it is, `Mon` to `Sun`.
    #[schema(max_length = 3, example = "Mon")]
    pub weekday: String,
    /// Whether people work on it.
    pub is_working_day: bool,
    /// Why it is not as its weekday is.
    #[schema(value_type = DayKind, example = "compensatory")]
    pub kind: &'static str,
    /// What it is called.
    #[schema(example = "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)")]
    pub name_vi: String,
    /// The same in English.
    #[schema(required, example = "Commemoration of the Hùng Kings (day off in lieu)")]
    pub name_en: Option<String>,
    /// What says so.
    #[schema(example = "LC2019 112.1.e")]
    pub legal_basis: String,
    /// How sure that is.
    #[schema(value_type = DayStatus, example = "confirmed")]
    pub status: &'static str,
}

impl From<&CalendarDay> for CalendarDayView {
    fn from(day: &CalendarDay) -> Self {
        Self {
            date: day.date,
            weekday: weekday(day.date),
            is_working_day: day.kind.is_worked(),
            kind: day.kind.as_str(),
            name_vi: day.name_vi.clone(),
            name_en: day.name_en.clone(),
            legal_basis: day.legal_basis.clone(),
            status: day.status.as_str(),
        }
    }
}

/// A year of the working calendar.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarYearView {
    /// Which.
    #[schema(example = 2026)]
    pub year: i16,
    /// Version, also in `ETag`; 0 for what comes with the program.
    pub version: i64,
    /// Whether anything is known of it; of a year of which nothing is, every week is taken for a plain one.
    pub is_known: bool,
    /// Whether something of it is yet to be decided.
    pub is_estimated: bool,
    /// How many days people work.
    #[schema(example = 249)]
    pub working_days: usize,
    /// What the version rests on; null for what comes with the program, where each day tells.
    #[schema(required)]
    pub legal_basis: Option<String>,
    /// When the version was made.
    #[schema(required)]
    pub changed_at: Option<Timestamp>,
    /// Every day that is not as its weekday is, and holidays at the weekend.
    #[schema(max_items = 80)]
    pub days: Vec<CalendarDayView>,
}

impl From<&Year> for CalendarYearView {
    fn from(year: &Year) -> Self {
        Self {
            year: year.year,
            version: year.version,
            is_known: year.is_known(),
            is_estimated: year.is_estimated(),
            working_days: year.working_days,
            legal_basis: year.legal_basis.clone(),
            changed_at: year.changed_at,
            days: year.days.iter().map(CalendarDayView::from).collect(),
        }
    }
}

/// A year that was written.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarYearWritten {
    /// As it stands now.
    #[serde(flatten)]
    pub year: CalendarYearView,
    /// Ends of open terms that moved at once.
    pub terms_moved: usize,
    /// Whether every open term was counted anew; the rest follow in the background.
    pub is_recounted: bool,
}

/// A day on which two versions differ.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarDifference {
    /// The day.
    pub date: Date,
    /// What was said of it; null where it was as its weekday is.
    #[schema(required)]
    pub before: Option<CalendarDayView>,
    /// What is said now; likewise.
    #[schema(required)]
    pub after: Option<CalendarDayView>,
}

impl From<&Difference> for CalendarDifference {
    fn from(difference: &Difference) -> Self {
        Self {
            date: difference.date,
            before: difference.before.as_ref().map(CalendarDayView::from),
            after: difference.after.as_ref().map(CalendarDayView::from),
        }
    }
}

/// A version of a year.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarYearVersion {
    /// The version.
    pub version: i64,
    /// When it was made.
    pub changed_at: Timestamp,
    /// Which officer made it.
    #[schema(required)]
    pub changed_by: Option<Uuid>,
    /// What it rests on.
    pub legal_basis: String,
    /// In what it differs from the version before; the first one from what comes with the program.
    #[schema(max_items = 160)]
    pub differences: Vec<CalendarDifference>,
}

impl From<&Version> for CalendarYearVersion {
    fn from(version: &Version) -> Self {
        Self {
            version: version.version,
            changed_at: version.changed_at,
            changed_by: version.changed_by.map(|account| account.0),
            legal_basis: version.legal_basis.clone(),
            differences: version.differences.iter().map(CalendarDifference::from).collect(),
        }
    }
}

/// An open term that would move.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MovedTerm {
    /// Of what: `report`, `complaint`, `ip_notice`, `data_request` or `dossier`.
    #[schema(max_length = 20, example = "complaint")]
    pub kind: &'static str,
    /// Which of its terms: `due_at`, `acknowledge_by` or `fulfil_by`; of a dossier `mark` where it is not the one that is due next.
    #[schema(max_length = 20, example = "due_at")]
    pub term: &'static str,
    /// When it came.
    pub received_at: Timestamp,
    /// The last day as it is.
    pub last_day_before: Date,
    /// The last day as it would be.
    pub last_day_after: Date,
}

impl From<&Move> for MovedTerm {
    fn from(one: &Move) -> Self {
        Self {
            kind: one.kind,
            term: one.term,
            received_at: one.received_at,
            last_day_before: last_day(one.before),
            last_day_after: last_day(one.after),
        }
    }
}

/// What writing a year would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CalendarPreview {
    /// In what it differs from the year as it stands.
    #[schema(max_items = 160)]
    pub differences: Vec<CalendarDifference>,
    /// Open duties that were looked at.
    pub looked_at: usize,
    /// Whether those are all.
    pub is_complete: bool,
    /// Ends of their terms that would move.
    pub terms_moved: usize,
    /// Some of those.
    #[schema(max_items = 20)]
    pub examples: Vec<MovedTerm>,
}

impl CalendarPreview {
    fn of(differences: &[Difference], forecast: &Forecast) -> Self {
        Self {
            differences: differences.iter().map(CalendarDifference::from).collect(),
            looked_at: forecast.looked_at,
            is_complete: forecast.is_complete,
            terms_moved: forecast.moved,
            examples: forecast.examples.iter().map(MovedTerm::from).collect(),
        }
    }
}

fn known(year: i16) -> Result<i16> {
    if (FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Ok(year);
    }
    let (min, max) = (FIRST_YEAR.into(), LAST_YEAR.into());
    Err(wrong_parameter("year", Violation::OutOfRange { min, max }))
}

fn tagged(mut answer: HttpResponseBuilder, version: i64) -> HttpResponseBuilder {
    answer.insert_header((header::ETAG, etag(version)));
    answer
}

/// Read a year of the working calendar (lịch làm việc): holidays, days off in lieu, and days that are swapped.
///
/// All other days are as their weekday is: Monday to Friday are worked.
#[utoipa::path(
    get, path = "/calendar/years/{year}", operation_id = "get_calendar_year", tag = "calendar",
    security((), ("bearer" = [])),
    params(("year" = i16, Path, description = "The year", minimum = 2018, maximum = 2100, example = 2026)),
    responses(
        (status = 304, description = "Not changed since the version of `If-None-Match`; never of version 0, which a release may change"),
        (status = 200, description = "The year", body = CalendarYearView),
    )
)]
pub async fn get_calendar_year(
    request: HttpRequest,
    app: web::Data<App>,
    _caller: MaybeSignedIn,
    year: Path<i16>,
) -> Answer {
    let year = known(*year)?;
    let year = app.calendar().await?.year(year);
    let is_seen = year.version > 0 && if_none_match(&request, &etag(year.version));
    let answer = if is_seen {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    let mut answer = tagged(answer, year.version);
    answer.insert_header((header::CACHE_CONTROL, CACHING));
    Ok(if is_seen {
        answer.finish()
    } else {
        answer.json(CalendarYearView::from(&year))
    })
}

/// Write a year of the working calendar (cập nhật lịch làm việc), when it is decided.
///
/// The body has every day of the year about which there is something to say, and takes the place of what was said before.
/// Every node counts by it at once. Terms of open reports, complaints, notices and data requests are counted anew; the
/// audit trail has the old and the new end of each that moves. What changes nothing makes no version.
#[utoipa::path(
    put, path = "/calendar/years/{year}", operation_id = "put_calendar_year", tag = "calendar",
    security(("bearer" = [])), request_body = YearDraft,
    params(
        ("year" = i16, Path, description = "The year", minimum = 2018, maximum = 2100, example = 2031),
        ("If-Match" = String, Header, description = "`ETag` of the version that was read; `\"0\"` of what comes with the program"),
    ),
    responses(
        (status = 200, description = "Written", body = CalendarYearWritten),
        (status = 403, description = "Not an officer who manages reference data", body = ProblemBody),
        (status = 412, description = "`stale_version`", body = ProblemBody),
        (status = 422, description = "`validation_failed` at every day that is wrong", body = ProblemBody),
        (status = 428, description = "`precondition_required`", body = ProblemBody),
    )
)]
pub async fn put_calendar_year(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    year: Path<i16>,
    if_match: IfMatch,
    body: Judged<YearDraft>,
) -> Answer {
    let (year, seen) = (known(*year)?, if_match.required()?);
    let draft = body.value(|draft| draft.parse(year).map_err(Error::fields))?;
    let (year, recounted) = app
        .write(caller.origin, move |work| {
            calendar::put(work, &caller, (year, seen), &draft)
        })
        .await?;
    Ok(tagged(HttpResponse::Ok(), year.version).json(CalendarYearWritten {
        year: CalendarYearView::from(&year),
        terms_moved: recounted.moved,
        is_recounted: recounted.is_finished,
    }))
}

/// Try out what writing a year of the working calendar would do, and keep nothing (xem trước).
///
/// At most 2,000 open duties or a few more are looked at, and 20 terms that would move are named.
#[utoipa::path(
    post, path = "/calendar/years/{year}/preview", operation_id = "preview_calendar_year", tag = "calendar",
    security(("bearer" = [])), request_body = YearDraft,
    params(("year" = i16, Path, description = "The year", minimum = 2018, maximum = 2100, example = 2031)),
    responses(
        (status = 200, description = "What it would do", body = CalendarPreview),
        (status = 403, description = "Not an officer who manages reference data", body = ProblemBody),
        (status = 422, description = "`validation_failed` at every day that is wrong", body = ProblemBody),
    )
)]
pub async fn preview_calendar_year(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    year: Path<i16>,
    body: Judged<YearDraft>,
) -> Answer {
    let (year, slot) = (known(*year)?, app.calendars.clone());
    let draft = body.value(|draft| draft.parse(year).map_err(Error::fields))?;
    let (differences, forecast) = app
        .read(move |conn, now| calendar::preview(conn, &slot, &caller, year, &draft, now))
        .await?;
    Ok(HttpResponse::Ok().json(CalendarPreview::of(&differences, &forecast)))
}

/// List the versions of a year of the working calendar, newest first (lịch sử thay đổi).
#[utoipa::path(
    get, path = "/calendar/years/{year}/versions", operation_id = "list_calendar_year_versions", tag = "calendar",
    security(("bearer" = [])),
    params(("year" = i16, Path, description = "The year", minimum = 2018, maximum = 2100, example = 2026), PageQuery),
    responses(
        (status = 200, description = "A page; none of a year that nobody changed", body = Page<CalendarYearVersion>),
        (status = 403, description = "Not an officer who manages reference data", body = ProblemBody),
    )
)]
pub async fn list_calendar_year_versions(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    year: Path<i16>,
    page: Paged,
) -> Answer {
    let (year, limit) = (known(*year)?, page.limit);
    let tag = format!("calendar_year_versions:{year}");
    let (before, slot) = (page.after::<i64>(&tag)?, app.calendars.clone());
    let (versions, has_more) = app
        .read(move |conn, now| calendar::versions(conn, &slot, &caller, (year, before, limit), now))
        .await?;
    let last = versions.last().filter(|_| has_more);
    let next = last.map(|last| cursor(&tag, &last.version));
    let items = versions.iter().map(CalendarYearVersion::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}
