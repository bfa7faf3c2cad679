//! What waits for officers, who has taken it up, and what they should look at first (hàng đợi duyệt).

pub mod backlog;
pub mod checklist;
mod contact;
pub mod content_flags;
mod content_texts;
pub mod decision;
pub mod figures;
pub mod labels;

pub use contact::is_contact;

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::AccountId;
use crate::domain::listing::currency::Currency;
use crate::domain::text_enum;

text_enum! {
    /// What waits in the queue.
    pub enum EntryKind {
        /// A registration.
        Enterprise => "enterprise",
        /// A change of an active enterprise's verified data.
        Amendment => "amendment",
        /// A listing.
        Listing => "listing",
        /// A revision of a published listing.
        Revision => "revision",
        /// A document of an enterprise's profile.
        Document => "document",
        /// A report of abuse.
        Report => "report",
    }
}

/// An officer has taken up what waits: until it runs out nobody else decides on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub officer: AccountId,
    /// The officer's name.
    pub officer_name: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
}

text_enum! {
    /// Why an entry deserves a closer look (dấu hiệu rủi ro).
    pub enum RiskFlag {
        /// Nothing of the enterprise was ever published.
        FirstPublication => "first_publication",
        /// It was sent back or refused before.
        Resubmitted => "resubmitted",
        /// It was refused before.
        PreviouslyRejected => "previously_rejected",
        /// It waits for a week or longer.
        LongWaiting => "long_waiting",
        /// The price is far from what is usual.
        PriceExtreme => "price_extreme",
        /// The text has an e-mail address, a telephone number or a web address.
        ContactInText => "contact_in_text",
        /// The title, or a name of the enterprise, has letters of another script that look Latin.
        MixedScripts => "mixed_scripts",
        /// The text has words that officers keep an eye on.
        Screened => "screened",
        /// Its transfer is restricted or prohibited, by what is declared or found.
        Regulated => "regulated",
        /// Text or fields hint at an entry of the list that is stricter than what is declared or found.
        MaybeRegulated => "maybe_regulated",
        /// Another listing that is live or waits is called so, and is of the same kind; or another registration looks like
        /// the same enterprise's.
        LikelyDuplicate => "likely_duplicate",
    }
}

impl RiskFlag {
    /// What it is called in Vietnamese.
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::FirstPublication => "tin đầu tiên của doanh nghiệp",
            Self::Resubmitted => "nộp lại",
            Self::PreviouslyRejected => "từng bị từ chối",
            Self::LongWaiting => "chờ lâu",
            Self::PriceExtreme => "giá bất thường",
            Self::ContactInText => "có thông tin liên hệ trong nội dung",
            Self::MixedScripts => "tên có chữ cái ngoại lai giống chữ La-tinh",
            Self::Screened => "có từ ngữ trong danh sách kiểm duyệt",
            Self::Regulated => "công nghệ hạn chế hoặc cấm chuyển giao",
            Self::MaybeRegulated => "có thể thuộc danh mục hạn chế hoặc cấm chuyển giao",
            Self::LikelyDuplicate => "nghi trùng với hồ sơ hoặc tin khác",
        }
    }

    /// What it is called in English.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::FirstPublication => "first publication of the enterprise",
            Self::Resubmitted => "handed in again",
            Self::PreviouslyRejected => "refused before",
            Self::LongWaiting => "long waiting",
            Self::PriceExtreme => "unusual price",
            Self::ContactInText => "contact data in the text",
            Self::MixedScripts => "letters in the title or name that only look Latin",
            Self::Screened => "words of the screening list in the text",
            Self::Regulated => "technology whose transfer is restricted or prohibited",
            Self::MaybeRegulated => "may be a technology whose transfer is restricted or prohibited",
            Self::LikelyDuplicate => "may be another registration or listing once more",
        }
    }
}

/// That a second officer must approve, and how far that has come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecondLook {
    /// Why; empty where one officer is enough.
    pub reasons: Vec<RiskFlag>,
    /// The first officer's approval of this very version.
    pub endorsed: Option<Endorsement>,
}

/// A first officer's approval, which waits for a second one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endorsement {
    /// By whom.
    pub officer: AccountId,
    /// The officer's name.
    pub officer_name: String,
    /// When.
    pub at: Timestamp,
}

text_enum! {
    /// How far a second look has come.
    pub enum SecondLookState {
        /// Needed, and nobody has approved yet.
        Needed => "needed",
        /// One officer has approved, another must.
        Endorsed => "endorsed",
    }
}

impl SecondLook {
    /// How far it has come; none where one officer is enough.
    pub fn state(&self) -> Option<SecondLookState> {
        match (self.reasons.is_empty(), &self.endorsed) {
            (true, _) => None,
            (false, None) => Some(SecondLookState::Needed),
            (false, Some(_)) => Some(SecondLookState::Endorsed),
        }
    }
}

/// From when on it is long.
const LONG: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Whether it is long that something waits.
pub fn waits_long(since: Timestamp, now: Timestamp) -> bool {
    now.duration_since(since) >= LONG
}

/// What a person would call cheap for any equipment: below, somebody has left out zeros, or lures. 0 says "free".
const LOW_VND: i64 = 10_000;
/// Above, somebody has added zeros.
const HIGH_VND: i64 = 100_000_000_000;

/// Whether an amount is far from what is usual. Of a currency whose worth is not known only so many zeros are told.
pub fn is_extreme(currency: Currency, amounts: [Option<i64>; 2]) -> bool {
    let (least, worth) = match currency.rough_vnd() {
        Some(worth) => (LOW_VND, worth),
        None => (0, 1),
    };
    let mut told = amounts.into_iter().flatten().filter(|amount| *amount != 0);
    told.any(|amount| !(least..=HIGH_VND).contains(&amount.saturating_mul(worth)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_far_from_usual_are_told() {
        for (min, max, extreme) in [
            (None, None, false),
            (Some(0), None, false),
            (Some(9_999), None, true),
            (Some(10_000), Some(100_000_000_000), false),
            (Some(10_000), Some(100_000_000_001), true),
        ] {
            assert_eq!(is_extreme(Currency::VND, [min, max]), extreme, "{min:?} {max:?}");
        }
        for (code, amount, extreme) in [
            ("USD", 1, false),
            ("USD", 4_000_000, false),
            ("USD", 185_000_000, true),
            ("KRW", 400, true),
            ("KRW", 185_000_000, false),
            ("SEK", 1, false),
            ("SEK", 100_000_000_001, true),
        ] {
            let currency = code.parse().unwrap();
            assert_eq!(is_extreme(currency, [Some(amount), None]), extreme, "{code} {amount}");
        }
    }

    #[test]
    fn a_week_is_long() {
        let since = Timestamp::UNIX_EPOCH;
        let after = |hours| since + SignedDuration::from_hours(hours);
        assert!(!waits_long(since, after(167)));
        assert!(waits_long(since, after(168)));
    }

    #[test]
    fn every_flag_has_its_own_name() {
        let names: std::collections::HashSet<_> = RiskFlag::ALL.iter().map(|flag| flag.name_vi()).collect();
        let english: std::collections::HashSet<_> = RiskFlag::ALL.iter().map(|flag| flag.name_en()).collect();
        assert_eq!((names.len(), english.len()), (RiskFlag::ALL.len(), RiskFlag::ALL.len()));
    }
}
