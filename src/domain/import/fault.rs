//! Why a file of listings is refused as a whole.

use super::{MAX_COLUMNS, MAX_ROWS};

/// Why a file of listings is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableFault {
    /// Nothing was sent, or a head without rows.
    Empty,
    /// It is none of the formats that are taken.
    UnknownType,
    /// A workbook: cells with formulas, dates and merges are not read.
    Workbook,
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
    /// Stable name.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Empty => "table_empty",
            Self::UnknownType => "table_type_unknown",
            Self::Workbook => "table_is_workbook",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::Broken => "table_broken",
            Self::TooManyRows => "too_many_rows",
            Self::TooManyColumns => "too_many_columns",
            Self::NoExternalId => "external_id_column_missing",
            Self::SameColumn { .. } => "column_twice",
            Self::OpenQuote { .. } => "quote_open",
        }
    }

    /// The Vietnamese sentence.
    pub fn vi(&self) -> String {
        match self {
            Self::Empty => "Tệp không có dòng dữ liệu nào.".into(),
            Self::UnknownType => "Chỉ nhận tệp CSV hoặc JSON Lines.".into(),
            Self::Workbook => {
                "Không nhận tệp Excel; hãy lưu bảng thành “CSV UTF-8 (Comma delimited)” rồi gửi lại.".into()
            }
            Self::NotUtf8 { line } => {
                format!("Dòng {line} không phải UTF-8; trong Excel hãy chọn “CSV UTF-8 (Comma delimited)” khi lưu.")
            }
            Self::Broken => "Tệp bị hỏng hoặc không đầy đủ.".into(),
            Self::TooManyRows => format!("Mỗi tệp tối đa {MAX_ROWS} dòng; hãy chia nhỏ tệp."),
            Self::TooManyColumns => format!("Mỗi bảng tối đa {MAX_COLUMNS} cột."),
            Self::NoExternalId => "Thiếu cột “Mã nội bộ” (external_id): mã riêng của doanh nghiệp cho từng tin.".into(),
            Self::SameColumn { name } => format!("Cột “{name}” trùng với một cột khác."),
            Self::OpenQuote { line } => format!("Dấu ngoặc kép mở ở dòng {line} không được đóng."),
        }
    }

    /// The English sentence.
    pub fn en(&self) -> String {
        match self {
            Self::Empty => "The file has no rows.".into(),
            Self::UnknownType => "Only CSV and JSON Lines are accepted.".into(),
            Self::Workbook => {
                "Workbooks are not accepted; save the table as “CSV UTF-8 (Comma delimited)” and send that.".into()
            }
            Self::NotUtf8 { line } => {
                format!("Line {line} is not UTF-8; in Excel choose “CSV UTF-8 (Comma delimited)” when saving.")
            }
            Self::Broken => "The file is damaged or incomplete.".into(),
            Self::TooManyRows => format!("A file has at most {MAX_ROWS} rows; split it."),
            Self::TooManyColumns => format!("A table has at most {MAX_COLUMNS} columns."),
            Self::NoExternalId => {
                "There is no column “External ID” (external_id): what the enterprise itself calls each listing.".into()
            }
            Self::SameColumn { name } => format!("The column “{name}” says the same as another one."),
            Self::OpenQuote { line } => format!("The quotation mark opened in line {line} is never closed."),
        }
    }
}
