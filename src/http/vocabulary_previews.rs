//! What a search would find with an entry of the vocabulary that is not in force yet.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Judged, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::ids::VocabularyEntryId;
use crate::domain::listing::Listing;
use crate::domain::vocabulary::WordsDraft;
use crate::service::App;
use crate::service::vocabulary::preview::{OtherNames, Seen, Trial, judge, preview};

/// What is to be tried.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VocabularyPreviewBody {
    /// What somebody types.
    #[schema(max_length = 512, example = "máy suốt lúa")]
    pub q: String,
    /// The entry, as if it were in force.
    pub entry: WordsDraft,
    /// The entry in whose place it comes.
    #[serde(default)]
    pub instead_of: Option<Uuid>,
}

impl From<VocabularyPreviewBody> for Trial {
    fn from(sent: VocabularyPreviewBody) -> Self {
        Self {
            text: sent.q,
            entry: sent.entry,
            instead_of: sent.instead_of.map(VocabularyEntryId),
        }
    }
}

/// Another name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OtherName {
    /// The name, in lower case.
    #[schema(example = "máy tuốt lúa")]
    pub name: String,
    /// Percent of what was typed that it is worth.
    #[schema(example = 90)]
    pub weight: u8,
}

/// What a stretch of the words is called otherwise.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedStretch {
    /// The stretch as it was typed.
    #[schema(example = "máy suốt lúa")]
    pub words: String,
    /// Its other names, the closest first.
    pub names: Vec<OtherName>,
}

/// A listing that would be found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PreviewedListing {
    /// Identifier.
    pub id: Uuid,
    /// Its title.
    #[schema(example = "Máy tuốt lúa đạp chân")]
    pub title: String,
}

impl From<&Listing> for PreviewedListing {
    fn from(listing: &Listing) -> Self {
        Self {
            id: listing.id.0,
            title: listing.content.title.vi.to_string(),
        }
    }
}

/// What a search makes of the words, and finds.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SearchPreview {
    /// What stretches are called otherwise.
    pub other_names: Vec<NamedStretch>,
    /// The words as they are read, where words are read as others.
    pub corrected: Option<String>,
    /// What may have been meant instead.
    pub did_you_mean: Option<String>,
    /// The first listings, 20 at the most.
    pub listings: Vec<PreviewedListing>,
}

impl SearchPreview {
    fn of(seen: &Seen, text: &str) -> Self {
        let stretch = |other: &OtherNames| NamedStretch {
            words: text.get(other.range.clone()).unwrap_or_default().to_owned(),
            names: other
                .names
                .iter()
                .map(|(name, weight)| OtherName {
                    name: name.clone(),
                    weight: *weight,
                })
                .collect(),
        };
        Self {
            other_names: seen.other_names.iter().map(stretch).collect(),
            corrected: seen.corrected.clone(),
            did_you_mean: seen.did_you_mean.clone(),
            listings: seen.listings.iter().map(PreviewedListing::from).collect(),
        }
    }
}

/// A search without and with the entry.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VocabularyPreview {
    /// With the vocabulary of now.
    pub now: SearchPreview,
    /// With the entry as well.
    pub with_entry: SearchPreview,
}

/// Try an entry of the vocabulary out before it is in force (xem thử từ vựng). Nothing is kept.
#[utoipa::path(
    post, path = "/vocabulary/preview", operation_id = "preview_vocabulary", tag = "taxonomies", security(("bearer" = [])),
    request_body = VocabularyPreviewBody,
    responses(
        (status = 200, description = "What would be found", body = VocabularyPreview),
        (status = 404, description = "`not_found`: there is no entry `instead_of`", body = ProblemBody),
        (status = 422, description = "`validation_failed` at the member that is wrong", body = ProblemBody),
    )
)]
pub async fn preview_vocabulary(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    body: Judged<VocabularyPreviewBody>,
) -> Answer {
    let trial = Trial::from(body.value(|sent| judge(&sent.into()))?);
    let exchange = app.get_ref().clone();
    let (before, after, text) = app
        .run_blocking(move || {
            let (before, after) = preview(&exchange, &caller, &trial)?;
            Ok((before, after, trial.text))
        })
        .await?;
    Ok(HttpResponse::Ok().json(VocabularyPreview {
        now: SearchPreview::of(&before, &text),
        with_entry: SearchPreview::of(&after, &text),
    }))
}
