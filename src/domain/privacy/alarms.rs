//! When officers are warned of the terms of a request.

use jiff::Timestamp;

use super::{DataRequest, RequestState};
use crate::domain::calendar::Calendar;
use crate::domain::text_enum;

text_enum! {
    /// What has a term.
    pub enum DueStep {
        /// To acknowledge a request (tiếp nhận).
        Acknowledge => "acknowledge",
        /// To do what was asked (thực hiện).
        Fulfil => "fulfil",
    }
}

text_enum! {
    /// How far a term is.
    pub enum Stage {
        /// Its last day is the next working day.
        Soon => "soon",
        /// It is over.
        Missed => "missed",
    }
}

/// A warning that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Which term.
    pub step: DueStep,
    /// How far it is.
    pub stage: Stage,
    /// When it ends, or ended.
    pub deadline: Timestamp,
}

impl DataRequest {
    /// The warnings that are due now. A term that is over is told as such only.
    pub fn alarms(&self, calendar: &Calendar, now: Timestamp) -> Vec<Alarm> {
        let terms = match self.state {
            RequestState::Received => vec![
                (DueStep::Acknowledge, self.acknowledge_by),
                (DueStep::Fulfil, self.fulfil_by),
            ],
            RequestState::Acknowledged => vec![(DueStep::Fulfil, self.fulfil_by)],
            RequestState::Fulfilled | RequestState::Refused | RequestState::Withdrawn => Vec::new(),
        };
        let alarm = |(step, deadline)| {
            let stage = if deadline <= now {
                Stage::Missed
            } else if calendar.day_before_last(deadline) <= now {
                Stage::Soon
            } else {
                return None;
            };
            Some(Alarm { step, stage, deadline })
        };
        terms.into_iter().filter_map(alarm).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{RequestKind, TermTable};
    use super::*;
    use crate::domain::ids::{AccountId, DataRequestId};
    use uuid::Uuid;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn one_working_day_before_the_last_day_and_when_it_is_over() {
        // Thursday 5 March; to be acknowledged by Monday the 9th, and so the day before is Friday.
        let (id, account) = (DataRequestId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let (kind, received) = (RequestKind::Access, at("2026-03-05T03:00:00Z"));
        let mut request = DataRequest::new(
            id,
            account,
            kind,
            None,
            (&TermTable::default(), Calendar::shipped()),
            received,
        );
        let due = |request: &DataRequest, now: &str| -> Vec<(DueStep, Stage)> {
            let alarms = request.alarms(Calendar::shipped(), at(now));
            alarms.into_iter().map(|alarm| (alarm.step, alarm.stage)).collect()
        };
        let (acknowledge, fulfil) = (DueStep::Acknowledge, DueStep::Fulfil);
        assert_eq!(request.acknowledge_by, at("2026-03-09T17:00:00Z"));
        assert_eq!(due(&request, "2026-03-05T16:59:59Z"), []);
        assert_eq!(due(&request, "2026-03-05T17:00:00Z"), [(acknowledge, Stage::Soon)]);
        assert_eq!(due(&request, "2026-03-09T16:59:59Z"), [(acknowledge, Stage::Soon)]);
        assert_eq!(due(&request, "2026-03-09T17:00:00Z"), [(acknowledge, Stage::Missed)]);
        // The tenth day is Sunday the 15th, so it is Monday the 16th, and the working day before is Friday the 13th.
        assert_eq!(request.fulfil_by, at("2026-03-16T17:00:00Z"));
        let both = [(acknowledge, Stage::Missed), (fulfil, Stage::Soon)];
        assert_eq!(due(&request, "2026-03-12T17:00:00Z"), both);
        request.acknowledge(at("2026-03-13T01:00:00Z")).unwrap();
        assert_eq!(due(&request, "2026-03-12T16:59:59Z"), []);
        assert_eq!(due(&request, "2026-03-16T17:00:00Z"), [(fulfil, Stage::Missed)]);
        request
            .close(RequestState::Withdrawn, at("2026-03-16T18:00:00Z"))
            .unwrap();
        assert_eq!(due(&request, "2026-04-16T17:00:00Z"), []);
    }
}
