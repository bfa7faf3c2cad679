//! Imports of listings (nhập tin từ tệp): what is told of a file and of each of its rows.

mod fault;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::Successor;
use super::ids::{AccountId, ApiKeyId};
use super::text_enum;
pub use fault::TableFault;

/// Most rows of one file.
pub const MAX_ROWS: usize = 20_000;
/// What is told of a text that was written before Unicode and was read as it was meant.
pub const TEXT_REPAIRED: &str = "text_repaired";
/// What is told of a value that was read by another name of an entry, which officers keep.
pub const ALIAS_USED: &str = "alias_used";
/// What is told of a row by which a listing goes by an identifier of the enterprise's from then on.
pub const IDENTIFIER_GIVEN: &str = "identifier_given";
/// What is told of a row that was taken for a copy: it names a listing that goes by another identifier, and became a new one.
pub const TAKEN_FOR_COPY: &str = "taken_for_copy";
/// What is told of a row whose enterprise is on the exchange already, and stays as it is.
pub const ALREADY_HERE: &str = "already_here";
/// What is told of a row whose enterprise looks like another one.
pub const POSSIBLE_DUPLICATE: &str = "possible_duplicate";
/// What is told of a row whose name says another legal form than its cell.
pub const OTHER_FORM: &str = "other_form";
/// What is told of a row with the tax code of a dependent unit (mã số thuế 13 số, đơn vị phụ thuộc) and a legal form of none.
pub const UNIT_CODE: &str = "tax_code_of_unit";
/// What is told of rows that were not refused, beside what is missing.
pub const NOTICES: [&str; 4] = [TEXT_REPAIRED, ALIAS_USED, IDENTIFIER_GIVEN, TAKEN_FOR_COPY];
/// Most columns of a table.
pub const MAX_COLUMNS: usize = 100;

text_enum! {
    /// What a file is, found by looking into it (định dạng tệp).
    pub enum Format {
        /// Comma-separated values.
        Csv => "csv",
        /// One JSON object a line.
        Jsonl => "jsonl",
        /// A workbook (Office Open XML).
        Xlsx => "xlsx",
    }
}

text_enum! {
    /// What is wrong with a workbook whose archive is in order.
    pub enum WorkbookFault {
        /// It is not what it says.
        Broken => "workbook_broken",
        /// It has more cells than are read.
        TooManyCells => "workbook_too_many_cells",
        /// It says more than is read.
        TooMuchText => "workbook_too_much_text",
        /// It has no sheet that somebody sees.
        NoSheet => "workbook_without_sheet",
        /// A row has more cells than are taken.
        TooManyColumns => "workbook_too_many_columns",
    }
}

text_enum! {
    /// Where an import stands (trạng thái nhập).
    pub enum ImportStatus {
        /// Nobody has looked at it yet (chờ xử lý).
        Waiting => "waiting",
        /// Rows are being loaded (đang xử lý).
        Running => "running",
        /// Every row is done (hoàn tất).
        Finished => "finished",
        /// Its sender stopped it; what was done stays (đã hủy).
        Cancelled => "cancelled",
        /// It cannot go on; what was done stays (thất bại).
        Failed => "failed",
    }
}

text_enum! {
    /// What became of a row (kết quả dòng).
    pub enum RowResult {
        /// A draft is new.
        Created => "created",
        /// A listing was changed, or a revision of it when it is public.
        Updated => "updated",
        /// The listing says so already.
        Unchanged => "unchanged",
        /// Nothing was done; the problems say why.
        Refused => "refused",
    }
}

/// Who sent a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A member of the enterprise.
    Member(AccountId),
    /// A key of its systems.
    Key(ApiKeyId),
    /// An officer, of enterprises.
    Officer(AccountId),
}

/// What became of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows that were done.
    pub done: i64,
    /// Drafts that are new.
    pub created: i64,
    /// Listings that were changed.
    pub updated: i64,
    /// Listings that were as the row says.
    pub unchanged: i64,
    /// Rows that were refused.
    pub refused: i64,
}

impl Counts {
    /// Counts one row more.
    pub fn add(&mut self, result: RowResult) {
        self.done += 1;
        *match result {
            RowResult::Created => &mut self.created,
            RowResult::Updated => &mut self.updated,
            RowResult::Unchanged => &mut self.unchanged,
            RowResult::Refused => &mut self.refused,
        } += 1;
    }
}

/// Something that is to be told of a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// Stable name: `unknown_column`, `communes_to_file`, `communes_returned`.
    #[schema(max_length = 40, example = "unknown_column")]
    pub code: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
}

/// Something that is wrong with a row, or that its listing still lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The field of the listing, as a JSON pointer; empty for the row as a whole.
    #[schema(max_length = 200, example = "/field_codes/0")]
    pub pointer: String,
    /// The column, as the head of the file calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Lĩnh vực")]
    pub column: Option<String>,
    /// Stable name.
    #[schema(max_length = 60, example = "unknown_code")]
    pub code: String,
    /// In Vietnamese.
    pub vi: String,
    /// In English.
    pub en: String,
    /// With `code_ended`: what the code became. Several when it was split: ask the person. With `unknown_code` the entries in force that
    /// have the name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 100)]
    pub successors: Vec<Successor>,
}
