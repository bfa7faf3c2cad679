//! Enterprises that registered twice, and listings that may be there already.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::extract::{Body, IfMatch, Page, SignedIn};
use super::problem::{Answer, ProblemBody};
use super::views::{EnterpriseView, ListingSummary};
use crate::domain::enterprise::DuplicateReason;
use crate::domain::ids::{EnterpriseId, ListingId};
use crate::service::mergers::{self, Belongings, Wish};
use crate::service::review::lookalikes;
use crate::service::{App, duplicates};

/// An enterprise that may be the same one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DuplicateView {
    /// The other one.
    pub enterprise: EnterpriseView,
    /// How much they look alike.
    #[schema(minimum = 1, maximum = 100, example = 80)]
    pub score: u32,
    /// Why.
    #[schema(value_type = Vec<DuplicateReason>, example = json!(["name", "phone"]))]
    pub reasons: Vec<&'static str>,
}

/// Enterprises that may be the same one (nghi trùng hồ sơ).
///
/// For officers who review enterprises: the 50 most alike at the most, by number, name without the words of the legal form,
/// telephone, and domain of web site or mail. A head and its branches are different enterprises.
#[utoipa::path(
    get, path = "/enterprises/{id}/duplicates", operation_id = "list_duplicates", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The most alike first", body = Page<DuplicateView>))
)]
pub async fn list_duplicates(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = EnterpriseId(id.into_inner());
    let now = app.clock.now();
    let found = app
        .read(move |conn, now| duplicates::find(conn, &caller, id, now))
        .await?;
    let views = found.iter().map(|(enterprise, likeness)| DuplicateView {
        enterprise: EnterpriseView::full(enterprise, now),
        score: likeness.score,
        reasons: likeness.reasons.iter().map(|reason| reason.as_str()).collect(),
    });
    let most = u32::try_from(duplicates::MOST).unwrap_or(u32::MAX);
    Ok(HttpResponse::Ok().json(Page::new(views.collect(), most, None)))
}

/// Listings that this one may repeat (nghi trùng tin).
///
/// For officers who review it: live or waiting ones of the same kind that are called the same without diacritics, its own
/// enterprise's and others', 50 at the most, the oldest first. Of a published one whose revision waits, what is called as
/// the revision is, too. What the officer may not read is left out. The queue shows them as `likely_duplicate`.
#[utoipa::path(
    get, path = "/listings/{id}/duplicates", operation_id = "list_listing_duplicates", tag = "moderation", security(("bearer" = [])),
    params(("id" = Uuid, Path, description = "Identifier")),
    responses((status = 200, description = "The oldest first", body = Page<ListingSummary>))
)]
pub async fn list_listing_duplicates(app: web::Data<App>, SignedIn(caller): SignedIn, id: web::Path<Uuid>) -> Answer {
    let id = ListingId(id.into_inner());
    let found = app
        .read(move |conn, now| lookalikes::find(conn, &caller, id, now))
        .await?;
    let views = found.iter().map(|alike| {
        let view = if alike.is_insider {
            ListingSummary::full
        } else {
            ListingSummary::public
        };
        view(&alike.listing, &alike.owner)
    });
    let most = u32::try_from(lookalikes::MOST).unwrap_or(u32::MAX);
    Ok(HttpResponse::Ok().json(Page::new(views.collect(), most, None)))
}

/// Into which enterprise.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeBody {
    /// The active enterprise that stays.
    #[schema(example = "01931a2b-3c4d-7e5f-8a9b-0c1d2e3f4a5b")]
    pub into: Uuid,
    /// Only to tell what would move.
    #[serde(default)]
    pub dry_run: bool,
}

/// What moved, or would move.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BelongingsView {
    /// Members; of a registration that was never approved none moves (`lost_members`).
    pub members: i64,
    /// Listings.
    pub listings: i64,
    /// Files of listings.
    pub files: i64,
    /// Documents of the profile.
    pub documents: i64,
    /// Keys for its systems.
    pub api_keys: i64,
    /// Invitations.
    pub invitations: i64,
    /// Requests to be admitted.
    pub join_requests: i64,
    /// Files of listings that were sent to be loaded.
    pub listing_imports: i64,
    /// Complaints about it and its listings.
    pub complaints: i64,
    /// Dossiers that it filed, and cases of its certificates.
    pub dossiers: i64,
    /// Inquiries that it got or sent.
    pub inquiries: i64,
}

impl From<Belongings> for BelongingsView {
    fn from(moved: Belongings) -> Self {
        Self {
            members: moved.members,
            listings: moved.listings,
            files: moved.files,
            documents: moved.documents,
            api_keys: moved.api_keys,
            invitations: moved.invitations,
            join_requests: moved.join_requests,
            listing_imports: moved.listing_imports,
            complaints: moved.complaints,
            dossiers: moved.dossiers,
            inquiries: moved.inquiries,
        }
    }
}

/// A merger.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MergerView {
    /// Whether it was done; a dry run only tells.
    pub done: bool,
    /// The enterprise that stays.
    pub into: Uuid,
    /// What moved, or would move.
    pub moved: BelongingsView,
    /// Members who belong to no enterprise afterwards and are signed out, as this one was never approved; 0 of one that was.
    pub lost_members: i64,
    /// Documents of the profile that are removed: identity cards, the logo, and those of a person that becomes part of an organisation.
    pub lost_documents: i64,
    /// Keys in force that are revoked: of a registration that was never approved, and where both call a listing the same.
    pub revoked_keys: i64,
    /// Open invitations that are revoked: of a registration that was never approved, and to addresses that both invited.
    pub revoked_invitations: i64,
    /// What both call a listing of their own (`external_id`), the first 100: here that of this enterprise is found no
    /// more, and so that its systems do not write into listings of the other one, their keys are revoked.
    #[schema(max_items = 100, example = json!(["SP-001"]))]
    pub same_external_ids: Vec<String>,
}

/// Make two registrations one (gộp hồ sơ trùng).
///
/// Everything of this enterprise moves to the other one, members with their roles; from then on this identifier leads to
/// the other one for ever: reading is 308, and writing 409 with the other one in `merged_into`. `dry_run` tells what would
/// move and what would end, or refuses as the merger itself does. Owners of both get a letter. Members of a registration that
/// was never approved belong to no enterprise any more. One that was verified goes into none that nobody ever verified.
#[utoipa::path(
    post, path = "/enterprises/{id}/merge", operation_id = "merge_enterprise", tag = "moderation", security(("bearer" = [])),
    request_body = MergeBody,
    params(("id" = Uuid, Path, description = "Identifier of the enterprise that goes"), ("If-Match" = String, Header, description = "The version of it that was read")),
    responses(
        (status = 200, description = "Done, or what would be", body = MergerView),
        (status = 409, description = "`merge_hindered`: this one is suspended or closed, verified data of one of them wait to be changed, it loads a file, or one belongs to the other; `merge_into_unverified`: this one was verified, and the one that stays never was", body = ProblemBody),
    )
)]
pub async fn merge_enterprise(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    id: web::Path<Uuid>,
    if_match: IfMatch,
    body: Body<MergeBody>,
) -> Answer {
    let wish = Wish {
        from: EnterpriseId(id.into_inner()),
        seen: if_match.required()?,
        into: EnterpriseId(body.value.into),
        is_dry_run: body.value.dry_run,
    };
    let merger = app
        .write(caller.origin, move |work| mergers::merge(work, &caller, wish))
        .await?;
    Ok(HttpResponse::Ok().json(MergerView {
        done: merger.is_done,
        into: merger.into.id.0,
        moved: merger.moved.into(),
        lost_members: merger.lost.members,
        lost_documents: merger.lost.documents,
        revoked_keys: merger.lost.keys,
        revoked_invitations: merger.lost.invitations,
        same_external_ids: merger.same_names.into_iter().take(100).collect(),
    }))
}
