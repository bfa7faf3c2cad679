//! Dates, amounts and capitals as Vietnamese papers write them.

use jiff::civil::Date;

use crate::domain::certificate::record::{
    Named, RecordAmendment, RecordApproval, RecordContract, RecordMoney, RecordParty, RecordShare,
};
use crate::domain::text::fold;

/// `ngày 05 tháng 02 năm 2026`: days below 10 and the first two months have a zero in front (Decree
/// 30/2020), so that nothing can be put there.
pub(super) fn date(date: Date) -> String {
    let month = match date.month() {
        month @ ..=2 => format!("{month:02}"),
        month => month.to_string(),
    };
    format!("ngày {:02} tháng {month} năm {}", date.day(), date.year())
}

/// Of which approval or appraisal a licence comes, with its number and day.
pub(super) fn approval(approval: &RecordApproval) -> String {
    let what = if approval.is_appraisal {
        "văn bản thẩm định công nghệ của dự án đầu tư"
    } else {
        "văn bản chấp thuận chuyển giao công nghệ"
    };
    let day = approval
        .approved_on
        .map_or_else(String::new, |day| format!(" {}", date(day)));
    format!("{what} số {}{day}", approval.number.trim())
}

/// `05/02/2026`, behind a label.
pub(super) fn day(date: Date) -> String {
    format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
}

/// `3.150.000.000`: groups of three digits.
fn grouped(digits: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    grouped
}

/// Whether it is written as dossiers take amounts: digits, and perhaps one or two decimals behind a point. In other hands a point
/// parts groups: `300.000` are three hundred thousand.
fn is_plain(amount: &str) -> bool {
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_digits(whole) && is_digits(decimals) && decimals.len() <= 2
}

/// `125.000,50` of `125000.50`. What is no such number is left as the contract has it.
fn number(amount: &str) -> String {
    let amount = amount.trim();
    if !is_plain(amount) {
        return amount.into();
    }
    let (whole, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    match decimals.trim_end_matches('0') {
        "" => grouped(whole),
        _ => format!("{},{decimals:0<2}", grouped(whole)),
    }
}

/// An amount with its currency, which stays on the same line.
pub(super) fn amount(amount: &str, currency: Option<&str>) -> String {
    match currency {
        Some("VND") => format!("{}\u{a0}đồng", number(amount)),
        Some(currency) => format!("{}\u{a0}{currency}", number(amount)),
        None => number(amount),
    }
}

/// The value in đồng, where the price is not that already.
pub(super) fn value(money: &RecordMoney) -> Option<String> {
    let value = money.vnd_value?.to_string();
    let is_said = money.currency.as_deref() == Some("VND")
        && money
            .amount
            .as_deref()
            .is_some_and(|amount| number(amount) == number(&value));
    (!is_said).then(|| amount(&value, Some("VND")))
}

/// `số 9876543210 ngày 30/06/2025`: the project's certificate of investment.
pub(super) fn investment(contract: &RecordContract) -> Option<String> {
    let number = contract.irc_number.as_deref()?;
    let day = contract.irc_on.map(|date| format!(" ngày {}", day(date)));
    Some(format!("số {number}{}", day.unwrap_or_default()))
}

/// `3,5% (phần trăm doanh thu thuần)`: the shares that are paid.
pub(super) fn shares(shares: &[RecordShare]) -> Option<String> {
    let share = |share: &RecordShare| {
        let percent = share.percent.replace('.', ",");
        format!("{percent}% ({})", share.method.name.to_lowercase())
    };
    let told: Vec<String> = shares.iter().map(share).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// By how much a contract becomes worth more or less, with what that is called; nothing where it stays.
pub(super) fn value_change(amendment: &RecordAmendment) -> Option<(&'static str, String)> {
    let delta = amendment.vnd_delta.filter(|delta| *delta != 0)?;
    let label = if delta > 0 {
        "Giá trị hợp đồng tăng thêm"
    } else {
        "Giá trị hợp đồng giảm"
    };
    Some((label, amount(&delta.unsigned_abs().to_string(), Some("VND"))))
}

/// What an amendment changes, as it is written elsewhere on the certificate: a day, and an amount where the member is one. Of a new
/// amount what is certified is printed, `certified`, however people wrote it. What else they wrote stays as it is.
pub(super) fn changed(text: &str, member: Option<&str>, certified: Option<&RecordMoney>) -> String {
    if let Ok(date) = text.parse::<Date>() {
        // Other forms of days, and times, are words here.
        if text == date.to_string() {
            return day(date);
        }
    }
    match member {
        Some("/money/vnd_value") => match certified.and_then(|money| money.vnd_value) {
            Some(value) => amount(&value.to_string(), Some("VND")),
            None if is_plain(text) => amount(text, Some("VND")),
            None => text.to_owned(),
        },
        Some("/money/amount") => match certified.and_then(|money| money.amount.as_deref().zip(Some(money))) {
            Some((own, money)) => amount(own, money.currency.as_deref()),
            None => number(text),
        },
        _ => text.to_owned(),
    }
}

/// Where a party is: its address as it writes it, and behind that commune and province, as far as it does not name them itself.
/// Certificates of before know neither.
pub(super) fn address(party: &RecordParty) -> Option<String> {
    let own = party.address.as_deref().map(str::trim);
    // A comma at the end of it is ours where something goes on behind it; what is printed alone stays as it was written.
    let goes_on = party.commune.is_some() || party.province.is_some();
    let is_open = |sign: char| goes_on && (sign.is_whitespace() || matches!(sign, ',' | ';'));
    let own = own.map(|own| own.trim_end_matches(is_open));
    let own = own.filter(|own| !own.is_empty());
    let unsaid = |unit: Option<&Named>| {
        let name = unit.map(|unit| in_a_sentence(&unit.name))?;
        let is_said = own.is_some_and(|own| is_named_in(own, &name));
        (!is_said).then_some(name)
    };
    let (commune, province) = (unsaid(party.commune.as_ref()), unsaid(party.province.as_ref()));
    // Behind its province a commune would be one of another place.
    if let (Some(own), Some(commune), None) = (own, &commune, &province)
        && party.province.is_some()
    {
        return Some(format!("{own} ({commune})"));
    }
    let own = own.map(str::to_owned);
    let parts: Vec<String> = own.into_iter().chain(commune).chain(province).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The name of a commune or province as it stands within a sentence: what kind of unit it is in small letters, but of the city that Decree
/// 30/2020 excepts.
fn in_a_sentence(name: &str) -> String {
    const KINDS: [&str; 6] = ["Phường ", "Xã ", "Thị trấn ", "Đặc khu ", "Tỉnh ", "Thành phố "];
    let found = KINDS.iter().find_map(|kind| Some((kind, name.strip_prefix(kind)?)));
    match found {
        Some((kind, own)) if name != "Thành phố Hồ Chí Minh" => format!("{}{own}", kind.to_lowercase()),
        _ => name.to_owned(),
    }
}

/// Whether an address names a commune or province among its parts, with or without diacritics and with its kind shortened or not; a province
/// also without saying that it is one.
fn is_named_in(address: &str, unit: &str) -> bool {
    let unit = spelled_out(unit);
    let bare = ["tinh ", "thanh pho "].iter().find_map(|kind| unit.strip_prefix(kind));
    let behind = format!(" {unit}");
    let mut parts = address.split([',', ';', '-', '–']).map(spelled_out);
    parts.any(|part| part == unit || Some(part.as_str()) == bare || part.ends_with(&behind))
}

/// Folded, with what kind of unit something is in full.
fn spelled_out(text: &str) -> String {
    let folded = fold(text);
    let words = folded.split(' ').map(|word| match word {
        "x" => "xa",
        "p" => "phuong",
        "tt" => "thi tran",
        "t" => "tinh",
        "tp" => "thanh pho",
        _ => word,
    });
    words.collect::<Vec<_>>().join(" ")
}

/// What stands over a signature, line by line. Who signs for another says so in a line of its own: `KT. GIÁM ĐỐC`, and
/// below it `PHÓ GIÁM ĐỐC`.
pub(super) fn title(title: &str) -> Vec<String> {
    const FOR_ANOTHER: [&str; 5] = ["KT.", "TL.", "TM.", "TUQ.", "Q."];
    let capitals = title.to_uppercase();
    let is_for_another = FOR_ANOTHER.iter().any(|sign| capitals.trim_start().starts_with(sign));
    let lines = capitals.split(|character| character == '\n' || (is_for_another && character == ','));
    lines
        .map(|line| line.trim().to_owned())
        .filter(|line| !line.is_empty())
        .collect()
}

/// The laws, each `Căn cứ …;`, the last with a full stop.
pub(super) fn bases(bases: &[String]) -> Vec<String> {
    /// What already begins as such a line does.
    const BEGINNINGS: [&str; 3] = ["căn cứ", "theo", "xét"];
    let bare = |basis: &String| {
        let basis = basis.trim().trim_end_matches([';', '.', ',']).trim_end().to_owned();
        let small = basis.to_lowercase();
        let has_begun = BEGINNINGS.iter().any(|beginning| {
            let rest = small.strip_prefix(beginning);
            rest.is_some_and(|rest| rest.starts_with(char::is_whitespace))
        });
        if has_begun { basis } else { format!("Căn cứ {basis}") }
    };
    let filled = bases.iter().filter(|basis| !basis.trim().is_empty());
    let mut lines: Vec<String> = filled.map(bare).collect();
    let last = lines.len().saturating_sub(1);
    for (place, line) in lines.iter_mut().enumerate() {
        line.push(if place == last { '.' } else { ';' });
    }
    lines
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as civil;

    use super::*;

    #[test]
    fn dates_have_zeros_where_they_are_wanted() {
        assert_eq!(date(civil(2026, 2, 5)), "ngày 05 tháng 02 năm 2026");
        assert_eq!(date(civil(2026, 3, 5)), "ngày 05 tháng 3 năm 2026");
        assert_eq!(date(civil(2026, 12, 15)), "ngày 15 tháng 12 năm 2026");
        assert_eq!(day(civil(2026, 12, 5)), "05/12/2026");
    }

    #[test]
    fn amounts_are_written_as_people_read_them() {
        assert_eq!(amount("3150000000", Some("VND")), "3.150.000.000\u{a0}đồng");
        assert_eq!(amount("125000.5", Some("USD")), "125.000,50\u{a0}USD");
        assert_eq!(amount("125000.00", Some("USD")), "125.000\u{a0}USD");
        assert_eq!(amount("999", None), "999");
        assert_eq!(amount("5% doanh thu", None), "5% doanh thu");
        assert_eq!(amount("-5", None), "-5");
    }

    #[test]
    fn what_is_changed_is_written_as_elsewhere() {
        let (price, value) = (Some("/money/amount"), Some("/money/vnd_value"));
        assert_eq!(changed("2026-11-30", None, None), "30/11/2026");
        assert_eq!(changed("2026-11-30", Some("/contract/ends_on"), None), "30/11/2026");
        assert_eq!(changed("1250000000", value, None), "1.250.000.000\u{a0}đồng");
        assert_eq!(changed("1250000000", price, None), "1.250.000.000");
        assert_eq!(changed("125000.50", price, None), "125.000,50");
        for words in ["2031", "30/11/2026", "5 năm từ 2026-11-30", "1250000000 USD"] {
            assert_eq!(changed(words, None, None), words);
        }
        // Points that part groups stay where they are.
        for words in [
            "300.000",
            "125.500",
            "300.000,00",
            "1.250.000.000",
            "300000.",
            ".5",
            "1,25 tỷ đồng",
            "",
        ] {
            assert_eq!(changed(words, price, None), words);
            assert_eq!(changed(words, value, None), words);
        }
    }

    #[test]
    fn of_a_new_amount_what_is_certified_is_printed() {
        let money = RecordMoney {
            amount: Some("300000.00".into()),
            currency: Some("USD".into()),
            vnd_value: Some(7_500_000_000),
            ..RecordMoney::default()
        };
        for words in ["300.000", "300000.00", "300.000,00 USD", "300,000"] {
            assert_eq!(changed(words, Some("/money/amount"), Some(&money)), "300.000\u{a0}USD");
        }
        assert_eq!(
            changed("7.500.000.000 đồng", Some("/money/vnd_value"), Some(&money)),
            "7.500.000.000\u{a0}đồng"
        );
        // Nothing is certified of it: it stands as it was written.
        assert_eq!(
            changed("300.000 USD", Some("/money/amount"), Some(&RecordMoney::default())),
            "300.000 USD"
        );
    }

    #[test]
    fn certificates_of_investment_shares_and_changes_of_value_are_written_as_people_do() {
        let contract = RecordContract {
            irc_number: Some("9876543210".into()),
            irc_on: Some(Date::constant(2025, 6, 3)),
            ..RecordContract::default()
        };
        assert_eq!(investment(&contract).as_deref(), Some("số 9876543210 ngày 03/06/2025"));
        assert_eq!(investment(&RecordContract::default()), None);
        let share = RecordShare {
            method: Named {
                code: "pct_net_revenue".into(),
                name: "Phần trăm doanh thu thuần".into(),
            },
            percent: "3.5".into(),
        };
        assert_eq!(shares(&[share]).as_deref(), Some("3,5% (phần trăm doanh thu thuần)"));
        assert_eq!(shares(&[]), None);
        let change = |vnd_delta| {
            value_change(&RecordAmendment {
                original_number: "15/2026/GCN-SKHCN".into(),
                original_issued_on: Date::constant(2026, 2, 5),
                signed_on: None,
                position: 1,
                kinds: Vec::new(),
                changes: Vec::new(),
                vnd_delta,
            })
        };
        assert_eq!(
            change(Some(500_000_000)),
            Some(("Giá trị hợp đồng tăng thêm", "500.000.000\u{a0}đồng".to_owned()))
        );
        assert_eq!(
            change(Some(-1_250)),
            Some(("Giá trị hợp đồng giảm", "1.250\u{a0}đồng".to_owned()))
        );
        assert_eq!(change(Some(0)), None);
        assert_eq!(change(None), None);
    }

    #[test]
    fn value_is_told_once() {
        let money = |amount: &str, currency: &str, vnd_value| RecordMoney {
            amount: Some(amount.into()),
            currency: Some(currency.into()),
            vnd_value: Some(vnd_value),
            ..RecordMoney::default()
        };
        assert_eq!(value(&money("1000.00", "VND", 1000)), None);
        assert_eq!(value(&money("1", "USD", 26_000)).as_deref(), Some("26.000\u{a0}đồng"));
    }

    #[test]
    fn titles_of_those_who_sign_for_others_stand_in_two_lines() {
        assert_eq!(title("KT. Giám đốc, Phó Giám đốc"), ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]);
        assert_eq!(title("Giám đốc"), ["GIÁM ĐỐC"]);
    }

    #[test]
    fn laws_begin_and_end_as_laws_do() {
        let lines = bases(&[
            "Luật A;".into(),
            "Căn cứ Luật B".into(),
            " ".into(),
            "Theo đề nghị của C".into(),
        ]);
        assert_eq!(lines, ["Căn cứ Luật A;", "Căn cứ Luật B;", "Theo đề nghị của C."]);
    }
}
