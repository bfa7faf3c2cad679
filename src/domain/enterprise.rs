//! Enterprises and organisations that take part in the exchange (doanh nghiệp, tổ chức tham gia Sàn).

mod amendment;
mod details;
pub mod document;
mod duplicate;
mod form_in_name;
mod identity;
pub mod logo;
mod verification;

pub use amendment::{
    Amendment, AmendmentStatus, TEXTS, WITHOUT_CONTACT, compared_part, concerns_request, hold, in_requests, overlay,
    verified_part,
};
pub use details::{Details, OrganisationKind, PublicGroup, SizeBand, StService, VsicCode, VsicVersion};
pub use duplicate::{DuplicateReason, LIKELY, Likeness, bare_name, likeness, marks};
pub use form_in_name::says_another_form;
pub use identity::{Identity, PersonalId, register_number};
pub use verification::{NotSubmitted, RENEWABLE, Verification, VerificationState};

use jiff::Timestamp;

use crate::domain::account::Email;
use crate::domain::fields::Violation;
use crate::domain::ids::EnterpriseId;
use crate::domain::text::{Line, WebAddress, fold};
use crate::domain::text_enum;

text_enum! {
    /// The life of a registration (trạng thái hồ sơ doanh nghiệp).
    pub enum EnterpriseStatus {
        /// Waits for an officer (chờ duyệt).
        Submitted => "submitted",
        /// Verified: its listings may be seen (đang hoạt động).
        Active => "active",
        /// Sent back with what to mend (yêu cầu bổ sung).
        ChangesRequested => "changes_requested",
        /// Refused (từ chối).
        Rejected => "rejected",
        /// Halted by the Department; all its listings are hidden (tạm ngừng).
        Suspended => "suspended",
        /// Takes part no more, by its own will or the Department's (đã chấm dứt).
        Closed => "closed",
    }
}

text_enum! {
    /// By what officers look for enterprises in their register: the status, or that it became part of another one.
    pub enum RegisterStatus {
        /// Waits for an officer (chờ duyệt).
        Submitted => "submitted",
        /// Verified (đang hoạt động).
        Active => "active",
        /// Sent back (yêu cầu bổ sung).
        ChangesRequested => "changes_requested",
        /// Refused (từ chối).
        Rejected => "rejected",
        /// Halted (tạm ngừng).
        Suspended => "suspended",
        /// Takes part no more (đã chấm dứt).
        Closed => "closed",
        /// Became part of another one (đã gộp).
        Merged => "merged",
    }
}

impl RegisterStatus {
    /// The status; none of what became part of another one.
    pub fn status(self) -> Option<EnterpriseStatus> {
        self.as_str().parse().ok()
    }
}

/// A step that the present status does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not allowed while {0}")]
pub struct NotInThisStatus(pub EnterpriseStatus);

impl EnterpriseStatus {
    /// What it is called in Vietnamese.
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::Submitted => "chờ duyệt",
            Self::Active => "đang hoạt động",
            Self::ChangesRequested => "yêu cầu bổ sung",
            Self::Rejected => "bị từ chối",
            Self::Suspended => "tạm ngừng",
            Self::Closed => "đã chấm dứt",
        }
    }

    /// What it is called in English.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Submitted => "waiting for review",
            Self::Active => "active",
            Self::ChangesRequested => "sent back for changes",
            Self::Rejected => "rejected",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// An officer verifies the registration.
    pub fn approve(self) -> Result<Self, NotInThisStatus> {
        self.decided(Self::Active)
    }

    /// An officer refuses the registration.
    pub fn reject(self) -> Result<Self, NotInThisStatus> {
        self.decided(Self::Rejected)
    }

    /// An officer sends the registration back.
    pub fn request_changes(self) -> Result<Self, NotInThisStatus> {
        self.decided(Self::ChangesRequested)
    }

    /// The owner hands a mended registration in again.
    pub fn submit(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::ChangesRequested | Self::Rejected => Ok(Self::Submitted),
            Self::Submitted | Self::Active | Self::Suspended | Self::Closed => Err(NotInThisStatus(self)),
        }
    }

    /// The owner changes the registration, also while it waits: an officer decides on the version that was read. What was
    /// verified of an active one changes only by a request ([`Amendment`]).
    pub fn edit(self) -> Result<(), NotInThisStatus> {
        match self {
            Self::Submitted | Self::ChangesRequested | Self::Rejected | Self::Active => Ok(()),
            Self::Suspended | Self::Closed => Err(NotInThisStatus(self)),
        }
    }

    /// The Department halts an active enterprise.
    pub fn suspend(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Active => Ok(Self::Suspended),
            Self::Submitted | Self::ChangesRequested | Self::Rejected | Self::Suspended | Self::Closed => {
                Err(NotInThisStatus(self))
            }
        }
    }

    /// The Department lets a halted enterprise go on.
    pub fn reinstate(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Suspended => Ok(Self::Active),
            Self::Submitted | Self::ChangesRequested | Self::Rejected | Self::Active | Self::Closed => {
                Err(NotInThisStatus(self))
            }
        }
    }

    /// It takes part no more: an active one, and by an officer a halted one as well.
    pub fn close(self, by_officer: bool) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Active => Ok(Self::Closed),
            Self::Suspended if by_officer => Ok(Self::Closed),
            _ => Err(NotInThisStatus(self)),
        }
    }

    /// The Department lets one take part again.
    pub fn reopen(self) -> Result<Self, NotInThisStatus> {
        match self {
            Self::Closed => Ok(Self::Active),
            _ => Err(NotInThisStatus(self)),
        }
    }

    fn decided(self, next: Self) -> Result<Self, NotInThisStatus> {
        if self == Self::Submitted {
            Ok(next)
        } else {
            Err(NotInThisStatus(self))
        }
    }
}

/// A Vietnamese telephone number in E.164 form (`+84…`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Parses mobile (0 + 9 digits, or 11 digits of before 2018, which become those of today), landline (02 + 9 digits) and hotline (1900/1800 + 4 to 6) numbers, and foreign
    /// numbers written with `+`; spaces, dots, hyphens and brackets are ignored.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let malformed = Violation::Malformed { what: "phone" };
        let line = Line::<40>::parse(text)?;
        let bare: String = line
            .as_str()
            .chars()
            .filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')'))
            .collect();
        let (is_international, digits) = match bare.strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, bare.as_str()),
        };
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(malformed);
        }
        let given = match (is_international, digits.strip_prefix("84"), digits.strip_prefix('0')) {
            (true, Some(rest), _) => rest,
            (true, None, _) if (8..=15).contains(&digits.len()) && !digits.starts_with('0') => {
                return Ok(Self(format!("+{digits}")));
            }
            (false, _, Some(_)) => digits,
            (false, Some(rest), _) if rest.len() >= 9 => rest,
            (false, ..) if is_hotline(digits) => digits,
            _ => return Err(malformed),
        };
        // The trunk prefix of calls within the country, which some write after +84 as well: `+84 (0)912…`.
        let (has_trunk, national) = match given.strip_prefix('0') {
            Some(rest) => (true, rest),
            None => (false, given),
        };
        let modern = of_today(national);
        let national = modern.as_deref().unwrap_or(national);
        let is_mobile =
            national.len() == 9 && matches!(national.as_bytes().first(), Some(b'3' | b'5' | b'7' | b'8' | b'9'));
        let is_landline = national.len() == 10 && national.starts_with('2');
        // Hotlines are dialled without it.
        if is_mobile || is_landline || (!has_trunk && is_hotline(national)) {
            Ok(Self(format!("+84{national}")))
        } else {
            Err(malformed)
        }
    }

    /// The number in E.164 form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// No number: whose it was had it erased.
    pub fn none() -> Self {
        Self(String::new())
    }

    pub(crate) fn stored(text: String) -> Self {
        Self(text)
    }
}

/// What eleven-digit mobile numbers of before September 2018 became (chuyển đổi đầu số): the first digits of then, and of
/// today, without the trunk prefix.
const CONVERTED: [(&str, &str); 22] = [
    ("120", "70"),
    ("121", "79"),
    ("122", "77"),
    ("123", "83"),
    ("124", "84"),
    ("125", "85"),
    ("126", "76"),
    ("127", "81"),
    ("128", "78"),
    ("129", "82"),
    ("162", "32"),
    ("163", "33"),
    ("164", "34"),
    ("165", "35"),
    ("166", "36"),
    ("167", "37"),
    ("168", "38"),
    ("169", "39"),
    ("182", "52"),
    ("186", "56"),
    ("188", "58"),
    ("199", "59"),
];

/// The number of today of a mobile that still had eleven digits.
fn of_today(national: &str) -> Option<String> {
    let (old, rest) = national.split_at_checked(3).filter(|(_, rest)| rest.len() == 7)?;
    let (_, new) = CONVERTED.iter().find(|(known, _)| *known == old)?;
    Some(format!("{new}{rest}"))
}

fn is_hotline(digits: &str) -> bool {
    (digits.starts_with("1900") || digits.starts_with("1800")) && (8..=10).contains(&digits.len())
}

/// What an enterprise states about itself; every value was parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct EnterpriseProfile {
    /// By which number it is known.
    pub identity: Identity,
    /// Code of the list `legal_forms` (loại hình pháp lý).
    pub legal_form: String,
    /// Full legal name (tên đơn vị).
    pub legal_name: Line<255>,
    /// Short name (tên viết tắt).
    pub short_name: Option<Line<100>>,
    /// English name (tên tiếng Anh).
    pub name_en: Option<Line<255>>,
    /// House number, street, hamlet (số nhà, đường, thôn).
    pub address_line: Line<255>,
    /// Code of the list `provinces` (tỉnh, thành phố); empty abroad.
    pub province_code: String,
    /// Code of the list `communes` (xã, phường), within the province; empty abroad.
    pub commune_code: String,
    /// Person to ask (người liên hệ).
    pub contact_name: Line<100>,
    /// Address for business mail (thư điện tử liên hệ).
    pub contact_email: Email,
    /// Telephone (điện thoại).
    pub contact_phone: Phone,
    /// Web site (trang web).
    pub website: Option<WebAddress>,
    /// Codes of the list `fields`, at most [`MAX_FIELDS`] (lĩnh vực hoạt động chính).
    pub field_codes: Vec<String>,
    /// What may be added at any time.
    pub details: Details,
}

/// Whom one asks at an enterprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactPerson {
    /// Name.
    pub name: Line<100>,
    /// Address for business mail.
    pub email: Email,
    /// Telephone.
    pub phone: Phone,
}

impl EnterpriseProfile {
    /// Whether the contact person has this address or, but for case and diacritics, this name.
    pub fn has_contact(&self, email: &Email, name: &Line<100>) -> bool {
        self.contact_email.key() == email.key() || fold(self.contact_name.as_str()) == fold(name.as_str())
    }

    /// Whether the legal representative has this name, but for case and diacritics.
    pub fn is_represented_by(&self, name: &Line<100>) -> bool {
        let representative = self.details.legal_rep_name.as_deref();
        representative.is_some_and(|representative| fold(representative) == fold(name.as_str()))
    }

    /// Replaces the contact person.
    pub fn set_contact(&mut self, person: ContactPerson) {
        self.contact_name = person.name;
        self.contact_email = person.email;
        self.contact_phone = person.phone;
    }
}

/// Most main fields of activity an enterprise names (tối đa 3 lĩnh vực chính).
pub const MAX_FIELDS: usize = 3;

/// An enterprise as stored.
#[derive(Clone, Debug)]
pub struct Enterprise {
    /// Identifier.
    pub id: EnterpriseId,
    /// What it states about itself.
    pub profile: EnterpriseProfile,
    /// Where its registration stands.
    pub status: EnterpriseStatus,
    /// What is to change of what was verified.
    pub amendment: Option<Amendment>,
    /// The one that it was merged into.
    pub merged_into: Option<EnterpriseId>,
    /// When it was verified, and until when that holds.
    pub verification: Verification,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Invented for demonstration; shown as such everywhere.
    pub is_demo: bool,
    /// Row version, the `ETag`.
    pub version: i64,
    /// When it registered or last handed its registration in.
    pub submitted_at: Timestamp,
    /// When it registered.
    pub created_at: Timestamp,
    /// When the row last changed.
    pub updated_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_become_e164() {
        for (given, expected) in [
            ("0912 345 678", "+84912345678"),
            ("0210.3.846.555", "+842103846555"),
            ("+84 (0)", ""),
            ("+84 (0)912 345 678", "+84912345678"),
            ("+84 (0)210 3846 555", "+842103846555"),
            ("+84 1900 1234", "+8419001234"),
            ("1800 123456", "+841800123456"),
            ("019001234", ""),
            ("01800123456", ""),
            ("+84 (0)1900 1234", ""),
            ("+84 00912345678", ""),
            ("+84 912-345-678", "+84912345678"),
            ("84912345678", "+84912345678"),
            ("1900 1234", "+8419001234"),
            ("0123 456 7890", "+84834567890"),
            ("+84 168 999 0000", "+84389990000"),
            ("0199.123.4567", "+84591234567"),
            ("0130 456 7890", ""),
            ("+49 30 901820", "+4930901820"),
        ] {
            match Phone::parse(given) {
                Ok(phone) => assert_eq!(phone.as_str(), expected, "{given}"),
                Err(_) => assert_eq!(expected, "", "{given}"),
            }
        }
        for bad in ["0123", "12", "0912 345 67x", "00000000000", "+0123456789"] {
            assert!(Phone::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_a_submitted_registration_is_decided() {
        use EnterpriseStatus::*;
        for status in EnterpriseStatus::ALL {
            let is_submitted = *status == Submitted;
            assert_eq!(status.approve().is_ok(), is_submitted);
            assert_eq!(status.reject().is_ok(), is_submitted);
            assert_eq!(status.request_changes().is_ok(), is_submitted);
            assert_eq!(status.submit().is_ok(), matches!(status, ChangesRequested | Rejected));
            assert_eq!(status.edit().is_ok(), !matches!(status, Suspended | Closed), "{status}");
        }
    }

    #[test]
    fn only_officers_close_a_halted_enterprise_and_only_a_closed_one_is_opened_again() {
        use EnterpriseStatus::*;
        for status in EnterpriseStatus::ALL {
            assert_eq!(status.close(false).is_ok(), *status == Active, "{status}");
            assert_eq!(
                status.close(true).is_ok(),
                matches!(status, Active | Suspended),
                "{status}"
            );
            assert_eq!(status.reopen().is_ok(), *status == Closed, "{status}");
        }
    }

    #[test]
    fn only_an_active_enterprise_is_halted_and_only_a_halted_one_goes_on() {
        use EnterpriseStatus::*;
        let table = [
            (
                Submitted,
                Err(NotInThisStatus(Submitted)),
                Err(NotInThisStatus(Submitted)),
            ),
            (Active, Ok(Suspended), Err(NotInThisStatus(Active))),
            (
                ChangesRequested,
                Err(NotInThisStatus(ChangesRequested)),
                Err(NotInThisStatus(ChangesRequested)),
            ),
            (Rejected, Err(NotInThisStatus(Rejected)), Err(NotInThisStatus(Rejected))),
            (Suspended, Err(NotInThisStatus(Suspended)), Ok(Active)),
            (Closed, Err(NotInThisStatus(Closed)), Err(NotInThisStatus(Closed))),
        ];
        assert_eq!(table.map(|row| row.0), EnterpriseStatus::ALL);
        for (status, suspended, reinstated) in table {
            assert_eq!((status.suspend(), status.reinstate()), (suspended, reinstated));
        }
    }
}
