//! Values of cells: amounts as people write them, days, numbers, properties.

use jiff::civil::Date;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization as _;

use crate::domain::listing::currency::Currency;
use crate::domain::text::fold;

/// An amount as people write it, and the currency where one stands beside it: `185000000`, `185.000.000`,
/// `185,000,000 đ`, `USD 12,000`. Nothing when it leaves a doubt.
pub fn amount(text: &str) -> Option<(i64, Option<Currency>)> {
    let text: String = text.trim().nfc().flat_map(char::to_lowercase).collect();
    let (number, currency) = parted(&text);
    Some((whole(number.trim())?, currency))
}

/// A currency in a cell of its own: its code, or đồng as people write it.
pub fn currency(text: &str) -> String {
    let text = text.trim();
    let is_dong = text == "₫" || ["vnd", "d", "dong", "viet nam dong", "dong viet nam"].contains(&fold(text).as_str());
    if is_dong {
        Currency::VND.code().to_owned()
    } else {
        text.to_uppercase()
    }
}

/// What stands beside an amount: đồng as people write it, or a code of ISO 4217. Signs that several currencies share
/// (`$`) leave a doubt, and so the cell unread.
fn parted(text: &str) -> (&str, Option<Currency>) {
    let in_dong = ["đồng", "vnđ", "đ", "₫"]
        .iter()
        .find_map(|name| text.strip_suffix(name));
    if let Some(number) = in_dong {
        return (number, Some(Currency::VND));
    }
    let known = |code: &str| code.to_uppercase().parse::<Currency>().ok();
    let behind = text.char_indices().rev().nth(2).map(|(at, _)| text.split_at(at));
    let before = text.char_indices().nth(3).map(|(at, _)| text.split_at(at));
    let behind = behind.and_then(|(number, code)| Some((number, known(code)?)));
    let told = behind.or_else(|| before.and_then(|(code, number)| Some((number, known(code)?))));
    told.map_or((text, None), |(number, currency)| (number, Some(currency)))
}

fn whole(text: &str) -> Option<i64> {
    if let Ok(plain) = text.parse::<i64>() {
        return Some(plain);
    }
    // Programs part thousands by spaces that do not break, too: wide ones and narrow ones.
    let separators: [char; 5] = ['.', ',', ' ', '\u{a0}', '\u{202f}'];
    let separator = text.chars().find(|c| separators.contains(c))?;
    let mut groups = text.split(separator);
    let head = groups.next()?;
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    if head.is_empty() || head.len() > 3 || !is_digits(head) {
        return None;
    }
    let mut digits = head.to_owned();
    for group in groups {
        if group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    digits.parse().ok()
}

/// A level of technology readiness: `8`, `TRL 8`, `TRL8`.
pub fn trl(text: &str) -> Option<u8> {
    let text = text.trim();
    let bare = text
        .get(..3)
        .filter(|head| head.eq_ignore_ascii_case("trl"))
        .and_then(|_| text.get(3..));
    bare.unwrap_or(text).trim().parse().ok()
}

/// A whole number: `24`.
pub fn number(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// So many months: `24`, `24 tháng`, `24 months`.
pub fn months(text: &str) -> Option<i64> {
    let text = text.trim();
    let (count, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let is_month = ["thang", "month", "months"].contains(&fold(unit).as_str());
    number(if is_month { count } else { text })
}

/// A day as it is kept, `2027-03-31`, or as people in Việt Nam write it, `31/3/2027`. What is written with strokes and is no
/// day is none; anything else stays as it is, and is refused where the listing is read.
pub fn day(text: &str) -> Option<String> {
    let text = text.trim();
    let mut parts = text.split('/').map(|part| part.parse::<i16>().ok());
    let (day, month, year) = (parts.next().flatten(), parts.next().flatten(), parts.next().flatten());
    let read = day.zip(month).zip(year).filter(|_| parts.next().is_none());
    let date = read.and_then(|((day, month), year)| {
        let (day, month) = (i8::try_from(day).ok()?, i8::try_from(month).ok()?);
        // Of two digits nobody knows the century.
        Date::new(year, month, day).ok().filter(|date| date.year() >= 1000)
    });
    match date {
        Some(date) => Some(date.to_string()),
        None if text.contains('/') => None,
        None => Some(text.to_owned()),
    }
}

/// What is wrong with a text that is no day: it looks like one that no calendar has, such as `31/2/2027`, or not like one.
pub fn wrong_day(text: &str) -> &'static str {
    let parts: Vec<&str> = text.trim().split('/').collect();
    let is_number = |part: &&str| (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_day = parts.len() == 3 && parts.iter().all(is_number) && parts.last().is_some_and(|year| year.len() == 4);
    if is_day { "no_such_day_of_table" } else { "day_of_table" }
}

/// `Có`, `yes`, `true`, `x` and `1`, or the contrary.
pub fn yes_or_no(text: &str) -> Option<bool> {
    match fold(text).as_str() {
        "co" | "yes" | "true" | "x" | "1" | "dung" => Some(true),
        "khong" | "no" | "false" | "0" | "sai" => Some(false),
        _ => None,
    }
}

/// Technical properties, one a line, or parted by semicolons.
pub fn specifications(text: &str) -> Option<Vec<Value>> {
    let separator = if text.contains('\n') { '\n' } else { ';' };
    let parts = text.split(separator).map(str::trim).filter(|part| !part.is_empty());
    parts.map(specification).collect()
}

/// One of them: `name: value [unit]`. Where one of the three has such signs itself, all are in quotes, as in JSON:
/// `"Tỷ lệ 1:2": "IP65 [EN 60529]"`.
pub fn specification(text: &str) -> Option<Value> {
    quoted(text).or_else(|| {
        let (name, rest) = text.split_once(':')?;
        let rest = rest.trim();
        Some(match rest.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
            Some((value, unit)) => property(name.trim(), value.trim(), Some(unit.trim())),
            None => property(name.trim(), rest, None),
        })
    })
}

fn quoted(text: &str) -> Option<Value> {
    let (name, rest) = quoted_part(text)?;
    let (value, rest) = quoted_part(rest.trim_start().strip_prefix(':')?)?;
    let rest = rest.trim();
    if rest.is_empty() {
        return Some(property(&name, &value, None));
    }
    let (unit, rest) = quoted_part(rest.strip_prefix('[')?.strip_suffix(']')?)?;
    rest.trim().is_empty().then(|| property(&name, &value, Some(&unit)))
}

/// A text in quotes, and what follows.
pub(super) fn quoted_part(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let mut parts = serde_json::Deserializer::from_str(text).into_iter::<String>();
    let part = parts.next()?.ok()?;
    Some((part, text.get(parts.byte_offset()..)?))
}

fn property(name: &str, value: &str, unit: Option<&str>) -> Value {
    match unit {
        Some(unit) => json!({"name": name, "value": value, "unit": unit}),
        None => json!({"name": name, "value": value}),
    }
}

/// What [`specification`] reads as this one.
pub fn written(wanted: &Value) -> String {
    let part = |name: &str| wanted.get(name).and_then(Value::as_str);
    let (name, value) = (part("name").unwrap_or_default(), part("value").unwrap_or_default());
    let plain = match part("unit") {
        Some(unit) => format!("{name}: {value} [{unit}]"),
        None => format!("{name}: {value}"),
    };
    if specification(&plain).as_ref() == Some(wanted) {
        return plain;
    }
    let in_quotes = |text: &str| Value::from(text).to_string();
    match part("unit") {
        Some(unit) => format!("{}: {} [{}]", in_quotes(name), in_quotes(value), in_quotes(unit)),
        None => format!("{}: {}", in_quotes(name), in_quotes(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_mean_one_thing_or_nothing() {
        for (text, value) in [
            ("185000000", Some(185_000_000)),
            ("185.000.000", Some(185_000_000)),
            ("1,5", None),
            ("1.500,5", None),
            ("12.34", None),
            ("185 triệu", None),
            ("-5", Some(-5)),
            ("", None),
        ] {
            assert_eq!(amount(text), value.map(|value| (value, None)), "{text}");
        }
        for (text, value, code) in [
            ("185,000,000 đ", 185_000_000, "VND"),
            ("1 500 VND", 1_500, "VND"),
            ("1.500 VNĐ", 1_500, "VND"),
            ("12,000 USD", 12_000, "USD"),
            ("usd 12000", 12_000, "USD"),
            ("5000eur", 5_000, "EUR"),
            // As some systems spell it, each letter and its marks apart.
            ("185.000 đo\u{302}\u{300}ng", 185_000, "VND"),
            ("1\u{202f}500 ₫", 1_500, "VND"),
        ] {
            assert_eq!(amount(text), Some((value, Some(code.parse().unwrap()))), "{text}");
        }
        for text in ["$5000", "5000 xyz", "đ", "USD", "USD 5 VND"] {
            assert_eq!(amount(text), None, "{text}");
        }
    }

    #[test]
    fn a_currency_goes_by_its_code_and_dong_by_its_names() {
        for (text, code) in [
            ("VNĐ", "VND"),
            ("đồng", "VND"),
            ("đ", "VND"),
            ("₫", "VND"),
            ("usd", "USD"),
            ("$", "$"),
        ] {
            assert_eq!(currency(text), code, "{text}");
        }
    }

    #[test]
    fn days_and_answers_are_read_as_people_write_them() {
        for (text, kept) in [
            ("2027-03-31", "2027-03-31"),
            ("31/3/2027", "2027-03-31"),
            ("01/02/2027", "2027-02-01"),
            ("sớm", "sớm"),
        ] {
            assert_eq!(day(text).as_deref(), Some(kept));
        }
        for none in ["31/2/2027", "3/31/2027", "1/2/27"] {
            assert_eq!(day(none), None, "{none}");
        }
        assert_eq!(
            (yes_or_no("Có"), yes_or_no("KHÔNG"), yes_or_no("có thể")),
            (Some(true), Some(false), None)
        );
        assert_eq!(
            (number("24"), number("24 tháng"), number("2.5")),
            (Some(24), None, None)
        );
        for (text, read) in [
            ("24", Some(24)),
            ("24 tháng", Some(24)),
            ("12THÁNG", Some(12)),
            ("1 month", Some(1)),
            ("-1", Some(-1)),
            ("2 năm", None),
            ("2.5 tháng", None),
            ("tháng", None),
        ] {
            assert_eq!(months(text), read, "{text}");
        }
    }

    #[test]
    fn properties_are_read() {
        let read = specifications("Năng suất: 500 [kg/h]; Điện áp: 380").unwrap();
        assert_eq!(
            read,
            [
                json!({"name": "Năng suất", "value": "500", "unit": "kg/h"}),
                json!({"name": "Điện áp", "value": "380"}),
            ]
        );
        assert_eq!(specifications("không có dấu hai chấm"), None);
        for property in [
            json!({"name": "Tỷ lệ 1:2", "value": "5"}),
            json!({"name": "Vỏ", "value": "IP65 [EN 60529]"}),
            json!({"name": "\"A\": \"B\"", "value": "x", "unit": "[kg]"}),
            json!({"name": "Kính", "value": "5\" [in]", "unit": "\""}),
        ] {
            assert_eq!(specification(&written(&property)), Some(property));
        }
        let plain = json!({"name": "Năng suất", "value": "500", "unit": "kg/h"});
        assert_eq!(written(&plain), "Năng suất: 500 [kg/h]");
        assert_eq!((trl("TRL 8"), trl("8"), trl("tám")), (Some(8), Some(8), None));
    }
}
