//! Reports as they are told.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::dossier::EconomicType;
use crate::domain::periodic_report::ReportForm;
use crate::domain::periodic_report::content::{Content, Source};
use crate::service::Result;
use crate::service::periodic_reports::{self as service, Published};

/// A report before it is published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PeriodicReportPreview {
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
    /// What it counts, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<Source>>,
}

/// A published report, in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PeriodicReportSummary {
    /// Identifier.
    pub id: Uuid,
    /// Which form it fills.
    #[schema(value_type = ReportForm, example = "a_iv_11")]
    pub form: &'static str,
    /// What it is called.
    #[schema(example = "Tình hình cấp Giấy chứng nhận đăng ký chuyển giao công nghệ, phân theo tỉnh, thành phố")]
    pub title_vi: String,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// The economic type that it is limited to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<EconomicType>)]
    pub economic_type: Option<String>,
    /// Version, from 1; a correction is another one.
    #[schema(example = 1)]
    pub version: i64,
    /// Why it was corrected.
    #[schema(required, example = "Bổ sung Giấy chứng nhận nhập muộn.")]
    pub reason: Option<String>,
    /// By which officer.
    pub published_by: Uuid,
    /// What that officer was called.
    #[schema(example = "Trần Văn Duyệt")]
    pub publisher: String,
    /// When.
    pub published_at: Timestamp,
    /// SHA-256 of what was published, in hexadecimal digits (docs/periodic-reports.md says of what exactly).
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    pub sha256: String,
}

impl PeriodicReportSummary {
    pub(super) fn of(report: &Published) -> Self {
        Self {
            id: report.id.0,
            form: report.subject.form.as_str(),
            title_vi: report.content.title_vi.clone(),
            from: report.subject.window.from,
            to: report.subject.window.to,
            economic_type: report.content.economic_type.clone(),
            version: report.version,
            reason: report.reason.clone(),
            published_by: report.published_by.0,
            publisher: report.publisher.clone(),
            published_at: report.published_at,
            sha256: service::sha256(report),
        }
    }
}

/// A published report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PeriodicReportView {
    /// Of what it is, and who published it.
    #[serde(flatten)]
    pub own: PeriodicReportSummary,
    /// What it says.
    pub content: Content,
    /// SHA-256 of what it counted.
    pub sources_sha256: String,
    /// Whether it reads as it was published.
    #[schema(example = true)]
    pub is_intact: bool,
    /// What it counted, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<Source>>,
}

impl PeriodicReportView {
    pub(super) fn of(report: &Published, sources: Option<Vec<Source>>) -> Result<Self> {
        Ok(Self {
            own: PeriodicReportSummary::of(report),
            content: report.content.clone(),
            sources_sha256: service::sources_sha256(report)?,
            is_intact: service::is_intact(report)?,
            sources,
        })
    }
}
