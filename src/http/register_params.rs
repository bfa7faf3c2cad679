//! What the register of listings is asked, parameter by parameter.

use jiff::civil::Date;
use uuid::Uuid;

use super::extract::query::{list, wrong_parameter};
use super::review::all_of;
use crate::domain::calendar::midnight;
use crate::domain::fields::Violation;
use crate::domain::listing::ListingStatus;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::Line;
use crate::service::Result;
use crate::service::listing_register::Between;

/// Where they stand. Drafts are their writers' own: who asks for them is told so, and not that there are none.
pub(super) fn statuses(text: Option<&str>) -> Result<Vec<ListingStatus>> {
    match all_of::<ListingStatus>("status", text) {
        Ok(statuses) if !statuses.contains(&ListingStatus::Draft) => Ok(statuses),
        _ => {
            let others = ListingStatus::ALL
                .iter()
                .filter(|status| **status != ListingStatus::Draft);
            let values = others.map(|status| status.as_str().to_owned()).collect();
            Err(wrong_parameter("status", Violation::NotOneOf { values }))
        }
    }
}

pub(super) fn identifier(name: &str, text: Option<&str>) -> Result<Option<Uuid>> {
    let wrong = |_| wrong_parameter(name, Violation::Malformed { what: "identifier" });
    text.map(|id| Uuid::try_parse(id).map_err(wrong)).transpose()
}

pub(super) fn countries(lists: &InForce, codes: Option<&str>) -> Result<Vec<String>> {
    let (codes, of) = (list(codes), TaxonomyName::Countries);
    match codes.iter().find(|code| !lists.lists().contains(of, code)) {
        Some(unknown) => Err(wrong_parameter("origin", lists.unknown(of, unknown))),
        None => Ok(codes),
    }
}

pub(super) fn day(name: &str, text: Option<&str>) -> Result<Option<Date>> {
    match text.map(|text| (text.len() == 10).then(|| text.parse().ok()).flatten()) {
        Some(None) => Err(wrong_parameter(name, Violation::Malformed { what: "day" })),
        read => Ok(read.flatten()),
    }
}

/// From the beginning of the first day to the end of the last.
pub(super) fn between(
    (from_name, from): (&str, &Option<String>),
    (to_name, to): (&str, &Option<String>),
) -> Result<Between> {
    let (from, to) = (day(from_name, from.as_deref())?, day(to_name, to.as_deref())?);
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        return Err(wrong_parameter(
            to_name,
            Violation::DayOutside {
                first: from,
                last: Date::MAX,
            },
        ));
    }
    Ok(Between {
        from: from.map(midnight),
        before: to.map(|day| midnight(day.tomorrow().unwrap_or(day))),
    })
}

/// A site from which listings were imported, as it is written there.
pub(super) fn site(text: Option<&str>) -> Result<Option<String>> {
    let read = |text: &str| Line::<100>::parse(text).map(Line::into_string);
    let read = text.map(read).transpose();
    read.map_err(|violation| wrong_parameter("source_site", violation))
}
