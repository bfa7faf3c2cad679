//! The register of certificates as a file.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::CertificatesQuery;
use super::views::CertificateSummary;
use crate::domain::import::Format;
use crate::http::export_words as words;
use crate::http::exports::{Column, Form, column, times, with_code, worded, yes_no};
use crate::http::extract::{JudgedQuery, SignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::http::register_exports::RegisterFile;
use crate::service::App;
use crate::service::certificates::reading;
use crate::service::exports::OfficersList;
use crate::service::listing_exports::TableLanguage;

/// Certificates that are read at once.
const PAGE: u32 = 200;

/// Which certificates, in which form; the filters are those of `GET /certificates`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CertificatesExportQuery {
    /// Words of the number, the parties' names, the technology, or the numbers of the investment project and its certificate, with or without
    /// diacritics; all of them are in it.
    #[param(max_length = 200, example = "say lua song thao")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub q: Option<String>,
    /// Of this kind.
    #[param(max_length = 20, example = "registration")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// From where to where.
    #[param(max_length = 20, example = "inbound")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// Of a party with this tax code, or with that of an enterprise that was merged into the one that has it.
    #[param(max_length = 20, example = "2600357502")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax_code: Option<String>,
    /// In this field, or what is below it.
    #[param(max_length = 60, example = "food")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// Issued on this day or later.
    #[param(max_length = 10, example = "2026-01-01")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Issued on this day or before.
    #[param(max_length = 10, example = "2026-03-31")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Signed, or entered, by this officer.
    #[param(max_length = 36)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// What the file is; `csv` where it is left out.
    #[param(inline, value_type = Option<Format>, example = "csv")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Language of columns and of names of codes in a table; `vi` where it is left out.
    #[param(inline, value_type = Option<TableLanguage>, example = "vi")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

impl CertificatesExportQuery {
    fn filter(&self) -> CertificatesQuery {
        let Self {
            q,
            kind,
            direction,
            tax_code,
            field,
            from,
            to,
            signed_by,
            ..
        } = self.clone();
        CertificatesQuery {
            q,
            kind,
            direction,
            tax_code,
            field,
            from,
            to,
            signed_by,
            duplicate_proposed: None,
            restoration_proposed: None,
            limit: None,
            after: None,
        }
    }
}

const COLUMNS: &[Column] = &[
    column("Số", "Number", &["/number"]),
    with_code(column("Loại giấy", "Kind", &["/kind"])),
    column("Ngày cấp", "Issued on", &["/issued_on"]),
    worded("Hiệu lực", "Validity", &["/validity"], words::VALIDITIES),
    column("Ngày cuối của hợp đồng", "Last day of the contract", &["/expires_on"]),
    column("Cơ quan cấp", "Authority", &["/authority_name"]),
    column("Cơ quan cấp (mã)", "Authority (code)", &["/authority"]),
    column("Bên giao", "Transferor", &["/transferor"]),
    column("Bên nhận", "Transferee", &["/transferee"]),
    column("Công nghệ", "Technology", &["/technology"]),
    column("Giá trị (đồng)", "Value (VND)", &["/vnd_value"]),
    column("Giá trị tăng, giảm (đồng)", "Change of value (VND)", &["/vnd_delta"]),
    column("Ngành kinh tế", "Activity", &["/activity"]),
    column("GCN đăng ký đầu tư", "Certificate of investment", &["/irc_number"]),
    column("Thứ tự trong chuỗi", "Position in the chain", &["/position"]),
    yes_no("Cấp trên Sàn", "Issued here", &["/is_issued_here"]),
    times("Vào sổ", "Entered at", &["/created_at"]),
    column("ID hồ sơ", "Dossier ID", &["/dossier_id"]),
    column("ID", "ID", &["/id"]),
];

/// The register of certificates as a file (xuất sổ đăng ký Giấy chứng nhận). That it was taken is recorded.
///
/// What `GET /certificates` shows the caller, with the same filters.
#[utoipa::path(
    get, path = "/exports/certificates", operation_id = "export_certificates", tag = "dossiers",
    security(("bearer" = [])), params(CertificatesExportQuery),
    responses(
        (status = 200, description = "The file", content((Vec<u8> = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"), (CertificateSummary = "application/jsonl"))),
        (status = 403, description = "`forbidden`: for officers who handle dossiers", body = ProblemBody),
    )
)]
pub async fn export_certificates(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<CertificatesExportQuery>,
) -> Answer {
    let (query, (form, wanted, field)) = query.by(|query| {
        let form = Form::of(query.format.as_deref(), query.language.as_deref())?;
        let filter = query.filter();
        Ok((form, filter.wanted()?, filter.field()?))
    })?;
    let file = RegisterFile {
        list: OfficersList::Certificates,
        name: "certificates",
        columns: COLUMNS,
    };
    let lists = app.in_force().await?;
    file.send(
        app.clone(),
        caller,
        (&query, form, lists),
        async move |place| {
            let (wanted, field, vault) = (wanted.clone(), field.clone(), app.vault.clone());
            app.read(move |conn, now| {
                let page = (field.as_deref(), place, PAGE);
                let page = reading::list((conn, &*vault), &caller, &wanted, page, now)?;
                let views = page.entries.iter().map(CertificateSummary::of);
                Ok((views.collect::<Vec<_>>(), page.next))
            })
            .await
        },
        |sheet, view| sheet.row(view),
    )
    .await
}
