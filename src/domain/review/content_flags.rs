//! What a listing's content tells about itself as it is written, kept beside it: whoever looks for what has one of these
//! flags passes over the rest of the queue without reading it.

use super::content_texts::{leads_past, of_pair};
use super::{RiskFlag, is_extreme};
use crate::domain::drafts::ListingDraft;
use crate::domain::listing::ListingContent;
use crate::domain::listing::currency::Currency;
use crate::domain::scripts::has_disguised_letters;

/// The flags that are kept, in the order of their bits, which stand in rows: only ever added to.
const KEPT: [RiskFlag; 3] = [RiskFlag::ContactInText, RiskFlag::PriceExtreme, RiskFlag::MixedScripts];

/// Counted up whenever one of the rules below, or what they call, judges a text otherwise than before: what was kept by
/// another rule tells nothing.
const RULES: i16 = 4;

/// How many values one version of the rules has.
const VALUES: i16 = 1 << KEPT.len();

/// Which of the flags a content has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentFlags(i16);

impl ContentFlags {
    /// Of a content as it is written.
    pub fn of(content: &ListingContent) -> Self {
        let kept = KEPT.iter().enumerate();
        let bits = kept.filter(|(_, flag)| content_shows(content, **flag));
        Self(bits.map(|(bit, _)| 1 << bit).sum())
    }

    /// As it stands in a row, with the version of the rules.
    pub const fn stored(self) -> i16 {
        RULES * VALUES + self.0
    }
}

/// The values of rows that may have all of some flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Possible {
    /// Below this they are of older rules, and may have any.
    pub known_from: i16,
    /// From this on they are of newer ones.
    pub known_before: i16,
    /// Between these, those that have them.
    pub values: Vec<i16>,
}

impl Possible {
    /// None where rows tell nothing about any of the flags.
    pub fn of(wanted: &[RiskFlag]) -> Option<Self> {
        let asked = KEPT.iter().enumerate().filter(|(_, flag)| wanted.contains(flag));
        let mask: i16 = asked.map(|(bit, _)| 1 << bit).sum();
        let known_from = RULES * VALUES;
        let values = (0..VALUES).filter(|bits| bits & mask == mask);
        (mask != 0).then(|| Self {
            known_from,
            known_before: known_from + VALUES,
            values: values.map(|bits| known_from + bits).collect(),
        })
    }
}

/// Whether a content has one of the flags that it tells by itself.
pub fn content_shows(content: &ListingContent, flag: RiskFlag) -> bool {
    match flag {
        RiskFlag::ContactInText => leads_past(&ListingDraft::of(content)),
        RiskFlag::MixedScripts => {
            let titles = [Some(&content.title.vi), content.title.en.as_ref()];
            titles
                .into_iter()
                .flatten()
                .any(|title| has_disguised_letters(title.as_str()))
        }
        RiskFlag::PriceExtreme => is_extreme(content.price.currency, [content.price.min, content.price.max]),
        _ => false,
    }
}

/// The same of an open revision.
pub fn draft_shows(draft: &ListingDraft, flag: RiskFlag) -> bool {
    match flag {
        RiskFlag::ContactInText => leads_past(draft),
        RiskFlag::MixedScripts => of_pair(&draft.title).any(has_disguised_letters),
        RiskFlag::PriceExtreme => {
            // It may have been written before its currency was replaced.
            let currency = Currency::stored(&draft.currency).unwrap_or(Currency::VND);
            is_extreme(currency, [draft.price_min, draft.price_max])
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::review::is_contact;

    /// What was judged when the rules had this number, rule by rule. Where one of these lists has to be changed, what stands in rows
    /// was judged otherwise: `RULES` is raised with it, or officers miss what they look for.
    const JUDGED_BY: i16 = 4;
    const RAISE: &str = "a rule judges otherwise than what is kept was judged: raise RULES and JUDGED_BY, and write down the new verdicts";

    const CONTACTS: &[(&str, bool)] = &[
        ("Gọi 0912 345 678 để được giá tốt nhất.", true),
        ("0912.345.678", true),
        ("(+84) 912-345-678; +84912345678", true),
        ("0210 3845 123", true),
        ("Thư: lan@example.vn.", true),
        ("xem HTTPS://example.vn", true),
        ("WWW.example.vn", true),
        ("example.vn", true),
        ("abc.com.vn", true),
        ("facebook.com/abc", true),
        ("bit.ly/xyz", true),
        ("lan @ abc.vn", true),
        ("lan[at]abc.vn", true),
        ("(0210) 3846555", true),
        ("(0912) 345 678", true),
        ("84912345678", true),
        ("+84(0)912345678", true),
        ("0912/345/678", true),
        ("０９１２３４５６７８", true),
        ("a@lan@abc.vn", true),
        ("lan ( at ) abc.vn", true),
        ("ĐT: 0100109106", true),
        ("0100109106", false),
        ("0301442379", false),
        ("032/2024/345", false),
        ("093456/2021", false),
        ("84 385 000 200 đồng", false),
        ("System.Net", false),
        ("cao.Net Zero", false),
        ("bit.ly", false),
        ("cty.cp", false),
        ("ASP.NET", false),
        ("1.000/2.000", false),
        ("08/2024-2025", false),
        ("84.385.000.200", false),
        ("8438.50.00 200", false),
        ("a@1.000", false),
        ("lan@example", false),
        ("@lan", false),
        ("Công suất 09 kW, 345 678 vòng", false),
        ("Mã hàng 1234567890", false),
        ("0912  345  678", true),
        ("0912 - 345 - 678", true),
        ("0912 – 345 – 678", true),
        ("0912_345_678", true),
        ("0912, 345, 678", true),
        ("0912\n345\t678", true),
        ("0084 912 345 678", true),
        ("+84 (0) 912 345 678", true),
        ("không chín một hai ba bốn năm sáu bảy tám", true),
        ("Hotline 1900 6789", true),
        ("a [at] b . com", true),
        ("lan at abc dot com", true),
        ("maysay.shop", true),
        ("songthao.xyz", true),
        ("web songthao.farm", true),
        ("Telegram @maysay", true),
        ("O912 345 678", true),
        ("songth\u{430}o.shop", true),
        ("84500000000 đồng", false),
        ("84700000000 đồng", false),
        ("84912345678 đồng", false),
        ("1.200.000.000 VND", false),
        ("09-12-2026 15:30", false),
        ("0 3 6 9 12 15 18", false),
        ("mã HS: 0902301000", false),
        ("P/N: 0 986 452 041", false),
        ("model CG0912345678", false),
        ("TCVN 7391-10:2007", false),
        ("ISO 13485:2016", false),
        ("mã số thuế 0700237212", false),
        ("sáng chế 1-2020-01234", false),
        ("1900 6789", false),
        ("Máy tốt.Top", false),
        ("SĐT: 912345678", true),
        ("Gọi 912.345.678", true),
        ("gọi 912.345.678 đồng", false),
        ("zalo maysay8888", true),
        ("IG @maysay", true),
        ("WeChat: maysayVN", true),
        ("Skype: live:maysay", true),
        ("linktr.ee/maysay", true),
        ("maysay。vn", true),
        ("songthao.dev", true),
        ("0912=345=678", true),
        ("0912 và 345678", true),
        ("09<b>12</b>345678", true),
        ("website maysay vn", true),
        ("file data.io", false),
        ("Rexroth 0811404123", false),
        ("Bơm bánh răng 0510225006", false),
        ("090310-0500", false),
        ("Số máy: 0912345678", false),
        ("gọi số máy 0912345678", true),
        ("Ký hiệu 0912-345-678", false),
        ("Giấy CNĐKKD số 0700123456", false),
        ("Ống 08 10 12 14 16 18 mm", false),
        ("", false),
    ];
    const DISGUISES: [(&str, bool); 8] = [
        ("M\u{430}y sấy lúa", true),
        ("Máy \u{455}ấy", true),
        ("M\u{3ac}y nghiền p\u{3bf}p", true),
        ("\u{421}\u{41e}\u{420}\u{415} 500", true),
        ("Điện trở 10 kΩ, màng lọc 5 μm", false),
        ("Chiết xuất β-caroten và α-amylase", false),
        ("Thiết bị РОССИЯ", false),
        ("水処理装置 xử lý nước", false),
    ];
    /// Currency, amount, and whether that is far from what is usual.
    const PRICES: [(&str, i64, bool); 12] = [
        ("VND", 0, false),
        ("VND", 9_999, true),
        ("VND", 10_000, false),
        ("VND", 100_000_000_000, false),
        ("VND", 100_000_000_001, true),
        ("USD", 1, false),
        ("USD", 4_000_000, false),
        ("USD", 4_000_001, true),
        ("JPY", 66, true),
        ("JPY", 67, false),
        ("NOK", 1, false),
        ("NOK", 100_000_000_001, true),
    ];
    const WORTHS: [(&str, Option<i64>); 22] = [
        ("VND", Some(1)),
        ("LAK", Some(1)),
        ("IDR", Some(2)),
        ("KHR", Some(6)),
        ("KRW", Some(20)),
        ("JPY", Some(150)),
        ("INR", Some(300)),
        ("RUB", Some(300)),
        ("PHP", Some(450)),
        ("THB", Some(800)),
        ("TWD", Some(800)),
        ("CNY", Some(3_500)),
        ("HKD", Some(3_500)),
        ("MYR", Some(6_000)),
        ("AUD", Some(20_000)),
        ("CAD", Some(20_000)),
        ("SGD", Some(20_000)),
        ("USD", Some(25_000)),
        ("CHF", Some(30_000)),
        ("EUR", Some(30_000)),
        ("GBP", Some(30_000)),
        ("NOK", None),
    ];

    #[test]
    fn the_rules_judge_as_what_is_kept_was_judged() {
        assert_eq!(RULES, JUDGED_BY, "{RAISE}");
        for (text, verdict) in CONTACTS {
            assert_eq!(is_contact(text), *verdict, "{text}: {RAISE}");
        }
        for (title, verdict) in DISGUISES {
            assert_eq!(has_disguised_letters(title), verdict, "{title}: {RAISE}");
        }
        for (code, amount, verdict) in PRICES {
            let currency: Currency = code.parse().unwrap();
            assert_eq!(
                is_extreme(currency, [None, Some(amount)]),
                verdict,
                "{amount} {code}: {RAISE}"
            );
            assert_eq!(
                is_extreme(currency, [Some(amount), None]),
                verdict,
                "{amount} {code}: {RAISE}"
            );
        }
        for (code, worth) in WORTHS {
            let currency: Currency = code.parse().unwrap();
            assert_eq!(currency.rough_vnd(), worth, "{code}: {RAISE}");
        }
    }

    #[test]
    fn what_may_have_a_flag_is_all_that_has_it_and_nothing_else() {
        let possible = Possible::of(&[RiskFlag::PriceExtreme, RiskFlag::FirstPublication]).unwrap();
        for bits in 0..VALUES {
            let stored = ContentFlags(bits).stored();
            assert!((possible.known_from..possible.known_before).contains(&stored));
            assert_eq!(possible.values.contains(&stored), bits & 0b10 != 0, "{bits:b}");
        }
        assert_eq!(Possible::of(&[RiskFlag::Resubmitted]), None);
        assert_eq!(Possible::of(&KEPT).unwrap().values, [RULES * VALUES + VALUES - 1]);
    }
}
