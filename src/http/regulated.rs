//! Regulated technologies, for officers: what a listing is by law, and what the list has overtaken.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::cursor;
use super::extract::{IfMatch, Judged, Page, PageQuery, Paged, SignedIn, etag};
use super::problem::{Answer, ProblemBody};
use super::views::{ListingSummary, ListingView, RegulatoryFindingView, versioned};
use crate::domain::ids::ListingId;
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::shapes::ListCode;
use crate::service::App;
use crate::service::regulated::{self, Classification, Found, Hinted, Overtaken};

/// Something that hints at an entry of the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegulatoryHint {
    /// Code of the entry.
    #[schema(value_type = ListCode, example = "restricted.arsenic_preservatives")]
    pub item: String,
    /// Its class.
    #[schema(value_type = RegulatoryClass, example = "restricted")]
    pub regulatory_class: &'static str,
    /// JSON pointer to the text, or to the fields.
    #[schema(example = "/title/vi")]
    pub pointer: String,
    /// The words as they stand there; null where the field alone hints at it.
    #[schema(required, example = "chứa asen")]
    pub found: Option<String>,
}

impl From<Hinted> for RegulatoryHint {
    fn from(hint: Hinted) -> Self {
        Self {
            item: hint.item,
            regulatory_class: hint.class.as_str(),
            pointer: hint.pointer,
            found: hint.found,
        }
    }
}

fn hints(hinted: Vec<Hinted>) -> Vec<RegulatoryHint> {
    hinted.into_iter().map(RegulatoryHint::from).collect()
}

/// What is known of a revision's technology.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RevisedClassification {
    /// The class that its owner declares in it; null where nothing is declared.
    #[schema(value_type = Option<RegulatoryClass>, required)]
    pub declared_class: Option<&'static str>,
    /// The entries that its owner declares in it.
    #[schema(value_type = Vec<ListCode>, max_items = 10)]
    pub declared_items: Vec<String>,
    /// What the law says of it today.
    #[schema(value_type = RegulatoryClass, example = "restricted")]
    pub today: &'static str,
    /// What hints at entries of the list.
    pub hints: Vec<RegulatoryHint>,
}

/// What is known of a listing's technology.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClassificationView {
    /// The class that its owner declares; null where nothing is declared.
    #[schema(value_type = Option<RegulatoryClass>, required)]
    pub declared_class: Option<&'static str>,
    /// The entries that its owner declares.
    #[schema(value_type = Vec<ListCode>, max_items = 10)]
    pub declared_items: Vec<String>,
    /// What an officer found; null where none looked.
    #[schema(required)]
    pub finding: Option<RegulatoryFindingView>,
    /// What the law says of it today, by the list of now: never less than what is declared or found.
    #[schema(value_type = RegulatoryClass, example = "restricted")]
    pub today: &'static str,
    /// What hints at entries of the list, in its text and fields; at most 50 words.
    pub hints: Vec<RegulatoryHint>,
    /// The same of the revision that waits to be decided; null where there is none.
    #[schema(required)]
    pub revision: Option<RevisedClassification>,
    /// Version of the listing, as in `ETag`.
    pub version: i64,
}

impl From<Classification> for ClassificationView {
    fn from(known: Classification) -> Self {
        let finding = known.finding.as_ref();
        Self {
            finding: finding.map(|finding| RegulatoryFindingView::of(finding, &known.declared)),
            declared_class: known.declared.class.map(RegulatoryClass::as_str),
            declared_items: known.declared.items,
            today: known.today.as_str(),
            hints: hints(known.hints),
            revision: known.revision.map(|revised| RevisedClassification {
                declared_class: revised.declared.class.map(RegulatoryClass::as_str),
                declared_items: revised.declared.items,
                today: revised.today.as_str(),
                hints: hints(revised.hints),
            }),
            version: known.version,
        }
    }
}

/// What an officer says that it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassificationBody {
    /// The class; never less than what the entries say.
    #[schema(value_type = RegulatoryClass, example = "restricted")]
    pub regulatory_class: String,
    /// Codes of the list `regulated_technologies`, at most 10.
    #[serde(default)]
    #[schema(value_type = Vec<ListCode>, max_items = 10, example = json!([]))]
    pub regulated_items: Vec<String>,
    /// Why, 10 to 2,000 characters; the owner reads it.
    #[schema(
        min_length = 10,
        max_length = 2000,
        example = "Thuộc Phụ lục II; hồ sơ nêu hoạt chất chứa asen."
    )]
    pub note: String,
}

impl From<ClassificationBody> for Found {
    fn from(said: ClassificationBody) -> Self {
        Self {
            class: said.regulatory_class,
            items: said.regulated_items,
            note: said.note,
        }
    }
}

/// What the law on technology transfer says of a listing (phân nhóm công nghệ).
///
/// What its owner declares, what an officer found, what the list of now makes of it, and what hints at entries of the list.
#[utoipa::path(
    get, path = "/listings/{id}/classification", operation_id = "get_listing_classification", tag = "moderation",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The listing")),
    responses(
        (status = 200, description = "What is known", body = ClassificationView),
        (status = 404, description = "Absent or hidden", body = ProblemBody),
    )
)]
pub async fn get_listing_classification(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let known = app
        .read(move |conn, now| regulated::read(conn, &caller, id, now))
        .await?;
    let tag = etag(known.version);
    Ok(HttpResponse::Ok()
        .insert_header(("ETag", tag))
        .json(ClassificationView::from(known)))
}

/// Say what a listing is under the law on technology transfer (kết luận phân nhóm công nghệ).
///
/// It stands above what the owner declares, in every answer and for every later decision, until another one is made; the
/// owners are told by letter. What is `prohibited` and public is suspended at once, and nobody lifts that before it is found
/// to be something else. A first approval of two does not count for the new version.
#[utoipa::path(
    put, path = "/listings/{id}/classification", operation_id = "classify_listing", tag = "moderation",
    security(("bearer" = [])), request_body = ClassificationBody,
    params(("id" = Uuid, Path, description = "The listing"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Kept", body = ListingView),
        (status = 409, description = "`listing_wrong_status`: it was put away", body = ProblemBody),
    )
)]
pub async fn classify_listing(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ClassificationBody>,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let found = Found::from(body.value(|said| Found::from(said).parse(&app.in_force_at_hand()))?);
    let seen = app
        .write(caller.origin, move |work| {
            regulated::classify(work, &caller, id, seen, &found)
        })
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}

/// A public listing that the list has overtaken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OvertakenListing {
    /// The listing, with the class that everybody sees.
    pub listing: ListingSummary,
    /// What the law says of it today.
    #[schema(value_type = RegulatoryClass, example = "prohibited")]
    pub today: &'static str,
    /// What hints at something stricter; of what no officer has looked at.
    pub hints: Vec<RegulatoryHint>,
}

impl From<Overtaken> for OvertakenListing {
    fn from(found: Overtaken) -> Self {
        Self {
            listing: ListingSummary::full(&found.listing, &found.owner),
            today: found.today.as_str(),
            hints: hints(found.hints),
        }
    }
}

/// Public listings that the list of regulated technologies has overtaken (tin cần phân nhóm lại).
///
/// Of which the list of now says something stricter than what everybody sees, or whose text hints at it: to be asked when the
/// list changed. Up to 10,000 listings are looked through until the page is full: one that is short, or empty, may have a next page.
#[utoipa::path(
    get, path = "/moderation/overtaken-listings", operation_id = "list_overtaken_listings", tag = "moderation",
    security(("bearer" = [])), params(PageQuery),
    responses(
        (status = 200, description = "A page", body = Page<OvertakenListing>),
    )
)]
pub async fn list_overtaken_listings(app: web::Data<App>, SignedIn(caller): SignedIn, page: Paged) -> Answer {
    let limit = page.limit;
    let after = page.after("overtaken")?.map(ListingId);
    let (found, next) = regulated::overtaken(&app, caller, after, limit).await?;
    let next = next.map(|id| cursor("overtaken", &id.0));
    let items = found.into_iter().map(OvertakenListing::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}
