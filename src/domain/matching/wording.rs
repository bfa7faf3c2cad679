//! Reasons in words.

use super::{Reason, SharedWords};
use crate::domain::listing::TransferMode;
use crate::domain::taxonomy::{Taxonomies, TaxonomyName};

impl Reason {
    /// In Vietnamese.
    pub fn vi(&self, lists: &Taxonomies) -> String {
        let name = |list, code: &str| lists.name_vi(list, code).unwrap_or(code).to_owned();
        match self {
            Self::Words(shared) => format!("Cùng nói tới: {}", words(shared, "bên chào ghi")),
            Self::Field(code) => format!("Cùng lĩnh vực: {}", name(TaxonomyName::Fields, code)),
            Self::Amount {
                name,
                wanted,
                offered,
                fits,
            } => {
                let not = if *fits { "" } else { " – không đạt" };
                format!("{name}: cần {wanted}, có {offered}{not}")
            }
            Self::Price {
                budget,
                price,
                is_from,
                currency,
            } => {
                let from = if *is_from { "từ " } else { "" };
                let is = if self.fits() { "trong" } else { "vượt" };
                let unit = currency.name_vi();
                format!(
                    "Giá {from}{} {unit}, {is} ngân sách {} {unit}",
                    grouped(*price, '.'),
                    grouped(*budget, '.')
                )
            }
            Self::Province(code) => format!("Cùng tỉnh, thành phố: {}", name(TaxonomyName::Provinces, code)),
            Self::Trl { wanted, offered } => {
                let not = if self.fits() { "" } else { " – chưa đạt" };
                format!("Mức sẵn sàng công nghệ: cần TRL {wanted}, có TRL {offered}{not}")
            }
            Self::Transfer(modes) => format!("Cùng hình thức chuyển giao: {}", names(modes, name)),
            Self::OtherTransfer => "Hai bên nêu hình thức chuyển giao khác nhau".into(),
            Self::Condition { wanted, offered } => {
                let said = |code: &str| match code {
                    "new" => "mới",
                    "used" => "đã qua sử dụng",
                    _ => "đã tân trang",
                };
                format!("Tình trạng: cần {}, có {}", said(wanted), said(offered))
            }
        }
    }

    /// In English.
    pub fn en(&self, lists: &Taxonomies) -> String {
        let name = |list, code: &str| {
            let name = lists.name_en(list, code).or_else(|| lists.name_vi(list, code));
            name.unwrap_or(code).to_owned()
        };
        match self {
            Self::Words(shared) => format!("Both mention: {}", words(shared, "the offer says")),
            Self::Field(code) => format!("Same field: {}", name(TaxonomyName::Fields, code)),
            Self::Amount {
                name,
                wanted,
                offered,
                fits,
            } => {
                let not = if *fits { "" } else { " – not met" };
                format!("{name}: wanted {wanted}, offered {offered}{not}")
            }
            Self::Price {
                budget,
                price,
                is_from,
                currency,
            } => {
                let from = if *is_from { "from " } else { "" };
                let is = if self.fits() { "within" } else { "above" };
                format!(
                    "Price {from}{} {currency}, {is} the budget of {} {currency}",
                    grouped(*price, ','),
                    grouped(*budget, ',')
                )
            }
            Self::Province(code) => format!("Same province: {}", name(TaxonomyName::Provinces, code)),
            Self::Trl { wanted, offered } => {
                let not = if self.fits() { "" } else { " – not met" };
                format!("Technology readiness: wanted TRL {wanted}, offered TRL {offered}{not}")
            }
            Self::Transfer(modes) => format!("Same way of transfer: {}", names(modes, name)),
            Self::OtherTransfer => "They name different ways of transfer".into(),
            Self::Condition { wanted, offered } => format!("Condition: wanted {wanted}, offered {offered}"),
        }
    }
}

fn names(modes: &[TransferMode], name: impl Fn(TaxonomyName, &str) -> String) -> String {
    let names: Vec<String> = modes
        .iter()
        .map(|mode| name(TaxonomyName::TransferModes, mode.as_str()))
        .collect();
    names.join(", ")
}

fn words(shared: &[SharedWords], otherwise: &str) -> String {
    let word = |words: &SharedWords| match &words.found {
        Some(found) => format!("“{}” ({otherwise} “{found}”)", words.said),
        None => format!("“{}”", words.said),
    };
    shared.iter().map(word).collect::<Vec<_>>().join(", ")
}

/// An amount with its thousands apart.
pub fn grouped(amount: i64, sign: char) -> String {
    let digits = amount.unsigned_abs().to_string();
    let mut told = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            told.push(sign);
        }
        told.push(digit);
    }
    told
}
