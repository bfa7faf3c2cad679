//! The columns of a table, by every name that they go by.

use crate::domain::text::fold;

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// What the enterprise calls the listing.
    ExternalId,
    /// Kind.
    Kind,
    /// Title in Vietnamese.
    Title,
    /// Title in English.
    TitleEn,
    /// Summary in Vietnamese.
    Summary,
    /// Summary in English.
    SummaryEn,
    /// Description in Vietnamese.
    Description,
    /// Description in English.
    DescriptionEn,
    /// Fields.
    Fields,
    /// Technology readiness level.
    Trl,
    /// Country of origin.
    Origin,
    /// Brand.
    Brand,
    /// Model.
    Model,
    /// Technical properties.
    Specifications,
    /// How the price is told.
    PriceMode,
    /// Currency of the amounts.
    Currency,
    /// Amount, or the lower one.
    PriceMin,
    /// Upper amount.
    PriceMax,
    /// How it passes over.
    TransferModes,
    /// What exports and files of errors add, and an import does not read.
    Told,
}

/// A column as it is described and looked for.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// Which.
    pub column: Column,
    /// Where its value goes, as a JSON pointer.
    pub pointer: &'static str,
    /// Its name in Vietnamese, as templates and exports write it.
    pub vi: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// What else it is called, folded.
    pub aliases: &'static [&'static str],
}

macro_rules! columns {
    ($($column:ident $pointer:literal $vi:literal $en:literal [$($alias:literal),*];)+) => {
        /// Every column, in the order of templates and exports.
        pub const COLUMNS: &[Described] = &[$(Described {
            column: Column::$column, pointer: $pointer, vi: $vi, en: $en, aliases: &[$($alias),*],
        }),+];
    };
}

columns! {
    ExternalId "/external_id" "Mã nội bộ" "External ID" ["id", "sku", "ma ho so", "ma san pham", "internal code"];
    Kind "/kind" "Loại tin" "Kind" ["loai", "loai hinh", "type", "listing kind"];
    Title "/title/vi" "Tên" "Title" ["ten cong nghe", "ten thiet bi", "ten san pham", "ten tin", "tieu de", "title vi", "name"];
    TitleEn "/title/en" "Tên tiếng Anh" "Title (English)" ["ten en", "title en", "english title", "name en"];
    Summary "/summary/vi" "Tóm tắt" "Summary" ["mo ta ngan", "summary vi"];
    SummaryEn "/summary/en" "Tóm tắt tiếng Anh" "Summary (English)" ["tom tat en", "summary en", "english summary"];
    Description "/description/vi" "Mô tả" "Description" ["mo ta chi tiet", "noi dung", "description vi"];
    DescriptionEn "/description/en" "Mô tả tiếng Anh" "Description (English)" ["mo ta en", "description en", "english description"];
    Fields "/field_codes" "Lĩnh vực" "Fields" ["linh vuc ung dung", "field", "field codes"];
    Trl "/trl" "TRL" "TRL" ["muc trl", "muc do san sang cong nghe", "technology readiness level"];
    Origin "/origin_country" "Xuất xứ" "Country of origin" ["nuoc san xuat", "quoc gia", "origin", "country", "origin country"];
    Brand "/brand" "Thương hiệu" "Brand" ["nhan hieu", "hang"];
    Model "/model" "Model" "Model" ["ma hieu", "ky hieu"];
    Specifications "/specifications" "Thông số kỹ thuật" "Specifications" ["thong so", "specs"];
    PriceMode "/price_mode" "Hình thức giá" "Price mode" ["loai gia", "cach tinh gia"];
    PriceMin "/price_min" "Giá" "Price" ["gia tu", "gia vnd", "gia dong", "don gia", "price min", "price from", "price vnd"];
    PriceMax "/price_max" "Giá đến" "Price to" ["gia cao nhat", "price max"];
    Currency "/currency" "Đơn vị tiền tệ" "Currency" ["tien te", "loai tien", "don vi tien", "currency code"];
    TransferModes "/transfer_modes" "Hình thức chuyển giao" "Transfer modes" ["transfer mode", "phuong thuc chuyen giao"];
}

/// What exports and files of errors add, in Vietnamese and English.
pub const REASON: (&str, &str) = ("Lý do", "Reason");
/// The same of exports, which say where each listing stands.
pub const TOLD: [(&str, &str); 6] = [
    ("Mã số", "Code"),
    ("Trạng thái", "Status"),
    ("Doanh nghiệp", "Enterprise"),
    ("Ngày đăng", "Published at"),
    ("Cập nhật", "Updated at"),
    ("ID tin", "Listing ID"),
];

/// The column of a name, however it is written: `Lĩnh vực *`, `LINH VUC`, `field_codes`.
pub fn find(name: &str) -> Option<(Column, &'static str)> {
    let key = fold(name);
    let is_told = |(vi, en): &(&str, &str)| [fold(vi), fold(en), fold(&format!("{vi} / {en}"))].contains(&key);
    if TOLD.iter().chain([&REASON]).any(is_told) {
        return Some((Column::Told, ""));
    }
    COLUMNS
        .iter()
        .find(|known| {
            let own = known.pointer.trim_start_matches('/').replace(['/', '_'], " ");
            [fold(known.vi), fold(known.en), own].contains(&key) || known.aliases.contains(&key.as_str())
        })
        .map(|known| (known.column, known.pointer))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_name_leads_to_one_column() {
        let mut names: BTreeMap<String, Column> = BTreeMap::new();
        for known in COLUMNS {
            let own = known.pointer.trim_start_matches('/').to_owned();
            let aliases = known.aliases.iter().map(|alias| (*alias).to_owned());
            for name in [known.vi.to_owned(), known.en.to_owned(), own]
                .into_iter()
                .chain(aliases)
            {
                let other = names.insert(fold(&name), known.column);
                assert!(other.is_none_or(|other| other == known.column), "{name}");
                assert_eq!(find(&name).map(|found| found.0), Some(known.column), "{name}");
            }
            assert!(known.aliases.iter().all(|alias| fold(alias) == *alias), "{known:?}");
        }
    }

    #[test]
    fn names_are_found_however_they_are_written() {
        for name in ["Lĩnh vực *", "LINH VUC", "linh_vuc", "field_codes", " Fields "] {
            assert_eq!(find(name).map(|found| found.0), Some(Column::Fields), "{name}");
        }
        assert_eq!(find("Lý do").map(|found| found.0), Some(Column::Told));
        // As the file of errors has it, which is mended and sent again.
        assert_eq!(find("Lý do / Reason").map(|found| found.0), Some(Column::Told));
        assert_eq!(find("Màu sắc"), None);
        assert_eq!(find(""), None);
    }
}
