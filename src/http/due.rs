//! When a term ends, and why.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calendar::CACHING;
use super::extract::query::wrong_parameters;
use super::extract::{JudgedQuery, MaybeSignedIn};
use super::problem::Answer;
use crate::domain::calendar::{CalendarDay, DayStatus, FIRST_YEAR, LAST_YEAR, Term, deadline_of, weekday};
use crate::domain::fields::{FieldErrors, Violation, among};
use crate::domain::whole;
use crate::service::calendar::{self, Year};
use crate::service::{App, Result};

/// Most days of a term.
const MOST_DAYS: i64 = 366;

/// Which term.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DueQuery {
    /// The day of the event, which is not counted; from 2018 to 2100.
    #[param(max_length = 10, example = "2026-02-13")]
    pub event: String,
    /// How many days.
    #[serde(deserialize_with = "whole::needed::<_, _, 1, MOST_DAYS>")]
    #[param(minimum = 1, maximum = 366, example = 5)]
    pub days: u16,
    /// `working_day` (ngày làm việc) or `calendar_day` (ngày).
    #[param(max_length = 20, example = "working_day")]
    pub unit: String,
}

impl DueQuery {
    fn asked(&self) -> Result<(Date, Term)> {
        let mut errors = FieldErrors::default();
        let event = errors.keep("event", self.event());
        let term = errors.keep("unit", self.term());
        errors.finish(event.zip(term)).map_err(wrong_parameters)
    }

    fn event(&self) -> std::result::Result<Date, Violation> {
        let event: Option<Date> = self.event.parse().ok();
        let is_known = |event: &Date| {
            // A time of the day may stand behind it, which jiff would pass over.
            event.to_string() == self.event && (FIRST_YEAR..=LAST_YEAR).contains(&event.year())
        };
        let wrong = Violation::Malformed { what: "calendar_date" };
        event.filter(is_known).ok_or(wrong)
    }

    fn term(&self) -> std::result::Result<Term, Violation> {
        match self.unit.as_str() {
            "working_day" => Ok(Term::WorkingDays(self.days)),
            "calendar_day" => Ok(Term::Days(self.days)),
            _ => Err(among(&["working_day", "calendar_day"])),
        }
    }
}

/// A day that a term passed over, or counted though it is one of weekly rest.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PassedDay {
    /// The day.
    pub date: Date,
    /// Which day of the week it is, `Mon` to `Sun`.
    #[schema(max_length = 3, example = "Tue")]
    pub weekday: String,
    /// `holiday`, `compensatory`, `swap_off`, `swap_work`, or `weekly_rest` where there is nothing more to say.
    #[schema(max_length = 20, example = "holiday")]
    pub kind: &'static str,
    /// What it is called.
    #[schema(example = "Tết Nguyên Đán")]
    pub name_vi: String,
    /// The same in English.
    #[schema(required, example = "Tết (Lunar New Year)")]
    pub name_en: Option<String>,
    /// What says so.
    #[schema(example = "LC2019 112.1.b")]
    pub legal_basis: String,
    /// How sure that is.
    #[schema(value_type = DayStatus, example = "confirmed")]
    pub status: &'static str,
}

impl PassedDay {
    fn known(day: &CalendarDay) -> Self {
        Self {
            date: day.date,
            weekday: weekday(day.date),
            kind: day.kind.as_str(),
            name_vi: day.name_vi.clone(),
            name_en: day.name_en.clone(),
            legal_basis: day.legal_basis.clone(),
            status: day.status.as_str(),
        }
    }

    fn of((date, known): &(Date, Option<CalendarDay>)) -> Self {
        match known {
            Some(day) => Self::known(day),
            None => Self {
                date: *date,
                weekday: weekday(*date),
                kind: "weekly_rest",
                name_vi: "Nghỉ hằng tuần".into(),
                name_en: Some("Weekly rest".into()),
                legal_basis: "LC2019 111".into(),
                status: DayStatus::Confirmed.as_str(),
            },
        }
    }
}

/// A year that a term touches.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TouchedYear {
    /// Which.
    #[schema(example = 2026)]
    pub year: i16,
    /// In which version; 0 for what comes with the program.
    pub version: i64,
    /// Whether anything is known of it.
    pub is_known: bool,
    /// Whether something of it is yet to be decided.
    pub is_estimated: bool,
}

impl From<&Year> for TouchedYear {
    fn from(year: &Year) -> Self {
        Self {
            year: year.year,
            version: year.version,
            is_known: year.is_known(),
            is_estimated: year.is_estimated(),
        }
    }
}

/// A term, counted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DueView {
    /// The last day.
    pub due_on: Date,
    /// Which day of the week that is, `Mon` to `Sun`.
    #[schema(max_length = 3, example = "Fri")]
    pub weekday: String,
    /// When the term is over: 24:00 of the last day in Việt Nam.
    pub ends_at: Timestamp,
    /// Days that were passed over, in their order: of working days every day of rest; of calendar days those on which the
    /// term would have ended.
    #[schema(max_items = 800)]
    pub not_counted: Vec<PassedDay>,
    /// Days of weekly rest that were counted because they are worked.
    #[schema(max_items = 200)]
    pub made_up: Vec<PassedDay>,
    /// The years that it touches.
    #[schema(max_items = 4)]
    pub years: Vec<TouchedYear>,
}

/// Count a term: its last day and why it is that one (tính thời hạn).
///
/// As the Civil Code counts (91/2015, arts. 147 and 148): the day of the event is not counted; a term of days that would end
/// on a day of rest ends on the next working day.
#[utoipa::path(
    get, path = "/calendar/due", operation_id = "count_term", tag = "calendar", security((), ("bearer" = [])),
    params(DueQuery),
    responses((status = 200, description = "The term", body = DueView))
)]
pub async fn count_term(app: web::Data<App>, _caller: MaybeSignedIn, query: JudgedQuery<DueQuery>) -> Answer {
    let (_, (event, term)) = query.by(DueQuery::asked)?;
    let edition = app.calendar().await?;
    let (counted, years) = calendar::due(&edition, event, term);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, CACHING))
        .json(DueView {
            due_on: counted.due,
            weekday: weekday(counted.due),
            ends_at: deadline_of(counted.due),
            not_counted: counted.not_counted.iter().map(PassedDay::of).collect(),
            made_up: counted.made_up.iter().map(PassedDay::known).collect(),
            years: years.iter().map(TouchedYear::from).collect(),
        }))
}
