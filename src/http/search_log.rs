//! What was searched for: what is counted of each search, clicks, and reports for officers.

use std::net::IpAddr;

use actix_web::{HttpResponse, web};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::exports::{Column, Form, coded, column};
use super::extract::page::{PageInfo, after, cursor, limit};
use super::extract::query::{chosen, wrong_parameter};
use super::extract::{Body, JudgedQuery, SignedIn};
use super::limits::address::{neighbourhood, subscriber};
use super::problem::{Answer, ProblemBody};
use super::register_exports::RegisterFile;
use super::search::params::SearchParams;
use super::server::HttpSettings;
use crate::domain::calendar::day_of;
use crate::domain::fields::Violation;
use crate::domain::import::Format;
use crate::domain::search_log::SearchReport;
use crate::domain::shapes::FieldCode;
use crate::domain::taxonomy::TaxonomyName;
use crate::service::context::Caller;
use crate::service::exports::OfficersList;
use crate::service::listing_exports::TableLanguage;
use crate::service::search::Facets;
use crate::service::search_log::reports::{Asked, Line, Place, Tally};
use crate::service::search_log::{Outcome, clicks, reports};
use crate::service::{App, Error};

/// Most days of one report, and days of one that names none.
const MOST_DAYS: i64 = 366;
const USUAL_DAYS: i64 = 30;
/// Lines that are read at once for a file.
const PAGE: u32 = 200;

/// What the log is to know of a search.
pub struct Searched {
    /// What was typed.
    pub text: String,
    /// The field that was chosen, where it is one.
    field: Option<String>,
    is_first_page: bool,
    /// No filter but the field narrows it.
    is_plain: bool,
}

impl Searched {
    /// Of what was asked.
    pub fn of(params: &SearchParams) -> Self {
        let texts = [
            &params.kind,
            &params.province,
            &params.price_mode,
            &params.price,
            &params.trl,
            &params.stage,
            &params.transfer_mode,
            &params.ip_status,
            &params.origin,
            &params.certification,
            &params.enterprise,
            &params.quantity,
        ];
        let is_plain = texts
            .iter()
            .all(|filter| filter.as_deref().unwrap_or_default().is_empty())
            && params.trl_min.is_none()
            && params.trl_max.is_none()
            && params.price_min.is_none()
            && params.price_max.is_none();
        Self {
            text: params.q.clone().unwrap_or_default(),
            field: params
                .field
                .clone()
                .filter(|field| !field.is_empty() && !field.contains(',')),
            is_first_page: params.after.is_none(),
            is_plain,
        }
    }

    /// Of everything at once, in all provinces or in some.
    pub fn in_everything(text: &str, everywhere: bool) -> Self {
        Self {
            text: text.to_owned(),
            field: None,
            is_first_page: true,
            is_plain: everywhere,
        }
    }

    /// Counts it, and makes the token with which a click is counted. Of whoever asked, only how many they are is counted.
    pub fn note(self, app: &App, caller: &Caller, total: Option<u64>, facets: Option<&Facets>) -> Option<String> {
        if !self.is_first_page {
            return None;
        }
        let mostly = facets.and_then(|facets| facets.fields.first());
        let mostly = mostly.filter(|most| total.is_some_and(|total| most.count * 2 >= total));
        let outcome = Outcome {
            total: total.filter(|_| self.is_plain),
            field: self.field.or_else(|| mostly.map(|most| most.value.clone())),
        };
        let now = app.clock.now();
        let asker = caller.origin.ip.map(somebody);
        let words = app.search_log.note(&self.text, asker, &outcome, now)?;
        clicks::query_id(&app.vault, &words, now)
    }
}

/// Who asked, as far as that is counted. Of IPv6 a whole /48, which one person can have: of 256 subscribers each could fill
/// the log, and three of them would be three people.
pub(super) fn somebody(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(_) => subscriber(ip),
        IpAddr::V6(_) => neighbourhood(ip),
    }
}

/// A click.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClickBody {
    /// `query_id` of the answer in which something was opened.
    #[schema(max_length = 300, example = "q1Jx0mYb7k2n…")]
    pub query_id: String,
}

/// Tell that something was opened that a search found (ghi nhận lượt mở).
///
/// Counts once for each `query_id`, and within half an hour of the search; otherwise nothing is counted. What was opened
/// is not asked, and who opened it is not kept.
#[utoipa::path(
    post, path = "/search/clicks", operation_id = "count_search_click", tag = "search", security((), ("bearer" = [])),
    request_body = ClickBody,
    responses((status = 204, description = "Received"))
)]
pub async fn count_search_click(app: web::Data<App>, body: Body<ClickBody>) -> Answer {
    clicks::click(&app, &body.value.query_id)?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which report, of which time.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQueriesQuery {
    /// What is looked for; `top` when absent.
    #[param(inline, value_type = Option<SearchReport>)]
    pub report: Option<String>,
    /// The first day, in Việt Nam; 29 days before the last when absent.
    #[param(max_length = 10, example = "2026-11-01")]
    pub from: Option<String>,
    /// The last day, at most 366 in all; today when absent.
    #[param(max_length = 10, example = "2026-11-30")]
    pub to: Option<String>,
    /// Only queries in this field, as far as it is known.
    #[param(max_length = 100, example = "food")]
    pub field: Option<String>,
    /// Most lines on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// Which report, in which form.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SearchQueriesExportQuery {
    /// What is looked for; `top` when absent.
    #[param(inline, value_type = Option<SearchReport>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<String>,
    /// The first day, in Việt Nam; 29 days before the last when absent.
    #[param(max_length = 10, example = "2026-11-01")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last day, at most 366 in all; today when absent.
    #[param(max_length = 10, example = "2026-11-30")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Only queries in this field, as far as it is known.
    #[param(max_length = 100, example = "food")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

fn asked(
    report: Option<&str>,
    (from, to): (Option<&str>, Option<&str>),
    field: Option<&str>,
    app: &App,
) -> Result<Asked, Error> {
    let list = TaxonomyName::Fields;
    let lists = app.in_force_at_hand();
    if let Some(code) = field.filter(|code| !lists.lists().contains(list, code)) {
        return Err(wrong_parameter("field", lists.unknown(list, code)));
    }
    let today = day_of(app.clock.now());
    let read = |name: &str, text: Option<&str>| -> Result<Option<Date>, Error> {
        let day = text.map(|text| (text.len() == 10).then(|| text.parse().ok()).flatten());
        match day {
            Some(None) => Err(wrong_parameter(name, Violation::Malformed { what: "day" })),
            other => Ok(other.flatten()),
        }
    };
    let to = read("to", to)?.unwrap_or(today);
    let before = |days: i64| to.checked_sub((days - 1).days()).unwrap_or(to);
    let from = read("from", from)?.unwrap_or_else(|| before(USUAL_DAYS));
    if from > to || from < before(MOST_DAYS) {
        let violation = Violation::OutOfRange { min: 1, max: MOST_DAYS };
        return Err(wrong_parameter("from", violation));
    }
    Ok(Asked {
        report: chosen("report", report)?.unwrap_or(SearchReport::Top),
        from,
        to,
        field: field.map(str::to_owned),
    })
}

/// What was searched for, all days together.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchQueryView {
    /// As somebody typed it, in small letters.
    #[schema(example = "máy sấy lúa")]
    pub query: String,
    /// Its words without diacritics, under which it is counted.
    #[schema(example = "may say lua")]
    pub words: String,
    /// The field that was searched in, or in which most was found.
    #[schema(required, value_type = Option<FieldCode>)]
    pub field: Option<String>,
    /// Searches.
    #[schema(example = 41)]
    pub searches: i64,
    /// The most different people on one day: never below 3.
    #[schema(example = 12)]
    pub askers: i64,
    /// Searches without other filters of which is known how much they found.
    #[schema(example = 40)]
    pub answered: i64,
    /// Those of them that found nothing.
    #[schema(example = 38)]
    pub zero_results: i64,
    /// Those of them that found one or two.
    #[schema(example = 2)]
    pub few_results: i64,
    /// What they found, all together.
    #[schema(example = 3)]
    pub hits: i64,
    /// Searches after which somebody opened something.
    #[schema(example = 1)]
    pub clicks: i64,
    /// The last day on which it was asked for.
    #[schema(max_length = 10, example = "2026-11-28")]
    pub last_day: String,
}

impl SearchQueryView {
    fn of(line: Line) -> Self {
        Self {
            query: line.spelling,
            words: line.words,
            field: line.field,
            searches: line.searches,
            askers: line.askers,
            answered: line.answered,
            zero_results: line.empty,
            few_results: line.few,
            hits: line.hits,
            clicks: line.clicks,
            last_day: line.last_day,
        }
    }
}

/// All searches of the time, whatever was asked for and by however few.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchSums {
    /// Searches.
    pub searches: i64,
    /// Those without filters of which is known how much they found.
    pub answered: i64,
    /// Those of them that found nothing.
    pub zero_results: i64,
    /// Those of them that found one or two.
    pub few_results: i64,
    /// Searches after which somebody opened something.
    pub clicks: i64,
}

impl SearchSums {
    fn of(sum: Tally) -> Self {
        Self {
            searches: sum.searches,
            answered: sum.answered,
            zero_results: sum.empty,
            few_results: sum.few,
            clicks: sum.clicks,
        }
    }
}

/// A page of a report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchQueriesView {
    /// The first day.
    #[schema(max_length = 10, example = "2026-11-01")]
    pub from: String,
    /// The last day.
    #[schema(max_length = 10, example = "2026-11-30")]
    pub to: String,
    /// All searches of the time.
    pub sums: SearchSums,
    /// What was searched for, the most wanted first.
    pub items: Vec<SearchQueryView>,
    /// Where the page is.
    pub page: PageInfo,
}

/// What was searched for (báo cáo tìm kiếm, nhu cầu chưa được đáp ứng).
///
/// Added up over the days, by words without diacritics. What fewer than three different people asked for on every single
/// day is in no report; `sums` counts it. `zero_results` found nothing, `low_clicks` found something that fewer than one
/// in ten opened, `unmet_demand` found two listings at the most in at least half of the searches.
#[utoipa::path(
    get, path = "/search/queries", operation_id = "list_search_queries", tag = "search", security(("bearer" = [])),
    params(SearchQueriesQuery),
    responses(
        (status = 200, description = "A page of the report", body = SearchQueriesView),
        (status = 403, description = "`forbidden`: for officers who read reports", body = ProblemBody),
    )
)]
pub async fn list_search_queries(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<SearchQueriesQuery>,
) -> Answer {
    let (query, (limit, asked)) = query.by(|query| {
        let days = (query.from.as_deref(), query.to.as_deref());
        let asked = asked(query.report.as_deref(), days, query.field.as_deref(), &app)?;
        Ok((limit(query.limit, &settings)?, asked))
    })?;
    let tag = format!("search queries {asked:?}");
    let place = after::<Place>(query.after.as_deref(), &tag)?;
    let (from, to) = (asked.from.to_string(), asked.to.to_string());
    let page = app
        .read(move |conn, now| reports::read(conn, &caller, &asked, (place, limit), now))
        .await?;
    Ok(HttpResponse::Ok().json(SearchQueriesView {
        from,
        to,
        sums: SearchSums::of(page.sum),
        items: page.lines.into_iter().map(SearchQueryView::of).collect(),
        page: PageInfo {
            next: page.next.map(|place| cursor(&tag, &place)),
            limit,
        },
    }))
}

const COLUMNS: &[Column] = &[
    column("Từ tìm kiếm", "Query", &["/query"]),
    coded("Lĩnh vực", "Field", &["/field"], TaxonomyName::Fields),
    column("Lượt tìm", "Searches", &["/searches"]),
    column("Số người nhiều nhất trong ngày", "Most people on a day", &["/askers"]),
    column("Lượt biết kết quả", "Answered", &["/answered"]),
    column("Không có kết quả", "Zero results", &["/zero_results"]),
    column("Một hoặc hai kết quả", "One or two results", &["/few_results"]),
    column("Tổng kết quả", "Hits", &["/hits"]),
    column("Lượt mở", "Clicks", &["/clicks"]),
    column("Ngày gần nhất", "Last day", &["/last_day"]),
];

/// What was searched for, as a file (xuất báo cáo tìm kiếm). That it was taken is recorded.
#[utoipa::path(
    get, path = "/exports/search-queries", operation_id = "export_search_queries", tag = "search",
    security(("bearer" = [])), params(SearchQueriesExportQuery),
    responses((status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (SearchQueryView = "application/jsonl"))))
)]
pub async fn export_search_queries(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<SearchQueriesExportQuery>,
) -> Answer {
    let (query, (form, asked)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        let days = (query.from.as_deref(), query.to.as_deref());
        let asked = asked(query.report.as_deref(), days, query.field.as_deref(), &app)?;
        Ok((form, asked))
    })?;
    let file = RegisterFile {
        list: OfficersList::SearchQueries,
        name: "search-queries",
        columns: COLUMNS,
    };
    let lists = app.in_force().await?;
    file.send(
        app.clone(),
        caller,
        (&query, form, lists),
        async move |place| {
            let asked = asked.clone();
            app.read(move |conn, now| {
                let page = reports::read(conn, &caller, &asked, (place, PAGE), now)?;
                let views = page.lines.into_iter().map(SearchQueryView::of);
                Ok((views.collect::<Vec<_>>(), page.next))
            })
            .await
        },
        |sheet, view| sheet.row(view),
    )
    .await
}
