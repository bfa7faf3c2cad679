//! Documents of an enterprise's profile (hồ sơ năng lực): papers that show what it says of itself, and logos that wait to be shown,
//! each with an officer's verdict.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::domain::audit::Deed;
use crate::domain::calendar::day_of;
use crate::domain::file::{Content, Digest, FileName, MediaType};
use crate::domain::ids::{DocumentId, EnterpriseId};
use crate::domain::listing::Bilingual;
use crate::domain::review::decision::ReviewOutcome;
use crate::domain::text::Line;
use crate::domain::text_enum;

/// How many days before the last one its owner is told; the longest first.
pub const NOTICES: [u16; 2] = [30, 14];

/// Most documents of one enterprise.
pub const MAX_DOCUMENTS: i64 = 30;

text_enum! {
    /// What a document is.
    pub enum DocumentKind {
        /// Certificate of registration of a business (GCN đăng ký doanh nghiệp, quyết định thành lập).
        BusinessLicence => "business_licence",
        /// Identity card or passport of whoever represents it (giấy tờ tùy thân của người đại diện).
        IdCard => "id_card",
        /// Certificate of a science and technology enterprise (GCN doanh nghiệp KH&CN).
        StCertificate => "st_certificate",
        /// Certificate of a management system (chứng nhận ISO).
        Iso => "iso",
        /// Another one (giấy tờ khác).
        Other => "other",
        /// A logo, which everybody sees once it was accepted (biểu trưng).
        Logo => "logo",
    }
}

text_enum! {
    /// What may be handed in as a document; a logo is put up.
    pub enum PaperKind {
        /// Certificate of registration of a business (GCN đăng ký doanh nghiệp, quyết định thành lập).
        BusinessLicence => "business_licence",
        /// Identity card or passport of whoever represents it (giấy tờ tùy thân của người đại diện).
        IdCard => "id_card",
        /// Certificate of a science and technology enterprise (GCN doanh nghiệp KH&CN).
        StCertificate => "st_certificate",
        /// Certificate of a management system (chứng nhận ISO).
        Iso => "iso",
        /// Another one (giấy tờ khác).
        Other => "other",
    }
}

impl From<PaperKind> for DocumentKind {
    fn from(kind: PaperKind) -> Self {
        match kind {
            PaperKind::BusinessLicence => Self::BusinessLicence,
            PaperKind::IdCard => Self::IdCard,
            PaperKind::StCertificate => Self::StCertificate,
            PaperKind::Iso => Self::Iso,
            PaperKind::Other => Self::Other,
        }
    }
}

impl DocumentKind {
    /// What it is called in Vietnamese.
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::BusinessLicence => "giấy chứng nhận đăng ký",
            Self::IdCard => "giấy tờ tùy thân",
            Self::StCertificate => "giấy chứng nhận doanh nghiệp KH&CN",
            Self::Iso => "chứng nhận ISO",
            Self::Other => "giấy tờ khác",
            Self::Logo => "biểu trưng",
        }
    }

    /// What it is called in English.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::BusinessLicence => "certificate of registration",
            Self::IdCard => "identity card",
            Self::StCertificate => "science and technology enterprise certificate",
            Self::Iso => "ISO certificate",
            Self::Other => "other document",
            Self::Logo => "logo",
        }
    }
}

text_enum! {
    /// Where a document stands.
    pub enum DocumentStatus {
        /// Waits for an officer (chờ duyệt).
        Submitted => "submitted",
        /// An officer accepted it, and it holds (hợp lệ).
        Accepted => "accepted",
        /// An officer refused it (không hợp lệ).
        Refused => "refused",
        /// It held once (hết hạn).
        Expired => "expired",
    }
}

text_enum! {
    /// What an officer finds about a document.
    pub enum DocumentVerdict {
        /// It shows what it is to show (hợp lệ).
        Accepted => "accepted",
        /// It does not (không hợp lệ).
        Refused => "refused",
        /// It holds no more; a current one is needed (hết hạn).
        Expired => "expired",
    }
}

impl DocumentVerdict {
    /// Where the document stands then.
    pub const fn status(self) -> DocumentStatus {
        match self {
            Self::Accepted => DocumentStatus::Accepted,
            Self::Refused => DocumentStatus::Refused,
            Self::Expired => DocumentStatus::Expired,
        }
    }

    /// How it counts among all decisions: a current one is to be sent instead of one that has expired.
    pub const fn outcome(self) -> ReviewOutcome {
        match self {
            Self::Accepted => ReviewOutcome::Approved,
            Self::Refused => ReviewOutcome::Rejected,
            Self::Expired => ReviewOutcome::ChangesRequested,
        }
    }

    /// The deed of whoever finds so.
    pub const fn deed(self) -> Deed {
        match self {
            Self::Accepted => Deed::DocumentAccepted,
            Self::Refused => Deed::DocumentRefused,
            Self::Expired => Deed::DocumentExpired,
        }
    }
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Identifier.
    pub id: DocumentId,
    /// Whose it is.
    pub enterprise: EnterpriseId,
    /// What it is.
    pub kind: DocumentKind,
    /// What the sender called it.
    pub name: FileName,
    /// Of a logo, what it shows, to those who do not see it.
    pub alt: Option<Bilingual<Line<256>>>,
    /// What lies in the file store.
    pub content: DocumentContent,
    /// Where it stands, as it was last written: see [`Document::status`].
    pub decided: DocumentStatus,
    /// The last day on which it holds; for ever where there is none.
    pub valid_to: Option<Date>,
    /// Why it was refused or found expired: a code and words.
    pub reason: Option<(String, String)>,
    /// When it was handed in.
    pub submitted_at: Timestamp,
    /// When an officer last decided.
    pub decided_at: Option<Timestamp>,
    /// Row version.
    pub version: i64,
}

/// What of a file is needed to show it as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentContent {
    /// What it is.
    pub media_type: MediaType,
    /// Its name in the store.
    pub digest: Digest,
    /// Bytes.
    pub size: i64,
}

impl From<&Content> for DocumentContent {
    fn from(content: &Content) -> Self {
        Self {
            media_type: content.media_type,
            digest: content.digest,
            size: content.size,
        }
    }
}

impl Document {
    /// Where it stands at an instant: what was accepted expires with its last day, by itself.
    pub fn status(&self, now: Timestamp) -> DocumentStatus {
        match self.decided {
            DocumentStatus::Accepted if self.valid_to.is_some_and(|last| last < day_of(now)) => DocumentStatus::Expired,
            decided => decided,
        }
    }

    /// What is due to be told of its last day: the number of days of the shortest notice that was reached, while it holds.
    /// A notice that nobody could send in its time is not sent beside the next.
    pub fn notice_due(&self, now: Timestamp) -> Option<u16> {
        let last = self.valid_to.filter(|_| self.status(now) == DocumentStatus::Accepted)?;
        let left = last.duration_since(day_of(now)).as_hours() / 24;
        let reached = NOTICES.into_iter().filter(|days| left <= i64::from(*days));
        reached.min()
    }

    /// Whether it takes the place of another one when that ends: of the same sort, and waiting, or accepted for longer.
    pub fn follows(&self, other: &Self, now: Timestamp) -> bool {
        // What is of no sort of its own follows nothing.
        let is_alike = self.id != other.id && self.kind == other.kind && self.kind != DocumentKind::Other;
        let is_good = matches!(self.status(now), DocumentStatus::Submitted | DocumentStatus::Accepted);
        let holds_on = match (self.valid_to, other.valid_to) {
            (None, _) => true,
            (Some(own), Some(others)) => own > others,
            // What has no end is followed by nothing that has one.
            (Some(_), None) => false,
        };
        is_alike && is_good && holds_on
    }

    /// Whether an officer has to decide.
    pub fn waits(&self) -> bool {
        self.decided == DocumentStatus::Submitted
    }
}

/// How many documents of an enterprise stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DocumentCounts {
    /// Wait for an officer.
    pub submitted: u32,
    /// Were accepted, and hold.
    pub accepted: u32,
    /// Were refused.
    pub refused: u32,
    /// Hold no more.
    pub expired: u32,
}

impl DocumentCounts {
    /// Counts them at an instant.
    pub fn of(documents: &[Document], now: Timestamp) -> Self {
        let mut counts = Self::default();
        for document in documents {
            let count = match document.status(now) {
                DocumentStatus::Submitted => &mut counts.submitted,
                DocumentStatus::Accepted => &mut counts.accepted,
                DocumentStatus::Refused => &mut counts.refused,
                DocumentStatus::Expired => &mut counts.expired,
            };
            *count = count.saturating_add(1);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(decided: DocumentStatus, valid_to: Option<&str>) -> Document {
        Document {
            id: DocumentId(uuid::Uuid::nil()),
            enterprise: EnterpriseId(uuid::Uuid::nil()),
            kind: DocumentKind::Iso,
            name: FileName::parse("iso.png").unwrap(),
            alt: None,
            content: DocumentContent {
                media_type: MediaType::Png,
                digest: Digest([0; 32]),
                size: 1,
            },
            decided,
            valid_to: valid_to.map(|day| day.parse().unwrap()),
            reason: None,
            submitted_at: Timestamp::UNIX_EPOCH,
            decided_at: None,
            version: 1,
        }
    }

    #[test]
    fn what_was_accepted_holds_through_its_last_day_in_viet_nam() {
        let at = |time: &str, day| document(DocumentStatus::Accepted, day).status(time.parse().unwrap());
        let last = Some("2026-11-28");
        assert_eq!(at("2026-11-28T16:59:59Z", last), DocumentStatus::Accepted);
        assert_eq!(at("2026-11-28T17:00:00Z", last), DocumentStatus::Expired);
        assert_eq!(at("2099-01-01T00:00:00Z", None), DocumentStatus::Accepted);
        let refused = document(DocumentStatus::Refused, last);
        assert_eq!(
            refused.status("2027-01-01T00:00:00Z".parse().unwrap()),
            DocumentStatus::Refused
        );
    }

    #[test]
    fn notices_are_due_by_the_days_of_viet_nam() {
        let last = Some("2026-11-28");
        let due = |time: &str| document(DocumentStatus::Accepted, last).notice_due(time.parse().unwrap());
        for (time, days) in [
            ("2026-10-28T16:59:59Z", None),
            ("2026-10-28T17:00:00Z", Some(30)),
            ("2026-11-13T16:59:59Z", Some(30)),
            ("2026-11-13T17:00:00Z", Some(14)),
            ("2026-11-28T16:59:59Z", Some(14)),
            ("2026-11-28T17:00:00Z", None),
        ] {
            assert_eq!(due(time), days, "{time}");
        }
        let now = "2026-11-20T00:00:00Z".parse().unwrap();
        for other in [
            DocumentStatus::Submitted,
            DocumentStatus::Refused,
            DocumentStatus::Expired,
        ] {
            assert_eq!(document(other, last).notice_due(now), None);
        }
        assert_eq!(document(DocumentStatus::Accepted, None).notice_due(now), None);
    }

    #[test]
    fn the_next_document_follows_one_that_ends() {
        let now = "2026-11-20T00:00:00Z".parse().unwrap();
        let ending = document(DocumentStatus::Accepted, Some("2026-11-28"));
        let other = |decided, valid_to| Document {
            id: DocumentId(uuid::Uuid::max()),
            ..document(decided, valid_to)
        };
        for (decided, valid_to, follows) in [
            (DocumentStatus::Submitted, None, true),
            (DocumentStatus::Submitted, Some("2028-11-28"), true),
            (DocumentStatus::Accepted, Some("2026-11-29"), true),
            (DocumentStatus::Accepted, Some("2026-11-28"), false),
            (DocumentStatus::Refused, Some("2028-11-28"), false),
            (DocumentStatus::Expired, None, false),
        ] {
            let other = other(decided, valid_to);
            assert_eq!(other.follows(&ending, now), follows, "{decided} {valid_to:?}");
            let another = Document {
                kind: DocumentKind::IdCard,
                ..other
            };
            assert!(!another.follows(&ending, now));
        }
        assert!(!ending.follows(&ending, now));
        // What holds for ever.
        let endless = document(DocumentStatus::Accepted, None);
        assert!(!other(DocumentStatus::Accepted, Some("2099-12-31")).follows(&endless, now));
        assert!(other(DocumentStatus::Accepted, None).follows(&endless, now));
    }

    #[test]
    fn documents_are_counted_as_they_stand_now() {
        let all = [
            document(DocumentStatus::Submitted, None),
            document(DocumentStatus::Accepted, None),
            document(DocumentStatus::Accepted, Some("2026-01-01")),
            document(DocumentStatus::Expired, None),
        ];
        let counts = DocumentCounts::of(&all, "2026-11-28T00:00:00Z".parse().unwrap());
        let expected = DocumentCounts {
            submitted: 1,
            accepted: 1,
            refused: 0,
            expired: 2,
        };
        assert_eq!(counts, expected);
    }
}
