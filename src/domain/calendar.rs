//! The working calendar of the State's offices, and how the law counts terms (Civil Code 91/2015, arts. 147–148): the
//! day of the event is not counted, a term of days that would end on a rest day ends on the next working day, and the
//! last day ends at 24:00. Everything by the clock of Việt Nam (UTC+7, the same all year).

mod count;
mod year;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use count::Counted;
pub use year::{
    CalendarDay, DayDraft, DayKind, DayStatus, Difference, FIRST_YEAR, LAST_YEAR, MAX_DAYS, YearChange, YearDraft,
    YearText, differences, weekday,
};

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
    /// Days about which there is something to say; all others are as their weekday is.
    days: BTreeMap<Date, CalendarDay>,
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
        for row in csv::Reader::from_reader(text.as_bytes()).deserialize() {
            match row.ok().and_then(year::shipped) {
                Some(day) => drop(calendar.days.insert(day.date, day)),
                None => unreadable += 1,
            }
        }
        (calendar, unreadable)
    }

    /// The same with years as they were changed, in the order of the changes.
    #[must_use]
    pub fn with<'a>(&self, changes: impl IntoIterator<Item = &'a YearChange>) -> Self {
        let mut changed = self.clone();
        for change in changes {
            changed.days.retain(|date, _| date.year() != change.year);
            let days = change.text.days.iter();
            changed.days.extend(days.map(|day| (day.date, day.clone())));
        }
        changed
    }

    /// What there is to say about a day, if it is not simply as its weekday is.
    pub fn day(&self, date: Date) -> Option<&CalendarDay> {
        self.days.get(&date)
    }

    /// What there is to say about the days of a year, in their order.
    pub fn days_of(&self, year: i16) -> impl Iterator<Item = &CalendarDay> {
        self.days.values().filter(move |day| day.date.year() == year)
    }

    /// How many working days a year has.
    pub fn working_days_of(&self, year: i16) -> usize {
        let first = Date::new(year, 1, 1).ok();
        let days = std::iter::successors(first, |day| day.tomorrow().ok().filter(|day| day.year() == year));
        days.filter(|day| self.is_working_day(*day)).count()
    }

    /// Whether people work on a day.
    pub fn is_working_day(&self, day: Date) -> bool {
        match self.day(day) {
            Some(known) => known.kind.is_worked(),
            None => !is_weekend(day),
        }
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
        deadline_of(self.due(day_of(event), term))
    }

    /// Extends a term whose deadline is known; the last day of the first term is the event of the second.
    pub fn extended(&self, deadline: Timestamp, term: Term) -> Timestamp {
        deadline_of(self.due(last_day(deadline), term))
    }

    /// When the working day before the last day of a term begins.
    pub fn day_before_last(&self, deadline: Timestamp) -> Timestamp {
        let mut day = before(last_day(deadline));
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

fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The last day of a term that is over at an instant.
pub fn last_day(deadline: Timestamp) -> Date {
    day_of(deadline.checked_sub(SignedDuration::from_micros(1)).unwrap_or(deadline))
}

/// When a term is over: 24:00 of its last day.
pub fn deadline_of(last_day: Date) -> Timestamp {
    midnight(next(last_day))
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

/// An instant by the clock of Việt Nam, as people there write it: `29/11/2026 08:30`.
pub fn clock_time(at: Timestamp) -> String {
    vietnam().to_datetime(at).strftime("%d/%m/%Y %H:%M").to_string()
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
        assert_eq!((calendar.days.len(), unreadable), (SHIPPED.lines().count() - 1, 0));
        let works = |day: &str| calendar.is_working_day(day.parse().unwrap());
        assert!(works("2026-01-10") && !works("2026-01-02") && !works("2026-02-17") && !works("2026-11-24"));
        assert!(works("2026-11-25") && !works("2026-11-28"));
        let head = SHIPPED.lines().next().unwrap();
        let wrong =
            format!("{head}\n2026-13-01,Mon,A,tet,holiday,0,B,confirmed\n2026-01-01,Thu,A,tet,holiday,x,B,confirmed\n");
        assert_eq!(Calendar::read(&wrong).1, 2);
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

    /// The shipped one, and years as officers might write them: days off during the week, and weekends that are worked.
    fn calendar() -> impl Strategy<Value = Calendar> {
        let year = (
            2023_i16..=2031,
            proptest::collection::btree_set((1_i8..=12, 1_i8..=28), 0..60),
        );
        let change = year.prop_map(|(year, days)| {
            let days = days.into_iter().map(|(month, day)| {
                let date = Date::new(year, month, day).unwrap();
                CalendarDay {
                    date,
                    kind: if is_weekend(date) {
                        DayKind::SwapWork
                    } else {
                        DayKind::SwapOff
                    },
                    name_vi: "Hoán đổi".into(),
                    name_en: None,
                    legal_basis: "QĐ".into(),
                    status: DayStatus::Confirmed,
                }
            });
            YearChange {
                edition: 1,
                id: uuid::Uuid::nil(),
                year,
                version: 1,
                text: YearText {
                    legal_basis: "QĐ".into(),
                    days: days.collect(),
                },
                changed_by: None,
                changed_at: Timestamp::UNIX_EPOCH,
            }
        });
        let changes = proptest::collection::vec(change, 0..4);
        changes.prop_map(|changes| Calendar::shipped().with(&changes))
    }

    proptest! {
        #[test]
        fn a_term_never_ends_on_a_rest_day(calendar in calendar(), event in day(), count in 1_u16..200) {
            for term in [Term::WorkingDays(count), Term::Days(count)] {
                let counted = calendar.counted(event, term);
                prop_assert_eq!(counted.due, calendar.due(event, term));
                prop_assert!(calendar.is_working_day(counted.due));
                prop_assert!(counted.due > event);
                prop_assert!(counted.not_counted.iter().all(|(day, _)| !calendar.is_working_day(*day)));
                prop_assert!(counted.made_up.iter().all(|day| is_weekend(day.date)));
            }
        }

        #[test]
        fn a_later_event_or_longer_term_never_ends_earlier(
            calendar in calendar(),
            (one, other) in (day(), day()),
            count in 0_u16..200,
        ) {
            let (first, second) = (one.min(other), one.max(other));
            for term in [Term::WorkingDays, Term::Days] {
                prop_assert!(calendar.due(first, term(count)) <= calendar.due(second, term(count)));
                prop_assert!(calendar.due(first, term(count)) <= calendar.due(first, term(count + 1)));
            }
        }

        #[test]
        fn working_days_add_up(calendar in calendar(), event in day(), first in 0_u16..100, second in 0_u16..100) {
            let apart = calendar.due(calendar.due(event, Term::WorkingDays(first)), Term::WorkingDays(second));
            prop_assert_eq!(apart, calendar.due(event, Term::WorkingDays(first + second)));
        }

        #[test]
        fn working_days_are_as_many_as_were_asked(calendar in calendar(), event in day(), count in 1_u16..100) {
            let counted = calendar.counted(event, Term::WorkingDays(count));
            let (mut worked, mut days) = (0_u16, 0_usize);
            let mut day = event;
            while day < counted.due {
                day = next(day);
                days += 1;
                worked += u16::from(calendar.is_working_day(day));
            }
            prop_assert_eq!(worked, count);
            // Every day on the way was counted or is told.
            prop_assert_eq!(days, usize::from(count) + counted.not_counted.len());
        }
    }
}
