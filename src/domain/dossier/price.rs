//! Whether a price and its value in đồng are of one contract (giá chuyển giao, Luật CGCN Đ.23.6): what is certified, and what the fee
//! is of, is the value in đồng, so that it is held against the price.

use super::PaymentMethod;
use super::draft::DossierContent;
use crate::domain::certificate::names::InVietnamese;
use crate::domain::fields::{LawFault, Violation};
use crate::domain::listing::currency::Currency;
use crate::domain::periodic_report::money::in_vietnamese;

/// Where the law asks for the price.
const PRICE: &str = "Luật CGCN Đ.23.6";
/// Where it says how a technology is paid for, and so whether the price is a sum.
const METHODS: &str = "Luật CGCN Đ.23.6, 27.2";
/// Where the price in đồng is what the fee is of.
const RATE: &str = "Luật CGCN Đ.23.6; TT 169/2016/TT-BTC";
/// Decimals of what is counted with.
const DECIMALS: usize = 6;
/// One, with these decimals.
const ONE: i128 = 1_000_000;
/// The most by which a value in đồng is another one than price times rate: contracts round to thousands. In đồng.
const ROUNDING: i128 = 1_000;
/// How many times more or less a rate may be than what is about right: what is beyond has zeros too many or too few.
const TIMES: i128 = 5;
/// Rates of currencies of which nobody here has put down what is about right, in millionths of đồng.
const ANY_RATE: (i128, i128) = (ONE / 100, 200_000 * ONE);

/// A price with its value.
#[derive(Clone, Copy, Debug)]
pub struct Price<'a> {
    /// The price, as it is written.
    pub amount: Option<&'a str>,
    /// Its currency.
    pub currency: Option<&'a str>,
    /// How many đồng a unit is, where that is told.
    pub rate: Option<&'a str>,
    /// The day of that rate.
    pub rate_on: Option<&'a str>,
    /// The value in đồng.
    pub vnd_value: Option<i64>,
}

impl<'a> Price<'a> {
    /// The one that a dossier tells.
    pub fn of(content: &'a DossierContent) -> Self {
        let money = &content.draft().money;
        Self {
            amount: money.amount.as_deref(),
            currency: money.currency.as_deref(),
            rate: money.exchange_rate.as_deref(),
            rate_on: money.exchange_rate_on.as_deref(),
            vnd_value: money.vnd_value,
        }
    }

    /// What contradicts itself, with the member that tells it; nothing of what is not told.
    pub fn fault(self) -> Option<(&'static str, Violation)> {
        let currency: Currency = self.currency?.parse().ok()?;
        if currency.is_vnd() {
            return self.in_dong();
        }
        let rate = self.rate.and_then(scaled);
        if let Some((_, told)) = rate.zip(self.rate).filter(|(rate, _)| is_absurd(currency, *rate)) {
            return Some(("/money/exchange_rate", absurd(currency, told)));
        }
        let amount = self.amount.and_then(scaled).filter(|amount| *amount > 0)?;
        let value = self.vnd_value.map(i128::from).filter(|value| *value > 0)?;
        if let Some(rate) = rate {
            let product = amount * rate / ONE;
            let differs = (product - value * ONE).abs() > ROUNDING * ONE;
            return differs.then(|| ("/money/vnd_value", unlike(product / ONE, value)));
        }
        let implied = value * ONE * ONE / amount;
        is_absurd(currency, implied).then(|| ("/money/vnd_value", absurd(currency, &shown(implied))))
    }

    /// Of a price in đồng, which is its own value.
    fn in_dong(self) -> Option<(&'static str, Violation)> {
        if self.rate.is_some() {
            let words = (
                "Giá bằng đồng không có tỷ giá quy đổi; hãy bỏ trống".to_owned(),
                "A price in đồng has no rate; leave it out".to_owned(),
            );
            return Some(("/money/exchange_rate", LawFault::of(words, RATE)));
        }
        if self.rate_on.is_some() {
            let words = (
                "Giá bằng đồng không có ngày áp dụng tỷ giá; hãy bỏ trống".to_owned(),
                "A price in đồng has no day of a rate; leave it out".to_owned(),
            );
            return Some(("/money/exchange_rate_on", LawFault::of(words, RATE)));
        }
        let amount = self.amount.and_then(scaled)?;
        let value = i128::from(self.vnd_value?);
        if (amount - value * ONE).abs() < ONE {
            return None;
        }
        let told = self.amount.unwrap_or_default();
        let (told_vi, value_vi) = (in_vietnamese(told), in_vietnamese(&value.to_string()));
        let words = (
            format!(
                "Giá bằng đồng ghi {told_vi}, giá trị quy đổi ghi {value_vi}; hai số phải bằng nhau (lệch dưới 1 đồng)"
            ),
            format!(
                "The price in đồng is {told} and its value in đồng {value}; they must be the same (less than 1 đồng apart)"
            ),
        );
        Some(("/money/vnd_value", LawFault::of(words, PRICE)))
    }

    /// Whether it is one: in another currency it is a sum, or the way of paying is one by which there is none until later, and `terms` tell
    /// it, beside the shares as numbers, too (phương thức thanh toán). What it is in đồng is the price of a contract in đồng. Nothing is said
    /// of ways that are not told.
    pub fn untold<'w>(
        self,
        ways: impl Iterator<Item = &'w str>,
        (terms, has_shares): (Option<&str>, bool),
    ) -> Vec<(&'static str, Violation)> {
        let ways: Vec<PaymentMethod> = ways.filter_map(|way| way.parse().ok()).collect();
        let is_foreign = |code: &&str| code.parse::<Currency>().is_ok_and(|currency| !currency.is_vnd());
        let currency = self.currency.filter(is_foreign);
        let without_sum = currency.filter(|_| self.amount.is_none() && !ways.is_empty());
        let share = ways.iter().find(|way| way.is_share());
        let open = share.or_else(|| ways.iter().find(|way| **way == PaymentMethod::CombinedOther));
        let mut faults = Vec::new();
        if let Some(code) = without_sum.filter(|_| open.is_none()) {
            faults.push(("/money/amount", without_amount(code, &ways)));
        }
        // A share is to be told beside a sum, too; what else is combined only where there is none.
        let untold = open.filter(|way| way.is_share() || without_sum.is_some());
        if let Some(way) = untold.filter(|_| terms.is_none()) {
            let wrong = if has_shares {
                only_numbers()
            } else {
                without_terms(*way)
            };
            faults.push(("/money/payment_terms", wrong));
        }
        faults
    }
}

/// A price in another currency that is paid as a sum, without the sum.
fn without_amount(currency: &str, ways: &[PaymentMethod]) -> Violation {
    let told: Vec<&str> = ways.iter().map(|way| way.as_str()).collect();
    let names: Vec<String> = ways.iter().map(|way| format!("“{}”", way.in_vietnamese())).collect();
    let words = (
        format!(
            "Giá bằng {currency} thanh toán theo phương thức {} phải ghi số tiền; nếu thanh toán theo tỷ lệ phần trăm hoặc phương thức khác \
             thì chọn phương thức đó và ghi rõ tỷ lệ, cách tính giá",
            names.join(", ")
        ),
        format!(
            "A price in {currency} that is paid by {} is a sum; tell it, or a way of paying that is a share or another one, with how the price \
             is counted",
            told.join(", ")
        ),
    );
    LawFault::of(words, METHODS)
}

/// A way of paying that says nothing of how much.
fn without_terms(way: PaymentMethod) -> Violation {
    let words = (
        format!(
            "Phương thức “{}” phải kèm tỷ lệ hoặc cách tính giá theo hợp đồng",
            way.in_vietnamese()
        ),
        format!(
            "Paid by {}, the contract's share or way to count the price must be told",
            way.as_str()
        ),
    );
    LawFault::of(words, METHODS)
}

/// Shares as numbers, without the words of the contract.
fn only_numbers() -> Violation {
    let words = (
        "Đã có tỷ lệ ở `shares`; phải ghi thêm điều khoản thanh toán theo hợp đồng (tỷ lệ tính trên gì, khi nào trả)".to_owned(),
        "The shares are there as numbers (`shares`); tell the contract's terms of payment, too: of what they are, and when they are paid"
            .to_owned(),
    );
    LawFault::of(words, METHODS)
}

/// A rate as people write it.
pub(super) fn rate(text: &str) -> Result<(), Violation> {
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let is_right = whole.len() <= 9 && scaled(text).is_some_and(|rate| rate > 0);
    if is_right {
        Ok(())
    } else {
        Err(Violation::Malformed { what: "exchange_rate" })
    }
}

/// A decimal number in millionths.
fn scaled(text: &str) -> Option<i128> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(decimals) || whole.len() > 15 || decimals.len() > DECIMALS {
        return None;
    }
    let whole: i128 = whole.parse().ok()?;
    let decimals: i128 = format!("{decimals:0<DECIMALS$}").parse().ok()?;
    Some(whole * ONE + decimals)
}

/// A rate in millionths, with two decimals.
fn shown(rate: i128) -> String {
    let cents = (rate + ONE / 200) / (ONE / 100);
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn is_absurd(currency: Currency, rate: i128) -> bool {
    let (least, most) = match currency.rough_vnd() {
        Some(rough) => {
            let rough = i128::from(rough) * ONE;
            (rough / TIMES, rough * TIMES)
        }
        None => ANY_RATE,
    };
    !(least..=most).contains(&rate)
}

fn absurd(currency: Currency, told: &str) -> Violation {
    let code = currency.code();
    let (rough_vi, rough_en) = match currency.rough_vnd() {
        Some(rough) => (
            format!(
                ", trong khi vào khoảng {} đồng (chấp nhận lệch đến {TIMES} lần)",
                in_vietnamese(&rough.to_string())
            ),
            format!(", which is about {rough} (up to {TIMES} times more or less is taken)"),
        ),
        None => (String::new(), String::new()),
    };
    let words = (
        format!(
            "Theo đó 1 {code} là {} đồng{rough_vi}; hãy xem lại giá, đơn vị tiền tệ và giá trị quy đổi",
            in_vietnamese(told)
        ),
        format!("By that 1 {code} is {told} đồng{rough_en}; look again at the price, its currency and its value"),
    );
    LawFault::of(words, RATE)
}

fn unlike(product: i128, value: i128) -> Violation {
    let words = (
        format!(
            "Giá nhân với tỷ giá là {} đồng, giá trị quy đổi ghi {} đồng (chấp nhận lệch đến {} đồng)",
            in_vietnamese(&product.to_string()),
            in_vietnamese(&value.to_string()),
            in_vietnamese(&ROUNDING.to_string())
        ),
        format!(
            "Price times rate is {product} đồng, the value told {value} (up to {ROUNDING} đồng of rounding are taken)"
        ),
    );
    LawFault::of(words, RATE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(amount: &str, currency: &str, rate: Option<&str>, vnd_value: i64) -> Option<&'static str> {
        let price = Price {
            amount: Some(amount),
            currency: Some(currency),
            rate,
            rate_on: None,
            vnd_value: Some(vnd_value),
        };
        price.fault().map(|(member, _)| member)
    }

    #[test]
    fn a_price_and_its_value_are_one() {
        const VALUE: Option<&str> = Some("/money/vnd_value");
        const RATE: Option<&str> = Some("/money/exchange_rate");
        for (price, expected) in [
            // In đồng they are equal, to less than one đồng.
            (("7500000000", "VND", None, 7_500_000_000), None),
            (("7500000000.50", "VND", None, 7_500_000_000), None),
            (("7500000000.50", "VND", None, 7_500_000_001), None),
            (("7500000000", "VND", None, 7_500_000_001), VALUE),
            (("7500000000", "VND", Some("1"), 7_500_000_000), RATE),
            // A rate that follows from both is about right, to five times more or less.
            (("300000.00", "USD", None, 7_500_000_000), None),
            (("300000.00", "USD", None, 1_500_000_000), None),
            (("300000.00", "USD", None, 37_500_000_000), None),
            (("300000.00", "USD", None, 1_499_000_000), VALUE),
            (("300000.00", "USD", None, 37_600_000_000), VALUE),
            (("1000000", "JPY", None, 165_000_000), None),
            (("1000000", "JPY", None, 165_000_000_000), VALUE),
            // Of which nobody knows what is right: anything between a hundredth and two hundred thousand đồng.
            (("1000", "KWD", None, 85_000_000), None),
            (("1000", "KWD", None, 850_000_000), VALUE),
            // Price times rate, to a thousand đồng.
            (("300000.00", "USD", Some("25410.5"), 7_623_150_000), None),
            (("300000.00", "USD", Some("25410.5"), 7_623_151_000), None),
            (("300000.00", "USD", Some("25410.5"), 7_623_151_001), VALUE),
            (("300000.00", "USD", Some("2.5"), 750_000), RATE),
        ] {
            let (amount, currency, rate, value) = price;
            assert_eq!(fault(amount, currency, rate, value), expected, "{price:?}");
        }
    }

    #[test]
    fn a_rate_has_nine_digits_and_six_decimals() {
        for right in ["25410", "25410.5", "0.000001", "999999999.999999"] {
            assert_eq!(rate(right), Ok(()), "{right}");
        }
        for wrong in [
            "",
            "0",
            "0.000000",
            "1,5",
            "-1",
            "1.",
            ".5",
            "1.0000001",
            "1000000000",
            "1e5",
        ] {
            assert!(rate(wrong).is_err(), "{wrong}");
        }
    }
}
