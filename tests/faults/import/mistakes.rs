//! Every class of mistake that an import can tell of a row, and what must be told of it: exactly these places and codes.

use serde_json::Value;

/// The columns of tables that are sent, in their order.
pub const HEAD: [&str; 28] = [
    "Mã nội bộ",
    "Loại tin",
    "Tên",
    "Tóm tắt",
    "Mô tả",
    "Lĩnh vực",
    "Xuất xứ",
    "TRL",
    "Hình thức giá",
    "Giá",
    "Giá đến",
    "Đơn vị tiền tệ",
    "Thông số kỹ thuật",
    "Hình thức chuyển giao",
    "Giai đoạn phát triển",
    "Năm sản xuất",
    "Bảo hành (tháng)",
    "Cần trước ngày",
    "Dùng vốn nhà nước",
    "Mã nhiệm vụ KH&CN",
    "Quyền sở hữu trí tuệ",
    "Chủ sở hữu",
    "Chứng nhận",
    "Chuyên môn",
    "Mục trong danh mục công nghệ",
    "Nhóm công nghệ",
    "ID tin",
    "Model",
];
pub const ID: usize = 0;
pub const KIND: usize = 1;
pub const TITLE: usize = 2;
pub const SUMMARY: usize = 3;
const DESCRIPTION: usize = 4;
pub const FIELDS: usize = 5;
pub const ORIGIN: usize = 6;
const TRL: usize = 7;
pub const MODE: usize = 8;
pub const PRICE: usize = 9;
const PRICE_TO: usize = 10;
const CURRENCY: usize = 11;
pub const PROPERTIES: usize = 12;
pub const TRANSFER: usize = 13;
const STAGE: usize = 14;
pub const YEAR: usize = 15;
pub const WARRANTY: usize = 16;
const NEEDED: usize = 17;
const FUNDED: usize = 18;
const TASK: usize = 19;
const RIGHTS: usize = 20;
const OWNERS: usize = 21;
const HELD: usize = 22;
const SPECIALITIES: usize = 23;
const ITEMS: usize = 24;
const CLASS: usize = 25;
const LISTING: usize = 26;
pub const MODEL: usize = 27;
/// Behind the last column.
const SURPLUS: usize = HEAD.len();

/// An entry that an officer adds to the list of regulated technologies, which has none of this class in the beginning.
pub const PROHIBITED: &str = "prohibited.thu_nghiem";
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
}
use Cell::{Long, OfAnother, Says};

/// A mistake in a row of a table.
#[derive(Clone, Copy, Debug)]
pub struct InTable {
    pub cells: &'static [(usize, Cell)],
    pub told: Told,
}

const fn cells(cells: &'static [(usize, Cell)], told: Told) -> InTable {
    InTable { cells, told }
}

/// What a table can have wrong. That a row is too long comes first: once in a file is enough.
pub const IN_TABLES: &[InTable] = &[
    cells(&[(DESCRIPTION, Long(HUGE))], &[("", "too_long")]),
    cells(&[(ID, Says(""))], &[("/external_id", "required")]),
    cells(&[(ID, Long(101))], &[("/external_id", "too_long")]),
    cells(&[(ID, Says("#N/A"))], &[("/external_id", "malformed")]),
    cells(&[(ID, OfAnother)], &[("/external_id", "duplicate")]),
    cells(&[(SURPLUS, Says("thừa"))], &[("", "malformed")]),
    cells(&[(KIND, Says("máy bay"))], &[("/kind", "unknown_code")]),
    cells(&[(KIND, Says(""))], &[("/kind", "required")]),
    cells(&[(TITLE, Says(""))], &[("/title/vi", "required")]),
    cells(&[(TITLE, Long(257))], &[("/title/vi", "too_long")]),
    cells(
        &[(TITLE, Says("Máy\u{202e}sấy"))],
        &[("/title/vi", "control_character")],
    ),
    cells(&[(SUMMARY, Long(501))], &[("/summary/vi", "too_long")]),
    cells(&[(DESCRIPTION, Long(20_001))], &[("/description/vi", "too_long")]),
    cells(&[(FIELDS, Says("Lĩnh vực lạ"))], &[("/field_codes/0", "unknown_code")]),
    cells(
        &[(
            FIELDS,
            Says("food.drying; mechanics.pumps; automation.control; agriculture.livestock"),
        )],
        &[("/field_codes", "too_many")],
    ),
    cells(
        &[(FIELDS, Says("food.drying; food.drying"))],
        &[("/field_codes/1", "duplicate")],
    ),
    cells(&[(ORIGIN, Says("Sao Hỏa"))], &[("/origin_country", "unknown_code")]),
    cells(&[(ORIGIN, Says("#REF!"))], &[("/origin_country", "malformed")]),
    cells(&[(TRL, Says("mười"))], &[("/trl", "malformed")]),
    cells(&[(TRL, Says("12"))], &[("/trl", "out_of_range")]),
    cells(&[(MODE, Says("trả bằng vàng"))], &[("/price_mode", "unknown_code")]),
    cells(&[(PRICE, Says("rẻ"))], &[("/price_min", "malformed")]),
    cells(&[(PRICE, Says("1,5"))], &[("/price_min", "malformed")]),
    // Of which dollars is not said.
    cells(&[(PRICE, Says("12.000 $"))], &[("/price_min", "malformed")]),
    cells(&[(PRICE, Says(""))], &[("/price_min", "required")]),
    cells(&[(PRICE_TO, Says("200.000.000"))], &[("/price_max", "conflicts")]),
    cells(
        &[(MODE, Says("Khoảng giá")), (PRICE_TO, Says("1000"))],
        &[("/price_max", "out_of_range")],
    ),
    cells(
        &[(PRICE, Says("185.000.000 đ")), (CURRENCY, Says("USD"))],
        &[("/price_min", "conflicts")],
    ),
    cells(&[(CURRENCY, Says("XYZ"))], &[("/currency", "malformed")]),
    cells(&[(PROPERTIES, Says("không rõ"))], &[("/specifications", "malformed")]),
    cells(
        &[(TRANSFER, Says("cho mượn"))],
        &[("/transfer_modes/0", "unknown_code")],
    ),
    cells(&[(STAGE, Says("nửa chừng"))], &[("/stage", "malformed")]),
    cells(&[(YEAR, Says("năm ngoái"))], &[("/manufacture_year", "malformed")]),
    cells(&[(YEAR, Says("1800"))], &[("/manufacture_year", "out_of_range")]),
    cells(&[(WARRANTY, Says("vài năm"))], &[("/warranty_months", "malformed")]),
    cells(&[(WARRANTY, Says("601"))], &[("/warranty_months", "out_of_range")]),
    cells(&[(NEEDED, Says("31/3/2027"))], &[("/needed_by", "conflicts")]),
    cells(
        &[
            (KIND, Says("equipment_need")),
            (YEAR, Says("")),
            (WARRANTY, Says("")),
            (NEEDED, Says("31/2/2027")),
        ],
        &[("/needed_by", "malformed")],
    ),
    cells(
        &[
            (KIND, Says("equipment_need")),
            (YEAR, Says("")),
            (WARRANTY, Says("")),
            (NEEDED, Says("ngày mai")),
        ],
        &[("/needed_by", "malformed")],
    ),
    cells(
        &[
            (KIND, Says("equipment_need")),
            (YEAR, Says("")),
            (WARRANTY, Says("")),
            (NEEDED, Says("31/12/1999")),
        ],
        &[("/needed_by", "out_of_range")],
    ),
    cells(&[(FUNDED, Says("có lẽ"))], &[("/state_funded", "malformed")]),
    cells(&[(TASK, Says("ĐTĐL.CN-12/23"))], &[("/rd_task_code", "conflicts")]),
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
        &[(HELD, Says("ISO | 9001:2015 | 31/2/2027"))],
        &[("/certifications/0/valid_to", "malformed")],
    ),
    cells(&[(HELD, Says("Khác"))], &[("/certifications/0/number", "required")]),
    cells(&[(SPECIALITIES, Says("Sấy"))], &[("/specialities", "conflicts")]),
    cells(
        &[(ITEMS, Says("restricted.khong_co"))],
        &[("/regulated_items/0", "unknown_code")],
    ),
    cells(
        &[(ITEMS, Says(PROHIBITED)), (CLASS, Says("không thuộc danh mục"))],
        &[("/regulatory_class", "conflicts")],
    ),
    cells(&[(CLASS, Says("tối mật"))], &[("/regulatory_class", "malformed")]),
    cells(&[(LISTING, Says("EP"))], &[("/id", "malformed")]),
    cells(&[(LISTING, Says(NOBODYS))], &[("/id", "malformed")]),
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
pub const IN_LINES: &[InLine] = &[
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
    unnamed(&[Change::Without("/listing")], &[("/listing", "required")]),
    unnamed(&[Change::Set("/listing", "\"x\"")], &[("/listing", "malformed")]),
    set(&[Change::OfAnother], &[("/external_id", "duplicate")]),
    set(&[Change::Set("/id", "5")], &[("/id", "malformed")]),
    set(&[Change::Set("/id", "\"EP\"")], &[("/id", "malformed")]),
    set(
        &[Change::Set("/id", "\"01990d3e-0000-7000-8000-000000000001\"")],
        &[("/id", "malformed")],
    ),
    set(&[Change::Set("/listing/colour", "1")], &[("/colour", "malformed")]),
    set(&[Change::Without("/listing/kind")], &[("/kind", "required")]),
    set(
        &[Change::Set("/listing/kind", "\"máy bay\"")],
        &[("/kind", "unknown_code")],
    ),
    set(&[Change::Set("/listing/kind", "5")], &[("/kind", "malformed")]),
    set(&[Change::Without("/listing/title")], &[("/title/vi", "required")]),
    set(&[Change::Set("/listing/title", "\"Máy\"")], &[("/title", "malformed")]),
    set(&[Change::Long("/listing/title/vi", 257)], &[("/title/vi", "too_long")]),
    set(
        &[Change::Set("/listing/title/vi", "\"Máy\u{202e}sấy\"")],
        &[("/title/vi", "control_character")],
    ),
    set(
        &[Change::Long("/listing/summary/vi", 501)],
        &[("/summary/vi", "too_long")],
    ),
    set(
        &[Change::Long("/listing/description/vi", 20_001)],
        &[("/description/vi", "too_long")],
    ),
    set(
        &[Change::Set("/listing/field_codes", "\"food.drying\"")],
        &[("/field_codes", "malformed")],
    ),
    set(
        &[Change::Set("/listing/field_codes", "[null]")],
        &[("/field_codes/0", "required")],
    ),
    set(
        &[Change::Set("/listing/field_codes", "[\"la\"]")],
        &[("/field_codes/0", "unknown_code")],
    ),
    set(
        &[Change::Set(
            "/listing/field_codes",
            "[\"food.drying\", \"food.drying\"]",
        )],
        &[("/field_codes/1", "duplicate")],
    ),
    set(
        &[Change::Set(
            "/listing/field_codes",
            "[\"food.drying\", \"mechanics.pumps\", \"automation.control\", \"agriculture.livestock\"]",
        )],
        &[("/field_codes", "too_many")],
    ),
    set(
        &[Change::Set("/listing/origin_country", "\"ZZ\"")],
        &[("/origin_country", "unknown_code")],
    ),
    set(&[Change::Set("/listing/trl", "\"mười\"")], &[("/trl", "malformed")]),
    set(&[Change::Set("/listing/trl", "7.5")], &[("/trl", "malformed")]),
    set(&[Change::Set("/listing/trl", "300")], &[("/trl", "malformed")]),
    set(&[Change::Set("/listing/trl", "12")], &[("/trl", "out_of_range")]),
    set(
        &[Change::Set("/listing/price_min", "\"rẻ\"")],
        &[("/price_min", "malformed")],
    ),
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
        &[Change::Set("/listing/currency", "\"XYZ\"")],
        &[("/currency", "malformed")],
    ),
    set(
        &[Change::Set("/listing/specifications", "[{\"name\": \"Năng suất\"}]")],
        &[("/specifications/0/value", "required")],
    ),
    set(
        &[Change::Set("/listing/transfer_modes", "[\"cho_muon\"]")],
        &[("/transfer_modes/0", "unknown_code")],
    ),
    set(
        &[Change::Set("/listing/stage", "\"nửa chừng\"")],
        &[("/stage", "malformed")],
    ),
    set(
        &[Change::Set("/listing/manufacture_year", "1800")],
        &[("/manufacture_year", "out_of_range")],
    ),
    set(
        &[Change::Set("/listing/warranty_months", "601")],
        &[("/warranty_months", "out_of_range")],
    ),
    set(
        &[Change::Set("/listing/needed_by", "\"2027-03-31\"")],
        &[("/needed_by", "conflicts")],
    ),
    set(
        &[
            Change::Set("/listing/kind", "\"equipment_need\""),
            Change::Without("/listing/manufacture_year"),
            Change::Without("/listing/warranty_months"),
            Change::Set("/listing/needed_by", "\"2027-02-31\""),
        ],
        &[("/needed_by", "malformed")],
    ),
    set(
        &[Change::Set("/listing/state_funded", "\"có\"")],
        &[("/state_funded", "malformed")],
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
        &[Change::Set("/listing/regulated_items", "[\"restricted.khong_co\"]")],
        &[("/regulated_items/0", "unknown_code")],
    ),
    set(
        &[
            Change::Set("/listing/regulated_items", "[\"prohibited.thu_nghiem\"]"),
            Change::Set("/listing/regulatory_class", "\"unrestricted\""),
        ],
        &[("/regulatory_class", "conflicts")],
    ),
];

/// Makes a change to a good line.
pub fn changed(line: &mut Value, change: Change, another: &str) {
    match change {
        Change::Set(pointer, text) => put(line, pointer, serde_json::from_str(text).unwrap()),
        Change::Long(pointer, length) => put(line, pointer, "a".repeat(length).into()),
        Change::OfAnother => put(line, "/external_id", another.into()),
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
        place = &mut place[step];
    }
    place[name] = value;
}
