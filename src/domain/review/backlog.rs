//! What waits for officers, counted (tồn đọng): how much of each sort, and since when the first of it does.

use jiff::{SignedDuration, Timestamp};

use super::EntryKind;
use crate::domain::text_enum;

text_enum! {
    /// What waits: the entries of the queue, and what has a register of its own.
    pub enum BacklogKind {
        /// Registrations, and verifications that are to be renewed.
        Enterprise => "enterprise",
        /// Changes of active enterprises' verified data.
        Amendment => "amendment",
        /// Listings.
        Listing => "listing",
        /// Revisions of published listings.
        Revision => "revision",
        /// Documents of enterprises' profiles.
        Document => "document",
        /// Reports of abuse.
        Report => "report",
        /// Requests of authorities to take listings down that were not carried out.
        Takedown => "takedown",
        /// Notices about intellectual property that nobody has looked at.
        IpNotice => "ip_notice",
        /// Complaints that nobody has acknowledged.
        Complaint => "complaint",
        /// Requests to be admitted to active enterprises that have no owner to decide (yêu cầu tham gia).
        JoinRequest => "join_request",
    }
}

impl From<EntryKind> for BacklogKind {
    fn from(kind: EntryKind) -> Self {
        match kind {
            EntryKind::Enterprise => Self::Enterprise,
            EntryKind::Amendment => Self::Amendment,
            EntryKind::Listing => Self::Listing,
            EntryKind::Revision => Self::Revision,
            EntryKind::Document => Self::Document,
            EntryKind::Report => Self::Report,
        }
    }
}

/// How much of a sort waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// Of which sort.
    pub kind: BacklogKind,
    /// How many.
    pub count: i64,
    /// Since when the first of them waits; none where nothing does.
    pub oldest: Option<Timestamp>,
}

impl Backlog {
    /// How long the first of them has waited.
    pub fn age(&self, now: Timestamp) -> SignedDuration {
        let age = self.oldest.map(|since| now.duration_since(since));
        age.unwrap_or_default().max(SignedDuration::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_the_queue_are_called_as_there() {
        for kind in EntryKind::ALL {
            assert_eq!(BacklogKind::from(*kind).as_str(), kind.as_str());
        }
    }

    #[test]
    fn what_does_not_wait_has_no_age() {
        let now: Timestamp = "2026-11-30T03:00:00Z".parse().unwrap();
        let age = |oldest: Option<&str>| {
            let backlog = Backlog {
                kind: BacklogKind::Listing,
                count: 1,
                oldest: oldest.map(|at| at.parse().unwrap()),
            };
            backlog.age(now).as_secs()
        };
        assert_eq!(age(Some("2026-11-30T01:00:00Z")), 7_200);
        // A node whose clock is ahead wrote it.
        assert_eq!((age(Some("2026-11-30T03:00:01Z")), age(None)), (0, 0));
    }
}
