//! Forms and their indicators, as data (`data/README.md` has their origin).

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use super::ReportForm;
use super::window::Window;

const FORMS: &str = include_str!("../data/report_forms.json");
const INDICATORS: &str = include_str!("../data/statistics_indicators.csv");

/// A form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Its number, of an official one.
    pub number: Option<String>,
    /// What it is called.
    pub title_vi: String,
    /// The same in English.
    pub title_en: String,
    /// What it rests on.
    pub legal_basis: String,
    /// The day (month, day) of the year before on which its year begins; 1 January of the same year when absent.
    pub year_begins: Option<(i8, i8)>,
    /// The day (month, day) until which the report of a year is due.
    pub due_on: Option<(i8, i8)>,
    /// Its indicators, in their order.
    pub indicators: Vec<Indicator>,
}

/// A figure that a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indicator {
    /// Code on the form.
    pub code: String,
    /// Unit, in Vietnamese.
    pub unit: String,
    /// What it is called, in Vietnamese.
    pub name: String,
    /// How it is counted.
    pub rule: String,
}

impl Form {
    /// An indicator.
    pub fn indicator(&self, code: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.code == code)
    }
}

#[derive(Deserialize)]
struct FormRow {
    number: Option<String>,
    title_vi: String,
    title_en: String,
    indicators: Option<String>,
    legal_basis: String,
    year_begins: Option<String>,
    due_on: Option<String>,
}

#[derive(Deserialize)]
struct IndicatorRow {
    form: String,
    code: String,
    unit: String,
    name_vi: String,
    dimension_or_rule: String,
}

/// Month and day, as `12-15`.
fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    Some((month.parse().ok()?, day.parse().ok()?))
}

/// A name without the remark in parentheses behind it.
fn name(text: &str) -> String {
    text.split(" (").next().unwrap_or_default().to_owned()
}

fn indicators(of: &str) -> Vec<Indicator> {
    let rows = csv::Reader::from_reader(INDICATORS.as_bytes()).into_deserialize::<IndicatorRow>();
    let rows = rows.filter_map(Result::ok).filter(|row| row.form == of);
    rows.map(|row| Indicator {
        name: name(&row.name_vi),
        code: row.code,
        unit: row.unit,
        rule: row.dimension_or_rule,
    })
    .collect()
}

fn read() -> BTreeMap<String, Form> {
    let rows: BTreeMap<String, FormRow> = serde_json::from_str(FORMS).unwrap_or_default();
    let forms = rows.into_iter().map(|(code, row)| {
        let form = Form {
            indicators: row.indicators.as_deref().map(indicators).unwrap_or_default(),
            number: row.number,
            title_vi: row.title_vi,
            title_en: row.title_en,
            legal_basis: row.legal_basis,
            year_begins: row.year_begins.as_deref().and_then(month_and_day),
            due_on: row.due_on.as_deref().and_then(month_and_day),
        };
        (code, form)
    });
    forms.collect()
}

/// A form with all that is told of it.
pub fn form(of: ReportForm) -> &'static Form {
    static READ: LazyLock<BTreeMap<String, Form>> = LazyLock::new(read);
    static NONE: LazyLock<Form> = LazyLock::new(Form::default);
    READ.get(of.as_str()).unwrap_or(&NONE)
}

/// Until when the report of a year is due: the first such day after its end; nothing of other windows.
pub fn due_on(of: ReportForm, window: Window) -> Option<Date> {
    let (month, day) = form(of).due_on.filter(|_| window.is_year_of(of))?;
    let years = [window.to.year(), window.to.year().checked_add(1)?];
    let days = years.into_iter().filter_map(|year| Date::new(year, month, day).ok());
    days.into_iter().find(|due| *due > window.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_with_all_its_indicators() {
        for (of, count) in [
            (ReportForm::ByProvince, 8),
            (ReportForm::Registrations, 0),
            (ReportForm::Appraisals, 36),
            (ReportForm::Enterprises, 9),
            (ReportForm::Briefing, 8),
        ] {
            let form = form(of);
            assert_eq!(form.indicators.len(), count, "{of}");
            assert!(!form.title_vi.is_empty() && !form.legal_basis.is_empty(), "{of}");
        }
        assert_eq!(ReportForm::ALL.len(), 5);
        let rows = csv::Reader::from_reader(INDICATORS.as_bytes())
            .into_deserialize::<IndicatorRow>()
            .map(Result::unwrap);
        assert_eq!(rows.count(), 61);
        let name = |of, code: &str| form(of).indicator(code).unwrap().name.as_str();
        assert_eq!(
            name(ReportForm::Briefing, "S3"),
            "Thẩm định, cho ý kiến công nghệ dự án đầu tư"
        );
        assert_eq!(name(ReportForm::Appraisals, "05"), "Chia theo ngành kinh tế");
        assert_eq!(name(ReportForm::Enterprises, "01"), "Tổng số doanh nghiệp KH&CN");
        assert_eq!(form(ReportForm::Registrations).year_begins, Some((12, 15)));
    }

    #[test]
    fn reports_of_a_year_are_due_on_a_day() {
        let due = |of, from: &str, to: &str| {
            let window = Window {
                from: from.parse().unwrap(),
                to: to.parse().unwrap(),
            };
            due_on(of, window).map(|day| day.to_string())
        };
        assert_eq!(
            due(ReportForm::Registrations, "2025-12-15", "2026-12-14").as_deref(),
            Some("2026-12-31")
        );
        assert_eq!(
            due(ReportForm::Appraisals, "2026-01-01", "2026-12-31").as_deref(),
            Some("2027-02-15")
        );
        assert_eq!(
            due(ReportForm::Enterprises, "2026-01-01", "2026-12-31").as_deref(),
            Some("2027-02-15")
        );
        assert_eq!(due(ReportForm::Appraisals, "2026-01-01", "2026-03-31"), None);
        assert_eq!(due(ReportForm::Briefing, "2026-01-01", "2026-12-31"), None);
    }
}
