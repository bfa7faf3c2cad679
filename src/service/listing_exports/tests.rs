//! Whatever a listing says, an import reads from the table what was written.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use search_index::repair_legacy;

use super::*;
use crate::domain::taxonomy::Taxonomies;
use crate::domain::text::{Line, Prose};
use crate::service::exports::text;
use crate::service::file_imports::listings::intake;
use crate::service::file_imports::listings::row::{self, Head};

/// What some programs write into PDF instead of `ư`, and an import puts right.
const MISTYPED: [char; 2] = ['ƣ', 'Ƣ'];

/// What a workbook shows where a formula failed is refused, whoever means it; and what looks like an encoding of before Unicode is
/// put right ("YØ" is "Ỳ" of VNI).
fn is_taken_as_it_is(text: &str) -> bool {
    !row::is_error(text) && !text.contains(MISTYPED) && repair_legacy(text).is_none()
}

/// A line as it is kept, of signs that mean something in a table or of any.
fn line() -> impl Strategy<Value = String> {
    let text = "[-a1'\"=+@#:;,|\\[\\]\\\\ ]{1,10}|\\PC{1,12}";
    text.prop_filter_map("no line", |text: String| {
        let kept = Line::<30>::parse(&text).ok()?.into_string();
        is_taken_as_it_is(&kept).then_some(kept)
    })
}

fn prose() -> impl Strategy<Value = String> {
    "[-a'\"=;,\n ]{1,20}|\\PC{1,20}".prop_filter_map("no text", |text: String| {
        let kept = Prose::<20_000>::parse(&text).ok()?.to_string();
        is_taken_as_it_is(&kept).then_some(kept)
    })
}

fn property() -> impl Strategy<Value = Value> {
    (line(), line(), option::of(line())).prop_map(|(name, value, unit)| match unit {
        Some(unit) => json!({"name": name, "value": value, "unit": unit}),
        None => json!({"name": name, "value": value}),
    })
}

fn one_of(values: &'static [&'static str]) -> impl Strategy<Value = Value> {
    proptest::sample::select(values).prop_map(Value::from)
}

fn day() -> impl Strategy<Value = Value> {
    (1_i16..28, 1..13_i16, 1990..2040_i16).prop_map(|(day, month, year)| format!("{year}-{month:02}-{day:02}").into())
}

/// An entry with the members that are there.
fn entry(members: Vec<(&'static str, Option<Value>)>) -> Value {
    let told = members
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(told.collect())
}

fn text_value() -> impl Strategy<Value = Value> {
    line().prop_map(Value::from)
}

fn right() -> impl Strategy<Value = Value> {
    let days = (option::of(day()), option::of(day()), option::of(day()));
    let kinds = (
        one_of(&["patent", "trade_secret", "trademark"]),
        one_of(&["granted", "filed", "secret"]),
    );
    let numbers = (option::of(text_value()), option::of(text_value()));
    (
        kinds,
        option::of(one_of(&["VN", "PCT", "EP"])),
        numbers,
        days,
        any::<bool>(),
    )
        .prop_map(
            |((kind, status), office, (application, grant), (filed, granted, expires), is_public)| {
                entry(vec![
                    ("type", Some(kind)),
                    ("status", Some(status)),
                    ("office", office),
                    ("application_number", application),
                    ("grant_number", grant),
                    ("filed_on", filed),
                    ("granted_on", granted),
                    ("expires_on", expires),
                    ("is_public", Some(is_public.into())),
                ])
            },
        )
}

fn owner() -> impl Strategy<Value = Value> {
    let share = option::of((0..=10_000_u32).prop_map(|hundredths| {
        let (whole, rest) = (hundredths / 100, hundredths % 100);
        let text = if rest == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{rest:02}")
        };
        serde_json::from_str::<Value>(&text).unwrap()
    }));
    let id = option::of(one_of(&["01990d3e-0000-7000-8000-000000000001"]));
    (
        one_of(&["organisation", "individual", "state"]),
        text_value(),
        share,
        id,
    )
        .prop_map(|(kind, name, share, id)| {
            entry(vec![
                ("type", Some(kind)),
                ("name", Some(name)),
                ("share_percent", share),
                ("enterprise_id", id),
            ])
        })
}

fn certificate() -> impl Strategy<Value = Value> {
    (
        one_of(&["iso", "other", "ce"]),
        option::of(text_value()),
        option::of(day()),
    )
        .prop_map(|(scheme, number, end)| entry(vec![("scheme", Some(scheme)), ("number", number), ("valid_to", end)]))
}

/// The parts that not every listing has.
fn parts() -> impl Strategy<Value = Vec<(&'static str, Option<Value>)>> {
    let several = (
        vec(right(), 0..4),
        vec(owner(), 0..4),
        vec(certificate(), 0..4),
        vec(text_value(), 0..4),
        proptest::sample::subsequence(vec!["university", "cooperative", "other"], 0..3),
    );
    let chosen = (
        option::of(one_of(&["idea", "lab", "commercial"])),
        option::of(one_of(&["new", "used", "refurbished"])),
        option::of(one_of(&["indicative", "floor", "firm"])),
        option::of(one_of(&["unrestricted", "encouraged", "restricted"])),
    );
    let numbers = (
        option::of(1900_i64..2030),
        option::of(0_i64..600),
        option::of(1_i64..=5),
        option::of(0_i64..80),
        option::of(0_i64..1_000_000_000_000),
    );
    let others = (option::of(any::<bool>()), option::of(day()), option::of(text_value()));
    (several, chosen, numbers, others).prop_map(|(several, chosen, numbers, others)| {
        let (rights, owners, certificates, specialities, partners) = several;
        let (stage, condition, price_kind, class) = chosen;
        let (year, warranty, stars, experience, budget) = numbers;
        let (funded, needed_by, degree) = others;
        vec![
            ("ip_rights", Some(rights.into())),
            ("owners", Some(owners.into())),
            ("certifications", Some(certificates.into())),
            ("specialities", Some(specialities.into())),
            ("partner_kinds", Some(partners.into())),
            ("stage", stage),
            ("condition", condition),
            ("price_kind", price_kind),
            ("regulatory_class", class),
            ("manufacture_year", year.map(Value::from)),
            ("warranty_months", warranty.map(Value::from)),
            ("stars", stars.map(Value::from)),
            ("experience_years", experience.map(Value::from)),
            ("budget_max", budget.map(Value::from)),
            ("state_funded", funded.map(Value::from)),
            ("needed_by", needed_by),
            ("degree", degree),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        is_english in any::<bool>(),
        parts in parts(),
        terms in option::of((prose(), option::of(prose()))),
        id in line(),
        (title, title_en, brand) in (line(), option::of(line()), option::of(line())),
        description in option::of(prose()),
        specifications in vec(property(), 0..4),
    ) {
        let mut draft = json!({
            "kind": "equipment_offer", "title": {"vi": title}, "specifications": specifications, "price_mode": "contact", "currency": "VND",
            "field_codes": [], "transfer_modes": [], "regulated_items": [],
        });
        for (name, value) in parts {
            if let Some(value) = value {
                draft[name] = value;
            }
        }
        if let Some((vi, en)) = terms {
            draft["warranty_text"] = json!({"vi": vi});
            if let Some(en) = en {
                draft["warranty_text"]["en"] = en.into();
            }
        }
        if let Some(title) = title_en {
            draft["title"]["en"] = title.into();
        }
        if let Some(brand) = brand {
            draft["brand"] = brand.into();
        }
        if let Some(description) = description {
            draft["description"] = json!({"vi": description});
        }
        let lists = InForce::on(Taxonomies::embedded().clone(), jiff::civil::date(2026, 8, 1));
        let language = if is_english { TableLanguage::English } else { TableLanguage::Vietnamese };
        let writer = Writer::new(Format::Csv, language, lists.clone());
        let rows = [Row::Cells(writer.head()), Row::Cells(writer.own_cells(&id, &draft))];
        let table = text(&rows).unwrap();
        let taken = intake::text(Format::Csv, &table).unwrap();
        let rows = String::from_utf8(taken.rows.clone()).unwrap();
        let read = row::read(Format::Csv, &Head::of(&taken.head), &Names::of(&lists, &[]), rows.trim_end()).unwrap();
        let item = match read.item {
            Ok(item) => item,
            Err(problems) => panic!("{problems:?} in {}", String::from_utf8_lossy(&table)),
        };
        prop_assert_eq!(item.external_id.as_ref(), Some(&id));
        for column in COLUMNS.iter().filter(|column| column.cell != Cell::Identifier) {
            let nothing = Value::Null;
            let said = draft.pointer(column.pointer).unwrap_or(&nothing);
            let told = item.patch.pointer(column.pointer).unwrap_or(&nothing);
            prop_assert_eq!(told, said, "{}", column.pointer);
        }
    }
}
