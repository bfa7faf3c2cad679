//! What was annulled, published as the law asks (NĐ 76/2018 Đ.7.2): for everybody.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::views::PublicPaper;
use crate::http::calendar::CACHING;
use crate::http::extract::page::cursor;
use crate::http::extract::{MaybeSignedIn, Page, PageQuery, Paged};
use crate::http::problem::Answer;
use crate::service::App;
use crate::service::certificates::publishing::{self, Annulled, PageAt};

/// A certificate or licence that was annulled, with its amendments, which are annulled with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AnnulledCertificate {
    /// The certificate; of a chain the first one.
    #[serde(flatten)]
    pub paper: PublicPaper,
    /// When it was annulled.
    pub annulled_on: Date,
    /// Its amendments, the oldest first.
    #[schema(max_items = 1000)]
    pub amendments: Vec<PublicPaper>,
}

impl From<&Annulled> for AnnulledCertificate {
    fn from(annulled: &Annulled) -> Self {
        Self {
            paper: PublicPaper::of(&annulled.first),
            annulled_on: annulled.on,
            amendments: annulled.later.iter().map(PublicPaper::of).collect(),
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
