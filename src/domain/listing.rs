//! Listings: what enterprises offer or need of technology (tin niêm yết).

pub mod audience;
mod choice_names;
pub mod code;
pub mod currency;
pub mod days;
pub mod details;
pub mod group;
pub mod hold;
mod kind;
pub mod media;
pub mod office;
pub mod regulation;
pub mod revision;
pub mod share;
mod status;
pub mod term;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::fields::Violation;
use crate::domain::ids::{AccountId, EnterpriseId, ListingId};
use crate::domain::text::{Line, Prose, WebAddress};
use crate::domain::text_enum;
use audience::{Audience, Visibility};
use code::ListingCode;
use currency::Currency;
use details::Details;
use hold::Hold;
pub use kind::ListingKind;
use regulation::{Finding, Regulation, RegulatoryClass};
pub use status::{ListingStatus, NotInThisStatus};

text_enum! {
    /// How the price is told (hình thức giá).
    pub enum PriceMode {
        /// On request (giá liên hệ).
        Contact => "contact",
        /// One price (giá cố định).
        Fixed => "fixed",
        /// From an amount upwards (giá từ).
        From => "from",
        /// Between two amounts (khoảng giá).
        Range => "range",
        /// To be agreed (thỏa thuận).
        Negotiable => "negotiable",
        /// Free of charge (miễn phí).
        Free => "free",
    }
}

text_enum! {
    /// How the technology passes over (hình thức chuyển giao).
    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    pub enum TransferMode {
        /// Assignment of the whole ownership (chuyển nhượng toàn bộ quyền sở hữu).
        OwnershipFull => "ownership_full",
        /// Assignment of a part of the ownership (chuyển nhượng một phần).
        OwnershipPart => "ownership_part",
        /// Exclusive licence (li-xăng độc quyền).
        LicenceExclusive => "licence_exclusive",
        /// Non-exclusive licence (li-xăng không độc quyền).
        LicenceNonexclusive => "licence_nonexclusive",
        /// Sub-licence (li-xăng thứ cấp).
        Sublicence => "sublicence",
        /// Technology as contributed capital (góp vốn bằng công nghệ).
        CapitalContribution => "capital_contribution",
        /// Turnkey (chìa khóa trao tay).
        Turnkey => "turnkey",
        /// Franchise (nhượng quyền).
        Franchise => "franchise",
        /// Joint research and development (hợp tác nghiên cứu).
        JointRd => "joint_rd",
        /// Production and distribution (sản xuất và đại lý).
        ProductionDistribution => "production_distribution",
        /// Sale of the equipment (mua bán thiết bị).
        SaleOfEquipment => "sale_of_equipment",
        /// Technical service (dịch vụ kỹ thuật).
        TechnicalService => "technical_service",
        /// Something else (khác).
        Other => "other",
    }
}

/// A text in Vietnamese and, where given, in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bilingual<T> {
    /// Vietnamese.
    pub vi: T,
    /// English.
    pub en: Option<T>,
}

/// One technical property (thông số kỹ thuật), such as `Năng suất`, `50`, `kg/h`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Specification {
    /// What is told, at most 100 characters.
    pub name: String,
    /// Its value, at most 500 characters.
    pub value: String,
    /// Its unit, at most 30 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

impl Specification {
    /// Parses the three parts; an empty unit is none.
    pub fn parse(name: &str, value: &str, unit: Option<&str>) -> Result<Self, (&'static str, Violation)> {
        Ok(Self {
            name: Line::<100>::parse(name)
                .map_err(|violation| ("name", violation))?
                .into_string(),
            value: Line::<500>::parse(value)
                .map_err(|violation| ("value", violation))?
                .into_string(),
            unit: match unit.map(Line::<30>::parse) {
                None | Some(Err(Violation::Required)) => None,
                Some(Ok(unit)) => Some(unit.into_string()),
                Some(Err(violation)) => return Err(("unit", violation)),
            },
        })
    }
}

/// A price. Amounts go with the mode: [`parse`](Self::parse) refuses what contradicts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// How it is told.
    pub mode: PriceMode,
    /// The amount, or the lower one, in whole units of the currency.
    pub min: Option<i64>,
    /// The upper amount, likewise.
    pub max: Option<i64>,
    /// The currency of this and of every other amount of the listing.
    pub currency: Currency,
}

/// What is wrong with the amounts of a price, by field.
pub type WrongAmounts = Vec<(&'static str, Violation)>;

/// Greatest amount: a thousand million million, in đồng far above any plant, and far below where sums overflow.
pub const MAX_SUM: i64 = 1_000_000_000_000_000;

impl Price {
    /// A price on request.
    pub const CONTACT: Self = Self {
        mode: PriceMode::Contact,
        min: None,
        max: None,
        currency: Currency::VND,
    };

    /// Checks how great the amounts are, whatever the mode; the error names each field that is wrong.
    pub fn amounts(min: Option<i64>, max: Option<i64>) -> Result<(), WrongAmounts> {
        let wrong: WrongAmounts = [("price_min", min), ("price_max", max)]
            .into_iter()
            .filter(|(_, amount)| amount.is_some_and(|amount| !(0..=MAX_SUM).contains(&amount)))
            .map(|(field, _)| (field, Violation::OutOfRange { min: 0, max: MAX_SUM }))
            .collect();
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }

    /// Checks that the amounts fit the mode; the error names each field that is wrong. They are đồng until
    /// [said otherwise](Self::within).
    pub fn parse(mode: PriceMode, min: Option<i64>, max: Option<i64>) -> Result<Self, WrongAmounts> {
        let mut wrong = Self::amounts(min, max).err().unwrap_or_default();
        let conflict = || Violation::Conflicts { with: "price_mode" };
        let [lower, upper] = match (mode, min, max) {
            (PriceMode::Fixed | PriceMode::From, _, _) => [
                min.is_none().then_some(Violation::Required),
                max.is_some().then(conflict),
            ],
            (PriceMode::Range, Some(min), Some(max)) if min > max && wrong.is_empty() => {
                [None, Some(Violation::OutOfRange { min, max: MAX_SUM })]
            }
            (PriceMode::Range, _, _) => [min, max].map(|amount| amount.is_none().then_some(Violation::Required)),
            (PriceMode::Contact | PriceMode::Free, _, _) => [min, max].map(|amount| amount.is_some().then(conflict)),
            (PriceMode::Negotiable, _, _) => [None, None],
        };
        let beyond = wrong.clone();
        let others = [("price_min", lower), ("price_max", upper)].into_iter();
        let others = others.filter_map(|(field, violation)| Some((field, violation?)));
        wrong.extend(others.filter(|(field, _)| beyond.iter().all(|(known, _)| known != field)));
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Self {
            mode,
            min,
            max,
            currency: Currency::VND,
        })
    }

    /// The same amounts in a currency.
    pub fn within(self, currency: Currency) -> Self {
        Self { currency, ..self }
    }

    /// The amount by which listings are filtered and sorted, in đồng: that of [`lowest`](Self::lowest). One in another
    /// currency is compared with none of them; what is free costs nothing in any.
    pub fn comparable_vnd(&self) -> Option<i64> {
        self.lowest()
            .filter(|_| self.currency.is_vnd() || self.mode == PriceMode::Free)
    }

    /// The lower amount; free is 0; on request is none.
    pub fn lowest(&self) -> Option<i64> {
        if self.mode == PriceMode::Free {
            Some(0)
        } else {
            self.min.or(self.max)
        }
    }
}

/// Where a listing came from when it was imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Short name of the site or file it came from.
    pub site: Line<100>,
    /// Its identifier there; unique within the site.
    pub external_id: Line<100>,
    /// Its page there.
    pub url: Option<WebAddress>,
}

/// What a listing says; every value was parsed.
#[derive(Clone, Debug, PartialEq)]
pub struct ListingContent {
    /// What is posted.
    pub kind: ListingKind,
    /// Name of what is offered or sought (tên).
    pub title: Bilingual<Line<256>>,
    /// In two or three sentences (tóm tắt).
    pub summary: Option<Bilingual<Prose<500>>>,
    /// In full (mô tả).
    pub description: Option<Bilingual<Prose<20_000>>>,
    /// Codes of the list `fields`, 1 to 3 at submission (lĩnh vực).
    pub field_codes: Vec<String>,
    /// Technology readiness level 1–9 (mức độ sẵn sàng công nghệ).
    pub trl: Option<u8>,
    /// ISO 3166-1 alpha-2 code (xuất xứ).
    pub origin_country: Option<String>,
    /// Brand (thương hiệu).
    pub brand: Option<Line<100>>,
    /// Model number (model).
    pub model: Option<Line<200>>,
    /// Technical properties, at most [`MAX_SPECIFICATIONS`].
    pub specifications: Vec<Specification>,
    /// Price.
    pub price: Price,
    /// How it passes over.
    pub transfer_modes: Vec<TransferMode>,
    /// What not every listing has.
    pub details: Details,
    /// What its owner declares under the law on technology transfer (nhóm công nghệ).
    pub regulation: Regulation,
}

/// Most technical properties of one listing.
pub const MAX_SPECIFICATIONS: usize = 100;
/// Most fields of one listing.
pub const MAX_FIELDS: usize = 3;

/// A listing as stored.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Identifier.
    pub id: ListingId,
    /// Whose it is.
    pub enterprise_id: EnterpriseId,
    /// Who wrote it; none when it was imported.
    pub created_by: Option<AccountId>,
    /// What it says.
    pub content: ListingContent,
    /// Where it stands.
    pub status: ListingStatus,
    /// The number under which it came out; none before it first did.
    pub code: Option<ListingCode>,
    /// Where it came from.
    pub source: Option<Source>,
    /// When it was last handed in.
    pub submitted_at: Option<Timestamp>,
    /// When it was approved.
    pub published_at: Option<Timestamp>,
    /// Whether everybody ever saw it, if only in part.
    pub came_out: bool,
    /// When its term ends, or ended; none before it came out.
    pub expires_at: Option<Timestamp>,
    /// Who keeps it from the public, whatever its status is.
    pub hold: Hold,
    /// To whom it is shown.
    pub audience: Audience,
    /// What an officer found under the law on technology transfer.
    pub finding: Option<Finding>,
    /// Row version, the `ETag`.
    pub version: i64,
    /// When it was first saved.
    pub created_at: Timestamp,
    /// When the row last changed.
    pub updated_at: Timestamp,
}

impl Listing {
    /// Whether it is out for everybody, if only in part, as far as that is for the listing to say.
    pub fn is_out(&self) -> bool {
        // When it was written last: a term may be over that nobody has written down yet.
        let is_over = self.expires_at.is_some_and(|end| end <= self.updated_at);
        self.status == ListingStatus::Published && !is_over && self.audience.visibility != Visibility::Members
    }

    /// Whether it ever was out, if only for some: it may keep the codes that it came out with.
    pub fn was_out(&self) -> bool {
        self.came_out || self.code.is_some()
    }

    /// What everybody may see of it: of one that is shown on request, what it is, and neither how it works nor what it
    /// costs.
    pub fn shown_to_all(&self) -> Cow<'_, Self> {
        if self.audience.visibility != Visibility::OnRequest {
            return Cow::Borrowed(self);
        }
        let ListingContent {
            kind,
            title,
            summary,
            field_codes,
            regulation,
            ..
        } = self.content.clone();
        let content = ListingContent {
            kind,
            title,
            summary,
            field_codes,
            regulation,
            description: None,
            trl: None,
            origin_country: None,
            brand: None,
            model: None,
            specifications: Vec::new(),
            price: Price::CONTACT,
            transfer_modes: Vec::new(),
            details: Details::default(),
        };
        Cow::Owned(Self {
            content,
            // The page that it came from tells the rest.
            source: None,
            ..self.clone()
        })
    }

    /// What the law on technology transfer says of it, as found or declared, and the entries that this rests on.
    pub fn regulation(&self) -> (Option<RegulatoryClass>, &[String]) {
        regulation::holds(self.finding.as_ref(), &self.content.regulation)
    }

    /// Its readable name, which it has as soon as it has a code.
    pub fn slug(&self) -> Option<String> {
        let code = self.code.as_ref()?;
        Some(code::slug(self.content.title.vi.as_str(), code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_fit_the_mode() {
        use PriceMode::*;
        assert!(Price::parse(Fixed, Some(185_000_000), None).is_ok());
        assert!(Price::parse(Range, Some(1), Some(2)).is_ok());
        assert!(Price::parse(Negotiable, Some(1), None).is_ok());
        let told = |wrong: WrongAmounts| -> Vec<(&str, &str)> {
            let told = wrong.iter().map(|(field, violation)| (*field, violation.code()));
            told.collect()
        };
        let (low, high) = ("price_min", "price_max");
        for (mode, min, max, wrong) in [
            (Fixed, None, None, vec![(low, "required")]),
            (Fixed, Some(1), Some(2), vec![(high, "conflicts")]),
            (Fixed, None, Some(2), vec![(low, "required"), (high, "conflicts")]),
            (Range, Some(2), Some(1), vec![(high, "out_of_range")]),
            (Range, Some(2), None, vec![(high, "required")]),
            (Range, None, None, vec![(low, "required"), (high, "required")]),
            (Contact, Some(1), None, vec![(low, "conflicts")]),
            (
                Contact,
                Some(-1),
                Some(1),
                vec![(low, "out_of_range"), (high, "conflicts")],
            ),
            (Free, None, Some(0), vec![(high, "conflicts")]),
            (From, Some(-1), None, vec![(low, "out_of_range")]),
            (From, Some(MAX_SUM + 1), None, vec![(low, "out_of_range")]),
            (
                Negotiable,
                Some(-1),
                Some(MAX_SUM + 1),
                vec![(low, "out_of_range"), (high, "out_of_range")],
            ),
        ] {
            assert_eq!(
                told(Price::parse(mode, min, max).unwrap_err()),
                wrong,
                "{mode} {min:?} {max:?}"
            );
        }
        assert_eq!(
            told(Price::amounts(Some(-1), None).unwrap_err()),
            [(low, "out_of_range")]
        );
    }
}
