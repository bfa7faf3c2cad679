//! Days that cannot be (ngày tháng vô lý): bounds of what may be written at all, and what must still hold on the day on which
//! an officer is asked to read it.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};

use super::ListingContent;
use super::details::{Details, IpRight, IpRightStatus};
use crate::domain::fields::{FieldErrors, Violation};

/// No right that anybody offers was filed before: the Paris Convention is of 1883, and marks of that age are still renewed.
pub const FIRST_RIGHT: Date = date(1883, 3, 20);
/// No certificate ended before: the oldest of the schemes, national standards, began in 1962.
pub const FIRST_CERTIFICATE: Date = date(1962, 1, 1);
/// Nobody needed anything before, of what is posted here.
pub const FIRST_NEED: Date = date(2000, 1, 1);
/// How many years from now the last day lies that anybody can mean.
const FAR: i16 = 100;

/// The last day that can be meant: further on, a digit is wrong.
pub fn last_day(today: Date) -> Date {
    let year = today.year().saturating_add(FAR);
    Date::new(year, 12, 31).unwrap_or(Date::MAX)
}

/// Reads a day between two, both included.
pub fn within(text: &str, first: Date, last: Date) -> Result<Date, Violation> {
    match text.parse::<Date>() {
        Ok(day) if text.len() != 10 => Err(Violation::Malformed { what: "day" }).map(|()| day),
        Ok(day) if day < first || day > last => Err(Violation::DayOutside { first, last }),
        Ok(day) => Ok(day),
        Err(_) if has_form(text) => Err(Violation::Malformed { what: "no_such_day" }),
        Err(_) => Err(Violation::Malformed { what: "day" }),
    }
}

/// Whether a text is written as a day, `YYYY-MM-DD`, whatever it says.
fn has_form(text: &str) -> bool {
    let is_sign = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(is_sign)
}

/// How many days before the last one of a right its owner is told, and that it is over.
pub const RIGHT_NOTICES: [u16; 2] = [30, 0];

/// A day as it is kept.
fn told(day: Option<&String>) -> Option<Date> {
    day?.parse().ok()
}

impl Details {
    /// Rights that were granted and of which a last day is told, each with its place among them and that day.
    pub fn ending_rights(&self) -> impl Iterator<Item = (usize, &IpRight, Date)> {
        self.ip_rights.iter().enumerate().filter_map(|(at, right)| {
            let is_granted = right.status == IpRightStatus::Granted.as_str();
            let last = told(right.expires_on.as_ref()).filter(|_| is_granted)?;
            Some((at, right, last))
        })
    }

    /// What is due to be told of the ends of rights on a day: of which last days, and how many days before them by the shortest
    /// notice that was reached.
    pub fn right_notices_due(&self, today: Date) -> BTreeSet<(Date, u16)> {
        let due = self.ending_rights().filter_map(|(_, _, last)| {
            // Through its last day it holds.
            let left = last.duration_since(today).as_hours() / 24;
            let reached = RIGHT_NOTICES.into_iter().filter(|days| match *days {
                0 => last < today,
                days => left <= i64::from(days),
            });
            Some((last, reached.min()?))
        });
        due.collect()
    }
}

impl ListingContent {
    /// What was right when it was written, perhaps, and is not when it is handed in.
    pub fn note_untimely(&self, today: Date, errors: &mut FieldErrors) {
        if told(self.details.needed_by.as_ref()).is_some_and(|day| day < today) {
            errors.add("/needed_by", Violation::Malformed { what: "future_day" });
        }
        for (at, right) in self.details.ip_rights.iter().enumerate() {
            let Some(end) = told(right.expires_on.as_ref()) else {
                continue;
            };
            let is_granted = right.status == IpRightStatus::Granted.as_str();
            let is_over = right.status == IpRightStatus::Expired.as_str();
            if (is_granted && end < today) || (is_over && end >= today) {
                let with = "end_of_right";
                errors.add(format!("/ip_rights/{at}/status"), Violation::Conflicts { with });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_right_is_told_before_and_after() {
        let right = |status: &str, expires_on: Option<&str>| IpRight {
            r#type: "patent".into(),
            status: status.into(),
            office: None,
            application_number: None,
            grant_number: None,
            filed_on: None,
            granted_on: None,
            expires_on: expires_on.map(str::to_owned),
            is_public: true,
        };
        let last = date(2026, 11, 30);
        let details = Details {
            ip_rights: vec![
                right("granted", Some("2026-11-30")),
                right("granted", None),
                right("expired", Some("2026-11-30")),
            ],
            ..Details::default()
        };
        for (today, due) in [
            (date(2026, 10, 30), None),
            (date(2026, 10, 31), Some(30)),
            (date(2026, 11, 30), Some(30)),
            (date(2026, 12, 1), Some(0)),
        ] {
            let due: BTreeSet<_> = due.map(|days| (last, days)).into_iter().collect();
            assert_eq!(details.right_notices_due(today), due, "{today}");
        }
    }

    #[test]
    fn days_are_read_between_their_bounds() {
        let (first, last) = (date(1962, 1, 1), date(2126, 12, 31));
        let read = |text| within(text, first, last).map_err(|violation| violation.code());
        assert_eq!(read("2027-12-31"), Ok(date(2027, 12, 31)));
        assert_eq!(read("1962-01-01"), Ok(first));
        for (text, code) in [
            ("1900-01-01", "out_of_range"),
            ("2127-01-01", "out_of_range"),
            ("9999-12-31", "out_of_range"),
            ("2027-02-30", "malformed"),
            ("2027-12-31T00:00", "malformed"),
            ("31/12/2027", "malformed"),
            ("", "malformed"),
        ] {
            assert_eq!(read(text), Err(code), "{text}");
        }
        assert_eq!(last_day(date(2026, 11, 29)), last);
    }
}
