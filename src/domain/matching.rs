//! Which offers answer a need, how well, and why.
//!
//! How near the words of both come is told by the search; what is added here are the members that both have: fields,
//! amounts, prices, provinces, levels, ways of transfer. Every reason is a statement that can be checked in the two
//! listings.

mod wanted;
mod wording;

use crate::domain::listing::currency::Currency;
use crate::domain::listing::{ListingContent, ListingKind, PriceMode, TransferMode};
use crate::domain::taxonomy::is_within;
pub use wanted::{Wanted, is_same_amount, written};
pub use wording::grouped;

/// Words that both have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedWords {
    /// As the need has them.
    pub said: String,
    /// As the offer has them, where it calls it otherwise.
    pub found: Option<String>,
}

/// Why an offer answers a need, or what stands against it.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// Words that both have.
    Words(Vec<SharedWords>),
    /// Both are of this field: a code of the list `fields`, or what is above the fields of both.
    Field(String),
    /// An amount that the need names and the offer tells.
    Amount {
        /// What it is, as the offer calls it.
        name: String,
        /// What the need says of it.
        wanted: String,
        /// What the offer says of it.
        offered: String,
        /// Whether it is as wanted.
        fits: bool,
    },
    /// The price beside the budget, where both are in one currency.
    Price {
        /// The most that the need pays.
        budget: i64,
        /// The price, or the lower end of it.
        price: i64,
        /// Whether the price starts there.
        is_from: bool,
        /// The currency of both.
        currency: Currency,
    },
    /// Both are in this province.
    Province(String),
    /// The technology readiness level.
    Trl {
        /// Of the need.
        wanted: u8,
        /// Of the offer.
        offered: u8,
    },
    /// Ways of transfer that both name.
    Transfer(Vec<TransferMode>),
    /// Both name ways of transfer, and not the same ones.
    OtherTransfer,
    /// The state of wear: what is wanted, and whether it is offered.
    Condition {
        /// Of the need.
        wanted: String,
        /// Of the offer.
        offered: String,
    },
}

/// An offer that answers a need, or a need that an offer answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// From 1 to 100.
    pub score: u32,
    /// Why, and what stands against it.
    pub reasons: Vec<Reason>,
}

/// One side of a match, and where its enterprise is.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What the listing says, as far as whoever asks may see it.
    pub content: &'a ListingContent,
    /// Its fields, as they are called today.
    pub fields: &'a [String],
    /// Code of the province of its enterprise.
    pub province: &'a str,
}

/// How near the words come at least, in thousandths: below it, what both have says nothing.
pub const LEAST_WORDS: u32 = 170;
/// What a match is worth at least, in thousandths, when everything is added up.
const LEAST: u64 = 190;
/// The whole of a score, in thousandths.
const WHOLE: u64 = 1_000;
/// Parts of the weight of each thing, in percent: added when it fits, taken away when it does not.
const SAME_FIELD: u64 = 115;
const FIELD_ABOVE: u64 = 105;
const OTHER_FIELD: u64 = 85;
const KIND: u64 = 106;
const AMOUNT: (u64, u64) = (108, 75);
const PRICE: (u64, u64) = (105, 65);
const TRL: (u64, u64) = (103, 90);
const TRANSFER: (u64, u64) = (105, 95);
const CONDITION: (u64, u64) = (102, 85);
const PROVINCE: u64 = 102;

impl ListingKind {
    /// Whether something is sought that an offer can answer.
    pub fn is_need(self) -> bool {
        matches!(self, Self::TechnologyNeed | Self::EquipmentNeed)
    }

    /// Whether it can answer a need.
    pub fn is_offer(self) -> bool {
        matches!(
            self,
            Self::TechnologyOffer
                | Self::EquipmentOffer
                | Self::IpAsset
                | Self::ConsultingService
                | Self::Expert
                | Self::RdProject
        )
    }

    /// Whether an offer is of the sort that a need names.
    fn is_answered_best_by(self, offer: Self) -> bool {
        match self {
            Self::EquipmentNeed => offer == Self::EquipmentOffer,
            _ => matches!(offer, Self::TechnologyOffer | Self::IpAsset | Self::RdProject),
        }
    }
}

/// Weighs an offer against a need: `words` is how near the words come, in thousandths, `amounts` what the need names. None
/// where too little is shared.
pub fn weigh(
    need: Side<'_>,
    offer: Side<'_>,
    words: u32,
    shared: Vec<SharedWords>,
    amounts: &[Wanted],
) -> Option<Match> {
    if words < LEAST_WORDS || shared.is_empty() {
        return None;
    }
    let mut score = u64::from(words);
    let mut reasons = vec![Reason::Words(shared)];
    let mut weigh = |percent: u64, reason: Option<Reason>| {
        score = score * percent / 100;
        reasons.extend(reason);
    };
    match common_field(need.fields, offer.fields) {
        Some((field, true)) => weigh(SAME_FIELD, Some(Reason::Field(field))),
        Some((field, false)) => weigh(FIELD_ABOVE, Some(Reason::Field(field))),
        None => weigh(OTHER_FIELD, None),
    }
    if need.content.kind.is_answered_best_by(offer.content.kind) {
        weigh(KIND, None);
    }
    for wanted in amounts {
        if let Some((property, fits)) = wanted.offered(&offer.content.specifications) {
            let reason = Reason::Amount {
                name: property.name.clone(),
                wanted: wanted.written.clone(),
                offered: written(property),
                fits,
            };
            weigh(either(AMOUNT, fits), Some(reason));
        }
    }
    for reason in members(need, offer) {
        weigh(worth(&reason), Some(reason));
    }
    if score < LEAST {
        return None;
    }
    let score = score.min(WHOLE) * 100 / WHOLE;
    Some(Match {
        score: u32::try_from(score).unwrap_or(100).max(1),
        reasons,
    })
}

fn either((fits, not): (u64, u64), is: bool) -> u64 {
    if is { fits } else { not }
}

fn worth(reason: &Reason) -> u64 {
    match reason {
        Reason::Price { .. } => either(PRICE, reason.fits()),
        Reason::Trl { .. } => either(TRL, reason.fits()),
        Reason::Transfer(_) | Reason::OtherTransfer => either(TRANSFER, reason.fits()),
        Reason::Condition { .. } => either(CONDITION, reason.fits()),
        Reason::Province(_) => PROVINCE,
        Reason::Words(_) | Reason::Field(_) | Reason::Amount { .. } => 100,
    }
}

/// What the typed members of both say.
fn members(need: Side<'_>, offer: Side<'_>) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let (wanted, offered) = (need.content, offer.content);
    let price = offered
        .price
        .lowest()
        .filter(|_| offered.price.mode != PriceMode::Negotiable)
        .filter(|_| offered.price.currency == wanted.price.currency);
    if let (Some(budget), Some(price)) = (wanted.details.budget_max, price) {
        reasons.push(Reason::Price {
            budget,
            price,
            is_from: matches!(offered.price.mode, PriceMode::From | PriceMode::Range),
            currency: offered.price.currency,
        });
    }
    if let (Some(wanted), Some(offered)) = (wanted.trl, offered.trl) {
        reasons.push(Reason::Trl { wanted, offered });
    }
    let modes = &wanted.transfer_modes;
    let common: Vec<TransferMode> = modes
        .iter()
        .copied()
        .filter(|mode| offered.transfer_modes.contains(mode))
        .collect();
    if !common.is_empty() {
        reasons.push(Reason::Transfer(common));
    } else if !modes.is_empty() && !offered.transfer_modes.is_empty() {
        reasons.push(Reason::OtherTransfer);
    }
    if let (Some(wanted), Some(offered)) = (&wanted.details.condition, &offered.details.condition) {
        reasons.push(Reason::Condition {
            wanted: wanted.clone(),
            offered: offered.clone(),
        });
    }
    if !need.province.is_empty() && need.province == offer.province {
        reasons.push(Reason::Province(offer.province.to_owned()));
    }
    reasons
}

/// The nearest field that both are of, and whether it is one that both name, rather than what is above them.
fn common_field(one: &[String], other: &[String]) -> Option<(String, bool)> {
    let mut both: Vec<(String, bool)> = Vec::new();
    for left in one {
        for right in other {
            if is_within(left, right) || is_within(right, left) {
                let nearest = if left.len() < right.len() { left } else { right };
                both.push((nearest.clone(), true));
            }
            let above = |code: &str| {
                code.split_once('.')
                    .map_or(code.to_owned(), |(above, _)| above.to_owned())
            };
            if above(left) == above(right) {
                both.push((above(left), false));
            }
        }
    }
    both.into_iter().max_by_key(|(code, named)| (*named, code.len()))
}

impl Reason {
    /// Whether it speaks for the offer.
    pub fn fits(&self) -> bool {
        match self {
            Self::Words(_) | Self::Field(_) | Self::Province(_) | Self::Transfer(_) => true,
            Self::Amount { fits, .. } => *fits,
            Self::Price { budget, price, .. } => price <= budget,
            Self::Trl { wanted, offered } => offered >= wanted,
            Self::OtherTransfer => false,
            Self::Condition { wanted, offered } => wanted == offered,
        }
    }

    /// Its stable name.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Words(_) => "words",
            Self::Field(_) => "field",
            Self::Amount { .. } => "amount",
            Self::Price { .. } => "price",
            Self::Province(_) => "province",
            Self::Trl { .. } => "trl",
            Self::Transfer(_) | Self::OtherTransfer => "transfer",
            Self::Condition { .. } => "condition",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_common_as_near_as_they_are_named() {
        let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
        for (one, other, common) in [
            (&["food.drying"][..], &["food.drying"][..], Some(("food.drying", true))),
            (&["food"], &["food.drying"], Some(("food", true))),
            (&["food.drying"], &["food.packaging"], Some(("food", false))),
            (
                &["food.drying", "energy"],
                &["food.packaging", "energy"],
                Some(("energy", true)),
            ),
            (&["food"], &["foods"], None),
            (&[], &["food"], None),
        ] {
            let common = common.map(|(code, named)| (code.to_owned(), named));
            assert_eq!(common_field(&codes(one), &codes(other)), common, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_kind_is_on_one_side_at_most() {
        assert!(ListingKind::ALL.iter().all(|kind| !(kind.is_need() && kind.is_offer())));
    }
}
