//! Every class of mistake that an import can tell of a row, and what must be told of it: exactly these places and codes. Those of
//! single columns [follow](super::derived) from the columns that there are; `tests/tidy` holds the codes against the source.

use std::sync::LazyLock;

use serde_json::{Value, json};
use vptex::service::file_imports::listings::columns::{COLUMNS, LISTING_ID};

use super::derived;

/// Columns by the places that they say something of.
pub const ID: &str = "/external_id";
pub const KIND: &str = "/kind";
pub const TITLE: &str = "/title/vi";
pub const SUMMARY: &str = "/summary/vi";
const DESCRIPTION: &str = "/description/vi";
pub const FIELDS: &str = "/field_codes";
pub const ORIGIN: &str = "/origin_country";
const TRL: &str = "/trl";
pub const MODE: &str = "/price_mode";
pub const PRICE: &str = "/price_min";
const PRICE_TO: &str = "/price_max";
const PRICE_KIND: &str = "/price_kind";
const CURRENCY: &str = "/currency";
const BUDGET: &str = "/budget_min";
const BUDGET_TO: &str = "/budget_max";
pub const PROPERTIES: &str = "/specifications";
pub const TRANSFER: &str = "/transfer_modes";
pub const YEAR: &str = "/manufacture_year";
pub const WARRANTY: &str = "/warranty_months";
pub const MODEL: &str = "/model";
pub const FUNDED: &str = "/state_funded";
const TASK: &str = "/rd_task_code";
const ACCEPTANCE: &str = "/acceptance_no";
const RIGHTS: &str = "/ip_rights";
const OWNERS: &str = "/owners";
const HELD_BY: &str = "/certifications";
const ITEMS: &str = "/regulated_items";
const CLASS: &str = "/regulatory_class";
const LISTING: &str = "/id";
/// Behind the last column.
const SURPLUS: &str = "";

/// The columns of tables that are sent, in their order: all that an import takes, and which listing a row is about.
pub static HEAD: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let own = COLUMNS.iter().map(|column| column.vi);
    own.chain([LISTING_ID.0]).collect()
});

/// Where in a row a column stands.
pub fn at(column: &str) -> usize {
    let known = COLUMNS.iter().position(|known| known.pointer == column);
    let behind = COLUMNS.len() + usize::from(column != LISTING);
    known.unwrap_or(behind)
}

/// Entries that an officer adds to lists: of the regulated technologies, which have none of this class in the beginning, and of
/// fields, one of which is over and one not yet there.
pub const PROHIBITED: &str = "prohibited.thu_nghiem";
pub const FIELD_ENDED: &str = "food.da_het";
pub const FIELD_TO_COME: &str = "food.sap_toi";
/// Listings that stand before a file is sent, each in a state of its own, as the enterprise calls them.
pub const DRAFT: &str = "DANG-SOAN";
pub const SUBMITTED: &str = "CHO-DUYET";
pub const ARCHIVED: &str = "DA-LUU-TRU";
pub const PUBLIC: &str = "DANG-DANG";
pub const HELD: &str = "TAM-NGUNG";
pub const REVISED: &str = "SUA-CHO-DUYET";
pub const OUTDATED: &str = "SUA-LOI-THOI";
/// The listing of the first row, which stands before the file is sent, too.
pub const FIRST: &str = "first";
/// Longer than a row may be, in characters.
pub const HUGE: usize = 270_000;
/// An identifier of the exchange that is nobody's.
const NOBODYS: &str = "01990d3e-0000-7000-8000-000000000001";

/// Places as JSON pointers, each with its code.
pub type Told = &'static [(&'static str, &'static str)];

/// What a cell says instead of what it should.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    Says(&'static str),
    /// So many letters.
    Long(usize),
    /// What a good row before it says there.
    OfAnother,
    /// The identifier of a listing that stands.
    IdOf(&'static str),
}
use Cell::{IdOf, Long, OfAnother, Says};

/// A mistake in a row of a table.
#[derive(Clone, Copy, Debug)]
pub struct InTable {
    pub cells: &'static [(&'static str, Cell)],
    pub told: Told,
}

const fn cells(cells: &'static [(&'static str, Cell)], told: Told) -> InTable {
    InTable { cells, told }
}

/// What a table can have wrong. That a row is too long comes first: once in a file is enough.
pub static IN_TABLES: LazyLock<Vec<InTable>> = LazyLock::new(|| {
    let mut all = OF_TABLES.to_vec();
    all.extend(derived::in_tables());
    all
});

const OF_TABLES: &[InTable] = &[
    cells(&[(DESCRIPTION, Long(HUGE))], &[("", "too_long")]),
    cells(&[(ID, Says(""))], &[("/external_id", "required")]),
    cells(&[(ID, Long(101))], &[("/external_id", "too_long")]),
    cells(&[(ID, Says("#N/A"))], &[("/external_id", "malformed")]),
    cells(&[(ID, OfAnother)], &[("/external_id", "duplicate")]),
    cells(&[(SURPLUS, Says("thừa"))], &[("", "malformed")]),
    cells(&[(KIND, Says(""))], &[("/kind", "required")]),
    cells(&[(TITLE, Says(""))], &[("/title/vi", "required")]),
    cells(
        &[(
            FIELDS,
            Says("food.drying; mechanics.pumps; automation.control; agriculture.livestock"),
        )],
        &[("/field_codes", "too_many")],
    ),
    cells(&[(FIELDS, Says(FIELD_ENDED))], &[("/field_codes/0", "code_ended")]),
    cells(&[(FIELDS, Says(FIELD_TO_COME))], &[("/field_codes/0", "code_not_yet")]),
    cells(&[(ORIGIN, Says("#REF!"))], &[("/origin_country", "malformed")]),
    cells(&[(PRICE, Says(""))], &[("/price_min", "required")]),
    cells(&[(MODE, Says("contact"))], &[("/price_min", "conflicts")]),
    cells(&[(PRICE_TO, Says("200.000.000"))], &[("/price_max", "conflicts")]),
    cells(
        &[(MODE, Says("Khoảng giá")), (PRICE_TO, Says("1000"))],
        &[("/price_max", "out_of_range")],
    ),
    cells(
        &[(PRICE, Says("185.000.000 đ")), (CURRENCY, Says("USD"))],
        &[("/price_min", "conflicts")],
    ),
    cells(
        &[(MODE, Says("contact")), (PRICE, Says("")), (PRICE_KIND, Says("floor"))],
        &[("/price_kind", "conflicts")],
    ),
    cells(
        &[
            (KIND, Says("equipment_need")),
            (YEAR, Says("")),
            (WARRANTY, Says("")),
            (BUDGET, Says("500.000.000")),
            (BUDGET_TO, Says("100.000.000")),
        ],
        &[("/budget_max", "out_of_range")],
    ),
    cells(&[(YEAR, Says("1800"))], &[("/manufacture_year", "out_of_range")]),
    cells(&[(TASK, Says("ĐTĐL.CN-12/23"))], &[("/rd_task_code", "conflicts")]),
    cells(
        &[(ACCEPTANCE, Says("12/BB")), (FUNDED, Says("Không"))],
        &[("/acceptance_no", "conflicts")],
    ),
    cells(
        &[(RIGHTS, Says("Bằng khen | cấp"))],
        &[("/ip_rights/0/status", "malformed"), ("/ip_rights/0/type", "malformed")],
    ),
    cells(
        &[(RIGHTS, Says("Sáng chế | Đã cấp văn bằng | VN"))],
        &[("/ip_rights/0/grant_number", "required")],
    ),
    cells(
        &[(
            RIGHTS,
            Says("Sáng chế | Đã cấp văn bằng | VN | | 1-0034567 | 31/2/2021"),
        )],
        &[("/ip_rights/0/filed_on", "malformed")],
    ),
    cells(
        &[(OWNERS, Says("Tổ chức | Viện | 60; Cá nhân | An | 50"))],
        &[("/owners/1/share_percent", "out_of_range")],
    ),
    cells(
        &[(OWNERS, Says("Tổ chức | Viện | 50 | | thừa"))],
        &[("/owners", "malformed")],
    ),
    cells(
        &[(
            OWNERS,
            Says("Tổ chức | Viện | 50 | 01990d3e-0000-7000-8000-000000000001"),
        )],
        &[("/owners/0/enterprise_id", "malformed")],
    ),
    cells(
        &[(
            HELD_BY,
            Says("ISO | 9001:2015 | | 01990d3e-0000-7000-8000-000000000001"),
        )],
        &[("/certifications/0/file_id", "malformed")],
    ),
    cells(
        &[(HELD_BY, Says("ISO | 9001:2015 | 31/2/2027"))],
        &[("/certifications/0/valid_to", "malformed")],
    ),
    cells(&[(HELD_BY, Says("Khác"))], &[("/certifications/0/number", "required")]),
    cells(
        &[(ITEMS, Says(PROHIBITED)), (CLASS, Says("không thuộc danh mục"))],
        &[("/regulatory_class", "conflicts")],
    ),
    cells(&[(LISTING, Says("EP"))], &[("/id", "malformed")]),
    cells(&[(LISTING, Says(NOBODYS))], &[("/id", "malformed")]),
    cells(
        &[(ID, Says(ARCHIVED)), (LISTING, IdOf(SUBMITTED))],
        &[("/id", "conflicts")],
    ),
    cells(&[(ID, Says("")), (LISTING, IdOf(FIRST))], &[("/id", "duplicate")]),
    // What stands is not in a state that lets it change; a withdrawn one would be.
    cells(&[(ID, Says(ARCHIVED))], &[("", "listing_wrong_status")]),
    cells(&[(ID, Says(SUBMITTED))], &[("", "listing_wrong_status")]),
    cells(&[(ID, Says(HELD))], &[("", "listing_held")]),
    cells(&[(ID, Says(REVISED))], &[("", "revision_wrong_status")]),
    cells(&[(ID, Says(OUTDATED))], &[("", "revision_outdated")]),
    cells(&[(ID, Says("")), (LISTING, IdOf(HELD))], &[("", "listing_held")]),
    // The code of what is public says its kind.
    cells(
        &[
            (ID, Says(PUBLIC)),
            (KIND, Says("equipment_need")),
            (YEAR, Says("")),
            (WARRANTY, Says("")),
        ],
        &[("/kind", "conflicts")],
    ),
    // Everything that is wrong is told at once.
    cells(
        &[
            (KIND, Says("máy bay")),
            (FIELDS, Says("Lĩnh vực lạ")),
            (TRL, Says("mười")),
            (PRICE, Says("rẻ")),
        ],
        &[
            ("/field_codes/0", "unknown_code"),
            ("/kind", "unknown_code"),
            ("/price_min", "malformed"),
            ("/trl", "malformed"),
        ],
    ),
];

/// How a line of JSON is changed.
#[derive(Clone, Copy, Debug)]
pub enum Change {
    /// A member, by its pointer, says this.
    Set(&'static str, &'static str),
    /// It is not there.
    Without(&'static str),
    /// It has so many letters.
    Long(&'static str, usize),
    /// It is called as a good line before it is.
    OfAnother,
    /// It is called as a listing that stands.
    Called(&'static str),
    /// It says that it is about such a listing.
    IdOf(&'static str),
    /// The line is this one.
    Line(&'static str),
}

/// A mistake in a line of JSON.
#[derive(Clone, Copy, Debug)]
pub struct InLine {
    pub changes: &'static [Change],
    pub told: Told,
    /// Whether it can still be read what the listing is called.
    pub is_named: bool,
}

const fn set(changes: &'static [Change], told: Told) -> InLine {
    InLine {
        changes,
        told,
        is_named: true,
    }
}

const fn unnamed(changes: &'static [Change], told: Told) -> InLine {
    InLine {
        changes,
        told,
        is_named: false,
    }
}

/// What a line can have wrong; the longest first, as in tables.
pub static IN_LINES: LazyLock<Vec<InLine>> = LazyLock::new(|| {
    let mut all = OF_LINES.to_vec();
    all.extend(derived::in_lines());
    all
});

const OF_LINES: &[InLine] = &[
    set(&[Change::Long("/listing/description/vi", HUGE)], &[("", "too_long")]),
    unnamed(&[Change::Line("{\"external_id\": ")], &[("", "malformed")]),
    unnamed(&[Change::Line("\"tin\"")], &[("", "malformed")]),
    unnamed(
        &[Change::Line("{\"external_id\": \"a\u{7}\", \"listing\": {}}")],
        &[("", "malformed")],
    ),
    unnamed(
        &[Change::Line(
            "{\"external_id\": \"a\", \"external_id\": \"b\", \"listing\": {}}",
        )],
        &[("/external_id", "duplicate")],
    ),
    set(&[Change::Set("/colour", "1")], &[("/colour", "malformed")]),
    unnamed(&[Change::Without("/external_id")], &[("/external_id", "required")]),
    unnamed(&[Change::Set("/external_id", "5")], &[("/external_id", "malformed")]),
    unnamed(&[Change::Long("/external_id", 101)], &[("/external_id", "too_long")]),
    set(&[Change::Without("/listing")], &[("/listing", "required")]),
    set(&[Change::Set("/listing", "\"x\"")], &[("/listing", "malformed")]),
    set(&[Change::OfAnother], &[("/external_id", "duplicate")]),
    set(&[Change::Set("/id", "5")], &[("/id", "malformed")]),
    set(&[Change::Set("/id", "\"EP\"")], &[("/id", "malformed")]),
    set(
        &[Change::Set("/id", "\"01990d3e-0000-7000-8000-000000000001\"")],
        &[("/id", "malformed")],
    ),
    set(
        &[Change::Called(ARCHIVED), Change::IdOf(SUBMITTED)],
        &[("/id", "conflicts")],
    ),
    unnamed(
        &[Change::Without("/external_id"), Change::IdOf(FIRST)],
        &[("/id", "duplicate")],
    ),
    set(&[Change::Called(ARCHIVED)], &[("", "listing_wrong_status")]),
    set(&[Change::Called(SUBMITTED)], &[("", "listing_wrong_status")]),
    set(&[Change::Called(HELD)], &[("", "listing_held")]),
    set(&[Change::Called(REVISED)], &[("", "revision_wrong_status")]),
    set(&[Change::Called(OUTDATED)], &[("", "revision_outdated")]),
    unnamed(
        &[Change::Without("/external_id"), Change::IdOf(HELD)],
        &[("", "listing_held")],
    ),
    set(
        &[
            Change::Called(PUBLIC),
            Change::Set("/listing/kind", "\"equipment_need\""),
            Change::Without("/listing/manufacture_year"),
            Change::Without("/listing/warranty_months"),
        ],
        &[("/kind", "conflicts")],
    ),
    // What the amount of what stands is in the new currency nobody said.
    set(
        &[
            Change::Called(DRAFT),
            Change::Without("/listing/price_min"),
            Change::Set("/listing/currency", "\"USD\""),
        ],
        &[("/price_min", "conflicts")],
    ),
    set(&[Change::Set("/listing/colour", "1")], &[("/colour", "malformed")]),
    set(&[Change::Without("/listing/kind")], &[("/kind", "required")]),
    set(&[Change::Without("/listing/title")], &[("/title/vi", "required")]),
    set(&[Change::Set("/listing/title", "\"Máy\"")], &[("/title", "malformed")]),
    set(
        &[Change::Set("/listing/field_codes", "[null]")],
        &[("/field_codes/0", "required")],
    ),
    set(
        &[Change::Set(
            "/listing/field_codes",
            "[\"food.drying\", \"mechanics.pumps\", \"automation.control\", \"agriculture.livestock\"]",
        )],
        &[("/field_codes", "too_many")],
    ),
    set(
        &[Change::Set("/listing/field_codes", "[\"food.da_het\"]")],
        &[("/field_codes/0", "code_ended")],
    ),
    set(
        &[Change::Set("/listing/field_codes", "[\"food.sap_toi\"]")],
        &[("/field_codes/0", "code_not_yet")],
    ),
    set(&[Change::Set("/listing/trl", "7.5")], &[("/trl", "malformed")]),
    set(&[Change::Set("/listing/trl", "300")], &[("/trl", "out_of_range")]),
    set(
        &[Change::Set("/listing/price_min", "-5")],
        &[("/price_min", "out_of_range")],
    ),
    set(&[Change::Without("/listing/price_min")], &[("/price_min", "required")]),
    set(
        &[Change::Set("/listing/price_max", "200000000")],
        &[("/price_max", "conflicts")],
    ),
    set(
        &[Change::Set("/listing/specifications", "[{\"name\": \"Năng suất\"}]")],
        &[("/specifications/0/value", "required")],
    ),
    set(
        &[Change::Set("/listing/manufacture_year", "1800")],
        &[("/manufacture_year", "out_of_range")],
    ),
    set(
        &[Change::Set("/listing/rd_task_code", "\"ĐTĐL\"")],
        &[("/rd_task_code", "conflicts")],
    ),
    set(
        &[Change::Set(
            "/listing/owners",
            "[{\"type\": \"organisation\", \"name\": \"Viện\", \"share_percent\": 60},
              {\"type\": \"individual\", \"name\": \"An\", \"share_percent\": 50}]",
        )],
        &[("/owners/1/share_percent", "out_of_range")],
    ),
    set(
        &[Change::Set(
            "/listing/owners",
            "[{\"type\": \"state\", \"name\": \"Viện\", \"enterprise_id\": \"01990d3e-0000-7000-8000-000000000001\"}]",
        )],
        &[("/owners/0/enterprise_id", "malformed")],
    ),
    set(
        &[
            Change::Set("/listing/regulated_items", "[\"prohibited.thu_nghiem\"]"),
            Change::Set("/listing/regulatory_class", "\"unrestricted\""),
        ],
        &[("/regulatory_class", "conflicts")],
    ),
];

/// Makes a change to a good line; `id_of` tells the identifier of a listing that stands.
pub fn changed(line: &mut Value, change: Change, another: &str, id_of: impl Fn(&str) -> String) {
    match change {
        Change::Set(pointer, text) => put(line, pointer, serde_json::from_str(text).unwrap()),
        Change::Long(pointer, length) => put(line, pointer, "a".repeat(length).into()),
        Change::OfAnother => put(line, "/external_id", another.into()),
        Change::Called(name) => put(line, "/external_id", name.into()),
        Change::IdOf(name) => put(line, "/id", id_of(name).into()),
        Change::Without(pointer) => {
            let (above, name) = pointer.rsplit_once('/').unwrap();
            line.pointer_mut(above).unwrap().as_object_mut().unwrap().remove(name);
        }
        // It is written as it is.
        Change::Line(_) => {}
    }
}

/// Puts a value where it belongs; an object on the way to it is made.
fn put(line: &mut Value, pointer: &str, value: Value) {
    let (above, name) = pointer.rsplit_once('/').unwrap();
    let mut place = line;
    for step in above.split('/').skip(1) {
        place = member(place, step);
    }
    *member(place, name) = value;
}

fn member<'v>(of: &'v mut Value, name: &str) -> &'v mut Value {
    if of.is_null() {
        *of = json!({});
    }
    of.as_object_mut().unwrap().entry(name).or_insert(Value::Null)
}
