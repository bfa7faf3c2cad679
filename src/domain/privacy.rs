//! Personal data (Law 91/2025/QH15, Decree 356/2025): what for they are kept, and what people may ask about theirs.

mod alarms;
mod terms;

use jiff::Timestamp;

pub use alarms::{Alarm, DueStep, Stage};
pub use terms::{LegalTerms, TermTable};

use super::calendar::{Calendar, Term};
use super::ids::{AccountId, ConsentId, DataRequestId, PolicyId};
use super::text::{Line, Prose};
use super::text_enum;

text_enum! {
    /// What personal data are processed for (mục đích xử lý).
    pub enum Purpose {
        /// Keeping the account and doing what its owner asks (quản lý tài khoản).
        Account => "account",
        /// Showing the contact person in public (công khai người liên hệ).
        PublishContact => "publish_contact",
        /// News by mail (bản tin).
        Newsletter => "newsletter",
        /// A public profile as an expert (hồ sơ chuyên gia).
        ExpertProfile => "expert_profile",
    }
}

text_enum! {
    /// Why that is lawful (căn cứ pháp lý).
    pub enum LegalBasis {
        /// It is needed for what was agreed with the person (thực hiện hợp đồng).
        Contract => "contract",
        /// The person agreed, for this purpose by itself (đồng ý).
        Consent => "consent",
    }
}

impl Purpose {
    /// Why it is lawful.
    pub const fn basis(self) -> LegalBasis {
        match self {
            Self::Account => LegalBasis::Contract,
            Self::PublishContact | Self::Newsletter | Self::ExpertProfile => LegalBasis::Consent,
        }
    }
}

text_enum! {
    /// A sort of policy document.
    pub enum PolicyKind {
        /// The rules of the exchange (quy chế hoạt động).
        OperatingRules => "operating_rules",
        /// What is told about the processing of data (thông báo xử lý dữ liệu cá nhân).
        PrivacyNotice => "privacy_notice",
        /// The text under which somebody consents to one purpose (nội dung đồng ý).
        ConsentText => "consent_text",
    }
}

/// The texts of a policy document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyText {
    /// Title in Vietnamese.
    pub title_vi: Line<200>,
    /// Title in English.
    pub title_en: Option<Line<200>>,
    /// Text in Vietnamese, which is the one that counts.
    pub body_vi: Prose<50_000>,
    /// Text in English.
    pub body_en: Option<Prose<50_000>>,
}

/// A version of a policy document; never changed.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Identifier.
    pub id: PolicyId,
    /// What sort.
    pub kind: PolicyKind,
    /// For which purpose, if it is the text of a consent.
    pub purpose: Option<Purpose>,
    /// Counts the versions of this kind and purpose.
    pub number: i64,
    /// What it says.
    pub text: PolicyText,
    /// SHA-256 of what it says.
    pub text_hash: Vec<u8>,
    /// From when it is in force, until a later version is.
    pub effective_from: Timestamp,
    /// Who published it.
    pub published_by: Option<AccountId>,
    /// When it was published.
    pub created_at: Timestamp,
}

/// From where something was agreed to, as evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Address of the client.
    pub ip: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
}

/// A policy document that somebody accepted.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// Which.
    pub policy: PolicyId,
    /// What sort it is.
    pub kind: PolicyKind,
    /// Its version.
    pub number: i64,
    /// When.
    pub accepted_at: Timestamp,
    /// From where.
    pub evidence: Evidence,
}

/// A consent to one purpose under one text.
#[derive(Clone, Debug)]
pub struct Consent {
    /// Identifier.
    pub id: ConsentId,
    /// To what.
    pub purpose: Purpose,
    /// Under which text.
    pub policy: PolicyId,
    /// Its version.
    pub number: i64,
    /// SHA-256 of the text.
    pub text_hash: Vec<u8>,
    /// How it was given.
    pub channel: String,
    /// When.
    pub given_at: Timestamp,
    /// From where.
    pub evidence: Evidence,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

text_enum! {
    /// What a person may ask about his or her data (yêu cầu của chủ thể dữ liệu).
    pub enum RequestKind {
        /// To see or be given them (xem, cung cấp).
        Access => "access",
        /// To have them put right (chỉnh sửa).
        Rectify => "rectify",
        /// To have them erased (xóa).
        Erase => "erase",
        /// To have nothing done with them but keeping (hạn chế xử lý).
        Restrict => "restrict",
        /// To object to processing (phản đối xử lý).
        Object => "object",
        /// To withdraw all consents (rút lại sự đồng ý).
        Withdraw => "withdraw",
    }
}

text_enum! {
    /// Where such a request stands.
    pub enum RequestState {
        /// Nobody has looked at it.
        Received => "received",
        /// The person was told that it is being dealt with.
        Acknowledged => "acknowledged",
        /// It was done.
        Fulfilled => "fulfilled",
        /// It was refused, with reasons.
        Refused => "refused",
        /// The person took it back.
        Withdrawn => "withdrawn",
    }
}

impl RequestState {
    /// Whether something is still to be done.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Acknowledged)
    }
}

/// A request in the register.
#[derive(Clone, Debug)]
pub struct DataRequest {
    /// Identifier.
    pub id: DataRequestId,
    /// Who asks.
    pub account: AccountId,
    /// What.
    pub kind: RequestKind,
    /// Where it stands.
    pub state: RequestState,
    /// What the person wrote.
    pub details: Option<Prose<5_000>>,
    /// When it came.
    pub received_at: Timestamp,
    /// Until when it must be acknowledged.
    pub acknowledge_by: Timestamp,
    /// Until when it must be fulfilled.
    pub fulfil_by: Timestamp,
    /// In how many days that is, without the extension; not known of requests from before it was kept.
    pub fulfil_days: Option<u16>,
    /// When the term was extended.
    pub extended_at: Option<Timestamp>,
    /// By how many days; not known likewise.
    pub extended_days: Option<u16>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<Timestamp>,
    /// When it was fulfilled, refused or taken back.
    pub closed_at: Option<Timestamp>,
    /// The officer who dealt with it last.
    pub handled_by: Option<AccountId>,
    /// What the officer answered last.
    pub answer: Option<Prose<5_000>>,
    /// Row version.
    pub version: i64,
}

/// Why a step cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongStep {
    /// It was decided, extended or acknowledged before, or the term is over.
    TooLate,
    /// The extension is longer than the law allows.
    TooLong {
        /// Most days.
        max: u16,
    },
}

impl DataRequest {
    /// A new request.
    pub fn new(
        id: DataRequestId,
        account: AccountId,
        kind: RequestKind,
        details: Option<Prose<5_000>>,
        (table, calendar): (&TermTable, &Calendar),
        now: Timestamp,
    ) -> Self {
        let terms = table.terms(kind);
        Self {
            id,
            account,
            kind,
            state: RequestState::Received,
            details,
            received_at: now,
            acknowledge_by: calendar.deadline(now, terms.acknowledge),
            fulfil_by: calendar.deadline(now, Term::Days(terms.fulfil_days)),
            fulfil_days: Some(terms.fulfil_days),
            extended_at: None,
            extended_days: None,
            acknowledged_at: None,
            closed_at: None,
            handled_by: None,
            answer: None,
            version: 1,
        }
    }

    /// Whether a term is over that was not kept.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state.is_open()
            && (self.fulfil_by <= now || (self.state == RequestState::Received && self.acknowledge_by <= now))
    }

    /// Until when it must be acknowledged by a calendar, if it still must.
    pub fn acknowledge_due_by(&self, calendar: &Calendar) -> Option<Timestamp> {
        let waits = self.state == RequestState::Received;
        waits.then(|| calendar.deadline(self.received_at, terms::ACKNOWLEDGE))
    }

    /// Until when it must be fulfilled by a calendar, if it still must; not known where its terms were not kept.
    pub fn fulfil_due_by(&self, calendar: &Calendar) -> Option<Timestamp> {
        let days = self.fulfil_days.filter(|_| self.state.is_open())?;
        let first = calendar.deadline(self.received_at, Term::Days(days));
        match (self.extended_at, self.extended_days) {
            (None, _) => Some(first),
            (Some(_), Some(more)) => Some(calendar.extended(first, Term::Days(more))),
            (Some(_), None) => None,
        }
    }

    /// The person is told that it is being dealt with.
    pub fn acknowledge(&mut self, now: Timestamp) -> Result<(), WrongStep> {
        if self.state != RequestState::Received {
            return Err(WrongStep::TooLate);
        }
        self.state = RequestState::Acknowledged;
        self.acknowledged_at = Some(now);
        Ok(())
    }

    /// More time is taken: once, while there is some left, and no more than the law allows. Counts as acknowledging.
    pub fn extend(
        &mut self,
        days: u16,
        (table, calendar): (&TermTable, &Calendar),
        now: Timestamp,
    ) -> Result<(), WrongStep> {
        let max = table.terms(self.kind).longest_extension_days;
        if !(1..=max).contains(&days) {
            return Err(WrongStep::TooLong { max });
        }
        if !self.state.is_open() || self.extended_at.is_some() || self.fulfil_by <= now {
            return Err(WrongStep::TooLate);
        }
        if self.state == RequestState::Received {
            self.acknowledge(now)?;
        }
        self.fulfil_by = calendar.extended(self.fulfil_by, Term::Days(days));
        self.extended_at = Some(now);
        self.extended_days = Some(days);
        Ok(())
    }

    /// It ends. Late is better than never, so no term is looked at.
    pub fn close(&mut self, state: RequestState, now: Timestamp) -> Result<(), WrongStep> {
        if !self.state.is_open() || state.is_open() {
            return Err(WrongStep::TooLate);
        }
        self.state = state;
        self.closed_at = Some(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const TABLE: TermTable = TermTable {
        data_at_processors: false,
        provide: 10,
        provide_at_processors: 15,
        erase: 20,
        erase_at_processors: 30,
    };

    fn by() -> (&'static TermTable, &'static Calendar) {
        (&TABLE, Calendar::shipped())
    }

    fn request(kind: RequestKind) -> DataRequest {
        let (id, account) = (DataRequestId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        DataRequest::new(id, account, kind, None, by(), at("2026-03-09T03:00:00Z"))
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn only_consent_is_asked_for_what_needs_it() {
        for purpose in Purpose::ALL {
            assert_eq!(purpose.basis() == LegalBasis::Contract, *purpose == Purpose::Account);
        }
    }

    #[test]
    fn deadlines_are_fixed_when_a_request_comes() {
        // Monday; the twentieth day after is a Sunday.
        let erase = request(RequestKind::Erase);
        assert_eq!(erase.acknowledge_by, at("2026-03-11T17:00:00Z"));
        assert_eq!(erase.fulfil_by, at("2026-03-30T17:00:00Z"));
        let calendar = Calendar::shipped();
        assert_eq!(erase.acknowledge_due_by(calendar), Some(erase.acknowledge_by));
        assert_eq!(erase.fulfil_due_by(calendar), Some(erase.fulfil_by));
    }

    #[test]
    fn what_is_late_is_overdue() {
        let mut access = request(RequestKind::Access);
        assert!(!access.is_overdue(at("2026-03-11T16:59:59Z")));
        assert!(access.is_overdue(at("2026-03-11T17:00:00Z")));
        access.acknowledge(at("2026-03-11T01:00:00Z")).unwrap();
        assert!(!access.is_overdue(at("2026-03-19T16:59:59Z")));
        assert!(access.is_overdue(at("2026-03-19T17:00:00Z")));
        access
            .close(RequestState::Fulfilled, at("2026-03-20T01:00:00Z"))
            .unwrap();
        assert!(!access.is_overdue(at("2026-04-19T17:00:00Z")));
    }

    #[test]
    fn one_extension_within_the_term_and_the_law() {
        let (early, late) = (at("2026-03-10T03:00:00Z"), at("2026-03-19T17:00:00Z"));
        let mut access = request(RequestKind::Access);
        assert_eq!(access.extend(11, by(), early), Err(WrongStep::TooLong { max: 10 }));
        assert_eq!(access.extend(0, by(), early), Err(WrongStep::TooLong { max: 10 }));
        assert_eq!(access.clone().extend(1, by(), late), Err(WrongStep::TooLate));
        access.extend(10, by(), early).unwrap();
        assert_eq!(access.state, RequestState::Acknowledged);
        assert_eq!(access.fulfil_by, at("2026-03-30T17:00:00Z"));
        assert_eq!(access.fulfil_due_by(Calendar::shipped()), Some(access.fulfil_by));
        access.extended_days = None;
        assert_eq!(
            access.fulfil_due_by(Calendar::shipped()),
            None,
            "nobody kept by how much"
        );
        assert_eq!(access.extend(1, by(), early), Err(WrongStep::TooLate));
    }

    #[test]
    fn what_is_closed_stays_closed() {
        let now = at("2026-03-10T03:00:00Z");
        for state in [RequestState::Fulfilled, RequestState::Refused, RequestState::Withdrawn] {
            let mut closed = request(RequestKind::Object);
            closed.close(state, now).unwrap();
            assert_eq!(closed.acknowledge(now), Err(WrongStep::TooLate));
            assert_eq!(closed.extend(1, by(), now), Err(WrongStep::TooLate));
            for again in RequestState::ALL {
                assert_eq!(closed.close(*again, now), Err(WrongStep::TooLate));
            }
        }
    }
}
