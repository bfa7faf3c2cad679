//! Listings side by side.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::query::{list, wrong_parameter};
use super::extract::{JudgedQuery, MaybeSignedIn};
use super::problem::{Answer, ProblemBody};
use super::views::ListingSummary;
use crate::domain::comparison::{Cell, Property};
use crate::domain::fields::Violation;
use crate::domain::ids::ListingId;
use crate::domain::quantity::Quantity;
use crate::service::comparison::{self, FEWEST, MOST, Member};
use crate::service::{App, Result};

/// Which listings are compared.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CompareParams {
    /// Identifiers, with commas.
    #[param(inline, value_type = Vec<Uuid>, required = true, style = Form, explode = false, min_items = 2, max_items = 5)]
    pub ids: Option<String>,
}

/// A text in both languages.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ToldView {
    /// Vietnamese.
    #[schema(example = "từ 185.000.000 đồng")]
    pub vi: String,
    /// English.
    #[schema(example = "from 185,000,000 VND")]
    pub en: String,
}

/// One member of all listings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComparedMember {
    /// Its name.
    #[schema(example = "price")]
    pub code: &'static str,
    /// What it is called.
    pub name: ToldView,
    /// What each listing says; null where it says nothing.
    #[schema(value_type = Vec<Option<ToldView>>)]
    pub values: Vec<Option<ToldView>>,
    /// Whether not all say the same.
    pub differs: bool,
}

/// What one listing says of a property.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComparedValue {
    /// As it stands there.
    #[schema(example = "0,8 tấn/giờ")]
    pub value: String,
    /// As a number in the unit of the first listing that tells one, where it is certain which.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Quantity>,
}

/// One technical property of all listings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComparedProperty {
    /// As the first listing that tells it calls it.
    #[schema(example = "Năng suất")]
    pub name: String,
    /// What each listing says; null where it says nothing.
    pub values: Vec<Option<ComparedValue>>,
    /// Whether not all say the same.
    pub differs: bool,
}

/// Listings side by side.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ComparisonView {
    /// The listings, in the order of `ids`.
    #[schema(min_items = 2, max_items = 5)]
    pub listings: Vec<ListingSummary>,
    /// What every listing may say, as far as one of these does.
    pub members: Vec<ComparedMember>,
    /// Technical properties, as far as one of these has them.
    pub specifications: Vec<ComparedProperty>,
}

/// Compare listings (so sánh).
///
/// Two to five public listings side by side, as everybody sees them. Properties of the same name stand in one row, whatever
/// their diacritics, and so do amounts of one sort under usual names of it; numbers are in one unit. What is not public is
/// not found.
#[utoipa::path(
    get, path = "/listings/compare", operation_id = "compare_listings", tag = "search", params(CompareParams), security((), ("bearer" = [])),
    responses(
        (status = 200, description = "Side by side", body = ComparisonView),
        (status = 404, description = "`not_found`, naming those that are not", body = ProblemBody),
    )
)]
pub async fn compare_listings(
    app: web::Data<App>,
    MaybeSignedIn(caller): MaybeSignedIn,
    query: JudgedQuery<CompareParams>,
) -> Answer {
    let (_, ids) = query.by(|params| identifiers(params.ids.as_deref()))?;
    app.check_session(caller).await?;
    let in_force = app.in_force_at_hand();
    let exchange = app.get_ref().clone();
    let compared = app
        .run_blocking(move || comparison::compare(&exchange, in_force.lists(), &ids))
        .await?;
    let summaries = compared.listings.iter();
    Ok(HttpResponse::Ok().json(ComparisonView {
        listings: summaries
            .map(|(listing, owner)| ListingSummary::public(listing, owner))
            .collect(),
        members: compared.members.into_iter().map(member).collect(),
        specifications: compared.properties.into_iter().map(property).collect(),
    }))
}

fn identifiers(given: Option<&str>) -> Result<Vec<ListingId>> {
    let wrong = |violation| wrong_parameter("ids", violation);
    let given = list(given);
    if given.is_empty() {
        return Err(wrong(Violation::Required));
    }
    if given.len() > MOST {
        return Err(wrong(Violation::TooMany { max: MOST }));
    }
    let mut ids: Vec<ListingId> = Vec::with_capacity(given.len());
    for id in given {
        let id = id
            .parse()
            .map_err(|_malformed| wrong(Violation::Malformed { what: "value" }))?;
        if ids.contains(&id) {
            return Err(wrong(Violation::Duplicate));
        }
        ids.push(id);
    }
    if ids.len() < FEWEST {
        return Err(wrong(Violation::Malformed { what: "two_listings" }));
    }
    Ok(ids)
}

fn told((vi, en): (String, String)) -> ToldView {
    ToldView { vi, en }
}

fn member(member: Member) -> ComparedMember {
    let (vi, en) = member.name;
    ComparedMember {
        code: member.code,
        name: told((vi.to_owned(), en.to_owned())),
        values: member.cells.into_iter().map(|cell| cell.map(told)).collect(),
        differs: member.differs,
    }
}

fn property(property: Property) -> ComparedProperty {
    let value = |cell: Cell| ComparedValue {
        value: cell.written,
        quantity: cell.quantity,
    };
    ComparedProperty {
        name: property.name,
        values: property.cells.into_iter().map(|cell| cell.map(value)).collect(),
        differs: property.differs,
    }
}
