//! What officers look at before they approve.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Query, SignedIn};
use super::problem::{Answer, ProblemBody};
use crate::domain::listing::ListingKind;
use crate::domain::review::EntryKind;
use crate::domain::review::checklist::{Item, Ticks};
use crate::domain::shapes::ChecklistCode;
use crate::domain::whole;
use crate::service::App;
use crate::service::review::checklists::{self, Checklist};

/// What an officer looked at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicksView {
    /// Of which edition of the checklist.
    #[schema(minimum = 1, maximum = 1_000_000, example = 1)]
    pub edition: u32,
    /// Codes of what was looked at.
    #[schema(value_type = Vec<ChecklistCode>, max_items = 100, example = json!(["is_lawful", "is_no_advertising", "fields_fit", "specifications_plausible"]))]
    pub ticked: Vec<String>,
}

impl From<&Ticks> for TicksView {
    fn from(ticks: &Ticks) -> Self {
        Self {
            edition: ticks.edition,
            ticked: ticks.ticked.clone(),
        }
    }
}

impl From<TicksView> for Ticks {
    fn from(sent: TicksView) -> Self {
        Self {
            edition: sent.edition,
            ticked: sent.ticked,
        }
    }
}

/// One thing to look at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChecklistItem {
    /// Its code; stable.
    #[schema(example = "is_lawful")]
    pub code: String,
    /// Whether nothing is approved without it.
    pub mandatory: bool,
    /// What it is, in Vietnamese.
    #[schema(example = "Không thuộc danh mục cấm; nếu hạn chế chuyển giao thì có giấy phép")]
    pub name_vi: String,
    /// What it is, in English.
    #[schema(example = "Not forbidden by law; licensed where transfer is restricted")]
    pub name_en: String,
}

impl From<Item> for ChecklistItem {
    fn from(item: Item) -> Self {
        Self {
            code: item.code,
            mandatory: item.is_mandatory,
            name_vi: item.name_vi,
            name_en: item.name_en,
        }
    }
}

/// What is to be looked at of a sort of thing.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChecklistView {
    /// What sort of thing; revisions have the list of their listing.
    #[schema(value_type = EntryKind, example = "listing")]
    pub r#type: &'static str,
    /// What sort of listing; absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ListingKind>, example = "equipment_offer")]
    pub kind: Option<&'static str>,
    /// The items.
    #[schema(max_items = 100)]
    pub items: Vec<ChecklistItem>,
}

impl From<Checklist> for ChecklistView {
    fn from(list: Checklist) -> Self {
        Self {
            r#type: list.kind.as_str(),
            kind: list.listing_kind.map(ListingKind::as_str),
            items: list.items.into_iter().map(ChecklistItem::from).collect(),
        }
    }
}

/// An edition of the checklists.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChecklistsView {
    /// Which.
    #[schema(example = 1)]
    pub edition: u32,
    /// The lists.
    #[schema(max_items = 50)]
    pub lists: Vec<ChecklistView>,
}

/// Which edition.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ChecklistQuery {
    /// A former edition, as a decision names it; the one in force when absent.
    #[serde(default, deserialize_with = "whole::parameter::<_, _, 1, 1_000_000>")]
    #[param(minimum = 1, maximum = 1_000_000, example = 1)]
    pub edition: Option<u32>,
}

/// What is to be looked at before something is approved (danh mục kiểm tra).
#[utoipa::path(
    get, path = "/moderation/checklists", operation_id = "list_checklists", tag = "moderation", security(("bearer" = [])),
    params(ChecklistQuery),
    responses(
        (status = 200, description = "A list for each sort of thing", body = ChecklistsView),
        (status = 403, description = "Not an officer who reviews", body = ProblemBody),
        (status = 404, description = "No such edition", body = ProblemBody),
    )
)]
pub async fn list_checklists(
    app: web::Data<App>,
    SignedIn(caller): SignedIn,
    Query(query): Query<ChecklistQuery>,
) -> Answer {
    let (edition, lists) = app
        .read_by_key(move |conn, now| checklists::read(conn, &caller, query.edition, now))
        .await?;
    Ok(HttpResponse::Ok().json(ChecklistsView {
        edition,
        lists: lists.into_iter().map(ChecklistView::from).collect(),
    }))
}
