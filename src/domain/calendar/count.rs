//! Why a term ends when it does.

use jiff::civil::Date;

use super::{Calendar, CalendarDay, Term, next};

/// A term, counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Its last day.
    pub due: Date,
    /// Days on which nobody works and which were therefore not counted; of a term of days those on which it would have
    /// ended. Where there is nothing to say about a day, it is one of weekly rest.
    pub not_counted: Vec<(Date, Option<CalendarDay>)>,
    /// Days of weekly rest that were counted because they are worked.
    pub made_up: Vec<CalendarDay>,
}

impl Calendar {
    /// Counts a term as [`due`](Self::due) does, and says why it ends then.
    pub fn counted(&self, event: Date, term: Term) -> Counted {
        let due = self.due(event, term);
        let first = match term {
            Term::WorkingDays(_) => next(event),
            // Every day counts; what comes after the last one is there only because that is no working day.
            Term::Days(count) => (0..count).fold(event, |day, _| next(day)),
        };
        let (mut not_counted, mut made_up) = (Vec::new(), Vec::new());
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        for day in days.take_while(|day| *day <= due) {
            let known = self.day(day);
            if !self.is_working_day(day) {
                not_counted.push((day, known.cloned()));
            } else if let Some(known) = known {
                made_up.push(known.clone());
            }
        }
        Counted {
            due,
            not_counted,
            made_up,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(event: &str, term: Term) -> (String, Vec<String>, Vec<String>) {
        let counted = Calendar::shipped().counted(event.parse().unwrap(), term);
        let days = counted.not_counted.iter().map(|(day, _)| day.to_string());
        let made_up = counted.made_up.iter().map(|day| day.date.to_string());
        (counted.due.to_string(), days.collect(), made_up.collect())
    }

    #[test]
    fn days_that_were_not_counted_and_days_that_were_made_up_for() {
        let (due, not_counted, made_up) = why("2026-02-13", Term::WorkingDays(5));
        assert_eq!((due.as_str(), not_counted.len(), made_up.len()), ("2026-02-27", 9, 0));
        assert_eq!(
            (not_counted[0].as_str(), not_counted[8].as_str()),
            ("2026-02-14", "2026-02-22")
        );
        let (due, not_counted, made_up) = why("2026-08-20", Term::WorkingDays(3));
        assert_eq!(
            (due.as_str(), not_counted.as_slice()),
            ("2026-08-24", &["2026-08-23".to_owned()][..])
        );
        assert_eq!(made_up, ["2026-08-22"]);
        // Of a term of days only the end is put off.
        let (due, not_counted, _) = why("2026-01-12", Term::Days(90));
        assert_eq!(
            (due.as_str(), not_counted.as_slice()),
            ("2026-04-13", &["2026-04-12".to_owned()][..])
        );
        let (_, not_counted, made_up) = why("2026-03-09", Term::Days(2));
        assert!(not_counted.is_empty() && made_up.is_empty());
    }
}
