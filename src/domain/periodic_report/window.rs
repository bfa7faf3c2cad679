//! Windows of days: a year, a quarter, a month, or any days from one to another, both included.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::ReportForm;
use super::forms::form;
use crate::domain::fields::{FieldError, FieldErrors, Violation};
use crate::domain::procedure::day;

/// The first year of which there are registrations (Pháp lệnh Chuyển giao công nghệ nước ngoài vào Việt Nam, 1988).
const FIRST_YEAR: i16 = 1988;
/// Most years of one report.
const MOST_YEARS: i16 = 5;

/// Days from one to another, both included, by the calendar of Việt Nam.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

fn shifted(day: Date, span: Span) -> Date {
    day.saturating_add(span)
}

fn day_before(day: Date) -> Date {
    day.yesterday().unwrap_or(day)
}

fn first_of(year: i16, month: i8) -> Option<Date> {
    Date::new(year, month, 1).ok()
}

impl Window {
    /// Whether a day is in it.
    pub fn has(&self, day: Date) -> bool {
        self.from <= day && day <= self.to
    }

    /// Whether it is over: what is counted does not become more any more.
    pub fn is_over(&self, today: Date) -> bool {
        self.to < today
    }

    /// The window with all that is cumulated (lũy kế): from 1 January of the year of its last day, or from its own first day
    /// where that is earlier.
    pub fn cumulative(&self) -> Self {
        let new_year = first_of(self.to.year(), 1).unwrap_or(self.from);
        Self {
            from: new_year.min(self.from),
            to: self.to,
        }
    }

    /// Some months from one on.
    fn months(year: i16, month: i8, count: i32) -> Option<Self> {
        let from = first_of(year, month)?;
        Some(Self {
            from,
            to: day_before(shifted(from, count.months())),
        })
    }

    /// A year as a form counts it.
    fn year(of: ReportForm, year: i16) -> Option<Self> {
        let begins = form(of).year_begins.and_then(|(month, day)| {
            let before = year.checked_sub(1)?;
            Date::new(before, month, day).ok()
        });
        match begins {
            Some(from) => Some(Self {
                from,
                to: day_before(shifted(from, 1.year())),
            }),
            None => Self::months(year, 1, 12),
        }
    }

    /// Whether it is a year as a form counts it.
    pub fn is_year_of(&self, of: ReportForm) -> bool {
        Self::year(of, self.to.year()) == Some(*self)
    }

    /// A period: `2026` (a year as the form counts it), `2026-Q1` or `2026-03`.
    pub fn period(of: ReportForm, text: &str) -> Result<Self, Violation> {
        let wrong = || Violation::Malformed { what: "report_period" };
        let digits = |text: &str, length: usize| -> Option<i16> {
            let is_number = text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
            is_number.then(|| text.parse().ok()).flatten()
        };
        let window = match text.split_once('-') {
            None => digits(text, 4).and_then(|year| Self::year(of, year)),
            Some((year, part)) => {
                let year = digits(year, 4).ok_or_else(wrong)?;
                match part.strip_prefix('Q') {
                    Some(quarter) => {
                        let quarter = digits(quarter, 1).filter(|quarter| (1..=4).contains(quarter));
                        let month = quarter.and_then(|quarter| i8::try_from(quarter * 3 - 2).ok());
                        month.and_then(|month| Self::months(year, month, 3))
                    }
                    None => {
                        let month = digits(part, 2).and_then(|month| i8::try_from(month).ok());
                        month.and_then(|month| Self::months(year, month, 1))
                    }
                }
            }
        };
        window.ok_or_else(wrong)
    }

    /// What somebody asks for: a period, or a first and a last day. Errors have the names of the parameters as pointers.
    pub fn parse(
        of: ReportForm,
        period: Option<&str>,
        (from, to): (Option<&str>, Option<&str>),
        today: Date,
    ) -> Result<Self, Vec<FieldError>> {
        let mut errors = FieldErrors::default();
        let window = match period {
            Some(_) if from.is_some() || to.is_some() => {
                let name = if from.is_some() { "/from" } else { "/to" };
                errors.add(name, Violation::Conflicts { with: "period" });
                None
            }
            Some(period) => errors.keep("/period", Self::period(of, period)),
            None => {
                let from = errors.keep("/from", from.ok_or(Violation::Required).and_then(day));
                let to = errors.keep("/to", to.ok_or(Violation::Required).and_then(day));
                from.zip(to).map(|(from, to)| Self { from, to })
            }
        };
        if let Some(window) = window {
            window.bounds(period.is_some(), today, &mut errors);
        }
        errors.finish(window)
    }

    fn bounds(&self, is_period: bool, today: Date, errors: &mut FieldErrors) {
        let (first, last) = if is_period {
            ("/period", "/period")
        } else {
            ("/from", "/to")
        };
        let most = shifted(self.from, MOST_YEARS.years());
        if self.to < self.from {
            errors.add(last, Violation::Conflicts { with: "from" });
        } else if self.from.year() < FIRST_YEAR {
            errors.add(first, Violation::Malformed { what: "report_year" });
        } else if self.to >= most {
            errors.add(last, Violation::Malformed { what: "report_years" });
        } else if self.to > shifted(today, 1.year()) {
            errors.add(last, Violation::Malformed { what: "report_future" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn parsed(form: ReportForm, period: &str) -> Result<(String, String), Vec<String>> {
        let window = Window::parse(form, Some(period), (None, None), date("2026-11-29"));
        told(window)
    }

    fn told(window: Result<Window, Vec<FieldError>>) -> Result<(String, String), Vec<String>> {
        window
            .map(|window| (window.from.to_string(), window.to.to_string()))
            .map_err(|errors| errors.into_iter().map(|error| error.pointer).collect())
    }

    #[test]
    fn periods_are_years_quarters_and_months() {
        use ReportForm::{Appraisals, Briefing, Registrations};
        for (form, period, from, to) in [
            (Briefing, "2026-Q1", "2026-01-01", "2026-03-31"),
            (Briefing, "2026-Q4", "2026-10-01", "2026-12-31"),
            (Briefing, "2024-02", "2024-02-01", "2024-02-29"),
            (Briefing, "2026-12", "2026-12-01", "2026-12-31"),
            (Appraisals, "2025", "2025-01-01", "2025-12-31"),
            (Registrations, "2025", "2024-12-15", "2025-12-14"),
            (Registrations, "2025-Q2", "2025-04-01", "2025-06-30"),
        ] {
            assert_eq!(parsed(form, period), Ok((from.into(), to.into())), "{period}");
        }
        for wrong in [
            "",
            "26",
            "2026-",
            "2026-Q0",
            "2026-Q5",
            "2026-Q",
            "2026-13",
            "2026-00",
            "2026-1",
            "+026",
            "2026-Q1-",
            "0000",
            "1987",
            "2028",
            "９９９９",
        ] {
            assert_eq!(parsed(Briefing, wrong), Err(vec!["/period".into()]), "{wrong}");
        }
    }

    #[test]
    fn days_are_in_order_and_within_bounds() {
        let days = |from, to| {
            let days = (Some(from), Some(to));
            told(Window::parse(ReportForm::Briefing, None, days, date("2026-11-29")))
        };
        assert!(days("2026-03-01", "2026-03-11").is_ok());
        assert!(days("2026-03-11", "2026-03-11").is_ok());
        assert!(days("2021-01-01", "2025-12-31").is_ok(), "five years");
        for (from, to, pointer) in [
            ("2026-03-12", "2026-03-11", "/to"),
            ("2021-01-01", "2026-01-01", "/to"),
            ("1987-01-01", "1987-01-02", "/from"),
            ("2027-11-01", "2027-11-30", "/to"),
            ("2026-3-1", "2026-03-11", "/from"),
            ("2026-03-01", "2026-02-30", "/to"),
        ] {
            assert_eq!(days(from, to), Err(vec![pointer.into()]), "{from} {to}");
        }
        for (from, to) in [("-009999-01-01", "-009999-01-02"), ("9999-12-30", "9999-12-31")] {
            assert_eq!(days(from, to), Err(vec!["/from".into(), "/to".into()]), "{from} {to}");
        }
        let both = Window::parse(
            ReportForm::Briefing,
            Some("2026"),
            (Some("2026-01-01"), None),
            date("2026-11-29"),
        );
        assert_eq!(told(both), Err(vec!["/from".into()]));
        let neither = Window::parse(ReportForm::Briefing, None, (None, None), date("2026-11-29"));
        assert_eq!(told(neither), Err(vec!["/from".into(), "/to".into()]));
    }

    #[test]
    fn cumulated_is_from_new_year_on() {
        let window = |from, to| Window {
            from: date(from),
            to: date(to),
        };
        assert_eq!(
            window("2026-03-01", "2026-03-11").cumulative(),
            window("2026-01-01", "2026-03-11")
        );
        assert_eq!(
            window("2025-12-15", "2026-12-14").cumulative(),
            window("2025-12-15", "2026-12-14")
        );
        assert!(window("2026-03-01", "2026-03-11").is_over(date("2026-03-12")));
        assert!(!window("2026-03-01", "2026-03-11").is_over(date("2026-03-11")));
        assert!(window("2025-12-15", "2026-12-14").is_year_of(ReportForm::Registrations));
        assert!(!window("2026-01-01", "2026-12-31").is_year_of(ReportForm::Registrations));
        assert!(window("2026-01-01", "2026-12-31").is_year_of(ReportForm::Appraisals));
    }
}
