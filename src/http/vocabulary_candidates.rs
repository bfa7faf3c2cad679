//! What was learned for the vocabulary of searches, for officers to decide.

use actix_web::HttpResponse;
use actix_web::web::{self, Path};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::{after, cursor, limit};
use super::extract::query::chosen;
use super::extract::{JudgedQuery, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::server::HttpSettings;
use crate::domain::ids::VocabularyCandidateId;
use crate::domain::vocabulary::{CandidateStatus, Example, KeptCandidate, Method, Relation};
use crate::service::App;
use crate::service::vocabulary::candidates;

/// Which candidates.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CandidatesQuery {
    /// What became of them; `waiting` when absent.
    #[param(inline, value_type = Option<CandidateStatus>, example = "waiting")]
    pub status: Option<String>,
    /// Most entries on the page.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// `page.next` of the page before.
    #[param(max_length = 2048)]
    pub after: Option<String>,
}

/// Where a candidate was seen.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CandidateExample {
    /// The listing.
    pub listing_id: Uuid,
    /// The words there; null where the listing is not public any more.
    #[schema(required, example = "công nghệ thông tin")]
    pub text: Option<String>,
}

impl From<&Example> for CandidateExample {
    fn from(example: &Example) -> Self {
        Self {
            listing_id: example.listing.0,
            text: example.text.clone(),
        }
    }
}

/// Words that may mean the same, as was learned from public listings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VocabularyCandidate {
    /// Identifier.
    pub id: Uuid,
    /// How they belong together.
    #[schema(value_type = Relation, example = "abbreviation")]
    pub relation: &'static str,
    /// The words.
    #[schema(example = json!(["công nghệ thông tin", "cntt"]))]
    pub members: Vec<String>,
    /// How it was learned.
    #[schema(value_type = Method, example = "abbreviation")]
    pub method: &'static str,
    /// How many listings say so.
    #[schema(example = 12)]
    pub support: u32,
    /// How sure that is, comparable within a method.
    #[schema(example = 1200)]
    pub score: i64,
    /// Some of the listings.
    pub examples: Vec<CandidateExample>,
    /// What became of it.
    #[schema(value_type = CandidateStatus, example = "waiting")]
    pub status: &'static str,
    /// When it was learned.
    pub found_at: Timestamp,
    /// When an officer decided.
    pub decided_at: Option<Timestamp>,
    /// The entry that it became.
    pub entry_id: Option<Uuid>,
}

impl From<&KeptCandidate> for VocabularyCandidate {
    fn from(kept: &KeptCandidate) -> Self {
        let candidate = &kept.candidate;
        Self {
            id: kept.id.0,
            relation: candidate.relation.as_str(),
            members: candidate.members.clone(),
            method: candidate.method.as_str(),
            support: candidate.support,
            score: candidate.score,
            examples: candidate.examples.iter().map(CandidateExample::from).collect(),
            status: kept.status.as_str(),
            found_at: kept.found_at,
            decided_at: kept.decided_at,
            entry_id: kept.entry.map(|entry| entry.0),
        }
    }
}

/// List what was learned from listings for the vocabulary (từ vựng đề xuất), newest first.
///
/// `vptex vocabulary suggest` learns.
#[utoipa::path(
    get, path = "/vocabulary/candidates", operation_id = "list_vocabulary_candidates", tag = "taxonomies",
    security(("bearer" = [])), params(CandidatesQuery),
    responses(
        (status = 200, description = "A page", body = Page<VocabularyCandidate>),
    )
)]
pub async fn list_vocabulary_candidates(
    app: web::Data<App>,
    settings: web::Data<HttpSettings>,
    SignedIn(caller): SignedIn,
    query: JudgedQuery<CandidatesQuery>,
) -> Answer {
    let (query, (limit, status)) = query.by(|query| {
        let status = chosen("status", query.status.as_deref())?.unwrap_or(CandidateStatus::Waiting);
        Ok((limit(query.limit, &settings)?, status))
    })?;
    let tag = format!("vocabulary-candidates:{status}");
    let before = after(query.after.as_deref(), &tag)?.map(VocabularyCandidateId);
    let (kept, next) = app
        .read(move |conn, now| candidates::list(conn, &caller, status, (before, limit), now))
        .await?;
    let next = next.map(|id| cursor(&tag, &id.0));
    let items = kept.iter().map(VocabularyCandidate::from).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}

/// Take a candidate into the vocabulary (chấp nhận từ vựng đề xuất): it is an entry, in force at once.
#[utoipa::path(
    post, path = "/vocabulary/candidates/{id}/acceptance", operation_id = "accept_vocabulary_candidate", tag = "taxonomies",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The candidate")),
    responses(
        (status = 200, description = "Accepted", body = VocabularyCandidate),
        (status = 404, description = "No such candidate", body = ProblemBody),
        (status = 409, description = "`already_decided`; `limit_reached` where there are too many entries", body = ProblemBody),
        (status = 422, description = "`validation_failed`; `taken` where an entry says the same by now", body = ProblemBody),
    )
)]
pub async fn accept_vocabulary_candidate(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let (id, index) = (VocabularyCandidateId(id.into_inner()), app.index.clone());
    let decided = app
        .write(caller.origin, move |work| {
            candidates::accept(work, &index.vocabulary, &caller, id)
        })
        .await?;
    app.vocabulary_changed();
    Ok(HttpResponse::Ok().json(VocabularyCandidate::from(&decided)))
}

/// Refuse a candidate (bỏ từ vựng đề xuất): it is never proposed again.
#[utoipa::path(
    post, path = "/vocabulary/candidates/{id}/rejection", operation_id = "reject_vocabulary_candidate", tag = "taxonomies",
    security(("bearer" = [])), params(("id" = Uuid, Path, description = "The candidate")),
    responses(
        (status = 200, description = "Refused", body = VocabularyCandidate),
        (status = 404, description = "No such candidate", body = ProblemBody),
        (status = 409, description = "`already_decided`", body = ProblemBody),
    )
)]
pub async fn reject_vocabulary_candidate(app: web::Data<App>, SignedIn(caller): SignedIn, id: Path<Uuid>) -> Answer {
    let id = VocabularyCandidateId(id.into_inner());
    let decided = app
        .write(caller.origin, move |work| candidates::reject(work, &caller, id))
        .await?;
    Ok(HttpResponse::Ok().json(VocabularyCandidate::from(&decided)))
}
