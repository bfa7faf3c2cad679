//! Values of cells: codes of lists by their names, amounts as people write them, lists within a cell.

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::domain::fields::{code_and_name, with_name};
use crate::domain::import_alias::ImportAlias;
use crate::domain::listing::currency::Currency;
use crate::domain::taxonomy::{InForce, TaxonomyName};
use crate::domain::text::fold;

/// Finds codes by what people call them.
pub struct Names {
    codes: HashMap<(TaxonomyKey, String), Option<String>>,
    aliases: HashMap<(TaxonomyKey, String), String>,
    lists: InForce,
}

type TaxonomyKey = &'static str;

const BY_NAME: [TaxonomyName; 5] = [
    TaxonomyName::ListingKinds,
    TaxonomyName::PriceModes,
    TaxonomyName::TransferModes,
    TaxonomyName::Fields,
    TaxonomyName::RegulatedTechnologies,
];

/// The code behind a text, and whether it was found by another name that officers keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meant {
    /// The code; the text itself where nothing is known by it, to be refused as an unknown code.
    pub code: String,
    /// What was said, where it is an alias.
    pub alias: Option<String>,
}

impl Names {
    /// The names of the lists on a day, and what else their entries are called.
    pub fn of(lists: &InForce, aliases: &[ImportAlias]) -> Self {
        let mut codes: HashMap<(TaxonomyKey, String), Option<String>> = HashMap::new();
        for list in BY_NAME {
            let mut add = |name: &str, code: &str| {
                codes
                    .entry((list.as_str(), fold(name)))
                    // A name that two entries have leads to neither.
                    .and_modify(|known| {
                        if known.as_deref() != Some(code) {
                            *known = None;
                        }
                    })
                    .or_insert_with(|| Some(code.to_owned()));
            };
            for item in lists.lists().items(list, None) {
                // As they are called, and as templates and refusals tell them.
                for name in [Some(&item.name_vi), item.name_en.as_ref()].into_iter().flatten() {
                    add(name, &item.code);
                    add(&with_name(&item.code, name), &item.code);
                    add(&with_name(name, &item.code), &item.code);
                }
                add(&item.code, &item.code);
            }
        }
        let aliases = aliases.iter().map(|kept| {
            let alias = &kept.alias;
            ((alias.list.as_str(), alias.key()), alias.code.clone())
        });
        Self {
            codes,
            aliases: aliases.collect(),
            lists: lists.clone(),
        }
    }

    /// The code behind a name or code; what is not known stays as it is, and is refused as an unknown code.
    pub fn code(&self, list: TaxonomyName, text: &str) -> String {
        self.meant(list, text).code
    }

    /// The same, and how it was found: names of the list come before other names.
    pub fn meant(&self, list: TaxonomyName, text: &str) -> Meant {
        let text = text.trim();
        if let Some(code) = self.named(list, text) {
            return Meant { code, alias: None };
        }
        let alias = self.aliases.get(&(list.as_str(), fold(text)));
        Meant {
            code: alias.map_or(text, String::as_str).to_owned(),
            alias: alias.map(|_code| text.to_owned()),
        }
    }

    fn named(&self, list: TaxonomyName, text: &str) -> Option<String> {
        let lists = self.lists.lists();
        if lists.contains(list, text) {
            return Some(text.to_owned());
        }
        if list == TaxonomyName::Countries {
            let coded = |code: &str| lists.get(list, &code.to_uppercase());
            // As refusals tell them, where code and name are of the same one.
            let mut both = code_and_name(text);
            let told =
                both.find_map(|(code, name)| coded(code).filter(|country| lists.country_named(name) == Some(*country)));
            let country = coded(text).or(told).or_else(|| lists.country_named(text));
            return country.map(|country| country.code.clone());
        }
        let named = self.codes.get(&(list.as_str(), fold(text))).cloned().flatten();
        named.or_else(|| {
            let field = lists.field_of_path(text).filter(|_| list == TaxonomyName::Fields);
            field.map(|field| field.code.clone())
        })
    }

    /// The codes of a cell that holds several. Names of fields have commas of their own, so that a comma only parts
    /// what is not a name as a whole.
    pub fn codes(&self, list: TaxonomyName, text: &str) -> Vec<Meant> {
        let is_known = |meant: &Meant| self.lists.lists().contains(list, &meant.code);
        let parts = |text: &str, separators: &[char]| -> Vec<Meant> {
            text.split(|c| separators.contains(&c))
                .filter(|part| !part.trim().is_empty())
                .map(|part| self.meant(list, part))
                .collect()
        };
        let rough = parts(text, &[';', '|', '\n']);
        if rough.iter().all(is_known) || !text.contains(',') {
            return rough;
        }
        let fine = parts(text, &[';', '|', '\n', ',']);
        if fine.iter().all(is_known) { fine } else { rough }
    }
}

/// An amount as people write it, and the currency where one stands beside it: `185000000`, `185.000.000`,
/// `185,000,000 đ`, `USD 12,000`. Nothing when it leaves a doubt.
pub fn amount(text: &str) -> Option<(i64, Option<Currency>)> {
    let text = text.trim().to_lowercase();
    let (number, currency) = parted(&text);
    Some((whole(number.trim())?, currency))
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
    let separators: [char; 4] = ['.', ',', ' ', '\u{a0}'];
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
    use crate::domain::ids::ImportAliasId;
    use crate::domain::import_alias::NewAlias;
    use crate::domain::taxonomy::Taxonomies;
    use crate::domain::text::Line;
    use jiff::Timestamp;
    use uuid::Uuid;

    fn names() -> Names {
        let day = jiff::civil::date(2026, 8, 1);
        let alias = |list: &str, name: &str, code: &str| ImportAlias {
            id: ImportAliasId(Uuid::nil()),
            alias: NewAlias {
                list: list.parse().unwrap(),
                name: Line::parse(name).unwrap(),
                code: code.into(),
            },
            is_built_in: true,
            created_at: Timestamp::UNIX_EPOCH,
            ended_at: None,
        };
        let aliases = [
            alias("fields", "máy móc sau thu hoạch", "food.drying"),
            alias("price_modes", "thoả thuận", "negotiable"),
            alias("countries", "xứ sở hoa anh đào", "JP"),
            // What an entry is called comes first.
            alias("price_modes", "giá liên hệ", "free"),
        ];
        Names::of(&InForce::on(Taxonomies::embedded().clone(), day), &aliases)
    }

    #[test]
    fn codes_are_found_by_their_names() {
        let names = names();
        for (list, text, code) in [
            (TaxonomyName::ListingKinds, "Chào bán thiết bị", "equipment_offer"),
            (TaxonomyName::ListingKinds, "chao ban thiet bi", "equipment_offer"),
            (TaxonomyName::ListingKinds, "equipment_offer", "equipment_offer"),
            (TaxonomyName::PriceModes, "Giá liên hệ", "contact"),
            (TaxonomyName::PriceModes, "thoả thuận", "negotiable"),
            (TaxonomyName::TransferModes, "mua ban thiet bi", "sale_of_equipment"),
            (TaxonomyName::Fields, "Sấy, bảo quản sau thu hoạch", "food.drying"),
            (TaxonomyName::Countries, "Nhật Bản", "JP"),
            (TaxonomyName::Countries, "vn", "VN"),
            (TaxonomyName::Countries, "Viet Nam", "VN"),
            (TaxonomyName::Countries, "VN (Việt Nam)", "VN"),
            (TaxonomyName::Countries, "Nhật Bản (JP)", "JP"),
            (TaxonomyName::Countries, "JP (Việt Nam)", "JP (Việt Nam)"),
            (
                TaxonomyName::Fields,
                "Sấy, bảo quản sau thu hoạch (food.drying)",
                "food.drying",
            ),
            (TaxonomyName::Fields, "Lĩnh vực lạ", "Lĩnh vực lạ"),
            (TaxonomyName::Fields, "May moc sau thu hoach", "food.drying"),
            (TaxonomyName::Countries, "xứ sở hoa anh đào", "JP"),
        ] {
            assert_eq!(names.code(list, text), code, "{text}");
        }
    }

    #[test]
    fn every_name_of_a_short_list_is_its_own() {
        let names = names();
        let doubtful: Vec<_> = names.codes.iter().filter(|(_, code)| code.is_none()).collect();
        assert!(doubtful.is_empty(), "{doubtful:?}");
    }

    #[test]
    fn a_cell_holds_several_codes() {
        let names = names();
        let fields = |text| -> Vec<String> {
            let meant = names.codes(TaxonomyName::Fields, text).into_iter();
            meant.map(|meant| meant.code).collect()
        };
        assert_eq!(
            fields("Sấy, bảo quản sau thu hoạch; mechanics"),
            ["food.drying", "mechanics"]
        );
        assert_eq!(fields("food.drying, mechanics"), ["food.drying", "mechanics"]);
        assert_eq!(fields("food.drying\nenergy"), ["food.drying", "energy"]);
        assert_eq!(fields("lạ, mechanics"), ["lạ, mechanics"]);
    }

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
        ] {
            assert_eq!(amount(text), Some((value, Some(code.parse().unwrap()))), "{text}");
        }
        for text in ["$5000", "5000 xyz", "đ", "USD", "USD 5 VND"] {
            assert_eq!(amount(text), None, "{text}");
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
