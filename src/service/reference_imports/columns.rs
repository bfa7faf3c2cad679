//! The columns of a table of entries, by every name that they go by.

use crate::domain::import::Note;
use crate::domain::taxonomy::TaxonomyName;
use crate::domain::text::fold;
use crate::service::file_imports::listings::intake::Role;

/// How a cell is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text,
    /// Several, parted by `;` or new lines.
    Texts,
    /// A day.
    Day,
    /// Yes or no.
    YesNo,
}

/// A column: its pointer, its names in Vietnamese and English, and how its cells are written.
pub type Column = (&'static str, &'static str, &'static str, Cell);

/// All columns.
pub const COLUMNS: [Column; 20] = [
    ("/code", "Mã", "Code", Cell::Text),
    ("/parent", "Thuộc", "Parent", Cell::Text),
    ("/name_vi", "Tên", "Name", Cell::Text),
    ("/name_en", "Tên tiếng Anh", "Name (English)", Cell::Text),
    ("/valid_from", "Có hiệu lực từ", "Valid from", Cell::Day),
    ("/valid_to", "Hết hiệu lực từ", "Valid to", Cell::Day),
    ("/successors", "Thay bằng", "Successors", Cell::Texts),
    ("/regulation/legal_source", "Căn cứ", "Legal source", Cell::Text),
    ("/regulation/edition", "Văn bản", "Instrument", Cell::Text),
    ("/regulation/annex", "Phụ lục", "Annex", Cell::Text),
    ("/regulation/item", "Mục", "Item", Cell::Text),
    ("/regulation/keywords", "Từ khóa gợi ý", "Keywords", Cell::Texts),
    ("/regulation/field_codes", "Lĩnh vực gợi ý", "Fields", Cell::Texts),
    ("/correspondence/from_list", "Từ danh mục", "From list", Cell::Text),
    ("/correspondence/from_code", "Từ mã", "From code", Cell::Text),
    ("/correspondence/to_list", "Sang danh mục", "To list", Cell::Text),
    ("/correspondence/to_code", "Sang mã", "To code", Cell::Text),
    ("/correspondence/relation", "Quan hệ", "Relation", Cell::Text),
    ("/correspondence/source", "Nguồn đối chiếu", "Source", Cell::Text),
    ("/correspondence/is_verified", "Đã kiểm tra", "Verified", Cell::YesNo),
];

/// Whether a list has a field: source and hints are of regulated technologies, what corresponds is of correspondences.
pub fn is_of(list: TaxonomyName, pointer: &str) -> bool {
    match pointer.split('/').nth(1) {
        Some("regulation") => list == TaxonomyName::RegulatedTechnologies,
        Some("correspondence") => list == TaxonomyName::Correspondences,
        _ => true,
    }
}

/// The column of a name, however it is written: `Có hiệu lực từ *`, `valid_from`.
pub fn column(name: &str) -> Option<&'static Column> {
    let key = fold(name);
    COLUMNS.iter().find(|(pointer, vi, en, _)| {
        let own = pointer.rsplit('/').next().unwrap_or_default().replace('_', " ");
        [fold(vi), fold(en), own].contains(&key)
    })
}

/// The same for the table that is taken in.
pub fn find(name: &str) -> Option<(Role, &'static str)> {
    column(name).map(|(pointer, ..)| match *pointer {
        "/code" => (Role::Identifier, *pointer),
        _ => (Role::Value, *pointer),
    })
}

/// What is told of the columns of a file that are of another list.
pub fn notes<'a>(list: TaxonomyName, head: impl Iterator<Item = &'a String>) -> impl Iterator<Item = Note> {
    let others = head.filter(move |name| column(name).is_some_and(|(pointer, ..)| !is_of(list, pointer)));
    others.map(move |name| Note {
        code: "unknown_column".into(),
        vi: format!("Danh mục “{list}” không có cột “{name}”; hãy bỏ cột này hoặc để trống."),
        en: format!("The list “{list}” has no column “{name}”; leave it out, or empty."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_one_column() {
        for (pointer, vi, en, _) in COLUMNS {
            let own = pointer.rsplit('/').next().unwrap();
            for name in [vi, en, own, &format!("{} *", vi.to_uppercase())] {
                assert_eq!(find(name).map(|(_, found)| found), Some(pointer), "{name}");
            }
        }
        assert_eq!(find("Ghi chú"), None);
    }
}
