//! Suggestions while somebody types.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::query::wrong_parameter;
use super::extract::{JudgedQuery, MaybeSignedIn};
use super::problem::{Answer, Problem, ProblemBody};
use super::search::marks::marked;
use crate::domain::fields::Violation;
use crate::domain::shapes::FieldCode;
use crate::domain::text_enum;
use crate::service::suggestions::{self, MAX_SUGGESTIONS, Suggested, SuggestionKind};
use crate::service::{App, ErrorCode};

/// Suggestions where `limit` is absent.
const USUAL: usize = 10;

/// What was typed so far.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SuggestionParams {
    /// What was typed so far, with or without diacritics; of the last word the beginning is enough. Empty gives what is
    /// popular.
    #[param(max_length = 512, example = "may s")]
    pub q: Option<String>,
    /// Most suggestions; 10 when absent.
    #[param(minimum = 1, maximum = 20)]
    pub limit: Option<u32>,
}

text_enum! {
    /// What a suggestion is.
    pub enum SuggestionSource {
        /// A field; `field` is its code for the filter of the search.
        Category => "category",
        /// What several people searched for.
        Query => "query",
        /// A name of the vocabulary that titles have.
        Term => "term",
        /// Title of a listing.
        Title => "title",
        /// Name of an enterprise.
        Organisation => "organisation",
    }
}

impl SuggestionSource {
    fn of(kind: SuggestionKind) -> Self {
        match kind {
            SuggestionKind::Category => Self::Category,
            SuggestionKind::Query => Self::Query,
            SuggestionKind::Term => Self::Term,
            SuggestionKind::Title => Self::Title,
            SuggestionKind::Organisation => Self::Organisation,
        }
    }
}

/// Something to search for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SuggestionView {
    /// The text, to be searched for.
    #[schema(example = "Máy sấy lúa tầng sôi")]
    pub text: String,
    /// The same with what was typed in `<mark>`; everything else is HTML-escaped.
    #[schema(example = "<mark>Máy</mark> <mark>s</mark>ấy lúa tầng sôi")]
    pub highlighted: String,
    /// What it is.
    #[schema(value_type = SuggestionSource)]
    pub source: &'static str,
    /// Code of the field, of a category.
    #[schema(required, value_type = Option<FieldCode>)]
    pub field: Option<String>,
    /// The listing, where only one has this title.
    #[schema(required)]
    pub listing_id: Option<Uuid>,
    /// Listings with the title, in the field, of the enterprise, or with the words in their titles. Null when it is not
    /// known.
    #[schema(required, example = 12)]
    pub count: Option<u64>,
}

/// What can be searched for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SuggestionsView {
    /// Best first.
    #[schema(max_items = 20)]
    pub items: Vec<SuggestionView>,
}

impl SuggestionView {
    fn of(suggested: Suggested) -> Self {
        Self {
            highlighted: marked(&suggested.text),
            text: suggested.text.text,
            source: SuggestionSource::of(suggested.kind).as_str(),
            field: suggested.field,
            listing_id: suggested.listing.map(|id| id.0),
            count: suggested.count,
        }
    }
}

/// Suggest what to search for while somebody types (gợi ý tìm kiếm).
///
/// Titles, fields, names of the vocabulary, enterprises, and what several people searched for. What only differs in
/// spelling is suggested once; the order is always the same.
#[utoipa::path(
    get, path = "/search/suggestions", operation_id = "suggest_searches", tag = "search", params(SuggestionParams),
    security((), ("bearer" = [])),
    responses(
        (status = 200, description = "Suggestions", body = SuggestionsView),
        (status = 503, description = "`search_unavailable`: suggestions are being collected", body = ProblemBody),
    )
)]
pub async fn suggest_searches(
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    query: JudgedQuery<SuggestionParams>,
) -> Answer {
    let (params, limit) = query.by(|params| match params.limit.map(usize::try_from) {
        None => Ok(USUAL),
        Some(Ok(limit)) if (1..=MAX_SUGGESTIONS).contains(&limit) => Ok(limit),
        Some(_) => {
            let max = i64::try_from(MAX_SUGGESTIONS).unwrap_or(i64::MAX);
            Err(wrong_parameter("limit", Violation::OutOfRange { min: 1, max }))
        }
    })?;
    app.check_session(caller).await?;
    let exchange = app.get_ref().clone();
    let typed = params.q.unwrap_or_default();
    let suggested = app
        .run_blocking(move || suggestions::suggest(&exchange, &typed, limit))
        .await
        .map_err(|mut error| {
            // In a query string a wrong value is a wrong parameter.
            if error.code == ErrorCode::ValidationFailed {
                error.code = ErrorCode::InvalidQuery;
            }
            Problem(error)
        })?;
    Ok(HttpResponse::Ok().json(SuggestionsView {
        items: suggested.into_iter().map(SuggestionView::of).collect(),
    }))
}
