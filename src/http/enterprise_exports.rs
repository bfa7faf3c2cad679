//! What the exchange keeps of an enterprise, as a file for its owners.

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::SignedIn;
use super::personal_data::ExportedDocument;
use super::problem::Answer;
use super::views::EnterpriseView;
use crate::domain::ids::EnterpriseId;
use crate::service::{App, enterprises};

/// An enterprise's own data.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseExportView {
    /// When it was read.
    pub exported_at: Timestamp,
    /// The profile in full, as the caller may see it.
    pub enterprise: EnterpriseView,
    /// The documents of the profile with the verdict on each, the newest last, without their contents.
    pub documents: Vec<ExportedDocument>,
    /// Where members take the enterprise's listings from.
    #[schema(example = "/me/listings/export")]
    pub listings: &'static str,
    /// Where its owners and editors take the confidential parts of them from.
    #[schema(example = "/enterprises/019a5e2b-4b5c-7d3e-8f90-1a2b3c4d5e6f/confidential-export")]
    pub confidential: String,
}

/// The profile and the list of documents of an enterprise, as a file (xuất hồ sơ đơn vị).
///
/// For its owners, while it is suspended or closed, too, and for officers who review enterprises; of one that became part of another
/// one, that one has the documents that went along. Its listings are a file of their own (`GET /me/listings/export`), and what is
/// kept about a person is (`GET /me/export`). Needs a sign-in or step-up within the last five minutes, and leaves a row in the trail.
#[utoipa::path(
    get, path = "/enterprises/{id}/export", operation_id = "export_enterprise_profile", tag = "enterprises", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The file", body = EnterpriseExportView))
)]
pub async fn export_enterprise_profile(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = EnterpriseId(id.into_inner());
    let (seen, documents) = app
        .write(caller.origin, move |work| enterprises::copy(work, &caller, id))
        .await?;
    let view = EnterpriseExportView {
        exported_at: seen.at,
        enterprise: EnterpriseView::of_today(&seen, &app.in_force_at_hand()),
        documents: documents
            .iter()
            .map(|document| ExportedDocument::of(document, seen.at))
            .collect(),
        listings: "/me/listings/export",
        confidential: format!("/enterprises/{id}/confidential-export"),
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"enterprise.json\""))
        .json(view))
}
