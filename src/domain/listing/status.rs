//! The states of a listing, and the steps from one to another (trạng thái tin).

use crate::domain::text_enum;

text_enum! {
    /// The life of a listing (trạng thái tin).
    pub enum ListingStatus {
        /// Being written (nháp).
        Draft => "draft",
        /// Waits for an officer (chờ duyệt).
        Submitted => "submitted",
        /// Approved; public while its enterprise is active (đã xuất bản).
        Published => "published",
        /// Sent back with what to mend (yêu cầu sửa).
        ChangesRequested => "changes_requested",
        /// Refused (từ chối).
        Rejected => "rejected",
        /// Taken off by its owner (đã rút).
        Withdrawn => "withdrawn",
        /// Its term ended; its owner brings it back as it is (hết hạn).
        Expired => "expired",
        /// Put away by its owner (đã lưu trữ).
        Archived => "archived",
    }
}

/// A step that the present status does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not allowed while {0}")]
pub struct NotInThisStatus(pub ListingStatus);

impl ListingStatus {
    /// What it is called in Vietnamese.
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::Draft => "nháp",
            Self::Submitted => "chờ duyệt",
            Self::Published => "đã xuất bản",
            Self::ChangesRequested => "yêu cầu sửa",
            Self::Rejected => "bị từ chối",
            Self::Withdrawn => "đã rút",
            Self::Expired => "hết hạn",
            Self::Archived => "đã lưu trữ",
        }
    }

    /// What it is called in English.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Draft => "a draft",
            Self::Submitted => "waiting for review",
            Self::Published => "published",
            Self::ChangesRequested => "sent back for changes",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Archived => "archived",
        }
    }

    /// The owner changes the content: not while an officer reads it, not while the public sees it, for which there are
    /// [`revision`](super::revision)s, and not after its term, so that what is renewed without a review is what an officer approved.
    pub fn edit(self) -> Result<(), NotInThisStatus> {
        match self {
            Self::Draft | Self::ChangesRequested | Self::Rejected | Self::Withdrawn => Ok(()),
            Self::Submitted | Self::Published | Self::Expired | Self::Archived => Err(NotInThisStatus(self)),
        }
    }

    /// The owner hands it in for review.
    pub fn submit(self) -> Result<Self, NotInThisStatus> {
        self.edit().map(|()| Self::Submitted)
    }

    /// The owner takes it back: a listing under review becomes a draft again, one that came out is withdrawn.
    pub fn take_back(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Submitted => Ok(Self::Draft),
            Self::Published | Self::Expired => Ok(Self::Withdrawn),
            _ => Err(NotInThisStatus(self)),
        }
    }

    /// Its term ends.
    pub fn expire(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Published => Ok(Self::Expired),
            _ => Err(NotInThisStatus(self)),
        }
    }

    /// The owner says that it still holds: its term begins anew.
    pub fn renew(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Published | Self::Expired => Ok(Self::Published),
            _ => Err(NotInThisStatus(self)),
        }
    }

    /// The owner puts it away: not while an officer reads it, nor while the public sees it.
    pub fn archive(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Draft | Self::ChangesRequested | Self::Rejected | Self::Withdrawn | Self::Expired => {
                Ok(Self::Archived)
            }
            Self::Submitted | Self::Published | Self::Archived => Err(NotInThisStatus(self)),
        }
    }

    /// Its enterprise closes: whatever it was, it is put away.
    pub fn close(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Archived => Err(NotInThisStatus(self)),
            _ => Ok(Self::Archived),
        }
    }

    /// The owner takes it out again, to be handed in: as a draft, or as withdrawn when it `came_out` before.
    pub fn unarchive(self, came_out: bool) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Archived if came_out => Ok(Self::Withdrawn),
            Self::Archived => Ok(Self::Draft),
            _ => Err(NotInThisStatus(self)),
        }
    }

    /// An officer approves it.
    pub fn approve(self) -> Result<Self, NotInThisStatus> {
        self.decided(Self::Published)
    }

    /// An officer refuses it.
    pub fn reject(self) -> Result<Self, NotInThisStatus> {
        self.decided(Self::Rejected)
    }

    /// An officer sends it back.
    pub fn request_changes(self) -> Result<Self, NotInThisStatus> {
        self.decided(Self::ChangesRequested)
    }

    fn decided(self, next: Self) -> Result<Self, NotInThisStatus> {
        if self == Self::Submitted {
            Ok(next)
        } else {
            Err(NotInThisStatus(self))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use ListingStatus::*;

    /// The whole state machine as a table: rows are states, columns the steps.
    #[test]
    fn the_life_of_a_listing() {
        type Step = fn(ListingStatus) -> Result<ListingStatus, NotInThisStatus>;
        let steps: [Step; 10] = [
            ListingStatus::submit,
            ListingStatus::take_back,
            ListingStatus::approve,
            ListingStatus::reject,
            ListingStatus::request_changes,
            ListingStatus::expire,
            ListingStatus::renew,
            ListingStatus::archive,
            |status: ListingStatus| status.unarchive(false),
            |status: ListingStatus| status.unarchive(true),
        ];
        let (no, yes) = (None, Some);
        let away = yes(Archived);
        let table = [
            (Draft, [yes(Submitted), no, no, no, no, no, no, away, no, no]),
            (
                Submitted,
                [
                    no,
                    yes(Draft),
                    yes(Published),
                    yes(Rejected),
                    yes(ChangesRequested),
                    no,
                    no,
                    no,
                    no,
                    no,
                ],
            ),
            (
                Published,
                [no, yes(Withdrawn), no, no, no, yes(Expired), yes(Published), no, no, no],
            ),
            (ChangesRequested, [yes(Submitted), no, no, no, no, no, no, away, no, no]),
            (Rejected, [yes(Submitted), no, no, no, no, no, no, away, no, no]),
            (Withdrawn, [yes(Submitted), no, no, no, no, no, no, away, no, no]),
            (
                Expired,
                [no, yes(Withdrawn), no, no, no, no, yes(Published), away, no, no],
            ),
            (Archived, [no, no, no, no, no, no, no, no, yes(Draft), yes(Withdrawn)]),
        ];
        assert_eq!(table.len(), ListingStatus::ALL.len());
        for (from, row) in table {
            for (step, expected) in steps.iter().zip(row) {
                assert_eq!(step(from).ok(), expected, "from {from}");
            }
        }
    }

    proptest! {
        /// Whatever is done in whatever order: only an officer's approval makes public what was not approved as it is.
        #[test]
        fn nothing_comes_out_unread(steps in proptest::collection::vec((0..10_u8, any::<bool>()), 0..60)) {
            let (mut status, mut approved) = (Draft, false);
            for (step, came_out) in steps {
                let next = match step {
                    0 => status.submit(),
                    1 => status.take_back(),
                    2 => status.approve(),
                    3 => status.reject(),
                    4 => status.request_changes(),
                    5 => status.expire(),
                    6 => status.renew(),
                    7 => status.archive(),
                    8 => status.unarchive(came_out),
                    // An edit.
                    _ => status.edit().map(|()| status),
                };
                let Ok(next) = next else { continue };
                match step {
                    2 => approved = true,
                    9 => approved = false,
                    _ => {}
                }
                prop_assert!(next != Published || approved, "{status} to {next}");
                status = next;
            }
        }
    }
}
