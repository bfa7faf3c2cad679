//! Whatever a listing says, an import reads from the table what was written.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::*;
use crate::domain::taxonomy::Taxonomies;
use crate::domain::text::{Line, Prose};
use crate::service::exports::text;
use crate::service::listing_imports::intake;
use crate::service::listing_imports::row::{self, Head};

/// A line as it is kept, of signs that mean something in a table or of any.
fn line() -> impl Strategy<Value = String> {
    let text = "[-a1'\"=+@#:;,|\\[\\]\\\\ ]{1,10}|\\PC{1,12}";
    text.prop_filter_map("no line", |text: String| {
        let kept = Line::<30>::parse(&text).ok()?.into_string();
        // What a workbook shows where a formula failed is refused, whoever means it.
        (!row::is_error(&kept)).then_some(kept)
    })
}

fn prose() -> impl Strategy<Value = String> {
    "[-a'\"=;,\n ]{1,20}|\\PC{1,20}".prop_filter_map("no text", |text: String| {
        let kept = Prose::<20_000>::parse(&text).ok()?.to_string();
        (!row::is_error(&kept)).then_some(kept)
    })
}

fn property() -> impl Strategy<Value = Value> {
    (line(), line(), option::of(line())).prop_map(|(name, value, unit)| match unit {
        Some(unit) => json!({"name": name, "value": value, "unit": unit}),
        None => json!({"name": name, "value": value}),
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        id in line(),
        (title, title_en, brand) in (line(), option::of(line()), option::of(line())),
        description in option::of(prose()),
        specifications in vec(property(), 0..4),
    ) {
        let mut draft = json!({
            "kind": "equipment_offer", "title": {"vi": title}, "specifications": specifications, "price_mode": "contact", "currency": "VND",
            "field_codes": [], "transfer_modes": [],
        });
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
        let writer = Writer::new(Format::Csv, TableLanguage::Vietnamese, lists.clone());
        let rows = [Row::Cells(writer.head()), Row::Cells(writer.own_cells(&id, &draft))];
        let table = text(&rows).unwrap();
        let taken = intake::text(Format::Csv, &table).unwrap();
        let rows = String::from_utf8(taken.rows.clone()).unwrap();
        let read = row::read(Format::Csv, &Head::of(&taken.head), &Names::of(&lists, &[]), rows.trim_end()).unwrap();
        let item = match read.item {
            Ok(item) => item,
            Err(problems) => panic!("{problems:?} in {}", String::from_utf8_lossy(&table)),
        };
        prop_assert_eq!(&item.external_id, &id);
        for column in COLUMNS.iter().filter(|column| column.column != Column::ExternalId) {
            let nothing = Value::Null;
            let said = draft.pointer(column.pointer).unwrap_or(&nothing);
            let told = item.patch.pointer(column.pointer).unwrap_or(&nothing);
            prop_assert_eq!(told, said, "{}", column.pointer);
        }
    }
}
