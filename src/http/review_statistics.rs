//! Figures about reviews.

use actix_web::{HttpResponse, web};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::query::wrong_parameter;
use super::extract::{JudgedQuery, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::audit::ReasonCode;
use crate::domain::fields::Violation;
use crate::domain::listing::ListingKind;
use crate::domain::review::EntryKind;
use crate::domain::review::backlog::{Backlog, BacklogKind};
use crate::domain::review::figures::{Month, Tally};
use crate::service::review::figures::{self, Report};
use crate::service::{App, Result};

/// Most months at once.
const MOST: u32 = 24;

/// Which months.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StatisticsQuery {
    /// The first month, in Vietnam; eleven before the last when absent.
    #[param(max_length = 7, example = "2026-01")]
    pub from: Option<String>,
    /// The last month, at most 24 in all; the present one when absent.
    #[param(max_length = 7, example = "2026-11")]
    pub to: Option<String>,
}

impl StatisticsQuery {
    fn months(&self, present: Month) -> Result<(Month, Month)> {
        let read = |name: &str, text: &Option<String>| -> Result<Option<Month>> {
            let Some(text) = text else { return Ok(None) };
            let month = Month::parse(text);
            let month = month.ok_or_else(|| wrong_parameter(name, Violation::Malformed { what: "month" }))?;
            Ok(Some(month))
        };
        let last = read("to", &self.to)?.unwrap_or(present);
        let first = read("from", &self.from)?.unwrap_or_else(|| last.before(11));
        if first > last || first < last.before(MOST - 1) {
            return Err(wrong_parameter("from", Violation::Malformed { what: "months" }));
        }
        Ok((first, last))
    }
}

/// Counts, and how long things had waited that were decided on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TallyView {
    /// Approved.
    #[schema(example = 41)]
    pub approved: u64,
    /// Refused.
    #[schema(example = 3)]
    pub rejected: u64,
    /// Sent back.
    #[schema(example = 9)]
    pub changes_requested: u64,
    /// Approved as the first of two officers.
    #[schema(example = 2)]
    pub endorsed: u64,
    /// Hours that half of what was decided on had waited at the most; null where nothing was.
    #[schema(required, example = 6.5)]
    pub median_hours: Option<f64>,
    /// Hours that nine of ten had waited at the most.
    #[schema(required, example = 40.25)]
    pub p90_hours: Option<f64>,
}

impl From<&Tally> for TallyView {
    fn from(tally: &Tally) -> Self {
        Self {
            approved: tally.approved,
            rejected: tally.rejected,
            changes_requested: tally.changes_requested,
            endorsed: tally.endorsed,
            median_hours: tally.median().map(hours),
            p90_hours: tally.p90().map(hours),
        }
    }
}

/// Hours to the hundredth.
fn hours(time: SignedDuration) -> f64 {
    let hundredths = (time.as_secs() + 18) / 36;
    f64::from(i32::try_from(hundredths).unwrap_or(i32::MAX)) / 100.0
}

/// All of a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MonthFigures {
    /// Which.
    #[schema(example = "2026-11")]
    pub month: String,
    /// The figures.
    #[serde(flatten)]
    pub tally: TallyView,
}

/// A sort of thing in a month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KindFigures {
    /// Which month.
    #[schema(example = "2026-11")]
    pub month: String,
    /// What sort of thing.
    #[schema(value_type = EntryKind, example = "listing")]
    pub r#type: &'static str,
    /// What sort of listing; absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ListingKind>, example = "equipment_offer")]
    pub kind: Option<&'static str>,
    /// The figures.
    #[serde(flatten)]
    pub tally: TallyView,
}

/// An officer's month.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OfficerFigures {
    /// Which month.
    #[schema(example = "2026-11")]
    pub month: String,
    /// Whose.
    pub officer: Uuid,
    /// The officer's name.
    #[schema(example = "Trần Văn Duyệt")]
    pub officer_name: String,
    /// The figures.
    #[serde(flatten)]
    pub tally: TallyView,
}

/// How often something was refused or sent back for a reason.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReasonFigures {
    /// In which month.
    #[schema(example = "2026-11")]
    pub month: String,
    /// What sort of thing.
    #[schema(value_type = EntryKind, example = "listing")]
    pub r#type: &'static str,
    /// Why.
    #[schema(value_type = ReasonCode, example = "incomplete")]
    pub reason_code: String,
    /// How often.
    #[schema(example = 7)]
    pub count: u64,
}

/// How much of a sort waits at the moment.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WaitingFigures {
    /// What sort of thing.
    #[schema(value_type = BacklogKind, example = "listing")]
    pub r#type: &'static str,
    /// How many.
    #[schema(example = 12)]
    pub count: i64,
    /// Since when the first of them waits; null where nothing does.
    #[schema(required)]
    pub oldest_since: Option<Timestamp>,
    /// For how many hours.
    #[schema(required, example = 30.5)]
    pub oldest_hours: Option<f64>,
}

impl WaitingFigures {
    fn of(waiting: &Backlog, now: Timestamp) -> Self {
        Self {
            r#type: waiting.kind.as_str(),
            count: waiting.count,
            oldest_since: waiting.oldest,
            oldest_hours: waiting.oldest.map(|_| hours(waiting.age(now))),
        }
    }
}

/// Figures about reviews.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReviewStatistics {
    /// The first month.
    #[schema(example = "2026-01")]
    pub from: String,
    /// The last month.
    #[schema(example = "2026-11")]
    pub to: String,
    /// What waits at the moment, sort by sort, whatever the months.
    pub waiting: Vec<WaitingFigures>,
    /// Month by month; those without decisions are left out.
    pub by_month: Vec<MonthFigures>,
    /// By sort of thing.
    pub by_kind: Vec<KindFigures>,
    /// By officer.
    pub by_officer: Vec<OfficerFigures>,
    /// Why things were refused or sent back.
    pub reasons: Vec<ReasonFigures>,
}

impl ReviewStatistics {
    fn of(report: &Report, (first, last): (Month, Month), now: Timestamp) -> Self {
        let figures = &report.figures;
        let months = figures.months.iter().map(|(month, tally)| MonthFigures {
            month: month.to_string(),
            tally: tally.into(),
        });
        let kinds = figures
            .kinds
            .iter()
            .map(|((month, (kind, listing_kind)), tally)| KindFigures {
                month: month.to_string(),
                r#type: kind.as_str(),
                kind: listing_kind.map(ListingKind::as_str),
                tally: tally.into(),
            });
        let officers = figures.officers.iter().map(|((month, officer), tally)| OfficerFigures {
            month: month.to_string(),
            officer: officer.0,
            officer_name: report.names.get(officer).cloned().unwrap_or_default(),
            tally: tally.into(),
        });
        let reasons = figures
            .reasons
            .iter()
            .map(|((month, kind, code), count)| ReasonFigures {
                month: month.to_string(),
                r#type: kind.as_str(),
                reason_code: code.clone(),
                count: *count,
            });
        Self {
            from: first.to_string(),
            to: last.to_string(),
            waiting: report
                .waiting
                .iter()
                .map(|waiting| WaitingFigures::of(waiting, now))
                .collect(),
            by_month: months.collect(),
            by_kind: kinds.collect(),
            by_officer: officers.collect(),
            reasons: reasons.collect(),
        }
    }
}

/// What waits, how many decisions, how long things waited, and why they went back (thống kê duyệt).
///
/// Month by month, by sort of thing, by officer, and by reason. Times are from the last submission to the decision, by
/// nearest rank.
#[utoipa::path(
    get, path = "/moderation/statistics", operation_id = "get_review_statistics", tag = "moderation", security(("bearer" = [])),
    params(StatisticsQuery),
    responses(
        (status = 200, description = "The figures", body = ReviewStatistics),
        (status = 403, description = "Not an officer who reads reports", body = ProblemBody),
    )
)]
pub async fn get_review_statistics(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<StatisticsQuery>,
) -> Answer {
    let present = Month::of(app.clock.now());
    let (_, months) = query.by(|query| query.months(present))?;
    let report = app
        .read(move |conn, now| figures::read(conn, &caller, months, now))
        .await?;
    Ok(HttpResponse::Ok().json(ReviewStatistics::of(&report, months, app.clock.now())))
}
