//! What a listing's fields are called in other classifications.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::MaybeSignedIn;
use super::problem::{Answer, ProblemBody};
use crate::domain::ids::ListingId;
use crate::domain::shapes::{FieldCode, ListCode};
use crate::domain::taxonomy::{CrosswalkRelation, Derived, TaxonomyName};
use crate::service::{App, listings};

/// A code of another classification that the fields of a listing lead to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DerivedCode {
    /// The classification: `science_fields`, `fos`, `ipc` or `vsic`.
    #[schema(max_length = 20, example = "fos")]
    pub list: &'static str,
    /// The code.
    #[schema(value_type = ListCode, example = "2.11")]
    pub code: String,
    /// Its Vietnamese name.
    pub name_vi: String,
    /// Its English name.
    #[schema(required)]
    pub name_en: Option<String>,
    /// How far it agrees with the fields: no step of the way is weaker.
    #[schema(value_type = CrosswalkRelation, example = "close")]
    pub relation: &'static str,
    /// Whether somebody held every step against its source.
    pub is_verified: bool,
    /// The entries of `correspondences` that lead there, in their order.
    #[schema(max_items = 3, example = json!(["fields-food-fos-2.11"]))]
    pub via: Vec<String>,
}

impl From<Derived<'_>> for DerivedCode {
    fn from(derived: Derived<'_>) -> Self {
        Self {
            list: derived.list.as_str(),
            code: derived.item.code.clone(),
            name_vi: derived.item.name_vi.clone(),
            name_en: derived.item.name_en.clone(),
            relation: derived.relation.as_str(),
            is_verified: derived.is_verified,
            via: derived.via.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// A listing in several classifications.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClassificationsView {
    /// Its fields as they stand in the listing.
    #[schema(value_type = Vec<FieldCode>)]
    pub field_codes: Vec<String>,
    /// The same by the list of today: a code that ended is what took its place, over any number of steps.
    #[schema(value_type = Vec<FieldCode>)]
    pub current_field_codes: Vec<String>,
    /// What these are elsewhere, by the crosswalks in force.
    pub derived: Vec<DerivedCode>,
}

/// What a listing is in other classifications (phân loại tương ứng).
///
/// Derived from its fields by the crosswalks that are in force, never written into it: fields of science (Việt Nam), fields of the OECD (FOS), classes of the IPC, divisions of VSIC, as far as officers keep rows. A field without rows is what the one above it is.
#[utoipa::path(
    get, path = "/listings/{id}/classifications", operation_id = "get_listing_classifications", tag = "listings",
    security((), ("bearer" = [])), params(("id" = Uuid, Path, description = "The listing")),
    responses(
        (status = 200, description = "What it is elsewhere", body = ClassificationsView),
        (status = 451, description = "`listing_taken_down`: at an authority's request, which `blocked` names; `Link` has `rel=\"blocked-by\"`", body = ProblemBody),
    )
)]
pub async fn get_listing_classifications(
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    id: web::Path<Uuid>,
) -> Answer {
    let id = ListingId(id.into_inner());
    let seen = app
        .read_by_key(move |conn, now| listings::read_page(conn, &caller, id, now))
        .await?;
    let lists = app.in_force().await?;
    let field_codes = seen.listing.content.field_codes;
    let current_field_codes = lists.succession(TaxonomyName::Fields).todays(&field_codes);
    let derived = lists.classified(&current_field_codes);
    Ok(HttpResponse::Ok().json(ClassificationsView {
        derived: derived.into_iter().map(DerivedCode::from).collect(),
        field_codes,
        current_field_codes,
    }))
}
