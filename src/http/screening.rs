//! Words that listings and enterprises are held against, for officers.

use actix_web::{HttpResponse, web};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::creates::{self, Made};
use super::extract::page::cursor;
use super::extract::{IdempotencyKey, Judged, Page, PageQuery, Paged, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::ids::{EnterpriseId, ListingId, ScreeningTermId};
use crate::domain::screening::{Hit, ScreeningTerm};
use crate::service::screening::{Found, FoundEnterprise};
use crate::service::{App, Error, screening};

/// A new term.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreeningTermBody {
    /// One or several words. Case, signs between the words and the place of the tone mark make no difference.
    #[schema(min_length = 2, max_length = 100, example = "vật liệu nổ")]
    pub phrase: String,
    /// Whether other diacritics are hits, too. Syllables of a phrase that are typed without any are hits in any case; a single
    /// syllable is only in a text that has none at all.
    #[serde(default)]
    #[schema(default = false)]
    pub ignores_diacritics: bool,
    /// `block`: a listing that has it is neither taken for review nor approved; `flag`: officers are shown where it stands.
    #[schema(max_length = 10, example = "flag")]
    pub severity: String,
    /// Who asked for it, and why; shown to officers only.
    #[schema(max_length = 500, example = "Danh mục ngành, nghề cấm đầu tư kinh doanh")]
    pub ground: String,
}

/// A term.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScreeningTermView {
    /// Identifier.
    pub id: Uuid,
    /// The words.
    #[schema(example = "vật liệu nổ")]
    pub phrase: String,
    /// Whether other diacritics are hits, too.
    pub ignores_diacritics: bool,
    /// `block` or `flag`.
    #[schema(example = "flag")]
    pub severity: &'static str,
    /// Who asked for it, and why.
    pub ground: String,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it was ended; null while it is in force.
    pub ended_at: Option<Timestamp>,
}

impl From<&ScreeningTerm> for ScreeningTermView {
    fn from(kept: &ScreeningTerm) -> Self {
        Self {
            id: kept.id.0,
            phrase: kept.term.phrase.to_string(),
            ignores_diacritics: kept.term.ignores_diacritics,
            severity: kept.term.severity.as_str(),
            ground: kept.term.ground.to_string(),
            created_at: kept.created_at,
            ended_at: kept.ended_at,
        }
    }
}

/// Where a term stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScreeningHitView {
    /// The term.
    pub term_id: Uuid,
    /// Its words.
    #[schema(example = "vật liệu nổ")]
    pub phrase: String,
    /// `block` or `flag`.
    #[schema(example = "flag")]
    pub severity: &'static str,
    /// JSON pointer to the text.
    #[schema(example = "/title/vi")]
    pub pointer: String,
    /// The words as they stand there.
    #[schema(example = "Vật liệu nổ")]
    pub found: String,
}

impl From<Hit> for ScreeningHitView {
    fn from(hit: Hit) -> Self {
        Self {
            term_id: hit.term.0,
            phrase: hit.phrase,
            severity: hit.severity.as_str(),
            pointer: hit.pointer,
            found: hit.found,
        }
    }
}

fn views(hits: Vec<Hit>) -> Vec<ScreeningHitView> {
    hits.into_iter().map(ScreeningHitView::from).collect()
}

/// What an officer is warned of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScreeningView {
    /// In the listing as it is; at most 100.
    pub listing: Vec<ScreeningHitView>,
    /// In the revision that waits to be decided; null where there is none.
    pub revision: Option<Vec<ScreeningHitView>>,
}

/// What an officer is warned of in an enterprise.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EnterpriseScreeningView {
    /// In its names, web site, capabilities and mission as they are; at most 100.
    pub enterprise: Vec<ScreeningHitView>,
    /// In what a request would change; null where none is open.
    pub amendment: Option<Vec<ScreeningHitView>>,
    /// In the text of the logo that waits, or else of the one that everybody sees; null where there is none.
    pub logo: Option<Vec<ScreeningHitView>>,
}

/// A public listing that has a term.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScreenedListing {
    /// The listing.
    pub listing_id: Uuid,
    /// Its code.
    #[schema(example = "TB-2026-000123")]
    pub code: Option<String>,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub enterprise: String,
    /// Where the term stands.
    pub hits: Vec<ScreeningHitView>,
}

impl From<Found> for ScreenedListing {
    fn from((listing, owner, hits): Found) -> Self {
        Self {
            listing_id: listing.id.0,
            code: listing.code.map(|code| code.to_string()),
            title: listing.content.title.vi.to_string(),
            enterprise: owner.legal_name,
            hits: views(hits),
        }
    }
}

/// An active enterprise that has a term.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScreenedEnterprise {
    /// The enterprise.
    pub enterprise_id: Uuid,
    /// Its name.
    pub legal_name: String,
    /// Where the term stands; below `/logo` in the text of its logo.
    pub hits: Vec<ScreeningHitView>,
}

impl From<FoundEnterprise> for ScreenedEnterprise {
    fn from((enterprise, hits): FoundEnterprise) -> Self {
        Self {
            enterprise_id: enterprise.id.0,
            legal_name: enterprise.profile.legal_name.to_string(),
            hits: views(hits),
        }
    }
}

/// Add a word that listings are held against (thêm từ khóa kiểm duyệt).
///
/// It counts from now on; `GET /screening-terms/{id}/listings` tells what is public already and has it. At most 2,000 are in
/// force.
#[utoipa::path(
    post, path = "/screening-terms", operation_id = "add_screening_term", tag = "moderation", security(("bearer" = [])),
    request_body = ScreeningTermBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes repeating the request safe; visible ASCII characters", min_length = 1, max_length = 255)),
    responses(
        (status = 201, description = "Added", body = ScreeningTermView),
        (status = 409, description = "`limit_reached`", body = ProblemBody),
        (status = 422, description = "`validation_failed`; `taken` where the same is in force", body = ProblemBody),
    )
)]
pub async fn add_screening_term(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    key: IdempotencyKey,
    body: Judged<ScreeningTermBody>,
) -> Answer {
    let key = key.of("add_screening_term", &body.raw);
    let new = body.by(|sent| {
        let new = screening::parse(&sent.phrase, sent.ignores_diacritics, &sent.severity, &sent.ground);
        new.map_err(Error::fields)
    })?;
    creates::create(&app, caller, key, move |work| {
        let term = screening::add(work, &caller, &new)?;
        Ok(Made::at(
            format!("/screening-terms/{}", term.id),
            ScreeningTermView::from(&term),
        ))
    })
    .await
}

/// The words that listings are held against, ended ones too, newest first (từ khóa kiểm duyệt).
#[utoipa::path(
    get, path = "/screening-terms", operation_id = "list_screening_terms", tag = "moderation", security(("bearer" = [])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<ScreeningTermView>),
    )
)]
pub async fn list_screening_terms(app: web::Data<App>, SignedIn(caller): SignedIn, page: Paged) -> Answer {
    let limit = page.limit;
    let before = page.after("screening-terms")?.map(ScreeningTermId);
    let (terms, next) = app
        .read(move |conn, now| screening::list(conn, &caller, before, limit, now))
        .await?;
    let next = next.map(|id| cursor("screening-terms", &id.0));
    let items = terms.iter().map(ScreeningTermView::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// End a word that listings are held against: nothing is held against it from now on (bỏ từ khóa kiểm duyệt).
///
/// It stays in the list. A word is not changed: end it and add another.
#[utoipa::path(
    delete, path = "/screening-terms/{id}", operation_id = "end_screening_term", tag = "moderation",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The term")),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, description = "No such term", body = ProblemBody),
        (status = 409, description = "`already_decided`: it was ended before", body = ProblemBody),
    )
)]
pub async fn end_screening_term(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ScreeningTermId(id.into_inner());
    app.write(caller.origin, move |work| screening::end(work, &caller, id))
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What is public and has the word (tin đang đăng có từ khóa).
///
/// For one page 20,000 listings are looked through, or as many as two seconds are enough for. It may then be short, even empty, and have a
/// next one: only a page without a next one says that there are no more.
#[utoipa::path(
    get, path = "/screening-terms/{id}/listings", operation_id = "list_screened_listings", tag = "moderation",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The term"), PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<ScreenedListing>),
        (status = 404, description = "No such term", body = ProblemBody),
    )
)]
pub async fn list_screened_listings(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    page: Paged,
) -> Answer {
    let (id, limit) = (ScreeningTermId(id.into_inner()), page.limit);
    let tag = format!("screened:{id}");
    let after = page.after(&tag)?.map(ListingId);
    let (found, next) = app
        .read(move |conn, now| screening::public_listings(conn, &caller, id, after, limit, now))
        .await?;
    let next = next.map(|id| cursor(&tag, &id.0));
    let items = found.into_iter().map(ScreenedListing::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// What everybody reads of enterprises and has the word (doanh nghiệp có từ khóa trên trang).
///
/// For one page 20,000 enterprises are looked through, or as many as two seconds are enough for. It may then be short, even empty, and have
/// a next one: only a page without a next one says that there are no more.
#[utoipa::path(
    get, path = "/screening-terms/{id}/enterprises", operation_id = "list_screened_enterprises", tag = "moderation",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The term"), PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<ScreenedEnterprise>),
        (status = 404, description = "No such term", body = ProblemBody),
    )
)]
pub async fn list_screened_enterprises(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    page: Paged,
) -> Answer {
    let (id, limit) = (ScreeningTermId(id.into_inner()), page.limit);
    let tag = format!("screened-enterprises:{id}");
    let after = page.after(&tag)?.map(EnterpriseId);
    let (found, next) = app
        .read(move |conn, now| screening::public_enterprises(conn, &caller, id, after, limit, now))
        .await?;
    let next = next.map(|id| cursor(&tag, &id.0));
    let items = found.into_iter().map(ScreenedEnterprise::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Where words stand in a listing that it is held against, and in its revision (kết quả kiểm tra từ khóa).
///
/// By the words in force now.
#[utoipa::path(
    get, path = "/listings/{id}/screening", operation_id = "get_listing_screening", tag = "moderation",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The listing")),
    responses(
        (status = 200, description = "What was found", body = ScreeningView),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
    )
)]
pub async fn get_listing_screening(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ListingId(id.into_inner());
    let report = app
        .read(move |conn, now| screening::report(conn, &caller, id, now))
        .await?;
    Ok(HttpResponse::Ok().json(ScreeningView {
        listing: views(report.listing),
        revision: report.revision.map(views),
    }))
}

/// Where words stand in what everybody reads of an enterprise, and in what it wants to change (kết quả kiểm tra từ khóa).
///
/// By the words in force now.
#[utoipa::path(
    get, path = "/enterprises/{id}/screening", operation_id = "get_enterprise_screening", tag = "moderation",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The enterprise")),
    responses(
        (status = 200, description = "What was found", body = EnterpriseScreeningView),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
    )
)]
pub async fn get_enterprise_screening(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let (id, vault) = (EnterpriseId(id.into_inner()), app.vault.clone());
    let report = app
        .read(move |conn, now| screening::enterprise_report(conn, &vault, &caller, id, now))
        .await?;
    Ok(HttpResponse::Ok().json(EnterpriseScreeningView {
        enterprise: views(report.enterprise),
        amendment: report.amendment.map(views),
        logo: report.logo.map(views),
    }))
}
