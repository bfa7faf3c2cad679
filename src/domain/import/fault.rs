//! Why a file of listings is refused as a whole.

use super::{MAX_COLUMNS, MAX_ROWS, WorkbookFault};
use crate::domain::file::FileFault;

/// Why a file of listings is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableFault {
    /// Nothing was sent, or a head without rows.
    Empty,
    /// It is none of the formats that are taken.
    UnknownType,
    /// A workbook of the form of before 2007.
    OldWorkbook,
    /// Something is wrong with the archive that a workbook is.
    File(FileFault),
    /// Something is wrong with the workbook in it.
    Workbook(WorkbookFault),
    /// Text in another encoding than UTF-8.
    NotUtf8 {
        /// The first line that is not.
        line: usize,
    },
    /// It cannot be read to its end.
    Broken,
    /// More rows than are taken at once.
    TooManyRows,
    /// More columns than are taken.
    TooManyColumns,
    /// No column tells what the enterprise calls the listing.
    NoExternalId,
    /// No column tells the codes of a reference list.
    NoCodes,
    /// No column tells the tax codes of enterprises.
    NoTaxCodes,
    /// Two columns say the same.
    SameColumn {
        /// What the second is called.
        name: String,
    },
    /// A quotation mark is opened and never closed: what follows would be one cell.
    OpenQuote {
        /// Where.
        line: i64,
    },
}

impl TableFault {
    /// What is wrong with a workbook, by its stable name.
    pub fn of_workbook(name: &str) -> Option<Self> {
        // Another document in the same sort of archive: what is taken here is said, not what is taken elsewhere.
        if name == FileFault::UnknownType.as_str() {
            return Some(Self::UnknownType);
        }
        let of_file = name.parse().map(Self::File);
        of_file.or_else(|_other| name.parse().map(Self::Workbook)).ok()
    }

    /// Stable name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Empty => "table_empty",
            Self::UnknownType => "table_type_unknown",
            Self::OldWorkbook => "table_is_workbook",
            Self::File(fault) => fault.as_str(),
            Self::Workbook(WorkbookFault::TooManyColumns) => Self::TooManyColumns.as_str(),
            Self::Workbook(fault) => fault.as_str(),
            Self::NotUtf8 { .. } => "not_utf8",
            Self::Broken => "table_broken",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyColumns => "too_many_columns",
            Self::NoExternalId => "external_id_column_missing",
            Self::NoCodes => "code_column_missing",
            Self::NoTaxCodes => "tax_code_column_missing",
            Self::SameColumn { .. } => "column_twice",
            Self::OpenQuote { .. } => "quote_open",
        }
    }

    /// The Vietnamese sentence.
    pub fn vi(&self) -> String {
        match self {
            Self::Empty => "Tệp không có dòng dữ liệu nào.".into(),
            Self::UnknownType => "Chỉ nhận tệp XLSX, CSV hoặc JSON Lines.".into(),
            Self::OldWorkbook => {
                "Không nhận tệp Excel kiểu cũ (.xls); hãy lưu thành .xlsx (“Excel Workbook”) rồi gửi lại.".into()
            }
            Self::File(fault) => fault.vi(),
            Self::Workbook(WorkbookFault::Broken) => Self::Broken.vi(),
            Self::Workbook(WorkbookFault::TooManyColumns) => Self::TooManyColumns.vi(),
            Self::Workbook(WorkbookFault::TooManyCells) => {
                "Trang tính có quá nhiều ô; hãy chia nhỏ tệp, xóa định dạng ở các ô trống.".into()
            }
            Self::Workbook(WorkbookFault::TooMuchText) => "Trang tính có quá nhiều chữ; hãy chia nhỏ tệp.".into(),
            Self::Workbook(WorkbookFault::NoSheet) => "Tệp Excel không có trang tính nào hiển thị.".into(),
            Self::NotUtf8 { line } => {
                format!("Dòng {line} không phải UTF-8; trong Excel hãy chọn “CSV UTF-8 (Comma delimited)” khi lưu.")
            }
            Self::Broken => "Tệp bị hỏng hoặc không đầy đủ.".into(),
            Self::TooManyRows => format!("Mỗi tệp tối đa {MAX_ROWS} dòng; hãy chia nhỏ tệp."),
            Self::TooManyColumns => format!("Mỗi bảng tối đa {MAX_COLUMNS} cột."),
            Self::NoExternalId => "Thiếu cột “Mã nội bộ” (external_id): mã riêng của doanh nghiệp cho từng tin, hoặc cột “ID tin” của tệp \
                 đã xuất từ Sàn."
                    .into(),
            Self::NoCodes => "Thiếu cột “Mã” (code).".into(),
            Self::NoTaxCodes => "Thiếu cột “Mã số thuế” (tax_code).".into(),
            Self::SameColumn { name } => format!("Cột “{name}” trùng với một cột khác."),
            Self::OpenQuote { line } => format!("Dấu ngoặc kép mở ở dòng {line} không được đóng."),
        }
    }

    /// The English sentence.
    pub fn en(&self) -> String {
        match self {
            Self::Empty => "The file has no rows.".into(),
            Self::UnknownType => "Only XLSX, CSV and JSON Lines are accepted.".into(),
            Self::OldWorkbook => {
                "Workbooks of the old form (.xls) are not accepted; save it as .xlsx (“Excel Workbook”) and send that."
                    .into()
            }
            Self::File(fault) => fault.en(),
            Self::Workbook(WorkbookFault::Broken) => Self::Broken.en(),
            Self::Workbook(WorkbookFault::TooManyColumns) => Self::TooManyColumns.en(),
            Self::Workbook(WorkbookFault::TooManyCells) => {
                "The sheet has too many cells; split it, and clear the formats of empty cells.".into()
            }
            Self::Workbook(WorkbookFault::TooMuchText) => "The sheet says too much; split the file.".into(),
            Self::Workbook(WorkbookFault::NoSheet) => "The workbook has no sheet that is shown.".into(),
            Self::NotUtf8 { line } => {
                format!("Line {line} is not UTF-8; in Excel choose “CSV UTF-8 (Comma delimited)” when saving.")
            }
            Self::Broken => "The file is damaged or incomplete.".into(),
            Self::TooManyRows => format!("A file has at most {MAX_ROWS} rows; split it."),
            Self::TooManyColumns => format!("A table has at most {MAX_COLUMNS} columns."),
            Self::NoExternalId => {
                "There is no column “External ID” (external_id), what the enterprise itself calls each listing, nor “ID” of \
                 a file that was exported here."
                    .into()
            }
            Self::NoCodes => "There is no column “Code” (code).".into(),
            Self::NoTaxCodes => "There is no column “Tax code” (tax_code).".into(),
            Self::SameColumn { name } => format!("The column “{name}” says the same as another one."),
            Self::OpenQuote { line } => format!("The quotation mark opened in line {line} is never closed."),
        }
    }
}
