//! What there is to say about the days of a year: as the program comes with it, and as officers write it when the Prime
//! Minister has decided on Tết and 2 September.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::is_weekend;
use crate::domain::fields::{FieldError, FieldErrors, Violation, one_of};
use crate::domain::ids::AccountId;
use crate::domain::text::Line;
use crate::domain::text_enum;

/// The first year that may be written: the law on technology transfer is in force since then.
pub const FIRST_YEAR: i16 = 2018;
/// The last one.
pub const LAST_YEAR: i16 = 2100;
/// Most days of a year about which there is something to say.
pub const MAX_DAYS: usize = 80;

text_enum! {
    /// Why a day is not as its weekday is.
    pub enum DayKind {
        /// A holiday of the Labour Code (nghỉ lễ, tết).
        Holiday => "holiday",
        /// Off instead of a holiday that fell on a day of weekly rest (nghỉ bù).
        Compensatory => "compensatory",
        /// Off, and made up for on another day (hoán đổi ngày nghỉ).
        SwapOff => "swap_off",
        /// A day of weekly rest on which that is made up for (làm bù).
        SwapWork => "swap_work",
    }
}

impl DayKind {
    /// Whether people work on such a day.
    pub const fn is_worked(self) -> bool {
        matches!(self, Self::SwapWork)
    }
}

text_enum! {
    /// How sure it is.
    pub enum DayStatus {
        /// The law or a published decision says so (đã xác nhận).
        Confirmed => "confirmed",
        /// The schedule for 2026 says so (theo lịch nghỉ năm 2026).
        ConfirmedSchedule => "confirmed_2026_pm_schedule",
        /// Some sources say so (mới đối chiếu một phần).
        PartlyVerified => "partly_verified",
        /// It is ordered, and the law is yet to be amended (mới có chủ trương).
        PolicyOnly => "policy_only",
        /// Nobody has decided (ước tính).
        Estimated => "estimated",
    }
}

/// A day about which there is something to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarDay {
    /// The day.
    pub date: Date,
    /// Why it is not as its weekday is.
    pub kind: DayKind,
    /// What it is called.
    pub name_vi: String,
    /// The same in English.
    pub name_en: Option<String>,
    /// What says so.
    pub legal_basis: String,
    /// How sure that is.
    pub status: DayStatus,
}

/// A row of the calendar that comes with the program.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ShippedRow {
    date: String,
    name_vi: String,
    code: String,
    kind: String,
    is_working_day: String,
    legal_basis: String,
    status: String,
}

/// Reads a row; nothing where it does not agree with itself.
pub(super) fn shipped(row: ShippedRow) -> Option<CalendarDay> {
    let kind: DayKind = row.kind.parse().ok()?;
    let is_worked = match row.is_working_day.as_str() {
        "0" => false,
        "1" => true,
        _ => return None,
    };
    (is_worked == kind.is_worked()).then_some(())?;
    let name_en = english(&row.code)?;
    Some(CalendarDay {
        date: row.date.parse().ok()?,
        kind,
        name_vi: row.name_vi,
        name_en: Some(match kind {
            DayKind::Compensatory => format!("{name_en} (day off in lieu)"),
            _ => name_en.to_owned(),
        }),
        legal_basis: row.legal_basis,
        status: row.status.parse().ok()?,
    })
}

fn english(code: &str) -> Option<&'static str> {
    Some(match code {
        "new_year" => "New Year's Day",
        "tet" => "Tết (Lunar New Year)",
        "hung_kings" => "Commemoration of the Hùng Kings",
        "reunification" => "Reunification Day",
        "labour_day" => "International Labour Day",
        "national_day" => "National Day",
        "culture_day" => "Vietnamese Culture Day",
        "swap_day_off" => "Day off that is made up for on another day",
        "swap_work_day" => "Worked instead of a day off",
        _ => return None,
    })
}

/// A day as an officer writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DayDraft {
    /// The day, of the year that is written.
    #[schema(max_length = 10, example = "2027-02-05")]
    pub date: String,
    /// `holiday`, `compensatory` (off instead of a holiday at the weekend), `swap_off` (off, and made up for) or
    /// `swap_work` (made up for, at the weekend).
    #[schema(max_length = 20, example = "holiday")]
    pub kind: String,
    /// What it is called.
    #[schema(max_length = 200, example = "Giao thừa Tết Nguyên Đán")]
    pub name_vi: String,
    /// The same in English.
    #[serde(default)]
    #[schema(max_length = 200, example = "Tết (Lunar New Year)")]
    pub name_en: Option<String>,
    /// What says so; that of the whole change when absent.
    #[serde(default)]
    #[schema(max_length = 300, example = "LC2019 112.1.b")]
    pub legal_basis: Option<String>,
    /// `confirmed` (when absent), `confirmed_2026_pm_schedule`, `partly_verified`, `policy_only` or `estimated`.
    #[serde(default)]
    #[schema(max_length = 30, example = "confirmed")]
    pub status: Option<String>,
    /// Which day of the week it is, `Mon` to `Sun`. Not needed: held against the date.
    #[serde(default)]
    #[schema(max_length = 3, example = "Fri")]
    pub weekday: Option<String>,
    /// Whether people work on it. Not needed: held against the kind.
    #[serde(default)]
    #[schema(example = false)]
    pub is_working_day: Option<bool>,
}

/// A year as an officer writes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "legal_basis": "Thông báo của Bộ Nội vụ về lịch nghỉ Tết và 2/9 năm 2031",
    "days": [
        {"date": "2031-01-01", "kind": "holiday", "name_vi": "Tết Dương lịch", "name_en": "New Year's Day", "legal_basis": "LC2019 112.1.a"},
        {"date": "2031-01-02", "kind": "swap_off", "name_vi": "Nghỉ hoán đổi (làm bù 11/01/2031)"},
        {"date": "2031-01-11", "kind": "swap_work", "name_vi": "Làm bù cho 02/01/2031"}
    ]
}))]
pub struct YearDraft {
    /// What the change rests on: the decision, notice or article.
    #[schema(max_length = 300)]
    pub legal_basis: String,
    /// Every day of the year about which there is something to say; all others are as their weekday is.
    #[schema(max_items = 80)]
    pub days: Vec<DayDraft>,
}

/// What a year says; every value was parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearText {
    /// What it rests on.
    pub legal_basis: String,
    /// The days, in their order.
    pub days: Vec<CalendarDay>,
}

/// A version of a year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearChange {
    /// Counts the changes of all years.
    pub edition: i64,
    /// The same in all versions of a year.
    pub id: Uuid,
    /// Which year.
    pub year: i16,
    /// Its version, from 1.
    pub version: i64,
    /// What it says.
    pub text: YearText,
    /// Who made it so.
    pub changed_by: Option<AccountId>,
    /// When.
    pub changed_at: Timestamp,
}

impl YearDraft {
    /// Parses it; the errors have the pointers of the wire.
    pub fn parse(&self, year: i16) -> Result<YearText, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let legal_basis = errors.keep("/legal_basis", Line::<300>::parse(&self.legal_basis));
        let legal_basis = legal_basis.map(Line::into_string);
        if self.days.len() > MAX_DAYS {
            errors.add("/days", Violation::TooMany { max: MAX_DAYS });
        }
        let mut days: Vec<CalendarDay> = Vec::new();
        for (at, draft) in self.days.iter().take(MAX_DAYS).enumerate() {
            let place = format!("/days/{at}");
            let basis = legal_basis.as_deref().unwrap_or_default();
            if let Some(day) = draft.parse(&mut errors, &place, (year, basis)) {
                if days.iter().any(|other| other.date == day.date) {
                    errors.add(format!("{place}/date"), Violation::Duplicate);
                }
                days.push(day);
            }
        }
        days.sort_by_key(|day| day.date);
        errors.finish(legal_basis.map(|legal_basis| YearText { legal_basis, days }))
    }
}

impl DayDraft {
    fn parse(&self, errors: &mut FieldErrors, place: &str, (year, basis): (i16, &str)) -> Option<CalendarDay> {
        let date = errors.keep(format!("{place}/date"), date_of(&self.date, year));
        let kind: Option<DayKind> = errors.keep(format!("{place}/kind"), one_of(&self.kind));
        let name_vi = errors.keep(format!("{place}/name_vi"), Line::<200>::parse(&self.name_vi));
        let name_en = self.name_en.as_deref();
        let name_en = errors.keep_opt(format!("{place}/name_en"), name_en, Line::<200>::parse);
        let own_basis = self.legal_basis.as_deref();
        let own_basis = errors.keep_opt(format!("{place}/legal_basis"), own_basis, Line::<300>::parse);
        let status = self.status.as_deref().unwrap_or(DayStatus::Confirmed.as_str());
        let status: Option<DayStatus> = errors.keep(format!("{place}/status"), one_of(status));
        if let (Some(date), Some(said)) = (date, self.weekday.as_deref())
            && weekday(date) != said
        {
            errors.add(format!("{place}/weekday"), Violation::Conflicts { with: "date" });
        }
        if let (Some(kind), Some(said)) = (kind, self.is_working_day)
            && kind.is_worked() != said
        {
            errors.add(format!("{place}/is_working_day"), Violation::Conflicts { with: "kind" });
        }
        let (date, kind) = (date?, kind?);
        if let Err(violation) = says_something(date, kind) {
            errors.add(format!("{place}/date"), violation);
        }
        Some(CalendarDay {
            date,
            kind,
            name_vi: name_vi?.into_string(),
            name_en: name_en.map(Line::into_string),
            legal_basis: own_basis.map_or_else(|| basis.to_owned(), Line::into_string),
            status: status?,
        })
    }
}

fn date_of(text: &str, year: i16) -> Result<Date, Violation> {
    let date: Option<Date> = text.parse().ok();
    // A time of the day may stand behind it, which jiff would pass over.
    let date = date.filter(|date| date.to_string() == text);
    let date = date.ok_or(Violation::Malformed { what: "calendar_date" })?;
    if date.year() == year {
        Ok(date)
    } else {
        Err(Violation::Malformed { what: "other_year" })
    }
}

/// A holiday at the weekend is told though nobody works anyway: days off in lieu come of it.
fn says_something(date: Date, kind: DayKind) -> Result<(), Violation> {
    match (kind, is_weekend(date)) {
        (DayKind::Compensatory | DayKind::SwapOff, true) => Err(Violation::Malformed { what: "rests_anyway" }),
        (DayKind::SwapWork, false) => Err(Violation::Malformed { what: "worked_anyway" }),
        _ => Ok(()),
    }
}

/// The day of the week as it is written: `Mon` to `Sun`.
pub fn weekday(date: Date) -> String {
    date.strftime("%a").to_string()
}

impl From<&CalendarDay> for DayDraft {
    fn from(day: &CalendarDay) -> Self {
        Self {
            date: day.date.to_string(),
            kind: day.kind.as_str().to_owned(),
            name_vi: day.name_vi.clone(),
            name_en: day.name_en.clone(),
            legal_basis: Some(day.legal_basis.clone()),
            status: Some(day.status.as_str().to_owned()),
            weekday: None,
            is_working_day: None,
        }
    }
}

/// What another version says of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The day.
    pub date: Date,
    /// What was said of it before.
    pub before: Option<CalendarDay>,
    /// What is said now.
    pub after: Option<CalendarDay>,
}

/// In what two versions differ, day by day.
pub fn differences(before: &[CalendarDay], after: &[CalendarDay]) -> Vec<Difference> {
    let find = |days: &[CalendarDay], date: Date| days.iter().find(|day| day.date == date).cloned();
    let mut dates: Vec<Date> = before.iter().chain(after).map(|day| day.date).collect();
    dates.sort_unstable();
    dates.dedup();
    let differ = |date: Date| {
        let (before, after) = (find(before, date), find(after, date));
        (before != after).then_some(Difference { date, before, after })
    };
    dates.into_iter().filter_map(differ).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Calendar;
    use super::*;

    fn day(date: &str, kind: &str) -> DayDraft {
        DayDraft {
            date: date.into(),
            kind: kind.into(),
            name_vi: "Nghỉ".into(),
            name_en: None,
            legal_basis: None,
            status: None,
            weekday: None,
            is_working_day: None,
        }
    }

    fn year(days: Vec<DayDraft>) -> YearDraft {
        YearDraft {
            legal_basis: "QĐ 1/QĐ-TTg".into(),
            days,
        }
    }

    #[test]
    fn what_is_shipped_may_be_written_again() {
        let calendar = Calendar::shipped();
        for number in 2024..=2030 {
            let shipped: Vec<CalendarDay> = calendar.days_of(number).cloned().collect();
            assert!(!shipped.is_empty());
            let draft = year(shipped.iter().map(DayDraft::from).collect());
            assert_eq!(draft.parse(number).unwrap().days, shipped, "{number}");
        }
    }

    #[test]
    fn every_mistake_is_named_by_its_place() {
        let wrong = |days: Vec<DayDraft>| -> Vec<(String, &'static str)> {
            let errors = year(days).parse(2027).unwrap_err();
            let told = errors.into_iter();
            told.map(|error| (error.pointer, error.violation.code())).collect()
        };
        let told = |pointer: &str, code| vec![(pointer.to_owned(), code)];
        // A Saturday and a Monday.
        let (saturday, monday) = ("2027-02-06", "2027-02-08");
        assert!(year(vec![day(saturday, "holiday")]).parse(2027).is_ok());
        let table = [
            (day("2026-02-06", "holiday"), told("/days/0/date", "malformed")),
            (day("2027-02-29", "holiday"), told("/days/0/date", "malformed")),
            (day("2027-02-08T01:00", "holiday"), told("/days/0/date", "malformed")),
            (day(saturday, "swap_off"), told("/days/0/date", "malformed")),
            (day(saturday, "compensatory"), told("/days/0/date", "malformed")),
            (day(monday, "swap_work"), told("/days/0/date", "malformed")),
            (day(monday, "fun"), told("/days/0/kind", "malformed")),
        ];
        for (draft, expected) in table {
            assert_eq!(wrong(vec![draft.clone()]), expected, "{draft:?}");
        }
        let mut odd = day(monday, "holiday");
        odd.weekday = Some("Tue".into());
        odd.is_working_day = Some(true);
        odd.name_vi = " ".into();
        odd.status = Some("sure".into());
        let expected = [
            "/days/0/name_vi",
            "/days/0/status",
            "/days/0/weekday",
            "/days/0/is_working_day",
        ];
        let places: Vec<String> = wrong(vec![odd]).into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!(places, expected);
        let twice = vec![day(monday, "holiday"), day(monday, "swap_off")];
        assert_eq!(wrong(twice), told("/days/1/date", "duplicate"));
        let many = vec![day(monday, "holiday"); MAX_DAYS + 1];
        assert!(wrong(many).contains(&("/days".to_owned(), "too_many")));
    }

    #[test]
    fn versions_are_compared_day_by_day() {
        let parse = |days| year(days).parse(2027).unwrap().days;
        let before = parse(vec![day("2027-02-08", "holiday"), day("2027-02-09", "holiday")]);
        let after = parse(vec![day("2027-02-09", "swap_off"), day("2027-02-10", "holiday")]);
        let told: Vec<(String, bool, bool)> = differences(&before, &after)
            .into_iter()
            .map(|one| (one.date.to_string(), one.before.is_some(), one.after.is_some()))
            .collect();
        let expected = [
            ("2027-02-08", true, false),
            ("2027-02-09", true, true),
            ("2027-02-10", false, true),
        ];
        assert_eq!(told, expected.map(|(date, was, is)| (date.to_owned(), was, is)));
        assert!(differences(&before, &before).is_empty());
    }
}
