//! What the technology of a dossier is by the list of regulated technologies: what hints at it, and what officers found.

use actix_web::web::{self, Path};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::views::DossierView;
use super::{told, view};
use crate::domain::dossier::Screening;
use crate::domain::ids::DossierId;
use crate::domain::listing::regulation::RegulatoryClass;
use crate::domain::procedure::Event;
use crate::domain::shapes::ListCode;
use crate::http::extract::{IfMatch, Judged, SignedIn};
use crate::http::problem::{Answer, ProblemBody};
use crate::service::App;
use crate::service::dossiers::screening::{self, Known, Said, TechnologyHint, words};

/// Whether the technology was held against the list before what says yes to its transfer.
pub(super) fn screening_of(event: &Event, known: &Known) -> Option<&'static str> {
    let stands = match (known.hints.is_empty(), known.is_screened) {
        (false, _) => "required",
        (true, true) => "done",
        (true, false) => "advised",
    };
    event.needs_screening.then_some(stands)
}

/// Something that hints at a stricter class of the list than what is declared and found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TechnologyHintView {
    /// Code of the entry of the list `regulated_technologies`; null where the listing says so from which the dossier was begun.
    #[schema(value_type = Option<ListCode>, required, example = "restricted.arsenic_preservatives")]
    pub item: Option<String>,
    /// The class.
    #[schema(value_type = RegulatoryClass, example = "restricted")]
    pub regulatory_class: &'static str,
    /// Where, as a JSON pointer into `content`; `/listing_id` for the listing.
    #[schema(example = "/technology/name")]
    pub pointer: String,
    /// The words as they stand there; null where the fields, or the listing, hint at it.
    #[schema(required, example = "chứa asen")]
    pub found: Option<String>,
    /// What that means, with the name of the entry.
    pub message_vi: String,
    /// The same in English.
    pub message_en: String,
}

impl From<&TechnologyHint> for TechnologyHintView {
    fn from(hint: &TechnologyHint) -> Self {
        let (message_vi, message_en) = words(hint);
        Self {
            item: hint.item.clone(),
            regulatory_class: hint.class.as_str(),
            pointer: hint.pointer.clone(),
            found: hint.found.clone(),
            message_vi,
            message_en,
        }
    }
}

/// What an officer found when the technology was held against the list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DossierScreening {
    /// The entries of the list `regulated_technologies` that it falls under; none where it falls under none.
    #[schema(max_items = 10, value_type = Vec<ListCode>)]
    pub regulated_items: Vec<String>,
    /// What the technology was by that and by what was declared.
    #[schema(value_type = RegulatoryClass, example = "unrestricted")]
    pub regulatory_class: &'static str,
    /// Words.
    #[schema(required)]
    pub note: Option<String>,
    /// By which edition of the lists (`GET /taxonomies`).
    #[schema(example = 12)]
    pub edition: i64,
    /// When.
    pub at: Timestamp,
    /// The officer; told to officers only, with the dossier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub officer_id: Option<Uuid>,
}

impl DossierScreening {
    /// As the caller may see it.
    pub(super) fn of(screening: &Screening, is_for_officer: bool) -> Self {
        Self {
            regulated_items: screening.items.clone(),
            regulatory_class: screening.class.as_str(),
            note: screening.note.clone(),
            edition: screening.edition,
            at: screening.at,
            officer_id: is_for_officer.then_some(screening.officer.0),
        }
    }
}

/// What an officer finds.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreeningBody {
    /// Codes of the list `regulated_technologies` that the technology falls under, at most 10; an empty list where it falls under none.
    #[schema(max_items = 10, value_type = Vec<ListCode>, example = json!([]))]
    pub regulated_items: Vec<String>,
    /// Words; the parties read them.
    #[schema(
        max_length = 2000,
        example = "Chế phẩm không chứa asen, theo phiếu an toàn hóa chất."
    )]
    pub note: Option<String>,
}

impl From<ScreeningBody> for Said {
    fn from(body: ScreeningBody) -> Self {
        Self {
            items: body.regulated_items,
            note: body.note,
        }
    }
}

/// Write down what the technology of a dossier is by the list of regulated technologies (đối chiếu danh mục công nghệ).
///
/// An officer's finding, with the edition of the lists by which it was made; it stands until another one is made, in `obligation` and
/// for every decision, and the history tells it. It is asked for before somebody says yes where something hints at a stricter class
/// than is declared (`technology_hints`). Ends what is proposed.
#[utoipa::path(
    put, path = "/dossiers/{id}/screening", operation_id = "screen_dossier", tag = "dossiers", security(("bearer" = [])),
    request_body = ScreeningBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = String, Header, description = "`ETag` of the version that was read")),
    responses(
        (status = 200, description = "Written down: the dossier, with `screening`", body = DossierView),
        (status = 409, description = "`dossier_wrong_state`: it is closed, or the case of a certificate", body = ProblemBody),
    )
)]
pub async fn screen_dossier(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: Path<Uuid>,
    if_match: IfMatch,
    body: Judged<ScreeningBody>,
) -> Answer {
    let (id, seen) = (DossierId(id.into_inner()), if_match.required()?);
    let said = Said::from(body.value(|said| Said::from(said).parse(&app.in_force_at_hand()))?);
    let screened = app
        .write(caller.origin, move |work| {
            let opened = screening::screen(work, &caller, (id, seen), &said)?;
            view(work, &opened)
        })
        .await?;
    Ok(told(&screened))
}
