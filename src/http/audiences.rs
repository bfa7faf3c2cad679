//! To whom listings are shown.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::page::{after_in_time, cursor_in_time};
use super::extract::{IfMatch, Judged, Page, PageQuery, Paged, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::views::{ListingSummary, ListingView, versioned};
use crate::domain::fields::one_of;
use crate::domain::ids::{AccountId, ListingId};
use crate::domain::listing::audience::Visibility;
use crate::service::audiences::Choice;
use crate::service::{App, Error, audiences};

/// To whom a listing is shown.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AudienceBody {
    /// `public`: to everybody; `members`: to members of active enterprises and to officers, and it is in no search;
    /// `on_request`: what it is to everybody, the rest to those to whom its owner grants it.
    #[schema(value_type = Visibility, example = "members")]
    pub visibility: String,
    /// Whether its owner takes inquiries.
    #[schema(example = true)]
    pub open_for_inquiry: bool,
    /// The member of the enterprise to whom people turn, who is shown with name and address once he or she consents to
    /// `publish_contact`; null for the contact person of the enterprise. Left out, it stays as it is.
    #[serde(default, deserialize_with = "said")]
    #[schema(value_type = Option<Uuid>)]
    pub contact_account_id: Option<Option<Uuid>>,
    /// Whether it is shown without any contact data. Left out, it stays as it is.
    #[schema(example = false)]
    pub hide_contact: Option<bool>,
}

/// Tells what is null from what is left out.
fn said<'de, D: Deserializer<'de>>(told: D) -> Result<Option<Option<Uuid>>, D::Error> {
    Option::deserialize(told).map(Some)
}

/// Choose to whom a listing is shown, and with whose contact data (chọn đối tượng xem tin, người liên hệ).
///
/// At once and without a review: the text is the same.
#[utoipa::path(
    put, path = "/listings/{id}/audience", operation_id = "choose_audience", tag = "listings", security(("bearer" = [])),
    request_body = AudienceBody,
    params(("id" = Uuid, Path, description = "Identifier"), ("If-Match" = Option<String>, Header, description = "Refuses another version than this")),
    responses(
        (status = 200, description = "Chosen", body = ListingView),
        (status = 409, description = "`listing_wrong_status`: it was put away; `listing_held`", body = ProblemBody),
    )
)]
pub async fn choose_audience(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Judged<AudienceBody>,
) -> Answer {
    let (id, seen) = (ListingId(id.into_inner()), if_match.optional()?);
    let choice = body.by(|said| {
        let visibility = one_of::<Visibility>(&said.visibility);
        Ok(Choice {
            visibility: visibility.map_err(|violation| Error::field("/visibility", violation))?,
            open_for_inquiry: said.open_for_inquiry,
            contact: said.contact_account_id.map(|account| account.map(AccountId)),
            hides_contact: said.hide_contact,
        })
    })?;
    let seen = app
        .write(caller.origin, move |work| {
            audiences::choose(work, &caller, id, seen, choice)
        })
        .await?;
    Ok(versioned(&seen, &ListingView::of(&seen)))
}

/// Listings that only members see, the newest publication first (tin chỉ dành cho thành viên).
///
/// For members and keys of active enterprises, and for officers. They are in no search.
#[utoipa::path(
    get, path = "/members-listings", operation_id = "list_members_listings", tag = "listings", security(("bearer" = [])),
    params(PageQuery),
    responses(
        (status = 200, description = "A page; it may be short and have a next one", body = Page<ListingSummary>),
    )
)]
pub async fn list_members_listings(app: web::Data<App>, SignedIn(caller): SignedIn, page: Paged) -> Answer {
    let limit = page.limit;
    let place = after_in_time(page.after.as_deref(), "members-listings")?.map(|(at, id)| (at, ListingId(id)));
    let (rows, next) = app
        .read(move |conn, now| audiences::for_members(conn, &caller, (place, limit), now))
        .await?;
    let next = next.map(|(at, id)| cursor_in_time("members-listings", (at, id.0)));
    let items = rows.iter().map(ListingSummary::of).collect();
    Ok(HttpResponse::Ok().json(Page::new(items, limit, next)))
}
