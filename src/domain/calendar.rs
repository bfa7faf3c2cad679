//! The working calendar of the State's offices, and how the law counts terms (Civil Code 91/2015, arts. 147–148): the
//! day of the event is not counted, a term of days that would end on a rest day ends on the next working day, and the
//! last day ends at 24:00. Everything by the clock of Việt Nam (UTC+7, the same all year).

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Origin and form: `data/README.md`.
const SHIPPED: &str = include_str!("data/calendar_vn_2024_2030.csv");

/// How long something may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Working days (ngày làm việc).
    WorkingDays(u16),
    /// Days (ngày).
    Days(u16),
}

/// Which days people work.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// Days that are not as their weekday is; true for working days.
    exceptions: BTreeMap<Date, bool>,
}

impl Calendar {
    /// The calendar that comes with the program.
    pub fn shipped() -> &'static Self {
        static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::read(SHIPPED).0);
        &CALENDAR
    }

    /// Reads a calendar; gives how many rows could not be read, too.
    fn read(text: &str) -> (Self, usize) {
        let mut calendar = Self::default();
        let mut unreadable = 0;
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers().ok().and_then(|header| {
            let place = |name| header.iter().position(|column| column == name);
            Some((place("date")?, place("is_working_day")?))
        });
        for row in reader.records() {
            let day = row.ok().zip(columns).and_then(|(row, (date, is_working_day))| {
                let is_working_day = match row.get(is_working_day)? {
                    "0" => false,
                    "1" => true,
                    _ => return None,
                };
                Some((row.get(date)?.parse::<Date>().ok()?, is_working_day))
            });
            match day {
                Some((date, is_working_day)) => {
                    calendar.exceptions.insert(date, is_working_day);
                }
                None => unreadable += 1,
            }
        }
        (calendar, unreadable)
    }

    /// Whether people work on a day.
    pub fn is_working_day(&self, day: Date) -> bool {
        self.exceptions
            .get(&day)
            .copied()
            .unwrap_or_else(|| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
    }

    /// The last day of a term that begins with an event on a day.
    pub fn due(&self, event: Date, term: Term) -> Date {
        match term {
            Term::WorkingDays(count) => (0..count).fold(event, |day, _| self.next_working_day(next(day))),
            Term::Days(count) => self.next_working_day((0..count).fold(event, |day, _| next(day))),
        }
    }

    /// The moment at which a term is over: 24:00 of its last day.
    pub fn deadline(&self, event: Timestamp, term: Term) -> Timestamp {
        midnight(next(self.due(day_of(event), term)))
    }

    /// Extends a term whose deadline is known; the last day of the first term is the event of the second.
    pub fn extended(&self, deadline: Timestamp, term: Term) -> Timestamp {
        let last_moment = deadline.checked_sub(SignedDuration::from_micros(1)).unwrap_or(deadline);
        self.deadline(last_moment, term)
    }

    /// When the working day before the last day of a term begins.
    pub fn day_before_last(&self, deadline: Timestamp) -> Timestamp {
        let last_moment = deadline.checked_sub(SignedDuration::from_micros(1)).unwrap_or(deadline);
        let mut day = before(day_of(last_moment));
        while !self.is_working_day(day) && day > Date::MIN {
            day = before(day);
        }
        midnight(day)
    }

    fn next_working_day(&self, mut day: Date) -> Date {
        while !self.is_working_day(day) && day < Date::MAX {
            day = next(day);
        }
        day
    }
}

fn next(day: Date) -> Date {
    // The last day that can be written is its own successor.
    day.tomorrow().unwrap_or(Date::MAX)
}

fn before(day: Date) -> Date {
    day.yesterday().unwrap_or(Date::MIN)
}

fn vietnam() -> Offset {
    Offset::constant(7)
}

/// The day on which an instant falls in Việt Nam.
pub fn day_of(at: Timestamp) -> Date {
    vietnam().to_datetime(at).date()
}

/// What the clocks show in Việt Nam.
pub fn local(at: Timestamp) -> DateTime {
    vietnam().to_datetime(at)
}

/// When a day begins in Việt Nam.
pub fn midnight(day: Date) -> Timestamp {
    vietnam()
        .to_timestamp(day.to_datetime(jiff::civil::Time::midnight()))
        .unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_row_is_read() {
        let (calendar, unreadable) = Calendar::read(SHIPPED);
        assert_eq!(
            (calendar.exceptions.len(), unreadable),
            (SHIPPED.lines().count() - 1, 0)
        );
        let works = |day: &str| calendar.is_working_day(day.parse().unwrap());
        assert!(works("2026-01-10") && !works("2026-01-02") && !works("2026-02-17") && !works("2026-11-24"));
        assert!(works("2026-11-25") && !works("2026-11-28"));
        assert_eq!(Calendar::read("date,is_working_day\n2026-13-01,0\n2026-01-01,x\n").1, 2);
    }

    #[test]
    fn terms_counted_by_hand() {
        let vectors = include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/deadline_test_vectors.csv"
        ));
        let mut count = 0;
        for row in csv::Reader::from_reader(vectors.as_bytes()).records() {
            let row = row.unwrap();
            let amount = row[1].parse().unwrap();
            let term = match &row[2] {
                "working_day" => Term::WorkingDays(amount),
                "calendar_day" => Term::Days(amount),
                other => panic!("{other}"),
            };
            let due = Calendar::shipped().due(row[0].parse().unwrap(), term);
            assert_eq!(due.to_string(), row[3], "{} + {term:?}: {}", &row[0], &row[4]);
            count += 1;
        }
        assert_eq!(count, 11);
    }

    #[test]
    fn days_are_those_of_viet_nam_and_end_at_midnight() {
        let calendar = Calendar::shipped();
        // 23:59 on Monday there, and a minute later Tuesday.
        let monday = "2026-03-09T16:59:00Z".parse().unwrap();
        let tuesday = "2026-03-09T17:00:00Z".parse().unwrap();
        let end = |event| calendar.deadline(event, Term::WorkingDays(2)).to_string();
        assert_eq!(end(monday), "2026-03-11T17:00:00Z");
        assert_eq!(end(tuesday), "2026-03-12T17:00:00Z");
        let deadline = calendar.deadline(monday, Term::Days(10));
        assert_eq!(deadline.to_string(), "2026-03-19T17:00:00Z");
        // Ten more days from Thursday the 19th end on Sunday, and so on Monday.
        let extended = calendar.extended(deadline, Term::Days(10));
        assert_eq!(extended.to_string(), "2026-03-30T17:00:00Z");
        // Monday is the last day, so Friday the 27th is the working day before it.
        assert_eq!(calendar.day_before_last(extended).to_string(), "2026-03-26T17:00:00Z");
    }

    fn day() -> impl Strategy<Value = Date> {
        (2023_i16..=2031, 1_i8..=12, 1_i8..=28).prop_map(|(year, month, day)| Date::new(year, month, day).unwrap())
    }

    proptest! {
        #[test]
        fn a_term_never_ends_on_a_rest_day(event in day(), count in 1_u16..200) {
            let calendar = Calendar::shipped();
            for term in [Term::WorkingDays(count), Term::Days(count)] {
                let due = calendar.due(event, term);
                prop_assert!(calendar.is_working_day(due));
                prop_assert!(due > event);
            }
        }

        #[test]
        fn a_later_event_or_longer_term_never_ends_earlier(one in day(), other in day(), count in 0_u16..200) {
            let calendar = Calendar::shipped();
            let (first, second) = (one.min(other), one.max(other));
            for term in [Term::WorkingDays, Term::Days] {
                prop_assert!(calendar.due(first, term(count)) <= calendar.due(second, term(count)));
                prop_assert!(calendar.due(first, term(count)) <= calendar.due(first, term(count + 1)));
            }
        }

        #[test]
        fn working_days_add_up(event in day(), first in 0_u16..100, second in 0_u16..100) {
            let calendar = Calendar::shipped();
            let apart = calendar.due(calendar.due(event, Term::WorkingDays(first)), Term::WorkingDays(second));
            prop_assert_eq!(apart, calendar.due(event, Term::WorkingDays(first + second)));
        }

        #[test]
        fn working_days_are_as_many_as_were_asked(event in day(), count in 1_u16..100) {
            let calendar = Calendar::shipped();
            let due = calendar.due(event, Term::WorkingDays(count));
            let mut worked = 0;
            let mut day = event;
            while day < due {
                day = next(day);
                worked += u16::from(calendar.is_working_day(day));
            }
            prop_assert_eq!(worked, count);
        }
    }
}
