//! Listings beside one: those like it, those that answer it or that it answers.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::limit;
use super::extract::{JudgedQuery, MaybeSignedIn, Page};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use super::views::ListingSummary;
use crate::domain::ids::ListingId;
use crate::domain::matching::Reason;
use crate::domain::taxonomy::Taxonomies;
use crate::domain::text_enum;
use crate::service::App;
use crate::service::likeness::{self, SimilarListing};
use crate::service::matching::{self, MatchedListing};

/// How many are told.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MostQuery {
    /// Most entries.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

/// A listing that is like another one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SimilarView {
    /// The listing, without its long parts.
    #[serde(flatten)]
    pub listing: ListingSummary,
    /// How like it is.
    #[schema(minimum = 1, maximum = 100, example = 62)]
    pub score: u32,
    /// Words that both have, as the first one has them.
    #[schema(max_items = 5, example = json!(["máy sấy", "bơm nhiệt"]))]
    pub shared: Vec<String>,
}

text_enum! {
    /// What a reason is about.
    pub enum MatchReason {
        /// Words that both have.
        Words => "words",
        /// The field.
        Field => "field",
        /// An amount that the need names.
        Amount => "amount",
        /// The price beside the budget.
        Price => "price",
        /// The province.
        Province => "province",
        /// The technology readiness level.
        Trl => "trl",
        /// The way of transfer.
        Transfer => "transfer",
        /// The state of wear.
        Condition => "condition",
    }
}

/// Why an offer answers a need, or what stands against it: a statement that can be checked in the two listings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReasonView {
    /// What it is about.
    #[schema(value_type = MatchReason, example = "amount")]
    pub code: &'static str,
    /// Whether it speaks for the offer.
    pub fits: bool,
    /// In Vietnamese.
    #[schema(example = "Năng suất: cần ≥ 500 kg/h, có 800 kg/h")]
    pub vi: String,
    /// In English.
    #[schema(example = "Năng suất: wanted ≥ 500 kg/h, offered 800 kg/h")]
    pub en: String,
}

/// An offer that answers a need, or a need that an offer answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MatchView {
    /// The other side, without its long parts.
    #[serde(flatten)]
    pub listing: ListingSummary,
    /// How well; the same from both ends.
    #[schema(minimum = 1, maximum = 100, example = 74)]
    pub score: u32,
    /// Why, and what stands against it.
    pub reasons: Vec<ReasonView>,
}

/// Listings that are like this one (tin tương tự).
///
/// Public listings that have its telling words in title, summary and properties, by whatever name; those of the same field
/// and kind come first. Needs are like needs, offers like offers. At most a third are of its own enterprise.
#[utoipa::path(
    get, path = "/listings/{id}/similar", operation_id = "list_similar_listings", tag = "search",
    params(("id" = Uuid, Path, description = "Identifier"), MostQuery), security((), ("bearer" = [])),
    responses(
        (status = 410, description = "`listing_expired`", body = ProblemBody),
        (status = 451, description = "`listing_taken_down`", body = ProblemBody),
        (status = 200, description = "The most alike first", body = Page<SimilarView>),
        (status = 503, description = "`search_unavailable`: the index is being built", body = ProblemBody),
    )
)]
pub async fn list_similar_listings(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<MostQuery>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let (_, limit) = query.by(|query| limit(query.limit, &settings))?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let exchange = app.get_ref().clone();
    let found = app
        .run_blocking(move || likeness::similar(&exchange, &caller, id, most))
        .await?;
    let views = found.into_iter().map(similar).collect();
    Ok(HttpResponse::Ok().json(Page::new(views, limit, None)))
}

/// Offers that answer this need, or needs that this offer answers (kết nối cung – cầu).
///
/// Each with a score and reasons in words. They are found anew with every call, from what is public now; members of the
/// enterprise see those of a listing of its own before it is published. Offers of the same enterprise are left out. What is
/// neither a need nor an offer has none, and so has a need that nothing answers.
#[utoipa::path(
    get, path = "/listings/{id}/matches", operation_id = "list_matches", tag = "search",
    params(("id" = Uuid, Path, description = "Identifier"), MostQuery), security((), ("bearer" = [])),
    responses(
        (status = 410, description = "`listing_expired`", body = ProblemBody),
        (status = 451, description = "`listing_taken_down`", body = ProblemBody),
        (status = 200, description = "The best first", body = Page<MatchView>),
        (status = 503, description = "`search_unavailable`: the index is being built", body = ProblemBody),
    )
)]
pub async fn list_matches(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
    query: JudgedQuery<MostQuery>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let (_, limit) = query.by(|query| limit(query.limit, &settings))?;
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let exchange = app.get_ref().clone();
    let found = app
        .run_blocking(move || matching::matches(&exchange, &caller, id, most))
        .await?;
    let in_force = app.in_force_at_hand();
    let views = found.iter().map(|found| matched(in_force.lists(), found)).collect();
    Ok(HttpResponse::Ok().json(Page::new(views, limit, None)))
}

fn similar(found: SimilarListing) -> SimilarView {
    SimilarView {
        listing: ListingSummary::public(&found.listing, &found.owner),
        score: found.score,
        shared: found.shared,
    }
}

fn matched(lists: &Taxonomies, found: &MatchedListing) -> MatchView {
    let reason = |reason: &Reason| ReasonView {
        code: reason.code(),
        fits: reason.fits(),
        vi: reason.vi(lists),
        en: reason.en(lists),
    };
    MatchView {
        listing: ListingSummary::public(&found.listing, &found.owner),
        score: found.matched.score,
        reasons: found.matched.reasons.iter().map(reason).collect(),
    }
}
