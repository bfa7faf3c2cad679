//! What was annulled, published as the law asks (NĐ 76/2018 Đ.7.2): for everybody.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::views::kind_of;
use crate::domain::certificate::Certificate;
use crate::http::calendar::CACHING;
use crate::http::dossiers::views::RuleName;
use crate::http::extract::page::cursor;
use crate::http::extract::{MaybeSignedIn, Page, PageQuery, Paged};
use crate::http::problem::Answer;
use crate::service::App;
use crate::service::certificates::publishing::{self, Annulled, PageAt};

/// What everybody may know of a paper that was annulled: what whoever verifies it learns, neither money nor what the contract
/// says (LTT 34), and not the code with which it is verified.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AnnulledPaper {
    /// Which paper it is.
    pub kind: RuleName,
    /// Number.
    #[schema(example = "01/2026/CNĐKCGCN-SKHCN")]
    pub number: String,
    /// Who issued it.
    #[schema(example = "Sở Khoa học và Công nghệ tỉnh Phú Thọ")]
    pub authority: String,
    /// When.
    pub issued_on: Date,
    /// The technology.
    pub technology: String,
    /// Who gives it.
    pub transferor: String,
    /// Who gets it.
    pub transferee: String,
}

impl From<&Certificate> for AnnulledPaper {
    fn from(certificate: &Certificate) -> Self {
        let record = &certificate.record;
        Self {
            kind: kind_of(certificate),
            number: record.number.clone(),
            authority: record.issuer.name.clone(),
            issued_on: record.issued_on,
            technology: record.technology.name.clone(),
            transferor: record.transferor.name.clone(),
            transferee: record.transferee.name.clone(),
        }
    }
}

/// A certificate or licence that was annulled, with its amendments, which are annulled with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AnnulledCertificate {
    /// The certificate; of a chain the first one.
    #[serde(flatten)]
    pub paper: AnnulledPaper,
    /// When it was annulled.
    pub annulled_on: Date,
    /// Its amendments, the oldest first.
    #[schema(max_items = 1000)]
    pub amendments: Vec<AnnulledPaper>,
}

impl From<&Annulled> for AnnulledCertificate {
    fn from(annulled: &Annulled) -> Self {
        Self {
            paper: AnnulledPaper::from(&annulled.first),
            annulled_on: annulled.on,
            amendments: annulled.later.iter().map(AnnulledPaper::from).collect(),
        }
    }
}

/// List what was annulled (Giấy chứng nhận, Giấy phép đã bị hủy bỏ hiệu lực), the newest first: for everybody, as the law has it published.
///
/// From the moment of the signature on, and for good. Papers of authorities that were succeeded are here, too, where they were annulled here.
#[utoipa::path(
    get, path = "/certificates/annulled", operation_id = "list_annulled_certificates", tag = "dossiers", security((), ("bearer" = [])),
    params(PageQuery),
    responses((status = 200, description = "A page", body = Page<AnnulledCertificate>))
)]
pub async fn list_annulled_certificates(app: web::Data<App>, _caller: MaybeSignedIn, page: Paged) -> Answer {
    const TAG: &str = "annulled_certificates";
    let (limit, after) = (page.limit, page.after::<PageAt>(TAG)?);
    let (told, next) = app
        .read(move |conn, _now| publishing::annulled(conn, after, limit))
        .await?;
    let items = told.iter().map(AnnulledCertificate::from).collect();
    let next = next.map(|next| cursor(TAG, &next));
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, CACHING))
        .json(Page::new(items, limit, next)))
}
