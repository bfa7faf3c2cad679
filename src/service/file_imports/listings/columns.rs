//! The columns of a table, by every name that they go by, and how the cells of each are written.

use super::choices::Choice;
use super::entries::Entries;
use crate::domain::listing::ListingKind;
use crate::domain::taxonomy::TaxonomyName;
use crate::domain::text::fold;

/// How a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// What the enterprise calls the listing.
    Identifier,
    /// A text of at most so many characters.
    Text(usize),
    /// An entry of a list, by name or code.
    Code(TaxonomyName),
    /// Several of them.
    Codes(TaxonomyName),
    /// One of few values, by name or code.
    Choice(Choice),
    /// Several of them.
    Choices(Choice),
    /// Several texts.
    Texts,
    /// A level of readiness.
    Level,
    /// An amount, perhaps with its currency.
    Amount,
    /// A currency.
    Currency,
    /// A whole number from one to another.
    Number(i64, i64),
    /// So many months at most.
    Months(i64),
    /// A day.
    Day,
    /// Yes or no.
    YesNo,
    /// Technical properties.
    Specifications,
    /// Parts that are repeated.
    Entries(Entries),
    /// Which listing of the exchange it is, as exports tell it behind the columns.
    Listing,
    /// What else exports and files of errors add, and an import does not read.
    Told,
}

impl Cell {
    /// Whether an empty one is an empty list.
    pub const fn is_list(self) -> bool {
        matches!(
            self,
            Self::Codes(_) | Self::Choices(_) | Self::Texts | Self::Specifications | Self::Entries(_)
        )
    }
}

/// A column as it is described and looked for.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// How its cells are written.
    pub cell: Cell,
    /// Where its value goes, as a JSON pointer.
    pub pointer: &'static str,
    /// Its name in Vietnamese, as templates and exports write it.
    pub vi: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// What else it is called, folded.
    pub aliases: &'static [&'static str],
}

impl Described {
    /// Whether listings of a kind say anything in it.
    pub fn belongs_to(&self, kind: ListingKind) -> bool {
        let member = self
            .pointer
            .trim_start_matches('/')
            .split('/')
            .next()
            .unwrap_or_default();
        kind.may_have(member)
    }
}

macro_rules! columns {
    ($($cell:expr, $pointer:literal $vi:literal $en:literal [$($alias:literal),*];)+) => {
        /// Every column, in the order of templates and exports.
        pub const COLUMNS: &[Described] = &[$(Described {
            cell: $cell, pointer: $pointer, vi: $vi, en: $en, aliases: &[$($alias),*],
        }),+];
    };
}

use Cell::{Amount, Code, Codes, Currency, Day, Identifier, Level, Months, Number, Specifications, Text, Texts, YesNo};

/// Longest texts of each sort.
const TERMS: Cell = Text(1_000);
const PASSAGE: Cell = Text(2_000);
const REQUIREMENTS: Cell = Text(4_000);

columns! {
    Identifier, "/external_id" "Mã nội bộ" "External ID" ["id", "sku", "ma ho so", "ma san pham", "internal code"];
    Code(TaxonomyName::ListingKinds), "/kind" "Loại tin" "Kind" ["loai", "loai hinh", "type", "listing kind"];
    Text(256), "/title/vi" "Tên" "Title" ["ten cong nghe", "ten thiet bi", "ten san pham", "ten tin", "tieu de", "title vi", "name"];
    Text(256), "/title/en" "Tên tiếng Anh" "Title (English)" ["ten en", "title en", "english title", "name en"];
    Text(500), "/summary/vi" "Tóm tắt" "Summary" ["mo ta ngan", "summary vi"];
    Text(500), "/summary/en" "Tóm tắt tiếng Anh" "Summary (English)" ["tom tat en", "summary en", "english summary"];
    Text(20_000), "/description/vi" "Mô tả" "Description" ["mo ta chi tiet", "noi dung", "description vi"];
    Text(20_000), "/description/en" "Mô tả tiếng Anh" "Description (English)" ["mo ta en", "description en", "english description"];
    Codes(TaxonomyName::Fields), "/field_codes" "Lĩnh vực" "Fields" ["linh vuc ung dung", "field", "field codes"];
    Level, "/trl" "TRL" "TRL" ["muc trl", "muc do san sang cong nghe", "technology readiness level"];
    Code(TaxonomyName::Countries), "/origin_country" "Xuất xứ" "Country of origin" ["nuoc san xuat", "quoc gia", "origin", "country", "origin country"];
    Text(100), "/brand" "Thương hiệu" "Brand" ["nhan hieu", "hang"];
    Text(200), "/model" "Model" "Model" ["ma hieu", "ky hieu"];
    Specifications, "/specifications" "Thông số kỹ thuật" "Specifications" ["thong so", "specs"];
    Code(TaxonomyName::PriceModes), "/price_mode" "Hình thức giá" "Price mode" ["loai gia", "cach tinh gia"];
    Amount, "/price_min" "Giá" "Price" ["gia tu", "gia vnd", "gia dong", "don gia", "price min", "price from", "price vnd"];
    Amount, "/price_max" "Giá đến" "Price to" ["gia cao nhat", "price max"];
    Currency, "/currency" "Đơn vị tiền tệ" "Currency" ["tien te", "loai tien", "don vi tien", "currency code"];
    Codes(TaxonomyName::TransferModes), "/transfer_modes" "Hình thức chuyển giao" "Transfer modes" ["transfer mode", "phuong thuc chuyen giao"];
    Cell::Entries(Entries::Rights), "/ip_rights" "Quyền sở hữu trí tuệ" "Intellectual property" ["so huu tri tue", "van bang bao ho", "ip rights", "ip"];
    Cell::Entries(Entries::Owners), "/owners" "Chủ sở hữu" "Owners" ["chu so huu cong nghe", "owner"];
    Cell::Entries(Entries::Certificates), "/certifications" "Chứng nhận" "Certificates" ["chung chi", "tieu chuan", "certification"];
    Cell::Choice(Choice::Stage), "/stage" "Giai đoạn phát triển" "Stage of development" ["giai doan", "muc do phat trien"];
    Cell::Choice(Choice::Condition), "/condition" "Tình trạng thiết bị" "Condition" ["do moi"];
    Number(0, 9999), "/manufacture_year" "Năm sản xuất" "Year of manufacture" ["nam che tao"];
    Months(600), "/warranty_months" "Bảo hành (tháng)" "Warranty (months)" ["bao hanh", "thoi gian bao hanh", "warranty"];
    TERMS, "/warranty_text/vi" "Điều kiện bảo hành" "Warranty terms" ["warranty text"];
    TERMS, "/warranty_text/en" "Điều kiện bảo hành tiếng Anh" "Warranty terms (English)" ["dieu kien bao hanh en"];
    Cell::Choice(Choice::PriceKind), "/price_kind" "Tính chất giá" "Price kind" ["muc do rang buoc cua gia"];
    TERMS, "/extra_costs/vi" "Chi phí phát sinh" "Extra costs" ["chi phi kem theo"];
    TERMS, "/extra_costs/en" "Chi phí phát sinh tiếng Anh" "Extra costs (English)" ["chi phi phat sinh en"];
    TERMS, "/delivery_terms/vi" "Giao hàng" "Delivery" ["dieu kien giao hang", "delivery terms"];
    TERMS, "/delivery_terms/en" "Giao hàng tiếng Anh" "Delivery (English)" ["giao hang en"];
    TERMS, "/payment_terms/vi" "Thanh toán" "Payment" ["dieu kien thanh toan", "payment terms"];
    TERMS, "/payment_terms/en" "Thanh toán tiếng Anh" "Payment (English)" ["thanh toan en"];
    PASSAGE, "/problem/vi" "Bối cảnh, vấn đề" "Problem" ["boi canh", "van de can giai quyet"];
    PASSAGE, "/problem/en" "Bối cảnh tiếng Anh" "Problem (English)" ["boi canh en"];
    PASSAGE, "/principle/vi" "Nguyên lý" "Principle" ["nguyen ly hoat dong", "quy trinh cong nghe"];
    PASSAGE, "/principle/en" "Nguyên lý tiếng Anh" "Principle (English)" ["nguyen ly en"];
    PASSAGE, "/advantages/vi" "Ưu điểm" "Advantages" ["uu diem noi bat", "uu the"];
    PASSAGE, "/advantages/en" "Ưu điểm tiếng Anh" "Advantages (English)" ["uu diem en"];
    PASSAGE, "/applications/vi" "Phạm vi ứng dụng" "Applications" ["ung dung"];
    PASSAGE, "/applications/en" "Phạm vi ứng dụng tiếng Anh" "Applications (English)" ["ung dung en"];
    PASSAGE, "/target_customers/vi" "Đối tượng khách hàng" "Target customers" ["khach hang"];
    PASSAGE, "/target_customers/en" "Đối tượng khách hàng tiếng Anh" "Target customers (English)" ["khach hang en"];
    PASSAGE, "/socio_economic_effect/vi" "Hiệu quả kinh tế - xã hội" "Social and economic effect" ["hieu qua kinh te", "hieu qua"];
    PASSAGE, "/socio_economic_effect/en" "Hiệu quả kinh tế - xã hội tiếng Anh" "Social and economic effect (English)" ["hieu qua kinh te xa hoi en"];
    Amount, "/budget_min" "Ngân sách từ" "Budget from" ["ngan sach", "kinh phi", "budget"];
    Amount, "/budget_max" "Ngân sách đến" "Budget to" ["ngan sach toi da", "kinh phi den"];
    Day, "/needed_by" "Cần trước ngày" "Needed by" ["thoi han can"];
    REQUIREMENTS, "/requirements/vi" "Yêu cầu" "Requirements" ["yeu cau ky thuat"];
    REQUIREMENTS, "/requirements/en" "Yêu cầu tiếng Anh" "Requirements (English)" ["yeu cau en"];
    REQUIREMENTS, "/partner_role/vi" "Vai trò đối tác" "Partner's role" ["vai tro cua doi tac", "partner role"];
    REQUIREMENTS, "/partner_role/en" "Vai trò đối tác tiếng Anh" "Partner's role (English)" ["vai tro doi tac en"];
    Cell::Choices(Choice::PartnerKind), "/partner_kinds" "Loại đối tác" "Partner kinds" ["doi tac can tim"];
    Number(1, 5), "/stars" "Hạng sao OCOP" "OCOP stars" ["hang sao", "so sao"];
    Text(50), "/trace_code" "Mã truy xuất" "Trace code" ["ma truy xuat nguon goc"];
    Text(50), "/ocop_decision_no" "Số quyết định OCOP" "OCOP decision number" ["so quyet dinh", "quyet dinh ocop"];
    Text(100), "/degree" "Học hàm, học vị" "Degree" ["hoc vi", "hoc ham", "trinh do"];
    Texts, "/specialities" "Chuyên môn" "Specialities" ["chuyen nganh", "linh vuc chuyen mon"];
    Number(0, 80), "/experience_years" "Số năm kinh nghiệm" "Years of experience" ["nam kinh nghiem"];
    YesNo, "/state_funded" "Dùng vốn nhà nước" "State funded" ["von nha nuoc", "ngan sach nha nuoc"];
    Text(50), "/rd_task_code" "Mã nhiệm vụ KH&CN" "R&D task code" ["ma nhiem vu", "ma de tai"];
    Text(50), "/acceptance_no" "Số nghiệm thu" "Acceptance number" ["so bien ban nghiem thu"];
    Cell::Choice(Choice::RegulatoryClass), "/regulatory_class" "Nhóm công nghệ" "Regulatory class" ["phan loai cong nghe"];
    Codes(TaxonomyName::RegulatedTechnologies), "/regulated_items" "Mục trong danh mục công nghệ" "Regulated items" ["muc trong danh muc"];
}

/// What exports and files of errors add, in Vietnamese and English.
pub const REASON: (&str, &str) = ("Lý do", "Reason");
/// Which listing a row of an export is, in Vietnamese and English.
pub const LISTING_ID: (&str, &str) = ("ID tin", "Listing ID");
/// The same of exports, which say where each listing stands.
pub const TOLD: [(&str, &str); 6] = [
    ("Mã số", "Code"),
    ("Trạng thái", "Status"),
    ("Doanh nghiệp", "Enterprise"),
    ("Ngày đăng", "Published at"),
    ("Cập nhật", "Updated at"),
    LISTING_ID,
];

/// The column of a name, however it is written: `Lĩnh vực *`, `LINH VUC`, `field_codes`.
pub fn find(name: &str) -> Option<(Cell, &'static str)> {
    let key = fold(name);
    let is_told = |(vi, en): &(&str, &str)| [fold(vi), fold(en), fold(&format!("{vi} / {en}"))].contains(&key);
    if is_told(&LISTING_ID) {
        return Some((Cell::Listing, "/id"));
    }
    if TOLD.iter().chain([&REASON]).any(is_told) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::drafts::ListingDraft;
    use crate::domain::shapes::{
        DescriptionText, PassageText, RequirementsText, SpecialityText, SummaryText, TermsText, TitleText,
    };
    use std::collections::{BTreeMap, BTreeSet};
    use utoipa::PartialSchema;
    use utoipa::openapi::{RefOr, Schema};

    fn pointer(name: &str) -> Option<&'static str> {
        find(name).map(|(_, pointer)| pointer)
    }

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
                assert_eq!(pointer(&name), Some(known.pointer), "{name}");
            }
            assert!(known.aliases.iter().all(|alias| fold(alias) == *alias), "{known:?}");
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        for name in ["Lĩnh vực *", "LINH VUC", "linh_vuc", "field_codes", " Fields "] {
            assert_eq!(pointer(name), Some("/field_codes"), "{name}");
        }
        assert_eq!(find("Lý do"), Some((Cell::Told, "")));
        // As the file of errors has it, which is mended and sent again.
        assert_eq!(find("Lý do / Reason"), Some((Cell::Told, "")));
        assert_eq!(find("Màu sắc"), None);
        // What people call many things is no name of one: what they mean by it would be refused row by row.
        for name in ["Tình trạng", "Thời hạn", "Year", "Kinh nghiệm"] {
            assert_eq!(find(name), None, "{name}");
        }
        assert_eq!(find(""), None);
    }

    #[test]
    fn a_table_says_whatever_a_listing_can_say() {
        let RefOr::T(Schema::Object(draft)) = ListingDraft::schema() else {
            panic!("no object");
        };
        let told: BTreeSet<&str> = COLUMNS
            .iter()
            .filter_map(|known| known.pointer.trim_start_matches('/').split('/').next())
            .collect();
        let missing: Vec<&String> = draft
            .properties
            .keys()
            .filter(|name| !told.contains(name.as_str()))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }

    #[test]
    fn the_longest_texts_are_those_of_the_listing() {
        let max = |pointer: &str| match COLUMNS
            .iter()
            .find(|known| known.pointer == pointer)
            .map(|known| known.cell)
        {
            Some(Text(max)) => max,
            other => panic!("{pointer}: {other:?}"),
        };
        for (pointer, expected) in [
            ("/title/vi", TitleText::MAX),
            ("/summary/en", SummaryText::MAX),
            ("/description/vi", DescriptionText::MAX),
            ("/warranty_text/vi", TermsText::MAX),
            ("/problem/en", PassageText::MAX),
            ("/requirements/vi", RequirementsText::MAX),
            ("/degree", SpecialityText::MAX),
        ] {
            assert_eq!(max(pointer), expected, "{pointer}");
        }
    }
}
