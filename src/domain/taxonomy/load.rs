//! Reads the embedded CSV files. One reader serves every list: four columns have a fixed meaning, the others become
//! attributes.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use jiff::civil::{Date, date};

use super::country::without_diacritics;
use super::{List, REORGANISED_ON, TaxonomyItem};

/// Reads a list; a line without code or Vietnamese name is counted, not returned.
pub(super) fn list(text: &str) -> List {
    read(text, |item| item)
}

/// Reads the provinces, all of which began on one day.
pub(super) fn provinces(text: &str) -> List {
    read(text, |mut item| {
        item.valid_from = Some(REORGANISED_ON);
        item
    })
}

/// Reads the communes, whose names are derived to keep the largest list small: kind and short name, and the short
/// name without diacritics.
pub(super) fn communes(text: &str) -> List {
    read(text, |mut item| {
        item.valid_from = Some(REORGANISED_ON);
        let kind = match item.attributes.get("type").map(String::as_str) {
            Some("xa") => "Xã",
            Some("phuong") => "Phường",
            Some("dac_khu") => "Đặc khu",
            _ => return item,
        };
        if let Some(short_name) = item.attributes.get("short_name") {
            item.name_vi = format!("{kind} {short_name}");
            item.name_en = Some(without_diacritics(short_name).replace('’', "'"));
        }
        item
    })
}

/// When the decree with the lists of regulated technologies came into force.
const LISTED_ON: Date = date(2018, 7, 1);

/// Reads the classes of regulated technologies, all of which began on one day.
pub(super) fn regulated(text: &str) -> List {
    read(text, |mut item| {
        item.valid_from = Some(LISTED_ON);
        item
    })
}

fn read(text: &str, complete: impl Fn(TaxonomyItem) -> TaxonomyItem) -> List {
    let mut list = List {
        items: Vec::new(),
        positions: HashMap::new(),
        unreadable: 0,
        keys: OnceLock::new(),
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else {
        list.unreadable = 1;
        return list;
    };
    for row in reader.records() {
        let item = row.ok().map(|row| complete(item_of(&header, &row)));
        match item {
            Some(item) if !item.code.is_empty() && !item.name_vi.is_empty() => {
                list.positions.insert(item.code.clone(), list.items.len());
                list.items.push(item);
            }
            _ => list.unreadable += 1,
        }
    }
    list
}

fn item_of(header: &csv::StringRecord, row: &csv::StringRecord) -> TaxonomyItem {
    let mut item = TaxonomyItem {
        code: String::new(),
        parent: None,
        name_vi: String::new(),
        name_en: None,
        attributes: BTreeMap::new(),
        valid_from: None,
        valid_to: None,
        successors: Vec::new(),
        version: 1,
    };
    for (column, value) in header.iter().zip(row) {
        if value.is_empty() {
            continue;
        }
        let value = value.to_owned();
        match column {
            "code" => item.code = value,
            "parent" => item.parent = Some(value),
            "name_vi" => item.name_vi = value,
            "name_en" => item.name_en = Some(value),
            _ => {
                item.attributes.insert(column.to_owned(), value);
            }
        }
    }
    item
}
