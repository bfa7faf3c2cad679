//! What a report says: a table of figures, what must be known about them, and sentences. It is kept as it was published, so
//! that names stand in it beside codes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// How reports are laid out. What was published is never altered: another layout gets the next number.
pub const LAYOUT: u16 = 1;

/// A figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportFigure)]
pub struct Figure {
    /// In the unit of its row or column: whole, or with up to three decimals.
    #[schema(max_length = 40, example = "7500.25")]
    pub value: String,
    /// Of values of contracts, the same exactly, in đồng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "7500250000")]
    pub vnd: Option<String>,
    /// Whether whoever published entered it; what was counted otherwise.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_entered: bool,
}

/// What a row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportRowKind)]
pub enum RowKind {
    /// Figures.
    #[default]
    Figures,
    /// What other rows add up to.
    Total,
    /// What is not told (chưa rõ).
    Unknown,
    /// A heading without figures.
    Heading,
}

/// A column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportColumn)]
pub struct Column {
    /// Code, on the form where it has one.
    #[schema(max_length = 40, example = "3")]
    pub code: String,
    /// What it is called, in Vietnamese.
    #[schema(max_length = 300, example = "Cấp mới GCN đăng ký CGCN")]
    pub name_vi: String,
    /// Unit of all its figures; the row's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "triệu đồng")]
    pub unit: Option<String>,
    /// Whether its figures are entered by whoever publishes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_entered: bool,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportRow)]
pub struct Row {
    /// Code, on the form where it has one.
    #[schema(max_length = 60, example = "07")]
    pub code: String,
    /// What it is called, in Vietnamese.
    #[schema(
        max_length = 300,
        example = "Số hợp đồng chuyển giao công nghệ được đăng ký và cấp phép"
    )]
    pub name_vi: String,
    /// Unit of its figures; the column's where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "hợp đồng")]
    pub unit: Option<String>,
    /// What it is.
    #[serde(default)]
    pub kind: RowKind,
    /// How far it is set in: 0 is a row of its own, 1 a part of one.
    #[serde(default)]
    pub level: u8,
    /// Whether its figures are entered by whoever publishes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_entered: bool,
    /// Figures in the order of the columns; null where there is none: not held, or not entered.
    #[schema(max_items = 20)]
    pub figures: Vec<Option<Figure>>,
}

/// Rows under columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Row>,
}

/// What whoever reads the figures must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportFinding)]
pub struct Finding {
    /// Stable name.
    #[schema(max_length = 40, example = "without_value")]
    pub code: String,
    /// Of how many.
    #[schema(example = 1)]
    pub count: u64,
    /// What, in Vietnamese.
    #[schema(max_length = 300)]
    pub vi: String,
    /// The same in English.
    #[schema(max_length = 300)]
    pub en: String,
}

impl Finding {
    /// One.
    pub fn of(code: &str, count: usize, vi: &str, en: &str) -> Self {
        Self {
            code: code.to_owned(),
            count: u64::try_from(count).unwrap_or(u64::MAX),
            vi: vi.to_owned(),
            en: en.to_owned(),
        }
    }
}

/// What a report says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ReportContent)]
pub struct Content {
    /// How it is laid out.
    pub layout: u16,
    /// Which form it fills.
    #[schema(max_length = 20, example = "a_iv_11")]
    pub form: String,
    /// The form's number, of an official one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 60, example = "Mẫu A.IV.11")]
    pub form_number: Option<String>,
    /// What it is called.
    #[schema(max_length = 300)]
    pub title_vi: String,
    /// The same in English.
    #[schema(max_length = 300)]
    pub title_en: String,
    /// What the form rests on.
    #[schema(max_length = 300, example = "TT 26/2015/TT-BKHCN")]
    pub legal_basis: String,
    /// Who reports.
    #[schema(max_length = 300, example = "Sở Khoa học và Công nghệ tỉnh Phú Thọ")]
    pub reporter: String,
    /// The body above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300, example = "Ủy ban nhân dân tỉnh Phú Thọ")]
    pub superior: Option<String>,
    /// The first day.
    #[schema(example = "2026-01-01")]
    pub from: Date,
    /// The last day.
    #[schema(example = "2026-03-31")]
    pub to: Date,
    /// The day until which was counted, of a preview before the last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted_until: Option<Date>,
    /// The day from which figures are cumulated, where they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cumulative_from: Option<Date>,
    /// Until when the report of a year is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
    /// The economic type that it is limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 20, example = "fdi")]
    pub economic_type: Option<String>,
    /// The columns of the table.
    #[schema(max_items = 20)]
    pub columns: Vec<Column>,
    /// Its rows.
    #[schema(max_items = 500)]
    pub rows: Vec<Row>,
    /// What must be known about the figures.
    #[schema(max_items = 100)]
    pub findings: Vec<Finding>,
    /// The figures as sentences in Vietnamese, of the briefing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 20, value_type = Vec<String>)]
    pub sentences: Vec<String>,
}

impl Content {
    /// The last day that the figures have.
    pub fn until(&self) -> Date {
        self.counted_until.unwrap_or(self.to)
    }

    /// The figure of a row in a column.
    pub fn figure(&self, row: &str, column: &str) -> Option<&Figure> {
        let at = self.columns.iter().position(|known| known.code == column)?;
        let row = self.rows.iter().find(|known| known.code == row)?;
        row.figures.get(at)?.as_ref()
    }
}

/// What sort of thing was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReportSourceKind)]
pub enum SourceKind {
    /// A certificate.
    Certificate,
    /// A dossier.
    Dossier,
}

/// Something that was counted. It names certificates and dossiers, which are confidential (Luật CGCN Đ.34).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReportSource)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Its identifier.
    pub id: Uuid,
    /// Its number.
    #[schema(max_length = 100, example = "01/2026/CNĐKCGCN-SKHCN")]
    pub number: String,
    /// The day on which it counts.
    #[schema(example = "2026-03-02")]
    pub day: Date,
    /// The rows or columns in which it is.
    #[schema(max_items = 60, value_type = Vec<String>)]
    pub counted_in: Vec<String>,
    /// The value that counts, in đồng.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_000_i64)]
    pub vnd_value: Option<i64>,
    /// Of an amendment by how much it makes the contract worth more, in đồng; below 0 where it makes it worth less. Reports of before do
    /// not tell it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = -1_000_000_000_000_000_i64, maximum = 1_000_000_000_000_000_i64)]
    pub vnd_delta: Option<i64>,
    /// Whether a value is needed and there is none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lacks_value: bool,
    /// Whether its value was supplied by whoever published.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_value_supplied: bool,
    /// Whether it was annulled since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_annulled: bool,
    /// Whether the same dossier counts within the period already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_again: bool,
    /// Who gives the technology; in the report of registrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300)]
    pub transferor: Option<String>,
    /// Who gets it; in the report of registrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300)]
    pub transferee: Option<String>,
    /// The technology; in the report of registrations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 300)]
    pub technology: Option<String>,
}
