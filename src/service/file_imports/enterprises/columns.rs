//! The columns of a table of enterprises, by every name that they go by, and how the cells of each are written.

use super::words::Choice;
use crate::domain::text::fold;
use crate::service::file_imports::listings::columns::REASON;
use crate::service::file_imports::listings::intake::Role;

/// How a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A tax code, which spreadsheets take for a number.
    TaxCode,
    /// A text of at most so many characters.
    Text(usize),
    /// A telephone number, which they take for one, too.
    Phone,
    /// A legal form, by name or code.
    LegalForm,
    /// One of few values, by name or code.
    Choice(Choice),
    /// Several of them.
    Choices(Choice),
    /// A province of today or of before, by name or code.
    Province,
    /// A commune within it, likewise.
    Commune,
    /// Fields of activity, by names or codes.
    Fields,
    /// Codes of activities, each with its edition.
    Activities,
    /// The edition of those that name none.
    Edition,
    /// Several texts.
    Texts,
    /// A day.
    Day,
    /// What files of errors add, and an import does not read.
    Told,
}

impl Cell {
    /// Whether an empty one is an empty list.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::Choices(_) | Self::Fields | Self::Activities | Self::Texts)
    }
}

/// A column as it is described and looked for.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// How its cells are written.
    pub cell: Cell,
    /// Where its value goes, as a JSON pointer.
    pub pointer: &'static str,
    /// Its name in Vietnamese, as templates write it.
    pub vi: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// What else it is called, folded.
    pub aliases: &'static [&'static str],
    /// What the template shows in it.
    pub example: &'static str,
}

macro_rules! columns {
    ($($cell:expr, $pointer:literal $vi:literal $en:literal [$($alias:literal),*] $example:literal;)+) => {
        /// Every column, in the order of templates.
        pub const COLUMNS: &[Described] = &[$(Described {
            cell: $cell, pointer: $pointer, vi: $vi, en: $en, aliases: &[$($alias),*], example: $example,
        }),+];
    };
}

use Cell::{Activities, Choices, Day, Edition, Fields, LegalForm, Phone, Province, Text, Texts};

/// Where the tax code of the parent stands, which is no member of an enterprise as sent.
pub const PARENT: &str = "/parent_tax_code";
/// Where the edition of activities stands that name none; likewise.
pub const EDITION: &str = "/vsic_version";

columns! {
    Cell::TaxCode, "/tax_code" "Mã số thuế" "Tax code" ["mst", "ma so doanh nghiep", "ma doanh nghiep", "ma so dn", "tax id"] "2600357502";
    LegalForm, "/legal_form" "Loại hình pháp lý" "Legal form" ["loai hinh doanh nghiep", "loai hinh dn"] "Công ty TNHH hai thành viên trở lên";
    Text(255), "/legal_name" "Tên đơn vị" "Legal name" ["ten doanh nghiep", "ten dn", "ten to chuc", "ten cong ty", "ten day du", "name"] "Công ty TNHH Cơ khí Lâm Thao";
    Text(100), "/short_name" "Tên viết tắt" "Short name" [] "Cơ khí Lâm Thao";
    Text(255), "/name_en" "Tên tiếng Anh" "English name" ["ten en", "ten nuoc ngoai"] "Lam Thao Mechanics Co., Ltd";
    Cell::Choice(Choice::Kind), "/kind" "Loại hình tổ chức" "Kind of organisation" ["loai to chuc"] "doanh nghiệp sản xuất";
    Text(255), "/address_line" "Địa chỉ" "Address" ["so nha", "so nha duong pho", "dia chi tru so"] "Khu 5";
    Cell::Commune, "/commune_code" "Xã, phường" "Commune" ["xa", "phuong", "xa phuong thi tran", "ma xa"] "Xã Lâm Thao";
    Text(100), "/district_name" "Quận, huyện cũ" "Former district" ["quan huyen", "huyen", "huyen cu"] "";
    Province, "/province_code" "Tỉnh, thành phố" "Province" ["tinh", "tinh thanh", "ma tinh"] "Phú Thọ";
    Text(100), "/contact_name" "Người liên hệ" "Contact person" ["nguoi dai dien lien he", "ho ten nguoi lien he"] "Nguyễn Thị Lan";
    Phone, "/contact_phone" "Điện thoại" "Telephone" ["so dien thoai", "dien thoai lien he", "sdt", "phone"] "0210 3 846 555";
    Text(254), "/contact_email" "Thư điện tử" "E-mail" ["email", "email lien he", "thu dien tu lien he"] "lienhe@lamthao.example";
    Phone, "/fax" "Fax" "Fax" ["so fax"] "";
    Text(500), "/website" "Trang web" "Web site" ["website", "trang thong tin dien tu", "web"] "https://lamthao.example";
    Fields, "/field_codes" "Lĩnh vực" "Fields" ["linh vuc hoat dong", "linh vuc hoat dong chinh"] "mechanics";
    Text(50), "/registration_no" "Số đăng ký kinh doanh" "Registration number" ["so dkkd", "so gcn dang ky doanh nghiep", "so giay chung nhan dang ky doanh nghiep"] "2600357502";
    Day, "/registration_date" "Ngày đăng ký" "Registration date" ["ngay cap dkkd", "ngay cap gcn dang ky doanh nghiep", "ngay thanh lap"] "4/5/2010";
    Text(50), "/st_certificate_no" "Số GCN doanh nghiệp KH&CN" "S&T enterprise certificate" ["so gcn dn kh cn", "gcn doanh nghiep khcn"] "";
    Cell::TaxCode, "/parent_tax_code" "Mã số thuế đơn vị chủ quản" "Tax code of the parent" ["mst don vi chu quan", "don vi chu quan"] "";
    Activities, "/vsic" "Mã ngành" "Activities (VSIC)" ["ma nganh nghe", "nganh nghe", "nganh nghe kinh doanh", "ma nganh kinh te"] "28210 | 2025; 4659 | 2018";
    Edition, "/vsic_version" "Phiên bản mã ngành" "Edition of activities" ["phien ban vsic"] "2025";
    Text(100), "/legal_rep_name" "Người đại diện pháp luật" "Legal representative" ["nguoi dai dien", "nguoi dai dien theo phap luat", "ho ten nguoi dai dien"] "Trần Văn Bình";
    Text(100), "/legal_rep_title" "Chức vụ người đại diện" "Representative's title" ["chuc vu", "chuc danh"] "Giám đốc";
    Cell::Choice(Choice::Size), "/size_band" "Quy mô" "Size" ["so lao dong", "quy mo lao dong"] "nhỏ (11-49 người)";
    Choices(Choice::Services), "/st_services" "Dịch vụ KH&CN" "S&T services" ["dich vu khoa hoc va cong nghe"] "";
    Texts, "/capabilities" "Năng lực" "Capabilities" ["nang luc san xuat", "san pham chinh", "san pham dich vu chinh"] "Gia công cơ khí chính xác; Chế tạo máy sấy";
    Text(3_000), "/mission" "Chức năng" "Mission" ["chuc nang nhiem vu", "gia tri cot loi"] "";
}

/// The column of a name, however it is written: `Mã số thuế *`, `MA SO THUE`, `tax_code`.
pub fn find(name: &str) -> Option<(Cell, &'static str)> {
    let key = fold(name);
    let (vi, en) = REASON;
    if [fold(vi), fold(en), fold(&format!("{vi} / {en}"))].contains(&key) {
        return Some((Cell::Told, ""));
    }
    COLUMNS
        .iter()
        .find(|known| {
            let own = known.pointer.trim_start_matches('/').replace(['/', '_'], " ");
            [fold(known.vi), fold(known.en), own].contains(&key) || known.aliases.contains(&key.as_str())
        })
        .map(|known| (known.cell, known.pointer))
}

/// What registers call columns of personal numbers, folded.
const PERSONAL: [&str; 12] = [
    "so dinh danh ca nhan",
    "so dinh danh",
    "personal id",
    "cccd",
    "so cccd",
    "cmnd",
    "so cmnd",
    "cccd cmnd",
    "can cuoc",
    "so can cuoc",
    "can cuoc cong dan",
    "so can cuoc cong dan",
];

/// Whether a column has personal numbers, which are taken from no file.
pub fn is_personal(name: &str) -> bool {
    PERSONAL.contains(&fold(name).as_str())
}

/// The same as the reader of tables asks for it: an enterprise is known by its tax code.
pub fn role(name: &str) -> Option<(Role, &'static str)> {
    find(name).map(|(cell, pointer)| match (cell, pointer) {
        (Cell::Told, _) => (Role::Told, pointer),
        (_, "/tax_code") => (Role::Identifier, pointer),
        _ => (Role::Value, pointer),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::drafts::EnterpriseDraft;
    use std::collections::{BTreeMap, BTreeSet};
    use utoipa::PartialSchema;
    use utoipa::openapi::{RefOr, Schema};

    #[test]
    fn every_name_leads_to_one_column() {
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        for known in COLUMNS {
            let own = known.pointer.trim_start_matches('/').to_owned();
            let aliases = known.aliases.iter().map(|alias| (*alias).to_owned());
            for name in [known.vi.to_owned(), known.en.to_owned(), own]
                .into_iter()
                .chain(aliases)
            {
                let other = names.insert(fold(&name), known.pointer);
                assert!(other.is_none_or(|other| other == known.pointer), "{name}");
                assert_eq!(find(&name).map(|(_, pointer)| pointer), Some(known.pointer), "{name}");
            }
            assert!(known.aliases.iter().all(|alias| fold(alias) == *alias), "{known:?}");
        }
        assert_eq!(find("Lý do / Reason"), Some((Cell::Told, "")));
        for name in ["Số định danh cá nhân", "CCCD", "personal_id"] {
            assert!(find(name).is_none() && is_personal(name), "{name}");
        }
    }

    /// What no table says: personal data that files on disks should not hold, what only the enterprise itself may choose, what other
    /// columns lead to, and what those have who are not asked for by a tax code.
    const ABSENT: [&str; 6] = [
        "personal_id",
        "public_groups",
        "parent_id",
        "commune_name",
        "foreign_register",
        "address_country",
    ];

    #[test]
    fn a_table_says_whatever_an_enterprise_can_be_registered_with() {
        let RefOr::T(Schema::Object(draft)) = EnterpriseDraft::schema() else {
            panic!("no object");
        };
        let told: BTreeSet<&str> = COLUMNS
            .iter()
            .filter_map(|known| known.pointer.trim_start_matches('/').split('/').next())
            .collect();
        let missing: Vec<&str> = draft
            .properties
            .keys()
            .map(String::as_str)
            .filter(|name| !told.contains(name))
            .collect();
        assert_eq!(missing.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from(ABSENT));
    }
}
